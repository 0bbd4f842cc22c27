"""Formulas in Python's notation, read by Python's parser and a table of what may stand in them.

    W.T @ d    a * b    a / b    a + b    -a    a ** 2    W2    W[l+1]    (1, 1, 1)    f(a, b)
    d(u, x)  ∂u/∂x     d(f, x, y)  ∂²f/∂x∂y     grad(f, x)  ∇_x f     jac(f, x)  J_x f

Nothing is evaluated. `@`, `*` and `/` bind equally, as in Python; factors without brackets between
them stay together in a `Chain`, so that what papers would read can be compared.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Collection, Mapping
from typing import NoReturn

from ..errors import FormulaError, near_names
from .letters import spelt
from .limits import LARGEST_NUMBER, MOST_LEVELS
from .printing import printed
from .python_cures import CURES, EXPECTED, OPERATOR, cause_of, cure_of_attribute, cure_of_call
from .tree import (
    Call,
    Chain,
    Derivative,
    Name,
    Negative,
    Number,
    Part,
    Power,
    Product,
    Row,
    Span,
    Sum,
    Transpose,
)

__all__ = ["read"]

FACTORS = {ast.Mult: "*", ast.MatMult: "@", ast.Div: "/"}
TERMS = {ast.Add: "+", ast.Sub: "-"}
SYMBOLS = {"d": "∂", "grad": "∇", "jac": "J"}
"""Derivatives as one symbol: a function of names."""
SIGNS = {"ᵀ": ".T", "⊙": "*", "·": "@", "−": "-", "lambda": "λ"}
"""How Python is to read what it would not; lambda is a name here, as every Greek letter is."""
NAME = r"([^\W\dᵀ][^\Wᵀ]*(?:\[[^]]*\])?)"
PRINTED = {f"∂{NAME}/∂{NAME}": r"d(\1, \2)", f"∇_{NAME} {NAME}": r"grad(\2, \1)"}
"""Derivatives as they are printed, and as they are read."""
WORDS = re.compile("|".join([*PRINTED, r"\blambda\b", "."]), re.DOTALL)


def read(text: str, functions: Mapping[str, object], names: Collection[str] = ()) -> list[Part]:
    """The trees of a formula, one for each side of an equation.

    Raises:
        FormulaError: where the text is no formula, and what was expected there.
    """
    if "#" in text:
        raise FormulaError(text, text.index("#"), "# begins a comment, and formulas have none.")
    ends = [*equals_signs(text), len(text)]
    starts = [0, *(end + 1 for end in ends[:-1])]
    sides = zip(starts, ends, strict=True)
    return [Reader(text, k, text[k:end], functions, names).read() for k, end in sides]


def equals_signs(text: str) -> list[int]:
    """Where an equation has its equals sign: outside brackets, where `exp(x=1)` has none."""
    found, depth = list[int](), 0
    for match in re.finditer(r"(?<![=<>!:])=(?!=)|[(\[{]|[)\]}]", text):
        if match[0] == "=":
            found += [match.start()] * (depth == 0)
        else:
            depth = depth + 1 if match[0] in "([{" else max(0, depth - 1)
    return found


def read_as(word: str) -> str:
    """A word as Python is to read it.

    >>> read_as("∂L/∂W2"), read_as("∇_x f"), read_as("ᵀ"), read_as("a")
    ('d(L, W2)', 'grad(f, x)', '.T', 'a')
    """
    for pattern, code in PRINTED.items():
        word = re.sub(pattern, code, word)
    return SIGNS.get(word, word)


class Reader:
    """One side of an equation."""

    def __init__(
        self,
        text: str,
        start: int,
        side: str,
        functions: Mapping[str, object],
        names: Collection[str],
    ) -> None:
        self.text, self.functions, self.names = text, functions, names
        self.lead = start + len(side) - len(side.lstrip())
        written = side.strip()
        words = [
            (read_as(word[0]), word.start()) for word in WORDS.finditer(self.as_typed(written))
        ]
        self.code = "".join(word for word, _ in words)
        self.columns = [k for word, k in words for _ in word] + [len(written)]
        """Of each character of the code, the one of the text that it stands for."""

    def as_typed(self, side: str) -> str:
        """The side with * behind a number, dg(z) for g'(z), ∂L/∂W for dL/dW; in its places."""
        side = re.sub(r"(?<![\w.])([\d.]+\s*)·", r"\1*", side)
        side = re.sub(rf"(?<![\w.])d{NAME}/d{NAME}(?![\w(])", self.symbol, side)
        return re.sub(r"\b([^\W\d]\w*)'(?=\()", self.slope, side)

    def symbol(self, match: re.Match[str]) -> str:
        """A quotient of differentials, if such a value is known, whatever its number."""
        of, wrt = match.groups()
        known = {name.rstrip("0123456789") for name in self.names}
        if wrt.rstrip("0123456789") not in known or known & {f"d{of}", f"d{wrt}"}:
            return match[0]
        return match[0] if f"d{of}" in self.functions else f"∂{of}/∂{wrt}"

    def slope(self, match: re.Match[str]) -> str:
        return f"d{match[1]}" if f"d{match[1]}" in self.functions else match[0]

    def read(self) -> Part:
        if not self.code:
            self.refuse(self.lead, f"{EXPECTED} is missing here.")
        if "\n" in self.code or "\r" in self.code:
            self.refuse(self.lead, "a formula is one line.")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(self.code, mode="eval").body
        except SyntaxError as problem:
            self.unreadable(problem)
        except (ValueError, RecursionError, MemoryError):
            self.refuse(self.lead, "it is nested too deeply, or has characters of no meaning.")
        self.refuse_too_deep(tree)
        return self.part(tree)

    def unreadable(self, problem: SyntaxError) -> NoReturn:
        """Say where Python's parser stopped, and what was expected there."""
        ended = not problem.offset or (problem.lineno or 1) > 1
        column = len(self.code) if ended else min((problem.offset or 1) - 1, len(self.code))
        self.refuse(self.place(column), cause_of(problem, self.code, column))

    def refuse_too_deep(self, tree: ast.expr) -> None:
        """Level by level, so that nothing is too deep for it."""
        level: list[ast.AST] = [tree]
        for _ in range(2 * MOST_LEVELS):
            level = [inner for node in level for inner in ast.iter_child_nodes(node)]
        if level:
            self.refuse(self.lead, f"more than {MOST_LEVELS} parts within each other "
                        "are beyond reason.")  # fmt: skip

    def place(self, column: int) -> int:
        """The place in the text of a column of the code."""
        return self.lead + self.columns[max(0, min(column, len(self.columns) - 1))]

    def column(self, offset: int) -> int:
        """Python's parser counts bytes."""
        return len(self.code.encode()[:offset].decode(errors="ignore"))

    def span(self, node: ast.expr) -> Span:
        start, end = self.column(node.col_offset), self.column(node.end_col_offset or 0)
        return self.place(start), self.place(end)

    def refuse(self, at: int, message: str) -> NoReturn:
        raise FormulaError(self.text, at, message) from None

    def part(self, node: ast.expr) -> Part:
        at = self.span(node)
        match node:
            case ast.Name(name):
                return Name(spelt(name), at=at)
            case ast.Constant(value):
                return self.number(value, at)
            case ast.Attribute(inner, "T"):
                return Transpose(self.part(inner), at=at)
            case ast.UnaryOp(ast.USub(), inner):
                return Negative(self.part(inner), at=at)
            case ast.UnaryOp(ast.UAdd(), inner):
                return self.part(inner)
            case ast.BinOp(left, ast.Add() | ast.Sub() as sign, right):
                return Sum(self.part(left), TERMS[type(sign)], self.part(right), at=at)
            case ast.BinOp(_, ast.Mult() | ast.MatMult() | ast.Div(), _):
                return self.chain(node, at)
            case ast.BinOp(base, ast.Pow(), exponent):
                return Power(self.part(base), "**", self.part(exponent), at=at)
            case ast.Call(ast.Name(function), arguments, []):
                return self.call(function, arguments, at)
            case ast.Subscript(ast.Name(base), index):
                return Name(spelt(base) + self.index(base, index), at=at)
            case ast.Tuple(entries) | ast.List(entries) if entries:
                return Row(tuple(map(self.part, entries)), at=at)
        return self.unknown(node, at)

    def unknown(self, node: ast.expr, at: Span) -> NoReturn:
        """Say what may stand where something else does."""
        match node:
            case ast.BinOp(_, operator, right):
                cure = CURES.get(type(operator), "operators are @, *, /, +, - and **.")
                before = self.text[: self.span(right)[0]].rstrip(" (")
                self.refuse(max(at[0], len(before) - 1), cure)
            case ast.Attribute(inner, name):
                self.refuse(self.span(inner)[1], cure_of_attribute(name))
            case ast.Call(ast.Attribute(inner)) as call if cure := cure_of_call(
                call, self.functions, self.names
            ):
                self.refuse(self.span(inner)[1], cure)
            case ast.Call(keywords=[*words]) if words:
                self.refuse(self.place(self.column(words[0].col_offset)),
                            "a function takes its arguments by their places.")  # fmt: skip
            case ast.Call(inner):
                self.refuse(self.span(inner)[1], f"expected is {OPERATOR}.")
            case ast.Compare(left):
                self.refuse(self.span(left)[1], "one = makes an equation; nothing else compares.")
        self.refuse(at[0], f"expected is {EXPECTED}.")

    def number(self, value: object, at: Span) -> Number:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(at[0], f"{str(value)[:20]!r} is no number: expected is {EXPECTED}.")
        if not abs(value) < LARGEST_NUMBER:
            self.refuse(at[0], "a number beyond 1e100.")
        written = self.text[at[0] : at[1]]
        plain = re.fullmatch(r"[0-9.]+(e[+-]?[0-9]+)?", written, re.IGNORECASE)
        return Number(float(value), written if plain else f"{value}", at=at)

    def chain(self, node: ast.expr, at: Span) -> Part:
        """Factors with nothing but @, * and / between them, brackets apart."""
        factors: list[ast.expr] = []
        operators: list[str] = []
        while isinstance(node, ast.BinOp) and type(node.op) in FACTORS:
            factors.append(node.right)
            operators.append(FACTORS[type(node.op)])
            bracketed = node.col_offset < node.left.col_offset
            node = node.left
            if bracketed:
                break
        parts = tuple(map(self.part, [node, *reversed(factors)]))
        if len(parts) == 2:
            return Product(parts[0], operators[0], parts[1], at=at)
        return Chain(parts, tuple(reversed(operators)), at=at)

    def call(self, function: str, arguments: list[ast.expr], at: Span) -> Part:
        name = spelt(function)
        if name in SYMBOLS and name not in self.functions:
            return self.derivative(name, arguments, at)
        if name in self.names and name not in self.functions:
            self.refuse(at[0], f"{name} is a value, not a function: write {name} * (…) or @.")
        if name not in self.functions and name != "VJP":
            self.refuse(at[0], f"{function} is no function that is known here: "
                        f"{near_names(function, self.functions)}")  # fmt: skip
        if not arguments:
            self.refuse(at[1] - 1, f"{function} needs an argument: expected is {EXPECTED}.")
        for argument in arguments:
            if isinstance(argument, ast.Starred):
                self.refuse(self.span(argument)[0], "a star has no meaning here.")
        return Call(name, tuple(map(self.part, arguments)), at=at)

    def derivative(self, kind: str, arguments: list[ast.expr], at: Span) -> Derivative:
        of, *by = (self.part(argument) for argument in arguments) if arguments else [Row(())]
        names = [part.text for part in by if isinstance(part, Name)]
        if len(names) < len(by) or not 1 <= len(names) <= (2 if kind == "d" else 1):
            self.refuse(
                at[0], f"{kind}(u, x) is a derivative as one symbol: of a formula, by a name."
            )
        if isinstance(of, Name):
            return Derivative(of.text, tuple(names), SYMBOLS[kind], at=at)
        return Derivative(printed(of), tuple(names), SYMBOLS[kind], of, at=at)

    def index(self, base: str, node: ast.expr) -> str:
        """`W[2]` is W2; `W[l]`, `W[l+1]`, `W[i,j]` and `W2[1]` keep their brackets."""
        parts = node.elts if isinstance(node, ast.Tuple) and node.elts else [node]
        texts = [ast.unparse(part).replace(" ", "") for part in parts]
        for part, text in zip(parts, texts, strict=True):
            if not re.fullmatch(r"\d{1,4}|[^\W\d]\w{0,3}([+-]\d{1,4})?", text):
                self.refuse(self.span(part)[0], "an index is a number, a letter, l+1 or l-1.")
        if len(texts) == 1 and texts[0].isdigit() and not base[-1].isdigit():
            return texts[0]
        return f"[{','.join(texts)}]"
