"""A graph with its paths: what a total derivative adds up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matplotlib.axes import Axes

from layouts.errors import InputError, counted
from layouts.layout import NUMERATOR, Layout
from layouts.sizes import by

from ..network import Network
from ..report.facts import LISTED, Derivative, Factor
from ..report.spellings import spelling
from . import style
from .chains import first_wrt
from .picture import Picture
from .placement import Edge, Placement
from .style import INK, LINE, MARGIN, WHITE, WIDTH

__all__ = ["draw_graph"]

MOST = 100
"""Values beyond which their names would not be legible."""
ROW, BESIDE = 0.62, 0.055
"""Inches from one place to the next below it, and from one path to the next on the same edge."""
REMARK = "Values flow to the right. What else they are made of is held fixed, and not drawn."


def draw_graph(
    net: Network,
    wrt: str | None = None,
    layout: Layout | str = NUMERATOR,
    *,
    of: str | None = None,
    input_index: int = 0,
    symbols: str = "plain",
) -> Picture:
    """The values between `wrt` and `of`, with every path from one to the other.

    Args:
        net: the network, with values or sizes only.
        wrt: a value or parameter; None is the first weights.
        layout: that in which the paths' factors are written below.
        of: what is differentiated; None is the loss, without one the prediction.
        input_index: the number of the input in the names of a row of layers, 0 or 1.
        symbols: "plain" (W1) or "superscript" (W⁽¹⁾).

    Raises:
        LayoutError: an unknown name, no path, or more values than can be seen.

    >>> from jacobians import ready_made
    >>> print(draw_graph(ready_made("residual_block"), "x", of="u").alt)
    du/dx is a sum over 2 paths. Path 1: ∂u/∂z2 · ∂z2/∂a1 · ∂a1/∂z1 · ∂z1/∂x. Path 2: ∂u/∂x.
    """
    layout, spell = Layout.named(layout), spelling(net, input_index, symbols)
    derivative = Derivative(net, of or net.top, first_wrt(net, wrt))
    name = spell(derivative.name)
    if not derivative.links:
        raise InputError(f"{name} has no path to draw.")
    if len({link.above for link in derivative.links}) >= MOST:
        raise InputError(f"{name} has more than {MOST} values on its paths: name two that are "
                         "nearer to each other.")  # fmt: skip
    paths = derivative.paths if derivative.count <= LISTED else []
    head = f"{name} is a sum over {counted(derivative.count, 'path')}" if derivative.branches else (
        f"{name} is one product, along one path")  # fmt: skip
    picture, axes = style.sheet(head)
    sheet = Sheet(axes, derivative, spell)
    sheet.draw(paths)
    y = sheet.bottom
    texts = [spell(" · ".join(factor.name for factor in derivative.written(layout, path)))
             for path in paths]  # fmt: skip
    for k, text in enumerate(texts):
        y = style.entry(axes, k, text, y, sheet.width)
    remark = REMARK if paths else f"So many paths are counted, not listed. {REMARK}"
    y = style.note(axes, y + 0.05, remark, sheet.width)
    said = "".join(f" Path {k}: {text}." for k, text in enumerate(texts, start=1))
    return style.finish(picture, axes, y + MARGIN, f"{head}.{said}", sheet.width)


class Sheet:
    """The values as boxes, the edges between them, the paths along the edges."""

    def __init__(self, axes: Axes, derivative: Derivative, spell: Callable[[str], str]) -> None:
        self.axes, self.derivative = axes, derivative
        self.placement = Placement((link.below, link.above) for link in derivative.links)
        names = [name for edge in self.placement.edges for name in edge]
        self.labels = {name: (spell(name), by(derivative.shape_of(name) or (1,))) for name in names}
        self.half = 0.06 + max(style.width_of(t) for ts in self.labels.values() for t in ts) / 2
        layers = len(self.placement.layers) - 1
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
        users: dict[Edge, list[int]] = {}
        for k, path in enumerate(paths):
            for edge in _edges(path):
                users.setdefault(edge, []).append(k)
        for edge, numbers in users.items():
            for k, beside in self._beside(numbers):
                self._line(edge, k, beside)
        for k, path in enumerate(paths):
            self._number(min(_edges(path), key=lambda edge: len(users[edge])), k, users)
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
        self.axes.plot(xs, ys, color=INK, linewidth=0.8, zorder=1)
        (x0, y0), (x1, y1) = points[-2:]
        t = 1 - self.half / (x1 - x0)
        tip = (x0 + t * (x1 - x0), y0 + t * (y1 - y0))
        back = (tip[0] - 0.02 * (x1 - x0), tip[1] - 0.02 * (y1 - y0))
        arrow = {"arrowstyle": "-|>", "color": INK, "linewidth": 0.0, "shrinkA": 0, "shrinkB": 0}
        self.axes.annotate("", tip, back, arrowprops=arrow, zorder=4)

    def _line(self, edge: Edge, k: int, beside: float) -> None:
        """The k-th path along one edge."""
        points = [self.at(place) for place in self.placement.route(edge)]
        xs, ys = zip(*((x, y + beside) for x, y in points), strict=True)
        self.axes.plot(
            xs, ys, zorder=2, label=f"path {k + 1}: {edge[0]} {edge[1]}", **style.line(k)
        )

    def _number(self, edge: Edge, k: int, users: dict[Edge, list[int]]) -> None:
        """The number of a path on the edge that it shares with the fewest others."""
        points = [self.at(place) for place in self.placement.route(edge)]
        (x0, y0), (x1, y1) = points[(len(points) - 1) // 2 :][:2]
        share = (users[edge].index(k) + 1) / (len(users[edge]) + 1)
        run = self.half + share * (x1 - x0 - 2 * self.half)
        beside = dict(self._beside(users[edge]))[k]
        style.numbered(self.axes, x0 + run, y0 + run / (x1 - x0) * (y1 - y0) + beside, k)

    def _beside(self, numbers: list[int]) -> list[tuple[int, float]]:
        """How far each path is from the middle of an edge that all of them use."""
        middle = (len(numbers) - 1) / 2
        return [(k, BESIDE * (place - middle)) for place, k in enumerate(numbers)]


def _edges(path: Sequence[Factor]) -> list[Edge]:
    return [(factor.link.below, factor.link.above) for factor in path]
