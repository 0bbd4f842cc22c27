"""The factors that a repair may bring in: the problem's own names, slopes, and what they make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from layouts.formulas.tree import Call, Name, Part, Product, Sum, Transpose, walk
from layouts.sizes import Shape

from .evaluation import Evaluator
from .problem import Problem

__all__ = ["Word", "stem", "words_for"]


class Word(NamedTuple):
    """A factor, and its shape at the setting where repairs are looked for."""

    tree: Part
    shape: Shape


def words_for(problem: Problem, evaluate: Evaluator, written: Part) -> list[Word]:
    """Every factor, each also transposed.

    Names that are derivatives themselves only where the formula as it was written has them, or
    others of their kind, delta1 for delta2: else the answer could be one of them.
    """
    used = {part.text for part in walk(written) if isinstance(part, Name)}
    kinds = {stem(name) for name in used & {*problem.gradients}}
    used |= {name for name, (_, value) in problem.gradients.items()
             if stem(name) in kinds and value != problem.wrt}  # fmt: skip
    found: dict[str, Word] = {}
    for tree in _factors(problem, used):
        value = evaluate(tree)
        if value is None:
            continue
        for each, shape in ((tree, value.shape), (Transpose(tree), value.shape[::-1])):
            if shape != (1, 1) or each is tree:
                found.setdefault(_key(each), Word(each, shape))
    return list(found.values())


def stem(name: str) -> str:
    """A name without its number: delta, g_a."""
    return name.rstrip("0123456789")


def _key(tree: Part) -> str:
    from layouts.formulas.printing import printed

    return printed(tree)


def _factors(problem: Problem, used: set[str]) -> Iterator[Part]:
    for name in problem.names:
        if name in used or name not in problem.gradients:
            yield Name(name)
    texts = {**problem.let, "": problem.of}
    for name, text in texts.items():
        for part in walk(problem.formula(text).tree):
            yield from _slopes(problem, part, name if text == _key(part) else "")


def _slopes(problem: Problem, part: Part, name: str) -> Iterator[Part]:
    """σ'(z) where σ(z) occurs; of a softmax the matrix that its Jacobian is."""
    if isinstance(part, Sum):
        yield part
    if not isinstance(part, Call):
        return
    slope = f"d{part.function}"
    if slope in problem.functions:
        yield Call(slope, part.arguments)
    if part.function == "softmax":
        p: Any = Name(name) if name else part
        yield Sum(Call("diag", (p,)), "-", Product(p, "@", Transpose(p)))
    if part.function in ("inv", "det", "norm", "exp", "softmax"):
        yield part
