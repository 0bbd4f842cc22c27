"""Sums: over the entries of each sample, and over the samples.

    value                  x          Jacobian           structure          shape
    1ᵀ x                   (n,)       1ᵀ                 dense, a row       (1, n)
    1ᵀ x, by columns       (n, N)     I_N ⊗ 1ᵀ           Kronecker          (N, nN)
    Σₖ xₖ                  (n, N)     1ᵀ ⊗ I_n           Kronecker          (n, nN)
    1/N Σₖ xₖ              (n, N)     (1/N 1ᵀ) ⊗ I_n     Kronecker          (n, nN)

The first two are a vector of one entry for each sample. The last two belong to all samples
together: no block of theirs is one sample's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from layouts.errors import ShapeError
from layouts.sizes import Shape, SizeLike, size_of

from ..operators import Dense, Identity, Kronecker, Operator
from ..rule import Names, Rule
from ..unknown import Unknown
from .base import Layer
from .joint import Joint, ones

__all__ = ["MeanOverSamples", "Sum", "SumOverSamples"]


class Sum(Joint):
    """1ᵀ x: the sum of the entries of each sample, a vector of one entry.

    Args:
        shared: `("x",)` where x belongs to no sample.

    Raises:
        LayoutError: x is neither a vector nor a matrix.

    >>> Sum()([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    array([[5., 7., 9.]])
    >>> print(Sum().jacobian([1.0, 2.0, 3.0]))
    ∂y/∂x = 1ᵀ   1×3, dense, numerator layout
    """

    def sample_shape(self, x: Shape) -> Shape:
        if len(x) not in (1, 2):
            raise ShapeError(f"x has shape {x}: the sum is one of a vector or a matrix.")
        return (1,)

    def sample_value(self, x: Any) -> Any:
        return np.array([np.sum(x)])

    def sample_rules(self, x: Any, *, names: Names) -> Mapping[str, Rule]:
        # fmt: off
        return {
            #         Jacobian                  JVP                              VJP
            "x": Rule(lambda: ones(x.size).T,   lambda dx: np.array([dx.sum()]), lambda g: np.full(x.shape, g[0])),
        }
        # fmt: on

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        axes = len(shapes[0]) - (self.samples(*shapes) is not None)
        return f"1ᵀ {names.inputs[0]}" if axes == 1 else f"1ᵀ {self.written(names, shapes)[0]} 1"

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return "the sum of the entries" + self.for_each_sample(shapes)


class SumOverSamples(Layer):
    """Σₖ xₖ: the samples' sum, which belongs to none of them.

    Raises:
        LayoutError: x has no axis of samples.

    >>> layer = SumOverSamples()
    >>> layer([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    array([ 6., 15.])
    >>> print(layer.jacobian([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    ∂y/∂x = 1ᵀ ⊗ I₂   2×6, Kronecker, numerator layout
    """

    keeps_size = False
    couples_samples = True
    reduces_samples = True

    def output_shape(self, *shapes: Shape) -> Shape:
        (x,) = shapes
        if len(x) < 2:
            raise ShapeError(f"x has shape {x}: a sum over samples takes what has samples, its "
                             "last axis.")  # fmt: skip
        return x[:-1]

    def weight(self, N: int) -> float:
        """What each sample counts."""
        return 1.0

    def row(self, N: SizeLike) -> Operator:
        """1ᵀ, a one for each sample."""
        return ones(N).T

    def forward(self, X: Any) -> Any:
        return self.weight(X.shape[-1]) * X.sum(axis=-1)

    def rules(self, X: Any, *, names: Names) -> Mapping[str, Rule]:
        *shape, N = X.shape
        I = Identity(size_of(shape))
        # fmt: off
        return {
            #         Jacobian                                            JVP                                         VJP
            "x": Rule(lambda: I if N == 1 else Kronecker(self.row(N), I), lambda T: self.weight(N) * T.sum(axis=-1),  lambda g: np.repeat(self.weight(N) * g[..., None], N, axis=-1)),
        }
        # fmt: on

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return names.inputs[0] if shapes[0][-1] == 1 else f"Σₖ {names.inputs[0]}ₖ"

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        N = shapes[0][-1]
        return "over the only sample" if N == 1 else f"over the {N} samples k"


class MeanOverSamples(SumOverSamples):
    """1/N Σₖ xₖ: the samples' mean, which belongs to none of them.

    Raises:
        LayoutError: x has no axis of samples.

    >>> layer = MeanOverSamples()
    >>> layer([[1.0, 2.0, 3.0, 6.0], [4.0, 5.0, 6.0, 9.0]])
    array([3., 6.])
    >>> print(layer.jacobian([[1.0, 2.0, 3.0, 6.0], [4.0, 5.0, 6.0, 9.0]]))
    ∂y/∂x = (1/4 1ᵀ) ⊗ I₂   2×8, Kronecker, numerator layout
    """

    def weight(self, N: int) -> float:
        return 1.0 / N

    def row(self, N: SizeLike) -> Operator:
        """1/N 1ᵀ."""
        weights = np.full((1, N), self.weight(N)) if isinstance(N, int) else Unknown((1, N))
        return Dense(weights, f"{one_over(N)} 1ᵀ")

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        N = shapes[0][-1]
        return ("" if N == 1 else f"{one_over(N)} ") + super().formula(names, shapes)


def one_over(N: SizeLike) -> str:
    """1/N, in brackets where N is a product or a sum."""
    text = str(N)
    return f"1/{text}" if text.isalnum() else f"1/({text})"
