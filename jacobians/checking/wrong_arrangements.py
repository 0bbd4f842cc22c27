"""Wrong answers whose numbers are right and stand in the wrong places, or on the wrong axes.

Each function computes what a mistake would give, of the pieces of the right answer, so that an
answer can be compared with it by value. Where the mistake cannot be made there is no wrong answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from layouts.layout import NUMERATOR
from layouts.vectorization import rvec, unrvec, unvec, vec

from ..unknown import Array
from .pieces import Pieces

__all__ = [
    "Wrong",
    "diagonal_as_vector",
    "flattened",
    "one_axis",
    "one_sample",
    "other_face",
    "row_stacked",
    "tensors",
]


class Wrong(NamedTuple):
    """A wrong answer, and what is said of this form of the mistake."""

    answer: Any
    detail: str = ""
    mend: str = ""


def row_stacked(p: Pieces) -> Iterator[Wrong]:
    """Entries taken row after row: of y, of x, of both."""
    said = "the entries of {} are taken row after row"
    if p.kind == "jacobian" and p.J is not None:
        rows, columns = _in_rows(p.y), _in_rows(p.x)
        if p.y.ndim > 1:
            yield Wrong(p.layout.arrange(p.J[rows]), said.format(p.above))
        if p.x.ndim > 1:
            yield Wrong(p.layout.arrange(p.J[:, columns]), said.format(p.below))
        if p.y.ndim > 1 and p.x.ndim > 1:
            both = p.J[rows][:, columns]
            yield Wrong(p.layout.arrange(both), said.format(f"{p.above} and of {p.below}"))
    elif p.kind != "jacobian" and p.x.ndim == p.right.ndim == 2:
        for answer in (unrvec(vec(p.right), p.right.shape), unvec(rvec(p.right), p.right.shape)):
            yield Wrong(answer, said.format(p.below))


def _in_rows(array: Array) -> Any:
    """Where in vec the entries stand that rvec takes one after the other."""
    return rvec(unvec(np.arange(array.size), array.shape))[:, 0]


def tensors(p: Pieces) -> Iterator[Wrong]:
    """The generalized Jacobian, in either order of its two groups of axes."""
    if p.kind != "jacobian" or p.J is None or p.y.ndim + p.x.ndim < 3:
        return
    size = (p.y.size, p.x.size)
    tensor = p.J.reshape(p.y.shape + p.x.shape, order="F")
    swapped = np.moveaxis(tensor, range(p.y.ndim), range(-p.y.ndim, 0))
    of_y, of_x = ("", ".T") if p.layout is NUMERATOR else (".T", "")
    yield Wrong(tensor, f"{p.above}'s axes first, as JAX and PyTorch have it",
                f'T.reshape({size}, order="F"){of_y}')  # fmt: skip
    yield Wrong(swapped, f"{p.below}'s axes first", f'T.reshape({size[::-1]}, order="F"){of_x}')


def other_face(p: Pieces) -> Iterator[Wrong]:
    """Of a number by a matrix: the gradient for the Jacobian, or the reverse."""
    if p.x.ndim != 2 or p.y.size != 1:
        return
    if p.kind == "jacobian" and p.J is not None:
        G = unvec(p.J, p.x.shape)
        yield from (Wrong(each, "the gradient", "the Jacobian, through vec") for each in (G, G.T))
    elif p.kind == "gradient":
        for stacked in (vec(p.gradient), rvec(p.gradient)):
            for each in (stacked, stacked.T):
                yield Wrong(each, "the Jacobian", "the gradient")


def one_axis(p: Pieces) -> Iterator[Wrong]:
    """A matrix on one axis; of a vjp also a vector on two."""
    yield from flattened(p, p.right)
    if p.kind == "vjp" and p.x.ndim == 1 and p.x.size > 1:
        for answer in (p.right[:, None], p.right[None]):
            yield Wrong(answer, f"two axes, {p.below} has one", f"reshape{p.right.shape}")


def flattened(p: Pieces, answer: Array) -> Iterator[Wrong]:
    """What is shaped as the right answer, on one axis: row after row, or column after column."""
    if answer.ndim != 2 or answer.shape != p.right.shape:
        return
    rows, columns = answer.shape
    said = f"one axis, {p.below} has two" if p.kind == "vjp" else "one axis, which hides the layout"
    if min(rows, columns) == 1:
        yield Wrong(answer.ravel(), said, f"reshape({rows}, {columns})")
        return
    yield Wrong(answer.ravel(), f"{said}: it is flattened row after row",
                f"reshape({rows}, {columns})")  # fmt: skip
    yield Wrong(answer.ravel(order="F"), f"{said}: it is flattened column after column",
                f'reshape({rows}, {columns}, order="F")')  # fmt: skip


def diagonal_as_vector(p: Pieces, answer: Array) -> Iterator[Wrong]:
    """diag(s) written as s; samples as columns or not."""
    if p.kind != "jacobian" or not p.is_diagonal or answer.shape != p.right.shape:
        return
    s = np.diag(answer)
    yield Wrong(s, mend="np.diag(s)")
    yield from (Wrong(each, mend="np.diag(s.ravel())") for each in (s[:, None], s[None]))
    if p.x.ndim == 2:
        S = unvec(s, p.x.shape)
        yield Wrong(S, mend='np.diag(s.ravel(order="F"))')
        yield Wrong(S.T, mend="np.diag(s.ravel())")


def one_sample(p: Pieces) -> Iterator[Wrong]:
    """Of a batch the Jacobian of one sample; of all samples beside each other, or added up."""
    if p.kind != "jacobian" or p.J is None or p.samples == 1 or p.y.ndim != 2:
        return
    J = p.J.reshape(len(p.y), p.samples, -1, order="F")
    if not p.shared:
        if p.x.ndim < 2 or p.x.shape[-1] != p.samples:
            return
        J = np.einsum("mkjk->mkj", J.reshape(*J.shape[:2], -1, p.samples, order="F"))
    blocks = np.moveaxis(J, 1, 0)
    yield from (Wrong(p.layout.arrange(block), "one sample's Jacobian alone") for block in blocks)
    yield Wrong(p.layout.arrange(blocks.sum(axis=0)), "the samples' Jacobians added up")
    for array in (blocks, blocks.swapaxes(1, 2), J.swapaxes(1, 2)):
        yield Wrong(array, "an array with each sample's Jacobian")
