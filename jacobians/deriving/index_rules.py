"""What is done with formulas for one entry: differentiated, sums sifted, brackets opened.

∂W_ij/∂W_pq = [i = p] [j = q]            an entry by an entry of the same value
Σ_i d_i [i = p] = d_p                    the sum over an index that a Kronecker delta fixes
Σ_i g_i ([i = p] - a_p) = g_p - …        brackets with one in them are multiplied out
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from .index_terms import (
    Applied,
    Entry,
    Factor,
    Kronecker,
    Power,
    Term,
    Terms,
    multiplied,
    one,
    with_letters,
)

__all__ = ["by_entry", "sifted", "simplest"]


def by_entry(terms: Terms, name: str, at: str) -> Terms:
    """The derivative by the entry `at` of a value: sums stay, Kronecker's deltas come in.

    >>> from jacobians.deriving.index_reader import read
    >>> from jacobians.deriving.index_text import written
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
            slope = one(Applied(function, of, 1))
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

    >>> from jacobians.deriving.index_reader import read
    >>> from jacobians.deriving.index_text import written
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
                    return _sifted(with_letters(rest, {gone: kept}))
    return term


def _multiplied_out(terms: Terms) -> Terms:
    """Brackets with a Kronecker delta in them multiplied out."""
    found: list[Term] = []
    for term in terms:
        choices = [
            factor.base
            if isinstance(factor, Power) and factor.exponent == 1 and _has_delta(factor.base)
            else (one(factor),)
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
