"""What is printed is read back as what it was: random formulas, in LaTeX and in Python."""

import numpy as np
import pytest

from layouts.errors import LayoutError
from layouts.formula import Formula
from tests.random_formulas import SHAPES, RandomFormulas, random_values

VALUES = random_values(0)
NAMES = [*VALUES]
WORDS = ["+", "-", "*", "@", "/", ".T", "**2", "**-1", "(1 / 2)", "inv", "det", "tr", "exp", "sin",
         "kron", "diag", "vec", "eye", "ones", "matrix_power", "hstack", "pinv", "outer", "norm",
         "sqrt", "commutation_matrix", "(3, 1, 2)", "1e-2"]  # fmt: skip


def value(text, notation):
    """The value of a formula, None where it has none that can be compared."""
    try:
        found = Formula.parse(text, notation, names=NAMES)(VALUES)
    except LayoutError:
        return None
    return found if np.isfinite(found).all() and (abs(found) > 1e-12).all() else None


def drawn(texts, count):
    """The first formulas that have a value, each with it."""
    pairs = ((text, value(text, "python")) for text in texts)
    found = (pair for pair in pairs if pair[1] is not None and abs(pair[1]).max() < 1e12)
    return [next(found) for _ in range(count)]


def printed(text):
    f = Formula.parse(text, "python", names=NAMES)
    return {"latex": f.to_latex(SHAPES), "python": f.to_python(SHAPES)}


def lost(pairs):
    """The formulas that do not come back, with what they were printed as."""
    return [
        (text, line)
        for text, before in pairs
        for notation, line in printed(text).items()
        if (after := value(line, notation)) is None
        or after.shape != before.shape
        or not np.allclose(after, before, rtol=1e-6)
    ]


def test_four_hundred_random_formulas_come_back():
    random = RandomFormulas(1)
    pairs = drawn((random.any(1 + k % 4) for k in range(1000)), 400)
    text = " ".join(text for text, _ in pairs)
    assert [word for word in WORDS if word not in text] == []
    assert lost(pairs) == []


def test_formulas_grouped_as_python_groups_them_come_back():
    random = RandomFormulas(2)
    texts = (random.without_some_brackets(random.any(1 + k % 4)) for k in range(1000))
    pairs = drawn((text for text in texts if "1**" not in text), 200)
    assert lost(pairs) == []


def test_a_formula_that_does_not_come_back_would_be_noticed(monkeypatch):
    monkeypatch.setattr(Formula, "to_latex", lambda *_: "A^{2}")
    pairs = drawn(["A**2", "V**2", "A @ A"], 3)
    assert lost(pairs) == [("A**2", "A^{2}"), ("V**2", "A^{2}")]


PRINTED = {
    "c**2": r"c^{2}",
    "x**2": r"x^{\odot 2}",
    "V**-1": r"V^{\odot -1}",
    "A**(-1 / 2)": r"A^{\odot \frac{-1}{2}}",
    "matrix_power(A, 2)": "A^{2}",
    "(delta2.T @ x)**2": r"(\delta_{2}^{\top} x)^{2}",
    "theta3**2": r"\theta_{3}^{2}",
    "tr(A).T * B": r"(\operatorname{tr}(A))^{\top} B",
    "-(V * V) @ D": r"(-V \odot V) D",
    "-(W2 @ V) @ D": r"-W_{2} V D",
    "-x * y": r"-x \odot y",
    "ones(1, 2)**2 @ b": r"(\mathbf{1}_{2}^{\top})^{\odot 2} b",
    "ones(1, 2).T + b": r"(\mathbf{1}_{2}^{\top})^{\top} + b",
    "ones(2, 3) @ x": r"\operatorname{ones}(2, 3) x",
    "outer(b, x.T)": r"b x^{\top}",
    "outer(b.T, x)": r"(b^{\top})^{\top} x^{\top}",
}


@pytest.mark.parametrize("text", PRINTED)
def test_powers_and_turned_factors_are_printed_so_that_they_come_back(text):
    assert printed(text)["latex"] == PRINTED[text]
    assert lost(drawn([text], 1)) == []


TAKEN = {
    "A2 @ matrix_power(A, 2)": r"A_{2} (A)^{2}",
    "c2 * c**2": r"c_{2} (c)^{2}",
    "W2[i,j] + W[i,j]**2": r"W_{2,i,j} + (W_{i,j})^{2}",
    "I @ eye(3)": r"I \operatorname{eye}(3)",
    "delta**2 * c": r"\delta^{2} c",
}
NUMBERS = dict.fromkeys(["c", "c2", "W[i,j]", "W2[i,j]", "delta"], "scalar")


@pytest.mark.parametrize("text", TAKEN)
def test_what_would_be_read_as_another_name_is_printed_otherwise(text):
    shapes = {"A": "3×3", "A2": "3×3", "I": "3×3", **NUMBERS}
    latex = Formula.parse(text).to_latex(shapes)
    assert latex == TAKEN[text]
    assert Formula.parse(latex, names=shapes).to_python(shapes) == text


SIZES = {
    "zeros(m * n, m)": r"0_{m \cdot n, m}",
    "zeros(m, n) + W": r"0_{m \times n} + W",
    "eye(m * n) @ vec(W)": r"I_{m \cdot n} \operatorname{vec}(W)",
    "ones(m * n, n) @ x": r"\operatorname{ones}(m \odot n, n) x",
    "commutation_matrix(m * n, m)": r"K_{m \cdot n,m}",
}


@pytest.mark.parametrize("text", SIZES)
def test_sizes_that_are_products_come_back(text):
    shapes = {"W": "m×n", "x": "n"}
    f = Formula.parse(text)
    assert f.to_latex(shapes) == SIZES[text]
    assert Formula.parse(SIZES[text], names=shapes).to_python(shapes) == f.to_python(shapes)


DERIVATIVES = {
    "jac(A @ x, x)": r"J_{x} (A x)",
    "jac(A @ x, x) @ y": r"(J_{x} (A x)) y",
    "jac(sin(x), x).T": r"(J_{x} \sin(x))^{\top}",
    "jac(norm(x), x) @ x": r"(J_{x} \lVert x \rVert) x",
    "jac(kron(x, y), x)": r"J_{x} (x \otimes y)",
    "grad(x.T @ A @ x, x) - y": r"\nabla_{x} (x^{\top} A x) - y",
    "grad(tr(A @ B), A).T @ x": r"(\nabla_{A} \operatorname{tr}(A B))^{\top} x",
    "d(x.T @ A @ x, x) @ y": r"\frac{\partial (x^{\top} A x)}{\partial x} y",
}


@pytest.mark.parametrize("text", DERIVATIVES)
def test_derivatives_of_formulas_come_back(text):
    latex = Formula.parse(text).to_latex()
    assert latex == DERIVATIVES[text]
    assert Formula.parse(latex, names=NAMES).to_python() == text
