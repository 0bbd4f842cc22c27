"""The ladder of causes in a network: rows as in `causes`, one for each mistake about its chain."""

from __future__ import annotations

from . import wrong_chains as chains
from . import wrong_operations as operations
from .causes import Cause

__all__ = ["NETWORK_LADDER"]

NETWORK_LADDER: tuple[Cause, ...] = (
    Cause(
        "a neighbour layer's weight",
        chains.neighbour_weight,
        "Which layer made each value that the derivative goes back from, and with which weight?",
        "A neighbour layer's weight: {detail}.",
        "The derivative {mend}.",
        "layer sizes that all differ",
    ),
    Cause(
        "a neighbour layer's value",
        chains.neighbour_value,
        "Of which values is each layer's own derivative made?",
        "A neighbour's value: {detail}.",
        "Each layer's derivative is made of its own input, here {mend}.",
        "layer sizes that all differ",
    ),
    Cause(
        "at a instead of z",
        chains.at_output,
        "At which value is each slope taken: before the function, or behind it?",
        "The derivative is taken at a instead of z: {detail}.",
        "It is taken at the input of its layer; only a formula that is written in a, such as "
        "a (1 - a), takes a.",
        "values that differ more",
    ),
    Cause(
        "a factor left out",
        chains.left_out,
        "Through which layers does the derivative go back, and is there a factor for each?",
        "A factor of the chain is left out: {detail}.",
        "Every layer between {y} and {x} has its factor: multiply by what is left out too.",
        "values that differ more",
    ),
    Cause(
        "the wrong order",
        chains.wrong_order,
        "On which side of its neighbour does each factor stand in {layout} layout?",
        "The product stands in the wrong order: {detail}.",
        {
            "jacobian": "{order}.",
            "gradient": "Going back, the layer above comes first: as a column that is σ'(z) ⊙ (Wᵀ "
            "δ), W and δ of the layer above.",
        },
        "layer sizes that all differ",
    ),
    Cause(
        "the diagonal as a vector",
        chains.diagonal_as_vector,
        "What shape has the derivative of a layer that goes entry by entry?",
        "The diagonal is kept as a vector: {detail}.",
        "Write the matrix, np.diag(s), or {mend}.",
        "layer sizes that all differ",
    ),
    Cause(
        "the diagonal only",
        chains.diagonal_only,
        "In which layers does one entry of the output depend on one entry of the input alone?",
        "The diagonal only: {detail} is no diagonal matrix, its layer mixes the entries.",
        "Multiply by the whole Jacobian; softmax has s ⊙ (g - sᵀ g).",
        "other values",
    ),
    Cause(
        "the term − s sᵀ missing",
        chains.outer_product_missing,
        "What does the sum in the denominator of softmax bring, by the quotient rule?",
        "The term − s sᵀ is missing: {detail}.",
        "Multiply by the whole Jacobian, diag(s) - s sᵀ; going back it is s ⊙ (g - sᵀ g).",
        "other values",
    ),
    Cause(
        "a matrix product for ⊙",
        operations.product_for_hadamard,
        "What is diag(s) δ, entry by entry?",
        "A matrix product stands for the Hadamard product: {detail}.",
        "Write *, entry by entry: diag(s) δ = s ⊙ δ.",
        "more than one entry",
    ),
    Cause(
        "⊙ for a matrix product",
        operations.hadamard_for_product,
        "Does * add anything up?",
        "A Hadamard product stands for the matrix product: {detail}.",
        "Write @: a matrix product adds up over the inner size.",
        "layer sizes that all differ",
    ),
    Cause(
        "an inner product for the outer one",
        operations.inner_for_outer,
        "How many entries has {x}, and how many has an inner product?",
        "An inner product stands for the outer product: {detail}.",
        "Take every entry by every other: np.outer(δ, a).",
        "sizes that differ",
    ),
    Cause(
        "the sum over the batch missing",
        operations.sum_missing,
        "How many samples meet the same {x}, and what becomes of their derivatives?",
        "The sum over the batch is missing: {detail}.",
        "All {N} samples share {x}: δ aᵀ adds their parts up, for a bias δ.sum(axis=1).",
        "more samples, all different",
    ),
    Cause(
        "the sum over the wrong axis",
        operations.sum_over_wrong_axis,
        "Which axis are the samples?",
        "The sum goes over the wrong axis: {detail}.",
        "Samples are columns, the last axis; what they share is summed over them, and only that.",
        "sizes that differ",
    ),
)
