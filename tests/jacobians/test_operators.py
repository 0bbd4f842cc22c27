"""Matrices that know their structure: products, what they keep, how they print, what they cost."""

import numpy as np
import pytest

from jacobians.operators import (
    BlockColumn,
    BlockDiagonal,
    BlockRow,
    Dense,
    Diagonal,
    DiagonalMinusOuter,
    Identity,
    Kronecker,
    Product,
    Selection,
    Zero,
)
from jacobians.unknown import Unknown
from layouts import InputError, LayoutError, ShapeError, TooLargeError, commutation_matrix
from layouts.sizes import letter
from tests.laws import operator_is_matrix, product_is
from tests.structures import structures

LEFT = [*structures(4, 6, seed=1), *structures(6, 6, seed=2), *structures(1, 6, seed=3)]
RIGHT = [*structures(6, 9, seed=4), *structures(6, 6, seed=5), *structures(6, 1, seed=6)]
EVERY = {each.label: each for each in [*structures(4, 6), *structures(6, 6)]}


@pytest.mark.parametrize("each", [*LEFT, *RIGHT], ids=lambda e: f"{e.label} {e.matrix.shape}")
def test_every_structure_is_its_full_matrix(each):
    operator_is_matrix(each.operator, each.matrix)


@pytest.mark.parametrize("left", LEFT, ids=lambda e: f"{e.label} {e.matrix.shape}")
@pytest.mark.parametrize("right", RIGHT, ids=lambda e: f"{e.label} {e.matrix.shape}")
def test_every_product_is_the_product_of_the_full_matrices(left, right):
    product = left.operator @ right.operator
    product_is(product, left.matrix @ right.matrix, f"{left.label} @ {right.label}")


@pytest.mark.parametrize("each", EVERY.values(), ids=lambda each: each.label)
def test_a_number_times_a_structure_is_that_many_times_the_matrix(each):
    product_is(each.operator.scaled(-2.5), -2.5 * each.matrix, "scaled")


@pytest.mark.parametrize("a", structures(4, 6, seed=7), ids=lambda each: each.label)
@pytest.mark.parametrize("b", structures(4, 6, seed=8), ids=lambda each: each.label)
def test_every_sum_is_the_sum_of_the_full_matrices(a, b):
    product_is(a.operator + b.operator, a.matrix + b.matrix, f"{a.label} + {b.label}")


