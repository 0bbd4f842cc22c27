r"""Fractions, of which some are derivatives.

    \frac{\partial L}{\partial x}  \partial L / \partial x  \frac{\mathrm{d}L}{dx}  dL/dx
    \frac{\partial}{\partial x}    an operator, before what it is of
    \frac{a}{b}                    a / b

Two symbols with a d before them are a derivative, unless they are known as values: dL may be one.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeAlias

from ..letters import GREEK
from ..tree import Chain, Name, Part, Power, Product, Span
from .context import Context
from .derivatives import SECOND, Derivatives
from .items import Differential, Operator, is_named, over
from .names import side_by_side

__all__ = ["Quotients"]

Rest: TypeAlias = deque[tuple[str, Part]]
"""Factors that are still to come, each with the sign before it."""


class Quotients:
    """The rules for fractions, in a context."""

    def __init__(self, context: Context, derivatives: Derivatives) -> None:
        self.context, self.names = context, context.names
        self.derivative, self.named = derivatives.derivative, derivatives.named

    def fraction(self, above: Part, below: Part, at: Span) -> Part:
        ordinary = self.ordinary(above, below, at)
        if ordinary is not None:
            return ordinary
        pieces = side_by_side(below)
        wrt = [each for each in pieces if isinstance(each, Differential)]
        of = differentiated(above)
        if len(wrt) == len(pieces) and is_named(above, "∂"):
            return Operator(tuple(each.symbol for each in wrt), at=at)
        if len(wrt) == len(pieces) and of is not None:
            return self.partial(of, wrt, at)
        return Product(above, "/", below, at=at)

    def partial(self, above: Differential, below: Sequence[Differential], at: Span) -> Part:
        r"""`\partial^2 f` over `\partial x \partial y`, or over `\partial x^2`."""
        wrt = [each.symbol for each in below]
        if above.order == 2 and len(wrt) == 1 and isinstance(wrt[0], Power):
            wrt = [wrt[0].base, wrt[0].base]
        if len(wrt) != above.order or any(each.order > 1 for each in below):
            self.context.refuse(above, SECOND)
        return self.derivative(above.symbol, tuple(map(self.named, wrt)), "∂", at)

    def ordinary(self, above: Part, below: Part, at: Span) -> Part | None:
        """`dL` over `dx`, whose d stands upright or not; None if it is a quotient."""
        of, by = behind_d(above), behind_d(below)
        known = [isinstance(each, Name) and each.text in self.names for each in (above, below)]
        if by is None or all(known) or self.context.vocabulary.name_of(by) is None:
            return None
        if is_named(above, "d") and "d" not in self.names:
            return Operator((by,), at=at)
        return None if of is None else self.derivative(of, (self.named(by),), "∂", at)

    # In the line.

    def in_line(self, factors: list[Part], operators: list[str]) -> tuple[list[Part], list[str]]:
        r"""`\partial L / \partial W` and `dL/dW` as one factor."""
        if "/" not in operators:
            return factors, operators
        parts, signs = factors[:1], list[str]()
        rest = Rest(zip(operators, factors[1:], strict=True))
        while rest:
            if not self.take_partial(parts, rest) and not self.take_ordinary(parts, signs, rest):
                sign, part = rest.popleft()
                signs.append(sign)
                parts.append(part)
        return parts, signs

    def take_partial(self, parts: list[Part], rest: Rest) -> bool:
        r"""Join `/ \partial W` with the `\partial L` before it, if it comes next."""
        sign, first = rest[0][0], parts[-1]
        if sign != "/" or not isinstance(first, Differential):
            return False
        wrt = [part for _, part in islice(rest, 2) if isinstance(part, Differential)][: first.order]
        if wrt:
            parts[-1] = self.partial(first, wrt, over(first, wrt[-1]))
        for _ in wrt:
            rest.popleft()
        return bool(wrt)

    def take_ordinary(self, parts: list[Part], signs: list[str], rest: Rest) -> bool:
        """Join `/ d W` with the `d L` before it, if it comes next."""
        match signs[-1:], parts[-2:], list(islice(rest, 2)):
            case [" "], [d, of], [("/", below), (" ", by)] if self.are_d(d, below):
                taken = 2
            case [" "], [d, of], [("/", Name(text=text) as below), *_] if (
                self.is_d(d) and text not in self.names and is_differential(text)
            ):
                taken, by = 1, Name(text[1:], at=below.at)
            case _:
                return False
        parts[-2:] = [self.derivative(of, (self.named(by),), "∂", over(d, by))]
        signs.pop()
        for _ in range(taken):
            rest.popleft()
        return True

    def are_d(self, above: Part, below: Part) -> bool:
        """Whether both are the d of a differential, and no value of that name."""
        return self.is_d(above) and self.is_d(below)

    def is_d(self, part: Part) -> bool:
        return is_named(part, "d") and "d" not in self.names


def is_differential(name: str) -> bool:
    """Whether a name is a d before a letter: dx, dW2 and dtheta, not delta."""
    match = re.match(r"d([^\W\d_]+)", name)
    return match is not None and (len(match[1]) == 1 or match[1] in GREEK)


def behind_d(part: Part) -> Part | None:
    """What stands behind a d, as in `d (x^T x)` and in `dx`, which may be a name."""
    match part:
        case Product(left=left, operator=" ", right=right) if is_named(left, "d"):
            return right
        case Chain(factors=(first, *rest), operators=(" ", *signs)) if is_named(first, "d"):
            at = over(*rest)
            if len(rest) == 2:
                return Product(rest[0], signs[0], rest[1], at=at)
            return Chain(tuple(rest), tuple(signs), at=at)
        case Name(text=text) if is_differential(text):
            return Name(text[1:], at=part.at)
    return None


def differentiated(part: Part) -> Differential | None:
    r"""What ∂ stands before: `\partial L`, but also `\partial x^T A x`, all of it."""
    match part:
        case Differential():
            return part
        case Product(left=Differential() as first):
            inner: Part = replace(part, left=first.symbol, at=over(first.symbol, part))
            return replace(first, symbol=inner)
        case Chain(factors=(Differential() as first, *rest)):
            inner = replace(part, factors=(first.symbol, *rest), at=over(first.symbol, part))
            return replace(first, symbol=inner)
    return None
