"""From the text of a notebook to its cells, with the solutions or without.

A source is Markdown as Jupytext reads it: prose, and a fence for each cell of code. An exercise is
a fence tagged "exercise", and behind it one tagged "check":

    ```python tags=["exercise"]
    yours_1 = ...  # rows, columns
    # BEGIN SOLUTION NO PROMPT
    yours_1 = (2, 6)
    # END SOLUTION
    ```

    ```python tags=["check"]
    check = mark_shape(yours_1, net, of="z2", wrt="W2")
    print(check)
    ```

The markers are those that nbgrader and otter-grader read too.
"""

import re
from collections import Counter
from copy import deepcopy
from pathlib import Path

import jupytext

__all__ = ["FOLDER", "SOLUTION", "read_source", "source_paths", "student_version", "tagged"]

FOLDER = Path(__file__).parent
SOLUTION = re.compile(r"^# BEGIN SOLUTION.*?^# END SOLUTION\n?", re.MULTILINE | re.DOTALL)


def source_paths(folder=FOLDER / "source", numbers=()):
    """The sources, in the order of the course; only those whose names begin so."""
    paths = sorted(folder.glob("*.md"))
    return [path for path in paths if not numbers or path.name.startswith(tuple(numbers))]


def read_source(path):
    """The notebook with its solutions, not executed; the same text gives the same cell ids."""
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="md")
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    seen = Counter()
    for cell in notebook.cells:
        kind = next(iter(cell.metadata.get("tags", [])), cell.cell_type)
        seen[kind] += 1
        cell.id = f"{kind}-{seen[kind]}"
    for check in tagged(notebook, "check"):
        check.metadata["jupyter"] = {"source_hidden": True}  # it holds the reason
    return notebook


def student_version(notebook):
    """The same with blanks where the solutions were."""
    blank = deepcopy(notebook)
    for cell in tagged(blank, "exercise"):
        cell.source = SOLUTION.sub("", cell.source).rstrip("\n")
    return blank


def tagged(notebook, tag):
    """The cells with a tag, in order."""
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]
