"""Formulas in LaTeX: what is read, what the shapes make of it, and what is refused where."""

import contextlib
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layouts.errors import FormulaError, InputError, LayoutError
from layouts.formula import Formula
from layouts.formulas.functions import BUILT_IN, elementwise
from layouts.formulas.latex import PLACEHOLDERS, read
from layouts.formulas.printing import printed
from layouts.formulas.tree import Chain, Claim, Negative, Number, Power, walk

TANH = elementwise(np.tanh)
FUNCTIONS = dict.fromkeys(
    ["sigmoid", "dsigmoid", "relu", "drelu", "tanh", "dtanh", "ddtanh", "softmax"], TANH
)
KNOWN = {**BUILT_IN, **FUNCTIONS}


def sides(text, names=(), functions=KNOWN):
    return " = ".join(printed(side) for side in read(text, functions, names))


def test_a_formula_of_each_kind_is_read():
    for text, python in READ.items():
        assert sides(text) == python, text


READ = {
    # names
    r"W \delta \varepsilon \varphi \vartheta \ell": "W @ delta @ epsilon @ phi @ theta @ l",
    r"δ^{(2)} σ'(z)": "delta2 @ dsigmoid(z)",
    r"\mathbf{W}\boldsymbol{\delta}\bm x \mathcal{L} \vec{x} {\bf y}": "W @ delta @ x @ L @ x @ y",
    r"\mathrm{W} \text{x} \mathit{loss}": "W @ x @ loss",
    r"\hat{y} - \bar x + \tilde{W} y": "yhat - xbar + Wtilde @ y",
    r"\hat{y}^{(3)} \widehat{\mathbf{y}}_i \hat{y_i}": "yhat3 @ yhat[i] @ yhat[i]",
    r"W2 x3 \delta2": "W2 @ x3 @ delta2",
    r"\mathrm{d}X \mathrm{d}\delta": "dX @ ddelta",
    # indices
    r"W^{(2)} a^{[2]} x^l x^{l+1} x^{(l-1)}": "W2 @ a2 @ x[l] @ x[l+1] @ x[l-1]",
    r"W_2 a_{2} x_l x_{l+1} x^L a_{12}": "W2 @ a2 @ x[l] @ x[l+1] @ x[L] @ a12",
    r"W^{(2)T} W^{[3]^{T}} {\delta^{l+1}}^T": "W2.T @ W3.T @ delta[l+1].T",
    r"W^{(l+1)T} W_2^T W_2^{\top} (W^{(2)})^T": "W[l+1].T @ W2.T @ W2.T @ W2.T",
    r"w^{l\,T} W^{T(2)} W^{2T} W^{(2),T} W^T_2": "w[l].T @ W2.T @ W2.T @ W2.T @ W2.T",
    r"W_{ij}^{(2)} W^{(2)}_{ij} a_i a_j^{(l)}": "W2[i,j] @ W2[i,j] @ a[i] @ a[l,j]",
    r"w^l_{jk} W_{2,1} x^{(n)} h_{T-1} h_T": "w[l,j,k] @ W[2,1] @ x[n] @ h[T-1] @ h[T]",
    r"a^{[l](i)} a^{[2](i)}_j W^{[l+1](i)T}": "a[l,i] @ a2[i,j] @ W[l+1,i].T",
    r"\delta^2 x^2 x^{n-1} \delta_j^3": "delta2 @ x**2 @ x**(n - 1) @ delta3[j]",
    r"x^12 W_12": "x**1 @ 2 @ W1 @ 2",
    # transposes, inverses, powers
    r"x^T x^\top x^{\intercal} x^{\mathsf{T}} x^\mathrm T": "x.T @ x.T @ x.T @ x.T @ x.T",
    "W' X'X (A B)'": "W.T @ X.T @ X @ (A @ B).T",
    r"A^{-1} A^{-T} A^{-\top} A^-1": "A**-1 @ (A**-1).T @ (A**-1).T @ A**-1",
    r"A^+ A^{+} A^\dagger": "pinv(A) @ pinv(A) @ pinv(A)",
    r"X^{\odot 2} D^{-1/2} W^\frac12": "X**2 @ D**-(1 / 2) @ W**(1 / 2)",
    r"e^{-x^T x} e^x e_1^T": "e**-(x.T @ x) @ e**x @ e1.T",
    r"A^{\dagger^T} A^{(-T)^T} A^{-1^T} A^{+\top}": (
        "pinv(A).T @ (A**-1).T.T @ (A**-1).T @ pinv(A).T"
    ),
    r"A^{\odot -1} A^{\circ -\frac12}": "A**-1 @ A**-(1 / 2)",
    # products and sums
    r"a \cdot b \times c \, d": "a @ b @ c @ d",
    r"a \odot b \circ c * d": "a * b * c * d",
    r"A \otimes B": "kron(A, B)",
    r"A \otimes B \odot C": "A ⊗ B * C",
    r"a/b c": "a / b @ c",
    r"a \cdot -b": "a @ -b",
    r"-a b c - d e + f": "-(a @ b @ c) - d @ e + f",
    r"\frac{W2}{\log x} + \frac12x": "W2 / log(x) + 1 / 2 @ x",
    r"\frac{a}{b} + \tfrac12 + \frac1{2} + \dfrac ab": "a / b + 1 / 2 + 1 / 2 + a / b",
    # functions
    r"\cos x y + \log\det X": "cos(x) @ y + log(det(X))",
    r"diag(x) \text{diag}(x) \operatorname{diag}(x)": "diag(x) @ diag(x) @ diag(x)",
    r"\operatorname{tr} A + \mathrm{tr}(A) + \ln x": "tr(A) + tr(A) + log(x)",
    r"Wdiag(x) softmax(z)": "W @ diag(x) @ softmax(z)",
    r"\operatorname{ReLU}'(z) \tanh''(z) \sigma(z)": "drelu(z) @ ddtanh(z) @ sigmoid(z)",
    r"g'(z^{[2]}) \sigma^{\prime}(z) f''": "dg(z2) @ dsigmoid(z) @ f.T.T",
    r"\sigma'(z)^T \sin^2(x) \sin^2 x": "dsigmoid(z).T @ sin(x)**2 @ sin(x)**2",
    r"f(x, y) W(x) W'(x)": "f(x, y) @ W @ x @ W.T @ x",
    r"\sqrt{x^T x} \sqrt2": "sqrt(x.T @ x) @ sqrt(2)",
    r"\|x\|^2 + \lVert x \rVert + \left\lVert x\right\rVert": "norm(x)**2 + norm(x) + norm(x)",
    r"\|x - y\|_2^2 + \|X\|_F": "norm(x - y)**2 + norm(X)",
    r"||A x - b||^2 + ||x||_2": "norm(A @ x - b)**2 + norm(x)",
    r"\left|\left| x \right|\right| \left| \left| x \right| \right|": "norm(x) @ norm(x)",
    r"\bigl|\bigl|x\bigr|\bigr| \lvert\lvert x\rvert\rvert": "norm(x) @ norm(x)",
    "|A||B| + ||x||||y||": "bars(A) @ bars(B) + norm(x) @ norm(y)",
    "||A| - |B|| + |||x|| - 1|": "bars(bars(A) - bars(B)) + bars(norm(x) - 1)",
    r"|\log|A|| + | |A| | + |{|A|}|": "bars(log(bars(A))) + bars(bars(A)) + bars(bars(A))",
    r"\|x - \|y\| z\|": "norm(x - norm(y) @ z)",
    r"|X| + \left|X\right| + \lvert X \rvert": "bars(X) + bars(X) + bars(X)",
    r"\exp\{-x\} + \vec(X)": "exp(-x) + vec(X)",
    r"I_n I_{3} I_{mn} I_{n \times n}": "eye(n) @ eye(3) @ eye(m * n) @ eye(n)",
    r"\mathbf{1}_n 1_n^T \mathbb 1_{m \times n} 0_n": "ones(n) @ ones(n).T @ ones(m, n) @ zeros(n)",
    r"K_{m,n} K_{i,j}": "commutation_matrix(m, n) @ K[i,j]",
    # functions of a product without brackets, up to + or -
    r"\operatorname{tr} A^T B - c": "tr(A.T @ B) - c",
    r"c \operatorname{tr} A \odot B": "c @ tr(A * B)",
    r"\log\det A B + \ln\det A": "log(det(A @ B)) + log(det(A))",
    r"\det A \det B C": "det(A) @ det(B @ C)",
    r"\log\det A B \log\det C": "log(det(A @ B)) @ log(det(C))",
    r"\operatorname{tr} A B / n": "tr(A @ B) / n",
    r"\operatorname{tr} 2 A \exp(B)": "tr(2 @ A @ exp(B))",
    r"\operatorname{tr}\operatorname{tr}\det A B": "tr(tr(det(A @ B)))",
    r"\operatorname{tr}(A) B \det(A)^{-1}": "tr(A) @ B @ det(A)**-1",
    r"\operatorname{tr}(A - B)^T (A - B)": "tr((A - B).T @ (A - B))",
    r"\operatorname{tr} G^T \nabla_X f": "tr(G.T @ grad(f, X))",
    r"(\det A B) C \sin x y": "det(A @ B) @ C @ sin(x) @ y",
    # derivatives as symbols
    r"\frac{\partial C}{\partial z^l}": "d(C, z[l])",
    r"\frac {\partial L}{\partial W_{ij}^{(2)}}": "d(L, W2[i,j])",
    r"\frac{d L}{d x} \frac{dL}{dx} \frac{\mathrm{d}L}{\mathrm{d}x}": "d(L, x) @ d(L, x) @ d(L, x)",
    r"\partial L / \partial W^2 x": "d(L, W2) @ x",
    r"dL/dW x": "d(L, W) @ x",
    r"\frac{\partial^2 f}{\partial x \partial y^T} + \frac{\partial^2 f}{\partial x^2}": (
        "d(f, x, y) + d(f, x, x)"
    ),
    r"\frac{\partial f(x)}{\partial x} \frac{\partial}{\partial x} f": "d(f, x) @ d(f, x)",
    r"\frac{\partial x^T A x}{\partial x}": "d(x.T @ A @ x, x)",
    r"\frac{\partial}{\partial x} (x^T x) + \frac{d}{dx} f": "d(x.T @ x, x) + d(f, x)",
    r"\frac{\partial \log\det X}{\partial X}": "d(log(det(X)), X)",
    r"\left(\frac{\partial L}{\partial x}\right)^T": "d(L, x).T",
    r"\frac{\partial y^T}{\partial x^T} \frac{\delta}{\delta_2}": "d(y.T, x) @ (delta / delta2)",
    r"\nabla_x f \nabla_{W^{(l)}} J": "grad(f, x) @ grad(J, W[l])",
    r"\nabla_x f^T g + \nabla_\theta J(\theta)": "grad(f, x).T @ g + grad(J, theta)",
    r"\nabla_x x^T A x + b": "grad(x.T @ A @ x, x) + b",
    r"\nabla_{w} \frac12 \|X w - y\|^2": "grad(1 / 2 @ norm(X @ w - y)**2, w)",
    r"\nabla_w \lambda w^T w": "grad(lambda @ w.T @ w, w)",
    r"\nabla_x b^T x - \nabla_x A x": "grad(b.T @ x, x) - grad(A @ x, x)",
    r"\nabla_x (A x - b)^T (A x - b)": "grad((A @ x - b).T @ (A @ x - b), x)",
    r"\nabla_x (x^T x) x": "grad(x.T @ x, x) @ x",
    r"\nabla_X \operatorname{tr} A X B": "grad(tr(A @ X @ B), X)",
    r"\nabla_a C \odot a \odot (1 - a)": "grad(C, a) * a * (1 - a)",
    r"\nabla_z y \odot \sigma'(z)": "grad(y, z) * dsigmoid(z)",
    r"\nabla_{x} f(x)^T (y - x)": "grad(f, x).T @ (y - x)",
    r"\nabla_x L^T x \nabla_x (f^T)": "grad(L, x).T @ x @ grad(f, x).T",
    r"\nabla_x y \nabla_y x^T y": "grad(y, x) @ grad(x.T @ y, y)",
    r"\nabla_x \nabla_y x^T A y": "grad(grad(x.T @ A @ y, y), x)",
    r"\frac{\partial}{\partial x} x^T A x": "d(x.T @ A @ x, x)",
    r"\frac{\partial}{\partial x} A x \odot b + c": "d(A @ x * b, x) + c",
    r"\frac{\partial}{\partial x} (x^T x) b": "d(x.T @ x, x) @ b",
    r"\frac{d}{dx} f(x) + \frac{d}{dx} f(x) g": "d(f, x) + d(f(x) @ g, x)",
    r"\frac{\partial}{\partial a} L \frac{\partial a}{\partial z}": "d(L, a) @ d(a, z)",
    r"J_x (A x) \cdot J_x \sin(x)": "jac(A @ x, x) @ jac(sin(x), x)",
    r"J_x \|x\| + J_i (x)": "jac(norm(x), x) + J[i] @ x",
    r"J_{x}L \cdot J_{x^3}L^3 J_{\theta^1} L^1": "jac(L, x) @ jac(L3, x3) @ jac(L1, theta1)",
    r"J_1 x J_i x J_x": "J1 @ x @ J[i] @ x @ J[x]",
    # blocks, rows, braces, wrappers
    r"\left ( A \middle | B \middle | C \right )": "hstack(A, B, C)",
    r"\left[ A \mid B \right]": "hstack(A, B)",
    r"(1,1,1)^T [1,2]": "(1, 1, 1).T @ (1, 2)",
    r"\underbrace{X}_{\text{why \( not}} \underset{?}{y} \boxed{z}": "X @ y @ z",
    r"$$\delta^l = \displaystyle \Big( x \Big) ~ y.$$": "delta[l] = x @ y",
    r"\[ x &= y \quad z, \\ \]": "x = y @ z",
    r"\begin{align*} x &:= y \nonumber \tag{1} \end{align*}": "x = y",
    r"\text{VJP}(g,x) = g \circ \cos(x)": "VJP(g, x) = g * cos(x)",
}


