"""The chain of explicit Jacobians: both layouts by themselves, all paths, no vjp."""

import autograd
import autograd.numpy
import numpy as np
import pytest

from jacobians import Linear, Network, Sigmoid, Tanh, chain
from jacobians.gallery import ready_made
from jacobians.operators import BlockColumn, BlockRow, Identity, Zero
from jacobians.rule import Rule
from layouts import DENOMINATOR, NUMERATOR, Layout
from tests.laws import agree
from tests.wiring import W1, W2, X, graph, plain

STEPS, VALUES = graph()


def outside(argument):
    tensor = autograd.jacobian(plain(autograd.numpy), argument)(X, W1, W2)
    return np.reshape(tensor, (3, -1), order="F")


def both_layouts(of, wrt, steps=STEPS, values=VALUES):
    return [np.asarray(chain.derivative(steps, values, of, wrt, layout)) for layout in Layout]


@pytest.mark.parametrize(("wrt", "argument"), [("x", 0), ("W1", 1), ("W2", 2)])
def test_a_value_used_twice_sums_over_all_paths(wrt, argument):
    numerator, denominator = both_layouts("v", wrt)
    agree(numerator, outside(argument), 1e-12)
    agree(denominator, outside(argument).T, 1e-12)


def test_a_shared_layer_object_sums_over_both_uses():
    W, V = 0.3 * np.arange(-4.0, 5.0).reshape(3, 3), np.array([[1.0, -2.0, 0.5]])
    shared = Linear(W, [0.1, -0.2, 0.3])
    net = Network([shared, Tanh(), shared, Sigmoid(), Linear(V)], loss="half_squared_error")
    x, y = np.array([0.4, -0.7, 1.1]), np.array([0.25])
    assert list(net.parameters) == ["W1", "b1", "W3"]

    def loss(W, b):
        np = autograd.numpy
        a = np.tanh(np.dot(W, x) + b)
        return np.sum((np.dot(V, 1 / (1 + np.exp(-np.dot(W, a) - b))) - y) ** 2) / 2

    for k, name in enumerate(["W1", "b1"]):
        G = autograd.grad(loss, k)(W, np.array([0.1, -0.2, 0.3]))
        agree(net.jacobian(x, y, of="L", wrt=name).tensor(), G, 1e-12)
        swept = net.gradient(x, y, wrt=name, layout="denominator")
        agree(swept, G.reshape(3, -1), 1e-12)


def test_a_value_by_itself_is_the_identity():
    for layout in Layout:
        J = chain.derivative(STEPS, VALUES, "z", "z", layout)
        assert isinstance(J.operator, Identity)
        assert J.shape == (3, 3)


@pytest.mark.parametrize(("of", "wrt"), [("p", "unused"), ("z", "W2"), ("z", "v")])
def test_what_does_not_depend_has_derivative_zero(of, wrt):
    rows, columns = np.size(VALUES[of]), np.size(VALUES[wrt])
    for layout, shape in {NUMERATOR: (rows, columns), DENOMINATOR: (columns, rows)}.items():
        J = chain.derivative(STEPS, VALUES, of, wrt, layout)
        assert isinstance(J.operator, Zero)
        assert (J.shape, J.of, J.wrt) == (shape, of, wrt)


def test_links_are_those_on_a_path_in_the_order_of_computation():
    links = chain.links_between(STEPS, "r", ["z"])
    assert [link.name for link in links] == ["∂s/∂z", "∂p/∂s", "∂q/∂s", "∂q/∂s", "∂r/∂p", "∂r/∂q"]
    assert [link.position for link in links] == [0, 0, 0, 1, 0, 1]


NET = Network.parse("2-3-5-4", activation=["relu", "softmax", "tanh"], loss="squared_error", seed=1)
POINTS = {
    "one sample": (np.array([0.7, -0.4]), np.array([1.0, 0.5, -0.2, 0.1])),
    "batch": (np.array([[0.7, 0.1], [-0.4, 1.2]]), np.linspace(-1, 1, 8).reshape(4, 2)),
}
TARGETS = [
    ("L", "W1"),
    ("L", "b1"),
    ("L", "z1"),
    ("a2", "x"),
    ("z2", "a1"),
    ("a3", "W2"),
    ("L", "y"),
]


