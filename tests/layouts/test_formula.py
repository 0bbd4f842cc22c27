"""Formulas as their users see them: read, shaped, evaluated, differentiated, printed."""

from random import Random
from time import perf_counter

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import layouts
from layouts import DENOMINATOR, NUMERATOR, Formula
from layouts.formulas.functions import elementwise
from layouts.formulas.tree import walk
from layouts.sizes import letter

k, m, n = letter("k"), letter("m"), letter("n")
LETTERS = {
    "W": "m×n", "A": "n×n", "B": "n×n", "C": "m×k", "a": "k", "b": "m", "d": "m", "s": "n",
    "x": "n", "y": "n", "c": "scalar",
}  # fmt: skip
NUMBERS = {"m": 3, "n": 4, "k": 2}


def drawn(seed=0):
    """A value for each name, vectors with one axis."""
    generator = np.random.default_rng(seed)
    sizes = {name: shape.split("×") for name, shape in LETTERS.items() if shape != "scalar"}
    values = {name: generator.uniform(0.5, 2.0, [NUMBERS[size] for size in shape])
              for name, shape in sizes.items()}  # fmt: skip
    return {**values, "c": 1.7}


VALUES = drawn()
COLUMNS = {name: np.reshape(value, (np.size(value), 1) if np.ndim(value) < 2 else value.shape)
           for name, value in VALUES.items()}  # fmt: skip


def agree(actual, expected, tolerance=1e-12):
    """Equal shapes, and entries equal relative to the largest one."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    assert np.abs(actual - expected).max() <= tolerance * max(1.0, np.abs(expected).max())


# Reading


def numpys(X):
    """A function of NumPy's on a matrix, with rows and columns again."""
    return lambda *arguments: np.reshape(X(*arguments), (1, 1))


PYTHON = {
    "exp": np.exp, "log": np.log, "inv": np.linalg.inv, "tr": numpys(np.trace),
    "det": numpys(np.linalg.det), "sum": numpys(np.sum), "eye": np.eye, "kron": np.kron,
    "ones": lambda m, n=1: np.ones((m, n)), "vec": lambda X: X.reshape(-1, 1, order="F"),
    "outer": np.outer, "norm": numpys(np.linalg.norm),
}  # fmt: skip
AS_PYTHON = [
    "x", "W @ x + b", "W.T @ d * s", "(W.T @ d) * s", "A @ x * y", "A @ (x * y)", "A * B @ A",
    "A * (B @ A)", "A / B @ A", "A / (B @ A)", "x / y / s", "x / (y / s)", "x - y - s",
    "x - (y - s)", "-x**2", "(-x)**2", "-x * y", "2**3 * x", "x**-1", "x**(1/2)", "1 - x",
    "x + 2 * 3", "1 - 2 + x - (3 - 4)", "x.T @ A @ x / (x.T @ x)", "c * A @ x", "A @ x * c",
    "x * x.T.T", "A @ B.T @ A", "((W.T @ (d - b)) * s) @ a.T", "tr(A @ B) * A - det(B) * inv(A).T",
    "-sum(x * log(y) + (1 - x) * exp(1 - y))", "kron(x.T, eye(m)) @ vec(W)", "outer(d, x) @ A",
    "norm(W @ x - b)**2 / 2", "+x - +y", "1e-3 * x", "W @ ones(n)",
    "0.5 * x.T @ A @ x - b.T @ W @ x",
]  # fmt: skip


@pytest.mark.parametrize("text", AS_PYTHON)
def test_python_s_own_reading_counts(text):
    expected = eval(text, {**PYTHON, **COLUMNS, **NUMBERS})
    agree(Formula.parse(text)(VALUES, sizes=NUMBERS), expected)


def test_the_other_grouping_would_be_another_value():
    for text, other in [("A @ x * y", "A @ (x * y)"), ("A * B @ A", "A * (B @ A)")]:
        assert not np.allclose(Formula.parse(text)(VALUES), Formula.parse(other)(VALUES))


REMARKS = {
    "A @ x * y": ["Python groups (A @ x) * y. Read with ⊙ first, as papers may mean it, it is "
                  "A @ (x * y), which conforms too."],
    "A * B @ A": ["Python groups (A * B) @ A. Read with matrix products first, as papers may mean "
                  "it, it is A * (B @ A), which conforms too."],
    "A @ B / A": ["Python groups (A @ B) / A. Read with ⊙ first, as papers may mean it, it is "
                  "A @ (B / A), which conforms too."],
    # readings that are the same whatever the values are, or that do not conform
    "W.T @ d * s": [], "A @ B @ x": [], "c * A @ x": [], "A @ x * c": [], "A * c @ x": [],
    "A @ x / c": [], "2 * A @ x": [], "x * y / s": [], "(A @ x) * y": [], "A @ (x * y)": [],
    "-x": [],
}  # fmt: skip


@pytest.mark.parametrize("text", REMARKS)
def test_another_grouping_is_remarked_on_where_it_fits_and_differs(text):
    reading = Formula.parse(text).reading(LETTERS)
    assert reading.fault is None
    assert reading.remarks == REMARKS[text]


def test_a_grouping_that_alone_conforms_is_named_where_python_s_does_not():
    reading = Formula.parse("y * A @ x").reading(LETTERS)
    assert reading.fault.message.startswith("cannot form the Hadamard product of y (n×1) and A")
    assert reading.remarks == [
        "Python groups (y * A) @ x. Read with matrix products first, as papers may mean it, it is "
        "y * (A @ x), which conforms too."
    ]


