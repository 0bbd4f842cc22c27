"""What a derivation is about, known before its first line is judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from layouts import Formula
from layouts.errors import InputError, near_names
from layouts.formulas.letters import spelt
from layouts.formulas.tree import Name, Part

from ..formula_checks.problem import Problem
from .given import Given
from .links import Link
from .names import Names, names_of
from .wires import Wires
from .wiring import wires_of

__all__ = ["Subject", "subject_of"]


class Subject(NamedTuple):
    """What the caller gives, as formulas, with the writer's names, and what is made from what."""

    given: Given
    problem: Problem | None
    names: Names
    wires: Wires

    def asked(self) -> Link | None:
        """The left side of a line that has none: what the caller asks for.

        Raises:
            InputError: there is no such value.
        """
        wrt = self.given.wrt
        if wrt is None:
            return None
        tree = Formula.parse(wrt, names=self.names.known).tree
        name = tree.text if isinstance(tree, Name) else spelt(wrt)
        own = self.names.of(name)
        if self.wires.made and own not in self.wires.names:
            near = near_names(name, map(self.wires.name, self.wires.names))
            raise InputError(f"there is no value {name}: {near}")
        return Link(self.given.top, own)

    def gradients(self) -> dict[str, Link]:
        """The names of the problem's that are links themselves: δ2, the column ∂L/∂z2."""
        gradients = self.problem.gradients if self.problem else {}
        return {name: Link(of, value, "δ") for name, (of, value) in gradients.items()}


def subject_of(
    given: Given, problem: Problem | None, known: Sequence[str], trees: Sequence[Part]
) -> Subject:
    """What these formulas are about, read with the names that are known."""
    names = names_of(given, problem, known, trees)
    return Subject(given, problem, names, wires_of(given, problem, names.called))
