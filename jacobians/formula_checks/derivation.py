r"""`check_derivation`: a derivation line by line; the first false line is named with its reason.

    dL/dW1 = dL/da2 · da2/dz2 · dz2/dW1     a chain of symbols: judged by `chains`
           = delta1 @ a0.T                  a formula for what stands on the left: `check_formula`
    delta2 = (a2 - y) * dsigmoid(z2)        a definition, for later lines to use by its name
    dL/da1 = dL/dz2 · W2                    both: ∂L/∂z2 is the row or the column, by layout

A line is in Python's notation, with ∂ or d and · for symbols, or in LaTeX, with the & and the
\\ of an align or without. It may go on with `=`, and then has its left side from the line before.
What the writer calls things is found out once, for all lines. Reading, judging and telling are one
sheet that is handed in, marked and given back, and stand here in this order.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from textwrap import wrap
from typing import Any, NamedTuple, TypeVar

import numpy as np

from layouts import DENOMINATOR, NUMERATOR, Formula, Layout
from layouts.errors import FormulaError, InputError, LayoutError, near_names, pointed_at
from layouts.formulas.functions import BUILT_IN, Function
from layouts.formulas.latex_style import LATEX
from layouts.formulas.letters import GREEK, spelt
from layouts.formulas.limits import MOST_LEVELS, MOST_PARTS
from layouts.formulas.printing import PYTHON, printed
from layouts.formulas.readings import IN_ORDER, grouped
from layouts.formulas.scope import column_shape
from layouts.formulas.text_style import TEXT
from layouts.formulas.tree import (
    Call,
    Derivative,
    Name,
    Negative,
    Number,
    Part,
    Product,
    Row,
    Sum,
    Transpose,
    mapped,
    parts_of,
    walk,
)
from layouts.sizes import Size, by

from ..formula_functions import layer_functions
from ..network import Network
from .chains import (
    FIXED,
    Judged,
    Link,
    Reason,
    Wires,
    arrangement,
    gradient,
    judged,
    judged_row,
    listed,
    products_of,
    refuse_unknown,
    shape_of,
    whole,
)
from .check import check_formula
from .network_problem import problem_of_network
from .problem import Problem, problem_of_formulas
from .question import all_shapes
from .result import Check
from .spelling import GUESSES, LETTERS, Spelling, spelling_of
from .writers import LEADING as LEADING_OF_VALUES
from .writers import indented, level

__all__ = ["Derivation", "Line", "check_derivation"]

T = TypeVar("T")
MOST_LINES = 100
LONGEST = 40_000
"""Characters of a whole derivation."""
LONGEST_SHOWN = 400
MOST_TERMS = 8
"""Of a derivative that is a factor, the paths whose sum it is."""
SECONDS = 1.0
"""How long repairs of the first false line are searched for; of later ones none are."""
LOSSES = ("L", "C", "J", "E", "loss", "cost", "l")
"""What texts call a loss; a network calls it L."""
TOP = "f"
"""What a formula that is differentiated is called where nobody gives it a name."""


class Line(NamedTuple):
    """One line, marked."""

    number: int
    """Of the line as it was handed in, blank ones and comments counted."""
    text: str
    kind: str
    """chain, value, definition, or not understood."""
    verdict: bool | None
    """Whether it is true; None where it is not understood."""
    layout: str | None = None
    """numerator, denominator, both where nothing tells which, or None."""
    reasons: tuple[Reason, ...] = ()
    """Why it is false or not understood."""
    note: str = ""
    """Why it is true."""
    check: Check | None = None
    """Of a formula for a value all that there is to say."""
    shown: str = ""
    """The line as texts print it."""
    part: int = 0
    """Which equation of a line with several `=`; 0 where it is the only one."""

    @property
    def label(self) -> str:
        """What the line is called."""
        return f"line {self.number}" + (f".{self.part}" if self.part else "")

    @property
    def reason(self) -> str:
        """Why it is true, false, or not understood, in sentences."""
        told = (text for reason in self.reasons for text in (reason.text, reason.cure) if text)
        return " ".join(told) or self.note


class Derivation(NamedTuple):
    """What a derivation came to."""

    lines: list[Line]
    title: str = ""
    remarks: tuple[str, ...] = ()
    """How it was read."""

    @property
    def first_false(self) -> Line | None:
        """The first line that is false."""
        return next((line for line in self.lines if line.verdict is False), None)

    @property
    def verdict(self) -> str:
        """right, wrong, or not understood: where no line is false, but one could not be read."""
        if self.first_false is not None:
            return "wrong"
        read = self.lines and all(line.verdict for line in self.lines)
        return "right" if read else "not understood"

    @property
    def status(self) -> int:
        """The exit status that says it."""
        return {"right": 0, "wrong": 1, "not understood": 2}[self.verdict]

    def to_text(self, hint: int | None = None) -> str:
        """As plain text, 80 columns wide; with a hint from 0 to 3 less of it."""
        return to_text(self, hint)

    def to_markdown(self, hint: int | None = None) -> str:
        """As Markdown."""
        return to_markdown(self, hint)

    def to_html(self, hint: int | None = None) -> str:
        """As a fragment of HTML."""
        return to_html(self, hint)

    def to_dict(self, hint: int | None = None) -> dict[str, Any]:
        """As data; what a hint holds back is missing from it."""
        return to_dict(self, hint)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return self.to_html()


def check_derivation(
    lines: str | Iterable[str],
    *,
    network: Network | None = None,
    wrt: str | None = None,
    of: str | None = None,
    shapes: Mapping[str, Any] | None = None,
    let: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    functions: Mapping[str, Function] | None = None,
) -> Derivation:
    """Judge a derivation line by line.

    Args:
        lines: one string for each line, or a text; blank lines and comments, # …, are skipped.
        network: the network that it is about; or `of`, a formula, with `shapes`. Without them
            chains are judged by their symbols alone.
        wrt: what the first line is differentiated by, where it has no left side.
        of: a formula, or a value of the network; None is its loss.
        shapes: of every name, `{"x": "n", "A": "n×n"}`.
        let: formulas that names stand for.
        names: what the writer's names are called here, `{"a3": "a2"}`.
        functions: more functions of formulas.

    Raises:
        LayoutError: what the derivation is about is not understood: `of`, a shape, no text.

    >>> found = check_derivation('''
    ...     dL/dW3 = dL/da3 · da3/dz3 · dz3/dW3
    ...     dL/dW2 = dL/da3 · dz3/da2 · da2/dW2
    ... ''')
    >>> found.verdict, found.first_false.number
    ('wrong', 3)
    >>> print(found.first_false.reason)
    ∂a3/∂z3 is missing between ∂L/∂a3 and ∂z3/∂a2: a3 is not z3. Write ∂L/∂a3 · ∂a3/∂z3 · ∂z3/∂a2.
    """
    each = [lines] if isinstance(lines, str) else list(lines)
    if not all(isinstance(line, str) for line in each):
        raise InputError("a derivation is a text, or one string for each line.")
    text = "\n".join(each)
    rows = list(rows_of(text)) if len(text) <= LONGEST else []
    given = Given(network, wrt, of, shapes or {}, let or {}, names or {}, functions or {})
    sheet = Sheet(text, given, rows if len(rows) <= MOST_LINES else [])
    if len(text) > LONGEST or len(rows) > MOST_LINES:
        limit = f"{MOST_LINES} lines or {LONGEST:,} characters"
        return Derivation([unread(1, "", f"more than {limit} are beyond reason.")], sheet.title)
    if not rows:
        return Derivation([unread(1, "", "there is no line to judge.")], sheet.title)
    return Derivation(sheet.marked(), sheet.title, tuple(sheet.remarks))


class Given(NamedTuple):
    """What the caller gives: see `check_derivation`."""

    network: Network | None
    wrt: str | None
    of: str | None
    shapes: Mapping[str, Any]
    let: Mapping[str, str]
    names: Mapping[str, str]
    functions: Mapping[str, Function]


def unread(number: int, text: str, message: str, part: int = 0) -> Line:
    """A line that is not understood."""
    reason, shown = Reason("not understood", message), abridged(text)
    return Line(number, text, "not understood", None, reasons=(reason,), shown=shown, part=part)


def abridged(text: str) -> str:
    """A line that is not too long to be shown."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"