@pytest.mark.parametrize(
    ("text", "names", "python"),
    [
        (r"\delta^2 x^2", {"x2"}, "delta2 @ x2"),
        (r"x_1^2 + x^2", {"x1", "x2"}, "x1**2 + x2"),
        (r"\delta_{2}^{2} \delta_2^{(3)}", {"delta2"}, "delta2**2 @ delta[3,2]"),
        (r"\delta_{2}^{2}", {"delta2", "delta[2,2]"}, "delta[2,2]"),
        (r"\delta^2 \delta^3", {"delta", "delta2"}, "delta2 @ delta**3"),
        (r"J_x (x)", {"J[x]"}, "J[x] @ x"),
        (r"x^n W^T", {"xn", "WT"}, "xn @ W.T"),
        (r"e^2 + e^x", {"e2"}, "e2 + e**x"),
        (r"g(x) g'(x) f(x)", {"g", "x"}, "g @ x @ g.T @ x @ f(x)"),
        (r"I x + I_3 I_n", {"I", "I3"}, "I @ x + I3 @ I[n]"),
        (r"I_3 I_n", {"I3"}, "I3 @ eye(n)"),
        (r"J_x f", {"J[x]"}, "J[x] @ f"),
        (r"loss + Wx + yhat2", {"loss", "yhat2"}, "loss + W @ x + yhat2"),
        (r"dZ^{[2]} = dA", {"dZ2", "dA"}, "dZ2 = dA"),
        (r"\frac{dL}{dx}", {"dL", "dx"}, "dL / dx"),
        (r"dL/dW", {"d"}, "d @ L / d @ W"),
        (r"W_{hx} h_{max} z_{2,1}", {"Whx", "h_max", "z2_1"}, "Whx @ h_max @ z2_1"),
        (r"delta2 tr x", {"delta2"}, "delta2 @ tr(x)"),
    ],
)
def test_known_names_decide(text, names, python):
    assert sides(text, names) == python


