"""Reports as plain text, 80 columns wide."""

from __future__ import annotations

import re
from itertools import pairwise
from textwrap import wrap

from ...typography import with_math, without_marks
from ..model import Block, Factors, Line, Lines, Paragraph, Section, Table, Terms

__all__ = ["write"]

WIDTH = 80
INDENT = "   "
GAP = 2
GLUE = "\x00"
LONG = 40
WIDEST_WORD, NARROWEST = 24, 8
"""A table that is too wide breaks words beyond the first length, then beyond the second."""


def write(title: str, sections: list[Section]) -> str:
    """The report under a double line."""
    head = "\n".join(_wrapped(title, WIDTH))
    parts = [f"{head}\n{'=' * WIDTH}"]
    parts += [_section(number, section) for number, section in enumerate(sections, start=1)]
    return "\n\n".join(parts) + "\n"


def _section(number: int, section: Section) -> str:
    title, remark = without_marks(section.title), without_marks(section.remark)
    head = f"{number}  {title}"
    if remark:
        gap = max(2, WIDTH - len(head) - len(remark))
        fits = len(head) + len(remark) + 2 <= WIDTH
        head = head + " " * gap + remark if fits else f"{head}\n{INDENT}{remark}"
    blocks = [_block(block) for block in section.blocks]
    return f"{head}\n" + "\n\n".join(block for block in blocks if block)


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            lines = _wrapped(text, WIDTH - len(INDENT))
        case Table():
            lines = _table(block)
        case Factors():
            lines = _factors(block)
        case Terms(rows):
            lines = _terms(rows)
        case Lines(rows):
            lines = _lines(rows)
    return "\n".join((INDENT + line).rstrip() for line in lines)


def _wrapped(markup: str, width: int) -> list[str]:
    """Lines that do not tear a short piece of mathematics apart."""

    def glued(math: str) -> str:
        return math.replace(" ", GLUE) if len(math) < LONG else math

    words = with_math(markup, glued, str)
    lines = wrap(words, width, break_on_hyphens=False)
    return [line.replace(GLUE, " ") for line in lines] or [""]


def _terms(rows: list[tuple[str, str]]) -> list[str]:
    lines: list[str] = []
    left = 13
    for term, text in rows:
        label = without_marks(term)
        body = _wrapped(text, WIDTH - len(INDENT) - left)
        if len(label) >= left:
            lines.append(label)
            label = ""
        lines.append(f"{label:<{left}}{body[0]}")
        lines += [" " * left + line for line in body[1:]]
    return lines


def _lines(rows: list[Line]) -> list[str]:
    """Each sentence, and its formula further in; what goes on has its = below the one before."""
    lines: list[str] = []
    indent = 0
    for k, (text, left, right, shape) in enumerate(rows):
        if left:
            lines += [""] * (k > 0)
            indent = len(INDENT) + len(left) + 1
        head = f"{INDENT}{left} = " if left else " " * indent + "= "
        lines += _wrapped(text, WIDTH - len(INDENT))
        room = WIDTH - len(INDENT) - len(shape) - GAP
        body = _broken(right, max(room - len(head), LONG))
        first = f"{head}{body[0]}"
        lines.append(f"{first:<{room}}{' ' * GAP}{shape}")
        lines += [" " * (indent + 2) + more for more in body[1:]]
    return lines


def _broken(formula: str, width: int) -> list[str]:
    """A formula in lines, broken before its signs where that is enough, never inside `[i = p]`.

    >>> _broken("a_i [i = p] - a_i a_p + b_i", 16)
    ['a_i [i = p]', '- a_i a_p + b_i']
    """
    lines = [""]
    for term in re.split(r" (?=[-+] )", formula):
        if lines[-1] and len(lines[-1]) + 1 + len(term) > width:
            lines.append("")
        lines[-1] += " " * bool(lines[-1]) + term
    glued = (re.sub(r"\[[^\]]*\]", lambda m: m[0].replace(" ", GLUE), line) for line in lines)
    parts = (part for line in glued for part in wrap(line, width, break_on_hyphens=False) or [""])
    return [part.replace(GLUE, " ") for part in parts]


def _table(table: Table) -> list[str]:
    """Columns as wide as their cells; where the line is too short, the widest cells are wrapped."""
    rows = [[without_marks(cell) for cell in row] for row in table.rows]
    header = [without_marks(cell) for cell in table.header]
    columns = range(len(table.align))
    widths = [max((len(row[k]) for row in rows), default=0) for k in columns]
    for k in columns:
        if header:
            widths[k] = max(widths[k], max(map(len, header[k].split()), default=0))
    room = WIDTH - len(INDENT) - GAP * (len(widths) - 1)
    spanned = {k for k, cell in enumerate(header) if cell and _spans(header, table.align, k)}
    words = [*rows, ["" if k in spanned else cell for k, cell in enumerate(header)]]
    for narrowest in (WIDEST_WORD, NARROWEST):
        least = [min(_longest_word(words, k), narrowest) for k in columns]
        while sum(widths) > room and any(widths[k] > least[k] for k in columns):
            widths[max(columns, key=lambda k: widths[k] * (widths[k] > least[k]))] -= 1
    lines: list[str] = []
    if any(header):
        lines += _header(header, widths, table.align)
    for row in rows:
        lines += _row(row, widths, table.align)
    return lines


