"""Losses: functions of (prediction p, target t) with one number as value.

    differential                Jacobian           structure       shape
    dL = Σ ∂ℓ/∂p ⊙ dp           vec(∂ℓ/∂p)ᵀ        dense, a row    (1, mN)
    dL = Σ ∂ℓ/∂t ⊙ dt           vec(∂ℓ/∂t)ᵀ        dense, a row    (1, mN)

L is the sum over a sample's entries (mean squared error averages them), then over samples the mean
or the sum, as `reduction` says. Only ℓ and its two derivatives differ: one table below. The loss on
logits is no sum over entries and states the same three things for whole columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, ShapeError, counted
from layouts.sizes import Shape, SizeLike, by

from ..operators import Dense
from ..operators.operator import numbers
from ..rule import Names, Rule
from ..unknown import Array, Unknown
from . import functions as f
from .base import At, Layer, as_array, as_numbers, refuse_matrices

__all__ = [
    "AbsoluteError",
    "BinaryCrossEntropy",
    "BinaryCrossEntropyWithLogits",
    "CrossEntropy",
    "HalfSquaredError",
    "Huber",
    "Loss",
    "MeanSquaredError",
    "SoftmaxCrossEntropy",
    "SquaredError",
]


class Loss(Layer):
    """A loss of (prediction, target).

    Targets are arrays shaped as the prediction, or class indices: integers of shape () or (N,)
    beside a prediction (m,) or (m, N), read as columns of the identity; where m is 1 they are the
    values themselves.

    Args:
        reduction: over samples, "mean" or "sum"; a single sample is not reduced.
        options: what else the class documents.
    """

    arguments = ("prediction", "target")
    reduces_samples = True
    default_reduction: ClassVar[str] = "mean"
    defaults: ClassVar[Mapping[str, float]] = {}
    definition: ClassVar[str]
    gradient: ClassVar[str]
    target_gradient: ClassVar[str]
    """The definition and both derivatives, as reports write them."""
    matches: ClassVar[str] = ""
    """The layer below with which δ is simply prediction minus target."""
    mind: ClassVar[str] = ""
    """A warning that reports put beside the definition."""
    elsewhere: ClassVar[str] = ""
    """The namesake in PyTorch whose mean is another number."""
    averages_entries: ClassVar[bool] = False
    targets: ClassVar[str] = "real"
    """What sensible targets are: real numbers, one class of m, or bits."""
    value: ClassVar[Callable[..., Any]]
    by_prediction: ClassVar[Callable[..., Any]]
    by_target: ClassVar[Callable[..., Any]]

    def __init__(self, reduction: str | None = None, **options: float) -> None:
        self.reduction = self.default_reduction if reduction is None else reduction
        if not isinstance(self.reduction, str) or self.reduction not in ("mean", "sum"):
            raise InputError(f"reduction is 'mean' or 'sum' (over samples), not {reduction!r}.")
        if not options.keys() <= self.defaults.keys():
            raise InputError(f"{type(self).__name__} takes the options (reduction"
                             f"{''.join(', ' + name for name in self.defaults)}), "
                             f"not {', '.join(options)}.")  # fmt: skip
        self.options = {**self.defaults, **options}
        delta = self.options.get("delta", 1.0)
        if isinstance(delta, bool) or not isinstance(delta, int | float) or not delta > 0:
            raise InputError(f"delta of {type(self).__name__} is a positive number, not {delta!r}.")

    def output_shape(self, *shapes: Shape) -> Shape:
        prediction, target = shapes
        refuse_matrices("a loss", prediction)
        if prediction != target:
            raise ShapeError(
                f"the target has shape {target}, the prediction {prediction}: they need the same, "
                "or class indices, integers of shape () or (N,)."
            )
        return ()

    def weight(self, shape: Shape) -> float:
        """The factor before the sum over all entries."""
        m, N = numbers(shape)
        return 1.0 / ((N if self.reduction == "mean" else 1) * (m if self.averages_entries else 1))

    def forward(self, P: Any, T: Any) -> Any:
        return self.weight(P.shape) * np.sum(type(self).value(P, T, **self.options))

    def rules(self, P: Any, T: Any, *, names: Names) -> Mapping[str, Rule]:
        # fmt: off
        def rule(derivative: Callable[..., Any], text: str) -> Rule:
            D = Unknown(P.shape) if isinstance(P, Unknown) else self.weight(P.shape) * derivative(P, T, **self.options)
            return Rule(lambda: row(D, text), lambda t: np.sum(D * t), lambda g: g * D)
        # fmt: on

        return {
            "prediction": rule(type(self).by_prediction, self.slope_text(names.inputs, P.shape)),
            "target": rule(
                type(self).by_target, self._weighted(self.target_gradient, names.inputs, P.shape)
            ),
        }

    def draw_target(self, generator: np.random.Generator, shape: tuple[int, int]) -> Array:
        """A random target that the loss is meant for."""
        if self.targets == "class":
            return np.eye(shape[0])[:, generator.integers(shape[0], size=shape[1])]
        if self.targets == "bits":
            return generator.integers(2, size=shape).astype(np.float64)
        return generator.standard_normal(shape)

    def slope_text(self, inputs: tuple[str, ...], shape: Shape) -> str:
        """How the derivative by the prediction is written, as a column."""
        return self._weighted(self.gradient, inputs, shape)

    def _weighted(self, form: str, inputs: tuple[str, ...], shape: Shape) -> str:
        """A derivative's text over what the sum is divided by: the entries, the samples, both."""
        p, t = inputs
        over: SizeLike = shape[0] if self.averages_entries else 1
        over = over * shape[1] if self.reduction == "mean" else over
        text = form.format(p=p, t=t, **self.options)
        if over == 1:
            return text
        return f"({text})/{over}" if "·" not in str(over) else f"({text})/({over})"

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        (p, t), (m, N) = names.inputs, shapes[0]
        i = "ᵢ" if N == 1 else "ᵢₖ"
        inner = self.definition.format(i="ᵢ", p=p + i, t=t + i, P=p, m=m, **self.options)
        if N == 1:
            return inner
        inner = inner.replace(f"({p})ᵢ", f"({p})ᵢₖ")
        return (f"1/{N} Σₖ " if self.reduction == "mean" else "Σₖ ") + inner

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        over = "" if shapes[0][1] == 1 else f"; the {self.reduction} over samples k"
        return f"`{names.inputs[1]}` is `{by(shapes[1])}`{over}{self.mind}"

    def _at(self, inputs: tuple[npt.ArrayLike, ...], wrt: str | None) -> At:
        if wrt == "target" and len(inputs) == 2 and np.ndim(inputs[1]) < np.ndim(inputs[0]):
            raise InputError("there is no derivative by a class index: give the target as an "
                             "array shaped as the prediction.")  # fmt: skip
        return super()._at(inputs, wrt)

    def _bind(self, inputs: tuple[npt.ArrayLike, ...]) -> tuple[tuple[Any, ...], Shape]:
        if len(inputs) == 2:
            prediction = as_numbers(inputs[0], "prediction")
            inputs = (prediction, as_target(inputs[1], prediction.shape))
        full, _ = super()._bind(inputs)
        return full, ()

    def __repr__(self) -> str:
        options = "".join(f", {name}={value!r}" for name, value in self.options.items())
        return f"{type(self).__name__}(reduction={self.reduction!r}{options})"


