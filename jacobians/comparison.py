"""The same product three ways: with the matrix, collapsed, and by the layer's own vjp.

    numerator layout       gᵀ diag(s) = (s ⊙ g)ᵀ          a row times the matrix
    denominator layout     diag(s) g  = s ⊙ g             the matrix times a column

Only a diagonal Jacobian collapses to a Hadamard product. Where it is not diagonal none is offered:
shown instead is what its diagonal alone, used so, would get wrong.
"""

from __future__ import annotations

from timeit import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from layouts.errors import ShapeError
from layouts.layout import DENOMINATOR, NUMERATOR, Layout
from layouts.sizes import by
from layouts.vectorization import vec

from . import backpropagation, chain
from .jacobian import Jacobian
from .layers import Layer
from .layers.base import as_columns, as_numbers
from .layers.losses import as_target
from .network import LOSS, Network
from .operators import Diagonal, Identity, Operator
from .rule import Names
from .steps import Step
from .typography import grouped, transposed, transposed_product
from .unknown import Array

__all__ = ["Collapse", "Comparison", "collapse", "compare"]

MOST = 8
"""Matrices and columns are printed whole up to this size, larger ones abridged."""


class Collapse:
    """One link's product with a cotangent, three ways; prints as a table of the numbers.

    Attributes:
        link: the derivative, `∂a1/∂z1`.
        structure: what its Jacobian is made of.
        allowed: whether the Hadamard form is: the Jacobian is diagonal.
        by_matrix, collapsed, vjp: the three results, stacked: a row in numerator layout, a column
            in denominator layout.
        max_difference: the largest difference between any two of them.
        off_diagonal: the largest entry beside the diagonal of a square Jacobian, else None.
        hadamard_error: how far ⊙ with the diagonal alone is from the truth, relative to it.
    """

    def __init__(self, J: Jacobian, rule_vjp: Any, g: Array, g_name: str = "g") -> None:
        self.J = J
        self.link, self.layout, self.structure = J.name, J.layout, J.structure
        self.operator = J.operator if J.layout is NUMERATOR else J.operator.T
        self.allowed = isinstance(self.operator, Diagonal | Identity)
        self.g, self.g_name = g, g_name
        self._vjp = rule_vjp
        self.matrix = J.as_matrix()
        column = vec(g)
        by_matrix = column.T @ self.matrix if J.layout is NUMERATOR else self.matrix @ column
        self.by_matrix = by_matrix
        self.collapsed = self._arranged(self.operator.T.apply(column))
        self.vjp = self._arranged(vec(rule_vjp(g)))
        self.max_difference = max(
            _largest(self.by_matrix - self.vjp), _largest(self.by_matrix - self.collapsed)
        )
        self.off_diagonal, self.hadamard_error = self._diagonal_alone()

    def _arranged(self, column: Array) -> Array:
        return column.T if self.layout is NUMERATOR else column

    def _diagonal_alone(self) -> tuple[float | None, float | None]:
        m, n = self.matrix.shape
        if m != n:
            return None, None
        diagonal = np.diag(self.matrix)
        off = self.matrix - np.diag(diagonal)
        wrong = diagonal * self.g.ravel(order="F") - self.by_matrix.ravel()
        size = _largest(self.by_matrix)
        return _largest(off), _largest(wrong) / size if size else 0.0

    @property
    def law(self) -> str:
        """The collapse as an equation in this layout."""
        g = self.g_name
        text = self.operator.pulled_back(g)
        J = self.J.operator.text
        if text is None or self.structure == "dense":
            return f"{J} is {self.structure}: nothing collapses"
        stacked = f"vec({g})" if self.g.ndim == 2 and self.g.shape[1] != 1 else g
        is_matrix = self.structure == "Kronecker"
        if self.layout is NUMERATOR:
            right = transposed(f"vec({text})") if is_matrix else transposed_product(text)
            return f"{transposed(stacked)} {grouped(J)} = {right}"
        return f"{grouped(J)} {stacked} = {f'vec({text})' if is_matrix else text}"

    def times(self, number: int = 1000) -> dict[str, float]:
        """Seconds for each of the three ways, the least of five runs."""
        column = vec(self.g)
        ways = {
            "matrix": lambda: (
                self.matrix.T @ column if self.layout is NUMERATOR else self.matrix @ column
            ),
            "collapsed": lambda: self.operator.T.apply(column),
            "vjp": lambda: self._vjp(self.g),
        }
        return {
            name: min(repeat(way, number=number, repeat=5)) / number for name, way in ways.items()
        }

    def report(self, *, measured: bool = False) -> str:
        """The comparison as text; with `measured` also bytes and times, which differ by machine."""
        lines = [f"{self.link}   {by(self.J.shape)}, {self.structure}, {self.layout} layout", ""]
        lines += _matrix_lines(self.J.operator.text, self.matrix)
        lines += ["", f"   {self.law}", ""]
        lines += self._columns()
        lines += ["", f"   the three {agreement(self.max_difference, _largest(self.by_matrix))}"]
        if not self.allowed:
            lines += self._not_allowed()
        stored, full = self.operator.stored, self.operator.full
        lines.append(f"   numbers kept     {stored} of {full}")
        lines.append(f"   multiplications  {full} with the matrix, {self.operator.T.work} without")
        if measured:
            lines.append(f"   bytes            {8 * full} with the matrix, {8 * stored} without")
            times = self.times()
            lines.append("   microseconds     " + ", ".join(
                f"{1e6 * seconds:.2g} {name}" for name, seconds in times.items()))  # fmt: skip
        return "\n".join(lines) + "\n"

    def _columns(self) -> list[str]:
        """The three results side by side, as columns of numbers."""
        heads = ["matrix product", "⊙ form" if self.allowed else "collapsed", "vjp"]
        columns = [result.ravel() for result in (self.by_matrix, self.collapsed, self.vjp)]
        n = len(columns[0])
        rows = range(n) if n <= MOST else [0, 1, 2, 3, -1, n - 3, n - 2, n - 1]
        lines = ["   " + "".join(f"{head:>16}" for head in heads)]
        for row in rows:
            cells = ["…" if row < 0 else _number(column[row]) for column in columns]
            lines.append("   " + "".join(f"{cell:>16}" for cell in cells))
        return lines

    def _not_allowed(self) -> list[str]:
        if self.off_diagonal is None:
            return [f"   ⊙ is not on offer: {by(self.matrix.shape)} is no diagonal matrix."]
        lines = [
            "   ⊙ is not on offer: the Jacobian is not diagonal. Its largest entry off the",
            f"   diagonal is {_number(self.off_diagonal)}.",
        ]
        if self.hadamard_error is not None:
            error = f"{100 * self.hadamard_error:.3g} %"
            lines[-1] += f" The diagonal alone, used as ⊙, would be wrong by {error}."
        return lines

    def __str__(self) -> str:
        return self.report()

    def __repr__(self) -> str:
        return f"<Collapse {self.link}: {self.structure}>"

    def to_dict(self) -> dict[str, Any]:
        """What JSON carries of one link."""
        return {
            "link": self.link,
            "layout": self.layout.value,
            "structure": self.structure,
            "shape": list(self.J.shape),
            "allowed": self.allowed,
            "max_difference": self.max_difference,
            "off_diagonal": self.off_diagonal,
            "hadamard_error": self.hadamard_error,
            "stored": self.operator.stored,
            "full": self.operator.full,
        }


