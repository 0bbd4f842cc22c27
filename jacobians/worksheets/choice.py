"""Multiple choice: which formula is the derivative? The right one among three that are not."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from layouts.errors import InputError
from layouts.formulas.printing import PYTHON, printed
from layouts.formulas.tree import Name, walk
from layouts.layout import NUMERATOR

from ..report.model import Block, Paragraph, Section, Table, Terms
from .draws import shuffled
from .formulas import right_formula
from .misconceptions import distractors, in_math
from .task import Task

__all__ = ["Choice", "Offer"]

LETTERS = "ABCD"


class Choice(NamedTuple):
    """One formula of the four."""

    letter: str
    text: str
    formula: str
    """As Python has it."""
    verdict: str
    misconception: str
    why: str


class Offer:
    """The four formulas of a task, in the seed's order."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.right = right_formula(task.derivative, task.layout, task.seed)

    @cached_property
    def choices(self) -> list[Choice]:
        """The right formula and three wrong ones."""
        task, right = self.task, self.right
        wrong = distractors(right, task.derivative, task.seed)
        if len(wrong) < len(LETTERS) - 1:
            raise InputError(
                f"{task.derivative.name} has too few formulas that are wrong in a way of their "
                "own: leave choice out of what is blank."
            )
        code = printed(right.question.spelling.renamed(right.tree), PYTHON)
        found = [("", in_math(right, right.tree), code, "right", "", "")]
        found += [
            ("", in_math(right, each.tree), each.formula, each.verdict, *each.slip)
            for each in wrong
        ]
        mixed = shuffled(found, task.seed, "choices")
        return [Choice(letter, *row[1:]) for letter, row in zip(LETTERS, mixed, strict=True)]

    def part(self) -> Section:
        """The question."""
        rows = [(f"{choice.letter}", f"`{choice.text}`") for choice in self.choices]
        blocks: list[Block] = [Paragraph(self._ask()), Table((), rows, "ll")]
        title = f"WHICH FORMULA IS `{self.task.derivative.name}`?"
        return Section(title, f"{self.task.layout} layout", blocks)

    def key(self) -> list[Block]:
        """Which one is right, and what each of the others gets wrong."""
        return [Terms([(choice.letter, _reason(choice)) for choice in self.choices])]

    def _ask(self) -> str:
        """What is to be done, and what the δ of the formulas are."""
        task, gradients = self.task, self.right.problem.gradients
        used = {part.text for part in walk(self.right.tree) if isinstance(part, Name)}
        known = [(name, *gradients[name]) for name in gradients if name in used]
        columns = [f"`{in_math(self.right, Name(name))}` is the column `∂{of}/∂{value}`"
                   for name, of, value in known]  # fmt: skip
        turned = ", transposed" if task.layout is NUMERATOR else ""
        face = f", in the shape of `{task.derivative.wrt}`{turned}" * task.derivative.is_gradient
        where = f"; {', '.join(columns)}" if columns else ""
        return f"Tick the one formula that is right whatever the sizes{face}{where}."


def _reason(choice: Choice) -> str:
    """The misconception and what the checker says of it."""
    if not choice.why:
        return f"`{choice.text}` is right."
    return f"{choice.verdict.capitalize()}; {choice.misconception}: {choice.why}"
