"""Checks of layers that somebody else wrote: a right one passes, each wrong one fails as it should.

The layers here are written as a student would write them, in plain NumPy.
"""

import os
import subprocess
import sys
import unittest
from pathlib import Path

import numpy as np
import pytest

import jacobians
from jacobians import Linear, Network, ReLU, Softmax
from jacobians.checking import (
    LayerCheck,
    LayerReport,
    check_layer,
    each_layer_check,
    parametrize_with_layer_checks,
)
from jacobians.checking.layer_laws import LAWS
from layouts import InputError
from tests.cases import BATCH, BIAS, CASES, SAMPLE, WEIGHTS

x, X, W, b = SAMPLE, BATCH, WEIGHTS, BIAS


class Student:
    """A softmax that follows the protocol."""

    def __call__(self, x):
        x = np.asarray(x, dtype=float)
        e = np.exp(x - x.max(axis=0))
        return e / e.sum(axis=0)

    def jacobian(self, x, wrt=None, layout="numerator"):
        columns = self(x).reshape(len(x), -1).T
        n, N = len(x), len(columns)
        J = np.zeros((n * N, n * N))
        for k, s in enumerate(columns):
            J[n * k : n * (k + 1), n * k : n * (k + 1)] = np.diag(s) - np.outer(s, s)
        return J if layout == "numerator" else J.T

    def jvp(self, t, x, wrt=None):
        s = self(x)
        return s * t - s * (s * t).sum(axis=0)

    def vjp(self, g, x, wrt=None):
        s = self(x)
        return s * g - s * (s * g).sum(axis=0)


class Dense:
    """A linear layer that follows the protocol, with weights of its own."""

    arguments = ("x", "W", "b")

    def __init__(self, W, b):
        self.W, self.b = np.asarray(W), np.asarray(b)

    def parameters(self):
        return {"W": self.W, "b": self.b}

    def bound(self, x, W=None, b=None):
        x = np.asarray(x, dtype=float)
        return x, self.W if W is None else W, self.b if b is None else b

    def __call__(self, *inputs):
        x, W, b = self.bound(*inputs)
        return (W @ x.reshape(len(x), -1) + b[:, None]).reshape(-1, *x.shape[1:])

    def jacobian(self, *inputs, wrt=None, layout="numerator"):
        x, W, _ = self.bound(*inputs)
        A = x.reshape(len(x), -1)
        m, N = len(W), A.shape[1]
        J = {"W": np.kron(A.T, np.eye(m)), "b": np.kron(np.ones((N, 1)), np.eye(m))}.get(
            wrt, np.kron(np.eye(N), W)
        )
        return J if layout == "numerator" else J.T

    def jvp(self, t, *inputs, wrt=None):
        x, W, _ = self.bound(*inputs)
        if wrt == "b":
            return t if x.ndim == 1 else np.outer(t, np.ones(x.shape[1]))
        return t @ x if wrt == "W" else W @ t

    def vjp(self, g, *inputs, wrt=None):
        x, W, _ = self.bound(*inputs)
        if wrt == "b":
            return g.reshape(len(g), -1).sum(axis=1)
        if wrt == "W":
            return g.reshape(len(g), -1) @ x.reshape(len(x), -1).T
        return W.T @ g


RIGHT = [(Student(), x), (Student(), X), (Softmax(), X),
         (Dense(W, b), x), (Dense(W, b), X), (Dense(W, b), X, W[::-1])]  # fmt: skip


@parametrize_with_layer_checks(RIGHT)
def test_right_layers_pass_every_check(layer, check):
    check(layer)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_every_layer_of_the_toolkit_passes(case):
    report = check_layer(case.layer, *case.inputs)
    assert {check.name.partition(",")[0] for check in report.not_run} <= {
        "samples_are_columns",
        "jacobian_is_the_limit_of_differences",
    }


# --- what is wrong ------------------------------------------------------------------------------


class Scaled(Student):
    def jvp(self, t, x, wrt=None):
        return 1.001 * super().jvp(t, x)


class Elementwise(Student):
    def vjp(self, g, x, wrt=None):
        s = self(x)
        return s * (1 - s) * g


class Diagonal(Student):
    def jacobian(self, x, wrt=None, layout="numerator"):
        return np.diag(np.diag(super().jacobian(x)))


class Vector(Student):
    def jacobian(self, x, wrt=None, layout="numerator"):
        return np.diag(super().jacobian(x))


