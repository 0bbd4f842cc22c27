"""Samples as rows: the same network, X = Aᵀ (N, n), a sample in each row.

    form      W stored              forward          dW, dΘ        dX              db
    XW        W  (in, out)          X W + 1 b        Xᵀ Δ          Δ Wᵀ            1ᵀ Δ
    XWT       W  (out, in)          X Wᵀ + 1 b       Δᵀ X          Δ W             1ᵀ Δ
    folded    Θ  (1 + in, out)      [1, X] Θ         [1, X]ᵀ Δ     Δ Wᵀ

b is a row, (out,) as stored. Θ has b as its first row and below it W as form XW stores it; the ones
are no input, so that nothing flows back through the first row. A layer without bias has nothing to
fold in and keeps its W. The column form is Z = W A + b 1ᵀ, or folded Z = Θ [1; A] with
Θ (out, 1 + in): each of its values and gradients is the transpose of that in rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, ShapeError, near_names

from ..layers import Elementwise, Layer, Linear, Loss, Softmax
from ..layers.base import as_numbers
from ..layers.folded_linear import FoldedLinear
from ..network import Network
from ..operators.operator import entries
from ..unknown import Array

__all__ = [
    "FORMS",
    "Form",
    "folded",
    "form_named",
    "form_of",
    "from_folded_columns",
    "from_rows",
    "refuse_others",
    "to_folded_columns",
    "to_rows",
]


class Form(NamedTuple):
    """A linear layer said in rows, the bias apart; P is W or Θ, D the cotangent Δ of Z."""

    stored: str
    forward: Callable[[Array, Array], Array]
    by_matrix: Callable[[Array, Array], Array]
    by_input: Callable[[Array, Array], Array]


def extended(X: Array) -> Array:
    """`[1, X]`: a column of ones before the samples' entries."""
    return np.hstack([np.ones((len(X), 1)), X])


# fmt: off
FORMS: Mapping[str, Form] = {
    # stored; the forward, the bias apart; by the matrix, dW or dΘ; by the input, dX
    "XW": Form("(in, out)",
    lambda X, P: X @ P,           lambda X, D: X.T @ D,           lambda D, P: D @ P.T),
    "XWT": Form("(out, in)",
    lambda X, P: X @ P.T,         lambda X, D: D.T @ X,           lambda D, P: D @ P),
    "folded": Form("(1 + in, out)",
    lambda X, P: extended(X) @ P, lambda X, D: extended(X).T @ D, lambda D, P: D @ P[1:].T),
}
# fmt: on


def form_named(name: str) -> Form:
    """The form of that name.

    Raises:
        InputError: there is none.

    >>> form_named("XWT").stored
    '(out, in)'
    """
    if not isinstance(name, str) or name not in FORMS:
        raise InputError(f"there is no form {name!r} of a linear layer in rows: "
                         + near_names(str(name), FORMS))  # fmt: skip
    return FORMS[name]


def form_of(matrix: str, form: str) -> Form:
    """A layer that has no bias has nothing to fold in."""
    return FORMS["XW" if form == "folded" and matrix.startswith("W") else form]


def refuse_others(net: Network) -> None:
    """Refuse what has no row form: graphs, layers that are no linear or activation layer."""
    if not net.is_row:
        raise InputError(f"samples stand as rows only in rows of layers: the graph {net} keeps "
                         "them as columns.")  # fmt: skip
    for layer in net.layers:
        if not isinstance(layer, Linear | Elementwise | Softmax):
            raise InputError(f"{layer!r} has no row form: linear layers, elementwise functions, "
                             "softmax and log-softmax do.")  # fmt: skip
        if isinstance(layer, Linear) and sum(layer is other for other in net.layers) > 1:
            raise InputError(f"{layer!r} stands in the row twice: in rows each linear layer has "
                             "parameters of its own. Make two of it.")  # fmt: skip


def folded(net: Network) -> Network:
    """The same network, with samples as columns, each bias folded in: `z = Θ [1; a]`.

    >>> list(folded(Network.parse("2-3-1", activation="tanh")).parameters)
    ['Θ1', 'Θ2']
    """
    refuse_others(net)
    layers: list[Layer] = [
        FoldedLinear(layer.W, layer.b) if isinstance(layer, Linear) and layer.b is not None
        else layer for layer in net.layers
    ]  # fmt: skip
    drawn = {"generator": net.generator, "seed": net.seed, "note": net.note}
    return Network(layers, net.loss, source=net.source, **drawn)  # type: ignore[arg-type]


