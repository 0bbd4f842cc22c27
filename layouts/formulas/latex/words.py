r"""The words and signs of LaTeX formulas, told apart for the grammar.

    W2  \delta  δ  \mathbf{W}  \hat{y}          names: one letter, with the digits that touch it
    diag(  \text{diag}  \operatorname{ReLU}     functions, as far as they are known
    Wx                                          two names, unless Wx is known as one
    x^12  \frac12                               x to the 1, times 2; a half: as TeX prints them

All is settled on the text as it stands, so that every token keeps its column.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NoReturn

from lark import Token

from ...errors import FormulaError, near_names
from ..letters import GREEK, spelt
from .brackets import Brackets
from .labels import Labels, after_blanks
from .names import DIGITS, Vocabulary
from .signs import BARS, CLOSING, COMMANDS, KIND, OPENING, REFUSED, SYMBOLS

__all__ = ["tokens"]

WORDS = r"text|textrm|textbf|textit|textsf|mbox|mathrm|mathit|mathsf|mathtt|operatorname\*?"
PIECE = re.compile(
    rf"""(?P<blank>\s+|[~&$]|\\[,:;!>\s]|\\(?:tag|label|[hv]space)\*?\s*\{{[^{{}}]*\}}
         |\\(?:begin|end)\s*\{{(?:equation|align|aligned|gather|gathered|split|displaymath)\*?\}})
    |(?P<upright>\\(?:{WORDS})\s*\{{(?P<content>(?:[^{{}}\\$]|\\[_\s,])*)\}})
    |(?P<nothing>\\(?:left|right)\s*\.)
    |(?P<side>\\(?:left|right|middle)(?![A-Za-z]))
    |(?P<word>(?!ᵀ)[^\W\d_](?:(?!ᵀ)[^\W_])*)
    |(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
    |(?P<sign>\\(?:[A-Za-z]+|.)?|:=|.)""",
    re.VERBOSE | re.DOTALL,
)
APPLIED = re.compile(r"(?:[\s~']|\\[,:;!]|\\left(?![A-Za-z])|\\[bB]igg?l?(?![A-Za-z]))*[(\[]")
"""What follows a function whose argument stands in brackets."""
SYMBOL_NEXT = re.compile(r"(?:\s|\\[,!])*(?:(\\[A-Za-z]+)|[^\W\d_])")
TOUCHING = re.compile(r"[0-9]+(?!\.?[0-9])")
BRACKETS = {*OPENING, *CLOSING, *BARS}
TAKEN = {"ABOVE": 1, "BELOW": 1, "ROOT": 1, "FRACTION": 2}
"""How many arguments a token takes, each a single character if no brace stands around it."""


def tokens(text: str, vocabulary: Vocabulary) -> list[Token]:
    """The tokens of a formula.

    Raises:
        FormulaError: a word or a sign that nobody knows, or a bracket without its partner.
    """
    return Scanner(text, vocabulary).scanned()


class Scanner:
    """One walk over a text, from left to right."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text, self.vocabulary, self.at = text, vocabulary, 0
        self.found: list[Token] = []
        self.brackets, self.labels = Brackets(text), Labels(text)
        self.side, self.side_at = "", 0
        r"""A \left, \right or \middle whose bracket comes next."""
        self.singly = 0
        """How many characters the command before takes, each as an argument of its own."""
        self.d_at: int | None = None
        """Where an upright d stands whose symbol follows."""

    def scanned(self) -> list[Token]:
        while self.at < len(self.text):
            at, label = self.at, self.labels.found.get(self.at)
            if label is not None:
                self.at = label.after
                self.put("LABEL", self.text[label.start : label.end], at)
                continue
            match = PIECE.match(self.text, at)
            assert match is not None  # the last alternative takes any sign
            self.at = match.end()
            self.piece(match, at)
        self.brackets.end()
        return self.trimmed()

    def trimmed(self) -> list[Token]:
        """Without the full stop, the comma or the line break at the end."""
        while self.found and self.found[-1].type in ("COMMA", "STOP", "BREAK"):
            self.found.pop()
        for token in self.found:
            if token.type == "BREAK":
                self.refuse(token.start_pos or 0, "a formula is one line.")
            if token.type == "STOP":
                self.refuse(token.start_pos or 0, f"{token} has no meaning here.")
        return self.found

    def refuse(self, at: int, message: str) -> NoReturn:
        raise FormulaError(self.text, at, message)

    def put(self, kind: str, value: str, start: int, end: int | None = None) -> None:
        """One more token, up to where the walk is unless its end is given."""
        if self.d_at is not None:  # no name followed it: it is one
            at, self.d_at = self.d_at, None
            self.put("NAME", "d", at, start)
        self.found.append(Token(kind, value, start_pos=start, end_pos=end or self.at))
        if kind in TAKEN:
            self.singly = TAKEN[kind]
        elif kind != "FONT":
            self.singly = 0 if kind == "OPEN" else max(0, self.singly - 1)

    def piece(self, match: re.Match[str], at: int) -> None:
        written = match[0]
        match match.lastgroup:
            case "sign":
                self.sign(written, at)
                self.side = ""
            case "word":
                self.word(written, at)
            case "number":
                self.number(written, at)
            case "upright":
                self.upright(written, match["content"], at)
            case "side":
                self.side, self.side_at = written, at
            case "nothing":
                self.refuse(at, f"{written} stands for no bracket: both sides are needed.")

    # Letters and numbers.

    def word(self, run: str, at: int) -> None:
        """Letters and digits in a row."""
        applied = APPLIED.match(self.text, self.at) is not None
        k = 0
        while k < len(run):
            if run[k] not in DIGITS and unicodedata.category(run[k]) not in ("Lu", "Ll", "Lo"):
                self.refuse(at + k, f"{shown(run[k])} has no meaning here.")
            word, kind = self.vocabulary.split(run, k, applied=applied, singly=self.singly > 0)
            start, k = at + k, k + len(word)
            if kind == "NAME":
                self.name(spelt(word), start, at + k)
            else:
                self.put(kind, self.vocabulary.function(word) or word, start, at + k)

    def name(self, name: str, at: int, end: int | None = None) -> None:
        """A name; with an upright d before it, the name of a differential."""
        if self.d_at is not None:
            name, at, self.d_at = f"d{name}", self.d_at, None
        self.put("NAME", name, at, end)

    def symbol(self, name: str, at: int) -> None:
        """A command that is a letter; digits that touch it belong to its name."""
        digits = TOUCHING.match(self.text, self.at)
        if digits and self.singly == 0 and name.isalpha():
            self.at = digits.end()
            name += digits[0]
        self.name(name, at)

    def number(self, written: str, at: int) -> None:
        """A number; after a command that takes single characters first as many of its digits."""
        k = 0
        while self.singly and k < len(written) - 1 and written[k] in DIGITS:
            self.put("NUMBER", written[k], at + k, at + k + 1)
            k += 1
        self.put("NUMBER", written[k:], at + k)

    def upright(self, written: str, content: str, at: int) -> None:
        r"""Letters as one word: `\text{diag}`, `\mathrm{d}x`, `\operatorname{ReLU}`."""
        word = " ".join(re.sub(r"\\[\s,]", " ", content).replace(r"\_", "_").split())
        function = self.vocabulary.function(word) if len(word) > 1 else None
        applied = APPLIED.match(self.text, self.at) is not None
        if function and (applied or spelt(word) not in self.vocabulary.names):
            self.put("FUNCTION", function, at)
        elif word.isascii() and word.isdecimal():
            self.put("NUMBER", word, at)
        elif word == "d" and self.symbol_follows():
            self.d_at = at
        elif word:
            self.upright_name(word, at, applied=applied or "operator" in written)

    def symbol_follows(self) -> bool:
        match = SYMBOL_NEXT.match(self.text, self.at)
        return match is not None and (match[1] is None or match[1][1:] in GREEK)

    def upright_name(self, word: str, at: int, *, applied: bool) -> None:
        """A word that is no function; one that is applied like one has to be a known name."""
        if not re.fullmatch(r"[^\W\d]\w*", word):
            self.refuse(at, f"words have no meaning in a formula: {word:.40}.")
        name = spelt(word)
        if applied and len(word) > 1 and name not in self.vocabulary.names:
            near = near_names(word, self.vocabulary.functions)
            self.refuse(at, f"{word} is no function that is known here: {near}")
        self.name(name, at)

    # Signs and commands.

    def sign(self, written: str, at: int) -> None:
        """A command, or a sign that is neither letter nor digit."""
        if written in BRACKETS:
            self.bracket(written, at)
        elif written == r"\vec" and APPLIED.match(self.text, self.at):
            self.put("FUNCTION", "vec", at)
        elif written in KIND:
            self.marked(KIND[written], written, at)
        elif written in SYMBOLS:
            self.symbol(SYMBOLS[written], at)
        elif written in REFUSED:
            self.refuse(at, f"{written} is not read: {REFUSED[written]}")
        elif written[0] == "\\" and written[1:].isalpha():
            self.command(written, at)
        else:
            self.refuse(at, f"{shown(written)} has no meaning here.")

    def bracket(self, written: str, at: int) -> None:
        r"""A bracket or a bar; one that opens starts where its \left does."""
        before = self.found[-1].type if self.found else ""
        kind = self.brackets.met(written, at, self.side, before)
        if kind == "OPEN":
            opened = self.brackets.open[-1].kind
            self.put(kind, opened, self.side_at if self.side else at)
        else:
            self.put(kind, written, at)

    def marked(self, kind: str, written: str, at: int) -> None:
        """A command or a sign with a meaning for the grammar."""
        start = after_blanks(self.text, self.at)
        match kind:
            case "SKIPPED":
                return
            case "BRACE":
                self.labels.behind_group(start)
            case "UNDERSET":
                self.labels.at_group(start)
            case "ROOT" if self.text[start : start + 1] == "[":
                self.refuse(start, r"only square roots are read, \sqrt{x}.")
        self.put(kind, written, at)

    def command(self, written: str, at: int) -> None:
        """A command that stands in no table: a function, or nothing."""
        function = self.vocabulary.function(written[1:])
        if function is None:
            functions = [f"\\{word}" for word in self.vocabulary.functions]
            near = near_names(written, [*COMMANDS, *functions])
            self.refuse(at, f"{written} is no command that is known here: {near}")
        self.put("FUNCTION", function, at)


def shown(sign: str) -> str:
    """A sign as a message names it."""
    return sign if sign.isprintable() else repr(sign)[1:-1]
