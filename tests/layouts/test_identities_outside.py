"""The rows of the table against plain NumPy: no part of `layouts` reads, values or differentiates.

A row's formulas are Python, so Python's own parser reads them; what is left is a table of functions
and a walk over the tree. Derivatives are 4-point differences, laid out here once more.
"""

import ast
import math
import operator
import re

import numpy as np
import pytest

from jacobians.identities import layer_identities
from layouts import identities

ROWS = [row for row in identities + layer_identities if not row.by_hand]
POINTS = ((-2, 1 / 12), (-1, -2 / 3), (1, 2 / 3), (2, -1 / 12))
"""Where a function is taken, in steps, and its weights: the error is of the step's fourth power."""


def number(value):
    return np.array([[float(value)]])


def vec(X):
    return X.reshape(-1, 1, order="F")


def commutation(m, n):
    """K with K vec(A) = vec(Aᵀ), A m×n, entry by entry."""
    K = np.zeros((m * n, m * n))
    for i in range(m):
        for j in range(n):
            K[i * n + j, j * m + i] = 1
    return K


def adjugate(X):
    """The cofactors, transposed."""
    n = len(X)
    minors = [[np.delete(np.delete(X, i, 0), j, 1) for j in range(n)] for i in range(n)]
    return np.array(
        [[(-1) ** (i + j) * np.linalg.det(minors[i][j]) for j in range(n)] for i in range(n)]
    ).T


def expm(X):
    """Its power series, of X / 16, sixteen times."""
    term = total = np.eye(len(X))
    for k in range(1, 20):
        term = term @ X / 16 / k
        total = total + term
    return np.linalg.matrix_power(total, 16)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(Z):
    return np.exp(Z) / np.exp(Z).sum(0)


def normal(z):
    """The normal distribution up to z."""
    return (1 + np.vectorize(math.erf)(z / math.sqrt(2))) / 2


FUNCTIONS = {
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "abs": np.abs,
    "tr": lambda X: number(np.trace(X)), "det": lambda X: number(np.linalg.det(X)),
    "sum": lambda X: number(X.sum()), "norm": lambda X: number(math.sqrt((X * X).sum())),
    "inv": np.linalg.inv, "pinv": np.linalg.pinv, "adj": adjugate,
    "matrix_power": np.linalg.matrix_power, "expm": expm,
    "sinm": lambda X: expm(1j * X).imag, "cosm": lambda X: expm(1j * X).real,
    "diag": lambda x: np.diag(x.ravel()), "vec": vec, "rvec": lambda X: X.reshape(-1, 1),
    "kron": np.kron, "ones": lambda m, n=1: np.ones((m, n)),
    "zeros": lambda m, n=1: np.zeros((m, n)), "eye": np.eye, "commutation_matrix": commutation,
    "sigmoid": sigmoid, "dsigmoid": lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
    "tanh": np.tanh, "dtanh": lambda z: 1 / np.cosh(z) ** 2,
    "relu": lambda z: np.where(z > 0, z, 0), "drelu": lambda z: np.where(z > 0, 1.0, 0.0),
    "leaky_relu": lambda z: np.where(z > 0, z, z / 100),
    "dleaky_relu": lambda z: np.where(z > 0, 1, 1 / 100),
    "elu": lambda z: np.where(z > 0, z, np.exp(z) - 1),
    "delu": lambda z: np.where(z > 0, 1, np.exp(z)),
    "gelu": lambda z: z * normal(z),
    "dgelu": lambda z: normal(z) + z * np.exp(-z * z / 2) / math.sqrt(2 * math.pi),
    "softplus": lambda z: np.log(1 + np.exp(z)), "log_sigmoid": lambda z: -np.log(1 + np.exp(-z)),
    "silu": lambda z: z / (1 + np.exp(-z)), "softsign": lambda z: z / (1 + np.abs(z)),
    "square": np.square, "softmax": softmax, "log_softmax": lambda Z: np.log(softmax(Z)),
    "half_squared_error": lambda p, t: number(((p - t) ** 2).sum() / 2),
    "squared_error": lambda p, t: number(((p - t) ** 2).sum()),
    "mean_squared_error": lambda p, t: number(((p - t) ** 2).mean()),
    "absolute_error": lambda p, t: number(np.abs(p - t).sum()),
    "cross_entropy": lambda p, t: number(-(t * np.log(p)).sum()),
    "softmax_cross_entropy": lambda z, t: number(-(t * np.log(softmax(z))).sum()),
    "binary_cross_entropy": lambda p, t: number(-np.log(np.where(t == 1, p, 1 - p)).sum()),
    "binary_cross_entropy_with_logits":
        lambda z, t: number(-np.log(sigmoid(np.where(t == 1, z, -z))).sum()),
}  # fmt: skip
ASSUMED = {
    "": lambda X: X,
    "tall": lambda X: X,
    "positive": lambda X: np.abs(X),
    "symmetric": lambda X: X + X.T,
    "definite": lambda X: X @ X.T + np.eye(len(X)),
    "invertible": lambda X: 2 * np.eye(len(X)) + X / 4,
    "bits": lambda X: (X > 0) * 1.0,
    "class": lambda X: np.eye(len(X))[:, X.argmax(0)],
}
OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.MatMult: operator.matmul, ast.Pow: operator.pow, ast.USub: operator.neg,
}  # fmt: skip


