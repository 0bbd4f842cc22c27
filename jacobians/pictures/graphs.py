"""A graph with its paths: what a total derivative adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from layouts.errors import InputError, counted
from layouts.layout import NUMERATOR, Layout
from layouts.sizes import by

from ..network import Network
from ..report.facts import LISTED, Derivative, Factor
from . import style
from .picture import Picture
from .placement import Edge, Placement
from .style import INK, LINE, MARGIN, PALETTE, TEXT, WHITE, WIDTH

__all__ = ["draw_graph"]

MOST = 100
"""Values beyond which their names would not be legible."""
ROW, BESIDE = 0.62, 0.055
"""Inches from one place to the next below it, and from one path to the next on the same edge."""
DASHES = ("-", (0, (4, 1.2)), (0, (1, 1)), (0, (5, 1, 1, 1)))


def draw_graph(
    net: Network,
    wrt: str | None = None,
    layout: Layout | str = NUMERATOR,
    *,
    of: str | None = None,
) -> Picture:
    """The values between `wrt` and `of`, with every path from one to the other.

    Args:
        net: the network, with values or sizes only.
        wrt: a value or parameter; None is the first input.
        layout: that in which the paths' factors are written below.
        of: what is differentiated; None is the loss, without one the prediction.

    Raises:
        LayoutError: an unknown name, no path, or more values than can be seen.

    >>> from jacobians import ready_made
    >>> print(draw_graph(ready_made("residual_block"), of="u").alt)
    du/dx is a sum over 2 paths. Path 1: ∂u/∂z2 · ∂z2/∂a1 · ∂a1/∂z1 · ∂z1/∂x. Path 2: ∂u/∂x.
    """
    layout = Layout.named(layout)
    derivative = Derivative(net, of or net.top, wrt or next(iter(net.inputs)))
    if not derivative.links:
        raise InputError(f"{derivative.name} has no path to draw.")
    edges = [(link.below, link.above) for link in derivative.links]
    if len({name for edge in edges for name in edge}) > MOST:
        raise InputError(f"{derivative.name} has more than {MOST} values on its paths: name two "
                         "that are nearer to each other.")  # fmt: skip
    many = derivative.count > LISTED
    said = f"{derivative.name} is a sum over {counted(derivative.count, 'path')}"
    paths = [] if many else derivative.paths
    picture, axes = style.sheet(said)
    sheet = Sheet(axes, derivative, Placement(edges))
    sheet.draw(paths)
    y, texts = sheet.bottom, []
    for k, path in enumerate(paths):
        text = " · ".join(factor.name for factor in derivative.written(layout, path))
        texts.append(f" Path {k + 1}: {text}.")
        y = _listed(axes, k, text, y, sheet.width)
    if many:
        y = style.note(axes, y, "So many paths are counted, not listed.", sheet.width)
    y = style.note(axes, y + 0.05, "Values flow to the right. What else they are made of is held "
                   "fixed, and not drawn.", sheet.width)  # fmt: skip
    return style.finish(picture, axes, y + MARGIN, f"{said}.{''.join(texts)}", sheet.width)


class Line(NamedTuple):
    """How a path is drawn."""

    number: int
    beside: float
    """How far it is from the middle of an edge."""

    @property
    def look(self) -> dict[str, object]:
        """Colour, dashes, and a dark rim that light colours need on white."""
        return {"color": PALETTE[self.number % len(PALETTE)], "linewidth": 2.4,
                "linestyle": DASHES[self.number % len(DASHES)], "dash_capstyle": "butt",
                "path_effects": [withStroke(linewidth=3.6, foreground=INK)]}  # fmt: skip


class Sheet:
    """The values as boxes, the edges between them, the paths along the edges."""

    def __init__(self, axes: Axes, derivative: Derivative, placement: Placement) -> None:
        self.axes, self.derivative, self.placement = axes, derivative, placement
        names = [name for edge in placement.edges for name in edge]
        self.labels = {name: (name, by(derivative.shape_of(name) or (1,))) for name in names}
        self.half = 0.06 + max(style.width_of(t) for ts in self.labels.values() for t in ts) / 2
        layers = len(placement.layers) - 1
        self.width = max(WIDTH, 2 * MARGIN + 2 * self.half + layers * (2 * self.half + 0.2))
        self.step = (self.width - 2 * MARGIN - 2 * self.half) / layers
        self.top = MARGIN + 2 * LINE

    @property
    def bottom(self) -> float:
        """Below the lowest place."""
        return self.top + ROW * self.placement.height + 0.1

    def at(self, place: tuple[int, float]) -> tuple[float, float]:
        """A place in inches."""
        layer, height = place
        middle = self.top + ROW * self.placement.height / 2
        return MARGIN + self.half + layer * self.step, middle + ROW * height

    def draw(self, paths: Sequence[Sequence[Factor]]) -> None:
        """Edges first, then paths, boxes above both."""
        for edge in self.placement.edges:
            points = [self.at(place) for place in self.placement.route(edge)]
            self._arrow(points)
        for k, path in enumerate(paths):
            self._path(Line(k, BESIDE * (k - (len(paths) - 1) / 2)), path)
        self._numbers(paths)
        for name, lines in self.labels.items():
            x, y = self.at(self.placement.place[name])
            ends = name in (self.derivative.of, self.derivative.wrt)
            box = (x - self.half, y - 0.19, 2 * self.half, 0.38)
            style.frame(self.axes, *box, facecolor=style.PALE if ends else WHITE, zorder=5,
                        linewidth=1.6 if ends else 0.9, label=name)  # fmt: skip
            for line, dy, weight in zip(lines, (-0.08, 0.09), ("bold", "normal"), strict=True):
                style.write(self.axes, x, y + dy, line, zorder=6, weight=weight)

    def _arrow(self, points: list[tuple[float, float]]) -> None:
        xs, ys = zip(*points, strict=True)
        self.axes.plot(xs, ys, color=style.GREY, linewidth=1.0, zorder=1)
        (x0, y0), (x1, y1) = points[-2:]
        t = 1 - self.half / (x1 - x0)
        tip = (x0 + t * (x1 - x0), y0 + t * (y1 - y0))
        back = (tip[0] - 0.02 * (x1 - x0), tip[1] - 0.02 * (y1 - y0))
        arrow = {"arrowstyle": "-|>", "color": INK, "linewidth": 0.0, "shrinkA": 0, "shrinkB": 0}
        self.axes.annotate("", tip, back, arrowprops=arrow, zorder=4)

    def _path(self, line: Line, path: Sequence[Factor]) -> None:
        for edge in _edges(path):
            points = [self.at(place) for place in self.placement.route(edge)]
            xs, ys = zip(*((x, y + line.beside) for x, y in points), strict=True)
            self.axes.plot(xs, ys, zorder=2, label=f"path {line.number + 1}", **line.look)

    def _numbers(self, paths: Sequence[Sequence[Factor]]) -> None:
        """Each path's number, where it has the fewest others beside it."""
        used = Counter(edge for path in paths for edge in _edges(path))
        chosen = [min(_edges(path), key=lambda edge: used[edge]) for path in paths]
        for k, edge in enumerate(chosen):
            share = chosen[: k + 1].count(edge) / (chosen.count(edge) + 1)
            points = [self.at(place) for place in self.placement.route(edge)]
            (x0, y0), (x1, y1) = points[(len(points) - 1) // 2 :][:2]
            gap = self.half + share * (x1 - x0 - 2 * self.half)
            t = gap / (x1 - x0)
            beside = BESIDE * (k - (len(paths) - 1) / 2)
            style.write(self.axes, x0 + gap, y0 + t * (y1 - y0) + beside, str(k + 1), zorder=7,
                        weight="bold", bbox={"facecolor": WHITE, "edgecolor": INK, "pad": 1.2,
                                             "linewidth": 0.7})  # fmt: skip


def _edges(path: Sequence[Factor]) -> list[Edge]:
    return [(factor.link.below, factor.link.above) for factor in path]


def _listed(axes: Axes, k: int, text: str, y: float, width: float) -> float:
    """A path's line, its number and its product."""
    axes.plot([MARGIN, MARGIN + 0.3], [y + LINE / 2] * 2, **Line(k, 0.0).look)
    style.write(axes, MARGIN + 0.42, y + LINE / 2, str(k + 1), weight="bold")
    for line in style.wrapped(text, width - 2 * MARGIN - 0.55):
        style.write(axes, MARGIN + 0.55, y + LINE / 2, line, ha="left", fontsize=TEXT)
        y += LINE
    return y
