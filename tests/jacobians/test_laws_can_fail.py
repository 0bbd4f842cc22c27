"""Wrong rules, handed to the laws: each is rejected by the law that is meant to catch it."""

# ruff: noqa: ARG005 - every replacement is handed the same inputs, used or not

import copy

import numpy as np
import pytest

from jacobians import Jacobian, layers
from jacobians.layers import Linear
from jacobians.operators import (
    BlockColumn,
    Dense,
    Diagonal,
    Identity,
    Kronecker,
    Operator,
    Selection,
    Zero,
)
from jacobians.rule import Rule
from layouts import DENOMINATOR, Layout
from tests.cases import ARGUMENTS, BATCH, BIAS, SAMPLE, TARGETS, WEIGHTS, label
from tests.laws import LAWS

SEES = {
    "jacobian": {"jvp", "vjp", "differences"},
    "jvp": {"jvp", "adjoint"},
    "vjp": {"vjp", "adjoint"},
}
"""Which laws look at which statement of a rule."""
# Where the derivative is zero there is nothing to perturb: the softmax of one entry is 1.
PERTURBED = [(case, wrt) for case, wrt in ARGUMENTS if "softmax, size 1 every" not in case.label]


def with_rule(layer, wrt, change):
    """The layer with one rule replaced by change(rule, inputs)."""
    wrong = copy.copy(layer)

    def rules(*inputs, names):
        right = dict(layer.rules(*inputs, names=names))
        return right | {wrt: change(right[wrt], inputs)}

    wrong.rules = rules
    return wrong


def rejected(law, layer, inputs, wrt):
    try:
        LAWS[law](layer, inputs, wrt)
    except AssertionError:
        return True
    return False


def scaled(what, factor):
    def change(rule, inputs):
        old = getattr(rule, what)
        if what == "jacobian":
            return rule._replace(jacobian=lambda: Dense(factor * np.asarray(old())))
        return rule._replace(**{what: lambda v: factor * old(v)})

    return change


@pytest.mark.parametrize("case_and_argument", PERTURBED, ids=label)
@pytest.mark.parametrize(("what", "law"), [(w, law) for w in SEES for law in sorted(SEES[w])])
def test_a_rule_off_by_a_thousandth_is_rejected(what, law, case_and_argument):
    case, wrt = case_and_argument
    wrong = with_rule(case.layer, wrt, scaled(what, 1.001))
    assert rejected(law, wrong, case.inputs, wrt)


@pytest.mark.parametrize("case_and_argument", PERTURBED, ids=label)
def test_one_layout_off_by_a_thousandth_is_rejected(case_and_argument):
    case, wrt = case_and_argument
    for corrupted in Layout:
        wrong = copy.copy(case.layer)

        def jacobian(*inputs, wrt, layout, corrupted=corrupted, layer=case.layer):
            J = layer.jacobian(*inputs, wrt=wrt, layout=layout)
            right = J.layout is not corrupted
            return J if right else Jacobian(Dense(1.001 * np.asarray(J)), corrupted)

        wrong.jacobian = jacobian
        assert rejected("layouts", wrong, case.inputs, wrt)


class Corrupted(Operator):
    """An operator that is wrong by a thousandth in one of the things that it states."""

    structure = "corrupted"

    def __init__(self, right, where):
        self.right, self.where, self.shape = right, where, right.shape

    def factor(self, where):
        return 1.001 if where == self.where else 1.0

    @property
    def T(self):
        return Dense(self.factor("T") * np.asarray(self.right.T))

    def apply(self, X):
        return self.factor("apply") * self.right.apply(X)

    def write(self, out):
        out[...] = self.factor("write") * np.asarray(self.right)


@pytest.mark.parametrize("case_and_argument", PERTURBED, ids=label)
@pytest.mark.parametrize("where", ["T", "apply", "write"])
def test_an_operator_off_by_a_thousandth_is_rejected(where, case_and_argument):
    case, wrt = case_and_argument

    def change(rule, inputs):
        return rule._replace(jacobian=lambda: Corrupted(rule.jacobian(), where))

    assert rejected("structure", with_rule(case.layer, wrt, change), case.inputs, wrt)


@pytest.mark.parametrize("case_and_argument", PERTURBED, ids=label)
def test_a_structure_that_only_the_shapes_have_is_rejected(case_and_argument):
    case, wrt = case_and_argument

    def change(rule, inputs):
        if not isinstance(inputs[0], np.ndarray):
            return rule
        return rule._replace(jacobian=lambda: Dense(np.asarray(rule.jacobian()), "dense"))

    assert rejected("shapes", with_rule(case.layer, wrt, change), case.inputs, wrt)


SQUARE = WEIGHTS[:4]
SLOPES = np.exp(SAMPLE) / (1 + np.exp(SAMPLE)) ** 2
SOFTMAX = np.exp(SAMPLE) / np.exp(SAMPLE).sum()