def to_rows(net: Network, form: str = "XW") -> dict[str, Array]:
    """The parameters as that form stores them: W1, b1, …, folded Theta1, ….

    Raises:
        LayoutError: an unknown form, a graph, other layers, or a network of sizes only.

    >>> net = Network.parse("2-3-1", activation="tanh")
    >>> {name: value.shape for name, value in to_rows(net).items()}
    {'W1': (2, 3), 'b1': (3,), 'W2': (3, 1), 'b2': (1,)}
    >>> {name: value.shape for name, value in to_rows(net, "folded").items()}
    {'Theta1': (3, 3), 'Theta2': (4, 1)}
    """
    form_named(form)
    net.refuse_sizes_only()
    refuse_others(net)
    stored: dict[str, Array] = {}
    for step in net.steps:
        if isinstance(step.layer, Linear):
            W, b = entries(step.layer.W), step.layer.b
            stored |= _stored(step.name[1:], W, None if b is None else entries(b), form)
    return stored


def _stored(number: str, W: Array, b: Array | None, form: str) -> dict[str, Array]:
    """The parameters of one layer, the Θ of form `folded` with the bias as its first row."""
    if form == "folded" and b is not None:
        return {f"Theta{number}": np.vstack([b, W.T])}
    matrix = {f"W{number}": W.copy() if form == "XWT" else W.T.copy()}
    return matrix if b is None else {**matrix, f"b{number}": b.copy()}


def from_rows(
    parameters: Mapping[str, npt.ArrayLike],
    form: str = "XW",
    activation: str | Layer | Sequence[str | Layer] | None = None,
    loss: Loss | str | None = None,
    *,
    reduction: str | None = None,
) -> Network:
    """The column form of a network of which the parameters are given as a row form stores them.

    Args:
        parameters: W1, b1, W2, …, folded Theta1, …; biases may be missing.
        form: how they are stored.
        activation: one for each linear layer, or one for all.
        loss: a loss, its name, or None.
        reduction: "mean" or "sum" over samples.

    Raises:
        LayoutError: an unknown form or name, matrices that do not chain.

    >>> net = Network.parse("2-3-1", activation="tanh")
    >>> same = from_rows(to_rows(net, "folded"), "folded", activation="tanh")
    >>> bool(np.all(same.parameters["W2"] == net.parameters["W2"])), str(same)
    (True, '2-3-1: tanh, tanh')
    """
    said = form_named(form)
    weights: dict[str, Array] = {}
    for name, given in parameters.items():
        weights |= _as_columns(name, as_numbers(given, name), form)
    count = sum(name.startswith("W") for name in weights)
    matrices = [weights[f"W{number}"] for number in range(1, count + 1) if f"W{number}" in weights]
    if not matrices or len(matrices) != count:
        expected = "Theta1, Theta2, …" if form == "folded" else "W1, b1, W2, …"
        raise InputError(f"the parameters {', '.join(parameters) or '(none)'} are no whole network "
                         f"in form {form}: they are {expected}, numbered from 1.")  # fmt: skip
    for number, (lower, upper) in enumerate(pairwise(matrices), start=1):
        if upper.shape[1] != len(lower):
            raise ShapeError(f"layer {number} has {len(lower)} outputs, layer {number + 1} takes "
                             f"{upper.shape[1]}: in form {form} a matrix is {said.stored}. Stored "
                             "the other way round?")  # fmt: skip
    sizes = [matrices[0].shape[1], *(len(W) for W in matrices)]
    notation = "-".join(map(str, sizes))
    return Network.parse(notation, activation, loss, reduction=reduction, weights=weights)


def _as_columns(name: str, value: Array, form: str) -> dict[str, Array]:
    """One parameter in the column form: Θ comes apart into W and b."""
    if name.startswith("b") and value.ndim == 2 and len(value) == 1:
        value = value[0]
    if name.startswith("b"):
        return {name: value}
    if value.ndim != 2:
        raise ShapeError(f"{name} has shape {value.shape}: in form {form} it is a matrix, "
                         f"{form_of(name, form).stored}.")  # fmt: skip  # fmt: skip
    if form == "folded" and name.startswith("Theta"):
        number = name.removeprefix("Theta")
        return {f"W{number}": value[1:].T, f"b{number}": value[0]}
    return {name: value if form == "XWT" else value.T}


def to_folded_columns(net: Network) -> dict[str, Array]:
    """The parameters of `z = Θ [1; a]`: Theta1 (out, 1 + in), …, the transposes of those in rows.

    >>> net = Network.parse("2-3-1", activation="tanh")
    >>> {name: value.shape for name, value in to_folded_columns(net).items()}
    {'Theta1': (3, 3), 'Theta2': (1, 4)}
    """
    return {name: value.T for name, value in to_rows(net, "folded").items()}


def from_folded_columns(
    parameters: Mapping[str, npt.ArrayLike],
    activation: str | Layer | Sequence[str | Layer] | None = None,
    loss: Loss | str | None = None,
    *,
    reduction: str | None = None,
) -> Network:
    """The network of which the parameters are given as `z = Θ [1; a]` stores them.

    >>> net = Network.parse("2-3-1", activation="tanh")
    >>> str(from_folded_columns(to_folded_columns(net), activation="tanh"))
    '2-3-1: tanh, tanh'
    """
    rows = {name: np.transpose(value) for name, value in parameters.items()}
    return from_rows(rows, "folded", activation, loss, reduction=reduction)
