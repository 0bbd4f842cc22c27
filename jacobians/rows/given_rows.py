"""What a caller gives as X and Y with a sample in each row, as (N, n) and (N, m).

    X     (N, n); one sample may be (n,)
    Y     (N, m); of one sample (m,), of one output (N,); where m > 1 a class for each sample too,
          integers (N,), of one sample ()

Nothing of it can be read in two ways: whatever has another shape is refused in the caller's terms.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from layouts.errors import InputError, ShapeError, counted
from layouts.sizes import Shape, SizeLike

from ..layers.base import as_array, as_numbers
from ..layers.losses import as_target
from ..network import Network
from ..unknown import Array

__all__ = ["input_rows", "row_shapes", "target_rows"]


def input_rows(net: Network, X: Any, name: str = "X") -> Array:
    """X as an array of its own, (N, n).

    Raises:
        LayoutError: what is no such array; the message calls it `name`.

    >>> input_rows(Network.parse("2-3"), [1, 2])
    array([[1., 2.]])
    """
    rows, n = as_numbers(_alone(X, name), name), net.input_size
    if rows.ndim not in (1, 2):
        size = "n" if n is None else n
        raise ShapeError(f"{name} has shape {rows.shape}: samples are rows here, (N, {size}); "
                         f"one sample may be ({size},).")  # fmt: skip
    if n is not None and rows.shape[-1] != n:
        entries = counted(n, "entry", "entries")
        raise ShapeError(f"{name} has shape {rows.shape}: samples are rows here, so each row of it "
                         f"has {entries}.{_cure(name, rows.shape, n)}")  # fmt: skip
    if rows.size == 0:
        raise ShapeError(f"{name} has shape {rows.shape}: it is empty.")
    return np.array(rows, ndmin=2)


def _cure(name: str, shape: Shape, n: SizeLike) -> str:
    """What to give instead, where that is plain."""
    if len(shape) == 1:
        return f" Samples of one entry are {name}[:, None]." * (n == 1)
    return " Its transpose fits: samples stand there as columns." * (shape[0] == n)


def target_rows(net: Network, Y: Any, samples: int, input_size: int, name: str = "Y") -> Array:
    """Y as an array of its own, (N, m); a class for each sample becomes a row of the identity.

    Args:
        net: the network, with a loss.
        Y: the targets.
        samples: N.
        input_size: how many entries a sample has, n.
        name: what messages call Y.

    Raises:
        LayoutError: what is no target of so many samples.

    >>> net = Network.parse("2-3", loss="cross_entropy")
    >>> target_rows(net, [2, 0], 2, 2)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    m = int(str(net.shapes(samples, input_size=input_size)[net.prediction][0]))
    given = as_array(_alone(Y, name), name)
    if given.shape in row_shapes(samples, m):
        return np.array(as_numbers(given, name)).reshape(samples, m)
    if given.dtype.kind in "iu" and given.ndim < 2 and m > 1:
        return np.array(as_target(given.reshape(-1), (m, samples)).T)
    classes = f", or a class for each, integers of shape ({samples},)" if m > 1 else ""
    turned = " Its transpose fits: samples stand there as columns."
    raise ShapeError(f"{name} has shape {given.shape}: samples are rows here, so with "
                     f"{counted(samples, 'sample')} it is {(samples, m)}{classes}."
                     f"{turned * (given.shape == (m, samples))}")  # fmt: skip


def row_shapes(samples: int, m: int) -> list[tuple[int, ...]]:
    """Every shape that can only be N rows of m entries.

    >>> row_shapes(5, 3), row_shapes(1, 3), row_shapes(5, 1)
    ([(5, 3)], [(1, 3), (3,)], [(5, 1), (5,)])
    """
    return [(samples, m), *[(m,)] * (samples == 1), *[(samples,)] * (m == 1),
            *[()] * (samples == m == 1)]  # fmt: skip


def _alone(given: Any, name: str) -> Any:
    """An array, and none by name: of a row there is one input and one target."""
    if isinstance(given, Mapping):
        raise InputError(f"{name} is given by name: with samples as rows it is the array alone.")
    return given
