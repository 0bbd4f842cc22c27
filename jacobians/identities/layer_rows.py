"""The identities that need layers: what backpropagation is made of.

Rows are read as in `layouts.identities`; the functions are the layers' own. `d(L, z)` is ∂L/∂z for
some smooth L, so a row holds for every loss.
"""

from __future__ import annotations

from typing import Any

from layouts.identity import Identity
from layouts.identity_table import Identities

from ..formula_functions import layer_functions

__all__ = ["layer_identities"]


def _rows(
    category: str,
    *rows: tuple[Any, ...],
    kind: str = "derivative",
    stacking: str = "vec",
    let: str = "",
) -> list[Identity]:
    """Rows of one kind: id, expression, by, where, numerator, denominator, condition, note."""
    pairs = (each.partition(" = ") for each in let.split("; ") if each)
    meanings = tuple((name, formula) for name, _, formula in pairs)
    made = []
    for name, expression, wrt, where, numerator, denominator, *rest in rows:
        condition, note = (*rest, "", "")[:2]
        made.append(Identity(name, category, expression, wrt, where, numerator, denominator, condition,
                             kind, meanings, stacking, note, layer_functions))  # fmt: skip
    return made


# fmt: off
DENSE = [*_rows("dense layer",
    ("dense-01", "z",                       "x", "W: m×n, x: n, b: m, z: m",                "W",                                "W.T"),
    ("dense-02", "z",                       "W", "W: m×n, x: n, b: m, z: m",                "kron(x.T, eye(m))",                "kron(x, eye(m))", "", "through vec"),
    ("dense-03", "z",                       "b", "W: m×n, x: n, b: m, z: m",                "eye(m)",                           ""),
    ("dense-04", "L",                       "x", "W: m×n, x: n, b: m, z: m, L(z): scalar",  "d(L, z) @ W",                      "W.T @ d(L, z)"),
    ("dense-05", "L",                       "W", "W: m×n, x: n, b: m, z: m, L(z): scalar",  "x @ d(L, z)",                      "d(L, z) @ x.T", "", "δ xᵀ: an outer product in W's own shape"),
    ("dense-06", "L",                       "b", "W: m×n, x: n, b: m, z: m, L(z): scalar",  "d(L, z)",                          ""),
    let="z = W @ x + b"), *_rows("dense layer",
    ("dense-07", "z",                       "W", "W: m×n, x: n, b: m, z: m",                "kron(eye(m), x.T)",                "kron(eye(m), x)", "", "through rvec, as NumPy and PyTorch keep W"),
    let="z = W @ x + b", stacking="rvec")]

ELEMENTWISE = [*_rows("elementwise layer",
    ("elem-01",        "sigmoid(z)",        "z", "z: n",    "diag(dsigmoid(z)) = diag(sigmoid(z) * (1 - sigmoid(z)))", ""),
    ("elem-02",        "tanh(z)",           "z", "z: n",    "diag(dtanh(z)) = diag(1 - tanh(z) * tanh(z))", ""),
    ("elem-03",        "relu(z)",           "z", "z: n",    "diag(drelu(z))",                               ""),
    ("elem-04",        "leaky_relu(z)",     "z", "z: n",    "diag(dleaky_relu(z))",                         ""),
    ("elem-05",        "softplus(z)",       "z", "z: n",    "diag(sigmoid(z))",                             ""),
    ("elem-06",        "log_sigmoid(z)",    "z", "z: n",    "diag(sigmoid(-z))",                            ""),
    ("elem-07",        "silu(z)",           "z", "z: n",    "diag(sigmoid(z) + z * dsigmoid(z))",           ""),
    ("elem-08",        "gelu(z)",           "z", "z: n",    "diag(dgelu(z))",                               ""),
    ("elem-09",        "elu(z)",            "z", "z: n",    "diag(delu(z))",                                ""),
    ("elem-10",        "softsign(z)",       "z", "z: n",    "diag(1 / ((1 + abs(z)) * (1 + abs(z))))",      ""),
    ("elem-11",        "square(z)",         "z", "z: n",    "2 * diag(z)",                                  ""),
    ("elem-12",        "sin(z)",            "z", "z: n",    "diag(cos(z))",                                 ""),
    ("elem-13",        "tanh(Z)",           "Z", "Z: m×n",  "diag(vec(dtanh(Z)))",                          ""),
    ), *_rows("elementwise layer",
    ("elem-14",        "L",                 "z", "z: n, a: n, L(a): scalar",                "d(L, a) @ diag(dsigmoid(z)) = d(L, a) * dsigmoid(z).T", "diag(dsigmoid(z)) @ d(L, a) = d(L, a) * dsigmoid(z)", "", "diag(s) g = s ⊙ g, since a[i] depends on z[i] alone"),
    let="a = sigmoid(z)"), *_rows("elementwise layer",
    ("elem-15",        "L",                 "Z", "Z: m×n, A: m×n, L(A): scalar",            "d(L, A) * dtanh(Z).T",             "d(L, A) * dtanh(Z)"),
    let="A = tanh(Z)"), *_rows("elementwise layer",
    ("elem-16",        "u * v",             "x", "u(x): m, v(x): m, x: n",                  "diag(v) @ d(u, x) + diag(u) @ d(v, x)", "d(u, x) @ diag(v) + d(v, x) @ diag(u)", "u = u(x), v = v(x)"),
    ("elem-17",        "f * c",             "c", "f: n, c: n",                              "diag(f)",                          "", "f is held fixed", "a gate"))]

