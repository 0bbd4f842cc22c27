"""The walk over what the grammar finds: from words and signs to a formula's tree.

What a row of items settles, a function and its argument or a derivative, is left to the rules of
the other modules; sums, products and brackets are put together here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from lark import Token
from lark.exceptions import VisitError
from lark.visitors import Transformer_NonRecursive

from ..limits import LARGEST_NUMBER, MOST_LEVELS
from ..tree import Call, Chain, Claim, Name, Negative, Number, Part, Product, Row, Span, Sum
from .applications import Applications
from .constants import bold_number
from .context import EXPECTED, Context
from .derivatives import Derivatives
from .fences import fenced
from .grammar import parsed
from .items import Bracket, Item, Line, Script, Word, over, place
from .labels import shape_claimed
from .names import Vocabulary, accented
from .quotients import Quotients
from .scripts import Scripts
from .signs import OPERATORS
from .words import tokens

__all__ = ["read"]

SIGNS = {"": "+", "+": "+", "-": "-", "−": "-"}
"""Signs of terms, as trees have them."""


def read(text: str, functions: Mapping[str, object], names: Collection[str] = ()) -> list[Part]:
    r"""The trees of a formula, one for each side of an equation.

    Raises:
        FormulaError: where the text is no formula, and what was expected there.

    >>> from layouts.formulas.printing import printed
    >>> [printed(side) for side in read(r"\delta^l = W^{(2)T} \sigma'(z)", {})]
    ['delta[l]', 'W2.T @ dsigma(z)']
    """
    context = Context(text, Vocabulary(functions, names))
    try:
        sides = Reader(context).transform(parsed(text, tokens(text, context.vocabulary)))
    except VisitError as problem:
        raise problem.orig_exc from None
    for side in sides:
        context.refuse_loose(side)
    return sides


class Reader(Transformer_NonRecursive[Token, list[Part]]):
    """The grammar's tree to parts, innermost first; a method for each rule."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context, self.scripts = context, Scripts(context)
        self.applications = Applications(context, self.scripts, self)
        self.derivatives = Derivatives(context, self.scripts, self.applications, self)
        self.quotients = Quotients(context, self.derivatives)
        self.braced: dict[Part, Span] = {}
        """Where what stands in braces stands with them."""

    def span(self, children: Sequence[Any]) -> Span:
        """From the start of the first to the end of the last, braces included."""
        start, end = over(*children)
        return start, self.braced.get(children[-1], (start, end))[1]

    # Sides, sums and products.

    def start(self, children: list[Any]) -> list[Part]:
        return [child for child in children if isinstance(child, Part)]

    def sum(self, children: list[Any]) -> Part:
        """Terms from left to right; a minus in front is of the whole first term."""
        leading, first, *others = children if isinstance(children[0], Token) else ["", *children]
        if leading == "+":
            self.context.plussed.add(first)
        total: Part = first if SIGNS[leading] == "+" else Negative(first, at=over(leading, first))
        for sign, term in zip(others[::2], others[1::2], strict=True):
            total = Sum(total, SIGNS[sign], term, at=over(total, term))
        return total

    def chain(self, children: list[Any]) -> Part:
        """Items as they come, with the signs that stand between them."""
        self.applications.refuse_composition(children)
        return self.product(Line(children))

    def product(self, line: Line, depth: int = 0) -> Part:
        """All factors of a line, with what stands between them."""
        factors, operators = [self.factor(line, depth)], list[str]()
        while line:
            operators.append(" " if line.following() else OPERATORS[str(line.popleft())])
            factors.append(self.factor(line, depth))
        return together(*self.quotients.in_line(factors, operators))

    def factor(self, line: Line, depth: int = 0) -> Part:
        """The next factor, with all that belongs to it."""
        item = line.popleft()
        if depth > MOST_LEVELS:
            message = f"more than {MOST_LEVELS} functions of each other are beyond reason."
            self.context.refuse(item, message)
        if isinstance(item, Token):
            inner = self.factor(line, depth)
            return Negative(inner, at=over(item, inner))
        return (
            self.derivatives.begun(item, line, depth)
            or self.applications.begun(item, line, depth)
            or self.scripts.scripted(self.context.plain(item.atom), item.scripts)
        )

    # Items and their scripts.

    def item(self, children: list[Any]) -> Item:
        return Item(children[0], tuple(children[1:]), self.span(children))

    def below(self, children: list[Any]) -> Script:
        return Script("_", self.context.plain(children[1]), self.span(children))

    def above(self, children: list[Any]) -> Script:
        return Script("^", self.context.plain(children[1]), self.span(children))

    def minus(self, children: list[Any]) -> Script:
        _, sign, atom = children
        inner = self.context.plain(atom)
        return Script("^", Negative(inner, at=over(sign, inner)), self.span(children))

    def plus(self, children: list[Any]) -> Script:
        at = self.span(children)
        return Script("^", Name("†", at=at), at)

    def entrywise(self, children: list[Any]) -> Script:
        sign, *signed, _ = children[2:]
        if OPERATORS[sign] != "*":
            self.context.refuse(sign, f"expected is {EXPECTED}.")
        return Script("⊙", self.factor(Line(signed)), self.span(children))

    def primes(self, children: list[Any]) -> Script:
        at = self.span(children)
        count = sum(child.type == "PRIME" for child in children)
        return Script("'", Name("'" * count, at=at), at, count)

    # Atoms.

    def NUMBER(self, token: Token) -> Part:
        if not float(token) < LARGEST_NUMBER:
            self.context.refuse(token, "a number beyond 1e100.")
        return Number(float(token), str(token), at=place(token))

    def NAME(self, token: Token) -> Part:
        return Name(str(token), at=place(token))

    def FUNCTION(self, token: Token) -> Part:
        return Word(str(token), at=place(token))

    def bracket(self, children: list[Any]) -> Part:
        call = fenced(children, self.context.text)
        if call is not None:
            return call
        at, entries = over(*children), tuple(children[1:-1:2])
        if children[0] != "{":
            return Bracket(entries, at=at)
        inner: Part = entries[0] if len(entries) == 1 else Row(entries, at=at)
        self.braced[inner] = at
        return inner

    def fraction(self, children: list[Any]) -> Part:
        _, above, below = children
        at = self.span(children)
        return self.quotients.fraction(self.context.plain(above), self.context.plain(below), at)

    def root(self, children: list[Any]) -> Part:
        return Call("sqrt", (self.context.plain(children[1]),), at=self.span(children))

    def font(self, children: list[Any]) -> Any:
        """Read through; but a bold 1 is a column of ones."""
        font, atom = children
        name = bold_number(atom, font)
        return atom if name is None else Name(name, at=self.span(children))

    def accent(self, children: list[Any]) -> Part:
        r"""`\hat{y}` is yhat, `\hat{y}_2` yhat2."""
        command, atom = children
        name = accented(atom.text, command) if isinstance(atom, Name) else None
        if name is None:
            self.context.refuse(command, f"{command} stands over a single name.")
        return Name(name, at=self.span(children))

    def labelled(self, children: list[Any]) -> Any:
        """What stands over a brace, as a claim if a shape stands under it."""
        label = next((each for each in children[1:] if isinstance(each, Token)), "")
        atom = next(each for each in children[1:] if not isinstance(each, Token))
        shape = shape_claimed(label)
        if shape is None:
            return atom
        return Claim(self.context.plain(atom), shape, at=self.span(children))


def together(factors: Sequence[Part], operators: Sequence[str]) -> Part:
    """Factors in a row as one part; of more than two the grouping stays open."""
    at = over(*factors)
    match factors, operators:
        case [one], []:
            return one
        case [left, right], ["⊗"]:
            return Call("kron", (left, right), at=at)
        case [left, right], [operator]:
            return Product(left, operator, right, at=at)
    return Chain(tuple(factors), tuple(operators), at=at)
