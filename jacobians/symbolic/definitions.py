"""Names for what is computed on the way: each expression once, in the order of computation."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

import numpy as np
import sympy as sp

from .entries import exact, indexed

__all__ = ["Definitions", "composed", "composed_operations", "needed", "operations_of"]


class Definitions:
    """A growing list of `name = expression`, entry by entry.

    An expression that has a name already gets no second one.

    >>> x = sp.Symbol("x", real=True)
    >>> definitions = Definitions()
    >>> definitions.named("s", np.array([x, x + 1, x + 1], dtype=object), "what s is")
    array([x, s[2], s[2]], dtype=object)
    """

    def __init__(self, taken: Container[str] = ()) -> None:
        self.expressions: dict[Any, Any] = {}
        self.symbols: dict[Any, Any] = {}
        self.captions: dict[str, str] = {}
        self.groups: dict[Any, str] = {}
        self._taken = taken

    def named(self, name: str, array: Any, caption: str, *, drop_last: bool = False) -> Any:
        """The array with a symbol for every entry that is computed.

        Args:
            name: of the whole array; the entries are counted from 1.
            array: the expressions; symbols and numbers among them stay.
            caption: what the whole array is.
            drop_last: whether the last axis, of a single sample, is not counted.
        """
        array = exact(array)
        for index in np.ndindex(array.shape):
            array[index] = self._entry(
                name, index[:-1] if drop_last else index, array[index], caption
            )
        return array

    def _entry(self, name: str, index: tuple[int, ...], expression: Any, caption: str) -> Any:
        if expression.is_Atom:
            return expression
        if expression not in self.symbols:
            symbol = sp.Symbol(indexed(name, index), real=True)
            self.symbols[expression], self.expressions[symbol] = symbol, expression
            self.groups[symbol] = name
            self.captions.setdefault(name, caption)
        return self.symbols[expression]

    def free(self, name: str) -> str:
        """The name, or a longer one where a value of the network has it."""
        while name in self._taken:
            name += "_"
        return name


def needed(expressions: Mapping[Any, Any], entries: Iterable[Any]) -> dict[Any, Any]:
    """The definitions that the entries are made of, in their order."""
    used: set[Any] = set().union(*(entry.free_symbols for entry in entries))
    for symbol, expression in reversed([*expressions.items()]):
        if symbol in used:
            used |= expression.free_symbols
    return {symbol: each for symbol, each in expressions.items() if symbol in used}


def operations_of(expressions: Iterable[Any]) -> int:
    """How many operations, as SymPy counts them."""
    return sum(int(sp.count_ops(each)) for each in expressions)


def composed(expressions: Mapping[Any, Any], entries: Iterable[Any]) -> list[Any]:
    """The entries with every name written out."""
    written: dict[Any, Any] = {}
    for symbol, expression in expressions.items():
        written[symbol] = expression.xreplace(written)
    return [entry.xreplace(written) for entry in entries]


def composed_operations(expressions: Mapping[Any, Any], entries: Iterable[Any]) -> int:
    """How many operations `composed` would write, without writing them."""
    counts: dict[Any, int] = {}

    def count(expression: Any) -> int:
        own = operations_of([expression])
        leaves = (leaf for leaf in sp.preorder_traversal(expression) if leaf in counts)
        return own + sum(counts[leaf] for leaf in leaves)

    for symbol, expression in expressions.items():
        counts[symbol] = count(expression)
    return sum(map(count, entries))
