"""Where text and pictures go: to a terminal that may know only ASCII, or into a file whole."""

from __future__ import annotations

import os
import sys
from typing import Any

from layouts.errors import InputError

from .typography import to_ascii

__all__ = [
    "print_text",
    "refuse_no_picture",
    "replace_file",
    "replace_picture",
    "terminal_knows",
    "to_json",
]

PICTURES = (".png", ".svg", ".pdf")


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


def refuse_no_picture(option: str, path: str) -> None:
    """Refuse what is no kind of picture, before anything is computed."""
    if not path.lower().endswith(PICTURES):
        raise InputError(f"{option} {path}: a picture is a .png, .svg or .pdf file.")


def replace_picture(path: str, figure: Any) -> None:
    """Write a picture of matplotlib's whole, or leave what was there."""
    import io

    file = io.BytesIO()
    figure.savefig(file, format=os.path.splitext(path)[1][1:].lower())
    replace_file(path, file.getvalue())


def replace_file(path: str, content: str | bytes) -> None:
    """Write the file whole, or leave what was there; a device or a pipe is written to.

    Raises:
        InputError: it cannot be written.
    """
    import tempfile

    temporary = None
    try:
        data = content if isinstance(content, bytes) else content.encode()
        path = os.path.realpath(path)
        if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
            with open(path, "wb") as device:
                device.write(data)
            return
        with tempfile.NamedTemporaryFile(
            dir=os.path.dirname(path), prefix=".jacobians-", delete=False
        ) as file:
            temporary = file.name
            file.write(data)
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
