"""The laws of a layer's derivatives, each a function of a layer at its inputs and an argument.

A law that is broken raises AssertionError; one that cannot be asked raises `NotRun`. What is right
comes from differences of the layer's own value, never from the derivatives that it states. At kinks
there is nothing right, and nothing is asked. How a layer behaves otherwise stands in
`layer_conduct`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from layouts.errors import counted
from layouts.sizes import by
from layouts.vectorization import unvec, vec

from .answers import agree, shaped, where
from .layer_conduct import (
    earlier_calls_leave_no_trace,
    inputs_are_not_changed,
    integers_are_promoted,
    nan_is_not_turned_into_a_number,
    results_are_float64,
    value_is_finite,
)
from .layer_pieces import of_slopes
from .layer_protocol import NotRun, Subject
from .layer_samples import samples_are_columns
from .matched_causes import explained
from .value_differences import Slopes

__all__ = ["LAWS"]

Law: TypeAlias = Callable[[Subject, str], None]

RTOL = 1e-6
"""How far a statement may be from differences, relatively."""
EXACT = 1e-12
"""How far statements may be apart that are one and the same."""


def jacobian_is_size_of_y_by_size_of_x(subject: Subject, wrt: str) -> None:
    """The Jacobian has two axes: rows follow y, columns x, both through vec."""
    J, y, x = subject.jacobian(wrt), subject.value(), subject.argument(wrt)
    wanted = (y.size, x.size)
    if J.shape == wanted:
        return
    said = (f"the Jacobian is {shaped(J.shape)}, where {by(wanted)} is wanted: y has "
            f"{counted(y.size, 'entry', 'entries')}, {wrt} has {x.size}.")  # fmt: skip
    if J.shape == wanted[::-1]:
        said += "\nRows follow y, unless layout='denominator' is asked for."
    elif J.size == y.size * x.size:
        said += "\nThrough vec it has two axes: reshape it with order='F'."
    raise AssertionError(said)


def jacobian_is_the_limit_of_differences(subject: Subject, wrt: str) -> None:
    """Entry (i, j) of the Jacobian is how fast y[i] changes with x[j]."""
    J, kinks = subject.jacobian(wrt).astype(float), _settled(subject, wrt).kinks
    pieces = of_slopes(subject, wrt, "jacobian", kinks=True)
    if J.shape == pieces.right.shape:
        pieces.right[:, kinks] = J[:, kinks]
    if not pieces.agrees(J, pieces.right):
        raise AssertionError(explained(J, pieces))


def denominator_layout_is_the_transpose(subject: Subject, wrt: str) -> None:
    """Entry (j, i) in denominator layout is entry (i, j) in numerator layout."""
    N = subject.jacobian(wrt, layout="numerator")
    D = subject.jacobian(wrt, layout="denominator")
    if N.ndim != 2:
        raise NotRun("its Jacobian has not two axes.")
    if D.shape != N.T.shape:
        raise AssertionError(
            f"the Jacobian is {shaped(N.shape)} in numerator layout and {shaped(D.shape)} in "
            f"denominator layout, where {shaped(N.T.shape)} is wanted."
        )
    if not agree(D, N.T, EXACT):
        raise AssertionError("denominator layout is not the transpose of numerator layout: "
                             f"{where(D, N.T, EXACT)}.")  # fmt: skip


def jvp_is_the_jacobian_times_t(subject: Subject, wrt: str) -> None:
    """The push-forward is the Jacobian times the tangent: vec jvp(t) = J vec t."""
    slopes, y, x = _settled(subject, wrt), subject.value(), subject.argument(wrt)
    for t in subject.tangents(wrt):
        smooth = unvec(np.where(slopes.kinks[:, None], 0.0, vec(t)), x.shape)
        pushed, right = subject.jvp(smooth, wrt), unvec(slopes.J @ vec(smooth), y.shape)
        if pushed.size != right.size:
            raise AssertionError(f"jvp(t) has shape {pushed.shape}, J t has {right.shape}.")
        pushed, noise = pushed.reshape(right.shape), slopes.noise * np.abs(t).sum()
        if not agree(pushed, right, RTOL, noise):
            raise AssertionError(f"jvp(t) is not J t: {where(pushed, right, RTOL, noise)}.")


def vjp_is_the_transposed_jacobian_times_g(subject: Subject, wrt: str) -> None:
    """The pull-back is its transpose times the cotangent: vec vjp(g) = Jᵀ vec g."""
    kinks, x = _settled(subject, wrt).kinks, subject.argument(wrt)
    for g in subject.cotangents():
        pulled = subject.vjp(g, wrt).astype(float)
        pieces = of_slopes(subject, wrt, "vjp", g, kinks=True)
        if pulled.shape == x.shape:
            pieces.right = np.where(unvec(kinks, x.shape), pulled, pieces.right)
        if not pieces.agrees(pulled, pieces.right):
            raise AssertionError(explained(pulled, pieces))


def jvp_and_vjp_are_adjoint(subject: Subject, wrt: str) -> None:
    """⟨g, jvp t⟩ = ⟨vjp g, t⟩."""
    for t, g in zip(subject.tangents(wrt), subject.cotangents(), strict=True):
        pushed, pulled = subject.jvp(t, wrt), subject.vjp(g, wrt)
        if pushed.size != g.size or pulled.size != t.size:
            raise AssertionError(f"jvp(t) has shape {pushed.shape} and vjp(g) {pulled.shape}: y "
                                 f"has {g.shape}, {wrt} has {t.shape}.")  # fmt: skip
        above, below = vec(g) * vec(pushed), vec(pulled) * vec(t)
        if not abs(above.sum() - below.sum()) <= RTOL * (np.abs(above).sum() + np.abs(below).sum()):
            raise AssertionError(
                f"⟨g, jvp t⟩ is {above.sum():.6g} and ⟨vjp g, t⟩ is {below.sum():.6g}: one of jvp "
                "and vjp is not made of J."
            )


def jvp_is_shaped_as_y(subject: Subject, wrt: str) -> None:
    """A tangent goes in shaped as the argument, and comes out shaped as the output."""
    pushed, y = subject.jvp(subject.tangents(wrt)[0], wrt), subject.value()
    if pushed.shape != y.shape:
        raise AssertionError(f"jvp(t) has shape {pushed.shape}, y has {y.shape}.")


def vjp_is_shaped_as_x(subject: Subject, wrt: str) -> None:
    """A cotangent goes in shaped as the output, and comes out shaped as the argument."""
    pulled, x = subject.vjp(subject.cotangents()[0], wrt), subject.argument(wrt)
    if pulled.shape != x.shape:
        raise AssertionError(f"vjp(g) has shape {pulled.shape}, {wrt} has {x.shape}.")


def _settled(subject: Subject, wrt: str) -> Slopes:
    """The differences, if there is any entry of the argument where they settle.

    A layer without is not excused: at this point its derivatives could be anything.
    """
    slopes = subject.slopes(wrt)
    if slopes.kinks.all():
        raise AssertionError(
            f"differences by {wrt} do not settle: the value has kinks or jumps within 0.01, or is "
            "computed in less than float64.\nThere is nothing to hold the derivatives against: "
            "check the layer at another point, and compute in float64."
        )
    return slopes


LAWS: dict[str, Law] = {
    law.__name__: law
    for law in (
        value_is_finite,
        jacobian_is_size_of_y_by_size_of_x,
        jacobian_is_the_limit_of_differences,
        denominator_layout_is_the_transpose,
        jvp_is_the_jacobian_times_t,
        vjp_is_the_transposed_jacobian_times_g,
        jvp_and_vjp_are_adjoint,
        jvp_is_shaped_as_y,
        vjp_is_shaped_as_x,
        samples_are_columns,
        nan_is_not_turned_into_a_number,
        inputs_are_not_changed,
        integers_are_promoted,
        results_are_float64,
        earlier_calls_leave_no_trace,
    )
}
"""In the order in which they are checked."""
