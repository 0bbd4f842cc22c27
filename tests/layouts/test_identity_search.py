"""The table is searched as students type: what they expect is there, and little else."""

import random

import pytest

from jacobians.identities import all_identities, selected
from layouts import identities
from layouts.identity_search import SYNONYMS
from layouts.identity_text import cells
from layouts.identity_tokens import tokens

FOUND = [
    # query                                     ids that are among the results          at most
    ("x.T A x",                                 "sv-12 sv-13 sv-14 sv-15",                    6),
    ("x' A x",                                  "sv-12 sv-13 sv-14 sv-15",                    6),
    ("w.T B w",                                 "sv-12 sv-13 sv-14 sv-15",                    6),
    ("∂(A x)/∂x",                               "vv-03",                                      1),
    ("d(A @ x)/dx",                             "vv-03",                                      1),
    ("∂(B y)/∂y",                               "vv-03",                                      1),
    ("d/dx x'Ax",                               "sv-12 sv-13",                                4),
    ("∇_x x'Ax",                                "sv-12 sv-13",                                4),
    ("derivative of x'Ax by x",                 "sv-12 sv-13",                                4),
    (r"\frac{\partial x^\top A x}{\partial x}", "sv-12 sv-13",                                4),
    ("∂²(xᵀAx)/∂x²",                            "sv-14 sv-15",                                2),
    ("∂ det(A)/∂A",                             "sM-29",                                      1),
    ("∂L/∂W",                                   "dense-05 cols-04 rows-03 rows-06",           6),
    ("∂(W x + b)/∂x",                           "dense-01",                                   1),
    ("A x",                                     "vv-03 sv-11 sv-12 vec-15 norm-04",          20),
    ("B y",                                     "vv-03 vv-08 vec-15",                         8),
    ("AXB",                                     "sM-23 vec-05 rvec-04 kron-01 kron-02",      10),
    ("x'x",                                     "sv-16 norm-12",                              5),
    ("‖x‖²",                                    "sv-16",                                      2),
    ("||x||^2",                                 "sv-16",                                      2),
    (r"\|A x - b\|^2",                          "norm-04 norm-06 norm-13",                    3),
    ("norm(A @ x - b)**2",                      "norm-04 norm-06 norm-13",                    3),
    ("X⁻¹",                                     "sM-22 Ms-07 d-M-08 vec-11 rvec-06",         16),
    ("A^-1",                                    "Ms-07 d-M-08 vec-11 vec-17 kron-07",        12),
    ("A^{-1}",                                  "Ms-07 d-M-08 vec-11 vec-17 kron-07",        12),
    ("np.linalg.inv(A)",                        "Ms-07 d-M-08 vec-11 vec-17 kron-07",        12),
    ("(A + u v')^-1",                           "kron-15",                                    1),
    ("X^-T",                                    "sM-22 sM-29 sM-30 vec-11",                  10),
    ("|X|",                                     "sM-29 d-s-02 d-s-03",                       10),
    ("det(A)",                                  "sM-29 d-s-02 kron-16",                      10),
    ("log det X",                               "sM-30 sM-33 ss-M-02 d-s-04",                 6),
    ("ln|X|",                                   "sM-30 sM-33 ss-M-02 d-s-04",                 6),
    ("trace(AX)",                               "sM-17 sM-18",                                4),
    ("tr AX",                                   "sM-17 sM-18 sM-23",                          8),
    ("trAX",                                    "sM-17 sM-23",                                8),
    ("d tr(AX)/dX",                             "sM-17",                                      2),
    ("e^X",                                     "sM-27 d-M-11 vec-14",                        4),
    ("exp(X)",                                  "sM-27 d-M-11 vec-14",                        4),
    ("σ'(z)",                                   "elem-01 elem-07 elem-14",                    6),
    ("(W2' δ) ⊙ σ'(z1)",                        "delta-01",                                   9),
    ("(W2' dL/dz2) ⊙ σ'(z1)",                   "delta-01 delta-02 delta-03 delta-04",        4),
    ("I ⊗ A",                                   "vec-03",                                     2),
    ("P ⊗ Q",                                   "kron-05 kron-06 kron-07",                   12),
    ("A kron B",                                "kron-05 kron-06 kron-07",                    8),
    ("⊙",                                       "Ms-06 d-M-06 vec-13 kron-12 delta-01",      30),
    ("*",                                       "Ms-06 d-M-06 vec-13 kron-12 delta-01",      30),
    ("⊗",                                       "Ms-05 d-M-05 vec-05 kron-06 dense-02",      50),
    ("vec",                                     "vec-05 vec-12 kron-01 kron-10 coll-04",     45),
    ("softmax",                                 "soft-01 soft-05 loss-06 norm-10",           15),
    ("quadratic form",                          "sv-12 sv-13 sv-14 sv-15 sM-21",             10),
    ("Quadratic-Forms",                         "sv-12 sv-13 sv-14 sv-15 sM-21",             10),
    ("chain rule",                              "vv-10 vv-11 sv-05 sM-07 ss-v-01 chain-01",  18),
    ("chain rule scalar",                       "sv-05 sM-05 ss-v-01",                       10),
    ("product rule",                            "vv-07 sv-04 sv-07 Ms-04 d-M-04",            16),
    ("trace",                                   "sM-13 sM-17 d-s-01 kron-08",                36),
    ("determinant",                             "sM-29 ss-M-01 d-s-02 kron-16",              18),
    ("derivative of the determinant",           "sM-29 ss-M-01 d-s-02 kron-16",              18),
    ("inverse",                                 "Ms-07 d-M-08 vec-11 kron-15",               25),
    ("least squares",                           "norm-04 norm-05 norm-13 loss-01",            8),
    ("gradient of a loss",                      "loss-01 loss-06 dense-05 cols-04",          25),
    ("backpropagation",                         "delta-01 delta-05 dense-05 elem-14",        16),
    ("Hessian",                                 "sv-09 sv-14 norm-13 loss-14",               12),
    ("outer product",                           "vec-18 sM-08 dense-05",                     10),
    ("Hadamard product",                        "Ms-06 kron-12 soft-01",                     32),
    ("cross entropy",                           "loss-05 loss-06 loss-07 loss-08",            8),
    ("scalar by matrix",                        "sM-01 sM-38",                               38),
    ("Sherman-Morrison",                        "kron-15",                                    1),
    ("frobenius",                               "norm-02",                                    1),
    ("invertible",                              "sM-22 d-M-08 vec-11",                       24),
    ("VV-03",                                   "vv-03",                                      1),
    ("Wirtinger",                               "",                                           0),
    ("SVD",                                     "",                                           0),
    ("ax",                                      "",                                           8),
]  # fmt: skip


