"""Why each transpose stands elsewhere in rows than in columns, and why ⊙ does not move."""

from __future__ import annotations

import re

from ..layers import Linear, Loss
from ..layers.folded_linear import FoldedLinear
from ..operators import Diagonal
from ..typography import grouped, transposed_product
from .facts import Derivative, Factor
from .in_rows import InRows
from .reasons import is_mixing
from .sweep_in_words import collapsed, cotangent
from .vjp_texts import pulled_back

__all__ = ["row_reasons"]


def row_reasons(derivative: Derivative, rows: InRows) -> list[tuple[str, str]]:
    """Questions and answers, one for each structure on the way; then the step of training."""
    found: dict[str, tuple[str, str]] = {}
    for factor in derivative.factors:
        kind, question, answer = _reason(derivative, factor, rows)
        if kind:
            found.setdefault(kind, (question, answer))
    order = ("weights", "diagonal", "mixing", "matrix", "bias")
    return [found[kind] for kind in order if kind in found] + _to_train(derivative, rows)


def _reason(derivative: Derivative, factor: Factor, rows: InRows) -> tuple[str, str, str]:
    layer, position = factor.link.step.layer, factor.link.position
    if isinstance(layer, Loss):
        return "", "", ""
    if isinstance(layer, Linear):
        answers = (("weights", _weights), ("matrix", _matrix), ("bias", _bias))
        kind, answer = answers[position]
        return kind, *answer(derivative, factor, rows)
    if isinstance(factor.operator, Diagonal):
        return "diagonal", *_diagonal(factor)
    return ("mixing", *_mixing(derivative, factor, rows)) if is_mixing(factor) else ("", "", "")


def _weights(derivative: Derivative, factor: Factor, rows: InRows) -> tuple[str, str]:
    link = factor.link
    W, d = link.step.inputs[1].replace("Θ", "W"), cotangent(derivative, link.above)
    column, row = f"{W}ᵀ {d}", rows.value(f"{W}ᵀ {d}")
    turned = f"The column form is `{column}`, and `({column})ᵀ = {d}ᵀ {W}`: the order turns round."
    if not rows.turns(link.step.inputs[1]):
        return (f"Why no `ᵀ` on `{W}`?", f"{turned} `{d}ᵀ` there is `{d}` here, and `{W}` is "
                f"stored alike: `{row}`, without any transpose.")  # fmt: skip
    ones = ""
    if isinstance(link.step.layer, FoldedLinear):
        ones = (f" `{W}` is `{link.step.inputs[1]}` without its first row: the ones are no input, "
                "and nothing flows back to them.")  # fmt: skip
    return (f"Why `{W}ᵀ`, and behind?", f"{turned} `{d}ᵀ` and `{W}` there are `{d}` and `{W}ᵀ` "
            f"here: `{row}`.{ones}")  # fmt: skip


def _matrix(derivative: Derivative, factor: Factor, rows: InRows) -> tuple[str, str]:
    z, W = factor.link.above, derivative.wrt
    column = str(factor.operator.pulled_back(cotangent(derivative, z)))
    row, front = rows.gradient(W, column), rows.gradient(W, column).split("ᵀ")[0]
    added = (f" The inner size is the number of samples, `{derivative.samples}`: one outer product "
             "for each, added up." * (derivative.samples != 1))  # fmt: skip
    if not rows.turns(W):
        return (f"Why `{front}ᵀ` in front?", f"`{W}` is stored as in columns, so `{column}` is not "
                f"turned: only its names are, `{row}`.{added}")  # fmt: skip
    turned = f"`({column})ᵀ = {transposed_product(column)}`"
    return (f"Why `{front}ᵀ` in front?", f"The column form is `{column}`, and {turned}: in row "
            f"names `{row}`, shaped as `{W}`.{added}")  # fmt: skip


def _bias(derivative: Derivative, factor: Factor, rows: InRows) -> tuple[str, str]:
    z, b = factor.link.above, derivative.wrt
    d = cotangent(derivative, z)
    if derivative.samples == 1:
        return f"Why `{d}` itself?", f"`{b}`, a row here, is added to the one row `{z}`."
    return (f"Why `1ᵀ {d}`?", f"`{b}` is added to every row, so its gradient adds the rows of "
            f"`{d}` up: `({d} 1)ᵀ = 1ᵀ {d}ᵀ` in columns, in row names `1ᵀ {d}`.")  # fmt: skip


def _diagonal(factor: Factor) -> tuple[str, str]:
    a, z = factor.link.above, factor.link.below
    return (
        "Why is `⊙` as it was?",
        f"`(A ⊙ B)ᵀ = Aᵀ ⊙ Bᵀ`: `{a}[k,i]` depends on `{z}[k,i]` alone, wherever it stands.",
    )


def _mixing(derivative: Derivative, factor: Factor, rows: InRows) -> tuple[str, str]:
    a, z = factor.link.above, factor.link.below
    return (
        "Why no `⊙` alone?",
        f"Every entry of `{a}` depends on every entry of the same row of `{z}`: `{factor.name}` is "
        f"`{rows.matrix(factor.operator.text)}`, not diagonal."
        + _where_ones_stand(derivative, factor),
    )


def _where_ones_stand(derivative: Derivative, factor: Factor) -> str:
    """What became of the row of ones, where the vjp in columns has one."""
    above, below = derivative.shapes[factor.link.above], derivative.shapes[factor.link.below]
    column = pulled_back(factor.operator, "g", above, below) or ""
    if not re.search(r"(?<!\w)1ᵀ", column):
        return ""
    return (" What adds over a sample's entries stood in front in columns, `1ᵀ`; here it stands "
            "behind, `1`.")  # fmt: skip


def _to_train(derivative: Derivative, rows: InRows) -> list[tuple[str, str]]:
    """The step along the gradient, in the shape in which the parameter is stored."""
    wrt = derivative.wrt
    if not (derivative.loss and wrt in derivative.network.parameters):
        return []
    text = grouped(rows.gradient(wrt, collapsed(derivative)))
    return [("To train", f"`{wrt} ← {wrt} - η {text}` needs the shape of `{wrt}` itself. "
             "(`η`: step length.)")]  # fmt: skip
