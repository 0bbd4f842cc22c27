"""Sizes: integers, or polynomials in letters with integer coefficients.

A letter stands for a size that nobody has fixed yet. Two letters are two sizes: `n` and `m` never
agree, so whatever conforms in letters conforms for every choice of numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import prod
from numbers import Integral
from typing import TypeAlias

__all__ = ["Shape", "Size", "SizeLike", "as_shape", "by", "letter", "size_of"]

Monomial: TypeAlias = tuple[str, ...]


class Size:
    """A polynomial in letters with integer coefficients.

    >>> n = letter("n")
    >>> print(3 * n + n * 2, n * n + 1, n - n)
    5·n n² + 1 0
    >>> 2 * n == n + n, n == letter("m")
    (True, False)
    """

    __slots__ = ("terms",)
    terms: dict[Monomial, int]

    def __init__(self, terms: dict[Monomial, int]) -> None:
        self.terms = terms

    def __add__(self, other: SizeLike) -> SizeLike:
        total = dict(self.terms)
        for monomial, coefficient in _terms(other).items():
            total[monomial] = total.get(monomial, 0) + coefficient
        return _simplest(total)

    def __mul__(self, other: SizeLike) -> SizeLike:
        total: dict[Monomial, int] = {}
        for left, a in self.terms.items():
            for right, b in _terms(other).items():
                monomial = tuple(sorted(left + right))
                total[monomial] = total.get(monomial, 0) + a * b
        return _simplest(total)

    def __sub__(self, other: SizeLike) -> SizeLike:
        return self + -1 * other

    def __rsub__(self, other: SizeLike) -> SizeLike:
        return -1 * self + other

    __radd__ = __add__
    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Size) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __str__(self) -> str:
        return self._written("·", power=lambda k: str(k).translate(SUPERSCRIPTS))

    def __repr__(self) -> str:
        return self.code()

    def code(self) -> str:
        """The polynomial as program text, `3*n**2 + 1`: what JSON carries."""
        return self._written("*", power=lambda k: f"**{k}")

    def _written(self, times: str, power: Callable[[int], str]) -> str:
        def term(monomial: Monomial, coefficient: int) -> str:
            parts = [] if abs(coefficient) == 1 and monomial else [str(abs(coefficient))]
            for name in dict.fromkeys(monomial):
                k = monomial.count(name)
                parts.append(name + (power(k) if k > 1 else ""))
            return times.join(parts)

        ordered = sorted(self.terms.items(), key=lambda item: (-len(item[0]), item[0]))
        signed = "".join(f" {'-' if c < 0 else '+'} {term(m, c)}" for m, c in ordered)
        return signed.removeprefix(" + ").replace(" - ", "-", 1) if signed[1] == "-" else signed[3:]


SizeLike: TypeAlias = int | Size
Shape: TypeAlias = tuple[SizeLike, ...]
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def letter(name: str) -> Size:
    """The size called `name`, a letter or a word."""
    return Size({(name,): 1})


def _terms(size: SizeLike) -> dict[Monomial, int]:
    return size.terms if isinstance(size, Size) else {(): size}


def _simplest(terms: dict[Monomial, int]) -> SizeLike:
    kept = {monomial: c for monomial, c in terms.items() if c}
    return kept.get((), 0) if kept.keys() <= {()} else Size(kept)


def size_of(shape: Sequence[SizeLike]) -> SizeLike:
    """How many entries an array of that shape has.

    >>> size_of((3, 2)), size_of(()), size_of((letter("n"), 3))
    (6, 1, 3*n)
    """
    return prod(shape, start=1)


def by(shape: Iterable[SizeLike]) -> str:
    """A shape as mathematics writes it.

    >>> by((3, 2)), by((letter("n"), 1)), by((3 * letter("n"), 2)), by(())
    ('3×2', 'n×1', '3·n×2', '1×1')
    """
    texts = [f"({size})" if " " in str(size) else str(size) for size in shape]
    return "×".join(texts) or "1×1"


def as_shape(shape: SizeLike | Iterable[SizeLike]) -> Shape:
    """A shape as a tuple; a single size is the shape of a vector.

    Raises:
        ValueError: a size that is no whole number from 1 on and no letter.
    """
    sizes = (shape,) if not isinstance(shape, Iterable) else tuple(shape)
    for size in sizes:
        whole = isinstance(size, Integral) and not isinstance(size, bool) and size >= 1
        if not (whole or isinstance(size, Size)):
            raise ValueError(f"a size is a whole number from 1 on, or a letter, not {size!r}.")
    return tuple(size if isinstance(size, Size) else int(size) for size in sizes)
