"""A product with a Jacobian beside the Hadamard product that it collapses to, or does not."""

from __future__ import annotations

import numpy as np

from layouts.errors import InputError
from layouts.layout import NUMERATOR
from layouts.vectorization import vec

from ..comparison import Collapse
from ..operators import Diagonal
from ..typography import transposed
from . import style
from .grids import Cells, Part, key
from .picture import Picture
from .style import LINE, MARGIN, WIDTH
from .supports import support

__all__ = ["draw_collapse"]

ROUND_OFF = 1e-12
MOST = 200
"""Rows beyond which a cell would be smaller than a point of print."""


def draw_collapse(collapse: Collapse) -> Picture:
    """`diag(σ') g` beside `σ' ⊙ g`; for a matrix that is not diagonal, why ⊙ is not allowed.

    Args:
        collapse: what `collapse(layer, …)` answers, or a link of `compare(net)`.

    Raises:
        LayoutError: a matrix that is not square, or too large to see.

    >>> from jacobians import ReLU, collapse
    >>> print(draw_collapse(collapse(ReLU(), [1.0, -2.0], g=[3.0, 4.0], layout="denominator")).alt)
    ∂y/∂x, 2×2, diagonal, denominator layout. The matrix product and ⊙ with its diagonal are the \
same: diag(relu'(x)) g = relu'(x) ⊙ g.
    """
    m, n = collapse.matrix.shape
    if m != n:
        raise InputError(f"{collapse.link} is {m}×{n}, not square: there is no ⊙ with its diagonal "
                         "to draw.")  # fmt: skip
    if n > MOST:
        raise InputError(f"{collapse.link} is {n}×{n}: more than {MOST} rows cannot be seen.")
    by_matrix, by_hadamard = _equations(collapse)
    cells = Cells.fitting(by_matrix, by_hadamard)
    picture, axes = style.sheet(f"{collapse.link}: {_verdict(collapse)}")
    y = MARGIN + 2 * LINE
    below = y + cells.height(by_matrix) + 2 * LINE
    cells.draw(axes, by_matrix, MARGIN, y)
    if (
        cells.width([*by_matrix, *by_hadamard]) <= WIDTH - 2 * MARGIN
        and collapse.layout is not NUMERATOR
    ):
        cells.draw(axes, by_hadamard, MARGIN + cells.width(by_matrix), y)
        y = below
    else:
        cells.draw(axes, by_hadamard, MARGIN, below)
        y = below + cells.height(by_hadamard) + 2 * LINE
    y = y if cells.numbered else key(axes, y)
    said = _sentence(collapse)
    y = style.note(axes, y, said)
    head = f"{collapse.link}, {m}×{n}, {collapse.structure}, {collapse.layout} layout."
    return style.finish(picture, axes, y + MARGIN, f"{head} {said}")


def _equations(c: Collapse) -> tuple[list[Part], list[Part]]:
    """The product with the matrix, and the one with its diagonal alone."""
    row = c.layout is NUMERATOR
    g, s = vec(c.g), np.diag(c.matrix)[:, None]
    g, s, g_name = (g.T, s.T, transposed(_stacked(c))) if row else (g, s, _stacked(c))
    J = Part("", c.J.operator.text, c.matrix, support(c.J.operator))
    cotangent = Part.full("", g_name, g)
    left, right = (cotangent, J) if row else (J, cotangent)
    by_matrix = [left, right._replace(sign="·"), Part.full("=", "", c.by_matrix)]
    name = c.operator.name if isinstance(c.operator, Diagonal) else "the diagonal"
    name = name.removeprefix("vec ") if c.allowed else "the diagonal"
    product = c.collapsed if c.allowed else s * g
    return by_matrix, [
        Part.full("=" if _agree(c) else "≠", transposed(name) if row and c.allowed else name, s),
        cotangent._replace(sign="⊙"),
        Part.full("=", "", product),
    ]


def _stacked(c: Collapse) -> str:
    return c.g_name if c.g.ndim < 2 or c.g.shape[1] == 1 else f"vec({c.g_name})"


def _agree(c: Collapse) -> bool:
    """Whether ⊙ gives the same numbers here, be it by structure or by accident."""
    return c.allowed or (c.hadamard_error is not None and c.hadamard_error <= ROUND_OFF)


def _verdict(c: Collapse) -> str:
    return "the matrix collapses to ⊙" if c.allowed else f"{c.structure}, ⊙ is not allowed"


def _sentence(c: Collapse) -> str:
    if c.allowed:
        return f"The matrix product and ⊙ with its diagonal are the same: {c.law}."
    if _agree(c):
        return ("At this point ⊙ with the diagonal gives the same numbers, but the structure does "
                f"not promise it: {c.law}.")  # fmt: skip
    return ("⊙ with the diagonal alone leaves out what stands beside it, and the results differ: "
            f"{c.law}.")  # fmt: skip
