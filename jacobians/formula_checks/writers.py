"""Checks as text, Markdown, HTML, LaTeX and data; with a hint, less of them.

hint 0      the verdict
hint 1      and where it does not conform, or what shape it has
hint 2      and a question that leads on
hint 3      and the slips, but no repair
"""

from __future__ import annotations

import html
from textwrap import wrap
from typing import Any

from layouts.errors import InputError

from ..latex_displays import display, prose
from ..page_text import html_text, markdown_text
from .caveats import gives_away
from .result import Check, Repair

__all__ = [
    "LEADING",
    "indented",
    "level",
    "to_dict",
    "to_html",
    "to_latex",
    "to_markdown",
    "to_text",
]

WIDTH, INDENT, LABEL = 80, 3, 18
LEADING = {
    "does not conform": "In which layout is this the right order? Is every factor written in "
                        "that layout?",
    "wrong shape": "How many rows and columns does the derivative have in each layout?",
    "wrong values": "Which factors does the chain have, at which point is each taken, and in "
                    "which order?",
    "right by accident": "Would it still be right with other sizes, and without what was assumed?",
}  # fmt: skip
"""The questions of hint 2."""


def headline(check: Check) -> str:
    """The verdict, in capitals, with the layout."""
    face = f", the {check.face}" if check.face in ("gradient", "Jacobian") else ""
    where = {"both": ", in both layouts", None: ""}.get(check.layout, f", in {check.layout} layout")
    if check.verdict == "wrong values":
        where = ", right shape"
    return check.verdict.upper() + where + (face if check.verdict.startswith("right") else "")


def level(hint: int | None) -> int:
    """How much is said: 4 is all of it."""
    if hint is None:
        return 4
    if hint not in (0, 1, 2, 3):
        raise InputError(f"a hint is 0, 1, 2 or 3, not {hint!r}.")
    return hint


def terms(check: Check, said: int) -> list[tuple[str, str]]:
    """What is said in words, each under a label."""
    found: list[tuple[str, str]] = []
    if said >= 2 and said != 4 and check.verdict in LEADING:
        found.append(("Ask yourself", LEADING[check.verdict]))
    if said < 3:
        return found
    if check.message and check.verdict not in ("right", "does not conform"):
        found.append(("", check.message.replace("\n", " ")))
    if check.right_already:
        found.append(("Right already", "; ".join(check.right_already) + "."))
    several = len(check.slips) > 1
    for k, slip in enumerate(check.slips, start=1):
        found.append((f"Slip{f' {k}' if several else ''}, {slip.kind}", slip.text))
    if said == 4:
        found += check.why
        if check.other_layout:
            found.append(("Other layout", check.other_layout))
    return found


def caveats_at(check: Check, said: int) -> list[str]:
    """What to mind; nothing of a repair that is held back."""
    caveats = check.caveats if said >= 3 else []
    return [each for each in caveats if said == 4 or not gives_away(each)]


def after(check: Check, said: int) -> list[tuple[str, str]]:
    """What is said behind the repairs."""
    found = [("Mind", caveat) for caveat in caveats_at(check, said)]
    if said == 4 and not check.repairs and check.verdict not in ("right", "not understood"):
        end = "" if check.complete else " before its time was up"
        found.append(("No repair", f"the search found no formula near yours that is right{end}."))
    return found


def to_text(check: Check, hint: int | None = None) -> str:
    """Plain text, 80 columns wide."""
    said = level(hint)
    lines = [headline(check) + (check.where if said in (1, 2) else "")]
    if said == 0:
        return lines[0] + "\n"
    if check.verdict == "not understood":
        told = [f"{'':{INDENT}}{line}" for line in check.message.splitlines()]
        return "\n".join([*lines, *told]) + "\n"
    if said > 2:
        lines += [f"{'':{INDENT}}{check.title}", "", *indented(check.shape_trace), ""]
    for label, text in terms(check, said):
        lines += labelled(label, text)
    if said == 4 and check.repairs:
        lines += [
            "",
            *(
                f"{'':{INDENT}}{line}"
                for line in wrap(f"Repaired, right on {check.probes}:", WIDTH - INDENT)
            ),
            "",
        ]
        for k, repair in enumerate(check.repairs, start=1):
            lines += repaired(k, repair)
    ending = after(check, said)
    lines += [""] if ending and lines[-1] else []
    for label, text in ending:
        lines += labelled(label, text)
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def indented(block: str, by: int = INDENT) -> list[str]:
    """The lines of a diagram; one that is too wide is cut between factors, all its lines alike."""
    rows = block.splitlines()
    room = WIDTH - by
    if not rows or max(map(len, rows)) <= room:
        return [" " * by + row for row in rows]
    cut = max((rows[0].rfind(mark, 0, room) for mark in (" @ ", " * ", " + ", " - ")), default=-1)
    cut = cut if cut > 20 else room
    head, tail = [row[:cut] for row in rows], [row[cut:] for row in rows]
    kept = [row for row in tail if row.strip()]
    return [" " * by + row for row in head if row.strip()] + indented("\n".join(kept), by)


