"""Why a right formula is right: where each transpose, each ⊙ and each outer product comes from."""

from __future__ import annotations

from collections.abc import Iterator

from layouts import Layout
from layouts.formulas.tree import Call, Name, Part, Product, Sum, Transpose, walk

from .wording import Words

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
        case Product(left=left, operator="@", right=Call(function="ones") as ones) if (
            words.columns_are_samples(left)
        ):
            yield (f"Why {words.code(ones)}", "all samples share "
                   f"{words.spell(words.problem.wrt)}: the columns, one for each sample, are added "
                   "up.")  # fmt: skip
        case Product(left=left, operator="@", right=Transpose(part=inner)) if (
            words.columns_are_samples(left) and words.columns_are_samples(inner)
        ):
            g, a = words.called(left), words.math(inner)
            yield (f"Why {words.code(part.right)}", f"one sample has the outer product g aᵀ; {g} "
                   f"{a}ᵀ adds these up over the samples, column by column.")  # fmt: skip
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
        case Sum(left=Name(text=prediction), sign="-", right=Name(text=target)) if (
            prediction in words.problem.let and target in words.problem.nature
        ):
            yield from _difference(part, prediction, words)
        case Sum(left=left, sign="+", right=Transpose(part=inner)):
            if words.code(left) == words.code(inner):
                yield (f"Why {words.code(part)}", "the variable stands on both sides: one term "
                                                  "from "
                       "each place, and one of them is transposed.")  # fmt: skip


def _difference(part: Part, prediction: str, words: Words) -> Iterator[tuple[str, str]]:
    """The prediction minus the targets, as a gradient."""
    value = words.value_called(part)
    if value is None or value.text not in words.problem.gradients:
        return
    of, wrt = words.problem.gradients[value.text]
    named = f"it is ∂{words.spell(of)}/∂{words.spell(wrt)}"
    made, loss = words.problem.let[prediction], words.problem.let[of]
    if wrt in (prediction, made):
        yield f"Why {words.code(part)}", f"{named}, the slope of {words.spell(loss)}."
    elif f"({wrt})" in made:
        yield (f"Why {words.code(part)}", f"{named}: the gradient of {words.spell(loss)} through "
               f"the Jacobian of {words.spell(made)}; between them they leave the "
               "difference.")  # fmt: skip


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
