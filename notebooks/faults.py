"""What the build refuses, each fault in a line or a few."""

import difflib
import json
import re

import nbformat

from .sources import SOLUTION, tagged

__all__ = ["differences", "faults_of_exercises", "faults_of_outputs"]

PIXELS = re.compile(r"(?<=base64,)[A-Za-z0-9+/=]+")
"""A picture within a page, which differs with the library that draws it."""
BLANK, SOLVED = "STILL TO DO", "RIGHT"


def faults_of_exercises(notebook, *, solved):
    """Exercises without a check, and checks that do not say what they should.

    Args:
        notebook: executed.
        solved: whether the solutions are in it.
    """
    exercises, checks = tagged(notebook, "exercise"), tagged(notebook, "check")
    if len(exercises) != len(checks):
        yield f"{len(exercises)} exercises have {len(checks)} checks"
    wanted = SOLVED if solved else BLANK
    for exercise, check in zip(exercises, checks, strict=False):
        printed = "".join(text_of(output) for output in check.outputs)
        if not printed.startswith(wanted):
            how = "solved" if solved else "unsolved"
            said = printed.partition("\n")[0] or "nothing"
            yield f"{check.id} of the {how} exercise says {said!r}, not {wanted!r}"
        if solved and not SOLUTION.search(exercise.source):
            yield f"{exercise.id} has no solution between its markers"


def faults_of_outputs(notebook, longest=40):
    """Warnings, and outputs that nobody reads to the end."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                yield f"{cell.id} writes to stderr: {output.text.strip()}"
            if text_of(output).count("\n") > longest:
                yield f"{cell.id} prints more than {longest} lines"


def differences(committed, built):
    """The lines in which a committed notebook and the one just built differ; pictures aside."""
    before, after = (legible(notebook).splitlines() for notebook in (committed, built))
    return list(difflib.unified_diff(before, after, "committed", "built", lineterm="", n=1))


def legible(notebook):
    """Cells, their ids and outputs as text that can be compared line by line."""
    record = json.loads(nbformat.writes(notebook))
    for cell in record["cells"]:
        for output in cell.get("outputs", []):
            output["data"] = {kind: PIXELS.sub("", "".join(text))
                              for kind, text in output.get("data", {}).items()
                              if not kind.startswith("image/")}  # fmt: skip
    return json.dumps(record, indent=1, ensure_ascii=False)


def text_of(output):
    """What an output says in plain text."""
    return output.get("text", "") or output.get("data", {}).get("text/plain", "")
