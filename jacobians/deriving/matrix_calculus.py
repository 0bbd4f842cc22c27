"""The derivation by matrix calculus, in one layout.

    dz1 = dW1 a0                                          differentials, and their Jacobians
    ∂L/∂W1 = ∂L/∂a2 · ∂a2/∂z2 · …                         factors in the layout's order
    δ1ᵀ · (a0ᵀ ⊗ I₃) = vec(δ1 a0ᵀ)ᵀ                       the collapse, one factor at a time

A running product is the one before times the layer's own matrix; what it collapses to is read back
as it is printed. The product of all is read back too, unless it has signs that only people read
(blockdiag, vec of a function): then its factors are the layers' matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from layouts.layout import NUMERATOR, Layout
from layouts.sizes import by, size_of

from ..report.facts import Derivative, Factor, is_numbered
from ..report.model import Factors
from ..report.sweep_in_words import cotangent, laws, pulled, summed
from ..typography import grouped, transposed, transposed_product
from .differentials import Differentials
from .draft import Draft
from .links import is_symbol, matrix_at, values_below

__all__ = ["write_matrix_calculus"]


def write_matrix_calculus(derivative: Derivative, draft: Draft, layout: Layout) -> None:
    """Write differentials, Jacobians, their product, and what it collapses to."""
    MatrixCalculus(derivative, draft, layout).write()


class MatrixCalculus(Differentials):
    """Writes the steps of one derivative in one layout."""

    def __init__(self, derivative: Derivative, draft: Draft, layout: Layout) -> None:
        super().__init__(derivative, draft, layout)
        self.d = "d" if derivative.branches else "∂"
        self.called: dict[str, str] = {}
        """What the running product by a value is called, as a column."""

    def write(self) -> None:
        """All parts."""
        self.write_differentials()
        self.write_jacobians()
        if not self.derivative.branches and len(self.derivative.path) > 1:
            self._product()
        if self.derivative.loss:
            self._collapse()
        elif self.derivative.branches:
            self._totals()

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
        text = " · ".join(grouped(f.text(layout)) for f in factors)

        def written_out(values: Any) -> Any:
            found = self.printed(text, values, np.shape(product(values)))
            return product(values) if found is None else found

        self.draft.step("With the matrices written out.", "", text, shape, written_out, product)

    def _collapse(self) -> None:
        ways = self.derivative.count
        remark = "" if ways == 1 else f"{ways} paths: a term for each value above"
        self.draft.part("THE COLLAPSE, ONE FACTOR AT A TIME", remark)
        for value, factors in values_below(self.derivative).items():
            self._collapsed(value, factors)

    def _totals(self) -> None:
        """Where no single product is all, and nothing collapses for want of a cotangent."""
        self.draft.part(
            "THE SUM OVER PATHS", f"{self.derivative.count} paths: a term for each value above"
        )
        for value, factors in values_below(self.derivative).items():
            self.called[value] = self._whole(value)
            self._multiplied(value, factors, "")

    def _whole(self, value: str) -> str:
        """The derivative as it is spoken."""
        return f"{self.d}{self.derivative.of}/{self.d}{value}"

    def _shape(self, value: str) -> str:
        sizes = (size_of(self.derivative.shapes[each]) for each in (self.derivative.of, value))
        return by(self.layout.pair(*sizes))

    def _multiplied(self, value: str, factors: Sequence[Factor], call: str) -> None:
        """One factor more."""
        through = " and ".join(dict.fromkeys(f"`{f.name}`" for f in factors))
        begins = all(f.link.above == self.derivative.of for f in factors)
        self.draft.step(
            f"{'Down' if begins else 'One factor further,'} to `{value}`, by {through}.{call}",
            self._whole(value), self._sum(factors), self._shape(value),
            lambda values: self._by_matrices(factors, values),
            lambda values: self._total_columns(value, values), keep=self._kept(value),
        )  # fmt: skip

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
        product = self._sum(factors).replace(" · ", "")
        same = without.replace(" ", "") == product.replace(" ", "") or self._stays(factors)
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

    def _sum(self, factors: Sequence[Factor]) -> str:
        """What all the links pass on, each with its matrix."""
        return " + ".join(self._times(factor) for factor in factors)

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
        meets = derivative.branches and (
            derivative.feeds[value] > 1 or derivative.made_of[value] > 1
        )
        stays = self._stays([f for f in derivative.factors if f.link.below == value])
        return cotangent(derivative, value) if is_numbered(value) or meets or stays else ""

    def _stays(self, factors: Sequence[Factor]) -> bool:
        """Whether a matrix has nothing but its symbol, and so nothing to collapse to."""
        return any(map(is_symbol, factors))

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
            shape = self._laid_out(np.asarray(values[left]).T).shape
            return self.printed(text, values, shape)

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
