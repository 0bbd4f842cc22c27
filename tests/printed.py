"""The value of a formula as reports print it: products by juxtaposition, ⊙, ⊗, ᵀ, σ', diag, vec.

Written for the tests alone, so that what is printed is judged by its numbers and not by the package
that printed it. Values are arrays with two axes.
"""

import re

import numpy as np

NAME = "[A-Za-zΑ-ω][A-Za-z0-9_Α-ω]*"
TOKEN = re.compile(
    rf"\s*(d{NAME}/d{NAME}|I_\([^)]*\)|I[₀-₉]+|{NAME}(?:⁽[⁰¹²³⁴-⁹]+⁾)?ₖ?'?|[0-9]+(?:\.[0-9]+)?|.)"
)
DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


class Ones:
    """1 as a vector or a matrix of ones: rows and columns are what its neighbour needs."""

    def __init__(self, turned=False, full=False):
        self.turned, self.full = turned, full


class Reader:
    """A formula over values, functions by name, and sizes for letters."""

    def __init__(self, text, values, functions, sizes):
        self.tokens = [token for token in TOKEN.findall(text) if token.strip()]
        self.values, self.functions, self.sizes = values, functions, sizes

    def peek(self):
        return self.tokens[0] if self.tokens else ""

    def take(self, expected=None):
        token = self.tokens.pop(0)
        assert expected in (None, token), (expected, token)
        return token

    def sum(self):
        sign = -1.0 if self.peek() == "-" and self.take() else 1.0
        total = self.entrywise()
        if self.peek() not in ("+", "-"):
            return total if sign == 1 else sign * number(total)
        total = sign * number(total)
        while self.peek() in ("+", "-"):
            sign = -1.0 if self.take() == "-" else 1.0
            total = total + sign * number(self.entrywise())
        return total

    def entrywise(self):
        value = self.product()
        while self.peek() in ("⊙", "⊗", "/"):
            operator, right = self.take(), self.product()
            if operator == "/":
                value = value / right
            elif operator == "⊗":
                value = np.kron(self.per_sample(value), self.per_sample(right))
            else:
                assert value.shape == right.shape
                value = value * right
        return value

    def product(self):
        value = self.factor()
        while self.peek() == "·" or (self.peek() and self.peek() not in "+-⊙⊗/),"):
            if self.peek() == "·":
                self.take()
            value = times(value, self.factor())
        return value

    def factor(self):
        value = self.atom()
        while self.peek() == "ᵀ":
            self.take()
            value = Ones(not value.turned) if isinstance(value, Ones) else value.T
        return value

    def atom(self):
        token = self.take()
        if token == "(":
            value = self.sum()
            self.take(")")
            return value
        if token in ("log", "vec"):
            value = self.factor()
            return np.log(value) if token == "log" else value.reshape(-1, 1, order="F")
        if token == "1" and self.peek() != "/":
            return Ones()
        if token[0].isdigit():
            return float(token)
        if token[0] == "I" and token not in self.values:
            return np.eye(self.size(token[1:].translate(DIGITS).strip("_()")))
        if token == "blockdiag":
            return self.blocks()
        if self.peek() == "(" and token not in self.values:
            self.take()
            argument = self.sum()
            self.take(")")
            return self.functions[token](argument)
        if token in self.values:
            return self.values[token]
        return float(self.sizes[token])

    def blocks(self):
        """One matrix for each sample, of the columns of what is written with ₖ."""
        self.take("(")
        depth, inside = 1, []
        while depth:
            inside.append(self.take())
            depth += (inside[-1] == "(") - (inside[-1] == ")")
        names = {token[:-1] for token in inside if token.endswith("ₖ")}
        count = self.values[min(names)].shape[1]
        blocks = []
        for k in range(count):
            columns = {f"{name}ₖ": self.values[name][:, [k]] for name in names}
            reader = Reader("", self.values | columns, self.functions, self.sizes)
            reader.tokens = inside[:-1]
            blocks.append(reader.sum())
        m, n = blocks[0].shape
        whole = np.zeros((m * count, n * count))
        for k, block in enumerate(blocks):
            whole[k * m : (k + 1) * m, k * n : (k + 1) * n] = block
        return whole

    def per_sample(self, value):
        """1 beside ⊗ has an entry for each sample."""
        if not isinstance(value, Ones):
            return value
        ones = np.ones((self.sizes["N"], 1))
        return ones.T if value.turned else ones

    def size(self, text):
        return int(np.prod([int(self.sizes.get(part, part)) for part in text.split("·")]))


def number(value):
    """1 beside + and - is the number."""
    return 1.0 if isinstance(value, Ones) else value


def times(left, right):
    if isinstance(left, Ones) and isinstance(right, Ones):
        return Ones(full=True)
    if isinstance(left, Ones):
        total = right.sum(axis=0, keepdims=True)
        return np.ones((len(right), 1)) @ total if left.full else total
    if isinstance(right, Ones):
        return left.sum(axis=1, keepdims=True)
    if np.ndim(left) == 0 or np.ndim(right) == 0:
        return left * right
    return left @ right


def evaluated(text, values, functions, sizes=None):
    """The value of printed text, all of it read."""
    reader = Reader(text, values, functions, sizes or {})
    value = reader.sum() if text != "1" else np.ones((1, 1))
    assert not reader.tokens or text == "1", reader.tokens
    return value
