"""What layers hand to formulas: activations, their derivatives, softmax, losses.

    sigmoid(z), dsigmoid(z)             σ and σ', entry by entry; so for every activation
    softmax(Z), log_softmax(Z)          column by column
    half_squared_error(p, t)            a number, as the loss of that name defines it

Values are those of the layers. A complex step cannot go through a form that is made to be stable
(`|z|` is not analytic); for it the smooth ones have their plain definition beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from layouts.formulas.functions import SCALAR, Function, Misfit, elementwise
from layouts.sizes import Shape, by

from .layers import ACTIVATIONS, LOSSES, Elementwise, functions

__all__ = ["layer_functions"]


def _logistic(z: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-z))


def _silu_slope(z: Any) -> Any:
    return _logistic(z) * (1.0 + z * _logistic(-z))


# fmt: off
PLAIN: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    #               σ(z)                                   σ'(z)
    "sigmoid":     (_logistic,                             lambda z: _logistic(z) * _logistic(-z)),
    "tanh":        (np.tanh,                               lambda z: 1.0 - np.tanh(z) ** 2),
    "softplus":    (lambda z: np.log1p(np.exp(z)),         _logistic),
    "log_sigmoid": (lambda z: -np.log1p(np.exp(-z)),       lambda z: _logistic(-z)),
    "silu":        (lambda z: z * _logistic(z),            _silu_slope),
    "sin":         (np.sin,                                np.cos),
    "exp":         (np.exp,                                np.exp),
    "square":      (lambda z: z * z,                       lambda z: 2.0 * z),
    "identity":    (lambda z: z,                           np.ones_like),
}
# fmt: on
"""The smooth activations as texts define them."""


def _stable(stable: Callable[[Any], Any], plain: Callable[[Any], Any] | None) -> Function:
    """The layer's own form for real arguments, the plain one for complex steps."""
    if plain is None:
        return elementwise(stable, analytic=False)
    return elementwise(lambda z: plain(z) if np.iscomplexobj(z) else stable(z))


def softmax(Z: Any) -> Any:
    """Column by column, of many matrices at once."""
    E = np.exp(Z - Z.real.max(axis=-2, keepdims=True))
    return E / E.sum(axis=-2, keepdims=True)


def log_softmax(Z: Any) -> Any:
    """Likewise, without a logarithm of what has vanished."""
    shifted = Z - Z.real.max(axis=-2, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-2, keepdims=True))


def _of_pair(p: Shape, t: Shape) -> Shape:
    """A number, of a prediction and a target of one shape."""
    if p != t:
        raise Misfit(f"takes a prediction and a target of one shape, not {by(p)} and {by(t)}")
    return SCALAR


SMOOTH = {"half_squared_error", "squared_error", "mean_squared_error", "cross_entropy",
          "binary_cross_entropy", "softmax_cross_entropy"}  # fmt: skip
"""The losses that complex steps may go through."""


def _loss(name: str) -> Function:
    """A loss of (prediction, target), of many at once."""
    loss = LOSSES[name]()

    def value(P: Any, T: Any) -> Any:
        if name == "softmax_cross_entropy":
            terms = -T * log_softmax(P)
        else:
            terms = type(loss).value(P, T, **loss.options)
        total = np.sum(terms, axis=(-2, -1), keepdims=True)
        return loss.weight(P.shape[-2:]) * total

    def as_numpy(p: Any, t: Any) -> Any:
        p, t = np.broadcast_arrays(np.asarray(p, dtype=float), t)
        return value(p.reshape(len(p), -1), t.reshape(len(t), -1))[0, 0]

    return Function(_of_pair, value, as_numpy, (2, 2), analytic=name in SMOOTH)


@lru_cache
def layer_functions() -> dict[str, Function]:
    """By the names that the command line knows; the derivative of an activation begins with d.

    >>> from layouts import Formula
    >>> f = Formula.parse("(W.T @ d) * dsigmoid(z)", functions=layer_functions())
    >>> print(f.to_text())
    (Wᵀ d) ⊙ σ'(z)
    """
    found: dict[str, Function] = {}
    for name, make in ACTIVATIONS.items():
        layer = make()
        if isinstance(layer, Elementwise):
            value, slope = PLAIN.get(name, (None, None))
            found[name] = _stable(layer.forward, value)
            found[f"d{name}"] = _stable(layer.slopes, slope)
    found["softmax"] = Function(lambda Z: Z, softmax, functions.softmax)
    found["log_softmax"] = Function(lambda Z: Z, log_softmax, functions.log_softmax)
    return found | {name: _loss(name) for name in LOSSES}
