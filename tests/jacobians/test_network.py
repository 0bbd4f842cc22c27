"""Networks: the names of values, the short notation, sizes in letters."""

import numpy as np
import pytest

from jacobians import Custom, Linear, Network, ReLU, Sigmoid, Softmax, Tanh
from layouts.sizes import letter

NET = Network.parse("2-3-4", activation=["relu", "sigmoid"], loss="half_squared_error")
W1, b1 = NET.parameters["W1"], NET.parameters["b1"]
x, y = np.array([0.5, -1.0]), np.array([0.0, 1.0, 0.0, 1.0])


def test_values_are_named_as_in_the_usual_texts():
    net = Network(
        [Linear(np.ones((3, 2)), np.ones(3)), ReLU(), Tanh(), Linear(np.ones((4, 3))), Softmax()],
        loss="cross_entropy",
    )
    names = ["x", "a0", "y", "W1", "b1", "W2", "z1", "a1", "a1_2", "z2", "a2", "L"]
    assert list(net.values(x, y)) == names
    assert net.prediction == "a2"
    assert list(net.parameters) == ["W1", "b1", "W2"]


def test_layers_before_the_first_linear_one_are_values_of_layer_0():
    net = Network([Tanh(), Sigmoid(), Linear(np.ones((3, 2)))])
    assert list(net.values(x)) == ["x", "a0", "W1", "a0_2", "a0_3", "z1"]
    assert net.prediction == "z1"


def test_values_keep_the_shape_that_was_given():
    X, Y = np.ones((2, 5)), np.ones((4, 5))
    one, many = NET.values(x, y), NET.values(X, Y)
    for name, size in {"x": 2, "a0": 2, "y": 4, "z1": 3, "a1": 3, "z2": 4, "a2": 4}.items():
        assert one[name].shape == (size,)
        assert many[name].shape == (size, 5)
    assert one["L"].shape == many["L"].shape == ()
    assert one["W1"].shape == many["W1"].shape == (3, 2)
    assert NET(x).shape == (4,)
    assert NET(X).shape == (4, 5)


def test_values_are_computed_as_the_formulas_say():
    v = NET.values(x, y)
    assert np.allclose(v["z1"], W1 @ x + b1, rtol=1e-15)
    assert np.array_equal(v["a1"], np.maximum(v["z1"], 0))
    assert np.allclose(v["a2"], 1 / (1 + np.exp(-v["z2"])), rtol=1e-15)
    assert np.allclose(v["L"], 0.5 * np.sum((v["a2"] - y) ** 2), rtol=1e-15)


def test_integers_are_promoted_and_lists_are_taken():
    assert np.array_equal(NET([1, -2]), NET(np.array([1.0, -2.0])))
    assert NET.values([1, -2], [0, 1, 0, 1])["y"].dtype == np.float64


def test_class_indices_stand_for_columns_of_the_identity():
    net = Network.parse("2-3-4", activation=["relu", "softmax"], loss="cross_entropy")
    X = np.array([[0.5, 1.0, -1.0], [0.2, -0.3, 2.0]])
    assert np.array_equal(net.gradient(x, 2), net.gradient(x, [0.0, 0.0, 1.0, 0.0]))
    assert np.array_equal(net.gradient(X, [2, 0, 3]), net.gradient(X, np.eye(4)[:, [2, 0, 3]]))


def test_the_same_seed_draws_the_same_weights():
    again = Network.parse("2-3-4", activation=["relu", "sigmoid"], loss="half_squared_error")
    other = Network.parse("2-3-4", seed=1)
    for name, value in again.parameters.items():
        assert np.array_equal(value, NET.parameters[name])
    assert not np.array_equal(other.parameters["W1"], W1)
    drawn = np.random.default_rng(0)
    assert np.array_equal(W1, drawn.standard_normal((3, 2)))
    assert np.array_equal(b1, drawn.standard_normal(3))


def test_small_integers_can_be_followed_on_a_blackboard():
    net = Network.parse("5-7-6", small_integers=True)
    entries = np.concatenate([value.ravel() for value in net.parameters.values()])
    assert set(entries) == {-3, -2, -1, 1, 2, 3}


