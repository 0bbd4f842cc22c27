"""From the check of a formula for a value to the line that it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from layouts import Layout
from layouts.errors import FormulaError, InputError

from ..formula_checks import Check
from .links import Link, arrangement
from .reasons import Reason
from .result import Line
from .sizes import gradient, shape_of
from .wires import Wires

__all__ = ["rank", "value_line"]

VERDICTS = ("right", "right by accident", "wrong values", "wrong shape", "does not conform")
"""The nearest to the truth first."""


def rank(line: Line) -> tuple[bool, int]:
    """How near to the truth a reading of a line is."""
    verdict = line.check.verdict if line.check is not None else ""
    return bool(line.verdict), -VERDICTS.index(verdict) if verdict in VERDICTS else -len(VERDICTS)


def value_line(check: Check, target: Link | None, wires: Wires, read: Layout | None = None) -> Line:
    """A formula as a line; the layout that its symbols were read in is that of the left side.

    Raises:
        LayoutError: the formula is not understood.
    """
    if check.verdict == "not understood":
        match = re.match(r"column (\d+) of the formula: (.*?)(\n.*)?\Z", check.message, re.DOTALL)
        if match is None:
            raise InputError(check.message)
        raise FormulaError(check.formula, int(match[1]) - 1, match[2])
    if check.verdict != "right":
        return Line(0, "", "value", False, check.layout, tuple(value_reasons(check)), check=check)
    if target is None or check.layout not in ("numerator", "denominator"):
        note = "Right, the same in both layouts." if check.layout == "both" else "Right."
        return Line(0, "", "value", True, check.layout, note=note, check=check)
    layout = Layout.named(check.layout)
    wanted = arrangement(target, read or (layout.other if target.turned else layout))
    if wanted is not layout:
        wrong = f"It is the transpose of {wires.spoken(target)}: that is in {wanted} layout here, "
        reason = Reason("layout", f"{wrong}the formula in {layout} layout.", "Transpose it.")
        return Line(0, "", "value", False, check.layout, (reason,), check=check)
    shape = "×".join(gradient([target], layout, wires))
    if check.face == "Jacobian":
        shape = shape_of(target, layout, wires)
    note = f"Right in {layout} layout{shape and ', '}{shape}."
    return Line(0, "", "value", True, check.layout, note=note, check=check)


def value_reasons(check: Check) -> Iterator[Reason]:
    """Why a formula is false: what its check says, slip by slip."""
    message = " ".join(check.message.split()) or " ".join(check.caveats)
    cure = ""
    if check.repairs:
        repair = check.repairs[0]
        where = f", in {repair.layout} layout" if repair.layout else ""
        cure = f"Right is {repair.formula}{where}."
    yield Reason(check.verdict, message, "" if check.slips else cure)
    for k, slip in enumerate(check.slips, start=1):
        yield Reason(slip.kind, slip.text, cure if k == len(check.slips) else "")
