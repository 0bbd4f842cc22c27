"""Derivatives by steps, the truth that formulas are held against.

    complex step     Im f(x + i h E_k) / h               exact to round-off, where f is analytic
    differences      Σ_s c_s f(x + s h E_k) / h          the six-point central formula, elsewhere;
                                                         where a shorter h disagrees, that of it

A function takes an array (points, p, q), many points at once, to (points, r, s). The entries of
both sides are taken in the order of vec. Where a value is no finite number, or where it has no
derivative though complex steps yield one (a norm at 0), the derivative is NaN.

Source: Squire and Trapp 1998; Fornberg 1988.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from ..errors import refuse_too_large
from .limits import MOST_ENTRIES

__all__ = ["jacobian", "second_derivative"]

Function: TypeAlias = Callable[..., Any]

TINY = 1e-30
STEPS = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0])
WEIGHTS = np.array([-1.0, 9.0, -45.0, 45.0, -9.0, 1.0]) / 60.0
LINEAR = 1e-6
"""How far, relatively, a slope may be from that of a step of another length, or back."""


def jacobian(function: Function, x: Any, *, analytic: bool, largest: int = 1) -> Any:
    """∂vec(y)/∂vec(x) in numerator layout, (size y)×(size x), at a matrix x.

    Args:
        function: of x, for many points at once.
        x: the point.
        analytic: whether complex steps may be taken.
        largest: the entries of the largest array that the function makes of one point; so many
            points are taken at a time as memory is allowed.

    >>> jacobian(lambda X: X @ X, np.array([[3.0]]), analytic=True)
    array([[6.]])
    """
    y = columns(function, x[None])[:, 0]
    refuse_too_large((y.size, x.size), cure="Take the derivative of fewer entries, or by fewer.")
    for_one = max(x.size, y.size, largest) * (1 if analytic else len(STEPS))
    at_a_time = max(1, MOST_ENTRIES // for_one)
    slope = complex_step if analytic else central_difference
    with np.errstate(all="ignore"):
        J = np.concatenate(
            [
                slope(function, x, units(x, k, min(k + at_a_time, x.size)))
                for k in range(0, x.size, at_a_time)
            ],
            axis=1,
        )
        J[~np.isfinite(y)] = np.nan
        if analytic:
            J[~is_smooth(function, x)] = np.nan
    return J


def complex_step(function: Function, x: Any, directions: Any) -> Any:
    """One column for each direction."""
    return columns(function, x + 1j * TINY * directions).imag / TINY


def central_difference(function: Function, x: Any, directions: Any) -> Any:
    """One column for each direction; NaN where the value has a kink within every step."""
    h = 1e-3 * max(1.0, float(np.abs(x).max(initial=0.0)))
    rounding = LINEAR / 100 * np.maximum(1.0, np.abs(columns(function, x[None])))
    J = six_points(function, x, directions, h)
    for step in (h / 16, h / 256, h / 4096):
        shorter = six_points(function, x, directions, step)
        kink = ~(np.abs(J - shorter) <= LINEAR * np.abs(shorter) + rounding)
        if not kink.any():
            return J
        J = np.where(kink, shorter, J)
    return np.where(kink, np.nan, J)


def six_points(function: Function, x: Any, directions: Any, h: float) -> Any:
    """The formula of six points, by steps up to three times h; all points at once."""
    points = x + h * np.multiply.outer(STEPS, directions).reshape(-1, *x.shape)
    values = columns(function, points).reshape(-1, len(STEPS), len(directions))
    return np.einsum("s,isk->ik", WEIGHTS, values) / h


def is_smooth(function: Function, x: Any) -> Any:
    """Of each entry of the value, whether a step back and twice as long moves it so."""
    direction = 1.0 + np.arange(x.size).reshape(x.shape) / x.size
    there, back = complex_step(function, x, np.stack([direction, -2.0 * direction])).T
    return ~(np.abs(back + 2.0 * there) > LINEAR * np.abs(there) + TINY)


def second_derivative(
    function: Function, x: Any, y: Any = None, *, analytic: bool, largest: int = 1
) -> Any:
    """∂² of a number by vec(x) and then by vec(y), one row for each entry of y.

    The function takes x, or x and y. Central differences of the first derivative, which is taken
    by complex steps where it can be.
    """
    both = y is not None
    second = x if y is None else y
    h = (1e-3 if analytic else 1e-2) * max(1.0, float(np.abs(second).max(initial=0.0)))

    def slope(moved: Any) -> Any:
        if both:
            return jacobian(lambda X: function(X, moved), x, analytic=analytic, largest=largest)
        return jacobian(function, moved, analytic=analytic, largest=largest)

    rows = [
        sum(w * slope(second + s * h * unit) for s, w in zip(STEPS, WEIGHTS, strict=True)) / h
        for unit in units(second, 0, second.size)
    ]
    return np.stack(rows, axis=-2)


def units(x: Any, first: int, last: int) -> Any:
    """One direction for each entry of x from the first on, in the order of vec."""
    p, q = x.shape
    return np.eye(last - first, p * q, first).reshape(-1, q, p).swapaxes(-1, -2)


def columns(function: Function, points: Any) -> Any:
    """The values at many points, one column each."""
    value = function(points)
    value = np.broadcast_to(value, (len(points), *value.shape[-2:]))
    return value.swapaxes(-1, -2).reshape(len(points), -1).T
