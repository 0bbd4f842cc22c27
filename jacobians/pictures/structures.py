"""Jacobians by their structure: where entries can be, which sign they have, where zeros must be."""

from __future__ import annotations

from collections.abc import Iterable

from layouts.errors import InputError
from layouts.sizes import by

from ..comparison import Comparison
from ..jacobian import Jacobian
from . import style
from .grids import key
from .panels import Panel, draw_panels
from .picture import Picture
from .style import LINE, MARGIN

__all__ = ["draw_structure"]

MOST = 60


def draw_structure(jacobians: Comparison | Iterable[Jacobian]) -> Picture:
    """The signs of each Jacobian, with what it is made of.

    Args:
        jacobians: any of them; or `compare(net)`, whose links are drawn in its first layout.

    Raises:
        LayoutError: none of them, more than can be seen, or one too large.

    >>> from jacobians import Network, compare
    >>> net = Network.parse("2-3", activation="relu")
    >>> print(draw_structure(compare(net)).alt)
    Signs and structure of 4 Jacobians, numerator layout. ∂a1/∂z1 = diag(relu'(z1)), 3×3, \
diagonal; ∂z1/∂a0 = W1, 3×2, dense; ∂z1/∂W1 = a0ᵀ ⊗ I₃, 3×6, Kronecker; ∂z1/∂b1 = I₃, 3×3, identity.
    """
    drawn = _listed(jacobians)
    if not 1 <= len(drawn) <= MOST:
        raise InputError(
            f"{len(drawn)} Jacobians cannot be drawn in one picture: give 1 to {MOST}."
        )
    layouts = ", ".join(dict.fromkeys(f"{J.layout} layout" for J in drawn))
    picture, axes = style.sheet(f"What each Jacobian is made of, {layouts}")
    panels = [Panel.of(J, J.structure, *_stated(J)) for J in drawn]
    y, remark = draw_panels(axes, panels, MARGIN + 2 * LINE)
    y = style.note(axes, key(axes, y), remark)
    said = "; ".join(
        f"{' = '.join([J.name, *_stated(J)])}, {by(J.shape)}, {J.structure}" for J in drawn
    )
    alt = f"Signs and structure of {len(drawn)} Jacobians, {layouts}. {said}."
    return style.finish(picture, axes, y + MARGIN, alt)


def _listed(jacobians: Comparison | Iterable[Jacobian]) -> list[Jacobian]:
    """One by one; of a comparison in both layouts, the first."""
    if not isinstance(jacobians, Comparison):
        return list(jacobians)
    links = [link.J for link in jacobians.links]
    return [J for J in links if J.layout is links[0].layout]


def _stated(J: Jacobian) -> list[str]:
    """What the matrix is, where it has a better name than the derivative."""
    text = J.operator.text
    return [] if "…" in text or text == J.name else [text]
