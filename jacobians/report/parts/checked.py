"""CHECKED: what the numbers say, and what each way costs."""

from __future__ import annotations

from layouts.layout import Layout

from ...comparison.words import agreement
from ...planning import plan
from ..checks import Checked
from ..facts import Derivative
from ..model import Block, Paragraph, Section, Table

__all__ = ["checked_part"]


def checked_part(
    derivative: Derivative,
    layouts: list[Layout],
    result: Checked | None,
    drawn: str,
    sweep_number: int,
) -> Section:
    """The comparisons that were made, then the counts; `sweep_number` is that of the sweep."""
    rows = [*_comparisons(layouts, result), *_counts(derivative, sweep_number)]
    blocks: list[Block] = [Table((), rows, "ll")]
    blocks += [Paragraph(text) for text in [_caution(result), _totals_and_partials(derivative)]
               if text]  # fmt: skip
    return Section("CHECKED" if result is not None else "COUNTED", drawn, blocks)


def _comparisons(layouts: list[Layout], result: Checked | None) -> list[tuple[str, str]]:
    if result is None or not result.finite:
        return []
    said = {layout: agreement(result.sweep[layout], result.scale) for layout in layouts}
    words = ", ".join(f"{said[layout]} in {layout} layout" for layout in layouts)
    if len(layouts) == 2 and len(set(said.values())) == 1:
        words = f"{said[layouts[0]]} in both layouts"
    return [
        ("chain = sweep of VJPs", words),
        ("chain = central differences", result.differences),
    ]


def _counts(derivative: Derivative, sweep_number: int) -> list[tuple[str, str]]:
    rows, cost = [], derivative.costs
    if len(derivative.factors) > 1:
        up, down = cost.left_to_right, cost.right_to_left
        text = f"`{up}` in this order, `{down}` in the other"
        if derivative.entry is None:
            where = f"in {sweep_number}" if derivative.loss else "with structure kept"
            text += f", `{cost.structured_left_to_right}` {where}"
        rows.append(("multiplications", text))
        if best := _planned(derivative):
            rows.append(("planned order", best))
    rows.append(("numbers kept", f"`{derivative.kept}` of `{derivative.full}`"))
    return rows


def _planned(derivative: Derivative) -> str:
    """The order that the chain takes, where it is not simply from the top down."""
    path = derivative.path
    operators = [factor.operator for factor in path]
    letters = any(not isinstance(size, int) for o in operators for size in o.shape)
    if letters or derivative.branches:
        return ""
    best = plan(operators)
    if best.multiplications >= derivative.costs.structured_left_to_right:  # type: ignore[operator]
        return ""
    order = best.written([factor.name for factor in path])
    return f"`{best.multiplications}` as `{order}`, in numerator layout"


def _caution(result: Checked | None) -> str:
    if result is not None and not result.finite:
        return "At this point values are not finite, so nothing can be compared."
    if result is not None and result.scale == 0:
        return (
            "The derivative is zero at this point (units are off, or saturated): there any "
            "formula would agree. Try another seed."
        )
    return ""


def _totals_and_partials(derivative: Derivative) -> str:
    count = derivative.count
    by_paths = "one path here, so one product is all" if count == 1 else f"{count:,} paths here"
    return (
        'Left of "=" stand total derivatives, the links are partial ones. '
        f"`{derivative.of}` depends on `{derivative.wrt}` by {by_paths}. A graph adds up its paths."
    )
