"""THE SAMPLES, each in a row: zeros between them, a sum where they share, where 1/N stands."""

from __future__ import annotations

from collections.abc import Iterator

from layouts.layout import NUMERATOR, Layout
from layouts.sizes import Size, SizeLike, by

from ...layers import Linear, Loss
from ...layers.folded_linear import FoldedLinear
from ...operators import BlockDiagonal, Diagonal, Identity, Kronecker, Operator
from ...typography import grouped
from ..facts import Derivative, Factor
from ..in_rows import InRows, flipped
from ..model import Block, Paragraph, Section, Table
from ..sweep_in_words import cotangent
from .samples import samples_part

__all__ = ["row_samples_part"]


def row_samples_part(derivative: Derivative, rows: InRows, layouts: list[Layout]) -> Section | None:
    """What having several samples changes; None where nothing on the way says."""
    in_columns = samples_part(derivative, layouts)
    if in_columns is None:
        return None
    blocks = [*_zero_blocks(derivative, rows, layouts), *_summed_over(derivative, rows)]
    if any(isinstance(factor.link.step.layer, Loss) for factor in derivative.factors):
        blocks.append(in_columns.blocks[-1])  # of 1/N it says the same
    return Section(in_columns.title, in_columns.remark, blocks)


def _zero_blocks(derivative: Derivative, rows: InRows, layouts: list[Layout]) -> Iterator[Block]:
    """The generalized Jacobian of one link between samples, block by block."""
    names = derivative.network.of_samples
    between = [f for f in derivative.factors if {f.link.above, f.link.below} <= names]
    if not between:
        return
    factor = next((f for f in between if isinstance(f.link.step.layer, Linear)), between[0])
    above, below, layout = factor.link.above, factor.link.below, layouts[0]
    y, x = (flipped(by(derivative.shapes[name])) for name in (above, below))
    shapes = {layout: (y, x) if layout is NUMERATOR else (x, y) for layout in layouts}
    said = " and ".join(f"`({a})×({b})` in {layout} layout" for layout, (a, b) in shapes.items())
    operator = layout.arrange(factor.operator)
    yield Paragraph(
        f"`{factor.name}` as a tensor, the generalized Jacobian, is {said}. Its blocks, sample by "
        f"sample, in {layout} layout:"
    )
    yield _grid(layout.pair(above, below), operator, rows, derivative.samples)
    yield Paragraph(
        f"Sample `l` of `{below}` moves sample `k` of `{above}` not at all unless `k = l`. "
        f"{_as_one_matrix(operator, rows)}"
    )


def _grid(ends: tuple[str, str], operator: Operator, rows: InRows, samples: SizeLike) -> Table:
    """Blocks as a table: two samples and the last, whatever their number."""
    count = 4 if isinstance(samples, Size) else samples
    shown = [str(k) for k in range(1, count + 1)] if count <= 3 else ["1", "2", "…", str(samples)]

    def cell(k: str, l: str) -> str:
        if "…" in (k, l):
            return "…"
        return f"`{_block(operator, rows, k)}`" if k == l else "0"

    down, right = ([f"`{end}[{k}, :]`" if k != "…" else "…" for k in shown] for end in ends)
    body = [(head, *(cell(k, l) for l in shown)) for head, k in zip(down, shown, strict=True)]
    return Table((), [("", *right), *body], "l" * (1 + len(shown)))


def _block(operator: Operator, rows: InRows, k: str) -> str:
    """How the block of one sample is written."""
    if _repeats(operator):
        return rows.matrix(operator.C.text)  # type: ignore[attr-defined]
    if isinstance(operator, Diagonal):
        return f"diag({grouped(rows.value(operator.name.removeprefix('vec ')))}[{k}, :])"
    if isinstance(operator, BlockDiagonal) and "ₖ" in operator.blocks[0].text:
        return rows.matrix(operator.blocks[0].text).replace("ₖ", f"[{k}, :]")
    return "I" if isinstance(operator, Identity) else f"J{k}"


def _as_one_matrix(operator: Operator, rows: InRows) -> str:
    whole = f"`{rows.matrix(operator.text)}`"
    if not _repeats(operator):
        return f"The whole is {whole}."
    return (f"The same `{_block(operator, rows, '1')}` stands in every block of the diagonal, so "
            f"the whole is {whole}.")  # fmt: skip


def _repeats(operator: Operator) -> bool:
    """Whether every sample has the same block."""
    return isinstance(operator, Kronecker) and isinstance(operator.B, Identity)


def _summed_over(derivative: Derivative, rows: InRows) -> Iterator[Block]:
    """The sum over samples, where the chain ends at a parameter, which all of them share."""
    last = derivative.factors[-1]
    if last.link.below not in derivative.network.parameters:
        return
    sums = f": {_sum(derivative, last, rows)}." if derivative.loss else "."
    yield Paragraph(
        f"`{last.link.below}` is shared: every sample meets the same, and `{last.name}` has a "
        f"block for each sample, one below the other. The chain adds up what they bring{sums}"
    )


def _sum(derivative: Derivative, factor: Factor, rows: InRows) -> str:
    """What the parameter collects from the samples, and how it is written."""
    step, wrt = factor.link.step, factor.link.below
    g = cotangent(derivative, factor.link.above)
    whole = rows.gradient(wrt, str(factor.operator.pulled_back(g)))
    d, a = f"{g}[k, :]", f"{step.inputs[0]}[k, :]"
    if factor.link.position == 2:
        return f"`Σₖ {d}` is `{whole}`"
    a = f"[1, {a}]" if isinstance(step.layer, FoldedLinear) else a
    outer = f"{a}ᵀ {d}" if rows.turns(wrt) else f"{d}ᵀ {a}"
    return f"`Σₖ {outer}` is the matrix product `{whole}`"
