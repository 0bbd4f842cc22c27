"""Whole networks against autograd: both layouts, one sample and a batch, chain and sweep."""

import autograd
import autograd.numpy
import autograd.scipy.special
import numpy as np
import pytest

from jacobians import Network
from tests import references
from tests.laws import agree, column

FUNCTIONS = {
    **references.elementwise(autograd.numpy, autograd.scipy.special.erf),
    **references.mixing(autograd.numpy),
}
LOSSES = references.losses(autograd.numpy)
X = np.array([[0.4, -0.8, 1.3, 0.2, -0.5], [1.1, 0.6, -0.9, -1.4, 0.7]])
BITS = np.array([[1.0, 0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 1.0, 0.0, 1.0], [0.0, 1.0, 0.0, 0.0, 0.0]])
NETWORKS = [
    ("2-4-3", "relu,sigmoid", "half squared error", "sum"),
    ("2-4-3", "tanh,softmax", "cross entropy", "mean"),
    ("2-4-3", "sigmoid,identity", "softmax cross entropy", "mean"),
    ("2-4-3", "gelu,sigmoid", "binary cross entropy", "sum"),
    ("2-4-5-3", "elu,softplus,identity", "binary cross entropy with logits", "mean"),
    ("2-4-5-3", "silu,softmax,tanh", "mean squared error", "mean"),
    ("2-4-5-3", "selu,log softmax,softsign", "squared error", "mean"),
    ("2-4-5-6-3", "leaky relu,sin,square,identity", "huber", "mean"),
    ("2-3", "hard tanh", "absolute error", "sum"),
]


class Reference:
    """The network once more, out of plain functions of its parameters."""

    def __init__(self, network, activations, loss, reduction):
        self.names = list(network.parameters)
        self.start = [np.array(value) for value in network.parameters.values()]
        self.activations = [FUNCTIONS[name] for name in activations.split(",")]
        self.loss = references.reduced(LOSSES[loss], reduction)

    def prediction(self, x, *parameters):
        for number, activation in enumerate(self.activations):
            W, b = parameters[2 * number : 2 * number + 2]
            x = activation(references.linear(autograd.numpy)["linear"](x, W, b))
        return x

    def total(self, x, y, *parameters):
        return self.loss(self.prediction(x, *parameters), y)


def matrix(tensor, rows):
    return np.reshape(tensor, (rows, -1), order="F")


@pytest.fixture(params=NETWORKS, ids=lambda row: " ".join(row))
def both(request):
    sizes, activations, loss, reduction = request.param
    words = [name.replace(" ", "_") for name in activations.split(",")]
    network = Network.parse(
        sizes, activation=words, loss=loss.replace(" ", "_"), seed=3, reduction=reduction
    )
    return network, Reference(network, activations, loss, reduction)


@pytest.fixture(params=["one sample", "batch"])
def data(request):
    return (X[:, 0], BITS[:, 0]) if request.param == "one sample" else (X, BITS)


def test_values_are_those_of_plain_functions(both, data):
    network, reference = both
    x, y = data
    agree(network(x), reference.prediction(x, *reference.start), 1e-13)
    agree(network.values(x, y)["L"], reference.total(x, y, *reference.start), 1e-13)


def test_the_jacobian_of_the_prediction_agrees_with_autograd(both, data):
    network, reference = both
    x, _ = data
    rows = np.size(network(x))
    by_x = matrix(autograd.jacobian(reference.prediction)(x, *reference.start), rows)
    agree(network.jacobian(x), by_x, 1e-10)
    agree(network.jacobian(x, layout="denominator"), by_x.T, 1e-10)
    blocks = [
        matrix(autograd.jacobian(reference.prediction, k)(x, *reference.start), rows)
        for k in range(1, 1 + len(reference.start))
    ]
    agree(network.jacobian(x, wrt="parameters"), np.hstack(blocks), 1e-10)
    agree(network.jacobian(x, wrt="parameters", layout="denominator"), np.hstack(blocks).T, 1e-10)
    for name, block in zip(reference.names, blocks, strict=True):
        agree(network.jacobian(x, wrt=name), block, 1e-10, name)


def test_chain_and_sweep_of_the_loss_agree_with_autograd(both, data):
    network, reference = both
    x, y = data
    wanted = dict(zip(["x", "y", *reference.names], [x, y, *reference.start], strict=True))
    for k, (name, value) in enumerate(wanted.items()):
        G = autograd.grad(reference.total, k)(x, y, *reference.start)
        two_dimensional = G if value.ndim == 2 else G[:, None]
        agree(network.gradient(x, y, wrt=name, layout="denominator"), two_dimensional, 1e-10, name)
        agree(network.gradient(x, y, wrt=name), two_dimensional.T, 1e-10, name)
        J = network.jacobian(x, y, of="L", wrt=name)
        agree(J, column(G).T, 1e-10, name)
        agree(J.tensor(), G, 1e-10, name)
        D = network.jacobian(x, y, of="L", wrt=name, layout="denominator")
        agree(D, column(G), 1e-10, name)
        agree(D.tensor(), G, 1e-10, name)
    stacked = np.vstack([column(autograd.grad(reference.total, k + 2)(x, y, *reference.start))
                         for k in range(len(reference.names))])  # fmt: skip
    agree(network.gradient(x, y, wrt="parameters"), stacked.T, 1e-10)
    agree(network.jacobian(x, y, of="L", wrt="parameters", layout="denominator"), stacked, 1e-10)
