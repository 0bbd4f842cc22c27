"""Why each transpose, each ⊙ and each outer product is there, read off the factors' structures."""

from __future__ import annotations

from collections.abc import Callable

from layouts.sizes import by

from ..layers import Custom, Linear, Loss, MatrixProduct, Transpose
from ..layers.base import written
from ..operators import (
    BlockDiagonal,
    Diagonal,
    DiagonalBlocks,
    DiagonalMinusOuter,
    Identity,
)
from ..typography import grouped
from .facts import Derivative, Factor, weight_of
from .sweep_in_words import collapsed, cotangent

__all__ = ["reasons_for", "to_train"]


def reasons_for(derivative: Derivative) -> list[tuple[str, str]]:
    """Questions and answers, one for each structure on the path."""
    found: dict[str, tuple[str, str]] = {}
    factors = [f for f in derivative.factors if not isinstance(f.link.step.layer, Loss)]
    for factor in factors:
        kind, answer = _reason_for(factor)
        if kind and kind not in found:
            found[kind] = answer(derivative, factor)
    return _few_of_a_kind([(kind, found[kind]) for kind in sorted(found, key=_rank)])


MOST_OF_A_KIND = 2


def _few_of_a_kind(reasons: list[tuple[str, tuple[str, str]]]) -> list[tuple[str, str]]:
    """The first two of each kind; the others are as those."""
    kept: dict[str, list[tuple[str, str]]] = {}
    for kind, reason in reasons:
        kept.setdefault(kind.split(" ∂")[0], []).append(reason)
    answers = []
    for same in kept.values():
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


def _rank(kind: str) -> int:
    """Transposes first, the last link's reason last."""
    order = (
        "weights",
        "diagonal",
        "mixing",
        "coupling",
        "factor",
        "transpose",
        "identity",
        "code",
        "outer product",
        "bias",
    )
    return order.index(kind.split(" ∂")[0])


Answer = Callable[[Derivative, Factor], tuple[str, str]]


def _reason_for(factor: Factor) -> tuple[str, Answer]:
    operator = factor.operator
    if weight_of(factor.link) is not None:
        return "weights", _transpose
    if isinstance(factor.link.step.layer, MatrixProduct):
        return f"factor {factor.name}", _of_two_factors
    if isinstance(factor.link.step.layer, Linear) and factor.link.position == 1:
        return f"outer product ∂{factor.link.above}", _outer_product
    if isinstance(factor.link.step.layer, Linear) and factor.link.position == 2:
        return f"bias ∂{factor.link.above}", _bias
    if isinstance(operator, Diagonal):
        return "diagonal", _diagonal
    if isinstance(operator, Identity):
        return "identity", _identity
    if is_mixing(factor):
        return "mixing", _mixing
    if isinstance(operator, DiagonalBlocks):
        return "coupling", _coupling
    if isinstance(factor.link.step.layer, Transpose):
        return "transpose", _turned_back
    if isinstance(factor.link.step.layer, Custom):
        return f"code {factor.name}", _full
    return "", _full


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
