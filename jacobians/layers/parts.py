"""Parts: values below each other, and the slice that takes one out again.

    value                            by            Jacobian              structure
    [x1; x2], below each other       x1 (n₁,)      ( I ; 0 )             block column
                                     x1 (n₁, q)    I_q ⊗ ( I ; 0 )       Kronecker
    x[i:j]                           x (n,)        ( 0 | I | 0 )         block row
    x[i:j, k:l]                      x (p, q)      C ⊗ R, both as above  Kronecker

Each is the other's transpose: what a slice takes, its pull-back puts among zeros.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from layouts.errors import InputError, ShapeError
from layouts.sizes import Shape, SizeLike

from ..operators import BlockRow, Identity, Operator, Zero
from ..rule import Names, Rule
from .base import written
from .joint import Joint
from .linear import kron

__all__ = ["Concatenate", "Slice"]


class Concatenate(Joint):
    """[x1; x2; …], vectors or matrices below each other.

    Args:
        count: how many, at least 2.
        shared: which of x1, x2, … all samples share.

    Raises:
        LayoutError: vectors beside matrices, or matrices of different widths.

    >>> print(Concatenate()([1.0, 2.0], [3.0, 4.0, 5.0]))
    [1. 2. 3. 4. 5.]
    >>> print(Concatenate().jacobian([1.0, 2.0], [3.0, 4.0, 5.0]))
    ∂y/∂x = ( I₂ ; 0 )   5×2, block column, numerator layout
    """

    def __init__(self, count: int = 2, shared: Iterable[str] = ()) -> None:
        if isinstance(count, bool) or not isinstance(count, int) or count < 2:
            raise InputError(f"Concatenate joins 2 arrays or more, not {count!r}.")
        self.arguments = tuple(f"x{k}" for k in range(1, count + 1))
        super().__init__(shared)

    def at_once(self, *shapes: Shape) -> bool:
        """Vectors of the samples are the columns of one matrix."""
        columns = not self.shared and all(len(shape) == 2 for shape in shapes)
        return columns or super().at_once(*shapes)

    def sample_shape(self, *shapes: Shape) -> Shape:
        if len({shape[1:] for shape in shapes}) > 1 or len(shapes[0]) not in (1, 2):
            have = ", ".join(f"{x} {s}" for x, s in zip(self.arguments, shapes, strict=True))
            raise ShapeError(f"the shapes are {have}: what stands below each other are vectors, or "
                             "matrices of equal width.")  # fmt: skip
        return (sum((shape[0] for shape in shapes), start=0), *shapes[0][1:])

    def sample_value(self, *arrays: Any) -> Any:
        return np.concatenate(arrays)

    def sample_rules(self, *arrays: Any, names: Names) -> Mapping[str, Rule]:
        total, *width = self.sample_shape(*(array.shape for array in arrays))
        rules: dict[str, Rule] = {}
        above: Any = 0
        for argument, x in zip(self.arguments, arrays, strict=True):
            rules[argument] = _part(above, x.shape[0], total, width)
            above = above + x.shape[0]
        return rules

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return f"[{'; '.join(self.written(names, shapes))}]"

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return "below each other"

    def _options(self) -> list[str]:
        return [f"count={len(self.arguments)}"]


def _part(above: Any, rows: Any, total: Any, width: list[SizeLike]) -> Rule:
    """The rule of so many rows below others; matrices have a width."""
    below = total - above - rows
    # fmt: off
    return Rule(
        lambda: kron(Identity(width[0] if width else 1), _among(above, rows, total).T),
        lambda dx: padded(dx, (above, below)),
        lambda g: g[above : above + rows],
    )
    # fmt: on


def _among(before: Any, length: Any, total: Any) -> Operator:
    """`( 0 | I | 0 )`, without zeros of no width."""
    after = total - before - length
    blocks: list[Operator] = [Zero(length, before)] if before != 0 else []
    blocks += [Identity(length), *([Zero(length, after)] if after != 0 else [])]
    return BlockRow(blocks) if len(blocks) > 1 else blocks[0]


def padded(x: Any, *around: tuple[int, int]) -> Any:
    """Zeros before and behind, axis by axis; axes that are left out get none."""
    return np.pad(x, [*around, *[(0, 0)] * (x.ndim - len(around))])


class Slice(Joint):
    """x[i:j] of a vector, x[i:j, k:l] of a matrix; entries count from 0, as Python's.

    Args:
        rows: a slice of whole numbers or None, negative ones from the end, without a step.
        columns: likewise, for a matrix; left out, every column.
        shared: `("x",)` where x belongs to no sample.

    Raises:
        LayoutError: another step than 1, a slice that is empty, or one that leaves x.

    >>> layer = Slice(slice(1, 3))
    >>> print(layer([5.0, 6.0, 7.0, 8.0]), layer.jacobian([5.0, 6.0, 7.0, 8.0]))
    [6. 7.] ∂y/∂x = ( 0 | I₂ | 0 )   2×4, block row, numerator layout
    """

    def __init__(
        self, rows: slice, columns: slice | None = None, *, shared: Iterable[str] = ()
    ) -> None:
        self.rows = rows
        self.columns = columns
        for cut in self._cuts:
            ends = (cut.start, cut.stop) if isinstance(cut, slice) else (0.5,)
            whole = all(end is None or type(end) is int for end in ends)
            if not whole or cut.step not in (None, 1):
                raise InputError(f"Slice takes slices of whole numbers with step 1, slice(1, 3), "
                                 f"not {cut!r}.")  # fmt: skip
        super().__init__(shared)

    @property
    def _cuts(self) -> tuple[slice, ...]:
        return (self.rows,) if self.columns is None else (self.rows, self.columns)

    def at_once(self, *shapes: Shape) -> bool:
        """Vectors of the samples are the columns of one matrix."""
        columns = not self.shared and self.columns is None and len(shapes[0]) == 2
        return columns or super().at_once(*shapes)

    def sample_shape(self, x: Shape) -> Shape:
        if len(x) not in (len(self._cuts), 2):
            whole = "a matrix" if self.columns else "a vector or a matrix"
            raise ShapeError(f"x has shape {x}: {self._cut('x')} is a slice of {whole}.")
        rows = self._span(self.rows, x[0], x)[1]
        return (rows, *(self._span(self.columns, q, x)[1] for q in x[1:]))

    def sample_value(self, x: Any) -> Any:
        return x[self._key(x.shape)]

    def sample_rules(self, x: Any, *, names: Names) -> Mapping[str, Rule]:
        cuts = zip((self.rows, self.columns), x.shape, strict=False)
        spans = [(*self._span(cut, size, x.shape), size) for cut, size in cuts]

        def jacobian() -> Operator:
            R, *C = (_among(*span) for span in spans)
            return kron(C[0], R) if C else R

        # fmt: off
        return {
            "x": Rule(jacobian,
                      lambda dx: dx[self._key(x.shape)],
                      lambda g: padded(g, *((first, size - first - length) for first, length, size in spans))),
        }
        # fmt: on

    def _key(self, shape: Shape) -> tuple[slice, ...]:
        return (self.rows, slice(None) if self.columns is None else self.columns)[: len(shape)]

    def _span(self, cut: slice | None, size: Any, shape: Shape) -> tuple[Any, Any]:
        """Where the slice begins, and how long it is; letters are taken to be large enough."""
        first, last = _end(cut and cut.start, size, 0), _end(cut and cut.stop, size, size)
        length = last - first
        outside = isinstance(size, int) and not (0 <= first <= size and 0 <= last <= size)
        if outside or (isinstance(length, int) and length <= 0):
            why = "leaves it" if outside else "is empty"
            raise ShapeError(f"x is {written(shape)}: the slice {self._cut('x')} of it {why}; "
                             "entries count from 0.")  # fmt: skip
        return first, length

    def _cut(self, x: str) -> str:
        return f"{x}[{', '.join(_spoken(cut) for cut in self._cuts)}]"

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return self._cut(self.written(names, shapes)[0])

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return "counted from 0, the end left out"

    def _options(self) -> list[str]:
        return [f"slice({cut.start}, {cut.stop})" for cut in self._cuts]


def _end(end: int | None, size: Any, default: Any) -> Any:
    """An end of a slice counted from the beginning."""
    return default if end is None else end if end >= 0 else size + end


def _spoken(cut: slice) -> str:
    return ":".join("" if end is None else str(end) for end in (cut.start, cut.stop))
