"""What every reader of networks hands over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..graph import Graph
from ..layers import Layer, Loss

__all__ = ["Description"]


class Description(NamedTuple):
    """A network as it was written: what `Network` is made of."""

    layers: Sequence[Layer] | Graph
    loss: Loss | str | None = None
    source: str | None = None
    """How it was written, for the commands that reports suggest."""
    generator: np.random.Generator | None = None
    """What drew the weights, for drawing x and y behind them."""
    seed: int = 0
    note: str = ""
    """What a reader of reports must know of how it was read."""
