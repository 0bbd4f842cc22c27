"""One link of a chain three ways: its differential in words, its matrix in numbers, its layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from layouts.layout import NUMERATOR, Layout
from layouts.sizes import size_of

from .. import chain
from ..report.facts import Derivative, Factor
from ..report.vjp_texts import pulled_back
from ..rule import Names, Rule
from ..typography import transposed

__all__ = [
    "is_symbol",
    "keep_symbols",
    "matrix_at",
    "pulled_at",
    "pushed",
    "pushed_at",
    "values_below",
]


def pushed(derivative: Derivative, factor: Factor, t: str, layout: Layout = NUMERATOR) -> str:
    """The differential: what the link makes of a small change `t` of the value below it.

    It is `J t` in the shape of the value above: the pull-back by Jᵀ, in words.
    """
    above, below = (derivative.shapes[name] for name in (factor.link.above, factor.link.below))
    text = None if is_symbol(factor) else pulled_back(factor.whole.T, t, below, above)
    if text is not None:
        return text
    columns = all(size_of(shape) == (shape[0] if shape else 1) for shape in (above, below))
    J = factor.name if layout is NUMERATOR else transposed(factor.name)
    return f"{J} {t}" if columns else f"unvec({J} vec({t}))"


def is_symbol(factor: Factor) -> bool:
    """Whether of a link's matrix nothing is known but what it is called."""
    return "∂" in factor.whole.text


def pushed_at(factor: Factor, t: Any, values: Mapping[str, Any]) -> Any:
    """The same in numbers, by the layer's jvp."""
    return np.asarray(_rule(factor, values).jvp(t))


def pulled_at(factor: Factor, g: Any, values: Mapping[str, Any]) -> Any:
    """What the link makes of a cotangent, by the layer's vjp."""
    return np.asarray(_rule(factor, values).vjp(g))


def _rule(factor: Factor, values: Mapping[str, Any]) -> Rule:
    link = factor.link
    inputs = [values[name] for name in link.step.inputs]
    return link.step.layer.rules(*inputs, names=Names(link.step.inputs, link.above))[link.argument]


def matrix_at(factor: Factor, values: Mapping[str, Any]) -> Any:
    """The link's explicit Jacobian in numbers, numerator orientation."""
    (J,) = chain.link_jacobians([factor.link], values, NUMERATOR)
    return J.as_matrix()


def values_below(derivative: Derivative) -> dict[str, list[Factor]]:
    """Every value after all those that are made of it; what is differentiated by comes last.

    >>> from jacobians import Network
    >>> net = Network.parse("2-3-2", activation="tanh")
    >>> list(values_below(Derivative(net, "a2", "W1")))
    ['z2', 'a1', 'z1', 'W1']
    """
    factors, wrt = derivative.factors, derivative.wrt
    on_the_way = {factor.link.below for factor in factors} - {wrt}
    order = [step.name for step in reversed(derivative.steps) if step.name in on_the_way]
    return {v: [f for f in factors if f.link.below == v] for v in [*order, wrt]}


def keep_symbols(
    derivative: Derivative, points: Iterable[dict[str, Any]], layout: Layout = NUMERATOR
) -> None:
    """Give the matrices that have a symbol for their text the value of it, at every point."""
    for factor in filter(is_symbol, derivative.factors):
        for point in points:
            point[factor.name] = layout.arrange(matrix_at(factor, point))
