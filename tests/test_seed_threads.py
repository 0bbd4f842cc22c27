"""The four questions that the toolkit was born from, answered by numbers.

1. stats.stackexchange.com/questions/368084: "dz2/dW2 should be (2×1)×(2×3)", the notes use a1ᵀ
2. answerofmath.com, "matrix dimensions don't work out": a 2-3-2 network
3. math.stackexchange.com/questions/3850163: the block row of a three-layer network
4. stats.stackexchange.com/questions/478781: column times matrix times column
"""

import autograd
import autograd.numpy
import numpy as np
import pytest

from jacobians import Linear, Network, ReLU, Sigmoid, Tanh, chain
from jacobians.steps import Step, evaluate
from layouts import DENOMINATOR, NUMERATOR, Layout, LayoutError
from layouts.sizes import letter
from tests.laws import agree, column


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


class TestHigherOrderOfVectorization:
    """n-3-2-1: ∂z2/∂W2 is a tensor, and a1ᵀ is what is left of it behind the pull-back."""

    net = Network.parse("4-3-2-1", activation="sigmoid", loss="half_squared_error", bias=False)
    x, y = np.array([0.3, -1.0, 0.8, 0.5]), np.array([1.0])
    values = net.values(x, y)

    def test_for_every_n_the_last_factor_is_2_by_6(self):
        shapes = Network.parse("n-3-2-1", activation="sigmoid").shapes()
        assert (shapes["a0"], shapes["W1"]) == ((letter("n"), 1), (3, letter("n")))
        assert (shapes["z2"], shapes["W2"]) == ((2, 1), (2, 3))
        assert NUMERATOR.shape(2, (2, 3)) == (2, 6)
        assert NUMERATOR.tensor_shape(2, (2, 3)) == (2, 2, 3)

    def test_as_a_tensor_it_is_2_by_2_by_3_with_a1_in_row_i_of_slice_i(self):
        J, a1 = self.net.jacobian(self.x, of="z2", wrt="W2"), self.values["a1"]
        tensor = J.tensor()
        assert (J.shape, tensor.shape) == ((2, 6), (2, 2, 3))
        for i, j in np.ndindex(2, 2):
            assert np.array_equal(tensor[i, j], a1 if i == j else np.zeros(3))

    def test_as_a_matrix_it_is_a1_transposed_kron_identity(self):
        J = self.net.jacobian(self.x, of="z2", wrt="W2")
        assert np.array_equal(J, np.kron(self.values["a1"], np.eye(2)))
        assert str(J.operator) == "a1ᵀ ⊗ I₂"

    def test_it_acts_as_g_times_a1_transposed(self):
        g, a1 = np.array([2.0, -3.0]), self.values["a1"]
        J = np.asarray(self.net.jacobian(self.x, of="z2", wrt="W2"))
        agree(J.T @ column(g), column(np.outer(g, a1)), 1e-15)
        linear = self.net.layers[2]
        agree(linear.vjp(g, a1, wrt="W"), np.outer(g, a1), 1e-15)

    def test_the_gradient_is_delta_times_a1_transposed_with_g_prime_at_z2(self):
        v = self.values
        delta3 = (v["a3"] - self.y) * slope(v["z3"])
        delta2 = (v["W3"].T @ delta3) * slope(v["z2"])
        G = self.net.gradient(self.x, self.y, wrt="W2", layout="denominator")
        agree(G, np.outer(delta2, v["a1"]), 1e-13)
        at_a2 = (v["W3"].T @ delta3) * slope(v["a2"])
        without = v["W3"].T @ delta3
        for wrong in (at_a2, without):
            assert np.outer(wrong, v["a1"]).shape == G.shape
            assert not np.allclose(np.outer(wrong, v["a1"]), G, rtol=1e-2)

    def test_the_gradient_by_z2_is_a_row_of_2_in_numerator_layout(self):
        assert self.net.jacobian(self.x, self.y, of="L", wrt="z2").shape == (1, 2)


