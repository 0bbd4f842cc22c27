"""The links of a network that is a plain row of linear, elementwise and softmax layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..layers import Elementwise, Linear, Softmax
from .links import ByBias, ByWeight, Mixing, Slope, Weight

if TYPE_CHECKING:
    from ..network import Network

__all__ = ["links_back"]


def links_back(net: Network, values: dict[str, Any], of: str, wrt: str) -> list[Any]:
    """The links from `of` back to `wrt`, in this order; none where the row is not that plain.

    Args:
        net: the network.
        values: with samples as columns.
        of: the name of a value before the loss.
        wrt: the name of a value before it, or of a parameter.
    """
    uses = sum(wrt in step.inputs for step in net.inner_steps)
    if not net.is_row or uses > 1 or of not in net.step_named:
        return []
    links: list[Any] = []
    for step in reversed(net.inner_steps):
        if step.name == wrt:
            break
        if not links and step.name != of:
            continue
        link = _link(step, values, wrt)
        if link is None:
            return []
        links.append(link)
        if wrt in step.inputs[1:]:
            break
    return links if links and links[-1].below == wrt else []


def _link(step: Any, values: dict[str, Any], wrt: str) -> Any:
    """The link through one layer, or by one of its parameters."""
    name, layer, (below, *held) = step
    z, a = values[below], values[name]
    if isinstance(layer, Linear):
        W = values[held[0]]
        if wrt == held[0]:
            return ByWeight(name, wrt, below, z, len(W))
        if wrt in held:
            return ByBias(name, wrt, len(W), a.shape[1])
        return Weight(name, below, held[0], W, a.shape[1])
    if isinstance(layer, Elementwise):
        return Slope(name, below, layer, z, a, layer.slopes(z))
    if isinstance(layer, Softmax):
        return Mixing(name, below, layer, z, a)
    return None
