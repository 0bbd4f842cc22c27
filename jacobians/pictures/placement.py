"""Where the values of a graph stand: in layers from left to right, edges as straight as may be.

layer       one more than that of the last value it is made of
waypoints   an edge over several layers passes each of them at a place of its own
order       every place beside the mean of its neighbours, in sweeps to and fro

Source: Sugiyama, Tagawa and Toda, Methods for Visual Understanding of Hierarchical System
Structures (1981), whose crossings are counted out by barycentres.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import combinations, pairwise
from typing import TypeAlias

__all__ = ["Edge", "Placement"]

Edge: TypeAlias = tuple[str, str]
"""From a value to one that is made of it."""
SWEEPS = 8


class Placement:
    """The place of each value: its layer, and its height around 0.

    Args:
        edges: from below to above, in the order of computation.

    >>> placement = Placement([("x", "z"), ("z", "a"), ("a", "u"), ("x", "u")])
    >>> placement.place["x"], placement.place["u"]
    ((0, 0.0), (3, 0.0))
    >>> placement.route(("x", "u"))
    [(0, 0.0), (1, 0.5), (2, 0.5), (3, 0.0)]
    """

    def __init__(self, edges: Iterable[Edge]) -> None:
        self.edges = list(dict.fromkeys(edges))
        layer: dict[Hashable, int] = {}
        for below, above in self.edges:
            layer[above] = max(layer.get(above, 0), layer.setdefault(below, 0) + 1)
        self.layers: list[list[Hashable]] = [[] for _ in range(max(layer.values()) + 1)]
        for name, k in layer.items():
            self.layers[k].append(name)
        self._stops = {edge: self._stops_of(edge, layer) for edge in self.edges}
        self._order()
        height = self._heights()
        self.place: dict[Hashable, tuple[int, float]] = {
            name: (k, height[name]) for k, names in enumerate(self.layers) for name in names
        }

    def route(self, edge: Edge) -> list[tuple[int, float]]:
        """The places that an edge passes, both ends included."""
        return [self.place[stop] for stop in self._stops[edge]]

    @property
    def height(self) -> int:
        """Places in the fullest layer."""
        return max(map(len, self.layers))

    def _stops_of(self, edge: Edge, layer: dict[Hashable, int]) -> list[Hashable]:
        """Both ends, and a waypoint in each layer between."""
        below, above = edge
        waypoints: list[Hashable] = []
        for k in range(layer[below] + 1, layer[above]):
            waypoints.append((edge, k))
            self.layers[k].append((edge, k))
        return [below, *waypoints, above]

    def _order(self) -> None:
        """Each layer by the mean place of its neighbours, those before and those behind in turn.

        Of all orders on the way the one with the fewest crossings stays.
        """
        before: dict[Hashable, list[Hashable]] = {}
        behind: dict[Hashable, list[Hashable]] = {}
        for left, right in self._pieces():
            before.setdefault(right, []).append(left)
            behind.setdefault(left, []).append(right)
        best, fewest = self.layers, self._crossings()
        for sweep in range(SWEEPS):
            neighbours, step = (before, 1) if sweep % 2 == 0 else (behind, -1)
            self.layers = [[*names] for names in self.layers]
            for names in self.layers[::step]:
                height = self._heights()
                names.sort(
                    key=lambda name: _mean([height[n] for n in neighbours.get(name, [name])])
                )
            if (count := self._crossings()) < fewest:
                best, fewest = self.layers, count
        self.layers = best

    def _pieces(self) -> list[tuple[Hashable, Hashable]]:
        """The pieces of all edges, each from a layer to the next."""
        return [piece for stops in self._stops.values() for piece in pairwise(stops)]

    def _heights(self) -> dict[Hashable, float]:
        """Where each place stands in its layer, around 0."""
        return {name: i - (len(names) - 1) / 2
                for names in self.layers for i, name in enumerate(names)}  # fmt: skip

    def _crossings(self) -> int:
        """How many pieces cross between two layers."""
        height = self._heights()
        layer = {name: k for k, names in enumerate(self.layers) for name in names}
        return sum(
            layer[a] == layer[c] and (height[a] - height[c]) * (height[b] - height[d]) < 0
            for (a, b), (c, d) in combinations(self._pieces(), 2)
        )


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)
