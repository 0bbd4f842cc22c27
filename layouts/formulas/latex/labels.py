r"""What stands under and over braces: labels, which are no formulas.

    \underbrace{X}_{1 \times 3}    a claim: X is 1×3
    \overset{?}{=}                 of no meaning

Where they stand is settled on the text, so that whatever is written in one is never read.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ...errors import InputError
from ...shape_text import read_shape

__all__ = ["Labels", "after_blanks", "shape_claimed"]

BLANKS = re.compile(r"\s*")


class Label(NamedTuple):
    """From where to where its contents stand, and what comes after it."""

    start: int
    end: int
    after: int


class Labels:
    """The labels of a text, by the places where they start."""

    def __init__(self, text: str) -> None:
        self.text, self.partner = text, partners(text)
        self.found: dict[int, Label] = {}

    def at_group(self, start: int) -> None:
        r"""The label is the group that starts here, `\underset{label}{x}`."""
        if start in self.partner:
            end = self.partner[start]
            self.found[start] = Label(start + 1, end, end + 1)

    def behind_group(self, start: int) -> None:
        r"""The label is below or above the group that starts here, `\underbrace{x}_{label}`."""
        if start not in self.partner:
            return
        mark = after_blanks(self.text, self.partner[start] + 1)
        if self.text[mark : mark + 1] in ("_", "^"):
            first = after_blanks(self.text, mark + 1)
            end = self.partner.get(first, min(first + 1, len(self.text)))
            inside = first in self.partner
            self.found[mark] = Label(first + inside, end, end + inside)


def after_blanks(text: str, at: int) -> int:
    """The place from here on where something stands."""
    match = BLANKS.match(text, at)
    return match.end() if match else at


def partners(text: str) -> dict[int, int]:
    """Of every brace that is closed the place of the one that closes it."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for match in re.finditer(r"\\.|[{}]", text, re.DOTALL):
        if match[0] == "{":
            opened.append(match.start())
        elif match[0] == "}" and opened:
            found[opened.pop()] = match.start()
    return found


def shape_claimed(label: str) -> str | None:
    r"""The shape that a writer put under a brace, if it is one.

    >>> shape_claimed(r"1\times 3"), shape_claimed(r"n^{[1]} \times n_0"), shape_claimed("why")
    ('1×3', 'n1×n0', None)
    """
    text = re.sub(r"\\times(?![A-Za-z])|(?<=\d)x(?=\d)|(?<=\s)by(?=\s)", "×", label)
    text = re.sub(r"\\[,;:!\s]|[\s~]", "", text)
    text = re.sub(r"^(?:\\in|∈)?\\mathbb\{?R\}?|\\(?:text|mathrm)", "", text)
    text = re.sub(r"[{}()\[\]$^_]", "", text)
    if not re.fullmatch(r"\w+×\w+", text, re.ASCII):
        return None
    try:
        read_shape(text)
    except InputError:
        return None
    return text
