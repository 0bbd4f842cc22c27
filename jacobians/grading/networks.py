"""The network of a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layouts.errors import InputError

from ..network import Network

__all__ = ["network_of"]


def network_of(said: Mapping[str, Any], seed: int = 0, notation: str = "") -> Network | None:
    """The network that a question speaks of, or None.

    Args:
        said: what the key says.
        seed: added to the key's own.
        notation: other sizes than the key's.

    Raises:
        LayoutError: it is no network.

    >>> print(network_of({"network": "2-3", "activation": "tanh"}))
    2-3: tanh
    """
    seed += said.get("seed", 0)
    if "graph" in said:
        for name in ("activation", "loss", "reduction", "bias"):
            if name in said:
                raise InputError(f"{name} is said by the graph itself.")
        return Network.graph(said["graph"], seed)
    if "network" not in said:
        return None
    return Network.parse(
        notation or said["network"], said.get("activation"), said.get("loss"), seed,
        reduction=said.get("reduction"), bias=said.get("bias", True),
    )  # fmt: skip
