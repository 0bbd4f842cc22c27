"""The chain rule with its matrices: explicit products, each layout's factors in its own order.

    numerator layout      ∂L/∂x = ∂L/∂u · ∂u/∂x      the later layer on the left
    denominator layout    ∂L/∂x = ∂u/∂x · ∂L/∂u      the later layer on the right

A link is one layer's partial derivative by one input, the others held at the values of the forward
pass. Where a value feeds several others the links' products are summed over all paths. Nothing here
calls a vjp, and neither layout's product is the other's transposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from layouts.layout import NUMERATOR, Layout
from layouts.sizes import SizeLike

from .jacobian import Jacobian
from .operators import BlockColumn, BlockRow, Identity, Zero
from .planning import Factor, Order, multiplications, plan
from .rule import Names, Rule
from .step import Step

__all__ = [
    "Link",
    "block_row",
    "derivative",
    "link_jacobians",
    "links_between",
    "shared_multiplications",
    "totals",
]


class Link(NamedTuple):
    """One argument of one step: the place of a factor `∂(step)/∂(input)`."""

    step: Step
    position: int

    @property
    def above(self) -> str:
        """What is differentiated."""
        return self.step.name

    @property
    def below(self) -> str:
        """What it is differentiated by."""
        return self.step.inputs[self.position]

    @property
    def name(self) -> str:
        """The derivative as it is spoken."""
        return f"∂{self.above}/∂{self.below}"


def links_between(steps: Sequence[Step], of: str, wrt: Iterable[str]) -> list[Link]:
    """The links on any path from one of `wrt` to `of`, in the order of computation."""
    below = set(wrt)
    reachable: list[Link] = []
    for step in steps:
        used = [k for k, name in enumerate(step.inputs) if name in below]
        if used:
            below.add(step.name)
            reachable += [Link(step, k) for k in used]
    above, on_a_path = {of}, []
    for link in reversed(reachable):
        if link.step.name in above:
            above.add(link.below)
            on_a_path.append(link)
    return on_a_path[::-1]


def link_jacobians(
    links: Iterable[Link], values: Mapping[str, Any], layout: Layout
) -> list[Jacobian]:
    """The labelled factor of each link, in this layout; a step's rules are asked for once."""
    factors: list[Jacobian] = []
    rules: Mapping[str, Rule] = {}
    step: Step | None = None
    for link in links:
        if link.step is not step:
            step = link.step
            inputs = [values[name] for name in step.inputs]
            rules = step.layer.rules(*inputs, names=Names(step.inputs, step.name))
        operator = rules[link.step.layer.arguments[link.position]].jacobian()
        below, above = values[link.below].shape, values[link.above].shape
        factors.append(
            Jacobian(layout.arrange(operator), layout, link.above, link.below, above, below)
        )
    return factors


def derivative(
    steps: Sequence[Step], values: Mapping[str, Any], of: str, wrt: str, layout: Layout
) -> Jacobian:
    """`∂of/∂wrt`, summed over all paths; along a single path in the planned order."""
    links = links_between(steps, of, [wrt])
    if len({link.below for link in links}) < len(links):
        return totals(steps, values, of, [wrt], layout)[wrt]
    factors = link_jacobians(links, values, layout)
    if not factors:
        return _end_of_chain(values, of, wrt, layout)
    if layout is NUMERATOR:
        factors.reverse()
    return multiplied(factors, plan([factor.operator for factor in factors]).order)


def multiplied(factors: Sequence[Jacobian], order: Order) -> Jacobian:
    """The product of factors, written from left to right, in the order of association."""
    if isinstance(order, int):
        return factors[order]
    left, right = order
    return multiplied(factors, left) @ multiplied(factors, right)


def totals(
    steps: Sequence[Step], values: Mapping[str, Any], of: str, wrt: Sequence[str], layout: Layout
) -> dict[str, Jacobian]:
    """`∂of/∂v` for every v in `wrt`: the running product from `of` downwards is shared.

    A total derivative by a value is the sum over the values that it feeds; each of them is
    complete before it is used, since the list is walked backwards.
    """
    links = links_between(steps, of, wrt)
    total: dict[str, Jacobian] = {}
    for link, factor in zip(
        reversed(links), _reversed_jacobians(links, values, layout), strict=True
    ):
        running = total.get(link.above)
        if running is not None:
            factor = running @ factor if layout is NUMERATOR else factor @ running
        known = total.get(link.below)
        total[link.below] = factor if known is None else known + factor
    return {
        name: total[name] if name in total else _end_of_chain(values, of, name, layout)
        for name in wrt
    }


def block_row(
    steps: Sequence[Step], values: Mapping[str, Any], of: str, wrt: Sequence[str], layout: Layout
) -> Jacobian:
    """`( ∂of/∂v₁ | ∂of/∂v₂ | … )`, in denominator layout the block column."""
    blocks = totals(steps, values, of, wrt, layout)
    operators = [blocks[name].operator for name in wrt]
    joined = BlockRow(operators) if layout is NUMERATOR else BlockColumn(operators)
    return Jacobian(
        joined, layout, of, "parameters", parts={name: values[name].shape for name in wrt}
    )


def shared_multiplications(
    steps: Sequence[Step], values: Mapping[str, Any], of: str, wrt: Sequence[str]
) -> tuple[SizeLike, SizeLike]:
    """Multiplications of `totals`: with the running product shared, and for each value alone."""

    def count(names: Sequence[str]) -> SizeLike:
        links = links_between(steps, of, names)[::-1]
        running: dict[str, Factor] = {}
        cost: SizeLike = 0
        for link, J in zip(links, link_jacobians(links, values, NUMERATOR), strict=True):
            factor = Factor.of(J.operator)
            if link.above in running:
                cost = cost + multiplications(running[link.above], factor)
                factor = running[link.above] @ factor
            running[link.below] = factor
        return cost

    alone: SizeLike = 0
    for name in wrt:
        alone = alone + count([name])
    return count(wrt), alone


def _reversed_jacobians(
    links: list[Link], values: Mapping[str, Any], layout: Layout
) -> list[Jacobian]:
    return link_jacobians(links[::-1], values, layout)


def _end_of_chain(values: Mapping[str, Any], of: str, wrt: str, layout: Layout) -> Jacobian:
    """A value by itself is the identity; by what it does not depend on, zero."""
    rows, columns = values[of].size, values[wrt].size
    operator = Identity(rows) if of == wrt else Zero(rows, columns)
    return Jacobian(layout.arrange(operator), layout, of, wrt)
