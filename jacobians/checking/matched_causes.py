"""Which causes give an answer, and what is said of it: as much as a hint allows.

hint 0      that it is wrong
hint 1      and what about it: its shape, or which values
hint 2      and a question that leads to the cause
hint 3      and the cause
None        all but the question, which the cause answers; and what mends it
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from layouts.errors import InputError

from ..unknown import Array
from .answers import first_difference, not_finite, shaped, where
from .causes import LADDER, Cause, Sentence
from .network_causes import NETWORK_LADDER
from .pieces import Pieces
from .wrong_arrangements import Wrong

__all__ = ["Found", "explained", "found_causes", "refuse_unknown_hint", "said"]

MOST = 3
"""So many causes that cannot be told apart are named."""


class Found(NamedTuple):
    """A cause that gives the answer, or two at once; what is said of it."""

    names: tuple[str, ...]
    questions: tuple[str, ...]
    says: str
    cure: str
    apart: tuple[str, ...]


def found_causes(answer: Array, p: Pieces) -> list[Found]:
    """Every cause that gives this answer; if there is none, every two causes."""
    ladder = (*LADDER, *NETWORK_LADDER)
    single = [found for cause in ladder if (found := _found(cause, answer, p))]
    by_name = {found.names: found for found in single or _two_at_once(ladder, answer, p)}
    return list(by_name.values())


def _found(cause: Cause, answer: Array, p: Pieces) -> Found | None:
    """The cause, if one of its wrong answers is this one."""
    matching = [wrong for wrong in cause.wrong(p) if p.agrees(answer, wrong.answer)]
    if not matching:
        return None
    details = dict.fromkeys(wrong.detail for wrong in matching)
    return _spoken(cause, p, matching[0]._replace(detail=", or ".join(details)))


def _spoken(cause: Cause, p: Pieces, wrong: Wrong) -> Found:
    """A cause's sentences, with the words put in."""
    words = {**p.words, "detail": wrong.detail, "mend": wrong.mend}

    def put(sentence: Sentence) -> str:
        text = sentence if isinstance(sentence, str) else sentence[p.kind]
        return text.format(**words)

    return Found((cause.name,), (put(cause.question),), put(cause.says), put(cause.cure),
                 (cause.apart,))  # fmt: skip


def _two_at_once(ladder: tuple[Cause, ...], answer: Array, p: Pieces) -> Iterator[Found]:
    """Pairs of a cause and one that may happen to any answer."""
    turning = [cause for cause in ladder if cause.turn is not None]
    for cause in ladder:
        later = turning[turning.index(cause) + 1 :] if cause in turning else turning
        for wrong in cause.wrong(p):
            for second in later:
                turns = () if second.turn is None else second.turn(p, np.asarray(wrong.answer))
                for turned in turns:
                    if p.agrees(answer, turned.answer):
                        yield _both(_spoken(cause, p, wrong), _spoken(second, p, turned))


def _both(first: Found, second: Found) -> Found:
    """Two causes as one."""
    return Found(first.names + second.names, first.questions + second.questions,
                 f"Two things at once. {first.says} {second.says}",
                 f"{first.cure} {second.cure}", first.apart + second.apart)  # fmt: skip


def explained(answer: Array, p: Pieces, hint: int | None = None) -> str:
    """What is said of a wrong answer, without its headline; nothing at hint 0."""
    spoilt = not_finite(answer, p.right)
    if spoilt:
        return _of_spoilt(f"{spoilt}.", answer, p, hint)
    causes = found_causes(answer, p)[:MOST]
    if not causes:
        return _without_cause(answer, p, hint)
    questions = list(dict.fromkeys(each for found in causes for each in found.questions))
    says, cure = causes[0].says, causes[0].cure
    if len(causes) > 1:
        says, cure = _tied(causes)
    return said(_fact(answer, p), " ".join(questions), says, cure, hint)


