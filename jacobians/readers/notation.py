"""Dense networks in short notation: sizes joined by hyphens, names of activations and of a loss.

    2-3-2       relu,sigmoid       half_squared_error
    n-3-2-1     sigmoid

A size is a positive number or a letter (a word of letters and digits that begins with a letter).
One activation serves all linear layers, the last included; otherwise there is one for each.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from layouts.errors import InputError, ShapeError
from layouts.shape_text import read_size
from layouts.sizes import SizeLike, by

from ..layers import Layer, Linear, Loss, activation_named, loss_named
from ..layers.base import as_numbers
from ..unknown import Array
from .description import Description

__all__ = [
    "checked_seed",
    "dense_network",
    "printable",
    "read_activations",
    "read_sizes",
    "small_integer_draw",
    "weights_by_name",
]


def dense_network(
    notation: str,
    activation: str | Layer | Sequence[str | Layer] | None = None,
    loss: Loss | str | None = None,
    seed: int | None = 0,
    *,
    reduction: str | None = None,
    bias: bool = True,
    small_integers: bool = False,
    weights: Mapping[str, Any] | None = None,
    source: str | None = None,
) -> Description:
    """See `Network.parse`; with `weights` (W1, b1, W2, …) nothing is drawn."""
    sizes = read_sizes(notation)
    activations = read_activations(activation, len(sizes) - 1)
    if isinstance(loss, str):
        loss = loss_named(loss, reduction)
    elif loss is not None and not isinstance(loss, Loss):
        raise InputError(f"{loss!r} is not a loss: give one, or its name.")
    elif loss is None and reduction is not None:
        raise InputError("reduction says how a loss is taken over samples; this network has none.")
    seed = checked_seed(seed)
    numbers_only = all(isinstance(size, int) for size in sizes)
    generator = None
    if weights is not None:
        linear = given_layers(sizes, weights_by_name(weights))
    elif seed is None or not numbers_only:
        linear = [Linear.of_sizes(m, n, bias=bias) for n, m in pairwise(sizes)]
    else:
        generator = np.random.default_rng(seed)
        draw = small_integer_draw if small_integers else np.random.Generator.standard_normal
        linear = [
            Linear(draw(generator, (m, n)), draw(generator, (m,)) if bias else None)  # type: ignore[arg-type]
            for n, m in pairwise(sizes)
        ]
    layers = [layer for pair in zip(linear, activations, strict=True) for layer in pair]
    if source is None:
        source = _command_words(notation, activation, loss, seed, bias, small_integers)
    return Description(layers, loss, source, generator, seed or 0)


def checked_seed(seed: Any) -> int | None:
    """A whole number from 0 on, or None."""
    if not isinstance(seed, int | np.integer | None) or isinstance(seed, bool) or (seed or 0) < 0:
        raise InputError(f"a seed is a whole number from 0 on, or None, not {seed!r}.")
    return None if seed is None else int(seed)


def _command_words(
    notation: str,
    activation: str | Layer | Sequence[str | Layer] | None,
    loss: Loss | None,
    seed: int | None,
    bias: bool,
    small_integers: bool,
) -> str | None:
    """The same network as words of the command line; None where they cannot say it."""
    words = [notation]
    if activation is not None:
        names = [activation] if isinstance(activation, str | Layer) else list(activation)
        if not all(isinstance(name, str) for name in names):
            return None
        words += ["--activation", ",".join(map(str, names))]
    if loss is not None:
        if loss.options != loss.defaults:
            return None
        words += ["--loss", loss.word.replace(" ", "_")]
        words += ["--reduction", loss.reduction] if loss.reduction != loss.default_reduction else []
    words += [] if bias else ["--no-bias"]
    words += ["--seed", str(seed)] if seed else []
    words += ["--small-integers"] if small_integers else []
    return shlex.join(words)


def small_integer_draw(generator: np.random.Generator, shape: Any) -> Array:
    """Whole numbers from -3 to 3 without 0: they can be followed on a blackboard."""
    drawn: Array = generator.choice(np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0]), size=shape)
    return drawn


def read_sizes(notation: str) -> list[SizeLike]:
    """The sizes of a notation.

    >>> read_sizes("n-3-2")
    [n, 3, 2]
    >>> read_sizes("2--3")
    Traceback (most recent call last):
    layouts.errors.InputError: '2--3' has an empty size: sizes are joined by single hyphens, 2-3-2.
    """
    if not isinstance(notation, str) or not notation.strip():
        raise InputError("a network is written as its sizes, 2-3-2 or n-3-2.")
    words = notation.strip().split("-")
    if not all(map(str.strip, words)):
        raise InputError(
            f"{notation!r} has an empty size: sizes are joined by single hyphens, 2-3-2."
        )
    sizes = [read_size(word, notation) for word in words]
    if len(sizes) < 2:
        raise InputError(f"{notation!r} has one size: a network needs an input and an output, 2-3.")
    return sizes


def read_activations(
    activation: str | Layer | Sequence[str | Layer] | None, count: int
) -> list[Layer]:
    """One activation for each linear layer."""
    if activation is None:
        names: list[str | Layer] = ["identity"]
    elif isinstance(activation, Layer):
        names = [activation]
    elif isinstance(activation, str):
        names = [name.strip() for name in activation.split(",")]
    elif isinstance(activation, Sequence):
        names = list(activation)
    else:
        raise InputError(f"activations are names, not {activation!r}.")
    if len(names) == 1:
        names = names * count
    if len(names) != count:
        raise InputError(
            f"{len(names)} activations ({', '.join(map(str, names))}) for {count} linear layers: "
            f"give one for each, or one for all."
        )
    return [name if isinstance(name, Layer) else activation_named(name) for name in names]


def weights_by_name(weights: Any) -> Mapping[str, Any]:
    """Weights as they are given, each by its name.

    Raises:
        InputError: no mapping, or something in it that is no name.
    """
    if not isinstance(weights, Mapping):
        raise InputError(f"weights are arrays by name, {{'W': …}}, not {type(weights).__name__}.")
    for name in weights:
        if not isinstance(name, str):
            raise InputError(f"a parameter is called by its name, a word, not {name!r}.")
    return weights


def printable(name: str) -> str:
    r"""A name from a file as messages show it.

    >>> print(printable("W1"), printable("W\x1b[31m"))
    W1 'W\x1b[31m'
    """
    return name if name.isidentifier() and len(name) <= 40 else repr(name[:40])


def given_layers(sizes: Sequence[SizeLike], weights: Mapping[str, Any]) -> list[Linear]:
    """Linear layers of these sizes from W1, b1, W2, …; biases may be missing."""
    known = [f"{letter}{number}" for number in range(1, len(sizes)) for letter in "Wb"]
    foreign = [name for name in weights if name not in known]
    if foreign:
        raise InputError(f"{printable(foreign[0])} is no parameter of this network: they are "
                         f"{', '.join(known)}.")  # fmt: skip
    layers = []
    for number, (n, m) in enumerate(pairwise(sizes), start=1):
        W, b = weights.get(f"W{number}"), weights.get(f"b{number}")
        if W is None:
            raise InputError(f"W{number} is missing: weights are given for all layers or for none.")
        W, b = _finite(f"W{number}", W), None if b is None else _finite(f"b{number}", b)
        if W.shape != (m, n):
            raise ShapeError(f"W{number} is {by(W.shape)}, the sizes say {by((m, n))}: weights are "
                             "(outputs, inputs).")  # fmt: skip
        if b is not None and b.shape != (m,):
            raise ShapeError(f"b{number} has shape {b.shape}, W{number} is {by(W.shape)}: a bias "
                             "has one entry for each row of its weights.")  # fmt: skip
        layers.append(Linear(W, b))
    return layers


def _finite(name: str, values: Any) -> Any:
    array = as_numbers(values, name)
    if not np.isfinite(array).all():
        raise InputError(f"{name} has entries that are not finite numbers.")
    return array
