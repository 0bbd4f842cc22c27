"""Backpropagation: one sweep of vector–Jacobian products, from the output to the parameters.

    g_of = seed,    g_v = Σ over the steps that v feeds of  vjp(g_step)

No Jacobian is formed: every step turns the cotangent of its output into those of its inputs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .rule import Names
from .steps import Step

__all__ = ["sweep"]


def sweep(
    steps: Sequence[Step],
    values: Mapping[str, Any],
    of: str,
    seed: Any,
    wanted: Sequence[str] | None = None,
) -> dict[str, Any]:
    """The cotangent of every value that `of` depends on, each shaped as the value.

    Args:
        steps: the network, in the order of computation.
        values: every value by name, from the forward pass.
        of: the value whose cotangent is given.
        seed: that cotangent, shaped as the value; 1 for a loss.
        wanted: stop short of values that none of these depends on; all unless given.
    """
    needed = None if wanted is None else _above(steps, wanted)
    cotangents = {of: seed}
    for name, layer, inputs in reversed(steps):
        if name not in cotangents:
            continue
        rules = layer.rules(*(values[each] for each in inputs), names=Names(inputs, name))
        for each, argument in zip(inputs, layer.arguments, strict=True):
            if needed is not None and each not in needed:
                continue
            pulled_back = rules[argument].vjp(cotangents[name])
            cotangents[each] = cotangents[each] + pulled_back if each in cotangents else pulled_back
    return cotangents


def _above(steps: Sequence[Step], wanted: Sequence[str]) -> set[str]:
    """The wanted values and all that depend on them."""
    above = set(wanted)
    for name, _, inputs in steps:
        if not above.isdisjoint(inputs):
            above.add(name)
    return above
