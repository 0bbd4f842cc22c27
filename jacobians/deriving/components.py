"""The derivation by components: one entry at a time, with every sum written out.

    z1_i = Σ_j W1_ij a0_j + b1_i                          the layer
    ∂z1_i/∂W1_pq = [i = p] a0_q                           its derivative
    ∂L/∂W1_pq = Σ_i δ1_i [i = p] a0_q = δ1_p a0_q         the chain rule; the sum goes
    ∂L/∂W1 = δ1 a0ᵀ                                       back to matrices

All of it is found from the layers' index equations, and evaluated from them: no step of it knows
the chain's matrices or the sweep's cotangents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from layouts.sizes import by

from ..layers import Layer
from ..layers.base import written as shape_written
from ..report.facts import Derivative, Factor, is_numbered
from ..report.model import Paragraph
from ..report.sweep_in_words import cotangent
from .draft import Draft, Evaluate
from .equations_of_steps import Equations, Stated
from .index_matrices import matrix_form
from .index_rules import sifted
from .index_terms import Entry, Partial, Term, Terms, multiplied, one
from .index_text import written
from .index_values import evaluated
from .links import values_below

__all__ = ["write_components"]

DELTA = (
    "`[i = p]` is Kronecker's delta: 1 where both indices are equal, 0 elsewhere. Many write it "
    "`δ_ip`; here the letter `δ` is kept for backpropagation, and `δ1_p` is `∂L/∂z1_p`."
)


def write_components(
    derivative: Derivative, draft: Draft, equations: Mapping[type[Layer], Stated]
) -> None:
    """Write the derivation, value by value from the top down.

    Raises:
        InputError: a layer whose index equation nobody stated, or one that does not fit.
    """
    Components(derivative, draft, Equations(derivative, equations)).write()


class Components:
    """Writes the steps of one derivative."""

    def __init__(self, derivative: Derivative, draft: Draft, equations: Equations) -> None:
        self.derivative, self.draft, self.equations = derivative, draft, equations
        self.single = derivative.samples == 1
        self.slopes: dict[str, Terms] = {}
        """The derivative of each layer by its name, as it is used from then on."""

    def write(self) -> None:
        """All parts: the layers, then a part for each value on the way down."""
        remark = "" if self.single else "k counts the samples, the columns"
        self.draft.part("THE LAYERS, ENTRY BY ENTRY", remark)
        for name in self.equations.names:
            self._layer(name)
        for k, (value, factors) in enumerate(values_below(self.derivative).items()):
            title = f"`{self._whole(value)}`, ENTRY BY ENTRY"
            self.draft.part(title, self._tensor(value), [Paragraph(DELTA)] * (k == 0))
            for factor in factors:
                self._link(factor)
            self._chain(value, factors)

    def _layer(self, name: str) -> None:
        """What one entry is made of, which the forward pass confirms."""
        terms, at = self.equations.of(name)
        self.draft.step(
            f"One entry of `{name}` ({self.equations.word(name)}).",
            self.say(one(Entry(name, at))), self.say(*terms),
            shape_written(self.derivative.shape_of(name)),
            self._value(terms, (name, at)), lambda values: values[name],
        )  # fmt: skip

    def _link(self, factor: Factor) -> None:
        """One layer's own derivative: from the equation, its sum removed, its usual form."""
        link, symbol = factor.link, self.equations.partial(factor)
        ends = ((link.above, symbol.of_at), (link.below, symbol.at))
        forms = self.equations.slopes(factor)
        before = self.equations.moved(factor)
        for k, (sentence, terms) in enumerate(forms):
            last = [self.equations.own_jacobian(factor)] * (k == len(forms) - 1)
            value = self._value(terms, *ends)
            self.draft.step(
                sentence, self.say(one(symbol)) if k == 0 else "", self.say(*terms),
                self._shape(link.above, link.below), value, before, *last, keep=symbol.name,
            )  # fmt: skip
            before = value
        self.slopes[symbol.name] = forms[-1][1]

    def _chain(self, value: str, factors: Sequence[Factor]) -> None:
        """The chain rule by one entry, the layers put in, the sums that go, and matrices again."""
        symbol = self.total(value, self.equations.below(value))
        links = [self.equations.partial(factor) for factor in factors]
        last = self.slopes[links[0].name]
        if [symbol] != links:
            put_in = self._terms(links, self.slopes)
            last = sifted(put_in)
            forms = [
                (self._by_way_of(value, factors), self._terms(links, {})),
                ("With each layer's own derivative put in.", put_in),
                (self._removed(put_in), last),
            ]
            self._equal_forms(value, symbol, forms)
        self._matrices(value, symbol, last)

    def _equal_forms(
        self, value: str, symbol: Entry | Partial, forms: Sequence[tuple[str, Terms]]
    ) -> None:
        """The forms below each other, less those that read like the one before."""
        link = self._spelt_out(value, symbol.at)._replace(d="∂")
        direct = forms[0][1] == (one(link),)
        left = self.say(one(symbol)) if direct else self._both_names(value, symbol)
        said = ""
        before = self.equations.total_moved(value)
        for sentence, terms in forms:
            text = self.say(*terms)
            if text == said:
                continue
            evaluate = self._value(terms, *self._ends(value))
            shape = self._shape(self.derivative.of, value)
            self.draft.step(
                sentence, "" if said else left, text, shape, evaluate, before, keep=symbol.name
            )
            before, said = evaluate, text

    def _terms(self, links: Sequence[Partial], slopes: Mapping[str, Terms]) -> Terms:
        """The sum over what the links pass on: each total above times the link's own derivative."""
        found: list[Term] = []
        for link in links:
            own = slopes.get(link.name, (one(link),))
            if link.of == self.derivative.of:
                found += own
                continue
            above = Term(Fraction(1), link.of_at, (self.total(link.of, link.of_at),))
            found += [multiplied(above, term) for term in own]
        return tuple(found)

    def _matrices(self, value: str, symbol: Entry | Partial, terms: Terms) -> None:
        """The last form as a product of matrices, where there is such a product."""
        row, column, *more = [*self._indices(value), "", ""]
        if any(more):
            return
        shapes = self.derivative.shapes
        form = matrix_form(terms, row, column, shapes, single=self.single)
        if form is None:
            return
        whole = self._whole(value)
        left = f"{symbol.name} = {whole}" if isinstance(symbol, Entry) else whole
        self.draft.step(
            f"Back to matrices: {_reason(form.text, self.say(*terms))}.", left, form.text,
            self._shape(self.derivative.of, value), form.value,
            self._value(terms, *self._ends(value)),
        )  # fmt: skip

    def total(self, value: str, at: str) -> Entry | Partial:
        """An entry of the total derivative by a value: of δ_l, or written out."""
        derivative = self.derivative
        name = cotangent(derivative, value)
        if derivative.loss and is_numbered(value) and name.startswith("δ"):
            return Entry(name, at)
        return self._spelt_out(value, at)

    def _spelt_out(self, value: str, at: str) -> Partial:
        d = "d" if self.derivative.branches else "∂"
        return Partial(self.derivative.of, self.equations.top, value, at, d=d)

    def _whole(self, value: str) -> str:
        return self._spelt_out(value, "").name

    def _both_names(self, value: str, symbol: Entry | Partial) -> str:
        """`δ1_p = ∂L/∂z1_p`, where there is a δ."""
        names = dict.fromkeys((symbol, self._spelt_out(value, symbol.at)))
        return " = ".join(self.say(one(each)) for each in names)

    def _ends(self, value: str) -> tuple[tuple[str, str], ...]:
        return (self.derivative.of, self.equations.top), (value, self.equations.below(value))

    def _indices(self, value: str) -> str:
        """The indices of ∂of/∂value that are written."""
        return self.equations.seen("".join(at for _, at in self._ends(value)))

    def _tensor(self, value: str) -> str:
        """A remark where no matrix has all the indices."""
        count = len(self._indices(value))
        return f"{count} indices: a tensor, no matrix" if count > 2 else ""

    def _by_way_of(self, value: str, factors: Sequence[Factor]) -> str:
        """Through which values the chain rule goes."""
        of, made = self.derivative.of, dict.fromkeys(f.link.above for f in factors)
        if list(made) == [of]:
            return (
                f"`{value}` reaches `{of}` by this link alone: the total derivative is the link's."
            )
        through = " and of ".join(f"`{name}`" for name in made if name != of)
        by_way = f" by way of every entry of {through}" if through else ""
        direct = " and at once" if through and of in made else ""
        adds = "; what they pass on adds up" if len(factors) > 1 else ""
        return f"The chain rule: `{of}` depends on `{value}`{by_way}{direct}{adds}."

    def _removed(self, terms: Terms) -> str:
        """Which sums a Kronecker delta takes away."""
        left = {c for term in sifted(terms) for c in term.sums}
        gone = sorted({c for term in terms for c in term.sums} - left)
        over = " and ".join(f"`{c}`" for c in self.equations.seen("".join(gone)))
        if over:
            return f"Of the sum over {over} one term is left: Kronecker's delta is 0 in all others."
        return (
            "Where Kronecker's delta stands one term of the sum is left, as it is 0 in all others."
        )

    def say(self, *terms: Term) -> str:
        """Terms as text."""
        return written(terms, self.derivative.shapes, single=self.single)

    def _value(self, terms: Terms, *ends: tuple[str, str]) -> Evaluate:
        """All entries of a formula, with an axis for each index of these values."""

        def value(values: Mapping[str, Any]) -> Any:
            shape = [n for name, _ in ends for n in np.shape(values[name])]
            return evaluated(terms, values, "".join(at for _, at in ends), shape)

        return value

    def _shape(self, above: str, below: str) -> str:
        """The shape of all entries of a derivative; of a number's, that of the value."""
        sides = [self.derivative.shape_of(name) for name in (above, below)]
        if () in sides:
            return shape_written(sides[1] or sides[0])
        return "×".join(by(side) if len(side) < 2 else f"({by(side)})" for side in sides)


def _reason(matrix: str, entry: str) -> str:
    """Which product of matrices the entry is, and by what that is told."""
    if "1 1ᵀ" in matrix:
        return "`1ᵀ` adds each column up, and `1` before it spreads the sums over the rows"
    if "Σ" in entry:
        turned = "; `ᵀ` brings that index between them" * ("ᵀ" in matrix)
        return f"the sum over an index that two factors share is a matrix product{turned}"
    if "⊙" in matrix:
        return "the same index in both factors, and no sum: entry by entry, `⊙`"
    if matrix.endswith("ᵀ") and " " in matrix:
        return "no index in common, and no sum: an outer product, a column times a row"
    return "all entries at once"
