"""Marks of exercises: truths counted by hand, blanks, and answers wrong in the usual ways."""

import numpy as np
import pytest

from jacobians import Linear, Network, Softmax
from jacobians.exercises import mark_chain, mark_formula, mark_numbers, mark_shape, mark_value
from jacobians.exercises.mark import Mark
from layouts import LayoutError

NET = Network.parse("4-3-2", activation="tanh", loss="half_squared_error")
X, Y = [0.5, -1.0, 2.0, 1.0], [0.0, 1.0]


@pytest.mark.parametrize(
    ("question", "true"),
    [
        ({"of": "z2", "wrt": "a1"}, (2, 3)),
        ({"of": "z2", "wrt": "a1", "layout": "denominator"}, (3, 2)),
        ({"of": "z1", "wrt": "W1"}, (3, 12)),
        ({"of": "z1", "wrt": "W1", "face": "tensor"}, (3, 3, 4)),
        ({"of": "z1", "wrt": "W1", "face": "tensor", "layout": "denominator"}, (3, 4, 3)),
        ({"of": "z1", "wrt": "b1"}, (3, 3)),
        ({"wrt": "W2"}, (1, 6)),
        ({"wrt": "W2", "layout": "denominator"}, (6, 1)),
        ({"wrt": "W2", "face": "gradient"}, (3, 2)),
        ({"wrt": "W2", "face": "gradient", "layout": "denominator"}, (2, 3)),
        ({"wrt": "z1", "face": "gradient"}, (1, 3)),
    ],
)
def test_shapes(question, true):
    assert mark_shape(true, NET, **question).right
    assert mark_shape("×".join(map(str, true[:2])), NET, **question).right is (len(true) == 2)
    wrong = mark_shape((*true[:-1], true[-1] + 1), NET, **question)
    assert (wrong.right, wrong.true) == (False, "×".join(map(str, true)))
    assert mark_shape(..., NET, **question).state == "STILL TO DO"


def test_a_shape_of_the_other_layout_is_called_so():
    mark = mark_shape((3, 2), NET, of="z2", wrt="a1")
    assert str(mark) == (
        "NOT YET\n"
        "   yours  3×2\n"
        "   true   2×3\n"
        "   why    z2 has 2 entries, a1 has 3. In numerator layout rows follow z2,\n"
        "          columns a1. Yours is the shape in denominator layout."
    )
    assert "in denominator layout" not in mark_shape((5, 5), NET, of="z2", wrt="a1").why


def test_shapes_in_letters():
    net = Network.parse("n-3-2", activation="tanh")
    assert mark_shape((3, "n"), net, of="z1", wrt="x").right
    assert mark_shape("n×3", net, of="z1", wrt="x", layout="denominator").right
    assert not mark_shape((3, "m"), net, of="z1", wrt="x").right


@pytest.mark.parametrize("nonsense", ["two by", None, -1, (2, 0), [], {"rows": 2}, 2.5])
def test_what_is_no_shape_is_marked_and_not_raised(nonsense):
    mark = mark_shape(nonsense, NET, of="z2", wrt="a1")
    assert (mark.right, mark.true) == (False, "2×3")


def test_questions_that_are_wrong_raise():
    with pytest.raises(LayoutError, match="z9"):
        mark_shape((2, 3), NET, of="z9", wrt="a1")
    with pytest.raises(LayoutError, match="face='cube' is none of Jacobian, gradient, tensor"):
        mark_shape((2, 3), NET, wrt="a1", face="cube")
    with pytest.raises(LayoutError, match="face='cube' is neither Jacobian nor gradient"):
        mark_numbers([[1]], NET, X, Y, wrt="W1", face="cube")


NUMERATOR = "∂L/∂a2 · ∂a2/∂z2 · ∂z2/∂a1 · ∂a1/∂z1 · ∂z1/∂W1"
DENOMINATOR = "∂z1/∂W1 · ∂a1/∂z1 · ∂z2/∂a1 · ∂a2/∂z2 · ∂L/∂a2"


def test_chains():
    assert mark_chain(NUMERATOR, NET, wrt="W1").right
    assert mark_chain("dL/da2 da2/dz2 dz2/da1 da1/dz1 dz1/dW1", NET, wrt="W1").right
    assert mark_chain(DENOMINATOR, NET, wrt="W1", layout="denominator").right
    assert mark_chain(..., NET, wrt="W1").task.startswith("the links of ∂L/∂W1 in numerator")


def test_a_chain_in_the_other_order_is_called_so():
    mark = mark_chain(DENOMINATOR, NET, wrt="W1")
    assert (mark.right, mark.true) == (False, NUMERATOR)
    assert mark.why == (
        "in numerator layout the later layer stands on the left: "
        "1×2 · 2×2 · 2×3 · 3×3 · 3×12. Yours is the order of denominator layout."
    )


