"""Wrong answers whose numbers are wrong: another point, another formula, a sum forgotten.

Each function computes what a mistake would give, of the pieces of the right answer, so that an
answer can be compared with it by value. Where the mistake cannot be made there is no wrong answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from layouts.vectorization import vec

from ..unknown import Array
from .pieces import Pieces
from .wrong_arrangements import Wrong
from .wrong_softmax import normalised_over_samples

__all__ = [
    "at_output",
    "diagonal_only",
    "formula_of_output",
    "sum_missing",
    "sum_over_wrong_axis",
]


def diagonal_only(p: Pieces) -> Iterator[Wrong]:
    """The entries off the diagonal lost: a matrix still, or a vector.

    Of a chain whose links are known, the link is meant, not the whole.
    """
    if p.links or p.J is None or p.J.shape[0] != p.J.shape[1] or len(p.J) == 1 or p.is_diagonal:
        return
    s = np.diag(p.J)
    yield Wrong(p.answer(np.diag(s)))
    if p.kind == "jacobian":
        yield from (Wrong(s), Wrong(s[:, None]), Wrong(s[None]))


def at_output(p: Pieces) -> Iterator[Wrong]:
    """The derivative taken behind the function, where sizes let it."""
    if p.at is not None and p.y.shape == p.x.shape:
        yield Wrong(p.answer(p.at(p.y)))


FORMS: dict[str, Callable[[Any], Any]] = {
    "a (1 - a)": lambda a: a * (1 - a),
    "1 - a²": lambda a: 1 - a * a,
}
"""Slopes that are written in the output: those of the sigmoid and of tanh."""


def formula_of_output(p: Pieces) -> Iterator[Wrong]:
    """A slope that is written in a, with z put in."""
    if p.J is None or p.y.shape != p.x.shape or not p.is_diagonal:
        return
    for form, slope in FORMS.items():
        if np.allclose(np.diag(p.J), slope(vec(p.y)[:, 0]), atol=1e-9):
            yield Wrong(p.answer(np.diag(slope(vec(p.x)[:, 0]))), form)


def contributions(p: Pieces) -> Array | None:
    """Of what all samples share, each sample's part of Jᵀ g: one more axis behind x's."""
    if p.kind == "jacobian" or not p.shared or p.samples == 1 or p.J is None or p.g is None:
        return None
    J = p.J.reshape(-1, p.samples, p.x.size, order="F")
    g = p.g.reshape(-1, p.samples, order="F")
    parts: Array = np.einsum("mkj,mk->jk", J, g)
    return parts.reshape((*p.x.shape, p.samples), order="F")


def sum_missing(p: Pieces) -> Iterator[Wrong]:
    """Each sample's part, not added up; or one of them alone."""
    parts = contributions(p)
    if parts is not None:
        for array in (parts, np.moveaxis(parts, -1, 0)):
            yield Wrong(array, "each sample's part stands by itself")
        yield Wrong(p.finished(parts[..., 0]), "it is the first sample's part alone")
        yield Wrong(p.finished(parts[..., -1]), "it is the last sample's part alone")


def sum_over_wrong_axis(p: Pieces) -> Iterator[Wrong]:
    """A sum over the entries of x in place of the samples; or over samples that share nothing."""
    parts = contributions(p)
    if parts is not None:
        yield Wrong(parts.sum(), f"over all axes, those of {p.below} too")
        for axis in range(parts.ndim - 1):
            total = parts.sum(axis=axis)
            for answer in (total, total.T):
                yield Wrong(answer, f"over the entries of {p.below}, not over the samples")
    elif p.kind != "jacobian" and p.samples > 1 and p.x.ndim == p.right.ndim == 2:
        columns = p.right if p.kind == "vjp" else p.gradient
        for answer in (columns.sum(axis=1), columns.sum(axis=1, keepdims=True)):
            said = f"over the samples, of which each has a column of {p.below} of its own"
            yield Wrong(answer, said)
    yield from normalised_over_samples(p)
