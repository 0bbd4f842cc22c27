r"""Matrix formulas as data: read as people write them, shaped, evaluated, differentiated, printed.

>>> f = Formula.parse("(W.T @ d) * s")
>>> f.shape({"W": "m×n", "d": "m", "s": "n"})
(n, 1)
>>> print(f.to_text(), "   ", f.to_latex())
(Wᵀ d) ⊙ s     (W^{\top} d) \odot s
>>> g = Formula.parse(r"W^{(2)T} \delta^{(2)} \odot \cos(z^{(1)})")
>>> g.to_python({"W2": "m×n", "delta2": "m", "z1": "n"})
'(W2.T @ delta2) * cos(z1)'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .errors import FormulaError, InputError, ShapeError, pointed_at
from .formulas import differences
from .formulas.functions import BUILT_IN, Function, Functions
from .formulas.given_values import as_it_comes, size_numbers, two_axes
from .formulas.latex_style import LATEX, braced
from .formulas.letters import spelt
from .formulas.limits import LONGEST_TEXT, MOST_LEVELS, MOST_PARTS
from .formulas.printing import PYTHON, Style, printed, written
from .formulas.reading import Reading, chosen, needed, supposed
from .formulas.readings import PREFERRED, canonical, grouped
from .formulas.scope import Scope, column_shape, plain_shape
from .formulas.shape_diagram import diagram
from .formulas.shaping import shaped
from .formulas.text_style import TEXT
from .formulas.tree import Call, Chain, Claim, Derivative, Name, Part, parts_of, walk
from .formulas.values import NumPyRun, is_analytic, numpy_run, size_number, value_of
from .layout import NUMERATOR, Layout
from .shape_text import shape_given
from .sizes import Shape, by, size_of

__all__ = ["Formula", "Reading"]

NOTATIONS = ("python", "latex")


class Formula:
    """A matrix formula.

    Vectors are columns, products conform strictly and nothing is broadcast. Text is parsed, never
    evaluated. Names that stand for other formulas are given as `let`; functions beyond the built-in
    ones as `functions`.
    """

    def __init__(
        self,
        text: str,
        notation: str,
        sides: list[Part],
        functions: Functions,
        let: Mapping[str, Formula],
    ) -> None:
        if len(sides) > 2:
            second = max(0, text.rfind("=", 0, sides[2].at[0]))
            raise FormulaError(text, second, "a second = has no meaning here.")
        self.text, self.notation, self.functions, self.let = text, notation, functions, let
        self.tree = sides[-1]
        self.left: Part | None = sides[0] if len(sides) == 2 else None
        """What stands before the equals sign."""
        self._readings: dict[object, Reading] = {}

    @classmethod
    def parse(
        cls,
        text: str,
        notation: str | None = None,
        *,
        functions: Mapping[str, Function] | None = None,
        let: Mapping[str, str | Formula] | None = None,
        names: Iterable[str] = (),
    ) -> Formula:
        r"""Read a formula.

        Args:
            text: Python's notation or LaTeX.
            notation: "python" or "latex"; None tells them apart by the signs that only LaTeX has.
            functions: more functions, by name.
            let: formulas that names stand for.
            names: the values that are known. They decide whether `\delta^2` is delta2, whether a
                letter before a bracket is a factor, and what a derivative is of.

        Raises:
            FormulaError: the text is no formula; the message points at the column.

        >>> print(Formula.parse("x.T @ A @ x"))
        x.T @ A @ x
        >>> Formula.parse("W.T @ foo(x)")
        Traceback (most recent call last):
        layouts.errors.FormulaError: column 7 of the formula: foo is no function that is known...
           W.T @ foo(x)
                 ^
        """
        if not isinstance(text, str):
            raise InputError(f"a formula is text, not {text!r:.60}.")
        if len(text) > LONGEST_TEXT:
            raise InputError(f"a formula of {len(text):,} characters is beyond reason.")
        if notation is None:
            signs = r"\\" if "@" in text or ".T" in text else r"[\\^{}_'ᵀ]"
            notation = "latex" if re.search(signs, re.sub(r"\w_\w", "", text)) else "python"
        known = {**BUILT_IN, **{spelt(name): each for name, each in (functions or {}).items()}}
        let = let or {}
        names = {*map(spelt, names), *map(spelt, let)}
        if notation == "latex":
            from .formulas import latex

            sides = latex.read(text, known, names)
            for name, placeholder in latex.PLACEHOLDERS.items():
                known.setdefault(name, placeholder)  # the last ones that messages name
        elif notation == "python":
            from .formulas import python_notation

            sides = python_notation.read(text, known, names)
        else:
            raise InputError(f"a notation is {' or '.join(NOTATIONS)}, not {notation!r}.")
        for side in sides:
            _refuse_beyond_reason(text, side)
        meanings = {
            spelt(name): f
            if isinstance(f, Formula)
            else cls.parse(f, functions=functions, names=names)
            for name, f in let.items()
        }
        return cls(text, notation, sides, known, meanings)

    @property
    def names(self) -> list[str]:
        """The values and sizes that occur, in the order of reading."""
        found = (part.text for part in walk(self.tree) if isinstance(part, Name | Derivative))
        return list(dict.fromkeys(found))

    @property
    def derivatives(self) -> list[Derivative]:
        """The symbols `∂u/∂x` that occur."""
        return [part for part in walk(self.tree) if isinstance(part, Derivative)]

    @property
    def claims(self) -> list[tuple[str, str]]:
        r"""The shapes that the writer put under parts, `\underbrace{…}_{3\times 1}`."""
        return [(printed(p.part), p.shape) for p in walk(self.tree) if isinstance(p, Claim)]

    def reading(
        self,
        shapes: Mapping[str, object],
        *,
        layout: Layout | str | None = None,
        sizes: Mapping[str, int] | None = None,
    ) -> Reading:
        """The formula as it is understood with values of these shapes.

        Args:
            shapes: of each value: `"m×n"`, `"n"`, `"scalar"`, 3, (3, "n").
            layout: in which `∂u/∂x` as a symbol is written.
            sizes: numbers for letters.

        Raises:
            FormulaError: a name that has no shape.

        >>> reading = Formula.parse("a * b @ C").reading({"a": "n", "b": "m", "C": "m×k"})
        >>> print(reading.fault.message)
        cannot form the Hadamard product of a (n×1) and b (m×1): the shapes differ.
        Nothing is broadcast.
        """
        named = None if layout is None else Layout.named(layout)
        two = {spelt(name): column_shape(shape_given(shape)) for name, shape in shapes.items()}
        numbers = size_numbers(sizes)
        key = (tuple(two.items()), named, tuple(numbers.items()))
        if key not in self._readings:
            if len(self._readings) >= 64:
                self._readings.clear()
            self._readings[key] = self._read(two, named, numbers)
        return self._readings[key]

    def _read(
        self, shapes: Mapping[str, Shape], layout: Layout | None, sizes: Mapping[str, int]
    ) -> Reading:
        let = {name: (f.text, f.tree, f.notation) for name, f in self.let.items()}
        scope = Scope(shapes, self.functions, let, layout, sizes)
        trees = {name: f.tree for name, f in self.let.items() if name not in shapes}
        for name in needed(self.tree, trees):
            scope.shape_of(name)
        orders = PREFERRED[self.notation]
        if not any(isinstance(part, Chain) for part in walk(self.tree)):
            orders = orders[:1]
        found: dict[str, Reading] = {}
        for order in orders:
            tree, kinds, fault, remarks = shaped(grouped(self.tree, order), scope, self.text)
            known = {**scope.inner, **kinds}
            said = [*scope.remarks, *remarks]
            reading = Reading(order, tree, known, fault, said, scope.settled)
            found.setdefault(canonical(tree, kinds), reading)
        return chosen(list(found.values()), self.notation)

    def shape(
        self,
        shapes: Mapping[str, object],
        *,
        layout: Layout | str | None = None,
        sizes: Mapping[str, int] | None = None,
    ) -> Shape:
        """Rows and columns of the value.

        Raises:
            ShapeError: a part does not conform; the message points at it.

        >>> Formula.parse("kron(x.T, eye(m))").shape({"W": "m×n", "x": "n"})
        (m, m*n)
        """
        reading = self.conforming(shapes, layout=layout, sizes=sizes)
        shape = reading.shapes[reading.tree]
        assert shape is not None
        return shape

    def conforming(self, shapes: Mapping[str, object], **how: Any) -> Reading:
        """The reading, which conforms.

        Raises:
            ShapeError: it does not.
        """
        reading = self.reading(shapes, **how)
        if reading.fault is not None:
            part, message = reading.fault.part, reading.fault.message
            raise ShapeError(f"{message}\n{pointed_at(self.text, *part.at)}")
        return reading

    def __call__(self, values: Mapping[str, Any], *, sizes: Mapping[str, int] | None = None) -> Any:
        """The value, an array with rows and columns.

        Args:
            values: numbers, vectors (columns) and matrices by name.
            sizes: numbers for the letters in `eye(n)`, `ones(m, n)`.

        Raises:
            LayoutError: a part that does not conform, a name without a value, a singular matrix.

        >>> Formula.parse("x.T @ x")({"x": [1.0, 2.0]})
        array([[5.]])
        """
        arrays = {spelt(name): two_axes(name, value) for name, value in values.items()}
        return self._evaluated(arrays, size_numbers(sizes))

    def _evaluated(self, arrays: Mapping[str, Any], sizes: Mapping[str, int]) -> Any:
        shapes = {name: array.shape[-2:] for name, array in arrays.items()}
        if self.reading(shapes, sizes=sizes).fault:
            self._refuse_letters(sizes)
        reading = self.conforming(shapes, sizes=sizes)
        known = dict(arrays)
        for name, tree in reading.settled.items():
            known[name] = value_of(tree, known, self.functions, sizes)
        return value_of(reading.tree, known, self.functions, sizes)

    def _refuse_letters(self, sizes: Mapping[str, int]) -> None:
        """A letter is no number: say so before its size is said to differ from one."""
        for part in walk(self.tree):
            function = self.functions.get(part.function) if isinstance(part, Call) else None
            if function and function.of_sizes:
                for size in parts_of(part):
                    size_number(size, sizes)

    @property
    def analytic(self) -> bool:
        """Whether complex steps may go through it."""
        trees = [self.tree, *(f.tree for f in self.let.values())]
        return all(is_analytic(tree, self.functions) for tree in trees)

    def as_numpy(
        self, values: Mapping[str, Any], *, sizes: Mapping[str, int] | None = None
    ) -> NumPyRun:
        """What NumPy makes of the formula with these arrays, of one axis or two.

        >>> import numpy as np
        >>> run = Formula.parse("d @ W @ s").as_numpy(
        ...     {"d": np.ones(2), "W": np.ones((2, 3)), "s": np.ones(3)})
        >>> run.value, run.error
        (np.float64(6.0), '')
        """
        arrays = {spelt(name): as_it_comes(name, value) for name, value in values.items()}
        shapes = {name: column_shape(array.shape) for name, array in arrays.items()}
        numbers = size_numbers(sizes)
        reading = self.reading(shapes, sizes=numbers)
        for name, tree in reading.settled.items():
            run = numpy_run(tree, arrays, self.functions, numbers)
            if run.error:
                return run
            arrays[name] = run.value
        return numpy_run(reading.tree, arrays, self.functions, numbers)

    def jacobian(
        self, values: Mapping[str, Any], wrt: str, *, sizes: Mapping[str, int] | None = None
    ) -> Any:
        """∂vec(value)/∂vec(wrt) in numerator layout, by complex steps or central differences.

        >>> Formula.parse("A @ x").jacobian({"A": [[1.0, 2.0]], "x": [3.0, 4.0]}, "x")
        array([[1., 2.]])
        """
        function, x, how = self._function_of(values, wrt, size_numbers(sizes))
        return differences.jacobian(function, x, **how)

    def derivative(
        self,
        values: Mapping[str, Any],
        wrt: str,
        layout: Layout | str = NUMERATOR,
        *,
        sizes: Mapping[str, int] | None = None,
    ) -> Any:
        """The derivative as the layout's table has it: of a number by a matrix the gradient.

        >>> import numpy as np
        >>> f = Formula.parse("a.T @ X @ b")
        >>> f.derivative({"a": [1.0, 2.0], "b": [3.0, 4.0, 5.0], "X": np.ones((2, 3))}, "X").shape
        (3, 2)
        """
        function, x, how = self._function_of(values, wrt, size_numbers(sizes))
        J = differences.jacobian(function, x, **how)
        y = function(x[None])
        return Layout.named(layout).tabulated(J, plain_shape(y.shape[-2:]), plain_shape(x.shape))

    def second_derivative(
        self, values: Mapping[str, Any], wrt: str, *, sizes: Mapping[str, int] | None = None
    ) -> Any:
        """The Hessian of a number by vec(wrt), which is symmetric and so the same in both layouts.

        Raises:
            ShapeError: the value is no number.

        >>> H = Formula.parse("x.T @ A @ x").second_derivative(
        ...     {"x": [1.0, 2.0], "A": [[1.0, 2.0], [0.0, 3.0]]}, "x")
        >>> H.round(6)
        array([[2., 2.],
               [2., 6.]])
        """
        function, x, how = self._function_of(values, wrt, size_numbers(sizes))
        shape = function(x[None]).shape[-2:]
        if shape != (1, 1):
            raise ShapeError(f"a Hessian is of a number, {self} is {by(shape)}.")
        return differences.second_derivative(function, x, **how)[0]

    def _function_of(self, values: Mapping[str, Any], wrt: str, sizes: Mapping[str, int]) -> Any:
        """The value as a function of one name, the point, and how to step from it."""
        if spelt(wrt) not in map(spelt, values):
            raise InputError(f"{wrt} has no value: the derivative is taken at one.")
        point = next(value for name, value in values.items() if spelt(name) == spelt(wrt))
        shapes = {name: two_axes(name, value).shape for name, value in values.items()}
        entries = [size_of(s) for s in self.reading(shapes, sizes=sizes).shapes.values() if s]
        largest = max((n for n in entries if isinstance(n, int)), default=1)
        how = {"analytic": self.analytic, "largest": largest}
        return self.function_of(values, [wrt], sizes), two_axes(wrt, point), how

    def function_of(
        self, values: Mapping[str, Any], names: Sequence[str], sizes: Mapping[str, int]
    ) -> Callable[..., Any]:
        """The value as a function of these names, the others held fixed.

        It takes matrices on the last two axes, many points at once.
        """
        arrays = {spelt(name): two_axes(name, value) for name, value in values.items()}
        moved, numbers = list(map(spelt, names)), size_numbers(sizes)
        return lambda *points: self._evaluated(
            {**arrays, **dict(zip(moved, points, strict=True))}, numbers
        )

    def to_python(self, shapes: Mapping[str, object] | None = None, **how: Any) -> str:
        """In Python's notation; with shapes, as it is understood with these."""
        return self._printed(PYTHON, shapes, how)

    def to_text(self, shapes: Mapping[str, object] | None = None, **how: Any) -> str:
        """As texts write it, in Unicode."""
        return self._printed(TEXT, shapes, how)

    def to_latex(self, shapes: Mapping[str, object] | None = None, **how: Any) -> str:
        """As LaTeX for KaTeX and MathJax."""
        return self._printed(LATEX, shapes, how)

    def _printed(self, style: type[Style], shapes: Mapping[str, object] | None, how: Any) -> str:
        if shapes is not None:
            reading = self.reading(shapes, **how)
            return printed(reading.tree, style, reading.shapes)
        return printed(supposed(self.tree, self.notation), style)

    def with_shapes(self, shapes: Mapping[str, object], style: str = "python", **how: Any) -> str:
        r"""The formula with a shape under every part; as "python", "text" or "latex".

        >>> print(Formula.parse("(W.T @ d) * s").with_shapes({"W": "m×n", "d": "m", "s": "n"}))
        (W.T @ d) * s
        m×n   m×1  n×1
         n×m
         └─n×1─┘
        └────n×1────┘
        """
        styles = {"python": PYTHON, "text": TEXT, "latex": LATEX}
        if style not in styles:
            raise InputError(f"a style is {', '.join(styles)}, not {style!r}.")
        reading = self.reading(shapes, **how)
        if style == "latex":
            return braced(reading.tree, reading.shapes)
        line, places = written(reading.tree, styles[style], reading.shapes)
        return diagram(line, reading.tree, places, reading.shapes)

    def __str__(self) -> str:
        return self.text if self.notation == "python" else self.to_python()

    def __repr__(self) -> str:
        return f"Formula.parse({self.text!r})"


def _refuse_beyond_reason(text: str, tree: Part) -> None:
    parts = levels = 0
    level = [tree]
    while level:
        parts += len(level)
        levels += max(len(part.factors) if isinstance(part, Chain) else 1 for part in level)
        if parts > MOST_PARTS or levels > MOST_LEVELS:
            raise FormulaError(text, tree.at[0], f"more than {MOST_PARTS} parts, or {MOST_LEVELS} "
                               "within each other, are beyond reason.")  # fmt: skip
        level = [inner for part in level for inner in parts_of(part)]
