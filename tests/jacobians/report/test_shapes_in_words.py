"""What a trace of a graph writes has the shape that it says: matrices, entries, equal names."""

import numpy as np
import pytest

from jacobians import Network, dimension_trace, ready_made
from tests.jacobians.report.test_graphs import flat, part, rows

MATRICES = """
input X: 2×3
target y: 4
parameters A: 4×2, c: 3×1
V = tanh(A @ X)
v = flatten(V @ c)
L = half_squared_error(v, y)
"""


def last_line(net, **asked):
    """The collapsed derivative, as the sweep's last line has it, and its shape."""
    found = rows(part(dimension_trace(net, layout="denominator", **asked), "WITHOUT"))
    return found[-1][1].removeprefix("= "), found[-1][2]


def graph(lines):
    return Network.graph(lines)


@pytest.mark.parametrize("samples", [1, 2, "N"])
@pytest.mark.parametrize("wrt", ["X", "A", "c", "V"])
def test_a_graph_of_matrices_is_traced_with_any_number_of_samples(wrt, samples):
    text = flat(dimension_trace(graph(MATRICES), wrt=wrt, samples=samples))
    assert f"∂L/∂{wrt} of the graph" in text
    assert "DISAGREE" not in text


def test_a_product_of_matrices_is_pulled_back_on_the_side_of_its_factor():
    text, shape = last_line(graph(MATRICES), wrt="A")
    assert (text, shape) == ("(((v - y) cᵀ) ⊙ tanh'(V_1)) Xᵀ", "4×2")
    net = graph(MATRICES)
    X, y = net.example()
    values = {name: np.asarray(value) for name, value in net.values(X, y).items()}
    slopes = 1 - np.tanh(values["V_1"]) ** 2
    by_hand = ((values["v"] - y)[:, None] @ values["c"].T * slopes) @ values["X"].T
    np.testing.assert_allclose(net.gradient(X, y, wrt="A", layout="denominator"), by_hand)


def test_what_a_reshape_pulls_back_is_put_back_into_shape():
    net = graph("input x: 6\nparameters A: 3×3\nX = reshape(x, 2, 3)\nu = flatten(X @ A @ X.T)")
    text, shape = last_line(net, wrt="A")
    assert (text, shape) == ("Xᵀ unvec(K(2, 2) g) u_2ᵀ", "3×3")
    x = np.array([0.3, -1.2, 2.1, 0.7, -0.4, 1.5])
    X, g = x.reshape(2, 3), np.array([1.0, -2.0, 0.5, 3.0])
    pulled = net.jacobian(x, wrt="A", layout="denominator") @ _column(net, x, g)
    by_hand = X.T @ g.reshape(2, 2) @ X
    np.testing.assert_allclose(np.asarray(pulled).reshape(3, 3, order="F"), by_hand)


def _column(net, x, g):
    """g as a Jacobian of a number by the prediction, so that the layouts multiply it."""
    from jacobians import Jacobian
    from jacobians.operators import Dense

    return Jacobian(Dense(g[:, None], "g"), "denominator", None, "u")


def test_a_column_read_as_a_row_comes_back_as_a_column():
    text, shape = last_line(graph("inputs x: 3, z: 3\nu = x.T @ z"), wrt="x")
    assert (text, shape) == ("vec(g zᵀ)", "3×1")


def test_one_entry_of_transposed_weights_is_that_of_the_turned_gradient():
    trace = dimension_trace(ready_made("tied_autoencoder"), wrt="W", entry=(1, 2), samples=4)
    text = flat(trace)
    assert "dL/dW[2,3] = (h δ2ᵀ)[2, 3] + δ1[2, :]" in text
    assert "V is Wᵀ: the entry W[2,3] stands there in place [3,2]." in text
    assert "enters z2[2]" not in text


def test_values_of_one_name_twice_are_told_by_their_place():
    text = flat(dimension_trace(graph("input x: 3\nh = tanh(x)\nu = h * h"), wrt="x"))
    for said in ("∂u/∂h (1st)", "∂u/∂h (2nd)", "the other h (3×1) is held fixed"):
        assert said in text


