r"""Where what stands behind an operator without brackets ends.

    \operatorname{tr} A^T B   \log\det A B       all of the product, up to + or -
    \det A \det B   \operatorname{tr} A B / n    up to the next one, or to a /
    \frac{\partial}{\partial x} A x              all of it, up to the next derivative

Bare functions of numbers, `\sin x`, take a single factor and need nothing from here.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from lark import Token

from ..tree import Derivative, Name
from .items import Item, Line, Operator, Word

__all__ = ["TRACES", "begins_derivative", "ends_derivative", "ends_trace", "taken"]

TRACES = ("tr", "det")
"""The functions whose bare argument is a product."""


def taken(line: Line, ends: Callable[[Line], bool]) -> Line:
    """The next factor, and the product that goes on behind it, taken away from a line."""
    operand = Line([line.popleft()])
    while line and (waits(operand[-1]) or not ends(line)):
        operand.append(line.popleft())
    return operand


def waits(item: Item | Token) -> bool:
    """Whether an item is an operator itself, which needs what follows."""
    return isinstance(item, Item) and (isinstance(item.atom, Word) or begins_derivative(item))


def begins_derivative(item: Item) -> bool:
    """Whether an item is the sign of a derivative."""
    match item.atom:
        case Operator() | Name(text="∇" | "∂"):
            return True
    return False


def ends_trace(line: Line) -> bool:
    """Whether the bare argument of a trace or a determinant ends here."""
    if line[0] == "/":
        return True
    match items_ahead(line):
        case [Item(atom=Word(function="log")), Item(atom=Word(function="det"))]:
            return True
        case [Item(atom=Word(function=function)), *_]:
            return function in TRACES
    return False


def ends_derivative(line: Line) -> bool:
    """Whether what is differentiated ends here: before another derivative."""
    ahead = items_ahead(line)
    return bool(ahead) and (isinstance(ahead[0].atom, Derivative) or begins_derivative(ahead[0]))


def items_ahead(line: Line) -> list[Item]:
    """The next two, whatever signs stand before them."""
    return [each for each in islice(line, 4) if isinstance(each, Item)][:2]
