"""Graph networks: gradients by matrices, names of deltas, targets left out, copies and pickles."""

import copy
import pickle

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from jacobians import Network
from jacobians.gallery import GALLERY, ready_made
from layouts import InputError, LayoutError
from tests.laws import agree

rng = np.random.default_rng(7)
MATRICES = Network.graph("""
    input X: 2×3
    target Y: 4
    parameters A: 4×2, c: 3
    V = tanh(A @ X)
    z = V @ c
    L = half_squared_error(z, Y)
""")
SUMMED = Network.graph("""
    input X: 2×3
    parameters A: 4×2
    V = tanh(A @ X)
    s = sum(V)
""")
A, c = MATRICES.parameters["A"], MATRICES.parameters["c"]


def loss(X, Y):
    """The loss of MATRICES, samples last."""
    z = anp.einsum("pqN,q->pN", anp.tanh(anp.einsum("pr,rqN->pqN", A, X)), c)
    return anp.sum((z - Y) ** 2) / 2


def test_the_gradient_by_a_matrix_is_shaped_as_the_matrix():
    X = rng.standard_normal((2, 3))
    G = autograd.grad(lambda X: anp.sum(anp.tanh(anp.dot(SUMMED.parameters["A"], X))))(X)
    agree(SUMMED.gradient(X, wrt="X", layout="denominator"), G, 1e-13)
    agree(SUMMED.gradient(X, wrt="X"), G.T, 1e-13)
    assert SUMMED.gradient(X, wrt="V", layout="denominator").shape == (4, 3)
    assert SUMMED.gradient(X, wrt="s", layout="denominator").shape == (1, 1)


def test_gradients_by_the_matrices_of_samples_stand_side_by_side():
    X, Y = rng.standard_normal((2, 3, 5)), rng.standard_normal((4, 5))
    G = autograd.grad(loss)(X, Y)
    side_by_side = np.hstack([G[..., k] for k in range(5)])
    agree(MATRICES.gradient(X, Y, wrt="X", layout="denominator"), side_by_side, 1e-12)
    agree(MATRICES.gradient(X, Y, wrt="X"), side_by_side.T, 1e-12)
    assert not np.allclose(side_by_side, G.reshape(2, 15))


def test_one_sample_has_the_gradient_of_itself_with_and_without_that_axis():
    X, Y = rng.standard_normal((2, 3)), rng.standard_normal(4)
    alone = MATRICES.gradient(X, Y, wrt="X")
    agree(MATRICES.gradient(X[..., None], Y[:, None], wrt="X"), alone, 1e-15)
    agree(alone, autograd.grad(loss)(X[..., None], Y[:, None])[..., 0].T, 1e-12)


def test_gradients_of_what_has_no_path_are_zeros_of_the_right_shape():
    net = Network.graph("input X: 2×3\nparameters a: 3\ntarget y: 2\nz = X @ a\nU = tanh(X)\n"
                        "L = half_squared_error(z, y)")  # fmt: skip
    G = net.gradient(np.ones((2, 3, 4)), np.zeros((2, 4)), wrt="U", layout="denominator")
    assert np.array_equal(G, np.zeros((2, 12)))


def test_linear_values_whose_names_differ_by_a_z_keep_a_delta_each():
    net = Network.graph("""
        input x: 3
        target y: 2
        parameters A: 4×3, B: 5×4, C: 2×5
        u = A @ x
        zu = B @ u
        z1 = C @ zu
        L = half_squared_error(z1, y)
    """)
    x, y = rng.standard_normal((3, 6)), rng.standard_normal((2, 6))
    deltas = net.deltas(x, y)
    B, C = net.parameters["B"], net.parameters["C"]
    expected = {"δ1": net(x) - y, "δ_zu": C.T @ (net(x) - y), "δ_u": B.T @ C.T @ (net(x) - y)}
    assert set(deltas) == set(expected)
    for name, delta in expected.items():
        agree(deltas[name], delta, 1e-12, name)


def test_a_linear_value_made_of_a_target_has_its_delta_too():
    net = Network.graph("input x: 3\ntarget y: 4\nparameters A: 2×3, B: 2×4\nz1 = A @ x\n"
                        "z2 = B @ y\nL = squared_error(z1, z2)")  # fmt: skip
    x, y = rng.standard_normal(3), rng.standard_normal(4)
    difference = 2 * (net.parameters["A"] @ x - net.parameters["B"] @ y)[:, None]
    deltas = net.deltas(x, y)
    agree(deltas["δ1"], difference, 1e-13)
    agree(deltas["δ2"], -difference, 1e-13)


TWO = ready_made("two_losses")
x, y1, y2 = rng.standard_normal(3), rng.standard_normal(2), np.array([0.1, 0.2, 0.3, 0.4, 0.0])


def test_what_one_of_two_targets_is_enough_for_is_computed():
    values, whole = TWO.values(x, {"y1": y1}), TWO.values(x, {"y1": y1, "y2": y2})
    assert whole.keys() - values.keys() == {"y2", "L2", "half", "L"}
    for name, value in values.items():
        assert np.array_equal(value, whole[name])
    W1, W2, b1, b2 = (TWO.parameters[name] for name in ("W1", "W2", "b1", "b2"))

    def L1(W1):
        return anp.sum((anp.dot(W2, anp.tanh(anp.dot(W1, x) + b1)) + b2 - y1) ** 2) / 2

    agree(TWO.jacobian(x, {"y1": y1}, of="L1", wrt="W1").tensor(), autograd.grad(L1)(W1), 1e-12)
    factors = TWO.stacked_factors(x, {"y1": y1}, of="L1")
    assert factors[0].of == "L1"


