"""Linear layer with its bias folded in  Z = Θ [1; A],   Θ = [b W] (m, 1 + n), A (n, N), samples as columns.

differential          Jacobian           structure           shape
dZ = W dA             I_N ⊗ W            Kronecker (N=1: W)  (mN, nN)       W: Θ without its first column
dZ = dΘ [1; A]        [1; A]ᵀ ⊗ I_m      Kronecker           (mN, m(1 + n))

The ones are no input: nothing flows back to them, and dA meets W alone.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from layouts.errors import ShapeError
from layouts.sizes import Shape, by

from ..operators import Dense, Identity, Kronecker
from ..rule import Names, Rule
from ..unknown import Entries, Unknown
from .base import refuse_matrices
from .linear import Linear, frozen, kron

__all__ = ["FoldedLinear"]


class FoldedLinear(Linear):
    """z = Θ [1; a], made of the weights and the bias.

    Args:
        W: the weights, (outputs, inputs).
        b: the bias, (outputs,).

    Raises:
        LayoutError: as of a linear layer.

    >>> layer = FoldedLinear([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [0.5, 0.0, 1.0])
    >>> layer.parameters()["Θ"][0], layer([1.0, 1.0])
    (array([0.5, 1. , 2. ]), array([ 3.5,  7. , 12. ]))
    >>> print(layer.jacobian([1.0, 1.0], wrt="Θ"))
    ∂y/∂Θ = [1; x]ᵀ ⊗ I₃   3×9, Kronecker, numerator layout
    """

    def __init__(self, W: Any, b: Any) -> None:
        super().__init__(W, b)
        self.arguments = ("x", "Θ")
        m, n = self.W.shape
        self.theta: Entries = (
            Unknown((m, n + 1))
            if isinstance(self.W, Unknown)
            else frozen(np.column_stack([np.asarray(self.b), self.W]))
        )

    def parameters(self) -> dict[str, Entries]:
        return {"Θ": self.theta}

    def output_shape(self, *shapes: Shape) -> Shape:
        A, theta = shapes
        refuse_matrices("a linear layer", A)
        if len(theta) != 2 or theta[1] != A[0] + 1:
            raise ShapeError(f"Θ is {by(theta)}, the input has {A[0]} entries: Θ has a column for "
                             "the bias and one for each entry.")  # fmt: skip
        return (theta[0], A[1])

    def forward(self, A: Any, theta: Any, b: Any = None) -> Any:
        return theta @ below_ones(A)

    def rules(self, A: Any, theta: Any, b: Any = None, *, names: Names) -> Mapping[str, Rule]:
        a, Theta = names.inputs
        m, N = theta.shape[0], A.shape[1]
        W, A1 = without_bias(theta), below_ones(A)
        weights = Theta.replace("Θ", "W")
        # fmt: off
        return {
            #         Jacobian                                                     JVP: tangent ↦ J t          VJP: g ↦ Jᵀ g
            "x": Rule(lambda: kron(Identity(N), Dense(W, weights)),                lambda dA: W @ dA,          lambda g: W.T @ g),
            "Θ": Rule(lambda: Kronecker(Dense(A1, f"[1; {a}]").T, Identity(m)),    lambda dTheta: dTheta @ A1, lambda g: g @ A1.T),
        }
        # fmt: on

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        a, theta = names.inputs
        return f"{theta} [1; {a}]"

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        A, theta = shapes
        return f"`{by(theta)} · {by((theta[1], A[1]))}`"

    def __repr__(self) -> str:
        return f"FoldedLinear({by(self.theta.shape)})"


def below_ones(A: Any) -> Any:
    """`[1; A]`: a row of ones above the samples."""
    if isinstance(A, Unknown):
        return Unknown((A.shape[0] + 1, A.shape[1]))
    return np.vstack([np.ones((1, A.shape[1])), A])


def without_bias(theta: Any) -> Any:
    """Θ without its first column."""
    if isinstance(theta, Unknown):
        return Unknown((theta.shape[0], theta.shape[1] - 1))
    return theta[:, 1:]
