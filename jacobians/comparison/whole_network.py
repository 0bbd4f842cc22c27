"""The chain against the sweep for a whole network, factor by factor."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, counted
from layouts.layout import NUMERATOR, Layout
from layouts.vectorization import vec

from .. import backpropagation, chain
from ..jacobian import Jacobian
from ..layers.base import as_numbers
from ..network import Network
from . import printing
from .one_link import Collapse, finite_or_none, remarks_on

__all__ = ["Comparison", "compare"]


class Comparison:
    """Every link of a network three ways, and the chain's totals against the sweep's.

    Attributes:
        network: the network.
        links: a `Collapse` for each link and layout, from the top down.
        totals: for each value and layout its derivative's name, the largest difference between
            the chain's product and the sweep's cotangent, and the scale of what was compared.
    """

    def __init__(
        self,
        network: Network,
        samples: int,
        links: list[Collapse],
        totals: list[tuple[str, float, float]],
    ) -> None:
        self.network = network
        self.samples = samples
        self.links = links
        self.totals = totals

    @property
    def definition(self) -> str:
        """The loss, written out."""
        if self.network.loss_name is None:
            return "no loss: the cotangent g of the prediction is drawn with seed 0"
        return self.network.definition(self.network.shapes(self.samples))

    def report(self, *, measured: bool = False) -> str:
        """The comparison as text; with `measured` also bytes and times, which differ by machine."""
        return printing.network(self, measured=measured)

    def to_dict(self) -> dict[str, Any]:
        """What JSON carries."""
        return {
            "network": str(self.network),
            "definition": self.definition,
            "links": [link.to_dict() for link in self.links],
            "totals": [
                {"derivative": name, "max_difference": finite_or_none(difference)}
                for name, difference, _ in self.totals
            ],
        }

    def __str__(self) -> str:
        return self.report()

    def __repr__(self) -> str:
        return f"<Comparison {self.network}>"


def compare(
    network: Network,
    x: npt.ArrayLike | None = None,
    y: npt.ArrayLike | None = None,
    *,
    layout: Layout | str = "both",
    samples: int | None = None,
    small_integers: bool = False,
) -> Comparison:
    """Every link of a network three ways, from the top down; x and y are drawn unless given.

    The cotangent at each link is the sweep's own; without a loss, one drawn with seed 0.

    Raises:
        LayoutError: a network without values, or a point that does not fit.
    """
    layouts = Layout.one_or_both(layout)
    if y is not None and not network.targets:
        raise InputError("this network has no loss, so a target y has no use.")
    if x is not None and not isinstance(x, Mapping):
        given = as_numbers(x, "x")
        columns = given.shape[1] if given.ndim == 2 else None
        if samples not in (None, columns or 1):
            raise InputError(
                f"x has {counted(columns or 1, 'sample')} as columns, {samples} were asked for."
            )
        samples = columns
    if not (samples is None or (isinstance(samples, int) and samples >= 1)):
        raise InputError(f"samples are a whole number from 1 on, not {samples!r}.")
    drawn_x, drawn_y = network.example(samples, small_integers=small_integers)
    with np.errstate(all="ignore"):
        values = network.column_values(drawn_x if x is None else x, drawn_y if y is None else y)
        return _compared(network, values, layouts)


def _compared(network: Network, values: dict[str, Any], layouts: list[Layout]) -> Comparison:
    of = network.top
    steps = network.steps_to(of)
    seed = np.ones(values[of].shape)
    if network.loss_name is None:
        seed = np.random.default_rng(0).standard_normal(values[of].shape)
    cotangents = backpropagation.sweep(steps, values, of, seed)
    links = [
        _compared_link(network, link, values, np.asarray(cotangents[link.above]), layout)
        for step in reversed(steps)
        if step.name in cotangents
        for link in chain.links_of(step)
        if link.below not in network.targets
        for layout in layouts
    ]
    totals = []
    for name, cotangent in cotangents.items():
        for layout in layouts if name not in (of, *network.targets) else ():
            J = chain.derivative(steps, values, of, name, layout)
            row = vec(seed).T
            product = row @ J.operator if layout is NUMERATOR else (J.operator @ row.T).T
            difference = float(np.max(np.abs(product - vec(cotangent).T)))
            scale = float(np.max(np.abs(cotangent)))
            totals.append((f"{J.name}, {layout} layout", difference, scale))
    samples = values[next(iter(network.inputs))].shape[-1]
    return Comparison(network, samples, links, totals)


def _compared_link(
    network: Network, link: chain.Link, values: dict[str, Any], g: Any, layout: Layout
) -> Collapse:
    inputs = [values[name] for name in link.step.inputs]
    rule = link.step.layer.rules(*inputs, names=link.names)[link.argument]
    J = Jacobian(layout.arrange(rule.jacobian()), layout, link.above, link.below)
    letter = "γ" if network.loss_name is None else "δ"
    g_name = f"{letter}{link.above[1:]}" if re.fullmatch("z[0-9]+", link.above) else "g"
    return Collapse(J, rule.vjp, g, g_name, remarks_on(link.step.layer))
