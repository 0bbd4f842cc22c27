"""The parameters of a network as rows store them.

    form             by name     stored
    XW               W1, b1      (in, out), (out,)
    XWT              W1, b1      (out, in), (out,)
    folded           Theta1      (1 + in, out): the bias is its first row
    folded columns   Theta1      (out, 1 + in): the bias is its first column

A layer without bias has nothing to fold in: form folded keeps its W1 as XW does, folded columns as
the column form does.
"""

from __future__ import annotations

import numpy as np

from ..layers import Linear
from ..network import Network
from ..operators.operator import entries
from ..unknown import Array
from .forms import form_named, refuse_others

__all__ = ["to_folded_columns", "to_rows"]


def to_rows(net: Network, form: str = "XW") -> dict[str, Array]:
    """The parameters as that form stores them: W1, b1, …, folded Theta1, ….

    Raises:
        LayoutError: no network, an unknown form, a graph, other layers, or sizes only.

    >>> net = Network.parse("2-3-1", activation="tanh")
    >>> {name: value.shape for name, value in to_rows(net).items()}
    {'W1': (2, 3), 'b1': (3,), 'W2': (3, 1), 'b2': (1,)}
    >>> {name: value.shape for name, value in to_rows(net, "folded").items()}
    {'Theta1': (3, 3), 'Theta2': (4, 1)}
    """
    form_named(form)
    refuse_others(net)
    net.refuse_sizes_only()
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


def to_folded_columns(net: Network) -> dict[str, Array]:
    """The parameters of `z = Θ [1; a]`: Theta1 (out, 1 + in), …, the transposes of those in rows.

    Raises:
        LayoutError: as of `to_rows`.

    >>> net = Network.parse("2-3-1", activation="tanh")
    >>> {name: value.shape for name, value in to_folded_columns(net).items()}
    {'Theta1': (3, 3), 'Theta2': (1, 4)}
    """
    return {name: value.T for name, value in to_rows(net, "folded").items()}
