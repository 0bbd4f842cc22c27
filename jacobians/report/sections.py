"""The parts of a dimension trace, each from the facts of one derivative."""

from __future__ import annotations

from itertools import pairwise

from layouts.layout import DENOMINATOR, NUMERATOR, Layout
from layouts.sizes import Shape, SizeLike, by, size_of

from .. import chain
from ..layers import Linear
from ..network import INPUT, LOSS, TARGET, Network
from ..operators import Identity, Kronecker
from ..planning import plan
from ..rule import Names
from ..typography import grouped, transposed, transposed_product
from .checks import Checked, statement
from .collapsed import swept
from .facts import Derivative, Factor, column, spoken
from .model import Block, Factors, Paragraph, Section, Table, Terms
from .reasons import reasons_for, to_train

__all__ = ["checked", "forward", "links", "product", "summary", "title", "without_matrices"]

WORDS = ["NO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN"]


def title(derivative: Derivative) -> str:
    """The first line of a report."""
    return f"`{derivative.name}` of the network {derivative.network}; {spoken(derivative.samples)}"


def forward(derivative: Derivative, note: str = "") -> Section:
    """Every value on the way, how it is made, and its shape."""
    network, unknowns = derivative.network, derivative.unknowns
    rows = [(f"`{INPUT} = x`", f"`{by(unknowns[INPUT].shape)}`", "the input")]
    for step in derivative.steps:
        names = Names(step.inputs, step.name)
        shapes = tuple(unknowns[name].shape for name in step.inputs)
        remark = step.layer.remark(names, shapes)
        formula = step.layer.formula(names, shapes)
        rows.append((f"`{step.name} = {formula}`", f"`{by(unknowns[step.name].shape)}`", remark))
        if step.name == derivative.of:
            break
    blocks: list[Block] = [Table(("", "shape", ""), rows, "lrl")]
    blocks += [Paragraph(text) for text in [*_notes(derivative, network), note] if text]
    return Section("FORWARD", "", blocks)


def _notes(derivative: Derivative, network: Network) -> list[str]:
    """What a reader must know about the definition."""
    notes = []
    if network.loss is not None and derivative.of != LOSS:
        notes.append(f"The network's loss is not on this way: `{definition(derivative)}`.")
    if network.loss is None:
        notes.append("There is no loss here: the derivatives are those of the prediction, "
                     f"`{network.prediction}`.")  # fmt: skip
    elif derivative.of == LOSS:
        loss = network.loss
        if derivative.samples == 1:
            notes.append(f"The loss sums over entries{_mean_of_entries(network)}; with one sample "
                         "nothing is averaged over samples.")  # fmt: skip
        else:
            notes.append(f"The loss sums over entries{_mean_of_entries(network)} and takes the "
                         f"{loss.reduction} over samples.")  # fmt: skip
        if "/" in loss.gradient:
            notes.append(f"Quotients of columns, as in `{TARGET}/{network.prediction}`, are taken "
                         "entry by entry.")  # fmt: skip
        if loss.elsewhere:
            notes.append(f"In PyTorch {loss.elsewhere}.")
    guessed = [step for step in derivative.steps if step.layer.by_differences]
    notes += [
        f"BY DIFFERENCES: the {', '.join(step.layer.by_differences)} of `{step.name}` "
        "was not given and is approximated."
        for step in guessed
    ]
    return notes


def definition(derivative: Derivative) -> str:
    """The loss, written out."""
    name, loss, inputs = derivative.network.steps[-1]
    shapes = tuple(derivative.unknowns[each].shape for each in inputs)
    return f"{name} = {loss.formula(Names(inputs, name), shapes)}"


def _mean_of_entries(network: Network) -> str:
    averages = network.loss is not None and network.loss.averages_entries
    return " and divides by their number" if averages else ""


