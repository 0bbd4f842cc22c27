"""Formulas for one entry: read, written, differentiated, sifted, evaluated, put into matrices.

What they amount to is computed by einsum, or by hand.
"""

import numpy as np
import pytest

from jacobians.deriving.index_matrices import matrix_form
from jacobians.deriving.index_reader import read
from jacobians.deriving.index_rules import by_entry, sifted
from jacobians.deriving.index_text import written
from jacobians.deriving.index_values import evaluated, moved
from layouts.errors import FormulaError

draw = np.random.default_rng(5)
V = {
    "W": draw.standard_normal((4, 3)), "x": draw.standard_normal(3), "d": draw.standard_normal(4),
    "X": draw.standard_normal((3, 5)), "D": draw.standard_normal((4, 5)),
    "a": draw.standard_normal(3), "S": draw.standard_normal((3, 5)), "b": draw.standard_normal(4),
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Σ_j W_ij x_j + b_i", "exp(x_i)/(Σ_m exp(x_m))", "½ Σ_ik (p_ik - t_ik)²",
        "-Σ_i t_i log(p_i)", "a_p g_p - a_p Σ_i g_i a_i", "[i = p] a_q", "2 x_i - 0.25 y_i²",
        "x_i/y_i²", "1 - x_i",
    ],
)  # fmt: skip
def test_what_is_read_is_written_alike(text):
    assert written(read(text)) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Σ_j W_ij * x_j", "column 9 of the formula: this has no meaning here."),
        ("", "column 1 of the formula: a factor is missing."),
        ("x_i +", "column 6 of the formula: a factor is missing."),
        ("x_i/", "column 5 of the formula: a factor is missing."),
        ("²", "column 1 of the formula: a factor is missing."),
        ("(x_i", "column 5 of the formula: a bracket is not closed."),
        ("x_i) + y_i", "column 4 of the formula: this has no meaning here."),
        ("f(x_i)", "column 1 of the formula: f is no function that is known."),
        ("__import__('os')", "column 1 of the formula: a factor is missing."),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text, message):
    with pytest.raises(FormulaError) as refused:
        read(text)
    assert str(refused.value).splitlines()[0] == message


@pytest.mark.parametrize(
    ("text", "at", "spec", "names"),
    [
        ("Σ_j W_ij x_j", "i", "ij,j->i", "Wx"),
        ("Σ_i d_i W_ip", "p", "i,ip->p", "dW"),
        ("d_p x_q", "pq", "p,q->pq", "dx"),
        ("Σ_k D_pk X_qk", "pq", "pk,qk->pq", "DX"),
        ("Σ_i W_ip D_ik", "pk", "ip,ik->pk", "WD"),
        ("Σ_k Σ_q D_pk X_qk x_q", "p", "pk,qk,q->p", "DXx"),
    ],
)
def test_sums_are_those_of_einsum(text, at, spec, names):
    truth = np.einsum(spec, *[V[name] for name in names])
    assert np.allclose(evaluated(read(text), V, at, truth.shape), truth, rtol=1e-13)


def test_kronecker_deltas_lengths_and_functions_have_their_values():
    assert (evaluated(read("[i = p]"), {}, "ip", (2, 3)) == np.eye(2, 3)).all()
    assert np.allclose(evaluated(read("Σ_k D_ik/|k|"), V, "i", (4,)), V["D"].mean(axis=1))
    softmax = np.exp(V["x"]) / np.exp(V["x"]).sum()
    assert np.allclose(evaluated(read("exp(x_i)/(Σ_m exp(x_m))"), V, "i", (3,)), softmax)