SOFTMAX = [*_rows("softmax",
    ("soft-01",    "softmax(z)",            "z", "z: n",    "diag(softmax(z)) - softmax(z) @ softmax(z).T", "", "", "not diagonal: a Hadamard product with its diagonal is wrong"),
    ("soft-02",    "log_softmax(z)",        "z", "z: n",    "eye(n) - ones(n) @ softmax(z).T",              "eye(n) - softmax(z) @ ones(1, n)"),
    ("soft-03",    "log(sum(exp(z)))",      "z", "z: n",    "softmax(z).T",                                 "softmax(z)"),
    ("soft-04",    "softmax(Z)",            "Z", "Z: m×n",  "diag(vec(softmax(Z))) - kron(eye(n), ones(m, m)) * (vec(softmax(Z)) @ vec(softmax(Z)).T)", "", "a sample in each column", "one block for each sample"),
    ), *_rows("softmax",
    ("soft-05",    "L",                     "z", "z: n, a: n, L(a): scalar",                "d(L, a) @ (diag(a) - a @ a.T)",    "(diag(a) - a @ a.T) @ d(L, a) = a * d(L, a) - a * (a.T @ d(L, a))"),
    let="a = softmax(z)")]

LOSSES = [*_rows("loss",
    ("loss-01", "half_squared_error(p, t)", "p", "p: m, t: m",                              "(p - t).T",                        "p - t"),
    ("loss-02", "half_squared_error(p, t)", "t", "p: m, t: m",                              "(t - p).T",                        "t - p"),
    ("loss-03", "squared_error(p, t)",      "p", "p: m, t: m",                              "2 * (p - t).T",                    "2 * (p - t)"),
    ("loss-04", "mean_squared_error(p, t)", "p", "p: m, t: m",                              "2 * (p - t).T / m",                "2 * (p - t) / m"),
    ("loss-05", "cross_entropy(p, t)",      "p", "p: m positive, t: m positive",            "-(t / p).T",                       "-(t / p)"),
    ("loss-06", "cross_entropy(softmax(z), t)", "z", "z: m, t: m class",                    "(softmax(z) - t).T",               "softmax(z) - t", "the entries of t add up to 1"),
    ("loss-07", "softmax_cross_entropy(z, t)", "z", "z: m, t: m class",                     "(softmax(z) - t).T",               "softmax(z) - t", "the entries of t add up to 1"),
    ("loss-08", "binary_cross_entropy(sigmoid(z), t)", "z", "z: m, t: m bits",              "(sigmoid(z) - t).T",               "sigmoid(z) - t"),
    ("loss-09", "binary_cross_entropy_with_logits(z, t)", "z", "z: m, t: m bits",           "(sigmoid(z) - t).T",               "sigmoid(z) - t"),
    ("loss-10", "absolute_error(p, t)",     "p", "p: m, t: m",                              "((p - t) / abs(p - t)).T",         "(p - t) / abs(p - t)", "no entry of p - t is 0"),
    ("loss-11", "sum(log(1 + exp(-y * (X @ w))))", "w", "X: N×n, y: N, w: n",              "-(y * sigmoid(-y * (X @ w))).T @ X", "-X.T @ (y * sigmoid(-y * (X @ w)))", "logistic regression, y of 1 and -1"),
    ("loss-12", "binary_cross_entropy_with_logits(X @ w, t)", "w", "X: N×n, t: N bits, w: n", "(sigmoid(X @ w) - t).T @ X",     "X.T @ (sigmoid(X @ w) - t)", "logistic regression, t of 1 and 0"),
    ), *_rows("loss",
    ("loss-13", "half_squared_error(a, t)", "z", "z: m, t: m, a: m",                        "((a - t) * a * (1 - a)).T",        "(a - t) * a * (1 - a)"),
    let="a = sigmoid(z)"), *_rows("loss",
    ("loss-14", "half_squared_error(p, t)", "p", "p: m, t: m",                              "eye(m)",                           ""),
    ("loss-15", "cross_entropy(softmax(z), t)", "z", "z: m, t: m class",                    "diag(softmax(z)) - softmax(z) @ softmax(z).T", ""),
    ("loss-16", "sum(softplus(X @ w) - t * (X @ w))", "w", "X: N×n, t: N, w: n",            "X.T @ diag(dsigmoid(X @ w)) @ X",  "", "logistic regression"),
    kind="second derivative")]

