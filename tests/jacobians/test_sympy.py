"""SymPy's `Matrix.jacobian` of functions written entry by entry: exact derivatives, small sizes."""

import numpy as np
import pytest
import sympy as sp

from jacobians import layers
from jacobians.layers import Linear
from tests.laws import agree

Z = sp.Matrix(sp.symbols("z1:4"))
T = sp.Matrix(sp.symbols("t1:4"))
POINT = [sp.Rational(3, 10), sp.Rational(-6, 5), sp.Rational(7, 4)]
TARGET = [sp.Rational(1, 5), sp.Rational(1, 2), sp.Rational(3, 10)]
PROBABILITY = [sp.Rational(1, 4), sp.Rational(2, 5), sp.Rational(9, 10)]


def exactly(J, point):
    """An exact Jacobian at rational numbers, rounded once."""
    values = J.subs(dict(zip([*Z, *T], [*point, *TARGET], strict=True)))
    return np.array(values.evalf(40).tolist(), dtype=float)


def floats(numbers):
    return np.array([float(number) for number in numbers])


TOTAL = sum(sp.exp(z) for z in Z)
VECTOR = {
    "sigmoid": (layers.Sigmoid(), Z.applyfunc(lambda z: 1 / (1 + sp.exp(-z)))),
    "tanh": (layers.Tanh(), Z.applyfunc(sp.tanh)),
    "exp": (layers.Exp(), Z.applyfunc(sp.exp)),
    "square": (layers.Square(), Z.applyfunc(lambda z: z**2)),
    "softplus": (layers.Softplus(), Z.applyfunc(lambda z: sp.log(1 + sp.exp(z)))),
    "gelu": (layers.GELU(), Z.applyfunc(lambda z: z * (1 + sp.erf(z / sp.sqrt(2))) / 2)),
    "softmax": (layers.Softmax(), Z.applyfunc(lambda z: sp.exp(z) / TOTAL)),
    "log softmax": (layers.LogSoftmax(), Z.applyfunc(lambda z: z - sp.log(TOTAL))),
}


@pytest.mark.parametrize("name", VECTOR)
def test_a_vector_function_has_the_exact_jacobian(name):
    layer, y = VECTOR[name]
    expected = exactly(y.jacobian(Z), POINT)
    agree(layer.jacobian(floats(POINT)), expected, 4e-16 * 4)
    agree(layer.jacobian(floats(POINT), layout="denominator"), expected.T, 4e-16 * 4)


def entropy(p, t):
    return -sum(t_i * sp.log(p_i) for p_i, t_i in zip(p, t, strict=True))


def binary_entropy(p, t):
    return entropy(p, t) + entropy([1 - p_i for p_i in p], [1 - t_i for t_i in t])


def logistic(p):
    return [1 / (1 + sp.exp(-p_i)) for p_i in p]


LOSSES = {
    "half squared error": (layers.HalfSquaredError(), sum((Z - T).applyfunc(lambda e: e**2)) / 2),
    "mean squared error": (layers.MeanSquaredError(), sum((Z - T).applyfunc(lambda e: e**2)) / 3),
    "cross entropy": (layers.CrossEntropy(), entropy(Z, T)),
    "softmax cross entropy": (
        layers.SoftmaxCrossEntropy(), entropy(Z.applyfunc(sp.exp) / TOTAL, T),
    ),
    "binary cross entropy": (layers.BinaryCrossEntropy(), binary_entropy(Z, T)),
    "binary cross entropy with logits": (
        layers.BinaryCrossEntropyWithLogits(), binary_entropy(logistic(Z), T),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_has_the_exact_derivatives(name):
    layer, value = LOSSES[name]
    point = POINT if "logits" in name or "squared" in name or "softmax" in name else PROBABILITY
    for wrt, variables in (("prediction", Z), ("target", T)):
        expected = exactly(sp.Matrix([value]).jacobian(variables), point)
        J = layer.jacobian(floats(point), floats(TARGET), wrt=wrt)
        agree(J, expected, 4e-16 * 4)


def test_the_linear_layer_on_whole_numbers_has_exactly_the_entries():
    W = sp.Matrix(2, 3, sp.symbols("w1:7"))
    A = sp.Matrix(3, 4, sp.symbols("x1:13"))
    b = sp.Matrix(sp.symbols("b1:3"))
    numbers = dict(zip([*W, *A, *b], range(1, 21), strict=True))
    values = [np.array(M.subs(numbers).tolist(), dtype=float) for M in (A, W, b)]
    inputs = [values[0], values[1], values[2][:, 0]]
    vec_z = (W * A + b * sp.ones(1, 4)).T.reshape(8, 1)  # rows of the transpose: columns stacked
    for wrt, variable in (("x", A), ("W", W), ("b", b)):
        stacked = variable.T.reshape(len(variable), 1)
        expected = np.array(vec_z.jacobian(stacked).subs(numbers).tolist(), dtype=float)
        J = Linear(inputs[1], inputs[2]).jacobian(*inputs, wrt=wrt)
        assert np.array_equal(J, expected)


def test_half_squared_error_on_whole_numbers_is_exact():
    value = sum((Z - T).applyfunc(lambda e: e**2)) / 2
    numbers = dict(zip([*Z, *T], [3, -1, 4, 1, 5, -9], strict=True))
    expected = sp.Matrix([value]).jacobian(Z).subs(numbers)
    J = layers.HalfSquaredError().jacobian([3, -1, 4], [1, 5, -9])
    assert expected.tolist() == [[2, -6, 13]]
    assert np.asarray(J).tolist() == [[2, -6, 13]]


def test_softmax_is_diag_s_minus_s_s_transposed_symbolically():
    s = Z.applyfunc(lambda z: sp.exp(z) / TOTAL)
    difference = s.jacobian(Z) - (sp.diag(*s) - s * s.T)
    assert difference.applyfunc(sp.simplify) == sp.zeros(3, 3)
    assert layers.Softmax().jacobian([0.0, 0.0, 0.0]).operator.text == "diag(y) - y yᵀ"
