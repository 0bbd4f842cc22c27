"""Blocks that are diagonal: what couples the samples, entry by entry.

    matrix         Σᵢ Jᵢ ⊗ eᵢ eᵢᵀ     block (k, l) is diag(J₁[k, l], …, J_m[k, l])
    transpose      Σᵢ Jᵢᵀ ⊗ eᵢ eᵢᵀ
    times vec X    vec Y,  row i of Y = Jᵢ times row i of X

Jᵢ is the matrix between the samples of entry i. Different entries never meet: ordered by entries
instead of samples it would be the block diagonal diag(J₁, …, J_m).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from layouts.errors import ShapeError
from layouts.sizes import Shape, SizeLike

from ..unknown import Array, Unknown
from .blocks import Blocks, listed, total
from .operator import Operator, numbers

__all__ = ["DiagonalBlocks"]


class DiagonalBlocks(Blocks):
    """One matrix between the samples for each entry, all of one size.

    >>> from jacobians.operators import Dense
    >>> J = DiagonalBlocks([Dense([[1, 2], [3, 4]], "A"), Dense([[5, 6], [7, 8]], "B")])
    >>> print(J)
    diagblocks(A, B)
    >>> J.as_matrix()
    array([[1., 0., 2., 0.],
           [0., 5., 0., 6.],
           [3., 0., 4., 0.],
           [0., 7., 0., 8.]])
    """

    __slots__ = ()
    structure = "diagonal blocks"

    @classmethod
    def over_features(cls, make: Callable[..., Operator], *S: Any) -> DiagonalBlocks:
        """`make` of each entry's row of the arrays S; of a vector, the entry itself."""
        if isinstance(S[0], Unknown):
            return cls([make(*(Unknown(s.shape[1:]) for s in S))], count=S[0].shape[0])
        return cls([make(*rows) for rows in zip(*S, strict=True)])

    @staticmethod
    def _joined(shapes: list[Shape], repeats: SizeLike) -> Shape:
        if len(set(shapes)) != 1:
            raise ShapeError(f"diagonal blocks need matrices of one size: {listed(shapes)}.")
        return repeats * total(p for p, _ in shapes), repeats * total(q for _, q in shapes)

    @property
    def T(self) -> DiagonalBlocks:
        return DiagonalBlocks([block.T for block in self.blocks], self._pattern)

    @property
    def text(self) -> str:
        return f"diagblocks({', '.join(dict.fromkeys(block.text for block in self.blocks))})"

    def apply(self, X: Array) -> Array:
        self._refuse_pattern()
        rows = X.reshape(-1, len(self.blocks), X.shape[1])  # sample, entry, column of X
        products = [block.apply(rows[:, i]) for i, block in enumerate(self.blocks)]
        return np.stack(products, axis=1).reshape(-1, X.shape[1])

    def write(self, out: Array) -> None:
        self._refuse_pattern()
        m, (p, q) = len(self.blocks), numbers(self.blocks[0].shape)
        out.fill(0.0)
        entry_by_entry = np.einsum("kili->ikl", np.reshape(out, (p, m, q, m), copy=False))
        for block, matrix in zip(self.blocks, entry_by_entry, strict=True):
            block.write(matrix)

    def pulled_back(self, g: str) -> str | None:
        return self.blocks[0].pulled_back_by_feature(g)
