"""The shape of every part of a formula, strictly: vectors are columns, nothing is broadcast.

    A @ B      inner sizes agree            m×k · k×n = m×n
    a * b      equal shapes, or a number    entry by entry, or a scale
    a / b      likewise
    a + b      equal shapes, or a number that is written out, 1 - a

Shaping also settles what only shapes can tell: whether factors side by side are a product or a
scale, and whether `X^2` is a power of a matrix or of its entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple, NoReturn

from .. import errors
from ..layout import Layout
from ..sizes import Shape, SizeLike, by, size_of
from .functions import SCALAR, Misfit
from .letters import spelt
from .limits import LARGEST_EXPONENT, MOST_ENTRIES, MOST_WORK
from .literals import is_constant, literal
from .misfits import cannot_add, cannot_multiply, named, not_alike
from .printing import printed
from .readings import IN_ORDER, grouped
from .scope import Scope, plain_shape
from .tree import (
    BARS,
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
    mapped,
    parts_of,
)

__all__ = ["Fault", "Shaped", "shaped"]

WRITTEN = {
    "I": "the identity matrix is written eye(n).",
    "e": "the exponential is written exp(x), of a matrix expm(X).",
}
"""What names stand for that nobody gave a shape."""


class Fault(NamedTuple):
    """The first part that does not conform, and why."""

    part: Part
    message: str
    kind: type[errors.LayoutError] = errors.ShapeError


class Shaped(NamedTuple):
    """A formula whose shapes are known."""

    tree: Part
    """With every product and power settled."""
    shapes: dict[Part, Shape | None]
    """Two sizes for each part; None for what a fault is inside of."""
    fault: Fault | None
    remarks: list[str]


def shaped(tree: Part, scope: Scope, text: str = "") -> Shaped:
    """Every part's shape.

    Args:
        tree: without chains.
        scope: what the names mean.
        text: of the formula, for messages.

    Raises:
        FormulaError: a name or a function that nobody knows, or a size beyond reason.
    """
    shaper = Shaper(scope, text)
    settled = shaper.settled(tree)
    return Shaped(settled, shaper.shapes, shaper.fault, shaper.remarks)


class Shaper:
    """One walk over a tree, from the innermost parts outwards, left before right."""

    def __init__(self, scope: Scope, text: str) -> None:
        self.scope, self.text = scope, text
        self.shapes: dict[Part, Shape | None] = {}
        self.fault: Fault | None = None
        self.remarks: list[str] = []
        self.work = 0

    def settled(self, tree: Part) -> Part:
        if isinstance(tree, Call) and tree.function != BARS and self.function(tree).of_sizes:
            part: Part = tree
        elif isinstance(tree, Power) and self.is_exponential(tree):
            part = self.exponential(tree)
        else:
            part = self.decided(mapped(tree, self.settled))
        if part not in self.shapes:
            self.shapes[part] = self.shape_or_fault(part)
        return part

    def shape_or_fault(self, part: Part) -> Shape | None:
        sized = isinstance(part, Call) and self.function(part).of_sizes
        if not sized and any(self.shapes[each] is None for each in parts_of(part)):
            return None
        try:
            shape = self.shape(part)
        except Misfit as problem:
            self.fault = self.fault or Fault(part, str(problem))
            return None
        entries = size_of(shape)
        if isinstance(entries, int) and entries > MOST_ENTRIES:
            self.refuse(part, f"a part of {by(shape)} is beyond reason.")
        work = multiplications(part, self.shapes)
        self.work += work if isinstance(work, int) else 0
        if self.work > MOST_WORK:
            self.refuse(part, f"{self.work:,} multiplications up to here are beyond reason.")
        return shape

    def refuse(self, part: Part, message: str) -> NoReturn:
        raise errors.FormulaError(self.text or printed(part), part.at[0] if self.text else 0,
                                  message)  # fmt: skip

    def decided(self, part: Part) -> Part:
        """What only shapes can tell."""
        match part:
            case Claim(part=inner):
                return inner
            case Call(function=function, arguments=(inner,)) if function == BARS:
                return replace(part, function="abs" if self.shapes[inner] == SCALAR else "det")
            case Product(left=left, operator=" ", right=right):
                a, b = self.shapes[left], self.shapes[right]
                scales = a == SCALAR or (b == SCALAR and not (a and a[1] == 1))
                return replace(part, operator="*" if scales else "@")
            case Power(operator="^"):
                decided = self.power(part)
                for each in parts_of(decided):
                    if each not in self.shapes:
                        self.shapes[each] = self.shape_or_fault(each)
                return decided
        return part

    def is_exponential(self, part: Power) -> bool:
        """Whether a power is of the number e, a name that nobody gave."""
        base = part.base
        named_e = isinstance(base, Name) and base.text == "e" and part.operator == "^"
        return named_e and self.scope.shape_of("e") is None

    def exponential(self, part: Power) -> Part:
        """e^x entry by entry; of a square matrix the matrix exponential."""
        exponent = self.settled(part.exponent)
        shape = self.shapes[exponent]
        of_matrix = shape is not None and shape[0] == shape[1] and shape != SCALAR
        if of_matrix:
            self.remarks.append("e to a square matrix is read as its matrix exponential, expm.")
        return Call("expm" if of_matrix else "exp", (exponent,), at=part.at)

    def power(self, part: Power) -> Part:
        """`X^2` of a square matrix is X @ X; of anything else it is entry by entry."""
        base, exponent = part.base, part.exponent
        shape = self.shapes[base]
        if shape is None:
            return replace(part, operator="**")
        square = shape[0] == shape[1] and shape != SCALAR
        number = literal(exponent)
        if number == -1 and shape != SCALAR:
            return Call("inv", (base,), at=part.at)
        if square:
            return Call("matrix_power", (base, exponent), at=part.at)
        if shape != SCALAR:
            self.remarks.append(
                f"{printed(base)} is {by(shape)}: its power is read entry by entry."
            )
        return replace(part, operator="**")

    def shape(self, part: Part) -> Shape:
        """The shape of one part, those that it is made of being known."""
        match part:
            case Number():
                return SCALAR
            case Name(text=name):
                return self.named(part, name)
            case Derivative():
                return self.derivative(part)
            case Row(entries=entries):
                if any(self.shapes[entry] != SCALAR for entry in entries):
                    raise Misfit("a row in brackets is made of numbers.")
                return (1, len(entries))
            case Transpose(part=inner):
                return self.known(inner)[::-1]
            case Negative(part=inner):
                return self.known(inner)
            case Sum(left=left, right=right):
                return self.sum(part, left, right)
            case Product(left=left, right=right):
                return self.product(part, left, right)
            case Power(base=base, exponent=exponent):
                number = literal(exponent)
                if number is None or abs(number) > LARGEST_EXPONENT:
                    self.refuse(exponent, "an exponent is a number that is written out, "
                                f"{LARGEST_EXPONENT} at most.")  # fmt: skip
                return self.known(base)
            case Call():
                return self.call(part)
        raise TypeError(type(part).__name__)

    def known(self, part: Part) -> Shape:
        shape = self.shapes[part]
        assert shape is not None
        return shape

    def named(self, part: Part, name: str) -> Shape:
        shape = self.scope.shape_of(name)
        if shape is not None:
            return shape
        if name in self.scope.let:
            self.refuse(part, f"{name} is defined by itself.")
        names = [*self.scope.shapes, *self.scope.let]
        meant = WRITTEN.get(name) or errors.near_names(name, names)
        return self.refuse(part, f"{name} has no shape: {meant}")

    def derivative(self, part: Derivative) -> Shape:
        """∂ as the layout at hand has it, ∇ a gradient as denominator layout has it, J as rows."""
        given = self.scope.shapes.get(part.text)
        if given is not None:
            return given
        y = self.scope.shape_of(spelt(part.of))
        if part.formula is not None:
            y = self.shapes[self.settled(grouped(part.formula, IN_ORDER))]
            if y is None:
                raise Misfit(self.fault.message if self.fault else "what is differentiated.")
        xs = [self.scope.shape_of(spelt(name)) for name in part.wrt]
        layouts = {"∇": Layout.DENOMINATOR, "J": Layout.NUMERATOR}
        layout = layouts.get(part.kind, self.scope.layout)
        if y is None or layout is None or None in xs:
            self.refuse(part, f"{part.text} has no shape: give it as that of a value.")
        first, *others = (plain_shape(x) for x in xs if x is not None)
        if others and first != ():
            return layout.pair(size_of(others[0]), size_of(first))
        return layout.shape(plain_shape(y), first)

    def sum(self, part: Sum, left: Part, right: Part) -> Shape:
        a, b = self.known(left), self.known(right)
        if a != b and (is_constant(left) or is_constant(right)):
            matrix, shape = (right, b) if is_constant(left) else (left, a)
            if shape[0] == shape[1]:
                self.remarks.append(f"A number is added to every entry of {named(matrix)}, "
                                    f"{by(shape)}; the identity matrix is eye(n).")  # fmt: skip
            return shape
        if a != b:
            raise Misfit(cannot_add(part, a, b))
        return a

    def product(self, part: Product, left: Part, right: Part) -> Shape:
        a, b = self.known(left), self.known(right)
        if part.operator == "@":
            if a[1] != b[0]:
                raise Misfit(cannot_multiply(left, a, right, b))
            return (a[0], b[1])
        if SCALAR in (a, b):
            return b if a == SCALAR else a
        if a != b:
            raise Misfit(not_alike(part, a, b))
        return a

    def function(self, part: Call) -> Any:
        if part.function not in self.scope.functions:
            self.refuse(part, f"{part.function} is no function that is known here: "
                        f"{errors.near_names(part.function, self.scope.functions)}")  # fmt: skip
        return self.scope.functions[part.function]

    def call(self, part: Call) -> Shape:
        function, n = self.function(part), len(part.arguments)
        least, most = function.arity
        if not least <= n <= most:
            wanted = least if least == most else f"{least} to {most}"
            self.refuse(part, f"{part.function} takes {errors.counted(wanted, 'argument')}, "
                        f"here it has {n}.")  # fmt: skip
        if function.of_sizes:
            shape: Shape = function.shape(*map(self.size, part.arguments))
            return shape
        if part.function == "matrix_power":
            power = literal(part.arguments[1])
            if power is None or power != int(power) or abs(power) > LARGEST_EXPONENT:
                self.refuse(part.arguments[1], "the power of a matrix is a whole number that is "
                            f"written out, {LARGEST_EXPONENT} at most.")  # fmt: skip
        try:
            shape = function.shape(*map(self.known, part.arguments))
        except Misfit as problem:
            raise Misfit(f"{part.function} {problem}.") from None
        return shape

    def size(self, part: Part) -> SizeLike:
        """A size: a number, a letter, or a sum or product of such."""
        match part:
            case Number(value=value) if value > MOST_ENTRIES:
                self.refuse(part, f"a size of {printed(part)} is beyond reason.")
            case Number(value=value) if value == int(value) and value >= 1:
                return int(value)
            case Name(text=name) if name not in self.scope.shapes and name not in self.scope.let:
                return self.scope.size(name)
            case Sum(left=left, sign="+", right=right):
                return self.size(left) + self.size(right)
            case Product(left=left, operator="*", right=right):
                return self.size(left) * self.size(right)
        return self.refuse(part, "a size is a whole number from 1 on, or a letter of some shape.")


def multiplications(part: Part, shapes: Mapping[Part, Shape | None]) -> SizeLike:
    """About how many a part takes that is more than its entries."""
    match part:
        case Product(left=left, operator="@", right=right):
            a, b = shapes[left] or SCALAR, shapes[right] or SCALAR
            return size_of(a) * b[1]
        case Call(function="expm" | "logm" | "sinm" | "cosm", arguments=(inner, *_)):
            n = (shapes[inner] or SCALAR)[0]
            return 60 * n * n * n
        case Call(function="inv" | "pinv" | "det" | "matrix_power", arguments=(inner, *_)):
            p, q = shapes[inner] or SCALAR
            return 12 * p * p * q
    return 0
