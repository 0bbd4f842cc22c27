"""What every structured matrix states: its shape, its transpose, how it is applied and written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, ShapeError, refuse_too_large, sizes_differ
from layouts.sizes import Shape, Size, SizeLike, by, size_of

from ..typography import grouped
from ..unknown import Array, Entries

__all__ = ["Operator"]


class Operator:
    """A matrix by its structure. Subclasses fill in the table above."""

    __slots__ = ("shape",)
    __array_ufunc__ = None  # a NumPy array on the left lets __rmatmul__ decide
    structure: ClassVar[str]
    multiply: ClassVar[Callable[[Operator, Operator], Operator]]
    total: ClassVar[Callable[[Operator, Operator], Operator]]
    """The product and the sum of two operators, handed in by `products`, which knows them all."""
    shape: Shape

    @property
    def T(self) -> Operator:
        """The transpose, of the same or the mirrored structure."""
        raise NotImplementedError

    @property
    def text(self) -> str:
        """The operator as mathematics writes it."""
        raise NotImplementedError

    @property
    def stored(self) -> SizeLike:
        """How many numbers it keeps."""
        raise NotImplementedError

    @property
    def work(self) -> SizeLike:
        """How many multiplications it takes to apply it to one vector."""
        return self.stored

    @property
    def full(self) -> SizeLike:
        """How many numbers the full matrix has."""
        return size_of(self.shape)

    def apply(self, X: Array) -> Array:
        """The product with the columns of X, a plain 2-D array, without the full matrix."""
        raise NotImplementedError

    def write(self, out: Array) -> None:
        """Write the full matrix into `out`: every entry, zeros too."""
        raise NotImplementedError

    def pulled_back(self, g: str) -> str | None:
        """What `Jᵀ g` is called when written without the matrix; None where there is no such form.

        With samples as columns g is the matrix G of which the cotangent is vec G.
        """
        return f"{grouped(self.T.text)} {grouped(g)}"

    def pulled_back_by_sample(self, g: str) -> str | None:
        """The same for all samples at once, where the operator is the block of each."""
        return None

    def pulled_back_by_feature(self, g: str) -> str | None:
        """The same for all features at once, where the operator is the matrix of each."""
        return None

    def scaled(self, c: float) -> Operator:
        """The operator times a number."""
        raise NotImplementedError

    def as_matrix(self, *, limit: int | None = None) -> Array:
        """The full matrix, refused before anything is allocated if it takes over `limit` bytes."""
        refuse_too_large(self.shape, limit)
        out = self._blank()
        self.write(out)
        return out

    def _blank(self) -> Array:
        return np.empty(numbers(self.shape))

    def __matmul__(self, other: Any) -> Any:
        if isinstance(other, Operator):
            return Operator.multiply(self, other)
        if isinstance(other, np.ndarray):
            columns = other if other.ndim == 2 else other[:, None]
            if self.shape[1] != len(columns):
                raise sizes_differ(self.text, self.shape, "the array", columns.shape)
            return self.apply(columns).reshape(-1, *other.shape[1:])
        return NotImplemented

    def __rmatmul__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return (self.T @ other.T).T
        return NotImplemented

    def __add__(self, other: Operator) -> Operator:
        if self.shape != other.shape:
            raise ShapeError(f"cannot add {self.text} ({by(self.shape)}) and {other.text} "
                             f"({by(other.shape)}): a sum needs equal shapes.")  # fmt: skip
        return Operator.total(self, other)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        array: npt.NDArray[Any] = np.asarray(self.as_matrix(), dtype=dtype, copy=copy)
        return array

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<{self.text}: {by(self.shape)}, {self.structure}>"


def numbers(shape: Iterable[SizeLike]) -> tuple[int, ...]:
    """A shape of which every size is a number."""
    sizes: Any = tuple(shape)
    for size in sizes:
        if isinstance(size, Size):
            raise InputError(f"a {by(sizes)} matrix has letters for sizes: it has no entries.")
    return sizes  # type: ignore[no-any-return]


def entries(array: Entries) -> Array:
    return array if isinstance(array, np.ndarray) else np.asarray(array)


def diagonal_of(out: Array) -> Array:
    view: Array = np.einsum("ii->i", out)
    return view


def spread(left: Array, right: Array, out: Array) -> None:
    """`out = left * right`, both broadcast, at the speed of memory.

    NumPy copies broadcast factors into buffers, by default far longer than an inner axis here; a
    short buffer halves the time of a large product. `errstate` restores the length, thread by
    thread.
    """
    if out.size < 4096:
        np.multiply(left, right, out=out)
        return
    with np.errstate():
        np.setbufsize(128)
        np.multiply(left, right, out=out)
