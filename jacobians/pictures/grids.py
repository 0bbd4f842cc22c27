"""Matrices with their entries: as numbers where a cell has room for one, else by their signs.

positive    dark, +      negative    light, −      0 by value    pale      0 by structure    white
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.image import AxesImage

from ..typography import number
from ..unknown import Array
from . import style
from .style import INK, NEGATIVE, PALE, POSITIVE, TEXT, WHITE

__all__ = ["KEY", "ROOM", "UNIT", "draw_numbers", "draw_signs", "key", "signs_of"]

UNIT = 0.44
"""Inches of a cell that has room for a number of two digits."""
ROOM = 0.15
"""Inches of a cell that has room for a sign."""
KEY = (("+", "positive"), ("−", "negative"), ("", "0 by value"), ("", "0 by structure"))  # noqa: RUF001
COLOURS = (WHITE, PALE, NEGATIVE, POSITIVE)
STRUCTURAL, ZERO, BELOW, ABOVE = range(4)


def signs_of(matrix: Array, support: npt.NDArray[np.bool_]) -> npt.NDArray[np.int_]:
    """A code for each entry: 0 by structure, by value, negative, positive; NaN counts as 0.

    >>> signs_of(np.array([[2.0, 0.0], [-1.0, 0.0]]), np.array([[True, True], [True, False]]))
    array([[3, 1],
           [2, 0]])
    """
    by_value = np.where(matrix > 0, ABOVE, np.where(matrix < 0, BELOW, ZERO))
    return np.where(support | (matrix != 0), by_value, STRUCTURAL)


def draw_signs(
    axes: Axes, codes: npt.NDArray[np.int_], box: tuple[float, float, float, float], **how: Any
) -> AxesImage:
    """A cell for each entry, + and − where there is room, and a frame."""
    image = style.cells(axes, codes, box, COLOURS)
    x, y, width, height = box
    dy, dx = height / codes.shape[0], width / codes.shape[1]
    if min(dx, dy) >= ROOM:
        for i, j in np.argwhere(codes >= BELOW):
            sign, ink = ("+", WHITE) if codes[i, j] == ABOVE else ("−", INK)  # noqa: RUF001
            style.write(axes, x + (j + 0.5) * dx, y + (i + 0.5) * dy, sign, color=ink)
    style.frame(axes, *box, **how)
    return image


def key(axes: Axes, y: float, *, zeros: bool = True) -> float:
    """What the cells' colours mean, on one line; the y below it is returned."""
    x = style.MARGIN
    for code, (sign, word) in zip((ABOVE, BELOW, ZERO, STRUCTURAL), KEY, strict=True):
        style.frame(axes, x, y + 0.02, 0.15, 0.15, facecolor=COLOURS[code])
        style.write(axes, x + 0.075, y + 0.095, sign, color=WHITE if code == ABOVE else INK)
        style.write(axes, x + 0.2, y + 0.095, word, ha="left")
        x += 0.4 + style.width_of(word)
    return y + style.LINE


def draw_numbers(
    axes: Axes,
    matrix: Array,
    box: tuple[float, float, float, float],
    support: npt.NDArray[np.bool_] | None = None,
    colours: tuple[str, ...] = (WHITE, PALE),
) -> None:
    """A matrix with its numbers; where the structure has zeros there is nothing."""
    shown = np.ones(matrix.shape, dtype=bool) if support is None else support
    style.cells(axes, shown.astype(int), box, (WHITE, PALE))
    style.frame(axes, *box)
    x, y, width, height = box
    dy, dx = height / matrix.shape[0], width / matrix.shape[1]
    for i, j in np.argwhere(shown) if dx >= UNIT - 1e-9 else ():
        style.write(axes, x + (j + 0.5) * dx, y + (i + 0.5) * dy, number(float(matrix[i, j]), 2),
                    fontsize=TEXT)  # fmt: skip
