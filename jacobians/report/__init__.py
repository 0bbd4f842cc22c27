"""Dimension traces: what they say (facts, sections, reasons), and what they are written as."""

from .trace import Trace, dimension_trace

__all__ = ["Trace", "dimension_trace"]
