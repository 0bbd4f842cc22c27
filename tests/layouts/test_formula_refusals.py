"""What is no formula, or does not conform: every message word by word, with its column."""

import numpy as np
import pytest

from layouts import FormulaError, InputError, LayoutError, ShapeError, TooLargeError
from layouts.errors import pointed_at
from layouts.formula import Formula
from layouts.formulas.functions import elementwise

EXPECTED = "a name, a number, a bracket or a function"
OPERATOR = "an operator: @, *, /, +, - or **"
BARS = ("blocks beside each other are written hstack(A, B), a determinant |A| det(A), "
        "a norm ||x|| norm(x).")  # fmt: skip
KNOWN = ("known are exp, log, sqrt, sin, cos, abs, tr, det, sum, norm, inv, pinv, adj, expm, logm, "
         "sinm, cosm, matrix_power, diag, vec, rvec, kron, outer, hstack, … (4 more).")  # fmt: skip


def refused(work, kind):
    """The message of the error that comes out, of exactly that kind."""
    with pytest.raises(LayoutError) as caught:
        work()
    assert type(caught.value) is kind
    return str(caught.value)


# Text that is no formula: what is said, and at which column

PARSE = {
    # nothing, or not enough, or too much
    "": (1, f"{EXPECTED} is missing here."),
    "   ": (4, f"{EXPECTED} is missing here."),
    "= x": (1, f"{EXPECTED} is missing here."),
    "z = ": (5, f"{EXPECTED} is missing here."),
    "a = b = c": (7, "a second = has no meaning here."),
    "x @": (4, f"expected is {EXPECTED}."),
    "W @ x +": (8, f"expected is {EXPECTED}."),
    "@ x": (1, f"expected is {EXPECTED}."),
    "W @ / x": (5, f"expected is {EXPECTED}."),
    "()": (1, f"expected is {EXPECTED}."),
    "x y": (3, f"expected is {OPERATOR}."),
    "W.T d": (5, f"expected is {OPERATOR}."),
    "(a + b) c": (9, f"expected is {OPERATOR}."),
    "tr x": (4, f"expected is {OPERATOR}."),
    "2(x + y)": (2, f"expected is {OPERATOR}."),
    "W.T(x)": (4, f"expected is {OPERATOR}."),
    "tr(x)(y)": (6, f"expected is {OPERATOR}."),
    "x!": (2, f"expected is {OPERATOR}."),
    "2x": (1, "between a number and a name stands an operator, 2 * x."),
    "(x": (1, "'(' was never closed."),
    "W @ (x + y": (5, "'(' was never closed."),
    "W[1": (2, "'[' was never closed."),
    "x)": (2, "unmatched ')'."),
    "x\n+ y": (1, "a formula is one line."),
    # signs of other notations
    "∂L / ∂W": (1, "a derivative is written d(L, W)."),
    "∇L": (1, "a gradient is written grad(L, W)."),
    "W' @ d": (2, "a transpose is written W.T."),
    "W' @ d'": (2, "a transpose is written W.T."),
    "x²": (2, "a power is written **."),
    "A⁻¹": (2, "a power is written **."),
    "W₂ @ x": (2, "a number below the line is written W2 or W[2]."),
    "A × B": (3, "a product is written @, entry by entry *."),
    "a ∘ b": (3, "a product entry by entry is written *."),
    "A ⊗ B": (3, "a Kronecker product is written kron(A, B)."),
    "∑ x": (1, "the sum of all entries is written sum(X)."),
    "√x": (1, "a root is written sqrt(x)."),
    "x^2": (2, "a power is written **, and a transpose W.T."),
    "A // B": (4, "a quotient is written /."),
    "A % B": (3, "% is no operator of matrices."),
    "A | b": (3, BARS),
    "|A|": (1, BARS),
    "c * ||x||": (5, BARS),
    "a << b": (4, "operators are @, *, /, +, - and **."),
    "a == b": (2, "one = makes an equation; nothing else compares."),
    "a < b": (2, "one = makes an equation; nothing else compares."),
    # what is Python and no formula
    "x.t": (2, ".t is unknown: a transpose is written .T."),
    "x.shape": (2, ".shape is unknown: a transpose is written .T."),
    "x.__class__": (2, ".__class__ is unknown: a transpose is written .T."),
    "np.dot(W.T, d)": (3, "np.dot is written a @ b."),
    "W.T.dot(d)": (4, ".dot is written a @ b."),
    "np.multiply(a, b)": (3, "np.multiply is written a * b."),
    "np.exp(x)": (3, "np.exp is written exp(x), without np."),
    "2 * np.linalg.inv(A)": (14, "np.linalg.inv is written inv(x), without np.linalg."),
    "np.kron(A, B)": (3, "np.kron is written kron(a, b), without np."),
    "np.eye(3)": (3, "np.eye is written eye(n)."),
    "np.hstack((A, B))": (3, "np.hstack is written hstack(A, B)."),
    "np.exq(x)": (3, "exq is no function that is known here: did you mean exp?"),
    "x.sum()": (2, ".sum is written sum(x)."),
    "x.sum(axis=0)": (2, ".sum is written sum(x)."),
    "δ.kron(B)": (2, ".kron is written kron(a, b)."),
    "W.transpose()": (2, ".transpose is written .T."),
    "np.transpose(W)": (3, "np.transpose is written .T."),
    "x.mean()": (2, ".mean is unknown: a transpose is written .T."),
    "np.pi * x": (3, ".pi is unknown: a transpose is written .T."),
    "W @ x # + b": (7, "# begins a comment, and formulas have none."),
    "lambda x: x": (8, f"expected is {OPERATOR}."),
    "(y := x)": (2, f"expected is {EXPECTED}."),
    "[a for a in x]": (1, f"expected is {EXPECTED}."),
    "{x}": (1, f"expected is {EXPECTED}."),
    "f'{x}'": (1, f"expected is {EXPECTED}."),
    "a if b else c": (1, f"expected is {EXPECTED}."),
    "a and b": (1, f"expected is {EXPECTED}."),
    "not a": (1, f"expected is {EXPECTED}."),
    "~a": (1, f"expected is {EXPECTED}."),
    "x @ 'a'": (5, f"'a' is no number: expected is {EXPECTED}."),
    "x * 1j": (5, f"'1j' is no number: expected is {EXPECTED}."),
    "x * True": (5, f"'True' is no number: expected is {EXPECTED}."),
    "x\0y": (4, "a character has no meaning here."),
    "x + 1e999": (5, "a number beyond 1e100."),
    "9" * 101: (1, "a number beyond 1e100."),
    # indices
    "W[1:2]": (3, "an index is a number, a letter, l+1 or l-1."),
    "W[()]": (3, "an index is a number, a letter, l+1 or l-1."),
    "W[i, f(x)]": (6, "an index is a number, a letter, l+1 or l-1."),
    "W[l+12345]": (3, "an index is a number, a letter, l+1 or l-1."),
    "W[1][2]": (1, f"expected is {EXPECTED}."),
    # functions
    "foo(x)": (1, f"foo is no function that is known here: {KNOWN}"),
    "x + exq(y)": (5, "exq is no function that is known here: did you mean exp?"),
    "__import__('os')": (1, f"__import__ is no function that is known here: {KNOWN}"),
    "W @ tr()": (8, f"tr needs an argument: expected is {EXPECTED}."),
    "tr(*x)": (4, "a star has no meaning here."),
    "exp(x=1)": (5, "a function takes its arguments by their places."),
    "z = exp(x=1)": (9, "a function takes its arguments by their places."),
    "(a = b)": (2, "the = of an equation stands outside brackets."),
    "z = W[a=b]": (7, "the = of an equation stands outside brackets."),
    "exp(x = y": (4, "'(' was never closed."),
    "x) = y": (2, "unmatched ')'."),
    "tr(**x)": (4, "a function takes its arguments by their places."),
    "d(u)": (1, "d(u, x) is a derivative as one symbol: of a formula, by a name."),
}  # fmt: skip