@pytest.mark.parametrize(("of", "wrt"), TARGETS)
@pytest.mark.parametrize("points", POINTS)
def test_the_product_in_one_layout_is_the_transposed_reversed_product_in_the_other(points, of, wrt):
    x, y = POINTS[points]
    N = NET.jacobian(x, y, of=of, wrt=wrt)
    D = NET.jacobian(x, y, of=of, wrt=wrt, layout=DENOMINATOR)
    agree(D, np.asarray(N).T, 1e-13)
    values = {name: value.reshape(len(value), -1) if name[0] in "xayz" else value
              for name, value in NET.values(x, y).items()}  # fmt: skip
    for layout, whole in {NUMERATOR: N, DENOMINATOR: D}.items():
        links = chain.links_between(NET.steps, of, ["a0" if wrt == "x" else wrt])
        factors = [np.asarray(J) for J in chain.link_jacobians(links, values, layout)]
        agree(layout.product(factors), whole, 1e-12)


def corrupted(layout):
    """link_jacobians with the first factor of one layout doubled."""
    honest = chain.link_jacobians

    def wrong(links, values, asked):
        factors = honest(links, values, asked)
        if asked is layout and factors:
            factors[0].operator = factors[0].operator.scaled(2.0)
        return factors

    return wrong


@pytest.mark.parametrize("wrt", ["W1", "z1", "parameters"])
@pytest.mark.parametrize("layout", Layout)
def test_a_wrong_factor_in_one_layout_spoils_this_layouts_product_alone(monkeypatch, layout, wrt):
    x, y = POINTS["one sample"]
    right = {each: np.asarray(NET.jacobian(x, y, "L", wrt, each)) for each in Layout}
    monkeypatch.setattr(chain, "link_jacobians", corrupted(layout))
    found = {each: np.asarray(NET.jacobian(x, y, "L", wrt, each)) for each in Layout}
    assert not np.allclose(found[layout], right[layout])
    assert np.array_equal(found[layout.other], right[layout.other])


@pytest.mark.parametrize("layout", Layout)
def test_the_chain_never_calls_a_vjp_or_a_jvp(monkeypatch, layout):
    def refuse(*_):
        raise AssertionError("the chain called a product with a vector")

    def only_jacobians(layer):
        rules = layer.rules

        def wrapped(*inputs, names):
            return {
                argument: Rule(rule.jacobian, refuse, refuse)
                for argument, rule in rules(*inputs, names=names).items()
            }

        return wrapped

    net = Network.parse("2-3-5-4", activation=["relu", "softmax", "tanh"], loss="squared_error")
    for step in net.steps:
        monkeypatch.setattr(step.layer, "rules", only_jacobians(step.layer), raising=False)
    x, y = POINTS["batch"]
    for wrt in ("x", "W1", "b2", "parameters"):
        assert np.isfinite(np.asarray(net.jacobian(x, y, "L", wrt, layout))).all()


def test_each_layout_multiplies_factors_that_it_arranged_itself(monkeypatch):
    asked = []
    honest = chain.link_jacobians
    monkeypatch.setattr(
        chain, "link_jacobians", lambda *given: asked.append(given[2]) or honest(*given)
    )
    x, y = POINTS["one sample"]
    for layout in Layout:
        for wrt in ("W1", "parameters"):
            asked.clear()
            NET.jacobian(x, y, "L", wrt, layout)
            assert set(asked) == {layout}


def test_all_parameters_make_a_labelled_block_row_or_block_column():
    x, y = POINTS["batch"]
    row = NET.jacobian(x, y, wrt="parameters")
    column = NET.jacobian(x, y, wrt="parameters", layout="denominator")
    assert isinstance(row.operator, BlockRow)
    assert isinstance(column.operator, BlockColumn)
    widths = [value.size for value in NET.parameters.values()]
    assert row.shape == (8, sum(widths)) == column.shape[::-1]
    offsets = np.cumsum([0, *widths])
    for name, start, stop in zip(NET.parameters, offsets, offsets[1:], strict=False):
        agree(row[name], np.asarray(row)[:, start:stop], 1e-15)
        agree(row[name], NET.jacobian(x, wrt=name), 1e-13)
        agree(column[name], np.asarray(column)[start:stop], 1e-15)


