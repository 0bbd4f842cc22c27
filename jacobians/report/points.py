"""The point at which a trace is checked: given, or drawn with the network's seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, counted
from layouts.sizes import Size, SizeLike

from ..layers.base import as_numbers
from ..network import Network
from ..readers import read_size
from ..wiring import LOSS
from .facts import Derivative

__all__ = ["given_point", "values_at"]


def given_point(
    net: Network,
    x: npt.ArrayLike | None,
    y: npt.ArrayLike | None,
    samples: SizeLike | str | None,
) -> tuple[Any, SizeLike]:
    """X as an array, and how many samples it has or is to have.

    Raises:
        LayoutError: a target without a loss, or an x that does not fit.
    """
    if isinstance(samples, str):
        samples = read_size(samples, f"samples={samples!r}")
    whole = isinstance(samples, int | np.integer) and not isinstance(samples, bool)
    if not (samples is None or isinstance(samples, Size) or (whole and samples >= 1)):
        raise InputError(f"samples are a whole number from 1 on, or a letter, not {samples!r}.")
    if y is not None and net.loss is None:
        raise InputError("this network has no loss, so a target y has no use.")
    if x is None:
        return None, 1 if samples is None else samples
    array = as_numbers(x, "x")
    columns = 1 if array.ndim < 2 else array.shape[1]
    if samples is not None and samples != columns:
        had = counted(columns, "sample")
        raise InputError(f"x has {had} as columns, {samples} were asked for.")
    if net.input_size not in (None, len(np.atleast_1d(array))):
        had = counted(len(np.atleast_1d(array)), "entry", "entries")
        raise InputError(f"x has {had}, the network takes {net.input_size}: {net}.")
    return array, columns


def values_at(
    derivative: Derivative, x: Any, y: npt.ArrayLike | None, *, small_integers: bool
) -> tuple[dict[str, Any], str]:
    """The values at the point of the check, and a phrase that says where they come from."""
    net, samples = derivative.network, int(str(derivative.samples))
    as_columns = samples if samples != 1 or np.ndim(x) == 2 else None
    drawn = [name for name, given in (("x", x), ("y", y)) if given is None]
    if drawn:
        size = None if x is None else len(x)
        drawn_x, drawn_y = net.example(as_columns, small_integers=small_integers, input_size=size)
        x, y = drawn_x if x is None else x, drawn_y if y is None else y
    if derivative.of != LOSS:
        drawn = [name for name in drawn if name != "y"]
    if net.generator is not None:
        drawn = ["weights", *drawn]
    phrase = f"{', '.join(drawn)} drawn with seed {net.seed}" if drawn else "at the values given"
    with np.errstate(all="ignore"):
        return net.column_values(x, y), phrase