def _fact(answer: Array, p: Pieces) -> str:
    """Shape or values: what can be seen without knowing why."""
    if answer.shape != p.right.shape:
        return _shapes(answer, p)
    if answer.size == 1:
        return "It is one number, and not the right one."
    return f"Its shape is right, {shaped(answer.shape)}; {where(answer, p.right, p.rtol, p.noise)}."


def _shapes(answer: Array, p: Pieces) -> str:
    return f"It is {shaped(answer.shape)}, where {shaped(p.right.shape)} is wanted."


def _tied(causes: list[Found]) -> tuple[str, str]:
    """Causes that give the same numbers."""
    lines = [f"On this input {len(causes)} causes give these numbers and cannot be told apart:"]
    lines += [f"  {number}  {found.says}" for number, found in enumerate(causes, start=1)]
    lines.append(f"They differ on an input with {'; '.join(_apart(causes))}.")
    cures = [f"  {number}  {found.cure}" for number, found in enumerate(causes, start=1)]
    return "\n".join(lines), "\n".join(["To mend it:", *cures])


def _apart(causes: list[Found]) -> dict[str, None]:
    """On what input they differ: what they have in common does not matter."""
    common = set.intersection(*(set(found.names) for found in causes))
    pairs = [pair for found in causes for pair in zip(found.names, found.apart, strict=True)]
    return dict.fromkeys(apart for name, apart in pairs if name not in common)


def _without_cause(answer: Array, p: Pieces, hint: int | None) -> str:
    """Of an answer that no cause of the ladder gives."""
    fact = _fact(answer, p)
    if answer.shape != p.right.shape:
        question = "How is it shaped, beside {x}?"
        if p.kind == "jacobian":
            question = "How many entries have {y} and {x}, and which of them do the rows follow?"
        return said(fact, question.format(**p.words), *p.shapes(), hint)
    times = _constant_factor(answer, p)
    if times is not None:
        question = "Which factor stands before the whole?"
        says = f"Every entry is {times:.6g} times what it should be."
        return said(fact, question, says, f"Look for a factor of {times:.6g} too many.", hint)
    question, says = "What is one entry, by hand?", "None of the usual causes gives these numbers."
    return said(fact, question, says, first_difference(answer, p.right, p.rtol, p.noise), hint)


def _constant_factor(answer: Array, p: Pieces) -> float | None:
    """By what the right answer is multiplied as a whole, if it is, and has more than one entry."""
    right = p.right
    if right.size < 2 or not answer.any() or not right.any() or not np.isfinite(right).all():
        return None
    largest = np.unravel_index(np.argmax(np.abs(right)), right.shape)
    times = float(answer[largest] / right[largest])
    return times if p.agrees(answer, times * right) else None


def _of_spoilt(spoilt: str, answer: Array, p: Pieces, hint: int | None) -> str:
    """Of an answer with entries that are no finite numbers, where they should be."""
    fact = spoilt if answer.shape == p.right.shape else f"{_shapes(answer, p)} {spoilt}"
    question = "Where may it divide by 0, or take the logarithm of what is not positive?"
    says = "NaN comes of 0/0 and of the log of a negative number, infinity of 1/0 and of exp."
    return said(fact, question, says, "Look for the first result that is not finite.", hint)


def said(fact: str, question: str, says: str, cure: str, hint: int | None) -> str:
    """As much as the hint allows, a line for each."""
    refuse_unknown_hint(hint)
    lines = {None: [fact, says, cure], 0: [], 1: [fact], 2: [fact, question]}
    return "\n".join(line for line in lines.get(hint, [fact, question, says]) if line)


def refuse_unknown_hint(hint: int | None) -> None:
    """Refuse what is no level."""
    if hint is not None and (isinstance(hint, bool) or hint not in (0, 1, 2, 3)):
        raise InputError(f"hint is 0, 1, 2, 3 or None for all, not {hint!r}.")
