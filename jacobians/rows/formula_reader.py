"""Printed formulas, read into trees, with other names if they are given.

    sum       term ± term ± …                      - before a term too
    term      product ⊙ product ⊙ …; likewise ⊗, · and /
    product   factors side by side; 1 among them is a column of ones
    factor    name, number, (sum), f(sum), f sum, [1; name], ∂name/∂name, each with ᵀ behind it

A word that is no known name is a size, or another number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from layouts.errors import InputError

from .formula_tree import Call, Join, Name, Number, Sum, Tree, Turned, transposed

__all__ = ["parsed"]

TOKEN = re.compile(
    r"\s*(?:(?P<derivative>[∂d][A-Za-z0-9_]+/[∂d][A-Za-z0-9_Θ]+)|(?P<pair>\[[^\]]*\])"
    r"|(?P<identity>I[₀-₉]+|I_\([^)]*\)|I_[A-Za-z0-9]+)"
    r"|(?P<size>\w+(?:·\w+)+|[A-Za-z]\w*[²³])|(?P<number>±?\d+\.?\d*(?:e[+-]?\d+)?)"
    r"|(?P<word>[A-Za-zσδγΘ][A-Za-z0-9_]*'?ₖ?)|(?P<sign>[-+⊙⊗·/(),ᵀ]))"
)
BARE = ("log", "vec")


def parsed(text: str, names: Mapping[str, Tree], *, by_rows: bool = False) -> Tree:
    """The tree of a printed formula, each name replaced by what `names` has for it.

    Args:
        text: the formula.
        names: what stands for each name, itself or another's transpose.
        by_rows: write `vec(A)` as `rvec(Aᵀ)`, the same entries in the same order.

    Raises:
        InputError: the text is no such formula.

    >>> from jacobians.rows.formula_tree import printed
    >>> names = {"W": Turned(Name("W")), "d": Turned(Name("d"))}
    >>> printed(transposed(parsed("Wᵀ d", names)))
    'd Wᵀ'
    """
    tree, end = Reader(text, names, by_rows).read()
    if end:
        raise InputError(f"{text!r} is not read as a formula from {end!r} on.")
    return tree


class Reader:
    """One formula, read from left to right."""

    def __init__(self, text: str, names: Mapping[str, Tree], by_rows: bool) -> None:
        self.text, self.at = text, 0
        self.names, self.by_rows = names, by_rows

    def read(self) -> tuple[Tree, str]:
        """The longest formula from the start, and what is left."""
        return self.sum(), self.text[self.at :].strip()

    def ahead(self) -> tuple[str, str]:
        """The kind and the text of the next token; empty at the end, or at what is none."""
        match = TOKEN.match(self.text, self.at)
        return (match.lastgroup or "", match[match.lastgroup or 0]) if match else ("", "")

    def take(self, *wanted: str) -> str:
        """The next token if it is one of those wanted, else nothing."""
        match = TOKEN.match(self.text, self.at)
        token = match[match.lastgroup or 0] if match else ""
        if not match or (wanted and token not in wanted):
            return ""
        self.at = match.end()
        return token

    def sum(self) -> Tree:
        terms = [("-" if self.take("-") else "+", self.term())]
        while sign := self.take("+", "-"):
            terms.append((sign, self.term()))
        return terms[0][1] if len(terms) == 1 and terms[0][0] == "+" else Sum(tuple(terms))

    def term(self) -> Tree:
        left = self.product()
        while operator := self.take("⊙", "⊗", "·", "/"):
            right = self.product()
            if operator in "⊗·":
                left, right = ones(left), ones(right)
            same = isinstance(left, Join) and left.operator == operator
            parts = left.parts if same and isinstance(left, Join) else (left,)
            left = Join(operator, (*parts, right))
        return left

    def product(self) -> Tree:
        factors = [self.factor()]
        while self.ahead()[0] not in ("", "sign") or self.ahead()[1] == "(":
            factors.append(self.factor())
        return factors[0] if len(factors) == 1 else Join(" ", tuple(map(ones, factors)))

    def factor(self) -> Tree:
        kind, token = self.ahead()
        self.take()
        tree = self.inside()[0] if token == "(" else self.leaf(kind, token)
        while self.take("ᵀ"):
            tree = transposed(ones(tree))
        return tree

    def leaf(self, kind: str, token: str) -> Tree:
        if kind == "word" and (self.text.startswith("(", self.at) or token in BARE):
            return self.call(token)
        if kind in ("number", "size", "identity"):
            return Number(f"({token})" if "·" in token and kind == "size" else token)
        if kind == "derivative":
            return Name(token)
        if kind not in ("word", "pair"):
            raise InputError(f"{self.text!r} is not read as a formula at {token or 'its end'!r}.")
        known = self.names.get(token.removesuffix("ₖ"), Number(token))
        return of_sample(known) if token.endswith("ₖ") else known

    def call(self, function: str) -> Tree:
        bare = self.ahead()[1] != "("
        arguments = (self.factor(),) if bare else (self.take("("), self.inside())[1]
        if function == "vec" and self.by_rows:
            return Call("rvec", tuple(map(transposed, arguments)), bare)
        return Call(function, arguments, bare)

    def inside(self) -> tuple[Tree, ...]:
        """What stands before the closing bracket, between commas."""
        parts = [self.sum()]
        while self.take(","):
            parts.append(self.sum())
        if not self.take(")"):
            raise InputError(f"{self.text!r} has a bracket that does not close.")
        return tuple(parts)


def ones(tree: Tree) -> Tree:
    """A lone 1 beside matrices is the column of ones."""
    return Name("1") if tree == Number("1") else tree


def of_sample(tree: Tree) -> Tree:
    """Sample k of a value."""
    if isinstance(tree, Turned):
        return Turned(of_sample(tree.part))
    return Name(f"{tree.text}ₖ") if isinstance(tree, Name | Number) else tree
