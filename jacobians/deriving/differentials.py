"""Differentials, and the Jacobians that stand in them.

    dz1 = dW1 a0                              a small change of W1, the rest held fixed
    vec(dz1) = (a0ᵀ ⊗ I₃) vec(dW1)            so that matrix is ∂z1/∂W1

A differential is read back as it is printed, and compared with the layer's jvp; pushed along every
entry it gives the Jacobian column by column, which is compared with the layer's own matrix.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from layouts.layout import NUMERATOR, Layout
from layouts.sizes import size_of

from ..layers.base import written
from ..operators import Kronecker
from ..report.facts import Derivative, Factor
from ..report.sweep_in_words import summed
from ..rule import Names
from ..typography import grouped
from .draft import Draft
from .links import is_symbol, matrix_at, pushed, pushed_at
from .printed_values import PrintedValues

__all__ = ["Differentials"]


class Differentials:
    """Writes the first two parts of a derivation by matrix calculus."""

    def __init__(self, derivative: Derivative, draft: Draft, layout: Layout) -> None:
        self.derivative, self.draft, self.layout = derivative, draft, layout
        self.printed = PrintedValues(derivative)

    def write_differentials(self) -> None:
        derivative = self.derivative
        for point in self.draft.points:
            draw = np.random.default_rng(3)
            point[f"d{derivative.wrt}"] = draw.standard_normal(np.shape(point[derivative.wrt]))
        said = f"a small change of {derivative.wrt}, upwards"
        self.draft.part("DIFFERENTIALS", said)
        for name, factors in self._above().items():
            self._one_differential(name, factors)

    def _one_differential(self, name: str, factors: Sequence[Factor]) -> None:
        text = self._differential(factors)
        self.draft.step(
            self._held(name, factors), f"d{name}", text, written(self.derivative.shape_of(name)),
            lambda values: self.printed(text, values, np.shape(values[name])),
            lambda values: sum(pushed_at(f, values[f"d{f.link.below}"], values) for f in factors),
            keep=f"d{name}",
        )  # fmt: skip

    def _above(self) -> dict[str, list[Factor]]:
        """What is made on the way, from the bottom up, each with the links that it is made by."""
        factors = self.derivative.factors
        names = [s.name for s in self.derivative.steps if s.name in self.derivative.made_of]
        return {name: [f for f in factors if f.link.above == name] for name in names}

    def _differential(self, factors: Sequence[Factor]) -> str:
        return summed(
            [pushed(self.derivative, f, f"d{f.link.below}", self.layout) for f in factors]
        )

    def _held(self, name: str, factors: Sequence[Factor]) -> str:
        """The layer, and what does not move."""
        step = self.derivative.network.step_named[name]
        shapes = tuple(self.derivative.shapes[each] for each in step.inputs)
        text = step.layer.formula(Names(step.inputs, name), shapes)
        moving = {f.link.below for f in factors}
        fixed = [f"`{each}`" for each in step.inputs if each not in moving]
        rest = f", {' and '.join(fixed)} held fixed" if fixed else ""
        return f"`{name} = {text}`{rest}."

    def _columns(self, wrt: str, names: Mapping[str, Sequence[Factor]], values: Any) -> Any:
        """∂of/∂wrt, numerator orientation, by pushing a change of each entry through the lines."""
        shape, columns = np.shape(values[wrt]), []
        top = list(names)[-1]
        for k in range(int(np.prod(shape))):
            unit = np.zeros(int(np.prod(shape)))
            unit[k] = 1.0
            known = {**values, f"d{wrt}": unit.reshape(shape, order="F")}
            for name, factors in names.items():
                found = self.printed(self._differential(factors), known, np.shape(values[name]))
                if found is None:
                    return None
                known[f"d{name}"] = found.reshape(np.shape(values[name]), order="F")
            columns.append(np.asarray(known[f"d{top}"]).ravel(order="F"))
        return np.stack(columns, axis=1)

    def _total_columns(self, wrt: str, values: Any) -> Any:
        """The same from a value up to the top."""
        above, names = {wrt}, {}
        for name, factors in self._above().items():
            moving = [f for f in factors if f.link.below in above]
            if name != wrt and moving:
                above.add(name)
                names[name] = moving
        return self._laid_out(self._columns(wrt, names, values))

    def _laid_out(self, J: Any) -> Any:
        return None if J is None else self.layout.arrange(J)

    def write_jacobians(self) -> None:
        rows = "above" if self.layout is NUMERATOR else "below"
        title = f"JACOBIANS IN {self.layout.value.upper()} LAYOUT"
        self.draft.part(title, f"rows follow the value {rows}")
        for factor in self.derivative.factors:
            if not is_symbol(factor):
                self._jacobian(factor)

    def _jacobian(self, factor: Factor) -> None:
        above, below = factor.link.above, factor.link.below
        self.draft.step(
            self._what_multiplies(factor), factor.name, factor.text(self.layout),
            factor.shape(self.layout),
            lambda values: self._laid_out(matrix_at(factor, values)),
            lambda values: self._laid_out(self._columns(below, {above: [factor]}, values)),
            lambda values: self.printed(factor.text(self.layout), values, ()),
        )  # fmt: skip

    def _what_multiplies(self, factor: Factor) -> str:
        """The differential through vec: before it stands the Jacobian, or its transpose."""
        above, below = (self._stacked(f"d{n}", n) for n in (factor.link.above, factor.link.below))
        text = f"`{above} = {grouped(factor.operator.text)} {below}`"
        by_vec = ", by `vec(A X B) = (Bᵀ ⊗ A) vec(X)`" * isinstance(factor.operator, Kronecker)
        if self.layout is NUMERATOR:
            return f"{text}{by_vec}: what stands before `{below}` is the Jacobian."
        return f"{text}{by_vec}: the Jacobian is what stands before `{below}`, transposed."

    def _stacked(self, text: str, value: str) -> str:
        """A value as a column: vec of what is none."""
        shape = self.derivative.shapes[value]
        return text if size_of(shape) == (shape[0] if shape else 1) else f"vec({text})"
