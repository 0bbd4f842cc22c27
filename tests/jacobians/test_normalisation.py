"""Layer norm and batch norm: who depends on whom, what is summed, what is refused."""

import copy
import pickle

import numpy as np
import pytest

from jacobians import (
    BatchNorm,
    LayerNorm,
    Linear,
    Network,
    ReLU,
    Softmax,
    collapse,
    dimension_trace,
)
from jacobians.operators import Diagonal, DiagonalBlocks, DiagonalMinusOuters, Identity
from jacobians.rule import Names
from jacobians.unknown import Unknown
from layouts import LayoutError, ShapeError
from layouts.sizes import letter
from tests.formulas import evaluated
from tests.laws import agree, column
from tests.normalisation_cases import BATCH, BETA, GAMMA, SAMPLE, WIDE

LAYER, BATCHED = LayerNorm(GAMMA, BETA), BatchNorm(GAMMA, BETA)
BOTH = [LAYER, BATCHED]
ONES, ZEROS = np.ones(4), np.zeros(4)


def blocks(layer, X):
    """The Jacobian by x as N×N blocks: [sample of y, sample of x, entry of y, entry of x]."""
    n, N = X.shape
    return np.asarray(layer.jacobian(X)).reshape(N, n, N, n).transpose(0, 2, 1, 3)


def test_layer_norm_never_lets_samples_meet():
    J = blocks(LAYER, BATCH)
    for k, l in np.ndindex(3, 3):
        assert bool(J[k, l].any()) == (k == l)
        assert k != l or (J[k, l] != 0).all()
    assert not LAYER.couples_samples


def test_batch_norm_lets_all_samples_meet_and_never_two_entries():
    J = blocks(BATCHED, BATCH)
    for k, l in np.ndindex(3, 3):
        assert (np.diag(J[k, l]) != 0).all()
        assert not (J[k, l] - np.diag(np.diag(J[k, l]))).any()
    assert BATCHED.couples_samples


def test_layers_that_leave_samples_alone_say_so():
    for layer in (Linear([[1.0]]), ReLU(), Softmax(), LAYER):
        assert layer.couples_samples is False


@pytest.mark.parametrize(("make", "axis"), [(LayerNorm, 0), (BatchNorm, 1)])
def test_without_scale_and_shift_the_mean_is_0_and_the_mean_square_1(make, axis):
    y = make(ONES, ZEROS, eps=1e-14)(BATCH)
    np.testing.assert_allclose(y.mean(axis), 0, atol=1e-15)
    np.testing.assert_allclose((y**2).mean(axis), 1, rtol=1e-12)


@pytest.mark.parametrize(("layer", "shift"), [
    (LAYER, np.array([[2.0, -3.0, 0.5]])), (BATCHED, np.array([[2.0], [-3.0], [0.5], [7.0]])),
], ids=repr)  # fmt: skip
def test_a_shift_of_all_that_is_averaged_changes_nothing(layer, shift):
    agree(layer(BATCH + shift), layer(BATCH), 1e-14)
    agree(layer.jacobian(BATCH + shift), layer.jacobian(BATCH), 1e-14)
    along = np.broadcast_to(shift, BATCH.shape)
    np.testing.assert_allclose(layer.jvp(along, BATCH), 0, atol=1e-14)


@pytest.mark.parametrize(("layer", "axis"), [(LAYER, 0), (BATCHED, 1)], ids=repr)
def test_the_gradient_sums_to_0_over_what_is_averaged_and_nowhere_else(layer, axis):
    g = np.random.default_rng(3).standard_normal(BATCH.shape)
    gradient = layer.vjp(g, BATCH)
    np.testing.assert_allclose(gradient.sum(axis), 0, atol=1e-14)
    assert (np.abs(gradient.sum(1 - axis)) > 1e-2).all()


def test_layer_norm_by_hand():
    """Mean 3, deviations -2, 0, 2, 0, mean square 2, with eps = 2 a spread of 2."""
    layer = LayerNorm([1.0, 1.0, 2.0, 2.0], [0.0, 0.0, 0.0, 0.5], eps=2.0)
    x = [1.0, 3.0, 5.0, 3.0]
    assert layer(x).tolist() == [-1, 0, 2, 0.5]
    expected = np.array([[2, -1, 0, -1], [-1, 3, -1, -1], [0, -2, 4, -2], [-2, -2, -2, 6]]) / 8
    assert np.array_equal(layer.jacobian(x), expected)
    assert np.array_equal(layer.jacobian(x, layout="denominator"), expected.T)
    assert layer.vjp([0.0, 0.0, 8.0, 0.0], x).tolist() == [0, -2, 4, -2]
    assert layer.vjp([3.0, 5.0, 7.0, 2.0], x, wrt="gamma").tolist() == [-3, 0, 7, 0]
    assert layer.vjp([3.0, 5.0, 7.0, 2.0], x, wrt="beta").tolist() == [3, 5, 7, 2]


