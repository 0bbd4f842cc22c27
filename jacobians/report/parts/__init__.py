"""The parts of a dimension trace, a file each, in the order in which they are read."""

from .checked import checked_part
from .forward import definition, forward_part
from .links import links_part
from .products import product_part
from .summary import summary_part
from .sweep import sweep_part

__all__ = [
    "checked_part",
    "definition",
    "forward_part",
    "links_part",
    "product_part",
    "summary_part",
    "sweep_part",
]
