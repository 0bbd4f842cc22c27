r"""Formulas printed: as Python reads them, as texts write them, and as LaTeX.

    Python    ((W2.T @ delta2) * drelu(z1)) @ a0.T
    text      ((W2ᵀ δ2) ⊙ relu'(z1)) a0ᵀ
    LaTeX     ((W_{2}^{\top} \delta_{2}) \odot \operatorname{relu}'(z_{1})) a_{0}^{\top}

One style is one table: how tight each kind of part binds, and how it is written around its parts.
The writer keeps where each part stands in the line, so that shapes can be put under them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..sizes import Shape
from .letters import GREEK
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

__all__ = ["LATEX", "PYTHON", "TEXT", "Style", "Written", "printed", "written"]

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
        """Whether a part is known to be a number."""
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


LOOSE, SIDE, FACTOR = PRODUCT, PRODUCT + 0.5, PRODUCT + 0.75
"""In a text ⊙ and / bind looser than standing side by side; a product within another kind of
product has brackets all the same, since readers disagree."""
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
WORDS = {"sigmoid": "σ", "dsigmoid": "σ'"}


def prime(function: str) -> str:
    """A derivative with its prime: dtanh is tanh', ddtanh tanh''.

    >>> prime("dtanh"), prime("det"), prime("diag")
    ("tanh'", 'det', 'diag')
    """
    name = re.sub(r"^d(?=[a-z_]{2})(?!iag|et|ual)", "", function)
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
            case Derivative(of=of, wrt=wrt):
                names = {name: self.name(name) for name in (of, *wrt)}
                return [
                    re.sub(r"[A-Za-z_]\w*(\[[^]]*\])?", lambda m: names.get(m[0], m[0]), part.text)
                ]
            case Row(entries=entries):
                return ["(", *between(entries), ")"]
            case Transpose(part=Call(function="inv", arguments=(inner,))):
                return [(inner, ATOM), self.inverse_transposed]
            case Transpose(
                part=Derivative() | Power() | Call(function="pinv" | "matrix_power") as inner
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
                joint = self.joint(part)
                alike = (
                    isinstance(left, Product)
                    and left.operator != "/"
                    and ((self.joint(left) == self.hadamard) == (joint == self.hadamard))
                )
                tightness = 0 if alike or isinstance(left, Negative) else FACTOR
                return [(left, tightness), joint, (right, FACTOR)]
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
                return [(left, SIDE), self.times, (Transpose(right), SIDE)]
            case "inv", (inner,):
                return [(inner, ATOM), self.inverse]
            case "pinv", (inner,):
                return [(inner, ATOM), "⁺"]
            case "matrix_power", (inner, exponent):
                return [(inner, ATOM), *self.raised(exponent)]
            case "eye", (size,):
                return ["I" + self.below(size)]
            case "ones", (size,):
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


SIGNED = {"kron", "outer", "inv", "matrix_power", "eye", "ones", "zeros", "commutation_matrix",
          "norm"}  # fmt: skip
"""The functions that LaTeX writes with a sign of their own, as a text does; |c| is a determinant."""


class LATEX(TEXT):
    r"""As LaTeX for KaTeX and MathJax."""

    transpose, inverse, inverse_transposed = r"^{\top}", "^{-1}", r"^{-\top}"
    hadamard, times, between, dot = r" \odot ", " ", r" \, ", r" \cdot "
    kronecker = r" \otimes "
    bars = (r"\lVert ", r" \rVert")
    one, zero, commutation = r"\mathbf{1}", r"0_{{{} \times {}}}", "K_{{{},{}}}"
    words: Mapping[str, str] = {
        name: f"\\{name}" for name in ("det", "exp", "log", "sin", "cos", "tanh")
    } | {"σ": r"\sigma", "sigma": r"\sigma", "phi": r"\varphi"}

    def name(self, text: str) -> str:
        return latex_name(text)

    def pieces(self, part: Part) -> list[Any]:
        match part:
            case Number(text=text):
                mantissa, e, exponent = text.lower().partition("e")
                return [mantissa + (rf" \cdot 10^{{{int(exponent)}}}" if e else "")]
            case Derivative(of=of, wrt=wrt, kind="∂", formula=formula):
                order = "" if len(wrt) == 1 else "^{2}"
                below = " ".join(rf"\partial {self.name(name)}" for name in wrt)
                above = (formula, FACTOR) if formula else self.name(of)
                return [rf"\frac{{\partial{order} ", above, rf"}}{{{below}}}"]
            case Derivative(of=of, wrt=wrt, kind=kind, formula=formula):
                sign = r"\nabla" if kind == "∇" else "J"
                behind = (formula, ATOM) if formula else self.name(of)
                return [rf"{sign}_{{{self.name(wrt[0])}}} ", behind]
            case Transpose(part=Transpose() as inner):
                return ["(", (inner, 0), ")", self.transpose]
            case Product(left=left, operator="/", right=right):
                return [r"\frac{", (left, 0), "}{", (right, 0), "}"]
        return super().pieces(part)

    def binds(self, part: Part) -> Any:
        match part:
            case Product(operator="/") | Derivative(kind="∂"):
                return FACTOR
            case Derivative():
                return SIDE
            case Number(text=text) if "e" in text.lower():
                return LOOSE
        return super().binds(part)

    def size(self, size: Part) -> str:
        return printed(size, PYTHON).replace("*", r"\cdot")

    def below(self, size: Part) -> str:
        return f"_{{{self.size(size)}}}"

    def chain(self, factors: tuple[Part, ...], operators: tuple[str, ...]) -> list[Any]:
        signs = {"@": " ", " ": " ", "*": r" \odot ", "⊗": r" \otimes ", "/": " / "}
        pieces: list[Any] = [(factors[0], POWER)]
        for operator, factor in zip(operators, factors[1:], strict=True):
            pieces += [signs[operator], (factor, POWER)]
        return pieces

    def raised(self, exponent: Part) -> list[Any]:
        return ["^{", (exponent, 0), "}"]

    def call(self, function: str, arguments: tuple[Part, ...]) -> list[Any]:
        match function, arguments:
            case "pinv", (inner,):
                return [(inner, ATOM), "^{+}"]
            case "sqrt", (inner,):
                return [r"\sqrt{", (inner, 0), "}"]
            case "hstack", _:
                return [r"\left(", *between(arguments, r" \middle| "), r"\right)"]
        if function in SIGNED:
            return super().call(function, arguments)
        name = prime(function)
        plain = name.rstrip("'")
        spelling = plain.replace("_", r"\_")
        word = self.words.get(
            plain, spelling if len(plain) == 1 else rf"\operatorname{{{spelling}}}"
        )
        return [f"{word}{name[len(plain) :]}(", *between(arguments), ")"]


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


def latex_name(text: str) -> str:
    r"""A name as LaTeX: Greek letters by their commands, numbers and letters below the line.

    >>> print(latex_name("delta2"), latex_name("W[l+1]"), latex_name("dX"), latex_name("W2[i,j]"))
    \delta_{2} W_{l+1} \mathrm{d}X W_{2,i,j}
    """
    d, base, rest = taken_apart(text)
    if base in GREEK:
        base = f"\\{base}"
    elif len(base) > 1 or not base.isascii():
        base = rf"\mathrm{{{base}}}" if base.isascii() else rf"\text{{{base}}}"
    below = ",".join(re.findall(r"[^\[\]_]+", rest))
    return (
        (r"\mathrm{d}" if d else "") + base.replace("_", r"\_") + (f"_{{{below}}}" if below else "")
    )


def printed(tree: Part, style: type[Style] = PYTHON, shapes: Shapes | None = None) -> str:
    """The tree as one line."""
    return written(tree, style, shapes).text
