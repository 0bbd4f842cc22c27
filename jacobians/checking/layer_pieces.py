"""The pieces of a right answer about a layer.

Of a layer of the toolkit they come from its rules, of any other from differences of its value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from layouts.errors import InputError, LayoutError, counted
from layouts.layout import NUMERATOR, Layout

from ..layers import Hadamard, Joint, Layer, Loss, MatrixProduct, MeanOverSamples
from ..layers.base import as_numbers
from ..unknown import Array
from .answers import refuse_nan
from .layer_protocol import Subject, title
from .pieces import Pieces

__all__ = ["averages_of", "of_layer", "of_slopes"]

RTOL = 1e-6
"""How far an answer may be from differences, relatively."""
MOST_ENTRIES = 4_000_000
"""Of a vjp the Jacobian is looked at, for its causes, up to this size."""


def of_layer(
    kind: str,
    layer: Any,
    inputs: Sequence[Any],
    wrt: str | None = None,
    layout: Layout | str = NUMERATOR,
    g: Any = None,
) -> Pieces:
    """The right answer of that kind about a layer, and its pieces.

    Args:
        kind: "jacobian", "vjp" or "gradient".
        layer: a layer of the toolkit, or any that follows the protocol.
        inputs: its inputs.
        wrt: the argument; the first unless named.
        layout: the layout, or its name.
        g: the cotangent of a vjp.

    Raises:
        LayoutError: an unknown argument or layout, inputs that do not fit, NaN, or a kink.
    """
    layout = Layout.named(layout)
    if _is_own(layer):
        layer(*inputs)  # what does not fit is told by the layer itself
    subject = Subject(layer, inputs)
    (wrt,) = subject.varied(wrt or subject.arguments[0])
    refuse_nan(dict(zip(subject.arguments, subject.inputs, strict=False)) | {"g": g})
    try:
        y = subject.value().astype(float)
    except AssertionError as problem:
        raise InputError(f"there is no right answer here: {problem}") from None
    if kind == "gradient" and y.size != 1:
        gives = counted(y.size, "entry", "entries")
        raise InputError(f"a gradient is of a scalar, {title(layer)} gives {gives}: for its "
                         "Jacobian there is assert_jacobian.")  # fmt: skip
    cotangent = _cotangent(g, y)
    if not _is_own(layer):
        return of_slopes(subject, wrt, kind, cotangent, layout)
    return _of_own(subject, wrt, kind, cotangent, layout, y)


def of_slopes(
    subject: Subject,
    wrt: str,
    kind: str,
    g: Array | None = None,
    layout: Layout = NUMERATOR,
    *,
    kinks: bool = False,
) -> Pieces:
    """Likewise, by differences; kinks are refused unless they are allowed for.

    Raises:
        LayoutError: there is a kink or a jump.
    """
    slopes = subject.slopes(wrt)
    if slopes.kinks.any() and not kinks:
        places = ", ".join(str(k + 1) for k in np.flatnonzero(slopes.kinks)[:5])
        raise InputError(
            f"{title(subject.layer)} has a kink or a jump at this {wrt} (entry {places} of its "
            "vec): there is no right answer there, choose another point."
        )

    def at(z: Array) -> Array:
        return Subject(subject.layer, [z]).slopes(wrt).J

    y = subject.value().astype(float)
    p = _pieces(subject, wrt, kind, g, layout, y, slopes.J.copy(), at)
    p.rtol = RTOL
    p.noise = slopes.noise * (1.0 if g is None else float(np.abs(g).sum()))
    return p


def _of_own(
    subject: Subject, wrt: str, kind: str, g: Array | None, layout: Layout, y: Array
) -> Pieces:
    """Of a layer of the toolkit; a large Jacobian is made only where it is the answer."""
    layer, inputs = subject.layer, subject.inputs
    small = y.size * subject.argument(wrt).size <= MOST_ENTRIES
    J = np.array(layer.jacobian(*inputs, wrt=wrt)) if small or kind == "jacobian" else None
    p = _pieces(subject, wrt, kind, g, layout, y, J, lambda z: np.asarray(layer.jacobian(z)))
    if kind != "jacobian":
        seed = np.ones(y.shape) if g is None else g
        p.right = p.finished(layer.vjp(seed, *inputs, wrt=wrt))
    return p


def _pieces(
    subject: Subject,
    wrt: str,
    kind: str,
    g: Array | None,
    layout: Layout,
    y: Array,
    J: Array | None,
    at: Callable[[Array], Array],
) -> Pieces:
    x, samples = subject.argument(wrt), _samples(subject, y)
    p = Pieces(
        kind, np.zeros(()), layout, y, x,
        above="L" if kind == "gradient" else "y", below=wrt, J=J, g=g,
        at=at if len(subject.inputs) == 1 else None,
        samples=samples,
        entries=len(subject.inputs[0]) if y.ndim == 0 and subject.inputs[0].ndim else 1,
        averages=averages_of(subject.layer),
        loss=isinstance(subject.layer, Loss) or (y.size == 1 and not _is_own(subject.layer)),
        shared=subject.shared(wrt),
        other_product=_other_product(subject, wrt, J),
    )  # fmt: skip
    if J is not None:
        p.right = np.array(p.answer(J))
    return p


def averages_of(layer: Any) -> frozenset[str] | None:
    """What a layer divides by, the samples N or the entries m; None if nobody knows."""
    if isinstance(layer, MeanOverSamples):
        return frozenset({"N"})
    if not isinstance(layer, Loss):
        return frozenset() if _is_own(layer) else None
    of_entries = {"m"} if layer.averages_entries else set()
    return frozenset(of_entries | ({"N"} if layer.reduction == "mean" else set()))


def _samples(subject: Subject, y: Array) -> int:
    """How many samples the inputs hold; arrays of a structural layer do not tell."""
    first = subject.inputs[0]
    if isinstance(subject.layer, Joint) or first.ndim != 2:
        return 1
    return int(first.shape[1]) if y.ndim == 0 or y.shape[-1] == first.shape[1] else 1


def _other_product(subject: Subject, wrt: str, J: Array | None) -> Callable[[], Array] | None:
    """Of a matrix product the Jacobian of the Hadamard product, or the reverse."""
    others: dict[type[Layer], Layer] = {MatrixProduct: Hadamard(), Hadamard: MatrixProduct()}
    other = others.get(type(subject.layer))
    if other is None or J is None or subject.inputs[0].ndim != 2:
        return None
    argument = other.arguments[subject.arguments.index(wrt)]
    try:
        right = np.asarray(other.jacobian(*subject.inputs, wrt=argument))
    except LayoutError:
        return None
    return (lambda: right) if right.shape == J.shape else None


def _cotangent(g: Any, y: Array) -> Array | None:
    if g is None:
        return None
    cotangent = as_numbers(g, "g")
    if cotangent.shape != y.shape:
        raise InputError(f"g has shape {cotangent.shape}, the output {y.shape}: a cotangent is "
                         "shaped as the output.")  # fmt: skip
    return cotangent


def _is_own(layer: Any) -> bool:
    """Whether the layer is one of the toolkit's, whose rules the tests prove."""
    own = type(layer).__module__.startswith("jacobians.layers")
    return own and isinstance(layer, Layer) and not layer.by_differences
