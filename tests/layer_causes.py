"""The causes that an answer about a layer is told of: each beside its message, word by word.

Right answers are written in plain NumPy. Every wrong one is the right one with one mistake.
"""

import numpy as np

from jacobians import (
    Hadamard,
    HalfSquaredError,
    Linear,
    MatrixProduct,
    MeanSquaredError,
    Sigmoid,
    Softmax,
    SquaredError,
    Tanh,
)
from jacobians.checking import assert_gradient, assert_jacobian, assert_vjp
from tests.cases import BATCH, BIAS, SAMPLE, TARGETS, WEIGHTS

W, b, x, X = WEIGHTS, BIAS, SAMPLE, BATCH
"""5×4, (5,), (4,), 4×3."""
SQUARE = WEIGHTS[:4]
g = np.array([0.7, -0.4, 1.3, 0.2])
h = np.array([0.6, -1.1, 0.8, 0.25, 1.7])
G = np.outer(h, [1.0, -0.6, 0.35]) + np.arange(15.0).reshape(5, 3) / 10


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


a = sigmoid(x)
s = a * (1 - a)
S = sigmoid(X) * (1 - sigmoid(X))
soft = np.exp(x) / np.exp(x).sum()
SOFT = np.diag(soft) - np.outer(soft, soft)
error, ERROR = x - TARGETS[:, 0], X - TARGETS
PROB = np.exp(X) / np.exp(X).sum(axis=0)
CUBE, G3, X3 = WEIGHTS[:3, :3], G[:3], BATCH[:3]
L3 = Linear(CUBE, BIAS[:3])
"""A layer and a batch that are square."""
BY_W = np.kron(x, np.eye(5))  # ∂z/∂W of one sample, 5×20

