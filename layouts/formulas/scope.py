"""What names mean where a formula is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .. import errors
from ..layout import Layout
from ..sizes import Shape, Size, SizeLike, letter
from .functions import SCALAR, Functions
from .printing import printed
from .readings import PREFERRED, grouped
from .tree import (
    Part,
)

__all__ = ["Scope", "column_shape", "plain_shape"]


@dataclass(frozen=True)
class Scope:
    """What names mean where a formula is read.

    Args:
        shapes: of values, two sizes each.
        let: trees that names stand for, with the text and the notation of each.
        functions: by name.
        layout: in which `∂u/∂x` as a symbol is written; None where it has to have a shape given.
        sizes: numbers for letters; letters of shapes need none.
    """

    shapes: Mapping[str, Shape]
    functions: Functions
    let: Mapping[str, tuple[str, Part, str]] = field(default_factory=dict)
    layout: Layout | None = None
    sizes: Mapping[str, SizeLike] = field(default_factory=dict)
    found: dict[str, Shape | None] = field(default_factory=dict)
    settled: dict[str, Part] = field(default_factory=dict)
    """The trees of `let`, each after those that it needs."""
    remarks: list[str] = field(default_factory=list)
    """How those were read where they could be read otherwise."""
    inner: dict[Part, Shape | None] = field(default_factory=dict)
    """The shapes of the parts of those trees."""

    def shape_of(self, name: str) -> Shape | None:
        """The shape of a value, or of what a name stands for; None if nobody knows it."""
        if name in self.shapes:
            return self.shapes[name]
        if name in self.let and name not in self.found:
            from .shaping import shaped

            text, tree, notation = self.let[name]
            self.found[name] = None  # within itself it has none
            orders = PREFERRED[notation][: 1 if notation == "python" else None]
            ways = [shaped(grouped(tree, order), self, text) for order in orders]
            settled = next((way for way in ways if way.fault is None), ways[0])
            if settled is not ways[0]:
                self.remarks.append(f"{name} is read as {printed(settled.tree)}, the grouping that "
                                    "conforms.")  # fmt: skip
            if settled.fault:
                raise errors.ShapeError(f"in {name} = {text}: {settled.fault.message}")
            self.found[name] = settled.shapes[settled.tree]
            self.settled[name] = settled.tree
            self.inner.update(settled.shapes)
        if name in self.found:
            return self.found[name]
        return SCALAR if self.is_size(name) else None

    def is_size(self, name: str) -> bool:
        """Whether a name is a letter that some shape has."""
        return name in self.sizes or any(
            isinstance(size, Size) and any(name in term for term in size.terms)
            for shape in self.shapes.values()
            for size in shape
        )

    def size(self, name: str) -> SizeLike:
        """The size that a letter stands for, itself unless a number is given."""
        return self.sizes.get(name, letter(name))


def column_shape(shape: Shape) -> Shape:
    """A shape with rows and columns: a scalar is 1×1, a vector a column.

    >>> column_shape(()), column_shape((3,)), column_shape((3, 2))
    ((1, 1), (3, 1), (3, 2))
    """
    return (*shape, *(1,) * (2 - len(shape)))


def plain_shape(shape: Shape) -> Shape:
    """The shape as the table of layouts counts axes: a scalar has none, a column one."""
    if shape == SCALAR:
        return ()
    return shape[:1] if shape[1] == 1 else shape
