"""What a printed formula amounts to: it is read back as text, and evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np

from layouts import Formula
from layouts.errors import LayoutError
from layouts.formulas.functions import Function, elementwise

from ..formula_functions import layer_functions
from ..layers import Elementwise, Huber
from ..report.facts import Derivative

__all__ = ["PrintedValues"]

WORD = re.compile(r"[∂d]\w+/[∂d]\w+|(?:(?!ᵀ)\w)+'?")
"""A name, a function with its prime, a derivative."""
IDENTITY = re.compile("I_?([₀-₉]+|[A-Za-z]+)")
DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
MEAN = re.compile(r"/([0-9]+)")
CLIPPED = re.compile(r"clip\(([^,]*), ±[^)]*\)")
SPELT = {"σ": "sigmoid"}
ONE = re.compile(r"(?<![\w./])1(?![A-Za-z0-9_./])")
"""A column of ones."""


class PrintedValues:
    """Evaluates what reports print of one derivative."""

    def __init__(self, derivative: Derivative) -> None:
        self.derivative = derivative
        self.known: dict[str, Formula | None] = {}

    @cached_property
    def functions(self) -> dict[str, Function]:
        """The activations, with the options that they have in this network."""
        found = dict(layer_functions())
        for layer in (step.layer for step in self.derivative.steps):
            if isinstance(layer, Elementwise):
                name = SPELT.get(layer.written, layer.written.replace("_", ""))
                found[name] = elementwise(layer.forward, analytic=False)
                found[f"d{name}"] = elementwise(layer.slopes, analytic=False)
            if isinstance(layer, Huber):
                clip = partial(_clipped, delta=layer.options["delta"])
                found["clipped"] = elementwise(clip, analytic=False)
        return found | {"sign": elementwise(np.sign, analytic=False)}

    def __call__(self, text: str, values: Mapping[str, Any], shape: Sequence[int]) -> Any:
        """The value, two-dimensional; None where the text is no formula of the notation.

        Args:
            text: the formula.
            values: what its names stand for.
            shape: what it should have, for the length of a column of ones.
        """
        text = self._of_samples_here(CLIPPED.sub(r"clipped(\1)", text), values)
        plain, known = self._spelt(text, values)
        plain, ones = ONE.subn("u", plain)
        if not ones:
            return self._evaluated(plain, known, values)
        wanted = _as_matrix(np.zeros(shape)).shape
        for candidate in _shapes_of_ones(plain, known.values()):
            found = self._evaluated(plain, {**known, "u": np.ones(candidate)}, values)
            if found is not None and found.shape == wanted:
                return found
        return None

    def _evaluated(self, text: str, known: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
        if text not in self.known:
            self.known[text] = self._read(text, known)
        formula = self.known[text]
        if formula is None:
            return None
        used = {name: known[name] for name in formula.names if name in known}
        try:
            return np.asarray(formula(used, sizes=self._sizes(values)))
        except LayoutError:
            return None

    def _read(self, text: str, known: Mapping[str, Any]) -> Formula | None:
        try:
            return Formula.parse(text, "latex", functions=self.functions, names=list(known))
        except LayoutError:
            return None

    def _sizes(self, values: Mapping[str, Any]) -> dict[str, int]:
        """What each size of the network is at this point; of a number that is several, nothing."""
        found: dict[str, set[int]] = {}
        for name, shape in self.derivative.shapes.items():
            for size, n in zip(shape, np.shape(values[name]), strict=True):
                found.setdefault(str(size), set()).add(n)
        return {size: min(numbers) for size, numbers in found.items() if len(numbers) == 1}

    def _of_samples_here(self, text: str, values: Mapping[str, Any]) -> str:
        """The text with means over as many samples as this point has."""
        own = self.derivative.samples
        here = np.shape(values[next(iter(self.derivative.network.inputs))])[-1]
        if not isinstance(own, int) or own == here:
            return text

        def mean(match: re.Match[str]) -> str:
            times, rest = divmod(int(match[1]), own)
            return match[0] if rest else f"/{times * here}"

        return MEAN.sub(mean, text)

    def _spelt(self, text: str, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """The text with plain names, and the matrices that they stand for."""
        stands, sizes = {name: f"v{k}" for k, name in enumerate(values)}, self._sizes(values)
        known = {stands[name]: _as_matrix(value) for name, value in values.items()}

        def name_of(word: str) -> str:
            identity = IDENTITY.fullmatch(word)
            if word in stands or identity is None:
                return stands.get(word, word.replace("_", ""))
            size = identity[1].translate(DIGITS)
            if size in sizes:
                known[f"e{size}"] = np.eye(sizes[size])
            return f"e{size}"

        plain = WORD.sub(lambda match: name_of(match[0]), text)
        return plain.replace("⊗", r"\otimes "), known


def _clipped(x: Any, delta: float) -> Any:
    return np.clip(x, -delta, delta)


def _as_matrix(value: Any) -> Any:
    """A number as 1×1, a vector as a column, a matrix of one sample as that matrix."""
    array = np.asarray(value)
    if array.ndim == 3 and array.shape[2] == 1:
        return array[:, :, 0]
    return array.reshape(*array.shape, *[1] * (2 - array.ndim))


def _shapes_of_ones(text: str, arrays: Iterable[Any]) -> list[tuple[int, int]]:
    """What `1` may be: a column, or in `1 - y` a matrix as the others are."""
    shapes = {array.shape for array in arrays}
    columns = {(n, 1) for shape in shapes for n in shape}
    if "uᵀ" in text:
        return sorted(columns - {(1, 1)})
    return sorted(columns | shapes, reverse=True)