def test_one_activation_serves_all_and_none_is_the_identity():
    activations = Network.parse("2-3-4", activation="tanh").layers[1::2]
    assert [repr(layer) for layer in activations] == ["Tanh()", "Tanh()"]
    linear = Network.parse("2-3-4")
    W2, b2 = linear.parameters["W2"], linear.parameters["b2"]
    assert np.allclose(linear(x), W2 @ (W1 @ x + b1) + b2, rtol=1e-14)
    assert list(Network.parse("2-3-4", bias=False).parameters) == ["W1", "W2"]


@pytest.mark.parametrize("name", ["leaky_relu", "LeakyReLU", "leaky-relu", "LEAKY RELU"])
def test_names_of_activations_are_read_generously(name):
    assert repr(Network.parse("2-3", activation=name).layers[1]) == "LeakyReLU(negative_slope=0.01)"


def test_the_reduction_speaks_of_samples():
    X, Y = np.arange(6.0).reshape(2, 3) / 5, np.ones((4, 3))
    total = Network.parse("2-3-4", loss="half_squared_error").values(X, Y)["L"]
    mean = Network.parse("2-3-4", loss="half_squared_error", reduction="mean").values(X, Y)["L"]
    assert np.allclose(total, 3 * mean, rtol=1e-14)
    alone = Network.parse("2-3-4", loss="half_squared_error")
    samples = [alone.values(X[:, k], Y[:, k])["L"] for k in range(3)]
    assert np.allclose(total, sum(samples), rtol=1e-14)


def test_a_network_prints_its_sizes_and_functions():
    assert str(NET) == "2-3-4: relu, sigmoid, half squared error"
    assert (
        str(Network.parse("n-3-2-1", activation="sigmoid")) == "n-3-2-1: sigmoid, sigmoid, sigmoid"
    )


def test_letters_give_shapes_and_counts_as_polynomials():
    net = Network.parse("n-3-m", activation="tanh", loss="half_squared_error")
    n, m, N = letter("n"), letter("m"), letter("N")
    shapes = net.shapes(N)
    assert (shapes["a0"], shapes["W1"], shapes["z2"]) == ((n, N), (3, n), (m, N))
    assert net.parameter_count == 3 * n + 3 + 3 * m + m
    assert str(net.parameter_count) == "4·m + 3·n + 3"
    assert net.sizes_only


def test_tracing_shapes_of_a_huge_network_allocates_nothing():
    net = Network.parse("1000000-1000000-1000000", activation="softmax", seed=None)
    assert net.shapes()["W2"] == (10**6, 10**6)
    assert net.parameter_count == 2 * (10**12 + 10**6)


def test_aliases_and_inner_values_can_be_asked_for():
    J = NET.jacobian(x, of="a1", wrt="z1")
    assert np.array_equal(J, np.diag((W1 @ x + b1 > 0) * 1.0))
    assert (J.of, J.wrt, J.structure) == ("a1", "z1", "diagonal")
    assert NET.jacobian(x, wrt="x").wrt == "x"
    assert np.array_equal(NET.jacobian(x, wrt="x"), NET.jacobian(x, wrt="a0"))


def test_a_custom_layer_works_inside_a_network():
    doubled = Custom(lambda v: np.concatenate([v, v**2]), name="with squares")
    net = Network([Linear(W1), doubled, Linear(np.ones((2, 6)))])
    v = W1 @ x
    expected = np.ones((2, 6)) @ np.vstack([np.eye(3), np.diag(2 * v)]) @ W1
    assert np.allclose(net.jacobian(x), expected, rtol=1e-8)


def test_an_example_is_the_same_at_every_call():
    (a, b), (c, d) = NET.example(), NET.example()
    assert np.array_equal(a, c)
    assert np.array_equal(b, d)
    X, Y = NET.example(3)
    assert (X.shape, Y.shape) == ((2, 3), (4, 3))


def test_a_gradient_of_every_named_value_is_two_dimensional():
    for name in ["x", *NET.names]:
        for layout in ("numerator", "denominator"):
            assert NET.gradient(x, y, wrt=name, layout=layout).ndim == 2
