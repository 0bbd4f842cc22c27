"""THE LINKS: each layer's own derivative on the way, in the layouts asked for."""

from __future__ import annotations

from layouts.layout import DENOMINATOR, NUMERATOR, Layout
from layouts.sizes import Shape, by

from ..facts import Derivative
from ..model import Block, Paragraph, Section, Table, abridged_rows

__all__ = ["links_part"]

WORDS = ["NO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN"]
FOLLOW = {NUMERATOR: "top", DENOMINATOR: "bottom"}


def links_part(derivative: Derivative, layouts: list[Layout]) -> Section:
    """One line for each link, from the top down."""
    header: tuple[str, ...] = ("",)
    for layout in layouts:
        header += (f"{layout}: rows follow the {FOLLOW[layout]}", "")
    rows = []
    for factor in derivative.factors:
        cells = [f"`{factor.name}`"]
        for layout in layouts:
            text = factor.text(layout)
            same = layout is not layouts[0] and text == factor.text(layouts[0])
            cells += ["the same" if same else f"`{text}`", f"`{factor.shape(layout)}`"]
        numbers = f"`{factor.operator.stored} / {factor.operator.full}`"
        rows.append((*cells, factor.structure, numbers))
    header += ("structure", "kept/full")
    count = len(rows)
    number = WORDS[count] if count < len(WORDS) else str(count)
    title = f"THE {number} LINK{'' if count == 1 else 'S'} FROM `{derivative.of}` BACK TO "
    blocks: list[Block] = [Table(header, abridged_rows(rows), "l" + "lr" * len(layouts) + "lr")]
    blocks += [Paragraph(text) for text in _as_tensor(derivative, layouts)]
    return Section(f"{title}`{derivative.below}`", "each layer's own derivative", blocks)


def _as_tensor(derivative: Derivative, layouts: list[Layout]) -> list[str]:
    """How a derivative by a matrix becomes a matrix."""
    last, wrt = derivative.path[-1], derivative.wrt
    above, shape = last.link.above, derivative.shape_of(wrt)
    y_shape = derivative.shape_of(above)
    if derivative.entry is not None:
        return [
            f"Entries are counted from 1 in print, from 0 in Python. `{last.name}` is one column "
            "of the whole link in numerator layout, one row in denominator layout."
        ]
    if len(shape) < 2 or not y_shape:
        return []
    if len(shape) > 2:
        return [
            f"`{wrt}` is `{by(shape)}`, a matrix for each sample: as a matrix `{last.name}` takes "
            "its entries column after column (vec), sample after sample."
        ]
    m, x = by(y_shape), by(shape)
    m = f"({m})" if len(y_shape) > 1 else m
    forms = {NUMERATOR: f"`{m}×({x})` in numerator", DENOMINATOR: f"`({x})×{m}` in denominator"}
    tensor = " and ".join(forms[layout] for layout in layouts)
    matrix = " or ".join(dict.fromkeys(f"`{last.shape(layout)}`" for layout in layouts))
    return [
        f"`{above}` {_has(y_shape)} and `{wrt}` is `{x}`: `{last.name}` is a tensor, {tensor} "
        f"layout. As a matrix, {matrix}, it takes the entries of `{wrt}` column after column "
        "(vec), each named `[row, column]`, counted from 1 (Python counts from 0): "
        f"`vec {wrt} = ({', '.join(_stacked(wrt, shape))})ᵀ`."
    ]


def _stacked(name: str, shape: Shape) -> list[str]:
    """The entries of a matrix in the order of vec, abridged from nine on."""
    m, n = shape
    if isinstance(m, int) and isinstance(n, int) and m * n <= 8:
        return [f"{name}[{i},{j}]" for j in range(1, n + 1) for i in range(1, m + 1)]
    return [f"{name}[1,1]", f"{name}[2,1]", "…", f"{name}[1,2]", "…"]


def _has(shape: Shape) -> str:
    if len(shape) == 1:
        return f"has `{shape[0]}` {'entry' if shape[0] == 1 else 'entries'}"
    return f"is `{by(shape)}`"
