"""The numbers of a derivative: values, factors, and what they multiply to."""

from __future__ import annotations

from typing import Any

import numpy as np

from layouts.layout import Layout
from layouts.sizes import Shape, by

from .. import chain
from ..jacobian import Jacobian
from ..typography import abridged, number
from ..unknown import Array
from .facts import Derivative
from .model import Section, Table

__all__ = ["as_rows", "numbers_section"]

MOST_NUMBERS = 1_000_000
"""Larger matrices are not written out."""


def numbers_section(
    derivative: Derivative, values: dict[str, Any], layouts: list[Layout]
) -> Section:
    """Every value on the way, then the factors in each layout."""
    with np.errstate(all="ignore"):
        return Section("NUMBERS", "rows between brackets", _blocks(derivative, values, layouts))


def _blocks(derivative: Derivative, values: dict[str, Any], layouts: list[Layout]) -> list[Any]:
    blocks: list[Any] = []
    names = [name for name in derivative.network.names if name in values]
    blocks.append(Table((), [_named(name, values[name]) for name in names], "ll"))
    for layout in layouts:
        factors = chain.link_jacobians(derivative.links, values, layout)
        whole = chain.derivative(derivative.steps, values, derivative.of, derivative.wrt, layout)
        if derivative.entry is not None:
            shape = derivative.shape_of(derivative.wrt)
            factors = [_by_entry(J, derivative, shape) for J in factors]
            whole = _by_entry(whole, derivative, shape)
        rows = [_named(J.name, J) for J in reversed(factors)]
        rows.append(_named(f"{whole.name}, {layout} layout", whole))
        blocks.append(Table((), rows, "ll"))
    return blocks


def _by_entry(J: Jacobian, derivative: Derivative, shape: Shape) -> Jacobian:
    """The column of one entry, of a link by the value that it belongs to; else the link itself."""
    if J.wrt != derivative.wrt or derivative.entry is None:
        return J
    J.wrt_shape = shape
    return J.entry(*derivative.entry)


def _named(name: str, value: Any) -> tuple[str, str]:
    """A value as its rows between brackets, abridged; not written out where it is huge."""
    shape: Any = value.shape if isinstance(value, Jacobian) else np.shape(value)
    if int(np.prod(shape)) > MOST_NUMBERS:
        return f"`{name}`", f"{by(shape)}, too large to write out"
    matrix = np.asarray(value, dtype=np.float64)
    rows = np.reshape(matrix, (len(matrix) if matrix.ndim else 1, -1), order="F")
    return f"`{name}`", " ".join(f"[{' '.join(row)}]" for row in as_rows(rows))


def as_rows(matrix: Array) -> list[list[str]]:
    """The entries as text, at most eight rows and columns; … stands for what is left out."""
    rows, columns = (abridged(size) for size in matrix.shape)
    return [["…" if i < 0 or j < 0 else number(float(matrix[i, j])) for j in columns] for i in rows]
