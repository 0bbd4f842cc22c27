"""Formulas for one entry evaluated at concrete numbers, entry by entry, and differentiated there.

An index that is summed over runs along an axis of its own, which is then added up. The derivative
comes from the formulas alone: one entry is moved by an imaginary number too small to be squared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..unknown import Array
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
    entries_in,
)

__all__ = ["evaluated", "moved"]

TINY = 1e-200


def evaluated(terms: Terms, values: Mapping[str, Any], at: str, shape: Sequence[int]) -> Any:
    """All entries of a formula whose free indices are `at`, as an array of that shape.

    >>> from jacobians.deriving.index_reader import read
    >>> values = {"W": np.array([[1.0, 2.0], [3.0, 4.0]]), "x": np.array([1.0, 10.0])}
    >>> evaluated(read("Σ_j W_ij x_j"), values, "i", (2,))
    array([21., 43.])
    """
    depth = len(at)
    mesh = {
        letter: np.arange(size).reshape(-1, *[1] * (depth - k - 1))
        for k, (letter, size) in enumerate(zip(at, shape, strict=True))
    }
    total = sum((_term(term, values, mesh, depth) for term in terms), start=np.zeros(()))
    return np.array(np.broadcast_to(total, tuple(shape)))


def _term(term: Term, values: Mapping[str, Any], at: Mapping[str, Any], depth: int) -> Any:
    lengths: list[int] = []
    for letter in term.sums:
        lengths.insert(0, _length(letter, term, values, at))
        along = np.arange(lengths[0]).reshape(-1, *[1] * (depth + len(lengths) - 1))
        at = {**at, letter: along}
    whole: Any = np.full([*lengths, *[1] * depth], float(term.coefficient))
    for factor in term.factors:
        whole = whole * _factor(factor, values, at, depth + len(lengths))
    return whole.sum(axis=tuple(range(len(lengths))))


def _length(letter: str, term: Term, values: Mapping[str, Any], at: Mapping[str, Any]) -> int:
    """How many values an index takes: the length of an axis at which it stands.

    In `Σ_m [m = p]` it stands at none; then as many as the index that it is compared with.
    """
    for name, letters in entries_in((term,)):
        if letter in letters:
            return int(values[name].shape[letters.index(letter)])
    deltas = (factor for factor in term.factors if isinstance(factor, Kronecker))
    partners = (a if b == letter else b for a, b in deltas if letter in (a, b))
    return int(at[next(partners)].size)


def _factor(factor: Factor, values: Mapping[str, Any], at: Mapping[str, Any], depth: int) -> Any:
    match factor:
        case Entry(name, letters):
            return values[name][tuple(at[each] for each in letters)]
        case Partial():
            return values[factor.name][tuple(at[each] for each in factor.of_at + factor.at)]
        case Kronecker(left, right):
            return at[left] == at[right]
        case Length(name, axis):
            return values[name].shape[axis]
        case Applied(function, of, primes):
            inner = sum(_term(term, values, at, depth) for term in of)
            return function.slope(inner) if primes else _of_moved(function, inner)
        case Power(base, n):
            return np.power(sum(_term(term, values, at, depth) for term in base), float(n))


def _of_moved(function: Any, x: Any) -> Any:
    """f(x + ε i) = f(x) + f'(x) ε i, whatever f is."""
    if not np.iscomplexobj(x):
        return function.value(x)
    return function.value(x.real) + 1j * x.imag * function.slope(x.real)


def moved(
    equations: Sequence[tuple[str, Terms, str]], values: Mapping[str, Any], of: str, wrt: str
) -> Array:
    """∂of/∂wrt of a list of equations, as an array of the shapes of `of` and `wrt` together.

    Args:
        equations: what is made, the formula of its entry, and the indices of that entry, in the
            order of computation.
        values: every value; those that no equation makes are held fixed.
        of: a value that an equation makes.
        wrt: the value whose entries are moved, one after the other.
    """
    x = np.asarray(values[wrt])
    slopes = np.empty((*np.shape(values[of]), *x.shape))
    for place in np.ndindex(x.shape):
        shifted = np.array(x, dtype=complex)
        shifted[place] += TINY * 1j
        known = {**values, wrt: shifted}
        for name, terms, at in equations:
            known[name] = evaluated(terms, known, at, np.shape(values[name]))
        slopes[(..., *place)] = known[of].imag / TINY
    return slopes
