"""The functions that a graph's lines may call: what each makes of its values and options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from layouts.errors import InputError, counted

from ..layers import (
    ACTIVATIONS,
    LOSSES,
    BatchNorm,
    BilinearForm,
    Concatenate,
    Flatten,
    Layer,
    LayerNorm,
    MeanOverSamples,
    Reshape,
    Sum,
    SumOverSamples,
)
from .graph_builder import Builder, Value, shared

__all__ = ["FUNCTIONS", "Function", "handed_in"]

Function: TypeAlias = Callable[[Builder, list[Value], dict[str, Any]], Value]
"""A builder, the values in brackets and the options behind them, to the value that is made."""


def made_with(make: Callable[..., Any], name: str, options: Mapping[str, Any]) -> Any:
    """A layer with its options; one that it does not have is refused."""
    try:
        return make(**options)
    except TypeError:
        raise InputError(f"{name} takes other options than {', '.join(options)}.") from None


def arguments(name: str, values: list[Value], count: int) -> list[Value]:
    """The values, if there are as many as the function takes."""
    if len(values) != count:
        raise InputError(f"{name} takes {counted(count, 'value')}, {len(values)} given.")
    return values


def activation(name: str) -> Function:
    """An activation of one value."""

    def applied(to: Builder, values: list[Value], options: dict[str, Any]) -> Value:
        (x,) = arguments(name, values, 1)
        return to.step(made_with(ACTIVATIONS[name], name, options), x)

    return applied


def loss(name: str) -> Function:
    """A loss of a prediction and what it is compared with."""

    def applied(to: Builder, values: list[Value], options: dict[str, Any]) -> Value:
        prediction, target = arguments(name, values, 2)
        if not (prediction.of_samples and target.of_samples):
            raise InputError(f"{name} compares values of the samples, {prediction.name} and "
                             f"{target.name} are not both.")  # fmt: skip
        return to.step(made_with(LOSSES[name], name, options), prediction, target)

    return applied


def of_one(layer: Any, name: str) -> Function:
    """A function of one value that may belong to no sample."""

    def applied(to: Builder, values: list[Value], options: dict[str, Any]) -> Value:
        (x,) = arguments(name, values, 1)
        return to.step(made_with(layer, name, {**options, "shared": shared(x=x)}), x)

    return applied


def over_samples(layer: Any, name: str) -> Function:
    """A function of all samples."""

    def applied(to: Builder, values: list[Value], options: dict[str, Any]) -> Value:
        (x,) = arguments(name, values, 1)
        if not x.of_samples:
            raise InputError(f"{x.name} belongs to no sample: there is nothing to add up over.")
        return to.step(made_with(layer, name, options), x)

    return applied


def normalisation(layer: Any, name: str) -> Function:
    """A value with its scale and shift."""

    def applied(to: Builder, values: list[Value], options: dict[str, Any]) -> Value:
        x, gamma, beta = arguments(name, values, 3)
        made = made_with(layer.of_sizes, name, {"n": x.shape[0], **options})
        return to.step(made, x, gamma, beta)

    return applied


def bilinear(to: Builder, values: list[Value], options: dict[str, Any]) -> Value:
    x, A, y = arguments("bilinear", values, 3)
    layer = made_with(BilinearForm, "bilinear", {**options, "shared": shared(x=x, A=A, y=y)})
    return to.step(layer, x, A, y)


def concatenate(to: Builder, values: list[Value], options: dict[str, Any]) -> Value:
    if len(values) < 2:
        raise InputError("concatenate takes two values or more.")
    names = {f"x{k}": value for k, value in enumerate(values, start=1)}
    said = {"count": len(values), "shared": shared(**names), **options}
    return to.step(made_with(Concatenate, "concatenate", said), *values)


def reshape(to: Builder, values: list[Value], options: dict[str, Any]) -> Value:
    (x,) = arguments("reshape", values, 1)
    if not options["shape"]:
        raise InputError("reshape takes a value and its new sizes, reshape(x, 2, 3).")
    return to.step(made_with(Reshape, "reshape", {**options, "shared": shared(x=x)}), x)


def linear(to: Builder, values: list[Value], options: dict[str, Any]) -> Value:
    if len(values) not in (2, 3) or options:
        raise InputError(f"linear takes x, W and perhaps b, {len(values)} given.")
    x, W, *b = values
    return to.product(W, x, *b)


def transpose(to: Builder, values: list[Value], options: dict[str, Any]) -> Value:
    if options:
        raise InputError(f"transpose takes no option {next(iter(options))}.")
    return to.transposed(*arguments("transpose", values, 1))


def handed_in(name: str, layer: Layer) -> Function:
    """A layer that the caller gave a name."""

    def applied(to: Builder, values: list[Value], options: dict[str, Any]) -> Value:
        if options:
            raise InputError(f"{name} takes no option {next(iter(options))}: it is given as code.")
        return to.step(layer, *arguments(name, values, len(layer.arguments)))

    return applied


FUNCTIONS: dict[str, Function] = {
    **{name: activation(name) for name in ACTIVATIONS},
    **{name: loss(name) for name in LOSSES},
    **dict.fromkeys(("σ", "sigma"), activation("sigmoid")),
    "batch_norm": normalisation(BatchNorm, "batch_norm"),
    "bilinear": bilinear,
    **dict.fromkeys(("concat", "concatenate"), concatenate),
    "flatten": of_one(Flatten, "flatten"),
    "linear": linear,
    "layer_norm": normalisation(LayerNorm, "layer_norm"),
    "mean_over_samples": over_samples(MeanOverSamples, "mean_over_samples"),
    "reshape": reshape,
    "sum": of_one(Sum, "sum"),
    "sum_over_samples": over_samples(SumOverSamples, "sum_over_samples"),
    "transpose": transpose,
}