def test_a_total_derivative_is_written_with_d_wherever_it_is_meant():
    text = flat(dimension_trace(ready_made("lstm"), of="c2", wrt="c1"))
    assert text.startswith("dc2/dc1 of the graph LSTM")
    assert "gᵀ · dc2/dc1 in numerator layout" in text
    assert "∂c2/∂c1 = diag(f2) is a partial derivative" in text
    assert "gᵀ · ∂c2/∂c1" not in text


def test_the_forward_pass_keeps_the_lines_that_the_derivative_speaks_of():
    forward = part(dimension_trace(ready_made("lstm"), of="c2", wrt="c1"), "FORWARD")
    lines = [row[0] for row in rows(forward)]
    assert "c1 = c1_1 + c1_2" in lines
    assert "h1 = o1 ⊙ h1_1" in lines
    assert "and 25 lines that this derivative does not need" in rows(forward)[-1]


@pytest.mark.parametrize(("name", "letter"), [("g", "q"), ("g_u", "q"), ("h", "g")])
def test_the_cotangent_has_a_letter_that_no_value_has(name, letter):
    net = graph(f"input x: 3\nparameters {name}: 3\nu = {name} * x")
    assert last_line(net, wrt="x")[0] == f"{letter} ⊙ {name}"


def test_one_entry_of_a_matrix_product_is_not_explained_as_an_outer_product():
    text = flat(dimension_trace(graph(MATRICES), wrt="X"))
    assert "One entry" not in text
    assert "V[i, j] depends on V_1[i, j] alone" in text


def test_a_penalty_beside_the_loss_is_not_counted_among_the_samples():
    net = graph(
        "input x: 3\ntarget y: 3\nparameters W: 3×3\nz = W @ x\nE = half_squared_error(z, y)\n"
        "L = E + 0.1 * sum(W * W)"
    )
    text = flat(dimension_trace(net, wrt="W", samples=4))
    assert "every gradient" not in text
    assert "E is a sum over samples: no 1/4 in ∂E/∂z." in text


def test_a_mean_over_samples_is_said_to_couple_them():
    net = graph("input x: 3\nm = mean_over_samples(x)\nu = x - m")
    text = flat(dimension_trace(net, wrt="x", samples=4))
    assert "m is made of all samples: through it each sample of x moves whatever m moves." in text
    J = net.jacobian(np.arange(12.0).reshape(3, 4), wrt="x").tensor()
    assert J[0, 0, 0, 1] == pytest.approx(-1 / 4)


def test_a_form_of_each_sample_is_pulled_back_column_by_column():
    net = graph("input x: 3\nparameters A: 3×3\nq = x.T @ A @ x")
    text, shape = last_line(net, wrt="x", samples=4)
    assert (text, shape) == ("[A xₖ gₖ]ₖ + [(xₖᵀ A)ᵀ gₖ]ₖ", "3×4")
    assert "nothing more is known of a block" not in flat(dimension_trace(net, wrt="x", samples=4))


@pytest.mark.parametrize(
    ("layout", "block"), [("numerator", "I₂ ⊗ W2."), ("denominator", "I₂ ⊗ W2ᵀ.")]
)
def test_the_zero_blocks_are_those_of_the_layout_that_was_asked_for(layout, block):
    trace = dimension_trace(ready_made("residual_block"), wrt="x", of="L", samples=2, layout=layout)
    text = flat(trace)
    assert f"sample by sample, in {layout} layout" in text
    assert f"so the whole is {block}" in text


def test_a_matrix_is_printed_by_its_rows():
    net = graph("input X: 2×3\nparameters A: 2×2\nU = A @ X")
    X = [[1, 2, 3], [4, 5, 6]]
    assert "X [1 2 3] [4 5 6]" in flat(dimension_trace(net, wrt="A", x=X, values=True))
