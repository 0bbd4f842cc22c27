"""Formulas under the names that texts give values, gradients and functions."""

import re

import pytest

from jacobians import Network, check_formula
from layouts.errors import InputError

NET = Network.parse("4-3-5", ["relu", "sigmoid"], "half_squared_error")
RIGHT = {
    "an underscore in wrt": ("delta2 @ a1.T", "W_2"),
    "LaTeX in wrt": ("delta2 @ a1.T", "W^{(2)}"),
    "a prediction": ("yhat - y", "a2"),
    "a prediction in LaTeX": (r"\hat{y} - y", "a2"),
    "a prediction with an underscore": ("y_hat - y", "a2"),
    "a factor that is ∂L/∂z2": ("∂L/∂z2 @ a1.T", "W2"),
    "a factor that is ∂J/∂z2": (r"\frac{\partial J}{\partial z_2} a_1^T", "W2"),
    "a factor that is dL/dz2": ("dL/dz2 @ a1.T", "W2"),
    "a factor that is dL/dz2 in LaTeX": (r"\frac{dL}{dz_2} a_1^T", "W2"),
    "a factor that is dL/dz2 in the line": ("dL/dz_2 a_1^T", "W2"),
    "gradients as courses call them": ("dZ2 @ A1.T", "W2"),
    "on the left too": ("dW2 = dZ2 @ A1.T", None),
    "of a value": ("dz1 = (W2.T @ dz2) * drelu(z1)", None),
    "of the input": ("dX = W1.T @ dZ1", None),
    "of the input in LaTeX": ("dx = W_1^T dz_1", None),
    "in LaTeX": ("dW^{[2]} = dZ^{[2]} A^{[1]T}", None),
    "a fraction on the left": (r"\frac{dJ}{dW^{[2]}} = dz^{[2]} a^{[1]T}", None),
    "a fraction of plain names": (r"\frac{dL}{dW1} = dz_1 x^T", None),
    "a derivative as reports print it": ("∂L/∂W2 = δ2 a1ᵀ", None),
    "the same for Python": ("∂L/∂W2 = delta2 @ a1.T", None),
    "counted from 1": ("dL/dW3 = dL/dz3 @ a2.T", None),
}
SLIPS = {
    "the other order": ("dW2 = A1.T @ dZ2", "does not conform"),
    "the other layout's factor": ("dz1 = (dz2.T @ W2) * drelu(z1)", "does not conform"),
    "at another point": ("dz2 = da2 * dsigmoid(a2)", "wrong values"),
    "a gradient without its slope": ("dL/dW2 = dL/da2 @ a1.T", "wrong values"),
}
REFUSED = {
    "another on the left": ("dW1 = dZ2 @ A1.T", "W2", "the left side is about W1, but the "
                            "derivative by W2 is asked for: leave one of them out."),
    "another vjp on the left": ("VJP(g, W1) = g @ a0.T", "W2", "the left side is about W1, but the "
                                "derivative by W2 is asked for: leave one of them out."),
    "nothing": ("delta2 @ a1.T", " ", "wrt is empty: name what is differentiated by, W1 or x."),
    "no value": (r"d\theta = 3", None,
                 "by what is it differentiated? Give wrt=, or write it: dL/dW = …."),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_texts_are_understood(name):
    formula, wrt = RIGHT[name]
    check = check_formula(formula, network=NET, wrt=wrt)
    assert (check.verdict, check.layout) == ("right", "denominator")


@pytest.mark.parametrize("name", SLIPS)
def test_what_is_understood_may_be_wrong(name):
    formula, verdict = SLIPS[name]
    assert check_formula(formula, network=NET, seconds=0.0).verdict == verdict


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_understood_is_refused(name):
    formula, wrt, message = REFUSED[name]
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        check_formula(formula, network=NET, wrt=wrt)


def test_a_link_of_a_chain_is_no_value():
    check = check_formula(r"\delta_2 \odot \frac{da_1}{dz_1}", network=NET, wrt="z1")
    assert check.verdict == "not understood"
    assert check.message.splitlines()[0] == (
        "column 16 of the formula: ∂a1/∂z1 is a link, and no value: a chain of ∂ symbols is "
        "checked as a derivation, by check_derivation or jacobians check --derivation."
    )


def test_repairs_are_in_the_writers_names():
    check = check_formula("dW2 = A1.T @ dZ2", network=NET)
    assert check.repairs[0].formula == "dZ2 @ A1.T"
    assert check_formula(r"(\hat{y} - y)^T", network=NET, wrt="a2").other_layout == "yhat - y"


def test_a_letter_in_a_size_is_that_of_something_given():
    check = check_formula("delta2 @ ones(N, 1)", network=NET, wrt="b2", samples=7)
    assert check.message.splitlines()[0] == (
        "column 15 of the formula: N is the size of nothing that is given: sizes here are 4, 7, 5, "
        "3."
    )
    assert check_formula("delta2 @ ones(N, 1)", network=NET, wrt="b2", samples="N").right
    assert check_formula("delta2 @ ones(7, 1)", network=NET, wrt="b2", samples=7).right
