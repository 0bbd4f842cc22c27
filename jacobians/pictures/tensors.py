"""The tensor ∂z/∂W of a linear layer, slice by slice, beside its two flat faces.

slice i        ∂z[i]/∂W       aᵀ in row i, zeros elsewhere
through vec    aᵀ ⊗ I         the slices' columns, one block for each entry of a
with g         g aᵀ           what is left where a cotangent meets the tensor
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, ShapeError, counted
from layouts.layout import NUMERATOR
from layouts.sizes import by
from layouts.vectorization import unvec

from ..jacobian import Jacobian
from ..layers.base import as_numbers
from ..operators import Dense, Identity, Kronecker
from ..operators.operator import numbers
from . import style
from .grids import Cells, Part, key
from .picture import Picture
from .style import LINE, MARGIN, PALETTE
from .supports import support

__all__ = ["draw_tensor"]

MOST = 200
"""Entries of a row of slices beyond which none can be seen."""


def draw_tensor(J: Jacobian, g: npt.ArrayLike | None = None) -> Picture:
    """`∂z/∂W` as slices, as the Kronecker product `aᵀ ⊗ I`, and as the outer product `g aᵀ`.

    An entry of a has one colour in all three.

    Args:
        J: a linear layer's Jacobian by its weights, at one sample, in either layout.
        g: the cotangent of z; 1, 2, 3, … unless given.

    Raises:
        LayoutError: another Jacobian, one too large to see, or a cotangent that does not fit.

    >>> from jacobians import Network
    >>> net = Network.parse("2-3-2", activation="relu")
    >>> J = net.jacobian([0.5, -1.0], of="z1", wrt="W1")
    >>> print(draw_tensor(J).alt)
    ∂z1/∂W1, 3×3×2, in 3 slices ∂z1[i]/∂W1, each with a0ᵀ in row i; through vec a0ᵀ ⊗ I₃, 3×6; \
with a cotangent the outer product g a0ᵀ, 3×2.
    """
    faces = Faces(J, g)
    rows = [faces.slices(), faces.kronecker(), faces.outer()]
    cells = Cells.fitting(*(row for row, _ in rows))
    picture, axes = style.sheet(f"The tensor {J.name}, {faces.shape}")
    y = MARGIN + 1.6 * LINE
    for row, sentence in rows:
        y = style.note(axes, y, sentence)
        cells.draw(axes, row, MARGIN, y)
        y += cells.height(row) + 1.8 * LINE
    y = y if cells.numbered else key(axes, y) + MARGIN
    return style.finish(picture, axes, y, faces.alt)


class Faces:
    """The three faces of ∂z/∂W, each a row of matrices with a sentence."""

    def __init__(self, J: Jacobian, g: npt.ArrayLike | None) -> None:
        self.J, self.z, self.W = J, J.of or "z", J.wrt or "W"
        self.a = _activation(J)
        self.m, self.n = numbers(J.wrt_shape)
        if self.m * self.n > MOST:
            raise InputError(f"{J.name} has {self.m} slices of {self.m}×{self.n}: more than {MOST} "
                             "columns cannot be seen.")  # fmt: skip
        self.g = np.arange(1.0, self.m + 1) if g is None else as_numbers(g, "the cotangent")
        if self.g.size != self.m:
            raise ShapeError(f"the cotangent has {counted(self.g.size, 'entry', 'entries')}, "
                             f"{self.z} has {self.m}.")  # fmt: skip
        self.shape = by(J.tensor().shape)

    @property
    def alt(self) -> str:
        """All three in words."""
        a, I = self.a.text, self.J.operator.text
        return (f"{self.J.name}, {self.shape}, in {self.m} slices ∂{self.z}[i]/∂{self.W}, each "
                f"with {a} in row i; through vec {I}, {by(self.J.shape)}; with a cotangent the "
                f"outer product g {a}, {self.m}×{self.n}.")  # fmt: skip

    def slices(self) -> tuple[list[Part], str]:
        """The tensor, one entry of z after the other, in whichever group of axes z stands."""
        T, held = self.J.tensor(), support(self.J.operator)
        held = held.reshape(T.shape, order="F")
        first = 0 if self.J.layout is NUMERATOR else 2
        names = [f"∂{self.z}[{i + 1}]/∂{self.W}" for i in range(self.m)]
        found = [
            Part("", *slices)
            for slices in zip(
                names, *(np.moveaxis(each, first, 0) for each in (T, held, self.hues)), strict=True
            )
        ]
        said = f"In slices: ∂{self.z}[i]/∂{self.W} has {self.a.text} in row i, and zeros elsewhere."
        return [part._replace(sign="," if k else "") for k, part in enumerate(found)], said

    def kronecker(self) -> tuple[list[Part], str]:
        """The matrix through vec: each slice in a row, in denominator layout in a column."""
        J, row = self.J, "row" if self.J.layout is NUMERATOR else "column"
        hues = self.hues.reshape(numbers(J.shape), order="F")
        part = Part("", J.operator.text, J.as_matrix(), support(J.operator), hues)
        said = (f"Through vec: {row} i is slice i, column after column. Each entry of "
                f"{self.a.T.text} has become a block, that entry times I.")  # fmt: skip
        return [part], said

    def outer(self) -> tuple[list[Part], str]:
        """What a cotangent makes of it."""
        column, row = self.g.reshape(-1, 1), self.a.as_matrix()
        product = unvec(self.J.numerator.T.apply(column), (self.m, self.n))
        hues = np.broadcast_to(np.arange(self.n) % len(PALETTE), product.shape)
        parts = [
            Part.full("", "g", column),
            Part.full("", self.a.text, row)._replace(sign="·", hues=hues[:1]),
            Part.full("", f"g {self.a.text}", product)._replace(sign="=", hues=hues),
        ]
        said = (
            f"With a cotangent: g {self.a.text} has the shape of {self.W}, and no tensor is needed."
        )
        return parts, said

    @cached_property
    def hues(self) -> npt.NDArray[np.int_]:
        """For each entry of the tensor the colour of its column of W, which is an entry of a."""
        column = 2 if self.J.layout is NUMERATOR else 1
        hues: npt.NDArray[np.int_] = np.indices(self.J.tensor().shape)[column] % len(PALETTE)
        return hues


def _activation(J: Jacobian) -> Dense:
    """The row aᵀ of `aᵀ ⊗ I`."""
    match J.numerator:
        case Kronecker(B=Dense(shape=(1, _)) as a, C=Identity(scale=1.0)):
            return a
    raise InputError(f"{J.name} is {J.structure}, not aᵀ ⊗ I: the tensor that is drawn is that of "
                     "a linear layer by its weights, at one sample.")  # fmt: skip
