"""Formulas as LaTeX, for KaTeX and MathJax."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ..sizes import Shape, by
from .functions import SCALAR
from .letters import ACCENTS, GREEK
from .printing import ATOM, POWER, PYTHON, between, printed
from .text_style import FACTOR, LOOSE, SIDE, TEXT, prime, taken_apart
from .tree import (
    Call,
    Derivative,
    Name,
    Number,
    Part,
    Power,
    Product,
    Transpose,
)

__all__ = ["LATEX", "braced", "latex_name"]

SIGNED = {"kron", "outer", "inv", "matrix_power", "eye", "ones", "zeros", "commutation_matrix",
          "norm"}  # fmt: skip
"""The functions that LaTeX writes with a sign of their own; |c| is read as a determinant."""


class LATEX(TEXT):
    r"""As LaTeX for KaTeX and MathJax."""

    transpose, inverse, inverse_transposed = r"^{\top}", "^{-1}", r"^{-\top}"
    hadamard, times, between, dot = r" \odot ", " ", r" \, ", r" \cdot "
    kronecker = r" \otimes "
    bars = (r"\lVert ", r" \rVert")
    one, zero, commutation = r"\mathbf{1}", "0", "K_{{{},{}}}"
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
            case Transpose(part=Transpose() | Call(function="tr" | "det") as inner):
                return ["(", (inner, 0), ")", self.transpose]
            case Power(base=Name() as c, exponent=n) if self.is_scalar(c) and self.is_index(c, n):
                return ["(", (c, 0), ")", *self.raised(n)]
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

    def sizes(self, *sizes: Part) -> str:
        """Two sizes below the line, a comma between those that are made of others."""
        written = list(map(self.size, sizes))
        between = r" \times " if all(re.fullmatch(r"\w+", size) for size in written) else ", "
        return f"_{{{between.join(written)}}}"

    @cached_property
    def names(self) -> set[str]:
        """The names in all of the formula, so far as shapes are known."""
        return {part.text for part in self.shapes if isinstance(part, Name)}

    def is_index(self, base: Name, exponent: Part) -> bool:
        """Whether a number above a name is read as another name: A^2 where there is an A2."""
        match = re.fullmatch(r"([^\W\d_]+)(.*)", base.text)
        number = getattr(exponent, "text", "")
        return match is not None and f"{match[1]}{number}{match[2]}" in self.names - {base.text}

    def chain(self, factors: tuple[Part, ...], operators: tuple[str, ...]) -> list[Any]:
        signs = {"@": " ", " ": " ", "*": r" \odot ", "⊗": r" \otimes ", "/": " / "}
        pieces: list[Any] = [(factors[0], POWER)]
        for operator, factor in zip(operators, factors[1:], strict=True):
            pieces += [signs[operator], (factor, POWER)]
        return pieces

    def is_entrywise(self, part: Part) -> bool:
        """Whether a power says that it is one of every entry: that of a number need not."""
        shape = self.shapes.get(part)
        return shape is not None and shape != SCALAR

    def raised_by_entries(self, exponent: Part) -> list[Any]:
        return [r"^{\odot ", (exponent, 0), "}"]

    def raised(self, exponent: Part) -> list[Any]:
        return ["^{", (exponent, 0), "}"]

    def call(self, function: str, arguments: tuple[Part, ...]) -> list[Any]:
        match function, arguments:
            case "zeros", (rows, *columns):
                return [self.zero + self.sizes(rows, *columns or [Number(1.0, "1")])]
            case "ones", (rows, _) if getattr(rows, "text", "") != "1":
                return [r"\operatorname{ones}(", *between(arguments), ")"]
            case "eye", (size,) if "I" in self.names:
                return [r"\operatorname{eye}(", (size, 0), ")"]
            case "matrix_power", (Name() as X, n) if self.is_index(X, n):
                return ["(", (X, 0), ")", *self.raised(n)]
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


def braced(tree: Part, shapes: Mapping[Part, Shape | None]) -> str:
    """LaTeX with a brace and a shape under every part."""
    return printed(tree, type("Braced", (Braced,), {"known": shapes}), shapes)


class Braced(LATEX):
    """As LaTeX, every part over its shape."""

    known: Mapping[Part, Shape | None]

    def pieces(self, part: Part) -> list[Any]:
        inner = super().pieces(part)
        if part not in self.known:
            return inner
        shape = self.known[part]
        label = (
            "?" if shape is None else by(shape).replace("×", r" \times ").replace("·", r" \cdot ")
        )
        return [r"\underbrace{", *inner, f"}}_{{{label}}}"]


def latex_name(text: str) -> str:
    r"""A name as LaTeX: Greek letters by their commands, numbers and letters below the line.

    >>> print(latex_name("delta2"), latex_name("W[l+1]"), latex_name("dX"), latex_name("W2[i,j]"))
    \delta_{2} W_{l+1} \mathrm{d}X W_{2,i,j}
    >>> print(latex_name("sigma\N{COMBINING CIRCUMFLEX ACCENT}2"), latex_name("x_é"))
    \hat{\sigma}_{2} x_{\text{é}}
    """
    d, base, rest = taken_apart(text)
    if base in GREEK:
        base = f"\\{base}"
    elif len(base) > 1 or not base.isascii():
        base = rf"\mathrm{{{base}}}" if base.isascii() else rf"\text{{{base}}}"
    if rest[:1] in ACCENTS:
        base = f"{ACCENTS[rest[0]]}{{{base}}}"
    indices = re.findall(r"[^\[\]_\u0300-\u036f\u20d7]+", rest)
    below = ",".join(index if index.isascii() else rf"\text{{{index}}}" for index in indices)
    return (
        (r"\mathrm{d}" if d else "") + base.replace("_", r"\_") + (f"_{{{below}}}" if below else "")
    )
