"""The sides of an equation as trees, and where in the text each of their characters stands."""

from __future__ import annotations

import re
from typing import NamedTuple

from layouts import Formula
from layouts.errors import FormulaError, LayoutError
from layouts.formulas.functions import BUILT_IN, Functions
from layouts.formulas.tree import Part

from ..formula_checks.spelling import LETTERS
from .rows import sides_of
from .symbols import as_code

__all__ = ["Reader", "Side", "said"]

ONLY_LATEX = re.compile(r"[\\^{}]|(?<!\w)_|_(?!\w)")


class Side(NamedTuple):
    """One side of an equation."""

    at: int
    """Where it begins in the whole text."""
    code: str
    """As the reader of formulas takes it."""
    columns: list[int]
    """For each character of the code, the one of the side that it stands for."""
    notation: str
    tree: Part | None = None
    fault: str = ""
    fault_at: int = 0

    @property
    def read(self) -> Part:
        """The tree of a side without a fault."""
        assert self.tree is not None
        return self.tree

    @property
    def begin(self) -> int:
        """The place in the whole text of its first sign that is no blank."""
        return self.place(len(self.code) - len(self.code.lstrip()))

    @property
    def end(self) -> int:
        """The place in the whole text behind it."""
        return self.at + self.columns[-1]

    def place(self, column: int) -> int:
        """The place in the whole text of a column of the code."""
        return self.at + self.columns[max(0, min(column, len(self.columns) - 1))]


class Reader(NamedTuple):
    """Reads with the names and the functions that are known."""

    names: list[str]
    functions: Functions

    def sides(self, at: int, row: str) -> list[Side]:
        """The sides of a row that begins at this place."""
        return [self.side(at + start, row[start:end], row) for start, end in sides_of(row)]

    def side(self, at: int, side: str, row: str) -> Side:
        """A side as a tree, or with what is wrong with it; the row tells the notation."""
        notation = "latex" if ONLY_LATEX.search(row.replace("∇_", "")) else "python"
        code, columns = side, list(range(len(side) + 1))
        if notation == "python":
            code, columns = as_code(side, {*self.names, *self.functions})
        blank = Side(at, code, columns, notation)
        if not side.strip():
            return blank
        try:
            return blank._replace(tree=self.parsed(code, notation))
        except FormulaError as problem:
            return blank._replace(fault=said(problem), fault_at=problem.column - 1)
        except LayoutError as problem:
            return blank._replace(fault=str(problem))
        except (RecursionError, MemoryError):
            return blank._replace(fault="it is nested too deeply.")

    def parsed(self, code: str, notation: str) -> Part:
        """A formula, with letters for functions wherever none is known by them."""
        names, functions = self.names, self.functions
        letters = {f"{d}{letter}": BUILT_IN["exp"] for letter in LETTERS for d in ("", "d")
                   if letter not in names and letter not in functions}  # fmt: skip
        known = {**letters, **functions}
        return Formula.parse(code, notation, functions=known, names=names).tree


def said(problem: FormulaError) -> str:
    """What an error says, without its column and its pointer."""
    return str(problem).partition(": ")[2].rpartition("\n")[0].rpartition("\n")[0]
