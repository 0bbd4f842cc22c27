"""Values as they are given: numbers, lists, arrays of one axis or two, sizes for letters."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np

from ..errors import InputError, ShapeError
from .letters import spelt
from .scope import column_shape

__all__ = ["as_it_comes", "size_numbers", "two_axes"]


def two_axes(name: str, value: Any) -> Any:
    """A value as a matrix: a number 1×1, a vector a column."""
    array = as_it_comes(name, value)
    return array.astype(np.float64).reshape(column_shape(array.shape))


def as_it_comes(name: str, value: Any) -> Any:
    """A value as an array of real numbers with as many axes as it has, two at most."""
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O" and all(isinstance(entry, Real) for entry in array.flat):
            array = array.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        array = np.asarray(None)
    if array.dtype.kind == "c":
        raise InputError(f"{name} is complex: values are real.")
    if array.dtype.kind not in "biuf":
        raise InputError(f"{name} is an array of numbers, not {value!r:.60}.")
    if array.ndim > 2 or array.size == 0:
        raise ShapeError(
            f"{name} has shape {array.shape}: a value is a number, a vector or a matrix."
        )
    return array


def size_numbers(sizes: Mapping[str, Any] | None) -> dict[str, int]:
    """The numbers that letters stand for."""
    for name, size in (sizes or {}).items():
        if isinstance(size, bool) or not isinstance(size, Integral) or size < 1:
            raise InputError(f"the size {name} is a whole number from 1 on, not {size!r:.60}.")
    return {spelt(name): int(size) for name, size in (sizes or {}).items()}
