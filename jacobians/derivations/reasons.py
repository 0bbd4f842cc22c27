"""Why a line is false, and the small words of sentences that say it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

__all__ = ["Reason", "are", "listed", "times"]


class Reason(NamedTuple):
    """Why a line is false: the kind of fault, what is wrong, and the cure."""

    kind: str
    text: str
    cure: str = ""


def are(things: Sequence[object]) -> str:
    """The verb for so many things.

    >>> are("a"), are("ab")
    ('is', 'are')
    """
    return "are" if len(things) > 1 else "is"


def times(count: int) -> str:
    """How often.

    >>> times(2), times(3)
    ('twice', '3 times')
    """
    return "twice" if count == 2 else f"{count} times"


def listed(words: Iterable[object]) -> str:
    """Words with commas, and before the last one an "and".

    >>> listed([4, 5]), listed("abc"), listed("a")
    ('4 and 5', 'a, b and c', 'a')
    """
    each = [str(word) for word in words]
    return " and ".join([", ".join(each[:-1]), each[-1]] if len(each) > 1 else each)
