"""Layout conventions of matrix calculus: where the entries of a derivative go.

`Formula` is read in when first used, so that `import layouts` costs little more than NumPy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import FormulaError, InputError, LayoutError, OrderError, ShapeError, TooLargeError
from .identities import identities
from .layout import DENOMINATOR, NUMERATOR, Layout
from .vectorization import (
    commutation_matrix,
    duplication_matrix,
    elimination_matrix,
    rvec,
    unrvec,
    unvec,
    vec,
    vech,
)

if TYPE_CHECKING:
    from .formula import Formula as Formula

__all__ = [
    "DENOMINATOR",
    "NUMERATOR",
    "Formula",
    "FormulaError",
    "InputError",
    "Layout",
    "LayoutError",
    "OrderError",
    "ShapeError",
    "TooLargeError",
    "commutation_matrix",
    "duplication_matrix",
    "elimination_matrix",
    "identities",
    "rvec",
    "unrvec",
    "unvec",
    "vec",
    "vech",
]


def __getattr__(name: str) -> Any:
    if name == "Formula":
        from .formula import Formula

        globals()["Formula"] = Formula
        return Formula
    raise AttributeError(f"module 'layouts' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
