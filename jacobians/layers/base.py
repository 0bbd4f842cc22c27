"""What every layer is: a function of named arguments with one derivative rule for each.

A subclass gives

    arguments                  the names of its arguments
    output_shape(*shapes)      the shape of the output, or a LayoutError that says what does not fit
    forward(*inputs)           the value
    rules(*inputs, names)      {argument: Rule(jacobian, jvp, vjp)}

and may give `parameters()`, the arguments that it holds itself, and the words that reports use:
`formula`, `remark`. Inputs reach these methods as float64 arrays with samples as columns, (n, N);
one sample is N = 1. The public calls below take (n,) as well and keep the shape given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, ShapeError, counted, near_names
from layouts.layout import NUMERATOR, Layout
from layouts.sizes import Shape, by

from ..jacobian import Jacobian
from ..rule import Names, Rule
from ..unknown import Array, Entries

__all__ = ["Layer", "as_array", "as_columns", "as_numbers", "refuse_matrices", "written"]


class At(NamedTuple):
    """A rule at given inputs, with the shapes of its argument and output.

    Each shape twice: as the caller has it, and with samples as columns, as the rule has it.
    """

    rule: Rule
    argument: Any
    argument_columns: Any
    output: Any
    output_columns: Any


class Layer:
    """A differentiable function of one or more arrays."""

    arguments: tuple[str, ...] = ("x",)
    forward: Callable[..., Any]
    rules: Callable[..., Mapping[str, Rule]]
    keeps_size: bool = True
    """Whether a sample has as many entries behind the layer as before it."""
    reduces_samples: bool = False
    """Whether one value is made of all samples: a loss, a sum over samples."""
    couples_samples: bool = False
    """Whether a sample's output depends on other samples."""
    by_differences: tuple[str, ...] = ()
    """Which of jacobian, jvp and vjp are approximated by differences: reports say so."""

    def output_shape(self, *shapes: Shape) -> Shape:
        """The shape of the output, samples as columns."""
        return shapes[0]

    def parameters(self) -> dict[str, Entries]:
        """The arguments that the layer holds, by name."""
        return {}

    @property
    def word(self) -> str:
        """What reports call the function."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(self).__name__).lower()

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        """How reports write the value."""
        return f"{type(self).__name__.lower()}({', '.join(names.inputs)})"

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        """What reports say beside it; mathematics in it stands between backticks."""
        return ""

    def __call__(self, *inputs: npt.ArrayLike) -> Any:
        """The value at these inputs; parameters that are left out are the layer's own."""
        full, shape = self._bind(inputs)
        return np.asarray(self.forward(*full)).reshape(shape)

    def jacobian(
        self,
        *inputs: npt.ArrayLike,
        wrt: str | None = None,
        layout: Layout | str = NUMERATOR,
    ) -> Jacobian:
        """The Jacobian by one argument, the first unless named, as a structured matrix.

        It carries no label but the name of a further argument: its neighbours match by size.

        Raises:
            LayoutError: an unknown argument or layout, or inputs that do not fit.
        """
        layout = Layout.named(layout)
        at = self._at(inputs, wrt)
        operator = layout.arrange(at.rule.jacobian())
        label = None if wrt in (None, self.arguments[0]) else wrt
        return Jacobian(operator, layout, None, label, at.output, at.argument)

    def jvp(self, t: npt.ArrayLike, *inputs: npt.ArrayLike, wrt: str | None = None) -> Any:
        """The push-forward J t of a tangent shaped as the argument; shaped as the output."""
        at, tangent = self._at(inputs, wrt), as_numbers(t, "the tangent")
        if tangent.shape != at.argument:
            raise ShapeError(
                f"the tangent has shape {tangent.shape}, {self._argument(wrt)} has {at.argument}: "
                "a tangent is shaped as its argument."
            )
        return np.array(at.rule.jvp(tangent.reshape(at.argument_columns))).reshape(at.output)

    def vjp(self, g: npt.ArrayLike, *inputs: npt.ArrayLike, wrt: str | None = None) -> Any:
        """The pull-back Jᵀ g of a cotangent shaped as the output; shaped as the argument."""
        at, cotangent = self._at(inputs, wrt), as_numbers(g, "the cotangent")
        if cotangent.shape != at.output:
            raise ShapeError(
                f"the cotangent has shape {cotangent.shape}, the output has {at.output}: "
                "a cotangent is shaped as the output."
            )
        return np.array(at.rule.vjp(cotangent.reshape(at.output_columns))).reshape(at.argument)

    def _at(self, inputs: tuple[npt.ArrayLike, ...], wrt: str | None) -> At:
        """The rule of one argument at these inputs, and the shapes to give and take."""
        argument = self._argument(wrt)
        full, output = self._bind(inputs)
        position = self.arguments.index(argument)
        given = np.shape(inputs[position]) if position < len(inputs) else full[position].shape
        columns = self.output_shape(*(value.shape for value in full))
        rule = self.rules(*full, names=Names(self.arguments))[argument]
        return At(rule, given, full[position].shape, output, columns)

    def _argument(self, wrt: str | None) -> str:
        if wrt is None:
            return self.arguments[0]
        if wrt not in self.arguments:
            raise InputError(f"{type(self).__name__} has no argument {wrt!r}: "
                             + near_names(wrt, self.arguments))  # fmt: skip
        return wrt

    def _bind(self, inputs: tuple[npt.ArrayLike, ...]) -> tuple[tuple[Any, ...], Shape]:
        """The inputs as columns, the layer's own parameters behind them; the output's shape."""
        held = self.parameters()
        least = len(self.arguments) - len(held)
        if not least <= len(inputs) <= len(self.arguments):
            may = f", and may take {' and '.join(held)} instead of its own" if held else ""
            raise InputError(
                f"{type(self).__name__} takes {' and '.join(self.arguments[:least])}{may}; "
                f"{counted(len(inputs), 'input')} given."
            )
        values = [
            as_numbers(value, name) for value, name in zip(inputs, self.arguments, strict=False)
        ]
        single = values[0].ndim < 2
        full: list[Any] = [
            (value if name in held else as_columns(value, name)).copy()
            for value, name in zip(values, self.arguments, strict=False)
        ]
        full += [held[name] for name in self.arguments[len(inputs) :]]
        shape = self.output_shape(*(value.shape for value in full))
        return tuple(full), shape[:1] if single and len(shape) == 2 else shape

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


