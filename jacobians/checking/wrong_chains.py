"""Wrong answers about a network: one link of its chain changed, and the product taken again.

For rows of linear, elementwise and softmax layers, each wired once; of other networks there are no
links, and so no wrong answers here. Other operations than the right ones stand in
`wrong_operations`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from layouts.layout import DENOMINATOR
from layouts.vectorization import vec

from .links import ByWeight, Changed, Mixing, Scaled, Slope, Weight, multiplied, pulled_back
from .pieces import Pieces
from .wrong_arrangements import Wrong

__all__ = [
    "Change",
    "answered",
    "at_output",
    "diagonal_as_vector",
    "diagonal_only",
    "here_or_everywhere",
    "left_out",
    "neighbour_value",
    "neighbour_weight",
    "of_kind",
    "outer_product_missing",
    "replaced",
    "wrong_order",
]


def answered(p: Pieces, links: list[Any], detail: str, mend: str = "") -> Iterator[Wrong]:
    """What the product of these links answers; of one axis, or one entry, also as such."""
    if p.kind == "jacobian":
        J = multiplied(links)
        if J is not None:
            whole = p.layout.arrange(J)
            yield from (Wrong(form, detail, mend) for form in [whole, *on_one_axis(p, J, whole)])
        return
    D = None if p.start is None else pulled_back(p.start, links)
    if D is None:
        return
    whole = p.finished(D)
    plain = [D.reshape(()), D.reshape(1)] if D.size == 1 else on_one_axis(p, D, whole)
    yield from (Wrong(form, detail, mend) for form in [whole, *plain])


def on_one_axis(p: Pieces, product: Any, answer: Any) -> list[Any]:
    """A vector; also a row or a column where neither belongs, as NumPy has it for one sample."""
    if product.ndim == 1:
        return [product]
    if p.samples > 1 or answer.shape == p.right.shape or 1 not in answer.shape:
        return []
    return [answer.ravel()]


class Change(NamedTuple):
    """What is done to link number k: other links stand in its place, or none."""

    k: int
    links: list[Any]
    detail: str
    mend: str = ""


def replaced(p: Pieces, k: int, link: Any, detail: str, mend: str = "") -> Iterator[Wrong]:
    """What the product answers with link number k replaced."""
    return with_changes(p, [Change(k, [link], detail, mend)])


def with_changes(p: Pieces, changes: Sequence[Change]) -> Iterator[Wrong]:
    """What the product answers with all these changes."""
    new = {change.k: change.links for change in changes}
    links = [each for k, link in enumerate(p.links) for each in new.get(k, [link])]
    details = "; ".join(change.detail for change in changes)
    mends = dict.fromkeys(change.mend for change in changes)
    return answered(p, links, details, ", and ".join(mends))


def here_or_everywhere(p: Pieces, changes: Sequence[Change]) -> Iterator[Wrong]:
    """Each change by itself, and all at once: a misconception is made in every layer.

    Also in every layer but the last, whose δ is often known by heart.
    """
    for change in changes:
        yield from with_changes(p, [change])
    for group in (changes, changes[1:]):
        if len(group) > 1:
            yield from with_changes(p, group)


def of_kind(p: Pieces, *kinds: type[Any]) -> Iterator[tuple[int, Any]]:
    """The links of these kinds, numbered."""
    return ((k, link) for k, link in enumerate(p.links) if isinstance(link, kinds))


def written(p: Pieces, name: str, *, transposed: bool = False) -> str:
    """A matrix as it stands in the answer: gradients go back through transposes."""
    turned = transposed != (p.kind == "gradient" or p.layout is DENOMINATOR)
    return f"{name}ᵀ" if turned else name


def neighbour_weight(p: Pieces) -> Iterator[Wrong]:
    """Another layer's weight, or its transpose, where the sizes let it."""
    names, everywhere = list(p.weights), defaultdict[tuple[int, bool], list[Change]](list)
    for k, link in of_kind(p, Weight):
        mend = f"goes through the layer that made {link.above}: {written(p, link.name)}"
        for name, W in p.weights.items():
            for other, transposed in ((W, False), (W.T, True)):
                if name != link.name and other.shape == link.W.shape:
                    stands = written(p, name, transposed=transposed)
                    said = f"{stands} stands where {written(p, link.name)} belongs"
                    away = names.index(name) - names.index(link.name), transposed
                    everywhere[away].append(Change(k, [link._replace(W=other)], said, mend))
    for changes in everywhere.values():  # as many layers away, in the whole chain
        yield from here_or_everywhere(p, changes)


def neighbour_value(p: Pieces) -> Iterator[Wrong]:
    """Another value where the layer's own input, or its own slope, belongs."""
    for k, link in of_kind(p, ByWeight):
        for name, A in p.values.items():
            if name != link.name and A.shape == link.A.shape:
                said = f"{name} stands where {link.name} belongs"
                yield from replaced(p, k, link._replace(A=A), said, link.name)
    for k, link in of_kind(p, Slope):
        for j, other in of_kind(p, Slope):
            if j != k and other.s.shape == link.s.shape:
                said = f"{other.text} stands where {link.text} belongs"
                yield from replaced(p, k, link._replace(s=other.s), said, link.below)


