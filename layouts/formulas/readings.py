"""How a writer groups factors that stand without brackets between them.

    in order     a * b @ c  as  (a * b) @ c     Python's reading, where *, @ and / bind equally
    products     a ⊙ b c    as  a ⊙ (b c)       the matrix product binds tighter
    Hadamard     a ⊙ b c    as  (a ⊙ b) c       ⊙, ⊗ and / bind tighter

Papers disagree on the last two. A formula has one writer, so each reading is tried on all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import TypeAlias

from ..sizes import Shape
from .printing import printed
from .tree import Call, Chain, Part, Product, mapped, parts_of

__all__ = ["HADAMARD", "IN_ORDER", "PREFERRED", "PRODUCTS", "READINGS", "canonical", "grouped"]

IN_ORDER = "from left to right"
PRODUCTS = "matrix products first"
HADAMARD = "⊙ first"
READINGS = (IN_ORDER, PRODUCTS, HADAMARD)
PREFERRED = {"python": READINGS, "latex": (PRODUCTS, HADAMARD)}
"""The readings of each notation, the usual one first; Python's own is the only one that counts."""
MATRIX = ("@", " ")
"""The operators of a matrix product; the second one is to stand side by side."""
Join: TypeAlias = Callable[[Part, str, Part], Part]


def grouped(tree: Part, reading: str, join: Join | None = None) -> Part:
    """The tree with the factors of every chain joined in pairs."""
    inner = mapped(tree, lambda part: grouped(part, reading, join))
    if not isinstance(inner, Chain):
        return inner
    return _joined(inner.factors, inner.operators, reading, join or product)


def product(left: Part, operator: str, right: Part) -> Part:
    """Two factors as one part."""
    at = (left.at[0], right.at[1])
    if operator == "⊗":
        return Call("kron", (left, right), at=at)
    return Product(left, operator, right, at=at)


def _joined(factors: Sequence[Part], operators: Sequence[str], reading: str, join: Join) -> Part:
    """The factors in pairs: in each run of tighter operators, then across the runs."""
    if reading == IN_ORDER:
        return _in_order(factors, operators, join)
    runs: list[Part] = []
    between: list[str] = []
    start = 0
    for k, operator in enumerate([*operators, ""]):
        tight = (operator in MATRIX) == (reading == PRODUCTS) and operator
        if not tight:
            runs.append(_in_order(factors[start : k + 1], operators[start:k], join))
            between.append(operator)
            start = k + 1
    return _in_order(runs, between[:-1], join)


def _in_order(factors: Sequence[Part], operators: Sequence[str], join: Join) -> Part:
    pairs = zip(operators, factors[1:], strict=True)
    return reduce(lambda left, pair: join(left, *pair), pairs, factors[0])


def canonical(tree: Part, shapes: Mapping[Part, Shape | None]) -> str:
    """The tree as text in which no grouping shows that makes no difference.

    Products of matrices may be grouped in any way, and numbers may stand anywhere among them.
    """
    scales, core = _flat(tree, shapes)
    return " ".join(sorted(scales)) + "·" + "@".join(core)


def _flat(tree: Part, shapes: Mapping[Part, Shape | None]) -> tuple[list[str], list[str]]:
    """The numbers that scale a product, and its matrices in order."""
    if isinstance(tree, Product) and tree.operator != "/":
        numbers = [shapes.get(part) == (1, 1) for part in (tree.left, tree.right)]
        (a, left), (b, right) = (_flat(part, shapes) for part in (tree.left, tree.right))
        if tree.operator == "@" or all(numbers):
            return a + b, left + right
        if any(numbers):
            scale, core = (left, right) if numbers[0] else (right, left)
            return a + b + ["@".join(scale)], core
        return a + b, [f"({'@'.join(left)} * {'@'.join(right)})"]
    if isinstance(tree, Product) and shapes.get(tree.right) == (1, 1):
        scales, core = _flat(tree.left, shapes)
        return [*scales, f"/{canonical(tree.right, shapes)}"], core
    inner = ",".join(canonical(part, shapes) for part in parts_of(tree))
    if not inner:
        return [], [printed(tree)]
    sign = getattr(tree, "sign", getattr(tree, "operator", getattr(tree, "function", "")))
    return [], [f"{type(tree).__name__}{sign}[{inner}]"]
