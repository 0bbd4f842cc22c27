"""Wrong answers about a network's gradient: another operation at one link of its sweep.

δ is the cotangent that a link is handed, samples as columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from .links import ByBias, ByWeight, Changed, Slope, Weight, multiplied
from .pieces import Pieces
from .wrong_arrangements import Wrong
from .wrong_chains import Change, answered, here_or_everywhere, of_kind

__all__ = [
    "hadamard_for_product",
    "inner_for_outer",
    "product_for_hadamard",
    "sum_missing",
    "sum_over_wrong_axis",
]


def change(
    p: Pieces, k: int, operation: Callable[[Any, Any], Any], array: Any, said: str
) -> Change:
    """Another operation on δ and an array at link number k."""
    link = p.links[k]
    return Change(k, [Changed(link.above, link.below, lambda D: operation(D, array))], said)


def operated(
    p: Pieces, k: int, operation: Callable[[Any, Any], Any], array: Any, said: str
) -> Iterator[Wrong]:
    """What the sweep answers with it."""
    return here_or_everywhere(p, [change(p, k, operation, array, said)])


PRODUCTS: dict[str, Callable[[Any, Any], Any]] = {
    "sᵀ δ": lambda D, s: s.T @ D,
    "s δᵀ": lambda D, s: s @ D.T,
    "δ sᵀ": lambda D, s: D @ s.T,
}


def product_for_hadamard(p: Pieces) -> Iterator[Wrong]:
    """diag(s) δ as sᵀ δ, or as an outer product."""
    for said, product in PRODUCTS.items():
        yield from here_or_everywhere(
            p,
            [
                change(p, k, product, link.s, f"{said} for s ⊙ δ, s = {link.text}")
                for k, link in of_kind(p, Slope)
            ],
        )


HADAMARDS: dict[str, Callable[[Any, Any], Any]] = {
    "{W}ᵀ ⊙ δ": lambda D, W: W.T * D,
    "{W}ᵀ ⊙ δᵀ": lambda D, W: W.T * D.T,
    "{W} ⊙ δ": lambda D, W: W * D,
    "{W} ⊙ δᵀ": lambda D, W: W * D.T,
}


def hadamard_for_product(p: Pieces) -> Iterator[Wrong]:
    """NumPy's * where @ belongs, where it broadcasts; two factors multiplied entry by entry."""
    for said, hadamard in HADAMARDS.items():
        yield from here_or_everywhere(
            p,
            [
                change(p, k, hadamard, link.W, f"{said.format(W=link.name)} for {link.name}ᵀ δ")
                for k, link in of_kind(p, Weight)
            ],
        )
    for k, link in of_kind(p, ByWeight):
        said = f"δ ⊙ {link.name} for δ {link.name}ᵀ"
        yield from operated(p, k, lambda D, A: D * A, link.A, said)
    if p.kind == "jacobian":
        yield from entrywise_factors(p)


def entrywise_factors(p: Pieces) -> Iterator[Wrong]:
    """Factors of one shape, multiplied entry by entry: two neighbours, or all so far and one."""
    for k, (upper, lower) in enumerate(pairwise(p.links)):
        before, behind = p.links[:k], p.links[k + 2 :]
        for kept, left in ((before, [upper]), ([], [*before, upper])):
            L, R = multiplied(left), lower.matrix()
            if L is not None and L.shape == R.shape:
                said = f"∂{left[0].above}/∂{upper.below} ⊙ ∂{lower.above}/∂{lower.below}"
                changed = Changed(left[0].above, lower.below, factor=L * R)
                yield from answered(p, [*kept, changed, *behind], said)


def sum_missing(p: Pieces) -> Iterator[Wrong]:
    """δ itself for Σ δₖ, each sample's δₖ aₖᵀ for their sum; or one of them alone."""
    if p.samples == 1:
        return
    apart = "each sample's part stands by itself"
    for k, _ in of_kind(p, ByBias):
        yield from operated(p, k, lambda D, _: D, None, apart)
    for k, link in of_kind(p, ByWeight):
        yield from operated(p, k, lambda D, A: np.einsum("mk,nk->mnk", D, A), link.A, apart)
        yield from operated(p, k, lambda D, A: np.einsum("mk,nk->kmn", D, A), link.A, apart)
    for k, link in of_kind(p, ByBias, ByWeight):
        A = getattr(link, "A", np.ones((1, p.samples)))
        first, last = (f"it is the {which} sample's part alone" for which in ("first", "last"))
        yield from operated(p, k, lambda D, A: D[:, :1] @ A[:, :1].T, A, first)
        yield from operated(p, k, lambda D, A: D[:, -1:] @ A[:, -1:].T, A, last)


def sum_over_wrong_axis(p: Pieces) -> Iterator[Wrong]:
    """A sum over the units in place of the samples, or over both."""
    for k, _ in of_kind(p, ByBias):
        yield from operated(p, k, lambda D, _: D.sum(), None, "over the units too")
        if p.samples > 1:
            units = "over the units, not over the samples"
            yield from operated(p, k, lambda D, _: D.sum(axis=0), None, units)
            yield from operated(p, k, lambda D, _: D.sum(axis=0)[:, None], None, units)
    for k, link in of_kind(p, ByWeight):
        if p.samples > 1:
            said = f"δᵀ {link.name} adds up over the units"
            yield from operated(p, k, lambda D, A: D.T @ A, link.A, said)


def inner_for_outer(p: Pieces) -> Iterator[Wrong]:
    """δᵀ a for δ aᵀ, of one sample."""
    for k, link in of_kind(p, ByWeight):
        if p.samples == 1:
            said = f"δᵀ {link.name} for δ {link.name}ᵀ"
            yield from operated(p, k, lambda D, A: D.T @ A, link.A, said)
