"""The ladder of causes: what is said of each mistake, beside the function that makes it.

    name           the mistake in a few words
    wrong          the answers that it gives, of the pieces of the right one
    question       what leads to it, for `hint=2`
    says, cure     the cause, and what mends it
    apart          the input on which it shows by itself, where another gives the same numbers

Braces hold the words of the pieces; `{detail}` and `{mend}` are those of the form that matched. It
is one table, and so a long file. The rows of networks stand in `network_causes`.
"""

# ruff: noqa: ARG005 - what happens to an answer is handed the pieces, needed or not

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeAlias

from ..unknown import Array
from . import wrong_answers as wrong
from . import wrong_arrangements as arranged
from . import wrong_products as products
from . import wrong_softmax as softmax
from .pieces import Pieces
from .wrong_arrangements import Wrong

__all__ = ["LADDER", "Cause", "Sentence"]

Sentence: TypeAlias = str | Mapping[str, str]
"""One for all, or one for each kind of answer."""
Turn: TypeAlias = Callable[[Pieces, Array], Iterable[Wrong]]


class Cause(NamedTuple):
    """One row of the ladder."""

    name: str
    wrong: Callable[[Pieces], Iterable[Wrong]]
    question: Sentence
    says: Sentence
    cure: Sentence
    apart: str
    turn: Turn | None = None
    """What the mistake makes of any answer: so a second mistake is found behind a first."""


def turning(
    name: str, turn: Turn, question: Sentence, says: Sentence, cure: Sentence, apart: str
) -> Cause:
    """A row of what may happen to any answer as a whole."""
    return Cause(name, lambda p: turn(p, p.right), question, says, cure, apart, turn)


def factor(name: str, times: Callable[[Pieces], float], says: str, cure: str) -> Cause:
    """A row for a factor too many or too few; where the factor is 1 nothing happens."""
    question = "Is there a ½, a 2 or a 1/N in the definition, and what does a square's slope bring?"
    apart = "numbers of samples and of entries that are neither 2 nor equal"
    return turning(name, lambda p, answer: [Wrong(times(p) * answer)], question, says, cure, apart)


def missing_average(over: str) -> Callable[[Pieces], float]:
    """By how much an answer is too large without an average that belongs there, or may."""

    def times(p: Pieces) -> float:
        known = p.averages is None or over in p.averages
        return float(p.samples if over == "N" else p.entries) if known else 1.0

    return times


