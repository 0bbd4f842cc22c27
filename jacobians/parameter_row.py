"""The block row of all parameters of a plain row of layers: the fast path beside the chain.

For linear and elementwise layers and one sample the blocks of `( ∂a/∂W1 | ∂a/∂b1 | … )`,
a the prediction, are

    ∂a/∂W_l = a_(l-1)ᵀ ⊗ R_l,    ∂a/∂b_l = R_l,    R_l = ∂a/∂z_l the running product

Here the R_l are multiplied as plain arrays, without an operator and a label for each factor, which
is most of the time where layers are small. The tests prove that chain and fast path agree where
all values are finite; where one is not, a zero of the structure may be NaN here (0 · NaN) and 0
there. A layer whose rules are not the package's own is left to the chain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .layers import Elementwise, Linear
from .layers import Identity as IdentityLayer
from .operators import BlockRow, Dense, Diagonal, Identity, Kronecker, Operator
from .operators.kronecker import write_outer
from .rule import Names
from .steps import Step
from .unknown import Array

__all__ = ["ParameterRow", "is_plain_row"]

OWN_RULES = {Linear.rules, Elementwise.rules, IdentityLayer.rules}


class ParameterRow(BlockRow):
    """The running products of a plain row; its blocks are made when they are asked for."""

    __slots__ = ("_blocks", "_of", "_values", "products")

    def __init__(self, steps: Sequence[Step], values: Mapping[str, Any], columns: int) -> None:
        self.products = list(running_products(steps, values))
        self._values = values
        self._blocks: tuple[Operator, ...] = ()
        self.count = 1  # never a pattern
        self._of = steps[-1].name
        self.shape = (values[self._of].size, columns)

    def __reduce__(self) -> Any:
        """A pickle, and a deepcopy, hold the blocks."""
        return BlockRow, (self.blocks,)

    @property
    def blocks(self) -> tuple[Operator, ...]:  # type: ignore[override]
        """The same blocks as the chain's."""
        if not self._blocks:
            found: list[Operator] = []
            for step, R, text in reversed(self.products):
                a, last = step.inputs[0], self._operator(R, text or f"∂{self._of}/∂{step.name}")
                found.append(Kronecker(Dense(self._values[a], a).T, last))
                found += [last] * (len(step.inputs) == 3)
            self._blocks = tuple(found)
        return self._blocks

    def _operator(self, R: Array | None, name: str) -> Operator:
        if R is None:
            return Identity(self.shape[0])
        return Diagonal(R, name) if R.ndim == 1 else Dense(R, name)

    def scaled(self, c: float) -> Operator:
        return BlockRow(self.blocks).scaled(c)

    def write(self, out: Array) -> None:
        m, end = out.shape
        for step, R, _ in self.products:
            a = self._values[step.inputs[0]]
            matrix = np.eye(m) if R is None else np.diag(R) if R.ndim == 1 else R
            k, n = matrix.shape[1], len(a)
            if len(step.inputs) == 3:
                out[:, end - k : end] = matrix
                end -= k
            write_outer(a.T, matrix, out[:, end - k * n : end].reshape(1, m, n, k))
            end -= k * n


def is_plain_row(steps: Sequence[Step]) -> bool:
    """Whether all layers are linear or elementwise, each with its own rules and used once."""
    own = all(type(step.layer).rules in OWN_RULES for step in steps)
    return own and len({id(step.layer) for step in steps}) == len(steps)


def running_products(
    steps: Sequence[Step], values: Mapping[str, Any]
) -> Iterator[tuple[Step, Array | None, str]]:
    """Each linear step with `R = ∂a/∂z`, from the output down, and what a diagonal R is called.

    None is the identity, one axis a diagonal, two axes a matrix.
    """
    R: Array | None = None
    text = ""
    for step in reversed(steps):
        if isinstance(step.layer, IdentityLayer):
            continue
        z = values[step.inputs[0]]
        if isinstance(step.layer, Elementwise):
            s = step.layer.slopes(z)[:, 0]
            if R is None or R.ndim == 1:
                name = step.layer.slope(Names(step.inputs, step.name), z)
                text = f"{text} ⊙ {name}" if text else name
            R = s if R is None else R * s
            continue
        yield step, R, text if R is not None and R.ndim == 1 else ""
        if step is not steps[0]:
            W = values[step.inputs[1]]
            R = W if R is None else R[:, None] * W if R.ndim == 1 else R @ W