class Tensor(Dense):
    def jacobian(self, *inputs, wrt=None, layout="numerator"):
        J = super().jacobian(*inputs, wrt=wrt)
        return J.reshape(len(J), *self.W.shape, order="F") if wrt == "W" else J


class Denominator(Dense):
    def jacobian(self, *inputs, wrt=None, layout="numerator"):
        return super().jacobian(*inputs, wrt=wrt).T


class Undecided(Student):
    def jacobian(self, x, wrt=None, layout="numerator"):
        J = super().jacobian(x)
        return J if layout == "numerator" else J[::-1].T


class Columns(Student):
    def jvp(self, t, x, wrt=None):
        return super().jvp(t, x)[:, None]

    def vjp(self, g, x, wrt=None):
        return super().vjp(g, x)[:, None]


class Short(Student):
    def jvp(self, t, x, wrt=None):
        return super().jvp(t, x)[:-1]


class Whole(Student):
    """A softmax over all samples together, right in everything else that it says."""

    def __call__(self, x):
        e = np.exp(np.asarray(x, dtype=float) - np.max(x))
        return e / e.sum()

    def jacobian(self, x, wrt=None, layout="numerator"):
        s = self(x).ravel(order="F")
        return np.diag(s) - np.outer(s, s)

    def jvp(self, t, x, wrt=None):
        s = self(x)
        return s * t - s * (s * t).sum()

    vjp = jvp


class Interleaved(Student):
    """The Jacobian of a batch with the samples' rows and columns in NumPy's own order."""

    def jacobian(self, x, wrt=None, layout="numerator"):
        J = super().jacobian(x)
        order = np.arange(J.shape[0]).reshape(len(x), -1, order="F").ravel()
        return J[order][:, order]


class Blind(Student):
    def __call__(self, x):
        return super().__call__(np.nan_to_num(np.asarray(x, dtype=float)))


class Careless(Student):
    def __call__(self, x):
        value = super().__call__(x)
        x -= 1
        return value


class Greedy(Student):
    def vjp(self, g, x, wrt=None):
        pulled = super().vjp(g, x)
        x[...] = 0
        return pulled


class Truncating(Student):
    """Makes room for its value by the type of its input."""

    def __call__(self, x):
        value = np.empty_like(x)
        value[...] = super().__call__(x)
        return value


class Overwriting(Student):
    """Works in the arrays that it is handed, to save room."""

    def jvp(self, t, x, wrt=None):
        t[...] = super().jvp(t, x)
        return t

    def vjp(self, g, x, wrt=None):
        g[...] = super().vjp(g, x)
        return g


class Forgetful(Student):
    """A return forgotten, and a text for a number."""

    def jacobian(self, x, wrt=None, layout="numerator"):
        super().jacobian(x)

    def jvp(self, t, x, wrt=None):
        return "hello"

    def vjp(self, g, x, wrt=None):
        super().vjp(g, x)


class Leaving(Student):
    def vjp(self, g, x, wrt=None):
        sys.exit(0)


class Zero(Student):
    """All derivatives 0, of a value in float32: no difference of it settles."""

    def __call__(self, x):
        return np.tanh(np.asarray(x, dtype=np.float32)).astype(float)

    def jacobian(self, x, wrt=None, layout="numerator"):
        return np.zeros((np.size(x), np.size(x)))

    def jvp(self, t, x, wrt=None):
        return 0 * t

    vjp = jvp


class Upright(Zero):
    """The absolute value, with the sign wrong, at its kink."""

    def __call__(self, x):
        return np.abs(np.asarray(x, dtype=float))

    def jvp(self, t, x, wrt=None):
        return -np.sign(x) * t

    vjp = jvp


class Unnamed(Dense):
    """Names no arguments: its call does; and forgets the sum over the batch."""

    arguments = ("x",)

    def __call__(self, x, W=None, b=None):
        return super().__call__(x, W, b)

    def vjp(self, g, *inputs, wrt=None):
        return g if wrt == "b" else super().vjp(g, *inputs, wrt=wrt)


class Brief(Unnamed):
    """Its derivatives take x alone, and the parameters from the layer."""

    def jacobian(self, x, wrt=None, layout="numerator"):
        return super().jacobian(x, wrt=wrt, layout=layout)

    def jvp(self, t, x, wrt=None):
        return super().jvp(t, x, wrt=wrt)

    def vjp(self, g, x, wrt=None):
        return super().vjp(g, x, wrt=wrt)


class Single(Student):
    def jvp(self, t, x, wrt=None):
        return super().jvp(t, x).astype(np.float32)