NETWORK = "W1: h×n, x: n, b1: h, z1: h, W2: m×h, b2: m, z2: m, L(z2): scalar"
STEPS = "z1 = W1 @ x + b1; z2 = W2 @ sigmoid(z1) + b2"
BACKPROPAGATION = [*_rows("delta recursion",
    ("delta-01", "L",                       "z1", "z1: h, W2: m×h, b2: m, z2: m, L(z2): scalar", "d(L, z2) @ W2 @ diag(dsigmoid(z1))", "(W2.T @ d(L, z2)) * dsigmoid(z1)", "", "δ1 of δ2"),
    let="z2 = W2 @ sigmoid(z1) + b2"), *_rows("delta recursion",
    ("delta-02", "L",                       "b1", NETWORK,                                  "d(L, z2) @ W2 @ diag(dsigmoid(z1))", "(W2.T @ d(L, z2)) * dsigmoid(z1)"),
    ("delta-03", "L",                       "W1", NETWORK,                                  "x @ d(L, z2) @ W2 @ diag(dsigmoid(z1))", "((W2.T @ d(L, z2)) * dsigmoid(z1)) @ x.T"),
    ("delta-04", "L",                       "x", NETWORK,                                   "d(L, z2) @ W2 @ diag(dsigmoid(z1)) @ W1", "W1.T @ ((W2.T @ d(L, z2)) * dsigmoid(z1))"),
    ("delta-05", "L",                       "W2", NETWORK,                                  "sigmoid(z1) @ d(L, z2)",           "d(L, z2) @ sigmoid(z1).T"),
    let=STEPS), *_rows("delta recursion",
    ("delta-06", "half_squared_error(a2, y)", "W1", "W1: h×n, x: n, z1: h, W2: m×h, a2: m, y: m", "x @ ((a2 - y) * a2 * (1 - a2)).T @ W2 @ diag(drelu(z1))", "((W2.T @ ((a2 - y) * a2 * (1 - a2))) * drelu(z1)) @ x.T"),
    let="z1 = W1 @ x; a2 = sigmoid(W2 @ relu(z1))"), *_rows("delta recursion",
    ("delta-07", "L",                       "z1", "z1: h, W2: m×h, z2: m, L(z2): scalar",   "d(L, z2) @ W2 @ (diag(softmax(z1)) - softmax(z1) @ softmax(z1).T)", "(diag(softmax(z1)) - softmax(z1) @ softmax(z1).T) @ W2.T @ d(L, z2)", "", "no Hadamard product: softmax mixes its entries"),
    let="z2 = W2 @ softmax(z1)")]

