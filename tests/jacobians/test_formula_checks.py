"""The checker of formulas: verdicts, layouts, repairs, reasons, and how much is said."""

import json
from pathlib import Path

import numpy as np
import pytest

from jacobians import Network
from jacobians.formula_checks import check_formula, compare_formulas
from jacobians.formula_functions import layer_functions
from layouts import Formula
from layouts.errors import InputError, LayoutError

HERE = Path(__file__).parent.parent
CASES = json.loads((HERE / "data" / "formula_cases.json").read_text(encoding="utf-8"))["cases"]
LATEX = json.loads((HERE / "data" / "latex_formulas.json").read_text(encoding="utf-8"))["formulas"]
RELU = Network.parse("2-3-2", ["relu", "sigmoid"], "half_squared_error")
SIGMOID = Network.parse("2-3-2", "sigmoid", "half_squared_error")
DEEP = Network.parse("n-3-2-1", "sigmoid", "binary_cross_entropy")


def checked(case, **how):
    given = {name: case.get(name) for name in ("of", "wrt", "shapes", "let", "assume")}
    return check_formula(case["formula"], **given, **how)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_formulas_that_people_wrote_get_their_verdict(case):
    check = checked(case, seconds=0.0)
    if check.verdict == case["verdict"]:
        assert check.layout == case.get("layout")
    else:
        assert check.verdict in case.get("accept", [])
    if "error_at" in case:
        assert check.error_at.replace(" ", "") == case["error_at"].replace(" ", "")
    symmetric = [c for c in check.caveats if c.startswith("It would be right if ")]
    names = [name for c in symmetric for name in case["shapes"] if f" {name} were" in c]
    assert names == case.get("right_if_symmetric", [])


WRONG = [case for case in CASES if case["verdict"] != "right"]


def by_central_differences(formula, wrt, values, sizes):
    """∂vec(y)/∂vec(x), entry by entry."""
    x, columns = values[wrt], []
    for k in range(x.size):
        step = np.zeros(x.size)
        step[k] = 1e-6
        move = step.reshape(x.shape, order="F")
        ahead, behind = (formula({**values, wrt: x + s * move}, sizes=sizes) for s in (1, -1))
        columns.append((ahead - behind).reshape(-1, order="F") / 2e-6)
    return np.stack(columns, axis=1)


def test_nine_in_ten_of_the_wrong_ones_are_repaired_and_the_repairs_are_right():
    functions, repaired = layer_functions(), 0
    for case in WRONG:
        check = checked(case)
        repaired += bool(check.repairs)
        letters = sorted({w for s in case["shapes"].values() for w in s.split("×") if w.isalpha()})
        sizes = dict(zip(letters, (4, 3, 6, 5, 2, 7, 8), strict=False))
        sizes |= {"scalar": 1, "1": 1}
        draw = np.random.default_rng(5)
        values = {
            name: draw.uniform(0.2, 0.9, [sizes[w] for w in (*text.split("×"), "1")[:2]])
            for name, text in case["shapes"].items()
        }
        for name, value in values.items():
            if value.shape[0] == value.shape[1] > 1:
                values[name] = value + 2 * np.eye(len(value))
        held = {n: f for n, f in case.get("let", {}).items() if n != case["wrt"]}
        how = {"functions": functions, "let": held, "names": list(case["shapes"])}
        of = Formula.parse(case["of"], **how)
        J = by_central_differences(of, case["wrt"], values, sizes)
        for repair in check.repairs[:2]:
            value = Formula.parse(repair.formula, **how)(values, sizes=sizes)
            rows, columns = values[case["wrt"]].shape
            faces = [J, J.T]
            if J.shape[0] == 1:
                gradient = J.reshape((rows, columns), order="F")
                faces += [gradient, gradient.T]
            assert any(
                face.shape == value.shape and np.allclose(face, value, rtol=1e-4, atol=1e-7)
                for face in faces
            ), (case["id"], repair.formula)
    assert repaired >= 0.9 * len(WRONG)


