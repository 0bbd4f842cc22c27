"""Wrong answers about a network: one link of its chain changed, and the product taken again.

For rows of linear, elementwise and softmax layers, each wired once; of other networks there are no
links, and so no wrong answers here. Other operations than the right ones stand in
`wrong_operations`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from layouts.layout import DENOMINATOR
from layouts.vectorization import vec

from .links import ByWeight, Changed, Mixing, Scaled, Slope, Weight, multiplied, pulled_back
from .pieces import Pieces
from .wrong_arrangements import Wrong

__all__ = [
    "answered",
    "at_output",
    "diagonal_as_vector",
    "diagonal_only",
    "left_out",
    "neighbour_value",
    "neighbour_weight",
    "of_kind",
    "replaced",
    "wrong_order",
]


def answered(p: Pieces, links: list[Any], detail: str, mend: str = "") -> Iterator[Wrong]:
    """What the product of these links answers; of one axis, or one entry, also as such."""
    if p.kind == "jacobian":
        J = multiplied(links)
        if J is not None:
            yield Wrong(p.layout.arrange(J), detail, mend)
        return
    D = None if p.start is None else pulled_back(p.start, links)
    if D is None:
        return
    plain = [D.reshape(()), D.reshape(1)] if D.size == 1 else [D] if D.ndim == 1 else []
    yield from (Wrong(form, detail, mend) for form in [p.finished(D), *plain])


def replaced(p: Pieces, k: int, link: Any, detail: str, mend: str = "") -> Iterator[Wrong]:
    """What the product answers with link number k replaced."""
    return answered(p, [*p.links[:k], link, *p.links[k + 1 :]], detail, mend)


def of_kind(p: Pieces, *kinds: type[Any]) -> Iterator[tuple[int, Any]]:
    """The links of these kinds, numbered."""
    return ((k, link) for k, link in enumerate(p.links) if isinstance(link, kinds))


def written(p: Pieces, name: str, *, transposed: bool = False) -> str:
    """A matrix as it stands in the answer: gradients go back through transposes."""
    turned = transposed != (p.kind == "gradient" or p.layout is DENOMINATOR)
    return f"{name}ᵀ" if turned else name


def neighbour_weight(p: Pieces) -> Iterator[Wrong]:
    """Another layer's weight, or its transpose, where the sizes let it."""
    for k, link in of_kind(p, Weight):
        mend = f"goes through the layer that made {link.above}: {written(p, link.name)}"
        for name, W in p.weights.items():
            for other, transposed in ((W, False), (W.T, True)):
                if name != link.name and other.shape == link.W.shape:
                    stands = written(p, name, transposed=transposed)
                    said = f"{stands} stands where {written(p, link.name)} belongs"
                    yield from replaced(p, k, link._replace(W=other), said, mend)


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
    for k, link in of_kind(p, Slope):
        said = f"{link.layer.written}'({link.above}) stands where {link.text} belongs"
        yield from replaced(p, k, link._replace(s=link.layer.slopes(link.a)), said)
    for k, link in of_kind(p, Mixing):
        said = f"∂{link.above}/∂{link.below} is taken at {link.above}"
        yield from replaced(p, k, link._replace(z=link.a), said)


def left_out(p: Pieces) -> Iterator[Wrong]:
    """A factor forgotten, where the sizes let it."""
    for k, link in of_kind(p, Slope, Weight, Mixing):
        if len(p.links) > 1:
            factor = {Slope: "diag({})", Weight: "{}", Mixing: "the Jacobian of {}"}[type(link)]
            said = f"∂{link.above}/∂{link.below}, {factor.format(link.text)}"
            yield from answered(p, [*p.links[:k], *p.links[k + 1 :]], said)


def wrong_order(p: Pieces) -> Iterator[Wrong]:
    """A weight from the wrong side, two neighbours exchanged, or the whole chain turned round."""
    for k, link in of_kind(p, Weight):
        if link.W.shape[0] == link.W.shape[1]:
            wrong, right = (written(p, link.name, transposed=turned) for turned in (True, False))
            said = f"{link.name} multiplies from the wrong side, {wrong} for {right}"
            yield from replaced(p, k, link._replace(W=link.W.T), said)
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


def diagonal_as_vector(p: Pieces) -> Iterator[Wrong]:
    """W s for W diag(s), in a product of Jacobians."""
    for k, link in of_kind(p, Slope):
        if p.kind == "jacobian" and len(p.links) > 1:
            wrong = Changed(link.above, link.below, factor=vec(link.s))
            yield from replaced(p, k, wrong, link.text)
