"""The factors of a chain, drawn to scale, in the order in which each layout multiplies them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from layouts.errors import InputError
from layouts.layout import Layout
from layouts.sizes import SizeLike

from ..jacobian import Jacobian
from ..network import Network
from ..report.facts import Derivative, Factor
from ..report.points import given_point
from ..report.spellings import spelling
from .matrices import Matrix, Written, draw_rows
from .picture import Picture

__all__ = ["draw_chain", "draw_product", "first_wrt"]


def draw_chain(
    net: Network,
    wrt: str | None = None,
    layout: Layout | str = "both",
    *,
    of: str | None = None,
    samples: SizeLike | str | None = None,
    input_index: int = 0,
    symbols: str = "plain",
) -> Picture:
    """The factors of `∂of/∂wrt` to scale; a size that two neighbours share has one colour.

    Args:
        net: the network, with values or sizes only; letters are drawn as numbers.
        wrt: a value or parameter; None is the first weights.
        layout: "both", or one layout or its name.
        of: what is differentiated; None is the loss, without one the prediction.
        samples: how many there are, a number or a letter.
        input_index: the number of the input in the names, 0 or 1.
        symbols: "plain" (W1) or "superscript" (W⁽¹⁾).

    Raises:
        LayoutError: an unknown name or layout, or a sum over several paths: see `draw_graph`.

    >>> net = Network.parse("2-3-2", activation="relu", loss="half_squared_error")
    >>> print(draw_chain(net, "W1", "denominator", of="z2").alt)
    The factors of ∂z2/∂W1. Denominator layout: ∂z1/∂W1 (6×3) · ∂a1/∂z1 (3×3) · ∂z2/∂a1 (3×2) = \
∂z2/∂W1 (6×2).
    """
    spell = spelling(net, input_index, symbols)
    _, _, count = given_point(net, None, None, samples)
    derivative = Derivative(net, of or net.top, first_wrt(net, wrt), count)
    name = spell(derivative.name)
    if derivative.branches:
        raise InputError(f"{name} is a sum over {derivative.count:,} paths, not one product: "
                         "draw_graph draws them.")  # fmt: skip
    if not derivative.links:
        raise InputError(f"{name} has no factors to draw.")
    products = [
        Written(each, [_arranged(f, each, spell) for f in derivative.written(each)], name)
        for each in Layout.one_or_both(layout)
    ]
    return draw_rows(f"The factors of {name}", products)


def first_wrt(net: Network, wrt: str | None) -> str:
    """What is differentiated by where nobody says so: the first weights, or the first input.

    >>> first_wrt(Network.parse("2-3"), None)
    'W1'
    """
    return next(iter([*net.parameters, *net.inputs])) if wrt in (None, "parameters") else str(wrt)


def draw_product(factors: Sequence[Jacobian]) -> Picture:
    """Jacobians from left to right as they are given, to scale, whether they multiply or not.

    Raises:
        LayoutError: no factors, or factors of two layouts.

    >>> net = Network.parse("2-3-4", activation="tanh")
    >>> factors = net.factors([1.0, 2.0], of="z2", wrt="z1")
    >>> print(draw_product(factors[::-1]).alt)
    The product as it is written. Numerator layout: ∂a1/∂z1 (3×3) ≠ ∂z2/∂a1 (4×3).
    """
    if len({J.layout for J in factors}) != 1:
        raise InputError("a product needs factors of one layout to be drawn.")
    product = Written(factors[0].layout, [Matrix.of(J) for J in factors], _ends(factors))
    return draw_rows("The product as it is written", [product])


def _arranged(factor: Factor, layout: Layout, spell: Callable[[str], str]) -> Matrix:
    """A link as the layout has it."""
    link = factor.link
    J = Jacobian(layout.arrange(factor.operator), layout, link.above, link.below)
    return Matrix.of(J, spell(factor.name))


def _ends(factors: Sequence[Jacobian]) -> str:
    """The derivative that the factors multiply to, if they do."""
    upper, lower = factors[0].layout.pair(factors[0], factors[-1])
    return f"∂{upper.of or 'y'}/∂{lower.wrt or 'x'}"
