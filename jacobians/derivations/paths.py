"""Whether a sum of chains goes every path between two values once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, product

from layouts.errors import InputError

from .links import Links, whole
from .one_chain import Form
from .reasons import Reason, are, listed, times
from .wires import MOST_PATHS, Path, Wires

__all__ = ["by_paths"]


def by_paths(forms: Sequence[Form], wires: Wires) -> tuple[list[Reason], str]:
    """Whether the chains together go every path once, and what to say if they do.

    Where a value is made from another both at once and by way of others, ∂u/∂x is the link or the
    total derivative; a sum is right if it is so in one of these readings.
    """
    of, wrt = forms[0].gives
    wanted = Counter(wires.between(of, wrt))
    partial = Counter(path for form in forms for path in walks(form.downwards, wires))
    if partial == wanted:
        return [], ""
    if wanted == Counter(p for form in forms for p in walks(form.downwards, wires, total=True)):
        return [], " Every ∂ in it is a total derivative, over all paths."
    return path_reasons(list(wanted), partial, wires), ""


def path_reasons(wanted: list[Path], walked: Counter[Path], wires: Wires) -> list[Reason]:
    """The paths that are missing, or counted more than once."""
    lost = [in_links(path, wires) for path in wanted if path not in walked]
    again = [path for path in walked if walked[path] > 1]
    reasons = []
    if lost:
        x, y = wires.text(wanted[0][-1]), wires.text(wanted[0][0])
        shown = listed(lost[:2]) + (f" and {len(lost) - 2} more" if len(lost) > 2 else "")
        wrong = f"{x} reaches {y} by {len(wanted)} paths, and {shown} {are(lost)} missing."
        reasons.append(Reason("missing path", wrong, "The paths add up, a term for each."))
    if again:
        wrong = f"The path {in_links(again[0], wires)} is counted {times(walked[again[0]])}."
        reasons.append(Reason("repeated path", wrong, "The paths add up, a term for each."))
    return reasons


def walks(downwards: Links, wires: Wires, *, total: bool = False) -> list[Path]:
    """The paths that a chain goes."""
    found: list[Path] = [()]
    for link in downwards:
        of, wrt = map(whole, link.ends)
        direct = wrt in wires.made.get(of, ()) and (link.left_out or not total)
        paths = [(of, wrt)] if direct else wires.between(of, wrt)
        if len(found) * len(paths) > MOST_PATHS:
            raise InputError(f"more than {MOST_PATHS} paths are not told apart.")
        found = [(*a[:-1], *b) for a, b in product(found, paths)]
    return found


def in_links(path: Path, wires: Wires) -> str:
    return " · ".join(wires.symbol(a, b) for a, b in pairwise(path))
