"""Derivatives by steps, near kinks and on them; beside derivatives that are known by hand."""

import numpy as np
import pytest

from layouts.formulas.differences import jacobian

AWAY = 4.0


def bent(X):
    """Zero below 4, and a parabola from there on: its slope jumps from 0 to 8."""
    return np.where(X > AWAY, X * X - AWAY**2, 0.0)


@pytest.mark.parametrize("distance", [1e-2, 3e-3, 1e-3, 1e-4, -1e-2, -3e-3, -1e-3, -1e-4])
def test_a_kink_beside_the_point_does_not_matter(distance):
    x = np.array([[AWAY + distance], [1.0], [7.0]])
    slopes = np.diag(np.where(x > AWAY, 2 * x, 0.0)[:, 0])
    assert np.allclose(jacobian(bent, x, analytic=False), slopes, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("distance", [0.0, 1e-9, -1e-9])
def test_at_a_kink_there_is_no_derivative(distance):
    J = jacobian(bent, np.array([[AWAY + distance], [1.0], [7.0]]), analytic=False)
    assert np.isnan(J[0, 0])
    assert np.allclose(J[1:], [[0, 0, 0], [0, 0, 14]])


def test_smooth_functions_are_as_by_complex_steps():
    x = np.random.default_rng(3).standard_normal((3, 2))

    def function(X):
        return np.sin(X) @ np.exp(X).swapaxes(-1, -2) * 1e4

    exact = jacobian(function, x, analytic=True)
    assert np.allclose(jacobian(function, x, analytic=False), exact, rtol=1e-9, atol=1e-7)


def test_a_wide_step_alone_would_be_wrong():
    from layouts.formulas import differences

    x = np.array([[AWAY + 1e-3], [1.0]])
    wide = differences.six_points(bent, x, differences.units(x, 0, 2), 4e-3)
    assert abs(wide[0, 0] - 2 * x[0, 0]) > 1e-2
