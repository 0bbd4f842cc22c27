"""NUMERATOR LAYOUT, DENOMINATOR LAYOUT: the product, and what it is after each factor."""

from __future__ import annotations

from itertools import pairwise

from layouts.layout import NUMERATOR, Layout
from layouts.sizes import by, size_of

from ...layers import Linear
from ...operators import Identity, Kronecker
from ...typography import grouped, transposed, transposed_product
from ..facts import LISTED, Derivative, Factor, is_numbered
from ..model import Block, Factors, Paragraph, Section, Table, abridged_rows
from ..sweep_in_words import collapsed, cotangent, summed

__all__ = ["product_part", "running_totals"]


def product_part(derivative: Derivative, layout: Layout, transposes: str) -> Section:
    """The product in one layout; `transposes` says of which other part it is the transpose."""
    blocks: list[Block] = []
    if derivative.branches:
        blocks += [_totals(derivative, layout), *_each_path(derivative, layout)]
    else:
        path, name = derivative.path, derivative.name
        blocks += [_factors(derivative, path, layout, f"`{name}`")] * (len(path) > 1)
        blocks.append(_running(derivative, path, layout))
    further = [
        f"Part {transposes} transposed: `(A B)ᵀ = Bᵀ Aᵀ` turns the order round." * bool(transposes),
        "" if derivative.branches else _reading_order(derivative, layout),
        "" if derivative.branches else _one_entry(derivative, layout),
    ]
    blocks += [Paragraph(text) for text in further if text]
    side = "LEFT; multiply rightwards" if layout is NUMERATOR else "RIGHT; multiply leftwards"
    return Section(
        f"{layout.value.upper()} LAYOUT", f"the later layer stands on the {side}", blocks
    )


def running_totals(derivative: Derivative, layout: Layout) -> dict[str, str]:
    """Every value's total derivative, from the top down: a term for each value that it feeds."""
    terms: dict[str, list[str]] = {}
    for factor in derivative.factors:
        own, total = factor.text(layout), f"d{derivative.of}/d{factor.link.above}"
        parts = [total, grouped(own)] if layout is NUMERATOR else [grouped(own), total]
        term = own if factor.link.above == derivative.of else " · ".join(parts)
        terms.setdefault(factor.link.below, []).append(term)
    made = [factor.link.above for factor in derivative.factors if factor.link.above in terms]
    order = [*dict.fromkeys(made), derivative.wrt]
    return {value: summed(terms[value]) for value in order}


def _totals(derivative: Derivative, layout: Layout) -> Table:
    """The same as a table with shapes."""
    numerator, height = layout is NUMERATOR, derivative.shape(NUMERATOR)[0]
    rows: list[tuple[str, ...]] = []
    for value, text in running_totals(derivative, layout).items():
        last = value == derivative.wrt
        below = derivative.below if last else value
        width = 1 if last and derivative.entry else size_of(derivative.shapes[value])
        shape = by((height, width) if numerator else (width, height))
        rows.append((f"`d{derivative.of}/d{below}`", f"`{text}`", f"`{shape}`", ""))
    rows[-1] = (*rows[-1][:3], _amounts_to(derivative, layout))
    rows = abridged_rows([*rows, *_face(derivative, layout)])
    return Table(("total", "a term for each child", "shape", ""), rows, "llrl")


def _each_path(derivative: Derivative, layout: Layout) -> list[Block]:
    """The product along each path, if there are not too many, and that they are summed."""
    name, count = f"d{derivative.of}/d{derivative.below}", derivative.count
    if count > LISTED:
        return [Paragraph(
            f"Multiplied out, `{name}` is the sum over {count:,} paths: more than {LISTED} are "
            "counted, not listed. Made value by value, as above, each link is used once."
        )]  # fmt: skip
    listed = [
        _factors(derivative, path, layout, f"path {k}")
        for k, path in enumerate(derivative.paths, start=1)
    ]
    paths = " + ".join(f"path {k}" for k in range(1, count + 1))
    shape = by(derivative.shape(layout))
    return [Paragraph("Multiplied out, path by path:"), *listed,
            Paragraph(f"`{name}` = {paths}, `{shape}`.")]  # fmt: skip


MOST_FACTORS, END_FACTORS = 24, 8


def _factors(derivative: Derivative, path: list[Factor], layout: Layout, result: str) -> Factors:
    """The product with the shapes under it; of a very long one both ends."""
    written = derivative.written(layout, path)
    shapes = [layout.arrange(factor.operator).shape for factor in written]
    inner = [str(shape[1]) for shape in shapes[:-1]]
    named = [(f"`{factor.name}`", by(shape)) for factor, shape in zip(written, shapes, strict=True)]
    if len(named) > MOST_FACTORS:
        between = (f"… ({len(named) - 2 * END_FACTORS} more)", "…")
        named = [*named[:END_FACTORS], between, *named[-END_FACTORS:]]
        inner = [*inner[:END_FACTORS], *inner[-END_FACTORS:]]
    return Factors((result, by(derivative.shape(layout))), named, inner)