class Cached(Student):
    """Keeps what the last call made, as many layers do, and takes it for this one's."""

    def __call__(self, x):
        self.s = super().__call__(x)
        return self.s

    def jacobian(self, x, wrt=None, layout="numerator"):
        return Student().jacobian(x)

    def jvp(self, t, x, wrt=None):
        return Student().jvp(t, x)

    def vjp(self, g, x, wrt=None):
        return self.s * g - self.s * (self.s * g).sum(axis=0)


class Raising(Student):
    def jvp(self, t, x, wrt=None):
        raise IndexError("axis 1 is out of bounds")


class Infinite(Student):
    def __call__(self, x):
        with np.errstate(divide="ignore"):
            return np.asarray(x) / 0.0


class Worded(Student):
    def __call__(self, x):
        return np.asarray(x).astype(str)


SETTLE = (
    "differences by x do not settle: the value has kinks or jumps within 0.01, or is computed in "
    "less than float64.\n"
    "There is nothing to hold the derivatives against: check the layer at another point, and "
    "compute in float64."
)
UNSETTLED = {
    "jacobian_is_the_limit_of_differences": SETTLE,
    "jvp_is_the_jacobian_times_t": SETTLE,
    "vjp_is_the_transposed_jacobian_times_g": SETTLE,
}
NONE = (
    " gives no array of real numbers. It is None. A function gives None unless it ends with return."
)
TEXT = (
    " gives no array of real numbers. Its entries are text: real numbers are wanted. "
    "np.array(answer, dtype=float) makes numbers of what can be read as such."
)
EXIT = (
    "vjp calls exit: a function gives its result by return, and a layer refuses its input by raise."
)
FORGOTTEN = {
    "vjp_is_the_transposed_jacobian_times_g, by b": (
        "It is 5×3, where (5,) is wanted.\n"
        "The sum over the batch is missing: each sample's part stands by itself.\n"
        "All 3 samples share b: add their parts up, over the last axis."
    ),
    "jvp_and_vjp_are_adjoint, by b": (
        "jvp(t) has shape (5, 3) and vjp(g) (5, 3): y has (5, 3), b has (5,)."
    ),
    "vjp_is_shaped_as_x, by b": "vjp(g) has shape (5, 3), b has (5,).",
}
WRONG = {
    "derivatives that are all 0, of a value in float32": (Zero(), X, UNSETTLED),
    "a point at a kink": (Upright(), np.zeros((3, 2)), UNSETTLED),
    "products that overwrite what they are handed": (Overwriting(), x, {
        "inputs_are_not_changed": (
            "the jvp changes t, the array that it is handed: work on a copy."
        ),
    }),
    "a return forgotten": (Forgetful(), x, {
        "jacobian_is_size_of_y_by_size_of_x": "jacobian" + NONE,
        "jacobian_is_the_limit_of_differences": "jacobian" + NONE,
        "denominator_layout_is_the_transpose": "jacobian" + NONE,
        "jvp_is_the_jacobian_times_t": "jvp" + TEXT,
        "vjp_is_the_transposed_jacobian_times_g": "vjp" + NONE,
        "jvp_and_vjp_are_adjoint": "jvp" + TEXT,
        "jvp_is_shaped_as_y": "jvp" + TEXT,
        "vjp_is_shaped_as_x": "vjp" + NONE,
        "samples_are_columns": "jacobian" + NONE,
    }),
    "a vjp that ends Python": (Leaving(), x, {
        "vjp_is_the_transposed_jacobian_times_g": EXIT,
        "jvp_and_vjp_are_adjoint": EXIT,
        "vjp_is_shaped_as_x": EXIT,
    }),
    "a parameter that `arguments` does not name": (Unnamed(W, b), X, FORGOTTEN),
    "derivatives that take x alone": (Brief(W, b), X, FORGOTTEN),
    "jvp off by a thousandth": (Scaled(), x, {
        "jvp_is_the_jacobian_times_t": (
            "jvp(t) is not J t: 4 of 4 entries differ, the first is [1]."
        ),
        "jvp_and_vjp_are_adjoint": (
            "⟨g, jvp t⟩ is 0.157945 and ⟨vjp g, t⟩ is 0.157787: one of jvp and vjp is "
            "not made of J."
        ),
    }),
    "a vjp that takes softmax for elementwise": (Elementwise(), x, {
        "vjp_is_the_transposed_jacobian_times_g": (
            "Its shape is right, (4,); 4 of 4 entries differ, the first is [1].\n"
            "The diagonal only, s ⊙ g: each y[i] depends on the other entries of x too.\n"
            "Multiply by the whole Jacobian, Jᵀ g; softmax has s ⊙ (g - sᵀ g)."
        ),
        "jvp_and_vjp_are_adjoint": (
            "⟨g, jvp t⟩ is 0.157787 and ⟨vjp g, t⟩ is 0.118564: one of jvp and vjp is "
            "not made of J."
        ),
    }),
    "the diagonal only": (Diagonal(), x, {
        "jacobian_is_the_limit_of_differences": (
            "Its shape is right, 4×4; 12 of 16 entries differ, all off the diagonal, the "
            "first is [1,2].\n"
            "The diagonal only: each y[i] depends on the other entries of x too.\n"
            "Fill in what is off the diagonal; softmax has diag(s) - s sᵀ."
        ),
    }),
    "the diagonal as a vector": (Vector(), x, {
        "jacobian_is_size_of_y_by_size_of_x": (
            "the Jacobian is (4,), where 4×4 is wanted: y has 4 entries, x has 4."
        ),
        "jacobian_is_the_limit_of_differences": (
            "It is (4,), where 4×4 is wanted.\n"
            "The diagonal only: each y[i] depends on the other entries of x too.\n"
            "Fill in what is off the diagonal; softmax has diag(s) - s sᵀ."
        ),
    }),
    "a tensor": (Tensor(W, b), x, {
        "denominator_layout_is_the_transpose, by x": (
            "the Jacobian is 5×4 in numerator layout and 5×4 in denominator layout, "
            "where 4×5 is wanted."
        ),
        "jacobian_is_size_of_y_by_size_of_x, by W": (
            "the Jacobian is (5, 5, 4), where 5×20 is wanted: y has 5 entries, W has 20.\n"
            "Through vec it has two axes: reshape it with order='F'."
        ),
        "jacobian_is_the_limit_of_differences, by W": (
            "It is (5, 5, 4), where 5×20 is wanted.\n"
            "The numbers are right, as a tensor with y's axes first, as JAX and PyTorch "
            "have it; they are not yet a matrix.\n"
            "Through vec they are 5×20: T.reshape((5, 20), order=\"F\")."
        ),
    }),
    "denominator layout throughout": (Denominator(W, b), x, {
        "jacobian_is_size_of_y_by_size_of_x, by x": (
            "the Jacobian is 4×5, where 5×4 is wanted: y has 5 entries, x has 4.\n"
            "Rows follow y, unless layout='denominator' is asked for."
        ),
        "jacobian_is_the_limit_of_differences, by x": (
            "It is 4×5, where 5×4 is wanted.\n"
            "The other layout: these are the entries of ∂y/∂x in denominator layout.\n"
            "Transpose it: in numerator layout the rows follow y."
        ),
        "denominator_layout_is_the_transpose, by x": (
            "the Jacobian is 4×5 in numerator layout and 4×5 in denominator layout, "
            "where 5×4 is wanted."
        ),
        "jacobian_is_size_of_y_by_size_of_x, by W": (
            "the Jacobian is 20×5, where 5×20 is wanted: y has 5 entries, W has 20.\n"
            "Rows follow y, unless layout='denominator' is asked for."
        ),
        "jacobian_is_the_limit_of_differences, by W": (
            "It is 20×5, where 5×20 is wanted.\n"
            "The other layout: these are the entries of ∂y/∂W in denominator layout.\n"
            "Transpose it: in numerator layout the rows follow y."
        ),
        "denominator_layout_is_the_transpose, by W": (
            "the Jacobian is 20×5 in numerator layout and 20×5 in denominator layout, "
            "where 5×20 is wanted."
        ),
        "samples_are_columns, by W": (
            "the Jacobian of 3 samples is 20×15; those of each alone, one below the "
            "other, are 60×5."
        ),
        "samples_are_columns, by b": (
            "the Jacobian of 3 samples is 5×15; those of each alone, one below the "
            "other, are 15×5."
        ),
    }),
    "layouts that are no transposes": (Undecided(), x, {
        "denominator_layout_is_the_transpose": (
            "denominator layout is not the transpose of numerator layout: 16 of 16 "
            "entries differ, the first is [1,1]."
        ),
    }),
    "products as columns": (Columns(), x, {
        "vjp_is_the_transposed_jacobian_times_g": (
            "It is 4×1, where (4,) is wanted.\n"
            "It has two axes, x has one.\n"
            "A vjp is shaped as its argument: reshape(4,)."
        ),
        "jvp_is_shaped_as_y": (
            "jvp(t) has shape (4, 1), y has (4,)."
        ),
        "vjp_is_shaped_as_x": (
            "vjp(g) has shape (4, 1), x has (4,)."
        ),
    }),
    "a jvp of another size": (Short(), x, {
        "jvp_is_the_jacobian_times_t": (
            "jvp(t) has shape (3,), J t has (4,)."
        ),
        "jvp_and_vjp_are_adjoint": (
            "jvp(t) has shape (3,) and vjp(g) (4,): y has (4,), x has (4,)."
        ),
        "jvp_is_shaped_as_y": (
            "jvp(t) has shape (3,), y has (4,)."
        ),
    }),
    "a softmax over all samples": (Whole(), X, {
        "samples_are_columns": (
            "sample 1 of a batch of 3 does not have the value that it has alone: samples "
            "are columns (n, N)."
        ),
    }),
    "samples in NumPy's order": (Interleaved(), X, {
        "jacobian_is_the_limit_of_differences": (
            "Its shape is right, 12×12; 76 of 144 entries differ, the first is [1,2].\n"
            "Row stacking for column stacking: the entries of y and of x are taken row "
            "after row.\n"
            "Take them column after column: reshape(..., order=\"F\"); by itself NumPy "
            "takes rows."
        ),
        "samples_are_columns": (
            "the Jacobian of 3 samples is not made of those of each alone, along the "
            "diagonal: 76 of 144 entries differ, the first is [1,2]."
        ),
    }),
    "NaN made a number": (Blind(), x, {
        "nan_is_not_turned_into_a_number": (
            "where an entry of x is NaN, an entry of y that depends on it is a number."
        ),
    }),
    "a forward pass that writes into x": (Careless(), x, {
        "inputs_are_not_changed": (
            "the value changes x, the array that it is handed: work on a copy."
        ),
    }),
    "a vjp that writes into x": (Greedy(), x, {
        "inputs_are_not_changed": (
            "the vjp changes x, the array that it is handed: work on a copy."
        ),
    }),
    "integers truncated": (Truncating(), x, {
        "integers_are_promoted": (
            "the value at integers is not that at the same numbers as float64."
        ),
    }),
    "float32": (Single(), x, {
        "results_are_float64": (
            "the jvp is float32: float64 is wanted."
        ),
    }),
    "a cache that is out of date": (Cached(), x, {
        "earlier_calls_leave_no_trace": (
            "the vjp is another after a call at other inputs: compute it from the inputs "
            "of the call itself."
        ),
    }),
    "a method that raises": (Raising(), x, {
        "jvp_is_the_jacobian_times_t": (
            "jvp raised IndexError on arrays (4,), (4,): axis 1 is out of bounds"
        ),
        "jvp_and_vjp_are_adjoint": (
            "jvp raised IndexError on arrays (4,), (4,): axis 1 is out of bounds"
        ),
        "jvp_is_shaped_as_y": (
            "jvp raised IndexError on arrays (4,), (4,): axis 1 is out of bounds"
        ),
    }),
    "a value that is not finite": (Infinite(), x, {
        "value_is_finite": (
            "the value is not finite at this input: check the layer at another."
        ),
    }),
    "a value that is text": (Worded(), x, {
        "value_is_finite": (
            "the layer" + TEXT
        ),
    }),
}  # fmt: skip
"""Of each wrong layer exactly the checks that fail, with their messages."""


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_layer_fails_exactly_the_checks_that_see_it(name):
    layer, point, expected = WRONG[name]
    report = check_layer(layer, point, on_fail=None)
    assert {check.name: check.message for check in report.failed} == expected
    with pytest.raises(AssertionError) as caught:
        check_layer(layer, point)
    for check, message in expected.items():
        assert f"  FAILED   {check}\n" in str(caught.value)
        for line in message.splitlines():
            assert f"             {line}\n" in str(caught.value)


