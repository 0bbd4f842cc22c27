"""The derivation by matrix calculus, in one layout.

    dz1 = dW1 a0                                          a small change of W1
    vec(dz1) = (a0ᵀ ⊗ I₃) vec(dW1)                        so the matrix is the Jacobian
    ∂L/∂W1 = ∂L/∂a2 · ∂a2/∂z2 · …                         factors in the layout's order
    δ1ᵀ · (a0ᵀ ⊗ I₃) = vec(δ1 a0ᵀ)ᵀ                       the collapse, one factor at a time

Differentials are read back as they are printed and pushed along every entry; the factors are the
layers' own matrices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from layouts.layout import NUMERATOR, Layout
from layouts.sizes import by, size_of

from ..layers.base import written
from ..operators import Kronecker
from ..report.facts import Derivative, Factor, is_numbered
from ..report.model import Factors, Paragraph
from ..report.sweep_in_words import cotangent, laws, pulled, summed
from ..rule import Names
from ..typography import grouped, transposed, transposed_product
from .draft import Draft
from .links import is_symbol, keep_symbols, matrix_at, pushed, pushed_at, values_below
from .printed_values import PrintedValues

__all__ = ["write_matrix_calculus"]


def write_matrix_calculus(derivative: Derivative, draft: Draft, layout: Layout) -> None:
    """Write differentials, Jacobians, their product, and what it collapses to."""
    MatrixCalculus(derivative, draft, layout).write()


class MatrixCalculus:
    """Writes the steps of one derivative in one layout."""

    def __init__(self, derivative: Derivative, draft: Draft, layout: Layout) -> None:
        self.derivative, self.draft, self.layout = derivative, draft, layout
        self.printed = PrintedValues(derivative)
        self.d = "d" if derivative.branches else "∂"
        self.called: dict[str, str] = {}
        """What the running product by a value is called, as a column."""

    def write(self) -> None:
        """All parts."""
        self._differentials()
        self._jacobians()
        if not self.derivative.branches and len(self.derivative.path) > 1:
            self._product()
        if self.derivative.loss:
            self._collapse()
        elif self.derivative.branches:
            self._totals()

    # differentials

    def _differentials(self) -> None:
        derivative = self.derivative
        for point in self.draft.points:
            draw = np.random.default_rng(3)
            point[f"d{derivative.wrt}"] = draw.standard_normal(np.shape(point[derivative.wrt]))
        keep_symbols(derivative, self.draft.points)
        said = f"a small change of {derivative.wrt}, upwards"
        self.draft.part("DIFFERENTIALS", said)
        for name, factors in self._above().items():
            text = self._differential(factors)
            self.draft.step(
                self._held(name, factors), f"d{name}", text, written(derivative.shape_of(name)),
                lambda values: self.printed(text, values, np.shape(values[name])),
                lambda values: sum(
                    pushed_at(f, values[f"d{f.link.below}"], values) for f in factors
                ),
                keep=f"d{name}",
            )  # fmt: skip

    def _above(self) -> dict[str, list[Factor]]:
        """What is made on the way, from the bottom up, each with the links that it is made by."""
        factors = self.derivative.factors
        names = [s.name for s in self.derivative.steps if s.name in self.derivative.made_of]
        return {name: [f for f in factors if f.link.above == name] for name in names}

    def _differential(self, factors: Sequence[Factor]) -> str:
        return summed([pushed(self.derivative, f, f"d{f.link.below}") for f in factors])

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

    # Jacobians

    def _jacobians(self) -> None:
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

    # their product

    def _product(self) -> None:
        derivative, layout = self.derivative, self.layout
        factors = derivative.written(layout)
        side = "left" if layout is NUMERATOR else "right"
        self.draft.part("THE PRODUCT", f"the later layer stands on the {side}")
        named = [(f"`{f.name}`", f.shape(layout)) for f in factors]
        shape = by(derivative.shape(layout))
        inner = [str(layout.arrange(f.operator).shape[1]) for f in factors[:-1]]
        block = Factors((f"`{derivative.name}`", shape), named, inner)

        def product(values: Any) -> Any:
            matrices = [np.asarray(self._laid_out(matrix_at(f, values))) for f in factors]
            return matrices[0] if len(matrices) == 1 else np.linalg.multi_dot(matrices)

        turned = "" if layout is NUMERATOR else (
            " Transposed, their order turns: `(A B)ᵀ = Bᵀ Aᵀ`.")  # fmt: skip
        self.draft.step(
            f"Each differential put into the next: their matrices multiply.{turned}",
            derivative.name, " · ".join(f.name for f in factors), shape, product,
            lambda values: self._total_columns(derivative.wrt, values), factors=block,
        )  # fmt: skip
        self.draft.step(
            "With the matrices written out.", "",
            " · ".join(grouped(f.text(layout)) for f in factors), shape, product, product,
        )  # fmt: skip

    # the running product, value by value

    def _collapse(self) -> None:
        ways = self.derivative.count
        remark = "" if ways == 1 else f"{ways} paths: a term for each value above"
        self.draft.part("THE COLLAPSE, ONE FACTOR AT A TIME", remark)
        for value, factors in values_below(self.derivative).items():
            self._collapsed(value, factors)

    def _totals(self) -> None:
        """Where no single product is all, and nothing collapses for want of a cotangent."""
        self.draft.part("THE SUM OVER PATHS", f"{self.derivative.count} paths: a term for each value above")
        for value, factors in values_below(self.derivative).items():
            self.called[value] = self._whole(value)
            self._multiplied(value, factors, "")

    def _whole(self, value: str) -> str:
        """The derivative as it is spoken."""
        return f"{self.d}{self.derivative.of}/{self.d}{value}"

    def _shape(self, value: str) -> str:
        sizes = (size_of(self.derivative.shapes[each]) for each in (self.derivative.of, value))
        return by(self.layout.pair(*sizes))

    def _multiplied(self, value: str, factors: Sequence[Factor], call: str) -> str:
        """One factor more; the line is returned."""
        text = " + ".join(self._times(f) for f in factors)
        through = " and ".join(dict.fromkeys(f"`{f.name}`" for f in factors))
        begins = all(f.link.above == self.derivative.of for f in factors)
        self.draft.step(
            f"{'Down' if begins else 'One factor further,'} to `{value}`, by {through}.{call}",
            self._whole(value), text, self._shape(value),
            lambda values: self._by_matrices(factors, values),
            lambda values: self._total_columns(value, values), keep=self._kept(value),
        )  # fmt: skip
        return text

    def _kept(self, value: str) -> str:
        """The name under which the running product is kept, as this layout has it."""
        return f"{self._whole(value)}, laid out"

    def _collapsed(self, value: str, factors: Sequence[Factor]) -> None:
        """A running product, the same without its matrix, and at the end as a matrix."""
        derivative, name = self.derivative, self._name(value)
        texts = [pulled(derivative, f, self.called.get(f.link.above, "1")) for f in factors]
        column = summed(texts)
        without = self._oriented(self._stacked(column, value))
        call = f" Call it `{self._oriented(self._stacked(name, value))}`." if name else ""
        product = " + ".join(self._times(f) for f in factors)
        same = without.replace(" ", "") == product.replace(" · ", "").replace(" ", "")
        self._multiplied(value, factors, call * same)
        self.called[value] = name or column
        if not same:
            self._without(value, factors, column, without, call)
        for point in self.draft.points:
            flat = np.asarray(point[self._kept(value)]).ravel(order="F")
            point[name or self._whole(value)] = flat.reshape(np.shape(point[value]), order="F")
        if value == derivative.wrt:
            self._face(value, column)

    def _without(
        self, value: str, factors: Sequence[Factor], column: str, text: str, call: str
    ) -> None:
        def stacked(values: Any) -> Any:
            got = self.printed(column, values, np.shape(values[value]))
            return None if got is None else self._laid_out(got.reshape(1, -1, order="F"))

        self.draft.step(
            f"{_laws(factors)}{call}", "", text, self._shape(value), stacked,
            lambda values: values[self._kept(value)],
        )  # fmt: skip

    def _times(self, factor: Factor) -> str:
        """The running product above, times one factor."""
        own, above = factor.text(self.layout), factor.link.above
        if above == self.derivative.of:
            return own
        before = self.called[above]
        if self.derivative.loss:
            before = self._oriented(self._stacked(before, above))
        parts = [before, own] if self.layout is NUMERATOR else [own, before]
        return " · ".join(map(grouped, parts))

    def _oriented(self, column: str) -> str:
        """A column as this layout has it: in numerator layout the row."""
        if self.layout is not NUMERATOR:
            return column
        is_plain = not column.startswith("vec(") and " " in column
        return transposed_product(column) if is_plain else transposed(column)

    def _name(self, value: str) -> str:
        """The name of a running product: δ at a z of the texts, g_v where paths meet or part."""
        derivative = self.derivative
        if value == derivative.wrt:
            return ""
        meets = derivative.branches and (derivative.feeds[value] > 1 or derivative.made_of[value] > 1)
        return cotangent(derivative, value) if is_numbered(value) or meets else ""

    def _by_matrices(self, factors: Sequence[Factor], values: Any) -> Any:
        """The product with each factor's matrix, added up."""
        total: Any = 0.0
        for factor in factors:
            J, above = matrix_at(factor, values), factor.link.above
            if above != self.derivative.of:
                J = np.asarray(self._laid_out(values[self._kept(above)])) @ J
            total = total + J
        return self._laid_out(total)

    def _face(self, value: str, column: str) -> None:
        """The gradient, where it has another shape than the Jacobian."""
        derivative, layout = self.derivative, self.layout
        face = derivative.gradient_shape(layout)
        if face is None or face == derivative.shape(layout):
            return
        text = transposed_product(column) if layout is NUMERATOR else column
        shape = f"the shape of `{value}`" + ", transposed" * (layout is NUMERATOR)
        left = self._whole(value)

        def matrix(values: Any) -> Any:
            got = self.printed(text, values, self._laid_out(np.zeros(np.shape(values[value]))).shape)
            return None if got is None else got

        self.draft.step(
            f"As a matrix, which this layout gives {shape}.", left, text, by(face), matrix,
            lambda values: self._laid_out(np.asarray(values[left]).T),
        )  # fmt: skip


def _laws(factors: Sequence[Factor]) -> str:
    """Why the matrices may go."""
    found = list(dict.fromkeys(law for f in factors if (law := laws(f.operator))))
    mixing = [f for f in factors if laws(f.operator).startswith("no")]
    if mixing:
        return f"`{mixing[0].name}` is not diagonal, so no `⊙` alone: it is multiplied out."
    return f"{', '.join(found)}." if found else "The matrix stays as it is."
