"""The parts of a dimension trace, a file each, in the order in which they are read."""

from .checked import checked
from .forward import definition, forward
from .links import links
from .products import product
from .summary import summary
from .sweep import without_matrices

__all__ = [
    "checked",
    "definition",
    "forward",
    "links",
    "product",
    "summary",
    "without_matrices",
]