@pytest.mark.parametrize(
    ("text", "wrt", "at", "raw", "short"),
    [
        ("Σ_j W_ij x_j + b_i", "W", "pq", "Σ_j [i = p] [j = q] x_j", "[i = p] x_q"),
        ("Σ_j W_ij x_j + b_i", "x", "p", "Σ_j W_ij [j = p]", "W_ip"),
        ("Σ_j W_ij x_j + b_i", "b", "p", "[i = p]", "[i = p]"),
        ("½ Σ_i (u_i - v_i)²", "u", "p", "Σ_i (u_i - v_i) [i = p]", "u_p - v_p"),
        ("½ Σ_i (u_i - v_i)²", "v", "p", "-Σ_i (u_i - v_i) [i = p]", "-u_p + v_p"),
        ("-Σ_i t_i log(p_i)", "p", "p", "-Σ_i t_i [i = p]/p_i", "-t_p/p_p"),
        ("u_i/v_i", "v", "p", "-u_i [i = p]/v_i²", "-u_i [i = p]/v_i²"),
        ("y_ji", "y", "pq", "[j = p] [i = q]", "[j = p] [i = q]"),
    ],
)
def test_derivatives_and_their_sums_are_those_worked_out_by_hand(text, wrt, at, raw, short):
    found = by_entry(read(text), wrt, at)
    assert written(found) == raw
    assert written(sifted(found)) == short


@pytest.mark.parametrize("text", ["Σ_j W_ij x_j x_j", "exp(x_i)/(Σ_m exp(x_m))", "x_i²/x_i",
                                  "log(Σ_m exp(x_m)) x_i", "abs(x_i) x_i"])  # fmt: skip
def test_mechanical_derivatives_are_those_of_central_differences(text):
    terms, n = read(text), 4 if text.startswith("Σ_j W") else 3
    slopes = evaluated(by_entry(terms, "x", "p"), V, "ip", (n, 3))
    pushed = moved([("y", terms, "i")], {**V, "y": np.zeros(n)}, "y", "x")
    for p, unit in enumerate(np.eye(3)):
        up, down = (
            evaluated(terms, {**V, "x": V["x"] + s * unit}, "i", (n,)) for s in (1e-6, -1e-6)
        )
        assert np.allclose(slopes[:, p], (up - down) / 2e-6, atol=1e-7)
    assert np.allclose(slopes, pushed, rtol=1e-12, atol=1e-12)
    assert np.allclose(slopes, evaluated(sifted(by_entry(terms, "x", "p")), V, "ip", (n, 3)))


@pytest.mark.parametrize(
    ("text", "row", "column", "form", "spec", "names"),
    [
        ("Σ_j W_ij x_j", "i", "", "W x", "ij,j->i", "Wx"),
        ("Σ_i d_i W_ip", "p", "", "Wᵀ d", "i,ip->p", "dW"),
        ("Σ_i d_i W_ip x_p", "p", "", "(Wᵀ d) ⊙ x", "i,ip,p->p", "dWx"),
        ("d_p x_q", "p", "q", "d xᵀ", "p,q->pq", "dx"),
        ("Σ_k D_pk X_qk", "p", "q", "D Xᵀ", "pk,qk->pq", "DX"),
        ("Σ_i W_ip D_ik S_pk", "p", "k", "(Wᵀ D) ⊙ S", "ip,ik,pk->pk", "WDS"),
        ("x_p Σ_i a_i x_i", "p", "", "x (aᵀ x)", "p,i,i->p", "xax"),
        ("S_pk Σ_i X_ik S_ik", "p", "k", "S ⊙ (1 1ᵀ (X ⊙ S))", "pk,ik,ik->pk", "SXS"),
        ("W_rp x_p", "r", "p", "W diag(x)", "rp,p->rp", "Wx"),
        ("d_r W_rp", "r", "p", "diag(d) W", "r,rp->rp", "dW"),
        ("x_r [r = p]", "r", "p", "diag(x)", "r,rp->rp", "xI"),
        ("½ x_p", "p", "", "½ x", ",p->p", "hx"),
    ],
)
def test_matrices_are_what_einsum_makes_of_the_entries(text, row, column, form, spec, names):
    values = {**V, "I": np.eye(3), "h": np.array(0.5)}
    truth = np.einsum(spec, *[values[name] for name in names])
    found = matrix_form(read(text), row, column, {}, single=False)
    assert found.text == form
    assert np.allclose(found.value(V).reshape(truth.shape), truth, rtol=1e-13)


@pytest.mark.parametrize("text", ["T_pqr", "Σ_ij W_ij d_i x_j W_ip", "x_p x_p²", "d_p x_q x_m"])
def test_what_is_no_product_of_matrices_has_no_matrix_form(text):
    assert matrix_form(read(text), "p", "q", {}, single=False) is None
