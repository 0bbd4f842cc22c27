"""What there is to say about one derivative of one network, before anybody writes it.

Structures, shapes and counts come from the layers' own rules, asked with inputs of which only the
shape is known; they hold for letters as for numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import groupby, islice

from layouts.errors import InputError
from layouts.layout import NUMERATOR, Layout
from layouts.sizes import Shape, SizeLike, by, size_of

from .. import chain
from ..chain import Link
from ..jacobian import flat_position
from ..layers import Linear
from ..network import Network
from ..operators import Dense, Diagonal, Identity, Kronecker, Operator
from ..planning import Costs, accumulated, costs
from ..steps import Step
from ..typography import subscripted
from ..unknown import Unknown

__all__ = [
    "LISTED",
    "Derivative",
    "Factor",
    "entry_of",
    "is_numbered",
    "place_of",
    "spoken",
    "weight_of",
]

LISTED = 8
"""More paths than this are counted, not listed."""


class Factor:
    """One link of a path: its place in the network, and its matrix in numerator orientation."""

    def __init__(
        self, name: str, link: Link, operator: Operator, *, whole: Operator | None = None
    ) -> None:
        self.name = name
        self.link = link
        self.operator = operator
        self.is_entry = whole is not None
        self.whole = operator if whole is None else whole
        """The matrix by all entries, where this is its column by one."""

    def text(self, layout: Layout) -> str:
        """The matrix as this layout writes it."""
        return self._arranged(layout).text

    def shape(self, layout: Layout) -> str:
        """Its shape in this layout."""
        return by(self._arranged(layout).shape)

    def _arranged(self, layout: Layout) -> Operator:
        return layout.arrange(self.operator)

    @property
    def structure(self) -> str:
        """What the matrix is made of, and whether it had to be approximated."""
        by_differences = "jacobian" in self.link.step.layer.by_differences
        return self.operator.structure + (", by differences" if by_differences else "")


class Derivative:
    """`∂of/∂wrt` of a network, with samples as columns.

    Args:
        network: the network, with values or without.
        of: the value that is differentiated.
        wrt: the value or parameter by which.
        samples: how many columns the input has, in numbers or a letter.
        entry: one entry of `wrt`, counted from 0.
        input_size: how many entries the input has, where no layer says so.
    """

    def __init__(
        self,
        network: Network,
        of: str,
        wrt: str,
        samples: SizeLike = 1,
        entry: tuple[int, ...] | None = None,
        input_size: SizeLike | None = None,
    ) -> None:
        self.network = network
        self.samples = samples
        self.of, self.wrt = network.resolve(of), network.resolve(wrt)
        self.unknowns = network.unknowns(samples, input_size=input_size)
        self.entry = entry
        self.asked = wrt
        self.steps: list[Step] = list(network.steps_to(self.of))
        self.links = chain.links_between(self.steps, self.of, [self.wrt])
        written = ",".join(str(k + 1) for k in entry or ())
        self.below = f"{self.wrt}[{written}]" if entry else self.wrt
        if entry is not None:
            flat_position(entry, self.shape_of(self.wrt), self.wrt)

    @cached_property
    def name(self) -> str:
        """The derivative as it is spoken: with d where it is a sum over paths, and no link."""
        d = "d" if self.branches else "∂"
        return f"{d}{self.of}/{d}{self.below}"

    def shape_of(self, name: str) -> Shape:
        """A value's shape as the reader knows it: a single sample is a vector."""
        shape: Shape = self.unknowns[name].shape
        return shape[:-1] if self.samples == 1 and name in self.network.of_samples else shape

    @cached_property
    def shapes(self) -> dict[str, Shape]:
        """Every value's shape, samples last."""
        return {name: value.shape for name, value in self.unknowns.items()}

    @property
    def is_gradient(self) -> bool:
        """Whether a scalar is differentiated."""
        return size_of(self.unknowns[self.of].shape) == 1

    @property
    def loss(self) -> bool:
        """Whether the loss is differentiated, so that cotangents are called δ."""
        return self.of == self.network.loss_name

    @cached_property
    def g(self) -> str:
        """What any cotangent is called: g, or another letter where a value has that name."""
        names = self.unknowns.keys()
        taken = {letter for name in names for letter in LETTERS if _collides(name, letter)}
        return next((letter for letter in LETTERS if letter not in taken), LETTERS[0])

    @cached_property
    def factors(self) -> list[Factor]:
        """The factor of every link on the way, from the top down."""
        operators = chain.link_jacobians(self.links, self.unknowns, NUMERATOR)
        found = [
            self._by_entry(Factor(link.name + place_of(link), link, J.operator))
            for link, J in zip(self.links, operators, strict=True)
        ]
        steps = [list(same) for _, same in groupby(found, key=lambda f: f.link.above)]
        return [factor for same in reversed(steps) for factor in same]

    @cached_property
    def feeds(self) -> Counter[str]:
        """How many values on the way each value feeds."""
        return Counter(link.below for link in self.links)

    @cached_property
    def made_of(self) -> Counter[str]:
        """Of how many values on the way each value is made."""
        return Counter(link.above for link in self.links)

    @cached_property
    def count(self) -> int:
        """How many paths there are."""
        return chain.count_paths(self.links, self.of, self.wrt)

    @cached_property
    def paths(self) -> list[list[Factor]]:
        """The paths from `of` down to `wrt`, each from the top to the bottom; at most `LISTED`."""
        factors = {(f.link.above, f.link.position): f for f in self.factors}
        found = islice(chain.paths(self.links, self.of, self.wrt), LISTED)
        return [[factors[link.above, link.position] for link in path] for path in found]

    @property
    def path(self) -> list[Factor]:
        """The first path, in a row the only one."""
        return self.paths[0]

    @property
    def branches(self) -> bool:
        """Whether there are several paths to add up."""
        return self.count > 1

    def _by_entry(self, factor: Factor) -> Factor:
        """A last factor by one entry: a column of it."""
        if self.entry is None or factor.link.below != self.wrt:
            return factor
        text = entry_text(factor.operator, self.entry, self.shape_of(self.wrt))
        single = Dense(Unknown((factor.operator.shape[0], 1)), text)
        name = f"∂{factor.link.above}/∂{self.below}"
        return Factor(name, factor.link, single, whole=factor.operator)

    def written(self, layout: Layout, path: Sequence[Factor] | None = None) -> list[Factor]:
        """A path's factors from left to right, as this layout's product has them."""
        factors = list(self.path if path is None else path)
        return layout.written(factors[::-1])

    def shape(self, layout: Layout) -> tuple[SizeLike, SizeLike]:
        """The Jacobian's shape, through vec."""
        rows = size_of(self.unknowns[self.of].shape)
        columns = 1 if self.entry is not None else size_of(self.unknowns[self.wrt].shape)
        return layout.pair(rows, columns)

    def gradient_shape(self, layout: Layout) -> tuple[SizeLike, SizeLike] | None:
        """The shape that the layout's table gives, where a scalar is differentiated."""
        if not self.is_gradient:
            return None
        return layout.shape((), () if self.entry is not None else self.shape_of(self.wrt))

    @cached_property
    def costs(self) -> Costs:
        """Multiplications from top to bottom, in a graph with every value's total made once."""
        if not self.branches:
            return costs([factor.operator for factor in self.path])
        upwards = self.factors[::-1]
        ends = [(factor.link.above, factor.link.below) for factor in upwards]
        return accumulated(ends, [factor.operator for factor in upwards])

    @property
    def kept(self) -> SizeLike:
        """How many numbers all factors keep."""
        return sum((factor.operator.stored for factor in self.factors), start=0)

    @property
    def full(self) -> SizeLike:
        """How many numbers they would have as full matrices."""
        return sum((factor.operator.full for factor in self.factors), start=0)


