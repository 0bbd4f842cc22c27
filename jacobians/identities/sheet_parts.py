"""What every form of a sheet is made of: categories, results, a summary in words."""

from __future__ import annotations

from collections.abc import Iterator

from layouts.errors import counted
from layouts.identity import Identity
from layouts.identity_table import Identities
from layouts.identity_text import Cells
from layouts.layout import Layout

__all__ = ["NONE", "by_category", "in_words", "results", "titled"]

NONE = "No identity matches."


def by_category(rows: Identities) -> Iterator[tuple[str, Identities]]:
    """The rows of each category, in the order of the table."""
    for category in rows.categories:
        yield category, rows.of_category(category)


def results(row: Identity, columns: Cells, shown: list[Layout]) -> list[tuple[str, str]]:
    """The results that are shown, each with its layout; one for both where no layout matters."""
    if len(shown) == 2 and columns.numerator == columns.denominator and "layout" not in row.tells:
        return [("both", columns.numerator)]
    return [(str(layout), columns.of(layout)) for layout in shown]


def titled(category: str) -> str:
    """A category as a heading."""
    return category[0].upper() + category[1:]


def in_words(rows: Identities) -> list[str]:
    """How many rows there are, what they tell, and whether they hold."""
    if not rows:
        return [NONE]
    tells = [row.tells for row in rows]
    worst = max(row.worst_error() for row in rows)
    agreed = next((f"1e-{k}" for k in (9, 8, 7) if worst <= 10.0**-k), None)
    return [
        f"{counted(len(rows), 'identity', 'identities')}: {sum('layout' in t for t in tells)} tell "
        f"the layouts apart, {sum('scale' in t for t in tells)} a scale and a sign.",
        "Each was executed in both layouts on two probes: "
        + (f"all agree to {agreed}." if agreed else "NOT all agree."),
    ]
