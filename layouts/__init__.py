"""Layout conventions of matrix calculus: where the entries of a derivative go."""

from .errors import InputError, LayoutError, OrderError, ShapeError, TooLargeError
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

__all__ = [
    "DENOMINATOR",
    "NUMERATOR",
    "InputError",
    "Layout",
    "LayoutError",
    "OrderError",
    "ShapeError",
    "TooLargeError",
    "commutation_matrix",
    "duplication_matrix",
    "elimination_matrix",
    "rvec",
    "unrvec",
    "unvec",
    "vec",
    "vech",
]