@pytest.mark.parametrize(
    ("text", "functions", "python"),
    [
        (r"\sigma(z) \sigma'(z)", [], "sigma(z) @ dsigma(z)"),
        (r"\sigma(z) \sigma'(z)", ["sigmoid", "dsigmoid"], "sigmoid(z) @ dsigmoid(z)"),
        (r"\sigma(z)", ["sigma", "sigmoid"], "sigma(z)"),
        (r"g^{[2]'}(z) + g_2'(z) + g^{(2)}(z)", ["g2", "dg2"], "dg2(z) + dg2(z) + g2(z)"),
        (r"g^{(2)}(z) \phi_i(z)", [], "g2 @ z @ phi[i] @ z"),
        (r"GELU(x) + \operatorname{gelu}'(x)", ["gelu", "dgelu"], "gelu(x) + dgelu(x)"),
    ],
)
def test_known_functions_decide(text, functions, python):
    assert sides(text, functions=BUILT_IN | dict.fromkeys(functions, TANH)) == python


def test_factors_without_brackets_stay_together():
    [tree] = read(r"a \odot b c \otimes -d", BUILT_IN)
    assert isinstance(tree, Chain)
    assert tree.operators == ("*", " ", "⊗")
    assert isinstance(tree.factors[3], Negative)
    [inverse] = read("A^{-1}", BUILT_IN)
    assert isinstance(inverse, Power)
    assert inverse.operator == "^"
    assert isinstance(inverse.exponent, Negative)
    assert isinstance(inverse.exponent.part, Number)


