"""A derivation that is being marked: row by row, each fault of reading at its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from layouts.errors import FormulaError, LayoutError, pointed_at
from layouts.formulas.printing import printed
from layouts.formulas.text_style import TEXT
from layouts.formulas.tree import Name

from .earlier import Earlier
from .given import Given
from .judge import Judge, Target
from .names import known_names
from .result import Line, abridged, unread
from .rows import blanked
from .sides import Reader, Side, said
from .subject import subject_of

__all__ = ["Sheet"]

T = TypeVar("T")


class Unread(Exception):  # noqa: N818 - it is caught where it is raised
    """A line that is not understood: the message, and the place in the text."""


class Sheet:
    """A derivation, from its text to the lines that are marked.

    Args:
        text: all of it.
        given: what it is about.
        rows: from where to where in the text each line stands.

    Raises:
        LayoutError: what it is about is not understood.
    """

    def __init__(self, text: str, given: Given, rows: Sequence[tuple[int, int]]) -> None:
        self.text = text
        problem = given.problem()
        reader = Reader(known_names(given, problem), given.known_functions)
        self.rows = [reader.sides(start, blanked(text[start:end])) for start, end in rows]
        trees = [side.tree for row in self.rows for side in row if side.tree is not None]
        subject = subject_of(given, problem, reader.names, trees)
        self.remarks = tuple(subject.names.remarks)
        self.asked_for = subject.asked()
        self.earlier = Earlier()
        self.judge = Judge(subject, self.earlier)

    def marked(self) -> list[Line]:
        """Every line, in their order."""
        left = None
        for first, *others in self.rows:
            if others:
                left = first if first.code.strip() else left
            for k, right in enumerate(others or [first], start=1):
                side = left if others else None
                part = k if len(others) > 1 else 0
                self.earlier.lines.append(self.line(side, right, k == 1 and side is first, part))
        return self.earlier.lines

    def line(self, left: Side | None, right: Side, new: bool, part: int) -> Line:
        """One equation; its left side is new, or that of a line before."""
        begin = left if new and left is not None else right
        number = self.number(begin)
        start = begin.at if new or left is None else right.at - 1
        written = blanked(self.text[start : right.end])
        text = " ".join("".join(c if c.isprintable() else " " for c in written).split())
        target: Target = None
        try:
            target = self.target(left, right, new)
            marked = understood(right, lambda side: self.judge.judged(target, side, left))
        except Unread as problem:
            if isinstance(target, Name):
                self.judge.definitions.lose(target.text)
            return unread(number, text, f"line {number}, {self.pointed(*problem.args)}", part)
        shown = abridged(as_shown(left if new else None, right, marked.shown, text))
        marked = marked._replace(number=number, text=text, shown=shown, part=part)
        name = target.text if isinstance(target, Name) else ""
        return self.earlier.agreeing(marked, name, self.judge.link_of(target))

    def target(self, left: Side | None, right: Side, new: bool) -> Target:
        """What a line is about.

        Raises:
            Unread: its left side is not understood.
        """
        if left is None:
            return self.asked_for
        try:
            return understood(left, self.judge.target)
        except Unread:
            if new:
                raise
            told = f"its left side, that of line {self.number(left)}, is not understood."
            raise Unread(told, right.place(0)) from None

    def number(self, side: Side) -> int:
        """The line of the text on which a side begins."""
        return self.text.count("\n", 0, side.begin) + 1

    def pointed(self, message: str, at: int) -> str:
        """What is wrong at a place of the text, with the place pointed at."""
        start = self.text.rfind("\n", 0, at) + 1
        row = self.text[start:].partition("\n")[0]
        return f"column {at - start + 1}: {message}\n{pointed_at(row, at - start)}"


def understood(side: Side, what: Callable[[Side], T]) -> T:
    """What is found out about a side; whatever is wrong with it, at its place.

    Raises:
        Unread: the side cannot be read, or what is asked of it has no answer.
    """
    if side.fault or side.tree is None:
        raise Unread(side.fault or "nothing stands here.", side.place(side.fault_at))
    try:
        return what(side)
    except FormulaError as problem:
        at = problem.column - 1 if problem.text == side.code else 0
        raise Unread(said(problem), side.place(at)) from None
    except LayoutError as problem:
        raise Unread(str(problem).splitlines()[0], side.place(0)) from None
    except RecursionError:
        raise Unread("it is nested too deeply.", side.place(0)) from None


def as_shown(left: Side | None, right: Side, chains: str, text: str) -> str:
    """LaTeX as texts print it; Python's notation as it was typed."""
    if right.notation == "python" or right.tree is None:
        return text
    side = chains or printed(right.tree, TEXT)
    if left is not None and left.tree is not None:
        return f"{printed(left.tree, TEXT)} = {side}"
    return f"= {side}" if text.startswith("=") else side