def test_labels_name_the_total_derivative():
    x, y = POINTS["one sample"]
    J = NET.jacobian(x, y, of="L", wrt="W2", layout="denominator")
    assert (J.name, J.of_shape, J.wrt_shape, J.shape) == ("∂L/∂W2", (), (5, 3), (15, 1))
    assert NET.jacobian(x).name == "∂a3/∂x"


@pytest.mark.parametrize(("of", "wrt"), TARGETS)
@pytest.mark.parametrize("layout", Layout)
def test_factors_stand_as_written_and_multiply_to_the_whole(layout, of, wrt):
    x, y = POINTS["batch"]
    factors = NET.factors(x, y, of=of, wrt=wrt, layout=layout)
    product = factors[0]
    for factor in factors[1:]:
        product = product @ factor
    agree(product, NET.jacobian(x, y, of=of, wrt=wrt, layout=layout), 1e-12)
    below = "a0" if wrt == "x" else wrt
    upper, lower = (factors[0], factors[-1]) if layout is NUMERATOR else (factors[-1], factors[0])
    assert (upper.of, lower.wrt) == (of, below)


def test_one_entry_of_a_weight_takes_one_row_or_one_column_of_its_factor():
    x, y = POINTS["one sample"]
    last = NET.factors(x, y, of="L", wrt="W1")[-1]
    first = NET.factors(x, y, of="L", wrt="W1", layout="denominator")[0]
    assert (last.name, first.name) == ("∂z1/∂W1", "∂z1/∂W1")
    assert (last.entry(2, 1).shape, first.entry(2, 1).shape) == ((3, 1), (1, 3))
    expected = np.array([[0.0], [0.0], [x[1]]])
    assert np.array_equal(last.entry(2, 1), expected)
    assert np.array_equal(first.entry(2, 1), expected.T)
    assert last.tensor().shape == (3, 3, 2)


def test_a_recurrent_network_of_300_steps_is_multiplied():
    net = ready_made("rnn", steps=300)
    inputs, _ = net.example()
    W, U, b = (net.parameters[name] for name in "WUb")
    h, expected = inputs["h0"], np.eye(3)
    for t in range(1, 301):
        s = 1 / (1 + np.exp(-h))
        expected = (W * (s * (1 - s))) @ expected
        h = W @ s + U @ inputs[f"x{t}"] + b
    scale = np.abs(expected).max()
    assert scale > 0
    agree(np.asarray(net.jacobian(inputs, wrt="h0")) / scale, expected / scale, 1e-9)
    by_columns = np.asarray(net.jacobian(inputs, wrt="h0", layout="denominator"))
    agree(by_columns / scale, expected.T / scale, 1e-9)


def test_a_chain_of_600_values_is_multiplied():
    a, slope = np.array([0.5, -1.0, 2.0]), np.ones(3)
    net = Network([Tanh()] * 600)
    expected = a
    for _ in range(600):
        expected = np.tanh(expected)
        slope = slope * (1 - expected**2)
    for layout in Layout:
        agree(net.jacobian(a, layout=layout), np.diag(slope), 1e-12)


def test_a_row_of_1200_layers_is_multiplied_and_planned():
    generator = np.random.default_rng(4)
    weights = [np.linalg.qr(generator.standard_normal((3, 2)))[0] for _ in range(1200)]
    weights = [1.1 * (Q.T if k % 2 else Q) for k, Q in enumerate(weights)]
    net = Network([Linear(W) for W in weights])
    expected = np.eye(2)
    for W in weights:
        expected = W @ expected
    scale = np.abs(expected).max()
    assert scale > 0
    agree(np.asarray(net.jacobian([0.5, -1.0])) / scale, expected / scale, 1e-9)
    assert net.plan().multiplications == net.plan().dense
