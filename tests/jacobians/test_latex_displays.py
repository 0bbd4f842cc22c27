"""Prose inside displays: each sign by hand, as KaTeX and MathJax take it."""

import pytest

from jacobians.latex_displays import bold, prose


@pytest.mark.parametrize(("text", "latex"), [
    ("50% #1 & {a_b} $5", r"50\% \#1 \& \{a\_b\} \$5"),
    ("\\ ^ ~ < > … | '", r"\textbackslash{} \^{} \~{} {$\lt$} {$\gt$} \ldots{} | '"),
    ("Δt µ ϰ", r"{$\Delta$}t {$\mu$} {$\varkappa$}"),
    ("x₁ᵀ y⁻¹ Wⁿ ½", r"x{$_{1}$}{$^{\top}$} y{$^{-}$}{$^{1}$} W{$^{n}$} {$\tfrac{1}{2}$}"),
    ("− √ ≠ ∈ ‖ ″", r"{$-$} {$\surd$} {$≠$} {$∈$} {$\Vert$} {$^{\prime\prime}$}"),
    ("e\u0301 x\u0302 σ\u0304 x\u0336", r"é {$\hat{x}$} {$\bar{\sigma}$} x?"),
    ("имя 名 – ’", "имя 名 – ’"),
    ("tab\tbell\x07next\x85line\u2028", "tab bell?next line "),
])  # fmt: skip
def test_each_sign_of_prose(text, latex):
    assert prose(text) == latex


def test_bold_leaves_mathematics_out():
    assert bold(prose("of ϰ, $")) == r"\textbf{of }\text{$\varkappa$}\textbf{, \$}"