def test_every_part_knows_its_place_in_the_text_as_it_was_written():
    text = r"$ x^{l} &= \left( \mathbf{W}^{(2)} \right)^T \, \sigma'(z_2) $"
    places = {
        printed(part): text[slice(*part.at)] for side in read(text, KNOWN) for part in walk(side)
    }
    assert places == {
        "x[l]": "x^{l}",
        "W2": r"\left( \mathbf{W}^{(2)} \right)",
        "W2.T": r"\left( \mathbf{W}^{(2)} \right)^T",
        "z2": "z_2",
        "dsigmoid(z2)": r"\sigma'(z_2)",
        "W2.T @ dsigmoid(z2)": r"\left( \mathbf{W}^{(2)} \right)^T \, \sigma'(z_2)",
    }


@pytest.mark.parametrize(
    ("label", "shape"),
    [
        (r"1\times 3", "1×3"),
        (r"(n \times m)", "n×m"),
        (r"\in \mathbb{R}^{n^{[1]} \times n_0}", "n1×n0"),
        (r"3 \text{ by } 2", "3×2"),
        (r"0 \times 3", None),
        ("n", None),
        (r"\text{the error}", None),
    ],
)
def test_a_shape_under_a_brace_is_a_claim(label, shape):
    [tree] = read(rf"\underbrace{{X^T}}_{{{label}}}", BUILT_IN)
    assert (tree.shape if isinstance(tree, Claim) else None) == shape
    assert printed(tree) == "X.T"