def _longest_word(rows: list[list[str]], k: int) -> int:
    return max((len(word) for row in rows if row for word in row[k].split()), default=0)


def _spans(header: list[str], align: str, k: int) -> bool:
    """Whether a heading also stands over the column to its right, which has none."""
    return align[k] == "l" and k + 1 < len(header) and not header[k + 1]


def _header(cells: list[str], widths: list[int], align: str) -> list[str]:
    """A heading also spans the column to its right if that has none."""
    spans, k = [], 0
    while k < len(cells):
        wide = bool(cells[k]) and _spans(cells, align, k)
        spans.append((cells[k], widths[k] + (GAP + widths[k + 1] if wide else 0), align[k]))
        k += 2 if wide else 1
    texts, sizes, sides = zip(*spans, strict=True)
    return _row(list(texts), list(sizes), "".join(sides))


def _row(cells: list[str], widths: list[int], align: str) -> list[str]:
    wrapped = [_lines_of(cell, max(width, 1)) for cell, width in zip(cells, widths, strict=True)]
    height = max(map(len, wrapped))
    lines = []
    for k in range(height):
        parts = []
        for lines_of_cell, width, side in zip(wrapped, widths, align, strict=True):
            part = lines_of_cell[k] if k < len(lines_of_cell) else ""
            parts.append(part.rjust(width) if side == "r" else part.ljust(width))
        lines.append((" " * GAP).join(parts).rstrip())
    return lines


def _lines_of(cell: str, width: int) -> list[str]:
    """A cell in lines; what is longer than a line is broken at a bracket, not inside a name.

    >>> _lines_of("vec((softmax(z3) - y2)/4)", 15)
    ['vec((softmax(', 'z3)', '- y2)/4)']
    """
    lines = []
    for line in wrap(cell, width, break_on_hyphens=False, break_long_words=False) or [""]:
        while len(line) > width:
            cut = max(line.rfind(mark, 0, width) + 1 for mark in "(),/") or width
            lines.append(line[:cut])
            line = line[cut:]
        lines.append(line)
    return lines


def _factors(product: Factors) -> list[str]:
    """Names, shapes centred below them, and brackets that join the sizes that must agree."""
    result, *factors = [
        (without_marks(name), shape) for name, shape in [product.result, *product.factors]
    ]
    lines: list[str] = []
    row: list[tuple[str, str]] = []
    start = 0
    lead = max(len(result[0]), len(result[1])) + len(" = ")
    room = WIDTH - len(INDENT)

    def width_of(cells: list[tuple[str, str]]) -> int:
        return lead + sum(max(len(name), len(shape)) + 3 for name, shape in cells) - 3

    for k, factor in enumerate(factors):
        row.append(factor)
        more = len(" ·") if k + 2 < len(factors) else 0
        if k + 1 == len(factors) or width_of([*row, factors[k + 1]]) + more > room:
            first = start == 0
            last = k + 1 == len(factors)
            lines += _factor_lines(result if first else None, lead, row,
                                   product.inner[start:k], more=not last)  # fmt: skip
            start, row = k + 1, []
    return lines


def _factor_lines(
    result: tuple[str, str] | None,
    lead: int,
    row: list[tuple[str, str]],
    inner: list[str],
    *,
    more: bool,
) -> list[str]:
    names = f"{result[0]:<{lead - 3}} = " if result else " " * (lead - 2) + "· "
    shapes = f"{result[1]:^{lead - 3}}".ljust(lead) if result else " " * lead
    centres = []
    for k, (name, shape) in enumerate(row):
        width = max(len(name), len(shape))
        centres.append(len(names) + width // 2)
        dot = " · " if k + 1 < len(row) else (" ·" if more else "")
        names += f"{name:^{width}}" + dot
        shapes += f"{shape:^{width}}" + "   "
    joints = ""
    for (left, right), size in zip(pairwise(centres), inner, strict=False):
        bracket = f"{size:─^{right - left - 3}}"
        joints = joints.ljust(left + 1) + f"└{bracket}┘"
    agree = "neighbours agree"
    if not joints:
        return [names, shapes]
    if len(joints) + 3 + len(agree) <= WIDTH - len(INDENT):
        return [names, shapes, f"{joints}   {agree}"]
    return [names, shapes, joints, f"{agree:>{len(joints)}}"]
