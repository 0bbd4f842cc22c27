"""Slips that a writer makes at every factor, which no search of four changes would mend."""

import pytest

from jacobians import Network, check_formula

NET = Network.parse("2-3-4-5-6", ["tanh", "sigmoid", "tanh", "sigmoid"], "half_squared_error")
SLIPS = {
    "every slope as a vector, numerator layout": (
        "(a4 - y).T @ dsigmoid(z4) @ W4 @ dtanh(z3) @ W3 @ dsigmoid(z2) @ W2 @ dtanh(z1) @ W1", "x",
        ["diag"] * 4, "numerator"),
    "every slope as a vector, denominator layout": (
        "W1.T @ dtanh(z1) @ W2.T @ dsigmoid(z2) @ W3.T @ dtanh(z3) @ W4.T @ delta4", "x",
        ["diag"] * 3, "denominator"),
    "every slope as a vector, and the column for the row": (
        "delta4 @ W4 @ dtanh(z3) @ W3 @ dsigmoid(z2) @ W2 @ dtanh(z1)", "z1",
        ["diag", "diag", "diag", "transpose"], "numerator"),
    "no weight transposed": (
        "(W2 @ (dsigmoid(z2) * (W3 @ (dtanh(z3) * (W4 @ delta4))))) * dtanh(z1)", "z1",
        ["transpose"] * 3, "denominator"),
}  # fmt: skip


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_at_every_factor_is_mended_at_every_factor(name):
    formula, wrt, edits, layout = SLIPS[name]
    check = check_formula(formula, network=NET, wrt=wrt, seconds=6.0)
    assert check.verdict == "does not conform"
    best = check.repairs[0]
    assert (best.edits, best.layout) == (edits, layout)
    again = check_formula(best.formula, network=NET, wrt=wrt)
    assert (again.verdict, again.layout) == ("right", layout)


def test_one_place_is_no_habit():
    check = check_formula("delta4.T @ W4 @ dtanh(z3)", network=NET, wrt="z3")
    assert check.repairs[0].edits == ["diag"]
    assert check.repairs[0].formula == "delta4.T @ W4 @ diag(dtanh(z3))"
