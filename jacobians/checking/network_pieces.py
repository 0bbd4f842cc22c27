"""The pieces of a right answer about a network: gradients by the sweep, Jacobians by the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from layouts.layout import DENOMINATOR, NUMERATOR, Layout
from layouts.vectorization import vec

from ..unknown import Array
from .answers import refuse_nan
from .layer_pieces import averages_of
from .links import Changed
from .pieces import Pieces
from .row_links import links_back

if TYPE_CHECKING:
    from ..network import Network

__all__ = ["gradient_of_network", "jacobian_of_network"]

MOST_ENTRIES = 1_000_000
"""The links of a Jacobian are looked at while each has no more entries than this."""


def gradient_of_network(
    net: Network, x: Any, y: Any = None, wrt: str = "W1", layout: Layout | str = NUMERATOR
) -> Pieces:
    """The gradient by the sweep, and what it is made of.

    Raises:
        LayoutError: as `net.gradient` does, and of NaN in the question.
    """
    layout = Layout.named(layout)
    right = net.gradient(x, y, wrt=wrt, layout=layout)
    refuse_nan({"x": x, "y": y, **net.parameters})
    columns, argument = _columns(net, x, y), _argument(net, x, y, wrt)
    p = _pieces("gradient", right, layout, np.ones(()), argument, net.top, wrt, net, columns)
    if columns and wrt != "parameters":
        p.links = links_back(net, columns, net.prediction, net.resolve(wrt))
        p.start = net.gradient(x, y, wrt=net.prediction, layout=DENOMINATOR)
    return p


def jacobian_of_network(
    net: Network,
    x: Any,
    y: Any = None,
    of: str | None = None,
    wrt: str = "x",
    layout: Layout | str = NUMERATOR,
) -> Pieces:
    """The Jacobian by the chain, and what it is made of.

    Raises:
        LayoutError: as `net.jacobian` does, and of NaN in the question.
    """
    layout = Layout.named(layout)
    above = net.prediction if of is None else net.resolve(of)
    J = np.array(net.jacobian(x, y, of=of, wrt=wrt))
    refuse_nan({"x": x, "y": y, **net.parameters})
    columns, argument = _columns(net, x, y), _argument(net, x, y, wrt)
    value = net.values(x, y)[above]
    p = _pieces(
        "jacobian", layout.arrange(J), layout, value, argument, of or above, wrt, net, columns
    )
    p.J = J
    if columns and wrt != "parameters":
        p.links = _links_of_jacobian(net, columns, x, y, above, net.resolve(wrt))
    return p


def _links_of_jacobian(
    net: Network, columns: dict[str, Any], x: Any, y: Any, above: str, below: str
) -> list[Any]:
    """The links, the row of the loss before the others."""
    if above != net.loss_name:
        links = links_back(net, columns, above, below)
    else:
        row = vec(net.gradient(x, y, wrt=net.prediction, layout=DENOMINATOR)).T
        links = links_back(net, columns, net.prediction, below)
        first = Changed(above, net.prediction, factor=row)
        links = [first, *links] if links else []
    sizes = [columns[link.above].size * columns[link.below].size for link in links]
    return links if max(sizes, default=0) <= MOST_ENTRIES else []


def _pieces(
    kind: str, right: Array, layout: Layout, y: Array, x: Array, above: str, below: str,
    net: Network, columns: dict[str, Any],
) -> Pieces:  # fmt: skip
    prediction = columns.get(net.prediction)
    return Pieces(
        kind, right, layout, y, x, above, below,
        samples=1 if prediction is None else prediction.shape[-1],
        entries=len(prediction) if kind == "gradient" and prediction is not None else 1,
        averages=averages_of(net.loss),
        loss=bool(net.loss_name) and above in (net.top, net.loss_name),
        shared=net.aliases.get(below, below) not in net.of_samples,
        weights={name: W for name, W in columns.items() if name in net.parameters and W.ndim == 2},
        values={name: v for name, v in columns.items() if name in net.of_samples},
    )  # fmt: skip


def _columns(net: Network, x: Any, y: Any) -> dict[str, Any]:
    """Every value of a row of layers with samples as columns; of other graphs none."""
    return net.column_values(x, y) if net.is_row else {}


def _argument(net: Network, x: Any, y: Any, wrt: str) -> Array:
    """The value to differentiate by, shaped as the caller has it; all parameters as one column."""
    if wrt == "parameters":
        return np.concatenate([vec(value)[:, 0] for value in net.parameters.values()])
    value: Array = net.values(x, y)[wrt]
    return value
