"""The numbers of a derivative: values, factors, and what they multiply to."""

from __future__ import annotations

from typing import Any

import numpy as np

from layouts.layout import Layout

from .. import chain
from ..unknown import Array
from .facts import Derivative
from .model import Section, Table

__all__ = ["as_rows", "numbers_section"]

MOST = 8
"""Matrices are printed whole up to 8×8, larger ones abridged."""


def numbers_section(
    derivative: Derivative, values: dict[str, Any], layouts: list[Layout]
) -> Section:
    """Every value on the way, then the factors in each layout."""
    blocks: list[Any] = []
    names = [name for name in derivative.network.names if name in values]
    blocks.append(Table((), [_named(name, values[name]) for name in names], "ll"))
    for layout in layouts:
        factors = chain.link_jacobians(derivative.links, values, layout)
        whole = chain.derivative(derivative.steps, values, derivative.of, derivative.wrt, layout)
        rows = [_named(J.name, J) for J in reversed(factors)]
        rows.append(_named(f"{layout} layout: {whole.name}", whole))
        blocks.append(Table((), rows, "ll"))
    return Section("NUMBERS", "rows between brackets", blocks)


def _named(name: str, value: Any) -> tuple[str, str]:
    matrix = np.asarray(value, dtype=np.float64)
    if matrix.ndim < 2:
        matrix = matrix.reshape(-1, 1)
    return f"`{name}`", " ".join(f"[{' '.join(row)}]" for row in as_rows(matrix))


def as_rows(matrix: Array) -> list[list[str]]:
    """The entries as text, at most eight rows and columns; … stands for what is left out."""
    m, n = matrix.shape
    rows = [*range(m)] if m <= MOST else [*range(4), -1, *range(m - 3, m)]
    columns = [*range(n)] if n <= MOST else [*range(4), -1, *range(n - 3, n)]
    return [["…" if i < 0 or j < 0 else number(float(matrix[i, j])) for j in columns] for i in rows]


def number(value: float) -> str:
    """Four significant digits; zero is 0."""
    return f"{value:.4g}".replace("e-0", "e-").replace("e+0", "e+") if value else "0"
