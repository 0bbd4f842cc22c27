"""Many trees at one setting: each part's value once, strictly, however many trees share it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from layouts.errors import LayoutError
from layouts.formulas.functions import SCALAR, Functions, Misfit
from layouts.formulas.literals import is_constant, literal
from layouts.formulas.tree import (
    Call,
    Claim,
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
)
from layouts.formulas.values import size_number
from layouts.sizes import size_of

from .settings import Setting

__all__ = ["Evaluator"]

MOST = 20_000
"""The entries of a part; what is larger is taken not to conform."""


class Evaluator:
    """The values of trees at one setting.

    A part that does not conform has the value None, and so has all that is made of it. Sizes of a
    setting all differ, so that what conforms here conforms in letters.
    """

    def __init__(self, setting: Setting, functions: Functions) -> None:
        self.setting, self.functions = setting, functions
        self.known: dict[Part, Any] = {}

    def __call__(self, tree: Part) -> Any:
        """The value of a tree, or None."""
        if tree in self.known:
            return self.known[tree]
        with np.errstate(all="ignore"):
            return self.value(tree)

    def value(self, part: Part) -> Any:
        """The value of a part, computed once."""
        if part not in self.known:
            try:
                value = self.compute(part)
                large = value is not None and value.size > MOST
                self.known[part] = None if large else value
            except (Misfit, LayoutError, np.linalg.LinAlgError, KeyError):
                self.known[part] = None
        return self.known[part]

    def compute(self, part: Part) -> Any:
        match part:
            case Number(value=number):
                return np.full(SCALAR, number)
            case Name(text=name) | Derivative(text=name):
                if name in self.setting.values:
                    return self.setting.values[name]
                return np.full(SCALAR, float(size_number(part, self.setting.sizes)))
            case Transpose(part=inner):
                return self.of(inner, np.transpose)
            case Negative(part=inner):
                return self.of(inner, np.negative)
            case Claim(part=inner):
                return self.value(inner)
            case Sum(left=left, sign=sign, right=right):
                return self.sum(left, sign, right)
            case Product(left=left, operator=operator, right=right):
                return self.product(self.value(left), operator, self.value(right))
            case Power(base=base, exponent=exponent):
                power = literal(exponent)
                return None if power is None else self.of(base, lambda value: value**power)
            case Row(entries=entries):
                return np.hstack([self.value(entry) for entry in entries])
            case Call():
                return self.call(part)
        return None

    def of(self, part: Part, operation: Callable[[Any], Any]) -> Any:
        value = self.value(part)
        return None if value is None else operation(value)

    def sum(self, left: Part, sign: str, right: Part) -> Any:
        a, b = self.value(left), self.value(right)
        if a is None or b is None:
            return None
        if a.shape != b.shape and not (is_constant(left) or is_constant(right)):
            return None
        return a + b if sign == "+" else a - b

    def product(self, a: Any, operator: str, b: Any) -> Any:
        if a is None or b is None:
            return None
        if operator == "@":
            return a @ b if a.shape[1] == b.shape[0] else None
        if a.shape != b.shape and SCALAR not in (a.shape, b.shape):
            return None
        return a * b if operator == "*" else a / b

    def call(self, part: Call) -> Any:
        function = self.functions.get(part.function)
        if function is None:
            return None
        if function.of_sizes:
            sizes = [size_number(size, self.setting.sizes) for size in part.arguments]
            return None if np.prod(sizes) ** 2 > MOST else function.value(*sizes)
        values = [self.value(argument) for argument in part.arguments]
        if any(value is None for value in values):
            return None
        shape = function.shape(*(value.shape for value in values))
        return None if size_of(shape) > MOST else function.value(*values)  # type: ignore[operator]
