"""Elementwise layers  a = σ(z):  aᵢ depends on zᵢ alone.

    differential        Jacobian             structure   shape
    da = σ'(z) ⊙ dz     diag(vec σ'(Z))      diagonal    (nN, nN)

Only σ and σ' differ from one to the next: one table, a line or two each. Classes and defaults are
named as in PyTorch. At a kink σ' is the derivative from the left, except where the table says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from layouts.errors import InputError
from layouts.sizes import Shape

from .. import operators
from ..operators import Diagonal
from ..rule import Names, Rule
from ..unknown import known
from . import functions as f
from .base import Layer

__all__ = [
    "ELU",
    "GELU",
    "SELU",
    "Elementwise",
    "Exp",
    "Hardtanh",
    "Identity",
    "LeakyReLU",
    "LogSigmoid",
    "ReLU",
    "Shift",
    "SiLU",
    "Sigmoid",
    "Sin",
    "Softplus",
    "Softsign",
    "Square",
    "Tanh",
]


class Elementwise(Layer):
    """A layer that applies one scalar function to every entry; its options as the class has them.

    Raises:
        LayoutError: an option that the function does not have.
    """

    symbol: ClassVar[str]
    defaults: ClassVar[Mapping[str, Any]] = {}
    function: ClassVar[Callable[..., Any]]
    derivative: ClassVar[Callable[..., Any]]

    def __init__(self, *values: Any, **options: Any) -> None:
        by_place = dict(zip(self.defaults, values, strict=False))
        unfit = len(values) > len(self.defaults) or not options.keys() <= self.defaults.keys()
        if unfit or by_place.keys() & options.keys():
            raise InputError(
                f"{type(self).__name__} takes the options ({', '.join(self.defaults)}), "
                f"not {', '.join(map(repr, [*values, *options]))}."
            )
        self.options = {**self.defaults, **by_place, **options}
        self._check_options()

    def _check_options(self) -> None:
        """Refuse options where they are given, not where they would first be used."""
        options, name = self.options, type(self).__name__
        if "approximate" in options:
            _gelu_form(options["approximate"])
            return
        for option, value in options.items():
            if isinstance(value, bool) or not isinstance(value, int | float | np.number):
                raise InputError(f"{option} of {name} is a number, not {value!r}.")
        if not options.get("beta", 1.0) > 0:
            raise InputError(f"beta of {name} is positive, not {options['beta']}.")
        if options.get("min_val", -1.0) >= options.get("max_val", 1.0):
            raise InputError(f"min_val of {name} is below max_val, not {options['min_val']}.")

    @property
    def word(self) -> str:
        plain = {"σ": "sigmoid", "id": "identity"}.get(self.symbol, self.symbol)
        if self.options.get("approximate") == "tanh":
            return self.written
        changed = [f"{k}={v}" for k, v in self.options.items() if v != self.defaults[k]]
        return f"{plain}({', '.join(changed)})" if changed else plain

    @property
    def written(self) -> str:
        """The function's name in formulas; GELU's form with tanh is another function."""
        return "gelu_tanh" if self.options.get("approximate") == "tanh" else self.symbol

    def forward(self, Z: Any) -> Any:
        return type(self).function(Z, **self.options)

    def slopes(self, Z: Any) -> Any:
        """σ'(Z), entry by entry."""
        return type(self).derivative(Z, **self.options)

    def rules(self, Z: Any, *, names: Names) -> Mapping[str, Rule]:
        s = known(self.slopes, Z)
        return {
            "x": Rule(lambda: Diagonal(s, self.slope(names, Z)), lambda dz: s * dz, lambda g: s * g)
        }

    def slope(self, names: Names, Z: Any) -> str:
        """How the diagonal σ'(z) is written."""
        return f"{'' if Z.size == Z.shape[0] else 'vec '}{self.written}'({names.inputs[0]})"

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return f"{self.written}({names.inputs[0]})"

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return "entry by entry" + ("; `σ` is the sigmoid" if self.symbol == "σ" else "")

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in self.options.items())
        return f"{type(self).__name__}({options})"


def _gelu(z: Any, approximate: str) -> Any:
    return _gelu_form(approximate)[0](z)


def _gelu_slope(z: Any, approximate: str) -> Any:
    return _gelu_form(approximate)[1](z)


