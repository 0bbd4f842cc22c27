"""Formulas for one entry read: `Σ_j W_ij a_j + b_i`, `exp(x_i)/(Σ_m exp(x_m))`.

Σ_jk sums what stands to its right up to + or -, [i = p] is Kronecker's delta, and |k| is how many
values the index k takes. Text is parsed, never evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from layouts.errors import FormulaError

from .index_terms import (
    Applied,
    Entry,
    Factor,
    Function,
    Kronecker,
    Length,
    Power,
    Term,
    Terms,
    entries_in,
    multiplied,
    one,
)

__all__ = ["read"]

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
        while (match := TOKEN.match(self.text, self.place)) and match["sign"] not in (
            "+",
            "-",
            ")",
        ):
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
            return one(Length(match["length"], -1))
        if match["left"]:
            return one(Kronecker(match["left"], match["right"]))
        if match["name"]:
            return one(Entry(match["name"], match["at"] or ""))
        if match["function"] and match["function"] not in self.functions:
            self.place = match.start("function")
            raise self.refusal(f"{match['function']} is no function that is known")
        inner = self.sum()
        if not self.took(")"):
            raise self.refusal("a bracket is not closed")
        if match["function"]:
            return one(Applied(self.functions[match["function"]], inner))
        return one(Power(inner, 1))

    def took(self, sign: str) -> str:
        """The sign, if it is the next one."""
        match = TOKEN.match(self.text, self.place)
        if match is None or match["sign"] != sign:
            return ""
        self.place = match.end()
        return sign

    def refusal(self, what: str) -> FormulaError:
        return FormulaError(self.text, self.place, f"{what}.")


def _raised(term: Term, exponent: int) -> Term:
    """A factor to a power, without brackets round brackets."""
    (first, *more) = term.factors or (None,)
    alone = not more and not term.sums and term.coefficient == 1
    if alone and isinstance(first, Power) and first.exponent == 1:
        return one(Power(first.base, exponent))
    return one(Power((term,), exponent))


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

    >>> from jacobians.deriving.index_text import written
    >>> print(written(read("exp(x_i)/(Σ_m exp(x_m)) - ½ y_i²")))
    exp(x_i)/(Σ_m exp(x_m)) - ½ y_i²
    >>> read("Σ_j W_ij * x_j")
    Traceback (most recent call last):
    layouts.errors.FormulaError: column 9 of the formula: this has no meaning here.
       Σ_j W_ij * x_j
               ^
    """
    return Reader(text, functions or {}).whole()
