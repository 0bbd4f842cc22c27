"""Misconceptions, by how many answers show them: as a table, and as a picture.

Counted is every answer that was understood and is not right in general; what was not understood, or
could not be run, shows nothing of what its writer thinks of derivatives.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from layouts.errors import counted

from .mark import ACCIDENT, MISTAKEN, Mark

if TYPE_CHECKING:
    from ..pictures import Picture

__all__ = ["UNEXPLAINED", "Bar", "Histogram"]

UNEXPLAINED = "no cause found"
LONGEST = 24
"""Signs that the longest bar has in a table."""
MOST_BARS = 30
"""Bars of a picture; the rarest are drawn as one."""


class Bar(NamedTuple):
    """One misconception."""

    misconception: str
    answers: int
    questions: list[str]


class Histogram:
    """How many wrong answers show which misconception.

    Args:
        bars: in the order in which they are shown.

    >>> marks = [Mark("ada", "q1", "wrong values", "", 0, "order", ""),
    ...          Mark("bob", "q1", "wrong shape", "", 0, "order", ""),
    ...          Mark("eve", "q2", "wrong shape", "", 0, "", "")]
    >>> print(Histogram.of(marks).to_text())
    misconception   answers                            questions
    order                 2  ########################  q1
    no cause found        1  ############              q2
    """

    def __init__(self, bars: list[Bar]) -> None:
        self.bars = bars

    @classmethod
    def of(cls, marks: Iterable[Mark]) -> Histogram:
        """Of all answers that are mistaken."""
        found: dict[str, list[str]] = {}
        for mark in marks:
            if mark.verdict in MISTAKEN:
                name = ACCIDENT if mark.verdict == ACCIDENT else UNEXPLAINED
                found.setdefault(mark.misconception or name, []).append(mark.question)
        bars = [Bar(name, len(where), sorted(set(where))) for name, where in found.items()]
        return cls(sorted(bars, key=rank))

    def to_text(self) -> str:
        """A table with a line for each misconception."""
        if not self.bars:
            return "No misconceptions."
        width = max(len("misconception"), *(len(bar.misconception) for bar in self.bars))
        most = max(bar.answers for bar in self.bars)
        lines = [f"{'misconception':<{width}}  answers  {'':<{LONGEST}}  questions"]
        for name, count, questions in self.bars:
            signs = "#" * max(1, round(LONGEST * count / most))
            lines.append(f"{name:<{width}}  {count:7}  {signs:<{LONGEST}}  {', '.join(questions)}")
        return "\n".join(lines)

    def to_dict(self) -> list[dict[str, Any]]:
        """As data."""
        return [bar._asdict() for bar in self.bars]

    def figure(self) -> Picture:
        """As a picture: horizontal bars with their counts, that can be read in grey.

        Raises:
            InputError: there is no matplotlib.
        """
        from ..pictures import Picture

        bars = self.drawn()
        said = ", ".join(f"{bar.misconception}: {bar.answers}" for bar in bars) or "none"
        size = (8, 1.2 + 0.36 * max(1, len(bars)))
        figure = Picture(f"Misconceptions by answers. {said}.", figsize=size, layout="constrained")
        axes = figure.add_subplot()
        drawn = axes.barh(
            range(len(bars)), [bar.answers for bar in bars], color="0.45", edgecolor="0.1"
        )
        axes.bar_label(drawn, padding=3)
        axes.set_yticks(range(len(bars)), [literal(bar.misconception) for bar in bars])
        axes.invert_yaxis()
        axes.margins(x=0.1)
        axes.locator_params(axis="x", integer=True)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_xlabel("answers")
        total = sum(bar.answers for bar in bars)
        axes.set_title(f"Misconceptions in {counted(total, 'answer')}", loc="left")
        return figure

    def drawn(self) -> list[Bar]:
        """The bars of a picture, which has no room for more than a few dozen."""
        if len(self.bars) <= MOST_BARS:
            return self.bars
        rest = self.bars[MOST_BARS - 1 :]
        questions = sorted({question for bar in rest for question in bar.questions})
        return [
            *self.bars[: MOST_BARS - 1],
            Bar(f"{len(rest)} others", sum(b.answers for b in rest), questions),
        ]


def rank(bar: Bar) -> tuple[bool, int, str]:
    """The most frequent first; what has no cause last."""
    return bar.misconception == UNEXPLAINED, -bar.answers, bar.misconception


def literal(text: str) -> str:
    """Text in which a picture sees no mathematics."""
    return text.replace("$", r"\$")
