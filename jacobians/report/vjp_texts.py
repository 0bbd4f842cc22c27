"""What a link's vjp is called, in the shape of its value.

An operator writes `Jᵀ g` as it would between columns, or between the matrices that it knows. A
value has a shape of its own; where the two differ, vec and its inverse are written out.

    operator                cotangent      is pulled back to
    diagonal, identity      any shape      the same shape
    B ⊗ C                   c×b            Cᵀ g B
    a transpose             n×m            gᵀ
    one block a sample      columns        the operator's text for all columns
    any other               a column       a column: else unvec(Jᵀ vec(g))
"""

from __future__ import annotations

from typing import Any

from layouts.sizes import Shape

from ..operators import (
    BlockColumn,
    BlockDiagonal,
    Diagonal,
    DiagonalBlocks,
    Identity,
    Kronecker,
    Operator,
    Selection,
)
from ..typography import grouped

__all__ = ["pulled_back"]


def pulled_back(operator: Operator, g: str, above: Shape, below: Shape) -> str | None:
    """`Jᵀ g` with g shaped as the value above, the result as the value below.

    None where nothing but the matrix of each sample is known.

    Args:
        operator: the link's matrix, in numerator orientation.
        g: how the cotangent is written.
        above: the shape of what the link makes, samples last.
        below: the shape of what it makes it of.

    >>> from jacobians.operators import Dense
    >>> from jacobians.unknown import Unknown
    >>> A, I = Dense(Unknown((4, 2)), "A"), Identity(3)
    >>> pulled_back(Kronecker(I, A), "G", (4, 3), (2, 3))
    'Aᵀ G'
    >>> pulled_back(Kronecker(I, A), "g", (12,), (6,))
    '(I₃ ⊗ Aᵀ) g'
    """
    if not _stays_in_shape(operator, above, below):
        return _through_vec(operator, g, above, below)
    text = operator.pulled_back(g)
    return _sample_by_sample(operator, g) if text is None else text


def _stays_in_shape(operator: Operator, above: Shape, below: Shape) -> bool:
    """Whether the operator's own text takes g as it is and gives the value below its shape."""
    above, below = _as_matrix(above), _as_matrix(below)
    if isinstance(operator, Diagonal | Identity):
        return above == below
    if isinstance(operator, Kronecker):
        B, C = operator.B, operator.C
        return (above, below) == ((C.shape[0], B.shape[0]), (C.shape[1], B.shape[1]))
    if isinstance(operator, Selection) and operator.transposes:
        return above == below[::-1]
    if isinstance(operator, BlockDiagonal | DiagonalBlocks):
        return len(above) == len(below) == 2
    if isinstance(operator, BlockColumn) and operator.count == above[-1]:
        return _stays_in_shape(operator.blocks[0], above[:-1], below)
    rows, columns = operator.shape
    return (above, below) == ((rows, 1), (columns, 1))


def _as_matrix(shape: Shape) -> Shape:
    """A number as 1×1, a vector as a column, a matrix of one sample as the matrix."""
    if len(shape) < 2:
        return (*shape, 1, 1)[:2]
    return shape[:2] if len(shape) == 3 and shape[2] == 1 else shape


def _through_vec(operator: Operator, g: str, above: Shape, below: Shape) -> str:
    stacked = g if _is_column(above) else f"vec({g})"
    matrix = grouped(operator.T.text, words=isinstance(operator, Kronecker))
    is_one = isinstance(operator, Identity) and operator.scale == 1
    text = stacked if is_one else f"{matrix} {grouped(stacked)}"
    return text if _is_column(below) else f"unvec({text})"


def _is_column(shape: Shape) -> bool:
    return _as_matrix(shape)[1:] == (1,)


def _sample_by_sample(operator: Operator, g: str) -> str | None:
    """The columns, each by its own block, where a block is written with ₖ for its sample."""
    blocks: Any = getattr(operator, "blocks", ())
    if not isinstance(operator, BlockDiagonal) or "ₖ" not in blocks[0].text:
        return None
    text = blocks[0].pulled_back(f"{grouped(g, words=True)}ₖ")
    return None if text is None else f"[{text}]ₖ"
