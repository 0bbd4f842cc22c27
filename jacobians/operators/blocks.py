"""Operators made of blocks: along the diagonal, side by side, one below the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

import numpy as np

from layouts.errors import InputError, ShapeError
from layouts.sizes import Shape, SizeLike, by

from ..typography import grouped
from ..unknown import Array, Unknown
from .operator import Operator, numbers
from .simple import Identity, Zero

__all__ = ["BlockColumn", "BlockDiagonal", "BlockRow", "Blocks"]


class Blocks(Operator):
    """What the block structures share: a list of operators.

    `count` stands for that many blocks of which the one given is the pattern: sizes only.
    """

    __slots__ = ("blocks", "count")
    between: ClassVar[str]
    of_samples: ClassVar[str]
    """What the operator is called where its blocks are one formula, with ₖ for the sample."""

    def __init__(self, blocks: Sequence[Operator], count: SizeLike | None = None) -> None:
        if not blocks:
            raise InputError(f"a {self.structure} needs at least one block.")
        self.blocks = tuple(blocks)
        self.count = len(blocks) if count is None else count
        self.shape = self._joined([block.shape for block in blocks], self._repeats)

    @classmethod
    def over_samples(cls, make: Callable[..., Operator], *S: Any) -> Operator:
        """`make` of each sample's columns of the arrays S; a single sample's block stands alone."""
        n, N = S[0].shape
        if N == 1 or isinstance(S[0], Unknown):
            pattern = make(*(Unknown((n,)) if isinstance(s, Unknown) else s[:, 0] for s in S))
            return pattern if N == 1 else cls([pattern], count=N)
        return cls([make(*columns) for columns in zip(*(s.T for s in S), strict=True)])

    @staticmethod
    def _joined(shapes: list[Shape], repeats: SizeLike) -> Shape:
        raise NotImplementedError

    @property
    def _repeats(self) -> SizeLike:
        """How many blocks a single one stands for."""
        return self.count if len(self.blocks) == 1 else 1

    @property
    def _pattern(self) -> SizeLike | None:
        """The count of a pattern; None where all blocks are given."""
        return None if self._repeats == 1 else self.count

    @property
    def _same_for_all(self) -> bool:
        """Whether every block is the same formula of its own sample."""
        texts = {block.text for block in self.blocks}
        return self._pattern is not None or (len(texts) == 1 and "ₖ" in self.blocks[0].text)

    @property
    def text(self) -> str:
        if self._same_for_all:
            return f"{self.of_samples}({self.blocks[0].text})"
        return f"( {self.between.join(block.text for block in self.blocks)} )"

    @property
    def stored(self) -> SizeLike:
        return self._repeats * total(block.stored for block in self.blocks)

    @property
    def work(self) -> SizeLike:
        return self._repeats * total(block.work for block in self.blocks)

    def _refuse_pattern(self) -> None:
        if self._pattern is not None:
            raise InputError(f"{self.text} is {self.count} times a pattern: it has no entries.")

    def scaled(self, c: float) -> Operator:
        return type(self)([block.scaled(c) for block in self.blocks], self._pattern)


class BlockDiagonal(Blocks):
    """One block for each sample, zeros elsewhere.

    >>> from jacobians.operators import Identity
    >>> print(BlockDiagonal([Identity(2), Identity(3)]))
    blockdiag(I₂, I₃)
    """

    __slots__ = ()
    structure = "block diagonal"
    between = ", "

    @staticmethod
    def _joined(shapes: list[Shape], repeats: SizeLike) -> Shape:
        return repeats * total(m for m, _ in shapes), repeats * total(n for _, n in shapes)

    @property
    def T(self) -> BlockDiagonal:
        return BlockDiagonal([block.T for block in self.blocks], self._pattern)

    @property
    def text(self) -> str:
        if len({block.text for block in self.blocks}) == 1:
            return f"blockdiag({self.blocks[0].text})"
        return f"blockdiag({', '.join(block.text for block in self.blocks)})"

    def apply(self, X: Array) -> Array:
        self._refuse_pattern()
        parts = np.split(X, offsets(block.shape[1] for block in self.blocks))
        return np.concatenate(
            [block.apply(part) for block, part in zip(self.blocks, parts, strict=True)]
        )

    def write(self, out: Array) -> None:
        self._refuse_pattern()
        out.fill(0.0)
        i = j = 0
        for block in self.blocks:
            m, n = numbers(block.shape)
            block.write(out[i : i + m, j : j + n])
            i, j = i + m, j + n

    def pulled_back(self, g: str) -> str | None:
        return self.blocks[0].pulled_back_by_sample(g)


class BlockRow(Blocks):
    """Blocks side by side: one derivative by several arguments.

    >>> from jacobians.operators import Identity, Zero
    >>> print(BlockRow([Identity(2), Zero(2, 3)]))
    ( I₂ | 0 )
    """

    __slots__ = ()
    structure = "block row"
    of_samples = "blockrow"
    between = " | "

    @staticmethod
    def _joined(shapes: list[Shape], repeats: SizeLike) -> Shape:
        if len({m for m, _ in shapes}) != 1:
            raise ShapeError(f"blocks side by side need equal heights: {listed(shapes)}.")
        return shapes[0][0], repeats * total(n for _, n in shapes)

    @property
    def T(self) -> BlockColumn:
        return BlockColumn([block.T for block in self.blocks], self._pattern)

    def apply(self, X: Array) -> Array:
        self._refuse_pattern()
        parts = np.split(X, offsets(block.shape[1] for block in self.blocks))
        products = [block.apply(part) for block, part in zip(self.blocks, parts, strict=True)]
        return np.asarray(sum(products[1:], start=products[0]))

    def write(self, out: Array) -> None:
        self._refuse_pattern()
        start: Any = 0
        for block in self.blocks:
            end = start + block.shape[1]
            block.write(out[:, start:end])
            start = end

    def pulled_back(self, g: str) -> str | None:
        return placed(self, g)


class BlockColumn(Blocks):
    """Blocks one below the other: the denominator layout's block row."""

    __slots__ = ()
    structure = "block column"
    of_samples = "blockcol"
    between = " ; "

    @staticmethod
    def _joined(shapes: list[Shape], repeats: SizeLike) -> Shape:
        if len({n for _, n in shapes}) != 1:
            raise ShapeError(f"blocks below each other need equal widths: {listed(shapes)}.")
        return repeats * total(m for m, _ in shapes), shapes[0][1]

    @property
    def T(self) -> BlockRow:
        return BlockRow([block.T for block in self.blocks], self._pattern)

    def apply(self, X: Array) -> Array:
        self._refuse_pattern()
        return np.concatenate([block.apply(X) for block in self.blocks])

    def _blank(self) -> Array:
        """In Fortran order, so that each block's long axis is written in one sweep."""
        return np.empty(numbers(self.shape[::-1])).T

    def write(self, out: Array) -> None:
        self._refuse_pattern()
        self.T.write(out.T)

    def pulled_back(self, g: str) -> str | None:
        """Of a value that all samples share: the sum over what each sample pulls back."""
        if not self._same_for_all:
            return placed(self, g)
        pulled = self.blocks[0].pulled_back(f"{grouped(g, words=True)}ₖ")
        return None if pulled is None else f"Σₖ {grouped(pulled)}"


def offsets(sizes: Iterable[SizeLike]) -> list[int]:
    return np.cumsum(list(sizes))[:-1].tolist()  # type: ignore[no-any-return]


def total(sizes: Iterable[SizeLike]) -> SizeLike:
    return sum(sizes, start=0)


def placed(operator: Blocks, g: str) -> str | None:
    """`Jᵀ g` for blocks of identities and zeros, which say where entries go; None for others."""
    if all(isinstance(block, Identity | Zero) for block in operator.blocks):
        return f"{operator.T.text} {grouped(g)}"
    return None


def listed(shapes: list[Shape]) -> str:
    return ", ".join(by(shape) for shape in shapes)
