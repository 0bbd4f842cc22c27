"""Points at which formulas are tried: random values whose sizes all differ, with what is assumed.

What is given is declared in one line of text:

    x: n, A: n×n symmetric, c: scalar positive, u(x): m, U(t): n×n invertible

Letters are sizes. `u(x)` stands for some smooth function of x, and so does `g(u)` for one of u; the
derivatives of such functions are known in closed form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, NamedTuple

import numpy as np

from .errors import InputError, near_names
from .formulas.functions import Function
from .formulas.scope import column_shape, plain_shape
from .layout import Layout
from .shape_text import read_shape
from .sizes import Shape, Size

__all__ = ["ASSUMPTIONS", "SIZES", "Declared", "Probe", "declared", "drawn"]

SIZES = ((4, 3, 5, 2, 6, 7), (3, 5, 2, 6, 4, 7))
"""The numbers that letters stand for, in the order in which they occur, at each probe."""


class Declared(NamedTuple):
    """One value: its name, its shape, what it is a function of, and what is assumed of it."""

    name: str
    shape: Shape
    of: tuple[str, ...]
    assumption: str


def declared(where: str) -> list[Declared]:
    """What a line of declarations says.

    Raises:
        InputError: a declaration that cannot be read.

    >>> declared("A: n×n symmetric, u(x): m")[1]
    Declared(name='u', shape=(m,), of=('x',), assumption='')
    """
    found = []
    for text in re.split(r",(?![^(]*\))", where):
        match = re.fullmatch(r"\s*(\w+)(?:\(([\w, ]+)\))?\s*:\s*(\S+)(?:\s+(\w+))?\s*", text)
        if match is None:
            raise InputError(f"{text.strip()!r} is no declaration: a name, a colon and its sizes, "
                             "A: n×n, or u(x): m for a function of x.")  # fmt: skip
        name, of, shape, assumption = match.groups(default="")
        if assumption and assumption not in ASSUMPTIONS:
            raise InputError(f"{name} is said to be {assumption}: "
                             f"{near_names(assumption, ASSUMPTIONS)}")  # fmt: skip
        arguments = tuple(each.strip() for each in of.split(",") if each.strip())
        found.append(Declared(name, read_shape(shape), arguments, assumption))
    return found


def positive(draw: Any, p: int, q: int) -> Any:
    """Entries from ½ to 1½."""
    return draw.uniform(0.5, 1.5, (p, q))


def symmetric(draw: Any, p: int, q: int) -> Any:
    """A + Aᵀ."""
    A = draw.standard_normal((p, q))
    return A + A.T


def definite(draw: Any, p: int, q: int) -> Any:
    """A Aᵀ + I, symmetric and positive definite."""
    A = draw.standard_normal((p, q))
    return A @ A.T + np.eye(p)


def invertible(draw: Any, p: int, q: int) -> Any:
    """Far from singular and far from symmetric, its determinant positive."""
    return 2.0 * np.eye(p) + draw.uniform(-0.5, 0.5, (p, q))


def bits(draw: Any, p: int, q: int) -> Any:
    """Zeros and ones, both of them."""
    B = (np.arange(p * q) % 2.0).reshape(p, q)
    return draw.permuted(B, axis=0)


def one_hot(draw: Any, p: int, q: int) -> Any:
    """Columns of the identity."""
    return np.eye(p)[:, draw.integers(p, size=q)]


def free(draw: Any, p: int, q: int) -> Any:
    """Nothing is assumed; no entry is near zero, where kinks are."""
    return draw.choice((-1.0, 1.0), (p, q)) * draw.uniform(0.3, 1.7, (p, q))


ASSUMPTIONS: dict[str, Callable[[Any, int, int], Any]] = {
    "": free,
    "positive": positive,
    "symmetric": symmetric,
    "definite": definite,
    "invertible": invertible,
    "tall": free,
    "bits": bits,
    "class": one_hot,
}
"""What may be assumed of a value; a tall matrix has more rows than columns."""


class Smooth(NamedTuple):
    """Some smooth function `vec u = c + sin(C v) + D v`, v the stacked entries of its arguments."""

    shape: Shape
    c: Any
    C: Any
    D: Any

    def shape_of(self, *_: Shape) -> Shape:
        """The shape of its value, whatever those of its arguments."""
        return self.shape

    def value(self, *arguments: Any) -> Any:
        """The value, of matrices on the last two axes."""
        front = np.broadcast_shapes(*(a.shape[:-2] for a in arguments))
        stacked = [
            np.broadcast_to(a, (*front, *a.shape[-2:])).swapaxes(-1, -2).reshape(*front, -1, 1)
            for a in arguments
        ]
        v = np.concatenate(stacked, axis=-2)
        u = self.c + np.sin(self.C @ v) + self.D @ v
        rows, columns = self.shape
        return u.reshape(*front, columns, rows).swapaxes(-1, -2)

    def jacobian(self, v: Any) -> Any:
        """`diag(cos(C v)) C + D`, numerator layout."""
        return np.cos(self.C @ v) * self.C + self.D

    def second(self, v: Any) -> Any:
        """`-sin(Cᵢ v) Cᵢ Cᵢᵀ` of each entry i: (size u, size v, size v)."""
        return -np.sin(self.C @ v)[:, :, None] * self.C[:, :, None] * self.C[:, None, :]


class Probe(NamedTuple):
    """Values at one point."""

    values: dict[str, Any]
    """Of what is free, as matrices."""
    functions: dict[str, Function]
    """The functions behind `u(x)`."""
    let: dict[str, str]
    """What they make of their arguments: u is some function of x."""
    sizes: dict[str, int]
    smooth: dict[str, tuple[Smooth, tuple[str, ...]]]

    def symbols(self, layout: Layout, value: Callable[[str], Any]) -> dict[str, Any]:
        """The values of `∂u/∂x` and `∂²u/∂x∂y`, as the layout writes them.

        Args:
            layout: the layout.
            value: the value of a name, whatever it stands for.
        """
        found = {}
        for name, (function, of) in self.smooth.items():
            arguments = [value(each) for each in of]
            v = np.concatenate([a.reshape(-1, 1, order="F") for a in arguments])
            ends = np.cumsum([0, *(a.size for a in arguments)])
            place = {each: slice(*ends[k : k + 2]) for k, each in enumerate(of)}
            shapes = {each: plain_shape(a.shape) for each, a in zip(of, arguments, strict=True)}
            u, J, H = plain_shape(function.shape), function.jacobian(v), function.second(v)
            for x in of:
                found[f"∂{name}/∂{x}"] = layout.tabulated(J[:, place[x]], u, shapes[x])
            for x, y in product(of, repeat=2):
                block = H[:, place[x], place[y]]
                if block.shape[1:] == (1, 1):
                    found[f"∂²{name}/∂{x}∂{y}"] = layout.tabulated(block[:, :, 0], u, ())
                elif u == ():
                    found[f"∂²{name}/∂{x}∂{y}"] = layout.arrange(block[0].T)
        return found


def drawn(
    given: Sequence[Declared], seed: str, numbers: Sequence[int], let: Container[str] = ()
) -> Probe:
    """A probe.

    Args:
        given: what is declared.
        seed: names the probe; the same name draws the same values.
        numbers: for the letters, in the order in which they occur.
        let: the names that stand for formulas: declared for their shape, but not drawn.
    """
    draw = np.random.default_rng(list(seed.encode()))
    sizes = dict(zip(letters_of(given), numbers, strict=False))
    for each in given:
        if each.assumption == "tall":
            rows, columns = map(str, each.shape)
            sizes[columns], sizes[rows] = sorted((sizes[rows], sizes[columns]))
    probe = Probe({}, {}, {}, sizes, {})
    for name, shape, of, assumption in given:
        p, q = (int(size) for size in column_shape(numbers_of(shape, sizes)))  # type: ignore[arg-type]
        if name in let:
            continue
        if not of:
            probe.values[name] = ASSUMPTIONS[assumption](draw, p, q)
            continue
        entries = [p * q, sum(_size(given, each, sizes) for each in of)]
        smooth = _smooth(draw, (p, q), entries, assumption)
        probe.smooth[name] = (smooth, of)
        rule = Function(smooth.shape_of, smooth.value, smooth.value, (len(of), len(of)))
        probe.functions[f"some_{name}"] = rule
        probe.let[name] = f"some_{name}({', '.join(of)})"
    return probe


def _smooth(draw: Any, shape: tuple[int, int], entries: list[int], assumption: str) -> Smooth:
    """A function of that shape: invertible ones are near 3 I, positive ones near 3."""
    c = draw.standard_normal((entries[0], 1))
    C, D = draw.standard_normal((2, *entries))
    if assumption == "invertible":
        return Smooth(shape, 3.0 * np.eye(shape[0]).reshape(-1, 1), 0.4 * C, 0.4 * D)
    if assumption == "positive":
        return Smooth(shape, np.full_like(c, 3.0), C, 0.2 * D)
    return Smooth(shape, c, C, D)


def _size(given: Sequence[Declared], name: str, sizes: Mapping[str, int]) -> int:
    for each in given:
        if each.name == name:
            return prod(numbers_of(each.shape, sizes))
    raise InputError(f"{name} is the argument of a function and is not declared.")


def letters_of(given: Sequence[Declared]) -> list[str]:
    """The letters of all shapes, in the order in which they occur."""
    found = (str(size) for each in given for size in each.shape if isinstance(size, Size))
    return list(dict.fromkeys(found))


def numbers_of(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """A shape with a number for every letter."""
    return tuple(sizes[str(size)] if isinstance(size, Size) else size for size in shape)
