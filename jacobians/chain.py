"""The chain rule with its matrices: explicit products, each layout's factors in its own order.

    numerator layout      ∂L/∂x = ∂L/∂u · ∂u/∂x      the later layer on the left
    denominator layout    ∂L/∂x = ∂u/∂x · ∂L/∂u      the later layer on the right

A link is one layer's partial derivative by one input, the others held at the values of the forward
pass. Where a value feeds several others the links' products are summed over all paths. Nothing here
calls a vjp, and neither layout's product is the other's transposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from layouts.layout import NUMERATOR, Layout
from layouts.sizes import SizeLike

from .jacobian import Jacobian
from .operators import BlockColumn, BlockMatrix, BlockRow, Identity, Zero
from .planning import Order, accumulated, fold, plan
from .rule import Names, Rule
from .steps import Step

__all__ = [
    "Link",
    "along",
    "block_row",
    "branches",
    "count_paths",
    "derivative",
    "link_jacobians",
    "links_between",
    "paths",
    "shared_multiplications",
    "stacked_factors",
    "totals",
    "totals_along",
]


class Link(NamedTuple):
    """One argument of one step: the place of a factor `∂above/∂below`."""

    step: Step
    position: int
    argument: str
    above: str
    below: str
    names: Names

    @property
    def name(self) -> str:
        """The derivative as it is spoken."""
        return f"∂{self.above}/∂{self.below}"


def links_of(step: Step) -> list[Link]:
    """A link for each input of a step."""
    names = Names(step.inputs, step.name)
    return [
        Link(step, position, argument, step.name, below, names)
        for position, (argument, below) in enumerate(
            zip(step.layer.arguments, step.inputs, strict=True)
        )
    ]


def links_between(steps: Sequence[Step], of: str, wrt: Iterable[str]) -> list[Link]:
    """The links on any path from one of `wrt` to `of`, in the order of computation."""
    below = set(wrt)
    reachable: list[Link] = []
    for step in steps:
        used = [link for link in links_of(step) if link.below in below]
        if used:
            below.add(step.name)
            reachable += used
    above, on_a_path = {of}, []
    for link in reversed(reachable):
        if link.above in above:
            above.add(link.below)
            on_a_path.append(link)
    return on_a_path[::-1]


def branches(links: Sequence[Link]) -> bool:
    """Whether the links are more than a single path: then products are summed."""
    return len({link.below for link in links}) < len(links)


def count_paths(links: Sequence[Link], of: str, wrt: str) -> int:
    """How many paths lead from `wrt` to `of`, without walking each of them."""
    ways = {of: 1}
    for link in reversed(links):
        ways[link.below] = ways.get(link.below, 0) + ways.get(link.above, 0)
    return ways.get(wrt, 0) if of != wrt else 0


def paths(links: Sequence[Link], of: str, wrt: str) -> Iterator[list[Link]]:
    """Every path from `of` down to `wrt`, one after the other; there may be very many."""
    by_value: dict[str, list[Link]] = {}
    for link in links:
        by_value.setdefault(link.above, []).append(link)
    waiting: list[list[Link]] = [[link] for link in reversed(by_value.get(of, []))]
    while waiting:
        path = waiting.pop()
        if path[-1].below == wrt:
            yield path
        waiting += [[*path, link] for link in reversed(by_value.get(path[-1].below, []))]


def link_jacobians(
    links: Iterable[Link], values: Mapping[str, Any], layout: Layout
) -> list[Jacobian]:
    """The labelled factor of each link, in this layout; a step's rules are asked for once."""
    factors: list[Jacobian] = []
    rules: Mapping[str, Rule] = {}
    current: Step | None = None
    for step, _, argument, above, below, names in links:
        if step is not current:
            current = step
            rules = step.layer.rules(*[values[name] for name in step.inputs], names=names)
        operator = layout.arrange(rules[argument].jacobian())
        shapes = values[above].shape, values[below].shape
        factors.append(Jacobian(operator, layout, above, below, *shapes))
    return factors


def derivative(
    steps: Sequence[Step], values: Mapping[str, Any], of: str, wrt: str, layout: Layout
) -> Jacobian:
    """`∂of/∂wrt`, summed over all paths; along a single path in the planned order."""
    return along(links_between(steps, of, [wrt]), values, of, wrt, layout)


def along(
    links: Sequence[Link],
    values: Mapping[str, Any],
    of: str,
    wrt: str,
    layout: Layout,
    order: Order | None = None,
) -> Jacobian:
    """The same, where the links are known already, and perhaps the order of association."""
    if branches(links):
        return totals_along(links, values, of, [wrt], layout)[wrt]
    factors = link_jacobians(links, values, layout)
    if not factors:
        return _end_of_chain(values, of, wrt, layout)
    factors = layout.written(factors)
    if order is None:
        order = plan([factor.operator for factor in factors]).order
    return fold(order, factors.__getitem__, Jacobian.__matmul__)


