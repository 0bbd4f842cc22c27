"""What a formula is taken for: LaTeX without shapes, formulas in formulas, |X|, e to a power."""

import pickle

import numpy as np
import pytest

from layouts import Formula
from layouts.errors import FormulaError, ShapeError
from layouts.formulas.functions import elementwise

SHAPES = {"W": (4, 3), "A": (3, 3), "x": 3, "y": 4, "d": (1, 5)}


@pytest.mark.parametrize(
    ("latex", "python", "text"),
    [
        (r"A^{-1} B x", "inv(A) @ B @ x", "A⁻¹ B x"),
        (r"A^{3} x^{2}", "matrix_power(A, 3) @ x**2", "A³ x²"),
        (r"2 W x", "2 * W @ x", "2 W x"),
        (r"\dfrac{e^{x}}{2}", "exp(x) / 2", "exp(x) / 2"),
        (r"|B| x", "det(B) @ x", "det(B) x"),
        (r"|z| x", "abs(z) @ x", "|z| x"),
    ],
)
def test_latex_without_shapes_takes_capitals_for_matrices(latex, python, text):
    formula = Formula.parse(latex, notation="latex")
    assert (formula.to_python(), formula.to_text()) == (python, text)


def test_bars_are_a_determinant_or_an_absolute_value():
    formula = Formula.parse(r"|s| \; |A|", notation="latex")
    assert formula.to_python({"s": 1, "A": (3, 3)}) == "abs(s) * det(A)"


@pytest.mark.parametrize(
    ("latex", "shapes", "python"),
    [
        (r"e^{x} + 1", {"x": 3}, "exp(x) + 1"),
        (r"e^{A} x", {"A": (3, 3), "x": 3}, "expm(A) @ x"),
        (r"e^{2}", {"e": (3, 3)}, "matrix_power(e, 2)"),
    ],
)
def test_e_to_a_power_is_the_exponential_unless_e_is_given(latex, shapes, python):
    assert Formula.parse(latex, notation="latex").to_python(shapes) == python


def test_a_formula_in_a_formula_is_read_in_its_own_notation():
    inner = Formula.parse(r"W x \odot y", notation="latex")
    outer = Formula.parse("u @ d", let={"u": inner})
    reading = outer.reading(SHAPES)
    assert reading.fault is None
    assert outer.shape(SHAPES) == (4, 5)
    with pytest.raises(ShapeError, match="in u = y \\* x @ d"):
        Formula.parse("u @ d", let={"u": "y * x @ d"}).shape(SHAPES)


def test_another_grouping_of_an_inner_formula_is_said():
    inner = Formula.parse(r"W \odot B x", notation="latex")
    reading = Formula.parse("u", let={"u": inner}).reading({**SHAPES, "B": (4, 3)})
    assert reading.remarks == ["u is read as (W * B) @ x, the grouping that conforms."]
    assert reading.fault is None


@pytest.mark.parametrize(("text", "shape"), [("A + 1", "3×3"), ("1 - A", "3×3")])
def test_a_number_added_to_a_square_matrix_is_remarked_upon(text, shape):
    (remark,) = Formula.parse(text).reading(SHAPES).remarks
    assert (
        remark == f"A number is added to every entry of A, {shape}; the identity matrix is eye(n)."
    )
    assert Formula.parse("1 - W").reading(SHAPES).remarks == []


def test_a_refusal_goes_from_process_to_process():
    with pytest.raises(FormulaError) as raised:
        Formula.parse("W.T @ foo(x)")
    again = pickle.loads(pickle.dumps(raised.value))
    assert (type(again), str(again)) == (FormulaError, str(raised.value))
    assert (again.text, again.column) == ("W.T @ foo(x)", 7)


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("δ2 a1ᵀ", "delta2 @ a1.T"),
        ("(W2ᵀ δ2) ⊙ cos(z1)", "(W2.T @ delta2) * cos(z1)"),
        ("delta2 · a1.T", "delta2 @ a1.T"),
        ("2 · W @ x", "2 * W @ x"),
        ("dexp'(x) @ a1.T", None),
    ],
)
def test_what_reports_print_is_read_back(text, python):
    names = ["delta2", "a1", "W2", "z1"]
    if python is None:
        with pytest.raises(FormulaError, match=r"a transpose is written W\.T"):
            Formula.parse(text, names=names)
    else:
        assert Formula.parse(text, names=names).to_python() == python


def test_a_prime_at_a_function_is_its_derivative():
    functions = {"g": elementwise(np.tanh), "dg": elementwise(np.tanh)}
    formula = Formula.parse("(W.T @ y) * g'(x)", functions=functions)
    assert formula.to_python() == "(W.T @ y) * dg(x)"