def test_spaces_and_brackets_make_no_difference():
    expected = Formula.parse("W @ (x + y)")(VALUES)
    for text in ["W@(x+y)", "  W @ ( x + y )  ", "((W) @ ((x) + y))", "W\t@ (x + y)"]:
        assert np.array_equal(Formula.parse(text)(VALUES), expected)


def test_signs_of_texts_are_read_too():
    for text, plain in [("Wᵀ d ⊙ s".replace(" d", " @ d"), "W.T @ d * s"), ("2 · x", "2 * x"),
                        ("x − y", "x - y"), ("(W @ A)ᵀ", "(W @ A).T")]:  # fmt: skip
        assert np.array_equal(Formula.parse(text)(VALUES), Formula.parse(plain)(VALUES))


SPELLINGS = {
    "δ2": ["delta2"], "σ": ["sigma"], "λ * x": ["lambda", "x"], "lambda * x": ["lambda", "x"],
    "W[2] @ a[1]": ["W2", "a1"], "W[l+1].T @ δ[l+1]": ["W[l+1]", "delta[l+1]"],
    "X[i, j]": ["X[i,j]"], "W2[1]": ["W2[1]"], "T @ x.T": ["T", "x"], "e + I": ["e", "I"],
    "W_out @ x_1": ["W_out", "x_1"], "x @ y @ x": ["x", "y"], "𝐖 @ x": ["W", "x"],
    "d(L, W1) * grad(L, x)": ["∂L/∂W1", "∇_x L"], "kron(A, eye(n)) * 2": ["A", "n"],
    "s @ lambda2 @ lambda": ["s", "lambda2", "lambda"],
}  # fmt: skip


@pytest.mark.parametrize("text", SPELLINGS)
def test_names_are_known_however_they_are_spelt(text):
    assert Formula.parse(text, "python").names == SPELLINGS[text]


def test_values_and_shapes_may_be_given_in_either_spelling():
    f = Formula.parse("δ2.T @ λ")
    one, other = {"δ2": [1.0, 2.0], "lambda": [3.0, 5.0]}, {"delta2": [1.0, 2.0], "λ": [3.0, 5.0]}
    assert f(one) == f(other) == 13.0
    assert f.shape({"δ2": "n", "λ": "n"}) == (1, 1)
    agree(f.jacobian(one, "λ"), [[1.0, 2.0]])
    agree(f.jacobian(one, "delta2"), [[3.0, 5.0]])


def test_an_equation_has_two_sides():
    f = Formula.parse("z = W @ x + b")
    assert f.left.text == "z"
    assert f.names == ["W", "x", "b"]
    agree(f(VALUES), COLUMNS["W"] @ COLUMNS["x"] + COLUMNS["b"])
    assert Formula.parse("W @ x").left is None


def test_a_formula_shows_itself():
    f = Formula.parse("W @  x")
    assert str(f) == "W @  x"
    assert repr(f) == "Formula.parse('W @  x')"
    assert layouts.Formula is Formula
    assert "Formula" in layouts.__all__


# Shapes

SHAPES = {
    "x": (n, 1), "x.T": (1, n), "c": (1, 1), "W": (m, n), "W.T": (n, m), "3": (1, 1),
    "W @ x": (m, 1), "x.T @ x": (1, 1), "x @ x.T": (n, n), "d @ x.T": (m, n),
    "(W.T @ d) * s": (n, 1), "c * W": (m, n), "W * c": (m, n), "W / c": (m, n), "c / W": (m, n),
    "x / y": (n, 1), "1 - x": (n, 1), "x - 1": (n, 1), "x + (1 - 2 * 3)": (n, 1),
    "x + sqrt(2)": (n, 1), "x**2": (n, 1), "x**-1": (n, 1), "x**0.5": (n, 1), "W**(1/2)": (m, n),
    "-W": (m, n), "(1, 2, 3)": (1, 3), "(c, 1 - c)": (1, 2), "x @ (1, 2, 3)": (n, 3),
    "A @ ones(n)": (n, 1), "kron(W, C.T)": (m * k, n * m), "vec(W)": (m * n, 1),
    "eye(m + 2)": (m + 2, m + 2), "kron(x.T, eye(m)) @ vec(W)": (m, 1),
    "hstack(W, C, b)": (m, n + k + 1), "sum(W) / m": (1, 1), "c @ c": (1, 1), "x @ c": (n, 1),
}  # fmt: skip


@pytest.mark.parametrize("text", SHAPES)
def test_the_shape_is_known_in_letters(text):
    assert Formula.parse(text).shape(LETTERS) == SHAPES[text]


@pytest.mark.parametrize("text", SHAPES)
def test_and_in_numbers_it_is_that_of_the_value(text):
    given = {name: np.shape(value) for name, value in VALUES.items()}
    f = Formula.parse(text)
    assert f.shape(given, sizes=NUMBERS) == f(VALUES, sizes=NUMBERS).shape


@pytest.mark.parametrize("given", ["n", "n×1", "n by 1", ("n",), (n,), n, ["n", 1]], ids=repr)
def test_a_vector_is_a_column_however_its_shape_is_given(given):
    assert Formula.parse("x").shape({"x": given}) == (n, 1)


