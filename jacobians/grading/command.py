"""The command `jacobians grade`: a folder of answers to a table, a histogram and a picture.

Exit status: 0 done, 2 not understood.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from layouts.errors import InputError

from ..output import refuse_no_picture, replace_file, replace_picture, to_json
from .answers import SUFFIXES
from .mark import Mark

__all__ = ["add_arguments", "run"]

USUAL = {"csv": "grades.csv", "picture": "misconceptions.png", "output": "summary.txt"}
"""What is written, by the option that says where, and how it may be called."""


def add_arguments(parser: Any) -> None:
    """What the command takes."""
    add = parser.add_argument
    add("folder", help="a file or a folder for each student: ada.txt with lines q1: …, ada/q1.txt")
    add("--key", metavar="KEY.toml", required=True, help="the questions, and what counts")
    add("--csv", metavar="FILE", default="grades.csv", help="the table of verdicts (grades.csv)")
    add("--picture", metavar="FILE", help="the histogram of misconceptions, .png, .svg or .pdf")
    add("--workers", metavar="N", type=int, default=1, help="so many processes at a time (1)")
    add("--format", choices=("text", "json"), default="text")
    add("--output", metavar="FILE", help="write the summary there instead, whole or not at all")


def run(options: Any) -> str:
    """Grade, write the table and the picture; the summary is returned.

    Raises:
        LayoutError: what is asked for cannot be done.
    """
    from .grades import grade

    if not 1 <= options.workers <= 256:
        raise InputError(f"--workers is a number from 1 to 256, not {options.workers}.")
    if options.picture is not None:
        refuse_no_picture("--picture", options.picture)
    _refuse_overwriting(options)
    leave = [path for path in (options.csv, options.picture, options.output) if path is not None]
    if options.workers == 1:
        grades = grade(options.folder, options.key, leave=leave)
    else:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(options.workers) as executor:
            grades = grade(options.folder, options.key, executor=executor, leave=leave)
    replace_file(options.csv, grades.to_csv())
    written = [f"{options.csv} has the table."]
    if options.picture is not None:
        replace_picture(options.picture, grades.figure())
        written.append(f"{options.picture} has the picture.")
    if options.format == "json":
        return to_json(grades.to_dict(), to_terminal=options.output is None)
    return grades.to_text() + "\n" + "\n".join(written) + "\n"


def _refuse_overwriting(options: Any) -> None:
    """Refuse to write over what somebody wrote: the key, an answer, any file that is no table."""
    for option, usual in USUAL.items():
        path = getattr(options, option)
        if path is None or not os.path.isfile(path):
            continue
        said = f"--{option} {path}"
        cure = f"name another file, as in --{option} {usual}"
        place = Path(os.path.realpath(path))
        if place == Path(os.path.realpath(options.key)):
            raise InputError(f"{said} is the key: {cure}.")
        within = place.is_relative_to(os.path.realpath(options.folder))
        if within and place.suffix.lower() in SUFFIXES:
            raise InputError(f"{said} is an answer: {cure}.")
        if option == "csv" and not _is_table(place):
            said = f"{said} is there, and no table of verdicts"
            raise InputError(f"{said}: {cure}, or remove it first.")


def _is_table(path: Path) -> bool:
    """Whether a file is a table that this command wrote, or empty; one that is locked is not."""
    head = ",".join(Mark._fields).encode()
    try:
        with path.open("rb") as file:
            return file.read(len(head)) in (b"", head)
    except OSError:
        return False
