"""The points at which every step is evaluated: the reader's own, and one where all sizes differ.

In 2-3-2 a formula may fit because 2 = 2. So a row of layers is also tried with other sizes, 5-3-4,
all different; and there the letters of `n-3-2-1` have numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from layouts.layout import NUMERATOR
from layouts.sizes import Size, size_of

from .. import chain
from ..layers import Linear, Loss
from ..operators.operator import numbers
from ..report.facts import Derivative
from ..report.points import values_at
from ..steps import evaluate

__all__ = ["points_of"]

SIZES = (5, 3, 4, 2, 6, 7)
MORE = range(8, 1000)
LARGEST = 12
"""The reader's own numbers serve where no size is beyond this: entries are walked one by one."""
MOST_ENTRIES = 300
MOST_KEPT = 64
"""Of samples, and of what a mean is over: such numbers stand in formulas, so they are kept."""
TRIES = 20


def points_of(
    derivative: Derivative, x: Any, y: Any, *, small_integers: bool = False
) -> tuple[list[dict[str, Any]], list[str]]:
    """Values by name at each point, samples as columns, and a phrase for each that says where."""
    found, phrases = [], []
    if _is_small(derivative):
        values, phrase = values_at(derivative, x, y, small_integers=small_integers)
        found.append(values)
        phrases.append(phrase)
    other = _drawn(derivative)
    if other is not None:
        values, said = other
        found.append(values)
        phrases.append(said)
    return found, phrases


def _is_small(derivative: Derivative) -> bool:
    """Whether the network has numbers, and few enough of them."""
    net = derivative.network
    if net.sizes_only or isinstance(derivative.samples, Size):
        return False
    shapes = list(derivative.shapes.values())
    sizes = numbers(size for shape in shapes for size in shape)
    entries = numbers(map(size_of, shapes))
    return max(sizes, default=1) <= LARGEST and max(entries) <= MOST_ENTRIES


def _drawn(derivative: Derivative) -> tuple[dict[str, Any], str] | None:
    """A point with sizes of its own; where the derivative is not zero, if there is such a point."""
    shapes = _other_shapes(derivative)
    if shapes is None:
        return None
    for seed in range(TRIES):
        values = _values(derivative, shapes, seed)
        with np.errstate(all="ignore"):
            J = chain.derivative(
                derivative.steps, values, derivative.of, derivative.wrt, NUMERATOR
            ).as_matrix()
        if np.isfinite(J).all() and (seed == TRIES - 1 or np.abs(J).max(initial=0.0) > 1e-6):
            return values, _said(derivative, values)
    return None


def _said(derivative: Derivative, values: Mapping[str, Any]) -> str:
    """The sizes of a drawn point."""
    net = derivative.network
    N = next(iter(values[name] for name in net.inputs)).shape[-1]
    samples = "" if derivative.samples == 1 else f" and {N} samples"
    if net.is_row:
        widths = [len(values[next(iter(net.inputs))])]
        widths += [len(values[s.name]) for s in net.steps if isinstance(s.layer, Linear)]
        return f"at sizes {'-'.join(map(str, widths))}{samples}"
    letters = [size for shape in derivative.shapes.values() for size in shape]
    numbers = [n for name in derivative.shapes for n in np.shape(values[name])]
    known = {str(s): n for s, n in zip(letters, numbers, strict=True) if isinstance(s, Size)}
    plain = {s: n for s, n in known.items() if s.isalpha()}
    return "at " + ", ".join(f"{s} = {n}" for s, n in plain.items())


def _values(derivative: Derivative, shapes: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Random parameters, inputs and sensible targets, and all that is made of them."""
    net, draw = derivative.network, np.random.default_rng(seed)
    values: dict[str, Any] = {
        name: draw.standard_normal(shapes[name]) for name in [*net.inputs, *net.parameters]
    }
    with np.errstate(all="ignore"):
        evaluate(net.inner_steps, values)
        losses = {s.inputs[1]: s.layer for s in net.steps if isinstance(s.layer, Loss)}
        for name in net.targets:
            whole = shapes.get(name) or np.shape(values[net.prediction])
            values[name] = losses[name].draw_target(draw, whole) if name in losses else (
                draw.standard_normal(whole))  # fmt: skip
        evaluate([step for step in net.steps if step.name not in values], values)
    return values


def _other_shapes(derivative: Derivative) -> dict[str, Any] | None:
    """Shapes of inputs, targets and parameters with sizes that all differ; None if not possible."""
    if derivative.network.is_row:
        return _shapes_of_row(derivative)
    return _shapes_of_letters(derivative)


def _shapes_of_row(derivative: Derivative) -> dict[str, Any] | None:
    """A row of linear layers, each once, and of layers that keep the size."""
    net, N = derivative.network, derivative.samples
    sizes = (n for n in (*SIZES, *MORE) if n not in (N, _kept_size(derivative)))
    size = next(sizes)
    (source,) = net.inputs
    shapes: dict[str, Any] = {source: size}
    kept = _kept_size(derivative)
    if kept is not None and kept > MOST_KEPT:
        return None
    last = [step for step in net.steps if isinstance(step.layer, Linear)][-1:]
    for step in net.steps:
        if isinstance(step.layer, Linear) and step.inputs[1] not in shapes:
            below, size = size, next(sizes)
            if [step] == last and kept is not None:
                size = kept
            shapes |= dict(zip(step.inputs[1:], [(size, below), (size,)], strict=False))
        elif not isinstance(step.layer, Loss) and (
            not step.layer.keeps_size or step.layer.parameters()
        ):
            return None
    samples = N if isinstance(N, int) and N <= MOST_KEPT else next(sizes)
    return {**shapes, source: (shapes[source], samples)}


def _kept_size(derivative: Derivative) -> int | None:
    """The size of the prediction where the loss divides by it, so that formulas name it."""
    net = derivative.network
    size = derivative.shapes[net.prediction][0]
    divides = net.loss is not None and net.loss.averages_entries
    return size if divides and isinstance(size, int) else None


def _shapes_of_letters(derivative: Derivative) -> dict[str, Any] | None:
    """A graph with numbers for its letters; without letters its own sizes are all that there is."""
    shapes = derivative.shapes
    letters = {
        letter: None
        for shape in shapes.values()
        for size in shape
        if isinstance(size, Size)
        for term in size.terms
        for letter in term
    }
    taken = {n for shape in shapes.values() for n in shape if isinstance(n, int)}
    spare = (n for n in (*SIZES, *MORE) if n not in taken)
    numbers = {letter: next(spare) for letter in letters}
    if not numbers:
        return None

    def number(size: Any) -> int:
        if not isinstance(size, Size):
            return int(size)
        return sum(
            c * int(np.prod([numbers[letter] for letter in term])) for term, c in size.terms.items()
        )

    return {name: tuple(map(number, shape)) for name, shape in shapes.items()}
