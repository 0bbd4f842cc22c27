"""Matrices with their entries: collapse, tensor, structure, a batch's blocks, the parameters."""

import numpy as np
import pytest

from jacobians import (
    Linear,
    Network,
    ReLU,
    Sigmoid,
    Softmax,
    collapse,
    compare,
    draw_batch,
    draw_collapse,
    draw_parameters,
    draw_structure,
    draw_tensor,
)
from jacobians.operators import Product
from jacobians.pictures.supports import support
from layouts import InputError, ShapeError, TooLargeError
from layouts.sizes import letter
from tests.cases import ARGUMENTS, label
from tests.pictures import boxes, cells, size, texts
from tests.structures import structures

BLANK, ZERO, MINUS, PLUS, NO_NUMBER = range(5)
NET = Network.parse("2-3-4", activation=["relu", "tanh"], loss="half_squared_error", seed=1)
x, X = np.array([0.5, -1.0]), np.array([[0.5, -1.0, 2.0], [0.25, 1.5, -0.75]])


@pytest.mark.parametrize("each", [*structures(4, 6), *structures(6, 6)], ids=lambda e: e.label)
def test_no_structure_has_an_entry_where_none_is_drawn(each):
    held = support(each.operator)
    assert (held.dtype, held.shape) == (bool, each.matrix.shape)
    assert held[each.matrix != 0].all()
    if not isinstance(each.operator, Product) and "minus" not in each.operator.structure:
        np.testing.assert_array_equal(held, each.matrix != 0)  # and nowhere else


@pytest.mark.parametrize("case_and_argument", ARGUMENTS, ids=label)
def test_no_layer_has_an_entry_where_none_is_drawn(case_and_argument):
    case, wrt = case_and_argument
    J = case.layer.jacobian(*case.inputs, wrt=wrt)
    assert support(J.operator)[np.asarray(J) != 0].all()


def test_a_diagonal_stands_beside_the_product_with_hadamard():
    z, g = [1.0, -2.0, 0.5], [3.0, 4.0, 5.0]
    picture = draw_collapse(collapse(ReLU(), z, g=g, layout="denominator"))
    drawn = cells(picture)
    assert [each.shape for each in drawn] == [(3, 3), (3, 1), (3, 1), (3, 1), (3, 1), (3, 1)]
    np.testing.assert_array_equal(drawn[0], np.eye(3))
    written = [text for text in texts(picture) if text not in ("", " ")]
    assert written[1:5] == ["diag(relu'(x))", "1", "0", "1"]
    assert written.count("=") == 3
    assert "≠" not in written
    product, collapsed = ["3", "0", "5"], ["relu'(x)", "1", "0", "1", "⊙", "g", "3", "4", "5", "="]
    at = written.index("=") + 1
    assert written[at : at + 3] == product
    assert written[at + 4 : at + 17] == [*collapsed, *product]
    tops = {image.get_extent()[3] for image in picture.axes[0].images}
    assert len(tops) == 1  # side by side


def test_in_numerator_layout_the_row_stands_before_the_matrix():
    drawn = cells(draw_collapse(collapse(Sigmoid(), [1.0, -2.0, 0.5])))
    assert [each.shape for each in drawn] == [(1, 3), (3, 3), (1, 3), (1, 3), (1, 3), (1, 3)]


def test_a_full_matrix_has_no_hadamard_form_and_both_results_are_shown():
    picture = draw_collapse(collapse(Softmax(), [0.0, 0.0], g=[1.0, 3.0], layout="denominator"))
    written = texts(picture)
    assert written[0] == "∂y/∂x: diagonal minus outer product, ⊙ is not allowed"
    # diag(s) - s sᵀ with s = (½, ½) is ¼ [[1, -1], [-1, 1]]; its diagonal is (¼, ¼).
    assert written[2:6] == ["0.25", "-0.25", "-0.25", "0.25"]
    assert written[written.index("=") + 1 :][:2] == ["-0.5", "0.5"]
    assert written[written.index("≠") + 1 :][1:3] == ["0.25", "0.25"]
    assert written[len(written) - written[::-1].index("=") :][:2] == ["0.25", "0.75"]
    assert "is not allowed" not in picture.alt
    assert "the results differ" in picture.alt


