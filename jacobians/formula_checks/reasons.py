"""Why a right formula is right: where each transpose, each ⊙ and each outer product comes from."""

from __future__ import annotations

from collections.abc import Iterator

from layouts import Layout
from layouts.formulas.tree import Call, Name, Part, Product, Sum, Transpose, walk

from .slips import Words

__all__ = ["why"]


def why(tree: Part, layout: Layout | None, words: Words) -> list[tuple[str, str]]:
    """The reasons, each under what it is about, from the outermost part inwards."""
    found: dict[str, str] = {}
    for part in walk(tree):
        for about, reason in _reasons(part, layout, words):
            found.setdefault(about, reason)
    return list(found.items())


def _reasons(part: Part, layout: Layout | None, words: Words) -> Iterator[tuple[str, str]]:
    match part:
        case Product(left=left, operator="@", right=right) if _is_outer(left, right, words):
            yield _outer(left, right, layout, words)
        case Product(left=Transpose(part=inner), operator="@", right=right) if words.is_column(
            right
        ):
            if not words.is_column(inner):
                l, r = words.math(inner), _bracketed(words.called(right))
                yield (f"Why {words.code(part.left)}", f"numerator layout has the row {r}ᵀ {l}; "
                                                       "as a "
                       f"column it is {l}ᵀ {r}.")  # fmt: skip
        case Product(left=left, operator="*", right=right):
            for side in (right, left):
                if link := words.link(side):
                    slope = words.math(side)
                    yield ("Why *", f"{link[0]} = diag({slope}), and diag(s) g = s ⊙ g.")
                    break
        case Call(function="diag", arguments=(inner,)):
            if link := words.link(inner):
                yield (f"Why {words.code(part)}", f"{link[0]} is this diagonal matrix: "
                                                  f"{link[1]}[i] "
                       f"depends on {link[2]}[i] alone.")  # fmt: skip
        case Call(function="kron", arguments=(left, right)):
            yield (f"Why {words.code(part)}", "a derivative by a matrix goes through vec, which "
                                              "stacks "
                   "columns: d(W x) = dW x = (xᵀ ⊗ I) vec dW.")  # fmt: skip
        case Transpose(part=Name() as inner) if (
            words.is_column(inner) and layout is Layout.NUMERATOR
        ):
            if isinstance(inner, Name) and inner.text in words.problem.gradients:
                yield (f"Why {words.code(part)}", "in numerator layout the derivative of a "
                                                  "number is "
                       "a row.")  # fmt: skip
        case Sum(left=left, sign="+", right=Transpose(part=inner)):
            if words.code(left) == words.code(inner):
                yield (f"Why {words.code(part)}", "the variable stands on both sides: one term "
                                                  "from "
                       "each place, and one of them is transposed.")  # fmt: skip


def _is_outer(left: Part, right: Part, words: Words) -> bool:
    """Whether a product is of a column and a row."""
    a, b = words.shape(left), words.shape(right)
    return a is not None and b is not None and a[1] == 1 == b[0] and a[0] != 1 != b[1]


def _outer(left: Part, right: Part, layout: Layout | None, words: Words) -> tuple[str, str]:
    a, g = (right, left) if layout is not Layout.NUMERATOR else (left, right)
    if isinstance(a, Transpose) and layout is not Layout.NUMERATOR:
        x, delta = words.math(a.part), _bracketed(words.called(g))
        return (f"Why {words.code(a)}", f"({_bracketed(x)} ⊗ I) {delta} = vec({delta} "
                                        f"{_bracketed(x)}ᵀ): "
                "the derivative by a weight matrix is an outer product.")  # fmt: skip
    return (
        "Why the outer product",
        "numerator layout writes the transpose of δ aᵀ, which is a δᵀ.",
    )


def _bracketed(text: str) -> str:
    return (
        f"({text})" if " " in text and not (text.startswith("(") and text.endswith(")")) else text
    )