def collapse(
    layer: Layer,
    *inputs: npt.ArrayLike,
    g: npt.ArrayLike | None = None,
    wrt: str | None = None,
    layout: Layout | str = NUMERATOR,
) -> Collapse:
    """Compare a layer's Jacobian with what it collapses to, at these inputs.

    Args:
        layer: the layer.
        inputs: as for the layer itself.
        g: the cotangent, shaped as the output; drawn with seed 0 unless given.
        wrt: the argument, the first unless named.
        layout: in numerator layout gᵀ stands before the matrix, in denominator layout g behind it.

    Raises:
        LayoutError: inputs, a cotangent or a name that do not fit, or a matrix too large to print.

    >>> from jacobians import ReLU
    >>> print(collapse(ReLU(), [1.0, -2.0], g=[3.0, 4.0], layout="denominator"))
    ∂y/∂x   2×2, diagonal, denominator layout
    <BLANKLINE>
       diag(relu'(x)) =
           1    0
           0    0
    <BLANKLINE>
       diag(relu'(x)) g = g ⊙ relu'(x)
    <BLANKLINE>
         matrix product          ⊙ form             vjp
                      3               3               3
                      0               0               0
    <BLANKLINE>
       the three agree to 1e-12
       numbers kept     2 of 4
       multiplications  4 with the matrix, 2 without
    <BLANKLINE>
    """
    J = layer.jacobian(*inputs, wrt=wrt, layout=layout)
    J.wrt = wrt or layer.arguments[0]
    J.of = "y"
    if g is None:
        g = np.random.default_rng(0).standard_normal(J.of_shape)  # type: ignore[arg-type]
    cotangent = as_numbers(g, "the cotangent")
    if cotangent.shape != J.of_shape:
        raise ShapeError(f"the cotangent has shape {cotangent.shape}, the output has {J.of_shape}: "
                         "a cotangent is shaped as the output.")  # fmt: skip
    return Collapse(J, lambda cotangent: layer.vjp(cotangent, *inputs, wrt=wrt), cotangent)


