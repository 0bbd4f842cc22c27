"""Why each transpose, each ⊙ and each outer product is there, read off the factors' structures."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from layouts.sizes import by

from ..layers import Custom, Layer, Linear, Loss, MatrixProduct, Transpose
from ..layers.base import written
from ..operators import (
    BlockDiagonal,
    Diagonal,
    DiagonalBlocks,
    DiagonalMinusOuter,
    Identity,
    Operator,
)
from ..typography import grouped
from .facts import Derivative, Factor, weight_of
from .sweep_in_words import collapsed, cotangent

__all__ = ["reasons_for", "to_train"]


def reasons_for(derivative: Derivative) -> list[tuple[str, str]]:
    """Questions and answers: of each kind the first two, the others are as those."""
    told: dict[tuple[int, str], tuple[str, str]] = {}
    for factor in derivative.factors:
        rank = next((k for k, reason in enumerate(REASONS) if reason.applies(factor)), None)
        if rank is None or isinstance(factor.link.step.layer, Loss):
            continue
        key = rank, REASONS[rank].once_for(factor)
        if key not in told:
            told[key] = REASONS[rank].answer(derivative, factor)
    answers = []
    for rank in PRINTED:
        same = [answer for (k, _), answer in told.items() if k == rank]
        answers += same[:MOST_OF_A_KIND]
        if len(same) > MOST_OF_A_KIND:
            left = len(same) - MOST_OF_A_KIND
            answers.append(("…", f"{left} more of this kind, for the same reason."))
    return answers


def is_mixing(factor: Factor) -> bool:
    """Whether every output depends on every input of its sample, as softmax's do."""
    operator = factor.operator
    block = operator.blocks[0] if isinstance(operator, BlockDiagonal) else operator
    return isinstance(block, DiagonalMinusOuter)


def _transpose(derivative: Derivative, factor: Factor) -> tuple[str, str]:
    W, above = weight_of(factor.link), factor.link.above
    d = cotangent(derivative, above)
    if derivative.samples != 1:
        return (
            f"Why `{W}ᵀ`?",
            f"Each sample's row `{d}[:, k]ᵀ {W}` is right as it stands; kept as a column it is "
            f"`{W}ᵀ {d}[:, k]`, and all columns at once are `{W}ᵀ {d}`: `I ⊗ {W}` has `{W}` once "
            "for each sample, and zeros between the samples.",
        )
    return (
        f"Why `{W}ᵀ`?",
        f"The row `{d}ᵀ {W}` is right as it stands; the cotangent is kept as a column, and "
        f"`({d}ᵀ {W})ᵀ = {W}ᵀ {d}`. Nothing was turned to make sizes fit.",
    )


def _diagonal(derivative: Derivative, factor: Factor) -> tuple[str, str]:
    a, z = factor.link.above, factor.link.below
    inside, below = (_index(derivative, value) for value in (a, z))
    fixed = "" if len(factor.link.step.inputs) == 1 else ", the rest held fixed"
    return (
        "Why `⊙`?",
        f"`{a}{inside}` depends on `{z}{below}` alone{fixed}, so `{factor.name}` is diagonal, and "
        "a diagonal matrix times a vector is their product entry by entry."
        + (
            ""
            if any(map(is_mixing, derivative.factors))
            else " (Softmax mixes its entries: there the `⊙` would be wrong.)"
        ),
    )


def _index(derivative: Derivative, value: str) -> str:
    """One entry of a value: a place in the sample, k for the sample where there are several."""
    own = "ij"[: len(derivative.shape_of(value))]
    if value in derivative.network.of_samples and derivative.samples != 1:
        own = "ij"[: len(own) - 1] + "k"
    return f"[{', '.join(own)}]" if own else ""


def _identity(derivative: Derivative, factor: Factor) -> tuple[str, str]:
    a, z = factor.link.above, factor.link.below
    alone = len(factor.link.step.inputs) == 1
    itself = "itself" if alone else "plus what this link holds fixed"
    return ("Why no factor?", f"`{a}` is `{z}` {itself}, so `{factor.name}` is the identity.")


