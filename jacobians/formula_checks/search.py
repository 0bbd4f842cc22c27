"""The search for repairs: small changes first, and only what holds at every setting.

Candidates wait in a queue, ordered by what their changes cost and by how near they came: a tree
that conforms and has a right shape is looked at before one that does not. The search stops after a
number of repairs, or when its time is up; then it says so.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from itertools import count, product
from time import thread_time
from typing import Any, NamedTuple

import numpy as np

from layouts.formulas.functions import SCALAR
from layouts.formulas.printing import printed
from layouts.formulas.tree import (
    Call,
    Claim,
    Derivative,
    Name,
    Negative,
    Number,
    Part,
    Power,
    Product,
    Sum,
    parts_of,
    walk,
)

from .edits import COSTS, Edit, Editor, price
from .evaluation import Evaluator
from .faces import TOLERANCE, Face, deviation, matching
from .habits import throughout
from .problem import Problem
from .scales import is_sum, letters_of, scales_of, stripped, terms_of, weighted
from .settings import Setting
from .surgery import size_part
from .verdicts import all_functions
from .vocabulary import words_for

__all__ = ["Found", "Outcome", "find_repairs"]

SECONDS = 1.5
PATIENCE = 1.6
"""How much dearer than the first repair one in the other layout may be."""
MOST_EDITS = 4
SAYS = {Name: "text", Number: "text", Derivative: "text", Call: "function", Sum: "sign",
        Product: "operator", Power: "operator", Claim: "shape"}  # fmt: skip
"""What tells apart parts of one kind that are made of the same parts."""
TICK = 64
"""So many candidates are tried between two looks at the clock, which cost as much as some."""
FAR = {"right": 0.0, "conforms": 0.7, "does not": 1.3}
"""What is added to the cost of a candidate that is not yet right."""


class Found(NamedTuple):
    """A repair."""

    tree: Part
    edits: tuple[Edit, ...]
    face: Face
    cost: float


class Outcome(NamedTuple):
    """What the search came to."""

    repairs: list[Found]
    complete: bool
    """False where time was up before all that was wanted had been tried."""
    tried: int


class Searcher:
    """One search."""

    def __init__(
        self,
        problem: Problem,
        tree: Part,
        points: list[Setting],
        right: list[list[Face]],
        held: Callable[[Part], list[Face]],
    ) -> None:
        self.right, self.held = right, held
        self.evaluators = [Evaluator(point, all_functions(problem)) for point in points]
        first, self.functions = self.evaluators[0], problem.functions
        self.words = words_for(problem, first, tree)
        letters = letters_of(problem, points[0])
        self.letters = letters
        self.editor = Editor(first, self.words, letters)
        self.scales = list(scales_of(problem, points[0], letters))
        self.shapes = {face.value.shape for face in right[0]}
        self.ids: dict[object, int] = {}
        self.known_ids: dict[Part, int] = {}

    def identity(self, tree: Part) -> int:
        """One number for all trees that are alike."""
        known = self.known_ids.get(tree)
        if known is None:
            said = getattr(tree, SAYS.get(type(tree), ""), "")
            key = (type(tree), said, *map(self.identity, parts_of(tree)))
            known = self.known_ids[tree] = self.ids.setdefault(key, len(self.ids))
        return known

    def matches(self, tree: Part) -> Iterator[tuple[Part, Edit | None, Face]]:
        """The tree where it is right, or right once it is scaled, or once a term is added."""
        value = self.evaluators[0](tree)
        if value is None or value.shape not in self.shapes:
            return
        for face in self.right[0]:
            if face.value.shape != value.shape:
                continue
            if deviation(value, face.value) <= TOLERANCE:
                yield from self.verified(tree, None)
                return
            for kind, other in (("scale", self.scaled), ("coefficients", self.reweighted)):
                changed = other(tree, value, face.value)
                if changed is not None:
                    yield from self.verified(changed, Edit(kind, tree, changed))
                    break

    def scaled(self, tree: Part, value: Any, truth: Any) -> Part | None:
        """The tree times a number that makes it right."""
        size = np.abs(value).max(initial=0.0)
        if not np.isfinite(size) or size < 1e-12:
            return None
        ratio = float((value * truth).sum() / (value * value).sum())
        if deviation(ratio * value, truth) > TOLERANCE:
            return None
        if abs(ratio + 1.0) < TOLERANCE:
            return Negative(tree)
        for factor, number in self.scales:
            for sign in (1.0, -1.0):
                if abs(sign * number - ratio) < TOLERANCE * abs(ratio):
                    product = Product(factor, "*", tree)
                    return product if sign > 0 else Negative(product)
        return None

    def reweighted(self, tree: Part, value: Any, truth: Any) -> Part | None:
        """The terms of a sum with other whole numbers, or halves, before them."""
        return self.combined(list(map(stripped, terms_of(tree))), truth) if is_sum(tree) else None

    def combined(self, terms: list[Part], truth: Any) -> Part | None:
        """The sum of the terms that is the truth, if small numbers before them make it so."""
        values = [self.evaluators[0](term) for term in terms]
        if len(terms) > 4 or truth.size < len(terms) + 2:
            return None
        if any(v is None or v.shape != truth.shape or not np.isfinite(v).all() for v in values):
            return None
        A = np.stack([v.ravel() for v in values], axis=1)
        found, *_ = np.linalg.lstsq(A, truth.ravel(), rcond=None)
        weights = np.round(2 * found) / 2
        fits = np.abs(A @ weights - truth.ravel()).max() < TOLERANCE * np.abs(truth).max()
        return weighted(terms, weights) if fits and 0 < np.abs(weights).max() <= 4 else None

    def verified(self, tree: Part, edit: Edit | None) -> Iterator[tuple[Part, Edit | None, Face]]:
        values = [evaluate(tree) for evaluate in self.evaluators]
        if matching(values, self.right) and not self.has_idle_slope(tree):
            for face in self.held(tree)[:1]:
                yield tree, edit, face

    def has_idle_slope(self, tree: Part) -> bool:
        """Whether a slope is 1 everywhere, relu'(a) behind a sigmoid: it repairs nothing."""
        slopes = (part for part in walk(tree) if isinstance(part, Call) and part.function[0] == "d"
                  and part.function[1:] in self.functions)  # fmt: skip
        values = ([evaluate(slope) for evaluate in self.evaluators] for slope in slopes)
        return any(all(v is not None and (v == 1.0).all() for v in each) for each in values)

    def farness(self, tree: Part) -> float:
        value = self.evaluators[0](tree)
        if value is None:
            return FAR["does not"] + 0.2 * self.faults(tree)
        return FAR["right"] if value.shape in self.shapes else FAR["conforms"]

    def faults(self, tree: Part) -> int:
        """How many parts do not conform though all that they are made of does."""
        if self.evaluators[0](tree) is not None:
            return 0
        inner = [self.faults(part) for part in parts_of(tree)]
        return sum(inner) or 1

    def run(self, tree: Part, seconds: float) -> Outcome:
        deadline, order = thread_time() + seconds, count()
        queue: list[tuple[float, int, float, Part, tuple[Edit, ...]]] = [
            (0.0, next(order), 0.0, tree, ())
        ]
        seen, tried = {self.identity(tree)}, 0
        repairs = list(self.lost_terms(tree))
        for after, edits, cost in throughout(tree, self.evaluators[0]):
            repairs += self.repairs_at(after, edits, cost)
            heapq.heappush(queue, (cost, next(order), cost, after, edits))
        while queue and not enough(repairs, queue[0][0]):
            _, _, cost, current, edits = heapq.heappop(queue)
            for after, edit in self.editor.edited(current):
                if tried % TICK == 0 and thread_time() > deadline:
                    return Outcome(sorted_repairs(repairs), False, tried)
                name = self.identity(after)
                if name in seen:
                    continue
                seen.add(name)
                tried += 1
                dearer = cost + price(edit) + 0.1 * len(edits)
                found = self.repairs_at(after, (*edits, edit), dearer)
                repairs += found
                if not found and len(edits) + 1 < MOST_EDITS:
                    heapq.heappush(queue, (dearer + self.farness(after), next(order), dearer,
                                           after, (*edits, edit)))  # fmt: skip
        return Outcome(sorted_repairs(repairs), True, tried)

    def repairs_at(self, tree: Part, edits: tuple[Edit, ...], cost: float) -> list[Found]:
        """The tree as a repair, if it is right, or once it is scaled."""
        return [
            Found(right, (*edits, *([scale] if scale else [])), face, cost + 1.1 * bool(scale))
            for right, scale, face in self.matches(tree)
        ]

    def lost_terms(self, tree: Part) -> Iterator[Found]:
        """The tree itself scaled, or with one more term that is a product of two factors."""
        for right, edit, face in self.matches(tree):
            if edit:
                yield Found(right, (edit,), face, COSTS["scale"])
        value = self.evaluators[0](tree)
        if value is None or value.shape == SCALAR:
            return
        written = list(map(stripped, terms_of(tree)))
        for face in self.right[0]:
            if face.value.shape == value.shape:
                for term in self.terms(value.shape):
                    whole = self.combined([*written, term], face.value)
                    for right, _, held in self.verified(whole, None) if whole else ():
                        yield Found(right, (Edit("term", tree, right),), held, COSTS["term"])
                        return

    def terms(self, shape: tuple[int, int]) -> Iterator[Part]:
        """Factors, products of two, and multiples of the identity, that have this shape."""
        for left in self.words:
            if left.shape == shape:
                yield left.tree
        for left, right in product(self.words, repeat=2):
            if (left.shape[0], right.shape[1]) == shape and left.shape[1] == right.shape[0]:
                yield Product(left.tree, "@", right.tree)
        if shape[0] == shape[1] and shape[0] in self.letters:
            eye = Call("eye", (size_part(self.letters[shape[0]]),))
            yield eye
            for factor, _ in self.scales:
                yield Product(factor, "*", eye)


