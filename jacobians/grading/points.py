"""Where code is tried: what its function is called with, and what is right there.

    asked                    tried at
    a network in numbers     two points of these sizes; one of others, all different, but that a
                             single output stays one
    a network in letters     three points, the letters other numbers at each
    a graph                  three points
    a layer                  three points, its letters other numbers at each

At none of them is the derivative 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from layouts.errors import InputError
from layouts.layout import NUMERATOR

from .layer_points import points_of_layer
from .network_points import points_of_network
from .point import Point
from .question import Question

__all__ = ["points_of"]

DERIVATIVES = ("jacobian", "gradient", "vjp")
SIZES = (4, 3, 5, 2, *range(6, 60))
"""What stands for letters, and instead of numbers."""
TRIES = 50
COUNT = 3


def points_of(question: Question) -> list[Point]:
    """The points at which code is tried, the same ones every time.

    Raises:
        LayoutError: the question is wrong: an unknown name, or a derivative that is 0 anywhere.

    >>> from jacobians.grading.question import read_question
    >>> said = {"kind": "code", "function": "f", "network": "2-3-2", "wrt": "W1"}
    >>> [(point.sizes, len(point.arguments)) for point in points_of(read_question("q", said, {}))]
    [('2-3-2', 5), ('2-3-2', 5), ('4-5-6', 5)]
    """
    said = question.said
    if "function" not in said:
        raise InputError(
            'function is missing: which of the code is called, as in function = "backward".'
        )
    if not str(said["function"]).isidentifier():
        raise InputError(f"function is a name, not {said['function']!r}.")
    derivative = said.get("derivative")
    if derivative not in (None, *DERIVATIVES):
        raise InputError(f"derivative is jacobian, gradient or vjp, not {derivative!r}.")
    if "layer" in said:
        return [_live(points_of_layer(said, SIZES[k:] + SIZES[:k], k)) for k in range(COUNT)]
    if "network" not in said and "graph" not in said:
        raise InputError(
            "code is held against a derivative of something: say network, graph or layer."
        )
    if "wrt" not in said:
        raise InputError('wrt is missing: what is differentiated by, as in wrt = "W1".')
    return [_live(points_of_network(said, *each)) for each in notations(said.get("network", ""))]


def notations(text: str) -> list[tuple[str, bool]]:
    """The sizes at each point, and whether they are the key's.

    >>> notations("2-3-1"), notations("n-3-n")[:2]
    ([('2-3-1', True), ('2-3-1', True), ('4-5-1', False)], [('4-3-4', True), ('5-3-5', True)])
    >>> notations("1-1-1")[-1]
    ('4-3-1', False)
    """
    words = [word.strip() for word in text.split("-")]
    letters = [word for word in dict.fromkeys(words) if re.fullmatch(r"[A-Za-z]\w*", word)]
    spare = [str(size) for size in SIZES if str(size) not in words]
    if not text:
        return [("", True)] * COUNT
    if letters:
        turns = [dict(zip(letters, spare[k:], strict=False)) for k in range(COUNT)]
        return [("-".join(turn.get(word, word) for word in words), True) for turn in turns]
    others = spare[: len(words)]
    if words[-1] == "1":  # a single output is what is asked, more than a size
        others[-1] = "1"
    return [(text, True), (text, True), ("-".join(others), False)]


def _live(points: Iterator[Point]) -> Point:
    """The first point with a derivative that is finite and not 0."""
    for point, _ in zip(points, range(TRIES), strict=False):
        right = point.pieces(NUMERATOR).right
        if np.isfinite(right).all() and np.abs(right).max(initial=0.0) > 1e-6:
            return point
    raise InputError(
        "its derivative is 0, or not finite, wherever it was tried: any code would be right."
    )
