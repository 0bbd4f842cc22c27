"""What a right answer is made of, so that wrong ones can be made of the same.

kind          the answer                       from the numerator Jacobian J and a cotangent g
jacobian      ∂vec(y)/∂vec(x), 2-D             J as the layout has it
vjp           Jᵀ g, shaped as x                unvec(Jᵀ vec g)
gradient      of a number y, 2-D               unvec(Jᵀ), a vector as a column, as the layout has it
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from layouts.errors import ORDER
from layouts.layout import DENOMINATOR, NUMERATOR, Layout
from layouts.sizes import by
from layouts.vectorization import unvec, vec

from ..unknown import Array
from .answers import agree, shaped

__all__ = ["Factor", "Pieces", "two_dimensional"]


OF_LOSS = {
    "error": "; in an error the prediction comes first, the target is subtracted",
    "square": ": the slope of p² is 2 p, only that of ½ p² is p",
    "half_square": ": the slope of ½ p² is p, the ½ and the 2 cancel",
}
"""What is said of a loss alone."""
NOTHING = 1e-9
"""What differences leave of a zero, relatively."""


class Factor(NamedTuple):
    """The other factor of a matrix product, the value, and the right pull-back, in letters."""

    M: Array
    value: str
    right: str


@dataclass
class Pieces:
    """A right answer, what it is made of, and the words that speak of it."""

    kind: str
    right: Array
    layout: Layout
    y: Array
    x: Array
    above: str = "y"
    below: str = "x"
    """What is differentiated, and by what."""
    J: Array | None = None
    """In numerator layout; None where it is too large, or not known."""
    g: Array | None = None
    at: Callable[[Array], Array] | None = None
    """J at another x; None where the layer has further inputs."""
    rtol: float = 1e-7
    noise: float = 0.0
    """How far answers may be apart: relatively, and because what is right is known no better."""
    samples: int = 1
    entries: int = 1
    """Of one sample that a loss sums or averages."""
    averages: frozenset[str] | None = None
    """What a loss divides by, "N" and "m" of samples and entries; None if nobody knows."""
    loss: bool = False
    """Whether it is of a loss, as far as anybody knows: an error, and maybe its square."""
    shared: bool = False
    """Whether all samples share x."""
    other_product: Callable[[], Array] | None = None
    """J of the Hadamard product where a matrix product stands, or the reverse."""
    start: Array | None = None
    links: Sequence[Any] = ()
    """Of a plain row of layers: the cotangent that the sweep starts with, and the links back."""
    weights: Mapping[str, Array] = field(default_factory=dict)
    values: Mapping[str, Array] = field(default_factory=dict)

    def agrees(self, answer: Any, other: Any) -> bool:
        """Whether two answers are the same, as far as can be told."""
        return agree(answer, other, self.rtol, self.noise)

    @property
    def name(self) -> str:
        """The derivative as it is spoken."""
        return f"∂{self.above}/∂{self.below}"

    @property
    def words(self) -> dict[str, Any]:
        """What the sentences about a cause may speak of."""
        rows, columns = self.layout.pair(self.above, self.below)
        return {
            "name": self.name,
            "y": self.above,
            "x": self.below,
            "layout": self.layout,
            "other": self.layout.other,
            "rows": rows,
            "columns": columns,
            "wanted": shaped(self.right.shape),
            "shape": self.right.shape,
            "order": ORDER[str(self.layout)],
            "N": self.samples,
            "m": self.entries,
            **(OF_LOSS if self.loss else dict.fromkeys(OF_LOSS, "")),
        }

    def answer(self, J: Array) -> Array:
        """The answer that another Jacobian, in numerator layout, would give."""
        if self.kind == "jacobian":
            return self.layout.arrange(J)
        return self.finished(unvec(J.T @ vec(self.g if self.g is not None else 1.0), self.x.shape))

    def finished(self, pulled: Array) -> Array:
        """A pull-back as the answer has it; of more than two axes as it is."""
        if self.kind == "vjp":
            return pulled
        G = two_dimensional(pulled, self.x.ndim)
        return G.T if G.ndim == 2 and self.layout is NUMERATOR else G

    @property
    def is_diagonal(self) -> bool:
        """Whether J is diagonal, and larger than 1×1."""
        J = self.J
        if J is None or J.shape[0] != J.shape[1] or len(J) == 1:
            return False
        return bool(np.abs(J - np.diag(np.diag(J))).max() <= NOTHING * np.abs(J).max())

    @cached_property
    def other_factor(self) -> Factor | None:
        """Of a matrix product by one of its factors the other, known by J alone."""
        if self.kind != "vjp" or self.J is None or not np.isfinite(self.J).all():
            return None
        if self.is_diagonal or self.J.size == 1:
            return None
        m, n = len(self.y) if self.y.ndim else 1, len(self.x) if self.x.ndim else 1
        columns = self.y.size // m
        if self.x.ndim == self.y.ndim == 2:
            M = self.J[:m, :n]
            if self._is(np.kron(np.eye(columns), M)):
                return Factor(M, f"M {self.below}", "Mᵀ g")
        if self.x.ndim == 2 and m == n:
            M = self.J[::m, ::m].T
            if self._is(np.kron(M.T, np.eye(m))):
                return Factor(M, f"{self.below} M", "g Mᵀ")
        return None

    def _is(self, J: Any) -> bool:
        """Whether that is the Jacobian, as far as differences can tell."""
        if self.J is None or J.shape != self.J.shape:
            return False
        return bool(np.abs(J - self.J).max() <= NOTHING * np.abs(J).max() + self.noise)

    @property
    def of_softmax(self) -> bool:
        """Whether J is diag(y) - y yᵀ, block by block."""
        if self.J is None or self.y.ndim == 0 or self.J.shape != (self.y.size, self.y.size):
            return False
        y, sample = vec(self.y)[:, 0], np.arange(self.y.size) // len(self.y)
        same = sample[:, None] == sample
        return np.allclose(self.J, np.diag(y) - same * np.outer(y, y), atol=1e-9)

    @property
    def gradient(self) -> Array:
        """The right answer, of a gradient in denominator layout."""
        return self.right if self.layout is DENOMINATOR else self.right.T

    def shapes(self) -> tuple[str, str]:
        """What shape the answer has in which layout, and what its rows follow."""
        if self.kind == "vjp":
            return f"A vjp is shaped as its argument: {self.below} has shape {self.x.shape}.", ""
        numerator = self.right.shape if self.layout is NUMERATOR else self.right.shape[::-1]
        both = (f"{self.name} is {by(numerator)} in numerator layout, {by(numerator[::-1])} in "
                "denominator layout.")  # fmt: skip
        if self.kind == "gradient":
            as_x = "as" if self.layout is DENOMINATOR else "as the transpose of"
            return both, f"In {self.layout} layout a gradient is shaped {as_x} {self.below}."
        rows, columns = self.layout.pair(self.above, self.below)
        return both, f"In {self.layout} layout rows follow {rows}, columns {columns}, through vec."


def two_dimensional(pulled: Array, axes: int) -> Array:
    """A gradient as a matrix: a number 1×1, a vector a column, matrices of samples side by side."""
    if pulled.ndim == 3 == axes:
        return pulled.reshape(len(pulled), -1, order="F")
    return pulled.reshape(-1, 1) if pulled.ndim < 2 else pulled
