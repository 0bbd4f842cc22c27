"""Matrices of every structure beside the same matrices written out with NumPy alone."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from jacobians.operators import (
    BlockColumn,
    BlockDiagonal,
    BlockMatrix,
    BlockRow,
    Dense,
    Diagonal,
    DiagonalBlocks,
    DiagonalMinusOuter,
    DiagonalMinusOuters,
    Identity,
    Kronecker,
    Operator,
    Product,
    Selection,
    Zero,
)


class Structured(NamedTuple):
    label: str
    operator: Operator
    matrix: Any


def structures(rows: int, columns: int, seed: int = 0) -> list[Structured]:
    """Every structure that a matrix of this size can have."""
    random = np.random.default_rng(seed).standard_normal
    A, B = random((rows, columns)), random((rows, 2))
    C = random((2, columns))
    made = [
        Structured("dense", Dense(A), A),
        Structured("zero", Zero(rows, columns), np.zeros((rows, columns))),
        Structured("product", Product(Dense(B, "B"), Dense(C, "C")), B @ C),
        Structured("block row", BlockRow([Dense(A[:, :1]), Dense(A[:, 1:])]), A)
        if columns > 1
        else None,
        Structured("block column", BlockColumn([Dense(A[:1]), Dense(A[1:])]), A)
        if rows > 1
        else None,
        *(block_matrix(rows, columns, A)),
        *(kronecker(rows, columns, random)),
        *(block_diagonal(rows, columns, random)),
        *(diagonal_blocks(rows, columns, random)),
        *(selections(rows, columns, np.random.default_rng(seed))),
        *(square(rows, random) if rows == columns else []),
    ]
    return [each for each in made if each is not None]


def block_matrix(rows: int, columns: int, A: Any) -> list[Structured]:
    """Four blocks that are cut at the first row and the first column, one of them zero."""
    if rows < 2 or columns < 2:
        return []
    A = A.copy()
    A[:1, 1:] = 0
    blocks = [[Dense(A[:1, :1]), Zero(1, columns - 1)], [Dense(A[1:, :1]), Dense(A[1:, 1:])]]
    return [Structured("block matrix", BlockMatrix(blocks), A)]


def square(n: int, random: Any) -> list[Structured]:
    d, u, v = random(n), random(n), random(n)
    return [
        Structured("diagonal", Diagonal(d), np.diag(d)),
        Structured("identity", Identity(n), np.eye(n)),
        Structured("scaled identity", Identity(n, 0.5), 0.5 * np.eye(n)),
        Structured(
            "diagonal minus outer", DiagonalMinusOuter(d, u, v), np.diag(d) - np.outer(u, v)
        ),
        Structured(
            "diagonal minus outers",
            DiagonalMinusOuters([(np.ones(n), "1"), (v, "v")], (d, "d"), (u, "e")),
            np.diag(d) @ (np.eye(n) - (np.ones((n, n)) + np.outer(v, v)) / n) @ np.diag(u),
        ),
        Structured(
            "scaled identity minus outer",
            DiagonalMinusOuters([(v, "v")], (d[0], "c")),
            d[0] * (np.eye(n) - np.outer(v, v) / n),
        ),
    ]


def kronecker(rows: int, columns: int, random: Any) -> list[Structured]:
    """B ⊗ C with the smallest true divisors, and with an identity on either side where it fits."""
    b, c = split(rows)
    q, p = split(columns)
    B, C = random((b, q)), random((c, p))
    b_, C_ = random((1, 1)), random((rows, columns))
    made = [
        Structured("B ⊗ C", Kronecker(Dense(B, "B"), Dense(C, "C")), np.kron(B, C)),
        Structured("1×1 ⊗ C", Kronecker(Dense(b_, "b"), Dense(C_, "C")), np.kron(b_, C_)),
    ]
    k = int(np.gcd(rows, columns))
    if k > 1:
        R = random((rows // k, columns // k))
        made.append(
            Structured("I ⊗ C", Kronecker(Identity(k), Dense(R, "C")), np.kron(np.eye(k), R))
        )
        made.append(
            Structured("B ⊗ I", Kronecker(Dense(R, "B"), Identity(k)), np.kron(R, np.eye(k)))
        )
        made.append(
            Structured(
                "2 I ⊗ C", Kronecker(Identity(k, 2.0), Dense(R, "C")), np.kron(2 * np.eye(k), R)
            )
        )
    return made


def block_diagonal(rows: int, columns: int, random: Any) -> list[Structured]:
    """Blocks of one size where the sizes split, and of two sizes."""
    made = []
    for count in (2, 3):
        if rows % count == 0 and columns % count == 0:
            blocks = [random((rows // count, columns // count)) for _ in range(count)]
            made.append(joined(f"{count} blocks", blocks))
    if rows > 2 and columns > 2:
        made.append(joined("unequal blocks", [random((1, 2)), random((rows - 1, columns - 2))]))
    return made


def selections(rows: int, columns: int, generator: Any) -> list[Structured]:
    """Entries picked, put back, and reordered: rows and columns of the identity."""
    picked, put = generator.integers(columns, size=rows), generator.integers(rows, size=columns)
    made = [
        Structured("selection", Selection(picked, columns), np.eye(columns)[picked]),
        Structured("scaled selection", Selection(picked, columns, scale=-0.5),
                   -0.5 * np.eye(columns)[picked]),
        Structured("turned selection", Selection(put, rows).T, np.eye(rows)[:, put]),
    ]  # fmt: skip
    if rows == columns:
        m, n = split(rows)
        K = np.zeros((rows, rows))
        for i, j in np.ndindex(m, n):
            K[i * n + j, j * m + i] = 1  # entry (i, j) of X: from the columns of X to those of Xᵀ
        made.append(Structured("commutation", Selection.commutation(m, n), K))
    return made


def diagonal_blocks(rows: int, columns: int, random: Any) -> list[Structured]:
    """Entry (k, l) of the matrix of entry i stands at row m k + i and column m l + i."""
    made = []
    for m in (2, 3):
        if rows % m == 0 and columns % m == 0:
            between_samples = [random((rows // m, columns // m)) for _ in range(m)]
            matrix = np.zeros((rows, columns))
            for i, A in enumerate(between_samples):
                matrix[i::m, i::m] = A
            operator = DiagonalBlocks([Dense(A, "J") for A in between_samples])
            made.append(Structured(f"{m} by {m} diagonals", operator, matrix))
    return made


def joined(label: str, blocks: list[Any]) -> Structured:
    matrix = np.zeros((sum(len(A) for A in blocks), sum(len(A.T) for A in blocks)))
    i = j = 0
    for A in blocks:
        matrix[i : i + A.shape[0], j : j + A.shape[1]] = A
        i, j = i + A.shape[0], j + A.shape[1]
    return Structured(label, BlockDiagonal([Dense(A, "J") for A in blocks]), matrix)


def split(size: int) -> tuple[int, int]:
    """A size as a product of two, the first its smallest divisor above 1."""
    divisor = next((k for k in range(2, size) if size % k == 0), 1)
    return divisor, size // divisor