REFUSED = [
    (r"W^{T} + ", 8, "expected is a factor: a name, a number, a bracket or a function."),
    ("a + * b", 5, "expected is a factor: a name, a number, a bracket or a function."),
    ("= a", 1, "expected is a factor: a name, a number, a bracket or a function."),
    ("", 1, "expected is a factor: a name, a number, a bracket or a function."),
    ("f()", 3, "expected is a factor: a name, a number, a bracket or a function."),
    (r"\frac{a}", 9, r"\frac has two arguments, {…}{…}: expected is a factor: a name, a number, "
                     "a bracket or a function."),
    (r"\sqrt + x", 7, r"\sqrt has an argument, {…}: expected is a factor: a name, a number, "
                      "a bracket or a function."),
    ("x^ = y", 4, "what stands above the line is missing: expected is a factor: a name, a number, "
                  "a bracket or a function."),
    ("x_", 3, "what stands below the line is missing: expected is a factor: a name, a number, "
              "a bracket or a function."),
    ("x^* y", 3, "a star above the line has no meaning here: a transpose is written ^T."),
    ("a, b", 2, ", has no meaning here."),
    (r"x \mid y", 3, r"\mid has no meaning here."),
    (r"a \% b", 3, r"\% has no meaning here."),
    ("a ; b", 3, "; has no meaning here."),
    ("x²", 2, "² has no meaning here."),
    ("a\0", 2, "\\x00 has no meaning here."),
    ("(a + b", 1, "( is not closed."),
    ("a + b)", 6, ") closes nothing."),
    ("a (b + c]", 9, "] does not close the ( of column 3."),
    (r"x (A | B)", 6, r"| is not closed: blocks beside each other are written "
                      r"\left( A \middle| B \right)."),
    ("||x|", 1, r"| is not closed: blocks beside each other are written "
                r"\left( A \middle| B \right)."),
    (r"\left. x \right|", 1, r"\left. stands for no bracket: both sides are needed."),
    (r"a \\ b", 3, "a formula is one line."),
    (r"x + \odt y", 5, r"\odt is no command that is known here: did you mean \odot or \dot or "
                       r"\det?"),
    (r"\sum_i x_i", 1, r"\sum is not read: a sum over an index is written as a product, W x for "
                       "the sum of the W_{ij} x_j."),
    (r"\begin{pmatrix} a \end{pmatrix}", 1, r"\begin is not read: matrices by their entries are "
                                            "not read, give each a name."),
    (r"\operatorname{sofmax}(x)", 1, "sofmax is no function that is known here: "
                                     "did you mean softmax?"),
    (r"\operatorname{softmax}'(x)", 1, "softmax' is no function that is known here: "
                                       "did you mean softmax?"),
    (r"\text{for all } x", 1, "words have no meaning in a formula: for all."),
    (r"\cos", 1, "cos needs an argument: expected is a factor: a name, a number, a bracket or a "
                 "function."),
    (r"\cos 2x", 6, "where the argument of cos ends is not clear: use brackets."),
    (r"\log_2(x)", 5, "log takes no index here, and no power but a number."),
    (r"\sqrt[3]{x}", 6, r"only square roots are read, \sqrt{x}."),
    (r"\|x\|_1", 6, "of norms only the root of the sum of all squares is known."),
    (r"x + g'_2(z)", 5, "g2' stands for a function that was not given: hand it in, "
                        "functions={'dg2': …}, or leave its index out."),
    (r"f \circ g", 3, r"\circ is composition of functions here: write f(g(x))."),
    (r"(\sigma ∘ \cos)(x)", 9, "∘ is composition of functions here: write f(g(x))."),
    (r"(W x)_i", 6, "only a name has an index: give what stands before it a name."),
    (r"x_{a+b}", 2, "an index is a number, a letter, l+1 or l-1."),
    (r"\hat{a + b}", 1, r"\hat stands over a single name."),
    (r"A I", 3, "an identity matrix needs its size: write I_n."),
    (r"\mathbf{1}^T x", 1, r"a column of ones needs its size: write \mathbf{1}_n."),
    (r"x \top", 3, r"a transpose stands above the line: W^{\top}."),
    (r"\partial x", 1, r"∂ stands in a fraction of two symbols, \frac{\partial u}{\partial x}."),
    (r"\frac{\partial^2 f}{\partial x}", 7, r"a first derivative is \frac{\partial f}{\partial x}, "
                                            r"a second one \frac{\partial^2 f}{\partial x "
                                            r"\partial y}."),
    (r"\frac{\partial L}{\partial (a + b)}", 28, "a derivative is by a name: give what stands here "
                                                 "one of its own."),
    (r"\nabla f", 1, r"∇ needs below it what it is by: \nabla_x f."),
    (r"\nabla_z a^T \delta", 10, "where what ∇ is of ends is not clear: use brackets."),
    (r"\operatorname{tr} + A", 1, "tr needs an argument: expected is a factor: a name, a number, a "
                                  "bracket or a function."),
    (r"A^{\otimes -1}", 4, "expected is a factor: a name, a number, a bracket or a function."),
    (r"\nabla_x", 1, "what this is the derivative of is missing: expected is a factor: a name, "
                     "a number, a bracket or a function."),
    ("9" * 120, 1, "a number beyond 1e100."),
    ("(" * 120 + ")" * 120, 101, "more than 100 brackets in each other are beyond reason."),
    (r"\cos" * 120 + " x", 405, "more than 100 functions of each other are beyond reason."),
    (r"\det " * 120 + "x", 506, "more than 100 functions of each other are beyond reason."),
    (r"\nabla_x\cos " * 120 + "x", 659, "more than 100 functions of each other are beyond reason."),
    ("x" + "'" * 120, 1, "more than 100 parts within each other are beyond reason."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "column", "message"), REFUSED)
def test_what_is_no_formula_is_refused_at_its_column(text, column, message):
    with pytest.raises(FormulaError) as refused:
        read(text, KNOWN)
    assert refused.value.column == column
    assert str(refused.value).splitlines()[0] == f"column {column} of the formula: {message}"


