"""The order of a chain's links, as an exercise."""

from __future__ import annotations

import re
from typing import Any

from layouts import Layout
from layouts.errors import ORDER
from layouts.sizes import by

from ..derivations import check_derivation
from ..network import Network
from .mark import Mark, blank

__all__ = ["mark_chain"]

LINK = re.compile(r"[∂d](\w+)\s*/\s*[∂d](\w+)")


def mark_chain(
    yours: Any,
    network: Network,
    *,
    wrt: str,
    of: str = "L",
    layout: Layout | str = "numerator",
) -> Mark:
    """Mark the links of `∂of/∂wrt`, written from left to right.

    Args:
        yours: text, "∂L/∂a1 · ∂a1/∂z1"; d serves for ∂, a space for the dot.
        network: one in numbers, where `wrt` reaches `of` by one path.
        wrt: by what.
        of: of what, the loss unless named.
        layout: the layout that the product is in.

    Raises:
        LayoutError: the question is wrong: an unknown name, or several paths.

    >>> net = Network.parse("2-3", activation="tanh", loss="half_squared_error")
    >>> print(mark_chain("dL/da1 da1/dz1 dz1/dW1", net, wrt="W1", layout="denominator"))
    NOT YET
       yours  ∂L/∂a1 · ∂a1/∂z1 · ∂z1/∂W1
       true   ∂z1/∂W1 · ∂a1/∂z1 · ∂L/∂a1
       why    in denominator layout the later layer stands on the right: 6×3 · 3×3 ·
              3×1. Yours is the order of numerator layout.
    """
    layout = Layout.named(layout)
    factors = network.factors(*network.example(), of=of, wrt=wrt, layout=layout)
    names = [J.name for J in factors]
    if yours is ...:
        return blank(f"the links of ∂{of}/∂{wrt} in {layout} layout, from left to right")
    given = [f"∂{upper}/∂{lower}" for upper, lower in LINK.findall(str(yours))]
    shapes = " · ".join(by(J.shape) for J in factors)
    why = f"{ORDER[layout.value][0].lower()}{ORDER[layout.value][1:]}: {shapes}."
    shown = " · ".join(given) or str(yours)
    if given and given == names[::-1] != names:
        why += f" Yours is the order of {layout.other} layout."
    elif given != names and given:
        line = check_derivation(f"d{of}/d{wrt} = {shown}", network=network).first_false
        why += f" {line.reason}" if line else " Yours does not write out every link."
    return Mark(given == names, shown, " · ".join(names), why)