CAUSES = {
    "the other layout: of a Jacobian": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), x, **hint),
        W,
        W.T,
        "Which entries follow the rows here, those of y or those of x?",
        "∂y/∂x is wrong (Linear(5×4, no bias)).\n"
        "It is 4×5, where 5×4 is wanted.\n"
        "The other layout: these are the entries of ∂y/∂x in denominator layout.\n"
        "Transpose it: in numerator layout the rows follow y.",
    ),
    "the other layout: of a gradient": (
        lambda answer, **hint: assert_gradient(answer, HalfSquaredError(), X, TARGETS, **hint),
        ERROR.T,
        ERROR,
        "Is a gradient in numerator layout shaped as prediction, or as its transpose?",
        "The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='sum')).\n"
        "It is 4×3, where 3×4 is wanted.\n"
        "The other layout: this is the gradient in denominator layout.\n"
        "Transpose it: in numerator layout it is 3×4.",
    ),
    "the other layout: of a vjp": (
        lambda answer, **hint: assert_vjp(answer, Linear(W, b), G, X, wrt="W", **hint),
        G @ X.T,
        X @ G.T,
        "How is a pull-back shaped, beside the argument that it belongs to?",
        "The vjp by W is wrong (Linear(5×4)).\n"
        "It is 4×5, where 5×4 is wanted.\n"
        "It is transposed, as a gradient is in numerator layout.\n"
        "Transpose it: a vjp is shaped as its argument, 5×4.",
    ),
    "row stacking: of x": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W, b), x, wrt="W", **hint),
        BY_W,
        np.kron(np.eye(5), x),
        "In which order does vec take the entries of a matrix?",
        "∂y/∂W is wrong (Linear(5×4)).\n"
        "Its shape is right, 5×20; 34 of 100 entries differ, the first is [1,2].\n"
        "Row stacking for column stacking: the entries of W are taken row after row.\n"
        'Take them column after column: reshape(..., order="F"); by itself NumPy takes rows.',
    ),
    "row stacking: of y": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), X, wrt="W", **hint),
        np.kron(X.T, np.eye(5)),
        np.kron(X.T, np.eye(5)).reshape(3, 5, 20).swapaxes(0, 1).reshape(15, 20),
        "In which order does vec take the entries of a matrix?",
        "∂y/∂W is wrong (Linear(5×4, no bias)).\n"
        "Its shape is right, 15×20; 96 of 300 entries differ, the first is [2,1].\n"
        "Row stacking for column stacking: the entries of y are taken row after row.\n"
        'Take them column after column: reshape(..., order="F"); by itself NumPy takes rows.',
    ),
    "row stacking: of both": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), X, **hint),
        np.kron(np.eye(3), W),
        np.kron(W, np.eye(3)),
        "In which order does vec take the entries of a matrix?",
        "∂y/∂x is wrong (Linear(5×4, no bias)).\n"
        "Its shape is right, 15×12; 98 of 180 entries differ, the first is [1,2].\n"
        "Row stacking for column stacking: the entries of y and of x are taken row after row.\n"
        'Take them column after column: reshape(..., order="F"); by itself NumPy takes rows.',
    ),
    "row stacking: of a vjp": (
        lambda answer, **hint: assert_vjp(answer, Linear(W), G, X, wrt="W", **hint),
        G @ X.T,
        (G @ X.T).T.reshape(5, 4),
        "In which order does vec take the entries of a matrix?",
        "The vjp by W is wrong (Linear(5×4, no bias)).\n"
        "Its shape is right, 5×4; 18 of 20 entries differ, the first is [1,2].\n"
        "Row stacking for column stacking: the entries of W are taken row after row.\n"
        'Take them column after column: reshape(..., order="F"); by itself NumPy takes rows.',
    ),
    "a tensor: y first": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), x, wrt="W", **hint),
        BY_W,
        np.einsum("ij,k->ijk", np.eye(5), x),
        "How many axes have y and W together, and how many has a matrix?",
        "∂y/∂W is wrong (Linear(5×4, no bias)).\n"
        "It is (5, 5, 4), where 5×20 is wanted.\n"
        "The numbers are right, as a tensor with y's axes first, as JAX and PyTorch have "
        "it; they are not yet a matrix.\n"
        'Through vec they are 5×20: T.reshape((5, 20), order="F").',
    ),
    "a tensor: x first, in denominator layout": (
        lambda answer, **hint: assert_jacobian(
            answer, Linear(W), x, wrt="W", layout="denominator", **hint
        ),
        BY_W.T,
        np.einsum("ij,k->ikj", np.eye(5), x),
        "How many axes have y and W together, and how many has a matrix?",
        "∂y/∂W is wrong (Linear(5×4, no bias)).\n"
        "It is (5, 4, 5), where 20×5 is wanted.\n"
        "The numbers are right, as a tensor with W's axes first; they are not yet a matrix.\n"
        'Through vec they are 20×5: T.reshape((20, 5), order="F").',
    ),
    "the other face: of a Jacobian": (
        lambda answer, **hint: assert_jacobian(answer, HalfSquaredError(), X, TARGETS, **hint),
        ERROR.T.reshape(1, 12),
        ERROR,
        "Which is wanted: what multiplies in a chain, or what is shaped as prediction?",
        "∂y/∂prediction is wrong (HalfSquaredError(reduction='sum')).\n"
        "It is 4×3, where 1×12 is wanted.\n"
        "This is the gradient: the derivative of a number by a matrix has two faces.\n"
        "Wanted is the Jacobian, through vec, 1×12.",
    ),
    "the other face: of a gradient": (
        lambda answer, **hint: assert_gradient(answer, HalfSquaredError(), X, TARGETS, **hint),
        ERROR.T,
        ERROR.T.reshape(1, 12),
        "Which is wanted: what multiplies in a chain, or what is shaped as prediction?",
        "The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='sum')).\n"
        "It is 1×12, where 3×4 is wanted.\n"
        "This is the Jacobian: the derivative of a number by a matrix has two faces.\n"
        "Wanted is the gradient, 3×4.",
    ),
    "the number of axes: of a gradient": (
        lambda answer, **hint: assert_gradient(
            answer, HalfSquaredError(), x, TARGETS[:, 0], layout="denominator", **hint
        ),
        error[:, None],
        error,
        "How many axes does it have, and how many should it?",
        "The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='sum')).\n"
        "It is (4,), where 4×1 is wanted.\n"
        "It has one axis, which hides the layout.\n"
        "Give it rows and columns: 4×1, reshape(4, 1).",
    ),
    "the number of axes: of a vjp": (
        lambda answer, **hint: assert_vjp(answer, Linear(W), h, x, **hint),
        W.T @ h,
        (W.T @ h)[:, None],
        "How many axes does it have, and how many should it?",
        "The vjp by x is wrong (Linear(5×4, no bias)).\n"
        "It is 4×1, where (4,) is wanted.\n"
        "It has two axes, x has one.\n"
        "A vjp is shaped as its argument: reshape(4,).",
    ),
    "the diagonal as a vector: of one sample": (
        lambda answer, **hint: assert_jacobian(answer, Sigmoid(), x, **hint),
        np.diag(s),
        s,
        "How many derivatives are there, of each entry of y by each entry of x?",
        "∂y/∂x is wrong (Sigmoid()).\n"
        "It is (4,), where 4×4 is wanted.\n"
        "The diagonal is kept as a vector: y[i] depends on x[i] alone, so ∂y/∂x is the "
        "diagonal matrix of these numbers.\n"
        "Write the matrix, np.diag(s), 4×4; in a product alone s ⊙ g stands for diag(s) g.",
    ),
    "the diagonal as a vector: of a batch": (
        lambda answer, **hint: assert_jacobian(answer, Sigmoid(), X, **hint),
        np.diag(S.T.ravel()),
        S,
        "How many derivatives are there, of each entry of y by each entry of x?",
        "∂y/∂x is wrong (Sigmoid()).\n"
        "It is 4×3, where 12×12 is wanted.\n"
        "The diagonal is kept as a vector: y[i] depends on x[i] alone, so ∂y/∂x is the "
        "diagonal matrix of these numbers.\n"
        'Write the matrix, np.diag(s.ravel(order="F")), 12×12; in a product alone s ⊙ g stands '
        "for diag(s) g.",
    ),
    "the diagonal only: of a Jacobian": (
        lambda answer, **hint: assert_jacobian(answer, Softmax(), x, **hint),
        SOFT,
        np.diag(soft * (1 - soft)),
        "Does y[1] change when x[2] does?",
        "∂y/∂x is wrong (Softmax()).\n"
        "Its shape is right, 4×4; 12 of 16 entries differ, all off the diagonal, the "
        "first is [1,2].\n"
        "The diagonal only: each y[i] depends on the other entries of x too.\n"
        "Fill in what is off the diagonal; softmax has diag(s) - s sᵀ.",
    ),
    "the term − s sᵀ missing: of a Jacobian": (
        lambda answer, **hint: assert_jacobian(answer, Softmax(), x, **hint),
        SOFT,
        np.diag(soft),
        "What does the sum in the denominator of softmax bring, by the quotient rule?",
        "∂y/∂x is wrong (Softmax()).\n"
        "Its shape is right, 4×4; 16 of 16 entries differ, the first is [1,1].\n"
        "The term − s sᵀ is missing: this is diag(s).\n"
        "Subtract it: softmax has diag(s) - s sᵀ.",
    ),
    "the diagonal only: of a vjp": (
        lambda answer, **hint: assert_vjp(answer, Softmax(), g, x, **hint),
        SOFT @ g,
        soft * (1 - soft) * g,
        "Does y[1] change when x[2] does?",
        "The vjp by x is wrong (Softmax()).\n"
        "Its shape is right, (4,); 4 of 4 entries differ, the first is [1].\n"
        "The diagonal only, s ⊙ g: each y[i] depends on the other entries of x too.\n"
        "Multiply by the whole Jacobian, Jᵀ g; softmax has s ⊙ (g - sᵀ g).",
    ),
    "at a instead of z: of a Jacobian": (
        lambda answer, **hint: assert_jacobian(answer, Sigmoid(), x, **hint),
        np.diag(s),
        np.diag(sigmoid(a) * (1 - sigmoid(a))),
        "At which value is the derivative taken: before the function, or behind it?",
        "∂y/∂x is wrong (Sigmoid()).\n"
        "Its shape is right, 4×4; 4 of 16 entries differ, all on the diagonal, the first "
        "is [1,1].\n"
        "The derivative is taken at the output of the layer, a, instead of its input, z.\n"
        "Put x itself in; only a formula that is written in a, such as a (1 - a), takes a.",
    ),
    "at a instead of z: of a vjp": (
        lambda answer, **hint: assert_vjp(answer, Tanh(), g, x, **hint),
        (1 - np.tanh(x) ** 2) * g,
        (1 - np.tanh(np.tanh(x)) ** 2) * g,
        "At which value is the derivative taken: before the function, or behind it?",
        "The vjp by x is wrong (Tanh()).\n"
        "Its shape is right, (4,); 4 of 4 entries differ, the first is [1].\n"
        "The derivative is taken at the output of the layer, a, instead of its input, z.\n"
        "Put x itself in; only a formula that is written in a, such as a (1 - a), takes a.",
    ),
    "a formula in a: of the sigmoid": (
        lambda answer, **hint: assert_jacobian(answer, Sigmoid(), x, **hint),
        np.diag(s),
        np.diag(x * (1 - x)),
        "In which value is the formula for the slope written, z or a?",
        "∂y/∂x is wrong (Sigmoid()).\n"
        "Its shape is right, 4×4; 4 of 16 entries differ, all on the diagonal, the first "
        "is [1,1].\n"
        "The formula a (1 - a) is written in the output a, and it was given the input z.\n"
        "Compute a first, and put it in.",
    ),
    "the wrong order: J g for Jᵀ g": (
        lambda answer, **hint: assert_vjp(answer, Linear(SQUARE), g, x, **hint),
        SQUARE.T @ g,
        SQUARE @ g,
        "Which is wanted, J g or Jᵀ g? From which side does gᵀ multiply J?",
        "The vjp by x is wrong (Linear(4×4, no bias)).\n"
        "Its shape is right, (4,); 4 of 4 entries differ, the first is [1].\n"
        "The product stands in the wrong order: this is J g, the push-forward.\n"
        "Pull back: (gᵀ J)ᵀ = Jᵀ g.",
    ),
    "a matrix product for ⊙: sᵀ g": (
        lambda answer, **hint: assert_vjp(answer, Sigmoid(), g, x, **hint),
        s * g,
        s @ g,
        "What is diag(s) g, entry by entry?",
        "The vjp by x is wrong (Sigmoid()).\n"
        "It is a single number, where (4,) is wanted.\n"
        "A matrix product stands for the Hadamard product: sᵀ g adds entries up.\n"
        "Write *, entry by entry: diag(s) g = s ⊙ g.",
    ),
    "a matrix product for ⊙: s gᵀ": (
        lambda answer, **hint: assert_vjp(answer, Sigmoid(), g, x, **hint),
        s * g,
        np.outer(s, g),
        "What is diag(s) g, entry by entry?",
        "The vjp by x is wrong (Sigmoid()).\n"
        "It is 4×4, where (4,) is wanted.\n"
        "A matrix product stands for the Hadamard product: s gᵀ takes every entry by "
        "every other.\n"
        "Write *, entry by entry: diag(s) g = s ⊙ g.",
    ),
    "a matrix product for ⊙: of two matrices": (
        lambda answer, **hint: assert_jacobian(
            answer, Hadamard(), SQUARE, SQUARE.T, wrt="u", **hint
        ),
        np.diag(SQUARE.ravel()),
        np.kron(SQUARE, np.eye(4)),
        "What is diag(s) g, entry by entry?",
        "∂y/∂u is wrong (Hadamard()).\n"
        "Its shape is right, 16×16; 60 of 256 entries differ, the first is [1,5].\n"
        "A matrix product stands for the Hadamard product: the factors are multiplied as "
        "matrices.\n"
        "Write *, entry by entry: diag(s) g = s ⊙ g.",
    ),
    "⊙ for a matrix product: of a vjp": (
        lambda answer, **hint: assert_vjp(answer, Linear(W), h, x, **hint),
        W.T @ h,
        W.T * h,
        "Does * add anything up?",
        "The vjp by x is wrong (Linear(5×4, no bias)).\n"
        "It is 4×5, where (4,) is wanted.\n"
        "A Hadamard product stands for the matrix product: Jᵀ * g adds nothing up.\n"
        "Write @: a matrix product adds up over the inner size.",
    ),
    "⊙ for a matrix product: of two matrices": (
        lambda answer, **hint: assert_jacobian(
            answer, MatrixProduct(), SQUARE, SQUARE.T, wrt="A", **hint
        ),
        np.kron(SQUARE, np.eye(4)),
        np.diag(SQUARE.ravel()),
        "Does * add anything up?",
        "∂y/∂A is wrong (MatrixProduct()).\n"
        "Its shape is right, 16×16; 60 of 256 entries differ, the first is [1,5].\n"
        "A Hadamard product stands for the matrix product: the factors are multiplied "
        "entry by entry.\n"
        "Write @: a matrix product adds up over the inner size.",
    ),
    "the sign: of a gradient": (
        lambda answer, **hint: assert_gradient(answer, HalfSquaredError(), X, TARGETS, **hint),
        ERROR.T,
        -ERROR.T,
        "Does L grow or shrink when an entry of prediction grows?",
        "The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='sum')).\n"
        "Its shape is right, 3×4; 12 of 12 entries differ, the first is [1,1].\n"
        "The sign: every entry is the negative of what it should be.\n"
        "Multiply by -1; in an error the prediction comes first, the target is subtracted.",
    ),
    "a factor ½: of a gradient": (
        lambda answer, **hint: assert_gradient(answer, SquaredError("sum"), X, TARGETS, **hint),
        2 * ERROR.T,
        ERROR.T,
        "Is there a ½, a 2 or a 1/N in the definition, and what does a square's slope bring?",
        "The gradient ∂L/∂prediction is wrong (SquaredError(reduction='sum')).\n"
        "Its shape is right, 3×4; 12 of 12 entries differ, the first is [1,1].\n"
        "Half of what it should be: a ½ too many, or a 2 too few.\n"
        "Multiply by 2: the slope of p² is 2 p, only that of ½ p² is p.",
    ),
    "a factor 2: of a gradient": (
        lambda answer, **hint: assert_gradient(answer, HalfSquaredError(), X, TARGETS, **hint),
        ERROR.T,
        2 * ERROR.T,
        "Is there a ½, a 2 or a 1/N in the definition, and what does a square's slope bring?",
        "The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='sum')).\n"
        "Its shape is right, 3×4; 12 of 12 entries differ, the first is [1,1].\n"
        "Twice what it should be: a 2 too many, or a ½ too few.\n"
        "Divide by 2: the slope of ½ p² is p, the ½ and the 2 cancel.",
    ),
    "1/N too many: of a gradient": (
        lambda answer, **hint: assert_gradient(answer, HalfSquaredError("sum"), X, TARGETS, **hint),
        ERROR.T,
        ERROR.T / 3,
        "Is there a ½, a 2 or a 1/N in the definition, and what does a square's slope bring?",
        "The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='sum')).\n"
        "Its shape is right, 3×4; 12 of 12 entries differ, the first is [1,1].\n"
        "Divided by N = 3, the number of samples, once too often.\n"
        "Multiply by N: a 1/N belongs to a loss that is the mean over its samples, and "
        "only once.",
    ),
    "1/N missing: of a gradient": (
        lambda answer, **hint: assert_gradient(
            answer, HalfSquaredError("mean"), X, TARGETS, **hint
        ),
        ERROR.T / 3,
        ERROR.T,
        "Is there a ½, a 2 or a 1/N in the definition, and what does a square's slope bring?",
        "The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='mean')).\n"
        "Its shape is right, 3×4; 12 of 12 entries differ, the first is [1,1].\n"
        "It is N = 3 times what it should be: the 1/N of the mean over the samples is "
        "missing.\n"
        "Divide by N, the number of samples.",
    ),
    "1/m too many: of a gradient": (
        lambda answer, **hint: assert_gradient(answer, SquaredError("sum"), X, TARGETS, **hint),
        2 * ERROR.T,
        ERROR.T / 2,
        "Is there a ½, a 2 or a 1/N in the definition, and what does a square's slope bring?",
        "The gradient ∂L/∂prediction is wrong (SquaredError(reduction='sum')).\n"
        "Its shape is right, 3×4; 12 of 12 entries differ, the first is [1,1].\n"
        "Divided by m = 4, the number of entries of a sample, once too often.\n"
        "Multiply by m: a 1/m belongs to a loss that is the mean over the entries, and "
        "only once.",
    ),
    "1/m missing: of a gradient": (
        lambda answer, **hint: assert_gradient(answer, MeanSquaredError("sum"), X, TARGETS, **hint),
        ERROR.T / 2,
        2 * ERROR.T,
        "Is there a ½, a 2 or a 1/N in the definition, and what does a square's slope bring?",
        "The gradient ∂L/∂prediction is wrong (MeanSquaredError(reduction='sum')).\n"
        "Its shape is right, 3×4; 12 of 12 entries differ, the first is [1,1].\n"
        "It is m = 4 times what it should be: the 1/m of the mean over the entries is "
        "missing.\n"
        "Divide by m, the number of entries of a sample.",
    ),
    "the sum over the batch missing: of b": (
        lambda answer, **hint: assert_vjp(answer, Linear(W, b), G, X, wrt="b", **hint),
        G.sum(axis=1),
        G,
        "How many samples meet the same b, and what becomes of their derivatives?",
        "The vjp by b is wrong (Linear(5×4)).\n"
        "It is 5×3, where (5,) is wanted.\n"
        "The sum over the batch is missing: each sample's part stands by itself.\n"
        "All 3 samples share b: add their parts up, over the last axis.",
    ),
    "the sum over the batch missing: of W, the last sample": (
        lambda answer, **hint: assert_vjp(answer, Linear(W, b), G, X, wrt="W", **hint),
        G @ X.T,
        np.outer(G[:, 2], X[:, 2]),
        "How many samples meet the same W, and what becomes of their derivatives?",
        "The vjp by W is wrong (Linear(5×4)).\n"
        "Its shape is right, 5×4; 20 of 20 entries differ, the first is [1,1].\n"
        "The sum over the batch is missing: it is the last sample's part alone.\n"
        "All 3 samples share W: add their parts up, over the last axis.",
    ),
    "the sum over the wrong axis: of b": (
        lambda answer, **hint: assert_vjp(answer, Linear(W, b), G, X, wrt="b", **hint),
        G.sum(axis=1),
        G.sum(axis=0),
        "Which axis are the samples, and does each of them have a b of its own?",
        "The vjp by b is wrong (Linear(5×4)).\n"
        "It is (3,), where (5,) is wanted.\n"
        "The sum goes over the wrong axis: over the entries of b, not over the samples.\n"
        "Samples are columns, the last axis; what they share, and only that, is summed "
        "over them.",
    ),
    "the sum over the wrong axis: where there is none": (
        lambda answer, **hint: assert_vjp(answer, Linear(W), G, X, **hint),
        W.T @ G,
        (W.T @ G).sum(axis=1),
        "Which axis are the samples, and does each of them have a x of its own?",
        "The vjp by x is wrong (Linear(5×4, no bias)).\n"
        "It is (4,), where 4×3 is wanted.\n"
        "The sum goes over the wrong axis: over the samples, of which each has a column "
        "of x of its own.\n"
        "Samples are columns, the last axis; what they share, and only that, is summed "
        "over them.",
    ),
    "one sample for the batch: of a block": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), X, **hint),
        np.kron(np.eye(3), W),
        W,
        "How many entries has y, of all samples together?",
        "∂y/∂x is wrong (Linear(5×4, no bias)).\n"
        "It is 5×4, where 15×12 is wanted.\n"
        "Of a batch of 3 this is one sample's Jacobian alone.\n"
        "The samples' Jacobians are blocks of one matrix, 15×12: along the diagonal, or "
        "one below the other where all share x.",
    ),
    "one sample for the batch: side by side": (
        lambda answer, **hint: assert_jacobian(answer, Sigmoid(), X, **hint),
        np.diag(S.T.ravel()),
        np.stack([np.diag(column) for column in S.T]),
        "How many entries has y, of all samples together?",
        "∂y/∂x is wrong (Sigmoid()).\n"
        "It is (3, 4, 4), where 12×12 is wanted.\n"
        "Of a batch of 3 this is an array with each sample's Jacobian.\n"
        "The samples' Jacobians are blocks of one matrix, 12×12: along the diagonal, or "
        "one below the other where all share x.",
    ),
    "the number of axes: of a matrix, row after row": (
        lambda answer, **hint: assert_gradient(answer, HalfSquaredError(), X, TARGETS, **hint),
        ERROR.T,
        ERROR.T.ravel(),
        "How many axes does it have, and how many should it?",
        "The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='sum')).\n"
        "It is (12,), where 3×4 is wanted.\n"
        "It has one axis, which hides the layout: it is flattened row after row.\n"
        "Give it rows and columns: 3×4, reshape(3, 4).",
    ),
    "the number of axes: of a matrix, column after column": (
        lambda answer, **hint: assert_gradient(answer, HalfSquaredError(), X, TARGETS, **hint),
        ERROR.T,
        ERROR.T.ravel(order="F"),
        "How many axes does it have, and how many should it?",
        "The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='sum')).\n"
        "It is (12,), where 3×4 is wanted.\n"
        "It has one axis, which hides the layout: it is flattened column after column.\n"
        'Give it rows and columns: 3×4, reshape(3, 4, order="F").',
    ),
    "the number of axes: of a Jacobian": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), x, **hint),
        W,
        W.ravel(),
        "How many axes does it have, and how many should it?",
        "∂y/∂x is wrong (Linear(5×4, no bias)).\n"
        "It is (20,), where 5×4 is wanted.\n"
        "It has one axis, which hides the layout: it is flattened row after row.\n"
        "Give it rows and columns: 5×4, reshape(5, 4).",
    ),
    "the number of axes: of a vjp by a matrix": (
        lambda answer, **hint: assert_vjp(answer, Linear(W), G, X, wrt="W", **hint),
        G @ X.T,
        (G @ X.T).ravel(order="F"),
        "How many axes does it have, and how many should it?",
        "The vjp by W is wrong (Linear(5×4, no bias)).\n"
        "It is (20,), where 5×4 is wanted.\n"
        "It has one axis, W has two: it is flattened column after column.\n"
        'A vjp is shaped as its argument: reshape(5, 4, order="F").',
    ),
    "the diagonal as a vector: of a batch, samples as rows": (
        lambda answer, **hint: assert_jacobian(answer, Sigmoid(), X, **hint),
        np.diag(S.T.ravel()),
        S.T,
        "How many derivatives are there, of each entry of y by each entry of x?",
        "∂y/∂x is wrong (Sigmoid()).\n"
        "It is 3×4, where 12×12 is wanted.\n"
        "The diagonal is kept as a vector: y[i] depends on x[i] alone, so ∂y/∂x is the "
        "diagonal matrix of these numbers.\n"
        "Write the matrix, np.diag(s.ravel()), 12×12; in a product alone s ⊙ g stands for "
        "diag(s) g.",
    ),
    "the diagonal as a vector: as a column": (
        lambda answer, **hint: assert_jacobian(answer, Sigmoid(), x, **hint),
        np.diag(s),
        s[:, None],
        "How many derivatives are there, of each entry of y by each entry of x?",
        "∂y/∂x is wrong (Sigmoid()).\n"
        "It is 4×1, where 4×4 is wanted.\n"
        "The diagonal is kept as a vector: y[i] depends on x[i] alone, so ∂y/∂x is the "
        "diagonal matrix of these numbers.\n"
        "Write the matrix, np.diag(s.ravel()), 4×4; in a product alone s ⊙ g stands for "
        "diag(s) g.",
    ),
    "the term − s sᵀ missing: and kept as a vector": (
        lambda answer, **hint: assert_jacobian(answer, Softmax(), x, **hint),
        SOFT,
        soft,
        "What does the sum in the denominator of softmax bring, by the quotient rule?",
        "∂y/∂x is wrong (Softmax()).\n"
        "It is (4,), where 4×4 is wanted.\n"
        "The term − s sᵀ is missing: this is diag(s), and of that the diagonal alone.\n"
        "Subtract it: softmax has diag(s) - s sᵀ.",
    ),
    "the term − s sᵀ missing: of a vjp": (
        lambda answer, **hint: assert_vjp(answer, Softmax(), G[:4], X, **hint),
        PROB * (G[:4] - (PROB * G[:4]).sum(axis=0)),
        PROB * G[:4],
        "What does the sum in the denominator of softmax bring, by the quotient rule?",
        "The vjp by x is wrong (Softmax()).\n"
        "Its shape is right, 4×3; 12 of 12 entries differ, the first is [1,1].\n"
        "The term − s sᵀ is missing: this is s ⊙ g.\n"
        "Multiply by the whole Jacobian, Jᵀ g = s ⊙ (g - sᵀ g).",
    ),
    "the wrong order: g W for Wᵀ g": (
        lambda answer, **hint: assert_vjp(answer, L3, G3, X3, **hint),
        CUBE.T @ G3,
        G3 @ CUBE,
        "Which is wanted, J g or Jᵀ g? From which side does gᵀ multiply J?",
        "The vjp by x is wrong (Linear(3×3)).\n"
        "Its shape is right, 3×3; 9 of 9 entries differ, the first is [1,1].\n"
        "The product stands in the wrong order: g M for Mᵀ g, y = M x.\n"
        "Pull back: for y = M x it is Mᵀ g.",
    ),
    "the wrong order: gᵀ x for g xᵀ": (
        lambda answer, **hint: assert_vjp(answer, L3, G3, X3, wrt="W", **hint),
        G3 @ X3.T,
        G3.T @ X3,
        "Which is wanted, J g or Jᵀ g? From which side does gᵀ multiply J?",
        "The vjp by W is wrong (Linear(3×3)).\n"
        "Its shape is right, 3×3; 9 of 9 entries differ, the first is [1,1].\n"
        "The product stands in the wrong order: gᵀ M for g Mᵀ, y = W M.\n"
        "Pull back: for y = W M it is g Mᵀ.",
    ),
    "⊙ for a matrix product: W ⊙ g": (
        lambda answer, **hint: assert_vjp(answer, L3, G3, X3, **hint),
        CUBE.T @ G3,
        CUBE * G3,
        "Does * add anything up?",
        "The vjp by x is wrong (Linear(3×3)).\n"
        "Its shape is right, 3×3; 9 of 9 entries differ, the first is [1,1].\n"
        "A Hadamard product stands for the matrix product: M ⊙ g for Mᵀ g, y = M x.\n"
        "Write @: a matrix product adds up over the inner size.",
    ),
    "⊙ for a matrix product: g ⊙ x": (
        lambda answer, **hint: assert_vjp(answer, L3, G3, X3, wrt="W", **hint),
        G3 @ X3.T,
        G3 * X3,
        "Does * add anything up?",
        "The vjp by W is wrong (Linear(3×3)).\n"
        "Its shape is right, 3×3; 9 of 9 entries differ, the first is [1,1].\n"
        "A Hadamard product stands for the matrix product: M ⊙ g for g Mᵀ, y = W M.\n"
        "Write @: a matrix product adds up over the inner size.",
    ),
    "⊙ for a matrix product: g ⊙ x of one sample": (
        lambda answer, **hint: assert_vjp(answer, L3, G3[:, 0], X3[:, 0], wrt="W", **hint),
        np.outer(G3[:, 0], X3[:, 0]),
        G3[:, 0] * X3[:, 0],
        "Does * add anything up?",
        "The vjp by W is wrong (Linear(3×3)).\n"
        "It is (3,), where 3×3 is wanted.\n"
        "A Hadamard product stands for the matrix product: M ⊙ g for g Mᵀ, y = W M.\n"
        "Write @: a matrix product adds up over the inner size.",
    ),
    "an inner product for the outer one: of one sample": (
        lambda answer, **hint: assert_vjp(answer, L3, G3[:, 0], X3[:, 0], wrt="W", **hint),
        np.outer(G3[:, 0], X3[:, 0]),
        G3[:, 0] @ X3[:, 0],
        "How many entries has W, and how many has an inner product?",
        "The vjp by W is wrong (Linear(3×3)).\n"
        "It is a single number, where 3×3 is wanted.\n"
        "An inner product stands for the outer product: gᵀ M for g Mᵀ, y = W M.\n"
        "Take every entry by every other: np.outer(g, M).",
    ),
    "the sign: where there is no loss": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), x, **hint),
        W,
        -W,
        "Does y grow or shrink when an entry of x grows?",
        "∂y/∂x is wrong (Linear(5×4, no bias)).\n"
        "Its shape is right, 5×4; 20 of 20 entries differ, the first is [1,1].\n"
        "The sign: every entry is the negative of what it should be.\n"
        "Multiply by -1.",
    ),
    "a factor ½: where there is no loss": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), x, **hint),
        W,
        W / 2,
        "Is there a ½, a 2 or a 1/N in the definition, and what does a square's slope bring?",
        "∂y/∂x is wrong (Linear(5×4, no bias)).\n"
        "Its shape is right, 5×4; 20 of 20 entries differ, the first is [1,1].\n"
        "Half of what it should be: a ½ too many, or a 2 too few.\n"
        "Multiply by 2.",
    ),
    "a factor 2: where there is no loss": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), x, **hint),
        W,
        2 * W,
        "Is there a ½, a 2 or a 1/N in the definition, and what does a square's slope bring?",
        "∂y/∂x is wrong (Linear(5×4, no bias)).\n"
        "Its shape is right, 5×4; 20 of 20 entries differ, the first is [1,1].\n"
        "Twice what it should be: a 2 too many, or a ½ too few.\n"
        "Divide by 2.",
    ),
    "the sum over the wrong axis: of a softmax": (
        lambda answer, **hint: assert_vjp(answer, Softmax(), G[:4], X, **hint),
        PROB * (G[:4] - (PROB * G[:4]).sum(axis=0)),
        PROB * (G[:4] - (PROB * G[:4]).sum(axis=1, keepdims=True)),
        "Which axis are the samples, and does each of them have a x of its own?",
        "The vjp by x is wrong (Softmax()).\n"
        "Its shape is right, 4×3; 12 of 12 entries differ, the first is [1,1].\n"
        "The sum goes over the wrong axis: Σ s ⊙ g over the samples, not over the entries "
        "of each.\n"
        "Samples are columns, the last axis; what they share, and only that, is summed over"
        " them.",
    ),
    "the sum over the wrong axis: of a softmax, over all": (
        lambda answer, **hint: assert_vjp(answer, Softmax(), G[:4], X, **hint),
        PROB * (G[:4] - (PROB * G[:4]).sum(axis=0)),
        PROB * (G[:4] - (PROB * G[:4]).sum()),
        "Which axis are the samples, and does each of them have a x of its own?",
        "The vjp by x is wrong (Softmax()).\n"
        "Its shape is right, 4×3; 12 of 12 entries differ, the first is [1,1].\n"
        "The sum goes over the wrong axis: Σ s ⊙ g over all axes.\n"
        "Samples are columns, the last axis; what they share, and only that, is summed over"
        " them.",
    ),
}

