"""The sweep of vjps: no Jacobian is formed, and the δs are what the texts say."""

import autograd
import autograd.numpy
import numpy as np
import pytest

from jacobians import Network, backpropagation, layers, operators
from jacobians.layers import Layer
from jacobians.operators import Operator
from tests.laws import agree
from tests.wiring import W1, W2, X, graph, plain

x, y = np.array([0.7, -0.4]), np.array([1.0, 0.0, 0.0, 0.0])
XS = np.array([[0.7, 0.1, -1.3], [-0.4, 1.2, 0.6]])
YS = np.eye(4)[:, [0, 3, 1]]


def refuse(*_, **__):
    raise AssertionError("the sweep formed a Jacobian")


@pytest.mark.parametrize("loss", ["half_squared_error", "cross_entropy", "softmax_cross_entropy"])
def test_the_sweep_forms_no_jacobian(monkeypatch, loss):
    net = Network.parse("2-3-5-4", activation=["gelu", "softmax", "softmax"], loss=loss)
    expected = {name: net.gradient(XS, YS, wrt=name) for name in ["x", *net.parameters]}
    structures = [getattr(operators, name) for name in operators.__all__]
    for structure in structures:
        monkeypatch.setattr(structure, "__init__", refuse)
        monkeypatch.setattr(structure, "as_matrix", refuse)
    for name in ("as_matrix", "__matmul__", "__rmatmul__", "__array__"):
        monkeypatch.setattr(Operator, name, refuse)
    monkeypatch.setattr(Layer, "jacobian", refuse)
    for name, gradient in expected.items():
        assert np.array_equal(net.gradient(XS, YS, wrt=name), gradient)
    assert list(net.deltas(XS, YS)) == ["δ1", "δ2", "δ3"]
    with pytest.raises(AssertionError, match="formed a Jacobian"):
        net.jacobian(XS)


def test_a_value_used_twice_sums_the_cotangents_of_all_its_uses():
    steps, values = graph()
    swept = backpropagation.sweep(steps, values, "L", 1.0)

    def total(*inputs):
        return autograd.numpy.sum(plain(autograd.numpy)(*inputs))

    for k, name in enumerate(["x", "W1", "W2"]):
        agree(swept[name], autograd.grad(total, k)(X, W1, W2), 1e-12)
    assert "unused" not in swept


def test_the_sweep_stops_above_what_is_not_wanted():
    steps, values = graph()
    swept = backpropagation.sweep(steps, values, "L", 1.0, ["r"])
    assert set(swept) == {"L", "v", "u", "t", "r"}


def sigmoid_slope(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


def test_deltas_follow_the_recursion_and_give_the_gradients():
    net = Network.parse("2-3-5-4", activation="sigmoid", loss="half_squared_error", seed=2)
    for inputs, target in [(x, y), (XS, YS)]:
        v, delta = net.values(inputs, target), net.deltas(inputs, target)
        z = {k: v[k].reshape(len(v[k]), -1) for k in ("z1", "z2", "z3")}
        a = {k: v[k].reshape(len(v[k]), -1) for k in ("a0", "a1", "a2", "a3")}
        d3 = (a["a3"] - target.reshape(4, -1)) * sigmoid_slope(z["z3"])
        d2 = (v["W3"].T @ d3) * sigmoid_slope(z["z2"])
        d1 = (v["W2"].T @ d2) * sigmoid_slope(z["z1"])
        for number, d in {1: d1, 2: d2, 3: d3}.items():
            agree(delta[f"δ{number}"], d, 1e-13)
            below = a[f"a{number - 1}"]
            G = net.gradient(inputs, target, wrt=f"W{number}", layout="denominator")
            agree(G, d @ below.T, 1e-13)
            G = net.gradient(inputs, target, wrt=f"b{number}", layout="denominator")
            agree(G, d.sum(axis=1, keepdims=True), 1e-13)


MATCHED = {
    #                              activation   loss                                 samples' factor
    "softmax, cross entropy":     ("softmax",   "cross_entropy",                     1 / 3),
    "sigmoid, binary":            ("sigmoid",   "binary_cross_entropy",              1 / 3),
    "identity, half squared":     ("identity",  "half_squared_error",                1),
}  # fmt: skip


@pytest.mark.parametrize("name", MATCHED)
def test_where_layer_and_loss_match_the_last_delta_is_prediction_minus_target(name):
    activation, loss, factor = MATCHED[name]
    net = Network.parse("2-3-4", activation=["tanh", activation], loss=loss, seed=5)
    agree(net.deltas(x, y)["δ2"], (net(x) - y)[:, None], 1e-12)
    agree(net.deltas(XS, YS)["δ2"], factor * (net(XS) - YS), 1e-12)


def test_elsewhere_the_last_delta_is_not_prediction_minus_target():
    net = Network.parse("2-3-4", activation=["tanh", "sigmoid"], loss="half_squared_error", seed=5)
    assert not np.allclose(net.deltas(x, y)["δ2"], (net(x) - y)[:, None], rtol=0.1)


@pytest.mark.parametrize("target_sum", [1.0, 2.0])
def test_softmax_with_cross_entropy_needs_a_target_that_sums_to_1(target_sum):
    net = Network.parse("2-3-4", activation=["tanh", "softmax"], loss="cross_entropy", seed=5)
    target = target_sum * y
    expected = net(x) * target_sum - target
    agree(net.deltas(x, target)["δ2"], expected[:, None], 1e-12)


def test_gradients_are_two_dimensional_and_transposed_between_layouts():
    net = Network.parse("2-3-4", activation="tanh", loss="half_squared_error")
    shapes = {"W1": (3, 2), "b1": (3, 1), "x": (2, 1), "z2": (4, 1), "parameters": (25, 1)}
    for name, shape in shapes.items():
        D = net.gradient(x, y, wrt=name, layout="denominator")
        N = net.gradient(x, y, wrt=name)
        assert (D.shape, N.shape) == (shape, shape[::-1])
        assert np.array_equal(D.T, N)


def test_the_loss_by_itself_has_gradient_one():
    net = Network.parse("2-3-4", loss="half_squared_error")
    assert net.gradient(x, y, wrt="L").tolist() == [[1.0]]


def test_what_the_loss_does_not_depend_on_has_gradient_zero():
    net = Network.parse("2-1", activation="tanh")
    spare = Network([*net.layers, layers.Linear([[0.0]])])
    assert not spare.gradient(x, wrt="W1").any()


def test_without_a_loss_the_gradient_is_of_a_prediction_of_one_entry():
    net = Network.parse("2-3-1", activation="tanh", seed=4)
    for wrt in ("x", "W1", "b2"):
        J = net.jacobian(x, wrt=wrt)
        G = net.gradient(x, wrt=wrt, layout="denominator")
        agree(J, G.reshape(1, -1, order="F"), 1e-13)
