"""A row of items, each with its scripts, before it is known what its neighbours make of it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, NamedTuple

from lark import Token

from ..tree import Name, Part, Span

__all__ = [
    "Bracket",
    "Differential",
    "Item",
    "Line",
    "Operator",
    "Script",
    "Word",
    "is_named",
    "over",
    "place",
]


@dataclass(frozen=True, eq=False, slots=True)
class Word(Part):
    """A function that waits for what it is applied to."""

    function: str


@dataclass(frozen=True, eq=False, slots=True)
class Bracket(Part):
    """What stands in brackets, commas between it."""

    entries: tuple[Part, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Differential(Part):
    """`∂x`, half of a derivative."""

    symbol: Part
    order: int


@dataclass(frozen=True, eq=False, slots=True)
class Operator(Part):
    """`∂/∂x`, before what it is applied to."""

    below: tuple[Part, ...]


class Script(NamedTuple):
    """What stands at a symbol: "_" below the line, "^" above it, "⊙" a power of entries, primes."""

    sign: str
    part: Part
    at: Span
    primes: int = 0


class Item(NamedTuple):
    """A symbol, a bracket or the like with its scripts."""

    atom: Part
    scripts: tuple[Script, ...]
    at: Span


class Line(deque[Item | Token]):
    """Items and the signs between them, taken from the left."""

    def following(self) -> Item | None:
        """What comes next without a sign between."""
        return self[0] if self and isinstance(self[0], Item) else None

    def before_bracket(self) -> bool:
        """Whether a bracket comes next."""
        item = self.following()
        return item is not None and isinstance(item.atom, Bracket)

    def item(self) -> Item:
        """The next one, which is no sign, taken away."""
        item = self.popleft()
        assert isinstance(item, Item)
        return item


def place(child: Any) -> Span:
    """From where to where a child of the grammar's tree stands."""
    if isinstance(child, Token):
        return child.start_pos or 0, child.end_pos or 0
    at: Span = child.at
    return at


def over(*children: Any) -> Span:
    """From the start of the first to the end of the last."""
    return place(children[0])[0], place(children[-1])[1]


def is_named(part: Part, name: str) -> bool:
    """Whether a part is this very name."""
    return isinstance(part, Name) and part.text == name
