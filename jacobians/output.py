"""Where text goes: to a terminal that may know no more than ASCII, or into a file whole."""

from __future__ import annotations

import os
import sys
from typing import Any

from layouts.errors import InputError

from .typography import to_ascii

__all__ = ["print_text", "replace_file", "terminal_knows", "to_json"]


def terminal_knows(text: str) -> bool:
    """Whether the terminal knows these characters."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def to_json(record: Any, *, to_terminal: bool) -> str:
    """Escapes stand for what the terminal cannot print: the data do not depend on it."""
    import json

    narrow = to_terminal and not terminal_knows("∂σᵀ⊗─")
    return json.dumps(record, ensure_ascii=narrow, indent=2, allow_nan=False) + "\n"


def print_text(text: str, stream: Any) -> None:
    """Print, in ASCII where the terminal knows no more."""
    try:
        stream.write(text)
        stream.flush()
    except UnicodeEncodeError:
        stream.write(to_ascii(text))
        stream.flush()


def replace_file(path: str, text: str) -> None:
    """Write the file whole, or leave what was there; a device or a pipe is written to."""
    import tempfile

    temporary = None
    try:
        path = os.path.realpath(path)
        if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
            with open(path, "w", encoding="utf-8") as device:
                device.write(text)
            return
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=os.path.dirname(path), prefix=".jacobians-", delete=False
        ) as file:
            temporary = file.name
            file.write(text)
        mode = os.stat(path).st_mode & 0o777 if os.path.exists(path) else 0o666 & ~_umask()
        os.chmod(temporary, mode)
        os.replace(temporary, path)
        temporary = None
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or "its name or the text cannot be spelled there"
        raise InputError(f"{path} cannot be written: {why}.") from None
    finally:
        if temporary is not None:
            os.unlink(temporary)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