NEED = {
    "of the loss": (
        lambda: TWO.jacobian(x, {"y1": y1}, of="L"), "∂L/∂x needs the target: give y2."
    ),
    "of what needs the other": (
        lambda: TWO.jacobian(x, {"y2": y2}, of="L1", wrt="parameters"),
        "∂L1/∂parameters needs the target: give y1.",
    ),
    "no target at all": (
        lambda: TWO.jacobian(x, of="L1", wrt="W1"), "∂L1/∂W1 needs the target: give y1."
    ),
    "by what needs one": (
        lambda: TWO.jacobian(x, of="z2", wrt="L2"), "∂z2/∂L2 needs the target: give y2."
    ),
    "by a target": (
        lambda: TWO.jacobian(x, {"y1": y1}, of="L1", wrt="y2"),
        "∂L1/∂y2 needs the target: give y2.",
    ),
    "a gradient": (
        lambda: TWO.gradient(x, {"y1": y1}), "a gradient of the loss needs the target: give y2."
    ),
    "deltas": (
        lambda: TWO.deltas(x, {}), "a gradient of the loss needs the target: give y1 and y2."
    ),
    "all values as columns": (
        lambda: TWO.column_values(x, {"y1": y1}),
        "the target y2 is missing: the network takes y1, y2.",
    ),
    "a foreign target": (
        lambda: TWO.values(x, {"y3": y1}), "the network has no target 'y3': known are y1, y2."
    ),
    "one of two inputs, too long": (
        lambda: ready_made("rnn", steps=1).values({"h0": x, "x1": x}),
        "x1 has 3 entries, the network takes 2: inputs h0: 3, x1: 2.",
    ),
    "a target of another type": (
        lambda: TWO.values(x, {"y1": 1j * y1}),
        "y1: target has entries of type complex128: real numbers are wanted, take the real part "
        "first.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NEED)
def test_a_missing_target_is_asked_for_by_its_name(name):
    ask, message = NEED[name]
    with pytest.raises(LayoutError) as refused:
        ask()
    assert str(refused.value) == message


SEVERAL = (
    'paths lead from one value, and "parameters" are several: name one of W1, b1, W2, b2, or ask '
    "for jacobian or stacked_factors."
)
ROW = Network.parse("3-5-2", activation="tanh")
PATHS = {
    "paths": (lambda: ROW.paths(x, wrt="parameters"), SEVERAL),
    "factors": (lambda: ROW.factors(x, wrt="parameters"), SEVERAL),
    "a plan": (lambda: ROW.plan(wrt="parameters"), SEVERAL),
    "the same value twice": (
        lambda: ROW.stacked_factors(x, wrt=["W2", "x", "x"]),
        "x stands in wrt more than once, as W2, x, x: each value is stacked once.",
    ),
    "the same value by two names": (
        lambda: ROW.stacked_factors(x, wrt=["a0", "x"]),
        "x stands in wrt more than once, as a0, x: each value is stacked once.",
    ),
    "no value": (
        lambda: ROW.stacked_factors(x, wrt=[]),
        'wrt is empty: name the values to differentiate by, or ask for "parameters".',
    ),
    "a value that is none": (
        lambda: ROW.stacked_factors(x, wrt=["x", "W7"]),
        "the network has no value 'W7': known are x, a0, W1, b1, W2, b2, z1, a1, z2, a2.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PATHS)
def test_values_that_factors_cannot_start_from_are_refused_in_words(name):
    ask, message = PATHS[name]
    with pytest.raises(InputError) as refused:
        ask()
    assert str(refused.value) == message


COPIES = {
    "deepcopy": copy.deepcopy,
    "pickle": lambda net: pickle.loads(pickle.dumps(net)),
}
RNN = "rnn", {"steps": 400}


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize(("name", "options"), [*((name, {}) for name in GALLERY), RNN])
def test_graphs_are_copied_and_pickled_with_all_that_they_answer(name, options, how):
    net = ready_made(name, seed=3, **options)
    at = net.example(2)
    wrt = next(iter(net.parameters))
    expected = np.asarray(net.jacobian(*at, of=net.top, wrt=wrt))
    by_input = np.asarray(net.jacobian(*at, of=net.top, wrt=next(iter(net.inputs))))
    again = COPIES[how](net)
    assert (str(again), again.note, again.names) == (str(net), net.note, net.names)
    assert np.array_equal(again.jacobian(*again.example(2), of=net.top, wrt=wrt), expected)
    assert np.array_equal(again.jacobian(*at, of=net.top, wrt=next(iter(net.inputs))), by_input)
    assert not np.shares_memory(again.parameters[wrt], net.parameters[wrt])


def test_copies_of_a_graph_are_as_unwritable_as_the_graph():
    net = Network.graph("input x: 3\nparameters W: 2×3\nz = W @ x")
    for copied in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        with pytest.raises(ValueError, match="read-only"):
            copied.parameters["W"][:] = 0.0


def test_a_graph_may_have_a_title_of_one_printable_line():
    text = "input x: 3\nparameters W: 2×3\nz = W @ x"
    assert str(Network.graph(text, title="a product")) == "a product"
    for title in ("two\nlines", "`code`", "\x1b[31m", "x" * 101, 5):
        with pytest.raises(InputError, match="a title is one line"):
            Network.graph(text, title=title)
