"""What JSON carries: the keys of the specification, factors that multiply, shapes in two axes."""

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jacobians import Network, dimension_trace
from layouts.sizes import letter

WHOLE = {"network", "values", "derivatives"}
DERIVATIVE = {
    "of", "wrt", "layout", "factors", "shape", "gradient_shape", "collapsed", "max_difference",
}  # fmt: skip
FACTOR = {"name", "shape", "structure"}
NET = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error")


def record(net, **asked):
    """As JSON writes and reads it."""
    return json.loads(json.dumps(dimension_trace(net, **asked).to_dict(), allow_nan=False))


def test_the_keys_are_those_of_the_specification():
    whole = record(NET, wrt="W1")
    assert whole.keys() >= WHOLE
    assert all(value.keys() == {"name", "shape"} for value in whole["values"])
    for derivative in whole["derivatives"]:
        assert derivative.keys() >= DERIVATIVE
        assert all(factor.keys() >= FACTOR for factor in derivative["factors"])


def test_the_values_are_all_named_with_their_shapes_in_two_axes():
    assert {value["name"]: value["shape"] for value in record(NET)["values"]} == {
        "a0": [2, 1], "y": [2, 1], "W1": [3, 2], "b1": [3, 1], "W2": [2, 3], "b2": [2, 1],
        "z1": [3, 1], "a1": [3, 1], "z2": [2, 1], "a2": [2, 1], "L": [1, 1],
    }  # fmt: skip


def test_the_factors_stand_as_each_layout_writes_them():
    numerator, denominator = record(NET, wrt="W1")["derivatives"]
    names = ["∂L/∂a2", "∂a2/∂z2", "∂z2/∂a1", "∂a1/∂z1", "∂z1/∂W1"]
    assert [factor["name"] for factor in numerator["factors"]] == names
    assert [factor["shape"] for factor in numerator["factors"]] == [
        [1, 2], [2, 2], [2, 3], [3, 3], [3, 6],
    ]  # fmt: skip
    assert [factor["name"] for factor in denominator["factors"]] == names[::-1]
    assert [factor["shape"] for factor in denominator["factors"]] == [
        [6, 3], [3, 3], [3, 2], [2, 2], [2, 1],
    ]  # fmt: skip
    structures = ["dense", "diagonal", "dense", "diagonal", "Kronecker"]
    assert [factor["structure"] for factor in numerator["factors"]] == structures
    assert (numerator["layout"], numerator["shape"]) == ("numerator", [1, 6])
    assert (denominator["layout"], denominator["shape"]) == ("denominator", [6, 1])
    assert (numerator["gradient_shape"], denominator["gradient_shape"]) == ([2, 3], [3, 2])
    assert (numerator["collapsed"], denominator["collapsed"]) == ("a0 δ1ᵀ", "δ1 a0ᵀ")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.integers(1, 5), st.sampled_from("nm")), min_size=2, max_size=5),
    st.sampled_from([None, "cross_entropy", "mean_squared_error"]),
    st.sampled_from([1, 4, letter("N")]),
    st.data(),
)
def test_the_factors_multiply_to_the_shape_in_letters_too(sizes, loss, samples, data):
    net = Network.parse("-".join(map(str, sizes)), activation="softmax", loss=loss, seed=None)
    wrt = data.draw(st.sampled_from(net.names))
    for derivative in record(net, wrt=wrt, samples=samples)["derivatives"]:
        shapes = [factor["shape"] for factor in derivative["factors"]]
        assert all(len(shape) == 2 for shape in [*shapes, derivative["shape"]])
        assert all(isinstance(size, int | str) for shape in shapes for size in shape)
        assert all(left[1] == right[0] for left, right in pairwise(shapes))
        if shapes:
            assert derivative["shape"] == [shapes[0][0], shapes[-1][1]]


def test_sizes_in_letters_are_strings_that_read_as_python():
    net = Network.parse("n-3-2-1", activation="sigmoid")
    numerator = record(net, wrt="W1")["derivatives"][0]
    assert numerator["factors"][-1]["shape"] == [3, "3*n"]
    assert numerator["shape"] == [1, "3*n"]


def test_only_a_scalar_has_a_gradient_shape():
    values = {d["layout"]: d for d in record(NET, of="a2", wrt="W1")["derivatives"]}
    assert [values[name]["gradient_shape"] for name in ("numerator", "denominator")] == [None, None]
    assert values["numerator"]["shape"] == [2, 6]
    bias = record(NET, wrt="b1")["derivatives"]
    assert [derivative["gradient_shape"] for derivative in bias] == [[1, 3], [3, 1]]
    assert record(Network.parse("3-2"), wrt="W1")["derivatives"][0]["gradient_shape"] is None


@pytest.mark.parametrize("wrt", ["W1", "b1", "W2", "b2", "x", "z1", "a1", "z2", "a2", "y"])
@pytest.mark.parametrize("samples", [1, 4])
def test_with_values_the_largest_difference_is_round_off_and_without_it_is_null(wrt, samples):
    for derivative in record(NET, wrt=wrt, samples=samples)["derivatives"]:
        assert 0 <= derivative["max_difference"] < 1e-10
    for derivative in record(NET, wrt=wrt, samples=samples, shapes_only=True)["derivatives"]:
        assert derivative["max_difference"] is None


def test_letters_and_points_without_finite_values_have_no_difference():
    letters = record(Network.parse("n-3-2", loss="squared_error"))
    assert {derivative["max_difference"] for derivative in letters["derivatives"]} == {None}
    net = Network.parse("2-3", activation="square", loss="squared_error")
    with np.errstate(all="ignore"):
        overflown = record(net, x=[1e200, 1e200])
    assert {derivative["max_difference"] for derivative in overflown["derivatives"]} == {None}


def test_without_wrt_every_parameter_is_there_in_both_layouts():
    seen = [(each["wrt"], each["layout"]) for each in record(NET)["derivatives"]]
    layouts = ("numerator", "denominator")
    assert seen == [(name, layout) for name in ("W1", "b1", "W2", "b2") for layout in layouts]


def test_a_value_that_does_not_reach_the_other_has_no_factors():
    for derivative in record(NET, of="z1", wrt="W2")["derivatives"]:
        assert derivative["factors"] == []
        assert derivative["max_difference"] is None
