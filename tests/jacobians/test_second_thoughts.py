"""Faults that a second reader found: each would come back unnoticed without its test."""

import copy
import pickle

import numpy as np
import pytest

from jacobians import (
    GELU,
    Custom,
    Huber,
    Identity,
    LeakyReLU,
    Linear,
    Network,
    ReLU,
    Sigmoid,
    Softmax,
    SoftmaxCrossEntropy,
    Softplus,
    Tanh,
    chain,
    collapse,
    dimension_trace,
)
from jacobians import operators as o
from layouts import DENOMINATOR, NUMERATOR, InputError, Layout, LayoutError, commutation_matrix

rng = np.random.default_rng(11)
X = rng.standard_normal((3, 2))


@pytest.mark.parametrize("layer", [Tanh(), Identity(), Softmax()])
@pytest.mark.parametrize("layout", [NUMERATOR, DENOMINATOR])
def test_with_a_batch_both_sides_of_the_law_are_stacked(layer, layout):
    law = collapse(layer, X, layout=layout).law
    left, right = law.split(" = ")
    assert "vec(g)" in left
    assert right.startswith("vec(")


def test_no_law_subtracts_a_number_from_a_column():
    J = Softmax().jacobian([1.0, 2.0, 0.5]).operator
    assert J.pulled_back("g") == "y ⊙ g - y (yᵀ g)"


def test_a_target_that_does_not_sum_to_1_is_provided_for_in_the_stated_delta():
    net = Network.parse("2-3-2", loss="softmax_cross_entropy")
    text = " ".join(str(dimension_trace(net, "W1")).split())
    assert "δ2 = softmax(a2) - y, as long as y sums to 1" in text
    assert "-Σᵢ yᵢ log softmax(a2)ᵢ" in text
    assert SoftmaxCrossEntropy().by_prediction(X, 2 * np.ones((3, 2))).shape == (3, 2)


def test_a_layers_derivative_by_a_further_argument_says_so():
    layer = Linear(rng.standard_normal((4, 3)), np.zeros(4))
    assert str(layer.jacobian(X[:, 0], wrt="W")).startswith("∂y/∂W = ")
    assert layer.jacobian(X[:, 0]).wrt is None


def test_the_fast_rows_blocks_print_as_the_chains():
    net = Network([Linear(rng.standard_normal((4, 3))), Tanh(), Linear(np.ones((2, 4))), Sigmoid()])
    values = net.column_values(X[:, 0])
    totals = chain.totals(net.steps, values, "a2", list(net.parameters), NUMERATOR)
    fast = net.jacobian(X[:, 0], wrt="parameters")
    assert [b.text for b in fast.operator.blocks] == [J.operator.text for J in totals.values()]


def test_one_column_of_a_product_is_bracketed():
    J = Linear(np.ones((4, 3))).jacobian(X[:, 0], wrt="W").entry(1, 1)
    assert "(xᵀ ⊗ I₄)[:, 6]" in str(J)


def test_softmax_behind_a_diagonal_names_what_it_is_multiplied_by():
    s = o.Diagonal(np.ones(3), "σ'(z)")
    product = Softmax().jacobian([1.0, 2.0, 3.0]).operator @ s
    assert product.text == "diag(y ⊙ σ'(z)) - y (y ⊙ σ'(z))ᵀ"


def test_a_scaled_kronecker_product_keeps_its_factor_in_words():
    K = o.Kronecker(o.Identity(2, 0.5), o.Dense(np.ones((4, 3)), "W"))
    assert K.pulled_back("G") == "0.5 Wᵀ G"


def test_the_row_of_all_parameters_survives_pickling_copying_and_scaling():
    net = Network.parse("3-4-2", activation="tanh")
    J = net.jacobian(X[:, 0], wrt="parameters")
    full = np.asarray(J)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(J)), full)
    np.testing.assert_array_equal(copy.deepcopy(J), full)
    np.testing.assert_allclose(o.Identity(2, 0.5) @ J.operator, full / 2)


@pytest.mark.parametrize("again", [copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))])
def test_copied_weights_cannot_be_written_to_either(again):
    with pytest.raises(ValueError, match="read-only"):
        again(Linear(np.ones((3, 2)), np.ones(3))).W[0, 0] = 2.0


