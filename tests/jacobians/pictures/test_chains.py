"""The factors of a chain: their order, their sizes to scale, the colours of what two share."""

from itertools import pairwise

import numpy as np
import pytest

from jacobians import Linear, Network, draw_chain, draw_product, ready_made
from jacobians.pictures.scales import Scale
from layouts import InputError
from layouts.sizes import letter
from tests.pictures import bars, boxes, cells, look, size, texts

NET = Network.parse("2-3-4", activation=["relu", "tanh"], loss="half_squared_error")
BY_HAND = {
    "numerator": {"∂L/∂a2": (1, 4), "∂a2/∂z2": (4, 4), "∂z2/∂a1": (4, 3), "∂a1/∂z1": (3, 3),
                  "∂z1/∂W1": (3, 6), "∂L/∂W1": (1, 6)},
    "denominator": {"∂z1/∂W1": (6, 3), "∂a1/∂z1": (3, 3), "∂z2/∂a1": (3, 4), "∂a2/∂z2": (4, 4),
                    "∂L/∂a2": (4, 1), "∂L/∂W1": (6, 1)},
}  # fmt: skip


@pytest.mark.parametrize("layout", BY_HAND)
def test_the_factors_stand_in_the_layouts_order_to_scale(layout):
    drawn = boxes(draw_chain(NET, "W1", layout))
    assert [name for name, _ in drawn] == list(BY_HAND[layout])
    places = [patch.get_x() for _, patch in drawn]
    assert places == sorted(places)
    unit = drawn[0][1].get_width() / BY_HAND[layout][drawn[0][0]][1]
    for name, patch in drawn:
        np.testing.assert_allclose(size(patch), np.multiply(unit, BY_HAND[layout][name]))


def test_both_layouts_have_one_scale_and_one_colour_for_a_value():
    picture = draw_chain(NET, "W1")
    drawn = boxes(picture)
    six, sixth = drawn[:6], drawn[6:]
    for name, patch in six:
        (other,) = [patch for each, patch in sixth if each == name]
        np.testing.assert_allclose(size(patch), size(other)[::-1])
        assert [look(bar) for bar in bars(picture, patch)] == [
            look(bar) for bar in bars(picture, other)
        ][::-1]


@pytest.mark.parametrize("layout", BY_HAND)
def test_inner_sizes_have_one_colour_and_different_values_different_ones(layout):
    picture = draw_chain(NET, "W1", layout)
    drawn = [bars(picture, patch) for _, patch in boxes(picture)[:5]]
    inner = [look(columns) for _, columns in drawn[:-1]]
    assert inner == [look(rows) for rows, _ in drawn[1:]]
    assert len(set(inner)) == 4
    outer = {look(drawn[0][0]), look(drawn[-1][1])}
    assert len(outer) == 1
    assert not outer & {*inner}
    for (_, columns), (rows, _) in pairwise(drawn):
        np.testing.assert_allclose(columns.get_width(), rows.get_height())
    assert "≠" not in texts(picture)
    assert texts(picture).count("·") == 4


def test_an_order_that_does_not_multiply_is_seen():
    right = NET.factors([0.5, -1.0], of="a2", wrt="W1")
    assert "≠" not in texts(draw_product(right))
    picture = draw_product(right[::-1])
    assert texts(picture).count("≠") == 3
    assert [name for name, _ in boxes(picture)] == [J.name for J in right[::-1]]  # and no result
    drawn = [bars(picture, patch) for _, patch in boxes(picture)]
    for (_, columns), (rows, _) in pairwise(drawn):
        assert look(columns) != look(rows)
    swapped = draw_product([right[0], right[1], right[3], right[2]])
    signs = [text for text in texts(swapped) if text in ("·", "≠", "=")]
    assert signs == ["·", "≠", "≠"]
    assert swapped.alt == (
        "The product as it is written. Numerator layout: ∂a2/∂z2 (4×4) · ∂z2/∂a1 (4×3) ≠ ∂z1/∂W1 "
        "(3×6) ≠ ∂a1/∂z1 (3×3)."
    )


