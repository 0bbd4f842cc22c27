"""How far results agree, in words that every machine prints alike."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["agreement", "largest"]


def largest(array: Any) -> float:
    """The largest absolute entry; 0 of none."""
    return float(np.max(np.abs(array), initial=0.0))


def agreement(
    difference: float, scale: float, bounds: tuple[str, ...] = ("1e-12", "1e-10", "1e-7")
) -> str:
    """The smallest bound, relative to a scale above 1, that the difference keeps.

    >>> agreement(3e-16, 1.0), agreement(0.5, 1.0), agreement(float("nan"), 1.0)
    ('agree to 1e-12', 'DISAGREE by 0.5', 'are not finite here: nothing to compare')
    """
    if not math.isfinite(difference):
        return "are not finite here: nothing to compare"
    for bound in bounds:
        if difference <= float(bound) * max(scale, 1.0):
            return f"agree to {bound}"
    return f"DISAGREE by {difference:.2g}"
