"""Readers of networks: short notation, TOML files, fitted scikit-learn models."""

from .description import Description
from .notation import dense_network, small_integer_draw

__all__ = ["Description", "dense_network", "small_integer_draw"]
