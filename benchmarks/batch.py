"""Each sample's own Jacobian of the output by all parameters, one N × m × P array.

The peers' columns of a weight block stand in another order (rows stacked, not columns): the sums of
the rows are compared before anything is timed. Blocks are a list of arrays instead of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from jacobians import per_sample_jacobians

from .measure import Goal, Row
from .networks import jax_samples, network, torch_samples
from .params import fill

FLAT = ("JAX flat",)
# fmt: off
NETS: list[tuple[list[int], int, tuple[Goal, ...], tuple[Goal, ...]]] = [
    # sizes          samples  goals               goals of the same into out=
    ([64, 64, 10],   64,      (Goal(FLAT, 1.1),), (Goal(FLAT, 0.6),)),
    ([20, 50, 50, 10], 256,   (),                 ()),
]
# fmt: on


def rows() -> Iterator[Row]:
    for sizes, samples, goals, goals_into in NETS:
        net, _ = network(sizes, "tanh")
        X = np.random.default_rng(1).standard_normal((sizes[0], samples))
        ours = per_sample_jacobians(net, X)
        peers = jax_samples(net, X) | torch_samples(net, X)
        if "JAX flat" in peers:
            theirs = np.asarray(peers["JAX flat"]())
            np.testing.assert_allclose(ours.sum(axis=2), theirs.sum(axis=2), rtol=1e-8)
        limits, there, name = fill(ours.shape), np.empty(ours.shape), f"{net.notation}, {samples}"

        def fresh(net: Any = net, X: Any = X) -> Any:
            return per_sample_jacobians(net, X)

        def into(net: Any = net, X: Any = X, there: Any = there) -> Any:
            return per_sample_jacobians(net, X, out=there)

        fresh_fill = {"fresh fill": limits["fresh fill"]}
        yield Row(f"{name} samples", fresh, peers, fresh_fill, goals)
        yield Row("the same, `out=`", into, peers, {"fill": limits["fill"]}, goals_into)