def conforming(a, b):
    """Nothing is broadcast but numbers, and what has one row and one column."""
    shapes = {np.shape(each) for each in (a, b)} - {(), (1, 1)}
    assert len(shapes) <= 1, shapes


class Point:
    """Values for one row: drawn ones, formulas that names stand for, and some functions."""

    def __init__(self, row):
        self.draw = np.random.default_rng(list(row.id.encode()))
        self.let, self.values, self.functions = dict(row.let), {}, {}
        given = re.findall(r"(\w+)(?:\(([\w, ]+)\))?: (\S+?)(?: (\w+))?(?:, |$)", row.where)
        letters = dict.fromkeys(re.findall(r"[a-zA-Z]+", " ".join(s for _, _, s, _ in given)))
        self.sizes = dict(
            zip([x for x in letters if x != "scalar"], (4, 3, 2, 5, 6, 7), strict=False)
        )
        for _, _, shape, assumed in given:
            if assumed == "tall":
                p, q = shape.split("×")
                self.sizes[q], self.sizes[p] = sorted((self.sizes[p], self.sizes[q]))
        self.sizes |= {"scalar": 1}
        functions = [each for each in given[::-1] if each[1]]  # u(x) before g(u)
        for name, of, shape, assumed in [each for each in given if not each[1]] + functions:
            p, q = (*shape.split("×"), "1")[:2]
            size = tuple(self.sizes.get(each) or int(each) for each in (p, q))
            self.declare(name, of.split(", ") if of else [], size, assumed)

    def declare(self, name, of, shape, assumed):
        """A value, or c + C v + sin(D v) of the entries v of its arguments."""
        X = self.draw.choice([-1, 1], shape) * self.draw.uniform(0.4, 1.3, shape)
        if not of:
            self.values[name] = ASSUMED[assumed](X)
            return
        size = sum(self.value(each).size for each in of)
        C, D = self.draw.normal(size=(2, X.size, size)) * (0.3 if assumed else 1)
        c = {"invertible": 3 * np.eye(*shape), "positive": 0 * X + 5}.get(assumed, X)
        self.functions[name] = of, lambda v: c + (C @ v + np.sin(D @ v)).reshape(shape, order="F")

    def value(self, text, **at):
        """Of a formula, at other values of some names."""
        return self.of(ast.parse(text, mode="eval").body, at, None)

    def of(self, node, at, layout):
        match node:
            case ast.Constant(value):
                return value
            case ast.Name(name):
                return self.named(name, at)
            case ast.Attribute(inner, "T"):
                return self.of(inner, at, layout).T
            case ast.UnaryOp(sign, inner):
                return OPERATORS[type(sign)](self.of(inner, at, layout))
            case ast.BinOp(left, sign, right):
                a, b = self.of(left, at, layout), self.of(right, at, layout)
                if not isinstance(sign, ast.MatMult):
                    conforming(a, b)
                return OPERATORS[type(sign)](a, b)
            case ast.Call(ast.Name("d"), [of, *by]):
                return self.derivative(ast.unparse(of), [each.id for each in by], layout)
            case ast.Call(ast.Name(function), arguments):
                return FUNCTIONS[function](*(self.of(each, at, layout) for each in arguments))
        raise TypeError(ast.dump(node))

    def named(self, name, at):
        if name in at:
            return at[name]
        if name in self.let:
            return self.value(self.let[name], **at)
        if name in self.functions:
            of, function = self.functions[name]
            return function(np.vstack([vec(self.named(each, at)) for each in of]))
        return self.values[name] if name in self.values else self.sizes[name]

    def derivative(self, text, by, layout):
        """`d(u, x)`, and the truth of a row: of vectors and numbers, and through vec."""
        Y, X = self.value(text), self.value(by[0])
        if len(by) == 1:
            J = self.jacobian(lambda **at: self.value(text, **at), by[0])
        else:
            J = self.jacobian(lambda **at: self.slopes(text, by[0], at), by[1], 3e-3)
        if Y.size == 1 and len(by) == 1 and X.size > 1:
            return laid_out(J.reshape(X.shape, order="F").T, layout)
        return laid_out(J.reshape(Y.shape, order="F") if X.size == 1 else J, layout)

    def slopes(self, text, name, at):
        """Of a number, or by one."""
        return self.jacobian(lambda **more: self.value(text, **(at | more)), name, 3e-3, at)

    def jacobian(self, function, name, h=1e-3, at=None, stacked=vec):
        """∂vec(function)/∂vec(name), a row for each entry of the function."""
        X, columns = self.named(name, at or {}), []
        for k in range(X.size):
            E = np.zeros(X.size)
            E[k] = h
            E = E.reshape(X.shape, order="F" if stacked is vec else "C")
            terms = [w * stacked(function(**{name: X + step * E})) for step, w in POINTS]
            columns.append(sum(terms) / h)
        return np.hstack(columns)


