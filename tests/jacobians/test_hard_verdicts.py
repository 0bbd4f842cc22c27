"""Verdicts that a few points, or a size of 1, would get wrong; and contradictions in a question."""

import pytest

from jacobians import Network, check_formula, compare_formulas
from jacobians.command_line import main
from layouts.errors import InputError

RELU = Network.parse("2-3-2", activation=["relu", "relu"], loss="half_squared_error")
NET = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error")
SOFT = Network.parse("3-4-3", activation=["relu", "identity"], loss="softmax_cross_entropy")
ONE = Network.parse("5-1-2", activation=["sigmoid", "tanh"], loss="squared_error")
OUT = Network.parse("3-4-1", activation=["tanh", "sigmoid"], loss="half_squared_error")


@pytest.mark.parametrize(
    ("network", "wrt", "formula", "verdict"),
    [
        (RELU, "W2", "delta2 @ a1.T * drelu(sum(a2 - y))", "wrong values"),
        (RELU, "z1", "(W2.T @ delta2) * drelu(z1) * drelu(sum(a2 - y))", "wrong values"),
        (RELU, "W2", "abs(a2 - y) * drelu(z2) @ a1.T", "wrong values"),
        (RELU, "W2", "(a2 - y) * drelu(z2) @ a1.T", "right"),
        (RELU, "z1", "(W2.T @ delta2) * drelu(a1)", "right"),
        (ONE, "W2", "delta2 @ a1", "right by accident"),
        (ONE, "W2", "delta2 @ a1.T", "right"),
        (ONE, "z1", "W2.T @ (delta2 * dsigmoid(z1))", "right by accident"),
        (ONE, "x", "delta1 @ W1", "right by accident"),
        (OUT, "W2", "delta2 * a1.T", "right by accident"),
        (OUT, "z1", "(W2 * delta2).T * dtanh(z1)", "right by accident"),
        (OUT, "z1", "(W2.T @ delta2) * dtanh(z1)", "right"),
    ],
)
def test_a_verdict(network, wrt, formula, verdict):
    assert check_formula(formula, network=network, wrt=wrt).verdict == verdict


@pytest.mark.parametrize(
    "formula",
    ["W2.T @ (delta2 * drelu(z1))", "delta2.T @ (W2 * drelu(z1))", "(W2.T * drelu(z1)) @ delta2"],
)
def test_a_repair_is_right_when_it_is_handed_in(formula):
    repairs = check_formula(formula, network=SOFT, wrt="z1").repairs
    assert repairs
    for repair in repairs:
        assert check_formula(repair.formula, network=SOFT, wrt="z1").verdict == "right"


def test_a_size_of_1_is_named():
    check = check_formula("delta1 @ W1", network=ONE, wrt="x")
    assert check.caveats[0] == (
        "It fits only because a size is 1: with others, 5-3-4, it does not conform.")  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "kind", "text"),
    [
        ("2 * delta2 @ a1.T", "spare number", "2 is too much: without it, it is right."),
        ("delta2 @ a1.T / 5", "spare number", "5 is too much: without it, it is right."),
        ("delta1 @ a1.T", "index", "delta2 is meant, not delta1: another layer's."),
    ],
)
def test_a_factor_too_much_and_another_layers_gradient(formula, kind, text):
    check = check_formula(formula, network=NET, wrt="W2")
    assert [tuple(slip) for slip in check.slips] == [(kind, text)]
    assert check.repairs[0].formula == "delta2 @ a1.T"


def test_the_diagonal_of_a_softmax_is_not_its_jacobian():
    net = Network.parse("3-4-3", activation=["tanh", "softmax"], loss="cross_entropy")
    check = check_formula("a2 * (1 - a2) * (-y / a2)", network=net, wrt="z2")
    assert check.verdict == "wrong values"
    assert check.slips[0].text == (
        "a softmax couples its entries: its Jacobian is diag(a2) - a2 a2ᵀ, and you wrote the "
        "diagonal of it alone.")  # fmt: skip
    assert check.repairs[0].formula == "(diag(a2) - a2 @ a2.T) @ (-y / a2)"


def test_sizes_in_messages_are_the_callers():
    check = check_formula("kron(a0.T, eye(3))", network=NET, of="z2", wrt="W1")
    assert check.message == "It is 3×6; the derivative is 2×6 or 6×2."
    check = check_formula("W2", network=NET, of="z2", wrt="a1", samples=5)
    assert check.message == "It is 2×3; the derivative is 10×15 or 15×10."


