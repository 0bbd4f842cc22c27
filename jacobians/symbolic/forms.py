"""A formula between matrices as an object, and the reader's numbering, symbols and capitals."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from layouts.errors import InputError
from layouts.layout import Layout
from layouts.sizes import SizeLike

from ..latex_displays import display, prose
from ..network import Network
from ..typography import renumbered, superscripted, to_latex, with_math, without_marks

__all__ = ["Definition", "MatrixForm", "capitalised", "style_of"]


class Definition(NamedTuple):
    """`name = text`, and the shape of both."""

    name: str
    text: str
    shape: str


class MatrixForm:
    """A formula, and the definitions of what it names.

    Attributes:
        name: the derivative, `∂L/∂W1`.
        text: the formula.
        shape: of the formula's value, rows × columns.
        definitions: of the δ in it, from the output down.
        condition: what has to hold besides, or nothing.
        layout: in which it stands.
    """

    def __init__(
        self,
        last: Definition,
        definitions: list[Definition],
        condition: str,
        layout: Layout,
        style: Callable[[str], str],
    ) -> None:
        last, *definitions = (
            Definition(style(name), style(text), shape)
            for name, text, shape in [last, *definitions]
        )
        self.name, self.text, self.shape = last
        self.definitions, self.layout = definitions, layout
        self.condition = without_marks(with_math(condition, style, str))

    def to_latex(self) -> str:
        """The formula alone, without dollars."""
        return f"{to_latex(self.name)} = {to_latex(self.text)}"

    def _repr_latex_(self) -> str:
        """The formula above its definitions."""
        rows = [
            rf"{to_latex(name)} &= {to_latex(text)} && {to_latex(shape)}"
            for name, text, shape in [(self.name, self.text, self.shape), *self.definitions]
        ]
        if self.condition:
            rows.append(rf"&\text{{{prose(self.condition)}}}")
        return display(rows)

    def __str__(self) -> str:
        lines = [f"{self.name} = {self.text}   {self.shape}, {self.layout.value} layout"]
        lines += [f"   {name} = {text}   {shape}" for name, text, shape in self.definitions]
        return "\n".join([*lines, *([f"   {self.condition}"] if self.condition else [])])

    def __repr__(self) -> str:
        return f"<{self.name} = {self.text}: {self.shape}, {self.layout.value} layout>"


def style_of(
    net: Network, samples: SizeLike, input_index: int, symbols: str, capitals: bool
) -> Callable[[str], str]:
    """The reader's numbering and symbols."""
    if input_index not in (0, 1) or (input_index and not net.is_row):
        raise InputError("the input counts as layer 0 or, in a row of layers, as layer 1, not as "
                         f"{input_index!r}.")  # fmt: skip
    if symbols not in ("plain", "superscript"):
        raise InputError(f"symbols are 'plain' or 'superscript', not {symbols!r}.")
    raised: Any = superscripted if symbols == "superscript" else str
    large: Any = capitalised if capitals and samples != 1 and net.is_row else str
    return lambda math: large(raised(renumbered(math, input_index)))


def capitalised(math: str) -> str:
    """What has a column for each sample, with capitals.

    >>> capitalised("(W2ᵀ δ2) ⊙ σ'(z1) - y/N"), capitalised("δ⁽²⁾ a⁽¹⁾ᵀ")
    ("(W2ᵀ Δ2) ⊙ σ'(Z1) - Y/N", 'Δ⁽²⁾ A⁽¹⁾ᵀ')
    """
    return re.sub(
        r"(?<![A-Za-z0-9_])(?:[azδγ](?=[0-9⁽])|[gy](?![A-Za-z0-9_(']))",
        lambda match: match[0].upper(),
        math,
    )
