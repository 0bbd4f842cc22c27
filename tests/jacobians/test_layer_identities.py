"""The identities that need layers, and the functions that layers hand to formulas."""

import numpy as np
import pytest

from jacobians import LayerNorm, LogSoftmax, Sigmoid, Softmax, Tanh
from jacobians.formula_functions import layer_functions
from jacobians.identities import ESSENTIAL, all_identities, layer_identities, selected
from jacobians.layers import ACTIVATIONS, LOSSES, activation_named, loss_named
from layouts import Formula, identities
from layouts.errors import InputError, ShapeError
from layouts.identity import Identity
from tests.layouts.test_identities import DISTORTIONS


@pytest.mark.parametrize("row", layer_identities, ids=str)
def test_identity(row):
    assert row.worst_error() < 1e-9


@pytest.mark.parametrize(
    ("row", "what"),
    [(row, what) for row in layer_identities for what in row.tells],
    ids=lambda each: each.id if isinstance(each, Identity) else each,
)
def test_a_row_that_can_tell_fails_when_it_should(row, what):
    assert not row.holds(DISTORTIONS[what])


def test_every_row_with_a_layer_tells_a_scale_and_a_sign():
    assert all({"scale", "sign"} <= set(row.tells) for row in layer_identities)


def test_the_table_has_more_rows_than_everybody_cites():
    assert len(all_identities) >= 165
    assert all_identities.ids == identities.ids + layer_identities.ids
    assert len(set(all_identities.ids)) == len(all_identities)


def test_the_twenty_that_everyone_needs_are_twenty_rows_of_the_table():
    assert len(ESSENTIAL) == len(set(ESSENTIAL)) == 20
    assert sorted(selected().ids) == sorted(ESSENTIAL)


def test_a_category_and_a_search_look_among_all_rows():
    assert len(selected("dense layer")) == 7
    assert "soft-01" in selected(search="softmax").ids
    assert selected("loss", "sigmoid(z) - t").ids == ["loss-08", "loss-09"]
    assert len(selected(everything=True)) == len(all_identities)


# The softmax as an elementwise layer, δ through the wrong weight, a sum over samples left out.
WRONG = {
    "softmax": ("softmax(z)", "z", "z: n", "diag(softmax(z) * (1 - softmax(z)))", ""),
    "sigmoid at a": ("sigmoid(z)", "z", "z: n", "diag(dsigmoid(sigmoid(z)))", ""),
    "mean for sum": ("half_squared_error(p, t)", "p", "p: m, t: m", "(p - t).T / m", "(p - t) / m"),
    "samples": ("W @ A", "W", "W: m×n, A: n×N", "kron(A.T, ones(m, m))", "kron(A, ones(m, m))"),
}


@pytest.mark.parametrize("slip", WRONG)
def test_a_wrong_row_does_not_hold(slip):
    assert not Identity("wrong", "wrong", *WRONG[slip], functions=layer_functions).holds()


@pytest.mark.parametrize(("name", "layer"), [
    ("elem-01", Sigmoid()), ("elem-02", Tanh()), ("soft-01", Softmax()), ("soft-02", LogSoftmax()),
])  # fmt: skip
def test_a_row_says_what_the_layer_says(name, layer):
    row, z = all_identities[name], np.array([0.4, -1.3, 0.9, 2.1])
    for text, layout in zip(row.results, ("numerator", "denominator"), strict=True):
        formula = row.formula(text.split(" = ")[0])
        np.testing.assert_allclose(
            formula({"z": z}, sizes={"n": 4}), layer.jacobian(z, layout=layout), atol=1e-14
        )


def test_the_row_of_normalisation_is_layer_norm_without_its_epsilon():
    row, x = all_identities["std-02"], np.array([0.4, -1.3, 0.9, 2.1])
    layer = LayerNorm(np.ones(4), np.zeros(4), eps=1e-300)
    value = row.formula(row.numerator)({"x": x}, sizes={"n": 4})
    np.testing.assert_allclose(value, layer.jacobian(x), atol=1e-12)


POINT = np.array([[0.4, -1.3], [0.9, 2.1], [-0.2, 0.6]])


@pytest.mark.parametrize("name", [*ACTIVATIONS])
def test_an_activation_has_the_value_and_the_slope_of_its_layer(name):
    functions, layer = layer_functions(), activation_named(name)
    value = Formula.parse(f"{name}(Z)", functions=functions)
    np.testing.assert_allclose(value({"Z": POINT}), layer(POINT), rtol=1e-14)
    np.testing.assert_allclose(value.as_numpy({"Z": POINT}).value, layer(POINT), rtol=1e-14)
    np.testing.assert_allclose(
        value.jacobian({"Z": POINT}, "Z"), layer.jacobian(POINT), rtol=1e-9, atol=1e-11
    )
    if f"d{name}" in functions:
        slope = Formula.parse(f"diag(vec(d{name}(Z)))", functions=functions)
        np.testing.assert_allclose(
            slope({"Z": POINT}), layer.jacobian(POINT), rtol=1e-12, atol=1e-300
        )


@pytest.mark.parametrize("name", [*LOSSES])
def test_a_loss_has_the_value_and_the_gradient_of_its_layer(name):
    loss = loss_named(name)
    P = 1 / (1 + np.exp(-POINT))
    T = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    formula = Formula.parse(f"{name}(P, T)", functions=layer_functions())
    np.testing.assert_allclose(formula({"P": P, "T": T}), [[loss(P, T)]], rtol=1e-14)
    np.testing.assert_allclose(
        formula.jacobian({"P": P, "T": T}, "P"), loss.jacobian(P, T), rtol=1e-9, atol=1e-11
    )
    np.testing.assert_allclose(
        formula.as_numpy({"P": P[:, 0], "T": T[:, 0]}).value, loss(P[:, 0], T[:, 0]), rtol=1e-14
    )
    with pytest.raises(ShapeError, match=f"^{name} takes a prediction and a target of one shape, "
                       r"not 3×2 and 3×1"):  # fmt: skip
        formula({"P": P, "T": T[:, 0]})


def test_without_the_functions_of_layers_a_formula_does_not_know_them():
    with pytest.raises(InputError, match="sigmoid is no function that is known here: "):
        Formula.parse("sigmoid(z)")