def test_batch_norm_by_hand():
    """Rows with mean 2 and 4, deviations ∓1 and 0, with eps = 3 spreads of 2 and √3."""
    layer, X = BatchNorm([4.0, 3.0], [0.0, 5.0], eps=3.0), [[1.0, 3.0], [4.0, 4.0]]
    np.testing.assert_allclose(layer(X), [[-2, 2], [5, 5]], rtol=1e-15)
    by_row = {
        0: [[0.75, -0.75], [-0.75, 0.75]],
        1: np.sqrt(3) * np.array([[0.5, -0.5], [-0.5, 0.5]]),
    }
    J = np.asarray(layer.jacobian(X))
    for i, between_samples in by_row.items():
        np.testing.assert_allclose(J[i::2, i::2], between_samples, rtol=1e-15)
    assert not J[0::2, 1::2].any()
    G = [[3.0, 5.0], [7.0, 2.0]]
    np.testing.assert_allclose(layer.vjp(G, X, wrt="gamma"), [1, 0], rtol=1e-15)
    assert layer.vjp(G, X, wrt="beta").tolist() == [8, 9]


@pytest.mark.parametrize("layer", BOTH, ids=repr)
def test_scale_and_shift_are_summed_over_samples(layer):
    g = np.random.default_rng(4).standard_normal(BATCH.shape)
    xhat = (layer(BATCH) - BETA[:, None]) / GAMMA[:, None]
    agree(layer.vjp(g, BATCH, wrt="gamma"), sum(g[:, k] * xhat[:, k] for k in range(3)), 1e-14)
    agree(layer.vjp(g, BATCH, wrt="beta"), sum(g[:, k] for k in range(3)), 1e-15)


ONE_SAMPLE = "diag(gamma/s) (I₄ - (1 1ᵀ + xhat xhatᵀ)/4)"
EACH_SAMPLE = "blockdiag(diag(gamma/sₖ) (I₄ - (1 1ᵀ + xhatₖ xhatₖᵀ)/4))"
EACH_ENTRY = "diagblocks((gammaᵢ/sᵢ) (I₃ - (1 1ᵀ + xhatᵢ xhatᵢᵀ)/3))"
STRUCTURES = [
    # layer   x       wrt      structure                        text
    (LAYER,   SAMPLE, "x",     "diagonal minus outer products", ONE_SAMPLE),
    (LAYER,   SAMPLE, "gamma", "diagonal",                      "diag(xhat)"),
    (LAYER,   SAMPLE, "beta",  "identity",                      "I₄"),
    (LAYER,   BATCH,  "x",     "block diagonal",                EACH_SAMPLE),
    (LAYER,   BATCH,  "gamma", "block column",                  "blockcol(diag(xhatₖ))"),
    (LAYER,   BATCH,  "beta",  "Kronecker",                     "1 ⊗ I₄"),
    (BATCHED, BATCH,  "x",     "diagonal blocks",               EACH_ENTRY),
    (BATCHED, BATCH,  "gamma", "block column",                  "blockcol(diag(xhatₖ))"),
    (BATCHED, BATCH,  "beta",  "Kronecker",                     "1 ⊗ I₄"),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "x", "wrt", "structure", "text"), STRUCTURES)
def test_every_derivative_has_its_structure(layer, x, wrt, structure, text):
    J = layer.jacobian(x, wrt=wrt)
    assert (J.structure, J.operator.text) == (structure, text)


d, v, one = np.array([3.0, 5.0]), np.array([1.0, -2.0]), np.ones(2)
scaled_rows = DiagonalMinusOuters([(one, "1"), (v, "v")], (d, "d"))
number = DiagonalMinusOuters([(v, "v")], (np.float64(0.5), "c/s"))
PRINTED = {
    "diag(d) (I₂ - (1 1ᵀ + v vᵀ)/2)": scaled_rows,
    "(I₂ - (1 1ᵀ + v vᵀ)/2) diag(d)": scaled_rows.T,
    "diag(2 d) (I₂ - (1 1ᵀ + v vᵀ)/2)": scaled_rows.scaled(2.0),
    "diag(d) (I₂ - (1 1ᵀ + v vᵀ)/2) diag(s)": scaled_rows @ Diagonal(v),
    "diag(s) (I₂ - (1 1ᵀ + v vᵀ)/2) diag(d)": Diagonal(v) @ scaled_rows.T,
    "(I₂ - (1 1ᵀ + v vᵀ)/2) diag(d ⊙ s)": scaled_rows.T @ Diagonal(v),
    "(c/s) (I₂ - v vᵀ/2)": number,
    "3 (I₂ - v vᵀ/2)": DiagonalMinusOuters([(v, "v")]).scaled(3.0),
    "(I_(2·n) - v vᵀ/(2·n))": DiagonalMinusOuters([(Unknown((2 * letter("n"),)), "v")]),
}


