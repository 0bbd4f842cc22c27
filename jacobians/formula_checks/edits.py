"""The small changes that a repair is made of: one rule for each kind of slip.

    transpose     A → Aᵀ                      order      A B → B A, B Aᵀ, Bᵀ A;  A B C → B C A, …
    operator      A @ B ↔ A * B               diag       v ↔ diag(v)
    missing       A → A * B, A @ B, B @ A     spare      A B → A, A + B → A
    sum           A → A 1, 1ᵀ A, tr A, sum A  stacking   A ⊗ B → B ⊗ A, a → aᵀ ⊗ I
    index         W2 → W1, σ'(a) → σ'(z)      sign       A + B → A - B

A rule takes one part and gives others for it; `edited` applies every rule to every part of a tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from layouts.formulas.functions import SCALAR
from layouts.formulas.tree import (
    Call,
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
    walk,
)

from .evaluation import Evaluator
from .surgery import (
    begins_with_two,
    chain_of,
    is_product,
    names_in,
    product_of,
    size_part,
    swapped,
    turned,
    with_part,
    without_two,
)
from .vocabulary import Word

__all__ = ["COSTS", "Edit", "Editor", "price"]

New: TypeAlias = Iterator[tuple[Part, str]]


class Edit(NamedTuple):
    """One change: its kind, the part as it was, and as it is now."""

    kind: str
    before: Part
    after: Part


COSTS = {
    "transpose": 1.0, "order": 1.1, "operator": 1.0, "diag": 1.0, "spare": 1.6, "missing": 1.9,
    "spare number": 0.9, "whole": 1.0,
    "sum": 1.5, "stacking": 1.4, "index": 1.2, "point": 1.2, "factor": 1.7, "sign": 1.0,
    "scale": 1.0, "term": 2.0, "diag of a product": 1.7, "scalar rule": 1.2, "coefficients": 1.2,
}  # fmt: skip
"""How far each kind of change is from what was written; the smallest come first."""


def price(edit: Edit) -> float:
    """What a change costs; to leave out much is more than to leave out one factor."""
    left_out = names_in(edit.before) - names_in(edit.after) if edit.kind == "spare" else 1
    return COSTS[edit.kind] + 0.5 * max(0, left_out - 1)


class Editor:
    """The rules, with what they need to know of the problem."""

    def __init__(self, evaluate: Evaluator, words: list[Word], letters: dict[int, str]) -> None:
        self.evaluate, self.words, self.letters = evaluate, words, letters
        self.by_shape: dict[Any, list[Word]] = {}
        for word in words:
            self.by_shape.setdefault(word.shape, []).append(word)
        self.rules: tuple[Callable[[Part], New], ...] = (
            self.transposes, self.orders, self.operators, self.diagonals, self.signs, self.indices,
            self.points, self.stackings, self.sums, self.spares, self.missing, self.scalar_rules,
            self.terms, self.wholes,
        )  # fmt: skip

    def edited(self, tree: Part) -> Iterator[tuple[Part, Edit]]:
        """Every tree that one change makes of this one."""
        for rule in self.rules:
            for after, kind in rule(tree):
                yield after, Edit(kind, tree, after)
        if isinstance(tree, Call) and tree.function in ("ones", "zeros", "eye"):
            return
        for k, part in enumerate(parts_of(tree)):
            for after, edit in self.edited(part):
                yield with_part(tree, k, after), edit

    def shape(self, part: Part) -> Any:
        value = self.evaluate(part)
        return None if value is None else value.shape

    def transposes(self, part: Part) -> New:
        if self.shape(part) != SCALAR and not isinstance(part, Number):
            yield turned(part), "transpose"

    def orders(self, part: Part) -> New:
        """The factors of a matrix product in another order, or passed to the other side."""
        if not (isinstance(part, Product) and part.operator == "@"):
            return
        a, b = part.left, part.right
        for left, right in ((b, a), (turned(b), a), (b, turned(a)), (turned(b), turned(a))):
            yield Product(left, "@", right), "order"
        factors = chain_of(part)
        if 3 <= len(factors) <= 6:
            yield product_of(factors[::-1]), "order"
            yield product_of([turned(f) for f in factors[::-1]]), "order"
            for k in range(len(factors)):
                rest = factors[:k] + factors[k + 1 :]
                for at in range(len(factors)):
                    if at not in (k, k - 1) or at == k - 1:
                        yield product_of([*rest[:at], factors[k], *rest[at:]]), "order"

    def operators(self, part: Part) -> New:
        if isinstance(part, Product) and part.operator in "@*":
            yield replace(part, operator="*" if part.operator == "@" else "@"), "operator"
            if part.operator == "*":
                yield Product(part.right, "@", part.left), "operator"
        if (
            isinstance(part, Call)
            and part.function == "sum"
            and isinstance(part.arguments[0], Product)
        ):
            inner = part.arguments[0]
            if inner.operator == "*":
                yield Call("tr", (replace(inner, operator="@"),)), "operator"

    def diagonals(self, part: Part) -> New:
        shape = self.shape(part)
        if shape is None or isinstance(part, Number | Transpose):
            return
        if shape != SCALAR and 1 in shape:
            simple = not any(map(is_product, walk(part)))
            yield Call("diag", (part,)), "diag" if simple else "diag of a product"
        elif 1 not in shape and not isinstance(part, Name):
            yield Call("diag", (Call("vec", (part,)),)), "diag"
        if isinstance(part, Call) and part.function == "diag":
            yield part.arguments[0], "diag"

    def signs(self, part: Part) -> New:
        match part:
            case Sum(sign=sign):
                yield replace(part, sign="-" if sign == "+" else "+"), "sign"
            case Negative(part=inner):
                yield inner, "sign"

    def indices(self, part: Part) -> New:
        """Another name or factor of the same shape, or one that is numbered otherwise."""
        if isinstance(part, Name):
            base = part.text.rstrip("0123456789")
            for word in self.words:
                if isinstance(word.tree, Name) and word.tree.text != part.text:
                    same = word.tree.text.rstrip("0123456789") == base
                    if same or word.shape == self.shape(part):
                        yield word.tree, "index" if same else "point"
                    if same:
                        yield turned(word.tree), "index"
        elif isinstance(part, Call | Row) and self.shape(part) != SCALAR:
            for word in self.by_shape.get(self.shape(part), ()):
                if not isinstance(word.tree, Name):
                    yield word.tree, "factor"

    def points(self, part: Part) -> New:
        """σ' at another value: σ'(a) for σ'(z), σ'(w) for σ'(z)."""
        if isinstance(part, Call) and part.function[0] == "d" and len(part.arguments) == 1:
            for word in self.words:
                if isinstance(word.tree, Call) and word.tree.function == part.function:
                    yield word.tree, "point"

    def stackings(self, part: Part) -> New:
        match part:
            case Call(function="kron", arguments=(left, right)):
                yield Call("kron", (right, left)), "stacking"
                yield Product(left, "@", right), "stacking"
            case Name() | Transpose(part=Name()) if 1 in (self.shape(part) or ()):
                for n, letter in self.letters.items():
                    if self.shape(part) != SCALAR and n > 1:
                        eye = Call("eye", (size_part(letter),))
                        yield Call("kron", (part, eye)), "stacking"
                        yield Call("kron", (turned(part), eye)), "stacking"

    def sums(self, part: Part) -> New:
        """A sum over samples, a trace, a sum over entries, taken or left out."""
        shape = self.shape(part)
        if shape is None or isinstance(part, Number):
            return
        if isinstance(part, Call) and part.function in ("tr", "sum", "vec", "rvec"):
            yield part.arguments[0], "sum"
            other = {"tr": "sum", "sum": "tr", "vec": "rvec", "rvec": "vec"}[part.function]
            yield Call(other, part.arguments), "stacking" if "vec" in other else "sum"
        if shape == SCALAR:
            return
        rows, columns = shape
        if columns in self.letters and columns > 1:
            yield Product(part, "@", self.ones(columns)), "sum"
        if rows in self.letters and rows > 1:
            yield Product(self.ones(rows, row=True), "@", part), "sum"
        if rows == columns:
            yield Call("tr", (part,)), "sum"
        yield Call("sum", (part,)), "sum"

    def scalar_rules(self, part: Part) -> New:
        """What is true of numbers and not of matrices: 1/det X for X⁻¹."""
        yield from self.doubles(part)
        match part:
            case Product(left=left, operator="/", right=Call(function="det", arguments=(inner,))):
                inverse = Call("inv", (inner,))
                one = isinstance(left, Number) and left.value == 1.0
                yield (inverse if one else Product(left, "*", inverse)), "scalar rule"

    def doubles(self, part: Part) -> New:
        """2 A where A + Aᵀ is meant, or A ⊗ I + I ⊗ A."""
        if not (isinstance(part, Product) and begins_with_two(part)):
            return
        once = without_two(part)
        for inner in walk(once):
            shape = self.shape(inner)
            if isinstance(inner, Name) and shape is not None and shape[0] == shape[1] != 1:
                yield swapped(once, inner, Sum(inner, "+", Transpose(inner))), "scalar rule"
            if isinstance(inner, Call) and inner.function == "kron":
                other = Call("kron", inner.arguments[::-1])
                yield swapped(once, inner, Sum(inner, "+", other)), "scalar rule"

    def terms(self, part: Part) -> New:
        """A term that is not there, or a number where a value should be."""
        shape = self.shape(part)
        match part:
            case Sum(left=left, right=Number()):
                for word in self.by_shape.get(self.shape(left), ()):
                    yield replace(part, right=word.tree), "factor"
            case Name() | Call() if shape is not None and shape != SCALAR:
                for word in self.by_shape.get(shape, ()):
                    other = isinstance(word.tree, Name) and word.tree.text != getattr(
                        part, "text", ""
                    )
                    if other:
                        yield Sum(part, "-", word.tree), "term"
                        yield Sum(part, "+", word.tree), "term"

    def wholes(self, part: Part) -> New:
        """All of softmax's Jacobian where its diagonal stands, as a vector."""
        if not (isinstance(part, Product) and part.operator == "*"):
            return
        for vector, other in ((part.left, part.right), (part.right, part.left)):
            value = self.evaluate(vector)
            for word in self.words:
                if value is not None and is_softmax_jacobian(word.tree):
                    diagonal = np.diagonal(self.evaluate(word.tree))
                    if value.shape == (len(diagonal), 1) and np.allclose(value[:, 0], diagonal):
                        yield Product(word.tree, "@", other), "whole"

    def ones(self, n: int, *, row: bool = False) -> Part:
        sizes = (size_part(self.letters[n]), Number(1.0, "1"))
        return Call("ones", sizes[::-1] if row else sizes)

    def spares(self, part: Part) -> New:
        """A factor or a term too many."""
        match part:
            case Product(left=Number(), operator="*", right=right):
                yield right, "spare number"
            case Product(left=left, operator="/", right=Number()):
                yield left, "spare number"
            case Product(left=left, operator="@" | "*", right=right):
                yield left, "spare"
                yield right, "spare"
            case Product(left=left, operator="/"):
                yield left, "spare"
            case Sum(left=left, sign=sign, right=right):
                yield left, "spare"
                yield (right if sign == "+" else Negative(right)), "spare"
            case Power(base=base):
                yield base, "spare"

    def missing(self, part: Part) -> New:
        """A factor that is not there: entry by entry, or on either side."""
        shape = self.shape(part)
        if shape is None or isinstance(part, Number):
            return
        for word in self.by_shape.get(shape, ()):
            yield Product(part, "*", word.tree), "missing"
        for word in self.words:
            if word.shape == SCALAR or shape == SCALAR:
                continue
            if shape[1] == word.shape[0] and shape[1] > 1:
                yield Product(part, "@", word.tree), "missing"
            if word.shape[1] == shape[0] and shape[0] > 1:
                yield Product(word.tree, "@", part), "missing"


def is_softmax_jacobian(tree: Part) -> bool:
    """Whether a word is diag(p) - p pᵀ."""
    return isinstance(tree, Sum) and isinstance(tree.left, Call) and tree.left.function == "diag"
