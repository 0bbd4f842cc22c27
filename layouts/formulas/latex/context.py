"""What every rule of the reader shares: the text, what is known, and what stands in brackets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NoReturn

from ...errors import FormulaError
from ..limits import MOST_LEVELS
from ..tree import Name, Part, Row, parts_of
from .items import Bracket, Differential, Operator, Word, place
from .names import Vocabulary

__all__ = ["EXPECTED", "Context"]

EXPECTED = "a factor: a name, a number, a bracket or a function"
TURNED = ("T", "⊤")
LOOSE = {
    "⊤": r"a transpose stands above the line: W^{\top}.",
    "†": r"a pseudoinverse is written A^{\dagger}.",
    "∂": r"∂ stands in a fraction of two symbols, \frac{\partial u}{\partial x}.",
    "I": "an identity matrix needs its size: write I_n.",
    "𝟏": r"a column of ones needs its size: write \mathbf{1}_n.",
    "𝟎": r"a column of zeros needs its size: write \mathbf{0}_n.",
}
"""What means something only beside something else, and the cure where it does not."""


class Context:
    """A text that is read, and the names and functions that are known."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text, self.vocabulary = text, vocabulary
        self.names, self.functions = vocabulary.names, vocabulary.functions
        self.bracketed: set[Part] = set()
        """What stands in brackets, which counts above the line."""
        self.plussed: set[Part] = set()
        """What a plus stands before, which does so too: `A^{+T}`."""

    def refuse(self, child: Any, message: str) -> NoReturn:
        raise FormulaError(self.text, place(child)[0], message)

    def plain(self, atom: Part) -> Part:
        """An atom by itself: a bracket is what it holds, a function lacks its argument."""
        match atom:
            case Word(function=function):
                self.refuse(atom, f"{function} needs an argument: expected is {EXPECTED}.")
            case Operator():
                self.refuse(atom, LOOSE["∂"])
            case Bracket(entries=(inner,)):
                inner = replace(inner, at=atom.at)
                self.bracketed.add(inner)
                return inner
            case Bracket(entries=entries):
                return Row(entries, at=atom.at)
        return atom

    def name(self, part: Part) -> str | None:
        """The name of a symbol; none of what stands in brackets."""
        return part.text if isinstance(part, Name) and part not in self.bracketed else None

    def is_turn(self, part: Part) -> bool:
        """Whether this is the T of a transpose."""
        return self.name(part) in TURNED

    def refuse_loose(self, side: Part) -> None:
        """Say what has not found its neighbour, and stop at what is nested beyond reason."""
        level = [side]
        for _ in range(MOST_LEVELS):
            for each in level:
                if isinstance(each, Differential):
                    self.refuse(each, LOOSE["∂"])
                if isinstance(each, Name) and each.text in LOOSE and each.text not in self.names:
                    self.refuse(each, LOOSE[each.text])
            level = [inner for each in level for inner in parts_of(each)]
        if level:
            self.refuse(side, f"more than {MOST_LEVELS} parts within each other are beyond reason.")
