"""Files of strangers as text: whatever is no plain, small text file is named, and not opened."""

from __future__ import annotations

import stat
from pathlib import Path

from layouts.errors import InputError

__all__ = ["MOST_BYTES", "shown", "text_of"]

MOST_BYTES = 200_000
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""How a file begins that says its own encoding."""


def text_of(path: Path) -> str:
    """The text of a file, in whatever usual encoding, its lines ended by line feeds.

    Raises:
        InputError: it is no plain file, too large, cannot be read, or is no text.
    """
    name = shown(path.name)
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            link = stat.S_ISLNK(status.st_mode)
            what = "a link: it is not followed" if link else "no plain file: it is not read"
            raise InputError(f"{name} is {what}.")
        if status.st_size > MOST_BYTES:
            raise InputError(
                f"{name} has {status.st_size:,} bytes: an answer has {MOST_BYTES:,} at most."
            )
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as problem:
        raise InputError(f"{name} cannot be read: {problem.strerror}.") from None
    return lines_of(content, name)


def lines_of(content: bytes, name: str) -> str:
    r"""Bytes as text.

    Raises:
        InputError: they are none.

    >>> lines_of(b"q1: \xe2\x88\x82\r\n", "a.txt"), lines_of(b"q1: caf\xe9\r", "a.txt")
    ('q1: ∂\n', 'q1: café\n')
    """
    marked = next((code for mark, code in MARKS.items() if content.startswith(mark)), None)
    if marked is None and b"\0" in content:
        raise InputError(f"{name} is not text.")
    for encoding in [marked] if marked else ["utf-8", "cp1252", "latin-1"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise InputError(f"{name} is not text.")


def shown(name: str) -> str:
    r"""A file's name as it can be printed, and written to any file.

    >>> shown("ada\n\udcff")
    'ada??'
    """
    return "".join(c if c.isprintable() else "?" for c in name)
