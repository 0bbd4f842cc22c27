"""A trace as a dictionary: what JSON carries.

Shapes are two-dimensional lists of integers or, with letters, of strings (`"3*n"`); factors stand
from left to right as the layout's product is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from layouts.layout import NUMERATOR, Layout
from layouts.sizes import Size, SizeLike

from ..typography import transposed, transposed_product
from .checks import Checked
from .facts import Derivative, Factor
from .sweep_in_words import collapsed

__all__ = ["renamed", "trace_record"]


def trace_record(
    derivatives: Sequence[Derivative], results: Sequence[Checked | None], layouts: Sequence[Layout]
) -> dict[str, Any]:
    """The whole trace; the first derivative is the one that is shown in full."""
    shown = derivatives[0]
    net = shown.network
    known = [name for name in net.names if name in shown.unknowns]
    return {
        "network": str(net),
        "samples": _size(shown.samples),
        "of": shown.of,
        "definition": None if net.loss_name is None else net.definition(shown.shapes),
        "values": [{"name": n, "shape": _shape(shown.unknowns[n].shape)} for n in known],
        "derivatives": [
            _entry(derivative, layout, result)
            for derivative, result in zip(derivatives, results, strict=True)
            for layout in layouts
        ],
    }


def _entry(derivative: Derivative, layout: Layout, result: Checked | None) -> dict[str, Any]:
    """One derivative in one layout; factors from left to right as its product is written.

    Where several paths are summed `factors` are those of the first, `other_paths` those of the
    next few, and `paths` is how many there are.
    """
    paths = [_factors(derivative, path, layout) for path in derivative.paths] or [[]]
    gradient = derivative.gradient_shape(layout)
    text = collapsed(derivative) if derivative.links else None
    if text is not None and layout is NUMERATOR and derivative.loss and derivative.entry is None:
        text = transposed_product(text) if " " in text else transposed(text)
    finite = result is not None and result.finite
    return {
        "of": derivative.of,
        "wrt": derivative.below.replace(derivative.wrt, derivative.asked, 1),
        "layout": layout.value,
        "factors": paths[0],
        "other_paths": paths[1:],
        "paths": derivative.count,
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


def renamed(record: Any, style: Callable[[str], str]) -> Any:
    """The same dictionary with names in the reader's numbering."""
    if isinstance(record, list):
        return [renamed(each, style) for each in record]
    if not isinstance(record, dict):
        return record
    return {
        key: style(value) if key in NAMES and isinstance(value, str) else renamed(value, style)
        for key, value in record.items()
    }


def _size(size: SizeLike) -> int | str:
    return size.code() if isinstance(size, Size) else int(size)


def _shape(shape: Any) -> list[int | str]:
    sizes = [_size(size) for size in shape]
    return [*sizes, 1] if len(sizes) == 1 else sizes or [1, 1]
