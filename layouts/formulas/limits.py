"""What a formula from somebody else may cost."""

from __future__ import annotations

__all__ = [
    "LARGEST_EXPONENT",
    "LARGEST_NUMBER",
    "LONGEST_TEXT",
    "MOST_ENTRIES",
    "MOST_LEVELS",
    "MOST_PARTS",
    "MOST_WORK",
]

LONGEST_TEXT = 4_000
"""Characters."""
MOST_PARTS = 1_000
MOST_LEVELS = 100
"""Parts within parts; a sum of so many terms is as deep."""
LARGEST_NUMBER = 1e100
LARGEST_EXPONENT = 64
MOST_ENTRIES = 4_000_000
"""Of any part, in all that is computed at a time."""
MOST_WORK = 30_000_000_000
"""Multiplications in a formula, at one point."""
