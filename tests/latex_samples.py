"""What is asked for so that every writer of LaTeX writes all that it can: `latex_strings` collects.

A sample is where it comes from and an object with `to_latex` or kin, or a form and a text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any

from jacobians import (
    Custom,
    Linear,
    Network,
    Sigmoid,
    check_formula,
    derive,
    dimension_trace,
    matrix_form,
    ready_made,
    symbolic_chain,
    worksheet,
)
from jacobians.derivations import check_derivation
from jacobians.gallery import GALLERY
from jacobians.identities import all_identities, sheet
from jacobians.latex_displays import bold, prose
from jacobians.layers import ACTIVATIONS, LOSSES
from jacobians.typography import GREEK, SYMBOLS, superscripted, to_latex
from layouts import Formula, LayoutError
from layouts.identity_text import cells
from layouts.sizes import letter
from tests.cases import CASES
from tests.fuzz_formulas import LATEX_SEEDS, SEEDS
from tests.jacobians.report.test_graphs import CELL, DIAMOND
from tests.jacobians.report.test_rows import CASES as IN_ROWS
from tests.jacobians.report.test_shapes_in_words import MATRICES
from tests.jacobians.test_derivations import BACKWARDS, FORWARDS, NET, SKIP, THREAD, TestTelling
from tests.layouts.test_formula import PRINTED
from tests.layouts.test_latex_notation import FUNCTIONS, ROUND_TRIP, TANH
from tests.random_formulas import SHAPES, RandomFormulas

ROOT = Path(__file__).parent.parent
Sample = tuple[str, Any]
LAYOUTS = ["both", "numerator", "denominator"]
HOSTILE = [
    *"_%#&$^{}\\~|<>`'\"@", "a_b", "50% #1 & $x$ {y} a^2 ~ \\", "<script>alert(1)</script>",
    r"\input{/etc/passwd}", r"$\input{x}$", r"\(x\) \[y\] $$z$$", r"}\end{aligned}$$", r"\$", "``",
    "`$`", "% comment", "tab\tand\x07bell\x7f\x85", "two\nlines", "ΑΒΓΔ αβγδ", "Δt", "é ü ß", "имя",
    "ℝ² ℂ ϰ", "−σ×∂ᵀ ≠ ≤ ≥ ∈ ∑ ∏ ∫ √ ½ … ⁻¹ x₁ x̂ µ ″ ’ – ← →",
    "xᵀᵀ x²³ x₊₁ xⁿ xᵀ' x ² ³", "名前",
]  # fmt: skip
"""What users may write where they may write anything."""
SECONDS = 0.1
"""For the search of repairs, whose end is not what is tested here."""


def every(function: Callable[..., Any], **choices: Sequence[Any]) -> Callable[[], Iterator[Sample]]:
    """A function's answers to each combination of arguments, those that it refuses left out."""

    def samples() -> Iterator[Sample]:
        for values in product(*choices.values()):
            asked = dict(zip(choices, values, strict=True))
            said = ", ".join(f"{name}={value}" for name, value in asked.items())
            try:
                yield f"{function.__name__}({said})", function(**asked)
            except LayoutError:
                continue

    samples.__name__ = function.__name__
    return samples


def rows_of_layers() -> list[Network]:
    """In numbers and letters; every activation, every loss."""
    return [
        Network.parse("2-3-2", ["relu", "sigmoid"], "half_squared_error"),
        Network.parse("n-3-2", "softmax", "cross_entropy"),
        Network.parse("2-3", "tanh", bias=False),
        *(Network.parse("3-4-2", [name, "identity"], "huber") for name in ACTIVATIONS),
        *(Network.parse("4-2-3", ["tanh", "sigmoid"], name) for name in LOSSES),
    ]


def graphs() -> list[Network]:
    """Ready-made ones, in numbers and letters, and those of the tests."""
    return [
        *map(ready_made, GALLERY),
        ready_made("residual_block", n="n", m="m"),
        ready_made("rnn", recurrence="z", steps=4),
        *map(Network.graph, (DIAMOND, CELL, MATRICES)),
    ]


