r"""What a sign of a derivative is of: a symbol, or the product that goes on behind it.

    \nabla_a C \odot a    \nabla_x f^T g    \nabla_x (x^T x) b    a symbol, or a bracket
    \nabla_w \frac12 \|X w - y\|^2          a product, for w occurs in it
    \frac{\partial}{\partial x} A x         a product

Papers leave it to readers, who know that C is the loss. Here letters that are usual for what is
differentiated stand for themselves, and a transposed factor that could be either is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lark import Token

from ..tree import Name, walk
from .applications import Applications
from .context import Context
from .items import Bracket, Item, Line
from .names import FUNCTION_LETTERS
from .operands import ends_derivative, taken
from .scripts import Scripts

__all__ = ["Extents"]

VALUES = {"L", "J", "C", "E", "F", "R", "l", "loss", "cost", "error", *FUNCTION_LETTERS}
"""The names of what is differentiated."""


class Extents:
    """The rules for where what is differentiated ends, in a context."""

    def __init__(self, context: Context, scripts: Scripts, applications: Applications) -> None:
        self.context, self.scripts, self.applications = context, scripts, applications

    def is_product(self, kind: str, line: Line, wrt: tuple[str, ...]) -> bool:
        """Whether a derivative of this kind is of the product that a line begins with."""
        first, *others = operand = taken(Line(line), ends_derivative)
        assert isinstance(first, Item)
        if not others or kind == "J" or (isinstance(first.atom, Bracket) and not first.scripts):
            return False
        if self.is_plain(first) and self.is_argument(others[0], wrt):
            return kind == "∂" and len(others) > 1
        return kind == "∂" or self.is_formula(operand, first, wrt)

    def is_formula(self, operand: Line, first: Item, wrt: tuple[str, ...]) -> bool:
        """Whether the factors behind ∇ are what it is of, and no factors of the gradient."""
        named, plain = isinstance(first.atom, Name), self.is_plain(first)
        if named and self.stem(first) in VALUES:
            return False
        if not {*wrt}.isdisjoint(self.names(operand, arguments=not plain)):
            return True
        if named and not plain:
            self.context.refuse(first, "where what ∇ is of ends is not clear: use brackets.")
        return False

    def is_plain(self, item: Item) -> bool:
        """Whether an item is a name that is not transposed."""
        return isinstance(item.atom, Name) and not self.scripts.turn(item.scripts)

    def is_argument(self, item: Item | Token | None, wrt: tuple[str, ...]) -> bool:
        """Whether what stands behind a symbol is what that is a function of, as in `f(x)^T`."""
        match item:
            case Item(atom=Bracket(entries=entries), scripts=scripts):
                found = [self.context.vocabulary.name_of(entry) for entry in entries]
                turned = all(self.scripts.turn([script], alone=True) for script in scripts)
                return turned and None not in found and {*wrt} <= {*found}
        return False

    def stem(self, item: Item) -> str:
        """The letters of a name."""
        return re.sub(r"[\d\[_].*", "", self.context.name(item.atom) or "")

    def names(self, operand: Line, *, arguments: bool) -> Iterator[str]:
        """The names in a product, those in arguments of functions if they count."""
        applied = False
        for item in operand:
            if isinstance(item, Item):
                if arguments or not (applied and isinstance(item.atom, Bracket)):
                    yield from self.names_of(item)
                applied = self.applications.is_bare(item)

    def names_of(self, item: Item) -> Iterator[str]:
        """The names in a factor, with their indices."""
        atom = item.atom
        parts = atom.entries if isinstance(atom, Bracket) else (atom,)
        if isinstance(atom, Name):
            parts = (self.scripts.scripted(atom, item.scripts),)
        for part in parts:
            yield from (each.text for each in walk(part) if isinstance(each, Name))
