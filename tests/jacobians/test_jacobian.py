"""Labelled Jacobians: what multiplies with what, in which layout, and what is refused in words."""

import numpy as np
import pytest

from jacobians import Jacobian, Linear, Network, Sigmoid
from jacobians.operators import Dense, Identity, Kronecker, Zero
from layouts import (
    DENOMINATOR,
    NUMERATOR,
    InputError,
    LayoutError,
    OrderError,
    ShapeError,
    TooLargeError,
)


def made(of, wrt, rows, columns, layout=NUMERATOR):
    array = np.arange(1.0, 1 + rows * columns).reshape(rows, columns)
    return Jacobian(Dense(array), layout, of, wrt)


Z2_A1, A1_Z1 = made("z2", "a1", 2, 3), made("a1", "z1", 3, 3)
SQUARE_OUTER, SQUARE_INNER = made("z2", "a1", 3, 3), made("a1", "z1", 3, 3)


def message(left, right):
    with pytest.raises(LayoutError) as refused:
        left @ right
    return str(refused.value)


def test_numerator_layout_puts_the_later_layer_on_the_left():
    J = Z2_A1 @ A1_Z1
    assert (J.of, J.wrt, J.layout, J.shape) == ("z2", "z1", NUMERATOR, (2, 3))
    assert np.array_equal(J, np.asarray(Z2_A1) @ np.asarray(A1_Z1))


def test_denominator_layout_puts_the_later_layer_on_the_right():
    J = A1_Z1.T @ Z2_A1.T
    assert (J.of, J.wrt, J.layout, J.shape) == ("z2", "z1", DENOMINATOR, (3, 2))
    assert np.array_equal(J, np.asarray(A1_Z1).T @ np.asarray(Z2_A1).T)


def test_the_wrong_order_is_told_with_the_sizes_and_the_cure():
    assert message(A1_Z1, Z2_A1) == (
        "cannot multiply ∂a1/∂z1 (3×3) by ∂z2/∂a1 (2×3): inner sizes 3 and 2 differ.\n"
        "In numerator layout the later layer stands on the left: ∂z2/∂a1 · ∂a1/∂z1 is 2×3."
    )
    assert message(Z2_A1.T, A1_Z1.T) == (
        "cannot multiply ∂z2/∂a1 (3×2) by ∂a1/∂z1 (3×3): inner sizes 2 and 3 differ.\n"
        "In denominator layout the later layer stands on the right: ∂a1/∂z1 · ∂z2/∂a1 is 3×2."
    )


def test_the_wrong_order_is_refused_where_the_sizes_fit():
    assert message(SQUARE_INNER, SQUARE_OUTER) == (
        "cannot multiply ∂a1/∂z1 (3×3) by ∂z2/∂a1 (3×3): the sizes fit, the order does not.\n"
        "In numerator layout the later layer stands on the left: ∂z2/∂a1 · ∂a1/∂z1 is 3×3."
    )
    assert message(SQUARE_OUTER.T, SQUARE_INNER.T) == (
        "cannot multiply ∂z2/∂a1 (3×3) by ∂a1/∂z1 (3×3): the sizes fit, the order does not.\n"
        "In denominator layout the later layer stands on the right: ∂a1/∂z1 · ∂z2/∂a1 is 3×3."
    )
    with pytest.raises(OrderError):
        SQUARE_INNER @ SQUARE_OUTER


def test_links_that_are_no_neighbours_are_refused():
    assert message(made("L", "a2", 3, 3), A1_Z1) == (
        "cannot multiply ∂L/∂a2 by ∂a1/∂z1: they are not neighbours in a chain.\n"
        "In numerator layout the later layer stands on the left, and the inner names must agree; "
        "here they are a2 and a1."
    )


def test_two_layouts_do_not_mix_in_either_order():
    expected = (
        "cannot multiply ∂z2/∂a1 in numerator layout by ∂a1/∂z1 in denominator layout.\n"
        "Bring both to one layout: a Jacobian's transpose, J.T, is the same derivative in the "
        "other."
    )
    assert message(SQUARE_OUTER, SQUARE_INNER.T) == expected
    with pytest.raises(OrderError):
        SQUARE_INNER.T @ SQUARE_OUTER
    with pytest.raises(OrderError, match="in numerator layout and"):
        SQUARE_OUTER + SQUARE_OUTER.T


