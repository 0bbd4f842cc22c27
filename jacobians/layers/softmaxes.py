"""Softmax and log-softmax: every output depends on every input, so no Jacobian here is diagonal.

    differential                        Jacobian           structure                      shape
    da = s ⊙ dz - s (sᵀ dz)             diag(s) - s sᵀ     diagonal minus outer product   (n, n)
    da = dz - 1 (sᵀ dz)                 I - 1 sᵀ           diagonal minus outer product   (n, n)

with s = softmax(z). Samples are columns: one such block for each, (nN, nN) in all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from layouts.sizes import Shape

from ..operators import BlockDiagonal, DiagonalMinusOuter
from ..rule import Names, Rule
from ..unknown import known
from .base import Layer, refuse_matrices
from .functions import log_softmax, softmax

__all__ = ["LogSoftmax", "Softmax"]


class Softmax(Layer):
    """Exponentials over their sum, column by column.

    >>> a = Softmax()([0.0, 0.0])
    >>> print(a, Softmax().jacobian([0.0, 0.0]))
    [0.5 0.5] ∂y/∂x = diag(y) - y yᵀ   2×2, diagonal minus outer product, numerator layout
    """

    softmax = staticmethod(softmax)

    def output_shape(self, *shapes: Shape) -> Shape:
        refuse_matrices(self.word, shapes[0])
        return shapes[0]

    def forward(self, Z: Any) -> Any:
        return self.softmax(Z)

    def rules(self, Z: Any, *, names: Names) -> Mapping[str, Rule]:
        S = known(self.softmax, Z)
        a = names.output + ("" if Z.shape[1] == 1 else "ₖ")
        # fmt: off
        return {
            "x": Rule(lambda: BlockDiagonal.over_samples(lambda s: DiagonalMinusOuter(s, s, s, (a, a, a)), S),
                      lambda dz: S * dz - S * (S * dz).sum(axis=0),
                      lambda g: S * (g - (S * g).sum(axis=0))),
        }
        # fmt: on

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return f"softmax({names.inputs[0]})"

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return "mixes the entries" + ("" if shapes[0][1] == 1 else " of each column")


class LogSoftmax(Softmax):
    """Logarithm of the softmax, column by column.

    >>> print(LogSoftmax().jacobian([0.0, 0.0]))
    ∂y/∂x = I₂ - 1 softmax(x)ᵀ   2×2, diagonal minus outer product, numerator layout
    """

    def forward(self, Z: Any) -> Any:
        return log_softmax(Z)

    def rules(self, Z: Any, *, names: Names) -> Mapping[str, Rule]:
        S = known(self.softmax, Z)
        s = f"softmax({names.inputs[0]}{'' if Z.shape[1] == 1 else 'ₖ'})"
        one = known(np.ones_like, S)
        # fmt: off
        return {
            "x": Rule(lambda: BlockDiagonal.over_samples(lambda s1, o: DiagonalMinusOuter(o, o, s1, ("1", "1", s)), S, one),
                      lambda dz: dz - (S * dz).sum(axis=0),
                      lambda g: g - S * g.sum(axis=0)),
        }
        # fmt: on

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return f"log softmax({names.inputs[0]})"