COMPOSITION = [*_rows("composition",
    ("chain-01", "a2",                      "x", "W1: h×n, x: n, z1: h, W2: m×h, z2: m, a2: m", "diag(dsigmoid(z2)) @ W2 @ diag(dtanh(z1)) @ W1", "W1.T @ diag(dtanh(z1)) @ W2.T @ diag(dsigmoid(z2))", "the prediction by the input"),
    ("chain-02", "a2",                      "W1", "W1: h×n, x: n, z1: h, W2: m×h, z2: m, a2: m", "diag(dsigmoid(z2)) @ W2 @ diag(dtanh(z1)) @ kron(x.T, eye(h))", "kron(x, eye(h)) @ diag(dtanh(z1)) @ W2.T @ diag(dsigmoid(z2))", "the prediction by the first weights, through vec"),
    let="z1 = W1 @ x; z2 = W2 @ tanh(z1); a2 = sigmoid(z2)"), *_rows("composition",
    ("chain-03", "x + W2 @ tanh(W1 @ x)",   "x", "W1: h×n, W2: n×h, x: n",                  "eye(n) + W2 @ diag(dtanh(W1 @ x)) @ W1", "eye(n) + W1.T @ diag(dtanh(W1 @ x)) @ W2.T", "", "a residual block: a sum over two paths"),
    ), *_rows("composition",
    ("chain-04", "L",                       "W", "W: m×n, x: n, z: m, u: n, L(u): scalar",  "d(L, u).T @ sigmoid(z).T + x @ (diag(dsigmoid(z)) @ W @ d(L, u).T).T", "sigmoid(z) @ d(L, u).T + ((W @ d(L, u)) * dsigmoid(z)) @ x.T", "", "tied weights: a sum over both places"),
    let="z = W @ x; u = W.T @ sigmoid(z)"), *_rows("composition",
    ("chain-05", "tanh(W @ h + U @ x + b)", "h", "W: m×m, h: m, U: m×n, x: n, b: m",        "diag(dtanh(W @ h + U @ x + b)) @ W", "W.T @ diag(dtanh(W @ h + U @ x + b))", "", "a step of a recurrent network"))]

COLUMNS = [*_rows("batch (samples as columns)",
    ("cols-01",    "Z",                     "A", "W: m×n, A: n×N, b: m, Z: m×N",            "kron(eye(N), W)",                  "kron(eye(N), W.T)"),
    ("cols-02",    "Z",                     "W", "W: m×n, A: n×N, b: m, Z: m×N",            "kron(A.T, eye(m))",                "kron(A, eye(m))"),
    ("cols-03",    "Z",                     "b", "W: m×n, A: n×N, b: m, Z: m×N",            "kron(ones(N), eye(m))",            "kron(ones(1, N), eye(m))"),
    ("cols-04",    "L",                     "W", "W: m×n, A: n×N, b: m, Z: m×N, L(Z): scalar", "A @ d(L, Z)",                   "d(L, Z) @ A.T", "", "Δ Aᵀ, a sum over the samples"),
    ("cols-05",    "L",                     "b", "W: m×n, A: n×N, b: m, Z: m×N, L(Z): scalar", "ones(1, N) @ d(L, Z)",          "d(L, Z) @ ones(N)", "", "Δ 1, a sum over the samples"),
    ("cols-06",    "L",                     "A", "W: m×n, A: n×N, b: m, Z: m×N, L(Z): scalar", "d(L, Z) @ W",                   "W.T @ d(L, Z)"),
    let="Z = W @ A + b @ ones(1, N)"), *_rows("batch (samples as columns)",
    ("cols-07",    "half_squared_error(W @ A, Y) / N", "W", "W: m×n, A: n×N, Y: m×N",       "A @ (W @ A - Y).T / N",            "(W @ A - Y) @ A.T / N", "the mean over N samples"))]

