"""The wires of a network, or of the formulas that the caller gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from layouts.formulas.tree import Name

from ..formula_checks.problem import Problem
from .given import TOP, Given
from .terms import names_in, terms_of
from .wires import Wires

__all__ = ["wires_of"]


def wires_of(given: Given, problem: Problem | None, called: Mapping[str, str]) -> Wires:
    """What is made from what, with the shapes of all values.

    Args:
        given: the network, or the name of what is differentiated.
        problem: the formulas; None where nothing is known but symbols.
        called: the writer's names for values.
    """
    made: dict[str, Sequence[str]] = {}
    if given.network is not None:
        made = {step.name: step.inputs for step in given.network.steps}
        return Wires(made, given.network.shapes(), called, identities(made, problem))
    if problem is None:
        return Wires({}, {}, called)
    shapes = dict(problem.shapes)
    for name, text in {given.top: problem.of, **problem.let}.items():
        used = dict.fromkeys(names_in(problem.parsed(text).tree))
        made[name] = [each for each in used if each in problem.names]
        shapes[name] = problem.formula(text).shape(problem.shapes)
    return Wires(made, shapes, {given.top: TOP, **called}, identities(made, problem))


def identities(
    made: Mapping[str, Sequence[str]], problem: Problem | None
) -> frozenset[tuple[str, str]]:
    """The links that are identity matrices: z = W x + b by b."""
    if problem is None:
        return frozenset()
    found = set()
    for name, text in problem.let.items():
        terms = list(terms_of(problem.parsed(text).tree))
        for wrt in made.get(name, ()):
            held = [(sign, type(term)) for sign, term in terms if wrt in names_in(term)]
            found |= {(name, wrt)} if held == [("+", Name)] else set()
    return frozenset(found)
