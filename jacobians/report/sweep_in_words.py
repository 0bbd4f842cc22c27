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

from layouts.sizes import by

from ..layers import Linear
from ..layers.base import written
from ..operators import BlockDiagonal, Diagonal, DiagonalMinusOuter, Identity, Kronecker, Operator
from ..typography import grouped
from .facts import Derivative, Factor

__all__ = ["Swept", "collapsed", "cotangent", "end_of", "laws", "swept"]


class Swept(NamedTuple):
    """One line of the sweep: what is computed, how, its shape, and the law that allows it."""

    name: str
    text: str
    shape: str
    law: str


def swept(derivative: Derivative) -> list[Swept]:
    """The cotangents along all paths, named wherever a linear layer's output is reached.

    They are columns, one for each sample, whichever layout the Jacobians are in. The last line is
    the derivative itself, the sum of what the paths bring.
    """
    rows: dict[str, Swept] = {}
    terms: list[str] = []
    laws_used: list[str] = []
    for path in derivative.paths:
        inner, term, law = _along(derivative, path)
        rows |= {row.name: row for row in inner}
        terms.append(term)
        laws_used += [each for each in law if each not in laws_used]
    if derivative.entry is not None:
        laws_used = ["one entry"]
    return [*rows.values(), _last(derivative, " + ".join(terms), ", ".join(laws_used))]


def collapsed(derivative: Derivative) -> str:
    """The derivative without its matrices, shaped as the value by which it is taken."""
    return swept(derivative)[-1].text


def end_of(derivative: Derivative, path: Sequence[Factor]) -> str:
    """What one path brings, without its matrices."""
    return _along(derivative, path)[1]


def cotangent(derivative: Derivative, value: str) -> str:
    """What the cotangent of a linear layer's output is called: δ of the loss, else γ."""
    if value == derivative.of:
        return "g"
    return ("δ" if derivative.loss else "γ") + value[1:]


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


def _along(derivative: Derivative, path: Sequence[Factor]) -> tuple[list[Swept], str, list[str]]:
    """The named cotangents on one path, what its last link makes of them, and the laws used."""
    rows: list[Swept] = []
    text, rest = "g", list(path)
    if derivative.loss:
        text, rest = gradient_text(path[0]), rest[1:]
        if not rest:
            return [], text, ["the loss's own derivative"]
    used: list[str] = []
    for factor in rest:
        law = laws(factor.operator)
        used += [law] if law and law not in used else []
        if factor is path[-1]:
            return rows, _pulled(derivative, factor, text), used
        text = _pulled(derivative, factor, text)
        below = factor.link.below
        if below.startswith("z"):
            name = cotangent(derivative, below)
            shape = by(derivative.unknowns[below].shape)
            rows.append(Swept(name, text, shape, ", ".join(used)))
            text, used = name, []
    raise AssertionError("a path ends with its last factor")


def _pulled(derivative: Derivative, factor: Factor, g: str) -> str:
    if derivative.entry is not None and factor.is_entry:
        return _entry(derivative, factor, g)
    pulled = factor.operator.pulled_back(g)
    return f"vjp of {factor.name} at {g}" if pulled is None else pulled


def _entry(derivative: Derivative, factor: Factor, g: str) -> str:
    """One entry of the collapsed gradient."""
    entry = derivative.entry or ()
    i, names = entry[0] + 1, factor.link.step.inputs
    g = grouped(g, words=True)
    linear = isinstance(factor.link.step.layer, Linear)
    if linear and factor.link.position == 1:
        j = entry[1] + 1
        if derivative.samples == 1:
            return f"{g}[{i}] {names[0]}[{j}]"
        return f"{g}[{i}, :] {names[0]}[{j}, :]ᵀ"
    if linear and factor.link.position == 2 and derivative.samples == 1:
        return f"{g}[{i}]"
    return f"({factor.operator.text})ᵀ {g}"


def _last(derivative: Derivative, text: str, law: str) -> Swept:
    name = derivative.name if derivative.loss else f"vjp by {derivative.below}"
    if derivative.entry is not None:
        return Swept(name, text, "1×1", law)
    return Swept(name, text, written(derivative.unknowns[derivative.wrt].shape), law)


def gradient_text(factor: Factor) -> str:
    """The loss's derivative as a column: its row, transposed."""
    text = factor.operator.T.text
    return text[4:-1] if text.startswith("vec(") else text
