"""The dimension trace: every factor's shape in a chain, in either layout, and why.

    FORWARD · THE LINKS · NUMERATOR LAYOUT · DENOMINATOR LAYOUT · WITHOUT THE MATRICES · CHECKED

A trace is made once as sections of blocks; what it is written as comes last.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, counted
from layouts.layout import NUMERATOR, Layout
from layouts.sizes import Size, SizeLike

from ..layers.base import as_numbers
from ..network import Network
from ..typography import (
    renumbered,
    superscripted,
    to_ascii,
    transposed,
    transposed_product,
    with_math,
)
from ..wiring import LOSS
from . import parts
from .checks import Checked, check
from .facts import Derivative, Factor, spoken
from .model import Paragraph, Section
from .numbers import numbers_section
from .sweep_in_words import collapsed
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
    samples: SizeLike | None = None,
    x: npt.ArrayLike | None = None,
    y: npt.ArrayLike | None = None,
    values: bool = False,
    shapes_only: bool = False,
    input_index: int = 0,
    symbols: str = "plain",
    small_integers: bool = False,
    note: str = "",
) -> Trace:
    """The dimension trace of `∂of/∂wrt`.

    Args:
        net: the network.
        wrt: a value or parameter; None or "parameters" shows the first weights in full and lists
            the others.
        layout: "both", or one layout or its name.
        of: what is differentiated; None is the loss, without one the prediction.
        entry: one entry of `wrt`, counted from 0 (in print from 1).
        samples: how many samples stand side by side as columns, a number or a letter.
        x: the input at which to check; drawn unless given.
        y: the target there, likewise.
        values: also print the numbers.
        shapes_only: check nothing by numbers.
        input_index: the number of the input in the names that are printed, 0 or 1.
        symbols: "plain" (W1) or "superscript" (W⁽¹⁾).
        small_integers: draw x and y as small whole numbers.
        note: a sentence to print under the forward pass.

    Raises:
        LayoutError: an unknown name or layout, or values asked of a network of letters.

    >>> net = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error")
    >>> trace = dimension_trace(net, wrt="W1", layout="denominator")
    >>> [factor["shape"] for factor in trace.to_dict()["derivatives"][0]["factors"]]
    [[6, 3], [3, 3], [3, 2], [2, 2], [2, 1]]
    """
    layouts = Layout.one_or_both(layout)
    if input_index not in (0, 1):
        raise InputError(f"the input counts as layer 0 or 1, not {input_index!r}.")
    if symbols not in ("plain", "superscript"):
        raise InputError(f"symbols are 'plain' or 'superscript', not {symbols!r}.")
    if wrt == "parameters":
        wrt = None
    if not net.parameters and wrt is None:
        wrt = "x"
    if y is not None and net.loss is None:
        raise InputError("this network has no loss, so a target y has no use.")
    given_x, samples = _given(x, samples)
    top = net.resolve(of) if of is not None else (LOSS if net.loss is not None else net.prediction)
    first = wrt if wrt is not None else next(iter(net.parameters))
    if given_x is not None and net.input_size not in (None, len(given_x)):
        given = counted(len(given_x), "entry", "entries")
        raise InputError(f"x has {given}, the network takes {net.input_size}: {net}.")
    input_size = None if given_x is None else len(given_x)
    shown = Derivative(net, top, first, samples, entry, input_size)
    numbers, drawn = None, "shapes only: nothing was computed"
    lettered = net.sizes_only or isinstance(samples, Size)
    if values and net.sizes_only:
        net.example()
    if values and lettered:
        raise InputError(f"with {samples} samples, a letter, there are no values to print.")
    if not shapes_only and not lettered:
        numbers, drawn = _numbers(shown, given_x, y, small_integers=small_integers)
    others = []
    if wrt is None:
        names = list(net.parameters)[1:]
        others = [Derivative(net, top, name, samples, None, input_size) for name in names]
    results = [
        None if numbers is None or not each.paths else check(each, numbers, layouts)
        for each in [shown, *others]
    ]
    written = [parts.forward_part(shown, note)]
    written += _derivation(shown, layouts, results[0], drawn) if shown.paths else [_no_path(shown)]
    if wrt is None:
        commands = {each.wrt: _command(net, each, input_index) for each in others}
        written.append(parts.summary_part(shown, others, commands, results))
    if values and numbers is not None:
        written.append(numbers_section(shown, numbers, layouts))
    style = _style(input_index, symbols)
    record = _record(shown, [
        _entry(each, layout, result)
        for each, result in zip([shown, *others], results, strict=True)
        for layout in layouts
    ])  # fmt: skip
    title = f"`{shown.name}` of the network {net}; {spoken(shown.samples)}"
    renaming = _style(input_index, "plain", marks=False)
    return Trace(style(title), [part.styled(style) for part in written], _renamed(record, renaming))


def _derivation(
    derivative: Derivative, layouts: list[Layout], result: Checked | None, drawn: str
) -> list[Section]:
    """Everything between the forward pass and the summary."""
    written = [parts.links_part(derivative, layouts)]
    for number, layout in enumerate(layouts, start=3):
        transposes = "4 is part 3" if number == 4 else ""
        written.append(parts.product_part(derivative, layout, transposes))
    written.append(parts.sweep_part(derivative))
    written.append(parts.checked_part(derivative, layouts, result, drawn, len(written) + 1))
    return written


def _no_path(derivative: Derivative) -> Section:
    """Of what a value does not depend on."""
    if derivative.of == derivative.wrt:
        text = f"`{derivative.name}` is the identity: a value by itself."
    else:
        text = (
            f"`{derivative.of}` does not depend on `{derivative.wrt}`: "
            f"`{derivative.name} = 0`, and there is no chain to multiply."
        )
    return Section("NO LINKS", "", [Paragraph(text)])


def _given(x: npt.ArrayLike | None, samples: SizeLike | None) -> tuple[Any, SizeLike]:
    """X as an array, and how many samples it has or is to have."""
    if x is None:
        return None, 1 if samples is None else samples
    array = as_numbers(x, "x")
    columns = 1 if array.ndim < 2 else array.shape[1]
    if samples is not None and samples != columns:
        raise InputError(
            f"x has {counted(columns, 'sample')} as columns, {samples} were asked for."
        )
    return array, columns


def _numbers(
    derivative: Derivative, x: Any, y: npt.ArrayLike | None, *, small_integers: bool
) -> tuple[dict[str, Any], str]:
    """The values at the point of the check, and a phrase that says where they come from."""
    net, samples = derivative.network, int(str(derivative.samples))
    as_columns = samples if samples != 1 or np.ndim(x) == 2 else None
    drawn = [name for name, given in (("x", x), ("y", y)) if given is None]
    if drawn:
        size = None if x is None else len(x)
        drawn_x, drawn_y = net.example(as_columns, small_integers=small_integers, input_size=size)
        x, y = drawn_x if x is None else x, drawn_y if y is None else y
    if derivative.of != LOSS:
        drawn = [name for name in drawn if name != "y"]
    if net.generator is not None:
        drawn = ["weights", *drawn]
    phrase = f"{', '.join(drawn)} drawn with seed {net.seed}" if drawn else "at the values given"
    with np.errstate(all="ignore"):
        return net.column_values(x, y), phrase


def _style(input_index: int, symbols: str, *, marks: bool = True) -> Any:
    """The translation of every piece of mathematics into the reader's numbering and symbols."""

    def translate(math: str) -> str:
        math = renumbered(math, input_index)
        return superscripted(math) if symbols == "superscript" else math

    if not marks:
        return lambda math: renumbered(math, input_index)
    return lambda markup: with_math(markup, lambda math: f"`{translate(math)}`", str)


