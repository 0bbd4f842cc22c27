"""Formulas: one of ten factors is read and shaped (10 ms wanted), the table executed (10 s)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from jacobians.identities import all_identities
from layouts import Formula
from layouts.identity_runs import executed

from .measure import Row

TEXT = "A @ B.T @ (C + D) @ x @ y.T @ E @ F.T @ G @ inv(H) @ z"
LATEX = r"A B^T (C + D) x y^{\top} E F^T G H^{-1} z"
SHAPES = {
    "A": "m×n", "B": "k×n", "C": "k×l", "D": "k×l", "x": "l", "y": "p", "E": "p×q", "F": "r×q",
    "G": "r×s", "H": "s×s", "z": "s",
}  # fmt: skip


def rows() -> Iterator[Row]:
    limit = {"ast.parse": lambda: ast.parse(TEXT, mode="eval")}
    peers = {"SymPy's MatrixSymbol": by_sympy()}
    yield Row("ten factors, Python", lambda: Formula.parse(TEXT).shape(SHAPES), peers, limit, ())
    yield Row("ten factors, LaTeX", lambda: Formula.parse(LATEX).shape(SHAPES), peers, limit, ())
    yield Row(
        "a shape under every part", lambda: Formula.parse(TEXT).with_shapes(SHAPES), {}, {}, ()
    )
    yield Row(f"the whole table, {len(all_identities)} rows", whole_table, {}, {}, ())


def by_sympy() -> Any:
    """The same product of symbols with sizes in letters; it checks inner sizes too."""
    from sympy import Inverse, MatrixSymbol, symbols

    m, n, k, l, p, q, r, s = symbols("m n k l p q r s")
    sizes = {"A": (m, n), "B": (k, n), "C": (k, l), "D": (k, l), "x": (l, 1), "y": (p, 1),
             "E": (p, q), "F": (r, q), "G": (r, s), "H": (s, s), "z": (s, 1)}  # fmt: skip

    def work() -> Any:
        A, B, C, D, x, y, E, F, G, H, z = (MatrixSymbol(name, *sizes[name]) for name in sizes)
        return (A * B.T * (C + D) * x * y.T * E * F.T * G * Inverse(H) * z).shape

    return work


def whole_table() -> float:
    executed.cache_clear()
    return max(row.worst_error() for row in all_identities)
