"""Derivatives by steps: beside derivatives by hand, at every scale, near kinks and on them."""

import numpy as np
import pytest

import layouts
from jacobians.formula_functions import layer_functions
from layouts import Formula, identity_runs
from layouts.formulas import differences
from layouts.formulas.differences import jacobian, second_derivative
from layouts.formulas.functions import elementwise

nan = np.nan
AWAY = 4.0


def bent(X):
    """Zero below 4, and a parabola from there on: its slope jumps from 0 to 8."""
    return np.where(X > AWAY, X * X - AWAY**2, 0.0)


def column(x):
    return np.array(x, dtype=float).reshape(-1, 1)


def total(function):
    """The sum over all entries of a function of each."""
    return lambda X: function(X).sum(axis=(-2, -1), keepdims=True)


def agree(actual, expected, tolerance=1e-9, floor=0.0):
    """NaN at the same places, and every single entry as near as this, whatever the others are."""
    actual, expected = np.asarray(actual), np.asarray(expected, dtype=float)
    assert actual.shape == expected.shape
    assert np.array_equal(np.isnan(actual), np.isnan(expected))
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=floor)


def by_formula(text, x):
    return Formula.parse(text, functions=layer_functions()).jacobian({"x": x}, "x")


# One step for each entry

SLOPES = {
    "softsign(x)": ([1e4, 0.5], [1 / 10001**2, 1 / 1.5**2]),
    "elu(x)": ([1e4, -0.5], [1, np.exp(-0.5)]),
    "relu(x) * x": ([1e6, 0.5], [2e6, 1]),
    "relu(x)": ([1e6, 1e-4, 1e-9, -1e-9, -3], [1, 1, 1, 0, 0]),
    "relu(x) / x": ([1e-6, -1e-6, 1e6], [0, 0, 0]),
    "abs(relu(x) - 2)": ([2.001, 1.999, 1e-5, -1e-5], [1, -1, -1, 0]),
    "softsign(x) * 1000": ([1e-2, -0.5], [1e3 / 1.01**2, 1e3 / 1.5**2]),
}


@pytest.mark.parametrize("text", SLOPES)
def test_slopes_of_entries_that_differ_in_scale(text):
    x, slopes = SLOPES[text]
    assert not Formula.parse(text, functions=layer_functions()).analytic
    agree(by_formula(text, x), np.diag(slopes), floor=1e-11)


def test_the_logarithm_of_a_matrix_whose_entries_differ_in_scale():
    a, b = 1e4, 1.0
    between = np.log(a / b) / (a - b)
    expected = np.diag([1 / a, between, between, 1 / b])
    agree(by_formula("logm(x)", np.diag([a, b])), expected, floor=1e-12)


SMOOTH = {
    "exp": (np.exp, np.exp, np.exp, [-2.0, 0.0, 1e-5, 3.0]),
    "log": (np.log, lambda x: 1 / x, lambda x: -1 / x**2, [1e-9, 1e-4, 0.3, 7.0, 1e6]),
    "1/x": (np.reciprocal, lambda x: -1 / x**2, lambda x: 2 / x**3, [-1e-6, 0.02, 1.0, 1e4]),
    "sqrt": (np.sqrt, lambda x: 0.5 / np.sqrt(x), lambda x: -0.25 * x**-1.5, [1e-8, 1.0, 1e8]),
    "sin 1000x": (lambda x: np.sin(1e3 * x), lambda x: 1e3 * np.cos(1e3 * x),
                  lambda x: -1e6 * np.sin(1e3 * x), [0.7, -0.1]),
    "cube": (lambda x: x**3, lambda x: 3 * x**2, lambda x: 6 * x, [-1.0, 0.0, 0.1, 1e4]),
}  # fmt: skip


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("analytic", [True, False])
def test_smooth_functions_have_their_slopes_at_every_scale(name, analytic):
    function, slope, _, points = SMOOTH[name]
    x = column(points)
    agree(jacobian(function, x, analytic=analytic), np.diag(slope(x)[:, 0]), floor=1e-15)


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("analytic", [True, False])
def test_smooth_functions_have_their_second_derivatives_at_every_scale(name, analytic):
    function, _, bend, points = SMOOTH[name]
    for point in points:
        H = second_derivative(total(function), column([point]), analytic=analytic)[0]
        agree(H, [[bend(point)]], tolerance=1e-9 if analytic else 1e-6, floor=1e-9)


@pytest.mark.parametrize(
    ("text", "bends"),
    [("sum(1 / x)", [2e-12, 2.0]), ("sum(log(x))", [-1e-8, -1.0]), ("x.T @ x", [2.0, 2.0])],
)
def test_hessians_of_entries_that_differ_in_scale(text, bends):
    H = Formula.parse(text).second_derivative({"x": [1e4, 1.0]}, "x")
    agree(H, np.diag(bends), floor=1e-15)


