"""Displays of LaTeX with prose in them, inside what KaTeX and MathJax render."""

from __future__ import annotations

from collections.abc import Iterable

from .typography import GREEK, SUBSCRIPTS, SUPERSCRIPTS, SYMBOLS

__all__ = ["ESCAPES", "display", "prose"]

ESCAPES = str.maketrans(
    {c: f"\\{c}" for c in "#%&_{}$"}
    | {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}", "½": "½", "…": r"\ldots{}"}
    | {letter: f"{{${command}$}}" for letter, command in GREEK.items()}
    | {"×": r"{$\times$}", "<": r"{$\lt$}", ">": r"{$\gt$}"}
)
"""Prose without mathematics in it, for `\\text`; the rest is in braces, since two dollars side by
side would begin a display."""
BESIDE = {chr(on): f"_{{{chr(line)}}}" for line, on in SUBSCRIPTS.items()}
BESIDE |= {chr(on): f"^{{{chr(line)}}}" for line, on in SUPERSCRIPTS.items()}
BESIDE |= {
    "⁺": "^{+}",
    "ᵢ": "_{i}",
    "ⱼ": "_{j}",
    "⁻": "^{-}",
    "⁽": "^{(}",
    "⁾": "^{)}",
    "′": "^{\\prime}",
}
"""What stands below or above the line."""
SIGNS = {sign: command.strip() for sign, command in SYMBOLS.items() if not sign.isascii()}
SIGNS |= {"‖": r"\Vert", "∇": r"\nabla", "∘": r"\circ", "⋅": r"\cdot", "∑": r"\sum", "√": r"\surd"}
PROSE = ESCAPES | str.maketrans({sign: f"{{${tex}$}}" for sign, tex in (BESIDE | SIGNS).items()})


def prose(text: str) -> str:
    r"""Text with mathematics in it, as it is printed, for the inside of `\text` or `\texttt`.

    >>> print(prose("50% of ∂L/∂W1 = δ1 a0ᵀ"))
    50\% of {$\partial$}L/{$\partial$}W1 = {$\delta$}1 a0{$^{\top}$}
    """
    return text.translate(PROSE)


def display(rows: Iterable[str]) -> str:
    """Rows, each with the & that it is aligned by, as one display between `$$`."""
    return "$$\n\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}\n$$"
