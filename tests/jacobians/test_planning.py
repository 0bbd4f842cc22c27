"""The planned order against every order, and the counts of the 2-3-2 chain."""

import itertools

import numpy as np
import pytest

from jacobians import Linear, Network, Tanh, chain
from jacobians.operators import Dense, Diagonal, Identity, Kronecker
from jacobians.planning import costs, fold, plan
from jacobians.unknown import Unknown
from layouts import InputError, LayoutError
from layouts.sizes import letter


def dense(p, q):
    return Dense(Unknown((p, q)))


def orders(first, last):
    """Every way to put brackets around the factors first … last."""
    if first == last:
        yield first
    for split in range(first, last):
        yield from itertools.product(orders(first, split), orders(split + 1, last))


def price(order, shapes):
    """Multiplications of dense matrices in that order, and the shape of the result."""
    if isinstance(order, int):
        return 0, shapes[order]
    (a, (p, q)), (b, (_, r)) = (price(part, shapes) for part in order)
    return a + b + p * q * r, (p, r)


@pytest.mark.parametrize("seed", range(20))
def test_no_order_of_dense_factors_is_cheaper_than_the_planned_one(seed):
    sizes = np.random.default_rng(seed).integers(1, 12, size=7).tolist()
    shapes = list(itertools.pairwise(sizes))
    planned = plan([dense(*shape) for shape in shapes])
    cheapest = min(price(order, shapes)[0] for order in orders(0, len(shapes) - 1))
    assert planned.multiplications == planned.dense == cheapest
    assert price(planned.order, shapes)[0] == cheapest


def structured_price(order, factors):
    """As the table in words: (cost, rows, columns, kind, kept), a diagonal keeps n numbers."""
    if isinstance(order, int):
        return 0, factors[order]
    (a, (p, q, left, kept_left)), (b, (_, r, right, kept_right)) = (
        structured_price(part, factors) for part in order
    )
    if left == "diagonal":
        return a + b + kept_right, (p, r, right, kept_right)
    if right == "diagonal":
        return a + b + kept_left, (p, r, left, kept_left)
    return a + b + p * q * r, (p, r, "dense", p * r)


@pytest.mark.parametrize("seed", range(20))
def test_no_order_of_dense_and_diagonal_factors_is_cheaper_than_the_planned_one(seed):
    generator = np.random.default_rng(seed)
    sizes = generator.integers(2, 9, size=4).tolist()
    factors, operators = [], []
    for p, q in itertools.pairwise(sizes):
        operators += [Diagonal(Unknown((p,))), dense(p, q)]
        factors += [(p, p, "diagonal", p), (p, q, "dense", p * q)]
    cheapest = min(structured_price(o, factors)[0] for o in orders(0, len(factors) - 1))
    assert plan(operators).multiplications == cheapest


def chain_of_2_3_2():
    """∂L/∂a2 · ∂a2/∂z2 · ∂z2/∂a1 · ∂a1/∂z1 · ∂z1/∂W1, numerator layout."""
    a0T = Dense(np.ones((1, 2)), "a0ᵀ")
    return [
        Dense(np.ones((1, 2))),
        Diagonal(np.ones(2)),
        Dense(np.ones((2, 3)), "W2"),
        Diagonal(np.ones(3)),
        Kronecker(a0T, Identity(3)),
    ]


def test_the_2_3_2_chain_costs_37_from_the_left_and_126_from_the_right():
    counted = costs(chain_of_2_3_2())
    assert counted.left_to_right == 1 * 2 * 2 + 1 * 2 * 3 + 1 * 3 * 3 + 1 * 3 * 6 == 37
    assert counted.right_to_left == 3 * 3 * 6 + 2 * 3 * 6 + 2 * 2 * 6 + 1 * 2 * 6 == 126


def test_structure_leaves_2_6_3_and_6_of_the_37():
    counted = costs(chain_of_2_3_2())
    assert counted.structured_left_to_right == 2 + 2 * 3 + 3 + 3 * 2
    assert plan(chain_of_2_3_2()).multiplications <= counted.structured_left_to_right


def test_denominator_layout_costs_126_from_the_left_and_37_from_the_right():
    counted = costs([factor.T for factor in reversed(chain_of_2_3_2())])
    assert (counted.left_to_right, counted.right_to_left) == (126, 37)


def test_letters_stay_letters_in_the_counts():
    n = letter("n")
    counted = costs([dense(1, 2), dense(2, 3), dense(3, 3 * n)])
    assert str(counted.left_to_right) == "9·n + 6"
    assert str(counted.right_to_left) == "24·n"


def test_an_identity_costs_nothing_on_either_side():
    assert costs([Identity(3), dense(3, 4)]).structured_left_to_right == 0
    assert costs([dense(4, 3), Identity(3)]).structured_left_to_right == 0
    assert plan([Identity(3), Identity(3)]).multiplications == 0


