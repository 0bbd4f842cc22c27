r"""Text in which answers stand behind the names of questions.

    q1: W2.T @ delta2           one line, and those that follow up to the next name
    [q2]                        a section; also ## q2, **q2**, q2)
    Of fences (```python … ```) what is inside counts; $, `` ` `` and \[ around a formula do not.

Upper and lower case do not matter. What stands above the first name is nobody's answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection

__all__ = ["answers_in", "bare"]

HEAD = re.compile(
    r"""^[ \t]*(?:[-*>]\s+|\#+\s*)?          # a bullet, a quotation, a heading
        (?:\*\*|__|`)?                       # bold
        (?P<open>\[)?(?P<name>[A-Za-z][\w.-]*)(?(open)\])
        (?:\*\*|__|`)?
        [ \t]*(?P<colon>[:=)](?!=)|$)(?:\*\*|__)?[ \t]*(?P<rest>.*)$""",
    re.VERBOSE,
)
LIKE_A_NAME = re.compile(r"(?:q|question|task|ex)[._-]?\d+[a-z]?", re.IGNORECASE)
FENCE = re.compile(
    r"^[ \t]*(?:```|~~~)[^\n]*\n(.*?)(?:^[ \t]*(?:```|~~~)[ \t]*$|\Z)", re.DOTALL | re.MULTILINE
)
AROUND = (("$$", "$$"), ("$", "$"), ("\\[", "\\]"), ("\\(", "\\)"), ("`", "`"), ('"', '"'))


def answers_in(text: str, ids: Collection[str]) -> list[tuple[str, str, int]]:
    r"""Each answer behind the name of its question, as they stand, and the line of that name.

    Args:
        text: of one student.
        ids: the questions. Another name counts where it looks like one.

    >>> answers_in("Q1: $W x$\n[q2]\ndef f(x):\n    return x\nq9: 3", ["q1", "q2"])
    [('q1', '$W x$', 1), ('q2', 'def f(x):\n    return x', 2), ('q9', '3', 5)]
    """
    known = {each.lower(): each for each in ids}
    found: list[tuple[str, list[str], int]] = []
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        head = None if fenced else _head(line, known)
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        if head is not None:
            found.append((head[0], [head[1]], number))
        elif found:
            found[-1][1].append(line)
    return [(name, "\n".join(lines).strip("\n").rstrip(), k) for name, lines, k in found]


def _head(line: str, known: dict[str, str]) -> tuple[str, str] | None:
    """The question that a line names, and what stands behind it on the line."""
    match = HEAD.match(line)
    if match is None:
        return None
    name, section = match["name"], match["open"] is not None and not match["colon"]
    if name.lower() in known:
        return known[name.lower()], match["rest"]
    if section or LIKE_A_NAME.fullmatch(name):
        return name, match["rest"]
    return None


def bare(text: str, *, code: bool) -> str:
    r"""An answer without what Markdown or LaTeX put around it.

    >>> bare("```python\nx = 1\n```", code=True), bare("so $W^T x$", code=False)
    ('x = 1\n', 'so $W^T x$')
    >>> bare("$$ W^T x $$", code=False), bare("`A @ x`", code=False)
    ('W^T x', 'A @ x')
    """
    fences = FENCE.findall(text)
    if fences:
        text = "\n".join(fences)
    if code:
        return text
    text = text.strip()
    for start, end in AROUND:
        inner = text[len(start) : len(text) - len(end)]
        if (
            text.startswith(start)
            and text.endswith(end)
            and len(text) > len(start + end)
            and start not in inner
        ):
            return inner.strip()
    return text
