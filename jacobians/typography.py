"""Mathematics as it is printed, and its translations.

Operators and reports write mathematics as Unicode text: `a0ᵀ ⊗ I₃`, `∂L/∂W1`, `σ'(z2)`. In a
sentence it stands between backticks. LaTeX, HTML, ASCII and other numberings come from this form.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable

from layouts.formulas.letters import ACCENTS

__all__ = [
    "abridged",
    "grouped",
    "number",
    "printable",
    "subscripted",
    "to_ascii",
    "to_html",
    "to_latex",
    "transposed",
    "transposed_product",
    "with_math",
    "without_marks",
]

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
GREEK = {
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon",
    "ζ": r"\zeta", "η": r"\eta", "θ": r"\theta", "ι": r"\iota", "κ": r"\kappa", "λ": r"\lambda",
    "μ": r"\mu", "ν": r"\nu", "ξ": r"\xi", "ο": "o", "π": r"\pi", "ρ": r"\rho", "ς": r"\varsigma",
    "σ": r"\sigma", "τ": r"\tau", "υ": r"\upsilon", "φ": r"\varphi", "χ": r"\chi", "ψ": r"\psi",
    "ω": r"\omega", "µ": r"\mu", "ϑ": r"\vartheta", "ϕ": r"\phi", "ϖ": r"\varpi", "ϱ": r"\varrho",
    "ϵ": r"\epsilon", "ϰ": r"\varkappa", "Γ": r"\Gamma", "Δ": r"\Delta", "Θ": r"\Theta",
    "Λ": r"\Lambda", "Ξ": r"\Xi", "Π": r"\Pi", "Σ": r"\Sigma", "Υ": r"\Upsilon", "Φ": r"\Phi",
    "Ψ": r"\Psi", "Ω": r"\Omega", "Α": r"\mathrm{A}", "Β": r"\mathrm{B}", "Ε": r"\mathrm{E}",
    "Ζ": r"\mathrm{Z}", "Η": r"\mathrm{H}", "Ι": r"\mathrm{I}", "Κ": r"\mathrm{K}",
    "Μ": r"\mathrm{M}", "Ν": r"\mathrm{N}", "Ο": r"\mathrm{O}", "Ρ": r"\mathrm{P}",
    "Τ": r"\mathrm{T}", "Χ": r"\mathrm{X}",
}  # fmt: skip
"""Greek letters in LaTeX, which has none of its own for those that look like Latin ones."""
LOOSE = (" + ", " - ", " ⊙ ", " ⊗ ")
NUMBERED = re.compile(r"(?<![A-Za-z0-9_])([WbazδγΘ])([0-9]+)(_[0-9]+)?(?![A-Za-z0-9_])")


def subscripted(size: object) -> str:
    """A size as an index: digits below the line, letters after a stroke.

    >>> ["I" + subscripted(size) for size in (3, "n", "3·n", "N²")]
    ['I₃', 'I_n', 'I_(3·n)', 'I_(N²)']
    """
    text = str(size)
    if text.isdecimal():
        return text.translate(SUBSCRIPTS)
    return f"_{text}" if re.fullmatch("[A-Za-z0-9]+", text) else f"_({text})"


def _stands_outside_brackets(text: str, what: tuple[str, ...]) -> bool:
    depth = 0
    for k, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and text.startswith(what, k):
            return True
    return False


def grouped(text: str, *, words: bool = False) -> str:
    """The text, in brackets if a factor beside it would otherwise tear it apart.

    With `words`, a product of two or more factors is bracketed too.

    >>> grouped("a2 - y"), grouped("W2ᵀ δ2"), grouped("W2ᵀ δ2", words=True), grouped("diag(a - b)")
    ('(a2 - y)', 'W2ᵀ δ2', '(W2ᵀ δ2)', 'diag(a - b)')
    """
    torn = _stands_outside_brackets(text, (" ",) if words else LOOSE)
    quotient = not text.startswith(("∂", "d")) and _stands_outside_brackets(text, ("/",))
    return f"({text})" if torn or quotient or text.startswith("-") else text


def transposed(text: str) -> str:
    """The transpose of what is written.

    >>> transposed("W2"), transposed("W2ᵀ"), transposed("a2 - y"), transposed("(a2 - y)ᵀ")
    ('W2ᵀ', 'W2', '(a2 - y)ᵀ', 'a2 - y')
    """
    if text.endswith("ᵀ") and not _stands_outside_brackets(text, (" ",)):
        inner = text[:-1]
        return inner[1:-1] if inner.startswith("(") and inner.endswith(")") else inner
    if text.startswith("∂"):
        return f"({text})ᵀ"
    return grouped(text, words=True) + "ᵀ"


def transposed_product(text: str) -> str:
    """A product transposed factor by factor: the order turns round.

    >>> [transposed_product(text) for text in ("δ1 a0ᵀ", "W2ᵀ δ2 ⊙ s", "W (I - P)", "-log a2")]
    ['a0 δ1ᵀ', '(W2ᵀ δ2 ⊙ s)ᵀ', '(W (I - P))ᵀ', '(-log a2)ᵀ']
    """
    factors = re.split(r" (?![^\[]*\])", text)  # [1; a0] is one factor
    torn = any(factor.count("(") != factor.count(")") for factor in factors)
    if torn or {"log", "-log"} & {*factors} or _stands_outside_brackets(text, (*LOOSE, "/")):
        return transposed(text)
    return " ".join(transposed(factor) for factor in reversed(factors))


MOST = 8


def abridged(size: int) -> list[int]:
    """Which rows or columns are printed: all up to eight, else four and three; -1 stands between.

    >>> abridged(3), abridged(100)
    ([0, 1, 2], [0, 1, 2, 3, -1, 97, 98, 99])
    """
    return [*range(size)] if size <= MOST else [*range(4), -1, *range(size - 3, size)]


def number(value: float, digits: int = 4) -> str:
    """So many significant digits; both zeros are 0.

    >>> number(1 / 3), number(-0.0), number(2.0)
    ('0.3333', '0', '2')
    """
    return f"{value:.{digits}g}" if value else "0"


def with_math(markup: str, translate: Callable[[str], str], prose: Callable[[str], str]) -> str:
    """A sentence with each part between backticks translated, and the prose between them."""
    parts = markup.split("`")
    return "".join(translate(part) if k % 2 else prose(part) for k, part in enumerate(parts))


def without_marks(markup: str) -> str:
    """A sentence as plain text."""
    return markup.replace("`", "")


def renumbered(math: str, shift: int) -> str:
    """Every numbered name counted from another input.

    >>> renumbered("(W2ᵀ δ2) ⊙ relu'(z1)", 1)
    "(W3ᵀ δ3) ⊙ relu'(z2)"
    """
    if not shift:
        return math
    return NUMBERED.sub(lambda m: f"{m[1]}{int(m[2]) + shift}{m[3] or ''}", math)


def superscripted(math: str) -> str:
    """Layer numbers above the line, in brackets.

    >>> superscripted("W2ᵀ δ2")
    'W⁽²⁾ᵀ δ⁽²⁾'
    """
    return NUMBERED.sub(lambda m: f"{m[1]}⁽{m[2].translate(SUPERSCRIPTS)}⁾{m[3] or ''}", math)


ASCII = {
    "∂": "d", "ᵀ": ".T", "⊗": "(x)", "⊙": "o", "Σ": "sum", "½": "1/2", "·": "*", "×": "x",
    "→": "->", "←": "<-", "…": "...", "–": "-", "─": "-", "└": "+", "┘": "+", "⁽": "(", "⁾": ")",
    "≤": "<=", "±": "+-", "’": "'", "⟨": "<", "⟩": ">", "ᵢ": "_i", "ₖ": "_k", "′": "'", "∞": "inf",
}  # fmt: skip
ASCII_TABLE = str.maketrans(
    {letter: re.sub(r"\\(mathrm|var)?|[{}]", "", name) for letter, name in GREEK.items()}
    | ASCII
    | {c: str(k) for k, c in enumerate("₀₁₂₃₄₅₆₇₈₉")}
    | {"²": "^2", "³": "^3", "⁰": "0", "¹": "1"}
    | {c: str(k) for k, c in enumerate("⁴⁵⁶⁷⁸⁹", start=4)}
)


def to_ascii(text: str) -> str:
    """The text for a terminal that knows no more than ASCII.

    >>> to_ascii("∂L/∂W1 = δ1 a0ᵀ, 3×2")
    'dL/dW1 = delta1 a0.T, 3x2'
    """
    text = re.sub("⁽([⁰¹²³⁴-⁹]+)⁾", lambda m: f"({m[1].translate(LINES)})", text)
    return text.translate(ASCII_TABLE).encode("ascii", "replace").decode("ascii")


def printable(sign: str) -> str:
    r"""The sign; one that no font has is a space, or a question mark.

    >>> printable("é"), printable("\t"), printable("\x07"), printable("\N{COMBINING TILDE}")
    ('é', ' ', '?', '?')
    """
    if sign.isprintable() and not "\u0300" <= sign <= "\u036f":
        return sign
    return " " if sign.isspace() else "?"


def to_html(math: str) -> str:
    """Mathematics in a page; names from users are escaped."""
    return f"<code>{html.escape(math)}</code>"


SIGN = r"(?:(?![ᵀᵢ¹²³¼½¾\u2070-\u209c])\w)"
"""A letter of any alphabet, a digit or _: what names are made of, and no index."""
LETTER = rf"(?:(?![\d_]){SIGN})"
INDEX = "[ijklmpqrst]"
"""The letters of indices behind a stroke, as in W1_ij: no other letters stand there together."""
TOKEN = re.compile(
    rf"(?P<bearer>.)(?P<accent>[{''.join(ACCENTS)}])"
    r"|(?P<d>∂|(?<![A-Za-z0-9_])d)(?P<above>\([^()]*\)|(?:_\([^()]*\)|[^\s∂/·=()])+)"
    r"/(?P=d)(?P<below>\([^()]*\)|(?:_\([^()]*\)|[^\s·=),\[])+(?:\[[^\]]*\])?)"
    rf"|(?P<sum>Σ(?=[ᵢₖ]|_{INDEX}+ )|(?<== )Σ$)(?P<over>_{INDEX}+|[ᵢₖ]*)"
    r"|I_(?P<letters>\([^)]*\)|[A-Za-z0-9]+)"
    rf"|(?P<cotangent>[gδ])_(?P<of>{LETTER}{SIGN}*)"
    rf"|(?<![A-Za-z0-9_])(?P<change>d)(?={LETTER}(?:[0-9]+(?:_[0-9]+)?)?(?!{SIGN}))"
    rf"|(?P<base>{LETTER})(?:(?P<number>[0-9]+)|⁽(?P<raised>[⁰¹²³⁴-⁹]+)⁾|_(?P<part>[0-9]+|{INDEX}{{2,4}}|{LETTER}|\([^()]*\)))"
    rf"(?P<further>_[0-9]+)?(?P<index>[ᵢₖ]+|_{INDEX}{{1,4}})?(?!{SIGN})"
    rf"|(?P<word>{LETTER}{SIGN}*)(?P<prime>'?)(?P<under>[₀-₉ᵢₖ]+)?"
    rf"|(?<=\))(?P<tail>[ᵢₖ]+|_{INDEX}+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
SYMBOLS = {
    "ᵀ": r"^{\top}", "⊗": r"\otimes ", "⊙": r"\odot ", "·": r"\cdot ", "×": r"\times ",
    "²": "^{2}", "³": "^{3}", "⁴": "^{4}", "½": r"\tfrac{1}{2}", "…": r"\dots ", "±": r"\pm ",
    "←": r"\leftarrow ", "→": r"\to ", "∂": r"\partial ", "≤": r"\le ", "∞": r"\infty ",
    "−": "-", "√": r"\surd ", "∇": r"\nabla ", "∑": r"\sum ", "‖": r"\Vert ", "′": r"^{\prime}",
    "″": r"^{\prime\prime}", "⟨": r"\langle ", "⟩": r"\rangle ",
    "|": r"\mid ", "<": r"\lt ", ">": r"\gt ", "^": r"\wedge ", "~": r"\sim ",
    "\\": r"\backslash ", "{": r"\{", "}": r"\}", "_": r"\_", "%": r"\%", "#": r"\#", "&": r"\&",
    "$": r"\$",
}  # fmt: skip
SIDES = {"<super>": "^", "<sub>": "_"}
"""Where a sign stands that Unicode calls so."""
SCRIPTS = re.compile(r"[_^]\{[^{}]*\}(?:[_^]\{[^{}]*\})*'*")
INDICES = str.maketrans("ᵢₖ₀₁₂₃₄₅₆₇₈₉", "ik0123456789")
LINES = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def to_latex(math: str) -> str:
    r"""Mathematics as LaTeX, inside what KaTeX and MathJax render; all else is escaped.

    >>> print(to_latex("W2ᵀ δ2 ⊙ relu'(z1)"))
    W_{2}^{\top} \delta_{2} \odot \operatorname{relu}'(z_{1})
    >>> print(to_latex("∂z1_i/∂W1_pq = [i = p] a0_q"))
    \frac{\partial z_{1,i}}{\partial W_{1,pq}} = [i = p] a_{0,q}
    >>> print(to_latex("dz1 = dW1 a0"), to_latex("Σ_j W_ij x_j"))
    \mathrm{d}z_{1} = \mathrm{d}W_{1} a_{0} \sum_{j} W_{ij} x_{j}
    >>> print(to_latex("∂L/∂W1"), to_latex("a0ᵀ ⊗ I₃"), to_latex("W⁽²⁾ᵀ"))
    \frac{\partial L}{\partial W_{1}} a_{0}^{\top} \otimes I_{3} W^{(2)\top}
    """
    text = "".join(_latex_token(match) for match in TOKEN.finditer(math))
    text = SCRIPTS.sub(_gathered, text)
    return re.sub(r" {2,}", " ", text).strip()


def _gathered(match: re.Match[str]) -> str:
    """What stands beside a name: LaTeX takes one thing below the line and one above it."""
    alone = "{}" if match.string[: match.start()].endswith(" ") else ""
    below, above = (
        "".join(re.findall(rf"{side}{{([^{{}}]*)}}", match[0])) for side in ("_", r"\^")
    )
    primes = "'" * match[0].count("'")
    if above:
        above, primes = above + r"\prime" * len(primes), ""
    return alone + _script("_", below) + _script("^", above) + primes


def _latex_token(match: re.Match[str]) -> str:
    """One token; the group that matched says what it is."""
    if match["accent"]:
        return f"{ACCENTS[match['accent']]}{{{to_latex(match['bearer'])}}}"
    if match["above"]:
        return _latex_derivative(match)
    if match["change"]:
        return r"\mathrm{d}"
    if match["sum"]:
        return r"\sum" + _below(match["over"]) + " "
    if match["letters"]:
        return f"I_{{{to_latex(match['letters'].strip('()'))}}}"
    if match["cotangent"]:
        return f"{_latex_name(match['cotangent'])}_{{{_part(match['of'])}}}"
    if match["base"]:
        return _latex_numbered(match)
    if match["word"]:
        return _latex_name(match["word"]) + match["prime"] + _below(match["under"])
    return _below(match["tail"]) or _latex_sign(match["other"])


def _latex_sign(sign: str) -> str:
    """A sign that is part of no name."""
    side = SIDES.get(unicodedata.decomposition(sign).partition(" ")[0])
    if side and sign not in SYMBOLS:
        return f"{side}{{{to_latex(unicodedata.normalize('NFKC', sign))}}}"
    if sign in SYMBOLS or sign.isascii() or unicodedata.category(sign)[0] not in "LP":
        return SYMBOLS.get(sign, printable(sign))
    return rf"\text{{{sign}}}"


def _latex_derivative(match: re.Match[str]) -> str:
    """∂above/∂below as a fraction; brackets that were opened before it stand behind it."""
    below, bracket = match["below"], ""
    while below.endswith((")", "ᵀ")) and below.count(")") > below.count("("):
        below, bracket = below[:-1], below[-1] + bracket
    over, under = to_latex(match["above"]), to_latex(below)
    d = r"\partial" if match["d"] == "∂" else r"\mathrm{d}"
    return rf"\frac{{{d} {over}}}{{{d} {under}}}" + "".join(map(to_latex, bracket))


def _latex_numbered(match: re.Match[str]) -> str:
    """A letter and what stands below or above it: z1, a1_2, W⁽²⁾, h_t, and c_1, a part of c."""
    base, index = _latex_name(match["base"]), _plain(match["index"])
    further = (match["further"] or "").replace("_", ",")
    if match["raised"]:
        number = match["raised"].translate(LINES)
        return base + _below(index) + f"^{{({number}{further})}}"
    part = match["part"]
    number = match["number"] or (f"({part})" if part.isdigit() else _part(part))
    return f"{base}_{{{number}{further}{',' if index else ''}{index}}}"


def _part(part: str) -> str:
    """What stands behind the stroke: indices side by side, anything else as mathematics."""
    return part if re.fullmatch(f"{INDEX}+", part) else to_latex(_bare(part))


def _bare(part: str) -> str:
    """What stands between brackets, or the part itself."""
    return part[1:-1] if part.startswith("(") else part


def _below(index: str | None) -> str:
    """An index below the line, if there is one."""
    return _script("_", _plain(index))


def _plain(index: str | None) -> str:
    """Indices below the line, or behind a stroke, as plain letters."""
    return (index or "").translate(INDICES).lstrip("_")


def _script(side: str, text: str) -> str:
    return f"{side}{{{text}}}" if text else ""


def _latex_name(name: str) -> str:
    r"""A name: Greek letters by their names, those of other alphabets as text.

    Upright fonts have no small Greek letters: these stand beside the rest.

    >>> print(_latex_name("θ"), _latex_name("relu"), _latex_name("é"), _latex_name("Δt"))
    \theta \operatorname{relu} \text{é} \operatorname{\Delta t}
    >>> print(_latex_name("θ_out"))
    \theta \text{\_out}
    """
    escaped = name.replace("_", r"\_")
    upright = all(sign.isascii() or (sign in GREEK and sign.isupper()) for sign in name)
    if upright or name in GREEK:
        spelt = "".join(f"{GREEK[sign]} " if sign in GREEK else sign for sign in escaped).rstrip()
        return rf"\operatorname{{{spelt}}}" if len(name) > 1 else spelt
    parts = re.split(f"([{''.join(GREEK)}])", escaped)
    return "".join(
        f"{GREEK[part]} " if part in GREEK else rf"\text{{{part}}}" for part in parts if part
    ).rstrip()
