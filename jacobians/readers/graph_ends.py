"""Which value of a graph is its loss, and which its prediction.

    loss          the value that a line `loss NAME` says; else the one called L; else the only one
                  that no other line uses. It is one number that all samples make, or there is none.
    prediction    the value that a line `output NAME` says; else what the loss compares with a
                  target; else the last value of the samples, one that no other is made of.

A graph means the same in whatever order its lines stand: only where two values are equally good
predictions is it the one that stands last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from layouts.errors import InputError

from ..layers import Loss
from .graph_builder import Builder

__all__ = ["loss_of", "prediction_of", "why_no_loss"]


def loss_of(made: Builder, needs: Mapping[str, Sequence[str]]) -> str | None:
    """The loss where no line says it.

    Args:
        made: all values.
        needs: for the value of each line, the values that the line names.

    Raises:
        InputError: several values could be it.
    """
    numbers = [name for name in needs if not why_no_loss(made, name)]
    if "L" in numbers:
        return "L"
    used = {source for sources in needs.values() for source in sources}
    free = [name for name in numbers if name not in used]
    if len(free) > 1:
        raise InputError(f"the loss could be {' or '.join(free)}, each one number that all samples "
                         f"make: a line says which, `loss {free[-1]}`.")  # fmt: skip
    return free[0] if free else None


def why_no_loss(made: Builder, name: str) -> str:
    """Why a value is not one number that all samples make; nothing if it is."""
    value = made.values[name]
    if value.of_samples:
        return f"{name} is {value.written} for each sample"
    if not value.is_one_number:
        return f"{name} is {value.written}"
    return "" if value.moved_by_samples else f"{name} is made of no sample"


def prediction_of(made: Builder, needs: Mapping[str, Sequence[str]], loss: str | None) -> str:
    """The prediction where no line says it; see `loss_of` for the arguments."""
    steps = [step.name for step in made.steps]
    compared = _compared(made, [loss] if loss else []) or _compared(made, steps)
    return compared or _last_of_samples(made, needs)


def _compared(made: Builder, tops: Iterable[str]) -> str | None:
    """What is compared with a target by the last loss layer that the values are made of."""
    steps = {step.name: step for step in made.steps}
    waiting = list(tops)
    while waiting:
        step = steps.pop(waiting.pop(), None)  # each is looked at once
        if step is None:
            continue
        if isinstance(step.layer, Loss):
            return step.inputs[0]
        waiting += step.inputs
    return None


def _last_of_samples(made: Builder, needs: Mapping[str, Sequence[str]]) -> str:
    """The last line's value that belongs to the samples and leads to no other that does."""
    leading: set[str] = set()
    for name in reversed([step.name for step in made.steps if step.name in needs]):
        if made.values[name].of_samples or name in leading:
            leading |= {*needs[name]}
    used = {source for sources in needs.values() for source in sources}
    own = [name for name in needs if made.values[name].of_samples and name not in leading]
    return (own or [name for name in needs if name not in used])[-1]
