"""The two layouts: where the entries of a derivative go.

    ∂y/∂x, entry (i, j)      numerator layout  ∂yᵢ/∂xⱼ      denominator layout  ∂yⱼ/∂xᵢ
    a chain x → u → y        ∂y/∂u · ∂u/∂x                  ∂u/∂x · ∂y/∂u

Source: the names and the table of shapes are those of Wikipedia's *Matrix calculus*; the
denominator form of a matrix by a scalar, which it leaves open, is ours, by transposition.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from functools import reduce
from itertools import pairwise
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from . import errors
from .sizes import Shape, SizeLike, as_shape, by, size_of
from .vectorization import unvec

__all__ = ["DENOMINATOR", "NUMERATOR", "Layout"]


class Matrix(Protocol):
    """Whatever has a two-dimensional shape, a transpose and a product: an array, an operator."""

    @property
    def shape(self) -> Shape:
        """Rows and columns."""

    @property
    def T(self) -> Any:
        """The transpose."""

    def __matmul__(self, other: Any, /) -> Any: ...


M = TypeVar("M", bound=Matrix)
T = TypeVar("T")


class Layout(Enum):
    """Numerator layout: the rows of `∂y/∂x` follow y. Denominator layout: they follow x."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"

    def __str__(self) -> str:
        return self.value

    @classmethod
    def named(cls, layout: Layout | str) -> Layout:
        """The layout itself, or the one of that name.

        >>> Layout.named("denominator") is DENOMINATOR
        True
        """
        if isinstance(layout, Layout):
            return layout
        try:
            return cls(layout)
        except ValueError:
            raise errors.unknown_layout(layout) from None

    @classmethod
    def one_or_both(cls, layout: Layout | str) -> list[Layout]:
        """`"both"` as the two layouts, one layout or its name as itself.

        >>> [str(layout) for layout in Layout.one_or_both("both")]
        ['numerator', 'denominator']
        """
        if isinstance(layout, str) and layout not in {each.value for each in cls}:
            if layout != "both":
                raise errors.unknown_layout(layout, both=True)
            return list(cls)
        return [cls.named(layout)]

    @property
    def other(self) -> Layout:
        """The layout in which the same derivative is transposed."""
        return DENOMINATOR if self is NUMERATOR else NUMERATOR

    def shape(
        self, y_shape: SizeLike | Iterable[SizeLike], x_shape: SizeLike | Iterable[SizeLike]
    ) -> tuple[SizeLike, SizeLike]:
        """The shape of `∂y/∂x`, for scalars `()`, vectors `(n,)` and matrices `(p, q)`.

        Where no convention fills the cell (see `tabulates`) it is that of the Jacobian
        `∂vec(y)/∂vec(x)`: (size y)×(size x) in numerator layout, transposed in denominator layout.

        >>> NUMERATOR.shape(3, 2), DENOMINATOR.shape(3, 2)     # a vector by a vector
        ((3, 2), (2, 3))
        >>> NUMERATOR.shape((), (3, 2)), DENOMINATOR.shape((), (3, 2))     # the gradient
        ((2, 3), (3, 2))
        >>> NUMERATOR.shape(2, (2, 3))     # no convention: the Jacobian, through vec
        (2, 6)
        """
        y, x = _shape_of(y_shape), _shape_of(x_shape)
        rows, columns = size_of(y), size_of(x)
        if self.tabulates(y, x) and len(x) == 2:
            columns, rows = x
        elif self.tabulates(y, x) and len(y) == 2:
            rows, columns = y
        return self.pair(rows, columns)

    def pair(self, rows: T, columns: T) -> tuple[T, T]:
        """What follows y and what follows x, as this layout has rows and columns."""
        return (rows, columns) if self is NUMERATOR else (columns, rows)

    def written(self, factors: Sequence[T]) -> list[T]:
        """Factors listed from input to output, from left to right as the product is written.

        >>> NUMERATOR.written(["∂u/∂x", "∂y/∂u"])
        ['∂y/∂u', '∂u/∂x']
        """
        return list(factors)[::-1] if self is NUMERATOR else list(factors)

    @staticmethod
    def tabulates(
        y_shape: SizeLike | Iterable[SizeLike], x_shape: SizeLike | Iterable[SizeLike]
    ) -> bool:
        """Whether the table has a matrix for this cell.

        It does up to two axes in all. A vector by a matrix, a matrix by a vector and a matrix by a
        matrix have three axes or four, which no two-dimensional convention orders.

        >>> Layout.tabulates((), (3, 2)), Layout.tabulates((2,), (2, 3))
        (True, False)
        """
        return len(_shape_of(y_shape)) + len(_shape_of(x_shape)) <= 2

    def tensor_shape(
        self, y_shape: SizeLike | Iterable[SizeLike], x_shape: SizeLike | Iterable[SizeLike]
    ) -> Shape:
        """The shape of the generalized Jacobian: two groups of axes, in the layout's order.

        >>> NUMERATOR.tensor_shape(2, (2, 3)), DENOMINATOR.tensor_shape(2, (2, 3))
        ((2, 2, 3), (2, 3, 2))
        """
        y, x = _shape_of(y_shape), _shape_of(x_shape)
        return y + x if self is NUMERATOR else x + y

    def arrange(self, J: M) -> M:
        """J, which comes in numerator orientation, as this layout writes it.

        >>> import numpy as np
        >>> DENOMINATOR.arrange(np.zeros((3, 2))).shape
        (2, 3)
        """
        matrix: M = _matrix(J)
        turned: M = matrix if self is NUMERATOR else matrix.T
        return turned

    def tabulated(
        self,
        J: npt.ArrayLike,
        y_shape: SizeLike | Iterable[SizeLike],
        x_shape: SizeLike | Iterable[SizeLike],
    ) -> Any:
        """The Jacobian's entries as the table has them: of a number by a matrix the gradient.

        Args:
            J: ∂vec(y)/∂vec(x) in numerator layout.
            y_shape: of y, `()` for a scalar.
            x_shape: of x.

        >>> J = [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]]     # of a number by a 3×2 matrix
        >>> DENOMINATOR.tabulated(J, (), (3, 2))
        array([[1., 4.],
               [2., 5.],
               [3., 6.]])
        """
        y, x = _numbers_of(y_shape), _numbers_of(x_shape)
        matrix = _matrix(J)
        if matrix.shape != (size_of(y), size_of(x)):
            raise errors.ShapeError(
                f"∂y/∂x is {by((size_of(y), size_of(x)))} in numerator layout for y of shape {y} "
                f"and x of shape {x}, this array is {by(matrix.shape)}."
            )
        if self.tabulates(y, x) and len(x) == 2:
            matrix = unvec(matrix, x).T
        elif self.tabulates(y, x) and len(y) == 2:
            matrix = unvec(matrix, y)
        return self.arrange(matrix)

    def product(self, factors: Sequence[M]) -> M:
        """The chain of factors that are given in this layout and listed from input to output.

        >>> import numpy as np
        >>> inner, outer = np.zeros((3, 2)), np.zeros((4, 3))      # x → u → y, numerator layout
        >>> NUMERATOR.product([inner, outer]).shape
        (4, 2)
        >>> DENOMINATOR.product([inner.T, outer.T]).shape
        (2, 4)
        >>> DENOMINATOR.product([inner, outer])     # doctest: +ELLIPSIS
        Traceback (most recent call last):
        layouts.errors.ShapeError: cannot multiply factor 1 (3×2) by factor 2 (4×3): inner sizes...
        """
        if not factors:
            raise errors.InputError("a product needs at least one factor.")
        numbered = self.written(list(enumerate(map(_matrix, factors), start=1)))
        for (i, left), (j, right) in pairwise(numbered):
            if left.shape[1] != right.shape[0]:
                raise errors.sizes_differ(
                    f"factor {i}",
                    left.shape,
                    f"factor {j}",
                    right.shape,
                    f"{errors.ORDER[self.value]}; are these factors of the {self.other} layout?",
                )
        product: M = reduce(lambda left, right: left @ right, (factor for _, factor in numbered))
        return product


def _shape_of(shape: SizeLike | Iterable[SizeLike]) -> Shape:
    try:
        return as_shape(shape)
    except ValueError as problem:
        raise errors.InputError(str(problem)) from None


def _numbers_of(shape: SizeLike | Iterable[SizeLike]) -> tuple[int, ...]:
    sizes = _shape_of(shape)
    numbers = tuple(size for size in sizes if isinstance(size, int))
    if len(numbers) < len(sizes):
        raise errors.InputError(f"the entries of an array need sizes in numbers, not {by(sizes)}.")
    return numbers


def _matrix(J: Any) -> Any:
    """Nested lists as an array; what has a shape as it is."""
    matrix = J if hasattr(J, "shape") else np.asarray(J)
    if len(matrix.shape) != 2:
        raise errors.not_two_dimensional(matrix.shape)
    return matrix


NUMERATOR = Layout.NUMERATOR
DENOMINATOR = Layout.DENOMINATOR