def test_a_link_that_is_left_out_is_named():
    mark = mark_chain("dL/da2 dz2/da1 da1/dz1 dz1/dW1", NET, wrt="W1")
    assert not mark.right
    assert "∂a2/∂z2 is missing" in mark.why


def test_a_true_chain_that_skips_links_is_asked_for_all():
    mark = mark_chain("dL/dz2 dz2/da1 da1/dW1", NET, wrt="W1")
    assert not mark.right
    assert mark.why.endswith("Yours does not write out every link.")


@pytest.mark.parametrize("nonsense", ["", "backwards", None, 3, ["dL/da2"], "dL/dW1"])
def test_what_is_no_whole_chain_is_marked_and_not_raised(nonsense):
    assert not mark_chain(nonsense, NET, wrt="W1").right


def test_numbers_of_a_layer():
    W = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    by_W = [[7, 0, 0, 8, 0, 0], [0, 7, 0, 0, 8, 0], [0, 0, 7, 0, 0, 8]]
    assert mark_numbers(W, Linear(W), [7.0, 8.0], wrt="x").right
    assert mark_numbers(by_W, Linear(W), [7.0, 8.0], wrt="W").right
    transposed = mark_numbers(np.transpose(by_W), Linear(W), [7.0, 8.0], wrt="W")
    assert not transposed.right
    assert "The other layout" in transposed.why
    lower = mark_numbers(np.transpose(by_W), Linear(W), [7.0, 8.0], wrt="W", layout="denominator")
    assert lower.right


def test_numbers_of_a_network():
    v = NET.column_values(X, Y)
    delta2 = (v["a2"] - v["y"]) * (1 - v["a2"] ** 2)
    G = delta2 @ v["a1"].T
    question = {"wrt": "W2", "layout": "denominator"}
    assert mark_numbers(G, NET, X, Y, face="gradient", **question).right
    assert not mark_numbers(2 * G, NET, X, Y, face="gradient", **question).right
    assert mark_numbers(G.T.reshape(-1, 1), NET, X, Y, of="L", **question).right
    assert mark_numbers(v["W2"], NET, X, of="z2", wrt="a1").right
    mark = mark_numbers(..., NET, X, of="z2", wrt="a1")
    assert mark.task.startswith("∂z2/∂a1 in numerator layout.")


@pytest.mark.parametrize("nonsense", [None, "text", [[1], [2, 3]], [1.0, 2.0, 3.0], np.sin])
def test_what_is_no_matrix_is_marked_and_not_raised(nonsense):
    mark = mark_numbers(nonsense, Softmax(), [1.0, 2.0, 0.5], wrt="x")
    assert not mark.right
    assert mark.why


def test_formulas():
    question = {"network": NET, "wrt": "W2"}
    assert mark_formula("delta2 @ a1.T", **question).right
    assert mark_formula("a1 @ delta2.T", **question).right
    assert mark_formula("delta2 @ a1.T", layout="denominator", **question).right
    other = mark_formula("a1 @ delta2.T", layout="denominator", **question)
    assert (other.right, other.true) == (False, "delta2 @ a1.T")
    assert other.why == "It is right in numerator layout; denominator layout was asked for."
    slip = mark_formula("((W2.T @ delta2) * dtanh(a1)) @ a0.T", network=NET, wrt="W1")
    assert slip.true == "((W2.T @ delta2) * dtanh(z1)) @ a0.T"
    assert "taken at z1" in slip.why
    assert mark_formula(..., **question).state == "STILL TO DO"


@pytest.mark.parametrize("nonsense", ["", "delta2 @", None, 5, "nobody @ knows"])
def test_what_is_no_formula_is_marked_and_not_raised(nonsense):
    mark = mark_formula(nonsense, network=NET, wrt="W2")
    assert not mark.right
    assert mark.why


@pytest.mark.parametrize(
    ("yours", "true", "right"),
    [
        (6, 6, True),
        (6.0, 6, True),
        (7, 6, False),
        (True, True, True),
        (False, True, False),
        (1, True, False),
        ("Diagonal ", "diagonal", True),
        ("dense", "diagonal", False),
        (None, 6, False),
        (np.int64(6), 6, True),
        (np.True_, True, True),
        (np.array([6, 6]), 6, False),
    ],
)
def test_plain_values(yours, true, right):
    assert mark_value(yours, true, "because.").right is right
    assert mark_value(..., true, "because.").state == "STILL TO DO"


def test_marks_say_yours_true_and_why():
    assert str(mark_value(False, True, "because.")) == (
        "NOT YET\n   yours  no\n   true   yes\n   why    because."
    )
    assert str(mark_value(6, 6, "because.")) == "RIGHT\n   yours  6\n   why    because."
    assert repr(Mark(True, "a", "b")) == "RIGHT\n   yours  a\n   true   b"
