"""The layers' functions as SymPy's.

A layer states its Jacobian by its structure, `Diagonal(σ'(z))`; only σ and σ' of it are written for
floats. With those of the tables here in their place, its own rules take arrays of symbols. Each
statement stands in the form of the texts; at kinks it is the layer's choice.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy as sp

from layouts.errors import InputError
from layouts.sizes import by

from .. import layers
from ..layers import Layer
from ..layers.elementwise import SELU_ALPHA, SELU_SCALE
from ..layers.normalisation import Normalisation
from .entries import mapped, rational

__all__ = ["Named", "in_symbols"]

Named = Callable[[str, Any], Any]
"""Takes a word and an array; gives the array, or names for its entries."""
Members = Mapping[str, Any]
STATED_BY = {"function": "forward", "derivative": "slopes"}
"""What an elementwise class states, and the method that it is stated for."""


def in_symbols(layer: Layer, named: Named | None = None) -> Any:
    """The same layer for arrays of symbols.

    Args:
        layer: any layer; one that no table knows has to be made of arithmetic alone.
        named: is handed every part that is worth a name, such as σ'(z).
    """
    twin: Any = copy.copy(layer)
    members: dict[str, Any] = {"named": staticmethod(named or unnamed)}
    for kind in reversed(type(layer).__mro__):
        for own in vars(kind):  # a subclass that states something itself is taken at its word
            members.pop(STATED_BY.get(own, own), None)
        members |= TABLE.get(kind, {})
    twin.__class__ = type(type(layer).__name__, (type(layer),), members)
    if isinstance(layer, layers.Custom) and "jacobian" in layer.by_differences:
        twin.matrix = twin._differences
    return twin


def unnamed(word: str, array: Any) -> Any:
    """The array itself: no part gets a name."""
    return array


def sigmoid(z: Any) -> Any:
    return 1 / (1 + sp.exp(-z))


def above(z: Any, bound: Any, then: Any, otherwise: Any) -> Any:
    """Two branches; at the bound it is the second."""
    return sp.Piecewise((then, z > bound), (otherwise, True))


def inside(z: Any, low: Any, high: Any) -> Any:
    """1 strictly between the bounds."""
    return sp.Piecewise((1, sp.And(z > low, z < high)), (0, True))


def normal(z: Any) -> Any:
    """Φ, the standard normal distribution function."""
    return (1 + sp.erf(z / sp.sqrt(2))) / 2


def density(z: Any) -> Any:
    return sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi)


def inner(z: Any) -> Any:
    """What GELU's form with tanh takes the tanh of."""
    return sp.sqrt(2 / sp.pi) * (z + rational(0.044715) * z**3)


def inner_slope(z: Any) -> Any:
    return sp.sqrt(2 / sp.pi) * (1 + 3 * rational(0.044715) * z**2)


def gelu(z: Any, approximate: str) -> Any:
    return z * (normal(z) if approximate == "none" else (1 + sp.tanh(inner(z))) / 2)


def gelu_slope(z: Any, approximate: str) -> Any:
    if approximate == "none":
        return normal(z) + z * density(z)
    t = sp.tanh(inner(z))
    return (1 + t) / 2 + z * (1 - t**2) * inner_slope(z) / 2


def elu(z: Any, alpha: Any) -> Any:
    return above(z, 0, z, alpha * (sp.exp(z) - 1))


def elu_slope(z: Any, alpha: Any) -> Any:
    return above(z, 0, 1, alpha * sp.exp(z))


ALPHA, SCALE = rational(SELU_ALPHA), rational(SELU_SCALE)
# fmt: off
ELEMENTWISE: dict[type[Layer], tuple[Callable[..., Any], Callable[..., Any]]] = {
    #                   σ(z)                                              σ'(z)
    layers.Sigmoid:    (sigmoid,                                          lambda z: sigmoid(z) * (1 - sigmoid(z))),
    layers.Tanh:       (sp.tanh,                                          lambda z: 1 - sp.tanh(z) ** 2),
    layers.ReLU:       (lambda z: above(z, 0, z, 0),                      lambda z: above(z, 0, 1, 0)),
    layers.LeakyReLU:  (lambda z, negative_slope: above(z, 0, z, negative_slope * z), lambda z, negative_slope: above(z, 0, 1, negative_slope)),
    layers.ELU:        (elu,                                              elu_slope),
    layers.SELU:       (lambda z: SCALE * elu(z, ALPHA),                  lambda z: SCALE * elu_slope(z, ALPHA)),
    layers.GELU:       (gelu,                                             gelu_slope),
    layers.SiLU:       (lambda z: z * sigmoid(z),                         lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z)))),
    layers.Softplus:   (lambda z, beta: sp.log(1 + sp.exp(beta * z)) / beta, lambda z, beta: sigmoid(beta * z)),
    layers.Softsign:   (lambda z: z / (1 + sp.Abs(z)),                    lambda z: 1 / (1 + sp.Abs(z)) ** 2),
    layers.LogSigmoid: (lambda z: -sp.log(1 + sp.exp(-z)),                lambda z: sigmoid(-z)),
    layers.Hardtanh:   (lambda z, min_val, max_val: sp.Max(min_val, sp.Min(max_val, z)), lambda z, min_val, max_val: inside(z, min_val, max_val)),
    layers.Sin:        (sp.sin,                                           sp.cos),
    layers.Exp:        (sp.exp,                                           sp.exp),
    layers.Square:     (lambda z: z**2,                                   lambda z: 2 * z),
}
LOSSES: dict[type[Layer], tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]] = {
    #                           ℓ(p, t)                                  ∂ℓ/∂p                                ∂ℓ/∂t
    layers.HalfSquaredError:   (lambda p, t: (p - t) ** 2 / 2,           lambda p, t: p - t,                  lambda p, t: t - p),
    layers.CrossEntropy:       (lambda p, t: -t * sp.log(p),             lambda p, t: -t / p,                 lambda p, t: -sp.log(p)),
    layers.BinaryCrossEntropy: (lambda p, t: -t * sp.log(p) - (1 - t) * sp.log(1 - p),
                                                                         lambda p, t: (1 - t) / (1 - p) - t / p, lambda p, t: sp.log(1 - p) - sp.log(p)),
    layers.BinaryCrossEntropyWithLogits: (lambda p, t: sp.log(1 + sp.exp(p)) - t * p, lambda p, t: sigmoid(p) - t, lambda p, t: -p),
    layers.AbsoluteError:      (lambda p, t: sp.Abs(p - t),              lambda p, t: sp.sign(p - t),         lambda p, t: sp.sign(t - p)),
    layers.Huber:              (lambda p, t, delta: huber(sp.Abs(p - t), delta), lambda p, t, delta: held(p - t, delta), lambda p, t, delta: held(t - p, delta)),
}
# fmt: on