X23, X34 = WEIGHTS[:2, :3], WEIGHTS[2:, :]
SAMPLES = np.stack([X34, 2 * X34 - 1], axis=-1)


def rule(**statements):
    """A change of some of the statements; each is handed the inputs first."""
    return lambda old, inputs: old._replace(
        **{
            what: (lambda new=new: new(*inputs))
            if what == "jacobian"
            else (lambda v, new=new: new(v, *inputs))
            for what, new in statements.items()
        }
    )


def everywhere(jacobian, jvp, vjp):
    return lambda old, inputs: Rule(
        lambda: jacobian(*inputs), lambda t: jvp(t, *inputs), lambda g: vjp(g, *inputs)
    )


WRONG = {
    "jacobian transposed, W square": (
        Linear(SQUARE), (SAMPLE, SQUARE), "x",
        rule(jacobian=lambda A, W: Dense(W.T)),
        {"jvp", "vjp", "differences"},
    ),
    "vjp with W for Wᵀ, W square": (
        Linear(SQUARE), (BATCH, SQUARE), "x",
        rule(vjp=lambda g, A, W: W @ g),
        {"vjp", "adjoint"},
    ),
    "jvp with Wᵀ for W, W square": (
        Linear(SQUARE), (BATCH, SQUARE), "x",
        rule(jvp=lambda t, A, W: W.T @ t),
        {"jvp", "adjoint"},
    ),
    "all three with Wᵀ for W, W square": (
        Linear(SQUARE), (SAMPLE, SQUARE), "x",
        everywhere(lambda A, W: Dense(W.T), lambda t, A, W: W.T @ t, lambda g, A, W: W @ g),
        {"differences"},
    ),
    "rows stacked instead of columns": (
        Linear(WEIGHTS), (SAMPLE, WEIGHTS), "W",
        rule(jacobian=lambda A, W: Kronecker(Identity(5), Dense(A.T))),
        {"jvp", "vjp", "differences"},
    ),
    "Kronecker factors swapped in a batch": (
        Linear(WEIGHTS), (BATCH, WEIGHTS), "x",
        rule(jacobian=lambda A, W: Kronecker(Dense(W), Identity(3))),
        {"jvp", "vjp", "differences"},
    ),
    "batch sum missing": (
        Linear(WEIGHTS, BIAS), (BATCH, WEIGHTS, BIAS), "b",
        rule(vjp=lambda g, A, W, b: g[:, 0]),
        {"vjp", "adjoint"},
    ),
    "batch mean for batch sum": (
        Linear(WEIGHTS, BIAS), (BATCH, WEIGHTS, BIAS), "b",
        rule(vjp=lambda g, A, W, b: g.mean(axis=1)),
        {"vjp", "adjoint"},
    ),
    "sign of a push-forward": (
        layers.Sigmoid(), (SAMPLE,), "x",
        rule(jvp=lambda t, Z: -SLOPES[:, None] * t),
        {"jvp", "adjoint"},
    ),
    "slope at a for slope at z": (
        layers.Tanh(), (SAMPLE,), "x",
        everywhere(
            lambda Z: Diagonal(1 - np.tanh(np.tanh(Z)) ** 2),
            lambda t, Z: (1 - np.tanh(np.tanh(Z)) ** 2) * t,
            lambda g, Z: (1 - np.tanh(np.tanh(Z)) ** 2) * g,
        ),
        {"differences"},
    ),
    "softmax as if it were elementwise": (
        layers.Softmax(), (SAMPLE,), "x",
        everywhere(
            lambda Z: Diagonal(SOFTMAX * (1 - SOFTMAX)),
            lambda t, Z: (SOFTMAX * (1 - SOFTMAX))[:, None] * t,
            lambda g, Z: (SOFTMAX * (1 - SOFTMAX))[:, None] * g,
        ),
        {"differences"},
    ),
    "factor ½ forgotten": (
        layers.HalfSquaredError(), (SAMPLE, TARGETS[:, 0]), "prediction",
        everywhere(
            lambda P, T: Dense(2 * (P - T).T),
            lambda t, P, T: 2 * np.sum((P - T) * t),
            lambda g, P, T: 2 * g * (P - T),
        ),
        {"differences"},
    ),
    "mean over samples forgotten in the vjp": (
        layers.SquaredError(), (BATCH, TARGETS), "prediction",
        rule(vjp=lambda g, P, T: 2 * g * (P - T)),
        {"vjp", "adjoint"},
    ),
    "sign by the target": (
        layers.SquaredError(), (BATCH, TARGETS), "target",
        rule(jacobian=lambda P, T: Dense(2 / 3 * (P - T).reshape(1, -1, order="F"))),
        {"jvp", "vjp", "differences"},
    ),
    "K(3, 2) for K(2, 3)": (
        layers.Transpose(), (X23,), "x",
        rule(jacobian=lambda X: Selection.commutation(3, 2)),
        {"jvp", "vjp", "differences"},
    ),
    "rows first as if columns were": (
        layers.Flatten(), (X23,), "x",
        rule(jacobian=lambda X: Identity(6)),
        {"jvp", "vjp", "differences"},
    ),
    "Kronecker factors of B swapped": (
        layers.MatrixProduct(), (X23, X34), "B",
        rule(jacobian=lambda A, B: Kronecker(Dense(A[..., 0]), Identity(4))),
        {"jvp", "vjp", "differences"},
    ),
    "B for Bᵀ, B square": (
        layers.MatrixProduct(shared=("B",)), (X34[..., None], SQUARE), "A",
        everywhere(
            lambda A, B: Kronecker(Dense(B), Identity(3)),
            lambda t, A, B: (t[..., 0] @ B.T)[..., None],
            lambda g, A, B: (g[..., 0] @ B)[..., None],
        ),
        {"differences"},
    ),
    "batch sum missing for shared A": (
        layers.MatrixProduct(shared=("A",)), (X23, SAMPLES), "A",
        rule(vjp=lambda g, A, B: g[..., 0] @ B[..., 0].T),
        {"vjp", "adjoint"},
    ),
    "batch sum missing for a shared term": (
        layers.Add(shared=("v",)), (BATCH, SAMPLE), "v",
        rule(vjp=lambda g, u, v: g[:, 0]),
        {"vjp", "adjoint"},
    ),
    "batch mean for the sum over a shared factor": (
        layers.Hadamard(shared=("v",)), (BATCH, SAMPLE), "v",
        rule(vjp=lambda g, u, v: (g * u).mean(axis=1)),
        {"vjp", "adjoint"},
    ),
    "Hadamard with the wrong partner": (
        layers.Hadamard(), (BATCH, TARGETS), "u",
        everywhere(lambda u, v: Diagonal(u), lambda t, u, v: u * t, lambda g, u, v: u * g),
        {"differences"},
    ),
    "sign of a subtraction": (
        layers.Subtract(), (BATCH, TARGETS), "v",
        everywhere(lambda u, v: Identity(12), lambda t, u, v: t, lambda g, u, v: g),
        {"differences"},
    ),
    "quotient rule without the square": (
        layers.Divide(), (BATCH, 2 + TARGETS), "v",
        everywhere(
            lambda u, v: Diagonal(-u / v), lambda t, u, v: -u / v * t, lambda g, u, v: -u / v * g
        ),
        {"differences"},
    ),
    "quotient rule without the sign": (
        layers.Divide(), (SAMPLE, TARGETS[:, 0]), "v",
        everywhere(
            lambda u, v: Diagonal(u / v**2),
            lambda t, u, v: u / v**2 * t,
            lambda g, u, v: u / v**2 * g,
        ),
        {"differences"},
    ),
    "A for Aᵀ in a form, A square": (
        layers.BilinearForm(), (SAMPLE, SQUARE, TARGETS[:, 0]), "y",
        everywhere(
            lambda x, A, y: Dense((A[..., 0] @ x).T),
            lambda t, x, A, y: np.sum(A[..., 0] @ x * t, keepdims=True),
            lambda g, x, A, y: A[..., 0] @ x * g,
        ),
        {"differences"},
    ),
    "zeros above instead of below": (
        layers.Concatenate(), (SAMPLE, BIAS), "x1",
        rule(jacobian=lambda x1, x2: BlockColumn([Zero(5, 4), Identity(4)])),
        {"jvp", "vjp", "differences"},
    ),
    "a slice that starts one later": (
        layers.Slice(slice(1, 3)), (SAMPLE,), "x",
        rule(vjp=lambda g, x: np.concatenate([np.zeros((2, 1)), g])),
        {"vjp", "adjoint"},
    ),
    "1/N missing in a mean": (
        layers.MeanOverSamples(), (BATCH,), "x",
        rule(vjp=lambda g, x: np.repeat(g[:, None], 3, axis=1)),
        {"vjp", "adjoint"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_rule_is_rejected_by_the_laws_that_look_at_it_and_by_no_other(wrong):
    layer, inputs, wrt, change, caught_by = WRONG[wrong]
    broken = with_rule(layer, wrt, change)
    looking = ["jvp", "vjp", "adjoint", "differences"]
    assert {law for law in looking if rejected(law, broken, inputs, wrt)} == caught_by
    assert not any(rejected(law, layer, inputs, wrt) for law in looking)


def test_a_missing_transpose_of_a_square_matrix_has_the_right_shape():
    layer, inputs, wrt, change, _ = WRONG["vjp with W for Wᵀ, W square"]
    broken = with_rule(layer, wrt, change)
    assert broken.vjp(BATCH, *inputs).shape == layer.vjp(BATCH, *inputs).shape


def test_a_layer_that_answers_in_one_layout_only_is_rejected():
    class Stubborn(layers.Sigmoid):
        def jacobian(self, *inputs, wrt=None, layout=DENOMINATOR):
            return layers.Linear(SQUARE).jacobian(*inputs)

    assert rejected("layouts", Stubborn(), (SAMPLE,), "x")
