"""What is said of a batch, of a mean and of the difference a - y, word by word."""

import pytest

from jacobians import Network, check_formula

SOFTMAX = Network.parse("4-3-5", ["relu", "softmax"], "cross_entropy")
SQUARES = Network.parse("4-3-5", ["relu", "identity"], "half_squared_error")
WHY = {
    "a batch by a weight": (SOFTMAX, "delta2 @ a1.T", "W2", 7, ("Why a1.T",
        "one sample has the outer product g aᵀ; δ2 a1ᵀ adds these up over the samples, column by "
        "column.")),
    "a batch by a bias": (SOFTMAX, "delta2 @ ones(7, 1)", "b2", 7, ("Why ones(7, 1)",
        "all samples share b2: the columns, one for each sample, are added up.")),
    "softmax with its loss": (SOFTMAX, "(a2 - y) @ a1.T", "W2", None, ("Why a2 - y",
        "it is ∂L/∂z2: the gradient of cross_entropy(a2, y) through the Jacobian of softmax(z2); "
        "between them they leave the difference.")),
    "half a square": (SQUARES, "a2 - y", "z2", None, ("Why a2 - y",
        "it is ∂L/∂z2, the slope of half_squared_error(a2, y).")),
    "one sample by a weight": (SOFTMAX, "delta2 @ a1.T", "W2", None, ("Why a1.T",
        "(a1 ⊗ I) δ2 = vec(δ2 a1ᵀ): the derivative by a weight matrix is an outer product.")),
}  # fmt: skip
SLIPS = {
    "a sum over samples": ("delta2", "b2", ("sum",
        "delta2, 5×7, has a column for each sample. All samples share b2, so its derivative is the "
        "sum of the columns, δ2 1: delta2 @ ones(7, 1).")),
    "a mean over samples": ("(a2 - y) @ a1.T", "W2", ("scale",
        "L is the mean over the 7 samples, and its derivative likewise: 1/7 stands before the "
        "sum.")),
}  # fmt: skip


@pytest.mark.parametrize("name", WHY)
def test_what_is_right_has_its_reason(name):
    net, formula, wrt, samples, reason = WHY[name]
    check = check_formula(formula, network=net, wrt=wrt, samples=samples)
    assert check.right
    assert reason in check.why


@pytest.mark.parametrize("name", SLIPS)
def test_what_a_batch_was_overlooked_in_is_named(name):
    formula, wrt, slip = SLIPS[name]
    check = check_formula(formula, network=SOFTMAX, wrt=wrt, samples=7)
    assert [*map(tuple, check.slips)] == [slip]
    other = check_formula(check.repairs[0].formula, network=SOFTMAX, wrt=wrt, samples=7)
    assert other.right


def test_the_difference_has_no_such_reason_where_it_is_no_gradient():
    sigmoid = Network.parse("4-3-5", ["relu", "sigmoid"], "half_squared_error")
    check = check_formula("((a2 - y) * dsigmoid(z2)) @ a1.T", network=sigmoid, wrt="W2")
    assert [about for about, _ in check.why] == ["Why a1.T", "Why *", "Why a2 - y"]
    assert check.why[-1][1] == "it is ∂L/∂a2, the slope of half_squared_error(a2, y)."


def test_repairs_say_what_they_are():
    sigmoid = Network.parse("4-3-5", "sigmoid", "half_squared_error")
    check = check_formula("delta2 @ W2 @ dsigmoid(z1)", network=sigmoid, wrt="z1", seconds=8.0)
    assert [(repair.layout, repair.explanation) for repair in check.repairs] == [
        ("numerator", "1×3, in your own order: δ2ᵀ W2 diag(σ'(z1))"),
        ("denominator", "3×1: (W2ᵀ δ2) ⊙ σ'(z1)"),
    ]
    weights = check_formula("delta1 @ a0", network=sigmoid, wrt="W1").repairs[0]
    assert weights.explanation == "3×4, as W1 is: δ1 a0ᵀ"


def test_sizes_in_words_are_the_callers():
    check = check_formula("x.T", of="A @ x", wrt="A", shapes={"A": "3×4", "x": "4"})
    assert check.slips[0].text == (
        "a vector by a matrix has three axes; as a matrix, through vec, it is kron(x, eye(3)), "
        "12×3. x.T is what is left of it after the vjp: g xᵀ."
    )
    assert check.repairs[0].explanation == "12×3: x ⊗ I₃"


def test_a_slope_taken_elsewhere_with_the_same_values_is_that_of_its_link():
    net = Network.parse("4-3-5", ["relu", "sigmoid"], "half_squared_error")
    check = check_formula("(W2.T @ delta2) * drelu(a1)", network=net, wrt="z1")
    assert check.right
    assert check.why[0] == ("Why *", "∂a1/∂z1 = diag(relu'(a1)), and diag(s) g = s ⊙ g.")


def test_no_repair_keeps_a_slope_that_is_1_everywhere():
    net = Network.parse("4-3-5", ["relu", "sigmoid"], "half_squared_error")
    check = check_formula("drelu(a1) * delta2", network=net, wrt="a1", seconds=6.0)
    assert check.repairs[0].formula == "W2.T @ delta2"


def test_one_change_of_two_may_conform_and_be_wrong():
    net = Network.parse("4-3-5", "sigmoid", "half_squared_error")
    check = check_formula("delta2 @ W2 @ dsigmoid(z1)", network=net, wrt="z1", seconds=6.0)
    half = "delta2.T @ W2 @ dsigmoid(z1)"
    assert f"Mended at one place alone, {half} conforms, and is wrong: 1×1." in check.caveats
    assert check_formula(half, network=net, wrt="z1", seconds=0.0).verdict == "wrong shape"
    one = check_formula("delta2.T @ W2 @ dsigmoid(z1)", network=net, wrt="z1", seconds=6.0)
    assert not any("at one place" in caveat for caveat in one.caveats)


def test_a_hint_tells_nothing_of_a_repair():
    net = Network.parse("2-3-2", ["relu", "sigmoid"], "half_squared_error")
    formula = "((a2 - y) * a2 * (1 - a2)) @ W2 @ ones(1, 3).T @ a0.T"
    check = check_formula(formula, network=net, wrt="W1", seconds=8.0)
    assert "repair 1" in check.to_text()
    for hint in range(4):
        assert "repair" not in check.to_text(hint).replace("Repaired", "")
        assert "repair" not in str(check.to_dict(hint)["caveats"])
    sigmoid = Network.parse("4-3-5", "sigmoid", "half_squared_error")
    other = check_formula("delta2 @ W2 @ dsigmoid(z1)", network=sigmoid, wrt="z1", seconds=6.0)
    assert "delta2.T" in other.to_text()
    assert "delta2.T" not in other.to_text(3)


def test_a_branch_that_is_the_identity_is_a_missing_term():
    net = Network.graph("""
        input x: 3
        target y: 3
        parameters W: 3×3
        u = W @ x + x
        L = half_squared_error(u, y)
    """)
    check = check_formula("W", network=net, of="u", wrt="x")
    assert check.repairs[0].formula == "W + eye(3)"
    assert check.slips[0].text.startswith("eye(3), 3×3 is missing: every path")
