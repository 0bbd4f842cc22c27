"""Whether a formula is right: on what the caller gave, and in general."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from layouts.formulas.shaping import Fault
from layouts.formulas.tree import Call, Number, Part, Row, walk
from layouts.formulas.values import is_analytic

from .evaluation import Evaluator
from .faces import Face, deviation, matching, right_results
from .problem import Problem, generalised
from .settings import Setting, settings_for

__all__ = [
    "ACCIDENT",
    "CONFORM",
    "NOT_UNDERSTOOD",
    "RIGHT",
    "SHAPE",
    "VALUES",
    "Family",
    "Judged",
    "families",
    "judged",
]

RIGHT = "right"
ACCIDENT = "right by accident"
VALUES = "wrong values"
SHAPE = "wrong shape"
CONFORM = "does not conform"
NOT_UNDERSTOOD = "not understood"
PROBES, FURTHER = 8, 10
LARGE = 12
"""Sizes beyond this are made smaller: what is true of them can be seen at small ones."""


@dataclass(frozen=True)
class Family:
    """Settings of one kind, as the caller gave them or in general, and what is right at each."""

    problem: Problem
    points: list[Setting]
    right: list[list[Face]]

    @classmethod
    def of(cls, problem: Problem, count: int = PROBES, first: int = 0) -> Family:
        """So many settings of a problem, from the first on."""
        points = settings_for(problem, count, first)
        g = problem.vjp
        return cls(problem, points, [right_results(p, p.values[g] if g else None) for p in points])

    def values(self, tree: Part) -> list[Any]:
        """The values of a tree."""
        functions = all_functions(self.problem)
        return [Evaluator(point, functions)(tree) for point in self.points]

    def matching(self, tree: Part) -> list[Face]:
        """The faces that a tree has everywhere.

        Where slopes jump, half of all points may be on one side: more of them are asked.
        """
        found = self.among(tree)
        if found and self.has_kinks(tree):
            held = {(face.layout, face.kind) for face in self.further.among(tree)}
            return [face for face in found if (face.layout, face.kind) in held]
        return found

    def among(self, tree: Part) -> list[Face]:
        """The faces that a tree has at these settings."""
        return matching(self.values(tree), self.right)

    @cached_property
    def further(self) -> Family:
        """More settings of the same kind."""
        return Family.of(self.problem, FURTHER, PROBES)

    def has_kinks(self, tree: Part) -> bool:
        """Whether the function, or the tree, is made of pieces, as ReLU is."""
        functions = all_functions(self.problem)
        smooth = self.problem.formula(self.problem.of).analytic and is_analytic(tree, functions)
        return not smooth


class Judged(NamedTuple):
    """A verdict."""

    verdict: str
    face: Face | None
    deviation: float
    """Of wrong values, how far they are from the nearest right ones, relative to these."""


def all_functions(problem: Problem) -> Any:
    """The built-in functions and those of the problem."""
    from layouts.formulas.functions import BUILT_IN

    return {**BUILT_IN, **problem.functions}


def families(problem: Problem, tree: Part) -> tuple[Family, Family]:
    """The settings as given, and in general; the same ones where nothing was special.

    Sizes that the formula writes out stay as they are; large ones are made smaller.
    """
    numbers = any(
        isinstance(size, int) and (size != 1 or k < problem.sized.get(name, 0))
        for name, shape in problem.shapes.items()
        for k, size in enumerate(shape)
    )
    if not numbers and not problem.assume:
        given = Family.of(problem)
        return given, given
    written = literal_sizes(tree) & given_sizes(problem)
    bound = written.union(*(literal_sizes(problem.parsed(f).tree) for f in problem.let.values()))
    smaller = smaller_sizes(given_sizes(problem), bound)
    return Family.of(with_sizes(problem, smaller)), Family.of(generalised(problem, written))


def smaller_sizes(given: frozenset[int], kept: frozenset[int]) -> dict[int, int]:
    """A small number for each large one: what is equal stays so, and nothing else becomes equal.

    >>> smaller_sizes(frozenset({64, 32, 10, 3}), frozenset({32}))
    {64: 2}
    """
    large = sorted((n for n in given - kept if n > LARGE), reverse=True)
    spare = (n for n in range(2, LARGE) if n not in given | kept)
    return dict(zip(large, spare, strict=False))


def with_sizes(problem: Problem, numbers: Mapping[int, int]) -> Problem:
    """The problem with other numbers for its sizes."""
    shapes = {name: tuple(numbers.get(n, n) if isinstance(n, int) else n for n in shape)
              for name, shape in problem.shapes.items()}  # fmt: skip
    return problem._replace(shapes=shapes)


def literal_sizes(tree: Part) -> frozenset[int]:
    """The sizes that a formula writes out: the 3 of ones(3, 1), and of (1, 1, 1)."""
    found = set()
    for part in walk(tree):
        if isinstance(part, Row):
            found.add(len(part.entries))
        if isinstance(part, Call) and part.function in ("ones", "zeros", "eye"):
            found |= {int(each.value) for each in part.arguments if isinstance(each, Number)}
    return frozenset(found - {1})


def given_sizes(problem: Problem) -> frozenset[int]:
    """The sizes that were given as numbers."""
    return frozenset(s for shape in problem.shapes.values() for s in shape if isinstance(s, int))


def judged(tree: Part, fault: Fault | None, given: Family, general: Family) -> Judged:
    """The verdict on a tree whose shapes are known."""
    if fault is not None:
        return Judged(CONFORM, None, np.inf)
    values = given.values(tree)
    found = given.among(tree)
    everywhere = found and general.matching(tree)
    if everywhere or (found and general is not given and given.matching(tree)):
        return Judged(RIGHT if everywhere else ACCIDENT, preferred(found), 0.0)
    near = [(deviation(values[0], face.value), face) for face in given.right[0]]
    distance = min(d for d, _ in near)
    first = values[0]
    if first is not None and any(first.shape == face.value.shape for face in given.right[0]):
        return Judged(VALUES, None, distance)
    return Judged(SHAPE, None, np.inf)


def preferred(found: list[Face]) -> Face:
    """One face: the table's before the Jacobian; without a layout where both are the same."""
    kind = found[0].kind
    same = [face for face in found if face.kind == kind]
    return same[0]._replace(layout=None) if len(same) > 1 else same[0]
