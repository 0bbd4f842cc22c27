"""Normalisation  Y = γ ⊙ X̂ + β,  X̂ = (X - mean)/s,  s² = variance + eps;  X (n, N), γ and β (n,).

             differential                               Jacobian                                   structure
layer norm   dy = γ ⊙ (dx - m(dx) - x̂ m(x̂ ⊙ dx))/s      diag(γ/s) (I - (1 1ᵀ + x̂ x̂ᵀ)/n) a sample   block diagonal
batch norm   the same along each row instead            (γᵢ/sᵢ) (I - (1 1ᵀ + x̂ᵢ x̂ᵢᵀ)/N) an entry    diagonal blocks
both         dy = dγ ⊙ x̂                                diag(x̂) a sample                           block column
             dy = dβ                                    1_N ⊗ I                                    Kronecker (N=1: I)

m is the mean, of each column for layer norm, of each row for batch norm. With ĝ = γ ⊙ g the pull-back
is (ĝ - m(ĝ) - x̂ m(x̂ ⊙ ĝ))/s. All samples share γ and β: pulled back to them, g is summed over samples.
The variance is the mean of squares, as in PyTorch: not divided by n - 1.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, ShapeError, counted
from layouts.sizes import Shape, SizeLike

from ..operators import (
    BlockColumn,
    BlockDiagonal,
    Diagonal,
    DiagonalBlocks,
    DiagonalMinusOuters,
    Identity,
    Operator,
)
from ..rule import Names, Rule
from ..unknown import Array, Entries, Unknown, known
from .base import Layer, as_numbers, refuse_matrices
from .linear import frozen, kron, ones

__all__ = ["BatchNorm", "LayerNorm", "Normalisation"]


def standardised(X: Array, axis: int, eps: float) -> tuple[Array, Array]:
    """`(X - mean)/s` and s, as accurate as the differences between the entries are.

    Subtracting one of the entries first takes a large mean out exactly, and makes a constant 0. s
    is the largest deviation times a number, so that no square overflows: up to about 1e300 all is
    right, beyond it, and at infinity, X̂ is NaN; NaN stays NaN.
    """
    largest = partial(np.max, axis=axis, keepdims=True)
    mean = partial(np.mean, axis=axis, keepdims=True)
    with np.errstate(over="ignore", invalid="ignore"):
        centred = X - X.take([0], axis)
        centred -= mean(centred)
        unit = largest(np.abs(centred))
        unit = np.where(unit > 0, unit, 1.0)
        s = np.hypot(unit * np.sqrt(mean((centred / unit) ** 2)), np.sqrt(eps))
        return centred / s, s


class Normalisation(Layer):
    """What layer norm and batch norm share: all but the axis and the Jacobian by x.

    Args:
        gamma: the scale, (n,); the layer keeps a copy that cannot be written to.
        beta: the shift, (n,); likewise.
        eps: what is added to the variance; above 0, so that a constant x gives no 0/0.

    Raises:
        LayoutError: gamma or beta is no vector, they differ in size, or eps is not above 0.

    >>> LayerNorm([1.0, 2.0], [0.0, 0.5]).parameters()
    {'gamma': array([1., 2.]), 'beta': array([0. , 0.5])}
    """

    arguments = ("x", "gamma", "beta")
    axis: ClassVar[int]
    """What mean and variance are taken along: 0, each column, or 1, each row."""
    each: ClassVar[str]
    """The same in words."""
    standardise = staticmethod(standardised)

    def __init__(
        self, gamma: npt.ArrayLike | Unknown, beta: npt.ArrayLike | Unknown, eps: float = 1e-5
    ) -> None:
        self.gamma, self.beta = held(gamma, "gamma"), held(beta, "beta")
        if self.beta.shape != self.gamma.shape:
            raise ShapeError(f"beta has shape {self.beta.shape}, gamma {self.gamma.shape}: each "
                             "has one number for each entry of a sample.")  # fmt: skip
        if isinstance(eps, bool) or not isinstance(eps, Real) or not 0 < eps < np.inf:
            raise InputError(f"eps of {type(self).__name__} is a number above 0, not {eps!r}.")
        self.eps: float = float(eps)

    @classmethod
    def of_sizes(cls, n: SizeLike, eps: float = 1e-5) -> Self:
        """A layer of which only the size is known, a number or a letter.

        >>> LayerNorm.of_sizes(3)
        LayerNorm(3)
        """
        return cls(Unknown((n,)), Unknown((n,)), eps)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """What pickling and deepcopy make is as unwritable as the original."""
        self.__dict__ |= state
        for values in self.parameters().values():
            if isinstance(values, np.ndarray):
                values.flags.writeable = False

    def parameters(self) -> dict[str, Entries]:
        return {"gamma": self.gamma, "beta": self.beta}

    def output_shape(self, *shapes: Shape) -> Shape:
        X, *held_shapes = shapes
        refuse_matrices(self.word, X)
        for name, shape in zip(self.arguments[1:], held_shapes, strict=True):
            if len(shape) != 1:
                raise ShapeError(f"{name} has shape {shape}: it is a vector, (n,).")
            if shape[0] != X[0]:
                raise ShapeError(f"the input has {counted(X[0], 'entry', 'entries')}, {name} has "
                                 f"{shape[0]}: each entry has its own.")  # fmt: skip
        return X

    def standardised(self, X: Any) -> tuple[Any, Any]:
        """X̂, and s with the axis of the means kept; shapes alone for shapes alone."""
        return (X, X) if isinstance(X, Unknown) else self.standardise(X, self.axis, self.eps)

    def forward(self, X: Any, gamma: Any, beta: Any) -> Any:
        return gamma[:, None] * self.standardised(X)[0] + beta[:, None]

    def rules(self, X: Any, gamma: Any, beta: Any, *, names: Names) -> Mapping[str, Rule]:
        (n, N), (xhat, s) = X.shape, self.standardised(X)
        x = "xhat" if N == 1 else "xhatₖ"
        mean = partial(np.mean, axis=self.axis, keepdims=True)

        def pushed(dx: Any) -> Any:
            return gamma[:, None] * (dx - mean(dx) - xhat * mean(xhat * dx)) / s

        def pulled(g: Any) -> Any:
            h = gamma[:, None] * g
            return (h - mean(h) - xhat * mean(xhat * h)) / s

        # fmt: off
        return {
            #             Jacobian                                                          JVP: tangent ↦ J t                                   VJP: g ↦ Jᵀ g
            "x":     Rule(lambda: self.by_x(xhat, s, gamma, names),                         pushed,                                              pulled),
            "gamma": Rule(lambda: BlockColumn.over_samples(lambda v: Diagonal(v, x), xhat), lambda dgamma: dgamma[:, None] * xhat,               lambda g: (g * xhat).sum(axis=1)),
            "beta":  Rule(lambda: kron(ones(X), Identity(n)),                               lambda dbeta: np.repeat(dbeta[:, None], N, axis=1),  lambda g: g.sum(axis=1)),
        }
        # fmt: on

    def by_x(self, xhat: Any, s: Any, gamma: Any, names: Names) -> Operator:
        """The Jacobian by x."""
        raise NotImplementedError

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        _, gamma, beta = names.inputs
        if shapes[0][1] == 1:
            return f"{gamma} ⊙ xhat + {beta}"
        return f"diag({gamma}) xhat + {beta} 1ᵀ"

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return f"`xhat = ({names.inputs[0]} - mean)/s`, {self.each}"

    def __repr__(self) -> str:
        eps = "" if self.eps == 1e-5 else f", eps={self.eps:g}"
        return f"{type(self).__name__}({self.gamma.shape[0]}{eps})"


class LayerNorm(Normalisation):
    """Each sample by its own mean and spread: couples its entries, not the samples.

    >>> layer = LayerNorm([1.0, 1.0, 2.0, 2.0], [0.0, 0.0, 0.0, 0.5], eps=2.0)
    >>> layer([1.0, 3.0, 5.0, 3.0])
    array([-1. ,  0. ,  2. ,  0.5])
    >>> print(layer.jacobian([1.0, 3.0, 5.0, 3.0]).operator)
    diag(gamma/s) (I₄ - (1 1ᵀ + xhat xhatᵀ)/4)
    >>> layer.vjp([0.0, 4.0, 0.0, 0.0], [1.0, 3.0, 5.0, 3.0])
    array([-0.5,  1.5, -0.5, -0.5])
    """

    axis = 0
    each = "each column by its own mean and spread s"

    def by_x(self, xhat: Any, s: Any, gamma: Any, names: Names) -> Operator:
        k = "" if xhat.shape[1] == 1 else "ₖ"
        x, d = f"xhat{k}", f"{names.inputs[1]}/s{k}"
        scale = known(lambda s: gamma[:, None] / s, s)
        # fmt: off
        return BlockDiagonal.over_samples(lambda v, one, c: DiagonalMinusOuters([(one, "1"), (v, x)], (c, d)),
                                          xhat, known(np.ones_like, xhat), scale)
        # fmt: on


class BatchNorm(Normalisation):
    """Each entry by its mean and spread over the samples, as in training: couples the samples.

    >>> layer = BatchNorm([2.0, 1.0], [0.0, 5.0], eps=3.0)
    >>> X = [[1.0, 3.0], [4.0, 4.0]]
    >>> layer(X)
    array([[-1.,  1.],
           [ 5.,  5.]])
    >>> print(layer.jacobian(X).operator)
    diagblocks((gammaᵢ/sᵢ) (I₂ - (1 1ᵀ + xhatᵢ xhatᵢᵀ)/2))
    >>> layer.vjp([[4.0, 0.0], [0.0, 0.0]], X)
    array([[ 1.5, -1.5],
           [ 0. ,  0. ]])
    """

    couples_samples = True
    axis = 1
    each = "each entry by its mean and spread s over the samples"

    def standardised(self, X: Any) -> tuple[Any, Any]:
        if X.shape[1] == 1:
            raise ShapeError(
                "batch norm has one sample: over one sample the variance is 0, and y is beta "
                "whatever x is. Give two samples or more, as columns (n, N)."
            )
        return super().standardised(X)

    def by_x(self, xhat: Any, s: Any, gamma: Any, names: Names) -> Operator:
        d = f"{names.inputs[1]}ᵢ/sᵢ"
        scale = known(lambda gamma: gamma / s[:, 0], gamma)
        # fmt: off
        return DiagonalBlocks.over_features(lambda v, one, c: DiagonalMinusOuters([(one, "1"), (v, "xhatᵢ")], (c, d)),
                                            xhat, known(np.ones_like, xhat), scale)
        # fmt: on


def held(values: npt.ArrayLike | Unknown, name: str) -> Entries:
    """A parameter that is a vector, as a copy that cannot be written to."""
    array = values if isinstance(values, Unknown) else frozen(as_numbers(values, name))
    if array.ndim != 1 or array.size == 0:
        raise ShapeError(f"{name} has shape {array.shape}: it is a vector, one number for each "
                         "entry of a sample.")  # fmt: skip
    return array
