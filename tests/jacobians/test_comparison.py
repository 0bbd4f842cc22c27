"""Each link three ways: with its matrix, collapsed, and by the vjp; ⊙ only where it is allowed."""

import json
import re

import numpy as np
import pytest

import jacobians
from jacobians import (
    Custom,
    Linear,
    LogSoftmax,
    Network,
    ReLU,
    Softmax,
    collapse,
    compare,
)
from jacobians import Identity as IdentityLayer
from jacobians.layers import HalfSquaredError, Tanh
from layouts.errors import LayoutError

X = np.array([0.3, -1.2, 2.1])
G = np.array([0.5, -2.0, 1.5])
W = np.array([[0.5, -1.0, 2.0], [1.5, 0.75, -0.5]])
S = np.exp(X) / np.exp(X).sum()
SOFTMAX = np.array([[S[i] * ((i == j) - S[j]) for j in range(3)] for i in range(3)])
LOG_SOFTMAX = np.array([[float(i == j) - S[j] for j in range(3)] for i in range(3)])
H = np.array([0.25, -0.5])
CASES = {
    "diagonal": (Tanh(), (X,), None, G, np.diag(1 / np.cosh(X) ** 2)),
    "identity": (IdentityLayer(), (X,), None, G, np.eye(3)),
    "softmax": (Softmax(), (X,), None, G, SOFTMAX),
    "log softmax": (LogSoftmax(), (X,), None, G, LOG_SOFTMAX),
    "dense": (Linear(W, [1.0, 2.0]), (X,), "x", H, W),
    "Kronecker": (Linear(W, [1.0, 2.0]), (X,), "W", H, np.kron(X[None, :], np.eye(2))),
    "bias": (Linear(W, [1.0, 2.0]), (X,), "b", H, np.eye(2)),
    "loss": (HalfSquaredError(), (X, G), "prediction", np.array(1.0), (X - G)[None, :]),
    "code": (Custom(lambda x: x[:2] * x[1:]), (X,), None, H, [[-1.2, 0.3, 0], [0, 2.1, -1.2]]),
}  # fmt: skip
ALLOWED = {"diagonal", "identity", "bias"}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_the_three_results_are_the_product_in_the_layout_asked_for(name, layout):
    layer, inputs, wrt, g, J = CASES[name]
    J = np.asarray(J)
    shown = collapse(layer, *inputs, g=g, wrt=wrt, layout=layout)
    column = np.reshape(g, (-1, 1))
    expected = column.T @ J if layout == "numerator" else J.T @ column
    for result in (shown.by_matrix, shown.collapsed, shown.vjp):
        assert result.shape == expected.shape
        np.testing.assert_allclose(result, expected, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(shown.matrix, J if layout == "numerator" else J.T, atol=1e-9)
    assert shown.max_difference < 1e-8
    assert shown.allowed is (name in ALLOWED)
    assert ("⊙ is not on offer" in str(shown)) is not shown.allowed
    assert ("⊙ form" in str(shown)) is shown.allowed


@pytest.mark.parametrize("layer_and_matrix", [(Softmax(), SOFTMAX), (LogSoftmax(), LOG_SOFTMAX)])
@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_where_it_is_not_diagonal_the_price_of_the_diagonal_alone_is_told(layer_and_matrix, layout):
    layer, J = layer_and_matrix
    shown = collapse(layer, X, g=G, layout=layout)
    truth = J.T @ G
    error = np.max(np.abs(np.diag(J) * G - truth)) / np.max(np.abs(truth))
    off = max(abs(J[i, j]) for i in range(3) for j in range(3) if i != j)
    assert shown.off_diagonal == pytest.approx(off, rel=1e-12)
    assert shown.hadamard_error == pytest.approx(error, rel=1e-12)
    text = " ".join(str(shown).split())
    assert f"diagonal is {off:.4g}." in text
    assert f"would be wrong by {100 * error:.3g} %" in text


@pytest.mark.parametrize(
    ("layer", "inputs", "law"),
    [
        (ReLU(), ([1.0, -2.0],), ("gᵀ diag(relu'(x)) = (relu'(x) ⊙ g)ᵀ",
                                  "diag(relu'(x)) g = relu'(x) ⊙ g")),
        (Softmax(), ([1.0, -2.0],), ("gᵀ (diag(y) - y yᵀ) = (y ⊙ g - y (yᵀ g))ᵀ",
                                     "(diag(y) - y yᵀ) g = y ⊙ g - y (yᵀ g)")),
    ],
)  # fmt: skip
def test_the_law_is_printed_as_each_layout_writes_it(layer, inputs, law):
    assert law[0] in str(collapse(layer, *inputs, layout="numerator"))
    assert law[1] in str(collapse(layer, *inputs, layout="denominator"))


def test_the_outer_product_is_printed_in_both_layouts():
    layer = Linear(W)
    assert "gᵀ (xᵀ ⊗ I₂) = vec(g xᵀ)ᵀ" in str(collapse(layer, X, wrt="W"))
    assert "(x ⊗ I₂) g = vec(g xᵀ)" in str(collapse(layer, X, wrt="W", layout="denominator"))


def test_a_matrix_is_printed_whole_up_to_8_and_abridged_above():
    eight = str(collapse(ReLU(), np.arange(1.0, 9), g=np.ones(8)))
    nine = str(collapse(ReLU(), np.arange(1.0, 10), g=np.ones(9)))
    assert "…" not in eight
    assert len(re.findall(r"^ +(?:[01] +){7}[01]$", eight, re.M)) == 8
    assert "…" in nine
    assert len(re.findall(r"^ +(?:[01…] +){7}[01…]$", nine, re.M)) == 8
    assert max(map(len, str(collapse(Tanh(), np.linspace(-30, 30, 40))).splitlines())) <= 80


def test_what_is_stored_and_multiplied_is_counted():
    text = " ".join(str(collapse(Linear(W), X, wrt="W")).split())
    assert "numbers kept 3 of 12" in text
    assert "multiplications 12 with the matrix, 6 without" in text


def test_json_has_the_keys_of_the_specification_and_is_valid_json():
    net = Network.parse("2-3-2", activation=["relu", "softmax"])
    whole = json.loads(json.dumps(compare(net).to_dict(), allow_nan=False))
    assert all(
        link.keys() >= {"link", "structure", "allowed", "max_difference"} for link in whole["links"]
    )
    for link in whole["links"]:
        assert link["allowed"] is (link["structure"] in ("diagonal", "identity"))
        assert link["max_difference"] < 1e-10
    names = {link["link"] for link in whole["links"]}
    assert names == {
        "∂a2/∂z2", "∂z2/∂a1", "∂z2/∂W2", "∂z2/∂b2", "∂a1/∂z1", "∂z1/∂a0", "∂z1/∂W1", "∂z1/∂b1",
    }  # fmt: skip


@pytest.mark.parametrize("samples", [None, 3])
@pytest.mark.parametrize("loss", [None, "half_squared_error", "cross_entropy"])
def test_a_right_network_agrees_everywhere_in_lines_of_80_columns(samples, loss):
    net = Network.parse("3-4-2", activation=["tanh", "softmax"], loss=loss)
    text = str(compare(net, samples=samples))
    assert "DISAGREE" not in text
    assert "agree to 1e-12" in text
    assert max(map(len, text.splitlines())) <= 80


class Wrong(Tanh):
    """Its vjp is three times too large."""

    def rules(self, Z, *, names):
        right = super().rules(Z, names=names)["x"]
        return {"x": right._replace(vjp=lambda g: 3 * right.vjp(g))}


def test_one_wrong_vjp_is_found_and_named():
    rng = np.random.default_rng(0)
    net = Network([Linear(rng.normal(size=(4, 3))), Wrong(), Linear(rng.normal(size=(2, 4)))])
    comparison = compare(net)
    wrong = [link for link in comparison.to_dict()["links"] if link["max_difference"] > 1e-2]
    assert {link["link"] for link in wrong} == {"∂a1/∂z1"}
    text = str(comparison)
    assert text.count("DISAGREE") == 2 + 2 * 3
    assert "∂z2/∂z1, numerator layout          DISAGREE" in text
    assert "∂z2/∂a1, numerator layout          agree" in text


def test_values_that_are_not_finite_are_no_disagreement():
    net = Network.parse("2-3", activation="square")
    with np.errstate(all="ignore"):
        comparison = compare(net, x=[1e200, 1e200])
    assert "DISAGREE by nan" not in str(comparison)
    json.dumps(comparison.to_dict(), allow_nan=False)


def test_the_report_repeats_to_the_letter_and_measures_only_on_request():
    net = Network.parse("3-2", activation="tanh", loss="huber")
    assert str(compare(net)) == str(compare(net))
    assert "microseconds" not in str(compare(net))
    assert "microseconds" in compare(net).report(measured=True)
    assert re.search(r"bytes +\d+ with the matrix, \d+ without", compare(net).report(measured=True))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"g": [1.0, 2.0]}, "the cotangent has shape (2,), the output has (3,): a cotangent is "
                            "shaped as the output."),
        ({"wrt": "w"}, "Tanh has no argument 'w': known are x."),
        ({"layout": "mixed"}, "there is no layout 'mixed': it is 'numerator' or 'denominator'."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_a_sentence(asked, message):
    with pytest.raises(LayoutError) as refusal:
        collapse(Tanh(), X, **asked)
    assert str(refusal.value) == message


def test_collapse_is_public():
    assert {"collapse", "compare"} <= set(jacobians.__all__)


def test_a_loss_is_defined_and_differences_are_marked_in_every_comparison():
    shown = str(collapse(HalfSquaredError(), [1.0, 2.0, 0.5], [0.0, 1.0, 0.0]))
    assert "y = ½ Σᵢ (predictionᵢ - targetᵢ)²" in shown
    guessed = Custom(lambda x: x * x, jacobian=lambda x: np.diag(2 * x))
    assert "BY DIFFERENCES: jvp, vjp" in str(collapse(guessed, [1.0, 2.0]))
    net = Network([Linear(np.eye(3)[:2]), guessed], loss="huber")
    assert str(compare(net)).count("BY DIFFERENCES: jvp, vjp") == 2  # one link, two layouts
