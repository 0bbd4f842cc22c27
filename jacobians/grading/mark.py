"""What one answer came to: the verdicts, and a line of the table."""

from __future__ import annotations

from typing import NamedTuple

from .outcome import ERROR, FAILED, NO_FUNCTION, NO_NUMBERS, STOPPED

__all__ = ["ACCIDENT", "CONFORM", "MISSING", "MISTAKEN", "NOT_ASKED", "NOT_READ",
           "NOT_UNDERSTOOD", "OTHER_LAYOUT", "RIGHT", "SHAPE", "UNDECIDED", "VALUES", "VERDICTS",
           "Judged", "Mark"]  # fmt: skip

RIGHT, ACCIDENT, OTHER_LAYOUT = "right", "right by accident", "other layout"
VALUES, SHAPE, CONFORM = "wrong values", "wrong shape", "does not conform"
NOT_UNDERSTOOD, MISSING = "not understood", "missing"
NOT_READ, NOT_ASKED = "not read", "not in the key"
VERDICTS = (
    RIGHT, ACCIDENT, OTHER_LAYOUT, VALUES, SHAPE, CONFORM, NOT_UNDERSTOOD, NO_FUNCTION,
    NO_NUMBERS, ERROR, STOPPED, FAILED, MISSING, NOT_READ, NOT_ASKED,
)  # fmt: skip
MISTAKEN = (ACCIDENT, OTHER_LAYOUT, VALUES, SHAPE, CONFORM)
"""Verdicts on an answer that was understood, and is not simply right."""
UNDECIDED = (FAILED, NOT_READ, NOT_ASKED)
"""Verdicts that somebody has to look at."""


class Judged(NamedTuple):
    """What is found of an answer, whoever gave it."""

    verdict: str
    layout: str = ""
    """numerator, denominator, both, or nothing."""
    misconception: str = ""
    """What went wrong first; called alike where formulas and code show the same."""
    message: str = ""


class Mark(NamedTuple):
    """One line of the table.

    >>> Mark("ada", "q1", "right", "denominator", 2.0, "", "")._fields
    ('student', 'question', 'verdict', 'layout', 'points', 'misconception', 'message')
    """

    student: str
    question: str
    verdict: str
    layout: str
    points: float
    misconception: str
    message: str
