r"""The tokens of a formula, whoever wrote it: in Python, in LaTeX, in Unicode, or on a keyboard.

x.T @ A @ x    x^{\top} A x    xᵀ A x    x'Ax        x .T A x
inv(X)         X^{-1}          X⁻¹       X^-1        inv ( X )
"""

from __future__ import annotations

import re
from typing import TypeAlias

__all__ = ["Tokens", "loose", "renames", "stands", "tokens"]

Tokens: TypeAlias = tuple[str, ...]

FRACTION = r"\\frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}"
# fmt: off
NOTATION = [(re.compile(sign), plain) for sign, plain in (
    (r"(?i)^\s*(?:the )?(?:derivative|gradient) of (.+) (?:wrt|by) (\w+)\s*$", r"∂(\1)/∂\2"),
    (r"(?i)^\s*(?:the )?(?:derivative|gradient|differential) of (?:the )?", ""),
    (r"\bnp\.(?:linalg\.)?|\$|\\(?:left|right|cdot|times|quad|[,;! ])(?![a-z])", " "),
    (r"\\_", "_"), (r"\\(?:mathrm|mathbf|boldsymbol|operatorname|text)\s*\{(\w+)\}", r"\1"),
    (r"\\partial(?![a-z])", "∂"), (r"\\nabla(?![a-z])", "∇"), (r"\\top(?![a-z])|⊤", "T"),
    (r"\\(?:odot|circ)(?![a-z])|∘|\.\*", "⊙"), (r"\\otimes(?![a-z])|\bkron\s+(?=\w)", "⊗ "),
    (r"\\[lr]?Vert(?![a-z])|\\\||\|\|", "‖"), (r"\\[lr]?vert(?![a-z])", "|"),
    (r"⁻ᵀ|\^\s*\{?\s*-\s*T\s*\}?", " ⁻¹ .T "), (r"⁻\^1|\^\s*[{(]?\s*-\s*1\s*[)}]?", " ⁻¹ "),
    (r"ᵀ|\^\s*\{?\s*T\s*\}?|(?<=[A-Za-z])T(?![a-z])", " .T "), (r"\^\s*\{?\+\}?", "⁺"),
    (r"\be\s*\^\s*(?:\{([^{}]*)\}|\(([^()]*)\)|(\w))", r"exp(\1\2\3)"),
    (r"\^\s*\{(\w+)\}|\*\*\s*(\w+)", r"^\1\2"), (r"\b([1I])_(?:\w+|[({][^(){}]*[)}])", r"\1"),
    (r"_\{(\w+)\}", r"_\1"), (r"(?<=[A-Za-z])_(?=\d)", ""),
    (r"\\sqrt\s*\{(\w+)\}", r" sqrt(\1)"), *[(FRACTION, r"\1/\2")] * 2, (r"\\", " "),
    (r"σ|\bsigma\b", " sigmoid"), (r"(?<![A-Za-z])([a-z_]{3,})\s*['′’]", r"d\1"),
    (r"\.?['′’]", " .T "), (r"‖([^‖]*)‖(?:_?[2F]\b)?", r" norm(\1)"),
    (r"\|([^|]*[A-Z][^|]*)\|", r" det(\1)"), (r"\|([^|]*)\|", r" abs(\1)"),
    (r"\b[Tt]race\b|\bTr\b", "tr"), (r"\bln\b", "log"), (r"\blogdet\b", "log det"),
    (r"\b(exp|log|sin|cos)m\b", r"\1"), (r"\bd\s*/\s*d(?=\w)", "∂/∂"),
    (r"\bd(?=\s*\(|\s+[a-z]{2}|\^2|[^\W\d_]\d*\b)", "∂"),
    (r"^\s*(?:∂\s*/\s*∂|∇_?)\s*(\w)(.+)$", r"∂(\2)/∂\1"), (r"∂\s*\(\s*(\w+)\s*\)", r"∂ \1"),
    (r"∂\s*(\w)\^2", r"∂\1 ∂\1 .T"), (r"\b([A-Z])\^2", r"\1 \1"),
)]
"""What writers differ in, and how it is written here, in this order."""
# fmt: on
SCRIPTS = str.maketrans(
    {a: f"^{k}" for k, a in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
    | {a: str(k) for k, a in enumerate("₀₁₂₃₄₅₆₇₈₉")}
)
TOKEN = re.compile(r"\.T\b|⁻¹|⁺|\d+(?:\.\d+)?|[^\W\d]\w*|[^\s\w@·{}]")
WORD = re.compile(r"tr|[A-Z]?[a-z][a-z_]{2,}\d*")
FACTOR = re.compile(r"(?:tr|det|log|exp|vec)(?=[A-Z])|[^\W\d_]\d*")
LETTER = re.compile(r"(?!I$)[^\W\d_]\d*")
BEHIND = {"⁻¹": "inv", "⁺": "pinv"}


def tokens(text: str) -> Tokens:
    r"""The names, numbers and signs of a formula, whoever wrote it.

    >>> print(*tokens("x' A^-1 @ x"), " ", *tokens(r"\|AX\|^2"))
    x .T inv ( A ) x   norm ( A X ) ^ 2
    """
    text = text.translate(SCRIPTS)
    for sign, instead in NOTATION:
        text = sign.sub(instead, text)
    out: list[str] = []
    for word in TOKEN.findall(text):
        if word in BEHIND:
            start = last_factor(out)
            bracketed = out[start:][:1] == ["("] or start == len(out)
            out[start:] = [BEHIND[word], *(out[start:] if bracketed else ("(", *out[start:], ")"))]
        else:
            out += (
                FACTOR.findall(word) if word[0].isalpha() and not WORD.fullmatch(word) else [word]
            )
    return tuple(out)


def last_factor(out: list[str]) -> int:
    """Where it begins: at a bracket or the function before it, or at a name."""
    depth = 0
    for start in range(len(out) - 1, -1, -1):
        depth += (out[start] == ")") - (out[start] == "(")
        if depth == 0:
            return start - (out[start] == "(" and start > 0 and len(out[start - 1]) > 2)
    return len(out)


def loose(formula: Tokens) -> Tokens:
    """Without what writers leave out: brackets, and stars for products."""
    return tuple(token for token in formula if token not in ("(", ")", "*"))


def stands(wanted: Tokens, within: Tokens, renamed: bool = False, whole: bool = False) -> bool:
    """Whether one formula stands in another one, in other letters if these may be renamed."""
    n = len(wanted)
    if n == 0 or (whole and n != len(within)):
        return False
    windows = (within[k : k + n] for k in range(len(within) - n + 1))
    return any(wanted == window or (renamed and renames(wanted, window)) for window in windows)


def renames(wanted: Tokens, window: Tokens) -> bool:
    """Whether one is the other with single letters renamed, capitals to capitals."""
    pairs = set(zip(wanted, window, strict=True))
    letters = {(a, b) for a, b in pairs if LETTER.fullmatch(a) and LETTER.fullmatch(b)}
    if any(a != b for a, b in pairs - letters) or any(
        a.isupper() != b.isupper() for a, b in letters
    ):
        return False
    return len(letters) == len({a for a, _ in letters}) == len({b for _, b in letters})
