"""What is differentiated, and by what: intermediate values, several paths, functions as code."""

import numpy as np
import pytest

from jacobians import Custom, Linear, Network, Sigmoid, Tanh, dimension_trace
from layouts.errors import LayoutError
from tests.formulas import by_differences, evaluated

NET = Network.parse("4-3-2", activation=["tanh", "sigmoid"], loss="half_squared_error")
FREE = Network.parse("4-3-2", activation="tanh")


def flat(trace):
    return " ".join(str(trace).split())


def derivative(net, **asked):
    return dimension_trace(net, layout="denominator", **asked).to_dict()["derivatives"][0]


W = np.array([[0.5, -1.0, 0.3], [1.5, 0.7, -0.2], [-0.4, 1.2, 0.9]])
B = np.array([0.1, -0.3, 0.2])
SHARED = Linear(W, B)
TIED = Network([SHARED, Tanh(), SHARED, Sigmoid()], loss="half_squared_error")


def tied_loss(W, b, x, y):
    a1 = np.tanh(W @ x + b)
    a2 = 1 / (1 + np.exp(-(W @ a1 + b)))
    return 0.5 * ((a2 - y) ** 2).sum()


def test_weights_used_twice_are_reported_as_the_sum_over_both_paths():
    x, y = TIED.example(1)
    expected = by_differences(lambda moved: tied_loss(moved, B[:, None], x, y), W)
    values = {name: np.reshape(v, (len(v), -1)) for name, v in TIED.values(x, y).items() if v.ndim}
    s1, s2 = 1 - values["a1"] ** 2, values["a2"] * (1 - values["a2"])
    values["δ2"] = (values["a2"] - y) * s2
    values["δ1"] = (W.T @ values["δ2"]) * s1
    by_hand = values["δ1"] @ values["a0"].T + values["δ2"] @ values["a1"].T
    np.testing.assert_allclose(by_hand, expected, rtol=1e-6, atol=1e-9)
    printed = derivative(TIED, wrt="W1")["collapsed"]
    np.testing.assert_allclose(evaluated(printed, values), expected, rtol=1e-6, atol=1e-9)


def test_each_of_two_paths_ends_in_its_own_outer_product():
    text = flat(dimension_trace(TIED, wrt="W1", layout="denominator"))
    assert "dL/dW1 (a1 ⊗ I₃) · dL/dz2 + (a0 ⊗ I₃) · 9×1 = vec(δ2 a1ᵀ + δ1 a0ᵀ) dL/dz1" in text
    assert "as a matrix δ2 a1ᵀ + δ1 a0ᵀ 3×3 W1's shape" in text
    assert "path 1 = ∂z1/∂W1 · ∂a1/∂z1 · ∂z2/∂a1 · ∂a2/∂z2 · ∂L/∂a2" in text
    assert "path 2 = ∂z2/∂W1 · ∂a2/∂z2 · ∂L/∂a2" in text
    assert "dL/dW1 = path 1 + path 2, 9×1" in text
    assert "∂L/∂W1 = δ1 a0ᵀ 3×3" not in text
    assert "W1 ← W1 - η δ1 a0ᵀ needs" not in text


def test_the_bias_of_a_layer_used_twice_adds_up_both_deltas():
    text = flat(dimension_trace(TIED, wrt="b1", layout="denominator"))
    assert "∂L/∂b1 = δ1 3×1" not in text
    assert derivative(TIED, wrt="b1")["collapsed"] in ("δ1 + δ2", "δ2 + δ1")


@pytest.mark.parametrize(
    ("of", "wrt", "factors", "shape"),
    [
        ("a2", "x", ["∂a2/∂z2", "∂z2/∂a1", "∂a1/∂z1", "∂z1/∂a0"], [2, 4]),
        ("z2", "W1", ["∂z2/∂a1", "∂a1/∂z1", "∂z1/∂W1"], [2, 12]),
        ("z2", "a1", ["∂z2/∂a1"], [2, 3]),
        ("a1", "b1", ["∂a1/∂z1", "∂z1/∂b1"], [3, 3]),
        ("z2", "W2", ["∂z2/∂W2"], [2, 6]),
        ("L", "z2", ["∂L/∂a2", "∂a2/∂z2"], [1, 2]),
        ("L", "y", ["∂L/∂y"], [1, 2]),
    ],
)
def test_any_value_by_any_value_below_it(of, wrt, factors, shape):
    trace = dimension_trace(NET, of=of, wrt=wrt, layout="numerator")
    (numerator,) = trace.to_dict()["derivatives"]
    assert [factor["name"] for factor in numerator["factors"]] == factors
    assert numerator["shape"] == shape
    assert numerator["max_difference"] < 1e-10


