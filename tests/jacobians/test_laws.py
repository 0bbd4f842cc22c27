"""Every law over every layer, point and argument."""

import numpy as np
import pytest

from tests.cases import ARGUMENTS, CASES, label
from tests.laws import LAWS


@pytest.mark.parametrize("case_and_argument", ARGUMENTS, ids=label)
@pytest.mark.parametrize("law", LAWS)
def test_every_layer_obeys_the_law(law, case_and_argument):
    case, wrt = case_and_argument
    LAWS[law](case.layer, case.inputs, wrt)


@pytest.mark.parametrize("case", [case for case in CASES if "linear" in case.name], ids=str)
def test_parameters_that_are_left_out_are_the_layers_own(case):
    for wrt in case.arguments:
        own = case.layer.jacobian(case.inputs[0], wrt=wrt)
        assert np.array_equal(own, case.layer.jacobian(*case.inputs, wrt=wrt))


@pytest.mark.parametrize("case_and_argument", ARGUMENTS, ids=label)
def test_the_tensor_has_the_axes_of_value_and_argument(case_and_argument):
    case, wrt = case_and_argument
    y, x = np.shape(case.layer(*case.inputs)), case.inputs[case.layer.arguments.index(wrt)].shape
    J = case.layer.jacobian(*case.inputs, wrt=wrt)
    assert J.tensor().shape == y + x
    assert J.T.tensor().shape == x + y
    swapped = np.transpose(J.tensor(), (*range(len(y), len(y) + len(x)), *range(len(y))))
    assert np.array_equal(J.T.tensor(), swapped)