def test_a_prime_alone_tells_latex_from_python():
    assert Formula.parse("g'(y)").notation == "latex"
    with pytest.raises(FormulaError, match=r"a transpose is written W\.T"):
        Formula.parse("W' @ d")  # @ is Python's


def test_functions_that_nobody_gave_are_named_last():
    f = Formula.parse(r"\text{VJP}(g, x)")
    with pytest.raises(FormulaError, match="that is known here: known are exp, log, sqrt"):
        f.shape({"g": "n", "x": "n"})


def test_functions_that_nobody_gave_have_shapes_and_no_values():
    f = Formula.parse(r"W^T \sigma(z) \odot g'(y)")
    assert [str(size) for size in f.shape({"W": "m×n", "z": "m", "y": "n"})] == ["n", "1"]
    assert {*PLACEHOLDERS} >= {"sigma", "dsigma", "g", "dg", "h", "dphi"}
    for compute in (f, f.as_numpy):
        with pytest.raises(InputError) as refused:
            compute({"W": np.ones((2, 3)), "z": np.ones(2), "y": np.ones(3)})
        assert str(refused.value).startswith("sigma stands for a function that was not given: hand")
    with pytest.raises(InputError) as refused:
        Formula.parse("g'(y)", "latex")({"y": [1.0]})
    assert str(refused.value) == (
        "g stands for a function that was not given: hand it in, functions={'g': …, 'dg': …}."
    )


# The formulas of the four threads that the project was born from, as they were typed.

THREADS = [
    (
        r"\frac{\partial C}{\partial z^l} = \delta^{l+1}\cdot w^l\cdot\sigma'(z^l)",
        "d(C, z[l]) = delta[l+1] @ w[l] @ dsigma(z[l])",
    ),
    (
        r"\delta^l=((w^{l+1})^T\cdot\delta^{l+1})\odot\sigma'(z^l)",
        "delta[l] = w[l+1].T @ delta[l+1] * dsigma(z[l])",
    ),
    (
        r"\frac{\partial C}{\partial z^l} = {\delta^{l+1}}^T w^l \text{diag}(\sigma'(z^l))",
        "d(C, z[l]) = delta[l+1].T @ w[l] @ diag(dsigma(z[l]))",
    ),
    (
        r"\delta_l = \text{diag}(\sigma'(z^l)) {w^l}^T \delta^{l+1}",
        "delta[l] = diag(dsigma(z[l])) @ w[l].T @ delta[l+1]",
    ),
    (
        r"\delta_l = \sigma'(w_l) \odot {w^l}^T \delta^{l+1}",
        "delta[l] = dsigma(w[l]) * w[l].T @ delta[l+1]",
    ),
    (
        r"\delta^2 = ((W^{[3]^{T}} (a^{[3]}-y)) \odot g'(z^{[2]}))",
        "delta2 = W3.T @ (a3 - y) * dg(z2)",
    ),
    (
        r"\delta^1 = ((W^{[2]^{T}} \delta^2 ) \odot g'(z^{[1]}))",
        "delta1 = W2.T @ delta2 * dg(z1)",
    ),
    (
        r"\text{VJP}(g,x) = g \circ \cos(x)",
        "VJP(g, x) = g * cos(x)",
    ),
    (
        r"(a^{(3)} - y) \odot a^{(3)} \odot (1 - a^{(3)}) a^{(2)T}",
        "(a3 - y) * a3 * (1 - a3) @ a2.T",
    ),
    (
        r"(a^{(3)} - y) \odot a^{(3)} \odot (1 - a^{(3)}) W^{(3)} (1,1,1)^T a^{(1)T}",
        "(a3 - y) * a3 * (1 - a3) @ W3 @ (1, 1, 1).T @ a1.T",
    ),
    (
        r"\frac {\partial L}{\partial W^{(3)}} = \frac {\partial L}{\partial a^{(3)}} \frac "
        r"{\partial a^{(3)}}{\partial z^{(3)}} \frac {\partial z^{(3)}}{\partial W^{(3)}}",
        "d(L, W3) = d(L, a3) @ d(a3, z3) @ d(z3, W3)",
    ),
    (
        r"\frac {\partial L}{\partial W^{(3)}} = \frac {\partial L}{\partial a^{(3)}} \frac "
        r"{\partial a^{(3)}}{\partial z^{(3)}} \frac {\partial z^{(3)}}{\partial a^{(2)}} \frac "
        r"{\partial a^{(2)}}{\partial z^{(2)}} \frac {\partial a^{(2)}}{\partial z^{(2)}} \frac "
        r"{\partial z^{(2)}}{\partial W^{(2)}}",
        "d(L, W3) = d(L, a3) @ d(a3, z3) @ d(z3, a2) @ d(a2, z2) @ d(a2, z2) @ d(z2, W2)",
    ),
    (
        r"\frac {\partial L}{\partial W_{ij}^{(2)}} = \underbrace{\frac {\partial "
        r"z^{(2)}}{\partial W_{ij}^{(2)}}}_{1\times 3} \underbrace{\frac {\partial "
        r"a^{(2)}}{\partial z^{(2)}}}_{3\times 3} \underbrace{\frac {\partial z^{(3)}}{\partial "
        r"a^{(2)}}}_{3\times 2} \underbrace{\frac {\partial L}{\partial z^{(3)}}}_{2\times 1}",
        "d(L, W2[i,j]) = d(z2, W2[i,j]) @ d(a2, z2) @ d(z3, a2) @ d(L, z3)",
    ),
    (
        r"\nabla_{z^{(l)}} J = (W^{(l+1)T} \cdot \nabla_{z^{(l+1)}} J) \odot g'(z^{(l)})",
        "grad(J, z[l]) = W[l+1].T @ grad(J, z[l+1]) * dg(z[l])",
    ),
    (
        r"\nabla_{W^{(l)}} J = \nabla_{z^{(l)}} J \cdot a^{(l-1)T}",
        "grad(J, W[l]) = grad(J, z[l]) @ a[l-1].T",
    ),
    (
        r"\frac{\partial L}{\partial \theta_1} = \frac{\partial x_1}{\partial \theta_1} "
        r"\frac{\partial x_2}{\partial x_1} \frac{\partial x_3}{\partial x_2}\frac{\partial "
        r"L}{\partial x_3}",
        "d(L, theta1) = d(x1, theta1) @ d(x2, x1) @ d(x3, x2) @ d(L, x3)",
    ),
    (
        r"\left ( J_{x^3}L^3\cdot J_{x^2}L^2\cdot J_{\theta^1}L^1 \middle | J_{x^3}L^3 \cdot "
        r"J_{\theta^2}L^2 \middle | J_{\theta^3}L^3\right )",
        "hstack(jac(L3, x3) @ jac(L2, x2) @ jac(L1, theta1), jac(L3, x3) @ jac(L2, theta2), "
        "jac(L3, theta3))",
    ),
]


