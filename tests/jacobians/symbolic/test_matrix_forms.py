"""Formulas between matrices, judged by their values beside the sweep and the chain.

What is printed is read by the tests' own reader (tests/printed.py) and computed with the network's
values; functions are written here.
"""

import re

import numpy as np
import pytest

from jacobians import MatrixForm, Network, matrix_form
from layouts import LayoutError
from tests.laws import agree
from tests.printed import evaluated


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


FUNCTIONS = {
    "σ": sigmoid,
    "σ'": lambda z: sigmoid(z) * (1 - sigmoid(z)),
    "tanh'": lambda z: 1 - np.tanh(z) ** 2,
    "relu'": lambda z: 1.0 * (z > 0),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=0),
    "diag": lambda v: np.diag(v[:, 0]),
}
NETWORKS = {
    "the first thread": ("4-3-2-1", "sigmoid", "half_squared_error"),
    "the second thread": ("2-3-2", ["relu", "sigmoid"], "half_squared_error"),
    "the third thread": ("2-3-5-4", "tanh", None),
    "the fourth thread": ("2-3-4", "sigmoid", "half_squared_error"),
    "softmax and cross-entropy": ("4-3-5", ["tanh", "softmax"], "cross_entropy"),
    "softmax without its loss": ("4-3-5", ["tanh", "softmax"], "half_squared_error"),
    "cross-entropy on logits": ("4-3-5", ["sigmoid", "identity"], "softmax_cross_entropy"),
    "bits": ("4-3-2", "sigmoid", "binary_cross_entropy"),
    "bits from logits": ("4-3-2", ["tanh", "identity"], "binary_cross_entropy_with_logits"),
    "identity and squares": ("4-5-3", ["relu", "identity"], "half_squared_error"),
    "the mean of squares": ("4-5-3", ["relu", "sigmoid"], "mean_squared_error"),
    "logarithms": ("4-3-5", ["tanh", "log_softmax"], "squared_error"),
}
GRAPHS = {
    "a residual": """
        input x: 3
        target y: 3
        parameters W: 3×3
        u = W @ tanh(x) + x
        h = W @ u
        L = half_squared_error(h, y)
    """,
    "two losses": """
        input x: 3
        targets y1: 2, y2: 4
        parameters W: 5×3, b: 5, U: 2×5, V: 4×5
        a = tanh(W @ x + b)
        u = U @ a
        v = V @ a
        L1 = half_squared_error(u, y1)
        L2 = softmax_cross_entropy(v, y2)
        L = L1 + 0.5 * L2
    """,
}


def lettered(net, notation, activation, loss):
    """The same network with a letter for the size of its input."""
    return Network.parse(re.sub("^[0-9]+", "n", notation), activation=activation, loss=loss)


def point(net, samples, seed=3):
    """Inputs and targets, samples as columns; targets that the loss is meant for."""
    draw = np.random.default_rng(seed)
    shapes = net.shapes(samples)
    x = {name: draw.standard_normal(shapes[name]) for name in net.inputs}
    y = {name: draw.uniform(0.1, 0.9, shapes[name]) for name in net.targets}
    for name in y:
        if "cross_entropy" in str(net.source) or net.loss is None or net.loss.targets == "class":
            y[name] = y[name] / y[name].sum(axis=0)
    return x, y or None


def columns(net, x, y):
    values = net.column_values(x, y) if y else net.column_values(x)
    return {name: as_matrix(np.asarray(value)) for name, value in values.items()}


def as_matrix(value):
    return value.reshape(len(value), -1) if value.ndim else value.reshape(1, 1)


def value_of(form, values, sizes, capitals=()):
    """The formula's value, its definitions computed first."""
    known = values | {name.upper(): values[name] for name in capitals}
    for definition in form.definitions:
        value = evaluated(definition.text, known, FUNCTIONS, sizes)
        known[definition.name] = value
    return evaluated(form.text, known, FUNCTIONS, sizes)


def sizes_for(net, samples):
    size = next(iter(net.shapes(samples).values()))[0]
    return {"n": size, "N": samples}


ROWS = [(name, samples, layout) for name in NETWORKS for samples in (1, 6)
        for layout in ("numerator", "denominator")]  # fmt: skip


