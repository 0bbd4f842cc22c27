"""The value of a formula whose shapes have been settled, and what NumPy would make of it.

Values are arrays whose last two axes are matrices; axes before them are many points at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from math import prod
from typing import Any, NamedTuple

import numpy as np

from ..errors import InputError, LayoutError
from ..sizes import SizeLike
from .functions import Functions, hstack
from .limits import MOST_ENTRIES
from .literals import literal
from .printing import printed
from .tree import (
    Call,
    Derivative,
    Name,
    Negative,
    Number,
    Part,
    Power,
    Product,
    Row,
    Sum,
    Transpose,
    parts_of,
)

__all__ = ["NumPyRun", "is_analytic", "numpy_run", "size_number", "value_of"]


def value_of(
    tree: Part, values: Mapping[str, Any], functions: Functions, sizes: Mapping[str, SizeLike]
) -> Any:
    """The value of a settled tree.

    Raises:
        InputError: a matrix that has no inverse, or a size that has no number.
    """

    def value(part: Part) -> Any:
        match part:
            case Number(value=number):
                return np.full((1, 1), number)
            case Name(text=name) if name not in values:
                return np.full((1, 1), float(size_number(part, sizes)))
            case Derivative(text=name) if name not in values:
                raise InputError(f"{name} has no value.")
            case Name(text=name) | Derivative(text=name):
                return values[name]
            case Row(entries=entries):
                return hstack(*map(value, entries))
            case Transpose(part=inner):
                return np.swapaxes(value(inner), -1, -2)
            case Negative(part=inner):
                return -value(inner)
            case Sum(left=left, sign="+", right=right):
                return value(left) + value(right)
            case Sum(left=left, right=right):
                return value(left) - value(right)
            case Product(left=left, operator="@", right=right):
                return value(left) @ value(right)
            case Product(left=left, operator="*", right=right):
                return value(left) * value(right)
            case Product(left=left, right=right):
                return value(left) / value(right)
            case Power(base=base, exponent=exponent):
                number = literal(exponent) or 0.0
                return value(base) ** (int(number) if number == int(number) else number)
            case Call(function=function, arguments=arguments):
                rule = functions[function]
                if rule.of_sizes:
                    return rule.value(*(size_number(size, sizes) for size in arguments))
                try:
                    return rule.value(*map(value, arguments))
                except np.linalg.LinAlgError:
                    raise InputError(f"{printed(part)}: the matrix is singular.") from None
        raise TypeError(type(part).__name__)

    with np.errstate(all="ignore"):
        return value(tree)


def size_number(part: Part, sizes: Mapping[str, SizeLike]) -> int:
    """The number that a size stands for."""
    match part:
        case Number(value=value):
            return int(value)
        case Name(text=name) if isinstance(sizes.get(name), int):
            return int(sizes[name])  # type: ignore[arg-type]
        case Sum(left=left, right=right):
            return size_number(left, sizes) + size_number(right, sizes)
        case Product(left=left, right=right):
            return size_number(left, sizes) * size_number(right, sizes)
    raise InputError(f"the size {printed(part)} has no number: give it in sizes.")


def is_analytic(tree: Part, functions: Functions) -> bool:
    """Whether complex steps may go through the tree."""
    function = functions.get(tree.function) if isinstance(tree, Call) else None
    if function and not function.analytic:
        return False
    return all(is_analytic(part, functions) for part in parts_of(tree))


class NumPyRun(NamedTuple):
    """What NumPy makes of a formula with the arrays as they come."""

    value: Any
    """None where it stops with an error."""
    shapes: dict[Part, tuple[int, ...]]
    """Of each part that it came to."""
    stopped: Part | None
    error: str


STOPS = (ValueError, TypeError, ArithmeticError, LookupError, np.linalg.LinAlgError)
"""How NumPy says that it cannot do what it is told to."""


def numpy_run(
    tree: Part, values: Mapping[str, Any], functions: Functions, sizes: Mapping[str, SizeLike]
) -> NumPyRun:
    """Run the tree as NumPy would: one axis or two, broadcasting and all."""
    shapes: dict[Part, tuple[int, ...]] = {}
    stopped: list[Part] = []

    def run(part: Part) -> Any:
        result = step(part)
        shapes[part] = np.shape(result)
        return result

    def step(part: Part) -> Any:
        match part:
            case Number(value=number, text=text):
                return int(text) if text.isdecimal() else number
            case Name(text=name) if name not in values:
                return size_number(part, sizes)
            case Derivative(text=name) if name not in values:
                raise InputError(f"{name} has no value.")
            case Name(text=name) | Derivative(text=name):
                return values[name]
            case Call(function=function, arguments=arguments) if functions[function].of_sizes:
                return functions[function].as_numpy(*(size_number(s, sizes) for s in arguments))
        inner = [run(each) for each in parts_of(part)]
        if entries_made(part, [np.shape(each) for each in inner]) > MOST_ENTRIES:
            raise InputError(f"{printed(part)} as NumPy makes it is beyond reason.")
        try:
            return applied(part, inner, functions)
        except STOPS:
            stopped[:] = stopped or [part]
            raise

    try:
        with np.errstate(all="ignore"):
            return NumPyRun(run(tree), shapes, None, "")
    except LayoutError:
        raise
    except STOPS as problem:
        return NumPyRun(None, shapes, stopped[0] if stopped else tree, str(problem).splitlines()[0])


def entries_made(part: Part, shapes: list[tuple[int, ...]]) -> int:
    """How many entries an operation makes of arrays whose shapes need not conform."""
    match part, shapes:
        case Product(operator="@"), [(*rows, _), (*_, _, columns)]:
            return prod(rows) * columns
        case ((Sum() | Product()), _):
            longest = zip_longest(*(shape[::-1] for shape in shapes), fillvalue=1)
            return prod(max(sizes) for sizes in longest)
        case Call(function="kron" | "outer"), _:
            return prod(map(prod, shapes))
        case Call(function="diag"), [(n,)]:
            return n * n
    return 0


def applied(part: Part, inner: list[Any], functions: Functions) -> Any:
    """One operation of NumPy's."""
    match part:
        case Row():
            return np.array(inner)
        case Transpose():
            return np.transpose(inner[0])
        case Negative():
            return -inner[0]
        case Sum(sign=sign):
            return inner[0] + inner[1] if sign == "+" else inner[0] - inner[1]
        case Product(operator="@"):
            return inner[0] @ inner[1]
        case Product(operator="*"):
            return inner[0] * inner[1]
        case Product():
            return np.true_divide(*inner)
        case Power():
            return np.asarray(inner[0]) ** float(inner[1])
        case Call(function=function):
            return functions[function].as_numpy(*inner)
    raise TypeError(type(part).__name__)
