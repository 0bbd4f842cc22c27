r"""Every LaTeX string that the project writes, to be rendered by KaTeX: `.ci/run` does it.

    python -m tests.latex_strings > strings.jsonl

A line is `{"where", "display", "latex"}`: what it is asked of, whether it stands by itself, and the
mathematics without the dollar signs around it. `WRITERS` names every module that writes LaTeX, or a
page that may hold some, and what shows all that it can write; a new module is one line there, and
`test_latex_strings` fails until it has one.
"""

from __future__ import annotations

import html
import json
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from tests import latex_samples as samples

Samples = Callable[[], Iterator[tuple[str, Any]]]

# fmt: off
WRITERS: dict[str, Samples] = {
    # the module that writes                what it is asked for
    "layouts.formula":                      samples.formulas,
    "layouts.formulas.latex_style":         samples.formulas,
    "layouts.identities":                   samples.identities,
    "layouts.identity_text":                samples.identities,
    "jacobians.typography":                 samples.mathematics,
    "jacobians.latex_displays":             samples.sentences,
    "jacobians.identities.sheets":          samples.sheets,
    "jacobians.identities.html_sheet":      samples.sheets,
    "jacobians.report.trace":               samples.traces,
    "jacobians.report.writers.latex":       samples.hostile_traces,
    "jacobians.formula_checks.result":      samples.checks,
    "jacobians.formula_checks.writers":     samples.hostile_checks,
    "jacobians.derivations.result":         samples.derivations,
    "jacobians.derivations.writers":        samples.hostile_derivations,
    "jacobians.symbolic.chains":            samples.chains_in_symbols,
    "jacobians.symbolic.chain_text":        samples.chains_in_symbols,
    "jacobians.symbolic.forms":             samples.forms_of_matrices,
    "jacobians.deriving.printed_values":    samples.written_derivations,
    "worksheets, written by report":        samples.worksheets,
    "README.md and its kin":                samples.documents,
}
# fmt: on
FORMS = {
    "to_latex": "latex",
    "_repr_latex_": "latex",
    "latex": "latex",
    "to_markdown": "markdown",
    "_repr_markdown_": "markdown",
    "to_html": "html",
    "_repr_html_": "html",
}
"""The methods that write, and the form in which they do; of each as much as the object has."""
CODE = {
    "markdown": re.compile(r"(`{3,})[^`].*?\1|(`+)(?!`).+?(?<!`)\2(?!`)", re.DOTALL),
    "html": re.compile(r"<(title|pre|code|script|style)\b.*?</\1>", re.DOTALL),
}
"""Where no mathematics is looked for."""
DOLLARS = r"(?<!\\)(?:\$\$(?P<shown>.+?)\$\$|\$(?=\S)(?P<inline>[^$]*?[^\s\\$])\$)"
BRACKETS = r"|{0}\[(?P<bracketed>.+?){0}\]|{0}\((?P<between>.+?){0}\)"
MATHEMATICS = {
    "markdown": re.compile(DOLLARS + BRACKETS.format(r"\\\\"), re.DOTALL),
    "html": re.compile(DOLLARS + BRACKETS.format(r"\\"), re.DOTALL),
}
"""What a notebook typesets; in Markdown a bracket has two backslashes."""


class Found(NamedTuple):
    """A piece of mathematics, as KaTeX takes it."""

    where: str
    display: bool
    latex: str


def main() -> None:
    """Print each different string once, at the first place where it was found."""
    seen = set()
    for collect in dict.fromkeys(WRITERS.values()):
        for found in strings_of(collect):
            if found[1:] not in seen:
                seen.add(found[1:])
                print(json.dumps(found._asdict()))
    print(f"{len(seen)} strings of LaTeX.", file=sys.stderr)


def strings_of(collect: Samples) -> Iterator[Found]:
    """The mathematics in all that is asked for.

    Raises:
        ValueError: there is none, or LaTeX has text beside its displays.
    """
    empty = True
    for where, written in collect():
        for form, text in texts(written):
            for display, latex in EXTRACTED[form](text):
                empty = False
                yield Found(f"{where}, {form}", display, latex)
    if empty and collect is not samples.documents:
        raise ValueError(f"{collect.__name__} has no LaTeX.")


def texts(written: Any) -> Iterator[tuple[str, str]]:
    """The forms in which something writes itself; a pair is a form and a text already."""
    if type(written) is tuple:
        yield written
        return
    for method, form in FORMS.items():
        if callable(write := getattr(written, method, None)):
            yield form, write()


def in_latex(text: str) -> Iterator[tuple[bool, str]]:
    """What stands between dollar signs; without them it is mathematics as a whole."""
    between, *others = re.split(r"(?<!\\)\$\$", text)
    if not others and between.startswith("$") and between.endswith("$"):
        yield False, between[1:-1]
    elif not others:
        yield True, between
    else:
        if len(others) % 2 or "".join([between, *others[1::2]]).strip():
            raise ValueError(f"text stands beside the displays: {text!r}")
        yield from ((True, display) for display in others[::2])


def in_markdown(text: str) -> Iterator[tuple[bool, str]]:
    """What a notebook would typeset: mathematics outside code."""
    yield from typeset("markdown", CODE["markdown"].sub(" ", text))


def in_html(text: str) -> Iterator[tuple[bool, str]]:
    """Likewise; a tag ends it."""
    for piece in re.split(r"<[^>]*>", CODE["html"].sub("<>", text)):
        yield from typeset("html", html.unescape(piece))


def typeset(form: str, text: str) -> Iterator[tuple[bool, str]]:
    """What stands between delimiters of mathematics."""
    for match in MATHEMATICS[form].finditer(text):
        display = bool(match["shown"] or match["bracketed"])
        yield display, next(filter(None, match.groups()))


EXTRACTED = {"latex": in_latex, "markdown": in_markdown, "html": in_html}

if __name__ == "__main__":
    main()
