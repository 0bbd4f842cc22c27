"""Graphs with their paths, and costs against width."""

import numpy as np
import pytest

from jacobians import Network, draw_cost, draw_graph, ready_made
from jacobians.pictures.placement import Placement
from layouts import InputError
from tests.pictures import boxes, texts

RESIDUAL, LSTM = ready_made("residual_block"), ready_made("lstm")


def lines(picture):
    """Every piece of a path: its number and the edge that it follows."""
    labels = [line.get_label() for line in picture.axes[0].lines]
    parted = [label.split(": ") for label in labels if label.startswith("path ")]
    return {(int(path.removeprefix("path ")), *edge.split(" ")) for path, edge in parted}


def test_every_path_is_drawn_along_its_edges():
    picture = draw_graph(RESIDUAL, "x", of="u")
    branch = {(1, "x", "z1"), (1, "z1", "a1"), (1, "a1", "z2"), (1, "z2", "u")}
    assert lines(picture) == branch | {(2, "x", "u")}
    written = texts(picture)
    assert "∂u/∂z2 · ∂z2/∂a1 · ∂a1/∂z1 · ∂z1/∂x" in written
    assert written.count("1") == written.count("2") == 2  # on the path, and in the list below


def test_the_list_below_is_written_as_the_layout_has_it():
    written = texts(draw_graph(RESIDUAL, "x", "denominator", of="u"))
    assert "∂z1/∂x · ∂a1/∂z1 · ∂z2/∂a1 · ∂u/∂z2" in written


def test_values_stand_in_the_order_of_computation_with_their_shapes():
    picture = draw_graph(RESIDUAL, "x", of="u")
    places = {name: patch.get_x() for name, patch in boxes(picture)}
    assert sorted(places, key=places.__getitem__) == ["x", "z1", "a1", "z2", "u"]
    written = texts(picture)
    for name, size in {"x": "3", "z1": "4", "a1": "4", "z2": "3", "u": "3"}.items():
        assert written[written.index(name) + 1] == size
    lettered = texts(draw_graph(ready_made("residual_block", n="n", m="m"), "W1"))
    assert lettered[lettered.index("W1") + 1] == "m×n"


def test_paths_that_share_an_edge_stand_beside_each_other():
    picture = draw_graph(LSTM, "c1", of="c2")
    shared = [line.get_ydata()[0] for line in picture.axes[0].lines
              if line.get_label().endswith(": h1_1 h1")]  # fmt: skip
    assert len(shared) == len({round(y, 6) for y in shared}) == 3
    assert picture.alt.startswith("dc2/dc1 is a sum over 4 paths. Path 1: ∂c2/∂c2_1 · ∂c2_1/∂f2 · ")
    looks = {(str(line.get_color()), str(line.get_linestyle())) for line in picture.axes[0].lines
             if line.get_label().startswith("path ")}  # fmt: skip
    assert len(looks) == 4


def test_a_value_that_is_used_twice_by_one_layer_has_two_paths():
    net = Network.graph("input x: 3\nu = x * x")
    picture = draw_graph(net, "x")
    assert lines(picture) == {(1, "x", "u"), (2, "x", "u")}
    assert "du/dx is a sum over 2 paths" in texts(picture)


def test_many_paths_are_counted():
    picture = draw_graph(LSTM, "h0", of="h2")
    assert not lines(picture)
    assert picture.alt.startswith("dh2/dh0 is a sum over 19 paths. They lead through h0, f1_1, ")
    assert any("counted, not listed" in text for text in texts(picture))
    places = {name: patch.get_y() for name, patch in boxes(picture)}  # it flows downwards
    assert places["h0"] < places["c1"] < places["h1"] < places["c2"] < places["h2"]


@pytest.mark.parametrize(("draw", "message"), [
    (lambda: draw_graph(RESIDUAL, "y", of="u"), "∂u/∂y has no path to draw."),
    (lambda: draw_graph(ready_made("rnn", steps=40), "h0"),
     "∂h40/∂h0 has more than 100 values on its paths: name two that are nearer to each other."),
    (lambda: draw_graph(RESIDUAL, input_index=1),
     "a graph's values have the names that it gives them: the input's number is that of a row of "
     "layers."),
    (lambda: draw_cost("4-3"), "the width that grows is one letter: 4-3 has none. Write n-n-10."),
    (lambda: draw_cost("n-m"), "the width that grows is one letter: n-m has m, n. Write n-n-10."),
    (lambda: draw_cost(widths=[8, 4]),
     "widths are two whole numbers or more, ascending, not [8, 4]."),
    (lambda: draw_cost(widths=[4]), "widths are two whole numbers or more, ascending, not [4]."),
])  # fmt: skip
def test_what_cannot_be_drawn_is_refused(draw, message):
    with pytest.raises(InputError) as refused:
        draw()
    assert str(refused.value) == message


def test_crossings_are_taken_out():
    crossed = [("x", "a"), ("x", "b"), ("a", "d"), ("b", "c"), ("c", "u"), ("d", "u")]
    place = Placement(crossed).place
    assert (place["a"][1] < place["b"][1]) == (place["d"][1] < place["c"][1])


def test_a_long_edge_keeps_away_from_what_stands_between():
    placement = Placement([("x", "a"), ("a", "b"), ("b", "u"), ("x", "u")])
    between = placement.route(("x", "u"))[1:-1]
    assert [layer for layer, _ in between] == [1, 2]
    assert not {*between} & {placement.place["a"], placement.place["b"]}


def curves(picture, chart=1):
    return [np.array(line.get_xydata()) for line in picture.axes[chart].lines]


def test_the_predicted_cost_is_that_of_the_polynomials():
    """n-n-10 with the loss: 1×10 · 10×10 · 10×n · n×n · n×n, by hand."""
    picture = draw_cost("n-n-10", [4, 40], activation="tanh")
    for line, cost in zip(curves(picture), [
        lambda n: 100 + 10 * n + n * n + n * n,  # rows only, from the loss
        lambda n: n**3 + 10 * n * n + 100 * n + 10 * n,
        lambda n: 10 + 10 * n + n + n * n,  # the diagonals by ⊙
        lambda n: n * n + 10 * n * n + 10 * n + 10 * n,
    ], strict=True):  # fmt: skip
        np.testing.assert_array_equal(line, [[4, cost(4)], [40, cost(40)]])
    chart = picture.axes[1]
    assert (chart.get_xscale(), chart.get_yscale()) == ("log", "log")
    assert (chart.get_xlabel(), chart.get_ylabel()) == ("n", "multiplications")
    assert sorted(text.get_text() for text in chart.texts) == ["1", "2", "3", "4"]


def test_times_are_measured_on_request_alone():
    assert len(draw_cost(widths=[4, 8]).axes) == 2
    picture = draw_cost("n-2-n", [4, 8], measured=True)
    assert len(picture.axes) == 3
    assert picture.axes[2].get_ylabel() == "seconds, on this machine"
    for line in curves(picture, chart=2):
        assert line[:, 0].tolist() == [4, 8]
        assert (line[:, 1] > 0).all()
    assert "and the seconds that they take" in picture.alt
