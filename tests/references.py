"""Plain functions as the textbooks write them, with nothing from the packages.

`np` is the module that computes: autograd.numpy to differentiate, numpy for complex steps.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

Functions = dict[str, Callable[..., Any]]


def elementwise(np: Any, erf: Any = None) -> Functions:
    def sigmoid(z: Any) -> Any:
        return 1 / (1 + np.exp(-z))

    def elu(z: Any, alpha: float) -> Any:
        return np.where(z > 0, z, alpha * (np.exp(z) - 1))

    return {
        "identity": lambda z: 1.0 * z,
        "sigmoid": sigmoid,
        "tanh": np.tanh,
        "relu": lambda z: np.where(z > 0, z, 0 * z),
        "leaky relu": lambda z: np.where(z > 0, z, 0.01 * z),
        "leaky relu 0.2": lambda z: np.where(z > 0, z, 0.2 * z),
        "elu": lambda z: elu(z, 1.0),
        "elu 0.7": lambda z: elu(z, 0.7),
        "selu": lambda z: 1.0507009873554805 * elu(z, 1.6732632423543772),
        "gelu": lambda z: z * (1 + erf(z / np.sqrt(2.0))) / 2,
        "gelu tanh": lambda z: 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
        "silu": lambda z: z * sigmoid(z),
        "softplus": lambda z: np.log(1 + np.exp(z)),
        "softplus 2": lambda z: np.log(1 + np.exp(2 * z)) / 2,
        "softsign": lambda z: z / (1 + np.abs(z)),
        "log sigmoid": lambda z: np.log(sigmoid(z)),
        "hard tanh": lambda z: np.where(z > 1, 1.0, np.where(z < -1, -1.0, z)),
        "hard tanh -0.5 0.8": lambda z: np.where(z > 0.8, 0.8, np.where(z < -0.5, -0.5, z)),
        "sin": np.sin,
        "exp": np.exp,
        "square": lambda z: z**2,
    }


def mixing(np: Any) -> Functions:
    def softmax(z: Any) -> Any:
        return np.exp(z) / np.sum(np.exp(z), axis=0)

    return {"softmax": softmax, "log softmax": lambda z: np.log(softmax(z))}


def normalisation(np: Any) -> Functions:
    def normalised(x: Any, gamma: Any, beta: Any, axis: int, eps: float) -> Any:
        deviation = x - np.mean(x, axis, keepdims=True)
        variance = np.mean(deviation**2, axis, keepdims=True)
        gamma, beta = (np.reshape(p, (-1, 1)[: x.ndim]) for p in (gamma, beta))
        return gamma * deviation / np.sqrt(variance + eps) + beta

    return {
        "layer norm": lambda x, gamma, beta: normalised(x, gamma, beta, 0, 1e-5),
        "layer norm 0.5": lambda x, gamma, beta: normalised(x, gamma, beta, 0, 0.5),
        "batch norm": lambda x, gamma, beta: normalised(x, gamma, beta, 1, 1e-5),
        "batch norm 0.5": lambda x, gamma, beta: normalised(x, gamma, beta, 1, 0.5),
    }


def linear(np: Any) -> Functions:
    def apply(x: Any, W: Any, b: Any = None) -> Any:
        z = np.dot(W, x)
        if b is None:
            return z
        return z + (b if x.ndim == 1 else np.outer(b, np.ones(x.shape[1])))

    return {"linear": apply, "linear without bias": apply, "linear to 2": apply}


def structural(np: Any) -> Functions:
    """Of one sample; rows are stacked, cut and read out one by one."""

    def by_rows(rows: int, columns: int) -> Callable[..., Any]:
        """The entries of x row by row, in rows of the new width; no rows: a vector."""

        def reshaped(x: Any) -> Any:
            read = np.concatenate(list(x)) if x.ndim == 2 else 1.0 * x
            cut = [read[k * columns : (k + 1) * columns] for k in range(rows)]
            return np.stack(cut) if rows else read

        return reshaped

    def by_columns(x: Any) -> Any:
        """Likewise from a matrix to 3×4 column by column."""
        read = np.concatenate(list(x.T))
        return np.stack([read[k : k + 3] for k in range(0, 12, 3)]).T

    return {
        "add": lambda u, v: u + v,
        "subtract": lambda u, v: u - v,
        "hadamard": lambda u, v: u * v,
        "divide": lambda u, v: u / v,
        "scale -0.4": lambda x: -0.4 * x,
        "matrix product": np.dot,
        "x A y": lambda x, A, y: np.array([np.sum(A * np.outer(x, y))]),
        "concatenate": lambda x1, x2: np.concatenate([x1, x2]),
        "concatenate 3": lambda x1, x2, x3: np.concatenate([x1, x2, x3]),
        "slice 1:4": lambda x: x[1:4],
        "slice :-2": lambda x: x[:-2],
        "slice 1:3, :2": lambda x: x[1:3, :2],
        "slice :, 1:": lambda x: x[:, 1:],
        "transpose": lambda x: x.T,
        "reshape to 2×3": by_rows(2, 3),
        "reshape to 3×4": by_rows(3, 4),
        "reshape to 6": by_rows(0, 6),
        "reshape to 3×4 by columns": by_columns,
        "flatten": by_rows(0, 6),
        "flatten by columns": lambda x: np.concatenate(list(x.T)),
        "entry sum": lambda x: np.array([np.sum(x)]),
    }


def coupling(np: Any) -> Functions:
    """Of all samples together, (n, N) or one sample alone."""
    return {
        "sum of samples": lambda x: np.sum(x, axis=1) if x.ndim == 2 else 1.0 * x,
        "mean of samples": lambda x: np.mean(x, axis=1) if x.ndim == 2 else 1.0 * x,
    }


def over_samples(
    function: Callable[..., Any], arguments: Sequence[str], shared: Collection[str], np: Any
) -> Callable[..., Any]:
    """A function of one sample for samples as the last axis, one after the other."""

    def every(*inputs: Any) -> Any:
        own = [name not in shared for name in arguments]
        count = next(x.shape[-1] for x, its in zip(inputs, own, strict=True) if its)
        values = [
            function(*(x[..., k] if its else x for x, its in zip(inputs, own, strict=True)))
            for k in range(count)
        ]
        return np.stack(values, axis=-1)

    return every


def pairs() -> Functions:
    names = ["custom", "custom by differences"]
    names += ["custom with a jacobian", "custom with a jvp and a vjp"]
    return dict.fromkeys(names, lambda x: x[:3] * x[1:])


def losses(np: Any) -> Functions:
    """Of one sample or several: sums over all entries, before any mean over samples."""

    def huber(p: Any, t: Any, delta: float) -> Any:
        e = np.abs(p - t)
        return np.sum(np.where(e <= delta, 0.5 * e**2, delta * (e - 0.5 * delta)))

    def binary(p: Any, t: Any) -> Any:
        return -np.sum(t * np.log(p) + (1 - t) * np.log(1 - p))

    return {
        "half squared error": lambda p, t: np.sum((p - t) ** 2) / 2,
        "squared error": lambda p, t: np.sum((p - t) ** 2),
        "mean squared error": lambda p, t: np.sum((p - t) ** 2) / p.shape[0],
        "cross entropy": lambda p, t: -np.sum(t * np.log(p)),
        "softmax cross entropy": lambda p, t: -np.sum(t * mixing(np)["log softmax"](p)),
        "binary cross entropy": binary,
        "binary cross entropy with logits": lambda p, t: binary(1 / (1 + np.exp(-p)), t),
        "absolute error": lambda p, t: np.sum(np.abs(p - t)),
        "huber": lambda p, t: huber(p, t, 1.0),
        "huber 0.65": lambda p, t: huber(p, t, 0.65),
    }


def reduced(loss: Callable[..., Any], reduction: str) -> Callable[..., Any]:
    """The loss over samples as columns: their mean or their sum."""

    def total(p: Any, t: Any) -> Any:
        samples = p.shape[1] if p.ndim == 2 and reduction == "mean" else 1
        return loss(p, t) / samples

    return total


ANALYTIC = ["identity", "sigmoid", "tanh", "gelu tanh", "silu", "softplus", "softplus 2"]
ANALYTIC += ["log sigmoid", "sin", "exp", "square", "softmax", "log softmax", "linear"]
ANALYTIC += ["linear without bias", "linear to 2", "half squared error", "squared error"]
ANALYTIC += ["mean squared error", "cross entropy", "softmax cross entropy"]
ANALYTIC += ["binary cross entropy", "binary cross entropy with logits", "custom"]
ANALYTIC += ["add", "subtract", "hadamard", "divide", "scale -0.4", "matrix product", "x A y"]
ANALYTIC += ["concatenate", "transpose", "reshape to 3×4", "flatten", "entry sum"]
ANALYTIC += ["sum of samples", "mean of samples"]
ANALYTIC += ["layer norm", "layer norm 0.5", "batch norm", "batch norm 0.5"]
"""Those that complex steps may go through: no comparison, no absolute value."""
