"""Sizes and shapes as they are typed: `3`, `n`, `3×2`, `n by m`, `scalar`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .errors import InputError
from .sizes import Shape, SizeLike, as_shape, letter

__all__ = ["read_shape", "read_size", "shape_given"]

LONGEST = 12
"""So many digits a size may have."""
LONGEST_TEXT = 100
"""So many characters a shape may have."""
BETWEEN = r"\s*×\s*|\s+(?:by|x)\s+|\s*,\s*|(?<=\d)x(?=\d)"


SHORT = re.compile(r"([0-9]+|[A-Za-z])x([0-9]+|[A-Za-z])")
"""3x2, and nxm, where x is no letter of a size."""


def read_size(word: str, notation: str | None = None) -> SizeLike:
    """One size, a positive number or a letter; `notation` is the text that it stands in.

    Raises:
        InputError: the word is neither.

    >>> read_size("3"), read_size("n")
    (3, n)
    """
    inside = "" if notation is None else f"{notation!r}: "
    word = word.strip()
    if not word:
        raise InputError(f"{inside}a size is missing: it is a positive number or a letter.")
    if re.fullmatch(r"[0-9]+", word):
        if len(word) > LONGEST:
            raise InputError(f"a size of {len(word)} digits is beyond reason: {word[:LONGEST]}….")
        if int(word) == 0:
            raise InputError(f"{inside}a size is at least 1, not {word}.")
        return int(word)
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", word):
        return letter(word)
    raise InputError(f"{inside}{word!r} is no size: a size is a positive number or a letter.")


def read_shape(text: str) -> Shape:
    """The shape of a scalar, a vector or a matrix.

    Raises:
        InputError: a size is missing or is none, or there are more than two.

    >>> read_shape("n"), read_shape("3×2"), read_shape("n by m"), read_shape("scalar")
    ((n,), (3, 2), (n, m), ())
    """
    if len(text) > LONGEST_TEXT:
        raise InputError(f"a shape of {len(text):,} characters is beyond reason.")
    stripped = text.strip().removeprefix("(").removesuffix(")").strip(" ,")
    if stripped in ("scalar", "number", ""):
        if not text.strip():
            raise InputError("a shape is missing: n is a vector, 3×2 a matrix, or say scalar.")
        return ()
    short = SHORT.fullmatch(stripped)
    words = short.groups() if short else re.split(BETWEEN, stripped)
    shape = tuple(read_size(word, text) for word in words)
    return refuse_more_axes(shape, text)


def shape_given(shape: object) -> Shape:
    """A shape however it is given: as text, as a size, as a tuple, in numbers or letters.

    >>> shape_given("n×3"), shape_given(3), shape_given(("n", 2))
    ((n, 3), (3,), (n, 2))
    """
    if isinstance(shape, str):
        return read_shape(shape)
    if isinstance(shape, Mapping | bytes) or shape is None:
        raise InputError(f"a shape is text such as 'n×3', a size or a tuple, not {shape!r:.60}.")
    sizes: Any = shape if isinstance(shape, Iterable) else (shape,)
    try:
        read = as_shape(read_size(size) if isinstance(size, str) else size for size in sizes)
    except ValueError as problem:
        raise InputError(str(problem)) from None
    return refuse_more_axes(read, shape)


def refuse_more_axes(shape: Shape, given: object) -> Shape:
    """The shape, of two axes at most."""
    if len(shape) > 2:
        raise InputError(f"{given!r:.60} has {len(shape)} sizes: a value is a vector or a matrix.")
    return shape
