"""The build refuses what it should: each fault is made, and found."""

import nbformat
import pytest

from notebooks.__main__ import check, main
from notebooks.exports import for_nbgrader, for_otter
from notebooks.faults import differences, faults_of_exercises, faults_of_outputs
from notebooks.running import executed
from notebooks.sources import read_source, student_version, tagged

TEXT = """\
# How many?

```python
print("two" + " and two")
```

```python tags=["exercise"]
yours_1 = ...  # a number
# BEGIN SOLUTION NO PROMPT
yours_1 = 4
# END SOLUTION
```

```python tags=["check"]
from jacobians.exercises import mark_value

check = mark_value(yours_1, 4, "count.", "how many")
print(check)
```
"""


@pytest.fixture
def course(tmp_path):
    """A course of one notebook, from a text."""

    def write(text):
        (tmp_path / "source").mkdir(exist_ok=True)
        (tmp_path / "source" / "01_many.md").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def notebook_of(folder):
    return read_source(folder / "source" / "01_many.md")


def test_ids_and_cells_come_from_the_text_alone(course):
    folder = course(TEXT)
    assert [cell.id for cell in notebook_of(folder).cells] == [
        "markdown-1", "code-1", "exercise-1", "check-1"
    ]  # fmt: skip
    assert notebook_of(folder) == notebook_of(folder)


def test_the_student_version_keeps_the_blank_and_nothing_of_the_solution(course):
    notebook = notebook_of(course(TEXT))
    assert tagged(student_version(notebook), "exercise")[0].source == "yours_1 = ...  # a number"
    assert "yours_1 = 4" in tagged(notebook, "exercise")[0].source


def test_it_builds_twice_the_same_and_the_check_agrees(course, capsys):
    folder = course(TEXT)
    assert main([], folder) == 0
    first = (folder / "01_many.ipynb").read_bytes()
    assert main([], folder) == 0
    assert (folder / "01_many.ipynb").read_bytes() == first
    assert main(["--check"], folder) == 0
    assert capsys.readouterr().out == "01_many: well\n" * 3
    assert "two and two" in first.decode()
    assert "STILL TO DO: how many. Write it in the place of the dots." in first.decode()


def test_solutions_are_written_elsewhere(course):
    folder = course(TEXT)
    assert main(["--solutions", str(folder / "key")], folder) == 0
    assert "RIGHT" in (folder / "key" / "01_many.ipynb").read_text(encoding="utf-8")
    assert not (folder / "01_many.ipynb").exists()
    assert check(folder / "source" / "01_many.md", folder) == [
        "01_many.ipynb is missing: build it with python -m notebooks"
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("yours_1 = ...  #", "yours_1 = 4  #", "check-1 of the unsolved exercise says 'RIGHT'"),
        ("print(check)", "", "check-1 of the unsolved exercise says 'nothing'"),
        (' tags=["check"]', "", "1 exercises have 0 checks"),
        ('print("two', 'import warnings; warnings.warn("old"); print("two', "writes to stderr"),
        ('"two" + " and two"', r'"\n" * 99', "code-1 prints more than 40 lines"),
    ],
)
def test_each_fault_of_a_student_version_is_named(course, right, wrong, fault):
    assert right in TEXT
    done = executed(student_version(notebook_of(course(TEXT.replace(right, wrong)))))
    assert fault in " ".join([*faults_of_exercises(done, solved=False), *faults_of_outputs(done)])


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("yours_1 = 4\n", "yours_1 = 5\n", "check-1 of the solved exercise says 'NOT YET'"),
        ("END SOLUTION", "END", "exercise-1 has no solution between its markers"),
    ],
)
def test_each_fault_of_the_solutions_is_named(course, right, wrong, fault):
    assert right in TEXT
    done = executed(notebook_of(course(TEXT.replace(right, wrong))))
    assert fault in " ".join(faults_of_exercises(done, solved=True))


def test_an_error_fails_the_build_and_the_check(course, capsys):
    folder = course(TEXT.replace('"two" + " and two"', "1 / 0"))
    for arguments in ([], ["--check"]):
        assert main(arguments, folder) == 1
        assert "ZeroDivisionError" in capsys.readouterr().out


def test_what_is_committed_must_be_what_is_built(course, capsys):
    folder = course(TEXT)
    main([], folder)
    notebook = nbformat.read(folder / "01_many.ipynb", as_version=4)
    notebook.cells[1].outputs[0].text = "two and three\n"
    nbformat.write(notebook, folder / "01_many.ipynb")
    capsys.readouterr()
    assert main(["--check"], folder) == 1
    told = capsys.readouterr().out.replace(" ", "")
    assert '-"twoandthree\\n"' in told
    assert '+"twoandtwo\\n"' in told


def test_pictures_may_differ_but_their_text_may_not(course):
    one, other = notebook_of(course(TEXT)), notebook_of(course(TEXT))
    for notebook, pixels, text in ((one, "AAAA", "a"), (other, "BBBB", "a")):
        data = {"image/png": pixels, "text/plain": text}
        notebook.cells[1].outputs = [nbformat.v4.new_output("display_data", data)]
    assert not differences(one, other)
    other.cells[1].outputs[0].data["text/plain"] = "b"
    assert differences(one, other)


def test_a_number_that_no_notebook_has_is_refused(course, capsys):
    assert main(["99"], course(TEXT)) == 2
    assert capsys.readouterr().err == "There is no notebook of that number.\n"


def test_nbgrader_gets_a_point_for_each_check_and_its_assertion_hidden(course):
    source = for_nbgrader(notebook_of(course(TEXT)))
    exercise, check = source.cells[-2:]
    assert exercise.metadata.nbgrader == {
        "schema_version": 3, "grade_id": "exercise-1", "solution": True, "grade": False,
        "locked": False, "task": False,
    }  # fmt: skip
    assert (check.metadata.nbgrader["points"], check.metadata.nbgrader["grade"]) == (1, True)
    assert check.source.endswith(
        "### BEGIN HIDDEN TESTS\nassert check.right, check\n### END HIDDEN TESTS"
    )


def test_otter_gets_a_question_for_each_exercise_and_its_check_as_the_test(course):
    source = for_otter(notebook_of(course(TEXT)), "01_many")
    nbformat.validate(source)
    assert [cell.source.partition("\n")[0] for cell in source.cells if cell.cell_type == "raw"] == [
        "# ASSIGNMENT CONFIG", "# BEGIN QUESTION", "# BEGIN SOLUTION", "# END SOLUTION",
        "# BEGIN TESTS", "# END TESTS", "# END QUESTION",
    ]  # fmt: skip
    test = next(cell for cell in source.cells if "assert" in cell.source)
    assert test.source.endswith("assert check.right, check")
    assert "print" not in test.source


def test_both_are_written_where_the_graders_look(course, tmp_path):
    folder = course(TEXT)
    assert main(["--nbgrader", str(tmp_path / "n"), "--otter", str(tmp_path / "o")], folder) == 0
    assert (tmp_path / "n" / "source" / "01_many" / "01_many.ipynb").exists()
    assert "code_stub" in (tmp_path / "n" / "nbgrader_config.py").read_text(encoding="utf-8")
    assert (tmp_path / "o" / "01_many.ipynb").exists()