@pytest.mark.parametrize(("text", "python"), THREADS)
def test_the_formulas_of_the_threads_are_read(text, python):
    assert sides(text, functions=BUILT_IN) == python


def test_what_is_differentiated_is_grouped_as_latex_is():
    f = Formula.parse(r"\nabla_x a^T (b \odot W x)", names=["a", "b", "W", "x"])
    assert f.names == ["∇_x a.T @ (b * (W @ x))"]
    assert f.to_python({"a": "m", "b": "m", "W": "m×n", "x": "n"}) == "grad(a.T @ (b * (W @ x)), x)"


def test_delta_of_the_thread_conforms():
    f = Formula.parse(r"\delta^l=((w^{l+1})^T\cdot\delta^{l+1})\odot\sigma'(z^l)")
    shapes = {"w[l+1]": "k×n", "delta[l+1]": "k", "z[l]": "n"}
    assert f.to_python(shapes) == "(w[l+1].T @ delta[l+1]) * dsigma(z[l])"
    assert f.reading(shapes).fault is None
    assert printed(f.left) == "delta[l]"


def test_a_writer_for_whom_the_hadamard_product_binds_tighter():
    f = Formula.parse(r"(a^{(3)} - y) \odot a^{(3)} \odot (1 - a^{(3)}) a^{(2)T}")
    reading = f.reading({"a3": "k", "y": "k", "a2": "h"})
    assert reading.fault is None
    assert reading.name == "⊙ first"
    [remark] = reading.remarks
    assert "the only grouping that conforms" in remark


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        (r"\delta_l = \sigma'(w_l) \odot {w^l}^T \delta^{l+1}", {"w[l]": "m×n", "delta[l+1]": "m"}),
        (
            r"(a^{(3)} - y) \odot a^{(3)} \odot (1 - a^{(3)}) W^{(3)} (1,1,1)^T a^{(1)T}",
            {"a3": 2, "y": 2, "W3": "2×3", "a1": 4},
        ),
    ],
)
def test_a_formula_that_conforms_in_no_grouping(text, shapes):
    assert Formula.parse(text).reading(shapes).fault is not None


def test_claims_of_a_thread():
    [text] = [text for text, _ in THREADS if "underbrace" in text]
    assert Formula.parse(text).claims == [
        ("d(z2, W2[i,j])", "1×3"),
        ("d(a2, z2)", "3×3"),
        ("d(z3, a2)", "3×2"),
        ("d(L, z3)", "2×1"),
    ]


def test_factors_of_any_size_read_as_the_sister_notation_reads_them():
    f = Formula.parse(
        r"\delta^2 = ((W^{[3]^{T}} (a^{[3]}-y)) \odot g'(z^{[2]}))", functions={"dg": TANH}
    )
    point = {"W3": np.arange(6.0).reshape(2, 3), "a3": [1, 2], "y": [0.5, 3], "z2": [1, 2, 3]}
    same = Formula.parse("(W3.T @ (a3 - y)) * dg(z2)", functions={"dg": TANH})
    assert f.to_python({"W3": "k×h", "a3": "k", "y": "k", "z2": "h"}) == same.text
    assert np.array_equal(f(point), same(point))


