"""Samples as rows: how weights are stored, the sweep in rows, and printed formulas transposed."""

from .from_stored import from_folded_columns, from_rows
from .stored import to_folded_columns, to_rows
from .sweep_in_rows import RowSweep, row_sweep

__all__ = [
    "RowSweep",
    "from_folded_columns",
    "from_rows",
    "row_sweep",
    "to_folded_columns",
    "to_rows",
]
