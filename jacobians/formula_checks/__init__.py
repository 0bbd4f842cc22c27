"""Whether a formula is a derivative, what is wrong with it and why."""

from .against import Comparison, compare_formulas
from .check import check_formula
from .result import Check, Repair

__all__ = ["Check", "Comparison", "Repair", "check_formula", "compare_formulas"]
