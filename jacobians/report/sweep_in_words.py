"""The sweep in words: what backpropagation writes instead of each product with a matrix.

structure        law printed beside it
diagonal         diag(s) g = s ⊙ g
identity         I g = g
Kronecker        (a ⊗ I) g = vec(g aᵀ)
dense            no collapse: Wᵀ g
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..layers import BatchNorm, LayerNorm, Linear, Loss
from ..layers.base import written
from ..operators import BlockDiagonal, Diagonal, DiagonalMinusOuter, Identity, Kronecker, Operator
from ..typography import grouped
from .facts import Derivative, Factor, is_numbered
from .vjp_texts import pulled_back

__all__ = ["Swept", "collapsed", "cotangent", "ends_of", "laws", "pulled", "summed", "swept"]


class Swept(NamedTuple):
    """One line of the sweep: what is computed, how, its shape, and the law that allows it."""

    name: str
    text: str
    shape: str
    law: str


def swept(derivative: Derivative) -> list[Swept]:
    """The cotangents from the top down, each the sum of what the values above it pull back.

    They are columns, one for each sample, whichever layout the Jacobians are in. A value has a row
    of its own where a linear layer made it, or where paths meet or part; the others' are written
    into what they are used for. The last line is the derivative itself.
    """
    rows: list[Swept] = []
    called = {derivative.of: "1" if derivative.loss else derivative.g}
    terms: dict[str, list[str]] = {}
    used: dict[str, list[str]] = {}

    def finished(value: str) -> str:
        text = summed(terms[value])
        if not _has_a_row(derivative, value):
            return text
        name = cotangent(derivative, value)
        shape = written(derivative.shapes[value])
        rows.append(Swept(name, text, shape, ", ".join(used.pop(value))))
        return name

    for factor in derivative.factors:
        above, below = factor.link.above, factor.link.below
        if above not in called:
            called[above] = finished(above)
        terms.setdefault(below, []).append(pulled(derivative, factor, called[above]))
        laws_here = [*used.get(above, []), laws(factor.operator)]
        known = used.setdefault(below, [])
        known += [law for law in dict.fromkeys(laws_here) if law and law not in known]
    law = ", ".join(used[derivative.wrt])
    if all(isinstance(factor.link.step.layer, Loss) for factor in derivative.factors):
        law = "the loss's own derivative"
    if derivative.entry is not None:
        law = "one entry"
    text = summed(terms[derivative.wrt])
    return [*rows, _last(derivative, text, law)]


def summed(terms: Sequence[str]) -> str:
    """Terms with signs between them; of very many the first and the last.

    >>> summed(["g_u", "-g_v", "δ2"])
    'g_u - g_v + δ2'
    """
    return " + ".join(ends_of(terms)).replace("+ -", "- ")


MOST_TERMS, END_TERMS = 12, 4


def ends_of(terms: Sequence[str], most: int = MOST_TERMS, end: int = END_TERMS) -> list[str]:
    """All up to twelve; of more the first four and the last four.

    >>> ends_of([str(k) for k in range(20)])
    ['0', '1', '2', '3', '…', '16', '17', '18', '19']
    """
    return list(terms) if len(terms) <= most else [*terms[:end], "…", *terms[-end:]]


def _has_a_row(derivative: Derivative, value: str) -> bool:
    """A linear layer's output, and a value where paths meet or part."""
    made_by = derivative.network.step_named[value].layer
    up, down = derivative.feeds[value], derivative.made_of[value]
    mixing = isinstance(made_by, LayerNorm | BatchNorm)  # its vjp names the cotangent twice
    return isinstance(made_by, Linear) or mixing or up > 1 or (down > 1 and derivative.branches)


def collapsed(derivative: Derivative) -> str:
    """The derivative without its matrices, shaped as the value by which it is taken."""
    return swept(derivative)[-1].text


def cotangent(derivative: Derivative, value: str) -> str:
    """What a cotangent is called: δ_l that of z_l for the loss, else γ_l; g_v that of a value v."""
    if value == derivative.of:
        return derivative.g
    name = ("δ" if derivative.loss else "γ") + value[1:]
    return (
        name
        if is_numbered(value) and name not in derivative.unknowns
        else f"{derivative.g}_{value}"
    )


def laws(operator: Operator) -> str:
    """The collapse that a structure allows; empty where nothing collapses."""
    if isinstance(operator, Diagonal):
        return "`diag(s) g = s ⊙ g`"
    if isinstance(operator, Identity):
        return "`I g = g`"
    if isinstance(operator, Kronecker):
        if isinstance(operator.B, Identity):
            return "`(I ⊗ Wᵀ) vec G = vec(Wᵀ G)`"
        if isinstance(operator.C, Identity) and operator.B.shape[0] == 1:
            return "`(a ⊗ I) g = vec(g aᵀ)`"
        return "`(A ⊗ I) vec G = vec(G Aᵀ)`"
    if isinstance(operator, DiagonalMinusOuter | BlockDiagonal):
        return "no `⊙` alone: not diagonal"
    return ""


def pulled(derivative: Derivative, factor: Factor, g: str) -> str:
    """What a link makes of the cotangent `g`; that of a loss is `1`."""
    if isinstance(factor.link.step.layer, Loss):
        text = gradient_text(factor)
        return text if g == "1" else f"{g} {grouped(text)}"
    if derivative.entry is not None and factor.is_entry:
        return _entry(derivative, factor, g)
    return _whole(derivative, factor, g)


def _whole(derivative: Derivative, factor: Factor, g: str) -> str:
    """What a link pulls back, in the shape of the value below it."""
    operator, (above, below) = factor.whole, factor.link[3:5]
    if g == "1" and isinstance(operator, Identity):
        return f"{operator.scale:g}"
    shapes = derivative.shapes
    pulled = pulled_back(operator, g, shapes[above], shapes[below])
    return f"vjp of {factor.name} at {g}" if pulled is None else pulled


def _entry(derivative: Derivative, factor: Factor, g: str) -> str:
    """One entry of the collapsed gradient."""
    entry = derivative.entry or ()
    i, names = entry[0] + 1, factor.link.step.inputs
    whole, g = _whole(derivative, factor, g), grouped(g, words=True)
    linear = isinstance(factor.link.step.layer, Linear)
    if linear and factor.link.position == 1:
        j = entry[1] + 1
        if derivative.samples == 1:
            return f"{g}[{i}] {names[0]}[{j}]"
        return f"{g}[{i}, :] {names[0]}[{j}, :]ᵀ"
    if linear and factor.link.position == 2 and derivative.samples == 1:
        return f"{g}[{i}]"
    index = ", ".join(str(k + 1) for k in entry)
    return f"{grouped(whole, words=True)}[{index}]"


def _last(derivative: Derivative, text: str, law: str) -> Swept:
    name = derivative.name if derivative.loss else f"vjp by {derivative.below}"
    if derivative.entry is not None:
        return Swept(name, text, "1×1", law)
    return Swept(name, text, written(derivative.unknowns[derivative.wrt].shape), law)


def gradient_text(factor: Factor) -> str:
    """The loss's derivative as a column: its row, transposed."""
    text = factor.operator.T.text
    return text[4:-1] if text.startswith("vec(") else text
