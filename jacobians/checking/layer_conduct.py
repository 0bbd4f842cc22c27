"""The laws of how a layer behaves: with NaN, integers, its inputs, and call after call.

Each is a function of a layer at its inputs and an argument, as those in `layer_laws`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from layouts.vectorization import unvec, vec

from .answers import agree
from .layer_protocol import NotRun, Subject

__all__ = [
    "earlier_calls_leave_no_trace",
    "inputs_are_not_changed",
    "integers_are_promoted",
    "nan_is_not_turned_into_a_number",
    "results_are_float64",
    "value_is_finite",
]

RTOL, EXACT = 1e-6, 1e-12


def value_is_finite(subject: Subject, wrt: str) -> None:
    """layer(*inputs) is an array of finite real numbers."""
    y = subject.value()
    if y.dtype.kind not in "fiub":
        raise AssertionError(f"the value is of type {y.dtype}: real numbers are wanted.")
    if not np.isfinite(y).all():
        raise AssertionError("the value is not finite at this input: check the layer at another.")


def nan_is_not_turned_into_a_number(subject: Subject, wrt: str) -> None:
    """What depends on an entry that is NaN is NaN itself, or the entry is refused."""
    J, x, y = subject.slopes(wrt).J, subject.argument(wrt), subject.value()
    for k in range(x.size):
        spoilt = vec(x)[:, 0].copy()
        spoilt[k] = np.nan
        try:
            with np.errstate(all="ignore"):
                value = subject.value(*subject.with_argument(wrt, unvec(spoilt, x.shape)))
        except AssertionError:
            return  # refused
        depends = unvec(np.abs(J[:, k]) > RTOL, y.shape)
        if value.shape == y.shape and not np.isnan(value[depends]).all():
            raise AssertionError(f"where an entry of {wrt} is NaN, an entry of y that depends on "
                                 "it is a number.")  # fmt: skip


def inputs_are_not_changed(subject: Subject, wrt: str) -> None:
    """No call writes into what it is handed."""
    for said, ask in asked(subject, wrt, in_place=True):
        handed = tuple(np.array(value) for value in subject.inputs)
        ask(*handed)
        for name, before, after in zip(subject.arguments, subject.inputs, handed, strict=False):
            if not np.array_equal(before, after, equal_nan=True):
                raise AssertionError(f"{said} changes {name}, the array that it is handed: work "
                                     "on a copy.")  # fmt: skip


def integers_are_promoted(subject: Subject, wrt: str) -> None:
    """Whole numbers as integers give what they give as float64."""
    whole = np.round(subject.argument(wrt))
    as_floats = subject.with_argument(wrt, whole)
    as_integers = subject.with_argument(wrt, whole.astype(int))
    for said, ask in asked(subject, wrt):
        try:
            right = ask(*as_floats)
        except AssertionError:
            raise NotRun(f"it takes no whole numbers for {wrt}.") from None
        if not agree(ask(*as_integers), right, EXACT):
            raise AssertionError(f"{said} at integers is not that at the same numbers as float64.")


def results_are_float64(subject: Subject, wrt: str) -> None:
    """Values and derivatives are float64."""
    for said, ask in asked(subject, wrt):
        result = ask(*subject.inputs)
        if result.dtype != np.float64:
            raise AssertionError(f"{said} is {result.dtype}: float64 is wanted.")


def earlier_calls_leave_no_trace(subject: Subject, wrt: str) -> None:
    """A call gives the same again, whatever the layer was called at in between."""
    elsewhere = subject.with_argument(wrt, 0.75 * subject.argument(wrt))
    for said, ask in asked(subject, wrt):
        with np.errstate(all="ignore"):
            subject.value()
            first = ask(*subject.inputs)
            subject.value(*elsewhere)
        if not np.array_equal(ask(*subject.inputs), first, equal_nan=True):
            raise AssertionError(f"{said} is another after a call at other inputs: compute it from "
                                 "the inputs of the call itself.")  # fmt: skip


def asked(
    subject: Subject, wrt: str, *, in_place: bool = False
) -> Iterator[tuple[str, Callable[..., Any]]]:
    """All that the layer answers, as functions of the inputs.

    What it refuses or has not is told by the laws of that method, and not here again.

    Args:
        subject: the layer.
        wrt: the argument.
        in_place: hand over the arrays themselves, not copies.
    """
    t, g = subject.tangents(wrt)[0], subject.cotangents()[0]
    for method, first in {"__call__": (), "jacobian": (), "jvp": (t,), "vjp": (g,)}.items():
        keywords = {} if method == "__call__" else subject.by(wrt)
        if subject.can(method, *keywords):
            said = {"__call__": "the value", "jacobian": "the Jacobian"}.get(
                method, f"the {method}"
            )
            ask = _quiet(subject, method, first, keywords, copies=True)
            if _answers(ask, subject.inputs):
                yield said, _quiet(subject, method, first, keywords, copies=not in_place)


def _answers(ask: Callable[..., Any], inputs: tuple[Any, ...]) -> bool:
    try:
        ask(*inputs)
    except (NotRun, AssertionError):
        return False
    return True


def _quiet(
    subject: Subject, method: str, first: Any, keywords: dict[str, str], *, copies: bool
) -> Callable[..., Any]:
    def ask(*inputs: Any) -> Any:
        with np.errstate(all="ignore"):
            return subject.called(method, *first, *inputs, copies=copies, **keywords)

    return ask
