"""Each matrix beside what it collapses to: one link (`collapse`), a whole network (`compare`)."""

from .one_link import Collapse, collapse
from .whole_network import Comparison, compare

__all__ = ["Collapse", "Comparison", "collapse", "compare"]
