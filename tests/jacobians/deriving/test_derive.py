"""Derivations in three ways: their lines by hand, their values by autograd, and a second reader.

`check_derivation` reads the LaTeX of every line and judges it by steps of the forward pass alone.
"""

from pathlib import Path

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from jacobians import Network, check_derivation, derive, ready_made
from jacobians.layers import ACTIVATIONS, LOSSES
from jacobians.typography import to_latex
from layouts import Formula

GOLDEN = Path(__file__).parents[2] / "golden"
NET = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error")
SOFTMAX = Network.parse("3-4-2", activation=["tanh", "softmax"], loss="cross_entropy")
WAYS = ("components", "jacobians", "vjp")


def formulas(derivation):
    return [step.formula for step in derivation]


@pytest.mark.parametrize(
    ("name", "net", "how"),
    [
        ("components_2-3-2_W1", NET, {"way": "components"}),
        ("jacobians_2-3-2_W1", NET, {"way": "jacobians", "layout": "numerator"}),
        ("vjp_2-3-2_W1", NET, {"way": "vjp"}),
        ("components_softmax_batch", SOFTMAX, {"way": "components", "samples": 5}),
    ],
)
def test_the_whole_derivation_is_the_one_that_was_read_and_approved(name, net, how):
    text = str(derive(net, wrt="W1", **how))
    assert text == (GOLDEN / f"derive_{name}.txt").read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= 80


def test_by_components_a_sum_comes_and_goes_and_matrices_return():
    lines = formulas(derive(NET, wrt="W1"))
    at = lines.index("∂L/∂W1_pq = Σ_i δ1_i ∂z1_i/∂W1_pq")
    assert lines[at - 2 : at + 4] == [
        "∂z1_i/∂W1_pq = Σ_j [i = p] [j = q] a0_j",
        "= [i = p] a0_q",
        "∂L/∂W1_pq = Σ_i δ1_i ∂z1_i/∂W1_pq",
        "= Σ_i δ1_i [i = p] a0_q",
        "= δ1_p a0_q",
        "∂L/∂W1 = δ1 a0ᵀ",
    ]


def test_softmax_by_components_is_not_diagonal():
    lines = formulas(derive(SOFTMAX, wrt="z2"))
    assert "= a2_i ([i = p] - a2_p)" in lines
    assert "= ∂L/∂a2_p a2_p - a2_p Σ_i ∂L/∂a2_i a2_i" in lines
    assert "δ2 = ∂L/∂z2 = ∂L/∂a2 ⊙ a2 - a2 (∂L/∂a2ᵀ a2)" not in lines
    assert "δ2 = ∂L/∂z2 = ∂L/∂a2 ⊙ a2 - a2 ((∂L/∂a2)ᵀ a2)" in lines


def test_a_batch_sums_over_its_samples():
    lines = formulas(derive(SOFTMAX, wrt="W2", samples=5))
    assert "L = -Σ_ik y_ik log(a2_ik)/5" in lines
    assert "= Σ_ik δ2_ik [i = p] a1_qk" in lines
    assert "= Σ_k δ2_pk a1_qk" in lines
    assert "= Σ_k δ2_pk" in formulas(derive(SOFTMAX, wrt="b2", samples=5))