def test_every_part_has_its_shape():
    f = Formula.parse("((W.T @ (d - b)) * s) @ a.T")
    reading = f.reading(LETTERS)
    found = {f.text[slice(*part.at)]: reading.shapes[part] for part in walk(reading.tree)}
    assert found == {
        "((W.T @ (d - b)) * s) @ a.T": (n, k),
        "(W.T @ (d - b)) * s": (n, 1),
        "W.T @ (d - b)": (n, 1),
        "d - b": (m, 1),
        "W.T": (n, m),
        "a.T": (1, k),
        "W": (m, n), "d": (m, 1), "b": (m, 1), "s": (n, 1), "a": (k, 1),
    }  # fmt: skip


def test_what_a_fault_is_inside_of_has_no_shape_and_the_rest_has():
    f = Formula.parse("(W @ d) * x + y.T @ A")
    reading = f.reading(LETTERS)
    found = {f.text[slice(*part.at)]: reading.shapes[part] for part in walk(reading.tree)}
    assert f.text[slice(*reading.fault.part.at)] == "W @ d"
    assert found["W @ d"] is found["(W @ d) * x"] is found[f.text] is None
    assert found["y.T @ A"] == (1, n)
    assert found["x"] == (n, 1)


def test_sizes_that_are_equal_or_one_change_nothing():
    f = Formula.parse("(W.T @ d) * s")
    assert f.shape({"W": "n×n", "d": "n", "s": "n"}) == (n, 1)
    assert f.shape({"W": "1×1", "d": "1", "s": "scalar"}) == (1, 1)  # labelled: sizes are 1
    assert f.shape({"W": (1, 4), "d": 1, "s": 4}) == (4, 1)
    assert f({"W": [[2.0]], "d": 3.0, "s": [5.0]}).tolist() == [[30.0]]
    assert Formula.parse("x @ y").shape({"x": "1×n", "y": "n×1"}) == (1, 1)


def test_a_reading_is_kept_until_the_shapes_change():
    f = Formula.parse("W @ x")
    assert f.reading(LETTERS) is f.reading(dict(LETTERS))
    assert f.shape({"W": "m×n", "x": "n"}) == (m, 1)
    assert f.shape({"W": "2×3", "x": "3"}) == (2, 1)
    for size in range(2, 100):
        assert f.shape({"W": (size + 1, size), "x": size}) == (size + 1, 1)


def test_ten_factors_are_read_and_shaped_within_ten_milliseconds():
    text = "A @ x * y @ s.T @ B * A @ B.T @ x / c * s"
    times = []
    for _ in range(20):
        start = perf_counter()
        Formula.parse(text).shape(LETTERS)
        times.append(perf_counter() - start)
    assert min(times) < 0.01


# Values


def test_values_are_numbers_vectors_and_matrices():
    assert Formula.parse("x")({"x": 3}).tolist() == [[3.0]]
    assert Formula.parse("x")({"x": [1, 2]}).tolist() == [[1.0], [2.0]]
    assert Formula.parse("x")({"x": [[1, 2]]}).tolist() == [[1.0, 2.0]]
    assert Formula.parse("x")({"x": np.array([True, False])}).tolist() == [[1.0], [0.0]]
    assert Formula.parse("x")({"x": np.float32(2)}).dtype == np.float64
    assert Formula.parse("2")({}).tolist() == [[2.0]]


def test_values_that_are_not_used_do_not_matter():
    assert Formula.parse("x.T @ x")({"x": [1.0, 2.0], "Z": np.ones((5, 7))}) == 5.0


def test_the_values_given_are_left_alone():
    x = np.array([1.0, 2.0])
    f = Formula.parse("x")
    f({"x": x})[0, 0] = 7.0
    f.jacobian({"x": x}, "x")
    f.as_numpy({"x": x})
    assert x.tolist() == [1.0, 2.0]


def test_what_is_no_number_is_passed_through():
    x = [np.nan, np.inf, 1.0]
    value = Formula.parse("2 * x - 1")({"x": x})
    assert np.isnan(value[0, 0])
    assert value[1:].tolist() == [[np.inf], [1.0]]
    assert np.isnan(Formula.parse("x / y")({"x": [0.0, 1.0], "y": [0.0, 0.0]})[0, 0])
    assert np.isnan(Formula.parse("log(x)")({"x": -1.0}))
    assert Formula.parse("exp(x)")({"x": 1000.0}) == np.inf


def test_a_symbol_takes_the_value_that_is_given_by_its_name():
    f = Formula.parse("d(L, u) @ d(u, x)")
    values = {"∂L/∂u": [[1.0, 2.0]], "∂u/∂x": [[1.0, 0.0, 3.0], [0.0, 1.0, 1.0]]}
    assert f(values).tolist() == [[1.0, 2.0, 5.0]]
    assert [symbol.text for symbol in f.derivatives] == ["∂L/∂u", "∂u/∂x"]
    g = Formula.parse("grad(L, x) - jac(L, x).T + d(L, x, y) @ y")
    assert g.names == ["∇_x L", "J_x L", "∂²L/∂x∂y", "y"]


def test_a_symbol_is_shaped_as_its_layout_has_it():
    shapes = {"u": "m", "x": "n", "L": "scalar", "W": "m×n", "y": "k"}

    def shape(text, layout=None):
        return Formula.parse(text).shape(shapes, layout=layout)

    for layout in (NUMERATOR, DENOMINATOR, "numerator", "denominator"):
        named = layouts.Layout.named(layout)
        assert shape("d(u, x)", layout) == named.shape((m,), (n,))
        assert shape("d(L, W)", layout) == named.shape((), (m, n))
        assert shape("d(L, x)", layout) == named.shape((), (n,))
        assert shape("d(x.T @ W.T @ u, x)", layout) == named.shape((), (n,))
        assert shape("grad(L, W)", layout) == (m, n)
        assert shape("jac(u, x)", layout) == (m, n)
        assert shape("d(L, u).T", layout) == named.other.shape((), (m,))
    assert shape("d(L, y, x)", "numerator") != shape("d(L, y, x)", "denominator")


