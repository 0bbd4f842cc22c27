"""The results that are right: the derivative as each layout writes it.

of a number by a matrix     the gradient, q×p or p×q, and the Jacobian, 1×pq or pq×1
of a matrix by a number     likewise
all else                    the matrix of the table, or the Jacobian through vec
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from layouts import DENOMINATOR, NUMERATOR, Layout
from layouts.formulas.scope import column_shape

from .settings import Setting

__all__ = ["TOLERANCE", "Face", "deviation", "matching", "right_results"]

TOLERANCE = 1e-6
"""How far, relative to the largest entry, a right formula may be from the steps."""


class Face(NamedTuple):
    """One right result."""

    layout: Layout | None
    """None where the face belongs to no layout: a vjp."""
    kind: str
    """The gradient, the Jacobian, or the derivative where there is only one of them."""
    value: Any


def right_results(setting: Setting, cotangent: Any = None) -> list[Face]:
    """What is right at this setting, numerator layout first.

    Args:
        setting: the point.
        cotangent: the value of g, where the formula is to be a vjp.
    """
    y, x = setting.y_shape, setting.x_shape
    if cotangent is not None:
        pulled = setting.J.T @ cotangent.reshape(-1, 1, order="F")
        return [Face(None, "vjp", pulled.reshape(column_shape(x), order="F"))]
    tables = [layout.tabulated(setting.J, y, x) for layout in (NUMERATOR, DENOMINATOR)]
    two = Layout.tabulates(y, x) and 2 in (len(y), len(x))
    kind = "gradient" if two and not y else "derivative"
    found = [Face(layout, kind, each) for layout, each in zip(Layout, tables, strict=True)]
    if two:
        found += [Face(layout, "Jacobian", layout.arrange(setting.J)) for layout in Layout]
    return found


def deviation(value: Any, truth: Any) -> float:
    """The largest difference, relative to the largest entry of the truth."""
    if value is None or value.shape != truth.shape or not np.isfinite(value).all():
        return np.inf
    return float(np.abs(value - truth).max() / max(np.abs(truth).max(), 1e-300))


def matching(values: Sequence[Any], right: Sequence[Iterable[Face]]) -> list[Face]:
    """The faces that a formula has at every setting, as they are at the first.

    Args:
        values: of the formula, at each setting.
        right: the faces at each setting.
    """
    columns = zip(*right, strict=True)
    return [
        column[0]
        for column in columns
        if all(
            deviation(value, face.value) <= TOLERANCE
            for value, face in zip(values, column, strict=True)
        )
    ]
