"""Grading: a folder of answers, formulas and code, to marks, a table and a histogram.

Names are resolved when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .grades import Grades as Grades
    from .grades import grade as grade
    from .mark import Mark as Mark

WHERE = {"Grades": "grades", "Mark": "mark", "grade": "grades"}
"""The module in which each public name lives."""

__all__ = ["Grades", "Mark", "grade"]


def __getattr__(name: str) -> Any:
    if name not in WHERE:
        raise AttributeError(f"module 'jacobians.grading' has no attribute {name!r}")
    value = getattr(import_module(f".{WHERE[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
