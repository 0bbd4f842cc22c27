"""FORWARD, with samples as rows: every formula and every shape turned."""

from __future__ import annotations

from layouts.sizes import by

from ...layers import Linear, Loss
from ...layers.folded_linear import FoldedLinear
from ...rows.forms import FORMS, form_of
from ...steps import Step
from ...typography import with_math
from ..facts import Derivative
from ..in_rows import InRows, along_rows, flipped
from ..model import Paragraph, Section, Table
from .forward import forward_part

__all__ = ["row_forward_part", "said_of_rows"]


def row_forward_part(derivative: Derivative, rows: InRows, form: str, note: str) -> Section:
    """Every value with a sample in each row."""
    section = forward_part(derivative, note)
    steps = {f"`{step.name} = ": step for step in derivative.steps}
    lines = []
    for cell, shape, remark in section.blocks[0].rows:
        step = next((step for start, step in steps.items() if cell.startswith(start)), None)
        text = cell if step is None else _made(cell, step, rows)
        lines.append((text, flipped(shape.strip("`")), _remark(remark, step, derivative)))
    table = Table(("", "shape", ""), [(t, f"`{s}`", r) for t, s, r in lines], "lrl")
    further = [Paragraph(said_of_rows(block.text)) for block in section.blocks[1:]]
    blocks = [table, Paragraph(_stored(derivative, rows, form)), *further]
    return Section("FORWARD", "a sample in each row", blocks)


def _made(cell: str, step: Step, rows: InRows) -> str:
    """How a value is made; a loss is written entry by entry, the sample's index first."""
    if isinstance(step.layer, Loss):
        return along_rows(cell)
    name, _, formula = cell.strip("`").partition(" = ")
    return f"`{name} = {rows.value(formula)}`"


def _remark(remark: str, step: Step | None, derivative: Derivative) -> str:
    """The shapes of a product the other way round; what was said of columns said of rows."""
    shapes = derivative.shapes
    if step is not None and isinstance(step.layer, Loss):
        y = by(shapes[step.inputs[1]])
        return said_of_rows(remark.replace(f"`{y}`", f"`{flipped(y)}`"))
    if step is None or not isinstance(step.layer, Linear):
        return said_of_rows(remark)
    a, matrix, *b = (shapes[name] for name in step.inputs)
    (m, k), N = matrix, a[1]
    bias = by((1, m)) if N == 1 else f"{by((N, 1))} · {by((1, m))}"
    return f"`{by((N, k))} · {by((k, m))}" + (f" + {bias}`" if b else "`")


def _stored(derivative: Derivative, rows: InRows, form: str) -> str:
    """How the parameters of the first layer stand."""
    steps = derivative.network.steps
    first = next((step for step in steps if isinstance(step.layer, Linear)), None)
    if first is None:
        return "Every value is the transpose of the column form's."
    matrix, shape = first.inputs[1], by(derivative.shapes[first.inputs[1]])
    stored = FORMS[form_of(matrix, form)].stored
    text = "Every value is the transpose of the column form's"
    text += ". " if rows.turns(matrix) else ", the weights apart: as there, "
    text += f"`{matrix}` is stored {stored}, `{rows.shape(matrix, shape)}`"
    if isinstance(first.layer, FoldedLinear):
        W = matrix.replace("Θ", "W")
        return f"{text}: the bias is its first row, and `{W}` is what stands below it."
    return text + (f"; `{first.inputs[2]}` is a row." if len(first.inputs) == 3 else ".")


def said_of_rows(text: str) -> str:
    """What a sentence says of columns, the samples there, said of rows.

    >>> said_of_rows("mixes the entries of each column")
    'mixes the entries of each row'
    """
    for words in ("of each column", "each column of", "Quotients of column", "for columns of"):
        text = text.replace(words, words.replace("column", "row"))
    return with_math(text, lambda math: f"`{along_rows(math)}`", str)
