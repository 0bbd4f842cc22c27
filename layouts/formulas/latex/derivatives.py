r"""Derivatives by a sign before what is differentiated.

    \nabla_x f    J_x f    \frac{\partial}{\partial x} f    \partial f, half of a fraction

What follows the sign is a symbol, with what it is a function of left out, or a formula; where it
ends is settled by `extents`.
"""

from __future__ import annotations

from ..printing import printed
from ..readings import PRODUCTS, grouped
from ..tree import Call, Derivative, Name, Part, Span, Transpose
from .applications import Applications, Factors
from .context import EXPECTED, Context
from .extents import Extents
from .items import Bracket, Differential, Item, Line, Operator, Script, Word, over
from .names import unturned
from .operands import begins_derivative, ends_derivative, taken
from .scripts import Scripts

__all__ = ["SECOND", "Derivatives"]

SECOND = (
    r"a first derivative is \frac{\partial f}{\partial x}, "
    r"a second one \frac{\partial^2 f}{\partial x \partial y}."
)


class Derivatives:
    """The rules for signs of derivatives, in a context."""

    def __init__(
        self, context: Context, scripts: Scripts, applications: Applications, factors: Factors
    ) -> None:
        self.context, self.vocabulary = context, context.vocabulary
        self.scripts, self.applications, self.factors = scripts, applications, factors
        self.extents = Extents(context, scripts, applications)

    def begun(self, item: Item, line: Line, depth: int) -> Part | None:
        """The factor that an item begins if it is the sign of a derivative."""
        match item.atom:
            case Operator(below=below):
                return self.symbol(below, "∂", item, line, depth)
            case Name(text="∂"):
                return self.differential(item, line, depth)
            case Name(text="∇"):
                return self.gradient(item, line, depth)
            case Name(text="J") if self.is_jacobian(item, line):
                return self.symbol((item.scripts[0].part,), "J", item, line, depth)
        return None

    def differential(self, item: Item, line: Line, depth: int) -> Part:
        r"""`\partial x` and `\partial^2 f`."""
        for script in item.scripts:
            if script.sign != "^" or getattr(script.part, "text", "") != "2":
                self.context.refuse(script, SECOND)
        if line.following() is None:
            return Name("∂", at=item.at)
        part = self.differentiated(line, (), depth)
        return Differential(part, 2 if item.scripts else 1, at=over(item, part))

    def gradient(self, item: Item, line: Line, depth: int) -> Part:
        """∇ with what it is by below it."""
        below = tuple(script.part for script in item.scripts if script.sign == "_")
        above = [script for script in item.scripts if script.sign != "_"]
        if len(below) != 1:
            self.context.refuse(item, r"∇ needs below it what it is by: \nabla_x f.")
        for script in above:
            if script.sign != "^" or not self.context.is_turn(script.part):
                message = "∇ is a first derivative; a second one is written with ∂."
                self.context.refuse(script, message)
        return turned(self.symbol(below, "∇", item, line, depth), len(above))

    def is_jacobian(self, item: Item, line: Line) -> bool:
        """Whether J has a symbol below it, and behind it one or a formula."""
        following = line.following()
        match item.scripts:
            case (Script(sign="_", part=below),) if following is not None:
                by, atom = self.vocabulary.name_of(below), following.atom
                other = self.vocabulary.knows("J", below) or by in (None, "l", "i", "j", "k")
                is_formula = isinstance(atom, Bracket | Word | Call)
                return not other and (is_formula or self.vocabulary.name_of(atom) is not None)
        return False

    def symbol(self, by: tuple[Part, ...], kind: str, item: Item, line: Line, depth: int) -> Part:
        """A derivative of the symbol that follows, at which a transpose is of the whole, or more.

        With what it is by occurring further on, it is of the product.
        """
        wrt = tuple(map(self.named, by))
        if line.following() is None:
            message = f"what this is the derivative of is missing: expected is {EXPECTED}."
            self.context.refuse(item, message)
        if self.extents.is_product(kind, line, wrt):
            of, turns = self.factors.product(taken(line, ends_derivative), depth + 1), 0
        else:
            of, turns = unturned(self.differentiated(line, wrt, depth))
        return turned(self.derivative(of, wrt, kind, over(item, of)), turns)

    # What is differentiated, and by what.

    def differentiated(self, line: Line, wrt: tuple[str, ...], depth: int) -> Part:
        """What a derivative is of: a symbol, with what it is a function of left out, or more."""
        first = line[0]
        if isinstance(first, Item) and (isinstance(first.atom, Word) or begins_derivative(first)):
            return self.factors.factor(line, depth + 1)
        item = line.item()
        if isinstance(item.atom, Name) and line.before_bracket():
            function = self.applications.letter(item.atom.text, item)
            if function is not None and function in self.context.functions:
                return self.applications.applied(function, item, line)
        part = self.scripts.scripted(self.context.plain(item.atom), item.scripts)
        named = self.vocabulary.name_of(part) is not None
        if named and self.extents.is_argument(line.following(), wrt):
            return self.scripts.scripted(part, line.item().scripts)
        return part

    def named(self, part: Part) -> str:
        """The name of what a derivative is by."""
        name = self.vocabulary.name_of(part)
        if name is None:
            message = "a derivative is by a name: give what stands here one of its own."
            self.context.refuse(part, message)
        return name

    def derivative(self, of: Part, wrt: tuple[str, ...], kind: str, at: Span) -> Part:
        """A derivative of a name, or of a formula."""
        name = None if isinstance(of, Transpose) else self.vocabulary.name_of(of)
        if name is not None:
            return Derivative(name, wrt, kind, at=at)
        self.context.refuse_loose(of)
        formula = grouped(of, PRODUCTS)  # a symbol has one meaning, so the usual reading
        return Derivative(printed(formula), wrt, kind, formula, at=at)


def turned(part: Part, times: int) -> Part:
    """A part transposed so many times: at most once."""
    return Transpose(part, at=part.at) if times % 2 else part
