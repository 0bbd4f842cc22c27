"""The parameters' Jacobians of many samples at once, for a plain row of layers.

For sample k, with R_l = ∂a/∂z_l the running product of its chain and a the prediction,

    block          matrix                  entry
    ∂a/∂W_l        a_(l-1)ᵀ ⊗ R_l          (i, j·h_l + h)   a_(l-1)[j] R_l[i, h]
    ∂a/∂b_l        R_l                     (i, h)           R_l[i, h]

where z_l has h_l entries, counted from 0. The samples are one more axis in front: R_l is
(N, m, h_l), while it is diagonal (N, m). One product with W_l serves all samples, and every outer
product is written where it belongs. The tests prove that this and the chain agree.

NaN and infinity pass, without a warning. Zeros beside a diagonal are written, not computed: they
stay 0, as in the chain by one parameter, where the block row by all of them may have 0·NaN. The
zeros of a dense R_l, as ReLU makes them, are multiplied, and 0·NaN is NaN.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..layers import Elementwise
from ..network import Network
from ..operators.operator import spread
from ..parameter_row import is_plain_row
from ..steps import Step
from ..unknown import Array

__all__ = ["are_rows", "write_rows"]


def are_rows(net: Network, of: str) -> bool:
    """Whether `∂of/∂parameters` is that of a plain row of layers: then `write_rows` has it.

    >>> net = Network.parse("4-3-2", activation=["tanh", "softmax"])
    >>> are_rows(net, of="a2")      # softmax is not elementwise
    False
    """
    return net.is_row and of == net.prediction and is_plain_row(net.inner_steps)


def write_rows(net: Network, X: Array, out: Array) -> None:
    """Write the Jacobian of each sample of X (n, N) into `out` (N, m, P), of any strides.

    >>> net = Network.parse("4-3", activation="tanh")
    >>> out = np.empty((5, 3, 15))
    >>> write_rows(net, np.ones((4, 5)), out)
    >>> np.allclose(out[2], net.jacobian(np.ones(4), wrt="parameters"))
    True
    """
    where = columns(net)
    with np.errstate(all="ignore"):
        values = net.column_values(X)
        for step, R in running_products(net.inner_steps, values):
            a, W, *b = step.inputs
            write_outer(values[a].T, R, out[:, :, where[W]])
            for name in b:
                write(R, out[:, :, where[name]])


def columns(net: Network) -> dict[str, slice]:
    """The columns of each parameter, side by side in the network's order."""
    sizes = [value.size for value in net.parameters.values()]
    ends = np.cumsum([0, *sizes]).tolist()
    return {name: slice(*pair) for name, pair in zip(net.parameters, pairwise(ends), strict=True)}


def running_products(
    steps: Sequence[Step], values: Mapping[str, Any]
) -> Iterator[tuple[Step, Array]]:
    """Each linear step with R of every sample, from the output down."""
    R: Array = np.ones(values[steps[-1].name].T.shape)
    for step in reversed(steps):
        if isinstance(step.layer, Elementwise):
            slopes = step.layer.slopes(values[step.inputs[0]]).T
            R = R * (slopes if R.ndim == 2 else slopes[:, None, :])
            continue
        yield step, R
        if step is not steps[0]:
            W = values[step.inputs[1]]
            R = R[:, :, None] * W if R.ndim == 2 else np.tensordot(R, W, axes=1)


def write(R: Array, out: Array) -> None:
    """`out = R`, a diagonal as the full matrix."""
    if R.ndim == 3:
        out[...] = R
    else:
        out.fill(0.0)
        np.einsum("kii->ki", out)[...] = R


def write_outer(a: Array, R: Array, out: Array) -> None:
    """`out = aᵀ ⊗ R` for each sample: a (N, n), R (N, m, h), out (N, m, n h)."""
    n, h = a.shape[1], R.shape[-1]
    blocks: Array = np.reshape(out, (*out.shape[:2], n, h), copy=False)
    if R.ndim == 3:
        spread(a[:, None, :, None], R[:, :, None, :], blocks)
    else:
        out.fill(0.0)
        np.multiply(R[:, :, None], a[:, None, :], out=np.einsum("kiji->kij", blocks))