def totals(
    steps: Sequence[Step], values: Mapping[str, Any], of: str, wrt: Sequence[str], layout: Layout
) -> dict[str, Jacobian]:
    """`∂of/∂v` for every v in `wrt`: the running product from `of` downwards is shared."""
    return totals_along(links_between(steps, of, wrt), values, of, wrt, layout)


def totals_along(
    links: Sequence[Link], values: Mapping[str, Any], of: str, wrt: Sequence[str], layout: Layout
) -> dict[str, Jacobian]:
    """The same, where the links are known already.

    A total derivative by a value is the sum over the values that it feeds; each of them is
    complete before it is used, since the links are walked backwards.
    """
    total: dict[str, Jacobian] = {}
    for factor in link_jacobians(links[::-1], values, layout):
        above, below = str(factor.of), str(factor.wrt)
        running = total.get(above)
        if running is not None:
            factor = running @ factor if layout is NUMERATOR else factor @ running
        known = total.get(below)
        total[below] = factor if known is None else known + factor
    return {
        name: total[name] if name in total else _end_of_chain(values, of, name, layout)
        for name in wrt
    }


def stacked_factors(
    steps: Sequence[Step], values: Mapping[str, Any], of: str, wrt: Sequence[str], layout: Layout
) -> list[Jacobian]:
    """A sum over paths as a single product, from left to right as the layout writes it.

    All values that are still needed are stacked into one vector. A step makes one of them and
    carries the others along, so its Jacobian is a block matrix such as `[[∂u/∂h, ∂u/∂W, 0],
    [0, 0, I]]`: rows for u and what is carried, columns for what was there. In the product of all
    of them the sums over paths are those inside the matrix product.
    """
    links = links_between(steps, of, wrt)
    factors = list(zip(links, link_jacobians(links, values, NUMERATOR), strict=True))
    last_use = {link.below: k for k, link in enumerate(links)}
    live, stacked = list(wrt), []
    made: dict[str, list[int]] = {}
    for k, link in enumerate(links):
        made.setdefault(link.above, []).append(k)
    for name, indices in made.items():
        used, done = [factors[k] for k in indices], indices[-1]
        carried = [v for v in live if last_use.get(v, -1) > done or v == of]
        top = [_block(name, v, [J for link, J in used if link.below == v], values) for v in live]
        rows = [top, *([_end_of_chain(values, kept, v, NUMERATOR).operator for v in live]
                       for kept in carried)]  # fmt: skip
        above, below = [name, *carried], live
        stacked.append(Jacobian(layout.arrange(BlockMatrix(rows)), layout, _stack(above),
                                _stack(below)))  # fmt: skip
        live = above
    return layout.written(stacked)


def _block(above: str, below: str, jacobians: Sequence[Jacobian], values: Mapping[str, Any]) -> Any:
    """One block: the links between two values added up, zero where there is none."""
    if not jacobians:
        return Zero(values[above].size, values[below].size)
    total = jacobians[0].operator
    for J in jacobians[1:]:
        total = total + J.operator
    return total


def _stack(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"({', '.join(names)})"


def block_row(blocks: Mapping[str, Jacobian], of: str, layout: Layout) -> Jacobian:
    """`( ∂of/∂v₁ | ∂of/∂v₂ | … )` of labelled blocks, in denominator layout the block column."""
    operators = [block.operator for block in blocks.values()]
    joined = BlockRow(operators) if layout is NUMERATOR else BlockColumn(operators)
    parts = {name: block.wrt_shape for name, block in blocks.items()}
    return Jacobian(joined, layout, of, "parameters", parts=parts)


def shared_multiplications(
    steps: Sequence[Step], values: Mapping[str, Any], of: str, wrt: Sequence[str]
) -> tuple[SizeLike, SizeLike]:
    """Multiplications of `totals`: with the running product shared, and for each value alone."""

    def count(names: Sequence[str]) -> SizeLike:
        links = links_between(steps, of, names)
        operators = [J.operator for J in link_jacobians(links, values, NUMERATOR)]
        return accumulated([(k.above, k.below) for k in links], operators).structured_left_to_right

    alone: SizeLike = 0
    for name in wrt:
        alone = alone + count([name])
    return count(wrt), alone


def _end_of_chain(values: Mapping[str, Any], of: str, wrt: str, layout: Layout) -> Jacobian:
    """A value by itself is the identity; by what it does not depend on, zero."""
    rows, columns = values[of].size, values[wrt].size
    operator = Identity(rows) if of == wrt else Zero(rows, columns)
    shapes = values[of].shape, values[wrt].shape
    return Jacobian(layout.arrange(operator), layout, of, wrt, *shapes)
