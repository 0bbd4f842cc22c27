"""One rule for one argument of a layer, said three independent ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .operators import Operator

__all__ = ["Names", "Rule"]


class Rule(NamedTuple):
    """The derivative of a layer by one argument, at the inputs where the rule was asked for.

    None of the three is computed from another: their agreement is what the tests prove.
    """

    jacobian: Callable[[], Operator]
    """The matrix of `∂vec(y)/∂vec(x)`, in numerator orientation."""
    jvp: Callable[[Any], Any]
    """Push-forward: a tangent t, shaped as the argument, to J t, shaped as the output."""
    vjp: Callable[[Any], Any]
    """Pull-back: a cotangent g, shaped as the output, to Jᵀ g, shaped as the argument."""


class Names(NamedTuple):
    """What the values around a layer are called, for printing."""

    inputs: tuple[str, ...]
    output: str = "y"
