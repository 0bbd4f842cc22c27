"""How long a side is drawn: to scale, letters as numbers that nobody else has.

sizes up to 60      so many units               beyond         size^p, p < 1, said below the picture
letters             the next free number        polynomials    their value there
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from math import log, prod

from layouts.sizes import Size, SizeLike

__all__ = ["Scale", "letters_of", "number_at"]

SHORTEST = 3
"""Units of a letter at least."""
LONGEST = 60
"""Units that the longest side has."""


class Scale:
    """The lengths of some sizes, in units.

    >>> from layouts.sizes import letter
    >>> n = letter("n")
    >>> scale = Scale([2, 3, n, 2 * n])
    >>> [scale.length(size) for size in (2, 3, n, 2 * n)], scale.remark
    ([2.0, 3.0, 4.0, 8.0], 'Drawn with n = 4: a letter has no length.')
    >>> Scale([10, 1000]).remark
    'Not to scale: a side of k entries is drawn k^0.59 long, so that both 1000 and 10 can be seen.'
    """

    def __init__(self, sizes: Iterable[SizeLike]) -> None:
        found = list(sizes)
        taken = {size for size in found if isinstance(size, int)}
        letters = letters_of(found)
        free = (n for n in count(SHORTEST) if n not in taken)
        self.letters = dict(zip(letters, free, strict=False))
        drawn = [self.number(size) for size in found]
        self.shortest, self.longest = min(drawn), max(drawn)
        self.power = min(1.0, log(LONGEST) / log(self.longest)) if self.longest > 1 else 1.0

    def number(self, size: SizeLike) -> int:
        """The size, with the numbers that stand for its letters."""
        return number_at(size, self.letters)

    def length(self, size: SizeLike) -> float:
        """The side of so many entries, in units."""
        return float(self.number(size) ** self.power)

    @property
    def remark(self) -> str:
        """What is to be said below the picture; nothing where it is to scale."""
        said = []
        if self.letters:
            numbers = ", ".join(f"{name} = {n}" for name, n in self.letters.items())
            have = "a letter has" if len(self.letters) == 1 else "letters have"
            said.append(f"Drawn with {numbers}: {have} no length.")
        if self.power < 1:
            said.append(f"Not to scale: a side of k entries is drawn k^{self.power:.2f} long, so "
                        f"that both {self.longest} and {self.shortest} can be seen.")  # fmt: skip
        return " ".join(said)


def letters_of(sizes: Iterable[SizeLike]) -> list[str]:
    """All letters that sizes are made of, by the alphabet."""
    lettered = [size for size in sizes if isinstance(size, Size)]
    return sorted({name for size in lettered for monomial in size.terms for name in monomial})


def number_at(size: SizeLike, letters: Mapping[str, int]) -> int:
    """A size where its letters are these numbers.

    >>> from layouts.sizes import letter
    >>> n = letter("n")
    >>> number_at(n * n + 3 * n, {"n": 10})
    130
    """
    if isinstance(size, int):
        return size
    return sum(c * prod(letters[name] for name in m) for m, c in size.terms.items())
