"""The fast path of the parameters' block row agrees with the chain, or steps aside."""

import pickle

import numpy as np
import pytest

from jacobians import Identity, Linear, Network, ReLU, Sigmoid, Softmax, Tanh, chain
from jacobians.parameter_row import ParameterRow
from layouts import DENOMINATOR, NUMERATOR, TooLargeError

rng = np.random.default_rng(5)


def linear(m, n, *, bias=True):
    return Linear(rng.standard_normal((m, n)), rng.standard_normal(m) if bias else None)


NETWORKS = {
    "two layers": [linear(3, 2), ReLU(), linear(4, 3), Sigmoid()],
    "three layers without one bias": [
        linear(5, 3), Tanh(), linear(4, 5, bias=False), Tanh(), linear(2, 4), Sigmoid()
    ],
    "no last activation": [linear(4, 3), Tanh(), linear(2, 4)],
    "identities": [linear(4, 3), Identity(), linear(2, 4), Identity()],
    "two activations in a row": [linear(4, 3), Tanh(), Sigmoid(), linear(2, 4), Tanh(), Sigmoid()],
    "an activation before any layer": [Tanh(), linear(4, 3), Tanh()],
    "linear layers alone": [linear(4, 3), linear(5, 4), linear(2, 5)],
    "wide, so that large blocks are written": [linear(150, 70), Tanh(), linear(9, 150), Tanh()],
}  # fmt: skip


def by_the_chain(net, x, layout):
    values = net.column_values(x)
    names = list(net.parameters)
    totals = chain.totals(net.steps, values, net.prediction, names, layout)
    return chain.block_row(totals, net.prediction, layout)


def point(net):
    return rng.standard_normal(net.input_size)


@pytest.mark.parametrize("name", NETWORKS)
def test_matrix_and_blocks_are_the_chains(name):
    net = Network(NETWORKS[name])
    x = point(net)
    fast, clear = net.jacobian(x, wrt="parameters"), by_the_chain(net, x, NUMERATOR)
    assert isinstance(fast.operator, ParameterRow)
    np.testing.assert_allclose(fast, clear, rtol=1e-13, atol=1e-14)
    assert [b.structure for b in fast.operator.blocks] == [
        b.structure for b in clear.operator.blocks
    ]
    assert (fast.shape, fast.structure, fast.parts) == (clear.shape, clear.structure, clear.parts)
    for parameter in net.parameters:
        np.testing.assert_allclose(fast[parameter], clear[parameter], rtol=1e-13, atol=1e-14)
        assert fast[parameter].tensor().shape == clear[parameter].tensor().shape
    np.testing.assert_allclose(np.asarray(fast.T), np.asarray(fast).T, rtol=0)


def test_the_other_layout_a_batch_and_another_value_go_by_the_chain():
    net = Network(NETWORKS["two layers"])
    x = point(net)
    for J in (
        net.jacobian(x, wrt="parameters", layout=DENOMINATOR),
        net.jacobian(np.stack([x, 2 * x], axis=1), wrt="parameters"),
        net.jacobian(x, of="z2", wrt="parameters"),
        Network([linear(3, 2), Softmax()]).jacobian(x, wrt="parameters"),
    ):
        assert not isinstance(J.operator, ParameterRow)


def test_a_layer_used_twice_goes_by_the_chain():
    shared = linear(3, 3)
    net = Network([shared, Tanh(), shared])
    J = net.jacobian(point(net), wrt="parameters")
    assert not isinstance(J.operator, ParameterRow)


class Doubled(Tanh):
    """A wrong rule that the chain must show."""

    def rules(self, Z, *, names):
        rule = super().rules(Z, names=names)["x"]
        return {"x": rule._replace(jacobian=lambda: rule.jacobian().scaled(2.0))}


def test_rules_that_are_not_the_packages_own_are_not_bypassed():
    honest = Network([linear(4, 3), Tanh()])
    other = Network([honest.layers[0], Doubled()])
    x = point(honest)
    expected = 2 * np.asarray(honest.jacobian(x, wrt="parameters"))
    np.testing.assert_allclose(other.jacobian(x, wrt="parameters"), expected, rtol=1e-13)


def test_a_changed_rule_of_the_package_is_not_bypassed(monkeypatch):
    net = Network([linear(4, 3), Tanh()])
    x = point(net)
    expected = 2 * np.asarray(net.jacobian(x, wrt="parameters"))
    honest = Tanh.rules

    def doubled(self, Z, *, names):
        rule = honest(self, Z, names=names)["x"]
        return {"x": rule._replace(jacobian=lambda: rule.jacobian().scaled(2.0))}

    monkeypatch.setattr(Tanh, "rules", doubled)
    np.testing.assert_allclose(net.jacobian(x, wrt="parameters"), expected, rtol=1e-13)


def test_what_was_computed_stays_when_the_callers_arrays_change():
    W, b, x = rng.standard_normal((4, 3)), rng.standard_normal(4), rng.standard_normal(3)
    net = Network([Linear(W, b), Tanh()])
    J = net.jacobian(x, wrt="parameters")
    before = np.array(net.jacobian(x, wrt="parameters"))
    W[:], b[:], x[:] = 0.0, 0.0, 0.0
    np.testing.assert_array_equal(J, before)


def test_weights_of_a_layer_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        linear(2, 3).W[0, 0] = 1.0


def test_too_large_a_row_is_refused_before_it_is_allocated():
    net = Network(NETWORKS["two layers"])
    J = net.jacobian(point(net), wrt="parameters")
    with pytest.raises(TooLargeError, match="would take 800 bytes"):
        J.as_matrix(limit=799)
    assert J.as_matrix(limit=800).shape == (4, 25)


def test_networks_and_their_jacobians_survive_pickling():
    net = Network.parse("3-4-2", activation=["gelu_tanh", "softmax"], loss="cross_entropy")
    x, y = net.example()
    again = pickle.loads(pickle.dumps(net))
    np.testing.assert_array_equal(again.gradient(x, y, "W1"), net.gradient(x, y, "W1"))
    J = net.jacobian(x, wrt="W1")
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(J)), J)
