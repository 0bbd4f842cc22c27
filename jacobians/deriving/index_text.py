"""Formulas for one entry written: `Σ_j W1_ij a0_j + b1_i`.

With one sample the sample's indices are not written, and lengths of 1 divide nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from layouts.sizes import Shape

from .index_terms import (
    Applied,
    Entry,
    Factor,
    Kronecker,
    Length,
    Partial,
    Power,
    Term,
    Terms,
    divisor_of,
    entries_in,
    length_in,
    one,
)

__all__ = ["SAMPLES", "Writer", "entry", "number", "written"]

SAMPLES = "kls"
"""The letters that count samples."""


def written(
    terms: Terms, shapes: Mapping[str, Shape] | None = None, *, single: bool = False
) -> str:
    """Terms as text; with their shapes lengths are numbers, of a single sample no index is told."""
    return Writer(shapes or {}, single).sum(terms)


class Writer:
    """Writes formulas about values of these shapes."""

    def __init__(self, shapes: Mapping[str, Shape], single: bool) -> None:
        self.shapes, self.single = shapes, single

    def seen(self, letters: str) -> str:
        """The indices that are written."""
        return "".join(each for each in letters if not (self.single and each in SAMPLES))

    def sum(self, terms: Terms) -> str:
        """Terms with their signs; brackets round all of them are not written."""
        if len(terms) == 1 and (inner := self.alone(terms[0])) is not None:
            return self.sum(inner)
        text = ""
        for term in terms:
            text += f" {'-' if term.coefficient < 0 else '+'} {self.term(term)}"
        return f"-{text[3:]}" if text.startswith(" -") else text[3:] or "0"

    def alone(self, term: Term) -> Terms | None:
        """What stands in brackets, where nothing else is written."""
        hidden = [f for f in term.factors if isinstance(f, Kronecker) and not self.seen(f.left)]
        shown = [each for each in term.factors if each not in hidden]
        if term.coefficient != 1 or term.sums or len(shown) != 1:
            return None
        return shown[0].base if _is_bracket(shown[0]) else None  # type: ignore[union-attr]

    def term(self, term: Term) -> str:
        """A term without its sign.

        What a sum does not touch stands before it, unless a Kronecker delta will remove the sum.
        """
        above = [each for each in term.factors if divisor_of(each) is None]
        waiting = any(isinstance(each, Kronecker) for each in above)
        sums, coefficient = self.seen(term.sums), abs(term.coefficient)
        free = [] if waiting or not sums else [e for e in above if not _touches(e, term.sums)]
        inside = [each for each in above if each not in free]
        parts = [number(coefficient)] * (coefficient != 1)
        parts += [*map(self.factor, free), *[f"Σ_{sums}"] * bool(sums), *map(self.factor, inside)]
        whole = " ".join(filter(None, parts)) or "1"
        return whole + "".join(map(self.divided_by, term.factors))

    def divided_by(self, factor: Factor) -> str:
        below = divisor_of(factor)
        if below is None or self.is_one(below):
            return ""
        return f"/{self.bracketed(below)}"

    def is_one(self, below: Terms) -> bool:
        """Whether something is a length that is 1."""
        length = length_in(below)
        return length is not None and self.shapes[length.name][length.axis] == 1

    def bracketed(self, terms: Terms) -> str:
        """In brackets, unless it is a single name, number or function."""
        (first, *more) = terms
        alone = not more and not first.sums and first.coefficient == 1 and len(first.factors) == 1
        text = self.sum(terms)
        return text if alone and not _is_bracket(first.factors[0]) else f"({text})"

    def factor(self, factor: Factor) -> str:
        match factor:
            case Entry(name, at):
                return entry(name, self.seen(at))
            case Kronecker(left, right):
                return f"[{left} = {right}]" if self.seen(left) else ""
            case Partial(of, of_at, wrt, at, place, d):
                above, below = entry(of, self.seen(of_at)), entry(wrt, self.seen(at))
                return f"{d}{above}/{d}{below}{place}"
            case Length(name, axis):
                return str(self.shapes[name][axis])
            case Applied(function, of, primes):
                name = function.slope_name if primes else function.name
                return f"{name}({self.sum(of)})"
            case Power(base, n):
                return self.bracketed(base) + "²" * (n == 2)


def _touches(factor: Factor, sums: str) -> bool:
    return any({*at} & {*sums} for _, at in entries_in((one(factor),)))


def _is_bracket(factor: Factor) -> bool:
    return isinstance(factor, Power) and factor.exponent == 1


def number(value: Fraction) -> str:
    """As texts write it.

    >>> number(Fraction(1, 2)), number(Fraction("0.25")), number(Fraction(3))
    ('½', '0.25', '3')
    """
    return "½" if value == Fraction(1, 2) else f"{float(value):.15g}"


def entry(name: str, at: str) -> str:
    """One entry of a value.

    >>> entry("W1", "pq"), entry("L", "")
    ('W1_pq', 'L')
    """
    return f"{name}_{at}" if at else name