def test_sizes_are_written_beside_the_sides():
    written = texts(draw_chain(NET, "W1", "denominator"))
    start = written.index("∂z1/∂W1")
    assert written[start + 1 : start + 3] == ["6", "3"]


def test_where_entries_can_be_is_grey():
    drawn = cells(draw_chain(NET, "W1", "numerator"))
    np.testing.assert_array_equal(drawn[3], np.eye(3))
    np.testing.assert_array_equal(drawn[4], np.hstack([np.eye(3), np.eye(3)]))
    np.testing.assert_array_equal(drawn[2], np.ones((4, 3)))


def test_a_batch_has_as_many_columns_as_samples():
    drawn = dict(boxes(draw_chain(NET, "W1", "numerator", samples=5)))
    unit = size(drawn["∂L/∂a2"])[0]
    np.testing.assert_allclose(size(drawn["∂a1/∂z1"]), (15 * unit, 15 * unit))
    np.testing.assert_allclose(size(drawn["∂z1/∂W1"]), (15 * unit, 6 * unit))


def test_letters_are_drawn_as_numbers_that_nobody_has():
    picture = draw_chain(Network.parse("n-3-2", activation="tanh"), "W1", "numerator")
    drawn = dict(boxes(picture))
    unit = size(drawn["∂a2/∂z2"])[0] / 2
    np.testing.assert_allclose(size(drawn["∂z1/∂W1"]), (3 * unit, 12 * unit))  # n = 4
    assert "3·n" in texts(picture)
    assert "Drawn with n = 4: a letter has no length." in picture.alt
    assert "samples" not in picture.alt
    assert "3·N" in texts(draw_chain(NET, samples="N"))


def test_what_is_not_to_scale_says_so_and_keeps_the_order():
    picture = draw_chain(Network.parse("64-16-10", activation="tanh"), "W1", "numerator")
    widths = [size(patch)[1] for name, patch in boxes(picture) if name != "∂a2/∂W1"]
    assert widths == sorted(widths)  # 10, 16, 16, 1024
    assert widths[0] < widths[1] < widths[3] < 20 * widths[0]
    assert picture.alt.endswith("Not to scale: a side of k entries is drawn k^0.59 long, so that "
                                "both 1024 and 10 can be seen.")  # fmt: skip
    n = letter("n")
    assert Scale([n * n + 1, 3, 4]).number(n * n + 1) == 26  # n = 5
    assert Scale([1, 1]).length(1) == 1.0


def test_names_are_the_readers():
    picture = draw_chain(NET, "W1", "numerator", input_index=1, symbols="superscript")
    assert [name for name, _ in boxes(picture)][-2:] == ["∂z⁽²⁾/∂W⁽²⁾", "∂L/∂W⁽²⁾"]
    assert picture.alt.startswith("The factors of ∂L/∂W⁽²⁾.")


def test_the_first_weights_are_drawn_unless_told():
    assert draw_chain(NET).alt == draw_chain(NET, "parameters").alt == draw_chain(NET, "W1").alt
    without = Network([Linear(np.ones((3, 2)))])
    assert boxes(draw_chain(without, "x", "numerator"))[0][0] == "∂z1/∂a0"
    assert len(boxes(draw_chain(without, "x", "numerator"))) == 1


@pytest.mark.parametrize(("draw", "message"), [
    (lambda: draw_chain(ready_made("residual_block"), "x", of="u"),
     "du/dx is a sum over 2 paths, not one product: draw_graph draws them."),
    (lambda: draw_chain(NET, "y", of="a2"), "∂a2/∂y has no factors to draw."),
    (lambda: draw_product([]), "a product needs factors of one layout to be drawn."),
    (lambda: draw_product([J := NET.jacobian([1.0, 2.0]), J.T]),
     "a product needs factors of one layout to be drawn."),
    (lambda: draw_chain(NET, symbols="bold"),
     "symbols are 'plain' or 'superscript', not 'bold'."),
    (lambda: draw_chain(NET, samples=0),
     "samples are a whole number from 1 on, or a letter, not 0."),
])  # fmt: skip
def test_what_cannot_be_drawn_is_refused(draw, message):
    with pytest.raises(InputError) as refused:
        draw()
    assert str(refused.value) == message
