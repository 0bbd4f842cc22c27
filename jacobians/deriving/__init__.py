"""Derivations written out: by components, by matrix calculus, by vjps; every step is evaluated.

`index_terms`, `index_text`, `index_values` and `index_matrices` know formulas for one entry, and
`index_equations` states each layer's. `components`, `matrix_calculus` and `cotangents` write a way
each into a `draft`, which compares every line with the one before at the `points`. What others
derived is checked by `jacobians.derivations`. Names are resolved when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .derivation import derive as derive
    from .index_equations import IndexEquation as IndexEquation
    from .written_steps import WrittenDerivation as WrittenDerivation
    from .written_steps import WrittenStep as WrittenStep

WHERE = {
    "IndexEquation": "index_equations",
    "WrittenDerivation": "written_steps",
    "WrittenStep": "written_steps",
    "derive": "derivation",
}
"""The module in which each public name lives."""

__all__ = ["IndexEquation", "WrittenDerivation", "WrittenStep", "derive"]


def __getattr__(name: str) -> Any:
    if name not in WHERE:
        raise AttributeError(f"module 'jacobians.deriving' has no attribute {name!r}")
    value = getattr(import_module(f".{WHERE[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
