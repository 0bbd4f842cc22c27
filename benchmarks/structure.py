"""What structure saves: a diagonal as ⊙, and softmax's full Jacobian."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np

from jacobians.layers import Softmax
from jacobians.operators import Diagonal

from .measure import Goal, Row, allocated
from .networks import Works, jax_setup
from .params import fill

PEERS = ("JAX jacrev", "JAX jacfwd", "torch.func")


def rows() -> Iterator[Row]:
    s, g = np.random.default_rng(0).standard_normal((2, 10_000))
    matrix = {"diag(s) as a matrix": lambda: np.diag(s) @ g}
    bare = {"np.multiply": lambda: np.multiply(s, g)}
    yield Row("Diagonal(s) @ g, n = 10⁴", lambda: Diagonal(s) @ g, matrix, bare, ())
    memory = Goal(tuple(bare), 1.3, 1.05)
    yield Row("the same, memory", lambda: Diagonal(s) @ g, matrix, bare, (memory,), allocated, "kB")
    yield hadamard(1_000_000)
    yield softmax(1000)


def hadamard(n: int) -> Row:
    s, g = np.random.default_rng(0).standard_normal((2, n))
    bare = {"np.multiply": lambda: np.multiply(s, g)}
    goal = Goal(tuple(bare), 1.3, 1.05)
    return Row("Diagonal(s) @ g, n = 10⁶", lambda: Diagonal(s) @ g, {}, bare, (goal,))


def softmax(n: int) -> Row:
    z = np.random.default_rng(0).standard_normal(n)
    layer = Softmax()

    def ours() -> Any:
        return np.asarray(layer.jacobian(z))

    peers = _softmax_peers(z)
    for peer, jacobian in peers.items():
        np.testing.assert_allclose(ours(), np.asarray(jacobian()), atol=1e-12, err_msg=peer)
    limit = {"fill": fill((n, n))["fill"]}
    return Row(f"softmax, n = {n}", ours, peers, limit, (Goal(PEERS, 0.6, 0.45),))


def _softmax_peers(z: Any) -> Works:
    works: Works = {}
    if find_spec("jax"):
        jax, _ = jax_setup()
        point = jax.numpy.asarray(z)
        reverse, ahead = (jax.jit(mode(jax.nn.softmax)) for mode in (jax.jacrev, jax.jacfwd))
        works["JAX jacrev"] = lambda: reverse(point).block_until_ready()
        works["JAX jacfwd"] = lambda: ahead(point).block_until_ready()
    if find_spec("torch"):
        import torch

        vector = torch.from_numpy(z)
        jacobian = torch.func.jacrev(lambda z: torch.softmax(z, 0))
        works["torch.func"] = lambda: jacobian(vector)
    return works