def test_every_check_is_seen_to_fail():
    failing = {check.partition(",")[0] for _, _, expected in WRONG.values() for check in expected}
    assert failing == LAWS.keys()


# --- what is missing ----------------------------------------------------------------------------


class Bare:
    """Has nothing but its value, and a Jacobian that knows one layout."""

    def __call__(self, x):
        return np.tanh(x)

    def jacobian(self, x):
        return np.diag(1 - np.tanh(np.ravel(x, order="F")) ** 2)


class Todo(Student):
    def jvp(self, t, x, wrt=None):
        raise NotImplementedError


class Coupled(Whole):
    couples_samples = True


class Positional(Dense):
    def vjp(self, g, *inputs):
        return self.W.T @ g


class Sum(Student):
    """One number of all samples."""

    def __call__(self, x):
        return np.sum(x)

    def jacobian(self, x, wrt=None, layout="numerator"):
        J = np.ones((1, np.size(x)))
        return J if layout == "numerator" else J.T

    def jvp(self, t, x, wrt=None):
        return np.sum(t)

    def vjp(self, g, x, wrt=None):
        return g * np.ones(np.shape(x))


class OneSample(Student):
    def __call__(self, x):
        if np.ndim(x) > 1:
            raise ValueError("one sample, please")
        return super().__call__(x)