def test_a_second_derivative_by_two_names_has_a_row_for_each_entry_of_the_second():
    x, y = column([3.0, 2.0, -1.0]), column([0.1, 5.0])
    A = np.arange(1.0, 7.0).reshape(3, 2)  # ∂²(xᵀ A y³)/∂x∂y, at row j and column i: 3 A_ij y_j²

    def function(X, Y):
        return X.swapaxes(-1, -2) @ A @ Y**3

    for analytic in (True, False):
        H = second_derivative(function, x, y, analytic=analytic)
        agree(H, [3 * A.T * y**2], tolerance=1e-6)


def test_smooth_functions_of_matrices_are_as_by_complex_steps():
    x = np.random.default_rng(3).standard_normal((3, 2))

    def function(X):
        return np.sin(X) @ np.exp(X).swapaxes(-1, -2) * 1e4

    exact = jacobian(function, x, analytic=True)
    error = np.abs(jacobian(function, x, analytic=False) - exact)
    assert 0.0 < error.max() < 1e-11 * np.abs(exact).max()


SECOND = [row for row in layouts.identities if row.kind == "second derivative"]


@pytest.mark.parametrize("row", SECOND, ids=str)
def test_second_derivatives_of_the_table_by_differences_of_differences(row, monkeypatch):
    def by_differences(*of, analytic):
        return second_derivative(*of, analytic=False)

    monkeypatch.setattr(identity_runs, "second_derivative", by_differences)
    for truth, result in identity_runs.executed.__wrapped__(row):
        for layout in (0, 1):
            assert identity_runs.error(truth[layout], result[layout]) < 1e-7


@pytest.mark.parametrize("function", [np.arctan, lambda x: x / (1 + np.abs(x))])
def test_second_derivatives_that_vanish_beside_the_value(function):
    H = second_derivative(total(function), column([1e4, 1e4]), analytic=False)
    assert np.abs(H).max() < 1e-11


def test_round_off_grows_with_shorter_steps_so_no_shorter_one_is_taken_than_is_sure():
    x = np.linspace(-3.0, 3.0, 200).reshape(-1, 1)
    error = jacobian(lambda X: np.sin(30 * X), x, analytic=False) - np.diag(
        30 * np.cos(30 * x[:, 0])
    )
    assert np.abs(error).max() < 30 * 1e-12


# Near kinks and on them