# Names that stand for formulas

CHAIN = {"z": "W @ x + b", "h": "exp(z)", "L": "sum(h * h)"}


def test_names_may_stand_for_formulas():
    z = COLUMNS["W"] @ COLUMNS["x"] + COLUMNS["b"]
    f = Formula.parse("2 * L", let=CHAIN)
    agree(f(VALUES), [[2 * np.sum(np.exp(z) ** 2)]])
    assert f.shape(LETTERS) == (1, 1)
    expected = 4 * (np.exp(z) ** 2) @ COLUMNS["x"].T
    agree(f.derivative(VALUES, "W", DENOMINATOR), expected)


def test_they_may_be_given_in_any_order_and_as_formulas():
    backwards = dict(reversed(list(CHAIN.items())))
    expected = Formula.parse("L", let=CHAIN)(VALUES)
    assert Formula.parse("L", let=backwards)(VALUES) == expected
    formulas = {name: Formula.parse(text) for name, text in CHAIN.items()}
    assert Formula.parse("L", let=formulas)(VALUES) == expected


def test_greek_names_may_stand_for_formulas():
    f = Formula.parse("δ2.T @ delta2", let={"δ2": "W.T @ d"})
    agree(f(VALUES), [[np.sum((VALUES["W"].T @ VALUES["d"]) ** 2)]])


def test_a_value_that_is_given_comes_before_what_its_name_stands_for():
    f = Formula.parse("z + z", let={"z": "x.T @ x"})
    assert f({"x": [1.0, 2.0]}) == 10.0
    assert f({"x": [1.0, 2.0], "z": 7.0}) == 14.0
    loop = Formula.parse("u", let={"u": "v + 1", "v": "u + 1"})
    assert loop({"v": 3.0}) == 4.0


def test_what_is_not_needed_is_not_shaped():
    assert Formula.parse("x", let={"unused": "x @ x"}).shape({"x": "n"}) == (n, 1)


def test_long_chains_of_names_are_no_trouble():
    let = {f"h{j}": f"h{j + 1} + 1" for j in range(500)} | {"h500": "x"}
    assert Formula.parse("h0", let=let)({"x": [1.0, 2.0]}).tolist() == [[501.0], [502.0]]


def test_a_formula_is_analytic_if_all_that_it_needs_is():
    assert Formula.parse("u", let={"u": "exp(X)"}).analytic
    assert not Formula.parse("u", let={"u": "logm(X)"}).analytic
    kink = {"relu": elementwise(lambda x: np.maximum(x, 0), analytic=False)}
    assert not Formula.parse("relu(x)", functions=kink).analytic


# Derivatives

CELLS = {
    "scalar by scalar": ("exp(c) * c", "c", lambda c: anp.exp(c) * c),
    "scalar by vector": ("x.T @ A @ x", "x", lambda x: x @ VALUES["A"] @ x),
    "scalar by matrix": ("d.T @ W @ exp(x)", "W", lambda W: VALUES["d"] @ W @ anp.exp(VALUES["x"])),
    "vector by scalar": ("exp(c * x)", "c", lambda c: anp.exp(c * VALUES["x"])),
    "vector by vector": ("(W @ x) * (W @ x)", "x", lambda x: (VALUES["W"] @ x) ** 2),
    "matrix by scalar": ("W * exp(c)", "c", lambda c: VALUES["W"] * anp.exp(c)),
    "vector by matrix": ("exp(W @ x)", "W", lambda W: anp.exp(W @ VALUES["x"])),
    "matrix by vector": ("d @ (x * x).T", "x", lambda x: anp.outer(VALUES["d"], x * x)),
    "matrix by matrix": ("A @ W.T @ C", "W", lambda W: VALUES["A"] @ W.T @ VALUES["C"]),
}


def entries(shape):
    return [index[::-1] for index in np.ndindex(tuple(shape)[::-1])]


def jacobian_by_autograd(function, x):
    """∂vec(y)/∂vec(x), from autograd's tensor y.shape + x.shape, entry by entry."""
    x = np.asarray(x, dtype=float)
    tensor = autograd.jacobian(function)(x)
    y_shape = tensor.shape[: tensor.ndim - x.ndim]
    return np.array([[tensor[i + j] for j in entries(x.shape)] for i in entries(y_shape)])


@pytest.mark.parametrize("cell", CELLS)
def test_the_jacobian_is_autograd_s(cell):
    text, wrt, function = CELLS[cell]
    expected = jacobian_by_autograd(function, VALUES[wrt])
    agree(Formula.parse(text).jacobian(VALUES, wrt), expected)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_the_derivative_stands_as_the_layout_s_table_has_it(cell, layout):
    text, wrt, function = CELLS[cell]
    x = np.asarray(VALUES[wrt], dtype=float)
    J = jacobian_by_autograd(function, x)
    y = np.asarray(function(x))
    if y.ndim == 0 and x.ndim == 2:
        expected = np.array([[J[0, entries(x.shape).index((i, j))] for i in range(len(x))]
                             for j in range(x.shape[1])])  # fmt: skip
    elif y.ndim == 2 and x.ndim == 0:
        expected = np.array([[J[entries(y.shape).index((i, j)), 0] for j in range(y.shape[1])]
                             for i in range(len(y))])  # fmt: skip
    else:
        expected = J
    expected = expected if layout == "numerator" else expected.T
    agree(Formula.parse(text).derivative(VALUES, wrt, layout), expected)