def _mixing(derivative: Derivative, factor: Factor) -> tuple[str, str]:
    a, z = factor.link.above, factor.link.below
    return (
        "Why no `⊙`?",
        f"Every entry of `{a}` depends on every entry of `{z}`"
        + ("" if derivative.samples == 1 else " of the same sample")
        + f", so `{factor.name}` is not diagonal, it is `{factor.operator.text}`. Its diagonal "
        "alone, written as `⊙`, has the right shape and is wrong.",
    )


def _of_two_factors(derivative: Derivative, factor: Factor) -> tuple[str, str]:
    Z, (A, B) = factor.link.above, factor.link.step.inputs
    if factor.link.position == 0:
        return (
            f"Why `{B}ᵀ`, on the right?",
            f"With `{B}` held fixed `d{Z} = d{A} {B}`, so a cotangent `G` of `{Z}` is pulled back "
            f"to `G {B}ᵀ`: the factor stays on its side.",
        )
    return (
        f"Why `{A}ᵀ`, on the left?",
        f"With `{A}` held fixed `d{Z} = {A} d{B}`, so a cotangent `G` of `{Z}` is pulled back to "
        f"`{A}ᵀ G`: the factor stays on its side.",
    )


def _coupling(derivative: Derivative, factor: Factor) -> tuple[str, str]:
    a, z = factor.link.above, factor.link.below
    return (
        "Why means over samples?",
        f"`{a}[i, k]` depends on `{z}[i, l]` of every sample `l`, by the mean and the spread: each "
        "sample's cotangent reaches all samples. Without those terms the formula has the right "
        "shape and is wrong.",
    )


def _turned_back(derivative: Derivative, factor: Factor) -> tuple[str, str]:
    V, W = factor.link.above, factor.link.below
    if derivative.entry is not None:
        i, j = (k + 1 for k in derivative.entry)
        return (
            f"Why `{V}[{j},{i}]`?",
            f"`{V}` is `{W}ᵀ`: the entry `{W}[{i},{j}]` stands there in place `[{j},{i}]`.",
        )
    return (
        "Why turned back?",
        f"`{V}` is `{W}ᵀ`: what reaches `{V}` has its shape and is transposed on its way to `{W}`. "
        f"`{factor.name}` is the commutation matrix, which does that to a vec.",
    )


def _full(derivative: Derivative, factor: Factor) -> tuple[str, str]:
    operator = factor.operator
    if isinstance(operator, BlockDiagonal):
        block = by(operator.blocks[0].shape)
        return (
            f"Why `({factor.name})ᵀ`?",
            f"One `{block}` block for each sample, zeros between the samples; nothing more is "
            "known of a block, so it stays a matrix: no collapse.",
        )
    return (
        f"Why `({factor.name})ᵀ`?",
        f"Nothing is known of `{factor.name}` but its {by(factor.operator.shape)} entries, so the "
        "matrix stays: no collapse.",
    )


def _outer_product(derivative: Derivative, factor: Factor) -> tuple[str, str]:
    z, (a, W) = factor.link.above, factor.link.step.inputs[:2]
    d = cotangent(derivative, z)
    full = factor.operator.full
    rows = derivative.unknowns[z].shape[0]
    if derivative.entry is not None and derivative.wrt == W:
        i, j = (k + 1 for k in derivative.entry)
        return (
            f"Why `{a}[{j}]`?",
            f"`{W}[{i},{j}]` enters `{z}[{i}]` alone, with the factor `{a}[{j}]`: the column has "
            "zeros everywhere else.",
        )
    if derivative.samples == 1:
        return (
            f"Why `{a}ᵀ`?",
            f"`∂{z}[k]/∂{W}[i,j]` is `{a}[j]` if `k = i`, else 0: of the `{full}` numbers the "
            f"nonzero ones are `{a}`, {_times(rows)}. So {_the_entry(derivative)} `{d}[i] {a}[j]`.",
        )
    return (
        f"Why `{a}ᵀ`?",
        f"`∂{z}[l,k]/∂{W}[i,j]` is `{a}[j,k]` if `l = i`, else 0. So {_the_entry(derivative)} the "
        f"sum over samples k of `{d}[i,k] {a}[j,k]`: the matrix product `{d} {a}ᵀ` adds one outer "
        "product for each sample.",
    )


