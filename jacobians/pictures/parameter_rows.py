"""The block row of all parameters: one block for each, as wide as it has entries."""

from __future__ import annotations

from itertools import accumulate, pairwise

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from layouts.errors import InputError
from layouts.layout import NUMERATOR, Layout
from layouts.sizes import by, size_of

from ..jacobian import Jacobian
from ..network import Network
from ..operators.operator import numbers
from . import style
from .grids import draw_signs, key, signs_of
from .picture import Picture
from .scales import Scale
from .style import LINE, MARGIN, THICK, WIDTH, Box
from .supports import LARGEST, support

__all__ = ["draw_parameters"]

LARGEST_UNIT, TALLEST = 0.3, 5.0


def draw_parameters(
    net: Network,
    x: npt.ArrayLike,
    y: npt.ArrayLike | None = None,
    of: str | None = None,
    layout: Layout | str = NUMERATOR,
) -> Picture:
    """The derivative by all parameters, block by block; in denominator layout a block column.

    Args:
        net: the network.
        x: one sample (n,), or samples as columns (n, N).
        y: the target, where `of` needs it.
        of: any value; None is the prediction.
        layout: the layout or its name.

    Raises:
        LayoutError: what `net.jacobian` refuses, a matrix too large to be drawn, or more names
            than fit side by side.

    >>> net = Network.parse("2-3-2", activation="tanh")
    >>> print(draw_parameters(net, [0.5, -1.0]).alt)
    ∂a2/∂parameters, 2×17, numerator layout: a block row of 4 blocks, W1 (6 entries, Kronecker), \
b1 (3, dense), W2 (6, Kronecker), b2 (2, diagonal).
    """
    J = net.jacobian(x, y, of, "parameters", layout)
    codes = signs_of(J.as_matrix(limit=LARGEST), support(J.operator))
    scale = Scale(codes.shape)
    row = J.layout is NUMERATOR
    rows, columns = (scale.length(size) for size in codes.shape)
    left = MARGIN + style.width_of(str(codes.shape[0])) + THICK + 0.08
    room = WIDTH - MARGIN - left - (0.0 if row else 2.0)
    unit = min(LARGEST_UNIT, room / columns, TALLEST / rows)
    picture, axes = style.sheet(f"{J.name}: {by(J.shape)}, {J.structure}")
    box = (left, MARGIN + (4.2 if row else 1.8) * LINE, columns * unit, rows * unit)
    draw_signs(axes, codes, box, label=J.name)
    style.sides(axes, box, *codes.shape)
    bottom = max(box[1] + box[3], _labelled(axes, J, box, row=row)) + 2 * LINE
    bottom = style.note(axes, key(axes, bottom), scale.remark)
    return style.finish(picture, axes, bottom + MARGIN, f"{_said(J)} {scale.remark}".strip())


def _labelled(axes: Axes, J: Jacobian, box: Box, *, row: bool) -> float:
    """A bar and a name for each block, names apart where blocks are narrow; where they end."""
    x, y, width, height = box
    counts = [size for shape in J.parts.values() for size in numbers((size_of(shape),))]
    ends = list(accumulate(counts, initial=0))
    step = (width if row else height) / ends[-1]
    texts = [f"{name}: {count}" for name, count in zip(J.parts, counts, strict=True)]
    middles = [(a + b) / 2 * step for a, b in pairwise(ends)]
    needs = [style.width_of(text) + 0.08 if row else LINE for text in texts]
    end = WIDTH - MARGIN - x if row else max(height, sum(needs))
    if row and sum(needs) > end:
        raise InputError(f"the names of {len(texts)} blocks do not fit side by side: draw the "
                         "denominator layout, whose blocks stand one below the other.")  # fmt: skip
    places = _apart(middles, needs, end)
    label = _above if row else _beside
    for k, text in enumerate(texts):
        label(axes, box, (ends[k] * step, counts[k] * step), places[k], (k, text))
    return y if row else y + places[-1]


def _above(
    axes: Axes, box: Box, block: tuple[float, float], place: float, named: tuple[int, str]
) -> None:
    """One block of a row: its bar, and its name above."""
    (x, y, _, height), (start, length), (k, text) = box, block, named
    style.frame(axes, x + start, y - THICK, length, THICK, **style.colour(k))
    style.frame(axes, x + start, y, length, height, linewidth=1.4, zorder=4)
    xs = x + start + length / 2, x + place
    axes.plot(xs, (y - THICK, y - 1.6 * LINE), color=style.INK, lw=0.6)
    style.write(axes, x + place, y - 2.1 * LINE, text)


def _beside(
    axes: Axes, box: Box, block: tuple[float, float], place: float, named: tuple[int, str]
) -> None:
    """One block of a column: its bar, and its name at the right."""
    (x, y, width, _), (start, length), (k, text) = box, block, named
    style.frame(axes, x + width, y + start, THICK, length, **style.colour(k))
    style.frame(axes, x, y + start, width, length, linewidth=1.4, zorder=4)
    xs = x + width + THICK, x + width + 0.3
    axes.plot(xs, (y + start + length / 2, y + place), color=style.INK, lw=0.6)
    style.write(axes, x + width + 0.35, y + place, text, ha="left")


def _apart(middles: list[float], needs: list[float], end: float) -> list[float]:
    """Places near the middles, in their order, as far apart as they need, none beyond the end.

    >>> _apart([1.0, 4.9, 5.0], [1.0, 1.0, 1.0], end=5.5)
    [1.0, 4.0, 5.0]
    """
    places, free = [], -np.inf
    for middle, need in zip(middles, needs, strict=True):
        places.append(max(middle, free + need / 2))
        free = places[-1] + need / 2
    for k in reversed(range(len(places))):
        places[k] = min(places[k], end - needs[k] / 2)
        end = places[k] - needs[k] / 2
    return places


def _said(J: Jacobian) -> str:
    blocks = [(name, J[name]) for name in J.parts]
    texts = [f"{name} ({size_of(block.wrt_shape)}{' entries' if k == 0 else ''}, {block.structure})"
             for k, (name, block) in enumerate(blocks)]  # fmt: skip
    return (f"{J.name}, {by(J.shape)}, {J.layout} layout: a {J.structure} of {len(blocks)} blocks, "
            f"{', '.join(texts)}.")  # fmt: skip
