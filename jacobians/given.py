"""What a caller gives as x and y, as arrays with the samples as their last axis.

one input          an array: (n,) for one sample, (n, N) for samples as columns
several inputs     {name: array}, all with the same number of samples, or all without
several targets    likewise; some may be left out, with what they are needed for
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

import numpy as np

from layouts.errors import InputError, ShapeError, counted, near_names
from layouts.sizes import Shape, by

from .layers.base import as_columns, as_numbers
from .layers.losses import as_target
from .wiring import Wiring

__all__ = ["inputs_given", "refuse_missing", "targets_given"]


def inputs_given(wiring: Wiring, x: Any) -> tuple[dict[str, Any], bool]:
    """Every input by name, with samples, and whether it was one sample without that axis.

    Raises:
        LayoutError: an input that is missing, unknown or does not fit.
    """
    shapes = wiring.inputs
    if len(shapes) == 1 and not isinstance(x, Mapping):  # the usual case, without a detour
        (name,) = shapes
        columns_of_x, alone = _columns(wiring, name, x)
        return {name: columns_of_x}, alone
    given = _by_name(x, shapes, wiring.aliases, "input")
    refuse_missing(given, shapes, "input")
    columns = {name: _columns(wiring, name, value) for name, value in given.items()}
    (array, single), *others = columns.values()
    for other, without in others:
        if without is not single or other.shape[-1] != array.shape[-1]:
            said = ", ".join(f"{name} {np.shape(value)}" for name, value in given.items())
            raise ShapeError(f"the inputs have different numbers of samples: {said}. Samples are "
                             "the last axis, the same for all.")  # fmt: skip
    return {name: array for name, (array, _) in columns.items()}, single


def _columns(wiring: Wiring, name: str, value: Any) -> tuple[Any, bool]:
    """One input with its samples last, and whether it was one sample without them."""
    shape, spoken = wiring.inputs[name], wiring.spoken(name)
    array = as_numbers(value, spoken)
    if shape is not None and len(shape) != 1:
        return _matrices(array, shape, name), array.ndim == len(shape)
    columns = as_columns(array, spoken).copy()
    if shape is not None and len(columns) != shape[0]:
        has = counted(len(columns), "entry", "entries")
        raise ShapeError(f"{spoken} has {has}, the network takes {shape[0]}: {_taken(wiring)}.")
    return columns, array.ndim < 2


def _taken(wiring: Wiring) -> str:
    """The network in few words; where it has several inputs, those and their sizes."""
    several = {name: shape for name, shape in wiring.inputs.items() if shape is not None}
    if len(several) < 2:
        return str(wiring)
    return f"inputs {', '.join(f'{name}: {by(shape)}' for name, shape in several.items())}"


def targets_given(
    wiring: Wiring, y: Any, values: Mapping[str, Any], single: bool
) -> dict[str, Any]:
    """Every target that is given, with samples; class indices become columns of the identity.

    Raises:
        LayoutError: a target that is unknown or does not fit, or a lone array for several.
    """
    samples = next(values[name] for name in wiring.inputs).shape[-1]
    given = _by_name(y, wiring.targets, {}, "target")
    columns = {}
    for name, array in given.items():
        shape = wiring.targets[name]
        whole = values[wiring.prediction].shape if shape is None else (*shape, samples)
        try:
            target = as_target(array, whole[:-1] if single else whole)
        except ShapeError as problem:
            if shape is None:
                raise
            raise ShapeError(f"{name} has shape {np.shape(array)}: the graph declares {by(shape)} "
                             "for one sample, samples are the last axis.") from problem  # fmt: skip
        except InputError as problem:
            if len(wiring.targets) == 1:
                raise
            raise InputError(f"{name}: {problem}") from problem
        columns[name] = target.reshape(whole)
    return columns


def _by_name(
    given: Any, shapes: Mapping[str, Any], aliases: Mapping[str, str], what: str
) -> dict[str, Any]:
    """A mapping as it is, by the values' own names; a lone array is that of the only name."""
    if not isinstance(given, Mapping):
        if len(shapes) != 1:
            names = ", ".join(shapes)
            raise InputError(f"the network has {counted(len(shapes), what)} ({names}): give them "
                             f"by name, {{{next(iter(shapes), '')!r}: …}}.")  # fmt: skip
        return {next(iter(shapes)): given}
    named = {aliases.get(name, name): value for name, value in given.items()}
    for name in named:
        if name not in shapes:
            raise InputError(f"the network has no {what} {name!r}: {near_names(str(name), shapes)}")
    return {name: named[name] for name in shapes if name in named}


def refuse_missing(given: Container[str], names: Iterable[str], what: str) -> None:
    """Refuse inputs or targets of which not all are given.

    >>> refuse_missing({"x1": 0.5}, ["x1", "x2"], "input")
    Traceback (most recent call last):
    layouts.errors.InputError: the input x2 is missing: the network takes x1, x2.
    """
    for name in names:
        if name not in given:
            raise InputError(f"the {what} {name} is missing: the network takes {', '.join(names)}.")


def _matrices(array: Any, shape: Shape, name: str) -> Any:
    """One matrix (p, q) as (p, q, 1); matrices with samples last as they are."""
    if array.shape[: len(shape)] != shape or array.ndim > len(shape) + 1 or array.size == 0:
        raise ShapeError(f"{name} has shape {array.shape}: one sample is {by(shape)}, "
                         f"samples are {by(shape)}×N.")  # fmt: skip
    return np.reshape(array, (*array.shape[: len(shape)], -1)).copy()
