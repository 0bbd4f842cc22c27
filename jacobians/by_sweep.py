"""What a network answers by backpropagation: gradients of the loss, by the sweep of vjps.

    value                     its gradient, denominator layout      numerator layout
    a vector (n,)             (n, 1)                                (1, n)
    vectors (n, N)            (n, N), samples as columns            (N, n)
    a matrix (p, q)           (p, q)                                (q, p)
    matrices (p, q, N)        (p, q N), samples side by side        (q N, p)

`backpropagation` sweeps; no Jacobian is formed here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from layouts.errors import ShapeError
from layouts.layout import DENOMINATOR, NUMERATOR, Layout
from layouts.sizes import by
from layouts.vectorization import vec

from . import backpropagation
from .forward_pass import ForwardPass
from .layers import Linear
from .unknown import Array

__all__ = ["BySweep"]


class BySweep(ForwardPass):
    """A network's gradients by vector–Jacobian products."""

    def gradient(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike | None = None,
        wrt: str = "W1",
        layout: Layout | str = NUMERATOR,
    ) -> Array:
        """The gradient of the loss, by the sweep of vjps, as a two-dimensional array.

        In denominator layout it is shaped as `wrt` (a vector as a column), in numerator layout as
        its transpose. By "parameters" it is that of all of them, stacked by vec. Without a loss it
        is the gradient of a prediction of one entry.

        Samples stand side by side: of vectors (n, N), of matrices (p, q) each sample's own p×q, so
        that N of them are (p, q N).

        Raises:
            LayoutError: an unknown name, a target that is missing, or no scalar to differentiate.

        >>> from jacobians import Network
        >>> net = Network.graph('''
        ...     input X: 2×3
        ...     parameters A: 4×2
        ...     s = sum(tanh(A @ X))
        ... ''')
        >>> net.gradient([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], wrt="X", layout="denominator").shape
        (2, 3)
        """
        layout = Layout.named(layout)
        names = self._all_parameters() if wrt == "parameters" else [self.resolve(wrt)]
        values, cotangents = self._swept(x, y, names)
        missing = [name for name in names if name not in cotangents]
        columns = {name: np.zeros(values[name].shape) for name in missing} | cotangents
        if wrt == "parameters":
            G = np.concatenate([vec(columns[name]) for name in names])
        else:
            G = _side_by_side(np.asarray(columns[names[0]]))
        return G if layout is DENOMINATOR else G.T

    def deltas(self, x: npt.ArrayLike, y: npt.ArrayLike | None = None) -> dict[str, Array]:
        """The columns δ_l = ∂L/∂z_l by name, one column for each sample.

        A linear value z_l with digits for l has δ_l, written δ1; any other, u, has δ_u.

        >>> from jacobians import Network
        >>> net = Network.parse("4-3-2", activation="tanh", loss="half_squared_error")
        >>> deltas = net.deltas([1.0, 2.0, 3.0, 4.0], [0.0, 1.0])
        >>> {name: delta.shape for name, delta in deltas.items()}
        {'δ1': (3, 1), 'δ2': (2, 1)}
        """
        needed = self.behind([self.top])
        linear = [step.name for step in self.steps
                  if step.name in needed and isinstance(step.layer, Linear)]  # fmt: skip
        _, cotangents = self._swept(x, y, linear)
        return {_delta(name): cotangents[name] for name in linear}

    def _swept(
        self, x: npt.ArrayLike, y: npt.ArrayLike | None, wanted: Sequence[str]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Values and cotangents of the loss, or of a prediction of one entry."""
        values, _ = self._forward(x, y)
        top = self.top
        self._require([top, *wanted], values, "a gradient of the loss")
        if values[top].size != 1:
            raise ShapeError(
                f"a gradient is of a scalar, {top} is {by(values[top].shape)}"
                + (" and the network has no loss: use jacobian."
                   if self.loss_name is None else ": take its sum or mean over the samples.")
            )  # fmt: skip
        seed = np.ones_like(values[top])
        return values, backpropagation.sweep(self.steps_to(top), values, top, seed, wanted)


def _side_by_side(G: Array) -> Array:
    """A cotangent as a matrix: a number 1×1, a vector as a column, matrices (p, q, N) in a row."""
    return G.reshape(len(G), -1, order="F") if G.ndim else G.reshape(1, 1)


def _delta(name: str) -> str:
    """What the cotangent of a linear value is called."""
    return f"δ{name[1:]}" if re.fullmatch("z[0-9]+", name) else f"δ_{name}"
