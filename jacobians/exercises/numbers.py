"""The entries of a derivative, as an exercise."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from layouts import Layout
from layouts.errors import InputError

from ..checking import assert_gradient, assert_jacobian
from ..checking.assertions import x_and_y
from ..network import Network
from .mark import Mark, blank

__all__ = ["mark_numbers"]

MOST_SHOWN = 40
"""Entries that are printed; of larger matrices only the shape is."""


def mark_numbers(
    yours: Any,
    source: Any,
    *inputs: npt.ArrayLike,
    wrt: str,
    of: str | None = None,
    layout: Layout | str = "numerator",
    face: str = "Jacobian",
) -> Mark:
    """Mark the entries of a derivative of a network or a layer.

    Args:
        yours: rows and columns.
        source: a network, or a layer.
        inputs: where the derivative is taken: of a network x, or x and y.
        wrt: by what.
        of: of a network any value; None is its prediction.
        layout: the layout that is asked for.
        face: "Jacobian", or "gradient": of the loss, shaped as the table of shapes says.

    Raises:
        LayoutError: the question is wrong: an unknown name, or inputs that do not fit.

    >>> from jacobians import Linear
    >>> W, x = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [0.5, -1.0]
    >>> print(mark_numbers([[1, 3, 5], [2, 4, 6]], Linear(W), x, wrt="x"))
    NOT YET
       yours  [[1. 3. 5.]
               [2. 4. 6.]]
       true   [[1. 2.]
               [3. 4.]
               [5. 6.]]
       why    It is 2×3, where 3×2 is wanted.
              The other layout: these are the entries of ∂y/∂x in denominator
              layout.
              Transpose it: in numerator layout the rows follow y.
    """
    if face not in ("Jacobian", "gradient"):
        raise InputError(f"face={face!r} is neither Jacobian nor gradient.")
    if face == "gradient":
        right = source.gradient(*inputs, wrt=wrt, layout=layout)
        name = f"the gradient ∂L/∂{wrt}"
    elif isinstance(source, Network):
        x, y = x_and_y(inputs)
        right = source.jacobian(x, y, of, wrt, layout)
        name = right.name
    else:
        right = source.jacobian(*inputs, wrt=wrt, layout=layout)
        name = f"the Jacobian by {wrt}"
    if yours is ...:
        return blank(f"{name} in {Layout.named(layout)} layout")
    why = complaint(yours, source, inputs, wrt, of, layout, face)
    return Mark(not why, shown(yours), shown(right), why)


def complaint(
    yours: Any, source: Any, inputs: Any, wrt: str, of: str | None, layout: Any, face: str
) -> str:
    """What the assertion says of an answer, without its headline; nothing if it is right."""
    try:
        if face == "gradient":
            assert_gradient(yours, source, *inputs, wrt=wrt, layout=layout)
        else:
            assert_jacobian(yours, source, *inputs, wrt=wrt, of=of, layout=layout)
    except AssertionError as problem:
        return str(problem).partition("\n")[2] or str(problem)
    return ""


def shown(matrix: Any) -> str:
    """The entries of a small matrix, to four digits."""
    try:
        array = np.asarray(matrix, float)
    except (TypeError, ValueError):
        return repr(matrix)[:60]
    if array.size > MOST_SHOWN:
        return f"an array of shape {array.shape}"
    return np.array2string(array + 0.0, precision=4, suppress_small=True, max_line_width=70)