@pytest.mark.parametrize("text", PARSE, ids=lambda text: repr(text)[:30])
def test_what_is_no_formula_is_refused_at_its_column(text):
    column, message = PARSE[text]
    said = refused(lambda: Formula.parse(text, "python"), FormulaError)
    assert said == f"column {column} of the formula: {message}\n{pointed_at(text, column - 1)}"


def test_the_column_is_marked_under_the_text():
    said = refused(lambda: Formula.parse("W.T @ foo(x)"), FormulaError)
    assert said.splitlines()[1:] == ["   W.T @ foo(x)", "         ^"]
    with pytest.raises(FormulaError) as caught:
        Formula.parse("W.T @ foo(x)")
    assert (caught.value.column, caught.value.text) == (7, "W.T @ foo(x)")


def test_the_column_counts_signs_and_not_bytes_or_what_they_are_read_as():
    for text in ["Wᵀ @ δ + foo(x)", "λᵀ @ Ω + foo(x)", "lambda ⊙ y + foo(x)", "  δ − δ + foo(x)"]:
        said = refused(lambda text=text: Formula.parse(text), FormulaError)
        first, shown, mark = said.splitlines()
        at = text.index("foo")
        assert first.startswith(f"column {at + 1} of the formula: foo is no function")
        assert shown == f"   {text}"
        assert mark == " " * (3 + at) + "^"


