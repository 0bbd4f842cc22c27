"""Functions given as code: what is missing is approximated from the forward alone."""

import numpy as np
import pytest

from jacobians import Custom, Network
from layouts import InputError, LayoutError, ShapeError
from tests.cases import pairs, pairs_jacobian, pairs_jvp, pairs_vjp
from tests.laws import agree

x, g, t = np.array([0.3, -1.2, 2.1, -0.7]), np.array([1.0, -2.0, 0.5]), np.array([1.0, 2.0, 3.0, 4])


def test_what_is_missing_is_named():
    assert Custom(pairs).by_differences == ("jacobian", "jvp", "vjp")
    assert Custom(pairs, jacobian=pairs_jacobian).by_differences == ("jvp", "vjp")
    assert Custom(pairs, jvp=pairs_jvp, vjp=pairs_vjp).by_differences == ("jacobian",)
    assert Custom(pairs, pairs_jacobian, pairs_jvp, pairs_vjp).by_differences == ()


def test_differences_are_good_to_nine_digits():
    layer = Custom(lambda v: np.array([np.sin(v[0] * v[1]), np.exp(v[2] - v[3])]))
    expected = np.zeros((2, 4))
    expected[0, :2] = np.cos(x[0] * x[1]) * np.array([x[1], x[0]])
    expected[1, 2:] = np.exp(x[2] - x[3]) * np.array([1, -1])
    agree(layer.jacobian(x), expected, 1e-9)
    agree(layer.jvp(t, x), expected @ t, 1e-9)
    agree(layer.vjp(g[:2], x), expected.T @ g[:2], 1e-9)


@pytest.mark.parametrize("wrong", ["jacobian", "jvp", "vjp"])
def test_what_is_missing_is_never_taken_from_a_wrong_rule_that_was_given(wrong):
    rules = {
        "jacobian": lambda v: 2 * pairs_jacobian(v),
        "jvp": lambda t, v: 2 * pairs_jvp(t, v),
        "vjp": lambda g, v: 2 * pairs_vjp(g, v),
    }
    layer, J = Custom(pairs, **{wrong: rules[wrong]}), pairs_jacobian(x)
    factor = {what: 2 if what == wrong else 1 for what in rules}
    agree(layer.jacobian(x), factor["jacobian"] * J, 1e-9)
    agree(layer.jvp(t, x), factor["jvp"] * J @ t, 1e-9)
    agree(layer.vjp(g, x), factor["vjp"] * J.T @ g, 1e-9)


def test_samples_are_taken_one_by_one():
    X = np.stack([x, 2 * x, x**2], axis=1)
    layer = Custom(pairs, pairs_jacobian, pairs_jvp, pairs_vjp)
    assert np.array_equal(layer(X), np.stack([pairs(x), pairs(2 * x), pairs(x**2)], axis=1))
    J = layer.jacobian(X)
    assert (J.structure, J.shape) == ("block diagonal", (9, 12))
    for k, column in enumerate(X.T):
        block = np.asarray(J)[3 * k : 3 * k + 3, 4 * k : 4 * k + 4]
        assert np.array_equal(block, pairs_jacobian(column))


def test_a_linear_tangent_of_zero_is_pushed_to_zero():
    assert not Custom(pairs).jvp(np.zeros(4), x).any()


@pytest.mark.parametrize(("layer", "ask", "message"), [
    (Custom(pairs, jacobian=lambda v: pairs_jacobian(v).T, name="pairs"), "jacobian",
     "a derivative given for pairs has shape (4, 3), 3×4 is wanted; a Jacobian's rows follow the "
     "output."),
    (Custom(pairs, jvp=np.multiply, name="pairs"), "jvp", None),
    (Custom(pairs, vjp=lambda g, v: g * v[:3], name="pairs"), "vjp", None),
], ids=["jacobian transposed", "jvp of the wrong size", "vjp of the wrong size"])  # fmt: skip
def test_a_derivative_of_the_wrong_shape_is_refused(layer, ask, message):
    given = {"jacobian": (x,), "jvp": (t, x), "vjp": (g, x)}[ask]
    with pytest.raises(ShapeError) as refused:
        getattr(layer, ask)(*given)
    assert message is None or str(refused.value) == message


def test_what_is_no_function_is_refused():
    with pytest.raises(InputError) as refused:
        Custom(pairs, jacobian=np.eye(3))
    assert str(refused.value).startswith("jacobian of a custom layer is a function, not ")


def test_a_function_whose_size_changes_is_refused():
    layer = Custom(lambda v: v[v > 0.5], name="positive")
    with pytest.raises(ShapeError) as refused:
        layer(x)
    assert str(refused.value) == (
        "positive gave 1 entries here and 4 before, for inputs of one size."
    )


def test_a_complex_function_is_refused():
    with pytest.raises(InputError, match="the output of f has entries of type complex128"):
        Custom(lambda v: v * 1j)(x)


def test_letters_do_not_tell_the_size_of_a_function_given_as_code():
    from jacobians import Linear
    from layouts.sizes import letter

    with pytest.raises(LayoutError, match="found by calling it, which a letter"):
        Network([Linear.of_sizes(letter("n"), 3), Custom(pairs)])


@pytest.mark.parametrize("name", ["x`y", "a\nb", "", "\x1b[31mred"])
def test_a_name_that_would_break_out_of_its_line_is_refused(name):
    with pytest.raises(LayoutError, match="printable line"):
        Custom(lambda x: x, name=name)
