"""The two layouts: the table of shapes, arrangement, and the order of products."""

import inspect
from pathlib import Path

import numpy as np
import pytest

import jacobians
import layouts
from layouts import DENOMINATOR, NUMERATOR, InputError, Layout, LayoutError, ShapeError
from layouts.sizes import letter

m, n, p, q, k = (letter(name) for name in "mnpqk")
SCALAR, VECTOR_X, VECTOR_Y = (), (n,), (m,)
TABLE = {
    #  y            x           numerator   denominator
    "scalar by scalar": ((),     (),      (1, 1), (1, 1)),
    "scalar by vector": ((),     (n,),    (1, n), (n, 1)),
    "scalar by matrix": ((),     (p, q),  (q, p), (p, q)),
    "vector by scalar": ((m,),   (),      (m, 1), (1, m)),
    "vector by vector": ((m,),   (n,),    (m, n), (n, m)),
    "matrix by scalar": ((m, k), (),      (m, k), (k, m)),
}  # fmt: skip
UNFILLED = {
    #  the cells that no convention fills: the Jacobian through vec
    "vector by matrix": ((m,),   (p, q),  (m, p * q),     (p * q, m)),
    "matrix by vector": ((m, k), (n,),    (m * k, n),     (n, m * k)),
    "matrix by matrix": ((m, k), (p, q),  (m * k, p * q), (p * q, m * k)),
}  # fmt: skip


@pytest.mark.parametrize("cell", [*TABLE, *UNFILLED])
def test_the_shape_is_that_of_the_table(cell):
    y, x, numerator, denominator = (TABLE | UNFILLED)[cell]
    assert NUMERATOR.shape(y, x) == numerator
    assert DENOMINATOR.shape(y, x) == denominator
    assert Layout.tabulates(y, x) == (cell in TABLE)


@pytest.mark.parametrize("cell", [*TABLE, *UNFILLED])
def test_the_table_holds_for_numbers_too(cell):
    sizes = dict(zip("mnpqk", (2, 3, 5, 7, 11), strict=True))

    def numbers(shape):
        return tuple(eval(str(size).replace("·", "*"), sizes) for size in shape)

    y, x, numerator, denominator = (TABLE | UNFILLED)[cell]
    assert NUMERATOR.shape(numbers(y), numbers(x)) == numbers(numerator)
    assert DENOMINATOR.shape(numbers(y), numbers(x)) == numbers(denominator)


def test_a_single_size_is_a_vector():
    assert NUMERATOR.shape(3, 2) == NUMERATOR.shape((3,), (2,)) == (3, 2)
    assert DENOMINATOR.shape(3, 2) == (2, 3)


@pytest.mark.parametrize("cell", [*TABLE, *UNFILLED])
def test_the_tensor_has_the_two_groups_of_axes_swapped(cell):
    y, x, *_ = (TABLE | UNFILLED)[cell]
    assert NUMERATOR.tensor_shape(y, x) == y + x
    assert DENOMINATOR.tensor_shape(y, x) == x + y


def test_three_axes_are_stacked():
    assert NUMERATOR.shape((2, 3, 5), (7,)) == (30, 7)
    assert DENOMINATOR.shape((), (2, 3, 5)) == (30, 1)


def test_arrange_leaves_the_numerator_and_transposes_for_the_denominator():
    J = np.arange(6.0).reshape(3, 2)
    assert np.array_equal(NUMERATOR.arrange(J), J)
    assert np.array_equal(DENOMINATOR.arrange(J), [[0, 2, 4], [1, 3, 5]])
    for layout in Layout:
        with pytest.raises(ShapeError) as refused:
            layout.arrange(np.ones(3))
        assert str(refused.value) == (
            "a derivative needs rows and columns, this array has shape (3,): "
            "a row is (1, n), a column (m, 1)."
        )


def factors():
    generator = np.random.default_rng(0)
    shapes = [(3, 2), (4, 3), (5, 4), (1, 5)]
    return [generator.standard_normal(shape) for shape in shapes]


def test_the_product_stands_in_the_order_of_its_layout():
    J1, J2, J3, J4 = factors()
    by_hand = np.linalg.multi_dot([J4, J3, J2, J1])
    assert np.allclose(NUMERATOR.product([J1, J2, J3, J4]), by_hand, rtol=1e-13)
    transposed = DENOMINATOR.product([J1.T, J2.T, J3.T, J4.T])
    assert np.allclose(transposed, by_hand.T, rtol=1e-13)
    assert np.array_equal(NUMERATOR.product([J1]), J1)


def test_a_product_in_the_other_layouts_order_is_refused_with_the_cure():
    with pytest.raises(ShapeError) as refused:
        NUMERATOR.product([J.T for J in factors()])
    assert str(refused.value) == (
        "cannot multiply factor 4 (5×1) by factor 3 (4×5): inner sizes 1 and 4 differ.\n"
        "In numerator layout the later layer stands on the left; "
        "are these factors of the denominator layout?"
    )
    with pytest.raises(ShapeError) as refused:
        DENOMINATOR.product(factors())
    assert str(refused.value) == (
        "cannot multiply factor 1 (3×2) by factor 2 (4×3): inner sizes 2 and 4 differ.\n"
        "In denominator layout the later layer stands on the right; "
        "are these factors of the numerator layout?"
    )


def test_a_product_of_nothing_or_of_flat_arrays_is_refused():
    with pytest.raises(InputError, match="a product needs at least one factor"):
        NUMERATOR.product([])
    with pytest.raises(ShapeError, match=r"this array has shape \(3,\)"):
        NUMERATOR.product([np.ones((3, 2)), np.ones(3)])


def test_layouts_have_names():
    assert Layout.named("numerator") is NUMERATOR
    assert Layout.named(DENOMINATOR) is DENOMINATOR
    assert (str(NUMERATOR), str(DENOMINATOR)) == ("numerator", "denominator")
    assert NUMERATOR.other is DENOMINATOR
    assert DENOMINATOR.other is NUMERATOR
    for wrong in ("Numerator layout", "", None, 1):
        with pytest.raises(InputError) as refused:
            Layout.named(wrong)
        expected = f"there is no layout {wrong!r}: it is 'numerator' or 'denominator'."
        assert str(refused.value) == expected


def test_every_error_is_a_layout_error_and_a_value_error():
    for name in ("InputError", "OrderError", "ShapeError", "TooLargeError"):
        assert issubclass(getattr(layouts, name), LayoutError)
    assert issubclass(LayoutError, ValueError)
    assert issubclass(layouts.TooLargeError, MemoryError)


def test_layouts_is_ours_and_not_the_unrelated_package_of_that_name():
    ours, beside = (Path(inspect.getfile(package)).parent for package in (layouts, jacobians))
    assert ours.parent == beside.parent
    assert "Numerator" in Layout.__doc__
    assert "rows" in Layout.__doc__
