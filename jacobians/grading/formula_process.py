"""Formulas judged in another process, so that none of them can hold up or bring down this one."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Sequence
from typing import Any

from .mark import Judged
from .outcome import FAILED, STOPPED
from .processes import Late, Process
from .question import Question

__all__ = ["judged_formulas"]

TO_START = 60.0


def judged_formulas(items: Sequence[tuple[Question, str]]) -> list[Judged]:
    """What is found of each formula; one that takes too long, or too much, is passed over.

    >>> from jacobians.grading.question import read_question
    >>> q = read_question("q1", {"of": "x.T @ x", "wrt": "x", "shapes": {"x": "n"}}, {})
    >>> [found.verdict for found in judged_formulas([(q, "2 * x.T"), (q, "((")])]
    ['right', 'not understood']
    """
    found: list[Judged] = []
    while len(found) < len(items):
        rest = items[len(found) :]
        found += _as_far_as_it_goes(rest)
    return found


def _as_far_as_it_goes(items: Sequence[tuple[Question, str]]) -> list[Judged]:
    """What one process finds, until it is done or has to be stopped: at least the first."""
    found: list[Judged] = []
    with Process(
        "formula_child", [os.path.abspath(path) for path in sys.path if path], _request(items)
    ) as process:
        try:
            started = process.frame(TO_START).kind == b"r"
        except Late:
            started = False
        if not started:
            process.stop()
            last = process.printed.strip().rpartition("\n")[2]
            return [Judged(FAILED, message=f"No Python could be started for it: {last}.")] * len(
                items
            )
        for question, _ in items:
            try:
                frame = process.frame(question.seconds)
            except Late:
                said = f"It takes longer than {question.seconds:g} s to judge: is it far too long?"
                return [*found, Judged(STOPPED, message=said)]
            if frame.kind != b"v":
                said = (
                    f"Judging it broke down, at {question.memory} MB of memory: is it far too long?"
                )
                return [*found, Judged(STOPPED, message=said)]
            found.append(Judged(*json.loads(frame.content)))
    return found


def _request(items: Sequence[tuple[Question, str]]) -> dict[str, Any]:
    questions = {question.id: question for question, _ in items}
    return {
        "questions": {name: {**question._asdict(), "said": dict(question.said)}
                      for name, question in questions.items()},
        "items": [(question.id, text) for question, text in items],
        "seconds": math.ceil(sum(question.seconds for question, _ in items)) + 1,
        "megabytes": max(question.memory for question, _ in items),
    }  # fmt: skip