@pytest.mark.parametrize("text", PRINTED)
def test_a_diagonal_minus_outer_products_prints_as_mathematics(text):
    assert str(PRINTED[text]) == text


def test_a_number_is_written_before_the_matrix_on_whichever_side_it_stands():
    assert str(number.T) == str(number)


PULLED = {
    "(I₂ - (1 1ᵀ + v vᵀ)/2) (d ⊙ (A g))": scaled_rows.pulled_back("A g"),
    "d ⊙ ((I₂ - (1 1ᵀ + v vᵀ)/2) g)": scaled_rows.T.pulled_back("g"),
    "(I₂ - v vᵀ/2) ((c/s) g)": number.pulled_back("g"),
    "(I₂ - v vᵀ/2) g": DiagonalMinusOuters([(v, "v")]).pulled_back("g"),
    "(I₂ - 1 1ᵀ/2) (d ⊙ G) - v ⊙ (1 1ᵀ (v ⊙ (d ⊙ G)))/2": scaled_rows.pulled_back_by_sample("G"),
    "d ⊙ ((I₂ - 1 1ᵀ/2) G - v ⊙ (1 1ᵀ (v ⊙ G))/2)": scaled_rows.T.pulled_back_by_sample("G"),
    "diag(c/s) (G - v ⊙ ((v ⊙ G) 1 1ᵀ)/2)": number.pulled_back_by_feature("G"),
    "G - v ⊙ ((v ⊙ G) 1 1ᵀ)/2": DiagonalMinusOuters([(v, "v")]).pulled_back_by_feature("G"),
    None: scaled_rows.pulled_back_by_feature("G"),
}


@pytest.mark.parametrize("text", PULLED)
def test_a_pull_back_is_written_without_the_matrix(text):
    assert PULLED[text] == text


def test_structures_keep_few_numbers():
    assert LAYER.jacobian(SAMPLE).operator.stored == 4 + 4
    assert LAYER.jacobian(BATCH).operator.stored == 3 * (4 + 4)
    assert BATCHED.jacobian(BATCH).operator.stored == 4 * (3 + 1)
    assert BATCHED.jacobian(BATCH).operator.full == 12 * 12


@pytest.mark.parametrize("layer", BOTH, ids=repr)
@pytest.mark.parametrize("samples", [letter("N"), 5])
def test_letters_serve_as_sizes(layer, samples):
    n = letter("n")
    values = Unknown((n, samples)), Unknown((n,)), Unknown((n,))
    rules = type(layer).of_sizes(n).rules(*values, names=Names(layer.arguments))
    assert rules["x"].jacobian().shape == (n * samples, n * samples)
    assert rules["gamma"].jacobian().shape == rules["beta"].jacobian().T.shape[::-1]
    assert rules["gamma"].jacobian().T.shape == (n, n * samples)


def collapsed(operator, xhat, s):
    """The printed pull-back as numbers: 1 1ᵀ and I by their sizes, vectors as columns."""
    n = operator.blocks[0].shape[0]
    text = operator.pulled_back("G").replace("1 1ᵀ", "E").replace(f"I{'₂₃₄'[n - 2]}", "J")
    values = {"xhat": xhat, "s": s, "gamma": GAMMA[:, None], "gamma/s": GAMMA[:, None] / s}
    return text, {**values, "E": np.ones((n, n)), "J": np.eye(n)}


@pytest.mark.parametrize(("layer", "axis"), [(LAYER, 0), (BATCHED, 1)], ids=repr)
def test_the_printed_pull_back_is_the_vjp(layer, axis):
    G = np.random.default_rng(5).standard_normal(BATCH.shape)
    deviation = BATCH - BATCH.mean(axis, keepdims=True)
    s = np.sqrt((deviation**2).mean(axis, keepdims=True) + 1e-5)
    text, values = collapsed(layer.jacobian(BATCH).operator, deviation / s, s)
    if axis == 1:
        text = text.replace("diag(gamma/s)", "D")
        values["D"] = np.diag(GAMMA / s[:, 0])
    agree(evaluated(text, values | {"G": G}), layer.vjp(G, BATCH), 1e-13)