s, t = Diagonal(np.array([1.0, 2.0, 3.0])), Diagonal(np.array([4.0, 5.0, 6.0]), "t")
A, W = Dense(np.arange(12.0).reshape(3, 4)), Dense(np.arange(6.0).reshape(2, 3), "W")
a, delta = Dense(np.array([[1.0], [2.0]]), "a"), Dense(np.array([[3.0], [-1.0], [2.0]]), "δ")
softmax = DiagonalMinusOuter(*[np.array([0.2, 0.3, 0.5])] * 3, names=("s", "s", "s"))
K = Selection.commutation(2, 3)
per_sample = BlockDiagonal([softmax, softmax])
KEPT = {
    "diagonal · diagonal": (s @ t, "diagonal"),
    "diagonal · dense": (s @ A, "dense"),
    "dense · diagonal": (W @ s, "dense"),
    "selection · dense": (Selection([2, 0], 3) @ A, "dense"),
    "dense · selection": (W @ Selection([2, 0], 3).T, "dense"),
    "selection · selection": (Selection([1, 0], 2) @ Selection([2, 0], 3), "selection"),
    "turned · turned": (Selection([2, 0], 3).T @ Selection([1, 0, 0], 2).T, "selection"),
    "K(3, 2) · K(2, 3)": (Selection.commutation(3, 2) @ Selection.commutation(2, 3), "identity"),
    "2 Kᵀ · K": (K.T.scaled(2.0) @ K, "scaled identity"),
    "K · zero": (K @ Zero(6, 4), "zero"),
    "diagonal · identity": (s @ Identity(3), "diagonal"),
    "identity · Kronecker": (Identity(6) @ Kronecker(a.T, delta.T).T @ Identity(1), "Kronecker"),
    "half an identity · diagonal": (Identity(3, 0.5) @ s, "diagonal"),
    "zero · dense": (Zero(2, 3) @ A, "zero"),
    "Kronecker · zero": (Kronecker(Identity(2), W) @ Zero(6, 4), "zero"),
    "Kronecker · Kronecker": (Kronecker(W, a.T) @ Kronecker(A, a), "Kronecker"),
    "row · Kronecker": (delta.T @ Kronecker(a.T, Identity(3)), "Kronecker"),
    "Kronecker · column": (Kronecker(a, Identity(3)) @ delta, "Kronecker"),
    "dense · Kronecker of a row": (W @ Kronecker(a.T, Identity(3)), "Kronecker"),
    "diagonal · Kronecker of a row": (s @ Kronecker(a.T, Identity(3)), "Kronecker"),
    "softmax · diagonal": (softmax @ s, "diagonal minus outer product"),
    "diagonal · softmax": (s @ softmax, "diagonal minus outer product"),
    "block diagonal · block diagonal": (per_sample @ per_sample, "block diagonal"),
    "block diagonal · I ⊗ W": (per_sample @ Kronecker(Identity(2), W.T), "block diagonal"),
    "I ⊗ W · diagonal": (
        Kronecker(Identity(2), W) @ Diagonal(np.arange(6.0)), "block diagonal",
    ),
    "block row · block column": (BlockRow([W, W]) @ BlockColumn([A, A]), "dense"),
    "block column · dense": (BlockColumn([W, W]) @ A, "block column"),
    "dense · block row": (W @ BlockRow([A, s]), "block row"),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_a_promised_product_keeps_its_structure(name):
    product, structure = KEPT[name]
    assert product.structure == structure


def test_a_row_times_a_kronecker_factor_is_the_outer_product_of_delta_and_a():
    row = delta.T @ Kronecker(a.T, Identity(3))
    outer = np.outer([3.0, -1.0, 2.0], [1.0, 2.0])
    assert np.array_equal(row, outer.reshape(1, 6, order="F"))
    assert row.stored == 2 + 3


PRINTED = {
    "diag(s)": s,
    "diag(s ⊙ t)": s @ t,
    "I₃": Identity(3),
    "0.5 I₁₂": Identity(12, 0.5),
    "0": Zero(2, 3),
    "W": W,
    "Wᵀ": W.T,
    "aᵀ ⊗ I₃": Kronecker(a.T, Identity(3)),
    "a ⊗ I₃": Kronecker(a.T, Identity(3)).T,
    "aᵀ ⊗ δᵀ": delta.T @ Kronecker(a.T, Identity(3)),
    "diag(s) - s sᵀ": softmax,
    "diag(d) - v uᵀ": DiagonalMinusOuter(*np.ones((3, 3))).T,
    "blockdiag(I₂, diag(s))": BlockDiagonal([Identity(2), s]),
    "( W | 0 )": BlockRow([W, Zero(2, 1)]),
    "( W ; 0 )": BlockColumn([W, Zero(1, 3)]),
    "K(2, 3)": K,
    "K(3, 2)": K.T,
    "-K(2, 3)": K.scaled(-1.0),
    "0.5 K(3, 2)": K.scaled(0.5).T,
    "S": Selection([2, 0], 3),
    "Sᵀ": Selection([2, 0], 3).T,
    "S R": Selection([1, 0], 2) @ Selection([2, 0], 3, "R"),
    "Rᵀ Sᵀ": (Selection([1, 0], 2) @ Selection([2, 0], 3, "R")).T,
    "I₂ ⊗ K(2, 3)": Kronecker(Identity(2), K),
    "K(n, 3)": Selection.commutation(letter("n"), 3),
    "K(3, n)": Selection.commutation(letter("n"), 3).T,
    "blockcol(diag(uₖ))": BlockColumn([Diagonal(np.ones(2), "uₖ")] * 3),
    "blockrow(diag(uₖ))": BlockColumn([Diagonal(np.ones(2), "uₖ")] * 3).T,
    "blockcol(Aₖ)": BlockColumn([Dense(Unknown((2, 3)), "Aₖ")], count=letter("N")),
    "blockrow(Aₖᵀ)": BlockColumn([Dense(Unknown((2, 3)), "Aₖ")], count=letter("N")).T,
    "( W ; W )": BlockColumn([W, W]),
    "W A": Product(W, A),
    "Aᵀ Wᵀ": Product(W, A).T,
}


@pytest.mark.parametrize("text", PRINTED)
def test_operators_print_as_mathematics(text):
    assert str(PRINTED[text]) == text


def test_an_operator_shows_its_size_and_structure():
    assert repr(Kronecker(a.T, Identity(3))) == "<aᵀ ⊗ I₃: 3×6, Kronecker>"


n = letter("n")
COUNTS = {
    #                   operator                                             stored  full
    "dense":           (W,                                                   6,      6),
    "diagonal":        (s,                                                   3,      9),
    "identity":        (Identity(7),                                         0,      49),
    "scaled identity": (Identity(7, 2.0),                                    1,      49),
    "zero":            (Zero(3, 5),                                          0,      15),
    "Kronecker":       (Kronecker(a.T, Identity(3)),                         2,      18),
    "softmax":         (softmax,                                             3,      9),
    "general":         (DiagonalMinusOuter(*np.ones((3, 4))),                12,     16),
    "block diagonal":  (per_sample,                                          6,      36),
    "block row":       (BlockRow([W, Zero(2, 4)]),                           6,      14),
    "product":         (Product(W, A),                                       18,     8),
    "selection":       (K,                                                   0,      36),
    "scaled selection": (K.scaled(3.0),                                      1,      36),
    "column pattern":  (BlockColumn([W], count=5),                           30,     30),
    "row pattern":     (BlockRow([W], count=n),                              6 * n,  6 * n),
    "letters":         (Diagonal(Unknown((n,))),                            n,      n * n),
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
def test_stored_and_full_counts_are_told_apart(name):
    operator, stored, full = COUNTS[name]
    assert (operator.stored, operator.full) == (stored, full)


HUGE = [
    Identity(10**6),
    Diagonal(np.ones(20_000)),
    Kronecker(Identity(1000), Dense(np.ones((40, 40)))),
    BlockColumn([Zero(10**6, 10**4)]),
]


@pytest.mark.parametrize("operator", HUGE, ids=lambda operator: operator.structure)
def test_a_matrix_over_two_gibibytes_is_refused_before_it_is_allocated(operator, monkeypatch):
    for name in ("zeros", "empty", "ones", "full"):
        monkeypatch.setattr(np, name, lambda *_, **__: pytest.fail("allocated"))
    rows, columns = operator.shape
    with pytest.raises(TooLargeError) as refused:
        operator.as_matrix()
    assert str(refused.value) == (
        f"the full {rows}×{columns} matrix would take {8 * rows * columns:,} bytes, "
        "the limit is 2,147,483,648.\n"
        "Keep it structured (its products with vectors need no matrix), or allow more: "
        "as_matrix(limit=bytes)."
    )
    with pytest.raises(MemoryError):
        np.asarray(operator)


def test_the_limit_is_the_callers_and_counts_to_the_byte():
    assert s.as_matrix(limit=72).shape == (3, 3)
    with pytest.raises(TooLargeError, match="would take 72 bytes, the limit is 71"):
        s.as_matrix(limit=71)
    with pytest.raises(TooLargeError):
        Zero(3, 4).as_matrix(limit=0)


def test_a_dense_product_over_the_limit_is_refused_too():
    tall = Dense(np.broadcast_to(1.0, (20_000, 1)), "u")
    with pytest.raises(TooLargeError, match="20000×20000 matrix would take 3,200,000,000 bytes"):
        tall @ tall.T


def test_sizes_that_do_not_fit_are_refused_by_name():
    with pytest.raises(ShapeError) as refused:
        W @ W
    assert str(refused.value) == "cannot multiply W (2×3) by W (2×3): inner sizes 3 and 2 differ."
    with pytest.raises(ShapeError, match="cannot multiply diag\\(s\\) \\(3×3\\) by the array"):
        s @ np.ones((4, 2))
    with pytest.raises(ShapeError, match="a sum needs equal shapes"):
        W + A
    with pytest.raises(ShapeError, match="blocks side by side need equal heights: 2×3, 3×4"):
        BlockRow([W, A])
    with pytest.raises(ShapeError, match="blocks below each other need equal widths: 2×3, 3×4"):
        BlockColumn([W, A])


def test_shapes_alone_have_no_entries():
    with pytest.raises(LayoutError, match="letters for sizes"):
        Identity(letter("n")).as_matrix()
    with pytest.raises(LayoutError, match="known by its shape alone"):
        Dense(Unknown((3, 2))).as_matrix()


def test_a_commutation_matrix_is_the_one_that_the_layouts_know():
    for m, n in [(2, 3), (4, 3), (1, 5), (5, 1), (3, 3)]:
        assert np.array_equal(Selection.commutation(m, n), commutation_matrix(m, n))
        assert np.array_equal(Selection.commutation(m, n).T, commutation_matrix(n, m))


def test_an_entry_that_is_picked_twice_is_put_back_as_a_sum():
    S = Selection([1, 2, 1], 4)
    assert (S @ np.array([5.0, 6.0, 7.0, 8.0])).tolist() == [6.0, 7.0, 6.0]
    assert (S.T @ np.array([1.0, 10.0, 100.0])).tolist() == [0.0, 101.0, 10.0, 0.0]
    assert S.T.T.text == "S"


def test_letters_of_selections_have_shapes_and_no_entries():
    m = letter("m")
    letters = Selection.commutation(m, n)
    assert letters.shape == (m * n, m * n)
    assert (letters.T @ letters).structure == "identity"
    assert (letters @ letters).text == "K(m, n) K(m, n)"
    with pytest.raises(LayoutError, match="known by its shape alone"):
        letters.apply(np.ones((3, 1)))
    with pytest.raises(LayoutError, match="letters for sizes"):
        letters.as_matrix()


def test_a_selection_is_collapsed_to_a_transpose_between_matrices_only():
    assert K.pulled_back("g") == "gᵀ"
    assert K.scaled(-0.5).pulled_back("A g") == "-0.5 gᵀ Aᵀ"
    assert Selection.commutation(2, 3, transposes=False).pulled_back("g") == "K(3, 2) g"
    assert Selection([2, 0], 3).pulled_back("a + b") == "Sᵀ (a + b)"
    G = np.arange(6.0).reshape(3, 2)
    assert np.array_equal(K.T @ G.ravel(order="F"), G.T.ravel(order="F"))


def test_a_reordering_beside_an_identity_needs_no_matrix_of_its_size(monkeypatch):
    big, x = Selection.commutation(300, 200), np.arange(120_000.0)[:, None]
    monkeypatch.setattr(Selection, "as_matrix", lambda *_: pytest.fail("the full matrix"))
    moved = Kronecker(Identity(2), big) @ x
    assert np.array_equal(moved[:60_000, 0], np.arange(60_000.0).reshape(200, 300).T.ravel())


REFUSED = {
    "a selection needs the indices of the entries that it picks, a list of integers.":
        lambda: Selection([0.5, 1.0], 3),
    "a selection out of 3 entries has indices from 0 to 2, not from 1 to 3.":
        lambda: Selection([1, 3], 3),
    "a selection out of 3 entries has indices from 0 to 2, not from -1 to 1.":
        lambda: Selection([-1, 1], 3),
    "blockcol(W) is 5 times a pattern: it has no entries.":
        lambda: BlockColumn([W], count=5).as_matrix(),
    "blockrow(W) is 5 times a pattern: it has no entries.":
        lambda: BlockRow([W], count=5).apply(np.ones((15, 2))),
}  # fmt: skip


@pytest.mark.parametrize("message", REFUSED)
def test_what_is_no_selection_and_what_has_no_entries_is_refused(message):
    with pytest.raises(InputError) as refused:
        REFUSED[message]()
    assert str(refused.value) == message


def test_blocks_that_only_place_entries_and_blocks_of_samples_are_collapsed():
    assert BlockColumn([Identity(2), Zero(3, 2)]).pulled_back("g") == "( I₂ | 0 ) g"
    assert BlockRow([Zero(2, 1), Identity(2)]).pulled_back("a - b") == "( 0 ; I₂ ) (a - b)"
    assert BlockRow([W, Zero(2, 1)]).pulled_back("g") is None
    assert BlockColumn([Dense(W.array, "Aₖ")] * 2).pulled_back("g") == "Σₖ Aₖᵀ gₖ"
    assert BlockColumn([s, s]).pulled_back("g") is None


def test_a_dense_matrix_cannot_be_changed_through_its_view():
    view = W.as_matrix()
    with pytest.raises(ValueError, match="read-only"):
        view[0, 0] = 1.0
