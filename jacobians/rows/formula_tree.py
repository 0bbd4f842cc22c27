"""Printed formulas as trees, to be transposed and printed again.

    (A B)ᵀ = Bᵀ Aᵀ          (A ⊙ B)ᵀ = Aᵀ ⊙ Bᵀ        (A ⊗ B)ᵀ = Aᵀ ⊗ Bᵀ       Aᵀᵀ = A
    (A ± B)ᵀ = Aᵀ ± Bᵀ      f(A)ᵀ = f(Aᵀ)             diag(v)ᵀ = diag(v)

f works entry by entry, or sample by sample as softmax does: then it follows its samples, down the
columns or along the rows. `formula_reader` makes trees of text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

from ..typography import grouped

__all__ = ["Call", "Join", "Name", "Number", "Sum", "Tree", "Turned", "printed", "transposed"]


class Name(NamedTuple):
    """A matrix by its name, or the column of ones, `1`."""

    text: str


class Number(NamedTuple):
    """What no transpose touches: a number, a size, an identity matrix."""

    text: str


class Turned(NamedTuple):
    """The transpose of a part that cannot carry it inwards."""

    part: Tree


class Call(NamedTuple):
    """A function of its arguments; `log z` and `vec z` do without brackets."""

    function: str
    arguments: tuple[Tree, ...]
    bare: bool = False


class Sum(NamedTuple):
    """Terms, each with its sign."""

    terms: tuple[tuple[str, Tree], ...]


class Join(NamedTuple):
    """Parts with one operator between them: ⊙, ⊗, ·, / or, side by side, a space."""

    operator: str
    parts: tuple[Tree, ...]


Tree: TypeAlias = Name | Number | Turned | Call | Sum | Join

MATRICES = ("diag", "blockdiag", "vec", "rvec")
"""Functions that make a matrix of their argument instead of following its samples."""


def transposed(tree: Tree) -> Tree:
    """The transpose, carried inwards to the names.

    >>> A, B = Name("A"), Name("B")
    >>> printed(transposed(Join(" ", (A, Turned(B))))), printed(transposed(Join("⊙", (A, B))))
    ('B Aᵀ', '(A ⊙ B)ᵀ')
    """
    match tree:
        case Turned(part):
            return part
        case Sum(terms):
            return Sum(tuple((sign, transposed(term)) for sign, term in terms))
        case Join(operator, parts):
            turned = tuple(map(transposed, parts))
            return Join(operator, in_order(turned) if operator in " ·" else turned)
        case Call("diag", _) | Number():
            return tree
        case Call("vec" | "rvec", _):
            return Turned(tree)
        case Call(function, arguments, bare):
            return Call(function, tuple(map(transposed, arguments)), bare)
    return Turned(tree)


def in_order(parts: tuple[Tree, ...]) -> tuple[Tree, ...]:
    """The factors of a product backwards; a number before them stays where it is."""
    front = parts[:1] if isinstance(parts[0], Number) and parts[0].text[0] != "I" else ()
    return front + parts[len(front) :][::-1]


def printed(tree: Tree) -> str:
    """The formula as reports write it; a transpose that all parts share stands behind them.

    >>> slope = Call("tanh'", (Turned(Name("z")),))
    >>> printed(Join("⊙", (Turned(Name("δ")), slope))), printed(Call("diag", (slope,)))
    ("(δ ⊙ tanh'(z))ᵀ", "diag(tanh'(z))")
    """
    return written(rejoined(*gathered(tree)))


def gathered(tree: Tree) -> tuple[Tree, bool | None]:
    """The tree without a transpose that all its parts share, and whether there was one.

    None says that a transpose makes no difference, as to numbers.
    """
    match tree:
        case Turned(part):
            return part, True
        case Number():
            return tree, None
        case Sum(terms):
            parts, turned = together(term for _, term in terms)
            signs = [sign for sign, _ in terms]
            return Sum(tuple(zip(signs, parts, strict=True))), turned
        case Call("diag", (argument,)):
            return Call("diag", (gathered(argument)[0],)), None
        case Call(function, arguments, bare) if function not in MATRICES:
            parts, turned = together(arguments)
            return Call(function, parts, bare), turned
        case Call(function, arguments, bare):
            return Call(function, tuple(apart(arguments)), bare), False
        case Join(operator, parts) if operator in "⊙/" or is_scaled(operator, parts):
            parts, turned = together(parts)
            return Join(operator, parts), turned
        case Join(operator, parts):
            return Join(operator, tuple(apart(parts))), False
    return tree, False


def is_scaled(operator: str, parts: tuple[Tree, ...]) -> bool:
    """Whether a product is one matrix times numbers."""
    return operator == " " and sum(not isinstance(part, Number) for part in parts) == 1


def together(trees: Iterable[Tree]) -> tuple[tuple[Tree, ...], bool | None]:
    """The parts without the transpose that all share; else each with its own."""
    found = [gathered(tree) for tree in trees]
    kinds = {turned for _, turned in found} - {None}
    if kinds == {True} or not kinds:
        return tuple(part for part, _ in found), True if kinds else None
    return tuple(rejoined(part, turned) for part, turned in found), False


def apart(trees: Iterable[Tree]) -> Iterable[Tree]:
    """Each part with its own transpose."""
    return (rejoined(*gathered(tree)) for tree in trees)


def rejoined(tree: Tree, turned: bool | None) -> Tree:
    return Turned(tree) if turned else tree


def written(tree: Tree) -> str:
    """The tree as text, brackets where reports have them."""
    match tree:
        case Turned(part):
            text = written(part)
            return (f"({text})" if text.startswith("∂") else tight(text)) + "ᵀ"
        case Call(function, arguments, bare):
            inside = ", ".join(map(written, arguments))
            return f"{function} {inside}" if bare else f"{function}({inside})"
        case Sum(terms):
            text = "".join(f" {sign} {signed(term)}" for sign, term in terms)
            return f"-{text[3:]}" if terms[0][0] == "-" else text[3:]
        case Join(operator, parts):
            return BETWEEN[operator].join(brackets(operator)(written(part)) for part in parts)
    return tree.text


def signed(term: Tree) -> str:
    """A term behind its sign; a sum there keeps its brackets."""
    return f"({written(term)})" if isinstance(term, Sum) else written(term)


def tight(text: str) -> str:
    """The text in brackets unless it is a single factor."""
    return grouped(text, words=True)


def brackets(operator: str) -> Callable[[str], str]:
    """Products side by side of a `·` stand as they are."""
    return grouped if operator == "·" else tight


BETWEEN = {" ": " ", "·": " · ", "⊙": " ⊙ ", "⊗": " ⊗ ", "/": "/"}
