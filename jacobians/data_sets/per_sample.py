"""The Jacobian of each sample by itself: what is there before a gradient sums over samples.

    sample k           numerator layout             denominator layout
    Jₖ = ∂aₖ/∂θ        (m, P), together (N, m, P)   (P, m), together (N, P, m)

The samples share the parameters θ, so the loss's gradient is the sum over them, `∂L/∂θ = Σₖ Jₖᵀ δₖ`
with δₖ = ∂L/∂aₖ; for a linear layer that sum is `∂L/∂W = Δ Aᵀ`. What is made of all samples
leaves none of them a Jacobian of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, ShapeError, refuse_too_large
from layouts.layout import NUMERATOR, Layout
from layouts.sizes import by

from ..network import Network
from ..unknown import Array
from .chunks import as_data_set, chunk_size, sweep
from .plain_rows import are_rows, write_rows
from .progress import Progress

__all__ = ["ends", "jacobians_of", "largest_chunk", "per_sample_jacobians"]

CHUNK_BYTES = 2**25
"""What the Jacobians of one chunk may take: 32 MiB."""


def per_sample_jacobians(
    net: Network,
    X: npt.ArrayLike,
    of: str | None = None,
    wrt: str = "parameters",
    layout: Layout | str = NUMERATOR,
    *,
    out: Array | None = None,
    executor: Executor | None = None,
    progress: Progress = None,
) -> Array:
    """Each sample's own Jacobian, in one array (N, m, P); in denominator layout (N, P, m).

    NaN and infinity pass, without a warning, and never from one sample to another. An entry
    that is 0 at every finite point may be 0 or NaN there: zeros beside a diagonal are kept where
    they are written and NaN where they are multiplied, 0·NaN, so that `net.jacobian` of one sample
    may have NaN where this has 0.

    Args:
        net: a network of one input, a vector. It travels with every chunk that goes to a process.
        X: samples as columns, (n, N).
        of: any value that belongs to the samples, each to its own; None is the prediction. It has
            m entries.
        wrt: any value or parameter, "x", or "parameters": all of them side by side, in the order
            of `net.parameters`, each by vec (columns stacked). P entries.
        layout: the layout or its name.
        out: where the result goes: a writable float64 array of its shape, of any strides. After an
            error its contents are not defined.
        executor: of `concurrent.futures`, or a Dask client's `get_executor()`; None works here.
            Processes and the threads of BLAS multiply: let one of them have the processors.
        progress: None, True, False or a function of (done, total); see the module `progress`.

    Returns:
        The array; `out` itself where it was given.

    Raises:
        LayoutError: no network, X or `out` of a wrong shape, an unknown name, a value that needs a
            target, belongs to no sample or is made of what couples them, or a result over 2 GiB
            without `out`.

    >>> net, X = Network.parse("4-3", bias=False), np.arange(20.0).reshape(4, 5)
    >>> J = per_sample_jacobians(net, X)
    >>> J.shape
    (5, 3, 12)
    >>> Delta = np.cos(np.arange(15.0)).reshape(3, 5)      # a cotangent for each sample
    >>> G = np.einsum("kip,ik->p", J, Delta).reshape(3, 4, order="F")     # Σₖ Jₖᵀ δₖ, summed
    >>> np.allclose(G, Delta @ X.T)
    True
    """
    layout, X = Layout.named(layout), as_data_set(X)
    of, m, P = ends(net, X, of, wrt)
    wanted = (X.shape[1], *layout.pair(m, P))
    result = room(wanted) if out is None else fitting(out, wanted)
    work = partial(jacobians_of, net, of=of, wrt=wrt, layout=layout)
    chunk = chunk_size(X.shape[1], executor, largest=largest_chunk(m, P))

    def keep(samples: slice, found: Array) -> None:
        result[samples] = found

    def write(samples: slice, columns: Array) -> None:
        work(columns, out=result[samples])

    if executor is None:
        sweep(itself, X, write, chunk=chunk, progress=progress)
    else:
        sweep(work, X, keep, chunk=chunk, executor=executor, progress=progress)
    return result


def jacobians_of(
    net: Network, X: Array, out: Array | None = None, *, of: str, wrt: str, layout: Layout
) -> Array:
    """The Jacobians of one chunk (n, N), where it is: all at once for a plain row of layers.

    >>> net = Network.parse("4-3", activation="tanh")
    >>> jacobians_of(net, np.ones((4, 5)), of="a1", wrt="W1", layout=NUMERATOR).shape
    (5, 3, 12)
    """
    if out is None:
        _, m, P = ends(net, X, of, wrt)
        out = np.empty((X.shape[1], *layout.pair(m, P)))
    if wrt == "parameters" and layout is NUMERATOR and are_rows(net, of):
        write_rows(net, X, out)
        return out
    with np.errstate(all="ignore"):
        for k, x in enumerate(X.T):
            out[k] = np.asarray(net.jacobian(x, of=of, wrt=wrt, layout=layout))
    return out


def ends(net: Network, X: Array, of: str | None, wrt: str) -> tuple[str, int, int]:
    """The value that is differentiated by its own name, and the sizes m and P for one sample.

    Raises:
        LayoutError: a name or X does not fit the network, or the value is not each sample's own.

    >>> ends(Network.parse("4-3", activation="tanh"), np.ones((4, 5)), None, "x")
    ('a1', 3, 4)
    """
    refuse_other_inputs(net)
    above = net.prediction if of is None else net.resolve(of)
    below = list(net.parameters) if wrt == "parameters" else [net.resolve(wrt)]
    refuse_targets(net, [above, *below])
    refuse_coupling(net, above)
    try:
        with np.errstate(all="ignore"):
            values = net.column_values(X[:, :1])
    except ShapeError as problem:
        n, N = X.shape
        raise ShapeError(f"{problem}\nHere X is {n}×{N}, {N} samples of {n} entries, as columns; "
                         "where samples are rows, give X.T.") from None  # fmt: skip
    if not below:
        raise InputError(f"the network {net} has no parameters.")
    return above, values[above].size, sum(values[name].size for name in below)


def largest_chunk(m: int, P: int) -> int:
    """How many m×P Jacobians fit into what one chunk may take; one always does.

    >>> largest_chunk(10, 4810), largest_chunk(1000, 10**6)
    (87, 1)
    """
    return max(1, CHUNK_BYTES // (8 * m * P))


def refuse_other_inputs(net: Network) -> None:
    """Refuse what is no network, and one of which samples are not the columns of one matrix."""
    if not isinstance(net, Network):
        raise InputError(f"{net!r} is no Network: make one, Network.parse('2-3-2').")
    if len(net.inputs) > 1 or any(len(shape or ()) > 1 for shape in net.inputs.values()):
        inputs = [f"{name} {by(shape)}" if shape else name for name, shape in net.inputs.items()]
        raise InputError(
            f"the network takes {' and '.join(inputs)}: samples stand in the columns of X only "
            "where there is one input, and that a vector. For one sample ask net.jacobian."
        )


def refuse_targets(net: Network, names: Iterable[str]) -> None:
    """Refuse values that are targets, or made of them."""
    for name in names:
        if net.targets_behind([name]):
            raise InputError(f"{name} needs a target, and no targets are taken here: ask "
                             "net.jacobian(x, y, …) for one sample.")  # fmt: skip


def refuse_coupling(net: Network, of: str) -> None:
    """Refuse a value that is not each sample's own.

    All steps count that it is made of, not only those behind `wrt`: by W too, `tanh(W @ x - m)`
    has another derivative at sample k when another sample moves their mean m.
    """
    if of not in net.of_samples:
        raise InputError(f"{of} belongs to no sample: it has one Jacobian, not one for each. Ask "
                         "net.jacobian.")  # fmt: skip
    needed = net.behind([of])
    for step in net.inner_steps:
        spreads = step.layer.couples_samples or step.layer.reduces_samples
        if spreads and step.name in needed:
            raise InputError(
                f"{step.name} = {step.layer!r} couples the samples: what one of them gives depends "
                f"on the others, so {of} has no Jacobian of one sample alone.\n"
                "net.jacobian(X) is that of all samples together."
            )


def room(shape: tuple[int, ...]) -> Array:
    """A new array, unless it would be too large."""
    refuse_too_large(
        shape,
        cure="Take the data set in pieces, or give out=: an array of your own, perhaps in a file.",
    )
    return np.empty(shape)


def fitting(out: Any, shape: tuple[int, ...]) -> Array:
    """`out`, if results of this shape can be written there."""
    wanted = f"a writable float64 array of shape {shape} is wanted."
    if not isinstance(out, np.ndarray):
        raise InputError(f"out is {type(out).__name__}: {wanted}")
    if out.shape != shape:
        raise ShapeError(f"out has shape {out.shape}: {wanted}")
    if out.dtype != np.float64:
        raise InputError(f"out has entries of type {out.dtype}: {wanted}")
    if not out.flags.writeable:
        raise InputError(f"out is read-only: {wanted}")
    return out


def itself(chunk: Array) -> Array:
    return chunk
