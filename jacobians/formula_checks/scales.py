"""The numbers that a formula may be off by, and sums with other numbers before their terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from layouts.formulas.functions import SCALAR
from layouts.formulas.printing import printed
from layouts.formulas.tree import (
    Name,
    Negative,
    Number,
    Part,
    Product,
    Sum,
    Transpose,
    walk,
)

from .evaluation import Evaluator
from .problem import Problem
from .settings import Setting
from .surgery import size_part
from .verdicts import all_functions

__all__ = ["is_sum", "letters_of", "scales_of", "stripped", "terms_of", "weighted"]


def is_sum(tree: Part) -> bool:
    """Whether a tree is a sum, or a number times one."""
    return isinstance(tree, Sum)


def terms_of(tree: Part) -> list[Part]:
    """The terms of a sum; of a difference too, for the sign is found anew."""
    if isinstance(tree, Sum):
        return [*terms_of(tree.left), *terms_of(tree.right)]
    return [tree]


def stripped(term: Part) -> Part:
    """A term without the number before it."""
    match term:
        case Negative(part=inner):
            return stripped(inner)
        case Product(left=Number(), operator="*", right=right):
            return right
        case Product(left=left, operator=operator, right=right) if stripped(left) is not left:
            return Product(stripped(left), operator, right)
    return term


def weighted(terms: list[Part], weights: Any) -> Part:
    """The sum of the terms, each as often as its weight says."""
    tree: Part | None = None
    for term, weight in zip(terms, weights, strict=True):
        if not weight:
            continue
        number = abs(weight)
        part = term if number == 1 else Product(Number(number, f"{number:g}"), "*", term)
        if tree is None:
            tree = Negative(part) if weight < 0 else part
        else:
            tree = Sum(tree, "-" if weight < 0 else "+", part)
    return terms[0] if tree is None else tree


def letters_of(problem: Problem, point: Setting) -> dict[int, str]:
    """What each size is written as: a letter, or itself where it is a number."""
    numbers = (size for shape in problem.shapes.values() for size in shape if isinstance(size, int))
    return {n: str(n) for n in numbers if n > 1} | {n: name for name, n in point.sizes.items()}


def scales_of(
    problem: Problem, point: Setting, letters: dict[int, str]
) -> Iterator[tuple[Part, float]]:
    """The numbers that a formula may be off by, each as a factor."""
    for text, number in (("2", 2.0), ("0.5", 0.5), ("3", 3.0), ("4", 4.0)):
        yield Number(number, text), number
    one = Number(1.0, "1")
    for text, number in (("3", 3.0), ("4", 4.0)):
        yield Product(one, "/", Number(number, text)), 1 / number
    for n, letter in letters.items():
        yield size_part(letter), float(n)
        yield Product(one, "/", size_part(letter)), 1.0 / n
    evaluate = Evaluator(point, all_functions(problem))
    numbers = {
        printed(part): part
        for text in [*problem.names, problem.of, *problem.let.values()]
        for part in walk(problem.formula(text).tree)
        if not isinstance(part, Number | Negative)
    }
    columns = [n for n, v in point.values.items() if v.shape[1] == 1 != v.shape[0]]
    numbers |= {f"{n}.T @ {n}": Product(Transpose(Name(n)), "@", Name(n)) for n in columns}
    for part in numbers.values():
        value = evaluate(part)
        if value is not None and value.shape == SCALAR and np.isfinite(value).all() and value.any():
            number = float(value[0, 0])
            yield part, number
            yield Product(one, "/", part), 1.0 / number
            yield Product(Number(2.0, "2"), "*", part), 2.0 * number
            yield Product(Number(0.5, "0.5"), "/", part), 0.5 / number
