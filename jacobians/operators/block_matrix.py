"""A matrix of blocks: what a step does to a whole list of values, some of which it only carries."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np

from layouts.errors import InputError, ShapeError
from layouts.sizes import SizeLike, by

from ..unknown import Array
from .blocks import offsets, total
from .operator import Operator

__all__ = ["BlockMatrix"]


class BlockMatrix(Operator):
    """Blocks in rows: equal heights in a row, equal widths in a column.

    >>> from jacobians.operators import Identity, Zero
    >>> M = BlockMatrix([[Identity(2), Zero(2, 3)], [Zero(3, 2), Identity(3)]])
    >>> print(M, M.shape, M.stored)
    [[I₂, 0], [0, I₃]] (5, 5) 0
    """

    __slots__ = ("rows",)
    structure = "block matrix"

    def __init__(self, rows: Sequence[Sequence[Operator]]) -> None:
        if not rows or not rows[0] or len({len(row) for row in rows}) != 1:
            raise InputError("a block matrix needs rows of equally many blocks.")
        self.rows = tuple(tuple(row) for row in rows)
        for row in self.rows:
            for block, above in zip(row, self.rows[0], strict=True):
                if block.shape != (row[0].shape[0], above.shape[1]):
                    raise ShapeError(f"a block is {by(block.shape)} where its row and column need "
                                     f"{by((row[0].shape[0], above.shape[1]))}.")  # fmt: skip
        self.shape = (total(self.heights), total(self.widths))

    @property
    def heights(self) -> list[SizeLike]:
        """Of each row of blocks."""
        return [row[0].shape[0] for row in self.rows]

    @property
    def widths(self) -> list[SizeLike]:
        """Of each column of blocks."""
        return [block.shape[1] for block in self.rows[0]]

    @property
    def T(self) -> BlockMatrix:
        return BlockMatrix(
            [[block.T for block in column] for column in zip(*self.rows, strict=True)]
        )

    @property
    def text(self) -> str:
        rows = (", ".join(block.text for block in row) for row in self.rows)
        return f"[{', '.join(f'[{row}]' for row in rows)}]"

    @property
    def stored(self) -> SizeLike:
        return total(block.stored for row in self.rows for block in row)

    @property
    def work(self) -> SizeLike:
        return total(block.work for row in self.rows for block in row)

    def apply(self, X: Array) -> Array:
        parts = np.split(X, offsets(self.widths))
        return np.concatenate([
            np.sum([block.apply(part) for block, part in zip(row, parts, strict=True)], axis=0)
            for row in self.rows
        ])  # fmt: skip

    def write(self, out: Array) -> None:
        row_parts = np.split(out, offsets(self.heights))
        for row, part in zip(self.rows, row_parts, strict=True):
            for block, place in zip(row, np.split(part, offsets(self.widths), axis=1), strict=True):
                block.write(place)

    def pulled_back(self, g: str) -> str | None:
        return None

    def scaled(self, c: float) -> Operator:
        return BlockMatrix([[block.scaled(c) for block in row] for row in self.rows])

    def times(self, other: BlockMatrix) -> BlockMatrix | None:
        """The product block by block, where the blocks fit."""
        if self.widths != other.heights:
            return None
        columns = list(zip(*other.rows, strict=True))
        return BlockMatrix([
            [reduce(Operator.total, [a @ b for a, b in zip(row, column, strict=True)])
             for column in columns]
            for row in self.rows
        ])  # fmt: skip
