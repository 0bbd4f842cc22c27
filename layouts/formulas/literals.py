"""Numbers that a formula writes out, and what is made of such numbers alone."""

from __future__ import annotations

from .tree import (
    Call,
    Negative,
    Number,
    Part,
    Power,
    Product,
    Sum,
    parts_of,
)

__all__ = ["is_constant", "literal"]


def literal(part: Part) -> float | None:
    """The number that a part writes out: 2, -1, 1/2; None if it is anything else."""
    match part:
        case Number(value=value):
            return value
        case Negative(part=inner):
            positive = literal(inner)
            return None if positive is None else -positive
        case Product(left=left, operator="/", right=right):
            above, below = literal(left), literal(right)
            return None if above is None or not below else above / below
    return None


def is_constant(part: Part) -> bool:
    """Whether a part is made of numbers alone, and so one that is added to every entry."""
    match part:
        case Number():
            return True
        case Negative() | Sum() | Product() | Power() | Call(function="sqrt" | "log" | "exp"):
            return all(map(is_constant, parts_of(part)))
    return False
