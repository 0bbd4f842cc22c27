"""Whether a formula is a derivative, and if not, why not."""

from .against import Comparison, compare_formulas
from .check import check_formula
from .result import Check, Repair

__all__ = [
    "Check",
    "Comparison",
    "Repair",
    "check_formula",
    "compare_formulas",
]
