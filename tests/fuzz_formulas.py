r"""Formulas from nobody's hand: whatever is typed is read, shaped, computed, printed, or refused.

    python -m tests.fuzz_formulas --inputs 100000 --seed 0

Inputs are token soup, nested expressions, real formulas with a few places changed, and hostile
text, in Python's notation and in LaTeX. Of each, nothing but a `LayoutError` may come out, within
the time limit, and no code may run: `Marker` is armed all the while.
"""

from __future__ import annotations

import argparse
import faulthandler
import importlib.util
import os
import re
import signal
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any, NamedTuple

import numpy as np

from layouts import LayoutError
from layouts.formula import Formula
from layouts.formulas.functions import BUILT_IN


def signs(text: str) -> list[str]:
    """What stands between the spaces."""
    return text.split()


LIMIT = 2.0
"""Seconds for one input."""
NAMES = signs(
    "W1 W2 W A B X x y a b d s c z1 delta2 δ2 σ lambda λ T I e W[l] W[l+1] a[2] n m ∂L x̂ 𝐖"
)
"""What the inputs are made of; some are no names."""
SHAPES = ("scalar", "m", "n", "m×n", "n×m", "n×n", "m×m", "1×n", "1×1", "3", "3×2", "2×3")
LETTERS = {"m": 3, "n": 2}

SEEDS = (
    "(W2.T @ d) * s",
    "((W.T @ (a - y)) * s) @ x.T",
    "x.T @ A @ x / (x.T @ x)",
    "kron(x.T, eye(m)) @ vec(A)",
    "-sum(y * log(a) + (1 - y) * log(1 - a))",
    "tr(A.T @ X @ B) + det(X) * inv(X).T",
    "norm(A @ x - b)**2 / 2",
    "diag(s) @ W2 @ diag(z1)",
    "expm(c * A) @ outer(x, b)",
    "d(L, x).T @ jac(f, x) + grad(L, x)",
    "hstack(A, b) @ ones(n, 1) - zeros(3)",
    "W[l+1].T @ delta2 * exp(-z1) / (1 + exp(-z1))**2",
    "matrix_power(A, 3) + A**-1 * commutation_matrix(m, n)",
    "y = (1, 2, 3) @ pinv(B) @ adj(A) * 1e-3",
)
LATEX_SEEDS = (
    r"W^{(2)T} \delta^{(2)} \odot \sigma'(z^{(1)})",
    r"\frac{\partial L}{\partial W_1} = \delta_1 x^{\top}",
    r"\left( A x - b \right)^T \left( A x - b \right)",
    r"\operatorname{tr}(A^{T} X B) + \det(X) X^{-\top}",
    r"\frac{x^T A x}{x^T x} \otimes I_n",
    r"\mathrm{diag}(s) W + \lVert x \rVert^2",
    r"\sqrt{s} \cdot e^{A t} \mathbf{1}_n",
    r"\underbrace{W}_{3 \times 2} \underbrace{x}_{2 \times 1} + b",
    r"(a \circ b) C \Delta_k",
)
HOSTILE = (
    "__import__('os').system('touch {marker}')",
    "open('{marker}', 'w')",
    "exec(\"open('{marker}','w')\")",
    "eval('1+1')",
    "x.__class__.__mro__[1].__subclasses__()",
    "().__class__.__bases__[0]",
    "(lambda: open('{marker}', 'w'))()",
    "[open('{marker}', 'w') for _ in (1,)]",
    "{{open('{marker}', 'w')}}",
    "(y := open('{marker}', 'w'))",
    'f\'{{open("{marker}", "w")}}\'',
    "exp.__globals__['os']",
    "getattr(x, 'T')",
    "breakpoint()",
    "print(x) or x",
    "x if open('{marker}', 'w') else x",
    "W[open('{marker}', 'w')]",
    "W[__import__('os')]",
    "tr(*open('{marker}', 'w'))",
    "tr(**{{'x': open('{marker}', 'w')}})",
    "@open('{marker}', 'w')",
    "import os; os.system('touch {marker}')",
    "x\nopen('{marker}', 'w')",
    "'{marker}'.T",
    "x.T.tofile('{marker}')",
    "x.dump('{marker}')",
    "await open('{marker}')",
    "yield x",
    r"\input{{{marker}}}",
    r"\write18{{touch {marker}}}",
    r"\immediate\openout1={marker}",
    r"\def\x{{\x\x}}\x",
    r"\newcommand{{\a}}{{\a\a}}\a",
)
DEEP = (
    *signs("- ( x+ x@ x* 2** x.T tr( f( W[ [ ~ lambda: x, { ^ _ ^{ ' ᵀ"),
    *signs("\\ 1e9 9 a. x= A@( x< kron(A,"),
    "not ", "x if x else ", r"\frac{", r"\left(", r"\sqrt", "x ", "\0", "await ", "x and ",
)  # fmt: skip
TOKENS = (
    *NAMES,
    *BUILT_IN,
    *signs("d grad jac VJP foo 0 1 2 2.5 1e9 1e999 0x1f 1_0 64 65 -1 99999"),
    *signs("+ - * @ / ** // % | ^ _ = == := ( ) [ ] { } , .T . .T.T ' \" # ᵀ ⊙ · − × ∂ ∇ ² ₂"),
    *signs("if else for in lambda None True ... 1j 'a' é 😀"),
    *(" ", "  ", "\t", "\n", "\u00a0", "\u200b", "\ud800", "\0"),
)
LATEX_TOKENS = (
    *signs(r"\ { } ^ _ ^{ _{ & ~ $ \\ \frac{ \sqrt{ \odot \otimes \cdot \circ \times \top"),
    *signs(r"\partial \nabla \delta \sigma' \mathbf{ \text{ \operatorname{ \mathrm{tr} \hat{"),
    *signs(r"\left( \right) \left \right \middle| \begin{pmatrix} \end{pmatrix} \underbrace{"),
    *signs(r"\rVert \| ^T ^{-1} ^{(2)} \, \; \sum \prod_{i} \exp \log \det \unknown ' ! \" %"),
    r"\lVert ",
)
HAS_LATEX = importlib.util.find_spec("layouts.formulas.latex") is not None


