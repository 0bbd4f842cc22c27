"""Samples as rows: conversions, and the sweep against autograd of plain functions of rows."""

import re

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from jacobians import Custom, Linear, Network, ReLU, Tanh
from jacobians.layers.folded_linear import FoldedLinear
from jacobians.rows.forms import FORMS, folded, form_named, unfolded
from jacobians.rows.from_stored import from_folded_columns, from_rows
from jacobians.rows.stored import to_folded_columns, to_rows
from jacobians.rows.sweep_in_rows import row_sweep
from jacobians.unknown import Unknown
from layouts.errors import InputError, LayoutError, ShapeError
from tests import laws

ACTIVATIONS = {
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "relu": lambda z: anp.maximum(z, 0.0),
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True),
}
LOSSES = {
    "half_squared_error": lambda p, t: 0.5 * anp.sum((p - t) ** 2),
    "cross_entropy": lambda p, t: -anp.sum(t * anp.log(p)) / len(p),
    "mean_squared_error": lambda p, t: anp.mean((p - t) ** 2),
}
FORWARD = {
    "XW": lambda X, W, b: anp.dot(X, W) + b,
    "XWT": lambda X, W, b: anp.dot(X, W.T) + b,
    "folded": lambda X, T, b: anp.dot(anp.concatenate([anp.ones((len(X), 1)), X], axis=1), T) + b,
}


def network(activation, loss, bias=True):
    last = "softmax" if loss == "cross_entropy" else "sigmoid"
    return Network.parse("2-4-3", [activation, last], loss, seed=5, bias=bias), last


