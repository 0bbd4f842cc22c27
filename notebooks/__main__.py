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


def main(arguments=None, folder=FOLDER):
    """The exit status: 1 where there is a fault, 2 where there is nothing to do."""
    asked = parser().parse_args(arguments)
    paths = source_paths(folder / "source", asked.numbers)
    if not paths:
        print("There is no notebook of that number.", file=sys.stderr)
        return 2
    if asked.nbgrader or asked.otter:
        export(paths, asked.nbgrader, asked.otter)
        return 0
    work = check if asked.check else write
    target = asked.solutions or folder
    with ProcessPoolExecutor() as executor:
        found = list(executor.map(work, paths, [target] * len(paths)))
    for path, faults in zip(paths, found, strict=True):
        print(f"{path.stem}: {'; '.join(faults) or 'well'}")
    return int(any(found))


def parser():
    """What may stand behind the command."""
    words = argparse.ArgumentParser("python -m notebooks", description=__doc__.partition("\n")[0])
    words.add_argument("numbers", nargs="*", help="how the names of notebooks begin: 01 04")
    words.add_argument("--check", action="store_true", help="write nothing, compare and verify")
    for name in ("solutions", "nbgrader", "otter"):
        words.add_argument(f"--{name}", type=Path, metavar="FOLDER")
    return words


def write(path, target):
    """Write the notebook into a folder, its solutions in it if that is not the course's own."""
    notebook, solved = read_source(path), target != path.parent.parent
    try:
        done = executed(notebook if solved else student_version(notebook))
    except CellExecutionError as problem:
        return [str(problem)]
    put(done, target / f"{path.stem}.ipynb")
    return [*faults_of_outputs(done), *faults_of_exercises(done, solved=solved)]


def check(path, folder):
    """What is wrong with one notebook: unsolved, solved, and as it is committed."""
    notebook, committed = read_source(path), folder / f"{path.stem}.ipynb"
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
