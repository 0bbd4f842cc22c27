"""In which order of association a chain costs least, and what the other orders would cost.

A product is associative, its price is not. Counted are multiplications: first as if every factor
were a dense matrix, then what the factors' structures leave of them.

    dense (p, q) by dense (q, r)        p q r
    a diagonal beside anything          the numbers that the other keeps
    an identity beside anything         0
    dense (p, q) by a structure         p times the structure's work on one vector

A plan is made once for each list of shapes and structures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias, TypeVar

from layouts.errors import InputError
from layouts.sizes import SizeLike

from .operators import Operator

__all__ = ["Costs", "Order", "Plan", "accumulated", "costs", "fold", "plan"]

Order: TypeAlias = "int | tuple[Order, Order]"
T = TypeVar("T")
LONGEST = 40
"""Chains of more factors are only folded from one end: the search grows with the cube."""


class Factor(NamedTuple):
    """What planning knows of a matrix."""

    rows: SizeLike
    columns: SizeLike
    kind: str
    stored: SizeLike
    work: SizeLike

    @classmethod
    def of(cls, operator: Operator) -> Factor:
        """What there is to know of an operator."""
        rows, columns = operator.shape
        return cls(rows, columns, operator.structure, operator.stored, operator.work)

    def plus(self, other: Factor) -> Factor:
        """The sum over two paths."""
        diagonal = {self.kind, other.kind} <= {"diagonal", "identity", "scaled identity"}
        return self if diagonal else _dense(self.rows, self.columns)

    def __matmul__(self, other: Factor) -> Factor:
        if self.kind == "identity":
            return other
        if other.kind == "identity" or self.kind == other.kind == "diagonal":
            return self
        return _dense(self.rows, other.columns)


def _dense(rows: SizeLike, columns: SizeLike) -> Factor:
    return Factor(rows, columns, "dense", rows * columns, rows * columns)


def multiplications(left: Factor, right: Factor) -> SizeLike:
    """What the product of two factors costs, by the table above."""
    if "identity" in (left.kind, right.kind):
        return 0
    if left.kind == "diagonal":
        return right.stored
    if right.kind == "diagonal":
        return left.stored
    if left.kind == "dense":
        return left.rows * right.work
    return left.work * right.columns


class Costs(NamedTuple):
    """Multiplications of one chain in its two plain orders, without and with structure."""

    left_to_right: SizeLike
    right_to_left: SizeLike
    structured_left_to_right: SizeLike
    structured_right_to_left: SizeLike


class Plan(NamedTuple):
    """An order of association for factors written from left to right, and what it costs."""

    order: Order
    multiplications: int
    """In this order, with what structure saves."""
    dense: int
    """In this order, as if every factor were dense."""
    left_to_right: int
    """As if dense, from the left."""
    right_to_left: int
    """As if dense, from the right."""

    def written(self, names: Sequence[str]) -> str:
        """The product with the brackets that the plan puts.

        >>> Plan(((0, 1), 2), 0, 0, 0, 0).written(["A", "B", "C"])
        '(A · B) · C'
        """

        def product(left: tuple[str, str], right: tuple[str, str]) -> tuple[str, str]:
            alone = f"{left[1]} · {right[1]}"
            return alone, f"({alone})"

        return fold(self.order, lambda k: (names[k], names[k]), product)[0]

    def __repr__(self) -> str:
        factors = fold(self.order, lambda _: 1, int.__add__)
        order = self.written([str(k) for k in range(factors)])
        return (f"<Plan {order}: {self.multiplications:,} multiplications, {self.dense:,} as if "
                f"dense, {self.left_to_right:,} from the left, {self.right_to_left:,} from the "
                "right>")  # fmt: skip


def fold(order: Order, leaf: Callable[[int], T], pair: Callable[[T, T], T]) -> T:
    """`leaf` of each factor's place, and `pair` of two neighbours wherever the order pairs them.

    Without recursion: from one end, a thousand factors are a thousand brackets deep.

    >>> fold(((0, 1), 2), "ABC".__getitem__, lambda left, right: f"({left}{right})")
    '((AB)C)'
    """
    waiting: list[Order | None] = [order]
    done: list[T] = []
    while waiting:
        part = waiting.pop()
        if part is None:  # both halves of a pair are done
            right = done.pop()
            done[-1] = pair(done[-1], right)
        elif isinstance(part, int):
            done.append(leaf(part))
        else:
            waiting += (None, part[1], part[0])
    return done[0]


def costs(operators: Sequence[Operator]) -> Costs:
    """What a chain, written from left to right, costs from either end; letters stay letters."""
    kept = [Factor.of(operator) for operator in operators]
    full = [_dense(*operator.shape) for operator in operators]
    return Costs(
        _folded(full), _folded(full, from_right=True), _folded(kept), _folded(kept, from_right=True)
    )


def accumulated(ends: Sequence[tuple[str, str]], operators: Sequence[Operator]) -> Costs:
    """What a sum over paths costs where every value's total is made once, letters stay letters.

    Args:
        ends: of each link the value above and the value below, in the order of computation.
        operators: of each link its matrix, in numerator orientation.
    """
    kept = [Factor.of(operator) for operator in operators]
    full = [_dense(*operator.shape) for operator in operators]
    return Costs(
        _from_above(ends, full),
        _from_below(ends, full),
        _from_above(ends, kept),
        _from_below(ends, kept),
    )


def _from_above(ends: Sequence[tuple[str, str]], factors: Sequence[Factor]) -> SizeLike:
    """Reverse accumulation: the running product stands on the left."""
    running: dict[str, Factor] = {}
    cost: SizeLike = 0
    for (above, below), factor in zip(reversed(ends), reversed(factors), strict=True):
        if above in running:
            cost = cost + multiplications(running[above], factor)
            factor = running[above] @ factor
        running[below] = running[below].plus(factor) if below in running else factor
    return cost


def _from_below(ends: Sequence[tuple[str, str]], factors: Sequence[Factor]) -> SizeLike:
    """Forward accumulation: the running product stands on the right."""
    running: dict[str, Factor] = {}
    cost: SizeLike = 0
    for (above, below), factor in zip(ends, factors, strict=True):
        if below in running:
            cost = cost + multiplications(factor, running[below])
            factor = factor @ running[below]
        running[above] = running[above].plus(factor) if above in running else factor
    return cost


def plan(operators: Sequence[Operator]) -> Plan:
    """The cheapest order of association for factors with numbers for sizes.

    >>> from jacobians.operators import Dense
    >>> import numpy as np
    >>> A, B, c = (Dense(np.ones(shape)) for shape in [(9, 8), (8, 7), (7, 2)])
    >>> plan([A, B, c]).order, plan([A, B, c]).multiplications
    ((0, (1, 2)), 256)
    """
    return _planned(tuple(map(Factor.of, operators)))


@lru_cache(maxsize=1024)
def _planned(factors: tuple[Factor, ...]) -> Plan:
    full = tuple(_dense(factor.rows, factor.columns) for factor in factors)
    order = _one_sided(factors) if len(factors) > LONGEST else _cheapest(factors)
    ends = (_number(_folded(full)), _number(_folded(full, from_right=True)))
    return Plan(order, _cost(order, factors), _cost(order, full), *ends)


def _cheapest(factors: tuple[Factor, ...]) -> Order:
    """Over all intervals, the best place for the last product (matrix-chain programming)."""
    n = len(factors)
    best: dict[tuple[int, int], tuple[int, Order, Factor]] = {
        (i, i): (0, i, factors[i]) for i in range(n)
    }
    for length in range(1, n):
        for i in range(n - length):
            j = i + length
            candidates = []
            for k in range(i, j):
                cost_left, left, A = best[i, k]
                cost_right, right, B = best[k + 1, j]
                cost = cost_left + cost_right + _number(multiplications(A, B))
                candidates.append((cost, k, left, right, A, B))
            cost, _, left, right, A, B = min(candidates, key=lambda candidate: candidate[:2])
            best[i, j] = (cost, (left, right), A @ B)
    return best[0, n - 1][1]


def _one_sided(factors: tuple[Factor, ...]) -> Order:
    """From the end that is cheaper."""
    from_right = _number(_folded(factors, from_right=True)) < _number(_folded(factors))
    indices: list[Order] = list(range(len(factors)))
    while len(indices) > 1:
        if from_right:
            indices[-2:] = [(indices[-2], indices[-1])]
        else:
            indices[:2] = [(indices[0], indices[1])]
    return indices[0]


def _folded(factors: Sequence[Factor], *, from_right: bool = False) -> SizeLike:
    """The cost of multiplying from one end."""
    ordered = list(reversed(factors)) if from_right else list(factors)
    running = ordered[0]
    total: SizeLike = 0
    for factor in ordered[1:]:
        pair = (factor, running) if from_right else (running, factor)
        total = total + multiplications(*pair)
        running = pair[0] @ pair[1]
    return total


def _cost(order: Order, factors: Sequence[Factor]) -> int:
    """What all products in that order cost."""

    def product(left: tuple[int, Factor], right: tuple[int, Factor]) -> tuple[int, Factor]:
        (a, A), (b, B) = left, right
        return a + b + _number(multiplications(A, B)), A @ B

    return fold(order, lambda k: (0, factors[k]), product)[0]


def _number(size: SizeLike) -> int:
    if isinstance(size, int):
        return size
    raise InputError(
        f"{size} is no number: an order can be planned only where all sizes are; `costs` counts "
        "both plain orders in letters."
    )