def test_large_sizes_are_shown_as_they_were_given():
    net = Network.parse("64-32-10", activation=["relu", "softmax"], loss="cross_entropy")
    check = check_formula("((W2.T @ delta2) * drelu(z1)) @ a0.T", network=net, wrt="W1")
    assert check.verdict == "right"
    check = check_formula("((W2.T @ delta2) * drelu(z1)) @ a0", network=net, wrt="W1")
    assert check.message.startswith(
        "cannot multiply (W2.T @ delta2) * drelu(z1) (32×1) by a0 (64×1)")  # fmt: skip
    square = Network.parse("64-64-64", activation="tanh", loss="half_squared_error")
    check = check_formula("(W2 @ delta2) * dtanh(z1)", network=square, wrt="z1")
    assert check.message == "It is 64×1, as the derivative may be, with other values."
    assert check.caveats[-1] == "It would be right if W2 were symmetric."


def test_rows_stacked_are_not_called_right_in_numpy():
    net = Network.parse("3-4-2", activation="sigmoid", loss="half_squared_error")
    check = check_formula("delta1.T @ kron(eye(4), a0.T)", network=net, wrt="W1")
    assert check.verdict == "wrong values"
    assert not any("is right" in caveat for caveat in check.caveats)


def test_what_only_broadcasting_makes_right_says_so():
    net = Network.parse("3-4-2", activation="sigmoid", loss="half_squared_error")
    check = check_formula("W2 * (a1 * (1 - a1)).T", network=net, of="z2", wrt="z1")
    assert check.verdict == "right by accident"
    assert check.caveats[0] == (
        "It is right only because NumPy broadcasts; as matrices the shapes differ.")  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "of", "verdict"),
    [
        ("zeros(n, 1)", "b.T @ b", "right"),
        ("ones(n, 1)", "b.T @ b", "wrong values"),
        ("1e-50 * 2 * x", "1e-50 * x.T @ x", "right"),
        ("1e-50 * x", "1e-50 * x.T @ x", "wrong values"),
    ],
)
def test_a_derivative_that_is_zero_or_tiny_is_one(formula, of, verdict):
    check = check_formula(formula, of=of, wrt="x", shapes={"x": "n", "b": "n"})
    assert check.verdict == verdict


@pytest.mark.parametrize(
    ("formula", "wrt", "name"),
    [
        ("dL/dW1 = delta2 @ a1.T", "W2", "W1"),
        (r"\frac{\partial L}{\partial W_1} = \delta_2 a_1^T", "W2", "W1"),
        ("delta1 = W2.T @ delta2", "a1", "z1"),
    ],
)
def test_a_left_side_about_another_derivative_is_refused(formula, wrt, name):
    with pytest.raises(InputError) as raised:
        check_formula(formula, network=NET, wrt=wrt)
    assert str(raised.value) == (
        f"the left side is about {name}, but the derivative by {wrt} is asked for: leave one of "
        "them out.")  # fmt: skip


@pytest.mark.parametrize("formula", ["dL/dW2 = delta2 @ a1.T", "d(L, W2) = delta2 @ a1.T"])
def test_a_left_side_says_by_what(formula):
    assert check_formula(formula, network=NET).verdict == "right"
    assert check_formula(formula, network=NET, wrt="W2").verdict == "right"


def test_what_is_assumed_in_a_network():
    net = Network.parse("3-3-3", activation=["tanh", "sigmoid"], loss="half_squared_error")
    wrong = check_formula("(W2 @ delta2) * dtanh(z1)", network=net, wrt="z1")
    assert (wrong.verdict, wrong.caveats[-1]) == (
        "wrong values", "It would be right if W2 were symmetric.")  # fmt: skip
    assumed = {"W2": "symmetric"}
    check = check_formula("(W2 @ delta2) * dtanh(z1)", network=net, wrt="z1", assume=assumed)
    assert check.verdict == "right by accident"
    with pytest.raises(InputError, match=r"^z1 is nothing that is given: what is assumed is of a0"):
        check_formula("W2.T @ delta2", network=net, wrt="z1", assume={"z1": "positive"})


def test_a_network_is_no_text():
    with pytest.raises(InputError, match=r"^network is a Network, as of Network\.parse\('2-3-2'\)"):
        check_formula("delta2 @ a1.T", network="2-3-2", wrt="W2")


def test_one_of_two_formulas_is_not_understood(capsys):
    shapes = {"x": "n", "b": "n"}
    both = compare_formulas("b.T", "A", of="b.T @ x", wrt="x", shapes=shapes)
    assert (both.relation, both.status) == ("not understood", 2)
    assert both.to_text().startswith("ONE OF THEM IS NOT UNDERSTOOD")


def test_a_derivation_is_for_one_sample(tmp_path, capsys):
    file = tmp_path / "lines.txt"
    file.write_text("dL/db2 = delta2\n", encoding="utf-8")
    asked = ["check", "--derivation", str(file), "--network", "2-3-2", "--loss", "huber"]
    assert main(asked) == 0
    capsys.readouterr()
    assert main([*asked, "--batch", "5"]) == 2
    assert capsys.readouterr().err == (
        "jacobians: --derivation is for one sample, and nothing assumed.\n")  # fmt: skip
