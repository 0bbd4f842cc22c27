r"""Brackets and bars: whether one opens, closes, or parts two blocks.

A bar looks the same on both sides: it closes if the bracket opened last is such a bar and something
stands before it that can end there, unless \left or \right says otherwise. So `||x||` is two bars
within two, which are a norm, and `|A||B|` two beside each other. This is settled on the text, so
that a bracket without its partner is refused where it stands.
"""

from __future__ import annotations

from typing import NamedTuple, NoReturn

from ...errors import FormulaError
from ..limits import MOST_LEVELS
from .signs import BARS, CLOSING, OPENING

__all__ = ["Brackets"]

WAITING = ("OPEN", "OPERATOR", "PLUS", "MINUS", "COMMA", "MIDDLE", "FUNCTION")
"""The tokens after which something has to come: a bar behind one of them opens."""


class Opened(NamedTuple):
    """A bracket that is not closed yet."""

    kind: str
    written: str
    at: int


class Brackets:
    """Those of a text that are open while it is walked."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.open: list[Opened] = []

    def refuse(self, at: int, message: str) -> NoReturn:
        raise FormulaError(self.text, at, message)

    def met(self, written: str, at: int, side: str, before: str) -> str:
        r"""What the sign is to the grammar.

        Args:
            written: the sign.
            at: where it stands.
            side: a \left, \right or \middle before it.
            before: the kind of the token before it.
        """
        bar = BARS.get(written)
        if bar is not None and side == r"\middle":
            return "MIDDLE"
        due = self.is_open(bar) and side != r"\left" and before not in WAITING
        if written in CLOSING or (bar is not None and (due or side == r"\right")):
            self.closes(bar or CLOSING[written], written, at)
            return "CLOSE"
        self.opens(bar or OPENING[written], written, at)
        return "OPEN"

    def is_open(self, kind: str | None) -> bool:
        """Whether the bracket opened last is of this kind."""
        return bool(self.open) and self.open[-1].kind == kind

    def opens(self, kind: str, written: str, at: int) -> None:
        if len(self.open) >= MOST_LEVELS:
            self.refuse(at, f"more than {MOST_LEVELS} brackets in each other are beyond reason.")
        self.open.append(Opened(kind, written, at))

    def closes(self, kind: str, written: str, at: int) -> None:
        if not self.open:
            self.refuse(at, f"{written} closes nothing.")
        last = self.open.pop()
        if last.kind == kind:
            return
        if last.kind in "|‖":
            self.refuse_open(last)
        self.refuse(at, f"{written} does not close the {last.written} of column {last.at + 1}.")

    def refuse_open(self, last: Opened) -> NoReturn:
        cure = r": blocks beside each other are written \left( A \middle| B \right)"
        self.refuse(last.at, f"{last.written} is not closed{cure if last.written == '|' else ''}.")

    def end(self) -> None:
        """Say which one is left open at the end of the text."""
        if self.open:
            self.refuse_open(self.open[-1])