class Rough(Student):
    def __call__(self, x):
        return super().__call__(x).astype(np.float32)


class Choosy(Student):
    """Refuses NaN, and whole numbers with it."""

    def __call__(self, x):
        if not (np.asarray(x) % 1).all():
            raise ValueError("no whole numbers here")
        return super().__call__(x)


class Rightly(Brief):
    def vjp(self, g, x, wrt=None):
        return Dense.vjp(self, g, x, wrt=wrt)


class Alone(Student):
    """Holds a parameter that it takes from nobody."""

    def parameters(self):
        return {"scale": np.ones(4), "shift": None}


NOT_RUN = {
    "no jvp, no vjp, one layout": (Bare(), x, {
        "denominator_layout_is_the_transpose": "its jacobian takes no layout=.",
        "jvp_is_the_jacobian_times_t": "it has no jvp.",
        "vjp_is_the_transposed_jacobian_times_g": "it has no vjp.",
        "jvp_and_vjp_are_adjoint": "it has no jvp.",
        "jvp_is_shaped_as_y": "it has no jvp.",
        "vjp_is_shaped_as_x": "it has no vjp.",
    }),
    "a jvp to be written": (Todo(), x, {
        "jvp_is_the_jacobian_times_t": "its jvp is not implemented.",
        "jvp_and_vjp_are_adjoint": "its jvp is not implemented.",
        "jvp_is_shaped_as_y": "its jvp is not implemented.",
    }),
    "a vjp without wrt": (Positional(W, b), x, {
        "vjp_is_the_transposed_jacobian_times_g, by W": "its vjp takes no wrt=.",
        "jvp_and_vjp_are_adjoint, by W": "its vjp takes no wrt=.",
        "vjp_is_shaped_as_x, by W": "its vjp takes no wrt=.",
        "vjp_is_the_transposed_jacobian_times_g, by b": "its vjp takes no wrt=.",
        "jvp_and_vjp_are_adjoint, by b": "its vjp takes no wrt=.",
        "vjp_is_shaped_as_x, by b": "its vjp takes no wrt=.",
    }),
    "samples that are coupled": (Coupled(), X, {
        "samples_are_columns": "it says that it couples the samples.",
    }),
    "a number for all samples": (Sum(), X, {
        "samples_are_columns": "it does not make a column of each sample.",
    }),
    "one sample only": (OneSample(), x, {
        "samples_are_columns": "the layer raised ValueError on arrays (4, 3): one sample, please",
    }),
    "no whole numbers": (Choosy(), x, {
        "integers_are_promoted": "it takes no whole numbers for x.",
    }),
    "derivatives that do not take the parameters": (Rightly(W, b), X, {
        "integers_are_promoted, by W": "its jacobian does not take W as an input.",
        "integers_are_promoted, by b": "its jacobian does not take b as an input.",
    }),
    "a parameter that is no input": (Alone(), x, {
        "derivatives, by scale": (
            "its parameters name scale, its call does not take it: take it as an input behind the "
            "others, and name it in `arguments`."
        ),
    }),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_RUN)
