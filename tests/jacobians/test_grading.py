"""A folder of answers, a key, and what comes of them: the table, the histogram, the picture."""

import csv
import io
import json
import os
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from types import SimpleNamespace

import pytest

from jacobians.grading import Grades, Mark, grade
from jacobians.grading.answers import read_answers
from jacobians.grading.code import judged_code
from jacobians.grading.command import add_arguments, run
from jacobians.grading.files import MOST_BYTES
from jacobians.grading.formula_process import judged_formulas
from jacobians.grading.grades import harmless
from jacobians.grading.histogram import Bar, Histogram
from jacobians.grading.key import Key, read_key
from jacobians.grading.labelled import answers_in, bare
from jacobians.grading.question import read_question
from layouts.errors import InputError

KEY = """
[q1]
network = "2-3-2"
activation = ["relu", "sigmoid"]
loss = "half_squared_error"
wrt = "W1"
accept_layout = "denominator"
points = 2

[q2]
of = "x.T @ A @ x"
wrt = "x"
shapes = { x = "n", A = "n×n" }

[q3]
kind = "code"
function = "backward"
network = "n-h-m"
activation = "tanh"
loss = "half_squared_error"
wrt = "W1"
samples = 4
layout = "denominator"
seconds = 2

[q4]
kind = "code"
function = "softmax_vjp"
layer = "softmax"
derivative = "vjp"
"""
BACKWARD = """
import numpy as np

def backward(x, y, W1, b1, W2, b2):
    a1 = np.tanh(W1 @ x + b1[:, None])
    a2 = np.tanh(W2 @ a1 + b2[:, None])
    d2 = (a2 - y) * (1 - a2**2)
    d1 = (W2.T @ d2) * (1 - a1**2)
    return d1 @ x.T
"""
VJP = """
import numpy as np

def softmax_vjp(g, x):
    s = np.exp(x - x.max())
    s /= s.sum()
    return s * (g - s @ g)
"""
MESSY = """
# Homework of Bob
q1: ((delta2 @ W2) * drelu(z1)) @ a0.T
**q2:** `2 * A @ x`
## Q3
```python
{backward}
```
q9: 7
"""


