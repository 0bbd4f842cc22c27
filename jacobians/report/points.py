"""The point at which a trace is checked: given, or drawn with the network's seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, counted
from layouts.sizes import Size, SizeLike

from ..given import inputs_given
from ..network import Network
from ..readers import read_size
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
    if y is not None and not net.targets:
        raise InputError("this network has no loss, so a target y has no use.")
    if x is None:
        return None, 1 if samples is None else samples
    columns, _ = inputs_given(net, x)
    count: int = next(iter(columns.values())).shape[-1]
    if samples is not None and samples != count:
        raise InputError(f"x has {counted(count, 'sample')} as columns, {samples} were asked for.")
    return x, count


def values_at(
    derivative: Derivative, x: Any, y: npt.ArrayLike | None, *, small_integers: bool
) -> tuple[dict[str, Any], str]:
    """The values at the point of the check, and a phrase that says where they come from."""
    net, samples = derivative.network, int(str(derivative.samples))
    single = samples == 1 if x is None else inputs_given(net, x)[1]
    as_columns = None if single else samples
    drawn = [name for name, given in (("x", x), ("y", y)) if given is None]
    if drawn:
        size = len(x) if net.is_row and x is not None else None
        drawn_x, drawn_y = net.example(as_columns, small_integers=small_integers, input_size=size)
        x, y = drawn_x if x is None else x, drawn_y if y is None else y
    needed = {name for step in derivative.steps for name in step.inputs}
    if needed.isdisjoint(net.targets):
        drawn = [name for name in drawn if name != "y"]
    if net.generator is not None:
        drawn = ["weights", *drawn]
    phrase = f"{', '.join(drawn)} drawn with seed {net.seed}" if drawn else "at the values given"
    with np.errstate(all="ignore"):
        return net.column_values(x, y), phrase
