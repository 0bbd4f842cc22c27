"""The course as written and as committed; that it runs so, `python -m notebooks --check` says."""

import ast
import re

import nbformat
import pytest

from notebooks.faults import BLANK, text_of
from notebooks.sources import FOLDER, SOLUTION, read_source, source_paths, student_version, tagged

SOURCES = source_paths()
by_name = pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)


def committed(path):
    return nbformat.read(FOLDER / f"{path.stem}.ipynb", as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_each_text_has_its_notebook_and_each_notebook_its_text():
    built = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
    assert built == [path.stem for path in SOURCES]


@by_name
def test_a_committed_notebook_is_valid_executed_and_knows_no_machine(path):
    notebook = committed(path)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.language_info == {"name": "python"}
    assert [cell.execution_count for cell in code_cells(notebook)] == list(
        range(1, len(code_cells(notebook)) + 1)
    )
    assert all(set(cell.metadata) <= {"tags", "jupyter"} for cell in notebook.cells)


@by_name
def test_it_is_the_student_version_with_every_exercise_still_to_do(path):
    notebook, written = committed(path), student_version(read_source(path))
    assert [cell.source for cell in notebook.cells] == [cell.source for cell in written.cells]
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in written.cells]
    assert "SOLUTION" not in nbformat.writes(notebook)
    checks = tagged(notebook, "check")
    assert len(checks) >= 3
    for check in checks:
        assert "".join(map(text_of, check.outputs)).startswith(BLANK)


@by_name
def test_every_exercise_has_a_blank_a_solution_and_a_check_behind_it(path):
    notebook = read_source(path)
    for cell, following in zip(notebook.cells, notebook.cells[1:], strict=False):
        if cell in tagged(notebook, "exercise"):
            name = re.match(r"(yours_\w+) = \.\.\.", cell.source).group(1)
            assert f"\n{name} = " in SOLUTION.search(cell.source).group()
            assert following in tagged(notebook, "check")
            assert name in following.source
            assert following.source.endswith("print(check)")


@by_name
def test_cells_are_short_prose_is_long_and_no_library_stands_inside(path):
    notebook = student_version(read_source(path))
    sizes = [len(cell.source.splitlines()) for cell in code_cells(notebook)]
    assert max(sizes) <= 8
    assert sum(sizes) / len(sizes) <= 4
    words = sum(len(c.source.split()) for c in notebook.cells if c.cell_type == "markdown")
    assert words / sum(sizes) >= 8
    definitions = ast.FunctionDef | ast.ClassDef
    for cell in code_cells(notebook):
        assert not any(isinstance(node, definitions) for node in ast.walk(ast.parse(cell.source)))


@by_name
def test_links_to_other_notebooks_lead_somewhere(path):
    for name in re.findall(r"\]\(([\w.]+\.ipynb)\)", path.read_text(encoding="utf-8")):
        assert (FOLDER / name).exists(), name


def test_the_instructors_page_lists_every_notebook():
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in SOURCES:
        assert f"({path.stem}.ipynb)" in page