def huber(e: Any, delta: Any) -> Any:
    return above(e, delta, delta * (e - delta / 2), e**2 / 2)


def held(e: Any, delta: Any) -> Any:
    """The error, held to ±delta."""
    return sp.Max(-delta, sp.Min(delta, e))


def options_of(layer: Any) -> dict[str, Any]:
    return {name: rational(value) for name, value in layer.options.items()}


def elementwise(value: Callable[..., Any], slope: Callable[..., Any]) -> Members:
    def forward(self: Any, Z: Any) -> Any:
        return mapped(lambda z: value(z, **options_of(self)), Z)

    def slopes(self: Any, Z: Any) -> Any:
        return self.named("s", mapped(lambda z: slope(z, **options_of(self)), Z))

    return {"forward": forward, "slopes": slopes}


def loss(*statements: Callable[..., Any]) -> Members:
    """The loss and its two derivatives, entry by entry."""

    def whole(statement: Callable[..., Any]) -> Any:
        def of_arrays(P: Any, T: Any, **options: Any) -> Any:
            exact_options = {name: rational(value) for name, value in options.items()}
            return mapped(lambda p, t: statement(p, t, **exact_options), P, T)

        return staticmethod(of_arrays)

    names = ("value", "by_prediction", "by_target")
    return {name: whole(statement) for name, statement in zip(names, statements, strict=True)}


def weight(self: Any, shape: tuple[int, int]) -> Any:
    """The factor before the sum over all entries of a loss."""
    m, N = shape
    over = (N if self.reduction == "mean" else 1) * (m if self.averages_entries else 1)
    return sp.Rational(1, over)


def probabilities(Z: Any, named: Named) -> Any:
    """Each column's exponentials over their sum."""
    E = named("e", mapped(sp.exp, Z))
    return E / named("t", E.sum(axis=0, keepdims=True))


def softmax(self: Any, Z: Any) -> Any:
    return self.named("p", probabilities(Z, self.named))


def log_softmax(Z: Any) -> Any:
    return Z - mapped(sp.log, mapped(sp.exp, Z).sum(axis=0, keepdims=True))


SOFTMAX_CROSS_ENTROPY: Members = {
    "value": staticmethod(lambda P, T: -T * log_softmax(P)),
    "by_prediction": staticmethod(lambda P, T: probabilities(P, unnamed) * T.sum(axis=0) - T),
    "by_target": staticmethod(lambda P, T: -log_softmax(P)),
}


def standardise(self: Any, X: Any, axis: int, eps: float) -> Any:
    """X̂ and the spread s, as they are defined."""
    n = sp.Integer(X.shape[axis])
    centred = self.named("c", X - X.sum(axis=axis, keepdims=True) / n)
    variance = (centred**2).sum(axis=axis, keepdims=True) / n
    s = self.named("sd", mapped(lambda v: sp.sqrt(v + rational(eps)), variance))
    return self.named("xhat", centred / s), s


def value_of_code(self: Any, x: Any) -> Any:
    """What the user's function makes of symbols."""
    return self._sized(self.function(x), None).reshape(-1)


def sized(self: Any, values: Any, wanted: Any) -> Any:
    """What the user's code gave for symbols, in the shape that it must have."""
    array = np.asarray(values, dtype=object)
    if wanted is not None and array.shape != tuple(wanted):
        raise InputError(
            f"a derivative given for {self.symbol} has shape {array.shape}, {by(wanted)} is wanted; "
            "a Jacobian's rows follow the output."
        )
    return array


def differentiated(self: Any, x: Any) -> Any:
    """The Jacobian that code comes without: SymPy differentiates its value."""
    J = sp.Matrix(self._value(x)).jacobian(sp.Matrix(x))
    return np.array(J.tolist(), dtype=object)


TABLE: dict[type, Members] = {
    **{kind: elementwise(*row) for kind, row in ELEMENTWISE.items()},
    **{kind: loss(*row) for kind, row in LOSSES.items()},
    layers.Loss: {"weight": weight},
    layers.SoftmaxCrossEntropy: SOFTMAX_CROSS_ENTROPY,
    layers.Softmax: {"softmax": softmax, "forward": lambda self, Z: probabilities(Z, self.named)},
    layers.LogSoftmax: {"forward": lambda self, Z: log_softmax(Z)},
    Normalisation: {"standardise": standardise},
    layers.MeanOverSamples: {"weight": lambda self, N: sp.Rational(1, N)},
    layers.Custom: {"_value": value_of_code, "_sized": sized, "_differences": differentiated},
}
"""What each kind of layer has in the place of its functions of floats."""
