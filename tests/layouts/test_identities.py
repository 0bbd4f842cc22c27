"""The table of identities: every row true in both layouts, and able to be false."""

import subprocess
import sys
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
import sympy

import layouts
from layouts import identities
from layouts.errors import InputError
from layouts.identity import Identity
from layouts.identity_runs import executed
from layouts.identity_table import Identities
from layouts.probes import SIZES, declared, drawn

DISTORTIONS = {
    "layout": lambda numerator, denominator: (denominator, numerator),
    "scale": lambda numerator, denominator: (1.001 * numerator, 1.001 * denominator),
    "sign": lambda numerator, denominator: (-numerator, -denominator),
}


@pytest.mark.parametrize("row", identities, ids=str)
def test_identity(row):
    assert row.worst_error() < 1e-9


@pytest.mark.parametrize(
    ("row", "what"),
    [(row, what) for row in identities for what in row.tells],
    ids=lambda each: each.id if isinstance(each, Identity) else each,
)
def test_a_row_that_can_tell_fails_when_it_should(row, what):
    assert not row.holds(DISTORTIONS[what])


def test_rows_that_tell_nothing_are_the_zero_derivatives():
    silent = [row.id for row in identities if not row.tells]
    assert silent == ["vv-01", "sv-01", "vs-01", "sM-01", "d-M-01"]


def test_symmetric_results_numbers_and_differentials_tell_no_layout():
    for name in ["vv-02", "sv-14", "sM-13", "ss-M-01", "d-M-04", "vec-13", "kron-06"]:
        assert identities[name].tells == ("scale", "sign"), name
    for row in identities:
        if row.kind in ("differential", "equality"):
            assert "layout" not in row.tells, row.id
        if "layout" not in row.tells:
            assert row.holds(DISTORTIONS["layout"]) or not row.tells, row.id


def test_the_rows_of_wikipedia_are_all_there():
    counted = Counter(name.rpartition("-")[0] for name in identities.ids)
    assert counted | {} == {
        "vv": 11, "sv": 20, "vs": 9, "sM": 38, "Ms": 10, "ss-v": 2, "ss-M": 6, "d-s": 4, "d-M": 14,
        "conv": 6, "vec": 20, "rvec": 7, "kron": 16, "norm": 15,
    }  # fmt: skip
    assert len(set(identities.ids)) == len(identities)


def test_a_handful_of_rows_is_stated_by_hand_and_says_why():
    by_hand = [row for row in identities if row.by_hand]
    assert [row.id for row in by_hand] == ["d-M-09", "d-M-11", "d-M-12", "d-M-13", "d-M-14"]
    assert all(row.reason and all(row.latex) for row in by_hand)


def test_probes_have_sizes_that_all_differ_and_are_not_one():
    assert len(SIZES) >= 2
    for numbers in SIZES:
        assert len(set(numbers)) == len(numbers)
        assert 1 not in numbers
    assert all(a != b for a, b in zip(*SIZES[:2], strict=True) if (a, b) != (7, 7))
    for row in identities:
        if row.where:
            assert len({size for each in declared(row.where) for size in each.shape}) <= 6, row.id


def test_square_matrices_are_not_symmetric_unless_a_row_says_so():
    for name in ["sv-12", "sM-22", "sM-29", "Ms-07"]:
        row = identities[name]
        for k, numbers in enumerate(SIZES):
            probe = drawn(declared(row.where), f"{name} {k}", numbers)
            for value in probe.values.values():
                if value.shape[0] == value.shape[1] > 1:
                    assert np.abs(value - value.T).max() > 0.05


# Wrong in one way each, and of the right shape wherever a shape could give it away.
WRONG = {
    "the other layout": ("A @ x", "x", "A: n×n, x: n", "A.T", "A"),
    "a term missing": ("x.T @ A @ x", "x", "A: n×n, x: n", "x.T @ A", "A.T @ x"),
    "a symmetric matrix": ("x.T @ A @ x", "x", "A: n×n, x: n", "2 * x.T @ A", "2 * A @ x"),
    "order": ("g", "x", "g(u): n, u(x): n, x: n", "d(u, x) @ d(g, u)", "d(g, u) @ d(u, x)"),
    "row stacking": ("A @ X @ B", "X", "A: p×p, B: p×p, X: p×p", "kron(A, B.T)", "kron(A.T, B)"),
    "a sign": ("tr(inv(X))", "X", "X: n×n invertible", "inv(X) @ inv(X)", "(inv(X) @ inv(X)).T"),
    "a scalar's rule": ("inv(X)", "X", "X: n×n invertible", "-eye(n * n)", "-eye(n * n)"),
    "a factor of two": ("norm(X)**2", "X", "X: p×q", "X.T", "X"),
    "another shape": ("A @ x", "x", "A: m×n, x: n", "A.T", "A"),
}


@pytest.mark.parametrize("slip", WRONG)
def test_a_wrong_row_does_not_hold(slip):
    row = Identity("wrong", "wrong", *WRONG[slip])
    assert not row.holds()


