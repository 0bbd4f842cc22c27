"""Far out, at kinks and at NaN: the right limits, no overflow and no warning."""

import numpy as np
import pytest

from jacobians import layers
from tests.cases import ELEMENTWISE

INF = np.inf
SELU_SLOPE, SELU_FLOOR = 1.0507009873554805, -1.0507009873554805 * 1.6732632423543772
FAR = {
    #                      σ(-1000)    σ(1000)    σ'(-1000)   σ'(1000)
    "identity":            (-1000,     1000,      1,          1),
    "sigmoid":             (0,         1,         0,          0),
    "tanh":                (-1,        1,         0,          0),
    "relu":                (0,         1000,      0,          1),
    "leaky relu":          (-10,       1000,      0.01,       1),
    "leaky relu 0.2":      (-200,      1000,      0.2,        1),
    "elu":                 (-1,        1000,      0,          1),
    "elu 0.7":             (-0.7,      1000,      0,          1),
    "selu":                (SELU_FLOOR, 1000 * SELU_SLOPE, 0, SELU_SLOPE),
    "gelu":                (0,         1000,      0,          1),
    "gelu tanh":           (0,         1000,      0,          1),
    "silu":                (0,         1000,      0,          1),
    "softplus":            (0,         1000,      0,          1),
    "softplus 2":          (0,         1000,      0,          1),
    "softsign":            (-1000 / 1001, 1000 / 1001, 1 / 1001**2, 1 / 1001**2),
    "log sigmoid":         (-1000,     0,         1,          0),
    "hard tanh":           (-1,        1,         0,          0),
    "hard tanh -0.5 0.8":  (-0.5,      0.8,       0,          0),
    "sin":                 (-np.sin(1000), np.sin(1000), np.cos(1000), np.cos(1000)),
    "exp":                 (0,         INF,       0,          INF),
    "square":              (1e6,       1e6,       -2000,      2000),
}  # fmt: skip
INFINITE = {
    #                      σ(-∞)       σ(∞)       σ'(-∞)      σ'(∞)
    "sigmoid":             (0,         1,         0,          0),
    "tanh":                (-1,        1,         0,          0),
    "relu":                (0,         INF,       0,          1),
    "leaky relu":          (-INF,      INF,       0.01,       1),
    "elu":                 (-1,        INF,       0,          1),
    "selu":                (SELU_FLOOR, INF,      0,          SELU_SLOPE),
    "gelu":                (0,         INF,       0,          1),
    "gelu tanh":           (0,         INF,       0,          1),
    "silu":                (0,         INF,       0,          1),
    "softplus":            (0,         INF,       0,          1),
    "softsign":            (-1,        1,         0,          0),
    "log sigmoid":         (-INF,      0,         1,          0),
    "hard tanh":           (-1,        1,         0,          0),
    "exp":                 (0,         INF,       0,          INF),
    "square":              (INF,       INF,       -INF,       INF),
}  # fmt: skip
AT_ZERO = {
    #                      σ(0)        σ'(0)
    "identity":            (0,         1),
    "sigmoid":             (0.5,       0.25),
    "tanh":                (0,         1),
    "relu":                (0,         0),
    "leaky relu":          (0,         0.01),
    "leaky relu 0.2":      (0,         0.2),
    "elu":                 (0,         1),
    "elu 0.7":             (0,         0.7),
    "selu":                (0,         -SELU_FLOOR),
    "gelu":                (0,         0.5),
    "gelu tanh":           (0,         0.5),
    "silu":                (0,         0.5),
    "softplus":            (np.log(2), 0.5),
    "softplus 2":          (np.log(2) / 2, 0.5),
    "softsign":            (0,         1),
    "log sigmoid":         (-np.log(2), 0.5),
    "hard tanh":           (0,         1),
    "hard tanh -0.5 0.8":  (0,         1),
    "sin":                 (0,         1),
    "exp":                 (1,         1),
    "square":              (0,         0),
}  # fmt: skip


def three_slopes(layer, z):
    """The slope at each entry of z, as Jacobian, jvp and vjp say it."""
    one = np.ones(len(z))
    return [np.diag(layer.jacobian(z)), layer.jvp(one, z), layer.vjp(one, z)]


def check(layer, z, values, slopes):
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_allclose(layer(z), values, rtol=1e-14, atol=0)
        for said in three_slopes(layer, np.array(z)):
            np.testing.assert_allclose(said, slopes, rtol=1e-14, atol=0)


def test_every_activation_is_in_the_tables():
    assert set(FAR) == set(AT_ZERO) == set(ELEMENTWISE)