def test_of_a_long_text_what_is_around_the_column_is_shown():
    text = " + ".join(["x"] * 60) + " + foo(x) + " + " + ".join(["x"] * 30)
    first, shown, mark = refused(lambda: Formula.parse(text), FormulaError).splitlines()
    assert first.startswith(f"column {text.index('foo') + 1} of the formula")
    assert len(shown) <= 3 + 72
    assert shown[mark.index("^") :].startswith("foo(x) + x")


def test_of_a_side_of_an_equation_the_column_is_that_of_the_whole():
    assert refused(lambda: Formula.parse("z = W @ bar(x)"), FormulaError).startswith(
        "column 9 of the formula: bar is no function that is known here"
    )
    assert refused(lambda: Formula.parse("bar(z) = W @ x"), FormulaError).startswith(
        "column 1 of the formula: bar is no function that is known here"
    )


def test_a_value_before_a_bracket_is_no_function():
    said = refused(lambda: Formula.parse("2 * W(x)", names=["W", "x"]), FormulaError)
    assert said == ("column 5 of the formula: W is a value, not a function: write W * (…) or @.\n"
                    "   2 * W(x)\n       ^")  # fmt: skip
    for names in (("x", "W"), {"W"}, frozenset("W"), {"W": 3}, {"W": 3}.keys(), iter("W")):
        with pytest.raises(FormulaError, match="W is a value"):
            Formula.parse("W(x)", names=names)
    with pytest.raises(FormulaError, match="delta is a value"):
        Formula.parse("δ(x)", let={"δ": "x"})
    with pytest.raises(FormulaError, match=r"column 3 .* \.sum is written sum\(x\)"):
        Formula.parse("np.sum()", names=["np"])  # a value is no module
    assert Formula.parse("W(x)", names=["W"], functions={"W": elementwise(np.exp)}).names == ["x"]


# Bounds

BEYOND = {
    "a long text": ("x" * 4001, InputError, "a formula of 4,001 characters is beyond reason."),
    "many signs": ("-" * 300 + "x", FormulaError,
                   "more than 100 parts within each other are beyond reason."),
    "many terms": ("+".join(["x"] * 102), FormulaError,
                   "more than 1000 parts, or 100 within each other, are beyond reason."),
    "many factors": ("@".join(["x"] * 102), FormulaError,
                     "more than 1000 parts, or 100 within each other, are beyond reason."),
    "many more terms": ("+".join(["x"] * 1900), FormulaError,
                        "more than 100 parts within each other are beyond reason."),
    "many transposes": ("x" + ".T" * 120, FormulaError,
                        "more than 1000 parts, or 100 within each other, are beyond reason."),
    "many powers": ("2" + "**2" * 1000, FormulaError,
                    "more than 100 parts within each other are beyond reason."),
    "many parts": (f"({','.join(['x'] * 1100)})", FormulaError,
                   "more than 1000 parts, or 100 within each other, are beyond reason."),
    "a deep index": (f"W[{'-' * 300}x]", FormulaError,
                     "more than 100 parts within each other are beyond reason."),
}  # fmt: skip


