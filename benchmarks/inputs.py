"""Jacobian of the output by the input, through ten layers: one product, in the planned order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any

import numpy as np

from .measure import Goal, Row
from .networks import jax_inputs, network, torch_jacobian

JAX, ALL = ("JAX jacrev", "JAX jacfwd"), ("JAX jacrev", "JAX jacfwd", "torch.func")


def from_left(weights: list[Any]) -> Any:
    return reduce(lambda product, W: product @ W, weights[::-1])


def from_right(weights: list[Any]) -> Any:
    return reduce(lambda product, W: W @ product, weights)


def from_the_middle(weights: list[Any]) -> Any:
    half = len(weights) // 2
    return from_right(weights[half:]) @ from_left(weights[:half])


# fmt: off
NETS: list[tuple[str, list[int], Callable[[list[Any]], Any], Goal]] = [
    # name             sizes                         bare products    goal
    ("512 … 512",      11 * [512],                   from_right,      Goal(JAX, 1.2, 1)),
    ("512 … 16 … 512", [*5 * [512], 16, *5 * [512]], from_the_middle, Goal(ALL, 0.15, 0.1)),
    ("512 … 512 → 10", [*10 * [512], 10],            from_left,       Goal(JAX, 1.3, 1)),
    ("2 → 512 … 512",  [2, *10 * [512]],             from_right,      Goal(JAX, 1.3, 1)),
]
# fmt: on


def rows() -> Iterator[Row]:
    for name, sizes, product, goal in NETS:
        net, x = network(sizes, "tanh")
        weights = [layer.W for layer in net.layers[::2]]

        def ours(net: Any = net, x: Any = x) -> Any:
            return np.asarray(net.jacobian(x, wrt="x"))

        peers = jax_inputs(net, x) | torch_jacobian(net, x, 1)
        for peer, jacobian in peers.items():
            np.testing.assert_allclose(
                ours(), np.asarray(jacobian()), rtol=1e-8, atol=1e-12, err_msg=peer
            )
        limit = {"products alone": lambda product=product, weights=weights: product(weights)}
        yield Row(name, ours, peers, limit, (goal,))
