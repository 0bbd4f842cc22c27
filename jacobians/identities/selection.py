"""Which identities are asked for: the twenty that everyone needs, a category, a search."""

from __future__ import annotations

from layouts.identities import identities
from layouts.identity_table import Identities

from .layer_rows import layer_identities

__all__ = ["CATEGORIES", "ESSENTIAL", "all_identities", "selected"]

all_identities = identities + layer_identities
"""Those of matrix calculus, and those of layers."""
CATEGORIES = all_identities.categories

ESSENTIAL = (
    "vv-03", "vv-07", "vv-08", "vv-10", "sv-07", "sv-12", "sv-14", "norm-04", "sM-08", "sM-17",
    "sM-30", "Ms-04", "Ms-07", "vec-05", "kron-12", "dense-05", "elem-14", "soft-01",
    "delta-01", "cols-04",
)  # fmt: skip
"""The twenty that everyone needs: a product, the chain, quadratic forms, a trace, a determinant, an
inverse, vec, ⊙, and what backpropagation is made of."""


def selected(
    category: str | None = None, search: str | None = None, *, everything: bool = False
) -> Identities:
    """The identities that are asked for; a category and a search look among all of them.

    Raises:
        InputError: there is no such category.

    >>> len(selected()), selected(search="w.T B w").ids[:2]
    (20, ['sv-12', 'sv-13'])
    """
    if category is None and search is None and not everything:
        return Identities(all_identities[name] for name in ESSENTIAL)
    rows = all_identities if category is None else all_identities.of_category(category)
    return rows if search is None else rows.search(search)