def laid_out(numerator, layout):
    return numerator if layout == "numerator" else numerator.T


def truth(row, text, point, layout):
    """What differences say of one form of a row's left side."""
    match row.kind:
        case "equality":
            return point.value(text)
        case "differential":
            moving = [name for name in point.values if f"d{name}" in point.values]
            terms = (
                w * point.value(text, **{x: point.values[x] + t * 1e-3 * point.values[f"d{x}"]
                                         for x in moving})
                for t, w in POINTS
            )  # fmt: skip
            return sum(terms) / 1e-3
    if row.stacking == "rvec":
        J = point.jacobian(lambda **at: point.value(text, **at), row.wrt, stacked=FUNCTIONS["rvec"])
        return laid_out(J, layout)
    names = row.wrt.split(", ")
    names = names * 2 if row.kind == "second derivative" and len(names) == 1 else names
    return point.derivative(text, names, layout)


def worst(row):
    """The largest error of any form in any layout, relative to the largest entry."""
    point, errors = Point(row), []
    for layout, texts in (("numerator", row.numerator), ("denominator", row.denominator)):
        for form in (texts or row.numerator).split(" = "):
            said = point.of(ast.parse(form, mode="eval").body, {}, layout)
            for text in row.expression.split(" = "):
                true = truth(row, text, point, layout)
                assert said.shape == true.shape, (layout, said.shape, true.shape)
                scale = max(np.abs(true).max(), np.abs(said).max(), 1e-3)
                errors.append(np.abs(said - true).max() / scale)
    return np.max(errors)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_is_true_in_plain_numpy(row):
    assert worst(row) < 1e-7


def test_every_row_that_is_not_zero_could_have_been_found_wrong():
    silent = []
    for row in ROWS:
        twice = " = ".join(f"2 * ({form})" for form in row.numerator.split(" = "))
        if worst(row._replace(numerator=twice)) < 1e-3:
            silent.append(row.id)
    assert silent == ["vv-01", "sv-01", "vs-01", "sM-01", "d-M-01"]


@pytest.mark.parametrize("name", ["vv-10", "sv-12", "sM-08", "sM-22", "Ms-04", "vec-05", "norm-04"])
def test_the_other_layout_is_wrong(name):
    row = identities[name]
    turned = row._replace(numerator=row.denominator, denominator=row.numerator)
    with pytest.raises((AssertionError, ValueError)):  # another value, or another shape
        assert worst(turned) < 1e-3
