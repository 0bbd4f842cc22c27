"""The chain of a network in symbols, layer by layer: every intermediate gets a name.

    forward     z1 = W1 a0 + b1,  a1 = σ(z1), …       each entry once
    slopes      s1 = σ'(z1) = a1 (1 - a1)             in terms of what has a name
    chain       J_z1 = J_a1 diag(s1), for a loss δ1   a link times what is above it, then named

Composed into one expression the same derivative grows with every layer by the width of the layer;
with names it takes as many operations as a program that computes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp

from layouts.errors import InputError
from layouts.layout import NUMERATOR, Layout
from layouts.sizes import Size, size_of

from ..chain import Link, links_between
from ..network import Network
from ..rule import Names
from ..steps import Step
from .chain_text import as_latex, as_text
from .definitions import Definitions, composed, composed_operations, needed, operations_of
from .entries import exact, matrix_of, symbols
from .functions import in_symbols
from .layer_jacobians import asked, refuse_many

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
        >>> net = Network.parse("2-1", activation="square", bias=False)
        >>> print(symbolic_chain(net, wrt="W1").composed())
        Matrix([[2*a0[1]*(W1[1,1]*a0[1] + W1[1,2]*a0[2]), 2*a0[2]*(W1[1,1]*a0[1] + W1[1,2]*a0[2])]])
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
    >>> chain = symbolic_chain(Network.parse("2-3-2", activation="sigmoid"), of="a2", wrt="z1")
    >>> chain.operations, chain.jacobian
    (30, Matrix([
    [J_a1[1,1]*s1[1], J_a1[1,2]*s1[2], J_a1[1,3]*s1[3]],
    [J_a1[2,1]*s1[1], J_a1[2,2]*s1[2], J_a1[2,3]*s1[3]]]))
    """
    layout = Layout.named(layout)
    of = net.prediction if of is None else net.resolve(of)
    asked_for = list(net.parameters) if wrt == "parameters" else [net.resolve(wrt)]
    work = Work(net, of, samples, input_size)
    sizes: list[Any] = [size_of(work.shapes[name]) for name in asked_for]
    name = f"∂{of}/∂{wrt}"
    refuse_many(size_of(work.shapes[of]), sum(sizes), name)
    totals = work.totals(asked_for, layout)
    blocks = [totals[each] for each in asked_for]
    joined = np.hstack(blocks) if layout is NUMERATOR else np.vstack(blocks)
    jacobian = sp.ImmutableMatrix(joined)
    return SymbolicChain(str(net), name, layout, work.definitions, jacobian, work.values)


