"""Identities as a sheet: text, Markdown, LaTeX, HTML that prints on two pages, JSON."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from layouts.errors import InputError
from layouts.identity import Identity
from layouts.identity_table import Identities
from layouts.identity_text import cells, conditions, shapes
from layouts.layout import Layout

from ..latex_displays import prose
from .html_sheet import to_html
from .sheet_parts import NONE, by_category, in_words, results, titled

__all__ = ["record", "sheet"]

WIDTH = 80
ID, LEFT, RESULT, GAP = 9, 25, 21, "  "
"""The widths of the columns of a line of text; what is longer has lines of its own."""


def sheet(rows: Identities, form: str = "text", layout: Layout | str = "both") -> str:
    """The identities as a text of that form.

    Args:
        rows: the identities.
        form: text, markdown, latex or html.
        layout: both, numerator or denominator.

    Raises:
        InputError: there is no such form or layout.

    >>> print(sheet(Identities([]), "text"), end="")
    No identity matches.
    """
    shown = Layout.one_or_both(layout)
    if form not in WRITERS:
        raise InputError(f"a sheet is {', '.join(WRITERS)}, not {form!r}.")
    return WRITERS[form](rows, shown) if rows or form == "html" else f"{NONE}\n"


def record(rows: Identities) -> dict[str, Any]:
    """The identities as data; what depends on the machine, the worst error, is a number here."""
    return {
        "identities": [
            {
                "id": row.id,
                "category": row.category,
                "condition": conditions(row, "python"),
                "where": shapes(row),
                "expression": row.left,
                "numerator": row.results[0],
                "denominator": row.results[1],
                "tells": list(row.tells),
            }
            for row in rows
        ],
        "worst_error": max((row.worst_error() for row in rows), default=0.0),
    }


def to_text(rows: Identities, shown: list[Layout]) -> str:
    """A line for each row that fits into one, in columns; lines of its own for any other."""
    heads = GAP.join(f"{layout} layout".ljust(RESULT) for layout in shown)
    lines = []
    for category, members in by_category(rows):
        *above, last = ["", *wrap(category.upper(), ID + LEFT)]
        lines += [*above, (last.ljust(ID + LEFT) + GAP + heads).rstrip()]
        for row in members:
            lines += text_of(row, shown)
    return "\n".join([*lines[1:], "", *in_words(rows)]) + "\n"


def text_of(row: Identity, shown: list[Layout]) -> list[str]:
    """One row; below it what has to hold."""
    columns = cells(row)
    found = results(row, columns, shown)
    texts = [text for _, text in found]
    line = row.id.ljust(ID) + columns.left
    below = [" " * ID + each for each in wrap(where(row), WIDTH - ID)]
    if len(texts) < len(shown):
        texts.append("the same")
    if len(line) <= ID + LEFT and all(len(text) <= RESULT for text in texts):
        beside = GAP.join(text.ljust(RESULT) for text in texts)
        return [f"{line:<{ID + LEFT}}{GAP}{beside}".rstrip(), *below]
    own = [each for head, text in found for each in hanging(head, text)]
    return [line, *own, *below]


def where(row: Identity) -> str:
    """The shapes of what occurs, and what has to hold."""
    return "; ".join(filter(None, (shapes(row), conditions(row))))


def hanging(head: str, text: str) -> list[str]:
    """A result on lines of its own, behind its layout."""
    indent = ID + 14
    first, *others = wrap(text, WIDTH - indent, break_long_words=False, break_on_hyphens=False)
    return [f"{head:<14}".rjust(indent) + first, *(" " * indent + line for line in others)]


def to_markdown(rows: Identities, shown: list[Layout]) -> str:
    """A table for each category, formulas as code."""
    parts = ["# Matrix-calculus identities"]
    for category, members in by_category(rows):
        heads = ["", "derivative", *(f"{layout} layout" for layout in shown), "where"]
        lines = [heads, ["---"] * len(heads)]
        for row in members:
            columns = cells(row)
            texts = [columns.left, *(columns.of(layout) for layout in shown)]
            code = [f"`{text}`".replace("|", "\\|") for text in texts]
            lines.append([row.id, *code, where(row).replace("|", "\\|").replace("*", "\\*")])
        table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        parts += [f"## {titled(category)}", table]
    return "\n\n".join([*parts, "\n".join(in_words(rows))]) + "\n"


def to_latex(rows: Identities, shown: list[Layout]) -> str:
    """A display for each category, for KaTeX and MathJax."""
    parts = []
    for category, members in by_category(rows):
        heads = [rf"\text{{{layout} layout}}" for layout in shown]
        lines = [" & ".join(["", rf"\textbf{{{titled(category)}}}", *heads, ""])]
        for row in members:
            columns = cells(row, "latex")
            results = (columns.of(layout) for layout in shown)
            name, condition = (rf"\text{{{prose(text)}}}" for text in (row.id, where(row)))
            lines.append(" & ".join([name, columns.left, *results, condition]))
        body = " \\\\[4pt]\n".join(lines)
        align = "l" * (3 + len(shown))
        parts.append(f"$$\n\\begin{{array}}{{{align}}}\n{body}\n\\end{{array}}\n$$")
    return "\n\n".join(parts) + "\n"


WRITERS = {"text": to_text, "markdown": to_markdown, "latex": to_latex, "html": to_html}
