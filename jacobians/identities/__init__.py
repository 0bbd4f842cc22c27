"""The identities that need layers, all of them together, and the sheet that they print as."""

from .layer_rows import layer_identities
from .selection import CATEGORIES, ESSENTIAL, all_identities, selected
from .sheets import sheet

__all__ = ["CATEGORIES", "ESSENTIAL", "all_identities", "layer_identities", "selected", "sheet"]
