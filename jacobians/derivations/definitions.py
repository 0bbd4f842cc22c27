"""What the lines before define, written out in the lines that use it."""

from __future__ import annotations

from layouts.errors import InputError
from layouts.formulas.limits import MOST_LEVELS, MOST_PARTS
from layouts.formulas.tree import Name, Part, mapped, parts_of

from .terms import names_in

__all__ = ["Definitions"]


class Definitions:
    """The formulas that names stand for from here on, themselves written out."""

    def __init__(self) -> None:
        self.stands: dict[str, Part] = {}
        self.lost: set[str] = set()
        """The names that a line defines which is not understood."""
        self.weights: dict[str, tuple[int, int]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self.stands

    def define(self, name: str, tree: Part) -> None:
        """Let a name stand for a formula.

        Raises:
            InputError: as `written_out` does.
        """
        parts, levels = self.weight(tree)
        if parts <= MOST_PARTS and levels <= MOST_LEVELS:
            tree = self.written_out(tree)
        self.weights[name], self.stands[name] = (parts, levels), tree

    def lose(self, name: str) -> None:
        """Remember that what a name stands for is not understood."""
        self.lost.add(name)

    def written_out(self, tree: Part) -> Part:
        """A formula with what the lines before define in place of the names.

        Raises:
            InputError: a definition was not understood, or all of them together are too long.
        """
        names = {*names_in(tree)}
        for name in names & (self.lost - self.stands.keys()):
            raise InputError(f"{name} is not known: the line that defines it is not understood.")
        if not names & self.stands.keys():
            return tree
        parts, levels = self.weight(tree)
        if parts > MOST_PARTS or levels > MOST_LEVELS:
            raise InputError("with its definitions written out it is beyond reason.")
        return self.replaced(tree)

    def replaced(self, tree: Part) -> Part:
        if isinstance(tree, Name):
            return self.stands.get(tree.text, tree)
        return mapped(tree, self.replaced)

    def weight(self, tree: Part) -> tuple[int, int]:
        """How many parts a formula has, and how deep it is, with its definitions written out."""
        if isinstance(tree, Name):
            return self.weights.get(tree.text, (1, 1))
        inner = [self.weight(part) for part in parts_of(tree)]
        return 1 + sum(n for n, _ in inner), 1 + max((depth for _, depth in inner), default=0)
