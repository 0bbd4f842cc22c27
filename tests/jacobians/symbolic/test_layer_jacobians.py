"""The symbolic Jacobian of every layer beside SymPy's derivatives of its forward equation.

A layer's Jacobian is its own structure with symbols in it. The expected one is SymPy's
`Matrix.jacobian`, entry by entry, of the plain function in references.py or below.
"""

import numpy as np
import pytest
import sympy as sp

from jacobians import layers, symbolic_jacobian
from jacobians.operators import Dense, Diagonal, Identity, Kronecker
from jacobians.rule import Rule
from layouts import InputError, LayoutError
from tests.cases import CASES, PROBABILITIES, Case
from tests.jacobians.test_outside import reference
from tests.laws import agree, column
from tests.symbols import ERF, Module, at, entries, equal_at, explicit_jacobian

ARGUMENTS = [(case, wrt) for case in CASES for wrt in case.layer.arguments
             if "class ind" not in case.points]  # fmt: skip
"""Class indices are columns of the identity: as symbols, targets like any others."""
DIFFERENTIATED = [pair for pair in ARGUMENTS if "size 1" not in pair[0].points]


def label(pair):
    return f"{pair[0].label}, by {pair[1]}"


def sizes_of(case):
    return {name: np.shape(x) for name, x in zip(case.layer.arguments, case.inputs, strict=True)}


def differentiated(case, wrt):
    """SymPy's Jacobian of the plain function of a case."""
    names = case.layer.arguments
    symbols = {name: entries(name, shape) for name, shape in sizes_of(case).items()}
    y = reference(case, Module, ERF)(*(symbols[name] for name in names))
    return explicit_jacobian(y, symbols[wrt])


@pytest.mark.parametrize("pair", DIFFERENTIATED, ids=label)
def test_it_is_what_sympy_differentiates(pair):
    case, wrt = pair
    expected, numbers = differentiated(case, wrt), at(case.layer.arguments, case.inputs)
    N, D = (
        symbolic_jacobian(case.layer, wrt, layout, sizes_of(case))
        for layout in ("numerator", "denominator")
    )
    assert equal_at(N, expected, numbers)
    assert D == N.T or equal_at(D, expected.T, numbers)


@pytest.mark.parametrize("pair", ARGUMENTS, ids=label)
def test_at_numbers_it_is_what_the_jacobian_and_the_sweep_give(pair):
    case, wrt = pair
    numbers = at(case.layer.arguments, case.inputs)
    within = 1e-8 if case.layer.by_differences else 1e-12
    for layout in ("numerator", "denominator"):
        J = symbolic_jacobian(case.layer, wrt, layout, sizes_of(case)).xreplace(numbers)
        J = np.array(J.evalf(30).tolist(), dtype=float)
        agree(case.layer.jacobian(*case.inputs, wrt=wrt, layout=layout), J, within)
    g = np.random.default_rng(0).standard_normal(np.shape(case.layer(*case.inputs)))
    agree(column(case.layer.vjp(g, *case.inputs, wrt=wrt)), J @ column(g), within)


Z, P, T = (sp.Matrix(entries(name, 3)) for name in ("x", "prediction", "target"))
TOTAL = sum(sp.exp(z) for z in Z)
LOGITS = sum(sp.exp(p) for p in P)
W, A = sp.Matrix(entries("W", (2, 3))), sp.Matrix(entries("x", (3, 2)))
U, V = sp.Matrix(entries("u", 3)), sp.Matrix(entries("v", 3))


def total(function):
    return sp.Matrix([sum(function(p, t) for p, t in zip(P, T, strict=True))])


# fmt: off
IDENTICAL = {
    #                  layer                          by            y                                            x
    "linear by W":    (layers.Linear(np.ones((2, 3))), "W",         (W * A).T.reshape(4, 1),                     W.T.reshape(6, 1)),
    "linear by x":    (layers.Linear(np.ones((2, 3))), "x",         (W * A).T.reshape(4, 1),                     A.T.reshape(6, 1)),
    "sigmoid":        (layers.Sigmoid(),              "x",          Z.applyfunc(lambda z: 1 / (1 + sp.exp(-z))), Z),
    "tanh":           (layers.Tanh(),                 "x",          Z.applyfunc(sp.tanh),                        Z),
    "silu":           (layers.SiLU(),                 "x",          Z.applyfunc(lambda z: z / (1 + sp.exp(-z))), Z),
    "softplus":       (layers.Softplus(),             "x",          Z.applyfunc(lambda z: sp.log(1 + sp.exp(z))), Z),
    "leaky relu":     (layers.LeakyReLU(0.25),        "x",          Z.applyfunc(lambda z: sp.Piecewise((z, z > 0), (z / 4, True))), Z),
    "softmax":        (layers.Softmax(),              "x",          Z.applyfunc(lambda z: sp.exp(z) / TOTAL),    Z),
    "log softmax":    (layers.LogSoftmax(),           "x",          Z.applyfunc(lambda z: z - sp.log(TOTAL)),    Z),
    "hadamard":       (layers.Hadamard(),             "v",          U.multiply_elementwise(V),                   V),
    "divide":         (layers.Divide(),               "v",          sp.Matrix([u / v for u, v in zip(U, V, strict=True)]), V),
    "scale":          (layers.Scale(-0.4),            "x",          -sp.Rational(2, 5) * Z,                      Z),
    "squared":        (layers.HalfSquaredError(),     "prediction", total(lambda p, t: (p - t) ** 2 / 2),        P),
    "mean squared":   (layers.MeanSquaredError(),     "prediction", total(lambda p, t: (p - t) ** 2) / 3,        P),
    "cross entropy":  (layers.CrossEntropy(),         "prediction", total(lambda p, t: -t * sp.log(p)),          P),
    "with softmax":   (layers.SoftmaxCrossEntropy(),  "prediction", total(lambda p, t: -t * (p - sp.log(LOGITS))), P),
}
# fmt: on


