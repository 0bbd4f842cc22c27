"""Rearrangements: every entry moves, none is computed with, and every Jacobian is a permutation.

    value                            by            Jacobian              structure
    xᵀ                               x (m, n)      K(m, n)               selection
    reshape, columns first           x             I                     identity
    reshape to r×s, rows first       x (p, q)      K(s, r) K(p, q)       selection
    flatten, rows first              x (p, q)      K(p, q)               selection

K is the commutation matrix, `K(m, n) vec(X) = vec(Xᵀ)`. Rows first is the order in which NumPy and
PyTorch reshape; columns first is that of vec.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from layouts.errors import InputError, ShapeError, counted
from layouts.sizes import Shape, SizeLike, as_shape, by, size_of

from ..operators import Identity, Operator, Selection
from ..rule import Names, Rule
from ..typography import transposed
from .base import written
from .joint import Joint

__all__ = ["Flatten", "Reshape", "Transpose"]


class Transpose(Joint):
    """xᵀ of a matrix.

    Args:
        shared: `("x",)` where x belongs to no sample.

    Raises:
        LayoutError: x is no matrix.

    >>> print(Transpose().jacobian([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    ∂y/∂x = K(2, 3)   6×6, selection, numerator layout
    """

    axes: ClassVar = {"x": (2,)}

    def sample_shape(self, x: Shape) -> Shape:
        return _matrix(x, "xᵀ")[::-1]

    def sample_value(self, x: Any) -> Any:
        return x.T

    def sample_rules(self, x: Any, *, names: Names) -> Mapping[str, Rule]:
        # fmt: off
        return {
            #         Jacobian                                         JVP              VJP
            "x": Rule(lambda: commutation(*x.shape, transposes=True),  lambda dx: dx.T, lambda g: g.T),
        }
        # fmt: on

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return transposed(self.written(names, shapes)[0])

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return "rows become columns" + self.for_each_sample(shapes)


class Reshape(Joint):
    """The entries of x in another shape of 1 or 2 axes; a single one as a number, shape ().

    Args:
        shape: the new shape.
        order: "row-major", as NumPy and PyTorch do, or "column-major", as vec does.
        shared: `("x",)` where x belongs to no sample.

    Raises:
        LayoutError: a shape of other axes, an unknown order, or another number of entries.

    >>> Reshape((2, 2))([1.0, 2.0, 3.0, 4.0]).tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    >>> print(Reshape((3, 2)).jacobian([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    ∂y/∂x = K(2, 3) K(2, 3)   6×6, selection, numerator layout
    """

    def __init__(
        self,
        shape: SizeLike | Iterable[SizeLike],
        order: str = "row-major",
        shared: Iterable[str] = (),
    ) -> None:
        super().__init__(shared)
        self.shape = _target(shape)
        self.order = _order(order)

    def sample_shape(self, x: Shape) -> Shape:
        if len(x) not in (1, 2):
            raise ShapeError(f"x has shape {x}: a vector or a matrix is reshaped.")
        if size_of(x) != size_of(self.shape):
            has = counted(size_of(x), "entry", "entries")
            raise ShapeError(f"x is {written(x)}, {has}: {written(self.shape)} takes "
                             f"{size_of(self.shape)}.")  # fmt: skip
        return self.shape

    def sample_value(self, x: Any) -> Any:
        return x.reshape(self.sample_shape(x.shape), order=self._letter)

    def sample_rules(self, x: Any, *, names: Names) -> Mapping[str, Rule]:
        shape: Any = self.sample_shape(x.shape)
        # fmt: off
        return {
            "x": Rule(lambda: self._moves(x.shape, shape),
                      lambda dx: dx.reshape(shape, order=self._letter),
                      lambda g: g.reshape(x.shape, order=self._letter)),
        }
        # fmt: on

    @property
    def _letter(self) -> Any:
        return "C" if self.order == "row-major" else "F"

    def _moves(self, old: Shape, new: Shape) -> Operator:
        """To rows first, `K(p, q)`; read as r×s rows first and back to columns, `K(s, r)`."""
        if self.order == "column-major" or old == new:
            return Identity(size_of(old))
        (p, q), (r, s) = ((*shape, 1, 1)[:2] for shape in (old, new))
        return Operator.multiply(commutation(s, r), commutation(p, q))

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return f"reshape({self.written(names, shapes)[0]}, {by(self.shape)})"

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        how = "rows first, as NumPy does" if self.order == "row-major" else "columns first, as vec"
        return how + self.for_each_sample(shapes)

    def _options(self) -> list[str]:
        return [f"{self.shape!r}", f"order={self.order!r}"]


class Flatten(Reshape):
    """A matrix as a vector, by rows or by columns.

    Args:
        order: "row-major", row after row, or "column-major": vec.
        shared: `("x",)` where x belongs to no sample.

    Raises:
        LayoutError: x is no matrix, or the order is unknown.

    >>> Flatten()([[1.0, 2.0], [3.0, 4.0]]), Flatten("column-major")([[1.0, 2.0], [3.0, 4.0]])
    (array([1., 2., 3., 4.]), array([1., 3., 2., 4.]))
    """

    axes: ClassVar = {"x": (2,)}

    def __init__(self, order: str = "row-major", shared: Iterable[str] = ()) -> None:
        Joint.__init__(self, shared)
        self.order = _order(order)

    def sample_shape(self, x: Shape) -> Shape:
        return (size_of(_matrix(x, "flatten(x)")),)

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return f"flatten({self.written(names, shapes)[0]})"

    def _options(self) -> list[str]:
        return [f"order={self.order!r}"]


def commutation(m: SizeLike, n: SizeLike, *, transposes: bool = False) -> Operator:
    """K(m, n); of a single row or column the identity."""
    if m == 1 or n == 1:
        return Identity(m * n)
    return Selection.commutation(m, n, transposes=transposes)


def _matrix(x: Shape, what: str) -> Shape:
    if len(x) != 2:
        raise ShapeError(f"x has shape {x}: {what} takes a matrix.")
    return x


def _target(shape: SizeLike | Iterable[SizeLike]) -> Shape:
    try:
        target = as_shape(shape)
    except ValueError as problem:
        raise InputError(f"the shape of Reshape is {shape!r}: {problem}") from None
    if len(target) > 2:
        raise InputError(f"the shape of Reshape has 1 or 2 axes, not {len(target)}: {target}.")
    return target


def _order(order: str) -> str:
    if order not in ("row-major", "column-major"):
        raise InputError(f"the order is 'row-major' or 'column-major', not {order!r}.")
    return order
