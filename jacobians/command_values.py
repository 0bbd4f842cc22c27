"""Values as they are typed on a command line: `1,-2`, samples after semicolons, some by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layouts.errors import InputError, counted
from layouts.sizes import Shape, by

__all__ = ["typed_values"]

ROLES = {"x": "input", "y": "target"}


def typed_values(texts: list[str] | None, what: str, shapes: Mapping[str, Shape | None]) -> Any:
    """One array, or by name where that is how they are typed; None where nothing is.

    Args:
        texts: `1,-2` is one sample, `1,-2;3,4` are two; `h0=1,-2` is the value called h0.
        what: the option, x or y.
        shapes: the values that may be given, each with the shape of one sample.

    Raises:
        LayoutError: what is no list of finite numbers, or one of several values without its name.

    >>> typed_values(["1,-2;3,4"], "x", {"a0": (2,)})
    array([[ 1.,  3.],
           [-2.,  4.]])
    >>> typed_values(["2"], "y", {"y": (3,)})
    array(2)
    """
    if texts is None:
        return None
    parts = [text.partition("=") for text in texts]
    if all(equals for _, equals, _ in parts):
        names = [name.strip() for name, _, _ in parts]
        if len(set(names)) < len(names):
            raise InputError(f"--{what} gives a value twice: {', '.join(names)}.")
        return {
            name: _array(text, f"{what} {name}", shapes.get(name), classes=what == "y")
            for name, (_, _, text) in zip(names, parts, strict=True)
        }
    first = next(iter(shapes), "h0")
    if len(shapes) > 1:
        raise InputError(f"the network has {counted(len(shapes), ROLES[what])} "
                         f"({', '.join(shapes)}): each is given by its name, "
                         f"--{what} {first}=1,-2 and so on.")  # fmt: skip
    if len(texts) > 1:
        raise InputError(f"several values are given by name, --{what} {first}=1,-2.")
    return _array(texts[0], what, next(iter(shapes.values()), None), classes=what == "y")


def _array(text: str, name: str, shape: Shape | None, *, classes: bool) -> Any:
    import numpy as np

    try:
        groups = [[float(number) for number in part.split(",")] for part in text.split(";")]
    except ValueError:
        raise InputError(f"--{name} is numbers joined by commas, not {text!r}.") from None
    if len({len(group) for group in groups}) != 1:
        raise InputError(f"--{name} has samples of different lengths: {text!r}.")
    array = np.array(groups)
    if not np.isfinite(array).all():
        raise InputError(f"--{name} has entries that are not finite numbers: {text!r}.")
    if shape is not None and len(shape) == 2:
        if array.shape != shape:
            raise InputError(f"--{name} is {by(shape)}, its rows between semicolons, not {text!r}.")
        return array
    whole = bool((array == np.floor(array)).all())
    if classes and shape not in (None, (1,)) and array.shape[1] == 1 and whole:
        indices = array[:, 0].astype(int)
        return indices if len(groups) > 1 else np.asarray(indices[0])
    return array[0] if len(groups) == 1 else array.T
