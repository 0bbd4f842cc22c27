"""Formulas as texts write them, in Unicode: ᵀ, ⊙ and ⊗, products side by side."""

from __future__ import annotations

import re
from typing import Any

from .letters import GREEK
from .printing import ATOM, POWER, PRODUCT, PYTHON, SUM, Style, between, printed
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
    Sum,
    Transpose,
)

__all__ = ["FACTOR", "LOOSE", "SIDE", "TEXT", "prime", "taken_apart"]

LOOSE, SIDE, FACTOR = PRODUCT, PRODUCT + 0.5, PRODUCT + 0.75
"""In a text ⊙ and / bind looser than standing side by side; a product within another kind of
product has brackets all the same, since readers disagree."""
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
WORDS = {"sigmoid": "σ", "dsigmoid": "σ'"}


def prime(function: str) -> str:
    """A derivative with its prime: dtanh is tanh', ddtanh tanh''.

    >>> prime("dtanh"), prime("dg"), prime("det"), prime("diag")
    ("tanh'", "g'", 'det', 'diag')
    """
    name = re.sub(r"^d(?=[a-z_]{2}|[fgh]$)(?!iag|et|ual)", "", function)
    return WORDS.get(function, function if name == function else prime(name) + "'")


def last_factor(part: Part) -> Part:
    """What a product ends with."""
    return part.right if isinstance(part, Product) else part


def first_factor(part: Part) -> Part:
    """What a product begins with."""
    while isinstance(part, Product):
        part = part.left
    return part


def begins_with_minus(part: Part) -> bool:
    """Whether a product's first sign is a minus."""
    return isinstance(first_factor(part), Negative)


