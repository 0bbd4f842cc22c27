"""Stacking a matrix into a column, and the matrices that reorder such columns.

    vec    columns one below the other (Magnus and Neudecker; Fortran order)
    rvec   rows one after the other (C order, the memory order of NumPy and PyTorch)
    vech   the columns of the lower triangle of a square matrix

Source: Magnus and Neudecker, *Matrix Differential Calculus*, chapters 2 and 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .errors import InputError, ShapeError, refuse_too_large

__all__ = [
    "commutation_matrix",
    "duplication_matrix",
    "elimination_matrix",
    "rvec",
    "unrvec",
    "unvec",
    "vec",
    "vech",
]

Array: TypeAlias = npt.NDArray[Any]


def vec(X: npt.ArrayLike) -> Array:
    """The columns of X in one column; more axes in Fortran order.

    >>> vec([[1, 2], [3, 4]]).T
    array([[1, 3, 2, 4]])
    """
    return np.asarray(X).reshape(-1, 1, order="F")


def unvec(v: npt.ArrayLike, shape: int | tuple[int, ...]) -> Array:
    """The array of that shape whose vec is v.

    >>> X = np.arange(6).reshape(3, 2)
    >>> np.array_equal(unvec(vec(X), (3, 2)), X)
    True
    """
    return _unstacked(v, shape, "F")


def rvec(X: npt.ArrayLike) -> Array:
    """The rows of X in one column; more axes in C order: `rvec(X) = vec(Xᵀ)`.

    >>> rvec([[1, 2], [3, 4]]).T
    array([[1, 2, 3, 4]])
    """
    return np.asarray(X).reshape(-1, 1)


def unrvec(v: npt.ArrayLike, shape: int | tuple[int, ...]) -> Array:
    """The array of that shape whose rvec is v.

    >>> X = np.arange(6).reshape(3, 2)
    >>> np.array_equal(unrvec(rvec(X), (3, 2)), X)
    True
    """
    return _unstacked(v, shape, "C")


def vech(A: npt.ArrayLike) -> Array:
    """The columns of the lower triangle of a square A, in one column of n(n + 1)/2.

    >>> vech([[1, 9], [2, 3]]).T
    array([[1, 2, 3]])
    """
    A = np.asarray(A)
    if A.ndim != 2 or A.shape[0] != A.shape[1]:
        raise ShapeError(f"vech takes a square matrix, this array has shape {A.shape}.")
    columns, rows = np.triu_indices(A.shape[0])
    return A[rows, columns].reshape(-1, 1)


def commutation_matrix(m: int, n: int) -> Array:
    """K(m, n), mn×mn, with `K vec(X) = vec(Xᵀ)` for every X of size m×n.

    >>> X = np.arange(6).reshape(3, 2)
    >>> np.array_equal(commutation_matrix(3, 2) @ vec(X), vec(X.T))
    True
    """
    m, n = _size(m), _size(n)
    selected = np.arange(m * n).reshape(n, m).T.ravel()
    return _selection(selected, m * n)


def elimination_matrix(n: int) -> Array:
    """L(n), n(n + 1)/2 × n², with `L vec(A) = vech(A)` for every n×n matrix A.

    >>> A = np.arange(9).reshape(3, 3)
    >>> np.array_equal(elimination_matrix(3) @ vec(A), vech(A))
    True
    """
    n = _size(n)
    columns, rows = np.triu_indices(n)
    return _selection(columns * n + rows, n * n)


def duplication_matrix(n: int) -> Array:
    """D(n), n² × n(n + 1)/2, with `D vech(S) = vec(S)` for every symmetric n×n matrix S.

    >>> S = np.array([[1, 2, 3], [2, 4, 5], [3, 5, 6]])
    >>> np.array_equal(duplication_matrix(3) @ vech(S), vec(S))
    True
    """
    n = _size(n)
    columns, rows = np.triu_indices(n)
    place = np.empty((n, n), dtype=np.intp)
    place[rows, columns] = place[columns, rows] = np.arange(n * (n + 1) // 2)
    return _selection(place.ravel(), n * (n + 1) // 2)


def _unstacked(v: npt.ArrayLike, shape: int | tuple[int, ...], order: Any) -> Array:
    v = np.asarray(v)
    sizes = tuple(shape) if isinstance(shape, Iterable) else (int(shape),)
    if min(sizes, default=1) < 0 or v.size != np.prod(sizes, dtype=int):
        raise ShapeError(f"{v.size} stacked entries do not fill an array of shape {sizes}.")
    return v.reshape(sizes, order=order)


def _selection(selected: npt.NDArray[np.intp], columns: int) -> Array:
    """The matrix whose row k has its one in column `selected[k]`."""
    refuse_too_large((selected.size, columns), cure="Reorder the entries by vec and unvec instead.")
    matrix = np.zeros((selected.size, columns))
    matrix[np.arange(selected.size), selected] = 1
    return matrix


def _size(n: int) -> int:
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise InputError(f"a size is a positive integer, not {n!r}.")
    return int(n)