# Reading: from a text to rows, from rows to sides, from sides to trees.

ENVIRONMENT = re.compile(r"\\begin\s*\{(\w+\*?)\}.*?(?:\\end\s*\{\1\}|\Z)", re.DOTALL)
ROW_END = re.compile(r"\\\\\*?(?:\s*\[\s*-?[\d.]+\s*[a-z]{2}\s*\])?|\\newline(?![A-Za-z])|\n")
BLANKED = re.compile(
    r"\\(?:begin|end)\s*\{\w+\*?\}(?:\{[\w.]*\})?|\\(?:tag|label)\*?\s*\{[^{}]*\}"
    r"|\\(?:nonumber|notag|displaystyle)(?![A-Za-z])|\\[\[\]()]|(?<!\\)&|\$|(?:\s|^)#.*"
)
"""What a row of an align has beside its formula, and what stands behind a #."""
THEREFORE = re.compile(r"\s*(?:=>|⇒|⟹|∴|\\(?:Rightarrow|implies|therefore|iff)(?![A-Za-z]))")
ONLY_LATEX = re.compile(r"[\\^{}]|(?<!\w)_|_(?!\w)")
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


class Side(NamedTuple):
    """One side of an equation."""

    at: int
    """Where it begins in the whole text."""
    code: str
    """As the reader of formulas takes it."""
    columns: list[int]
    """For each character of the code, the one of the side that it stands for."""
    notation: str
    tree: Part | None = None
    fault: str = ""
    fault_at: int = 0

    def place(self, column: int) -> int:
        """The place in the whole text of a column of the code."""
        return self.at + self.columns[max(0, min(column, len(self.columns) - 1))]


def rows_of(text: str) -> Iterator[tuple[int, int]]:
    r"""From where to where each line stands; within an environment it ends with a \\."""
    inside = [match.span() for match in ENVIRONMENT.finditer(text)]
    start = 0
    for end, after in [*(match.span() for match in ROW_END.finditer(text)), (len(text), len(text))]:
        if text[end:after] == "\n" and any(a <= end < b for a, b in inside):
            continue
        if not re.match(r"\s*[#%]", text[start:end]) and blanked(text[start:end]).strip():
            yield start, end
        start = after


def blanked(row: str) -> str:
    """A row with blanks for what is no part of its formula, as long as before."""
    row = BLANKED.sub(lambda match: " " * len(match[0]), row).replace("\n", " ").replace("\r", " ")
    arrow = THEREFORE.match(row)
    row = " " * arrow.end() + row[arrow.end() :] if arrow else row
    row = row.replace(":=", " =").replace("≔", "=")
    end = len(row.rstrip(" \t,;.")) if not row.rstrip().endswith("..") else len(row)
    return row[:end] + " " * (len(row) - end)


def sides_of(row: str) -> Iterator[tuple[int, int]]:
    """From where to where each side of an equation stands."""
    depth = start = 0
    for match in re.finditer(r"\\.|[({\[]|[)}\]]|(?<![=<>!])=(?!=)", row):
        depth += (match[0] in "({[") - (match[0] in ")}]")
        if match[0] == "=" and depth <= 0:
            yield start, match.start()
            start = match.end()
    yield start, len(row)


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


