"""Selections: matrices that move entries about and compute nothing.

y = S x       yᵢ = x[indices[i]]                    one 1 in each row
x = Sᵀ y      every yᵢ back in its place            one 1 in each column
K(m, n)       K vec(X) = vec(Xᵀ),  X m×n            Kᵀ = K(n, m),  K(n, m) K(m, n) = I
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, counted
from layouts.sizes import Shape, SizeLike

from ..typography import grouped, transposed, transposed_product
from ..unknown import Array, Unknown
from .operator import Operator, numbers
from .simple import Identity, scaled_text

__all__ = ["Selection"]


class Selection(Operator):
    """`y = x[indices]`: it keeps no entries, only where they come from.

    Args:
        indices: of the entries of x that become y, an entry more than once if need be; an
            `Unknown` stands for those of a reordering of all entries, in letters.
        size: how many entries x has.
        name: what the matrix is called.
        opposite: what its transpose is called, unless that is the name with ᵀ.

    Raises:
        LayoutError: an index outside x.

    >>> S = Selection([2, 0], 3)
    >>> S @ np.array([5.0, 6.0, 7.0]), S.T @ np.array([1.0, 2.0])
    (array([7., 5.]), array([2., 0., 1.]))
    """

    __slots__ = ("indices", "name", "opposite", "scale", "transposes", "turned")
    structure = "selection"

    def __init__(
        self,
        indices: npt.ArrayLike | Unknown,
        size: SizeLike,
        name: str = "S",
        opposite: str = "",
        *,
        scale: float = 1.0,
        turned: bool = False,
        transposes: bool = False,
    ) -> None:
        self.indices: Any = _chosen(indices, size)
        self.name = name
        self.opposite = opposite or transposed(name)
        self.scale = scale
        self.turned = turned  # whether it puts entries back instead of picking them
        self.transposes = transposes  # whether it takes matrices to their transposes
        shape = self.indices.size, size
        self.shape = shape[::-1] if turned else shape

    @classmethod
    def commutation(cls, m: SizeLike, n: SizeLike, *, transposes: bool = True) -> Selection:
        """K(m, n), in numbers or letters: `K vec(X) = vec(Xᵀ)` for every X of size m×n.

        Args:
            m: the rows of X.
            n: its columns.
            transposes: whether the values on both sides are X and Xᵀ, so that `Kᵀ g` is gᵀ; not
                where K reorders the entries of a vector.

        >>> K = Selection.commutation(2, 3)
        >>> print(K, K.T, K.T @ K, K @ np.array([1.0, 4.0, 2.0, 5.0, 3.0, 6.0]))
        K(2, 3) K(3, 2) I₆ [1. 2. 3. 4. 5. 6.]
        """
        indices: Any = Unknown((m * n,))
        if isinstance(m, int) and isinstance(n, int):
            indices = np.arange(m * n).reshape(n, m).T.ravel()
        return cls(indices, m * n, f"K({m}, {n})", f"K({n}, {m})", transposes=transposes)

    @property
    def T(self) -> Selection:
        """Of a reordering of all entries again a reordering, of another selection its reverse."""
        inverse = None if self.turned else _inverse(self.indices, self.shape)
        return Selection(
            self.indices if inverse is None else inverse,
            self.shape[0 if self.turned else 1],
            self.opposite,
            self.name,
            scale=self.scale,
            turned=not self.turned and inverse is None,
            transposes=self.transposes,
        )

    @property
    def text(self) -> str:
        return scaled_text(self.scale, self.name)

    @property
    def stored(self) -> SizeLike:
        return int(self.scale != 1)

    @property
    def work(self) -> SizeLike:
        return 0 if self.scale == 1 else self.indices.size

    def apply(self, X: Array) -> Array:
        chosen = _numbered(self.indices)
        if not self.turned:
            return X[chosen] if self.scale == 1 else self.scale * X[chosen]
        out = np.zeros(numbers((self.shape[0], X.shape[1])))
        np.add.at(out, chosen, X if self.scale == 1 else self.scale * X)
        return out

    def write(self, out: Array) -> None:
        out.fill(0.0)
        chosen = _numbered(self.indices)
        (out.T if self.turned else out)[np.arange(chosen.size), chosen] = self.scale

    def pulled_back(self, g: str) -> str:
        """Between matrices `Kᵀ vec(G) = vec(Gᵀ)`."""
        if self.transposes:
            return scaled_text(self.scale, transposed_product(g))
        return f"{grouped(self.T.text)} {grouped(g)}"

    def after(self, first: Selection) -> Operator | None:
        """`self @ first`, where both pick entries: one selection, the identity if none moves."""
        if self.turned or first.turned:
            return None
        name, opposite = f"{self.name} {first.name}", f"{first.opposite} {self.opposite}"
        scale, size = self.scale * first.scale, first.shape[1]
        if isinstance(self.indices, Unknown) or isinstance(first.indices, Unknown):
            indices, stay = self.indices, self.name == first.opposite
        else:
            indices = first.indices[self.indices]
            stay = np.array_equal(indices, np.arange(numbers((size,))[0]))
        if stay:
            return Identity(size, scale)
        return Selection(indices, size, name, opposite, scale=scale)

    def scaled(self, c: float) -> Operator:
        return Selection(
            self.indices,
            self.shape[0 if self.turned else 1],
            self.name,
            self.opposite,
            scale=c * self.scale,
            turned=self.turned,
            transposes=self.transposes,
        )


def _chosen(indices: npt.ArrayLike | Unknown, size: SizeLike) -> Any:
    if isinstance(indices, Unknown):
        return indices
    chosen = np.asarray(indices)
    if chosen.ndim != 1 or chosen.size == 0 or chosen.dtype.kind not in "iu":
        raise InputError("a selection needs the indices of the entries that it picks, a list of "
                         "integers.")  # fmt: skip
    first, last = chosen.min(), chosen.max()
    if isinstance(size, int) and not 0 <= first <= last < size:
        raise InputError(f"a selection out of {counted(size, 'entry', 'entries')} has indices from "
                         f"0 to {size - 1}, not from {first} to {last}.")  # fmt: skip
    return chosen


def _inverse(indices: Any, shape: Shape) -> Any:
    """The indices that undo a reordering of all entries; None for any other selection."""
    if shape[0] != shape[1]:
        return None
    if isinstance(indices, Unknown):
        return indices
    inverse = np.argsort(indices)
    return inverse if np.array_equal(indices[inverse], np.arange(indices.size)) else None


def _numbered(indices: Any) -> npt.NDArray[np.intp]:
    """Indices that are numbers; those of an unknown refuse by themselves."""
    return np.asarray(indices)
