r"""The names in LaTeX formulas, and the functions that nobody needs to give.

    W^{(2)}_{ij}  z^{l+1}    W2[i,j]  z[l+1]
    \hat{y}_2                yhat2
    \operatorname{ReLU}      relu, in whatever case
    \sigma(z)  g'(z)         functions, though nobody has given them: the PLACEHOLDERS

One name has many spellings in programs; the one that is known is taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ...errors import InputError
from ..functions import Function, elementwise
from ..tree import Chain, Name, Number, Part, Power, Product, Row, Sum, Transpose

__all__ = [
    "DIGITS",
    "FUNCTION_LETTERS",
    "PLACEHOLDERS",
    "Vocabulary",
    "accented",
    "indices",
    "side_by_side",
    "unturned",
]

FUNCTION_LETTERS = ("sigma", "phi", "psi", "rho", "f", "g", "h")
"""Letters that stand for a function where a bracket follows, if nothing else is known of them."""
OTHER_WORDS = {"ln": "log", "trace": "tr", "Tr": "tr", "vjp": "VJP", "VJP": "VJP"}
NAME = re.compile(r"([^\W\d_]+)(\d*)(?:\[(.*)\])?", re.DOTALL)
DIGITS = "0123456789"
LONGEST_WORD = 32


def placeholder(letter: str) -> Function:
    """The function that a letter stands for: it has shapes and no values."""

    def value(X: Any) -> Any:
        raise InputError(
            f"{letter} stands for a function that was not given: hand it in, "
            f"functions={{'{letter}': …, 'd{letter}': …}}."
        )

    return elementwise(value)


PLACEHOLDERS: dict[str, Function] = {
    d + letter: placeholder(letter) for letter in FUNCTION_LETTERS for d in ("", "d")
}
"""Functions that a formula may name though nobody has given them; they work entry by entry."""


class Vocabulary:
    """The functions and the names that are known where a formula is read."""

    def __init__(self, functions: Mapping[str, object], names: Collection[str]) -> None:
        self.functions, self.names = functions, names
        words = [*FUNCTION_LETTERS, *(f"d{letter}" for letter in FUNCTION_LETTERS), *functions]
        self.words = {word.casefold(): word for word in words if len(word) > 1}
        stems = {match[1] for match in map(NAME.match, names) if match}
        self.long_names = {name for name in {*names, *stems} if len(name) > 1}
        self.e_is_known = "e" in stems

    def function(self, word: str) -> str | None:
        """The function that a word names, in whatever case."""
        if word in self.functions:
            return word
        return OTHER_WORDS.get(word) or self.words.get(word.casefold())

    def is_word(self, word: str) -> bool:
        """Whether letters in a row are a function; T R ( … ) is none."""
        return self.function(word) is not None and (len(word) > 2 or word[1:].islower())

    def knows(self, name: str, index: Part, below: Iterable[str] = ()) -> bool:
        """Whether a name with these indices is known."""
        entries = indices(index)
        return entries is not None and self.indexed(name, [*entries, *below]) in self.names

    def indexed(self, base: str, entries: Iterable[str]) -> str:
        """A name with indices: W2, W[l+1], W2[i,j], or another spelling if that one is known.

        >>> known = Vocabulary({}, {"z2_1"})
        >>> [known.indexed(*each) for each in [("W", "2"), ("W2", "ij"), ("z", ["2", "1"])]]
        ['W2', 'W2[i,j]', 'z2_1']
        """
        match = NAME.fullmatch(base)
        stem, *before = match.groups() if match else (base,)
        every = [*filter(None, before), *entries]
        numbers = [entry.isdecimal() for entry in every]
        rest = every[1:] if numbers[:1] == [True] and not any(numbers[1:]) else every
        first = "".join(every[: len(every) - len(rest)])
        name = stem + first + (f"[{','.join(rest)}]" if rest else "")
        others = [f"{stem}{'_'.join(every)}", f"{stem}_{''.join(every)}", stem + "".join(every)]
        return next((known for known in (name, *others) if known in self.names), name)

    def name_of(self, part: Part) -> str | None:
        """The name that a symbol is in a derivative, where `x^3` is x3 and `x^T` is x."""
        match unturned(part)[0]:
            case Name(text=text) if text[0].isalpha() or text[0] == "_":
                return text
            case Power(base=Name(text=text), operator="^", exponent=exponent):
                entries = indices(exponent)
                return None if entries is None else self.indexed(text, entries)
        return None

    def split(self, run: str, at: int, *, applied: bool, singly: bool) -> tuple[str, str]:
        """The first word of a run of letters and digits from a place on, and its kind."""
        if singly:
            return run[at], "NUMBER" if run[at] in DIGITS else "NAME"
        word, kind = self.long_word(run, at, applied=applied) or (run[at], "NAME")
        end = at + len(word)
        while kind == "NAME" and end < len(run) and run[end] in DIGITS:
            end += 1
        return run[at:end], "NUMBER" if run[at] in DIGITS else kind

    def long_word(self, run: str, at: int, *, applied: bool) -> tuple[str, str] | None:
        """The longest name or function of more than one letter; functions end where a run does."""
        for end in range(min(len(run), at + LONGEST_WORD), at + 1, -1):
            word = run[at:end]
            if word in self.long_names:
                return word, "NAME"
            if end == len(run) and (applied or at == 0) and self.is_word(word):
                return word, "FUNCTION"
        return None


def accented(name: str, command: str) -> str | None:
    r"""A name with what stands over it; None if it is no letter with digits or indices.

    >>> accented("y2", r"\widehat"), accented("x[i]", r"\overline"), accented("∂", r"\dot")
    ('yhat2', 'xbar[i]', None)
    """
    match = re.fullmatch(r"([^\W\d_]+)(.*)", name)
    suffix = {"overline": "bar"}.get(command[1:], command[1:].removeprefix("wide"))
    return None if match is None else match[1] + suffix + match[2]


def unturned(part: Part) -> tuple[Part, int]:
    """What is transposed, and how many times."""
    turns = 0
    while isinstance(part, Transpose):
        part, turns = part.part, turns + 1
    return part, turns


def side_by_side(part: Part) -> tuple[Part, ...]:
    """The parts that nothing or a comma stands between; the part itself if it is one."""
    match part:
        case Product(left=left, operator=" ", right=right):
            return left, right
        case Chain(factors=factors, operators=operators) if {*operators} == {" "}:
            return factors
        case Row(entries=entries):
            return entries
    return (part,)


def indices(part: Part) -> list[str] | None:
    """A part as indices: `2`, `l+1`, `ij` and `i,j`; None if it is something else."""
    match part:
        case Number(text=text) if text.isdecimal():
            return [text]
        case Name(text=text) if re.fullmatch(r"\w+", text):
            return [text]
        case Sum(left=Name(text=left), sign=sign, right=Number(text=right)) if right.isdecimal():
            return [f"{left}{sign}{right}"] if re.fullmatch(r"\w+", left) else None
    pieces = side_by_side(part)
    found = [indices(piece) for piece in pieces] if len(pieces) > 1 else [None]
    if any(each is None for each in found):
        return None
    return [text for each in found for text in each or ()]
