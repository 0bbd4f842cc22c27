"""`check_formula`: whether a formula is the derivative, what is wrong with it, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layouts.errors import FormulaError

from ..network import Network
from .answer import Answer
from .question import Asked, asked
from .result import Check, not_understood

__all__ = ["check_formula"]


def check_formula(
    formula: str,
    *,
    network: Network | None = None,
    wrt: str | None = None,
    of: str | None = None,
    shapes: Mapping[str, Any] | None = None,
    let: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    functions: Mapping[str, Any] | None = None,
    assume: Mapping[str, str] | None = None,
    samples: Any = None,
    notation: str | None = None,
    seconds: float = 1.5,
) -> Check:
    """Judge a formula for a derivative; say what is right, what is wrong, and why.

    Args:
        formula: as it was written, in Python's notation or in LaTeX, with `∂L/∂W =` before it or
            without.
        network: the network that the derivative is of; or `of`, a formula, with `shapes`.
        wrt: what is differentiated by; it may be left out where the formula says it.
        of: a formula, or a value of the network; None is its loss.
        shapes: of every name, `{"x": "n", "A": "n×n"}`.
        let: formulas that names stand for.
        names: what the writer's names are called here, `{"a3": "a2"}`.
        functions: more functions of formulas.
        assume: what is true of values, `{"x": "positive"}`; a formula that needs it is right by
            accident.
        samples: so many samples in the columns of the network's values.
        notation: "python" or "latex"; None tells them apart.
        seconds: how long repairs are searched for.

    Raises:
        LayoutError: the question is not understood: a network's value, a shape, `of`.

    >>> check = check_formula("2 * A @ x", of="x.T @ A @ x", wrt="x", shapes={"x": "n", "A": "n×n"})
    >>> check.verdict, check.repairs[0].formula
    ('wrong values', '(A + A.T) @ x')
    """
    given = Asked.of_arguments(
        formula, network=network, wrt=wrt, of=of, shapes=shapes, let=let, names=names,
        functions=functions, assume=assume, samples=samples, notation=notation,
    )  # fmt: skip
    try:
        question = asked(given)
    except FormulaError as problem:
        if problem.text != formula:
            raise
        return not_understood(formula, str(problem))
    return Answer(question).check(seconds)