class TestDimensionsThatDoNotWorkOut:
    """2-3-2, ReLU and sigmoid, half squared error."""

    net = Network(
        [
            Linear([[1.0, -1.0], [2.0, 0.5], [-0.5, 1.0]], [0.5, 0.0, 0.25]),
            ReLU(),
            Linear([[1.0, -2.0, 0.5], [0.3, 0.7, -1.1]], [0.1, -0.2]),
            Sigmoid(),
        ],
        loss="half_squared_error",
    )
    x, y = np.array([1.0, -0.5]), np.array([0.0, 1.0])
    values = net.values(x, y)

    def factors(self, layout, wrt="W1"):
        columns = {name: v.reshape(len(v), -1) if name in {"a0", "y", "z1", "a1", "z2", "a2"} else v
                   for name, v in self.values.items()}  # fmt: skip
        links = chain.links_between(self.net.steps, "L", [wrt])
        return chain.link_jacobians(links, columns, layout)

    def test_in_denominator_layout_the_chain_is_6x3_3x3_3x2_2x2_2x1(self):
        factors = self.factors(DENOMINATOR)
        shapes = [factor.shape for factor in factors]
        assert shapes == [(6, 3), (3, 3), (3, 2), (2, 2), (2, 1)]
        names = [factor.name for factor in factors]
        assert names == ["∂z1/∂W1", "∂a1/∂z1", "∂z2/∂a1", "∂a2/∂z2", "∂L/∂a2"]
        product = np.linalg.multi_dot([np.asarray(factor) for factor in factors])
        G = self.net.gradient(self.x, self.y, wrt="W1", layout="denominator")
        agree(product, column(G), 1e-13)

    def test_in_numerator_layout_it_is_1x2_2x2_2x3_3x3_3x6(self):
        shapes = [factor.shape for factor in reversed(self.factors(NUMERATOR))]
        assert shapes == [(1, 2), (2, 2), (2, 3), (3, 3), (3, 6)]

    def test_for_one_entry_it_is_1x3_3x3_3x2_2x2_2x1(self):
        first, *others = self.factors(DENOMINATOR)
        first.wrt, first.wrt_shape = "W1", (3, 2)
        G = self.net.gradient(self.x, self.y, wrt="W1", layout="denominator")
        for i, j in np.ndindex(3, 2):
            factors = [first.entry(i, j), *others]
            shapes = [factor.shape for factor in factors]
            assert shapes == [(1, 3), (3, 3), (3, 2), (2, 2), (2, 1)]
            product = np.linalg.multi_dot([np.asarray(factor) for factor in factors])
            agree(product, [[G[i, j]]], 1e-13)

    def test_in_reading_order_the_chain_does_not_multiply(self):
        dL_da2, da2_dz2, dz2_da1, da1_dz1, dz1_dW1 = reversed(self.factors(DENOMINATOR))
        for left, right in [(dL_da2, da2_dz2), (da2_dz2, dz2_da1), (dz2_da1, da1_dz1),
                            (da1_dz1, dz1_dW1)]:  # fmt: skip
            with pytest.raises(LayoutError, match="the later layer stands on the right"):
                left @ right

    def test_the_gradient_keeps_the_diagonal_and_the_transpose(self):
        v = self.values
        delta2 = (v["a2"] - self.y) * v["a2"] * (1 - v["a2"])
        delta1 = (v["W2"].T @ delta2) * (v["z1"] > 0)
        assert delta1.any()
        G = self.net.gradient(self.x, self.y, wrt="W1", layout="denominator")
        agree(G, np.outer(delta1, self.x), 1e-13)
        row = self.net.jacobian(self.x, self.y, of="L", wrt="z1")
        assert row.shape == (1, 3)
        agree(row, (delta2 @ v["W2"] * (v["z1"] > 0))[None], 1e-13)

    def test_equal_ends_let_a_wrong_formula_fit_in_shape_but_not_in_value(self):
        v = self.values
        delta2 = (v["a2"] - self.y) * v["a2"] * (1 - v["a2"])
        wrong = np.outer((v["W1"] @ delta2) * (v["z1"] > 0), self.x)
        G = self.net.gradient(self.x, self.y, wrt="W1", layout="denominator")
        assert wrong.shape == G.shape
        assert not np.allclose(wrong, G, rtol=0.05)


