"""The same product three ways: with the matrix, collapsed, and by the layer's own vjp.

    numerator layout       gᵀ diag(s) = (s ⊙ g)ᵀ          a row times the matrix
    denominator layout     diag(s) g  = s ⊙ g             the matrix times a column

Only a diagonal Jacobian collapses to a Hadamard product. Where it is not diagonal none is offered:
shown instead is what its diagonal alone, used so, would get wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from timeit import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, ShapeError
from layouts.layout import NUMERATOR, Layout
from layouts.vectorization import vec

from ..jacobian import Jacobian
from ..layers import Layer, Loss
from ..layers.base import as_numbers
from ..operators import Diagonal, Identity
from ..rule import Names
from ..typography import grouped, transposed, transposed_product
from ..unknown import Array
from . import printing
from .words import largest

__all__ = ["Collapse", "collapse", "finite_or_none", "remarks_on"]


class Collapse:
    """One link's product with a cotangent, three ways; prints as a table of the numbers.

    Attributes:
        link: the derivative, `∂a1/∂z1`.
        structure: what its Jacobian is made of.
        allowed: whether the Hadamard form is: the Jacobian is diagonal.
        by_matrix, collapsed, vjp: the three results, stacked: a row in numerator layout, a column
            in denominator layout.
        max_difference: the largest difference between any two of them.
        off_diagonal: the largest entry beside the diagonal of a square Jacobian, else None.
        hadamard_error: how far ⊙ with the diagonal alone is from the truth, relative to it.
    """

    def __init__(
        self,
        J: Jacobian,
        rule_vjp: Any,
        g: Array,
        g_name: str = "g",
        remarks: Sequence[str] = (),
    ) -> None:
        self.J = J
        self.remarks = remarks
        self.link, self.layout, self.structure = J.name, J.layout, J.structure
        self.operator = J.numerator
        self.allowed = isinstance(self.operator, Diagonal | Identity)
        self.g, self.g_name = g, g_name
        self._vjp = rule_vjp
        self.matrix = J.as_matrix()
        column = vec(g)
        by_matrix = column.T @ self.matrix if J.layout is NUMERATOR else self.matrix @ column
        self.by_matrix = by_matrix
        self.collapsed = self._arranged(self.operator.T.apply(column))
        self.vjp = self._arranged(vec(rule_vjp(g)))
        self.max_difference = max(
            largest(self.by_matrix - self.vjp), largest(self.by_matrix - self.collapsed)
        )
        self.scale = largest(self.by_matrix)
        self.off_diagonal, self.hadamard_error = self._diagonal_alone()

    def _arranged(self, column: Array) -> Array:
        return column.T if self.layout is NUMERATOR else column

    def _diagonal_alone(self) -> tuple[float | None, float | None]:
        m, n = self.matrix.shape
        if m != n:
            return None, None
        diagonal = np.diag(self.matrix)
        off = self.matrix - np.diag(diagonal)
        wrong = diagonal * self.g.ravel(order="F") - self.by_matrix.ravel()
        return largest(off), largest(wrong) / self.scale if self.scale else 0.0

    @property
    def law(self) -> str:
        """The collapse as an equation in this layout."""
        g = self.g_name
        text = self.operator.pulled_back(g)
        J = self.J.operator.text
        if text is None or self.structure == "dense":
            return f"{J} is {self.structure}: nothing collapses"
        stacked = f"vec({g})" if self.g.ndim == 2 and self.g.shape[1] != 1 else g
        is_matrix = self.structure == "Kronecker" or stacked != g
        if isinstance(self.operator, Diagonal):
            text = f"{self.operator.name.removeprefix('vec ')} ⊙ {g}"
        if self.layout is NUMERATOR:
            right = transposed(f"vec({text})") if is_matrix else transposed_product(text)
            return f"{transposed(stacked)} {grouped(J)} = {right}"
        return f"{grouped(J)} {stacked} = {f'vec({text})' if is_matrix else text}"

    def times(self, number: int = 1000) -> dict[str, float]:
        """Seconds for each of the three ways, the least of five runs."""
        column = vec(self.g)
        ways = {
            "matrix": lambda: (
                self.matrix.T @ column if self.layout is NUMERATOR else self.matrix @ column
            ),
            "collapsed": lambda: self.operator.T.apply(column),
            "vjp": lambda: self._vjp(self.g),
        }
        return {
            name: min(repeat(way, number=number, repeat=5)) / number for name, way in ways.items()
        }

    def report(self, *, measured: bool = False) -> str:
        """The comparison as text; with `measured` also bytes and times, which differ by machine."""
        return printing.link(self, measured=measured)

    def __str__(self) -> str:
        return self.report()

    def __repr__(self) -> str:
        return f"<Collapse {self.link}: {self.structure}>"

    def to_dict(self) -> dict[str, Any]:
        """What JSON carries of one link."""
        return {
            "link": self.link,
            "layout": self.layout.value,
            "structure": self.structure,
            "shape": list(self.J.shape),
            "allowed": self.allowed,
            "max_difference": finite_or_none(self.max_difference),
            "off_diagonal": finite_or_none(self.off_diagonal),
            "hadamard_error": finite_or_none(self.hadamard_error),
            "stored": self.operator.stored,
            "full": self.operator.full,
        }


def collapse(
    layer: Layer,
    *inputs: npt.ArrayLike,
    g: npt.ArrayLike | None = None,
    wrt: str | None = None,
    layout: Layout | str = NUMERATOR,
) -> Collapse:
    """Compare a layer's Jacobian with what it collapses to, at these inputs.

    Args:
        layer: the layer.
        inputs: as for the layer itself.
        g: the cotangent, shaped as the output; drawn with seed 0 unless given.
        wrt: the argument, the first unless named.
        layout: in numerator layout gᵀ stands before the matrix, in denominator layout g behind it.

    Raises:
        LayoutError: inputs, a cotangent or a name that do not fit, or a matrix too large to print.

    >>> from jacobians import ReLU
    >>> print(collapse(ReLU(), [1.0, -2.0], g=[3.0, 4.0], layout="denominator"))
    ∂y/∂x   2×2, diagonal, denominator layout
    <BLANKLINE>
       diag(relu'(x)) =
           1    0
           0    0
    <BLANKLINE>
       diag(relu'(x)) g = relu'(x) ⊙ g
    <BLANKLINE>
         matrix product          ⊙ form             vjp
                      3               3               3
                      0               0               0
    <BLANKLINE>
       the three agree to 1e-12
       numbers kept     2 of 4
       multiplications  4 with the matrix, 2 without
    <BLANKLINE>
    """
    if not isinstance(layer, Layer):
        raise InputError(f"{layer!r} is no layer: give one, ReLU() or Softmax().")
    J = layer.jacobian(*inputs, wrt=wrt, layout=layout)
    J.wrt = wrt or layer.arguments[0]
    J.of = "y"
    if g is None:
        g = np.random.default_rng(0).standard_normal(J.of_shape)  # type: ignore[arg-type]
    cotangent = as_numbers(g, "the cotangent")
    if cotangent.shape != J.of_shape:
        raise ShapeError(f"the cotangent has shape {cotangent.shape}, the output has {J.of_shape}: "
                         "a cotangent is shaped as the output.")  # fmt: skip

    def vjp(cotangent: Array) -> Any:
        return layer.vjp(cotangent, *inputs, wrt=wrt)

    return Collapse(J, vjp, cotangent, remarks=remarks_on(layer, inputs))


def remarks_on(layer: Layer, inputs: Sequence[npt.ArrayLike] = ()) -> list[str]:
    """What a report must say of a layer: a loss's definition, rules taken by differences."""
    remarks = []
    if isinstance(layer, Loss) and inputs:
        shape = np.shape(inputs[0])
        shapes = ((*shape, 1) if len(shape) == 1 else shape,) * 2
        remarks.append(f"y = {layer.formula(Names(layer.arguments), shapes)}")
    if layer.by_differences:
        remarks.append(f"BY DIFFERENCES: {', '.join(layer.by_differences)}")
    return remarks


def finite_or_none(value: float | None) -> float | None:
    """JSON has no word for infinity."""
    return value if value is not None and np.isfinite(value) else None
