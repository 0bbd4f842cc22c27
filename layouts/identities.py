"""The table of matrix-calculus identities, with the result in both layouts.

The rows vv to conv are those of Wikipedia's *Matrix calculus*, in its order; the others are what
texts on vec and the Kronecker product, and on norms, add (Magnus and Neudecker; Petersen and
Pedersen). A result that stands once is the same formula in both layouts; `=` joins formulas that
are equal. `d(u, x)` is ∂u/∂x, in the layout of its column. What a row declares is read by
`layouts.probes`.

This is one long file because it is one table, and is looked up in.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .identity import Identity
from .identity_table import Identities

__all__ = ["identities"]


def _rows(
    category: str, *rows: tuple[Any, ...], kind: str = "derivative", stacking: str = "vec"
) -> list[Identity]:
    """Rows of one kind: id, expression, by, where, numerator, denominator, condition, the rest."""
    made = []
    for row in rows:
        *fields, more = row if isinstance(row[-1], dict) else (*row, {})
        name, *rest = fields
        made.append(Identity(name, category, *rest, **{"kind": kind, "stacking": stacking, **more}))
    return made


def _note(text: str) -> dict[str, str]:
    return {"note": text}


# fmt: off
VECTOR_BY_VECTOR = _rows("vector-by-vector",
    ("vv-01", "a",             "x", "a: m, x: n",                          "zeros(m, n)",                        "zeros(n, m)",                        "a is not a function of x"),
    ("vv-02", "x",             "x", "x: n",                                "eye(n)",                             "",                                   ""),
    ("vv-03", "A @ x",         "x", "A: m×n, x: n",                        "A",                                  "A.T",                                "A is not a function of x"),
    ("vv-04", "x.T @ A",       "x", "A: n×m, x: n",                        "A.T",                                "A",                                  "A is not a function of x"),
    ("vv-05", "a * u",         "x", "a: scalar, u(x): m, x: n",            "a * d(u, x)",                        "",                                   "a is not a function of x, u = u(x)"),
    ("vv-06", "v * a",         "x", "a: m, v(x): scalar, x: n",            "a @ d(v, x)",                        "d(v, x) @ a.T",                      "a is not a function of x, v = v(x)"),
    ("vv-07", "v * u",         "x", "u(x): m, v(x): scalar, x: n",         "v * d(u, x) + u @ d(v, x)",          "v * d(u, x) + d(v, x) @ u.T",        "u = u(x), v = v(x)"),
    ("vv-08", "A @ u",         "x", "A: k×m, u(x): m, x: n",               "A @ d(u, x)",                        "d(u, x) @ A.T",                      "A is not a function of x, u = u(x)"),
    ("vv-09", "u + v",         "x", "u(x): m, v(x): m, x: n",              "d(u, x) + d(v, x)",                  "",                                   "u = u(x), v = v(x)"),
    ("vv-10", "g",             "x", "g(u): k, u(x): m, x: n",              "d(g, u) @ d(u, x)",                  "d(u, x) @ d(g, u)",                  "u = u(x)", _note("the order of the chain is the whole difference")),
    ("vv-11", "f",             "x", "f(g): l, g(u): k, u(x): m, x: n",     "d(f, g) @ d(g, u) @ d(u, x)",        "d(u, x) @ d(g, u) @ d(f, g)",        "u = u(x)"),
)

SCALAR_BY_VECTOR = _rows("scalar-by-vector",
    ("sv-01", "a",             "x", "a: scalar, x: n",                     "zeros(1, n)",                        "zeros(n)",                           "a is not a function of x"),
    ("sv-02", "a * u",         "x", "a: scalar, u(x): scalar, x: n",       "a * d(u, x)",                        "",                                   "a is not a function of x, u = u(x)"),
    ("sv-03", "u + v",         "x", "u(x): scalar, v(x): scalar, x: n",    "d(u, x) + d(v, x)",                  "",                                   "u = u(x), v = v(x)"),
    ("sv-04", "u * v",         "x", "u(x): scalar, v(x): scalar, x: n",    "u * d(v, x) + v * d(u, x)",          "",                                   "u = u(x), v = v(x)"),
    ("sv-05", "g",             "x", "g(u): scalar, u(x): scalar, x: n",    "d(g, u) * d(u, x)",                  "",                                   "u = u(x)"),
    ("sv-06", "f",             "x", "f(g): scalar, g(u): scalar, u(x): scalar, x: n", "d(f, g) * d(g, u) * d(u, x)", "",                                "u = u(x)"),
    ("sv-07", "u.T @ v",       "x", "u(x): m, v(x): m, x: n",              "u.T @ d(v, x) + v.T @ d(u, x)",      "d(u, x) @ v + d(v, x) @ u",          "u = u(x), v = v(x)"),
    ("sv-08", "u.T @ A @ v",   "x", "u(x): k, v(x): m, A: k×m, x: n",      "u.T @ A @ d(v, x) + v.T @ A.T @ d(u, x)", "d(u, x) @ A @ v + d(v, x) @ A.T @ u", "A is not a function of x, u = u(x), v = v(x)"),
    ("sv-09", "f",             "x", "f(x): scalar, x: n",                  "d(f, x, x).T",                       "d(f, x, x)",                         "f is twice differentiable", {"kind": "second derivative", "note": "the Hessian, which is symmetric"}),
    ("sv-10", "a.T @ x = x.T @ a", "x", "a: n, x: n",                      "a.T",                                "a",                                  "a is not a function of x"),
    ("sv-11", "b.T @ A @ x",   "x", "b: m, A: m×n, x: n",                  "b.T @ A",                            "A.T @ b",                            "A and b are not functions of x"),
    ("sv-12", "x.T @ A @ x",   "x", "A: n×n, x: n",                        "x.T @ (A + A.T)",                    "(A + A.T) @ x",                      "A is not a function of x"),
    ("sv-13", "x.T @ A @ x",   "x", "A: n×n symmetric, x: n",              "2 * x.T @ A",                        "2 * A @ x",                          "A is symmetric and not a function of x"),
    ("sv-14", "x.T @ A @ x",   "x", "A: n×n, x: n",                        "A + A.T",                            "",                                   "A is not a function of x", {"kind": "second derivative"}),
    ("sv-15", "x.T @ A @ x",   "x", "A: n×n symmetric, x: n",              "2 * A",                              "",                                   "A is symmetric and not a function of x", {"kind": "second derivative"}),
    ("sv-16", "x.T @ x = norm(x)**2", "x", "x: n",                         "2 * x.T",                            "2 * x",                              ""),
    ("sv-17", "a.T @ u",       "x", "a: m, u(x): m, x: n",                 "a.T @ d(u, x)",                      "d(u, x) @ a",                        "a is not a function of x, u = u(x)"),
    ("sv-18", "a.T @ x @ x.T @ b", "x", "a: n, b: n, x: n",                "x.T @ (a @ b.T + b @ a.T)",          "(a @ b.T + b @ a.T) @ x",            "a and b are not functions of x"),
    ("sv-19", "(A @ x + b).T @ C @ (D @ x + e)", "x", "A: m×n, b: m, C: m×k, D: k×n, e: k, x: n", "(D @ x + e).T @ C.T @ A + (A @ x + b).T @ C @ D", "D.T @ C.T @ (A @ x + b) + A.T @ C @ (D @ x + e)", "A, b, C, D, e are not functions of x"),
    ("sv-20", "norm(x - a)",   "x", "a: n, x: n",                          "(x - a).T / norm(x - a)",            "(x - a) / norm(x - a)",              "a is not a function of x"),
)

VECTOR_BY_SCALAR = _rows("vector-by-scalar",
    ("vs-01", "a",             "x", "a: m, x: scalar",                     "zeros(m)",                           "zeros(1, m)",                        "a is not a function of x"),
    ("vs-02", "a * u",         "x", "a: scalar, u(x): m, x: scalar",       "a * d(u, x)",                        "",                                   "a is not a function of x, u = u(x)"),
    ("vs-03", "A @ u",         "x", "A: k×m, u(x): m, x: scalar",          "A @ d(u, x)",                        "d(u, x) @ A.T",                      "A is not a function of x, u = u(x)"),
    ("vs-04", "u.T",           "x", "u(x): m, x: scalar",                  "d(u, x).T",                          "",                                   "u = u(x)"),
    ("vs-05", "u + v",         "x", "u(x): m, v(x): m, x: scalar",         "d(u, x) + d(v, x)",                  "",                                   "u = u(x), v = v(x)"),
    ("vs-06", "u.T @ v",       "x", "u(x): m, v(x): m, x: scalar",         "d(u, x).T @ v + u.T @ d(v, x)",      "d(u, x) @ v + u.T @ d(v, x).T",      "u = u(x), v = v(x)"),
    ("vs-07", "g",             "x", "g(u): k, u(x): m, x: scalar",         "d(g, u) @ d(u, x)",                  "d(u, x) @ d(g, u)",                  "u = u(x)"),
    ("vs-08", "f",             "x", "f(g): l, g(u): k, u(x): m, x: scalar", "d(f, g) @ d(g, u) @ d(u, x)",       "d(u, x) @ d(g, u) @ d(f, g)",        "u = u(x)"),
    ("vs-09", "U @ v",         "x", "U(x): m×n, v(x): n, x: scalar",       "d(U, x) @ v + U @ d(v, x)",          "v.T @ d(U, x) + d(v, x) @ U.T",      "U = U(x), v = v(x)", _note("in denominator layout ∂U/∂x is laid out as Uᵀ")),
)

SCALAR_BY_MATRIX = _rows("scalar-by-matrix",
    ("sM-01", "a",             "X", "a: scalar, X: p×q",                   "zeros(q, p)",                        "zeros(p, q)",                        "a is not a function of X"),
    ("sM-02", "a * u",         "X", "a: scalar, u(X): scalar, X: p×q",     "a * d(u, X)",                        "",                                   "a is not a function of X, u = u(X)"),
    ("sM-03", "u + v",         "X", "u(X): scalar, v(X): scalar, X: p×q",  "d(u, X) + d(v, X)",                  "",                                   "u = u(X), v = v(X)"),
    ("sM-04", "u * v",         "X", "u(X): scalar, v(X): scalar, X: p×q",  "u * d(v, X) + v * d(u, X)",          "",                                   "u = u(X), v = v(X)"),
    ("sM-05", "g",             "X", "g(u): scalar, u(X): scalar, X: p×q",  "d(g, u) * d(u, X)",                  "",                                   "u = u(X)"),
    ("sM-06", "f",             "X", "f(g): scalar, g(u): scalar, u(X): scalar, X: p×q", "d(f, g) * d(g, u) * d(u, X)", "",                              "u = u(X)"),
    ("sM-07", "g",             "t", "g(U): scalar, U(t): m×n, t: scalar",  "tr(d(g, U) @ d(U, t))",              "tr(d(g, U).T @ d(U, t).T)",          "U = U(X)", _note("t is the entry X[i, j], the others held fixed; the second form has ∂U/∂t as numerator layout has it")),
    ("sM-08", "a.T @ X @ b",   "X", "a: p, b: q, X: p×q",                  "b @ a.T",                            "a @ b.T",                            "a and b are not functions of X"),
    ("sM-09", "a.T @ X.T @ b", "X", "a: q, b: p, X: p×q",                  "a @ b.T",                            "b @ a.T",                            "a and b are not functions of X"),
    ("sM-10", "f",             "X", "f(v): scalar, a: q, b: p, X: p×q, v: p", "a @ d(f, v)",                     "d(f, v) @ a.T",                      "a and b are not functions of X", {"let": (("v", "X @ a + b"),), "note": "the weight gradient of a dense layer, δ aᵀ"}),
    ("sM-11", "(X @ a + b).T @ C @ (X @ a + b)", "X", "a: q, b: p, C: p×p, X: p×q", "((C + C.T) @ (X @ a + b) @ a.T).T", "(C + C.T) @ (X @ a + b) @ a.T", "a, b, C are not functions of X"),
    ("sM-12", "(X @ a).T @ C @ (X @ b)", "X", "a: q, b: q, C: p×p, X: p×q", "(C @ X @ b @ a.T + C.T @ X @ a @ b.T).T", "C @ X @ b @ a.T + C.T @ X @ a @ b.T", "a, b, C are not functions of X"),
    ("sM-13", "tr(X)",         "X", "X: n×n",                              "eye(n)",                             "",                                   ""),
    ("sM-14", "tr(U + V)",     "X", "U(X): n×n, V(X): n×n, X: p×q",        "d(tr(U), X) + d(tr(V), X)",          "",                                   "U = U(X), V = V(X)"),
    ("sM-15", "tr(a * U)",     "X", "a: scalar, U(X): n×n, X: p×q",        "a * d(tr(U), X)",                    "",                                   "a is not a function of X, U = U(X)"),
    ("sM-16", "tr(matrix_power(X, 3) - 2 * X @ X + X)", "X", "X: n×n",     "3 * X @ X - 4 * X + eye(n)",         "(3 * X @ X - 4 * X + eye(n)).T",     "g(X) is a polynomial or a power series: g'(X)", _note("here g(X) = X³ - 2 X² + X")),
    ("sM-17", "tr(A @ X) = tr(X @ A)", "X", "A: q×p, X: p×q",              "A",                                  "A.T",                                "A is not a function of X"),
    ("sM-18", "tr(X @ A)",     "X", "A: q×p, X: p×q",                      "A",                                  "A.T",                                "A is not a function of X"),
    ("sM-19", "tr(A @ X.T) = tr(X.T @ A)", "X", "A: p×q, X: p×q",          "A.T",                                "A",                                  "A is not a function of X"),
    ("sM-20", "tr(X.T @ A)",   "X", "A: p×q, X: p×q",                      "A.T",                                "A",                                  "A is not a function of X"),
    ("sM-21", "tr(X.T @ A @ X)", "X", "A: p×p, X: p×q",                    "X.T @ (A + A.T)",                    "(A + A.T) @ X",                      "A is not a function of X"),
    ("sM-22", "tr(inv(X) @ A)", "X", "A: n×n, X: n×n invertible",          "-inv(X) @ A @ inv(X)",               "-inv(X).T @ A.T @ inv(X).T",         "A is not a function of X"),
    ("sM-23", "tr(A @ X @ B) = tr(B @ A @ X)", "X", "A: k×p, B: q×k, X: p×q", "B @ A",                          "A.T @ B.T",                          "A and B are not functions of X"),
    ("sM-24", "tr(A @ X @ B @ X.T @ C)", "X", "A: k×p, B: q×q, C: p×k, X: p×q", "B @ X.T @ C @ A + B.T @ X.T @ A.T @ C.T", "A.T @ C.T @ X @ B.T + C @ A @ X @ B", "A, B, C are not functions of X"),
    ("sM-25", "tr(matrix_power(X, 4))", "X", "X: n×n",                     "4 * matrix_power(X, 3)",             "4 * matrix_power(X, 3).T",           "any power n in place of 4: n X^(n-1)"),
    ("sM-26", "tr(A @ matrix_power(X, 4))", "X", "A: n×n, X: n×n",         "A @ X @ X @ X + X @ A @ X @ X + X @ X @ A @ X + X @ X @ X @ A", "(A @ X @ X @ X + X @ A @ X @ X + X @ X @ A @ X + X @ X @ X @ A).T", "A is not a function of X; any power n in place of 4"),
    ("sM-27", "tr(expm(X))",   "X", "X: n×n",                              "expm(X)",                            "expm(X).T",                          ""),
    ("sM-28", "tr(sinm(X))",   "X", "X: n×n",                              "cosm(X)",                            "cosm(X).T",                          ""),
    ("sM-29", "det(X)",        "X", "X: n×n invertible",                   "adj(X) = det(X) * inv(X)",           "adj(X).T = det(X) * inv(X).T",       "", _note("adj(X)ᵀ is the matrix of cofactors")),
    ("sM-30", "log(det(a * X))", "X", "a: scalar positive, X: n×n invertible", "inv(X)",                         "inv(X).T",                           "a is not a function of X"),
    ("sM-31", "det(A @ X @ B)", "X", "A: n×n, B: n×n, X: n×n invertible",  "det(A @ X @ B) * inv(X)",            "det(A @ X @ B) * inv(X).T",          "A and B are not functions of X"),
    ("sM-32", "det(matrix_power(X, 3))", "X", "X: n×n invertible",         "3 * det(matrix_power(X, 3)) * inv(X)", "3 * det(matrix_power(X, 3)) * inv(X).T", "any power n in place of 3"),
    ("sM-33", "log(det(X.T @ X))", "X", "X: p×q tall",                     "2 * pinv(X)",                        "2 * pinv(X).T",                      "X has full column rank"),
    ("sM-34", "log(det(X.T @ X))", "P", "P: q×p, X: p×q tall",             "-2 * X",                             "-2 * X.T",                           "X has full column rank, P is its pseudoinverse", {"let": (("X", "pinv(P)"),)}),
    ("sM-35", "det(X.T @ A @ X)", "X", "A: n×n, X: n×n invertible",        "2 * det(X.T @ A @ X) * inv(X) = 2 * det(X.T) * det(A) * det(X) * inv(X)", "2 * det(X.T @ A @ X) * inv(X).T", "A is not a function of X, X is square"),
    ("sM-36", "det(X.T @ A @ X)", "X", "A: p×p definite, X: p×q tall",     "2 * det(X.T @ A @ X) * inv(X.T @ A.T @ X) @ X.T @ A.T", "2 * det(X.T @ A @ X) * A @ X @ inv(X.T @ A @ X)", "A is symmetric and not a function of X"),
    ("sM-37", "det(X.T @ A @ X)", "X", "A: p×p, X: p×q tall",              "det(X.T @ A @ X) * (inv(X.T @ A @ X) @ X.T @ A + inv(X.T @ A.T @ X) @ X.T @ A.T)", "det(X.T @ A @ X) * (A @ X @ inv(X.T @ A @ X) + A.T @ X @ inv(X.T @ A.T @ X))", "A is not a function of X"),
    ("sM-38", "tr(A @ X @ B @ X.T @ C)", "X", "A: k×p, B: q×q, C: p×k, X: p×q", "B.T @ X.T @ A.T @ C.T + B @ X.T @ C @ A", "C @ A @ X @ B + A.T @ C.T @ X @ B.T", "A, B, C are not functions of X", _note("sM-24 in the order in which differentials give it")),
)

MATRIX_BY_SCALAR = _rows("matrix-by-scalar",
    ("Ms-01", "a * U",         "x", "a: scalar, U(x): m×n, x: scalar",     "a * d(U, x)",                        "",                                   "a is not a function of x, U = U(x)"),
    ("Ms-02", "A @ U @ B",     "x", "A: k×m, B: n×l, U(x): m×n, x: scalar", "A @ d(U, x) @ B",                   "B.T @ d(U, x) @ A.T",                "A and B are not functions of x, U = U(x)"),
    ("Ms-03", "U + V",         "x", "U(x): m×n, V(x): m×n, x: scalar",     "d(U, x) + d(V, x)",                  "",                                   "U = U(x), V = V(x)"),
    ("Ms-04", "U @ V",         "x", "U(x): m×n, V(x): n×k, x: scalar",     "U @ d(V, x) + d(U, x) @ V",          "d(V, x) @ U.T + V.T @ d(U, x)",      "U = U(x), V = V(x)"),
    ("Ms-05", "kron(U, V)",    "x", "U(x): m×n, V(x): k×l, x: scalar",     "kron(U, d(V, x)) + kron(d(U, x), V)", "kron(U.T, d(V, x)) + kron(d(U, x), V.T)", "U = U(x), V = V(x)"),
    ("Ms-06", "U * V",         "x", "U(x): m×n, V(x): m×n, x: scalar",     "U * d(V, x) + d(U, x) * V",          "U.T * d(V, x) + d(U, x) * V.T",      "U = U(x), V = V(x)"),
    ("Ms-07", "inv(U)",        "x", "U(x): n×n invertible, x: scalar",     "-inv(U) @ d(U, x) @ inv(U)",         "-inv(U).T @ d(U, x) @ inv(U).T",     "U = U(x)"),
    ("Ms-08", "inv(U)",     "x, y", "U(x, y): n×n invertible, x: scalar, y: scalar", "inv(U) @ (d(U, x) @ inv(U) @ d(U, y) - d(U, x, y) + d(U, y) @ inv(U) @ d(U, x)) @ inv(U)", "inv(U).T @ (d(U, y) @ inv(U).T @ d(U, x) - d(U, x, y) + d(U, x) @ inv(U).T @ d(U, y)) @ inv(U).T", "U = U(x, y)", {"kind": "second derivative"}),
    ("Ms-09", "sinm(x * A)",   "x", "A: n×n, x: scalar",                   "A @ cosm(x * A) = cosm(x * A) @ A",  "A.T @ cosm(x * A).T = cosm(x * A).T @ A.T", "A is not a function of x; any power series g: A g'(x A)"),
    ("Ms-10", "expm(x * A)",   "x", "A: n×n, x: scalar",                   "A @ expm(x * A) = expm(x * A) @ A",  "A.T @ expm(x * A).T = expm(x * A).T @ A.T", "A is not a function of x"),
)

SCALAR_BY_SCALAR = _rows("scalar-by-scalar",
    ("ss-v-01", "g",           "x", "g(u): scalar, u(x): m, x: scalar",    "d(g, u) @ d(u, x)",                  "d(u, x) @ d(g, u)",                  "u = u(x)"),
    ("ss-v-02", "u.T @ v",     "x", "u(x): m, v(x): m, x: scalar",         "u.T @ d(v, x) + v.T @ d(u, x)",      "d(v, x) @ u + d(u, x) @ v",          "u = u(x), v = v(x)"),
    ("ss-M-01", "det(U)",      "x", "U(x): n×n invertible, x: scalar",     "det(U) * tr(inv(U) @ d(U, x))",      "det(U) * tr(inv(U).T @ d(U, x))",    "U = U(x)"),
    ("ss-M-02", "log(det(U))", "x", "U(x): n×n invertible, x: scalar",     "tr(inv(U) @ d(U, x))",               "tr(inv(U).T @ d(U, x))",             "U = U(x)"),
    ("ss-M-03", "det(U)",      "x", "U(x): n×n invertible, x: scalar",     "det(U) * (tr(inv(U) @ d(U, x, x)) + tr(inv(U) @ d(U, x))**2 - tr(inv(U) @ d(U, x) @ inv(U) @ d(U, x)))", "det(U) * (tr(inv(U).T @ d(U, x, x)) + tr(inv(U).T @ d(U, x))**2 - tr(inv(U).T @ d(U, x) @ inv(U).T @ d(U, x)))", "U = U(x)", {"kind": "second derivative"}),
    ("ss-M-04", "g",           "x", "g(U): scalar, U(x): m×n, x: scalar",  "tr(d(g, U) @ d(U, x))",              "",                                   "U = U(x)"),
    ("ss-M-05", "tr(sinm(x * A))", "x", "A: n×n, x: scalar",               "tr(A @ cosm(x * A))",                "",                                   "A is not a function of x; any power series g: tr(A g'(x A))"),
    ("ss-M-06", "tr(expm(x * A))", "x", "A: n×n, x: scalar",               "tr(A @ expm(x * A))",                "",                                   "A is not a function of x"),
)
# fmt: on


def of_conjugate_transpose(draw: np.random.Generator) -> tuple[Any, Any]:
    """d(Xᴴ) = (dX)ᴴ, by a difference, which is exact for a linear map."""
    X, dX = (draw.standard_normal((3, 2)) + 1j * draw.standard_normal((3, 2)) for _ in range(2))
    return (X + dX).conj().T - X.conj().T, dX.conj().T


def of_exponential(draw: np.random.Generator) -> tuple[Any, Any]:
    """d(e^X) = ∫₀¹ e^(aX) dX e^((1-a)X) da, by 24 Gauss points, against a complex step."""
    from scipy.linalg import expm

    X, dX = draw.standard_normal((2, 3, 3))
    nodes, weights = np.polynomial.legendre.leggauss(24)
    terms = (
        w / 2 * expm(a * X) @ dX @ expm((1 - a) * X)
        for a, w in zip((nodes + 1) / 2, weights, strict=True)
    )
    return expm(X + 1e-30j * dX).imag / 1e-30, sum(terms)


def of_logarithm(draw: np.random.Generator) -> tuple[Any, Any]:
    """d(log X) = ∫₀^∞ (X + zI)⁻¹ dX (X + zI)⁻¹ dz, against the definition: e^(log X) = X.

    The truth solves ∫₀¹ e^(aL) dL e^((1-a)L) da = dX for dL, with L = log X and vec.
    """
    from scipy.linalg import expm, logm

    A, dX = draw.standard_normal((2, 3, 3))
    X = A @ A.T + np.eye(3)
    nodes, weights = np.polynomial.legendre.leggauss(80)
    s = (nodes + 1) / 2
    z, dz = s / (1 - s), weights / 2 / (1 - s) ** 2
    shifted = (np.linalg.inv(X + each * np.eye(3)) for each in z)
    result = sum(w * R @ dX @ R for w, R in zip(dz, shifted, strict=True))
    L = logm(X)
    forward = sum(
        w / 2 * np.kron(expm((1 - a) * L).T, expm(a * L)) for a, w in zip(s, weights, strict=True)
    )
    return np.linalg.solve(forward, dX.reshape(-1, order="F")).reshape(3, 3, order="F"), result


def of_spectrum(draw: np.random.Generator, eigenvalues: tuple[float, ...]) -> tuple[Any, Any]:
    """d(e^X) = Σᵢⱼ Pᵢ dX Pⱼ times a divided difference, against a complex step."""
    from scipy.linalg import expm

    n = len(eigenvalues)
    V, dX = draw.standard_normal((2, n, n))
    V += 3 * np.eye(n)
    V_inverse, f = np.linalg.inv(V), np.exp
    a, b = np.meshgrid(eigenvalues, eigenvalues, indexing="ij")
    apart = np.where(a == b, 1.0, a - b)
    divided = np.where(a == b, f(a), (f(a) - f(b)) / apart)
    X = V @ np.diag(eigenvalues) @ V_inverse
    result = V @ (divided * (V_inverse @ dX @ V)) @ V_inverse
    return expm(X + 1e-30j * dX).imag / 1e-30, result


SPECTRUM = "Σᵢⱼ Pᵢ dX Pⱼ (f(λᵢ) - f(λⱼ)) / (λᵢ - λⱼ)"
SPECTRUM_LATEX = r"\sum_{i,j} P_{i}\, \mathrm{d}X\, P_{j}\, \frac{f(\lambda_{i}) - f(\lambda_{j})}{\lambda_{i} - \lambda_{j}}"


# fmt: off
DIFFERENTIALS = [
    *_rows("differential",
    ("d-s-01", "tr(X)",             "", "X: n×n, dX: n×n",                          "tr(dX)"),
    ("d-s-02", "det(X)",            "", "X: n×n invertible, dX: n×n",               "det(X) * tr(inv(X) @ dX) = tr(adj(X) @ dX)"),
    ("d-s-03", "det(X)",            "", "X: n×n, dX: n×n",                          "tr(adj(X) @ dX)", "", "X may be singular"),
    ("d-s-04", "log(det(X))",       "", "X: n×n invertible, dX: n×n",               "tr(inv(X) @ dX)"),
    ("d-M-01", "A",                 "", "A: m×n, X: p×q, dX: p×q",                  "zeros(m, n)", "", "A is not a function of X"),
    ("d-M-02", "a * X",             "", "a: scalar, X: m×n, dX: m×n",               "a * dX", "", "a is not a function of X"),
    ("d-M-03", "X + Y",             "", "X: m×n, dX: m×n, Y: m×n, dY: m×n",         "dX + dY"),
    ("d-M-04", "X @ Y",             "", "X: m×n, dX: m×n, Y: n×k, dY: n×k",         "dX @ Y + X @ dY"),
    ("d-M-05", "kron(X, Y)",        "", "X: m×n, dX: m×n, Y: k×l, dY: k×l",         "kron(dX, Y) + kron(X, dY)"),
    ("d-M-06", "X * Y",             "", "X: m×n, dX: m×n, Y: m×n, dY: m×n",         "dX * Y + X * dY"),
    ("d-M-07", "X.T",               "", "X: m×n, dX: m×n",                          "dX.T"),
    ("d-M-08", "inv(X)",            "", "X: n×n invertible, dX: n×n",               "-inv(X) @ dX @ inv(X)"),
    kind="differential"),
    Identity("d-M-09", "differential", "d(Xᴴ)", "", "", "(dX)ᴴ", condition="X is complex", kind="differential", by_hand=of_conjugate_transpose,
             latex=(r"\mathrm{d}(X^{H})", r"(\mathrm{d}X)^{H}"),
             reason="the notation has no complex values"),
    *_rows("differential",
    ("d-M-10", "matrix_power(X, 4)", "", "X: n×n, dX: n×n",                         "dX @ X @ X @ X + X @ dX @ X @ X + X @ X @ dX @ X + X @ X @ X @ dX", "", "any power n in place of 4"),
    kind="differential"),
    Identity("d-M-11", "differential", "d expm(X)", "", "", "∫₀¹ expm(a X) dX expm((1 - a) X) da", kind="differential", by_hand=of_exponential,
             latex=(r"\mathrm{d}\, e^{X}", r"\int_{0}^{1} e^{a X}\, \mathrm{d}X\, e^{(1 - a) X}\, \mathrm{d}a"),
             reason="an integral is no formula of matrices"),
    Identity("d-M-12", "differential", "d logm(X)", "", "", "∫ (X + z I)⁻¹ dX (X + z I)⁻¹ dz, z from 0 to ∞", condition="no eigenvalue of X is zero or negative", kind="differential", by_hand=of_logarithm,
             latex=(r"\mathrm{d}\, \log X", r"\int_{0}^{\infty} (X + z I)^{-1}\, \mathrm{d}X\, (X + z I)^{-1}\, \mathrm{d}z"),
             reason="an integral is no formula of matrices"),
    Identity("d-M-13", "differential", "d f(X)", "", "", SPECTRUM, condition="X = Σᵢ λᵢ Pᵢ is diagonalizable, its eigenvalues differ", kind="differential", note="here f = exp", by_hand=lambda draw: of_spectrum(draw, (0.4, 1.3, -0.7)),
             latex=(r"\mathrm{d} f(X)", SPECTRUM_LATEX),
             reason="eigenprojections are no functions of the notation"),
    Identity("d-M-14", "differential", "d f(X)", "", "", f"{SPECTRUM}, or f'(λᵢ) where λᵢ = λⱼ", condition="X = Σᵢ λᵢ Pᵢ is diagonalizable, an eigenvalue occurs twice", kind="differential", note="here f = exp", by_hand=lambda draw: of_spectrum(draw, (0.4, 0.4, 1.3)),
             latex=(r"\mathrm{d} f(X)", SPECTRUM_LATEX + r"\text{, or } f'(\lambda_{i}) \text{ where } \lambda_{i} = \lambda_{j}"),
             reason="eigenprojections are no functions of the notation"),
]

CONVERSIONS = _rows("conversion: differential to derivative",
    ("conv-01", "a * dx",           "dx", "a: scalar, dx: scalar",                  "a",                                  ""),
    ("conv-02", "a.T @ dx",         "dx", "a: n, dx: n",                            "a.T",                                "a"),
    ("conv-03", "tr(A @ dX)",       "dX", "A: q×p, dX: p×q",                        "A",                                  "A.T"),
    ("conv-04", "a * dx",           "dx", "a: m, dx: scalar",                       "a",                                  "a.T"),
    ("conv-05", "A @ dx",           "dx", "A: m×n, dx: n",                          "A",                                  "A.T"),
    ("conv-06", "A * dx",           "dx", "A: m×n, dx: scalar",                     "A",                                  "A.T", "", {"made": "Y"}),
    kind="conversion")

THROUGH_VEC = _rows("through vec (columns stacked)",
    ("vec-01", "X",                 "X", "X: p×q",                                  "eye(p * q)",                         ""),
    ("vec-02", "X.T",               "X", "X: p×q",                                  "commutation_matrix(p, q)",           "commutation_matrix(q, p)"),
    ("vec-03", "A @ X",             "X", "A: m×p, X: p×q",                          "kron(eye(q), A)",                    "kron(eye(q), A.T)"),
    ("vec-04", "X @ B",             "X", "B: q×n, X: p×q",                          "kron(B.T, eye(p))",                  "kron(B, eye(p))"),
    ("vec-05", "A @ X @ B",         "X", "A: m×p, B: q×n, X: p×q",                  "kron(B.T, A)",                       "kron(B, A.T)"),
    ("vec-06", "A @ X.T @ B",       "X", "A: m×q, B: p×n, X: p×q",                  "kron(B.T, A) @ commutation_matrix(p, q)", "commutation_matrix(q, p) @ kron(B, A.T)"),
    ("vec-07", "X.T @ X",           "X", "X: p×q",                                  "kron(eye(q), X.T) + kron(X.T, eye(q)) @ commutation_matrix(p, q)", "kron(eye(q), X) + commutation_matrix(q, p) @ kron(X, eye(q))"),
    ("vec-08", "X @ X.T",           "X", "X: p×q",                                  "kron(X, eye(p)) + kron(eye(p), X) @ commutation_matrix(p, q)", "kron(X.T, eye(p)) + commutation_matrix(q, p) @ kron(eye(p), X.T)"),
    ("vec-09", "X @ X",             "X", "X: n×n",                                  "kron(X.T, eye(n)) + kron(eye(n), X)", "kron(X, eye(n)) + kron(eye(n), X.T)"),
    ("vec-10", "matrix_power(X, 3)", "X", "X: n×n",                                 "kron((X @ X).T, eye(n)) + kron(X.T, X) + kron(eye(n), X @ X)", "kron(X @ X, eye(n)) + kron(X, X.T) + kron(eye(n), (X @ X).T)"),
    ("vec-11", "inv(X)",            "X", "X: n×n invertible",                       "-kron(inv(X).T, inv(X))",            "-kron(inv(X), inv(X).T)"),
    ("vec-12", "tr(X) * X",         "X", "X: n×n",                                  "vec(X) @ vec(eye(n)).T + tr(X) * eye(n * n)", "vec(eye(n)) @ vec(X).T + tr(X) * eye(n * n)"),
    ("vec-13", "A * X",             "X", "A: p×q, X: p×q",                          "diag(vec(A))",                       ""),
    ("vec-14", "exp(X)",            "X", "X: p×q",                                  "diag(vec(exp(X)))",                  "", "entry by entry; so for every function that works so"),
    ("vec-15", "A @ x",             "A", "A: m×n, x: n",                            "kron(x.T, eye(m))",                  "kron(x, eye(m))"),
    ("vec-16", "A.T @ x",           "A", "A: n×m, x: n",                            "kron(eye(m), x.T)",                  "kron(eye(m), x)"),
    ("vec-17", "inv(A) @ x",        "A", "A: n×n invertible, x: n",                 "-kron((inv(A) @ x).T, inv(A))",      "-kron(inv(A) @ x, inv(A).T)"),
    ("vec-18", "x @ y.T",           "x", "x: m, y: n",                              "kron(y, eye(m))",                    "kron(y.T, eye(m))"),
    ("vec-19", "x @ y.T",           "y", "x: m, y: n",                              "kron(eye(n), x)",                    "kron(eye(n), x.T)"),
    ("vec-20", "x @ x.T",           "x", "x: n",                                    "kron(x, eye(n)) + kron(eye(n), x)",  "kron(x.T, eye(n)) + kron(eye(n), x.T)"),
)

THROUGH_RVEC = _rows("through rvec (rows stacked)",
    ("rvec-01", "X.T",              "X", "X: p×q",                                  "commutation_matrix(q, p)",           "commutation_matrix(p, q)"),
    ("rvec-02", "A @ X",            "X", "A: m×p, X: p×q",                          "kron(A, eye(q))",                    "kron(A.T, eye(q))"),
    ("rvec-03", "X @ B",            "X", "B: q×n, X: p×q",                          "kron(eye(p), B.T)",                  "kron(eye(p), B)"),
    ("rvec-04", "A @ X @ B",        "X", "A: m×p, B: q×n, X: p×q",                  "kron(A, B.T)",                       "kron(A.T, B)"),
    ("rvec-05", "A @ x",            "A", "A: m×n, x: n",                            "kron(eye(m), x.T)",                  "kron(eye(m), x)"),
    ("rvec-06", "inv(X)",           "X", "X: n×n invertible",                       "-kron(inv(X), inv(X).T)",            "-kron(inv(X).T, inv(X))"),
    ("rvec-07", "X @ X",            "X", "X: n×n",                                  "kron(eye(n), X.T) + kron(X, eye(n))", "kron(eye(n), X) + kron(X.T, eye(n))"),
    stacking="rvec")

KRONECKER = _rows("vec and Kronecker products",
    ("kron-01", "vec(A @ X @ B)",   "", "A: m×p, X: p×q, B: q×n",                   "kron(B.T, A) @ vec(X)"),
    ("kron-02", "rvec(A @ X @ B)",  "", "A: m×p, X: p×q, B: q×n",                   "kron(A, B.T) @ rvec(X)"),
    ("kron-03", "vec(x @ y.T)",     "", "x: m, y: n",                               "kron(y, x)"),
    ("kron-04", "rvec(A)",          "", "A: m×n",                                   "vec(A.T) = commutation_matrix(m, n) @ vec(A)"),
    ("kron-05", "kron(A, B).T",     "", "A: m×n, B: k×l",                           "kron(A.T, B.T)"),
    ("kron-06", "kron(A, B) @ kron(C, D)", "", "A: m×n, B: k×l, C: n×p, D: l×q",    "kron(A @ C, B @ D)"),
    ("kron-07", "inv(kron(A, B))",  "", "A: m×m invertible, B: k×k invertible",     "kron(inv(A), inv(B))"),
    ("kron-08", "tr(kron(A, B))",   "", "A: m×m, B: k×k",                           "tr(A) * tr(B)"),
    ("kron-09", "commutation_matrix(m, k) @ kron(A, B)", "", "A: k×l, B: m×n",      "kron(B, A) @ commutation_matrix(n, l)"),
    ("kron-10", "tr(A.T @ B)",      "", "A: m×n, B: m×n",                           "vec(A).T @ vec(B) = sum(A * B)"),
    ("kron-11", "tr(A @ B @ C @ D)", "", "A: m×n, B: n×k, C: k×l, D: l×m",          "vec(D.T).T @ kron(C.T, A) @ vec(B)"),
    ("kron-12", "diag(s) @ g",      "", "s: n, g: n",                               "s * g", "", "a diagonal matrix times a vector is a Hadamard product"),
    ("kron-13", "kron(a, eye(m)) @ g", "", "a: n, g: m",                            "vec(g @ a.T)", "", "the collapse of a dense layer"),
    ("kron-14", "diag(s) @ A @ diag(t)", "", "s: m, A: m×n, t: n",                  "A * (s @ t.T)"),
    ("kron-15", "inv(A + u @ v.T)", "", "A: n×n invertible, u: n, v: n", "inv(A) - inv(A) @ u @ v.T @ inv(A) / (1 + v.T @ inv(A) @ u)", "", "Sherman and Morrison"),
    ("kron-16", "det(A + u @ v.T)", "", "A: n×n invertible, u: n, v: n", "det(A) * (1 + v.T @ inv(A) @ u)"),
    kind="equality")

NORMS = [*_rows("norms and sums",
    ("norm-01", "norm(x)",          "x", "x: n",                                    "x.T / norm(x)",                      "x / norm(x)"),
    ("norm-02", "norm(X)**2 = tr(X.T @ X)", "X", "X: p×q",                          "2 * X.T",                            "2 * X", "", _note("the Frobenius norm")),
    ("norm-03", "norm(X)",          "X", "X: p×q",                                  "X.T / norm(X)",                      "X / norm(X)"),
    ("norm-04", "norm(A @ x - b)**2", "x", "A: m×n, b: m, x: n",                    "2 * (A @ x - b).T @ A",              "2 * A.T @ (A @ x - b)", "least squares"),
    ("norm-05", "norm(A @ X - B)**2", "X", "A: m×p, B: m×q, X: p×q",                "2 * (A @ X - B).T @ A",              "2 * A.T @ (A @ X - B)", "least squares, several right sides"),
    ("norm-06", "norm(A @ x - b)**2 + c * x.T @ x", "x", "A: m×n, b: m, c: scalar, x: n", "2 * (A @ x - b).T @ A + 2 * c * x.T", "2 * A.T @ (A @ x - b) + 2 * c * x", "ridge regression"),
    ("norm-07", "x / norm(x)",      "x", "x: n",                                    "(eye(n) - x @ x.T / (x.T @ x)) / norm(x)", "", "", _note("a projection, and so symmetric")),
    ("norm-08", "sum(x * x)",       "x", "x: n",                                    "2 * x.T",                            "2 * x"),
    ("norm-09", "sum(X)",           "X", "X: p×q",                                  "ones(q, p)",                         "ones(p, q)"),
    ("norm-10", "log(sum(exp(x)))", "x", "x: n",                                    "exp(x).T / sum(exp(x))",             "exp(x) / sum(exp(x))", "", _note("the softmax of x")),
    ("norm-11", "sum(log(x))",      "x", "x: n positive",                           "(1 / x).T",                          "1 / x"),
    ("norm-12", "x.T @ A @ x / (x.T @ x)", "x", "A: n×n symmetric, x: n",           "2 * (A @ x - (x.T @ A @ x / (x.T @ x)) * x).T / (x.T @ x)", "2 * (A @ x - (x.T @ A @ x / (x.T @ x)) * x) / (x.T @ x)", "A is symmetric: Rayleigh's quotient"),
    ), *_rows("norms and sums",
    ("norm-13", "norm(A @ x - b)**2", "x", "A: m×n, b: m, x: n",                    "2 * A.T @ A",                        "", "least squares"),
    ("norm-14", "log(sum(exp(x)))", "x", "x: n",                                    "diag(exp(x)) / sum(exp(x)) - exp(x) @ exp(x).T / sum(exp(x))**2", "", "", _note("diag(s) - s sᵀ, s the softmax of x")),
    ("norm-15", "sum(exp(A @ x))",  "x", "A: m×n, x: n",                            "A.T @ diag(exp(A @ x)) @ A",         ""),
    kind="second derivative")]
# fmt: on

identities = Identities(
    [
        *VECTOR_BY_VECTOR,
        *SCALAR_BY_VECTOR,
        *VECTOR_BY_SCALAR,
        *SCALAR_BY_MATRIX,
        *MATRIX_BY_SCALAR,
        *SCALAR_BY_SCALAR,
        *DIFFERENTIALS,
        *CONVERSIONS,
        *THROUGH_VEC,
        *THROUGH_RVEC,
        *KRONECKER,
        *NORMS,
    ]
)
"""Every identity that needs no layer."""
