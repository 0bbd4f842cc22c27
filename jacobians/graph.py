"""A network as data: named values, and the steps that make one from others.

    inputs, targets    belong to the samples: the sample axis is their last
    parameters         belong to no sample: every sample meets the same ones
    steps              name = layer(*inputs), in the order of computation

A row of layers is the simplest graph (`layer_row`); `readers.graph_notation` reads one from text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, NoReturn

from layouts.errors import InputError, near_names
from layouts.sizes import Shape

from .steps import Step
from .unknown import Entries

__all__ = ["Graph", "in_order", "of_samples"]


class Graph(NamedTuple):
    """Steps between named values; shapes are those of one sample, in numbers or letters."""

    steps: tuple[Step, ...]
    inputs: Mapping[str, Shape | None]
    """None: a vector of any size."""
    parameters: Mapping[str, Entries]
    output: str
    """What the network predicts."""
    targets: Mapping[str, Shape | None] = {}
    """None: shaped as the output."""
    loss: str | None = None
    """The one number that training makes small, if there is one."""
    aliases: Mapping[str, str] = {}
    is_row: bool = False
    """Whether every layer feeds the next and nothing else."""
    title: str = ""
    """What reports call the network."""


def of_samples(graph: Graph) -> set[str]:
    """The values that belong to the samples, and so have a last axis for them."""
    names = {*graph.inputs, *graph.targets}
    for step in graph.steps:
        if not step.layer.reduces_samples and not names.isdisjoint(step.inputs):
            names.add(step.name)
    return names


def in_order(
    needs: Mapping[str, Iterable[str]],
    known: Iterable[str],
    refuse: Callable[[str, str], NoReturn] | None = None,
) -> list[str]:
    """The names in an order in which each comes after what it needs; else as they stand.

    Args:
        needs: for every value that is computed, the values that it is computed from.
        known: values that are given.
        refuse: is handed the value at fault and the message, instead of raising it here.

    Raises:
        LayoutError: a name that nobody makes, or values that wait for each other.

    >>> in_order({"L": ["h", "x"], "h": ["x"]}, ["x"])
    ['h', 'L']
    >>> in_order({"u": ["x", "v"], "v": ["u"]}, ["x"])
    Traceback (most recent call last):
    layouts.errors.InputError: u → v → u is a cycle: a value cannot wait for itself. Unroll it: ...
    """
    given, ordered = set(known), dict[str, None]()
    refuse = refuse or _refuse
    for name, sources in needs.items():
        for source in sources:
            if source not in given and source not in needs:
                refuse(name, f"{name} needs {source!r}, which is neither given nor computed: "
                             + near_names(source, [*given, *needs]))  # fmt: skip
    waiting: list[str] = []
    for name in needs:
        stack: list[tuple[str, Any]] = [(name, iter(needs[name]))]
        waiting = [name]
        while stack:
            current, sources = stack[-1]
            following = next((s for s in sources if s not in given and s not in ordered), None)
            if following is None:
                ordered.setdefault(current)
                stack.pop()
                waiting.pop()
            elif following in waiting:
                refuse(following, _cycle([*waiting[waiting.index(following) :], following]))
            else:
                stack.append((following, iter(needs[following])))
                waiting.append(following)
    return list(ordered)


def _cycle(names: list[str]) -> str:
    needed = " → ".join(reversed(names if len(names) < 12 else [*names[:5], "…", *names[-5:]]))
    return (
        f"{needed} is a cycle: a value cannot wait for itself. Unroll it: give each "
        "step in time a name of its own, h1, h2, …."
    )


def _refuse(name: str, message: str) -> NoReturn:
    raise InputError(message)
