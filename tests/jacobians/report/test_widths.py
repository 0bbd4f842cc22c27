"""Plain text keeps to 80 columns, whatever the network."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jacobians import Custom, Linear, Network, ReLU, Softmax, dimension_trace
from jacobians.layers import ACTIVATIONS, LOSSES
from layouts.sizes import letter

SIZES = st.one_of(st.integers(1, 12), st.sampled_from([100, 784, 4096]))
LETTERS = st.sampled_from(["n", "m", "hidden"])


def widest(report: str) -> str:
    return max(report.splitlines(), key=len)


@st.composite
def networks(draw, sizes=SIZES):
    depth = draw(st.integers(1, 4))
    notation = "-".join(str(draw(sizes)) for _ in range(depth + 1))
    names = st.lists(st.sampled_from(sorted(ACTIVATIONS)), min_size=depth, max_size=depth)
    loss = draw(st.none() | st.sampled_from(sorted(LOSSES)))
    return Network.parse(notation, activation=draw(names), loss=loss, seed=None)


@settings(max_examples=60, deadline=None)
@given(networks(), st.data())
def test_no_line_is_wider_than_80_columns(net, data):
    report = dimension_trace(
        net,
        wrt=data.draw(st.none() | st.sampled_from(net.names)),
        layout=data.draw(st.sampled_from(["both", "numerator", "denominator"])),
        samples=data.draw(st.sampled_from([1, 5, 128])),
        input_index=data.draw(st.sampled_from([0, 1])),
        symbols=data.draw(st.sampled_from(["plain", "superscript"])),
        shapes_only=True,
    )
    assert len(widest(str(report))) <= 80, widest(str(report))
    ascii_lines = report.to_text(ascii_only=True)
    assert ascii_lines.isascii()


@settings(max_examples=40, deadline=None)
@given(networks(st.one_of(SIZES, LETTERS)), st.sampled_from([1, letter("N")]))
def test_no_line_is_wider_than_80_columns_with_letters(net, samples):
    line = widest(str(dimension_trace(net, samples=samples)))
    assert len(line) <= 80, line


def test_a_product_that_fills_its_line_leaves_room_for_the_dot_behind_it():
    for layout in ("numerator", "denominator"):
        for sizes in ("3-3-3-3", "3-3-3-3-3", "12-12-12-12-12", "3-3-3-3-3-3-3"):
            net = Network.parse(sizes, loss="half_squared_error", seed=None)
            line = widest(str(dimension_trace(net, wrt="x", layout=layout)))
            assert len(line) <= 80, line


def test_softmax_over_a_letter_of_samples_keeps_to_the_page():
    net = Network.parse("hidden-m-n", activation="softmax", loss="mean_squared_error")
    line = widest(str(dimension_trace(net, samples=letter("samples"))))
    assert len(line) <= 80, line


def test_a_hundred_layers_are_wrapped_and_all_shown():
    net = Network.parse("-".join(["3"] * 101), activation="tanh", loss="squared_error", seed=None)
    report = str(dimension_trace(net, wrt="W1"))
    assert len(widest(report)) <= 80, widest(report)
    assert "∂a100/∂z100" in report
    assert "201 LINKS" in report


def test_a_function_with_a_long_name_keeps_to_the_page():
    long = Custom(lambda x: x * x, name="the_square_of_every_entry_of_the_argument_taken_alone")
    net = Network([Linear([[1.0, 2.0], [0.5, 1.0]]), long, ReLU(), Softmax()], "cross_entropy")
    line = widest(str(dimension_trace(net)))
    assert len(line) <= 80, line


@pytest.mark.parametrize("wrt", ["W1", "W2", "b1", "b2", "x", "z1"])
def test_ascii_columns_are_as_aligned_as_the_unicode_ones(wrt):
    net = Network.parse("4-3-2", activation="tanh", loss="half_squared_error")
    text = dimension_trace(net, wrt=wrt).to_text(ascii_only=True)
    lines = text.splitlines()
    header = next(line for line in lines if "numerator: rows" in line)
    links = [line for line in lines if re.search(r"\d / \d", line)]
    at = header.index("numerator")
    assert links
    assert all(line[at - 1] == " " and line[at] != " " for line in links), text
