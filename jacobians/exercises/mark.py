"""What an exercise answers: yours, what is true, and why; or that it is still to do."""

from __future__ import annotations

import textwrap
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Mark", "blank", "mark_value"]

WIDTH = 80


class Mark(NamedTuple):
    """An answer beside the truth; prints as a few lines.

    >>> print(Mark(False, "3×2", "2×3", "rows follow z."))
    NOT YET
       yours  3×2
       true   2×3
       why    rows follow z.
    """

    right: bool
    yours: str
    true: str
    why: str = ""
    task: str = ""
    """What is still to do, if the answer is a blank."""

    @property
    def state(self) -> str:
        """STILL TO DO, RIGHT or NOT YET: how the text begins."""
        return "STILL TO DO" if self.task else "RIGHT" if self.right else "NOT YET"

    def __str__(self) -> str:
        if self.task:
            return f"{self.state}: {self.task}"
        true = "" if self.right and self.yours == self.true else self.true
        rows = {"yours": self.yours, "true": true, "why": self.why}
        return "\n".join([self.state, *(hung(word, text) for word, text in rows.items() if text)])

    def __repr__(self) -> str:
        return str(self)


def hung(word: str, text: str) -> str:
    """A word, and beside it text of one line or of several; long lines go on in the next."""
    lines = (textwrap.wrap(line, WIDTH - 10) or [""] for line in text.split("\n"))
    return f"   {word:5}  " + "\n          ".join(part for each in lines for part in each)


def blank(what: str) -> Mark:
    """The mark of an answer that nobody gave.

    >>> print(blank("the shape of ∂z/∂W"))
    STILL TO DO: the shape of ∂z/∂W. Write it in the place of the dots.
    """
    return Mark(False, "", "", task=f"{what}. Write it in the place of the dots.")


def mark_value(yours: Any, true: Any, why: str, what: str = "your answer") -> Mark:
    """Mark a count, a yes or no, or a word.

    Args:
        yours: the answer, `...` while there is none.
        true: what is true; words are compared without regard to case, and True is no 1.
        why: the reason.
        what: what is asked for, for who has not answered.

    >>> print(mark_value(12, 6, "of the twelve entries six are zero.", "how many are zero"))
    NOT YET
       yours  12
       true   6
       why    of the twelve entries six are zero.
    """
    if yours is ...:
        return blank(what)
    return Mark(same(yours, true), spoken(yours), spoken(true), why)


def same(yours: Any, true: Any) -> bool:
    """Whether two plain values are equal and of one kind."""
    if isinstance(yours, str) and isinstance(true, str):
        return yours.strip().casefold() == true.strip().casefold()
    truths = bool, np.bool_
    return isinstance(yours, truths) == isinstance(true, truths) and np.array_equal(yours, true)


def spoken(value: Any) -> str:
    """A value in words."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    return str(value)
