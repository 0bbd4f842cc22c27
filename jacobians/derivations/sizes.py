"""The shapes of factors, and whether those that stand under braces are theirs."""

from __future__ import annotations

from collections.abc import Sequence

from layouts import Layout
from layouts.formulas.scope import column_shape, plain_shape
from layouts.sizes import by

from .links import Link, Links
from .one_chain import Form
from .reasons import Reason
from .wires import Wires

__all__ = ["gradient", "misfits", "shape_of"]


def misfits(
    left: Link | None, forms: Sequence[Form], layout: Layout, wires: Wires, *, turned: bool = False
) -> list[Reason]:
    """The shapes under braces that are not those of this layout, or do not fit together.

    With `turned`, rows and columns of every claim are taken for each other.
    """
    seen: dict[tuple[str, str], str] = {}
    sides = [form.links for form in forms] + ([[left]] if left else [])
    found = []
    for links in sides:
        for k, link in enumerate(links):
            for n, claim in link.claims:
                group = links[k : k + n]
                words = claim.split("×")[:: -1 if turned else 1]
                outer = n == len(links) and words == gradient(group, layout, wires)
                if not outer and not fits(group, words, layout, seen, wires):
                    found.append(misfit(group, claim, layout, wires))
    return found


def ends_of(group: Links, layout: Layout) -> tuple[str, str]:
    """What the rows of a product follow, and what its columns follow."""
    first, last = layout.pair(group[0], group[-1])
    return layout.pair(first.of, last.wrt)


def fits(
    group: Links, words: list[str], layout: Layout, seen: dict[tuple[str, str], str], wires: Wires
) -> bool:
    """Whether sizes that were claimed may be those of a product, after what was claimed before."""
    told = dict(seen)
    for name, word in zip(ends_of(group, layout), words, strict=True):
        size = wires.size(name)
        if size is None:
            good = told.setdefault(("value", name), word) == word
        else:
            letter = not (word.isdigit() and str(size).isdigit())
            same = word == str(size)
            good = same or (letter and told.setdefault(("size", word), str(size)) == str(size))
        if not good:
            return False
    seen |= told
    return True


def gradient(group: Links, layout: Layout, wires: Wires) -> list[str]:
    """The shape that the table has: of a number by a matrix that of the gradient."""
    of, wrt = layout.pair(*ends_of(group, layout))
    if not {of, wrt} <= {*wires.shapes}:
        return []
    y, x = (plain_shape(column_shape(wires.shapes[name])) for name in (of, wrt))
    return [str(size) for size in layout.shape(y, x)]


def misfit(group: Links, claim: str, layout: Layout, wires: Wires) -> Reason:
    """What is wrong with one claim."""
    symbol, (rows, columns) = wires.product(group), ends_of(group, layout)
    shape = shape_of(Link(*layout.pair(rows, columns)), layout, wires)
    if not shape:
        wrong = f"{symbol} is said to be {claim}: in {layout} layout the other sizes differ."
        return Reason("sizes", wrong, "Give every value one size.")
    wrong = f"{symbol} is {shape} in {layout} layout, not {claim}."
    cure = f"Its rows are those of {wires.text(rows)}, its columns those of {wires.text(columns)}."
    return Reason("sizes", wrong, cure)


def shape_of(link: Link, layout: Layout, wires: Wires) -> str:
    """The shape of a factor; nothing where nobody knows it."""
    of, wrt = wires.size(link.of), wires.size(link.wrt)
    return "" if of is None or wrt is None else by(layout.pair(of, wrt))
