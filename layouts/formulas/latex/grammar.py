"""The grammar of `grammar.lark`, and what it expected where it stops."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedToken

from ...errors import FormulaError
from .context import EXPECTED

__all__ = ["parsed"]

STAR = "a star above the line has no meaning here: a transpose is written ^T."
MISSING = {
    "ABOVE": "what stands above the line is missing",
    "BELOW": "what stands below the line is missing",
    "FRACTION": "{} has two arguments, {{…}}{{…}}",
    **dict.fromkeys(["ROOT", "FONT", "ACCENT", "BRACE", "UNDERSET"], "{} has an argument, {{…}}"),
}
"""What is said of a token that waits for something after it."""


@lru_cache(maxsize=1)
def grammar() -> Lark:
    """The parser, built once."""
    return Lark.open("grammar.lark", rel_to=__file__, parser="lalr", lexer="basic")


def parsed(text: str, found: Sequence[Token]) -> Tree[Token]:
    """The tokens as the grammar takes them together."""
    machine = grammar().parse_interactive()
    end = Token("$END", "", start_pos=len(text.rstrip()))
    for token in (*found, end):
        try:
            tree: Tree[Token] = machine.feed_token(token)
        except UnexpectedToken as problem:
            message = expected(token, problem.expected, machine.parser_state.value_stack)
            raise FormulaError(text, token.start_pos or 0, message) from None
    return tree


def expected(token: Token, may_stand: Collection[str], stack: Sequence[Any]) -> str:
    """What should stand where a token does that cannot."""
    for waiting in reversed(stack[-2:]):
        kind = waiting.type if isinstance(waiting, Token) else ""
        if kind == "ABOVE" and token == "*":
            return STAR
        if kind in MISSING:
            return f"{MISSING[kind].format(waiting)}: expected is {EXPECTED}."
    if "NAME" in may_stand and not {"$END", "EQUALS", "CLOSE"} & {*may_stand}:
        return f"expected is {EXPECTED}."
    return f"{token} has no meaning here."
