"""A layer that somebody else wrote, at the inputs at which it is checked.

What such a layer has stands at the head of `layer_checks`. Whatever it lacks is told as a check
that could not be run (`NotRun`), whatever it raises as one that failed. Its derivatives are held
against differences of `layer(*inputs)`.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any
from unittest import SkipTest

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, counted, near_names

from ..layers.base import as_array, as_numbers
from ..unknown import Array
from .answers import UnreadableError, read
from .layer_signatures import names_by_position, room_for_inputs, takes
from .value_differences import Slopes, differences

__all__ = ["NotRun", "Subject", "refuse_what_is_no_layer", "title"]

METHODS = ("jacobian", "jvp", "vjp")


class NotRun(SkipTest):
    """A check that could not be run, and why; a test that meets it is skipped."""


class Subject:
    """A layer and its inputs; the parameters that it holds stand behind those that are given.

    Raises:
        LayoutError: what is no layer, or inputs without names.
    """

    def __init__(self, layer: Any, inputs: Sequence[npt.ArrayLike]) -> None:
        refuse_what_is_no_layer(layer)
        self.layer = layer
        self.held = _held(layer)
        self.arguments: tuple[str, ...] = _arguments(layer, len(inputs), self.held)
        axes = np.ndim(as_array(inputs[0], self.arguments[0]))
        given = [_input(*each, axes) for each in zip(inputs, self.arguments, strict=False)]
        for name in self.arguments[len(given) :]:
            if name not in self.held:
                break
            given.append(np.array(self.held[name], dtype=float))
        self.inputs: tuple[Any, ...] = tuple(given)
        self._slopes: dict[str, Slopes] = {}

    @property
    def out_of_reach(self) -> list[str]:
        """The parameters that it holds and does not take as inputs: they cannot be varied."""
        return [name for name in self.held if name not in self.arguments[: len(self.inputs)]]

    def varied(self, wrt: str | None) -> list[str]:
        """The arguments to differentiate by: the one named, or all that are no whole numbers."""
        if wrt is not None:
            if wrt not in self.arguments[: len(self.inputs)]:
                raise InputError(f"{title(self.layer)} is given no argument {wrt!r}: "
                                 + near_names(wrt, self.arguments[: len(self.inputs)]))  # fmt: skip
            return [wrt]
        pairs = zip(self.arguments, self.inputs, strict=False)
        return [name for name, value in pairs if value.dtype.kind == "f"]

    def argument(self, wrt: str) -> Array:
        """The input of that name."""
        value: Array = self.inputs[self.arguments.index(wrt)]
        return value

    def with_argument(self, wrt: str, value: Any) -> tuple[Any, ...]:
        """The inputs, one of them replaced."""
        k = self.arguments.index(wrt)
        return (*self.inputs[:k], value, *self.inputs[k + 1 :])

    def shared(self, name: str) -> bool:
        """Whether all samples share the argument: a parameter, or not shaped as the first."""
        stated: Any = getattr(self.layer, "shared", None)
        if name in self.held:
            return True
        if stated is not None:
            return name in stated
        value = self.argument(name)
        return value.dtype.kind == "f" and value.shape != self.inputs[0].shape

    def slopes(self, wrt: str) -> Slopes:
        """The truth: differences of the layer's own value."""
        if wrt not in self._slopes:
            self._slopes[wrt] = differences(
                lambda x: self.value(*self.with_argument(wrt, x)), self.argument(wrt)
            )
        return self._slopes[wrt]

    def value(self, *inputs: Any) -> Any:
        """The forward value at these inputs, or at the layer's own."""
        return self.called("__call__", *(inputs or self.inputs))

    def jacobian(self, wrt: str, *inputs: Any, **layout: Any) -> Any:
        """The layer's Jacobian as an array."""
        return self.called("jacobian", *(inputs or self.inputs), **self.by(wrt), **layout)

    def jvp(self, t: Any, wrt: str, *inputs: Any) -> Any:
        """The layer's push-forward of t."""
        return self.called("jvp", t, *(inputs or self.inputs), **self.by(wrt))

    def vjp(self, g: Any, wrt: str, *inputs: Any) -> Any:
        """The layer's pull-back of g."""
        return self.called("vjp", g, *(inputs or self.inputs), **self.by(wrt))

    def tangents(self, wrt: str) -> list[Array]:
        """Three random arrays shaped as the argument."""
        return _drawn(self.argument(wrt).shape, 1)

    def cotangents(self) -> list[Array]:
        """Three random arrays shaped as the output."""
        return _drawn(self.value().shape, 2)

    def can(self, method: str, *keywords: str) -> bool:
        """Whether the layer has the method, with these keywords."""
        found = getattr(self.layer, method, None)
        return found is not None and all(takes(found, keyword) for keyword in keywords)

    def called(self, method: str, *arrays: Any, copies: bool = True, **keywords: Any) -> Any:
        """What a method returns, as an array; it is handed copies unless told otherwise."""
        found, said = getattr(self.layer, method, None), method.replace("__call__", "the layer")
        if found is None:
            raise NotRun(f"it has no {method}.")
        for keyword in keywords:
            if not takes(found, keyword):
                raise NotRun(f"its {method} takes no {keyword}=.")
        arrays = self._fitting(method, found, arrays)
        try:
            handed = [np.array(each) for each in arrays] if copies else arrays
            returned = found(*handed, **keywords)
        except NotImplementedError:
            raise NotRun(f"its {method} is not implemented.") from None
        except SystemExit:  # no Exception: it would end the process, and every check with it
            raise AssertionError(
                f"{said} calls exit: a function gives its result by return, and a layer refuses "
                "its input by raise."
            ) from None
        except Exception as problem:
            shapes = ", ".join(str(np.shape(each)) for each in arrays)
            raise AssertionError(f"{said} raised {type(problem).__name__} on arrays {shapes}: "
                                 f"{problem}") from None  # fmt: skip
        try:
            read(returned)
        except UnreadableError as problem:
            raise AssertionError(f"{said} gives no array of real numbers. {problem}") from None
        return np.asarray(returned)

    def _fitting(self, method: str, found: Any, arrays: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arrays without the layer's own parameters, where a method does not take them."""
        room = room_for_inputs(found)
        left = () if room is None else arrays[room:]
        names = self.arguments[: len(self.inputs)][len(self.inputs) - len(left) :]
        if not left or not all(name in self.held for name in names):
            return arrays
        for name, value in zip(names, left, strict=False):
            if not np.array_equal(value, self.held[name]):
                raise NotRun(f"its {method} does not take {name} as an input.")
        return arrays[:room]

    def by(self, wrt: str) -> dict[str, Any]:
        """How an argument is named in a call: the first need not be."""
        return {} if wrt == self.arguments[0] else {"wrt": wrt}


def refuse_what_is_no_layer(layer: Any) -> None:
    """Refuse a class, a plain function, and what cannot be called.

    Raises:
        InputError: with what would be a layer.
    """
    name = getattr(layer, "__name__", type(layer).__name__)
    if isinstance(layer, type):
        raise InputError(f"{name} is a class: a layer is made of it, {name}().")
    if not callable(layer):
        raise InputError(f"{layer!r} is no layer: layer(x) is its value, and beside it stand "
                         f"{', '.join(METHODS[:2])} and {METHODS[2]}.")  # fmt: skip
    if not any(hasattr(layer, method) for method in METHODS):
        what = "a plain function" if inspect.isroutine(layer) else "a function without derivatives"
        raise InputError(f"{name} is {what}: a layer states its jacobian, jvp and vjp too. "
                         f"Custom({name}) makes one of it, by differences.")  # fmt: skip


def title(layer: Any) -> str:
    """What a layer is called, alike at every run: its repr, or the name of its class.

    >>> from jacobians import ReLU
    >>> title(ReLU()), title(object())
    ('ReLU()', 'object')
    """
    text = repr(layer)
    return type(layer).__name__ if " at 0x" in text or "\n" in text else text


def _drawn(shape: tuple[int, ...], seed: int) -> list[Array]:
    generator = np.random.default_rng(seed)
    return [generator.standard_normal(shape) for _ in range(3)]


def _held(layer: Any) -> Mapping[str, Any]:
    """The parameters that a layer says it holds."""
    stated = getattr(layer, "parameters", None)
    try:
        held = stated() if callable(stated) else stated
    except (Exception, SystemExit):  # another library's method of that name
        return {}
    if not isinstance(held, Mapping):
        return {}
    return {name: value for name, value in held.items() if value is not None}


def _arguments(layer: Any, count: int, held: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the inputs: those stated, and the parameters that its call names behind them."""
    names = getattr(layer, "arguments", ("x",))
    names = (names,) if isinstance(names, str) else tuple(names)
    behind = names_by_position(layer)[len(names) :]
    names += tuple(takewhile(lambda name: name in held and name not in names, behind))
    if count == 0:
        raise InputError(f"{title(layer)} is checked at a point: give its inputs behind it.")
    if count > len(names):
        raise InputError(f"{title(layer)} is given {counted(count, 'input')} and names "
                         f"{', '.join(names)}: its `arguments` names them all.")  # fmt: skip
    return names


def _input(value: npt.ArrayLike, name: str, axes: int) -> Any:
    """A copy of an input as float64; whole numbers with an axis less than the first are classes."""
    array = as_array(value, name)
    classes = array.dtype.kind in "iu" and array.ndim == axes - 1
    return array.copy() if classes else as_numbers(array, name).copy()
