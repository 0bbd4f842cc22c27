"""How a reader counts and writes names: W1, W2 where the input is layer 1, W⁽¹⁾."""

from __future__ import annotations

from collections.abc import Callable

from layouts.errors import InputError

from ..network import Network
from ..typography import renumbered, superscripted

__all__ = ["spelling"]


def spelling(net: Network, input_index: int, symbols: str) -> Callable[[str], str]:
    """What turns mathematics in the network's own names into the reader's.

    Raises:
        LayoutError: another number of the input than 0 or 1, a number for a graph, other symbols.

    >>> print(spelling(Network.parse("2-3-2"), 1, "superscript")("W2ᵀ δ2"))
    W⁽³⁾ᵀ δ⁽³⁾
    """
    if input_index not in (0, 1):
        raise InputError(f"the input counts as layer 0 or 1, not {input_index!r}.")
    if input_index and not net.is_row:
        raise InputError("a graph's values have the names that it gives them: the input's number "
                         "is that of a row of layers.")  # fmt: skip
    if symbols not in ("plain", "superscript"):
        raise InputError(f"symbols are 'plain' or 'superscript', not {symbols!r}.")
    raised = superscripted if symbols == "superscript" else str
    return lambda math: raised(renumbered(math, input_index))