def test_the_prediction_is_traced_without_a_loss_and_the_report_says_so():
    text = flat(dimension_trace(FREE))
    assert text.startswith("∂a2/∂W1 of the network 4-3-2")
    assert "no loss" in text
    assert "derivatives are those of the prediction, a2" in text


@pytest.mark.parametrize("wrt", ["W1", "b1", "x", "z1"])
def test_without_a_loss_no_equation_sets_things_of_two_shapes_equal(wrt):
    own = {"x": "a0"}.get(wrt, wrt)
    for layout in ("numerator", "denominator"):
        text = flat(dimension_trace(FREE, wrt=wrt, layout=layout))
        if layout == "denominator":
            assert f"(∂a2/∂{own})ᵀ g" not in text, "∂/∂ is already transposed in this layout"
        if wrt == "W1":
            assert "(∂a2/∂W1)ᵀ g = γ1 a0ᵀ 3×4" not in text, "12×1 is no 3×4"


def test_a_function_as_code_is_marked_wherever_it_was_approximated():
    layers = [Linear(W, B), Custom(lambda x: x[:2] * x[1:], name="pairs"), Linear(W[:, :2])]
    trace = dimension_trace(Network(layers, loss="squared_error"), wrt="W1")
    text = flat(trace)
    assert "BY DIFFERENCES" in text
    assert "by differences" in trace.to_dict()["derivatives"][0]["factors"][-2]["structure"]
    assert "chain = central differences agree" in text
    known = Custom(
        lambda x: x**2, lambda x: np.diag(2 * x), lambda t, x: 2 * x * t, lambda g, x: 2 * x * g
    )
    whole = Network([Linear(W, B), known], loss="squared_error")
    assert "by differences" not in flat(dimension_trace(whole, wrt="W1")).lower()


def test_a_network_without_parameters_is_traced_by_its_input():
    trace = dimension_trace(Network([Tanh()], "squared_error"), x=[0.3, -0.5, 1.0], y=[0, 0, 1.0])
    assert str(trace).startswith("∂L/∂a0")


def test_a_value_by_what_it_does_not_depend_on_is_zero_and_says_so():
    assert "z1 does not depend on W2" in flat(dimension_trace(NET, of="z1", wrt="W2"))
    assert "∂z1/∂z1 is the identity" in flat(dimension_trace(NET, of="z1", wrt="z1"))


def test_a_scalar_by_an_array_is_called_no_tensor_with_axes_of_size_1():
    for samples in (1, 3):
        assert "1×1×(" not in flat(dimension_trace(NET, wrt="y", samples=samples))
        assert "L has 1×1" not in flat(dimension_trace(NET, wrt="y", samples=samples))


def test_by_the_target_the_loss_has_a_formula_and_not_its_own_name():
    text = flat(dimension_trace(NET, wrt="y", layout="denominator"))
    assert "∂L/∂y = ∂L/∂y 2×1" not in text


def test_scalars_multiply_in_any_order_and_nobody_is_told_that_it_is_wrong():
    net = Network.parse("1-1-1", activation="tanh", loss="half_squared_error")
    assert "It is wrong all the same" not in flat(dimension_trace(net, wrt="W1"))


@pytest.mark.parametrize("entry", [(3, 0), (0, 4), (0,), (0, 0, 0), (-1, 0)])
def test_an_entry_outside_is_refused(entry):
    with pytest.raises(LayoutError, match=r"W1 is 3×4 and has no entry W1\["):
        dimension_trace(NET, wrt="W1", entry=entry)
