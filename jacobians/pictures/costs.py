"""What a chain costs against the width of its layers, on logarithmic axes.

predicted    multiplications, from the polynomials that the trace counts in letters
measured     seconds on this machine, on request: the same products, really multiplied
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial, reduce
from itertools import product
from operator import matmul
from timeit import Timer
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator, StrMethodFormatter

from layouts.errors import InputError

from ..network import Network
from ..report.facts import Derivative
from . import style
from .picture import Picture
from .scales import letters_of, number_at
from .style import INK, LINE, MARGIN, TEXT, WIDTH
from .supports import LARGEST

__all__ = ["draw_cost"]

HEIGHT, LEFT, APART = 2.6, 0.75, 0.85
"""Inches of a chart, and beside it."""
KINDS = ("As if every factor were dense", "With structure")
MARKERS = "osD^"


def draw_cost(
    notation: str = "n-n-n",
    widths: Sequence[int] = (4, 8, 16, 32, 64, 128),
    wrt: str = "x",
    *,
    activation: str | None = "tanh",
    loss: str | None = "half_squared_error",
    measured: bool = False,
) -> Picture:
    """The cost of `∂L/∂wrt` by its explicit chain, from either end, with and without structure.

    Args:
        notation: sizes from input to output, with one letter that the widths stand for.
        widths: two or more, ascending.
        wrt: a value or parameter.
        activation: one name for all linear layers.
        loss: its name; without one the prediction is differentiated.
        measured: also multiply, and draw the seconds that it takes here.

    Raises:
        LayoutError: no letter or several, widths that are none, or matrices too large to multiply.

    >>> print(draw_cost("n-n-10", [4, 40]).alt)
    Multiplications for ∂L/∂a0 of n-n-10, n from 4 to 40. As if every factor were dense, from L: \
2·n² + 10·n + 100. As if every factor were dense, from a0: n³ + 10·n² + 110·n. With \
structure, from L: n² + 11·n + 10. With structure, from a0: 11·n² + 20·n.
    """
    net = Network.parse(notation, activation, loss, None)
    derivative = Derivative(net, net.top, wrt)
    letter = _letter(net, notation)
    _refuse_widths(widths)
    ways = [f"{kind}, from {end}" for kind, end in product(KINDS, (derivative.of, derivative.wrt))]
    counts = [[number_at(size, {letter: n}) for n in widths] for size in derivative.costs]
    charts: dict[str, Any] = {"multiplications": counts}
    if measured:
        nets = [re.sub(rf"\b{letter}\b", str(n), notation) for n in widths]
        times = [_seconds(Network.parse(each, activation, loss), wrt) for each in nets]
        charts["seconds, on this machine"] = list(zip(*times, strict=True))
    picture, axes = style.sheet(f"What {derivative.name} of {notation} costs by its matrices")
    y = MARGIN + 2 * LINE + HEIGHT + 3 * LINE
    height = y + 4 * LINE + MARGIN
    for k, (name, lines) in enumerate(charts.items()):
        _curves(_chart(picture, k, len(charts), height), widths, lines, (letter, name))
    said = [f"{way}: {size}" for way, size in zip(ways, derivative.costs, strict=True)]
    for k, text in enumerate(said):
        y = style.entry(axes, k, text, y)
    head = (f"Multiplications for {derivative.name} of {notation}, {letter} from {widths[0]} to "
            f"{widths[-1]}{', and the seconds that they take' * measured}.")  # fmt: skip
    return style.finish(picture, axes, height, f"{head} {'. '.join(said)}.")


def _letter(net: Network, notation: str) -> str:
    """The one letter among the sizes."""
    shapes = [net.parameters[name].shape for name in net.parameters]
    letters = letters_of(size for shape in shapes for size in shape)
    if len(letters) != 1:
        has = ", ".join(letters) or "none"
        raise InputError(f"the width that grows is one letter: {notation} has {has}. Write n-n-10.")
    return letters[0]


def _refuse_widths(widths: Sequence[int]) -> None:
    whole = all(isinstance(n, int | np.integer) and n >= 1 for n in widths)
    if not whole or len(widths) < 2 or list(widths) != sorted(set(widths)):
        raise InputError(f"widths are two whole numbers or more, ascending, not {widths!r}.")


def _chart(picture: Picture, k: int, count: int, height: float) -> Axes:
    """The k-th of some charts side by side."""
    width = (WIDTH - LEFT - MARGIN - (count - 1) * APART) / count
    left, bottom = LEFT + k * (width + APART), height - MARGIN - 1.6 * LINE - HEIGHT
    inches = left / WIDTH, bottom / height, width / WIDTH, HEIGHT / height
    return picture.add_axes(inches, xscale="log", yscale="log", label=f"chart {k + 1}")


def _curves(
    chart: Axes, widths: Sequence[int], lines: Sequence[Sequence[float]], words: tuple[str, str]
) -> None:
    """A curve for each way, its number at the last width."""
    for k, line in enumerate(lines):
        chart.plot(widths, line, marker=MARKERS[k], markersize=4, markeredgecolor=INK,
                   **style.line(k))  # fmt: skip
    for k, line in enumerate(lines):
        at = -1 - k % len(widths)  # curves may lie on each other
        style.numbered(chart, widths[at], line[at], k)
    chart.xaxis.set_major_locator(FixedLocator(list(widths)))
    chart.xaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    chart.xaxis.set_minor_locator(NullLocator())
    chart.yaxis.set_minor_formatter(NullFormatter())
    chart.tick_params(labelsize=TEXT, labelfontfamily=style.FONT)
    chart.set_xlabel(words[0], fontsize=TEXT, family=style.FONT)
    chart.set_ylabel(words[1], fontsize=TEXT, family=style.FONT)
    chart.grid(which="major", color=style.PALE)
    chart.spines[["top", "right"]].set_visible(False)


def _seconds(net: Network, wrt: str) -> list[float]:
    """What each way takes: full matrices from the left and from the right, then structures."""
    structured = net.factors(*net.example(), of=net.top, wrt=wrt)
    full: list[Any] = [J.as_matrix(limit=LARGEST) for J in structured]
    ways = product((full, structured), (_from_left, _from_right))
    return [_least(partial(end, chain)) for chain, end in ways]


def _from_left(chain: Sequence[Any]) -> Any:
    return reduce(matmul, chain)


def _from_right(chain: Sequence[Any]) -> Any:
    return reduce(lambda right, left: left @ right, reversed(chain))


def _least(work: Callable[[], Any]) -> float:
    """The least of five runs, each long enough to be measured."""
    timer = Timer(work)
    number = max(1, int(0.002 / max(timer.timeit(1), 1e-7)))
    return min(timer.repeat(5, number)) / number
