"""Formulas for one entry read and written: `Σ_j W_ij a_j + b_i`, `exp(x_i)/(Σ_m exp(x_m))`.

Σ_jk sums what stands to its right up to + or -, [i = p] is Kronecker's delta, and |k| is how many
values the index k takes. With one sample the sample's indices are not written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np

from layouts.errors import FormulaError
from layouts.sizes import Shape

from .index_terms import (
    Applied,
    Entry,
    Factor,
    Function,
    Kronecker,
    Length,
    Partial,
    Power,
    Term,
    Terms,
    entries_in,
    multiplied,
)

__all__ = ["SAMPLES", "entry", "is_one", "number", "read", "written"]

SAMPLES = "kls"
"""The letters that count samples."""
NAME = "[A-Za-zα-ωΑ-Ω][A-Za-zα-ωΑ-Ω0-9]*"
TOKEN = re.compile(
    r"\s*(?:Σ_(?P<over>[a-z]+)|(?P<number>[0-9]+(?:\.[0-9]+)?|½)|\|(?P<length>[a-z])\|"
    rf"|\[(?P<left>[a-z]) = (?P<right>[a-z])\]|(?P<function>{NAME})\("
    rf"|(?P<name>{NAME})(?:_(?P<at>[a-z]+))?(?![A-Za-z0-9_])|(?P<sign>[-+/²()]))"
)


def _inverse(x: object) -> object:
    return np.divide(1.0, x)  # type: ignore[call-overload]


FUNCTIONS = {
    "exp": Function("exp", np.exp, np.exp, "exp"),
    "log": Function("log", np.log, _inverse, ""),
    "abs": Function("abs", np.abs, np.sign, "sign"),
}
"""The functions that any equation may use; where the slope has no name of its own it is 1/x."""


class Reader:
    """One text, read from left to right."""

    def __init__(self, text: str, functions: Mapping[str, Function]) -> None:
        self.text, self.functions, self.place = text, {**FUNCTIONS, **functions}, 0

    def whole(self) -> Terms:
        terms = self.sum()
        if self.text[self.place :].strip():
            raise self.refusal("this has no meaning here")
        return _with_lengths(terms, terms)

    def sum(self) -> Terms:
        terms = [self.product(-1 if self.took("-") else 1)]
        while sign := self.took("+") or self.took("-"):
            terms.append(self.product(-1 if sign == "-" else 1))
        return tuple(terms)

    def product(self, sign: int) -> Term:
        term, over, missing = Term(Fraction(sign), "", ()), False, True
        while (match := TOKEN.match(self.text, self.place)) and match["sign"] not in ("+", "-", ")"):
            if self.took("/"):
                over = True
                continue
            factor = self.factor()
            factor = _raised(factor, 2) if self.took("²") else factor
            term, over = multiplied(term, _raised(factor, -1) if over else factor), False
            missing = False
        if over or missing:
            raise self.refusal("a factor is missing")
        return term

    def factor(self) -> Term:
        match = TOKEN.match(self.text, self.place)
        if match is None or match["sign"] not in (None, "("):
            raise self.refusal("a factor is missing")
        self.place = match.end()
        if match["over"]:
            return multiplied(Term(Fraction(1), match["over"], ()), self.product(1))
        if match["number"]:
            value = Fraction(1, 2) if match["number"] == "½" else Fraction(match["number"])
            return Term(value, "", ())
        if match["length"]:
            return _one(Length(match["length"], -1))
        if match["left"]:
            return _one(Kronecker(match["left"], match["right"]))
        if match["name"]:
            return _one(Entry(match["name"], match["at"] or ""))
        if match["function"] and match["function"] not in self.functions:
            self.place = match.start("function")
            raise self.refusal(f"{match['function']} is no function that is known")
        inner = self.sum()
        if not self.took(")"):
            raise self.refusal("a bracket is not closed")
        if match["function"]:
            return _one(Applied(self.functions[match["function"]], inner))
        return _one(Power(inner, 1))

    def took(self, sign: str) -> str:
        """The sign, if it is the next one."""
        match = TOKEN.match(self.text, self.place)
        if match is None or match["sign"] != sign:
            return ""
        self.place = match.end()
        return sign

    def refusal(self, what: str) -> FormulaError:
        return FormulaError(self.text, self.place, f"{what}.")


def _one(factor: Factor) -> Term:
    return Term(Fraction(1), "", (factor,))


def _raised(term: Term, exponent: int) -> Term:
    """A factor to a power, without brackets round brackets."""
    (first, *more) = term.factors or (None,)
    alone = not more and not term.sums and term.coefficient == 1
    if alone and isinstance(first, Power) and first.exponent == 1:
        return _one(Power(first.base, exponent))
    return _one(Power((term,), exponent))


def _with_lengths(terms: Terms, whole: Terms) -> Terms:
    """|k| as the length of the axis at which the letter stands somewhere."""
    return tuple(
        term._replace(factors=tuple(_with_length(each, whole) for each in term.factors))
        for term in terms
    )


def _with_length(factor: Factor, whole: Terms) -> Factor:
    match factor:
        case Length(letter, -1):
            name, at = next((n, at) for n, at in entries_in(whole) if letter in at)
            return Length(name, at.index(letter))
        case Power(base, n):
            return Power(_with_lengths(base, whole), n)
    return factor


def read(text: str, functions: Mapping[str, Function] | None = None) -> Terms:
    """A formula as terms.

    Raises:
        FormulaError: the text is none; the message points at the place.

    >>> print(written(read("exp(x_i)/(Σ_m exp(x_m)) - ½ y_i²")))
    exp(x_i)/(Σ_m exp(x_m)) - ½ y_i²
    >>> read("Σ_j W_ij * x_j")
    Traceback (most recent call last):
    layouts.errors.FormulaError: column 9 of the formula: this has no meaning here.
       Σ_j W_ij * x_j
               ^
    """
    return Reader(text, functions or {}).whole()


def written(terms: Terms, shapes: Mapping[str, Shape] | None = None, *, single: bool = False) -> str:
    """Terms as text; with their shapes lengths are numbers, of a single sample no index is told."""
    text = ""
    for k, term in enumerate(terms):
        part = _term(term._replace(coefficient=abs(term.coefficient)), shapes or {}, single)
        sign = "-" if term.coefficient < 0 else "+"
        text += f" {sign} {part}" if k else ("-" if sign == "-" else "") + part
    return text or "0"


def _term(term: Term, shapes: Mapping[str, Shape], single: bool) -> str:
    """What a sum does not touch stands before it, unless a Kronecker delta will remove the sum."""
    say: Callable[[Factor], str] = lambda factor: _factor(factor, shapes, single)  # noqa: E731
    sums = _seen(term.sums, single)
    above = [e for e in term.factors if not _is_inverse(e)]
    below = [e for e in term.factors if _is_inverse(e) and not is_one(e, shapes)]
    waiting = any(isinstance(each, Kronecker) for each in above)
    free = [] if waiting or not sums else [each for each in above if not _touches(each, term.sums)]
    inside = [each for each in above if each not in free]
    parts = [number(term.coefficient)] * (term.coefficient != 1)
    parts += [say(each) for each in free] + [f"Σ_{sums}"] * bool(sums)
    parts += [text for each in inside if (text := say(each))]
    over = "".join(f"/{_below(each, shapes, single)}" for each in below)
    return (" ".join(parts) or "1") + over


def number(value: Fraction) -> str:
    """As texts write it.

    >>> number(Fraction(1, 2)), number(Fraction("0.25")), number(Fraction(3))
    ('½', '0.25', '3')
    """
    return "½" if value == Fraction(1, 2) else f"{float(value):.15g}"


def _seen(letters: str, single: bool) -> str:
    return "".join(each for each in letters if not (single and each in SAMPLES))


def _touches(factor: Factor, sums: str) -> bool:
    return any({*at} & {*sums} for _, at in entries_in((_one(factor),)))


def _is_inverse(factor: Factor) -> bool:
    return isinstance(factor, Power) and factor.exponent < 0 or _is_plain_slope(factor)


def is_one(factor: Factor, shapes: Mapping[str, Shape]) -> bool:
    """Whether it divides by a length that is 1."""
    if not isinstance(factor, Power) or len(factor.base[0].factors) != 1:
        return False
    (first,) = factor.base[0].factors
    return isinstance(first, Length) and first.name in shapes and shapes[first.name][first.axis] == 1


def _is_plain_slope(factor: Factor) -> bool:
    """1/x, which the logarithm has for its derivative."""
    return isinstance(factor, Applied) and bool(factor.primes) and not factor.function.slope_name


def _below(factor: Factor, shapes: Mapping[str, Shape], single: bool) -> str:
    base = factor.base if isinstance(factor, Power) else factor.of  # type: ignore[union-attr]
    exponent = "²" if isinstance(factor, Power) and factor.exponent == -2 else ""
    text = written(base, shapes, single=single)
    return (text if _is_atom(base) else f"({text})") + exponent


def _is_atom(terms: Terms) -> bool:
    """Whether a formula needs no brackets."""
    (first, *more) = terms
    alone = not more and not first.sums and first.coefficient == 1 and len(first.factors) == 1
    return alone and isinstance(first.factors[0], Entry | Length | Applied)


def _factor(factor: Factor, shapes: Mapping[str, Shape], single: bool) -> str:
    match factor:
        case Entry(name, at):
            return entry(name, at, single=single)
        case Kronecker(left, right):
            return "" if single and left in SAMPLES else f"[{left} = {right}]"
        case Partial(of, of_at, wrt, at, place, d):
            above, below = entry(of, of_at, single=single), entry(wrt, at, single=single)
            return f"{d}{above}/{d}{below}{place}"
        case Length(name, axis):
            return str(shapes[name][axis]) if name in shapes else f"|{name}, axis {axis}|"
        case Applied(function, of, primes):
            name = function.slope_name if primes else function.name
            return f"{name}({written(of, shapes, single=single)})"
        case Power(base, n):
            text = written(base, shapes, single=single)
            return (text if _is_atom(base) else f"({text})") + ("²" if n == 2 else "")


def entry(name: str, at: str, *, single: bool = False) -> str:
    """An entry, `W1_pq`; of a whole formula, `(δ1 a0ᵀ)_pq`.

    >>> entry("z1", "ik", single=True), entry("δ1 a0ᵀ", "pq")
    ('z1_i', '(δ1 a0ᵀ)_pq')
    """
    seen = _seen(at, single)
    name = name if name.replace("_", "").isalnum() and not name.endswith("ᵀ") else f"({name})"
    return f"{name}_{seen}" if seen else name
