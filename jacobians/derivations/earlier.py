"""The lines that are marked already, and whether a new one agrees with them."""

from __future__ import annotations

from .links import Link
from .reasons import Reason
from .result import Line

__all__ = ["Earlier"]


class Earlier:
    """What the lines before have come to."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.stated: dict[str | tuple[str, str], Line] = {}
        """The last true line about each derivative, or name of one, that has a layout."""

    @property
    def right(self) -> bool:
        """Whether no formula for a value was wrong so far."""
        return all(line.check is None or line.check.right for line in self.lines)

    def layout_of(self, link: Link) -> str | None:
        """The layout in which a derivative was stated last."""
        before = self.stated.get(link.ends)
        return None if before is None else before.layout

    def agreeing(self, line: Line, name: str, link: Link | None) -> Line:
        """A true line, unless it is the transpose of one that it is said to equal.

        A chain in one layout and its value in the other say the same: that is remarked upon.

        Args:
            line: the line, marked by itself.
            name: what the derivative that it is about is called; empty where it has no name.
            link: that derivative; None where it is about anything else.
        """
        if not line.verdict or link is None or line.layout not in ("numerator", "denominator"):
            return line
        stated = name or link.ends
        before = self.stated.get(stated)
        if before is None or before.check is None or line.check is not None:
            self.stated[stated] = line
        if before is None or before.layout == line.layout:
            return line
        a, b = before.label, line.label
        if before.check is None or line.check is None:
            aside = f"{a.capitalize()} is in {before.layout} layout: it is laid out otherwise."
            return line._replace(note=f"{line.note} {aside}")
        wrong = f"By itself it is right, but {b} is the transpose of {a}: from here on it is "
        cure = f"Equal lines are in one layout: turn {a} round, or transpose {b}."
        reason = Reason("layout", f"{wrong}{line.layout} layout.", cure)
        return line._replace(verdict=False, reasons=(reason,), note="")
