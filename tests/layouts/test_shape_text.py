"""Sizes and shapes as people type them."""

from time import perf_counter

import numpy as np
import pytest

from layouts import InputError
from layouts.shape_text import read_shape, read_size, shape_given
from layouts.sizes import letter

m, n, hidden = letter("m"), letter("n"), letter("hidden")

SHAPES = {
    "scalar": (), "number": (), "()": (), " scalar ": (),
    "3": (3,), "n": (n,), "hidden": (hidden,), "(3,)": (3,), "3,": (3,),
    "3×2": (3, 2), "3 × 2": (3, 2), "m×n": (m, n), "m × 2": (m, 2),
    "m by n": (m, n), "3 by 2": (3, 2), "3x2": (3, 2), "3 x 2": (3, 2), "m x n": (m, n),
    "mxn": (m, n), "12xn": (12, n), "nx12": (n, 12),
    "3,2": (3, 2), "(3, 2)": (3, 2), "(m, n)": (m, n), "( 3,n )": (3, n),
    "1×4": (1, 4),
    # words are letters of several signs
    "max": (letter("max"),), "n3": (letter("n3"),),
}  # fmt: skip


@pytest.mark.parametrize("text", SHAPES)
def test_a_shape_is_read_however_it_is_typed(text):
    assert read_shape(text) == SHAPES[text]
    assert shape_given(text) == SHAPES[text]


GIVEN = [
    (3, (3,)), (np.int64(3), (3,)), (n, (n,)), ((), ()), ((3, 2), (3, 2)), ([3, "n"], (3, n)),
    (("m", "n"), (m, n)), (("n",), (n,)), (np.array([3, 2]), (3, 2)), ((n, 2), (n, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("given", "shape"), GIVEN, ids=repr)
def test_a_shape_may_be_given_as_sizes(given, shape):
    assert shape_given(given) == shape
    assert all(type(size) is int or size in (m, n) for size in shape_given(given))


def test_what_is_read_differs_for_shapes_that_differ():
    assert read_shape("3×2") != read_shape("2×3") != read_shape("m×n")


SIZES = {
    "0": "a size is at least 1, not 0.",
    "": "a size is missing: it is a positive number or a letter.",
    "  ": "a size is missing: it is a positive number or a letter.",
    "-3": "'-3' is no size: a size is a positive number or a letter.",
    "2.5": "'2.5' is no size: a size is a positive number or a letter.",
    "n+1": "'n+1' is no size: a size is a positive number or a letter.",
    "λ": "'λ' is no size: a size is a positive number or a letter.",
    "٣": "'٣' is no size: a size is a positive number or a letter.",
    "1" * 13: "a size of 13 digits is beyond reason: 111111111111….",
}


@pytest.mark.parametrize("word", SIZES)
def test_what_is_no_size_is_refused(word):
    with pytest.raises(InputError) as refused:
        read_size(word)
    assert str(refused.value) == SIZES[word]


def test_a_size_that_is_refused_is_quoted_with_the_text_that_it_stands_in():
    with pytest.raises(InputError) as refused:
        read_size("%", "n-%-2")
    expected = "'n-%-2': '%' is no size: a size is a positive number or a letter."
    assert str(refused.value) == expected
    assert read_size(" 12 ") == 12
    assert read_size("n1") == letter("n1")


NO_SHAPES = {
    "": "a shape is missing: n is a vector, 3×2 a matrix, or say scalar.",
    "3×": "'3×': a size is missing: it is a positive number or a letter.",
    "×3": "'×3': a size is missing: it is a positive number or a letter.",
    "3×0": "'3×0': a size is at least 1, not 0.",
    "3 2": "'3 2': '3 2' is no size: a size is a positive number or a letter.",
    "3*2": "'3*2': '3*2' is no size: a size is a positive number or a letter.",
    "2×3×4": "'2×3×4' has 3 sizes: a value is a vector or a matrix.",
    "2, 3, 4": "'2, 3, 4' has 3 sizes: a value is a vector or a matrix.",
    "n" * 101: "a shape of 101 characters is beyond reason.",
}


@pytest.mark.parametrize("text", NO_SHAPES)
def test_what_is_no_shape_is_refused(text):
    with pytest.raises(InputError) as refused:
        read_shape(text)
    assert str(refused.value) == NO_SHAPES[text]


NOT_GIVEN = [
    ((2, 3, 4), "(2, 3, 4) has 3 sizes: a value is a vector or a matrix."),
    ((0, 3), "a size is a whole number from 1 on, or a letter, not 0."),
    (0, "a size is a whole number from 1 on, or a letter, not 0."),
    (-1, "a size is a whole number from 1 on, or a letter, not -1."),
    (True, "a size is a whole number from 1 on, or a letter, not True."),
    (2.0, "a size is a whole number from 1 on, or a letter, not 2.0."),
    ((1.5,), "a size is a whole number from 1 on, or a letter, not 1.5."),
    ((3, (2, 3)), "a size is a whole number from 1 on, or a letter, not (2, 3)."),
    (((),), "a size is a whole number from 1 on, or a letter, not ()."),
    (("n", "0"), "a size is at least 1, not 0."),
    (None, "a shape is text such as 'n×3', a size or a tuple, not None."),
    ({3: 1}, "a shape is text such as 'n×3', a size or a tuple, not {3: 1}."),
    (b"ab", "a shape is text such as 'n×3', a size or a tuple, not b'ab'."),
]


@pytest.mark.parametrize(("given", "message"), NOT_GIVEN, ids=repr)
def test_what_is_no_shape_is_refused_however_it_is_given(given, message):
    with pytest.raises(InputError) as refused:
        shape_given(given)
    assert str(refused.value) == message


def test_a_long_text_is_refused_before_it_costs_anything():
    start = perf_counter()
    with pytest.raises(InputError, match=r"^a shape of 200,002 characters is beyond reason\.$"):
        read_shape("a" + " " * 200_000 + "b")
    assert perf_counter() - start < 0.5
