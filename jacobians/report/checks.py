"""The numbers behind a report: the chain against the sweep of vjps and against differences."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from layouts.layout import Layout

from .. import backpropagation, chain
from ..jacobian import Jacobian, flat_position
from ..network import INPUT, TARGET
from ..steps import evaluate
from ..unknown import Array
from .facts import Derivative

__all__ = ["Checked", "check", "point", "statement"]

ROWS = 32
"""So many entries of a large value are followed back, evenly spaced."""
DIRECTIONS = 8
STEP = float(np.finfo(np.float64).eps ** (1 / 3))


class Checked(NamedTuple):
    """How far the chain's Jacobian is from independent computations of the same thing."""

    sweep: dict[Layout, float]
    """Largest difference from the vjps, by layout."""
    differences: float
    """Largest difference from central differences, relative to the derivative."""
    scale: float
    """The largest entry that was compared."""
    finite: bool


def point(derivative: Derivative, x: Any, y: Any) -> dict[str, Any]:
    """Every value at x and y, samples as columns."""
    network = derivative.network
    X = np.asarray(x, dtype=np.float64)
    values: dict[str, Any] = {INPUT: X.reshape(len(X), -1), **network.parameters}
    evaluate(network.inner_steps, values)
    if network.loss is not None and y is not None:
        values[TARGET] = np.asarray(y, dtype=np.float64).reshape(
            np.shape(values[network.prediction])
        )
        evaluate(network.steps[-1:], values)
    return values


def check(derivative: Derivative, values: dict[str, Any], layouts: list[Layout]) -> Checked:
    """Compare the chain with the sweep in each layout, and with differences once."""
    J = {layout: _by_chain(derivative, values, layout) for layout in layouts}
    rows = _rows(values[derivative.of].size)
    swept = _by_sweep(derivative, values, rows)
    sweep = {layout: _largest(_selected(J[layout], rows) - swept) for layout in layouts}
    first = J[layouts[0]]
    along, changes = _by_differences(derivative, values)
    pushed = _numerator(first).apply(along)
    scale = max(_largest(swept), _largest(pushed))
    finite = bool(np.isfinite(swept).all() and np.isfinite(pushed).all())
    return Checked(sweep, _largest(pushed - changes) / max(scale, 1e-300), scale, finite)


def statement(difference: float, scale: float) -> str:
    """Agreement in words that every machine prints alike."""
    for bound in ("1e-12", "1e-10", "1e-7", "1e-5"):
        if difference <= float(bound) * max(scale, 1.0):
            return f"agree to {bound}"
    return "DISAGREE"


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


def _by_differences(derivative: Derivative, values: dict[str, Any]) -> tuple[Array, Array]:
    """Random directions of `wrt` as columns, and the change of `of` along each."""
    base = np.asarray(values[derivative.wrt])
    generator = np.random.default_rng(1)
    if derivative.entry is not None:
        directions = np.zeros((base.size, 1))
        directions[_position(derivative)] = 1.0
    else:
        directions = generator.standard_normal((base.size, min(base.size, DIRECTIONS)))
    changes = []
    for direction in directions.T:
        h = STEP * max(1.0, _largest(base)) / max(_largest(direction), 1e-300)
        step = h * direction.reshape(base.shape, order="F")
        up, down = (_moved(derivative, values, base + s) for s in (step, -step))
        changes.append((up - down) / (2 * h))
    return (directions if derivative.entry is None else np.ones((1, 1))), np.stack(changes, axis=1)


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


def _rows(size: int) -> list[int]:
    return sorted({int(k) for k in np.linspace(0, size - 1, min(size, ROWS))})


def _numerator(J: Jacobian) -> Any:
    return J.operator if J.layout is Layout.NUMERATOR else J.operator.T


def _selected(J: Jacobian, rows: list[int]) -> Array:
    """The chosen rows of the numerator Jacobian, as columns."""
    units = np.zeros((_numerator(J).shape[0], len(rows)))
    units[rows, range(len(rows))] = 1.0
    selected: Array = _numerator(J).T.apply(units)
    return selected


def _largest(array: Any) -> float:
    return float(np.max(np.abs(array), initial=0.0))
