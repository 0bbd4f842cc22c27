"""In which layouts chains that telescope are legal, or why in neither."""

from __future__ import annotations

from collections.abc import Sequence

from layouts import DENOMINATOR, NUMERATOR, Layout

from .links import Link, arrangement
from .one_chain import Form
from .reasons import Reason
from .sizes import misfits, shape_of
from .wires import Wires

__all__ = ["by_layout", "legal", "legality"]


def is_number(link: Link, wires: Wires) -> bool:
    """Whether a factor is 1×1, and so the same in both layouts."""
    return wires.size(link.of) == 1 == wires.size(link.wrt)


def legal(left: Link | None, forms: Sequence[Form], wires: Wires) -> list[Layout]:
    """The layouts in which every factor, the order, the sizes and the left side agree."""
    found = []
    factors = [link for form in forms for link in form.links if not is_number(link, wires)]
    for read in Layout:
        layout, *others = {arrangement(link, read) for link in factors} or {read}
        ordered = all(len(form.links) == 1 or form.order is layout for form in forms)
        same = left is None or is_number(left, wires) or arrangement(left, read) is layout
        if not others and ordered and same and not misfits(left, forms, layout, wires):
            found.append(layout)
    return found


def by_layout(left: Link | None, forms: Sequence[Form], wires: Wires) -> list[Reason]:
    """Why chains that telescope are legal in neither layout."""
    say = wires.product
    longer = [form for form in forms if len(form.links) > 1] or list(forms)
    order, links = longer[0].order, longer[0].links
    for form in longer[1:]:
        if form.order is not order:
            wrong = f"{say(links)} is in {order} layout's order, {say(form.links)} in "
            wrong += f"{form.order} layout's: they cannot be added."
            return [Reason("layout", wrong, f"Turn one of them round: {say(form.links[::-1])}.")]
    factors = [link for form in forms for link in form.links if not is_number(link, wires)]
    strange = [link for link in factors if arrangement(link, order) is not order]
    if strange and len(strange) < len(factors):
        return list(dict.fromkeys(mixed(link, order, wires) for link in strange))
    found = [] if strange else misfits(left, forms, order, wires)
    if found and not misfits(left, forms, order, wires, turned=True):
        wrong = f"The order is {order} layout's, the sizes under it are {order.other} layout's: "
        wrong += "that is the chain as it is spoken, not multiplied."
        return [Reason("layout", wrong, f"In {order.other} layout it is {say(links[::-1])}.")]
    side = "the left side" if left is None else wires.spoken(left)
    wrong = f"The product is the transpose of {side}: one is in {order} layout, the other is not."
    return found or [Reason("layout", wrong, f"Turn the chain round: {say(links[::-1])}.")]


def mixed(link: Link, order: Layout, wires: Wires) -> Reason:
    """Why one factor is not in the layout of the order that it stands in."""
    text, told = wires.spoken(link), f"The order is {order} layout's"
    other = wires.spoken(link._replace(turned=not link.turned))
    if link.kind in ("δ", "∇") and order is NUMERATOR and not link.turned:
        shape = shape_of(link, DENOMINATOR, wires)
        wrong = f"{told}, and {text} is a column{shape and ', '}{shape}: denominator layout."
        return Reason("layout", wrong, f"In this order it is the row {other}.")
    wrong = f"{told}, {text} is in {order.other} layout: two layouts in one product."
    return Reason("layout", wrong, f"In this order it is {other}.")


def legality(layout: Layout, named: str, forms: Sequence[Form], wires: Wires) -> str:
    """One sentence: how chains are legal."""
    chains = [[shape_of(link, layout, wires) for link in form.links] for form in forms]
    known = named != "both" and all(shape for shapes in chains for shape in shapes)
    told = ": " + " + ".join(" · ".join(shapes) for shapes in chains) if known else ""
    if len(chains) == len(chains[0]) == 1:
        where = "the same in both layouts" if named == "both" else f"in {named} layout"
        return f"One link, {where}{told}."
    told += f" = {shape_of(Link(*forms[0].gives), layout, wires)}" if known else ""
    what = f"{len(forms)} chains, each legal" if len(forms) > 1 else "A legal chain"
    where = "both layouts" if named == "both" else f"{named} layout"
    return f"{what} in {where}{told}."
