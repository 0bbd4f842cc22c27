"""WITHOUT THE MATRICES: the sweep along the path, and the reason for every ᵀ and ⊙."""

from __future__ import annotations

from layouts.layout import DENOMINATOR, NUMERATOR, Layout
from layouts.sizes import by

from ...layers import Identity, Linear, Loss
from ...wiring import TARGET
from ..facts import Derivative
from ..model import Block, Paragraph, Section, Table, Terms
from ..reasons import reasons_for, to_train
from ..sweep_in_words import swept

__all__ = ["sweep_part"]


def sweep_part(derivative: Derivative, layouts: list[Layout]) -> Section:
    """Each line with the collapse that allows it."""
    rows = [(f"`{s.name}`", f"= `{s.text}`", f"`{s.shape}`", s.law) for s in swept(derivative)]
    rows[-1:-1] = _beside(derivative)
    blocks: list[Block] = [Table(("", "", "shape", ""), rows, "llrl")]
    if not derivative.loss:
        blocks.insert(0, Paragraph(_any_cotangent(derivative, layouts)))
    if remark := _output_delta(derivative):
        blocks.append(Paragraph(remark))
    blocks.append(Terms(reasons_for(derivative) + to_train(derivative)))
    return Section("WITHOUT THE MATRICES", "the same numbers: this is backpropagation", blocks)


def _any_cotangent(derivative: Derivative, layouts: list[Layout]) -> str:
    """What g is where no loss gives it."""
    of, below = derivative.of, derivative.below
    shape = by(derivative.unknowns[of].shape)
    if derivative.is_gradient:
        return f"`{of}` is `{shape}`: with `g = 1` the last line is its gradient by `{below}`."
    g = "g" if derivative.samples == 1 else "vec(g)"
    forms = {NUMERATOR: f"`{g}ᵀ · ∂{of}/∂{below}`", DENOMINATOR: f"`∂{of}/∂{below} · {g}`"}
    written = ", ".join(f"{forms[layout]} in {layout} layout" for layout in layouts)
    return (
        f"`g` is any cotangent of `{of}`, `{shape}`. Its vjp is the product of the Jacobian with "
        f"it, {written}, put back into the shape of `{derivative.wrt}`. No matrix is needed for it:"
    )


def _beside(derivative: Derivative) -> list[tuple[str, str, str, str]]:
    """The bias's gradient, next to that of the weights."""
    last = derivative.path[-1].link
    inputs = last.step.inputs
    weights = isinstance(last.step.layer, Linear) and last.position == 1 and len(inputs) == 3
    if not (derivative.loss and weights) or derivative.entry is not None:
        return []
    row = swept(Derivative(derivative.network, derivative.of, inputs[2], derivative.samples))[-1]
    return [(f"`{row.name}`", f"= `{row.text}`", f"`{row.shape}`", row.law)]


def _output_delta(derivative: Derivative) -> str:
    """Whether the output's δ is simply prediction minus target."""
    network = derivative.network
    loss, last, a = network.loss, network.inner_steps[-1], network.prediction
    linear = [step.name for step in network.inner_steps if isinstance(step.layer, Linear)]
    if not derivative.loss or loss is None or not linear or derivative.wrt == TARGET:
        return ""
    delta = f"δ{linear[-1][1:]}"
    sums_to_1 = f"each column of `{TARGET}` sums" if derivative.samples != 1 else f"`{TARGET}` sums"
    condition = f", as long as {sums_to_1} to 1" if loss.targets == "class" else ""
    bare = last.name == linear[-1] or isinstance(last.layer, Identity)
    behind = bare or last.inputs[0] == linear[-1]
    if not behind or (not bare and last.layer.word != loss.matches):
        return (
            f"Here `{delta}` is not `{a} - {TARGET}`: the {last.layer.word} does not cancel "
            f"against the {loss.word}{' loss' * (loss.word == 'huber')}."
        )
    if bare and loss.matches != "identity":
        plain = loss.slope_text(network.steps[-1].inputs, derivative.unknowns[a].shape)
        return (
            f"Nothing stands between `{linear[-1]}` and the loss: `{delta} = {plain}`{condition}."
        )
    reason = (
        f"Nothing stands between `{linear[-1]}` and the loss"
        if bare
        else f"The derivative of the {last.layer.word} and the loss's denominator cancel"
    )
    return (
        f"The last layer and the loss match: `{delta} = {_averaged(derivative, loss)}`"
        f"{condition}. {reason}."
    )


def _averaged(derivative: Derivative, loss: Loss) -> str:
    text = f"{derivative.network.prediction} - {TARGET}"
    mean = loss.reduction == "mean" and derivative.samples != 1
    return f"({text})/{derivative.samples}" if mean else text
