"""The layers, one file for each structure of Jacobian, and their names in notations."""

from __future__ import annotations

from collections.abc import Callable

from layouts.errors import InputError, near_names

from .arithmetic import Add, Divide, Hadamard, Scale, Subtract
from .base import Layer
from .custom import Custom
from .elementwise import (
    ELU,
    GELU,
    SELU,
    Elementwise,
    Exp,
    Hardtanh,
    Identity,
    LeakyReLU,
    LogSigmoid,
    ReLU,
    Shift,
    Sigmoid,
    SiLU,
    Sin,
    Softplus,
    Softsign,
    Square,
    Tanh,
)
from .joint import Joint
from .linear import Linear
from .losses import (
    AbsoluteError,
    BinaryCrossEntropy,
    BinaryCrossEntropyWithLogits,
    CrossEntropy,
    HalfSquaredError,
    Huber,
    Loss,
    MeanSquaredError,
    SoftmaxCrossEntropy,
    SquaredError,
)
from .matrix_products import BilinearForm, MatrixProduct
from .normalisation import BatchNorm, LayerNorm
from .parts import Concatenate, Slice
from .rearrangements import Flatten, Reshape, Transpose
from .softmaxes import LogSoftmax, Softmax
from .sums import MeanOverSamples, Sum, SumOverSamples

__all__ = [
    "ACTIVATIONS",
    "ELU",
    "GELU",
    "LOSSES",
    "SELU",
    "AbsoluteError",
    "Add",
    "BatchNorm",
    "BilinearForm",
    "BinaryCrossEntropy",
    "BinaryCrossEntropyWithLogits",
    "Concatenate",
    "CrossEntropy",
    "Custom",
    "Divide",
    "Elementwise",
    "Exp",
    "Flatten",
    "Hadamard",
    "HalfSquaredError",
    "Hardtanh",
    "Huber",
    "Identity",
    "Joint",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "Loss",
    "MatrixProduct",
    "MeanOverSamples",
    "MeanSquaredError",
    "ReLU",
    "Reshape",
    "Scale",
    "Shift",
    "SiLU",
    "Sigmoid",
    "Sin",
    "Slice",
    "Softmax",
    "SoftmaxCrossEntropy",
    "Softplus",
    "Softsign",
    "Square",
    "SquaredError",
    "Subtract",
    "Sum",
    "SumOverSamples",
    "Tanh",
    "Transpose",
    "activation_named",
    "loss_named",
]

ACTIVATIONS: dict[str, Callable[[], Layer]] = {
    "identity": Identity,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "elu": ELU,
    "selu": SELU,
    "gelu": GELU,
    "gelu_tanh": lambda: GELU(approximate="tanh"),
    "silu": SiLU,
    "softplus": Softplus,
    "softsign": Softsign,
    "log_sigmoid": LogSigmoid,
    "hard_tanh": Hardtanh,
    "sin": Sin,
    "exp": Exp,
    "square": Square,
    "softmax": Softmax,
    "log_softmax": LogSoftmax,
}

LOSSES: dict[str, type[Loss]] = {
    "half_squared_error": HalfSquaredError,
    "squared_error": SquaredError,
    "mean_squared_error": MeanSquaredError,
    "cross_entropy": CrossEntropy,
    "softmax_cross_entropy": SoftmaxCrossEntropy,
    "binary_cross_entropy": BinaryCrossEntropy,
    "binary_cross_entropy_with_logits": BinaryCrossEntropyWithLogits,
    "absolute_error": AbsoluteError,
    "huber": Huber,
}


def activation_named(name: str) -> Layer:
    """The activation of that name; case, hyphens and underscores do not matter.

    >>> activation_named("leaky_relu"), activation_named("LeakyReLU")
    (LeakyReLU(negative_slope=0.01), LeakyReLU(negative_slope=0.01))
    """
    plain = {known.replace("_", ""): make for known, make in ACTIVATIONS.items()}
    make = plain.get(_plain(name))
    if make is None:
        raise InputError(f"unknown activation {name!r}: {near_names(name, ACTIVATIONS)}")
    return make()


def loss_named(name: str, reduction: str | None = None) -> Loss:
    """The loss of that name, likewise.

    >>> loss_named("half_squared_error")
    HalfSquaredError(reduction='sum')
    """
    plain = {known.replace("_", ""): make for known, make in LOSSES.items()}
    make = plain.get(_plain(name))
    if make is None:
        raise InputError(f"unknown loss {name!r}: {near_names(name, LOSSES)}")
    return make(reduction)


def _plain(name: str) -> str:
    if not isinstance(name, str):
        raise InputError(f"{name!r} is no name of a function: names are text.")
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")
