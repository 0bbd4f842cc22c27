"""Derivations as text, Markdown, HTML, LaTeX and data; `telling` has what they say."""

from __future__ import annotations

import html
import re
from textwrap import wrap
from typing import Any

from ..formula_checks.writers import indented, level
from ..latex_displays import display, prose
from ..page_text import html_text, markdown_text
from .result import Derivation, Line
from .telling import about, headline, sentences, told_of

__all__ = ["to_dict", "to_html", "to_latex", "to_markdown", "to_text"]

WIDTH, INDENT, TEXT_AT, MOST_ROWS = 80, 3, 14, 24
LATEX_WIDTH = 96
MARKS = {True: "true", False: "FALSE", None: "?"}


def diagram(line: Line) -> str:
    """The shapes of a formula that is false; nothing if it would fill the page."""
    trace = line.check.shape_trace if line.check is not None and not line.check.right else ""
    rows = indented(trace, TEXT_AT)
    return "" if len(rows) > MOST_ROWS or max(map(len, rows), default=0) > WIDTH else trace


def to_text(found: Derivation, hint: int | None = None) -> str:
    """Plain text, 80 columns wide."""
    told = level(hint)
    rows = [headline(found, told)]
    for text in about(found, told):
        rows += wrapped(text, INDENT)
    for line in told_of(found, told):
        rows += ["", *line_as_text(line, told)]
    return "\n".join(row.rstrip() for row in rows) + "\n"


def line_as_text(line: Line, told: int) -> list[str]:
    """A line, and what there is to say of it below."""
    number = line.label.removeprefix("line ")
    head = f"{'':{INDENT}}{number:<4}{MARKS[line.verdict]}".ljust(TEXT_AT)
    first, *others = wrapped(line.shown, TEXT_AT) or [""]
    rows = [head + first.lstrip(), *others, *indented(diagram(line), TEXT_AT)]
    for kind, text in sentences(line, told):
        words, *pointer = text.split("\n")
        rows += wrapped(f"{kind.capitalize()}: {words}" if kind else words, TEXT_AT)
        rows += [" " * INDENT + row for row in pointer]
    return rows


def wrapped(text: str, column: int) -> list[str]:
    """A text in lines of 80 columns, from a column on."""
    lines = wrap(text, WIDTH - column, break_on_hyphens=False)
    return [" " * column + line for line in lines]


def to_markdown(found: Derivation, hint: int | None = None) -> str:
    """Markdown."""
    told = level(hint)
    parts = [f"**{headline(found, told)}**", *map(markdown_text, about(found, told))]
    for line in told_of(found, told):
        ticks = "`" * (1 + max(map(len, re.findall("`+", line.shown)), default=0))
        parts.append(f"**{line.label}, {MARKS[line.verdict].lower()}** {ticks}{line.shown}{ticks}")
        parts += [f"```text\n{diagram(line)}\n```"] if diagram(line) else []
        for kind, text in sentences(line, told):
            words, _, pointer = text.partition("\n")
            parts.append(f"- {f'*{kind}*: ' if kind else ''}{markdown_text(words)}")
            parts += [f"```text\n{pointer}\n```"] if pointer else []
    return "\n\n".join(parts) + "\n"


def to_html(found: Derivation, hint: int | None = None) -> str:
    """A fragment of HTML."""
    told = level(hint)
    parts = [f"<p><strong>{html_text(headline(found, told))}</strong></p>"]
    parts += [f"<p>{html_text(text)}</p>" for text in about(found, told)]
    items = []
    for line in told_of(found, told):
        inner = [f"<code>{html.escape(line.shown)}</code>"]
        inner += [f"<pre>{html.escape(diagram(line))}</pre>"] if diagram(line) else []
        for kind, text in sentences(line, told):
            words, _, pointer = text.partition("\n")
            lead = f"<em>{html.escape(kind)}</em>: " if kind else ""
            inner.append(f"<p>{lead}{html_text(words)}</p>")
            inner += [f"<pre>{html.escape(pointer)}</pre>"] if pointer else []
        mark = f"{line.label}, {MARKS[line.verdict].lower()}"
        items.append(f"<dt>{mark}</dt><dd>{''.join(inner)}</dd>")
    parts += [f"<dl>{''.join(items)}</dl>"] if items else []
    return '<div class="derivation">\n' + "\n".join(parts) + "\n</div>\n"


def to_latex(found: Derivation, hint: int | None = None) -> str:
    """LaTeX for KaTeX and MathJax: a display, prose in it as text; without diagrams of shapes."""
    told = level(hint)
    rows = [rf"&\textbf{{{prose(headline(found, told))}}}"]
    for text in about(found, told):
        rows += latex_rows("text", text)
    for line in told_of(found, told):
        mark = f"{line.label}, {MARKS[line.verdict].lower()}"
        rows.append(rf"&\textbf{{{prose(mark)}}}")
        rows += latex_rows("texttt", line.shown)
        for kind, text in sentences(line, told):
            words = text.partition("\n")[0]
            rows += latex_rows("text", f"{kind.capitalize()}: {words}" if kind else words)
    return display(rows) + "\n"


def latex_rows(command: str, text: str) -> list[str]:
    """A text in rows of a display, each as the argument of a command."""
    return [rf"&\{command}{{{prose(row)}}}" for row in wrap(text, LATEX_WIDTH)]


def to_dict(found: Derivation, hint: int | None = None) -> dict[str, Any]:
    """Data; a hint leaves out what it holds back."""
    told, first = level(hint), found.first_false
    record: dict[str, Any] = {"verdict": found.verdict, "status": found.status}
    if told == 0:
        return record
    record["first_false"] = None if first is None else {"number": first.number, "part": first.part}
    record["about"] = about(found, told)
    record["lines"] = [line_as_data(line, told) for line in told_of(found, told)]
    return record


def line_as_data(line: Line, told: int) -> dict[str, Any]:
    """One line as data."""
    kept = ("number", "part", "text", "kind", "verdict", "layout", "note")
    reasons = [r._replace(cure=r.cure if told == 4 else "")._asdict() for r in line.reasons]
    check = line.check.to_dict(None if told == 4 else told) if line.check is not None else None
    return {name: getattr(line, name) for name in kept} | {"reasons": reasons, "check": check}
