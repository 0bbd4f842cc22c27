"""Names and defaults are PyTorch's: value and slope of each layer beside its namesake there.

A step of CI alone, since nothing else needs anything so large.
"""

import numpy as np
import pytest
import torch

import jacobians
import layouts

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


X = np.array([[0.3, -1.1, 1.7, 0.4], [-1.2, 0.6, 0.2, 2.5], [2.1, -0.4, -2.3, -0.8]])
G = np.array([[1.0, -0.5, 0.3, 2.0], [0.7, 1.2, -1.6, 0.1], [-0.9, 0.4, 0.8, -1.3]])
GAMMA, BETA = np.array([0.8, -1.5, 2.2]), np.array([0.1, 0.7, -0.3])


@pytest.mark.parametrize(
    ("ours", "theirs"), [("LayerNorm", "LayerNorm"), ("BatchNorm", "BatchNorm1d")]
)
@pytest.mark.parametrize("options", [{}, {"eps": 0.1}])
def test_normalisation_agrees_with_its_namesake(ours, theirs, options):
    layer = getattr(jacobians, ours)(GAMMA, BETA, **options)
    module = getattr(torch.nn, theirs)(3, **options).double().train()
    module.load_state_dict(
        {"weight": torch.tensor(GAMMA), "bias": torch.tensor(BETA)}, strict=False
    )
    rows = torch.tensor(X.T, requires_grad=True)  # PyTorch has samples as rows
    y = module(rows)
    pulled = torch.autograd.grad(y, [rows, module.weight, module.bias], torch.tensor(G.T))
    np.testing.assert_allclose(layer(X), y.detach().numpy().T, rtol=1e-12, atol=1e-14)
    for wrt, theirs_by in zip(("x", "gamma", "beta"), pulled, strict=True):
        np.testing.assert_allclose(
            layer.vjp(G, X, wrt=wrt), theirs_by.numpy().T, rtol=1e-10, atol=1e-14
        )
    full = torch.autograd.functional.jacobian(module, torch.tensor(X.T)).numpy()
    np.testing.assert_allclose(  # rows of PyTorch's sample axis are columns of ours: vec either way
        layer.jacobian(X), full.reshape(12, 12), rtol=1e-10, atol=1e-14
    )


def test_batch_norm_of_one_sample_is_refused_there_too():
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        torch.nn.BatchNorm1d(3)(torch.ones(1, 3))
    with pytest.raises(layouts.ShapeError, match="batch norm has one sample"):
        jacobians.BatchNorm(GAMMA, BETA)(X[:, 0])
