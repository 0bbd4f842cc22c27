"""What a network answers by the chain rule with its matrices: any value by any other.

    jacobian             one matrix, all paths summed
    factors, plan        the links of a single path, and the order in which they are multiplied
    paths                the links of every path; their products add up
    stacked_factors      one product in spite of several paths, its factors block matrices

`chain` multiplies; this module finds the links between the two ends, once, and labels the results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy.typing as npt

from layouts.errors import InputError
from layouts.layout import NUMERATOR, Layout

from . import chain
from .forward_pass import ForwardPass
from .graph import Graph
from .jacobian import Jacobian
from .operators.operator import numbers
from .parameter_row import ParameterRow, is_plain_row
from .planning import Order, Plan, plan

__all__ = ["ByChain"]


class ByChain(ForwardPass):
    """A network's derivatives by explicit Jacobians."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self._parameter_shapes = {name: value.shape for name, value in self.parameters.items()}
        self._known_links: dict[tuple[str, str], list[chain.Link]] = {}
        self._known_orders: dict[tuple[str, str, Layout, Any], Order | None] = {}

    def __getstate__(self) -> dict[str, Any]:
        """All but what is found again when needed: the order of a long chain is deeply nested."""
        return self.__dict__ | {"_known_links": {}, "_known_orders": {}}

    def jacobian(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike | None = None,
        of: str | None = None,
        wrt: str = "x",
        layout: Layout | str = NUMERATOR,
    ) -> Jacobian:
        """The total derivative `∂of/∂wrt`, by the chain of explicit Jacobians.

        Args:
            x: one sample (n,), or samples as columns (n, N).
            y: the target, of several those that `of` needs, by name.
            of: any value; None is the prediction.
            wrt: any value or parameter, or "parameters": the block row of them all, in denominator
                layout the block column.
            layout: the layout or its name.

        Raises:
            LayoutError: an unknown name, a wrong shape, or values asked of sizes only.
        """
        layout = Layout.named(layout)
        values, shape = self._forward(x, y)
        asked = of
        of, below = self._ends(of, wrt, values)
        if wrt == "parameters":
            J = self._by_parameters(values, of, layout)
        else:
            links = self._links(of, below, [below])
            order = self._order(links, values, of, below, layout)
            J = chain.along(links, values, of, below, layout, order)
            J.wrt, J.wrt_shape = wrt, shape(below)
        J.of, J.of_shape = asked or of, shape(of)
        return J

    def factors(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike | None = None,
        of: str | None = None,
        wrt: str = "x",
        layout: Layout | str = NUMERATOR,
    ) -> list[Jacobian]:
        """The links of a chain, left to right as the layout's product is written.

        Raises:
            LayoutError: `wrt` reaches `of` by several paths: then no single product is all; or it
                is "parameters", several values.

        >>> from jacobians import Network
        >>> net = Network.parse("2-3-2", activation="tanh")
        >>> [J.name for J in net.factors([1.0, 2.0], of="z2", wrt="W1", layout="denominator")]
        ['∂z1/∂W1', '∂a1/∂z1', '∂z2/∂a1']
        """
        layout = Layout.named(layout)
        values, shape = self._forward(x, y)
        of, _ = self._ends(of, wrt, values)
        factors = chain.link_jacobians(self._single_path(of, wrt), values, layout)
        for J in factors:
            J.of_shape, J.wrt_shape = shape(str(J.of)), shape(str(J.wrt))
        return layout.written(factors)

    def paths(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike | None = None,
        of: str | None = None,
        wrt: str = "x",
        layout: Layout | str = NUMERATOR,
        *,
        most: int = 100,
    ) -> list[list[Jacobian]]:
        """The factors along every path, each as `factors` has them; their products add up.

        Raises:
            LayoutError: more than `most` paths; or `wrt` is "parameters", several values.

        >>> from jacobians import Network
        >>> net = Network.graph('''
        ...     input x: 3
        ...     parameters W: 3×3
        ...     u = W @ tanh(x) + x
        ... ''')
        >>> for path in net.paths([0.5, -1.0, 2.0]):
        ...     print(" · ".join(J.name for J in path))
        ∂u/∂u_2 · ∂u_2/∂u_1 · ∂u_1/∂x
        ∂u/∂x
        """
        layout = Layout.named(layout)
        values, shape = self._forward(x, y)
        of, below = self._ends(of, self._one(wrt), values)
        links = self._links(of, below, [below])
        count = chain.count_paths(links, of, below)
        if count > most:
            raise InputError(f"{below} reaches {of} by {count:,} paths, more than {most:,}: ask "
                             "for `jacobian`, which makes every total once.")  # fmt: skip
        factors = {}
        for link, J in zip(links, chain.link_jacobians(links, values, layout), strict=True):
            J.of_shape, J.wrt_shape = shape(link.above), shape(link.below)
            factors[link.above, link.position] = J
        return [
            layout.written([factors[link.above, link.position] for link in reversed(path)])
            for path in chain.paths(links, of, below)
        ]

    def stacked_factors(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike | None = None,
        of: str | None = None,
        wrt: str | Sequence[str] = "parameters",
        layout: Layout | str = NUMERATOR,
    ) -> list[Jacobian]:
        """The derivative by several values as one product, whatever the graph.

        What is still needed is stacked into one vector; each step's Jacobian is a block matrix that
        makes one value and carries the others along, as identities.

        Args:
            x: the input.
            y: the target, where `of` needs it.
            of: any value; None is the prediction.
            wrt: values by name, or "parameters".
            layout: the layout or its name.

        Raises:
            LayoutError: no values, one of them twice, values that `of` does not depend on, or of
                which one is made of another.

        >>> from jacobians import Network
        >>> net = Network.parse("2-3-1", activation="tanh", bias=False)
        >>> for J in net.stacked_factors([0.5, -1.0], of="z2"):
        ...     print(f"{J.name} = {J.operator}")
        ∂z2/∂(a1, W2) = [[W2, a1ᵀ ⊗ I₁]]
        ∂(a1, W2)/∂(z1, W2) = [[diag(tanh'(z1)), 0], [0, I₃]]
        ∂(z1, W2)/∂(W1, W2) = [[a0ᵀ ⊗ I₃, 0], [0, I₃]]
        """
        layout = Layout.named(layout)
        values, _ = self._forward(x, y)
        names = self._all_parameters() if wrt == "parameters" else (
            [wrt] if isinstance(wrt, str) else list(wrt))  # fmt: skip
        if not names:
            raise InputError("wrt is empty: name the values to differentiate by, or ask for "
                             '"parameters".')  # fmt: skip
        of, *_ = self._ends(of, names[0], values)
        below = [self._ends(of, self.resolve(name), values)[1] for name in names]
        if twice := [name for name in below if below.count(name) > 1]:
            raise InputError(f"{self.spoken(twice[0])} stands in wrt more than once, as "
                             f"{', '.join(names)}: each value is stacked once.")  # fmt: skip
        links = chain.links_between(self.steps_to(of), of, below)
        if not links:
            raise InputError(f"{of} depends on none of {', '.join(names)}: no factors to stack.")
        if again := sorted({link.above for link in links} & {*below}):
            raise InputError(f"{again[0]} is computed on the way from the others: what is stacked "
                             "first must not depend on each other.")  # fmt: skip
        return chain.stacked_factors(self.steps_to(of), values, of, below, layout)

    def plan(self, of: str | None = None, wrt: str = "x", layout: Layout | str = NUMERATOR) -> Plan:
        """In which order of association the chain is multiplied, and what the others would cost.

        >>> from jacobians import Network
        >>> net = Network.parse("9-2-8", activation="tanh")
        >>> net.plan().written(["∂a2/∂z2", "∂z2/∂a1", "∂a1/∂z1", "∂z1/∂a0"])
        '(∂a2/∂z2 · (∂z2/∂a1 · ∂a1/∂z1)) · ∂z1/∂a0'
        """
        layout = Layout.named(layout)
        of = self.prediction if of is None else self.resolve(of)
        links = self._single_path(of, wrt)
        if not links:
            raise InputError(f"∂{of}/∂{wrt} has no factors to plan.")
        operators = [J.operator for J in chain.link_jacobians(links, self.unknowns(), layout)]
        return plan(layout.written(operators))

    def _ends(self, of: str | None, wrt: str, values: Mapping[str, Any]) -> tuple[str, str]:
        """Both ends of a chain by their own names; the loss and the target need y."""
        above = self.prediction if of is None else self.resolve(of)
        below = wrt if wrt == "parameters" else self.resolve(wrt)
        needed = [above] if wrt == "parameters" else [above, below]
        self._require(needed, values, f"∂{above}/∂{wrt}")
        return above, below

    def _one(self, wrt: str) -> str:
        """The name of a single value: paths start at one."""
        if wrt == "parameters":
            raise InputError('paths lead from one value, and "parameters" are several: name one of '
                             f"{', '.join(self._all_parameters())}, or ask for jacobian or "
                             "stacked_factors.")  # fmt: skip
        return self.resolve(wrt)

    def _by_parameters(self, values: dict[str, Any], of: str, layout: Layout) -> Jacobian:
        """The chain's block row; that of a plain row of layers comes by the fast path."""
        names, parts = self._all_parameters(), self._parameter_shapes
        if (
            layout is NUMERATOR
            and of == self.prediction
            and self.is_row
            and values[of].shape[1] == 1
            and is_plain_row(self.inner_steps)
        ):
            operator = ParameterRow(self.inner_steps, values, numbers((self.parameter_count,))[0])
            return Jacobian(operator, layout, of, "parameters", parts=parts)
        links = self._links(of, "parameters", names)
        blocks = chain.totals_along(links, values, of, names, layout)
        return chain.block_row(blocks, of, layout)

    def _links(self, of: str, key: str, wrt: Sequence[str]) -> list[chain.Link]:
        """The links from `wrt` to `of`, found once: they depend on the wiring alone."""
        if (of, key) not in self._known_links:
            self._known_links[of, key] = chain.links_between(self.steps, of, wrt)
        return self._known_links[of, key]

    def _order(
        self, links: list[chain.Link], values: dict[str, Any], of: str, wrt: str, layout: Layout
    ) -> Order | None:
        """The planned order of association: it depends on sizes alone, so it is planned once."""
        key = of, wrt, layout, tuple(values[name].shape for name in self.inputs)
        if key not in self._known_orders:
            operators = [J.operator for J in chain.link_jacobians(links, values, layout)]
            row = bool(links) and not chain.branches(links)
            self._known_orders[key] = plan(layout.written(operators)).order if row else None
        return self._known_orders[key]

    def _single_path(self, of: str, wrt: str) -> list[chain.Link]:
        links = chain.links_between(self.steps, of, [self._one(wrt)])
        if chain.branches(links):
            raise InputError(f"∂{of}/∂{wrt} is a sum over several paths, not one product.")
        return links
