"""What Python reports of itself before it does it, and what of that is refused, in a sentence."""

from __future__ import annotations

import importlib
import os
import sys
import sysconfig
from collections.abc import Callable, Sequence
from types import MappingProxyType, ModuleType
from typing import Any

__all__ = ["ABSENT", "Refused", "RefusedImport", "guard", "standard_library"]


class Refused(PermissionError):  # noqa: N818 - what happened, as it is reported
    """What student code may not do here."""


class RefusedImport(ModuleNotFoundError):  # noqa: N818 - likewise
    """A module that may not be imported here."""


PROGRAMS = "it starts another program or process: here it computes by itself"
SENTENCES = {
    "it asks for the network: there is none here":
        "socket. urllib. http. ftplib. smtplib. poplib. imaplib. nntplib. telnetlib. ssl. "
        "webbrowser.",
    PROGRAMS:
        "subprocess. os.system os.exec os.fork os.posix_spawn os.spawn os.startfile os.add_dll "
        "pty. _posixsubprocess. _winapi.",
    "it sends a signal to a process": "os.kill os.pidfd signal.pthread_kill",
    "it changes files: nothing may be written here":
        "os.remove os.rename os.rmdir os.mkdir os.link os.symlink os.truncate os.chmod os.chown "
        "os.chflags os.lchmod os.lockf os.utime os.setxattr os.removexattr os.chdir os.fchdir "
        "os.chroot shutil. tempfile. fcntl. msvcrt. winreg. sqlite3. dbm. syslog.",
    "it reaches into Python's memory":
        "ctypes. gc.get_objects gc.get_referrers gc.get_referents sys._current_ sys.remote_exec "
        "cpython.remote resource.",
}  # fmt: skip
"""What is said of which of Python's reports, by their beginnings."""
ABSENT = (
    "_ctypes", "_dbm", "_gdbm", "_multiprocessing", "_posixshmem", "_posixsubprocess", "_socket",
    "_sqlite3", "_testcapi", "_testinternalcapi", "_winapi", "ctypes", "multiprocessing",
    "readline", "socket", "subprocess", "winreg",
)  # fmt: skip
"""Modules of the standard library that cannot be had: what they are for is refused anyhow."""
CARRIED = frozenset(("_socket", "multiprocessing", "socket", "subprocess"))
"""Those of them that a module may import which can be had: Python reports what they do."""
NEVER = frozenset(ABSENT) - CARRIED
IMPORTING = ("<frozen ", os.path.dirname(importlib.__file__) + os.sep)
"""How the files begin that import for somebody else."""
CHANGING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
VERBS = MappingProxyType({"open": "opens", "os.listdir": "lists", "os.scandir": "lists"})
"""Reports of which the first argument is a path."""


def guard(readable: Sequence[str], listed: Sequence[str], modules: Sequence[str]) -> bool:
    """Refuse all that is not computing, for good; it always can.

    Args:
        readable: files and folders that may be read.
        listed: folders of which the names may be read.
        modules: what may be imported beside the standard library.
    """
    known = (frozenset(sys.stdlib_module_names) | frozenset(modules)) - frozenset(ABSENT)
    roots = frozenset(os.path.realpath(path) for path in readable)
    folders = frozenset(os.path.realpath(path) for path in listed)
    if os.name == "posix":
        sys.modules["_posixsubprocess"] = _no_programs()
    sys.addaudithook(hook(_reading(roots, folders), known, modules))
    return True


def _no_programs() -> ModuleType:
    """What `subprocess` imports, without the call that Python does not report."""
    module, refused, said = ModuleType("_posixsubprocess"), Refused, PROGRAMS

    def fork_exec(*_: Any) -> None:
        raise refused(said)

    module.fork_exec = fork_exec  # type: ignore[attr-defined]
    return module


def hook(
    may_read: Callable[[Any], bool], known: frozenset[str], modules: Sequence[str]
) -> Callable[[str, tuple[Any, ...]], None]:
    """What is called with every report, the functions that it needs held by itself."""
    sentences = tuple(
        (start, said) for said, starts in SENTENCES.items() for start in starts.split()
    )
    of_import, of_path = _of_import(may_read, known, modules), _of_path(may_read)
    names, refused = VERBS, Refused

    def report(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "import":
            of_import(arguments[0])
        elif event in names:
            of_path(event, arguments)
        else:
            for start, said in sentences:
                if event.startswith(start):
                    raise refused(said)

    return report


def _of_import(
    may_read: Callable[[Any], bool], known: frozenset[str], modules: Sequence[str]
) -> Callable[[Any], None]:
    """What refuses an import: more to somebody's code than to the modules that may be had."""
    text, refused, never, carried, frame = _text, RefusedImport, NEVER, CARRIED, sys._getframe
    others = f"{' and '.join([*modules, 'the standard library'])}, without what reaches out of them"
    importing = IMPORTING

    def by_a_module() -> bool:
        # This function, `report`, the hook's own: what imports is the fourth from here.
        place = frame(3)
        while place.f_back is not None and place.f_code.co_filename.startswith(importing):
            place = place.f_back
        return may_read(place.f_code.co_filename)

    def report(module: Any) -> None:
        parts = text(module).split(".")
        # An extension may be loaded under the name of a package that may be had.
        if parts[0] in known and parts[-1] not in never:
            return
        name = parts[-1] if parts[-1] in never else parts[0]
        carrying = by_a_module()
        if not (carrying and name in carried):
            verb = "what it imports needs" if carrying else "it imports"
            raise refused(f"{verb} {name}: to be had are {others}")

    return report


def _of_path(may_read: Callable[[Any], bool]) -> Callable[[str, tuple[Any, ...]], None]:
    """What refuses to open a file, or to list a folder; what is open already has a number."""
    verbs, changing, text, refused, is_a = VERBS, CHANGING, _text, Refused, isinstance

    def report(event: str, arguments: tuple[Any, ...]) -> None:
        path = arguments[0]
        if path is None or is_a(path, int):
            return
        if event == "open" and arguments[2] & changing:
            raise refused(f"it writes to {text(path)}: nothing may be written here")
        if not may_read(path):
            said = f"it {verbs[event]} {text(path)}"
            raise refused(f"{said}: values come as arguments, not from files")

    return report


def _reading(roots: frozenset[str], folders: frozenset[str]) -> Callable[[Any], bool]:
    """Whether a path may be read, or a folder listed."""
    real, text, above = os.path.realpath, _text, os.path.dirname

    def may_read(path: Any) -> bool:
        place = real(text(path))
        if place in folders:
            return True
        while place not in roots:
            if place == above(place):
                return False
            place = above(place)
        return True

    return may_read


def _text(path: Any) -> str:
    """A path as plain text, whatever class it is of."""
    if isinstance(path, bytes):
        return bytes.decode(path, "utf-8", "replace")
    return str.__str__(path) if isinstance(path, str) else "something"


def standard_library() -> list[str]:
    """Python's own modules, file by file, without packages that were installed among them."""
    paths = sysconfig.get_paths()
    folders = sorted({paths["stdlib"], paths["platstdlib"]})
    own = [os.path.join(folder, name) for folder in folders for name in os.listdir(folder)]
    return [path for path in own if not path.endswith("-packages")]
