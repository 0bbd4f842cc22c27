r"""`check_derivation`: a derivation line by line; the first false line is named with its reason.

    dL/dW1 = dL/da2 · da2/dz2 · dz2/dW1     a chain of symbols: judged by `sums`
           = delta1 @ a0.T                  a formula for what stands on the left: `check_formula`
    delta2 = (a2 - y) * dsigmoid(z2)        a definition, for later lines to use by its name
    dL/da1 = dL/dz2 · W2                    both: ∂L/∂z2 is the row or the column, by layout

A line is in Python's notation, with ∂ or d and · for symbols, or in LaTeX, with the & and the
\\ of an align or without. It may go on with `=`, and then has its left side from the line before.
What the writer calls things is found out once, for all lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from layouts.errors import InputError
from layouts.formulas.functions import Function

from ..network import Network
from .given import Given
from .result import Derivation, unread
from .rows import rows_of
from .sheet import Sheet

__all__ = ["check_derivation"]

MOST_LINES = 100
LONGEST = 40_000
"""Characters of a whole derivation."""


def check_derivation(
    lines: str | Iterable[str],
    *,
    network: Network | None = None,
    wrt: str | None = None,
    of: str | None = None,
    shapes: Mapping[str, Any] | None = None,
    let: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    functions: Mapping[str, Function] | None = None,
) -> Derivation:
    """Judge a derivation line by line.

    Args:
        lines: one string for each line, or a text; blank lines and comments, # …, are skipped.
        network: the network that it is about; or `of`, a formula, with `shapes`. Without them
            chains are judged by their symbols alone.
        wrt: what the first line is differentiated by, where it has no left side.
        of: a formula, or a value of the network; None is its loss.
        shapes: of every name, `{"x": "n", "A": "n×n"}`.
        let: formulas that names stand for.
        names: what the writer's names are called here, `{"a3": "a2"}`.
        functions: more functions of formulas.

    Raises:
        LayoutError: what the derivation is about is not understood: `of`, a shape, no text.

    >>> found = check_derivation('''
    ...     dL/dW3 = dL/da3 · da3/dz3 · dz3/dW3
    ...     dL/dW2 = dL/da3 · dz3/da2 · da2/dW2
    ... ''')
    >>> found.verdict, found.first_false.number
    ('wrong', 3)
    >>> print(found.first_false.reason)
    ∂a3/∂z3 is missing between ∂L/∂a3 and ∂z3/∂a2: a3 is not z3. Write ∂L/∂a3 · ∂a3/∂z3 · ∂z3/∂a2.
    """
    each = [lines] if isinstance(lines, str) else list(lines)
    if not all(isinstance(line, str) for line in each):
        raise InputError("a derivation is a text, or one string for each line.")
    text = "\n".join(each)
    rows = list(rows_of(text)) if len(text) <= LONGEST else []
    given = Given(network, wrt, of, shapes or {}, let or {}, names or {}, functions or {})
    sheet = Sheet(text, given, rows if len(rows) <= MOST_LINES else [])
    if len(text) > LONGEST or len(rows) > MOST_LINES:
        limit = f"{MOST_LINES} lines or {LONGEST:,} characters"
        return Derivation([unread(1, "", f"more than {limit} are beyond reason.")], given.title)
    if not rows:
        return Derivation([unread(1, "", "there is no line to judge.")], given.title)
    return Derivation(sheet.marked(), given.title, sheet.remarks)
