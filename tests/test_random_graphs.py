"""Random graphs: chain, sweep and an outside autodiff agree, and wrong chains are rejected."""

import re
from functools import reduce

import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jacobians import Network, backpropagation, chain, per_sample_jacobians
from jacobians.rule import Names
from layouts import LayoutError, vec
from layouts.errors import OrderError
from layouts.sizes import Size
from tests.recipes import ACTIVATIONS, FUNCTIONS, LETTERS, Recipe, by_autograd, drawn, recipes

SETTINGS = settings(deadline=None, derandomize=True, database=None, max_examples=150)
ROUND_OFF = 1e-10


def agree(actual, expected, about, tolerance=ROUND_OFF):
    """Equal shapes, and entries equal up to round-off, that of terms which cancel included."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape, f"{about}: {actual.shape} is not {expected.shape}"
    scale = np.abs(expected).max(initial=0.0)
    difference = np.abs(actual - expected).max(initial=0.0)
    assert difference <= tolerance * scale + 1e-11, f"{about}: {difference} apart"


def ends(data, made):
    """Any value that is computed, by any value or parameter."""
    of = data.draw(st.sampled_from(["L"] * 5 * bool(made.targets) + sorted(made.steps)))
    return of, data.draw(st.sampled_from([*made.inputs, *made.parameters, *made.steps]))


def assert_right(net, x, y, of, wrt, expected):
    """Chain in both layouts and sweep, beside what an outside autodiff says."""
    agree(net.jacobian(x, y, of, wrt, "numerator"), expected, "numerator layout")
    agree(net.jacobian(x, y, of, wrt, "denominator"), expected.T, "denominator layout")
    values = net.column_values(x, y)
    g = np.random.default_rng(1).standard_normal(np.shape(values[of]))
    cotangents = backpropagation.sweep(net.steps_to(of), values, of, g, [wrt])
    swept = vec(cotangents.get(wrt, np.zeros(np.shape(values[wrt]))))
    agree(swept, expected.T @ vec(g), "sweep")


@SETTINGS
@given(recipes(), st.data())
def test_chain_sweep_and_autograd_agree_on_any_graph(made, data):
    net, x, y, held = drawn(made)
    of, wrt = ends(data, made)
    assert_right(net, x, y, of, wrt, by_autograd(made, held, of, wrt))


@SETTINGS
@given(recipes())
def test_every_value_is_that_of_the_functions(made):
    net, x, y, held = drawn(made)
    values, expected = net.column_values(x, y), made.values(held)
    for name in made.steps:
        agree(values[name], expected[name], name)


@SETTINGS
@given(recipes(losses=True), st.sampled_from(["numerator", "denominator"]))
def test_by_all_parameters_the_stacked_factors_multiply_to_the_jacobian(made, layout):
    assume(made.parameters)
    net, x, y, held = drawn(made)
    assume(chain.links_between(net.steps, "L", made.parameters))
    blocks = [by_autograd(made, held, "L", name) for name in made.parameters]
    expected = np.hstack(blocks) if layout == "numerator" else np.hstack(blocks).T
    factors = net.stacked_factors(x, y, of="L", layout=layout)
    agree(reduce(np.matmul, map(np.asarray, factors)), expected, "stacked")
    agree(net.jacobian(x, y, "L", "parameters", layout), expected, "block row")
    agree(net.gradient(x, y, "parameters", layout), expected, "gradient")


@SETTINGS
@given(recipes(), st.data(), st.sampled_from(["numerator", "denominator"]))
def test_the_products_along_all_paths_add_up_to_the_jacobian(made, data, layout):
    net, x, y, held = drawn(made)
    of, wrt = ends(data, made)
    links = chain.links_between(net.steps, of, [wrt])
    count = chain.count_paths(links, of, wrt)
    assume(0 < count <= 100)
    paths = net.paths(x, y, of, wrt, layout)
    names = [tuple(J.name for J in path) for path in paths]
    assert len(paths) == count == sum(1 for _ in walked(net, of, wrt))
    expected = by_autograd(made, held, of, wrt)
    products = [np.asarray(reduce(lambda left, right: left @ right, path)) for path in paths]
    agree(sum(products), expected if layout == "numerator" else expected.T, str(names), 1e-9)
    stacked = reduce(np.matmul, map(np.asarray, net.stacked_factors(x, y, of, wrt, layout)))
    agree(stacked, expected if layout == "numerator" else expected.T, "stacked")


def walked(net, of, wrt):
    """Every way down from `of` to `wrt`, one input after the other."""
    if of == wrt:
        yield ()
    elif of in net.step_named:
        for k, below in enumerate(net.step_named[of].inputs):
            for rest in walked(net, below, wrt):
                yield (k, *rest)


def at_numbers(size):
    """A size in letters, with its number for each letter."""
    if not isinstance(size, Size):
        return size
    value = {"N": 3, **{name: int(name[1]) for name in LETTERS}}
    return sum(c * int(np.prod([value[each] for each in monomial], initial=1))
               for monomial, c in size.terms.items())  # fmt: skip


@SETTINGS
@given(recipes())
def test_shapes_in_letters_are_the_shapes_in_numbers(made):
    net, x, y, _ = drawn(made)
    assume(made.in_letters)
    in_letters = Network.graph(made.text)
    assert in_letters.sizes_only
    shapes = in_letters.shapes(made.samples)
    for name, value in net.column_values(x, y).items():
        assert tuple(map(at_numbers, shapes[name])) == np.shape(value), name


@SETTINGS
@given(recipes(coupling=False, losses=False), st.data())
def test_where_nothing_couples_samples_their_own_jacobians_are_the_diagonal_blocks(made, data):
    made.samples, (of, wrt) = 3, ends(data, made)
    assume(wrt not in made.parameters)
    net, x, _, held = drawn(made)
    J = np.asarray(net.jacobian(x, of=of, wrt=wrt))
    m, n = (len(made.values(held)[name]) for name in (of, wrt))
    blocks = J.reshape(3, m, 3, n).transpose(0, 2, 1, 3)
    off = blocks[~np.eye(3, dtype=bool)]
    assert not off.any(), "what one sample gives does not depend on another"
    for k in range(3):
        alone = {name: X[:, k] for name, X in x.items()}
        agree(net.jacobian(alone, of=of, wrt=wrt), blocks[k, k], f"sample {k}")
    if len(x) == 1:
        (X,) = x.values()
        own = per_sample_jacobians(net, X, of=of, wrt=wrt)
        agree(own, blocks[range(3), range(3)], "per sample")


@SETTINGS
@given(recipes(coupling=False, losses=False), st.data())
def test_by_a_parameter_the_samples_jacobians_stand_below_each_other(made, data):
    assume(made.parameters)
    made.samples, of = 3, data.draw(st.sampled_from(sorted(made.steps)))
    wrt = data.draw(st.sampled_from(sorted(made.parameters)))
    net, x, _, _ = drawn(made)
    alone = [{name: X[:, k] for name, X in x.items()} for k in range(3)]
    stacked = np.vstack([np.asarray(net.jacobian(each, of=of, wrt=wrt)) for each in alone])
    agree(net.jacobian(x, of=of, wrt=wrt), stacked, "samples")


def test_what_is_drawn_has_every_kind_of_line_and_both_counts_of_samples():
    seen, samples, uses = set(), set(), set()

    @SETTINGS
    @given(recipes())
    def look(made):
        samples.add(made.samples)
        seen.update(re.findall(r"[a-z_]+(?=\()|\.T @|[-+*/\[@]", " ".join(made.lines)))
        uses.update(made.text.count(name) - 1 for name in made.parameters)

    look()
    assert samples == {1, 3}
    assert seen >= {"batch_norm", "layer_norm", "softmax", "sum", "concatenate", "exp", ".T @", "[",
                    "mean_over_samples", "half_squared_error", *ACTIVATIONS, *"+-*/@"}  # fmt: skip
    assert max(uses) >= 3, "parameters are used in several places"


def diamond():
    """x → p, q → s = tanh(p) ⊙ sigmoid(q), and s + s: paths part twice."""
    made = Recipe(3, ["n3"])
    P, Q = (made.parameter(letter, ("n4",), ("n3",)) for letter in "PQ")
    made.add(f"{P} @ x1", ("n4",), lambda v: anp.dot(v[P], v["x1"]))
    made.add(f"{Q} @ x1", ("n4",), lambda v: anp.dot(v[Q], v["x1"]))
    made.add("tanh(h1)", ("n4",), lambda v: anp.tanh(v["h1"]))
    made.add("sigmoid(h2)", ("n4",), lambda v: FUNCTIONS["sigmoid"](v["h2"]))
    made.add("h3 * h4", ("n4",), lambda v: v["h3"] * v["h4"])
    made.add("h5 * h5", ("n4",), lambda v: v["h5"] * v["h5"])
    return made


def assert_diamond(of="h6", wrt="x1"):
    made = diamond()
    net, x, y, held = drawn(made)
    assert_right(net, x, y, of, wrt, by_autograd(made, held, of, wrt))


def test_the_diamond_is_right_by_every_value():
    for wrt in ("x1", "P_n4_n3", "Q_n4_n3", "h1", "h2", "h5"):
        assert_diamond(wrt=wrt)


def without(links, position):
    return [link for k, link in enumerate(links) if k != position]


def twice(links, position):
    return [*links[: position + 1], *links[position:]]


@pytest.mark.parametrize("change", [without, twice])
@pytest.mark.parametrize("position", range(8))
def test_a_path_that_is_forgotten_or_counted_twice_is_rejected(monkeypatch, change, position):
    right = chain.links_between

    def wrong(steps, of, wrt):
        links = right(steps, of, wrt)
        assert len(links) == 8
        return change(links, position)

    monkeypatch.setattr(chain, "links_between", wrong)
    seen = r"numerator layout: .* apart|a sum over paths has one value at each end"
    with pytest.raises((AssertionError, OrderError), match=seen):
        assert_diamond()


def test_totals_that_overwrite_instead_of_adding_are_rejected(monkeypatch):
    def wrong(links, values, of, wrt, layout):
        total = {}
        for J in chain.link_jacobians(links[::-1], values, layout):
            above = total.get(str(J.of))
            pair = (above, J) if layout.value == "numerator" else (J, above)
            total[str(J.wrt)] = J if above is None else pair[0] @ pair[1]
        return {name: total[name] for name in wrt}

    monkeypatch.setattr(chain, "totals_along", wrong)
    with pytest.raises(AssertionError, match=r"numerator layout: .* apart"):
        assert_diamond()


@pytest.mark.parametrize("kept", ["the last", "the first", "both, one of them twice"])
def test_a_sweep_that_does_not_add_up_is_rejected(monkeypatch, kept):
    def wrong(steps, values, of, seed, wanted=None):
        cotangents = {of: seed}
        for name, layer, inputs in reversed(steps):
            rules = layer.rules(*(values[each] for each in inputs), names=Names(inputs, name))
            for each, argument in zip(inputs, layer.arguments, strict=True):
                pulled = rules[argument].vjp(cotangents[name])
                if each not in cotangents or kept == "the last":
                    cotangents[each] = pulled
                elif kept != "the first":
                    cotangents[each] = cotangents[each] + 2 * pulled
        return cotangents

    monkeypatch.setattr(backpropagation, "sweep", wrong)
    with pytest.raises(AssertionError, match=r"sweep: .* apart"):
        assert_diamond()


def test_a_product_in_the_other_order_and_a_layout_that_is_not_turned_are_rejected():
    made = diamond()
    net, x, _, held = drawn(made)
    expected = by_autograd(made, held, "h6", "x1")
    numerator = np.asarray(net.jacobian(x, of="h6", wrt="x1"))
    with pytest.raises(AssertionError, match=r"\(12, 9\) is not \(9, 12\)"):
        agree(numerator, expected.T, "denominator layout")
    one, other = net.paths(x, of="h6", wrt="x1")[:2]
    along = np.asarray(reduce(lambda left, right: left @ right, one))
    with pytest.raises(AssertionError, match=r"paths: .* apart"):
        agree(along, expected, "paths")
    with pytest.raises(LayoutError, match=r"not neighbours|inner sizes|the order does not"):
        reduce(lambda left, right: left @ right, other[::-1])
