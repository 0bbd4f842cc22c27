"""The derivation by vjps: one cotangent after the other, from the top down.

    dz2 = W2 da1                                 what the layer makes of a small change
    ⟨δ2, W2 da1⟩ = ⟨W2ᵀ δ2, da1⟩                 so this is what reaches a1

Every line is read back as it is printed, and compared with the explicit Jacobian, transposed, times
the cotangent of the line before, and with the layer's own vjp of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..layers import Linear, Loss, Transpose
from ..layers.base import written
from ..operators import Diagonal, DiagonalMinusOuter, Identity
from ..report.facts import Derivative, Factor
from ..report.model import Paragraph
from ..report.sweep_in_words import cotangent, pulled, summed
from ..typography import grouped
from .draft import Draft
from .links import matrix_at, pulled_at, pushed, values_below
from .printed_values import PrintedValues

__all__ = ["write_cotangents"]


def write_cotangents(derivative: Derivative, draft: Draft) -> None:
    """Write the sweep, a part for each value."""
    Cotangents(derivative, draft).write()


class Cotangents:
    """Writes the steps of one sweep."""

    def __init__(self, derivative: Derivative, draft: Draft) -> None:
        self.derivative, self.draft = derivative, draft
        self.printed = PrintedValues(derivative)

    def write(self) -> None:
        """The seed, then every value that the top is made of on the way."""
        derivative, of = self.derivative, self.derivative.of
        for point in self.draft.points:
            shape = np.shape(point[of])
            drawn = np.random.default_rng(2).standard_normal(shape)
            point[self._key(of)] = np.ones(shape) if derivative.loss else drawn
        any_g = (
            f"`{derivative.g}` is any cotangent of `{of}`, `{written(derivative.shape_of(of))}`."
        )
        before = [] if derivative.loss else [Paragraph(any_g)]
        self.draft.part("THE SWEEP", "one cotangent a value, each a column", before)
        if derivative.loss:
            self.draft.step(
                f"The sweep begins at `{of}`, whose derivative by itself is 1.",
                f"∂{of}/∂{of}", "1", "1×1",
                lambda values: values[self._key(of)], lambda _: np.ones(()),
            )  # fmt: skip
        for value, factors in values_below(derivative).items():
            self._pull_back(value, factors)

    def name(self, value: str) -> str:
        """What the cotangent of a value is called."""
        if value == self.derivative.of:
            return "1" if self.derivative.loss else self.derivative.g
        if value == self.derivative.wrt:
            d = self.derivative
            return d.name if d.loss else f"{d.g}_{value}"
        return cotangent(self.derivative, value)

    def _key(self, value: str) -> str:
        """By which name its values are kept."""
        of = self.derivative.of
        return f"∂{of}/∂{of}" if value == of and self.derivative.loss else self.name(value)

    def _pull_back(self, value: str, factors: Sequence[Factor]) -> None:
        """One line: what all that the value feeds pulls back to it."""
        texts = [pulled(self.derivative, f, self.name(f.link.above)) for f in factors]
        text, name = summed(texts), self.name(value)
        self.draft.step(
            self._why(factors, texts), name, text, written(self.derivative.shape_of(value)),
            lambda values: self.printed(text, values, np.shape(values[value])),
            lambda values: self._by_matrices(factors, values),
            lambda values: sum(pulled_at(f, self._at(f, values), values) for f in factors),
            keep=self._key(value),
        )  # fmt: skip

    def _at(self, factor: Factor, values: Mapping[str, Any]) -> Any:
        """The cotangent above a link."""
        above = factor.link.above
        return np.asarray(values[self._key(above)]).reshape(np.shape(values[above]))

    def _by_matrices(self, factors: Sequence[Factor], values: Mapping[str, Any]) -> Any:
        """Jᵀ times the cotangent above, of every link, added up."""
        below = np.shape(values[factors[0].link.below])
        total = 0.0
        for factor in factors:
            g = self._at(factor, values).reshape(-1, 1, order="F")
            total = total + (matrix_at(factor, values).T @ g).reshape(below, order="F")
        return total

    def _why(self, factors: Sequence[Factor], texts: Sequence[str]) -> str:
        """The differential, and the same number with the change alone on the right."""
        reasons = [self._reason(f, text) for f, text in zip(factors, texts, strict=True)]
        told = " ".join(dict.fromkeys(reasons))
        if len(factors) == 1:
            return told
        return f"`{factors[0].link.below}` stands in {len(factors)} places, which add up. {told}"

    def _reason(self, factor: Factor, text: str) -> str:
        above, below = factor.link.above, factor.link.below
        change = pushed(self.derivative, factor, f"d{below}")
        if isinstance(factor.link.step.layer, Loss):
            return (f"`d{above} = {change}`: what multiplies `d{below}`, as a column, is its "
                    "cotangent.")  # fmt: skip
        g = self.name(above)
        if text == g:
            return f"`d{above} = {change}`: what reaches `{above}` reaches `{below}` as it is."
        same = f"`⟨{g}, {change}⟩ = ⟨{text}, d{below}⟩`"
        return f"`d{above} = {change}`, and {same}{self._turn(factor)}"

    def _turn(self, factor: Factor) -> str:
        """Why something is transposed there, or is not."""
        operator, link = factor.whole, factor.link
        if isinstance(link.step.layer, Linear) and link.position == 0:
            W = link.step.inputs[1]
            return f": `{W}` has changed sides, and that transposes it."
        if isinstance(link.step.layer, Linear) and link.position == 1:
            a = link.step.inputs[0]
            return f": `{a}` has changed sides, and that transposes it."
        if isinstance(operator, Diagonal):
            return ": a product entry by entry is the same on both sides."
        if isinstance(operator, Identity):
            return "."
        if isinstance(link.step.layer, Transpose):
            return ": what is turned on its way up is turned back."
        if isinstance(operator, DiagonalMinusOuter):
            return ": every entry reaches every entry, so no `⊙` alone will do."
        return f": the matrix `{grouped(factor.name)}`, transposed, has changed sides."
