"""Habits, slips that run through a whole formula: made once in mind, and then at every factor.

    diag         every slope in a matrix product stands as its diagonal: W3 @ s2 @ W2 @ s1
    transpose    every matrix stands as the other layout has it: W1 @ (s1 * (W2 @ g))

Each place is a change of its own; the search takes them all at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from layouts.formulas.tree import Call, Name, Part, Transpose, mapped

from .edits import COSTS, Edit
from .evaluation import Evaluator
from .surgery import is_product, turned

__all__ = ["throughout"]

FURTHER = 0.2
"""What each further place adds to the cost of the first."""
Change: TypeAlias = Callable[[Part, Part], Part | None]
"""What a part becomes, given the part that it stands in; None where it stays."""


def throughout(tree: Part, evaluate: Evaluator) -> Iterator[tuple[Part, tuple[Edit, ...], float]]:
    """The tree with one kind of change at every place, the changes, and what they cost."""

    def on_the_diagonal(part: Part, parent: Part) -> Part | None:
        slope = isinstance(part, Call) and f"d{part.function[1:]}" == part.function
        value = evaluate(part) if slope and is_product(parent) else None
        return Call("diag", (part,)) if value is not None and value.shape[1] == 1 else None

    def the_other_way(part: Part, parent: Part) -> Part | None:
        matrix = part.part if isinstance(part, Transpose) else part
        value = evaluate(matrix) if isinstance(matrix, Name) else None
        return turned(part) if value is not None and 1 not in value.shape else None

    for kind, change in (("diag", on_the_diagonal), ("transpose", the_other_way)):
        edits: list[Edit] = []
        after = changed(tree, tree, change, kind, edits)
        if len(edits) > 1:
            yield after, tuple(edits), COSTS[kind] + FURTHER * (len(edits) - 1)


def changed(part: Part, parent: Part, change: Change, kind: str, edits: list[Edit]) -> Part:
    """A part with the change wherever it applies, and the changes in a list."""
    new = change(part, parent)
    if new is None:
        return mapped(part, lambda inner: changed(inner, part, change, kind, edits))
    edits.append(Edit(kind, part, new))
    return new
