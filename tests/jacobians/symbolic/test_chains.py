"""Chains in symbols: named, not composed, and the same numbers as the chain and the sweep.

The exact truth is SymPy's derivative of the composition, written in the test as one expression; the
other truths are the numeric chain and the sweep, neither of which knows a symbol.
"""

from itertools import pairwise

import numpy as np
import pytest
import sympy as sp

from jacobians import (
    Custom,
    Linear,
    Network,
    SymbolicChain,
    Tanh,
    ready_made,
    symbolic_chain,
    symbolic_jacobian,
)
from jacobians.operators import Diagonal
from jacobians.rule import Rule
from layouts import InputError
from tests.laws import agree
from tests.symbols import at, entries, program_value, rational, stacked


def composition(activations, sizes, *, bias=True):
    """The network as one expression, and its parameters stacked in order."""
    a, parameters = sp.Matrix(entries("a0", sizes[0])), []
    for k, (n, m) in enumerate(pairwise(sizes), start=1):
        W, b = entries(f"W{k}", (m, n)), entries(f"b{k}", m)
        z = sp.Matrix(W) * a + (sp.Matrix(b) if bias else sp.zeros(m, 1))
        a = z.applyfunc(activations[k - 1])
        parameters += [*stacked(W), *(b if bias else [])]
    return a, sp.Matrix(parameters)


def logistic(z):
    return 1 / (1 + sp.exp(-z))


def ramp(z):
    return sp.Piecewise((z, z > 0), (0, True))


# fmt: off
THREADS = {
    #                   sizes          activations               SymPy's                  bias
    "the first thread":  ((4, 3, 2, 1), "sigmoid",             [logistic] * 3,          False),
    "the second thread": ((2, 3, 2),    ["relu", "sigmoid"],   [ramp, logistic],        True),
    "the third thread":  ((2, 3, 5, 4), "tanh",                [sp.tanh] * 3,           False),
    "the fourth thread": ((2, 3, 4),    "sigmoid",             [logistic] * 2,          True),
}
# fmt: on


def network(name):
    sizes, activation, _, bias = THREADS[name]
    return Network.parse("-".join(map(str, sizes)), activation=activation, seed=7, bias=bias,
                         loss="half_squared_error")  # fmt: skip


def decimals(net, samples=None):
    """The network's parameters and a point as short decimals."""
    weights = {name: np.round(value, 2) for name, value in net.parameters.items()}
    x, y = net.example(samples)
    return weights, np.round(x, 2), np.round(y, 2)


def with_weights(name, weights):
    sizes, activation, _, bias = THREADS[name]
    return Network.parse("-".join(map(str, sizes)), activation=activation, weights=weights,
                         bias=bias, loss="half_squared_error")  # fmt: skip


def numbers_of(net, x, y=None):
    given = {"a0": x, **net.parameters} | ({} if y is None else {"y": y})
    return at(given, given.values())


def evaluated(chain, numbers):
    """The matrix at exact numbers, one definition after the other."""
    known = dict(numbers)
    for symbol, expression in chain.definitions.items():
        known[symbol] = sp.N(expression.xreplace(known), 30)
    return np.array(sp.N(chain.jacobian.xreplace(known), 20).tolist(), dtype=float)


@pytest.mark.parametrize("name", THREADS)
def test_it_is_what_sympy_makes_of_the_composition(name):
    sizes, _, activations, bias = THREADS[name]
    weights, x, _ = decimals(network(name))
    net = with_weights(name, weights)
    y, parameters = composition(activations, sizes, bias=bias)
    numbers = numbers_of(net, x)
    expected = program_value(y.jacobian(parameters), numbers)
    agree(evaluated(symbolic_chain(net), numbers), expected, 1e-15)
    agree(evaluated(symbolic_chain(net, layout="denominator"), numbers), expected.T, 1e-15)


@pytest.mark.parametrize("name", ["the second thread", "the fourth thread"])
def test_composed_it_is_one_expression_in_what_is_given(name):
    sizes, _, activations, bias = THREADS[name]
    weights, x, _ = decimals(network(name))
    net = with_weights(name, weights)
    y, parameters = composition(activations, sizes, bias=bias)
    J, numbers = symbolic_chain(net).composed(), numbers_of(net, x)
    assert J.free_symbols == y.free_symbols
    agree(program_value(J, numbers), program_value(y.jacobian(parameters), numbers), 1e-15)
    assert sp.simplify(J[0, -1] - y.jacobian(parameters[-1:, :])[0]) == 0


