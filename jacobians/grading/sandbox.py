"""Somebody's function called at given points, behind walls, in a process of its own.

    said of it         outcome
    values             the numbers at every point, and nothing else
    problem            why there are none, as a sentence; `kind` says what sort of problem it is

What it prints is cut and kept; it gets its values as arguments, and the time that Python needs to
start is not its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from layouts.errors import InputError

from .confinement import WALLS
from .outcome import DISTURBED, FAILED, STOPPED, Outcome, clean, problem_of
from .processes import ENDED, Late, Process

__all__ = ["place_of", "request_of", "run_code"]

TO_START = 60.0
"""Seconds that Python and NumPy may take before the clock of the code starts."""


def run_code(
    code: str,
    function: str,
    points: Sequence[Sequence[Any]],
    *,
    name: str = "answer.py",
    seconds: float = 5.0,
    megabytes: int = 256,
    modules: Sequence[str] = ("numpy",),
    walls: Sequence[str] = WALLS,
) -> Outcome:
    """Run code, call one of its functions at every point, and take the numbers that it returns.

    Args:
        code: Python.
        function: its name.
        points: at each of them the arguments, arrays or numbers.
        name: what the code's file is called, for messages.
        seconds: for the code itself, and for each point, of waiting or of computing.
        megabytes: of memory beyond what NumPy has.
        modules: what may be imported beside the standard library.
        walls: those that are put up; fewer to try one by itself.

    Raises:
        LayoutError: a module that there is none of here.

    >>> run_code("def double(x): return 2 * x", "double", [[[1.0, 2.0]]]).values
    [array([2., 4.])]
    >>> run_code("def double(x): return open('/etc/passwd')", "double", [[1.0]]).problem
    'line 1: it opens /etc/passwd: values come as arguments, not from files.'
    """
    request = request_of(code, function, points, name, seconds, megabytes, modules, walls)
    with Process("confinement.child", request["paths"], request) as process:
        try:
            ready = process.frame(TO_START)
        except Late:
            ready = ENDED
        if ready.kind != b"r":
            return Outcome([], FAILED, _not_started(process))
        stood = tuple(wall for wall in WALLS if wall in ready.content.decode("ascii", "replace"))
        found = _values(process, len(points), seconds, function, megabytes)
        process.stop()
        return found._replace(printed=process.printed, walls=stood)


def request_of(
    code: str,
    function: str,
    points: Sequence[Sequence[Any]],
    name: str = "answer.py",
    seconds: float = 5.0,
    megabytes: int = 256,
    modules: Sequence[str] = ("numpy",),
    walls: Sequence[str] = WALLS,
) -> dict[str, Any]:
    """What the process is asked."""
    places = [place_of(module) for module in dict.fromkeys(("numpy", *modules))]
    readable = [path for place in places for path in (place, *_libraries(place)) if path.exists()]
    return {
        "code": code, "function": function, "name": name, "walls": list(walls),
        "points": [[_said(value) for value in point] for point in points],
        "seconds": math.ceil(seconds * (1 + len(points))) + 1, "megabytes": megabytes,
        "modules": list(modules), "readable": [str(path) for path in readable],
        "paths": list(dict.fromkeys(str(place.parent) for place in places)),
    }  # fmt: skip


def _said(value: Any) -> dict[str, Any]:
    """An array as JSON."""
    array = np.asarray(value, dtype=float)
    return {"shape": array.shape, "entries": array.ravel().tolist()}


@cache
def place_of(module: str) -> Path:
    """The folder or the file of a module.

    Raises:
        InputError: there is none, or it is no plain one.
    """
    found = find_spec(module) if module.isidentifier() else None
    if found is None or found.origin is None or not Path(found.origin).exists():
        raise InputError(f"there is no module {module!r} here that student code could import: "
                         "install it, or take it out of modules.")  # fmt: skip
    place = Path(found.origin)
    return place.parent if found.submodule_search_locations else place


def _libraries(place: Path) -> tuple[Path, ...]:
    """Where wheels put the shared libraries of a package."""
    return (place.with_name(f"{place.name}.libs"), place / ".dylibs")


def _values(process: Process, count: int, seconds: float, function: str, megabytes: int) -> Outcome:
    """The numbers at all points, or the first problem."""
    values: list[Any] = []
    while True:
        try:
            frame = process.frame(seconds)
        except Late:
            said = f"it takes longer than {seconds:g} s: an endless loop, or far too many steps."
            return Outcome([], STOPPED, said)
        if frame.kind == b"v" and len(values) < count:
            array = _array(frame.content)
            if array is None:
                return Outcome([], STOPPED, DISTURBED)
            values.append(array)
        elif frame.kind == b"d" and len(values) == count:
            return Outcome(values)
        else:
            status = process.status() if frame is ENDED else 0
            return problem_of(frame, status, function, megabytes)


def _array(content: bytes) -> Any:
    """The array of a frame; None where the frame is no array."""
    head, _, data = content.partition(b"\n")
    kind, *sizes = head.decode("ascii", "replace").split()
    try:
        shape = [int(size) for size in sizes]
        return np.frombuffer(data, {"f": "<f8", "c": "<c16"}[kind]).reshape(shape)
    except (ValueError, KeyError, OverflowError):
        return None


def _not_started(process: Process) -> str:
    process.stop()
    last = clean(process.printed.strip().rpartition("\n")[2].encode())
    return f"no Python could be started for it: {last or 'it did not answer'}."
