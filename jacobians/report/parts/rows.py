"""The parts of a trace with samples as rows: those of the column form, rewritten.

Every formula is the column form's, transposed by `formula_tree`; no part has a second table of
them. What is said about the layouts' products holds as it stands: the matrices are the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from layouts.layout import DENOMINATOR, NUMERATOR, Layout
from layouts.sizes import by

from ... import backpropagation
from ...comparison.words import agreement, largest
from ...layers import Linear
from ...rows.forms import form_of
from ...rows.sweep_in_rows import row_sweep
from ...typography import with_math
from ..checks import Checked
from ..facts import Derivative
from ..in_rows import InRows, flipped
from ..model import Block, Paragraph, Section, Table, Terms, abridged_rows
from ..numbers import as_rows, numbers_section
from ..reasons_in_rows import row_reasons
from ..sweep_in_words import Swept, swept
from .checked import checked_part
from .links import links_part
from .products import product_part
from .row_forward import row_forward_part, said_of_rows
from .row_samples import row_samples_part
from .summary import summary_part
from .sweep import output_delta
from .uses import uses_part

__all__ = ["RowParts"]


class RowParts:
    """The parts, as `jacobians.report.parts` has them, of the same derivatives in rows.

    Args:
        derivative: the one that is shown in full, samples as columns.
        form: how the weights are stored.
        numbers: every value at the point of the check, samples as columns; None without numbers.
    """

    def __init__(self, derivative: Derivative, form: str, numbers: dict[str, Any] | None) -> None:
        self.derivative, self.form, self.numbers = derivative, form, numbers
        self.rows = InRows(derivative, form)

    def forward_part(self, derivative: Derivative, note: str) -> Section:
        """Every value with a sample in each row."""
        return row_forward_part(derivative, self.rows, self.form, note)

    def links_part(self, derivative: Derivative, layouts: list[Layout]) -> Section:
        """The same matrices, with the names of rows."""
        section = links_part(derivative, layouts)
        table, *_ = section.blocks
        texts = range(1, 2 * len(layouts), 2)
        rows = [tuple(self.rows.markup(cell) if k in texts else cell for k, cell in enumerate(row))
                for row in table.rows]  # fmt: skip
        blocks = [table._replace(rows=rows), *map(Paragraph, self._stacking())]
        return Section(section.title, section.remark, blocks)

    def _stacking(self) -> list[str]:
        """In which order the matrices take the entries, and that they are the column form's."""
        derivative, wrt = self.derivative, self.derivative.wrt
        said = ["Samples are stacked row after row (rvec): `rvec(Aᵀ) = vec(A)`, so these are the "
                "column form's matrices, number for number; only the names turn."]  # fmt: skip
        last = derivative.factors[-1]
        if not isinstance(last.link.step.layer, Linear) or last.link.position != 1:
            return said
        m, n = derivative.shapes[wrt]
        if not self.rows.turns(wrt):
            said.append(
                f"`{wrt}` alone, stored as in columns, is taken column after column (vec). Taken "
                f"row after row its entries come in another order: `{last.name}` is then, in "
                f"numerator layout, this matrix times the commutation matrix `K({n}, {m})`."
            )
        elif wrt.startswith("Θ"):
            W, b = wrt.replace("Θ", "W"), wrt.replace("Θ", "b")
            z = last.link.above
            said.append(
                f"`{wrt}` row after row is the bias `{b}`, then `{W}`: `{last.name}` is, in "
                f"numerator layout, `( ∂{z}/∂{b} | ∂{z}/∂{W} )`, where both stand apart."
            )
        return said

    def samples_part(self, derivative: Derivative, layouts: list[Layout]) -> Section | None:
        """Zeros between samples, sums where they share, each sample a row."""
        return row_samples_part(derivative, self.rows, layouts)

    def product_part(self, derivative: Derivative, layout: Layout, transposes: str) -> Section:
        """The same product, with the names of rows; a gradient is turned as what it is by."""
        section = product_part(derivative, layout, transposes)
        blocks: list[Block] = []
        for block in section.blocks:
            if isinstance(block, Table):
                block = block._replace(rows=[self._so_far(*row) for row in block.rows])
            if not (isinstance(block, Paragraph) and block.text.startswith("One entry")):
                blocks.append(block)
        return Section(section.title, section.remark, blocks)

    def _so_far(self, name: str, text: str, shape: str, note: str) -> tuple[str, str, str, str]:
        """One line of the running product, and the last, as a matrix."""
        wrt, rows = self.derivative.wrt, self.rows
        if name == "as a matrix":
            text = f"`{rows.gradient(wrt, text.strip('`'))}`"
            return name, text, f"`{rows.shape(wrt, shape.strip('`'))}`", note
        written = rows.stacked if note.startswith("=") else rows.matrix
        note = with_math(note, lambda math: f"`{written(math)}`", str)
        return name, rows.markup(text), shape, note

    def sweep_part(self, derivative: Derivative, layouts: list[Layout]) -> Section:
        """The sweep in rows, each line beside its column form."""
        rows = self.rows
        *above, last = swept(derivative)
        lines = [*(self._line(line) for line in above), self._line(last, derivative.wrt)]
        lines[-1:-1] = self._beside(derivative)
        header = ("", "in rows", "shape", "in columns")
        blocks: list[Block] = [Table(header, abridged_rows(lines), "llrl")]
        if not derivative.loss:
            blocks.insert(0, Paragraph(self._any_cotangent(layouts)))
        if remark := output_delta(derivative):
            blocks.append(Paragraph(said_of_rows(remark)))
        blocks.append(Terms(row_reasons(derivative, rows)))
        return Section("WITHOUT THE MATRICES", "every formula transposed", blocks)

    def _line(self, line: Swept, wrt: str = "") -> tuple[str, str, str, str]:
        """A cotangent, or the gradient by `wrt`, beside its column form."""
        text = self.rows.gradient(wrt, line.text)
        shape = self.rows.shape(wrt, line.shape)
        return f"`{line.name}`", f"= `{text}`", f"`{shape}`", f"`{line.text}`"

    def _beside(self, derivative: Derivative) -> list[tuple[str, str, str, str]]:
        """The bias's gradient, next to that of the weights."""
        last = derivative.factors[-1].link
        b = last.step.inputs[2:] if isinstance(last.step.layer, Linear) else ()
        if not (derivative.loss and b and last.position == 1):
            return []
        by_bias = Derivative(derivative.network, derivative.of, b[0], derivative.samples)
        return [self._line(swept(by_bias)[-1], b[0])]

    def _any_cotangent(self, layouts: list[Layout]) -> str:
        """What g is where no loss gives it."""
        of, below = self.derivative.of, self.derivative.below
        shape = flipped(by(self.derivative.shapes[of]))
        if self.derivative.is_gradient:
            return f"`{of}` is `{shape}`: with `g = 1` the last line is its gradient by `{below}`."
        g = "g" if self.derivative.samples == 1 else "vec(g)"
        forms = {NUMERATOR: f"{g}ᵀ · ∂{of}/∂{below}", DENOMINATOR: f"∂{of}/∂{below} · {g}"}
        forms = {layout: self.rows.matrix(form) for layout, form in forms.items()}
        said = ", ".join(f"`{forms[layout]}` in {layout} layout" for layout in layouts)
        return (
            f"`g` is any cotangent of `{of}`, `{shape}`. Its vjp is the product of the Jacobian "
            f"with it, {said}, put back into the shape of `{self.derivative.wrt}`:"
        )

    def checked_part(
        self,
        derivative: Derivative,
        layouts: list[Layout],
        result: Checked | None,
        drawn: str,
        sweep_number: int,
    ) -> Section:
        """What the numbers say; first the sweep in rows beside the one in columns."""
        section = checked_part(derivative, layouts, result, drawn, sweep_number)
        table, *further = section.blocks
        rows = [*([] if self.numbers is None else [self._sweeps(self.numbers)]), *table.rows]
        return Section(section.title, section.remark, [table._replace(rows=rows), *further])

    def _sweeps(self, numbers: dict[str, Any]) -> tuple[str, str]:
        """Every gradient of the sweep in rows beside that of backpropagation, transposed."""
        net, start = self.derivative.network, np.ones_like(numbers[self.derivative.network.top])
        with np.errstate(all="ignore"):
            columns = backpropagation.sweep(net.steps, numbers, net.top, start)
            loss = {"Y": numbers["y"].T} if net.loss else {"cotangent": start.T}
            rows = row_sweep(net, numbers["a0"].T, form=self.form, **loss).gradients
            apart = []
            for name, G in rows.items():
                g = columns[name.replace("Theta", "Θ")]
                apart.append(largest(G - (g.T if self.rows.turns(name) else g)))
        words = agreement(largest(apart), max(largest(G) for G in rows.values()))
        return "rows = columns, transposed", f"{words}: {len(rows)} gradients of the sweep"

    def summary_part(
        self,
        shown: Derivative,
        others: list[Derivative],
        commands: dict[str, str],
        results: list[Checked | None],
    ) -> Section:
        """Every parameter's gradient, shaped as it is stored."""
        section = summary_part(shown, others, commands, results)
        table, *further = section.blocks
        rows = [self._in_short(each, row) for each, row in
                zip([shown, *others], table.rows, strict=True)]  # fmt: skip
        return Section(section.title, section.remark, [table._replace(rows=rows), *further])

    def _in_short(self, derivative: Derivative, row: tuple[str, ...]) -> tuple[str, ...]:
        name, text, shape, command = row
        if not text or not derivative.loss:
            return row
        formula = self.rows.gradient(derivative.wrt, text.strip("`= "))
        shape = self.rows.shape(derivative.wrt, shape.strip("`"))
        return name, f"`= {formula}`", f"`{shape}`", command

    def numbers_section(
        self, derivative: Derivative, numbers: dict[str, Any], layouts: list[Layout]
    ) -> Section:
        """The values turned; the factors are the same matrices."""
        section = numbers_section(derivative, numbers, layouts)
        names = [name for name in derivative.network.names if name in numbers]
        turned = {name: np.atleast_2d(np.transpose(numbers[name])) if self.rows.turns(name)
                  else numbers[name] for name in names}  # fmt: skip
        rows = [(f"`{name}`", " ".join(f"[{' '.join(row)}]" for row in as_rows(value)))
                for name, value in turned.items()]  # fmt: skip
        return Section(section.title, section.remark, [Table((), rows, "ll"), *section.blocks[1:]])

    def uses_part(self) -> Section:
        """Who writes networks in which form; a layer without bias is not folded."""
        linear = (step.inputs[1] for step in self.derivative.network.steps
                  if isinstance(step.layer, Linear))  # fmt: skip
        return uses_part({form_of(matrix, self.form) for matrix in linear} or {self.form})
