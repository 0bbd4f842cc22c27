"""A table of identities: its rows by name, by place, by category and by search."""

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
        """The rows of one category, or of all those in whose names the words stand, or a part.

        Raises:
            InputError: there is none of that name.
        """
        names = {name: plain(name) for name in self.categories}
        wanted = plain(category)
        exact = [name for name in names if names[name] == wanted]
        whole = [name for name in names if re.search(rf"\b{wanted}\b", names[name])]
        found = exact or whole or [name for name in names if wanted in names[name]]
        if not found or not wanted:
            raise InputError(
                f"no category is called {category}: {near_names(category, self.categories)}"
            )
        return Identities(row for row in self if row.category in found)

    def search(self, text: str) -> Identities:
        """The rows in which a formula occurs, or else words; everything where nothing is asked.

        The formula may be typed as it is read, as it is programmed or in LaTeX: `xᵀ A x`,
        `x.T @ A @ x`, `x^T A x`, `x'Ax`. Where nobody has it in these letters, it is looked for in
        others.
        """
        from .identity_search import found

        return Identities(found(self, text))

    def __add__(self, others: Any) -> Identities:
        return Identities([*self, *others])


def plain(name: str) -> str:
    """A category's name by its words."""
    return " ".join(re.findall(r"\w+", name.lower()))