def _running(derivative: Derivative, path: list[Factor], layout: Layout) -> Table:
    """What the product is after each factor, from the top down, in this layout's own writing."""
    numerator = layout is NUMERATOR
    rows, before, height = [], "", derivative.shape(NUMERATOR)[0]
    for factor in path:
        last = factor is path[-1]
        below = derivative.below if last else factor.link.below
        name = f"∂{derivative.of}/∂{below}"
        own = factor.text(layout)
        parts = [before, grouped(own)] if numerator else [grouped(own), before]
        text = " · ".join(parts) if before else own
        width = factor.operator.shape[1]
        shape = by((height, width) if numerator else (width, height))
        note = ""
        if last:
            note = _amounts_to(derivative, layout)
        elif not (derivative.loss and derivative.network.is_row):
            before = name
        elif is_numbered(below):
            before = _called(derivative, below, layout)
            note = f"call it `{before}`"
        else:
            before = " ".join(part for part in parts if part)
        rows.append((f"`{name}`", f"`{text}`", f"`{shape}`", note))
    rows += _face(derivative, layout)
    return Table(("so far", "is", "shape", ""), abridged_rows(rows), "llrl")


def _face(derivative: Derivative, layout: Layout) -> list[tuple[str, str, str, str]]:
    """The gradient's own shape, where it is not the Jacobian's."""
    face = derivative.gradient_shape(layout)
    if not derivative.loss or face is None or face == derivative.shape(layout):
        return []
    numerator, matrix = layout is NUMERATOR, collapsed(derivative)
    whose = f"`{derivative.wrt}`'s shape" + (", transposed" if numerator else "")
    text = transposed_product(matrix) if numerator else matrix
    return [("as a matrix", f"`{text}`", f"`{by(face)}`", whose)]


def _called(derivative: Derivative, value: str, layout: Layout) -> str:
    """The name of the running product at a linear layer's output: δ, as a row δᵀ."""
    name = cotangent(derivative, value)
    name = name if derivative.samples == 1 else f"vec({name})"
    return transposed(name) if layout is NUMERATOR else name


def _amounts_to(derivative: Derivative, layout: Layout) -> str:
    """The collapsed form of the last product."""
    if not derivative.loss or len(derivative.factors) == 1:
        return ""
    text, last = collapsed(derivative), derivative.factors[-1].operator
    if derivative.entry is not None:
        return f"= `{text}`"
    shape = derivative.shapes[derivative.wrt]
    is_column = size_of(shape) == shape[0] if shape else True
    stacks = isinstance(last, Kronecker) or derivative.samples != 1
    if stacks and not is_column and not (isinstance(last, Identity) and derivative.samples == 1):
        text = f"vec({text})"
    return f"= `{transposed(text) if layout is NUMERATOR else text}`"


def _reading_order(derivative: Derivative, layout: Layout) -> str:
    """What happens to somebody who multiplies as the chain is spoken, in denominator layout."""
    path = derivative.path
    if layout is NUMERATOR or len(path) < 2:
        return ""
    shapes = [factor.operator.T.shape for factor in path]
    spoken = " · ".join(factor.name for factor in path[:2]) + (" · …" if len(path) > 2 else "")
    start = f"Read as it is spoken, `{spoken}`, it begins `{by(shapes[0])} · {by(shapes[1])}`"
    for k, (first, second) in enumerate(pairwise(shapes)):
        if first[1] != second[0] and k == 0:
            return f"{start}: no product."
        if first[1] != second[0]:
            return (f"{start} and stops at `{by(first)} · {by(second)}`: no product. Sizes that "
                    "agree by chance do not make it one.")  # fmt: skip
    if all(shape == (1, 1) for shape in shapes):
        return ""
    if not derivative.network.is_row:
        return (f"{start} and conforms all the way, because the sizes here are equal. It is wrong "
                "all the same: matrices in another order have another product.")  # fmt: skip
    return (f"{start} and conforms all the way, because sizes here agree by chance. It is wrong "
            "all the same: with other sizes it would not multiply.")  # fmt: skip


def _one_entry(derivative: Derivative, layout: Layout) -> str:
    """The chain for one entry of a weight matrix."""
    last = derivative.path[-1]
    single_chain = len(derivative.paths) == 1 and len(derivative.path) > 1
    if derivative.entry is not None or derivative.samples != 1 or not derivative.loss:
        return ""
    weights = isinstance(last.link.step.layer, Linear) and last.link.position == 1
    if not (single_chain and weights and isinstance(last.operator, Kronecker)):
        return ""
    a, W = last.link.step.inputs[:2]
    m, whole = last.operator.shape[0], last.shape(layout)
    numerator = layout is NUMERATOR
    shapes = [factor.shape(layout) for factor in derivative.written(layout)]
    one = by((m, 1) if numerator else (1, m))
    shapes[-1 if numerator else 0] = one
    kind, d = "column" if numerator else "row", cotangent(derivative, last.link.above)
    return (
        f"One entry, `{W}[i,j]`: the `{whole}` becomes one {kind}, `{one}`, with `{a}[j]` in place "
        f"`i`: `{' · '.join(shapes)} = 1×1`, which is `{d}[i] {a}[j]`."
    )
