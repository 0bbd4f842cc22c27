"""What a formula is to be the derivative of, and by what: by formulas, or in a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from layouts import Formula
from layouts.errors import InputError, LayoutError, near_names
from layouts.formulas.functions import Functions
from layouts.formulas.letters import spelt
from layouts.formulas.scope import column_shape
from layouts.formulas.tree import Part, Product, Sum, parts_of
from layouts.probes import ASSUMPTIONS
from layouts.shape_text import shape_given
from layouts.sizes import Shape, Size, letter

from ..formula_functions import layer_functions

__all__ = ["Problem", "assumptions", "generalised", "known_shapes", "problem_of_formulas"]


class Problem(NamedTuple):
    """A derivative that is asked for.

    Args:
        of: the formula that is differentiated.
        wrt: the name that it is differentiated by.
        shapes: of the values that are free, and of wrt, as rows and columns.
        let: what other names stand for.
        functions: beyond the built-in ones.
        assume: what the caller assumes of values, positive or symmetric or …
        nature: what values are by their meaning: targets of a loss are classes, or bits.
        gradients: names that are themselves derivatives: delta2 is (L, z2), as a column.
        title: what is asked for, in words.
        vjp: the name of the cotangent, where the formula is to be a vjp.
        sized: how many axes of a name are sizes, so that a 1 there is one; 0 unless given.
    """

    of: str
    wrt: str
    shapes: Mapping[str, Shape]
    let: Mapping[str, str]
    functions: Functions
    assume: Mapping[str, str] = {}
    nature: Mapping[str, str] = {}
    gradients: Mapping[str, tuple[str, str]] = {}
    title: str = ""
    vjp: str = ""
    sized: Mapping[str, int] = {}
    cache: dict[str, Formula] = {}  # noqa: RUF012 - replaced by one of its own for each problem

    @property
    def names(self) -> list[str]:
        """Every name that a formula may use."""
        return list(dict.fromkeys([*self.shapes, *self.let, *self.gradients]))

    @property
    def has_size_1(self) -> bool:
        """Whether a 1 is a size here, and not that of a column or a number."""
        return any(1 in shape[: self.sized.get(name, 0)] for name, shape in self.shapes.items())

    def formula(self, text: str, held: str = "") -> Formula:
        """A formula of the problem's own; the name that is held is a value, not a formula."""
        key = f"{held}|{text}"
        if key not in self.cache:
            let = {name: self.parsed(f) for name, f in self.let.items() if name != held}
            self.cache[key] = Formula.parse(
                text, "python", functions=self.functions, let=let, names=self.names
            )
        return self.cache[key]

    def parsed(self, text: str) -> Formula:
        """One of the formulas that names stand for, read once."""
        if text not in self.cache:
            self.cache[text] = Formula.parse(
                text, "python", functions=self.functions, names=self.names
            )
        return self.cache[text]


def problem_of_formulas(
    of: str,
    wrt: str,
    shapes: Mapping[str, Any],
    let: Mapping[str, str] | None = None,
    functions: Mapping[str, Any] | None = None,
    assume: Mapping[str, str] | None = None,
    title: str = "",
) -> Problem:
    """The derivative of a formula by one of its names.

    Raises:
        LayoutError: wrt has no shape, an assumption is unknown, the formula does not conform.
    """
    given = {spelt(name): column_shape(shape_given(shape)) for name, shape in shapes.items()}
    meanings = {spelt(name): text for name, text in (let or {}).items()}
    name = spelt(wrt)
    assumed = assumptions(assume or {})
    known = {**layer_functions(), **(functions or {})}
    problem = Problem(of, name, given, meanings, known, assumed, title=title or f"∂({of})/∂{wrt}")
    written = (n for n, shape in shapes.items() if shape_given(shape) == (1, 1))
    problem = problem._replace(sized={spelt(n): 2 for n in written}, cache={})
    if name not in given and name not in meanings:
        raise InputError(f"{wrt} has no shape: {near_names(wrt, problem.names)}")
    problem.formula(of, held=name).conforming(known_shapes(problem))
    return problem


def assumptions(given: Mapping[str, str]) -> dict[str, str]:
    """What is assumed, by name.

    Raises:
        InputError: what nobody knows how to assume.
    """
    for name, assumed in given.items():
        if assumed not in ASSUMPTIONS:
            raise InputError(f"{name} is assumed to be {assumed}: "
                             f"{near_names(assumed, ASSUMPTIONS)}")  # fmt: skip
    return {spelt(name): assumed for name, assumed in given.items()}


def known_shapes(problem: Problem) -> dict[str, Shape]:
    """The shapes of what is free, and of the name that is differentiated by."""
    shapes = dict(problem.shapes)
    if problem.wrt not in shapes:
        shapes[problem.wrt] = problem.formula(problem.wrt).shape(shapes)
    return shapes


def generalised(problem: Problem, kept: frozenset[int] = frozenset()) -> Problem:
    """The same problem without the numbers that its sizes happen to have.

    Every size that is a number becomes a letter of its own; letters are made equal where the
    formulas need it, and nowhere else. Numbers in `kept` stay, as do the 1 of a column and of a
    row.
    What is assumed of values is dropped.
    """
    shapes = {}
    for name, shape in problem.shapes.items():
        shapes[name] = tuple(
            size
            if isinstance(size, Size)
            or (size == 1 and k >= problem.sized.get(name, 0))
            or size in kept
            else letter(f"{name}{'rc'[k]}")
            for k, size in enumerate(shape)
        )  # fmt: skip
    general = problem._replace(shapes=shapes, assume={})
    for text in [*problem.let.values(), problem.of]:
        while (merged := _merged(general, text)) is not None:
            general = merged
    return general


def _merged(problem: Problem, text: str) -> Problem | None:
    """The problem with two of its letters made equal, where the formula needs it; else None."""
    try:
        reading = problem.formula(text).reading(problem.shapes)
    except LayoutError:
        return None
    pair = reading.fault and _unequal(reading.fault.part, reading.shapes)
    if not pair:
        return None
    one, other = pair
    keep, drop = (one, other) if isinstance(other, Size) else (other, one)
    if not isinstance(drop, Size) or drop == keep:
        return None
    shapes = {
        name: tuple(keep if size == drop else size for size in shape)
        for name, shape in problem.shapes.items()
    }
    return problem._replace(shapes=shapes)


def _unequal(part: Part, shapes: Mapping[Part, Shape | None]) -> tuple[Any, Any] | None:
    """Two sizes that have to be equal for the part to conform."""
    inner = [shape for each in parts_of(part) if (shape := shapes.get(each)) is not None]
    if isinstance(part, Product) and part.operator == "@":
        return inner[0][1], inner[1][0]
    if isinstance(part, Product | Sum) or len(inner) == 2:
        pairs = zip(*inner, strict=True)
        return next(((a, b) for a, b in pairs if a != b), None)
    return (inner[0][0], inner[0][1]) if inner and inner[0][0] != inner[0][1] else None