def test_what_is_missing_is_reported_and_no_crash(name):
    layer, point, expected = NOT_RUN[name]
    report = check_layer(layer, point)
    assert report.passed
    assert {check.name: check.message for check in report.not_run} == expected
    with pytest.raises(AssertionError) as caught:
        check_layer(layer, point, on_skip="raise")
    for check, message in expected.items():
        assert f"  not run  {check}\n             {message}\n" in str(caught.value)


def test_at_a_kink_of_one_entry_the_others_are_still_checked():
    assert not check_layer(ReLU(), [0.0, 1.5, -2.0]).not_run

    class Leaky(Student):
        def __call__(self, x):
            return np.maximum(x, 0.0)

        def jacobian(self, x, wrt=None, layout="numerator"):
            return np.diag(np.where(np.asarray(x) > 0, 1.0, 0.01))

        def jvp(self, t, x, wrt=None):
            return np.where(np.asarray(x) > 0, 1.0, 0.01) * t

        def vjp(self, g, x, wrt=None):
            return np.where(np.asarray(x) > 0, 1.0, 0.01) * g

    at_kink = check_layer(Leaky(), [0.0, 1.5], on_fail=None)
    assert {check.name for check in at_kink.failed} == {"samples_are_columns"}
    beside = check_layer(Leaky(), [0.0, 1.5, -2.0], on_fail=None)
    assert {check.name for check in beside.failed} == {
        "samples_are_columns",
        "jacobian_is_the_limit_of_differences",
        "jvp_is_the_jacobian_times_t",
        "vjp_is_the_transposed_jacobian_times_g",
    }


