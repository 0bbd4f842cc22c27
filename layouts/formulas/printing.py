r"""Formulas printed: what a style is, how a line is written, and Python's notation.

    Python    ((W2.T @ delta2) * drelu(z1)) @ a0.T
    text      ((W2ᵀ δ2) ⊙ relu'(z1)) a0ᵀ                 `text_style`
    LaTeX     ((W_{2}^{\top} \delta_{2}) \odot …       `latex_style`

One style is one table: how tight each kind of part binds, and how it is written around its parts.
The writer keeps where each part stands in the line, so that shapes can be put under them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..sizes import Shape
from .tree import (
    Call,
    Chain,
    Claim,
    Derivative,
    Name,
    Negative,
    Number,
    Part,
    Power,
    Product,
    Row,
    Span,
    Sum,
    Transpose,
)

__all__ = [
    "ATOM",
    "POWER",
    "PRODUCT",
    "PYTHON",
    "SIGN",
    "SUM",
    "Shapes",
    "Style",
    "Written",
    "between",
    "printed",
    "written",
]

SUM, PRODUCT, SIGN, POWER, ATOM = 1, 2, 3, 4, 5
"""How tight a part binds; one that binds looser than its place wants stands in brackets."""
Shapes = Mapping[Part, Shape | None]


class Written(NamedTuple):
    """A line, and where each part stands in it, brackets apart."""

    text: str
    places: dict[Part, Span]


class Style:
    """One notation: a part to pieces, strings and (part, how tight its place is)."""

    brackets = ("(", ")")

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes

    def is_scalar(self, part: Part) -> bool:
        """Whether a part is known to be a number, 1 / 7 too."""
        match part:
            case Product(left=left, operator="*" | "/", right=right):
                numbers = self.is_scalar(left) and self.is_scalar(right)
                return numbers or self.shapes.get(part) == (1, 1)
        return isinstance(part, Number) or self.shapes.get(part) == (1, 1)

    def binds(self, part: Part) -> int:
        """How tight the part binds in this notation."""
        raise NotImplementedError

    def pieces(self, part: Part) -> list[Any]:
        """What the part is written as."""
        raise NotImplementedError


def written(tree: Part, style: type[Style], shapes: Shapes | None = None) -> Written:
    """The tree in a style; shapes tell a scale from a Hadamard product where a style parts them."""
    writer, pieces, places = style(shapes or {}), [], {}
    length = 0

    def put(text: str) -> None:
        nonlocal length
        pieces.append(text)
        length += len(text)

    def write(part: Part, tightness: int) -> None:
        bracketed = writer.binds(part) < tightness
        if bracketed:
            put(writer.brackets[0])
        start = length
        for piece in writer.pieces(part):
            if isinstance(piece, str):
                put(piece)
            else:
                write(*piece)
        places[part] = (start, length)
        if bracketed:
            put(writer.brackets[1])

    write(tree, 0)
    return Written("".join(pieces), places)


def between(parts: tuple[Part, ...], comma: str = ", ") -> list[Any]:
    """Parts with a comma between them."""
    pieces: list[Any] = []
    for part in parts:
        pieces += [comma, (part, 0)] if pieces else [(part, 0)]
    return pieces


class PYTHON(Style):
    """As Python reads it: brackets wherever its grouping differs."""

    def mixes(self, left: Part, part: Product) -> bool:
        """Whether brackets that Python needs not spare a reader from knowing how it groups."""
        if not isinstance(left, Product) or (left.operator == "@") == (part.operator == "@"):
            return False
        scaled = left if left.operator != "@" else part
        return not (self.is_scalar(scaled.left) or self.is_scalar(scaled.right))

    def binds(self, part: Part) -> int:
        match part:
            case Sum():
                return SUM
            case Product() | Chain():
                return PRODUCT
            case Negative():
                return SIGN
            case Power():
                return POWER
            case Claim(part=inner):
                return self.binds(inner)
            case Number(value=value) if value < 0:
                return SIGN
        return ATOM

    def pieces(self, part: Part) -> list[Any]:
        match part:
            case Number(text=text) | Name(text=text):
                return [text]
            case Derivative(of=of, wrt=wrt, kind=kind):
                function = {"∂": "d", "∇": "grad", "J": "jac"}[kind]
                return [f"{function}({', '.join((of, *wrt))})"]
            case Row(entries=entries):
                return ["(", *between(entries), ",)" if len(entries) == 1 else ")"]
            case Call(function=function, arguments=arguments):
                return [f"{function}(", *between(arguments), ")"]
            case Transpose(part=Number() as inner):
                return ["(", (inner, 0), ").T"]  # 2.T is no number to Python
            case Transpose(part=inner):
                return [(inner, ATOM), ".T"]
            case Negative(part=inner):
                return ["-", (inner, SIGN)]
            case Sum(left=left, sign=sign, right=right):
                return [(left, SUM), f" {sign} ", (right, PRODUCT)]
            case Product(left=left, operator=operator, right=right):
                mixed = self.mixes(left, part)
                return [
                    (left, SIGN if mixed else PRODUCT),
                    f" {operator.strip() or '@'} ",
                    (right, SIGN),
                ]
            case Power(base=base, exponent=exponent):
                return [(base, ATOM), "**", (exponent, SIGN)]
            case Chain(factors=factors, operators=operators):
                pieces: list[Any] = [(factors[0], PRODUCT)]
                for operator, factor in zip(operators, factors[1:], strict=True):
                    pieces += [f" {operator.strip() or '@'} ", (factor, SIGN)]
                return pieces
            case Claim(part=inner):
                return [(inner, 0)]
        raise TypeError(type(part).__name__)


def printed(tree: Part, style: type[Style] = PYTHON, shapes: Shapes | None = None) -> str:
    """The tree as one line."""
    return written(tree, style, shapes).text
