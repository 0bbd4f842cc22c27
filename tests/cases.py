"""One list of layers and points, each with one sample and with samples as columns.

Sizes all differ and none is 1, except in the cases labelled "size 1": a wrong vec or Kronecker
order is invisible where a size is 1, a missing transpose where a matrix is square. Points keep away
from kinks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from jacobians import layers
from jacobians.layers import Custom, Layer, Linear
from tests.normalisation_cases import NORMALISATION
from tests.structural_cases import STRUCTURAL


class Case(NamedTuple):
    name: str
    """The function with its options: what references are looked up by."""
    points: str
    layer: Layer
    inputs: tuple[Any, ...]

    @property
    def label(self) -> str:
        return f"{self.name}, {self.points}"

    @property
    def arguments(self) -> list[str]:
        """Those that can be varied: not a class index."""
        return [
            name
            for name, value in zip(self.layer.arguments, self.inputs, strict=True)
            if np.asarray(value).dtype == np.float64
        ]


SAMPLE = np.array([0.3, -1.2, 2.1, -0.7])
BATCH = np.array([[0.3, -1.1, 1.7], [-1.2, 0.6, 0.2], [2.1, -0.4, -2.3], [-0.7, 1.4, -0.2]])
WEIGHTS = np.array(
    [
        [0.5, -1.0, 2.0, 0.25],
        [1.5, 0.75, -0.5, 3.0],
        [-2.0, 1.25, 0.1, -0.3],
        [0.2, -0.6, 1.1, 0.9],
        [-1.4, 0.8, 0.35, -2.5],
    ]
)
BIAS = np.array([0.1, -0.2, 0.3, 1.4, -0.5])
PROBABILITIES = np.array([[0.2, 0.55, 0.3], [0.5, 0.15, 0.9], [0.1, 0.7, 0.45], [0.6, 0.35, 0.8]])
TARGETS = np.array([[1.1, -0.4, 0.9], [0.25, 0.7, -1.3], [-0.8, 0.15, 0.6], [0.45, -1.5, 0.05]])
SOFT_TARGETS = np.array([[0.1, 0.4, 0.3], [0.3, 0.9, 0.2], [0.2, 0.6, 0.8], [0.7, 0.5, 0.15]])
CLASSES = np.array([2, 0, 3])

ELEMENTWISE: dict[str, Layer] = {
    "identity": layers.Identity(),
    "sigmoid": layers.Sigmoid(),
    "tanh": layers.Tanh(),
    "relu": layers.ReLU(),
    "leaky relu": layers.LeakyReLU(),
    "leaky relu 0.2": layers.LeakyReLU(0.2),
    "elu": layers.ELU(),
    "elu 0.7": layers.ELU(alpha=0.7),
    "selu": layers.SELU(),
    "gelu": layers.GELU(),
    "gelu tanh": layers.GELU(approximate="tanh"),
    "silu": layers.SiLU(),
    "softplus": layers.Softplus(),
    "softplus 2": layers.Softplus(beta=2.0),
    "softsign": layers.Softsign(),
    "log sigmoid": layers.LogSigmoid(),
    "hard tanh": layers.Hardtanh(),
    "hard tanh -0.5 0.8": layers.Hardtanh(-0.5, 0.8),
    "sin": layers.Sin(),
    "exp": layers.Exp(),
    "square": layers.Square(),
}
MIXING: dict[str, Layer] = {"softmax": layers.Softmax(), "log softmax": layers.LogSoftmax()}

LOSSES: dict[str, tuple[type[layers.Loss], dict[str, float], Any, Any]] = {
    "half squared error": (layers.HalfSquaredError, {}, BATCH, TARGETS),
    "squared error": (layers.SquaredError, {}, BATCH, TARGETS),
    "mean squared error": (layers.MeanSquaredError, {}, BATCH, TARGETS),
    "cross entropy": (layers.CrossEntropy, {}, PROBABILITIES, SOFT_TARGETS),
    "softmax cross entropy": (layers.SoftmaxCrossEntropy, {}, BATCH, SOFT_TARGETS),
    "binary cross entropy": (layers.BinaryCrossEntropy, {}, PROBABILITIES, SOFT_TARGETS),
    "binary cross entropy with logits": (
        layers.BinaryCrossEntropyWithLogits, {}, BATCH, SOFT_TARGETS,
    ),
    "absolute error": (layers.AbsoluteError, {}, BATCH, TARGETS),
    "huber": (layers.Huber, {}, BATCH, TARGETS),
    "huber 0.65": (layers.Huber, {"delta": 0.65}, BATCH, TARGETS),
}  # fmt: skip


def pairs(x: Any) -> Any:
    """Products of neighbours, 4 entries to 3."""
    return x[:-1] * x[1:]


def pairs_jacobian(x: Any) -> Any:
    return np.eye(3, 4) * np.append(x[1:], 0.0) + np.eye(3, 4, k=1) * np.append(0.0, x[:-1])


def pairs_jvp(t: Any, x: Any) -> Any:
    return t[:-1] * x[1:] + x[:-1] * t[1:]


def pairs_vjp(g: Any, x: Any) -> Any:
    return np.append(g * x[1:], 0.0) + np.append(0.0, g * x[:-1])


CUSTOM: dict[str, Layer] = {
    "custom": Custom(pairs, pairs_jacobian, pairs_jvp, pairs_vjp, name="pairs"),
    "custom by differences": Custom(pairs, name="pairs"),
    "custom with a jacobian": Custom(pairs, jacobian=pairs_jacobian, name="pairs"),
    "custom with a jvp and a vjp": Custom(pairs, jvp=pairs_jvp, vjp=pairs_vjp, name="pairs"),
}


def linear_cases() -> Iterator[Case]:
    for points, x in {"one sample": SAMPLE, "batch": BATCH}.items():
        yield Case("linear", points, Linear(WEIGHTS, BIAS), (x, WEIGHTS, BIAS))
        yield Case("linear without bias", points, Linear(WEIGHTS), (x, WEIGHTS))
        yield Case("linear to 2", points, Linear(WEIGHTS[:2], BIAS[:2]), (x, WEIGHTS[:2], BIAS[:2]))


def function_cases() -> Iterator[Case]:
    for name, layer in (ELEMENTWISE | MIXING).items():
        yield Case(name, "one sample", layer, (SAMPLE,))
        yield Case(name, "batch", layer, (BATCH,))
    for name, layer in CUSTOM.items():
        yield Case(name, "one sample", layer, (SAMPLE,))
        yield Case(name, "batch", layer, (BATCH[:, :2],))


def loss_cases() -> Iterator[Case]:
    for name, (loss, options, P, T) in LOSSES.items():
        for reduction in ("mean", "sum"):
            layer, over = loss(reduction, **options), f"{reduction} over"
            yield Case(name, f"{over} one sample", layer, (P[:, 0], T[:, 0]))
            yield Case(name, f"{over} a batch", layer, (P, T))
            yield Case(name, f"{over} one sample, class index", layer, (P[:, 1], 2))
            yield Case(name, f"{over} a batch, class indices", layer, (P, CLASSES))


def size_one_cases() -> Iterator[Case]:
    yield Case("linear", "size 1 everywhere", Linear([[2.5]], [0.5]),
               (np.array([0.3]), np.array([[2.5]]), np.array([0.5])))  # fmt: skip
    yield Case("linear", "size 1 output", Linear(WEIGHTS[:1], BIAS[:1]),
               (BATCH, WEIGHTS[:1], BIAS[:1]))  # fmt: skip
    yield Case("linear", "size 1 input", Linear(WEIGHTS[:, :1], BIAS),
               (BATCH[:1], WEIGHTS[:, :1], BIAS))  # fmt: skip
    yield Case("linear", "size 1 batch", Linear(WEIGHTS, BIAS), (BATCH[:, :1], WEIGHTS, BIAS))
    yield Case("sigmoid", "size 1 everywhere", layers.Sigmoid(), (SAMPLE[:1],))
    yield Case("softmax", "size 1 everywhere", layers.Softmax(), (SAMPLE[:1],))
    yield Case("softmax", "size 1 batch", layers.Softmax(), (BATCH[:, :1],))
    yield Case("mean squared error", "mean over size 1 batch", layers.MeanSquaredError(),
               (BATCH[:, :1], TARGETS[:, :1]))  # fmt: skip
    yield Case("half squared error", "sum over size 1 output", layers.HalfSquaredError(),
               (BATCH[:1], TARGETS[:1]))  # fmt: skip


CASES = [*linear_cases(), *function_cases(), *loss_cases(), *size_one_cases()]
CASES += [Case(*row) for row in [*NORMALISATION, *STRUCTURAL]]
ARGUMENTS = [(case, wrt) for case in CASES for wrt in case.arguments]
"""Every case with every argument that can be varied."""


def label(case_and_argument: tuple[Case, str]) -> str:
    case, wrt = case_and_argument
    return f"{case.label}, by {wrt}"
