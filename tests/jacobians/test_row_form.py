"""Samples as rows: conversions, and the sweep against autograd of plain functions of rows."""

import re

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from jacobians import Custom, Linear, Network, ReLU, Tanh
from jacobians.layers.folded_linear import FoldedLinear
from jacobians.rows.forms import (
    FORMS,
    folded,
    form_named,
    from_folded_columns,
    from_rows,
    to_folded_columns,
    to_rows,
)
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
         "Y has shape (3, 5): samples are rows here, so each row of it has 3 entries."),
        (lambda: row_sweep(NET, np.zeros((5, 4)), Y), ShapeError,
         "X has shape (5, 4): samples are rows here"),
        (lambda: row_sweep(NET, X), InputError,
         "the network ends with the loss half squared error: give the targets Y."),
        (lambda: row_sweep(Network([Linear(np.ones((3, 2))), ReLU()]), X), InputError,
         "the network has no loss: give the cotangent of the prediction, 5×3."),
        (lambda: row_sweep(Network([Linear(np.ones((3, 2)))]), X, cotangent=Y.T), ShapeError,
         "the cotangent is 3×5, the prediction 5×3: a cotangent is shaped as its value."),
        (lambda: from_rows({"W2": np.ones((2, 3))}), InputError,
         "the parameters W2 are no whole network in form XW: they are "
         "W1, b1, W2, …, numbered from 1."),
        (lambda: from_rows({}, "folded"), InputError,
         "the parameters (none) are no whole network in form folded: "
         "they are Theta1, Theta2, …, numbered from 1."),
        (lambda: from_rows(to_rows(NET, "XWT"), "XW"), ShapeError,
         "layer 1 has 2 outputs, layer 2 takes 3: in form XW a matrix is (in, out). "
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