class Sheet:
    """A derivation that is being marked."""

    def __init__(self, text: str, given: Given, rows: list[tuple[int, int]]) -> None:
        self.text, self.given = text, given
        self.problem = problem_of(given)
        self.title = title_of(given)
        self.functions = {**layer_functions(), **given.functions}
        self.known_names = self.names_known()
        cleaned = [(start, blanked(text[start:end])) for start, end in rows]
        self.rows = [[self.side(at + a, row[a:b], row) for a, b in sides_of(row)]
                     for at, row in cleaned]  # fmt: skip
        self.remarks: list[str] = []
        self.own = self.spelled()
        called = {own: name for name, own in self.own.items()}
        same = {own: own for name, own in self.own.items() if name == own}
        self.wires = self.wired(called | same)
        self.asked_for = self.asked()
        self.links = self.known_links()
        self.stands: dict[str, Part] = {}
        """What names stand for that are defined in the lines before."""
        self.lost: set[str] = set()
        """The names that a line defines which is not understood."""
        self.weights: dict[str, tuple[int, int]] = {}
        self.layouts: dict[str | tuple[str, str], Line] = {}
        """The last true line about each derivative that has a layout."""
        self.lines: list[Line] = []
        for name, meaning in given.let.items():
            if given.network is not None:
                self.define(spelt(name), Formula.parse(meaning, functions=self.functions).tree)

    # Reading.

    def names_known(self) -> list[str]:
        """The names that a reader of LaTeX has to know, in the two usual ways to count layers."""
        names = list(self.problem.names) if self.problem else []
        matches = (re.fullmatch(r"([A-Za-z]+)(\d+)", name) for name in names)
        counted = [f"{match[1]}{int(match[2]) + 1}" for match in matches if match]
        return [*names, *counted, *map(spelt, self.given.names), *map(spelt, self.given.let)]

    def side(self, at: int, side: str, row: str) -> Side:
        """A side as a tree, or with what is wrong with it."""
        notation = "latex" if ONLY_LATEX.search(row.replace("∇_", "")) else "python"
        code, columns = side, list(range(len(side) + 1))
        if notation == "python":
            code, columns = as_code(side, {*self.known_names, *self.functions})
        blank = Side(at, code, columns, notation)
        if not side.strip():
            return blank
        try:
            return blank._replace(tree=self.parsed(code, notation))
        except FormulaError as problem:
            return blank._replace(fault=said(problem), fault_at=problem.column - 1)
        except LayoutError as problem:
            return blank._replace(fault=str(problem))
        except (RecursionError, MemoryError):
            return blank._replace(fault="it is nested too deeply.")

    def parsed(self, code: str, notation: str) -> Part:
        """A formula, with letters for functions wherever none is known by them."""
        names, functions = self.known_names, self.functions
        letters = {f"{d}{letter}": BUILT_IN["exp"] for letter in LETTERS for d in ("", "d")
                   if letter not in names and letter not in functions}  # fmt: skip
        known = {**letters, **functions}
        return Formula.parse(code, notation, functions=known, names=names).tree

    # Names.

    def spelled(self) -> dict[str, str]:
        """The network's name for each of the writer's names, used or not."""
        if self.problem is None:
            return {spelt(name): spelt(own) for name, own in self.given.names.items()}
        used, tops = self.names_used()
        typed = {name: plain(name, self.known_names) for name in (*used, *tops)}
        undecided = {*typed.values()} - {spelt(name) for name in self.given.names}
        known = self.problem.names
        resolved = max(
            (
                [name for name in undecided if row[0](name, self.problem) in known]
                for row in GUESSES
            ),
            key=len,
        )
        names = Row(tuple(map(Name, sorted(resolved))))
        spelling = spelling_of(self.problem, names, self.given.names)
        self.remarks += spelling.remarks
        own = {**{name: name for name in resolved}, **spelling.own}
        own |= {name: own[same] for name, same in typed.items() if same in own}
        losses = [name for name in tops if name not in own and name not in used]
        losses = [name for name in losses if name in LOSSES or self.top not in own.values()]
        own |= {name: self.top for name in losses if name.isalpha()}
        own |= self.differentials(used, own)
        unused = {spelling.name(name): name for name in known if name not in own.values()}
        return unused | own

    @property
    def top(self) -> str:
        """What is differentiated unless a line says otherwise."""
        net, of = self.given.network, self.given.of
        if net is not None:
            return net.top if of is None else net.aliases.get(of, of)
        return of if of is not None and of in self.given.let else TOP

    def names_used(self) -> tuple[list[str], list[str]]:
        """The names in all lines, and those that something is a derivative of."""
        used: dict[str, None] = {}
        tops: dict[str, None] = {}
        trees = [side.tree for row in self.rows for side in row if side.tree is not None]
        while trees:
            for part in walk(trees.pop()):
                if isinstance(part, Name):
                    used.setdefault(whole(part.text))
                if isinstance(part, Derivative):
                    used |= dict.fromkeys(map(whole, part.wrt))
                    trees += [part.formula] if part.formula else []
                    tops |= {} if part.formula else {whole(part.of): None}
        inner = [n[1:] for n in used if n[0] == "d" != n and n not in self.known_names]
        return [*used, *inner], [*tops]

    def differentials(self, used: list[str], own: Mapping[str, str]) -> dict[str, str]:
        """dz2 and da1 as courses write ∂L/∂z2 and ∂L/∂a1: names of gradients."""
        assert self.problem is not None
        by_value = {value: name for name, (_, value) in self.problem.gradients.items()}
        return {name: by_value[own[name[1:]]] for name in used if name[0] == "d" and name not in own
                and own.get(name[1:]) in by_value}  # fmt: skip

    def wired(self, called: dict[str, str]) -> Wires:
        """What is made from what in the network, or in the formulas."""
        net, problem = self.given.network, self.problem
        if net is not None:
            made = {step.name: step.inputs for step in net.steps}
            return Wires(made, net.shapes(), called, self.alike(made))
        if problem is None:
            return Wires({}, {}, called)
        texts = {self.top: problem.of, **problem.let}
        formed: dict[str, Sequence[str]] = {}
        shapes = dict(problem.shapes)
        for name, text in texts.items():
            used = dict.fromkeys(names_in(problem.parsed(text).tree))
            formed[name] = [each for each in used if each in problem.names]
            shapes[name] = problem.formula(text).shape(problem.shapes)
        return Wires(formed, shapes, {self.top: TOP, **called}, self.alike(formed))

    def alike(self, made: Mapping[str, Sequence[str]]) -> frozenset[tuple[str, str]]:
        """The links that are identity matrices: z = W x + b by b."""
        problem, found = self.problem, set()
        for name, text in problem.let.items() if problem else ():
            terms = list(terms_of(problem.parsed(text).tree)) if problem else []
            for wrt in made.get(name, ()):
                held = [(sign, type(term)) for sign, term in terms if wrt in names_in(term)]
                found |= {(name, wrt)} if held == [("+", Name)] else set()
        return frozenset(found)

    def asked(self) -> Link | None:
        """The left side of a line that has none: what the caller asks for."""
        if self.given.wrt is None:
            return None
        tree = Formula.parse(self.given.wrt, names=self.known_names).tree
        name = tree.text if isinstance(tree, Name) else spelt(self.given.wrt)
        own = self.own.get(name, name)
        if self.wires.made and own not in self.wires.names:
            near = near_names(name, map(self.wires.name, self.wires.names))
            raise InputError(f"there is no value {name}: {near}")
        return Link(self.top, own)

    def known_links(self) -> dict[str, Link]:
        """δ2, the column ∂L/∂z2, may stand in a chain."""
        gradients = self.problem.gradients if self.problem else {}
        return {name: Link(of, value, "δ") for name, (of, value) in gradients.items()}

    # Marking.

    def marked(self) -> list[Line]:
        """Every line, in their order."""
        left = None
        for first, *others in self.rows:
            if others:
                left = first if first.code.strip() else left
            for k, right in enumerate(others or [first], start=1):
                side = left if others else None
                part = k if len(others) > 1 else 0
                self.lines.append(self.line(side, right, k == 1 and side is first, part))
        return self.lines

    def line(self, left: Side | None, right: Side, new: bool, part: int) -> Line:
        """One equation; its left side is new, or that of a line before."""
        begin = left if new and left is not None else right
        number = self.number(begin)
        start = begin.at if new or left is None else right.at - 1
        written = blanked(self.text[start : right.at + right.columns[-1]])
        text = " ".join("".join(c if c.isprintable() else " " for c in written).split())
        target = None
        try:
            target = self.target_of(left, right, new)
            marked = self.judged(target, left, right)
        except Unread as problem:
            self.lost |= {target.text} if isinstance(target, Name) else set()
            message = f"line {number}, {self.pointed(*problem.args)}"
            return unread(number, text, message, part)
        shown = abridged(self.shown(left if new else None, right, marked.shown, text))
        marked = marked._replace(number=number, text=text, shown=shown, part=part)
        return self.agreeing(marked, target)

    def number(self, side: Side) -> int:
        """The line of the text on which a side begins."""
        return self.text.count("\n", 0, side.place(len(side.code) - len(side.code.lstrip()))) + 1

    def shown(self, left: Side | None, right: Side, chains: str, text: str) -> str:
        """LaTeX as texts print it; Python's notation as it was typed."""
        if right.notation == "python" or right.tree is None:
            return text
        side = chains or printed(right.tree, TEXT)
        if left is not None and left.tree is not None:
            return f"{printed(left.tree, TEXT)} = {side}"
        return f"= {side}" if text.startswith("=") else side

    def pointed(self, message: str, at: int) -> str:
        """What is wrong at a place of the text, with the place pointed at."""
        start = self.text.rfind("\n", 0, at) + 1
        row = self.text[start:].partition("\n")[0]
        return f"column {at - start + 1}: {message}\n{pointed_at(row, at - start)}"

    def target_of(self, left: Side | None, right: Side, new: bool) -> Link | Name | None:
        """What a line is about.

        Raises:
            Unread: its left side is not understood.
        """
        if left is None:
            return self.asked_for
        try:
            return self.understood(left, self.target)
        except Unread:
            if new:
                raise
            told = f"its left side, that of line {self.number(left)}, is not understood."
            raise Unread(told, right.place(0)) from None

    def judged(self, target: Link | Name | None, left: Side | None, right: Side) -> Line:
        """A line by what it is about.

        Raises:
            Unread: its right side is not understood.
        """
        return self.understood(right, lambda side: self.judged_as(target, side, left))

    def understood(self, side: Side, what: Callable[[Side], T]) -> T:
        """What is found out about a side; whatever is wrong with it, at its place.

        Raises:
            Unread: the side cannot be read, or what is asked of it has no answer.
        """
        if side.fault or side.tree is None:
            raise Unread(side.fault or "nothing stands here.", side.place(side.fault_at))
        try:
            return what(side)
        except FormulaError as problem:
            at = problem.column - 1 if problem.text == side.code else 0
            raise Unread(said(problem), side.place(at)) from None
        except LayoutError as problem:
            raise Unread(str(problem).splitlines()[0], side.place(0)) from None
        except RecursionError:
            raise Unread("it is nested too deeply.", side.place(0)) from None

    def target(self, side: Side) -> Link | Name | None:
        """What a left side is: a derivative, or a name that is defined; None for a vjp."""
        tree = side.tree
        assert tree is not None
        if isinstance(tree, Name):
            inner = self.own.get(tree.text[1:], "")
            is_differential = tree.text[0] == "d" and inner in self.wires.names
            known = tree.text in self.known_names or tree.text in self.stands
            return Link(self.top, inner) if is_differential and not known else tree
        if isinstance(tree, Call) and tree.function == "VJP":
            return None
        links = products_of(tree, side.code, self.own, {}) or [[]]
        if len(links) != 1 or len(links[0]) != 1:
            message = "on the left stands a derivative, ∂L/∂W1, or a name."
            raise FormulaError(side.code, tree.at[0], message)
        refuse_unknown(links[0], self.wires, side.code)
        return links[0][0]

    def judged_as(self, target: Link | Name | None, side: Side, left: Side | None) -> Line:
        """The right side of a line, by what stands on its left."""
        tree = side.tree
        assert tree is not None
        blocks = tree.arguments if isinstance(tree, Call) and tree.function == "hstack" else ()
        found = [products_of(each, side.code, self.own, self.links) for each in blocks or [tree]]
        chains = [products for products in found if products is not None]
        if len(chains) < len(found):
            if isinstance(target, Name):
                return self.defined(target, side)
            return self.valued(target, side, left)
        if blocks:
            came_to = judged_row(chains, self.wires, side.code)
        else:
            link = self.gradient_named(target) if isinstance(target, Name) else target
            came_to = judged(link, chains[0], self.wires, side.code)
        if isinstance(target, Name) and not came_to.reasons:
            self.links[self.own.get(target.text, target.text)] = Link(*came_to.gives)
        shown = " | ".join(" + ".join(map(self.wires.product, products)) for products in chains)
        kind = "definition" if isinstance(target, Name) else "chain"
        return chain_line(came_to, kind)._replace(shown=f"( {shown} )" if blocks else shown)

    def gradient_named(self, name: Name) -> Link | None:
        """The derivative that a name stands for: δ2, or what a line before defined."""
        link = self.links.get(self.own.get(name.text, name.text))
        return None if link is None else link._replace(kind="∂")

    # Formulas for values.

    def valued(self, target: Link | None, side: Side, left: Side | None) -> Line:
        """A formula for a derivative, or for a vjp."""
        if target is None and left is None:
            raise InputError("by what is it differentiated? Give wrt=, or write it: dL/dW = ….")
        if target is None:
            assert left is not None
            check = self.checked(f"{left.code.strip()} = {side.code.strip()}", side.notation, None)
            return value_line(check, None, self.wires)
        if whole(target.wrt) != target.wrt:
            raise InputError("a formula for one entry is not judged: give the whole derivative.")
        assert side.tree is not None
        tree = self.written_out(side.tree)
        mixed = any(isinstance(part, Derivative) for part in walk(tree))
        before = self.layouts.get(target.ends)
        layouts = [DENOMINATOR, NUMERATOR]
        if before is not None and before.layout == "numerator":
            layouts.reverse()
        found: list[Line] = []
        for read in layouts if mixed else [None]:
            meant = tree if read is None else self.in_layout(tree, read, side)
            formula = side.code if meant is side.tree else printed(meant, STYLES[side.notation])
            check = self.checked(formula, side.notation, target)
            found.append(value_line(check, target, self.wires, read))
            if found[-1].verdict:
                break
        return self.over_paths(max(found, key=rank), target)

    def over_paths(self, line: Line, target: Link) -> Line:
        """A false line with the reminder that the left side is a sum, where it is one."""
        count = 1 if line.verdict or not self.wires.made else len(self.wires.between(*target.ends))
        if count < 2:
            return line
        of, wrt = map(self.wires.text, target.ends)
        told = f"{wrt} reaches {of} by {count} paths, and {self.wires.spoken(target)} sums them: "
        reason = Reason("paths", f"{told}it is the total derivative.", "Look for a path left out.")
        return line._replace(reasons=(*line.reasons, reason))

    def checked(self, formula: str, notation: str, target: Link | None) -> Check:
        """The check of a formula; repairs are searched for where it is the first that is wrong."""
        given, net = self.given, self.given.network
        about: dict[str, Any] = {"wrt": given.wrt, "of": given.of}
        if target is not None:
            about = {"wrt": self.wires.name(target.wrt), "of": target.of}
        if net is None:
            about |= {"shapes": given.shapes, "let": given.let}
            about["of"] = given.of if target is None or target.of == self.top else target.of
        elif about["of"] == net.top:
            about["of"] = None
        first = all(line.check is None or line.check.right for line in self.lines)
        return check_formula(
            formula, network=net, names=self.own, functions=given.functions, notation=notation,
            seconds=SECONDS if first else 0.0, **about,
        )  # fmt: skip

    def written_out(self, tree: Part) -> Part:
        """A formula with what the lines before define in place of the names."""
        names = {*names_in(tree)}
        for name in names & (self.lost - self.stands.keys()):
            raise InputError(f"{name} is not known: the line that defines it is not understood.")
        if not names & self.stands.keys():
            return tree
        parts, levels = self.weight(tree)
        if parts > MOST_PARTS or levels > MOST_LEVELS:
            raise InputError("with its definitions written out it is beyond reason.")
        return self.replaced(tree)

    def replaced(self, tree: Part) -> Part:
        if isinstance(tree, Name):
            return self.stands.get(tree.text, tree)
        return mapped(tree, self.replaced)

    def weight(self, tree: Part) -> tuple[int, int]:
        """How many parts a formula has, and how deep it is, with its definitions written out."""
        if isinstance(tree, Name):
            return self.weights.get(tree.text, (1, 1))
        inner = [self.weight(part) for part in parts_of(tree)]
        return 1 + sum(n for n, _ in inner), 1 + max((depth for _, depth in inner), default=0)

    def define(self, name: str, tree: Part) -> None:
        """Let a name stand for a formula from here on."""
        parts, levels = self.weight(tree)
        if parts <= MOST_PARTS and levels <= MOST_LEVELS:
            tree = self.written_out(tree)
        self.weights[name], self.stands[name] = (parts, levels), tree

    def in_layout(self, tree: Part, read: Layout, side: Side) -> Part:
        """A formula with the values of ∂ symbols in place of them, as a layout has them."""
        if isinstance(tree, Derivative):
            return self.value_of(tree, FIXED.get(tree.kind, read), side)
        return mapped(tree, lambda part: self.in_layout(part, read, side))

    def value_of(self, symbol: Derivative, layout: Layout, side: Side) -> Part:
        """A formula for a derivative that is one factor of another, in the writer's names."""
        of, wrt = (self.own.get(name, name) for name in (symbol.of, symbol.wrt[0]))
        value = self.total(of, wrt) if len(symbol.wrt) == 1 else None
        if value is None:
            message = f"no formula is known for {printed(symbol, TEXT)}, a factor of a formula."
            raise FormulaError(side.code, symbol.at[0], message)
        if layout is DENOMINATOR:
            value = value.part if isinstance(value, Transpose) else Transpose(value)
        return self.respelt(value)

    def respelt(self, tree: Part) -> Part:
        if isinstance(tree, Name):
            return Name(self.wires.name(tree.text))
        return mapped(tree, self.respelt)

    def total(self, of: str, wrt: str) -> Part | None:
        """∂of/∂wrt in numerator layout, by the problem's own names; None where no formula is known.

        It is a gradient that has a name, or the sum over the values that are made from wrt at once.
        """
        gradients = self.problem.gradients if self.problem else {}
        for name, ends in gradients.items():
            if ends == (of, wrt):
                return Transpose(Name(name))
        if len(self.wires.between(of, wrt)) > MOST_TERMS:
            return None
        terms: list[Part | None] = []
        for made, inputs in self.wires.made.items():
            if wrt in inputs and self.wires.reaches(of, made):
                above = None if made == of else self.total(of, made)
                step = self.step(made, wrt)
                known = step is not None and (made == of or above is not None)
                term = Product(above, "@", step) if known and above and step else step
                terms.append(term if known else None)
        found = [term for term in terms if term is not None]
        if not found or len(found) < len(terms):
            return None
        return reduce(lambda a, b: Sum(a, "+", b), found)

    def step(self, made: str, wrt: str) -> Part | None:
        """The link ∂made/∂wrt in numerator layout; None where no formula is known."""
        problem = self.problem
        assert problem is not None
        text = problem.let.get(made, problem.of if made == self.top else "")
        if not text or column_shape(self.wires.shapes[made])[1] != 1:
            return None
        tree = grouped(problem.parsed(text).tree, IN_ORDER)
        held = [(sign, term) for sign, term in terms_of(tree) if wrt in names_in(term)]
        rows = column_shape(self.wires.shapes[wrt])[0]
        size = Number(float(rows), str(rows)) if isinstance(rows, int) else Name(str(rows))
        factor = factor_of(held[0][1], wrt, size, problem) if len(held) == 1 else None
        return Negative(factor) if factor is not None and held[0][0] == "-" else factor

    # Definitions.

    def defined(self, name: Name, side: Side) -> Line:
        """A name and the formula that it stands for."""
        link, own = self.gradient_named(name), self.own.get(name.text, name.text)
        if link is not None:
            line = self.valued(link, side, None)._replace(kind="definition")
            if line.verdict and line.layout == "numerator" and self.links[own].kind == "δ":
                self.define(name.text, Transpose(Name(name.text)))
            return line
        assert side.tree is not None
        if self.problem is not None and own in self.problem.shapes:
            raise InputError(f"{name.text} is given: it is not defined again.")
        tree = self.written_out(side.tree)
        made = own in self.problem.let if self.problem is not None else False
        if not made:
            self.define(name.text, tree)
        return self.conforming(own, tree, side, made)

    def conforming(self, own: str, tree: Part, side: Side, made: bool) -> Line:
        """A definition by itself: its shapes, and its values where the network has its name."""
        problem = self.problem
        if problem is None or any(isinstance(part, Derivative) for part in walk(tree)):
            return Line(0, "", "definition", True, note="A definition: not judged.")
        let = {n: problem.parsed(text) for n, text in problem.let.items()}
        functions = {**BUILT_IN, **problem.functions}
        read = Spelling(self.own, problem, []).read(tree)
        formula = Formula(side.code, side.notation, [read], functions, let)
        reading = formula.reading(all_shapes(problem))
        if reading.fault is not None:
            reason = Reason("does not conform", " ".join(reading.fault.message.split()))
            return Line(0, "", "definition", False, reasons=(reason,))
        shape = reading.shapes[reading.tree]
        if made and not self.has_values(own, formula):
            text = self.respelt(problem.parsed(problem.let[own]).tree)
            wrong = f"{self.wires.text(own)} is something else in this network."
            reason = Reason("values", wrong, f"It is {printed(text)}.")
            return Line(0, "", "definition", False, reasons=(reason,))
        size = by(shape or ())
        note = f"As the network has it, {size}." if made else f"A definition, {size}: not judged."
        return Line(0, "", "definition", True, note=note)

    def has_values(self, own: str, formula: Formula) -> bool:
        """Whether a formula has the values that a name of the network has."""
        assert self.problem is not None
        letters = [
            n for shape in self.problem.shapes.values() for n in shape if isinstance(n, Size)
        ]
        sizes = {str(n): 5 + k for k, n in enumerate(dict.fromkeys(letters))}
        for least in (-1.0, 0.1):  # a loss may need positive values
            draw = np.random.default_rng(0)
            values = {
                name: draw.uniform(
                    least, 1.0, [sizes[str(n)] if isinstance(n, Size) else n for n in shape]
                )
                for name, shape in self.problem.shapes.items()
            }
            truth = self.problem.formula(own)(values, sizes=sizes)
            try:
                value = formula(values, sizes=sizes)
            except LayoutError:
                return False
            known = bool(np.isfinite(truth).all())
            if known and (value.shape != truth.shape or not np.allclose(value, truth)):
                return False
        return True

    # Lines beside lines.

    def agreeing(self, line: Line, target: Link | Name | None) -> Line:
        """A true line, unless it is the transpose of one that it is said to equal.

        A chain in one layout and its value in the other say the same: that is remarked upon.
        """
        link = self.gradient_named(target) if isinstance(target, Name) else target
        if not line.verdict or link is None or line.layout not in ("numerator", "denominator"):
            return line
        said = target.text if isinstance(target, Name) else link.ends
        before = self.layouts.get(said)
        if before is None or before.check is None or line.check is not None:
            self.layouts[said] = line
        if before is None or before.layout == line.layout:
            return line
        a, b = before.label, line.label
        if before.check is None or line.check is None:
            aside = f"{a.capitalize()} is in {before.layout} layout: it is laid out otherwise."
            return line._replace(note=f"{line.note} {aside}")
        wrong = f"By itself it is right, but {b} is the transpose of {a}: from here on it is "
        cure = f"Equal lines are in one layout: turn {a} round, or transpose {b}."
        reason = Reason("layout", f"{wrong}{line.layout} layout.", cure)
        return line._replace(verdict=False, reasons=(reason,), note="")


