"""Wrong formulas for multiple choice: the checker's repairs, run backwards.

What repairs a slip can be turned round to make it. Every edit of the right formula is tried; kept
is what the checker finds wrong by value and mends by one edit, which says what the misconception
was.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from layouts.formulas.printing import printed
from layouts.formulas.tree import Call, Name, Part, Product, Sum, Transpose, parts_of

from ..formula_checks.answer import Answer
from ..formula_checks.edits import Edit, Editor
from ..formula_checks.evaluation import Evaluator
from ..formula_checks.faces import TOLERANCE, deviation
from ..formula_checks.scales import letters_of
from ..formula_checks.slips import Slip, slips_of
from ..formula_checks.surgery import names_in
from ..formula_checks.verdicts import CONFORM, SHAPE, VALUES, all_functions
from ..formula_checks.vocabulary import words_for
from ..formula_checks.wording import Words
from ..report.facts import Derivative
from .draws import shuffled
from .formulas import answer_to

__all__ = ["Distractor", "distractors", "in_math"]

REPAIRS = {
    "transpose": ("transpose",), "order": ("order",), "operator": ("operator",), "diag": ("diag",),
    "index": ("index", "factor"), "point": ("point", "factor"), "sign": ("sign",), "sum": ("sum",),
    "stacking": ("stacking",), "spare": ("missing", "term"), "missing": ("spare",),
}  # fmt: skip
"""For each kind of edit that makes a slip, the kinds that mend it."""
WRONG = (VALUES, SHAPE, CONFORM)


class Distractor(NamedTuple):
    """A wrong formula, and why somebody would write it."""

    tree: Part
    formula: str
    """As Python has it."""
    verdict: str
    slip: Slip

    def __str__(self) -> str:
        return self.formula


class Made(NamedTuple):
    """A formula that one edit of the right one makes."""

    tree: Part
    edit: Edit
    far: int
    """0 of the right shape, 1 of another, 2 where it does not conform."""


class MathWords(Words):
    """Parts spoken of as texts have them, ᵀ for .T."""

    def code(self, part: Part) -> str:
        return self.math(part)

    def spell(self, text: str) -> str:
        return super().spell(text).replace(" @ ", " ")


def in_math(answer: Answer, tree: Part) -> str:
    """A formula as texts write it, in the caller's sizes."""
    return answer.view.words.math(tree)


def distractors(
    right: Answer, derivative: Derivative, seed: int, many: int = 3
) -> list[Distractor]:
    """So many wrong formulas, all different by value; fewer where no more are found.

    Those of the right shape come first, and among these one of each misconception.
    """
    words = MathWords(right.problem, right.question.spelling, right.view)
    made = list(_made(right, words))
    chosen: list[Distractor] = []
    for far in range(3):
        alike = [each for each in made if each.far == far] if len(chosen) < many else []
        waiting = shuffled(_explained(right, alike, words), seed, "distractors")
        while waiting and len(chosen) < many:
            known = {each.slip.kind for each in chosen}
            best = min(waiting, key=lambda each: (each.slip.kind in known, each.slip.kind == "sum"))
            waiting.remove(best)
            if not any(_same(right, best.tree, other.tree) for other in chosen):
                verdict = answer_to(best.formula, derivative).judged.verdict
                chosen += [best._replace(verdict=verdict)] if verdict in WRONG else []
    return chosen


def _same(right: Answer, one: Part, other: Part) -> bool:
    """Whether two formulas have the same values wherever the sizes are others."""
    pairs = zip(right.general.values(one), right.general.values(other), strict=True)
    return all(b is not None and deviation(a, b) <= TOLERANCE for a, b in pairs)


def _made(right: Answer, words: Words) -> Iterator[Made]:
    """Every plausible formula that one edit makes and that is wrong, here and in general."""
    seen = {printed(right.tree)}
    shape = right.given.values(right.tree)[0].shape
    for tree, edit in _editor(right, right.tree).edited(right.tree):
        text = printed(tree)
        if text in seen or not _plausible(edit, right, words):
            continue
        seen.add(text)
        if not (right.given.among(tree) or right.general.among(tree)):
            value = right.given.values(tree)[0]
            yield Made(tree, edit, 2 if value is None else int(value.shape != shape))


def _explained(right: Answer, made: list[Made], words: Words) -> Iterator[Distractor]:
    """Those that the checker can mend by one edit, each with what it says of that."""
    for tree, edit, _ in made:
        repair = _repair(right, tree, edit)
        if repair is not None:
            code = right.view.words.code(tree)
            yield Distractor(tree, code, "", _slip(edit, repair, words))


def _slip(made: Edit, repair: Edit, words: Words) -> Slip:
    """What the checker says of the repair; of a slope too many, which link it doubles."""
    if made.kind == "missing":
        added = [side for side in parts_of(made.after) if side is not made.before]
        link = next(found for side in added if (found := words.link(side)))
        return Slip("spare factor", f"one factor is too much: the chain has {link[0]} once.")
    return slips_of((repair,), words)[0]


def _editor(right: Answer, tree: Part) -> Editor:
    """The checker's edits, for a tree in this problem."""
    problem, point = right.general.problem, right.general.points[0]
    evaluate = Evaluator(point, all_functions(problem))
    return Editor(evaluate, words_for(problem, evaluate, tree), letters_of(problem, point))


def _repair(right: Answer, tree: Part, made: Edit) -> Edit | None:
    """The edit of the wrong formula that makes it the right one."""
    aim, kinds = printed(right.tree), REPAIRS[made.kind]
    for mended, edit in _editor(right, tree).edited(tree):
        if edit.kind in kinds and printed(mended) == aim:
            return edit
    if made.kind == "spare" and isinstance(made.before, Sum) and made.before.sign == "+":
        left, kept = made.before.left, made.after  # a path is lost: the checker adds names alone
        lost = made.before.right if kept == left else left
        return Edit("term", kept, Sum(kept, "+", lost))
    return None


def _plausible(edit: Edit, right: Answer, words: Words) -> bool:
    """Whether somebody would write this: one factor lost, a slope too many, z for a."""
    before, after = edit.before, edit.after
    match edit.kind:
        case "missing":
            added = [side for side in parts_of(after) if side is not before]
            inner = before.part if isinstance(before, Transpose) else before
            given = isinstance(inner, Name) and inner.text not in right.problem.gradients
            hadamard = isinstance(after, Product) and after.operator == "*"
            return hadamard and not given and any(map(words.link, added))
        case "diag":
            return isinstance(before, Call) and before.function == "diag"
        case "spare" if isinstance(before, Sum):
            return before.sign == "+"
        case "spare":
            return names_in(before) - names_in(after) == 1
        case "sum":
            total = isinstance(after, Call) and after.function == "sum"
            return total and not isinstance(before, Name | Transpose)
        case "index":
            return isinstance(after, Name) and after.text not in right.problem.nature
        case "point":
            return _beside(right, before, after)
    return edit.kind in REPAIRS


def _beside(right: Answer, one: Part, other: Part) -> bool:
    """Whether two values are before and after the same activation: z1 and a1."""
    if isinstance(one, Call) and isinstance(other, Call):
        return _beside(right, one.arguments[0], other.arguments[0])
    for above, below in ((one, other), (other, one)):
        made = isinstance(above, Name) and right.problem.let.get(above.text)
        if made and isinstance(tree := right.problem.parsed(made).tree, Call):
            return [*map(printed, tree.arguments)] == [printed(below)]
    return False
