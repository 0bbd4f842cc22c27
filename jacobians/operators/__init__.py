"""Matrices that know what they are made of.

    structure                      matrix                    applied to x, without the matrix
    dense                          A                         A x
    diagonal                       diag(s)                   s ⊙ x
    (scaled) identity              c I                       c x
    zero                           0                         0
    Kronecker                      B ⊗ C                     vec(C X Bᵀ),  x = vec X
    diagonal minus outer product   diag(d) - u vᵀ            d ⊙ x - u (vᵀ x)
    … minus outer products         diag(d) (I - Σ v vᵀ/n)    d ⊙ (x - Σ v (vᵀ x)/n)
    selection                      S                         x[indices]
    block diagonal                 diag(J₁, …, J_N)          J₁ x₁ below J₂ x₂ …
    diagonal blocks                Σᵢ Jᵢ ⊗ eᵢ eᵢᵀ            Jᵢ times row i of X,  x = vec X
    block row, block column        ( A | B ), ( A ; B )      A x₁ + B x₂,  A x below B x
    block matrix                   [[A, B], [C, D]]          A x₁ + B x₂ below C x₁ + D x₂
    product                        A B                       A (B x)

Each states its transpose, how it is applied and how it is written out: that is all a structure is
(`operator`). `products` is the table of those products that keep a structure.
"""

from .block_matrix import BlockMatrix
from .blocks import BlockColumn, BlockDiagonal, BlockRow
from .diagonal_blocks import DiagonalBlocks
from .kronecker import Kronecker
from .operator import Operator
from .outer_products import DiagonalMinusOuters
from .products import Product
from .selection import Selection
from .simple import Dense, Diagonal, DiagonalMinusOuter, Identity, Zero

__all__ = [
    "BlockColumn",
    "BlockDiagonal",
    "BlockMatrix",
    "BlockRow",
    "Dense",
    "Diagonal",
    "DiagonalBlocks",
    "DiagonalMinusOuter",
    "DiagonalMinusOuters",
    "Identity",
    "Kronecker",
    "Operator",
    "Product",
    "Selection",
    "Zero",
]