def traces() -> Iterator[Sample]:
    """Rows and graphs, asked for in every way that there is."""
    ways = {
        "wrt": [None, "b1"],
        "layout": LAYOUTS,
        "samples": [None, 5, letter("N")],
        "symbols": ["plain", "superscript"],
    }
    yield from every(dimension_trace, net=rows_of_layers()[:2], **ways)()
    yield from every(dimension_trace, net=rows_of_layers()[2:], wrt=["x"], samples=[None, 2])()
    yield from every(dimension_trace, net=graphs(), samples=ways["samples"], values=[False, True])()
    two = rows_of_layers()[:2]
    yield from every(dimension_trace, net=two, wrt=["W1"], entry=[(1, 0)], input_index=[0, 1])()
    rows = {"samples_as": ["rows"], "form": ["XW", "XWT", "folded"]}
    for case in IN_ROWS:
        net = Network.parse(*case[:3], reduction=case[3])
        yield from every(dimension_trace, net=[net], samples=[1, 2, letter("N")], **rows)()
    yield from every(dimension_trace, net=[net], values=[True], **rows)()


def hostile_traces() -> Iterator[Sample]:
    """Where users name things: a function, a title, a note, what was typed as an option."""
    for text in HOSTILE:
        with suppress(LayoutError):  # names are lines without backticks
            squares = Custom(lambda x: x * x, name=text)
            net = Network([Linear([[1.0, -2.0], [0.5, 3.0]]), squares, Sigmoid()], "squared_error")
            yield f"a layer called {text!r}", dimension_trace(net)
            yield f"a graph called {text!r}", dimension_trace(Network.graph(DIAMOND, title=text))


def mathematics() -> Iterator[Sample]:
    """Every Jacobian of every layer by its name and its structure, and any sign at all."""
    for case, layout in product(CASES, LAYOUTS[1:]):
        for wrt in case.arguments:
            J = case.layer.jacobian(*case.inputs, wrt=wrt, layout=layout)
            for text in (J.name, J.operator.text, superscripted(J.operator.text)):
                yield f"{case.label} by {wrt}: {text}", ("latex", to_latex(text))
    for text in (*GREEK, *SYMBOLS, *HOSTILE, "∂(A u)/∂x", "Σᵢₖ gᵢ", "c_(t-1)", "I_(m·n)", "δ_z1"):
        for written in (text, f"∂{text}/∂x", f"{text}1", f"W_{text}"):
            yield f"mathematics {written!r}", ("latex", to_latex(written))


def sentences() -> Iterator[Sample]:
    """Any sign in prose."""
    for text in (*GREEK, *SYMBOLS, *HOSTILE):
        for latex in (rf"\text{{{prose(text)}}}", rf"\texttt{{{prose(text)}}}", bold(prose(text))):
            yield f"prose {text!r}", ("latex", latex)


def formulas() -> Iterator[Sample]:
    """Formulas of the tests and random ones, with shapes and without."""
    for text in (*PRINTED, *SEEDS, *LATEX_SEEDS):
        yield f"formula {text}", Formula.parse(text)
    for text, shapes in ROUND_TRIP.items():
        formula = Formula.parse(text, functions=FUNCTIONS | {"dg": TANH})
        yield f"formula {text}", formula
        if shapes:
            yield from shaped(formula, shapes)
    random = RandomFormulas(0)
    sizes = {name: "×".join(map(str, shape)) for name, shape in SHAPES.items()}
    for _ in range(300):
        formula = Formula.parse(random.any(4))
        yield from shaped(formula, sizes)


def shaped(formula: Formula, shapes: Any) -> Iterator[Sample]:
    """A formula as it is understood with shapes, and with a brace under every part."""
    for write in (formula.to_latex, lambda given: formula.with_shapes(given, "latex")):
        with suppress(LayoutError):  # some have names without a shape
            yield f"formula {formula.text} with shapes", ("latex", write(shapes))


def identities() -> Iterator[Sample]:
    """Both tables, cell by cell."""
    for row in all_identities:
        for cell in cells(row, "latex"):
            yield f"identity {row.id}", ("latex", cell)


def sheets() -> Iterator[Sample]:
    """Both tables, in both layouts and in each."""
    for form, layout in [*product(("latex",), LAYOUTS), ("markdown", "both"), ("html", "both")]:
        yield f"identities --all --layout {layout}", (form, sheet(all_identities, form, layout))


def hinted(where: str, found: Any) -> Iterator[Sample]:
    """A report, and what is left of it with each hint."""
    yield where, found
    for hint in range(4):
        yield f"{where}, hint {hint}", ("latex", found.to_latex(hint))


def checks() -> Iterator[Sample]:
    """Every formula whose verdict is known, and those that were typed in LaTeX."""
    cases = json.loads((ROOT / "tests/data/formula_cases.json").read_text("utf-8"))["cases"]
    for case in cases:
        about = {name: case.get(name) for name in ("of", "wrt", "shapes", "let", "assume")}
        check = check_formula(case["formula"], **about, seconds=SECONDS)
        yield from hinted(f"check {case['id']}", check)
    for case in typed_in_latex():
        with suppress(LayoutError):  # some are chains, which are no formulas
            check = check_formula(
                case["latex"], network=THREAD, wrt=case.get("wrt"), seconds=SECONDS
            )
            yield from hinted(f"check {case['id']}", check)


