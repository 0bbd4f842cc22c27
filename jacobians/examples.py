"""A random point for a network: every input, and every target as its loss is meant to have it.

    a loss of classes     a column of the identity for each sample
    a loss of bits        zeros and ones
    any other             standard normal numbers, or whole ones

The generator is the caller's: the same state draws the same point.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from layouts.sizes import Shape, SizeLike

from .layers import Loss
from .operators.operator import numbers
from .readers import small_integer_draw
from .wiring import Wiring

__all__ = ["drawn_point"]


def drawn_point(
    wiring: Wiring,
    generator: np.random.Generator,
    samples: int | None = None,
    *,
    small_integers: bool = False,
    input_size: SizeLike | None = None,
) -> tuple[Any, Any]:
    """x, then y, each an array, or arrays by name where there are several; y is None without one.

    Args:
        wiring: the names and shapes.
        generator: what draws, the inputs first.
        samples: how many stand in the columns; None is one sample without that axis.
        small_integers: draw whole numbers from -3 to 3 without 0.
        input_size: of the one input, where no layer states it.

    Raises:
        LayoutError: a size that is not known.

    >>> from jacobians import Network
    >>> net = Network.parse("2-3", loss="cross_entropy")
    >>> X, Y = drawn_point(net, np.random.default_rng(0), samples=4)
    >>> X.shape, Y.sum(axis=0)
    ((2, 4), array([1., 1., 1., 1.]))
    """
    shapes = wiring.shapes(samples or 1, input_size=input_size)
    draw = small_integer_draw if small_integers else np.random.Generator.standard_normal
    X = {name: draw(generator, numbers(shapes[name])) for name in wiring.inputs}
    Y = {name: _drawn_target(wiring, name, generator, shapes[name], whole=small_integers)
         for name in wiring.targets}  # fmt: skip
    if samples is None:
        X, Y = ({name: array[..., 0] for name, array in drawn.items()} for drawn in (X, Y))
    return _alone(X), _alone(Y)


def _drawn_target(
    wiring: Wiring, name: str, generator: np.random.Generator, shape: Shape, *, whole: bool
) -> Any:
    """A random target that the loss which takes it is meant for."""
    losses = [step.layer for step in wiring.steps
              if isinstance(step.layer, Loss) and step.inputs[1] == name]  # fmt: skip
    if not losses or len(shape) != 2:
        return generator.standard_normal(numbers(shape))
    drawn = losses[0].draw_target(generator, numbers(shape))  # type: ignore[arg-type]
    return np.round(drawn) if whole and losses[0].targets == "real" else drawn


def _alone(arrays: dict[str, Any]) -> Any:
    """One array as it is, several by name, None of none."""
    return next(iter(arrays.values()), None) if len(arrays) < 2 else arrays
