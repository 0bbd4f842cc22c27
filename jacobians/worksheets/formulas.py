"""Right formulas for a derivative: the sweep's, written out so far, or the links' product."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from layouts.errors import InputError, LayoutError
from layouts.formulas.printing import PYTHON, printed
from layouts.layout import NUMERATOR, Layout

from ..formula_checks.answer import Answer
from ..formula_checks.question import Asked, asked
from ..formula_checks.surgery import turned
from ..formula_checks.verdicts import RIGHT
from ..formula_checks.view import tidied
from ..report.facts import Derivative
from ..report.sweep_in_words import swept
from ..typography import grouped
from .draws import shuffled

__all__ = ["answer_to", "right_formula"]

LONGEST = 64
"""Characters; a formula that is longer is not written out further."""
LINE = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
SPELLINGS: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
    (r"(\w+ᵀ?) ⊗ (\w+)", r"kron(\1, \2)"),
    (r"(?<!\w)I(?:([₀-₉]+)|_(\w+))", lambda m: f"eye({(m[1] or m[2]).translate(LINE)})"),
    ("ᵀ", ".T"),
    ("σ", "sigmoid"),
    (r"(\w+)'\(", r"d\1("),
    (" ⊙ ", " * "),
    (r"(?<![\w.])([0-9.]+) (?=[\w(])", r"\1 * "),
    (r"(?<=[\w)]) (?=[\w(])", " @ "),
]  # fmt: skip
"""How Python has what reports print, in this order; last what stands side by side."""


def answer_to(formula: str, derivative: Derivative) -> Answer:
    """What the checker answers to a formula for this derivative.

    Raises:
        LayoutError: it cannot be read, or the network has steps that no formula states.
    """
    samples = None if derivative.samples == 1 else derivative.samples
    return Answer(asked(Asked.of_arguments(
        formula, network=derivative.network, wrt=derivative.wrt, of=derivative.of, samples=samples,
    )))  # fmt: skip


def right_formula(derivative: Derivative, layout: Layout, seed: int) -> Answer:
    """A formula that the checker finds right in this layout; the seed says how far it is written.

    Raises:
        InputError: none is found.
    """
    for text in _texts(derivative, layout, seed):
        try:
            answer = answer_to(text, derivative)
            if layout is NUMERATOR and derivative.loss:
                text = printed(tidied(turned(answer.tree)), PYTHON)
                answer = answer_to(text, derivative)
        except LayoutError:
            continue
        layouts = {face.layout for face in answer.given.among(answer.tree)}
        if answer.judged.verdict == RIGHT and layout in layouts:
            return answer
    raise InputError(f"no formula of the notation states {derivative.name} here: leave choice out "
                     "of what is blank.")  # fmt: skip


def _texts(derivative: Derivative, layout: Layout, seed: int) -> list[str]:
    """Of the loss what the sweep has, longer forms first; of another value the links' product."""
    if derivative.loss:
        short, *longer = _written_out(derivative)
        longer = [text for text in longer if len(text) <= LONGEST]
        texts = [*shuffled(longer, seed, "right formula"), short]
        return [_in_python(text, derivative) for text in texts]
    if derivative.branches:
        return []
    factors = [grouped(factor.text(layout)) for factor in derivative.written(layout)]
    return [" @ ".join(_in_python(factor, derivative) for factor in factors)]


def _in_python(text: str, derivative: Derivative) -> str:
    """A formula of a report in Python's notation; a 1 at its end sums over the samples."""
    text = re.sub(" 1$", f" @ ones({derivative.samples}, 1)", text)
    for printed_so, python in SPELLINGS:
        text = re.sub(printed_so, python, text)
    return text


def _written_out(derivative: Derivative) -> Iterator[str]:
    """δ1 a0ᵀ; then δ1 in full; then what that is made of, and so on."""
    *rows, last = swept(derivative)
    text = last.text
    yield text
    for row in reversed(rows):
        whole = grouped(row.text, words=True)
        text = whole.join(re.split(rf"(?<!\w){row.name}(?!\w)", text))
        yield text
