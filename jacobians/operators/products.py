"""What becomes of two structures: which products keep one, and the lazy product for the rest.

The table is read from top to bottom; a row may decline by returning None, where sizes do not split
as it needs. Each row serves its mirror image too, by (A B)ᵀ = Bᵀ Aᵀ. What no row knows goes through
`apply` beside a dense factor, and is kept as its two factors otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, reduce
from typing import Any, TypeAlias

import numpy as np

from layouts.errors import refuse_too_large, sizes_differ
from layouts.sizes import SizeLike

from ..typography import grouped
from ..unknown import Array
from .block_matrix import BlockMatrix
from .blocks import BlockColumn, BlockDiagonal, BlockRow
from .kronecker import Kronecker
from .operator import Operator, entries
from .selection import Selection
from .simple import Dense, Diagonal, DiagonalMinusOuter, Identity, Zero

__all__ = ["Product", "multiply"]

Row: TypeAlias = tuple[type[Operator], type[Operator], Callable[[Any, Any], Operator | None]]


class Product(Operator):
    """A product that keeps its two factors, for want of a structure or of room."""

    __slots__ = ("left", "right")
    structure = "product"

    def __init__(self, left: Operator, right: Operator) -> None:
        self.left = left
        self.right = right
        self.shape = (left.shape[0], right.shape[1])

    @property
    def T(self) -> Product:
        return Product(self.right.T, self.left.T)

    @property
    def text(self) -> str:
        return f"{grouped(self.left.text)} {grouped(self.right.text)}"

    @property
    def stored(self) -> SizeLike:
        return self.left.stored + self.right.stored

    @property
    def work(self) -> SizeLike:
        return self.left.work + self.right.work

    def apply(self, X: Array) -> Array:
        return self.left.apply(self.right.apply(X))

    def write(self, out: Array) -> None:
        out[...] = self.left.apply(self.right.as_matrix())

    def pulled_back(self, g: str) -> str | None:
        inner = self.left.pulled_back(g)
        return None if inner is None else self.right.pulled_back(inner)

    def scaled(self, c: float) -> Operator:
        return Product(self.left.scaled(c), self.right)


def _dense(A: Dense, B: Dense) -> Dense:
    refuse_too_large((A.shape[0], B.shape[1]))
    return Dense(entries(A.array) @ entries(B.array), "")


def _picked(S: Selection, A: Dense) -> Dense:
    refuse_too_large((S.shape[0], A.shape[1]))
    return Dense(S.apply(entries(A.array)), "")


def _mixed_product(left: Kronecker, right: Kronecker) -> Operator | None:
    """(B ⊗ C)(D ⊗ E) = B D ⊗ C E, where both sizes agree."""
    if left.B.shape[1] != right.B.shape[0] or left.C.shape[1] != right.C.shape[0]:
        return None
    return Kronecker(left.B @ right.B, left.C @ right.C)


def _beside_a_vector(left: Kronecker, right: Operator) -> Operator | None:
    """(b ⊗ C) X = b ⊗ C X and (B ⊗ c) X = B X ⊗ c for columns b and c: an outer product."""
    if left.B.shape[1] == 1:
        return Kronecker(left.B, left.C @ right)
    if left.C.shape[1] == 1:
        return Kronecker(left.B @ right, left.C)
    return None


def _beside_a_row(left: Operator, right: Kronecker) -> Operator | None:
    """X (b ⊗ C) = b ⊗ X C for a row b: the mirror image, said for the most frequent case."""
    return Kronecker(right.B, left @ right.C) if right.B.shape[0] == 1 else None


def _block_by_block(left: Operator, right: Operator) -> Operator | None:
    """Two operators of one block a sample."""
    count = _block_count(left) or _block_count(right)
    ours, theirs = _blocks_of(left, count), _blocks_of(right, count)
    if not ours or not theirs or ours[0].shape[1] != theirs[0].shape[0]:
        return None
    return BlockDiagonal([a @ b for a, b in zip(ours, theirs, strict=True)])


def _samples_below_each_other(left: Operator, right: Kronecker) -> Operator | None:
    """diag(J₁, …, J_N)(Aᵀ ⊗ C) has the rows of blocks aₖᵀ ⊗ Jₖ C."""
    blocks = _blocks_of(left, right.B.shape[0])
    if not blocks or not isinstance(right.B, Dense) or blocks[0].shape[1] != right.C.shape[0]:
        return None
    rows, name = entries(right.B.array), right.B.text
    return BlockColumn(
        [
            Kronecker(Dense(rows[k : k + 1], f"{name}[{k + 1}]"), J @ right.C)
            for k, J in enumerate(blocks)
        ]
    )


def _down_the_column(left: Operator, right: BlockColumn) -> Operator | None:
    blocks = _blocks_of(left, len(right.blocks))
    if not blocks or [J.shape[1] for J in blocks] != [A.shape[0] for A in right.blocks]:
        return None
    return BlockColumn([J @ A for J, A in zip(blocks, right.blocks, strict=True)])


def _row_by_column(left: BlockRow, right: BlockColumn) -> Operator | None:
    if [A.shape[1] for A in left.blocks] != [B.shape[0] for B in right.blocks]:
        return None
    products = [A @ B for A, B in zip(left.blocks, right.blocks, strict=True)]
    total: Operator = reduce(add, products)
    return total


def _as_row(product: BlockMatrix | None) -> Operator | None:
    """A block matrix of one row as the row that it is."""
    return None if product is None else BlockRow(product.rows[0])


# fmt: off
TABLE: list[Row] = [
    # left               right                product
    (Identity,           Operator,            lambda c, A: A if c.scale == 1 else A.scaled(c.scale)),
    (Operator,           Identity,            lambda A, c: A if c.scale == 1 else A.scaled(c.scale)),
    (Zero,               Operator,            lambda O, A: Zero(O.shape[0], A.shape[1])),
    (Operator,           Zero,                lambda A, O: Zero(A.shape[0], O.shape[1])),
    (Dense,              Dense,               _dense),
    (Diagonal,           Dense,               lambda D, A: Dense(entries(D.diagonal)[:, None] * entries(A.array), "")),
    (Dense,              Diagonal,            lambda A, D: Dense(entries(A.array) * entries(D.diagonal), "")),
    (Diagonal,           Diagonal,            lambda D, E: Diagonal(D.diagonal * E.diagonal, f"{D.name} ⊙ {E.name}")),
    (DiagonalMinusOuter, Diagonal,            lambda J, D: J.by_columns(D)),
    (Selection,          Dense,               _picked),
    (Selection,          Selection,           lambda S, R: S.after(R)),
    (BlockMatrix,        BlockMatrix,         lambda M, A: M.times(A)),
    (BlockRow,           BlockMatrix,         lambda R, M: _as_row(BlockMatrix([R.blocks]).times(M))),
    (BlockRow,           BlockColumn,         _row_by_column),
    (BlockDiagonal,      BlockColumn,         _down_the_column),
    (Kronecker,          BlockColumn,         _down_the_column),
    (Diagonal,           BlockColumn,         _down_the_column),
    (BlockColumn,        Operator,            lambda C, A: BlockColumn([block @ A for block in C.blocks])),
    (Kronecker,          Kronecker,           _mixed_product),
    (Kronecker,          Operator,            _beside_a_vector),
    (Operator,           Kronecker,           _beside_a_row),
    (BlockDiagonal,      BlockDiagonal,       _block_by_block),
    (BlockDiagonal,      Diagonal,            _block_by_block),
    (Kronecker,          BlockDiagonal,       _block_by_block),
    (Kronecker,          Diagonal,            _block_by_block),
    (BlockDiagonal,      Kronecker,           _samples_below_each_other),
    (Diagonal,           Kronecker,           _samples_below_each_other),
]
# fmt: on

MIRRORED: dict[type[Operator], type[Operator]] = {BlockRow: BlockColumn, BlockColumn: BlockRow}


@cache
def _rows_for(pair: Any) -> tuple[list[Callable[[Any, Any], Operator | None]], ...]:
    """The rows for a pair of types as they stand, and for the mirrored pair."""
    left, right = pair
    mirrored = MIRRORED.get(right, right), MIRRORED.get(left, left)
    return tuple(
        [product for L, R, product in TABLE if issubclass(l, L) and issubclass(r, R)]
        for l, r in ((left, right), mirrored)
    )


def multiply(left: Operator, right: Operator) -> Operator:
    """The product, in the best structure that the table knows.

    >>> s = Diagonal(np.array([1.0, 2.0, 3.0]))
    >>> a, W = Dense(np.ones((2, 1)), "a"), Dense(np.ones((4, 3)), "W")
    >>> [(x @ y).structure for x, y in [(s, s), (W, s), (s, Kronecker(a.T, Identity(3)))]]
    ['diagonal', 'dense', 'Kronecker']
    """
    if left.shape[1] != right.shape[0]:
        raise sizes_differ(left.text, left.shape, right.text, right.shape)
    pair: Any = (type(left), type(right))
    direct, mirrored = _rows_for(pair)
    for row in direct:
        if (product := row(left, right)) is not None:
            return product
    for row in mirrored:
        if (product := row(right.T, left.T)) is not None:
            return product.T
    if isinstance(right, Dense):
        refuse_too_large((left.shape[0], right.shape[1]))
        return Dense(left.apply(entries(right.array)), "")
    if isinstance(left, Dense):
        refuse_too_large((left.shape[0], right.shape[1]))
        return Dense(right.T.apply(entries(left.array).T).T, "")
    return Product(left, right)


def add(left: Operator, right: Operator) -> Operator:
    """The sum over two paths; zeros, and two diagonals, keep their structure."""
    if isinstance(left, Zero):
        return right
    if isinstance(right, Zero):
        return left
    if isinstance(left, Identity) and isinstance(right, Identity):
        return Identity(left.shape[0], left.scale + right.scale)
    if isinstance(left, Diagonal) and isinstance(right, Diagonal):
        name = f"{left.name} + {right.name}"
        return Diagonal(entries(left.diagonal) + entries(right.diagonal), name)
    return Dense(left.as_matrix() + right.as_matrix(), "")


Operator.multiply = staticmethod(multiply)
Operator.total = staticmethod(add)


def _block_count(operator: Operator) -> SizeLike | None:
    if isinstance(operator, BlockDiagonal):
        return len(operator.blocks)
    if isinstance(operator, Kronecker) and isinstance(operator.B, Identity):
        return operator.B.shape[0]
    return None


def _blocks_of(operator: Operator, count: SizeLike | None) -> list[Operator] | None:
    """The operator as `count` diagonal blocks of one size, if that is what it is."""
    if not isinstance(count, int) or count < 2:
        return None
    if _block_count(operator) == count:
        if isinstance(operator, BlockDiagonal):
            return list(operator.blocks)
        if isinstance(operator, Kronecker) and isinstance(operator.B, Identity):
            return [operator.C.scaled(operator.B.scale)] * count
    if isinstance(operator, Diagonal) and len(s := entries(operator.diagonal)) % count == 0:
        parts = np.split(s, count)
        return [Diagonal(part, f"{operator.name}[{k}]") for k, part in enumerate(parts, start=1)]
    return None
