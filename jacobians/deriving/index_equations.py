"""The layers' index equations, as data: what one entry of the output is made of.

`i` (of a matrix `i`, `j`) counts the entries of the output, `k` the samples; the derivative is by
the entry `p` (`pq`) of an argument, in sample `l`. It is found from the equation; where a shorter
form of it is usual, the table states that too, and it is checked against the long one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from layouts.errors import InputError

from ..layers import (
    AbsoluteError,
    Add,
    BinaryCrossEntropy,
    BinaryCrossEntropyWithLogits,
    CrossEntropy,
    Divide,
    Elementwise,
    Hadamard,
    HalfSquaredError,
    Huber,
    Identity,
    Layer,
    Linear,
    LogSoftmax,
    MatrixProduct,
    MeanSquaredError,
    Scale,
    Shift,
    Softmax,
    SoftmaxCrossEntropy,
    SquaredError,
    Subtract,
    Transpose,
)
from ..layers import functions as f
from ..steps import Step
from .index_terms import Function
from .index_text import entry

__all__ = ["EQUATIONS", "IndexEquation", "Stated", "equation_of"]


Indices: TypeAlias = Sequence[str]


class IndexEquation(NamedTuple):
    """One layer's equation.

    >>> pairs = IndexEquation("y_ik = x_ik Σ_m x_mk")
    >>> pairs.left, pairs.right
    ('y_ik', 'x_ik Σ_m x_mk')
    """

    text: str
    """Output and arguments as the layer names them; `y` is the output."""
    short: Mapping[str, str] = {}
    """By an argument, the derivative of the entry by x_p (x_pl, W_pq) as it is usually written."""
    functions: Mapping[str, Function] = {}
    """What the functions in the text are."""
    arguments: tuple[str, ...] = ()
    """What the text calls the layer's arguments; left out, as the layer does."""

    @property
    def left(self) -> str:
        """The entry that is made."""
        return self.text.partition(" = ")[0]

    @property
    def right(self) -> str:
        """What it is made of."""
        return self.text.partition(" = ")[2]


def _linear(layer: Any, at: Indices) -> str:
    return "y_ik = Σ_j W_ij x_jk" + (" + b_i" if "b" in layer.arguments else "")


def _product(layer: Any, at: Indices) -> str:
    A = "A_ij" if "A" in layer.shared else "A_ijk"
    return f"y_ik = Σ_j {A} B_jk"


def _entrywise(form: str) -> Callable[[Any, Indices], str]:
    """Values entry by entry; each has the indices that its axes ask for."""

    def equation(layer: Any, at: Indices) -> str:
        y, *arguments = map(entry, ("y", *layer.arguments), at)
        return f"{y} = {form.format(*arguments)}"

    return equation


def _scaled(layer: Any, at: Indices) -> str:
    factor = format(Decimal(repr(float(layer.factor))), "f")
    return _entrywise(f"{factor} {{}}")(layer, at)


def _applied(layer: Any, at: Indices) -> IndexEquation:
    name = layer.written
    function = Function(name, layer.forward, layer.slopes, f"{name}'")
    return IndexEquation(_entrywise("f({})")(layer, at), functions={"f": function})


def _shifted(layer: Any, at: Indices) -> str:
    c = format(Decimal(repr(abs(layer.constant))), "f")
    return _entrywise(f"{{}} {'-' if layer.constant < 0 else '+'} {c}")(layer, at)


def _loss(entries: str, **functions: Function) -> Callable[[Any, Indices], IndexEquation]:
    """A sum over entries and samples; a mean is over |k| samples, or |i| entries too."""

    def equation(layer: Any, at: Indices) -> IndexEquation:
        over = "/|i|" * layer.averages_entries + "/|k|" * (layer.reduction == "mean")
        known = dict(functions)
        if isinstance(layer, Huber):
            known["f"] = _huber(layer.options["delta"])
        return IndexEquation(f"y = {entries}{over}", functions=known, arguments=("p", "t"))

    return equation


def _huber(delta: float) -> Function:
    def value(e: Any) -> Any:
        return f.huber(e, np.zeros_like(e), delta)

    def slope(e: Any) -> Any:
        return f.huber_slope(e, np.zeros_like(e), delta)

    return Function("huber", value, slope, "huber'")


SOFTPLUS = Function("softplus", lambda z: f.softplus(z), f.sigmoid, "σ")

Stated: TypeAlias = "str | IndexEquation | Callable[[Any, Indices], str | IndexEquation]"
"""An equation, or what makes one of a layer and of the indices of its output and arguments."""

# fmt: off
EQUATIONS: dict[type[Layer], Stated] = {
    Linear:             _linear,
    MatrixProduct:      _product,
    Transpose:          "y_ij = x_ji",
    Add:                _entrywise("{} + {}"),
    Subtract:           _entrywise("{} - {}"),
    Hadamard:           _entrywise("{} {}"),
    Divide:             _entrywise("{}/{}"),
    Scale:              _scaled,
    LogSoftmax:         IndexEquation("y_ik = x_ik - log(Σ_m exp(x_mk))", {"x": "[k = l] ([i = p] - exp(y_pk))"}),
    Softmax:            IndexEquation("y_ik = exp(x_ik)/(Σ_m exp(x_mk))", {"x": "[k = l] y_ik ([i = p] - y_pk)"}),
    Shift:              _shifted,
    Identity:           _entrywise("{}"),
    Elementwise:        _applied,
    HalfSquaredError:   _loss("½ Σ_ik (p_ik - t_ik)²"),
    SquaredError:       _loss("Σ_ik (p_ik - t_ik)²"),
    MeanSquaredError:   _loss("Σ_ik (p_ik - t_ik)²"),
    CrossEntropy:       _loss("-Σ_ik t_ik log(p_ik)"),
    BinaryCrossEntropy: _loss("-Σ_ik (t_ik log(p_ik) + (1 - t_ik) log(1 - p_ik))"),
    BinaryCrossEntropyWithLogits: _loss("Σ_ik (softplus(p_ik) - t_ik p_ik)", softplus=SOFTPLUS),
    SoftmaxCrossEntropy: _loss("Σ_ik t_ik (log(Σ_m exp(p_mk)) - p_ik)"),
    AbsoluteError:      _loss("Σ_ik abs(p_ik - t_ik)"),
    Huber:              _loss("Σ_ik f(p_ik - t_ik)"),
}
# fmt: on
"""By kind of layer, the special ones first."""


def equation_of(step: Step, at: Indices, further: Mapping[type[Layer], Stated]) -> IndexEquation:
    """The equation of the layer that makes a value.

    Args:
        step: the value, its layer, what it is made of.
        at: the indices of the value, and of each thing that it is made of.
        further: more equations, which come before those of the table.

    Raises:
        InputError: there is none.
    """
    layer = step.layer
    exact = {type(layer): each for each in [further.get(type(layer))] if each is not None}
    for kind, stated in {**exact, **further, **EQUATIONS}.items():
        if isinstance(layer, kind):
            found = stated(layer, at) if callable(stated) else stated
            found = IndexEquation(found) if isinstance(found, str) else found
            return found._replace(arguments=found.arguments or layer.arguments)
    name = type(layer).__name__
    raise InputError(
        f"{step.name} is made by {layer!r}, whose index equation nobody stated: give it, "
        f'equations={{{name}: "y_ik = …"}}, or derive by way "jacobians" or "vjp".'
    )
