"""What became of somebody's code: numbers, or a problem, as a sentence.

kind           what happened
no function    the code does not define what is called
no numbers     it returns something else
error          it raises an error
stopped        it was stopped: by a limit, by a refusal, or because Python broke down
not run        no fault of its own
"""

from __future__ import annotations

import signal
from typing import Any, NamedTuple

from .confinement.names import UNSENT
from .processes import ENDED, TOO_MUCH, Frame

__all__ = ["DISTURBED", "ERROR", "FAILED", "NO_FUNCTION", "NO_NUMBERS", "STOPPED", "Outcome",
           "clean", "problem_of"]  # fmt: skip

NO_FUNCTION = "no function"
NO_NUMBERS = "no numbers"
ERROR = "error"
STOPPED = "stopped"
FAILED = "not run"
DISTURBED = "it disturbs how its result is handed over."
LONGEST = 300


class Outcome(NamedTuple):
    """What became of it."""

    values: list[Any]
    """At each point; complex ones stay complex. Empty unless there are all of them."""
    kind: str = ""
    problem: str = ""
    printed: str = ""
    walls: tuple[str, ...] = ()
    """The walls that stood."""


def problem_of(frame: Frame, status: int, function: str, megabytes: int) -> Outcome:
    r"""What a frame that brings no numbers says.

    Args:
        frame: the frame.
        status: how the process ended, if it did: minus a signal.
        function: what was called.
        megabytes: the limit of memory.

    >>> problem_of(Frame(b"e", b"3\nZeroDivisionError\ndivision by zero"), 0, "f", 64).problem
    'line 3: ZeroDivisionError: division by zero.'
    >>> problem_of(ENDED, -9, "f", 64).problem
    'it was killed: the system may have had too little memory.'
    """
    if frame is TOO_MUCH:
        return Outcome([], STOPPED, "its result is too large: a derivative was asked for.")
    if frame is ENDED:
        return Outcome([], STOPPED, _ended(status, megabytes))
    text = clean(frame.content)
    if frame.kind == b"n":
        return Outcome([], NO_NUMBERS, _no_numbers(function, text))
    if frame.kind == b"f":
        there = f"it defines {text}" if text else "it defines no function"
        return Outcome([], NO_FUNCTION, f"there is no function {function} in it: {there}.")
    line, name, said = (clean(part) for part in [*frame.content.split(b"\n", 2), b"", b""][:3])
    at = f"line {line}: " if line.isdigit() else ""
    if frame.kind == b"x":
        return Outcome([], STOPPED, f"{at}{said}.")
    if frame.kind == b"e":
        return _error(at, name, said, megabytes)
    return Outcome([], STOPPED, DISTURBED)


def _error(at: str, name: str, said: str, megabytes: int) -> Outcome:
    """What is said of an error by its class."""
    if name.endswith("MemoryError"):
        return Outcome([], STOPPED, f"{at}it takes more than {megabytes} MB of memory.")
    if name == "SystemExit":
        return Outcome([], ERROR, f"{at}it calls exit: a function gives its result by return.")
    if name == "RecursionError" and not at:  # it was not running yet: Python was reading it
        return Outcome(
            [],
            ERROR,
            "an expression in it is nested too deeply for Python: compute it in steps.",
        )
    if name == "RecursionError":
        return Outcome([], ERROR, f"{at}it calls itself without end.")
    if name == "EOFError":
        return Outcome([], ERROR, f"{at}it reads what is typed: values come as arguments.")
    return Outcome([], ERROR, f"{at}{name}{': ' if said else ''}{said.rstrip('.')}.")


def _no_numbers(function: str, what: str) -> str:
    """What is said of a result that is none."""
    function = f"the function {function}"
    if what == "NoneType":
        return f"{function} gives None: a function gives None unless it ends with return."
    if what == "too many":
        return f"{function} gives more than a million numbers: a derivative was asked for."
    if what == "ragged":
        return f"{function} gives rows of different lengths: {ROWS}."
    return f"{function} gives {what}, not numbers: {ROWS}."


def _ended(status: int, megabytes: int) -> str:
    """What is said of a process that ended before it was done."""
    if status == UNSENT:
        return f"{UNSENT_SAID}."
    names = {getattr(signal, name, None): said for name, said in SIGNALS.items()}
    if status >= 0:
        return "it ends Python: a function gives its result by return."
    said = names.get(-status, f"it was ended by signal {-status}")
    return f"{said.format(megabytes=megabytes)}."


ROWS = "give rows of numbers, all of one length"
UNSENT_SAID = (
    "its result cannot be handed over: it closes a file that is not its own, or replaces a "
    "function of Python's"
)
BROKEN = (
    "Python itself broke down, as it does of recursion without end, or of an array that is read "
    "beyond its end"
)
SIGNALS = {
    "SIGXCPU": "it computes longer than it may: an endless loop, or far too many steps",
    "SIGSEGV": BROKEN,
    "SIGBUS": BROKEN,
    "SIGABRT": "Python itself gave up: it may have found no more than {megabytes} MB of memory",
    "SIGKILL": "it was killed: the system may have had too little memory",
}
"""What is said of the signals that end a process."""


def clean(content: bytes) -> str:
    """Text of a stranger on one line, without anything but what can be printed."""
    text = content.decode("utf-8", "replace")[:LONGEST]
    return "".join(c if c.isprintable() else " " for c in text).strip()
