"""The right-hand sides of a graph's lines, as steps; nothing in them is evaluated.

Python's own parser has made a tree of each. Only what stands in the tables below is read from it:
a name, an operator and a function that is not there is refused, with what is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from typing import Any

from layouts.errors import InputError, near_names
from layouts.sizes import Shape

from ..layers import (
    Add,
    BilinearForm,
    Divide,
    Hadamard,
    Identity,
    Layer,
    Shift,
    Slice,
    Square,
    Subtract,
)
from .graph_builder import Builder, Value, is_linear, shared
from .graph_functions import FUNCTIONS, Function, handed_in
from .graph_syntax import SIZED, number_in, option_in, size_in, slice_in, terms_of, within_reason

__all__ = ["Expressions"]

MOST_PARTS = 500
ENTRYWISE: dict[type[ast.operator], type[Layer]] = {ast.Mult: Hadamard, ast.Div: Divide}


class Expressions:
    """Turns trees into steps, one line after the other.

    Args:
        declared: the shapes of inputs, targets and parameters.
        taken: names that lines define.
        functions: layers that the caller hands in, by name.
    """

    def __init__(
        self,
        declared: Mapping[str, Mapping[str, Shape]],
        taken: Collection[str],
        functions: Mapping[str, Layer],
    ) -> None:
        self.to = Builder(declared, taken)
        own = {name: handed_in(name, layer) for name, layer in functions.items()}
        self.functions: dict[str, Function] = {**FUNCTIONS, **own}

    def define(self, name: str, expression: ast.expr) -> None:
        """The steps of `name = expression`."""
        self.to.begin(name)
        self.parts = 0
        before = len(self.to.steps)
        value = self.read(expression)
        if len(self.to.steps) == before:  # another value, by a second name
            self.to.step(Identity(), value)
        self.to.end()

    def read(self, node: ast.expr) -> Value:
        """The value of a tree."""
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise InputError("the line is too long: give its parts names of their own.")
        if type(node) not in READERS:
            raise InputError(f"`{ast.unparse(node)[:40]}` has no meaning here: known are names, "
                             "@ * / + -, .T, slices and functions.")  # fmt: skip
        return READERS[type(node)](self, node)

    def name(self, node: ast.Name) -> Value:
        if node.id not in self.to.values:
            raise InputError(f"{node.id!r} is no value: {near_names(node.id, self.to.values)}")
        return self.to.values[node.id]

    def constant(self, node: ast.Constant) -> Value:
        raise InputError(f"{str(node.value)[:40]} alone is no value: a number stands beside one, "
                         "0.5 * u or 1 - u.")  # fmt: skip

    def attribute(self, node: ast.Attribute) -> Value:
        if node.attr != "T":
            raise InputError(f".{node.attr[:40]} has no meaning here: .T is the transpose.")
        return self.to.transposed(self.read(node.value))

    def sign(self, node: ast.UnaryOp) -> Value:
        if isinstance(node.op, ast.UAdd):
            return self.read(node.operand)
        if not isinstance(node.op, ast.USub):
            raise InputError("the only signs are + and -.")
        return self.to.scaled(-1.0, self.read(node.operand))

    def operator(self, node: ast.BinOp) -> Value:
        for kinds, reader in OPERATORS:
            if isinstance(node.op, kinds):
                return reader(self, node)
        raise InputError("the operators are @ * / + - and ** 2.")

    def power(self, node: ast.BinOp) -> Value:
        if number_in(node.right) != 2:
            raise InputError("the only power is u ** 2, entry by entry.")
        return self.to.step(Square(), self.read(node.left))

    def product_or_quotient(self, node: ast.BinOp) -> Value:
        """Entry by entry, or by a number."""
        quotient = isinstance(node.op, ast.Div)
        left, right = number_in(node.left), number_in(node.right)
        if right is not None:
            if quotient and right == 0:
                raise InputError("a division by 0.")
            factor = within_reason(1 / right) if quotient else right
            return self.to.scaled(factor, self.read(node.left))
        if left is not None and quotient:
            raise InputError("a number over a value: write the numerator as a value too.")
        if left is not None:
            return self.to.scaled(left, self.read(node.right))
        layer = ENTRYWISE[type(node.op)]
        return self.to.entrywise(layer, self.read(node.left), self.read(node.right))

    def matrix_product(self, node: ast.BinOp) -> Value:
        form = self._bilinear_form(node)
        return form or self.to.product(self.read(node.left), self.read(node.right))

    def _bilinear_form(self, node: ast.BinOp) -> Value | None:
        """`x.T @ A @ y` with vectors x and y is one number for each sample."""
        inner = node.left
        if not (isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.MatMult)):
            return None
        row = inner.left
        if not (isinstance(row, ast.Attribute) and row.attr == "T"):
            return None
        x, A, y = (
            self.to.values.get(part.id) if isinstance(part, ast.Name) else None
            for part in (row.value, inner.right, node.right)
        )
        if not (x and A and y and x.is_vector and A.is_matrix and y.is_vector):
            return None
        return self.to.step(BilinearForm(shared=shared(x=x, A=A, y=y)), x, A, y)

    def sum(self, node: ast.BinOp) -> Value:
        """Terms from left to right, then the numbers among them."""
        terms = [(sign, term, number_in(term)) for sign, term in terms_of(node)]
        numbers = [sign * c for sign, _, c in terms if c is not None]
        values = [(sign, term) for sign, term, c in terms if c is None]
        if not values:
            raise InputError("a sum of numbers is no value.")
        (sign, term, bias), *others = self._biases_joined(values)
        total = self._term(term, bias) if sign > 0 else self.to.scaled(-1.0, self.read(term))
        for sign, term, bias in others:
            total = self.to.entrywise(Add if sign > 0 else Subtract, total, self._term(term, bias))
        return self.to.step(Shift(sum(numbers)), total) if numbers else total

    def _biases_joined(
        self, terms: list[tuple[int, ast.expr]]
    ) -> list[tuple[int, ast.expr, Value | None]]:
        """`W @ x + b` is one linear layer: the bias goes with the product before it."""
        joined: list[tuple[int, ast.expr, Value | None]] = []
        for sign, term in terms:
            bias = self._as_bias(term) if sign > 0 else None
            hosts = [k for k, (s, t, b) in enumerate(joined) if s > 0 and not b and _takes_bias(t)]
            if bias is not None and hosts:
                joined[hosts[-1]] = (1, joined[hosts[-1]][1], bias)
            else:
                joined.append((sign, term, None))
        return joined

    def _as_bias(self, term: ast.expr) -> Value | None:
        """A vector of no sample."""
        value = self.to.values.get(term.id) if isinstance(term, ast.Name) else None
        return value if value and value.is_vector and not value.of_samples else None

    def _term(self, term: Any, bias: Value | None) -> Value:
        """One term; with a bias that no linear layer can take, its sum with the bias."""
        if bias is None:
            return self.read(term)
        W, x = self.read(term.left), self.read(term.right)
        if is_linear(W, x):
            return self.to.product(W, x, bias)
        return self.to.entrywise(Add, self.to.product(W, x), bias)

    def subscript(self, node: ast.Subscript) -> Value:
        value = self.read(node.value)
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if len(parts) != len(value.shape):
            raise InputError(f"{value.name} is {value.written}: a slice of a vector is x[0:2], of "
                             "a matrix X[0:2, 1:3].")  # fmt: skip
        return self.to.step(Slice(*map(slice_in, parts), shared=shared(x=value)), value)

    def call(self, node: ast.Call) -> Value:
        if not isinstance(node.func, ast.Name):
            raise InputError("a function is called by its name, relu(z).")
        name, options = node.func.id, {str(word.arg): option_in(word) for word in node.keywords}
        given = node.args
        if name in SIZED:
            given = node.args[:1]
            options["shape"] = tuple(size_in(size) for size in node.args[1:])
        if name not in self.functions:
            raise InputError(f"{name!r} is no function: {near_names(name, self.functions)}")
        return self.functions[name](self.to, list(map(self.read, given)), options)


def _takes_bias(term: ast.expr) -> bool:
    """Whether the term is a product of two, as weights and an input are."""
    is_product = isinstance(term, ast.BinOp) and isinstance(term.op, ast.MatMult)
    return is_product and not isinstance(term.left, ast.BinOp)  # type: ignore[attr-defined]


Reader = Callable[[Expressions, Any], Value]
READERS: dict[type[ast.expr], Reader] = {
    ast.Name: Expressions.name,
    ast.Constant: Expressions.constant,
    ast.Attribute: Expressions.attribute,
    ast.UnaryOp: Expressions.sign,
    ast.BinOp: Expressions.operator,
    ast.Subscript: Expressions.subscript,
    ast.Call: Expressions.call,
}
OPERATORS: list[tuple[Any, Reader]] = [
    (ast.Add | ast.Sub, Expressions.sum),
    (ast.Mult | ast.Div, Expressions.product_or_quotient),
    (ast.MatMult, Expressions.matrix_product),
    (ast.Pow, Expressions.power),
]
