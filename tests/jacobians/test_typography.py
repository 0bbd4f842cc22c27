"""Mathematics in print: brackets, transposes, numbering, ASCII, LaTeX, HTML."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jacobians.typography import (
    grouped,
    renumbered,
    subscripted,
    superscripted,
    to_ascii,
    to_html,
    to_latex,
    transposed,
    transposed_product,
    with_math,
    without_marks,
)

FORMULAS = st.text(
    alphabet="aWbzδγσΣθΑé名012345()[]{}ᵀ⊗⊙·∂/ᵢₖ_^\\$%&#~|<>'\" +-−×½…I₃", max_size=30
)


@pytest.mark.parametrize(
    ("text", "bracketed"),
    [
        ("a2 - y", "(a2 - y)"),
        ("diag(a2 - y)", "diag(a2 - y)"),
        ("a ⊙ b", "(a ⊙ b)"),
        ("W2ᵀ δ2", "W2ᵀ δ2"),
        ("-y", "(-y)"),
        ("y/a2", "(y/a2)"),
        ("∂L/∂W1", "∂L/∂W1"),
        ("(a + b)", "(a + b)"),
        ("(a) + (b)", "((a) + (b))"),
    ],
)
def test_only_what_a_neighbour_would_tear_apart_is_bracketed(text, bracketed):
    assert grouped(text) == bracketed


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("W", "Wᵀ"),
        ("Wᵀ", "W"),
        ("(a2 - y)ᵀ", "a2 - y"),
        ("a2 - y", "(a2 - y)ᵀ"),
        ("δ1 a0ᵀ", "(δ1 a0ᵀ)ᵀ"),
        ("∂a1/∂z1", "(∂a1/∂z1)ᵀ"),
        ("vec(δ1 a0ᵀ)", "vec(δ1 a0ᵀ)ᵀ"),
    ],
)
def test_a_transpose_is_written_as_a_mathematician_would(text, turned):
    assert transposed(text) == turned
    assert transposed(turned) == text


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("δ1 a0ᵀ", "a0 δ1ᵀ"),
        ("W1ᵀ δ1", "δ1ᵀ W1"),
        ("δ1", "δ1ᵀ"),
        ("A B C", "Cᵀ Bᵀ Aᵀ"),
        ("(W2ᵀ δ2) ⊙ s", "((W2ᵀ δ2) ⊙ s)ᵀ"),
        ("a + b", "(a + b)ᵀ"),
    ],
)
def test_a_product_turns_its_order_round_when_transposed(text, turned):
    assert transposed_product(text) == turned


def test_indices_stand_below_the_line():
    assert [subscripted(size) for size in (3, 10, "n", "3·n")] == ["₃", "₁₀", "_n", "_(3·n)"]
    assert subscripted("N²") == "_(N²)"


@pytest.mark.parametrize(
    ("text", "one_higher"),
    [
        ("W1 a0 + b1", "W2 a1 + b2"),
        ("δ9ᵀ", "δ10ᵀ"),
        ("a1_2", "a2_2"),
        ("∂a10/∂z9", "∂a11/∂z10"),
        ("W1[1,2]", "W2[1,2]"),
        ("tanh'(z1)", "tanh'(z2)"),
        ("relu6(z1)", "relu6(z2)"),
        ("e₃ + 10 y2", "e₃ + 10 y2"),
        ("a2ᵢₖ", "a3ᵢₖ"),
        ("a1b2 + a1_b + a1_2_b", "a1b2 + a1_b + a1_2_b"),
    ],
)
def test_only_numbers_of_layers_are_counted_from_another_input(text, one_higher):
    assert renumbered(text, 1) == one_higher
    assert renumbered(text, 0) == text


def test_layer_numbers_above_the_line_stand_in_brackets():
    assert superscripted("W12ᵀ δ2 a1_2") == "W⁽¹²⁾ᵀ δ⁽²⁾ a⁽¹⁾_2"
    assert superscripted("relu6(x)") == "relu6(x)"
    assert superscripted("a1b2 + x_b2 + a1_b") == "a1b2 + x_b2 + a1_b"


def test_ascii_spells_every_sign_that_reports_use():
    assert to_ascii("∂L/∂W1 = δ1 a0ᵀ ⊙ σ'(z2), 3×2") == "dL/dW1 = delta1 a0.T o sigma'(z2), 3x2"
    assert to_ascii("W⁽¹²⁾") == "W(12)"
    assert to_ascii("Ωᵀ α + ϕ - Α ο") == "Omega.T alpha + phi - A o"
    for sign in "∂ᵀ⊗⊙σδγΣ½·×→←…─└┘ηᵢₖ₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹":
        assert "?" not in to_ascii(sign), sign


@given(st.text(max_size=40))
def test_ascii_never_fails(text):
    assert to_ascii(text).isascii()


def balanced(latex):
    depth = 0
    for sign in re.sub(r"\\[{}]", "", latex):
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0


@given(FORMULAS)
def test_latex_of_anything_closes_its_braces_and_opens_no_mathematics(text):
    latex = to_latex(text)
    assert balanced(latex), latex
    assert "$" not in latex.replace(r"\$", "")
    assert not re.search(r"(?<!\\)[%#&~]", latex), latex


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("∂L/∂W1", r"\frac{\partial L}{\partial W_{1}}"),
        ("∂z1/∂W1[3,2]", r"\frac{\partial z_{1}}{\partial W_{1}[3,2]}"),
        ("(∂a1/∂z1)ᵀ", r"(\frac{\partial a_{1}}{\partial z_{1}})^{\top}"),
        ("a0ᵀ ⊗ I₃", r"a_{0}^{\top} \otimes I_{3}"),
        ("I_n ⊗ W2", r"I_{n} \otimes W_{2}"),
        ("3×2", r"3\times 2"),
        ("a⁽²⁾ᵀ", r"a^{(2)\top}"),
        ("a1_2", r"a_{1,2}"),
        ("z10", r"z_{10}"),
        ("I_(N²) ⊗ W2", r"I_{N^{2}} \otimes W_{2}"),
        ("θ + Δ - φ ϕ ε", r"\theta + \Delta - \varphi \phi \varepsilon"),
        ("θ2 δ1ᵀ", r"\theta_{2} \delta_{1}^{\top}"),
        ("Α ο", r"\mathrm{A} o"),
        ("Σ a0 + Σ1", r"\Sigma a_{0} + \Sigma_{1}"),
        ("∂Σ/∂ξ", r"\frac{\partial \Sigma}{\partial \xi}"),
        ("dL/dv = Σ", r"\frac{\mathrm{d} L}{\mathrm{d} v} = \sum"),
        ("Σₖ δₖ", r"\sum_{k} \delta_{k}"),
        ("Δt ⊙ θ_out", r"\operatorname{\Delta t} \odot \theta \text{\_out}"),
        ("αβ - x̂ − σ̂", r"\alpha \beta - \hat{x} - \hat{\sigma}"),
        ("xᵀᵀ x²³ x₊₁ xᵀ' x ²", r"x^{\top\top} x^{23} x_{+1} x^{\top\prime} x {}^{2}"),
        ("√2\x07\x85x – µ", r"\surd 2? x \text{–} \mu"),
        ("é + 名 ж1", r"\text{é} + \text{名} \text{ж}_{1}"),
        ("naïve_δ z_é", r"\text{naïve\_}\delta z_{\text{é}}"),
        ("σ'(h_(t-1))", r"\sigma'(h_{t-1})"),
        ("h_t = W_f h_(t-1)", r"h_{t} = W_{f} h_{t-1}"),
        ("∂h_t/∂h_(t-1)", r"\frac{\partial h_{t}}{\partial h_{t-1}}"),
        ("c_1 c1 c_1ᵀ", r"c_{(1)} c_{1} c_{(1)}^{\top}"),
        ("∂z2/∂(a1, W2)", r"\frac{\partial z_{2}}{\partial (a_{1}, W_{2})}"),
        ("δ_zu g_z1", r"\delta_{\operatorname{zu}} g_{z_{1}}"),
        ("½ Σᵢ (a2ᵢ - yᵢ)²", r"\tfrac{1}{2} \sum_{i} (a_{2,i} - y_{i})^{2}"),
    ],
)
def test_latex_of_what_reports_write(text, latex):
    assert to_latex(text) == latex


@given(st.text(max_size=40))
def test_html_escapes_whatever_stands_in_mathematics(text):
    inside = to_html(text).removeprefix("<code>").removesuffix("</code>")
    assert "<" not in inside
    assert ">" not in inside
    assert not re.search(r"&(?!amp;|lt;|gt;|quot;|#x27;)", inside)


def test_prose_and_mathematics_are_translated_apart():
    assert with_math("so `a < b` is", lambda math: f"[{math}]", str.upper) == "SO [a < b] IS"
    assert without_marks("so `a` is `b`") == "so a is b"


def test_a_function_without_brackets_is_no_factor():
    assert transposed_product("-log a2") == "(-log a2)ᵀ"
    assert transposed_product("δ1 log a2") == "(δ1 log a2)ᵀ"
