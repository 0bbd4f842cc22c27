"""What a check came to."""

from __future__ import annotations

from typing import Any, NamedTuple

from .slips import Slip

__all__ = ["STATUS", "Check", "Repair", "not_understood"]

STATUS = {"right": 0, "not understood": 2}
"""The exit status of the command; of every other verdict 1."""


class Repair(NamedTuple):
    """A formula that is right, and near to what was written."""

    formula: str
    layout: str | None
    edits: list[str]
    """The kinds of the changes."""
    explanation: str
    shape_trace: str


class Check(NamedTuple):
    """What there is to say of a formula."""

    verdict: str
    """right, right by accident, wrong values, wrong shape, does not conform, not understood."""
    layout: str | None
    """numerator, denominator, both, or None."""
    formula: str
    title: str
    shape_trace: str = ""
    """The formula with a shape under every part."""
    error_at: str | None = None
    """The first part that does not conform."""
    message: str = ""
    """Why it does not conform, or is not understood, or what it is."""
    where: str = ""
    """The same in a few words: at the 1st @: 2×1 by 2×3."""
    right_already: list[str] = []  # noqa: RUF012 - never changed
    slips: list[Slip] = []  # noqa: RUF012 - never changed
    repairs: list[Repair] = []  # noqa: RUF012 - never changed
    caveats: list[str] = []  # noqa: RUF012 - never changed
    why: list[tuple[str, str]] = []  # noqa: RUF012 - never changed
    face: str | None = None
    """The gradient or the Jacobian, where one layout has both."""
    other_layout: str | None = None
    """A right formula as the other layout has it."""
    complete: bool = True
    """Whether the search for repairs came to its end."""
    probes: str = ""
    """Where repairs were tried."""

    @property
    def right(self) -> bool:
        """Whether the formula is right in general."""
        return self.verdict == "right"

    @property
    def status(self) -> int:
        """The exit status that says it."""
        return STATUS.get(self.verdict, 1)

    def to_text(self, hint: int | None = None) -> str:
        """As plain text, 80 columns wide; with a hint from 0 to 3 less of it."""
        from .writers import to_text

        return to_text(self, hint)

    def to_markdown(self, hint: int | None = None) -> str:
        """As Markdown."""
        from .writers import to_markdown

        return to_markdown(self, hint)

    def to_html(self, hint: int | None = None) -> str:
        """As a fragment of HTML."""
        from .writers import to_html

        return to_html(self, hint)

    def to_latex(self, hint: int | None = None) -> str:
        """As LaTeX for KaTeX and MathJax."""
        from .writers import to_latex

        return to_latex(self, hint)

    def to_dict(self, hint: int | None = None) -> dict[str, Any]:
        """As data."""
        from .writers import to_dict

        return to_dict(self, hint)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return self.to_html()

    def _repr_latex_(self) -> str:
        return self.to_latex()


def not_understood(formula: str, message: str) -> Check:
    """The answer to what is no formula."""
    return Check("not understood", None, formula, "", message=message)
