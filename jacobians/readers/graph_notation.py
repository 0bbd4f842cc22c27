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

Lines may stand in any order; # starts a comment. `output u` says which value is the prediction
where that is not what the loss compares, or the last value. The text is parsed, never evaluated.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from keyword import iskeyword
from typing import Any, NamedTuple, NoReturn
from unicodedata import normalize

import numpy as np

from layouts.errors import InputError, LayoutError, ShapeError, near_names
from layouts.sizes import Shape, Size, by

from ..graph import Graph, in_order
from ..layers import Layer, Loss
from ..layers.base import as_numbers
from ..unknown import Entries, Unknown
from .description import Description
from .graph_builder import Builder
from .graph_expressions import Expressions
from .graph_syntax import names_in
from .notation import checked_seed, read_size, small_integer_draw

__all__ = ["read"]

ROLES = {"input": "inputs", "target": "targets", "parameter": "parameters"}
NAME = r"[^\W\d]\w*"
LONGEST_TEXT = 200_000
LONGEST_NAME = 40


class Line(NamedTuple):
    """One line of the text."""

    number: int
    text: str

    def refuse(self, message: str, kind: type[LayoutError] = InputError) -> NoReturn:
        """An error that names the line."""
        shown = self.text if len(self.text) <= 80 else f"{self.text[:60]} …"
        raise kind(f"graph, line {self.number}, {shown!r}: {message}") from None


class Definition(NamedTuple):
    """`name = expression`."""

    line: Line
    expression: ast.expr


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
    shapes, definitions, chosen = _declared(text)
    if not shapes["inputs"]:
        raise InputError("the graph has no input: a line such as `input x: 2` declares one.")
    if not definitions:
        raise InputError("the graph computes nothing: a line such as `z = W @ x + b` does.")
    for name, layer in (functions or {}).items():
        if not isinstance(layer, Layer):
            raise InputError(f"the function {name} is no layer, but {layer!r}: make it one, "
                             "Custom(function).")  # fmt: skip
    graph = _wired(shapes, definitions, chosen, functions or {})
    generator = None
    if weights is not None:
        parameters = _given(shapes["parameters"], weights)
    elif seed is None or any(isinstance(n, Size) for kind in shapes.values()
                             for shape in kind.values() for n in shape):  # fmt: skip
        parameters = {name: Unknown(shape) for name, shape in shapes["parameters"].items()}
    else:
        generator = np.random.default_rng(seed)
        draw = small_integer_draw if small_integers else np.random.Generator.standard_normal
        parameters = {name: draw(generator, shape) for name, shape in shapes["parameters"].items()}  # type: ignore[arg-type]
    graph = graph._replace(parameters=parameters, title=title)
    return Description(graph, None, source, generator, seed or 0)


def _declared(
    text: str,
) -> tuple[dict[str, dict[str, Shape]], dict[str, Definition], dict[str, Line]]:
    """The declared shapes by role, the values in the order of the lines, and `output`."""
    if not isinstance(text, str):
        raise InputError(f"a graph is written as text, a line for each value, not {text!r}.")
    if len(text) > LONGEST_TEXT:
        raise InputError(f"a graph of {len(text):,} characters is beyond reason.")
    shapes: dict[str, dict[str, Shape]] = {role: {} for role in ROLES.values()}
    definitions: dict[str, Definition] = {}
    chosen: dict[str, Line] = {}
    for line in _lines(text):
        word, *after = line.text.split(None, 1)
        rest = after[0] if after else ""
        role = ROLES.get(word.removesuffix("s"))
        if role is not None and "=" not in line.text:
            for name, shape in _declarations(rest, line):
                _new(name, line, shapes, definitions)
                shapes[role][name] = shape
        elif word == "output" and re.fullmatch(NAME, rest):
            if chosen:
                line.refuse(f"the output is {next(iter(chosen))} already.")
            chosen[rest] = line
        elif match := re.fullmatch(rf"({NAME})\s*=(?!=)\s*(.+)", line.text):
            name = normalize("NFKC", match[1])  # as the parser writes names in expressions
            _new(name, line, shapes, definitions)
            definitions[name] = Definition(line, _parsed(match[2], line))
        else:
            line.refuse("a line declares (`input x: 2`, `parameters W: 3×2, b: 3`, `target y: 3`) "
                        "or computes (`z = W @ x + b`).")  # fmt: skip
    return shapes, definitions, chosen


def _lines(text: str) -> Iterator[Line]:
    for number, written in enumerate(text.splitlines(), start=1):
        if line := written.partition("#")[0].strip():
            yield Line(number, line)


