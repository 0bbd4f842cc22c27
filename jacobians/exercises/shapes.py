"""Shapes of derivatives, as an exercise."""

from __future__ import annotations

from typing import Any

from layouts import Layout
from layouts.errors import InputError, LayoutError, counted
from layouts.shape_text import shape_given
from layouts.sizes import Shape, by, size_of

from ..network import Network
from .mark import Mark, blank

__all__ = ["mark_shape"]

FACES = ("Jacobian", "gradient", "tensor")


def mark_shape(
    yours: Any,
    network: Network,
    *,
    wrt: str,
    of: str = "L",
    layout: Layout | str = "numerator",
    face: str = "Jacobian",
) -> Mark:
    """Mark the shape of `∂of/∂wrt`.

    Args:
        yours: a pair such as `(2, 6)`, or text, "2×6"; of a tensor its sizes in a row, (2, 2, 3).
        network: sizes may be letters.
        wrt: by what.
        of: of what, the loss unless named.
        layout: the layout that is asked for.
        face: "Jacobian" (through vec, it multiplies in a chain), "gradient" (what the table of
            shapes has of a number by a matrix) or "tensor".

    Raises:
        LayoutError: the question is wrong: an unknown name, layout or face.

    >>> net = Network.parse("n-3-2-1", activation="sigmoid")
    >>> print(mark_shape((6, 2), net, of="z2", wrt="W2"))
    NOT YET
       yours  6×2
       true   2×6
       why    z2 has 2 entries, W2 has 6. In numerator layout rows follow z2,
              columns W2. Yours is the shape in denominator layout.
    """
    layout = Layout.named(layout)
    if face not in FACES:
        raise InputError(f"face={face!r} is none of {', '.join(FACES)}.")
    asked = f"∂{of}/∂{wrt} in {layout} layout" + ("" if face == "Jacobian" else f", as a {face}")
    y, x = shape_of(network, of), shape_of(network, wrt)
    true = facing(face, layout, y, x)
    if yours is ...:
        return blank(f"the shape of {asked}")
    why = reason(face, layout, (of, y), (wrt, x))
    try:
        given = read(yours)
    except LayoutError as problem:
        return Mark(False, str(yours), by(true), f"{problem} {why}")
    if given != true and given == facing(face, layout.other, y, x):
        why += f" Yours is the shape in {layout.other} layout."
    return Mark(given == true, by(given), by(true), why)


def shape_of(network: Network, name: str) -> Shape:
    """A value's shape: a vector is (n,), not the column that it is written as."""
    resolved = network.resolve(name)
    shape = network.shapes()[resolved]
    column = len(shape) == 2 and shape[1] == 1 and resolved not in network.parameters
    return shape[:1] if column else shape


def facing(face: str, layout: Layout, y: Shape, x: Shape) -> Shape:
    """The shape that is asked for."""
    if face == "tensor":
        return layout.tensor_shape(y, x)
    return layout.pair(size_of(y), size_of(x)) if face == "Jacobian" else layout.shape(y, x)


def read(yours: Any) -> Shape:
    """An answer as a shape, of however many sizes."""
    if isinstance(yours, tuple | list) and len(yours) > 2:
        return tuple(shape_given(size)[0] for size in yours)
    return shape_given(yours)


def reason(face: str, layout: Layout, of: tuple[str, Shape], wrt: tuple[str, Shape]) -> str:
    """Why the shape is what it is."""
    (y, y_shape), (x, x_shape) = of, wrt
    rows, columns = layout.pair(y, x)
    if face == "tensor":
        return (f"{y} is {sizes(y_shape)}, {x} is {sizes(x_shape)}. In {layout} layout the axes of "
                f"{rows} come first, then those of {columns}.")  # fmt: skip
    if face == "gradient" and not y_shape:
        how = "is shaped as" if layout is Layout.DENOMINATOR else "has the transposed shape of"
        return f"{y} is one number: in {layout} layout its gradient {how} {x}, {sizes(x_shape)}."
    entries = counted(size_of(y_shape), "entry", "entries") if y_shape else "1 entry"
    return (f"{y} has {entries}, {x} has {size_of(x_shape)}. In {layout} layout rows follow "
            f"{rows}, columns {columns}.")  # fmt: skip


def sizes(shape: Shape) -> str:
    """A shape as texts write it, a vector as a column."""
    return by(shape if len(shape) == 2 else (*shape, 1))
