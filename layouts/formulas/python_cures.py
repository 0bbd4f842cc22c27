"""What is written instead of what Python has, and formulas in Python's notation have not.

A ^ B  A | B  x²  ∂L        signs: the power **, hstack(A, B), d(L, W)
np.dot(a, b)  W.transpose()  NumPy's names for what has a sign here: a @ b, .T
np.exp(x)  x.sum()          functions here, without anything before them
"""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Mapping

from ..errors import near_names

__all__ = ["CURES", "EXPECTED", "OPERATOR", "cause_of", "cure_of_attribute", "cure_of_call"]

EXPECTED = "a name, a number, a bracket or a function"
OPERATOR = "an operator: @, *, /, +, - or **"
BARS = (
    "blocks beside each other are written hstack(A, B), a determinant |A| det(A), "
    "a norm ||x|| norm(x)."
)
CURES = {
    ast.BitXor: "a power is written **, and a transpose W.T.",
    ast.FloorDiv: "a quotient is written /.",
    ast.Mod: "% is no operator of matrices.",
    ast.BitOr: BARS,
}
"""Of operators that Python reads."""
CURES_OF_SIGNS = {
    "∂": "a derivative is written d(L, W).",
    "∇": "a gradient is written grad(L, W).",
    "'\"": "a transpose is written W.T.",
    "²³⁻¹": "a power is written **.",
    "₀₁₂₃₄₅₆₇₈₉": "a number below the line is written W2 or W[2].",
    "×": "a product is written @, entry by entry *.",
    "∘": "a product entry by entry is written *.",
    "⊗": "a Kronecker product is written kron(A, B).",
    "∑": "the sum of all entries is written sum(X).",
    "√": "a root is written sqrt(x).",
    "|": BARS,
}
"""Of signs that Python does not read."""
MODULES = ("np", "numpy", "jnp", "math", "scipy", "torch", "linalg")
SIGNS = {
    **dict.fromkeys(["dot", "matmul"], "a @ b"),
    **dict.fromkeys(["multiply", "mul"], "a * b"),
    **dict.fromkeys(["divide", "true_divide"], "a / b"),
    "add": "a + b",
    "subtract": "a - b",
    **dict.fromkeys(["power", "pow"], "a ** 2"),
    "square": "a ** 2",
    **dict.fromkeys(["transpose", "t"], ".T"),
    **dict.fromkeys(["inner", "vdot"], "a.T @ b"),
    "trace": "tr(X)",
    "identity": "eye(n)",
    **dict.fromkeys(["ravel", "flatten"], "rvec(X)"),
    **dict.fromkeys(["hstack", "concatenate", "column_stack"], "hstack(A, B)"),
    **{name: f"{name}(n)" for name in ("ones", "zeros", "eye")},
}
"""What NumPy's functions and methods are written as."""
ARGUMENTS = {1: "x", 2: "a, b"}


def cause_of(problem: SyntaxError, code: str, column: int) -> str:
    """Why Python's parser stopped at a column, in terms of formulas."""
    sign = code[column : column + 1]
    for signs, cure in CURES_OF_SIGNS.items():
        if sign and sign in signs:
            return cure
    cause = (problem.msg or "it cannot be read").rstrip(".")
    if "'='" in cause or "assignment" in cause:
        cause = "the = of an equation stands outside brackets"
    elif "null byte" in cause:
        cause = "a character has no meaning here"
    elif cause == "invalid syntax":
        follows = re.search(r"[\w)\]]$", code[:column].rstrip())
        cause = f"expected is {OPERATOR if follows and sign else EXPECTED}"
    elif cause.startswith("invalid syntax"):
        cause = "an operator or a comma is missing in what begins here"
    elif cause.endswith("decimal literal"):
        cause = "between a number and a name stands an operator, 2 * x"
    return f"{cause}."


def cure_of_call(node: ast.Call, functions: Mapping[str, object], names: Container[str]) -> str:
    """What is written instead of a function of a module, or of a method; "" of other calls.

    >>> call = ast.parse("np.linalg.inv(A)", mode="eval").body
    >>> cure_of_call(call, {"inv": None}, ())
    'np.linalg.inv is written inv(x), without np.linalg.'
    """
    if not isinstance(node.func, ast.Attribute) or node.func.attr == "T":
        return ""
    attribute, module = node.func.attr, module_of(node.func.value, names)
    if attribute in SIGNS:
        return f"{module}.{attribute} is written {SIGNS[attribute].rstrip('.')}."
    if attribute in functions:
        arguments = ARGUMENTS.get(len(node.args) + (not module), "…")
        without = f", without {module}" if module else ""
        return f"{module}.{attribute} is written {attribute}({arguments}){without}."
    if module:
        return f"{attribute} is no function that is known here: {near_names(attribute, functions)}"
    return cure_of_attribute(attribute)


def cure_of_attribute(attribute: str) -> str:
    """What is said of an attribute that is no transpose."""
    return f".{attribute} is unknown: a transpose is written .T."


def module_of(node: ast.expr, names: Container[str]) -> str:
    """The module that an attribute is looked up in, np.linalg; "" if it is one of a value."""
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    is_module = isinstance(root, ast.Name) and root.id in MODULES and root.id not in names
    return ast.unparse(node) if is_module else ""
