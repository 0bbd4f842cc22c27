"""The formulas without matrices, evaluated as printed, against central differences of the loss.

The evaluator, the networks and the losses are those of `tests.formulas`: nothing of them is ours.
"""

import re

import numpy as np
import pytest

from jacobians import Network, dimension_trace
from tests.formulas import FUNCTIONS, by_differences, evaluated, loss_at

NETWORKS = [
    ("2-3-2", ["relu", "sigmoid"], "half_squared_error", "sum"),
    ("4-3-2-5", ["tanh", "sin", "identity"], "mean_squared_error", "mean"),
    ("2-4-3", ["sigmoid", "softmax"], "cross_entropy", "mean"),
    ("3-2-4", ["tanh", "log_softmax"], "squared_error", "mean"),
    ("3-5-2", ["softplus", "identity"], "softmax_cross_entropy", "sum"),
    ("2-3-4", ["tanh", "sigmoid"], "binary_cross_entropy", "mean"),
    ("3-2-3", ["softmax", "tanh"], "binary_cross_entropy_with_logits", "sum"),
    ("4-2-3", ["tanh", "tanh"], "absolute_error", "mean"),
    ("2-5-3", ["exp", "identity"], "huber", "sum"),
    ("1-1-1", ["tanh", "tanh"], "half_squared_error", "sum"),
    ("2-3", ["square"], "mean_squared_error", "sum"),
]
ROW = re.compile(r"\| `([^`]+)` \| = `([^`]+)` \| `([^`]+)` \|")


class Case:
    """A network of ours beside the same one in plain NumPy."""

    def __init__(self, sizes, activations, loss, reduction, samples):
        self.net = Network.parse(sizes, activations, loss, seed=3, reduction=reduction)
        x, y = self.net.example(samples)
        values = self.net.values(x, y)
        self.values = {
            name: np.asarray(value, dtype=float).reshape(len(value), -1)
            for name, value in values.items()
            if np.ndim(value)
        }
        shape = [int(size) for size in sizes.split("-")]
        self.loss = lambda point: loss_at(shape, activations, loss, reduction, point)
        self.samples = samples or 1

    def gradient(self, wrt):
        at = self.values[wrt]
        return by_differences(lambda moved: self.loss({**self.values, wrt: moved}), at)

    def trace(self, **asked):
        return dimension_trace(self.net, samples=self.samples, **asked)

    def sweep(self, trace):
        """The lines of the part without matrices: name, formula, value, printed shape."""
        part = trace.to_markdown().split("WITHOUT THE MATRICES")[1].split("\n## ")[0]
        known, lines = dict(self.values), []
        for name, formula, shape in ROW.findall(part):
            known[name] = evaluated(formula, known)
            lines.append((name, formula, known[name], shape))
        return lines, known


def cases():
    for sizes, activations, loss, reduction in NETWORKS:
        for samples in (None, 4):
            yield pytest.param(
                Case(sizes, activations, loss, reduction, samples),
                id=f"{sizes} {','.join(activations)} {loss} {reduction}, {samples or 1}",
            )


CASES = list(cases())


@pytest.mark.parametrize("case", CASES)
def test_every_line_of_the_sweep_has_the_printed_shape_and_the_last_is_the_gradient(case):
    for wrt in case.net.parameters:
        lines, _ = case.sweep(case.trace(wrt=wrt))
        for name, formula, value, shape in lines:
            assert "×".join(map(str, value.shape)) == shape, f"{name} = {formula}"
        assert lines[-1][0] == f"∂L/∂{wrt}"
        np.testing.assert_allclose(lines[-1][2], case.gradient(wrt), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("case", CASES)
def test_the_bias_beside_the_weights_is_its_gradient_too(case):
    lines, _ = case.sweep(case.trace(wrt="W1"))
    (bias,) = [value for name, _, value, _ in lines if name == "∂L/∂b1"]
    np.testing.assert_allclose(bias, case.gradient("b1"), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("wrt", ["W1", "b1", "a0", "z1", "a1"])
def test_the_collapsed_form_in_json_is_the_gradient_in_its_own_layout(case, wrt):
    trace = case.trace(wrt=wrt)
    _, known = case.sweep(trace)
    numerator, denominator = trace.to_dict()["derivatives"]
    gradient = known[f"∂L/∂{wrt}"]
    for derivative, expected in ((denominator, gradient), (numerator, gradient.T)):
        value = evaluated(derivative["collapsed"], known)
        np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-12)
        assert list(value.shape) == derivative["gradient_shape"]
    if wrt in ("W1", "b1", "a0"):
        np.testing.assert_allclose(gradient, case.gradient(wrt), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("entry", [(0, 0), (2, 1)])
@pytest.mark.parametrize("samples", [None, 4])
def test_one_entry_is_that_entry_of_the_gradient(entry, samples):
    case = Case("2-3-2", ["tanh", "sigmoid"], "half_squared_error", "sum", samples)
    lines, _ = case.sweep(case.trace(wrt="W1", entry=entry))
    np.testing.assert_allclose(lines[-1][2], [[case.gradient("W1")[entry]]], rtol=1e-6, atol=1e-9)
    assert lines[-1][3] == "1×1"


@pytest.mark.parametrize(
    ("activation", "loss"),
    [("softmax", "cross_entropy"), ("sigmoid", "binary_cross_entropy"),
     ("identity", "half_squared_error")],
)  # fmt: skip
@pytest.mark.parametrize("samples", [None, 4])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_where_layer_and_loss_match_the_delta_that_is_claimed_is_the_delta(
    activation, loss, samples, reduction
):
    case = Case("3-4-2", ["tanh", activation], loss, reduction, samples)
    trace = case.trace(wrt="W1")
    lines, known = case.sweep(trace)
    text = " ".join(str(trace).split())
    claimed = re.search(r"(?:match:|Here) δ2 = ([^,.]+)[,.]", text)
    assert claimed, text
    np.testing.assert_allclose(evaluated(claimed[1], known), known["δ2"], rtol=1e-6, atol=1e-9)
    assert lines[0][0] == "δ2"


def test_where_layer_and_loss_do_not_match_the_report_says_so():
    case = Case("3-4-2", ["tanh", "sigmoid"], "half_squared_error", "sum", None)
    text = " ".join(str(case.trace(wrt="W1")).split())
    assert "δ2 is not a2 - y" in text


def test_the_evaluator_itself_reads_what_reports_write():
    values = {"a": np.array([[1.0], [2.0]]), "g": np.array([[3.0], [5.0]])}
    assert evaluated("a ⊙ (g - aᵀ g)", values).T.tolist() == [[1 * (3 - 13), 2 * (5 - 13)]]
    assert evaluated("g aᵀ", values).tolist() == [[3, 6], [5, 10]]
    assert evaluated("(2 (g - a))/2", values).T.tolist() == [[2, 3]]
    assert evaluated("a ⊙ (g - 1 1ᵀ (a ⊙ g))", values).T.tolist() == [[-10, -16]]
    assert evaluated("g 1", values).T.tolist() == [[3, 5]]
    assert evaluated("vec(g aᵀ)", values).T.tolist() == [[3, 5, 6, 10]]
    assert evaluated("g[2] a[1]", values).tolist() == [[5]]
    assert FUNCTIONS["relu'"](np.array([2.0, -2.0])).round(6).tolist() == [1, 0]
