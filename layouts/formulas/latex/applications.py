r"""Functions and what they are applied to.

    \cos(z)  \sigma'(z)^T      a bracket; what stands at it is of the whole
    \cos x^T  \log\det A B     a single factor without brackets; a product behind tr and det
    g'(z)  W(x)                a letter before a bracket: a function, or a factor

A letter is a function where a name is known as one, or where texts have one and no value is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol

from lark import Token

from ...errors import near_names
from ..tree import Call, Name, Number, Part, Power
from .context import Context
from .items import Bracket, Item, Line, Script, Word, over
from .names import FUNCTION_LETTERS, PLACEHOLDERS
from .operands import TRACES, ends_trace, taken
from .scripts import TURN, Scripts, index_step

__all__ = ["Applications", "Factors"]


class Factors(Protocol):
    """What reads a line, within so many functions of each other."""

    def factor(self, line: Line, depth: int) -> Part:
        """The next factor, taken away."""

    def product(self, line: Line, depth: int) -> Part:
        """All that is left of it."""


class Applications:
    """The rules for functions, in a context."""

    def __init__(self, context: Context, scripts: Scripts, factors: Factors) -> None:
        self.context, self.scripts, self.factors = context, scripts, factors

    def begun(self, item: Item, line: Line, depth: int) -> Part | None:
        """The factor that an item begins if it is a function."""
        match item.atom:
            case Word(function=function):
                return self.word(function, item, line, depth)
            case Name(text=letter) if line.before_bracket():
                name = self.letter(letter, item)
                return None if name is None else self.applied(name, item, line)
        return None

    # Words.

    def word(self, word: str, item: Item, line: Line, depth: int) -> Part:
        """A function by its word, of the bracket or else of what follows without one."""
        power = self.power(word, item)
        function = self.function(word, sum(script.primes for script in item.scripts), item)
        if self.before_argument(function, line):
            return self.applied(function, item, line, power)
        self.refuse_unclear(word, item, line)
        if function in TRACES:
            argument = self.factors.product(taken(line, ends_trace), depth + 1)
        else:
            argument = self.factors.factor(line, depth + 1)
        return raised(Call(function, (argument,), at=over(item, argument)), power)

    def before_argument(self, function: str, line: Line) -> bool:
        """Whether a bracket comes next, and is all of the argument, as in tr (A)^T B it is not."""
        following = line.following()
        if following is None or not isinstance(following.atom, Bracket):
            return False
        return function not in TRACES or not self.scripts.turn(following.scripts)

    def power(self, word: str, item: Item) -> Part | None:
        r"""The 2 of `\sin^2 x`, the only script that a function has besides primes."""
        power = None
        for script in item.scripts:
            if script.sign == "^" and isinstance(script.part, Number):
                power = script.part
            elif not script.primes:
                message = f"{word} takes no index here, and no power but a number."
                self.context.refuse(script, message)
        return power

    def refuse_unclear(self, word: str, item: Item, line: Line) -> None:
        """Of nothing there is no function, and cos 2x is not cos(2) x."""
        argument = line.following()
        if argument is None:
            self.context.plain(item.atom)
        elif word in TRACES:
            return
        elif isinstance(argument.atom, Number) and isinstance((*line, None)[1], Item):
            message = f"where the argument of {word} ends is not clear: use brackets."
            self.context.refuse(argument, message)

    def applied(self, function: str, item: Item, line: Line, power: Part | None = None) -> Part:
        """A function of the bracket that follows; what stands at the bracket is of the whole."""
        bracket = line.item()
        assert isinstance(bracket.atom, Bracket)
        call = Call(function, bracket.atom.entries, at=over(item, bracket.atom))
        return self.scripts.scripted(raised(call, power), bracket.scripts)

    def function(self, base: str, primes: int, item: Item) -> str:
        """The name of a function or of its derivative."""
        functions = self.context.functions
        if base == "sigma" and "sigma" not in functions and "sigmoid" in functions:
            base = "sigmoid"
        name = "d" * primes + base
        if name not in functions and name not in PLACEHOLDERS and name != "VJP":
            near, prime = near_names(name, functions), "'" * primes
            self.context.refuse(item, f"{base}{prime} is no function that is known here: {near}")
        return name

    # Letters.

    def letter(self, letter: str, item: Item) -> str | None:
        """The function that a letter before a bracket is; None if it is a factor."""
        marks = self.marks(letter, item.scripts)
        if letter in self.context.names or marks is None:
            return None
        entries, primes = marks
        name = self.context.vocabulary.indexed(letter, entries)
        if {name, "d" * primes + name} & self.context.functions.keys():
            return self.function(name, primes, item)
        if name in self.context.names or letter not in FUNCTION_LETTERS or (entries and not primes):
            return None
        if entries:
            self.refuse_indexed(name, primes, item)
        return self.function(letter, primes, item)

    def refuse_indexed(self, name: str, primes: int, item: Item) -> None:
        cure = f"hand it in, functions={{'{'d' * primes + name}': …}}, or leave its index out."
        prime = "'" * primes
        message = f"{name}{prime} stands for a function that was not given: {cure}"
        self.context.refuse(item, message)

    def marks(self, letter: str, scripts: Sequence[Script]) -> tuple[list[str], int] | None:
        """The indices and the primes of a function; None if it has other scripts."""
        entries: list[str] = []
        primes = 0
        for script in scripts:
            below = script.sign == "_"
            steps = [index_step(script.part)] if below else self.scripts.steps(script, letter)
            primed = re.search(r"['′’]|\\prime", self.context.text[slice(*script.at)])
            if any(not step.entries and not (step == TURN and primed) for step in steps):
                return None
            entries += [text for step in steps for text in step.entries]
            primes += steps.count(TURN)
        return entries, primes

    # Composition, which is written as a product is.

    def refuse_composition(self, children: Sequence[Any]) -> None:
        """Between two bare functions ∘ is no product."""
        for k, sign in enumerate(children):
            if isinstance(sign, Token) and sign in (r"\circ", "∘"):
                right, *after = children[k + 1 : k + 3]
                applied = bool(after) and isinstance(after[0], Item)
                if self.is_bare(children[k - 1]) and self.is_bare(right) and not applied:
                    message = f"{sign} is composition of functions here: write f(g(x))."
                    self.context.refuse(sign, message)

    def is_bare(self, item: Any) -> bool:
        """Whether an item is a function, without an argument."""
        match item:
            case Item(atom=Word()):
                return True
            case Item(atom=Name(text=name)):
                known = name in self.context.functions or name in FUNCTION_LETTERS
                return known and name not in self.context.names
        return False


def raised(call: Part, power: Part | None) -> Part:
    """A call, to the power that stands at its function."""
    return call if power is None else Power(call, "^", power, at=call.at)
