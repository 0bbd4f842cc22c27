"""Plain functions as the textbooks write them, with nothing from the packages.

`np` is the module that computes: autograd.numpy to differentiate, numpy for complex steps.
"""

from __future__ import annotations

from collections.abc import Callable
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


def linear(np: Any) -> Functions:
    def apply(x: Any, W: Any, b: Any = None) -> Any:
        z = np.dot(W, x)
        if b is None:
            return z
        return z + (b if x.ndim == 1 else np.outer(b, np.ones(x.shape[1])))

    return {"linear": apply, "linear without bias": apply, "linear to 2": apply}


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
"""Those that complex steps may go through: no comparison, no absolute value."""
