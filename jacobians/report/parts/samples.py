"""THE SAMPLES: which sample moves which, where sums over samples come from, where 1/N stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from layouts.layout import NUMERATOR, Layout
from layouts.sizes import Size, by

from ...chain import Link
from ...layers import Linear, Loss
from ...operators import BlockDiagonal, Diagonal, Identity, Kronecker, Operator
from ...typography import grouped
from ..facts import Derivative, Factor
from ..model import Block, Paragraph, Section, Table
from ..sweep_in_words import cotangent

__all__ = ["samples_part"]


def samples_part(derivative: Derivative, layouts: list[Layout]) -> Section | None:
    """What having several samples changes; None where nothing on the way says."""
    blocks: list[Block] = []
    between = [f for f in derivative.factors if _joins_samples(derivative, f)]
    apart = [f for f in between if not f.link.step.layer.couples_samples]
    if apart:
        shown = next((f for f in apart if isinstance(f.link.step.layer, Linear)), apart[0])
        blocks += _zero_blocks(derivative, shown, layouts)
    for factor in between:
        if factor.link.step.layer.couples_samples:
            blocks += _full_blocks(derivative, factor)
            break
    said = [_coupled(derivative), _summed_over(derivative), _one_over_n(derivative)]
    blocks += [Paragraph(text) for text in said if text]
    title = "zeros between samples, a sum where they share"
    return Section("THE SAMPLES", title, blocks) if blocks else None


def _coupled(derivative: Derivative) -> str:
    """A value that all samples make together, on the way to one that belongs to them again."""
    for factor in derivative.factors:
        step = factor.link.step
        if step.layer.couples_samples and step.layer.reduces_samples:
            return (
                f"`{step.name}` is made of all samples: through it each sample of "
                f"`{factor.link.below}` moves whatever `{step.name}` moves. The zero blocks are "
                "those of single links."
            )
    return ""


def _joins_samples(derivative: Derivative, factor: Factor) -> bool:
    names = derivative.network.of_samples
    return factor.link.above in names and factor.link.below in names and not factor.is_entry


def _zero_blocks(derivative: Derivative, factor: Factor, layouts: list[Layout]) -> Iterator[Block]:
    """The generalized Jacobian of one link, block by block."""
    above, below, N = factor.link.above, factor.link.below, derivative.samples
    y, x = by(derivative.shapes[above]), by(derivative.shapes[below])
    forms = " and ".join(
        f"`({y})×({x})` in {layout} layout" if layout is NUMERATOR
        else f"`({x})×({y})` in {layout} layout" for layout in layouts
    )  # fmt: skip
    layout = layouts[0]
    operator = layout.arrange(factor.operator)
    yield Paragraph(
        f"`{factor.name}` as a tensor, the generalized Jacobian, is {forms}. Its blocks, sample by "
        f"sample, in {layout} layout:"
    )
    yield _grid(factor, layout, N, lambda k, l: f"`{_block(operator, k)}`" if k == l else "0")
    yield Paragraph(
        f"Sample `l` of `{below}` moves sample `k` of `{above}` not at all unless `k = l`. "
        f"{_as_one_matrix(operator)}"
    )


def _as_one_matrix(operator: Operator) -> str:
    if isinstance(operator, Kronecker) and isinstance(operator.B, Identity):
        return (f"The same `{operator.C.text}` stands in every block of the diagonal, so the whole "
                f"is `{operator.text}`.")  # fmt: skip
    return f"The whole is `{operator.text}`."


def _block(operator: Operator, k: str) -> str:
    """How the block of one sample is written."""
    if isinstance(operator, Kronecker) and isinstance(operator.B, Identity):
        return operator.C.text
    if isinstance(operator, Diagonal):
        return f"diag({grouped(operator.name.removeprefix('vec '))}[:, {k}])"
    if isinstance(operator, BlockDiagonal) and "ₖ" in operator.blocks[0].text:
        return operator.blocks[0].text.replace("ₖ", f"[:, {k}]")
    return "I" if isinstance(operator, Identity) else f"J{k}"


def _full_blocks(derivative: Derivative, factor: Factor) -> Iterator[Block]:
    """A layer that couples the samples: nothing is zero between them."""
    below, above = factor.link.below, factor.link.above
    yield Paragraph(f"The {factor.link.step.layer.word} couples the samples: in `{factor.name}`")
    yield _grid(factor, NUMERATOR, derivative.samples, lambda k, l: f"`D{k},{l}`")
    yield Paragraph(
        f"every block is there. Each `Dk,l` is diagonal: entry `i` of sample `k` of `{above}` "
        f"depends on entry `i` of every sample of `{below}`, and on no other entry."
    )


def _grid(factor: Factor, layout: Layout, N: object, cell: Callable[[str, str], str]) -> Table:
    """Blocks as a table: two samples and the last, whatever their number."""
    rows_follow, columns_follow = layout.pair(factor.link.above, factor.link.below)
    count = 4 if isinstance(N, Size) else int(str(N))
    shown = [str(k) for k in range(1, count + 1)] if count <= 3 else ["1", "2", "…", str(N)]
    top = ("", *(f"`{columns_follow}[:, {k}]`" if k != "…" else "…" for k in shown))
    rows = [
        top,
        *(
            (
                f"`{rows_follow}[:, {k}]`" if k != "…" else "…",
                *(_cell(k, l, cell) for l in shown),
            )
            for k in shown
        ),
    ]
    return Table((), rows, "l" * (1 + len(shown)))


def _cell(k: str, l: str, cell: Callable[[str, str], str]) -> str:
    return "…" if "…" in (k, l) else cell(k, l)


MOST_SUMS = 3


def _summed_over(derivative: Derivative) -> str:
    """The sum over samples, wherever a value of the samples meets one that they share."""
    of_samples = derivative.network.of_samples
    meet = [
        factor
        for factor in derivative.factors
        if factor.link.below not in of_samples and factor.link.above in of_samples
    ]
    if not meet or derivative.entry is not None:
        return ""
    names = list(dict.fromkeys(f"`{factor.link.below}`" for factor in meet))
    verb = "is" if len(names) == 1 else "are"
    sums = [text for factor in meet if (text := _sum(derivative, factor))]
    more = ", …" if len(sums) > MOST_SUMS else ""
    return (
        f"{' and '.join(names)} {verb} shared: every sample meets the same, and `{meet[-1].name}` "
        "has a block for each sample, one below the other. The chain adds up what they bring"
        + (f": {', and '.join(sums[:MOST_SUMS])}{more}." if sums else ".")
    )


def _sum(derivative: Derivative, factor: Factor) -> str:
    """What a linear layer's weights or bias collect from the samples, and how it is written."""
    step, d = factor.link.step, cotangent(derivative, factor.link.above)
    if not derivative.loss or not isinstance(step.layer, Linear):
        return ""
    if factor.link.position == 1:
        a = step.inputs[0]
        return f"`Σₖ {d}[:, k] {a}[:, k]ᵀ` is the matrix product `{d} {a}ᵀ`"
    return f"`Σₖ {d}[:, k]` is `{d} 1`"


def _one_over_n(derivative: Derivative) -> str:
    """Where the loss's mean puts its 1/N."""
    losses = [f.link for f in derivative.factors if isinstance(f.link.step.layer, Loss)]
    N = derivative.samples
    if len(losses) != 1 or derivative.network.loss is not losses[0].step.layer:
        return " ".join(_where(link, N) for link in losses)
    (link,) = losses
    loss = link.step.layer
    assert isinstance(loss, Loss)
    if loss.reduction == "mean":
        return (
            f"`1/{N}` stands once, in `{link.name}`, because the loss is a mean over samples; "
            "everything below only passes it on. With the sum instead, every gradient is "
            f"`{N}` times as large."
        )
    return (
        f"The loss is a sum over samples: no `1/{N}` comes from their number. With the mean it "
        f"would stand once, in `{link.name}`, and every gradient be `{N}` times as small."
    )


def _where(link: Link, N: object) -> str:
    """Of one loss among several."""
    loss = link.step.layer
    assert isinstance(loss, Loss)
    if loss.reduction == "mean":
        return f"`{link.above}` is a mean over samples: `1/{N}` stands in `{link.name}`."
    return f"`{link.above}` is a sum over samples: no `1/{N}` in `{link.name}`."