def test_a_small_chain_is_identically_what_sympy_differentiates():
    y, parameters = composition([sp.tanh, logistic], (2, 2, 1))
    net = Network.parse("2-2-1", activation=["tanh", "sigmoid"], seed=None)
    difference = symbolic_chain(net).composed() - y.jacobian(parameters)
    assert difference.applyfunc(sp.simplify) == sp.zeros(1, 9)


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
@pytest.mark.parametrize("samples", [None, 3])
@pytest.mark.parametrize("name", THREADS)
def test_symbols_chain_and_sweep_agree(name, samples, layout):
    weights, x, y = decimals(network(name), samples)
    net = with_weights(name, weights)
    numbers, count = numbers_of(net, x, y), samples or 1
    for of, wrt in [(None, "parameters"), ("L", "parameters"), ("L", "x"), ("z2", "W1"),
                    ("a2", "z1"), ("L", "W2"), ("L", "y"), ("a1", "a1"), ("z1", "W2")]:  # fmt: skip
        chain = symbolic_chain(net, of, wrt, layout, count)
        found = evaluated(chain, numbers)
        agree(found, net.jacobian(x, y, of=of, wrt=wrt, layout=layout), 1e-12)
        if of == "L":
            G = net.gradient(x, y, wrt=wrt, layout="denominator").reshape(-1, 1, order="F")
            agree(found, G if layout == "denominator" else G.T, 1e-12)


def test_the_operations_are_those_of_a_program():
    chain = symbolic_chain(Network.parse("3-4-4-2", activation="sigmoid", seed=None))
    assert chain.jacobian.shape == (2, 46)
    assert chain.operations == 276
    y, parameters = composition([logistic] * 3, (3, 4, 4, 2))
    assert chain.operations <= 0.01 * sp.count_ops(y.jacobian(parameters))
    large = symbolic_chain(Network.parse("8-16-16-4", activation="sigmoid", seed=None))
    assert large.jacobian.shape == (4, 484)
    assert large.operations < 5_000


def test_intermediates_have_the_names_of_the_texts():
    net = Network.parse("2-3-2", activation="sigmoid", loss="half_squared_error")
    chain = symbolic_chain(net, of="L", wrt="W1", layout="denominator")
    lines = str(chain).splitlines()
    assert lines[0] == ("∂L/∂W1 of 2-3-2: sigmoid, sigmoid, half squared error: 6×1, denominator "
                        "layout, 76 operations")  # fmt: skip
    by_name = {str(symbol): str(each) for symbol, each in chain.definitions.items()}
    assert by_name["s1[2]"] == "a1[2]*(1 - a1[2])"
    assert by_name["δ2[1]"] == "s2[1]*δ_a2[1]"
    assert by_name["δ_a1[3]"] == "W2[1,3]*δ2[1] + W2[2,3]*δ2[2]"
    assert by_name["δ1[3]"] == "s1[3]*δ_a1[3]"
    assert str(chain.jacobian[4, 0]) == "a0[2]*δ1[2]"
    assert "s2 = σ'(z2)" in lines
    assert repr(chain) == "<∂L/∂W1: 6×1 in symbols, denominator layout>"


def test_what_is_not_needed_is_not_defined():
    net = Network.parse("2-3-2", activation="relu", loss="half_squared_error")
    names = {str(symbol).partition("[")[0] for symbol in symbolic_chain(net, wrt="z2").definitions}
    assert names == {"z1", "a1", "z2", "s2"}  # neither a2 nor L: relu' is made of z2


GRAPHS = {
    "tied weights and a residual": """
        input x: 3
        target y: 3
        parameters W: 3×3, b: 3
        u = tanh(W @ x + b)
        v = W @ u + x
        h = v * u
        L = half_squared_error(h, y)
    """,
    "softmax and cross-entropy, with a norm": """
        input x: 4
        target y: 3
        parameters W: 3×4, g: 3, c: 3
        h = layer_norm(W @ x, g, c)
        p = softmax(h)
        L = cross_entropy(p, y)
    """,
    "names that intermediates would have": """
        input s_a: 3
        target y: 2
        parameters W: 2×3
        a = sigmoid(W @ s_a)
        L = half_squared_error(a, y)
    """,
}


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
@pytest.mark.parametrize("samples", [1, 2])
@pytest.mark.parametrize("name", GRAPHS)
def test_in_a_graph_the_paths_add_up(name, samples, layout):
    net = Network.graph(GRAPHS[name], seed=3)
    x, y = net.example(None if samples == 1 else samples)
    given = {**named(x, net.inputs), **named(y, net.targets), **net.parameters}
    numbers = at(given, given.values())
    for of in ("L", net.prediction):
        for wrt in [*net.parameters, *net.inputs, "parameters"]:
            found = evaluated(symbolic_chain(net, of, wrt, layout, samples), numbers)
            agree(found, net.jacobian(x, y, of=of, wrt=wrt, layout=layout), 1e-12)
            if of == "L":
                G = net.gradient(x, y, wrt=wrt, layout="denominator").reshape(-1, 1, order="F")
                agree(found, G if layout == "denominator" else G.T, 1e-12)