def typed_in_latex() -> list[dict[str, Any]]:
    """What people typed."""
    return json.loads((ROOT / "tests/data/latex_formulas.json").read_text("utf-8"))["formulas"]


def hostile_checks() -> Iterator[Sample]:
    """Formulas that are none, and names that want to break out."""
    for text in HOSTILE:
        yield f"check {text!r}", check_formula(text, network=THREAD, wrt="W1", seconds=SECONDS)
        asked = {"of": "x.T @ A_1 @ x", "wrt": "x", "shapes": {"x": "n", "A_1": "n×n"}}
        check = check_formula("2 * A_1 @ x", **asked, names={text: "A_1"}, seconds=SECONDS)
        yield f"check with a name {text!r}", check


def derivations() -> Iterator[Sample]:
    """Right ones and wrong ones, in symbols, in formulas and in LaTeX."""
    example = (ROOT / "examples/derivation.txt").read_text("utf-8")
    skip = "du/dx = du/dz2 · dz2/dx\ndu/dx = dz2/dx - eye(3)"
    for lines, net in [(BACKWARDS, NET), (FORWARDS, NET), (example, THREAD), (skip, SKIP),
                       (TestTelling.LINES, THREAD)]:  # fmt: skip
        yield from hinted(f"derivation {lines}", check_derivation(lines, network=net))
    for case in typed_in_latex():
        for net in (None, THREAD):
            found = check_derivation(case["latex"], network=net, wrt="W2")
            yield from hinted(f"derivation {case['id']}", found)


def hostile_derivations() -> Iterator[Sample]:
    """Lines that are none, beside one that is."""
    lines = ["a1 = tanh(z1)", *HOSTILE]
    yield "derivation of hostile lines", check_derivation(lines, network=THREAD)


def documents() -> Iterator[Sample]:
    """What people read of the repository: its Markdown and its notebooks, outputs included."""
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("*/*.md")]):
        yield str(path.relative_to(ROOT)), ("markdown", path.read_text("utf-8"))
    for path in sorted(ROOT.glob("notebooks/**/*.ipynb")):
        for number, cell in enumerate(json.loads(path.read_text("utf-8"))["cells"]):
            where = f"{path.relative_to(ROOT)}, cell {number}"
            if cell["cell_type"] == "markdown":
                yield where, ("markdown", "".join(cell["source"]))
            for output in cell.get("outputs", ()):
                for form in ("latex", "markdown", "html"):
                    yield where, (form, "".join(output.get("data", {}).get(f"text/{form}", "")))


def worksheets() -> Iterator[Sample]:
    """Sheets with everything blank, and their keys."""
    nets = [None, *rows_of_layers()[:2]]
    blank = [("shapes", "order", "structure"), ("choice",)]
    for where, made in every(worksheet, net=nets, layout=LAYOUTS, blank=blank, seed=[3])():
        yield where, made
        yield f"{where}, its key", made.key


def chains_in_symbols() -> Iterator[Sample]:
    """Rows with numbers for sizes, by a parameter and by all."""
    nets = [*rows_of_layers()[3:9:2], rows_of_layers()[0]]
    yield from every(symbolic_chain, net=nets, wrt=["W1", "parameters"], layout=LAYOUTS)()


def forms_of_matrices() -> Iterator[Sample]:
    """Rows and graphs, one sample and a batch, by their first weights and by their input."""
    ways = {"layout": LAYOUTS, "samples": [1, 5, "N"], "symbols": ["plain", "superscript"]}
    yield from every(matrix_form, net=rows_of_layers()[:2], wrt=["W1", "b2", "x"], **ways)()
    yield from every(matrix_form, net=[*rows_of_layers()[2:], *graphs()], wrt=["W1", "x"])()


def written_derivations() -> Iterator[Sample]:
    """In all three ways: rows in numbers and letters, a batch, and graphs."""
    ways = {"way": ["components", "jacobians", "vjp"], "layout": LAYOUTS}
    yield from every(derive, net=rows_of_layers()[:2], wrt=["W1", "x"], **ways)()
    yield from every(derive, net=rows_of_layers()[:1], wrt=["b2"], samples=[5, "N"], **ways)()
    yield from every(derive, net=graphs()[:3], **ways)()
