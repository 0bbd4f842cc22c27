"""Formulas for one entry, as data: sums of products of entries, differentiated mechanically.

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
from itertools import product
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
    "by_entry",
    "entries_in",
    "multiplied",
    "named",
    "replaced",
    "sifted",
    "simplest",
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


def multiplied(left: Term, right: Term) -> Term:
    """The product of two terms of which neither sums over a letter of the other."""
    return Term(
        left.coefficient * right.coefficient, left.sums + right.sums, left.factors + right.factors
    )


def by_entry(terms: Terms, name: str, at: str) -> Terms:
    """The derivative by the entry `at` of a value: sums stay, Kronecker's deltas come in.

    >>> from jacobians.deriving.index_text import read, written
    >>> print(written(by_entry(read("Σ_j W_ij x_j"), "W", "pq")))
    Σ_j [i = p] [j = q] x_j
    >>> print(written(by_entry(read("½ Σ_i (u_i - v_i)²"), "v", "p")))
    -Σ_i (u_i - v_i) [i = p]
    """
    found = []
    for term in terms:
        for k, factor in enumerate(term.factors):
            before, behind = term.factors[:k], term.factors[k + 1 :]
            for inner in _factor_by_entry(factor, name, at):
                own = Term(term.coefficient, term.sums, before)
                found.append(multiplied(multiplied(own, inner), Term(ONE, "", behind)))
    return simplest(tuple(found))


ONE = Fraction(1)


def _factor_by_entry(factor: Factor, name: str, at: str) -> Terms:
    match factor:
        case Entry(found, own) if found == name:
            return (Term(ONE, "", tuple(map(Kronecker, own, at))),)
        case Applied(function, of, 0):
            slope = Term(ONE, "", (Applied(function, of, 1),))
            return _bracketed(slope, by_entry(of, name, at))
        case Power(base, n):
            outer = Term(Fraction(n), "", (Power(base, n - 1),))
            return _bracketed(outer, by_entry(base, name, at))
    return ()


def _bracketed(outer: Term, inner: Terms) -> Terms:
    """A term times a sum: multiplied out."""
    return tuple(multiplied(outer, each) for each in inner)


def simplest(terms: Terms) -> Terms:
    """Without zeroth powers, and without brackets round what stands alone."""
    found: list[Term] = []
    for term in terms:
        factors: list[Factor] = []
        for factor in term.factors:
            if isinstance(factor, Power) and factor.exponent == 0:
                continue
            if isinstance(factor, Power) and factor.exponent == 1 and len(factor.base) == 1:
                (inner,) = simplest(factor.base)
                term = term._replace(
                    coefficient=term.coefficient * inner.coefficient, sums=term.sums + inner.sums
                )
                factors += inner.factors
            else:
                factors.append(factor)
        term = term._replace(factors=tuple(factors))
        found += _opened(term) if _is_bracket(term) else [term]
    return tuple(found)


def _is_bracket(term: Term) -> bool:
    alone = len(term.factors) == 1 and not term.sums and abs(term.coefficient) == 1
    return alone and isinstance(term.factors[0], Power) and term.factors[0].exponent == 1


def _opened(term: Term) -> Terms:
    """The terms between the brackets, with the sign before them."""
    (bracket,) = term.factors
    assert isinstance(bracket, Power)
    return tuple(
        inner._replace(coefficient=inner.coefficient * term.coefficient) for inner in bracket.base
    )


def sifted(terms: Terms) -> Terms:
    """Sums over an index that a Kronecker delta fixes: only that term of the sum is left.

    >>> from jacobians.deriving.index_text import read, written
    >>> print(written(sifted(read("Σ_i d_i [i = p] x_q"))))
    d_p x_q
    >>> print(written(sifted(read("Σ_i g_i a_i ([i = p] - a_p)"))))
    g_p a_p - a_p Σ_i g_i a_i
    """
    return simplest(tuple(map(_sifted, _multiplied_out(terms))))


def _sifted(term: Term) -> Term:
    for factor in term.factors:
        if isinstance(factor, Kronecker):
            for gone, kept in (factor, factor[::-1]):
                if gone in term.sums:
                    left = tuple(each for each in term.factors if each is not factor)
                    rest = Term(term.coefficient, term.sums.replace(gone, ""), left)
                    return _sifted(_term_with(rest, {gone: kept}))
    return term


def _multiplied_out(terms: Terms) -> Terms:
    """Brackets with a Kronecker delta in them multiplied out."""
    found: list[Term] = []
    for term in terms:
        choices = [
            factor.base
            if isinstance(factor, Power) and factor.exponent == 1 and _has_delta(factor.base)
            else (Term(ONE, "", (factor,)),)
            for factor in term.factors
        ]
        for choice in product(*choices):
            whole = Term(term.coefficient, term.sums, ())
            for part in choice:
                whole = multiplied(whole, part)
            found.append(whole)
    return tuple(found)


def _has_delta(terms: Terms) -> bool:
    return any(isinstance(factor, Kronecker) for term in terms for factor in term.factors)


def replaced(terms: Terms, letters: Mapping[str, str]) -> Terms:
    """Free indices by other letters, all at once."""
    return tuple(_term_with(term, letters) for term in terms)


def _term_with(term: Term, letters: Mapping[str, str]) -> Term:
    free = {old: new for old, new in letters.items() if old not in term.sums}
    return term._replace(factors=tuple(_factor_with(each, free) for each in term.factors))


def _factor_with(factor: Factor, letters: Mapping[str, str]) -> Factor:
    new = str.maketrans(letters)
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
