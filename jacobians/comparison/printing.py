"""Comparisons as text of 80 columns, the same on every machine unless times are asked for."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from layouts.sizes import by

from ..typography import abridged, number
from ..unknown import Array
from .words import agreement

if TYPE_CHECKING:
    from .one_link import Collapse
    from .whole_network import Comparison

__all__ = ["link", "network"]

WIDTH = 80
INDENT = "   "


def link(compared: Collapse, *, measured: bool = False) -> str:
    """One link: the matrix, the law, three columns of numbers, and what they cost."""
    J, operator = compared.J, compared.operator
    lines = _wrapped(
        f"{J.name}   {by(J.shape)}, {compared.structure}, {compared.layout} layout", ""
    )
    lines += [line for remark in compared.remarks for line in _wrapped(remark)]
    lines += ["", *_wrapped(f"{J.operator.text} ="), *_matrix(compared.matrix)]
    lines += ["", *_wrapped(compared.law), "", *_columns(compared), ""]
    lines.append(f"{INDENT}the three {agreement(compared.max_difference, compared.scale)}")
    lines += [] if compared.allowed else _not_allowed(compared)
    stored, full, work = operator.stored, operator.full, operator.T.work
    lines.append(f"{INDENT}numbers kept     {stored} of {full}")
    lines.append(f"{INDENT}multiplications  {full} with the matrix, {work} without")
    if measured:
        lines.append(f"{INDENT}bytes            {8 * full} with the matrix, {8 * stored} without")
        times = [f"{1e6 * seconds:.2g} {way}" for way, seconds in compared.times().items()]
        lines.append(f"{INDENT}microseconds     {', '.join(times)}")
    return "\n".join(lines) + "\n"


def network(compared: Comparison, *, measured: bool = False) -> str:
    """Every link, then the running products of the chain against the sweep."""
    kind = "" if compared.network.is_row else "graph: "
    head = [
        *_wrapped(f"{kind}{compared.network}", ""),
        "=" * WIDTH,
        *_wrapped(compared.definition, ""),
    ]
    parts = ["\n".join([*head, ""])]
    parts += [link(each, measured=measured) for each in compared.links]
    totals = [f"{INDENT}{name:<34} {agreement(d, scale)}" for name, d, scale in compared.totals]
    parts.append("\n".join(["The chain's running product against the sweep of vjps", *totals, ""]))
    return "\n".join(parts)


def _wrapped(text: str, indent: str = INDENT) -> list[str]:
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=INDENT,
                break_on_hyphens=False, drop_whitespace=True) if len(indent + text) > WIDTH else [
        indent + text]  # fmt: skip


def _matrix(matrix: Array) -> list[str]:
    """The matrix itself, zeros shown, with as many digits as fit the line."""
    rows, columns = (abridged(size) for size in matrix.shape)
    for digits in (4, 3, 2, 1):
        cells = [
            ["…" if i < 0 or j < 0 else number(matrix[i, j], digits) for j in columns] for i in rows
        ]
        width = max(5, 1 + max(len(cell) for row in cells for cell in row))
        if len(INDENT) + width * len(columns) <= WIDTH:
            break
    return [INDENT + "".join(f"{cell:>{width}}" for cell in row) for row in cells]


def _columns(compared: Collapse) -> list[str]:
    """The three results side by side, as columns of numbers."""
    second = "⊙ form" if compared.allowed else "collapsed"
    heads = ["matrix product", "as it is" if compared.structure == "dense" else second, "vjp"]
    results = [r.ravel() for r in (compared.by_matrix, compared.collapsed, compared.vjp)]
    lines = [INDENT + "".join(f"{head:>16}" for head in heads)]
    for row in abridged(len(results[0])):
        cells = ["…" if row < 0 else number(result[row]) for result in results]
        lines.append(INDENT + "".join(f"{cell:>16}" for cell in cells))
    return lines


def _not_allowed(compared: Collapse) -> list[str]:
    """Why ⊙ is not on offer, and what the diagonal alone would get wrong."""
    if compared.off_diagonal is None or compared.hadamard_error is None:
        why = f"{by(compared.matrix.shape)} is no diagonal matrix."
    elif compared.off_diagonal == 0:
        why = (
            "nothing makes this Jacobian diagonal, though its entries off the diagonal happen to "
            "be 0 here."
        )
    else:
        why = (
            "the Jacobian is not diagonal. Its largest entry off the diagonal is "
            f"{number(compared.off_diagonal)}. The diagonal alone, used as ⊙, would be wrong by "
            f"{100 * compared.hadamard_error:.3g} %."
        )
    return _wrapped(f"⊙ is not on offer: {why}")