def enough(repairs: list[Found], next_cost: float) -> bool:
    """Whether what is left is dearer than a repair in each layout, or much dearer than one."""
    best = {repair.face.layout: repair.cost for repair in sorted_repairs(repairs)}
    both = len(best) > 1 or None in best
    cheapest = min(best.values(), default=np.inf)
    return next_cost > (max(best.values()) if both else cheapest + PATIENCE)


def sorted_repairs(repairs: list[Found]) -> list[Found]:
    """The smallest in each layout, the smaller first."""
    ordered = sorted(repairs, key=lambda repair: (repair.cost, len(printed(repair.tree))))
    best = {repair.face.layout: repair for repair in reversed(ordered)}
    return sorted(best.values(), key=lambda repair: repair.cost)


def find_repairs(
    problem: Problem,
    tree: Part,
    points: list[Setting],
    right: list[list[Face]],
    held: Callable[[Part], list[Face]],
    seconds: float = SECONDS,
) -> Outcome:
    """The smallest repairs of a tree that is wrong.

    Args:
        problem: what it is to be the derivative of.
        tree: what was written.
        points: a few settings at which candidates are tried.
        right: what is right there.
        held: the faces that a candidate has at all settings.
        seconds: how long to search.
    """
    return Searcher(problem, tree, points, right, held).run(tree, seconds)
