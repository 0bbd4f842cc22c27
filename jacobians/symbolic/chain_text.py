"""A chain in symbols as text and as LaTeX: each group of definitions under what it is."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import sympy as sp

from layouts.sizes import by

from ..latex_displays import display
from ..report.model import abridged_rows
from ..typography import abridged, to_latex

__all__ = ["as_latex", "as_text"]


def as_text(chain: Any) -> str:
    """A line for each definition; of very many the first and the last."""
    shape, layout = by(chain.jacobian.shape), chain.layout.value
    title = (
        f"{chain.name} of {chain.network}: {shape}, {layout} layout, "
        f"{chain.operations:,} operations"
    )
    lines = [(title, "")]
    for group, symbols in groupby(chain.definitions, key=chain.groups.__getitem__):
        lines.append((f"{group} = {chain.captions[group]}", ""))
        lines += [(f"   {symbol}", f" = {chain.definitions[symbol]}") for symbol in symbols]
    lines.append((chain.name, ""))
    rows, columns = chain.jacobian.shape
    lines += [
        (f"   [{i + 1},{j + 1}]", f" = {chain.jacobian[i, j]}")
        for i in range(rows)
        for j in range(columns)
        if chain.jacobian[i, j] != 0
    ]
    return "\n".join("".join(line) for line in abridged_rows(lines))


def as_latex(chain: Any) -> str:
    """The same definitions as aligned rows, the matrix last."""
    written = [*chain.definitions.values(), chain.jacobian]
    used = set().union(*(each.free_symbols for each in written)) | chain.definitions.keys()
    names = {symbol: to_latex(symbol.name) for symbol in used}
    rows = [
        (names[symbol], sp.latex(expression, symbol_names=names))
        for symbol, expression in chain.definitions.items()
    ]
    lines = [
        rf"{left} &= {right}" if left != "…" else rf"\dots &\quad\text{{{right}}}"
        for left, right in abridged_rows(rows)
    ]
    return display([*lines, f"{to_latex(chain.name)} &= {_matrix(chain.jacobian, names)}"])


def _matrix(J: Any, names: Mapping[Any, str]) -> str:
    """The matrix; of many rows or columns the first and the last."""
    down, across = map(abridged, J.shape)
    rows = [
        " & ".join(
            r"\dots" if -1 in (i, j) else sp.latex(J[i, j], symbol_names=names) for j in across
        )
        for i in down
    ]
    return r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"
