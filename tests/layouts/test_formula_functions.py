"""Every built-in function of formulas: shape, value, many points at once, derivative.

Values are held against NumPy and SciPy on one matrix, or against loops over entries; derivatives
against autograd, against SymPy's explicit entries, or against Fréchet derivatives, which are the
upper right block of the function of a block matrix.
"""

from collections.abc import Callable
from itertools import combinations, permutations
from typing import Any, NamedTuple

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import scipy.linalg
import sympy
from sympy.combinatorics import Permutation

from layouts.errors import InputError
from layouts.formula import Formula
from layouts.formulas.functions import BUILT_IN, elementwise
from layouts.sizes import letter

k, m, n = letter("k"), letter("m"), letter("n")
SIZES = {"m": 3, "n": 4, "k": 2}
SHAPES = {
    "A": "m×n",
    "B": "k×m",
    "C": "m×k",
    "S": "n×n",
    "P": "n×n",
    "x": "n",
    "b": "m",
    "r": "1×n",
}
GENERATOR = np.random.default_rng(7)
# ruff: noqa: ARG005 - every reference is handed the value, every entry its two places


def drawn() -> dict[str, Any]:
    """A value for each name; A and x have positive entries, S positive eigenvalues."""
    G = GENERATOR.standard_normal
    S, Q = G((4, 4)), np.linalg.qr(G((4, 4)))[0]
    return {
        "A": np.abs(G((3, 4))) + 0.5, "B": G((2, 3)), "C": G((3, 2)), "P": S + 4 * np.eye(4),
        "S": Q @ np.diag([0.5, 1.0, 1.7, 2.6]) @ Q.T + 0.1 * S,
        "x": np.abs(G(4)) + 0.5, "b": G(3), "r": G((1, 4)),
    }  # fmt: skip


VALUES = drawn()


def columns_stacked(X):
    """vec, said in autograd's NumPy."""
    return anp.reshape(anp.transpose(X), (-1,))


def by_autograd(function, X):
    """∂vec(y)/∂vec(x) of a plain function of a matrix."""

    def stacked(v):
        return columns_stacked(anp.atleast_2d(function(anp.transpose(anp.reshape(v, X.T.shape)))))

    return autograd.jacobian(stacked)(X.T.ravel())


def by_blocks(function, X):
    """∂vec f(X)/∂vec X of a function of a square matrix, by its value at [[X, E], [0, X]]."""
    p = len(X)
    columns = []
    for j in range(p):
        for i in range(p):
            E = np.zeros((p, p))
            E[i, j] = 1.0
            block = function(np.block([[X, E], [np.zeros((p, p)), X]]))
            columns.append(block[:p, p:].real.ravel(order="F"))
    return np.array(columns).T


def by_sympy(function, X):
    """∂vec f(X)/∂vec X, entry by entry, of a function of a SymPy matrix."""
    symbols = sympy.Matrix(*X.shape, lambda i, j: sympy.Symbol(f"x_{i}_{j}"))
    stacked = [symbols[i, j] for j in range(X.shape[1]) for i in range(X.shape[0])]
    y = function(symbols)
    entries = sympy.Matrix([y[i, j] for j in range(y.shape[1]) for i in range(y.shape[0])])
    at = dict(zip(stacked, X.ravel(order="F"), strict=True))
    return np.array(entries.jacobian(stacked).subs(at), dtype=float)


def determinant(X):
    """Leibniz' sum over permutations."""
    p = len(X)
    return sum(
        Permutation(list(order)).signature() * np.prod(X[range(p), order])
        for order in permutations(range(p))
    )


def cofactors_transposed(X):
    """The adjugate by its definition, a minor for each entry."""
    p = len(X)
    result = np.empty((p, p))
    for i, j in np.ndindex(p, p):
        minor = np.delete(np.delete(X, i, 0), j, 1)
        result[j, i] = (-1) ** (i + j) * determinant(minor)
    return result


