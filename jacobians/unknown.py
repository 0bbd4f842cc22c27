"""Arrays of which only the shape is known.

They stand for arrays wherever a layer's Jacobian is asked for its structure: the same rule that
multiplies numbers then tells shapes, in letters too, and allocates nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError
from layouts.sizes import Shape, SizeLike, by, size_of

__all__ = ["Array", "Entries", "Unknown", "known"]

Array: TypeAlias = npt.NDArray[np.float64]


class Unknown:
    """An array whose entries nobody knows.

    >>> Unknown((3, 2)).T.shape
    (2, 3)
    """

    __slots__ = ("shape",)

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    @property
    def ndim(self) -> int:
        """How many axes it has."""
        return len(self.shape)

    @property
    def size(self) -> SizeLike:
        """How many entries it would have."""
        return size_of(self.shape)

    @property
    def T(self) -> Unknown:
        """Its transpose."""
        return Unknown(self.shape[::-1])

    def __repr__(self) -> str:
        return f"<Unknown {by(self.shape)}>"

    def __array__(self, *_: Any, **__: Any) -> Array:
        raise InputError(
            f"a network of sizes only has no values: this {by(self.shape)} array is known by its "
            "shape alone. Give numbers for every size, and a seed or weights."
        )


Entries: TypeAlias = Array | Unknown
E = TypeVar("E", bound=Any)


def known(compute: Callable[..., E], first: E, *others: Any) -> E:
    """`compute(first, *others)`; where `first` is unknown, an unknown of the same shape."""
    return first if isinstance(first, Unknown) else compute(first, *others)
