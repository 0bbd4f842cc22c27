r"""Matrices that a size makes: I_n, \mathbf{1}_n, \mathbf{0}_{m \times n} and K_{m,n}."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..tree import Call, Name, Number, Part, Product, Row
from .context import Context
from .items import Script, over
from .names import indices, side_by_side

__all__ = ["LAYERS", "Constants", "bold_number"]

LAYERS = ("l", "L", "i", "j", "k", "t", "T")
"""Letters that are indices above the line without brackets; T only as in T-1."""
BOLD = {"1": "𝟏", "0": "𝟎"}
BOLD_FONTS = (r"\mathbf", r"\mathbb", r"\boldsymbol", r"\bm")
FUNCTIONS = {"1": "ones", "𝟏": "ones", "0": "zeros", "𝟎": "zeros"}


class Constants:
    """Which symbols with a size below them are such a matrix."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def sized(self, part: Part, script: Script) -> Part | None:
        """`I_n`, `1_n`, `1_{m×n}` and `K_{m,n}`; None if it is something else."""
        function = self.function(part, script.part)
        if function is None:
            return None
        sizes = tuple(map(as_size, self.sizes(script.part)))
        if function == "eye" and len({self.written(size) for size in sizes}) == 1:
            sizes = sizes[:1]
        return Call(function, sizes, at=(part.at[0], script.at[1]))

    def function(self, part: Part, below: Part) -> str | None:
        """The function of sizes that a symbol is, unless it is known as a name."""
        context = self.context
        match part:
            case Name(text="I") if "I" not in context.names:
                return None if context.vocabulary.knows("I", below) else "eye"
            case Name(text="K") if "K" not in context.names and self.are_two_sizes(below):
                return None if context.vocabulary.knows("K", below) else "commutation_matrix"
            case Name(text=text) | Number(text=text):
                return FUNCTIONS.get(text)
        return None

    def are_two_sizes(self, part: Part) -> bool:
        """Whether what stands below K are two sizes, and no indices of an entry."""
        two = isinstance(part, Row) and len(part.entries) == 2
        return two and not {*(indices(part) or [])} & {*LAYERS}

    def sizes(self, part: Part) -> tuple[Part, ...]:
        r"""The two sizes of `m \times n`, `m \cdot n \times k` and `m, n`, or a single one."""
        if isinstance(part, Row):
            return part.entries
        factors = side_by_side(part)
        for k in range(1, len(factors)):
            between = self.context.text[factors[k - 1].at[1] : factors[k].at[0]]
            if re.search(r"\\times|×", between):
                return multiplied(factors[:k]), multiplied(factors[k:])
        return (part,)

    def written(self, part: Part) -> str:
        """A part as the text has it."""
        return self.context.text[slice(*part.at)].strip()


def as_size(part: Part) -> Part:
    """A product of sizes side by side, `I_{mn}`, as a product of numbers."""
    return multiplied(side_by_side(part))


def multiplied(factors: Sequence[Part]) -> Part:
    """Sizes as one size."""
    size, *others = factors
    for other in others:
        size = Product(size, "*", other, at=over(size, other))
    return size


def bold_number(atom: Part, font: str) -> str | None:
    """The name of a bold 1, a column of ones, and of a bold 0; None of anything else."""
    return BOLD.get(atom.text) if isinstance(atom, Number) and font in BOLD_FONTS else None