STYLES = {"python": PYTHON, "latex": LATEX}


class Unread(Exception):  # noqa: N818 - it is caught where it is raised
    """A line that is not understood: the message, and the place in the text."""


def said(problem: FormulaError) -> str:
    """What an error says, without its column and its pointer."""
    return str(problem).partition(": ")[2].rpartition("\n")[0].rpartition("\n")[0]


def title_of(given: Given) -> str:
    """What the derivation is about."""
    if given.network is not None:
        return str(given.network).replace(": ", ", ", 1)
    return "" if given.of is None else f"{TOP} = {given.of}"


def problem_of(given: Given) -> Problem | None:
    """What is differentiated, as formulas; None where nothing is known but symbols."""
    if given.network is not None:
        net = given.network
        first = next(iter([*net.parameters, *net.inputs]))
        if given.of is not None and net.aliases.get(given.of, given.of) not in net.names:
            raise InputError(f"there is no value {given.of}: {near_names(given.of, net.names)}")
        try:
            problem = problem_of_network(net, first, given.of)
        except InputError:  # a layer that no formula states: its links are there all the same
            shapes = {name: column_shape(tuple(shape)) for name, shape in net.shapes().items()}
            return Problem(net.top, first, shapes, {}, layer_functions())
        return problem._replace(functions={**problem.functions, **given.functions})
    if given.of is None or not given.shapes:
        return None
    functions = {**layer_functions(), **given.functions}
    of = Formula.parse(given.of, functions=functions, names=[*given.shapes, *given.let])
    text = of.to_python(given.shapes) if of.notation == "latex" else of.text
    first = next(iter(given.shapes))
    return problem_of_formulas(text, first, given.shapes, given.let, given.functions)