def _declarations(text: str, line: Line) -> Iterator[tuple[str, Shape]]:
    """`W1: 3×2, b1: 3`."""
    for part in text.split(","):
        match = re.fullmatch(rf"\s*({NAME})\s*:\s*(.+?)\s*", part)
        if match is None:
            line.refuse(f"{part.strip()!r} is no declaration: a name, a colon and its sizes, "
                        "W1: 3×2.")  # fmt: skip
        try:
            sizes = re.split(r"\s*×\s*|\s+by\s+|(?<=\d)x(?=\d)", match[2])
            shape = tuple(read_size(size) for size in sizes)
        except LayoutError as problem:
            line.refuse(f"{problem} The shape of a matrix is written 3×2 or 3 by 2.")
        if len(shape) > 2:
            line.refuse(f"{match[1]} is {by(shape)}: a value is a vector or a matrix.")
        yield normalize("NFKC", match[1]), shape


def _new(name: str, line: Line, shapes: Mapping[str, Any], definitions: Mapping[str, Any]) -> None:
    """Refuse a name that is taken, or that has a meaning of its own."""
    if len(name) > LONGEST_NAME:
        line.refuse(f"a name of {len(name)} letters is beyond reason.")
    if iskeyword(name):
        line.refuse(f"{name} is a word of the notation itself: choose another name.")
    if name == "parameters":
        line.refuse("`parameters` means all of them at once: choose another name.")
    if name in definitions or any(name in kind for kind in shapes.values()):
        line.refuse(f"{name} is there already: every value has a name of its own, h1, h2, ….")


def _parsed(text: str, line: Line) -> ast.expr:
    """The expression as a tree; what only Python knows is refused later."""
    try:
        plain = text.replace("ᵀ", ".T").replace("⊙", "*").replace("·", "*").replace("−", "-")
        return ast.parse(plain.strip(), mode="eval").body
    except SyntaxError as problem:
        place = f", at column {problem.offset}" if problem.offset else ""
        line.refuse(f"cannot be read{place}: {problem.msg}.")
    except (ValueError, RecursionError, MemoryError):
        line.refuse("cannot be read: it is nested too deeply, or has characters of no meaning.")


def _wired(
    shapes: Mapping[str, dict[str, Shape]],
    definitions: Mapping[str, Definition],
    chosen: Mapping[str, Line],
    functions: Mapping[str, Layer],
) -> Graph:
    """The values in the order of computation, as steps."""
    given = [*shapes["inputs"], *shapes["targets"], *shapes["parameters"]]
    needs = {name: names_in(definition.expression) for name, definition in definitions.items()}
    expressions = Expressions(shapes, taken=definitions.keys(), functions=functions)

    def refuse(name: str, message: str) -> NoReturn:
        definitions[name].line.refuse(message)

    for name in in_order(needs, given, refuse):
        line = definitions[name].line
        try:
            expressions.define(name, definitions[name].expression)
        except RecursionError:
            line.refuse("it is nested too deeply.")
        except LayoutError as problem:
            line.refuse(str(problem), type(problem))
    for name, line in chosen.items():
        if name not in definitions:
            line.refuse(f"no line computes {name}: {near_names(name, definitions)}")
    last = list(definitions)[-1]
    made = expressions.to
    loss = last if made.values[last].is_one_number else None
    output = next(iter(chosen), None) or _predicted(made, definitions, loss)
    return Graph(
        tuple(made.steps),
        inputs=shapes["inputs"],
        parameters={},
        output=output,
        targets=shapes["targets"],
        loss=loss,
        aliases=_alias(shapes["inputs"], made.values),
    )


def _alias(inputs: Mapping[str, Shape], names: Collection[str]) -> dict[str, str]:
    """The only input may be called x, as that of a row, where nothing else is."""
    return {"x": next(iter(inputs))} if len(inputs) == 1 and "x" not in names else {}


def _predicted(made: Builder, definitions: Mapping[str, Any], loss: str | None) -> str:
    """What the last loss compares with a target; without one, the last value of the samples."""
    for step in reversed(made.steps):
        if isinstance(step.layer, Loss):
            return step.inputs[0]
    of_samples = [n for n in definitions if n != loss and made.values[n].of_samples]
    return of_samples[-1] if of_samples else list(definitions)[-1]


def _given(shapes: Mapping[str, Shape], weights: Mapping[str, Any]) -> dict[str, Entries]:
    """The parameters that the caller has, each of the declared shape."""
    arrays: dict[str, Entries] = {}
    for name in weights:
        if name not in shapes:
            raise InputError(f"{name} is no parameter of this graph: {near_names(name, shapes)}")
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
        arrays[name] = array
    return arrays
