"""Mathematics as it is printed: small pieces that names and operators are written with."""

from __future__ import annotations

__all__ = ["grouped", "subscripted", "transposed"]

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def subscripted(size: object) -> str:
    """A size as an index: digits below the line, letters after a stroke.

    >>> "I" + subscripted(3), "I" + subscripted("n"), "I" + subscripted("3·n")
    ('I₃', 'I_n', 'I_(3·n)')
    """
    text = str(size)
    if text.isdigit():
        return text.translate(SUBSCRIPTS)
    return f"_{text}" if text.isalnum() else f"_({text})"


def is_sum(text: str) -> bool:
    """Whether an operator that binds looser than the matrix product stands outside brackets."""
    depth = 0
    for k, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and text[k : k + 3] in (" + ", " - ", " ⊙ ", " ⊗ ", " / "):
            return True
    return False


def grouped(text: str, *, words: bool = False) -> str:
    """The text, in brackets if a factor beside it would otherwise tear it apart.

    With `words`, a product of two or more factors is bracketed too.

    >>> grouped("a2 - y"), grouped("W2ᵀ δ2"), grouped("W2ᵀ δ2", words=True), grouped("diag(a - b)")
    ('(a2 - y)', 'W2ᵀ δ2', '(W2ᵀ δ2)', 'diag(a - b)')
    """
    torn = is_sum(text) or (words and _has_space_outside_brackets(text))
    return f"({text})" if torn else text


def _has_space_outside_brackets(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and character == " ":
            return True
    return False


def transposed(text: str) -> str:
    """The transpose of what is written.

    >>> transposed("W2"), transposed("W2ᵀ"), transposed("a2 - y")
    ('W2ᵀ', 'W2', '(a2 - y)ᵀ')
    """
    if text.endswith("ᵀ") and not _has_space_outside_brackets(text):
        inner = text[:-1]
        return inner[1:-1] if inner.startswith("(") and inner.endswith(")") else inner
    return grouped(text, words=True) + "ᵀ"
