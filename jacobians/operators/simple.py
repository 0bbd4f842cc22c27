"""Structures of one part: dense, diagonal, identity, zero, diagonal minus outer product."""

from __future__ import annotations

from typing import Any

import numpy as np

from layouts.errors import InputError, ShapeError, refuse_too_large
from layouts.sizes import SizeLike

from ..typography import grouped, subscripted, transposed
from ..unknown import Array, Entries, Unknown, known
from .operator import Operator, diagonal_of, entries, numbers, spread

__all__ = ["Dense", "Diagonal", "DiagonalMinusOuter", "Identity", "Zero"]


class Dense(Operator):
    """A matrix with all its entries; a product of others has no name until it is given one.

    >>> print(Dense(np.ones((3, 2)), "W").T)
    Wᵀ
    """

    __slots__ = ("array", "name", "turned")
    structure = "dense"

    def __init__(self, array: Entries, name: str = "A", *, turned: bool = False) -> None:
        array = _given(array)
        if array.ndim != 2:
            raise ShapeError(f"a dense matrix has rows and columns, not the shape {array.shape}.")
        self.array = array
        self.name = name
        self.turned = turned  # whether it is the transpose of what the name names
        self.shape = array.shape

    @property
    def T(self) -> Dense:
        """The name of a derivative stays: in the other layout it names the transpose."""
        turned = not self.turned and not self.name.startswith("∂")
        return Dense(self.array.T, self.name, turned=turned)

    @property
    def text(self) -> str:
        name = self.name or "…"
        return transposed(name) if self.turned else name

    @property
    def stored(self) -> SizeLike:
        return self.full

    def apply(self, X: Array) -> Array:
        return entries(self.array) @ X

    def write(self, out: Array) -> None:
        out[...] = entries(self.array)

    def as_matrix(self, *, limit: int | None = None) -> Array:
        """The entries themselves, as a view that cannot be written to."""
        if limit is not None:
            refuse_too_large(self.shape, limit)
        view = entries(self.array).view()
        view.flags.writeable = False
        return view

    def pulled_back(self, g: str) -> str:
        turned = self.name if self.turned else transposed(self.text)
        return f"{grouped(turned)} {grouped(g)}"

    def scaled(self, c: float) -> Operator:
        return Dense(known(lambda A: c * A, self.array), f"{c:g} {grouped(self.text)}")


class Diagonal(Operator):
    """`diag(s)`; an array of more axes is stacked by vec first.

    >>> print(Diagonal(np.array([1.0, 2.0, 3.0])) @ Diagonal(np.array([2.0, 2.0, 2.0]), "t"))
    diag(s ⊙ t)
    >>> Diagonal(np.array([1.0, 2.0])) @ np.array([5.0, 5.0])
    array([ 5., 10.])
    """

    __slots__ = ("diagonal", "name")
    structure = "diagonal"

    def __init__(self, diagonal: Entries, name: str = "s") -> None:
        diagonal = _given(diagonal)
        if isinstance(diagonal, np.ndarray) and diagonal.ndim != 1:
            diagonal = diagonal.ravel(order="F")
        self.diagonal = diagonal
        self.name = name
        self.shape = (diagonal.size, diagonal.size)

    @property
    def T(self) -> Diagonal:
        return self

    @property
    def text(self) -> str:
        return f"diag({self.name})"

    @property
    def stored(self) -> SizeLike:
        return self.shape[0]

    def apply(self, X: Array) -> Array:
        return entries(self.diagonal)[:, None] * X

    def __matmul__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray) and other.shape == self.shape[:1]:
            return entries(self.diagonal) * other
        return super().__matmul__(other)

    def write(self, out: Array) -> None:
        out.fill(0.0)
        diagonal_of(out)[...] = entries(self.diagonal)

    def pulled_back(self, g: str) -> str:
        return f"{grouped(g, words=True)} ⊙ {grouped(self.name.removeprefix('vec '))}"

    def scaled(self, c: float) -> Operator:
        return Diagonal(known(lambda s: c * s, self.diagonal), f"{c:g} {grouped(self.name)}")


class Identity(Operator):
    """`I`, or `c I`.

    >>> print(Identity(3), Identity(3, 0.5))
    I₃ 0.5 I₃
    """

    __slots__ = ("scale",)

    def __init__(self, n: SizeLike, scale: float = 1.0) -> None:
        self.shape = (n, n)
        self.scale = scale

    @property
    def structure(self) -> str:  # type: ignore[override]
        """The factor makes the difference."""
        return "identity" if self.scale == 1 else "scaled identity"

    @property
    def T(self) -> Identity:
        return self

    @property
    def text(self) -> str:
        return scaled_text(self.scale, "I" + subscripted(self.shape[0]))

    @property
    def stored(self) -> SizeLike:
        return int(self.scale != 1)

    @property
    def work(self) -> SizeLike:
        return 0 if self.scale == 1 else self.shape[0]

    def apply(self, X: Array) -> Array:
        return X if self.scale == 1 else self.scale * X

    def write(self, out: Array) -> None:
        out.fill(0.0)
        diagonal_of(out)[...] = self.scale

    def pulled_back(self, g: str) -> str:
        return scaled_text(self.scale, g if self.scale == 1 else grouped(g))

    def scaled(self, c: float) -> Operator:
        return Identity(self.shape[0], c * self.scale)


