"""The functions that a formula may use: of each its shape, its value, and what NumPy makes of it.

A value rule works on the last two axes, so that many matrices can be computed at once: a column
is (…, n, 1), a number (…, 1, 1). Where it is analytic it also takes complex matrices, of which no
entry is conjugated. Shapes are two sizes, in numbers or letters.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from ..sizes import Shape, SizeLike, by
from ..vectorization import commutation_matrix

__all__ = ["BUILT_IN", "SCALAR", "Function", "Functions", "Misfit", "elementwise"]

SCALAR: Shape = (1, 1)
LARGEST_ADJUGATE = 20


class Misfit(Exception):  # noqa: N818 - it is no error yet: the caller says which part it is about
    """Shapes that a function or an operator does not take; the message completes a sentence."""


class Function(NamedTuple):
    """One function.

    Args:
        shape: the shapes of its arguments to that of its value, or a Misfit.
        value: its arguments, as arrays whose last two axes are matrices, to its value.
        as_numpy: what NumPy does with arrays as they come, of any number of axes.
        arity: how many arguments it takes, at least and at most.
        analytic: whether complex steps may go through it.
        of_sizes: whether its arguments are sizes.
    """

    shape: Callable[..., Shape]
    value: Callable[..., Any]
    as_numpy: Callable[..., Any]
    arity: tuple[int, int] = (1, 1)
    analytic: bool = True
    of_sizes: bool = False


Functions: TypeAlias = Mapping[str, Function]


def elementwise(function: Callable[[Any], Any], *, analytic: bool = True) -> Function:
    """A function that works entry by entry.

    >>> elementwise(np.tanh).shape((3, 2))
    (3, 2)
    """
    return Function(lambda X: X, function, function, analytic=analytic)


def square(X: Shape) -> Shape:
    """The shape of X, which is square."""
    if X[0] != X[1]:
        raise Misfit(f"takes a square matrix, not one of {by(X)}")
    return X


def number(*of: Shape) -> Shape:
    """A number, of anything."""
    return SCALAR


def number_of_square(X: Shape) -> Shape:
    """A number, of a square matrix."""
    square(X)
    return SCALAR


def diagonal(X: Shape) -> Shape:
    """A matrix of a vector, the diagonal of a square matrix."""
    if X == SCALAR:
        return X
    if 1 in X:
        n = X[0] * X[1]
        return (n, n)
    if X[0] != X[1]:
        raise Misfit(f"takes a vector, or a square matrix whose diagonal it is, not {by(X)}")
    return (X[0], 1)


def stacked(X: Shape) -> Shape:
    """All entries in one column."""
    return (X[0] * X[1], 1)


def products(A: Shape, B: Shape) -> Shape:
    """Every entry of A times B."""
    return (A[0] * B[0], A[1] * B[1])


def of_vectors(a: Shape, b: Shape) -> Shape:
    """As many rows as a has entries, as many columns as b has."""
    for vector in (a, b):
        if 1 not in vector:
            raise Misfit(f"takes two vectors, not a matrix of {by(vector)}")
    return (a[0] * a[1], b[0] * b[1])


def side_by_side(*blocks: Shape) -> Shape:
    """Blocks of as many rows, beside each other."""
    for block in blocks[1:]:
        if block[0] != blocks[0][0]:
            raise Misfit(f"joins blocks of as many rows, not {by(blocks[0])} and {by(block)}")
    return (blocks[0][0], sum((block[1] for block in blocks[1:]), start=blocks[0][1]))


def column_or_matrix(m: SizeLike, n: SizeLike = 1) -> Shape:
    """m×n; a column of m where n is left out."""
    return (m, n)


def as_number(value: Any) -> Any:
    """Numbers with the two axes of a matrix again."""
    return np.asarray(value)[..., None, None]


def small_square(X: Shape) -> Shape:
    """The shape of X, which is square and small: beyond, an adjugate drowns in round-off."""
    if isinstance(X[0], int) and X[0] > LARGEST_ADJUGATE:
        raise Misfit(f"takes a matrix of {by((LARGEST_ADJUGATE,) * 2)} at most, not one of {by(X)}")
    return square(X)


def adjugate(X: Any) -> Any:
    """det(X) X⁻¹ as a polynomial in X, for singular matrices too (Faddeev and LeVerrier)."""
    n = X.shape[-1]
    eye = np.eye(n)
    M = np.broadcast_to(eye, X.shape)
    for k in range(1, n):
        P = X @ M
        M = P - as_number(np.trace(P, axis1=-2, axis2=-1)) / k * eye
    return M if n % 2 else -M


def pseudoinverse(X: Any) -> Any:
    """X⁺; of complex steps its analytic form, for a matrix of full rank."""
    T = np.swapaxes(X, -1, -2)
    if not np.isfinite(X).all():
        return np.full_like(T, np.nan)
    if not np.iscomplexobj(X):
        return np.linalg.pinv(X)
    if (np.linalg.matrix_rank(X.real) < min(X.shape[-2:])).any():
        return np.full_like(T, complex(np.nan, np.nan))
    tall = X.shape[-2] >= X.shape[-1]
    return np.linalg.solve(T @ X, T) if tall else T @ np.linalg.inv(X @ T)


def pseudoinverse_by_numpy(X: Any) -> Any:
    """As NumPy has it, whose singular values may take for ever if an entry is infinite."""
    if not np.isfinite(X).all():
        raise np.linalg.LinAlgError("SVD did not converge")
    return np.linalg.pinv(X)


def diagonals(X: Any) -> Any:
    rows, columns = X.shape[-2:]
    if rows == 1 or columns == 1:
        return X.reshape(*X.shape[:-2], -1, 1) * np.eye(rows * columns)
    return np.diagonal(X, axis1=-2, axis2=-1)[..., None]


def vec(X: Any) -> Any:
    return rvec(np.swapaxes(X, -1, -2))


def rvec(X: Any) -> Any:
    return X.reshape(*X.shape[:-2], -1, 1)


def kron(A: Any, B: Any) -> Any:
    rows, columns = A.shape[-2] * B.shape[-2], A.shape[-1] * B.shape[-1]
    blocks = A[..., :, None, :, None] * B[..., None, :, None, :]
    return blocks.reshape(*blocks.shape[:-4], rows, columns)


def of_one_matrix(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function of our own as NumPy would have it: of an array of two axes."""

    def as_numpy(X: Any) -> Any:
        if np.ndim(X) != 2 or np.shape(X)[0] != np.shape(X)[1]:
            raise np.linalg.LinAlgError(f"a square matrix is wanted, not shape {np.shape(X)}")
        return function(np.asarray(X, dtype=np.float64))

    return as_numpy


