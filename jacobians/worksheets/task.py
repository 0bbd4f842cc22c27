"""What a sheet asks about: one derivative in one layout, its links, and the right answers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from math import prod
from typing import Any, NamedTuple

from layouts.errors import InputError, near_names
from layouts.layout import Layout
from layouts.sizes import Shape, Size, SizeLike

from ..report.facts import Derivative, Factor
from .draws import distinct_sizes, shuffled

__all__ = ["BLANKS", "Answer", "Task", "blanks_of"]

BLANKS = ("shapes", "order", "structure", "choice")


class Answer(NamedTuple):
    """What is right of one link, or of the whole derivative."""

    name: str
    shape: tuple[int, ...]
    number: int | None
    """Its place from left to right; None where several paths are summed."""
    structure: str


class Task:
    """A derivative in a layout, with a number for each of its letters.

    Args:
        derivative: of a network, of its values only the shapes.
        layout: the one in which all answers are.
        blank: what is left out.
        seed: of the sizes and of the orders.
    """

    def __init__(
        self, derivative: Derivative, layout: Layout, blank: tuple[str, ...], seed: int
    ) -> None:
        self.derivative, self.layout, self.blank, self.seed = derivative, layout, blank, seed
        if not derivative.links:
            raise InputError(f"there are no links from {derivative.of} back to {derivative.wrt}, "
                             "so there is nothing to ask: name values on one way.")  # fmt: skip
        if "order" in blank and derivative.branches:
            raise InputError(
                f"{derivative.name} is a sum over {derivative.count:,} paths, so its links have no "
                "one order: leave order out of what is blank, or ask for a derivative along one "
                "path."
            )

    @cached_property
    def sizes(self) -> dict[str, int]:
        """A number for each letter, none that is a size already."""
        known = [n for shape in self.derivative.shapes.values() for n in shape]
        letters = dict.fromkeys(letter for size in known for letter in letters_in(size))
        given = {n for n in known if not isinstance(n, Size)}
        numbers = distinct_sizes(len(letters), self.seed, given)
        return dict(zip(letters, numbers, strict=True))

    def numbers(self, shape: Shape) -> tuple[int, ...]:
        """A shape with the letters' numbers in it."""
        return tuple(self._number(size) for size in shape)

    def _number(self, size: SizeLike) -> int:
        if not isinstance(size, Size):
            return int(size)
        return sum(c * prod(self.sizes[letter] for letter in term)
                   for term, c in size.terms.items())  # fmt: skip

    @cached_property
    def order(self) -> list[str]:
        """The links' names from left to right; empty where there are several paths."""
        if self.derivative.branches:
            return []
        return [factor.name for factor in self.derivative.written(self.layout)]

    @cached_property
    def links(self) -> list[Answer]:
        """What is right of each link, in the sheet's order."""
        return [self._answer(factor) for factor in self._shuffled()]

    def _shuffled(self) -> list[Factor]:
        named = {factor.name: factor for factor in self.derivative.factors}
        mixed = shuffled(named, self.seed, "links")
        if mixed == self.order and len(mixed) > 1:  # else the sheet would give the answer away
            mixed = mixed[1:] + mixed[:1]
        return [named[name] for name in mixed]

    def _answer(self, factor: Factor) -> Answer:
        shape = self.numbers(self.layout.arrange(factor.operator).shape)
        number = self.order.index(factor.name) + 1 if self.order else None
        return Answer(factor.name, shape, number, factor.structure)

    @cached_property
    def total(self) -> tuple[int, ...]:
        """The shape of the whole derivative, through vec."""
        return self.numbers(self.derivative.shape(self.layout))

    @cached_property
    def gradient(self) -> tuple[int, ...] | None:
        """Its shape as a matrix, where that is another."""
        shape = self.derivative.gradient_shape(self.layout)
        face = None if shape is None else self.numbers(shape)
        return None if face == self.total else face


def letters_in(size: SizeLike) -> list[str]:
    """The letters of a size, in their order."""
    return [letter for term in size.terms for letter in term] if isinstance(size, Size) else []


def blanks_of(blank: str | Iterable[str]) -> tuple[str, ...]:
    """What is blank, in the order of the sheet.

    >>> blanks_of("order,shapes")
    ('shapes', 'order')

    Raises:
        InputError: nothing, or something that cannot be blank.
    """
    named: Any = blank.split(",") if isinstance(blank, str) else blank
    if not isinstance(named, Iterable) or not all(isinstance(name, str) for name in named):
        raise InputError(f"what is blank is named, as in ('shapes', 'order'), not {blank!r}.")
    names = [name.strip() for name in named]
    for name in names:
        if name not in BLANKS:
            raise InputError(f"{name!r} cannot be blank: {near_names(name, BLANKS)}")
    if not names:
        raise InputError(f"a sheet without blanks asks nothing: name some of {', '.join(BLANKS)}.")
    return tuple(name for name in BLANKS if name in names)