def loops(rows, columns, entry):
    """A matrix by its entries."""
    return np.array([[entry(i, j) for j in range(columns)] for i in range(rows)])


def kron_by_loops(A, B):
    (p, q), (r, s) = A.shape, B.shape
    return loops(p * r, q * s, lambda i, j: A[i // r, j // s] * B[i % r, j % s])


def exponential(X):
    """The power series, at a quarter of X."""
    term, total = np.eye(len(X)), np.eye(len(X))
    for j in range(1, 30):
        term = term @ X / (4 * j)
        total = total + term
    return np.linalg.matrix_power(total, 4)


def by_eigenvalues(function):
    """A function of a matrix that can be diagonalised."""

    def value(X):
        eigenvalues, V = np.linalg.eig(X)
        return (V @ np.diag(function(eigenvalues.astype(complex))) @ np.linalg.inv(V)).real

    return value


class Case(NamedTuple):
    """A formula in one value, `of`, and what it ought to be."""

    text: str
    of: str
    shape: tuple[Any, Any]
    value: Callable[..., Any]
    derivative: Callable[[Any], Any] | None = None
    """∂vec(y)/∂vec(x) of a value as a matrix; None: autograd of the value."""


def column(x):
    return anp.reshape(x, (-1, 1))


CASES = {
    "exp": Case("exp(A)", "A", (m, n), anp.exp),
    "log": Case("log(A)", "A", (m, n), anp.log),
    "sqrt": Case("sqrt(A)", "A", (m, n), anp.sqrt),
    "sin": Case("sin(A)", "A", (m, n), anp.sin),
    "cos": Case("cos(A)", "A", (m, n), anp.cos),
    "abs": Case("abs(C)", "C", (m, k), np.abs, lambda X: np.diag(np.sign(X.ravel(order="F")))),
    "power, entry by entry": Case("A**3", "A", (m, n), lambda X: X * X * X),
    "root, entry by entry": Case("A**(1/3)", "A", (m, n), lambda X: anp.exp(anp.log(X) / 3)),
    "reciprocal, entry by entry": Case("C**-2", "C", (m, k), lambda X: 1 / X / X),
    "tr": Case("tr(S)", "S", (1, 1), lambda X: sum(X[i, i] for i in range(4))),
    "det": Case("det(S)", "S", (1, 1), determinant, lambda X: by_autograd(anp.linalg.det, X)),
    "sum": Case("sum(A)", "A", (1, 1), lambda X: sum(X[i] for i in np.ndindex(3, 4))),
    "norm": Case("norm(C)", "C", (1, 1), lambda X: anp.sqrt(anp.sum(X**2))),
    "norm of a column": Case("norm(x)", "x", (1, 1), lambda x: anp.sqrt(x.T @ x)),
    "inv": Case("inv(S)", "S", (n, n), lambda X: cofactors_transposed(X) / determinant(X),
                lambda X: by_autograd(anp.linalg.inv, X)),
    "pinv of a tall matrix": Case("pinv(C)", "C", (k, m),
                                  lambda X: anp.linalg.inv(X.T @ X) @ X.T),
    "pinv of a wide matrix": Case("pinv(B)", "B", (m, k),
                                  lambda X: X.T @ anp.linalg.inv(X @ X.T)),
    "adj": Case("adj(S)", "S", (n, n), cofactors_transposed,
                lambda X: by_sympy(lambda Y: Y.adjugate(), X)),
    "expm": Case("expm(S)", "S", (n, n), exponential, lambda X: by_blocks(exponential, X)),
    "logm": Case("logm(S)", "S", (n, n), by_eigenvalues(np.log),
                 lambda X: np.linalg.inv(by_blocks(exponential, by_eigenvalues(np.log)(X)))),
    "sinm": Case("sinm(S)", "S", (n, n), by_eigenvalues(np.sin),
                 lambda X: by_blocks(scipy.linalg.sinm, X)),
    "cosm": Case("cosm(S)", "S", (n, n), by_eigenvalues(np.cos),
                 lambda X: by_blocks(scipy.linalg.cosm, X)),
    "matrix_power": Case("matrix_power(S, 3)", "S", (n, n), lambda X: X @ X @ X),
    "negative matrix_power": Case("matrix_power(S, -2)", "S", (n, n),
                                  lambda X: anp.linalg.inv(X @ X)),
    "diag of a column": Case("diag(x)", "x", (n, n),
                             lambda x: loops(4, 4, lambda i, j: x[i, 0] if i == j else 0.0),
                             lambda x: loops(16, 4, lambda i, j: float(i == 5 * j))),
    "diag of a row": Case("diag(r)", "r", (n, n),
                          lambda r: loops(4, 4, lambda i, j: r[0, i] if i == j else 0.0),
                          lambda r: loops(16, 4, lambda i, j: float(i == 5 * j))),
    "diag of a matrix": Case("diag(S)", "S", (n, 1),
                             lambda X: loops(4, 1, lambda i, j: X[i, i]),
                             lambda X: loops(4, 16, lambda i, j: float(j == 5 * i))),
    "vec": Case("vec(A)", "A", (m * n, 1),
                lambda X: anp.array([[X[i, j]] for j in range(4) for i in range(3)]),
                lambda X: np.eye(12)),
    "rvec": Case("rvec(A)", "A", (m * n, 1),
                 lambda X: anp.array([[X[i, j]] for i in range(3) for j in range(4)]),
                 lambda X: loops(12, 12, lambda i, j: float(i // 4 == j % 3 and i % 4 == j // 3))),
    "kron": Case("kron(B, A)", "A", (k * m, m * n), lambda X: kron_by_loops(VALUES["B"], X),
                 lambda X: by_autograd(lambda Y: anp.kron(VALUES["B"], Y), X)),
    "kron of its left side": Case("kron(A, B)", "A", (m * k, n * m),
                                  lambda X: kron_by_loops(X, VALUES["B"]),
                                  lambda X: by_autograd(lambda Y: anp.kron(Y, VALUES["B"]), X)),
    "outer": Case("outer(b, x)", "x", (m, n),
                  lambda x: loops(3, 4, lambda i, j: VALUES["b"][i] * x[j, 0]),
                  lambda x: by_autograd(lambda y: anp.outer(VALUES["b"], y), x)),
    "outer of rows": Case("outer(r, b)", "r", (n, m),
                          lambda r: loops(4, 3, lambda i, j: r[0, i] * VALUES["b"][j]),
                          lambda r: by_autograd(lambda y: anp.outer(y, VALUES["b"]), r)),
    "hstack": Case("hstack(b, A, C)", "A", (m, 1 + n + k),
                   lambda X: np.array([[VALUES["b"][i], *X[i], *VALUES["C"][i]] for i in range(3)]),
                   lambda X: loops(21, 12, lambda i, j: float(i == j + 3))),
    "a row in brackets": Case("(x[1], 2, x[1]**2)", "x1", (1, 3),
                              lambda x: np.array([[x[0, 0], 2.0, x[0, 0] ** 2]]),
                              lambda x: np.array([[1.0], [0.0], [2 * x[0, 0]]])),
}  # fmt: skip
VALUES["x1"] = 1.5
SHAPES["x1"] = "scalar"


def case_values(case):
    """The values that the formula needs."""
    return {name: VALUES[name] for name in Formula.parse(case.text).names}


def as_matrix(value):
    value = np.asarray(value, dtype=float)
    return value.reshape(-1, 1) if value.ndim < 2 else value


def agree(actual, expected, tolerance=1e-12):
    """Equal shapes, and entries equal relative to the largest one."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    assert np.isrealobj(actual)
    difference = np.abs(actual - expected).max()
    assert difference <= tolerance * max(1.0, np.abs(expected).max()), difference


def numbers(shape):
    return tuple(eval(getattr(size, "code", lambda size=size: str(size))(), dict(SIZES))
                 for size in shape)  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_shape_is_known_in_letters_and_is_that_of_the_value(name):
    case = CASES[name]
    assert Formula.parse(case.text).shape(SHAPES) == case.shape
    assert Formula.parse(case.text)(case_values(case)).shape == numbers(case.shape)


@pytest.mark.parametrize("name", CASES)
def test_the_value_is_that_of_an_outside_reference(name):
    case = CASES[name]
    expected = np.reshape(case.value(as_matrix(VALUES[case.of])), numbers(case.shape))
    agree(Formula.parse(case.text)(case_values(case)), expected)


@pytest.mark.parametrize("name", CASES)
def test_many_points_at_once_are_as_one_at_a_time(name):
    case = CASES[name]
    point = as_matrix(VALUES[case.of])
    points = point * np.linspace(0.8, 1.2, 6).reshape(2, 3, 1, 1)
    f = Formula.parse(case.text)
    function = f.function_of(case_values(case), [case.of], {})
    together = function(points)
    assert together.shape == (2, 3, *numbers(case.shape))
    for index in np.ndindex(2, 3):
        agree(together[index], f({**case_values(case), case.of: points[index]}))
    assert not np.allclose(together[0, 0], together[1, 2])


NOT_ANALYTIC = {"logm", "sinm", "cosm"}


@pytest.mark.parametrize("name", CASES)
def test_the_derivative_is_that_of_an_outside_reference(name):
    case = CASES[name]
    f = Formula.parse(case.text)
    assert f.analytic == (name not in NOT_ANALYTIC)
    X = as_matrix(VALUES[case.of])
    expected = case.derivative(X) if case.derivative else by_autograd(case.value, X)
    expected = np.reshape(expected, (-1, X.size))
    J = f.jacobian(case_values(case), case.of)
    agree(J, expected, tolerance=1e-12 if f.analytic else 1e-9)
    assert (
        not np.allclose(J, expected[::-1]) or len(J) == 1 or np.allclose(expected, expected[::-1])
    )


def test_every_function_of_values_has_a_case():
    of_values = {name for name, function in BUILT_IN.items() if not function.of_sizes}
    assert of_values == {name for name in BUILT_IN for case in CASES.values()
                         if case.text.startswith(f"{name}(")}  # fmt: skip
    assert set(BUILT_IN) - of_values == {"ones", "zeros", "eye", "commutation_matrix"}


def test_functions_of_sizes_are_made_of_numbers_and_letters():
    def shape(text):
        return Formula.parse(text).shape({"W": "m×n"})

    assert shape("ones(m)") == (m, 1)
    assert shape("ones(m, 2)") == (m, 2)
    assert shape("zeros(n, m*n)") == (n, m * n)
    assert shape("eye(m + 2)") == (m + 2, m + 2)
    assert shape("commutation_matrix(m, n)") == (m * n, m * n)


def test_functions_of_sizes_have_their_values():
    def value(text):
        return Formula.parse(text)({}, sizes={"m": 3, "n": 2})

    assert value("ones(m)").tolist() == [[1], [1], [1]]
    assert value("ones(2, m)").tolist() == [[1, 1, 1], [1, 1, 1]]
    assert value("zeros(n, 1)").tolist() == [[0], [0]]
    assert value("zeros(n)").tolist() == [[0], [0]]
    assert value("eye(n + 1)").tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    X = np.arange(6.0).reshape(3, 2)
    stacked = [[X[i, j]] for j in range(2) for i in range(3)]
    transposed = [[X[i, j]] for i in range(3) for j in range(2)]
    assert (value("commutation_matrix(m, n)") @ stacked).tolist() == transposed
    assert (value("commutation_matrix(n, m)") @ stacked).tolist() != transposed


def test_a_size_is_a_number_where_it_is_no_argument():
    f = Formula.parse("sum(x) / n")
    assert f.shape({"x": "n"}) == (1, 1)
    assert f({"x": [1.0, 2.0, 6.0]}, sizes={"n": 3}) == 3.0


@pytest.mark.parametrize("rank", [0, 1, 2, 3])
def test_the_adjugate_of_a_singular_matrix_is_made_of_its_minors(rank):
    G = np.random.default_rng(rank).standard_normal
    X = G((4, rank)) @ G((rank, 4))
    f = Formula.parse("adj(X)")
    agree(f({"X": X}), cofactors_transposed(X))
    agree(f.jacobian({"X": X}, "X"), by_sympy(lambda Y: Y.adjugate(), X))
    if rank < 3:
        agree(f({"X": X}), np.zeros((4, 4)))


def test_the_adjugate_of_the_largest_matrix_is_still_right():
    X = np.random.default_rng(0).standard_normal((20, 20))
    agree(Formula.parse("adj(X)")({"X": X}), np.linalg.det(X) * np.linalg.inv(X), tolerance=1e-9)


def test_the_determinant_of_a_singular_matrix_has_a_derivative():
    X = np.array([[1.0, 2.0], [2.0, 4.0]])  # ∂det/∂X is the adjugate's transpose
    agree(Formula.parse("det(X)").derivative({"X": X}, "X", "denominator"), [[4, -2], [-2, 1]])


PENROSE = ["C @ G @ C", "G @ C @ G", "(C @ G).T", "(G @ C).T"]


@pytest.mark.parametrize("name", ["B", "C"])
def test_the_pseudoinverse_satisfies_the_four_equations_of_penrose(name):
    G = Formula.parse("pinv(X)")({"X": VALUES[name]})
    values = {"C": VALUES[name], "G": G}
    for text, equal in zip(PENROSE, ["C", "G", "C @ G", "G @ C"], strict=True):
        agree(Formula.parse(text)(values), Formula.parse(equal)(values))


def test_the_pseudoinverse_of_a_matrix_of_lower_rank_has_a_value_and_no_derivative():
    X = np.outer([1.0, 2.0, 2.0], [3.0, 4.0])
    f = Formula.parse("pinv(X)")
    agree(f({"X": X}), X.T / (9 * 25))
    assert np.isnan(f.jacobian({"X": X}, "X")).all()


def test_a_function_of_a_diagonal_matrix_is_one_of_its_entries():
    d = np.array([0.5, 1.0, 2.5])
    for name, function in {"expm": np.exp, "logm": np.log, "sinm": np.sin, "cosm": np.cos}.items():
        agree(Formula.parse(f"{name}(diag(d))")({"d": d}), np.diag(function(d)))


NOWHERE = {
    "log of a negative number": ("log(x)", [-1.0, 2.0], [[np.nan, np.nan], [0.0, 0.5]]),
    "log of 0": ("log(x)", [0.0, 2.0], [[np.nan, np.nan], [0.0, 0.5]]),
    "sqrt of 0": ("sqrt(x)", [4.0, 0.0], [[0.25, 0.0], [np.nan, np.nan]]),
    "sqrt of a negative number": ("sqrt(x)", [-4.0], [[np.nan]]),
    "a root of a negative number": ("x**0.5", [-4.0, 4.0], [[np.nan, np.nan], [0.0, 0.25]]),
    "a norm at 0": ("norm(x)", [0.0, 0.0, 0.0], [[np.nan] * 3]),
    "a quotient by 0": ("1 / x", [0.0, 2.0], [[np.nan, np.nan], [0.0, -0.25]]),
    "no number": ("2 * x", [np.nan, 3.0], [[np.nan, np.nan], [0.0, 2.0]]),
    "infinity": ("2 * x", [np.inf, 3.0], [[np.nan, np.nan], [0.0, 2.0]]),
}


@pytest.mark.parametrize("name", NOWHERE)
def test_where_there_is_no_derivative_it_is_not_a_number(name):
    text, x, expected = NOWHERE[name]
    J = Formula.parse(text).jacobian({"x": x}, "x")
    assert np.array_equal(np.isnan(J), np.isnan(expected))
    assert np.allclose(J, expected, equal_nan=True)


@pytest.mark.parametrize("text", ["x**2", "x**3", "sin(x)**3", "x * x * x", "(x.T @ x) * x"])
def test_a_power_has_a_derivative_at_0(text):
    J = Formula.parse(text).jacobian({"x": [0.0, 0.0]}, "x")
    agree(J, np.zeros((2, 2)))


def test_a_matrix_without_a_real_logarithm_has_none():
    f = Formula.parse("logm(X)")
    assert np.isnan(f({"X": np.diag([-1.0, 2.0])})).all()
    with pytest.raises(InputError, match=r"^logm\(X\): the matrix is singular\.$"):
        f({"X": np.ones((2, 2))})


@pytest.mark.parametrize("name", ["inv", "pinv", "expm", "logm", "sinm", "cosm", "det", "adj"])
@pytest.mark.parametrize("entry", [np.nan, np.inf])
def test_no_number_goes_through_a_function_of_a_matrix_as_none(name, entry):
    X = np.eye(3) + 1.0
    X[0, 1] = entry
    value = Formula.parse(f"{name}(X)")({"X": X})
    assert not np.isfinite(value).all()


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_huge_and_tiny_values_come_through(scale):
    X = scale * np.array([[2.0, 1.0], [0.0, 4.0]])
    agree(Formula.parse("inv(X)")({"X": X}) * scale, [[0.5, -0.125], [0, 0.25]])
    logarithm = np.diag(np.log([2.0, 4.0])) + np.log(scale) * np.eye(2)
    logarithm[0, 1] = np.log(2) / 2  # (log 4 - log 2) / (4 - 2)
    agree(Formula.parse("logm(X)")({"X": X}), logarithm)
    agree(Formula.parse("a * X").jacobian({"a": 2.0, "X": X}, "X"), 2 * np.eye(4))


def test_functions_may_be_handed_in_and_may_replace_built_in_ones():
    functions = {"σ": elementwise(lambda x: 1 / (1 + np.exp(-x))), "exp": elementwise(np.cosh)}
    x = np.array([0.3, -0.7])
    sigma = 1 / (1 + np.exp(-x))
    for text in ("σ(W @ x)", "sigma(W @ x)"):
        f = Formula.parse(text, functions=functions)
        agree(f({"W": np.eye(2), "x": x}), sigma[:, None])
        agree(f.jacobian({"W": np.eye(2), "x": x}, "x"), np.diag(sigma * (1 - sigma)))
    agree(Formula.parse("exp(x)", functions=functions)({"x": x}), np.cosh(x)[:, None])
    assert not elementwise(np.abs, analytic=False).analytic


def test_a_function_of_several_values_may_be_handed_in():
    from layouts.formulas.functions import Function

    cross = Function(
        lambda a, b: a,
        lambda a, b: np.cross(a, b, axis=-2),
        lambda a, b: np.cross(a, b),
        (2, 2),
    )
    f = Formula.parse("cross(a, b)", functions={"cross": cross})
    a, b = np.array([1.0, 2.0, 4.0]), np.array([3.0, 5.0, 9.0])
    agree(f({"a": a, "b": b}), [[2 * 9 - 4 * 5], [4 * 3 - 1 * 9], [1 * 5 - 2 * 3]])
    agree(f.jacobian({"a": a, "b": b}, "b"), [[0, -4, 2], [4, 0, -1], [-2, 1, 0]])


def test_the_references_are_not_all_alike():
    names = [name for name in CASES if numbers(CASES[name].shape) == (4, 4)]
    for first, second in combinations(names, 2):
        one, other = (np.asarray(CASES[name].value(as_matrix(VALUES[CASES[name].of])))
                      for name in (first, second))  # fmt: skip
        assert not np.allclose(one, other), (first, second)
