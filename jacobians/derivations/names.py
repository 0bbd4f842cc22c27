"""What the writer of a derivation calls things, found out once for all its lines."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from layouts.formulas.letters import spelt
from layouts.formulas.tree import Derivative, Name, Part, Row, walk

from ..formula_checks.problem import Problem
from ..formula_checks.spelling import GUESSES, spelling_of
from ..formula_checks.vocabulary import stem
from .given import Given
from .links import whole
from .symbols import plain

__all__ = ["Names", "known_names", "names_of"]

LOSSES = ("L", "C", "J", "E", "loss", "cost", "l")
"""What texts call a loss; a network calls it L."""


class Names(NamedTuple):
    """The writer's names and the problem's own."""

    known: Sequence[str]
    """Those that the reader knew before any line was read."""
    own: Mapping[str, str]
    """The problem's name for each of the writer's names, used or not."""
    remarks: Sequence[str] = ()
    """How names were understood."""

    def of(self, name: str) -> str:
        """The problem's name for one of the writer's."""
        return self.own.get(name, name)

    @property
    def called(self) -> dict[str, str]:
        """The writer's name for each of the problem's; its own one where that is used."""
        called = {own: name for name, own in self.own.items()}
        return called | {own: own for name, own in self.own.items() if name == own}


def known_names(given: Given, problem: Problem | None) -> list[str]:
    """The names that a reader of LaTeX has to know, in the two usual ways to count layers."""
    names = list(problem.names) if problem else []
    matches = (re.fullmatch(r"([A-Za-z]+)(\d+)", name) for name in names)
    counted = [f"{match[1]}{int(match[2]) + 1}" for match in matches if match]
    return [*names, *counted, *map(spelt, given.names), *map(spelt, given.let)]


def names_of(
    given: Given, problem: Problem | None, known: Sequence[str], trees: Sequence[Part]
) -> Names:
    """What the writer of these formulas calls things; what the caller says of it comes first."""
    if problem is None:
        return Names(known, {spelt(name): spelt(own) for name, own in given.names.items()})
    used, tops = names_used(trees, known)
    typed = {name: plain(name, known) for name in (*used, *tops)}
    undecided = {*typed.values()} - {spelt(name) for name in given.names}
    resolved = max(
        ([name for name in undecided if guess(name, problem) in problem.names]
         for guess, _, _ in GUESSES[: None if counts_otherwise(undecided, problem) else 1]),
        key=len,
    )  # fmt: skip
    spelling = spelling_of(problem, Row(tuple(map(Name, sorted(resolved)))), given.names)
    own = {**{name: name for name in resolved}, **spelling.own}
    own |= {name: own[same] for name, same in typed.items() if same in own}
    losses = [name for name in tops if name not in own and name not in used]
    losses = [name for name in losses if name in LOSSES or given.top not in own.values()]
    own |= {name: given.top for name in losses if name.isalpha()}
    own |= differentials(used, own, problem)
    unused = {spelling.name(name): name for name in problem.names if name not in own.values()}
    return Names(known, unused | own, spelling.remarks)


def counts_otherwise(names: Collection[str], problem: Problem) -> bool:
    """Whether a value is numbered as no value is here; a weight alone may be a slip."""
    usual, _, _ = GUESSES[0]
    strays = [name for name in names if usual(name, problem) not in problem.names]
    stems = {stem(name) for name in problem.shapes}
    return any(stem(name) not in stems for name in strays) or len(strays) == len(names)


def names_used(formulas: Sequence[Part], known: Sequence[str]) -> tuple[list[str], list[str]]:
    """The names in all formulas, and those that something is a derivative of."""
    used: dict[str, None] = {}
    tops: dict[str, None] = {}
    trees = list(formulas)
    while trees:
        for part in walk(trees.pop()):
            if isinstance(part, Name):
                used.setdefault(whole(part.text))
            if isinstance(part, Derivative):
                used |= dict.fromkeys(map(whole, part.wrt))
                trees += [part.formula] if part.formula else []
                tops |= {} if part.formula else {whole(part.of): None}
    inner = [n[1:] for n in used if n[0] == "d" != n and n not in known]
    return [*used, *inner], [*tops]


def differentials(used: list[str], own: Mapping[str, str], problem: Problem) -> dict[str, str]:
    """dz2 and da1 as courses write ∂L/∂z2 and ∂L/∂a1: names of gradients."""
    by_value = {value: name for name, (_, value) in problem.gradients.items()}
    return {name: by_value[own[name[1:]]] for name in used if name[0] == "d" and name not in own
            and own.get(name[1:]) in by_value}  # fmt: skip