ROWS = [*_rows("batch (samples as rows)",
    ("rows-01", "Z",                        "X", "X: N×n, W: n×m, b: m, Z: N×m",            "kron(W.T, eye(N))",                "kron(W, eye(N))"),
    ("rows-02", "Z",                        "W", "X: N×n, W: n×m, b: m, Z: N×m",            "kron(eye(m), X)",                  "kron(eye(m), X.T)"),
    ("rows-03", "L",                        "W", "X: N×n, W: n×m, b: m, Z: N×m, L(Z): scalar", "d(L, Z) @ X",                   "X.T @ d(L, Z)"),
    ("rows-04", "L",                        "X", "X: N×n, W: n×m, b: m, Z: N×m, L(Z): scalar", "W @ d(L, Z)",                   "d(L, Z) @ W.T"),
    ("rows-05", "L",                        "b", "X: N×n, W: n×m, b: m, Z: N×m, L(Z): scalar", "(d(L, Z) @ ones(N)).T",         "d(L, Z).T @ ones(N)"),
    let="Z = X @ W + ones(N) @ b.T"), *_rows("batch (samples as rows)",
    ("rows-06", "L",                        "W", "X: N×n, W: m×n, Z: N×m, L(Z): scalar",    "X.T @ d(L, Z).T",                  "d(L, Z).T @ X", "", "weights stored (out, in), as PyTorch has them"),
    let="Z = X @ W.T"), *_rows("batch (samples as rows)",
    ("rows-07", "X @ W",                    "X", "X: N×n, W: n×m",                          "kron(eye(N), W.T)",                "kron(eye(N), W)", "", "through rvec"),
    ("rows-08", "X @ W",                    "W", "X: N×n, W: n×m",                          "kron(X, eye(m))",                  "kron(X.T, eye(m))", "", "through rvec"),
    stacking="rvec")]

NORMALISATION = [*_rows("normalisation",
    ("std-01",           "x - ones(n, n) @ x / n", "x", "x: n",                             "eye(n) - ones(n, n) / n",          "", "", "what subtracting the mean does: a projection"),
    ), *_rows("normalisation",
    ("std-02",           "sqrt(n) * c / norm(c)", "x", "x: n, c: n",                        "sqrt(n) / norm(c) * (eye(n) - c @ c.T / (c.T @ c)) @ (eye(n) - ones(n, n) / n)", "sqrt(n) / norm(c) * (eye(n) - ones(n, n) / n) @ (eye(n) - c @ c.T / (c.T @ c))", "", "layer norm without its ε; the two projections commute"),
    let="c = x - ones(n, n) @ x / n")]

COLLAPSES = _rows("collapse",
    ("coll-01",     "kron(A, eye(m)) @ vec(D)",  "", "A: n×N, D: m×N",                      "vec(D @ A.T)",                     "", "", "a dense layer's weights"),
    ("coll-02",     "kron(eye(N), W.T) @ vec(D)", "", "W: m×n, D: m×N",                     "vec(W.T @ D)",                     "", "", "a dense layer's input"),
    ("coll-03",     "kron(ones(1, N), eye(m)) @ vec(D)", "", "D: m×N",                      "D @ ones(N)",                      "", "", "a dense layer's bias"),
    ("coll-04",     "diag(vec(S)) @ vec(D)",     "", "S: m×N, D: m×N",                      "vec(S * D)",                       "", "", "an elementwise layer"),
    ("coll-05",     "(diag(s) - s @ s.T) @ g",   "", "s: n, g: n",                          "s * g - s * (s.T @ g)",            "", "", "softmax"),
    ("coll-06",     "(eye(n) - s @ ones(1, n)) @ g", "", "s: n, g: n",                      "g - s * sum(g)",                   "", "", "log-softmax"),
    kind="equality")
# fmt: on

layer_identities = Identities(
    [
        *DENSE,
        *ELEMENTWISE,
        *SOFTMAX,
        *LOSSES,
        *BACKPROPAGATION,
        *COMPOSITION,
        *COLUMNS,
        *ROWS,
        *NORMALISATION,
        *COLLAPSES,
    ]
)
"""Every identity that needs a layer."""