def test_results_share_no_memory_with_what_was_given():
    W, g = np.ones((4, 3)), np.ones(3)
    J = Linear(W, np.zeros(4)).jacobian(X[:, 0], W, np.zeros(4))
    W[0, 0] = 99.0
    assert np.asarray(J)[0, 0] == 1.0
    Identity().vjp(g, X[:, 0])[0] = 5.0
    assert g[0] == 1.0
    values = Network([Linear(np.ones((4, 3))), Identity()]).values(X[:, 0])
    values["a1"][0] = 7.0
    assert values["z1"][0] != 7.0


def test_a_product_does_not_rename_its_factors():
    from jacobians import Jacobian

    B = Jacobian(o.Dense(np.ones((3, 2)), ""), NUMERATOR, "b", "x")
    before = str(B)
    Jacobian(o.Identity(3), NUMERATOR, "a", "b") @ B
    assert str(B) == before


def test_refused_sums_speak_of_sums_and_keep_no_blocks():
    net = Network.parse("3-4-2", activation="tanh")
    J = net.jacobian(X[:, 0], wrt="parameters")
    with pytest.raises(LayoutError, match="cannot add"):
        J + np.ones((2, 26))
    with pytest.raises(LayoutError, match="cannot add"):
        J + J.T
    with pytest.raises(InputError, match="it is not a block row"):
        (J + J)["W1"]


def test_a_pattern_of_blocks_has_no_entries_and_keeps_its_count():
    pattern = o.BlockDiagonal([o.Dense(np.ones((2, 2)))], count=3)
    assert pattern.scaled(2.0).shape == (6, 6)
    with pytest.raises(InputError, match="3 times a pattern"):
        pattern.as_matrix()


def test_an_order_is_planned_for_each_input_size():
    net = Network([Custom(lambda x: x[:2] * x[-1], lambda x: np.zeros((2, len(x)))), Tanh()])
    for n in (3, 30):
        assert net.jacobian(np.ones(n)).shape == (2, n)


@pytest.mark.parametrize(
    "make",
    [
        lambda: GELU(approximate="foo"),
        lambda: Huber(delta=-1.0),
        lambda: Softplus(beta=0.0),
        lambda: LeakyReLU(0.2, negative_slope=0.3),
    ],
)
def test_options_are_refused_where_they_are_given(make):
    with pytest.raises(InputError):
        make()


def test_a_large_commutation_matrix_is_refused_with_a_cure_that_exists():
    with pytest.raises(LayoutError, match="by vec and unvec instead"):
        commutation_matrix(10**4, 10**4)


def test_a_command_is_suggested_only_where_it_says_the_same_network():
    said = Network.parse("2-3-2", activation="relu", loss="huber", seed=3, small_integers=True)
    assert said.source == "2-3-2 --activation relu --loss huber --seed 3 --small-integers"
    assert Network.parse("2-3-2", loss=Huber(delta=0.65)).source is None
    assert Network.parse("2-3", activation=[LeakyReLU(0.2)]).source is None
    text = str(dimension_trace(Network.parse("2-3-2", loss=Huber(delta=0.65))))
    assert 'dimension_trace(net, wrt="b1")' in text


def test_a_misspelt_layout_is_told_all_three_words():
    with pytest.raises(InputError, match="'both', 'numerator' or 'denominator'"):
        Layout.one_or_both("bth")


class WrongBias(Linear):
    """The sweep's bias gradient is doubled."""

    def rules(self, A, W, b=None, *, names):
        rules = dict(super().rules(A, W, b, names=names))
        honest = rules["b"].vjp
        rules["b"] = rules["b"]._replace(vjp=lambda g: 2 * honest(g))
        return rules


def test_the_summary_tells_a_disagreement_of_any_parameter():
    net = Network([WrongBias(np.ones((3, 2)), np.zeros(3)), ReLU()], loss="squared_error")
    text = str(dimension_trace(net, x=[1.0, 2.0], y=[0.0, 1.0, 2.0]))
    assert "All of them beside the sweep of vjps: they DISAGREE by" in text
