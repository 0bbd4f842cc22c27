"""vec and its matrices: their defining identities, on sizes that all differ."""

import numpy as np
import pytest

from layouts import (
    InputError,
    ShapeError,
    TooLargeError,
    commutation_matrix,
    duplication_matrix,
    elimination_matrix,
    rvec,
    unrvec,
    unvec,
    vec,
    vech,
)

SIZES = [(2, 3), (3, 2), (4, 4), (1, 5), (5, 1), (3, 7)]


def draw(*shape):
    return np.random.default_rng(sum(shape)).standard_normal(shape)


def test_vec_stacks_columns_and_rvec_rows():
    X = [[1, 2, 3], [4, 5, 6]]
    assert vec(X).tolist() == [[1], [4], [2], [5], [3], [6]]
    assert rvec(X).tolist() == [[1], [2], [3], [4], [5], [6]]
    assert vec(np.arange(8).reshape(2, 2, 2)).ravel().tolist() == [0, 4, 2, 6, 1, 5, 3, 7]
    assert vec(5).shape == (1, 1)


@pytest.mark.parametrize("shape", [*SIZES, (2, 3, 4), (6,), ()], ids=str)
def test_unvec_and_unrvec_undo_them(shape):
    X = draw(*shape)
    assert np.array_equal(unvec(vec(X), shape), X)
    assert np.array_equal(unrvec(rvec(X), shape), X)
    assert np.array_equal(rvec(X), vec(X.T))


def test_unvec_of_a_wrong_number_of_entries_is_refused():
    for undo in (unvec, unrvec):
        with pytest.raises(ShapeError) as refused:
            undo(np.ones(5), (2, 3))
        assert str(refused.value) == "5 stacked entries do not fill an array of shape (2, 3)."
        with pytest.raises(ShapeError):
            undo(np.ones(6), (-2, -3))
        with pytest.raises(ShapeError):
            undo(np.ones(6), (-1, 3))


def test_the_vec_of_a_triple_product_is_a_kronecker_product():
    A, X, B = draw(2, 3), draw(3, 4), draw(4, 5)
    assert np.allclose(vec(A @ X @ B), np.kron(B.T, A) @ vec(X), rtol=1e-13)
    assert np.allclose(rvec(A @ X @ B), np.kron(A, B.T) @ rvec(X), rtol=1e-13)
    assert not np.allclose(vec(A @ X @ B), np.kron(A, B.T) @ vec(X))


def test_an_outer_product_is_a_kronecker_product_in_the_other_order():
    u, v = draw(3, 1), draw(4, 1)
    assert np.allclose(vec(u @ v.T), np.kron(v, u), rtol=1e-15)


def test_the_trace_of_a_product_is_an_inner_product_of_vecs():
    A, B = draw(3, 4), draw(3, 4)
    assert np.allclose(np.trace(A.T @ B), (vec(A).T @ vec(B))[0, 0], rtol=1e-13)


@pytest.mark.parametrize(("m", "n"), SIZES)
def test_the_commutation_matrix_takes_vec_to_vec_of_the_transpose(m, n):
    K, X = commutation_matrix(m, n), draw(m, n)
    assert K.shape == (m * n, m * n)
    assert np.array_equal(K @ vec(X), vec(X.T))
    assert np.array_equal(K @ vec(X), rvec(X))


@pytest.mark.parametrize(("m", "n"), SIZES)
def test_the_commutation_matrix_is_a_permutation_whose_inverse_is_its_transpose(m, n):
    K = commutation_matrix(m, n)
    assert set(K.ravel()) <= {0.0, 1.0}
    assert np.array_equal(K.T @ K, np.eye(m * n))
    assert np.array_equal(K.T, commutation_matrix(n, m))


def test_the_commutation_matrix_swaps_kronecker_factors():
    A, B = draw(2, 3), draw(4, 5)
    swapped = commutation_matrix(4, 2) @ np.kron(A, B) @ commutation_matrix(3, 5)
    assert np.allclose(swapped, np.kron(B, A), rtol=1e-15)


def test_the_commutation_matrix_of_2_by_3_is_this_one():
    ones = [(0, 0), (1, 2), (2, 4), (3, 1), (4, 3), (5, 5)]
    expected = np.zeros((6, 6))
    for row, column in ones:
        expected[row, column] = 1
    assert np.array_equal(commutation_matrix(2, 3), expected)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_duplication_and_elimination_have_their_identities(n):
    A = draw(n, n)
    S, half = A + A.T, n * (n + 1) // 2
    D, L = duplication_matrix(n), elimination_matrix(n)
    assert (D.shape, L.shape) == ((n * n, half), (half, n * n))
    assert np.array_equal(L @ vec(A), vech(A))
    assert np.array_equal(D @ vech(S), vec(S))
    assert np.array_equal(L @ D, np.eye(half))
    assert np.array_equal(D.T @ vec(np.ones((n, n))), vech(2 - np.eye(n)))


def test_vech_stacks_the_columns_of_the_lower_triangle():
    A = [[1, 9, 9], [2, 4, 9], [3, 5, 6]]
    assert vech(A).ravel().tolist() == [1, 2, 3, 4, 5, 6]
    for wrong in (np.ones((2, 3)), np.ones(4), np.ones((2, 2, 2))):
        with pytest.raises(ShapeError, match="vech takes a square matrix"):
            vech(wrong)


@pytest.mark.parametrize("size", [0, -1, 2.0, True, "3", None], ids=repr)
@pytest.mark.parametrize("matrix", [
    duplication_matrix, elimination_matrix, lambda n: commutation_matrix(3, n),
], ids=["duplication", "elimination", "commutation"])  # fmt: skip
def test_a_size_that_is_no_positive_integer_is_refused(matrix, size):
    with pytest.raises(InputError) as refused:
        matrix(size)
    assert str(refused.value) == f"a size is a positive integer, not {size!r}."


def test_numpy_integers_are_sizes():
    assert commutation_matrix(np.int64(2), np.int32(3)).shape == (6, 6)


@pytest.mark.parametrize("matrix", [
    duplication_matrix, elimination_matrix, lambda n: commutation_matrix(n, n),
], ids=["duplication", "elimination", "commutation"])  # fmt: skip
def test_a_matrix_over_two_gibibytes_is_refused(matrix):
    with pytest.raises(TooLargeError, match="the limit is 2,147,483,648"):
        matrix(200)
