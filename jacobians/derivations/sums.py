"""Chains of ∂ symbols, judged link by link.

    ∂L/∂a2 · ∂a2/∂z2 · ∂z2/∂W2      numerator layout: each link ends with what the next begins with
    ∂z2/∂W2 · ∂a2/∂z2 · ∂L/∂a2      denominator layout: the later layer stands on the right

A link says what it is of and what it is by, so that a chain can be judged by its names alone:
which link stands twice, is missing or upside down, and what the product is. Where it is known
what is made from what (`Wires`), the links have to be there, they have shapes, and a sum of chains
has to go every path once. Each question is asked only where those before it found no fault: links,
order, left side, paths, layout, sizes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from layouts.errors import FormulaError, near_names

from .legal_layouts import by_layout, legal, legality
from .links import Link, Links, whole
from .one_chain import Form
from .paths import by_paths
from .reasons import Reason, listed
from .wires import Wires

__all__ = ["Judged", "judged", "judged_row", "refuse_unknown"]


class Judged(NamedTuple):
    """What a chain came to."""

    layout: str | None
    """numerator, denominator, both where nothing tells which, or None."""
    reasons: list[Reason]
    note: str = ""
    """What there is to say of a legal chain."""
    gives: tuple[str, str] = ("", "")
    """What the product is of, and by what."""


def judged(left: Link | None, products: list[Links], wires: Wires, text: str = "") -> Judged:
    """A sum of chains, against what stands on its left side or by itself.

    Args:
        left: what it is said to be.
        products: the links of each chain as they are written.
        wires: what is made from what, or no more than names.
        text: what the links stand in, for errors.

    Raises:
        FormulaError: a value that the network lacks, or one entry of a value inside a chain.
    """
    refuse_unknown([link for links in products for link in links], wires, text)
    forms = [Form(links, left, wires) for links in products]
    gives = forms[0].gives
    reasons = list(dict.fromkeys(r for f in forms for r in [*f.reasons, *f.against(left)]))
    reasons = reasons or different(forms, wires)
    note = ""
    if not reasons and wires.made:
        reasons, note = by_paths(forms, wires)
    layouts = [] if reasons else legal(left, forms, wires)
    if not layouts:
        return Judged(None, reasons or by_layout(left, forms, wires), "", gives)
    named = str(layouts[0]) if len({*layouts}) == 1 else "both"
    spared = dict.fromkeys(link for form in forms for link in form.downwards if link.left_out)
    if spared:
        verb = "is the identity" if len(spared) == 1 else "are identities"
        note += f" {listed(map(wires.spoken, spared))} {verb}, and may be left out."
    return Judged(named, [], legality(layouts[0], named, forms, wires) + note, gives)


def refuse_unknown(links: Iterable[Link], wires: Wires, text: str) -> None:
    """Refuse what the network does not have, and entries over which a sum would run."""
    for link in links if wires.made else ():
        for name in map(whole, link.ends):
            if name not in wires.names:
                near = near_names(wires.name(name), map(wires.name, wires.names))
                raise FormulaError(text, link.at, f"there is no value {wires.name(name)}: {near}")
        if whole(link.of) != link.of:
            entry = f"{wires.name(link.of)} is one entry, and a chain sums over them"
            raise FormulaError(text, link.at, f"{entry}: write whole values.")


def different(forms: Sequence[Form], wires: Wires) -> list[Reason]:
    """Why chains do not add up to one derivative."""
    for form in forms[1:]:
        if form.gives != forms[0].gives:
            a, b = wires.symbol(*forms[0].gives), wires.symbol(*form.gives)
            return [
                Reason("left side", f"One term is {a}, another one is {b}: they are not added.")
            ]
    return []


def judged_row(blocks: Sequence[list[Links]], wires: Wires, text: str = "") -> Judged:
    """Blocks beside each other, `( ∂f/∂θ1 | ∂f/∂θ2 )`: the derivative by several values.

    Raises:
        FormulaError: as `judged` does.
    """
    found = [judged(None, block, wires, text) for block in blocks]
    reasons = list(dict.fromkeys(reason for each in found for reason in each.reasons))
    reasons = reasons or block_reasons(found, wires)
    if reasons:
        return Judged(None, reasons)
    names = listed(wires.text(each.gives[1]) for each in found)
    note = f"A block row in numerator layout, with a legal chain for each of {names}."
    return Judged("numerator", [], note, (found[0].gives[0], ""))


def block_reasons(found: Sequence[Judged], wires: Wires) -> list[Reason]:
    """Why legal chains beside each other are no block row."""
    tops = dict.fromkeys(each.gives[0] for each in found)
    bottoms = [each.gives[1] for each in found]
    if len(tops) > 1:
        wrong = f"The blocks are derivatives of {listed(map(wires.text, tops))}, not of one value."
        return [Reason("blocks", wrong)]
    if again := [name for name in bottoms if bottoms.count(name) > 1]:
        return [Reason("blocks", f"Two blocks are by {wires.text(again[0])}.", "Strike out one.")]
    if any(each.layout == "denominator" for each in found):
        wrong = "Blocks beside each other are numerator layout, the order in them is not."
        return [
            Reason("layout", wrong, "Turn every chain round, or put the blocks below each other.")
        ]
    return []