class TestBlockRowOfThreeLayers:
    """f(x, θ1, θ2, θ3) = L3(L2(L1(x, θ1), θ2), θ3): J = ( J3·J2·J_θ1 | J3·J_θ2 | J_θ3 )."""

    x = np.array([0.8, -1.3])
    thetas = (
        np.array([[0.5, -1.0], [1.5, 0.75], [-2.0, 1.25]]),
        np.array([[0.2, -0.6, 1.1], [0.9, -1.4, 0.8], [0.3, 0.7, -0.1], [1, 0, 2], [-0.5, 1, 0.4]]),
        np.array([[1.2, 0.1, -0.4, 0.6, 0.9], [-0.8, 0.5, 0.3, -1.1, 0.2],
                  [0.7, -0.9, 1.0, 0.4, -0.6], [0.0, 1.3, -0.2, 0.8, 0.5]]),
    )  # fmt: skip
    net = Network([Linear(thetas[0]), Tanh(), Linear(thetas[1]), Tanh(), Linear(thetas[2]), Tanh()])

    @staticmethod
    def composition(x, *thetas):
        for theta in thetas:
            x = autograd.numpy.tanh(autograd.numpy.dot(theta, x))
        return x

    def blocks(self):
        v = self.net.values(self.x)
        J3 = np.diag(1 - v["a3"] ** 2) @ self.thetas[2]
        J2 = np.diag(1 - v["a2"] ** 2) @ self.thetas[1]
        J_theta = [
            np.diag(1 - v[f"a{k}"] ** 2) @ np.kron(v[f"a{k - 1}"], np.eye(v[f"a{k}"].size))
            for k in (1, 2, 3)
        ]
        return [J3 @ J2 @ J_theta[0], J3 @ J_theta[1], J_theta[2]]

    def test_the_row_is_made_of_these_products(self):
        J = self.net.jacobian(self.x, wrt="parameters")
        agree(J, np.hstack(self.blocks()), 1e-13)
        assert J.shape == (4, 6 + 15 + 20)
        for name, block in zip(["W1", "W2", "W3"], self.blocks(), strict=True):
            agree(J[name], block, 1e-13)

    def test_it_equals_the_derivative_of_the_composition(self):
        tensors = [autograd.jacobian(self.composition, k)(self.x, *self.thetas) for k in (1, 2, 3)]
        expected = np.hstack([np.reshape(tensor, (4, -1), order="F") for tensor in tensors])
        agree(self.net.jacobian(self.x, wrt="parameters"), expected, 1e-12)

    def test_in_denominator_layout_it_is_the_block_column_of_reversed_products(self):
        J = self.net.jacobian(self.x, wrt="parameters", layout="denominator")
        assert J.structure == "block column"
        agree(J, np.vstack([block.T for block in self.blocks()]), 1e-13)

    def test_a_value_with_several_children_sums_over_them(self):
        W, V = self.thetas[0], np.array([[0.6, -1.1], [0.2, 0.9]])
        shared = Linear(V)
        steps = [
            Step("u", shared, ("x", "V")),
            Step("v", shared, ("u", "V")),
            Step("w", Linear(W), ("v", "W")),
        ]
        values = evaluate(steps, {"x": self.x[:, None], "V": V, "W": W})
        # V feeds u and v: w = W V V x, and ∂w/∂V has one term for either place.
        by_V = np.kron(V @ self.x, W) + np.kron(self.x, W @ V)
        for layout, expected in zip(Layout, [by_V, by_V.T], strict=True):
            agree(chain.derivative(steps, values, "w", "V", layout), expected, 1e-14)


class TestErrorsColumnTimesMatrixTimesColumn:
    """δˡ = (Wᵀ δ) ⊙ σ'(z) is the transpose of δᵀ W diag(σ'(z))."""

    net = Network.parse("2-3-4", activation="sigmoid", loss="half_squared_error", seed=3)
    x, y = np.array([0.4, -1.1]), np.array([1.0, 0.0, 0.0, 1.0])
    values = net.values(x, y)
    delta2 = (values["a2"] - y) * slope(values["z2"])
    W, s = values["W2"], slope(values["z1"])

    def test_in_numerator_layout_the_row_is_delta_transposed_W_diag(self):
        row = self.delta2[None] @ self.W @ np.diag(self.s)
        agree(self.net.jacobian(self.x, self.y, of="L", wrt="z1"), row, 1e-13)
        assert row.shape == (1, 3)

    def test_in_denominator_layout_the_column_is_diag_W_transposed_delta(self):
        written_out = np.diag(self.s) @ self.W.T @ self.delta2[:, None]
        J = self.net.jacobian(self.x, self.y, of="L", wrt="z1", layout="denominator")
        agree(J, written_out, 1e-13)
        assert written_out.shape == (3, 1)

    def test_both_collapse_to_the_hadamard_product_that_the_sweep_computes(self):
        hadamard = ((self.W.T @ self.delta2) * self.s)[:, None]
        agree(self.net.deltas(self.x, self.y)["δ1"], hadamard, 1e-13)
        agree(self.delta2[None] @ self.W @ np.diag(self.s), hadamard.T, 1e-13)

    def test_what_was_written_column_times_matrix_does_not_multiply(self):
        with pytest.raises(ValueError, match="mismatch"):
            self.delta2[:, None] @ self.W
        dL_dz2 = self.net.jacobian(self.x, self.y, of="L", wrt="z2", layout="denominator")
        dz2_da1 = self.net.jacobian(self.x, of="z2", wrt="a1", layout="denominator")
        with pytest.raises(LayoutError, match="∂z2/∂a1 · ∂L/∂z2 is 3×1"):
            dL_dz2 @ dz2_da1

    def test_where_W_is_square_wrong_orders_fit_and_only_their_values_tell(self):
        net = Network.parse("2-3-3", activation="sigmoid", loss="half_squared_error", seed=3)
        v = net.values(self.x, self.y[:3])
        delta2 = (v["a2"] - self.y[:3]) * slope(v["z2"])
        s, W = slope(v["z1"]), v["W2"]
        right = net.deltas(self.x, self.y[:3])["δ1"][:, 0]
        agree((W.T @ delta2) * s, right, 1e-13)
        for wrong in ((W @ delta2) * s, W.T @ (delta2 * s)):
            assert wrong.shape == right.shape
            assert not np.allclose(wrong, right, rtol=0.02)
