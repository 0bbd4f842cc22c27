"""What a seed decides: orders, sizes that all differ, a network where none is given.

Orders come from SHA-256 and from nothing else, so that a seed has the same sheet on every machine,
whatever Python and NumPy it has.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from hashlib import sha256
from itertools import chain, combinations, count
from typing import TypeVar

from ..network import Network

__all__ = ["distinct_sizes", "drawn_network", "shuffled"]

T = TypeVar("T")
HIDDEN, OUTPUT = ("relu", "sigmoid", "tanh"), ("identity", "sigmoid", "tanh")
DEPTHS, DEEPEST = (2, 3), 6
"""Linear layers of a network that is drawn, and how many a name such as W6 may ask for."""


def shuffled(items: Iterable[T], seed: int, what: str) -> list[T]:
    """The items in the order that the seed gives them; `what` tells one order from another.

    >>> shuffled("abcd", 17, "letters"), shuffled("abcd", 18, "letters")
    (['d', 'a', 'b', 'c'], ['b', 'c', 'a', 'd'])
    """
    return sorted(items, key=lambda item: sha256(f"{seed} {what} {item}".encode()).digest())


def distinct_sizes(many: int, seed: int, given: Collection[int] = ()) -> list[int]:
    """So many sizes from 2 on, none of them given, equal, or the product of two others.

    A matrix of 3×2 has 6 entries: beside a layer of 6 a right shape would prove nothing.

    >>> distinct_sizes(4, seed=17), distinct_sizes(2, seed=17, given=[2, 3])
    ([4, 6, 5, 7], [4, 5])
    """
    found: list[int] = []
    for n in chain(shuffled(range(2, 8), seed, "sizes"), count(8)):
        if len(found) == many:
            break
        others = {*given, *found} - {1}
        products = {a * b for a, b in combinations(others, 2)}
        if n not in others | products and not others & {n * a for a in others}:
            found.append(n)
    return found


def drawn_network(wrt: str, seed: int) -> Network:
    """A row of layers whose depth, sizes and activations the seed chooses, deep enough for wrt."""
    numbered = re.fullmatch("[A-Za-z]+([0-9]+)", wrt)
    asked = min(int(numbered[1]), DEEPEST) if numbered else 0
    depth = max(shuffled(DEPTHS, seed, "depth")[0], asked)
    sizes = distinct_sizes(depth + 1, seed)
    activation = [shuffled(HIDDEN, seed, f"activation {k}")[0] for k in range(1, depth)]
    activation.append(shuffled(OUTPUT, seed, "output")[0])
    return Network.parse("-".join(map(str, sizes)), activation, "half_squared_error", None)
