"""A data set in chunks, and a function swept over them: here, or in somebody's executor.

    X (n, N)  →  X[:, :c], X[:, c:2c], …  →  function(chunk), in any order  →  results, in order

An executor is whatever follows `concurrent.futures`: threads, processes, a Dask cluster. It is
given a bounded number of chunks at a time, and it is its owner who shuts it down.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Executor, Future
from contextlib import closing
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, ShapeError

from ..layers.base import as_numbers
from ..unknown import Array
from .progress import Progress, reported

__all__ = ["as_data_set", "chunk_size", "sweep"]

IN_FLIGHT = 64
"""Chunks that an executor holds at a time: enough to keep it busy, few beside a data set's."""
LARGEST = 256
"""Samples in a chunk, unless the caller says otherwise."""
SHARES = 16
"""How many chunks a small data set is cut into for an executor: its workers are not counted."""

R = TypeVar("R")


def as_data_set(X: npt.ArrayLike) -> Array:
    """X as a float64 array (n, N) that cannot be written to, samples as columns.

    Raises:
        LayoutError: entries that are no real numbers, another number of axes, or no sample.

    >>> as_data_set([[1, 2, 3], [4, 5, 6]]).shape
    (2, 3)
    """
    numbers = as_numbers(X, "X")
    if numbers.ndim != 2:
        one = ", one sample is X[:, None]" if numbers.ndim == 1 else ""
        raise ShapeError(
            f"X has shape {numbers.shape}: a data set is (n, N), samples as columns{one}."
        )
    if numbers.size == 0:
        what = "samples" if numbers.shape[1] == 0 else "entries"
        raise ShapeError(f"X has shape {numbers.shape}: the data set has no {what}.")
    view = numbers.view()
    view.flags.writeable = False
    return view


def chunk_size(
    samples: int, executor: Executor | None, chunk: int | None = None, largest: int = LARGEST
) -> int:
    """How many samples a chunk has: as the caller wants, or so that every worker has some.

    Raises:
        InputError: `chunk` is no positive whole number.

    >>> chunk_size(70_000, None), chunk_size(70_000, None, chunk=1000)
    (256, 1000)
    """
    if chunk is None:
        share = samples if executor is None else -(-samples // SHARES)
        return max(1, min(share, largest, LARGEST))
    if isinstance(chunk, bool) or not isinstance(chunk, int | np.integer) or chunk < 1:
        raise InputError(f"chunk is how many samples go together, 1 or more, not {chunk!r}.")
    return int(chunk)


def sweep(
    function: Callable[[Array], R],
    X: Array,
    keep: Callable[[slice, R], object],
    *,
    chunk: int,
    executor: Executor | None = None,
    progress: Progress = None,
) -> None:
    """`keep(samples, function(X[:, samples]))` for each chunk, `keep` here and in order.

    Raises:
        LayoutError: no executor, one of processes and a function that cannot be sent to them, or
            a `progress` that is none. What `function` raises arrives as it is.

    >>> sweep(np.sum, np.ones((2, 5)), lambda samples, total: print(samples, total), chunk=3)
    slice(0, 3, None) 6.0
    slice(3, 5, None) 4.0
    """
    N = X.shape[1]
    cuts = [slice(start, min(start + chunk, N)) for start in range(0, N, chunk)]
    refuse_unfit(executor, function)
    chunks = (X[:, samples] for samples in cuts)
    with (
        reported(progress, N) as tell,
        closing(results_in_order(function, chunks, executor)) as results,
    ):
        for samples, result in zip(cuts, results, strict=True):
            keep(samples, result)
            tell(samples.stop)


def results_in_order(
    function: Callable[[Array], R], chunks: Iterable[Array], executor: Executor | None
) -> Generator[R, None, None]:
    """`function` of each chunk; what is not wanted any more is cancelled."""
    if executor is None:
        yield from map(function, chunks)
        return
    waiting: deque[Future[R]] = deque()
    try:
        for chunk in chunks:
            waiting.append(executor.submit(function, chunk))
            if len(waiting) == IN_FLIGHT:
                yield waiting[0].result()
                waiting.popleft()
        while waiting:
            yield waiting[0].result()
            waiting.popleft()
    finally:
        for future in waiting:
            future.cancel()


def refuse_unfit(executor: Executor | None, function: Callable[..., Any]) -> None:
    """Refuse what is no executor, and what its processes could not be sent."""
    if executor is None:
        return
    if not isinstance(executor, Executor):
        raise InputError(
            f"executor is {type(executor).__name__}, which is not a concurrent.futures.Executor: "
            "give a ThreadPoolExecutor, a ProcessPoolExecutor, or a Dask client's get_executor()."
        )
    from concurrent.futures import ProcessPoolExecutor

    if not isinstance(executor, ProcessPoolExecutor):
        return
    try:
        pickle.dumps(function)
    except (pickle.PicklingError, AttributeError, TypeError) as problem:
        raise InputError(
            f"the function cannot be sent to other processes: {problem}.\n"
            "A lambda, or a function inside a function, has no name there; a network with a Custom "
            "layer may hold one. Give it a name in a module, or use threads: ThreadPoolExecutor."
        ) from None
