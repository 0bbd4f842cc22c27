"""Right formulas for a derivative: the sweep's, written out so far, or the links' product."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
BESIDE = re.compile(r"(?<=[\w)ᵀ]) (?=[\w(])")
"""Between two factors: a matrix product even where a size is 1, and not a number's scaling."""
IDENTITY = re.compile("I([₀-₉]+)")
LINE = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


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
    found = _texts(derivative, layout, seed)
    for text in [form for each in found for form in (BESIDE.sub(" @ ", each), each)]:
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
        return [*shuffled(longer, seed, "right formula"), short]
    if derivative.branches:
        return []
    factors = [grouped(factor.text(layout)) for factor in derivative.written(layout)]
    return [IDENTITY.sub(lambda m: f"eye({m[1].translate(LINE)})", " · ".join(factors))]


def _written_out(derivative: Derivative) -> Iterator[str]:
    """δ1 a0ᵀ; then δ1 in full; then what that is made of, and so on."""
    *rows, last = swept(derivative)
    text = last.text
    yield text
    for row in reversed(rows):
        whole = grouped(row.text, words=True)
        text = whole.join(re.split(rf"(?<!\w){row.name}(?!\w)", text))
        yield text
