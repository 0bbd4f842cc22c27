"""The Jacobian of any function of an array, by differences of its value.

Six-point central differences with two lengths of step: where the two disagree the function has a
kink or a jump, and no derivative to be held against.

Source of the six-point formula: Fornberg 1988.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from layouts.vectorization import unvec, vec

from ..unknown import Array

__all__ = ["Slopes", "differences"]

STEPS = {-3: -1 / 60, -2: 9 / 60, -1: -45 / 60, 1: 45 / 60, 2: -9 / 60, 3: 1 / 60}
LENGTHS = (1e-3, 2.5e-4)
NOISE = 1e-11
"""Round-off of a value of 1, over the shorter step, and some more."""
KINK = 1e-7
"""How far, relatively, the two differences may be apart where the derivative exists."""


class Slopes(NamedTuple):
    """A Jacobian by differences, numerator layout."""

    J: Array
    kinks: npt.NDArray[np.bool_]
    """Of each entry of the argument, whether the function has a kink or a jump there."""
    noise: float
    """How well the entries are known: round-off of the values, over the step."""


def differences(function: Callable[[Array], Any], x: Array) -> Slopes:
    """∂vec(y)/∂vec(x) of any function of an array, (size y)×(size x).

    >>> slopes = differences(lambda x: x * np.abs(x[::-1]), np.array([2.0, 0.0]))
    >>> slopes.J[:, 0].round(9), slopes.kinks
    (array([0., 0.]), array([False,  True]))
    """
    with np.errstate(all="ignore"):
        y = np.asarray(function(x), dtype=float)
        (coarse, bent), (fine, still_bent) = (
            _central(function, x, y, length) for length in LENGTHS
        )
    noise = NOISE * float(np.abs(y[np.isfinite(y)]).max(initial=0.0))
    bound = KINK * float(np.abs(fine[np.isfinite(fine)]).max(initial=0.0)) + 10 * noise
    apart = ~(np.abs(coarse - fine) <= bound) & ~(np.isnan(coarse) & np.isnan(fine))
    corner = (still_bent > bound) & (still_bent > bent / 2)
    return Slopes(fine, np.any(apart | corner, axis=0), noise)


def _central(
    function: Callable[[Array], Any], x: Array, y: Array, length: float
) -> tuple[Array, Array]:
    """The slopes, one column for each entry of x, and by how much each bends within a step.

    What bends smoothly bends a quarter as much in a quarter of the step; a corner does not.
    """
    slopes, bends = [], []
    for k, entry in enumerate(vec(x)[:, 0]):
        h = length * max(1.0, abs(float(entry)))
        along = unvec(h * np.eye(1, x.size, k), x.shape)
        values = {step: np.asarray(function(x + step * along), dtype=float) for step in STEPS}
        slope: Any = sum(weight / h * values[step] for step, weight in STEPS.items())
        slopes.append(vec(slope)[:, 0])
        bends.append(vec(np.abs(values[1] - 2 * y + values[-1]) / h)[:, 0])
    return np.stack(slopes, axis=1), np.stack(bends, axis=1)
