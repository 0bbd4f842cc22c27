"""Points of a layer, by its name: its inputs drawn, in sizes that all differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from layouts.errors import InputError, near_names
from layouts.layout import Layout
from layouts.shape_text import shape_given
from layouts.sizes import Shape, Size

from .. import layers
from ..checking import assert_gradient, assert_jacobian, assert_vjp
from ..checking.layer_pieces import of_layer
from ..checking.pieces import Pieces
from ..layers import ACTIVATIONS, LOSSES, Layer, Linear, Loss
from .point import RTOL, Point

__all__ = ["drawn_layer", "points_of_layer"]

OTHERS: dict[str, dict[str, str]] = {
    "linear": {"x": "n", "W": "m×n", "b": "m"},
    "hadamard": {"u": "n", "v": "n"},
    "add": {"u": "n", "v": "n"},
    "subtract": {"u": "n", "v": "n"},
    "divide": {"u": "n", "v": "n"},
    "matrix_product": {"A": "p×q", "B": "q×r"},
    "bilinear_form": {"x": "n", "A": "n×m", "y": "m"},
}
"""Layers with more than one input, and the shapes of these unless others are said."""
CLASSES = {"matrix_product": "MatrixProduct", "bilinear_form": "BilinearForm"}


def points_of_layer(said: Any, numbers: Sequence[int], k: int) -> Iterator[Point]:
    """Points of a layer; k of them tells apart what is drawn for each."""
    for name in ("samples", "of", "arguments", "activation", "loss"):
        if name in said:
            raise InputError(
                f"{name} is for a network: a layer has its inputs, of the shapes that it says."
            )
    for seed in range(k, 10_000, 7):
        layer, inputs, sizes = drawn_layer(said["layer"], said.get("shapes", {}), numbers, seed)
        yield _layer_point(said, layer, inputs, sizes)


def _layer_point(said: Any, layer: Any, inputs: list[Any], sizes: str) -> Point:
    value = np.asarray(layer(*inputs))
    kind = said.get("derivative") or ("gradient" if value.size == 1 else "jacobian")
    wrt = said.get("wrt")
    g = np.cos(np.arange(1.0, value.size + 1)).reshape(value.shape) if kind == "vjp" else None

    def pieces(layout: Layout) -> Pieces:
        p = of_layer(kind, layer, inputs, wrt, layout, g=g)
        p.rtol = said.get("rtol", RTOL)
        return p

    def hold(actual: Any, layout: Layout) -> None:
        options = {"wrt": wrt, "rtol": said.get("rtol", RTOL)}
        if g is not None:
            assert_vjp(actual, layer, g, *inputs, **options)
        elif kind == "gradient":
            assert_gradient(actual, layer, *inputs, layout=layout, **options)
        else:
            assert_jacobian(actual, layer, *inputs, layout=layout, **options)

    return Point(inputs if g is None else [g, *inputs], pieces, hold, sizes, True)


def drawn_layer(
    name: str, shapes: Mapping[str, str], numbers: Sequence[int], seed: int
) -> tuple[Any, list[Any], str]:
    """A layer, inputs for it, and their sizes in words.

    Args:
        name: of an activation, a loss, or one of OTHERS.
        shapes: of its inputs, where they are not the usual ones.
        numbers: what letters stand for.
        seed: of the entries.

    Raises:
        LayoutError: there is no such layer, or the shapes do not fit it.

    >>> layer, inputs, sizes = drawn_layer("linear", {}, (4, 3), 0)
    >>> layer, [value.shape for value in inputs], sizes
    (Linear(3×4), [(4,), (3, 4), (3,)], 'x 4, W 3×4, b 3')
    """
    draw = np.random.default_rng(seed)
    usual, make = _known(name)
    for each in shapes:
        if each not in usual:
            raise InputError(f"shapes: {name} has no input {each!r}: {near_names(each, usual)}")
    read = {each: shape_given(text) for each, text in {**usual, **shapes}.items()}
    sizes = _numbers(read, numbers)
    inputs = {each: _drawn(draw, shape) for each, shape in sizes.items()}
    if make is None:
        return (Linear(inputs["W"], inputs["b"]), list(inputs.values()), _words(sizes))
    layer = make()
    if isinstance(layer, Loss):
        inputs["prediction"] = draw.uniform(0.1, 0.9, sizes["prediction"])
        inputs["target"] = _target(layer, draw, sizes["target"])
    layer(*inputs.values())
    return layer, list(inputs.values()), _words(sizes)


def _known(name: str) -> tuple[dict[str, str], Any]:
    """The usual shapes of a layer's inputs, and what makes it; None for a linear one."""
    if name in ACTIVATIONS:
        return {"x": "n"}, ACTIVATIONS[name]
    if name in LOSSES:
        return {"prediction": "n", "target": "n"}, LOSSES[name]
    if name == "linear":
        return OTHERS[name], None
    if name in OTHERS:
        made: type[Layer] = getattr(layers, CLASSES.get(name, name.capitalize()))
        return OTHERS[name], made
    raise InputError(
        f"unknown layer {name!r}: {near_names(name, [*ACTIVATIONS, *LOSSES, *OTHERS])}"
    )


def _numbers(shapes: Mapping[str, Shape], numbers: Sequence[int]) -> dict[str, tuple[int, ...]]:
    """The shapes with a number for each letter, none that stands there already."""
    sizes = [size for shape in shapes.values() for size in shape]
    spare = [n for n in numbers if n not in sizes]
    letters = list(dict.fromkeys(size for size in sizes if isinstance(size, Size)))
    known = dict(zip(letters, spare, strict=False))
    return {
        name: tuple(known[size] if isinstance(size, Size) else int(size) for size in shape)
        for name, shape in shapes.items()
    }


def _drawn(draw: Any, shape: tuple[int, ...]) -> Any:
    """Entries from 0.3 to 1.7 or their negatives: none is near 0, where kinks are."""
    return draw.choice((-1.0, 1.0), shape) * draw.uniform(0.3, 1.7, shape)


def _target(layer: Loss, draw: Any, shape: tuple[int, ...]) -> Any:
    """What the loss takes for true."""
    if not shape:
        raise InputError("shapes: a target is a vector, n, or samples as columns, n×N.")
    return layer.draw_target(draw, (shape[0], prod(shape[1:]))).reshape(shape)


def _words(sizes: Mapping[str, tuple[int, ...]]) -> str:
    return ", ".join(
        f"{name} {'×'.join(map(str, shape)) or 'scalar'}" for name, shape in sizes.items()
    )
