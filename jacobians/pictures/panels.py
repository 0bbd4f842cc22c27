"""Jacobians side by side in one scale, each with its name, its shape and what it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from layouts.sizes import by

from ..jacobian import Jacobian
from . import style
from .grids import draw_signs, signs_of
from .scales import Scale
from .style import LINE, MARGIN, WIDTH, Box
from .supports import LARGEST, support

__all__ = ["Panel", "draw_panels"]

LARGEST_UNIT, TALLEST, GAP = 0.2, 2.6, 0.3


class Panel(NamedTuple):
    """One Jacobian, and the lines below it."""

    name: str
    codes: npt.NDArray[np.int_]
    lines: tuple[str, ...]

    @classmethod
    def of(cls, J: Jacobian, *lines: str) -> Panel:
        """A Jacobian's signs."""
        held = support(J.operator)
        return cls(J.name, signs_of(J.as_matrix(limit=LARGEST), held), (by(J.shape), *lines))


def draw_panels(
    axes: Axes, panels: Sequence[Panel], y: float, inside: Any = None
) -> tuple[float, str]:
    """Panels from left to right, as many on a line as fit; the y below them, and a remark.

    `inside(axes, k, box)` draws what more the k-th panel shows.
    """
    scale = Scale(size for panel in panels for size in panel.codes.shape)
    tall, wide = (max(scale.length(p.codes.shape[axis]) for p in panels) for axis in (0, 1))
    unit = min(LARGEST_UNIT, TALLEST / tall, (WIDTH - 2 * MARGIN) / wide)
    for line in _lines(panels, scale, unit):
        x = MARGIN
        highest = max(scale.length(panels[k].codes.shape[0]) * unit for k in line)
        for k in line:
            box = _drawn(axes, panels[k], (x, y + 1.1 * LINE), scale, unit)
            if inside is not None:
                inside(axes, k, box)
            x += _slot(panels[k], scale, unit) + GAP
        most = max(len(panels[k].lines) for k in line)
        y += highest + (most + 2) * LINE
    return y, scale.remark


def _drawn(axes: Axes, panel: Panel, at: tuple[float, float], scale: Scale, unit: float) -> Box:
    """One panel: the name above, the lines below."""
    height, width = (scale.length(size) * unit for size in panel.codes.shape)
    x, y = at
    box = (x, y, width, height)
    style.write(axes, x, y - LINE / 2, panel.name, ha="left", weight="bold")
    draw_signs(axes, panel.codes, box, label=panel.name)
    for k, line in enumerate(panel.lines):
        style.write(axes, x, y + height + (k + 0.6) * LINE, line, ha="left")
    return box


def _slot(panel: Panel, scale: Scale, unit: float) -> float:
    texts = max(style.width_of(text) for text in (panel.name + "M", *panel.lines))
    return max(scale.length(panel.codes.shape[1]) * unit, texts)


def _lines(panels: Sequence[Panel], scale: Scale, unit: float) -> list[list[int]]:
    """Which panels stand on which line."""
    lines: list[list[int]] = [[]]
    x = MARGIN
    for k, panel in enumerate(panels):
        slot = _slot(panel, scale, unit)
        if lines[-1] and x + slot > WIDTH - MARGIN:
            lines.append([])
            x = MARGIN
        lines[-1].append(k)
        x += slot + GAP
    return lines
