"""∂ symbols inside of a formula, written out as the formulas for their values."""

from __future__ import annotations

from functools import reduce

from layouts import DENOMINATOR, Layout
from layouts.errors import FormulaError
from layouts.formulas.printing import printed
from layouts.formulas.readings import IN_ORDER, grouped
from layouts.formulas.scope import column_shape
from layouts.formulas.text_style import TEXT
from layouts.formulas.tree import (
    Call,
    Derivative,
    Name,
    Negative,
    Number,
    Part,
    Product,
    Sum,
    Transpose,
    mapped,
)

from ..formula_checks.problem import Problem
from .links import FIXED
from .subject import Subject
from .terms import names_in, terms_of

__all__ = ["in_layout"]

MOST_TERMS = 8
"""Of a derivative that is a factor, the paths whose sum it is."""


def in_layout(tree: Part, read: Layout, subject: Subject, text: str) -> Part:
    """A formula with the values of ∂ symbols in place of them, as a layout has them.

    Args:
        tree: the formula.
        read: the layout that ∂ is read in.
        subject: the values that there are.
        text: what the formula was read from, for errors.

    Raises:
        FormulaError: a symbol for whose value no formula is known.
    """
    if isinstance(tree, Derivative):
        return value_of(tree, FIXED.get(tree.kind, read), subject, text)
    return mapped(tree, lambda part: in_layout(part, read, subject, text))


def value_of(symbol: Derivative, layout: Layout, subject: Subject, text: str) -> Part:
    """A formula for a derivative that is one factor of another, in the writer's names."""
    of, wrt = (subject.names.of(name) for name in (symbol.of, symbol.wrt[0]))
    value = total(of, wrt, subject) if len(symbol.wrt) == 1 else None
    if value is None:
        message = f"no formula is known for {printed(symbol, TEXT)}, a factor of a formula."
        raise FormulaError(text, symbol.at[0], message)
    if layout is DENOMINATOR:
        value = value.part if isinstance(value, Transpose) else Transpose(value)
    return subject.wires.renamed(value)


def total(of: str, wrt: str, subject: Subject) -> Part | None:
    """∂of/∂wrt in numerator layout, by the problem's own names; None where no formula is known.

    It is a gradient that has a name, or the sum over the values that are made from wrt at once.
    """
    wires = subject.wires
    for name, link in subject.gradients().items():
        if link.ends == (of, wrt):
            return Transpose(Name(name))
    if len(wires.between(of, wrt)) > MOST_TERMS:
        return None
    terms: list[Part | None] = []
    for made, inputs in wires.made.items():
        if wrt in inputs and wires.reaches(of, made):
            above = None if made == of else total(of, made, subject)
            step = one_link(made, wrt, subject)
            known = step is not None and (made == of or above is not None)
            term = Product(above, "@", step) if known and above and step else step
            terms.append(term if known else None)
    found = [term for term in terms if term is not None]
    if not found or len(found) < len(terms):
        return None
    return reduce(lambda a, b: Sum(a, "+", b), found)


def one_link(made: str, wrt: str, subject: Subject) -> Part | None:
    """The link ∂made/∂wrt in numerator layout; None where no formula is known."""
    problem, shapes = subject.problem, subject.wires.shapes
    assert problem is not None
    text = problem.let.get(made, problem.of if made == subject.given.top else "")
    if not text or column_shape(shapes[made])[1] != 1:
        return None
    tree = grouped(problem.parsed(text).tree, IN_ORDER)
    held = [(sign, term) for sign, term in terms_of(tree) if wrt in names_in(term)]
    rows = column_shape(shapes[wrt])[0]
    size = Number(float(rows), str(rows)) if isinstance(rows, int) else Name(str(rows))
    factor = factor_of(held[0][1], wrt, size, problem) if len(held) == 1 else None
    return Negative(factor) if factor is not None and held[0][0] == "-" else factor


def factor_of(term: Part, wrt: str, size: Part, problem: Problem) -> Part | None:
    """The Jacobian of a term that is a column, in numerator layout; None where none is known."""
    match term:
        case Name():
            return Call("eye", (size,))
        case Product(left=A, operator="@", right=Name()) if wrt not in names_in(A):
            return A
        case Product(left=A, operator="@", right=inner) if wrt not in names_in(A):
            factor = factor_of(inner, wrt, size, problem)
            return None if factor is None else Product(A, "@", factor)
        case Product(left=Name(), operator="@", right=x) if wrt not in names_in(x):
            return Call("kron", (Transpose(x), Call("eye", (size,))))
        case Call(function="softmax", arguments=(Name(),)):
            return Sum(Call("diag", (term,)), "-", Product(term, "@", Transpose(term)))
        case Call(function=f, arguments=(inner,)) if f"d{f}" in problem.functions:
            slope = Call("diag", (Call(f"d{f}", (inner,)),))
            factor = None if isinstance(inner, Name) else factor_of(inner, wrt, size, problem)
            return slope if isinstance(inner, Name) else factor and Product(slope, "@", factor)
    return None
