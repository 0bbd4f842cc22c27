"""WITHOUT THE MATRICES: the sweep along the path, and the reason for every ᵀ and ⊙."""

from __future__ import annotations

from layouts.layout import DENOMINATOR, NUMERATOR, Layout

from ...layers import Identity, Linear, Loss
from ...layers.base import written
from ..facts import Derivative
from ..model import Block, Paragraph, Section, Table, Terms, abridged_rows
from ..reasons import reasons_for, to_train
from ..sweep_in_words import cotangent, swept

__all__ = ["output_delta", "sweep_part"]


def sweep_part(derivative: Derivative, layouts: list[Layout]) -> Section:
    """Each line with the collapse that allows it."""
    rows = [(f"`{s.name}`", f"= `{s.text}`", f"`{s.shape}`", s.law) for s in swept(derivative)]
    rows[-1:-1] = _beside(derivative)
    blocks: list[Block] = [Table(("", "", "shape", ""), abridged_rows(rows), "llrl")]
    if not derivative.loss:
        blocks.insert(0, Paragraph(_any_cotangent(derivative, layouts)))
    if remark := output_delta(derivative):
        blocks.append(Paragraph(remark))
    blocks.append(Terms(reasons_for(derivative) + to_train(derivative)))
    return Section("WITHOUT THE MATRICES", "the same numbers: this is backpropagation", blocks)


def _any_cotangent(derivative: Derivative, layouts: list[Layout]) -> str:
    """What g is where no loss gives it."""
    of, g, name = derivative.of, derivative.g, derivative.name
    shape = written(derivative.shape_of(of))
    if derivative.is_gradient:
        return (
            f"`{of}` is `{shape}`: with `{g} = 1` the last line is its gradient by "
            f"`{derivative.below}`."
        )
    stacked = g if len(derivative.shape_of(of)) == 1 else f"vec({g})"
    forms = {NUMERATOR: f"`{stacked}ᵀ · {name}`", DENOMINATOR: f"`{name} · {stacked}`"}
    said = ", ".join(f"{forms[layout]} in {layout} layout" for layout in layouts)
    return (
        f"`{g}` is any cotangent of `{of}`, `{shape}`. Its vjp is the product of the Jacobian with "
        f"it, {said}, put back into the shape of `{derivative.wrt}`. No matrix is needed for it:"
    )


def _beside(derivative: Derivative) -> list[tuple[str, str, str, str]]:
    """The bias's gradient, next to that of the weights."""
    last = derivative.factors[-1].link
    inputs = last.step.inputs
    weights = isinstance(last.step.layer, Linear) and last.position == 1 and len(inputs) == 3
    if not (derivative.loss and weights) or derivative.entry is not None:
        return []
    row = swept(Derivative(derivative.network, derivative.of, inputs[2], derivative.samples))[-1]
    return [(f"`{row.name}`", f"= `{row.text}`", f"`{row.shape}`", row.law)]


def output_delta(derivative: Derivative) -> str:
    """Whether the output's δ is simply prediction minus target."""
    network = derivative.network
    loss, a = network.loss, network.prediction
    if loss is None or not derivative.loss or derivative.wrt in network.targets:
        return ""
    below = network.step_named.get(a)
    bare = below is not None and isinstance(below.layer, Linear | Identity)
    z = a if below is None or isinstance(below.layer, Linear) else below.inputs[0]
    alone = below is None or bare or len(below.inputs) == 1
    if (
        not alone
        or z not in network.step_named
        or not isinstance(network.step_named[z].layer, Linear)
    ):
        return _far_from_linear(derivative, loss) if network.is_row else ""
    assert below is not None
    delta, y = cotangent(derivative, z), network.step_named[network.top].inputs[1]
    sums_to_1 = f"each column of `{y}` sums" if derivative.samples != 1 else f"`{y}` sums"
    condition = f", as long as {sums_to_1} to 1" if loss.targets == "class" else ""
    if not bare and below.layer.word != loss.matches:
        return _no_cancelling(delta, a, y, below.layer.word, loss)
    if bare and loss.matches != "identity":
        plain = loss.slope_text((a, y), derivative.shapes[a])
        return f"Nothing stands between `{z}` and the loss: `{delta} = {plain}`{condition}."
    reason = (
        f"Nothing stands between `{z}` and the loss"
        if bare
        else f"The derivative of the {below.layer.word} and the loss's denominator cancel"
    )
    return (
        f"The last layer and the loss match: `{delta} = {_averaged(derivative, loss, a, y)}`"
        f"{condition}. {reason}."
    )


def _far_from_linear(derivative: Derivative, loss: Loss) -> str:
    """Where several layers stand between the last linear one and the loss."""
    network = derivative.network
    linear = [step.name for step in network.steps if isinstance(step.layer, Linear)]
    if not linear:
        return ""
    top = network.step_named[network.top]
    word = network.step_named[network.prediction].layer.word
    a, y = top.inputs
    return _no_cancelling(cotangent(derivative, linear[-1]), a, y, word, loss)


def _no_cancelling(delta: str, a: str, y: str, word: str, loss: Loss) -> str:
    return (
        f"Here `{delta}` is not `{a} - {y}`: the {word} does not cancel "
        f"against the {loss.word}{' loss' * (loss.word == 'huber')}."
    )


def _averaged(derivative: Derivative, loss: Loss, a: str, y: str) -> str:
    mean = loss.reduction == "mean" and derivative.samples != 1
    return f"({a} - {y})/{derivative.samples}" if mean else f"{a} - {y}"
