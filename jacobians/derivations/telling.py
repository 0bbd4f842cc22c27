"""What is told of a derivation, whatever the format; with a hint, less of it.

hint 0      the verdict
hint 1      and which line is the first false one
hint 2      and a question that leads on
hint 3      and what is wrong with that line, but no cure
"""

from __future__ import annotations

from collections.abc import Sequence

from ..formula_checks.writers import LEADING as LEADING_OF_VALUES
from .reasons import listed
from .result import Derivation, Line

__all__ = ["about", "headline", "sentences", "told_of"]

MOST_LABELS = 8
LEADING = {
    "repeated link": "Through which link does the chain go more than once?",
    "missing link": "Does each factor end with what its neighbour begins with?",
    "upside down": "Of two neighbours, which value is made from which?",
    "no link": "From which values is each of these made?",
    "order": "In which layout would these factors multiply, in this order?",
    "left side": "What does the product begin with, and what does it end with?",
    "missing path": "In how many ways does the one value reach the other?",
    "repeated path": "In how many ways does the one value reach the other?",
    "layout": "In which layout is this line, and in which is each part of it?",
    "sizes": "How many entries has each value, and which of them do the rows follow?",
    "product": "Which product joins two Jacobians?",
    "blocks": "Of what is each block the derivative, and by what?",
    **LEADING_OF_VALUES,
}
"""The questions of hint 2."""


def headline(found: Derivation, told: int) -> str:
    """The verdict, and the line that it is about."""
    verdict, first = found.verdict.upper(), found.first_false
    if told == 0:
        return verdict
    if first is not None:
        return f"{verdict}: {first.label} is the first false line"
    if found.verdict == "not understood":
        return f"{verdict}: {labels([line for line in found.lines if line.verdict is None])}"
    count = len(found.lines)
    return f"{verdict}: all {count} lines are true" if count > 1 else f"{verdict}: the line is true"


def labels(lines: Sequence[Line]) -> str:
    """Lines by their numbers."""
    each = [line.label.removeprefix("line ") for line in lines]
    if len(each) > 2 and each == [str(lines[0].number + k) for k in range(len(each))]:
        return f"lines {each[0]} to {each[-1]}"
    shown = each if len(each) <= MOST_LABELS else each[:MOST_LABELS]
    more = [f"{len(each) - len(shown)} more"] if len(shown) < len(each) else []
    return ("line " if len(each) == 1 else "lines ") + listed([*shown, *more])


def about(found: Derivation, told: int) -> list[str]:
    """What is said below the verdict: of the whole, and of the lines before the first false one."""
    first = found.first_false
    before = found.lines[: found.lines.index(first)] if first else []
    true = [line for line in before if line.verdict]
    lost = [line for line in before if line.verdict is None]
    texts = [found.title, *found.remarks]
    texts += [f"True before it: {labels(true)}."] if true else []
    texts += [f"Not understood before it: {labels(lost)}."] if lost else []
    if told == 2 and first:
        texts += [LEADING[r.kind] for r in first.reasons if r.kind in LEADING][:1]
    return [text for text in texts if text] if told else []


def told_of(found: Derivation, told: int) -> list[Line]:
    """The lines that are spoken of: all, or the one that the headline names."""
    if told == 4:
        return found.lines
    first = found.first_false
    if first is not None:
        return [first] if told == 3 else []
    return [line for line in found.lines if line.verdict is None] if told else []


def sentences(line: Line, told: int) -> list[tuple[str, str]]:
    """What is said of a line, each text with the kind of fault that it is about."""
    if line.verdict:
        return [("", line.note)]
    cures = [f" {r.cure}" if r.cure and told == 4 else "" for r in line.reasons]
    kinds = ["" if line.verdict is None else r.kind for r in line.reasons]
    return [(kind, f"{r.text}{cure}")
            for kind, r, cure in zip(kinds, line.reasons, cures, strict=True)]  # fmt: skip
