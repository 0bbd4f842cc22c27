"""From a text to its rows, and from a row to the sides of its equation."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["blanked", "rows_of", "sides_of"]

ENVIRONMENT = re.compile(r"\\begin\s*\{(\w+\*?)\}.*?(?:\\end\s*\{\1\}|\Z)", re.DOTALL)
ROW_END = re.compile(r"\\\\\*?(?:\s*\[\s*-?[\d.]+\s*[a-z]{2}\s*\])?|\\newline(?![A-Za-z])|\n")
BLANKED = re.compile(
    r"\\(?:begin|end)\s*\{\w+\*?\}(?:\{[\w.]*\})?|\\(?:tag|label)\*?\s*\{[^{}]*\}"
    r"|\\(?:nonumber|notag|displaystyle)(?![A-Za-z])|\\[\[\]()]|(?<!\\)&|\$|(?:\s|^)#.*"
)
"""What a row of an align has beside its formula, and what stands behind a #."""
THEREFORE = re.compile(r"\s*(?:=>|⇒|⟹|∴|\\(?:Rightarrow|implies|therefore|iff)(?![A-Za-z]))")


def rows_of(text: str) -> Iterator[tuple[int, int]]:
    r"""From where to where each line stands; within an environment it ends with a \\."""
    inside = [match.span() for match in ENVIRONMENT.finditer(text)]
    start = 0
    for end, after in [*(match.span() for match in ROW_END.finditer(text)), (len(text), len(text))]:
        if text[end:after] == "\n" and any(a <= end < b for a, b in inside):
            continue
        if not re.match(r"\s*[#%]", text[start:end]) and blanked(text[start:end]).strip():
            yield start, end
        start = after


def blanked(row: str) -> str:
    """A row with blanks for what is no part of its formula, as long as before."""
    row = BLANKED.sub(lambda match: " " * len(match[0]), row).replace("\n", " ").replace("\r", " ")
    arrow = THEREFORE.match(row)
    row = " " * arrow.end() + row[arrow.end() :] if arrow else row
    row = row.replace(":=", " =").replace("≔", "=")
    end = len(row.rstrip(" \t,;.")) if not row.rstrip().endswith("..") else len(row)
    return row[:end] + " " * (len(row) - end)


def sides_of(row: str) -> Iterator[tuple[int, int]]:
    """From where to where each side of an equation stands."""
    depth = start = 0
    for match in re.finditer(r"\\.|[({\[]|[)}\]]|(?<![=<>!])=(?!=)", row):
        depth += (match[0] in "({[") - (match[0] in ")}]")
        if match[0] == "=" and depth <= 0:
            yield start, match.start()
            start = match.end()
    yield start, len(row)
