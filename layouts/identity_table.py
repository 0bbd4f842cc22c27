"""A table of identities, and how it is searched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from .errors import InputError, near_names
from .identity import Identity

__all__ = ["Identities"]


class Identities(tuple[Identity, ...]):
    """A table of identities.

    >>> table = Identities([Identity("a", "vectors", "A @ x", "x", "x: n, A: m×n", "A", "A.T")])
    >>> table["a"].denominator, len(table.search("A x")), len(table.search("x.T"))
    ('A.T', 1, 0)
    """

    def __new__(cls, rows: Iterable[Identity] = ()) -> Identities:
        return super().__new__(cls, rows)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            for row in self:
                if row.id == key:
                    return row
            raise InputError(f"no identity is called {key}: {near_names(key, self.ids)}")
        found = super().__getitem__(key)
        return Identities(found) if isinstance(key, slice) else found

    @property
    def ids(self) -> list[str]:
        """The names of the rows."""
        return [row.id for row in self]

    @property
    def categories(self) -> list[str]:
        """The categories, in the order of the table."""
        return list(dict.fromkeys(row.category for row in self))

    def of_category(self, category: str) -> Identities:
        """The rows of one category, or of all those whose names contain the word.

        Raises:
            InputError: there is none of that name.
        """
        names = {name: plain(name) for name in self.categories}
        exact = [name for name in names if names[name] == plain(category)]
        found = exact or [name for name in names if plain(category) in names[name]]
        if not found or not category.strip():
            raise InputError(
                f"no category is called {category}: {near_names(category, self.categories)}"
            )
        return Identities(row for row in self if row.category in found)

    def search(self, text: str) -> Identities:
        """The rows in which a formula occurs, or else words.

        The formula may be typed as it is read, `x.T A x` or `xᵀ A x`; where nobody has it in these
        letters, it is looked for in others.
        """
        wanted = squeezed(text)
        found = [row for row in self if any(wanted in squeezed(each) for each in formulas_of(row))]
        if not found:
            found = [row for row in self if any(alike(text, each) for each in formulas_of(row))]
        words = text.lower().split()
        by_words = [row for row in self if all(word in words_of(row) for word in words)]
        return Identities(row for row in self if row in found or row in by_words)

    def __add__(self, others: Any) -> Identities:
        return Identities([*self, *others])


def plain(name: str) -> str:
    return name.lower().replace("-", " ").strip()


def formulas_of(row: Identity) -> tuple[str, ...]:
    return row.left, *row.results


def words_of(row: Identity) -> str:
    return f"{row.id} {row.category} {row.condition} {row.note} {row.kind}".lower()


def squeezed(text: str) -> str:
    """A formula without what writers differ in: blanks, signs of products, ways to transpose."""
    return "".join(tokens(text))


def tokens(text: str) -> list[str]:
    """The names, numbers and other signs of a formula.

    >>> tokens("x^T A @ x")
    ['x', '.T', 'A', 'x']
    """
    turned = re.sub(r"ᵀ|\^\s*\{?\s*\\?(T|top)\b\s*\}?", ".T ", text)
    return re.findall(r"\.T\b|\w+|[^\s@*⊙·]", turned)


def alike(wanted: str, formula: str) -> bool:
    """Whether a formula of three signs or more occurs in another one in other letters.

    >>> alike("w.T B w", "2 * x.T @ A @ x"), alike("w.T B w", "x.T @ A @ y")
    (True, False)
    """
    pattern, within = tokens(wanted), tokens(formula)
    windows = (within[k : k + len(pattern)] for k in range(len(within) - len(pattern) + 1))
    return len(pattern) > 2 and any(renames(pattern, window) for window in windows)


def renames(pattern: list[str], window: list[str]) -> bool:
    """Whether one is the other with single letters renamed, capitals to capitals."""
    pairs = set(zip(pattern, window, strict=True))
    letters = {(a, b) for a, b in pairs if len(a) == len(b) == 1 and a.isalpha() and b.isalpha()}
    if any(a != b for a, b in pairs - letters):
        return False
    if any(a.isupper() != b.isupper() for a, b in letters):
        return False
    return len(letters) == len({a for a, _ in letters}) == len({b for _, b in letters})
