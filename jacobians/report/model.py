"""What a report consists of, whatever it is written as.

Every string is a sentence in which mathematics stands between backticks (see `typography`); the
writers beside this file turn the same blocks into text, Markdown, LaTeX and HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

__all__ = [
    "MOST_ROWS",
    "Block",
    "Factors",
    "Line",
    "Lines",
    "Paragraph",
    "Section",
    "Table",
    "Terms",
    "abridged_rows",
]


class Paragraph(NamedTuple):
    """Prose."""

    text: str

    def styled(self, style: Callable[[str], str]) -> Paragraph:
        """The same with its mathematics written in another style."""
        return Paragraph(style(self.text))


class Table(NamedTuple):
    """Rows of cells under a header of one line or none; `align` has l or r for each column."""

    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    align: str

    def styled(self, style: Callable[[str], str]) -> Table:
        """The same with its mathematics written in another style."""
        rows = [tuple(map(style, row)) for row in self.rows]
        return Table(tuple(map(style, self.header)), rows, self.align)


MOST_ROWS, FIRST_ROWS, LAST_ROWS = 36, 20, 12


def abridged_rows(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """All rows up to 36; of more the first 20 and the last 12, with what is left out between.

    >>> rows = abridged_rows([(str(k), "") for k in range(100)])
    >>> len(rows), rows[20]
    (33, ('…', '68 more'))
    """
    if len(rows) <= MOST_ROWS:
        return list(rows)
    more = f"{len(rows) - FIRST_ROWS - LAST_ROWS} more"
    between = ("…", more, *[""] * (len(rows[0]) - 2))
    return [*rows[:FIRST_ROWS], between, *rows[-LAST_ROWS:]]


class Factors(NamedTuple):
    """A product of named factors with a shape under each, `result = factor · factor · …`."""

    result: tuple[str, str]
    factors: list[tuple[str, str]]
    inner: list[str]
    """The size at which each factor meets the next."""

    def styled(self, style: Callable[[str], str]) -> Factors:
        """The same with its mathematics written in another style."""
        (name, shape), *factors = [
            (style(name), style(f"`{shape}`").strip("`"))
            for name, shape in [self.result, *self.factors]
        ]
        return Factors((name, shape), factors, self.inner)


class Terms(NamedTuple):
    """Questions with their answers."""

    rows: list[tuple[str, str]]

    def styled(self, style: Callable[[str], str]) -> Terms:
        """The same with its mathematics written in another style."""
        return Terms([(style(term), style(text)) for term, text in self.rows])


class Line(NamedTuple):
    """A line of a derivation: a sentence, `left = right`, and the shape of both.

    Without a left side it goes on from the line before.
    """

    text: str
    left: str
    right: str
    shape: str


class Lines(NamedTuple):
    """Lines of a derivation, the equals signs below each other."""

    rows: list[Line]

    def styled(self, style: Callable[[str], str]) -> Lines:
        """The same with its mathematics written in another style."""

        def inner(math: str) -> str:
            return style(f"`{math}`").strip("`") if math else ""

        return Lines([Line(style(row.text), *map(inner, row[1:])) for row in self.rows])


Block: TypeAlias = Paragraph | Table | Factors | Terms | Lines


class Section(NamedTuple):
    """A numbered part with a remark beside its title."""

    title: str
    remark: str
    blocks: list[Any]

    def styled(self, style: Callable[[str], str]) -> Section:
        """The same with its mathematics written in another style."""
        return Section(
            style(self.title), style(self.remark), [block.styled(style) for block in self.blocks]
        )
