"""A formula as a tree.

    W.T @ d        Product(Transpose(Name W), "@", Name d)
    a * b @ c      Chain((a, b, c), ("*", "@")) until it is known how the writer groups it

Two parts are never equal, however alike: a part is told by where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

__all__ = [
    "BARS",
    "Call",
    "Chain",
    "Claim",
    "Derivative",
    "Name",
    "Negative",
    "Number",
    "Part",
    "Power",
    "Product",
    "Row",
    "Span",
    "Sum",
    "Transpose",
    "mapped",
    "parts_of",
    "walk",
]

Span: TypeAlias = tuple[int, int]
BARS = "bars"
"""The call that `|X|` is, until shapes tell whether it is a determinant or an absolute value."""


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """Anything with a place in the text: its first character, and the one after its last."""

    at: Span = field(default=(0, 0), kw_only=True)


@dataclass(frozen=True, eq=False, slots=True)
class Number(Part):
    """A number as it was written."""

    value: float
    text: str


@dataclass(frozen=True, eq=False, slots=True)
class Name(Part):
    """A value by its name: `W2`, `delta[l+1]`, `W[i,j]`."""

    text: str


@dataclass(frozen=True, eq=False, slots=True)
class Derivative(Part):
    """`∂of/∂wrt` as one symbol; its kind is ∂ (in the layout at hand), ∇ (a column) or J (rows).

    What is differentiated is a name, or a formula: then `formula` is its tree, and `of` its text.
    """

    of: str
    wrt: tuple[str, ...]
    kind: str = "∂"
    formula: Part | None = None

    @property
    def text(self) -> str:
        """The symbol, `∂L/∂W1`, and `∂²f/∂x∂y`: by this name its value is given."""
        if self.kind != "∂":
            return f"{self.kind}_{','.join(self.wrt)} {self.of}"
        order = "" if len(self.wrt) == 1 else "²"
        return f"∂{order}{self.of}/" + "".join(f"∂{name}" for name in self.wrt)


@dataclass(frozen=True, eq=False, slots=True)
class Row(Part):
    """Numbers beside each other, `(1, 1, 1)`."""

    entries: tuple[Part, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Call(Part):
    """A function of its arguments."""

    function: str
    arguments: tuple[Part, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Transpose(Part):
    """A part transposed."""

    part: Part


@dataclass(frozen=True, eq=False, slots=True)
class Negative(Part):
    """A part with a minus before it."""

    part: Part


@dataclass(frozen=True, eq=False, slots=True)
class Sum(Part):
    """left + right or left - right."""

    left: Part
    sign: str
    right: Part


@dataclass(frozen=True, eq=False, slots=True)
class Product(Part):
    """left @ right, the matrix product; left * right, Hadamard or scale; left / right."""

    left: Part
    operator: str
    right: Part


@dataclass(frozen=True, eq=False, slots=True)
class Power(Part):
    """base ** exponent entry by entry, or base ^ exponent as mathematics writes it."""

    base: Part
    operator: str
    exponent: Part


@dataclass(frozen=True, eq=False, slots=True)
class Chain(Part):
    """Factors without brackets between them; " " is a product written by standing side by side."""

    factors: tuple[Part, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Claim(Part):
    """A part with the shape that its writer says it has."""

    part: Part
    shape: str


def parts_of(tree: Part) -> tuple[Part, ...]:
    """The parts that a part is made of, from left to right."""
    match tree:
        case Transpose(part=one) | Negative(part=one) | Claim(part=one):
            return (one,)
        case Sum(left=left, right=right) | Product(left=left, right=right):
            return left, right
        case Power(base=base, exponent=exponent):
            return base, exponent
        case Chain(factors=parts) | Call(arguments=parts) | Row(entries=parts):
            return parts
    return ()


def mapped(tree: Part, change: Callable[[Part], Part]) -> Part:
    """The same part with each of the parts that it is made of changed; itself if none is."""
    new = tuple(map(change, parts_of(tree)))
    if all(a is b for a, b in zip(new, parts_of(tree), strict=True)):
        return tree
    match tree:
        case Transpose() | Negative() | Claim():
            return replace(tree, part=new[0])
        case Sum() | Product():
            return replace(tree, left=new[0], right=new[1])
        case Power():
            return replace(tree, base=new[0], exponent=new[1])
        case Chain():
            return replace(tree, factors=new)
        case Call():
            return replace(tree, arguments=new)
        case Row():
            return replace(tree, entries=new)
    return tree


def walk(tree: Part) -> Iterator[Part]:
    """Every part, each before those that it is made of."""
    yield tree
    for part in parts_of(tree):
        yield from walk(part)
