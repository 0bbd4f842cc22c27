"""The network from its parameters, stored in a form of rows or, folded, of columns.

    form             stored                              W of columns     b of columns
    XW               W1 (in, out), b1 (out,)             W1ᵀ              b1
    XWT              W1 (out, in), b1 (out,)             W1               b1
    folded           Theta1 (1 + in, out)                Theta1[1:]ᵀ      Theta1[0]
    folded columns   Theta1 (out, 1 + in)                Theta1[:, 1:]    Theta1[:, 0]

Θ1 is another way to write Theta1. Errors name what was given, in the shape in which it was given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, ShapeError, counted

from ..layers import Layer, Loss
from ..layers.base import as_numbers
from ..network import Network
from ..readers.notation import printable, weights_by_name
from ..unknown import Array
from .forms import FORMS, form_named

__all__ = ["from_folded_columns", "from_rows"]

FOLDED_COLUMNS = "folded columns"
STORED = {**{name: form.stored for name, form in FORMS.items()}, FOLDED_COLUMNS: "(out, 1 + in)"}
PARAMETER = re.compile("(W|b|Theta|Θ)([1-9][0-9]*)")


def from_rows(
    parameters: Mapping[str, npt.ArrayLike],
    form: str = "XW",
    activation: str | Layer | Sequence[str | Layer] | None = None,
    loss: Loss | str | None = None,
    *,
    reduction: str | None = None,
) -> Network:
    """The column form of a network of which the parameters are given as a row form stores them.

    Args:
        parameters: W1, b1, W2, …, folded Theta1 (or Θ1), …; biases may be missing.
        form: how they are stored.
        activation: one for each linear layer, or one for all.
        loss: a loss, its name, or None.
        reduction: "mean" or "sum" over samples.

    Raises:
        LayoutError: an unknown form or name, a parameter given twice, matrices that do not chain.

    >>> from jacobians import to_rows
    >>> net = Network.parse("2-3-1", activation="tanh")
    >>> same = from_rows(to_rows(net, "folded"), "folded", activation="tanh")
    >>> bool(np.all(same.parameters["W2"] == net.parameters["W2"])), str(same)
    (True, '2-3-1: tanh, tanh')
    """
    form_named(form)
    return _network(parameters, form, activation, loss, reduction)


def from_folded_columns(
    parameters: Mapping[str, npt.ArrayLike],
    activation: str | Layer | Sequence[str | Layer] | None = None,
    loss: Loss | str | None = None,
    *,
    reduction: str | None = None,
) -> Network:
    """The network of which the parameters are given as `z = Θ [1; a]` stores them.

    Raises:
        LayoutError: as of `from_rows`.

    >>> from jacobians import to_folded_columns
    >>> net = Network.parse("2-3-1", activation="tanh")
    >>> str(from_folded_columns(to_folded_columns(net), activation="tanh"))
    '2-3-1: tanh, tanh'
    """
    return _network(parameters, FOLDED_COLUMNS, activation, loss, reduction)


class Given(NamedTuple):
    """One of the column form's W and b: what gave it, in which shape, and its entries."""

    name: str
    shape: tuple[int, ...]
    value: Array


def _network(
    parameters: Mapping[str, npt.ArrayLike],
    form: str,
    activation: str | Layer | Sequence[str | Layer] | None,
    loss: Loss | str | None,
    reduction: str | None,
) -> Network:
    """The network, once every parameter is read and fits its neighbours."""
    found: dict[str, Given] = {}
    for name, value in weights_by_name(parameters).items():
        for own, given in _parts(name, value, form).items():
            if own in found:
                raise InputError(f"{found[own].name} and {name} both give {own}: leave one of "
                                 "them out.")  # fmt: skip
            found[own] = given
    matrices = _chained(found, parameters, form)
    _refuse_other_biases(found)
    sizes = [matrices[0].value.shape[1], *(len(matrix.value) for matrix in matrices)]
    weights = {own: given.value for own, given in found.items()}
    notation = "-".join(map(str, sizes))
    return Network.parse(notation, activation, loss, reduction=reduction, weights=weights)


