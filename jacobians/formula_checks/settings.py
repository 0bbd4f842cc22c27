"""Points at which a formula is judged: values for every name, and the true derivative there.

The truth comes from steps of the function alone (see `layouts.formulas.differences`). Sizes all
differ from each other and from setting to setting; values are drawn again where a gradient is zero
or the function is not defined.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from layouts.errors import InputError
from layouts.formulas.differences import jacobian
from layouts.formulas.scope import plain_shape
from layouts.probes import ASSUMPTIONS
from layouts.sizes import Shape, Size

from .problem import Problem

__all__ = ["Setting", "setting_at", "settings_for"]

SIZES = ((5, 3, 4, 2, 6, 7), (3, 4, 2, 5, 7, 6), (4, 5, 3, 6, 2, 8), (2, 5, 4, 3, 7, 6),
         (6, 4, 3, 5, 2, 7), (3, 2, 5, 4, 6, 8), (5, 4, 6, 3, 7, 2),
         (4, 2, 3, 6, 5, 7))  # fmt: skip
"""Numbers for the letters of a problem, setting by setting."""
SPARE = tuple(range(8, 40))
MANNERS = ("", "positive", "invertible")
"""What values are drawn like, one after the other, until the function is defined."""
TRIES = 6
ZERO = 1e-6
"""A derivative without an entry beyond this is drawn again."""
ABOVE = 4.0
"""How far the targets of a loss are drawn above zero, at every other setting."""


class Setting(NamedTuple):
    """One point."""

    values: dict[str, Any]
    """Of every name, as matrices."""
    sizes: dict[str, int]
    J: Any
    """∂vec(y)/∂vec(x), numerator layout."""
    y_shape: Shape
    x_shape: Shape
    """Without the 1 of a column, and empty for a number."""


def settings_for(problem: Problem, count: int = 8, first: int = 0) -> list[Setting]:
    """So many settings, from the first on; where the derivative is not zero, if there are such.

    Raises:
        InputError: no point was found at which the function is defined and has a derivative.
    """
    numbers = range(first, first + count)
    found = list(_found(problem, numbers, ZERO)) or list(_found(problem, numbers, -1.0))
    if not found:
        raise InputError(f"{problem.of} has no derivative by {problem.wrt} at any of the points "
                         "that were tried: is it defined there?")  # fmt: skip
    return found


def _found(problem: Problem, which: Iterable[int], more_than: float) -> Iterator[Setting]:
    for k in which:
        numbers = SIZES[k % len(SIZES)]
        for manner in MANNERS:
            for attempt in range(TRIES):
                setting = _setting(problem, numbers, manner, (k, attempt), more_than)
                if setting is not None:
                    break
            else:
                continue
            yield setting
            break


def _setting(
    problem: Problem,
    numbers: tuple[int, ...],
    manner: str,
    seed: tuple[int, int],
    more_than: float,
) -> Setting | None:
    """A point, or None where the derivative is not defined, or no entry is more than a number."""
    sizes = _sizes(problem, numbers)
    draw = np.random.default_rng(100 * seed[0] + seed[1])
    values = {
        name: _drawn(draw, _numbers(shape, sizes), assumption(problem, name), manner)
        for name, shape in problem.shapes.items()
    }
    for name, assumed in problem.nature.items():
        if not assumed and seed[0] % 2:  # else most targets are below what a ReLU predicts
            values[name] = ABOVE * np.abs(values[name])
    try:
        for name in problem.let:
            if name not in values:
                values[name] = problem.formula(name)(values, sizes=sizes)
        J, y, x = _steps(problem, problem.of, problem.wrt, values, sizes)
        if not np.isfinite(J).all() or not np.abs(J).max(initial=0.0) > more_than:
            return None
        for name, (of, wrt) in problem.gradients.items():
            values[name] = _gradient(problem, of, wrt, values, sizes)
            if not np.isfinite(values[name]).all():
                return None
        if problem.vjp:
            values[problem.vjp] = draw.standard_normal(_numbers(y, sizes))
    except InputError:
        return None
    return Setting(values, sizes, J, plain_shape(y), plain_shape(x))


def setting_at(problem: Problem, values: dict[str, Any]) -> Setting:
    """The setting with these values, every name's among them."""
    J, y, x = _steps(problem, problem.of, problem.wrt, values, {})
    known = dict(values)
    for name, (of, wrt) in problem.gradients.items():
        known[name] = _gradient(problem, of, wrt, values, {})
    return Setting(known, {}, J, plain_shape(y), plain_shape(x))


def _gradient(
    problem: Problem, of: str, wrt: str, values: Mapping[str, Any], sizes: Mapping[str, int]
) -> Any:
    """The gradient of a number, in the shape of what it is by."""
    J, _, x = _steps(problem, of, wrt, values, sizes)
    return J.reshape(x, order="F")


def _steps(
    problem: Problem, of: str, wrt: str, values: Mapping[str, Any], sizes: Mapping[str, int]
) -> tuple[Any, Shape, Shape]:
    """The derivative of one formula by one name, all others that do not depend on it held fixed."""
    formula = problem.formula(of, held=wrt)
    free = {n: v for n, v in values.items() if n in problem.shapes or n == wrt}
    function = formula.function_of(free, [wrt], sizes)
    x = free[wrt]
    y = function(x[None])
    return jacobian(function, x, analytic=formula.analytic), y.shape[-2:], x.shape


def _sizes(problem: Problem, numbers: tuple[int, ...]) -> dict[str, int]:
    """A number for each letter, none that a given shape has."""
    given = {s for shape in problem.shapes.values() for s in shape if isinstance(s, int)}
    letters = [
        name
        for shape in problem.shapes.values()
        for size in shape
        if isinstance(size, Size)
        for term in size.terms
        for name in term
    ]
    spare = [n for n in (*numbers, *SPARE) if n not in given]
    return dict(zip(dict.fromkeys(letters), spare, strict=False))


def _numbers(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, int]:
    def number(size: Any) -> int:
        return sizes[str(size)] if isinstance(size, Size) else int(size)

    return number(shape[0]), number(shape[1])


def assumption(problem: Problem, name: str) -> str:
    """What is assumed of a value, or what it is by its meaning."""
    return problem.assume.get(name) or problem.nature.get(name, "")


def _drawn(draw: Any, shape: tuple[int, int], assumed: str, manner: str) -> Any:
    """One value: as it is assumed to be, else in the manner of this attempt."""
    p, q = shape
    if assumed:
        return ASSUMPTIONS[assumed](draw, p, q)
    if manner == "invertible" and p == q > 1:
        return ASSUMPTIONS["invertible"](draw, p, q)
    if manner:
        return ASSUMPTIONS["positive"](draw, p, q) * (0.4 if manner == "positive" else 1.0)
    return ASSUMPTIONS[""](draw, p, q)