@pytest.mark.parametrize("distance", [1e-2, 3e-3, 1e-3, 1e-4, -1e-2, -3e-3, -1e-3, -1e-4])
def test_a_kink_beside_the_point_does_not_matter(distance):
    x = column([AWAY + distance, 1.0, 7.0])
    slopes = np.diag(np.where(x > AWAY, 2 * x, 0.0)[:, 0])
    assert np.allclose(jacobian(bent, x, analytic=False), slopes, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("distance", [0.0, 1e-9, -1e-9])
def test_at_a_kink_there_is_no_derivative(distance):
    J = jacobian(bent, column([AWAY + distance, 1.0, 7.0]), analytic=False)
    agree(J, np.diag([nan, 0.0, 14.0]))


def test_no_distance_from_a_kink_makes_a_slope_wrong():
    for distance in 10 ** np.random.default_rng(0).uniform(-8, -1, 400):
        J = jacobian(bent, column([AWAY - distance, AWAY + distance]), analytic=False)
        right = np.diag([0.0, 2 * (AWAY + distance)])
        if distance > 2e-6:
            agree(J, right, tolerance=1e-6, floor=1e-6)
        else:
            assert ((np.abs(J - right) < 1e-6) | np.isnan(J)).all()


KINKS = {
    # formula, point, slopes: of the entries themselves
    "abs": ("abs(x)", [-1e-6, 0.0, 3.0], [-1, nan, 1]),
    "abs beside what is huge": ("abs(x)", [1e10, 0.0], [1, nan]),
    "abs of a difference": ("abs(x - 0.3)", [0.3, 0.3 + 1e-12, 0.0], [nan, 1, -1]),
    "a square of abs": ("abs(x)**2", [0.0, 2.0], [0, 4]),
    "abs times x": ("abs(x) * x", [0.0, -2.0], [0, 4]),
    "relu": ("relu(x)", [0.0, 2.0], [nan, 1]),
    "relu beside what is huge": ("relu(x)", [0.0, 1e9], [nan, 1]),
    "relu of a difference": ("relu(x - 2)", [2.0, 1.0, 3.0], [nan, 0, 1]),
    "leaky_relu": ("leaky_relu(x)", [0.0, -1.0], [nan, 0.01]),
    "a jump": ("drelu(x)", [0.0, 1e-4, -1e-4], [nan, 0, 0]),
    "on a large value": ("relu(x) + 1000", [0.0, 1.0], [nan, 1]),
    "a kink that is slight beside x": (
        "relu(x - 1000000) / 100000 + 10000",
        [1e6, 1e6 + 9],
        [nan, 1e-5],
    ),
    "a square of a difference": ("(x - 1)**2", [1.0, 2.0], [0, 2]),
    "a square of a large difference": ("(x - 1000)**2", [1000.0, 2.0], [0, -1996]),
}


@pytest.mark.parametrize("name", KINKS)
def test_at_a_kink_the_entry_has_no_slope_and_the_others_have(name):
    text, x, slopes = KINKS[name]
    J = by_formula(text, x)
    agree(np.diag(J), slopes, tolerance=1e-7)
    off = J[~np.eye(len(x), dtype=bool)]
    assert (np.isnan(off) | (off == 0.0)).all()


def test_by_complex_steps_a_row_with_a_kink_is_nan_and_the_others_are_not():
    agree(by_formula("abs(x)", [0.0, 2.0]), [[nan, nan], [0, 1]])
    agree(by_formula("norm(x - 1) * x", [1.0, 1.0]), np.full((2, 2), nan))
    agree(by_formula("sum(abs(x))", [1e9, 0.0]), [[nan, nan]])
    text = "hstack(abs(x.T), log(x).T)"
    agree(by_formula(text, [0.0, -1.0]), np.vstack([[[nan, nan], [0, -1]], np.full((2, 2), nan)]))


def test_the_other_entries_of_a_column_keep_the_slopes_of_the_first_steps():
    first, second = column([1.0]), column([1.0 + 1e-4])

    def function(X):
        return np.concatenate([np.abs(X - 1.0), np.sin(X)], axis=-2)

    kinked, slopes = (jacobian(function, x, analytic=False)[:, 0] for x in (first, second))
    assert np.isnan(kinked[0])
    assert abs(kinked[1] - jacobian(np.sin, first, analytic=False)[0, 0]) < 1e-15
    agree(slopes, [1.0, np.cos(1.0 + 1e-4)], tolerance=1e-12)


def test_a_norm_of_a_residual_that_vanishes_has_no_slope():
    A, x = np.arange(12.0).reshape(4, 3) ** 2, np.array([0.5, -1.75, 3.0])
    values = {"A": A, "x": x, "b": A @ x}
    assert np.isnan(Formula.parse("norm(A @ x - b)").jacobian(values, "x")).all()


def test_where_the_first_steps_leave_the_domain_shorter_ones_do_not():
    with np.errstate(invalid="ignore"):
        J = jacobian(np.log, column([1e-4, -1.0]), analytic=False)
    agree(J, [[1e4, 0], [nan, nan]])
    agree(by_formula("logm(x)", np.diag([2.0**-10, 1.0]))[0], [2.0**10, 0, 0, 0])

    def edge(X):
        return np.abs(X) + np.sqrt(X + 1e-3)

    assert np.isnan(jacobian(edge, column([0.0]), analytic=False))
    agree(jacobian(edge, column([1e-4]), analytic=False), [[1 + 0.5 / np.sqrt(1.1e-3)]])


UNUSUAL = {
    "a root of |x|": (lambda x: np.sqrt(np.abs(x)), nan),
    "a cube root": (np.cbrt, nan),
    "a sign": (np.sign, nan),
    "a step": (lambda x: 1.0 * (x > 0), nan),
    "x log|x|": (lambda x: x * np.log(np.abs(x) + 1e-300), nan),
    "a small kink": (lambda x: x + 1e-4 * np.abs(x), nan),
    "a kink on a parabola": (lambda x: np.abs(x) + x * x, nan),
    "the fourth power": (lambda x: x**4, 0.0),
    "slopes that meet": (lambda x: np.where(x > 0, x, np.expm1(x)), 1.0),
    "slopes that meet at 0": (lambda x: x * np.abs(x), 0.0),
    "softsign": (lambda x: x / (1 + np.abs(x)), 1.0),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_what_has_a_slope_at_0_and_what_has_none(name):
    function, slope = UNUSUAL[name]
    agree(jacobian(function, column([0.0]), analytic=False), [[slope]], floor=1e-6)


BENDS = {
    # second derivatives at 0 and at 2
    "norm(x)": np.full((2, 2), nan),
    "sum(abs(x))": np.full((2, 2), nan),
    "norm(x)**2": np.diag([2.0, 2.0]),
    "sum(abs(x)**3)": np.diag([0.0, 12.0]),
}


@pytest.mark.parametrize("text", BENDS)
def test_second_derivatives_where_first_ones_have_a_kink(text):
    x = [0.0, 0.0] if text == "norm(x)" else [0.0, 2.0]
    agree(Formula.parse(text).second_derivative({"x": x}, "x"), BENDS[text], floor=1e-6)


def test_a_slope_with_a_kink_has_no_second_derivative():
    f = Formula.parse("sum(relu(x) * x)", functions=layer_functions())
    assert np.isnan(f.second_derivative({"x": [0.0]}, "x"))
    agree(f.second_derivative({"x": [1e-2]}, "x"), [[2.0]], tolerance=1e-6)
    agree(f.second_derivative({"x": [-1e-2]}, "x"), [[0.0]], floor=1e-9)


def test_round_off_is_no_kink():
    same = {"same": elementwise(lambda x: x, analytic=False)}
    A = np.random.default_rng(0).standard_normal((4, 4))
    one_hot = {"A": A, "x": [0.0, 0.0, 0.0, 1.0]}
    agree(Formula.parse("A @ inv(A) @ same(x)", functions=same).jacobian(one_hot, "x"),
          np.eye(4), floor=1e-12)  # fmt: skip
    ones = Formula.parse("same(x) @ inv(x)", functions=same).jacobian({"x": A}, "x")
    agree(ones, np.zeros((16, 16)), floor=1e-11)
    ones = Formula.parse("same(x) @ inv(x)", functions=same).jacobian({"x": np.triu(A)}, "x")
    agree(ones, np.zeros((16, 16)), floor=1e-9)
    ones = Formula.parse("sin(x)**2 + cos(x)**2").jacobian({"x": A}, "x")
    agree(ones, np.zeros((16, 16)), floor=1e-15)


# What it costs


def test_smooth_functions_take_two_calls_and_kinks_one_more():
    calls = []

    def function(X):
        calls.append(len(X))
        return np.abs(X)

    jacobian(function, column([1.0, -2.0, 3.0]), analytic=False)
    assert calls == [1, 3 * 6]
    calls.clear()
    jacobian(function, column([1.0, 0.0, 3.0]), analytic=False)
    assert calls == [1, 3 * 6, 5 * 6]
    calls.clear()
    jacobian(lambda X: np.pi * function(X) + 1e8, column([1.0, -2.1, 3.3]), analytic=False)
    assert calls == [1, 3 * 6]


@pytest.mark.parametrize("analytic", [True, False])
def test_memory_bounds_the_points_of_a_call_and_not_the_result(analytic, monkeypatch):
    most = []

    def function(X):
        most.append(X.size)
        return X**3

    x = np.linspace(-2.0, 2.0, 24).reshape(6, 4)
    whole = jacobian(function, x, analytic=analytic)
    monkeypatch.setattr(differences, "MOST_ENTRIES", 240)
    most.clear()
    agree(jacobian(function, x, analytic=analytic), whole, tolerance=1e-12)
    assert max(most) <= 240


# Every check can fail


def with_lengths(monkeypatch, *lengths):
    monkeypatch.setattr(differences, "LENGTHS", np.array(lengths))


def test_one_length_of_steps_would_not_do(monkeypatch):
    with_lengths(monkeypatch, [2.0**-8, 1.0], [2.0**-8, 1.0])
    assert np.isnan(by_formula("relu(x)", [1e-4]))
    assert np.isnan(jacobian(np.log, column([1e-4]), analytic=False))


def test_one_step_for_all_entries_would_be_wrong(monkeypatch):
    x = [1e4, 0.5]
    with_lengths(monkeypatch, [2.0**-8, 1e4], [2.0**-8, 1e4])
    monkeypatch.setattr(differences, "ALIKE", np.inf)
    right = np.diag(SLOPES["softsign(x)"][1])
    assert abs(by_formula("softsign(x)", x) - right)[1, 1] > 0.1


def test_without_doubt_the_slope_at_a_kink_would_be_the_mean_of_both_sides(monkeypatch):
    monkeypatch.setattr(differences, "ALIKE", np.inf)
    assert by_formula("relu(x)", [0.0]) == pytest.approx(0.5)
    assert by_formula("leaky_relu(x)", [0.0]) == pytest.approx(0.505)


def test_without_a_look_from_beside_abs_would_have_a_slope_at_0(monkeypatch):
    monkeypatch.setattr(differences, "is_bent", lambda point: np.zeros(point.y.size, bool))
    assert by_formula("abs(x)", [0.0]) == 0.0
    assert not np.isnan(by_formula("norm(x)", [0.0])).any()
