"""Products of matrices, drawn to scale: neighbours that multiply have the same inner size.

The side that two neighbours share belongs to one value, and has that value's colour in both. Two
sides that do not agree stand beside each other in different colours, with ≠ between the factors.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from layouts.layout import NUMERATOR, Layout
from layouts.sizes import Size, SizeLike, by

from ..jacobian import Jacobian
from . import style
from .picture import Picture
from .scales import Scale
from .style import GREY, LINE, MARGIN, TEXT, THICK, WHITE, WIDTH, Box
from .supports import support

__all__ = ["Matrix", "Side", "Written", "draw_rows"]

GAP = 0.26
"""Inches between two neighbours, in which their sign stands."""
LARGEST_UNIT, SMALLEST_UNIT, WRAPPED_UNIT, TALLEST = 0.24, 0.08, 0.16, 2.4
"""Inches: below the smallest unit a product goes on in a second line instead."""
MOST_CELLS = 4000


class Side(NamedTuple):
    """Which value the rows or the columns follow, and how many there are."""

    value: str
    size: SizeLike


class Matrix(NamedTuple):
    """A matrix as it is drawn."""

    name: str
    rows: Side
    columns: Side
    pattern: npt.NDArray[np.bool_] | None = None
    """Where it can have entries, if that is shown."""

    @classmethod
    def of(cls, J: Jacobian, name: str = "") -> Matrix:
        """A Jacobian, in its own layout."""
        above, below = J.layout.pair(J.of or "y", J.wrt or "x")
        sides = Side(above, J.shape[0]), Side(below, J.shape[1])
        lettered = any(isinstance(size, Size) for size in J.shape)
        shown = not lettered and J.shape[0] * J.shape[1] <= MOST_CELLS  # type: ignore[operator]
        return cls(name or J.name, *sides, support(J.operator) if shown else None)

    def __str__(self) -> str:
        return f"{self.name} ({by((self.rows.size, self.columns.size))})"


class Written(NamedTuple):
    """Factors from left to right, as one layout writes them."""

    layout: Layout
    factors: list[Matrix]
    name: str

    @property
    def result(self) -> list[Matrix]:
        """What they multiply to; nothing where two neighbours do not, or there is but one."""
        if len(self.factors) == 1 or not self.multiplies:
            return []
        return [Matrix(self.name, self.factors[0].rows, self.factors[-1].columns)]

    @property
    def multiplies(self) -> bool:
        """Whether each two neighbours share a value."""
        return all(a.columns == b.rows for a, b in pairwise(self.factors))

    @property
    def signs(self) -> list[str]:
        """What stands between two matrices, the result last."""
        dots = [" · " if a.columns == b.rows else " ≠ " for a, b in pairwise(self.factors)]
        return [*dots, *[" = "] * len(self.result)]

    @property
    def title(self) -> str:
        """The layout in words; where the product is none, nothing more."""
        side = "left" if self.layout is NUMERATOR else "right"
        rule = f": the later layer on the {side}" if self.multiplies else ""
        return f"{str(self.layout).capitalize()} layout{rule}"

    def __str__(self) -> str:
        return "".join(f"{sign}{m}" for m, sign in self.signed)

    @property
    def signed(self) -> list[tuple[Matrix, str]]:
        """Every matrix, the result last, each behind the sign before it."""
        dots = [" · " if a.columns == b.rows else " ≠ " for a, b in pairwise(self.factors)]
        signs = ["", *dots, *[" = "] * len(self.result)]
        return list(zip([*self.factors, *self.result], signs, strict=True))


def draw_rows(title: str, products: Sequence[Written]) -> Picture:
    """Each product on lines of its own, all of them in one scale."""
    every = [matrix for product in products for matrix, _ in product.signed]
    scale = Scale(side.size for m in every for side in (m.rows, m.columns))
    pen = Pen(scale, _unit(products, scale), _colours(products))
    picture, axes = style.sheet(title)
    y, width = MARGIN + 1.6 * LINE, WIDTH
    for product in products:
        style.write(axes, MARGIN, y + LINE / 2, product.title, ha="left", style="italic")
        y += 1.2 * LINE
        for line in pen.lines(product):
            right, y = pen.draw(axes, product, line, y)
            width = max(width, right + MARGIN)
    remark = f"{_legend(products)} {scale.remark}".strip()
    y = style.note(axes, y, remark, width)
    said = [f"{str(product.layout).capitalize()} layout: {product}." for product in products]
    alt = " ".join([f"{title}.", *said, scale.remark]).strip()
    return style.finish(picture, axes, y + MARGIN, alt, width)


def _legend(products: Sequence[Written]) -> str:
    grey = any(m.pattern is not None for product in products for m in product.factors)
    wrong = not all(product.multiplies for product in products)
    said = ["Grey: where the structure leaves room for entries."] * grey
    said += ["Bars of one colour belong to one value: their sizes agree."]
    said += ["≠: these two do not multiply."] * wrong
    return " ".join(said)


def _colours(products: Sequence[Written]) -> dict[str, Any]:
    """A colour for each value that two neighbours share or should, in the order of appearance."""
    inner = [side.value for product in products for a, b in pairwise(product.factors)
             for side in (a.columns, b.rows)]  # fmt: skip
    return {value: style.colour(k) for k, value in enumerate(dict.fromkeys(inner))}


def _unit(products: Sequence[Written], scale: Scale) -> float:
    """The largest unit in which each product fits a line; if that is too small, one for several."""
    every = [matrix for product in products for matrix, _ in product.signed]
    tall = max(scale.length(m.rows.size) for m in every)
    wide = max(scale.length(m.columns.size) for m in every)
    for unit in np.linspace(LARGEST_UNIT, SMALLEST_UNIT, 33):
        pen = Pen(scale, float(unit), {})
        if tall * unit <= TALLEST and all(len(pen.lines(each)) == 1 for each in products):
            return float(unit)
    return min(WRAPPED_UNIT, TALLEST / tall, (WIDTH - 1.0) / wide)


class Pen(NamedTuple):
    """What draws a matrix: the scale, the inches of a unit, the colour of each value."""

    scale: Scale
    unit: float
    colours: dict[str, Any]

    def lines(self, product: Written) -> list[list[int]]:
        """Which matrices stand on which line."""
        lines: list[list[int]] = [[]]
        x = MARGIN
        for k, (matrix, _) in enumerate(product.signed):
            x += self.slot(matrix) + GAP
            if lines[-1] and x > WIDTH - MARGIN + GAP / 2:
                lines.append([])
                x = MARGIN + self.slot(matrix) + GAP
            lines[-1].append(k)
        return lines

    def slot(self, matrix: Matrix) -> float:
        """The width that a matrix, its name and its sizes need."""
        width = self.scale.length(matrix.columns.size) * self.unit
        return max(width + self.beside(matrix), style.width_of(matrix.name))

    def beside(self, matrix: Matrix) -> float:
        """The width of the number of rows at the left, and of its bar."""
        return style.width_of(str(matrix.rows.size)) + THICK + 0.06

    def draw(self, axes: Axes, product: Written, line: list[int], y: float) -> tuple[float, float]:
        """Some matrices of a product side by side below their names; where they end is returned."""
        chosen = [product.signed[k] for k in line]
        tall = max(self.scale.length(m.rows.size) * self.unit for m, _ in chosen)
        x, middle = MARGIN, y + 1.1 * LINE + tall / 2
        for k, (matrix, sign) in zip(line, chosen, strict=True):
            style.write(axes, x + GAP / 2, middle, sign.strip(), fontsize=TEXT + 3, weight="bold")
            x += GAP
            slot = self.slot(matrix)
            width, height = (
                self.scale.length(s.size) * self.unit for s in (matrix.columns, matrix.rows)
            )
            left = self.beside(matrix)
            box = (x + (slot - width - left) / 2 + left, middle - height / 2, width, height)
            style.write(axes, box[0] + width / 2, box[1] - LINE / 2, matrix.name)
            self.matrix(
                axes, matrix, box, (0 < k < len(product.factors), k + 1 < len(product.factors))
            )
            x += slot
        return x, middle + tall / 2 + 2.4 * LINE

    def matrix(
        self,
        axes: Axes,
        matrix: Matrix,
        box: Box,
        inner: tuple[bool, bool],
    ) -> None:
        """One matrix with a bar along its rows and one along its columns."""
        if matrix.pattern is not None:
            style.cells(axes, matrix.pattern, box, (WHITE, GREY))
        style.frame(axes, *box, label=matrix.name)
        sides = (matrix.rows, "left"), (matrix.columns, "bottom")
        for (side, where), shared in zip(sides, inner, strict=True):
            how = self.colours[side.value] if shared else {"facecolor": GREY}
            style.bar(axes, box, where, **how)
        style.sides(axes, box, matrix.rows.size, matrix.columns.size)
