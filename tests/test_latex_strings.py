"""No module writes LaTeX that KaTeX is not shown in CI; where mathematics is found in pages."""

import ast
import re
from itertools import islice
from pathlib import Path

import pytest

import jacobians
from tests.latex_samples import documents, hostile_checks, hostile_derivations, hostile_traces
from tests.latex_strings import FORMS, WRITERS, in_html, in_latex, in_markdown, strings_of

ROOT = Path(jacobians.__file__).parent.parent
COMMAND = re.compile(
    r"\\(begin|cdot|frac|mathrm|odot|operatorname|otimes|partial|sum|text|textbf|texttt|top)(?![a-z])"
)
READERS = {
    "jacobians.derivations.products", "jacobians.derivations.rows", "layouts.identity_tokens",
    "layouts.formulas.latex", "jacobians.pictures.picture",
}  # fmt: skip
"""They know commands in order to read them, or write an image with its alt text, which has none;
everything in these is left aside."""


def writes(source):
    """Why the text of a module has to be in the table: a method that writes, a command, or ""."""
    tree = ast.parse(source)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name in FORMS:
            return node.name
        text = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in said and (found := COMMAND.search(text)):
            return found[0]
    return ""


def modules():
    for path in sorted([*ROOT.glob("layouts/**/*.py"), *ROOT.glob("jacobians/**/*.py")]):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if not any(f"{name}.".startswith(f"{reader}.") for reader in READERS):
            yield name, path.read_text(encoding="utf-8")


def test_every_module_that_writes_latex_is_in_the_table():
    why = {name: writes(source) for name, source in modules()}
    unnamed = {name: reason for name, reason in why.items() if reason and name not in WRITERS}
    assert unnamed == {}, "give them a line in WRITERS of tests/latex_strings.py"
    assert {name for name in WRITERS if name in why and not why[name]} == set()


@pytest.mark.parametrize(("source", "why"), [
    ("class A:\n    def _repr_latex_(self):\n        return ''", "_repr_latex_"),
    ("def to_html(x): ...", "to_html"),
    (r"x = f'\\frac{{{1}}}{{2}}'", r"\frac"),
    (r"def f():" "\n    " r"r'''Of \frac.'''" "\n    return r'\\textual'", ""),
])  # fmt: skip
def test_a_writer_is_seen(source, why):
    assert writes(source) == why


@pytest.mark.parametrize("collect", dict.fromkeys(WRITERS.values()), ids=lambda c: c.__name__)
def test_every_line_of_the_table_has_latex(collect):
    assert list(islice(strings_of(collect), 1)) or collect is documents


@pytest.mark.parametrize("collect", [hostile_checks, hostile_derivations, hostile_traces])
def test_a_notebook_sees_no_mathematics_that_a_user_wrote(collect):
    assert [found for found in strings_of(collect) if not found.where.endswith(", latex")] == []


def test_mathematics_is_found_in_latex():
    assert list(in_latex("$$\na\n$$\n\n$$b$$\n")) == [(True, "\na\n"), (True, "b")]
    assert list(in_latex(r"$\displaystyle x$")) == [(False, r"\displaystyle x")]
    assert list(in_latex(r"\$x\$ + y")) == [(True, r"\$x\$ + y")]
    for beside in ("$$a$$ and $$b$$", "$$a$$ $$b"):
        with pytest.raises(ValueError, match="text stands beside the displays"):
            list(in_latex(beside))


def test_mathematics_is_found_in_pages_outside_code():
    text = (
        "a $x$, $$y$$, \\\\(z\\\\), \\[0\\], \\$5, $6 or $7; `$u$` ``v`$w$``\n```text\n$k$\n```\n"
    )
    assert list(in_markdown(text)) == [(False, "x"), (True, "y"), (False, "z")]
    page = r"<title>$t$</title><p>$a<b>$ \(x &lt; 1\) <code>$u$</code><span>&#36;</span>v$</p>"
    assert list(in_html(page)) == [(False, "x < 1")]