@pytest.mark.parametrize("name", BEYOND)
def test_length_and_nesting_are_bounded(name):
    text, kind, message = BEYOND[name]
    said = refused(lambda: Formula.parse(text, "python"), kind)
    assert said.splitlines()[0].removeprefix("column 1 of the formula: ") == message


def test_what_is_within_the_bounds_is_a_formula():
    for text in ["x" * 4000, "+".join(["x"] * 99), "@".join(["x"] * 99), "(" * 99 + "x" + ")" * 99,
                 "x" + ".T" * 99, f"({','.join(['1'] * 900)})"]:  # fmt: skip
        Formula.parse(text, "python").to_latex()
    square = {"x": "n×n"}
    assert repr(Formula.parse("@".join(["x"] * 99)).shape(square)) == "(n, n)"


def test_a_formula_is_text():
    assert refused(lambda: Formula.parse(3), InputError) == "a formula is text, not 3."
    said = refused(lambda: Formula.parse(["x"] * 99), InputError)
    assert said.startswith("a formula is text, not ['x', 'x'")
    assert len(said) < 100
    said = refused(lambda: Formula.parse("x", "tex"), InputError)
    assert said == "a notation is python or latex, not 'tex'."


# Shapes that do not conform: the part, and what is said of it

LETTERS = {
    "W": "m×n",
    "A": "m×n",
    "S": "n×n",
    "x": "n",
    "y": "n",
    "b": "m",
    "a": "k",
    "c": "scalar",
}
FAULTS = {
    # products
    "W @ b": ("W @ b", "cannot multiply W (m×n) by b (m×1): inner sizes n and m differ.\n"
              "The sizes of W.T @ b agree; whether it is meant, sizes do not tell."),
    "W.T @ x": ("W.T @ x", "cannot multiply W.T (n×m) by x (n×1): inner sizes m and n differ.\n"
                "The sizes of W @ x agree; whether it is meant, sizes do not tell."),
    "W @ A": ("W @ A", "cannot multiply W (m×n) by A (m×n): inner sizes n and m differ.\n"
              "The sizes of W.T @ A and of W @ A.T agree; whether it is meant, sizes do not tell."),
    "S @ W": ("S @ W", "cannot multiply S (n×n) by W (m×n): inner sizes n and m differ.\n"
              "The sizes of S @ W.T and of W @ S agree; whether it is meant, sizes do not tell."),
    "1 + (x - y) @ W": ("(x - y) @ W",
                        "cannot multiply x - y (n×1) by W (m×n): inner sizes 1 and m differ.\n"
                        "The sizes of W @ (x - y) agree; whether it is meant, sizes do not tell."),
    "x @ y": ("x @ y", "cannot multiply x (n×1) by y (n×1): inner sizes 1 and n differ.\n"
              "Two columns: x.T @ y is their inner product, x @ y.T the outer product, "
              "x * y the product entry by entry."),
    "x @ b": ("x @ b", "cannot multiply x (n×1) by b (m×1): inner sizes 1 and m differ.\n"
              "Two columns: x @ b.T is their outer product."),
    "a @ x.T @ b": ("a @ x.T @ b",
                    "cannot multiply a @ x.T (k×n) by b (m×1): inner sizes n and m differ."),
    "c @ x": ("c @ x", "cannot multiply c (1×1) by x (n×1): inner sizes 1 and n differ.\n"
              "A number scales a matrix by *, not by @."),
    "W @ 2": ("W @ 2", "cannot multiply W (m×n) by 2 (1×1): inner sizes n and 1 differ.\n"
              "A number scales a matrix by *, not by @."),
    # products entry by entry, quotients
    "x * b": ("x * b", "cannot form the Hadamard product of x (n×1) and b (m×1): the shapes differ."
              "\nNothing is broadcast."),
    "W * x": ("W * x", "cannot form the Hadamard product of W (m×n) and x (n×1): the shapes differ."
              "\nAs a matrix product, @, it conforms; nothing is broadcast."),
    "b * x.T": ("b * x.T", "cannot form the Hadamard product of b (m×1) and x.T (1×n): the shapes "
                "differ.\nAs a matrix product, @, it conforms; nothing is broadcast."),
    "W / x": ("W / x", "cannot form the quotient, entry by entry, of W (m×n) and x (n×1): the "
              "shapes differ.\nNothing is broadcast."),
    # sums
    "W @ x + y": ("W @ x + y", "cannot add W @ x (m×1) to y (n×1): the shapes differ."),
    "S - W": ("S - W", "cannot subtract W (m×n) from S (n×n): the shapes differ."),
    "W - W.T": ("W - W.T", "cannot subtract W.T (n×m) from W (m×n): the shapes differ.\n"
                "One is laid out as the transpose of the other: are these two layouts?"),
    "x + c": ("x + c", "cannot add x (n×1) to c (1×1): the shapes differ.\n"
              "Nothing is broadcast: a number for every entry is written c * ones(n)."),
    "sum(x) - W": ("sum(x) - W", "cannot subtract W (m×n) from sum(x) (1×1): the shapes differ.\n"
                   "Nothing is broadcast: a number for every entry is written "
                   "sum(x) * ones(m, n)."),
    "x.T + x": ("x.T + x", "cannot add x.T (1×n) to x (n×1): the shapes differ.\n"
                "One is laid out as the transpose of the other: are these two layouts?"),
    # functions
    "tr(W)": ("tr(W)", "tr takes a square matrix, not one of m×n."),
    "1 + det(W)": ("det(W)", "det takes a square matrix, not one of m×n."),
    "inv(x)": ("inv(x)", "inv takes a square matrix, not one of n×1."),
    "expm(W)": ("expm(W)", "expm takes a square matrix, not one of m×n."),
    "adj(W)": ("adj(W)", "adj takes a square matrix, not one of m×n."),
    "adj(eye(21))": ("adj(eye(21))", "adj takes a matrix of 20×20 at most, not one of 21×21."),
    "matrix_power(W, 2)": ("matrix_power(W, 2)",
                           "matrix_power takes a square matrix, not one of m×n."),
    "diag(W)": ("diag(W)",
                "diag takes a vector, or a square matrix whose diagonal it is, not m×n."),
    "outer(x, W)": ("outer(x, W)", "outer takes two vectors, not a matrix of m×n."),
    "hstack(W, x)": ("hstack(W, x)", "hstack joins blocks of as many rows, not m×n and n×1."),
    "(1, x)": ("(1, x)", "a row in brackets is made of numbers."),
    # the first fault, from the innermost parts outwards, is the one that is named
    "(W @ b) * x + S @ W": ("W @ b",
                            "cannot multiply W (m×n) by b (m×1): inner sizes n and m differ.\n"
                            "The sizes of W.T @ b agree; whether it is meant, sizes do not tell."),
}  # fmt: skip


