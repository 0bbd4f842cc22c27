"""What a derivation came to: a mark for each line, and the verdict."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..formula_checks import Check
from .reasons import Reason

__all__ = ["Derivation", "Line", "abridged", "unread"]

LONGEST_SHOWN = 400


class Line(NamedTuple):
    """One line, marked."""

    number: int
    """Of the line as it was handed in, blank ones and comments counted."""
    text: str
    kind: str
    """chain, value, definition, or not understood."""
    verdict: bool | None
    """Whether it is true; None where it is not understood."""
    layout: str | None = None
    """numerator, denominator, both where nothing tells which, or None."""
    reasons: tuple[Reason, ...] = ()
    """Why it is false or not understood."""
    note: str = ""
    """Why it is true."""
    check: Check | None = None
    """Of a formula for a value all that there is to say."""
    shown: str = ""
    """The line as texts print it."""
    part: int = 0
    """Which equation of a line with several `=`; 0 where it is the only one."""

    @property
    def label(self) -> str:
        """What the line is called."""
        return f"line {self.number}" + (f".{self.part}" if self.part else "")

    @property
    def reason(self) -> str:
        """Why it is true, false, or not understood, in sentences."""
        told = (text for reason in self.reasons for text in (reason.text, reason.cure) if text)
        return " ".join(told) or self.note


class Derivation(NamedTuple):
    """What a derivation came to."""

    lines: list[Line]
    title: str = ""
    remarks: tuple[str, ...] = ()
    """How it was read."""

    @property
    def first_false(self) -> Line | None:
        """The first line that is false."""
        return next((line for line in self.lines if line.verdict is False), None)

    @property
    def verdict(self) -> str:
        """right, wrong, or not understood: where no line is false, but one could not be read."""
        if self.first_false is not None:
            return "wrong"
        read = self.lines and all(line.verdict for line in self.lines)
        return "right" if read else "not understood"

    @property
    def status(self) -> int:
        """The exit status that says it."""
        return {"right": 0, "wrong": 1, "not understood": 2}[self.verdict]

    def to_text(self, hint: int | None = None) -> str:
        """As plain text, 80 columns wide; with a hint from 0 to 3 less of it."""
        from .writers import to_text

        return to_text(self, hint)

    def to_markdown(self, hint: int | None = None) -> str:
        """As Markdown."""
        from .writers import to_markdown

        return to_markdown(self, hint)

    def to_html(self, hint: int | None = None) -> str:
        """As a fragment of HTML."""
        from .writers import to_html

        return to_html(self, hint)

    def to_latex(self, hint: int | None = None) -> str:
        """As LaTeX for KaTeX and MathJax, without the diagrams of shapes."""
        from .writers import to_latex

        return to_latex(self, hint)

    def to_dict(self, hint: int | None = None) -> dict[str, Any]:
        """As data; what a hint holds back is missing from it."""
        from .writers import to_dict

        return to_dict(self, hint)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return self.to_html()


def unread(number: int, text: str, message: str, part: int = 0) -> Line:
    """A line that is not understood."""
    reason, shown = Reason("not understood", message), abridged(text)
    return Line(number, text, "not understood", None, reasons=(reason,), shown=shown, part=part)


def abridged(text: str) -> str:
    """A line that is not too long to be shown."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"
