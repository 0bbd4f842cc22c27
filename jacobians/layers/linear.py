"""Linear layer  Z = W A + b 1ᵀ,   W (m, n), b (m,), A (n, N) with samples as columns; one sample is N = 1.

differential      Jacobian      structure           shape
dZ = W dA         I_N ⊗ W       Kronecker (N=1: W)  (mN, nN)
dZ = dW A         Aᵀ ⊗ I_m      Kronecker           (mN, mn)
dZ = db 1ᵀ        1_N ⊗ I_m     Kronecker (N=1: I)  (mN, m)
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, ShapeError, counted
from layouts.sizes import Shape, SizeLike, by

from ..operators import Dense, Identity, Kronecker, Operator
from ..rule import Names, Rule
from ..unknown import Array, Entries, Unknown
from .base import Layer, as_numbers, refuse_matrices, written

__all__ = ["Linear"]


class Linear(Layer):
    """z = W a + b, with the weights given. The layer keeps copies that cannot be written to.

    Args:
        W: the weights, (outputs, inputs).
        b: the bias, (outputs,); left out, there is none.

    Raises:
        LayoutError: W is no matrix, or b has another number of entries than W has rows.

    >>> layer = Linear([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], b=[0.0, 0.0, 1.0])
    >>> layer([1.0, 1.0])
    array([ 3.,  7., 12.])
    >>> print(layer.jacobian([1.0, 1.0], wrt="W"))
    ∂y/∂W = xᵀ ⊗ I₃   3×6, Kronecker, numerator layout
    >>> layer.vjp([1.0, 0.0, 2.0], [1.0, 1.0], wrt="W")
    array([[1., 1.],
           [0., 0.],
           [2., 2.]])
    """

    arguments: tuple[str, ...] = ("x", "W", "b")

    def __init__(
        self, W: npt.ArrayLike | Unknown, b: npt.ArrayLike | Unknown | None = None
    ) -> None:
        self.W: Entries = W if isinstance(W, Unknown) else frozen(as_numbers(W, "W"))
        self.b: Entries | None = (
            b if isinstance(b, Unknown) or b is None else frozen(as_numbers(b, "b"))
        )
        if self.W.ndim != 2 or self.W.size == 0:
            raise ShapeError(
                f"W has shape {self.W.shape}: weights are a matrix, (outputs, inputs)."
            )
        if self.b is None:
            self.arguments = ("x", "W")
        elif self.b.shape != self.W.shape[:1]:
            raise ShapeError(f"b has shape {self.b.shape}, W is {by(self.W.shape)}: a bias has one "
                             f"entry for each row of W, {self.W.shape[0]}.")  # fmt: skip

    @classmethod
    def random(
        cls, outputs: int, inputs: int, generator: np.random.Generator, *, bias: bool = True
    ) -> Linear:
        """Weights, then the bias, drawn from the standard normal distribution.

        >>> Linear.random(3, 2, np.random.default_rng(0)).W.shape
        (3, 2)
        """
        if not isinstance(generator, np.random.Generator):
            raise InputError("weights are drawn by a generator: np.random.default_rng(seed).")
        W = generator.standard_normal((outputs, inputs))
        return cls(W, generator.standard_normal(outputs) if bias else None)

    @classmethod
    def of_sizes(cls, outputs: SizeLike, inputs: SizeLike, *, bias: bool = True) -> Linear:
        """A layer of which only the sizes are known, in numbers or letters."""
        return cls(Unknown((outputs, inputs)), Unknown((outputs,)) if bias else None)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """What pickling and deepcopy make is as unwritable as the original."""
        self.__dict__ |= state
        for values in self.parameters().values():
            if isinstance(values, np.ndarray):
                values.flags.writeable = False

    def parameters(self) -> dict[str, Entries]:
        return {"W": self.W} if self.b is None else {"W": self.W, "b": self.b}

    def output_shape(self, *shapes: Shape) -> Shape:
        A, W, *b = shapes
        refuse_matrices("a linear layer", A)
        if len(W) != 2:
            raise ShapeError(f"W has shape {W}: weights are a matrix, (outputs, inputs).")
        if b and b[0] != W[:1]:
            raise ShapeError(f"b has shape {b[0]}, W is {by(W)}: a bias has {W[0]} entries.")
        if A[0] != W[1]:
            given = counted(A[0], "entry", "entries")
            raise ShapeError(f"the input has {given}, W is {by(W)}: W needs {W[1]}.")
        return (W[0], A[1])

    def forward(self, A: Any, W: Any, b: Any = None) -> Any:
        Z = W @ A
        return Z if b is None else Z + b[:, None]

    def rules(self, A: Any, W: Any, b: Any = None, *, names: Names) -> Mapping[str, Rule]:
        a, w = names.inputs[:2]
        m, N = W.shape[0], A.shape[1]
        # fmt: off
        rules = {
            #         Jacobian                                             JVP: tangent ↦ J t   VJP: g ↦ Jᵀ g
            "x": Rule(lambda: kron(Identity(N), Dense(W, w)),              lambda dA: W @ dA,   lambda g: W.T @ g),
            "W": Rule(lambda: Kronecker(Dense(A, a).T, Identity(m)),       lambda dW: dW @ A,   lambda g: g @ A.T),
        }
        if b is not None:
            rules["b"] = Rule(lambda: kron(ones(A), Identity(m)),
                              lambda db: np.repeat(db[:, None], N, axis=1), lambda g: g.sum(axis=1))
        # fmt: on
        return rules

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        a, w, *b = names.inputs
        one = " 1ᵀ" if shapes[0][1] != 1 else ""
        return f"{w} {a}" + (f" + {b[0]}{one}" if b else "")

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        A, W, *b = shapes
        one = f" · {by((1, A[1]))}" if A[1] != 1 else ""
        return f"`{by(W)} · {by(A)}" + (f" + {written(b[0])}{one}`" if b else "`")

    def __repr__(self) -> str:
        return f"Linear({by(self.W.shape)}{', no bias' if self.b is None else ''})"


def frozen(values: Array) -> Array:
    """A copy that cannot be written to: what was computed with it stays true."""
    copy = values.copy()
    copy.flags.writeable = False
    return copy


def kron(B: Operator, C: Operator) -> Operator:
    """`B ⊗ C`; the identity of size 1 on the left leaves C."""
    return C if isinstance(B, Identity) and B.shape == (1, 1) else Kronecker(B, C)


def ones(A: Entries) -> Operator:
    """A column of ones, one for each sample of A; for one sample the identity of size 1."""
    N = A.shape[1]
    if N == 1:
        return Identity(1)
    return Dense(Unknown((N, 1)) if isinstance(A, Unknown) else np.ones((A.shape[1], 1)), "1")
