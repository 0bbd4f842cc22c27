r"""The signs and commands of LaTeX, as tables: what each of them is to the grammar.

Nothing is read that stands in no table; what is often written and means nothing here is refused
with what to write instead.
"""

from __future__ import annotations

from ..letters import GREEK

__all__ = ["BARS", "CLOSING", "COMMANDS", "KIND", "OPENING", "OPERATORS", "REFUSED", "SYMBOLS"]

SYMBOLS = {f"\\{name}": name for name in GREEK} | {
    r"\varepsilon": "epsilon", r"\varphi": "phi", r"\vartheta": "theta", r"\varrho": "rho",
    r"\varsigma": "sigma", r"\varpi": "pi", r"\ell": "l", r"\top": "⊤", r"\intercal": "⊤",
    "⊤": "⊤", r"\dagger": "†", "†": "†", r"\partial": "∂", "∂": "∂", r"\nabla": "∇", "∇": "∇",
}  # fmt: skip
"""Commands that are names."""
KINDS = {
    "ACCENT": r"\hat \widehat \bar \overline \tilde \widetilde \dot",
    "BRACE": r"\underbrace \overbrace",
    "UNDERSET": r"\underset \overset \stackrel",
    "FONT": r"\mathbf \boldsymbol \bm \pmb \mathcal \mathscr \mathfrak \mathbb \mathrm \mathit "
            r"\mathsf \mathtt \mathnormal \operatorname \text \textrm \textbf \textit \textsf "
            r"\vec \underline \overrightarrow \boxed",
    "FRACTION": r"\frac \tfrac \dfrac \cfrac",
    "ROOT": r"\sqrt",
    "OPERATOR": r"\cdot \times \odot \circ \otimes \oslash · × ⊙ ∘ ⊗ * /",
    "PRIME": r"\prime ' ′ ’ ᵀ",
    "EQUALS": r"= :=",
    "PLUS": "+",
    "MINUS": "- −",
    "ABOVE": "^",
    "BELOW": "_",
    "COMMA": ",",
    "MIDDLE": r"\mid",
    "STOP": ". ;",
    "BREAK": r"\\ \newline",
    "SKIPPED": r"\quad \qquad \enspace \thinspace \displaystyle \textstyle \scriptstyle \limits "
               r"\nolimits \nonumber \notag \big \Big \bigg \Bigg \bigl \Bigl \biggl \Biggl \bigr "
               r"\Bigr \biggr \Biggr \bf \rm \it \cal \( \) \[ \]",
}  # fmt: skip
KIND = {word: kind for kind, words in KINDS.items() for word in words.split()}
COMMANDS = [word for word in (*SYMBOLS, *KIND) if word[0] == "\\" and len(word) > 2]
"""What a command that nobody knows may have been meant to be."""
OPERATORS = {sign: sign for sign in "*/"} | {
    r"\cdot": " ", r"\times": " ", "·": " ", "×": " ", r"\odot": "*", r"\circ": "*", "⊙": "*",
    "∘": "*", r"\otimes": "⊗", "⊗": "⊗", r"\oslash": "/",
}  # fmt: skip
"""Signs between factors, as trees have them."""
BRACKETS = {
    "(": r"( ) \{ \} \lbrace \rbrace",
    "[": r"[ ] \lbrack \rbrack",
    "{": "{ }",
    "|": r"\lvert \rvert",
    "‖": r"\lVert \rVert",
}
"""Signs that open and close in turn."""
OPENING = {sign: kind for kind, signs in BRACKETS.items() for sign in signs.split()[::2]}
CLOSING = {sign: kind for kind, signs in BRACKETS.items() for sign in signs.split()[1::2]}
BARS = {"|": "|", r"\vert": "|", r"\|": "‖", r"\Vert": "‖", "‖": "‖"}
"""Signs that open or close, whichever is due."""
REFUSED = {
    r"\sum": "a sum over an index is written as a product, W x for the sum of the W_{ij} x_j.",
    r"\prod": "write out every factor of a product.",
    r"\int": "an integral is no matrix formula.",
    r"\langle": "an inner product is written a^T b.",
    r"\begin": "matrices by their entries are not read, give each a name.",
    r"\ast": r"an elementwise product is written \odot.",
    **dict.fromkeys([r"\ldots", r"\cdots", r"\dots"], "write out what the dots stand for."),
}
"""What is not read, and what to write."""
