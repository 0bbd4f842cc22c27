"""A derivation while it is written: every line is evaluated, and compared with the one before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from ..comparison.words import largest
from ..report.model import Block, Factors
from .written_steps import OTHER_SHAPE, WrittenPart, WrittenStep

__all__ = ["Draft", "Evaluate"]

Evaluate: TypeAlias = Callable[[Mapping[str, Any]], Any]
"""What a formula amounts to, given the values by name; None where it cannot be evaluated."""


class Draft:
    """Parts of a derivation, and the values of every name at each point.

    Args:
        points: values by name; what is derived joins them.
    """

    def __init__(self, points: Sequence[Mapping[str, Any]]) -> None:
        self.points = [dict(point) for point in points]
        self.parts: list[WrittenPart] = []
        self.steps: list[WrittenStep] = []

    def part(self, title: str, remark: str = "", before: Sequence[Block] = ()) -> None:
        """Begin a part."""
        self.steps = []
        self.parts.append(WrittenPart(title, remark, self.steps, before))

    def step(
        self,
        sentence: str,
        left: str,
        right: str,
        shape: str,
        value: Evaluate,
        *truths: Evaluate,
        keep: str | None = None,
        factors: Factors | None = None,
    ) -> None:
        """Add a line.

        Args:
            sentence: why it follows.
            left: what stands before the equals sign.
            right: the formula.
            shape: of both.
            value: the formula, evaluated.
            truths: what it must be equal to.
            keep: the name by which later lines find the value.
            factors: the product with a shape under each factor.
        """
        difference, scale = None, 0.0
        with np.errstate(all="ignore"):
            for point in self.points:
                found, expected = value(point), [truth(point) for truth in truths]
                for each in expected if found is not None else []:
                    if each is None:
                        continue
                    difference = max(difference or 0.0, _distance(found, each))
                    scale = max(scale, largest(each))
                if keep is not None:
                    point[keep] = found if found is not None else expected[0]
        self.steps.append(WrittenStep(sentence, left, right, shape, difference, scale, factors))


def _distance(found: Any, expected: Any) -> float:
    """The largest difference; arrays may differ by axes of one entry."""
    found, expected = np.asarray(found), np.asarray(expected)
    if [n for n in found.shape if n > 1] != [n for n in expected.shape if n > 1]:
        return OTHER_SHAPE
    found = found.reshape(expected.shape, order="F")
    return largest(found - expected)
