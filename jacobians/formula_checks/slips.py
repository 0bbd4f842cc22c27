"""What was wrong, in words: one sentence or two for each change that a repair makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from layouts.formulas.printing import printed
from layouts.formulas.tree import Call, Name, Number, Part, Product, Sum, Transpose, parts_of, walk

from .edits import Edit
from .surgery import turned
from .wording import Words

__all__ = ["Slip", "slips_of"]


class Slip(NamedTuple):
    """One thing that was wrong: its kind, and what is right instead and why."""

    kind: str
    text: str


def slips_of(edits: tuple[Edit, ...], words: Words) -> list[Slip]:
    """The slips that these changes mend, those that are about the same thing once."""
    found: list[Slip] = []
    for edit in without_doubles(edits):
        slip = next((slip for rule in RULES if (slip := rule(edit, words))), None)
        slip = slip or Slip(edit.kind, PLAIN[edit.kind](edit, words))
        if slip not in found:
            found.append(slip)
    return found


def without_doubles(edits: tuple[Edit, ...]) -> Iterator[Edit]:
    """The changes, less a ⊙ that only a new factor beside it makes one: they are one slip."""
    new = {printed(edit.before) for edit in edits if edit.kind in ("factor", "point")}
    for edit in edits:
        beside = edit.kind == "operator" and isinstance(edit.before, Product)
        if not (beside and any(printed(side) in new or printed(turned(side)) in new
                               for side in parts_of(edit.before))):  # fmt: skip
            yield edit


def of_diagonal(edit: Edit, words: Words) -> Slip | None:
    """A Jacobian that is diagonal was taken for its diagonal, or a ⊙ for a matrix product."""
    if edit.kind not in ("operator", "diag"):
        return None
    sides = (edit.before, *(_factors(edit.before)))
    link = next((found for side in sides if (found := words.link(side))), None)
    if link is None:
        return None
    name, a, z = link
    slope = next(side for side in sides if words.link(side))
    while isinstance(slope, Transpose):
        slope = slope.part
    matrix = f"{name} is diagonal, since {a}[i] depends on {z}[i] alone: diag({words.math(slope)})."
    if edit.kind == "diag":
        return Slip("diagonal", f"{matrix} You wrote its diagonal, the vector {words.math(slope)}.")
    if isinstance(edit.after, Product) and edit.after.operator == "*":
        return Slip("diagonal", f"{matrix} Multiplying a vector by it is ⊙, written *; you "
                                "multiplied "
                    "by the vector of its diagonal as if it were the matrix.")  # fmt: skip
    return Slip("operator", f"{matrix} Here it is not one factor of a Hadamard product.")


def of_order(edit: Edit, words: Words) -> Slip | None:
    """A column that stands where numerator layout has a row."""
    before, after = edit.before, edit.after
    if edit.kind != "order" or not (isinstance(before, Product) and isinstance(after, Product)):
        return None
    left, right = before.left, before.right
    passed = words.code(after.left) == words.code(turned(right)) and words.code(
        after.right
    ) == words.code(left)
    if not (passed and words.is_column(left)):
        return None
    l, r = words.called(left), words.math(right)
    l, r = (f"({t})" if " " in t else t for t in (l, r))
    sizes = f", {words.size(after.left)} · {words.size(left)}" if words.size(after.left) else ""
    return Slip("order", f"The later layer on the left is numerator layout's order, and there "
                         f"{l} is "
                f"a row. Yours is a column, so {words.math(right)} has to pass to its left, and "
                f"turns: ({l}ᵀ {r})ᵀ = {words.math(after.left)} {l}{sizes}.")  # fmt: skip


def of_layout(edit: Edit, words: Words) -> Slip | None:
    """A gradient as a column in numerator layout's order."""
    before = edit.before
    if edit.kind != "transpose" or not words.is_column(before):
        return None
    if isinstance(before, Name) and before.text in words.problem.gradients:
        of, wrt = words.problem.gradients[before.text]
        name = words.math(before)
        return Slip("layout", f"In numerator layout ∂{of}/∂{words.spell(wrt)} is a row, "
                              f"{name}ᵀ. You "
                    f"wrote {name}, the column, which is denominator layout.")  # fmt: skip
    return Slip("layout", f"{words.math(before)} is a column, {words.size(before)}; where it "
                          "stands "
                f"a row is wanted, {words.size(turned(before))}.")  # fmt: skip


