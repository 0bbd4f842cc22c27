"""Faults of layers, operators and networks that a second reader found; each has its test."""

import copy
import pickle

import numpy as np
import pytest

from jacobians import (
    GELU,
    BinaryCrossEntropy,
    Custom,
    HalfSquaredError,
    Huber,
    Identity,
    Jacobian,
    LeakyReLU,
    Linear,
    Network,
    ReLU,
    Sigmoid,
    Softmax,
    Softplus,
    Tanh,
    chain,
)
from jacobians import operators as o
from layouts import (
    DENOMINATOR,
    NUMERATOR,
    InputError,
    Layout,
    LayoutError,
    commutation_matrix,
    unvec,
)

rng = np.random.default_rng(11)
X = rng.standard_normal((3, 2))


def test_no_law_subtracts_a_number_from_a_column():
    J = Softmax().jacobian([1.0, 2.0, 0.5]).operator
    assert J.pulled_back("g") == "y ⊙ g - y (yᵀ g)"


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


def test_a_misspelt_layout_is_told_all_three_words():
    with pytest.raises(InputError, match="'both', 'numerator' or 'denominator'"):
        Layout.one_or_both("bth")


def test_beside_one_entry_integers_are_values_and_not_classes():
    net = Network.parse("2-3-1", activation="sigmoid", loss="half_squared_error")
    for given, expected in [(0, 0.0), (1, 1.0), ([1], 1.0)]:
        np.testing.assert_array_equal(net.values([1.0, 2.0], given)["y"], [expected])
    by_class = BinaryCrossEntropy()([[0.9, 0.8]], [0, 1])
    assert by_class == pytest.approx((-np.log(0.1) - np.log(0.8)) / 2)


def test_one_activation_layer_serves_all_and_numpy_integers_are_sizes():
    assert str(Network.parse("2-3-2", activation=ReLU())) == "2-3-2: relu, relu"
    assert NUMERATOR.shape(np.int64(3), 2) == (3, 2)
    assert unvec(np.arange(2), np.int64(2)).shape == (2,)
    assert NUMERATOR.arrange([[1, 2, 3]]).shape == (1, 3)


def test_a_derivative_keeps_its_name_in_the_other_layout():
    net = Network.parse("2-3-2", activation=["relu", "sigmoid"])
    assert str(net.jacobian([1.0, 2.0]).T) == "∂a2/∂x = ∂a2/∂a0   2×2, dense, denominator layout"
    row = net.jacobian([1.0, 2.0], wrt="W1")
    other = net.jacobian([1.0, 2.0], wrt="W1", layout=DENOMINATOR)
    assert str(row.T) == str(other)


def test_sums_of_diagonals_stay_diagonal():
    s = o.Diagonal(np.array([1.0, 2.0]), "s")
    assert (s + s).structure == "diagonal"
    assert (o.Identity(50_000) + o.Identity(50_000)).text.startswith("2 I")


@pytest.mark.parametrize(
    "make",
    [
        lambda: o.Dense(np.ones((2, 2)) * 1j),
        lambda: o.BlockRow([]),
        lambda: Jacobian(np.ones((2, 3))),
        lambda: o.Dense(np.ones((10, 10))).as_matrix(limit=10),
    ],
)
def test_operators_refuse_what_they_cannot_be_made_of(make):
    with pytest.raises(LayoutError):
        make()
    assert o.Dense([[1.0, 2.0]]).shape == (1, 2)
    assert o.Diagonal([1.0, 2.0]).shape == (2, 2)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Huber(delta="a"),
        lambda: HalfSquaredError(np.ones(3)),
        lambda: Linear.random(3, 2, 0),
        lambda: Network.parse("2-3-2", 7),
    ],
)
def test_options_of_the_wrong_kind_are_refused_in_a_sentence(make):
    with pytest.raises(InputError):
        make()


def test_a_product_that_has_no_better_name_is_called_by_its_derivative_alone():
    net = Network.parse("3-4-2", activation="tanh")
    assert str(net.jacobian(X)) == "∂a2/∂x   4×6, block diagonal, numerator layout"
