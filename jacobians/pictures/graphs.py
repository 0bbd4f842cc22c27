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
TOP = MARGIN + 2 * LINE
BOX, ROW, SHORTEST, BESIDE = 0.38, 0.62, 0.2, 0.055
"""Inches: a box's height, from one row to the next, an edge, from a path to the next beside it."""
REMARK = "What else they are made of is held fixed, and not drawn."


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
    remark = sheet.remark if paths else f"So many paths are counted, not listed. {sheet.remark}"
    y = style.note(axes, y + 0.05, remark, sheet.width)
    said = "".join(f" Path {k}: {text}." for k, text in enumerate(texts, start=1))
    said = said or f" They lead through {', '.join(name for name, _ in sheet.labels.values())}."
    return style.finish(picture, axes, y + MARGIN, f"{head}.{said}", sheet.width)


class Sheet:
    """The values as boxes, the edges between them, the paths along the edges.

    Layers follow each other to the right, or downwards where they are too many for the width.
    """

    def __init__(self, axes: Axes, derivative: Derivative, spell: Callable[[str], str]) -> None:
        self.axes, self.derivative = axes, derivative
        self.placement = Placement((link.below, link.above) for link in derivative.links)
        names = [name for edge in self.placement.edges for name in edge]
        self.labels = {name: (spell(name), by(derivative.shape_of(name) or (1,))) for name in names}
        width = 0.12 + max(style.width_of(text) for texts in self.labels.values() for text in texts)
        self.size = width, BOX
        layers, across = len(self.placement.layers), self.placement.height
        self.down = layers * width + (layers - 1) * SHORTEST > WIDTH - 2 * MARGIN
        if self.down:
            self.step, self.row = BOX + SHORTEST, width + SHORTEST
            self.width = max(WIDTH, across * self.row + 2 * MARGIN)
        else:
            self.step, self.row = (WIDTH - 2 * MARGIN - width) / max(layers - 1, 1), ROW
            self.width = WIDTH
        self.bottom = TOP + 0.1 + (self.step * (layers - 1) + BOX if self.down else ROW * across)

    @property
    def remark(self) -> str:
        """How it is read."""
        return f"Values flow {'down' if self.down else 'to the right'}. {REMARK}"

    def at(self, along: float, across: float) -> tuple[float, float]:
        """Inches along the flow and across it, as x and y."""
        if self.down:
            return self.width / 2 + across, TOP + BOX / 2 + along
        return MARGIN + self.size[0] / 2 + along, TOP + ROW * self.placement.height / 2 + across

    def route(self, edge: Edge) -> list[tuple[float, float]]:
        """The places of an edge, in inches along and across the flow."""
        return [(self.step * k, self.row * height) for k, height in self.placement.route(edge)]

    @property
    def half(self) -> float:
        """Half a box, along the flow."""
        return self.size[1 if self.down else 0] / 2

    def draw(self, paths: Sequence[Sequence[Factor]]) -> None:
        """Edges first, then paths, boxes above both."""
        for edge in self.placement.edges:
            self._arrow(self.route(edge))
        users: dict[Edge, list[int]] = {}
        for k, path in enumerate(paths):
            for edge in _edges(path):
                users.setdefault(edge, []).append(k)
        for edge, numbers in users.items():
            for k, beside in _beside(numbers):
                points = [self.at(along, across + beside) for along, across in self.route(edge)]
                label = f"path {k + 1}: {edge[0]} {edge[1]}"
                self.axes.plot(*zip(*points, strict=True), zorder=2, label=label, **style.line(k))
        for k, path in enumerate(paths):
            fewest = min(len(users[edge]) for edge in _edges(path))
            alone = [edge for edge in _edges(path) if len(users[edge]) == fewest]
            middle = alone[len(alone) // 2]
            self._number(middle, k, users[middle])
        for name, lines in self.labels.items():
            self._box(name, lines)

    def _box(self, name: str, lines: tuple[str, str]) -> None:
        """A value's name and shape; both ends of the derivative stand out."""
        layer, height = self.placement.place[name]
        x, y = self.at(self.step * layer, self.row * height)
        ends = name in (self.derivative.of, self.derivative.wrt)
        corner = (x - self.size[0] / 2, y - self.size[1] / 2)
        style.frame(self.axes, *corner, *self.size, facecolor=style.PALE if ends else WHITE,
                    zorder=5, linewidth=1.6 if ends else 0.9, label=name)  # fmt: skip
        for line, dy, weight in zip(lines, (-0.08, 0.09), ("bold", "normal"), strict=True):
            style.write(self.axes, x, y + dy, line, zorder=6, weight=weight)

    def _arrow(self, route: list[tuple[float, float]]) -> None:
        """An edge, with its tip at the box that it leads to."""
        self.axes.plot(*zip(*(self.at(*place) for place in route), strict=True),
                       color=INK, linewidth=0.8, zorder=1)  # fmt: skip
        start, end = route[-2:]
        tip, back = (_short_of(start, end, by) for by in (self.half, self.half + 0.02))
        arrow = {"arrowstyle": "-|>", "color": INK, "linewidth": 0.0, "shrinkA": 0, "shrinkB": 0}
        self.axes.annotate("", self.at(*tip), self.at(*back), arrowprops=arrow, zorder=4)

    def _number(self, edge: Edge, k: int, users: list[int]) -> None:
        """The number of a path on the edge that it shares with the fewest others."""
        route = self.route(edge)
        start, end = route[(len(route) - 1) // 2 :][:2]
        share = (users.index(k) + 1) / (len(users) + 1)
        run = self.half + share * (end[0] - start[0] - 2 * self.half)
        along, across = _short_of(start, end, end[0] - start[0] - run)
        style.numbered(self.axes, *self.at(along, across + dict(_beside(users))[k]), k)


def _short_of(
    start: tuple[float, float], end: tuple[float, float], by: float
) -> tuple[float, float]:
    """The place on the way that is so far from the end, along the flow."""
    share = 1 - by / (end[0] - start[0])
    return end[0] - by, start[1] + share * (end[1] - start[1])


def _beside(numbers: Sequence[int]) -> list[tuple[int, float]]:
    """How far each path is from the middle of an edge that all of them use."""
    middle = (len(numbers) - 1) / 2
    return [(k, BESIDE * (place - middle)) for place, k in enumerate(numbers)]


def _edges(path: Sequence[Factor]) -> list[Edge]:
    return [(factor.link.below, factor.link.above) for factor in path]