def write(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    formulas = "q1: ((W2.T @ delta2) * drelu(z1)) @ a0.T\n[q2]\n(A + A.T) @ x\n"
    right = f"{formulas}[q3]\n{BACKWARD}\n[q4]{VJP}"
    write(folder, {
        "key.toml": KEY,
        "answers/ada.txt": right,
        "answers/=eve.txt": b"\xef\xbb\xbf" + right.replace("\n", "\r\n").encode(),
        "answers/bob.md": MESSY.format(backward=BACKWARD.replace("d1 @ x.T", "x @ d1.T")),
        "answers/cyd/Q1.txt": "$$ a_0 ((W_2^T \\delta_2) \\odot relu'(z_1))^T $$",
        "answers/cyd/q2.txt": "@SUM(1)",
        "answers/cyd/q3.py": "while True: pass",
        "answers/cyd/q4.py": VJP.replace("s * (g - s @ g)", "s * (1 - s) * g"),
        "answers/dan.toml": 'q2 = "("\nq3 = 3\n[q1]\nanswer = "W1 +"\n[q4]\nx = 1',
        "answers/dan.py": BACKWARD.replace("d1 @ x.T", "open('/etc/passwd').read()"),
        "answers/fay.pdf": b"%PDF",
        "answers/.DS_Store": b"\0",
        "answers/grades.csv": "an old table",
    })  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def grades(place):
    return grade(place / "answers", place / "key.toml", leave=[place / "answers" / "grades.csv"])


def of(grades, student):
    return {mark.question: mark for mark in grades.marks if mark.student == student}


def test_right_answers_have_their_points(grades):
    for student in ("ada", "=eve"):
        marks = of(grades, student)
        assert [mark.verdict for mark in marks.values()] == ["right"] * 4
        assert [mark.layout for mark in marks.values()] == [
            "denominator", "denominator", "denominator", "",
        ]  # fmt: skip
    assert grades.points() == {"=eve": 5, "ada": 5, "bob": 0, "cyd": 0, "dan": 0, "fay": 0}


def test_wrong_formulas_have_their_misconception_and_what_is_right_and_near(grades):
    first, second = of(grades, "bob")["q1"], of(grades, "bob")["q2"]
    assert (first.verdict, first.misconception) == ("does not conform", "the wrong order")
    assert first.message.startswith("cannot multiply delta2 (2×1) by W2 (2×3): inner sizes 1 and 2")
    assert first.message.endswith("Right and near: ((W2.T @ delta2) * drelu(z1)) @ a0.T")
    assert (second.verdict, second.misconception) == ("wrong values", "scalar rule")
    assert second.message.endswith("Right and near: (A + A.T) @ x")


def test_the_other_layout_is_a_verdict_of_its_own(grades):
    formula, code = of(grades, "cyd")["q1"], of(grades, "bob")["q3"]
    for mark in (formula, code):
        assert (mark.verdict, mark.layout, mark.misconception) == (
            "other layout", "numerator", "the other layout",
        )  # fmt: skip
    assert formula.message == (
        "It is right in numerator layout; denominator layout is asked for: "
        "((W2.T @ delta2) * drelu(z1)) @ a0.T."
    )
    assert code.message == (
        "It is right in numerator layout; denominator layout is asked for: transpose it."
    )


def test_wrong_code_has_its_cause(grades):
    mark = of(grades, "cyd")["q4"]
    assert (mark.verdict, mark.misconception) == ("wrong values", "the diagonal only")
    assert mark.message.startswith("The vjp by x is wrong (Softmax()). Its shape is right, (")
    assert "The diagonal only" in mark.message


def test_hostile_code_is_stopped_and_says_why(grades):
    assert of(grades, "cyd")["q3"][2:] == (
        "stopped", "", 0.0, "", "It takes longer than 2 s: an endless loop, or far too many steps.",
    )  # fmt: skip
    assert of(grades, "dan")["q3"][2:] == (
        "stopped", "", 0.0, "",
        "Line 9: it opens /etc/passwd: values come as arguments, not from files.",
    )  # fmt: skip
    assert of(grades, "dan")["q4"][2:] == (
        "no function", "", 0.0, "", "There is no function softmax_vjp in it: it defines backward.",
    )  # fmt: skip


def test_what_cannot_be_taken_is_named_and_stops_nobody(grades):
    assert {(mark.verdict, mark.message) for mark in of(grades, "fay").values()} == {
        ("not read", "fay.pdf is no .txt, .md, .markdown, .toml, .tex or .py file: it was not "
                     "looked into."),
    }  # fmt: skip
    assert of(grades, "bob")["q4"][2:] == ("missing", "", 0.0, "", "")
    assert of(grades, "bob")["q9"][2:] == (
        "not in the key", "", 0.0, "", "bob.md answers q9; the key asks q1, q2, q3, q4.",
    )  # fmt: skip
    assert of(grades, "cyd")["q2"].verdict == "not understood"
    assert "grades" not in grades.students
    assert len(grades.students) == 6


def test_the_table_is_csv_that_no_spreadsheet_computes(grades):
    text = grades.to_csv()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == list(Mark._fields)
    assert len(rows) == len(grades.marks)
    assert text.startswith(
        "student,question,verdict,layout,points,misconception,message\n"
        "'=eve,q1,right,denominator,2,,\n'=eve,q2,right,denominator,1,,\n"
    )
    assert not any(cell[:1] in "=+-@\t\r" for row in rows for cell in row.values() if cell)
    assert {row["student"] for row in rows} == {"'=eve", "ada", "bob", "cyd", "dan", "fay"}


@pytest.mark.parametrize(("cell", "expected"), [
    ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"),
    ("\rx", "'\rx"),
    ("a=1", "a=1"), ("", ""), (2.0, "2"), (0.5, "0.5"), ("\udcff", "?"),
])  # fmt: skip
def test_cells_are_harmless(cell, expected):
    assert harmless(cell) == expected


def test_the_summary_has_the_questions_and_the_histogram(grades):
    text = grades.to_text()
    assert text.startswith(
        "6 students, 4 questions, 19 answers, 8 of them count (42%).\n"
        "Verdicts: 8 right, 2 other layout, 2 wrong values, 1 does not conform, 3 not\n"
        "    understood, 1 no function, 2 stopped, 1 missing, 6 not read, 1 not in the\n"
        "    key.\n"
        "\n"
        "question  count          missing  points each\n"
        "q1        2 of 6, 33%          1  2\n"
        "q2        2 of 6, 33%          1  1\n"
        "q3        2 of 6, 33%          1  1\n"
        "q4        2 of 6, 33%          2  1\n"
    ), text
    assert "\nmisconception      answers                            questions\n" in text
    assert "\nthe other layout         2  ########################  q1, q3\n" in text
    assert "\nscalar rule              1  ############              q2\n" in text
    assert "\nTo be looked at:\n  bob: bob.md answers q9; the key asks q1, q2, q3, q4.\n" in text
    assert max(map(len, text.splitlines())) <= 80
    assert str(grades) == text


def test_as_data(grades):
    record = json.loads(json.dumps(grades.to_dict()))
    assert set(record) == {"students", "questions", "marks", "misconceptions", "note"}
    assert record["students"][1] == {"student": "ada", "points": 5.0}
    assert record["questions"][0] == {"question": "q1", "kind": "formula", "points": 2.0}
    assert record["misconceptions"][0] == {
        "misconception": "the other layout", "answers": 2, "questions": ["q1", "q3"],
    }  # fmt: skip


def test_the_picture_is_grey_and_has_every_count(grades, tmp_path):
    figure = grades.figure()
    (axes,) = figure.axes
    bars = grades.histogram().bars
    assert [label.get_text() for label in axes.get_yticklabels()] == [b.misconception for b in bars]
    assert [text.get_text() for text in axes.texts] == [str(bar.answers) for bar in bars]
    assert all(len(set(patch.get_facecolor()[:3])) == 1 for patch in axes.patches)
    figure.savefig(tmp_path / "picture.svg")
    assert (tmp_path / "picture.svg").stat().st_size > 1000


def test_what_has_no_cause_stands_last():
    marks = [Mark("s", "q", "wrong values", "", 0, cause, "") for cause in ("", "", "b", "a")]
    accident = Mark("s", "q", "right by accident", "", 0, "", "")
    unread = Mark("s", "q", "not understood", "", 0, "", "")
    bars = Histogram.of([*marks, accident, unread]).bars
    assert [bar.misconception for bar in bars] == ["a", "b", "right by accident", "no cause found"]
    assert [bar.answers for bar in bars] == [1, 1, 1, 2]


def test_a_picture_of_nothing_and_one_of_much_can_be_drawn():
    assert Histogram([]).to_text() == "No misconceptions."
    Histogram([]).figure().draw_without_rendering()
    bars = [Bar(f"cause $x_{k}$", 100 - k, [f"q{k}"]) for k in range(50)]
    assert Histogram(bars).drawn()[-1][:2] == ("21 others", sum(100 - k for k in range(29, 50)))
    Histogram(bars).figure().draw_without_rendering()


CODE_KEY = (
    '[q]\nkind = "code"\nfunction = "f"\nlayer = "square"\naccept = ["right", "wrong values"]\n'
)


@pytest.mark.parametrize("make", [
    lambda: ThreadPoolExecutor(2),
    lambda: ProcessPoolExecutor(1, mp_context=get_context("spawn")),
])  # fmt: skip
def test_any_executor_gives_the_same(tmp_path, make):
    write(tmp_path, {"key.toml": CODE_KEY})
    for k in range(3):
        body = "np.diag(2 * x)" if k else "np.diag(x)"
        write(tmp_path, {f"answers/s{k}.py": f"import numpy as np\ndef f(x): return {body}  # {k}"})
    here = grade(tmp_path / "answers", tmp_path / "key.toml")
    said = []
    with make() as executor:
        there = grade(tmp_path / "answers", tmp_path / "key.toml", executor=executor,
                      progress=lambda done, total: said.append((done, total)))  # fmt: skip
    assert there.marks == here.marks
    assert [mark.verdict for mark in here.marks] == ["wrong values", "right", "right"]
    assert [mark.misconception for mark in here.marks] == ["a factor ½", "", ""]
    assert [mark.points for mark in here.marks] == [1, 1, 1]
    assert said == [(1, 3), (2, 3), (3, 3)]


def test_what_is_no_executor_is_refused(tmp_path):
    write(tmp_path, {"key.toml": CODE_KEY, "answers/a.py": "x"})
    with pytest.raises(InputError, match=r"^executor is int, which is not a concurrent\.futures"):
        grade(tmp_path / "answers", tmp_path / "key.toml", executor=3)


def test_the_key_travels(place):
    key = read_key(place / "key.toml")
    assert pickle.loads(pickle.dumps(key)) == key
    assert key.points == 5
    assert isinstance(key, Key)


def test_hostile_formulas_harm_nothing():
    said = {"of": "x.T @ A @ x", "wrt": "x", "shapes": {"x": "n", "A": "n×n"}}
    question = read_question("q", said, {})
    hostile = ["(" * 5000 + "x" + ")" * 5000, "x" * 100_000, "9**9**9**9 * x", "kron(" * 40 + "A",
               "__import__('os').system('touch evil')", "\0", "ones(10**9, 10**9) @ x",
               "-" * 9000]  # fmt: skip
    found = judged_formulas([(question, text) for text in [*hostile, "(A + A.T) @ x"]])
    assert {each.verdict for each in found[:-1]} == {"not understood"}
    assert all(each.message and "\n" not in each.message for each in found[:-1])
    assert found[-1].verdict == "right"
    assert not os.path.exists("evil")


def test_a_formula_that_takes_too_long_is_passed_over(monkeypatch):
    said = {"of": "x.T @ A @ x", "wrt": "x", "shapes": {"x": "n", "A": "n×n"}}
    slow = read_question("slow", {**said, "seconds": 20}, {})._replace(seconds=0.01)
    quick = read_question("quick", said, {})
    found = judged_formulas(
        [(quick, "2 * x"), (slow, "x + x + x + A @ x"), (quick, "(A + A.T) @ x")]
    )
    assert found[1][::3] == (
        "stopped", "It takes longer than 0.01 s to judge: is it far too long?",
    )  # fmt: skip
    assert found[2].verdict == "right"


NETWORK = {"kind": "code", "function": "f", "network": "2-3-2", "wrt": "z1", "of": "a1",
           "activation": "tanh", "arguments": ["z1"]}  # fmt: skip
JUDGED = {
    "right": ("np.diag(1 - np.tanh(z)**2)", "right", "both", ""),
    "one size only": ("np.eye(3) * (1 - np.tanh(z)**2)", "right by accident", "",
                      "It is right for 2-3-2, and for 4-5-6 it is not: line 2: ValueError: "
                      "operands could not be broadcast together with shapes (3,3) (5,)."),
    "another size": ("np.diag(1 - np.tanh(z)**2 + (len(z) - 3))", "right by accident", "numerator",
                     "It is right for 2-3-2 and wrong for 4-5-6: does it write a size out?"),
    "a vector": ("1 - np.tanh(z)**2", "wrong shape", "", None),
    "NaN": ("np.diag(z * np.nan)", "wrong values", "", None),
    "complex": ("np.diag(1 - np.tanh(z)**2) + 0j", "no numbers", "",
                "∂a1/∂z1 is wrong (2-3-2: tanh, tanh). Its entries are complex, a derivative's are "
                "real. Take the real part, or look for a root or a logarithm of a negative "
                "number."),
    "huge": ("np.full((3, 3), 1e308)", "wrong values", "", None),
    "infinity": ("np.full((3, 3), np.inf)", "wrong values", "", None),
    "many axes": ("np.ones((1,) * 30)", "wrong shape", "", None),
    "no entries": ("np.ones((0, 3))", "wrong shape", "", None),
    "sums": ("np.ones((3, 3))", "wrong values", "", None),
}  # fmt: skip


@pytest.mark.parametrize("name", JUDGED)
def test_code_is_judged_by_its_numbers(name):
    body, verdict, layout, message = JUDGED[name]
    question = read_question("q", NETWORK, {})
    found, walls = judged_code(question, f"import numpy as np\ndef f(z): return {body}", "a.py")
    assert (found.verdict, found.layout) == (verdict, layout)
    assert found.message == message if message is not None else found.message
    assert walls


def test_either_layout_of_code_counts_if_the_key_says_so():
    said = {"kind": "code", "function": "f", "network": "n-m", "wrt": "x", "layout": "either"}
    question = read_question("q", said, {})
    for body, layout in {"W": "numerator", "W.T": "denominator"}.items():
        found, _ = judged_code(question, f"def f(x, W, b): return {body}", "a.py")
        assert found[:2] == ("right", layout)
    found, _ = judged_code(question, "def f(x, W, b): return -W.T", "a.py")
    assert found[:3] == ("wrong values", "", "the sign")


BACK = """
import numpy as np

def f(x, y, W1, b1, W2, b2):
    a1 = np.tanh(W1 @ x + {b1})
    a2 = np.tanh(W2 @ a1 + {b2})
    d2 = (a2 - y) * (1 - a2**2)
    d1 = ({W2} @ d2) * (1 - a1**2)
    return {result}
"""
TANH_NET = {"kind": "code", "function": "f", "network": "3-4-2", "activation": "tanh",
            "loss": "half_squared_error"}  # fmt: skip


def judged_back(said, result, W2="W2.T"):
    column = "[:, None]" if "samples" in said else ""
    code = BACK.format(b1=f"b1{column}", b2=f"b2{column}", W2=W2, result=result)
    return judged_code(read_question("q", {**TANH_NET, **said}, {}), code, "a.py")[0]


@pytest.mark.parametrize("layout", ["denominator", "either"])
@pytest.mark.parametrize(("said", "result"), [
    ({"wrt": "b1"}, "d1"), ({"wrt": "x"}, "W1.T @ d1"),
    ({"wrt": "b1", "samples": 4}, "d1.sum(1)"),
])  # fmt: skip
def test_a_gradient_may_be_a_vector_as_what_it_is_by_was_handed_out(layout, said, result):
    said = {**said, "layout": layout}
    assert judged_back(said, result) == ("right", "denominator", "", "")
    wrong = judged_back(said, f"2 * ({result})")
    assert wrong[:3] == ("wrong values", "", "a factor 2")
    assert judged_back({**said, "layout": "numerator"}, result).verdict == "wrong shape"
    assert judged_back(said, f"({result})[:-1]").verdict == "wrong shape"


def test_the_gradient_of_a_loss_may_be_a_vector_too():
    said = {"kind": "code", "function": "f", "layer": "half_squared_error"}
    question = read_question("q", {**said, "layout": "denominator"}, {})
    found, _ = judged_code(question, "def f(p, y): return p - y", "a.py")
    assert found == ("right", "denominator", "", "")


def test_sizes_of_one_are_tried_at_others_too():
    said = {"network": "1-1-1", "wrt": "W1", "layout": "denominator"}
    assert judged_back(said, "np.outer(d1, x)").verdict == "right"
    found = judged_back(said, "np.outer(x, d1)", W2="W2")
    assert found.verdict == "right by accident"
    assert found.message.startswith("It is right for 1-1-1, and for 4-3-1 it is not: line 8: ")
    found = judged_back(said, "np.outer(x, d1)")
    assert found[:2] == ("right by accident", "denominator")
    assert found.message == "It is right for 1-1-1 and wrong for 4-3-1: does it write a size out?"


def test_messages_spell_functions_as_they_are():
    question = read_question("q", {"kind": "code", "function": "f", "layer": "square"}, {})
    found, _ = judged_code(question, "def f(x): pass", "a.py")
    said = "The function f gives None: a function gives None unless it ends with return."
    assert found == ("no numbers", "", "", said)


NET = {name: TANH_NET[name] for name in ("network", "activation", "loss")}


@pytest.mark.parametrize(("said", "formula", "code", "name"), [
    ({**NET, "wrt": "W1"}, "x @ delta1", "np.outer(x, d1)", "the other layout"),
    ({**NET, "wrt": "W1"}, "-delta1 @ x.T", "-np.outer(d1, x)", "the sign"),
    ({**NET, "wrt": "W1"}, "(W2.T @ delta2) @ x.T", "np.outer(W2.T @ d2, x)", "a factor left out"),
])  # fmt: skip
def test_formulas_and_code_name_a_misconception_alike(said, formula, code, name):
    (found,) = judged_formulas([(read_question("q", said, {}), formula)])
    assert found.misconception == name
    assert judged_back({**said, "layout": "denominator"}, code).misconception == name


def test_every_name_that_formulas_share_with_code_is_one_of_code():
    from jacobians.checking.causes import LADDER
    from jacobians.checking.network_causes import NETWORK_LADDER
    from jacobians.grading.formulas import SHARED_NAMES

    assert set(SHARED_NAMES.values()) <= {cause.name for cause in (*LADDER, *NETWORK_LADDER)}


def test_layers_by_name_and_graphs_can_be_asked():
    for layer, code in {
        "linear": "def f(x, W, b): return W",
        "hadamard": "def f(u, v): return __import__('numpy').diag(v)",
        "half_squared_error": "def f(p, y): return (p - y)[None]",
        "matrix_product": "import numpy as np\ndef f(A, B): return np.kron(B.T, np.eye(len(A)))",
    }.items():
        question = read_question("q", {"kind": "code", "function": "f", "layer": layer}, {})
        assert judged_code(question, code, "a.py")[0].verdict == "right", layer
    graph = "input x: 3\nparameters W: 3×3\nu = W @ x + x"
    question = read_question(
        "q", {"kind": "code", "function": "f", "graph": graph, "wrt": "x", "of": "u"}, {}
    )
    found, _ = judged_code(
        question, "import numpy as np\ndef f(x, W): return W + np.eye(3)", "a.py"
    )
    assert found.verdict == "right"


def test_a_fault_of_the_judge_spoils_one_mark_only(monkeypatch, tmp_path):
    write(tmp_path, {"key.toml": CODE_KEY, "answers/a.py": "def f(x): return x"})
    monkeypatch.setattr("jacobians.grading.work.judged_code", lambda *_: 1 / 0)
    (mark,) = grade(tmp_path / "answers", tmp_path / "key.toml").marks
    assert mark[2:] == (
        "not run", "", 0.0, "", "The judge itself broke down, which is no fault of the answer: "
        "ZeroDivisionError('division by zero').",
    )  # fmt: skip


OF_CODE = '[q]\nkind = "code"\nfunction = "f"\n'
OF_RELU, OF_NET = OF_CODE + 'layer = "relu"\n', OF_CODE + 'network = "2-3"\nwrt = "x"\n'
REFUSED = [
    ("x =", " is not valid TOML: Invalid value"),
    ("", " has no questions: each is a table, [q1]."),
    ("colour = 1", ": colour is no table, and nothing that questions say: a question is a table, "
                   "[colour]."),
    ('[q]\nkind = "essay"', "kind is 'formula' or 'code', not 'essay'."),
    ("[q]\nkind = [1]", "kind is 'formula' or 'code', not [1]."),
    ("[q]\nwrt = 1", "wrt takes text, not 1."),
    ("[q]\npoints = true", "points takes a number, not True."),
    ("[q]\naccept = [1]", "accept takes an array of texts, not 1 in it."),
    ("[q]\nshapes = {x = 3}", "shapes takes a table of texts, not 3 in it."),
    ("[q]\npoint = 1", "unknown key 'point': did you mean points?"),
    ('[q]\nlayout = "either"', "layout is for kind = 'code', and this is 'formula': say "
                               "accept_layout."),
    ('[q]\nfunction = "f"', "function is for kind = 'code', and this is 'formula'."),
    (OF_CODE + 'accept_layout = "either"', "accept_layout is for kind = 'formula', and this is "
                                           "'code': say layout."),
    ('[q]\naccept = ["rigth"]', "accept names verdicts, not 'rigth': did you mean right?"),
    ('[q]\naccept_layout = "mixed"', "a layout is numerator, denominator or either, not 'mixed'."),
    ("[q]\npoints = -1", "points are 0 or more, not -1."),
    ("[q]\nseconds = 0", "seconds are more than 0 and at most 3600, not 0."),
    ("[q]\nmemory = 1", "memory is 16 MB or more, not 1."),
    ("[q]\nsamples = 0", "samples are 1 or more, not 0."),
    (OF_RELU + "rtol = 1", "rtol is more than 0 and less than 1, not 1."),
    ('[q]\nnetwork = "2-3"\ngraph = "x"', "network and graph are two things to differentiate: say "
                                          "one."),
    ('[q]\nnetwork = "2-3"', 'wrt is missing: what is differentiated by, as in wrt = "W1".'),
    ('[q]\nwrt = "x"', "a formula is the derivative of something: say network, graph or of."),
    ('[q]\nwrt = "W7"\nnetwork = "2-3"', "there is no value W7: "),
    ('[q]\nkind = "code"\nlayer = "relu"', "function is missing: which of the code is called, as "
                                           'in function = "backward".'),
    ('[q]\nkind = "code"\nfunction = "f.g"', "function is a name, not 'f.g'."),
    (OF_CODE, "code is held against a derivative of something: say network, graph or layer."),
    (OF_CODE + 'network = "2-3"', "wrt is missing: "),
    (OF_CODE + 'layer = "rleu"', "unknown layer 'rleu': did you mean relu?"),
    (OF_RELU + 'shapes = {y = "n"}', "shapes: relu has no input 'y': known are x."),
    (OF_RELU + "samples = 3", "samples is for a network: "),
    (OF_RELU + 'derivative = "hessian"', "derivative is jacobian, gradient or vjp, not 'hessian'."),
    (OF_RELU + 'modules = ["no_such"]', "there is no module 'no_such' here that student code could "
                                        "import: "),
    (OF_NET + 'derivative = "vjp"', 'derivative = "vjp" is of a layer: of a network ask the '
                                    "gradient, or a jacobian."),
    (OF_NET + 'derivative = "gradient"', "a gradient is of a loss: say loss, and leave of out, or "
                                         "ask the jacobian."),
    (OF_NET + 'arguments = ["w1"]', "arguments: there is no value 'w1': did you mean "),
    (OF_CODE + 'graph = "input x: 2"\nwrt = "x"\nloss = "huber"', "loss is said by the graph "
                                                                  "itself."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_a_key_that_cannot_be_asked_is_refused(tmp_path, text, message):
    path = tmp_path / "key.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_key(path)
    where = "" if message[0] in ": " else ", question q: "
    assert str(refused.value).startswith(f"{path}{where}{message}")


def test_the_head_of_a_key_is_for_all_questions_that_do_not_say_it_themselves(tmp_path):
    path = tmp_path / "key.toml"
    path.write_text(
        'points = 3\nnetwork = "2-3"\nactivation = "tanh"\nfunction = "f"\nwrt = "x"\n'
        '[a]\n[b]\npoints = 1\nof = "x.T @ x"\nshapes = {x = "n"}\n'
        '[c]\nkind = "code"\nlayer = "relu"\n', encoding="utf-8",
    )  # fmt: skip
    key = read_key(path)
    assert [question.points for question in key.questions.values()] == [3, 1, 3]
    assert "network" not in key.questions["b"].said


def test_files_and_folders_that_are_not_there(tmp_path):
    with pytest.raises(InputError) as refused:
        read_key(tmp_path / "none.toml")
    assert (
        str(refused.value) == f"{tmp_path / 'none.toml'} cannot be read: No such file or directory."
    )
    (tmp_path / "bad.toml").write_bytes(b"\xff\xff\xff")
    with pytest.raises(InputError, match=r"bad\.toml is not UTF-8 text\.$"):
        read_key(tmp_path / "bad.toml")
    with pytest.raises(
        InputError, match=r"none cannot be read as a folder of answers: No such file"
    ):
        read_answers(tmp_path / "none", {})
    (tmp_path / "empty").mkdir()
    with pytest.raises(
        InputError, match=r"empty holds no answers: a file for each student, ada\.txt w"
    ):
        read_answers(tmp_path / "empty", {})


ASKED = {
    "q1": read_question("q1", {"of": "x.T @ x", "wrt": "x", "shapes": {"x": "n"}}, {}),
    "q2": read_question("q2", {"kind": "code", "function": "f", "layer": "relu"}, {}),
}


def answers(folder, files):
    write(folder, files)
    read = read_answers(folder, ASKED)
    found = {key: answer.text for key, answer in read.found.items()}
    return found, [trouble.message for trouble in read.troubles]


@pytest.mark.parametrize("content", [
    b"q1: \xe2\x88\x82 x\n", b"\xef\xbb\xbfq1: \xe2\x88\x82 x", "q1: ∂ x\r\n".encode("utf-16"),
    b"q1: \xe2\x88\x82 x\r", "Q1: ∂ x".encode(), "### q1\n\n∂ x".encode(), "[q1]\n`∂ x`".encode(),
    "- **q1:** ∂ x".encode(), "q1 = $∂ x$".encode(), "q1:\n```\n∂ x\n```\n".encode(),
])  # fmt: skip
def test_encodings_line_ends_and_labels_are_forgiven(tmp_path, content):
    assert answers(tmp_path, {"a.txt": content}) == ({("a", "q1"): "∂ x"}, [])


def test_files_that_are_no_text_are_named(tmp_path):
    (tmp_path / "link.txt").symlink_to("/etc/passwd")
    found, troubles = answers(tmp_path, {
        "a.txt": b"\0\1\2", "b.txt": b"x" * (MOST_BYTES + 1), "c.txt": "hello",
        "d.toml": "q1 = [1]", "e/q1.docx": b"PK", "e/more/q2.py": "x", "f.txt": "q1: x\nq1: y",
        "g.toml": "q1: x",
        "h.toml": "a = " + "[" * 20_000, "i.py": "x = 1",
    })  # fmt: skip
    assert troubles == [
        "a.txt is not text.",
        "b.txt has 200,001 bytes: an answer has 200,000 at most.",
        "c.txt names no question: they are q1, q2.",
        "d.toml: q1 is no text.",
        "q1.docx is no .txt, .md, .markdown, .toml, .tex or .py file: it was not looked into.",
        "more is a folder: it was not looked into.",
        "q1 is answered twice: what counts stands in line 1 of f.txt, not in line 2 of f.txt.",
        "h.toml names no question: they are q1, q2.",
        "link.txt is a link: it is not followed.",
    ]
    assert found == {("f", "q1"): "x", ("g", "q1"): "x", ("i", "q2"): "x = 1"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_are_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.txt")
    assert answers(tmp_path, {}) == ({}, ["a.txt is no plain file: it is not read."])


def test_a_folder_for_each_student(tmp_path):
    found, troubles = answers(tmp_path, {
        "a/q1.txt": "q1: x", "a/solution.py": "def f(x): pass", "b/all.txt": "q1: y",
        "b/Q2.PY": "z",
    })  # fmt: skip
    assert found == {
        ("a", "q1"): "x",
        ("a", "q2"): "def f(x): pass",
        ("b", "q1"): "y",
        ("b", "q2"): "z",
    }
    assert troubles == []


def test_the_file_named_after_the_question_counts(tmp_path):
    found, troubles = answers(tmp_path, {
        "a/helper.py": "def helper(): pass", "a/q2.py": "named", "a.py": "beside",
        "b/helper.py": "the only code", "b/q2.docx": "PK",
        "c/early.py": "first", "c/late.py": "second",
    })  # fmt: skip
    assert found == {("a", "q2"): "named", ("b", "q2"): "the only code", ("c", "q2"): "first"}
    assert troubles == [
        "q2.docx is no .txt, .md, .markdown, .toml, .tex or .py file: it was not looked into.",
        "q2 is answered twice: what counts stands in early.py, not in late.py.",
    ]


def test_what_is_answered_twice_leaves_the_other_questions_missing(tmp_path):
    write(tmp_path, {
        "key.toml": KEY,
        "answers/twice.txt": "# Homework\nq2: (A+A.T)@x\n\nq2: A@x\n",
        "answers/toml.toml": 'q2 = "(A+A.T)@x"\nQ2 = "A@x"',
    })  # fmt: skip
    marks = grade(tmp_path / "answers", tmp_path / "key.toml").marks
    seen = [(mark.question, mark.verdict, mark.message) for mark in marks]
    for where, places in {0: ("line 2 of twice.txt", "line 4 of twice.txt"),
                          5: ("q2 in toml.toml", "Q2 in toml.toml")}.items():  # fmt: skip
        said = "q2 is answered twice: what counts stands in {}, not in {}.".format(*places)
        at = 5 - where  # students by the alphabet: toml, twice
        assert seen[at : at + 5] == [
            ("q1", "missing", ""), ("q2", "right", ""), ("q3", "missing", ""),
            ("q4", "missing", ""), ("", "not read", said),
        ]  # fmt: skip


def test_no_student_can_flood_the_table(tmp_path):
    _, troubles = answers(tmp_path, {"a.txt": "\n".join(f"q{k}: x" for k in range(3, 1000))})
    assert len(troubles) == 20


@pytest.mark.parametrize("text", [
    " " * 100_000 + "x", "-" + " " * 100_000, "a" * 100_000, "a" + " " * 100_000 + "b",
    "```\n" * 30_000, "q1: " + "$" * 100_000, "#" * 100_000, "**" * 50_000, "[" * 100_000,
])  # fmt: skip
def test_hostile_text_is_read_at_once(text):
    for _, answer, _ in answers_in(text, ["q1"]):
        bare(answer, code=False)
    bare(text, code=True)


def options(place, **said):
    usual = {"folder": str(place / "answers"), "key": str(place / "key.toml"), "workers": 1,
             "csv": str(place / "grades.csv"), "picture": None, "format": "text",
             "output": None}  # fmt: skip
    return SimpleNamespace(**{**usual, **said})


def test_the_command_writes_the_table_and_the_picture(tmp_path):
    import argparse

    write(
        tmp_path, {"key.toml": CODE_KEY, "answers/a.py": "import numpy as np\ndef f(x): return x"}
    )
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    parsed = parser.parse_args([
        str(tmp_path / "answers"), "--key", str(tmp_path / "key.toml"), "--workers", "2",
        "--csv", str(tmp_path / "answers" / "g.csv"),
        "--picture", str(tmp_path / "answers" / "g.png"),
    ])  # fmt: skip
    for _ in range(2):  # the second time table and picture stand among the answers
        text = run(parsed)
    assert text.startswith("1 student, 1 question, 1 answer, 0 of them count (0%).\n")
    assert text.endswith(f"{parsed.csv} has the table.\n{parsed.picture} has the picture.\n")
    assert (tmp_path / "answers" / "g.png").read_bytes().startswith(b"\x89PNG")
    assert len((tmp_path / "answers" / "g.csv").read_text(encoding="utf-8").splitlines()) == 2
    record = json.loads(run(options(tmp_path, format="json", csv=parsed.csv, picture=None)))
    assert record["marks"][0]["misconception"] == ("the diagonal as a vector and a factor ½")


@pytest.mark.parametrize(("said", "message"), [
    ({"workers": 0}, "--workers is a number from 1 to 256, not 0."),
    ({"picture": "x.gif"}, "--picture x.gif: a picture is a .png, .svg or .pdf file."),
    ({"csv": "/no/such/folder/g.csv"}, "/no/such/folder/g.csv cannot be written: No such file or "
                                       "directory."),
    ({"picture": "/no/such/folder/g.svg"}, "/no/such/folder/g.svg cannot be written: No such file "
                                           "or directory."),
])  # fmt: skip
def test_what_the_command_cannot_do_is_refused(tmp_path, said, message):
    write(tmp_path, {"key.toml": CODE_KEY, "answers/a.py": "def f(x): return x"})
    with pytest.raises(InputError) as refused:
        run(options(tmp_path, **said))
    assert str(refused.value) == message


@pytest.mark.parametrize(("said", "message"), [
    ({"csv": "answers/a.py"}, "--csv answers/a.py is an answer: name another file, as in --csv "
                              "grades.csv."),
    ({"csv": "key.toml"}, "--csv key.toml is the key: name another file, as in --csv grades.csv."),
    ({"csv": "other.toml"}, "--csv other.toml is there, and no table of verdicts: name another "
                            "file, as in --csv grades.csv, or remove it first."),
    ({"csv": "names.csv"}, "--csv names.csv is there, and no table of verdicts: name another "
                           "file, as in --csv grades.csv, or remove it first."),
    ({"output": "key.toml"}, "--output key.toml is the key: name another file, as in --output "
                             "summary.txt."),
    ({"output": "answers/sub/q.txt"}, "--output answers/sub/q.txt is an answer: name another file, "
                                      "as in --output summary.txt."),
])  # fmt: skip
def test_nothing_that_somebody_wrote_is_overwritten(tmp_path, monkeypatch, said, message):
    monkeypatch.chdir(tmp_path)
    files = {"key.toml": CODE_KEY, "other.toml": CODE_KEY, "names.csv": "student,number\nada,1\n",
             "answers/a.py": "def f(x): return x", "answers/sub/q.txt": "x"}  # fmt: skip
    write(tmp_path, files)
    with pytest.raises(InputError) as refused:
        run(options(tmp_path, **said))
    assert str(refused.value) == message
    assert {name: (tmp_path / name).read_text(encoding="utf-8") for name in files} == files
    assert not (tmp_path / "grades.csv").exists()


def test_an_empty_file_and_a_device_may_become_the_table(tmp_path):
    write(tmp_path, {"key.toml": CODE_KEY, "answers/a.py": "x = 1", "grades.csv": ""})
    for name in (str(tmp_path / "grades.csv"), os.devnull):
        assert run(options(tmp_path, csv=name)).endswith(f"{name} has the table.\n")


def test_missing_walls_are_told():
    from jacobians.grading.confinement import WALLS
    from jacobians.grading.grades import _note

    assert (
        _note([WALLS]) == _note([]) == _note([tuple(w for w in WALLS if w != "own network")]) == ""
    )
    assert _note([WALLS, ("audit hook",)]) == (
        "Code was run without these walls: limits, files, system calls. This system does not have "
        "them: grade the code of strangers on a Linux that does."
    )
    assert Grades(Key("", {}), [], [], "A note.").to_text().endswith("\n\nA note.\n")
