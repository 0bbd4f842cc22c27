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

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from layouts.errors import InputError, near_names

from ..layers import Elementwise, Layer, Linear, Softmax
from ..layers.folded_linear import FoldedLinear
from ..network import Network
from ..unknown import Array

__all__ = [
    "FORMS",
    "Form",
    "folded",
    "form_named",
    "form_of",
    "refuse_no_network",
    "refuse_others",
    "unfolded",
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


def form_of(matrix: str, form: str) -> str:
    """The form of one layer by its matrix: one that has no bias has nothing to fold in.

    >>> form_of("Θ1", "folded"), form_of("W2", "folded")
    ('folded', 'XW')
    """
    return "XW" if form == "folded" and matrix.startswith("W") else form


def refuse_no_network(net: object) -> None:
    """Refuse what is no network, a notation for instance.

    >>> refuse_no_network("2-3")
    Traceback (most recent call last):
    layouts.errors.InputError: '2-3' is no Network: make one, Network.parse('2-3-2').
    """
    if not isinstance(net, Network):
        raise InputError(f"{net!r} is no Network: make one, Network.parse('2-3-2').")


def refuse_others(net: Network) -> None:
    """Refuse what has no row form: graphs, layers that are no linear or activation layer."""
    refuse_no_network(net)
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
    return _with_layers(net, [
        FoldedLinear(layer.W, layer.b) if isinstance(layer, Linear) and layer.b is not None
        else layer for layer in net.layers
    ])  # fmt: skip


def unfolded(net: Network) -> Network:
    """The same network with each bias apart again.

    >>> list(unfolded(folded(Network.parse("2-3-1", activation="tanh"))).parameters)
    ['W1', 'b1', 'W2', 'b2']
    """
    return _with_layers(net, [
        Linear(layer.W, layer.b) if isinstance(layer, FoldedLinear) else layer
        for layer in net.layers
    ])  # fmt: skip


def _with_layers(net: Network, layers: list[Layer]) -> Network:
    drawn = {"generator": net.generator, "seed": net.seed, "note": net.note}
    return Network(layers, net.loss, source=net.source, **drawn)  # type: ignore[arg-type]
