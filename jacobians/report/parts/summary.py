"""ALL PARAMETERS: each derivative in a line, with the command that shows it in full."""

from __future__ import annotations

from layouts.layout import NUMERATOR
from layouts.sizes import by, size_of

from ... import chain
from ...comparison.words import agreement
from ...layers.base import written
from ..checks import Checked
from ..facts import Derivative
from ..model import Block, Paragraph, Section, Table, abridged_rows
from ..sweep_in_words import collapsed, ends_of

__all__ = ["summary_part"]


def summary_part(
    shown: Derivative,
    others: list[Derivative],
    commands: dict[str, str],
    results: list[Checked | None],
) -> Section:
    """The derivative that was shown, the others, the block row of them all, and their checks."""
    rows = [_row(each, commands.get(each.wrt, "above")) for each in [shown, *others]]
    blocks: list[Block] = [Table(("", "", "shape", ""), abridged_rows(rows), "llrl")]
    blocks.append(Paragraph(_block_row(shown, [each.name for each in (shown, *others)])))
    checked = [result for result in results if result is not None and result.finite]
    if checked:
        worst = max((agreement(max(r.sweep.values()), r.scale) for r in checked), key=_doubt)
        blocks.append(Paragraph(f"All of them beside the sweep of vjps: they {worst}."))
    return Section("ALL PARAMETERS", "each in full by the command beside it", blocks)


def _row(derivative: Derivative, command: str) -> tuple[str, str, str, str]:
    name = f"`{derivative.name}`"
    if not derivative.links:
        return name, "`= 0`", "", command
    if not derivative.loss:
        return name, "", f"`{by(derivative.shape(NUMERATOR))}`", command
    shape = written(derivative.unknowns[derivative.wrt].shape)
    return name, f"`= {collapsed(derivative)}`", f"`{shape}`", command


def _block_row(shown: Derivative, each: list[str]) -> str:
    network, of = shown.network, shown.of
    names = list(network.parameters)
    shared, alone = chain.shared_multiplications(shown.steps, shown.unknowns, of, names)
    shape = by((size_of(shown.unknowns[of].shape), network.parameter_count))
    joined = " | ".join(ends_of(each))
    saved = (
        f" With the running product shared they take `{shared}` multiplications, each evaluated "
        f"alone `{alone}`."
    )
    return (
        f"Side by side, `( {joined} )`, they are the `{shape}` block row of all parameters in "
        "numerator layout, a block column in denominator layout."
        + (saved if shared != alone else "")
    )


def _doubt(words: str) -> float:
    """How much a statement of agreement leaves open."""
    return float(words.removeprefix("agree to ")) if words.startswith("agree to ") else 1.0