def test_a_value_in_float32_is_told_though_differences_cannot_be_taken():
    report = check_layer(Rough(), x, on_fail=None)
    names = [check.name for check in report.failed]
    assert names == [*UNSETTLED, "results_are_float64"]
    assert report.failed[0].message == SETTLE


# --- how it is called ---------------------------------------------------------------------------

REFUSED = {
    "a function of NumPy": (
        lambda: check_layer(np.exp, x),
        "exp is a function without derivatives: a layer states its jacobian, jvp and vjp too. "
        "Custom(exp) makes one of it, by differences.",
    ),
    "a plain function": (
        lambda: check_layer(table, x),
        "table is a plain function: a layer states its jacobian, jvp and vjp too. Custom(table) "
        "makes one of it, by differences.",
    ),
    "a class": (
        lambda: check_layer(Softmax, x),
        "Softmax is a class: a layer is made of it, Softmax().",
    ),
    "something else": (
        lambda: check_layer(3, x),
        "3 is no layer: layer(x) is its value, and beside it stand jacobian, jvp and vjp.",
    ),
    "no point": (
        lambda: check_layer(Student()),
        "Student is checked at a point: give its inputs behind it.",
    ),
    "inputs without names": (
        lambda: check_layer(Student(), x, x),
        "Student is given 2 inputs and names x: its `arguments` names them all.",
    ),
    "an unknown argument": (
        lambda: check_layer(Dense(W, b), x, wrt="V"),
        "Dense is given no argument 'V': known are x, W, b.",
    ),
    "an option that there is not": (
        lambda: check_layer(Student(), x, on_fail="warn"),
        "on_fail is 'raise' or None, not 'warn'.",
    ),
    "a layer without its point": (
        lambda: parametrize_with_layer_checks([Softmax()]),
        "Softmax() is no layer at a point: give (layer, x), or (layer, x, …) with all its inputs.",
    ),
}


def table():
    """A plain function."""


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_layer_at_a_point_is_refused(name):
    ask, message = REFUSED[name]
    with pytest.raises(InputError) as caught:
        ask()
    assert str(caught.value) == message


def test_the_report_prints_as_text():
    report = check_layer(Todo(), x)
    assert isinstance(report, LayerReport)
    assert report.checks[0] == LayerCheck("value_is_finite", True, "")
    assert str(report) == repr(report)
    assert str(report).splitlines()[:8] == [
        "Todo",
        "  passed   value_is_finite",
        "  passed   jacobian_is_size_of_y_by_size_of_x",
        "  passed   jacobian_is_the_limit_of_differences",
        "  passed   denominator_layout_is_the_transpose",
        "  not run  jvp_is_the_jacobian_times_t",
        "             its jvp is not implemented.",
        "  passed   vjp_is_the_transposed_jacobian_times_g",
    ]
    assert str(report).splitlines()[-1] == "12 checks passed, 3 could not be run."
    broken = check_layer(Scaled(), x, on_fail=None)
    assert str(broken).splitlines()[-1] == "13 checks passed, 2 failed."
    assert report.raise_if_failed() is None
    with pytest.raises(AssertionError, match="FAILED   jvp_is_the_jacobian_times_t"):
        broken.raise_if_failed()


def test_without_a_value_nothing_else_is_checked():
    report = check_layer(Infinite(), x, on_fail=None)
    assert len(report.checks) == 1
    assert str(report).splitlines()[-1] == "0 checks passed, 1 failed."


def test_one_argument_may_be_named():
    names = [check.name for check in check_layer(Dense(W, b), x, wrt="W").checks]
    assert names == list(LAWS)
    assert len(check_layer(Dense(W, b), x).checks) == 3 * len(LAWS)


