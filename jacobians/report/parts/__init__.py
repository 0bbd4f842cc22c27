"""The parts of a dimension trace, a file each, in the order in which they are read."""

from ..numbers import numbers_section
from .checked import checked_part
from .forward import forward_part
from .links import links_part
from .products import product_part
from .samples import samples_part
from .summary import summary_part
from .sweep import sweep_part
from .totals import totals_part

__all__ = [
    "checked_part",
    "forward_part",
    "links_part",
    "numbers_section",
    "product_part",
    "samples_part",
    "summary_part",
    "sweep_part",
    "totals_part",
]
