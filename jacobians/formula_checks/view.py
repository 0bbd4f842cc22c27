"""A question seen with its settings: how parts are called, how large they are, how they are drawn.

Values are those of the general problem, where all sizes differ; what is shown is in the caller's
sizes and the writer's names.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from layouts import Formula
from layouts.formulas.printing import PYTHON, printed, written
from layouts.formulas.shape_diagram import diagram
from layouts.formulas.tree import (
    Call,
    Name,
    Negative,
    Number,
    Part,
    Product,
    Sum,
    Transpose,
    mapped,
    parts_of,
)
from layouts.sizes import Shape, Size, by

from .evaluation import Evaluator
from .faces import deviation
from .question import Question, all_shapes
from .settings import Setting
from .surgery import turned
from .verdicts import all_functions, families, given_sizes, literal_sizes
from .wording import Words

__all__ = ["View", "tidied"]


class View:
    """One question and its settings."""

    def __init__(self, question: Question) -> None:
        self.question, self.problem, self.tree = question, question.problem, question.tree
        self.given, self.general = families(self.problem, self.tree)
        self.words = Words(self.problem, question.spelling, self)

    def title(self) -> str:
        """What is asked for, in the writer's names."""
        head, of, rest = self.problem.title.partition(" of ")
        return (
            self.question.spelling.written(head.replace("∂", "∂ ")).replace("∂ ", "∂") + of + rest
        )

    @cached_property
    def evaluate(self) -> Any:
        return Evaluator(self.general.points[0], all_functions(self.problem))

    @cached_property
    def own_sizes(self) -> dict[int, Any]:
        """For each number of the first setting, the caller's size: a number or a letter."""
        letters: dict[str, Any] = {}
        for name, shape in self.general.problem.shapes.items():
            for general, given in zip(shape, self.problem.shapes[name], strict=True):
                if isinstance(general, Size):
                    letters[str(general)] = given
        return {n: letters.get(name, name) for name, n in self.general.points[0].sizes.items()}

    def shape(self, part: Part) -> Shape | None:
        """The shape of a part in the caller's sizes."""
        value = self.evaluate(part)
        return None if value is None else tuple(map(self.own_size, value.shape))

    def own_size(self, n: int) -> Any:
        sizes = {1: 1, **{bound: bound for bound in self.bound}, **self.own_sizes}
        if n in sizes:
            return sizes[n]
        pairs = ((a, n // a) for a in sizes if a > 1 and n % a == 0 and n // a in sizes)
        return next((sizes[a] * sizes[b] for a, b in pairs), n)

    @cached_property
    def bound(self) -> list[int]:
        """The numbers that stay as they are in general: those that a formula writes out."""
        shapes = self.general.problem.shapes.values()
        return sorted({size for shape in shapes for size in shape if isinstance(size, int)} - {1})

    def given_shape(self, part: Part) -> Shape | None:
        """The shape of a part as it was given."""
        value = self.given.values(part)[0]
        return None if value is None else self.shape(part) or self.as_given(value.shape)

    def as_given(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """A shape at a given setting, in the numbers that were given."""
        pairs = {
            (small, given)
            for name, shape in self.problem.shapes.items()
            for small, given in zip(self.given.problem.shapes[name], shape, strict=True)
        }
        numbers = {small: given for small, given in pairs if isinstance(given, int)}
        return tuple(numbers.get(n, n) for n in shape)

    def localised(self, tree: Part) -> Part:
        """A tree with the caller's sizes in place of the letters of the general problem."""
        sizes = {str(name): self.own_sizes[n] for name, n in self.general.points[0].sizes.items()}
        match tree:
            case Name(text=text) if isinstance(sizes.get(text), int):
                return Number(float(sizes[text]), str(sizes[text]), at=tree.at)
            case Name(text=text) if text in sizes and text not in self.problem.names:
                return Name(str(sizes[text]), at=tree.at)
        return mapped(tree, self.localised)

    def source(self, part: Part) -> str:
        """A part as it was written."""
        if self.question.notation == "latex":
            return self.words.code(part)
        return balanced(self.question.text, *part.at)

    def traced(self, tree: Part, *, marked: bool = False) -> str:
        """A formula with a shape under every part; a mark where it does not conform."""
        shown = self.localised(tree)
        text = printed(shown, PYTHON)
        own = Formula(text, "python", [shown], all_functions(self.problem),
                      {n: self.problem.parsed(f) for n, f in self.problem.let.items()
                       if n != self.problem.wrt})  # fmt: skip
        reading = own.reading(all_shapes(self.problem))
        known = {part: shape for part, shape in reading.shapes.items() if shape is not None}
        line, places = written(reading.tree, self.own_names(), known)
        drawn = diagram(line, reading.tree, places, known, compact=True)
        if marked and reading.fault is not None:
            column, message = self.mark(reading.fault.part, places, known)
            drawn += f"\n{' ' * column}^ {message}"
        return drawn

    def own_names(self) -> type[PYTHON]:
        """Python's notation with the writer's names."""
        name = self.question.spelling.name

        class OwnNames(PYTHON):
            def pieces(self, part: Part) -> list[Any]:
                return [name(part.text)] if isinstance(part, Name) else super().pieces(part)

        return OwnNames

    def mark(self, part: Part, places: Any, shapes: Any) -> tuple[int, str]:
        """Where a part does not conform, and the sizes that differ."""
        inner = parts_of(part)
        sizes = [shapes.get(each) for each in inner]
        if isinstance(part, Product | Sum) and all(sizes):
            column = places[inner[0]][1] + 1
            a, b = sizes
            if isinstance(part, Product) and part.operator == "@":
                return column, f"{by(a)} by {by(b)}: inner sizes {a[1]} and {b[0]} differ"
            return column, f"{by(a)} and {by(b)}: the shapes differ"
        return places[part][0], str(
            self.question.fault.message if self.question.fault else ""
        ).splitlines()[0]

    def value_called(self, part: Part) -> Name | None:
        """The name of a value that a part is, delta2 for (a2 - y) * dsigmoid(z2)."""
        values = self.general.values(part)
        if values[0] is None or values[0].size == 1 or isinstance(part, Name):
            return None
        for name in [*self.problem.gradients, *self.problem.let]:
            pairs = zip(values, self.general.points, strict=True)
            same = (deviation(v, point.values[name]) for v, point in pairs if name in point.values)
            if all(d < 1e-9 for d in same):
                return Name(name)
        return None

    def are_equal(self, one: Part, other: Part) -> bool:
        """Whether two parts have the same values at all settings."""
        pairs = zip(*map(self.general.values, (one, other)), strict=True)
        return all(a is not None and b is not None and deviation(a, b) < 1e-9 for a, b in pairs)

    def known_as(self, part: Part) -> str:
        """The same name as texts have it, δ2; of another part nothing."""
        name = self.value_called(part)
        return self.words.math(name) if name else ""

    def collapsed(self, tree: Part) -> Part:
        """A tree with δ in place of the parts that are one."""

        def named(part: Part) -> Part:
            value = self.value_called(part)
            return value if value and value.text.startswith("delta") else self.collapsed(part)

        return mapped(tree, named)

    @cached_property
    def samples(self) -> set[int]:
        """How many samples there are at the first setting, if there is a batch."""
        inputs = self.question.network.inputs if self.question.network else ()
        return {self.general.points[0].values[name].shape[1] for name in inputs} - {1}

    def columns_are_samples(self, part: Part) -> bool:
        """Whether a part has a column for each sample of a batch."""
        value = self.evaluate(part)
        return value is not None and value.shape[1] in self.samples

    def counts_samples(self, size: Part) -> bool:
        """Whether a size is the number of samples of a batch."""
        value = self.evaluate(size)
        return value is not None and value.size == 1 and value.item() in self.samples

    def probes(self) -> str:
        """The sizes of the first settings, as a network's are written where it is one."""
        points = self.general.points
        listed = ", ".join("-".join(map(str, self.sizes_at(point))) for point in points[:2])
        bound = literal_sizes(self.tree) & given_sizes(self.problem)
        kept = "".join(f"; the {n} is bound by the formula" for n in sorted(bound))
        return f"{len(points)} probes with other sizes ({listed}, …{kept})"

    def sizes_at(self, point: Setting) -> list[int]:
        """The sizes at a setting, of a network from its input to its output."""
        weights = [value for name, value in point.values.items()
                   if self.question.network is not None and name in self.question.network.parameters
                   and value.shape[1] > 1]  # fmt: skip
        if not weights:
            return list(point.sizes.values())
        return [weights[0].shape[1], *(weight.shape[0] for weight in weights)]


def balanced(text: str, start: int, end: int) -> str:
    """A piece of a text with the brackets that it needs on either side.

    >>> balanced("(a + b) @ c", 1, 11), balanced("f((a @ b) * c)", 3, 13)
    ('(a + b) @ c', '(a @ b) * c')
    """
    depth = lowest = 0
    for sign in text[start:end]:
        depth += (sign in "([") - (sign in ")]")
        lowest = min(lowest, depth)
    for _ in range(-lowest):
        start = max(text.rfind("(", 0, start), 0)
    for _ in range(depth - lowest):
        end = text.find(")", end) + 1 or len(text)
    return text[start:end]


def tidied(tree: Part) -> Part:
    """A transpose carried into a product: (A B)ᵀ as Bᵀ Aᵀ."""
    if isinstance(tree, Transpose):
        match tree.part:
            case Product(left=left, operator="@", right=right):
                return Product(tidied(turned(right)), "@", tidied(turned(left)))
            case Product(left=Number() as left, operator=operator, right=right):
                return Product(left, operator, tidied(turned(right)))
            case Negative(part=inner):
                return Negative(tidied(turned(inner)))
            case Call(function="kron", arguments=(left, right)):
                return Call("kron", (tidied(turned(left)), tidied(turned(right))))
            case Transpose(part=inner):
                return tidied(inner)
            case Call(function="diag" | "eye") as inner:
                return inner
    return tree
