"""What is derived: steps, each with a sentence, a formula, its shape, and how far it agrees."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ..comparison.words import agreement
from ..report.model import Block, Factors, Line, Lines, Paragraph, Section
from ..report.trace import Trace
from ..typography import without_marks

__all__ = ["OTHER_SHAPE", "WrittenDerivation", "WrittenPart", "WrittenStep"]

BOUND = 1e-12
OTHER_SHAPE = 1e300
"""The difference of arrays that cannot be compared."""


class WrittenStep(NamedTuple):
    """One line of a derivation.

    `difference` is the largest between this line's formula and what it must be equal to, the line
    before, both evaluated at the same numbers; None where nothing was evaluated.
    """

    sentence: str
    """Why this line follows; mathematics in it stands between backticks."""
    left: str
    """What stands before the equals sign; empty where the line goes on from the one before."""
    right: str
    shape: str
    difference: float | None = None
    scale: float = 1.0
    factors: Factors | None = None
    """A product with the shape of every factor, where the line is one."""

    @property
    def formula(self) -> str:
        """The line, `δ2 = (a2 - y) ⊙ σ'(z2)`."""
        return f"{self.left} = {self.right}".strip()

    @property
    def agrees(self) -> bool | None:
        """Whether both sides are equal to 1e-12; None where nothing finite was evaluated."""
        if self.difference is None or not math.isfinite(self.difference):
            return None
        return self.difference <= BOUND * max(self.scale, 1.0)

    @property
    def line(self) -> Line:
        """The line as a report has it; one that does not agree says so."""
        wrong = f" This and the line before {self.words}." if self.agrees is False else ""
        return Line(self.sentence + wrong, self.left, self.right, self.shape)

    @property
    def words(self) -> str:
        """How far both sides agree, in words that every machine prints alike."""
        if self.difference is None:
            return "were not evaluated"
        if self.difference == OTHER_SHAPE:
            return "DISAGREE: they have different shapes"
        return agreement(self.difference, self.scale)


class WrittenPart(NamedTuple):
    """Steps under one heading."""

    title: str
    remark: str
    steps: Sequence[WrittenStep]
    before: Sequence[Block] = ()
    """What is said before the first step."""

    @property
    def section(self) -> Section:
        """The part as a report has it."""
        blocks: list[Block] = list(self.before)
        for step in self.steps:
            if step.factors is not None:
                blocks += [Paragraph(step.line.text), step.factors]
            elif blocks and isinstance(blocks[-1], Lines):
                blocks[-1].rows.append(step.line)
            else:
                blocks.append(Lines([step.line]))
        return Section(self.title, self.remark, blocks)


class WrittenDerivation(Trace):
    """A derivation, step by step: prints as text, shows itself in notebooks, knows other formats.

    Attributes:
        parts: the steps under their headings.
        way: "components", "jacobians" or "vjp".
    """

    def __init__(
        self, title: str, parts: Sequence[WrittenPart], closing: Section, record: dict[str, Any]
    ) -> None:
        self.parts = tuple(parts)
        self.way: str = record["way"]
        steps = [_recorded(part, step) for part in parts for step in part.steps]
        super().__init__(
            title, [*(part.section for part in parts), closing], {**record, "steps": steps}
        )

    @property
    def steps(self) -> list[WrittenStep]:
        """Every line, from the first to the last."""
        return [step for part in self.parts for step in part.steps]

    @property
    def agrees(self) -> bool:
        """Whether no line disagrees with the one before."""
        return all(step.agrees is not False for step in self.steps)

    def __iter__(self) -> Iterator[WrittenStep]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def __repr__(self) -> str:
        return f"<WrittenDerivation {without_marks(self.title)}: {len(self)} steps>"


def _recorded(part: WrittenPart, step: WrittenStep) -> dict[str, Any]:
    """What JSON carries of one step."""
    finite = step.difference is not None and math.isfinite(step.difference)
    return {
        "part": without_marks(part.title),
        "sentence": without_marks(step.sentence),
        "left": step.left,
        "right": step.right,
        "shape": step.shape,
        "max_difference": step.difference if finite else None,
        "agrees": step.agrees,
    }
