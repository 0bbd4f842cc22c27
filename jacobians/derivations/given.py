"""What the caller says that a derivation is about, and what that is as formulas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from layouts import Formula
from layouts.errors import InputError, near_names
from layouts.formulas.functions import Functions
from layouts.formulas.scope import column_shape

from ..formula_checks.network_problem import problem_of_network
from ..formula_checks.problem import Problem, problem_of_formulas
from ..formula_functions import layer_functions
from ..network import Network

__all__ = ["TOP", "Given"]

TOP = "f"
"""What a formula that is differentiated is called where nobody gives it a name."""


class Given(NamedTuple):
    """The arguments of `check_derivation`."""

    network: Network | None
    wrt: str | None
    of: str | None
    shapes: Mapping[str, Any]
    let: Mapping[str, str]
    names: Mapping[str, str]
    functions: Functions

    @property
    def known_functions(self) -> Functions:
        """Those of the layers, and the caller's."""
        return {**layer_functions(), **self.functions}

    @property
    def title(self) -> str:
        """What the derivation is about."""
        if self.network is not None:
            return str(self.network).replace(": ", ", ", 1)
        return "" if self.of is None else f"{TOP} = {self.of}"

    @property
    def top(self) -> str:
        """What is differentiated unless a line says otherwise."""
        net, of = self.network, self.of
        if net is not None:
            return net.top if of is None else net.aliases.get(of, of)
        return of if of is not None and of in self.let else TOP

    def problem(self) -> Problem | None:
        """What is differentiated, as formulas; None where nothing is known but symbols.

        Raises:
            LayoutError: the formula, a shape, or a value of the network is not understood.
        """
        if self.network is not None:
            return self.problem_in(self.network)
        if self.of is None or not self.shapes:
            return None
        names = [*self.shapes, *self.let]
        of = Formula.parse(self.of, functions=self.known_functions, names=names)
        text = of.to_python(self.shapes) if of.notation == "latex" else of.text
        first = next(iter(self.shapes))
        return problem_of_formulas(text, first, self.shapes, self.let, self.functions)

    def problem_in(self, net: Network) -> Problem:
        """What is differentiated in a network.

        Raises:
            InputError: the network has no such value.
        """
        first = next(iter([*net.parameters, *net.inputs]))
        if self.of is not None and net.aliases.get(self.of, self.of) not in net.names:
            raise InputError(f"there is no value {self.of}: {near_names(self.of, net.names)}")
        try:
            problem = problem_of_network(net, first, self.of)
        except InputError:  # a layer that no formula states: its links are there all the same
            shapes = {name: column_shape(tuple(shape)) for name, shape in net.shapes().items()}
            return Problem(net.top, first, shapes, {}, layer_functions())
        return problem._replace(functions={**problem.functions, **self.functions})
