"""Two formulas side by side: equal, each other's transpose, or different."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .answer import Answer
from .check import check_formula
from .faces import TOLERANCE, deviation
from .question import Asked, asked
from .result import Check

__all__ = ["Comparison", "compare_formulas"]


class Comparison(NamedTuple):
    """What two formulas are to each other, and to the derivative."""

    relation: str
    """equal, transposes, different, not comparable, or not understood."""
    first: Check
    second: Check

    @property
    def status(self) -> int:
        """0 where the first is right, as for a check of it alone."""
        return max(self.first.status, 2 * (self.second.status == 2))

    def to_text(self, hint: int | None = None) -> str:
        """In words."""
        lines = [
            RELATIONS[self.relation].upper(),
            f"   {self.first.title}",
            "",
            *(said(check) for check in (self.first, self.second)),
        ]
        both = {self.first.verdict, self.second.verdict} == {"right"}
        if self.relation == "transposes" and both:
            lines += ["", "   Nobody is wrong: they are the same derivative in the two layouts."]
        return "\n".join(lines) + "\n"

    def to_dict(self, hint: int | None = None) -> dict[str, Any]:
        """As data."""
        return {
            "relation": self.relation,
            "first": self.first.to_dict(hint),
            "second": self.second.to_dict(hint),
        }


RELATIONS = {
    "equal": "equal",
    "transposes": "each other's transpose",
    "different": "different",
    "not comparable": "not comparable: one of them does not conform",
    "not understood": "one of them is not understood",
}


def said(check: Check) -> str:
    """One formula and what it is."""
    layout = {None: "", "both": ", in both layouts"}.get(
        check.layout, f", in {check.layout} layout"
    )
    return f"   {check.formula}\n      {check.verdict}{layout}"


def compare_formulas(first: str, second: str, **question: Any) -> Comparison:
    """Compare two formulas for the same derivative; see `check_formula` for what it takes.

    >>> shapes = {"x": "n", "A": "m×n", "b": "m"}
    >>> both = compare_formulas("A.T @ b", "b.T @ A", of="b.T @ A @ x", wrt="x", shapes=shapes)
    >>> both.relation, both.first.layout, both.second.layout
    ('transposes', 'denominator', 'numerator')
    """
    checks = [check_formula(text, **{**question, "seconds": 0.0}) for text in (first, second)]
    if any(check.status == 2 for check in checks):
        return Comparison("not understood", *checks)
    return Comparison(relation(first, second, question), *checks)


def relation(first: str, second: str, question: dict[str, Any]) -> str:
    """What the values of two formulas are to each other, at every setting."""
    answers = [Answer(asked(Asked.of_arguments(text, **question))) for text in (first, second)]
    pairs = list(zip(*(answer.given.values(answer.tree) for answer in answers), strict=True))
    if any(a is None or b is None for a, b in pairs):
        return "not comparable"
    if all(deviation(a, b) <= TOLERANCE for a, b in pairs):
        return "equal"
    if all(deviation(np.transpose(a), b) <= TOLERANCE for a, b in pairs):
        return "transposes"
    return "different"
