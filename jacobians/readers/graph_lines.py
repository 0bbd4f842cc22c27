"""The lines of a graph's text: each declares a value, computes one, or says what one is for.

Their right-hand sides become trees here, and steps in `graph_expressions`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from itertools import accumulate
from keyword import iskeyword
from typing import Any, NamedTuple, NoReturn
from unicodedata import normalize

from layouts.errors import InputError, LayoutError
from layouts.shape_text import read_size
from layouts.sizes import Shape, by

__all__ = ["Definition", "Line", "Written", "written_in"]

ROLES = {"input": "inputs", "target": "targets", "parameter": "parameters"}
ENDS = ("loss", "output")
NAME = r"[^\W\d]\w*"
LONGEST_TEXT = 200_000
LONGEST_NAME = 40


class Line(NamedTuple):
    """One line of the text."""

    number: int
    text: str

    def refuse(self, message: str, kind: type[LayoutError] = InputError) -> NoReturn:
        """An error that names the line."""
        shown = self.text if len(self.text) <= 80 else f"{self.text[:60]} …"
        raise kind(f"graph, line {self.number}, {shown!r}: {message}") from None


class Definition(NamedTuple):
    """`name = expression`."""

    line: Line
    expression: ast.expr


class Written(NamedTuple):
    """What the lines say."""

    shapes: dict[str, dict[str, Shape]]
    """Of what is declared, by role."""
    definitions: dict[str, Definition]
    """In the order of the lines."""
    chosen: dict[str, tuple[str, Line]]
    """`loss` and `output`, where a line says them."""

    @property
    def given(self) -> list[str]:
        """Every declared name."""
        return [name for shapes in self.shapes.values() for name in shapes]

    def said(self, what: str) -> str | None:
        """The value that a line says is the loss, or the output."""
        return self.chosen[what][0] if what in self.chosen else None


def written_in(text: str) -> Written:
    """What the lines of the text say.

    Raises:
        LayoutError: a line that says nothing; the message names it.
    """
    if not isinstance(text, str):
        raise InputError(f"a graph is written as text, a line for each value, not {text!r}.")
    if len(text) > LONGEST_TEXT:
        raise InputError(f"a graph of {len(text):,} characters is beyond reason.")
    shapes: dict[str, dict[str, Shape]] = {role: {} for role in ROLES.values()}
    definitions: dict[str, Definition] = {}
    chosen: dict[str, tuple[str, Line]] = {}
    for line in _lines(text):
        word, *after = line.text.split(None, 1)
        rest = after[0] if after else ""
        role = ROLES.get(word.removesuffix("s"))
        if role is not None and "=" not in line.text:
            for name, shape in _declarations(rest, line):
                _new(name, line, shapes, definitions)
                shapes[role][name] = shape
        elif word in ENDS and re.fullmatch(NAME, rest):
            if word in chosen:
                line.refuse(f"the {word} is {chosen[word][0]} already.")
            chosen[word] = normalize("NFKC", rest), line
        elif match := re.fullmatch(rf"({NAME})\s*=(?!=)\s*(.+)", line.text):
            name = normalize("NFKC", match[1])  # as the parser writes names in expressions
            _new(name, line, shapes, definitions)
            definitions[name] = Definition(line, _parsed(match[2], line))
        else:
            line.refuse("a line declares (`input x: 2`, `parameters W: 3×2, b: 3`, `target y: 3`) "
                        "or computes (`z = W @ x + b`).")  # fmt: skip
    return Written(shapes, definitions, chosen)


def _lines(text: str) -> Iterator[Line]:
    for number, written in enumerate(text.splitlines(), start=1):
        if line := written.partition("#")[0].strip():
            yield Line(number, line)


def _declarations(text: str, line: Line) -> Iterator[tuple[str, Shape]]:
    """`W1: 3×2, b1: 3`."""
    for part in text.split(","):
        match = re.fullmatch(rf"\s*({NAME})\s*:\s*(\S.*?)\s*", part)
        if match is None:
            line.refuse(f"{part.strip()!r} is no declaration: a name, a colon and its sizes, "
                        "W1: 3×2.")  # fmt: skip
        sizes = re.split(r"\s*×\s*|\s+by\s+|(?<=\d)x(?=\d)", match[2])
        if not all(sizes):
            line.refuse(f"{match[2]} lacks a size: {match[1]} is a vector of one, 3, or a matrix "
                        "of two, 3×2 or 3 by 2.")  # fmt: skip
        try:
            shape = tuple(read_size(size) for size in sizes)
        except LayoutError as problem:
            line.refuse(f"{problem} The shape of a matrix is written 3×2 or 3 by 2.")
        if len(shape) > 2:
            line.refuse(f"{match[1]} is {by(shape)}: a value is a vector or a matrix.")
        yield normalize("NFKC", match[1]), shape


def _new(name: str, line: Line, shapes: Mapping[str, Any], definitions: Mapping[str, Any]) -> None:
    """Refuse a name that is taken, or that has a meaning of its own."""
    if len(name) > LONGEST_NAME:
        line.refuse(f"a name of {len(name)} letters is beyond reason.")
    if iskeyword(name):
        line.refuse(f"{name} is a word of the notation itself: choose another name.")
    if name == "parameters":
        line.refuse("`parameters` means all of them at once: choose another name.")
    if name in definitions or any(name in kind for kind in shapes.values()):
        line.refuse(f"{name} is there already: every value has a name of its own, h1, h2, ….")


def _parsed(text: str, line: Line) -> ast.expr:
    """The expression as a tree; what only Python knows is refused later."""
    try:
        plain = text.replace("ᵀ", ".T").replace("⊙", "*").replace("·", "*").replace("−", "-")
        return ast.parse(plain, mode="eval").body
    except SyntaxError as problem:
        place = f", at column {_column(line, text, problem.offset)}" if problem.offset else ""
        line.refuse(f"cannot be read{place}: {problem.msg}.")
    except (ValueError, RecursionError, MemoryError):
        line.refuse("cannot be read: it is nested too deeply, or has characters of no meaning.")


def _column(line: Line, text: str, offset: int) -> int:
    """The column of the line where the parser, which reads ᵀ as .T, stopped in its end `text`."""
    ends = accumulate(2 if sign == "ᵀ" else 1 for sign in text)
    return len(line.text) - len(text) + sum(end < offset for end in ends) + 1