def _the_entry(derivative: Derivative) -> str:
    """Of several paths each brings a term."""
    return "the entry `[i,j]` is" if not derivative.branches else "its term of entry `[i,j]` is"


def _bias(derivative: Derivative, factor: Factor) -> tuple[str, str]:
    z, b = factor.link.above, factor.link.step.inputs[2]
    d = cotangent(derivative, z)
    if derivative.entry is not None:
        i = derivative.entry[0] + 1
        return (f"Why `{d}[{i}]`?", f"`{b}[{i}]` is added to `{z}[{i}]` alone.")
    if derivative.samples == 1:
        return (f"Why `{d}` itself?", f"`{b}` is added to `{z}`: `{factor.name}` is the identity.")
    return (
        f"Why `{d} 1`?",
        f"`{b}` is added to every sample's column, so its gradient adds the columns of `{d}` up: "
        "times the column of ones.",
    )


def _times(count: object) -> str:
    words = {1: "once", 2: "twice", 3: "three times", 4: "four times"}
    return words.get(count, f"`{count}` times") if isinstance(count, int) else f"`{count}` times"


def to_train(derivative: Derivative) -> list[tuple[str, str]]:
    """The step along the gradient, and the shape that it needs."""
    if not (derivative.loss and derivative.wrt in derivative.network.parameters):
        return []
    if derivative.entry is not None:
        return []
    wrt, text = derivative.wrt, grouped(collapsed(derivative))
    own = written(derivative.shape_of(wrt))
    return [(
        "To train",
        f"`{wrt} ← {wrt} - η {text}` needs the shape of `{wrt}` itself, `{own}`. "
        "(`η`: step length.)",
    )]  # fmt: skip


class Reason(NamedTuple):
    """A question that a kind of link raises."""

    applies: Callable[[Factor], bool]
    once_for: Callable[[Factor], str]
    """What it is told once for: the whole report, a value above, a link."""
    answer: Callable[[Derivative, Factor], tuple[str, str]]


def _by(layer: type[Layer], position: int | None = None) -> Callable[[Factor], bool]:
    """Whether the link is one of that layer, by that argument."""

    def applies(factor: Factor) -> bool:
        link = factor.link
        return isinstance(link.step.layer, layer) and position in (None, link.position)

    return applies


def _is(structure: type[Operator]) -> Callable[[Factor], bool]:
    """Whether the link's matrix has that structure."""
    return lambda factor: isinstance(factor.operator, structure)


def _report(factor: Factor) -> str:
    return ""


def _above(factor: Factor) -> str:
    return factor.link.above


def _link(factor: Factor) -> str:
    return factor.name


# fmt: off
REASONS = [
    #      the link                told once for  why
    Reason(_by(Linear, 0),         _report,       _transpose),
    Reason(_by(MatrixProduct),     _link,         _of_two_factors),
    Reason(_by(Linear, 1),         _above,        _outer_product),
    Reason(_by(Linear, 2),         _above,        _bias),
    Reason(_by(Transpose),         _report,       _turned_back),
    Reason(_is(Diagonal),          _report,       _diagonal),
    Reason(_is(Identity),          _report,       _identity),
    Reason(is_mixing,              _report,       _mixing),
    Reason(_is(DiagonalBlocks),    _report,       _coupling),
    Reason(_by(Custom),            _link,         _full),
]
PRINTED = [0, 5, 7, 8, 1, 4, 6, 9, 2, 3]
"""Transposes first, the last link's reason last."""
MOST_OF_A_KIND = 2
# fmt: on
