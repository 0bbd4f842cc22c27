"""The chain of a network in symbols, layer by layer: every intermediate gets a name.

    forward     z1 = W1 a0 + b1,  a1 = σ(z1), …       each entry once
    slopes      s1 = σ'(z1) = a1 (1 - a1)             in terms of what has a name
    chain       J_z1 = J_a1 diag(s1), for a loss δ1   a link times what is above it, then named

Composed into one expression the same derivative grows with every layer by the width of the layer;
with names it takes as many operations as a program that computes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp

from layouts.errors import InputError
from layouts.layout import NUMERATOR, Layout
from layouts.sizes import size_of

from ..network import Network
from .chain_text import as_latex, as_text
from .definitions import Definitions, composed, composed_operations, needed, operations_of
from .layer_by_layer import LayerByLayer
from .layer_jacobians import refuse_many

__all__ = ["MOST_OPERATIONS", "SymbolicChain", "symbolic_chain"]

MOST_OPERATIONS = 100_000
"""What `composed` writes out unless more is allowed."""


class SymbolicChain:
    """A derivative whose entries are short expressions in named intermediates.

    Attributes:
        name: the derivative, `∂a2/∂W1`.
        layout: in which it stands.
        definitions: an expression for every named symbol, in the order of computation.
        jacobian: an immutable SymPy matrix in these symbols and those of the values.
        symbols: the array of symbols of every value of the network, by name.
    """

    def __init__(
        self,
        network: str,
        name: str,
        layout: Layout,
        definitions: Definitions,
        jacobian: Any,
        values: Mapping[str, Any],
    ) -> None:
        self.network, self.name, self.layout = network, name, layout
        self.definitions = needed(definitions.expressions, jacobian)
        self.groups = {symbol: definitions.groups[symbol] for symbol in self.definitions}
        self.captions = definitions.captions
        self.jacobian, self.symbols = jacobian, values

    @cached_property
    def operations(self) -> int:
        """Operations in all definitions and all entries, as SymPy counts them."""
        return operations_of([*self.definitions.values(), *self.jacobian])

    def composed(self, most: int = MOST_OPERATIONS) -> Any:
        """The Jacobian as one matrix in the inputs and parameters, nothing named.

        Raises:
            InputError: it would have more than `most` operations.

        >>> from jacobians import Network
        >>> chain = symbolic_chain(Network.parse("1-1-1", activation="sin", bias=False), wrt="x")
        >>> print(chain.jacobian[0, 0], "=", chain.composed()[0, 0])
        J_z1[1]*W1[1,1] = W1[1,1]*W2[1,1]*cos(W1[1,1]*a0[1])*cos(W2[1,1]*sin(W1[1,1]*a0[1]))
        """
        count = composed_operations(self.definitions, self.jacobian)
        if count > most:
            raise InputError(
                f"{self.name} of {self.network} composed into one expression has {count:,} "
                f"operations, more than {most:,}; with names it has {self.operations:,}. Take "
                f"`definitions` and `jacobian`, or allow more: composed(most={count})."
            )
        entries = composed(self.definitions, self.jacobian)
        return sp.ImmutableMatrix(*self.jacobian.shape, entries)

    def to_latex(self) -> str:
        """All definitions and the matrix, as one display."""
        return as_latex(self)

    def _repr_latex_(self) -> str:
        return self.to_latex()

    def __str__(self) -> str:
        return as_text(self)

    def __repr__(self) -> str:
        rows, columns = self.jacobian.shape
        return f"<{self.name}: {rows}×{columns} in symbols, {self.layout.value} layout>"


def symbolic_chain(
    net: Network,
    of: str | None = None,
    wrt: str = "parameters",
    layout: Layout | str = NUMERATOR,
    samples: int = 1,
    *,
    input_size: int | None = None,
) -> SymbolicChain:
    """`∂of/∂wrt` of a network in symbols, by its chain with a name for every intermediate.

    Args:
        net: the network; of its numbers only the sizes are used.
        of: any value; None is the prediction.
        wrt: any value or parameter, or "parameters": the block row of them all, in denominator
            layout the block column.
        layout: the layout or its name.
        samples: how many columns the input has.
        input_size: how many entries it has, where no layer says so.

    Raises:
        LayoutError: an unknown name, letters for sizes, more than 20,000 entries, or a layer that
            symbols cannot pass through.

    >>> from jacobians import Network
    >>> net = Network.parse("1-2-1", activation="tanh", loss="half_squared_error", bias=False)
    >>> print(symbolic_chain(net, of="L", wrt="W1", layout="denominator"))
    ∂L/∂W1 of 1-2-1: tanh, tanh, half squared error: 2×1, denominator layout, 22 operations
    z1 = W1 a0
       z1[1] = W1[1,1]*a0[1]
       z1[2] = W1[2,1]*a0[1]
    a1 = tanh(z1)
       a1[1] = tanh(z1[1])
       a1[2] = tanh(z1[2])
    z2 = W2 a1
       z2[1] = W2[1,1]*a1[1] + W2[1,2]*a1[2]
    a2 = tanh(z2)
       a2[1] = tanh(z2[1])
    s2 = tanh'(z2)
       s2[1] = 1 - a2[1]**2
    δ_a2 = ∂L/∂a2
       δ_a2[1] = a2[1] - y[1]
    δ2 = ∂L/∂z2
       δ2[1] = s2[1]*δ_a2[1]
    s1 = tanh'(z1)
       s1[1] = 1 - a1[1]**2
       s1[2] = 1 - a1[2]**2
    δ_a1 = ∂L/∂a1
       δ_a1[1] = W2[1,1]*δ2[1]
       δ_a1[2] = W2[1,2]*δ2[1]
    δ1 = ∂L/∂z1
       δ1[1] = s1[1]*δ_a1[1]
       δ1[2] = s1[2]*δ_a1[2]
    ∂L/∂W1
       [1,1] = a0[1]*δ1[1]
       [2,1] = a0[1]*δ1[2]
    """
    layout = Layout.named(layout)
    of = net.prediction if of is None else net.resolve(of)
    names = list(net.parameters) if wrt == "parameters" else [net.resolve(wrt)]
    if not names:
        raise InputError(f"the network {net} has no parameters.")
    work = LayerByLayer(net, of, samples, input_size)
    sizes: list[Any] = [size_of(work.shapes[each]) for each in names]
    name = f"∂{of}/∂{wrt}"
    refuse_many(size_of(work.shapes[of]), sum(sizes), name)
    work.forward()
    totals = work.totals(names, layout)
    joined = (np.hstack if layout is NUMERATOR else np.vstack)([totals[each] for each in names])
    J = sp.ImmutableMatrix(joined)
    return SymbolicChain(str(net), name, layout, work.definitions, J, work.values)