@pytest.mark.parametrize(("name", "samples", "layout"), ROWS)
def test_by_everything_its_value_is_that_of_the_sweep_or_the_chain(name, samples, layout):
    notation, activation, loss = NETWORKS[name]
    net = Network.parse(notation, activation=activation, loss=loss, seed=5)
    letters = lettered(net, notation, activation, loss)
    x, y = point(net, samples)
    values, sizes = columns(net, x, y), sizes_for(net, samples)
    small = [each for each in values if each[0] in "azy"]
    count = "N" if samples > 1 else 1
    for wrt in [each for each in net.names if each != net.loss_name]:
        if loss is None and wrt in net.targets:
            continue
        form = matrix_form(letters, wrt, layout=layout, samples=count)
        if loss is not None:
            expected = net.gradient(x, y, wrt=wrt, layout=layout)
        else:
            expected = np.asarray(net.jacobian(x, wrt=wrt, layout=layout))
        value = value_of(form, values, sizes, small)
        assert value.shape == expected.shape
        agree(value, expected, 1e-12)


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
@pytest.mark.parametrize("samples", [1, 6])
@pytest.mark.parametrize("name", [each for each in NETWORKS if each != "logarithms"])
def test_between_any_two_values_it_is_the_product_of_the_chain(name, samples, layout):
    notation, activation, loss = NETWORKS[name]
    net = Network.parse(notation, activation=activation, loss=loss, seed=5)
    letters = lettered(net, notation, activation, loss)
    x, y = point(net, samples)
    values, sizes = columns(net, x, y), sizes_for(net, samples)
    small = [each for each in values if each[0] in "azy"]
    count = "N" if samples > 1 else 1
    for of in ("a2", "z2", "a1"):
        for wrt in ("a0", "W1", "b1", "z1", of, "W2"):
            form = matrix_form(letters, wrt, of, layout, count)
            expected = np.asarray(net.jacobian(x, y, of=of, wrt=wrt, layout=layout))
            value = value_of(form, values, sizes, small)
            if form.text == "0":
                assert not expected.any()
            elif value.shape == expected.shape:
                agree(value, expected, 1e-12)
            else:  # of a number: its gradient, shaped as the table says
                assert expected.size == value.size
                assert net.shapes(samples)[of] == (1, 1)
                gradient = value.T if layout == "numerator" else value
                agree(gradient.reshape(-1, 1, order="F"), expected.reshape(-1, 1), 1e-12)


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
@pytest.mark.parametrize("samples", [1, 6])
@pytest.mark.parametrize("name", GRAPHS)
def test_where_paths_meet_its_value_is_their_sum(name, samples, layout):
    net = Network.graph(GRAPHS[name], seed=4)
    x, y = point(net, samples)
    values, sizes = columns(net, x, y), sizes_for(net, samples)
    for wrt in [*net.parameters, *net.inputs]:
        form = matrix_form(net, wrt, layout=layout, samples=samples)
        agree(value_of(form, values, sizes), net.gradient(x, y, wrt=wrt, layout=layout), 1e-12)
        of = net.prediction if net.prediction != net.top else "u"
        if net.shapes()[of] == ():
            continue
        form = matrix_form(net, wrt, of, layout, samples)
        expected = np.asarray(net.jacobian(x, y, of=of, wrt=wrt, layout=layout))
        if form.text == "0":
            assert not expected.any()
        else:
            agree(value_of(form, values, sizes), expected, 1e-12)


NET = Network.parse("n-3-2", activation="sigmoid", loss="half_squared_error")
SOFTMAX = Network.parse("n-3-2", activation=["sigmoid", "softmax"], loss="cross_entropy")
# fmt: off
PRINTED = {
    "the usual formula": (matrix_form(NET, "W1", layout="denominator"),
        "∂L/∂W1 = ((W2ᵀ δ2) ⊙ σ'(z1)) a0ᵀ   3×n, denominator layout\n"
        "   δ2 = (a2 - y) ⊙ σ'(z2)   2×1"),
    "its transpose": (matrix_form(NET, "W1"),
        "∂L/∂W1 = a0 ((W2ᵀ δ2) ⊙ σ'(z1))ᵀ   n×3, numerator layout\n"
        "   δ2 = (a2 - y) ⊙ σ'(z2)   2×1"),
    "softmax and cross-entropy": (matrix_form(SOFTMAX, "W2", layout="denominator"),
        "∂L/∂W2 = (a2 - y) a1ᵀ   2×3, denominator layout\n"
        "   as long as y sums to 1"),
    "a batch": (matrix_form(SOFTMAX, "b1", layout="denominator", samples="N"),
        "∂L/∂b1 = ((W2ᵀ Δ2) ⊙ σ'(Z1)) 1   3×1, denominator layout\n"
        "   Δ2 = (A2 - Y)/N   2×N\n"
        "   as long as each column of Y sums to 1"),
    "a batch without capitals": (
        matrix_form(SOFTMAX, "W2", layout="denominator", samples=5, capitals=False),
        "∂L/∂W2 = ((a2 - y)/5) a1ᵀ   2×3, denominator layout\n"
        "   as long as each column of y sums to 1"),
    "superscripts, the input as layer 1": (
        matrix_form(NET, "W1", layout="denominator", input_index=1, symbols="superscript"),
        "∂L/∂W⁽²⁾ = ((W⁽³⁾ᵀ δ⁽³⁾) ⊙ σ'(z⁽²⁾)) a⁽¹⁾ᵀ   3×n, denominator layout\n"
        "   δ⁽³⁾ = (a⁽³⁾ - y) ⊙ σ'(z⁽³⁾)   2×1"),
    "a value's own": (matrix_form(SOFTMAX, "z2"),
        "∂L/∂z2 = (a2 - y)ᵀ   1×2, numerator layout\n"
        "   as long as y sums to 1"),
    "a product": (matrix_form(NET, "W1", of="z2"),
        "∂z2/∂W1 = W2 diag(σ'(z1)) (a0ᵀ ⊗ I₃)   2×3·n, numerator layout"),
    "no path": (matrix_form(NET, "W2", of="z1"),
        "∂z1/∂W2 = 0   3×6, numerator layout"),
}
# fmt: on


