"""Points of a network: what a function is called with, and what is right there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from layouts.errors import InputError, near_names
from layouts.layout import Layout

from ..checking import assert_gradient, assert_jacobian
from ..checking.network_pieces import gradient_of_network, jacobian_of_network
from ..checking.pieces import Pieces
from ..network import Network
from .networks import network_of
from .point import RTOL, Point

__all__ = ["points_of_network"]


def points_of_network(said: Any, notation: str, given: bool) -> Iterator[Point]:
    """Points of a network, whose weights are drawn anew."""
    for seed in range(0 if given else 1000, 10_000, 7):
        net = network_of(said, seed, notation)
        assert net is not None
        net.refuse_sizes_only()
        yield _network_point(said, net, notation or str(net), given)


def _network_point(said: Any, net: Network, sizes: str, given: bool) -> Point:
    X, Y = net.example(said.get("samples"))
    of, wrt = said.get("of"), said["wrt"]
    gradient = net.loss_name is not None and of in (None, net.loss_name)
    kind = said.get("derivative") or ("gradient" if gradient else "jacobian")
    if kind == "vjp":
        raise InputError(
            'derivative = "vjp" is of a layer: of a network ask the gradient, or a jacobian.'
        )
    if kind == "gradient" and not gradient:
        raise InputError(
            "a gradient is of a loss: say loss, and leave of out, or ask the jacobian."
        )
    arguments = _values(said, net, net.values(X, Y))
    inputs = (X,) if Y is None else (X, Y)

    def pieces(layout: Layout) -> Pieces:
        if kind == "gradient":
            p = gradient_of_network(net, X, Y, wrt=wrt, layout=layout)
        else:
            p = jacobian_of_network(net, X, Y, of=of, wrt=wrt, layout=layout)
        p.rtol = said.get("rtol", RTOL)
        return p

    def hold(actual: Any, layout: Layout) -> None:
        options = {"wrt": wrt, "layout": layout, "rtol": said.get("rtol", RTOL)}
        if kind == "gradient":
            assert_gradient(actual, net, *inputs, **options)
        else:
            assert_jacobian(actual, net, *inputs, of=of, **options)

    return Point(arguments, pieces, hold, sizes, given)


def _values(said: Any, net: Network, values: dict[str, Any]) -> list[Any]:
    """What the function is called with."""
    names = said.get("arguments", [*net.inputs, *net.targets, *net.parameters])
    for name in names:
        if name not in values:
            raise InputError(
                f"arguments: there is no value {name!r}: {near_names(str(name), values)}"
            )
    return [values[name] for name in names]
