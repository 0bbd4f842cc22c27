"""What structure saves: a diagonal as ⊙, and the full Jacobians of softmax and layer norm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np

from jacobians.layers import Layer, LayerNorm, Softmax
from jacobians.operators import Diagonal

from .measure import Goal, Row, allocated
from .networks import Works, jax_setup
from .params import fill

Functions = Mapping[str, Callable[[Any, Any], Any]]
"""The peer's module and x to y, by the peer's name."""
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
    yield layer_norm(1000)


def hadamard(n: int) -> Row:
    s, g = np.random.default_rng(0).standard_normal((2, n))
    bare = {"np.multiply": lambda: np.multiply(s, g)}
    goal = Goal(tuple(bare), 1.3, 1.05)
    return Row("Diagonal(s) @ g, n = 10⁶", lambda: Diagonal(s) @ g, {}, bare, (goal,))


def softmax(n: int) -> Row:
    peers = {"jax": lambda jax, z: jax.nn.softmax(z), "torch": lambda torch, z: torch.softmax(z, 0)}
    return _full_jacobian(f"softmax, n = {n}", Softmax(), n, peers, Goal(PEERS, 0.6, 0.45))


def layer_norm(n: int) -> Row:
    gamma, beta = np.random.default_rng(1).standard_normal((2, n))

    def by_jax(jax: Any, x: Any) -> Any:
        return gamma * (x - x.mean()) / jax.numpy.sqrt(x.var() + 1e-5) + beta

    def by_torch(torch: Any, x: Any) -> Any:
        weight, bias = torch.from_numpy(gamma), torch.from_numpy(beta)
        return torch.nn.functional.layer_norm(x, (n,), weight, bias)

    peers = {"jax": by_jax, "torch": by_torch}
    layer = LayerNorm(gamma, beta)
    return _full_jacobian(f"layer norm, n = {n}", layer, n, peers, Goal(PEERS, 0.55, 0.4))


def _full_jacobian(work: str, layer: Layer, n: int, functions: Functions, goal: Goal) -> Row:
    z = np.random.default_rng(0).standard_normal(n)

    def ours() -> Any:
        return np.asarray(layer.jacobian(z))

    peers = _peers(z, functions)
    for peer, jacobian in peers.items():
        np.testing.assert_allclose(ours(), np.asarray(jacobian()), atol=1e-12, err_msg=peer)
    limit = {"fill": fill((n, n))["fill"]}
    return Row(work, ours, peers, limit, (goal,))


def _peers(z: Any, functions: Functions) -> Works:
    works: Works = {}
    if find_spec("jax"):
        jax, _ = jax_setup()
        point, function = jax.numpy.asarray(z), partial(functions["jax"], jax)
        reverse, ahead = (jax.jit(mode(function)) for mode in (jax.jacrev, jax.jacfwd))
        works["JAX jacrev"] = lambda: reverse(point).block_until_ready()
        works["JAX jacfwd"] = lambda: ahead(point).block_until_ready()
    if find_spec("torch"):
        import torch

        vector = torch.from_numpy(z)
        jacobian = torch.func.jacrev(partial(functions["torch"], torch))
        works["torch.func"] = lambda: jacobian(vector)
    return works
