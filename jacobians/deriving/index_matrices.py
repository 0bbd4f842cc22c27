"""The return to matrix form: which product of matrices a formula for one entry is.

    Σ_j W_ij x_j        W x          the index between them is summed
    Σ_i W_ip d_i        Wᵀ d         … and stands first: so it is turned
    d_p x_q             d xᵀ         no index in common: an outer product
    Σ_k D_pk X_qk       D Xᵀ         one outer product for each sample, added up
    s_p g_p             s ⊙ g        the same index in both, not summed
    Σ_i a_i g_i         aᵀ g         a number

`index_products` multiplies; here terms are taken apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..typography import grouped
from .index_products import Matrix, NoFormError, identity, joined, summed
from .index_terms import (
    Applied,
    Entry,
    Factor,
    Kronecker,
    Partial,
    Power,
    Term,
    Terms,
    divisor_of,
    entries_in,
    length_in,
)
from .index_text import Writer, number

__all__ = ["matrix_form"]


def matrix_form(terms: Terms, row: str, column: str, shapes: Any, *, single: bool) -> Matrix | None:
    """The formula as a matrix with these rows and columns, if it is one.

    >>> from jacobians.deriving.index_reader import read
    >>> form = matrix_form(read("Σ_i d_i W_ip s_p"), "p", "", {}, single=True)
    >>> print(form.text)
    (Wᵀ d) ⊙ s
    >>> print(matrix_form(read("a_p g_p - a_p Σ_i g_i a_i"), "p", "", {}, single=True).text)
    a ⊙ g - a (gᵀ a)
    """
    try:
        return Builder(shapes, single).matrix(terms, row, column)
    except NoFormError:
        return None


class Builder(Writer):
    """Makes matrices of terms; of a single sample its index is left out."""

    def matrix(self, terms: Terms, row: str, column: str) -> Matrix:
        """A sum, each term with its sign."""
        parts = [(-1 if t.coefficient < 0 else 1, self.product(t, row, column)) for t in terms]
        text = "".join(f" {'-' if sign < 0 else '+'} {part.text}" for sign, part in parts)
        text = text[3:] if text.startswith(" + ") else f"-{text[3:]}"

        def value(values: Mapping[str, Any]) -> Any:
            return sum(sign * part.value(values) for sign, part in parts)

        return Matrix(text, row, column, value)

    def product(self, term: Term, row: str, column: str) -> Matrix:
        """One term, its sign apart."""
        above = [each for each in term.factors if divisor_of(each) is None]
        matrices = [made for each in above if (made := self.of_factor(each)) is not None]
        for letter in self.seen(term.sums):
            matrices = summed(matrices, letter, row)
        whole = joined(matrices, row, column)
        for below in filter(None, map(divisor_of, term.factors)):
            whole = whole if self.is_one(below) else self.over(whole, below)
        times = abs(term.coefficient)
        if times == 1:
            return whole
        return Matrix(f"{number(times)} {grouped(whole.text)}", row, column,
                      lambda values: float(times) * whole.value(values))  # fmt: skip

    def of_factor(self, factor: Factor) -> Matrix | None:
        """A factor; None where it is 1 for the one sample that there is."""
        match factor:
            case Entry(name, at):
                return self.leaf(name, at)
            case Partial():
                return self.leaf(factor.name, factor.of_at + factor.at)
            case Kronecker(left, right):
                return identity(left, right) if self.seen(left) else None
            case Applied(function, of, primes):
                name = function.slope_name if primes else function.name
                apply = function.slope if primes else function.value
                inner = self.inner(of)
                return inner._replace(
                    text=f"{name}({inner.text})", value=lambda values: apply(inner.value(values))
                )
            case Power(base, 1):
                return self.inner(base)
        raise NoFormError

    def leaf(self, name: str, at: str) -> Matrix:
        """A value of one or two indices."""
        seen = self.seen(at)
        if len(seen) > 2 or len({*seen}) < len(seen):
            raise NoFormError

        def value(values: Mapping[str, Any]) -> Any:
            array = np.asarray(values[name])
            kept = [n for n, letter in zip(array.shape, at, strict=True) if letter in seen]
            return array.reshape(*kept, *[1] * (2 - len(kept)))

        return Matrix(name, seen[:1], seen[1:], value)

    def inner(self, terms: Terms) -> Matrix:
        """What stands in brackets, its rows counted by the index that comes first."""
        bound = "".join(term.sums for term in terms)
        free = [c for _, at in entries_in(terms) for c in self.seen(at) if c not in bound]
        row, column, *more = [*dict.fromkeys(free), "", ""]
        if any(more):
            raise NoFormError
        return self.matrix(terms, row, column)

    def over(self, whole: Matrix, divisor: Terms) -> Matrix:
        """Divided by a length, or entry by entry by a matrix of the same indices."""
        length = length_in(divisor)
        if length is not None:
            name, axis = length
            below = Matrix(self.factor(length), whole.row, whole.column,
                           lambda values: np.shape(values[name])[axis])  # fmt: skip
        else:
            below = self.inner(divisor)
        if {below.row, below.column} != {whole.row, whole.column}:
            raise NoFormError
        below = below.with_row(whole.row)
        return whole._replace(
            text=f"{grouped(whole.text, words=True)}/{grouped(below.text, words=True)}",
            value=lambda values: whole.value(values) / below.value(values),
        )
