"""The derivation by components: one entry at a time, with every sum written out.

    z1_i = Σ_j W1_ij a0_j + b1_i                          the layer
    ∂z1_i/∂W1_pq = [i = p] a0_q                           its derivative
    ∂L/∂W1_pq = Σ_i δ1_i [i = p] a0_q = δ1_p a0_q         the chain rule; the sum goes
    ∂L/∂W1 = δ1 a0ᵀ                                       back to matrices

All of it is found from the layers' index equations, and evaluated from them.
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
from ..typography import grouped
from .draft import Draft, Evaluate
from .equations_of_steps import Equations, Stated
from .index_matrices import matrix_form
from .index_terms import Entry, Partial, Term, Terms, by_entry, multiplied, named, replaced, sifted
from .index_text import SAMPLES, read, written
from .index_values import evaluated, moved

__all__ = ["write_components"]

DELTA = (
    "`[i = p]` is Kronecker's delta: 1 where both indices are equal, 0 elsewhere. Many write it with "
    "the letter `δ`, which here is kept for backpropagation: `δ1_p` is `∂L/∂z1_p`."
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
        self.locals: dict[str, Terms] = {}
        """The derivative of each layer by its name, as it is used from then on."""

    def write(self) -> None:
        """All parts: the layers, then a part for each value on the way down."""
        self.draft.part("THE LAYERS, ENTRY BY ENTRY", self._remark)
        for name in self.equations.names:
            self._layer(name)
        for k, (value, factors) in enumerate(self.equations.values_on_the_way.items()):
            title = f"`{self._whole(value)}`, ENTRY BY ENTRY"
            self.draft.part(title, "", [Paragraph(DELTA)] * (k == 0))
            for factor in factors:
                self._link(factor)
            self._chain(value, factors)

    @property
    def _remark(self) -> str:
        return "" if self.single else "k counts the samples, the columns"

    def _layer(self, name: str) -> None:
        terms, at = self.equations.of(name)
        self.draft.step(
            f"One entry of `{name}` ({self.equations.word(name)}).",
            self.say((self._one(Entry(name, at)),)), self.say(terms), self._shape(name),
            self._value(terms, (name, at)), lambda values: values[name],
        )  # fmt: skip

    def _link(self, factor: Factor) -> None:
        """One layer's own derivative: from the equation, its sum removed, its usual form."""
        link = factor.link
        symbol = self.equations.partial(factor)
        forms = self.equations.slopes(factor)
        ends = ((link.above, symbol.of_at), (link.below, symbol.at))
        shape = self._of_entries(link.above, link.below)
        before: Evaluate = lambda values: self.equations.moved(factor, values)  # noqa: E731
        for k, (sentence, terms) in enumerate(forms):
            truths = [before] + [self.equations.own_jacobian(factor)] * (k == len(forms) - 1)
            value = self._value(terms, *ends)
            left = self.say((self._one(symbol),)) if k == 0 else ""
            self.draft.step(
                sentence, left, self.say(terms), shape, value, *truths, keep=symbol.name
            )
            before = value
        self.locals[symbol.name] = forms[-1][1]

    def _chain(self, value: str, factors: Sequence[Factor]) -> None:
        """The chain rule by one entry, the layers put in, the sums that go, and matrices again."""
        symbol = self.total(value, self.equations.below(value))
        links = [self.equations.partial(factor) for factor in factors]
        ends = ((self.derivative.of, self.equations.top), (value, symbol.at))
        left = self._named(value, symbol)
        chain = tuple(self._through(link, (self._one(link),)) for link in links)
        direct = [link.of for link in links] == [self.derivative.of]
        if direct and symbol == links[0]:
            last = self.locals[links[0].name]
            self._matrices(value, symbol, last, ends)
            return
        shape = self._of_entries(self.derivative.of, value)
        put_in = tuple(t for link in links for t in self._through_all(link))
        steps = [
            (self._by_way_of(value, factors), chain),
            ("With each layer's own derivative put in.", put_in),
            (self._removes(put_in), sifted(put_in)),
        ]
        before: Evaluate = self.equations.total_moved(value)
        said = ""
        for k, (sentence, terms) in enumerate(steps):
            text = self.say(terms)
            if text == said:
                continue
            evaluate = self._value(terms, *ends)
            self.draft.step(sentence, left if k == 0 else "", text, shape, evaluate, before,
                            keep=symbol.name)  # fmt: skip
            before, said = evaluate, text
        self._matrices(value, symbol, steps[-1][1], ends)

    def _through(self, link: Partial, own: Terms) -> Term:
        (term,) = self._products(link, own)
        return term

    def _through_all(self, link: Partial) -> Terms:
        return self._products(link, self.locals[link.name])

    def _products(self, link: Partial, own: Terms) -> Terms:
        """What a link passes on: the total by its upper value, times its own derivative, summed."""
        if link.of == self.derivative.of:
            return own
        upper = Term(Fraction(1), link.of_at, (self.total(link.of, link.of_at),))
        return tuple(multiplied(upper, term) for term in own)

    def _matrices(self, value: str, symbol: Any, terms: Terms, ends: Any) -> None:
        """The last form as a product of matrices, where there is such a product."""
        letters = "".join(at for _, at in ends)
        seen = "".join(each for each in letters if not (self.single and each in SAMPLES))
        row, column, *more = [*seen, "", ""]
        if any(more):
            return
        form = matrix_form(terms, row, column, self.derivative.shapes, single=self.single)
        if form is None:
            return
        whole = self._whole(value)
        name = symbol.name if isinstance(symbol, Entry) else whole
        left = f"{name} = {whole}" if name != whole else name
        self.draft.step(
            f"Back to matrices: {_reason(form.text, self.say(terms))}.", left, form.text, self._of_entries(self.derivative.of, value), form.value, self._value(terms, *ends),
        )  # fmt: skip

    def total(self, value: str, at: str) -> Entry | Partial:
        """An entry of the total derivative by a value: of δ_l, or written out."""
        derivative = self.derivative
        if derivative.loss and is_numbered(value):
            name = cotangent(derivative, value)
            if name.startswith("δ"):
                return Entry(name, at)
        d = "d" if derivative.branches else "∂"
        return Partial(derivative.of, self.equations.top, value, at, d=d)

    def _whole(self, value: str) -> str:
        d = "d" if self.derivative.branches else "∂"
        return f"{d}{self.derivative.of}/{d}{value}"

    def _named(self, value: str, symbol: Entry | Partial) -> str:
        text = self.say((self._one(symbol),))
        if isinstance(symbol, Partial):
            return text
        d = "d" if self.derivative.branches else "∂"
        whole = Partial(self.derivative.of, self.equations.top, value, symbol.at, d=d)
        return f"{text} = {self.say((self._one(whole),))}"

    def _by_way_of(self, value: str, factors: Sequence[Factor]) -> str:
        through = [f"`{f.link.above}`" for f in factors if f.link.above != self.derivative.of]
        entries = f"every entry of {' and of '.join(dict.fromkeys(through))}"
        paths = "; what they pass on adds up" if len(factors) > 1 else ""
        direct = " and at once" if len(through) < len(factors) else ""
        by_way = f" by way of {entries}{direct}" if through else ""
        return f"The chain rule: `{self.derivative.of}` depends on `{value}`{by_way}{paths}."

    def _removes(self, terms: Terms) -> str:
        """Which sums a Kronecker delta takes away."""
        before = {c for term in terms for c in term.sums}
        gone = "".join(sorted(before - {c for term in sifted(terms) for c in term.sums}))
        shown = [c for c in gone if not (self.single and c in SAMPLES)]
        over = " and ".join(f"`{c}`" for c in shown)
        if any(each.startswith("(") for each in self.say(terms).split()):
            return "Multiplied out; under Kronecker's delta one term of the sum is left."
        return f"Of the sum over {over} one term is left: Kronecker's delta is 0 in all others."

    def say(self, terms: Terms) -> str:
        """Terms as text."""
        return written(terms, self.derivative.shapes, single=self.single)

    def _one(self, factor: Any) -> Term:
        return Term(Fraction(1), "", (factor,))

    def _value(self, terms: Terms, *ends: tuple[str, str]) -> Evaluate:
        """All entries of a formula, with an axis for each index of these values."""

        def value(values: Mapping[str, Any]) -> Any:
            shape = [n for name, _ in ends for n in np.shape(values[name])]
            return evaluated(terms, values, "".join(at for _, at in ends), shape)

        return value

    def _shape(self, name: str) -> str:
        return shape_written(self.derivative.shape_of(name))

    def _of_entries(self, above: str, below: str) -> str:
        """The shape of all entries of a derivative."""
        sides = [self.derivative.shape_of(name) for name in (above, below)]
        if () in sides:
            return shape_written(sides[1] or sides[0])
        return "×".join(by(side) if len(side) < 2 else f"({by(side)})" for side in sides)


def _reason(matrix: str, entry: str) -> str:
    """Which product of matrices the entry is, and by what that is told."""
    if "Σ" in entry:
        turned = "; `ᵀ` brings that index between them" * ("ᵀ" in matrix)
        return f"the sum over an index that two factors share is a matrix product{turned}"
    if "⊙" in matrix:
        return "the same index in both factors, and no sum: entry by entry, `⊙`"
    if matrix.endswith("ᵀ") and " " in matrix:
        return "no index in common, and no sum: an outer product, a column times a row"
    return "all entries at once"
