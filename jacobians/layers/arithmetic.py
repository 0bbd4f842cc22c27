"""Arithmetic entry by entry: sums, differences, products and quotients of equal shapes.

    value     differential               by u             by v              structure
    u + v     du + dv                    I                I                 identity
    u - v     du - dv                    I                -I                scaled identity
    u ⊙ v     v ⊙ du + u ⊙ dv            diag(vec v)      diag(vec u)       diagonal
    u / v     du / v - (u/v²) ⊙ dv       diag(vec 1/v)    diag(vec -u/v²)   diagonal
    c x       c dx                       c I                                scaled identity

What all samples share beside samples, as a bias does, is named: `Add(shared=("v",))`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from layouts.errors import InputError, ShapeError
from layouts.sizes import Shape

from ..operators import Diagonal, Identity
from ..operators.simple import scaled_text
from ..rule import Names, Rule
from .joint import Joint, computed, stacked_name

__all__ = ["Add", "Divide", "Hadamard", "Scale", "Subtract"]


class EntryByEntry(Joint):
    """Two arrays of one shape."""

    arguments = ("u", "v")
    entrywise = True
    keeps_size = True
    symbol: str

    def sample_shape(self, u: Shape, v: Shape) -> Shape:
        if u != v:
            raise ShapeError(f"u has shape {u}, v {v}: {self.word} goes entry by entry and needs "
                             f"equal shapes{self._cure(u, v)}.")  # fmt: skip
        return u

    def _cure(self, u: Shape, v: Shape) -> str:
        if not u or not v:
            return "; a number times an array is Scale(factor)"
        for name, shared, other in (("u", u, v), ("v", v, u)):
            if shared == other[:-1]:
                return f"; a {name} that all samples share is named, shared={(name,)!r}"
        return ""

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return f" {self.symbol} ".join(self.written(names, shapes))

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        if self.at_once(*shapes):
            return "entry by entry"
        same = zip(self.arguments, names.inputs, strict=True)
        return (
            f"the same `{next(name for arg, name in same if arg in self.shared)}` for every sample"
        )


class Add(EntryByEntry):
    """u + v.

    Args:
        shared: which of u and v all samples share.

    Raises:
        LayoutError: u and v have different shapes.

    >>> Add()([1.0, 2.0], [10.0, 20.0])
    array([11., 22.])
    >>> bias = Add(shared=("v",))
    >>> bias([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [10.0, 20.0])
    array([[11., 12., 13.],
           [24., 25., 26.]])
    >>> print(bias.jacobian(np.ones((2, 3)), np.ones(2), wrt="v"))
    ∂y/∂v = 1 ⊗ I₂   6×2, Kronecker, numerator layout
    """

    symbol = "+"

    def sample_value(self, u: Any, v: Any) -> Any:
        return u + v

    def sample_rules(self, u: Any, v: Any, *, names: Names) -> Mapping[str, Rule]:
        # fmt: off
        return {
            #         Jacobian                   JVP            VJP
            "u": Rule(lambda: Identity(u.size),  lambda du: du, lambda g: g),
            "v": Rule(lambda: Identity(v.size),  lambda dv: dv, lambda g: g),
        }
        # fmt: on


class Subtract(EntryByEntry):
    """u - v; arguments and errors as those of `Add`.

    >>> print(Subtract().jacobian([1.0, 2.0], [3.0, 4.0], wrt="v"))
    ∂y/∂v = -I₂   2×2, scaled identity, numerator layout
    """

    symbol = "-"

    def sample_value(self, u: Any, v: Any) -> Any:
        return u - v

    def sample_rules(self, u: Any, v: Any, *, names: Names) -> Mapping[str, Rule]:
        # fmt: off
        return {
            #         Jacobian                        JVP             VJP
            "u": Rule(lambda: Identity(u.size),       lambda du: du,  lambda g: g),
            "v": Rule(lambda: Identity(v.size, -1.0), lambda dv: -dv, lambda g: -g),
        }
        # fmt: on


class Hadamard(EntryByEntry):
    """u ⊙ v, the product entry by entry; arguments and errors as those of `Add`.

    >>> print(Hadamard().jacobian([1.0, 2.0], [3.0, 4.0], wrt="u"))
    ∂y/∂x = diag(v)   2×2, diagonal, numerator layout
    """

    symbol = "⊙"
    depends_on: ClassVar = {"u": ("v",), "v": ("u",)}

    def sample_value(self, u: Any, v: Any) -> Any:
        return u * v

    def sample_rules(self, u: Any, v: Any, *, names: Names) -> Mapping[str, Rule]:
        un, vn = (stacked_name(name, u.shape) for name in names.inputs)
        # fmt: off
        return {
            #         Jacobian                 JVP                VJP
            "u": Rule(lambda: Diagonal(v, vn), lambda du: v * du, lambda g: g * v),
            "v": Rule(lambda: Diagonal(u, un), lambda dv: u * dv, lambda g: g * u),
        }
        # fmt: on


class Divide(EntryByEntry):
    """u / v, entry by entry; arguments and errors as those of `Add`.

    Division by 0 gives infinity, 0 / 0 NaN, and no warning.

    >>> Divide()([1.0, 6.0, -1.0], [4.0, 3.0, 0.0])
    array([0.25, 2.  , -inf])
    >>> print(Divide().jacobian([1.0, 6.0], [4.0, 3.0], wrt="v"))
    ∂y/∂v = diag(-u/v²)   2×2, diagonal, numerator layout
    """

    symbol = "/"
    depends_on: ClassVar = {"u": ("v",), "v": ("u", "v")}

    def sample_value(self, u: Any, v: Any) -> Any:
        return over(u, v)

    def sample_rules(self, u: Any, v: Any, *, names: Names) -> Mapping[str, Rule]:
        un, vn = names.inputs
        by_u, by_v = stacked_name(f"1/{vn}", u.shape), stacked_name(f"-{un}/{vn}²", u.shape)
        # fmt: off
        return {
            #         Jacobian                                                                JVP                              VJP
            "u": Rule(lambda: Diagonal(computed(v.shape, lambda v: over(1.0, v), v), by_u),   lambda du: over(du, v),          lambda g: over(g, v)),
            "v": Rule(lambda: Diagonal(computed(v.shape, slope, u, v), by_v),                 lambda dv: times(slope(u, v), dv), lambda g: times(slope(u, v), g)),
        }
        # fmt: on


class Scale(Joint):
    """c x, a number times an array.

    Args:
        factor: the number c, finite.
        shared: `("x",)` where x belongs to no sample.

    Raises:
        LayoutError: a factor that is no finite number.

    >>> print(Scale(0.5).jacobian([1.0, 2.0, 3.0]))
    ∂y/∂x = 0.5 I₃   3×3, scaled identity, numerator layout
    """

    entrywise = True
    keeps_size = True

    def __init__(self, factor: float, shared: Iterable[str] = ()) -> None:
        number = isinstance(factor, int | float | np.integer | np.floating)
        if isinstance(factor, bool) or not number or not np.isfinite(factor):
            raise InputError(f"the factor of Scale is a finite number, not {factor!r}.")
        super().__init__(shared)
        self.factor = float(factor)

    def sample_shape(self, x: Shape) -> Shape:
        return x

    def sample_value(self, x: Any) -> Any:
        return self.factor * x

    def sample_rules(self, x: Any, *, names: Names) -> Mapping[str, Rule]:
        c = self.factor
        return {"x": Rule(lambda: Identity(x.size, c), lambda dx: c * dx, lambda g: c * g)}

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return scaled_text(self.factor, names.inputs[0])

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return "a number times every entry"

    def _options(self) -> list[str]:
        return [f"{self.factor!r}"]


def over(u: Any, v: Any) -> Any:
    """Quotients; by 0 they are infinite, or NaN."""
    with np.errstate(all="ignore"):
        return u / v


def slope(u: Any, v: Any) -> Any:
    """-u/v², without the square, which may leave float64 where the quotient does not."""
    return -over(over(u, v), v)


def times(s: Any, t: Any) -> Any:
    """Products with what may be infinite."""
    with np.errstate(all="ignore"):
        return s * t