@pytest.mark.parametrize(
    "name", ["residual_block", "tied_autoencoder", "rnn", "lstm", "two_losses"]
)
def test_every_graph_of_the_gallery_has_one(name):
    net = ready_made(name)
    x, y = net.example()
    given = {**named(x, net.inputs), **named(y, net.targets), **net.parameters}
    numbers = at(given, given.values())
    found = evaluated(symbolic_chain(net, net.top), numbers)
    agree(found, net.jacobian(x, y, of=net.top, wrt="parameters"), 1e-12)


def named(values, names):
    """Values by name, however many there are."""
    if values is None or isinstance(values, dict):
        return values or {}
    return {next(iter(names)): values}


def test_a_name_that_a_value_has_is_left_to_it():
    net = Network.graph(GRAPHS["names that intermediates would have"])
    names = {str(symbol).partition("[")[0] for symbol in symbolic_chain(net).definitions}
    assert "s_a_" in names


def test_a_single_layer_says_the_same_as_its_jacobian():
    net = Network([Tanh()])
    chain = symbolic_chain(net, wrt="x", input_size=3)
    numbers = {s: rational(v) for s, v in zip(entries("a0", 3), [0.3, -1.2, 0.7], strict=True)}
    alone = symbolic_jacobian(Tanh(), sizes={"x": 3})
    theirs = {s: rational(v) for s, v in zip(entries("x", 3), [0.3, -1.2, 0.7], strict=True)}
    agree(
        evaluated(chain, numbers), np.array(alone.xreplace(theirs).evalf().tolist(), float), 1e-15
    )


def test_wrong_rules_make_another_chain():
    class Wrong(Tanh):
        """The slope of what comes in, as if it were what goes out."""

        def rules(self, Z, *, names):
            right = super().rules(Z, names=names)["x"]
            return {"x": Rule(lambda: Diagonal(1 - Z**2), *right[1:])}

    weights, x, _ = decimals(network("the third thread"))
    W = list(weights.values())
    right = Network([Linear(W[0]), Tanh(), Linear(W[1])])
    wrong = Network([Linear(W[0]), Wrong(), Linear(W[1])])
    numbers = {**at(["a0"], [x]), **at(["W1", "W2"], W[:2])}
    expected = right.jacobian(x, wrt="W1")
    agree(evaluated(symbolic_chain(right, wrt="W1"), numbers), expected, 1e-12)
    found = evaluated(symbolic_chain(wrong, wrt="W1"), numbers)
    assert found.shape == expected.shape
    assert not np.allclose(found, expected, rtol=0.01)


def test_latex_has_a_row_for_each_definition_and_is_abridged():
    net = Network.parse("2-3-2", activation="sigmoid", loss="half_squared_error")
    text = symbolic_chain(net, of="L", wrt="W1")._repr_latex_()
    assert text.startswith("$$\n\\begin{aligned}\n")
    assert r"s_{1}[1] &= a_{1}[1] \left(1 - a_{1}[1]\right) \\" in text
    assert r"\delta_{2}[1] &= s_{2}[1] \delta_{a_{2}}[1] \\" in text
    large = symbolic_chain(Network.parse("8-16-16-4", activation="sigmoid", seed=None)).to_latex()
    assert r"\dots &\quad\text{" in large
    assert len(large.splitlines()) < 50
    assert isinstance(symbolic_chain(net), SymbolicChain)


REFUSED = {
    "letters": (
        lambda: symbolic_chain(Network.parse("n-3-2")),
        "a0 of n-3-2: identity, identity has a letter for a size: explicit entries need numbers. "
        "A formula in letters is what matrix_form gives.",
    ),
    "no parameters": (
        lambda: symbolic_chain(Network([Tanh()]), input_size=2),
        "the network tanh has no parameters.",
    ),
    "too many entries": (
        lambda: symbolic_chain(Network.parse("90-80-3", seed=None)),
        "∂a2/∂parameters is 3×7523, 22,569 entries: more than 20,000 are not written out in "
        "symbols.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_with_the_reason(name):
    ask, message = REFUSED[name]
    with pytest.raises(InputError) as caught:
        ask()
    assert str(caught.value) == message


def test_code_that_symbols_cannot_pass_says_what_to_do():
    net = Network([Custom(np.cosh, name="cosh")])
    with pytest.raises(InputError, match=r"^Custom\(cosh\) cannot take symbols \(.*cosh") as caught:
        symbolic_chain(net, wrt="x", input_size=2)
    assert str(caught.value).endswith(
        "what it computes has to be arithmetic, or stand in the table of symbolic functions."
    )


def test_the_bound_is_on_operations_and_said():
    chain = symbolic_chain(Network.parse("2-3-2", activation="sigmoid", seed=None))
    with pytest.raises(InputError) as caught:
        chain.composed(most=100)
    assert str(caught.value) == (
        "∂a2/∂parameters of 2-3-2: sigmoid, sigmoid composed into one expression has 2,246 "
        "operations, more than 100; with names it has 84. Take `definitions` and `jacobian`, or "
        "allow more: composed(most=2246)."
    )
