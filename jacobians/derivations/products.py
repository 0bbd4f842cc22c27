"""A formula multiplied out into a sum of chains, each as the list of its links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise, product

from layouts.errors import FormulaError
from layouts.formulas.tree import (
    Chain,
    Claim,
    Derivative,
    Name,
    Part,
    Product,
    Sum,
    Transpose,
)

from .links import Link, Links, whole
from .terms import has_symbols

__all__ = ["products_of"]

MOST_PRODUCTS = 100
ELEMENTWISE = ("⊙", "∘", r"\odot", r"\circ")


def products_of(
    tree: Part, text: str, own: Mapping[str, str], known: Mapping[str, Link]
) -> list[Links] | None:
    """A formula as a sum of chains; None where it is anything else.

    Args:
        tree: the formula.
        text: what it was read from.
        own: the network's name for a name of the writer's.
        known: the names that are links themselves, δ2.

    Raises:
        FormulaError: more chains than anybody would write.
    """
    if not has_symbols(tree):
        return None
    return Expansion(text, own, known).of(tree)


class Expansion:
    """Products multiplied out, the links of each as they stand."""

    def __init__(self, text: str, own: Mapping[str, str], known: Mapping[str, Link]) -> None:
        self.text, self.own, self.known = text, own, known

    def of(self, part: Part) -> list[Links] | None:
        match part:
            case Derivative(of=of, wrt=(wrt,), kind=kind, formula=None):
                return [[Link(self.name(of), self.name(wrt), kind, at=part.at[0])]]
            case Name(text=text) if self.own.get(text, text) in self.known:
                return [[self.known[self.own.get(text, text)]._replace(at=part.at[0])]]
            case Transpose(part=inner):
                return turned(self.of(inner))
            case Claim(part=inner, shape=shape):
                return claimed(self.of(inner), shape)
            case Sum(left=left, sign="+", right=right):
                a, b = self.of(left), self.of(right)
                return None if a is None or b is None else a + b
            case Product(left=left, operator=operator, right=right):
                return self.multiplied([left, right], [operator])
            case Chain(factors=factors, operators=operators):
                return self.multiplied(factors, operators)
        return None

    def name(self, text: str) -> str:
        base = whole(text)
        return self.own.get(text) or self.own.get(base, base) + text[len(base) :]

    def multiplied(self, factors: Sequence[Part], operators: Sequence[str]) -> list[Links] | None:
        total = self.of(factors[0])
        for (before, factor), operator in zip(pairwise(factors), operators, strict=True):
            right = self.of(factor)
            if total is None or right is None or operator not in ("@", " ", "*"):
                return None
            if len(total) * len(right) > MOST_PRODUCTS:
                message = f"more than {MOST_PRODUCTS} chains in a sum are beyond reason."
                raise FormulaError(self.text, factor.at[0], message)
            if any(sign in self.text[before.at[1] : factor.at[0]] for sign in ELEMENTWISE):
                right = [[links[0]._replace(hadamard=True), *links[1:]] for links in right]
            total = [a + b for a, b in product(total, right)]
        return total


def turned(products: list[Links] | None) -> list[Links] | None:
    """Transposed: the order turns round, and so does every link with what is claimed of it."""
    if products is None:
        return None
    found = []
    for links in products:
        found.append([
            link._replace(
                turned=not link.turned,
                claims=tuple((1, "×".join(s.split("×")[::-1])) for n, s in link.claims if n == 1),
            )
            for link in reversed(links)
        ])  # fmt: skip
    return found


def claimed(products: list[Links] | None, shape: str) -> list[Links] | None:
    """With the shape that stands under all of it; of a sum it is not kept."""
    if products is None or len(products) > 1:
        return products
    first, *others = products[0]
    return [[first._replace(claims=(*first.claims, (len(products[0]), shape))), *others]]
