"""Worksheets: a dimension trace with blanks in it, another for each seed, and its key.

Names are resolved when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .sheet import Worksheet as Worksheet
    from .sheet import worksheet as worksheet

WHERE = {"Worksheet": "sheet", "worksheet": "sheet"}
"""The module in which each public name lives."""

__all__ = ["Worksheet", "worksheet"]


def __getattr__(name: str) -> Any:
    if name not in WHERE:
        raise AttributeError(f"module 'jacobians.worksheets' has no attribute {name!r}")
    value = getattr(import_module(f".{WHERE[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
