"""Derivations, line by line: which line is the first false one, and why.

A line is a chain of ∂ symbols, judged by `sums`; a formula for a value, judged by
`formula_checks`; or a definition. `rows`, `symbols` and `sides` read, `names` and `wiring` find out
what it is about, `judge` and `sheet` mark, `telling` and `writers` give it back.
"""

from .check import check_derivation
from .result import Derivation

__all__ = ["Derivation", "check_derivation"]