TOLD = {
    "½ or 1/N": (
        lambda answer, **hint: assert_gradient(
            answer, HalfSquaredError(), X[:, :2], TARGETS[:, :2], **hint
        ),
        (X - TARGETS)[:, :2].T,
        (X - TARGETS)[:, :2].T / 2,
        "Is there a ½, a 2 or a 1/N in the definition, and what does a square's slope bring?",
        "The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='sum')).\n"
        "Its shape is right, 2×4; 8 of 8 entries differ, the first is [1,1].\n"
        "On this input 2 causes give these numbers and cannot be told apart:\n"
        "  1  Half of what it should be: a ½ too many, or a 2 too few.\n"
        "  2  Divided by N = 2, the number of samples, once too often.\n"
        "They differ on an input with numbers of samples and of entries that are neither "
        "2 nor equal.\n"
        "To mend it:\n"
        "  1  Multiply by 2: the slope of p² is 2 p, only that of ½ p² is p.\n"
        "  2  Multiply by N: a 1/N belongs to a loss that is the mean over its samples, "
        "and only once.",
    ),
    "2 or 1/N missing": (
        lambda answer, **hint: assert_gradient(
            answer, HalfSquaredError("mean"), X[:, :2], TARGETS[:, :2], **hint
        ),
        (X - TARGETS)[:, :2].T / 2,
        (X - TARGETS)[:, :2].T,
        "Is there a ½, a 2 or a 1/N in the definition, and what does a square's slope bring?",
        "The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='mean')).\n"
        "Its shape is right, 2×4; 8 of 8 entries differ, the first is [1,1].\n"
        "On this input 2 causes give these numbers and cannot be told apart:\n"
        "  1  Twice what it should be: a 2 too many, or a ½ too few.\n"
        "  2  It is N = 2 times what it should be: the 1/N of the mean over the samples "
        "is missing.\n"
        "They differ on an input with numbers of samples and of entries that are neither "
        "2 nor equal.\n"
        "To mend it:\n"
        "  1  Divide by 2: the slope of ½ p² is p, the ½ and the 2 cancel.\n"
        "  2  Divide by N, the number of samples.",
    ),
    "1/N or 1/m": (
        lambda answer, **hint: assert_gradient(
            answer, HalfSquaredError(), X[:3], TARGETS[:3], **hint
        ),
        (X - TARGETS)[:3].T,
        (X - TARGETS)[:3].T / 3,
        "Is there a ½, a 2 or a 1/N in the definition, and what does a square's slope bring?",
        "The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='sum')).\n"
        "Its shape is right, 3×3; 9 of 9 entries differ, the first is [1,1].\n"
        "On this input 2 causes give these numbers and cannot be told apart:\n"
        "  1  Divided by N = 3, the number of samples, once too often.\n"
        "  2  Divided by m = 3, the number of entries of a sample, once too often.\n"
        "They differ on an input with numbers of samples and of entries that are neither "
        "2 nor equal.\n"
        "To mend it:\n"
        "  1  Multiply by N: a 1/N belongs to a loss that is the mean over its samples, "
        "and only once.\n"
        "  2  Multiply by m: a 1/m belongs to a loss that is the mean over the entries, "
        "and only once.",
    ),
    "the sign, in the other layout": (
        lambda answer, **hint: assert_gradient(answer, HalfSquaredError(), X, TARGETS, **hint),
        ERROR.T,
        -ERROR,
        "Is a gradient in numerator layout shaped as prediction, or as its transpose? "
        "Does L grow or shrink when an entry of prediction grows?",
        "The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='sum')).\n"
        "It is 4×3, where 3×4 is wanted.\n"
        "Two things at once. The other layout: this is the gradient in denominator "
        "layout. The sign: every entry is the negative of what it should be.\n"
        "Transpose it: in numerator layout it is 3×4. Multiply by -1; in an error the "
        "prediction comes first, the target is subtracted.",
    ),
    "one axis, twice": (
        lambda answer, **hint: assert_gradient(
            answer, HalfSquaredError(), x, TARGETS[:, 0], **hint
        ),
        error[None],
        2 * error,
        "How many axes does it have, and how many should it? Is there a ½, a 2 or a 1/N "
        "in the definition, and what does a square's slope bring?",
        "The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='sum')).\n"
        "It is (4,), where 1×4 is wanted.\n"
        "Two things at once. It has one axis, which hides the layout. Twice what it "
        "should be: a 2 too many, or a ½ too few.\n"
        "Give it rows and columns: 1×4, reshape(1, 4). Divide by 2: the slope of ½ p² is "
        "p, the ½ and the 2 cancel.",
    ),
    "the sum missing, and 1/N": (
        lambda answer, **hint: assert_vjp(answer, Linear(W, b), G, X, wrt="b", **hint),
        G.sum(axis=1),
        G / 3,
        "How many samples meet the same b, and what becomes of their derivatives? Is "
        "there a ½, a 2 or a 1/N in the definition, and what does a square's slope bring?",
        "The vjp by b is wrong (Linear(5×4)).\n"
        "It is 5×3, where (5,) is wanted.\n"
        "Two things at once. The sum over the batch is missing: each sample's part "
        "stands by itself. Divided by N = 3, the number of samples, once too often.\n"
        "All 3 samples share b: add their parts up, over the last axis. Multiply by N: a "
        "1/N belongs to a loss that is the mean over its samples, and only once.",
    ),
    "another size": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), x, **hint),
        W,
        np.ones((4, 4)),
        "How many entries have y and x, and which of them do the rows follow?",
        "∂y/∂x is wrong (Linear(5×4, no bias)).\n"
        "It is 4×4, where 5×4 is wanted.\n"
        "∂y/∂x is 5×4 in numerator layout, 4×5 in denominator layout.\n"
        "In numerator layout rows follow y, columns x, through vec.",
    ),
    "another size, in denominator layout": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), x, layout="denominator", **hint),
        W.T,
        np.ones((3, 3)),
        "How many entries have y and x, and which of them do the rows follow?",
        "∂y/∂x is wrong (Linear(5×4, no bias)).\n"
        "It is 3×3, where 4×5 is wanted.\n"
        "∂y/∂x is 5×4 in numerator layout, 4×5 in denominator layout.\n"
        "In denominator layout rows follow x, columns y, through vec.",
    ),
    "another size, of a gradient": (
        lambda answer, **hint: assert_gradient(answer, HalfSquaredError(), X, TARGETS, **hint),
        ERROR.T,
        np.ones((2, 2)),
        "How is it shaped, beside prediction?",
        "The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='sum')).\n"
        "It is 2×2, where 3×4 is wanted.\n"
        "∂L/∂prediction is 3×4 in numerator layout, 4×3 in denominator layout.\n"
        "In numerator layout a gradient is shaped as the transpose of prediction.",
    ),
    "another size, of a gradient in denominator layout": (
        lambda answer, **hint: assert_gradient(
            answer, HalfSquaredError(), X, TARGETS, layout="denominator", **hint
        ),
        ERROR,
        np.ones(5),
        "How is it shaped, beside prediction?",
        "The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='sum')).\n"
        "It is (5,), where 4×3 is wanted.\n"
        "∂L/∂prediction is 3×4 in numerator layout, 4×3 in denominator layout.\n"
        "In denominator layout a gradient is shaped as prediction.",
    ),
    "another size, of a vjp": (
        lambda answer, **hint: assert_vjp(answer, Linear(W), h, x, **hint),
        W.T @ h,
        np.ones((2, 2)),
        "How is it shaped, beside x?",
        "The vjp by x is wrong (Linear(5×4, no bias)).\n"
        "It is 2×2, where (4,) is wanted.\n"
        "A vjp is shaped as its argument: x has shape (4,).",
    ),
    "some other factor": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), x, **hint),
        W,
        1.25 * W,
        "Which factor stands before the whole?",
        "∂y/∂x is wrong (Linear(5×4, no bias)).\n"
        "Its shape is right, 5×4; 20 of 20 entries differ, the first is [1,1].\n"
        "Every entry is 1.25 times what it should be.\n"
        "Look for a factor of 1.25 too many.",
    ),
    "one entry": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), x, **hint),
        W,
        W + (W == 3),
        "What is one entry, by hand?",
        "∂y/∂x is wrong (Linear(5×4, no bias)).\n"
        "Its shape is right, 5×4; 1 of 20 entries differs, [2,4].\n"
        "None of the usual causes gives these numbers.\n"
        "Entry [2,4] is 4, it should be 3.",
    ),
    "one row": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), x, **hint),
        W,
        W * (np.arange(5) != 2)[:, None],
        "What is one entry, by hand?",
        "∂y/∂x is wrong (Linear(5×4, no bias)).\n"
        "Its shape is right, 5×4; 4 of 20 entries differ, all in row 3, the first is [3,1].\n"
        "None of the usual causes gives these numbers.\n"
        "Entry [3,1] is 0, it should be -2.",
    ),
    "one column": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), x, **hint),
        W,
        W * (np.arange(4) != 1),
        "What is one entry, by hand?",
        "∂y/∂x is wrong (Linear(5×4, no bias)).\n"
        "Its shape is right, 5×4; 5 of 20 entries differ, all in column 2, the first is "
        "[1,2].\n"
        "None of the usual causes gives these numbers.\n"
        "Entry [1,2] is 0, it should be -1.",
    ),
    "zeros": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), x, **hint),
        W,
        0 * W,
        "What is one entry, by hand?",
        "∂y/∂x is wrong (Linear(5×4, no bias)).\n"
        "Its shape is right, 5×4; 20 of 20 entries differ, the first is [1,1].\n"
        "None of the usual causes gives these numbers.\n"
        "Entry [1,1] is 0, it should be 0.5.",
    ),
    "a number": (
        lambda answer, **hint: assert_gradient(answer, HalfSquaredError(), x[:1], x[1:2], **hint),
        [[1.5]],
        [[1.25]],
        "What is one entry, by hand?",
        "The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='sum')).\n"
        "It is one number, and not the right one.\n"
        "None of the usual causes gives these numbers.\n"
        "Entry [1,1] is 1.25, it should be 1.5.",
    ),
    "NaN": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), x, **hint),
        W,
        np.where(W == 3, np.nan, W),
        "Where may it divide by 0, or take the logarithm of what is not positive?",
        "∂y/∂x is wrong (Linear(5×4, no bias)).\n"
        "1 of 20 entries is NaN, [2,4].\n"
        "NaN comes of 0/0 and of the log of a negative number, infinity of 1/0 and of exp.\n"
        "Look for the first result that is not finite.",
    ),
    "infinity": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), x, **hint),
        W,
        np.where(W < 0, np.inf, W),
        "Where may it divide by 0, or take the logarithm of what is not positive?",
        "∂y/∂x is wrong (Linear(5×4, no bias)).\n"
        "7 of 20 entries are infinite, the first is [1,2].\n"
        "NaN comes of 0/0 and of the log of a negative number, infinity of 1/0 and of exp.\n"
        "Look for the first result that is not finite.",
    ),
    "NaN and infinity, another size": (
        lambda answer, **hint: assert_jacobian(answer, Linear(W), x, **hint),
        W,
        np.array([[np.inf, np.nan, 1.0]]),
        "Where may it divide by 0, or take the logarithm of what is not positive?",
        "∂y/∂x is wrong (Linear(5×4, no bias)).\n"
        "It is 1×3, where 5×4 is wanted. 2 of 3 entries are NaN or infinite, the first "
        "is [1,1].\n"
        "NaN comes of 0/0 and of the log of a negative number, infinity of 1/0 and of exp.\n"
        "Look for the first result that is not finite.",
    ),
    "a vector, and at a": (
        lambda answer, **hint: assert_jacobian(answer, Tanh(), x, **hint),
        np.diag(1 - np.tanh(x) ** 2),
        1 - np.tanh(np.tanh(x)) ** 2,
        "At which value is the derivative taken: before the function, or behind it? How "
        "many derivatives are there, of each entry of y by each entry of x?",
        "∂y/∂x is wrong (Tanh()).\n"
        "It is (4,), where 4×4 is wanted.\n"
        "Two things at once. The derivative is taken at the output of the layer, a, instead"
        " of its input, z. The diagonal is kept as a vector: y[i] depends on x[i] alone, so"
        " ∂y/∂x is the diagonal matrix of these numbers.\n"
        "Put x itself in; only a formula that is written in a, such as a (1 - a), takes a. "
        "Write the matrix, np.diag(s), 4×4; in a product alone s ⊙ g stands for diag(s) g.",
    ),
    "a vector, and a formula in a": (
        lambda answer, **hint: assert_jacobian(answer, Sigmoid(), x, **hint),
        np.diag(s),
        x * (1 - x),
        "In which value is the formula for the slope written, z or a? How many derivatives "
        "are there, of each entry of y by each entry of x?",
        "∂y/∂x is wrong (Sigmoid()).\n"
        "It is (4,), where 4×4 is wanted.\n"
        "Two things at once. The formula a (1 - a) is written in the output a, and it was "
        "given the input z. The diagonal is kept as a vector: y[i] depends on x[i] alone, "
        "so ∂y/∂x is the diagonal matrix of these numbers.\n"
        "Compute a first, and put it in. Write the matrix, np.diag(s), 4×4; in a product "
        "alone s ⊙ g stands for diag(s) g.",
    ),
}
