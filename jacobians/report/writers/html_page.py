"""Reports as HTML: a fragment for notebooks, and a page of its own that prints well."""

from __future__ import annotations

from html import escape

from ...page_text import html_text
from ...typography import to_html, with_math
from ..model import Block, Factors, Line, Lines, Paragraph, Section, Table, Terms

__all__ = ["write", "write_page"]

STYLE = """
.dimension-trace { font-family: system-ui, sans-serif; line-height: 1.45; max-width: 60rem; }
.dimension-trace h1 { font-size: 1.25rem; border-bottom: 2px solid currentColor; }
.dimension-trace h2 { font-size: 1rem; margin: 1.4em 0 .4em; }
.dimension-trace h2 small { font-weight: normal; float: right; }
.dimension-trace code { font-family: ui-monospace, monospace; font-size: .95em; background: none;
  color: inherit; white-space: nowrap; }
.dimension-trace table { border-collapse: collapse; margin: .4em 0; }
.dimension-trace td, .dimension-trace th { padding: .1em .9em .1em 0; vertical-align: top;
  text-align: left; font-weight: normal; }
.dimension-trace th { font-style: italic; }
.dimension-trace .r { text-align: right; }
.dimension-trace .factors td { text-align: center; padding: .1em .35em; }
.dimension-trace .factors tr + tr td { border-top: 1px solid currentColor; }
.dimension-trace .factors td.sign { border-top: 0; }
.dimension-trace .lines td { padding: .1em .4em .1em 0; }
.dimension-trace .lines td:first-child:not([colspan]) { padding-left: 1.5em; text-align: right; }
.dimension-trace .lines td:last-child:not([colspan]) { padding-left: 1.5em; }
.dimension-trace dt { float: left; clear: left; width: 8rem; }
.dimension-trace dd { margin: 0 0 .35em 8.5rem; }
@media print { .dimension-trace { max-width: none; font-size: 10pt; }
  .dimension-trace table, .dimension-trace dd { break-inside: avoid; }
  .dimension-trace h2 { break-after: avoid; } }
""".strip()


def write(title: str, sections: list[Section]) -> str:
    """A fragment with its style."""
    parts = [
        f"<style>{STYLE}</style>",
        '<div class="dimension-trace">',
        f"<h1>{_inline(title)}</h1>",
    ]
    for number, section in enumerate(sections, start=1):
        remark = f" <small>{_inline(section.remark)}</small>" if section.remark else ""
        parts.append(f"<h2>{number}&ensp;{_inline(section.title)}{remark}</h2>")
        parts += [_block(block) for block in section.blocks]
    return "\n".join([*parts, "</div>"]) + "\n"


def write_page(title: str, sections: list[Section]) -> str:
    """A whole page."""
    plain = escape(title.replace("`", ""))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{plain}</title>\n</head>\n<body>\n{write(title, sections)}</body>\n</html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return f"<p>{_inline(text)}</p>"
        case Table(header, rows, align):
            head = _row("th", header, align) if any(header) else ""
            body = "\n".join(_row("td", row, align) for row in rows)
            return f"<table>\n{head}\n{body}\n</table>"
        case Factors(result, factors, _):
            return _factors(result, factors)
        case Terms(rows):
            terms = (f"<dt>{_inline(term)}</dt><dd>{_inline(text)}</dd>" for term, text in rows)
            return "<dl>\n" + "\n".join(terms) + "\n</dl>"
        case Lines(rows):
            return '<table class="lines">\n' + "\n".join(map(_line, rows)) + "\n</table>"


def _row(tag: str, cells: tuple[str, ...], align: str) -> str:
    sides = (' class="r"' if side == "r" else "" for side in align)
    tagged = (
        f"<{tag}{side}>{_inline(cell)}</{tag}>" for side, cell in zip(sides, cells, strict=True)
    )
    return f"<tr>{''.join(tagged)}</tr>"


def _line(line: Line) -> str:
    """A sentence over the whole width, and the formula below it in three columns."""
    text, left, right, shape = line
    cells = (to_html(left) if left else "", "=", to_html(right), to_html(shape))
    formula = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><td colspan="4">{_inline(text)}</td></tr>\n<tr>{formula}</tr>'


def _factors(result: tuple[str, str], factors: list[tuple[str, str]]) -> str:
    signs = ["=", *["·"] * (len(factors) - 1), ""]
    names = shapes = ""
    for (name, shape), sign in zip([result, *factors], signs, strict=True):
        between = f'<td class="sign">{sign}</td>' if sign else ""
        names += f"<td>{_inline(name)}</td>{between}"
        shapes += f"<td>{to_html(shape)}</td>" + ('<td class="sign"></td>' if sign else "")
    return f'<table class="factors">\n<tr>{names}</tr>\n<tr>{shapes}</tr>\n</table>'


def _inline(markup: str) -> str:
    return with_math(markup, to_html, html_text)