class TEXT(Style):
    """As texts write it, in Unicode: ᵀ, ⊙ and ⊗, products side by side."""

    transpose, inverse, inverse_transposed = "ᵀ", "⁻¹", "⁻ᵀ"
    hadamard, times, between, dot, kronecker = " ⊙ ", " ", " · ", " · ", " ⊗ "
    bars, strokes = ("‖", "‖"), ("|", "|")
    one, zero, commutation = "1", "0 ({}×{})", "K({}, {})"

    def binds(self, part: Part) -> Any:
        match part:
            case Sum() | Negative():
                return SUM
            case Product() if begins_with_minus(part):
                return SUM
            case Product(operator="/"):
                return LOOSE
            case Derivative():
                return FACTOR
            case Product() if self.joint(part) != self.hadamard:
                return SIDE
            case Product() | Chain() | Call(function="kron" | "outer"):
                return LOOSE
            case Power() | Transpose() | Call(function="inv" | "pinv" | "matrix_power"):
                return POWER
            case Call(function="ones", arguments=(Number(text="1"), _)):
                return POWER
            case Claim(part=inner):
                return self.binds(inner)
        return ATOM

    def joint(self, part: Product) -> str:
        """What stands between two factors."""
        scales = self.is_scalar(part.left) or self.is_scalar(part.right)
        if part.operator not in ("@", " ") and not scales:
            return self.hadamard
        fractions = isinstance(last_factor(part.left), Derivative) and isinstance(
            part.right, Derivative
        )
        digits = isinstance(first_factor(part.right), Number)  # 2 3 would be read as 23
        return self.dot if digits else self.between if fractions else self.times

    def tightness(self, part: Product) -> float:
        """How tight the left factor has to bind; a minus in front of a product is of all of it."""
        left = part.left.part if isinstance(part.left, Negative) else part.left
        if not isinstance(left, Product) or left.operator == "/":
            loose = isinstance(part.left, Negative) and self.binds(left) >= FACTOR
        else:
            loose = (self.joint(left) == self.hadamard) == (self.joint(part) == self.hadamard)
        return 0 if loose else FACTOR

    def name(self, text: str) -> str:
        """A name with its Greek letters."""
        d, base, rest = taken_apart(text)
        return d + GREEK.get(base, base) + rest

    def pieces(self, part: Part) -> list[Any]:
        match part:
            case Number(text=text):
                return [text]
            case Name(text=text):
                return [self.name(text)]
            case Derivative(of=of, wrt=wrt, kind="∂", formula=formula):
                above = (formula, ATOM) if formula else self.name(of)
                below = "".join(f"∂{self.name(name)}" for name in wrt)
                return ["∂²" if len(wrt) > 1 else "∂", above, f"/{below}"]
            case Derivative(of=of, wrt=(wrt, *_), kind=kind, formula=formula):
                return [f"{kind}_{self.name(wrt)} ", (formula, ATOM) if formula else self.name(of)]
            case Row(entries=entries):
                return ["(", *between(entries), ")"]
            case Transpose(part=Call(function="inv", arguments=(inner,))):
                return [(inner, ATOM), self.inverse_transposed]
            case Transpose(
                part=Derivative()
                | Power()
                | Call(function="pinv" | "matrix_power")
                | Call(function="ones", arguments=(Number(text="1"), _)) as inner
            ):
                return ["(", (inner, 0), ")", self.transpose]
            case Transpose(part=inner):
                return [(inner, POWER), self.transpose]
            case Negative(part=inner):
                return ["-", (inner, LOOSE)]
            case Sum(left=left, sign=sign, right=right):
                return [(left, SUM), f" {sign} ", (right, LOOSE)]
            case Product(left=left, operator="/", right=right):
                first = 0 if begins_with_minus(left) else LOOSE
                return [(left, first), " / ", (right, POWER)]
            case Product(left=left, right=right):
                return [(left, self.tightness(part)), self.joint(part), (right, FACTOR)]
            case Power(base=base, exponent=exponent) if self.is_entrywise(base):
                return [(base, ATOM), *self.raised_by_entries(exponent)]
            case Power(base=base, exponent=exponent):
                return [(base, ATOM), *self.raised(exponent)]
            case Chain(factors=factors, operators=operators):
                return self.chain(factors, operators)
            case Claim(part=inner):
                return [(inner, 0)]
            case Call(function=function, arguments=arguments):
                return self.call(function, arguments)
        raise TypeError(type(part).__name__)

    def chain(self, factors: tuple[Part, ...], operators: tuple[str, ...]) -> list[Any]:
        """Factors as they stand, without a grouping."""
        signs = {"@": " ", " ": " ", "*": " ⊙ ", "⊗": " ⊗ ", "/": " / "}
        pieces: list[Any] = [(factors[0], POWER)]
        for operator, factor in zip(operators, factors[1:], strict=True):
            pieces += [signs[operator], (factor, POWER)]
        return pieces

    def is_row(self, part: Part) -> bool:
        """Whether a part is a row, which an outer product takes for a column."""
        rows, columns = self.shapes.get(part) or (1, 1)
        return rows == 1 != columns

    def is_entrywise(self, part: Part) -> bool:
        """Whether a part is a square matrix, whose power of every entry has to say what it is."""
        shape = self.shapes.get(part)
        return shape is not None and shape[0] == shape[1] != 1

    def raised_by_entries(self, exponent: Part) -> list[Any]:
        """The power of every entry."""
        return ["^(⊙", (exponent, 0), ")"]

    def raised(self, exponent: Part) -> list[Any]:
        """An exponent above the line; one that cannot stand there behind a hat."""
        text = printed(exponent, PYTHON)
        if re.fullmatch(r"-?\d+", text):
            return [text.translate(SUPERSCRIPTS)]
        return ["^", (exponent, ATOM)]

    def size(self, size: Part) -> str:
        """A size as it is written in the line."""
        return printed(size, PYTHON).replace(" * ", "·")

    def below(self, size: Part) -> str:
        """A size as an index."""
        text = self.size(size)
        if text.isdecimal():
            return text.translate(SUBSCRIPTS)
        return f"_{text}" if re.fullmatch(r"\w+", text) else f"_({text})"

    def call(self, function: str, arguments: tuple[Part, ...]) -> list[Any]:
        """Functions with a sign of their own; the others by their names."""
        match function, arguments:
            case "kron", (left, right):
                return [(left, SIDE), self.kronecker, (right, SIDE)]
            case "outer", (left, right):
                left, right = (Transpose(left) if self.is_row(left) else left,
                               right if self.is_row(right) else Transpose(right))  # fmt: skip
                return [(left, SIDE), self.times, (right, SIDE)]
            case "inv", (inner,):
                return [(inner, ATOM), self.inverse]
            case "pinv", (inner,):
                return [(inner, ATOM), "⁺"]
            case "matrix_power", (inner, exponent):
                return [(inner, ATOM), *self.raised(exponent)]
            case "eye", (size,):
                return ["I" + self.below(size)]
            case "ones", (size,) | (size, Number(text="1")):
                return [self.one + self.below(size)]
            case "ones", (Number(text="1"), size):
                return [self.one + self.below(size) + self.transpose]
            case "zeros", sizes:
                rows, columns = (*map(self.size, sizes), "1")[:2]
                return [self.zero.format(rows, columns)]
            case "commutation_matrix", (m, n):
                return [self.commutation.format(self.size(m), self.size(n))]
            case "norm" | "abs", (inner,):
                opening, closing = self.bars if function == "norm" else self.strokes
                return [opening, (inner, 0), closing]
            case "hstack", _:
                return ["[", *between(arguments, " | "), "]"]
        return [f"{prime(function)}(", *between(arguments), ")"]


def taken_apart(text: str) -> tuple[str, str, str]:
    """The d of a differential, the letter or word, and what stands behind it.

    >>> taken_apart("delta2"), taken_apart("dX"), taken_apart("ddelta[l+1]"), taken_apart("dim")
    (('', 'delta', '2'), ('d', 'X', ''), ('d', 'delta', '[l+1]'), ('', 'dim', ''))
    """
    match = re.match(r"[^\W\d_]+", text)
    base = match[0] if match else text
    rest = text[len(base) :]
    differential = base[:1] == "d" and (len(base) == 2 or base[1:] in GREEK)
    return ("d", base[1:], rest) if differential else ("", base, rest)
