"""FORWARD: every value on the way, how it is made, its shape, and how the loss is defined."""

from __future__ import annotations

from ...layers import Loss
from ...layers.base import written
from ...rule import Names
from ...steps import Step
from ...wiring import Wiring
from ..facts import Derivative
from ..model import MOST_ROWS, Block, Paragraph, Section, Table, abridged_rows

__all__ = ["forward_part"]


def forward_part(derivative: Derivative, note: str = "") -> Section:
    """The forward pass up to what is differentiated."""
    unknowns = derivative.unknowns
    inputs = derivative.network.inputs
    rows: list[tuple[str, ...]] = [
        (
            f"`{_given(name, derivative.network)}`",
            f"`{written(unknowns[name].shape)}`",
            "the input" if len(inputs) == 1 else "an input",
        )
        for name in inputs
    ]
    for step in derivative.steps:
        names = Names(step.inputs, step.name)
        shapes = tuple(unknowns[name].shape for name in step.inputs)
        formula, remark = step.layer.formula(names, shapes), step.layer.remark(names, shapes)
        rows.append(
            (f"`{step.name} = {formula}`", f"`{written(unknowns[step.name].shape)}`", remark)
        )
        if step.name == derivative.of:
            break
    table = Table(("", "shape", ""), abridged_rows(_needed(derivative, rows)), "lrl")
    blocks: list[Block] = [table]
    notes = [*_loss(derivative), *_approximated(derivative), *_idle(derivative)]
    notes += [derivative.network.note, note]
    blocks += [Paragraph(text) for text in notes if text]
    return Section("FORWARD", "", blocks)


def _needed(derivative: Derivative, rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """All rows, or of very many those of which the derivative speaks."""
    if len(rows) <= MOST_ROWS:
        return rows
    spoken_of = {derivative.of, derivative.wrt}
    for link in derivative.links:
        spoken_of.update([link.above, *link.step.inputs])
    kept = [row for row in rows if row[0].strip("`").split(" = ")[0] in spoken_of]
    left = len(rows) - len(kept)
    return (
        [*kept, ("…", "", f"and {left} lines that this derivative does not need")] if left else kept
    )


def _given(name: str, network: Wiring) -> str:
    """An input, with what else it is called."""
    return " = ".join([name, *(a for a, own in network.aliases.items() if own == name)])


def _loss(derivative: Derivative) -> list[str]:
    """What a reader must know about the loss, or about each of several."""
    network, of = derivative.network, derivative.of
    if network.loss_name is None:
        what = "the prediction, " if of == network.prediction else ""
        return [f"There is no loss here: the derivatives are those of {what}`{of}`."]
    if of != network.loss_name:
        definition = network.definition(derivative.shapes)
        return [f"The network's loss is not on this way: `{definition}`."]
    losses = [step for step in derivative.steps if isinstance(step.layer, Loss)]
    return list(dict.fromkeys(note for step in losses for note in _of_loss(derivative, step)))


def _of_loss(derivative: Derivative, step: Step) -> list[str]:
    loss, (prediction, target) = step.layer, step.inputs
    assert isinstance(loss, Loss)
    single = derivative.network.loss is loss
    entries = f"{'The loss' if single else f'`{step.name}`'} sums over entries"
    if loss.averages_entries:
        entries += ", divides by their number,"
    if derivative.samples == 1:
        notes = [f"{entries.rstrip(',')}; with one sample nothing is averaged over samples."]
    else:
        notes = [f"{entries} and takes the {loss.reduction} over samples."]
    if "/" in loss.gradient:
        notes.append(f"Quotients of columns, as in `{target}/{prediction}`, are taken "
                     "entry by entry.")  # fmt: skip
    if loss.elsewhere:
        notes.append(f"PyTorch's {loss.elsewhere} takes its mean over the entries too: 1/"
                     f"`{derivative.shapes[target][0]}` of this one.")  # fmt: skip
    return notes


def _idle(derivative: Derivative) -> list[str]:
    """What is declared or computed for nothing."""
    network = derivative.network
    notes = [f"`{name}` is used by no step: every derivative by it is 0."
             for name in network.unused]  # fmt: skip
    notes += [f"`{name}` has no path to `{network.top}`: `∂{network.top}/∂{name} = 0`."
              for name in network.without_path]  # fmt: skip
    return notes


def _approximated(derivative: Derivative) -> list[str]:
    notes = []
    for step in derivative.steps:
        missing = step.layer.by_differences
        verb = "was" if len(missing) == 1 else "were"
        if missing:
            notes.append(f"BY DIFFERENCES: the {', '.join(missing)} of `{step.name}` {verb} not "
                         "given; differences of the function stand in.")  # fmt: skip
    return notes
