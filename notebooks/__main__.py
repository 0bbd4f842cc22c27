"""`python -m notebooks`: build the course, or check that what is committed is what is built.

python -m notebooks                     execute the student versions and write them
python -m notebooks 01 04               only these
python -m notebooks --check             write nothing; fail where something is not as it should
python -m notebooks --solutions FOLDER  the executed solutions, for who teaches
python -m notebooks --nbgrader FOLDER   a course for nbgrader
python -m notebooks --otter FOLDER      notebooks for otter assign
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from nbclient.exceptions import CellExecutionError

from .exports import NBGRADER_CONFIG, for_nbgrader, for_otter
from .faults import differences, faults_of_exercises, faults_of_outputs
from .running import executed
from .sources import FOLDER, read_source, source_paths, student_version

__all__ = ["main"]


def main(arguments=None):
    """The exit status: 1 where there is a fault."""
    asked = parser().parse_args(arguments)
    paths = source_paths(asked.numbers)
    if not paths:
        print("There is no notebook of that number.", file=sys.stderr)
        return 2
    if asked.nbgrader or asked.otter:
        export(paths, asked.nbgrader, asked.otter)
        return 0
    work = check if asked.check else write
    folders = [asked.solutions] * len(paths)
    with ProcessPoolExecutor() as executor:
        found = dict(zip(paths, executor.map(work, paths, folders), strict=True))
    for path, faults in found.items():
        print(f"{path.stem}: {'; '.join(faults) or 'well'}")
    return int(any(found.values()))


def parser():
    """What may stand behind the command."""
    words = argparse.ArgumentParser("python -m notebooks", description=__doc__.partition("\n")[0])
    words.add_argument("numbers", nargs="*", help="how the names of notebooks begin: 01 04")
    words.add_argument("--check", action="store_true", help="write nothing, compare and verify")
    for name in ("solutions", "nbgrader", "otter"):
        words.add_argument(f"--{name}", type=Path, metavar="FOLDER")
    return words


def write(path, solutions):
    """Write the student version, or the solutions into their folder; return what is wrong."""
    notebook = read_source(path)
    try:
        done = executed(notebook if solutions else student_version(notebook))
    except CellExecutionError as problem:
        return [str(problem)]
    folder = solutions or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(done, folder / f"{path.stem}.ipynb")
    return [*faults_of_outputs(done), *faults_of_exercises(done, solved=bool(solutions))]


def check(path, _):
    """What is wrong with one notebook: unsolved, solved, and as it is committed."""
    notebook, committed = read_source(path), FOLDER / f"{path.stem}.ipynb"
    try:
        blank, solved = executed(student_version(notebook)), executed(notebook)
    except CellExecutionError as problem:
        return [str(problem)]
    faults = [*faults_of_outputs(solved), *faults_of_exercises(blank, solved=False),
              *faults_of_exercises(solved, solved=True)]  # fmt: skip
    if not committed.exists():
        return [*faults, f"{committed.name} is missing: build it with python -m notebooks"]
    changed = differences(nbformat.read(committed, as_version=4), blank)
    told = "what is committed differs from what is built:\n" + "\n".join(changed)
    return [*faults, told] if changed else faults


def export(paths, nbgrader, otter):
    """Write what the graders read."""
    for path in paths:
        notebook, name = read_source(path), path.stem
        if nbgrader:
            put(for_nbgrader(notebook), nbgrader / "source" / name / f"{name}.ipynb")
            (nbgrader / "nbgrader_config.py").write_text(NBGRADER_CONFIG, encoding="utf-8")
        if otter:
            put(for_otter(notebook, name), otter / f"{name}.ipynb")


def put(notebook, path):
    """Write one notebook, its folders too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


if __name__ == "__main__":
    sys.exit(main())