@pytest.mark.parametrize("name", PRINTED)
def test_it_is_printed_as_texts_write_it(name):
    form, expected = PRINTED[name]
    assert str(form) == expected


def test_a_target_that_does_not_sum_to_1_is_what_the_condition_is_for():
    net = Network.parse("4-3-2", activation=["sigmoid", "softmax"], loss="cross_entropy")
    x, y = point(net, 1)
    y = {name: 2 * target for name, target in y.items()}
    form = matrix_form(net, "W1", layout="denominator")
    assert form.condition == "as long as y sums to 1"
    value = value_of(form, columns(net, x, y), {})
    assert not np.allclose(value, net.gradient(x, y, layout="denominator"), rtol=0.01)


@pytest.mark.parametrize(("old", "new"), [
    ("W2ᵀ δ2", "W1 δ2"), (" ⊙ σ'(z1)", ""), ("σ'(z1)", "σ(z1)"), ("a0ᵀ", "(2 a0)ᵀ"),
])  # fmt: skip
def test_a_wrong_formula_of_the_right_shape_has_another_value(old, new):
    net = Network.parse("2-3-2", activation="sigmoid", loss="half_squared_error", seed=5)
    x, y = point(net, 1)
    form = matrix_form(net, "W1", layout="denominator")
    right = net.gradient(x, y, layout="denominator")
    agree(value_of(form, columns(net, x, y), {}), right, 1e-12)
    assert old in form.text
    form.text = form.text.replace(old, new)
    wrong = value_of(form, columns(net, x, y), {})
    assert wrong.shape == right.shape
    assert not np.allclose(wrong, right, rtol=0.01)


def test_latex_is_that_of_the_texts():
    form = matrix_form(NET, "W1", layout="denominator")
    assert isinstance(form, MatrixForm)
    assert form.to_latex() == (
        r"\frac{\partial L}{\partial W_{1}} = "
        r"((W_{2}^{\top} \delta_{2}) \odot \sigma'(z_{1})) a_{0}^{\top}"
    )
    raised = matrix_form(SOFTMAX, "W1", layout="denominator", samples="N", symbols="superscript")
    assert raised._repr_latex_() == (
        "$$\n\\begin{aligned}\n"
        r"\frac{\partial L}{\partial W^{(1)}} &= ((W^{(2)\top} \Delta^{(2)}) \odot "
        r"\sigma'(Z^{(1)})) A^{(0)\top} && 3\times n \\" + "\n"
        r"\Delta^{(2)} &= (A^{(2)} - Y)/N && 2\times N \\" + "\n"
        r"&\text{as long as each column of Y sums to 1}" + "\n"
        "\\end{aligned}\n$$"
    )
    assert r"\circ" not in raised._repr_latex_()


REFUSED = {
    "an unknown value": (
        lambda: matrix_form(NET, "W3"),
        "the network has no value 'W3': known are x, a0, y, W1, b1, W2, b2, z1, a1, z2, a2, L.",
    ),
    "a style": (
        lambda: matrix_form(NET, "W1", symbols="bold"),
        "symbols are 'plain' or 'superscript', not 'bold'.",
    ),
    "a numbering": (
        lambda: matrix_form(NET, "W1", input_index=2),
        "the input counts as layer 0 or, in a row of layers, as layer 1, not as 2.",
    ),
    "a matrix for each sample": (
        lambda: matrix_form(Network.graph("input X: 2×3\ns = sum(X)"), "X", samples=4),
        "X is a matrix for each sample, 2×3×4: there is no formula between matrices for all "
        "samples at once.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_with_the_reason(name):
    ask, message = REFUSED[name]
    with pytest.raises(LayoutError) as caught:
        ask()
    assert str(caught.value) == message
