"""Forward and backward with samples as rows: the sweep in the formulas of rows, in plain NumPy.

    Z = X W + 1 b        dW = Xᵀ Δ        dX = Δ Wᵀ        db = 1ᵀ Δ

and as the other forms of `forms` say them. Activations and losses lend their own vjps, turned on
the way in and out; of `backpropagation` nothing is used, so that the two can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, ShapeError
from layouts.sizes import by

from ..layers import Linear
from ..layers.base import as_numbers
from ..network import Network
from ..steps import Step
from ..unknown import Array
from .forms import FORMS, form_of
from .given_rows import input_rows, row_shapes, target_rows
from .stored import to_rows

__all__ = ["RowSweep", "row_sweep"]


class RowSweep(NamedTuple):
    """Every value and every gradient, samples as rows, by name; gradients are shaped as values."""

    values: dict[str, Array]
    gradients: dict[str, Array]


def row_sweep(
    net: Network,
    X: npt.ArrayLike,
    Y: npt.ArrayLike | None = None,
    form: str = "XW",
    *,
    cotangent: npt.ArrayLike | None = None,
) -> RowSweep:
    """Forward and backward with the formulas of rows, in plain NumPy.

    NaN and infinity pass, without a warning. `Xᵀ Δ` adds the samples up: one that is not finite
    makes the gradients by parameters NaN, also where its own other factor is 0 (0·∞, 0·NaN).

    Args:
        net: the network, in column form.
        X: samples as rows, (N, n); one sample may be (n,).
        Y: the targets, (N, m), or a class for each sample; of one sample (m,), of one output (N,);
            None without a loss.
        form: how weights are stored.
        cotangent: of the prediction, (N, m), where there is no loss.

    Raises:
        LayoutError: no network, an unknown form, arrays that do not fit or have no use, a graph,
            other layers.

    >>> net = Network.parse("2-3-1", activation="tanh", loss="half_squared_error")
    >>> sweep = row_sweep(net, [[1.0, 2.0], [0.5, 0.0], [-1.0, 1.0]], [[1.0], [0.0], [2.0]])
    >>> sweep.values["z1"].shape, sweep.gradients["W1"].shape, sweep.gradients["b1"].shape
    ((3, 3), (2, 3), (3,))
    """
    parameters = to_rows(net, form)
    _refuse_useless(net, Y, cotangent)
    values = {**_given(net, X, Y), **parameters}
    with np.errstate(all="ignore"):
        for step in net.inner_steps:
            values[step.name] = _forward(step, values, form)
        P = values[net.prediction]
        if net.loss is not None:
            values["L"] = np.asarray(net.loss(P.T, values["y"].T))
            Delta = net.loss.vjp(1.0, P.T, values["y"].T).T
        else:
            Delta = _shaped(cotangent, P)
        gradients = {net.prediction: Delta}
        for step in reversed(net.inner_steps):
            gradients |= _backward(step, values, gradients[step.name], form)
    return RowSweep(values, gradients)


def _forward(step: Step, values: Mapping[str, Array], form: str) -> Array:
    """The output of one layer, a sample in each row."""
    X = values[step.inputs[0]]
    if not isinstance(step.layer, Linear):
        return np.asarray(step.layer(X.T)).T
    matrix, bias = _names(step, values)
    Z = FORMS[form_of(matrix, form)].forward(X, values[matrix])
    return Z + values[bias] if bias else Z


def _backward(step: Step, values: Mapping[str, Array], Delta: Array, form: str) -> dict[str, Array]:
    """What the cotangent Δ of one layer's output, a sample in each row, makes of its inputs."""
    X = values[step.inputs[0]]
    if not isinstance(step.layer, Linear):
        return {step.inputs[0]: step.layer.vjp(Delta.T, X.T).T}
    matrix, bias = _names(step, values)
    said = FORMS[form_of(matrix, form)]
    found = {step.inputs[0]: said.by_input(Delta, values[matrix]), matrix: said.by_matrix(X, Delta)}
    return {**found, bias: np.ones(len(Delta)) @ Delta} if bias else found


def _names(step: Step, values: Mapping[str, Array]) -> tuple[str, str]:
    """Matrix and bias of a linear layer by name; no bias where there is none, or in Θ."""
    number = step.name[1:]
    matrix, bias = f"W{number}", f"b{number}"
    return f"Theta{number}" if matrix not in values else matrix, bias * (bias in values)


def _refuse_useless(net: Network, Y: npt.ArrayLike | None, cotangent: npt.ArrayLike | None) -> None:
    """Refuse what would be ignored."""
    if net.loss is None and Y is not None:
        raise InputError("this network has no loss, so targets Y have no use: give the cotangent "
                         "of the prediction.")  # fmt: skip
    if net.loss is not None and cotangent is not None:
        raise InputError(f"the loss {net.loss.word} gives the cotangent of the prediction: leave "
                         "out the other one, or the loss.")  # fmt: skip


def _given(net: Network, X: npt.ArrayLike, Y: npt.ArrayLike | None) -> dict[str, Array]:
    """The input and the target, a sample in each row."""
    rows = input_rows(net, X)
    if net.loss is None:
        return {"a0": rows}
    if Y is None:
        raise InputError(f"the network ends with the loss {net.loss.word}: give the targets Y.")
    return {"a0": rows, "y": target_rows(net, Y, *rows.shape)}


def _shaped(cotangent: npt.ArrayLike | None, P: Array) -> Array:
    """The cotangent of the prediction, where no loss gives it."""
    if cotangent is None:
        raise InputError("the network has no loss: give the cotangent of the prediction, "
                         f"{by(P.shape)}.")  # fmt: skip
    G = as_numbers(cotangent, "cotangent")
    if G.shape not in row_shapes(*P.shape):
        raise ShapeError(f"the cotangent has shape {G.shape}, the prediction {P.shape}: a "
                         "cotangent is shaped as its value.")  # fmt: skip
    return np.array(G).reshape(P.shape)
