"""What goes wrong with layouts, said in one place: the thing, its shapes, the cause and the cure.

Every exception that this project raises on purpose is a `LayoutError`, and so a `ValueError`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .sizes import Shape, by, size_of

__all__ = [
    "FormulaError",
    "InputError",
    "LayoutError",
    "OrderError",
    "ShapeError",
    "TooLargeError",
    "counted",
    "near_names",
    "pointed_at",
    "refuse_too_large",
]

LIMIT = 2 * 2**30
"""The bytes that a full matrix may take unless the caller says otherwise: 2 GiB."""

ORDER = {
    "numerator": "In numerator layout the later layer stands on the left",
    "denominator": "In denominator layout the later layer stands on the right",
}


class LayoutError(ValueError):
    """A derivative, or what it is asked of, does not fit."""


class ShapeError(LayoutError):
    """Sizes do not agree."""


class OrderError(LayoutError):
    """Factors that stand in the wrong order, or in two layouts, whatever their sizes."""


class InputError(LayoutError):
    """A name, a number or a file that was given cannot be used."""


class FormulaError(InputError):
    """A text that is no formula: where in it, and what was expected there."""

    def __init__(self, text: str, at: int, message: str) -> None:
        self.text, self.column, self.message = text, at + 1, message
        super().__init__(f"column {at + 1} of the formula: {message}\n{pointed_at(text, at)}")

    def __reduce__(self) -> tuple[Any, ...]:
        return FormulaError, (self.text, self.column - 1, self.message)


class TooLargeError(LayoutError, MemoryError):
    """A matrix would take more memory than the caller allows."""


def counted(n: object, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "entry", "entries"), counted(3, "sample")
    ('1 entry', '3 samples')
    """
    return f"{n} {one if n == 1 else many or one + 's'}"


MOST_NAMES = 24
"""A misspelt name is answered with no more than these."""


def near_names(name: str, known: Iterable[str]) -> str:
    """The sentence that lists the names nearest to a misspelt one, or all of them.

    >>> near_names("rleu", ["relu", "tanh"])
    'did you mean relu?'
    >>> near_names("q", ["relu", "tanh"]), near_names("q", [])
    ('known are relu, tanh.', 'there are none.')
    >>> near_names("q", [f"h{k}" for k in range(100)])[-17:]
    'h23, … (76 more).'
    >>> near_names("q", ["W", "w"])
    'known are W, w.'
    """
    from difflib import get_close_matches

    listed = list(dict.fromkeys(known))
    names = {each.lower(): each for each in listed}
    near = get_close_matches(name.lower(), names, n=3)
    if near:
        return f"did you mean {' or '.join(names[each] for each in near)}?"
    if not listed:
        return "there are none."
    more = f", … ({len(listed) - MOST_NAMES} more)" if len(listed) > MOST_NAMES else ""
    return f"known are {', '.join(listed[:MOST_NAMES])}{more}."


def unknown_layout(name: object, *, both: bool = False) -> LayoutError:
    """No layout is called so."""
    names = "'both', 'numerator' or 'denominator'" if both else "'numerator' or 'denominator'"
    return InputError(f"there is no layout {name!r}: it is {names}.")


def not_two_dimensional(shape: Shape) -> LayoutError:
    """A one-dimensional array hides the layout."""
    return ShapeError(
        f"a derivative needs rows and columns, this array has shape {shape}: "
        "a row is (1, n), a column (m, 1)."
    )


def sizes_differ(
    left: str, left_shape: Shape, right: str, right_shape: Shape, cure: str = ""
) -> LayoutError:
    """A product whose inner sizes differ; `cure` is a sentence of its own."""
    return ShapeError(
        f"cannot multiply {left} ({by(left_shape)}) by {right} ({by(right_shape)}): "
        f"inner sizes {left_shape[-1]} and {right_shape[0]} differ." + (f"\n{cure}" if cure else "")
    )


def right_order(layout: str, left: str, right: str, shape: Shape) -> str:
    """The cure for a reversed product: the order that the layout wants."""
    return f"{ORDER[layout]}: {left} · {right} is {by(shape)}."


def wrong_order(
    left: str, left_shape: Shape, right: str, right_shape: Shape, cure: str
) -> LayoutError:
    """Sizes that happen to fit in an order that the layout does not allow."""
    return OrderError(
        f"cannot multiply {left} ({by(left_shape)}) by {right} ({by(right_shape)}): "
        f"the sizes fit, the order does not.\n{cure}"
    )


def not_neighbours(left: str, right: str, layout: str, inner: tuple[str, str]) -> LayoutError:
    """Two links of which neither continues the other."""
    return OrderError(
        f"cannot multiply {left} by {right}: they are not neighbours in a chain.\n"
        f"{ORDER[layout]}, and the inner names must agree; here they are {inner[0]} and {inner[1]}."
    )


JOINED = {"multiply": "by", "add": "and"}


def two_layouts(
    left: str, left_layout: str, right: str, right_layout: str, verb: str = "multiply"
) -> LayoutError:
    """Derivatives of two layouts in one product, or one sum."""
    return OrderError(
        f"cannot {verb} {left} in {left_layout} layout {JOINED[verb]} {right} in {right_layout} "
        "layout.\n"
        "Bring both to one layout: a Jacobian's transpose, J.T, is the same derivative in the "
        "other."
    )


def no_layout(jacobian: str, shape: Shape, verb: str = "multiply") -> LayoutError:
    """A plain array in a product of Jacobians, or a sum."""
    return OrderError(
        f"cannot {verb} {jacobian} {JOINED[verb]} a plain array ({by(shape)}): "
        "an array has no layout.\n"
        "For the numbers alone use np.asarray(J) on the Jacobian; for a product with a vector use "
        "the layer's jvp or vjp."
    )


STRUCTURED = (
    "Keep it structured (its products with vectors need no matrix), or allow more: "
    "as_matrix(limit=bytes)."
)


def refuse_too_large(shape: Shape, limit: int | None = None, cure: str = STRUCTURED) -> None:
    """Refuse a full matrix that would take more bytes than the limit (2 GiB unless given)."""
    limit = LIMIT if limit is None else limit
    needed = 8 * size_of(shape)
    if isinstance(needed, int) and needed > limit:
        raise TooLargeError(
            f"the full {by(shape)} matrix would take {needed:,} bytes, the limit is {limit:,}.\n"
            + cure
        )


WIDTH = 72


def pointed_at(text: str, at: int, end: int | None = None) -> str:
    """The text with a mark under one of its parts; of a long text what is around it.

    >>> print(pointed_at("W @ foo(x)", 4, 7))
       W @ foo(x)
           ^^^
    """
    start = max(0, min(at - WIDTH // 2, len(text) - WIDTH))
    shown = text[start : start + WIDTH]
    marks = "^" * max(1, min((end or at + 1), start + WIDTH) - at)
    shown = "".join(c if c.isprintable() else " " for c in shown)
    return f"   {shown}\n   {' ' * (at - start)}{marks}"
