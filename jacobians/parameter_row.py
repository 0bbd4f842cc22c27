"""The block row of all parameters of a plain row of layers: the fast path beside the chain.

For linear and elementwise layers and one sample the blocks of `( ∂y/∂W1 | ∂y/∂b1 | … )` are

    ∂y/∂W_l = a_(l-1)ᵀ ⊗ R_l,    ∂y/∂b_l = R_l,    R_l = ∂y/∂z_l the running product

Here the R_l are multiplied as plain arrays, without an operator and a label for each factor, which
is most of the time where layers are small. The tests prove that chain and fast path agree; a layer
whose rules are not the package's own is left to the chain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .layers import Elementwise, Linear
from .layers import Identity as IdentityLayer
from .operators import BlockRow, Dense, Diagonal, Identity, Kronecker, Operator
from .operators.kronecker import write_outer
from .steps import Step
from .unknown import Array

__all__ = ["ParameterRow", "is_plain_row"]

OWN_RULES = {Linear.rules, Elementwise.rules, IdentityLayer.rules}


class ParameterRow(BlockRow):
    """The running products of a plain row; its blocks are made when they are asked for."""

    __slots__ = ("_blocks", "_values", "products")

    def __init__(self, steps: Sequence[Step], values: Mapping[str, Any], columns: int) -> None:
        self.products = list(running_products(steps, values))
        self._values = values
        self._blocks: tuple[Operator, ...] = ()
        self.shape = (values[steps[-1].name].size, columns)

    @property
    def blocks(self) -> tuple[Operator, ...]:  # type: ignore[override]
        """The same blocks as the chain's."""
        if not self._blocks:
            found: list[Operator] = []
            for step, R in reversed(self.products):
                a, last = step.inputs[0], _operator(R, self.shape[0], f"∂y/∂{step.name}")
                found.append(Kronecker(Dense(self._values[a], a).T, last))
                found += [last] * (len(step.inputs) == 3)
            self._blocks = tuple(found)
        return self._blocks

    def write(self, out: Array) -> None:
        m, end = out.shape
        for step, R in self.products:
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
) -> Iterator[tuple[Step, Array | None]]:
    """Each linear step with `R = ∂y/∂z`, from the output down.

    None is the identity, one axis a diagonal, two axes a matrix.
    """
    R: Array | None = None
    for step in reversed(steps):
        if isinstance(step.layer, IdentityLayer):
            continue
        if isinstance(step.layer, Elementwise):
            s = step.layer.slopes(values[step.inputs[0]])[:, 0]
            R = s if R is None else R * s
            continue
        yield step, R
        if step is not steps[0]:
            W = values[step.inputs[1]]
            R = W if R is None else R[:, None] * W if R.ndim == 1 else R @ W


def _operator(R: Array | None, m: Any, name: str) -> Operator:
    if R is None:
        return Identity(m)
    return Diagonal(R, f"diagonal of {name}") if R.ndim == 1 else Dense(R, name)
