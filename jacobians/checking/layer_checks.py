"""Checks for a layer that a student or a third party wrote, in the manner of scikit-learn's.

A layer is any object with

    layer(*inputs)                                the value; x (n,), or samples as columns (n, N)
    layer.jacobian(*inputs, wrt=None,
                   layout="numerator")            ∂vec(y)/∂vec(x), an array or what becomes one
    layer.jvp(t, *inputs, wrt=None)               J t, t shaped as the argument
    layer.vjp(g, *inputs, wrt=None)               Jᵀ g, g shaped as the output

and, where it has more than one argument, or samples that meet the same ones,

    layer.arguments                               their names; unless given "x", and those of its
                                                  parameters that its call names behind it
    layer.parameters()                            {name: array} of those that it holds itself: it
                                                  takes them as inputs too, behind the others
    layer.shared                                  the names of others that all samples share;
                                                  unless given, those not shaped as the first
    layer.couples_samples                         True where one sample's value depends on others

`wrt` None is the first argument. Whatever is missing is reported as a check that could not be run.
What is right comes from differences of `layer(*inputs)`: choose a point that keeps 0.01 from kinks,
with sizes that differ.

    report = check_layer(MySoftmax(), x)                    # raises AssertionError if a check fails

    @parametrize_with_layer_checks([(MySoftmax(), x), (MyLinear(W, b), X)])
    def test_layers(layer, check):                          # a pytest case for each layer and check
        check(layer)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy.typing as npt

from layouts.errors import InputError, counted

from .layer_laws import LAWS
from .layer_protocol import NotRun, Subject, title

__all__ = [
    "LayerCheck",
    "LayerReport",
    "check_layer",
    "each_layer_check",
    "parametrize_with_layer_checks",
]


class LayerCheck(NamedTuple):
    """What became of one check."""

    name: str
    passed: bool | None
    """None: it could not be run."""
    message: str
    """What went wrong, or why it could not be run."""


class LayerReport:
    """All checks of one layer; prints as text.

    >>> from jacobians import Softmax
    >>> report = check_layer(Softmax(), [0.3, -1.2, 2.1])
    >>> report.passed, len(report.checks)
    (True, 15)
    >>> print(str(report).splitlines()[-1])
    15 checks passed.
    """

    def __init__(self, layer: str, checks: Iterable[LayerCheck]) -> None:
        self.layer, self.checks = layer, list(checks)

    @property
    def passed(self) -> bool:
        """Whether no check failed; those that could not be run do not count."""
        return not self.failed

    @property
    def failed(self) -> list[LayerCheck]:
        """The checks that failed."""
        return [check for check in self.checks if check.passed is False]

    @property
    def not_run(self) -> list[LayerCheck]:
        """The checks that could not be run."""
        return [check for check in self.checks if check.passed is None]

    def raise_if_failed(self) -> None:
        """Raise an AssertionError that names every check that failed."""
        __tracebackhide__ = True
        if not self.passed:
            raise AssertionError("\n".join(self._lines(self.failed)))

    def _lines(self, checks: Iterable[LayerCheck]) -> Iterator[str]:
        yield self.layer
        for check in checks:
            word = {True: "passed ", False: "FAILED ", None: "not run"}[check.passed]
            yield f"  {word}  {check.name}"
            yield from (f"             {line}" for line in check.message.splitlines())
        yield self._summary()

    def _summary(self) -> str:
        total, failed, not_run = len(self.checks), len(self.failed), len(self.not_run)
        parts = [f"{counted(total - failed - not_run, 'check')} passed"]
        parts += [f"{failed} failed"] if failed else []
        parts += [f"{not_run} could not be run"] if not_run else []
        return ", ".join(parts) + "."

    def __str__(self) -> str:
        return "\n".join(self._lines(self.checks))

    __repr__ = __str__


def check_layer(
    layer: Any,
    *inputs: npt.ArrayLike,
    wrt: str | None = None,
    on_fail: str | None = "raise",
    on_skip: str | None = None,
) -> LayerReport:
    """Run every check on a layer.

    Args:
        layer: the layer.
        inputs: where it is checked: x (n,), or samples as columns (n, N), and further arguments.
        wrt: the argument to differentiate by; all of them unless named.
        on_fail: "raise" an AssertionError that names every check that failed, or None: the report
            says it.
        on_skip: likewise for checks that could not be run.

    Raises:
        AssertionError: a check failed.
        LayoutError: what is no layer, or inputs that have no names.

    >>> import numpy as np
    >>> class Doubled:
    ...     def __call__(self, x): return 2.0 * np.asarray(x)
    ...     def jacobian(self, x, wrt=None, layout="numerator"): return 2.0 * np.eye(np.size(x))
    ...     def vjp(self, g, x, wrt=None): return g / 2
    >>> report = check_layer(Doubled(), [0.5, -1.0, 2.0], on_fail=None)
    >>> for check in report.failed:
    ...     print(check.name)
    vjp_is_the_transposed_jacobian_times_g
    >>> print(report.not_run[0].message)
    it has no jvp.
    """
    __tracebackhide__ = True
    for name, value in {"on_fail": on_fail, "on_skip": on_skip}.items():
        if value not in ("raise", None):
            raise InputError(f"{name} is 'raise' or None, not {value!r}.")
    report = LayerReport(title(layer), _run(layer, inputs, wrt))
    if on_skip == "raise" and report.not_run:
        raise AssertionError("\n".join(report._lines([*report.failed, *report.not_run])))
    if on_fail == "raise":
        report.raise_if_failed()
    return report


def _run(layer: Any, inputs: tuple[Any, ...], wrt: str | None) -> Iterator[LayerCheck]:
    """The checks, one by one; without a value at the inputs the first alone."""
    for number, (name, check) in enumerate(each_layer_check(layer, *inputs, wrt=wrt)):
        try:
            check(layer)
        except NotRun as problem:
            yield LayerCheck(name, None, str(problem))
        except AssertionError as problem:
            yield LayerCheck(name, False, str(problem))
            if number == 0:
                return
        else:
            yield LayerCheck(name, True, "")


def each_layer_check(
    layer: Any, *inputs: npt.ArrayLike, wrt: str | None = None
) -> Iterator[tuple[str, Callable[[Any], None]]]:
    """The checks of a layer as pairs of a name and a function of the layer.

    The function raises AssertionError where the check fails, and `unittest.SkipTest` where it
    cannot be run.

    >>> from jacobians import Tanh
    >>> for name, check in each_layer_check(Tanh(), [0.3, -1.2]):
    ...     check(Tanh())
    >>> name
    'earlier_calls_leave_no_trace'
    """
    subject = Subject(layer, inputs)
    names = subject.varied(wrt)
    for argument in names:
        for law in LAWS:
            name = law if len(names) == 1 else f"{law}, by {argument}"
            yield name, partial(_check, law=law, subject=subject, wrt=argument)
    for held in subject.out_of_reach if wrt is None else []:
        yield f"derivatives, by {held}", partial(_leave_out, held=held)


def _check(layer: Any, *, law: str, subject: Subject, wrt: str) -> None:
    """One law, for one argument; of another layer at the same inputs if one is handed in."""
    __tracebackhide__ = True
    LAWS[law](subject if layer is subject.layer else Subject(layer, subject.inputs), wrt)


def _leave_out(layer: Any, *, held: str) -> None:
    """A parameter that is held and cannot be varied: no check of it can be run."""
    raise NotRun(f"its parameters name {held}, its call does not take it: take it as an input "
                 "behind the others, and name it in `arguments`.")  # fmt: skip


def parametrize_with_layer_checks(points: Iterable[Any]) -> Any:
    """A decorator that makes one pytest case of every layer and check.

    Args:
        points: of each layer a tuple of the layer and its inputs.

    Raises:
        LayoutError: what is no tuple, or no layer.
    """
    import pytest

    cases = []
    for point in points:
        if not isinstance(point, tuple | list) or len(point) < 2:
            raise InputError(f"{point!r} is no layer at a point: give (layer, x), or (layer, x, …) "
                             "with all its inputs.")  # fmt: skip
        layer, *inputs = point
        for name, check in each_layer_check(layer, *inputs):
            cases.append(pytest.param(layer, check, id=f"{title(layer)}: {name}"))
    return pytest.mark.parametrize(("layer", "check"), cases)
