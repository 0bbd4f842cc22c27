"""Identities as a page that prints on two sides of paper."""

from __future__ import annotations

import html
import re

from layouts.identity import Identity
from layouts.identity_table import Identities
from layouts.identity_text import cells, conditions, shapes
from layouts.layout import Layout

from .sheet_parts import by_category, in_words, results, titled

__all__ = ["to_html"]

STYLE = """
@page { size: A4 landscape; margin: 7mm; }
body { font: 15px/1.4 system-ui, "DejaVu Sans", sans-serif; margin: 1.5em; }
h1 { font-size: 1.3em; margin: 0 0 .3em; } p { margin: .3em 0; }
h2, .row { display: grid; grid-template-columns: 34% 1fr 1fr; column-gap: .8em; }
h2 { font-size: 1em; margin: .7em 0 .15em; border-bottom: 1px solid; break-after: avoid; }
h2 small { font-weight: normal; font-size: .8em; align-self: end; }
.row { break-inside: avoid; padding: .1em 0; }
.row.long { grid-template-columns: 1fr; } .row.one { grid-template-columns: 34% 1fr; }
.row.long .result { padding-left: 1.2em; }
.id, .where, .layout { color: #555; font-size: .85em; } .where { grid-column: 1 / -1; }
.math { font-family: "DejaVu Serif", "STIX Two Math", Cambria, serif; }
sub { line-height: 0; font-size: .75em; }
@media print {
  body { margin: 0; font-size: PRINTpt; line-height: 1.17; columns: COLUMNS; column-gap: 4mm;
    column-rule: .3pt solid #aaa; }
  h1, .summary { column-span: all; } h2 { margin: .3em 0 .05em; }
  .row { padding: 0; column-gap: .5em; } .usual { display: none; }
  .where { padding-left: 3em; font-style: italic; }
}
""".strip()
LONG_LEFT, LONG = 24, 30
"""The signs of a left side, or of a result, that has lines of its own."""
MANY = 60
"""So many rows are printed small."""
USUAL = re.compile(
    r"(,? ?([\w, ]+ (is|are) not (a function|functions) of \w|\w = \w\(\w(, \w)?\)))+"
)
"""Conditions that one sentence above the sheet says for all rows on paper."""
CONVENTION = (
    "In print: a, b, c, e, A, B, C, D do not depend on what is differentiated by; "
    "f, g, u, v, U, V do."
)


def to_html(rows: Identities, shown: list[Layout]) -> str:
    """A page of its own; on paper two sides of three columns hold all of them."""
    summary = html.escape(" ".join([*in_words(rows), *[CONVENTION] * bool(rows)]))
    parts = ["<h1>Matrix-calculus identities</h1>", f'<p class="summary">{summary}</p>']
    heads = "".join(f"<small>{layout} layout</small>" for layout in shown)
    for category, members in by_category(rows):
        parts.append(f"<h2><span>{html.escape(titled(category))}</span>{heads}</h2>")
        parts += [html_of(row, shown) for row in members]
    size, columns = ("5.5", "3") if len(rows) > MANY else ("9", "2")
    style = STYLE.replace("PRINT", size).replace("COLUMNS", columns)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>Matrix-calculus identities</title>\n"
        f"<style>\n{style}\n</style>\n</head>\n<body>\n" + "\n".join(parts) + "\n</body>\n</html>\n"
    )


def html_of(row: Identity, shown: list[Layout]) -> str:
    """One row; a long one has a line for each layout."""
    columns = cells(row)
    found = results(row, columns, shown)
    long = len(columns.left) > LONG_LEFT or any(len(text) > LONG for _, text in found)
    kind = " long" if long else " one" if len(found) == 1 else ""
    left = f'<span><span class="id">{row.id}</span> {math_of(columns.left)}</span>'
    spans = [
        f'<span class="result">{layout_of(head) if long else ""}{math_of(text)}</span>'
        for head, text in found
    ]
    where = conditions(row)
    usual = " usual" if USUAL.fullmatch(where) else ""
    below = f'<span class="where{usual}">{lowered(where)}</span>' if where else ""
    below += f'<span class="where usual">{lowered(shapes(row))}</span>'
    return f'<div class="row{kind}">{left}{"".join(spans)}{below}</div>'


def layout_of(head: str) -> str:
    """The layout of a result that has no column to say so."""
    return f'<span class="layout">{head}</span> '


def math_of(text: str) -> str:
    return f'<span class="math">{lowered(text)}</span>'


def lowered(text: str) -> str:
    """The text, escaped, with the sizes of I and 1 below the line."""
    return re.sub(r"\b([I1])_(\w+?|\([^)]*\))(?=ᵀ|\W|$)", r"\1<sub>\2</sub>", html.escape(text))
