"""One row of the table of identities: what it says, and whether it is true.

A row is a formula, what it is differentiated by, and the result in both layouts, all in the
notation of `layouts.formula`. It is executed on probes whose sizes all differ, in both layouts: the
truth comes from steps of the expression alone, and knows nothing of the results.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from .formula import Formula
    from .formulas.functions import Function
    from .probes import Probe

__all__ = ["TOLERANCE", "Identity", "sides"]

TOLERANCE = 1e-7
"""How far, relative to the largest entry, a result may be from the truth."""
Distort = Callable[[Any, Any], tuple[Any, Any]]
AROUND = {
    "derivative": "d({0})/d{1}",
    "second derivative": "d^2({0})/({2})",
    "differential": "d({0})",
    "conversion": "d{3} = {0}",
}
"""How the left side of each kind of row is written, around its expression."""


def sides(text: str) -> list[str]:
    """The formulas that are said to be equal."""
    return text.split(" = ")


class Identity(NamedTuple):
    """One identity.

    Args:
        id: its name, `vv-03`.
        category: the kind of derivative, `vector-by-vector`.
        expression: what is differentiated.
        wrt: by what; "" where the row is about a differential, or an equality.
        where: the shapes of what occurs, and what is assumed (see `layouts.probes`).
        numerator: the result in numerator layout.
        denominator: the result in denominator layout; "" where it is the same formula.
        condition: what has to hold, in words.
        kind: derivative, second derivative, differential, equality.
        let: names that stand for formulas.
        stacking: vec or rvec, where a Jacobian is meant that no table has as a matrix.
        note: what else a reader should know.
        functions: gives the functions that the formulas need beside the built-in ones.
        by_hand: instead of formulas, a random generator to the truth and the result.
        latex: such a row's expression and result in LaTeX.
        made: of a conversion, what has the differential: y, or Y if it is a matrix.
        reason: why no formula states it.
    """

    id: str
    category: str
    expression: str
    wrt: str
    where: str
    numerator: str
    denominator: str = ""
    condition: str = ""
    kind: str = "derivative"
    let: tuple[tuple[str, str], ...] = ()
    stacking: str = "vec"
    note: str = ""
    functions: Callable[[], Mapping[str, Function]] | None = None
    by_hand: Callable[[np.random.Generator], tuple[Any, Any]] | None = None
    latex: tuple[str, str] = ("", "")
    reason: str = ""
    made: str = "y"

    @property
    def results(self) -> tuple[str, str]:
        """In numerator and in denominator layout."""
        return self.numerator, self.denominator or self.numerator

    @property
    def left(self) -> str:
        """What the row is about, `d(A @ x)/dx`."""
        if self.by_hand or self.kind == "equality":
            return self.expression
        x, y = self.wrts
        below = f"d{x} d{y}" if x != y else f"d{x}^2" if self.by_scalar else f"d{x} d{x}.T"
        around = AROUND[self.kind]
        return " = ".join(
            around.format(side, self.wrt, below, self.made) for side in sides(self.written)
        )

    @property
    def by_scalar(self) -> bool:
        """Whether it is a scalar by which the row differentiates."""
        from .probes import declared

        return any(each.name in self.wrts and not each.shape for each in declared(self.where))

    @property
    def chain(self) -> list[str]:
        """Where the expression is a lone function, it and what it is a function of: f of g of u."""
        of = dict(re.findall(r"(\w+)\((\w+)\):", self.where))
        names = [self.expression]
        while names[-1] in of and of[names[-1]] != self.wrt:
            names.append(of[names[-1]])
        return names if len(names) > 1 else [*names, self.wrt] if names[0] in of else []

    @property
    def written(self) -> str:
        """The expression; a lone function with its argument, g(u)."""
        return "(".join(self.chain) + ")" * (len(self.chain) - 1) if self.chain else self.expression

    @property
    def wrts(self) -> list[str]:
        """What a second derivative is taken by, twice or by one and then by the other."""
        names = [name.strip() for name in self.wrt.split(",")]
        return names * 2 if len(names) == 1 else names

    @property
    def tells(self) -> tuple[str, ...]:
        """What a test of the row can tell: the layout, a scale, a sign.

        A result that is zero tells none, one that is the same in both layouts no layout.
        """
        from .identity_runs import error, executed

        runs = executed(self)
        zero = all(not np.any(value) for run in runs for value in run.result)
        alike = all(error(*run.result) <= TOLERANCE for run in runs)
        return () if zero else ("scale", "sign") if alike else ("layout", "scale", "sign")

    def worst_error(self, distort: Distort | None = None) -> float:
        """The largest relative error on any probe, in either layout; infinite if shapes differ.

        Args:
            distort: changes the two results, to see that the row can fail.
        """
        from .identity_runs import error, executed

        worst = 0.0
        for truth, result in executed(self):
            changed = distort(*result) if distort else result
            worst = max(worst, *(error(t, r) for t, r in zip(truth, changed, strict=True)))
        return worst

    def holds(self, distort: Distort | None = None) -> bool:
        """Whether the results are the truth, on every probe."""
        return self.worst_error(distort) <= TOLERANCE

    def formula(self, text: str, probe: Probe | None = None) -> Formula:
        """One of the row's formulas, read."""
        from .formula import Formula
        from .probes import declared

        functions = {**(self.functions() if self.functions else {})}
        let = dict(self.let)
        if probe:
            functions |= probe.functions
            let |= probe.let
        names = [each.name for each in declared(self.where)] if self.where else []
        return Formula.parse(text, functions=functions, let=let, names=names)

    def __str__(self) -> str:
        return f"{self.id}: {self.left} = {self.numerator}"
