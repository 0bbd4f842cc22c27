"""The Jacobian of one layer, entry by entry: exact, in either layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy as sp

from layouts.errors import InputError, near_names
from layouts.layout import NUMERATOR, Layout
from layouts.shape_text import shape_given
from layouts.sizes import Shape, Size, SizeLike, size_of

from .. import layers
from ..layer_row import input_size_of
from ..layers import Layer
from ..layers.base import written
from ..rule import Names
from .entries import matrix_of, symbols
from .functions import in_symbols

__all__ = ["MOST_ENTRIES", "symbolic_jacobian"]

MOST_ENTRIES = 20_000
"""Of a matrix that is written out; beyond it nobody reads them."""
SMALL: dict[type[Layer], Mapping[str, Shape]] = {
    layers.MatrixProduct: {"A": (2, 3), "B": (3, 4)},
    layers.BilinearForm: {"x": (2,), "A": (2, 3), "y": (3,)},
    layers.Transpose: {"x": (2, 3)},
    layers.Flatten: {"x": (2, 3)},
    layers.SumOverSamples: {"x": (3, 2)},
}
"""Shapes that a layer takes where the user gives none; of others a vector of so many entries as
the layer's parameters say, or 3."""


def symbolic_jacobian(
    layer: Layer,
    wrt: str | None = None,
    layout: Layout | str = NUMERATOR,
    sizes: Mapping[str, object] | None = None,
) -> Any:
    """The Jacobian by one argument as a SymPy matrix of explicit entries.

    It is the layer's own statement, its structure with symbols in it, not a derivative that SymPy
    takes; only of a function given as code without a Jacobian is it that.

    Args:
        layer: any layer; its numbers, such as weights, are symbols too, its options stay numbers.
        wrt: the argument by name; None is the first.
        layout: the layout or its name.
        sizes: shapes of arguments, (n,) for one sample and (n, N) for samples as columns, as the
            layer's calls take them; small ones for those that are left out.

    Returns:
        An immutable matrix. Entries of the arguments are real symbols, `x[1]`, `W[1,2]`.

    Raises:
        LayoutError: shapes that do not fit, letters for sizes, more than 20,000 entries, or code
            that symbols cannot pass through.

    >>> from jacobians import Softmax, Tanh
    >>> print(symbolic_jacobian(Tanh(), sizes={"x": 2}))
    Matrix([[1 - tanh(x[1])**2, 0], [0, 1 - tanh(x[2])**2]])
    >>> print(symbolic_jacobian(Softmax(), sizes={"x": 2})[0, 1])
    -exp(x[1])*exp(x[2])/(exp(x[1]) + exp(x[2]))**2
    """
    layout, argument = Layout.named(layout), _argument(layer, wrt)
    given = _shapes(layer, sizes or {})
    full, output = layer._bind([np.zeros(shape) for shape in given.values()])  # type: ignore[arg-type]
    arrays = [
        symbols(name, shape).reshape(columns.shape)
        for (name, shape), columns in zip(given.items(), full, strict=True)
    ]
    refuse_many(size_of(output), size_of(given[argument]), f"the Jacobian of {layer!r}")
    rules = asked(layer, in_symbols(layer).rules, *arrays, names=Names(layer.arguments))
    operator = asked(layer, rules[argument].jacobian)
    return sp.ImmutableMatrix(matrix_of(layout.arrange(operator)))


def asked(layer: Layer, statement: Callable[..., Any], *arrays: Any, **how: Any) -> Any:
    """What a layer states for symbols: its rules or its value.

    Raises:
        InputError: it has functions of floats that no table translates.
    """
    try:
        return statement(*arrays, **how)
    except (TypeError, AttributeError) as problem:
        raise InputError(
            f"{layer!r} cannot take symbols ({problem}): what it computes has to be arithmetic, "
            "or stand in the table of symbolic functions."
        ) from None


def refuse_many(rows: Any, columns: Any, what: str) -> None:
    """Explicit entries are for small sizes."""
    if rows * columns > MOST_ENTRIES:
        raise InputError(f"{what} is {rows}×{columns}, {rows * columns:,} entries: more than "
                         f"{MOST_ENTRIES:,} are not written out in symbols.")  # fmt: skip


def _argument(layer: Layer, wrt: str | None) -> str:
    if wrt is not None and wrt not in layer.arguments:
        raise InputError(f"{type(layer).__name__} has no argument {wrt!r}: "
                         + near_names(wrt, layer.arguments))  # fmt: skip
    return wrt or layer.arguments[0]


def _shapes(layer: Layer, sizes: Mapping[str, object]) -> dict[str, tuple[int, ...]]:
    """The shape of every argument: given, held by the layer, or small."""
    for name in sizes:
        _argument(layer, name)
    held = {name: values.shape for name, values in layer.parameters().items()}
    usual = next((SMALL[kind] for kind in type(layer).__mro__ if kind in SMALL), {})
    found = {}
    for name in layer.arguments:
        shape = sizes.get(name, held.get(name, usual.get(name, (_entries(layer),))))
        found[name] = _numbers(name, shape if isinstance(shape, tuple) else shape_given(shape))
    if layer.couples_samples and "x" not in sizes and len(found["x"]) == 1:
        found["x"] = (*found["x"], 2)
    return found


def _entries(layer: Layer) -> SizeLike:
    """How many entries the layer's input has, if it says so."""
    shape = getattr(layer, "shape", None)  # that a Reshape makes
    return size_of(shape) if shape else input_size_of([layer]) or 3


def _numbers(name: str, shape: Shape) -> tuple[int, ...]:
    for size in shape:
        if isinstance(size, Size):
            raise InputError(
                f"{name} is {written(shape)}, with a letter: explicit entries need numbers. A "
                "formula in letters is what matrix_form gives."
            )
    return shape  # type: ignore[return-value]
