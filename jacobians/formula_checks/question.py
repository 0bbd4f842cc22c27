"""A question as it was asked: the problem that a formula is about, and the formula in its names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from layouts import Formula
from layouts.errors import FormulaError, InputError, near_names
from layouts.formulas.functions import BUILT_IN, Function
from layouts.formulas.letters import spelt
from layouts.formulas.shaping import Fault
from layouts.formulas.tree import Call, Derivative, Name, Part, Product, Sum, walk
from layouts.shape_text import read_size
from layouts.sizes import Shape, Size

from ..formula_functions import layer_functions
from ..network import Network
from .network_problem import problem_of_network
from .problem import Problem, assumptions, known_shapes, problem_of_formulas
from .spelling import LETTERS, Spelling, is_known, near, spelling_of
from .vocabulary import stem

__all__ = ["Asked", "Question", "asked"]


class Asked(NamedTuple):
    """What the caller gives: see `check_formula`."""

    formula: str
    network: Network | None
    wrt: str | None
    of: str | None
    shapes: Mapping[str, Any]
    let: Mapping[str, str]
    names: Mapping[str, str]
    functions: Mapping[str, Function]
    assume: Mapping[str, str]
    samples: Any
    notation: str | None

    @classmethod
    def of_arguments(cls, formula: str, **given: Any) -> Asked:
        """The arguments of `check_formula`, with nothing for what is not given."""
        tables = ("shapes", "let", "names", "functions", "assume")
        nothing: dict[str, Any] = {name: {} if name in tables else None for name in cls._fields[1:]}
        known = {name: value for name, value in given.items() if value is not None}
        return cls(formula, **{**nothing, **known})


class Question(NamedTuple):
    """A formula as it was read, and the problem that it is about."""

    text: str
    problem: Problem
    tree: Part
    """In the problem's names, grouped as its shapes want it."""
    fault: Fault | None
    remarks: list[str]
    spelling: Spelling
    network: Network | None
    notation: str


def asked(given: Asked) -> Question:
    """The question, understood.

    Raises:
        FormulaError: the formula is none.
        LayoutError: what it is to be the derivative of is not understood.
    """
    if given.network is None and (given.of is None or not given.shapes):
        raise InputError("a formula is checked in a network, or as the derivative of a formula: "
                         "give "
                         "network=, or of= and shapes=.")  # fmt: skip
    base = _base(given)
    formula = _parsed(given, base)
    wrt = _wrt(given, formula, base)
    spelling = spelling_of(base, Sum(formula.tree, "+", Name(wrt)), given.names)
    problem = _about(base, given, spelling.own.get(wrt, wrt), formula)
    _refuse_another(formula, problem, spelling)
    tree = spelling.read(formula.tree)
    _refuse_symbols(tree, given)
    _refuse_unknown_sizes(tree, given, problem)
    let = {name: problem.parsed(text) for name, text in problem.let.items() if name != problem.wrt}
    functions = {**BUILT_IN, **formula.functions, **problem.functions}
    own = Formula(given.formula, formula.notation, [tree], functions, let)
    reading = own.reading(all_shapes(problem))
    remarks = [*spelling.remarks, *map(spelling.written, reading.remarks)]
    return Question(given.formula, problem, reading.tree, reading.fault, remarks, spelling,
                    given.network, formula.notation)  # fmt: skip


def _base(given: Asked) -> Problem:
    """The problem, whatever it is differentiated by."""
    if given.network is not None:
        net = given.network
        if not isinstance(net, Network):
            raise InputError(
                f"network is a Network, as of Network.parse('2-3-2'), not {net!r:.60}."
            )
        first = next(iter([*net.parameters, *net.inputs]))
        samples = given.samples
        samples = read_size(samples, f"samples={samples}") if isinstance(samples, str) else samples
        base = problem_of_network(net, first, given.of, samples)
        assume = assumptions(given.assume)
        for name in assume:
            if name not in base.shapes:
                raise InputError(f"{name} is nothing that is given: what is assumed is of "
                                 f"{', '.join(base.shapes)}.")  # fmt: skip
        functions = {**base.functions, **given.functions}
        return base._replace(functions=functions, assume=assume, cache={})
    functions = {**layer_functions(), **given.functions}
    names = [*given.shapes, *given.let]
    of = Formula.parse(given.of or "", functions=functions, let=given.let, names=names)
    text = of.to_python(given.shapes) if of.notation == "latex" else of.text
    first = next(iter(given.shapes), "")
    return problem_of_formulas(text, first, given.shapes, given.let, given.functions, given.assume)


def _parsed(given: Asked, base: Problem) -> Formula:
    """The formula, with letters for functions wherever none is known by them."""
    letters = {
        name: BUILT_IN["exp"]
        for letter in LETTERS
        for name in (letter, f"d{letter}")
        if letter not in base.names and letter not in base.functions
    }
    functions = {**letters, **base.functions}
    letters_of_values = {stem(name) for name in (*base.names, "x") if name != base.of}
    gradients = [f"d{case(each)}[l]" for each in letters_of_values for case in (str, str.upper)]
    names = [*base.names, *map(spelt, given.names), *(gradients if given.network else ())]
    return Formula.parse(given.formula, given.notation, functions=functions, names=names)


