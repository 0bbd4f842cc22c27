"""The assertions: what counts as an answer, what is right, how little they need; word by word."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import jacobians
from jacobians import (
    Custom,
    HalfSquaredError,
    Jacobian,
    Linear,
    Network,
    ReLU,
    Sigmoid,
    Softmax,
    ready_made,
)
from jacobians.checking import assert_gradient, assert_jacobian, assert_layouts, assert_vjp
from jacobians.operators import Dense
from layouts import InputError, LayoutError, ShapeError
from tests.cases import ARGUMENTS, SAMPLE, WEIGHTS, label

x, W = SAMPLE, WEIGHTS
soft = np.exp(x) / np.exp(x).sum()
SOFT = np.diag(soft) - np.outer(soft, soft)
NET = Network.parse("3-4-2", activation=["tanh", "sigmoid"], loss="half_squared_error", seed=4)
p, t = np.array([0.4, -1.3, 0.7]), np.array([0.2, 0.7])
P = np.array([[0.4, 1.1, -0.6, 0.3, 0.8], [-1.3, 0.2, 0.9, 1.6, -0.4], [0.7, -0.5, 1.2, 0.1, -0.9]])
T = np.array([[0.2, 0.9, 0.5, 0.1, 0.3], [0.7, 0.4, 0.8, 0.6, 0.2]])


def said(ask, *arguments, **keywords):
    with pytest.raises(AssertionError) as caught:
        ask(*arguments, **keywords)
    return str(caught.value)


class Square:
    """A layer of somebody else, with a derivative that is wrong."""

    def __call__(self, x):
        return np.asarray(x) ** 2

    def jacobian(self, x, wrt=None, layout="numerator"):
        return np.diag(x)


class Fence(Square):
    def __call__(self, x):
        return np.abs(x)


# --- what counts as an answer -------------------------------------------------------------------

UNREADABLE = {
    "nothing": (None, "It is None.", "A function gives None unless it ends with return."),
    "a blank": (..., "It is still a blank.", "Write the answer in the place of it."),
    "another blank": (
        NotImplemented, "It is still a blank.", "Write the answer in the place of it.",
    ),
    "a function": (
        np.exp, "It is a function, not an array.", "Call it, and give what it returns.",
    ),
    "a class": (Softmax, "It is a class, not an array.", "Call it, and give what it returns."),
    "rows of different lengths": (
        [[1.0, 2.0], [3.0]],
        "It is no array: its rows have different lengths.",
        "Give rows of numbers, all of one length.",
    ),
    "sizes without numbers": (
        Network.parse("2-3", activation="tanh", seed=None).parameters["W1"],
        "It is no array: a network of sizes only has no values: this 3×2 array is known by its "
        "shape alone. Give numbers for every size, and a seed or weights.",
        "Give rows of numbers, all of one length.",
    ),
    "a dictionary": (
        {"J": 1.0}, "It is of type dict, no array.", "Give rows of numbers, all of one length.",
    ),
    "complex numbers": (
        SOFT + 0j,
        "Its entries are complex, a derivative's are real.",
        "Take the real part, or look for a root or a logarithm of a negative number.",
    ),
    "text": (
        [["1", "2"]],
        "Its entries are text: real numbers are wanted.",
        "np.array(answer, dtype=float) makes numbers of what can be read as such.",
    ),
    "objects": (
        SOFT.astype(object),
        "Its entries are of type object: real numbers are wanted.",
        "np.array(answer, dtype=float) makes numbers of what can be read as such.",
    ),
    "no entries": ([], "It is empty, of shape (0,).", "Give its entries."),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_array_of_numbers_is_told_in_a_sentence(name):
    answer, fact, cure = UNREADABLE[name]
    headline = "∂y/∂x is wrong (Softmax())."
    assert said(assert_jacobian, answer, Softmax(), x) == f"{headline}\n{fact}\n{cure}"
    assert said(assert_jacobian, answer, Softmax(), x, hint=0) == headline
    for hint in (1, 2, 3):
        assert said(assert_jacobian, answer, Softmax(), x, hint=hint) == f"{headline}\n{fact}"


def test_whatever_holds_the_right_numbers_is_right():
    assert_jacobian(Softmax().jacobian(x), Softmax(), x)
    assert_jacobian(Jacobian(Dense(W)), Linear(W), x)
    assert_jacobian([[1, 2], [3, 4], [5, 6]], Linear([[1, 2], [3, 4], [5, 6]]), [1, 1])
    assert_jacobian(np.array([[True, False], [False, True]]), ReLU(), [2.0, 3.0])


def test_entries_may_be_apart_by_as_much_as_rtol_says():
    assert_jacobian(SOFT * (1 + 1e-8), Softmax(), x)
    assert_jacobian(SOFT * (1 + 1e-4), Softmax(), x, rtol=1e-3)
    with pytest.raises(AssertionError):
        assert_jacobian(SOFT * (1 + 1e-4), Softmax(), x)


def test_at_infinity_there_is_a_right_answer():
    z = np.array([0.0, np.inf])
    assert_vjp([0.25, 0.0], Sigmoid(), [1.0, 1.0], z)
    assert said(assert_vjp, [0.25, 0.5], Sigmoid(), [1.0, 1.0], z) == (
        "The vjp by x is wrong (Sigmoid()).\n"
        "Its shape is right, (2,); 1 of 2 entries differs, [2].\n"
        "None of the usual causes gives these numbers.\n"
        "Entry [2] is 0.5, it should be 0."
    )


# --- what is right ------------------------------------------------------------------------------


def test_a_layer_of_somebody_else_is_held_against_differences_not_against_itself():
    assert_jacobian(np.diag(2 * x), Square(), x)
    assert_vjp(2 * x * [1, 2, 3, 4], Square(), [1.0, 2.0, 3.0, 4.0], x)
    assert said(assert_jacobian, Square().jacobian(x), Square(), x) == (
        "∂y/∂x is wrong (Square).\n"
        "Its shape is right, 4×4; 4 of 16 entries differ, all on the diagonal, the first is "
        "[1,1].\n"
        "Half of what it should be: a ½ too many, or a 2 too few.\n"
        "Multiply by 2."
    )
    assert_jacobian(np.diag(np.cos(x)), Custom(np.sin), x)
    with pytest.raises(AssertionError):
        assert_jacobian(np.diag(x), Custom(np.sin, jacobian=np.diag), x)


def test_at_a_kink_the_toolkits_own_choice_is_right_and_nobody_elses_is():
    assert_jacobian(np.diag([0.0, 1.0]), ReLU(), [0.0, 2.0])
    with pytest.raises(InputError) as caught:
        assert_jacobian(np.eye(2), Fence(), [2.0, 0.0])
    assert str(caught.value) == (
        "Fence has a kink or a jump at this x (entry 2 of its vec): there is no right answer "
        "there, choose another point."
    )


@pytest.mark.parametrize("case_and_argument", ARGUMENTS, ids=label)
def test_every_layer_agrees_with_itself(case_and_argument):
    case, wrt = case_and_argument
    layer, inputs = case.layer, case.inputs
    if "hard tanh" in case.name or "relu" in case.name or not layer.by_differences:
        for layout in ("numerator", "denominator"):
            J = layer.jacobian(*inputs, wrt=wrt, layout=layout)
            assert_jacobian(J, layer, *inputs, wrt=wrt, layout=layout)
        g = np.ones(np.shape(layer(*inputs)))
        assert_vjp(layer.vjp(g, *inputs, wrt=wrt), layer, g, *inputs, wrt=wrt)
    assert_layouts(layer, *inputs, wrt=wrt)


@pytest.mark.parametrize("case_and_argument", ARGUMENTS, ids=label)
def test_whatever_is_handed_in_is_answered_with_a_message(case_and_argument):
    case, wrt = case_and_argument
    layer, inputs = case.layer, case.inputs
    if layer.by_differences and "relu" in case.name:
        return
    J = np.asarray(layer.jacobian(*inputs, wrt=wrt))
    g = np.ones(np.shape(layer(*inputs)))
    v = layer.vjp(g, *inputs, wrt=wrt)
    for wrong in (J + 1, J.ravel() + 1, np.ones((2, 3, 4, 5)), 1e9, [7.0]):
        assert "is wrong" in said(assert_jacobian, wrong, layer, *inputs, wrt=wrt)
    for wrong in (v + 1, np.ravel(v)[:, None, None], np.ones((2, 3, 4, 5)), 1e9):
        assert "is wrong" in said(assert_vjp, wrong, layer, g, *inputs, wrt=wrt)
    if g.size == 1:
        for wrong in (v + 1, np.ones((2, 3, 4, 5)), np.full((3, 2), 1e9)):
            assert "is wrong" in said(assert_gradient, wrong, layer, *inputs, wrt=wrt)


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
@pytest.mark.parametrize("wrt", ["W1", "b1", "z1", "a1", "W2", "b2", "x", "parameters"])
@pytest.mark.parametrize(("point", "target"), [(p, t), (P, T)], ids=["one sample", "batch"])
def test_gradients_and_jacobians_of_a_network(point, target, wrt, layout):
    G = NET.gradient(point, target, wrt=wrt, layout=layout)
    assert_gradient(G, NET, point, target, wrt=wrt, layout=layout)
    J = NET.jacobian(point, target, of="L", wrt=wrt, layout=layout)
    assert_jacobian(J, NET, point, target, of="L", wrt=wrt, layout=layout)
    J = NET.jacobian(point, wrt=wrt, layout=layout)
    assert_jacobian(J, NET, point, wrt=wrt, layout=layout)
    assert said(
        assert_jacobian, -np.asarray(J), NET, point, wrt=wrt, layout=layout, hint=3
    ).endswith("The sign: every entry is the negative of what it should be.")
    assert "The sign: " in said(assert_gradient, -G, NET, point, target, wrt=wrt, layout=layout)


def test_a_graph_is_judged_too_by_what_may_happen_to_any_answer():
    net = ready_made("residual_block")
    point, target = net.example()
    G = net.gradient(point, target, wrt="W1")
    assert_gradient(G, net, point, target, wrt="W1")
    assert said(assert_gradient, G.T, net, point, target, wrt="W1", hint=3).splitlines()[-1] == (
        "The other layout: this is the gradient in denominator layout."
    )


# --- what cannot be asked -----------------------------------------------------------------------

REFUSED = {
    "an unknown hint": (
        lambda: assert_jacobian(SOFT, Softmax(), x, hint=4),
        InputError, "hint is 0, 1, 2, 3 or None for all, not 4.",
    ),
    "a hint that is no number": (
        lambda: assert_layouts(Softmax(), x, hint=True),
        InputError, "hint is 0, 1, 2, 3 or None for all, not True.",
    ),
    "an unknown layout": (
        lambda: assert_jacobian(SOFT, Softmax(), x, layout="mixed"),
        InputError, "there is no layout 'mixed': it is 'numerator' or 'denominator'.",
    ),
    "an unknown argument": (
        lambda: assert_vjp(x, Softmax(), x, x, wrt="W"),
        InputError, "Softmax() is given no argument 'W': known are x.",
    ),
    "inputs that do not fit": (
        lambda: assert_jacobian(W, Linear(W), x[:3]),
        ShapeError, "the input has 3 entries, W is 5×4: W needs 4.",
    ),
    "a value that cannot be computed": (
        lambda: assert_jacobian(np.eye(4), Broken(), x),
        InputError, "there is no right answer here: the layer raised ValueError on arrays (4,): "
                    "no value",
    ),
    "no layer": (
        lambda: assert_jacobian(np.eye(4), np.sin, x),
        InputError, "sin is a function without derivatives: a layer states its jacobian, jvp and "
                    "vjp too. Custom(sin) makes one of it, by differences.",
    ),
    "no inputs": (
        lambda: assert_jacobian(np.eye(4), Square()),
        InputError, "Square is checked at a point: give its inputs behind it.",
    ),
    "a value of a layer": (
        lambda: assert_jacobian(SOFT, Softmax(), x, of="a1"),
        InputError, "of='a1' names a value of a network, Softmax() is a layer.",
    ),
    "too many inputs of a network": (
        lambda: assert_gradient(x, NET, p, t, t),
        InputError, "a network is given x, or x and y: 3 inputs stand here.",
    ),
    "a gradient of several entries": (
        lambda: assert_gradient(x, Softmax(), x),
        InputError, "a gradient is of a scalar, Softmax() gives 4 entries: for its Jacobian there "
                    "is assert_jacobian.",
    ),
    "rows of different lengths in the point of the identities": (
        lambda: assert_layouts(NET, [[1.0, 2.0], [3.0]]),
        InputError, "x is not an array: its rows have different lengths.",
    ),
    "NaN in x": (
        lambda: assert_vjp([0.25, np.nan], Sigmoid(), [1.0, 1.0], [0.0, np.nan]),
        InputError, "x has NaN, at [2]: there is no right answer, choose another point.",
    ),
    "NaN in a cotangent": (
        lambda: assert_vjp([0.25, np.nan], Sigmoid(), [1.0, np.nan], [0.0, 1.0]),
        InputError, "g has NaN, at [2]: there is no right answer, choose another point.",
    ),
    "NaN in a network's x": (
        lambda: assert_gradient(np.ones((4, 3)), NET, p * [1.0, np.nan, 1.0], t),
        InputError, "x has NaN, at [2]: there is no right answer, choose another point.",
    ),
    "NaN in a network's y": (
        lambda: assert_jacobian(np.ones((1, 3)), NET, p, t * np.nan, of="L"),
        InputError, "y has NaN, at [1]: there is no right answer, choose another point.",
    ),
    "NaN in the input of a graph": (
        lambda: assert_layouts(ready_made("lstm"), {"x1": [1.0, np.nan]}),
        InputError, "x1 has NaN, at [2]: there is no right answer, choose another point.",
    ),
    "NaN in the point of the identities": (
        lambda: assert_layouts(Softmax(), np.where(x > 2, np.nan, x)),
        InputError, "x has NaN, at [3]: there is no right answer, choose another point.",
    ),
    "NaN in a network's point of the identities": (
        lambda: assert_layouts(NET, P * np.nan),
        InputError, "x has NaN, at [1,1]: there is no right answer, choose another point.",
    ),
    "a cotangent of another shape": (
        lambda: assert_vjp(x, Linear(W), x, x),
        InputError, "g has shape (4,), the output (5,): a cotangent is shaped as the output.",
    ),
    "a layer without layouts": (
        lambda: assert_layouts(Plain(), x),
        InputError, "there are no two layouts to compare: its jacobian takes no layout=.",
    ),
}  # fmt: skip


class Broken(Square):
    def __call__(self, x):
        raise ValueError("no value")


class Plain(Square):
    def jacobian(self, x):
        return np.diag(2 * x)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_asked_is_refused(name):
    ask, kind, message = REFUSED[name]
    with pytest.raises(LayoutError) as caught:
        ask()
    assert (type(caught.value), str(caught.value)) == (kind, message)


# --- the layout identities ----------------------------------------------------------------------


class Deaf(Square):
    """Gives the same whatever layout is asked for."""

    def jacobian(self, x, wrt=None, layout="numerator"):
        return np.diag(2 * np.asarray(x))[:3]

    def __call__(self, x):
        return np.asarray(x)[:3] ** 2


class Swapped(Deaf):
    def jacobian(self, x, wrt=None, layout="numerator"):
        J = np.eye(3, 4) * 2 * np.asarray(x)
        return J.T if layout == "numerator" else J


class Reversed(Deaf):
    """Denominator layout with its rows in reverse."""

    def jacobian(self, x, wrt=None, layout="numerator"):
        J = np.eye(3, 4) * 2 * np.asarray(x)
        return J if layout == "numerator" else J.T[::-1]


class Flattened(Deaf):
    def jacobian(self, x, wrt=None, layout="numerator"):
        return (np.eye(3, 4) * 2 * np.asarray(x)).ravel()


class Larger(Deaf):
    def jacobian(self, x, wrt=None, layout="numerator"):
        return np.eye(3, 4) * 2 * np.asarray(x) if layout == "numerator" else np.ones((4, 4))


CURE = "Give J in numerator layout, and J.T when layout is 'denominator'."
QUESTION = "What do the rows follow in numerator layout, and what in denominator layout?"
IDENTITIES = {
    Deaf: (
        "∂y/∂x is 3×4 in either layout, with the same entries.",
        "The layout that is asked for makes no difference.",
    ),
    Swapped: (
        "∂y/∂x is 4×3 in numerator layout, 3×4 in denominator layout.",
        "The two layouts have changed places.",
    ),
    Reversed: (
        "∂y/∂x in denominator layout: 6 of 12 entries differ, the first is [1,1].",
        "Denominator layout is not the transpose of numerator layout.",
    ),
    Larger: (
        "∂y/∂x is 3×4 in numerator layout, 4×4 in denominator.",
        "Denominator layout is not the transpose of numerator layout.",
    ),
    Flattened: (
        "∂y/∂x is (12,) in numerator layout, where 3×4 is wanted.",
        "In numerator layout rows follow y, columns x, both through vec.",
    ),
}


@pytest.mark.parametrize("layer", IDENTITIES)
def test_a_layer_whose_layouts_are_no_transposes_is_told_so(layer):
    headline = f"The layout identities do not hold ({layer.__name__})."
    fact, cause = IDENTITIES[layer]
    lines = [headline, fact, QUESTION, cause]
    for hint in range(4):
        assert said(assert_layouts, layer(), x, hint=hint).split("\n") == lines[: hint + 1]
    assert said(assert_layouts, layer(), x).split("\n") == [headline, fact, cause, CURE]


def test_swapped_layouts_of_a_square_jacobian_are_found_by_differences():
    class Turned(Square):
        M = np.array([[1.0, 2.0], [3.0, 4.0]])

        def __call__(self, x):
            return self.M @ x

        def jacobian(self, x, wrt=None, layout="numerator"):
            return self.M.T if layout == "numerator" else self.M

    assert said(assert_layouts, Turned(), x[:2], hint=3).endswith("have changed places.")


def test_every_argument_of_a_layer_is_asked_for():
    class Scaled:
        arguments = ("x", "c")

        def __call__(self, x, c):
            return np.asarray(x) * np.asarray(c)

        def jacobian(self, x, c, wrt=None, layout="numerator"):
            return np.diag(c) if wrt in (None, "x") else np.diag(x)[:, ::-1]

    assert said(assert_layouts, Scaled(), x, x[::-1], hint=1) == (
        "The layout identities do not hold (Scaled).\n"
        "∂y/∂c is 4×4 in either layout, with the same entries."
    )
    assert_layouts(Scaled(), x, x[::-1], wrt="x")


@pytest.mark.parametrize("target", [None, t])
def test_networks_keep_the_identities(target):
    assert_layouts(NET, p, *([] if target is None else [target]))
    assert_layouts(NET, P, *([] if target is None else [T]), wrt="W1")
    net = ready_made("lstm")
    assert_layouts(net, *(each for each in net.example() if each is not None))


def test_a_network_with_a_wrong_vjp_is_told_that_chain_and_sweep_disagree():
    lazy = Custom(np.tanh, jacobian=lambda z: np.diag(1 - np.tanh(z) ** 2), vjp=lambda g, z: g + z)
    net = Network([Linear(W), lazy], loss="half_squared_error")
    assert said(assert_layouts, net, x, np.ones(5), wrt="W1") == (
        "The layout identities do not hold (4-5: f, half squared error).\n"
        "∂L/∂W1 by the sweep and by the chain: 20 of 20 entries differ, the first is [1,1].\n"
        "Chain and sweep disagree: in some layer vjp(g) is not Jᵀ g.\n"
        "check_layer tells of each layer which of the two is wrong."
    )


def test_a_network_with_two_layouts_of_its_own_is_told_so(monkeypatch):
    honest = Network.jacobian
    monkeypatch.setattr(
        Network, "jacobian",
        lambda self, *a, **k: Dense(2 * np.asarray(honest(self, *a, **k)))
        if k.get("layout") else honest(self, *a, **k),
    )  # fmt: skip
    assert said(assert_layouts, NET, p, wrt="x", hint=3) == (
        "The layout identities do not hold (3-4-2: tanh, sigmoid, half squared error).\n"
        "∂a2/∂x in denominator layout: 6 of 6 entries differ, the first is [1,1].\n"
        f"{QUESTION}\n"
        "Denominator layout is not the transpose of numerator layout."
    )


def test_factors_that_change_with_the_layout_are_told(monkeypatch):
    honest = Network.factors

    def factors(self, *a, layout, **k):
        found = honest(self, *a, layout=layout, **k)
        return found if str(layout) == "numerator" else [np.asarray(found[0]) * 2, *found[1:]]

    monkeypatch.setattr(Network, "factors", factors)
    assert said(assert_layouts, NET, p, wrt="x") == (
        "The layout identities do not hold (3-4-2: tanh, sigmoid, half squared error).\n"
        "∂a2/∂x as a product in denominator layout: 6 of 6 entries differ, the first is [1,1].\n"
        "The product in one layout is not the transpose of the reversed product in the other: in "
        "some layer the two layouts are not.\n"
        "assert_layouts tells of each layer whether they are."
    )


# --- where they run -----------------------------------------------------------------------------

CELL = """
import sys
from jacobians.checking import assert_jacobian, assert_layouts, check_layer
from jacobians import Sigmoid
assert_layouts(Sigmoid(), [0.5, -1.0])
check_layer(Sigmoid(), [0.5, -1.0])
heavy = {"pytest", "_pytest", "scipy", "sympy", "matplotlib", "lark", "sklearn"} & set(sys.modules)
assert not heavy, heavy
assert_jacobian([1.0, 2.0], Sigmoid(), [0.5, -1.0], hint=1)
"""


def test_a_plain_cell_shows_the_message_and_imports_no_test_framework():
    root = Path(jacobians.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", CELL], cwd=root, capture_output=True, text=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.endswith(
        "AssertionError: ∂y/∂x is wrong (Sigmoid()).\nIt is (2,), where 2×2 is wanted.\n"
    )
    assert done.stderr.count("Traceback") == 1


def test_nothing_but_the_message_stands_in_the_error():
    for ask in (
        lambda: assert_jacobian(None, Softmax(), x),
        lambda: assert_jacobian([[1.0], [2.0, 3.0]], Softmax(), x),
        lambda: assert_vjp(x, Softmax(), x, x),
        lambda: assert_gradient(x, HalfSquaredError(), x, x + 1),
        lambda: assert_layouts(Deaf(), x),
    ):
        with pytest.raises(AssertionError) as caught:
            ask()
        assert caught.value.args == (str(caught.value),)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_pytest_leaves_the_assertions_own_frames_out():
    with pytest.raises(AssertionError) as caught:
        assert_jacobian(np.eye(4), Sigmoid(), x)
    hidden = [entry.frame.f_locals.get("__tracebackhide__") for entry in caught.traceback[1:]]
    assert hidden == [True] * len(hidden)