def test_numerator_layout_is_taken_where_none_is_said():
    f = Formula.parse("W @ x")
    agree(f.derivative(VALUES, "x"), VALUES["W"])
    agree(f.derivative(VALUES, "x", DENOMINATOR), VALUES["W"].T)


@pytest.mark.parametrize(("analytic", "tolerance"), [(True, 1e-14), (False, 1e-9)])
def test_complex_steps_are_exact_and_central_differences_nearly(analytic, tolerance):
    tanh = {"tanh": elementwise(np.tanh, analytic=analytic)}
    f = Formula.parse("tanh(W @ x)", functions=tanh)
    z = VALUES["W"] @ VALUES["x"] / 10
    J = f.jacobian({"W": VALUES["W"] / 10, "x": VALUES["x"]}, "x")
    expected = (1 - np.tanh(z) ** 2)[:, None] * VALUES["W"] / 10
    agree(J, expected, tolerance)
    if not analytic:
        assert not np.array_equal(J, expected)


def test_what_does_not_occur_has_a_derivative_of_zero():
    agree(Formula.parse("W @ x").jacobian(VALUES, "d"), np.zeros((3, 3)))
    kink = {"relu": elementwise(lambda x: np.maximum(x, 0), analytic=False)}
    agree(Formula.parse("relu(x)", functions=kink).jacobian(VALUES, "c"), np.zeros((4, 1)))


def test_a_matrix_with_many_entries_does_not_take_all_memory():
    most = []

    def squares(X):
        most.append(X.size)
        return X * X

    X = np.full((60, 50), 2.0)
    f = Formula.parse("sum(g(X))", functions={"g": elementwise(squares)})
    agree(f.derivative({"X": X}, "X", "denominator"), 2 * X)
    assert 3_000_000 < max(most) <= 4_000_000


def test_points_are_taken_so_many_at_a_time_as_memory_allows(monkeypatch):
    from layouts.formulas import differences

    f = Formula.parse("exp(W @ x)")
    whole = f.jacobian(VALUES, "W")
    central = Formula.parse("sinm(A)").jacobian(VALUES, "A")
    monkeypatch.setattr(differences, "MOST_ENTRIES", 60)
    assert np.array_equal(f.jacobian(VALUES, "W"), whole)
    assert np.array_equal(Formula.parse("b").jacobian(VALUES, "W"), np.zeros((3, 12)))
    agree(Formula.parse("sinm(A)").jacobian(VALUES, "A"), central)


HESSIANS = {
    "x.T @ A @ x": ("x", lambda x: x @ VALUES["A"] @ x),
    "sum(exp(A @ x))": ("x", lambda x: anp.sum(anp.exp(VALUES["A"] @ x))),
    "log(x.T @ x)": ("x", lambda x: anp.log(x @ x)),
    "tr(W @ A @ W.T)": ("W", lambda W: anp.trace(W @ VALUES["A"] @ W.T)),
    "c**3": ("c", lambda c: c**3),
}


@pytest.mark.parametrize("text", HESSIANS)
def test_the_second_derivative_is_autograd_s_hessian(text):
    wrt, function = HESSIANS[text]
    x = np.asarray(VALUES[wrt], dtype=float)
    tensor = autograd.hessian(function)(x)
    expected = np.array([[tensor[i + j] for j in entries(x.shape)] for i in entries(x.shape)])
    agree(Formula.parse(text).second_derivative(VALUES, wrt), expected, tolerance=1e-8)


def test_the_second_derivative_of_what_is_linear_is_zero():
    agree(Formula.parse("d.T @ W @ x").second_derivative(VALUES, "W"), np.zeros((12, 12)))


def test_the_second_derivative_is_symmetric_where_the_formula_is_not_analytic():
    quartic = {"p": elementwise(lambda x: x**4, analytic=False)}
    f = Formula.parse("sum(p(A @ x))", functions=quartic)
    z = VALUES["A"] @ VALUES["x"]
    expected = VALUES["A"].T @ np.diag(12 * z**2) @ VALUES["A"]
    agree(f.second_derivative(VALUES, "x"), expected, tolerance=1e-7)


def test_a_formula_is_a_function_of_some_of_its_names_at_many_points():
    f = Formula.parse("(W @ x) * d")
    function = f.function_of(VALUES, ["x", "d"], {})
    generator = np.random.default_rng(3)
    x, d = generator.standard_normal((5, 4, 1)), generator.standard_normal((5, 3, 1))
    value = function(x, d)
    assert value.shape == (5, 3, 1)
    for point in range(5):
        agree(value[point], f({"W": VALUES["W"], "x": x[point], "d": d[point]}))


# What NumPy makes of it

