"""Displays of LaTeX with prose in them, inside what KaTeX and MathJax render."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from layouts.formulas.letters import ACCENTS

from .typography import GREEK, SIDES, SYMBOLS, printable, to_latex

__all__ = ["as_document", "bold", "display", "prose"]

ESCAPES = {sign: f"\\{sign}" for sign in "#%&_{}$"} | {
    "\\": r"\textbackslash{}",
    "^": r"\^{}",
    "~": r"\~{}",
    "…": r"\ldots{}",
}
"""What has a command of its own in text."""
SIGNS = {sign: command.strip() for sign, command in SYMBOLS.items() if not sign.isascii()}
SIGNS |= {"<": r"\lt", ">": r"\gt"}
"""What is mathematics, also in text."""
SIGN = re.compile(f".[{''.join(ACCENTS)}]|.", re.DOTALL)


def prose(text: str) -> str:
    r"""Text with mathematics in it, as it is printed, for the inside of `\text` or `\texttt`.

    >>> print(prose("50% of ∂L/∂W1 = δ1 a0ᵀ"))
    50\% of {$\partial$}L/{$\partial$}W1 = {$\delta$}1 a0{$^{\top}$}
    """
    return SIGN.sub(lambda match: _in_text(match[0]), unicodedata.normalize("NFC", text))


def bold(text: str) -> str:
    r"""LaTeX of the inside of `\text` in bold; mathematics is left out, since ℝ and ϰ are not bold.

    >>> print(bold(prose("ℝ² or")))
    \textbf{}\text{$\text{ℝ}$}\textbf{}\text{$^{2}$}\textbf{ or}
    """
    return re.sub(r"\{(\$.*?\$)\}", r"}\\text{\1}\\textbf{", rf"\textbf{{{text}}}")


def _in_text(sign: str) -> str:
    """A sign, and what stands above it; dollar signs in braces, since two would begin a display."""
    if sign in ESCAPES:
        return ESCAPES[sign]
    if command := GREEK.get(sign) or SIGNS.get(sign):
        return f"{{${command}$}}"
    return f"{{${to_latex(sign)}$}}" if _is_mathematical(sign) else printable(sign)


def _is_mathematical(sign: str) -> bool:
    """Whether it has something above, stands beside the line, or is a sign that no text has."""
    if len(sign) == 2 or unicodedata.decomposition(sign).startswith(tuple(SIDES)):
        return True
    of_a_block = "\u2100" <= sign <= "\u22ff"  # letters such as ℝ, arrows, operators
    return of_a_block or (not sign.isascii() and unicodedata.category(sign) == "Sm")


def display(rows: Iterable[str]) -> str:
    """Rows, each with the & that it is aligned by, as one display between `$$`."""
    return "$$\n\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}\n$$"


HEAD = r"""\documentclass[a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{amsmath, amssymb, textcomp}
\usepackage[margin=2cm]{geometry}
\providecommand{\lt}{<}
\providecommand{\gt}{>}
\pagestyle{empty}
\begin{document}
"""
"""What displays need of LaTeX; \\lt and \\gt are names that KaTeX and MathJax have themselves."""


def as_document(pages: Iterable[str]) -> str:
    """Pages of displays as a document that prints."""
    return HEAD + "\n\\newpage\n".join(pages) + "\\end{document}\n"
