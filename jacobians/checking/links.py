"""The links of a plain row of layers, from the loss back to what it is differentiated by.

    link                 numerator factor      pull-back of δ, samples as columns
    through a weight     I_N ⊗ W               Wᵀ δ
    through a slope      diag(vec σ'(Z))       σ'(Z) ⊙ δ
    through a mixing     J, block by block     Jᵀ vec δ
    by a weight          Aᵀ ⊗ I_m              δ Aᵀ
    by a bias            1_N ⊗ I_m             δ 1

A link is changed in one of its arrays, or replaced by a `Changed` one, and the product taken again:
that is how a wrong answer is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from layouts.vectorization import vec

from ..layers import Elementwise, Softmax
from ..unknown import Array

__all__ = [
    "ByBias",
    "ByWeight",
    "Changed",
    "Mixing",
    "Scaled",
    "Slope",
    "Weight",
    "multiplied",
    "pulled_back",
]  # fmt: skip


class Weight(NamedTuple):
    """∂z/∂a = W."""

    above: str
    below: str
    name: str
    W: Array
    samples: int

    @property
    def text(self) -> str:
        """How the factor is written."""
        return self.name

    def matrix(self) -> Any:
        return np.kron(np.eye(self.samples), self.W)

    def pull(self, D: Any) -> Any:
        return self.W.T @ D


class Slope(NamedTuple):
    """∂a/∂z = diag(σ'(z))."""

    above: str
    below: str
    layer: Elementwise
    z: Array
    a: Array
    s: Array

    def matrix(self) -> Any:
        return np.diag(vec(self.s)[:, 0])

    def pull(self, D: Any) -> Any:
        return self.s * D

    @property
    def text(self) -> str:
        """How the slope is written."""
        return f"{self.layer.written}'({self.below})"


class Mixing(NamedTuple):
    """∂a/∂z of a softmax or its logarithm, taken at z."""

    above: str
    below: str
    layer: Softmax
    z: Array
    a: Array

    def matrix(self) -> Any:
        return np.asarray(self.layer.jacobian(self.z))

    def pull(self, D: Any) -> Any:
        return self.layer.vjp(D, self.z)

    @property
    def text(self) -> str:
        """The layer in words."""
        return self.layer.word

    @property
    def diagonal(self) -> Array:
        """What stands on the diagonal, samples as columns."""
        blocks = (np.asarray(self.layer.jacobian(z)) for z in self.z.T)
        return np.stack([np.diag(block) for block in blocks], axis=1)


class ByWeight(NamedTuple):
    """∂z/∂W = Aᵀ ⊗ I."""

    above: str
    below: str
    name: str
    A: Array
    m: int

    def matrix(self) -> Any:
        return np.kron(self.A.T, np.eye(self.m))

    def pull(self, D: Any) -> Any:
        return D @ self.A.T


class ByBias(NamedTuple):
    """∂z/∂b = 1 ⊗ I."""

    above: str
    below: str
    m: int
    samples: int

    def matrix(self) -> Any:
        return np.kron(np.ones((self.samples, 1)), np.eye(self.m))

    def pull(self, D: Any) -> Any:
        return D.sum(axis=1, keepdims=True)


class Changed(NamedTuple):
    """A link in which something else is computed."""

    above: str
    below: str
    pulls: Callable[[Any], Any] | None = None
    factor: Any = None

    def matrix(self) -> Any:
        return self.factor

    def pull(self, D: Any) -> Any:
        return None if self.pulls is None else self.pulls(D)


class Scaled(NamedTuple):
    """A link whose matrix is diagonal, or is taken to be."""

    above: str
    below: str
    s: Array

    def matrix(self) -> Any:
        return np.diag(vec(self.s)[:, 0])

    def pull(self, D: Any) -> Any:
        return self.s * D


def pulled_back(start: Any, links: Iterable[Any]) -> Any:
    """The cotangent at the end of the links; None where an operation does not conform."""
    D = start
    for link in links:
        try:
            D = link.pull(D)
        except ValueError:
            return None
    return np.asarray(D)


def multiplied(links: Sequence[Any]) -> Any:
    """The product of the factors, numerator layout; None where they are missing or do not fit."""
    factors = [link.matrix() for link in links]
    if any(factor is None for factor in factors):
        return None
    try:
        return reduce(lambda left, right: left @ right, factors)
    except ValueError:
        return None
