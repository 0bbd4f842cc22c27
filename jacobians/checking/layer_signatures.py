"""What a layer's call and its methods take, as far as their signatures tell.

What hides its signature is taken at its word.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

__all__ = ["names_by_position", "room_for_inputs", "takes"]

KEYWORDS = ("wrt", "layout")
"""What the protocol hands over by name."""


def takes(method: Callable[..., Any], keyword: str) -> bool:
    """Whether a method takes that keyword.

    >>> takes(lambda g, x, wrt=None: g, "wrt"), takes(lambda g, x: g, "wrt")
    (True, False)
    """
    parameters = _parameters(method)
    if parameters is None:
        return True
    return any(p.name == keyword or p.kind is p.VAR_KEYWORD for p in parameters)


def names_by_position(method: Callable[..., Any]) -> list[str]:
    """The names of what is taken by position; none where the signature hides them.

    >>> names_by_position(lambda x, W=None, wrt=None, *more: x)
    ['x', 'W']
    """
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    named = [p.name for p in _parameters(method) or () if p.kind in positional]
    return [name for name in named if name not in KEYWORDS]


def room_for_inputs(method: Callable[..., Any]) -> int | None:
    """How many arrays are taken by position; None for any number.

    >>> room_for_inputs(lambda g, x, wrt=None: g), room_for_inputs(lambda g, *inputs: g)
    (2, None)
    """
    parameters = _parameters(method)
    if parameters is None or any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return None
    return len(names_by_position(method))


def _parameters(method: Callable[..., Any]) -> list[inspect.Parameter] | None:
    try:
        return list(inspect.signature(method).parameters.values())
    except (TypeError, ValueError):
        return None
