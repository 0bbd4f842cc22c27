"""The table of layouts, entry by entry: where ∂yᵢ/∂xⱼ stands, said by loops over the entries."""

from itertools import product

import numpy as np
import pytest

from layouts import DENOMINATOR, NUMERATOR, InputError, Layout, ShapeError
from layouts.sizes import letter

M, N, K, P, Q = 3, 4, 2, 5, 7
SCALAR, VECTOR_Y, MATRIX_Y, VECTOR_X, MATRIX_X = (), (M,), (M, K), (N,), (P, Q)


def indices(shape):
    """The indices of all entries, in the order in which columns are stacked."""
    return [index[::-1] for index in product(*(range(size) for size in reversed(shape)))]


def partials(y, x):
    """A number for each pair of an entry of y and an entry of x, and the Jacobian they make."""
    generator = np.random.default_rng(len(y) * 10 + len(x))
    d = {pair: generator.standard_normal() for pair in product(indices(y), indices(x))}
    return d, np.array([[d[i, j] for j in indices(x)] for i in indices(y)])


# ruff: noqa: ARG005 - every place is handed its row and its column
# Each cell in numerator layout: its rows and columns, and of which entries (row, column) is.
CELLS = {
    "scalar by scalar": (SCALAR, SCALAR, (1, 1), lambda r, c: ((), ())),
    "scalar by vector": (SCALAR, VECTOR_X, (1, N), lambda r, c: ((), (c,))),
    "scalar by matrix": (SCALAR, MATRIX_X, (Q, P), lambda r, c: ((), (c, r))),
    "vector by scalar": (VECTOR_Y, SCALAR, (M, 1), lambda r, c: ((r,), ())),
    "vector by vector": (VECTOR_Y, VECTOR_X, (M, N), lambda r, c: ((r,), (c,))),
    "matrix by scalar": (MATRIX_Y, SCALAR, (M, K), lambda r, c: ((r, c), ())),
    # no convention fills these: entries of y along the rows, of x along the columns, both stacked
    "vector by matrix": (VECTOR_Y, MATRIX_X, (M, P * Q), lambda r, c: ((r,), (c % P, c // P))),
    "matrix by vector": (MATRIX_Y, VECTOR_X, (M * K, N), lambda r, c: ((r % M, r // M), (c,))),
    "matrix by matrix": (MATRIX_Y, MATRIX_X, (M * K, P * Q),
                         lambda r, c: ((r % M, r // M), (c % P, c // P))),
}  # fmt: skip


def expected(cell):
    """The Jacobian, and the matrix that numerator layout has for the cell."""
    y, x, (rows, columns), of = CELLS[cell]
    d, J = partials(y, x)
    return J, np.array([[d[of(r, c)] for c in range(columns)] for r in range(rows)])


@pytest.mark.parametrize("cell", CELLS)
def test_numerator_layout_has_each_entry_where_the_table_says(cell):
    J, matrix = expected(cell)
    assert np.array_equal(NUMERATOR.tabulated(J, *CELLS[cell][:2]), matrix)


@pytest.mark.parametrize("cell", CELLS)
def test_denominator_layout_has_it_at_the_transposed_place(cell):
    J, matrix = expected(cell)
    tabulated = DENOMINATOR.tabulated(J, *CELLS[cell][:2])
    assert tabulated.shape == matrix.shape[::-1]
    for r, c in np.ndindex(matrix.shape):
        assert tabulated[c, r] == matrix[r, c]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layout", Layout, ids=str)
def test_its_shape_is_the_one_that_the_layout_announces(cell, layout):
    y, x, *_ = CELLS[cell]
    assert layout.tabulated(expected(cell)[0], y, x).shape == layout.shape(y, x)


@pytest.mark.parametrize("cell", ["scalar by matrix", "matrix by scalar"])
def test_stacking_rows_in_place_of_columns_would_be_noticed(cell):
    y, *_ = CELLS[cell]
    J, matrix = expected(cell)
    rows_first = J.reshape(matrix.shape if y else matrix.shape[::-1])
    assert not np.allclose(rows_first if y else rows_first.T, matrix)


def test_the_gradient_of_a_number_by_a_matrix_has_the_matrix_s_shape_in_denominator_layout():
    A = np.random.default_rng(1).standard_normal((P, Q))
    J = np.array([[A[i, j] for j in range(Q) for i in range(P)]])  # of sum(A * X)
    assert np.array_equal(DENOMINATOR.tabulated(J, (), (P, Q)), A)
    assert np.array_equal(NUMERATOR.tabulated(J, (), (P, Q)), A.T)


def test_a_row_and_a_column_of_size_one_are_told_apart():
    J = np.arange(1.0, 5.0)[None]  # labelled: sizes are 1 here
    assert NUMERATOR.tabulated(J, (), (4, 1)).shape == (1, 4)
    assert NUMERATOR.tabulated(J, (), (1, 4)).shape == (4, 1)
    assert DENOMINATOR.tabulated(J, (), (1, 4)).shape == (1, 4)
    assert NUMERATOR.tabulated(J.T, (1, 4), ()).shape == (1, 4)


def test_nested_lists_and_single_sizes_will_do():
    assert DENOMINATOR.tabulated([[1, 2], [3, 4], [5, 6]], 3, 2).tolist() == [[1, 3, 5], [2, 4, 6]]


REFUSALS = {
    "in denominator layout": (np.ones((4, 3)), (3,), (4,), ShapeError,
        "∂y/∂x is 3×4 in numerator layout for y of shape (3,) and x of shape (4,), "
        "this array is 4×3."),
    "a gradient for a Jacobian": (np.ones((5, 7)), (), (5, 7), ShapeError,
        "∂y/∂x is 1×35 in numerator layout for y of shape () and x of shape (5, 7), "
        "this array is 5×7."),
    "one axis": (np.ones(4), (), (4,), ShapeError,
        "a derivative needs rows and columns, this array has shape (4,): "
        "a row is (1, n), a column (m, 1)."),
    "letters": (np.ones((3, 4)), (letter("m"),), (4,), InputError,
        "the entries of an array need sizes in numbers, not m."),
    "no size": (np.ones((3, 4)), (3,), (0,), InputError,
        "a size is a whole number from 1 on, or a letter, not 0."),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_what_is_no_jacobian_of_these_shapes_is_refused(case):
    J, y, x, kind, message = REFUSALS[case]
    for layout in Layout:
        with pytest.raises(kind) as refused:
            layout.tabulated(J, y, x)
        assert str(refused.value) == message