def test_letters_for_sizes_stay_letters():
    net = Network.parse("n-m-3", activation="tanh", loss="mean_squared_error")
    derivation = derive(net, wrt="W1", samples="N")
    assert derivation.agrees
    assert derivation.steps[-1].shape == "m×n"
    assert "L = Σ_ik (a2_ik - y_ik)²/3/N" in formulas(derivation)
    assert "evaluated  at sizes 5-4-3 and 6 samples" in str(derivation)


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_matrix_calculus_goes_from_differentials_to_the_collapse(layout):
    lines = formulas(derive(NET, wrt="W1", way="jacobians", layout=layout))
    assert lines[:5] == [
        "dz1 = dW1 a0", "da1 = dz1 ⊙ relu'(z1)", "dz2 = W2 da1", "da2 = dz2 ⊙ σ'(z2)",
        "dL = (a2 - y)ᵀ da2",
    ]  # fmt: skip
    product = {
        "numerator": "= (a2 - y)ᵀ · diag(σ'(z2)) · W2 · diag(relu'(z1)) · (a0ᵀ ⊗ I₃)",
        "denominator": "= (a0 ⊗ I₃) · diag(relu'(z1)) · W2ᵀ · diag(σ'(z2)) · (a2 - y)",
    }
    at = lines.index(product[layout])
    collapse = {
        "numerator": [
            "∂L/∂a2 = (a2 - y)ᵀ", "∂L/∂z2 = (a2 - y)ᵀ · diag(σ'(z2))",
            "= ((a2 - y) ⊙ σ'(z2))ᵀ", "∂L/∂a1 = δ2ᵀ · W2",
            "∂L/∂z1 = δ2ᵀ W2 · diag(relu'(z1))", "= ((W2ᵀ δ2) ⊙ relu'(z1))ᵀ",
            "∂L/∂W1 = δ1ᵀ · (a0ᵀ ⊗ I₃)", "= vec(δ1 a0ᵀ)ᵀ", "∂L/∂W1 = a0 δ1ᵀ",
        ],
        "denominator": [
            "∂L/∂a2 = a2 - y", "∂L/∂z2 = diag(σ'(z2)) · (a2 - y)", "= (a2 - y) ⊙ σ'(z2)",
            "∂L/∂a1 = W2ᵀ · δ2", "∂L/∂z1 = diag(relu'(z1)) · W2ᵀ δ2",
            "= (W2ᵀ δ2) ⊙ relu'(z1)", "∂L/∂W1 = (a0 ⊗ I₃) · δ1", "= vec(δ1 a0ᵀ)",
            "∂L/∂W1 = δ1 a0ᵀ",
        ],
    }  # fmt: skip
    assert lines[at + 1 : at + 10] == collapse[layout]


def test_shapes_stand_beside_the_formulas():
    steps = {step.formula: step.shape for step in derive(NET, wrt="W1", way="jacobians")}
    assert steps["∂z1/∂W1 = a0 ⊗ I₃"] == "6×3"
    assert steps["∂L/∂W1 = (a0 ⊗ I₃) · δ1"] == "6×1"
    assert steps["∂L/∂W1 = δ1 a0ᵀ"] == "3×2"
    steps = {step.formula: step.shape for step in derive(NET, wrt="W1")}
    assert steps["∂z1_i/∂W1_pq = Σ_j [i = p] [j = q] a0_j"] == "3×(3×2)"


def test_the_sweep_says_why_each_matrix_is_transposed():
    derivation = derive(NET, wrt="W1", way="vjp")
    said = {step.formula: step.sentence for step in derivation}
    bias = derive(NET, wrt="b1", way="vjp").steps[5]
    assert bias.sentence == "`dz1 = db1`: what reaches `z1` reaches `b1` as it is."
    assert said["g_a1 = W2ᵀ δ2"] == (
        "`dz2 = W2 da1`, and `⟨δ2, W2 da1⟩ = ⟨W2ᵀ δ2, da1⟩`: `W2` has changed sides, and that "
        "transposes it."
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("layout", ["numerator", "denominator"])
@pytest.mark.parametrize("wrt", ["W1", "b1", "W2", "z1", "a0"])
def test_a_second_reader_confirms_every_line(way, layout, wrt):
    """Lines in matrices and chains; those about single entries and differentials he cannot read."""
    steps = [
        step
        for step in derive(NET, wrt=wrt, way=way, layout=layout)
        if not step.left.startswith(("d", "(")) and "_" not in step.formula.replace("g_", "")
    ]
    lines = [to_latex(step.formula) for step in steps]
    found = check_derivation(lines, network=NET, wrt=wrt)
    assert found.verdict == "right", [line for line in found.lines if not line.verdict]
    assert len(lines) > 3


def test_the_second_reader_is_no_friend_of_a_wrong_line():
    lines = [to_latex(step.formula) for step in derive(NET, wrt="W1", way="vjp").steps[1:6]]
    lines[2] = lines[2].replace(r"W_{2}^{\top}", r"W_{1}")
    assert check_derivation(lines, network=NET, wrt="W1").verdict == "wrong"


def loss_of(W1, b1, W2, b2, x, y):
    """tanh, softmax, cross-entropy, the mean over samples: as a textbook has it."""
    z1 = anp.dot(W1, x) + b1[:, None]
    e = anp.exp(anp.dot(W2, anp.tanh(z1)) + b2[:, None])
    return -anp.sum(y * anp.log(e / anp.sum(e, axis=0))) / x.shape[1]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("wrt", "place"), [("W1", 0), ("b1", 1), ("W2", 2), ("b2", 3)])
