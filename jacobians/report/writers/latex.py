r"""Reports as LaTeX mathematics, inside what KaTeX and MathJax render.

Each part is one display between `$$`; prose stands in `\text`, and a product's shapes below its
factors in `\underbrace`.
"""

from __future__ import annotations

from textwrap import wrap

from ...latex_displays import bold, display, prose
from ...typography import to_latex, with_math
from ..model import Block, Factors, Line, Lines, Paragraph, Section, Table, Terms

__all__ = ["write"]

LINE = 96


def write(title: str, sections: list[Section]) -> str:
    """One display for the title and for each part."""
    parts = [display([f"&{bold(_prose(title))}"])]
    for number, section in enumerate(sections, start=1):
        remark = rf"\quad\textit{{{_prose(section.remark)}}}" if section.remark else ""
        rows = ["&" + bold(rf"{number}\quad {_prose(section.title)}") + remark]
        for block in section.blocks:
            rows += _block(block)
        parts.append(display(rows))
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> list[str]:
    match block:
        case Paragraph(text):
            return [rf"&\text{{{_prose(line)}}}" for line in _lines(text)]
        case Table(header, rows, align):
            lines = [header, *rows] if any(header) else rows
            body = " \\\\\n".join(" & ".join(map(_cell, line)) for line in lines)
            return [f"&\\begin{{array}}{{{align}}}\n{body}\n\\end{{array}}"]
        case Factors(result, factors, _):
            product = r" \cdot ".join(_braced(name, shape) for name, shape in factors)
            return [f"&{_braced(*result)} = {product}"]
        case Terms(rows):
            return [
                rf"&\text{{{_prose(line)}}}"
                for term, text in rows
                for line in _lines(f"{term} {text}")
            ]
        case Lines(rows):
            return [row for line in rows for row in _line(line)]


def _line(line: Line) -> list[str]:
    """The sentence, and the formula further in."""
    text, left, right, shape = line
    formula = to_latex(f"{left} = {right}".strip())
    sentence = [rf"&\text{{{_prose(each)}}}" for each in _lines(text)]
    return [*sentence, rf"&\qquad {formula} \qquad {to_latex(shape)}"]


def _braced(name: str, shape: str) -> str:
    return rf"\underbrace{{{to_latex(name.strip('`'))}}}_{{{to_latex(shape)}}}"


def _cell(markup: str) -> str:
    if markup.startswith("`") and markup.endswith("`") and markup.count("`") == 2:
        return to_latex(markup[1:-1])
    return rf"\text{{{_prose(markup)}}}" if markup else ""


def _prose(markup: str) -> str:
    """Text with its mathematics between dollar signs."""
    return with_math(markup, lambda math: f"{{${to_latex(math)}$}}", prose)


def _lines(markup: str) -> list[str]:
    """A paragraph in lines that do not tear mathematics apart."""
    glued = with_math(markup, lambda m: "`" + m.replace(" ", "\N{NO-BREAK SPACE}") + "`", str)
    lines = wrap(glued.replace("\N{NO-BREAK SPACE}", "\x00"), LINE, break_long_words=False,
                 break_on_hyphens=False)  # fmt: skip
    return [line.replace("\x00", " ") for line in lines]