class Comparison:
    """The chain against the sweep for a whole network, factor by factor."""

    def __init__(
        self,
        network: Network,
        samples: int,
        links: list[Collapse],
        totals: list[tuple[str, float]],
    ) -> None:
        self.network = network
        self.samples = samples
        self.links = links
        self.totals = totals

    def report(self, *, measured: bool = False) -> str:
        """Every link with its numbers, then the running products against the sweep's cotangents."""
        parts = [f"{self.network}\n{'=' * 80}\n{self.definition}\n"]
        parts += [link.report(measured=measured) for link in self.links]
        worst = "\n".join(f"   {name:<34} {words}" for name, words in self._totals())
        parts.append("The chain's running product against the sweep of vjps\n" + worst + "\n")
        return "\n".join(parts)

    @property
    def definition(self) -> str:
        """The loss, written out."""
        if self.network.loss is None:
            return "no loss: the cotangent g of the prediction is drawn with seed 0"
        name, loss, inputs = self.network.steps[-1]
        shape = self.network.shapes(self.samples)
        return f"{name} = {loss.formula(Names(inputs, name), tuple(shape[i] for i in inputs))}"

    def _totals(self) -> list[tuple[str, str]]:
        return [(name, agreement(difference, 1.0)) for name, difference in self.totals]

    def __str__(self) -> str:
        return self.report()

    def to_dict(self) -> dict[str, Any]:
        """What JSON carries."""
        return {
            "network": str(self.network),
            "links": [link.to_dict() for link in self.links],
            "totals": [
                {"derivative": name, "max_difference": difference}
                for name, difference in self.totals
            ],
        }


def compare(
    network: Network,
    x: npt.ArrayLike | None = None,
    y: npt.ArrayLike | None = None,
    *,
    layout: Layout | str = "both",
    samples: int | None = None,
    small_integers: bool = False,
) -> Comparison:
    """Every link of a network three ways, from the top down; x and y are drawn unless given.

    The cotangent at each link is the sweep's own; without a loss, one drawn with seed 0.
    """
    layouts = [NUMERATOR, DENOMINATOR] if layout == "both" else [Layout.named(layout)]
    drawn_x, drawn_y = network.example(samples, small_integers=small_integers)
    X = drawn_x if x is None else as_numbers(x, "x")
    Y = drawn_y if y is None or network.loss is None else y
    network.values(X, Y)
    values = _as_columns(network, X, Y)
    of = LOSS if network.loss is not None else network.prediction
    steps = network.steps if network.loss is not None else list(network.inner_steps)
    seed: Any = 1.0
    if network.loss is None:
        seed = np.random.default_rng(0).standard_normal(values[of].shape)
    cotangents = backpropagation.sweep(steps, values, of, seed)
    links = [
        _link(step, position, values, cotangents[step.name], each)
        for step in reversed(steps)
        for position in range(len(step.inputs))
        if step.inputs[position] != "y"
        for each in layouts
    ]
    totals = []
    for name in cotangents:
        if name in (of, "y"):
            continue
        for each in layouts:
            J = chain.derivative(steps, values, of, name, each)
            row = vec(np.asarray(seed)).T
            product = row @ J.operator if each is NUMERATOR else (J.operator @ row.T).T
            totals.append(
                (f"∂{of}/∂{name}, {each} layout", _largest(product - vec(cotangents[name]).T))
            )
    return Comparison(network, values["a0"].shape[1], links, totals)


def _link(step: Step, position: int, values: dict[str, Any], g: Any, layout: Layout) -> Collapse:
    inputs = [values[name] for name in step.inputs]
    rule = step.layer.rules(*inputs, names=Names(step.inputs, step.name))[
        step.layer.arguments[position]
    ]
    operator: Operator = layout.arrange(rule.jacobian())
    J = Jacobian(operator, layout, step.name, step.inputs[position])
    g_name = f"δ{step.name[1:]}" if step.name.startswith("z") else "g"
    return Collapse(J, rule.vjp, np.asarray(g, dtype=np.float64), g_name)


def _as_columns(network: Network, x: Any, y: Any) -> dict[str, Any]:
    """Every value with samples as columns."""
    from .steps import evaluate

    X = as_columns(as_numbers(x, "x"), "x")
    values: dict[str, Any] = {"a0": X, **network.parameters}
    evaluate(network.inner_steps, values)
    if network.loss is not None:
        P = values[network.prediction]
        single = np.ndim(x) == 1
        values["y"] = as_target(y, P.shape[:1] if single else P.shape).reshape(P.shape)
        evaluate(network.steps[-1:], values)
    return values


def agreement(difference: float, scale: float) -> str:
    """A difference in words that every machine prints alike."""
    for bound in ("1e-12", "1e-10", "1e-7"):
        if difference <= float(bound) * max(scale, 1.0):
            return f"agree to {bound}"
    return f"DISAGREE by {difference:.2g}"


def _matrix_lines(name: str, matrix: Array) -> list[str]:
    """The matrix itself, up to 8×8, zeros shown; larger ones abridged."""
    m, n = matrix.shape
    rows = list(range(m)) if m <= MOST else [0, 1, 2, 3, -1, m - 3, m - 2, m - 1]
    columns = list(range(n)) if n <= MOST else [0, 1, 2, 3, -1, n - 3, n - 2, n - 1]
    cells = [["…" if i < 0 or j < 0 else _number(matrix[i, j]) for j in columns] for i in rows]
    width = max(len(cell) for row in cells for cell in row) + 2
    return [
        f"   {name} =",
        *("   " + "".join(f"{c:>{max(width, 5)}}" for c in row) for row in cells),
    ]


def _number(value: float) -> str:
    return f"{value:.4g}" if value else "0"


def _largest(array: Any) -> float:
    return float(np.max(np.abs(array), initial=0.0))
