"""How parts of a formula are spoken of: in the writer's names, by the values that they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from layouts.formulas.printing import PYTHON, printed
from layouts.formulas.text_style import TEXT, prime
from layouts.formulas.tree import Call, Name, Part, Transpose
from layouts.sizes import Shape, by

from .problem import Problem
from .spelling import Spelling

__all__ = ["Words"]


class Facts(Protocol):
    """What is known of the parts of a formula by their values."""

    def shape(self, part: Part) -> Shape | None: ...
    def localised(self, tree: Part) -> Part: ...
    def are_equal(self, one: Part, other: Part) -> bool: ...
    def value_called(self, part: Part) -> Name | None: ...
    def known_as(self, part: Part) -> str: ...
    def columns_are_samples(self, part: Part) -> bool: ...
    def counts_samples(self, size: Part) -> bool: ...


class Words:
    """How parts of a formula are spoken of."""

    def __init__(self, problem: Problem, spelling: Spelling, facts: Facts) -> None:
        self.problem, self.spelling = problem, spelling
        self.shape, self.known, self.value_called = facts.shape, facts.known_as, facts.value_called
        self.localised, self.are_equal = facts.localised, facts.are_equal
        self.columns_are_samples = facts.columns_are_samples
        self.counts_samples = facts.counts_samples
        self.made_by = {text.replace(" ", ""): name for name, text in problem.let.items()}

    def code(self, part: Part) -> str:
        """As Python has it, in the writer's names."""
        return printed(self.spelling.renamed(self.localised(part)), PYTHON)

    def math(self, part: Part) -> str:
        """As texts have it."""
        return printed(self.spelling.renamed(self.localised(part)), TEXT)

    def spell(self, text: str) -> str:
        """A formula in Python's notation, in the writer's names."""
        return self.spelling.written(text)

    def called(self, part: Part) -> str:
        """By the name of the value that it is, δ1, or in full."""
        return self.known(part) or self.math(part)

    def size(self, part: Part) -> str:
        """Its shape, or nothing where it has none."""
        shape = self.shape(part)
        return "" if shape is None else by(shape)

    def sized(self, part: Part) -> str:
        """The part and its shape."""
        size = self.size(part)
        return f"{self.code(part)}, {size}" if size else self.code(part)

    def is_column(self, part: Part) -> bool:
        shape = self.shape(part)
        return shape is not None and shape[1] == 1 != shape[0]

    def link(self, slope: Part) -> tuple[str, str, str] | None:
        """Of σ'(z): the link ∂a/∂z, and the names of a and z."""
        while isinstance(slope, Transpose):
            slope = slope.part
        if not (isinstance(slope, Call) and slope.function[0] == "d" and len(slope.arguments) == 1):
            return None
        function = slope.function[1:]
        if function not in self.problem.functions:
            return None
        inner = self.code(slope.arguments[0])
        z = inner if re.fullmatch(r"\w+(\[[^\]]*\])?", inner) else f"({inner})"
        made = f"{function}({printed(slope.arguments[0], PYTHON)})".replace(" ", "")
        if made not in self.made_by:
            for same in self.slopes():
                if self.are_equal(same, slope):  # relu'(a1) is relu'(z1)
                    return self.link(same)
        a = (
            self.spell(self.made_by.get(made, ""))
            or f"{prime(function)}{z if z[0] == '(' else f'({z})'}"
        )
        return f"∂{a}/∂{z}", a, z

    def slopes(self) -> Iterator[Part]:
        """σ'(z) of every activation that makes a value."""
        for text in self.problem.let.values():
            match self.problem.parsed(text).tree:
                case Call(function=function, arguments=(_,) as arguments):
                    if f"d{function}" in self.problem.functions:
                        yield Call(f"d{function}", arguments)
