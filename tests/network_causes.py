"""The causes that an answer about a network is told of: each beside its message, word by word.

Right answers are written in plain NumPy. Every wrong one is the right one with one mistake.
"""

import numpy as np

from jacobians import Network
from jacobians.checking import assert_gradient, assert_jacobian


def parts(net, x, y):
    """The values of a row of two layers, tanh and then σ or softmax, in plain NumPy."""
    W1, b1, W2, b2 = (np.array(net.parameters[name]) for name in ("W1", "b1", "W2", "b2"))
    z1 = W1 @ x + b1[:, None]
    a1 = np.tanh(z1)
    z2 = W2 @ a1 + b2[:, None]
    a2 = 1 / (1 + np.exp(-z2)) if net is not CUBE else np.exp(z2) / np.exp(z2).sum(axis=0)
    return W1, W2, x, z1, a1, z2, a2, y


def dtanh(z):
    return 1 - np.tanh(z) ** 2


def dsigmoid(z):
    return np.exp(z) / (1 + np.exp(z)) ** 2


LOSS = "half_squared_error"
TRAP = Network.parse("2-3-2", activation=["tanh", "sigmoid"], loss=LOSS, seed=4)
"""The threads' own network: as many inputs as outputs."""
DEEP = Network.parse("3-4-2", activation=["tanh", "sigmoid"], loss=LOSS, seed=4)
"""Sizes that differ."""
CUBE = Network.parse("3-3-3", activation=["tanh", "softmax"], loss="cross_entropy", seed=4)
"""Square weights, and a softmax."""
X2, X3 = np.array([[0.4], [-1.3]]), np.array([[0.4], [-1.3], [0.7]])
B3 = np.array(
    [[0.4, 1.1, -0.6, 0.3, 0.8], [-1.3, 0.2, 0.9, 1.6, -0.4], [0.7, -0.5, 1.2, 0.1, -0.9]]
)
Y2, YB = np.array([[0.2], [0.7]]), np.array([[0.2, 0.9, 0.5, 0.1, 0.3], [0.7, 0.4, 0.8, 0.6, 0.2]])
Y3 = np.array([[0.2], [0.5], [0.3]])
W1, W2, a0, z1, a1, z2, a2, y = parts(TRAP, X2, Y2)
d2 = (a2 - y) * dsigmoid(z2)
d1 = (W2.T @ d2) * dtanh(z1)
V1, V2, A0, Z1, A1, Z2, A2, _ = parts(DEEP, B3, YB)
D2 = (A2 - YB) * dsigmoid(Z2)
D1 = (V2.T @ D2) * dtanh(Z1)
U1, U2, c0, u1, c1, u2, c2, _ = parts(CUBE, X3, Y3)
E = np.diag(dtanh(u1)[:, 0])
M = np.diag(c2[:, 0]) - c2 @ c2.T
e2 = M @ (-Y3 / c2)
e1 = (U2.T @ e2) * dtanh(u1)

s1 = dtanh(u1)
Q1, Q2, r0, t1, r1, t2, r2, q = parts(DEEP, X3, Y2)
q2 = (r2 - q) * dsigmoid(t2)
q1 = (Q2.T @ q2) * dtanh(t1)

LONG = Network.parse("3-3-3-3", activation=["tanh", "tanh", "tanh"], loss=LOSS, seed=4)
"""Three layers of one size: a misconception is made three times."""
K1, K2, K3 = (np.array(LONG.parameters[name]) for name in ("W1", "W2", "W3"))
m1 = K1 @ X3 + np.array(LONG.parameters["b1"])[:, None]
m2 = K2 @ np.tanh(m1) + np.array(LONG.parameters["b2"])[:, None]
m3 = K3 @ np.tanh(m2) + np.array(LONG.parameters["b3"])[:, None]
k3 = (np.tanh(m3) - Y3) * dtanh(m3)
k1 = (K2.T @ ((K3.T @ k3) * dtanh(m2))) * dtanh(m1)

