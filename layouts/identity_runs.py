"""The truth of an identity, on probes: what steps of its left side say, beside what it says.

    derivative             complex steps or central differences of the expression
    second derivative      differences of such steps
    differential           the derivative in the direction of every dX that is given
    equality               the value of the other side

The results of a row take no part in its truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from .formula import Formula
from .formulas.differences import second_derivative
from .formulas.scope import plain_shape
from .identity import Identity, sides
from .layout import DENOMINATOR, NUMERATOR, Layout
from .probes import SIZES, Probe, declared, drawn

__all__ = ["Run", "error", "executed"]


class Run(NamedTuple):
    """One probe: the truth in both layouts, and what the row says."""

    truth: tuple[Any, Any]
    result: tuple[Any, Any]


def error(truth: Any, result: Any) -> float:
    """The largest difference, relative to the largest entry of either."""
    if np.shape(truth) != np.shape(result):
        return np.inf
    difference = np.abs(truth - result)
    if not np.isfinite(difference).all():
        return np.inf
    scale = max(np.abs(truth).max(initial=0.0), np.abs(result).max(initial=0.0))
    return float(difference.max(initial=0.0) / scale) if scale else 0.0


@lru_cache(maxsize=1024)
def executed(row: Identity) -> list[Run]:
    """The row on every probe."""
    if row.by_hand:
        pairs = [row.by_hand(np.random.default_rng(k)) for k in range(len(SIZES))]
        return [Run((truth, truth), (result, result)) for truth, result in pairs]
    given = declared(row.where)
    let = dict(row.let)
    probes = [drawn(given, f"{row.id} {k}", numbers, let) for k, numbers in enumerate(SIZES)]
    return [run for probe in probes for run in runs(row, probe)]


def runs(row: Identity, probe: Probe) -> Iterator[Run]:
    """The row on one probe: every form of its expression against every form of its results."""
    numerator, denominator = (
        [result(row, probe, text, layout) for text in sides(texts)]
        for texts, layout in zip(row.results, Layout, strict=True)
    )
    for text in sides(row.expression):
        truth = TRUTHS[row.kind](row, row.formula(text, probe), probe)
        for k in range(max(len(numerator), len(denominator))):
            forms = [each[min(k, len(each) - 1)] for each in (numerator, denominator)]
            yield Run(truth, (forms[0], forms[1]))


def result(row: Identity, probe: Probe, text: str, layout: Layout) -> Any:
    """What the row says in one layout; the symbols `∂u/∂x` in it have that layout's values."""

    def value(name: str) -> Any:
        return row.formula(name, probe)(probe.values, sizes=probe.sizes)

    formula = row.formula(text, probe)
    symbols = probe.symbols(layout, value)
    for symbol in formula.derivatives:
        if symbol.text not in symbols:
            inner = row.formula(symbol.of, probe)
            symbols[symbol.text] = inner.derivative(
                probe.values, symbol.wrt[0], layout, sizes=probe.sizes
            )
    return formula({**probe.values, **symbols}, sizes=probe.sizes)


def by_steps(row: Identity, formula: Formula, probe: Probe) -> tuple[Any, Any]:
    """The derivative of the expression, as both layouts have it."""
    if row.stacking == "rvec":
        J = by_rows(formula, probe, row.wrt)
        return J, J.T
    truth = (formula.derivative(probe.values, row.wrt, layout, sizes=probe.sizes)
             for layout in (NUMERATOR, DENOMINATOR))  # fmt: skip
    return tuple(truth)


def by_rows(formula: Formula, probe: Probe, wrt: str) -> Any:
    """∂rvec(y)/∂rvec(x): the same entries, both sides in the order of rows."""
    J = formula.jacobian(probe.values, wrt, sizes=probe.sizes)
    y = formula(probe.values, sizes=probe.sizes)
    places = [np.arange(A.size).reshape(A.shape, order="F").ravel() for A in (y, probe.values[wrt])]
    return J[np.ix_(*places)]


def by_steps_twice(row: Identity, formula: Formula, probe: Probe) -> tuple[Any, Any]:
    """The second derivative of the expression, by one name twice or by two names."""
    x, y = row.wrts
    function = formula.function_of(probe.values, [x] if x == y else [x, y], probe.sizes)
    points = [probe.values[name] for name in dict.fromkeys((x, y))]
    H = second_derivative(function, *points, analytic=formula.analytic)
    shape = plain_shape(formula(probe.values, sizes=probe.sizes).shape)
    if shape == ():
        return H[0], H[0].T
    return tuple(layout.tabulated(H[:, :, 0], shape, ()) for layout in (NUMERATOR, DENOMINATOR))


def by_direction(row: Identity, formula: Formula, probe: Probe) -> tuple[Any, Any]:
    """The differential: the derivative in the direction of every dX that is given."""
    truth = 0.0
    for name, direction in probe.values.items():
        if name.startswith("d") and name[1:] in probe.values:
            J = formula.jacobian(probe.values, name[1:], sizes=probe.sizes)
            truth = truth + J @ direction.reshape(-1, 1, order="F")
    shape = formula(probe.values, sizes=probe.sizes).shape
    value = np.broadcast_to(truth, (shape[0] * shape[1], 1)).reshape(shape, order="F")
    return value, value


def by_value(row: Identity, formula: Formula, probe: Probe) -> tuple[Any, Any]:
    """The other side of an equality."""
    value = formula(probe.values, sizes=probe.sizes)
    return value, value


TRUTHS = {
    "derivative": by_steps,
    "conversion": by_steps,
    "second derivative": by_steps_twice,
    "differential": by_direction,
    "equality": by_value,
}
"""Of each kind of row, where the truth comes from."""
