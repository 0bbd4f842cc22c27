"""Steps one behind the other, with the shape of every value: what a graph's lines are turned into.

Which layer an operation becomes depends on what its values are: the product of a matrix that all
samples share with a vector of each is a linear layer, any other is a matrix product.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from layouts.errors import ShapeError
from layouts.sizes import Shape, by, letter, size_of

from ..layers import Layer, Linear, MatrixProduct, Reshape, Scale, Transpose
from ..steps import Step
from ..unknown import Unknown

__all__ = ["Builder", "Value", "shared"]

SAMPLES = letter("samples")


class Value(NamedTuple):
    """A named value: its shape, that of one sample where it belongs to the samples."""

    name: str
    shape: Shape
    of_samples: bool
    moved_by_samples: bool
    """Whether it depends on them, be it one for each or one that all make."""

    @property
    def is_vector(self) -> bool:
        return len(self.shape) == 1

    @property
    def is_matrix(self) -> bool:
        return len(self.shape) == 2

    @property
    def is_one_number(self) -> bool:
        """Whether it is a scalar that all samples together make."""
        return not self.of_samples and size_of(self.shape) == 1

    @property
    def whole(self) -> Unknown:
        """The array behind it, samples last."""
        return Unknown((*self.shape, SAMPLES) if self.of_samples else self.shape)

    @property
    def written(self) -> str:
        """Its shape; a vector is a column."""
        return by((*self.shape, 1) if self.is_vector else self.shape)


class Builder:
    """The values so far, and the steps that make them.

    Args:
        declared: the shapes of inputs, targets and parameters.
        taken: names that lines define, so that parts without a name get others.
    """

    def __init__(self, declared: Mapping[str, Mapping[str, Shape]], taken: Collection[str]) -> None:
        self.values: dict[str, Value] = {
            name: Value(name, shape, role != "parameters", role != "parameters")
            for role, shapes in declared.items()
            for name, shape in shapes.items()
        }
        self.steps: list[Step] = []
        self.taken = {*taken, *self.values}
        self.line, self.parts = "", 0

    def begin(self, name: str) -> None:
        """From here on parts without a name are called name_1, name_2, …."""
        self.line, self.parts = name, 0

    def end(self) -> None:
        """The last part is the line's own value."""
        made = self.steps.pop()
        self.steps.append(made._replace(name=self.line))
        self.values[self.line] = self.values.pop(made.name)._replace(name=self.line)

    def step(self, layer: Layer, *inputs: Value) -> Value:
        """One more step; its shape follows from its inputs'."""
        made = Step(self._next_name(), layer, tuple(value.name for value in inputs))
        try:
            shape = layer.output_shape(*(value.whole.shape for value in inputs))
        except ShapeError as problem:
            given = ", ".join(f"{value.name} is {value.written}" for value in inputs)
            raise ShapeError(f"{given}: {problem}") from None
        of_samples = not layer.reduces_samples and any(value.of_samples for value in inputs)
        moved = any(value.moved_by_samples for value in inputs)
        value = Value(made.name, shape[:-1] if of_samples else shape, of_samples, moved)
        self.values[made.name] = value
        self.steps.append(made)
        return value

    def _next_name(self) -> str:
        self.parts += 1
        while (name := f"{self.line}_{self.parts}") in self.taken or name in self.values:
            self.parts += 1
        return name

    def product(self, A: Value, B: Value, b: Value | None = None) -> Value:
        """A B, as a linear layer where it is one; only that takes a bias b."""
        if is_linear(A, B):
            m, n = A.shape
            layer = Linear.of_sizes(m, n, bias=b is not None)
            return self.step(layer, B, A) if b is None else self.step(layer, B, A, b)
        if b is not None:
            raise ShapeError(
                f"a linear layer takes a vector of each sample and weights of none: {B.name} is "
                f"{B.written}, {A.name} {A.written}."
            )
        if not A.is_matrix:
            raise ShapeError(
                f"{A.name} is {A.written}, a vector: the left factor of @ is a matrix. Vectors "
                f"are columns; as a row it is {A.name}.T."
            )
        return self.step(MatrixProduct(shared=shared(A=A, B=B)), A, B)

    def entrywise(self, layer: Any, u: Value, v: Value) -> Value:
        """A layer of two values of one shape; a number is a number, of shape (1,) or ()."""
        if u.is_one_number and v.is_one_number and u.shape != v.shape:
            u, v = (x if not x.shape else self.step(Reshape((), shared=("x",)), x) for x in (u, v))
        if u.shape != v.shape:
            raise ShapeError(
                f"{u.name} is {u.written}, {v.name} is {v.written}: a sum, a quotient and a "
                "Hadamard product need equal shapes. For a matrix product write @."
            )
        return self.step(layer(shared=shared(u=u, v=v)), u, v)

    def scaled(self, factor: float, value: Value) -> Value:
        """A number times a value."""
        return self.step(Scale(factor, shared=shared(x=value)), value)

    def transposed(self, value: Value) -> Value:
        """A matrix's transpose; a vector, which is a column, as a row."""
        if value.is_matrix:
            return self.step(Transpose(shared=shared(x=value)), value)
        return self.step(Reshape((1, value.shape[0]), shared=shared(x=value)), value)


def is_linear(W: Value, x: Value) -> bool:
    """Whether `W x` is a linear layer: a matrix of no sample, a vector of each."""
    return W.is_matrix and not W.of_samples and x.is_vector and x.of_samples


def shared(**values: Value) -> tuple[str, ...]:
    """The arguments whose values belong to no sample."""
    return tuple(argument for argument, value in values.items() if not value.of_samples)
