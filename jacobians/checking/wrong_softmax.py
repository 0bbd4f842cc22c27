"""Wrong answers about softmax, s = exp(x) / Σ exp(x): a term forgotten, a sum over samples."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from layouts.vectorization import vec

from .pieces import Pieces
from .wrong_arrangements import Wrong

__all__ = ["normalised_over_samples", "outer_product_missing"]


def outer_product_missing(p: Pieces) -> Iterator[Wrong]:
    """diag(s) for diag(s) - s sᵀ: a matrix still, or a vector."""
    if p.links or not p.of_softmax:
        return  # of a chain whose links are known, the link is meant, not the whole
    s = vec(p.y)[:, 0]
    yield Wrong(
        p.answer(np.diag(s)), "this is diag(s)" if p.kind == "jacobian" else "this is s ⊙ g"
    )
    if p.kind == "jacobian":
        for vector in (s, s[:, None], s[None], p.y):
            yield Wrong(vector, "this is diag(s), and of that the diagonal alone")


def normalised_over_samples(p: Pieces) -> Iterator[Wrong]:
    """A batch's sums over the samples, or over everything, where each sample has its own."""
    if p.kind != "vjp" or p.g is None or p.y.ndim != 2 or p.samples == 1 or not p.of_softmax:
        return
    with np.errstate(all="ignore"):  # exp of entries that are not finite
        e = np.exp(p.x - p.x.max())
        across, whole = e / e.sum(axis=1, keepdims=True), e / e.sum()
    over_samples, over_all = "over the samples, not over the entries of each", "over all axes"
    for s, axis, said in (
        (p.y, 1, f"Σ s ⊙ g {over_samples}"),
        (p.y, None, f"Σ s ⊙ g {over_all}"),
        (across, 0, f"Σ exp({p.below}) {over_samples}"),
        (across, 1, f"Σ exp({p.below}) and Σ s ⊙ g {over_samples}"),
        (whole, 0, f"Σ exp({p.below}) {over_all}"),
        (whole, None, f"Σ exp({p.below}) and Σ s ⊙ g {over_all}"),
    ):
        yield Wrong(s * (p.g - (s * p.g).sum(axis=axis, keepdims=True)), said)