def test_the_last_line_is_autograds_gradient(way, wrt, place):
    x, y = SOFTMAX.example(5)
    given = [np.asarray(SOFTMAX.parameters[name]) for name in ("W1", "b1", "W2", "b2")]
    truth = grad(loss_of, place)(*given, x, y)
    W1, b1, W2, b2 = given
    z1 = W1 @ x + b1[:, None]
    a1 = np.tanh(z1)
    e = np.exp(W2 @ a1 + b2[:, None])
    a2 = e / e.sum(axis=0)
    delta2 = (a2 - y) / 5
    delta1 = (W2.T @ delta2) * (1 - a1**2)
    last = derive(SOFTMAX, wrt=wrt, way=way, samples=5).steps[-1]
    text = to_latex(last.right.replace(" 1", " u"))  # a column of ones
    formula = Formula.parse(text, names=["a0", "a1", "δ1", "δ2", "u"])
    values = {"a0": x, "a1": a1, "delta1": delta1, "delta2": delta2, "u": np.ones((5, 1))}
    found = formula({name: values[name] for name in formula.names})
    assert np.allclose(found.reshape(truth.shape), truth, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("samples", [1, 4])
def test_every_activation_can_be_derived(way, name, samples):
    net = Network.parse("2-3-2", activation=name, loss="half_squared_error")
    derivation = derive(net, wrt="W1", way=way, samples=samples)
    assert all(step.agrees for step in derivation)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("samples", [1, 4, "N"])
def test_every_loss_can_be_derived(way, name, samples):
    last = "softmax" if name == "cross_entropy" else "sigmoid"
    net = Network.parse("2-4-3", activation=["tanh", last], loss=name)
    derivation = derive(net, wrt="W2", way=way, samples=samples)
    assert all(step.agrees for step in derivation)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("name", "wrt", "of"),
    [("residual_block", "x", "u"), ("residual_block", "W1", "L"), ("tied_autoencoder", "W", "L"),
     ("rnn", "h0", "h3"), ("rnn", "W", "h3"), ("lstm", "c1", None), ("two_losses", "W1", "L")],
)  # fmt: skip
def test_graphs_add_up_their_paths(way, name, wrt, of):
    derivation = derive(ready_made(name), wrt=wrt, of=of, way=way)
    assert all(step.agrees for step in derivation)


def test_in_a_graph_totals_have_a_d_and_every_use_a_term():
    net = Network.graph("""
        input x: 3
        parameters W: 3×3
        u = W @ tanh(x) + x
    """)
    lines = formulas(derive(net, wrt="x"))
    at = lines.index("du_r/dx_p = ∂u_r/∂x_p + Σ_i du_r/du_1_i ∂u_1_i/∂x_p")
    assert lines[at + 1 : at + 3] == [
        "= [r = p] + Σ_i du_r/du_1_i tanh'(x_i) [i = p]",
        "= [r = p] + du_r/du_1_p tanh'(x_p)",
    ]
    lines = formulas(derive(net, wrt="x", way="jacobians", layout="numerator"))
    assert lines[-1] == "du/dx = I₃ + du/du_1 · diag(tanh'(x))"


@pytest.mark.parametrize("way", WAYS)
def test_any_value_by_any_other(way):
    for of, wrt in [("a2", "W1"), ("z2", "z1"), ("a1", "b1"), ("L", "y"), ("L", "x")]:
        derivation = derive(NET, wrt=wrt, of=of, way=way)
        assert all(step.agrees for step in derivation), (of, wrt)