def _command(net: Network, derivative: Derivative, input_index: int) -> str:
    """How to ask for this derivative, with the names as they are printed."""
    wrt = renumbered(derivative.wrt, input_index)
    if net.source is None:
        return f'dimension_trace(net, wrt="{derivative.wrt}")'
    more = "" if derivative.samples == 1 else f" --batch {derivative.samples}"
    more += f" --input-index {input_index}" if input_index else ""
    return f"jacobians trace {net.source}{more} --wrt {wrt}"


def _size(size: SizeLike) -> int | str:
    return size.code() if isinstance(size, Size) else int(size)


def _shape(shape: Any) -> list[int | str]:
    sizes = [_size(size) for size in shape]
    return [*sizes, 1] if len(sizes) == 1 else sizes or [1, 1]


def _record(shown: Derivative, derivatives: list[dict[str, Any]]) -> dict[str, Any]:
    """The dictionary of the whole trace."""
    net = shown.network
    order = [name for name in net.names if name in shown.unknowns]
    return {
        "network": str(net),
        "samples": _size(shown.samples),
        "of": shown.of,
        "definition": None if net.loss is None else parts.definition(shown),
        "values": [{"name": n, "shape": _shape(shown.unknowns[n].shape)} for n in order],
        "derivatives": derivatives,
    }


def _entry(derivative: Derivative, layout: Layout, result: Checked | None) -> dict[str, Any]:
    """One derivative in one layout; factors from left to right as its product is written.

    Where several paths are summed `factors` are those of the first, `other_paths` the others'.
    """
    paths = [_factors(derivative, path, layout) for path in derivative.paths] or [[]]
    gradient = derivative.gradient_shape(layout)
    text = collapsed(derivative) if derivative.paths else None
    if text is not None and layout is NUMERATOR:
        text = transposed_product(text) if " " in text else transposed(text)
    finite = result is not None and result.finite
    return {
        "of": derivative.of,
        "wrt": derivative.below,
        "layout": layout.value,
        "factors": paths[0],
        "other_paths": paths[1:],
        "shape": _shape(derivative.shape(layout)),
        "gradient_shape": None if gradient is None else _shape(gradient),
        "collapsed": text,
        "max_difference": result.sweep[layout] if result is not None and finite else None,
    }


def _factors(derivative: Derivative, path: list[Factor], layout: Layout) -> list[dict[str, Any]]:
    return [
        {
            "name": factor.name,
            "shape": _shape(layout.arrange(factor.operator).shape),
            "structure": factor.structure,
            "text": factor.text(layout),
        }
        for factor in derivative.written(layout, path)
    ]


NAMES = {"name", "of", "wrt", "text", "collapsed", "definition"}


def _renamed(record: Any, style: Any) -> Any:
    """The same dictionary with names in the reader's numbering."""
    if isinstance(record, list):
        return [_renamed(each, style) for each in record]
    if not isinstance(record, dict):
        return record
    return {
        key: style(value) if key in NAMES and isinstance(value, str) else _renamed(value, style)
        for key, value in record.items()
    }