def row(D: Any, text: str) -> Dense:
    """`vec(D)ᵀ`, printed as the transpose of `text`."""
    m, N = D.shape
    stacked = Unknown((m * N, 1)) if isinstance(D, Unknown) else D.reshape(-1, 1, order="F")
    return Dense(stacked, text if N == 1 else f"vec({text})").T


def as_target(target: npt.ArrayLike, prediction: tuple[int, ...]) -> Any:
    """A target shaped as the prediction; class indices become columns of the identity.

    >>> as_target([2, 0], (3, 2)).T
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    given = as_array(target, "target")
    if given.ndim != len(prediction) - 1 or given.dtype.kind not in "iu":
        values = as_numbers(target, "target")
        if values.shape != prediction:
            raise ShapeError(
                f"the target has shape {values.shape}, the prediction {prediction}: they need the "
                "same, or class indices, integers of shape () or (N,)."
            )
        return values
    if prediction[0] == 1 and given.size == int(
        np.prod(prediction)
    ):  # one entry has no classes: the integers are its values
        return as_numbers(given, "target").reshape(prediction)
    classes, count = given.reshape(-1), prediction[0]
    if given.shape != prediction[1:]:
        raise ShapeError(f"{counted(classes.size, 'class index', 'class indices')} stand "
                         f"beside {counted(prediction[-1], 'sample')}: "
                         "one for each is needed.")  # fmt: skip
    if classes.size and not (classes.min() >= 0 and classes.max() < count):
        wrong = int(classes[(classes < 0) | (classes >= count)][0])
        raise InputError(f"class index {wrong} is out of range: the prediction has {count} "
                         f"entries, classes count from 0 to {count - 1}.")  # fmt: skip
    return np.eye(count)[:, classes].reshape(prediction)


def _loss(
    name: str,
    value: Callable[..., Any],
    by_prediction: Callable[..., Any],
    by_target: Callable[..., Any],
    doc: str,
    **members: Any,
) -> type[Loss]:
    """One row of the table, as a class."""
    body = {
        "value": staticmethod(value),
        "by_prediction": staticmethod(by_prediction),
        "by_target": staticmethod(by_target),
        "__doc__": doc,
        "__module__": __name__,
        **members,
    }
    return type(name, (Loss,), body)


# fmt: off
#                         class                  ℓ(p, t)                           ∂ℓ/∂p                          ∂ℓ/∂t                            docstring
HalfSquaredError = _loss("HalfSquaredError",     lambda p, t: 0.5 * (p - t) ** 2,  lambda p, t: p - t,            lambda p, t: t - p,              "½ Σ (p - t)², summed over samples unless told otherwise.",
                         definition="½ Σ{i} ({p} - {t})²", gradient="{p} - {t}", target_gradient="{t} - {p}", matches="identity", default_reduction="sum", mind="; half the sum, not the mean")
SquaredError     = _loss("SquaredError",         lambda p, t: (p - t) ** 2,        lambda p, t: 2 * (p - t),      lambda p, t: 2 * (t - p),        "Σ (p - t)²; PyTorch's MSELoss divides by m.",
                         definition="Σ{i} ({p} - {t})²", gradient="2 ({p} - {t})", target_gradient="2 ({t} - {p})", elsewhere="MSELoss")
MeanSquaredError = _loss("MeanSquaredError",     lambda p, t: (p - t) ** 2,        lambda p, t: 2 * (p - t),      lambda p, t: 2 * (t - p),        "1/m Σ (p - t)² over a sample's m entries, as PyTorch's MSELoss.",
                         definition="1/{m} Σ{i} ({p} - {t})²", gradient="2 ({p} - {t})", target_gradient="2 ({t} - {p})", averages_entries=True)
CrossEntropy     = _loss("CrossEntropy",         lambda p, t: -f.xlogy(t, p),      lambda p, t: -f.over(t, p),    lambda p, t: -f.log(p),          "-Σ t log p, on probabilities p > 0.",
                         definition="-Σ{i} {t} log {p}", gradient="-{t}/{p}", target_gradient="-log {p}", matches="softmax", targets="class")
BinaryCrossEntropy = _loss("BinaryCrossEntropy", lambda p, t: -f.xlogy(t, p) - f.xlogy(1 - t, 1 - p),
                                                                                   lambda p, t: f.over(1 - t, 1 - p) - f.over(t, p),
                                                                                                                  lambda p, t: f.log(1 - p) - f.log(p), "-Σ t log p + (1 - t) log(1 - p), on probabilities 0 < p < 1; PyTorch's BCELoss divides by m.",
                         definition="-Σ{i} ({t} log {p} + (1 - {t}) log(1 - {p}))", gradient="(1 - {t})/(1 - {p}) - {t}/{p}", target_gradient="log(1 - {p}) - log {p}", matches="sigmoid", targets="bits", elsewhere="BCELoss")
BinaryCrossEntropyWithLogits = _loss("BinaryCrossEntropyWithLogits", lambda p, t: f.softplus(p) - t * p, lambda p, t: f.sigmoid(p) - t, lambda p, t: -p, "Σ log(1 + exp p) - t p: the binary cross-entropy of σ(p), on logits; PyTorch's BCEWithLogitsLoss divides by m.",
                         definition="Σ{i} (log(1 + exp {p}) - {t} {p})", gradient="σ({p}) - {t}", target_gradient="-{p}", targets="bits", elsewhere="BCEWithLogitsLoss")
AbsoluteError    = _loss("AbsoluteError",        lambda p, t: np.abs(p - t),       lambda p, t: np.sign(p - t),   lambda p, t: np.sign(t - p),     "Σ |p - t|; where p = t the derivative is 0. PyTorch's L1Loss divides by m.",
                         definition="Σ{i} |{p} - {t}|", gradient="sign({p} - {t})", target_gradient="sign({t} - {p})", elsewhere="L1Loss")
Huber            = _loss("Huber",                f.huber,                          f.huber_slope,                 lambda p, t, delta: -f.huber_slope(p, t, delta), "Σ ½ e² up to |e| = delta > 0, beyond delta (|e| - ½ delta), e = p - t; no kink. PyTorch's HuberLoss divides by m.",
                         definition="Σ{i} huber({p} - {t}; {delta:g})", gradient="clip({p} - {t}, ±{delta:g})", target_gradient="clip({t} - {p}, ±{delta:g})", elsewhere="HuberLoss", defaults={"delta": 1.0})
# fmt: on


class SoftmaxCrossEntropy(Loss):
    """-Σ t log softmax(p), on logits p: the cross-entropy of softmax(p).

    Where the target sums to 1 the derivative by the prediction is softmax(p) - t, in general
    softmax(p) Σt - t.
    """

    definition = "-Σ{i} {t} log softmax({P}){i}"
    gradient = "softmax({p}) - {t}"
    mind = "; derivatives are written for columns of it that sum to 1"
    target_gradient = "-log softmax({p})"
    targets = "class"

    # fmt: off
    value         = staticmethod(lambda p, t: -f.times_log(t, f.log_softmax(p)))
    by_prediction = staticmethod(lambda p, t: f.softmax(p) * t.sum(axis=0) - t)
    by_target     = staticmethod(lambda p, t: -f.log_softmax(p))
    # fmt: on
