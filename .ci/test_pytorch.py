"""Names and defaults are PyTorch's: value and slope of each layer beside its namesake there.

A step of CI alone, since nothing else needs anything so large.
"""

import numpy as np
import pytest
import torch

import jacobians

POINTS = np.array([-30.0, -3.0, -1.0, -0.4, 0.0, 0.3, 1.0, 2.5, 15.0])
# Without a kink at which the two documented choices differ, and without PyTorch's threshold of 20.
SAME_NAME = ["Sigmoid", "Tanh", "ReLU", "LeakyReLU", "ELU", "SELU", "GELU", "SiLU", "Softplus",
             "Softsign", "LogSigmoid", "Hardtanh", "Identity"]  # fmt: skip


def torch_slopes(function, points):
    z = torch.tensor(points, dtype=torch.float64, requires_grad=True)
    values = function(z)
    (slopes,) = torch.autograd.grad(values.sum(), z)
    return values.detach().numpy(), slopes.numpy()


@pytest.mark.parametrize("name", SAME_NAME)
def test_activation_agrees_with_its_namesake(name):
    ours, theirs = getattr(jacobians, name)(), getattr(torch.nn, name)()
    values, slopes = torch_slopes(theirs, POINTS)
    np.testing.assert_allclose(ours(POINTS), values, rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(
        np.diag(np.asarray(ours.jacobian(POINTS))), slopes, rtol=1e-8, atol=1e-15
    )


@pytest.mark.parametrize(
    ("name", "options"),
    [("GELU", {"approximate": "tanh"}), ("LeakyReLU", {"negative_slope": 0.2}),
     ("ELU", {"alpha": 0.7}), ("Softplus", {"beta": 0.5})],
)  # fmt: skip
def test_options_mean_the_same(name, options):
    ours, theirs = getattr(jacobians, name)(**options), getattr(torch.nn, name)(**options)
    values, slopes = torch_slopes(theirs, POINTS)
    np.testing.assert_allclose(ours(POINTS), values, rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(
        np.diag(np.asarray(ours.jacobian(POINTS))), slopes, rtol=1e-8, atol=1e-15
    )


@pytest.mark.parametrize("name", ["Softmax", "LogSoftmax"])
def test_softmax_agrees(name):
    z = np.array([0.3, -1.2, 2.0, 0.7])
    theirs = torch.autograd.functional.jacobian(
        getattr(torch.nn, name)(dim=0), torch.tensor(z, dtype=torch.float64)
    )
    J = np.asarray(getattr(jacobians, name)().jacobian(z))
    np.testing.assert_allclose(J, theirs.numpy(), rtol=1e-10, atol=1e-15)


P = np.array([[0.2, 0.7], [0.5, 0.1], [0.3, 0.2]])  # three entries, two samples as columns
T = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])


@pytest.mark.parametrize(
    ("ours", "theirs", "times"),
    [
        ("MeanSquaredError", "MSELoss", 1),
        ("SquaredError", "MSELoss", 3),
        ("BinaryCrossEntropy", "BCELoss", 3),
        ("BinaryCrossEntropyWithLogits", "BCEWithLogitsLoss", 3),
        ("AbsoluteError", "L1Loss", 3),
        ("Huber", "HuberLoss", 3),
        ("SoftmaxCrossEntropy", "CrossEntropyLoss", 1),
    ],
)
def test_loss_is_the_stated_multiple_of_its_namesake(ours, theirs, times):
    loss = getattr(torch.nn, theirs)()
    p = torch.tensor(P.T, dtype=torch.float64, requires_grad=True)
    value = loss(p, torch.tensor(T.T, dtype=torch.float64))
    (gradient,) = torch.autograd.grad(value, p)
    layer = getattr(jacobians, ours)()
    assert bool(layer.elsewhere) == (times != 1)
    np.testing.assert_allclose(layer(P, T), times * value.item(), rtol=1e-10)
    np.testing.assert_allclose(
        layer.vjp(1.0, P, T), times * gradient.numpy().T, rtol=1e-10, atol=1e-15
    )
