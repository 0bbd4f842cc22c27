"""The laws of how a layer behaves: with NaN, integers, its inputs, and call after call.

Each is a function of a layer at its inputs and an argument, as those in `layer_laws`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

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
    if not np.isfinite(subject.value()).all():
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
    """No call writes into what it is handed: its inputs, and the tangent or cotangent."""
    for call in _calls(subject, wrt):
        names, given = (*call.seed, *subject.arguments), (*call.seed.values(), *subject.inputs)
        handed = tuple(np.array(value) for value in given)
        with np.errstate(all="ignore"):
            subject.called(call.method, *handed, copies=False, **call.keywords)
        for name, before, after in zip(names, given, handed, strict=False):
            if not np.array_equal(before, after, equal_nan=True):
                raise AssertionError(f"{call.said} changes {name}, the array that it is handed: "
                                     "work on a copy.")  # fmt: skip


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


class Call(NamedTuple):
    """One of the calls that the layer answers."""

    said: str
    """What it gives, in words."""
    method: str
    seed: dict[str, Any]
    """The tangent or the cotangent that stands before the inputs, by its name."""
    keywords: dict[str, Any]

    def ask(self, subject: Subject, *inputs: Any) -> Any:
        """What it gives at these inputs; it is handed copies."""
        with np.errstate(all="ignore"):
            return subject.called(self.method, *self.seed.values(), *inputs, **self.keywords)


def asked(subject: Subject, wrt: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """All that the layer answers, as functions of the inputs."""
    for call in _calls(subject, wrt):
        yield call.said, partial(call.ask, subject)


def _calls(subject: Subject, wrt: str) -> Iterator[Call]:
    """What it refuses or has not is told by the laws of that method, and not here again."""
    by, t, g = subject.by(wrt), subject.tangents(wrt)[0], subject.cotangents()[0]
    for call in (
        Call("the value", "__call__", {}, {}),
        Call("the Jacobian", "jacobian", {}, by),
        Call("the jvp", "jvp", {"t": t}, by),
        Call("the vjp", "vjp", {"g": g}, by),
    ):
        try:
            call.ask(subject, *subject.inputs)
        except (NotRun, AssertionError):
            continue
        yield call
