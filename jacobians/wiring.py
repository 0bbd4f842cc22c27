"""Layers wired into named values: the names of the usual texts, and the shape of each value.

    a0 = x                      the input
    z_l = W_l a_(l-1) + b_l     each linear layer starts number l
    a_l, a_l_2, …               the layers behind it
    y, L                        the target and the loss

A layer object that stands in the list twice shares its parameters. All that a network knows without
values is here; it holds for letters as for numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from layouts.errors import InputError, near_names
from layouts.sizes import Shape, Size, SizeLike, size_of

from .layers import Layer, Linear, Loss, loss_named
from .steps import Step, evaluate
from .unknown import Entries, Unknown

__all__ = ["ALIASES", "INPUT", "LOSS", "TARGET", "Wiring"]

INPUT, TARGET, LOSS = "a0", "y", "L"
ALIASES = {"x": INPUT}


class Wiring:
    """A row of layers, with a loss or without, as steps between named values.

    Raises:
        LayoutError: no layers, something that is no layer, or sizes that do not chain.
    """

    def __init__(self, layers: Sequence[Layer], loss: Loss | str | None = None) -> None:
        self.layers = tuple(layers)
        if not self.layers:
            raise InputError("a network needs at least one layer.")
        for layer in self.layers:
            if not isinstance(layer, Layer) or isinstance(layer, Loss):
                raise InputError(f"{layer!r} is not a layer of a row: layers are Linear, ReLU, …; "
                                 "a loss goes into loss=.")  # fmt: skip
        self.loss = loss_named(loss) if isinstance(loss, str) else loss
        if self.loss is not None and not isinstance(self.loss, Loss):
            raise InputError(f"{loss!r} is not a loss: give one, or its name.")
        self.parameters: dict[str, Entries] = {}
        self.inner_steps = tuple(self._wired())
        self.prediction = self.inner_steps[-1].name
        self.steps = self.inner_steps
        if self.loss is not None:
            self.steps += (Step(LOSS, self.loss, (self.prediction, TARGET)),)
        if self.input_size is not None:
            self.shapes()  # sizes that do not chain are told at once

    def _wired(self) -> list[Step]:
        """Name the values, and write the layers down as steps."""
        steps: list[Step] = []
        value, number, further = INPUT, 0, 1
        held: dict[int, tuple[str, ...]] = {}
        for layer in self.layers:
            parameters = layer.parameters()
            if isinstance(layer, Linear):
                number, further = number + 1, 0
                output = f"z{number}"
            else:
                further += 1
                output = f"a{number}" + (f"_{further}" if further > 1 else "")
            if id(layer) not in held:
                held[id(layer)] = tuple(f"{name}{number}" for name in parameters)
                self.parameters |= dict(zip(held[id(layer)], parameters.values(), strict=True))
            steps.append(Step(output, layer, (value, *held[id(layer)])))
            value = output
        return steps

    @cached_property
    def input_size(self) -> SizeLike | None:
        """How many entries the input has, where a layer says so."""
        for layer in self.layers:
            if isinstance(layer, Linear):
                return layer.W.shape[1]
            if not layer.keeps_size:
                return None
        return None

    @cached_property
    def sizes_only(self) -> bool:
        """Whether the network has shapes but no values."""
        return any(isinstance(value, Unknown) for value in self.parameters.values())

    @cached_property
    def parameter_count(self) -> SizeLike:
        """How many numbers all parameters have together."""
        return sum((size_of(value.shape) for value in self.parameters.values()), start=0)

    @cached_property
    def names(self) -> list[str]:
        """Every value by name, in the order of computation."""
        target = [TARGET] if self.loss is not None else []
        return [INPUT, *target, *self.parameters, *(step.name for step in self.steps)]

    def resolve(self, name: str) -> str:
        """The value of that name; `x` is `a0`.

        Raises:
            LayoutError: there is none; the message lists near names.
        """
        if not isinstance(name, str):
            raise InputError(f"a value is asked for by its name, not {name!r}.")
        known = ALIASES.get(name, name)
        if known not in self.names:
            if name == LOSS:
                raise InputError("this network has no loss: give one, or ask for the prediction, "
                                 f"{self.prediction}.")  # fmt: skip
            raise InputError(
                f"the network has no value {name!r}: {near_names(name, ['x', *self.names])}"
            )
        return known

    def shapes(
        self, samples: SizeLike = 1, *, input_size: SizeLike | None = None
    ) -> dict[str, Shape]:
        """The shape of every value with that many samples as columns, in numbers or letters."""
        return {name: v.shape for name, v in self.unknowns(samples, input_size=input_size).items()}

    def unknowns(
        self, samples: SizeLike = 1, *, input_size: SizeLike | None = None
    ) -> dict[str, Any]:
        """Every value as an array of which only the shape is known."""
        n = self.input_size if input_size is None else input_size
        if n is None:
            raise InputError("the size of the input is not known, no linear layer states it: "
                             "give x.")  # fmt: skip
        values: dict[str, Any] = {INPUT: Unknown((n, samples))}
        if self.loss is not None:
            values[TARGET] = Unknown(())
        values |= {name: Unknown(value.shape) for name, value in self.parameters.items()}
        evaluate(self.inner_steps, values)
        if self.loss is not None:
            values[TARGET] = Unknown(values[self.prediction].shape)
            evaluate(self.steps[-1:], values)
        return values

    def refuse_sizes_only(self) -> None:
        """Refuse to compute where only sizes are known, and say why they are."""
        if not self.sizes_only:
            return
        letters = [size for array in self.parameters.values() for size in array.shape
                   if isinstance(size, Size)]  # fmt: skip
        why = f"{letters[0]} is a letter" if letters else "no weights were drawn or given"
        raise InputError(
            f"the network {self.notation} knows its sizes only ({why}), so there are no values: "
            "give numbers for every size, and a seed or weights."
        )

    @property
    def notation(self) -> str:
        """The sizes from input to output, as in 2-3-2; an input of any size is ?."""
        linear = [layer.W.shape[0] for layer in self.layers if isinstance(layer, Linear)]
        if not linear:
            return ""
        return "-".join(map(str, ["?" if self.input_size is None else self.input_size, *linear]))

    def __str__(self) -> str:
        words = [layer.word for layer in self.layers if not isinstance(layer, Linear)]
        words += [self.loss.word] if self.loss is not None else []
        return ": ".join(part for part in (self.notation, ", ".join(words)) if part)
