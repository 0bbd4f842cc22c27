"""An evaluator of the formulas that reports print, in NumPy, and plain networks to compare with.

    sum       term ± term ± …                     - before a term too
    term      product ⊙ product, product / product, entry by entry
    product   factors side by side: the matrix product; a number scales
    factor    name, number, (sum), f(sum), f'(sum), [i], [i, j], [i, :], each with ᵀ behind it

A lone 1 is a column of ones, as long as what stands beside it; as a number it is 1. What is
constant along a row, `v 1ᵀ`, or down a column, `1 vᵀ`, stands as v, and ⊙ repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

TOKEN = re.compile(
    r"\s*(∂[a-zA-Z0-9_]+/∂[a-zA-Z0-9_]+|\d+\.?\d*|[A-Za-zσδγΘ][A-Za-z0-9_]*'?|\[[^\]]*\]|[^\s])"
)
END = "end"


def softmax(z: Any) -> Any:
    return np.exp(z) / np.exp(z).sum(axis=0)


PLAIN: dict[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: z * (z > 0),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "sin": np.sin,
    "square": lambda z: z * z,
    "exp": np.exp,
    "softmax": softmax,
    "log_softmax": lambda z: np.log(softmax(z)),
}
LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "half_squared_error": lambda a, y: 0.5 * ((a - y) ** 2).sum(0),
    "squared_error": lambda a, y: ((a - y) ** 2).sum(0),
    "mean_squared_error": lambda a, y: ((a - y) ** 2).mean(0),
    "cross_entropy": lambda a, y: -(y * np.log(a)).sum(0),
    "softmax_cross_entropy": lambda a, y: -(y * np.log(softmax(a))).sum(0),
    "binary_cross_entropy": lambda a, y: -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum(0),
    "binary_cross_entropy_with_logits": lambda a, y: (np.log(1 + np.exp(a)) - y * a).sum(0),
    "absolute_error": lambda a, y: np.abs(a - y).sum(0),
    "huber": lambda a, y: np.where(np.abs(a - y) <= 1, 0.5 * (a - y) ** 2, np.abs(a - y) - 0.5).sum(
        0
    ),
}
SLOPES: dict[str, Callable[[Any], Any]] = {
    "sigmoid": lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
    "tanh": lambda z: 1 / np.cosh(z) ** 2,
    "relu": lambda z: 1.0 * (z > 0),
    "softplus": lambda z: 1 / (1 + np.exp(-z)),
    "sin": np.cos,
    "square": lambda z: 2 * z,
    "exp": np.exp,
}
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    **PLAIN,
    **{f"{name}'": slope for name, slope in SLOPES.items()},
    "σ": PLAIN["sigmoid"],
    "σ'": SLOPES["sigmoid"],
    "sign": np.sign,
    "vec": lambda X: X.reshape(-1, 1, order="F"),
}


class Reader:
    """One formula, read from left to right."""

    def __init__(self, text: str, values: dict[str, Any]) -> None:
        self.tokens = [*TOKEN.findall(text), END]
        self.values = values

    @property
    def next(self) -> str:
        return self.tokens[0]

    def take(self, wanted: str | None = None) -> str:
        token = self.tokens.pop(0)
        assert wanted in (None, token), f"{wanted} wanted, {token} found"
        return token

    def sum(self) -> Any:
        sign = -1 if self.next == "-" and self.take() else 1
        total = sign * self.term()
        while self.next in "+-":
            total = total + self.term() if self.take() == "+" else total - self.term()
        return total

    def term(self) -> Any:
        result = self.product()
        while self.next in "⊙/·":
            sign, other = self.take(), self.product()
            result = result / other if sign == "/" else result * other
        return result

    def product(self) -> Any:
        factors = []
        while self.next not in (*"+-⊙/·),;", END):
            factors.append(self.factor())
        result = factors.pop()
        if result is ROW_OF_ONES and factors:  # a column times ones: ⊙ repeats it along the rows
            result = factors.pop()
        if result is ONES and factors:
            result = np.ones((factors[-1].shape[1], 1))
        while factors:
            left = factors.pop()
            if left is ROW_OF_ONES:
                left = np.ones((1, result.shape[0]))
            scales = left is ONES or np.ndim(left) == 0
            result = (1.0 if left is ONES else left) * result if scales else left @ result
        return 1.0 if result is ONES else result

    def factor(self) -> Any:
        token = self.take()
        if token == "(":
            value = self.sum()
            self.take(")")
        elif token == "clip":
            value = self.clipped()
        elif token in FUNCTIONS and self.next == "(":
            self.take("(")
            value = FUNCTIONS[token](self.sum())
            self.take(")")
        elif token[0].isdigit():
            value = ONES if token == "1" else float(token)
        else:
            value = self.values[token]
        if self.next.startswith("["):
            value = picked(value, self.take())
        if self.next == "ᵀ":
            self.take()
            value = ROW_OF_ONES if value is ONES else value.T
        return value

    def clipped(self) -> Any:
        self.take("(")
        value = self.sum()
        self.take(",")
        self.take("±")
        bound = float(self.take())
        self.take(")")
        return np.clip(value, -bound, bound)


ONES, ROW_OF_ONES = object(), object()


def picked(value: Any, index: str) -> Any:
    """An entry or a row, counted from 1; always two axes."""
    rows, *columns = [part.strip() for part in index[1:-1].split(",")]
    i = int(rows) - 1
    if columns == [":"]:
        return value[i : i + 1, :]
    j = int(columns[0]) - 1 if columns else 0
    return value[i : i + 1, j : j + 1]


def evaluated(text: str, values: dict[str, Any]) -> Any:
    """The value of a printed formula."""
    reader = Reader(text, values)
    result = reader.sum()
    reader.take(END)
    return result


def loss_at(sizes: list[int], activations: list[str], loss: str, reduction: str, point: Any) -> Any:
    """The loss of a dense network, as a textbook computes it."""
    a = point["a0"]
    for number, name in enumerate(activations, start=1):
        a = PLAIN[name](point[f"W{number}"] @ a + point[f"b{number}"].reshape(-1, 1))
    each = LOSSES[loss](a, point["y"])
    return each.mean() if reduction == "mean" else each.sum()


def by_differences(f: Callable[[Any], Any], at: Any, h: float = 1e-5) -> Any:
    """The gradient of a scalar function, shaped as the point."""
    gradient = np.zeros(at.shape)
    for index in np.ndindex(at.shape):
        step = np.zeros(at.shape)
        step[index] = h
        gradient[index] = (f(at + step) - f(at - step)) / (2 * h)
    return gradient
