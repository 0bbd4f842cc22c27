"""Products of matrices, and the number xᵀ A y.

    value            differential                 by                 Jacobian      structure
    Z = A B          dA B + A dB                  A  (m, k)          Bᵀ ⊗ I_m      Kronecker
                                                  B  (k, n)          I_n ⊗ A       Kronecker (n=1: A)
    z = xᵀ A y       dxᵀ A y + xᵀ dA y + xᵀ A dy  x  (m,)            (A y)ᵀ        dense, a row
                                                  A  (m, n)          yᵀ ⊗ xᵀ       Kronecker
                                                  y  (n,)            xᵀ A          dense, a row

B may be a vector, (k,). Weights W shared by all samples are `MatrixProduct(shared=("A",))`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from layouts.errors import ShapeError
from layouts.sizes import Shape, by

from ..operators import Dense, Identity, Kronecker
from ..rule import Names, Rule
from ..typography import transposed
from .base import written
from .joint import Joint, as_column, computed
from .linear import kron

__all__ = ["BilinearForm", "MatrixProduct"]


class MatrixProduct(Joint):
    """A B, of two matrices or of a matrix and a vector.

    Args:
        shared: which of A and B all samples share.

    Raises:
        LayoutError: A is no matrix, or has not as many columns as B has rows.

    >>> A, B = np.ones((2, 3)), np.ones((3, 4, 5))  # one matrix for all, five samples of the other
    >>> product = MatrixProduct(shared=("A",))
    >>> product(A, B).shape
    (2, 4, 5)
    >>> print(product.jacobian(A, B, wrt="B"))
    ∂y/∂B = I₅ ⊗ (I₄ ⊗ A)   40×60, Kronecker, numerator layout
    >>> print(product.jacobian(A, B[:, 0], wrt="A"))
    ∂y/∂x = Bᵀ ⊗ I₂   10×6, Kronecker, numerator layout
    """

    arguments = ("A", "B")
    axes: ClassVar = {"A": (2,), "B": (1, 2)}
    depends_on: ClassVar = {"A": ("B",), "B": ("A",)}

    def at_once(self, *shapes: Shape) -> bool:
        """Vectors of the samples are the columns of one matrix."""
        columns = self.shared == {"A"} and len(shapes[1]) == 2
        return columns or super().at_once(*shapes)

    def sample_shape(self, A: Shape, B: Shape) -> Shape:
        if len(A) != 2 or len(B) not in (1, 2):
            raise ShapeError(f"A has shape {A}, B {B}: a product takes a matrix and a matrix or a "
                             "vector.")  # fmt: skip
        if A[1] != B[0]:
            raise ShapeError(f"A is {by(A)}, B {written(B)}: A B needs as many columns of A as "
                             f"rows of B, not {A[1]} and {B[0]}.")  # fmt: skip
        return (A[0], *B[1:])

    def sample_value(self, A: Any, B: Any) -> Any:
        return A @ B

    def sample_rules(self, A: Any, B: Any, *, names: Names) -> Mapping[str, Rule]:
        a, b = names.inputs
        m, n = A.shape[0], B.shape[1] if B.ndim == 2 else 1
        # fmt: off
        return {
            #         Jacobian                                                 JVP                 VJP
            "A": Rule(lambda: Kronecker(Dense(as_column(B), b).T, Identity(m)), lambda dA: dA @ B, lambda g: as_column(g) @ as_column(B).T),
            "B": Rule(lambda: kron(Identity(n), Dense(A, a)),                   lambda dB: A @ dB, lambda g: A.T @ g),
        }
        # fmt: on

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return " ".join(self.written(names, shapes))

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        A, B = shapes if self.at_once(*shapes) else self.without_samples(shapes)
        each = "" if self.at_once(*shapes) else self.for_each_sample(shapes)
        return f"`{by(A)} · {written(B)}`{each}"


class BilinearForm(Joint):
    """xᵀ A y, a vector of one entry.

    Args:
        shared: which of x, A and y all samples share.

    Raises:
        LayoutError: x and y are no vectors, or A is not (size of x)×(size of y).

    >>> x, A, y = [1.0, 2.0], [[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]], [1.0, 1.0, 5.0]
    >>> BilinearForm()(x, A, y)
    array([17.])
    >>> print(BilinearForm().jacobian(x, A, y, wrt="A"))
    ∂y/∂A = yᵀ ⊗ xᵀ   1×6, Kronecker, numerator layout
    """

    arguments = ("x", "A", "y")
    axes: ClassVar = {"x": (1,), "A": (2,), "y": (1,)}
    depends_on: ClassVar = {"x": ("A", "y"), "A": ("x", "y"), "y": ("x", "A")}

    def sample_shape(self, x: Shape, A: Shape, y: Shape) -> Shape:
        if (len(x), len(y)) != (1, 1) or (*x, *y) != A:
            raise ShapeError(f"x, A and y have shapes {x}, {A} and {y}: xᵀ A y takes two vectors "
                             "and a matrix with a row for each entry of x and a column for each "
                             "of y.")  # fmt: skip
        return (1,)

    def sample_value(self, x: Any, A: Any, y: Any) -> Any:
        return np.array([x @ A @ y])

    def sample_rules(self, x: Any, A: Any, y: Any, *, names: Names) -> Mapping[str, Rule]:
        xn, An, yn = names.inputs
        m, n = A.shape
        # fmt: off
        return {
            #         Jacobian                                                                                      JVP                                VJP
            "x": Rule(lambda: Dense(computed((m, 1), lambda A, y: (A @ y)[:, None], A, y), f"{An} {yn}").T,          lambda dx: np.array([dx @ A @ y]), lambda g: A @ y * g),
            "A": Rule(lambda: Kronecker(Dense(as_column(y), yn).T, Dense(as_column(x), xn).T),                      lambda dA: np.array([x @ dA @ y]), lambda g: np.outer(x, y) * g),
            "y": Rule(lambda: Dense(computed((1, n), lambda x, A: (x @ A)[None], x, A), f"{transposed(xn)} {An}"),  lambda dy: np.array([x @ A @ dy]), lambda g: x @ A * g),
        }
        # fmt: on

    def formula(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        x, A, y = self.written(names, shapes)
        return f"{transposed(x)} {A} {y}"

    def remark(self, names: Names, shapes: tuple[Shape, ...]) -> str:
        return "a number" + self.for_each_sample(shapes)
