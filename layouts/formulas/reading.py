"""A formula as it is understood once shapes are known, and the choice between groupings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from ..errors import InputError
from ..sizes import Shape
from .literals import literal
from .printing import PYTHON, printed
from .readings import PREFERRED, grouped
from .shaping import Fault
from .tree import BARS, Call, Name, Number, Part, Power, Product, mapped, parts_of, walk

__all__ = ["Reading", "chosen", "needed", "supposed"]


class Reading(NamedTuple):
    """A formula as it is understood with shapes that are known."""

    name: str
    """Which factors without brackets are taken together first."""
    tree: Part
    shapes: dict[Part, Shape | None]
    """Rows and columns of every part, in numbers or letters; None for what cannot have any."""
    fault: Fault | None
    """The first part that does not conform."""
    remarks: list[str]
    """What a reader should know: other readings that fit, or that none does."""
    settled: dict[str, Part]
    """The trees of the names that stand for formulas."""


def needed(tree: Part, let: Mapping[str, Part]) -> list[str]:
    """The names of `let` that a tree needs, each after those that it needs itself."""
    needs: dict[str, list[str]] = {}
    waiting = [("", tree)]
    while waiting:
        name, meaning = waiting.pop()
        names = dict.fromkeys(part.text for part in walk(meaning) if isinstance(part, Name))
        needs[name] = [each for each in names if each in let and each != name]
        waiting += [(each, let[each]) for each in needs[name] if each not in needs]
    try:
        return [name for name in TopologicalSorter(needs).static_order() if name]
    except CycleError as problem:
        raise InputError(f"{problem.args[1][0]} is defined by itself.") from None


def chosen(found: list[Reading], notation: str) -> Reading:
    """One of the readings, with what there is to say of the others."""
    first, others = found[0], found[1:]
    fitting = [reading for reading in found if reading.fault is None]
    if notation == "python":
        remarks = [
            f"Python groups {printed(first.tree)}. Read with {other.name}, as papers may mean it, "
            f"it is {printed(other.tree)}, which conforms too."
            for other in others
            if other.fault is None
        ]
        return first._replace(remarks=first.remarks + remarks)
    if not others:
        return first
    taken = fitting[0] if fitting else min(found, key=unshaped)
    shown = printed(taken.tree, PYTHON)
    if not fitting:
        why = f"Neither grouping conforms; read with {taken.name}: {shown}."
    elif len(fitting) == 1:
        why = f"Read with {taken.name}, the only grouping that conforms: {shown}."
    else:
        why = (f"Both groupings conform; read with {taken.name}: {shown}. The other is "
               f"{printed(fitting[1].tree, PYTHON)}.")  # fmt: skip
    return taken._replace(remarks=[*taken.remarks, why])


def unshaped(reading: Reading) -> int:
    """How many parts have no shape."""
    return sum(shape is None for shape in reading.shapes.values())


def supposed(tree: Part, notation: str) -> Part:
    """What a formula is taken for while no shapes are known: capitals are matrices.

    `A^{-1} B` is inv(A) @ B then, `A^2` a power of the matrix, and a number scales.
    """
    return taken(grouped(tree, PREFERRED[notation][0]))


def taken(tree: Part) -> Part:
    part = mapped(tree, taken)
    match part:
        case Product(left=left, operator=" ", right=right):
            scales = isinstance(left, Number) or isinstance(right, Number)
            return replace(part, operator="*" if scales else "@")
        case Call(function=function, arguments=(inner,)) if function == BARS:
            return replace(part, function="det" if is_matrix(inner) else "abs")
        case Power(base=Name(text="e"), operator="^", exponent=exponent):
            return Call("exp", (exponent,), at=part.at)
        case Power(base=base, operator="^", exponent=exponent):
            number, matrix = literal(exponent), is_matrix(base)
            if number == -1 and matrix:
                return Call("inv", (base,), at=part.at)
            if matrix and number is not None and number == int(number):
                return Call("matrix_power", (base, exponent), at=part.at)
            return replace(part, operator="**")
    return part


NUMBERS = ("norm", "det", "tr", "sum", "abs", BARS)


def is_matrix(part: Part) -> bool:
    """Whether a part is taken for a matrix: a capital letter, or what is made with one."""
    match part:
        case Name(text=text):
            return text[0].isupper()
        case Number():
            return False
        case Call(function=function) if function in NUMBERS:
            return False
    return any(map(is_matrix, parts_of(part)))