@pytest.mark.parametrize("text", FAULTS)
def test_what_does_not_conform_is_refused_and_the_part_is_marked(text):
    part, message = FAULTS[text]
    f = Formula.parse(text)
    at = text.index(part)
    expected = f"{message}\n   {text}\n   {' ' * at}{'^' * len(part)}"
    assert refused(lambda: f.shape(LETTERS), ShapeError) == expected
    reading = f.reading(LETTERS)
    assert (reading.fault.message, text[slice(*reading.fault.part.at)]) == (message, part)


def test_equal_sizes_hide_what_different_ones_show():
    square = dict.fromkeys("WAS", "n×n") | dict.fromkeys("xyb", "n")
    for text in ["W @ b", "W.T @ x", "W @ A", "S @ W", "W @ x + y", "W - W.T", "tr(W)"]:
        Formula.parse(text).shape(square)


def test_long_factors_are_shortened_in_messages():
    text = " * ".join(["x"] * 20) + " @ x"
    said = refused(lambda: Formula.parse(text).shape(LETTERS), ShapeError)
    assert said.startswith(
        "cannot multiply x * x * x * x * x * x * x *  … x * x * x (n×1) by x (n×1)"
    )


# What has no shape

UNSHAPED = {
    "Y @ x": (1, "Y has no shape: did you mean y?"),
    "W @ Qq": (5, "Qq has no shape: known are W, A, S, x, y, b, a, c."),
    "I @ x": (1, "I has no shape: the identity matrix is written eye(n)."),
    "e**x": (1, "e has no shape: the exponential is written exp(x), of a matrix expm(X)."),
    "W @ d(u, x)": (5, "∂u/∂x has no shape: give it as that of a value."),
    "VJP(x)": (1, f"VJP is no function that is known here: {KNOWN}"),
    "x**c": (4, "an exponent is a number that is written out, 64 at most."),
    "x**65": (4, "an exponent is a number that is written out, 64 at most."),
    "x**-65": (4, "an exponent is a number that is written out, 64 at most."),
    "2**2**3": (4, "an exponent is a number that is written out, 64 at most."),
    "matrix_power(S, c)": (17, "the power of a matrix is a whole number that is written out, 64 at "
                           "most."),
    "matrix_power(S, 0.5)": (17, "the power of a matrix is a whole number that is written out, 64 "
                             "at most."),
    "matrix_power(S, 65)": (17, "the power of a matrix is a whole number that is written out, 64 "
                            "at most."),
    "sum(x, y)": (1, "sum takes 1 argument, here it has 2."),
    "kron(x)": (1, "kron takes 2 arguments, here it has 1."),
    "1 + ones(1, 2, 3)": (5, "ones takes 1 to 2 arguments, here it has 3."),
    "eye(0)": (5, "a size is a whole number from 1 on, or a letter of some shape."),
    "eye(-2)": (5, "a size is a whole number from 1 on, or a letter of some shape."),
    "eye(2.5)": (5, "a size is a whole number from 1 on, or a letter of some shape."),
    "eye(n - 1)": (5, "a size is a whole number from 1 on, or a letter of some shape."),
    "ones(n, x)": (9, "a size is a whole number from 1 on, or a letter of some shape."),
    "ones(5000000)": (6, "a size of 5000000 is beyond reason."),
    "eye(2001)": (1, "a part of 2001×2001 is beyond reason."),
    "kron(eye(50), eye(41)) * 2": (1, "a part of 2050×2050 is beyond reason."),
    "expm(eye(900))": (1, "43,740,000,000 multiplications up to here are beyond reason."),
}  # fmt: skip