LADDER: tuple[Cause, ...] = (
    turning(
        "the other layout",
        lambda p, answer: [Wrong(answer.T)],
        {
            "jacobian": "Which entries follow the rows here, those of {y} or those of {x}?",
            "gradient": "Is a gradient in {layout} layout shaped as {x}, or as its transpose?",
            "vjp": "How is a pull-back shaped, beside the argument that it belongs to?",
        },
        {
            "jacobian": "The other layout: these are the entries of {name} in {other} layout.",
            "gradient": "The other layout: this is the gradient in {other} layout.",
            "vjp": "It is transposed, as a gradient is in numerator layout.",
        },
        {
            "jacobian": "Transpose it: in {layout} layout the rows follow {rows}.",
            "gradient": "Transpose it: in {layout} layout it is {wanted}.",
            "vjp": "Transpose it: a vjp is shaped as its argument, {wanted}.",
        },
        "sizes that differ",
    ),
    Cause(
        "row stacking",
        arranged.row_stacked,
        "In which order does vec take the entries of a matrix?",
        "Row stacking for column stacking: {detail}.",
        'Take them column after column: reshape(..., order="F"); by itself NumPy takes rows.',
        "a matrix that is not square, and no size 1",
    ),
    Cause(
        "a tensor",
        arranged.tensors,
        "How many axes have {y} and {x} together, and how many has a matrix?",
        "The numbers are right, as a tensor with {detail}; they are not yet a matrix.",
        "Through vec they are {wanted}: {mend}.",
        "sizes that differ",
    ),
    Cause(
        "the other face",
        arranged.other_face,
        "Which is wanted: what multiplies in a chain, or what is shaped as {x}?",
        "This is {detail}: the derivative of a number by a matrix has two faces.",
        "Wanted is {mend}, {wanted}.",
        "sizes that differ",
    ),
    Cause(
        "the number of axes",
        arranged.one_axis,
        "How many axes does it have, and how many should it?",
        "It has {detail}.",
        {
            "jacobian": "Give it rows and columns: {wanted}, {mend}.",
            "gradient": "Give it rows and columns: {wanted}, {mend}.",
            "vjp": "A vjp is shaped as its argument: {mend}.",
        },
        "sizes that differ",
        arranged.flattened,
    ),
    turning(
        "the diagonal as a vector",
        arranged.diagonal_as_vector,
        "How many derivatives are there, of each entry of {y} by each entry of {x}?",
        "The diagonal is kept as a vector: {y}[i] depends on {x}[i] alone, so {name} is the "
        "diagonal matrix of these numbers.",
        "Write the matrix, {mend}, {wanted}; in a product alone s ⊙ g stands for diag(s) g.",
        "slopes that differ",
    ),
    Cause(
        "the diagonal only",
        wrong.diagonal_only,
        "Does {y}[1] change when {x}[2] does?",
        {
            "jacobian": "The diagonal only: each {y}[i] depends on the other entries of {x} too.",
            "gradient": "The diagonal only: each {y}[i] depends on the other entries of {x} too.",
            "vjp": "The diagonal only, s ⊙ g: each {y}[i] depends on the other entries of {x} too.",
        },
        {
            "jacobian": "Fill in what is off the diagonal; softmax has diag(s) - s sᵀ.",
            "gradient": "Multiply by the whole of {name}.",
            "vjp": "Multiply by the whole Jacobian, Jᵀ g; softmax has s ⊙ (g - sᵀ g).",
        },
        "other values",
    ),
    Cause(
        "the term − s sᵀ missing",
        softmax.outer_product_missing,
        "What does the sum in the denominator of softmax bring, by the quotient rule?",
        "The term − s sᵀ is missing: {detail}.",
        {
            "jacobian": "Subtract it: softmax has diag(s) - s sᵀ.",
            "gradient": "Multiply by the whole of {name}.",
            "vjp": "Multiply by the whole Jacobian, Jᵀ g = s ⊙ (g - sᵀ g).",
        },
        "other values",
    ),
    Cause(
        "at a instead of z",
        wrong.at_output,
        "At which value is the derivative taken: before the function, or behind it?",
        "The derivative is taken at the output of the layer, a, instead of its input, z.",
        "Put {x} itself in; only a formula that is written in a, such as a (1 - a), takes a.",
        "values that differ more",
    ),
    Cause(
        "a formula in a",
        wrong.formula_of_output,
        "In which value is the formula for the slope written, z or a?",
        "The formula {detail} is written in the output a, and it was given the input z.",
        "Compute a first, and put it in.",
        "values that differ more",
    ),
    Cause(
        "the wrong order",
        products.wrong_order,
        "Which is wanted, J g or Jᵀ g? From which side does gᵀ multiply J?",
        "The product stands in the wrong order: {detail}.",
        "Pull back: {mend}.",
        "sizes that differ, or a matrix that is not symmetric",
    ),
    Cause(
        "a matrix product for ⊙",
        products.product_for_hadamard,
        "What is diag(s) g, entry by entry?",
        "A matrix product stands for the Hadamard product: {detail}.",
        "Write *, entry by entry: diag(s) g = s ⊙ g.",
        "more than one entry",
    ),
    Cause(
        "⊙ for a matrix product",
        products.hadamard_for_product,
        "Does * add anything up?",
        "A Hadamard product stands for the matrix product: {detail}.",
        "Write @: a matrix product adds up over the inner size.",
        "sizes that differ",
    ),
    Cause(
        "an inner product for the outer one",
        products.inner_for_outer,
        "How many entries has {x}, and how many has an inner product?",
        "An inner product stands for the outer product: {detail}.",
        "Take every entry by every other: np.outer(g, M).",
        "sizes that differ",
    ),
    turning(
        "the sign",
        lambda p, answer: [Wrong(-answer)],
        "Does {y} grow or shrink when an entry of {x} grows?",
        "The sign: every entry is the negative of what it should be.",
        "Multiply by -1{error}.",
        "other values",
    ),
    factor(
        "a factor ½",
        lambda p: 0.5,
        "Half of what it should be: a ½ too many, or a 2 too few.",
        "Multiply by 2{square}.",
    ),
    factor(
        "a factor 2",
        lambda p: 2.0,
        "Twice what it should be: a 2 too many, or a ½ too few.",
        "Divide by 2{half_square}.",
    ),
    factor(
        "1/N too many",
        lambda p: 1 / p.samples,
        "Divided by N = {N}, the number of samples, once too often.",
        "Multiply by N: a 1/N belongs to a loss that is the mean over its samples, and only once.",
    ),
    factor(
        "1/N missing",
        missing_average("N"),
        "It is N = {N} times what it should be: the 1/N of the mean over the samples is missing.",
        "Divide by N, the number of samples.",
    ),
    factor(
        "1/m too many",
        lambda p: 1 / p.entries,
        "Divided by m = {m}, the number of entries of a sample, once too often.",
        "Multiply by m: a 1/m belongs to a loss that is the mean over the entries, and only once.",
    ),
    factor(
        "1/m missing",
        missing_average("m"),
        "It is m = {m} times what it should be: the 1/m of the mean over the entries is missing.",
        "Divide by m, the number of entries of a sample.",
    ),
    Cause(
        "the sum over the batch missing",
        wrong.sum_missing,
        "How many samples meet the same {x}, and what becomes of their derivatives?",
        "The sum over the batch is missing: {detail}.",
        "All {N} samples share {x}: add their parts up, over the last axis.",
        "more samples, all different",
    ),
    Cause(
        "the sum over the wrong axis",
        wrong.sum_over_wrong_axis,
        "Which axis are the samples, and does each of them have a {x} of its own?",
        "The sum goes over the wrong axis: {detail}.",
        "Samples are columns, the last axis; what they share, and only that, is summed over them.",
        "sizes that differ",
    ),
    Cause(
        "one sample for the batch",
        arranged.one_sample,
        "How many entries has {y}, of all samples together?",
        "Of a batch of {N} this is {detail}.",
        "The samples' Jacobians are blocks of one matrix, {wanted}: along the diagonal, or one "
        "below the other where all share {x}.",
        "samples that differ",
    ),
)
