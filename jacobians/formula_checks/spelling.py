"""The names that a writer uses, brought to the problem's own; and answers in the writer's names.

a^{(3)} where the input is a^{(1)}     numbers counted from 1, where only so they all exist
w^{l+1}, z^l                           one layer l of the network, the first that has them all
w for W, x for a0, yhat for a2         letters that differ in case, values by their other names
dZ2 for ∂L/∂z2                         gradients as courses write them
σ, g, φ                                the activation that makes a value of its argument
∇_z J, ∂C/∂z2 as a factor              δ2, whatever the loss is called
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from layouts.formulas.letters import spelt
from layouts.formulas.printing import printed
from layouts.formulas.tree import Call, Derivative, Name, Part, mapped, walk

from .problem import Problem

__all__ = ["GUESSES", "LETTERS", "Spelling", "is_known", "near", "spelling_of"]

SYMBOL = re.compile(
    r"(?P<base>[^\W\d_]+)(?:(?P<number>\d+)|\[(?P<letter>[A-Za-z])(?P<step>[+-]\d+)?\])"
)
LETTERS = ("sigma", "g", "f", "phi", "psi", "rho", "h")
"""What texts call an activation; its derivative has a prime."""
PREDICTIONS = ("yhat", "y_hat", "ŷ", "y_pred", "ypred")
Guess: TypeAlias = Callable[[str, Problem], str]
MOST_LAYERS = 9


class Spelling(NamedTuple):
    """What each of the writer's names is, and what is to be said of that."""

    own: dict[str, str]
    """The problem's name for a name of the writer's."""
    problem: Problem
    remarks: list[str]
    numbered: Callable[[int], str] | None = None
    """How the writer would number a name of the problem's, where that is another number."""

    def read(self, tree: Part) -> Part:
        """A tree in the problem's names."""
        match tree:
            case Name(text=text):
                return Name(self.own.get(text, text), at=tree.at)
            case Derivative(text=text) if text in self.own:
                return Name(self.own[text], at=tree.at)
            case Call(function=function, arguments=(argument,)):
                inner = self.read(argument)
                return Call(self.function(function, inner), (inner,), at=tree.at)
        return mapped(tree, self.read)

    def function(self, name: str, argument: Part) -> str:
        """An activation by a letter is the one that the problem applies to that argument."""
        plain = name.removeprefix("d") if name not in LETTERS else name
        if plain not in LETTERS or plain in self.problem.functions:
            return name
        applied = list(applications(self.problem))
        here = [f for f, text in applied if text == printed(argument)]
        found = (here or [f for f, _ in applied] or ["sigmoid"])[0]
        return name[: len(name) - len(plain)] + found

    def written(self, text: str) -> str:
        """A formula of the problem's in the writer's names."""
        return re.sub(r"[^\W\d]\w*", lambda match: self.name(match[0]), text)

    def renamed(self, tree: Part) -> Part:
        """A tree of the problem's in the writer's names."""
        if isinstance(tree, Name):
            return Name(self.name(tree.text), at=tree.at)
        return mapped(tree, self.renamed)

    def name(self, own: str) -> str:
        """The writer's name for one of the problem's, used or not."""
        for name, value in self.own.items():
            if value == own and not name.startswith(("∂", "∇", "J_")):
                return name
        match = SYMBOL.fullmatch(own)
        known = own in self.problem.names
        if self.numbered is None or not match or not match["number"] or not known:
            return own
        bases = {found["base"] for name in self.own if (found := SYMBOL.fullmatch(name))}
        base = match["base"]
        base = base.swapcase() if base.swapcase() in bases and base not in bases else base
        return base + self.numbered(int(match["number"]))


def applications(problem: Problem) -> Iterator[tuple[str, str]]:
    """The activations that occur, each with its argument."""
    for text in [*problem.let.values(), problem.of]:
        for part in walk(problem.parsed(text).tree):
            if isinstance(part, Call) and f"d{part.function}" in problem.functions:
                yield part.function, printed(part.arguments[0])


