"""A definition by itself: its shapes, and its values where the network has a value of its name."""

from __future__ import annotations

import numpy as np

from layouts import Formula
from layouts.errors import LayoutError
from layouts.formulas.functions import BUILT_IN
from layouts.formulas.printing import printed
from layouts.formulas.tree import Part
from layouts.sizes import Size, by

from ..formula_checks.problem import Problem
from ..formula_checks.question import all_shapes
from ..formula_checks.spelling import Spelling
from .reasons import Reason
from .result import Line
from .sides import Side
from .subject import Subject
from .terms import has_symbols

__all__ = ["definition_line"]


def definition_line(own: str, tree: Part, side: Side, subject: Subject, *, made: bool) -> Line:
    """A definition as a line.

    Args:
        own: the name that is defined, as the problem has it.
        tree: the formula, with the definitions before it written out.
        side: the formula as it was handed in.
        subject: what the derivation is about.
        made: whether the problem has a formula for that name.
    """
    problem = subject.problem
    if problem is None or has_symbols(tree):
        return Line(0, "", "definition", True, note="A definition: not judged.")
    let = {n: problem.parsed(text) for n, text in problem.let.items()}
    functions = {**BUILT_IN, **problem.functions}
    read = Spelling(dict(subject.names.own), problem, []).read(tree)
    formula = Formula(side.code, side.notation, [read], functions, let)
    reading = formula.reading(all_shapes(problem))
    if reading.fault is not None:
        reason = Reason("does not conform", " ".join(reading.fault.message.split()))
        return Line(0, "", "definition", False, reasons=(reason,))
    shape = reading.shapes[reading.tree]
    if made and not has_values(own, formula, problem):
        text = subject.wires.renamed(problem.parsed(problem.let[own]).tree)
        wrong = f"{subject.wires.text(own)} is something else in this network."
        reason = Reason("values", wrong, f"It is {printed(text)}.")
        return Line(0, "", "definition", False, reasons=(reason,))
    size = by(shape or ())
    note = f"As the network has it, {size}." if made else f"A definition, {size}: not judged."
    return Line(0, "", "definition", True, note=note)


def has_values(own: str, formula: Formula, problem: Problem) -> bool:
    """Whether a formula has the values that a name of the problem's has."""
    letters = [n for shape in problem.shapes.values() for n in shape if isinstance(n, Size)]
    sizes = {str(n): 5 + k for k, n in enumerate(dict.fromkeys(letters))}
    for least in (-1.0, 0.1):  # a loss may need positive values
        draw = np.random.default_rng(0)
        values = {
            name: draw.uniform(
                least, 1.0, [sizes[str(n)] if isinstance(n, Size) else n for n in shape]
            )
            for name, shape in problem.shapes.items()
        }
        truth = problem.formula(own)(values, sizes=sizes)
        try:
            value = formula(values, sizes=sizes)
        except LayoutError:
            return False
        known = bool(np.isfinite(truth).all())
        if known and (value.shape != truth.shape or not np.allclose(value, truth)):
            return False
    return True