ROUND_TRIP = {
    "((W2.T @ delta2) * drelu(z1)) @ a0.T": {"W2": "k×h", "delta2": "k", "z1": "h", "a0": "n"},
    "(a3 - y) * a3 * (1 - a3)": {"a3": "k", "y": "k"},
    "delta[l+1].T @ W[l+1] @ diag(dsigmoid(z[l]))": {
        "delta[l+1]": "k",
        "W[l+1]": "k×h",
        "z[l]": "h",
    },
    "kron(x.T, eye(m)) @ vec(W)": {"W": "m×n", "x": "n"},
    "log(det(X)) + tr(A @ inv(X).T)": {"X": "n×n", "A": "n×n"},
    "pinv(A) @ b - 2 * A.T @ (A @ x - b)": {"A": "m×n", "b": "m", "x": "n"},
    "norm(x)**2 / (1 + exp(-c)) * x": {"x": "n", "c": "scalar"},
    "hstack(A @ B, C)": {"A": "m×n", "B": "n×k", "C": "m×h"},
    "sqrt(x.T @ x) * (1, 2, 3)": {"x": "n"},
    "commutation_matrix(m, n) @ vec(W) + ones(n) @ x.T @ zeros(h, 3)": {"W": "m×n"},
    "matrix_power(A, 3) - A.T @ ones(m, n)": {"A": "m×m"},
    "d(L, a3) @ d(a3, z3) @ d(z3, W3[i,j])": None,
    "grad(L, W[l]) - jac(f, x3).T": None,
    "d(f, x, y) - d(x.T @ x, x)": None,
    "abs(c) * grad(x.T @ A @ x, x)": None,
    "-(a * b) + theta @ dX - W2[i,j] @ yhat2": None,
    "ddtanh(z) * dg(z) - softmax(loss)": None,
    "W2 @ a[l-1] - b**2": None,
}


@pytest.mark.parametrize("text", ROUND_TRIP)
def test_what_is_printed_as_latex_reads_back(text):
    f = Formula.parse(text, "python", functions=FUNCTIONS | {"dg": TANH})
    shapes = ROUND_TRIP[text]
    try:
        latex, python = f.to_latex(shapes), f.to_python(shapes)
    except LayoutError:
        shapes, latex, python = None, f.to_latex(), f.to_python()
    g = Formula.parse(latex, "latex", functions=FUNCTIONS | {"dg": TANH})
    assert g.to_python(shapes) == python


SOUP = [
    *r"""\frac \sqrt \hat \mathbf \text{d} \mathrm{d} \text{diag} \operatorname{ReLU} \partial
    \nabla J J_x _ ^ { } ( ) [ ] | \| \left \right \middle \mid \cdot \odot \circ \otimes * / + - =
    , . ' \prime \top T l l+1 2 12 3.5 W x \delta \sigma g f h I 1 e d L \mathbf{1} \cos \log
    \underbrace \underset \times \, & \\ $ ~ δ é \foo \sum \begin \dagger I_n ^{-1} ^T ^{(2)}
    _{ij} {x} (x) (1,1) \frac{a}{b} \frac{\partial}{\partial} \lVert \rVert \rvert \{ \} tr( ² x2
    \nabla_x \vec 9e9 || \det \operatorname{tr} \frac{d}{dx} [l](i) ^{\odot ^{+T}""".split(),  # noqa: SIM905 - a page of words is read at a glance
    "\0",
    " ",
    "\n",
    "\ud800",
]
KNOWN_NAMES = ["x", "W", "W2", "delta2", "g", "sigma", "I", "J[x]", "e2", "d", "dL", "x[l]", "T"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(SOUP), max_size=12),
    st.sampled_from(["", " "]),
    st.sets(st.sampled_from(KNOWN_NAMES)),
)
def test_any_text_is_read_or_refused(words, between, names):
    text = between.join(words)
    try:
        f = Formula.parse(text, "latex", functions=FUNCTIONS, names=names)
    except LayoutError:
        return
    for part in walk(f.tree):
        assert 0 <= part.at[0] < part.at[1] <= len(text)
        assert type(part).__module__ == "layouts.formulas.tree"
    f.to_python()


@pytest.mark.parametrize(
    "unit",
    ["{", "(", "x^", "^", "x^{", r"\frac", r"\frac{", "|x", r"\|", r"\cos ", r"\hat ", "-", "'",
     "+x", "x", "9", r"\text{", r"\underbrace{x}_{", "\\", "\0", "x\u0301", "W_", "a b", "x'^T",
     r"\partial ", "J_x", r"\nabla_x", r"\det ", r"\frac{d}{dx}",
     "||", "^{T}", "f(", "x,", r"\left", "a/", "diag", "d x/"],
)  # fmt: skip
def test_long_texts_take_no_time_and_no_stack(unit):
    text = (unit * 4000)[:4000]
    for case in (text, "x" + text, f"({text})"[:4000], "x_{" + text[:3990] + "}"):
        start = time.perf_counter()
        with contextlib.suppress(LayoutError):
            Formula.parse(case, "latex", functions=FUNCTIONS)
        assert time.perf_counter() - start < 2