def _gelu_form(approximate: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    forms = {"none": (f.gelu, f.gelu_slope), "tanh": (f.gelu_tanh, f.gelu_tanh_slope)}
    if approximate not in forms:
        raise InputError(f"GELU has the forms approximate='none' and 'tanh', not {approximate!r}.")
    return forms[approximate]


def _exp(z: Any) -> Any:
    """Beyond 709.78 the limit, infinity."""
    with np.errstate(over="ignore"):
        return np.exp(z)


def _layer(
    name: str,
    symbol: str,
    function: Callable[..., Any],
    derivative: Callable[..., Any],
    doc: str,
    **defaults: Any,
) -> type[Elementwise]:
    """One row of the table, as a class."""
    options = ", ".join(f"{option}={value!r}" for option, value in defaults.items())
    members = {
        "symbol": symbol,
        "function": staticmethod(function),
        "derivative": staticmethod(derivative),
        "defaults": defaults,
        "__doc__": doc + (f"\n\nOptions: {options}." if options else ""),
        "__module__": __name__,
    }
    return type(name, (Elementwise,), members)


SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805

# fmt: off
#                   class         symbol        a = σ(z)                                   σ'(z)                                              docstring: the function, its slope at kinks; options
Sigmoid    = _layer("Sigmoid",    "σ",          f.sigmoid,                                 f.sigmoid_slope,                                   "1 / (1 + exp(-z)); no kink.")
Tanh       = _layer("Tanh",       "tanh",       np.tanh,                                   f.sech2,                                           "tanh z; no kink.")
ReLU       = _layer("ReLU",       "relu",       lambda z: np.maximum(z, 0.0),              lambda z: np.heaviside(z, 0.0),                                  "max(z, 0); at 0 the slope is 0.")
LeakyReLU  = _layer("LeakyReLU",  "leaky_relu", lambda z, negative_slope: z * f.step(z, negative_slope),
                                                                                           lambda z, negative_slope: f.step(z, negative_slope), "z, below 0 negative_slope z; at 0 the slope is negative_slope.", negative_slope=0.01)
ELU        = _layer("ELU",        "elu",        lambda z, alpha: f.elu(z, alpha),          lambda z, alpha: f.elu_slope(z, alpha),            "z, below 0 alpha (exp(z) - 1); at 0 the slope is alpha.", alpha=1.0)
SELU       = _layer("SELU",       "selu",       lambda z: SELU_SCALE * f.elu(z, SELU_ALPHA), lambda z: SELU_SCALE * f.elu_slope(z, SELU_ALPHA), "1.0507 ELU(z) with alpha = 1.6733; at 0 the slope is 1.7581, from the left.")
GELU       = _layer("GELU",       "gelu",       _gelu,                                     _gelu_slope,                                       "z Φ(z), Φ the standard normal distribution function; approximate='tanh' for the form with tanh; no kink.", approximate="none")
SiLU       = _layer("SiLU",       "silu",       f.silu,                                    f.silu_slope,                                      "z σ(z); no kink.")
Softplus   = _layer("Softplus",   "softplus",   lambda z, beta: f.softplus(beta * z) / beta, lambda z, beta: f.sigmoid(beta * z),             "log(1 + exp(beta z)) / beta, exact for all z; no kink.", beta=1.0)
Softsign   = _layer("Softsign",   "softsign",   f.softsign,                                f.softsign_slope,                                  "z / (1 + |z|); smooth at 0, slope 1.")
LogSigmoid = _layer("LogSigmoid", "log_sigmoid", lambda z: -f.softplus(-z),                lambda z: f.sigmoid(-z),                           "log σ(z); no kink.")
Hardtanh   = _layer("Hardtanh",   "hard_tanh",  lambda z, min_val, max_val: np.clip(z, min_val, max_val),
                                                                                           lambda z, min_val, max_val: f.between(z, min_val, max_val), "z held to [min_val, max_val]; at both bounds the slope is 0.", min_val=-1.0, max_val=1.0)
Sin        = _layer("Sin",        "sin",        np.sin,                                    np.cos,                                            "sin z; no kink.")
Exp        = _layer("Exp",        "exp",        _exp,                                      _exp,                                              "exp z, infinite where float64 ends; no kink.")
Square     = _layer("Square",     "square",     lambda z: z * z,                           lambda z: 2.0 * z,                                 "z²; no kink.")
# fmt: on


class Identity(Elementwise):
    """a = z: the one whose diagonal needs no numbers.

    >>> print(Identity().jacobian([1.0, 2.0]))
    ∂y/∂x = I₂   2×2, identity, numerator layout
    """

    symbol = "id"

    def forward(self, Z: Any) -> Any:
        return Z

    def slopes(self, Z: Any) -> Any:
        return np.ones_like(Z)

    def rules(self, Z: Any, *, names: Names) -> Mapping[str, Rule]:
        return {"x": Rule(lambda: operators.Identity(Z.size), lambda dz: dz, lambda g: g)}

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return names.inputs[0]

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return "the identity"


class Shift(Identity):
    """a = z + c, a number added to every entry.

    Raises:
        LayoutError: c is no finite number.

    >>> print(Shift(1.0)([0.5, -1.0]), Shift(1.0).jacobian([0.5, -1.0]))
    [1.5 0. ] ∂y/∂x = I₂   2×2, identity, numerator layout
    """

    def __init__(self, constant: float) -> None:
        if isinstance(constant, bool) or not isinstance(constant, int | float | np.number):
            raise InputError(f"Shift adds a finite number, not {constant!r}.")
        if not np.isfinite(constant):
            raise InputError(f"Shift adds a finite number, not {constant!r}.")
        super().__init__()
        self.constant = float(constant)

    def forward(self, Z: Any) -> Any:
        return Z + self.constant

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return f"{names.inputs[0]} {'-' if self.constant < 0 else '+'} {abs(self.constant):g}"

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return "a number added to every entry"

    @property
    def word(self) -> str:
        return "shift"

    def __repr__(self) -> str:
        return f"Shift({self.constant!r})"