def _parts(name: str, given: npt.ArrayLike, form: str) -> dict[str, Given]:
    """One parameter in the column form: a Θ comes apart into b and W."""
    match = PARAMETER.fullmatch(name)
    if not match or (match[1] in ("Theta", "Θ") and "folded" not in form):
        raise InputError(f"{printable(name)} is no parameter of form {form}: they are "
                         f"{_expected(form)}.")  # fmt: skip
    value = as_numbers(given, name)
    if not np.isfinite(value).all():
        raise InputError(f"{name} has entries that are not finite numbers.")
    if match[1] == "b":
        return {name: Given(name, value.shape, _bias(value, form))}
    M, folded = _matrix(name, value, form), match[1] != "W"
    parts = {f"W{match[2]}": M[:, folded:], **({f"b{match[2]}": M[:, 0]} if folded else {})}
    return {own: Given(name, value.shape, part) for own, part in parts.items()}


def _matrix(name: str, value: Array, form: str) -> Array:
    """A matrix as columns have it, W (out, in) or Θ (out, 1 + in)."""
    stored = _stored_as(name, form)
    if value.ndim != 2:
        raise ShapeError(f"{name} has shape {value.shape}: in form {form} it is a matrix, "
                         f"{stored}.")  # fmt: skip
    M = value if stored.startswith("(out") else value.T
    if M.shape[0] == 0 or M.shape[1] <= ("1 +" in stored):
        raise ShapeError(f"{name} has shape {value.shape}: in form {form} it is {stored}, so an "
                         "input or an output is missing.")  # fmt: skip
    return M


def _stored_as(name: str, form: str) -> str:
    """How a matrix stands in a form; the W of a folded form has no bias beside it."""
    if name.startswith("W") and "folded" in form:
        return STORED["XW" if form == "folded" else "XWT"]
    return STORED[form]


def _bias(value: Array, form: str) -> Array:
    """A bias, also where it is stored as a row; among columns, as a column."""
    row = value.T if form == FOLDED_COLUMNS else value
    return row[0] if row.ndim == 2 and len(row) == 1 else value


def _chained(found: Mapping[str, Given], names: Mapping[str, object], form: str) -> list[Given]:
    """The matrices from the first to the last, each taking what the one before it gives."""
    count = sum(own.startswith("W") for own in found)
    matrices = [found[f"W{k}"] for k in range(1, count + 1) if f"W{k}" in found]
    if not matrices or len(matrices) != count:
        raise InputError(f"the parameters {', '.join(names) or '(none)'} are no whole network "
                         f"in form {form}: they are {_expected(form)}.")  # fmt: skip
    for lower, upper in pairwise(matrices):
        if upper.value.shape[1] != len(lower.value):
            raise ShapeError(
                f"{lower.name} {lower.shape} has {counted(len(lower.value), 'output')}, "
                f"{upper.name} {upper.shape} takes {upper.value.shape[1]}: in form {form} a matrix "
                f"is {_stored_as(upper.name, form)}. Stored the other way round?"
            )
    return matrices


def _refuse_other_biases(found: Mapping[str, Given]) -> None:
    """Refuse a bias that has not one entry for each output."""
    for own, bias in found.items():
        weights = found.get(f"W{own[1:]}")
        if own.startswith("b") and weights and bias.value.shape != (len(weights.value),):
            outputs = counted(len(weights.value), "output")
            raise ShapeError(f"{bias.name} has shape {bias.shape}, {weights.name} "
                             f"{weights.shape} has {outputs}: a bias has an entry for "
                             "each.")  # fmt: skip


def _expected(form: str) -> str:
    return f"{'Theta1, Theta2' if 'folded' in form else 'W1, b1, W2'}, …, numbered from 1"