TWIN = Network.parse("3-3-3", activation=["tanh", "sigmoid"], loss=LOSS,
                     weights={"W1": U2.T, "b1": [0, 0, 0], "W2": U2, "b2": [0, 0, 0]})  # fmt: skip
"""The two weights are each other's transposes."""
F = np.diag(dtanh(U2.T @ X3)[:, 0])

CAUSES = {
    "a neighbour layer's weight: W1 for W2ᵀ": (
        lambda answer, **hint: assert_gradient(
            answer, TRAP, X2, Y2, wrt="W1", layout="denominator", **hint
        ),
        d1 @ a0.T,
        ((W1 @ d2) * dtanh(z1)) @ a0.T,
        "Which layer made each value that the derivative goes back from, and with which weight?",
        "The gradient ∂L/∂W1 is wrong (2-3-2: tanh, sigmoid, half squared error).\n"
        "Its shape is right, 3×2; 6 of 6 entries differ, the first is [1,1].\n"
        "A neighbour layer's weight: W1 stands where W2ᵀ belongs.\n"
        "The derivative goes through the layer that made z2: W2ᵀ.",
    ),
    "a neighbour layer's weight: in a Jacobian": (
        lambda answer, **hint: assert_jacobian(answer, CUBE, X3, of="z2", wrt="z1", **hint),
        U2 @ E,
        U1 @ E,
        "Which layer made each value that the derivative goes back from, and with which weight?",
        "∂z2/∂z1 is wrong (3-3-3: tanh, softmax, cross entropy).\n"
        "Its shape is right, 3×3; 9 of 9 entries differ, the first is [1,1].\n"
        "A neighbour layer's weight: W1 stands where W2 belongs.\n"
        "The derivative goes through the layer that made z2: W2.",
    ),
    "a neighbour layer's value: z1 for a1": (
        lambda answer, **hint: assert_gradient(answer, TRAP, X2, Y2, wrt="W2", **hint),
        (d2 @ a1.T).T,
        (d2 @ z1.T).T,
        "Of which values is each layer's own derivative made?",
        "The gradient ∂L/∂W2 is wrong (2-3-2: tanh, sigmoid, half squared error).\n"
        "Its shape is right, 3×2; 6 of 6 entries differ, the first is [1,1].\n"
        "A neighbour's value: z1 stands where a1 belongs.\n"
        "Each layer's derivative is made of its own input, here a1.",
    ),
    "at a instead of z: of the hidden layer": (
        lambda answer, **hint: assert_gradient(
            answer, TRAP, X2, Y2, wrt="W1", layout="denominator", **hint
        ),
        d1 @ a0.T,
        ((W2.T @ d2) * dtanh(a1)) @ a0.T,
        "At which value is each slope taken: before the function, or behind it?",
        "The gradient ∂L/∂W1 is wrong (2-3-2: tanh, sigmoid, half squared error).\n"
        "Its shape is right, 3×2; 6 of 6 entries differ, the first is [1,1].\n"
        "The derivative is taken at a instead of z: tanh'(a1) stands where tanh'(z1) belongs.\n"
        "It is taken at the input of its layer; only a formula that is written in a, "
        "such as a (1 - a), takes a.",
    ),
    "at a instead of z: of the output layer": (
        lambda answer, **hint: assert_gradient(
            answer, TRAP, X2, Y2, wrt="W1", layout="denominator", **hint
        ),
        d1 @ a0.T,
        ((W2.T @ ((a2 - y) * dsigmoid(a2))) * dtanh(z1)) @ a0.T,
        "At which value is each slope taken: before the function, or behind it?",
        "The gradient ∂L/∂W1 is wrong (2-3-2: tanh, sigmoid, half squared error).\n"
        "Its shape is right, 3×2; 6 of 6 entries differ, the first is [1,1].\n"
        "The derivative is taken at a instead of z: σ'(a2) stands where σ'(z2) belongs.\n"
        "It is taken at the input of its layer; only a formula that is written in a, "
        "such as a (1 - a), takes a.",
    ),
    "a factor left out: a slope": (
        lambda answer, **hint: assert_gradient(
            answer, TRAP, X2, Y2, wrt="W1", layout="denominator", **hint
        ),
        d1 @ a0.T,
        (W2.T @ d2) @ a0.T,
        "Through which layers does the derivative go back, and is there a factor for each?",
        "The gradient ∂L/∂W1 is wrong (2-3-2: tanh, sigmoid, half squared error).\n"
        "Its shape is right, 3×2; 6 of 6 entries differ, the first is [1,1].\n"
        "A factor of the chain is left out: ∂a1/∂z1, diag(tanh'(z1)).\n"
        "Every layer between L and W1 has its factor: multiply by what is left out too.",
    ),
    "a factor left out: in a Jacobian": (
        lambda answer, **hint: assert_jacobian(answer, CUBE, X3, of="z2", wrt="x", **hint),
        U2 @ E @ U1,
        U2 @ U1,
        "Through which layers does the derivative go back, and is there a factor for each?",
        "∂z2/∂x is wrong (3-3-3: tanh, softmax, cross entropy).\n"
        "Its shape is right, 3×3; 9 of 9 entries differ, the first is [1,1].\n"
        "A factor of the chain is left out: ∂a1/∂z1, diag(tanh'(z1)).\n"
        "Every layer between z2 and x has its factor: multiply by what is left out too.",
    ),
    "the wrong order: a weight from the wrong side": (
        lambda answer, **hint: assert_gradient(answer, CUBE, X3, Y3, wrt="z1", **hint),
        e1.T,
        ((U2 @ e2) * dtanh(u1)).T,
        "On which side of its neighbour does each factor stand in numerator layout?",
        "The gradient ∂L/∂z1 is wrong (3-3-3: tanh, softmax, cross entropy).\n"
        "Its shape is right, 1×3; 3 of 3 entries differ, the first is [1,1].\n"
        "The product stands in the wrong order: W2 multiplies from the wrong side, W2 "
        "for W2ᵀ.\n"
        "Going back, the layer above comes first: as a column that is σ'(z) ⊙ (Wᵀ δ), W "
        "and δ of the layer above.",
    ),
    "the wrong order: in denominator layout": (
        lambda answer, **hint: assert_jacobian(
            answer, CUBE, X3, of="z2", wrt="x", layout="denominator", **hint
        ),
        U1.T @ E @ U2.T,
        U2.T @ E @ U1.T,
        "On which side of its neighbour does each factor stand in denominator layout?",
        "∂z2/∂x is wrong (3-3-3: tanh, softmax, cross entropy).\n"
        "Its shape is right, 3×3; 9 of 9 entries differ, the first is [1,1].\n"
        "The product stands in the wrong order: the whole chain is turned round.\n"
        "In denominator layout the later layer stands on the right.",
    ),
    "the diagonal as a vector: of one link": (
        lambda answer, **hint: assert_jacobian(answer, DEEP, X3, of="z2", wrt="z1", **hint),
        V2 * dtanh(V1 @ X3 + DEEP.parameters["b1"][:, None])[:, 0],
        V2 @ dtanh(V1 @ X3 + DEEP.parameters["b1"][:, None]),
        "What shape has the derivative of a layer that goes entry by entry?",
        "∂z2/∂z1 is wrong (3-4-2: tanh, sigmoid, half squared error).\n"
        "It is 2×1, where 2×4 is wanted.\n"
        "The diagonal is kept as a vector: tanh'(z1) for diag(tanh'(z1)).\n"
        "Write the matrix, np.diag(s), or scale the columns of what stands on its left, W * s.",
    ),
    "the diagonal only: of the softmax": (
        lambda answer, **hint: assert_gradient(answer, CUBE, X3, Y3, wrt="W1", **hint),
        (e1 @ c0.T).T,
        (((U2.T @ (c2 * (1 - c2) * (-Y3 / c2))) * dtanh(u1)) @ c0.T).T,
        "In which layers does one entry of the output depend on one entry of the input alone?",
        "The gradient ∂L/∂W1 is wrong (3-3-3: tanh, softmax, cross entropy).\n"
        "Its shape is right, 3×3; 9 of 9 entries differ, the first is [1,1].\n"
        "The diagonal only: ∂a2/∂z2 is no diagonal matrix, its layer mixes the entries.\n"
        "Multiply by the whole Jacobian; softmax has s ⊙ (g - sᵀ g).",
    ),
    "a matrix product for ⊙: the thread's own sum": (
        lambda answer, **hint: assert_gradient(answer, TRAP, X2, Y2, wrt="z1", **hint),
        d1.T,
        d2.T @ W2 @ dtanh(z1),
        "What is diag(s) δ, entry by entry?",
        "The gradient ∂L/∂z1 is wrong (2-3-2: tanh, sigmoid, half squared error).\n"
        "It is 1×1, where 1×3 is wanted.\n"
        "A matrix product stands for the Hadamard product: sᵀ δ for s ⊙ δ, s = tanh'(z1).\n"
        "Write *, entry by entry: diag(s) δ = s ⊙ δ.",
    ),
    "⊙ for a matrix product: W2ᵀ ⊙ δ": (
        lambda answer, **hint: assert_gradient(
            answer, TRAP, X2, Y2, wrt="z1", layout="denominator", **hint
        ),
        d1,
        (W2.T * d2[:, 0]) * dtanh(z1),
        "Does * add anything up?",
        "The gradient ∂L/∂z1 is wrong (2-3-2: tanh, sigmoid, half squared error).\n"
        "It is 3×2, where 3×1 is wanted.\n"
        "A Hadamard product stands for the matrix product: W2ᵀ ⊙ δᵀ for W2ᵀ δ.\n"
        "Write @: a matrix product adds up over the inner size.",
    ),
    "⊙ for a matrix product: of two factors": (
        lambda answer, **hint: assert_jacobian(answer, CUBE, X3, of="z2", wrt="z1", **hint),
        U2 @ E,
        U2 * E,
        "Does * add anything up?",
        "∂z2/∂z1 is wrong (3-3-3: tanh, softmax, cross entropy).\n"
        "Its shape is right, 3×3; 6 of 9 entries differ, all off the diagonal, the first "
        "is [1,2].\n"
        "A Hadamard product stands for the matrix product: ∂z2/∂a1 ⊙ ∂a1/∂z1.\n"
        "Write @: a matrix product adds up over the inner size.",
    ),
    "the sum over the batch missing: of a bias": (
        lambda answer, **hint: assert_gradient(
            answer, DEEP, B3, YB, wrt="b2", layout="denominator", **hint
        ),
        D2.sum(axis=1, keepdims=True),
        D2,
        "How many samples meet the same b2, and what becomes of their derivatives?",
        "The gradient ∂L/∂b2 is wrong (3-4-2: tanh, sigmoid, half squared error).\n"
        "It is 2×5, where 2×1 is wanted.\n"
        "The sum over the batch is missing: each sample's part stands by itself.\n"
        "All 5 samples share b2: δ aᵀ adds their parts up, for a bias δ.sum(axis=1).",
    ),
    "the sum over the batch missing: of a weight": (
        lambda answer, **hint: assert_gradient(answer, DEEP, B3, YB, wrt="W1", **hint),
        (D1 @ A0.T).T,
        np.stack([np.outer(d, a) for d, a in zip(D1.T, A0.T, strict=True)]),
        "How many samples meet the same W1, and what becomes of their derivatives?",
        "The gradient ∂L/∂W1 is wrong (3-4-2: tanh, sigmoid, half squared error).\n"
        "It is (5, 4, 3), where 3×4 is wanted.\n"
        "The sum over the batch is missing: each sample's part stands by itself.\n"
        "All 5 samples share W1: δ aᵀ adds their parts up, for a bias δ.sum(axis=1).",
    ),
    "the sum over the batch missing: the first sample alone": (
        lambda answer, **hint: assert_gradient(answer, DEEP, B3, YB, wrt="W1", **hint),
        (D1 @ A0.T).T,
        np.outer(A0[:, 0], D1[:, 0]),
        "How many samples meet the same W1, and what becomes of their derivatives?",
        "The gradient ∂L/∂W1 is wrong (3-4-2: tanh, sigmoid, half squared error).\n"
        "Its shape is right, 3×4; 12 of 12 entries differ, the first is [1,1].\n"
        "The sum over the batch is missing: it is the first sample's part alone.\n"
        "All 5 samples share W1: δ aᵀ adds their parts up, for a bias δ.sum(axis=1).",
    ),
    "the sum over the wrong axis: of a bias": (
        lambda answer, **hint: assert_gradient(answer, DEEP, B3, YB, wrt="b2", **hint),
        D2.sum(axis=1, keepdims=True).T,
        D2.sum(axis=0),
        "Which axis are the samples?",
        "The gradient ∂L/∂b2 is wrong (3-4-2: tanh, sigmoid, half squared error).\n"
        "It is (5,), where 1×2 is wanted.\n"
        "The sum goes over the wrong axis: over the units, not over the samples.\n"
        "Samples are columns, the last axis; what they share is summed over them, and "
        "only that.",
    ),
    "the sum over the wrong axis: over all of a bias": (
        lambda answer, **hint: assert_gradient(answer, DEEP, B3, YB, wrt="b2", **hint),
        D2.sum(axis=1, keepdims=True).T,
        D2.sum(),
        "Which axis are the samples?",
        "The gradient ∂L/∂b2 is wrong (3-4-2: tanh, sigmoid, half squared error).\n"
        "It is a single number, where 1×2 is wanted.\n"
        "The sum goes over the wrong axis: over the units too.\n"
        "Samples are columns, the last axis; what they share is summed over them, and "
        "only that.",
    ),
    "a neighbour layer's weight: in every layer": (
        lambda answer, **hint: assert_gradient(
            answer, LONG, X3, Y3, wrt="z1", layout="denominator", **hint
        ),
        k1,
        (K1.T @ ((K2.T @ k3) * dtanh(m2))) * dtanh(m1),
        "Which layer made each value that the derivative goes back from, and with which weight?",
        "The gradient ∂L/∂z1 is wrong (3-3-3-3: tanh, tanh, tanh, half squared error).\n"
        "Its shape is right, 3×1; 3 of 3 entries differ, the first is [1,1].\n"
        "A neighbour layer's weight: W2ᵀ stands where W3ᵀ belongs; W1ᵀ stands where W2ᵀ "
        "belongs.\n"
        "The derivative goes through the layer that made z3: W3ᵀ, and goes through the layer"
        " that made z2: W2ᵀ.",
    ),
    "at a instead of z: in every layer": (
        lambda answer, **hint: assert_gradient(answer, DEEP, X3, Y2, wrt="W1", **hint),
        (q1 @ r0.T).T,
        ((Q2.T @ ((r2 - q) * dsigmoid(r2))) * dtanh(r1) @ r0.T).T,
        "At which value is each slope taken: before the function, or behind it?",
        "The gradient ∂L/∂W1 is wrong (3-4-2: tanh, sigmoid, half squared error).\n"
        "Its shape is right, 3×4; 12 of 12 entries differ, the first is [1,1].\n"
        "The derivative is taken at a instead of z: σ'(a2) stands where σ'(z2) belongs; "
        "tanh'(a1) stands where tanh'(z1) belongs.\n"
        "It is taken at the input of its layer; only a formula that is written in a, such "
        "as a (1 - a), takes a.",
    ),
    "at a instead of z: in every layer but the last": (
        lambda answer, **hint: assert_gradient(
            answer, LONG, X3, Y3, wrt="z1", layout="denominator", **hint
        ),
        k1,
        (K2.T @ ((K3.T @ k3) * dtanh(np.tanh(m2)))) * dtanh(np.tanh(m1)),
        "At which value is each slope taken: before the function, or behind it?",
        "The gradient ∂L/∂z1 is wrong (3-3-3-3: tanh, tanh, tanh, half squared error).\n"
        "Its shape is right, 3×1; 3 of 3 entries differ, the first is [1,1].\n"
        "The derivative is taken at a instead of z: tanh'(a2) stands where tanh'(z2) "
        "belongs; tanh'(a1) stands where tanh'(z1) belongs.\n"
        "It is taken at the input of its layer; only a formula that is written in a, such "
        "as a (1 - a), takes a.",
    ),
    "a factor left out: every activation's": (
        lambda answer, **hint: assert_gradient(answer, DEEP, X3, Y2, wrt="W1", **hint),
        (q1 @ r0.T).T,
        (Q2.T @ (r2 - q) @ r0.T).T,
        "Through which layers does the derivative go back, and is there a factor for each?",
        "The gradient ∂L/∂W1 is wrong (3-4-2: tanh, sigmoid, half squared error).\n"
        "Its shape is right, 3×4; 12 of 12 entries differ, the first is [1,1].\n"
        "A factor of the chain is left out: ∂a2/∂z2, diag(σ'(z2)); ∂a1/∂z1, "
        "diag(tanh'(z1)).\n"
        "Every layer between L and W1 has its factor: multiply by what is left out too.",
    ),
    "the wrong order: W for Wᵀ in every layer": (
        lambda answer, **hint: assert_gradient(
            answer, LONG, X3, Y3, wrt="z1", layout="denominator", **hint
        ),
        k1,
        (K2 @ ((K3 @ k3) * dtanh(m2))) * dtanh(m1),
        "On which side of its neighbour does each factor stand in denominator layout?",
        "The gradient ∂L/∂z1 is wrong (3-3-3-3: tanh, tanh, tanh, half squared error).\n"
        "Its shape is right, 3×1; 3 of 3 entries differ, the first is [1,1].\n"
        "The product stands in the wrong order: W3 multiplies from the wrong side, W3 for "
        "W3ᵀ; W2 multiplies from the wrong side, W2 for W2ᵀ.\n"
        "Going back, the layer above comes first: as a column that is σ'(z) ⊙ (Wᵀ δ), W and"
        " δ of the layer above.",
    ),
    "the diagonal as a vector: s W": (
        lambda answer, **hint: assert_jacobian(answer, DEEP, X3, of="a1", wrt="x", **hint),
        dtanh(t1) * Q1,
        dtanh(t1)[:, 0] @ Q1,
        "What shape has the derivative of a layer that goes entry by entry?",
        "∂a1/∂x is wrong (3-4-2: tanh, sigmoid, half squared error).\n"
        "It is (3,), where 4×3 is wanted.\n"
        "The diagonal is kept as a vector: tanh'(z1) for diag(tanh'(z1)).\n"
        "Write the matrix, np.diag(s), or scale the rows of what stands on its right, s[:, "
        "None] * W.",
    ),
    "the diagonal as a vector: W s": (
        lambda answer, **hint: assert_jacobian(answer, DEEP, X3[:, 0], of="z2", wrt="z1", **hint),
        Q2 * dtanh(t1)[:, 0],
        Q2 @ dtanh(t1)[:, 0],
        "What shape has the derivative of a layer that goes entry by entry?",
        "∂z2/∂z1 is wrong (3-4-2: tanh, sigmoid, half squared error).\n"
        "It is (2,), where 2×4 is wanted.\n"
        "The diagonal is kept as a vector: tanh'(z1) for diag(tanh'(z1)).\n"
        "Write the matrix, np.diag(s), or scale the columns of what stands on its left, W *"
        " s.",
    ),
    "the term − s sᵀ missing: of the softmax": (
        lambda answer, **hint: assert_gradient(answer, CUBE, X3, Y3, wrt="z1", **hint),
        e1.T,
        ((U2.T @ (c2 * (-Y3 / c2))) * dtanh(u1)).T,
        "What does the sum in the denominator of softmax bring, by the quotient rule?",
        "The gradient ∂L/∂z1 is wrong (3-3-3: tanh, softmax, cross entropy).\n"
        "Its shape is right, 1×3; 3 of 3 entries differ, the first is [1,1].\n"
        "The term − s sᵀ is missing: ∂a2/∂z2 is taken for diag(s).\n"
        "Multiply by the whole Jacobian, diag(s) - s sᵀ; going back it is s ⊙ (g - sᵀ g).",
    ),
    "⊙ for a matrix product: δ ⊙ a": (
        lambda answer, **hint: assert_gradient(
            answer, CUBE, X3, Y3, wrt="W1", layout="denominator", **hint
        ),
        e1 @ c0.T,
        e1[:, 0] * c0[:, 0],
        "Does * add anything up?",
        "The gradient ∂L/∂W1 is wrong (3-3-3: tanh, softmax, cross entropy).\n"
        "It is (3,), where 3×3 is wanted.\n"
        "A Hadamard product stands for the matrix product: δ ⊙ a0 for δ a0ᵀ.\n"
        "Write @: a matrix product adds up over the inner size.",
    ),
    "an inner product for the outer one: of one sample": (
        lambda answer, **hint: assert_gradient(
            answer, CUBE, X3, Y3, wrt="W1", layout="denominator", **hint
        ),
        e1 @ c0.T,
        e1[:, 0] @ c0[:, 0],
        "How many entries has W1, and how many has an inner product?",
        "The gradient ∂L/∂W1 is wrong (3-3-3: tanh, softmax, cross entropy).\n"
        "It is a single number, where 3×3 is wanted.\n"
        "An inner product stands for the outer product: δᵀ a0 for δ a0ᵀ.\n"
        "Take every entry by every other: np.outer(δ, a).",
    ),
}

