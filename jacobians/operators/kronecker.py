"""Kronecker products: the matrix of a matrix product between stacked columns."""

from __future__ import annotations

import numpy as np

from layouts.sizes import SizeLike

from ..typography import grouped
from ..unknown import Array
from .operator import Operator, entries, numbers, spread
from .simple import Dense, Diagonal, Identity, scaled_text

__all__ = ["Kronecker"]


class Kronecker(Operator):
    """`B ⊗ C`: the matrix of `X ↦ C X Bᵀ` between stacked columns.

    >>> from jacobians.operators import Dense
    >>> a, I = Dense(np.ones((2, 1)), "a"), Identity(3)
    >>> J = Kronecker(a.T, I)
    >>> print(J, J.shape, J.stored, J.full)
    aᵀ ⊗ I₃ (3, 6) 2 18
    >>> print(Dense(np.ones((1, 3)), "δᵀ") @ J)
    aᵀ ⊗ δᵀ
    """

    __slots__ = ("B", "C")
    structure = "Kronecker"

    def __init__(self, B: Operator, C: Operator) -> None:
        self.B = B
        self.C = C
        self.shape = (B.shape[0] * C.shape[0], B.shape[1] * C.shape[1])

    @property
    def T(self) -> Kronecker:
        return Kronecker(self.B.T, self.C.T)

    @property
    def text(self) -> str:
        return f"{grouped(self.B.text, words=True)} ⊗ {grouped(self.C.text, words=True)}"

    @property
    def stored(self) -> SizeLike:
        return self.B.stored + self.C.stored

    @property
    def work(self) -> SizeLike:
        return self.B.shape[1] * self.C.work + self.C.shape[0] * self.B.work

    def apply(self, X: Array) -> Array:
        (b, q), (c, p) = self.B.shape, self.C.shape
        Y = X.T.reshape(numbers((X.shape[1], q, p)))  # Y[k] is the transpose of column k, unstacked
        if not isinstance(self.C, Identity):
            Y = each_row(self.C, Y)
        if not isinstance(self.B, Identity):
            Y = self.B.as_matrix() @ Y
        scale = scale_of(self.B) * scale_of(self.C)
        Y = Y.reshape(numbers((X.shape[1], b * c))).T
        return Y if scale == 1 else scale * Y

    def write(self, out: Array) -> None:
        B, C = self.B, self.C
        (b, q), (c, p) = B.shape, C.shape
        blocks: Array = np.reshape(out, numbers((b, c, q, p)), copy=False)
        if isinstance(C, Identity | Diagonal):
            out.fill(0.0)
            s = C.scale if isinstance(C, Identity) else entries(C.diagonal)
            np.multiply(full(B)[:, :, None], s, out=np.einsum("biqi->bqi", blocks))
        elif isinstance(B, Identity):
            out.fill(0.0)
            np.multiply(B.scale, full(C), out=np.einsum("icip->icp", blocks))
        else:
            write_outer(full(B), full(C), blocks)

    def pulled_back(self, g: str) -> str:
        """`(B ⊗ C)ᵀ vec(G) = vec(Cᵀ G B)`."""
        scale = scale_of(self.B) * scale_of(self.C)
        factors = [] if isinstance(self.C, Identity) else [grouped(self.C.T.text)]
        factors.append(grouped(g))
        factors += [] if isinstance(self.B, Identity) else [grouped(self.B.text)]
        return scaled_text(scale, " ".join(factors))

    def scaled(self, c: float) -> Operator:
        return Kronecker(self.B.scaled(c), self.C)


def write_outer(B: Array, C: Array, out: Array) -> None:
    """`out[i, k, j, l] = B[i, j] C[k, l]`; einsum is quicker where the last axis is short."""
    if out.size > 256 and out.shape[-1] < 128:
        np.einsum("bq,cp->bcqp", B, C, out=out)
    else:
        spread(B[:, None, :, None], C[:, None], out)


def each_row(C: Operator, Y: Array) -> Array:
    """`Y[k] Cᵀ` for every k, without the full matrix of a C that is not dense."""
    if isinstance(C, Dense):
        return np.asarray(Y @ full(C).T)
    rows = Y.reshape(-1, Y.shape[-1])
    return C.apply(rows.T).T.reshape(*Y.shape[:-1], -1)


def full(operator: Operator) -> Array:
    """All entries; those of a dense factor as they are."""
    return entries(operator.array) if isinstance(operator, Dense) else operator.as_matrix()


def scale_of(operator: Operator) -> float:
    return operator.scale if isinstance(operator, Identity) else 1.0