def of_matrix(name: str) -> Callable[[Any], Any]:
    """A function of a matrix from scipy.linalg, for one or for many; NaN where it is not real."""

    def one(X: Any) -> Any:
        if not np.isfinite(X).all():
            return np.full_like(X, np.nan)
        import scipy.linalg

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = getattr(scipy.linalg, name)(X)
        return value if np.isrealobj(value) or np.iscomplexobj(X) else np.full_like(X, np.nan)

    def value(X: Any) -> Any:
        return np.reshape([one(each) for each in X.reshape(-1, *X.shape[-2:])], X.shape)

    return value


def logarithm(X: Any) -> Any:
    """log(X / s) + log(s) I, with s the largest entry: what is tiny or huge comes through."""
    if not np.isfinite(X).all():
        return np.full_like(X, np.nan)
    if (np.linalg.matrix_rank(X) < X.shape[-1]).any():
        raise np.linalg.LinAlgError("a singular matrix has no logarithm")
    scale = np.abs(X).max(axis=(-2, -1), keepdims=True)
    return of_matrix("logm")(X / scale) + np.log(scale) * np.eye(X.shape[-1])


def hstack(*blocks: Any) -> Any:
    front = np.broadcast_shapes(*(block.shape[:-2] for block in blocks))
    return np.concatenate([np.broadcast_to(b, (*front, *b.shape[-2:])) for b in blocks], axis=-1)


def power_of_matrix(X: Any, exponent: Any) -> Any:
    return np.linalg.matrix_power(X, int(exponent.real.flat[0]))


# fmt: off
BUILT_IN: dict[str, Function] = {
    #                             shape             value on the last two axes                         as NumPy has it; arity; what else
    "exp":               elementwise(np.exp),
    "log":               elementwise(np.log),
    "sqrt":              elementwise(np.sqrt),
    "sin":               elementwise(np.sin),
    "cos":               elementwise(np.cos),
    "abs":               Function(lambda X: X,      lambda X: X * np.sign(X.real),                        np.abs),
    "tr":                Function(number_of_square, lambda X: as_number(np.trace(X, axis1=-2, axis2=-1)), np.trace),
    "det":               Function(number_of_square, lambda X: as_number(np.linalg.det(X)),                np.linalg.det),
    "sum":               Function(number,           lambda X: X.sum(axis=(-2, -1), keepdims=True),        np.sum),
    "norm":              Function(number,           lambda X: np.sqrt((X * X).sum(axis=(-2, -1), keepdims=True)), np.linalg.norm),
    "inv":               Function(square,           np.linalg.inv,                                        np.linalg.inv),
    "pinv":              Function(lambda X: X[::-1], pseudoinverse,                                       pseudoinverse_by_numpy),
    "adj":               Function(small_square,     adjugate,                                             of_one_matrix(adjugate)),
    "expm":              Function(square,           of_matrix("expm"),                                    of_one_matrix(of_matrix("expm"))),
    "logm":              Function(square,           logarithm,                                            of_one_matrix(logarithm), analytic=False),
    "sinm":              Function(square,           of_matrix("sinm"),                                    of_one_matrix(of_matrix("sinm")), analytic=False),
    "cosm":              Function(square,           of_matrix("cosm"),                                    of_one_matrix(of_matrix("cosm")), analytic=False),
    "matrix_power":      Function(lambda X, _: square(X), power_of_matrix,                                lambda X, k: np.linalg.matrix_power(X, int(k)), (2, 2)),
    "diag":              Function(diagonal,         diagonals,                                            np.diag),
    "vec":               Function(stacked,          vec,                                                  lambda X: np.reshape(X, (-1, 1), order="F")),
    "rvec":              Function(stacked,          rvec,                                                 lambda X: np.reshape(X, (-1, 1))),
    "kron":              Function(products,         kron,                                                 np.kron, (2, 2)),
    "outer":             Function(of_vectors,       lambda a, b: rvec(a) * np.swapaxes(rvec(b), -1, -2),  np.outer, (2, 2)),
    "hstack":            Function(side_by_side,     hstack,                                               lambda *blocks: np.hstack(blocks), (1, 24)),
    "ones":              Function(column_or_matrix, lambda m, n=1: np.ones((m, n)),                       lambda *sizes: np.ones(sizes), (1, 2), of_sizes=True),
    "zeros":             Function(column_or_matrix, lambda m, n=1: np.zeros((m, n)),                      lambda *sizes: np.zeros(sizes), (1, 2), of_sizes=True),
    "eye":               Function(lambda n: (n, n), np.eye,                                               np.eye, of_sizes=True),
    "commutation_matrix": Function(lambda m, n: (m * n, m * n), commutation_matrix,                       commutation_matrix, (2, 2), of_sizes=True),
}
# fmt: on
"""The functions that need no layer."""
