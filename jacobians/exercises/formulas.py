"""A formula for a derivative, as an exercise."""

from __future__ import annotations

from typing import Any

from layouts import Layout

from ..formula_checks import check_formula
from ..formula_checks.result import Check
from .mark import Mark, blank

__all__ = ["mark_formula"]


def mark_formula(
    yours: Any, *, wrt: str, layout: Layout | str | None = None, **question: Any
) -> Mark:
    """Mark a matrix formula for a derivative, by its values.

    Args:
        yours: the formula as text, "delta2 @ a1.T" or LaTeX.
        wrt: by what.
        layout: the layout that is asked for; None takes either.
        question: what else `check_formula` is asked with: network, or of and shapes.

    Raises:
        LayoutError: the question is not understood.

    >>> shapes = {"x": "n", "A": "m×n", "b": "m"}
    >>> print(mark_formula("b.T @ A", of="b.T @ A @ x", wrt="x", shapes=shapes,
    ...                    layout="denominator"))
    NOT YET
       yours  b.T @ A
       true   A.T @ b
       why    It is right in numerator layout; denominator layout was asked for.
    """
    layout = layout if layout is None else Layout.named(layout)
    asked = f"a formula for the derivative by {wrt}" + (f" in {layout} layout" if layout else "")
    if yours is ...:
        return blank(asked)
    check = check_formula(str(yours), wrt=wrt, **question)
    if not check.right:
        return Mark(False, str(yours), repaired(check, layout), complaint(check))
    if layout is not None and check.layout not in (layout.value, "both"):
        why = f"It is right in {check.layout} layout; {layout} layout was asked for."
        return Mark(False, str(yours), check.other_layout or "", why)
    why = " ".join(f"{part}: {reason}" for part, reason in check.why)
    return Mark(True, str(yours), str(yours), why)


def repaired(check: Check, layout: Layout | None) -> str:
    """The nearest formula that is right, in the layout that is asked for if there is one."""
    fitting = [each for each in check.repairs if layout is None or each.layout == layout.value]
    return (fitting or check.repairs)[0].formula if check.repairs else ""


def complaint(check: Check) -> str:
    """What is wrong, in sentences."""
    told = [slip.text for slip in check.slips] or [check.message or f"{check.verdict}."]
    return " ".join([*told, *check.caveats])