@pytest.mark.parametrize("text", UNSHAPED)
def test_what_cannot_be_shaped_is_refused_at_its_column(text):
    column, message = UNSHAPED[text]
    said = refused(lambda: Formula.parse(text).shape(LETTERS), FormulaError)
    assert said == f"column {column} of the formula: {message}\n{pointed_at(text, column - 1)}"


def test_a_product_of_products_may_not_take_for_ever():
    text = " @ ".join(["X"] * 8)
    said = refused(lambda: Formula.parse(text).shape({"X": "1900×1900"}), FormulaError)
    assert said.startswith("column 1 of the formula: 34,295,000,000 multiplications up to here")
    assert Formula.parse(text).shape({"X": "n×n"}) == Formula.parse("X").shape({"X": "n×n"})


def test_an_exponent_may_be_a_fraction_or_negative():
    for text in ["x**64", "x**-64", "x**(1/2)", "x**-0.5", "matrix_power(S, -3)", "x**(-1/3)"]:
        Formula.parse(text).shape(LETTERS)


# Names that stand for formulas

LET = {
    "a fault in one": ({"u": "W @ b"}, ShapeError,
                       "in u = W @ b: cannot multiply W (m×n) by b (m×1): inner sizes n and m "
                       "differ.\nThe sizes of W.T @ b agree; whether it is meant, sizes do not "
                       "tell."),
    "an unknown name in one": ({"u": "W @ q"}, FormulaError,
                               "column 5 of the formula: q has no shape: known are W, A, S, x, y, "
                               "b, a, c, u.\n   W @ q\n       ^"),
    "itself": ({"u": "2 * u"}, FormulaError,
               "column 5 of the formula: u is defined by itself.\n   2 * u\n       ^"),
    "a circle": ({"u": "v + 1", "v": "u"}, InputError, "u is defined by itself."),
}  # fmt: skip