def test_the_printed_pull_back_of_one_sample_is_the_vjp():
    g = np.random.default_rng(6).standard_normal(4)
    deviation = SAMPLE - SAMPLE.mean()
    s = np.sqrt((deviation**2).mean() + 1e-5)
    text = LAYER.jacobian(SAMPLE).operator.pulled_back("g")
    assert text == "(I₄ - (1 1ᵀ + xhat xhatᵀ)/4) (gamma/s ⊙ g)"
    values = {"J": np.eye(4), "E": np.ones((4, 4)), "xhat": column(deviation / s), "s": s}
    values |= {"gamma": column(GAMMA), "g": column(g)}
    shown = evaluated(text.replace("I₄", "J").replace("1 1ᵀ", "E"), values)
    agree(shown, column(LAYER.vjp(g, SAMPLE)), 1e-13)


WORDS = {
    "layer norm, one sample": (
        LAYER, (4, 1), "gamma1 ⊙ xhat + beta1",
        "`xhat = (z1 - mean)/s`, each column by its own mean and spread s",
    ),
    "layer norm, batch": (
        LAYER, (4, 3), "diag(gamma1) xhat + beta1 1ᵀ",
        "`xhat = (z1 - mean)/s`, each column by its own mean and spread s",
    ),
    "batch norm": (
        BATCHED, (4, 3), "diag(gamma1) xhat + beta1 1ᵀ",
        "`xhat = (z1 - mean)/s`, each entry by its mean and spread s over the samples",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WORDS)
def test_reports_have_words_for_it(case):
    layer, shape, formula, remark = WORDS[case]
    names, shapes = Names(("z1", "gamma1", "beta1"), "a1"), (shape, (4,), (4,))
    assert layer.formula(names, shapes) == formula
    assert layer.remark(names, shapes) == remark
    assert layer.word == case.split(",")[0]


def test_representations_name_what_is_not_the_default():
    assert repr(LAYER) == "LayerNorm(4)"
    assert repr(BatchNorm.of_sizes(3, eps=0.1)) == "BatchNorm(3, eps=0.1)"


def test_a_collapse_shows_the_three_ways_agree():
    found = collapse(LAYER, SAMPLE, g=[1.0, -2.0, 3.0, 0.5])
    assert not found.allowed
    assert found.max_difference < 1e-14
    assert found.law == (
        "gᵀ diag(gamma/s) (I₄ - (1 1ᵀ + xhat xhatᵀ)/4) = "
        "((I₄ - (1 1ᵀ + xhat xhatᵀ)/4) (gamma/s ⊙ g))ᵀ"
    )


@pytest.mark.parametrize("make", [LayerNorm, BatchNorm])
def test_in_a_network_chain_and_sweep_agree(make):
    random = np.random.default_rng(7)
    norm = make(GAMMA[:3], BETA[:3])
    net = Network([Linear.random(3, 4, random), norm, ReLU(), Linear.random(2, 3, random)],
                  loss="half_squared_error")  # fmt: skip
    T = random.standard_normal((2, 3))
    for wrt in ("x", "W1", "b1", "gamma1", "beta1", "W2"):
        J = np.asarray(net.jacobian(BATCH, T, of="L", wrt=wrt, layout="denominator"))
        gradient = net.gradient(BATCH, T, wrt=wrt, layout="denominator")
        np.testing.assert_allclose(J, column(gradient), atol=1e-14)


@pytest.mark.parametrize("make", [LayerNorm, BatchNorm])
@pytest.mark.parametrize(("n", "samples"), [(3, 2), (784, 128), (letter("n"), letter("N"))])
def test_reports_of_sizes_alone_keep_to_the_page(make, n, samples):
    net = Network([Linear.of_sizes(n, 2), make.of_sizes(n), ReLU(), Linear.of_sizes(4, n)])
    for wrt in ("W1", "gamma1", "beta1"):
        report = dimension_trace(net, wrt=wrt, samples=samples, shapes_only=True)
        assert max(map(len, str(report).splitlines())) <= 80
        assert "`" not in str(report)


def test_a_report_of_one_sample_through_batch_norm_is_refused():
    net = Network([Linear.of_sizes(3, 2), BatchNorm.of_sizes(3)])
    with pytest.raises(ShapeError, match="batch norm has one sample"):
        dimension_trace(net)


def test_a_bias_before_batch_norm_has_no_effect():
    random = np.random.default_rng(8)
    net = Network([Linear.random(3, 4, random), BatchNorm(GAMMA[:3], BETA[:3])], "squared_error")
    T = random.standard_normal((3, 3))
    np.testing.assert_allclose(net.gradient(BATCH, T, wrt="b1"), 0, atol=1e-14)
    assert np.abs(net.gradient(BATCH, T, wrt="W1")).max() > 0.1


REFUSED = {
    "batch norm has one sample: over one sample the variance is 0, and y is beta whatever x is. "
    "Give two samples or more, as columns (n, N).": lambda: BATCHED(SAMPLE),
    "gamma has shape (2, 2): it is a vector, one number for each entry of a sample.":
        lambda: LayerNorm(np.ones((2, 2)), ZEROS),
    "beta has shape (): it is a vector, one number for each entry of a sample.":
        lambda: LayerNorm(ONES, 0.0),
    "gamma has shape (0,): it is a vector, one number for each entry of a sample.":
        lambda: BatchNorm([], []),
    "beta has shape (3,), gamma (4,): each has one number for each entry of a sample.":
        lambda: BatchNorm(ONES, ZEROS[:3]),
    "eps of LayerNorm is a number above 0, not 0.": lambda: LayerNorm(ONES, ZEROS, eps=0),
    "eps of LayerNorm is a number above 0, not nan.":
        lambda: LayerNorm(ONES, ZEROS, eps=float("nan")),
    "eps of BatchNorm is a number above 0, not inf.":
        lambda: BatchNorm(ONES, ZEROS, eps=float("inf")),
    "eps of BatchNorm is a number above 0, not True.": lambda: BatchNorm(ONES, ZEROS, eps=True),
    "eps of BatchNorm is a number above 0, not '1'.": lambda: BatchNorm(ONES, ZEROS, eps="1"),
    "the input has 2 entries, gamma has 4: each entry has its own.": lambda: LAYER(WIDE),
    "the input has 4 entries, beta has 3: each entry has its own.":
        lambda: LAYER(BATCH, ONES, ZEROS[:3]),
    "gamma has shape (4, 1): it is a vector, (n,).": lambda: LAYER(BATCH, ONES[:, None], ZEROS),
}  # fmt: skip


@pytest.mark.parametrize("message", REFUSED)
def test_what_does_not_fit_is_refused_by_name(message):
    with pytest.raises(LayoutError) as refused:
        REFUSED[message]()
    assert str(refused.value) == message


@pytest.mark.parametrize("ask", [
    lambda layer: layer(SAMPLE), lambda layer: layer.jacobian(SAMPLE),
    lambda layer: layer.jvp(SAMPLE, SAMPLE), lambda layer: layer.vjp(SAMPLE, SAMPLE[:, None][:, 0]),
    lambda layer: layer.rules(*map(Unknown, [(4, 1), (4,), (4,)]), names=Names(layer.arguments)),
])  # fmt: skip
def test_batch_norm_of_one_sample_is_refused_however_it_is_asked(ask):
    with pytest.raises(ShapeError, match="batch norm has one sample"):
        ask(BATCHED)


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))]
)
def test_parameters_are_copies_that_cannot_be_written_to(duplicate):
    given = GAMMA.copy()
    layer = LayerNorm(given, BETA)
    given[0] = 99.0
    for each in (layer, duplicate(layer)):
        assert each.gamma[0] == GAMMA[0]
        with pytest.raises(ValueError, match="read-only"):
            each.beta[0] = 1.0


def test_diagonal_blocks_of_different_sizes_are_refused():
    with pytest.raises(ShapeError, match="diagonal blocks need matrices of one size: 2×2, 3×3"):
        DiagonalBlocks([Identity(2), Identity(3)])


def test_a_pattern_has_a_size_and_no_entries():
    pattern = DiagonalBlocks([DiagonalMinusOuters([(Unknown((3,)), "v")])], count=letter("m"))
    assert str(pattern) == "diagblocks((I₃ - v vᵀ/3))"
    assert pattern.T.shape == (3 * letter("m"), 3 * letter("m"))
    for ask in (lambda: pattern.as_matrix(), lambda: pattern.apply(np.ones((3, 1)))):
        with pytest.raises(LayoutError):
            ask()
    few = DiagonalBlocks([Identity(3)], count=2)
    with pytest.raises(LayoutError, match=r"diagblocks\(I₃\) is 2 times a pattern"):
        few.as_matrix()
