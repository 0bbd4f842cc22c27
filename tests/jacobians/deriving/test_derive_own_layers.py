"""Layers that are defined here, with their index equation as data; and rules that are wrong."""

import numpy as np
import pytest

from jacobians import IndexEquation, Layer, Linear, Network, Sigmoid, Softmax, derive
from jacobians.operators import Dense, Diagonal
from jacobians.rule import Rule
from jacobians.unknown import Unknown
from layouts import InputError
from layouts.errors import FormulaError

W1 = np.array([[0.5, -1.0], [0.25, 2.0], [-0.75, 1.5]])
b1 = np.array([0.5, -0.25, 1.0])


class TimesSum(Layer):
    """y = x Σ x of one sample: J = (Σ x) I + x 1ᵀ."""

    def output_shape(self, *shapes):
        return shapes[0]

    def forward(self, X):
        return X * X.sum(axis=0)

    def rules(self, X, *, names):
        n = X.shape[0]
        total = None if isinstance(X, Unknown) else X.sum()
        J = X if total is None else total * np.eye(n) + np.outer(X, np.ones(n))
        matrix = Unknown((n, n)) if total is None else J
        return {
            "x": Rule(
                lambda: Dense(matrix, f"∂{names.output}/∂{names.inputs[0]}"),
                lambda t: J @ t,
                lambda g: J.T @ g,
            )
        }


NET = Network([Linear(W1, b1), TimesSum()], loss="half_squared_error")
RIGHT = "y_ik = x_ik Σ_m x_mk"


def derived(equation, net=NET, layer=TimesSum, **how):
    return derive(net, wrt="W1", equations={layer: equation}, **how)


def test_a_layer_is_derived_from_its_equation_alone():
    derivation = derived(RIGHT)
    assert all(step.agrees for step in derivation)
    lines = [step.formula for step in derivation]
    at = lines.index("a1_i = z1_i Σ_m z1_m")
    assert lines[at + 1] == "L = ½ Σ_i (a1_i - y_i)²"
    assert "∂a1_i/∂z1_p = Σ_m [i = p] z1_m + Σ_m z1_i [m = p]" in lines
    assert "= Σ_m [i = p] z1_m + z1_i" in lines
    assert "= ∂L/∂a1_p Σ_m z1_m + Σ_i ∂L/∂a1_i z1_i" in lines


def test_a_usual_form_is_checked_against_the_mechanical_one():
    good = IndexEquation(RIGHT, {"x": "[k = l] ([i = p] Σ_m x_mk + x_ik)"})
    bad = IndexEquation(RIGHT, {"x": "[k = l] ([i = p] Σ_m x_mk + x_pk)"})
    assert derived(good).agrees
    wrong = [step for step in derived(bad) if step.agrees is False]
    assert wrong[0].formula == "= Σ_m [i = p] z1_m + z1_p"
    assert "DISAGREE" in str(derived(bad))


def test_an_equation_of_another_layer_fails_at_its_first_line():
    wrong = [step for step in derived("y_ik = x_ik x_ik") if step.agrees is False]
    assert wrong[0].formula == "a1_i = z1_i z1_i"
    assert not derived("y_ik = x_ik x_ik").agrees
    assert "DISAGREE by" in wrong[0].words


class TwiceTheSlope(Sigmoid):
    """A sigmoid whose Jacobian has a factor too many; jvp and vjp are right."""

    def rules(self, Z, *, names):
        (rule,) = super().rules(Z, names=names).values()
        s = Z if isinstance(Z, Unknown) else 2 * self.slopes(Z)
        return {"x": rule._replace(jacobian=lambda: Diagonal(s, f"σ'({names.inputs[0]})"))}


class NoOuterProduct(Softmax):
    """A softmax whose vjp's text and matrix are those of a diagonal: diag(a) alone."""

    def rules(self, Z, *, names):
        (rule,) = super().rules(Z, names=names).values()
        s = Z if isinstance(Z, Unknown) else self.forward(Z)
        return {"x": rule._replace(jacobian=lambda: Diagonal(s, names.output))}


@pytest.mark.parametrize("way", ["components", "jacobians", "vjp"])
@pytest.mark.parametrize(("layer", "loss"), [(TwiceTheSlope, "half_squared_error"),
                                             (NoOuterProduct, "cross_entropy")])  # fmt: skip
def test_a_wrong_jacobian_is_found_in_every_way(way, layer, loss):
    net = Network([Linear(W1, b1), layer()], loss=loss)
    derivation = derive(net, wrt="W1", way=way)
    wrong = [step for step in derivation if step.agrees is False]
    assert wrong
    assert not derivation.agrees
    assert "DISAGREE" in str(derivation)
    assert derivation.to_dict()["steps"][list(derivation).index(wrong[0])]["agrees"] is False


def test_what_does_not_fit_is_refused_with_cause_and_cure():
    cases = {
        "y_i = x_i": "y_i = x_i has 1 indices where a1 has 2 axes, 3×1: one for each, and k for "
                     "the samples.",
        "y_ik = x_ik v_i": "the index equation y_ik = x_ik v_i names v: it is about y and x.",
        "y_pk = x_pk": "y_pk = x_pk is not an equation of y_ik, which a1 needs.",
    }  # fmt: skip
    for text, message in cases.items():
        with pytest.raises(InputError) as refused:
            derived(text)
        assert str(refused.value) == message
    with pytest.raises(FormulaError, match="a factor is missing"):
        derived("y_ik = ")


def test_a_layer_without_an_equation_is_refused_by_components_alone():
    with pytest.raises(InputError) as refused:
        derive(NET, wrt="W1")
    assert str(refused.value) == (
        "a1 is made by TimesSum(), whose index equation nobody stated: give it, "
        'equations={TimesSum: "y_ik = …"}, or derive by way "jacobians" or "vjp".'
    )
    assert derive(NET, wrt="W1", way="jacobians").agrees
    assert derive(NET, wrt="W1", way="vjp").agrees


@pytest.mark.parametrize(
    ("layout", "lines"),
    [
        ("numerator", ["da1 = ∂a1/∂z1 dz1", "∂L/∂z1 = (a1 - y)ᵀ · ∂a1/∂z1",
                       "δ1 = (∂a1/∂z1)ᵀ (a1 - y)"]),
        ("denominator", ["da1 = (∂a1/∂z1)ᵀ dz1", "∂L/∂z1 = ∂a1/∂z1 · (a1 - y)",
                         "δ1 = ∂a1/∂z1 (a1 - y)"]),
    ],
)  # fmt: skip
def test_a_matrix_known_by_its_symbol_alone_is_read_in_the_layout_at_hand(layout, lines):
    derivation = derive(NET, wrt="W1", way="jacobians", layout=layout)
    assert all(step.agrees for step in derivation)
    assert {*lines} <= {step.formula for step in derivation}
