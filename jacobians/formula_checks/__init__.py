"""Whether a formula is a derivative, and if not, why not; and derivations, line by line."""

from .against import Comparison, compare_formulas
from .check import check_formula
from .derivation import Derivation, check_derivation
from .result import Check, Repair

__all__ = [
    "Check",
    "Comparison",
    "Derivation",
    "Repair",
    "check_derivation",
    "check_formula",
    "compare_formulas",
]
