"""A function of one sample that the user has only as code, with whatever derivatives come with it.

    missing     taken from
    jacobian    central differences of the forward, one column for each entry of x
    jvp         one central difference along the tangent
    vjp         the differences of ⟨g, forward⟩, one for each entry of x

What is missing is approximated from the forward alone, never from a rule that was given, so that
comparing them still finds a wrong one; and every report marks it. Samples are taken one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from layouts.errors import InputError, ShapeError
from layouts.sizes import Shape, by

from ..operators import BlockDiagonal, Dense
from ..rule import Names, Rule
from ..unknown import Array, Unknown
from .base import Layer, as_numbers, refuse_matrices

__all__ = ["Custom"]

STEP = float(np.finfo(np.float64).eps ** (1 / 3))
"""The relative step that balances truncation and round-off of a central difference."""


class Custom(Layer):
    """A layer made of a plain function of one sample.

    Args:
        forward: x ↦ y, shapes (n,) and (m,).
        jacobian: x ↦ the m×n matrix of ∂y/∂x, numerator layout.
        jvp: (t, x) ↦ J t, shape (m,).
        vjp: (g, x) ↦ Jᵀ g, shape (n,).
        name: what reports call the function.

    >>> layer = Custom(lambda x: x[:2] * x[1:], name="pairs")
    >>> np.round(np.asarray(layer.jacobian([1.0, 2.0, 5.0])), 6)
    array([[2., 1., 0.],
           [0., 5., 2.]])
    >>> layer.by_differences
    ('jacobian', 'jvp', 'vjp')
    """

    keeps_size = False

    def __init__(
        self,
        forward: Callable[[Any], Any],
        jacobian: Callable[[Any], Any] | None = None,
        jvp: Callable[[Any, Any], Any] | None = None,
        vjp: Callable[[Any, Any], Any] | None = None,
        name: str = "f",
    ) -> None:
        given = {"jacobian": jacobian, "jvp": jvp, "vjp": vjp}
        for what, code in {"forward": forward, **given}.items():
            if code is not None and not callable(code):
                raise InputError(f"{what} of a custom layer is a function, not {code!r}.")
        if not name.isprintable() or "`" in name or not name.strip():
            raise InputError(
                f"the name of a custom layer is a printable line without `, not {name!r}."
            )
        self.function = forward
        self.by_differences = tuple(what for what, code in given.items() if code is None)
        self.matrix = jacobian or self._differences
        self.push = jvp or self._along
        self.pull = vjp or self._pulled
        self.symbol = name
        self._sizes: dict[int, int] = {}

    @property
    def word(self) -> str:
        return self.symbol

    def output_shape(self, *shapes: Shape) -> Shape:
        """Found by calling the function on ones: it has no other way to say it."""
        refuse_matrices(self.symbol, shapes[0])
        n, N = shapes[0]
        if not isinstance(n, int):
            raise InputError(f"the size of {self.symbol} is found by calling it, which a letter "
                             f"for the size of its input, {n}, does not allow.")  # fmt: skip
        if n not in self._sizes:
            with np.errstate(all="ignore"):
                self._sizes[n] = self._value(np.ones(n)).size
        return (self._sizes[n], N)

    def forward(self, X: Any) -> Any:
        return np.stack([self._value(x) for x in X.T], axis=1)

    def rules(self, X: Any, *, names: Names) -> Mapping[str, Rule]:
        def block(x: Any) -> Dense:
            m, n = self.output_shape((x.size, 1))[0], x.size
            text = f"∂{names.output}/∂{names.inputs[0]}"
            known = not isinstance(x, Unknown)
            return Dense(self._sized(self.matrix(x), (m, n)) if known else Unknown((m, n)), text)

        m = self.output_shape(X.shape)[0]
        # fmt: off
        return {
            "x": Rule(lambda: BlockDiagonal.over_samples(block, X),
                      lambda T: np.stack([self._sized(self.push(t, x), (m,)) for t, x in zip(T.T, X.T, strict=True)], axis=1),
                      lambda G: np.stack([self._sized(self.pull(g, x), x.shape) for g, x in zip(G.T, X.T, strict=True)], axis=1)),
        }
        # fmt: on

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return f"{self.symbol}({names.inputs[0]})"

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        if not self.by_differences:
            return "a function given as code"
        return f"as code; {', '.join(self.by_differences)} by differences"

    def _value(self, x: Array) -> Array:
        y = as_numbers(self.function(x), f"the output of {self.symbol}").reshape(-1)
        if self._sizes.setdefault(x.size, y.size) != y.size:
            raise ShapeError(f"{self.symbol} gave {y.size} entries here and "
                             f"{self._sizes[x.size]} before, for inputs of one size.")  # fmt: skip
        return y

    def _sized(self, values: Any, wanted: Shape) -> Array:
        """What a rule gave, if it has the shape that it must have."""
        array = as_numbers(values, f"a derivative of {self.symbol}")
        if array.shape != wanted:
            raise ShapeError(f"a derivative given for {self.symbol} has shape {array.shape}, "
                             f"{by(wanted)} is wanted; a Jacobian's rows follow the output.")  # fmt: skip
        return array

    def _along(self, t: Array, x: Array) -> Array:
        """The central difference at x along the tangent t."""
        length = float(np.abs(t).max(initial=0.0))
        if length == 0:
            return np.zeros(self._value(x).size)
        h = STEP * max(1.0, float(np.abs(x).max(initial=0.0))) / length
        return (self._value(x + h * t) - self._value(x - h * t)) / (2 * h)

    def _differences(self, x: Array) -> Array:
        return np.stack([self._along(unit, x) for unit in np.eye(x.size)], axis=1)

    def _pulled(self, g: Array, x: Array) -> Array:
        return np.array([g @ self._along(unit, x) for unit in np.eye(x.size)])

    def __repr__(self) -> str:
        return f"Custom({self.symbol})"
