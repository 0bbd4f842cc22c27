"""What Python's parser makes of a line, taken apart: numbers, slices, sums, names."""

from __future__ import annotations

import ast
from typing import Any

from layouts.errors import InputError
from layouts.sizes import SizeLike, letter

__all__ = ["names_in", "number_in", "option_in", "size_in", "slice_in", "terms_of", "within_reason"]

SIZED = {"reshape"}
"""Functions of which only the first argument is a value; the others are sizes."""


def names_in(expression: ast.expr) -> list[str]:
    """The values that an expression needs: no functions, no letters for sizes."""
    others: set[int] = set()
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            others.add(id(node.func))
            if node.func.id in SIZED:
                others |= {id(size) for size in node.args[1:]}
    return [
        node.id
        for node in ast.walk(expression)
        if isinstance(node, ast.Name) and id(node) not in others
    ]


def terms_of(node: ast.expr) -> list[tuple[int, ast.expr]]:
    """The terms of a sum with their signs, from left to right."""
    terms: list[tuple[int, ast.expr]] = []
    waiting = [(1, node)]
    while waiting:
        sign, term = waiting.pop()
        if isinstance(term, ast.BinOp) and isinstance(term.op, ast.Add | ast.Sub):
            right = -sign if isinstance(term.op, ast.Sub) else sign
            waiting += [(right, term.right), (sign, term.left)]
        else:
            terms.append((sign, term))
    return terms


def number_in(node: ast.expr) -> float | None:
    """A number as it is written, 0.5, -2 or 1/3; None of anything else."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            return None
        return within_reason(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = number_in(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        above, below = number_in(node.left), number_in(node.right)
        return None if above is None or not below else within_reason(above / below)
    return None


def within_reason(number: float) -> float:
    """The number, if it is below 1e100: quotients of such are finite, and products are."""
    if not abs(number) < 1e100:
        raise InputError("a number beyond 1e100.")
    return float(number)


def slice_in(node: ast.expr) -> slice:
    """A start and an end."""
    if not isinstance(node, ast.Slice) or node.step is not None:
        raise InputError("a slice has a start and an end, x[0:2]; a single entry is x[0:1].")
    return slice(*(None if end is None else whole_in(end) for end in (node.lower, node.upper)))


def whole_in(node: ast.expr) -> int:
    number = number_in(node)
    if number is None or number != int(number):
        raise InputError(f"{ast.unparse(node)[:40]} is no whole number.")
    return int(number)


def size_in(node: ast.expr) -> SizeLike:
    """A number, or a letter."""
    return letter(node.id) if isinstance(node, ast.Name) else whole_in(node)


def option_in(word: ast.keyword) -> Any:
    """The value of name=value: a number, or a word between quotes."""
    if word.arg is None:
        raise InputError("options are written name=value.")
    if isinstance(word.value, ast.Constant) and isinstance(word.value.value, str):
        return word.value.value
    number = number_in(word.value)
    if number is None:
        raise InputError(f"the option {word.arg} is a number or a word between quotes.")
    return number
