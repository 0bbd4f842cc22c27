"""What a network knows without values: the names, the shapes, and which value makes which.

All of it holds for letters as for numbers.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from layouts.errors import InputError, near_names
from layouts.sizes import Shape, Size, SizeLike, size_of

from .graph import Graph, of_samples
from .layer_row import LOSS, input_size_of, notation_of
from .layers import Linear, Loss
from .rule import Names
from .steps import Step, evaluate
from .unknown import Unknown

__all__ = ["Wiring"]


class Wiring:
    """A graph of named values.

    Raises:
        LayoutError: sizes that do not chain.
    """

    def __init__(self, graph: Graph) -> None:
        self.aliases, self.title = dict(graph.aliases), graph.title
        self.is_row = graph.is_row
        self.inputs, self.targets = dict(graph.inputs), dict(graph.targets)
        self.parameters = dict(graph.parameters)
        self.steps = graph.steps
        self.layers = tuple(step.layer for step in graph.steps if not isinstance(step.layer, Loss))
        self.prediction = graph.output
        self.top = graph.output if graph.loss is None else graph.loss
        """What is differentiated unless somebody says otherwise."""
        self.loss_name = graph.loss
        self.inner_steps = tuple(self.steps_without(self.targets))
        self.of_samples = of_samples(graph)
        if None not in self.inputs.values():
            self.shapes()  # sizes that do not chain are told at once

    def __setstate__(self, state: dict[str, Any]) -> None:
        """What pickling and deepcopy make has parameters as unwritable as the original's."""
        self.__dict__ |= state
        for values in self.parameters.values():
            if isinstance(values, np.ndarray):
                values.flags.writeable = False

    def steps_without(self, missing: Iterable[str]) -> list[Step]:
        """The steps that can be computed while these values are missing."""
        unknown = set(missing)
        steps = []
        for step in self.steps:
            if unknown.isdisjoint(step.inputs):
                steps.append(step)
            else:
                unknown.add(step.name)
        return steps

    def behind(self, names: Iterable[str]) -> set[str]:
        """The values of these names, and all that they are made of."""
        needed = set(names)
        for step in reversed(self.steps):
            if step.name in needed:
                needed.update(step.inputs)
        return needed

    def targets_behind(self, names: Iterable[str], given: Container[str] = ()) -> list[str]:
        """The targets that these values are made of, less those that are given."""
        needed = self.behind(names)
        return [name for name in self.targets if name in needed and name not in given]

    @cached_property
    def step_named(self) -> Mapping[str, Step]:
        """Every step by the name of what it makes."""
        return {step.name: step for step in self.steps}

    @cached_property
    def loss(self) -> Loss | None:
        """The loss layer that the network ends with, if it ends with a single one."""
        last = self.step_named[self.top].layer
        return last if isinstance(last, Loss) else None

    @cached_property
    def input_size(self) -> SizeLike | None:
        """How many entries the one input has; None where no layer says so, or there are more."""
        shapes = list(self.inputs.values())
        return size_of(shapes[0]) if len(shapes) == 1 and shapes[0] is not None else None

    @cached_property
    def sizes_only(self) -> bool:
        """Whether the network has shapes but no values."""
        return any(isinstance(value, Unknown) for value in self.parameters.values()) or any(
            isinstance(size, Size) for shape in self.inputs.values() for size in shape or ()
        )

    @cached_property
    def parameter_count(self) -> SizeLike:
        """How many numbers all parameters have together."""
        return sum((size_of(value.shape) for value in self.parameters.values()), start=0)

    @cached_property
    def names(self) -> list[str]:
        """Every value by name, in the order of computation."""
        return [*self.inputs, *self.targets, *self.parameters, *(step.name for step in self.steps)]

    @cached_property
    def unused(self) -> list[str]:
        """The parameters that no step takes."""
        taken = {name for step in self.steps for name in step.inputs}
        return [name for name in self.parameters if name not in taken]

    @cached_property
    def without_path(self) -> list[str]:
        """The values that are computed and never reach what the network is for."""
        needed = self.behind([self.top, self.prediction])
        return [step.name for step in self.steps if step.name not in needed]

    def resolve(self, name: str) -> str:
        """The value of that name; in a row `x` is `a0`.

        Raises:
            LayoutError: there is none; the message lists near names.
        """
        if not isinstance(name, str):
            raise InputError(f"a value is asked for by its name, not {name!r}.")
        known = self.aliases.get(name, name)
        if known not in self.names:
            if name == LOSS:
                raise InputError("this network has no loss: give one, or ask for the prediction, "
                                 f"{self.prediction}.")  # fmt: skip
            also = [*self.aliases, *self.names]
            raise InputError(f"the network has no value {name!r}: {near_names(name, also)}")
        return known

    def steps_to(self, of: str) -> tuple[Step, ...]:
        """The steps that are needed for a value; those behind targets only where it is."""
        return self.inner_steps if any(of == step.name for step in self.inner_steps) else self.steps

    def shapes(
        self, samples: SizeLike = 1, *, input_size: SizeLike | None = None
    ) -> dict[str, Shape]:
        """The shape of every value with that many samples as columns, in numbers or letters."""
        return {name: v.shape for name, v in self.unknowns(samples, input_size=input_size).items()}

    def unknowns(
        self, samples: SizeLike = 1, *, input_size: SizeLike | None = None
    ) -> dict[str, Any]:
        """Every value as an array of which only the shape is known."""
        values: dict[str, Any] = {}
        for name, shape in self.inputs.items():
            if shape is None and input_size is None:
                raise InputError("the size of the input is not known, no linear layer states it: "
                                 f"give {self.spoken(name)}.")  # fmt: skip
            values[name] = Unknown((*((input_size,) if shape is None else shape), samples))
        values |= {name: Unknown(()) for name in self.targets}
        values |= {name: Unknown(value.shape) for name, value in self.parameters.items()}
        evaluate(self.inner_steps, values)
        for name, shape in self.targets.items():
            whole = values[self.prediction].shape if shape is None else (*shape, samples)
            values[name] = Unknown(whole)
        later = [step for step in self.steps if step.name not in values]
        return evaluate(later, values)

    def definition(self, shapes: Mapping[str, Shape]) -> str:
        """The loss, written out; where it is made of several, all of them."""
        steps = [step for step in self.steps if isinstance(step.layer, Loss)]
        top = self.step_named[self.top]
        return ", ".join(
            f"{name} = {layer.formula(Names(inputs, name), tuple(shapes[i] for i in inputs))}"
            for name, layer, inputs in dict.fromkeys([*steps, top])
        )

    def spoken(self, name: str) -> str:
        """An input as the user calls it."""
        return self._spoken.get(name, name)

    @cached_property
    def _spoken(self) -> dict[str, str]:
        return {own: alias for alias, own in self.aliases.items()}

    def refuse_sizes_only(self) -> None:
        """Refuse to compute where only sizes are known, and say why they are."""
        if not self.sizes_only:
            return
        shapes = [*(value.shape for value in self.parameters.values()),
                  *(shape or () for shape in self.inputs.values())]  # fmt: skip
        letters = [size for shape in shapes for size in shape if isinstance(size, Size)]
        why = f"{letters[0]} is a letter" if letters else "no weights were drawn or given"
        raise InputError(
            f"the network {self.notation} knows its sizes only ({why}), so there are no values: "
            "give numbers for every size, and a seed or weights."
        )

    @property
    def notation(self) -> str:
        """A row as its sizes from input to output, 2-3-2; a graph as what it has of what."""
        if self.is_row:
            return notation_of(self.layers, input_size_of(self.layers))
        return f"of {', '.join(self.inputs)} ({len(self.steps)} steps)"

    def __str__(self) -> str:
        if not self.is_row:
            return self.title or f"with the output {self.prediction}"
        words = [layer.word for layer in self.layers if not isinstance(layer, Linear)]
        words += [self.loss.word] if self.loss is not None else []
        return ": ".join(part for part in (self.notation, ", ".join(words)) if part)
