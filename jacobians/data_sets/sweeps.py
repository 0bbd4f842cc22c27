"""Sweeps over a data set: a function of many samples, chunk by chunk, here or in an executor.

    executor                       runs in              functions travel by
    None                           this thread          not at all
    ThreadPoolExecutor             threads              not at all
    ProcessPoolExecutor            processes            pickle: functions of a module, no lambdas
    Client(…).get_executor()       a Dask cluster       cloudpickle: lambdas too

Results come in the order of the samples. An executor is its owner's: nothing here shuts it down.
Processes and the threads of BLAS multiply: set OPENBLAS_NUM_THREADS=1 (or MKL's, …) for workers.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError
from layouts.layout import NUMERATOR

from ..network import Network
from ..unknown import Array
from .chunks import as_data_set, chunk_size, sweep
from .per_sample import ends, jacobians_of, largest_chunk
from .progress import Progress

__all__ = ["singular_values", "sweep_samples"]

R = TypeVar("R")


def sweep_samples(
    function: Callable[[Array], R],
    X: npt.ArrayLike,
    *,
    executor: Executor | None = None,
    chunk: int | None = None,
    progress: Progress = None,
) -> list[R]:
    """`function` of each chunk of X's columns, as a list in the order of the chunks.

    Args:
        function: takes an array (n, c), c samples as columns, that it may not write to.
        X: samples as columns, (n, N).
        executor: of `concurrent.futures`, or a Dask client's `get_executor()`; None works here.
            It gets a bounded number of chunks at a time, however large X is.
        chunk: how many samples go together; None is at most 256, for an executor fewer where
            the data set is small.
        progress: None, True, False or a function of (done, total); see the module `progress`.

    Raises:
        LayoutError: no function, no executor, a data set that is empty or has another number of
            axes, or, for processes, a function that cannot be pickled. What the function itself
            raises arrives unchanged; chunks that have not begun are cancelled then.

    >>> sweep_samples(lambda chunk: chunk.sum(axis=0), [[1, 2, 3], [4, 5, 6]], chunk=2)
    [array([5., 7.]), array([9.])]
    """
    if not callable(function):
        raise InputError(f"what is swept over the samples is a function, not {function!r}.")
    data, found = as_data_set(X), list[R]()
    size = chunk_size(data.shape[1], executor, chunk)

    def keep(samples: slice, result: R) -> None:
        found.append(result)

    sweep(function, data, keep, chunk=size, executor=executor, progress=progress)
    return found


def singular_values(
    net: Network,
    X: npt.ArrayLike,
    of: str | None = None,
    wrt: str = "x",
    *,
    executor: Executor | None = None,
    chunk: int | None = None,
    progress: Progress = None,
) -> Array:
    """The singular values of each sample's Jacobian, descending: (N, min(m, n)).

    They are the same in both layouts. A Jacobian with an entry that is NaN or infinite has none:
    its row is NaN.

    Args:
        net: a network of one input, a vector.
        X: samples as columns, (n, N).
        of: any value, of m entries; None is the prediction.
        wrt: any value or parameter, or "parameters", of n entries.
        executor: as `sweep_samples` takes it; the network travels with every chunk.
        chunk: how many samples go together.
        progress: as `sweep_samples` takes it.

    Raises:
        LayoutError: what `per_sample_jacobians` and `sweep_samples` refuse.

    >>> net = Network.parse("3-2", weights={"W1": [[3.0, 0.0, 0.0], [0.0, 0.0, 4.0]]})
    >>> singular_values(net, np.ones((3, 5)))[0]
    array([4., 3.])
    """
    data = as_data_set(X)
    of, m, n = ends(net, data, of, wrt)
    result = np.empty((data.shape[1], min(m, n)))
    work = partial(singular_values_of, net, of=of, wrt=wrt)
    size = chunk_size(data.shape[1], executor, chunk, largest=largest_chunk(m, n))
    keep = result.__setitem__
    sweep(work, data, keep, chunk=size, executor=executor, progress=progress)
    return result


def singular_values_of(net: Network, X: Array, *, of: str, wrt: str) -> Array:
    """Those of one chunk (n, N), where it is."""
    J = jacobians_of(net, X, of=of, wrt=wrt, layout=NUMERATOR)
    found = np.full((len(J), min(J.shape[1:])), np.nan)
    finite = np.isfinite(J).all(axis=(1, 2))
    found[finite] = np.linalg.svd(J[finite], compute_uv=False)
    return found
