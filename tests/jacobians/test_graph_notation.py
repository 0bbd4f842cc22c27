"""Graphs from text: what each line means in plain NumPy, and what is refused, word by word."""

import math
from itertools import permutations

import numpy as np
import pytest

from jacobians import Custom, Network
from jacobians.layers import ACTIVATIONS, LOSSES
from jacobians.readers.graph_notation import read
from layouts import LayoutError
from layouts.errors import InputError, ShapeError
from layouts.sizes import letter
from tests import references

DECLARED = """\
inputs x: 3, w: 3, v: 4, X: 3×4
target y: 3
parameters W: 2×3, b: 2, A: 3×4, B: 4×2, c: 3, g: 3
"""
SAMPLE = {"x": (3,), "w": (3,), "v": (4,), "X": (3, 4)}
PARAMETERS = {"W": (2, 3), "b": (2,), "A": (3, 4), "B": (4, 2), "c": (3,), "g": (3,)}


def drawn(shapes, seed, samples=()):
    generator = np.random.default_rng(seed)
    return {name: generator.standard_normal((*shape, *samples)) for name, shape in shapes.items()}


HELD = drawn(PARAMETERS, 1)
NP = references.elementwise(np, np.vectorize(math.erf)) | references.mixing(np)
NORMS = references.normalisation(np)
TOTALS = references.losses(np)


def graph(lines, **options):
    """The declarations of this file with lines behind them."""
    return Network.graph(f"{DECLARED}{lines}\n", weights=HELD, **options)


def every_sample(function, inputs):
    """A function of one sample's values and the parameters, for samples as the last axis."""
    count = inputs["x"].shape[-1]
    return np.stack([function(**{name: value[..., k] for name, value in inputs.items()}, **HELD)
                     for k in range(count)], axis=-1)  # fmt: skip


