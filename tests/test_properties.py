"""Random networks: sizes, depths, activations, losses and batches that nobody chose."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from jacobians import Linear, Network
from jacobians.layers import ACTIVATIONS, LOSSES
from tests.laws import agree, column

SETTINGS = settings(deadline=None, derandomize=True, database=None, max_examples=150)
SMOOTH = sorted(set(ACTIVATIONS) - {"exp", "square"})  # deep towers of these two overflow


def close(actual, expected):
    """To ten digits; the round-off of terms of size 1 that cancel is no difference."""
    np.testing.assert_allclose(np.asarray(actual), expected, rtol=1e-10, atol=1e-12)


@st.composite
def networks(draw, loss=True):
    """A network with an input, and a target if it has a loss; sizes differ where they can."""
    sizes = draw(st.lists(st.integers(2, 6), min_size=2, max_size=5, unique=True))
    activation = draw(st.lists(st.sampled_from(SMOOTH), min_size=len(sizes) - 1,
                               max_size=len(sizes) - 1))  # fmt: skip
    name = draw(st.sampled_from(sorted(LOSSES))) if loss else None
    if name == "cross_entropy":
        activation[-1] = "softmax"
    if name == "binary_cross_entropy":
        activation[-1] = "sigmoid"
    net = Network.parse(
        "-".join(map(str, sizes)),
        activation=activation,
        loss=name,
        seed=draw(st.integers(0, 10**6)),
        reduction=draw(st.sampled_from(["mean", "sum"])) if loss else None,
        bias=draw(st.booleans()),
    )
    x, y = net.example(draw(st.sampled_from([None, 2, 3, 7])))
    return net, x, y


@SETTINGS
@given(networks(), st.data())
def test_chain_and_sweep_agree_in_both_layouts(made, data):
    net, x, y = made
    wrt = data.draw(st.sampled_from(["x", "y", *net.names[:-1]]))
    swept = net.gradient(x, y, wrt=wrt, layout="denominator")
    close(net.jacobian(x, y, "L", wrt, "denominator"), column(swept))
    close(net.jacobian(x, y, "L", wrt, "numerator"), column(swept).T)


@SETTINGS
@given(networks(loss=False), st.data())
def test_denominator_layout_is_the_transpose_for_every_pair_of_values(made, data):
    net, x, _ = made
    of = data.draw(st.sampled_from(net.names))
    wrt = data.draw(st.sampled_from([*net.names, "parameters"]))
    numerator = net.jacobian(x, of=of, wrt=wrt)
    denominator = net.jacobian(x, of=of, wrt=wrt, layout="denominator")
    close(denominator, np.asarray(numerator).T)
    if wrt != "parameters":
        values = net.values(x)
        assert numerator.tensor().shape == values[of].shape + values[wrt].shape
        assert denominator.tensor().shape == values[wrt].shape + values[of].shape


@SETTINGS
@given(st.sampled_from(sorted(ACTIVATIONS)), st.integers(2, 6), st.sampled_from([None, 2, 3, 5]),
       st.integers(0, 10**6))  # fmt: skip
def test_push_forward_and_pull_back_of_activations_are_adjoint(name, n, N, seed):
    layer = Network.parse("2-2", activation=name).layers[1]
    generator = np.random.default_rng(seed)
    x, t, g = generator.standard_normal((3, n) if N is None else (3, n, N))
    left, right = np.vdot(g, layer.jvp(t, x)), np.vdot(layer.vjp(g, x), t)
    assert abs(left - right) <= 1e-12 * np.linalg.norm(g) * np.linalg.norm(layer.jvp(t, x))
    agree(np.asarray(layer.jacobian(x)) @ column(t), column(layer.jvp(t, x)), 1e-12)


@SETTINGS
@given(st.lists(st.integers(2, 6), min_size=3, max_size=3, unique=True), st.booleans(),
       st.integers(0, 10**6), st.data())  # fmt: skip
def test_the_linear_layer_obeys_the_adjoint_law_in_every_argument(sizes, bias, seed, data):
    (m, n, N), generator = sizes, np.random.default_rng(seed)
    layer = Linear.random(m, n, generator, bias=bias)
    wrt = data.draw(st.sampled_from(layer.arguments))
    X, G = generator.standard_normal((n, N)), generator.standard_normal((m, N))
    T = generator.standard_normal({"x": (n, N), "W": (m, n), "b": (m,)}[wrt])
    pushed, pulled = layer.jvp(T, X, wrt=wrt), layer.vjp(G, X, wrt=wrt)
    scale = np.linalg.norm(G) * np.linalg.norm(pushed)
    assert abs(np.vdot(G, pushed) - np.vdot(pulled, T)) <= 1e-12 * scale
    agree(np.asarray(layer.jacobian(X, wrt=wrt)) @ column(T), column(pushed), 1e-12)


@SETTINGS
@given(networks(), st.floats(-2, 2))
def test_a_step_along_a_direction_changes_the_loss_by_gradient_times_step(made, scale):
    net, x, y = made
    direction = scale * np.ones_like(x)
    G = net.gradient(x, y, wrt="x", layout="denominator").reshape(np.shape(x))
    pushed = np.asarray(net.jacobian(x, y, of="L")) @ column(direction)
    assert np.allclose(pushed, np.vdot(G, direction), rtol=1e-9, atol=1e-9)


@SETTINGS
@given(networks())
def test_shapes_alone_are_the_shapes_of_the_values(made):
    net, x, y = made
    shapes = net.shapes(1 if x.ndim == 1 else x.shape[1])
    for name, value in net.values(x, y).items():
        if name == "x":
            continue
        expected = shapes[name]
        single = x.ndim == 1 and name not in net.parameters
        assert value.shape == (expected[:1] if single else expected)