class TooSlow(BaseException):
    """An input took more than its time; no `except Exception` may swallow it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stop what takes longer, where there are signals; elsewhere it is noticed afterwards."""

    def stop(*_: object) -> None:
        raise TooSlow

    if hasattr(signal, "setitimer"):
        before = signal.signal(signal.SIGPROF, stop)
        signal.setitimer(signal.ITIMER_PROF, seconds)
    start = process_time()
    try:
        yield
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)
    if process_time() - start > seconds:
        raise TooSlow


class Marker:
    """What code in an input would leave behind: a file, or a call that the interpreter audits."""

    EVENTS = tuple(signs("exec open os. subprocess. shutil. socket. ctypes. pty. builtins."))

    def __init__(self) -> None:
        self.path = Path(tempfile.gettempdir()) / f"formula_marker_{os.getpid()}"
        self.armed = False
        self.seen: list[str] = []
        self.path.unlink(missing_ok=True)
        sys.addaudithook(self.audit)

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note what happens while an input is worked on; reading a module's own file is no harm."""
        if self.armed and event.startswith(self.EVENTS):
            self.seen.append(f"{event} {arguments!r:.80}")

    @contextmanager
    def watching(self) -> Iterator[None]:
        self.armed = True
        try:
            yield
        finally:
            self.armed = False

    def tripped(self) -> str:
        """What happened that should not have; the marker is reset."""
        seen, self.seen = self.seen, []
        if self.path.exists():
            self.path.unlink()
            seen.append(f"{self.path} was made")
        return "; ".join(seen)


class Failure(NamedTuple):
    """An input and what it did."""

    text: str
    notation: str
    what: str


def soup(random: Random, tokens: tuple[str, ...]) -> str:
    """Tokens in any order."""
    return random.choice(("", " ")).join(random.choices(tokens, k=random.randint(1, 24)))


