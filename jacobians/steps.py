"""A network as a list of steps, and the values that the steps make.

The list is in the order of computation. Chain and backpropagation both read it, and nothing else of
each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from layouts.errors import ShapeError

from .layers.base import Layer
from .unknown import Unknown

__all__ = ["Step", "evaluate"]


class Step(NamedTuple):
    """`name = layer(*inputs)`, inputs by name: values made before, parameters among them."""

    name: str
    layer: Layer
    inputs: tuple[str, ...]


def evaluate(steps: Iterable[Step], values: dict[str, Any]) -> dict[str, Any]:
    """Add the value of every step to `values`; where values are unknown, unknowns.

    Raises:
        ShapeError: inputs of a step that do not fit, by name.
    """
    shapes_only = any(isinstance(value, Unknown) for value in values.values())
    for step in steps:
        given = [values[each] for each in step.inputs]
        if shapes_only:
            values[step.name] = Unknown(fitting_shape(step, given))
        else:
            values[step.name] = step.layer.forward(*given)
    return values


def fitting_shape(step: Step, given: list[Any]) -> Any:
    """The shape of a step's output; what does not fit is told by the names in the network."""
    try:
        return step.layer.output_shape(*(value.shape for value in given))
    except ShapeError as problem:
        known = ", ".join(
            f"{name} {value.shape}" for name, value in zip(step.inputs, given, strict=True)
        )
        raise ShapeError(f"{step.name} cannot be made of {known}: {problem}") from None