@pytest.mark.parametrize("name", IDENTICAL)
def test_it_is_identically_what_sympy_differentiates(name):
    layer, wrt, y, x = IDENTICAL[name]
    sizes = {"x": (3, 2)} if isinstance(layer, layers.Linear) else None
    difference = symbolic_jacobian(layer, wrt, sizes=sizes) - y.jacobian(x)
    assert difference.applyfunc(sp.simplify) == sp.zeros(*difference.shape)


def test_entries_are_written_as_texts_write_them():
    assert str(symbolic_jacobian(layers.Linear(np.ones((2, 3))), "W")) == (
        "Matrix([[x[1], 0, x[2], 0, x[3], 0], [0, x[1], 0, x[2], 0, x[3]]])"
    )
    assert str(symbolic_jacobian(layers.ReLU(), sizes={"x": 1})) == (
        "Matrix([[Piecewise((1, x[1] > 0), (0, True))]])"
    )
    assert str(
        symbolic_jacobian(
            layers.SquaredError(), layout="denominator", sizes={"prediction": 2, "target": 2}
        )
    ) == ("Matrix([[2*prediction[1] - 2*target[1]], [2*prediction[2] - 2*target[2]]])")


@pytest.mark.parametrize("name", [each for each in layers.__all__ if each[0].isupper()
                                  and isinstance(getattr(layers, each), type)])  # fmt: skip
def test_every_layer_of_the_package_has_one(name):
    make = {
        "Linear": lambda kind: kind(np.ones((4, 3)), np.ones(4)),
        "LayerNorm": lambda kind: kind(np.ones(3), np.ones(3)),
        "BatchNorm": lambda kind: kind(np.ones(3), np.ones(3)),
        "Scale": lambda kind: kind(0.5), "Shift": lambda kind: kind(0.5),
        "Reshape": lambda kind: kind((2, 3)), "Slice": lambda kind: kind(slice(1, 3)),
        "Custom": lambda kind: kind(lambda x: x[:2] * x[1:]),
    }.get(name, lambda kind: kind())  # fmt: skip
    if name in ("Layer", "Joint", "Elementwise", "Loss"):
        return  # what the others are made of
    layer = make(getattr(layers, name))
    for wrt in layer.arguments:
        J = symbolic_jacobian(layer, wrt)
        assert J.T.shape == symbolic_jacobian(layer, wrt, "denominator").shape
        assert not J.atoms(sp.Float)
        assert isinstance(J, sp.ImmutableMatrix)


def test_a_function_given_as_code_is_differentiated_or_believed():
    def cubes(x):
        return x[:2] ** 3

    by_sympy = symbolic_jacobian(layers.Custom(cubes))
    x1, x2 = entries("x", 3)[:2]
    assert by_sympy == sp.Matrix([[3 * x1**2, 0, 0], [0, 3 * x2**2, 0]])
    wrong = layers.Custom(cubes, jacobian=lambda x: np.array([[x[0], 0, 0], [0, x[1], 0]]))
    assert symbolic_jacobian(wrong) == sp.Matrix([[x1, 0, 0], [0, x2, 0]])


def test_a_subclass_is_taken_at_its_word():
    class Slopes(layers.Tanh):
        def slopes(self, Z):
            return 1 - Z**2

    class Derivative(layers.Tanh):
        derivative = staticmethod(lambda z: 1 - z**2)

    class Gradient(layers.HalfSquaredError):
        by_prediction = staticmethod(lambda p, t: p * t)

    (x,), p, t = entries("x", 1), *(entries(name, 2) for name in ("prediction", "target"))
    for layer in (Slopes(), Derivative()):
        assert symbolic_jacobian(layer, sizes={"x": 1}) == sp.Matrix([[1 - x**2]])
    assert symbolic_jacobian(Gradient(), sizes={"prediction": 2, "target": 2}) == (
        sp.Matrix([[p[0] * t[0], p[1] * t[1]]])
    )
    assert symbolic_jacobian(layers.Tanh(), sizes={"x": 1}) == sp.Matrix([[1 - sp.tanh(x) ** 2]])


