"""A formula as an answer: what is found of it."""

from __future__ import annotations

from typing import Any

from layouts.errors import InputError

from ..formula_checks import Check, check_formula
from .mark import ACCIDENT, NOT_UNDERSTOOD, OTHER_LAYOUT, RIGHT, Judged
from .networks import network_of
from .question import Question

__all__ = ["SHARED_NAMES", "judged_formula", "tried"]

SHARED_NAMES = {
    "layout": "the other layout",
    "order": "the wrong order",
    "sign": "the sign",
    "diag": "the diagonal as a vector",
    "diag of a product": "the diagonal as a vector",
    "diagonal": "the diagonal as a vector",
    "missing": "a factor left out",
    "missing factor": "a factor left out",
}
"""Slips of formulas that are, one for one, a cause of `checking`: they are called as it is."""
PATIENCE = 1.5
"""Seconds in which repairs are searched for, if there are so many."""
LONGEST = 1_000


def judged_formula(question: Question, text: str) -> Judged:
    """What is found of a formula.

    Raises:
        LayoutError: the formula is beyond reason.

    >>> from jacobians.grading.question import read_question
    >>> said = {"of": "x.T @ A @ x", "wrt": "x", "shapes": {"x": "n", "A": "n×n"}}
    >>> judged_formula(read_question("q1", said, {}), "(A + A.T) @ x")[:2]
    ('right', 'denominator')
    """
    return found_of(checked(question, text, min(PATIENCE, question.seconds / 4)), question.layout)


def checked(question: Question, text: str, seconds: float) -> Check:
    """What the check of formulas says."""
    said = question.said
    names = ("wrt", "of", "shapes", "let", "names", "assume", "samples")
    options: dict[str, Any] = {name: said[name] for name in names if name in said}
    return check_formula(text, network=network_of(said), seconds=seconds, **options)


def tried(question: Question) -> None:
    """Ask it once.

    Raises:
        LayoutError: it cannot be asked.
    """
    if "wrt" not in question.said:
        raise InputError('wrt is missing: what is differentiated by, as in wrt = "W1".')
    if "of" not in question.said and not {"network", "graph"} & question.said.keys():
        raise InputError("a formula is the derivative of something: say network, graph or of.")
    checked(question, "1", 0.01)


def found_of(check: Check, layout: str) -> Judged:
    """The check as it goes into the table."""
    found = check.layout or ""
    kind = check.slips[0].kind if check.slips else ""
    misconception = SHARED_NAMES.get(kind, kind)
    if check.verdict in (RIGHT, ACCIDENT) and layout != "either" and found == other(layout):
        said = f"It is right in {found} layout; {layout} layout is asked for"
        right = f": {check.other_layout}" if check.other_layout else ""
        return Judged(OTHER_LAYOUT, found, "the other layout", f"{said}{right}.")
    if check.verdict == RIGHT:
        return Judged(RIGHT, found)
    return Judged(check.verdict, found, misconception, message(check))


def other(layout: str) -> str:
    """The other of the two."""
    return "numerator" if layout == "denominator" else "denominator"


def message(check: Check) -> str:
    """What is wrong, and what is right and near, on one line."""
    if check.verdict == NOT_UNDERSTOOD:
        return one_line(check.message.partition("\n")[0])
    parts = [check.message.partition("\n")[0], *(slip.text for slip in check.slips)]
    parts += check.caveats if check.verdict == ACCIDENT else []
    parts += [f"Right and near: {check.repairs[0].formula}"] if check.repairs else []
    return one_line(" ".join(part for part in parts if part))


def one_line(text: str) -> str:
    """Without line ends, and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
