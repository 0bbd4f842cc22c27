"""One point at which code is tried."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from layouts.layout import Layout

from ..checking.pieces import Pieces

__all__ = ["RTOL", "Point"]

RTOL = 1e-7
"""How far entries may be apart, unless the key says it."""


class Point(NamedTuple):
    """One point.

    Args:
        arguments: what the function is called with.
        pieces: of a layout, what is right and what it is made of.
        hold: holds an answer against a layout; an AssertionError says what is wrong with it.
        sizes: of the network or layer here, in words.
        given: whether these are the sizes that the key names, or any where it names letters.
    """

    arguments: Sequence[Any]
    pieces: Callable[[Layout], Pieces]
    hold: Callable[[Any, Layout], None]
    sizes: str
    given: bool
