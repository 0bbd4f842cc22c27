"""Wrong derivatives of layer norm and batch norm: each is rejected by the laws that look at it."""

import numpy as np
import pytest

from jacobians.layers import BatchNorm, LayerNorm
from jacobians.operators import Dense
from tests.jacobians.test_laws_can_fail import everywhere, rejected, rule, with_rule
from tests.laws import agree, column
from tests.normalisation_cases import BATCH, BETA, GAMMA

LAYER, BATCHED = LayerNorm(GAMMA, BETA), BatchNorm(GAMMA, BETA)
INPUTS = (BATCH, GAMMA, BETA)


def parts(X, axis, ddof=0):
    """X̂ and s, with nothing from the packages."""
    deviation = X - X.mean(axis, keepdims=True)
    s = np.sqrt(X.var(axis, keepdims=True, ddof=ddof) + 1e-5)
    return deviation / s, s


def matrix(axis, mean=1.0, spread=1.0, ddof=0):
    """The Jacobian by x written entry by entry, its two further terms times a number."""

    def full(X, gamma, beta):
        (n, N), (xhat, s) = X.shape, parts(X, axis, ddof)
        J, over = np.zeros((n * N, n * N)), X.shape[axis]
        for i, k, j, l in np.ndindex(n, N, n, N):
            if (k != l) if axis == 0 else (i != j):
                continue
            entry = float(i == j and k == l) - (mean + spread * xhat[i, k] * xhat[j, l]) / over
            J[k * n + i, l * n + j] = gamma[i] / np.broadcast_to(s, X.shape)[i, k] * entry
        return J

    return full


def consistent(full):
    """One matrix said three times: only the function itself can tell that it is wrong."""
    return everywhere(
        lambda *at: Dense(full(*at)),
        lambda t, *at: np.reshape(full(*at) @ column(t), t.shape, order="F"),
        lambda g, *at: np.reshape(full(*at).T @ column(g), g.shape, order="F"),
    )


def scale_outside(axis):
    """γ applied behind the projection instead of before it, where it belongs in the pull-back."""

    def vjp(g, X, gamma, beta):
        xhat, s = parts(X, axis)
        inner = g - g.mean(axis, keepdims=True) - xhat * (xhat * g).mean(axis, keepdims=True)
        return gamma[:, None] * inner / s

    return vjp


PULLED = {"vjp", "adjoint"}
WRONG = {
    #                                       layer    by       change                                    caught by
    "layer norm without the mean's term":   (LAYER,   "x",     consistent(matrix(0, mean=0)),            {"differences"}),
    "layer norm without the x̂ term":        (LAYER,   "x",     consistent(matrix(0, spread=0)),          {"differences"}),
    "layer norm without 1/n":               (LAYER,   "x",     consistent(matrix(0, 4, 4)),              {"differences"}),
    "layer norm with n - 1 in s":           (LAYER,   "x",     consistent(matrix(0, ddof=1)),            {"differences"}),
    "layer norm along the rows":            (LAYER,   "x",     consistent(matrix(1)),                    {"differences"}),
    "batch norm without the mean's term":   (BATCHED, "x",     consistent(matrix(1, mean=0)),            {"differences"}),
    "batch norm without the x̂ term":        (BATCHED, "x",     consistent(matrix(1, spread=0)),          {"differences"}),
    "batch norm without 1/N":               (BATCHED, "x",     consistent(matrix(1, 3, 3)),              {"differences"}),
    "batch norm with N - 1 in s":           (BATCHED, "x",     consistent(matrix(1, ddof=1)),            {"differences"}),
    "batch norm down the columns":          (BATCHED, "x",     consistent(matrix(0)),                    {"differences"}),
    "layer norm, scale outside the vjp":    (LAYER,   "x",     rule(vjp=scale_outside(0)),               PULLED),
    "layer norm, pulled back along rows":   (LAYER,   "x",     rule(vjp=scale_outside(1)),               PULLED),
    "layer norm, gamma by one sample":      (LAYER,   "gamma", rule(vjp=lambda g, X, *_: (g * parts(X, 0)[0])[:, 0]),       PULLED),
    "layer norm, gamma by the mean":        (LAYER,   "gamma", rule(vjp=lambda g, X, *_: (g * parts(X, 0)[0]).mean(1)),     PULLED),
    "batch norm, gamma by one sample":      (BATCHED, "gamma", rule(vjp=lambda g, X, *_: (g * parts(X, 1)[0])[:, 0]),       PULLED),
    "batch norm, gamma times x for x̂":      (BATCHED, "gamma", rule(vjp=lambda g, X, *_: (g * X).sum(1)),                   PULLED),
    "batch norm, beta not summed":          (BATCHED, "beta",  rule(vjp=lambda g, *_: g[:, 0]),          PULLED),
}  # fmt: skip
# ruff: noqa: E501 - the table is read by columns


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_rule_is_rejected_by_the_laws_that_look_at_it_and_by_no_other(wrong):
    layer, wrt, change, caught_by = WRONG[wrong]
    broken = with_rule(layer, wrt, change)
    looking = ["jvp", "vjp", "adjoint", "differences"]
    assert {law for law in looking if rejected(law, broken, INPUTS, wrt)} == caught_by
    assert not any(rejected(law, layer, INPUTS, wrt) for law in looking)


@pytest.mark.parametrize(("layer", "axis"), [(LAYER, 0), (BATCHED, 1)], ids=repr)
def test_with_both_terms_the_matrix_above_is_the_jacobian(layer, axis):
    agree(layer.jacobian(BATCH), matrix(axis)(*INPUTS), 1e-14)


def test_the_scale_may_stand_outside_where_all_entries_that_meet_share_it():
    """Batch norm's scale is one number for each row: before or behind, the pull-back is right."""
    broken = with_rule(BATCHED, "x", rule(vjp=scale_outside(1)))
    assert not rejected("vjp", broken, INPUTS, "x")