def spelling_of(problem: Problem, tree: Part, names: Mapping[str, str]) -> Spelling:
    """How the writer of a tree names things; what the caller says that names are comes first."""
    own = {spelt(name): spelt(value) for name, value in names.items()}
    used = {part.text for part in walk(tree) if isinstance(part, Name)}
    used |= {name for part in walk(tree) if isinstance(part, Derivative) for name in part.wrt}
    undecided = sorted(used - own.keys())
    remarks: list[str] = []
    count = None
    for guess, remark, how in GUESSES:
        found = {name: guess(name, problem) for name in undecided}
        if all(value in problem.names or _is_size(value, problem) for value in found.values()):
            changed = {name: value for name, value in found.items() if name != value}
            own |= changed
            remarks += [remark] if remark and changed else []
            count = how if changed else None
            break
    for part in walk(tree):
        if isinstance(part, Derivative):
            own |= _gradient(problem, part, own)
    return Spelling(own, problem, remarks, count)


def _is_size(name: str, problem: Problem) -> bool:
    return any(name in str(size) for shape in problem.shapes.values() for size in shape)


def near(name: str, problem: Problem) -> str:
    """The name as the problem has it: w and W_1 for W1, x for a0, yhat for a2, dZ2 for delta2."""
    return next((each for each in others(name, problem) if each in problem.names), name)


def others(name: str, problem: Problem) -> Iterator[str]:
    """What a problem may call what texts call by this name."""
    plain = re.sub(r"_(?=\d+$)", "", name)
    yield from (name, plain)
    if len(plain.rstrip("0123456789")) == 1:
        yield plain.swapcase()
    if plain in "xX":
        yield "a0"
    if plain in PREDICTIONS:
        yield from predictions(problem)
    if plain[0] == "d" and plain not in problem.functions:
        value = near(plain[1:], problem) if len(plain) > 1 else ""
        yield from (g for g, (_, each) in problem.gradients.items() if each == value)


def is_known(name: str, problem: Problem) -> bool:
    """Whether texts of some kind call one of the problem's values by this name."""
    return bool(name) and any(guess(name, problem) in problem.names for guess, _, _ in GUESSES)


def predictions(problem: Problem) -> Iterator[str]:
    """What stands beside the targets in a loss."""
    for part in walk(problem.parsed(problem.let.get(problem.of, problem.of)).tree):
        match part:
            case Call(arguments=(Name(text=prediction), Name(text=target))):
                if target in problem.nature:
                    yield prediction


def counted_from(first: int) -> Guess:
    """Names whose numbers are counted from an input with that number."""

    def guess(name: str, problem: Problem) -> str:
        match = SYMBOL.fullmatch(name)
        if match and match["number"]:
            return near(f"{match['base']}{int(match['number']) - first}", problem)
        return near(name, problem)

    return guess


def of_layer(layer: int) -> Guess:
    """Names with a letter for the layer, which is this one."""

    def guess(name: str, problem: Problem) -> str:
        match = SYMBOL.fullmatch(name)
        if match and match["letter"]:
            return near(f"{match['base']}{layer + int(match['step'] or 0)}", problem)
        return near(name, problem)

    return guess


def relative_to(layer: int) -> Callable[[int], str]:
    """Numbers as a letter has them: [l], [l+1], [l-1]."""
    return lambda number: f"[l{number - layer:+d}]" if number != layer else "[l]"


GUESSES: list[tuple[Guess, str, Callable[[int], str] | None]] = [
    (near, "", None),
    (counted_from(1), "Layers counted from 1, as you wrote: the input is number 1.",
     lambda number: str(number + 1)),
    *((of_layer(k), f"l is layer {k} here.", relative_to(k)) for k in range(1, MOST_LAYERS)),
]  # fmt: skip
"""The ways in which texts number layers, the usual one first."""


def _gradient(problem: Problem, part: Derivative, own: Mapping[str, str]) -> dict[str, str]:
    """δ2 for ∇_z2 L, whatever the loss is called."""
    wrt = own.get(part.wrt[0], part.wrt[0])
    for name, (of, value) in problem.gradients.items():
        if value == wrt and len(part.wrt) == 1 and (part.of == of or part.of not in problem.let):
            return {part.text: name}
    return {}
