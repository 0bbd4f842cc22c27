"""What a picture holds, read back from its parts: texts, boxes by their names, bars, cells."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

SMALLEST = 9.0
"""Points at the width of a page."""
PAGE = 6.5
"""Inches."""


def texts(picture: Any) -> list[str]:
    """All that is written, in the order in which it was."""
    return [text.get_text() for text in picture.axes[0].texts if text.get_text()]


def boxes(picture: Any) -> list[tuple[str, Any]]:
    """Every named rectangle with its name, in the order of drawing."""
    patches = picture.axes[0].patches
    return [(patch.get_label(), patch) for patch in patches if patch.get_label()]


def size(patch: Any) -> tuple[float, float]:
    """Height and width, as rows and columns."""
    return patch.get_height(), patch.get_width()


def look(patch: Any) -> tuple[Any, Any]:
    """What tells two bars apart."""
    return patch.get_facecolor(), patch.get_hatch()


def bars(picture: Any, box: Any) -> tuple[Any, Any]:
    """The bars along the left and the bottom of a box: its rows, its columns."""
    x, y = box.get_xy()
    height, width = size(box)
    found = [p for p in picture.axes[0].patches if p is not box]
    left = [p for p in found if np.allclose((p.get_x() + p.get_width(), p.get_y()), (x, y))
            and np.isclose(p.get_height(), height)]  # fmt: skip
    bottom = [p for p in found if np.allclose(p.get_xy(), (x, y + height))
              and np.isclose(p.get_width(), width)]  # fmt: skip
    assert len(left) == len(bottom) == 1
    return left[0], bottom[0]


def cells(picture: Any) -> list[Any]:
    """The codes of each matrix that is drawn cell by cell."""
    return [np.asarray(image.get_array()) for image in picture.axes[0].images]


def written_in(axes: Any) -> list[Text]:
    """All texts of some axes; of its ticks those that are in view."""
    found = list(axes.texts)
    for axis in (axes.xaxis, axes.yaxis) if axes.axison else ():
        low, high = sorted(axis.get_view_interval())
        ticks = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
        found += [axis.label, *(tick.label1 for tick in ticks)]
    return found


def must_be_legible(picture: Any) -> None:
    """Nothing is clipped, nothing overlaps, nothing is smaller than 9 points on a page."""
    FigureCanvasAgg(picture).draw()
    renderer = picture.canvas.get_renderer()
    shrinks = min(1.0, PAGE / picture.get_figwidth())
    shown = [text for axes in picture.axes for text in written_in(axes) if text.get_text().strip()]
    assert shown
    extents = [(t.get_text(), t.get_window_extent(renderer).padded(-0.6)) for t in shown]
    for text in shown:
        assert text.get_fontsize() * shrinks >= SMALLEST - 0.5, f"{text.get_text()} is too small"
    for name, extent in extents:
        inside = picture.bbox.padded(0.5)
        beside = extent.x0 < inside.x0 or extent.x1 > inside.x1
        assert not beside, f"{name} is clipped"
        assert inside.y0 <= extent.y0 <= extent.y1 <= inside.y1, f"{name} is clipped"
    for (one, a), (other, b) in combinations(extents, 2):
        assert not a.overlaps(b), f"{one} overlaps {other}"


def luminance(colour: Any) -> float:
    """How light a colour is in grey."""
    red, green, blue = colour[:3]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
