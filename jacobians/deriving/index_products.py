"""Matrices with named indices, and their products: text and value side by side.

sum over the index of two        W x,  Wᵀ d        the matrix product
the same indices                 s ⊙ g             entry by entry
no index in common               d xᵀ              the outer product
a row's index alone              diag(s) X         a diagonal matrix
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from ..typography import grouped, transposed

__all__ = ["Matrix", "NoFormError", "identity", "joined", "summed"]


class NoFormError(Exception):
    """The formula is no product of matrices."""


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


def identity(row: str, column: str) -> Matrix:
    """[i = p] as a matrix: it only makes a vector a diagonal matrix."""
    return Matrix("I", row, column, nothing)


def nothing(_: Mapping[str, Any]) -> Any:
    """The value of what is never evaluated by itself."""
    return None


def summed(matrices: Sequence[Matrix], letter: str, row: str) -> list[Matrix]:
    """The factors with one index summed over: the product of the two that have it."""
    has = [letter in (each.row, each.column) for each in matrices]
    place = has.index(True) if True in has else 0
    with_it = [each for each, so in zip(matrices, has, strict=True) if so]
    others = [each for each, so in zip(matrices, has, strict=True) if not so]
    vectors = len(with_it) == 2 and all("" in (each.row, each.column) for each in with_it)
    kept = with_it if vectors else merged(with_it)
    return [*others[:place], contracted(kept, letter, row), *others[place:]]


def contracted(matrices: Sequence[Matrix], letter: str, row: str) -> Matrix:
    """One matrix of the one or two that have the index."""
    if len(matrices) == 1:
        return added_up(matrices[0].with_row(letter))
    if len(matrices) != 2 or any(each.value is nothing for each in matrices):
        raise NoFormError
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
    """The Hadamard product; of two numbers the product."""
    right = right.with_row(left.row)
    sign = " " if not (left.row or left.column) else " ⊙ "
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
    deltas = [each for each in matrices if each.value is nothing]
    parts = merged([each for each in matrices if each.value is not nothing])
    groups = {frozenset((each.row, each.column)): each for each in parts}
    number = groups.pop(frozenset([""]), None)
    both = groups.pop(frozenset((row, column)), None) if row and column else None
    rows = groups.pop(frozenset((row, "")), None) if row else None
    columns = groups.pop(frozenset((column, "")), None) if column else None
    if groups or len(deltas) > 1 or (deltas and both):
        raise NoFormError
    whole = _diagonal(rows, columns, row, column) if deltas else (
        _laid_out(both, rows, columns, row, column))  # fmt: skip
    return whole if number is None else _scaled(whole, number)


def _diagonal(rows: Matrix | None, columns: Matrix | None, row: str, column: str) -> Matrix:
    """[i = p] s_i, or the same with s_p."""
    if (rows is None) == (columns is None):
        raise NoFormError
    vector = rows.with_row(row) if rows is not None else columns.with_row(column)  # type: ignore[union-attr]
    return as_diagonal(vector)._replace(row=row, column=column)


def _laid_out(
    both: Matrix | None, rows: Matrix | None, columns: Matrix | None, row: str, column: str
) -> Matrix:
    """A matrix by rows and columns of a matrix, a column vector and a row vector."""
    across = None if columns is None else columns.with_row(column).T
    down = None if rows is None else rows.with_row(row)
    if both is None:
        if down is None or (column and across is None):
            raise NoFormError
        return down if across is None else times(down, across)
    whole = both.with_row(row)
    if down is not None:
        whole = times(as_diagonal(down), whole)._replace(row=row, column=column)
    if across is None:
        return whole
    if across.text.startswith("1ᵀ"):
        spread = across._replace(text=f"1 {across.text}", row=row)
        return entry_by_entry(whole, spread)
    return times(whole, as_diagonal(across.T))._replace(row=row, column=column)


def as_diagonal(vector: Matrix) -> Matrix:
    """diag(v) of a column."""
    return vector._replace(
        text=f"diag({vector.text})", value=lambda values: np.diagflat(vector.value(values))
    )


def _scaled(whole: Matrix, number: Matrix) -> Matrix:
    """A matrix times a number that is itself a product."""
    text = f"{_factor_text(whole)} {grouped(number.text, words=True)}"
    return whole._replace(
        text=text, value=lambda values: whole.value(values) * number.value(values)
    )
