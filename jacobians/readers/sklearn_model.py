"""A fitted scikit-learn MLP as a network, read by its attributes; scikit-learn is not imported.

    scikit-learn                          here
    coefs_[l], (inputs, outputs)          W_(l+1), (outputs, inputs): transposed
    samples as rows                       samples as columns
    log loss of a softmax                 cross-entropy, mean over samples
    log loss of a logistic output         binary cross-entropy, mean over samples
    squared error                         half squared error, mean over samples

Only the data term of its loss is taken, not the penalty `alpha`. Its regressor reports the squared
error averaged over outputs too, but follows the gradient of the sum over outputs, as here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from layouts.errors import InputError

from ..layers import (
    BinaryCrossEntropy,
    CrossEntropy,
    HalfSquaredError,
    Layer,
    Linear,
    Loss,
    activation_named,
)
from .description import Description

__all__ = ["read"]

ACTIVATIONS = {
    "identity": "identity",
    "logistic": "sigmoid",
    "tanh": "tanh",
    "relu": "relu",
    "softmax": "softmax",
}
NOTE = (
    "Read from a fitted {}: its coefs_, (inputs, outputs), stand transposed here, its samples "
    "are rows and stand here as columns; the loss is its data term, without the penalty alpha."
)
WANTED = ("coefs_", "intercepts_", "activation", "out_activation_", "loss")


def read(mlp: Any) -> Description:
    """The network of a fitted `MLPClassifier` or `MLPRegressor`.

    Raises:
        LayoutError: no such model, one that is not fitted, or a loss or activation that has no
            counterpart here.
    """
    missing = [name for name in WANTED if not hasattr(mlp, name)]
    if missing:
        raise InputError(
            f"{type(mlp).__name__} has no {missing[0]}: a fitted MLPClassifier or MLPRegressor is "
            "wanted (call its fit first)."
        )
    layers: list[Layer] = []
    hidden, output = _activation(mlp.activation), _activation(mlp.out_activation_)
    for number, (coefficients, intercepts) in enumerate(
        zip(mlp.coefs_, mlp.intercepts_, strict=True), start=1
    ):
        layers.append(Linear(np.array(coefficients, dtype=np.float64).T, np.array(intercepts)))
        last = number == len(mlp.coefs_)
        layers.append(activation_named(output if last else hidden))
    return Description(layers, _loss(mlp), note=NOTE.format(type(mlp).__name__))


def _activation(name: Any) -> str:
    if name not in ACTIVATIONS:
        raise InputError(
            f"the activation {name!r} has no counterpart: {', '.join(ACTIVATIONS)} do."
        )
    return ACTIVATIONS[name]


def _loss(mlp: Any) -> Loss:
    if mlp.loss == "squared_error":
        return HalfSquaredError(reduction="mean")
    if mlp.loss in ("log_loss", "binary_log_loss"):
        return CrossEntropy() if mlp.out_activation_ == "softmax" else BinaryCrossEntropy()
    raise InputError(f"the loss {mlp.loss!r} has no counterpart: squared_error and log_loss do.")