class Work:
    """The forward pass and the chain of one network, as they are written down."""

    def __init__(self, net: Network, of: str, samples: int, input_size: int | None) -> None:
        self.net, self.of, self.samples = net, of, samples
        self.shapes = net.shapes(samples, input_size=input_size)
        for name, shape in self.shapes.items():
            if any(isinstance(size, Size) for size in shape):
                raise InputError(f"{name} of {net} has a letter for a size: explicit entries need "
                                 "numbers; the formula in letters is matrix_form's.")  # fmt: skip
        self.definitions = Definitions(net.names)
        self.values: dict[str, Any] = {}
        self.forward()

    def forward(self) -> None:
        """Symbols for what is given, names for what is computed on the way to `of`."""
        steps = self.net.step_named
        for name in self.net.behind([self.of]):
            if name not in steps:
                single = self.is_single(name)
                shape = self.shapes[name]
                own = symbols(name, shape[:-1] if single else shape)
                self.values[name] = own.reshape(shape)  # type: ignore[arg-type]
        for step in self.net.steps:
            if step.name in self.net.behind([self.of]):
                twin = in_symbols(step.layer, lambda word, array, s=step: self.part(s, word, array))
                y = twin.forward(*(self.values[name] for name in step.inputs))
                self.values[step.name] = self.value(step, np.asarray(y, dtype=object))

    def is_single(self, name: str) -> bool:
        """Whether the value's last axis is one sample, which its entries do not count."""
        return self.samples == 1 and name in self.net.of_samples

    def value(self, step: Step, y: Any) -> Any:
        shapes = tuple(self.shapes[name] for name in step.inputs)
        caption = step.layer.formula(Names(step.inputs, step.name), shapes)
        return self.definitions.named(
            step.name, y, caption, drop_last=self.is_single(step.name)
        ).reshape(self.shapes[step.name])

    def part(self, step: Step, word: str, array: Any) -> Any:
        """A part of a layer's rule by name, in terms of the values that it has made."""
        names, made = Names(step.inputs, step.name), self.values.get(step.name)
        expressions = self.definitions.expressions
        known = {} if made is None else {
            expressions[symbol]: symbol for symbol in made.flat if symbol in expressions}  # fmt: skip
        array = exact(array)
        for index in np.ndindex(array.shape):
            array[index] = array[index].xreplace(known)
        numbered = re.fullmatch(r"[a-z]([0-9]+(_[0-9]+)?)", step.name)
        name = word + (numbered[1] if numbered and self.net.is_row else f"_{step.name}")
        caption = PARTS[word].format(x=names.inputs[0], f=getattr(step.layer, "written", "f"))
        single = self.is_single(step.name)
        return self.definitions.named(self.definitions.free(name), array, caption, drop_last=single)

    def totals(self, wrt: list[str], layout: Layout) -> dict[str, Any]:
        """`∂of/∂v` for every v in `wrt`: each total is named when it is complete."""
        total: dict[str, Any] = {}
        for link in reversed(links_between(self.net.steps_to(self.of), self.of, wrt)):
            term = self.times(total, link, layout)
            known = total.get(link.below)
            total[link.below] = exact(term if known is None else known + term)
        return {name: total[name] if name in total else self.end(name, layout) for name in wrt}

    def times(self, total: dict[str, Any], link: Link, layout: Layout) -> Any:
        """A link times what is above it, in the layout's order."""
        J = self.rules(link.step)[link.argument].jacobian()
        if link.above == self.of:
            return matrix_of(layout.arrange(J))
        total[link.above] = running = self.named_total(link.above, total[link.above])
        return running @ J if layout is NUMERATOR else layout.arrange(J) @ running

    def rules(self, step: Step) -> Any:
        """The step's own rules at the symbols."""
        twin = in_symbols(step.layer, lambda word, array: self.part(step, word, array))
        arrays = [self.values[name] for name in step.inputs]
        return asked(step.layer, twin, arrays, Names(step.inputs, step.name))

    def named_total(self, value: str, J: Any) -> Any:
        """Names for the entries of `∂of/∂value`: of a number those of δ, shaped as the value."""
        caption, loss = f"∂{self.of}/∂{value}", self.of == self.net.loss_name
        letter = "δ" if loss else "J"
        numbered = loss and re.fullmatch("z[0-9]+", value)
        name = self.definitions.free(f"δ{value[1:]}" if numbered else f"{letter}_{value}")
        if size_of(self.shapes[self.of]) != 1:
            return self.definitions.named(name, J, caption)
        column = J.reshape(self.shapes[value], order="F")
        single = self.is_single(value)
        named = self.definitions.named(name, column, caption, drop_last=single)
        return named.reshape(J.shape, order="F")

    def end(self, name: str, layout: Layout) -> Any:
        """A value by itself is the identity; by what it does not depend on, zero."""
        shape: Any = layout.pair(size_of(self.shapes[self.of]), size_of(self.shapes[name]))
        return exact(np.eye(*shape, dtype=int) if name == self.of else np.zeros(shape, dtype=int))


PARTS = {
    "s": "{f}'({x})",
    "e": "exp({x})",
    "t": "the sum of exp({x}), column by column",
    "p": "softmax({x})",
    "c": "{x} - mean",
    "sd": "the spread of {x}",
    "xhat": "{x}, standardised",
}
"""What a part of a layer's rule is, by the word that names it."""
