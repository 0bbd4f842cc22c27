"""The point at which a trace is checked: given, or drawn with the network's seed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, counted
from layouts.shape_text import read_size
from layouts.sizes import Size, SizeLike

from ..given import inputs_given
from ..network import Network
from ..rows.given_rows import input_rows, target_rows
from .facts import Derivative

__all__ = ["given_point", "values_at"]


def given_point(
    net: Network,
    x: npt.ArrayLike | None,
    y: npt.ArrayLike | None,
    samples: SizeLike | str | None,
    samples_as: str = "columns",
) -> tuple[Any, Any, SizeLike]:
    """The input and the target, samples as columns, and how many samples there are or are to be.

    Args:
        net: the network.
        x: the input, or None.
        y: the target, or None.
        samples: how many are asked for, or None.
        samples_as: "columns" or "rows": how they stand in x and y.

    Raises:
        LayoutError: a target without a loss, or an x or y that does not fit.
    """
    if isinstance(samples, str):
        samples = read_size(samples, f"samples={samples!r}")
    whole = isinstance(samples, int | np.integer) and not isinstance(samples, bool)
    if not (samples is None or isinstance(samples, Size) or (whole and samples >= 1)):
        raise InputError(f"samples are a whole number from 1 on, or a letter, not {samples!r}.")
    if y is not None and not net.targets:
        raise InputError("this network has no loss, so a target y has no use.")
    if samples_as == "rows" and x is not None:
        x = input_rows(net, x, "x").T
    count = (1 if samples is None else samples) if x is None else _samples_of(net, x)
    if samples is not None and samples != count:
        raise InputError(f"x has {counted(count, 'sample')} as {samples_as}, {samples} were asked "
                         "for.")  # fmt: skip
    if samples_as == "rows" and y is not None and not isinstance(count, Size):
        y = _from_rows(net, x, y, count)
    return x, y, count


def _samples_of(net: Network, x: npt.ArrayLike) -> int:
    """How many samples x has."""
    columns, _ = inputs_given(net, x)
    count: int = next(iter(columns.values())).shape[-1]
    return count


def _from_rows(net: Network, x: Any, y: npt.ArrayLike, count: int) -> Any:
    """The target with samples as columns; beside letters it is as little used as in columns."""
    size = net.input_size if x is None else len(x)
    if net.sizes_only or not isinstance(size, int):
        return y
    rows = target_rows(net, y, count, size, "y")
    return rows[0] if count == 1 and x is None else rows.T


def values_at(
    derivative: Derivative, x: Any, y: Any, *, small_integers: bool
) -> tuple[dict[str, Any], str]:
    """The values at the point of the check, and a phrase that says where they come from."""
    net, samples = derivative.network, int(str(derivative.samples))
    single = samples == 1 if x is None else inputs_given(net, x)[1]
    as_columns = None if single else samples
    drawn = [name for name, given in (("x", x), ("y", y)) if given is None]
    missing = [name for name in net.targets if isinstance(y, Mapping) and name not in y]
    if drawn or missing:
        size = len(x) if net.is_row and x is not None else None
        drawn_x, drawn_y = net.example(as_columns, small_integers=small_integers, input_size=size)
        x, y = drawn_x if x is None else x, drawn_y if y is None else y
        y = {**drawn_y, **y} if missing else y
        drawn += missing
    needed = {name for step in derivative.steps for name in step.inputs}
    if needed.isdisjoint(net.targets):
        drawn = [name for name in drawn if name != "y"]
    if net.generator is not None:
        drawn = ["weights", *drawn]
    phrase = f"{', '.join(drawn)} drawn with seed {net.seed}" if drawn else "at the values given"
    with np.errstate(all="ignore"):
        return net.column_values(x, y), phrase
