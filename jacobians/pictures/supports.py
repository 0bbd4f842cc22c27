"""Where a matrix can have entries that are not 0, by its structure alone, whatever its values.

diagonal, identity      the diagonal            B ⊗ C              the Kronecker product of both
block …                 that of the blocks      product A B        where a row meets a column
selection               one for each index      anything else      everywhere
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import block_diag

from layouts.errors import refuse_too_large

from ..operators import (
    BlockColumn,
    BlockDiagonal,
    BlockMatrix,
    BlockRow,
    Diagonal,
    DiagonalBlocks,
    Identity,
    Kronecker,
    Operator,
    Product,
    Selection,
    Zero,
)
from ..operators.blocks import Blocks
from ..operators.operator import numbers

__all__ = ["support"]

LARGEST = 2**27
"""Bytes of the matrix whose entries are drawn."""


def support(J: Operator) -> npt.NDArray[np.bool_]:
    """True wherever the structure leaves room for an entry.

    Raises:
        LayoutError: letters for sizes, or a matrix too large to be drawn entry by entry.

    >>> from jacobians.operators import Dense
    >>> support(Kronecker(Dense([[5, 0]], "a"), Identity(2))).astype(int)
    array([[1, 0, 1, 0],
           [0, 1, 0, 1]])
    """
    refuse_too_large(J.shape, LARGEST)
    held: npt.NDArray[np.bool_] = _support(J)
    return held


def _support(J: Operator) -> Any:
    match J:
        case Diagonal() | Identity():
            return np.eye(*numbers(J.shape), dtype=bool)
        case Zero():
            return np.zeros(numbers(J.shape), dtype=bool)
        case Kronecker():
            return np.kron(_support(J.B), _support(J.C))
        case BlockDiagonal():
            return block_diag(*_blocks(J))
        case DiagonalBlocks():
            units = np.eye(len(_blocks(J)), dtype=bool)
            return np.logical_or.reduce(
                [np.kron(block, np.outer(e, e)) for block, e in zip(_blocks(J), units, strict=True)]
            )
        case BlockRow():
            return np.hstack(_blocks(J))
        case BlockColumn():
            return np.vstack(_blocks(J))
        case BlockMatrix():
            return np.block([[_support(block) for block in row] for row in J.rows])
        case Product():
            return _support(J.left) @ _support(J.right)
        case Selection():
            return J.as_matrix() != 0
    return np.ones(numbers(J.shape), dtype=bool)


def _blocks(J: Blocks) -> list[Any]:
    """Of each block; of a pattern as often as it stands for."""
    repeats = int(str(J.count)) if len(J.blocks) == 1 else 1
    return [_support(block) for block in J.blocks] * repeats
