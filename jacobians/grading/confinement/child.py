"""What runs inside the walls: somebody's code, and what it gives, as numbers.

    request, JSON on stdin       code, name, function, points, seconds, megabytes, readable, …
    answer, frames on stdout     a kind of one letter, a length, and so many bytes

    r   ready: the walls that stand         v   the numbers of one point
    n   no numbers: what there is instead   e   an error: its class, line and message
    f   no such function: what there is     x   refused: what, and in which line
    d   done

All that the code prints goes to stderr. The code runs in this very process, and may write any frame
that it likes: whoever reads them takes numbers and text from them, and nothing else.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from types import ModuleType, TracebackType
from typing import Any

import numpy as np

from . import audit, kernel, limits, system_calls
from .channel import sender
from .names import AUDIT, CALLS, FILES, LIMITS, NETWORK, UNSENT

__all__ = ["main", "packed"]

OWN = "answer"
"""What the module of the code is called."""
SHARED = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/dev/null",
)
"""Where shared libraries stand."""
LONGEST = 300
MOST = 1_000_000
"""Entries that a result may have."""


def main() -> None:
    """Do what the request says, and leave."""
    request = json.loads(sys.stdin.buffer.read())
    send = sender()
    kernel.die_with_parent()
    from numpy import fft, linalg, random  # noqa: F401 - they would be imported late

    leave, flush, status = os._exit, sys.stdout.flush, UNSENT
    points = [[_array(each) for each in point] for point in request["points"]]
    send(b"r", ",".join(put_up(request)).encode())
    try:
        _run(request, points, send)
        flush()
        status = 0
    finally:
        leave(status)


def put_up(request: dict[str, Any]) -> list[str]:
    """Put up the walls that are asked for; those that stand."""
    readable = [*audit.standard_library(), *request["readable"]]
    folders = [path for path in sys.path if os.path.isdir(path)]
    for name in [name for name in sys.modules if name.partition(".")[0] == "jacobians"]:
        del sys.modules[name]
    gc.collect()
    walls: dict[str, Callable[[], bool]] = {
        LIMITS: lambda: limits.limit(request["seconds"], request["megabytes"]),
        NETWORK: kernel.own_network,
        FILES: lambda: kernel.read_only([*readable, *shared_libraries()], folders),
        CALLS: system_calls.allow_listed_calls,
        AUDIT: lambda: audit.guard(readable, folders, request["modules"]),
    }
    return [name for name, put in walls.items() if name in request["walls"] and put()]


def shared_libraries() -> list[str]:
    """What Python's own modules may be linked with."""
    beside = os.path.join(sys.base_prefix, "lib")
    names = os.listdir(beside) if os.path.isdir(beside) else []
    return [*SHARED, *(os.path.join(beside, name) for name in names if ".so" in name)]


def _run(
    request: dict[str, Any], points: list[list[Any]], send: Callable[[bytes, bytes], None]
) -> None:
    """The code, and its function at every point."""
    name, wanted = request["name"], request["function"]
    pack, told = packed, failure
    try:
        module = ModuleType(OWN)
        sys.modules[OWN] = module
        scope = module.__dict__
        exec(compile(request["code"], name, "exec", dont_inherit=True), scope)
        function = scope.get(wanted)
        if not callable(function):
            return send(b"f", ", ".join(_functions(scope)).encode("utf-8", "replace"))
        for point in points:
            send(*pack(function(*point)))
    except BaseException as problem:
        return send(*told(problem, name))
    return send(b"d", b"")


def _functions(scope: dict[str, Any]) -> list[str]:
    """The functions that the code defines."""
    own = [name for name, value in scope.items() if isinstance(name, str) and callable(value)]
    return [name for name in own if not name.startswith("_")][:10]


def packed(value: Any, asarray: Any = np.asarray, array: Any = np.ndarray) -> tuple[bytes, bytes]:
    r"""One result as a frame; functions of NumPy that the code has replaced are not asked.

    >>> packed([[1, 2], [3, 4]])[1][:6], packed(None), packed("text")
    (b'f 2 2\n', (b'n', b'NoneType'), (b'n', b'str'))
    """
    try:
        numbers = asarray(value)
    except ValueError:
        return b"n", b"ragged"
    kind = "c" if numbers.dtype.kind == "c" else "f" if numbers.dtype.kind in "fiub" else ""
    if numbers.size > MOST:
        return b"n", b"too many"
    if not kind:
        held = isinstance(value, list | tuple | array)
        said = f"{type(value).__name__} of {numbers.dtype.name}" if held else type(value).__name__
        return b"n", said.encode("utf-8", "replace")
    numbers = array.astype(numbers, "<c16" if kind == "c" else "<f8")
    shape = " ".join(map(str, numbers.shape))
    return b"v", f"{kind} {shape}\n".encode() + array.tobytes(numbers)


def failure(problem: BaseException, name: str) -> tuple[bytes, bytes]:
    """An error as a frame; a refusal by its own sentence."""
    line = (
        problem.lineno if isinstance(problem, SyntaxError) else _line(problem.__traceback__, name)
    )
    try:
        said = problem.msg if isinstance(problem, SyntaxError) else str(problem)
    except BaseException:
        said = ""
    refused = isinstance(problem, audit.Refused | audit.RefusedImport)
    words = [str(line or ""), type(problem).__name__, said[:LONGEST]]
    return b"x" if refused else b"e", "\n".join(words).encode("utf-8", "replace")


def _line(trace: TracebackType | None, name: str) -> int | None:
    """The last line of the code itself that was running."""
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == name:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _array(said: dict[str, Any]) -> Any:
    """A value as it was sent."""
    return np.array(said["entries"], dtype=float).reshape(said["shape"])
