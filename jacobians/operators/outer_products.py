"""A diagonal minus several outer products: what is left when directions are taken out.

    matrix       diag(d) (I - (v₁ v₁ᵀ + v₂ v₂ᵀ + …)/n) diag(e)
    transpose    the same with d and e exchanged
    times x      d ⊙ (y - (v₁ (v₁ᵀ y) + v₂ (v₂ᵀ y) + …)/n),  y = e ⊙ x

The matrix in the middle is symmetric. Where the v are orthogonal and of length √n it is a
projection: it takes out of y all that points along them, the mean where v is 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from layouts.sizes import SizeLike

from ..typography import grouped, subscripted, transposed
from ..unknown import Array, known
from .operator import Operator, diagonal_of
from .simple import Diagonal, DiagonalMinusOuter

__all__ = ["DiagonalMinusOuters"]

Named: TypeAlias = tuple[Any, str]
ONE: Named = (1, "1")


class DiagonalMinusOuters(DiagonalMinusOuter):
    """`diag(d) (I - Σ v vᵀ/n) diag(e)`: normalisation has 1 and x̂ for the v, and no e.

    Args:
        vectors: each v, (n,), with its name; the one named 1 has ones for entries.
        d: what scales the rows, (n,) or one number for all, with its name.
        e: the same for the columns.

    >>> one, v, d = np.ones(2), np.array([1.0, 0.0]), np.array([2.0, 4.0])
    >>> J = DiagonalMinusOuters([(one, "1"), (v, "v")], d=(d, "d"))
    >>> print(J, J.shape, J.stored)
    diag(d) (I₂ - (1 1ᵀ + v vᵀ)/2) (2, 2) 4
    >>> J.as_matrix()
    array([[ 0., -1.],
           [-2.,  2.]])
    """

    __slots__ = ()
    structure = "diagonal minus outer products"

    def __init__(self, vectors: Sequence[Named], d: Named = ONE, e: Named = ONE) -> None:
        self.vectors, self.names = zip(d, e, *vectors, strict=True)
        n = vectors[0][0].size
        self.shape = (n, n)

    @property
    def _named(self) -> list[Named]:
        return list(zip(self.vectors, self.names, strict=True))

    @property
    def T(self) -> DiagonalMinusOuters:
        d, e, *vectors = self._named
        return DiagonalMinusOuters(vectors, e, d)

    @property
    def text(self) -> str:
        d, e = self._named[:2]
        parts = [_factor(d), self._middle, _factor(e)]
        if np.ndim(e[0]) == 0:  # a number is written first, on whichever side it stands
            parts = [parts[2], *parts[:2]]
        return " ".join(part for part in parts if part)

    @property
    def _middle(self) -> str:
        outer = " + ".join(f"{v} {transposed(v)}" for v in self.names[2:])
        return f"(I{subscripted(self.shape[0])} - {grouped(outer)}{self._over_n})"

    @property
    def _over_n(self) -> str:
        n = str(self.shape[0])
        return f"/{n}" if n.isalnum() else f"/({n})"

    @property
    def stored(self) -> SizeLike:
        """Each vector once; ones need not be kept."""
        sizes = {id(part): np.size(part) for part, name in self._named if name != "1"}
        return sum(sizes.values(), start=0)

    @property
    def work(self) -> SizeLike:
        """One for each entry of d and e, two for each entry of a v, where they are not 1."""
        times = [1, 1] + [2] * (len(self.names) - 2)
        steps = [count for count, name in zip(times, self.names, strict=True) if name != "1"]
        return sum(steps) * self.shape[0]

    def apply(self, X: Array) -> Array:
        d, e, *vectors = self.vectors
        V, Y = np.stack(vectors), _column(e) * X
        product: Array = _column(d) * (Y - V.T @ (V @ Y) / len(Y))
        return product

    def write(self, out: Array) -> None:
        d, e, *vectors = self.vectors
        V = np.stack(vectors)
        left, right = _column(d) * V.T, e * V
        scaled = right if self.names[0] == "1" else left
        scaled /= -len(out)  # on the side that a transpose takes along: it rounds alike
        np.matmul(left, right, out=out)
        diagonal_of(out)[...] += d * e

    def pulled_back(self, g: str) -> str:
        """`e ⊙ (I - Σ v vᵀ/n) (d ⊙ g)`."""
        d, e = self._named[:2]
        return _times(e, f"{self._middle} {grouped(_times(d, g), words=True)}")

    def pulled_back_by_sample(self, g: str) -> str:
        """With all columns side by side a sum down each is the product `1 1ᵀ G`."""
        d, e = ((part, name.strip("ₖ")) for part, name in self._named[:2])
        h = grouped(_times(d, g), words=True)
        inner = f"{self._centring} {h}" if "1" in self.names[2:] else h
        for v in self._others:
            inner += f" - {v} ⊙ (1 1ᵀ ({v} ⊙ {h})){self._over_n}"
        return inner if e[1] == "1" else _times(e, inner)

    def pulled_back_by_feature(self, g: str) -> str | None:
        """With all rows below each other a sum along each is the product `G 1 1ᵀ`."""
        (d, name), (_, other) = self._named[:2]
        if other != "1" or np.ndim(d) != 0:
            return None
        g = grouped(g, words=True)
        inner = f"{g} {self._centring}" if "1" in self.names[2:] else g
        for v in self._others:
            inner += f" - {v} ⊙ (({v} ⊙ {g}) 1 1ᵀ){self._over_n}"
        return inner if name == "1" else f"diag({name.replace('ᵢ', '')}) ({inner})"

    @property
    def _centring(self) -> str:
        return f"(I{subscripted(self.shape[0])} - 1 1ᵀ{self._over_n})"

    @property
    def _others(self) -> list[str]:
        """The vectors that are not 1, as the matrices that they are columns or rows of."""
        return [name.strip("ᵢₖ") for name in self.names[2:] if name != "1"]

    def by_columns(self, D: Diagonal) -> DiagonalMinusOuters:
        """`(… diag(e)) diag(s) = … diag(e ⊙ s)`."""
        d, (e, name), *vectors = self._named
        product = D.name if name == "1" else f"{grouped(name, words=True)} ⊙ {grouped(D.name)}"
        return DiagonalMinusOuters(vectors, d, (e * D.diagonal, product))

    def scaled(self, c: float) -> Operator:
        (d, name), *rest = self._named
        text = f"{c:g}" if name == "1" else f"{c:g} {grouped(name)}"
        return DiagonalMinusOuters(rest[1:], (known(lambda a: c * a, d), text), rest[0])


def _column(scale: Any) -> Any:
    """A vector as a column; one number as it is."""
    return np.reshape(scale, (-1, 1))


def _factor(scale: Named) -> str:
    """What scales, as a factor of the matrix; nothing for 1."""
    if scale[1] == "1":
        return ""
    return grouped(scale[1]) if np.ndim(scale[0]) == 0 else f"diag({scale[1]})"


def _times(scale: Named, x: str) -> str:
    """What scales, times a vector."""
    if scale[1] == "1":
        return x
    x = grouped(x, words=True)
    return f"{_factor(scale)} {x}" if np.ndim(scale[0]) == 0 else f"{scale[1]} ⊙ {x}"
