"""`jacobians check`: what is typed, what is printed, and the exit status."""

import json

import pytest

from jacobians.command_line import main

NETWORK = ["--network", "2-3-2", "--activation", "relu,sigmoid", "--loss", "half_squared_error"]
QUADRATIC = ["--of", "x.T @ A @ x", "--wrt", "x", "--where", "x: n, A: n×n"]


def ran(capsys, *words):
    status = main(["check", *words])
    out = capsys.readouterr()
    return status, out.out, out.err


@pytest.mark.parametrize(("words", "status", "begins"), [
    (["delta2 @ a1.T", *NETWORK, "--wrt", "W2"], 0, "RIGHT, in denominator layout, the gradient\n"),
    (["(A + A.T) @ x", *QUADRATIC], 0, "RIGHT, in denominator layout\n"),
    (["x.T @ (A + A.T)", *QUADRATIC], 0, "RIGHT, in numerator layout\n"),
    (["A @ x", *QUADRATIC], 1, "WRONG VALUES, right shape\n"),
    (["A", *QUADRATIC], 1, "WRONG SHAPE\n"),
    (["A @ x + x.T @ A", *QUADRATIC], 1, "DOES NOT CONFORM\n"),
    (["2 * A @ x", *QUADRATIC, "--assume", "A: symmetric"], 1, "RIGHT BY ACCIDENT, in denominator"),
    (["A @ (x", *QUADRATIC], 2, "NOT UNDERSTOOD\n"),
    (["A @ z", *QUADRATIC], 2, "NOT UNDERSTOOD\n"),
])  # fmt: skip
def test_the_exit_status_says_what_came_out(capsys, words, status, begins):
    found, text, err = ran(capsys, *words)
    assert (found, err) == (status, "")
    assert text.startswith(begins)
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(("words", "message"), [
    ([], "a formula is missing: jacobians check"),
    (["x"], "a formula is checked in a network, or as the derivative of a formula"),
    (["x", "--of", "x", "--where", "x n"], "--where is written as in 'x: n, A: n×n', not 'x n'."),
    (["x", *NETWORK, "--where", "x: n"], "--where is for formulas without a network"),
    (["delta2", *NETWORK, "--wrt", "W7"], "there is no value W7: known are a0, y, W1"),
    (["x", *QUADRATIC, "--hint", "9"], "argument --hint: invalid choice: 9"),
    (["x", *QUADRATIC, "--let", "z"], "--let is written as in 'z = W @ x', not 'z'."),
    (["--derivation", "/nowhere/at/all"], "/nowhere/at/all cannot be read: No such file"),
    (["--cases", "/nowhere/at/all"], "/nowhere/at/all cannot be read: No such file"),
    (["x", *QUADRATIC, "--against", "x.T", "--format", "html"], "--format html is not for this"),
])  # fmt: skip
def test_a_question_that_is_not_understood_is_one_sentence_and_status_2(capsys, words, message):
    status, text, err = ran(capsys, *words)
    assert (status, text) == (2, "")
    assert err.startswith("jacobians: ")
    assert message in err


@pytest.mark.parametrize("form", ["markdown", "html", "latex"])
def test_other_forms_say_the_same(capsys, form):
    status, text, _ = ran(capsys, "2 * A @ x", *QUADRATIC, "--format", form)
    assert status == 1
    assert "WRONG VALUES, right shape" in text
    assert "symmetric" in text


def test_json_has_the_keys_that_are_documented(capsys):
    status, text, _ = ran(capsys, "2 * A @ x", *QUADRATIC, "--format", "json")
    record = json.loads(text)
    assert status == 1
    assert record["verdict"] == "wrong values"
    assert record["layout"] is None
    assert record["repairs"][0]["formula"] == "(A + A.T) @ x"
    assert set(record["repairs"][0]) >= {"formula", "layout", "edits", "explanation"}


def test_hints(capsys):
    assert ran(capsys, "A @ x + x.T", *QUADRATIC, "--hint", "0")[1] == "DOES NOT CONFORM\n"
    _, text, _ = ran(capsys, "A @ x + x.T", *QUADRATIC, "--hint", "1")
    assert text == "DOES NOT CONFORM at the 1st +: n×1 by 1×n\n"


def test_two_formulas(capsys):
    status, text, _ = ran(capsys, "(A + A.T) @ x", *QUADRATIC, "--against", "x.T @ (A.T + A)")
    assert status == 0
    assert text.startswith("EACH OTHER'S TRANSPOSE\n")
    assert "Nobody is wrong" in text
    record = json.loads(ran(capsys, "A @ x", *QUADRATIC, "--against", "x", "--format", "json")[1])
    assert record["relation"] == "different"


def test_latex_and_names(capsys):
    formula = r"\frac{\partial C}{\partial W^{(3)}} = (p - y) \odot p \odot (1 - p) a^{(2)T}"
    status, text, _ = ran(capsys, formula, *NETWORK, "--names", "p=a2")
    assert status == 0, text
    assert "∂L/∂W3 of 2-3-2, relu, sigmoid, half_squared_error" in text
    assert "((p - y) * p * (1 - p)) @ a2.T" in text


def test_scores_of_cases_whose_verdict_is_known(capsys, tmp_path):
    case = {"id": "one", "of": "x.T @ x", "wrt": "x", "shapes": {"x": "n"}, "formula": "x.T",
            "verdict": "wrong values", "misconception": "missing-factor"}  # fmt: skip
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"cases": [case]}), encoding="utf-8")
    status, text, _ = ran(capsys, "--cases", str(path))
    assert status == 0
    assert text == (
        "misconception              formulas  verdict right    repaired\n"
        "missing-factor                    1              1      1 of 1\n"
        "all                               1              1      1 of 1\n"
    )
    path.write_text(json.dumps({"cases": [{**case, "verdict": "right"}]}), encoding="utf-8")
    status, text, _ = ran(capsys, "--cases", str(path))
    assert status == 1
    assert "Not right:\none: wrong values, None\n" in text


def test_the_answer_goes_into_a_file(capsys, tmp_path):
    path = tmp_path / "answer.txt"
    status, text, _ = ran(capsys, "A @ x", *QUADRATIC, "--output", str(path))
    assert (status, text) == (1, "")
    assert path.read_text(encoding="utf-8").startswith("WRONG VALUES, right shape\n")
