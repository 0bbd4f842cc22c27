"""Losses where a prediction is certain, far out, or NaN."""

import numpy as np
import pytest

from jacobians import layers

INF = np.inf
CLASSES, BITS, LOGITS = (
    layers.CrossEntropy(),
    layers.BinaryCrossEntropy(),
    layers.BinaryCrossEntropyWithLogits(),
)
EDGES = {
    #                               loss      p                  t             L     ∂L/∂p
    "cross entropy at 0 and 1":    (CLASSES, [0.0, 1.0],        [0.0, 1.0],   0,    [0, -1]),
    "binary at 0 and 1":           (BITS,    [0.0, 1.0],        [0.0, 1.0],   0,    [1, -1]),
    "logits of a thousand, right": (LOGITS,  [-1000.0, 1000.0], [0.0, 1.0],   0,    [0, 0]),
    "logits of a thousand, wrong": (LOGITS,  [1000.0, -1000.0], [0.0, 1.0],   2000, [1, -1]),
    "softmax of a thousand, right": (layers.SoftmaxCrossEntropy(),
                                             [-1000.0, 1000.0], [0.0, 1.0],   0,    [0, 0]),
    "softmax of a thousand, wrong": (layers.SoftmaxCrossEntropy(),
                                             [1000.0, -1000.0], [0.0, 1.0],   2000, [1, -1]),
    "absolute error, one hit":     (layers.AbsoluteError(),
                                             [2.0, -1.0],       [2.0, 1.0],   2,    [0, -1]),
    "huber at its joint":          (layers.Huber(),
                                             [1.0, -1.0],       [0.0, 0.0],   1,    [1, -1]),
    "huber far out":               (layers.Huber(),
                                             [1000.0, 0.0],     [0.0, 1000.0], 1999, [1, -1]),
}  # fmt: skip


@pytest.mark.parametrize("name", EDGES)
def test_losses_at_the_edge_have_the_limit_and_its_slope(name):
    layer, p, t, value, slope = EDGES[name]
    with np.errstate(all="raise", under="ignore"):
        assert layer(p, t) == value
        np.testing.assert_array_equal(np.asarray(layer.jacobian(p, t)), [slope])
        np.testing.assert_array_equal(layer.vjp(1.0, p, t), slope)
        pushed = [layer.jvp(unit, p, t) for unit in np.eye(2)]
        np.testing.assert_array_equal(pushed, slope)


@pytest.mark.parametrize("loss", [CLASSES, BITS], ids=repr)
def test_a_certain_mistake_costs_infinity_without_a_warning(loss):
    with np.errstate(all="raise", under="ignore"):
        assert loss([0.0, 1.0], [1.0, 0.0]) == INF
        assert np.asarray(loss.jacobian([0.0, 1.0], [1.0, 0.0]))[0, 0] == -INF


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_class_indices_at_certainty_cost_nothing(reduction):
    P = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]).T[:, ::-1]
    with np.errstate(all="raise", under="ignore"):
        assert layers.CrossEntropy(reduction)(P, [2, 0]) == 0


NAMES = [
    "HalfSquaredError", "SquaredError", "MeanSquaredError", "CrossEntropy", "SoftmaxCrossEntropy",
    "BinaryCrossEntropy", "BinaryCrossEntropyWithLogits", "AbsoluteError", "Huber",
]  # fmt: skip


@pytest.mark.parametrize("t", [[0.0, 1.0], [1.0, 0.0]], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_nan_in_a_prediction_stays_nan_in_the_loss(name, t):
    loss, p = getattr(layers, name)(), np.array([np.nan, 0.5])
    assert np.isnan(loss(p, t))
    assert np.isnan(np.asarray(loss.jacobian(p, t))[0, 0])
    assert np.isnan(loss.vjp(1.0, p, t)[0])
    assert np.isnan(loss.jvp([1.0, 0.0], p, t))


def test_a_masked_logit_costs_nothing_where_the_target_is_0():
    with np.errstate(all="raise", under="ignore"):
        assert layers.SoftmaxCrossEntropy()([-INF, 0.0], [0.0, 1.0]) == 0
        J = layers.SoftmaxCrossEntropy().jacobian([-INF, 0.0], [0.0, 1.0])
        assert np.asarray(J).tolist() == [[0, 0]]