def terms_of(tree: Part, sign: str = "+") -> Iterator[tuple[str, Part]]:
    """The terms of a sum, each with its sign."""
    if isinstance(tree, Sum):
        yield from terms_of(tree.left, sign)
        yield from terms_of(tree.right, sign if tree.sign == "+" else "-" if sign == "+" else "+")
    else:
        yield sign, tree


def names_in(tree: Part) -> list[str]:
    """The names in a formula, each as often as it stands there."""
    return [part.text for part in walk(tree) if isinstance(part, Name)]


def factor_of(term: Part, wrt: str, size: Part, problem: Problem) -> Part | None:
    """The Jacobian of a term that is a column, in numerator layout; None where none is known."""
    match term:
        case Name():
            return Call("eye", (size,))
        case Product(left=A, operator="@", right=Name()) if wrt not in names_in(A):
            return A
        case Product(left=A, operator="@", right=inner) if wrt not in names_in(A):
            factor = factor_of(inner, wrt, size, problem)
            return None if factor is None else Product(A, "@", factor)
        case Product(left=Name(), operator="@", right=x) if wrt not in names_in(x):
            return Call("kron", (Transpose(x), Call("eye", (size,))))
        case Call(function="softmax", arguments=(Name(),)):
            return Sum(Call("diag", (term,)), "-", Product(term, "@", Transpose(term)))
        case Call(function=f, arguments=(inner,)) if f"d{f}" in problem.functions:
            slope = Call("diag", (Call(f"d{f}", (inner,)),))
            factor = None if isinstance(inner, Name) else factor_of(inner, wrt, size, problem)
            return slope if isinstance(inner, Name) else factor and Product(slope, "@", factor)
    return None


