"""Structural layers: values and Jacobians worked out by hand, in words, in letters, and refused."""

# ruff: noqa: E501 - the table of letters is read by columns

import copy
import pickle

import autograd
import autograd.numpy
import numpy as np
import pytest

from jacobians import (
    Add,
    BilinearForm,
    Concatenate,
    Divide,
    Flatten,
    Hadamard,
    MatrixProduct,
    MeanOverSamples,
    Reshape,
    Scale,
    Slice,
    Subtract,
    Sum,
    SumOverSamples,
    Tanh,
    Transpose,
)
from jacobians.backpropagation import sweep
from jacobians.chain import derivative
from jacobians.rule import Names
from jacobians.steps import Step, evaluate
from jacobians.unknown import Unknown
from layouts import NUMERATOR, InputError, Layout, ShapeError, commutation_matrix, rvec, vec
from layouts.sizes import letter
from tests.laws import agree
from tests.structural_cases import STRUCTURAL

u, v = np.array([1.0, -2.0, 6.0]), np.array([4.0, 5.0, -3.0])
X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
BY_HAND = {
    # layer and inputs: the value, and the Jacobian by each argument
    "add": (Add(), (u, v), [5, 3, 3], [np.eye(3), np.eye(3)]),
    "subtract": (Subtract(), (u, v), [-3, -7, 9], [np.eye(3), -np.eye(3)]),
    "hadamard": (Hadamard(), (u, v), [4, -10, -18],
                 [np.diag([4, 5, -3]), np.diag([1, -2, 6])]),
    "divide": (Divide(), (u, v), [0.25, -0.4, -2],
               [np.diag([1 / 4, 1 / 5, -1 / 3]), np.diag([-1 / 16, 2 / 25, -6 / 9])]),
    "scale": (Scale(-0.5), (u,), [-0.5, 1, -3], [-0.5 * np.eye(3)]),
    "add a bias to two samples": (
        Add(shared=("v",)), (X, [10.0, 20.0]), [[11, 12, 13], [24, 25, 26]],
        [np.eye(6), np.vstack([np.eye(2)] * 3)],
    ),
    "scale two samples by one vector": (
        Hadamard(shared=("v",)), (X, [10.0, 100.0]), [[10, 20, 30], [400, 500, 600]],
        [np.diag([10, 100] * 3), [[1, 0], [0, 4], [2, 0], [0, 5], [3, 0], [0, 6]]],
    ),
    "matrix times vector": (
        MatrixProduct(), (X, [1.0, 0.0, -1.0]), [-2, -2],
        [[[1, 0, 0, 0, -1, 0], [0, 1, 0, 0, 0, -1]], X],
    ),
    "matrix times matrix": (
        MatrixProduct(), ([[1.0, 2.0]], [[3.0, 5.0, 7.0], [4.0, 6.0, 8.0]]), [[11, 17, 23]],
        [[[3, 4], [5, 6], [7, 8]], np.kron(np.eye(3), [[1, 2]])],
    ),
    "form": (
        BilinearForm(), ([1.0, -1.0], X, [2.0, 0.0, 1.0]), [-9],
        [[[5, 14]], [[2, -2, 0, 0, 1, -1]], [[-3, -3, -3]]],
    ),
    "concatenate": (
        Concatenate(), ([7.0], u), [7, 1, -2, 6],
        [[[1], [0], [0], [0]], np.eye(4)[:, 1:]],
    ),
    "concatenate matrices": (
        Concatenate(), ([[7.0, 8.0, 9.0]], X), [[7, 8, 9], [1, 2, 3], [4, 5, 6]],
        [np.eye(9)[:, [0, 3, 6]], np.eye(9)[:, [1, 2, 4, 5, 7, 8]]],
    ),
    "slice": (Slice(slice(1, None)), (u,), [-2, 6], [[[0, 1, 0], [0, 0, 1]]]),
    "slice of a matrix": (
        Slice(slice(0, 1), slice(-2, None)), (X,), [[2, 3]], [np.eye(6)[[2, 4]]],
    ),
    "transpose": (Transpose(), (X,), X.T, [commutation_matrix(2, 3)]),
    "reshape, rows first": (
        Reshape((3, 2)), (X,), [[1, 2], [3, 4], [5, 6]],
        [np.eye(6)[[0, 4, 3, 2, 1, 5]]],  # vec X is 1 4 2 5 3 6, vec Y is 1 3 5 2 4 6
    ),
    "reshape, columns first": (
        Reshape((3, 2), "column-major"), (X,), [[1, 5], [4, 3], [2, 6]], [np.eye(6)],
    ),
    "flatten": (Flatten(), (X,), [1, 2, 3, 4, 5, 6], [commutation_matrix(2, 3)]),
    "flatten by columns": (Flatten("column-major"), (X,), [1, 4, 2, 5, 3, 6], [np.eye(6)]),
    "sum": (Sum(), (u,), [5], [[[1, 1, 1]]]),
    "sum of each sample": (Sum(), (X,), [[5, 7, 9]], [np.kron(np.eye(3), [[1, 1]])]),
    "sum over samples": (SumOverSamples(), (X,), [6, 15], [np.hstack([np.eye(2)] * 3)]),
    "mean over samples": (MeanOverSamples(), (X,), [2, 5], [np.hstack([np.eye(2) / 3] * 3)]),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_values_and_jacobians_are_those_worked_out_by_hand(name):
    layer, inputs, value, jacobians = BY_HAND[name]
    assert np.allclose(layer(*inputs), value, rtol=1e-15)
    assert layer(*inputs).shape == np.shape(value)
    for argument, J in zip(layer.arguments, jacobians, strict=True):
        given = layer.jacobian(*inputs, wrt=argument)
        assert given.shape == np.shape(J)
        assert np.allclose(given, J, rtol=1e-15, atol=0)


def test_the_sum_in_the_gradient_by_shared_weights_is_delta_times_a_transposed():
    generator = np.random.default_rng(3)
    W, A, delta = (generator.standard_normal(shape) for shape in [(2, 3), (3, 4), (2, 4)])
    pulled = MatrixProduct(shared=("A",)).vjp(delta, W, A, wrt="A")
    assert np.allclose(pulled, delta @ A.T)
    assert np.allclose(pulled, sum(np.outer(delta[:, k], A[:, k]) for k in range(4)))
    one_by_one = MatrixProduct(shared=("A",)).vjp(delta[:, None], W, A[:, None], wrt="A")
    assert np.allclose(one_by_one, pulled)


@pytest.mark.parametrize("shape", [(2, 3), (4, 3), (5, 2)])
def test_rows_first_is_rvec_and_columns_first_is_vec(shape):
    A = np.random.default_rng(5).standard_normal(shape)
    assert np.array_equal(Flatten()(A), rvec(A)[:, 0])
    assert np.array_equal(Flatten("column-major")(A), vec(A)[:, 0])
    assert np.array_equal(Flatten().jacobian(A), commutation_matrix(*shape))
    assert np.array_equal(Transpose().jacobian(A), commutation_matrix(*shape))
    assert np.array_equal(Transpose().jacobian(A.T), commutation_matrix(*shape).T)
    for order in ("row-major", "column-major"):
        back = Reshape(shape, order)
        assert np.array_equal(back(Flatten(order)(A)), A)
        J = np.asarray(back.jacobian(Flatten(order)(A)))
        assert np.array_equal(J @ np.asarray(Flatten(order).jacobian(A)), np.eye(A.size))


def test_a_division_by_zero_is_infinite_or_nan_and_warns_of_nothing():
    zero = np.array([0.0, 0.0, -0.0])
    top = np.array([0.0, 2.0, 2.0])
    assert np.array_equal(Divide()(top, zero), [np.nan, np.inf, -np.inf], equal_nan=True)
    for wrt in ("u", "v"):
        assert not np.isfinite(np.diag(Divide().jacobian(top, zero, wrt=wrt))).any()
        assert not np.isfinite(Divide().jvp(top, top, zero, wrt=wrt)).any()
        assert not np.isfinite(Divide().vjp(top, top, zero, wrt=wrt)).any()
    shared = Divide(shared=("v",))(np.ones((3, 2)), zero)
    assert np.isinf(shared).all()
    assert np.array_equal(Divide().vjp([1.0], [1e200], [1e200], wrt="v"), [-1e-200])


def test_infinity_and_nan_pass_through_what_only_moves():
    wild = np.array([[np.inf, 1.0], [np.nan, 2.0], [3.0, -np.inf]])
    assert np.array_equal(Transpose()(wild), wild.T, equal_nan=True)
    assert np.array_equal(Slice(slice(1, 3)).jvp(wild, wild), wild[1:], equal_nan=True)


n, m, k, N = (letter(name) for name in "nmkN")
IN_LETTERS = {
    #                            layer                           shapes                       by       text                            formula
    "add":                      (Add(),                          [(n, N), (n, N)],            "v",     "I_(N·n)",                      "u + v"),
    "add, shared":              (Add(shared=("v",)),             [(n, N), (n,)],              "v",     "1 ⊗ I_n",                      "uₖ + v"),
    "add, shared, by the rest": (Add(shared=("v",)),             [(n, N), (n,)],              "u",     "I_N ⊗ I_n",                    "uₖ + v"),
    "add, one sample":          (Add(shared=("v",)),             [(n, 1), (n,)],              "v",     "I_n",                          "u + v"),
    "add, all shared":          (Add(shared=("u", "v")),         [(n,), (n,)],                "v",     "I_n",                          "u + v"),
    "subtract":                 (Subtract(),                     [(n, N), (n, N)],            "v",     "-I_(N·n)",                     "u - v"),
    "hadamard":                 (Hadamard(),                     [(n, 1), (n, 1)],            "u",     "diag(v)",                      "u ⊙ v"),
    "hadamard, samples":        (Hadamard(),                     [(n, N), (n, N)],            "u",     "diag(vec v)",                  "u ⊙ v"),
    "hadamard, shared":         (Hadamard(shared=("v",)),        [(n, N), (n,)],              "v",     "blockcol(diag(uₖ))",           "uₖ ⊙ v"),
    "hadamard, by the rest":    (Hadamard(shared=("v",)),        [(n, N), (n,)],              "u",     "I_N ⊗ diag(v)",                "uₖ ⊙ v"),
    "divide":                   (Divide(),                       [(n, 1), (n, 1)],            "v",     "diag(-u/v²)",                  "u / v"),
    "divide, matrices":         (Divide(),                       [(n, m, N)] * 2,             "u",     "diag(vec (1/v))",              "u / v"),
    "divide, u shared":         (Divide(shared=("u",)),          [(n,), (n, N)],              "v",     "blockdiag(diag(-u/vₖ²))",      "u / vₖ"),
    "scale":                    (Scale(0.5),                     [(n, N)],                    "x",     "0.5 I_(N·n)",                  "0.5 x"),
    "scale by -1":              (Scale(-1),                      [(n, 1)],                    "x",     "-I_n",                         "-x"),
    "product":                  (MatrixProduct(),                [(m, n, 1), (n, k, 1)],      "A",     "Bᵀ ⊗ I_m",                     "A B"),
    "product, by B":            (MatrixProduct(),                [(m, n, 1), (n, k, 1)],      "B",     "I_k ⊗ A",                      "A B"),
    "product, vector":          (MatrixProduct(),                [(m, n, 1), (n, 1)],         "B",     "A",                            "A B"),
    "product, samples":         (MatrixProduct(),                [(m, n, N), (n, k, N)],      "A",     "blockdiag(Bₖᵀ ⊗ I_m)",         "Aₖ Bₖ"),
    "product, weights":         (MatrixProduct(shared=("A",)),   [(m, n), (n, N)],            "A",     "Bᵀ ⊗ I_m",                     "A B"),
    "product, matrices":        (MatrixProduct(shared=("A",)),   [(m, n), (n, k, N)],         "A",     "blockcol(Bₖᵀ ⊗ I_m)",          "A Bₖ"),
    "product, B shared":        (MatrixProduct(shared=("B",)),   [(m, n, N), (n, k)],         "A",     "I_N ⊗ (Bᵀ ⊗ I_m)",             "Aₖ B"),
    "form by x":                (BilinearForm(),                 [(m, 1), (m, n, 1), (n, 1)], "x",     "(A y)ᵀ",                       "xᵀ A y"),
    "form by A":                (BilinearForm(shared=("A",)),    [(m, N), (m, n), (n, N)],    "A",     "blockcol(yₖᵀ ⊗ xₖᵀ)",          "xₖᵀ A yₖ"),
    "form by y":                (BilinearForm(shared=("A",)),    [(m, N), (m, n), (n, N)],    "y",     "blockdiag(xₖᵀ A)",             "xₖᵀ A yₖ"),
    "concatenate":              (Concatenate(),                  [(n, 1), (m, 1)],            "x1",    "( I_n ; 0 )",                  "[x1; x2]"),
    "concatenate, middle":      (Concatenate(3),                 [(n, N), (m, N), (k, N)],    "x2",    "I_N ⊗ ( 0 ; I_m ; 0 )",        "[x1; x2; x3]"),
    "concatenate, matrices":    (Concatenate(shared=("x2",)),    [(n, k, N), (m, k)],         "x2",    "1 ⊗ (I_k ⊗ ( 0 ; I_m ))",      "[x1ₖ; x2]"),
    "slice":                    (Slice(slice(1, 3)),             [(n, 1)],                    "x",     "( 0 | I₂ | 0 )",               "x[1:3]"),
    "slice from the end":       (Slice(slice(-2, None)),         [(n, N)],                    "x",     "I_N ⊗ ( 0 | I₂ )",             "x[-2:]"),
    "slice of all but one":     (Slice(slice(None, -1)),         [(n, 1)],                    "x",     "( I_(n - 1) | 0 )",            "x[:-1]"),
    "slice of a matrix":        (Slice(slice(None), slice(0, 2)), [(n, m, 1)],                "x",     "( I₂ | 0 ) ⊗ I_n",             "x[:, 0:2]"),
    "transpose":                (Transpose(),                    [(m, n, 1)],                 "x",     "K(m, n)",                      "xᵀ"),
    "transpose, samples":       (Transpose(),                    [(m, n, N)],                 "x",     "I_N ⊗ K(m, n)",                "xₖᵀ"),
    "transpose of a row":       (Transpose(),                    [(1, n, 1)],                 "x",     "I_n",                          "xᵀ"),
    "reshape":                  (Reshape((n, 6)),                [(2 * n, 3, 1)],             "x",     "K(6, n) K(2·n, 3)",            "reshape(x, n×6)"),
    "reshape to a vector":      (Reshape(2 * n),                 [(n, 2, 1)],                 "x",     "K(n, 2)",                      "reshape(x, 2·n)"),
    "reshape to itself":        (Reshape((n, 2)),                [(n, 2, N)],                 "x",     "I_N ⊗ I_(2·n)",                "reshape(xₖ, n×2)"),
    "flatten":                  (Flatten(),                      [(m, n, 1)],                 "x",     "K(m, n)",                      "flatten(x)"),
    "sum":                      (Sum(),                          [(n, N)],                    "x",     "I_N ⊗ 1ᵀ",                     "1ᵀ x"),
    "sum of a matrix":          (Sum(),                          [(n, m, 1)],                 "x",     "1ᵀ",                           "1ᵀ x 1"),
    "sum over samples":         (SumOverSamples(),               [(n, N)],                    "x",     "1ᵀ ⊗ I_n",                     "Σₖ xₖ"),
    "mean over samples":        (MeanOverSamples(),              [(n, N)],                    "x",     "(1/N 1ᵀ) ⊗ I_n",               "1/N Σₖ xₖ"),
    "mean over 2 N samples":    (MeanOverSamples(),              [(n, 2 * N)],                "x",     "(1/(2·N) 1ᵀ) ⊗ I_n",           "1/(2·N) Σₖ xₖ"),
    "mean over matrices":       (MeanOverSamples(),              [(n, m, 3)],                 "x",     "(1/3 1ᵀ) ⊗ I_(m·n)",           "1/3 Σₖ xₖ"),
    "mean of one sample":       (MeanOverSamples(),              [(n, 1)],                    "x",     "I_n",                          "x"),
}  # fmt: skip


def in_letters(name):
    layer, shapes, wrt, text, formula = IN_LETTERS[name]
    names = Names(layer.arguments)
    rules = layer.rules(*map(Unknown, shapes), names=names)
    return layer, tuple(shapes), rules[wrt].jacobian(), text, formula


@pytest.mark.parametrize("name", IN_LETTERS)
def test_sizes_in_letters_have_jacobians_and_formulas(name):
    layer, shapes, J, text, formula = in_letters(name)
    assert (J.text, layer.formula(Names(layer.arguments), shapes)) == (text, formula)
    _, _, wrt, *_ = IN_LETTERS[name]
    rows = np.prod(np.array(layer.output_shape(*shapes), dtype=object))
    columns = np.prod(np.array(shapes[layer.arguments.index(wrt)], dtype=object))
    assert J.shape == (rows, columns)
    assert J.T.shape == (columns, rows)


COLLAPSED = {
    "add": "g", "add, shared": "g 1", "subtract": "-g", "hadamard": "g ⊙ v",
    "hadamard, shared": "Σₖ (gₖ ⊙ uₖ)", "divide": "g ⊙ (-u/v²)", "scale": "0.5 g",
    "product": "g Bᵀ", "product, by B": "Aᵀ g", "product, weights": "g Bᵀ",
    "product, matrices": "Σₖ gₖ Bₖᵀ", "form by x": "A y g", "form by A": "Σₖ xₖ gₖ yₖᵀ",
    "concatenate": "( I_n | 0 ) g", "slice": "( 0 ; I₂ ; 0 ) g",
    "slice from the end": "( 0 ; I₂ ) g", "transpose": "gᵀ", "flatten": "K(n, m) g",
    "sum": "1 g", "sum over samples": "g 1ᵀ", "mean over samples": "g (1/N 1ᵀ)",
}  # fmt: skip


@pytest.mark.parametrize("name", COLLAPSED)
def test_what_is_pulled_back_is_written_without_the_matrix(name):
    assert in_letters(name)[2].pulled_back("g") == COLLAPSED[name]


REMARKS = [
    (Add(), [(3, 2)] * 2, "entry by entry"),
    (Add(shared=("v",)), [(3, 2), (3,)], "the same `b` for every sample"),
    (Scale(2.0), [(3, 2)], "a number times every entry"),
    (MatrixProduct(), [(2, 3, 1), (3, 4, 1)], "`2×3 · 3×4`"),
    (MatrixProduct(), [(2, 3, 5), (3, 5)], "`2×3 · 3×1`, for each sample k"),
    (BilinearForm(), [(2, 5), (2, 3, 5), (3, 5)], "a number, for each sample k"),
    (Concatenate(), [(3, 2), (4, 2)], "below each other"),
    (Slice(slice(1, 3)), [(4, 2)], "counted from 0, the end left out"),
    (Transpose(), [(2, 3, 5)], "rows become columns, for each sample k"),
    (Reshape((3, 2)), [(2, 3, 1)], "rows first, as NumPy does"),
    (Flatten("column-major"), [(2, 3, 1)], "columns first, as vec"),
    (Sum(), [(3, 1)], "the sum of the entries"),
    (SumOverSamples(), [(3, 5)], "over the 5 samples k"),
    (MeanOverSamples(), [(3, 1)], "over the only sample"),
]


@pytest.mark.parametrize(("layer", "shapes", "remark"), REMARKS, ids=lambda each: str(each)[:40])
def test_remarks_are_one_short_phrase(layer, shapes, remark):
    names = Names(("a", "b", "c")[: len(layer.arguments)])
    assert layer.remark(names, tuple(shapes)) == remark


@pytest.mark.parametrize("row", STRUCTURAL, ids=lambda row: f"{row[0]}, {row[1]}")
def test_every_layer_prints_as_the_code_that_makes_it_and_survives_a_pickle(row):
    _, _, layer, inputs = row
    made = eval(repr(layer))
    for again in (made, copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert repr(again) == repr(layer)
        assert np.array_equal(again(*inputs), layer(*inputs))


def test_layers_say_whether_they_keep_sizes_and_couple_samples():
    entrywise = [Add(), Subtract(), Hadamard(), Divide(), Scale(2.0)]
    assert all(layer.keeps_size for layer in entrywise)
    rest = [MatrixProduct(), BilinearForm(), Concatenate(), Slice(slice(1, 2)), Transpose(), Sum()]
    assert not any(layer.keeps_size for layer in [*rest, Reshape(4), Flatten()])
    for layer in (SumOverSamples(), MeanOverSamples()):
        assert layer.couples_samples
        assert layer.reduces_samples
        assert not layer.keeps_size
    assert not any(layer.couples_samples for layer in [*entrywise, *rest])


def test_a_scalar_argument_given_once_may_be_named_by_a_string():
    assert Add(shared="v").shared == {"v"}


def test_inputs_are_copied_and_results_are_the_callers():
    x = X.copy()
    y = Transpose()(x)
    g = Transpose().vjp(y, x)
    y[0, 0] = g[0, 0] = 99.0
    assert np.array_equal(x, X)


matrices = np.ones((2, 3, 4))
REFUSED = {
    "u has shape (3,), v (4,): add goes entry by entry and needs equal shapes.":
        (ShapeError, lambda: Add()(u, np.ones(4))),
    "u has shape (3,), v (): hadamard goes entry by entry and needs equal shapes; a number times "
    "an array is Scale(factor).":
        (ShapeError, lambda: Hadamard(shared=("u", "v"))(u, 2.0)),
    "u has 3 samples, v has 4 samples: the last axis is the samples, the same number for all. A "
    "value without them is named, shared=(…).":
        (ShapeError, lambda: Add()(X, np.ones((2, 4)))),
    "v has shape (3,): its last axis are the samples. A value that they share is named, "
    "shared=('v',).":
        (ShapeError, lambda: Add().output_shape((3, 4), (3,))),
    "u has shape (2, 3), v (2,): add goes entry by entry and needs equal shapes; a v that all "
    "samples share is named, shared=('v',).":
        (ShapeError, lambda: Add()(X, np.ones(2))),
    "u has shape (2, 3, 4), v has shape (2,). The axes of one sample are: u 1 or 2 and one more "
    "for samples, v 1 or 2 and one more for samples, for all or for none.":
        (ShapeError, lambda: Add()(matrices, np.ones(2))),
    "x has shape (2, 3, 4, 5). The axes of one sample are: x 1 or 2 and one more for samples, for "
    "all or for none.":
        (ShapeError, lambda: Scale(2.0)(np.ones((2, 3, 4, 5)))),
    "u has shape (0,): it is empty.": (ShapeError, lambda: Add()([], [])),
    "Add takes u and v; 1 input given.": (InputError, lambda: Add()(u)),
    "Add has no argument 'w' to be shared: known are u, v.":
        (InputError, lambda: Add(shared=("w",))),
    "Hadamard has no argument 'w': known are u, v.":
        (InputError, lambda: Hadamard().jacobian(u, v, wrt="w")),
    "u has entries of type complex128: real numbers are wanted, take the real part first.":
        (InputError, lambda: Add()([1j], [1.0])),
    "the factor of Scale is a finite number, not nan.": (InputError, lambda: Scale(np.nan)),
    "the factor of Scale is a finite number, not True.": (InputError, lambda: Scale(True)),
    "the factor of Scale is a finite number, not '2'.": (InputError, lambda: Scale("2")),
    "A is 2×3, B 2×1: A B needs as many columns of A as rows of B, not 3 and 2.":
        (ShapeError, lambda: MatrixProduct()(X, [1.0, 2.0])),
    "A has shape (3,), B (3,): a product takes a matrix and a matrix or a vector.":
        (ShapeError, lambda: MatrixProduct().output_shape((3, 5), (3, 5))),
    "A has shape (3,), B has shape (3,). The axes of one sample are: A 2 and one more for samples, "
    "B 1 or 2 and one more for samples, for all or for none.":
        (ShapeError, lambda: MatrixProduct()(u, v)),
    "x, A and y have shapes (3,), (2, 3) and (3,): xᵀ A y takes two vectors and a matrix with a "
    "row for each entry of x and a column for each of y.":
        (ShapeError, lambda: BilinearForm()(u, X, v)),
    "Concatenate joins 2 arrays or more, not 1.": (InputError, lambda: Concatenate(1)),
    "the shapes are x1 (2, 3), x2 (3,): what stands below each other are vectors, or matrices of "
    "equal width.":
        (ShapeError, lambda: Concatenate(shared=("x1", "x2"))(X, u)),
    "the shapes are x1 (2, 3), x2 (2, 2): what stands below each other are vectors, or matrices of "
    "equal width.":
        (ShapeError, lambda: Concatenate(shared=("x1", "x2"))(X, X[:, 1:])),
    "Slice takes slices of whole numbers with step 1, slice(1, 3), not slice(0, 4, 2).":
        (InputError, lambda: Slice(slice(0, 4, 2))),
    "Slice takes slices of whole numbers with step 1, slice(1, 3), not slice(0, 1.5, None).":
        (InputError, lambda: Slice(slice(0, 1.5))),
    "Slice takes slices of whole numbers with step 1, slice(1, 3), not 2.":
        (InputError, lambda: Slice(2)),
    "x is 3×1: the slice x[1:4] of it leaves it; entries count from 0.":
        (ShapeError, lambda: Slice(slice(1, 4))(u)),
    "x is 3×1: the slice x[-4:] of it leaves it; entries count from 0.":
        (ShapeError, lambda: Slice(slice(-4, None))(u)),
    "x is 3×1: the slice x[2:1] of it is empty; entries count from 0.":
        (ShapeError, lambda: Slice(slice(2, 1))(u)),
    "x is n×1: the slice x[2:2] of it is empty; entries count from 0.":
        (ShapeError, lambda: Slice(slice(2, 2)).output_shape((n, 1))),
    "x is 2×3: the slice x[:, 1:4] of it leaves it; entries count from 0.":
        (ShapeError, lambda: Slice(slice(None), slice(1, 4))(matrices)),
    "x has shape (2, 3, 4): x[0:1] is a slice of a vector or a matrix.":
        (ShapeError, lambda: Slice(slice(0, 1)).output_shape((2, 3, 4, 5))),
    "x has shape (3,): x[0:1, 0:1] is a slice of a matrix.":
        (ShapeError, lambda: Slice(slice(0, 1), slice(0, 1))(u)),
    "x has shape (3,). The axes of one sample are: x 2 and one more for samples, for all or for "
    "none.":
        (ShapeError, lambda: Transpose()(u)),
    "x has shape (3,): xᵀ takes a matrix.": (ShapeError, lambda: Transpose().output_shape((3, 5))),
    "x has shape (3,): flatten(x) takes a matrix.":
        (ShapeError, lambda: Flatten().output_shape((3, 5))),
    "the shape of Reshape has 1 or 2 axes, not 3: (2, 3, 4).":
        (InputError, lambda: Reshape((2, 3, 4))),
    "the shape of Reshape is (2, -1): a size is a whole number from 1 on, or a letter, not -1.":
        (InputError, lambda: Reshape((2, -1))),
    "the order is 'row-major' or 'column-major', not 'C'.": (InputError, lambda: Flatten("C")),
    "x is 3×1, 3 entries: 2×2 takes 4.": (ShapeError, lambda: Reshape((2, 2))(u)),
    "x is n×m, m·n entries: k×2 takes 2·k.":
        (ShapeError, lambda: Reshape((k, 2)).output_shape((n, m, 1))),
    "x has shape (2, 3, 4): a vector or a matrix is reshaped.":
        (ShapeError, lambda: Reshape(24).output_shape((2, 3, 4, 5))),
    "x has shape (2, 3, 4): the sum is one of a vector or a matrix.":
        (ShapeError, lambda: Sum().output_shape((2, 3, 4, 5))),
    "x has shape (3,): a sum over samples takes what has samples, its last axis.":
        (ShapeError, lambda: SumOverSamples().output_shape((3,))),
    "the tangent has shape (2,), u has (3,): a tangent is shaped as its argument.":
        (ShapeError, lambda: Add().jvp([1.0, 2.0], u, v)),
    "the cotangent has shape (3, 1), the output has (3,): a cotangent is shaped as the output.":
        (ShapeError, lambda: Add().vjp(u[:, None], u, v)),
}  # fmt: skip


@pytest.mark.parametrize("message", REFUSED)
def test_what_does_not_fit_is_refused_by_name(message):
    kind, call = REFUSED[message]
    with pytest.raises(kind) as refused:
        call()
    assert str(refused.value) == message


def one_path(np, W, s, A, v, x):
    """The same function of one sample x, out of the module's functions."""
    h = np.tanh(np.dot(W, x)) * s
    c = np.concatenate([h, x])
    t = np.reshape(c, (3, 2)).T  # 3×2 row by row, then turned
    f = np.dot(np.dot(t, v) / (2 + x), np.dot(A, c[1:4]))
    return np.reshape(f, (1,))


def graph_of_structural_layers():
    generator = np.random.default_rng(11)
    shapes = {"W": (4, 2), "s": (4,), "A": (2, 3), "v": (3,), "two": (2,), "x": (2, 5)}
    values = {name: generator.standard_normal(shape) for name, shape in shapes.items()}
    values["two"] = np.full(2, 2.0)
    steps = [
        Step("u", MatrixProduct(shared=("A",)), ("W", "x")),
        Step("h", Hadamard(shared=("v",)), ("tanh", "s")),
        Step("c", Concatenate(), ("h", "x")),
        Step("r", Reshape((3, 2)), ("c",)),
        Step("t", Transpose(), ("r",)),
        Step("p", MatrixProduct(shared=("B",)), ("t", "v")),
        Step("below", Add(shared=("u",)), ("two", "x")),
        Step("q", Divide(), ("p", "below")),
        Step("cut", Slice(slice(1, 4)), ("c",)),
        Step("f", BilinearForm(shared=("A",)), ("q", "A", "cut")),
        Step("L", MeanOverSamples(), ("f",)),
    ]
    steps.insert(1, Step("tanh", Tanh(), ("u",)))
    return steps, evaluate(steps, values)


@pytest.mark.parametrize("wrt", ["W", "s", "A", "v", "x"])
def test_chain_and_sweep_through_a_graph_of_them_agree_with_autograd(wrt):
    steps, values = graph_of_structural_layers()
    names = ["W", "s", "A", "v", "x"]

    def mean(*inputs):
        *shared, x = inputs
        return sum(one_path(autograd.numpy, *shared, x[:, k])[0] for k in range(5)) / 5

    inputs = [values[name] for name in names]
    assert values["L"] == pytest.approx(mean(*inputs), rel=1e-13)
    gradient = autograd.grad(mean, names.index(wrt))(*inputs)
    agree(sweep(steps, values, "L", np.ones(1))[wrt], gradient, 1e-12)
    for layout in Layout:
        J = derivative(steps, values, "L", wrt, layout)
        column = np.asarray(J).T if layout is NUMERATOR else np.asarray(J)
        agree(column, gradient.reshape(-1, 1, order="F"), 1e-12)


def test_where_both_readings_fit_the_last_axis_is_the_samples():
    assert Sum()(X).shape == (1, 3)
    assert Sum()(X[:, :, None]).tolist() == [[21.0]]
    assert Sum(shared=("x",))(X).tolist() == [21.0]
    assert Reshape((3, 2))(X).shape == (3, 2)  # its 2 rows are no 3×2 matrix: one sample
    assert Reshape((2, 1))(X).shape == (2, 1, 3)
    assert Add(shared=("v",))(X, X).shape == (2, 3)  # a matrix, shared: one sample