def linear_with(by_W):
    """A linear layer with another Jacobian by W."""

    class Wrong(layers.Linear):
        def rules(self, A, W, b=None, *, names):
            rules = super().rules(A, W, b, names=names)
            return {**rules, "W": Rule(lambda: by_W(A, W), *rules["W"][1:])}

    return Wrong(CASES[0].inputs[1], CASES[0].inputs[2])


class WrongSlope(layers.Sigmoid):
    """The slope of σ taken of a, as in σ'(a)."""

    def rules(self, Z, *, names):
        right = super().rules(Z, names=names)["x"]
        return {"x": Rule(lambda: Diagonal(right.jacobian().diagonal ** 2), *right[1:])}


class WrongSoftmax(layers.Softmax):
    """diag(s) alone."""

    def rules(self, Z, *, names):
        right = super().rules(Z, names=names)["x"]
        return {"x": Rule(lambda: Diagonal(right.jacobian().vectors[0]), *right[1:])}


class WrongWeight(layers.MeanSquaredError):
    """Without the mean over the entries."""

    averages_entries = False


PROBE = CASES[0].inputs[0]
WRONG = {
    "the other Kronecker order": (
        Case("linear", "one sample",
             linear_with(lambda A, W: Kronecker(Identity(W.shape[0]), Dense(A).T)),
             CASES[0].inputs), "W"),
    "columns of x in place of rows": (
        Case("linear", "one sample",
             linear_with(lambda A, W: Kronecker(Dense(A[::-1]).T, Identity(W.shape[0]))),
             CASES[0].inputs), "W"),
    "the slope at another place": (Case("sigmoid", "one sample", WrongSlope(), (PROBE,)), "x"),
    "softmax as if it were elementwise": (
        Case("softmax", "one sample", WrongSoftmax(), (PROBE,)), "x"),
    "a loss without its mean": (
        Case("mean squared error", "sum over one sample", WrongWeight("sum"),
             (PROBABILITIES[:, 0], PROBABILITIES[:, 1])), "prediction"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_statement_is_found(name):
    case, wrt = WRONG[name]
    expected, numbers = differentiated(case, wrt), at(case.layer.arguments, case.inputs)
    J = symbolic_jacobian(case.layer, wrt, sizes=sizes_of(case))
    assert J.shape == expected.shape
    assert not equal_at(J, expected, numbers, digits=15)


def test_matrices_take_symbols_and_nothing_else_that_is_no_number():
    x = entries("x", 2)
    assert list(Diagonal(x) @ np.array([2, 3])) == [2 * x[0], 3 * x[1]]
    with pytest.raises(InputError, match="real numbers for entries"):
        Dense(np.array([[None]], dtype=object))


class Opaque(layers.Layer):
    """A function of floats that no table knows."""

    def forward(self, x):
        return np.cosh(x)

    def rules(self, x, *, names):
        s = np.sinh(x)
        return {"x": Rule(lambda: Diagonal(s), lambda t: s * t, lambda g: s * g)}


REFUSED = {
    "an unknown argument": (
        lambda: symbolic_jacobian(layers.Tanh(), "z"),
        "Tanh has no argument 'z': known are x.",
    ),
    "a size for an unknown argument": (
        lambda: symbolic_jacobian(layers.Tanh(), sizes={"W": 2}),
        "Tanh has no argument 'W': known are x.",
    ),
    "a letter": (
        lambda: symbolic_jacobian(layers.Tanh(), sizes={"x": "n"}),
        "x is n×1, with a letter: explicit entries need numbers. A formula in letters is what "
        "matrix_form gives.",
    ),
    "too many entries": (
        lambda: symbolic_jacobian(layers.Tanh(), sizes={"x": 200}),
        "the Jacobian of Tanh() is 200×200, 40,000 entries: more than 20,000 are not written out "
        "in symbols.",
    ),
    "shapes that do not fit": (
        lambda: symbolic_jacobian(layers.Linear(np.ones((4, 3))), sizes={"x": 2}),
        "the input has 2 entries, W is 4×3: W needs 3.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_with_the_reason(name):
    ask, message = REFUSED[name]
    with pytest.raises(LayoutError) as caught:
        ask()
    assert str(caught.value) == message


def test_a_layer_of_floats_alone_says_what_to_do():
    with pytest.raises(InputError, match="cannot take symbols") as caught:
        symbolic_jacobian(Opaque())
    assert str(caught.value).endswith(
        "what it computes has to be arithmetic, or stand in the table of symbolic functions."
    )