def test_the_truth_of_a_row_is_what_sympy_says_entry_by_entry():
    for name, function in {
        "sM-29": lambda X: X.det(),
        "sM-25": lambda X: (X**4).trace(),
        "norm-02": lambda X: (X.T * X).trace(),
    }.items():
        row = identities[name]
        probe = drawn(declared(row.where), f"{name} 0", SIZES[0])
        values = probe.values["X"]
        X = sympy.Matrix(*values.shape, lambda i, j: sympy.Symbol(f"x{i}{j}"))
        at = dict(zip(X, values.ravel(), strict=True))
        slopes = [float(function(X).diff(x).subs(at)) for x in X]
        expected = np.reshape(slopes, values.shape)
        run = executed(row)[0]
        np.testing.assert_allclose(run.truth[1], expected, rtol=1e-10)
        np.testing.assert_allclose(run.truth[0], expected.T, rtol=1e-10)


def test_some_function_of_x_has_the_derivatives_that_it_says():
    given = declared("u(x, t): m×k, x: n, t: scalar, f(x): scalar")
    probe = drawn(given, "seed", (2, 3, 4))
    for name, (smooth, of) in probe.smooth.items():
        arguments = [probe.values[each] for each in of]
        v = np.concatenate([a.reshape(-1, 1, order="F") for a in arguments])

        def value(v, of=of, smooth=smooth):
            ends = np.cumsum([0, *(probe.values[each].size for each in of)])
            parts = [v[a:b] for a, b in pairwise(ends)]
            return smooth.value(*parts).reshape(-1, order="F")

        for k in range(len(v)):
            e = np.zeros_like(v)
            e[k] = 1e-5
            slope = (value(v + e) - value(v - e)) / 2e-5
            np.testing.assert_allclose(smooth.jacobian(v)[:, k], slope, atol=1e-8, err_msg=name)
            change = (smooth.jacobian(v + e) - smooth.jacobian(v - e)) / 2e-5
            np.testing.assert_allclose(smooth.second(v)[:, :, k], change, atol=1e-8)


def test_the_table_is_searched_as_people_type():
    assert "sv-12" in identities.search("x.T A x").ids
    assert identities.search("xᵀ A x").ids == identities.search("x^T A x").ids
    assert identities.search("x.T @ A @ x").ids == identities.search("x^{\\top} A x").ids
    assert "sv-12" in identities.search("w.T B w").ids
    assert "sv-12" not in identities.search("w.T B v").ids
    assert identities.search("Wirtinger").ids == []
    assert identities.search("frobenius").ids == ["norm-02"]
    assert len(identities.search("  ")) == len(identities)


def test_rows_are_had_by_name_by_place_and_by_category():
    assert identities["vv-03"].numerator == "A"
    assert identities[0].id == "vv-01"
    assert isinstance(identities[:3], Identities)
    assert len(identities.of_category("scalar-by-matrix")) == 38
    assert identities.of_category("Scalar by Matrix") == identities.of_category("scalar-by-matrix")
    assert identities.of_category("vec").categories == [
        "through vec (columns stacked)", "vec and Kronecker products"]  # fmt: skip
    assert identities.of_category("kron").categories == ["vec and Kronecker products"]
    with pytest.raises(InputError, match=r"^no identity is called vv-99: did you mean vv-0"):
        identities["vv-99"]
    with pytest.raises(InputError, match=r"^no category is called tensor: known are vector-by-"):
        identities.of_category("tensor")


def test_declarations_that_cannot_be_read_say_why():
    with pytest.raises(InputError) as told:
        declared("A is n×n")
    assert str(told.value) == (
        "'A is n×n' is no declaration: a name, a colon and its sizes, A: n×n, or u(x): m for a "
        "function of x."
    )
    with pytest.raises(InputError, match=r"^A is said to be symetric: did you mean symmetric\?$"):
        declared("A: n×n symetric")


def test_the_name_in_the_package_is_the_table_however_it_is_imported():
    import layouts.identities

    assert layouts.identities["vv-03"].id == "vv-03"
    done = subprocess.run(
        [sys.executable, "-c", "import layouts.identities; from layouts import identities; "
         "print(len(identities) > 100, identities['sv-12'])"],
        capture_output=True, text=True, check=True, cwd=str(SOURCE),
    )  # fmt: skip
    assert done.stdout == "True sv-12: d(x.T @ A @ x)/dx = x.T @ (A + A.T)\n"


SOURCE = __import__("pathlib").Path(layouts.__file__).parent.parent

READERS_OWN = """
import pytest
from layouts import identities

@pytest.mark.parametrize("row", identities, ids=str)
def test_mine(row):
    assert row.holds()
"""


def test_a_readers_own_tests_can_run_over_the_table(tmp_path):
    (tmp_path / "test_mine.py").write_text(READERS_OWN, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", str(tmp_path)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**__import__("os").environ, "PYTHONPATH": str(SOURCE)},
    )  # fmt: skip
    assert f"{len(identities)} passed" in done.stdout
    assert "test_mine[sv-12: d(x.T @ A @ x)/dx = x.T @ (A + A.T)] PASSED" in done.stdout
