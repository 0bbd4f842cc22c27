"""A list of system calls: what is not on it fails, as if it were not permitted (seccomp).

    machine     architecture's mark     which number of those in LISTED
    x86_64      0xC000003E              first
    aarch64     0xC00000B7              second

On the list is what computing needs: memory, time, signals to oneself, reading, writing into what is
open already. Not on it: sockets, processes, threads, programs, changes of files, other processes.
Files may be opened to be read; which ones is another wall's business.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys

from .kernel import allow_nothing_new, library

__all__ = ["allow_listed_calls"]

LISTED = """
# files that are open, and what files are called
read 0 63               write 1 64              close 3 57              lseek 8 62
pread64 17 67           readv 19 65             writev 20 66            dup 32 23
dup2 33 -               dup3 292 24             stat 4 -                fstat 5 80
lstat 6 -               newfstatat 262 79       statx 332 291           getdents64 217 61
readlink 89 -           readlinkat 267 78       getcwd 79 17            access 21 -
faccessat 269 48        faccessat2 439 439
# memory
mmap 9 222              mprotect 10 226         munmap 11 215           brk 12 214
mremap 25 216           madvise 28 233
# signals to oneself, waiting, time
rt_sigaction 13 134     rt_sigprocmask 14 135   rt_sigreturn 15 139     sigaltstack 131 132
restart_syscall 219 128 alarm 37 -              setitimer 38 103        getitimer 36 102
nanosleep 35 101        clock_nanosleep 230 115 clock_gettime 228 113   clock_getres 229 114
gettimeofday 96 169     time 201 -              times 100 153           poll 7 -
ppoll 271 73            select 23 -             pselect6 270 72         sched_yield 24 124
futex 202 98            pause 34 -
# who and where one is
getpid 39 172           getppid 110 173         gettid 186 178          getuid 102 174
geteuid 107 175         getgid 104 176          getegid 108 177         uname 63 160
getrusage 98 165        sysinfo 99 179          getrandom 318 278       sched_getaffinity 204 123
set_robust_list 273 99  rseq 334 293            membarrier 324 283
# the end
exit 60 93              exit_group 231 94
"""
"""Each call: its name, and its number on x86-64 and on ARM64; the kernel's own tables have them."""


def listed(table: str = LISTED) -> dict[str, tuple[int | None, int | None]]:
    """The numbers of the calls on the list, by their names.

    >>> listed("read 0 63  open 2 -")
    {'read': (0, 63), 'open': (2, None)}
    """
    lines = [line for line in table.split("\n") if not line.startswith("#")]
    words = " ".join(lines).split()
    first, second = ([None if word == "-" else int(word) for word in words[k::3]] for k in (1, 2))
    return dict(zip(words[::3], zip(first, second, strict=True), strict=True))


OPEN, OPENAT, FCNTL, TGKILL = (2, None), (257, 56), (72, 25), (234, 131)
"""Calls of which the arguments matter."""
MARKS = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CHANGING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
ASKING = (0, 1, 2, 3, 1030)
"""fcntl: copies of a descriptor, and what it is; nothing that makes a signal."""

LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
ALLOW, REFUSE, KILL_ALL = 0x7FFF0000, 0x00050000 | 1, 0x80000000
NUMBER, MARK, ARGUMENTS = 0, 4, 16
PR_SET_SECCOMP, FILTER = 22, 2


def allow_listed_calls() -> bool:
    """Let this process make the calls on the list only, for good; whether the kernel does so."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in MARKS or not allow_nothing_new():
        return False
    steps = program(machine, os.getpid())
    code = ctypes.create_string_buffer(b"".join(steps))
    filled = struct.pack("=HxxxxxxQ", len(steps), ctypes.addressof(code))
    return int(library().prctl(PR_SET_SECCOMP, FILTER, filled, 0, 0)) == 0


def program(machine: str, own: int) -> list[bytes]:
    """The steps that the kernel runs at every call.

    Args:
        machine: its name, a key of MARKS.
        own: the number of this process.
    """
    column = list(MARKS).index(machine)
    steps = [
        load(MARK),
        step(EQUAL, 1, 0, MARKS[machine]),
        step(RETURN, 0, 0, KILL_ALL),
        load(NUMBER),
    ]
    for pair in listed().values():
        if pair[column] is not None:
            steps += [step(EQUAL, 0, 1, pair[column]), step(RETURN, 0, 0, ALLOW)]
    for pair, argument in ((OPEN, 1), (OPENAT, 2)):
        steps += when(pair[column], [load_argument(argument), step(ANY_BIT, 1, 0, CHANGING),
                                     step(RETURN, 0, 0, ALLOW)])  # fmt: skip
    asked = [step(EQUAL, 0, 1, each) + step(RETURN, 0, 0, ALLOW) for each in ASKING]
    steps += when(FCNTL[column], [load_argument(1), *halves(asked)])
    steps += when(
        TGKILL[column], [load_argument(0), step(EQUAL, 0, 1, own), step(RETURN, 0, 0, ALLOW)]
    )
    return [*steps, step(RETURN, 0, 0, REFUSE)]


def when(number: int | None, steps: list[bytes]) -> list[bytes]:
    """The steps for one call, refused behind them; others pass by."""
    if number is None:
        return []
    return [step(EQUAL, 0, len(steps) + 1, number), *steps, step(RETURN, 0, 0, REFUSE)]


def halves(pairs: list[bytes]) -> list[bytes]:
    """Pairs of steps as steps."""
    return [half for pair in pairs for half in (pair[:8], pair[8:])]


def step(what: int, yes: int, no: int, k: int | None) -> bytes:
    """One step: what it does, how many to skip if it holds and if not, and its number."""
    return struct.pack("=HBBI", what, yes, no, k)


def load(offset: int) -> bytes:
    """Look at one word of what the kernel tells of the call."""
    return step(LOAD, 0, 0, offset)


def load_argument(index: int) -> bytes:
    """Look at the lower half of an argument."""
    return load(ARGUMENTS + 8 * index)
