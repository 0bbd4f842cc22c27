"""What is refused, word by word: one table, in which every message can be read beside its cause."""

import numpy as np
import pytest

from jacobians import HalfSquaredError, Huber, Linear, Network, ReLU, Tanh
from layouts import InputError, LayoutError, ShapeError

NET = Network.parse("2-3-4", activation=["relu", "sigmoid"], loss="half_squared_error")
W1, b1 = NET.parameters["W1"], NET.parameters["b1"]
x = np.array([0.5, -1.0])

REFUSED = {
    "an unknown activation": (
        lambda: Network.parse("2-3", activation="rleu"),
        InputError, "unknown activation 'rleu': did you mean relu?",
    ),
    "an unknown loss": (
        lambda: Network.parse("2-3", loss="half_square_error"),
        InputError, "unknown loss 'half_square_error': did you mean half_squared_error or "
                    "squared_error or mean_squared_error?",
    ),
    "a list of wrong length": (
        lambda: Network.parse("2-3-4-2", activation=["relu", "tanh"]),
        InputError, "2 activations (relu, tanh) for 3 linear layers: give one for each, or one "
                    "for all.",
    ),
    "an empty size": (
        lambda: Network.parse("2--3"),
        InputError, "'2--3' has an empty size: sizes are joined by single hyphens, 2-3-2.",
    ),
    "a negative size": (
        lambda: Network.parse("2-3--4"),
        InputError, "'2-3--4' has an empty size: sizes are joined by single hyphens, 2-3-2.",
    ),
    "a size of zero": (
        lambda: Network.parse("2-0-3"), InputError, "'2-0-3': a size is at least 1, not 0.",
    ),
    "a size that is no whole number": (
        lambda: Network.parse("2-3.5"),
        InputError, "'2-3.5': '3.5' is no size: a size is a positive number or a letter.",
    ),
    "one size": (
        lambda: Network.parse("2"),
        InputError, "'2' has one size: a network needs an input and an output, 2-3.",
    ),
    "sizes that do not chain": (
        lambda: Network([Linear(np.ones((3, 2))), ReLU(), Linear(np.ones((4, 5)))]),
        ShapeError, "z2 cannot be made of a1 (3, 1), W2 (4, 5): the input has 3 entries, "
                    "W is 4×5: W needs 5.",
    ),
    "a bias of another size": (
        lambda: Linear(np.ones((3, 2)), np.ones(2)),
        ShapeError, "b has shape (2,), W is 3×2: a bias has one entry for each row of W, 3.",
    ),
    "weights that are no matrix": (
        lambda: Linear([1.0, 2.0]),
        ShapeError, "W has shape (2,): weights are a matrix, (outputs, inputs).",
    ),
    "no layers": (lambda: Network([]), InputError, "a network needs at least one layer."),
    "a loss among the layers": (
        lambda: Network([HalfSquaredError()]),
        InputError, "HalfSquaredError(reduction='sum') is not a layer of a row: layers are Linear, "
                    "ReLU, …; a loss goes into loss=.",
    ),
    "a layer for a loss": (
        lambda: Network([Tanh()], loss=Tanh()),
        InputError, "Tanh() is not a loss: give one, or its name.",
    ),
    "a reduction that is none": (
        lambda: Network.parse("2-3", loss="huber", reduction="max"),
        InputError, "reduction is 'mean' or 'sum' (over samples), not 'max'.",
    ),
    "a reduction without a loss": (
        lambda: Network.parse("2-3", reduction="mean"),
        InputError, "reduction says how a loss is taken over samples; this network has none.",
    ),
    "a seed that is no whole number": (
        lambda: Network.parse("2-3", seed=-1),
        InputError, "a seed is a whole number from 0 on, or None, not -1.",
    ),
    "an option that a layer does not have": (
        lambda: ReLU(0.5), InputError, "ReLU takes the options (), not 0.5.",
    ),
    "an option that a loss does not have": (
        lambda: Huber(beta=1.0),
        InputError, "Huber takes the options (reduction, delta), not beta.",
    ),
    "complex input": (
        lambda: NET([1j, 2.0]),
        InputError, "x has entries of type complex128: real numbers are wanted, take the real part "
                    "first.",
    ),
    "objects": (
        lambda: NET(np.array([None, 2.0], dtype=object)),
        InputError, "x has entries of type object: real numbers are wanted.",
    ),
    "text": (
        lambda: NET(["a", "b"]), InputError, "x has entries of type <U1: real numbers are wanted.",
    ),
    "ragged rows": (
        lambda: NET([[1.0, 2.0], [3.0]]),
        InputError, "x is not an array: its rows have different lengths.",
    ),
    "an input of the wrong size": (
        lambda: NET([1.0, 2.0, 3.0]),
        ShapeError, "x has 3 entries, the network takes 2: 2-3-4: relu, sigmoid, half squared "
                    "error.",
    ),
    "an input of three axes": (
        lambda: NET(np.ones((2, 3, 4))),
        ShapeError, "x has shape (2, 3, 4): a layer takes one sample (n,) or samples as columns "
                    "(n, N).",
    ),
    "an empty input": (
        lambda: Tanh()(np.ones((2, 0))), ShapeError, "x has shape (2, 0): it is empty.",
    ),
    "a target of the wrong shape": (
        lambda: NET.values(x, [1.0, 2.0]),
        ShapeError, "the target has shape (2,), the prediction (4,): they need the same, or class "
                    "indices, integers of shape () or (N,).",
    ),
    "samples as rows in the target": (
        lambda: NET.values(np.ones((2, 3)), np.ones((3, 4))),
        ShapeError, "the target has shape (3, 4), the prediction (4, 3): they need the same, or "
                    "class indices, integers of shape () or (N,).",
    ),
    "a class index out of range": (
        lambda: NET.values(x, 4),
        InputError, "class index 4 is out of range: the prediction has 4 entries, classes count "
                    "from 0 to 3.",
    ),
    "a negative class index": (
        lambda: NET.values(np.ones((2, 2)), [0, -1]),
        InputError, "class index -1 is out of range: the prediction has 4 entries, classes count "
                    "from 0 to 3.",
    ),
    "too few class indices": (
        lambda: NET.values(np.ones((2, 3)), [0, 1]),
        ShapeError, "2 class indices stand beside 3 samples: one for each is needed.",
    ),
    "a complex target": (
        lambda: NET.values(x, [1j, 0, 0, 0]),
        InputError, "target has entries of type complex128: real numbers are wanted, take the real "
                    "part first.",
    ),
    "a ragged target": (
        lambda: NET.values(np.ones((2, 2)), [[1.0, 2.0], [3.0]]),
        InputError, "target is not an array: its rows have different lengths.",
    ),
    "a target without a loss": (
        lambda: Network.parse("2-3").values(x, [1.0, 2.0, 3.0]),
        InputError, "this network has no loss, so a target y has no use.",
    ),
    "a gradient without a target": (
        lambda: NET.gradient(x), InputError, "a gradient of the loss needs the target: give y.",
    ),
    "a Jacobian of the loss without a target": (
        lambda: NET.jacobian(x, of="L"), InputError, "∂L/∂x needs the target: give y.",
    ),
    "a Jacobian of the loss without a loss": (
        lambda: Network.parse("2-3").jacobian(x, of="L"),
        InputError, "this network has no loss: give one, or ask for the prediction, a1.",
    ),
    "a gradient of a vector": (
        lambda: Network.parse("2-3").gradient(x),
        ShapeError, "a gradient is of a scalar, a1 is 3×1 and the network has no loss: use "
                    "jacobian.",
    ),
    "an unknown value": (
        lambda: NET.jacobian(x, wrt="a7"),
        InputError, "the network has no value 'a7': known are x, a0, y, W1, b1, W2, b2, z1, a1, "
                    "z2, a2, L.",
    ),
    "an unknown layout": (
        lambda: NET.jacobian(x, layout="mixed"),
        InputError, "there is no layout 'mixed': it is 'numerator' or 'denominator'.",
    ),
    "values of letters": (
        lambda: Network.parse("n-3-2")(x),
        InputError, "the network n-3-2 knows its sizes only (n is a letter), "
                    "so there are no values: give numbers for every size, and a seed or weights.",
    ),
    "values without a seed": (
        lambda: Network.parse("2-3", seed=None).jacobian(x),
        InputError, "the network 2-3 knows its sizes only (no weights were drawn or "
                    "given), so there are no values: give numbers for every size, and a seed or "
                    "weights.",
    ),
    "the parameters of a network without any": (
        lambda: Network([Tanh()]).jacobian(x, wrt="parameters"),
        InputError, None,
    ),
    "their gradient": (
        lambda: Network([Tanh()], loss="huber").gradient(x, x, wrt="parameters"),
        InputError, None,
    ),
    "a vector without rows": (lambda: NET(2.0), ShapeError, None),
    "an argument that a layer does not have": (
        lambda: Linear(W1).jacobian(x, wrt="V"),
        InputError, "Linear has no argument 'V': known are x, W.",
    ),
    "too many inputs": (
        lambda: Tanh()(x, x), InputError, "Tanh takes x; 2 inputs given.",
    ),
    "a cotangent of another shape": (
        lambda: Linear(W1).vjp([1.0, 2.0], x),
        ShapeError, "the cotangent has shape (2,), the output has (3,): a cotangent is shaped as "
                    "the output.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_gets_one_clear_sentence(name):
    ask, kind, message = REFUSED[name]
    with pytest.raises(kind) as refused:
        ask()
    assert message is None or str(refused.value) == message


@pytest.mark.parametrize("ask", [
    lambda: Tanh().jvp(np.ones((3, 2)), np.ones((2, 3))),
    lambda: Tanh().jvp(np.ones(6), np.ones((2, 3))),
    lambda: Linear(W1).jvp(np.ones((2, 3)), x, wrt="W"),
    lambda: Linear(W1).jvp(np.ones(6), x, wrt="W"),
    lambda: Linear(W1, b1)(x, W1, np.ones(1)),
    lambda: Linear(W1, b1)(x, W1, np.ones(2)),
    lambda: Linear(W1, b1)(x, np.ones(2)),
    lambda: Linear(W1, b1)(x, np.ones((3, 2, 1))),
], ids=["jvp transposed", "jvp flattened", "jvp of W transposed", "jvp of W flattened",
        "bias of one", "bias of two", "W a vector", "W of three axes"])  # fmt: skip
def test_what_numpy_would_broadcast_or_reshape_is_refused_all_the_same(ask):
    with pytest.raises(LayoutError):
        ask()


def test_near_names_are_told_whatever_the_case():
    with pytest.raises(InputError, match="no value 'w1': did you mean W1"):
        NET.jacobian(x, wrt="w1")


def test_the_derivative_by_a_class_index_is_refused_or_that_by_its_column_of_the_identity():
    loss = HalfSquaredError()
    p = np.array([0.2, 0.5, 0.3])
    column = np.array([0.0, 0.0, 1.0])
    try:
        by_index = loss.vjp(1.0, p, 2, wrt="target"), loss.jacobian(p, 2, wrt="target").tensor()
    except LayoutError:
        return
    assert np.array_equal(by_index[0], column - p)
    assert np.array_equal(by_index[1], column - p)