def labelled(label: str, text: str) -> list[str]:
    """A text behind its label, its further lines below it."""
    start = INDENT + LABEL if label else INDENT
    body = wrap(text, WIDTH - start, break_long_words=False, break_on_hyphens=False) or [""]
    if not label:
        return [" " * INDENT + line for line in body]
    first = f"{'':{INDENT}}{label}"
    if len(label) >= LABEL:
        return [first, *(" " * start + line for line in body)]
    return [first.ljust(start) + body[0], *(" " * start + line for line in body[1:])]


def repaired(k: int, repair: Repair) -> list[str]:
    head = f"{'':{INDENT}}{k}  {repair.layout or ''}".ljust(INDENT + LABEL)
    block = indented(repair.shape_trace, INDENT + LABEL)
    return [head + block[0].lstrip(), *block[1:], *labelled(" " * (LABEL - 1), repair.explanation)]


def to_markdown(check: Check, hint: int | None = None) -> str:
    """Markdown."""
    said = level(hint)
    parts = [f"**{headline(check)}**"]
    if said:
        parts += [markdown_text(check.title)] if check.title else []
        if check.verdict == "not understood":
            return "\n\n".join([*parts, f"```text\n{check.message}\n```"]) + "\n"
        parts += (
            [f"```text\n{check.shape_trace}\n```"] if said > 2 else [markdown_text(check.where)]
        )
        parts.append("\n".join(bullet(label, text) for label, text in terms(check, said)))
        if said == 4:
            parts += [f"{k}. *{r.layout or ''}* ({markdown_text(r.explanation)})\n\n"
                      f"```text\n{r.shape_trace}\n```"
                      for k, r in enumerate(check.repairs, start=1)]  # fmt: skip
        parts.append("\n".join(bullet(label, text) for label, text in after(check, said)))
    return "\n\n".join(part for part in parts if part) + "\n"


def bullet(label: str, text: str) -> str:
    return f"- **{label}** {markdown_text(text)}" if label else f"- {markdown_text(text)}"


def to_html(check: Check, hint: int | None = None) -> str:
    """A fragment of HTML."""
    said = level(hint)
    parts = [f"<p><strong>{html_text(headline(check))}</strong></p>"]
    if said:
        parts += [f"<p>{html_text(check.title)}</p>"] if check.title else []
        trace = check.shape_trace if said > 2 else check.where
        parts.append(f"<pre>{html.escape(trace or check.message)}</pre>")
        if check.verdict != "not understood":
            parts.append(listed(terms(check, said)))
            if said == 4:
                parts += [f"<p>{k}. {html.escape(r.layout or '')} "
                          f"({html_text(r.explanation)})</p>"
                          f"<pre>{html.escape(r.shape_trace)}</pre>"
                          for k, r in enumerate(check.repairs, start=1)]  # fmt: skip
            parts.append(listed(after(check, said)))
    return (
        '<div class="formula-check">\n' + "\n".join(part for part in parts if part) + "\n</div>\n"
    )


def listed(rows: list[tuple[str, str]]) -> str:
    items = "".join(
        f"<dt>{html_text(label)}</dt><dd>{html_text(text)}</dd>" for label, text in rows
    )
    return f"<dl>{items}</dl>" if rows else ""


def to_latex(check: Check, hint: int | None = None) -> str:
    """LaTeX for KaTeX and MathJax: a display, prose in it as text."""
    said = level(hint)
    rows = [rf"&\textbf{{{prose(headline(check))}}}"]
    if said:
        rows += [rf"&\text{{{prose(check.title)}}}"] if check.title else []
        rows += [rf"&\texttt{{{prose(check.formula)}}}"]
        spoken = [*terms(check, said)]
        if said == 4:
            spoken += [(f"{k} {r.layout or ''}", f"{r.formula}, {r.explanation}")
                       for k, r in enumerate(check.repairs, start=1)]  # fmt: skip
        for label, text in [*spoken, *after(check, said)]:
            told = wrap(f"{label} {text}".strip(), 96)
            rows += [rf"&\text{{{prose(line)}}}" for line in told]
    return display(rows) + "\n"


def to_dict(check: Check, hint: int | None = None) -> dict[str, Any]:
    """Data; what a hint holds back is empty."""
    said = level(hint)
    return {
        "verdict": check.verdict,
        "layout": check.layout,
        "formula": check.formula,
        "title": check.title,
        "shape_trace": check.shape_trace if said > 2 else "",
        "error_at": check.error_at if said else None,
        "message": check.message if said else "",
        "where": check.where if said else "",
        "right_already": check.right_already if said >= 3 else [],
        "slips": [slip._asdict() for slip in check.slips] if said >= 3 else [],
        "repairs": [repair._asdict() for repair in check.repairs] if said == 4 else [],
        "caveats": caveats_at(check, said),
        "why": [{"about": about, "reason": reason} for about, reason in check.why]
        if said == 4
        else [],
        "face": check.face,
        "other_layout": check.other_layout if said == 4 else None,
        "complete": check.complete,
    }