class Zero(Operator):
    """The matrix of zeros: y does not depend on x."""

    __slots__ = ()
    structure = "zero"

    def __init__(self, rows: SizeLike, columns: SizeLike) -> None:
        self.shape = (rows, columns)

    @property
    def T(self) -> Zero:
        return Zero(*self.shape[::-1])

    @property
    def text(self) -> str:
        return "0"

    @property
    def stored(self) -> SizeLike:
        return 0

    def apply(self, X: Array) -> Array:
        return np.zeros(numbers((self.shape[0], X.shape[1])))

    def write(self, out: Array) -> None:
        out.fill(0.0)

    def pulled_back(self, g: str) -> str:
        return "0"

    def scaled(self, c: float) -> Operator:
        return self


class DiagonalMinusOuter(Operator):
    """`diag(d) - u vᵀ`: softmax with d = u = v, log-softmax with d = u = 1.

    >>> s = np.array([0.2, 0.3, 0.5])
    >>> print(DiagonalMinusOuter(s, s, s, names=("s", "s", "s")))
    diag(s) - s sᵀ
    """

    __slots__ = ("names", "vectors")
    structure = "diagonal minus outer product"

    def __init__(
        self, d: Entries, u: Entries, v: Entries, names: tuple[str, str, str] = ("d", "u", "v")
    ) -> None:
        self.vectors: tuple[Any, ...] = (d, u, v)
        self.names: tuple[str, ...] = names
        self.shape = (d.size, d.size)

    @property
    def T(self) -> DiagonalMinusOuter:
        (d, u, v), (dn, un, vn) = self.vectors, self.names
        return DiagonalMinusOuter(d, v, u, (dn, vn, un))

    @property
    def text(self) -> str:
        d, u, v = self.names
        diagonal = "I" + subscripted(self.shape[0]) if d == "1" else f"diag({d})"
        return f"{diagonal} - {grouped(u)} {transposed(v)}"

    @property
    def stored(self) -> SizeLike:
        distinct = {id(vector) for vector in self.vectors}
        return len(distinct) * self.shape[0]

    @property
    def work(self) -> SizeLike:
        """One for each entry of d, u and v that is not 1; where d = v, `vᵀ x` only adds `d ⊙ x`."""
        d, u, v = self.names
        steps = [name for name in (d, u, "1" if v == d else v) if name != "1"]
        return len(steps) * self.shape[0]

    def apply(self, X: Array) -> Array:
        d, u, v = self.vectors
        product: Array = d[:, None] * X - np.outer(u, v @ X)
        return product

    def write(self, out: Array) -> None:
        d, u, v = self.vectors
        spread(-u[:, None], v, out)
        diagonal_of(out)[...] += d

    def pulled_back(self, g: str) -> str:
        """`d ⊙ g - v (uᵀ g)`."""
        d, u, v = self.names
        g = grouped(g, words=True)
        return (f"{d} ⊙ {g}" if d != "1" else g) + f" - {v} ({transposed(u)} {g})"

    def pulled_back_by_sample(self, g: str) -> str:
        """With all columns side by side a sum down each is the product `1 1ᵀ G`."""
        d, u, v = (name.replace("ₖ", "") for name in self.names)
        g = grouped(g, words=True)
        weighted = g if u == "1" else f"({u} ⊙ {g})"
        sums = f"1 1ᵀ {weighted}"
        return (f"{d} ⊙ {g}" if d != "1" else g) + (
            f" - {v} ⊙ ({sums})" if v != "1" else f" - {sums}"
        )

    def by_columns(self, D: Diagonal) -> DiagonalMinusOuter:
        """`(diag(d) - u vᵀ) diag(s) = diag(d ⊙ s) - u (v ⊙ s)ᵀ`."""
        (d, u, v), s, (dn, un, vn) = self.vectors, D.diagonal, self.names
        ds, vs = (D.name if n == "1" else f"{n} ⊙ {grouped(D.name)}" for n in (dn, vn))
        return DiagonalMinusOuter(d * s, u, v * s, (ds, un, vs))

    def scaled(self, c: float) -> Operator:
        (d, u, v), (dn, un, vn) = self.vectors, self.names
        cd, cu = (known(lambda a: c * a, a) for a in (d, u))
        return DiagonalMinusOuter(cd, cu, v, (f"{c:g} {dn}", f"{c:g} {un}", vn))


def scaled_text(scale: float, text: str) -> str:
    """The number before what it multiplies; 1 is not written, of -1 only the sign.

    >>> scaled_text(1.0, "g"), scaled_text(-1.0, "g"), scaled_text(0.5, "g")
    ('g', '-g', '0.5 g')
    """
    return text if scale == 1 else f"-{text}" if scale == -1 else f"{scale:g} {text}"


def _given(array: Any) -> Any:
    """An array as it is, of symbols too; nested lists of real numbers as an array."""
    if isinstance(array, np.ndarray | Unknown):
        if isinstance(array, Unknown) or array.dtype.kind in "fiub" or _has_symbols(array):
            return array
    elif np.asarray(array).dtype.kind in "fiub":
        return np.asarray(array, dtype=np.float64)
    elif _has_symbols(np.asarray(array)):
        return np.asarray(array)
    raise InputError("a matrix has real numbers for entries: take the real part first, if complex.")


def _has_symbols(array: Any) -> bool:
    """Whether entries are symbols: they are told by what they know, without importing SymPy."""
    return array.dtype.kind == "O" and any(hasattr(each, "free_symbols") for each in array.flat)
