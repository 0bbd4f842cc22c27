"""The sweep in words: what backpropagation writes instead of each product with a matrix.

structure        law printed beside it
diagonal         diag(s) g = s ⊙ g
identity         I g = g
Kronecker        (a ⊗ I) g = vec(g aᵀ)
dense            no collapse: Wᵀ g
"""

from __future__ import annotations

from typing import NamedTuple

from layouts.sizes import by

from ..layers import Linear
from ..operators import BlockDiagonal, Diagonal, DiagonalMinusOuter, Identity, Kronecker, Operator
from ..typography import grouped
from .facts import Derivative, Factor

__all__ = ["Swept", "gradient_text", "laws", "swept"]


class Swept(NamedTuple):
    """One line of the sweep: what is computed, how, its shape, and the law that allows it."""

    name: str
    text: str
    shape: str
    law: str


def swept(derivative: Derivative) -> list[Swept]:
    """The cotangents along the first path, named wherever a linear layer's output is reached.

    They are columns, one for each sample, whichever layout the Jacobians are in.
    """
    letter = "δ" if derivative.loss else "γ"
    rows: list[Swept] = []
    factors = derivative.path
    text = "g"
    law_parts: list[str] = []
    start = 0
    if derivative.loss:
        text, start = gradient_text(factors[0]), 1
        if len(factors) == 1:
            return [_last(derivative, text, "the loss's own derivative")]
    for position, factor in enumerate(factors[start:], start=start):
        last = position == len(factors) - 1
        pulled = _pulled(derivative, factor, text, last)
        law_parts += [law for law in [laws(factor.operator)] if law and law not in law_parts]
        if last:
            entry = "one entry" if derivative.entry is not None else ""
            rows.append(_last(derivative, pulled, entry or ", ".join(law_parts)))
            break
        if isinstance(factor.link.step.layer, Linear):
            text = pulled
            continue
        below = factor.link.below
        if below.startswith("z"):
            name = letter + below[1:]
            shape = by(derivative.unknowns[below].shape)
            rows.append(Swept(name, pulled, shape, ", ".join(law_parts)))
            text, law_parts = name, []
        else:
            text = pulled
    return rows


def _pulled(derivative: Derivative, factor: Factor, g: str, last: bool) -> str:
    if last and derivative.entry is not None:
        return _entry(derivative, factor, g)
    pulled = factor.operator.pulled_back(g)
    return f"vjp of {factor.name} at {g}" if pulled is None else pulled


def _entry(derivative: Derivative, factor: Factor, g: str) -> str:
    """One entry of the collapsed gradient."""
    entry = derivative.entry or ()
    i = entry[0] + 1
    whole = factor.link.step.layer
    names = factor.link.step.inputs
    g = grouped(g, words=True)
    if isinstance(whole, Linear) and factor.link.position == 1:
        if derivative.samples == 1:
            return f"{g}[{i}] {names[0]}[{entry[1] + 1}]"
        return f"{g}[{i}, :] {names[0]}[{entry[1] + 1}, :]ᵀ"
    if isinstance(whole, Linear) and factor.link.position == 2 and derivative.samples == 1:
        return f"{g}[{i}]"
    return f"({factor.operator.text})ᵀ {g}"


def _last(derivative: Derivative, text: str, law: str) -> Swept:
    name = derivative.name if derivative.loss else f"({derivative.name})ᵀ g"
    if derivative.entry is not None:
        return Swept(name, text, "1×1", law)
    shape = derivative.unknowns[derivative.wrt].shape
    return Swept(name, text, by((*shape, 1) if len(shape) == 1 else shape), law)


def gradient_text(factor: Factor) -> str:
    """The loss's derivative as a column: its row, transposed."""
    text = factor.operator.T.text
    return text[4:-1] if text.startswith("vec(") else text


def laws(operator: Operator) -> str:
    """The collapse that a structure allows; empty where nothing collapses."""
    if isinstance(operator, Diagonal):
        return "`diag(s) g = s ⊙ g`"
    if isinstance(operator, Identity):
        return "`I g = g`"
    if isinstance(operator, Kronecker):
        left, right = isinstance(operator.B, Identity), isinstance(operator.C, Identity)
        if left:
            return "`(I ⊗ Wᵀ) vec G = vec(Wᵀ G)`"
        one_sample = operator.B.shape[0] == 1
        if right and one_sample:
            return "`(a ⊗ I) g = vec(g aᵀ)`"
        return "`(A ⊗ I) vec G = vec(G Aᵀ)`"
    if isinstance(operator, DiagonalMinusOuter | BlockDiagonal):
        return "no `⊙` alone: not diagonal"
    return ""
