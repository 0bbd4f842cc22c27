"""Assertions about an answer: what is wrong with it, and why, by its values.

They raise an `AssertionError` and say in its message, and nowhere else, what happened; they need no
test framework. `hint` says how much the message tells:

    0       that the answer is wrong
    1       and what about it: its shape, or which values
    2       and a question that leads to the cause
    3       and the cause
    None    all of it: the cause, and what mends it

What is right comes, for the layers of the toolkit, from their rules; for any other layer from
differences of `layer(*inputs)`; for a network from its sweep, or from its chain.
"""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from layouts.errors import InputError
from layouts.layout import NUMERATOR, Layout

from .answers import UnreadableError, read
from .layer_pieces import of_layer
from .layer_protocol import title
from .layout_identities import broken_identities
from .matched_causes import explained, refuse_unknown_hint, said
from .network_pieces import gradient_of_network, jacobian_of_network
from .pieces import Pieces

__all__ = ["assert_gradient", "assert_jacobian", "assert_layouts", "assert_vjp"]

RTOL = 1e-7


def assert_jacobian(
    actual: Any,
    layer: Any,
    *inputs: npt.ArrayLike,
    wrt: str | None = None,
    layout: Layout | str = NUMERATOR,
    of: str | None = None,
    rtol: float = RTOL,
    hint: int | None = None,
) -> None:
    """Hold an answer against the Jacobian of a layer, or of a network.

    Args:
        actual: the answer: (size y, size x) in numerator layout, its transpose in denominator
            layout.
        layer: a layer, or a network: its inputs are then x, or x and y.
        inputs: where the derivative is taken.
        wrt: the argument, the first unless named; of a network any value, "x" unless named.
        layout: the layout that was asked for, or its name.
        of: of a network, which value; the prediction unless named.
        rtol: how far entries may be apart, relatively.
        hint: how much is said.

    Raises:
        AssertionError: the answer is wrong; the message says what happened.
        LayoutError: the question is: an unknown name, or inputs that do not fit.

    >>> from jacobians import Softmax
    >>> s = Softmax()([1.0, 2.0, 0.5])
    >>> assert_jacobian([[s[0] * (1 - s[0]), 0, 0],
    ...                  [0, s[1] * (1 - s[1]), 0],
    ...                  [0, 0, s[2] * (1 - s[2])]], Softmax(), [1.0, 2.0, 0.5])
    Traceback (most recent call last):
    AssertionError: ∂y/∂x is wrong (Softmax()).
    Its shape is right, 3×3; 6 of 9 entries differ, all off the diagonal, the first is [1,2].
    The diagonal only: each y[i] depends on the other entries of x too.
    Fill in what is off the diagonal; softmax has diag(s) - s sᵀ.
    """
    __tracebackhide__ = True
    if is_network(layer):
        x, y = x_and_y(inputs)
        p = jacobian_of_network(layer, x, y, of, wrt or "x", layout)
    elif of is not None:
        raise InputError(f"of={of!r} names a value of a network, {title(layer)} is a layer.")
    else:
        p = of_layer("jacobian", layer, inputs, wrt, layout)
    judge(actual, p, p.name, layer, rtol, hint)


def assert_gradient(
    actual: Any,
    source: Any,
    *inputs: npt.ArrayLike,
    wrt: str | None = None,
    layout: Layout | str = NUMERATOR,
    rtol: float = RTOL,
    hint: int | None = None,
) -> None:
    """Hold an answer against the gradient of a network's loss, or of a layer with one number.

    Args:
        actual: the answer, two-dimensional: in denominator layout shaped as `wrt`, a vector as a
            column, in numerator layout its transpose.
        source: a network, with x and y as inputs; or a loss, with prediction and target.
        inputs: where the gradient is taken.
        wrt: a value or a parameter, "W1" unless named; of a layer the first argument.
        layout: the layout that was asked for, or its name.
        rtol: how far entries may be apart, relatively.
        hint: how much is said.

    Raises:
        AssertionError: the answer is wrong; the message says what happened.
        LayoutError: the question is: an unknown name, or inputs that do not fit.

    >>> from jacobians import HalfSquaredError
    >>> p, t = [1.0, 2.0, 4.0], [0.0, 0.5, 1.0]
    >>> assert_gradient([[1.0], [1.5], [3.0]], HalfSquaredError(), p, t, layout="denominator")
    >>> assert_gradient([[2.0, 3.0, 6.0]], HalfSquaredError(), p, t, hint=3)
    Traceback (most recent call last):
    AssertionError: The gradient ∂L/∂prediction is wrong (HalfSquaredError(reduction='sum')).
    Its shape is right, 1×3; 3 of 3 entries differ, the first is [1,1].
    Is there a ½, a 2 or a 1/N in the definition, and what does a square's slope bring?
    Twice what it should be: a 2 too many, or a ½ too few.
    """
    __tracebackhide__ = True
    if is_network(source):
        x, y = x_and_y(inputs)
        p = gradient_of_network(source, x, y, wrt or "W1", layout)
    else:
        p = of_layer("gradient", source, inputs, wrt, layout)
    judge(actual, p, f"The gradient {p.name}", source, rtol, hint)


