"""A formula with the shape of every part below it.

    (W.T @ d) * s
     3×2   2×1  3×1
     └─3×1─┘
    └─────3×1────┘

A bracket spans the part that it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeGuard

from ..sizes import Shape, by
from .tree import Negative, Number, Part, Product, Span, Sum, parts_of, walk

__all__ = ["diagram"]


def diagram(
    text: str,
    tree: Part,
    places: Mapping[Part, Span],
    shapes: Mapping[Part, Shape | None],
    *,
    compact: bool = False,
) -> str:
    """The line, and below it a shape under every part, inner parts first.

    Numbers have none, nor has the beginning of a product or a sum that goes on.

    Args:
        text: the line.
        tree: the formula.
        places: where each part stands in the line.
        shapes: of each part; None is printed as a question mark.
        compact: label the factors alone, and the whole behind the line.
    """
    if compact:
        return compact_diagram(text, tree, places, shapes)
    lines: list[list[str]] = []
    lowest: dict[Part, int] = {}
    begun = {part.left for part in walk(tree) if goes_on(part)}
    for part in reversed(list(walk(tree))):
        below = max((lowest.get(inner, -1) for inner in parts_of(part)), default=-1)
        if isinstance(part, Number) or part in begun or part not in shapes or part not in places:
            lowest[part] = below
            continue
        start, label = label_of(places[part], shapes[part], bracket=bool(parts_of(part)))
        lowest[part] = put(lines, below + 1, start, label)
    return "\n".join([text, *("".join(line).rstrip() for line in lines)])


def compact_diagram(
    text: str, tree: Part, places: Mapping[Part, Span], shapes: Mapping[Part, Shape | None]
) -> str:
    """The line with the shape of the whole behind it; below it the shapes of its factors."""
    lines: list[list[str]] = []
    for part in factors_of(tree, shapes):
        if part in shapes and not isinstance(part, Number):
            start, label = label_of(places[part], shapes[part], bracket=False)
            put(lines, 0, start, label)
    whole = shapes.get(tree)
    end = f"   {by(whole)}" if whole is not None and parts_of(tree) else ""
    return "\n".join([text + end, *("".join(line).rstrip() for line in lines)])


def factors_of(tree: Part, shapes: Mapping[Part, Shape | None]) -> Iterator[Part]:
    """The factors of products, and of terms; a sum of names that conforms is one factor."""
    inner = parts_of(tree) if isinstance(tree, Product | Sum | Negative) else ()
    simple = isinstance(tree, Sum) and not any(isinstance(each, Product) for each in inner)
    if not inner or (simple and shapes.get(tree) is not None):
        yield tree
        return
    for each in inner:
        yield from factors_of(each, shapes)


def goes_on(part: Part) -> TypeGuard[Product | Sum]:
    """Whether a part goes on with the product, or the sum, that it begins with."""
    match part:
        case Product(left=Product(operator=before), operator=operator):
            return before == operator
        case Sum(left=Sum()):
            return True
    return False


def label_of(place: Span, shape: Shape | None, *, bracket: bool) -> tuple[int, str]:
    """The shape, centred under its part; under a part made of parts, in a bracket if it fits."""
    start, end = place
    label = "?" if shape is None else by(shape)
    width = end - start
    if bracket and width >= len(label) + 2:
        return start, f"└{label.center(width - 2, '─')}┘"
    return max(0, start + (width - len(label)) // 2), label


def put(lines: list[list[str]], first: int, start: int, label: str) -> int:
    """Write the label into the first line from there on that has room; the line's number."""
    number = first
    while True:
        while len(lines) <= number:
            lines.append([])
        line = lines[number]
        line += [" "] * (start + len(label) - len(line))
        around = line[max(0, start - 1) : start + len(label) + 1]
        if all(sign == " " for sign in around):
            line[start : start + len(label)] = label
            return number
        number += 1
