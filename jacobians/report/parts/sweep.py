"""WITHOUT THE MATRICES: the sweep along the path, and the reason for every ᵀ and ⊙."""

from __future__ import annotations

from typing import NamedTuple

from layouts.layout import DENOMINATOR, NUMERATOR, Layout

from ...layers import Identity, Linear, Loss
from ...layers.base import written
from ..facts import Derivative
from ..model import Block, Paragraph, Section, Table, Terms, abridged_rows
from ..reasons import reasons_for, to_train
from ..sweep_in_words import cotangent, swept

__all__ = ["Matched", "matched", "output_delta", "sweep_part"]


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


class Matched(NamedTuple):
    """The output's δ where the last layer and the loss cancel."""

    value: str
    """The value whose cotangent it is."""
    delta: str
    text: str
    condition: str
    """What has to hold, as a further clause; or nothing."""
    reason: str


def matched(derivative: Derivative) -> Matched | None:
    """The output's δ as it is written once the derivatives have cancelled; None where they do not.

    Also where no layer stands between the last linear one and the loss.
    """
    network = derivative.network
    loss, a, z = network.loss, network.prediction, _last_linear(derivative)
    if loss is None or z is None or not derivative.loss or derivative.wrt in network.targets:
        return None
    below = network.step_named[a]
    bare = _is_bare(derivative)
    if not bare and below.layer.word != loss.matches:
        return None
    delta, y = cotangent(derivative, z), network.step_named[network.top].inputs[1]
    sums_to_1 = f"each column of `{y}` sums" if derivative.samples != 1 else f"`{y}` sums"
    condition = f", as long as {sums_to_1} to 1" if loss.targets == "class" else ""
    if bare and loss.matches != "identity":
        text = loss.slope_text((a, y), derivative.shapes[a])
        return Matched(z, delta, text, condition, "")
    reason = (
        f"Nothing stands between `{z}` and the loss"
        if bare
        else f"The derivative of the {below.layer.word} and the loss's denominator cancel"
    )
    return Matched(z, delta, _averaged(derivative, loss, a, y), condition, reason)


def output_delta(derivative: Derivative) -> str:
    """Whether the output's δ is simply prediction minus target."""
    network = derivative.network
    loss, a, z = network.loss, network.prediction, _last_linear(derivative)
    if loss is None or not derivative.loss or derivative.wrt in network.targets:
        return ""
    if z is None:
        return _far_from_linear(derivative, loss) if network.is_row else ""
    found, y = matched(derivative), network.step_named[network.top].inputs[1]
    if found is None:
        word = network.step_named[a].layer.word
        return _no_cancelling(cotangent(derivative, z), a, y, word, loss)
    said = f"`{found.delta} = {found.text}`{found.condition}."
    if not found.reason:
        return f"Nothing stands between `{z}` and the loss: {said}"
    return f"The last layer and the loss match: {said} {found.reason}."


def _last_linear(derivative: Derivative) -> str | None:
    """The linear value that the loss is taken of, or of whose only function it is taken."""
    network = derivative.network
    a = network.prediction
    below = network.step_named.get(a)
    if below is None or not (_is_bare(derivative) or len(below.inputs) == 1):
        return None
    z = a if isinstance(below.layer, Linear) else below.inputs[0]
    is_linear = z in network.step_named and isinstance(network.step_named[z].layer, Linear)
    return z if is_linear else None


def _is_bare(derivative: Derivative) -> bool:
    """Whether nothing stands between the last linear value and the prediction."""
    below = derivative.network.step_named.get(derivative.network.prediction)
    return below is not None and isinstance(below.layer, Linear | Identity)


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
