r"""The search of the table of identities: for a formula as anybody writes it, or else for words.

    x' A x    ∂(A x)/∂x    \|x\|^2    log det X    tr AX    ⊙    chain rule    vv-03

A query and all that a row prints are brought to the same tokens. They are looked for as they stand,
then without brackets and stars, then in other letters; what finds anything first counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from .identity import Identity, sides
from .identity_text import cells, conditions
from .identity_tokens import Tokens, loose, stands, tokens

__all__ = ["SYNONYMS", "found"]

# fmt: off
SYNONYMS = {
    "quadratic form": "x.T A x; X.T A X",
    "chain rule": "vv-10; vv-11; sv-05; sv-06; vs-07; vs-08; sM-05; sM-06; sM-07; ss-v-01; "
                  "ss-M-04; composition",
    "product rule": "vv-07; sv-04; sv-07; sv-08; vs-06; vs-09; sM-04; Ms-04; Ms-05; Ms-06; "
                    "ss-v-02; d-M-04; d-M-05; d-M-06; elem-16",
    "sum rule": "u + v; U + V; X + Y", "outer product": "x y.T; u v.T; sM-08; sM-09; dense-05",
    "inner product": "sv-07; sv-10; sv-16; sv-17; vs-06; ss-v-02; kron-10",
    "dot product": "inner product", "hadamard": "⊙", "elementwise product": "⊙",
    "kronecker": "⊗", "determinant": "det", "log determinant": "log det", "inverse": "inv",
    "pseudoinverse": "pinv", "exponential": "exp", "logarithm": "log",
    "logsumexp": "log sum exp", "transpose": "vs-04; d-M-07; d-M-09; vec-02; rvec-01; kron-05",
    "hessian": "second derivative", "mse": "mean_squared_error", "activation": "elementwise",
    "least square": "norm-04; norm-05; norm-06; norm-13; loss-01; loss-03; loss-04",
    "gradient of a loss": "loss; dense-04; dense-05; dense-06; elem-14; soft-05; cols-04; cols-05",
    "backpropagation": "delta recursion; dense-04; dense-05; dense-06; elem-14; soft-05; cols-04; "
                       "cols-05; cols-06",
    "backprop": "backpropagation", "bias": "∂L/∂b; ∂z/∂b; ∂Z/∂b; coll-03",
    "jacobi": "sM-29; d-s-02; d-s-03; ss-M-01", "normalization": "normalisation",
}
"""What people say, and what is looked for then."""
FILLERS = {"a", "an", "the", "of", "for", "by", "with", "to", "in", "wrt", "is", "and", "rule",
           "product", "derivative", "gradient"}
"""What need not stand in a row, where other words do."""
# fmt: on


def found(rows: Sequence[Identity], text: str) -> list[Identity]:
    """The rows in which a formula stands, or else words; a lone word is looked for as both."""
    asked = text.strip()
    if not any(sign.isalnum() for sign in asked):  # nothing, or an operator alone
        sign = asked.replace(".*", "*").replace("*", "⊙")
        return [row for row in rows if any(sign in each for each in written(row))]
    if hits := [row for row in rows if row.id.lower() == asked.lower()]:
        return hits
    hits = by_formula(rows, asked)
    if not hits or re.fullmatch(r"[^\W\d_]{3,}", asked):
        hits += by_words(rows, asked)
    return [row for row in rows if row in hits]


def by_formula(rows: Sequence[Identity], text: str) -> list[Identity]:
    """What is found first, and the rows that are about this formula alone, in whatever letters."""
    pattern, lone = tokens(text), text.isalpha()  # SVD is no product of three matrices
    whole = [row for row in rows if len(pattern) > 1 and not lone and is_about(row, pattern)]
    for renamed in (False,) if lone or len(pattern) < 3 else (False, True):
        for k, wanted in enumerate((pattern, loose(pattern))):
            hits = [
                row for row in rows if any(stands(wanted, each, renamed) for each in forms(row)[k])
            ]
            if hits:
                return hits + whole
    return whole


def by_words(rows: Sequence[Identity], text: str) -> list[Identity]:
    """The rows that say just this, and those with all of its words or of what they stand for."""
    line, kept = plain(text), rows
    hits = [row for row in rows if line.strip() and line in said(row)]
    for phrase in sorted(SYNONYMS, key=len, reverse=True):
        if plain(phrase) in line:
            line = line.replace(plain(phrase), " ")
            meant = [row for each in SYNONYMS[phrase].split("; ") for row in found(rows, each)]
            kept = [row for row in kept if row in meant]
    rest = [f" {word} " for word in line.split() if word not in FILLERS and len(word) > 1]
    if kept is rows and (hits or not rest):  # no phrase, and nothing more to look for
        return hits
    return hits + [row for row in kept if all(word in said(row) for word in rest)]


def plain(text: str) -> str:
    """Its words in small letters and without a plural's s, a blank around each."""
    words = re.findall(r"[^\W_]+", text.lower())
    return f" {' '.join(word.removesuffix('s') if len(word) > 3 else word for word in words)} "


@lru_cache(maxsize=1024)
def said(row: Identity) -> str:
    """The words of a row, and those that its functions are called by."""
    named = re.findall(r"[a-z]+_[a-z_]+", " ".join([row.left, *row.results]))
    return plain(" ".join([row.id, row.category, conditions(row), row.kind, *named]))


def about(row: Identity) -> list[str]:
    """What is differentiated, and what it stands for."""
    return [*sides(row.expression), *(text for name, text in row.let if name == row.expression)]


def is_about(row: Identity, pattern: Tokens) -> bool:
    return any(stands(loose(pattern), each, renamed=True, whole=True) for each in forms(row)[2])


@lru_cache(maxsize=1024)
def written(row: Identity) -> tuple[str, ...]:
    """What a row prints, for Python and for readers; what it lets stand for what; with a = 1."""
    more = [f"d({each})/d{row.wrt}" if row.wrt else each for each in about(row)]
    more += [f"{name} = {text}" for name, text in row.let]
    more += [re.sub(r"\ba \* ", "", row.left)] if "a: scalar" in row.where else []
    return (*cells(row, "python"), *cells(row), *more)


@lru_cache(maxsize=1024)
def forms(row: Identity) -> tuple[list[Tokens], list[Tokens], list[Tokens]]:
    """All that is written; the same loosely; and loosely what the row is about."""
    exact = list(dict.fromkeys(map(tokens, written(row))))
    return exact, list(map(loose, exact)), [loose(tokens(each)) for each in about(row)]