def test_a_plain_array_is_refused_on_either_side():
    expected = (
        "cannot multiply ∂z2/∂a1 by a plain array (3×3): an array has no layout.\n"
        "For the numbers alone use np.asarray(J) on the Jacobian; for a product with a vector use "
        "the layer's jvp or vjp."
    )
    with pytest.raises(OrderError) as right:
        SQUARE_OUTER @ np.eye(3)
    with pytest.raises(OrderError) as left:
        np.eye(3) @ SQUARE_OUTER
    assert str(left.value) == str(right.value) == expected
    for other in (np.ones(3), [[1.0, 2.0, 3.0]] * 3):
        with pytest.raises(OrderError):
            SQUARE_OUTER @ other
        with pytest.raises(OrderError):
            other @ SQUARE_OUTER


def test_unlabelled_jacobians_match_by_size():
    inner = Linear(np.ones((3, 2))).jacobian(np.ones(2))
    outer = Sigmoid().jacobian(np.zeros(3))
    assert (outer @ inner).shape == (3, 2)
    assert (inner.T @ outer.T).shape == (2, 3)
    with pytest.raises(ShapeError) as refused:
        inner @ outer
    assert str(refused.value) == (
        "cannot multiply ∂y/∂x (3×2) by ∂y/∂x (3×3): inner sizes 2 and 3 differ.\n"
        "In numerator layout the later layer stands on the left."
    )


def test_labels_travel_beside_an_unlabelled_factor():
    J = made("L", "a", 2, 3) @ Sigmoid().jacobian(np.zeros(3))
    assert (J.of, J.wrt) == ("L", None)


def test_the_transpose_is_the_same_derivative_in_the_other_layout():
    assert (Z2_A1.T.of, Z2_A1.T.wrt) == ("z2", "a1")
    assert Z2_A1.T.layout is DENOMINATOR
    assert Z2_A1.T.T.layout is NUMERATOR
    assert np.array_equal(Z2_A1.T, np.asarray(Z2_A1).T)


def test_layouts_may_be_named_and_unknown_ones_are_refused():
    assert Jacobian(Identity(2), "denominator").layout is DENOMINATOR
    with pytest.raises(InputError) as refused:
        Jacobian(Identity(2), "mixed")
    expected = "there is no layout 'mixed': it is 'numerator' or 'denominator'."
    assert str(refused.value) == expected


def test_the_tensor_of_a_vector_by_a_matrix_swaps_axes_and_transposes_none():
    W = np.arange(6.0).reshape(2, 3)
    a = np.array([5.0, 7.0, 11.0])
    J = Linear(W).jacobian(a, wrt="W")
    expected = np.zeros((2, 2, 3))
    for i in range(2):
        expected[i, i, :] = a
    assert np.array_equal(J.tensor(), expected)
    assert np.array_equal(J.T.tensor(), expected.transpose(1, 2, 0))
    assert not np.array_equal(J.T.tensor(), expected.transpose(2, 1, 0).transpose(1, 0, 2)[:, :1])


def test_the_tensor_of_a_matrix_by_a_matrix_has_its_entries_where_they_belong():
    W, A = np.arange(8.0).reshape(2, 4), np.arange(12.0).reshape(4, 3)
    J = Linear(W).jacobian(A)
    T, D = J.tensor(), J.T.tensor()
    assert (T.shape, D.shape) == ((2, 3, 4, 3), (4, 3, 2, 3))
    for i, k, j, n in np.ndindex(T.shape):
        assert T[i, k, j, n] == D[j, n, i, k] == (W[i, j] if k == n else 0)


NET = Network.parse("2-3-4", activation=["tanh", "identity"], loss="half_squared_error")
X, Y = [0.5, -1.0], [1.0, 0.0, 2.0, -1.0]