one, two = np.array([1.0, 2.0]), np.array([[1.0], [2.0]])
HIDDEN = {
    # formula, arrays, what is said of the strict reading, what NumPy makes of it
    "a column and a flat vector": (
        "x - y", {"x": two, "y": np.array([[3.0, 5.0]])}, "the shapes differ",
        [[-2.0, -4.0], [-1.0, -3.0]]),
    "a column times a row": (
        "x * y", {"x": two, "y": np.array([[3.0, 5.0]])}, "the shapes differ",
        [[3.0, 5.0], [6.0, 10.0]]),
    "a vector scaled by rows": (
        "x * W", {"x": two, "W": np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])},
        "the shapes differ", [[1.0, 2.0, 3.0], [8.0, 10.0, 12.0]]),
    "two flat vectors": ("x @ y", {"x": one, "y": 2 * one}, "inner sizes 1 and 2 differ", 10.0),
    "a flat vector before a matrix": (
        "x @ W", {"x": one, "W": np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])},
        "inner sizes 1 and 2 differ", [9.0, 12.0, 15.0]),
    "an outer product of flat vectors": (
        "x @ y.T", {"x": one, "y": 3 * one}, "", 15.0),
    "a bias added to each column": (
        "W + b", {"W": np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), "b": np.array([10.0, 20, 30])},
        "the shapes differ", [[11.0, 22.0, 33.0], [14.0, 25.0, 36.0]]),
    "a number that is not written out": ("x + c", {"x": one, "c": 3.0}, "the shapes differ",
                                         [4.0, 5.0]),
    "whole numbers": ("x * 2 + 1", {"x": np.array([1, 2])}, "", [3, 5]),
    "ones with one axis": ("W @ ones(3)", {"W": np.ones((2, 3))}, "", [3.0, 3.0]),
    "a row in brackets": ("(1, 2) @ x", {"x": one}, "", 5.0),
}  # fmt: skip


@pytest.mark.parametrize("name", HIDDEN)
def test_numpy_computes_what_does_not_conform(name):
    text, arrays, strict, expected = HIDDEN[name]
    f = Formula.parse(text)
    run = f.as_numpy(arrays)
    assert run.error == ""
    assert run.stopped is None
    assert np.shape(run.value) == np.shape(expected)
    assert np.array_equal(run.value, expected)
    assert np.asarray(run.value).dtype == np.asarray(expected).dtype
    fault = f.reading({name: np.shape(value) for name, value in arrays.items()}).fault
    assert (strict in fault.message) if strict else fault is None


def test_numpy_s_value_is_python_s_with_the_same_arrays():
    arrays = {"x": one, "y": 3 * one, "A": np.array([[1.0, 2.0], [0.0, 5.0]])}
    for text in [
        "x @ A @ y",
        "A * x @ y",
        "A / y - x",
        "x.T * A.T",
        "-x**2 @ A",
        "A @ x",
    ]:
        assert np.array_equal(Formula.parse(text).as_numpy(arrays).value, eval(text, dict(arrays)))


def test_numpy_s_shapes_are_known_of_every_part_up_to_where_it_stops():
    f = Formula.parse("(W @ x) * (x @ W)")
    run = f.as_numpy({"W": np.ones((3, 2)), "x": np.ones(2)})
    assert f.text[slice(*run.stopped.at)] == "x @ W"
    assert run.value is None
    with pytest.raises(ValueError, match="matmul") as numpys_own:
        np.ones(2) @ np.ones((3, 2))
    assert run.error == str(numpys_own.value)
    found = {f.text[slice(*part.at)]: shape for part, shape in run.shapes.items()}
    assert found == {"W": (3, 2), "x": (2,), "W @ x": (3,)}


def test_numpy_sees_names_that_stand_for_formulas():
    f = Formula.parse("u * x", let={"u": "W @ x"})
    assert f.as_numpy({"W": np.eye(2), "x": one}).value.tolist() == [1.0, 4.0]
    broadcast = Formula.parse("u + y", let={"u": "W @ x"})
    assert broadcast.as_numpy({"W": np.eye(2), "x": one, "y": two}).value.shape == (2, 2)


def test_numpy_is_not_asked_for_singular_values_of_infinite_entries():
    run = Formula.parse("pinv(A)").as_numpy({"A": np.array([[np.inf, 1.0], [2.0, 3.0]])})
    assert (run.error, run.value) == ("SVD did not converge", None)  # it might never come back
    A = np.array([[1.0, 1.0], [2.0, 3.0], [0.0, 5.0]])
    assert np.array_equal(Formula.parse("pinv(A)").as_numpy({"A": A}).value, np.linalg.pinv(A))


def test_numpy_stops_at_a_singular_matrix():
    run = Formula.parse("inv(A) @ x").as_numpy({"A": np.ones((2, 2)), "x": one})
    assert (run.error, run.value) == ("Singular matrix", None)
    assert (
        Formula.parse("expm(x)").as_numpy({"x": one}).error.startswith("a square matrix is wanted")
    )


# Printing

