"""The column form's formulas, names and shapes, written for samples as rows.

said of columns      in rows              what happened
a value v (n, N)     v (N, n)             every v turns, and every cotangent of one
W (out, in)          W (in, out)          it turns in form XW; in form XWT it stays
b (out)              a row                it turns
Θ, [1; a]            Θ, [1, a]            they turn
a Jacobian           the same numbers     only the names in it turn; vec(Aᵀ) is rvec(A)
a gradient           turned               if what it is taken by has turned
"""

from __future__ import annotations

from typing import Any

from ..layers.folded_linear import FoldedLinear
from ..rows.formula_reader import parsed
from ..rows.formula_tree import Name, Tree, Turned, printed, transposed
from ..typography import with_math
from .facts import Derivative
from .sweep_in_words import cotangent

__all__ = ["InRows", "flipped"]


def flipped(shape: str) -> str:
    """A printed shape, transposed.

    >>> flipped("2×5"), flipped("(n + 1)×3")
    ('5×2', '3×(n + 1)')
    """
    return "×".join(reversed(shape.split("×")))


class InRows:
    """The names of one derivative's network, and what becomes of them in rows.

    >>> from jacobians import Network
    >>> net = Network.parse("2-3-2", activation="tanh", loss="half_squared_error")
    >>> derivative = Derivative(net, "L", "W1", samples=5)
    >>> rows = InRows(derivative, "XW")
    >>> rows.value("(W2ᵀ δ2) ⊙ tanh'(z1)"), rows.matrix("a0ᵀ ⊗ I₃"), rows.gradient("W1", "δ1 a0ᵀ")
    ("(δ2 W2ᵀ) ⊙ tanh'(z1)", 'a0 ⊗ I₃', 'a0ᵀ δ1')
    """

    def __init__(self, derivative: Derivative, form: str) -> None:
        self.derivative = derivative
        net = derivative.network
        self.kept = {name for name in net.parameters if form == "XWT" and name.startswith("W")}
        self.names: dict[str, Tree] = {
            name: Name(name) if name in self.kept else Turned(Name(name)) for name in net.names
        }
        values = [*net.inputs, *(step.name for step in net.steps)]
        deltas = ["g", *(cotangent(derivative, value) for value in values)]
        self.names |= {name: Turned(Name(name)) for name in deltas}
        for step in net.steps:
            if isinstance(step.layer, FoldedLinear):
                a, theta = step.inputs
                self.names[f"[1; {a}]"] = Turned(Name(f"[1, {a}]"))
                weights = theta.replace("Θ", "W")
                self.names[weights] = Turned(Name(weights))

    def turns(self, name: str) -> bool:
        """Whether a value or parameter is stored transposed."""
        return name not in self.kept

    def matrix(self, text: str) -> str:
        """The same matrix, with names as they are in rows."""
        return printed(self._read(text))

    def value(self, text: str) -> str:
        """The transpose of what is written, with names as they are in rows."""
        return printed(transposed(self._read(text)))

    def gradient(self, name: str, text: str) -> str:
        """A gradient by `name`, shaped as it in rows."""
        return self.value(text) if self.turns(name) else self.matrix(text)

    def stacked(self, text: str) -> str:
        """What the last product amounts to; the weights of form XWT keep their order, vec."""
        by_rows = self.turns(self.derivative.wrt)
        return printed(parsed(text, self.names, by_rows=by_rows))

    def shape(self, name: str, shape: str) -> str:
        """The shape of a value, parameter or gradient that is so shaped in columns."""
        return flipped(shape) if self.turns(name) else shape

    def markup(self, text: str) -> str:
        """A sentence or a cell whose mathematics are matrices."""
        return with_math(text, lambda math: f"`{self.matrix(math)}`", str)

    def record(self, column: dict[str, Any], form: str) -> dict[str, Any]:
        """The record of a trace, said in rows."""
        values = [{**value, "shape": self._turned(value["name"], value["shape"])}
                  for value in column["values"]]  # fmt: skip
        definition = column["definition"] and along_rows(column["definition"])
        derivatives = [self._entry(entry) for entry in column["derivatives"]]
        return {**column, "samples_as": "rows", "form": form, "definition": definition,
                "values": values, "derivatives": derivatives}  # fmt: skip

    def _entry(self, entry: dict[str, Any]) -> dict[str, Any]:
        """One derivative: a gradient by a matrix that turned is turned, by a vector it is not."""
        wrt = self.derivative.network.resolve(entry["wrt"])
        turned = self.turns(wrt) and len(self.derivative.shape_of(wrt)) == 2
        shape, text = entry["gradient_shape"], entry["collapsed"]
        if text is not None:
            text = self.value(text) if turned else self.matrix(text)
        return {
            **entry,
            "factors": [{**f, "text": self.matrix(f["text"])} for f in entry["factors"]],
            "gradient_shape": shape[::-1] if shape and turned else shape,
            "collapsed": text,
        }

    def _read(self, text: str) -> Tree:
        return parsed(text, self.names, by_rows=True)

    def _turned(self, name: str, shape: list[Any]) -> list[Any]:
        return shape[::-1] if self.turns(name) else shape


def along_rows(definition: str) -> str:
    """A sum over entries i of samples k: the sample's index comes first.

    >>> along_rows("Σₖ ½ Σᵢ (a2ᵢₖ - yᵢₖ)²")
    'Σₖ ½ Σᵢ (a2ₖᵢ - yₖᵢ)²'
    """
    return definition.replace("ᵢₖ", "ₖᵢ")
