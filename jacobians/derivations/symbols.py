"""∂ symbols as they are typed, brought into the notation that the reader of formulas takes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from layouts.formulas.letters import GREEK

__all__ = ["as_code", "plain"]

LETTER = r"(?:(?![ᵀ\d_])\w)"
SYMBOL = rf"{LETTER}(?:(?!ᵀ)[\w⁽⁾])*(?:\[[^\[\]]*\])?"
PARTIAL = re.compile(
    rf"∂\s*(?P<of>{SYMBOL})\s*/\s*∂\s*(?P<wrt>{SYMBOL})(?P<turn>ᵀ?)"
    rf"|(?<![\w.)\]])d(?P<of_d>{SYMBOL})\s*/\s*d(?P<wrt_d>{SYMBOL})(?![\w(])"
    rf"|∇_(?P<wrt_n>{SYMBOL})\s+(?P<of_n>{SYMBOL})"
)
"""∂L/∂W1, dL/dW1 and ∇_W1 L as they are typed."""
LINES_OF_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789", "⁽⁾")
TIMES = str.maketrans("·⋅∙•×∘", "@@@@@⊙")
SCALED = re.compile(r"(?<![\w.])([\d.]+\s*)[·⋅∙•×]")
"""A number before a product, which is a scale."""


def as_code(side: str, known: Iterable[str]) -> tuple[str, list[int]]:
    """Python's notation with ∂L/∂W1 as d(L, W1); for each character the column that it comes from.

    >>> as_code("∂L/∂a2 · ∂a2/∂z2 W2", [])[0]
    'd(L, a2) @ d(a2, z2) @ W2'
    """
    found = [match for match in PARTIAL.finditer(side) if not is_name(match, known)]
    pieces: list[tuple[str, int]] = []
    end = 0
    for match in found:
        pieces += between(side, end, match.start(), first=not pieces, last=False)
        of, wrt, *turn = (plain(name, known) for name in match.groups() if name)
        symbol = f"grad({wrt}, {of})" if match["of_n"] else f"d({of}, {wrt})"
        symbol += ".T" if turn else ""
        pieces += [(c, match.start()) for c in symbol]
        end = match.end()
    pieces += between(side, end, len(side), first=not pieces, last=True)
    return "".join(c for c, _ in pieces), [*(column for _, column in pieces), len(side)]


def is_name(match: re.Match[str], known: Iterable[str]) -> bool:
    """Whether what looks like dX/dY is a quotient of names: delta2/dz."""
    word = f"d{match['of_d']}"
    return match["of_d"] is not None and (word in known or word.startswith(tuple(GREEK)))


def plain(symbol: str, known: Iterable[str]) -> str:
    """A name with its number on the line: W³, W⁽³⁾ and W_3 are W3."""
    name = symbol.translate(LINES_OF_DIGITS)
    return name if name in known else re.sub(r"(?<=[^\W\d_])_(?=\d+$)", "", name)


def between(side: str, start: int, end: int, *, first: bool, last: bool) -> list[tuple[str, int]]:
    """What stands between symbols; nothing but a blank is a product."""
    gap = side[start:end]
    signs = SCALED.sub(r"\1*", gap).translate(TIMES)
    pieces = [(c, start + k) for k, c in enumerate(signs)]
    words = signs.strip()
    after_symbol = not first and (re.match(r"[\w(]", words) or (not words and not last))
    before_symbol = not last and words and re.search(r"[\w)\]ᵀ]$", words)
    sign = "*" if re.search(r"(?<![\w.])[\d.]+$", words) else "@"
    lead = [(c, start) for c in (" @ " if words else " @")] if after_symbol else []
    tail = [(c, end - 1) for c in f" {sign} "] if before_symbol else []
    return [
        *lead,
        *(pieces if not lead else pieces[len(gap) - len(gap.lstrip()) :] or [(" ", start)]),
        *tail,
    ]