# fmt: off
OF_EACH_SAMPLE = {
    # products
    "W @ x":                        lambda W, x, **_: W @ x,
    "W @ x + b":                    lambda W, x, b, **_: W @ x + b,
    "b + W @ x":                    lambda W, x, b, **_: W @ x + b,
    "W @ x - b":                    lambda W, x, b, **_: W @ x - b,
    "b - W @ x":                    lambda W, x, b, **_: b - W @ x,
    "W @ x + W @ w + b":            lambda W, x, w, b, **_: W @ (x + w) + b,
    "W @ x + b + W @ w + b":        lambda W, x, w, b, **_: W @ (x + w) + 2 * b,
    "W @ (x * w) + b":              lambda W, x, w, b, **_: W @ (x * w) + b,
    "W.T @ b + x":                  lambda W, x, b, **_: W.T @ b + x,
    "Wᵀ @ (W @ x)":                 lambda W, x, **_: W.T @ (W @ x),
    "W.T @ W @ x":                  lambda W, x, **_: W.T @ W @ x,
    "transpose(W) @ (W @ x)":       lambda W, x, **_: W.T @ (W @ x),
    "A @ v + c":                    lambda A, v, c, **_: A @ v + c,
    "X @ v":                        lambda X, v, **_: X @ v,
    "X @ v + c":                    lambda X, v, c, **_: X @ v + c,
    "X @ B":                        lambda X, B, **_: X @ B,
    "W @ X":                        lambda W, X, **_: W @ X,
    "A @ X.T":                      lambda A, X, **_: A @ X.T,
    "Xᵀ @ x":                       lambda X, x, **_: X.T @ x,
    "x.T @ A @ v":                  lambda x, A, v, **_: [x @ A @ v],
    "xᵀ @ X @ v":                   lambda x, X, v, **_: [x @ X @ v],
    "c.T @ A @ v":                  lambda c, A, v, **_: [c @ A @ v],
    "bilinear(x, A, v)":            lambda x, A, v, **_: [x @ A @ v],
    "x.T @ w":                      lambda x, w, **_: [x @ w],
    "x.T @ A.T.T @ v":              lambda x, A, v, **_: [x @ A @ v],
    # entry by entry
    "x + w - c":                    lambda x, w, c, **_: x + w - c,
    "x - (w - c)":                  lambda x, w, c, **_: x - w + c,
    "x − w":                        lambda x, w, **_: x - w,
    "x * w":                        lambda x, w, **_: x * w,
    "x ⊙ w":                        lambda x, w, **_: x * w,
    "x · w":                        lambda x, w, **_: x * w,
    "c * x":                        lambda c, x, **_: c * x,
    "x / exp(w)":                   lambda x, w, **_: x / np.exp(w),
    "X * A":                        lambda X, A, **_: X * A,
    "X + 2 * X - A":                lambda X, A, **_: 3 * X - A,
    "0.5 * x":                      lambda x, **_: 0.5 * x,
    "x * 0.5":                      lambda x, **_: 0.5 * x,
    "x / 4":                        lambda x, **_: x / 4,
    "1/3 * x":                      lambda x, **_: x / 3,
    "-2 * x":                       lambda x, **_: -2 * x,
    "2e-1 * X":                     lambda X, **_: 0.2 * X,
    "-x":                           lambda x, **_: -x,
    "+x":                           lambda x, **_: x,
    "-(x - w)":                     lambda x, w, **_: w - x,
    "-x + w":                       lambda x, w, **_: w - x,
    "1 - x":                        lambda x, **_: 1 - x,
    "x - 1":                        lambda x, **_: x - 1,
    "2 + x - 5 + w":                lambda x, w, **_: x + w - 3,
    "-1 - X":                       lambda X, **_: -1 - X,
    "x ** 2":                       lambda x, **_: x * x,
    # rearranged
    "x[0:2]":                       lambda x, **_: x[0:2],
    "v[1:]":                        lambda v, **_: v[1:],
    "v[:3]":                        lambda v, **_: v[:3],
    "v[-3:-1]":                     lambda v, **_: v[1:3],
    "X[0:2, 1:3]":                  lambda X, **_: X[0:2, 1:3],
    "X[:, 1:]":                     lambda X, **_: X[:, 1:],
    "A[1:3, :] @ v":                lambda A, v, **_: A[1:3] @ v,
    "X.T":                          lambda X, **_: X.T,
    "transpose(X)":                 lambda X, **_: X.T,
    "concatenate(x, v)":            lambda x, v, **_: np.concatenate([x, v]),
    "concatenate(v, c, x)":         lambda v, c, x, **_: np.concatenate([v, c, x]),
    "reshape(v, 2, 2)":             lambda v, **_: v.reshape(2, 2),
    "reshape(X, 2, 6)":             lambda X, **_: X.reshape(2, 6),
    "reshape(X, 12)":               lambda X, **_: X.reshape(12),
    "reshape(X, 6, 2, order='column-major')": lambda X, **_: X.reshape((6, 2), order="F"),
    "flatten(X)":                   lambda X, **_: X.ravel(),
    "flatten(X, order='column-major')": lambda X, **_: X.ravel(order="F"),
    "sum(x)":                       lambda x, **_: [x.sum()],
    "sum(X)":                       lambda X, **_: [X.sum()],
    # functions
    "σ(x)":                         lambda x, **_: NP["sigmoid"](x),
    "σ(W @ x + b)":                 lambda W, x, b, **_: NP["sigmoid"](W @ x + b),
    "tanh(X)":                      lambda X, **_: np.tanh(X),
    "tanh(c) * x":                  lambda c, x, **_: np.tanh(c) * x,
    "leaky_relu(x, negative_slope=0.2)": lambda x, **_: NP["leaky relu 0.2"](x),
    "elu(x, alpha=0.7)":            lambda x, **_: NP["elu 0.7"](x),
    "layer_norm(x, g, c)":          lambda x, g, c, **_: NORMS["layer norm"](x, g, c),
    "layer_norm(x, g, c, eps=0.5)": lambda x, g, c, **_: NORMS["layer norm 0.5"](x, g, c),
    "tanh(W @ (x - 0.5 * w) + b) ⊙ (1 - σ(W @ x)) / exp(W @ c)":
        lambda W, x, w, b, c, **_:
            np.tanh(W @ (x - w / 2) + b) * (1 - NP["sigmoid"](W @ x)) / np.exp(W @ c),
}
OF_NO_SAMPLE = {
    "A @ B":                        lambda A, B, **_: A @ B,
    "A.T @ W.T":                    lambda A, W, **_: A.T @ W.T,
    "W @ A @ B + W @ A @ B":        lambda W, A, B, **_: 2 * W @ A @ B,
    "W @ c":                        lambda W, c, **_: W @ c,
    "W @ c + b":                    lambda W, c, b, **_: W @ c + b,
    "c.T":                          lambda c, **_: c.reshape(1, 3),
    "c.T @ A":                      lambda c, A, **_: c @ A[None],
    "c.T @ A @ A.T @ g":            lambda c, A, g, **_: [c @ A @ A.T @ g],
    "A[0:2, 1:]":                   lambda A, **_: A[0:2, 1:],
    "reshape(A, 2, 6)":             lambda A, **_: A.reshape(2, 6),
    "flatten(A)":                   lambda A, **_: A.ravel(),
    "concatenate(A, W @ A)":        lambda A, W, **_: np.concatenate([A, W @ A]),
    "sum(A * A)":                   lambda A, **_: [(A * A).sum()],
    "1 - sigmoid(A)":               lambda A, **_: 1 - NP["sigmoid"](A),
}
OF_ALL_SAMPLES = {
    "sum_over_samples(W @ x)":      lambda W, x, **_: (W @ x).sum(1),
    "mean_over_samples(x) + c":     lambda x, c, **_: x.mean(1) + c,
    "mean_over_samples(X)":         lambda X, **_: X.mean(2),
    "batch_norm(x, g, c)":          lambda x, g, c, **_: NORMS["batch norm"](x, g, c),
    "batch_norm(x, g, c, eps=0.5)": lambda x, g, c, **_: NORMS["batch norm 0.5"](x, g, c),
    "x - mean_over_samples(x)":     lambda x, **_: x - x.mean(1, keepdims=True),
}
# fmt: on


