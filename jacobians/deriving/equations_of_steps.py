"""A network's index equations: those of its layers, in its own names, with their derivatives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from layouts.errors import InputError
from layouts.sizes import by

from ..layers import Layer
from ..report.facts import Derivative, Factor, place_of
from ..rule import Names
from .draft import Evaluate
from .index_equations import Stated, equation_of
from .index_reader import read
from .index_rules import by_entry, sifted
from .index_terms import Entry, Partial, Terms, entries_in, named, replaced
from .index_text import SAMPLES, entry
from .index_values import moved

__all__ = ["Equations", "Stated"]

ABOVE, BELOW, TOP = ("ij", "k"), ("pq", "l"), ("rt", "s")
"""The indices of what a layer makes, of what it makes it of, and of what is differentiated."""


class Equations:
    """The index equations of all that a value is made of.

    Args:
        derivative: the derivative that is asked for.
        further: equations of layers beside those of the table.

    Raises:
        InputError: a layer without an equation, or one that does not fit.
    """

    def __init__(self, derivative: Derivative, further: Mapping[type[Layer], Stated]) -> None:
        self.derivative, self.net = derivative, derivative.network
        needed = self.net.behind([derivative.of])
        self.steps = {step.name: step for step in derivative.steps if step.name in needed}
        self.stated = {
            name: equation_of(step, [self.at(v, ABOVE) for v in (name, *step.inputs)], further)
            for name, step in self.steps.items()
        }
        self.formulas = {name: self._read(name) for name in self.steps}

    @property
    def names(self) -> list[str]:
        """What is made, in the order of computation."""
        return list(self.steps)

    def word(self, name: str) -> str:
        """What reports call the layer."""
        return self.steps[name].layer.word

    @property
    def top(self) -> str:
        """The indices of what is differentiated."""
        return self.at(self.derivative.of, TOP)

    def below(self, name: str) -> str:
        """The indices of what is differentiated by."""
        return self.at(name, BELOW)

    def at(self, name: str, letters: tuple[str, str]) -> str:
        """The indices of a value: one for each axis of a sample, and the sample's."""
        own, sample = letters
        axes = len(self.derivative.shapes[name])
        return own[: axes - 1] + sample if name in self.net.of_samples else own[:axes]

    def seen(self, letters: str) -> str:
        """The indices that are written: of one sample not its own."""
        single = self.derivative.samples == 1
        return "".join(each for each in letters if not (single and each in SAMPLES))

    def of(self, name: str) -> tuple[Terms, str]:
        """What one entry of a value is made of, and the indices of that entry."""
        return self.formulas[name], self.at(name, ABOVE)

    def partial(self, factor: Factor) -> Partial:
        """An entry of one layer's own derivative."""
        link = factor.link
        above = self.top if link.above == self.derivative.of else self.at(link.above, ABOVE)
        return Partial(link.above, above, link.below, self.below(link.below), place_of(link))

    def slopes(self, factor: Factor) -> list[tuple[str, Terms]]:
        """One layer's own derivative: from the equation, without its sum, and as it is written."""
        link, equation = factor.link, self.stated[factor.link.above]
        argument, symbol = equation.arguments[link.position], self.partial(factor)
        at = self.below(link.below)
        raw = by_entry(read(equation.right, equation.functions), argument, at)
        x_i, x_p = (
            entry(link.below, self.seen(letters)) for letters in (self.at(link.below, ABOVE), at)
        )
        sentence = f"By one entry of `{link.below}`, the rest held fixed"
        if x_p != link.below and factor is self.derivative.factors[0]:
            sentence += f": `∂{x_i}/∂{x_p}` is 1 where the indices agree, else 0"
        forms = [(f"{sentence}.", raw)]
        if sifted(raw) != raw:
            forms.append(("Kronecker's delta removes the sum.", sifted(raw)))
        short = equation.short.get(argument)
        if short is not None:
            usual = f"The usual form, with `{link.above}` for what it is made of."
            forms.append((usual, read(short, equation.functions)))
        letters = dict(zip(self.at(link.above, ABOVE), symbol.of_at, strict=True))
        return [(said, replaced(named(terms, self._names(link.above)), letters))
                for said, terms in forms]  # fmt: skip

    def moved(self, factor: Factor) -> Evaluate:
        """The same from the equation alone, one entry of the argument moved at a time."""
        link, equation = factor.link, self.stated[factor.link.above]
        terms = read(equation.right, equation.functions)
        made = [("y", terms, self.at(link.above, ABOVE))]

        def slopes(values: Mapping[str, Any]) -> Any:
            inputs = [values[name] for name in link.step.inputs]
            known = dict(zip(equation.arguments, inputs, strict=True)) | {"y": values[link.above]}
            return moved(made, known, "y", equation.arguments[link.position])

        return slopes

    def own_jacobian(self, factor: Factor) -> Evaluate:
        """The same as the layer's own rule has it."""
        link = factor.link

        def tensor(values: Mapping[str, Any]) -> Any:
            inputs = [values[name] for name in link.step.inputs]
            rules = link.step.layer.rules(*inputs, names=Names(link.step.inputs, link.above))
            matrix = rules[link.argument].jacobian().as_matrix()
            shape = np.shape(values[link.above]) + np.shape(values[link.below])
            return np.asarray(matrix).reshape(shape, order="F")

        return tensor

    def total_moved(self, wrt: str) -> Evaluate:
        """∂of/∂wrt from all equations together, one entry of `wrt` moved at a time."""
        later, above = [], {wrt}
        for name, step in self.steps.items():
            if name != wrt and not above.isdisjoint(step.inputs):
                above.add(name)
                later.append((name, *self.of(name)))
        return lambda values: moved(later, values, self.derivative.of, wrt)

    def _names(self, name: str) -> dict[str, str]:
        """What the equation's names are called in the network."""
        arguments, inputs = self.stated[name].arguments, self.steps[name].inputs
        return {**dict(zip(arguments, inputs, strict=True)), "y": name}

    def _read(self, name: str) -> Terms:
        """The equation in the network's names, if it has an index for each axis."""
        equation = self.stated[name]
        (left,) = read(equation.left)
        terms = named(read(equation.right, equation.functions), self._names(name))
        made = named((left,), {"y": name})
        for each, letters in [*entries_in(made), *entries_in(terms)]:
            shape = self.derivative.shapes.get(each)
            if shape is None:
                raise InputError(f"the index equation {equation.text} names {each}: it is about y "
                                 f"and {' and '.join(equation.arguments)}.")  # fmt: skip
            if len(letters) != len(shape):
                raise InputError(
                    f"{equation.text} has {len(letters)} indices where {each} has {len(shape)} "
                    f"axes, {by(shape)}: one for each, and k for the samples."
                )
        wanted = Entry(name, self.at(name, ABOVE))
        if left.factors != (Entry("y", wanted.at),):
            raise InputError(f"{equation.text} is not an equation of {entry('y', wanted.at)}, "
                             f"which {name} needs.")  # fmt: skip
        return terms
