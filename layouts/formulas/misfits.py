"""Why two parts do not go together: the parts, their shapes, the likely cause and the cure."""

from __future__ import annotations

from .. import errors
from ..sizes import Shape, by
from .functions import SCALAR
from .printing import PYTHON, printed
from .tree import (
    Negative,
    Part,
    Product,
    Sum,
    Transpose,
)

__all__ = ["cannot_add", "cannot_multiply", "named", "not_alike"]


def named(part: Part, longest: int = 40) -> str:
    """A part as a message names it."""
    text = printed(part, PYTHON)
    return text if len(text) <= longest else f"{text[: longest - 12]} … {text[-9:]}"


def bracketed(part: Part) -> str:
    """A part as a factor."""
    return f"({named(part)})" if isinstance(part, Sum | Product | Negative) else named(part)


def transposed(part: Part) -> str:
    """A part transposed, as a factor."""
    return bracketed(part.part) if isinstance(part, Transpose) else f"{bracketed(part)}.T"


def cannot_multiply(left: Part, a: Shape, right: Part, b: Shape) -> str:
    """A matrix product whose inner sizes differ."""
    l, r, lT, rT = bracketed(left), bracketed(right), transposed(left), transposed(right)
    if SCALAR in (a, b):
        cure = "A number scales a matrix by *, not by @."
    elif a == b and a[1] == 1:
        cure = (f"Two columns: {lT} @ {r} is their inner product, {l} @ {rT} the outer product, "
                f"{l} * {r} the product entry by entry.")  # fmt: skip
    elif a[1] == b[1] == 1:
        cure = f"Two columns: {l} @ {rT} is their outer product."
    else:
        others = {
            f"{lT} @ {r}": a[0] == b[0],
            f"{l} @ {rT}": a[1] == b[1],
            f"{r} @ {l}": b[1] == a[0],
        }
        fitting = " and of ".join(text for text, fits in others.items() if fits)
        cure = (f"The sizes of {fitting} agree; whether it is meant, sizes do not tell."
                if fitting else "")  # fmt: skip
    return str(errors.sizes_differ(named(left), a, named(right), b, cure))


def cannot_add(part: Sum, a: Shape, b: Shape) -> str:
    """A sum of two shapes."""
    left, right = f"{named(part.left)} ({by(a)})", f"{named(part.right)} ({by(b)})"
    what = f"add {left} to {right}" if part.sign == "+" else f"subtract {right} from {left}"
    message = f"cannot {what}: the shapes differ."
    if SCALAR in (a, b):
        one, other = (part.left, b) if a == SCALAR else (part.right, a)
        sizes = ", ".join(map(repr, other if other[1] != 1 else other[:1]))
        return (f"{message}\nNothing is broadcast: a number for every entry is written "
                f"{named(one)} * ones({sizes}).")  # fmt: skip
    if a == b[::-1]:
        return f"{message}\nOne is laid out as the transpose of the other: are these two layouts?"
    return message


def not_alike(part: Product, a: Shape, b: Shape) -> str:
    """A Hadamard product, or a quotient, of two shapes."""
    what = "the Hadamard product of" if part.operator == "*" else "the quotient, entry by entry, of"
    message = (f"cannot form {what} {named(part.left)} ({by(a)}) and {named(part.right)} "
               f"({by(b)}): the shapes differ.")  # fmt: skip
    if a[1] == b[0] and part.operator == "*":
        return f"{message}\nAs a matrix product, @, it conforms; nothing is broadcast."
    return f"{message}\nNothing is broadcast."
