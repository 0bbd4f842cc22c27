"""A Jacobian: an operator that knows its layout and whose derivative it is.

    numerator layout      ∂y/∂u · ∂u/∂x      left.wrt is right.of
    denominator layout    ∂u/∂x · ∂y/∂u      left.of is right.wrt

Any other product is refused, even where the sizes happen to fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from layouts import errors
from layouts.layout import NUMERATOR, Layout
from layouts.sizes import Shape, Size, by

from .operators import Dense, Operator
from .operators.blocks import Blocks
from .operators.operator import numbers
from .typography import grouped
from .unknown import Array

__all__ = ["Jacobian"]


class Jacobian:
    """The derivative `∂of/∂wrt`, through vec, in a layout.

    Args:
        operator: the matrix, oriented as `layout` has it.
        layout: `NUMERATOR` or `DENOMINATOR`, or its name.
        of: the name of what is differentiated; None matches any neighbour whose size fits.
        wrt: the name of what it is differentiated by, likewise.
        of_shape: the shape of that value; a vector of the operator's size unless given.
        wrt_shape: likewise.
        parts: of a block row, the shape of each parameter by name.

    >>> J = Jacobian(Dense(np.ones((3, 2)), "W"), NUMERATOR, "z", "a")
    >>> print(J)
    ∂z/∂a = W   3×2, dense, numerator layout
    >>> print(J.T)
    ∂z/∂a = Wᵀ   2×3, dense, denominator layout
    """

    __slots__ = ("layout", "of", "of_shape", "operator", "parts", "wrt", "wrt_shape")
    __array_ufunc__ = None

    def __init__(
        self,
        operator: Operator,
        layout: Layout | str = NUMERATOR,
        of: str | None = None,
        wrt: str | None = None,
        of_shape: Shape | None = None,
        wrt_shape: Shape | None = None,
        parts: Mapping[str, Shape] | None = None,
    ) -> None:
        if not isinstance(operator, Operator):
            raise errors.InputError("a Jacobian is made of an operator: Dense(array) of an array.")
        self.operator = operator
        self.layout = Layout.named(layout)
        self.of = of
        self.wrt = wrt
        rows, columns = self.layout.pair(*operator.shape)
        self.of_shape: Shape = (rows,) if of_shape is None else of_shape
        self.wrt_shape: Shape = (columns,) if wrt_shape is None else wrt_shape
        self.parts = parts or {}

    @property
    def shape(self) -> Shape:
        """Rows and columns in this layout."""
        return self.operator.shape

    @property
    def structure(self) -> str:
        """What the matrix is made of."""
        return self.operator.structure

    @property
    def numerator(self) -> Operator:
        """The operator in numerator orientation, for what does not depend on the layout."""
        return self.layout.arrange(self.operator)

    @property
    def name(self) -> str:
        """The derivative as it is spoken, `∂z1/∂W1`."""
        return f"∂{self.of or 'y'}/∂{self.wrt or 'x'}"

    @property
    def T(self) -> Jacobian:
        """The transpose, which is the same derivative in the other layout."""
        return Jacobian(
            self.operator.T,
            self.layout.other,
            self.of,
            self.wrt,
            self.of_shape,
            self.wrt_shape,
            self.parts,
        )

    def as_matrix(self, *, limit: int | None = None) -> Array:
        """The full matrix; refused before anything is allocated if it takes over `limit` bytes."""
        return self.operator.as_matrix(limit=limit)

    def tensor(self, *, limit: int | None = None) -> Array:
        """The generalized Jacobian: `of.shape + wrt.shape`, in denominator layout swapped.

        >>> W = np.ones((2, 3))
        >>> J = Jacobian(Dense(np.ones((2, 6))), NUMERATOR, "z", "W", (2,), (2, 3))
        >>> J.tensor().shape, J.T.tensor().shape
        ((2, 2, 3), (2, 3, 2))
        """
        shape: Any = self.layout.tensor_shape(self.of_shape, self.wrt_shape)
        return self.as_matrix(limit=limit).reshape(shape, order="F")

    def __getitem__(self, part: str) -> Jacobian:
        """The block of one parameter, out of the derivative by all of them."""
        if not self.parts or not isinstance(self.operator, Blocks):
            raise errors.InputError(f"{self.name} has no block {part!r}: it is not a block row.")
        if part not in self.parts:
            raise errors.InputError(
                f"{self.name} has no block {part!r}: {errors.near_names(part, self.parts)}"
            )
        block = self.operator.blocks[list(self.parts).index(part)]
        return Jacobian(block, self.layout, self.of, part, self.of_shape, self.parts[part])

    def entry(self, *index: int) -> Jacobian:
        """The derivative by one entry of `wrt`: one column, in denominator layout one row.

        Indices count from 0, as Python's; the label counts from 1, as texts do.

        >>> J = Jacobian(Dense(np.array([[1.0, 2.0], [3.0, 4.0]])), NUMERATOR, "z", "a")
        >>> print(J.entry(1), np.asarray(J.entry(1)).T)
        ∂z/∂a[2] = A[:, 2]   2×1, dense, numerator layout [[2. 4.]]
        """
        position = flat_position(index, self.wrt_shape, self.wrt or "x")
        numerator = self.numerator
        pick = np.zeros((*numbers(numerator.shape[1:]), 1))
        pick[position] = 1
        name = f"{grouped(numerator.text, words=True)}[:, {position + 1}]"
        column = Dense(numerator.apply(pick), name)
        written = ",".join(str(k + 1) for k in index)
        return Jacobian(
            self.layout.arrange(column),
            self.layout,
            self.of,
            f"{self.wrt or 'x'}[{written}]",
            self.of_shape,
            (),
        )

    def __matmul__(self, other: Any) -> Jacobian:
        if not isinstance(other, Jacobian):
            raise errors.no_layout(self.name, np.shape(other))
        if self.layout is not other.layout:
            raise errors.two_layouts(self.name, self.layout.value, other.name, other.layout.value)
        if self.layout is NUMERATOR:
            upper, lower, fits = self, other, _continues(self.wrt, other.of)
        else:
            upper, lower, fits = other, self, _continues(other.wrt, self.of)
        if not fits or self.operator.shape[1] != other.operator.shape[0]:
            raise self._refusal(other)
        product = self.operator @ other.operator
        if isinstance(product, Dense) and not product.name:
            product = Dense(product.array, f"∂{upper.of or 'y'}/∂{lower.wrt or 'x'}")
        return Jacobian(
            product,
            self.layout,
            upper.of,
            lower.wrt,
            upper.of_shape,
            lower.wrt_shape,
            lower.parts,
        )

    def __rmatmul__(self, other: Any) -> Jacobian:
        raise errors.no_layout(self.name, np.shape(other))

    def __add__(self, other: Jacobian) -> Jacobian:
        """The sum over two paths from the same value to the same value; it keeps no blocks."""
        if not isinstance(other, Jacobian):
            raise errors.no_layout(self.name, np.shape(other), "add")
        if self.layout is not other.layout:
            layouts = self.layout.value, other.layout.value
            raise errors.two_layouts(self.name, layouts[0], other.name, layouts[1], "add")
        if (self.of, self.wrt) != (other.of, other.wrt):
            raise errors.OrderError(f"cannot add {self.name} and {other.name}: a sum over paths "
                                    "has one value at each end.")  # fmt: skip
        total = self.operator + other.operator
        if isinstance(total, Dense) and not total.name:
            total = Dense(total.array, self.name)
        return Jacobian(
            total,
            self.layout,
            self.of,
            self.wrt,
            self.of_shape,
            self.wrt_shape,
        )

    def _refusal(self, other: Jacobian) -> errors.LayoutError:
        """Why `self @ other` is no link of a chain, and which order would be."""
        shapes_fit = self.shape[1] == other.shape[0]
        layout = self.layout.value
        inner = (self.wrt, other.of) if self.layout is NUMERATOR else (self.of, other.wrt)
        mirrored = (other.wrt, self.of) if self.layout is NUMERATOR else (other.of, self.wrt)
        reversible = (
            None not in mirrored and mirrored[0] == mirrored[1] and other.shape[1] == self.shape[0]
        )
        cure = errors.right_order(layout, other.name, self.name, (other.shape[0], self.shape[1]))
        if not shapes_fit:
            return errors.sizes_differ(
                self.name,
                self.shape,
                other.name,
                other.shape,
                cure if reversible else f"{errors.ORDER[layout]}.",
            )
        if reversible:
            return errors.wrong_order(self.name, self.shape, other.name, other.shape, cure)
        return errors.not_neighbours(self.name, other.name, layout, (str(inner[0]), str(inner[1])))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return self.operator.__array__(dtype, copy)

    def __str__(self) -> str:
        text = self.operator.text
        unnamed = "…" in text or text == self.name  # a product of numbers has no better name
        stated = "" if unnamed else f" = {text}"
        return f"{self.name}{stated}   {by(self.shape)}, {self.structure}, {self.layout} layout"

    def __repr__(self) -> str:
        return f"<Jacobian {self}>"


def flat_position(index: Sequence[int], shape: Shape, name: str) -> int:
    """Where entry `index` stands in the vec of an array of that shape."""
    inside = len(index) == len(shape) and all(
        k >= 0 and (isinstance(size, Size) or k < size)
        for k, size in zip(index, shape, strict=True)
    )
    if not inside:
        written = ",".join(str(k + 1) for k in index)
        raise errors.InputError(
            f"{name} is {by(shape if len(shape) != 1 else (*shape, 1))} and has no entry "
            f"{name}[{written}] (counted from 1)."
        )
    if not index or any(isinstance(size, Size) for size in shape):
        return 0  # with letters there are no entries to take it from
    return int(np.ravel_multi_index(tuple(index), numbers(shape), order="F"))


def _continues(below: str | None, above: str | None) -> bool:
    return below == above or below is None or above is None