def test_where_a_full_matrix_happens_to_be_diagonal_that_is_said():
    picture = draw_collapse(collapse(Linear([[2.0, 0.0], [0.0, 3.0]]), x, layout="denominator"))
    assert "≠" not in texts(picture)
    assert "gives the same numbers, but the structure does not promise it" in picture.alt


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_the_tensor_is_drawn_in_three_faces(layout):
    layer = Linear(np.ones((3, 2)))
    J = layer.jacobian([5.0, 7.0], wrt="W", layout=layout)
    picture = draw_tensor(J, g=[1.0, 10.0, 100.0])
    one, two, three, kronecker, g, row, outer = cells(picture)
    for i, each in enumerate([one, two, three]):  # a row of 5 and 7, the first and second colour
        expected = np.zeros((3, 2))
        expected[i] = [2, 3]
        np.testing.assert_array_equal(each, expected)
    flat = np.hstack([2 * np.eye(3), 3 * np.eye(3)])
    np.testing.assert_array_equal(kronecker, flat if layout == "numerator" else flat.T)
    np.testing.assert_array_equal(g, np.ones((3, 1)))
    np.testing.assert_array_equal(row, [[2, 3]])
    np.testing.assert_array_equal(outer, [[2, 3]] * 3)
    assert [text for text in texts(picture) if text.isdigit()][-6:] == [
        "5", "7", "50", "70", "500", "700",
    ]  # fmt: skip


def test_equal_entries_of_the_activation_keep_their_own_colours():
    J = Linear(np.ones((2, 3))).jacobian([4.0, 0.0, 4.0], wrt="W")
    np.testing.assert_array_equal(cells(draw_tensor(J))[0], [[2, 3, 4], [0, 0, 0]])


def test_structures_show_signs_and_zeros_of_both_kinds():
    net = Network([Linear([[2.0, -1.0], [0.0, 3.0], [1.0, 1.0]]), ReLU()])
    picture = draw_structure(compare(net, [1.0, 3.0]))  # z1 = -1, 9, 4
    assert [name for name, _ in boxes(picture)] == ["∂a1/∂z1", "∂z1/∂a0", "∂z1/∂W1"]
    diagonal, W, kronecker = cells(picture)
    np.testing.assert_array_equal(
        diagonal, [[ZERO, BLANK, BLANK], [BLANK, PLUS, BLANK], [BLANK, BLANK, PLUS]]
    )
    np.testing.assert_array_equal(W, [[PLUS, MINUS], [ZERO, PLUS], [PLUS, PLUS]])
    np.testing.assert_array_equal(kronecker > 0, np.hstack([np.eye(3), np.eye(3)]))
    written = texts(picture)
    assert written.count("+") == 2 + 4 + 6 + 1  # and one in the key
    for line in ("3×3", "diagonal", "diag(relu'(z1))", "3×6", "Kronecker", "a0ᵀ ⊗ I₃"):
        assert line in written


def test_structures_have_one_scale():
    drawn = dict(boxes(draw_structure(compare(NET))))
    unit = size(drawn["∂L/∂a2"])[0]
    for name, shape in {"∂z1/∂W1": (3, 6), "∂z2/∂W2": (4, 12), "∂z2/∂a1": (4, 3)}.items():
        np.testing.assert_allclose(size(drawn[name]), np.multiply(unit, shape))


def test_a_comparison_in_one_layout_is_drawn_in_that_one():
    drawn = dict(boxes(draw_structure(compare(NET, layout="denominator"))))
    unit = size(drawn["∂L/∂a2"])[1]
    np.testing.assert_allclose(size(drawn["∂z1/∂W1"]), (6 * unit, 3 * unit))


def test_a_batch_has_zero_blocks_between_samples():
    picture = draw_batch(NET, X, of="z2", wrt="a1")
    (codes,) = cells(picture)
    assert codes.shape == (12, 9)
    for k in range(3):
        for l in range(3):
            assert codes[4 * k : 4 * k + 4, 3 * l : 3 * l + 3].any() == (k == l)
    assert texts(picture).count("0") == 6
    hatched = [patch for patch in picture.axes[0].patches if patch.get_hatch()]
    assert len(hatched) == 6
    assert picture.alt == (
        "3 samples as columns, numerator layout. ∂z2/∂a1, 12×9: 6 of its 9 blocks of 4×3 are zero, "
        "no sample moves another."
    )


def test_what_samples_share_has_a_block_for_each():
    alt = draw_batch(NET, X, of="z1", wrt="W1", layout="denominator").alt
    assert alt.endswith("∂z1/∂W1, 6×9: 3 blocks of 6×3, a sum over the samples in every gradient.")


def test_what_belongs_to_no_sample_has_no_zero_blocks():
    y = np.array([[0.0, 1.0, 0.5]] * 4)
    alt = draw_batch(NET, X, y, of="L", wrt=["x", "W1"]).alt
    assert "∂L/∂x, 1×6: 3 blocks of 1×2, one for each sample." in alt
    assert "∂L/∂W1, 1×6: 1 block of 1×6, summed over the samples already." in alt