def same(actual, expected):
    assert np.shape(actual) == np.shape(expected)
    np.testing.assert_allclose(actual, expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("expression", OF_EACH_SAMPLE)
def test_an_expression_has_its_value_in_plain_numpy(expression):
    function, net = OF_EACH_SAMPLE[expression], graph(f"u = {expression}")
    one, five = drawn(SAMPLE, 2), drawn(SAMPLE, 3, (5,))
    assert net.prediction == "u"
    same(net(one), function(**one, **HELD))
    same(net(five), every_sample(function, five))


@pytest.mark.parametrize("expression", OF_NO_SAMPLE)
def test_what_is_made_of_parameters_alone_has_no_axis_of_samples(expression):
    net, expected = graph(f"u = {expression}"), OF_NO_SAMPLE[expression](**HELD)
    for samples in ((), (5,)):
        same(net.values(drawn(SAMPLE, 2, samples))["u"], expected)


@pytest.mark.parametrize("expression", OF_ALL_SAMPLES)
def test_what_couples_samples_sees_them_all(expression):
    inputs = drawn(SAMPLE, 4, (5,))
    same(graph(f"u = {expression}")(inputs), OF_ALL_SAMPLES[expression](**inputs, **HELD))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_is_called_by_its_name(name):
    function, inputs = NP[name.replace("_", " ")], drawn(SAMPLE, 5, (5,))
    net = graph(f"u = {name}(x)")
    np.testing.assert_allclose(net(inputs), function(inputs["x"]), rtol=1e-12)


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_is_called_by_its_name(name, reduction):
    softmax, inputs = NP["softmax"], drawn(SAMPLE, 6, (5,))
    y, p = softmax(inputs["w"]), softmax(inputs["x"])
    net = graph(f"p = softmax(x)\nL = {name}(p, y, reduction={reduction!r})")
    assert (net.loss_name, net.prediction) == ("L", "p")
    expected = references.reduced(TOTALS[name.replace("_", " ")], reduction)(p, y)
    np.testing.assert_allclose(net.values(inputs, y)["L"], expected, rtol=1e-12)


def test_an_option_of_a_loss_is_a_number():
    inputs = drawn(SAMPLE, 6)
    net = graph("L = huber(x, y, delta=0.65)")
    np.testing.assert_allclose(net.values(inputs, inputs["w"])["L"],
                               TOTALS["huber 0.65"](inputs["x"], inputs["w"]))  # fmt: skip


@pytest.mark.parametrize(
    "declared",
    [
        "input x: 3\ntarget y: 2\nparameters W: 2×3, b: 2",
        "inputs x: 3\ntargets y: 2\nparameter W: 2×3\nparameter b: 2",
        "parameters W:2x3,b:2\ntarget y:2\ninput x:3",
        "  input x : 3   # of the samples\n\ttarget y: 2\n\nparameters W: 2 × 3 , b: 2 # held",
        "# nothing\n\r\ninput x: 3\r\ntarget y: 2\r\nparameters W: 2 by 3\r\nparameters b: 2",
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_declarations_may_be_written_so_and_lines_stand_in_any_order(declared, order):
    lines = [*declared.splitlines(), "z = W @ x + b", "a = tanh(z)  # entry by entry",
             "L = half_squared_error(a, y)"]  # fmt: skip
    net = Network.graph("\n".join(lines[::order]))
    assert {name: value.shape for name, value in net.parameters.items()} == {"W": (2, 3), "b": (2,)}
    assert (dict(net.inputs), dict(net.targets)) == ({"x": (3,)}, {"y": (2,)})
    assert [step.name for step in net.steps] == ["z", "a", "L"]
    x, (W, b) = np.array([0.3, -1.0, 2.0]), (net.parameters["W"], net.parameters["b"])
    same(net(x), np.tanh(W @ x + b))


# fmt: off
MEANS = {
    # the lines                                                                   loss prediction
    "u = tanh(x); r = exp(u); L = huber(u, y)":                                      ("L",    "u"),
    "u = tanh(x); r = exp(u); fit = huber(u, y)":                                    ("fit",  "u"),
    "L = huber(x, y); twice = 2 * L":                                                ("L",    "x"),
    "r = exp(x); a = huber(r, y); e = huber(w, y); both = a + 0.5 * e":              ("both", "w"),
    "u = exp(x); fit = huber(u, y); penalty = sum(W * W); L = fit + 2 * penalty":    ("L",    "u"),
    "u = exp(x); fit = huber(u, y); penalty = sum(W * W)":                           ("fit",  "u"),
    "r = exp(x); a = huber(r, y); e = huber(w, y); loss a":                          ("a",    "r"),
    "r = exp(x); L = huber(r, y); e = huber(w, y); loss e":                          ("e",    "w"),
    "r = exp(x); L = huber(r, y); e = huber(w, y); loss e; output r":                ("e",    "r"),
    "r = x - y; s = sum(r * r); L = mean_over_samples(s)":                           ("L",    "s"),
    "u = tanh(x); L = sum(u)":                                                       (None,   "L"),
    "u = tanh(x); L = sum(A * A)":                                                   (None,   "u"),
    "s = sum(x); m = mean_over_samples(s); u = s - m; r = exp(u)":                   (None,   "r"),
    "u = tanh(x); m = mean_over_samples(u)":                                         (None,   "u"),
}
# fmt: on


@pytest.mark.parametrize("lines", MEANS)
def test_the_loss_and_the_prediction_are_the_same_in_whatever_order_lines_stand(lines):
    for order in permutations(lines.split("; ")):
        net = graph("\n".join(order))
        assert (net.loss_name, net.prediction) == MEANS[lines], order


def test_of_several_numbers_a_line_says_which_is_the_loss():
    lines = "u = tanh(x)\na = huber(u, y)\ne = huber(w, y)"
    with pytest.raises(InputError) as refused:
        graph(lines)
    assert str(refused.value) == (
        "the loss could be a or e, each one number that all samples make: a line says which, "
        "`loss e`."
    )
    net, inputs = graph(f"{lines}\nloss a"), drawn(SAMPLE, 6)
    expected = TOTALS["huber"](np.tanh(inputs["x"]), inputs["v"][:3])
    np.testing.assert_allclose(net.values(inputs, inputs["v"][:3])[net.loss_name], expected)


def test_a_name_that_unicode_writes_in_two_ways_may_be_the_loss_or_the_output():
    net = graph("ϕ = tanh(x)\nL_ = huber(w, y)\noutput ϕ\nloss L_")
    assert (net.loss_name, net.prediction) == ("L_", "φ")


def test_the_prediction_is_what_the_loss_compares_or_the_last_value_or_what_output_says():
    assert graph("u = tanh(x)\nv_ = exp(x)").prediction == "v_"
    assert graph("u = tanh(x)\nr = exp(u)\nL = huber(u, y)").prediction == "u"
    assert graph("u = tanh(x)\nr = exp(u)\noutput u").prediction == "u"
    assert graph("output r\nu = tanh(x)\nr = exp(u)\nL = huber(u, y)").prediction == "r"


def test_parts_without_a_name_get_one_that_is_not_taken():
    net = graph("u = W @ tanh(x) + W @ exp(w)\nu_2 = relu(x)\noutput u")
    assert [step.name for step in net.steps] == ["u_1", "u_3", "u_4", "u_5", "u", "u_2"]
    x, w = (drawn(SAMPLE, 2)[name] for name in ("x", "w"))
    same(net(drawn(SAMPLE, 2)), HELD["W"] @ (np.tanh(x) + np.exp(w)))


def test_a_bias_joins_the_linear_layer_before_it_and_a_value_of_the_samples_does_not():
    (joined,) = graph("u = W @ x + b").steps
    assert joined.inputs == ("x", "W", "b")
    product, added = graph("u = W @ x - b").steps
    assert (product.inputs, added.inputs) == (("x", "W"), ("u_1", "b"))
    product, added = graph("u = A @ v + x").steps
    assert (product.inputs, added.inputs) == (("v", "A"), ("u_1", "x"))


def test_a_bilinear_form_is_one_step_and_its_jacobians_are_plain():
    net, inputs = graph("u = x.T @ A @ v"), drawn(SAMPLE, 7)
    (step,) = net.steps
    assert step.inputs == ("x", "A", "v")
    x, v, A = inputs["x"], inputs["v"], HELD["A"]
    same(np.asarray(net.jacobian(inputs, wrt="x")), (A @ v)[None])
    same(np.asarray(net.jacobian(inputs, wrt="v")), (x @ A)[None])
    same(np.asarray(net.jacobian(inputs, wrt="A")), np.outer(x, v).ravel(order="F")[None])


def test_a_second_name_is_the_same_value_and_the_identity():
    net, inputs = graph("u = x\nr = u"), drawn(SAMPLE, 2)
    same(net(inputs), inputs["x"])
    same(np.asarray(net.jacobian(inputs, wrt="x")), np.eye(3))


def test_names_may_be_greek_and_sizes_letters():
    net = Network.graph(
        "input ξ: n\nparameters Ω: m×n, β: m, Γ: k×m\nα = tanh(Ω @ ξ + β)\nζ = Γ @ α"
    )
    n, m, k = map(letter, "nmk")
    assert net.sizes_only
    assert net.shapes(5)["ζ"] == (k, 5)
    assert net.shapes()["Ω"] == (m, n)
    with pytest.raises(
        InputError, match=r"knows its sizes only \(m is a letter\), so there are no"
    ):
        net([1.0, 2.0])


def test_two_letters_are_two_sizes():
    with pytest.raises(ShapeError, match=r"line 3, 'u = W @ x': .*the input has n entries"):
        Network.graph("input x: n\nparameters W: m×k\nu = W @ x")


def test_parameters_are_drawn_in_the_order_in_which_they_are_declared():
    text = "input x: 3\nparameters W: 2×3\nu = V @ tanh(W @ x)\nparameters V: 4×2"
    generator = np.random.default_rng(9)
    net = Network.graph(text, seed=9)
    same(net.parameters["W"], generator.standard_normal((2, 3)))
    same(net.parameters["V"], generator.standard_normal((4, 2)))
    whole = Network.graph(text, small_integers=True).parameters["W"]
    assert set(whole.ravel()) <= {-3.0, -2.0, -1.0, 1.0, 2.0, 3.0}
    assert Network.graph(text, seed=None).sizes_only


def test_parameters_are_copies_that_cannot_be_written_to(tmp_path):
    W = np.arange(6.0).reshape(2, 3)
    text = "input x: 3\nparameters W: 2×3\nu = W @ x"
    given, held = Network.graph(text, weights={"W": W}), Network.graph(text)
    before = given([1.0, 2.0, -1.0])
    W[:] = 7.0
    same(given([1.0, 2.0, -1.0]), before)
    path = tmp_path / "graph.toml"
    path.write_text(f'graph = """\n{text}\n"""', encoding="utf-8")
    for net in (given, held, Network.from_toml(path)):
        with pytest.raises(ValueError, match="read-only"):
            net.parameters["W"][0, 0] = 1.0


def test_a_part_finds_a_name_among_thousands_that_are_taken():
    taken = "\n".join(f"u_{k} = tanh(x)" for k in range(1, 1500))
    net = graph(f"{taken}\nu = tanh(x + w)\noutput u")
    assert net.step_named["u"].inputs == ("u_1500",)


PAIRS = Custom(lambda x: x[:2] * x[1:], name="pairs")


def test_functions_of_the_caller_are_called_by_the_names_he_gives_them():
    inputs = drawn(SAMPLE, 2, (5,))
    net = graph("u = W.T @ f(x) + w", functions={"f": PAIRS})
    x, w, W = inputs["x"], inputs["w"], HELD["W"]
    same(net(inputs), W.T @ (x[:2] * x[1:]) + w)
    one = {name: value[..., 0] for name, value in inputs.items()}
    slope = np.zeros((2, 3))
    slope[[0, 0, 1, 1], [0, 1, 1, 2]] = x[1, 0], x[0, 0], x[2, 0], x[1, 0]
    J = np.asarray(net.jacobian(one, wrt="x"))
    np.testing.assert_allclose(J, W.T @ slope, rtol=1e-8, atol=1e-9)


def test_class_indices_are_targets_too():
    net = Network.graph("input x: 3\ntarget y: 4\nparameters W: 4×3\n"
                        "z = W @ x\nL = softmax_cross_entropy(z, y)")  # fmt: skip
    X = drawn({"x": (3,)}, 8, (5,))["x"]
    classes = [2, 0, 3, 1, 2]
    columns = np.eye(4)[:, classes]
    for kind in ("numerator", "denominator"):
        by_class = net.gradient(X, classes, wrt="W", layout=kind)
        same(by_class, net.gradient(X, columns, wrt="W", layout=kind))
    residual = NP["softmax"](net.parameters["W"] @ X) - columns
    np.testing.assert_allclose(by_class, residual @ X.T / 5, rtol=1e-12)


TWO = Network.graph("""
inputs x1: 3, x2: 2
targets y1: 4, y2: 2
parameters W: 4×3, V: 2×2
z1 = W @ x1
z2 = V @ x2
L1 = half_squared_error(z1, y1)
L2 = softmax_cross_entropy(z2, y2)
L = L1 + 0.5 * L2
""")
TWO_X = {"x1": np.array([0.5, -1.0, 2.0]), "x2": np.array([0.3, 0.8])}


def test_several_inputs_and_targets_are_given_by_name():
    y1 = np.array([1.0, 0.0, -1.0, 0.5])
    values = TWO.values(TWO_X, {"y2": 1, "y1": y1})
    z1, z2 = (TWO.parameters[P] @ TWO_X[x] for P, x in (("W", "x1"), ("V", "x2")))
    L2 = TOTALS["softmax cross entropy"](z2, np.array([0.0, 1.0]))
    np.testing.assert_allclose(values["L"], ((z1 - y1) ** 2).sum() / 2 + L2 / 2, rtol=1e-13)
    G = TWO.gradient(TWO_X, {"y1": y1, "y2": 1}, wrt="W", layout="denominator")
    same(G, np.outer(z1 - y1, TWO_X["x1"]))


def test_a_matrix_input_is_one_matrix_or_samples_of_it_last():
    net = Network.graph("input X: 2×3\nparameters A: 4×2\nZ = tanh(A @ X)")
    A, X = net.parameters["A"], drawn({"X": (2, 3)}, 8, (5,))["X"]
    same(net(X[..., 0]), np.tanh(A @ X[..., 0]))
    same(net(X), np.stack([np.tanh(A @ X[..., k]) for k in range(5)], axis=-1))
    J = net.jacobian(X[..., 0], wrt="X")
    slope = np.diag(1 - np.tanh(A @ X[..., 0]).ravel(order="F") ** 2)
    same(np.asarray(J), slope @ np.kron(np.eye(3), A))
    assert J.tensor().shape == (4, 3, 2, 3)
    assert net.jacobian(X, wrt="A", layout="denominator").shape == (8, 60)


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_a_parameter_that_no_step_takes_has_a_named_zero(layout):
    net = Network.graph("input x: 3\ntarget y: 2\nparameters W: 2×3, V: 5×4\nz = W @ x\n"
                        "dead = tanh(z)\nL = half_squared_error(z, y)")  # fmt: skip
    x, y = [0.5, -1.0, 2.0], [1.0, 0.0]
    shape = (2, 20) if layout == "numerator" else (20, 2)
    J = net.jacobian(x, of="z", wrt="V", layout=layout)
    assert str(J) == f"∂z/∂V = 0   {shape[0]}×{shape[1]}, zero, {layout} layout"
    assert (J.of, J.wrt, J.shape) == ("z", "V", shape)
    assert not np.asarray(J).any()
    assert not net.gradient(x, y, wrt="V", layout=layout).any()
    assert net.gradient(x, y, wrt="V", layout=layout).shape == (
        (4, 5) if layout == "numerator" else (5, 4)
    )
    assert net.jacobian(x, y, of="L", wrt="dead", layout=layout).structure == "zero"
    assert (net.unused, net.without_path) == (["V"], ["dead"])


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "graph.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


ONE = "input x: 3\nparameters W: 2×3, V: 4×2\nz = V @ tanh(W @ x)"
TOML = 'title = "two steps"\nseed = 5\ngraph = """\n{graph}\n"""\n'


def test_a_toml_file_says_a_graph_and_its_title(write, tmp_path):
    net = Network.from_toml(write(TOML.format(graph=ONE)))
    assert str(net) == "two steps"
    generator = np.random.default_rng(5)
    same(net.parameters["W"], generator.standard_normal((2, 3)))
    given = f'graph = """\n{ONE}\n"""\n[weights]\nW = [[1, 2, 3], [0, 1, -1]]\n'
    path = write(given + "V = [[1, 0], [0, 1], [1, 1], [2, -1]]\n")
    expected = np.array([[1, 0], [0, 1], [1, 1], [2, -1]]) @ np.tanh([5.0, 0.0])
    same(Network.from_toml(path)([0.0, 1.0, 1.0]), expected)
    np.savez(tmp_path / "w.npz", W=np.ones((2, 3)), V=np.ones((4, 2)))
    by_file = Network.from_toml(write(f'graph = """\n{ONE}\n"""\n[weights]\nfile = "w.npz"\n'))
    same(by_file.parameters["V"], np.ones((4, 2)))


TITLE = "a title is one line of at most 100 printable characters, no backticks, not"


@pytest.mark.parametrize("title", ["a\x1b[31m", "a\x07", "a\nb", "a\u202eb", "`a`", "a" * 101])
def test_a_title_is_one_line_that_can_be_printed(title):
    with pytest.raises(InputError) as refused:
        read(ONE, title=title)
    assert str(refused.value) == f"{TITLE} {title[:40]!r}."
    assert read(ONE, title="ß 3×2 <b> $1" + "a" * 88).layers.title.startswith("ß 3×2 <b> $1a")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('graph = "input x: 2"', ": the graph computes nothing: a line such as `z = W @ x + b` "
                                 "does."),
        ('graph = 3', ", line 1: graph takes a string, not 3."),
        ('graph = ""', ": the graph has no input: a line such as `input x: 2` declares one."),
        ('sizes = "2-3"\ngraph = "input x: 2"', ", line 1: sizes is said by the graph itself."),
        ('graph = "input x: 2"\nloss = "huber"', ", line 2: loss is said by the graph itself."),
        ('graph = "input x: 2"\nactivation = "relu"',
         ", line 2: activation is said by the graph itself."),
        ('graph = "input x: 2"\nbias = true', ", line 2: bias is said by the graph itself."),
        ('graph = "input x: 2"\nreduction = "sum"',
         ", line 2: reduction is said by the graph itself."),
        ('title = 3\ngraph = "input x: 2"', ", line 1: title takes a string, not 3."),
        ('titel = "t"\ngraph = "input x: 2"', ", line 1: unknown key 'titel': did you mean title?"),
        ('graph = """\ninput x: 2\nu = tahn(x)"""', ": graph, line 2, 'u = tahn(x)': 'tahn' is no "
                                                    "function: did you mean tanh?"),
        ('graph = """\ninput x: 2\nu = tanh(x)"""\n[weights]\nW = [1]', ": W is no parameter of "
                                                    "this graph: there are none."),
        ('graph = """\ninput x: 2\nu = tanh(x)"""\n[weights]\n"W\\u001b[31m" = [1]',
         r": 'W\x1b[31m' is no parameter of this graph: there are none."),
        ('seed = 1\ntitle = "a\\nb"\ngraph = "input x: 2"', f", line 2: {TITLE} 'a\\nb'."),
        ('title = "`x`"\ngraph = "input x: 2"', f", line 1: {TITLE} '`x`'."),
    ],
)  # fmt: skip
def test_a_toml_file_that_says_no_graph_is_refused_by_name(text, message, write):
    path = write(text)
    with pytest.raises(LayoutError) as refused:
        Network.from_toml(path)
    assert str(refused.value) == f"{path}{message}"
