"""The values on the way from the top down, each with the links that it feeds."""

from __future__ import annotations

from ..report.facts import Derivative, Factor

__all__ = ["values_below"]


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
