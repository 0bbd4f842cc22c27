"""The numbers behind a report: the chain against the sweep of vjps and against differences."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from layouts.layout import Layout

from .. import backpropagation, chain
from ..comparison.words import agreement, largest
from ..jacobian import Jacobian, flat_position
from ..operators.operator import numbers
from ..steps import evaluate
from ..unknown import Array
from .facts import Derivative

__all__ = ["Checked", "check"]

ROWS = 32
"""So many entries of a large value are followed back, evenly spaced."""
DIRECTIONS = 8
MOST_NUMBERS = 2_000_000
"""Rows and directions are fewer where together they would have more numbers than this."""
EPS = float(np.finfo(np.float64).eps)
STEP = EPS ** (1 / 3)


class Checked(NamedTuple):
    """How far the chain's Jacobian is from independent computations of the same thing."""

    sweep: dict[Layout, float]
    """Largest difference from the vjps, by layout."""
    differences: str
    """The comparison with central differences, in words."""
    scale: float
    """The largest entry that was compared."""
    finite: bool


def check(derivative: Derivative, values: dict[str, Any], layouts: list[Layout]) -> Checked:
    """Compare the chain with the sweep in each layout, and with differences once."""
    with np.errstate(all="ignore"):
        J = {layout: _by_chain(derivative, values, layout) for layout in layouts}
        rows = _rows(values[derivative.of].size, values[derivative.wrt].size)
        swept = _by_sweep(derivative, values, rows)
        sweep = {layout: largest(_selected(J[layout], rows) - swept) for layout in layouts}
        words, pushed = _beside_differences(derivative, values, list(J.values()))
        finite = bool(np.isfinite(swept).all() and np.isfinite(pushed).all())
        return Checked(sweep, words, max(largest(swept), largest(pushed)), finite)


def _by_chain(derivative: Derivative, values: dict[str, Any], layout: Layout) -> Jacobian:
    J = chain.derivative(derivative.steps, values, derivative.of, derivative.wrt, layout)
    if derivative.entry is None:
        return J
    J.wrt_shape = derivative.shape_of(derivative.wrt)
    return J.entry(*derivative.entry)


def _by_sweep(derivative: Derivative, values: dict[str, Any], rows: list[int]) -> Array:
    """The chosen rows of the numerator Jacobian, one vjp each, as columns."""
    of, wrt = np.asarray(values[derivative.of]), np.asarray(values[derivative.wrt])
    columns = []
    for row in rows:
        seed = np.zeros(of.size)
        seed[row] = 1.0
        cotangents = backpropagation.sweep(
            derivative.steps, values, derivative.of, seed.reshape(of.shape, order="F"),
            [derivative.wrt],
        )  # fmt: skip
        pulled = np.asarray(cotangents.get(derivative.wrt, np.zeros(wrt.shape)))
        columns.append(pulled.ravel(order="F"))
    stacked = np.stack(columns, axis=1)
    return stacked if derivative.entry is None else stacked[_position(derivative)][None, :]


def _beside_differences(
    derivative: Derivative, values: dict[str, Any], jacobians: list[Jacobian]
) -> tuple[str, Array]:
    """Each layout's chain along random directions beside central differences, in words.

    Differences have a round-off of their own, eps |of| / h; at a kink the two sides' slopes differ
    and neither is the derivative. Both are said instead of being taken for a disagreement.
    """
    base = np.asarray(values[derivative.wrt])
    directions = _directions(derivative, base.size)
    along = directions if derivative.entry is None else np.ones((1, 1))
    pushed = np.stack([J.numerator.apply(along) for J in jacobians])
    here = np.asarray(values[derivative.of]).ravel(order="F")
    worst = noise = kink = 0.0
    for k, direction in enumerate(directions.T):
        h = STEP * max(1.0, largest(base)) / max(largest(direction), 1e-300)
        step = h * direction.reshape(base.shape, order="F")
        up, down = (_moved(derivative, values, base + s) for s in (step, -step))
        worst = max(worst, largest(pushed[:, :, k] - (up - down) / (2 * h)))
        noise = max(noise, EPS * largest(here) / h)
        kink = max(kink, largest((up - here) / h - (here - down) / h))
    scale = max(largest(pushed), 1e-300)
    if not np.isfinite(worst):
        return "not finite beside this point: nothing to compare", pushed
    if worst > 1e-5 * max(scale, 1.0) and worst <= 100 * noise:
        return "agree as far as their own round-off lets them", pushed
    if worst > 1e-5 * max(scale, 1.0) and kink > worst / 10:
        return "not comparable: a kink at this point, or strong curvature", pushed
    return agreement(worst, scale, ("1e-7", "1e-5")), pushed


def _directions(derivative: Derivative, size: int) -> Array:
    """Random directions of `wrt` as columns; of one entry, its own."""
    if derivative.entry is not None:
        unit = np.zeros((size, 1))
        unit[_position(derivative)] = 1.0
        return unit
    count = max(1, min(size, DIRECTIONS, MOST_NUMBERS // size))
    return np.random.default_rng(1).standard_normal((size, count))


def _moved(derivative: Derivative, values: dict[str, Any], moved: Array) -> Array:
    """`of`, stacked, with `wrt` held at another value."""
    above = {derivative.wrt}
    later = []
    for step in derivative.steps:
        if not above.isdisjoint(step.inputs) and step.name != derivative.wrt:
            above.add(step.name)
            later.append(step)
    fresh = evaluate(later, {**values, derivative.wrt: moved})
    return np.asarray(fresh[derivative.of]).ravel(order="F")


def _position(derivative: Derivative) -> int:
    return flat_position(
        derivative.entry or (), derivative.shape_of(derivative.wrt), derivative.wrt
    )


def _rows(size: int, below: int) -> list[int]:
    count = max(1, min(size, ROWS, MOST_NUMBERS // below))
    return sorted({int(k) for k in np.linspace(0, size - 1, count)})


def _selected(J: Jacobian, rows: list[int]) -> Array:
    """The chosen rows of the numerator Jacobian, as columns."""
    units = np.zeros((*numbers(J.numerator.shape[:1]), len(rows)))
    units[rows, range(len(rows))] = 1.0
    selected: Array = J.numerator.T.apply(units)
    return selected
