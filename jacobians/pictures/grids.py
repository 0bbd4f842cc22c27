"""Matrices with their entries: as numbers where a cell has room for one, else by their signs.

positive         dark, +        0 by value        pale        not a number    black, ?
negative         light, −       0 by structure    white
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.image import AxesImage

from ..typography import number
from ..unknown import Array
from . import style
from .style import INK, LINE, MARGIN, NEGATIVE, PALE, PALETTE, POSITIVE, TEXT, WHITE, WIDTH, Box

__all__ = ["Cells", "Part", "draw_signs", "key", "signs_of"]

UNIT = 0.44
"""Inches of a cell with a number, unless a number is longer."""
GAP = 0.3
ROOM = 0.15
"""Inches of a cell that has room for a sign."""
MOST_NUMBERS = 100
"""More entries than these are shown by their signs."""
STRUCTURAL, ZERO, BELOW, ABOVE, NAN = range(5)
COLOURS = (WHITE, PALE, NEGATIVE, POSITIVE, INK)
SIGNS = ("", "", "−", "+", "?")
WORDS = ("0 by structure", "0 by value", "negative", "positive", "not a number")


def signs_of(matrix: Array, support: npt.NDArray[np.bool_]) -> npt.NDArray[np.int_]:
    """A code for each entry: 0 by structure, 0 by value, negative, positive, not a number.

    >>> signs_of(np.array([[2.0, 0.0], [-1.0, 0.0]]), np.array([[True, True], [True, False]]))
    array([[3, 1],
           [2, 0]])
    """
    conditions = [np.isnan(matrix), matrix > 0, matrix < 0, support]
    return np.select(conditions, [NAN, ABOVE, BELOW, ZERO], STRUCTURAL)


def draw_signs(axes: Axes, codes: npt.NDArray[np.int_], box: Box, **how: Any) -> AxesImage:
    """A cell for each entry, + and − where there is room, and a frame."""
    image = style.cells(axes, codes, box, COLOURS)
    x, y, width, height = box
    dy, dx = height / codes.shape[0], width / codes.shape[1]
    if min(dx, dy) >= ROOM:
        for i, j in np.argwhere(codes >= BELOW):
            _sign(axes, x + (j + 0.5) * dx, y + (i + 0.5) * dy, codes[i, j])
    style.frame(axes, *box, **how)
    return image


def key(axes: Axes, y: float) -> float:
    """What the colours of the cells that were drawn mean, on one line; the y below is returned."""
    x = MARGIN
    drawn = {
        int(code) for image in axes.images for code in np.unique(np.asarray(image.get_array()))
    }
    for code in sorted(drawn, reverse=True):
        style.frame(axes, x, y + 0.02, 0.15, 0.15, facecolor=COLOURS[code])
        _sign(axes, x + 0.075, y + 0.095, code)
        style.write(axes, x + 0.2, y + 0.095, WORDS[code], ha="left")
        x += 0.4 + style.width_of(WORDS[code])
    return y + 1.3 * LINE


def _sign(axes: Axes, x: float, y: float, code: int) -> None:
    style.write(axes, x, y, SIGNS[code], color=style.ink_on(COLOURS[code]))


class Part(NamedTuple):
    """A matrix of an equation, behind a sign."""

    sign: str
    name: str
    matrix: Array
    support: npt.NDArray[np.bool_]
    hues: npt.NDArray[np.int_] | None = None
    """Which colour of the palette each entry has, where numbers are written."""

    @classmethod
    def full(cls, sign: str, name: str, matrix: Array) -> Part:
        """One with entries everywhere."""
        return cls(sign, name, matrix, np.ones(matrix.shape, dtype=bool))

    @property
    def texts(self) -> dict[tuple[int, int], str]:
        """Its entries as they are printed, by their places."""
        return {(i, j): short(float(self.matrix[i, j])) for i, j in np.argwhere(self.support)}

    def slot(self, unit: float) -> float:
        """The width that it needs, with its sign."""
        own: float = max(self.matrix.shape[1] * unit, style.width_of(self.name))
        return own + (GAP if self.sign else 0.0)


def short(value: float) -> str:
    """Two digits, and of hundreds and thousands all.

    >>> short(-0.01234), short(500.0)
    ('-0.012', '500')
    """
    return number(value, 2 if abs(value) < 100 else 4)


class Cells(NamedTuple):
    """How large the cells of some equations are, and whether numbers stand in them."""

    unit: float
    numbered: bool

    @classmethod
    def fitting(cls, *equations: Sequence[Part]) -> Cells:
        """The largest in which each equation fits a line of the sheet."""
        room = WIDTH - 2 * MARGIN
        few = all(part.matrix.size <= MOST_NUMBERS for parts in equations for part in parts)
        if few:
            texts = [text for parts in equations for part in parts for text in part.texts.values()]
            unit = max([UNIT, *(style.width_of(text) + 0.07 for text in texts)])
            if all(cls(unit, True).width(parts) <= room for parts in equations):
                return cls(unit, True)
        for unit in np.linspace(UNIT / 2, 0.01, 85):
            found = cls(float(unit), False)
            if all(found.width(parts) <= room for parts in equations):
                break
        return found

    def width(self, parts: Sequence[Part]) -> float:
        """How many inches an equation is long."""
        return sum(part.slot(self.unit) for part in parts)

    def height(self, parts: Sequence[Part]) -> float:
        """How many inches its tallest matrix is high."""
        return self.unit * max(len(part.matrix) for part in parts)

    def draw(self, axes: Axes, parts: Sequence[Part], x: float, y: float) -> list[Box]:
        """Matrices from left to right with their signs and names; the box of each is returned."""
        boxes, middle = [], y + LINE + self.height(parts) / 2
        for part in parts:
            gap, slot = (GAP if part.sign else 0.0), part.slot(self.unit)
            style.write(axes, x + GAP / 2, middle, part.sign, fontsize=TEXT + 3, weight="bold")
            height, width = (n * self.unit for n in part.matrix.shape)
            box = (x + gap + (slot - gap - width) / 2, middle - height / 2, width, height)
            style.write(axes, box[0] + width / 2, box[1] - LINE / 2, part.name)
            self.fill(axes, part, box)
            boxes.append(box)
            x += slot
        return boxes

    def fill(self, axes: Axes, part: Part, box: Box) -> None:
        """Numbers where the matrix can have entries, or their signs where numbers do not fit."""
        if not self.numbered:
            draw_signs(axes, signs_of(part.matrix, part.support), box)
            return
        hues = 0 * part.support.astype(int) if part.hues is None else part.hues + 1
        colours = (PALE, *PALETTE)
        style.cells(axes, np.where(part.support, hues + 1, 0), box, (WHITE, *colours))
        style.frame(axes, *box)
        for (i, j), text in part.texts.items():
            x, y = box[0] + (j + 0.5) * self.unit, box[1] + (i + 0.5) * self.unit
            style.write(axes, x, y, text, color=style.ink_on(colours[hues[i, j]]))