# From what was found to lines.


def chain_line(found: Judged, kind: str) -> Line:
    """A chain as a line."""
    return Line(0, "", kind, not found.reasons, found.layout, tuple(found.reasons), found.note)


VERDICTS = ("right", "right by accident", "wrong values", "wrong shape", "does not conform")
"""The nearest to the truth first."""


def rank(line: Line) -> tuple[bool, int]:
    """How near to the truth a reading of a line is."""
    verdict = line.check.verdict if line.check is not None else ""
    return bool(line.verdict), -VERDICTS.index(verdict) if verdict in VERDICTS else -len(VERDICTS)


def value_line(check: Check, target: Link | None, wires: Wires, read: Layout | None = None) -> Line:
    """A formula as a line; the layout that its symbols were read in is that of the left side.

    Raises:
        LayoutError: the formula is not understood.
    """
    if check.verdict == "not understood":
        match = re.match(r"column (\d+) of the formula: (.*?)(\n.*)?\Z", check.message, re.DOTALL)
        if match is None:
            raise InputError(check.message)
        raise FormulaError(check.formula, int(match[1]) - 1, match[2])
    if check.verdict != "right":
        return Line(0, "", "value", False, check.layout, tuple(value_reasons(check)), check=check)
    if target is None or check.layout not in ("numerator", "denominator"):
        note = "Right, the same in both layouts." if check.layout == "both" else "Right."
        return Line(0, "", "value", True, check.layout, note=note, check=check)
    layout = Layout.named(check.layout)
    wanted = arrangement(target, read or (layout.other if target.turned else layout))
    if wanted is not layout:
        wrong = f"It is the transpose of {wires.spoken(target)}: that is in {wanted} layout here, "
        reason = Reason("layout", f"{wrong}the formula in {layout} layout.", "Transpose it.")
        return Line(0, "", "value", False, check.layout, (reason,), check=check)
    shape = "×".join(gradient([target], layout, wires))
    if check.face == "Jacobian":
        shape = shape_of(target, layout, wires)
    note = f"Right in {layout} layout{shape and ', '}{shape}."
    return Line(0, "", "value", True, check.layout, note=note, check=check)


