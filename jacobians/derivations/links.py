"""One factor of a chain: what it is of, what it is by, and which layout it stands in."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from layouts import DENOMINATOR, NUMERATOR, Layout

__all__ = ["FIXED", "Link", "Links", "arrangement", "joins", "stem", "whole"]

FIXED = {"∇": DENOMINATOR, "δ": DENOMINATOR, "J": NUMERATOR}
"""The layout of what is no ∂: ∇ and δ are columns, the rows of J follow what it is of."""
DIGITS = "0123456789"


class Link(NamedTuple):
    """One factor of a chain, `∂of/∂wrt`, by the network's own names."""

    of: str
    wrt: str
    kind: str = "∂"
    """∂ in the layout at hand, ∇ or δ a column, J by rows."""
    turned: bool = False
    """Whether it is transposed."""
    claims: tuple[tuple[int, str], ...] = ()
    """The shapes under the braces that begin here, each with how many links it spans."""
    at: int = 0
    hadamard: bool = False
    """Whether a ⊙ stands before it."""
    left_out: bool = False
    """Whether it is an identity matrix that was not written."""

    @property
    def ends(self) -> tuple[str, str]:
        """What it is of, and what it is by."""
        return self.of, self.wrt


Links: TypeAlias = list[Link]


def whole(name: str) -> str:
    """The value that an entry is of: W2 for W2[i,j]; z[l] is a whole value."""
    base, bracket, index = name.partition("[")
    return base if bracket and (base[-1:].isdigit() or "," in index) else name


def stem(name: str) -> str:
    """A name without its number or its layer."""
    return whole(name).partition("[")[0].rstrip(DIGITS)


def number_of(name: str) -> int:
    """The number at the end of a name, or -1."""
    digits = name[len(name.rstrip(DIGITS)) :]
    return int(digits) if 0 < len(digits) < 5 else -1


def joins(upper: Link, lower: Link) -> bool:
    """Whether a link ends where another begins.

    Of layers by themselves, `J_{x3} L3 · J_{x2} L2`, numbers tell: x3 is what L2 makes.
    """
    if upper.wrt == lower.of:
        return True
    f, x, g = (number_of(name) for name in (upper.of, upper.wrt, lower.of))
    if not upper.kind == lower.kind == "J" or -1 in (f, x, g):
        return False
    return x - g == 1 - (f - x) and stem(upper.wrt) != stem(lower.of)


def arrangement(link: Link, layout: Layout) -> Layout:
    """The layout that a factor is in, where ∂ is read in this one."""
    own = FIXED.get(link.kind, layout)
    return own.other if link.turned else own
