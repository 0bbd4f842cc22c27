"""Layer norm and batch norm beside SymPy and exact fractions; far out, constant, and at NaN."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from jacobians.layers import BatchNorm, LayerNorm
from tests.laws import agree
from tests.normalisation_cases import BATCH, BETA, GAMMA, SAMPLE

LAYER, BATCHED = LayerNorm(GAMMA, BETA), BatchNorm(GAMMA, BETA)
QUARTER = sp.Rational(1, 4)


def written_out(X, gamma, beta, along):
    """y entry by entry; `along(i, k)` lists the entries that (i, k) is averaged with."""

    def entry(i, k):
        others = along(i, k)
        mean = sum(X[at] for at in others) / len(others)
        variance = sum((X[at] - mean) ** 2 for at in others) / len(others)
        return gamma[i] * (X[i, k] - mean) / sp.sqrt(variance + QUARTER) + beta[i]

    return sp.Matrix(*X.shape, entry)


def stacked(M):
    return M.T.reshape(len(M), 1)


@pytest.mark.parametrize(("make", "rows", "columns"), [(LayerNorm, 3, 2), (BatchNorm, 2, 3)])
def test_every_derivative_is_sympys_of_the_explicit_entries(make, rows, columns):
    def along(i, k):
        return (
            [(j, k) for j in range(rows)] if make is LayerNorm else [(i, l) for l in range(columns)]
        )

    X = sp.Matrix(rows, columns, sp.symbols("x1:7"))
    gamma, beta = (sp.Matrix(sp.symbols(f"{name}1:{rows + 1}")) for name in ("g", "b"))
    numbers = dict(zip([*X, *gamma, *beta], map(sp.Rational, [
        "3/10", "-6/5", "7/4", "1/5", "2", "-1/2", *["4/5", "-3/2", "11/5"][:rows],
        *["1/10", "7/10", "-3/10"][:rows],
    ]), strict=True))  # fmt: skip
    y = stacked(written_out(X, gamma, beta, along))
    inputs = [np.array(M.subs(numbers).tolist(), dtype=float) for M in (X, gamma, beta)]
    inputs = [inputs[0], inputs[1][:, 0], inputs[2][:, 0]]
    layer = make(inputs[1], inputs[2], eps=0.25)
    for wrt, variable in (("x", X), ("gamma", gamma), ("beta", beta)):
        exact = y.jacobian(stacked(variable)).subs(numbers).evalf(40)
        agree(layer.jacobian(*inputs, wrt=wrt), np.array(exact.tolist(), dtype=float), 1e-15)


def exactly_standardised(x, eps):
    """x̂ of a list of floats: mean and variance in fractions, one root at the end."""
    exact = [Fraction(each) for each in x]
    mean = sum(exact) / len(exact)
    variance = sum((each - mean) ** 2 for each in exact) / len(exact) + Fraction(eps)
    return [float(each - mean) / float(variance) ** 0.5 for each in exact]


@pytest.mark.parametrize("offset", [0.0, 1e8, -1e12])
def test_a_large_mean_costs_no_digits(offset):
    x = offset + 1e-2 * SAMPLE
    expected = exactly_standardised(x.tolist(), 1e-5)
    np.testing.assert_allclose((LAYER(x) - BETA) / GAMMA, expected, rtol=1e-13)
    rows = BatchNorm([1.0], [0.0])
    np.testing.assert_allclose(rows(x[None, :])[0], expected, rtol=1e-13)


def test_an_outlier_in_the_place_that_is_subtracted_first_costs_none_either():
    x = [1e6, 0.5, -0.25, 3.0]
    np.testing.assert_allclose(
        LayerNorm(np.ones(4), np.zeros(4))(x), exactly_standardised(x, 1e-5), rtol=1e-13
    )


def statements(layer, X):
    """The value and the three statements, at ones."""
    one = np.ones(X.shape)
    return [layer(X), layer.jvp(one, X), layer.vjp(one, X), np.asarray(layer.jacobian(X))]


@pytest.mark.parametrize("constant", [0.0, 0.1, -1e200])
def test_where_nothing_varies_y_is_beta_and_the_slope_is_that_of_the_root_of_eps(constant):
    with np.errstate(all="raise", under="ignore"):
        X = np.full((4, 3), constant)
        for layer, centring in (
            (LAYER, np.kron(np.eye(3), np.diag(GAMMA) @ (np.eye(4) - 1 / 4))),
            (BATCHED, np.kron(np.eye(3) - 1 / 3, np.diag(GAMMA))),
        ):
            value, *_, J = statements(layer, X)
            assert np.array_equal(value, np.tile(BETA[:, None], 3))
            np.testing.assert_allclose(J, centring / np.sqrt(1e-5), rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("layer", [LAYER, BATCHED], ids=repr)
def test_huge_values_are_normalised_like_small_ones(layer):
    with np.errstate(all="raise", under="ignore"):
        value, jvp, vjp, J = statements(layer, 1e200 * BATCH)
    np.testing.assert_allclose(value, type(layer)(GAMMA, BETA, eps=1e-30)(BATCH), rtol=1e-13)
    at_one = type(layer)(GAMMA, BETA, eps=1e-30).jacobian(BATCH)
    np.testing.assert_allclose(1e200 * J, at_one, atol=1e-13)
    assert np.isfinite([*jvp.ravel(), *vjp.ravel()]).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_spoil_what_they_are_averaged_with_and_no_more(bad):
    X = BATCH.copy()
    X[1, 2] = bad
    with np.errstate(all="raise", under="ignore"):
        for layer, spoilt in ((LAYER, np.s_[:, 2]), (BATCHED, np.s_[1, :])):
            for said in statements(layer, X)[:3]:
                touched = np.isnan(said)
                assert touched[spoilt].all()
                assert touched.sum() == touched[spoilt].size


def test_beyond_the_range_of_numbers_the_result_is_nan_without_a_warning():
    with np.errstate(all="raise", under="ignore"):
        assert np.isnan(LAYER([1.7e308, -1.7e308, 0.0, 1.0])).all()
