"""An answer as somebody hands it in: read as numbers, and laid beside the right ones.

Entries are counted from 1, as texts do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from layouts.errors import InputError, counted
from layouts.sizes import Shape, by

from ..layers.base import as_numbers
from ..unknown import Array

__all__ = ["UnreadableError", "agree", "entry", "first_difference", "not_finite", "read",
           "refuse_nan", "shaped", "where"]  # fmt: skip

FLOOR = 1e-2
"""Round-off that an entry may have from its larger neighbours, as a part of the tolerance."""


class UnreadableError(ValueError):
    """An answer that is no array of real numbers: what it is, and what to do."""

    def __init__(self, fact: str, cure: str) -> None:
        self.fact, self.cure = fact, cure
        super().__init__(f"{fact} {cure}")


def read(answer: Any) -> Array:
    """An answer as float64; a `Jacobian` as its full matrix.

    Raises:
        UnreadableError: what was handed in is no array of real numbers.

    >>> read([[1, 2], [3, 4]])
    array([[1., 2.],
           [3., 4.]])
    >>> read(None)
    Traceback (most recent call last):
    jacobians.checking.answers.UnreadableError: It is None. A function gives None unless it ends ...
    """
    if answer is None:
        raise UnreadableError("It is None.", "A function gives None unless it ends with return.")
    if answer is Ellipsis or answer is NotImplemented:
        raise UnreadableError("It is still a blank.", "Write the answer in the place of it.")
    if isinstance(answer, type) or (callable(answer) and not hasattr(answer, "__array__")):
        what = "class" if isinstance(answer, type) else "function"
        raise UnreadableError(
            f"It is a {what}, not an array.", "Call it, and give what it returns."
        )
    try:
        array = np.asarray(answer)
    except Exception as problem:
        ragged = isinstance(answer, list | tuple) and isinstance(problem, ValueError)
        fact = "its rows have different lengths" if ragged else str(problem).rstrip(".")
        raise UnreadableError(
            f"It is no array: {fact}.", "Give rows of numbers, all of one length."
        ) from None
    return _real(array, answer)


def _real(array: Any, answer: Any) -> Array:
    """The array as float64, if that loses nothing."""
    kind = array.dtype.kind
    if kind == "O" and array.ndim == 0:
        raise UnreadableError(f"It is of type {type(answer).__name__}, no array.",
                              "Give rows of numbers, all of one length.")  # fmt: skip
    if kind == "c":
        raise UnreadableError("Its entries are complex, a derivative's are real.",
                              "Take the real part, or look for a root or a logarithm of a negative "
                              "number.")  # fmt: skip
    if kind not in "fiub":
        what = "text" if kind in "US" else f"of type {array.dtype}"
        raise UnreadableError(f"Its entries are {what}: real numbers are wanted.",
                              "np.array(answer, dtype=float) makes numbers of what can be read as "
                              "such.")  # fmt: skip
    if array.size == 0:
        raise UnreadableError(f"It is empty, of shape {array.shape}.", "Give its entries.")
    numbers: Array = array.astype(np.float64)
    return numbers


def agree(answer: Any, right: Any, rtol: float, noise: float = 0.0) -> bool:
    """Equal shapes, and entries that differ by at most rtol, relatively; NaN agrees with NaN.

    Args:
        answer: what is judged.
        right: what it should be.
        rtol: how far entries may be apart, relatively.
        noise: and how far because what is right is itself known no better.

    >>> right = np.array([[1.0, 2.0]])
    >>> agree(right + 1e-9, right, 1e-7), agree(right[0], right, 1e-7)
    (True, False)
    >>> agree([np.nan, 1.0], [np.nan, 1.0], 1e-7), agree([np.nan, 1.0], [0.5, 1.0], 1e-7)
    (True, False)
    """
    return np.shape(answer) == np.shape(right) and not _differ(answer, right, rtol, noise).any()


def _differ(answer: Any, right: Any, rtol: float, noise: float) -> Any:
    """Where the entries differ."""
    answer, right = np.asarray(answer), np.asarray(right)
    finite = np.isfinite(right) & np.isfinite(answer)
    scale = np.abs(right[np.isfinite(right)]).max(initial=0.0) or 1.0
    with np.errstate(invalid="ignore"):
        near = np.abs(answer - right) <= rtol * (np.abs(right) + FLOOR * scale) + noise
    same = (answer == right) | (np.isnan(answer) & np.isnan(right))
    return ~np.where(finite, near, same)


def where(answer: Array, right: Array, rtol: float, noise: float = 0.0) -> str:
    """How many entries differ, and which.

    >>> where(np.ones((3, 3)), np.eye(3), 1e-7)
    '6 of 9 entries differ, all off the diagonal, the first is [1,2]'
    >>> where(np.array([1.0, 2.0]), np.array([1.0, 3.0]), 1e-7)
    '1 of 2 entries differs, [2]'
    """
    differ = _differ(answer, right, rtol, noise)
    count, all_of_them = int(differ.sum()), counted(differ.size, "entry", "entries")
    first = entry(tuple(int(k) for k in np.argwhere(differ)[0]))
    if count == 1:
        return f"1 of {all_of_them} differs, {first}"
    return f"{count} of {all_of_them} differ{_pattern(differ)}, the first is {first}"


def _pattern(differ: Any) -> str:
    """What the entries that differ have in common."""
    if differ.ndim != 2 or differ.all() or min(differ.shape) == 1:
        return ""
    rows, columns = np.nonzero(differ)
    if differ.shape[0] == differ.shape[1]:
        off = ~np.eye(len(differ), dtype=bool)
        if not differ[~off].any() and differ.sum() > 1:
            return ", all off the diagonal"
        if not differ[off].any():
            return ", all on the diagonal"
    if len(set(rows)) == 1:
        return f", all in row {rows[0] + 1}"
    if len(set(columns)) == 1:
        return f", all in column {columns[0] + 1}"
    return ""


def first_difference(answer: Array, right: Array, rtol: float, noise: float = 0.0) -> str:
    """One entry as it is and as it should be.

    >>> first_difference(np.array([[1.0, 2.0]]), np.array([[1.0, 2.5]]), 1e-7)
    'Entry [1,2] is 2, it should be 2.5.'
    """
    index = tuple(int(k) for k in np.argwhere(_differ(answer, right, rtol, noise))[0])
    is_now, should_be = (f"{array[index] + 0.0:.6g}" for array in (answer, right))
    return f"Entry {entry(index)} is {is_now}, it should be {should_be}."


def not_finite(answer: Array, right: Array) -> str:
    """What is said of entries that are no finite numbers where they should be; else nothing.

    >>> not_finite(np.array([[1.0, np.nan]]), np.ones((1, 2)))
    '1 of 2 entries is NaN, [1,2]'
    """
    wrong = ~np.isfinite(answer)
    if answer.shape == right.shape:
        wrong &= np.isfinite(right)
    if not wrong.any():
        return ""
    index = tuple(int(k) for k in np.argwhere(wrong)[0])
    what = "NaN" if np.isnan(answer[index]) else "infinite"
    count, place = int(wrong.sum()), entry(index)
    first = place if count == 1 else f"the first is {place}"
    alike = np.isnan(answer[wrong]).all() or np.isinf(answer[wrong]).all()
    what = what if alike else "NaN or infinite"
    return f"{count} of {answer.size} entries {'is' if count == 1 else 'are'} {what}, {first}"


def refuse_nan(named: Mapping[str, Any]) -> None:
    """Refuse a question with NaN in it: whatever depends on it has no right answer.

    Args:
        named: arrays by name, or what is itself arrays by name; None is left out.

    Raises:
        InputError: with the name of the first that has NaN.

    >>> refuse_nan({"x": [1.0, np.nan]})
    Traceback (most recent call last):
    layouts.errors.InputError: x has NaN, at [2]: there is no right answer, choose another point.
    """
    for name, value in named.items():
        if isinstance(value, Mapping):  # the inputs of a graph
            refuse_nan(value)
            continue
        places: Any = () if value is None else np.argwhere(np.isnan(as_numbers(value, name)))
        if len(places):
            place = entry(tuple(int(k) for k in places[0]))
            at = f", at {place}" if np.ndim(value) else ""
            raise InputError(f"{name} has NaN{at}: there is no right answer, choose another point.")


def entry(index: tuple[int, ...]) -> str:
    """A place, counted from 1.

    >>> entry((0, 2)), entry(())
    ('[1,3]', '[]')
    """
    return f"[{','.join(str(k + 1) for k in index)}]"


def shaped(shape: Shape) -> str:
    """A matrix's shape as mathematics writes it, any other as an array's.

    >>> shaped((3, 2)), shaped((3,)), shaped(())
    ('3×2', '(3,)', 'a single number')
    """
    if not shape:
        return "a single number"
    return by(shape) if len(shape) == 2 else str(shape)