def entry_text(operator: Operator, entry: tuple[int, ...], shape: Shape) -> str:
    """One column of a link, by the entry of the value that it belongs to, counted from 1."""
    i = entry[0] + 1
    if isinstance(operator, Kronecker) and isinstance(operator.C, Identity) and len(entry) == 2:
        j = entry[1] + 1
        if operator.B.shape[0] == 1:
            return f"{operator.B.T.text}[{j}] e{subscripted(i)}"
        return f"{operator.B.T.text}[{j}, :]ᵀ ⊗ e{subscripted(i)}"
    if isinstance(operator, Identity):
        return f"e{subscripted(i)}"
    if isinstance(operator, Diagonal) and len(shape) == 1:
        return f"{operator.name}[{i}] e{subscripted(i)}"
    text = operator.text if isinstance(operator, Dense) else f"({operator.text})"
    at = i if len(entry) == 1 else f"vec {', '.join(str(k + 1) for k in entry)}"
    return f"{text}[:, {at}]"


LETTERS = ("g", "q", "r", "cotangent")


def _collides(name: str, letter: str) -> bool:
    return name == letter or name.startswith(f"{letter}_")


PLACES = ("1st", "2nd", "3rd")


def place_of(link: Link) -> str:
    """Which of several uses the link is of, where one step takes the same value twice."""
    if link.step.inputs.count(link.below) < 2:
        return ""
    place = link.step.inputs[: link.position + 1].count(link.below)
    return f" ({PLACES[place - 1] if place <= len(PLACES) else f'{place}th'})"


def spoken(samples: SizeLike) -> str:
    """The samples in words."""
    return "one sample" if samples == 1 else f"{samples} samples as columns"


def is_numbered(value: str) -> bool:
    """Whether the value is a z of the usual texts, whose cotangent is called δ."""
    return re.fullmatch("z[0-9]+", value) is not None


def weight_of(link: Link) -> str | None:
    """The name of the weights, where the link passes through a linear layer to its input."""
    if isinstance(link.step.layer, Linear) and link.position == 0:
        return link.step.inputs[1]
    return None


def entry_of(text: str) -> tuple[str, tuple[int, ...]]:
    """`W1[3,2]`, counted from 1, as the value and the index counted from 0."""
    name, bracket, inside = text.strip().partition("[")
    numbers = inside[:-1].split(",") if bracket and inside.endswith("]") else []
    if not numbers or not all(re.fullmatch(r" *[1-9][0-9]{0,11} *", part) for part in numbers):
        raise InputError(f"an entry is written W1[3,2], counted from 1, not {text!r}.")
    return name, tuple(int(part) - 1 for part in numbers)
