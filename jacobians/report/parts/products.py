"""NUMERATOR LAYOUT, DENOMINATOR LAYOUT: the product, and what it is after each factor."""

from __future__ import annotations

from itertools import pairwise

from layouts.layout import NUMERATOR, Layout
from layouts.sizes import by

from ...operators import Identity, Kronecker
from ...typography import grouped, transposed, transposed_product
from ..facts import Derivative, Factor
from ..model import Block, Factors, Paragraph, Section, Table
from ..sweep_in_words import cotangent, end_of

__all__ = ["product_part"]


def product_part(derivative: Derivative, layout: Layout, transposes: str) -> Section:
    """The product in one layout; `transposes` says of which other part it is the transpose."""
    blocks: list[Block] = []
    paths = derivative.paths
    for number, path in enumerate(paths, start=1):
        if len(paths) > 1:
            blocks.append(Paragraph(f"Path {number} of {len(paths)}:"))
        name = derivative.name if len(paths) == 1 else f"path {number}"
        blocks += [_factors(derivative, path, layout, name)] * (len(path) > 1)
        blocks.append(_running(derivative, path, layout, name))
    further = [
        f"`{derivative.name}` is a total derivative, the sum of all {len(paths)} paths."
        * (len(paths) > 1),
        f"Part {transposes} transposed: `(A B)ᵀ = Bᵀ Aᵀ` turns the order round." * bool(transposes),
        _reading_order(derivative, layout),
        _one_entry(derivative, layout),
    ]
    blocks += [Paragraph(text) for text in further if text]
    side = "LEFT; multiply rightwards" if layout is NUMERATOR else "RIGHT; multiply leftwards"
    return Section(
        f"{layout.value.upper()} LAYOUT", f"the later layer stands on the {side}", blocks
    )


def _factors(derivative: Derivative, path: list[Factor], layout: Layout, name: str) -> Factors:
    written = derivative.written(layout, path)
    shapes = [layout.arrange(factor.operator).shape for factor in written]
    inner = [str(shape[1]) for shape in shapes[:-1]]
    named = [(f"`{factor.name}`", by(shape)) for factor, shape in zip(written, shapes, strict=True)]
    result = name if name.startswith("path") else f"`{name}`"
    return Factors((result, by(derivative.shape(layout))), named, inner)


def _running(derivative: Derivative, path: list[Factor], layout: Layout, whole: str) -> Table:
    """What the product is after each factor, from the top down, in this layout's own writing."""
    numerator = layout is NUMERATOR
    rows, before, height = [], "", derivative.shape(NUMERATOR)[0]
    for factor in path:
        last = factor is path[-1]
        below = derivative.below if last else factor.link.below
        name = whole if last else f"∂{derivative.of}/∂{below}"
        own = factor.text(layout)
        parts = [before, grouped(own)] if numerator else [grouped(own), before]
        text = " · ".join(parts) if before else own
        width = factor.operator.shape[1]
        shape = by((height, width) if numerator else (width, height))
        note = ""
        if last:
            note = _amounts_to(derivative, path, layout)
        elif not derivative.loss:
            before = name
        elif below.startswith("z"):
            before = _called(derivative, below, layout)
            note = f"call it `{before}`"
        else:
            before = " ".join(part for part in parts if part)
        shown = name if name.startswith("path") else f"`{name}`"
        rows.append((shown, f"`{text}`", f"`{shape}`", note))
    face = derivative.gradient_shape(layout)
    if derivative.loss and face is not None and face != derivative.shape(layout):
        matrix = end_of(derivative, path)
        whose = f"`{derivative.wrt}`'s shape" + (", transposed" if numerator else "")
        text = transposed_product(matrix) if numerator else matrix
        rows.append(("as a matrix", f"`{text}`", f"`{by(face)}`", whose))
    return Table(("so far", "is", "shape", ""), rows, "llrl")


def _called(derivative: Derivative, value: str, layout: Layout) -> str:
    """The name of the running product at a linear layer's output: δ, as a row δᵀ."""
    name = cotangent(derivative, value)
    name = name if derivative.samples == 1 else f"vec({name})"
    return transposed(name) if layout is NUMERATOR else name


def _amounts_to(derivative: Derivative, path: list[Factor], layout: Layout) -> str:
    """The collapsed form of the last product."""
    if not derivative.loss or len(path) == 1:
        return ""
    text, last = end_of(derivative, path), path[-1].operator
    if derivative.entry is not None:
        return f"= `{text}`"
    a_bias = (
        derivative.wrt in derivative.network.parameters
        and len(derivative.shape_of(derivative.wrt)) == 1
    )
    stacks = isinstance(last, Kronecker) or derivative.samples != 1
    if stacks and not a_bias and not (isinstance(last, Identity) and derivative.samples == 1):
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
    return (f"{start} and conforms all the way, because sizes here agree by chance. It is wrong "
            "all the same: with other sizes it would not multiply.")  # fmt: skip


def _one_entry(derivative: Derivative, layout: Layout) -> str:
    """The chain for one entry of a weight matrix."""
    last = derivative.path[-1]
    single_chain = len(derivative.paths) == 1 and len(derivative.path) > 1
    if derivative.entry is not None or derivative.samples != 1 or not derivative.loss:
        return ""
    if not (single_chain and isinstance(last.operator, Kronecker)):
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
