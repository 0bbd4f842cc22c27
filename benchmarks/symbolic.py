"""Derivatives in symbols: the chain with named intermediates, beside SymPy's of the composition.

SymPy keeps what it has computed; everybody begins with an empty cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import sympy as sp
from sympy.core.cache import clear_cache

from jacobians import Network, symbolic_chain

from .measure import Goal, Row, Work

SMALL, LARGE = (3, 4, 4, 2), (8, 16, 16, 4)


def rows() -> Iterator[Row]:
    ours, composed = chain_of(SMALL), composition_of(SMALL)
    same_shape(ours().jacobian, composed())
    peer = "composed Matrix.jacobian"
    yield Row("3-4-4-2 sigmoid", ours, {peer: composed}, {}, (Goal((peer,), 0.1, 0.05),))
    operations = {peer: composed, "its cse": composed}
    goals = (Goal((peer,), 0.01), Goal(("its cse",), 1))
    yield Row("the same, operations", ours, operations, {}, goals, counted, "operations")
    yield Row("8-16-16-4 sigmoid", chain_of(LARGE), {}, {}, ())
    yield Row("the same, operations", chain_of(LARGE), {}, {}, (), counted, "operations")


def chain_of(sizes: Sequence[int]) -> Callable[[], Any]:
    net = Network.parse("-".join(map(str, sizes)), activation="sigmoid", seed=None)

    def work() -> Any:
        clear_cache()
        return symbolic_chain(net)

    return work


def composition_of(sizes: Sequence[int]) -> Callable[[], Any]:
    """The network as one expression, differentiated by all parameters."""

    def work() -> Any:
        clear_cache()
        a, parameters = sp.Matrix(sp.symbols(f"x1:{sizes[0] + 1}", real=True)), []
        for k, (n, m) in enumerate(pairwise(sizes), start=1):
            W = sp.Matrix(m, n, sp.symbols(f"w{k}_1:{m * n + 1}", real=True))
            b = sp.Matrix(sp.symbols(f"b{k}_1:{m + 1}", real=True))
            a = (W * a + b).applyfunc(lambda z: 1 / (1 + sp.exp(-z)))
            parameters += [*W.T, *b]  # columns of W stacked
        return a.jacobian(sp.Matrix(parameters))

    return work


def counted(works: Mapping[str, Work]) -> dict[str, float]:
    """Operations instead of time."""
    return {name: operations(name, work()) for name, work in works.items()}


def operations(name: str, result: Any) -> float:
    if name == "ours":
        return float(result.operations)
    if name == "its cse":
        definitions, matrices = sp.cse(result)
        return float(sum(sp.count_ops(each) for _, each in definitions) + sp.count_ops(matrices))
    return float(sp.count_ops(result))


def same_shape(ours: Any, theirs: Any) -> None:
    """Their values are compared in the tests; here it is the work that must be the same."""
    if ours.shape != theirs.shape:
        raise AssertionError(f"ours is {ours.shape}, SymPy's {theirs.shape}")