def test_batch_norm_has_no_zero_block():
    net = Network.graph("input x: 3\nparameters W: 2×3, c: 2, d: 2\nu = batch_norm(W @ x, c, d)")
    picture = draw_batch(net, np.arange(12.0).reshape(3, 4) ** 2)
    assert "∂u/∂x, 8×12: none of its 16 blocks of 2×3 is zero, every sample moves" in picture.alt
    assert not any("Hatched" in text for text in texts(picture))


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_the_block_row_has_a_block_as_wide_as_each_parameter(layout):
    picture = draw_parameters(NET, x, layout=layout)
    (_, whole), *_ = boxes(picture)
    along = 1 if layout == "numerator" else 0
    unit = size(whole)[along] / 25
    assert size(whole)[1 - along] == pytest.approx(4 * unit)
    lengths = [6, 3, 12, 4]
    inside = [patch for patch in picture.axes[0].patches if patch.get_linewidth() == 1.4]
    np.testing.assert_allclose([size(patch)[along] for patch in inside], np.multiply(unit, lengths))
    starts = [patch.get_xy()[1 - along] for patch in inside]
    np.testing.assert_allclose(np.diff(starts), np.multiply(unit, lengths[:-1]))
    labels = ["W1: 6", "b1: 3", "W2: 12", "b2: 4"]
    assert [text for text in texts(picture) if ": " in text][1:] == labels


NAN = Network([Linear([[np.nan, 1.0]])])


@pytest.mark.parametrize(("draw", "kind", "message"), [
    (lambda: draw_collapse(collapse(Linear(np.ones((3, 2))), x)), InputError,
     "∂y/∂x is 3×2, not square: there is no ⊙ with its diagonal to draw."),
    (lambda: draw_collapse(collapse(ReLU(), np.ones(201))), InputError,
     "∂y/∂x is 201×201: more than 200 rows cannot be seen."),
    (lambda: draw_tensor(NET.jacobian(x, of="z1")), InputError,
     "∂z1/∂x is dense, not aᵀ ⊗ I: the tensor that is drawn is that of a linear layer by its "
     "weights, at one sample."),
    (lambda: draw_tensor(NET.jacobian(X, of="z1", wrt="W1")), InputError,
     "∂z1/∂W1 is Kronecker, not aᵀ ⊗ I: the tensor that is drawn is that of a linear layer by its "
     "weights, at one sample."),
    (lambda: draw_tensor(NET.jacobian(x, of="z1", wrt="W1"), g=x), ShapeError,
     "the cotangent has 2 entries, z1 has 3."),
    (lambda: draw_tensor(Linear(np.ones((20, 11))).jacobian(np.ones(11), wrt="W")), InputError,
     "∂y/∂W has 20 slices of 20×11: more than 200 columns cannot be seen."),
    (lambda: draw_structure([]), InputError,
     "0 Jacobians cannot be drawn in one picture: give 1 to 60."),
    (lambda: draw_parameters(Network.parse("-".join("3" * 20), activation="tanh"), np.ones(3)),
     InputError, "the names of 38 blocks do not fit side by side: draw the denominator layout, "
     "whose blocks stand one below the other."),
    (lambda: draw_batch(NET, x), InputError,
     "a batch has blocks for several samples: give x as columns, (n, N) with N of 2 or more."),
])  # fmt: skip
def test_what_cannot_be_drawn_is_refused(draw, kind, message):
    with pytest.raises(kind) as refused:
        draw()
    assert str(refused.value) == message


def test_a_matrix_too_large_to_draw_is_refused_before_it_is_made():
    J = Linear(np.ones((300, 200))).jacobian(np.ones(200), wrt="W")
    with pytest.raises(TooLargeError, match="the full 300×60000 matrix would take 144,000,000 by"):
        draw_structure([J])


def test_letters_have_no_entries_to_draw():
    from jacobians.operators import Identity

    with pytest.raises(InputError, match="letters for sizes"):
        support(Identity(letter("n")))


def test_what_is_no_number_is_drawn_and_written():
    assert "nan" in texts(draw_tensor(NAN.jacobian([1.0, np.nan], of="z1", wrt="W1")))
    written = texts(draw_structure([NAN.jacobian([1.0, 2.0])]))
    assert written[-4:] == ["?", "not a number", "+", "positive"]
    assert cells(draw_structure([NAN.jacobian([1.0, 2.0])]))[0].tolist() == [[NO_NUMBER, PLUS]]
