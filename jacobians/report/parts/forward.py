"""FORWARD: every value on the way, how it is made, its shape, and how the loss is defined."""

from __future__ import annotations

from layouts.sizes import by

from ...rule import Names
from ...wiring import INPUT, LOSS, TARGET
from ..facts import Derivative
from ..model import Block, Paragraph, Section, Table

__all__ = ["definition", "forward_part"]


def forward_part(derivative: Derivative, note: str = "") -> Section:
    """The forward pass up to what is differentiated."""
    unknowns = derivative.unknowns
    rows = [(f"`{INPUT} = x`", f"`{by(unknowns[INPUT].shape)}`", "the input")]
    for step in derivative.steps:
        names = Names(step.inputs, step.name)
        shapes = tuple(unknowns[name].shape for name in step.inputs)
        formula, remark = step.layer.formula(names, shapes), step.layer.remark(names, shapes)
        rows.append((f"`{step.name} = {formula}`", f"`{by(unknowns[step.name].shape)}`", remark))
        if step.name == derivative.of:
            break
    blocks: list[Block] = [Table(("", "shape", ""), rows, "lrl")]
    blocks += [Paragraph(text) for text in [*_loss(derivative), *_approximated(derivative),
                                               derivative.network.note, note]
               if text]  # fmt: skip
    return Section("FORWARD", "", blocks)


def definition(derivative: Derivative) -> str:
    """The loss, written out."""
    name, loss, inputs = derivative.network.steps[-1]
    shapes = tuple(derivative.unknowns[each].shape for each in inputs)
    return f"{name} = {loss.formula(Names(inputs, name), shapes)}"


def _loss(derivative: Derivative) -> list[str]:
    """What a reader must know about the loss."""
    network = derivative.network
    loss = network.loss
    if loss is None:
        what = "the prediction, " if derivative.of == network.prediction else ""
        return [f"There is no loss here: the derivatives are those of {what}`{derivative.of}`."]
    if derivative.of != LOSS:
        return [f"The network's loss is not on this way: `{definition(derivative)}`."]
    entries = "The loss sums over entries"
    if loss.averages_entries:
        entries += ", divides by their number,"
    if derivative.samples == 1:
        notes = [f"{entries.rstrip(',')}; with one sample nothing is averaged over samples."]
    else:
        notes = [f"{entries} and takes the {loss.reduction} over samples."]
    if "/" in loss.gradient:
        notes.append(f"Quotients of columns, as in `{TARGET}/{network.prediction}`, are taken "
                     "entry by entry.")  # fmt: skip
    if loss.elsewhere:
        notes.append(f"PyTorch's {loss.elsewhere} takes its mean over the entries too: 1/"
                     f"`{derivative.unknowns[TARGET].shape[0]}` of this one.")  # fmt: skip
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
