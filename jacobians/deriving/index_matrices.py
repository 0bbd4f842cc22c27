"""The return to matrix form: which product of matrices a formula for one entry is.

    Σ_j W_ij x_j        W x          the index between them is summed
    Σ_i W_ip d_i        Wᵀ d         … and stands first: so it is turned
    d_p x_q             d xᵀ         no index in common: an outer product
    Σ_k D_pk X_qk       D Xᵀ         one outer product for each sample, added up
    s_p g_p             s ⊙ g        the same index in both, not summed
    Σ_i a_i g_i         aᵀ g         a number

Every matrix carries its text and how to evaluate it, side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from ..typography import grouped, transposed
from .index_terms import Applied, Entry, Factor, Kronecker, Length, Partial, Power, Term, Terms
from .index_terms import entries_in
from .index_text import SAMPLES, is_one, number

__all__ = ["Matrix", "matrix_form"]


class Matrix(NamedTuple):
    """A matrix, and which index counts its rows and columns; "" where there is one."""

    text: str
    row: str
    column: str
    value: Callable[[Mapping[str, Any]], Any]

    @property
    def T(self) -> Matrix:
        """Its transpose."""
        turned = transposed(self.text) if self.row or self.column else self.text
        return Matrix(turned, self.column, self.row, lambda values: self.value(values).T)

    def with_row(self, letter: str) -> Matrix:
        """The same, turned so that this index counts the rows."""
        return self if self.row == letter else self.T


class NoForm(Exception):
    """The formula is no product of matrices."""


def matrix_form(terms: Terms, row: str, column: str, shapes: Any, *, single: bool) -> Matrix | None:
    """The formula as a matrix with these rows and columns, if it is one.

    >>> from jacobians.deriving.index_text import read
    >>> form = matrix_form(read("Σ_i d_i W_ip s_p"), "p", "", {}, single=True)
    >>> print(form.text)
    (Wᵀ d) ⊙ s
    >>> print(matrix_form(read("a_p g_p - a_p Σ_i g_i a_i"), "p", "", {}, single=True).text)
    a ⊙ g - a (gᵀ a)
    """
    try:
        return Builder(shapes, single).sum(terms, row, column)
    except NoForm:
        return None


class Builder:
    """Makes matrices of terms; of a single sample its index is left out."""

    def __init__(self, shapes: Mapping[str, Any], single: bool) -> None:
        self.shapes, self.single = shapes, single

    def sum(self, terms: Terms, row: str, column: str) -> Matrix:
        parts = [self.term(term, row, column) for term in terms]
        signed = [(term.coefficient < 0, part) for term, part in zip(terms, parts, strict=True)]
        text = "".join(f" {'-' if minus else '+'} {part.text}" for minus, part in signed)
        text = text[3:] if text.startswith(" + ") else f"-{text[3:]}"

        def value(values: Mapping[str, Any]) -> Any:
            return sum((-1 if minus else 1) * part.value(values) for minus, part in signed)

        return Matrix(text, row, column, value)

    def term(self, term: Term, row: str, column: str) -> Matrix:
        """One term, its sign apart."""
        above = [each for each in term.factors if not _divides(each)]
        matrices = [made for each in above if (made := self.factor(each)) is not None]
        for letter in self.seen(term.sums):
            matrices = summed(matrices, letter, row)
        whole = joined(matrices, row, column)
        for each in term.factors:
            if _divides(each) and not is_one(each, self.shapes):
                whole = self.over(whole, each)
        times = abs(term.coefficient)
        if times == 1:
            return whole
        return Matrix(f"{number(times)} {grouped(whole.text)}", row, column,
                      lambda values: float(times) * whole.value(values))  # fmt: skip

    def seen(self, letters: str) -> str:
        return "".join(each for each in letters if not (self.single and each in SAMPLES))

    def factor(self, factor: Factor) -> Matrix | None:
        match factor:
            case Entry(name, at):
                return self.leaf(name, name, at)
            case Partial():
                return self.leaf(factor.name, factor.name, factor.of_at + factor.at)
            case Kronecker(left, right):
                seen = self.seen(left + right)
                return Matrix("I", *seen, lambda _: None) if seen else None  # type: ignore[arg-type]
            case Applied(function, of, primes):
                inner = self.inner(of)
                name = function.slope_name if primes else function.name
                apply = function.slope if primes else function.value
                return inner._replace(
                    text=f"{name}({inner.text})", value=lambda values: apply(inner.value(values))
                )
            case Power(base, 1):
                return self.inner(base)
        raise NoForm

    def leaf(self, text: str, name: str, at: str) -> Matrix:
        seen = self.seen(at)
        if len(seen) > 2 or len({*seen}) < len(seen):
            raise NoForm
        row, column = (seen + "  ")[:2]

        def value(values: Mapping[str, Any]) -> Any:
            array = np.asarray(values[name])
            kept = [n for n, letter in zip(array.shape, at, strict=True) if letter in seen]
            return array.reshape(*kept, *[1] * (2 - len(kept)))

        return Matrix(text, row.strip(), column.strip(), value)

    def inner(self, terms: Terms) -> Matrix:
        """What stands in brackets, its rows counted by the index that comes first."""
        bound = "".join(term.sums for term in terms)
        free = [c for _, at in entries_in(terms) for c in self.seen(at) if c not in bound]
        row, column, *more = [*dict.fromkeys(free), "", ""]
        if any(more):
            raise NoForm
        return self.sum(terms, row, column)

    def over(self, whole: Matrix, factor: Factor) -> Matrix:
        """Divided by a number, or entry by entry by a matrix of the same indices."""
        if isinstance(factor, Power) and factor.exponent == -1:
            (first, *more) = factor.base[0].factors
            if isinstance(first, Length) and not more:
                return self.over_length(whole, first)
            below = self.inner(factor.base)
        elif isinstance(factor, Applied):
            below = self.inner(factor.of)
        else:
            raise NoForm
        if {below.row, below.column} != {whole.row, whole.column}:
            raise NoForm
        below = below.with_row(whole.row)
        return whole._replace(
            text=f"{grouped(whole.text, words=True)}/{grouped(below.text, words=True)}",
            value=lambda values: whole.value(values) / below.value(values),
        )

    def over_length(self, whole: Matrix, length: Length) -> Matrix:
        name, axis = length
        size = self.shapes[name][axis]
        text = f"{grouped(whole.text, words=True)}/{size}"
        return whole._replace(
            text=text, value=lambda values: whole.value(values) / values[name].shape[axis]
        )


def _divides(factor: Factor) -> bool:
    inverse = isinstance(factor, Applied) and factor.primes and not factor.function.slope_name
    return bool(inverse) or (isinstance(factor, Power) and factor.exponent < 0)


def summed(matrices: Sequence[Matrix], letter: str, row: str) -> list[Matrix]:
    """The factors with one index summed over: the product of the two that have it."""
    has = [letter in (each.row, each.column) for each in matrices]
    place = has.index(True) if True in has else 0
    with_it = merged([each for each, so in zip(matrices, has, strict=True) if so])
    others = [each for each, so in zip(matrices, has, strict=True) if not so]
    return [*others[:place], contracted(with_it, letter, row), *others[place:]]


def contracted(matrices: Sequence[Matrix], letter: str, row: str) -> Matrix:
    """One matrix of the one or two that have the index."""
    if len(matrices) == 1:
        return added_up(matrices[0].with_row(letter))
    if len(matrices) != 2:
        raise NoForm
    left, right = (each.with_row(letter) for each in matrices)
    if right.column == row and row:
        left, right = right, left
    return times(left.T, right)


def merged(matrices: Sequence[Matrix]) -> list[Matrix]:
    """Factors of the same indices multiplied entry by entry."""
    groups: dict[frozenset[str], list[Matrix]] = {}
    for each in matrices:
        groups.setdefault(frozenset((each.row, each.column)), []).append(each)
    return [reduce(entry_by_entry, group) for group in groups.values()]


def entry_by_entry(left: Matrix, right: Matrix) -> Matrix:
    right = right.with_row(left.row)
    sign = " " if not (left.row or left.column) else " ⊙ "
    if "I" in (left.text, right.text):
        raise NoForm
    text = sign.join(grouped(each.text, words=True) for each in (left, right))
    return left._replace(text=text, value=lambda values: left.value(values) * right.value(values))


def times(left: Matrix, right: Matrix) -> Matrix:
    """The matrix product."""
    return Matrix(
        f"{_factor_text(left)} {_factor_text(right)}", left.row, right.column,
        lambda values: left.value(values) @ right.value(values),
    )  # fmt: skip


def _factor_text(matrix: Matrix) -> str:
    return grouped(matrix.text, words=" ⊙ " in matrix.text)


def added_up(matrix: Matrix) -> Matrix:
    """1ᵀ X: the columns added up."""
    return Matrix(f"1ᵀ {grouped(matrix.text)}", "", matrix.column,
                  lambda values: matrix.value(values).sum(axis=0, keepdims=True))  # fmt: skip


def joined(matrices: Sequence[Matrix], row: str, column: str) -> Matrix:
    """What is left after all sums, put together."""
    (diagonal, rest) = _parted(matrices, lambda each: each.text == "I")
    groups = {frozenset((each.row, each.column)): each for each in merged(rest)}
    number = groups.pop(frozenset([""]), None)
    both = groups.pop(frozenset((row, column)), None) if row and column else None
    rows = groups.pop(frozenset((row, "")), None) if row else None
    columns = groups.pop(frozenset((column, "")), None) if column else None
    if groups or len(diagonal) > 1 or (diagonal and both):
        raise NoForm
    if diagonal:
        vector = rows or columns
        if vector is None or (rows and columns):
            raise NoForm
        whole = as_diagonal(vector.with_row(row if rows else column))._replace(row=row, column=column)
    else:
        whole = _laid_out(both, rows, columns, row, column)
    return whole if number is None else _scaled(whole, number)


def _parted(matrices: Sequence[Matrix], is_so: Callable[[Matrix], bool]) -> Any:
    return [e for e in matrices if is_so(e)], [e for e in matrices if not is_so(e)]


def _laid_out(
    both: Matrix | None, rows: Matrix | None, columns: Matrix | None, row: str, column: str
) -> Matrix:
    """A matrix by rows and columns of a matrix, a column vector and a row vector."""
    across = None if columns is None else columns.with_row(column).T
    down = None if rows is None else rows.with_row(row)
    if both is None:
        if down is not None and across is not None:
            return times(down, across)
        alone = down if not column else None
        if alone is None:
            raise NoForm
        return alone
    whole = both.with_row(row)
    if down is not None:
        whole = times(as_diagonal(down), whole)._replace(row=row, column=column)
    if across is None:
        return whole
    if across.text.startswith("1ᵀ"):
        ones = Matrix("1", row, "", lambda _: np.ones((1, 1)))
        return entry_by_entry(whole, times(ones, across)._replace(row=row, column=column))
    return times(whole, as_diagonal(across.T))._replace(row=row, column=column)


def as_diagonal(vector: Matrix) -> Matrix:
    """diag(v) of a column."""
    return vector._replace(
        text=f"diag({vector.text})", value=lambda values: np.diagflat(vector.value(values))
    )


def _scaled(whole: Matrix, number: Matrix) -> Matrix:
    """A matrix times a number that is itself a product."""
    text = f"{_factor_text(whole)} {grouped(number.text, words=True)}"
    return whole._replace(text=text, value=lambda values: whole.value(values) * number.value(values))


