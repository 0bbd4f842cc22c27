"""`derive`: a derivative derived step by step, in one of three ways, every step evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, near_names
from layouts.layout import DENOMINATOR, NUMERATOR, Layout
from layouts.sizes import SizeLike, by

from .. import chain
from ..layers import Layer
from ..network import Network
from ..report.facts import Derivative, spoken
from ..report.model import Paragraph, Section, Table
from ..report.points import given_point
from ..report.sweep_in_words import Swept, cotangent, swept
from ..rows.forms import refuse_no_network
from ..typography import transposed, transposed_product
from .components import write_components
from .cotangents import write_cotangents
from .draft import Draft
from .index_equations import Stated
from .links import is_symbol, keep_symbols
from .matrix_calculus import write_matrix_calculus
from .points import points_of
from .printed_values import PrintedValues
from .written_steps import WrittenDerivation, WrittenStep

__all__ = ["WAYS", "derive"]

WAYS: dict[str, str] = {
    "components": "by components",
    "jacobians": "by matrix calculus",
    "vjp": "by vector–Jacobian products",
}
"""The ways, and what titles call them."""


def derive(
    net: Network,
    wrt: str | None = None,
    way: str = "components",
    layout: Layout | str = DENOMINATOR,
    *,
    of: str | None = None,
    samples: SizeLike | str | None = None,
    x: npt.ArrayLike | None = None,
    y: npt.ArrayLike | None = None,
    small_integers: bool = False,
    shapes_only: bool = False,
    equations: Mapping[type[Layer], Stated] | None = None,
) -> WrittenDerivation:
    """Derive `∂of/∂wrt`, step by step.

    Every step is evaluated at concrete numbers and compared with the step before: at the network's
    own, and at others whose sizes all differ. With letters for sizes it is the second alone.

    Args:
        net: the network.
        wrt: a parameter or value; None is the first parameter.
        way: "components", entry by entry with every sum written out; "jacobians", matrix calculus
            in one layout; "vjp", one cotangent after the other.
        layout: of the Jacobians, and of the gradient at the end; the other two ways have columns.
        of: what is differentiated; None is the loss, without one the prediction.
        samples: how many samples there are, a number or a letter.
        x: the input at which to evaluate; drawn unless given.
        y: the target there, likewise.
        small_integers: draw x and y as small whole numbers.
        shapes_only: evaluate nothing.
        equations: index equations of layers that the table does not have, by components:
            `{Pairs: "y_ik = x_ik Σ_m x_mk"}`, or an `IndexEquation`.

    Raises:
        LayoutError: no network, an unknown name, way or layout, an x or y that does not fit, a
            value that does not depend on `wrt`, or a layer whose index equation nobody stated.

    >>> net = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error")
    >>> derivation = derive(net, wrt="W1", way="components")
    >>> for step in derivation.steps[-6:-3]:
    ...     print(step.formula, step.shape)
    = Σ_i δ1_i [i = p] a0_q 3×2
    = δ1_p a0_q 3×2
    ∂L/∂W1 = δ1 a0ᵀ 3×2
    >>> derivation.agrees
    True
    """
    refuse_no_network(net)
    if way not in WAYS:
        raise InputError(f"there is no way {way!r}: {near_names(str(way), WAYS)}")
    layout = Layout.named(layout)
    x, y, count = given_point(net, x, y, samples)
    size = len(np.asarray(x)) if net.is_row and x is not None else None
    first = next(iter([*net.parameters, *net.inputs]))
    derivative = Derivative(net, of or net.top, wrt or first, count, input_size=size)
    _refuse_no_links(derivative)
    points, phrases = ([], []) if shapes_only else (
        points_of(derivative, x, y, small_integers=small_integers))  # fmt: skip
    read_in = layout if way == "jacobians" else NUMERATOR
    keep_symbols(derivative, points, read_in)
    draft = Draft(points)
    write: dict[str, Callable[[], None]] = {
        "components": lambda: write_components(derivative, draft, equations or {}),
        "jacobians": lambda: write_matrix_calculus(derivative, draft, layout),
        "vjp": lambda: write_cotangents(derivative, draft),
    }
    write[way]()
    if derivative.loss:
        keep_symbols(derivative, draft.points, read_in)  # by components they are kept by entries
        _write_together(derivative, draft, way, layout)
    steps = [step for part in draft.parts for step in part.steps]
    kind = "network" if net.is_row else "graph"
    how = f"{WAYS[way]}, {layout} layout" if way == "jacobians" else WAYS[way]
    title = f"`{derivative.name}` of the {kind} {net}; {spoken(count)}; {how}"
    why = "only shapes were asked for" if shapes_only else "the sizes are too large"
    return WrittenDerivation(title, draft.parts, _checked(steps, phrases, why),
                             _record(derivative, way, layout))  # fmt: skip


def _refuse_no_links(derivative: Derivative) -> None:
    """Refuse what has no chain rule in it."""
    of, wrt = derivative.of, derivative.wrt
    if of == wrt:
        raise InputError(f"{of} by itself has the identity for its derivative: name another value "
                         "as wrt.")  # fmt: skip
    if not derivative.links:
        raise InputError(f"{of} does not depend on {wrt}: the derivative is 0, and there is "
                         "nothing to derive.")  # fmt: skip


def _write_together(derivative: Derivative, draft: Draft, way: str, layout: Layout) -> None:
    """The lines of backpropagation, compared with the explicit chain, whatever the way was."""
    printed = PrintedValues(derivative)
    draft.part("TOGETHER, AS BACKPROPAGATION WRITES IT", "columns, in the shape of each value")

    def line(sentence: str, row: Swept, value: str, *, turned: bool = False) -> None:
        def truth(values: Mapping[str, Any]) -> Any:
            G = _by_chain(derivative, value, values)
            return G.T if turned else G

        draft.step(
            sentence, row.name, row.text, row.shape,
            lambda values: printed(row.text, values, np.shape(truth(values))), truth, keep=row.name,
        )  # fmt: skip

    *rows, last = (_read_in(derivative, row, way, layout) for row in swept(derivative))
    other = transposed(last.name)
    if layout is NUMERATOR and way == "jacobians":
        last = last._replace(name=other)
    for row in [*rows, last]:
        law = row.law[:1].upper() + row.law[1:]
        line(f"{law}." if law else "As it stands.", row, _value_of(derivative, row))
    face = derivative.gradient_shape(NUMERATOR)
    if layout is NUMERATOR and way != "jacobians" and face is not None:
        turned = Swept(other, transposed_product(last.text), by(face), "")
        line("Numerator layout writes the transpose.", turned, derivative.wrt, turned=True)


def _read_in(derivative: Derivative, row: Swept, way: str, layout: Layout) -> Swept:
    """A line whose symbols are read in this layout: where no matrix is known, only `∂u/∂v` is."""
    if way != "jacobians" or layout is NUMERATOR:
        return row
    text = row.text
    for factor in filter(is_symbol, derivative.factors):
        text = text.replace(transposed(factor.name), factor.name)
    return row._replace(text=text)


def _value_of(derivative: Derivative, row: Swept) -> str:
    """The value that a line of the sweep belongs to."""
    if derivative.name in row.name:
        return derivative.wrt
    return next(v for v in derivative.made_of if cotangent(derivative, v) == row.name)


def _by_chain(derivative: Derivative, value: str, values: Mapping[str, Any]) -> Any:
    """The total derivative of a number, from the explicit chain, in the shape of the value."""
    J = chain.derivative(derivative.steps, values, derivative.of, value, NUMERATOR)
    return np.asarray(J.as_matrix()).reshape(np.shape(values[value]), order="F")


def _checked(steps: list[WrittenStep], phrases: list[str], why: str) -> Section:
    """How far the steps agree, and where that was found out."""
    if not phrases:
        text = f"{len(steps)} steps. Nothing was evaluated: {why}."
        return Section("CHECKED", "", [Paragraph(text)])
    wrong = [step for step in steps if step.agrees is False]
    silent = [step for step in steps if step.agrees is None]
    result = "agree to 1e-12" if not wrong else f"{len(wrong)} DISAGREE"
    rows = [
        (f"{len(steps)} steps", "each evaluated, and compared with the line before"),
        ("evaluated", "; ".join(phrases)),
        ("result", f"all {result}" if not wrong and not silent else result),
    ]
    if silent:
        rows.append(("not evaluated", f"{len(silent)}, for want of a notation or a finite value"))
    return Section("CHECKED", "", [Table((), rows, "ll")])


def _record(derivative: Derivative, way: str, layout: Layout) -> dict[str, Any]:
    """What JSON carries beside the steps."""
    return {
        "network": str(derivative.network),
        "samples": str(derivative.samples),
        "of": derivative.of,
        "wrt": derivative.asked,
        "way": way,
        "layout": layout.value if way == "jacobians" else None,
    }