@pytest.mark.parametrize("name", FAR)
def test_at_a_thousand_values_and_slopes_are_the_limits(name):
    low, high, slope_low, slope_high = FAR[name]
    check(ELEMENTWISE[name], [-1000.0, 1000.0], [low, high], [slope_low, slope_high])


@pytest.mark.parametrize("name", INFINITE)
def test_at_infinity_values_and_slopes_are_the_limits(name):
    low, high, slope_low, slope_high = INFINITE[name]
    check(ELEMENTWISE[name], [-INF, INF], [low, high], [slope_low, slope_high])


@pytest.mark.parametrize("name", AT_ZERO)
def test_at_zero_the_slope_is_as_documented_in_all_three_statements(name):
    value, slope = AT_ZERO[name]
    check(ELEMENTWISE[name], [0.0, -0.0], [value, value], [slope, slope])


@pytest.mark.parametrize(("layer", "bounds"), [
    (layers.Hardtanh(), [-1.0, 1.0]), (layers.Hardtanh(-0.5, 0.8), [-0.5, 0.8]),
])  # fmt: skip
def test_at_the_bounds_of_hard_tanh_the_slope_is_0(layer, bounds):
    check(layer, bounds, bounds, [0, 0])


@pytest.mark.parametrize("z", [-800.0, -400.0, -40.0, 40.0, 400.0, 800.0])
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_between_there_is_no_overflow_either(name, z):
    with np.errstate(all="raise", under="ignore"):
        ELEMENTWISE[name]([z])
        three_slopes(ELEMENTWISE[name], np.array([z]))


@pytest.mark.parametrize(("layer", "z", "value"), [
    (layers.Sigmoid(), -40.0, np.exp(-40.0)),
    (layers.LogSigmoid(), 40.0, -np.exp(-40.0)),
    (layers.Softplus(), -40.0, np.exp(-40.0)),
    (layers.GELU(), -10.0, -7.619853024160527e-23),
    (layers.ELU(), -1e-12, -1e-12),
])  # fmt: skip
def test_small_results_keep_their_digits(layer, z, value):
    np.testing.assert_allclose(layer([z]), [value], rtol=1e-11)


def test_slopes_in_the_tail_keep_their_digits():
    np.testing.assert_allclose(layers.Sigmoid().vjp([1.0], [40.0]), np.exp(-40.0), rtol=1e-14)
    np.testing.assert_allclose(layers.Tanh().vjp([1.0], [30.0]), 4 * np.exp(-60.0), rtol=1e-14)


@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if name != "identity"])
def test_nan_stays_nan_in_value_jacobian_jvp_and_vjp(name):
    layer, z = ELEMENTWISE[name], np.array([np.nan, 0.5])
    for said in [layer(z), *three_slopes(layer, z)]:
        assert np.isnan(said[0])
        assert not np.isnan(said[1])


@pytest.mark.parametrize("layer", [layers.Softmax(), layers.LogSoftmax()], ids=repr)
def test_nan_in_one_sample_spoils_this_sample_alone(layer):
    Z = np.array([[np.nan, 1.0], [0.5, 2.0], [0.2, -1.0]])
    G = np.ones((3, 2))
    for said in [layer(Z), layer.jvp(G, Z), layer.vjp(G, Z)]:
        assert np.isnan(said[:, 0]).all()
        assert np.isfinite(said[:, 1]).all()
    assert np.isnan(np.asarray(layer.jacobian(Z))[:3, :3]).any()


def test_softmax_and_its_logarithm_stand_a_thousand():
    z = np.array([1000.0, -1000.0, 0.0])
    with np.errstate(all="raise", under="ignore"):
        assert layers.Softmax()(z).tolist() == [1, 0, 0]
        assert layers.LogSoftmax()(z).tolist() == [0, -2000, -1000]
        assert not np.asarray(layers.Softmax().jacobian(z)).any()
        expected = [[0, 0, 0], [-1, 1, 0], [-1, 0, 1]]
        assert np.asarray(layers.LogSoftmax().jacobian(z)).tolist() == expected
        assert layers.LogSoftmax().vjp([0.0, 1.0, 0.0], z).tolist() == [-1, 1, 0]
        assert layers.LogSoftmax().jvp([0.0, 1.0, 0.0], z).tolist() == [0, 1, 0]


def test_softmax_of_a_masked_entry_is_0_there():
    with np.errstate(all="raise", under="ignore"):
        assert layers.Softmax()([-INF, 0.0, 0.0]).tolist() == [0, 0.5, 0.5]
        J = np.asarray(layers.Softmax().jacobian([-INF, 0.0, 0.0]))
        assert J.tolist() == [[0, 0, 0], [0, 0.25, -0.25], [0, -0.25, 0.25]]
