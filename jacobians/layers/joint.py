"""Structural layers: functions of plain arrays of one sample, lifted to samples.

A sample is an array of 1 or 2 axes (of none: a number). A value that belongs to the samples has
them as its last axis, vec Y is then y₁ below y₂ below …; a shared value, a parameter or what is
made of parameters alone, has just its own shape. With Jₖ the Jacobian of sample k:

    by an argument        Jacobian                 JVP                  VJP            structure
    of the samples        blockdiag(J₁, …, J_N)    Jₖ tₖ                Jₖᵀ gₖ         block diagonal
    that is shared        ( J₁ ; … ; J_N )         Jₖ t, one t for all  Σₖ Jₖᵀ gₖ      block column
    the same J for all    I_N ⊗ J,  1_N ⊗ J        as above             as above       Kronecker

The sum in the VJP is the one in `∂L/∂W = Δ Aᵀ = Σₖ δₖ aₖᵀ`: it is there because W is shared.
All that knows which axis is the samples stands in this file, and nothing else does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, ShapeError, counted, near_names
from layouts.sizes import Shape, SizeLike

from ..operators import BlockColumn, BlockDiagonal, Dense, Identity, Kronecker, Operator
from ..rule import Names, Rule
from ..typography import grouped
from ..unknown import Array, Unknown
from .base import Layer, as_numbers

__all__ = ["Joint", "as_column", "computed", "ones", "stacked_name"]

Rules = Mapping[str, Rule]


class Joint(Layer):
    """A function of one sample, with its rules, made a function of samples.

    A subclass gives, for arrays of one sample,

        sample_shape(*shapes)            the shape of the value, or a ShapeError
        sample_value(*arrays)            the value
        sample_rules(*arrays, names)     {argument: Rule}

    Args:
        shared: the arguments that all samples share.

    Raises:
        LayoutError: an argument that the layer does not have.

    >>> from jacobians.layers import Hadamard
    >>> gate = Hadamard(shared=("v",))  # samples u (2, 3) beside one v (2,)
    >>> print(gate.jacobian(np.ones((2, 3)), np.ones(2), wrt="v"))
    ∂y/∂v = blockcol(diag(uₖ))   6×2, block column, numerator layout
    >>> gate.vjp(np.ones((2, 3)), [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], np.ones(2), wrt="v")
    array([ 6., 15.])
    """

    keeps_size = False
    depends_on: ClassVar[Mapping[str, Sequence[str]]] = {}
    """What the Jacobian by an argument is made of; left out: no argument, it is a constant."""
    axes: ClassVar[Mapping[str, Sequence[int]]] = {}
    """How many axes one sample's argument may have; left out: 1 or 2."""
    entrywise: ClassVar[bool] = False
    """Whether it goes entry by entry through equal shapes."""
    sample_shape: Callable[..., Shape]
    sample_value: Callable[..., Any]
    sample_rules: Callable[..., Rules]

    def __init__(self, shared: Iterable[str] = ()) -> None:
        names = (shared,) if isinstance(shared, str) else tuple(shared)
        for name in names:
            if name not in self.arguments:
                raise InputError(f"{type(self).__name__} has no argument {name!r} to be shared: "
                                 + near_names(str(name), self.arguments))  # fmt: skip
        self.shared = frozenset(names)

    def at_once(self, *shapes: Shape) -> bool:
        """Whether the statements for one sample may be made of the whole arrays."""
        return self.shared == {*self.arguments} or (self.entrywise and not self.shared)

    def output_shape(self, *shapes: Shape) -> Shape:
        N = self.samples(*shapes)
        if N is None:
            return self.sample_shape(*shapes)
        return (*self.sample_shape(*self.without_samples(shapes)), N)

    def samples(self, *shapes: Shape) -> SizeLike | None:
        """How many samples the arrays of these shapes hold; None where all is shared."""
        counts: dict[SizeLike, str] = {}
        for name, shape in zip(self.arguments, shapes, strict=True):
            if name in self.shared:
                continue
            if len(shape) < 2:
                raise ShapeError(f"{name} has shape {shape}: its last axis are the samples. A "
                                 f"value that they share is named, shared={(name,)!r}.")  # fmt: skip
            counts.setdefault(shape[-1], name)
        if len(counts) > 1:
            said = ", ".join(f"{name} has {counted(N, 'sample')}" for N, name in counts.items())
            raise ShapeError(f"{said}: the last axis is the samples, the same number for all. "
                             "A value without them is named, shared=(…).")  # fmt: skip
        return next(iter(counts), None)

    def forward(self, *arrays: Any) -> Any:
        if self.at_once(*(array.shape for array in arrays)):
            return self.sample_value(*arrays)
        return np.stack([self.sample_value(*each) for each in self._each_sample(arrays)], axis=-1)

    def rules(self, *arrays: Any, names: Names) -> Rules:
        shapes = [array.shape for array in arrays]
        if self.at_once(*shapes):
            return self.sample_rules(*arrays, names=names)
        N = self.samples(*shapes) or 1
        written = self.indexed(names, N)

        @cache
        def each() -> list[Rules]:
            return [self.sample_rules(*one, names=written) for one in self._each_sample(arrays)]

        return {argument: self._lifted(argument, N, each) for argument in self.arguments}

    def _lifted(self, argument: str, N: SizeLike, each: Callable[[], list[Rules]]) -> Rule:
        """The table above, for one argument."""
        shared = argument in self.shared

        def jacobian() -> Operator:
            if N == 1:
                return each()[0][argument].jacobian()
            if self.shared.issuperset(self.depends_on.get(argument, ())):
                same = each()[0][argument].jacobian()
                return Kronecker(ones(N) if shared else Identity(N), same)
            blocks = [rules[argument].jacobian() for rules in each()]
            count = N if len(blocks) == 1 else None
            return BlockColumn(blocks, count) if shared else BlockDiagonal(blocks, count)

        def jvp(t: Any) -> Any:
            each_t = (t if shared else t[..., k] for k in range(len(each())))
            return np.stack([r[argument].jvp(s) for r, s in zip(each(), each_t, strict=True)], -1)

        def vjp(g: Any) -> Any:
            each_g = np.moveaxis(g, -1, 0)
            pulled = [r[argument].vjp(h) for r, h in zip(each(), each_g, strict=True)]
            return np.sum(pulled, axis=0) if shared else np.stack(pulled, axis=-1)

        return Rule(jacobian, jvp, vjp)

    def _each_sample(self, arrays: Sequence[Any]) -> list[list[Any]]:
        """The arguments of every sample; of arrays of which only the shape is known, once."""
        shapes = [array.shape for array in arrays]
        if any(isinstance(array, Unknown) for array in arrays):
            return [[Unknown(shape) for shape in self.without_samples(shapes)]]
        count: Any = self.samples(*shapes)
        return [
            [
                array if name in self.shared else array[..., k]
                for name, array in zip(self.arguments, arrays, strict=True)
            ]
            for k in range(count)
        ]

    def without_samples(self, shapes: Sequence[Shape]) -> list[Shape]:
        """The shapes of one sample's arguments."""
        return [
            shape if name in self.shared else shape[:-1]
            for name, shape in zip(self.arguments, shapes, strict=True)
        ]

    def indexed(self, names: Names, N: SizeLike) -> Names:
        """The names with ₖ for the sample behind those that have samples."""
        if N == 1:
            return names
        inputs = tuple(
            name if argument in self.shared else f"{name}ₖ"
            for argument, name in zip(self.arguments, names.inputs, strict=True)
        )
        return Names(inputs, f"{names.output}ₖ")

    def written(self, names: Names, shapes: tuple[Shape, ...]) -> tuple[str, ...]:
        """The inputs as a formula names them: with ₖ where it speaks of one sample."""
        if self.at_once(*shapes):
            return names.inputs
        return self.indexed(names, self.samples(*shapes) or 1).inputs

    def for_each_sample(self, shapes: tuple[Shape, ...]) -> str:
        """The words for a formula that is one of each sample."""
        return "" if self.samples(*shapes) in (None, 1) else ", for each sample k"

    def _bind(self, inputs: tuple[npt.ArrayLike, ...]) -> tuple[tuple[Any, ...], Shape]:
        """The inputs with their samples last, one sample as N = 1; the shape of the output."""
        if len(inputs) != len(self.arguments):
            raise InputError(f"{type(self).__name__} takes {' and '.join(self.arguments)}; "
                             f"{counted(len(inputs), 'input')} given.")  # fmt: skip
        values = [as_numbers(v, name) for v, name in zip(inputs, self.arguments, strict=True)]
        for name, value in zip(self.arguments, values, strict=True):
            if value.size == 0:
                raise ShapeError(f"{name} has shape {value.shape}: it is empty.")
        problem: ShapeError | None = None
        for with_samples in self._readings(values):
            full = [
                value.copy() if with_samples or name in self.shared else value[..., None].copy()
                for name, value in zip(self.arguments, values, strict=True)
            ]
            try:
                shape = self.output_shape(*(value.shape for value in full))
            except ShapeError as refused:
                problem = problem or refused
            else:
                given = with_samples or self.shared == {*self.arguments}
                return tuple(full), shape if given else shape[:-1]
        raise problem or self._axes_refused(values)

    def _readings(self, values: Sequence[Array]) -> list[bool]:
        """Whether the last axis can be the samples; where both are possible, that comes first."""
        return [
            with_samples
            for with_samples in (True, False)
            if all(
                value.ndim - (with_samples and name not in self.shared) in self._may_have(name)
                for name, value in zip(self.arguments, values, strict=True)
            )
        ]

    def _may_have(self, argument: str) -> Sequence[int]:
        """The axes that one sample's argument may have; a number has none, and only shared."""
        allowed = self.axes.get(argument, (1, 2))
        return (0, *allowed) if self.entrywise and argument in self.shared else allowed

    def _axes_refused(self, values: Sequence[Array]) -> ShapeError:
        given = zip(self.arguments, values, strict=True)
        has = ", ".join(f"{name} has shape {value.shape}" for name, value in given)
        wanted = ", ".join(
            f"{name} {' or '.join(map(str, self._may_have(name)))}"
            + ("" if name in self.shared else " and one more for samples")
            for name in self.arguments
        )
        return ShapeError(f"{has}. The axes of one sample are: {wanted}, for all or for none.")

    def __repr__(self) -> str:
        options = self._options()
        if self.shared:
            ordered = tuple(name for name in self.arguments if name in self.shared)
            options = [*options, f"shared={ordered!r}"]
        return f"{type(self).__name__}({', '.join(options)})"

    def _options(self) -> list[str]:
        """What it was made with, as code, but for `shared`."""
        return []


def ones(n: SizeLike) -> Dense:
    """A column of n ones."""
    return Dense(np.ones((n, 1)) if isinstance(n, int) else Unknown((n, 1)), "1")


def as_column(x: Any) -> Any:
    """A vector as a matrix of one column; a matrix as it is."""
    if x.ndim != 1:
        return x
    return Unknown((*x.shape, 1)) if isinstance(x, Unknown) else x[:, None]


def computed(shape: Shape, compute: Callable[..., Any], *arrays: Any) -> Any:
    """What is computed of the arrays; where one of them is unknown, an unknown of that shape."""
    if any(isinstance(array, Unknown) for array in arrays):
        return Unknown(shape)
    return compute(*arrays)


def stacked_name(name: str, shape: Shape) -> str:
    """How a diagonal names the entries of an array: `vec X` if it has more than one column."""
    columns = any(size != 1 for size in shape[1:])
    return f"vec {grouped(name, words=True)}" if columns else name
