"""The dimension trace: every factor's shape in a chain, in either layout, and why.

    FORWARD · THE LINKS · NUMERATOR LAYOUT · DENOMINATOR LAYOUT · WITHOUT THE MATRICES · CHECKED

A trace is made once as sections of blocks; what it is written as comes last.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy.typing as npt

from layouts.errors import InputError
from layouts.layout import NUMERATOR, Layout
from layouts.sizes import Size, SizeLike, by

from ..network import Network
from ..rows.forms import folded, form_named, refuse_no_network, refuse_others, unfolded
from ..typography import renumbered, to_ascii, with_math
from . import parts
from .checks import Checked, check
from .facts import Derivative, spoken
from .model import Paragraph, Section
from .parts.rows import RowParts
from .points import given_point, values_at
from .record import renamed, trace_record
from .spellings import spelling
from .writers import as_html, as_latex, as_markdown, as_page, as_text

__all__ = ["Trace", "dimension_trace"]


class Trace:
    """A dimension trace: prints as text, shows itself in notebooks, and knows other formats."""

    def __init__(self, title: str, written: list[Section], record: dict[str, Any]) -> None:
        self.title = title
        self.sections = written
        self.record = record

    def __str__(self) -> str:
        return as_text(self.title, self.sections)

    def __repr__(self) -> str:
        return f"<Trace {self.title.replace('`', '')}>"

    def to_text(self, *, ascii_only: bool = False) -> str:
        """Plain text of 80 columns; for a terminal that knows no more, in ASCII."""
        if not ascii_only:
            return str(self)
        plain = [part.styled(to_ascii) for part in self.sections]
        return to_ascii(as_text(to_ascii(self.title), plain))

    def to_markdown(self) -> str:
        """Markdown with tables."""
        return as_markdown(self.title, self.sections)

    def to_latex(self) -> str:
        """Displays for KaTeX and MathJax, sizes in underbraces."""
        return as_latex(self.title, self.sections)

    def to_html(self) -> str:
        """A page of its own."""
        return as_page(self.title, self.sections)

    def to_dict(self) -> dict[str, Any]:
        """What JSON carries: shapes as lists of integers or, with letters, strings."""
        return self.record

    def _repr_html_(self) -> str:
        return as_html(self.title, self.sections)

    def _repr_latex_(self) -> str:
        return self.to_latex()

    def _repr_markdown_(self) -> str:
        return self.to_markdown()


def dimension_trace(
    net: Network,
    wrt: str | None = None,
    layout: Layout | str = "both",
    *,
    of: str | None = None,
    entry: tuple[int, ...] | None = None,
    samples: SizeLike | str | None = None,
    x: npt.ArrayLike | None = None,
    y: npt.ArrayLike | None = None,
    values: bool = False,
    shapes_only: bool = False,
    input_index: int = 0,
    symbols: str = "plain",
    small_integers: bool = False,
    note: str = "",
    options: str = "",
    samples_as: str = "columns",
    form: str | None = None,
) -> Trace:
    """The dimension trace of `∂of/∂wrt`.

    Args:
        net: the network.
        wrt: a value or parameter; None or "parameters" shows the first weights in full and lists
            the others.
        layout: "both", or one layout or its name.
        of: what is differentiated; None is the loss, without one the prediction.
        entry: one entry of `wrt`, counted from 0 (in print from 1); samples as rows refuse it.
        samples: how many samples there are, a number or a letter.
        x: the input at which to check; drawn unless given.
        y: the target there, likewise.
        values: also print the numbers.
        shapes_only: check nothing by numbers.
        input_index: the number of the input in the names that are printed, 0 or 1.
        symbols: "plain" (W1) or "superscript" (W⁽¹⁾).
        small_integers: draw x and y as small whole numbers.
        note: a sentence to print under the forward pass.
        options: what the commands that are suggested carry on from the command line.
        samples_as: "columns", or "rows": then x and y are given so, and all is written so.
        form: how rows store the weights, "XW" (the default), "XWT" or "folded".

    Raises:
        LayoutError: no network, an unknown name or layout, an x or y that does not fit, values
            asked of a network of letters, or rows asked of what has no row form.

    >>> net = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error")
    >>> trace = dimension_trace(net, wrt="W1", layout="denominator")
    >>> [factor["shape"] for factor in trace.to_dict()["derivatives"][0]["factors"]]
    [[6, 3], [3, 3], [3, 2], [2, 2], [2, 1]]
    """
    refuse_no_network(net)
    layouts = Layout.one_or_both(layout)
    in_print, in_record = _style(net, input_index, symbols)
    form = _row_form(net, samples_as, form, entry)
    if form is not None:
        net = folded(net) if form == "folded" else net
        wrt, of = (_folded_name(net, name) for name in (wrt, of))
        options += " --samples rows" + (f" --form {form}" if form != "XW" else "")
    given_x, y, count = given_point(net, x, y, samples, samples_as)
    derivatives = _derivatives(net, wrt, of, entry, count, given_x)
    shown, *others = derivatives
    numbers, drawn = None, "shapes only: nothing was computed"
    if values:
        _refuse_letters(net, count)
    if not (shapes_only or net.sizes_only or isinstance(count, Size)):
        numbers, drawn = values_at(shown, given_x, y, small_integers=small_integers)
    results = [
        None if numbers is None or not each.links else check(each, numbers, layouts)
        for each in derivatives
    ]
    say: Any = parts if form is None else RowParts(shown, form, numbers)
    written = [say.forward_part(shown, note)]
    written += _derivation(shown, layouts, results[0], drawn, say)
    if others:
        commands = {each.wrt: _command(net, each, input_index, options, form) for each in others}
        written.append(say.summary_part(shown, others, commands, results))
    if values and numbers is not None:
        written.append(say.numbers_section(shown, numbers, layouts))
    record = trace_record(derivatives, results, layouts)
    if form is not None:
        written.append(say.uses_part())
        record = say.rows.record(record, form)
    return Trace(
        in_print(_title(shown, form)),
        [part.styled(in_print) for part in written],
        renamed(record, in_record),
    )


def _title(shown: Derivative, form: str | None) -> str:
    net, count = shown.network, shown.samples
    kind = "network" if net.is_row else "graph"
    rows = "one sample as a row" if count == 1 else f"{count} samples as rows"
    return f"`{shown.name}` of the {kind} {net}; {spoken(count) if form is None else rows}"


def _derivatives(
    net: Network,
    wrt: str | None,
    of: str | None,
    entry: tuple[int, ...] | None,
    samples: SizeLike,
    x: Any,
) -> list[Derivative]:
    """The derivative to show in full; by no name in particular, then those by every parameter."""
    names = [wrt]
    if wrt in (None, "parameters"):
        names = list(net.parameters) or list(net.inputs)
    size = len(x) if net.is_row and x is not None else None
    return [Derivative(net, of or net.top, str(name), samples, entry, size) for name in names]


def _refuse_letters(net: Network, samples: SizeLike) -> None:
    """Numbers were asked for; the letters are those that the user gave, not n + 1 of a Θ."""
    if net.sizes_only:
        (unfolded(net) if net.is_row else net).refuse_sizes_only()
    if isinstance(samples, Size):
        raise InputError(f"with {samples} samples, a letter, there are no values to print.")


def _derivation(
    derivative: Derivative, layouts: list[Layout], result: Checked | None, drawn: str, say: Any
) -> list[Section]:
    """Everything between the forward pass and the summary."""
    if not derivative.links:
        return [_no_path(derivative)]
    written = [say.links_part(derivative, layouts)]
    if derivative.samples != 1 and (samples := say.samples_part(derivative, layouts)):
        written.append(samples)
    if derivative.branches:
        written.append(say.totals_part(derivative, layouts))
    first = len(written) + 2
    for number, layout in enumerate(layouts, start=first):
        transposes = f"{number} is part {first}" if number > first else ""
        written.append(say.product_part(derivative, layout, transposes))
    written.append(say.sweep_part(derivative, layouts))
    written.append(say.checked_part(derivative, layouts, result, drawn, len(written) + 1))
    return written


def _no_path(derivative: Derivative) -> Section:
    """Of what a value does not depend on."""
    if derivative.of == derivative.wrt:
        text = f"`{derivative.name}` is the identity: a value by itself."
    else:
        shape = by(derivative.shape(NUMERATOR))
        text = (
            f"`{derivative.of}` does not depend on `{derivative.wrt}`: `{derivative.name} = 0`, "
            f"`{shape}` in numerator layout, and there is no chain to multiply."
        )
    return Section("NO LINKS", "", [Paragraph(text)])


def _row_form(
    net: Network, samples_as: str, form: str | None, entry: tuple[int, ...] | None
) -> str | None:
    """The form in which rows are written; None where samples are columns."""
    if samples_as not in ("columns", "rows"):
        raise InputError(f"samples stand as 'columns' or as 'rows', not as {samples_as!r}.")
    if samples_as == "columns":
        if form is not None:
            raise InputError(f"the form {form} says how rows store the weights: it needs samples "
                             "as rows.")  # fmt: skip
        return None
    form_named(form or "XW")
    refuse_others(net)
    if entry is not None:
        raise InputError("one entry is shown with samples as columns: in rows ask for the whole "
                         "matrix.")  # fmt: skip
    return form or "XW"


def _folded_name(net: Network, name: str | None) -> str | None:
    """Θ1 also as Theta1; what is folded into it is nothing to ask for by itself."""
    if not isinstance(name, str):
        return name
    name = name.replace("Theta", "Θ")
    theta = f"Θ{name[1:]}"
    if name not in net.names and name[:1] in "Wb" and theta in net.parameters:
        raise InputError(f"{name} is folded into {theta}: ask for {theta.replace('Θ', 'Theta')}, "
                         f"or take form XW (--form XW), where {name} stands apart.")  # fmt: skip
    return name


def _style(
    net: Network, input_index: int, symbols: str
) -> tuple[Callable[[str], str], Callable[[str], str]]:
    """The reader's numbering and symbols, for sentences and for the names of a record."""
    spell = spelling(net, input_index, symbols)

    def in_print(markup: str) -> str:
        return with_math(markup, lambda math: f"`{spell(math)}`", str)

    return in_print, spelling(net, input_index, "plain")


def _command(
    net: Network, derivative: Derivative, input_index: int, options: str, form: str | None
) -> str:
    """How to ask for this derivative, with the names as they are printed."""
    usual, wrt = derivative.of == net.top, derivative.wrt.replace("Θ", "Theta")
    if net.source is None:
        of = "" if usual else f', of="{derivative.of}"'
        rows = "" if form is None else f', samples_as="rows", form="{form}"'
        return f'dimension_trace(net, wrt="{wrt}"{of}{rows})'
    wrt = renumbered(derivative.wrt, input_index).replace("Θ", "Theta")
    more = "" if derivative.samples == 1 else f" --batch {derivative.samples}"
    more += f" --input-index {input_index}" if input_index else ""
    more += "" if usual else f" --of {renumbered(derivative.of, input_index)}"
    more += options
    return f"jacobians trace {net.source}{more} --wrt {wrt}"
