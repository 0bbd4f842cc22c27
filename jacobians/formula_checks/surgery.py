"""Trees with one part changed: turned, exchanged, taken out, put in another order."""

from __future__ import annotations

from dataclasses import replace

from layouts.formulas.tree import (
    Name,
    Number,
    Part,
    Power,
    Product,
    Transpose,
    mapped,
    parts_of,
    remade,
    walk,
)

__all__ = [
    "begins_with_two",
    "chain_of",
    "is_product",
    "names_in",
    "product_of",
    "size_part",
    "swapped",
    "turned",
    "with_part",
    "without_two",
]


def turned(part: Part) -> Part:
    """The transpose, without two of them on each other."""
    return part.part if isinstance(part, Transpose) else Transpose(part)


def begins_with_two(part: Part) -> bool:
    """Whether the first factor of a product is the number 2."""
    while isinstance(part, Product):
        if isinstance(part.left, Number) and part.operator == "*":
            return part.left.value == 2.0
        part = part.left
    return False


def without_two(part: Part) -> Part:
    """Such a product without its 2."""
    if isinstance(part, Product) and isinstance(part.left, Number):
        return part.right
    return replace(part, left=without_two(part.left)) if isinstance(part, Product) else part


def swapped(tree: Part, old: Part, new: Part) -> Part:
    """The tree with one part in place of another."""
    return new if tree is old else mapped(tree, lambda part: swapped(part, old, new))


def size_part(text: str) -> Part:
    """A size as a part: a number or a letter."""
    return Number(float(text), text) if text.isdecimal() else Name(text)


def is_product(part: Part) -> bool:
    """Whether a part is a matrix product."""
    return isinstance(part, Product) and part.operator == "@"


def names_in(part: Part) -> int:
    """How many names a part has."""
    return sum(isinstance(inner, Name) for inner in walk(part))


def with_part(tree: Part, k: int, new: Part) -> Part:
    """The tree with its k-th part replaced."""
    if isinstance(tree, Transpose):
        return turned(new)
    if isinstance(tree, Power) and k == 1:
        return tree  # an exponent is no part to change
    parts = parts_of(tree)
    return remade(tree, (*parts[:k], new, *parts[k + 1 :]))


def chain_of(part: Part) -> list[Part]:
    """The factors of a matrix product, however it is bracketed."""
    if isinstance(part, Product) and part.operator == "@":
        return [*chain_of(part.left), *chain_of(part.right)]
    return [part]


def product_of(factors: list[Part]) -> Part:
    """Their matrix product, from left to right."""
    tree = factors[0]
    for factor in factors[1:]:
        tree = Product(tree, "@", factor)
    return tree
