"""What all pictures share: colours, letters, matrices drawn to scale, cells, a sheet in inches.

A sheet's coordinates are inches from its upper left corner, y downwards as rows are counted: so 9
points are 9 points, and what is drawn to scale is. Nothing is told by hue alone: the luminances of
colours differ, those that repeat are hatched, and everything is labelled where it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgb
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from layouts.sizes import SizeLike

from .picture import Picture

__all__ = [
    "FONT", "GREY", "HATCHES", "INK", "LINE", "MARGIN", "NEGATIVE", "PALE", "PALETTE",
    "POSITIVE", "TEXT", "THICK", "WHITE", "WIDTH", "Box", "bar", "cells", "colour", "drawable",
    "entry", "finish", "frame", "ink_on", "line", "note", "numbered", "sheet", "sides",
    "width_of", "wrapped", "write",
]  # fmt: skip

Box: TypeAlias = tuple[float, float, float, float]
"""The upper left corner, the width and the height."""
WIDTH = 6.5
"""Inches: the text of a page, and of a slide's half."""
MARGIN = 0.12
TEXT = 9.0
"""Points; nothing is smaller."""
LINE = 0.18
"""Inches from one line of text to the next."""
FINE = 720.0
"""Dots per inch at which text is measured: rounding to pixels is no matter there."""
SAFE = 1.05
"""How much wider text may become where it is drawn in few pixels."""
FONT = "DejaVu Sans"
"""Matplotlib brings it along: the glyphs of ∂, ᵀ and ⊙ do not depend on the machine."""
INK, GREY, PALE, WHITE = "#1a1a1a", "#c8c8c8", "#e4e4e4", "#ffffff"
PALETTE = ("#0072b2", "#f0e442", "#d55e00", "#08284d", "#e69f00")
"""Of Okabe and Ito's, with a dark one, so ordered that neighbours differ most in luminance."""
HATCHES = ("", "////", "....", "xxxx")
"""For the second, third and fourth round of colours."""
DASHES: tuple[Any, ...] = ("-", (0, (4, 1.2)), (0, (1, 1)), (0, (5, 1, 1, 1)))
POSITIVE, NEGATIVE = PALETTE[0], PALETTE[4]
THICK = 0.07
"""Inches: how thick the bar along a matrix's side is."""


def sheet(title: str = "") -> tuple[Picture, Axes]:
    """An empty picture, and its only axes, in inches; `finish` gives both their size."""
    picture = Picture(layout="none", facecolor=WHITE)
    axes = picture.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    if title:
        write(axes, MARGIN, MARGIN + LINE / 2, title, ha="left", fontsize=TEXT + 2, weight="bold")
    return picture, axes


def finish(picture: Picture, axes: Axes, height: float, alt: str, width: float = WIDTH) -> Picture:
    """Give the sheet its size and its text."""
    picture.set_size_inches(width, height)
    axes.set(xlim=(0.0, width), ylim=(height, 0.0))
    picture.alt = alt
    return picture


@cache
def _font() -> Any:
    return get_font(findfont(FONT))


@cache
def _known() -> frozenset[int]:
    """The signs that the font has in every face that is used."""
    faces = [FontProperties(family=FONT), FontProperties(family=FONT, weight="bold"),
             FontProperties(family=FONT, style="italic")]  # fmt: skip
    return frozenset.intersection(
        *(frozenset(get_font(findfont(face)).get_charmap()) for face in faces)
    )


def drawable(text: str) -> str:
    """The text with every sign that the font lacks as its code point.

    >>> print(drawable("∂L/∂W1 = δ1 a0ᵀ"), drawable("名"))
    ∂L/∂W1 = δ1 a0ᵀ U+540D
    """
    return "".join(sign if ord(sign) in _known() else f"U+{ord(sign):04X}" for sign in text)


@lru_cache(maxsize=4096)
def width_of(text: str, size: float = TEXT) -> float:
    """How many inches the text is wide."""
    font = _font()
    font.set_size(size, FINE)
    font.set_text(drawable(text), 0.0)
    return float(font.get_width_height()[0]) / 64 / FINE


def write(axes: Axes, x: float, y: float, text: str, **how: Any) -> Any:
    """Text as it stands: no mathematics and no TeX is seen in what users wrote."""
    usual: dict[str, Any] = {
        "fontsize": TEXT, "family": FONT, "color": INK, "ha": "center", "va": "center",
        "parse_math": False, "usetex": False,
    }  # fmt: skip
    return axes.text(x, y, drawable(text), **usual | how)


