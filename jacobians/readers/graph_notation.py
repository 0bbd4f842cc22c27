"""A graph in short notation: a line for each declaration and for each value.

    input x: 2                              several: inputs x1: 2, x2: 2
    target y: 3
    parameters W1: 4×2, b1: 4, W2: 3×4      sizes are numbers or letters; 4 by 2 is 4×2
    z1 = W1 @ x + b1                        a linear layer
    a1 = relu(z1)                           any activation by its name
    z2 = W2 @ (a1 * a1) + W2 @ a1           parts without a name get one: z2_1, z2_2, …
    L = half_squared_error(z2, y)           any loss by its name

    @ matrix product · * Hadamard product · / division, entry by entry · + - · 0.5 * u · 1 - u
    A.T · x[0:2] · X[0:2, 1:3] (counted from 0) · x.T @ A @ y, a bilinear form
    concatenate(u, v) · reshape(x, 2, 3) · flatten(X) · sum(x), of a sample's entries
    sum_over_samples(x) · mean_over_samples(x) · layer_norm(x, gamma, beta) · batch_norm(…)

Lines may stand in any order; # starts a comment. The text is parsed, never evaluated.

    loss NAME       the value that is the loss: one number that all samples make. Without this line
                    it is the one called L, else the only such number that no other line uses
    output NAME     the value that is the prediction. Without this line it is what the loss compares
                    with a target, else the last value of the samples
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from layouts.errors import InputError, LayoutError, ShapeError, near_names
from layouts.sizes import Shape, Size, by

from ..graph import Graph, in_order
from ..layers import Layer
from ..layers.base import as_numbers
from ..layers.linear import frozen
from ..unknown import Entries, Unknown
from .description import Description
from .graph_builder import Builder
from .graph_ends import loss_of, prediction_of, why_no_loss
from .graph_expressions import Expressions
from .graph_lines import Written, written_in
from .graph_syntax import names_in
from .notation import checked_seed, printable, small_integer_draw, weights_by_name

__all__ = ["checked_title", "read"]

LONGEST_TITLE = 100


def read(
    text: str,
    seed: int | None = 0,
    *,
    weights: Mapping[str, Any] | None = None,
    functions: Mapping[str, Layer] | None = None,
    small_integers: bool = False,
    source: str | None = None,
    title: str = "",
) -> Description:
    """The network that the text describes; see `Network.graph`."""
    seed = checked_seed(seed)
    written = written_in(text)
    shapes = written.shapes
    if not shapes["inputs"]:
        raise InputError("the graph has no input: a line such as `input x: 2` declares one.")
    if not written.definitions:
        raise InputError("the graph computes nothing: a line such as `z = W @ x + b` does.")
    graph = _wired(written, _layers_by_name(functions))
    generator = None
    parameters: dict[str, Entries]
    if weights is not None:
        parameters = _given(shapes["parameters"], weights_by_name(weights))
    elif seed is None or any(isinstance(n, Size) for kind in shapes.values()
                             for shape in kind.values() for n in shape):  # fmt: skip
        parameters = {name: Unknown(shape) for name, shape in shapes["parameters"].items()}
    else:
        generator = np.random.default_rng(seed)
        draw = small_integer_draw if small_integers else np.random.Generator.standard_normal
        parameters = {name: frozen(draw(generator, shape))  # type: ignore[arg-type]
                      for name, shape in shapes["parameters"].items()}  # fmt: skip
    graph = graph._replace(parameters=parameters, title=checked_title(title))
    return Description(graph, None, source, generator, seed or 0)


def checked_title(title: str) -> str:
    """A title, which is one line of characters that can be printed.

    Raises:
        InputError: another character in it, a backtick (it would open mathematics), or too many.
    """
    fits = isinstance(title, str) and len(title) <= LONGEST_TITLE
    if not fits or not title.isprintable() or "`" in title:
        raise InputError(f"a title is one line of at most {LONGEST_TITLE} printable characters, "
                         f"no backticks, not {str(title)[:40]!r}.")  # fmt: skip
    return title


def _layers_by_name(functions: Mapping[str, Layer] | None) -> Mapping[str, Layer]:
    """The functions that the caller hands in."""
    if not isinstance(functions, Mapping | None):
        raise InputError(f"functions are layers by name, {{'f': Custom(function)}}, not "
                         f"{functions!r}.")  # fmt: skip
    for name, layer in (functions or {}).items():
        if not isinstance(name, str):
            raise InputError(f"a function is called by its name, a word, not {name!r}.")
        if not isinstance(layer, Layer):
            raise InputError(f"the function {name} is no layer, but {layer!r}: make it one, "
                             "Custom(function).")  # fmt: skip
    return functions or {}


def _wired(written: Written, functions: Mapping[str, Layer]) -> Graph:
    """The values in the order of computation, as steps."""
    shapes, definitions = written.shapes, written.definitions
    needs = {name: names_in(definition.expression) for name, definition in definitions.items()}
    expressions = Expressions(shapes, taken=definitions.keys(), functions=functions)

    def refuse(name: str, message: str) -> NoReturn:
        definitions[name].line.refuse(message)

    for name in in_order(needs, written.given, refuse):
        line = definitions[name].line
        try:
            expressions.define(name, definitions[name].expression)
        except RecursionError:
            line.refuse("it is nested too deeply.")
        except LayoutError as problem:
            line.refuse(str(problem), type(problem))
    made = expressions.to
    loss, output = _ends(written, made, needs)
    return Graph(
        tuple(made.steps),
        inputs=shapes["inputs"],
        parameters={},
        output=output,
        targets=shapes["targets"],
        loss=loss,
        aliases=_alias(shapes["inputs"], made.values),
    )


def _ends(
    written: Written, made: Builder, needs: Mapping[str, Sequence[str]]
) -> tuple[str | None, str]:
    """The loss and the prediction, as lines say them or as they follow."""
    for name, line in written.chosen.values():
        if name not in written.definitions:
            line.refuse(f"no line computes {name}: {near_names(name, written.definitions)}")
    loss = written.said("loss")
    if loss and (why := why_no_loss(made, loss)):
        written.chosen["loss"][1].refuse(f"{why}: a loss is one number that all samples make.")
    loss = loss or loss_of(made, needs)
    return loss, written.said("output") or prediction_of(made, needs, loss)


def _alias(inputs: Mapping[str, Shape], names: Collection[str]) -> dict[str, str]:
    """The only input may be called x, as that of a row, where nothing else is."""
    return {"x": next(iter(inputs))} if len(inputs) == 1 and "x" not in names else {}


def _given(shapes: Mapping[str, Shape], weights: Mapping[str, Any]) -> dict[str, Entries]:
    """The parameters that the caller has, each of the declared shape."""
    arrays: dict[str, Entries] = {}
    for name in weights:
        if name not in shapes:
            known = near_names(name, shapes)
            raise InputError(f"{printable(name)} is no parameter of this graph: {known}")
    for name, shape in shapes.items():
        if name not in weights:
            raise InputError(
                f"{name} is missing: weights are given for all parameters or for none."
            )
        array = as_numbers(weights[name], name)
        if array.shape != shape:
            raise ShapeError(f"{name} has shape {array.shape}, the graph declares {by(shape)}.")
        if not np.isfinite(array).all():
            raise InputError(f"{name} has entries that are not finite numbers.")
        arrays[name] = frozen(array)
    return arrays