PRINTED = {
    "(W.T @ d) * s": ("(W.T @ d) * s", "(Wᵀ d) ⊙ s", r"(W^{\top} d) \odot s"),
    "W.T@d*s": ("(W.T @ d) * s", "(Wᵀ d) ⊙ s", r"(W^{\top} d) \odot s"),
    "A*(B@A)": ("A * (B @ A)", "A ⊙ (B A)", r"A \odot (B A)"),
    "A@(B@A)": ("A @ (B @ A)", "A (B A)", "A (B A)"),
    "x - (y - s)": ("x - (y - s)", "x - (y - s)", "x - (y - s)"),
    "x - y - s": ("x - y - s", "x - y - s", "x - y - s"),
    "-(x + y)": ("-(x + y)", "-(x + y)", "-(x + y)"),
    "x / (y / s)": ("x / (y / s)", "x / (y / s)", r"\frac{x}{\frac{y}{s}}"),
    "(x / y).T": ("(x / y).T", "(x / y)ᵀ", r"(\frac{x}{y})^{\top}"),
    "(x / y)**2": ("(x / y)**2", "(x / y)²", r"(\frac{x}{y})^{2}"),
    "(A @ B).T": ("(A @ B).T", "(A B)ᵀ", r"(A B)^{\top}"),
    "x.T.T": ("x.T.T", "xᵀᵀ", r"(x^{\top})^{\top}"),
    "(2).T": ("(2).T", "2ᵀ", r"2^{\top}"),
    "(-x)**2": ("(-x)**2", "(-x)²", "(-x)^{2}"),
    "-x**2": ("-x**2", "-x²", "-x^{2}"),
    "x**0.5": ("x**0.5", "x^0.5", "x^{0.5}"),
    "2 * x": ("2 * x", "2 x", "2 x"),
    "x * 2 * 3": ("x * 2 * 3", "x · 2 · 3", r"x \cdot 2 \cdot 3"),
    "1e5 * x": ("1e5 * x", "1e5 x", r"(1 \cdot 10^{5}) x"),
    "1e5**2": ("1e5**2", "1e5²", r"(1 \cdot 10^{5})^{2}"),
    "0x1F + 1_000": ("31 + 1000", "31 + 1000", "31 + 1000"),
    "inv(A)": ("inv(A)", "A⁻¹", "A^{-1}"),
    "inv(A).T": ("inv(A).T", "A⁻ᵀ", r"A^{-\top}"),
    "inv(A + B)": ("inv(A + B)", "(A + B)⁻¹", "(A + B)^{-1}"),
    "pinv(W)": ("pinv(W)", "W⁺", "W^{+}"),
    "matrix_power(A, 3)": ("matrix_power(A, 3)", "A³", "A^{3}"),
    "kron(x.T, eye(m))": ("kron(x.T, eye(m))", "xᵀ ⊗ I_m", r"x^{\top} \otimes I_{m}"),
    "kron(A, kron(B, C))": ("kron(A, kron(B, C))", "A ⊗ (B ⊗ C)", r"A \otimes (B \otimes C)"),
    "eye(3) @ ones(n)": ("eye(3) @ ones(n)", "I₃ 1_n", r"I_{3} \mathbf{1}_{n}"),
    "outer(d, x)": ("outer(d, x)", "d xᵀ", r"d x^{\top}"),
    "hstack(W, b)": ("hstack(W, b)", "[W | b]", r"\left(W \middle| b\right)"),
    "norm(x)": ("norm(x)", "‖x‖", r"\lVert x \rVert"),
    "sqrt(x)": ("sqrt(x)", "sqrt(x)", r"\sqrt{x}"),
    "abs(c)": ("abs(c)", "|c|", r"\operatorname{abs}(c)"),
    "tr(A)": ("tr(A)", "tr(A)", r"\operatorname{tr}(A)"),
    "exp(-x)": ("exp(-x)", "exp(-x)", r"\exp(-x)"),
    "(1, 2, 3)": ("(1, 2, 3)", "(1, 2, 3)", "(1, 2, 3)"),
    "δ2 + η": ("delta2 + eta", "δ2 + η", r"\delta_{2} + \eta"),
    "lambda * x": ("lambda * x", "λ ⊙ x", r"\lambda \odot x"),
    "W[l+1].T": ("W[l+1].T", "W[l+1]ᵀ", r"W_{l+1}^{\top}"),
    "W_out": ("W_out", "W_out", "W_{out}"),
    "d(L, W1)": ("d(L, W1)", "∂L/∂W1", r"\frac{\partial L}{\partial W_{1}}"),
    "d(u, x)**2": ("d(u, x)**2", "(∂u/∂x)²", r"(\frac{\partial u}{\partial x})^{2}"),
    "d(L, x, y)": ("d(L, x, y)", "∂²L/∂x∂y", r"\frac{\partial^{2} L}{\partial x \partial y}"),
    "grad(L, x).T": ("grad(L, x).T", "(∇_x L)ᵀ", r"(\nabla_{x} L)^{\top}"),
    "grad(x.T @ x, x)": ("grad(x.T @ x, x)", "∇_x (xᵀ x)", r"\nabla_{x} (x^{\top} x)"),
    "jac(A @ x, x)": ("jac(A @ x, x)", "J_x (A x)", r"J_{x} (A x)"),
    "grad(log(c), c)": ("grad(log(c), c)", "∇_c log(c)", r"\nabla_{c} \log(c)"),
}  # fmt: skip


@pytest.mark.parametrize("text", PRINTED)
def test_a_formula_is_printed_in_three_ways(text):
    f = Formula.parse(text, "python")
    assert (f.to_python(), f.to_text(), f.to_latex()) == PRINTED[text]


@pytest.mark.parametrize("text", PRINTED)
def test_what_is_printed_as_python_is_read_as_the_same(text):
    python = Formula.parse(text, "python").to_python()
    assert Formula.parse(python, "python").to_python() == python


def test_shapes_tell_a_scale_from_a_hadamard_product():
    f = Formula.parse("c * x")
    assert (f.to_text(), f.to_latex()) == ("c ⊙ x", r"c \odot x")
    assert (f.to_text(LETTERS), f.to_latex(LETTERS)) == ("c x", "c x")
    assert f.to_text({"c": "n", "x": "n"}) == "c ⊙ x"
    assert f.to_python(LETTERS) == "c * x"


