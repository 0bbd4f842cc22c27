"""Limits of time, memory, files and processes, by `resource`, where the system has it."""

from __future__ import annotations

import math
import time
from typing import Any

__all__ = ["limit"]

MEGABYTE = 2**20
OPEN_FILES = 32
BASE = 1024 * MEGABYTE
"""What Python and NumPy may have mapped already, where the system does not tell."""


def limit(seconds: int, megabytes: int, *, alone: bool = True) -> bool:
    """Limit this process, for good; whether there is a limit of memory and of time now.

    Args:
        seconds: of computing, from now on; waiting does not count.
        megabytes: beyond what is mapped already.
        alone: whether it may start no process and no thread.
    """
    try:
        import resource
    except ImportError:
        return False
    used = math.ceil(time.process_time())
    memory = mapped() + megabytes * MEGABYTE
    wanted = {
        "RLIMIT_CPU": (used + seconds, used + seconds + 1),
        "RLIMIT_AS": (memory, memory),
        "RLIMIT_FSIZE": (0, 0),
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_NOFILE": (OPEN_FILES, OPEN_FILES),
        "RLIMIT_NPROC": (0, 0) if alone else None,
    }
    held = {name: _set(resource, name, pair) for name, pair in wanted.items()}
    return held["RLIMIT_CPU"] and held["RLIMIT_AS"]


def _set(resource: Any, name: str, pair: tuple[int, int] | None) -> bool:
    """Whether the limit holds; some systems know a name and refuse the limit."""
    which = getattr(resource, name, None)
    if which is None or pair is None:
        return False
    try:
        lower = [given for given in resource.getrlimit(which) if given != resource.RLIM_INFINITY]
        resource.setrlimit(which, tuple(min([each, *lower]) for each in pair))
    except (ValueError, OSError):
        return False
    return True


def mapped() -> int:
    """How many bytes of addresses this process has."""
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except (OSError, ValueError):
        return BASE