def of_index(edit: Edit, words: Words) -> Slip | None:
    """Another layer's weights, another layer's value."""
    if edit.kind != "index":
        return None
    after, plain = words.code(edit.after), edit.after
    plain = plain.part if isinstance(plain, Transpose) else plain
    for name, text in words.problem.let.items():
        if printed(plain) in text.replace("(", " ").replace(")", " ").split():
            made = f"{words.spell(name)} = {words.spell(text)}"
            return Slip("index", f"{made}, so what goes back through it is {after}, not "
                        f"{words.code(edit.before)}.")  # fmt: skip
    return Slip("index", f"{after} is meant, not {words.code(edit.before)}: another layer's.")


def of_missing_slope(edit: Edit, words: Words) -> Slip | None:
    """σ' left out, or written as ones."""
    if edit.kind not in ("missing", "factor", "point"):
        return None
    new = (
        edit.after.right
        if edit.kind == "missing" and isinstance(edit.after, Product)
        else edit.after
    )
    if edit.kind == "missing" and isinstance(edit.after, Product) and new is edit.before:
        new = edit.after.left
    link = words.link(new)
    if link is None:
        return None
    name, a, z = link
    if edit.kind == "missing":
        return Slip(
            "missing factor",
            f"{name} is missing: {a} lies between, and its slope is {words.math(new)}.",
        )
    old = words.link(edit.before)
    slope = words.math(bare(new))
    if old and old[2] == z:
        wrong = words.math(bare(edit.before))
        return Slip("activation", f"{a} is made from {z} by another function: its slope is "
                    f"{slope}, not {wrong}.")  # fmt: skip
    if old:
        return Slip(
            "point",
            f"{words.math(new)} is the slope of {a}, taken at {z}; you took it at {old[2]}.",
        )
    return Slip("diagonal", f"{name} is diag({slope}), {words.size(bare(new)).split('×')[0]}×"
                f"{words.size(bare(new)).split('×')[0]}: multiplying a vector by it is ⊙. "
                f"{words.code(edit.before)} stands for its diagonal only where every slope is 1, "
                "and behind @ it would add the entries up.")  # fmt: skip


def bare(part: Part) -> Part:
    """A part without a transpose around it."""
    return part.part if isinstance(part, Transpose) else part


def of_term(edit: Edit, words: Words) -> Slip | None:
    """A path that was left out."""
    if edit.kind != "term" or not isinstance(edit.after, Sum):
        return None
    lost = edit.after.right
    return Slip(
        "missing term",
        f"{words.sized(lost)} is missing: every path from what is differentiated by adds a term.",
    )


def of_weight(edit: Edit, words: Words) -> Slip | None:
    """A weight matrix that carries a gradient back without being turned."""
    before = edit.before
    if edit.kind != "transpose" or not isinstance(before, Name):
        return None
    forward = next((f"{words.spell(n)} = {words.spell(t)}" for n, t in words.problem.let.items()
                    if f"{before.text} @ " in t), "")  # fmt: skip
    shape = words.shape(before)
    if shape is None or 1 in shape:
        return None
    W, made = words.math(before), f" ({forward})" if forward else ""
    return Slip("transpose", f"{W} carries values forward{made}; a gradient g goes back through "
                             "it: "
                f"the row gᵀ {W} in numerator layout, and as a column {W}ᵀ g.")  # fmt: skip


def of_tensor(edit: Edit, words: Words) -> Slip | None:
    """What is left after a vjp, taken for the Jacobian by a matrix."""
    after = edit.after
    if edit.kind != "stacking" or not (isinstance(after, Call) and after.function == "kron"):
        return None
    if isinstance(edit.before, Call):
        return Slip("stacking", f"vec stacks columns, and then it is {words.sized(after)}; "
                    f"{words.code(edit.before)} is right where rows are stacked.")  # fmt: skip
    a = words.math(bare(edit.before))
    return Slip("tensor", f"a vector by a matrix has three axes; as a matrix, through vec, it is "
                f"{words.sized(after)}. {words.code(edit.before)} is what is left of it after "
                "the vjp: "
                f"g {a}ᵀ.")  # fmt: skip


