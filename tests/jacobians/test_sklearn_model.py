"""Fitted scikit-learn models, read by their attributes: real weights and real digits."""

import warnings

import autograd
import autograd.numpy
import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from jacobians import Network
from layouts import InputError
from tests.laws import agree

DIGITS = load_digits()
X, LABELS = DIGITS.data / 16, DIGITS.target
SAMPLES = 7


def fitted(kind, target, **options):
    model = kind(max_iter=8, random_state=0, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, target)


@pytest.fixture(scope="module")
def classifier():
    return fitted(MLPClassifier, LABELS, hidden_layer_sizes=(32,), activation="tanh")


@pytest.fixture(scope="module")
def digits(classifier):
    return Network.from_sklearn(classifier)


def probabilities(x, W1, b1, W2, b2):
    """The fitted model once more, out of plain functions; samples as columns."""
    np = autograd.numpy
    ones = np.ones((1, x.shape[1]))
    z = np.dot(W2, np.tanh(np.dot(W1, x) + np.outer(b1, ones))) + np.outer(b2, ones)
    return np.exp(z) / np.sum(np.exp(z), axis=0)


def log_loss(x, y, *parameters):
    return -autograd.numpy.sum(y * autograd.numpy.log(probabilities(x, *parameters))) / x.shape[1]


def parameters(model):
    return [array.T for pair in zip(model.coefs_, model.intercepts_, strict=True) for array in pair]


def test_the_network_is_64_32_10_and_predicts_what_the_model_predicts(classifier, digits):
    assert str(digits) == "64-32-10: tanh, softmax, cross entropy"
    agree(digits(X.T), classifier.predict_proba(X).T, 1e-12)
    assert np.array_equal(digits.parameters["W1"], classifier.coefs_[0].T)


def test_the_full_parameter_jacobian_agrees_with_autograd(classifier, digits):
    x = X[:2].T
    J = digits.jacobian(x, wrt="parameters")
    assert J.shape == (20, 64 * 32 + 32 + 32 * 10 + 10)
    tensors = [autograd.jacobian(probabilities, k)(x, *parameters(classifier)) for k in range(1, 5)]
    expected = np.hstack([np.reshape(tensor, (20, -1), order="F") for tensor in tensors])
    agree(J, expected, 1e-10)
    agree(digits.jacobian(x, wrt="parameters", layout="denominator"), expected.T, 1e-10)


def test_gradients_equal_the_sweeps_and_autograds(classifier, digits):
    x, labels = X[:SAMPLES].T, LABELS[:SAMPLES]
    y = np.eye(10)[:, labels]
    for k, name in enumerate(["W1", "b1", "W2", "b2"]):
        expected = autograd.grad(log_loss, k + 2)(x, y, *parameters(classifier))
        swept = digits.gradient(x, labels, wrt=name, layout="denominator")
        chained = digits.jacobian(x, labels, of="L", wrt=name, layout="denominator")
        agree(swept, expected.reshape(len(expected), -1), 1e-10, name)
        agree(chained, expected.reshape(-1, 1, order="F"), 1e-10, name)


def test_the_loss_is_the_models_own_data_term(classifier, digits):
    from sklearn.metrics import log_loss as sklearn_log_loss

    expected = sklearn_log_loss(LABELS, classifier.predict_proba(X))
    agree(digits.values(X.T, LABELS)["L"], expected, 1e-10)


@pytest.mark.parametrize("activation", ["relu", "logistic", "identity"])
def test_a_binary_classifier_has_one_sigmoid_and_the_binary_cross_entropy(activation):
    is_odd = LABELS % 2
    model = fitted(MLPClassifier, is_odd, hidden_layer_sizes=(6, 5), activation=activation)
    net = Network.from_sklearn(model)
    assert net.notation == "64-6-5-1"
    assert net.loss.word == "binary cross entropy"
    agree(net(X.T)[0], model.predict_proba(X)[:, 1], 1e-12)
    deltas = net.deltas(X[:SAMPLES].T, is_odd[None, :SAMPLES].astype(float))
    expected = (model.predict_proba(X[:SAMPLES])[:, 1] - is_odd[:SAMPLES]) / SAMPLES
    agree(deltas["δ3"], expected[None], 1e-10)


@pytest.mark.parametrize("outputs", [1, 3])
def test_a_regressor_has_the_half_squared_error(outputs):
    target = X[:, :outputs].sum(axis=1) if outputs == 1 else X[:, 10 : 10 + outputs]
    model = fitted(MLPRegressor, target, hidden_layer_sizes=(5,))
    net = Network.from_sklearn(model)
    assert str(net) == f"64-5-{outputs}: relu, identity, half squared error"
    agree(net(X.T), model.predict(X).reshape(-1, outputs).T, 1e-12)
    y = target.reshape(-1, outputs).T
    expected = np.sum((net(X.T) - y) ** 2) / 2 / len(X)
    agree(net.values(X.T, y)["L"], expected, 1e-12)


def test_several_independent_labels_are_sigmoids():
    labels = np.stack([LABELS % 2, LABELS > 4], axis=1)
    model = fitted(MLPClassifier, labels, hidden_layer_sizes=(5,))
    net = Network.from_sklearn(model)
    agree(net(X.T), model.predict_proba(X).T, 1e-12)
    assert net.loss.word == "binary cross entropy"


def test_changing_the_model_afterwards_does_not_change_the_network():
    model = fitted(MLPClassifier, LABELS, hidden_layer_sizes=(4,))
    net = Network.from_sklearn(model)
    before = net(X[0])
    model.coefs_[0][...] = 0
    model.intercepts_[0][...] = 0
    assert np.array_equal(net(X[0]), before)


@pytest.mark.parametrize("model", [MLPClassifier(), MLPRegressor()])
def test_a_model_that_is_not_fitted_is_refused(model):
    with pytest.raises(InputError) as refused:
        Network.from_sklearn(model)
    assert str(refused.value) == (
        f"{type(model).__name__} has no coefs_: a fitted MLPClassifier or MLPRegressor is wanted "
        "(call its fit first)."
    )


def test_something_else_is_refused():
    with pytest.raises(InputError, match="dict has no coefs_"):
        Network.from_sklearn({})
