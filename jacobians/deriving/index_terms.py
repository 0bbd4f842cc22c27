"""Formulas for one entry, as data: sums of products of entries.

    z_i = Σ_j W_ij a_j + b_i

    Entry("W", "ij")               W_ij
    Kronecker("i", "p")            [i = p], 1 where the two are equal, else 0
    Partial("z", "i", "W", "pq")   ∂z_i/∂W_pq
    Applied(f, terms)              f(…) of one number
    Power(terms, -1)               1/(…)
    Length("p", 1)                 how many columns p has

An index is one letter. A formula is a tuple of terms; a term is a number, the indices that it is
summed over, and factors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

__all__ = [
    "Applied",
    "Entry",
    "Factor",
    "Function",
    "Kronecker",
    "Length",
    "Partial",
    "Power",
    "Term",
    "Terms",
    "divisor_of",
    "entries_in",
    "length_in",
    "multiplied",
    "named",
    "one",
    "replaced",
    "with_letters",
]

Terms: TypeAlias = "tuple[Term, ...]"


class Entry(NamedTuple):
    """One entry of a value; a number has no index."""

    name: str
    at: str


class Kronecker(NamedTuple):
    """Kronecker's delta."""

    left: str
    right: str


class Partial(NamedTuple):
    """One entry of a derivative."""

    of: str
    of_at: str
    wrt: str
    at: str
    place: str = ""
    """Which use of `wrt` it is, where one layer takes it twice."""
    d: str = "∂"
    """∂, or d where the whole is a sum over paths and no link."""

    @property
    def name(self) -> str:
        """The whole derivative."""
        return f"{self.d}{self.of}/{self.d}{self.wrt}{self.place}"


class Length(NamedTuple):
    """How many entries a value has along an axis."""

    name: str
    axis: int


class Function(NamedTuple):
    """A function of one number, and its derivative by value and by name."""

    name: str
    value: Callable[[Any], Any]
    slope: Callable[[Any], Any]
    slope_name: str


class Applied(NamedTuple):
    """A function, or its derivative, of a formula."""

    function: Function
    of: Terms
    primes: int = 0


class Power(NamedTuple):
    """A formula in brackets to a whole power."""

    base: Terms
    exponent: int


Factor: TypeAlias = Entry | Kronecker | Partial | Length | Applied | Power


class Term(NamedTuple):
    """A number times factors, summed."""

    coefficient: Fraction
    sums: str
    factors: tuple[Factor, ...]


def one(factor: Factor) -> Term:
    """A factor as a term."""
    return Term(Fraction(1), "", (factor,))


def divisor_of(factor: Factor) -> Terms | None:
    """What a factor divides by: 1/x as a power, or as the derivative of log x; else None."""
    match factor:
        case Power(base, n) if n < 0:
            return base if n == -1 else (one(Power(base, -n)),)
        case Applied(function, of, primes) if primes and not function.slope_name:
            return of
    return None


def length_in(terms: Terms) -> Length | None:
    """The length that a formula is, if it is one."""
    match terms:
        case (Term(factors=(Length() as length,)),):
            return length
    return None


def multiplied(left: Term, right: Term) -> Term:
    """The product of two terms of which neither sums over a letter of the other."""
    return Term(
        left.coefficient * right.coefficient, left.sums + right.sums, left.factors + right.factors
    )


def replaced(terms: Terms, letters: Mapping[str, str]) -> Terms:
    """Free indices by other letters, all at once."""
    return tuple(with_letters(term, letters) for term in terms)


def with_letters(term: Term, letters: Mapping[str, str]) -> Term:
    """A term with its free indices by other letters."""
    free = {old: new for old, new in letters.items() if old not in term.sums}
    return term._replace(factors=tuple(_factor_with(each, free) for each in term.factors))


def _factor_with(factor: Factor, letters: Mapping[str, str]) -> Factor:
    new = str.maketrans(dict(letters))
    match factor:
        case Entry(name, at):
            return Entry(name, at.translate(new))
        case Kronecker(left, right):
            return Kronecker(left.translate(new), right.translate(new))
        case Partial():
            return factor._replace(of_at=factor.of_at.translate(new), at=factor.at.translate(new))
        case Applied():
            return factor._replace(of=replaced(factor.of, letters))
        case Power():
            return factor._replace(base=replaced(factor.base, letters))
    return factor


def named(terms: Terms, names: Mapping[str, str]) -> Terms:
    """The same of values that are called otherwise."""
    return tuple(
        term._replace(factors=tuple(_named(factor, names) for factor in term.factors))
        for term in terms
    )


def _named(factor: Factor, names: Mapping[str, str]) -> Factor:
    match factor:
        case Entry() | Length():
            return factor._replace(name=names.get(factor.name, factor.name))
        case Applied():
            return factor._replace(of=named(factor.of, names))
        case Power():
            return factor._replace(base=named(factor.base, names))
    return factor


def entries_in(terms: Terms) -> Iterator[tuple[str, str]]:
    """The name and the indices of every entry, of those of derivatives too."""
    for term in terms:
        for factor in term.factors:
            match factor:
                case Entry(name, at):
                    yield name, at
                case Partial():
                    yield factor.name, factor.of_at + factor.at
                case Applied(of=inner) | Power(base=inner):
                    yield from entries_in(inner)
