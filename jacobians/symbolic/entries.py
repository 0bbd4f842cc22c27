"""Arrays of symbols, and the exact entries of what is made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp

from layouts.sizes import Shape

from ..operators import Operator
from ..operators.operator import numbers

__all__ = ["exact", "mapped", "matrix_of", "rational", "symbols"]


def symbols(name: str, shape: Shape) -> Any:
    """Real symbols `W[1,2]`, counted from 1; a number is named without brackets.

    >>> print(symbols("W", (2, 3)))
    [[W[1,1] W[1,2] W[1,3]]
     [W[2,1] W[2,2] W[2,3]]]
    """
    array: Any = np.empty(numbers(shape), dtype=object)
    for index in np.ndindex(array.shape):
        array[index] = sp.Symbol(indexed(name, index), real=True)
    return array


def indexed(name: str, index: tuple[int, ...]) -> str:
    """The name of one entry."""
    return f"{name}[{','.join(str(k + 1) for k in index)}]" if index else name


def rational(number: Any) -> Any:
    """The decimal that a float is written as; what is exact already stays.

    >>> rational(0.4), rational(-3.0)
    (2/5, -3)
    """
    return sp.Rational(repr(float(number))) if isinstance(number, float | sp.Float) else number


def exact(array: Any) -> Any:
    """The same entries with rational numbers for floats."""
    return mapped(_exact, array)


def _exact(entry: Any) -> Any:
    entry = sp.sympify(entry)
    return entry.xreplace({number: rational(number) for number in entry.atoms(sp.Float)})


def mapped(function: Callable[..., Any], *arrays: Any) -> Any:
    """The function of every entry, or of the entries that stand in the same place."""
    found: Any = np.empty(np.shape(arrays[0]), dtype=object)
    for index in np.ndindex(found.shape):
        found[index] = function(*(array[index] for array in arrays))
    return found


def matrix_of(operator: Operator) -> Any:
    """All entries of an operator: what it makes of the columns of the identity."""
    n: Any = operator.shape[1]
    return exact(operator.apply(exact(np.eye(n, dtype=int))))
