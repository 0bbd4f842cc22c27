"""One equation judged by what stands on its left: a derivative, a name, or nothing."""

from __future__ import annotations

from typing import Any, TypeAlias

from layouts import DENOMINATOR, NUMERATOR, Formula
from layouts.errors import FormulaError, InputError
from layouts.formulas.latex_style import LATEX
from layouts.formulas.letters import spelt
from layouts.formulas.printing import PYTHON, printed
from layouts.formulas.tree import Call, Name, Part, Transpose

from ..formula_checks import Check, check_formula
from .definition_lines import definition_line
from .definitions import Definitions
from .earlier import Earlier
from .link_values import in_layout
from .links import Link, Links, whole
from .products import products_of
from .reasons import Reason
from .result import Line
from .sides import Side
from .subject import Subject
from .sums import judged, judged_row, refuse_unknown
from .terms import has_symbols
from .value_lines import rank, value_line

__all__ = ["Judge", "Target"]

Target: TypeAlias = Link | Name | None
"""What an equation is about: a derivative, or a name that is defined; None for a vjp."""
STYLES = {"python": PYTHON, "latex": LATEX}
SECONDS = 1.0
"""How long repairs of the first false line are searched for; of later ones none are."""


class Judge:
    """Knows what a derivation is about, and what its lines have defined so far.

    Raises:
        LayoutError: a formula that the caller gives for a name is not understood.
    """

    def __init__(self, subject: Subject, earlier: Earlier) -> None:
        self.subject, self.earlier = subject, earlier
        self.names, self.wires = subject.names, subject.wires
        self.links = subject.gradients()
        """The derivatives that names stand for."""
        self.definitions = Definitions()
        given = subject.given
        if given.network is not None:
            for name, meaning in given.let.items():
                tree = Formula.parse(meaning, functions=given.known_functions).tree
                self.definitions.define(spelt(name), tree)

    def target(self, side: Side) -> Target:
        """What a left side is.

        Raises:
            FormulaError: anything else than a derivative or a name.
        """
        tree = side.read
        if isinstance(tree, Name):
            inner = self.names.own.get(tree.text[1:], "")
            is_differential = tree.text[0] == "d" and inner in self.wires.names
            known = tree.text in self.names.known or tree.text in self.definitions
            return Link(self.subject.given.top, inner) if is_differential and not known else tree
        if isinstance(tree, Call) and tree.function == "VJP":
            return None
        links = products_of(tree, side.code, self.names.own, {}) or [[]]
        if len(links) != 1 or len(links[0]) != 1:
            message = "on the left stands a derivative, ∂L/∂W1, or a name."
            raise FormulaError(side.code, tree.at[0], message)
        refuse_unknown(links[0], self.wires, side.code)
        return links[0][0]

    def link_of(self, target: Target) -> Link | None:
        """The derivative that an equation is about; of a name, δ2, what it stands for."""
        if not isinstance(target, Name):
            return target
        link = self.links.get(self.names.of(target.text))
        return None if link is None else link._replace(kind="∂")

    def judged(self, target: Target, side: Side, left: Side | None) -> Line:
        """The right side of an equation, by what stands on its left.

        Raises:
            LayoutError: it is not understood.
        """
        tree = side.read
        blocks = tree.arguments if isinstance(tree, Call) and tree.function == "hstack" else ()
        parts = blocks or (tree,)
        found = [products_of(part, side.code, self.names.own, self.links) for part in parts]
        chains = [products for products in found if products is not None]
        if len(chains) == len(found):
            return self.chained(target, chains, side, is_row=bool(blocks))
        if isinstance(target, Name):
            return self.defined(target, side)
        return self.valued(target, side, left)

    def chained(
        self, target: Target, chains: list[list[Links]], side: Side, *, is_row: bool
    ) -> Line:
        """Chains of ∂ symbols, added, or beside each other as the blocks of a row."""
        if is_row:
            found = judged_row(chains, self.wires, side.code)
        else:
            found = judged(self.link_of(target), chains[0], self.wires, side.code)
        if isinstance(target, Name) and not found.reasons:
            self.links[self.names.of(target.text)] = Link(*found.gives)
        kind = "definition" if isinstance(target, Name) else "chain"
        shown = " | ".join(" + ".join(map(self.wires.product, products)) for products in chains)
        return Line(
            0, "", kind, not found.reasons, found.layout, tuple(found.reasons), found.note,
            shown=f"( {shown} )" if is_row else shown,
        )  # fmt: skip

    def valued(self, target: Link | None, side: Side, left: Side | None) -> Line:
        """A formula for a derivative, or for a vjp."""
        if target is None and left is None:
            raise InputError("by what is it differentiated? Give wrt=, or write it: dL/dW = ….")
        if target is None:
            assert left is not None
            check = self.checked(f"{left.code.strip()} = {side.code.strip()}", side.notation, None)
            return value_line(check, None, self.wires)
        if whole(target.wrt) != target.wrt:
            raise InputError("a formula for one entry is not judged: give the whole derivative.")
        tree = self.definitions.written_out(side.read)
        found = self.with_symbols if has_symbols(tree) else self.without_symbols
        return self.over_paths(found(tree, target, side), target)

    def without_symbols(self, tree: Part, target: Link, side: Side) -> Line:
        """A formula without ∂."""
        formula = side.code if tree is side.tree else printed(tree, STYLES[side.notation])
        return value_line(self.checked(formula, side.notation, target), target, self.wires)

    def with_symbols(self, tree: Part, target: Link, side: Side) -> Line:
        """A formula with ∂ symbols in it, read in the layout in which it is nearest to the truth.

        The layout of the lines before is tried first.
        """
        layouts = [DENOMINATOR, NUMERATOR]
        if self.earlier.layout_of(target) == "numerator":
            layouts.reverse()
        found: list[Line] = []
        for read in layouts:
            meant = in_layout(tree, read, self.subject, side.code)
            check = self.checked(printed(meant, STYLES[side.notation]), side.notation, target)
            found.append(value_line(check, target, self.wires, read))
            if found[-1].verdict:
                break
        return max(found, key=rank)

    def over_paths(self, line: Line, target: Link) -> Line:
        """A false line with the reminder that the left side is a sum, where it is one."""
        count = 1 if line.verdict or not self.wires.made else len(self.wires.between(*target.ends))
        if count < 2:
            return line
        of, wrt = map(self.wires.text, target.ends)
        told = f"{wrt} reaches {of} by {count} paths, and {self.wires.spoken(target)} sums them: "
        reason = Reason("paths", f"{told}it is the total derivative.", "Look for a path left out.")
        return line._replace(reasons=(*line.reasons, reason))

    def checked(self, formula: str, notation: str, target: Link | None) -> Check:
        """The check of a formula; repairs are searched for where it is the first that is wrong."""
        given, net = self.subject.given, self.subject.given.network
        about: dict[str, Any] = {"wrt": given.wrt, "of": given.of}
        if target is not None:
            about = {"wrt": self.wires.name(target.wrt), "of": target.of}
        if net is None:
            about |= {"shapes": given.shapes, "let": given.let}
            about["of"] = given.of if target is None or target.of == given.top else target.of
        elif about["of"] == net.top:
            about["of"] = None
        return check_formula(
            formula, network=net, names=self.names.own, functions=given.functions,
            notation=notation, seconds=SECONDS if self.earlier.right else 0.0, **about,
        )  # fmt: skip

    def defined(self, name: Name, side: Side) -> Line:
        """A name and the formula that it stands for."""
        link, own = self.link_of(name), self.names.of(name.text)
        if link is not None:
            line = self.valued(link, side, None)._replace(kind="definition")
            if line.verdict and line.layout == "numerator" and self.links[own].kind == "δ":
                self.definitions.define(name.text, Transpose(Name(name.text)))
            return line
        problem = self.subject.problem
        if problem is not None and own in problem.shapes:
            raise InputError(f"{name.text} is given: it is not defined again.")
        tree = self.definitions.written_out(side.read)
        made = problem is not None and own in problem.let
        if not made:
            self.definitions.define(name.text, tree)
        return definition_line(own, tree, side, self.subject, made=made)