def test_an_entry_is_one_column_and_in_denominator_layout_one_row():
    J = NET.jacobian(X, Y, of="z1", wrt="W1")
    full = np.asarray(J)
    for (i, j), position in {(0, 0): 0, (2, 0): 2, (0, 1): 3, (2, 1): 5}.items():
        assert np.array_equal(J.entry(i, j), full[:, [position]])
        assert np.array_equal(J.T.entry(i, j), full[:, [position]].T)
    entry = J.entry(2, 1)
    assert (entry.name, entry.shape, J.T.entry(2, 1).shape) == ("∂z1/∂W1[3,2]", (3, 1), (1, 3))


@pytest.mark.parametrize("index", [(3, 0), (0, 2), (-1, 0), (0,), (0, 0, 0)], ids=str)
def test_an_entry_that_is_not_there_is_refused_counting_from_1(index):
    written = ",".join(str(k + 1) for k in index)
    with pytest.raises(InputError) as refused:
        NET.jacobian(X, Y, of="z1", wrt="W1").entry(*index)
    expected = f"W1 is 3×2 and has no entry W1[{written}] (counted from 1)."
    assert str(refused.value) == expected


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_blocks_are_asked_for_by_name_and_are_whole_jacobians(layout):
    J = NET.jacobian(X, Y, of="L", wrt="parameters", layout=layout)
    for name in NET.parameters:
        alone = NET.jacobian(X, Y, of="L", wrt=name, layout=layout)
        block = J[name]
        assert (block.of, block.wrt, block.layout) == ("L", name, alone.layout)
        assert np.allclose(block, alone, rtol=1e-14)
        assert block.shape == alone.shape


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_the_block_of_a_weight_matrix_knows_the_shape_of_the_matrix(layout):
    J = NET.jacobian(X, Y, of="z2", wrt="parameters", layout=layout)
    alone = NET.jacobian(X, Y, of="z2", wrt="W1", layout=layout)
    assert J["W1"].tensor().shape == alone.tensor().shape
    assert np.allclose(J["W1"].tensor(), alone.tensor(), rtol=1e-14)
    assert J["W1"].entry(2, 1).name == "∂z2/∂W1[3,2]"


def test_a_block_that_is_not_there_is_refused():
    with pytest.raises(InputError) as refused:
        NET.jacobian(X, Y, of="L", wrt="parameters")["W3"]
    expected = "∂L/∂parameters has no block 'W3': known are W1, b1, W2, b2."
    assert str(refused.value) == expected
    with pytest.raises(InputError) as refused:
        Z2_A1["W1"]
    assert str(refused.value) == "∂z2/∂a1 has no block 'W1': it is not a block row."


def test_a_sum_of_paths_needs_the_same_ends():
    total = Z2_A1 + Z2_A1
    assert np.array_equal(total, 2 * np.asarray(Z2_A1))
    assert (total.of, total.wrt) == ("z2", "a1")
    with pytest.raises(OrderError) as refused:
        Z2_A1 + A1_Z1
    expected = "cannot add ∂z2/∂a1 and ∂a1/∂z1: a sum over paths has one value at each end."
    assert str(refused.value) == expected


def test_a_jacobian_too_large_to_hold_is_still_good_for_products():
    A = np.linspace(-1, 1, 90_000).reshape(300, 300)
    J = Linear(A).jacobian(A)
    assert (J.shape, J.operator.stored) == ((90_000, 90_000), 90_000)
    with pytest.raises(TooLargeError, match="would take 64,800,000,000 bytes"):
        np.asarray(J)
    with pytest.raises(TooLargeError):
        J.tensor()
    column = J.operator @ A.reshape(-1, 1, order="F")
    assert np.allclose(column, (A @ A).reshape(-1, 1, order="F"), rtol=1e-12, atol=1e-12)


def test_a_jacobian_says_what_it_is():
    J = Jacobian(Kronecker(Dense(np.ones((1, 2)), "a0ᵀ"), Identity(3)), NUMERATOR, "z1", "W1")
    assert str(J) == "∂z1/∂W1 = a0ᵀ ⊗ I₃   3×6, Kronecker, numerator layout"
    assert str(J.T) == "∂z1/∂W1 = a0 ⊗ I₃   6×3, Kronecker, denominator layout"
    assert J.structure == "Kronecker"
    assert Jacobian(Zero(2, 3)).name == "∂y/∂x"
