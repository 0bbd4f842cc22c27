"""Every picture can be read: no text clipped, covered or small; grey tells what colour does."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from jacobians import (
    Network,
    ReLU,
    Softmax,
    collapse,
    compare,
    draw_batch,
    draw_chain,
    draw_collapse,
    draw_cost,
    draw_graph,
    draw_parameters,
    draw_product,
    draw_structure,
    draw_tensor,
    ready_made,
)
from jacobians.pictures import style
from jacobians.pictures.style import finish, sheet, write
from tests.pictures import luminance, must_be_legible

SMALL = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error", seed=1)
LARGE = Network.parse("4-3-5-2", activation=["relu", "tanh", "softmax"], loss="cross_entropy")
WIDE = Network.parse("64-16-10", activation="tanh", loss="half_squared_error")
LETTERS = Network.parse("n-3-m-1", activation="sigmoid")
x2, x4 = np.array([0.5, -1.0]), np.array([0.5, -1.0, 2.0, 0.25])
X2 = np.array([[0.5, -1.0, 2.0], [0.25, 1.5, -0.75]])
X64 = np.linspace(-1, 1, 64)
LSTM = ready_made("lstm")
STATE = {"x1": [0.5, 1.0], "x2": [1.0, -1.0], "h0": [0.1, 0.2, 0.3], "c0": [1.0, 2.0, 3.0]}
NAMES = Network.graph("input 名: 3\nparameters A_2: 3×3, b: 3\nu = A_2 @ tanh(名) + b\nv = u + 名")

PICTURES = {
    "chain 2-3-2": lambda: draw_chain(SMALL, "W1"),
    "chain 4-3-5-2": lambda: draw_chain(LARGE, "W1"),
    "chain of a batch": lambda: draw_chain(SMALL, "W1", samples=4),
    "chain of letters": lambda: draw_chain(LETTERS),
    "chain of letters, a batch": lambda: draw_chain(SMALL, "W1", samples="N"),
    "chain not to scale": lambda: draw_chain(WIDE),
    "chain in superscripts": lambda: draw_chain(SMALL, input_index=1, symbols="superscript"),
    "long chain": lambda: draw_chain(Network.parse("-".join(["3"] * 12), activation="tanh"), "x"),
    "wrong order": lambda: draw_product(SMALL.factors(x2, of="a2")[::-1]),
    "collapse of rows": lambda: draw_collapse(collapse(ReLU(), [1.0, -2.0, 0.5])),
    "collapse of columns": lambda: draw_collapse(collapse(ReLU(), x4, layout="denominator")),
    "no collapse": lambda: draw_collapse(collapse(Softmax(), x4, layout="denominator")),
    "no collapse, signs": lambda: draw_collapse(collapse(Softmax(), X64[:9])),
    "tensor": lambda: draw_tensor(SMALL.jacobian(x2, of="z1", wrt="W1")),
    "tensor, denominator": lambda: draw_tensor(SMALL.jacobian(x2, of="z1", wrt="W1").T),
    "tensor 3×4": lambda: draw_tensor(LARGE.jacobian(x4, of="z1", wrt="W1")),
    "tensor 5×3": lambda: draw_tensor(LARGE.jacobian(x4, of="z2", wrt="W2")),
    "structure": lambda: draw_structure(compare(SMALL)),
    "structure, denominator": lambda: draw_structure(compare(LARGE, layout="denominator")),
    "structure of a batch": lambda: draw_structure(compare(SMALL, samples=3)),
    "structure, wide": lambda: draw_structure(compare(WIDE)),
    "structure of a graph": lambda: draw_structure(compare(ready_made("two_losses"))),
    "batch": lambda: draw_batch(SMALL, X2),
    "batch, denominator": lambda: draw_batch(SMALL, X2, wrt=["x", "W1"], layout="denominator"),
    "parameters": lambda: draw_parameters(SMALL, x2),
    "parameters, denominator": lambda: draw_parameters(SMALL, x2, layout="denominator"),
    "parameters, wide": lambda: draw_parameters(WIDE, X64),
    "parameters, high": lambda: draw_parameters(WIDE, X64, layout="denominator"),
    "parameters, many": lambda: draw_parameters(LSTM, STATE),
    "graph": lambda: draw_graph(ready_made("residual_block"), "x", of="u"),
    "graph of letters": lambda: draw_graph(ready_made("residual_block", n="n", m="m"), "x"),
    "graph, four paths": lambda: draw_graph(LSTM, "c1", of="c2"),
    "graph, shared weights": lambda: draw_graph(ready_made("rnn"), "W"),
    "graph, two heads": lambda: draw_graph(ready_made("two_losses"), layout="denominator"),
    "graph, downwards": lambda: draw_graph(LSTM, "h0", of="h2"),
    "graph, names": lambda: draw_graph(NAMES, "名"),
    "row as a graph": lambda: draw_graph(SMALL, "x", input_index=1, symbols="superscript"),
    "cost": draw_cost,
    "cost of a prediction": lambda: draw_cost("n-n-n-10", [8, 64], loss=None, activation="softmax"),
}  # fmt: skip


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_every_picture_is_legible_and_says_in_words_what_it_shows(draw):
    picture = draw()
    must_be_legible(picture)
    assert len(picture.alt) > 40
    assert picture.alt.endswith(".")


@pytest.mark.parametrize(("where", "what"), [
    ([(1.0, 1.0, "one", 9), (1.1, 1.0, "other", 9)], "one overlaps other"),
    ([(6.4, 1.0, "a long name", 9)], "a long name is clipped"),
    ([(1.0, 1.99, "low", 9)], "low is clipped"),
    ([(1.0, 1.0, "fine print", 7)], "fine print is too small"),
])  # fmt: skip
def test_what_cannot_be_read_is_seen(where, what):
    picture, axes = sheet()
    for x, y, text, points in where:
        write(axes, x, y, text, fontsize=points)
    with pytest.raises(AssertionError, match=what):
        must_be_legible(finish(picture, axes, 2.0, ""))


def test_a_wide_sheet_has_small_text_on_a_page():
    picture, axes = sheet("title")
    with pytest.raises(AssertionError, match="title is too small"):
        must_be_legible(finish(picture, axes, 2.0, "", width=13.0))


def test_colours_differ_in_grey():
    light = sorted(luminance(to_rgb(colour)) for colour in style.PALETTE)
    assert min(b - a for a, b in pairwise(light)) > 0.07
    signs = [style.POSITIVE, style.NEGATIVE, style.PALE, style.WHITE]
    assert min(b - a for a, b in pairwise(luminance(to_rgb(c)) for c in signs)) > 0.1
    looks = {tuple(style.colour(k).values())[::2] for k in range(4 * len(style.PALETTE))}
    assert len({str(style.colour(k)) for k in range(4 * len(style.PALETTE))}) == 20 >= len(looks)
