"""The notebooks as nbgrader and otter-grader want their sources, with solutions and tests."""

from copy import deepcopy

import nbformat
from nbformat.v4 import new_code_cell, new_raw_cell

from .sources import tagged

__all__ = ["NBGRADER_CONFIG", "for_nbgrader", "for_otter"]

NBGRADER_CONFIG = """\
c = get_config()  # noqa: F821 - nbgrader defines it
c.ClearSolutions.code_stub = {"python": "# the dots above are yours to replace"}
"""
"""What stands in the place of a solution: nbgrader's own stub raises, these notebooks run."""
PRINTED, ASSERTED = "print(check)", "assert check.right, check"


def for_nbgrader(notebook):
    """A source for `nbgrader generate_assignment`: a point for each check, its assertion hidden."""
    source = deepcopy(notebook)
    for exercise in tagged(source, "exercise"):
        exercise.metadata["nbgrader"] = role(exercise.id, solution=True)
    for check in tagged(source, "check"):
        hidden = f"### BEGIN HIDDEN TESTS\n{ASSERTED}\n### END HIDDEN TESTS"
        check.source = f"{check.source}\n{hidden}"
        check.metadata["nbgrader"] = role(check.id, grade=True, locked=True) | {"points": 1}
    return source


def role(name, *, solution=False, grade=False, locked=False):
    """What nbgrader keeps of a cell."""
    return {"schema_version": 3, "grade_id": name, "solution": solution, "grade": grade,
            "locked": locked, "task": False}  # fmt: skip


def for_otter(notebook, name):
    """A source for `otter assign`: each exercise a question, its check a test beside it."""
    source = deepcopy(notebook)
    exercises, checks = tagged(source, "exercise"), tagged(source, "check")
    first = new_raw_cell(f"# ASSIGNMENT CONFIG\nname: {name}\ninit_cell: true")
    cells = [first]
    for cell in source.cells:
        if cell in exercises:
            number = exercises.index(cell) + 1
            test = checks[number - 1].source.replace(PRINTED, ASSERTED)
            cells += [new_raw_cell(f"# BEGIN QUESTION\nname: q{number}\npoints: 1"),
                      new_raw_cell("# BEGIN SOLUTION"), cell, new_raw_cell("# END SOLUTION"),
                      new_raw_cell("# BEGIN TESTS"), new_code_cell(test),
                      new_raw_cell("# END TESTS"), new_raw_cell("# END QUESTION")]  # fmt: skip
        else:
            cells.append(cell)
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    source.cells = cells
    return nbformat.from_dict(source)