def _wrt(given: Asked, formula: Formula, base: Problem) -> str:
    """What is differentiated by: as the caller says, or the left side of the formula."""
    if given.wrt is not None:
        if not given.wrt.strip():
            raise InputError("wrt is empty: name what is differentiated by, W1 or x.")
        if not given.wrt.isidentifier():
            tree = Formula.parse(given.wrt).tree
            if isinstance(tree, Name):
                return tree.text
        return spelt(given.wrt)
    on_the_left = _left_wrt(formula, base)
    if on_the_left is None:
        raise InputError("by what is it differentiated? Give wrt=, or write it: dL/dW = ….")
    return on_the_left


def _left_wrt(formula: Formula, base: Problem) -> str | None:
    """What the left side is about: W of ∂L/∂W, of dW and of VJP(g, W), z2 of delta2."""
    match left_side(formula):
        case Derivative(wrt=(name,)) | Call(function="VJP", arguments=(_, Name(text=name))):
            return name
        case Name(text=text) if text in base.gradients:
            return base.gradients[text][1]
        case Name(text=text) if text.startswith("delta"):
            return f"z{text.removeprefix('delta')}"
        case Name(text=text) if text[0] == "d" and is_known(text[1:], base):
            return text[1:]
    return None


def left_side(formula: Formula) -> Part | None:
    """What stands on the left; dL/dW1 is the derivative, and no quotient."""
    match formula.left:
        case Product(left=Name(text=of), operator="/", right=Name(text=wrt)) if of[0] == wrt[
            0
        ] == "d" and len(of) > 1 < len(wrt):
            return Derivative(of[1:], (wrt[1:],))
    return formula.left


def _about(base: Problem, given: Asked, wrt: str, formula: Formula) -> Problem:
    """The problem with what it is differentiated by, and the cotangent of a vjp."""
    if wrt not in base.names or wrt in base.gradients:
        raise InputError(f"there is no value {wrt}: {near_names(wrt, base.names)}")
    title = base.title.replace(f"/∂{base.wrt}", f"/∂{wrt}", 1)
    cotangent = ""
    if isinstance(formula.left, Call) and formula.left.function == "VJP":
        g = formula.left.arguments[0]
        cotangent = g.text if isinstance(g, Name) else ""
        title = f"the vjp of {base.of} by {wrt}"
    shapes = {name: shape for name, shape in base.shapes.items() if name != cotangent}
    return base._replace(wrt=wrt, title=title, vjp=cotangent, shapes=shapes)


def _refuse_another(formula: Formula, problem: Problem, spelling: Spelling) -> None:
    """What stands on the left has to be what is asked for."""
    name = _left_wrt(formula, problem)
    if name is None:
        return
    value = spelling.own.get(name, near(name, problem))
    if value != problem.wrt and value in problem.names:
        raise InputError(f"the left side is about {name}, but the derivative by {problem.wrt} is "
                         "asked for: leave one of them out.")  # fmt: skip


def _refuse_symbols(tree: Part, given: Asked) -> None:
    """In a network, links of a chain are no values of a formula."""
    link = next((part for part in walk(tree) if isinstance(part, Derivative)), None)
    if given.network is not None and link is not None:
        raise FormulaError(given.formula, link.at[0], f"{link.text} is a link, and no value: a "
                           "chain of ∂ symbols is checked as a derivation, by check_derivation or "
                           "jacobians check --derivation.")  # fmt: skip


def _refuse_unknown_sizes(tree: Part, given: Asked, problem: Problem) -> None:
    """A letter in ones(N, 1) has to be the size of something that is given."""
    sizes = [size for shape in problem.shapes.values() for size in shape]
    letters = {letter for size in sizes if isinstance(size, Size)
               for term in size.terms for letter in term}  # fmt: skip
    for call in walk(tree):
        function = BUILT_IN.get(call.function) if isinstance(call, Call) else None
        for part in walk(call) if function and function.of_sizes else ():
            if isinstance(part, Name) and part.text not in letters:
                known = ", ".join(map(str, dict.fromkeys(size for size in sizes if size != 1)))
                raise FormulaError(given.formula, part.at[0], f"{part.text} is the size of nothing "
                                   f"that is given: sizes here are {known}.")  # fmt: skip


def all_shapes(problem: Problem) -> dict[str, Shape]:
    """The shapes of everything that a formula may use, beside what `let` says."""
    shapes = known_shapes(problem)
    for name, (_, value) in problem.gradients.items():
        shapes[name] = problem.formula(value).shape(problem.shapes)
    if problem.vjp:
        shapes[problem.vjp] = problem.formula(problem.of, held=problem.wrt).shape(shapes)
    return shapes
