"""A derivative in a network, as a problem of formulas: one line for each step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from layouts.errors import InputError, near_names
from layouts.formulas.scope import column_shape
from layouts.sizes import Shape, SizeLike

from ..formula_functions import layer_functions
from ..layers import (
    ACTIVATIONS,
    LOSSES,
    Add,
    Elementwise,
    Hadamard,
    Layer,
    Linear,
    Loss,
    MatrixProduct,
    Scale,
    Subtract,
    Transpose,
)
from ..network import Network
from ..steps import Step
from .problem import Problem

__all__ = ["problem_of_network"]


def problem_of_network(
    net: Network, wrt: str, of: str | None = None, samples: SizeLike | None = None
) -> Problem:
    """∂of/∂wrt in a network.

    Args:
        net: any network whose steps are formulas of the notation.
        wrt: W1, z1, x, …
        of: a value; None is the loss, or the prediction where there is none.
        samples: how many stand in the columns; None is one.

    Raises:
        InputError: a name that the network lacks, or a step that no formula states.

    >>> from jacobians import Network
    >>> net = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error")
    >>> problem = problem_of_network(net, "W1")
    >>> problem.let["z2"], problem.of, problem.gradients["delta2"]
    ('W2 @ a1 + b2', 'L', ('L', 'z2'))
    """
    top = net.top if of is None else _own(net, of)
    shapes = _shapes(net, samples)
    sized = {each: len(net.shapes(samples or 1)[each]) for each in net.parameters}
    sized |= dict.fromkeys([*net.inputs, *net.targets], 1 if samples is None else 2)
    let = {step.name: line_of(step, samples) for step in net.steps}
    name = _own(net, wrt)
    gradients = {}
    if net.loss_name is not None:
        made = [step for step in net.steps if step.name != net.loss_name]
        gradients = {gradient_name(step): (net.loss_name, step.name) for step in made}
    losses = [step for step in net.steps if isinstance(step.layer, Loss)]
    nature = {step.inputs[1]: TARGETS[step.layer.targets] for step in losses}  # type: ignore[attr-defined]
    return Problem(
        top, name, shapes, let, layer_functions(), nature=nature, gradients=gradients,
        title=f"∂{top}/∂{name} of {title_of(net)}", sized=sized, cache={},
    )  # fmt: skip


TARGETS = {"class": "class", "bits": "bits", "real": ""}


def title_of(net: Network) -> str:
    """The network as the command line has it."""
    text = str(net).replace(": ", ", ", 1)
    for step in net.steps:
        if isinstance(step.layer, Loss):
            text = text.replace(step.layer.word, step.layer.word.replace(" ", "_"))
    return text


def gradient_name(step: Step) -> str:
    """What ∂L/∂value is called: delta2 for z2, g_a1 for a1."""
    number = step.name[1:]
    return f"delta{number}" if step.name[0] == "z" and number.isdigit() else f"g_{step.name}"


def _own(net: Network, name: str) -> str:
    """The network's own name for a value."""
    plain = net.aliases.get(name, name)
    known = [*net.inputs, *net.targets, *net.parameters, *(step.name for step in net.steps)]
    if plain not in known:
        raise InputError(f"there is no value {name}: {near_names(name, known)}")
    return plain


def _shapes(net: Network, samples: SizeLike | None) -> dict[str, Shape]:
    """Rows and columns of everything that is given."""
    known = net.shapes(samples or 1)
    columns = {}
    for name in [*net.inputs, *net.targets]:
        shape = known[name]
        columns[name] = column_shape(shape[:1] if samples is None else shape)
    parameters = {name: column_shape(tuple(known[name])) for name in net.parameters}
    return {**columns, **parameters}


def line_of(step: Step, samples: SizeLike | None = None) -> str:
    """A step as a formula.

    Raises:
        InputError: no formula of the notation states it.
    """
    for kind, text in LINES.items():
        if isinstance(step.layer, kind):
            return text(step.layer, step.inputs, samples)
    raise InputError(f"{step.name} is made by {step.layer!r}, which no formula of the notation "
                     "states: it cannot be checked yet.")  # fmt: skip


def _linear(layer: Any, inputs: tuple[str, ...], samples: SizeLike | None) -> str:
    x, W, *b = inputs
    bias = f" + {b[0]}" + ("" if samples is None else f" @ ones(1, {samples})") if b else ""
    return f"{W} @ {x}{bias}"


def _named(layer: Any, inputs: tuple[str, ...], samples: SizeLike | None) -> str:
    for name, make in ACTIVATIONS.items():
        plain = make()
        if type(plain) is type(layer) and repr(plain) == repr(layer):
            return inputs[0] if name == "identity" else f"{name}({inputs[0]})"
    raise InputError(f"{layer!r} has options, which the notation does not: it cannot be checked.")


def _loss(layer: Any, inputs: tuple[str, ...], samples: SizeLike | None) -> str:
    for name, kind in LOSSES.items():
        usual = kind(layer.reduction) if samples is None else kind()  # one sample is not reduced
        if type(layer) is kind and repr(layer) == repr(usual):
            return f"{name}({', '.join(inputs)})"
    raise InputError(f"{layer!r} has options, which the notation does not: it cannot be checked.")


def _joined(sign: str) -> Callable[[Any, tuple[str, ...], SizeLike | None], str]:
    return lambda _layer, inputs, _samples: f" {sign} ".join(inputs)


LINES: dict[type[Layer], Callable[[Any, tuple[str, ...], SizeLike | None], str]] = {
    Linear: _linear,
    Loss: _loss,
    Add: _joined("+"),
    Subtract: _joined("-"),
    Hadamard: _joined("*"),
    MatrixProduct: _joined("@"),
    Transpose: lambda _layer, inputs, _samples: f"{inputs[0]}.T",
    Scale: lambda layer, inputs, _samples: f"{layer.factor!r} * {inputs[0]}",
    Elementwise: _named,
    Layer: _named,
}
"""How each kind of layer is written, the special ones first."""
