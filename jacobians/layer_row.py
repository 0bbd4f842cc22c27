"""A row of layers as a graph, with the names of the usual texts.

    a0 = x                      the input
    z_l = W_l a_(l-1) + b_l     each linear layer starts number l
    a_l, a_l_2, …               the layers behind it
    y, L                        the target and the loss

A layer object that stands in the list twice shares its parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

from layouts.errors import InputError
from layouts.sizes import SizeLike

from .graph import Graph
from .layers import Layer, Linear, Loss, loss_named
from .steps import Step
from .unknown import Entries

__all__ = ["INPUT", "LOSS", "TARGET", "input_size_of", "notation_of", "row"]

INPUT, TARGET, LOSS = "a0", "y", "L"


def row(layers: Sequence[Layer], loss: Loss | str | None = None) -> Graph:
    """The layers one behind the other.

    Raises:
        LayoutError: no layers, or something that is no layer.

    >>> graph = row([Linear.of_sizes(3, 2), Linear.of_sizes(4, 3)])
    >>> [(step.name, step.inputs) for step in graph.steps]
    [('z1', ('a0', 'W1', 'b1')), ('z2', ('z1', 'W2', 'b2'))]
    """
    layers = tuple(layers)
    if not layers:
        raise InputError("a network needs at least one layer.")
    for layer in layers:
        if not isinstance(layer, Layer) or isinstance(layer, Loss):
            raise InputError(f"{layer!r} is not a layer of a row: layers are Linear, ReLU, …; "
                             "a loss goes into loss=.")  # fmt: skip
        if len(layer.arguments) - len(layer.parameters()) != 1:
            raise InputError(f"{layer!r} takes {' and '.join(layer.arguments)}: a layer of a row "
                             "has one input; for more use Network.graph.")  # fmt: skip
    loss = loss_named(loss) if isinstance(loss, str) else loss
    if loss is not None and not isinstance(loss, Loss):
        raise InputError(f"{loss!r} is not a loss: give one, or its name.")
    steps, parameters = _wired(layers)
    output = steps[-1].name
    if loss is not None:
        steps.append(Step(LOSS, loss, (output, TARGET)))
    size = input_size_of(layers)
    return Graph(
        tuple(steps),
        inputs={INPUT: None if size is None else (size,)},
        parameters=parameters,
        output=output,
        targets={} if loss is None else {TARGET: None},
        loss=None if loss is None else LOSS,
        aliases={"x": INPUT},
        is_row=True,
    )


def _wired(layers: Sequence[Layer]) -> tuple[list[Step], dict[str, Entries]]:
    """Name the values, and write the layers down as steps."""
    steps: list[Step] = []
    parameters: dict[str, Entries] = {}
    value, number, further = INPUT, 0, 1
    held: dict[int, tuple[str, ...]] = {}
    for layer in layers:
        own = layer.parameters()
        if isinstance(layer, Linear):
            number, further = number + 1, 0
            output = f"z{number}"
        else:
            further += 1
            output = f"a{number}" + (f"_{further}" if further > 1 else "")
        if id(layer) not in held:
            held[id(layer)] = tuple(_free(f"{name}{number}", parameters) for name in own)
            parameters |= dict(zip(held[id(layer)], own.values(), strict=True))
        steps.append(Step(output, layer, (value, *held[id(layer)])))
        value = output
    return steps, parameters


def _free(name: str, taken: dict[str, Entries]) -> str:
    """The name, with _2, _3, … behind it where another layer of that number has it."""
    further = 2
    while name in taken:
        name = f"{name.partition('_')[0]}_{further}"
        further += 1
    return name


def input_size_of(layers: Sequence[Layer]) -> SizeLike | None:
    """How many entries the input has, where a layer says so."""
    for layer in layers:
        if isinstance(layer, Linear):
            return layer.W.shape[1]
        if own := layer.parameters():
            return next(iter(own.values())).shape[0]
        if not layer.keeps_size:
            return None
    return None


def notation_of(layers: Sequence[Layer], size: SizeLike | None) -> str:
    """The sizes from input to output, as in 2-3-2; an input of any size is ?."""
    linear = [layer.W.shape[0] for layer in layers if isinstance(layer, Linear)]
    return "-".join(map(str, ["?" if size is None else size, *linear])) if linear else ""
