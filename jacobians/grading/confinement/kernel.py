"""Calls of the Linux kernel that Python has no name for."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys

__all__ = ["allow_nothing_new", "die_with_parent", "own_network", "read_only", "system_call"]

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
KILL = 9
NEW_USER, NEW_NETWORK, NEW_IPC = 0x10000000, 0x40000000, 0x08000000

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""Landlock's numbers, the same on every machine."""
READ_FILE, READ_DIR = 1 << 2, 1 << 3
RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many rights on files each version of Landlock knows."""
O_PATH = 0o10000000


def library() -> ctypes.CDLL:
    """The C library of this process."""
    return ctypes.CDLL(None, use_errno=True)


def system_call(number: int, *arguments: object) -> int:
    """A system call by its number; -1 where it fails."""
    words = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return int(library().syscall(ctypes.c_long(number), *words))


def allow_nothing_new() -> bool:
    """No program that is started gains rights, and no memory is dumped to a file."""
    prctl = library().prctl
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    return int(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) == 0


def die_with_parent() -> None:
    """Be killed when the process that started this one ends."""
    if sys.platform == "linux":
        library().prctl(PR_SET_PDEATHSIG, KILL, 0, 0, 0)


def own_network() -> bool:
    """Move into a network that has nothing in it; whether the kernel allowed it."""
    if sys.platform != "linux":
        return False
    unshare = library().unshare
    return int(unshare(NEW_USER | NEW_NETWORK | NEW_IPC)) == 0


def read_only(readable: list[str], listed: list[str]) -> bool:
    """Let this process read these files and folders, list those, and touch no other file.

    Args:
        readable: files, and folders with all that is in them.
        listed: folders of which the names may be read, and no more.
    """
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        return False
    version = system_call(CREATE_RULESET, None, 0, 1)
    if version < 1 or not allow_nothing_new():
        return False
    files = max(count for known, count in RIGHTS.items() if known <= version)
    network, scopes = 3 if version >= 4 else 0, 3 if version >= 6 else 0
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    handled = struct.pack("=QQQ", (1 << files) - 1, network, scopes)
    ruleset = system_call(CREATE_RULESET, handled[:size], size, 0)
    if ruleset < 0:
        return False
    for path in readable:
        _allow(ruleset, path, READ_FILE | READ_DIR if os.path.isdir(path) else READ_FILE)
    for path in listed:
        _allow(ruleset, path, READ_DIR)
    held = system_call(RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return held


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        folder = os.open(path, O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    system_call(ADD_RULE, ruleset, 1, struct.pack("=Qi", rights, folder), 0)
    os.close(folder)
