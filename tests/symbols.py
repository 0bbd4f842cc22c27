"""SymPy in the place of NumPy, for the plain functions of references.py, and exact numbers.

Nothing here comes from the packages: symbols are matched to those of a result by their names.
"""

import mpmath
import numpy as np
import sympy as sp

DIGITS = 30


class Entries(np.ndarray):
    """An array of symbols; its comparisons are conditions, not answers."""

    def __gt__(self, other):
        return np.greater(self, other, dtype=object)

    def __lt__(self, other):
        return np.less(self, other, dtype=object)

    def __le__(self, other):
        return np.less_equal(self, other, dtype=object)


def entries(name, shape):
    """Real symbols `name[1,2]`."""
    array = np.empty(shape, dtype=object)
    for index in np.ndindex(array.shape):
        place = ",".join(str(k + 1) for k in index)
        array[index] = sp.Symbol(f"{name}[{place}]" if place else name, real=True)
    return array.view(Entries)


def rational(number):
    """The decimal that a float is written as."""
    return sp.Rational(repr(float(number)))


def exact(expression):
    """The expression with the decimals that its floats are written as."""
    expression = sp.sympify(expression)
    return expression.xreplace({f: rational(f) for f in expression.atoms(sp.Float)})


def each(function):
    return np.frompyfunc(lambda entry: function(exact(entry)), 1, 1)


class Module:
    """What the references ask of the module that computes."""

    exp, log, tanh, sin, sqrt = map(each, (sp.exp, sp.log, sp.tanh, sp.sin, sp.sqrt))
    abs, sum, mean, dot, outer, ones = np.abs, np.sum, np.mean, np.dot, np.outer, np.ones
    array, concatenate, stack, reshape, pi = (
        np.array, np.concatenate, np.stack, np.reshape, sp.pi,
    )  # fmt: skip

    @staticmethod
    def where(condition, then, otherwise):
        pieces = np.frompyfunc(lambda c, a, b: sp.Piecewise((a, c), (b, True)), 3, 1)
        return pieces(condition, then, otherwise)


ERF = each(sp.erf)


def stacked(array):
    """vec: the entries column by column, as a SymPy column."""
    return sp.Matrix([exact(entry) for entry in np.ravel(np.asarray(array), order="F")])


def explicit_jacobian(y, x):
    """SymPy's own: every entry of y differentiated by every entry of x."""
    return stacked(y).jacobian(stacked(x))


def at(names, values):
    """Exact numbers for the symbols of arrays."""
    return {
        symbol: rational(value)
        for name, array in zip(names, values, strict=True)
        for symbol, value in zip(np.ravel(entries(name, np.shape(array))), np.ravel(array),
                                 strict=True)
    }  # fmt: skip


def program_value(matrix, numbers, digits=DIGITS):
    """A matrix of long expressions at exact numbers: each part that returns is computed once."""
    names = {symbol: sp.Symbol(f"x{k}", real=True) for k, symbol in enumerate(numbers)}
    program = sp.lambdify([*names.values()], matrix.xreplace(names), "mpmath", cse=True)
    with mpmath.workdps(digits):
        values = program(*(mpmath.mpf(n.p) / n.q for n in numbers.values()))
        return np.array(values.tolist(), dtype=float)


def equal_at(J, expected, numbers, digits=DIGITS):
    """Whether two matrices agree to so many digits at exact numbers."""
    if J.shape != expected.shape:
        return False
    for ours, theirs in zip(J, expected, strict=True):
        if ours == theirs:
            continue
        difference = sp.N((ours - theirs).xreplace(numbers), digits, chop=True)
        scale = 1 + abs(sp.N(sp.sympify(theirs).xreplace(numbers), digits))
        if not abs(difference) < sp.Float(10) ** (5 - digits) * scale:
            return False
    return True