def of_whole_diagonal(edit: Edit, words: Words) -> Slip | None:
    """The vjp with ones, taken for a Jacobian."""
    if edit.kind != "diag" or words.link(edit.before) or isinstance(edit.before, Name):
        return None
    return Slip("diagonal", f"a vector by a vector is a matrix, here {words.code(edit.after)}. "
                            "You wrote "
                "its diagonal: that is Jᵀ1, the vjp with ones.")  # fmt: skip


def of_samples(edit: Edit, words: Words) -> Slip | None:
    """The sum over the samples that share a parameter."""
    if edit.kind != "sum" or not words.columns_are_samples(edit.before):
        return None
    wrt, g = words.spell(words.problem.wrt), words.called(edit.before)
    return Slip("sum", f"{words.sized(edit.before)}, has a column for each sample. All samples "
                f"share {wrt}, so its derivative is the sum of the columns, {g} 1: "
                f"{words.code(edit.after)}.")  # fmt: skip


def of_mean(edit: Edit, words: Words) -> Slip | None:
    """The 1/N of a loss that is a mean over the samples."""
    if edit.kind != "scale" or not isinstance(edit.after, Product):
        return None
    match edit.after.left:
        case Product(left=Number(text="1"), operator="/", right=size) if words.counts_samples(size):
            of, n = words.problem.of, words.code(size)
            return Slip("scale", f"{words.spell(of)} is the mean over the {n} samples, and its "
                        f"derivative likewise: 1/{n} stands before the sum.")  # fmt: skip
    return None


RULES = (of_samples, of_mean, of_diagonal, of_order, of_weight, of_layout, of_index,
         of_missing_slope, of_tensor, of_whole_diagonal, of_term)  # fmt: skip
"""The slips that have a reason of their own, the special ones first."""


def _becomes(reason: str) -> Callable[[Edit, Words], str]:
    return lambda edit, words: (
        f"{words.sized(edit.before)} should be {words.sized(edit.after)}: {reason}"
    )


PLAIN: Mapping[str, Callable[[Edit, Words], str]] = {
    "transpose": _becomes("its rows and columns are exchanged."),
    "order": _becomes("a matrix product depends on its order."),
    "operator": _becomes("* is entry by entry, @ is the matrix product; they are different "
                         "products."),
    "diag": _becomes("a vector on the diagonal is a matrix, the vector alone is not."),
    "diag of a product": _becomes("a vector on the diagonal is a matrix, the vector alone is not."),
    "index": _becomes("the number is that of another layer."),
    "point": _becomes("another value stands here."),
    "factor": _becomes("another factor stands here."),
    "missing": _becomes("a factor of the chain is missing."),
    "spare": _becomes("a factor or a term is too much."),
    "spare number": lambda edit, words: (
        f"{words.code(number_of(edit.before))} is too much: without it, it is right."
    ),
    "whole": lambda edit, words: (
        f"a softmax couples its entries: its Jacobian is {words.math(parts_of(edit.after)[0])}, "
        "and you wrote the diagonal of it alone."
    ),
    "sum": _becomes("a sum, over samples or over entries, was taken or left out."),
    "stacking": _becomes("a matrix by a matrix, or a vector by a matrix, needs vec and ⊗, and "
                         "vec stacks columns."),
    "sign": _becomes("the sign is the other one."),
    "scale": _becomes("a factor before it is missing, or is another one."),
    "coefficients": _becomes("the numbers before the terms are others."),
    "term": _becomes("a term is missing or is another one."),
    "scalar rule": _becomes("a rule for numbers does not hold for matrices."),
}  # fmt: skip
"""What is said of a change of which nothing more is known."""


def number_of(part: Part) -> Part:
    """The number that scales a part: the 2 of 2 * A, the 5 of A / 5."""
    numbers = [side for side in parts_of(part) if isinstance(side, Number)]
    return numbers[0]


def _factors(part: Part) -> Iterator[Any]:
    if isinstance(part, Product):
        yield part.right
        yield part.left
    yield from (inner for inner in walk(part) if isinstance(inner, Call))
