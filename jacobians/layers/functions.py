"""Scalar functions and their derivatives in forms that neither overflow nor lose digits.

Each takes an array and works entry by entry. NaN stays NaN everywhere.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..unknown import Array

__all__ = [
    "between",
    "elu",
    "elu_slope",
    "gelu",
    "gelu_slope",
    "gelu_tanh",
    "gelu_tanh_slope",
    "huber",
    "huber_slope",
    "log",
    "log_softmax",
    "over",
    "sech2",
    "sigmoid",
    "sigmoid_slope",
    "silu",
    "silu_slope",
    "softmax",
    "softplus",
    "softsign",
    "softsign_slope",
    "step",
    "times_log",
    "xlogy",
]

ROOT_2 = math.sqrt(2.0)
ROOT_2_OVER_PI = math.sqrt(2.0 / math.pi)
HUGE = 1e300
"""Arguments that meet a vanishing factor are held to ±HUGE: at infinity the product is then 0."""
_erfc = np.frompyfunc(math.erfc, 1, 1)


def sigmoid(z: Array) -> Array:
    """1 / (1 + e⁻ᶻ): the exponent is never positive, so nothing overflows."""
    e = np.exp(-np.abs(z))
    return np.where(z < 0, e, 1.0) / (1.0 + e)


def sigmoid_slope(z: Array) -> Array:
    """σ(z) (1 - σ(z)), without the cancellation in 1 - σ."""
    return _bell(np.exp(-np.abs(z)))


def sech2(z: Array) -> Array:
    """1 - tanh² z, without the cancellation: four times the sigmoid's slope at 2 z."""
    return 4.0 * _bell(np.exp(-2.0 * np.minimum(np.abs(z), HUGE)))


def _bell(e: Array) -> Array:
    d = 1.0 + e
    return e / (d * d)


def softplus(z: Array) -> Array:
    """log(1 + eᶻ)."""
    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))


def step(z: Array, at_most: float = 0.0, above: float = 1.0) -> Array:
    """`above` where z > 0, else `at_most`: at the kink the value from the left."""
    h = np.heaviside(z, 0.0)
    return at_most * (1.0 - h) + above * h


def between(z: Array, low: float, high: float) -> Array:
    """1 strictly between the bounds, else 0."""
    return step(z - low) * step(high - z)


def silu(z: Array) -> Array:
    """`z σ(z)`."""
    return np.maximum(z, -HUGE) * sigmoid(z)


def silu_slope(z: Array) -> Array:
    """σ(z) (1 + z σ(-z))."""
    return sigmoid(z) * (1.0 + np.clip(z, -HUGE, HUGE) * sigmoid(-z))


def softsign(z: Array) -> Array:
    """`z / (1 + |z|)`."""
    z = np.clip(z, -HUGE, HUGE)
    return z / (1.0 + np.abs(z))


def softsign_slope(z: Array) -> Array:
    """1 / (1 + |z|)²."""
    return (1.0 / (1.0 + np.abs(z))) ** 2


def elu(z: Array, alpha: float) -> Array:
    """`z`, below 0 `alpha (eᶻ - 1)`; the exponential never sees a positive z."""
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0)))


def elu_slope(z: Array, alpha: float) -> Array:
    """1, up to 0 alpha eᶻ."""
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0.0)))


def _normal_distribution(z: Array) -> Array:
    return 0.5 * np.asarray(_erfc(-z / ROOT_2), dtype=np.float64)


def gelu(z: Array) -> Array:
    """`z Φ(z)`, Φ the standard normal distribution function."""
    return np.maximum(z, -HUGE) * _normal_distribution(z)


def gelu_slope(z: Array) -> Array:
    """`Φ(z) + z φ(z)`, φ the standard normal density."""
    density = np.exp(-0.5 * np.clip(z, -40, 40) ** 2) / math.sqrt(2.0 * math.pi)
    return _normal_distribution(z) + np.clip(z, -HUGE, HUGE) * density


def _gelu_inner(z: Array) -> Array:
    """√(2/π) (z + 0.044715 z³), with z held to ±100, far beyond where its tanh is ±1."""
    z = np.clip(z, -100.0, 100.0)
    return ROOT_2_OVER_PI * (z + 0.044715 * z**3)


def gelu_tanh(z: Array) -> Array:
    """½ z (1 + tanh u), written z σ(2u) with u = √(2/π) (z + 0.044715 z³)."""
    return np.maximum(z, -HUGE) * sigmoid(2.0 * _gelu_inner(z))


def gelu_tanh_slope(z: Array) -> Array:
    """σ(2u) + 2 z σ'(2u) u'."""
    u = _gelu_inner(z)
    slope_u = ROOT_2_OVER_PI * (1.0 + 3.0 * 0.044715 * np.clip(z, -100.0, 100.0) ** 2)
    return sigmoid(2.0 * u) + 2.0 * np.clip(z, -HUGE, HUGE) * sigmoid_slope(2.0 * u) * slope_u


def softmax(Z: Array) -> Array:
    """Each column's exponentials over their sum."""
    E = np.exp(Z - Z.max(axis=0))
    return np.asarray(E / E.sum(axis=0))


def log_softmax(Z: Array) -> Array:
    """Each column minus the logarithm of the sum of its exponentials."""
    shifted = Z - Z.max(axis=0)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=0)))


def xlogy(x: Array, y: Array) -> Array:
    """`x log y`, and 0 where x and y are both 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((x == 0) & (y == 0), 0.0, x * np.log(y))


def times_log(x: Array, log_y: Array) -> Array:
    """`x` times a logarithm, and 0 where x is 0 and the logarithm minus infinity."""
    return np.multiply(x, log_y, where=(x != 0) | (log_y != -np.inf), out=np.zeros_like(log_y))


def over(x: Array, y: Array) -> Any:
    """`x / y`, and 0 where both are 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((x == 0) & (y == 0), 0.0, x / y)


def log(y: Array) -> Array:
    """`log y`, minus infinity at 0, NaN below."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(y)


def huber(p: Array, t: Array, delta: float) -> Array:
    """½ e², beyond |e| = delta the line that continues it; e = p - t."""
    e = np.abs(p - t)
    near = np.minimum(e, delta)
    return near * (e - 0.5 * near)


def huber_slope(p: Array, t: Array, delta: float) -> Array:
    """The error e = p - t, held to ±delta."""
    return np.clip(p - t, -delta, delta)
