"""Matrices that know what they are made of.

    structure                      matrix                    applied to x, without the matrix
    dense                          A                         A x
    diagonal                       diag(s)                   s ⊙ x
    (scaled) identity              c I                       c x
    zero                           0                         0
    Kronecker                      B ⊗ C                     vec(C X Bᵀ),  x = vec X
    diagonal minus outer product   diag(d) - u vᵀ            d ⊙ x - u (vᵀ x)
    block diagonal                 diag(J₁, …, J_N)          J₁ x₁ below J₂ x₂ …
    block row, block column        ( A | B ), ( A ; B )      A x₁ + B x₂,  A x below B x
    product                        A B                       A (B x)

Each states its transpose, how it is applied and how it is written out: that is all a structure is
(`operator`). `products` is the table of those products that keep a structure.
"""

from .blocks import BlockColumn, BlockDiagonal, BlockRow
from .kronecker import Kronecker
from .operator import Operator
from .products import Product
from .simple import Dense, Diagonal, DiagonalMinusOuter, Identity, Zero

__all__ = [
    "BlockColumn",
    "BlockDiagonal",
    "BlockRow",
    "Dense",
    "Diagonal",
    "DiagonalMinusOuter",
    "Identity",
    "Kronecker",
    "Operator",
    "Product",
    "Zero",
]
