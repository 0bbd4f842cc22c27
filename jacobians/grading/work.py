"""Answers judged in pieces, here or in somebody's executor; the same answer only once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from typing import NamedTuple

from ..data_sets.chunks import refuse_unfit, results_in_order
from ..data_sets.progress import Progress, reported
from .answers import Answer
from .code import judged_code
from .formula_process import judged_formulas
from .formulas import one_line
from .mark import Judged
from .outcome import FAILED
from .question import CODE, Question

__all__ = ["Item", "judged", "judged_all"]

SHARES = 16
"""Into how many pieces few answers are cut for an executor: its workers are not counted."""
LARGEST = 32
"""Answers in a piece: one process judges all formulas of it."""


class Item(NamedTuple):
    """An answer, whoever gave it."""

    question: Question
    text: str
    name: str = ""
    """Of code, what its file is called."""


class Found(NamedTuple):
    """What is found of each answer of a piece, and of its code the walls that stood."""

    judged: list[Judged]
    walls: list[tuple[str, ...]]


def judged_all(
    answers: Iterable[Answer],
    questions: Mapping[str, Question],
    executor: Executor | None = None,
    progress: Progress = False,
) -> tuple[dict[tuple[str, str], Judged], list[tuple[str, ...]]]:
    """What is found of everybody's answers, by student and question; and the walls that stood.

    Raises:
        LayoutError: no executor.
    """
    own = {(a.student, a.question): item_of(a, questions[a.question]) for a in answers}
    keys = {key: (item.question.id, item.text) for key, item in own.items()}
    single = {keys[key]: item for key, item in own.items()}
    size = LARGEST if executor is None else max(1, min(LARGEST, -(-len(single) // SHARES)))
    items = list(single.values())
    pieces = [items[k : k + size] for k in range(0, len(items), size)]
    refuse_unfit(executor, judged)
    found: list[Judged] = []
    walls: list[tuple[str, ...]] = []
    with (
        reported(progress, len(items)) as tell,
        closing(results_in_order(judged, pieces, executor)) as results,  # type: ignore[arg-type]
    ):
        for result in results:
            found += result.judged
            walls += result.walls
            tell(len(found))
    by_text = dict(zip(single, found, strict=True))
    return {key: by_text[text] for key, text in keys.items()}, walls


def item_of(answer: Answer, question: Question) -> Item:
    """An answer without its student; formulas are the same but for spaces at their ends."""
    if question.kind == CODE:
        return Item(question, answer.text, answer.source)
    return Item(question, answer.text.strip())


def sheltered(item: Item) -> tuple[Judged, tuple[str, ...] | None]:
    """What is found of code; a fault of the judge's own spoils one mark, and no others."""
    try:
        return judged_code(item.question, item.text, item.name)
    except Exception as problem:
        said = f"The judge itself broke down, which is no fault of the answer: {problem!r}."
        return Judged(FAILED, message=one_line(said)), None


def judged(items: Sequence[Item]) -> Found:
    """What is found of each answer: formulas together in one process, code in one for each.

    >>> from jacobians.grading.question import read_question
    >>> q = read_question("q1", {"of": "x.T @ x", "wrt": "x", "shapes": {"x": "n"}}, {})
    >>> judged([Item(q, "2 * x"), Item(q, "x")]).judged[0].layout
    'denominator'
    """
    formulas = [(item.question, item.text) for item in items if item.question.kind != CODE]
    found = iter(judged_formulas(formulas))
    results: list[Judged] = []
    walls: list[tuple[str, ...]] = []
    for item in items:
        if item.question.kind == CODE:
            result, stood = sheltered(item)
            walls += [stood] if stood is not None else []
        else:
            result = next(found)
        results.append(result)
    return Found(results, walls)
