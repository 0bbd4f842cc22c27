"""Reports as Markdown: mathematics as code, so that it reads the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from ...page_text import markdown_text
from ...typography import with_math
from ..model import Block, Factors, Lines, Paragraph, Section, Table, Terms

__all__ = ["write"]


def write(title: str, sections: list[Section]) -> str:
    """The report with one heading for each part."""
    parts = [f"# {_prose(title)}"]
    for number, section in enumerate(sections, start=1):
        parts.append(f"## {number}. {_prose(section.title)}")
        if section.remark:
            parts.append(f"*{section.remark}*")
        parts += [_block(block) for block in section.blocks]
    return "\n\n".join(part for part in parts if part) + "\n"


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return _prose(text)
        case Table(header, rows, align):
            return _table(header, rows, align)
        case Factors(result, factors, _):
            names = [name for name, _ in factors]
            shapes = [f"`{shape}`" for _, shape in factors]
            return _table(
                (result[0], "=", *names),
                [(f"`{result[1]}`", "", *shapes)],
                "c" * (len(factors) + 2),
            )
        case Terms(rows):
            return "\n".join(f"- **{_prose(term)}** {_prose(text)}" for term, text in rows)
        case Lines(rows):
            return "\n".join(
                f"- {_prose(text)}\n  `{f'{left} = {right}'.strip()}` (`{shape}`)"
                for text, left, right, shape in rows
            )


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]], align: str) -> str:
    sides = {"l": ":--", "r": "--:", "c": ":-:"}
    lines = [header or ("",) * len(align), tuple(sides[side] for side in align), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(markup: str) -> str:
    return _prose(markup).replace("|", "\\|")


def _prose(markup: str) -> str:
    """Code as it is; in the words around it no character that Markdown or HTML would take up."""
    return with_math(markup, lambda math: f"`{math}`", markdown_text)