def by_autograd(net, form, activations, loss, X, Y):
    """The gradients of a network in rows, written out here."""

    def value(parameters):
        A = parameters["a0"]
        for number, activation in enumerate(activations, start=1):
            matrix = f"Theta{number}" if f"Theta{number}" in parameters else f"W{number}"
            said = "XW" if form == "folded" and matrix[0] == "W" else form
            Z = FORWARD[said](A, parameters[matrix], parameters.get(f"b{number}", 0.0))
            A = ACTIVATIONS[activation](Z)
        return LOSSES[loss](A, Y)

    return autograd.grad(value)({**to_rows(net, form), "a0": X})


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("samples", [None, 5])
def test_the_sweep_in_rows_is_autograd_of_a_row_convention_network(
    form, activation, loss, bias, samples
):
    net, last = network(activation, loss, bias)
    x, y = net.example(samples)
    X, Y = np.atleast_2d(np.transpose(x)), np.atleast_2d(np.transpose(y))
    values, gradients = row_sweep(net, X, Y, form)
    expected = by_autograd(net, form, [activation, last], loss, X, Y)
    assert expected.keys() == to_rows(net, form).keys() | {"a0"}
    for name, gradient in expected.items():
        assert np.abs(gradient).max() > 0
        assert gradients[name].shape == gradient.shape == values[name].shape
        np.testing.assert_allclose(gradients[name], gradient, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("bias", [True, False])
def test_every_value_and_gradient_is_the_transpose_of_the_column_forms(form, bias):
    net, _ = network("relu", "mean_squared_error", bias)
    x, y = net.example(5)
    values, gradients = row_sweep(net, x.T, y.T, form)
    columns = net.values(x, y)
    for name in ("a0", "z1", "a1", "z2", "a2", "y"):
        np.testing.assert_allclose(values[name], columns[name].T, rtol=1e-13)
    np.testing.assert_allclose(values["L"], columns["L"], rtol=1e-13)
    for name in ("a0", "z1", "a1", "z2", "a2"):
        column = net.gradient(x, y, wrt=name, layout="denominator")
        np.testing.assert_allclose(gradients[name], column.T, rtol=1e-12, atol=1e-15)
    for number in (1, 2):
        W = net.gradient(x, y, wrt=f"W{number}", layout="denominator")
        if form == "folded" and bias:
            b = net.gradient(x, y, wrt=f"b{number}", layout="denominator")
            np.testing.assert_allclose(gradients[f"Theta{number}"], np.hstack([b, W]).T, rtol=1e-12)
        else:
            own = W if form == "XWT" else W.T
            np.testing.assert_allclose(gradients[f"W{number}"], own, rtol=1e-12, atol=1e-15)


def test_class_indices_and_a_vector_are_samples_too():
    net, _ = network("sigmoid", "cross_entropy")
    X = np.array([[0.5, -1.0], [2.0, 0.25], [1.0, 1.5], [0.1, -0.7]])
    chosen, whole = row_sweep(net, X, [2, 0, 1, 2]), row_sweep(net, X, np.eye(3)[[2, 0, 1, 2]])
    np.testing.assert_array_equal(chosen.gradients["W1"], whole.gradients["W1"])
    one = row_sweep(net, X[0], 2)
    np.testing.assert_array_equal(one.gradients["W1"], row_sweep(net, X[:1], [2]).gradients["W1"])
    assert one.values["z1"].shape == (1, 4)


def test_without_a_loss_the_cotangent_is_given():
    net = Network.parse("2-4-3", "tanh", seed=1)
    x, _ = net.example(5)
    G = np.random.default_rng(3).standard_normal((5, 3))
    pulled = row_sweep(net, x.T, cotangent=G).gradients["W1"]
    J = np.asarray(net.jacobian(x, wrt="W1"))
    np.testing.assert_allclose(pulled.ravel(), G.ravel() @ J, rtol=1e-12)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("bias", [True, False])
def test_to_rows_and_back_is_exact(form, bias):
    net, last = network("relu", "half_squared_error", bias)
    back = from_rows(to_rows(net, form), form, ["relu", last], "half_squared_error")
    assert back.parameters.keys() == net.parameters.keys()
    for name, value in net.parameters.items():
        np.testing.assert_array_equal(back.parameters[name], value)
    assert str(back) == str(net)
    again = from_folded_columns(to_folded_columns(net), ["relu", last], "half_squared_error")
    for name, value in net.parameters.items():
        np.testing.assert_array_equal(again.parameters[name], value)


def test_each_form_stores_what_it_says():
    net, _ = network("relu", "half_squared_error")
    W, b = net.parameters["W1"], net.parameters["b1"]
    np.testing.assert_array_equal(to_rows(net)["W1"], W.T)
    np.testing.assert_array_equal(to_rows(net, "XWT")["W1"], W)
    np.testing.assert_array_equal(to_rows(net, "folded")["Theta1"], np.vstack([b[None], W.T]))
    np.testing.assert_array_equal(to_folded_columns(net)["Theta1"], np.column_stack([b, W]))
    np.testing.assert_array_equal(to_rows(net, "XWT")["b1"], b)
    for form in FORMS:
        for value in to_rows(net, form).values():
            value[...] = 0.0
    assert np.all(net.parameters["W1"] == W)
    assert np.abs(W).min() > 0


def test_a_bias_stored_as_a_row_is_read_too():
    net, last = network("relu", "half_squared_error")
    rows = {name: value[None] if name[0] == "b" else value for name, value in to_rows(net).items()}
    back = from_rows(rows, activation=["relu", last])
    np.testing.assert_array_equal(back.parameters["b2"], net.parameters["b2"])


def equal_widths():
    """Layers of one width, as many samples as entries: every shape fits, also a wrong one's."""
    net = Network.parse("3-3-3", "tanh", "half_squared_error", seed=2)
    x, y = net.example(3)
    return row_sweep(net, x.T, y.T, "XW")


def test_wrong_formulas_have_the_wrong_shape_or_the_wrong_numbers():
    net, _ = network("sigmoid", "half_squared_error")
    x, y = net.example(5)
    values, gradients = row_sweep(net, x.T, y.T, "XW")
    X, Delta, W = values["a1"], gradients["z2"], values["W2"]
    assert (Delta.T @ X).shape != gradients["W2"].shape
    with pytest.raises(ValueError, match="mismatch"):
        Delta @ W
    values, gradients = equal_widths()
    X, Delta, W = values["a1"], gradients["z2"], values["W2"]
    for wrong, right in ((Delta.T @ X, gradients["W2"]), (Delta @ W, gradients["a1"]),
                         (Delta.sum(axis=1), gradients["b2"])):  # fmt: skip
        assert wrong.shape == right.shape
        assert np.abs(wrong - right).max() > 0.01
    for same, right in ((X.T @ Delta, gradients["W2"]), (Delta @ W.T, gradients["a1"]),
                        (Delta.sum(axis=0), gradients["b2"])):  # fmt: skip
        np.testing.assert_allclose(same, right, rtol=1e-13)


def test_nothing_flows_back_through_the_ones():
    net, _ = network("sigmoid", "half_squared_error")
    x, y = net.example(5)
    values, gradients = row_sweep(net, x.T, y.T, "folded")
    whole = gradients["z2"] @ values["Theta2"].T
    assert whole.shape == (5, 1 + 4)
    np.testing.assert_allclose(whole[:, 1:], gradients["a1"], rtol=1e-13)
    assert np.abs(whole[:, :-1] - gradients["a1"]).max() > 0.01


FOLDED = FoldedLinear([[1.0, -2.0], [0.5, 3.0], [-1.0, 0.25]], [0.3, -0.7, 2.0])


@pytest.mark.parametrize("samples", [(), (4,)])
@pytest.mark.parametrize("wrt", ["x", "Θ"])
def test_the_folded_layer_keeps_the_laws(samples, wrt):
    x = np.random.default_rng(0).standard_normal((2, *samples))
    inputs = (x, np.array(FOLDED.parameters()["Θ"]))
    laws.push_forward_is_jacobian_times_tangent(FOLDED, inputs, wrt)
    laws.pull_back_is_transposed_jacobian_times_cotangent(FOLDED, inputs, wrt)
    laws.push_forward_and_pull_back_are_adjoint(FOLDED, inputs, wrt)
    laws.jacobian_is_the_limit_of_differences(FOLDED, inputs, wrt)
    np.testing.assert_allclose(FOLDED(x), Linear(FOLDED.W, FOLDED.b)(x), rtol=1e-14)


def test_a_folded_network_predicts_the_same_and_folds_once():
    net, _ = network("relu", "half_squared_error")
    x, _ = net.example(5)
    np.testing.assert_allclose(folded(net)(x), net(x), rtol=1e-13)
    assert list(folded(folded(net)).parameters) == ["Θ1", "Θ2"]
    sizes = Network.parse("n-4-3", loss="huber")
    assert [v.shape for v in folded(sizes).parameters.values()][1] == (3, 5)
    assert isinstance(folded(sizes).parameters["Θ1"], Unknown)
    assert repr(FOLDED) == "FoldedLinear(3×3)"


def one_output(samples):
    net = Network.parse("2-4-1", "tanh", "half_squared_error", seed=2)
    return net, *(given.T for given in net.example(samples))


@pytest.mark.parametrize("turn", [np.ravel, np.squeeze, lambda Y: Y.astype(int).ravel()])
def test_of_one_output_the_targets_are_a_row_of_numbers_too(turn):
    net, X, Y = one_output(5)
    Y = np.round(3 * Y)
    assert np.abs(Y).max() > 1
    flat, whole = row_sweep(net, X, turn(Y)), row_sweep(net, X, Y)
    assert flat.values["y"].shape == (5, 1)
    for name, gradient in whole.gradients.items():
        np.testing.assert_array_equal(flat.gradients[name], gradient)


@pytest.mark.parametrize("x_shape", [(2,), (1, 2)])
@pytest.mark.parametrize("y_shape", [(3,), (1, 3)])
@pytest.mark.parametrize("kind", [float, int])
def test_one_sample_is_taken_as_a_vector_and_as_a_row_and_mixed(x_shape, y_shape, kind):
    net, _ = network("sigmoid", "half_squared_error")
    x, y = np.array([0.5, -1.0]), np.array([2, 0, 1], kind)
    sweep = row_sweep(net, x.reshape(x_shape), y.reshape(y_shape))
    np.testing.assert_array_equal(sweep.values["y"], [[2.0, 0.0, 1.0]])
    column = net.gradient(x, 1.0 * y, wrt="W1", layout="denominator")
    np.testing.assert_allclose(sweep.gradients["W1"], column.T, rtol=1e-12)


def test_of_one_output_the_cotangent_may_be_flat_too():
    net = Network.parse("2-4-1", "tanh", seed=1)
    x, _ = net.example(5)
    G = np.random.default_rng(3).standard_normal((5, 1))
    flat, whole = (row_sweep(net, x.T, cotangent=each).gradients for each in (G[:, 0], G))
    np.testing.assert_array_equal(flat["W1"], whole["W1"])
    assert np.abs(flat["W1"]).min() > 0


def test_what_is_given_is_copied():
    net, X, Y = one_output(5)
    values = row_sweep(net, X, Y).values
    assert not np.shares_memory(values["a0"], X)
    assert not np.shares_memory(values["y"], Y)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("activation", ["relu", "exp", "softmax"])
def test_what_is_not_finite_passes_without_a_warning(bad, form, activation):
    net = Network.parse("2-4-3", activation, "half_squared_error", seed=5)
    X, Y = np.array([[0.5, 1.0], [bad, 2.0], [1.5, -1.0]]), np.ones((3, 3))
    values, gradients = row_sweep(net, X, Y, form)
    kept = row_sweep(net, X[[0, 2]], Y[[0, 2]], form)
    assert np.isnan(gradients["Theta1" if form == "folded" else "W1"]).any()
    np.testing.assert_allclose(values["a2"][[0, 2]], kept.values["a2"], rtol=1e-13)
    np.testing.assert_allclose(gradients["a0"][[0, 2]], kept.gradients["a0"], rtol=1e-12)


def test_theta_is_read_in_both_its_spellings():
    net, _ = network("relu", "half_squared_error")
    for stored, read in ((to_rows(net, "folded"), lambda p: from_rows(p, "folded")),
                         (to_folded_columns(net), from_folded_columns)):  # fmt: skip
        back = read({name.replace("Theta", "Θ"): value for name, value in stored.items()})
        for name, value in net.parameters.items():
            np.testing.assert_array_equal(back.parameters[name], value)


def test_a_layer_without_bias_keeps_its_weights_beside_those_that_fold():
    layers = [Linear(np.arange(6.0).reshape(3, 2)), Tanh(), Linear(np.ones((4, 3)), np.arange(4.0))]
    for stored, read in ((to_rows(Network(layers), "folded"), lambda p: from_rows(p, "folded")),
                         (to_folded_columns(Network(layers)), from_folded_columns)):  # fmt: skip
        assert list(stored) == ["W1", "Theta2"]
        back = read(stored)
        np.testing.assert_array_equal(back.parameters["W1"], layers[0].W)
        np.testing.assert_array_equal(back.parameters["W2"], layers[2].W)
        np.testing.assert_array_equal(back.parameters["b2"], layers[2].b)


def test_unfolded_is_the_network_that_was_folded():
    net, _ = network("relu", "half_squared_error")
    back = unfolded(folded(net))
    assert str(back) == str(net)
    for name, value in net.parameters.items():
        np.testing.assert_array_equal(back.parameters[name], value)


SHARED = Linear(np.eye(2))
GRAPH = "input x: 3\nparameters W: 3×3\nu = W @ tanh(x) + x"
NET = network("relu", "half_squared_error")[0]
X, Y = np.zeros((5, 2)), np.zeros((5, 3))


def storing(change):
    return {**to_rows(NET), **change}


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: form_named("XTW"), InputError, "there is no form 'XTW' of a linear layer in rows"),
        (lambda: to_rows(Network.graph(GRAPH)), InputError,
         "samples stand as rows only in rows of layers: the graph with the output u keeps "
         "them as columns."),
        (lambda: to_rows(Network([Custom(lambda x: x, name="f")])), InputError,
         "has no row form: linear layers, elementwise functions, softmax and log-softmax do."),
        (lambda: to_rows(Network([SHARED, Tanh(), SHARED])), InputError,
         "stands in the row twice: in rows each linear layer has parameters of its own. "
         "Make two of it."),
        (lambda: to_rows(Network.parse("n-3")), InputError, "knows its sizes only"),
        (lambda: row_sweep(NET, X.T, Y), ShapeError,
         "X has shape (2, 5): samples are rows here, so each row of it has 2 entries. "
         "Its transpose fits: samples stand there as columns."),
        (lambda: row_sweep(NET, X, Y.T), ShapeError,
         "Y has shape (3, 5): samples are rows here, so with 5 samples it is (5, 3), or a class "
         "for each, integers of shape (5,). Its transpose fits: samples stand there as columns."),
        (lambda: row_sweep(NET, X, np.zeros(5)), ShapeError, "Y has shape (5,): samples are rows"),
        (lambda: row_sweep(NET, X, [1, 2]), ShapeError,
         "2 class indices stand beside 5 samples: one for each is needed."),
        (lambda: row_sweep(NET, X[:1], Y), ShapeError,
         "Y has shape (5, 3): samples are rows here, so with 1 sample it is (1, 3)"),
        (lambda: row_sweep(*one_output(5)[:2], np.zeros(4)), ShapeError,
         "Y has shape (4,): samples are rows here, so with 5 samples it is (5, 1)."),
        (lambda: row_sweep(NET, 1.0, 1.0), ShapeError,
         "X has shape (): samples are rows here, (N, 2); one sample may be (2,)."),
        (lambda: row_sweep(Network.parse("1-3"), np.zeros(5)), ShapeError,
         "X has shape (5,): samples are rows here, so each row of it has 1 entry. "
         "Samples of one entry are X[:, None]."),
        (lambda: row_sweep(NET, np.zeros((0, 2)), Y), ShapeError,
         "X has shape (0, 2): it is empty."),
        (lambda: row_sweep(NET, [[1, 2], [3]], Y), InputError,
         "X is not an array: its rows have different lengths."),
        (lambda: row_sweep(NET, X, [[1, 2], [3]]), InputError,
         "Y is not an array: its rows have different lengths."),
        (lambda: row_sweep(NET, {"x": X}, Y), InputError,
         "X is given by name: with samples as rows it is the array alone."),
        (lambda: row_sweep(NET, X, Y, cotangent=Y), InputError,
         "the loss half squared error gives the cotangent of the prediction: leave out the other "
         "one, or the loss."),
        (lambda: row_sweep(Network([Linear(np.ones((3, 2)))]), X, Y), InputError,
         "this network has no loss, so targets Y have no use: give the cotangent of the "
         "prediction."),
        (lambda: row_sweep("2-3", X), InputError,
         "'2-3' is no Network: make one, Network.parse('2-3-2')."),
        (lambda: to_rows("2-3"), InputError, "'2-3' is no Network"),
        (lambda: to_folded_columns("2-3"), InputError, "'2-3' is no Network"),
        (lambda: folded("2-3"), InputError, "'2-3' is no Network"),
        (lambda: from_rows(None), InputError, "weights are arrays by name, {'W': …}, not NoneType"),
        (lambda: from_rows([X]), InputError, "weights are arrays by name, {'W': …}, not list."),
        (lambda: from_rows({1: X}), InputError,
         "a parameter is called by its name, a word, not 1."),
        (lambda: from_folded_columns({"Theta1": [[1, 2], [3]]}), InputError,
         "Theta1 is not an array: its rows have different lengths."),
        (lambda: from_rows({**to_rows(NET, "folded"), "W2": np.ones((4, 3))}, "folded"), InputError,
         "Theta2 and W2 both give W2: leave one of them out."),
        (lambda: from_rows({"b1": np.ones(4), **to_rows(NET, "folded")}, "folded"), InputError,
         "b1 and Theta1 both give b1: leave one of them out."),
        (lambda: from_rows({"Θ1": X, "Theta1": X}, "folded"), InputError,
         "Θ1 and Theta1 both give W1: leave one of them out."),
        (lambda: from_rows(storing({"V1": np.ones(3)})), InputError,
         "V1 is no parameter of form XW: they are W1, b1, W2, …, numbered from 1."),
        (lambda: from_rows({"Theta1": X}, "XWT"), InputError,
         "Theta1 is no parameter of form XWT: they are W1, b1, W2, …, numbered from 1."),
        (lambda: from_rows({"Theta1": np.ones((1, 3))}, "folded"), ShapeError,
         "Theta1 has shape (1, 3): in form folded it is (1 + in, out), so an input or an output "
         "is missing."),
        (lambda: from_rows({"Theta1": np.full((3, 4), np.nan)}, "folded"), InputError,
         "Theta1 has entries that are not finite numbers."),
        (lambda: from_rows(storing({"b1": np.ones(3)})), ShapeError,
         "b1 has shape (3,), W1 (2, 4) has 4 outputs: a bias has an entry for each."),
        (lambda: from_folded_columns(to_rows(NET, "folded")), ShapeError,
         "Theta1 (3, 4) has 3 outputs, Theta2 (5, 3) takes 2: in form folded columns a matrix is "
         "(out, 1 + in). Stored the other way round?"),
        (lambda: from_rows({"Theta1": np.ones((3, 4)), "W2": np.ones((3, 5))}, "folded"),
         ShapeError, "Theta1 (3, 4) has 4 outputs, W2 (3, 5) takes 3: in form folded a matrix is "
         "(in, out). Stored the other way round?"),
        (lambda: row_sweep(NET, np.zeros((5, 4)), Y), ShapeError,
         "X has shape (5, 4): samples are rows here"),
        (lambda: row_sweep(NET, X), InputError,
         "the network ends with the loss half squared error: give the targets Y."),
        (lambda: row_sweep(Network([Linear(np.ones((3, 2))), ReLU()]), X), InputError,
         "the network has no loss: give the cotangent of the prediction, 5×3."),
        (lambda: row_sweep(Network([Linear(np.ones((3, 2)))]), X, cotangent=Y.T), ShapeError,
         "the cotangent has shape (3, 5), the prediction (5, 3): a cotangent is shaped as its "
         "value."),
        (lambda: from_rows({"W2": np.ones((2, 3))}), InputError,
         "the parameters W2 are no whole network in form XW: they are "
         "W1, b1, W2, …, numbered from 1."),
        (lambda: from_rows({}, "folded"), InputError,
         "the parameters (none) are no whole network in form folded: "
         "they are Theta1, Theta2, …, numbered from 1."),
        (lambda: from_rows(to_rows(NET, "XWT"), "XW"), ShapeError,
         "W1 (4, 2) has 2 outputs, W2 (3, 4) takes 3: in form XW a matrix is (in, out). "
         "Stored the other way round?"),
        (lambda: from_rows(storing({"W1": np.ones(3)})), ShapeError,
         "W1 has shape (3,): in form XW it is a matrix, (in, out)."),
        (lambda: FOLDED(np.ones(3)), ShapeError,
         "Θ is 3×3, the input has 3 entries: Θ has a column for the bias and one for each entry."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(call, kind, message):
    with pytest.raises(kind, match=re.escape(message)) as told:
        call()
    assert isinstance(told.value, LayoutError)
