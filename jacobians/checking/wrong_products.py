"""Wrong answers about a layer in which a product is another one, or stands in another order.

M is the other factor where the value is a matrix product, M x or x M, and g the cotangent.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from layouts.vectorization import unvec, vec

from .pieces import Pieces
from .wrong_arrangements import Wrong

__all__ = ["hadamard_for_product", "inner_for_outer", "product_for_hadamard", "wrong_order"]


def wrong_order(p: Pieces) -> Iterator[Wrong]:
    """J g for Jᵀ g, where J is square; g M for Mᵀ g, and the like, where the sizes let it."""
    if p.g is None or p.J is None:
        return
    known = [p.right, p.right.T]  # what is right, and the other layout
    if p.J.shape[0] == p.J.shape[1]:
        pushed = unvec(p.J @ vec(p.g), p.x.shape)
        known.append(pushed)
        yield Wrong(pushed, "this is J g, the push-forward", "(gᵀ J)ᵀ = Jᵀ g")
    factor = p.other_factor
    if factor is None or p.g.ndim != 2:
        return
    turned = [[(p.g, "g"), (p.g.T, "gᵀ")], [(factor.M, "M"), (factor.M.T, "Mᵀ")]]
    for left, right in (*product(*turned), *product(*turned[::-1])):
        if left[0].shape[1] == right[0].shape[0]:
            answer, said = left[0] @ right[0], f"{left[1]} {right[1]}"
            if not any(p.agrees(answer, each) for each in known):
                yield Wrong(answer, f"{said} for {factor.right}, y = {factor.value}",
                            f"for y = {factor.value} it is {factor.right}")  # fmt: skip


def inner_for_outer(p: Pieces) -> Iterator[Wrong]:
    """gᵀ x for g xᵀ, of one sample."""
    factor = p.other_factor
    if p.g is None or factor is None or p.g.ndim != 1 or p.g.shape != factor.M[:, 0].shape:
        return
    yield Wrong(np.dot(p.g, factor.M[:, 0]), f"gᵀ M for {factor.right}, y = {factor.value}")


def product_for_hadamard(p: Pieces) -> Iterator[Wrong]:
    """A matrix product where the Hadamard product belongs."""
    if p.J is None or not p.is_diagonal:
        return
    if p.other_product is not None:
        yield Wrong(p.answer(p.other_product()), "the factors are multiplied as matrices")
    if p.kind == "vjp" and p.g is not None and p.g.shape == p.x.shape and p.x.ndim in (1, 2):
        s, g = unvec(np.diag(p.J), p.x.shape), p.g
        if p.x.ndim == 1:
            yield Wrong(np.dot(s, g), "sᵀ g adds entries up")
            s, g = s[:, None], g[:, None]
        yield Wrong(s.T @ g, "sᵀ g adds entries up")
        for answer, said in ((s @ g.T, "s gᵀ"), (g @ s.T, "g sᵀ")):
            yield Wrong(answer, f"{said} takes every entry by every other")


def hadamard_for_product(p: Pieces) -> Iterator[Wrong]:
    """A Hadamard product, NumPy's *, where the matrix product belongs."""
    if p.J is None or p.is_diagonal:
        return
    if p.other_product is not None:
        yield Wrong(p.answer(p.other_product()), "the factors are multiplied entry by entry")
    if p.kind == "vjp" and p.g is not None and p.y.ndim == p.x.ndim == 1 < p.y.size:
        for M, name in ((p.J.T, "Jᵀ"), (p.J, "J")):
            for g, axis in ((p.g, 1), (p.g[:, None], 0)):
                if M.shape[axis] == p.g.size:
                    yield Wrong(M * g, f"{name} * g adds nothing up")
    factor = p.other_factor if p.other_product is None else None
    if factor is not None and p.g is not None:
        other = factor.M if p.g.ndim == 2 else factor.M[:, 0]  # of one sample a vector
        for M, name in ((other, "M"), (other.T, "Mᵀ"))[: other.ndim]:
            for g, seed in ((p.g, "g"), (p.g.T, "gᵀ"))[: p.g.ndim]:
                if g.shape == M.shape:
                    said = f"{name} ⊙ {seed} for {factor.right}, y = {factor.value}"
                    yield Wrong(M * g, said)