def value_reasons(check: Check) -> Iterator[Reason]:
    """Why a formula is false: what its check says, slip by slip."""
    message = " ".join(check.message.split()) or " ".join(check.caveats)
    cure = ""
    if check.repairs:
        repair = check.repairs[0]
        where = f", in {repair.layout} layout" if repair.layout else ""
        cure = f"Right is {repair.formula}{where}."
    yield Reason(check.verdict, message, "" if check.slips else cure)
    for k, slip in enumerate(check.slips, start=1):
        yield Reason(slip.kind, slip.text, cure if k == len(check.slips) else "")


# Giving it back.

WIDTH, INDENT, TEXT_AT, MOST_ROWS, MOST_LABELS = 80, 3, 14, 24, 8
MARKS = {True: "true", False: "FALSE", None: "?"}
LEADING = {
    "repeated link": "Through which link does the chain go more than once?",
    "missing link": "Does each factor end with what its neighbour begins with?",
    "upside down": "Of two neighbours, which value is made from which?",
    "no link": "From which values is each of these made?",
    "order": "In which layout would these factors multiply, in this order?",
    "left side": "What does the product begin with, and what does it end with?",
    "missing path": "In how many ways does the one value reach the other?",
    "repeated path": "In how many ways does the one value reach the other?",
    "layout": "In which layout is this line, and in which is each part of it?",
    "sizes": "How many entries has each value, and which of them do the rows follow?",
    "product": "Which product joins two Jacobians?",
    "blocks": "Of what is each block the derivative, and by what?",
    **LEADING_OF_VALUES,
}
"""The questions of hint 2."""


def headline(found: Derivation, told: int) -> str:
    """The verdict, and the line that it is about."""
    verdict, first = found.verdict.upper(), found.first_false
    if told == 0:
        return verdict
    if first is not None:
        return f"{verdict}: {first.label} is the first false line"
    if found.verdict == "not understood":
        return f"{verdict}: {labels([line for line in found.lines if line.verdict is None])}"
    count = len(found.lines)
    return f"{verdict}: all {count} lines are true" if count > 1 else f"{verdict}: the line is true"


def labels(lines: Sequence[Line]) -> str:
    """Lines by their numbers."""
    each = [line.label.removeprefix("line ") for line in lines]
    if len(each) > 2 and each == [str(lines[0].number + k) for k in range(len(each))]:
        return f"lines {each[0]} to {each[-1]}"
    shown = each if len(each) <= MOST_LABELS else each[:MOST_LABELS]
    more = [f"{len(each) - len(shown)} more"] if len(shown) < len(each) else []
    return ("line " if len(each) == 1 else "lines ") + listed([*shown, *more])


