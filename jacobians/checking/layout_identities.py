"""The layout identities of a layer or a network, and which of them are broken.

∂y/∂x, denominator layout         =   (∂y/∂x, numerator layout)ᵀ
entry (i, j), numerator layout    =   ∂y[i]/∂x[j], and not ∂y[j]/∂x[i]
F₁ F₂ … Fₖ, numerator layout      =   (Fₖ … F₂ F₁, denominator layout)ᵀ
∂L/∂x by the chain                =   vec of the sweep's gradient, as a row
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from layouts.errors import InputError
from layouts.layout import DENOMINATOR, NUMERATOR
from layouts.sizes import by
from layouts.vectorization import vec

from .answers import agree, refuse_nan, shaped, where
from .layer_protocol import NotRun, Subject

if TYPE_CHECKING:
    from ..network import Network

__all__ = ["Broken", "broken_identities"]

RTOL, EXACT = 1e-7, 1e-12


class Broken(NamedTuple):
    """An identity that does not hold; what is said of it."""

    fact: str
    question: str
    says: str
    cure: str


ROWS = "What do the rows follow in numerator layout, and what in denominator layout?"
TRANSPOSE = "Give J in numerator layout, and J.T when layout is 'denominator'."


def broken_identities(source: Any, inputs: Sequence[Any], wrt: str | None) -> list[Broken]:
    """Those that do not hold at these inputs.

    Raises:
        LayoutError: an unknown argument, inputs that do not fit, or no layouts to compare.
    """
    from ..network import Network

    if isinstance(source, Network):
        inputs_too = [*map(source.spoken, source.inputs), *source.parameters]
        names = inputs_too if wrt is None else [wrt]
        x, y = (*inputs, None)[:2]
        refuse_nan({"x": x, "y": y})
        return [each for name in names for each in _of_network(source, x, y, name)]
    subject = Subject(source, inputs)
    refuse_nan(dict(zip(subject.arguments, subject.inputs, strict=False)))
    try:
        return [each for name in subject.varied(wrt) for each in _of_layer(subject, name)]
    except NotRun as problem:
        raise InputError(f"there are no two layouts to compare: {problem}") from None


def _of_layer(subject: Subject, wrt: str) -> Iterator[Broken]:
    """Both layouts of one derivative; which of them is which, differences tell."""
    N = subject.jacobian(wrt, layout="numerator").astype(float)
    D = subject.jacobian(wrt, layout="denominator").astype(float)
    name, J = f"∂y/∂{wrt}", subject.slopes(wrt).J
    changed = agree(N, J.T, RTOL) and agree(D, J, RTOL)
    if changed and not agree(N, J, RTOL):
        yield Broken(f"{name} is {shaped(N.shape)} in numerator layout, {shaped(D.shape)} in "
                     "denominator layout.", ROWS, "The two layouts have changed places.",
                     TRANSPOSE)  # fmt: skip
    elif N.shape != J.shape:
        yield Broken(f"{name} is {shaped(N.shape)} in numerator layout, where {by(J.shape)} is "
                     "wanted.", ROWS, f"In numerator layout rows follow y, columns {wrt}, both "
                     "through vec.", TRANSPOSE)  # fmt: skip
    elif not agree(D, N.T, EXACT):
        yield _not_transposed(N, D, name)


def _not_transposed(N: Any, D: Any, name: str) -> Broken:
    """Denominator layout that is not the transpose of numerator layout."""
    if agree(D, N, EXACT):
        return Broken(f"{name} is {shaped(D.shape)} in either layout, with the same entries.", ROWS,
                      "The layout that is asked for makes no difference.", TRANSPOSE)  # fmt: skip
    if D.shape != N.T.shape:
        fact = f"{name} is {shaped(N.shape)} in numerator layout, {shaped(D.shape)} in denominator."
    else:
        fact = f"{name} in denominator layout: {where(D, N.T, EXACT)}."
    return Broken(fact, ROWS, "Denominator layout is not the transpose of numerator layout.",
                  TRANSPOSE)  # fmt: skip


def _of_network(net: Network, x: Any, y: Any, wrt: str) -> Iterator[Broken]:
    """Both layouts, the product in either order, and chain against sweep."""
    of = net.prediction if y is None and net.loss_name else net.top
    N = np.asarray(net.jacobian(x, y, of=of, wrt=wrt))
    D = np.asarray(net.jacobian(x, y, of=of, wrt=wrt, layout=DENOMINATOR))
    name = f"∂{of}/∂{wrt}"
    if not agree(D, N.T, RTOL):
        yield _not_transposed(N, D, name)
    yield from _of_products(net, x, y, of, wrt)
    if of == net.top and len(N) == 1:
        row = vec(net.gradient(x, y, wrt=wrt, layout=DENOMINATOR)).T
        if not agree(row, N, RTOL):
            yield Broken(f"{name} by the sweep and by the chain: {where(row, N, RTOL)}.",
                         "Which layer's vjp is not made of its Jacobian?",
                         "Chain and sweep disagree: in some layer vjp(g) is not Jᵀ g.",
                         "check_layer tells of each layer which of the two is wrong.")  # fmt: skip


def _of_products(net: Network, x: Any, y: Any, of: str, wrt: str) -> Iterator[Broken]:
    """The factors of a single path, multiplied in each layout's order."""
    try:
        numerator = net.factors(x, y, of=of, wrt=wrt, layout=NUMERATOR)
        denominator = net.factors(x, y, of=of, wrt=wrt, layout=DENOMINATOR)
    except InputError:
        return  # several paths: no single product is all
    if not numerator:
        return
    N, D = (reduce(np.matmul, map(np.asarray, each)) for each in (numerator, denominator))
    if not agree(D, N.T, RTOL):
        yield Broken(f"∂{of}/∂{wrt} as a product in denominator layout: {where(D, N.T, RTOL)}.",
                     "What becomes of a product, and of its order, when it is transposed?",
                     "The product in one layout is not the transpose of the reversed product in "
                     "the other: in some layer the two layouts are not.",
                     "assert_layouts tells of each layer whether they are.")  # fmt: skip