def refuse_matrices(what: str, shape: Shape) -> None:
    """Refuse what is no vector, samples as columns."""
    if len(shape) != 2:
        kind = "a matrix for each sample" if len(shape) == 3 else "of no sample"
        raise ShapeError(f"{what} takes vectors with samples as columns (n, N); this is {kind}, "
                         f"{by(shape)}: flatten it, or write a matrix product.")  # fmt: skip


def as_numbers(values: npt.ArrayLike, name: str) -> Array:
    """Values as a float64 array.

    Integers and booleans are promoted; NaN and infinity pass. Complex numbers, text and objects
    are refused: silently dropping an imaginary part would give a wrong derivative.
    """
    if isinstance(values, np.ndarray) and values.dtype == np.float64:
        return values
    array = as_array(values, name)
    if array.dtype.kind not in "fiub":
        raise InputError(
            f"{name} has entries of type {array.dtype}: real numbers are wanted"
            + (", take the real part first." if array.dtype.kind == "c" else ".")
        )
    return array.astype(np.float64)


def as_array(values: npt.ArrayLike, name: str) -> npt.NDArray[Any]:
    """Values as an array of whatever type they have."""
    try:
        return np.asarray(values)
    except ValueError:
        raise InputError(f"{name} is not an array: its rows have different lengths.") from None


def as_columns(values: Array, name: str) -> Array:
    """One sample (n,) as the column (n, 1); samples as columns (n, N) as they are."""
    if values.ndim > 2 or values.ndim == 0:
        raise ShapeError(
            f"{name} has shape {values.shape}: a layer takes one sample (n,) or samples as columns "
            "(n, N)."
        )
    if values.size == 0:
        raise ShapeError(f"{name} has shape {values.shape}: it is empty.")
    return values.reshape(len(values), -1)


def written(shape: Shape) -> str:
    """A value's shape as reports write it: a vector is a column."""
    return by(shape if len(shape) != 1 else (*shape, 1))
