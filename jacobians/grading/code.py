"""Code as an answer: run behind walls, and its numbers held against what is right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from layouts.layout import DENOMINATOR, NUMERATOR, Layout

from ..checking.answers import UnreadableError, agree, read
from ..checking.matched_causes import found_causes
from ..checking.pieces import Pieces, two_dimensional
from .formulas import one_line
from .mark import ACCIDENT, OTHER_LAYOUT, RIGHT, SHAPE, VALUES, Judged
from .outcome import ERROR, NO_NUMBERS, Outcome
from .point import Point
from .points import points_of
from .question import Question
from .sandbox import run_code

__all__ = ["judged_code"]


def judged_code(question: Question, code: str, name: str) -> tuple[Judged, tuple[str, ...]]:
    r"""What is found of code, and the walls that stood around it.

    Args:
        question: what is asked.
        code: the whole file.
        name: what it is called.

    >>> from jacobians.grading.question import read_question
    >>> said = {"kind": "code", "function": "f", "layer": "square"}
    >>> code = "import numpy as np\ndef f(x): return np.diag(x)"
    >>> judged_code(read_question("q", said, {}), code, "a.py")[0][:3]
    ('wrong values', '', 'a factor ½')
    """
    points = points_of(question)
    outcome = ran(question, points, code, name)
    if not outcome.problem:
        return held(question, points, outcome.values), outcome.walls
    own = [point for point in points if point.given]
    if outcome.kind == ERROR and len(own) < len(points):
        again = ran(question, own, code, name)
        if not again.problem and held(question, own, again.values).verdict == RIGHT:
            said = f"It is right for {points[0].sizes}, and for {points[-1].sizes} it is not: "
            return Judged(ACCIDENT, message=one_line(said + outcome.problem)), outcome.walls
    text = outcome.problem
    return Judged(outcome.kind, message=one_line(text[:1].upper() + text[1:])), outcome.walls


def ran(question: Question, points: Sequence[Point], code: str, name: str) -> Outcome:
    """The code, run at these points."""
    return run_code(
        code, question.said["function"], [point.arguments for point in points], name=name,
        seconds=question.seconds, megabytes=question.memory, modules=question.said["modules"],
    )  # fmt: skip


def held(question: Question, points: Sequence[Point], values: Sequence[Any]) -> Judged:
    """The numbers of all points, beside what is right there.

    Args:
        question: which layout counts.
        points: where the code was called.
        values: what it returned.
    """
    either = question.layout == "either"
    wanted = [NUMERATOR, DENOMINATOR] if either else [Layout.named(question.layout)]
    if DENOMINATOR in wanted:
        values = [as_table(point, value) for point, value in zip(points, values, strict=True)]
    with np.errstate(all="ignore"):
        wrong = {layout: wrong_at(points, values, layout) for layout in wanted}
        found = right_somewhere(points, values, wrong)
        if found is not None:
            vjp = question.said.get("derivative") == "vjp"
            return found._replace(layout="") if vjp else found
        layout = nearer(points, values, wrong)
        return explained([(points[k], values[k]) for k in wrong[layout]], layout)


def as_table(point: Point, value: Any) -> Any:
    """A gradient that is shaped as what it is by was handed out, as denominator layout has it."""
    pieces = point.pieces(DENOMINATOR)
    if pieces.kind != "gradient" or value.shape != pieces.x.shape:
        return value
    return two_dimensional(value, pieces.x.ndim)


def right_somewhere(
    points: Sequence[Point], values: Sequence[Any], wrong: dict[Layout, list[int]]
) -> Judged | None:
    """Numbers that are right: everywhere, for the key's sizes, or in the other layout.

    Args:
        points: where the code was called.
        values: what it returned.
        wrong: of each layout that counts, where the numbers are not those of it.
    """
    for layout, places in wrong.items():
        if not places:
            return Judged(RIGHT, said_layout(points, layout))
    for layout, places in wrong.items():
        if not any(points[k].given for k in places):
            sizes = f"{points[0].sizes} and wrong for {points[places[0]].sizes}"
            said = f"It is right for {sizes}: does it write a size out?"
            return Judged(ACCIDENT, str(layout), message=said)
    (layout, *more) = wrong
    if more or wrong_at(points, values, layout.other):
        return None
    said = f"It is right in {layout.other} layout; {layout} layout is asked for: transpose it."
    return Judged(OTHER_LAYOUT, str(layout.other), "the other layout", said)


def wrong_at(points: Sequence[Point], values: Sequence[Any], layout: Layout) -> list[int]:
    """The points at which the numbers are not those of a layout."""
    return [
        k
        for k, (point, value) in enumerate(zip(points, values, strict=True))
        if value.dtype.kind == "c" or not agrees(point.pieces(layout), value)
    ]


def agrees(pieces: Pieces, value: Any) -> bool:
    """Whether numbers are the right ones."""
    return pieces.agrees(value, pieces.right)


def said_layout(points: Sequence[Point], layout: Layout) -> str:
    """The layout that the numbers have; both where these are the same."""
    pairs = ((point.pieces(layout).right, point.pieces(layout.other).right) for point in points)
    return "both" if all(agree(one, other, 0.0) for one, other in pairs) else str(layout)


def nearer(
    points: Sequence[Point], values: Sequence[Any], wrong: dict[Layout, list[int]]
) -> Layout:
    """Of the layouts that count, the one whose shape the numbers have."""
    fitting = [
        layout
        for layout, (k, *_) in wrong.items()
        if values[k].shape == points[k].pieces(layout).right.shape
    ]
    return next(iter(fitting), next(iter(wrong)))


def explained(places: Sequence[tuple[Point, Any]], layout: Layout) -> Judged:
    """A verdict on wrong numbers, from where fewest causes give them."""
    causes = [names_of_causes(point, value, layout) for point, value in places]
    k = min(range(len(places)), key=lambda k: len(causes[k]) or 1000)
    common = [name for name in causes[k] if all(name in names for names in causes if names)]
    point, value = places[k]
    try:
        point.hold(value, layout)
        text = "It is wrong."
    except AssertionError as problem:
        text = one_line(str(problem))
    if value.dtype.kind == "c":
        return Judged(NO_NUMBERS, message=text)
    verdict = VALUES if value.shape == point.pieces(layout).right.shape else SHAPE
    return Judged(verdict, misconception=" or ".join((common or causes[k])[:2]), message=text)


def names_of_causes(point: Point, value: Any, layout: Layout) -> list[str]:
    """What the causes are called that give these numbers at one point."""
    try:
        numbers = read(value)
    except UnreadableError:
        return []
    found = found_causes(numbers, point.pieces(layout))
    return list(dict.fromkeys(" and ".join(cause.names) for cause in found))