def links(derivative: Derivative, layouts: list[Layout]) -> Section:
    """Each layer's own derivative on the way, in the layouts asked for."""
    factors = list({f.name + f.link.step.name: f for p in derivative.paths for f in p}.values())
    header: tuple[str, ...] = ("",)
    for layout in layouts:
        header += (f"{layout}: rows follow the {'top' if layout is NUMERATOR else 'bottom'}", "")
    header += ("structure", "kept / full")
    rows = []
    for factor in factors:
        cells: list[str] = [f"`{factor.name}`"]
        for layout in layouts:
            text, shape = factor.text(layout), factor.shape(layout)
            same = layout is not layouts[0] and text == factor.text(layouts[0])
            cells += ["the same" if same else f"`{text}`", f"`{shape}`"]
        numbers = f"`{factor.operator.stored} / {factor.operator.full}`"
        rows.append((*cells, factor.structure, numbers))
    count = len(factors)
    number = WORDS[count] if count < len(WORDS) else str(count)
    plural = "" if count == 1 else "S"
    from_to = f"FROM `{derivative.of}` BACK TO `{derivative.below}`"
    blocks: list[Block] = [Table(header, rows, "l" + "lr" * len(layouts) + "lr")]
    blocks += [Paragraph(text) for text in _as_tensor(derivative, layouts)]
    return Section(f"THE {number} LINK{plural} {from_to}", "each layer's own derivative", blocks)


