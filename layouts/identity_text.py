"""A row of the table of identities as text, as LaTeX, or as Python reads it."""

from __future__ import annotations

from typing import Any, NamedTuple

from .formulas.latex_style import LATEX, latex_name
from .formulas.printing import ATOM, PYTHON, Style, printed
from .formulas.text_style import TEXT
from .formulas.tree import Call, Name
from .identity import Identity, sides
from .layout import NUMERATOR, Layout
from .probes import Declared, declared

__all__ = ["STYLES", "Cells", "cells", "conditions", "shapes"]

STYLES: dict[str, type[Style]] = {"text": TEXT, "latex": LATEX, "python": PYTHON}


class Cells(NamedTuple):
    """What stands in the columns of the table."""

    left: str
    numerator: str
    denominator: str

    def of(self, layout: Layout) -> str:
        """The result in a layout."""
        return self.numerator if layout is NUMERATOR else self.denominator


def cells(row: Identity, style: str = "text") -> Cells:
    r"""The row's three columns.

    >>> from layouts import identities
    >>> cells(identities["sv-12"])
    Cells(left='∂(xᵀ A x)/∂x', numerator='xᵀ (A + Aᵀ)', denominator='(A + Aᵀ) x')
    >>> print(cells(identities["vv-08"], "latex").left)
    \frac{\partial\,(A u)}{\partial x}
    """
    if row.by_hand:
        left, result = row.latex if style == "latex" else (row.expression, row.numerator)
        return Cells(left, result, result)
    if style == "python":
        return Cells(row.left, *row.results)
    left = " = ".join(_around(row, side, style) for side in sides(row.expression))
    results = (
        " = ".join(printed(*_reading(row, side, style, layout)) for side in sides(text))
        for text, layout in zip(row.results, Layout, strict=True)
    )
    return Cells(left, *results)


ASSUMED = {
    "positive": "{} > 0",
    "symmetric": "{} is symmetric",
    "definite": "{} is symmetric",
    "invertible": "{} is invertible",
    "tall": "{} has full column rank",
    "bits": "{} consists of 0 and 1",
    "class": "the entries of {} add up to 1",
}
"""The assumptions of declarations, as far as a row needs them, in words."""


def conditions(row: Identity, style: str = "text") -> str:
    """What has to hold, what the names stand for, and the row's note, in a sentence's pieces.

    >>> from layouts import identities
    >>> conditions(identities["sM-10"])
    'a and b are not functions of X; v = X a + b; the weight gradient of a dense layer, δ aᵀ'
    >>> conditions(identities["sM-22"])
    'A is not a function of X; X is invertible'
    """
    assumed = (ASSUMED[each.assumption].format(each.name) for each in _declared(row)
               if each.assumption)  # fmt: skip
    unsaid = (words for words in assumed if words.partition(" ")[2] not in row.condition)
    equals = (
        f"{name} = {printed(*_reading(row, text, style, NUMERATOR))}" for name, text in row.let
    )
    return "; ".join(filter(None, (row.condition, *unsaid, *equals, row.note)))


def shapes(row: Identity) -> str:
    """The sizes of what occurs, and what each is a function of.

    >>> from layouts import identities
    >>> shapes(identities["vv-08"])
    'A: k×m, u(x): m, x: n'
    """
    of = {each.name: f"({', '.join(each.of)})" if each.of else "" for each in _declared(row)}
    sizes = {each.name: "×".join(map(str, each.shape)) or "scalar" for each in _declared(row)}
    return ", ".join(f"{name}{of[name]}: {sizes[name]}" for name in of)


def _declared(row: Identity) -> list[Declared]:
    return declared(row.where) if row.where else []


def _reading(row: Identity, text: str, style: str, layout: Layout) -> Any:
    """One of the row's formulas with the shapes that the row declares, to be printed."""
    given = {each.name: each.shape for each in _declared(row)}
    reading = row.formula(text).reading(given, layout=layout)
    return reading.tree, STYLES[style], reading.shapes


def _around(row: Identity, side: str, style: str) -> str:
    """One form of the left side."""
    tree, kind, known = _reading(row, side, style, NUMERATOR)
    if row.chain:
        tree = Name(row.chain[-1])
        for name in row.chain[-2::-1]:
            tree = Call(name, (tree,))
    inner = printed(tree, kind, known)
    bare = isinstance(tree, Name | Call) and kind(known).binds(tree) == ATOM
    space = " " if isinstance(tree, Call) and len(tree.function) > 1 else ""
    bracketed = f"{space}{inner}" if bare else f"({inner})"
    d = r"\mathrm{d}" if style == "latex" else "d"
    match row.kind:
        case "equality":
            return inner
        case "conversion":
            return f"{d}{row.made} = {inner}"
        case "differential":
            return f"{d}{bracketed}"
    twice = row.kind == "second derivative"
    below = _below(row, style)
    if style == "latex":
        gap = " " if bare else r"\,"
        return rf"\frac{{\partial{'^{2}' * twice}{gap}{bracketed.strip()}}}{{{below}}}"
    return f"∂{'²' * twice}{bracketed}/{below}"


def _below(row: Identity, style: str) -> str:
    """What the derivative is by: ∂x, ∂x ∂xᵀ, ∂x², ∂x ∂y."""
    x, y = row.wrts
    latex = style == "latex"
    transposed, squared = (r"^{\top}", "^{2}") if latex else ("ᵀ", "²")
    names = [latex_name(name) if latex else name for name in (x, y)]
    first, second = (rf"\partial {name}" if latex else f"∂{name}" for name in names)
    if row.kind != "second derivative":
        return first
    if x != y:
        return f"{first} {second}"
    return first + squared if row.by_scalar else f"{first} {second}{transposed}"