def expression(random: Random, depth: int) -> str:
    """A formula that Python's grammar allows."""
    if depth == 0 or random.random() < 0.15:
        return random.choice((*NAMES[:16], *signs("1 2.5 eye(n) eye(m) ones(m) zeros(m,n) (1,2)")))
    inner = [expression(random, depth - 1) for _ in range(2)]
    left, right = inner
    name = random.choice(list(BUILT_IN))
    return random.choice((
        f"{left} @ {right}", f"{left} * {right}", f"{left} + {right}", f"({left} - {right})",
        f"({left}) / ({right})", f"({left}).T", f"-{left}", f"({left})**{random.randint(-3, 70)}",
        f"{name}({left})", f"{name}({', '.join(inner)})", f"({left}) @ ({right})",
    ))  # fmt: skip


def mutated(random: Random, text: str, tokens: tuple[str, ...]) -> str:
    """A text with a few places changed."""
    for _ in range(random.randint(1, 4)):
        i, j = sorted(random.choices(range(len(text) + 1), k=2))
        text = random.choice((
            text[:i] + random.choice(tokens) + text[i:],
            text[:i] + text[min(len(text), i + random.randint(1, 4)) :],
            text[:i] + text[i:j] * 2 + text[j:],
            text[:i] + text[i:j][::-1] + text[j:],
            text[:i] + random.choice(tokens) + text[min(len(text), i + 1) :],
        ))  # fmt: skip
    return text


def reworded(random: Random, text: str) -> str:
    """A text with other names, functions and numbers in a few places."""
    words = re.split(r"(?<!\\)\b(\w+)\b", text)
    for _ in range(random.randint(1, 3)):
        place = random.randrange(1, len(words), 2)
        words[place] = random.choice((*NAMES, *BUILT_IN, "2", "0.5"))
    return "".join(words)


def deep(random: Random) -> str:
    """One or two pieces over and over."""
    pieces = random.choices(DEEP, k=random.randint(1, 2))
    count = int(10 ** random.uniform(0.5, 3.7)) // sum(map(len, pieces)) + 1
    middle = random.choice(("", "x", ")" * count, "x" + ")" * count, "x" + "}" * count))
    return "".join(pieces) * count + middle


def generated(random: Random, marker: str = "marker") -> tuple[str, str]:
    """An input and its notation."""
    latex = HAS_LATEX and random.random() < 0.4
    tokens = (*TOKENS, *LATEX_TOKENS) if latex else TOKENS
    seed = random.choice((*LATEX_SEEDS, *SEEDS) if latex else SEEDS)
    hostile = random.choice(HOSTILE).format(marker=marker)
    kinds = {"mutated": 30, "reworded": 15, "soup": 15, "expression": 30, "hostile": 6, "deep": 4}
    kind = random.choices(list(kinds), list(kinds.values()))[0]
    text = {
        "mutated": lambda: mutated(random, seed, tokens),
        "reworded": lambda: reworded(random, seed),
        "soup": lambda: soup(random, tokens),
        "expression": lambda: expression(random, random.randint(1, 4)),
        "hostile": lambda: hostile if random.random() < 0.5 else mutated(random, hostile, tokens),
        "deep": lambda: deep(random),
    }[kind]()
    return text, "latex" if latex else "python"


def refused_or(work: Callable[[], Any]) -> Any:
    """What the work yields; None if a LayoutError comes out of it."""
    try:
        return work()
    except LayoutError as problem:
        str(problem)
        return None


def worked_on(text: str, notation: str, random: Random) -> str:
    """Read, shape, compute and print the formula; how far it came."""
    f = refused_or(lambda: Formula.parse(text, notation, names=NAMES[:12]))
    if f is None:
        return "refused"
    repr(f), str(f), f.to_python(), f.to_text(), f.to_latex(), f.claims, f.analytic
    pool = random.choice((SHAPES, ("m×m",), ("m", "m×m"), ("scalar", "n", "1×n", "n×n")))
    shapes = {name: random.choice(pool) for name in f.names if name not in LETTERS}
    layout = random.choice(("numerator", "denominator"))
    if refused_or(lambda: f.reading(shapes, layout=layout)) is None:
        return "read"
    for style in ("python", "text", "latex"):
        f.with_shapes(shapes, style, layout=layout)
    return computed(f, shapes)