TOLD = {
    "a neighbour's weight or the wrong order": (
        lambda answer, **hint: assert_jacobian(answer, TWIN, X3, of="z2", wrt="z1", **hint),
        U2 @ F,
        U2.T @ F,
        "Which layer made each value that the derivative goes back from, and with which "
        "weight? On which side of its neighbour does each factor stand in numerator layout?",
        "∂z2/∂z1 is wrong (3-3-3: tanh, sigmoid, half squared error).\n"
        "Its shape is right, 3×3; 6 of 9 entries differ, all off the diagonal, the first "
        "is [1,2].\n"
        "On this input 2 causes give these numbers and cannot be told apart:\n"
        "  1  A neighbour layer's weight: W1 stands where W2 belongs.\n"
        "  2  The product stands in the wrong order: W2 multiplies from the wrong side, "
        "W2ᵀ for W2.\n"
        "They differ on an input with layer sizes that all differ.\n"
        "To mend it:\n"
        "  1  The derivative goes through the layer that made z2: W2.\n"
        "  2  In numerator layout the later layer stands on the left.",
    ),
    "a sum over the units or sᵀ δ": (
        lambda answer, **hint: assert_gradient(answer, TRAP, X2, Y2, wrt="b2", **hint),
        d2.T,
        d2.sum(),
        "What is diag(s) δ, entry by entry? Which axis are the samples?",
        "The gradient ∂L/∂b2 is wrong (2-3-2: tanh, sigmoid, half squared error).\n"
        "It is a single number, where 1×2 is wanted.\n"
        "On this input 2 causes give these numbers and cannot be told apart:\n"
        "  1  A matrix product stands for the Hadamard product: sᵀ δ for s ⊙ δ, s = σ'(z2).\n"
        "  2  The sum goes over the wrong axis: over the units too.\n"
        "They differ on an input with more than one entry; sizes that differ.\n"
        "To mend it:\n"
        "  1  Write *, entry by entry: diag(s) δ = s ⊙ δ.\n"
        "  2  Samples are columns, the last axis; what they share is summed over them, "
        "and only that.",
    ),
    "a neighbour's weight, in the other layout": (
        lambda answer, **hint: assert_gradient(answer, TRAP, X2, Y2, wrt="W1", **hint),
        (d1 @ a0.T).T,
        ((W1 @ d2) * dtanh(z1)) @ a0.T,
        "Which layer made each value that the derivative goes back from, and with which "
        "weight? Is a gradient in numerator layout shaped as W1, or as its transpose?",
        "The gradient ∂L/∂W1 is wrong (2-3-2: tanh, sigmoid, half squared error).\n"
        "It is 3×2, where 2×3 is wanted.\n"
        "Two things at once. A neighbour layer's weight: W1 stands where W2ᵀ belongs. "
        "The other layout: this is the gradient in denominator layout.\n"
        "The derivative goes through the layer that made z2: W2ᵀ. Transpose it: in "
        "numerator layout it is 2×3.",
    ),
    "a vector on the wrong axis or the wrong order": (
        lambda answer, **hint: assert_jacobian(answer, CUBE, X3, of="a1", wrt="x", **hint),
        s1 * U1,
        s1[:, 0] * U1,
        "On which side of its neighbour does each factor stand in numerator layout? What "
        "shape has the derivative of a layer that goes entry by entry?",
        "∂a1/∂x is wrong (3-3-3: tanh, softmax, cross entropy).\n"
        "Its shape is right, 3×3; 6 of 9 entries differ, all off the diagonal, the first is"
        " [1,2].\n"
        "On this input 2 causes give these numbers and cannot be told apart:\n"
        "  1  The product stands in the wrong order: ∂a1/∂z1 and ∂z1/∂a0 have changed "
        "places.\n"
        "  2  The diagonal is kept as a vector: tanh'(z1) for diag(tanh'(z1)).\n"
        "They differ on an input with layer sizes that all differ.\n"
        "To mend it:\n"
        "  1  In numerator layout the later layer stands on the left.\n"
        "  2  Write the matrix, np.diag(s), or scale the rows of what stands on its right, "
        "s[:, None] * W.",
    ),
    "neighbours exchanged or a vector on the wrong axis": (
        lambda answer, **hint: assert_jacobian(answer, CUBE, X3, of="z2", wrt="z1", **hint),
        U2 @ E,
        E @ U2,
        "On which side of its neighbour does each factor stand in numerator layout? What "
        "shape has the derivative of a layer that goes entry by entry?",
        "∂z2/∂z1 is wrong (3-3-3: tanh, softmax, cross entropy).\n"
        "Its shape is right, 3×3; 6 of 9 entries differ, all off the diagonal, the first is"
        " [1,2].\n"
        "On this input 2 causes give these numbers and cannot be told apart:\n"
        "  1  The product stands in the wrong order: ∂z2/∂a1 and ∂a1/∂z1 have changed "
        "places.\n"
        "  2  The diagonal is kept as a vector: tanh'(z1) for diag(tanh'(z1)).\n"
        "They differ on an input with layer sizes that all differ.\n"
        "To mend it:\n"
        "  1  In numerator layout the later layer stands on the left.\n"
        "  2  Write the matrix, np.diag(s), or scale the columns of what stands on its "
        "left, W * s.",
    ),
}