def test_whole_numbers_are_numbers_but_beside_samples_they_are_classes():
    from jacobians import SoftmaxCrossEntropy

    assert len(check_layer(Dense(W, b), [1, -2, 3, 4]).checks) == 3 * len(LAWS)
    assert len(check_layer(SoftmaxCrossEntropy(), X, [2, 0, 3]).checks) == len(LAWS)


def test_a_wrong_product_is_told_though_differences_alone_know_the_layer():
    class Entrywise(Dense):
        def vjp(self, g, *inputs, wrt=None):
            x, W, _ = self.bound(*inputs)
            return {"W": g.T @ x, "b": g.sum(axis=1)}.get(wrt, W * g)

    report = check_layer(Entrywise(W[:3, :3], b[:3]), X[:3], on_fail=None)
    said = {check.name: check.message.splitlines()[1:] for check in report.failed}
    assert said["vjp_is_the_transposed_jacobian_times_g, by x"] == [
        "A Hadamard product stands for the matrix product: M ⊙ g for Mᵀ g, y = M x.",
        "Write @: a matrix product adds up over the inner size.",
    ]
    assert said["vjp_is_the_transposed_jacobian_times_g, by W"] == [
        "The product stands in the wrong order: gᵀ M for g Mᵀ, y = W M.",
        "Pull back: for y = W M it is g Mᵀ.",
    ]


def test_every_array_that_is_handed_over_is_looked_at():
    class Backward(Overwriting):
        jvp = Student.jvp

    (failed,) = check_layer(Backward(), x, on_fail=None).failed
    assert failed.message == "the vjp changes g, the array that it is handed: work on a copy."


def test_a_layer_that_ends_python_when_it_is_called_or_asked_for_its_parameters():
    class Gone(Student):
        def __call__(self, x):
            raise SystemExit

        def parameters(self):
            raise SystemExit

    (failed,) = check_layer(Gone(), x, on_fail=None).failed
    assert failed.message == EXIT.replace("vjp", "the layer")


def test_what_the_caller_gives_is_left_as_it_is():
    given = x.copy()
    check_layer(Careless(), given, on_fail=None)
    check_layer(Greedy(), given, on_fail=None)
    assert np.array_equal(given, x)


def test_another_librarys_parameters_are_left_alone():
    class Module(Student):
        def parameters(self, recurse):
            raise RuntimeError

    assert check_layer(Module(), x).passed


def test_a_network_is_a_layer_too():
    net = Network.parse("4-3-2", activation="tanh", seed=3)
    report = check_layer(net, x)
    assert report.passed
    apart = {
        f"its parameters name {name}, its call does not take it: take it as an input behind the "
        "others, and name it in `arguments`."
        for name in net.parameters
    }
    assert {check.message for check in report.not_run} == {
        "it has no jvp.", "it has no vjp.", *apart
    }  # fmt: skip


def test_the_checks_can_be_had_one_by_one():
    checks = dict(each_layer_check(Student(), x))
    assert list(checks) == list(LAWS)
    for check in checks.values():
        check(Student())
    with pytest.raises(AssertionError):
        checks["vjp_is_the_transposed_jacobian_times_g"](Elementwise())
    with pytest.raises(unittest.SkipTest, match="its jvp is not implemented"):
        checks["jvp_is_shaped_as_y"](Todo())
    assert list(dict(each_layer_check(Linear(W), x, W)))[-1] == "earlier_calls_leave_no_trace, by W"


TESTS = """
import numpy as np
from jacobians import Tanh
from jacobians.checking import parametrize_with_layer_checks

class Bare:
    def __call__(self, x):
        return np.tanh(x)

    def jvp(self, t, x, wrt=None):
        return t

@parametrize_with_layer_checks([(Tanh(), [0.5, -1.0]), (Bare(), [0.5, -1.0])])
def test_layers(layer, check):
    check(layer)
"""


def test_pytest_makes_a_case_of_each_layer_and_check(tmp_path):
    (tmp_path / "test_layers.py").write_text(TESTS, encoding="utf-8")
    root = Path(jacobians.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider",
         f"--rootdir={tmp_path}", str(tmp_path)],
        cwd=root, capture_output=True, text=True, encoding="utf-8", check=False,
        env=os.environ | {"COLUMNS": "200"},
    )  # fmt: skip
    assert "PASSED" in done.stdout
    assert "::test_layers[Tanh(): samples_are_columns]" in done.stdout
    assert "::test_layers[Bare: jvp_is_the_jacobian_times_t] - AssertionError" in done.stdout
    assert "it has no jacobian." in done.stdout
    assert "1 failed, 22 passed, 7 skipped" in done.stdout