@pytest.mark.parametrize(
    "case", [c for c in LATEX if c.get("kind") not in ("chain", "blocks")], ids=lambda c: c["id"]
)
def test_formulas_as_they_were_typed_in_latex(case):
    if case.get("kind") == "vjp":
        check = check_formula(case["latex"], of=case["of"], wrt=case["wrt"], shapes={"x": "n"})
    else:
        deep = case.get("network", "").startswith("n-3")
        network = DEEP if deep else RELU if "relu" in case.get("network", "") else SIGMOID
        check = check_formula(case["latex"], network=network, wrt=case["wrt"])
    expected = {"judged with the stated loss": "right"}.get(case["verdict"], case["verdict"])
    assert check.verdict == expected
    if "layout" in case:
        assert check.layout == case["layout"]


GOLDEN = {
    "second_thread": ("((a2 - y) * a2 * (1 - a2)) @ W2 @ ones(1,3).T @ a0.T", RELU, "W1"),
    "fourth_thread": ("delta2 @ W2 @ dsigmoid(z1)", SIGMOID, "z1"),
    "own_slip_of_the_thread": ("delta2 @ W1 @ dsigmoid(z1)", SIGMOID, "z1"),
    "trap": ("((W1 @ delta2) * drelu(z1)) @ a0.T", RELU, "W1"),
    "right": ("((W2.T @ delta2) * drelu(z1)) @ a0.T", RELU, "W1"),
    "in_latex": (LATEX[9]["latex"], RELU, "W^{(2)}"),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_text_is_what_it_was_when_it_was_read(name):
    formula, network, wrt = GOLDEN[name]
    text = check_formula(formula, network=network, wrt=wrt, seconds=6.0).to_text()
    assert max(map(len, text.splitlines())) <= 80
    golden = HERE / "golden" / f"check_{name}.txt"
    assert text == golden.read_text(encoding="utf-8")


def test_hints_say_less():
    formula, network, wrt = GOLDEN["second_thread"]
    check = check_formula(formula, network=network, wrt=wrt)
    assert check.to_text(0) == "DOES NOT CONFORM\n"
    assert check.to_text(1) == "DOES NOT CONFORM at the 1st @: 2×1 by 2×3\n"
    assert check.to_text(2) == (
        "DOES NOT CONFORM at the 1st @: 2×1 by 2×3\n"
        "   Ask yourself      In which layout is this the right order? Is every factor\n"
        "                     written in that layout?\n"
    )
    three = check.to_text(3)
    assert "Slip 1, order" in three
    assert "Repaired" not in three
    assert "Repaired" in check.to_text()
    for hint in range(4):
        record = json.dumps(check.to_dict(hint))
        assert ("drelu(z1))" in record) == (hint == 4)
    with pytest.raises(InputError, match=r"^a hint is 0, 1, 2 or 3, not 7\.$"):
        check.to_text(7)


def test_data_have_the_keys_that_are_documented():
    record = check_formula("delta2 @ a1", network=RELU, wrt="W2").to_dict()
    wanted = {"verdict", "layout", "shape_trace", "error_at", "right_already", "slips", "repairs",
              "caveats", "why"}  # fmt: skip
    assert wanted <= set(record)
    repair = record["repairs"][0]
    assert {"formula", "layout", "edits", "explanation"} <= set(repair)
    json.dumps(record)


SHAPES = {"x": "n", "A": "n×n"}


def test_both_faces_of_a_gradient_by_a_matrix_are_right_and_named():
    gradient = check_formula("a @ b.T", of="a.T @ X @ b", wrt="X", shapes=BILINEAR)
    assert (gradient.verdict, gradient.layout, gradient.face) == (
        "right",
        "denominator",
        "gradient",
    )
    jacobian = check_formula("vec(a @ b.T).T", of="a.T @ X @ b", wrt="X", shapes=BILINEAR)
    assert (jacobian.verdict, jacobian.layout, jacobian.face) == ("right", "numerator", "Jacobian")
    wrong = check_formula("vec(b @ a.T).T", of="a.T @ X @ b", wrt="X", shapes=BILINEAR)
    assert wrong.verdict == "wrong values"


BILINEAR = {"a": "p", "b": "q", "X": "p×q"}


def test_a_size_of_one_an_assumption_and_broadcasting_are_accidents():
    one = {"W": "1×1", "z": "1×1"}
    check = check_formula("W @ cos(z)", of="W @ sin(z)", wrt="z", shapes=one)
    assert (check.verdict, check.layout) == ("right by accident", "both")
    assumed = check_formula("A @ x + A @ x", of="x.T @ A @ x", wrt="x", shapes=SHAPES,
                            assume={"A": "symmetric"})  # fmt: skip
    assert assumed.verdict == "right by accident"
    assert "It is right only while what was assumed holds: A symmetric." in assumed.caveats
    spread = check_formula("s * x", of="0.5 * c.T @ (x * x * c) ", wrt="x",
                           shapes={"c": "n", "x": "n"}, let={"s": "c * c"})  # fmt: skip
    assert spread.verdict == "right"
    columns = {"u": "m×n", "v": "n"}
    broadcast = check_formula("u * v.T", of="u @ diag(v)", wrt="v", shapes=columns)
    assert broadcast.verdict == "does not conform"
    stretched = check_formula("X * d", of="0.5 * sum(X * (diag(d) @ X))", wrt="X",
                              shapes={"X": "p×q", "d": "p"})  # fmt: skip
    assert stretched.verdict == "right by accident"


def test_a_wrong_formula_that_is_right_for_a_symmetric_variable_says_so():
    check = check_formula("2 * X", of="tr(X @ X)", wrt="X", shapes={"X": "n×n"})
    assert (check.verdict, check.layout) == ("right", "numerator")
    check = check_formula("X @ X.T", of="tr(X @ X @ X) / 3", wrt="X", shapes={"X": "n×n"})
    assert check.verdict == "wrong values"
    assert "It would be right if X were symmetric." in check.caveats


def test_arrays_of_one_axis_are_a_caveat_and_no_excuse():
    check = check_formula("x.T + x", of="x.T @ x", wrt="x", shapes={"x": "n"})
    assert check.verdict == "does not conform"
    assert check.caveats == ["In NumPy, with arrays of one axis, the line runs and is right: such "
                             "arrays are neither rows nor columns."]  # fmt: skip


def test_what_is_differentiated_by_may_stand_on_the_left():
    assert check_formula("d(L, W2) = delta2 @ a1.T", network=RELU).verdict == "right"
    assert check_formula(r"\frac{\partial C}{\partial W_2} = \delta_2 a_1^T", network=RELU).right
    assert check_formula(r"\nabla_{W^{(1)}} J = \delta^{(1)} x^T", network=RELU).right
    vjp = check_formula("VJP(g, x) = A.T @ g", of="A @ x", shapes={"A": "m×n", "x": "n"})
    assert (vjp.verdict, vjp.layout) == ("right", None)
    assert not check_formula("VJP(g, x) = A @ g", of="A @ x", shapes=SHAPES).right
    with pytest.raises(InputError, match="by what is it differentiated"):
        check_formula("delta2 @ a1.T", network=RELU)


def test_the_writers_names_are_read_and_answered_in():
    renamed = check_formula(
        "(P - y) @ a1.T", network=identity_output(), wrt="W2", names={"P": "a2"}
    )
    assert renamed.right
    assert "(P - y)" in renamed.shape_trace
    counted = check_formula(r"\delta^{(3)} a^{(2)}", network=RELU, wrt="W^{(3)}")
    assert counted.repairs[0].formula == "delta3 @ a2.T"
    assert "Layers counted from 1, as you wrote: the input is number 1." in counted.caveats
    assert counted.title.startswith("∂L/∂W3 of 2-3-2")


def identity_output():
    return Network.parse("2-3-2", ["tanh", "identity"], "half_squared_error")


def test_what_is_no_formula_is_not_understood():
    check = check_formula("delta2 @ (a1.T", network=RELU, wrt="W2")
    assert (check.verdict, check.status) == ("not understood", 2)
    assert check.message.startswith("column 10 of the formula: '(' was never closed")
    check = check_formula("delta2 @ foo", network=RELU, wrt="W2")
    assert check.verdict == "not understood"
    assert "foo has no shape" in check.message


@pytest.mark.parametrize(("question", "message"), [
    ({"network": RELU, "wrt": "W9"}, "there is no value W9: known are a0, y, W1, b1, W2"),
    ({"of": "x.T @ x", "wrt": "x"}, "a formula is checked in a network, or as the derivative"),
    ({"of": "x.T @ B @ x", "wrt": "x", "shapes": SHAPES}, "B has no shape"),
    ({"of": "A @ A @ x.T", "wrt": "x", "shapes": SHAPES}, "cannot multiply A @ A"),
    ({"of": "x", "wrt": "x", "shapes": {"x": "n"}, "assume": {"x": "odd"}}, "x is assumed to be"),
    ({"of": "log(0 * x)", "wrt": "x", "shapes": {"x": "n"}}, "has no derivative by x at any of"),
])  # fmt: skip
def test_questions_that_are_not_understood_are_errors(question, message):
    with pytest.raises(LayoutError) as told:
        check_formula("x", **question)
    assert message in str(told.value)


def test_without_time_the_search_is_honest():
    check = check_formula("A @ A @ A @ x", of="x.T @ A @ x", wrt="x", shapes=SHAPES, seconds=0.0)
    assert check.repairs == []
    assert not check.complete
    assert (
        "   No repair         the search found no formula near yours that is right before\n"
        "                     its time was up.\n"
    ) in check.to_text()


def test_two_formulas_are_compared():
    question = {"of": "b.T @ A @ x", "wrt": "x", "shapes": {"x": "n", "A": "m×n", "b": "m"}}
    both = compare_formulas("A.T @ b", "b.T @ A", **question)
    assert both.relation == "transposes"
    assert "Nobody is wrong: they are the same derivative in the two layouts." in both.to_text()
    assert compare_formulas("A.T @ b", "(b.T @ A).T", **question).relation == "equal"
    assert compare_formulas("A.T @ b", "2 * A.T @ b", **question).relation == "different"
    assert compare_formulas("A.T @ b", "A @ b", **question).relation == "not comparable"
    assert compare_formulas("A.T @ b", "A @ (b", **question).status == 2


def test_graphs_and_batches_are_networks_too():
    tied = Network.graph("""
        input x: 4
        target y: 4
        parameters W: 3×4, b: 3, c: 4
        h = tanh(W @ x + b)
        z = W.T @ h + c
        L = half_squared_error(z, y)
    """)
    whole = "h @ (z - y).T + ((W @ (z - y)) * (1 - h * h)) @ x.T"
    assert check_formula(whole, network=tied, wrt="W").right
    one_path = check_formula("h @ (z - y).T", network=tied, wrt="W")
    assert one_path.verdict == "wrong values"
    batch = check_formula("(a2 - y) @ a1.T", network=identity_output(), wrt="W2", samples=5)
    assert batch.right
    lost = check_formula("(a2 - y)", network=identity_output(), wrt="b2", samples=5)
    assert lost.verdict == "wrong shape"
    assert lost.repairs[0].edits == ["sum"]


HOSTILE = [
    "__import__('os').system('true')", "(" * 3000, "W1" + ".T" * 1500, "9**9**9**9", "a" * 3999,
    "ones(99999999, 99999999)", "\\frac" * 500, "{" * 3999, "\x00", "δ" * 500,
    "expm(" * 90 + "W1" + ")" * 90, "kron(kron(kron(kron(W1, W1), W1), W1), W1)",
    "matrix_power(W1 @ W2, 999999)", "W1 if W1 else W2",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_formulas_harm_nothing(text):
    check = check_formula(text, network=RELU, wrt="W1", seconds=0.2)
    assert check.verdict in ("not understood", "does not conform", "wrong shape", "wrong values")


def test_text_from_users_is_escaped_everywhere():
    check = check_formula("delta2 @ a1", network=RELU, wrt="W2", names={"<b>": "a1"})
    assert "<b>" not in check.to_html().replace("<br", "")
    named = check_formula("A_1 @ x", of="x.T @ A_1 @ x", wrt="x", shapes={"x": "n", "A_1": "n×n"})
    assert "A\\_1" in named.to_latex()
    assert "`" not in named.to_markdown().replace("```", "")
