"""How far a sweep over many samples has come, said where somebody can see it.

    progress      said
    None          on a terminal, once the work has taken two seconds
    True          always, from the start
    False         never
    a function    called with (done, total) after every chunk

What is said is one line on stderr, rewritten in place and cleared at the end.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from time import monotonic
from typing import TypeAlias

from layouts.errors import InputError

__all__ = ["Progress", "ProgressLine", "reported"]

Progress: TypeAlias = bool | Callable[[int, int], object] | None

PATIENCE = 2.0
"""Seconds that work may take before a terminal hears of it unasked."""
PAUSE = 0.1
"""Seconds between two versions of the line: rewriting it oftener costs and shows nothing."""


class ProgressLine:
    """One line, `17,920/70,000 samples, 12 s`, that is rewritten in place.

    Args:
        total: how many samples there are.
        patience: seconds before it first appears; infinite, it never does.
    """

    def __init__(self, total: int, patience: float = 0.0) -> None:
        self.total = total
        self.began = monotonic()
        self.due = self.began + patience
        self.width = 0

    def update(self, done: int) -> None:
        """Write the line anew, unless it has just been written."""
        now = monotonic()
        if now < self.due:
            return
        text = f"{done:,}/{self.total:,} samples, {now - self.began:.0f} s"
        _write("\r" + text.ljust(self.width))
        self.width = max(self.width, len(text))
        self.due = now + PAUSE

    def clear(self) -> None:
        """Leave an empty line, the cursor at its beginning."""
        if self.width:
            _write("\r" + " " * self.width + "\r")


@contextmanager
def reported(progress: Progress, total: int) -> Iterator[Callable[[int], object]]:
    """A function that is told how many of `total` are done, and says so as `progress` wants.

    Raises:
        InputError: `progress` is none of those in the table above.

    >>> with reported(lambda done, total: print(done, "of", total), 70) as tell:
    ...     tell(32)
    32 of 70
    """
    if callable(progress):
        said = progress
        yield lambda done: said(done, total)
        return
    if progress is not None and not isinstance(progress, bool):
        raise InputError(
            f"progress is None, True, False or a function of (done, total), not {progress!r}."
        )
    unasked = PATIENCE if _has_reader() else inf
    line = ProgressLine(total, {True: 0.0, False: inf, None: unasked}[progress])
    try:
        yield line.update
    finally:
        line.clear()


def _has_reader() -> bool:
    """Whether stderr is a terminal; a program without a console has no stderr at all."""
    return sys.stderr is not None and sys.stderr.isatty()


def _write(text: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(text)
        sys.stderr.flush()