DIAGRAMS = {
    ("(W.T @ d) * s", "python"): """
(W.T @ d) * s
m×n   m×1  n×1
 n×m
 └─n×1─┘
└────n×1────┘""",
    ("((W.T @ (d - b)) * s) @ a.T", "python"): """
((W.T @ (d - b)) * s) @ a.T
 m×n    m×1 m×1   n×1  k×1
  n×m    └m×1┘          1×k
  └────n×1────┘
 └───────n×1───────┘
└───────────n×k───────────┘""",
    ("sum(x * (1 - y))", "text"): """
sum(x ⊙ (1 - y))
   n×1      n×1
         └n×1┘
    └───n×1───┘
└─────1×1──────┘""",
    ("kron(x.T, eye(m)) @ vec(W)", "python"): """
kron(x.T, eye(m)) @ vec(W)
    n×1   └m×m─┘       m×n
     1×n            m·n×1
└─────m×m·n─────┘
└──────────m×1───────────┘""",
    ("W @ d + x", "python"): """
W @ d + x
   m×1 n×1
m×n
└─?─┘
└───?───┘""",
    ("W.T @ d", "latex"): r"""
\underbrace{\underbrace{\underbrace{W}_{m \times n}^{\top}}_{n \times m} """
    r"""\underbrace{d}_{m \times 1}}_{n \times 1}""",
}


@pytest.mark.parametrize(("text", "style"), DIAGRAMS)
def test_a_shape_stands_under_every_part(text, style):
    drawn = Formula.parse(text).with_shapes(LETTERS, style)
    assert drawn == DIAGRAMS[text, style].removeprefix("\n")


@pytest.mark.parametrize("text", [*AS_PYTHON, *SHAPES])
@pytest.mark.parametrize("style", ["python", "text"])
def test_the_shape_of_every_part_that_is_no_number_can_be_seen_in_a_diagram(text, style):
    f = Formula.parse(text)
    first, *below = f.with_shapes(LETTERS, style).splitlines()
    assert first == (f.to_python(LETTERS) if style == "python" else f.to_text(LETTERS))
    shape = "×".join(f"({size})" if " " in str(size) else str(size) for size in f.shape(LETTERS))
    assert not below or shape in below[-1]
    assert all(len(line) == len(line.rstrip()) for line in below)


# Any formula at all

SIZES = (3, 2)
NAMES = {(3, 1): "x", (2, 1): "y", (1, 3): "r", (1, 2): "q", (3, 2): "A", (2, 3): "B", (3, 3): "S",
         (2, 2): "T", (1, 1): "c"}  # fmt: skip
ANY = {name: np.random.default_rng(5).uniform(0.5, 1.5, shape) for shape, name in NAMES.items()}


def built(random, shape, depth):
    """A formula of that shape, every operation in brackets, and its value by NumPy alone."""
    if depth == 0 or random.random() < 0.1:
        return NAMES[shape], ANY[NAMES[shape]]

    def inner(shape):
        text, value = built(random, shape, depth - 1)
        return f"({text})", value

    kind = random.choice(
        ("+", "-", "*", "/", "@", "@", "scale", "over", "T", "neg", "f", "**", "own")
    )
    if kind in ("+", "-", "*", "/"):
        (left, a), (right, b) = inner(shape), inner(shape)
        return f"{left} {kind} {right}", {"+": a + b, "-": a - b, "*": a * b, "/": a / b}[kind]
    if kind == "@":
        size = random.choice(SIZES)
        (left, a), (right, b) = inner((shape[0], size)), inner((size, shape[1]))
        return f"{left} @ {right}", a @ b
    text, value = inner(shape)
    if kind in ("scale", "over"):
        number, c = inner((1, 1))
        return (f"{number} * {text}", c * value) if kind == "scale" else (
            f"{text} / {number}", value / c)  # fmt: skip
    if kind == "T":
        text, value = inner(shape[::-1])
        return f"{text}.T", value.T
    if kind == "own" and shape == (1, 1):
        text, value = inner((3, 2))
        return random.choice(
            ((f"sum({text})", np.full((1, 1), value.sum())),
             (f"tr({text}.T @ {text})", np.full((1, 1), (value**2).sum())))
        )  # fmt: skip
    if kind == "own" and shape[0] == shape[1]:
        return f"inv({text})", np.linalg.inv(value)
    return random.choice(
        ((f"-{text}", -value), (f"sin{text}", np.sin(value)), (f"{text}**2", value**2))
    )


@settings(deadline=None, derandomize=True, database=None, max_examples=200)
@given(st.integers(0, 10**6), st.sampled_from(list(NAMES)), st.integers(1, 4))
def test_any_formula_has_numpy_s_value_and_keeps_it_when_it_is_printed(seed, shape, depth):
    try:
        with np.errstate(all="ignore"):
            text, expected = built(Random(seed), shape, depth)
    except np.linalg.LinAlgError:
        return
    scale = np.abs(expected).max()
    if not scale < 1e6:
        return
    f = Formula.parse(text)
    shapes = {name: value.shape for name, value in ANY.items()}
    assert f.shape(shapes) == shape
    for printed in (text, f.to_python(), f.to_python(shapes)):
        value = Formula.parse(printed)(ANY)
        assert np.allclose(value, expected, rtol=1e-9, atol=1e-9 * scale), printed
