"""Random formulas that conform, in Python's notation, and a value for every name of theirs.

Sizes are all different and none is 1, so that nothing fits by chance. Every formula stands in more
brackets than it needs: printers have to find out which.
"""

from random import Random

import numpy as np

SCALAR = (1, 1)
SHAPES = {
    "W2": (2, 3), "V": (3, 5), "A": (3, 3), "B": (3, 3), "S1": (2, 2), "D": (5, 5), "x": (3, 1),
    "y": (3, 1), "delta2": (3, 1), "b": (2, 1), "z1": (5, 1), "c": SCALAR, "theta3": SCALAR,
}  # fmt: skip
SIZES = (2, 3, 5)
NUMBERS = ("2", "3", "0.5", "1e-2")
EXPONENTS = ("2", "3", "-1", "(-2)", "0.5", "(1 / 2)", "(-1 / 2)")


def random_values(seed):
    """A value for every name: no entry is near 0, and no matrix near a singular one."""
    random = np.random.default_rng(seed)
    return {
        name: random.uniform(0.3, 1.0, shape) + np.eye(*shape) * (shape[0] == shape[1])
        for name, shape in SHAPES.items()
    }


class RandomFormulas:
    """Formulas of a wanted shape, as text, drawn one after the other."""

    def __init__(self, seed, shapes=SHAPES):
        self.random, self.shapes = Random(seed), shapes

    def without_some_brackets(self, text):
        """The text with pairs of brackets left out, apart from those of functions."""
        opened, left_out = [], set()
        for k, sign in enumerate(text):
            if sign == "(":
                opened.append(k)
            elif sign == ")":
                start = opened.pop()
                function = text[start - 1 : start].isalnum()
                if not function and self.random.random() < 0.6:
                    left_out |= {start, k}
        return "".join(sign for k, sign in enumerate(text) if k not in left_out)

    def any(self, depth):
        """A formula with so many operations within each other at most."""
        shape = self.random.choice([*self.shapes.values()])
        return self.of(self.random.choice([shape, shape, shape[::-1]]), depth)

    def of(self, shape, depth):
        ways = [self.sum, self.scaled, self.product, self.by_entries, self.turned, self.power]
        if shape == SCALAR:
            ways += 3 * [self.number]
        elif shape[0] == shape[1]:
            ways += 3 * [self.square]
        elif shape[1] == 1:
            ways += 2 * [self.column]
        elif shape[1] == 5:
            ways += [self.blocks]
        way = self.leaf if depth == 0 or self.random.random() < 0.1 else self.random.choice(ways)
        return way(shape, depth - 1)

    def one_of(self, *texts):
        return self.random.choice(texts)

    def size(self):
        return self.random.choice(SIZES)

    def leaf(self, shape, depth):
        names = [name for name, each in self.shapes.items() if each == shape]
        turned = [f"{name}.T" for name, each in self.shapes.items() if each[::-1] == shape]
        if shape == SCALAR:
            return self.one_of(*names, *names, *turned, *NUMBERS)
        made = [f"eye({shape[0]})"] * (shape[0] == shape[1]) + ["(3, 1, 2)"] * (shape == (1, 3))
        ones = f"ones({shape[0]})" if shape[1] == 1 else f"ones({shape[0]}, {shape[1]})"
        return self.one_of(*names, *names, *turned, *made, ones)

    # Operators.

    def sum(self, shape, depth):
        left, right = self.of(shape, depth), self.one_of("1", *[self.of(shape, depth)] * 9)
        sign = self.one_of("+", "-")
        return self.one_of(f"({left} {sign} {right})", f"({right} {sign} {left})")

    def scaled(self, shape, depth):
        X, c = self.of(shape, depth), self.of(SCALAR, depth)
        return self.one_of(f"({c} * {X})", f"({X} * {c})", f"({X} / {c})", f"(-{X})")

    def product(self, shape, depth):
        n = self.size()
        return f"({self.of((shape[0], n), depth)} @ {self.of((n, shape[1]), depth)})"

    def by_entries(self, shape, depth):
        X, Y = self.of(shape, depth), self.of(shape, depth)
        return self.one_of(f"({X} * {Y})", f"({X} / {Y})", f"exp({X})", f"sin({X})", f"sqrt({X})")

    def turned(self, shape, depth):
        return f"({self.of(shape[::-1], depth)}).T"

    def power(self, shape, depth):
        return f"(({self.of(shape, depth)})**{self.one_of(*EXPONENTS)})"

    # Functions.

    def number(self, shape, depth):
        n, p, q = self.size(), self.size(), self.size()
        A, X, Y = self.of((n, n), depth), self.of((p, q), depth), self.of((p, q), depth)
        return self.one_of(
            f"det({A})", f"tr({A})", f"tr(kron({A}, {A}))", f"log(det({A} @ {A}.T))", f"sum({X})",
            f"norm({X})", f"abs({self.of(SCALAR, depth)})", f"(vec({X}).T @ vec({Y}))",
        )  # fmt: skip

    def square(self, shape, depth):
        A, u, v = (self.of(each, depth) for each in (shape, (shape[0], 1), (shape[0], 1)))
        return self.one_of(
            f"inv({A})", f"({A} @ inv({A}).T)", f"matrix_power({A}, 2)", f"matrix_power({A}, -3)",
            f"pinv({A})", f"diag({u})", f"outer({u}, {v})",
        )  # fmt: skip

    def column(self, shape, depth):
        n, p, q = shape[0], self.size(), self.size()
        A, X, row = (self.of(each, depth) for each in ((n, p), (p, q), (1, q)))
        return self.one_of(
            f"diag({self.of((n, n), depth)})",
            f"(kron({row}, {A}) @ vec({X}))",
            f"(kron({A}, {row}) @ commutation_matrix({q}, {p}) @ vec({X}.T))",
        )

    def blocks(self, shape, depth):
        return f"hstack({self.of((shape[0], 2), depth)}, {self.of((shape[0], 3), depth)})"
