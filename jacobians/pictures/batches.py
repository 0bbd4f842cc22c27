"""The blocks of a batch: no sample moves another, and what they share is summed over.

a value by a value of samples      N×N blocks, those beside the diagonal zero
a value by a parameter             N blocks, one below the other: the gradient is a sum
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from layouts.errors import InputError, counted
from layouts.layout import NUMERATOR, Layout

from ..given import inputs_given
from ..jacobian import Jacobian
from ..network import Network
from ..operators.operator import numbers
from . import style
from .grids import key
from .panels import Panel, draw_panels
from .picture import Picture
from .style import GREY, INK, LINE, MARGIN, TEXT, Box
from .supports import support

__all__ = ["draw_batch"]

SHARED = {
    (True, False): "a sum over the samples in every gradient",
    (False, True): "one for each sample",
    (False, False): "summed over the samples already",
}
"""What there is to say where what is above, or below, does not belong to single samples."""


def draw_batch(
    net: Network,
    x: npt.ArrayLike,
    y: npt.ArrayLike | None = None,
    of: str | None = None,
    wrt: str | Sequence[str] | None = None,
    layout: Layout | str = NUMERATOR,
) -> Picture:
    """The Jacobian between batches, block by block: one for each pair of samples.

    Args:
        net: the network.
        x: two samples or more, as columns (n, N).
        y: the target, where `of` needs it.
        of: any value; None is the prediction.
        wrt: a value or parameter, or several; None is the input and the first weights.
        layout: the layout or its name.

    Raises:
        LayoutError: a single sample, or what `net.jacobian` refuses.

    >>> net = Network.parse("2-3", activation="tanh")
    >>> print(draw_batch(net, np.ones((2, 4))).alt)
    4 samples as columns, numerator layout. ∂a1/∂x, 12×8: 12 of its 16 blocks of 3×2 are \
zero, no sample moves another. ∂a1/∂W1, 12×6: 4 blocks of 3×6, a sum \
over the samples in every gradient.
    """
    columns, single = inputs_given(net, x)
    N = next(iter(columns.values())).shape[-1]
    if single or N == 1:
        raise InputError("a batch has blocks for several samples: give x as columns, (n, N) with "
                         "N of 2 or more.")  # fmt: skip
    spoken = [net.spoken(name) for name in net.inputs]
    names = [wrt] if isinstance(wrt, str) else list(wrt or [*spoken[:1], *list(net.parameters)[:1]])
    drawn = [Batch(net, net.jacobian(x, y, of, name, layout), N) for name in names]
    picture, axes = style.sheet(f"{N} samples, {Layout.named(layout)} layout, block by block")
    panels = [Panel.of(each.J, *each.lines) for each in drawn]
    y_below, remark = draw_panels(
        axes, panels, MARGIN + 2 * LINE, lambda axes, k, box: drawn[k].draw(axes, box)
    )
    hatched = "Hatched: a block of zeros. " * any(each.zero.any() for each in drawn)
    y_below = style.note(axes, key(axes, y_below), f"{hatched}{remark}".strip())
    said = " ".join(f"{panel.name}, {panel.lines[0]}: {each.said}."
                    for panel, each in zip(panels, drawn, strict=True))  # fmt: skip
    alt = f"{N} samples as columns, {Layout.named(layout)} layout. {said} {remark}".strip()
    return style.finish(picture, axes, y_below + MARGIN, alt)


class Batch:
    """A Jacobian cut into the blocks of its samples."""

    def __init__(self, net: Network, J: Jacobian, N: int) -> None:
        self.J, self.N = J, N
        self.above, self.below = (net.resolve(name or "") in net.of_samples
                                  for name in (J.of, J.wrt))  # fmt: skip
        rows, columns = J.layout.pair(self.above, self.below)
        self.rows, self.columns = N if rows else 1, N if columns else 1
        held = support(J.operator)
        blocks = held.reshape(self.rows, len(held) // self.rows, self.columns, -1)
        self.zero: npt.NDArray[np.bool_] = np.logical_not(blocks.any(axis=(1, 3)))
        """Which blocks, row by row, have no room for an entry."""

    @property
    def said(self) -> str:
        """What there is to see."""
        count, zeros = self.zero.size, int(self.zero.sum())
        m, n = numbers(self.J.shape)
        each = f"{m // self.rows}×{n // self.columns}"
        if not self.above or not self.below:
            return f"{counted(count, 'block')} of {each}, {SHARED[self.above, self.below]}"
        if zeros == 0:
            return f"none of its {count} blocks of {each} is zero, every sample moves every other"
        apart = np.array_equal(self.zero, ~np.eye(self.N, dtype=bool))
        which = "no sample moves another" if apart else "the others join samples"
        return f"{zeros} of its {count} blocks of {each} are zero, {which}"

    @property
    def lines(self) -> list[str]:
        """The same below the matrix, in short."""
        return [self.J.structure, *(part.strip() for part in self.said.split(","))]

    def draw(self, axes: Axes, box: Box) -> None:
        """Frames around the blocks, hatched where they are zero."""
        x, y, width, height = (*box[:2], box[2] / self.columns, box[3] / self.rows)
        for k, l in product(range(self.rows), range(self.columns)):
            corner = (x + l * width, y + k * height)
            hatch = "////" if self.zero[k, l] else ""
            style.frame(axes, *corner, width, height, linewidth=0, hatch=hatch, edgecolor=GREY)
            style.frame(axes, *corner, width, height, edgecolor=INK, zorder=4)
            if self.zero[k, l] and min(width, height) > 0.25:
                style.write(axes, corner[0] + width / 2, corner[1] + height / 2, "0",
                            fontsize=TEXT + 2, zorder=5)  # fmt: skip