def test_a_plan_is_made_once_for_shapes_and_structures():
    assert plan(chain_of_2_3_2()) is plan(chain_of_2_3_2())


@pytest.mark.parametrize("transposed", [False, True])
def test_long_chains_are_multiplied_from_their_narrow_end(transposed):
    sizes = [1, *[4] * 60]
    shapes = list(itertools.pairwise(sizes[::-1] if transposed else sizes))
    planned = plan([dense(*shape) for shape in shapes])
    assert planned.dense == 59 * 16


def test_a_product_is_written_with_the_brackets_of_its_plan():
    planned = plan([dense(9, 8), dense(8, 7), dense(7, 2)])
    assert planned.written(["A", "B", "C"]) == "A · (B · C)"
    assert plan([dense(2, 7), dense(7, 8), dense(8, 9)]).written("ABC") == "(A · B) · C"


def test_a_network_tells_the_counts_of_both_orders_in_both_layouts():
    net = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error")
    numerator = net.plan(of="L", wrt="W1")
    denominator = net.plan(of="L", wrt="W1", layout="denominator")
    assert (numerator.left_to_right, numerator.right_to_left) == (37, 126)
    assert (denominator.left_to_right, denominator.right_to_left) == (126, 37)
    assert numerator.dense == denominator.dense == 37
    assert numerator.multiplications == denominator.multiplications == 2 + 6 + 3 + 6


def test_sharing_the_running_product_saves_what_the_parameters_have_in_common():
    net = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="squared_error", bias=False)
    shared, alone = chain.shared_multiplications(net.steps, net.unknowns(), "L", ["W1", "W2"])
    by_W2, by_W1 = 2 + 3 * 2, 2 + 2 * 3 + 3 + 2 * 3
    assert alone == by_W1 + by_W2 == 25
    assert shared == alone - 2


def test_a_network_of_letters_is_refused_a_plan_in_words():
    with pytest.raises(LayoutError):
        Network.parse("n-3-2").plan()


def test_a_sum_over_several_paths_is_refused_a_plan_as_it_is_refused_one_product():
    shared = Linear(np.eye(3) + 1)
    net = Network([shared, Tanh(), shared])
    with pytest.raises(InputError) as refused:
        net.factors([1.0, 2.0, 3.0], wrt="W1")
    assert str(refused.value) == "∂z2/∂W1 is a sum over several paths, not one product."
    with pytest.raises(InputError):
        net.plan(wrt="W1")


def test_factors_of_letters_are_counted_but_not_planned():
    factors = [dense(letter("n"), 2), dense(2, 3)]
    assert str(costs(factors).left_to_right) == "6·n"
    with pytest.raises(LayoutError, match="6·n is no number"):
        plan(factors)


def test_a_network_with_a_narrow_waist_is_planned_through_it():
    net = Network.parse("9-8-2-8-9", activation="tanh")
    x = np.linspace(-1, 1, 9)
    parts = [net.jacobian(x, of=f"z{k + 1}", wrt=f"z{k}") for k in (1, 2, 3)]
    first = net.jacobian(x, of="z1", wrt="x")
    product = np.linalg.multi_dot([np.asarray(J) for J in [*parts[::-1], first]])
    assert np.allclose(net.jacobian(x, of="z4", wrt="x"), product, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("side", ["left", "right"])
def test_an_order_is_folded_from_the_inside_however_deep_it_is(side):
    order = 0
    for k in range(1, 5000):
        order = (order, k) if side == "left" else (k, order)
    calls = []

    def pair(a, b):
        calls.append((len(a), len(b)))
        return [*a, *b] if len(calls) < 3 else ["…"] * (len(a) + len(b))

    assert len(fold(order, lambda k: [k], pair)) == 5000
    assert calls[:2] == ([(1, 1), (2, 1)] if side == "left" else [(1, 1), (1, 2)])
    assert len(calls) == 4999


def test_left_and_right_keep_their_places_in_a_fold():
    assert fold(((0, (1, 2)), 3), "ABCD".__getitem__, "({}{})".format) == "((A(BC))D)"


def test_a_plan_of_a_thousand_factors_can_be_written_and_shown():
    planned = plan([dense(4, 4)] * 1200)
    written = planned.written([f"J{k}" for k in range(1200)])
    assert written.startswith("(" * 1198 + "J0 · J1) · J2)")
    assert written.endswith("J1198) · J1199")
    assert planned.multiplications == planned.left_to_right == 1199 * 64
    assert "76,736 multiplications" in repr(planned)
    assert repr(plan([dense(9, 8), dense(8, 7), dense(7, 2)])) == (
        "<Plan 0 · (1 · 2): 256 multiplications, 256 as if dense, 630 from the left, 256 from the "
        "right>"
    )
