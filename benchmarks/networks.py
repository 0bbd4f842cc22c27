"""The networks that are measured, ours and the peers' with the same numbers in them.

A peer that is not installed has no entries: its columns stay empty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import numpy as np

from jacobians import Network
from jacobians.layers import Linear, activation_named

Works = dict[str, Callable[[], Any]]


def network(sizes: Sequence[int], *activations: str) -> tuple[Network, Any]:
    """Weights scaled so that nothing saturates, and an input; one activation serves all layers."""
    draw = np.random.default_rng(0).standard_normal
    layers: list[Any] = []
    for k, (n, m) in enumerate(pairwise(sizes)):
        layers.append(Linear(draw((m, n)) / np.sqrt(n), draw(m)))
        layers.append(activation_named(activations[min(k, len(activations) - 1)]))
    return Network(layers), draw(sizes[0])


def _pairs(net: Network, make: Callable[[Any], Any]) -> list[Any]:
    return [
        (make(each.W.copy()), make(each.b.copy()))
        for each in net.layers
        if isinstance(each, Linear)
    ]


def _forward(net: Network, functions: dict[str, Any]) -> Callable[[Any, Any], Any]:
    """The network as a function of (parameters, x), in anybody's arrays."""
    activations = [functions[layer.word] for layer in net.layers[1::2]]

    def forward(pairs: Any, x: Any) -> Any:
        for (W, b), activation in zip(pairs, activations, strict=True):
            x = activation(W @ x + b)
        return x

    return forward


def jax_setup() -> tuple[Any, dict[str, Any]]:
    import jax

    jax.config.update("jax_enable_x64", True)
    return jax, {"tanh": jax.numpy.tanh, "relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid}


def jax_parameters(net: Network, x: Any) -> Works:
    """By the flattened parameters, one matrix as ours; and by the list, in blocks."""
    if not find_spec("jax"):
        return {}
    jax, functions = jax_setup()
    from jax.flatten_util import ravel_pytree

    forward = _forward(net, functions)
    pairs, point = _pairs(net, jax.numpy.asarray), jax.numpy.asarray(x)
    theta, unravel = ravel_pytree(pairs)
    flat = jax.jit(jax.jacrev(lambda theta, x: forward(unravel(theta), x)))
    blocks = jax.jit(jax.jacrev(forward))
    return {
        "JAX flat": lambda: flat(theta, point).block_until_ready(),
        "JAX blocks": lambda: jax.block_until_ready(blocks(pairs, point)),
    }


def jax_samples(net: Network, X: Any) -> Works:
    """Each sample's own Jacobian by the flattened parameters, samples first; and in blocks."""
    if not find_spec("jax"):
        return {}
    jax, functions = jax_setup()
    from jax.flatten_util import ravel_pytree

    forward = _forward(net, functions)
    pairs, points = _pairs(net, jax.numpy.asarray), jax.numpy.asarray(X.T)
    theta, unravel = ravel_pytree(pairs)
    by_theta = jax.jacrev(lambda theta, x: forward(unravel(theta), x))
    flat = jax.jit(jax.vmap(by_theta, in_axes=(None, 0)))
    blocks = jax.jit(jax.vmap(jax.jacrev(forward), in_axes=(None, 0)))
    return {
        "JAX flat": lambda: flat(theta, points).block_until_ready(),
        "JAX blocks": lambda: jax.block_until_ready(blocks(pairs, points)),
    }


def jax_inputs(net: Network, x: Any) -> Works:
    """Both modes: JAX leaves the choice to its user."""
    if not find_spec("jax"):
        return {}
    jax, functions = jax_setup()
    forward = _forward(net, functions)
    pairs, point = _pairs(net, jax.numpy.asarray), jax.numpy.asarray(x)
    reverse = jax.jit(jax.jacrev(forward, argnums=1))
    ahead = jax.jit(jax.jacfwd(forward, argnums=1))
    return {
        "JAX jacrev": lambda: reverse(pairs, point).block_until_ready(),
        "JAX jacfwd": lambda: ahead(pairs, point).block_until_ready(),
    }


def torch_jacobian(net: Network, x: Any, argument: int) -> Works:
    """By the parameters, argument 0, in blocks; by the input, argument 1."""
    if not find_spec("torch"):
        return {}
    import torch

    torch.set_num_threads(1)
    functions = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid}
    pairs, point = _pairs(net, torch.from_numpy), torch.from_numpy(x)
    reverse = torch.func.jacrev(_forward(net, functions), argnums=argument)
    return {"torch.func": lambda: reverse(pairs, point)}


def torch_samples(net: Network, X: Any) -> Works:
    """Each sample's own Jacobian by the parameters, in blocks."""
    if not find_spec("torch"):
        return {}
    import torch

    torch.set_num_threads(1)
    functions = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid}
    pairs, points = _pairs(net, torch.from_numpy), torch.from_numpy(X.T.copy())
    reverse = torch.func.vmap(torch.func.jacrev(_forward(net, functions)), in_dims=(None, 0))
    return {"torch.func": lambda: reverse(pairs, points)}


def autograd_parameters(net: Network, x: Any) -> Works:
    """By the flattened parameters."""
    if not find_spec("autograd"):
        return {}
    import autograd.numpy as anp
    from autograd import jacobian
    from autograd.misc.flatten import flatten

    functions = {
        "tanh": anp.tanh,
        "relu": lambda z: anp.maximum(z, 0.0),
        "sigmoid": lambda z: 1.0 / (1.0 + anp.exp(-z)),
    }
    forward = _forward(net, functions)
    theta, unravel = flatten(_pairs(net, np.asarray))
    flat = jacobian(lambda theta: forward(unravel(theta), x))
    return {"autograd": lambda: flat(theta)}
