"""An outside truth for every layer: autograd, and complex steps, of plain reference functions."""

import autograd
import autograd.numpy
import autograd.scipy.special
import numpy as np
import pytest

from tests import references
from tests.cases import ARGUMENTS, CASES, label
from tests.laws import agree, column, tolerance

TOLERANCE = 1e-10
ANALYTIC = [each for each in ARGUMENTS if each[0].name in references.ANALYTIC]


def reference(case, module, erf=None):
    """The plain function of a case, of all its inputs."""
    known = {
        **references.elementwise(module, erf),
        **references.mixing(module),
        **references.linear(module),
        **references.normalisation(module),
        **references.coupling(module),
        **references.pairs(),
    }
    if case.name in known:
        return known[case.name]
    if case.name in (one_sample := references.structural(module)):
        function, layer = one_sample[case.name], case.layer
        if not case.points.startswith("batch"):
            return function
        return references.over_samples(function, layer.arguments, layer.shared, module)
    return references.reduced(references.losses(module)[case.name], case.points.split()[0])


def as_arrays(case):
    """Inputs with class indices written out as columns of the identity."""
    first = case.inputs[0]
    return [
        value if np.asarray(value).dtype == float else np.eye(len(first))[:, value]
        for value in case.inputs
    ]


def by_autograd(case, wrt):
    function = reference(case, autograd.numpy, autograd.scipy.special.erf)
    position, inputs = case.layer.arguments.index(wrt), as_arrays(case)
    tensor = autograd.jacobian(function, position)(*inputs)
    rows = np.size(function(*inputs))
    return np.reshape(tensor, (rows, inputs[position].size), order="F")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_every_value_is_that_of_the_plain_function(case):
    function = reference(case, autograd.numpy, autograd.scipy.special.erf)
    agree(case.layer(*case.inputs), function(*as_arrays(case)), 1e-13)


@pytest.mark.parametrize("case_and_argument", ARGUMENTS, ids=label)
def test_every_rule_agrees_with_autograd(case_and_argument):
    case, wrt = case_and_argument
    layer, inputs, generator = case.layer, case.inputs, np.random.default_rng(0)
    J = by_autograd(case, wrt)
    g = generator.standard_normal(np.shape(layer(*inputs)))
    t = generator.standard_normal(inputs[layer.arguments.index(wrt)].shape)
    within = max(TOLERANCE, tolerance(layer))
    agree(layer.jacobian(*inputs, wrt=wrt), J, within)
    agree(layer.jacobian(*inputs, wrt=wrt, layout="denominator"), J.T, within)
    agree(column(layer.jvp(t, *inputs, wrt=wrt)), J @ column(t), within)
    agree(column(layer.vjp(g, *inputs, wrt=wrt)), J.T @ column(g), within)


@pytest.mark.parametrize("case_and_argument", ANALYTIC, ids=label)
def test_analytic_functions_agree_with_complex_steps(case_and_argument):
    case, wrt = case_and_argument
    function, h = reference(case, np), 1e-100
    position, inputs = case.layer.arguments.index(wrt), as_arrays(case)
    x = inputs[position]
    columns = []
    for unit in np.eye(x.size):
        stepped = list(inputs)
        stepped[position] = x + 1j * h * np.reshape(unit, x.shape, order="F")
        columns.append(column(function(*stepped)).imag / h)
    agree(case.layer.jacobian(*case.inputs, wrt=wrt), np.hstack(columns), 1e-13)


def test_every_analytic_name_is_a_case():
    assert set(references.ANALYTIC) <= {case.name for case in CASES}