def about(found: Derivation, told: int) -> list[str]:
    """What is said below the verdict: of the whole, and of the lines before the first false one."""
    first = found.first_false
    before = found.lines[: found.lines.index(first)] if first else []
    true = [line for line in before if line.verdict]
    lost = [line for line in before if line.verdict is None]
    texts = [found.title, *found.remarks]
    texts += [f"True before it: {labels(true)}."] if true else []
    texts += [f"Not understood before it: {labels(lost)}."] if lost else []
    if told == 2 and first:
        texts += [LEADING[r.kind] for r in first.reasons if r.kind in LEADING][:1]
    return [text for text in texts if text] if told else []


def told_of(found: Derivation, told: int) -> list[Line]:
    """The lines that are spoken of: all, or the one that the headline names."""
    if told == 4:
        return found.lines
    first = found.first_false
    if first is not None:
        return [first] if told == 3 else []
    return [line for line in found.lines if line.verdict is None] if told else []


def sentences(line: Line, told: int) -> list[tuple[str, str]]:
    """What is said of a line, each text with the kind of fault that it is about."""
    if line.verdict:
        return [("", line.note)]
    cures = [f" {r.cure}" if r.cure and told == 4 else "" for r in line.reasons]
    kinds = ["" if line.verdict is None else r.kind for r in line.reasons]
    return [(kind, f"{r.text}{cure}")
            for kind, r, cure in zip(kinds, line.reasons, cures, strict=True)]  # fmt: skip


def diagram(line: Line) -> str:
    """The shapes of a formula that is false; nothing if it would fill the page."""
    trace = line.check.shape_trace if line.check is not None and not line.check.right else ""
    rows = indented(trace, TEXT_AT)
    return "" if len(rows) > MOST_ROWS or max(map(len, rows), default=0) > WIDTH else trace


def to_text(found: Derivation, hint: int | None = None) -> str:
    """Plain text, 80 columns wide."""
    told = level(hint)
    rows = [headline(found, told)]
    for text in about(found, told):
        rows += wrapped(text, INDENT)
    for line in told_of(found, told):
        rows += ["", *line_as_text(line, told)]
    return "\n".join(row.rstrip() for row in rows) + "\n"


def line_as_text(line: Line, told: int) -> list[str]:
    """A line, and what there is to say of it below."""
    number = line.label.removeprefix("line ")
    head = f"{'':{INDENT}}{number:<4}{MARKS[line.verdict]}".ljust(TEXT_AT)
    first, *others = wrapped(line.shown, TEXT_AT) or [""]
    rows = [head + first.lstrip(), *others, *indented(diagram(line), TEXT_AT)]
    for kind, text in sentences(line, told):
        words, *pointer = text.split("\n")
        rows += wrapped(f"{kind.capitalize()}: {words}" if kind else words, TEXT_AT)
        rows += [" " * INDENT + row for row in pointer]
    return rows


def wrapped(text: str, column: int) -> list[str]:
    """A text in lines of 80 columns, from a column on."""
    lines = wrap(text, WIDTH - column, break_on_hyphens=False)
    return [" " * column + line for line in lines]


def to_markdown(found: Derivation, hint: int | None = None) -> str:
    """Markdown."""
    told = level(hint)
    parts = [f"**{headline(found, told)}**", *map(escaped, about(found, told))]
    for line in told_of(found, told):
        ticks = "`" * (1 + max(map(len, re.findall("`+", line.shown)), default=0))
        parts.append(f"**{line.label}, {MARKS[line.verdict].lower()}** {ticks}{line.shown}{ticks}")
        parts += [f"```text\n{diagram(line)}\n```"] if diagram(line) else []
        for kind, text in sentences(line, told):
            words, _, pointer = text.partition("\n")
            parts.append(f"- {f'*{kind}*: ' if kind else ''}{escaped(words)}")
            parts += [f"```text\n{pointer}\n```"] if pointer else []
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    return re.sub(r"([\\`*_<\[\]])", r"\\\1", text)


def to_html(found: Derivation, hint: int | None = None) -> str:
    """A fragment of HTML."""
    told = level(hint)
    parts = [f"<p><strong>{html.escape(headline(found, told))}</strong></p>"]
    parts += [f"<p>{html.escape(text)}</p>" for text in about(found, told)]
    items = []
    for line in told_of(found, told):
        inner = [f"<code>{html.escape(line.shown)}</code>"]
        inner += [f"<pre>{html.escape(diagram(line))}</pre>"] if diagram(line) else []
        for kind, text in sentences(line, told):
            words, _, pointer = text.partition("\n")
            lead = f"<em>{html.escape(kind)}</em>: " if kind else ""
            inner.append(f"<p>{lead}{html.escape(words)}</p>")
            inner += [f"<pre>{html.escape(pointer)}</pre>"] if pointer else []
        mark = f"{line.label}, {MARKS[line.verdict].lower()}"
        items.append(f"<dt>{mark}</dt><dd>{''.join(inner)}</dd>")
    parts += [f"<dl>{''.join(items)}</dl>"] if items else []
    return '<div class="derivation">\n' + "\n".join(parts) + "\n</div>\n"


def to_dict(found: Derivation, hint: int | None = None) -> dict[str, Any]:
    """Data; a hint leaves out what it holds back."""
    told, first = level(hint), found.first_false
    record: dict[str, Any] = {"verdict": found.verdict, "status": found.status}
    if told == 0:
        return record
    record["first_false"] = None if first is None else {"number": first.number, "part": first.part}
    record["about"] = about(found, told)
    record["lines"] = [line_as_data(line, told) for line in told_of(found, told)]
    return record


def line_as_data(line: Line, told: int) -> dict[str, Any]:
    """One line as data."""
    kept = ("number", "part", "text", "kind", "verdict", "layout", "note")
    reasons = [r._replace(cure=r.cure if told == 4 else "")._asdict() for r in line.reasons]
    check = line.check.to_dict(None if told == 4 else told) if line.check is not None else None
    return {name: getattr(line, name) for name in kept} | {"reasons": reasons, "check": check}
