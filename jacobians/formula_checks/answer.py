"""The answer to a question, put together: verdict, shapes, slips, repairs, what to mind, why."""

from __future__ import annotations

from collections.abc import Iterator

from layouts import Layout
from layouts.formulas.printing import printed
from layouts.formulas.tree import Name, Number, Part, parts_of, walk
from layouts.sizes import by

from .caveats import Caveats, broadcast_face
from .faces import Face
from .question import Question
from .reasons import why
from .result import Check, Repair
from .search import Found, Outcome, find_repairs
from .slips import slips_of
from .surgery import turned
from .verdicts import ACCIDENT, CONFORM, RIGHT, SHAPE, VALUES, Judged, judged
from .view import View, tidied

__all__ = ["Answer"]

SEARCHED = 4
"""The settings at which repairs are looked for; they are verified at all of them."""


class Answer:
    """One question, answered step by step."""

    def __init__(self, question: Question) -> None:
        self.question, self.problem, self.tree = question, question.problem, question.tree
        self.view = View(question)
        self.given, self.general = self.view.given, self.view.general
        self.judged = self.judge()

    def judge(self) -> Judged:
        found = judged(self.tree, self.question.fault, self.given, self.general)
        if found.verdict == CONFORM and (face := broadcast_face(self.view)) is not None:
            return Judged(ACCIDENT, face, 0.0)
        return found

    def check(self, seconds: float) -> Check:
        verdict, face, _ = self.judged
        outcome = Outcome([], True, 0)
        if verdict != RIGHT:
            points, right = self.general.points[:SEARCHED], self.general.right[:SEARCHED]
            outcome = find_repairs(
                self.general.problem, self.tree, points, right, self.general.matching, seconds
            )
        best = outcome.repairs[0] if outcome.repairs else None
        fault = self.question.fault
        return Check(
            verdict,
            layout_name(face),
            self.question.text,
            self.view.title(),
            self.view.traced(self.tree, marked=True),
            None if fault is None else self.view.source(fault.part),
            self.message(),
            self.where(),
            list(self.right_already(best)) if best else [],
            slips_of(best.edits, self.view.words) if best else [],
            [self.repair(found) for found in outcome.repairs[:3]],
            list(Caveats(self.view, self.judged).listed(best)),
            why(self.tree, face.layout if face else None, self.view.words)
            if verdict == RIGHT
            else [],
            face.kind if face and face.kind != "derivative" else None,
            self.other_layout(face) if verdict == RIGHT else None,
            outcome.complete,
            self.view.probes(),
        )

    def where(self) -> str:
        """In a few words, where a formula fails."""
        fault = self.question.fault
        if fault is None:
            return f": {self.message()}" if self.judged.verdict == SHAPE else ""
        inner = parts_of(fault.part)
        sizes = " by ".join(by(shape) for part in inner if (shape := self.view.given_shape(part)))
        sign = getattr(fault.part, "operator", getattr(fault.part, "sign", ""))
        if not sign:
            return f" at {self.view.source(fault.part)}: {sizes}"
        if self.question.notation == "latex":
            return f" at {self.view.source(fault.part)}: {sizes}"
        before = self.question.text[: inner[1].at[0]].count(sign)
        return f" at the {ordinal(before)} {sign}: {sizes}"

    def message(self) -> str:
        """One sentence under the verdict."""
        fault = self.question.fault
        if fault is not None:
            return fault.message
        shape = by(self.view.given_shape(self.tree) or ())
        wanted = " or ".join(
            dict.fromkeys(
                by(map(self.view.own_size, face.value.shape)) for face in self.general.right[0]
            )
        )
        if self.judged.verdict == SHAPE:
            return f"It is {shape}; the derivative is {wanted}."
        if self.judged.verdict == VALUES:
            return f"It is {shape}, as the derivative may be, with other values."
        return ""

    def right_already(self, best: Found) -> Iterator[str]:
        """The parts of what was written that are parts of the repair."""
        kept = {printed(part) for part in walk(best.tree)}
        yield from self._kept(self.tree, kept)
        written_factors = {printed(p) for p in walk(self.tree) if isinstance(p, Name)}
        right_factors = {printed(p) for p in walk(best.tree) if isinstance(p, Name)}
        if right_factors <= written_factors:
            yield "every factor is there"

    def _kept(self, part: Part, kept: set[str]) -> Iterator[str]:
        if printed(part) in kept and not isinstance(part, Name | Number):
            known = self.view.known_as(part)
            size = self.view.words.size(part)
            yield (
                self.view.words.code(part)
                + (f" is {known}" if known else "")
                + (f", {size}" if size else "")
            )
            return
        for inner in parts_of(part):
            yield from self._kept(inner, kept)

    def repair(self, found: Found) -> Repair:
        """A repair in the caller's sizes and names."""
        tree = tidied(found.tree)
        shape = by(map(self.view.own_size, found.face.value.shape))
        layout = layout_name(found.face)
        kinds = [edit.kind for edit in found.edits]
        names, words = names_of(tree), self.view.words
        own = ", in your own order" * (len(names) > 2 and names == names_of(self.tree))
        math = words.math(self.view.collapsed(tree))
        explanation = f"{shape}{self.face_in_words(found.face)}{own}: {math}"
        return Repair(words.code(tree), layout, kinds, explanation, self.view.traced(tree))

    def face_in_words(self, face: Face) -> str:
        """Which of two faces a result is, and whose shape it has."""
        wrt = self.view.words.spell(self.problem.wrt)
        if face.kind == "gradient":
            return (
                f", as {wrt} is"
                if face.layout is Layout.DENOMINATOR
                else f", {wrt}'s shape transposed"
            )
        return ", the Jacobian through vec" if face.kind == "Jacobian" else ""

    def other_layout(self, face: Face | None) -> str | None:
        """A right formula transposed, which is the same derivative in the other layout."""
        if face is None or face.layout is None:
            return None
        return self.view.words.code(tidied(turned(self.tree)))


def names_of(tree: Part) -> list[str]:
    """The names in a tree, in their order."""
    return [part.text for part in walk(tree) if isinstance(part, Name)]


def ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 4th.

    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 22)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd']
    """
    ending = "th" if n // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def layout_name(face: Face | None) -> str | None:
    """numerator, denominator, both; None for a vjp."""
    if face is None or face.kind == "vjp":
        return None
    return "both" if face.layout is None else str(face.layout)
