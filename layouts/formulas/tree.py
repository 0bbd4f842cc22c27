"""A formula as a tree.

    W.T @ d        Product(Transpose(Name W), "@", Name d)
    a * b @ c      Chain((a, b, c), ("*", "@")) until it is known how the writer groups it

Two parts are never equal, however alike: a part is told by where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

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
    "remade",
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


MADE_OF: dict[type, Callable[[Any], tuple[Part, ...]]] = {
    **dict.fromkeys((Transpose, Negative, Claim), lambda tree: (tree.part,)),
    **dict.fromkeys((Sum, Product), lambda tree: (tree.left, tree.right)),
    Power: lambda tree: (tree.base, tree.exponent),
    Chain: lambda tree: tree.factors,
    Call: lambda tree: tree.arguments,
    Row: lambda tree: tree.entries,
}


def parts_of(tree: Part) -> tuple[Part, ...]:
    """The parts that a part is made of, from left to right."""
    inner = MADE_OF.get(type(tree))
    return () if inner is None else inner(tree)


def mapped(tree: Part, change: Callable[[Part], Part]) -> Part:
    """The same part with each of the parts that it is made of changed; itself if none is."""
    old = parts_of(tree)
    new = tuple(map(change, old))
    return tree if all(a is b for a, b in zip(new, old, strict=True)) else remade(tree, new)


def remade(tree: Part, parts: tuple[Part, ...]) -> Part:
    """The same part made of others."""
    match tree:
        case Product(operator=operator):
            return Product(parts[0], operator, parts[1], at=tree.at)
        case Sum(sign=sign):
            return Sum(parts[0], sign, parts[1], at=tree.at)
        case Transpose() | Negative() | Claim():
            return replace(tree, part=parts[0])
        case Power():
            return replace(tree, base=parts[0], exponent=parts[1])
        case Chain():
            return replace(tree, factors=parts)
        case Call():
            return replace(tree, arguments=parts)
        case Row():
            return replace(tree, entries=parts)
    return tree


def walk(tree: Part) -> Iterator[Part]:
    """Every part, each before those that it is made of."""
    yield tree
    for part in parts_of(tree):
        yield from walk(part)