def assert_vjp(
    actual: Any,
    layer: Any,
    g: npt.ArrayLike,
    *inputs: npt.ArrayLike,
    wrt: str | None = None,
    rtol: float = RTOL,
    hint: int | None = None,
) -> None:
    """Hold an answer against the pull-back Jᵀ g of a layer, shaped as the argument.

    Args:
        actual: the answer.
        layer: a layer.
        g: the cotangent, shaped as the output.
        inputs: where the derivative is taken.
        wrt: the argument, the first unless named.
        rtol: how far entries may be apart, relatively.
        hint: how much is said.

    Raises:
        AssertionError: the answer is wrong; the message says what happened.
        LayoutError: the question is: an unknown name, or inputs that do not fit.

    >>> from jacobians import Linear
    >>> layer, g, x = Linear([[1.0, 2.0], [3.0, 4.0]]), [1.0, 2.0], [0.5, -1.0]
    >>> assert_vjp([7.0, 10.0], layer, g, x)
    >>> assert_vjp([5.0, 11.0], layer, g, x)
    Traceback (most recent call last):
    AssertionError: The vjp by x is wrong (Linear(2×2, no bias)).
    Its shape is right, (2,); 2 of 2 entries differ, the first is [1].
    The product stands in the wrong order: this is J g, the push-forward.
    Pull back: (gᵀ J)ᵀ = Jᵀ g.
    """
    __tracebackhide__ = True
    p = of_layer("vjp", layer, inputs, wrt, g=g)
    judge(actual, p, f"The vjp by {p.below}", layer, rtol, hint)


def assert_layouts(
    source: Any,
    *inputs: npt.ArrayLike,
    wrt: str | None = None,
    hint: int | None = None,
) -> None:
    """Hold a layer or a network to the layout identities.

    Denominator layout is the transpose of numerator layout; of a network also: the product of the
    factors in one layout is the transpose of the reversed product in the other, and the chain's
    derivative of one number is the sweep's gradient.

    Args:
        source: a layer, or a network with x, and y if the loss is meant.
        inputs: where the derivatives are taken.
        wrt: by what; all arguments, or x and all parameters, unless named.
        hint: how much is said.

    Raises:
        AssertionError: an identity does not hold; the message names it.
        LayoutError: the question is wrong: an unknown name, or inputs that do not fit.

    >>> from jacobians import Network, Softmax
    >>> assert_layouts(Softmax(), [1.0, 2.0, 0.5])
    >>> net = Network.parse("2-3-4", activation="tanh", loss="half_squared_error")
    >>> assert_layouts(net, [1.0, -0.5], [0.0, 1.0, 0.5, 2.0])
    """
    __tracebackhide__ = True
    refuse_unknown_hint(hint)
    broken = broken_identities(source, inputs, wrt)
    if broken:
        bodies = [said(each.fact, each.question, each.says, each.cure, hint) for each in broken]
        headline = f"The layout identities do not hold ({spoken(source)})."
        raise AssertionError("\n".join([headline, *filter(None, bodies)]))


def judge(actual: Any, p: Pieces, what: str, source: Any, rtol: float, hint: int | None) -> None:
    """Nothing, or an AssertionError with a headline and as much below it as the hint allows."""
    __tracebackhide__ = True
    refuse_unknown_hint(hint)
    p.rtol = rtol
    try:
        answer = read(actual)
    except UnreadableError as problem:
        body = said(problem.fact, "", "", problem.cure, hint)
    else:
        if p.agrees(answer, p.right):
            return
        body = explained(answer, p, hint)
    headline = f"{what} is wrong ({spoken(source)})."
    raise AssertionError("\n".join(filter(None, [headline, body]))) from None


def x_and_y(inputs: tuple[Any, ...]) -> tuple[Any, Any]:
    """What a network is given: x, and y or None."""
    if len(inputs) not in (1, 2):
        raise InputError(f"a network is given x, or x and y: {len(inputs)} inputs stand here.")
    return inputs[0], inputs[1] if len(inputs) == 2 else None


def is_network(source: Any) -> bool:
    """Whether it is a network of the toolkit."""
    from ..network import Network

    return isinstance(source, Network)


def spoken(source: Any) -> str:
    """A network by its sizes and words, a layer by its repr or its class."""
    return str(source) if is_network(source) else title(source)