def size_of_word(word: str) -> int:
    return LETTERS.get(word) or int(word) if word != "scalar" else 1


def computed(f: Formula, shapes: dict[str, str]) -> str:
    """Evaluate the formula, by its own rules and by NumPy's, and differentiate it."""
    sizes = {shape: tuple(map(size_of_word, shape.split("×"))) for shape in SHAPES} | {"scalar": ()}
    generator = np.random.default_rng(0)
    values = {name: generator.standard_normal(sizes[shape]) for name, shape in shapes.items()}
    refused_or(lambda: f.as_numpy(values, sizes=LETTERS))
    value = refused_or(lambda: f(values, sizes=LETTERS))
    if value is None:
        return "shaped"
    assert np.isrealobj(value), "a value is complex"
    assert value.ndim == 2, "a value has no rows and columns"
    names = [name for name in values if name in f.names]
    if names and value.size < 100:
        refused_or(lambda: f.derivative(values, names[0], sizes=LETTERS))
    return "computed"


def checked(text: str, notation: str, random: Random, marker: Marker) -> tuple[str, Failure | None]:
    """How far one input came, and how it failed if it did.

    What takes too long gets a second chance: the machine may have been busy with something else.
    """
    how, what, state = "failed", "", random.getstate()
    try:
        with marker.watching(), warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                with time_limit(LIMIT):
                    how = worked_on(text, notation, random)
            except TooSlow:
                random.setstate(state)
                with time_limit(2 * LIMIT):
                    how = worked_on(text, notation, random)
    except TooSlow:
        what = f"took more than {LIMIT} s, and again more than {2 * LIMIT} s"
    except Exception as problem:  # anything but a LayoutError is what is looked for
        what = f"{type(problem).__name__}: {problem!s:.200}"
    what = "; ".join(filter(None, (what, marker.tripped())))
    return how, Failure(text, notation, what) if what else None


def warmed() -> None:
    """Import whatever is imported only when used: afterwards no file need be opened."""
    X = np.eye(2) + 0.5
    for name in ("expm", "logm", "sinm", "cosm"):
        Formula.parse(f"{name}(X)").jacobian({"X": X}, "X")
    refused_or(lambda: Formula.parse("foo(x)"))
    refused_or(lambda: Formula.parse("(" * 300))
    if HAS_LATEX:
        for seed in LATEX_SEEDS:
            refused_or(lambda seed=seed: Formula.parse(seed, "latex"))


def run(
    inputs: int, seed: int, marker: Marker, most: int = 20, *, watchdog: bool = False
) -> tuple[Counter, list[Failure]]:
    """So many inputs, and the failures among them.

    The watchdog ends the process where compiled code does not come back, which no signal can.
    """
    counts, failures = Counter[str](), []
    warmed()
    for number in range(inputs):
        if watchdog:
            faulthandler.dump_traceback_later(60, exit=True, file=sys.__stderr__)
        random = Random(f"{seed} {number}")  # each input is its own, whatever came before
        text, notation = generated(random, str(marker.path))
        how, failure = checked(text, notation, random, marker)
        counts[how] += 1
        if failure:
            failures.append(failure)
            if len(failures) >= most:
                break
    return counts, failures


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Formulas from nobody's hand: none may do harm.")
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    start = perf_counter()
    counts, failures = run(options.inputs, options.seed, Marker(), watchdog=True)
    faulthandler.cancel_dump_traceback_later()
    for text, notation, what in failures:
        print(f"{notation} {text[:300]!r}\n    {what}")
    done = ", ".join(f"{count:,} {how}" for how, count in sorted(counts.items()))
    print(f"{sum(counts.values()):,} inputs in {perf_counter() - start:.0f} s: {done}; "
          f"{len(failures)} failures.")  # fmt: skip
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
