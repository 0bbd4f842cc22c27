"""Forward pass and chain over symbols: each step takes names, and what it makes gets names.

The layers' own rules are asked with the symbols of their inputs; a link is multiplied by the named
total above it, in the layout's order, and a value's total is named once all paths have added to it.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from layouts.errors import InputError
from layouts.layout import NUMERATOR, Layout
from layouts.sizes import Size, size_of

from ..chain import Link, links_between
from ..network import Network
from ..rule import Names
from ..steps import Step
from .definitions import Definitions
from .entries import exact, mapped, matrix_of, symbols
from .functions import in_symbols
from .layer_jacobians import asked

__all__ = ["LayerByLayer"]

PARTS = {
    "s": "{f}'({x})",
    "e": "exp({x})",
    "t": "the sum of each column of exp({x})",
    "p": "softmax({x})",
    "c": "{x} - mean",
    "sd": "the spread of {x}",
    "xhat": "{x}, standardised",
}
"""What a part of a layer's rule is, by the word that names it."""


class LayerByLayer:
    """A network with symbols for its values, up to the value that is differentiated.

    Raises:
        LayoutError: letters for sizes, or a layer that symbols cannot pass through.
    """

    def __init__(self, net: Network, of: str, samples: int, input_size: int | None) -> None:
        self.net, self.of, self.samples = net, of, samples
        self.shapes: dict[str, Any] = dict(net.shapes(samples, input_size=input_size))
        for name, shape in self.shapes.items():
            if any(isinstance(size, Size) for size in shape):
                raise InputError(
                    f"{name} of {net} has a letter for a size: explicit entries need numbers. A "
                    "formula in letters is what matrix_form gives."
                )
        self.definitions = Definitions(net.names)
        self.values: dict[str, Any] = {}

    def forward(self) -> None:
        """Symbols for what is given, names for what is computed of it up to `of`."""
        net, behind = self.net, self.net.behind([self.of])
        for name in (*net.inputs, *net.targets, *net.parameters):
            if name in behind:
                own = self.shapes[name][:-1] if self.is_single(name) else self.shapes[name]
                self.values[name] = symbols(name, own).reshape(self.shapes[name])
        for step in net.steps:
            if step.name in behind:
                self.values[step.name] = self.made(step)

    def is_single(self, name: str) -> bool:
        """Whether the value's last axis is a single sample, which its entries do not count."""
        return self.samples == 1 and name in self.net.of_samples

    def translated(self, step: Step) -> Any:
        return in_symbols(step.layer, lambda word, array: self.part(step, word, array))

    def inputs(self, step: Step) -> list[Any]:
        return [self.values[name] for name in step.inputs]

    def made(self, step: Step) -> Any:
        """The value of a step, with names for its entries."""
        y = asked(step.layer, self.translated(step).forward, *self.inputs(step))
        formula = step.layer.formula(
            Names(step.inputs, step.name), tuple(self.shapes[name] for name in step.inputs)
        )
        return self.named(step.name, step.name, np.reshape(y, self.shapes[step.name]), formula)

    def named(self, value: str, name: str, array: Any, caption: str) -> Any:
        """Names for what is shaped as a value, its samples counted as those of the value."""
        return self.definitions.named(name, array, caption, drop_last=self.is_single(value))

    def part(self, step: Step, word: str, array: Any) -> Any:
        """A part of a layer's rule by name, written in terms of the value that the layer made."""
        made, expressions = self.values.get(step.name), self.definitions.expressions
        if made is not None:
            known = {expressions[each]: each for each in made.flat if each in expressions}
            array = mapped(lambda expression: expression.xreplace(known), exact(array))
        numbered = re.fullmatch(r"[a-z]([0-9]+(_[0-9]+)?)", step.name)
        name = word + (numbered[1] if numbered and self.net.is_row else f"_{step.name}")
        f = getattr(step.layer, "written", "")
        caption = PARTS[word].format(x=step.inputs[0], f=f)
        return self.named(step.name, self.definitions.free(name), array, caption)

    def totals(self, wrt: list[str], layout: Layout) -> dict[str, Any]:
        """`∂of/∂v` for every v in `wrt`, in this layout."""
        total: dict[str, Any] = {}
        for link in reversed(links_between(self.net.steps_to(self.of), self.of, wrt)):
            term, known = self.times(link, total, layout), total.get(link.below)
            total[link.below] = exact(term if known is None else known + term)
        return {name: total[name] if name in total else self.end(name, layout) for name in wrt}

    def times(self, link: Link, total: dict[str, Any], layout: Layout) -> Any:
        """A link times the total above it."""
        rules = asked(link.step.layer, self.translated(link.step).rules, *self.inputs(link.step),
                      names=link.names)  # fmt: skip
        J = layout.arrange(asked(link.step.layer, rules[link.argument].jacobian))
        if link.above == self.of:
            return matrix_of(J)
        total[link.above] = running = self.named_total(link.above, total[link.above])
        return running @ J if layout is NUMERATOR else J @ running

    def named_total(self, value: str, J: Any) -> Any:
        """Names for `∂of/∂value`: of a number those of δ, shaped as the value."""
        loss, caption = self.of == self.net.loss_name, f"∂{self.of}/∂{value}"
        numbered = loss and re.fullmatch("z[0-9]+", value)
        name = f"δ{value[1:]}" if numbered else f"{'δ' if loss else 'J'}_{value}"
        name = self.definitions.free(name)
        if size_of(self.shapes[self.of]) != 1:
            return self.definitions.named(name, J, caption)
        column = J.reshape(self.shapes[value], order="F")
        return self.named(value, name, column, caption).reshape(J.shape, order="F")

    def end(self, name: str, layout: Layout) -> Any:
        """A value by itself is the identity; by what it does not depend on, zero."""
        shape: Any = layout.pair(size_of(self.shapes[self.of]), size_of(self.shapes[name]))
        return exact(np.eye(*shape, dtype=int) if name == self.of else np.zeros(shape, dtype=int))
