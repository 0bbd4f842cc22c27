"""Sizes in letters: polynomials that are equal when they are the same polynomial."""

import itertools

import numpy as np
import pytest

from layouts.errors import near_names
from layouts.sizes import Size, as_shape, by, letter, size_of

n, m = letter("n"), letter("m")
# ruff: noqa: ARG005 - every expression is handed both sizes
EXPRESSIONS = {
    "3·n": lambda n, m: n + n + n,
    "m·n + n": lambda n, m: n * (m + 1),
    "n² - 1": lambda n, m: (n + 1) * (n - 1),
    "-n + 2": lambda n, m: 2 - n,
    "m² + 2·m·n + n²": lambda n, m: (m + n) * (m + n),
    "2·m³": lambda n, m: m * m * 2 * m,
    "-m·n - 3": lambda n, m: -3 - 1 * (m * n),
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_polynomials_print_in_one_way_and_compute_as_numbers_do(text):
    size = EXPRESSIONS[text](n, m)
    assert str(size) == text
    for a, b in itertools.product((2, 3, 7), repeat=2):
        assert eval(size.code(), {"n": a, "m": b}) == EXPRESSIONS[text](a, b)


def test_what_cancels_is_a_number_again():
    assert n - n == 0
    assert n + 3 - n == 3
    assert isinstance(n + 3 - n, int)
    assert 0 * n == 0


def test_different_letters_are_different_sizes():
    assert n != m
    assert n != 3
    assert n * m == m * n
    assert len({n, letter("n"), 1 * n, m}) == 2


def test_code_is_program_text():
    assert (3 * n * n + 1).code() == "3*n**2 + 1" == repr(3 * n * n + 1)


def test_shapes_have_a_size_and_are_written_as_mathematics():
    assert size_of((2, 3, n)) == 6 * n
    assert size_of(()) == 1
    assert by((2, 3)) == "2×3"
    assert by((3 * n, 1)) == "3·n×1"
    assert by((n + 1, 2)) == "(n + 1)×2"
    assert as_shape(3) == (3,)
    assert as_shape(n) == (n,)
    assert as_shape([2, n]) == (2, n)
    assert isinstance(n, Size)
    assert np.zeros(as_shape(3)).shape == (3,)


def test_near_names_are_found_or_all_are_listed():
    known = ["relu", "sigmoid", "tanh"]
    assert near_names("rleu", known) == "did you mean relu?"
    assert near_names("RELU", known) == "did you mean relu?"
    assert near_names("xyz", known) == "known are relu, sigmoid, tanh."
    assert near_names("w1", ["b1", "W1", "W2"]).startswith("did you mean W1")