@pytest.mark.parametrize("name", LET)
def test_what_a_name_stands_for_is_checked(name):
    let, kind, message = LET[name]
    assert refused(lambda: Formula.parse("u", let=let).shape(LETTERS), kind) == message


def test_a_long_circle_of_names_is_refused():
    let = {f"h{j}": f"h{(j + 1) % 400} + 1" for j in range(400)}
    said = refused(lambda: Formula.parse("h0", let=let).shape({}), InputError)
    assert said.endswith(" is defined by itself.")


def test_what_a_name_stands_for_is_read_at_once():
    said = refused(lambda: Formula.parse("u", let={"u": "W @"}), FormulaError)
    assert said == f"column 4 of the formula: expected is {EXPECTED}.\n   W @\n      ^"


# Values

VALUES = {
    "words": ("abc", InputError, "x is an array of numbers, not 'abc'."),
    "nothing": (None, InputError, "x is an array of numbers, not None."),
    "rows of different lengths": ([[1], [1, 2]], InputError,
                                  "x is an array of numbers, not [[1], [1, 2]]."),
    "nothing among numbers": ([1.0, None], InputError, "x is an array of numbers, "
                             "not [1.0, None]."),
    "a mapping": ({"x": 1}, InputError, "x is an array of numbers, not {'x': 1}."),
    "a whole number beyond all": (10**400, InputError,
                                  f"x is an array of numbers, not 1{'0' * 59}."),
    "complex numbers": ([1j], InputError, "x is complex: values are real."),
    "three axes": (np.ones((2, 3, 4)), ShapeError,
                   "x has shape (2, 3, 4): a value is a number, a vector or a matrix."),
    "no entries": ([], ShapeError, "x has shape (0,): a value is a number, a vector or a matrix."),
    "no columns": (np.ones((3, 0)), ShapeError,
                   "x has shape (3, 0): a value is a number, a vector or a matrix."),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_what_is_no_value_is_refused(name):
    value, kind, message = VALUES[name]
    f = Formula.parse("sum(x)")
    assert refused(lambda: f({"x": value}), kind) == message
    assert refused(lambda: f.jacobian({"x": value}, "x"), kind) == message
    assert refused(lambda: f.as_numpy({"x": value}), kind) == message


def test_a_name_without_a_value_is_refused():
    f = Formula.parse("W @ x")
    expected = "column 5 of the formula: x has no shape: known are W.\n   W @ x\n       ^"
    assert refused(lambda: f({"W": np.ones((3, 2))}), FormulaError) == expected
    assert refused(lambda: f.as_numpy({"W": np.ones((3, 2))}), FormulaError) == expected
    said = refused(lambda: Formula.parse("x")({}), FormulaError)
    assert said == "column 1 of the formula: x has no shape: there are none.\n   x\n   ^"


def test_a_symbol_whose_shape_is_known_needs_a_value_all_the_same():
    f = Formula.parse("grad(L, x).T @ x")
    values = {"L": 1.0, "x": [1.0, 2.0]}
    assert refused(lambda: f(values), InputError) == "∇_x L has no value."
    assert refused(lambda: f.as_numpy(values), InputError) == "∇_x L has no value."
    assert f({**values, "∇_x L": [3.0, 4.0]}) == 11.0


def test_a_letter_without_a_number_is_refused_before_its_size_is_said_to_differ():
    for text in ("eye(n) @ x", "x @ ones(n).T", "ones(3, n) @ x"):
        said = refused(lambda text=text: Formula.parse(text)({"x": [1.0, 2.0]}), InputError)
        assert said == "the size n has no number: give it in sizes."
    said = refused(lambda: Formula.parse("ones(n)").as_numpy({}), InputError)
    assert said == "the size n has no number: give it in sizes."


@pytest.mark.parametrize("size", [0, -3, 1.5, "3", None, True, [3]], ids=repr)
def test_the_size_of_a_letter_is_a_whole_number(size):
    f = Formula.parse("eye(n)")
    expected = f"the size n is a whole number from 1 on, not {size!r}."
    assert refused(lambda: f({}, sizes={"n": size}), InputError) == expected
    assert refused(lambda: f.shape({}, sizes={"n": size}), InputError) == expected
    assert refused(lambda: f.as_numpy({}, sizes={"n": size}), InputError) == expected
    assert f({}, sizes={"n": np.int64(2)}).tolist() == [[1, 0], [0, 1]]


SINGULAR = np.array([[1.0, 2.0], [2.0, 4.0]])


@pytest.mark.parametrize("text", ["inv(X)", "1 + 2 * inv(X)", "matrix_power(X, -2)", "logm(X)"])
def test_a_singular_matrix_is_refused(text):
    part = text.removeprefix("1 + 2 * ")
    expected = f"{part}: the matrix is singular."
    assert refused(lambda: Formula.parse(text)({"X": SINGULAR}), InputError) == expected
    assert (
        refused(lambda: Formula.parse(text).jacobian({"X": SINGULAR}, "X"), InputError) == expected
    )


# Derivatives and printing


def test_a_derivative_is_taken_at_a_value():
    f = Formula.parse("x.T @ x")
    for work in (f.jacobian, f.derivative, f.second_derivative):
        said = refused(lambda work=work: work({"x": [1.0, 2.0]}, "y"), InputError)
        assert said == "y has no value: the derivative is taken at one."


def test_a_hessian_is_of_a_number():
    f = Formula.parse("W @ x")
    values = {"W": np.ones((3, 2)), "x": [1.0, 2.0]}
    said = refused(lambda: f.second_derivative(values, "x"), ShapeError)
    assert said == "a Hessian is of a number, W @ x is 3×1."


def test_a_derivative_that_does_not_fit_into_memory_is_refused():
    said = refused(lambda: Formula.parse("kron(X, X)").jacobian({"X": np.ones((40, 50))}, "X"),
                   TooLargeError)  # fmt: skip
    assert said == (
        "the full 4000000×2000 matrix would take 64,000,000,000 bytes, the limit is 2,147,483,648."
        "\nTake the derivative of fewer entries, or by fewer."
    )


def test_layouts_and_styles_have_names():
    f, values = Formula.parse("x"), {"x": [1.0, 2.0]}
    said = "there is no layout 'mixed': it is 'numerator' or 'denominator'."
    assert refused(lambda: f.derivative(values, "x", "mixed"), InputError) == said
    assert refused(lambda: f.shape({"x": "n"}, layout="mixed"), InputError) == said
    said = refused(lambda: f.with_shapes({"x": "n"}, "html"), InputError)
    assert said == "a style is python, text, latex, not 'html'."


def test_a_shape_that_is_none_is_refused():
    f = Formula.parse("x")
    for shape, message in [
        ("3×0", "'3×0': a size is at least 1, not 0."),
        ((2, 3, 4), "(2, 3, 4) has 3 sizes: a value is a vector or a matrix."),
        (None, "a shape is text such as 'n×3', a size or a tuple, not None."),
    ]:
        assert refused(lambda shape=shape: f.shape({"x": shape}), InputError) == message


def test_what_numpy_would_make_too_large_is_refused():
    column = np.ones((3000, 1))
    for text in ("x + x.T", "x - x.T", "x * x.T", "x / x.T"):
        said = refused(lambda text=text: Formula.parse(text).as_numpy({"x": column}), InputError)
        assert said == f"{text} as NumPy makes it is beyond reason."
    flat = Formula.parse("x + y")  # which conforms strictly, and which NumPy broadcasts
    said = refused(lambda: flat.as_numpy({"x": column, "y": column[:, 0]}), InputError)
    assert said == "x + y as NumPy makes it is beyond reason."
    diagonal = Formula.parse("diag(x @ x * x)")
    said = refused(lambda: diagonal.as_numpy({"x": column[:, 0]}), InputError)
    assert said == "diag((x @ x) * x) as NumPy makes it is beyond reason."
    A, flat = np.ones((30, 30)), np.ones(3)
    said = refused(lambda: Formula.parse("kron(kron(x @ x * A, A), A)").as_numpy(
        {"x": flat, "A": A}), InputError)  # fmt: skip
    assert said == "kron(kron((x @ x) * A, A), A) as NumPy makes it is beyond reason."
