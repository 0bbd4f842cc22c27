"""`grade`: a folder of answers, a key, and what came of them."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Collection
from concurrent.futures import Executor
from textwrap import fill
from typing import TYPE_CHECKING, Any

from layouts.errors import counted

from ..data_sets.progress import Progress
from .answers import Answers, Trouble, read_answers
from .confinement.names import CALLS, FILES, LIMITS
from .histogram import Histogram
from .key import Key, read_key
from .mark import MISSING, NOT_ASKED, NOT_READ, UNDECIDED, VERDICTS, Judged, Mark
from .question import Question
from .work import judged_all

if TYPE_CHECKING:
    from ..pictures import Picture

__all__ = ["Grades", "grade"]

NEEDED = (LIMITS, FILES, CALLS)
"""Walls without which strangers' code may do harm; a network of its own is more than enough."""
LEADING = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would compute."""


def grade(
    folder: str | os.PathLike[str],
    key: str | os.PathLike[str] | Key,
    *,
    executor: Executor | None = None,
    progress: Progress = False,
    leave: Collection[str | os.PathLike[str]] = (),
) -> Grades:
    """Judge every answer in a folder.

    Formulas are judged and code is run in processes of their own, with limits; nothing that a
    student hands in runs in this one.

    Args:
        folder: a file or a folder for each student: see `answers`.
        key: the questions, a TOML file: see `key`.
        executor: any of `concurrent.futures`; None works here, one answer after the other.
        progress: a function of (done, total), called after every few answers; or as in
            `data_sets.progress`.
        leave: files in the folder that are no answers.

    Raises:
        LayoutError: the key or the folder cannot be read, or the key asks what cannot be asked.
    """
    known = key if isinstance(key, Key) else read_key(key)
    answers = read_answers(folder, known.questions, [known.path, *leave])
    judged, walls = judged_all(answers.found.values(), known.questions, executor, progress)
    return Grades(known, marks_of(answers, known, judged), answers.students, _note(walls))


class Grades:
    """What came of a folder of answers.

    Args:
        key: the questions.
        marks: a line for every student and question, and for what could not be taken.
        students: their names.
        note: what has to be known about how code was run.
    """

    def __init__(self, key: Key, marks: list[Mark], students: list[str], note: str = "") -> None:
        self.key, self.marks, self.students, self.note = key, marks, students, note

    def points(self) -> dict[str, float]:
        """What each student has."""
        total = dict.fromkeys(self.students, 0.0)
        for mark in self.marks:
            total[mark.student] += mark.points
        return total

    def histogram(self) -> Histogram:
        """Which misconceptions there are, and how many answers show them."""
        return Histogram.of(self.marks)

    def figure(self) -> Picture:
        """The histogram as a picture of matplotlib's."""
        return self.histogram().figure()

    def to_csv(self) -> str:
        """A line for each mark; no cell is computed by a spreadsheet."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Mark._fields)
        for mark in self.marks:
            writer.writerow([harmless(cell) for cell in mark])
        return file.getvalue()

    def to_text(self) -> str:
        """A summary: how many answers are right, and what is wrong with the others."""
        given = [mark for mark in self.marks if mark.verdict not in (MISSING, *UNDECIDED)]
        counting = sum(map(self._counts, given))
        of_them = f", {counting} of them count ({counting / len(given):.0%})" if given else ""
        head = (f"{counted(len(self.students), 'student')}, "
                f"{counted(len(self.key.questions), 'question')}, "
                f"{counted(len(given), 'answer')}{of_them}.")  # fmt: skip
        parts = [head, self._verdicts(), "", *self._rows(), "", self.histogram().to_text()]
        troubles = [mark for mark in self.marks if mark.verdict in UNDECIDED]
        lines = dict.fromkeys(f"  {mark.student}: {mark.message}" for mark in troubles)
        parts += ["", "To be looked at:", *map(wrapped, lines)] if lines else []
        return "\n".join([*parts, *(["", wrapped(self.note)] if self.note else [])]) + "\n"

    def _verdicts(self) -> str:
        """How often each verdict was given."""
        verdicts = Counter(mark.verdict for mark in self.marks)
        said = ", ".join(f"{verdicts[each]} {each}" for each in VERDICTS if verdicts[each])
        return wrapped(f"Verdicts: {said}.")

    def _rows(self) -> list[str]:
        """A line for each question."""
        width = max(map(len, ["question", *self.key.questions]))
        lines = [f"{'question':<{width}}  count          missing  points each"]
        for name, question in self.key.questions.items():
            own = [
                mark for mark in self.marks if mark.question == name and mark.verdict != NOT_ASKED
            ]
            right = sum(self._counts(mark) for mark in own)
            missing = sum(mark.verdict in (MISSING, NOT_READ) for mark in own)
            counts = share(right, len(own))
            lines.append(f"{name:<{width}}  {counts:<13}  {missing:7}  {question.points:g}")
        return lines

    def _counts(self, mark: Mark) -> bool:
        question = self.key.questions.get(mark.question)
        return question is not None and mark.verdict in question.accept

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {
            "students": [{"student": name, "points": n} for name, n in self.points().items()],
            "questions": [{"question": name, "kind": asked.kind, "points": asked.points}
                          for name, asked in self.key.questions.items()],
            "marks": [mark._asdict() for mark in self.marks],
            "misconceptions": self.histogram().to_dict(),
            "note": self.note,
        }  # fmt: skip

    def __str__(self) -> str:
        return self.to_text()


def marks_of(answers: Answers, key: Key, judged: dict[tuple[str, str], Judged]) -> list[Mark]:
    """A mark for every student and question, then one for each trouble that none of them tells."""
    marks, told = [], set()
    for student in answers.students:
        troubles = [trouble for trouble in answers.troubles if trouble.student == student]
        for name, question in key.questions.items():
            found = judged.get((student, name))
            if found is None:
                trouble = next(
                    (t for t in troubles if t.question in (name, "") and not t.unasked), None
                )
                told.add(trouble)
                found = Judged(NOT_READ, message=trouble.message) if trouble else Judged(MISSING)
            marks.append(mark_of(student, question, found))
        marks += [_of_trouble(each) for each in troubles if each not in told]
    return marks


def mark_of(student: str, question: Question, found: Judged) -> Mark:
    """What was found, as a line of the table."""
    points = question.points if found.verdict in question.accept else 0.0
    return Mark(
        student,
        question.id,
        found.verdict,
        found.layout,
        points,
        found.misconception,
        found.message,
    )


def _of_trouble(trouble: Trouble) -> Mark:
    """A line for what no question of the key is about."""
    question, verdict = (trouble.question, NOT_ASKED) if trouble.unasked else ("", NOT_READ)
    return Mark(trouble.student, question, verdict, "", 0.0, "", trouble.message)


def _note(walls: list[tuple[str, ...]]) -> str:
    """What is said where code ran without some of the walls."""
    missing = [wall for wall in NEEDED if any(wall not in stood for stood in walls)]
    if not missing:
        return ""
    return (f"Code was run without these walls: {', '.join(missing)}. This system does not have "
            "them: grade the code of strangers on a Linux that does.")  # fmt: skip


def wrapped(text: str) -> str:
    """A sentence in lines of a terminal's width."""
    return fill(text, 80, subsequent_indent="    ")


def share(part: int, whole: int) -> str:
    """So many of so many, and the percentage.

    >>> share(3, 4), share(0, 0)
    ('3 of 4, 75%', '0 of 0')
    """
    return f"{part} of {whole}" + (f", {part / whole:.0%}" if whole else "")


def harmless(cell: object) -> str:
    """A cell that no spreadsheet computes.

    >>> harmless("=1+1"), harmless("-A"), harmless("A - B"), harmless(1.0)
    ("'=1+1", "'-A", 'A - B', '1')
    """
    text = f"{cell:g}" if isinstance(cell, float) else str(cell)
    text = text.encode("utf-8", "replace").decode()
    return f"'{text}" if text.startswith(LEADING) else text
