"""Derivatives by steps, the truth that formulas are held against.

    complex step     Im f(x + i t E_k) / t               exact to round-off, where f is analytic
    differences      Σ_s c_s f(x + s h_k E_k) / h_k      the six-point central formula, elsewhere

A function takes an array (points, p, q) to (points, r, s). The entries of both sides are taken in
the order of vec. NaN stands where the value is no finite number, and at kinks.

Differences. Every entry has its own step, h_k = 2⁻⁸ max(|x_k|, 1), rounded so that x + s h_k is
exact. Slopes by four points around x, from x on, and up to x make the doubt about D₆. It is O(h³)
where f is smooth, O(1) at kinks, O(1/h) by round-off; 10⁻¹² of the steepest rise is no doubt.

    doubt = 100 |D₆ - D₄| + |D₊ - D₋|     sure: doubt <= 10⁻⁶ |D₆| + 10⁻¹⁰ |f_i| / max(|x_k|, 1)

Where it is not sure, shorter steps are taken, the last of them relative to |x_k|. The first sure
slope counts; else the least doubtful, if its doubt is little more, or vanishes beside that of the
first steps; else theirs, if the doubt grows and is round-off of the largest value; else NaN.

Complex steps. With g(z) the slopes at z along a direction, and u the spacing of numbers at x, there
is no derivative where -2 times the step does not move f -2 times as far (norm at 0), nor where all
g(x + r u) are the same and all g(x - r u) are, but not as those: r = 16, 64, 256 (abs at 0).

Source: Squire and Trapp 1998; Fornberg 1988.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..errors import refuse_too_large
from .limits import MOST_ENTRIES

__all__ = ["jacobian", "second_derivative"]

TINY, ALIKE, NOISE = 1e-30, 1e-6, 1e-10
STEPS = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0])
D6, D4, SIDES = [-1, 9, -45, 45, -9, 1], [0, 5, -40, 40, -5, 0], [20, -90, 180, 180, -90, 20]
WEIGHTS = np.transpose([D6, 100 * np.subtract(D6, D4), SIDES]) / 60.0
"""Of f(x + s h) - f(x), in D₆ and in the two terms of the doubt."""
LENGTHS = np.array([*([2.0**-k, 1.0] for k in (8, 11, 15, 19, 23)), [2.0**-13, 0.0]])
"""Of the first steps and of shorter ones: so large a part of |x_k|, or of this if it is more."""
ODD = 129 / 128  # of a power of two: no step leads from a round number to another, a pole, say
BESIDE = np.array([[0, 1], [0, -2], [16, 1], [-16, 1], [64, 1], [-64, 1], [256, 1], [-256, 1]])
"""Of complex steps: where from, in spacings of numbers, and how many of them."""


class Point(NamedTuple):
    """A function at x, where it has the entries y; so many points are taken at a time."""

    function: Callable[..., Any]
    x: Any
    y: Any
    at_a_time: int

    def moved(self, entries: Any, moves: Any) -> Any:
        """The values with one entry moved, a column for each; if by i t, their imaginary parts."""
        (p, q), found = self.x.shape, []
        for k in range(0, len(entries), self.at_a_time):
            which, by = (each[k : k + self.at_a_time] for each in (entries, moves))
            points = np.tile(vec(self.x).astype(by.dtype), (len(by), 1))
            points[np.arange(len(by)), which] += by
            values = columns(self.function, points.reshape(-1, q, p).swapaxes(-1, -2))
            found.append(values.imag if np.iscomplexobj(by) else values)
        return np.concatenate(found, axis=1)


def jacobian(function: Callable[..., Any], x: Any, *, analytic: bool, largest: int = 1) -> Any:
    """∂vec(y)/∂vec(x) in numerator layout, (size y)×(size x), at a matrix x.

    Steps are complex if it is analytic. The largest array that is made of one point limits memory.

    >>> jacobian(lambda X: X @ X, np.array([[3.0]]), analytic=True)
    array([[6.]])
    """
    y = columns(function, x[None])[:, 0]
    refuse_too_large((y.size, x.size), cure="Take the derivative of fewer entries, or by fewer.")
    point = Point(function, x, y, max(1, MOST_ENTRIES // max(x.size, y.size, largest)))
    return complex_steps(point) if analytic else differences(point, np.abs(y))


def second_derivative(
    function: Callable[..., Any], x: Any, y: Any = None, *, analytic: bool, largest: int = 1
) -> Any:
    """∂² of a number by vec(x) and then by vec(y) or again vec(x), one row for each entry of it."""

    def slope(moved: Any) -> Any:
        of, at = (function, moved) if y is None else (lambda X: function(X, moved), x)
        return jacobian(of, at, analytic=analytic, largest=largest)

    second = x if y is None else y
    J, value = slope(second), function(x[None]) if y is None else function(x[None], y)
    slopes = Point(lambda points: np.stack([*map(slope, points)]), second, vec(J), 1)
    size = np.abs(J) + 30.0 * np.abs(vec(value))[:, None] / unit(x)  # J has its own round-off
    return differences(slopes, vec(size)).reshape(*J.shape, -1, order="F").swapaxes(-1, -2)


def complex_steps(point: Point) -> Any:
    """The Jacobian of an analytic function."""
    with np.errstate(all="ignore"):
        J = point.moved(np.arange(point.x.size), np.full(point.x.size, 1j * TINY)) / TINY
        return np.where((~np.isfinite(point.y) | is_bent(point))[:, None], np.nan, J)


def is_bent(point: Point) -> Any:
    """Of each entry of the value, whether complex steps find a kink."""
    x, r, times = point.x, *BESIDE.T[:, :, None, None]
    u = np.where(x == 0.0, TINY, np.spacing(np.abs(x)))
    step = 1j * TINY * (1.0 + np.arange(x.size).reshape(x.shape) / x.size)
    there, back, *g = columns(point.function, x + r * u + times * step).imag.T / TINY
    (ahead, behind), *further = np.reshape(g, (3, 2, -1))
    same = np.isclose(further, [ahead, behind], ALIKE, 0.0).all(axis=(0, 1))
    least = 1e-14 * np.abs(point.y).max(initial=1.0, where=np.isfinite(point.y))
    same &= np.abs(ahead - behind) > ALIKE * np.abs(ahead) + least
    return same | (np.abs(back + 2.0 * there) > ALIKE * np.abs(there) + TINY)


def differences(point: Point, size: Any) -> Any:
    """The Jacobian of any function; the sizes of its values tell their round-off."""
    at_a_time = max(1, point.at_a_time // (len(STEPS) * len(LENGTHS)))
    groups = np.split(np.arange(point.x.size), range(at_a_time, point.x.size, at_a_time))
    with np.errstate(all="ignore"):
        return np.concatenate([settled(point, size, group) for group in groups], axis=1)


def settled(point: Point, size: Any, entries: Any) -> Any:
    """The slopes, one column for each entry of x, by shorter steps too if one is not sure."""
    (slope,), (doubt,) = compared(point, entries, LENGTHS[:1])
    size = np.nan_to_num(size, posinf=0.0)[:, None] / unit(point.x)[entries]
    sure = doubt <= ALIKE * np.abs(slope) + NOISE * size
    late = np.flatnonzero(~sure.all(axis=0))
    if late.size:
        shorter = compared(point, entries[late], LENGTHS[1:])
        best = judged(slope[:, late], doubt[:, late], *shorter, size[:, late])
        slope[:, late] = np.where(sure[:, late], slope[:, late], best)
    return slope


def judged(slope: Any, doubt: Any, slopes: Any, doubts: Any, size: Any) -> Any:
    """The slope by the first steps, which is not sure, or one by shorter steps, or NaN."""
    allowed = ALIKE * np.abs(slopes) + NOISE * size
    best = np.where(doubts <= allowed, -1.0, doubts).argmin(axis=0)[None]
    other, least, most = (np.take_along_axis(a, best, 0)[0] for a in (slopes, doubts, allowed))
    counts = least <= 30.0 * most + 1e-13 * size.max(axis=0)
    counts |= np.isfinite(doubt) & (least < 1e-3 * doubt)
    grown = doubts.max(axis=0, where=np.isfinite(doubts), initial=0.0) > 100.0 * doubt
    return np.select([counts, grown & (doubt < 1e-8 * size.max(axis=0))], [other, slope], np.nan)


def compared(point: Point, entries: Any, lengths: Any) -> tuple[Any, Any]:
    """The slopes and the doubts about them: (lengths, size y, entries)."""
    part, least = lengths.T[:, :, None]
    x = np.abs(vec(point.x)[entries])
    h = ODD * np.exp2(np.floor(np.log2(part * np.maximum(x, least))))[:, :, None]
    values = point.moved(np.repeat([entries] * len(h), len(STEPS)), (h * STEPS).ravel())
    rise = (values - point.y[:, None]).reshape(-1, *(h * STEPS).shape).swapaxes(0, 1) / h[:, None]
    slope, *others = np.moveaxis(rise @ WEIGHTS, -1, 0)
    doubt = np.abs(others).sum(axis=0) - 1e-12 * np.abs(rise).max(axis=-1)
    return slope, np.nan_to_num(doubt, nan=np.inf, posinf=np.inf)


def unit(x: Any) -> Any:
    """Of each entry, what counts as one unit."""
    return np.maximum(np.abs(vec(x)), 1.0)


def vec(x: Any) -> Any:
    """The entries, column after column."""
    return x.reshape(-1, order="F")


def columns(function: Callable[..., Any], points: Any) -> Any:
    """The values at many points, one column each."""
    value = function(points)
    value = np.broadcast_to(value, (len(points), *value.shape[-2:]))
    return value.swapaxes(-1, -2).reshape(len(points), -1).T