def _as_tensor(derivative: Derivative, layouts: list[Layout]) -> list[str]:
    """How a derivative by a matrix becomes a matrix."""
    last = derivative.path[-1] if derivative.paths else None
    if last is None:
        return []
    wrt, above = derivative.wrt, last.link.above
    shape = derivative.shape_of(wrt)
    if len(shape) < 2:
        return []
    y_shape = derivative.shape_of(above)
    if derivative.entry is not None:
        return [
            f"Entries are counted from 1 in print, from 0 in Python. `{last.name}` is one column "
            "of the whole link in numerator layout, one row in denominator layout."
        ]
    m, x = by(y_shape), by(shape)
    m = f"({m})" if len(y_shape) > 1 else m
    forms = {NUMERATOR: f"`{m}×({x})` in numerator", DENOMINATOR: f"`({x})×{m}` in denominator"}
    tensor = " and ".join(forms[layout] for layout in layouts)
    matrix = " or ".join(f"`{last.shape(layout)}`" for layout in layouts)
    return [
        f"`{above}` {_has(y_shape)} and `{wrt}` has `{x}`: `{last.name}` is a tensor, {tensor} "
        f"layout. As a matrix, {matrix}, it takes the entries of `{wrt}` column after column "
        "(vec), each named [row, column], counted from 1 (Python counts from 0): "
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
        return f"has {shape[0]} {'entry' if shape[0] == 1 else 'entries'}"
    return f"has `{by(shape)}`"


def product(derivative: Derivative, layout: Layout, other: str) -> Section:
    """The product in one layout, factor by factor, and what it amounts to after each."""
    left = layout is NUMERATOR
    blocks: list[Block] = []
    for number, path in enumerate(derivative.paths, start=1):
        if len(derivative.paths) > 1:
            blocks.append(Paragraph(f"Path {number} of {len(derivative.paths)}:"))
        blocks += _path(derivative, path, layout)
    if len(derivative.paths) > 1:
        blocks.append(
            Paragraph(f"`{derivative.name}` is a total derivative, the sum over all paths.")
        )
    if other:
        blocks.append(
            Paragraph(f"Part {other} transposed: `(A B)ᵀ = Bᵀ Aᵀ` turns the order round.")
        )
    blocks += [Paragraph(text) for text in _reading_order(derivative, layout)]
    blocks += [Paragraph(text) for text in _one_entry(derivative, layout)]
    side = "LEFT; multiply rightwards" if left else "RIGHT; multiply leftwards"
    return Section(
        f"{layout.value.upper()} LAYOUT", f"the later layer stands on the {side}", blocks
    )


def _path(derivative: Derivative, path: list[Factor], layout: Layout) -> list[Block]:
    written = derivative.written(layout, path)
    shapes = [layout.arrange(factor.operator).shape for factor in written]
    inner = [str(shape[1]) for shape in shapes[:-1]]
    named = [(f"`{factor.name}`", by(shape)) for factor, shape in zip(written, shapes, strict=True)]
    result = (f"`{derivative.name}`", by(derivative.shape(layout)))
    return [Factors(result, named, inner), _running(derivative, path, layout)]


def _running(derivative: Derivative, path: list[Factor], layout: Layout) -> Table:
    """What the product is after each factor, from the top down, in this layout's own writing."""
    numerator = layout is NUMERATOR
    letter = "δ" if derivative.loss else "γ"
    rows, before, height = [], "", derivative.shape(NUMERATOR)[0]
    for factor in path:
        below = derivative.below if factor is path[-1] else factor.link.below
        name = f"∂{derivative.of}/∂{below}"
        own = factor.text(layout)
        parts = (before, grouped(own)) if numerator else (grouped(own), before)
        text = " · ".join(part for part in parts if part) if before else own
        width = factor.operator.shape[1]
        shape = by((height, width) if numerator else (width, height))
        note, named = "", ""
        if derivative.loss and below.startswith("z") and factor is not path[-1]:
            named = f"{letter}{below[1:]}"
            stacked = named if derivative.samples == 1 else f"vec({named})"
            named = transposed(stacked) if numerator else stacked
            note = f"call it `{named}`"
        if factor is path[-1]:
            note = _amounts_to(derivative, factor, layout)
        rows.append((f"`{name}`", f"`{text}`", f"`{shape}`", note))
        if named:
            before = named
        elif derivative.loss and before:
            before = f"{before} {grouped(own)}" if numerator else f"{grouped(own)} {before}"
        else:
            before = name if before or not derivative.loss else grouped(own)
    face = derivative.gradient_shape(layout)
    if derivative.loss and face is not None and face != derivative.shape(layout):
        text = swept(derivative)[-1].text
        text = transposed_product(text) if numerator else text
        own = "shape, transposed" if numerator else "shape"
        whose = f"`{derivative.wrt}`'s {own}"
        rows.append(("as a matrix", f"`{text}`", f"`{by(face)}`", whose))
    return Table(("so far", "is", "shape", ""), rows, "llrl")


def _amounts_to(derivative: Derivative, factor: Factor, layout: Layout) -> str:
    """The collapsed form of the last product."""
    if not derivative.loss or len(derivative.path) == 1:
        return ""
    text = swept(derivative)[-1].text
    is_matrix = isinstance(factor.operator, Kronecker) or derivative.samples != 1
    if derivative.wrt in derivative.network.parameters and isinstance(factor.operator, Identity):
        is_matrix = False
    if derivative.entry is not None:
        return f"= `{text}`"
    if is_matrix:
        text = f"vec({text})" if factor.operator.shape[1] != 1 else text
    return f"= `{transposed(text) if layout is NUMERATOR else text}`"


def _reading_order(derivative: Derivative, layout: Layout) -> list[str]:
    """What happens to somebody who multiplies as the chain is spoken, in denominator layout."""
    if layout is NUMERATOR or len(derivative.path) < 2:
        return []
    shapes = [factor.operator.T.shape for factor in derivative.path]
    spoken_names = " · ".join(factor.name for factor in derivative.path[:2])
    more = " · …" if len(derivative.path) > 2 else ""
    start = f"Read as it is spoken, `{spoken_names}{more}`, it begins "
    for k, (first, second) in enumerate(pairwise(shapes)):
        if first[1] != second[0]:
            if k == 0:
                return [f"{start}`{by(first)} · {by(second)}`: no product."]
            return [
                f"{start}`{by(shapes[0])} · {by(shapes[1])}` and stops at `{by(first)} · "
                f"{by(second)}`: no product. Sizes that agree by chance do not make it one."
            ]
    return [
        f"{start}`{by(shapes[0])} · {by(shapes[1])}` and conforms all the way, because sizes here "
        "agree by chance. It is wrong all the same: with other sizes it would not multiply."
    ]


def _one_entry(derivative: Derivative, layout: Layout) -> list[str]:
    """The chain for one entry of a matrix."""
    last = derivative.path[-1] if derivative.paths else None
    if (
        last is None
        or derivative.entry is not None
        or derivative.samples != 1
        or not derivative.loss
        or not isinstance(last.operator, Kronecker)
        or len(derivative.path) < 2
    ):
        return []
    a, W = last.link.step.inputs[:2]
    m = last.operator.shape[0]
    whole, single = ((m, last.operator.shape[1]), (m, 1))
    factors = derivative.written(layout)
    shapes = [by(layout.arrange(f.operator).shape) for f in factors]
    one = by(single if layout is NUMERATOR else single[::-1])
    shapes[-1 if layout is NUMERATOR else 0] = one
    kind = "column" if layout is NUMERATOR else "row"
    full = by(whole if layout is NUMERATOR else whole[::-1])
    d = "δ" + last.link.above[1:]
    return [
        f"One entry, `{W}[i,j]`: the `{full}` becomes one {kind}, `{one}`, with `{a}[j]` in place "
        f"i: `{' · '.join(shapes)} = 1×1`, which is `{d}[i] {a}[j]`."
    ]


def without_matrices(derivative: Derivative) -> Section:
    """The sweep along the path, each line with the collapse that allows it, and the reasons."""
    rows = [(f"`{s.name}`", f"= `{s.text}`", f"`{s.shape}`", s.law) for s in swept(derivative)]
    beside = _beside(derivative)
    rows[-1:-1] = beside
    blocks: list[Block] = [Table(("", "", "shape", ""), rows, "llrl")]
    if not derivative.loss:
        blocks.insert(0, Paragraph(_any_cotangent(derivative)))
    blocks += [Paragraph(text) for text in _output_delta(derivative)]
    blocks.append(Terms(reasons_for(derivative) + to_train(derivative)))
    return Section("WITHOUT THE MATRICES", "the same numbers: this is backpropagation", blocks)


def _any_cotangent(derivative: Derivative) -> str:
    """What g is where no loss gives it."""
    shape = by(derivative.unknowns[derivative.of].shape)
    if derivative.is_gradient:
        return f"`{derivative.of}` is `{shape}`: with `g = 1` the last line is its gradient."
    return (
        f"`g` is any cotangent of `{derivative.of}`, `{shape}`: as a row before the Jacobian it "
        "weighs its rows, and the products need no matrix."
    )


def _beside(derivative: Derivative) -> list[tuple[str, str, str, str]]:
    """The bias's gradient, next to that of the weights."""
    last = derivative.path[-1].link
    if not (derivative.loss and isinstance(last.step.layer, Linear) and last.position == 1):
        return []
    if len(last.step.inputs) < 3 or derivative.entry is not None:
        return []
    b = Derivative(derivative.network, derivative.of, last.step.inputs[2], derivative.samples)
    row = swept(b)[-1]
    return [(f"`{row.name}`", f"= `{row.text}`", f"`{row.shape}`", row.law)]


def _output_delta(derivative: Derivative) -> list[str]:
    """Whether the output's δ is simply prediction minus target."""
    network = derivative.network
    loss, last = network.loss, network.inner_steps[-1]
    if not derivative.loss or loss is None:
        return []
    linear = [step.name for step in network.inner_steps if isinstance(step.layer, Linear)]
    if not linear:
        return []
    delta, a = f"δ{linear[-1][1:]}", network.prediction
    if isinstance(last.layer, Linear):
        if loss.matches == "identity":
            return [f"Here `{delta} = {_over_samples(derivative, f'{a} - {TARGET}')}`."]
        return []
    behind = last.inputs[0] == linear[-1]
    if behind and loss.matches and last.layer.word == loss.matches:
        while_sum = f", as long as `{TARGET}` sums to 1" if loss.matches == "softmax" else ""
        return [
            f"The last layer and the loss match: `{delta} = "
            f"{_over_samples(derivative, f'{a} - {TARGET}')}`{while_sum}. The slope of "
            f"the {last.layer.word} and the loss's denominator cancel."
        ]
    return [
        f"Here `{delta}` is not `{a} - {TARGET}`: the {last.layer.word} does not cancel against "
        f"the {loss.word}."
    ]


def _over_samples(derivative: Derivative, text: str) -> str:
    loss = derivative.network.loss
    averaged = loss is not None and loss.reduction == "mean" and derivative.samples != 1
    return f"({text})/{derivative.samples}" if averaged else text


def checked(
    derivative: Derivative,
    layouts: list[Layout],
    result: Checked | None,
    drawn: str,
    sweep_part: int,
) -> Section:
    """What the numbers say, and what each way costs."""
    cost, rows = derivative.costs, []
    if result is not None and result.finite:
        worst = max(result.sweep.values())
        where = "both layouts" if len(layouts) == 2 else f"{layouts[0]} layout"
        agree = f"{statement(worst, result.scale)} in {where}"
        rows.append(("chain = sweep of VJPs", agree))
        rows.append(("chain = central differences", statement(result.differences, 1.0)))
    up, down = cost.left_to_right, cost.right_to_left
    if len(derivative.path) > 1:
        rows.append((
            "multiplications",
            f"`{up}` in this order, `{down}` in the other, `{cost.structured_left_to_right}` "
            + (f"in {sweep_part}" if derivative.loss else "with structure kept"),
        ))  # fmt: skip
        best = planned(derivative)
        if best:
            rows.append(("planned order", best))
    rows.append(("numbers kept", f"`{derivative.kept}` of `{derivative.full}`"))
    blocks: list[Block] = [Table((), rows, "ll")]
    notes = []
    if result is not None and not result.finite:
        notes.append("At this point values are not finite, so nothing can be compared.")
    elif result is not None and result.scale == 0:
        notes.append("The derivative is zero at this point (units are off, or saturated): "
                     "there any formula would agree. Try another seed.")  # fmt: skip
    how_many = len(derivative.paths)
    by_paths = "one path here, so one product is all" if how_many == 1 else f"{how_many} paths here"
    notes.append(
        'Left of "=" stand total derivatives, the links are partial ones. '
        f"`{derivative.of}` depends on `{derivative.wrt}` by {by_paths}. A graph adds up its paths."
    )
    blocks += [Paragraph(note) for note in notes]
    return Section("CHECKED" if result is not None else "COUNTED", drawn, blocks)


def planned(derivative: Derivative) -> str:
    """The order that the chain takes, where it is not simply from the top down."""
    operators = [factor.operator for factor in derivative.path]
    if any(not isinstance(size, int) for operator in operators for size in operator.shape):
        return ""
    best = plan(operators)
    if best.multiplications >= derivative.costs.structured_left_to_right:  # type: ignore[operator]
        return ""
    names = [factor.name for factor in derivative.path]
    return f"`{best.multiplications}` as `{best.written(names)}`, in numerator layout"


def summary(network: Network, of: str, samples: SizeLike, done: str, command: str) -> Section:
    """All parameters in a line each, with the command that shows each in full."""
    rows = []
    for name in network.parameters:
        derivative = Derivative(network, of, name, samples)
        how = "above" if name == done else command.format(wrt=name)
        if not derivative.paths:
            rows.append((f"`{derivative.name}`", "`= 0`", "", how))
            continue
        last = swept(derivative)[-1]
        shape = column(derivative.unknowns[name].shape)
        if derivative.loss:
            rows.append((f"`{derivative.name}`", f"`= {last.text}`", f"`{shape}`", how))
        else:
            jacobian_shape = by(derivative.shape(NUMERATOR))
            rows.append((f"`{derivative.name}`", "", f"`{jacobian_shape}`", how))
    unknowns = network.unknowns(samples)
    steps = network.steps if of == LOSS else network.inner_steps
    shared, alone = chain.shared_multiplications(
        list(steps), unknowns, of, list(network.parameters)
    )
    rows_of, count = size_of(network.shapes(samples)[of]), network.parameter_count
    joined = " | ".join(f"∂{of}/∂{name}" for name in network.parameters)
    return Section(
        "ALL PARAMETERS",
        "each in full by the command beside it",
        [
            Table(("", "", "shape", ""), rows, "llrl"),
            Paragraph(f"Side by side, `( {joined} )`, they are the `{by((rows_of, count))}` block "
                      "row of all parameters in numerator layout, a block column in "
                      f"denominator layout. With the running product shared they take `{shared}` "
                      f"multiplications, each evaluated alone `{alone}`."),
        ],
    )  # fmt: skip
