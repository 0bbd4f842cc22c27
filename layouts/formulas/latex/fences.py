r"""Brackets and bars that are functions of what stands in them.

\|x\|  ||x||           a norm
|X|  \lvert c \rvert   a determinant or an absolute value, as shapes tell
(A \mid B)             blocks beside each other
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from lark import Token

from ..tree import BARS, Call, Part
from .items import over, place

__all__ = ["fenced"]

FUNCTIONS = {"|": BARS, "‖": "norm"}
BIG = re.compile(r"(?:\s*\\(?:right|[bB]igg?[lr]?))?")
"""What may stand between two bars that are one sign."""


def fenced(children: Sequence[Any], text: str) -> Part | None:
    """What brackets are by themselves, with the tokens around them; None if they only bracket."""
    opening, *between, closing = children
    at, entries = over(opening, closing), tuple(between[::2])
    if any(sign.type == "MIDDLE" for sign in between[1::2]):
        return Call("hstack", entries, at=at)
    match between:
        case [Call(function=function) as inner] if function == BARS and opening == "|":
            if is_doubled(opening, inner, closing, text):
                return Call("norm", inner.arguments, at=at)
    return Call(FUNCTIONS[opening], entries, at=at) if opening in FUNCTIONS else None


def is_doubled(opening: Token, inner: Part, closing: Token, text: str) -> bool:
    r"""Whether bars stand right within bars, `||x||`; `\left| \left|` may stand apart."""
    start, end = inner.at
    before, behind = text[place(opening)[1] : start], text[end : place(closing)[0]]
    if text.startswith("\\", start):
        before, behind = before.strip(), behind.strip()
    return all(map(BIG.fullmatch, (before, behind)))
