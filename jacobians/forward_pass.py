"""The forward pass: every value of a network by name, computed from what is given as x and y.

    values that belong to the samples      (n,) for one sample, (n, N) for samples as columns
    parameters, and what is made of them   as they are, whatever the samples
    a loss, a sum over samples             no axis of samples

Inside, samples are always the last axis. What needs a target that is not given is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError
from layouts.sizes import Shape

from .given import inputs_given, refuse_missing, targets_given
from .steps import evaluate
from .wiring import Wiring

__all__ = ["ForwardPass"]


class ForwardPass(Wiring):
    """A graph of named values with numbers: what a network computes, before any derivative."""

    def __call__(self, x: npt.ArrayLike) -> Any:
        """The prediction, (m,) for one sample (n,), (m, N) for samples as columns."""
        values, shape = self._forward(x, None)
        if self.prediction not in values:
            raise InputError(f"{self.prediction} needs the target: ask for values(x, y).")
        return values[self.prediction].reshape(shape(self.prediction))

    def values(self, x: npt.ArrayLike, y: npt.ArrayLike | None = None) -> dict[str, Any]:
        """Every named value, shaped as for the sample or samples given; with y the loss too.

        Of several targets, y may name some: then there is what can be computed with those.
        """
        values, shape = self._forward(x, y)
        values |= {alias: values[name] for alias, name in self.aliases.items()}
        ordered = [*self.aliases, *(name for name in self.names if name in values)]
        return {name: np.array(values[name]).reshape(shape(name)) for name in ordered}

    def column_values(self, x: npt.ArrayLike, y: npt.ArrayLike | None = None) -> dict[str, Any]:
        """Every named value with samples as columns, one sample as one column.

        With y all targets: then no value is left out.
        """
        if isinstance(y, Mapping):
            refuse_missing(y, self.targets, "target")
        return self._forward(x, y)[0]

    def _forward(
        self, x: npt.ArrayLike, y: npt.ArrayLike | None
    ) -> tuple[dict[str, Any], Callable[[str], Shape]]:
        """All values with samples as columns, and how each is shaped for the caller."""
        self.refuse_sizes_only()
        columns, single = inputs_given(self, x)
        if self.input_size is None and self.is_row:
            X = next(iter(columns.values()))
            self.shapes(X.shape[1], input_size=len(X))
        values: dict[str, Any] = {**columns, **self.parameters}
        evaluate(self.inner_steps, values)
        if y is not None:
            if not self.targets:
                raise InputError("this network has no loss, so a target y has no use.")
            values |= targets_given(self, y, values, single)
            missing = [name for name in self.targets if name not in values]
            evaluate([s for s in self.steps_without(missing) if s.name not in values], values)

        def shape(name: str) -> Shape:
            own = self.aliases.get(name, name)
            given: Shape = np.shape(values[own])
            return given[:-1] if single and own in self.of_samples else given

        return values, shape

    def _require(self, names: Sequence[str], values: Collection[str], asked: str) -> None:
        """Refuse to go on where a value is left out, and name the targets that it waits for."""
        for name in names:
            if name not in values:
                missing = self.targets_behind(names, given=values)
                raise InputError(f"{asked} needs the target: give {' and '.join(missing)}.")

    def _all_parameters(self) -> list[str]:
        if not self.parameters:
            raise InputError(f"the network {self} has no parameters.")
        return list(self.parameters)