def note(axes: Axes, y: float, text: str, width: float = WIDTH) -> float:
    """A remark over the sheet's width, a line below the other; the y below it is returned."""
    for line in wrapped(text, width - 2 * MARGIN) if text else ():
        write(axes, MARGIN, y + LINE / 2, line, ha="left")
        y += LINE
    return y


def wrapped(text: str, width: float) -> list[str]:
    """The text in lines of so many inches."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and SAFE * width_of(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def colour(k: int) -> dict[str, Any]:
    """The k-th colour, with its hatch, as a patch takes them."""
    hatch = HATCHES[k // len(PALETTE) % len(HATCHES)]
    return {"facecolor": PALETTE[k % len(PALETTE)], "edgecolor": INK, "hatch": hatch,
            "linewidth": 0.9}  # fmt: skip


def line(k: int) -> dict[str, Any]:
    """The k-th line: colour, dashes, and a dark rim that light colours need on white."""
    return {"color": PALETTE[k % len(PALETTE)], "linewidth": 2.4, "linestyle": DASHES[k % 4],
            "dash_capstyle": "butt", "path_effects": [withStroke(linewidth=3.6, foreground=INK)]
            }  # fmt: skip


def entry(axes: Axes, k: int, text: str, y: float, width: float = WIDTH) -> float:
    """What the k-th line is, below the picture: the line, its number, the text."""
    axes.plot([MARGIN, MARGIN + 0.3], [y + LINE / 2] * 2, **line(k))
    write(axes, MARGIN + 0.42, y + LINE / 2, str(k + 1), weight="bold")
    for part in wrapped(text, width - 2 * MARGIN - 0.55):
        write(axes, MARGIN + 0.55, y + LINE / 2, part, ha="left")
        y += LINE
    return y


def numbered(axes: Axes, x: float, y: float, k: int) -> None:
    """The number of the k-th line, on it."""
    box = {"facecolor": WHITE, "edgecolor": INK, "pad": 1.2, "linewidth": 0.7}
    write(axes, x, y, str(k + 1), zorder=7, weight="bold", bbox=box)


def ink_on(colour: str) -> str:
    """The colour of letters that can be read on this one.

    >>> ink_on(POSITIVE), ink_on(PALE)
    ('#ffffff', '#1a1a1a')
    """
    red, green, blue = to_rgb(colour)
    return WHITE if 0.299 * red + 0.587 * green + 0.114 * blue < 0.5 else INK


def frame(axes: Axes, x: float, y: float, width: float, height: float, **how: Any) -> Rectangle:
    """A rectangle with its upper left corner there; an empty one unless told."""
    usual: dict[str, Any] = {"facecolor": "none", "edgecolor": INK, "linewidth": 0.9, "zorder": 3}
    patch = Rectangle((x, y), width, height, **usual | how)
    axes.add_patch(patch)
    return patch


def bar(axes: Axes, box: Box, side: str, **how: Any) -> Rectangle:
    """A bar along the left side or the bottom of a box (x, y, width, height)."""
    x, y, width, height = box
    if side == "left":
        return frame(axes, x - THICK, y, THICK, height, **how)
    return frame(axes, x, y + height, width, THICK, **how)


def sides(axes: Axes, box: Box, rows: SizeLike, columns: SizeLike) -> None:
    """A matrix's sizes: rows at the left, columns below."""
    x, y, width, height = box
    write(axes, x - THICK - 0.05, y + height / 2, str(rows), ha="right")
    write(axes, x + width / 2, y + height + THICK + 0.1, str(columns))


def cells(
    axes: Axes,
    codes: npt.NDArray[Any],
    box: Box,
    colours: Sequence[str],
) -> AxesImage:
    """A matrix of codes, a cell for each entry in the colour that its code has."""
    x, y, width, height = box
    image = axes.imshow(
        codes, cmap=ListedColormap(list(colours)), vmin=0, vmax=len(colours) - 1, aspect="auto",
        extent=(x, x + width, y + height, y), interpolation="nearest", origin="upper",
    )  # fmt: skip
    rows, columns = codes.shape
    if min(width / columns, height / rows) >= 0.06:  # finer lines would hide what they separate
        lines: dict[str, Any] = {"colors": WHITE, "linewidth": 0.5}
        axes.vlines(x + width * np.arange(1, columns) / columns, y, y + height, **lines)
        axes.hlines(y + height * np.arange(1, rows) / rows, x, x + width, **lines)
    return image
