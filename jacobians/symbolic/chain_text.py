"""A chain in symbols as text and as LaTeX: each group of definitions under what it is."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import sympy as sp

from layouts.sizes import by

from ..latex_displays import display
from ..report.model import abridged_rows
from ..typography import to_latex

__all__ = ["as_latex", "as_text"]


def as_text(chain: Any) -> str:
    """A line for each definition; of very many the first and the last."""
    title = (
        f"{chain.name} of {chain.network}: {by(chain.jacobian.shape)}, {chain.layout.value} layout, "
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
    names = {
        symbol: to_latex(symbol.name)
        for symbol in {*chain.definitions}.union(
            *(each.free_symbols for each in [*chain.definitions.values(), chain.jacobian])
        )
    }
    rows = [
        (names[symbol], f" &= {sp.latex(expression, symbol_names=names)}")
        for symbol, expression in chain.definitions.items()
    ]
    matrix = sp.latex(chain.jacobian, symbol_names=names, mat_str="matrix")
    rows.append((to_latex(chain.name), f" &= {matrix}"))
    return display("".join(row) for row in abridged_rows(rows))