@pytest.mark.parametrize(("query", "ids", "most"), FOUND, ids=[query for query, *_ in FOUND])
def test_what_a_student_expects_is_found_and_little_else(query, ids, most):
    found = selected(search=query).ids
    assert set(ids.split()) <= set(found)
    assert len(found) <= most
    assert found == [name for name in all_identities.ids if name in found]


@pytest.mark.parametrize("style", ["python", "text"])
def test_all_that_is_printed_can_be_searched_for(style):
    for row in all_identities:
        for cell in cells(row, style):
            assert row.id in all_identities.search(cell).ids, cell


def test_what_is_printed_in_latex_can_be_searched_for():
    lost = [
        row.id
        for row in all_identities
        if row.id not in all_identities.search(cells(row, "latex").left).ids
    ]
    assert set(lost) <= {"d-M-09"}  # a conjugate transpose


def test_what_a_row_is_about_finds_few_others():
    found = [len(all_identities.search(cells(row).left)) for row in all_identities]
    assert max(found) <= 10
    assert sum(found) / len(found) < 2


def test_an_empty_query_is_everything():
    for nothing in ("", "  ", "\t"):
        assert identities.search(nothing) == identities


def test_rows_come_in_the_order_of_the_table_whatever_table_it_is():
    turned = type(identities)(reversed(identities))
    assert turned.search("x.T A x").ids == identities.search("x.T A x").ids[::-1]
    assert identities.search("delta recursion").ids == []


@pytest.mark.parametrize("phrase", SYNONYMS)
def test_every_part_of_what_a_phrase_means_finds_rows(phrase):
    for query in SYNONYMS[phrase].split("; "):
        assert all_identities.search(query), query
    assert all_identities.search(phrase)


SAME = [
    ("x.T @ A @ x", "xᵀ A x", "x^T A x", r"x^{\top} A x", "x' A x", "x'Ax", "xᵀAx", "x.T*A*x"),
    ("inv(X)", "X⁻¹", "X^-1", "X^{-1}", "X^(-1)", "np.linalg.inv(X)"),
    ("inv(X).T", "X⁻ᵀ", "X^{-T}", r"X^{-\top}"),
    ("inv(A @ B)", "(A B)⁻¹", "(AB)^{-1}"),
    ("norm(x)**2", "‖x‖²", "||x||^2", r"\|x\|^2", r"\lVert x \rVert^{2}", "‖x‖₂²"),
    ("det(X)", "|X|", r"\det(X)", r"\lvert X \rvert"),
    ("log(det(X))", "ln det X", r"\log|X|", "logdet X"),
    ("tr(A @ X)", "Tr(AX)", "trace(A X)", "np.trace(A @ X)", r"\operatorname{tr}(A X)"),
    ("exp(X)", "e^X", "e^{X}", r"\exp(X)", "expm(X)"),
    ("dsigmoid(z)", "σ'(z)", r"\sigma'(z)", "sigmoid'(z)"),
    ("W2.T @ d", "W₂ᵀ d", r"W_2^\top d", "W_{2}^T d"),
    ("d(A @ x)/dx", "∂(A x)/∂x", "d(Ax)/dx", "∂/∂x (A x)", r"\frac{\partial (A x)}{\partial x}"),
]  # fmt: skip


def test_every_way_to_write_a_formula_has_the_same_tokens_but_for_brackets():
    for ways in SAME:
        read = {tuple(t for t in tokens(way) if t not in ("(", ")", "*")) for way in ways}
        assert len(read) == 1, read


def test_nothing_that_is_typed_breaks_it():
    draw = random.Random(7)
    signs = "xAXWz aᵀ⁻¹²'^_{}()|‖⊙⊗∂∇/\\.*@+-=0123 dT,σ"
    for _ in range(400):
        identities[:9].search("".join(draw.choices(signs, k=draw.randint(1, 14))))
