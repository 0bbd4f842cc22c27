"""Readers of networks: short notation, TOML files, fitted scikit-learn models."""

from .description import Description
from .notation import dense_network, read_size, small_integer_draw

__all__ = ["Description", "dense_network", "read_size", "small_integer_draw"]