def at_output(p: Pieces) -> Iterator[Wrong]:
    """σ'(a) for σ'(z)."""
    changes = []
    for k, link in of_kind(p, Slope, Mixing):
        if isinstance(link, Slope):
            said = f"{link.layer.written}'({link.above}) stands where {link.text} belongs"
            changes.append(Change(k, [link._replace(s=link.layer.slopes(link.a))], said))
        else:
            said = f"∂{link.above}/∂{link.below} is taken at {link.above}"
            changes.append(Change(k, [link._replace(z=link.a)], said))
    yield from here_or_everywhere(p, changes)


def left_out(p: Pieces) -> Iterator[Wrong]:
    """A factor forgotten, where the sizes let it; or every activation's."""
    if len(p.links) == 1:
        return
    factor = {Slope: "diag({})", Weight: "{}", Mixing: "the Jacobian of {}"}

    def without(*kinds: type[Any]) -> list[Change]:
        return [
            Change(k, [], f"∂{link.above}/∂{link.below}, {factor[type(link)].format(link.text)}")
            for k, link in of_kind(p, *kinds)
        ]

    yield from here_or_everywhere(p, without(Slope, Mixing))
    for change in without(Weight):
        yield from with_changes(p, [change])


def wrong_order(p: Pieces) -> Iterator[Wrong]:
    """A weight from the wrong side, two neighbours exchanged, or the whole chain turned round."""
    turned = []
    for k, link in of_kind(p, Weight):
        if link.W.shape[0] == link.W.shape[1]:
            wrong, right = (written(p, link.name, transposed=each) for each in (True, False))
            said = f"{link.name} multiplies from the wrong side, {wrong} for {right}"
            turned.append(Change(k, [link._replace(W=link.W.T)], said))
    yield from here_or_everywhere(p, turned)
    inner = (Weight, Slope, Mixing)
    for k, (upper, lower) in enumerate(pairwise(p.links)):
        if isinstance(upper, inner) and isinstance(lower, inner):
            links = [*p.links[:k], lower, upper, *p.links[k + 2 :]]
            names = " and ".join(f"∂{each.above}/∂{each.below}" for each in (upper, lower))
            yield from answered(p, links, f"{names} have changed places")
    if p.kind == "jacobian" and len(p.links) > 2:
        yield from answered(p, list(p.links)[::-1], "the whole chain is turned round")


def diagonal_only(p: Pieces) -> Iterator[Wrong]:
    """Softmax as if it were elementwise."""
    for k, link in of_kind(p, Mixing):
        wrong = Scaled(link.above, link.below, link.diagonal)
        yield from replaced(p, k, wrong, f"∂{link.above}/∂{link.below}")


def outer_product_missing(p: Pieces) -> Iterator[Wrong]:
    """diag(s) for softmax's diag(s) - s sᵀ."""
    for k, link in of_kind(p, Mixing):
        if np.allclose(link.diagonal, link.a * (1 - link.a)):  # softmax, not its logarithm
            wrong = Scaled(link.above, link.below, link.a)
            yield from replaced(p, k, wrong, f"∂{link.above}/∂{link.below} is taken for diag(s)")


def diagonal_as_vector(p: Pieces) -> Iterator[Wrong]:
    """A vector s for diag(s), in a product of Jacobians: W s and s W, or * on the wrong axis.

    Beside a square W the latter gives the numbers of exchanged neighbours, W diag(s).
    """
    if p.kind != "jacobian":
        return
    columns = "scale the columns of what stands on its left, W * s"
    rows = "scale the rows of what stands on its right, s[:, None] * W"
    left, right = (rows, columns) if p.layout is DENOMINATOR else (columns, rows)
    for k, link in of_kind(p, Slope):
        said, s = f"{link.text} for diag({link.text})", vec(link.s)
        if k > 0:
            above = p.links[k - 1]
            M = above.matrix()
            yield from beside(p, k - 1, above.above, link.below, M @ s, said, left)
            if len(M) == len(s):
                yield from beside(p, k - 1, above.above, link.below, M * s, said, left)
        if k + 1 < len(p.links):
            below = p.links[k + 1]
            M = below.matrix()
            yield from beside(p, k, link.above, below.below, s.T @ M, said, right)
            if M.shape[1] == len(s):
                yield from beside(p, k, link.above, below.below, M * s.T, said, right)


def beside(
    p: Pieces, k: int, above: str, below: str, factor: Any, detail: str, mend: str
) -> Iterator[Wrong]:
    """What the product answers with links number k and k + 1 as one factor."""
    links = [*p.links[:k], Changed(above, below, factor=factor), *p.links[k + 2 :]]
    return answered(p, links, detail, mend)
