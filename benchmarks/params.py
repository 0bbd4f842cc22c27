"""Full Jacobian of the output by all parameters, one m × P matrix; then its factors alone.

The peers' matrices have the columns of each weight block in another order (rows stacked, not
columns): the sums of the rows are compared before anything is timed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from jacobians import Network

from .measure import Goal, Row
from .networks import autograd_parameters, jax_parameters, network, torch_jacobian

FLAT, TORCH = ("JAX flat",), ("torch.func",)
# fmt: off
NETS: list[tuple[tuple[int, ...], tuple[str, ...], str, tuple[Goal, ...]]] = [
    # sizes             activations          limit         goals
    ((2, 3, 2),           ("relu", "sigmoid"), "",           (Goal(FLAT, 8, 4), Goal(TORCH, 0.2))),
    ((20, 50, 50, 10),    ("tanh",),           "fill",       (Goal(FLAT, 2, 1),)),
    ((784, 256, 128, 10), ("tanh",),           "fill",       (Goal(FLAT, 0.35, 0.25), Goal(("fill",), 2.2, 1.8))),  # noqa: E501
    ((784, 1024, 1024, 10), ("tanh",),         "fresh fill", (Goal(FLAT, 0.4), Goal(("fresh fill",), 1.5, 1.2))),  # noqa: E501
]
# fmt: on
LARGE = 10**5


def rows() -> Iterator[Row]:
    for sizes, activations, limit, goals in NETS:
        net, x = network(sizes, *activations)
        name, parameters = net.notation, int(net.parameter_count)
        peers = jax_parameters(net, x) | torch_jacobian(net, x, 0) | autograd_parameters(net, x)
        same_row_sums(dense(net, x), peers)
        limits = {limit: fill((sizes[-1], parameters))[limit]} if limit else {}
        yield Row(name, lambda net=net, x=x: dense(net, x), peers, limits, goals)
        if parameters > LARGE:
            yield Row(
                f"{name}, factors kept",
                lambda net=net, x=x: net.jacobian(x, wrt="parameters").operator.blocks,
                {"the full matrix": lambda net=net, x=x: dense(net, x)},
                {},
                (Goal(("the full matrix",), 0.1, 0.07),),
            )


def dense(net: Network, x: Any) -> Any:
    return np.asarray(net.jacobian(x, wrt="parameters"))


def fill(shape: tuple[int, ...]) -> dict[str, Any]:
    """Writing one number everywhere: into a matrix that is there, and into a new one."""
    there = np.empty(shape)
    return {"fill": lambda: there.fill(1.0), "fresh fill": lambda: np.empty(shape).fill(1.0)}


def same_row_sums(ours: Any, peers: dict[str, Any]) -> None:
    for name in {"JAX flat", "autograd"} & peers.keys():
        theirs = np.asarray(peers[name]())
        np.testing.assert_allclose(ours.sum(axis=1), theirs.sum(axis=1), rtol=1e-8, err_msg=name)
