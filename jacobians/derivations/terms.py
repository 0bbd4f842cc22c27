"""What a formula is made of: its terms, its names, its ∂ symbols."""

from __future__ import annotations

from collections.abc import Iterator

from layouts.formulas.tree import Derivative, Name, Part, Sum, walk

__all__ = ["has_symbols", "names_in", "terms_of"]


def terms_of(tree: Part, sign: str = "+") -> Iterator[tuple[str, Part]]:
    """The terms of a sum, each with its sign."""
    if isinstance(tree, Sum):
        yield from terms_of(tree.left, sign)
        yield from terms_of(tree.right, sign if tree.sign == "+" else "-" if sign == "+" else "+")
    else:
        yield sign, tree


def names_in(tree: Part) -> list[str]:
    """The names in a formula, each as often as it stands there."""
    return [part.text for part in walk(tree) if isinstance(part, Name)]


def has_symbols(tree: Part) -> bool:
    """Whether there are ∂ symbols in a formula."""
    return any(isinstance(part, Derivative) for part in walk(tree))
