"""Questions that people asked about samples, biases and sums over paths, answered by numbers.

Each class is one question: what is right, by the packages and by an outside truth, and what the
asker wrote, or a formula that fits in shape, shown to be wrong. Where sizes that happen to be equal
let a wrong formula through, that case is there too. `np` is autograd's NumPy here.
"""

import autograd
import autograd.numpy as np
import numpy
import pytest

from jacobians import (
    Add,
    BatchNorm,
    LayerNorm,
    Linear,
    Network,
    Softmax,
    SoftmaxCrossEntropy,
    collapse,
    dimension_trace,
    per_sample_jacobians,
)
from layouts import LayoutError
from tests import references
from tests.laws import agree, column

# fmt: off
ANSWERED = {
    # question  answered by                                what it is about
    "q003":    "TestBlockRowInBothLayouts",              # partial and total, layout choice
    "q005":    "TestBiasRowOfTheNextWeights",            # bias bookkeeping, factor order
    "q021":    "TestWhereOneOverMComesFrom",             # scale of the reduction
    "q025":    "TestWeightsStoredTheOtherWayRound",      # row and column conventions
    "q085":    "TestSoftmaxIsNotItsDiagonal",            # partial and total
    "q098":    "TestBiasOfABatch",                       # missing sum over the batch
    "q120":    "TestTiedWeightsAddUp",                   # partial and total
    "q124":    "TestBackThroughBatchNorm",               # partial and total, a factor too many
    "q136":    "TestWhichAxisTheBiasSumsOver",           # axis slip, missing sum over the batch
}
ABOUT = {
    "partial-vs-total":    {"q003", "q085", "q120", "q124"},
    "missing-batch-sum":   {"q098", "q136"},
    "axis-slip":           {"q136"},
    "reduction-scale":     {"q021"},
    "batch-jacobian":      {"TestJacobianOfABatch"},
    "row-col-convention":  {"q025"},
    "bias-bookkeeping":    {"q005"},
}
# fmt: on

sigmoid = references.elementwise(np)["sigmoid"]
linear = references.linear(np)["linear"]
softmax = references.mixing(np)["softmax"]


def test_every_question_of_these_kinds_has_an_answer():
    asked = set().union(*ABOUT.values())
    assert asked == {*ANSWERED, "TestJacobianOfABatch"}
    for name in [*ANSWERED.values(), "TestJacobianOfABatch"]:
        assert any(test.startswith("test_") for test in vars(globals()[name])), name


def off(wrong, right):
    """How far a formula of the right shape is off, relative to the right one."""
    wrong, right = numpy.asarray(wrong), numpy.asarray(right)
    assert wrong.shape == right.shape
    return numpy.linalg.norm(wrong - right) / numpy.linalg.norm(right)


def matrix(tensor, rows):
    return numpy.reshape(tensor, (rows, -1), order="F")


def drawn(*shapes, seed=11):
    generator = numpy.random.default_rng(seed)
    return [generator.standard_normal(shape) for shape in shapes]


class TestBlockRowInBothLayouts:
    """f = L3(L2(L1(x, θ1), θ2), θ3): is J = (J3x J2x J1θ | J3x J2θ | J3θ)? In numerator layout.

    math.stackexchange.com/questions/3850163
    """

    GRAPH = """
        input x: {n}
        parameters T1: {p}×{n}, T2: {q}×{p}, T3: {r}×{q}
        u = tanh(T1 @ x)
        v = tanh(T2 @ u)
        f = tanh(T3 @ v)
    """

    def at(self, **sizes):
        net = Network.graph(self.GRAPH.format(**sizes), seed=2)
        (x,) = drawn(sizes["n"])
        return net, x, list(net.parameters.values())

    @staticmethod
    def f(x, *thetas):
        for theta in thetas:
            x = np.tanh(np.dot(theta, x))
        return x

    @staticmethod
    def partials(x, thetas):
        """Each layer's own derivatives, by its input and by its weights, the other held fixed."""
        found = []
        for T in thetas:
            by_x, by_T = (autograd.jacobian(lambda x, T: np.tanh(np.dot(T, x)), k) for k in (0, 1))
            found.append((by_x(x, T), matrix(by_T(x, T), len(T))))
            x = numpy.tanh(T @ x)
        return found

    def test_the_askers_row_is_right_in_numerator_layout(self):
        net, x, thetas = self.at(n=2, p=3, q=5, r=4)
        (_, J1t), (J2x, J2t), (J3x, J3t) = self.partials(x, thetas)
        row = numpy.hstack([J3x @ J2x @ J1t, J3x @ J2t, J3t])
        truth = [matrix(autograd.jacobian(self.f, k)(x, *thetas), 4) for k in (1, 2, 3)]
        agree(row, numpy.hstack(truth), 1e-13)
        J = net.jacobian(x, wrt="parameters")
        agree(J, row, 1e-13)
        assert J.shape == (4, 6 + 15 + 20)

    def test_in_denominator_layout_it_is_a_column_of_products_in_the_opposite_order(self):
        net, x, thetas = self.at(n=2, p=3, q=5, r=4)
        (_, J1t), (J2x, J2t), (J3x, J3t) = self.partials(x, thetas)
        J = net.jacobian(x, wrt="parameters", layout="denominator")
        agree(J, numpy.vstack([J1t.T @ J2x.T @ J3x.T, J2t.T @ J3x.T, J3t.T]), 1e-13)
        names = [factor.name for factor in net.factors(x, wrt="T1", layout="denominator")]
        assert (names[0], names[-1]) == ("∂u_1/∂T1", "∂f/∂f_1")
        with pytest.raises(ValueError, match="mismatch"):
            J3x.T @ J2x.T @ J1t.T

    def test_where_all_sizes_are_equal_the_wrong_order_multiplies_and_is_wrong(self):
        net, x, thetas = self.at(n=3, p=3, q=3, r=3)
        (J1x, _), (J2x, _), (J3x, _) = self.partials(x, thetas)
        D = net.jacobian(x, wrt="x", layout="denominator")
        agree(D, J1x.T @ J2x.T @ J3x.T, 1e-13)
        assert off(J3x.T @ J2x.T @ J1x.T, D) > 0.1
        f, v, *_ = net.factors(x, wrt="x")
        with pytest.raises(LayoutError, match="the later layer stands on the left"):
            v @ f

    def test_a_value_that_feeds_several_takes_the_sum_over_its_children(self):
        net = Network.graph("""
            input x: 2
            parameters A: 3×2, B: 4×3, C: 4×3
            u = tanh(A @ x)
            v = sin(B @ u)
            w = v * (C @ u)
        """)
        x = numpy.array([0.8, -1.3])
        _, B, C = net.parameters.values()
        values = net.values(x)

        def w(u, v=None):
            v = np.sin(np.dot(B, u)) if v is None else v
            return v * np.dot(C, u)

        total = autograd.jacobian(w)(values["u"])
        held = autograd.jacobian(lambda u: w(u, values["v"]))(values["u"])
        for layout, right, partial in (
            ("numerator", total, held),
            ("denominator", total.T, held.T),
        ):
            J = net.jacobian(x, of="w", wrt="u", layout=layout)
            agree(J, right, 1e-13)
            assert off(partial, J) > 0.1
        by_child = [
            (net.jacobian(x, of="w", wrt=child), net.jacobian(x, of=child, wrt="u"))
            for child in ("v", "w_1")
        ]
        children = [numpy.asarray(above @ below) for above, below in by_child]
        agree(sum(children), total, 1e-13)


class TestBiasRowOfTheNextWeights:
    """Rows as samples, H = σ([1 H] Θ): dΘ2 = [1 H1]ᵀ ((P - Y) Θ3[1:]ᵀ ⊙ H2 ⊙ (1 - H2)).

    math.stackexchange.com/questions/2973577 writes (P - Y) Θ3ᵀ H2(1 - H2) [1 H1]ᵀ, from left to
    right, with the bias's row in Θ3: nothing multiplies.
    """

    @staticmethod
    def at(sizes, samples):
        net = Network.parse(sizes, ["sigmoid", "sigmoid", "identity"], "softmax_cross_entropy",
                            seed=4, reduction="sum")  # fmt: skip
        X, Y = net.example(samples)
        Y = numpy.eye(len(Y))[:, numpy.arange(samples) % len(Y)]
        folded = [numpy.vstack([net.parameters[f"b{l}"], net.parameters[f"W{l}"].T])
                  for l in (1, 2, 3)]  # fmt: skip
        v = net.values(X, Y)
        rows = {"H1": v["a1"].T, "H2": v["a2"].T, "D3": softmax(v["z3"]).T - Y.T}
        return net, X, Y, folded, rows

    @staticmethod
    def with_ones(H):
        return np.concatenate([np.ones((len(H), 1)), H], axis=1)

    def loss(self, X, Y, *folded):
        """The network with samples as rows and the biases in the first rows of Θ."""
        for theta in folded[:-1]:
            X = sigmoid(np.dot(self.with_ones(X), theta))
        P = softmax(np.dot(self.with_ones(X), folded[-1]).T).T
        return -np.sum(Y * np.log(P))

    def right(self, folded, rows):
        H1, H2, D3 = rows["H1"], rows["H2"], rows["D3"]
        return self.with_ones(H1).T @ ((D3 @ folded[2][1:].T) * H2 * (1 - H2))

    @pytest.mark.parametrize("samples", [1, 6])
    def test_without_the_bias_row_it_is_the_gradient_bias_above_transposed_weights(self, samples):
        net, X, Y, folded, rows = self.at("7-5-3-4", samples)
        right = self.right(folded, rows)
        agree(right, autograd.grad(self.loss, 3)(X.T, Y.T, *folded), 1e-12)
        by_W, by_b = (net.gradient(X, Y, wrt=name, layout="denominator") for name in ("W2", "b2"))
        agree(numpy.vstack([by_b.T, by_W.T]), right, 1e-12)
        assert off(numpy.vstack([by_W.T, by_b.T]), right) > 0.1, "the bias belongs on top"

    def test_what_was_written_does_not_multiply(self):
        _, _, _, folded, rows = self.at("7-5-3-4", 1)
        H2, D3 = rows["H2"], rows["D3"]
        with pytest.raises(ValueError, match="mismatch"):
            D3 @ folded[2].T @ numpy.diag((H2 * (1 - H2))[0])
        row = D3 @ folded[2][1:].T @ numpy.diag((H2 * (1 - H2))[0])
        with pytest.raises(ValueError, match="mismatch"):
            row @ self.with_ones(rows["H1"]).T
        agree(self.with_ones(rows["H1"]).T @ row, self.right(folded, rows), 1e-13)

    def test_the_trace_shows_which_factors_meet_in_which_order(self):
        net, X, Y, *_ = self.at("7-5-3-4", 1)
        record = dimension_trace(net, wrt="W2", layout="numerator").to_dict()["derivatives"][0]
        found = [(factor["name"], factor["shape"]) for factor in record["factors"]]
        assert found == [
            ("∂L/∂a3", [1, 4]),
            ("∂a3/∂z3", [4, 4]),
            ("∂z3/∂a2", [4, 3]),
            ("∂a2/∂z2", [3, 3]),
            ("∂z2/∂W2", [3, 15]),
        ]
        _, _, dz3_da2, da2_dz2, _ = net.factors(X[:, 0], Y[:, 0], of="L", wrt="W2")
        with pytest.raises(LayoutError, match="the later layer stands on the left"):
            da2_dz2 @ dz3_da2

    def test_where_w3_is_square_forgetting_its_transpose_fits_and_is_wrong(self):
        net, X, Y, folded, rows = self.at("7-5-3-3", 6)
        H1, H2, D3 = rows["H1"], rows["H2"], rows["D3"]
        right = autograd.grad(self.loss, 3)(X.T, Y.T, *folded)
        agree(self.right(folded, rows), right, 1e-12)
        agree(net.gradient(X, Y, wrt="W2"), right[1:], 1e-12)
        assert off(self.with_ones(H1).T @ ((D3 @ folded[2][1:]) * H2 * (1 - H2)), right) > 0.1


class TestWhereOneOverMComesFrom:
    """J = (1/m) Σ L: the 1/m enters once, by the loss, and dJ/dW = (1/m) dZ Aᵀ.

    community.deeplearning.ai/t/396076. dZ is here what each sample's own loss gives.
    """

    M = 6

    def at(self, reduction):
        net = Network.parse("4-3-2", "tanh", "half_squared_error", seed=5, reduction=reduction)
        X, Y = net.example(self.M)
        v = net.values(X, Y)
        dZ2 = (v["a2"] - Y) * (1 - v["a2"] ** 2)
        dZ1 = (v["W2"].T @ dZ2) * (1 - v["a1"] ** 2)
        return net, X, Y, {"W2": dZ2 @ v["a1"].T, "W1": dZ1 @ X.T}, dZ1

    def truth(self, net, X, Y, wrt):
        def J(moved):
            p = {**net.parameters, wrt: moved}
            a1 = np.tanh(linear(X, p["W1"], p["b1"]))
            losses = np.sum((np.tanh(linear(a1, p["W2"], p["b2"])) - Y) ** 2, axis=0) / 2
            return np.mean(losses)

        return autograd.grad(J)(net.parameters[wrt])

    def test_the_mean_gives_one_over_m_and_the_sum_gives_none(self):
        mean, total = self.at("mean"), self.at("sum")
        for wrt in ("W1", "W2"):
            net, X, Y, products, _ = mean
            G = net.gradient(X, Y, wrt=wrt, layout="denominator")
            agree(G, self.truth(net, X, Y, wrt), 1e-12)
            agree(G, products[wrt] / self.M, 1e-13)
            agree(total[0].gradient(X, Y, wrt=wrt, layout="denominator"), products[wrt], 1e-13)

    def test_forgotten_it_is_off_by_m_minus_1_and_taken_twice_by_1_minus_1_over_m(self):
        net, X, Y, products, _ = self.at("mean")
        for wrt, forgotten in products.items():
            G = net.gradient(X, Y, wrt=wrt, layout="denominator")
            assert off(forgotten, G) == pytest.approx(5.0, rel=1e-12)
            assert off(forgotten / self.M**2, G) == pytest.approx(5 / 6, rel=1e-12)

    def test_it_enters_at_the_top_and_everything_below_passes_it_on(self):
        net, X, Y, _, dZ1 = self.at("mean")
        agree(net.deltas(X, Y)["δ1"], dZ1 / self.M, 1e-13)
        factors = net.factors(X, Y, of="L", wrt="W1")
        single = [net.factors(X[:, 0], Y[:, 0], of="L", wrt="W1")[k].as_matrix()
                  for k in range(len(factors))]  # fmt: skip
        loss, *others = (factor.as_matrix() for factor in factors)
        agree(loss[:, :2], single[0] / self.M, 1e-14)
        for factor, alone in zip(others, single[1:], strict=True):
            agree(factor[: len(alone), : alone.shape[1]], alone, 1e-14)

    def test_it_is_the_mean_of_the_samples_own_gradients(self):
        net, X, Y, *_ = self.at("mean")
        own = [net.gradient(X[:, k], Y[:, k], wrt="W1") for k in range(self.M)]
        agree(net.gradient(X, Y, wrt="W1"), sum(own) / self.M, 1e-13)

    def test_the_trace_prints_it_once_for_numbers_and_for_letters(self):
        net, *_ = self.at("mean")
        for samples, printed in (
            (6, "((a2 - y)/6) ⊙ tanh'(z2)"),
            ("N", "((a2 - y)/N) ⊙ tanh'(z2)"),
        ):
            text = dimension_trace(net, wrt="W1", samples=samples).to_markdown()
            sweep = text.split("WITHOUT THE MATRICES")[1].split("\n- ")[0]
            assert f"`{printed}`" in sweep
            assert sweep.count(f"/{samples}") == 1
        without, *_ = self.at("sum")
        text = dimension_trace(without, wrt="W1", samples=6).to_markdown()
        assert "/6" not in text.split("WITHOUT THE MATRICES")[1].split("\n- ")[0]


class TestWeightsStoredTheOtherWayRound:
    """Z = Wᵀ A gives dW = (1/m) A dZᵀ; Z = W A gives (1/m) dZ Aᵀ: each shaped as its own W.

    stats.stackexchange.com/questions/411203 has the first Z with the second dW.
    """

    GRAPH = """
        input a: {n}
        target y: {m}
        parameters W: {shape}, b: {m}
        z = {W} @ a + b
        L = half_squared_error(z, y, reduction="mean")
    """

    def at(self, n, m, *, transposed):
        shape, W = (f"{n}×{m}", "W.T") if transposed else (f"{m}×{n}", "W")
        net = Network.graph(self.GRAPH.format(n=n, m=m, shape=shape, W=W), seed=6)
        A, Y = net.example(7)
        return net, A, Y, net.values(A, Y)["z"] - Y

    @staticmethod
    def truth(net, A, Y, *, transposed):
        def J(W):
            z = linear(A, W.T if transposed else W, net.parameters["b"])
            return np.sum((z - Y) ** 2) / 2 / 7

        return autograd.grad(J)(net.parameters["W"])

    @pytest.mark.parametrize("transposed", [True, False])
    def test_each_form_has_its_own_gradient(self, transposed):
        net, A, Y, dZ = self.at(5, 3, transposed=transposed)
        right = (A @ dZ.T if transposed else dZ @ A.T) / 7
        G = net.gradient(A, Y, wrt="W", layout="denominator")
        agree(G, right, 1e-13)
        agree(G, self.truth(net, A, Y, transposed=transposed), 1e-12)
        agree(net.gradient(A, Y, wrt="W"), right.T, 1e-13)
        assert G.shape == net.parameters["W"].shape
        agree(net.jacobian(A, Y, of="L", wrt="W"), column(right).T, 1e-13)

    def test_what_was_written_is_the_transpose_and_does_not_fit(self):
        net, A, Y, dZ = self.at(5, 3, transposed=True)
        G = net.gradient(A, Y, wrt="W", layout="denominator")
        written = dZ @ A.T / 7
        assert (G.shape, written.shape) == ((5, 3), (3, 5))
        agree(written, G.T, 1e-13)
        with pytest.raises(ValueError, match="could not be broadcast"):
            net.parameters["W"] - written

    def test_where_both_widths_are_equal_it_fits_and_is_wrong(self):
        net, A, Y, dZ = self.at(4, 4, transposed=True)
        G = net.gradient(A, Y, wrt="W", layout="denominator")
        agree(G, self.truth(net, A, Y, transposed=True), 1e-12)
        assert off(dZ @ A.T / 7, G) > 0.1

    def test_the_trace_says_where_it_is_turned_back(self):
        net, *_ = self.at(5, 3, transposed=True)
        numerator, denominator = dimension_trace(net, wrt="W", samples=7).to_dict()["derivatives"]
        assert denominator["collapsed"] == "a g_zᵀ"
        assert denominator["gradient_shape"] == [5, 3]
        assert numerator["gradient_shape"] == [3, 5]
        assert numerator["factors"][-1]["structure"] == "selection"


class TestSoftmaxIsNotItsDiagonal:
    """E = -Σ t log o, o = softmax(z): dE/dz_j = Σ_k dE/do_k do_k/dz_j = o_j - t_j.

    stats.stackexchange.com/questions/235528 keeps k = j alone: -t_j/o_j · o_j (1 - o_j).
    """

    net = Network.parse("3-4", "softmax", "cross_entropy", seed=7)
    x, t = numpy.array([0.4, -1.1, 0.7]), numpy.array([0.0, 0.0, 1.0, 0.0])
    o = net.values(x)["a1"]

    @staticmethod
    def truth(net, x, t):
        return autograd.grad(lambda z: -np.sum(t * np.log(softmax(z))))(net.values(x)["z1"])

    def test_the_sum_over_all_outputs_is_o_minus_t(self):
        agree(self.o - self.t, self.truth(self.net, self.x, self.t), 1e-13)
        agree(self.net.jacobian(self.x, self.t, of="L", wrt="z1"), (self.o - self.t)[None], 1e-13)
        agree(self.net.deltas(self.x, self.t)["δ1"], (self.o - self.t)[:, None], 1e-13)
        G = self.net.gradient(self.x, self.t, wrt="W1", layout="denominator")
        agree(G, numpy.outer(self.o - self.t, self.x), 1e-13)

    def test_the_diagonal_alone_fits_and_is_wrong_but_at_the_class_itself(self):
        right, diagonal_alone = self.o - self.t, self.t * (self.o - 1)
        assert off(diagonal_alone, right) > 0.1
        agree(diagonal_alone[2:3], right[2:3], 1e-14)
        assert not diagonal_alone[[0, 1, 3]].any()
        G = self.net.gradient(self.x, self.t, wrt="W1", layout="denominator")
        assert off(numpy.outer(diagonal_alone, self.x), G) > 0.1

    def test_every_output_depends_on_every_input(self):
        J = self.net.jacobian(self.x, of="a1", wrt="z1")
        agree(J, numpy.diag(self.o) - numpy.outer(self.o, self.o), 1e-14)
        agree(J, autograd.jacobian(softmax)(self.net.values(self.x)["z1"]), 1e-13)
        assert (numpy.asarray(J)[~numpy.eye(4, dtype=bool)] < 0).all()
        summed = (-self.t / self.o)[None] @ numpy.asarray(J)
        agree(summed, (self.o - self.t)[None], 1e-13)

    def test_the_comparison_does_not_offer_the_hadamard_form(self):
        z, g = self.net.values(self.x)["z1"], -self.t / self.o
        text = " ".join(str(collapse(Softmax(), z, g=g)).split())
        assert "⊙ is not on offer: the Jacobian is not diagonal." in text
        trace = " ".join(str(dimension_trace(self.net, wrt="z1")).split())
        assert "Its diagonal alone, written as ⊙, has the right shape and is wrong." in trace

    @pytest.mark.parametrize("samples", [1, 5])
    def test_o_minus_t_needs_targets_that_sum_to_1(self, samples):
        (T,) = drawn((4, samples))
        P = softmax(drawn((4, samples), seed=12)[0])
        Z = numpy.log(P)
        loss = SoftmaxCrossEntropy(reduction="sum")
        right = P * T.sum(0) - T
        agree(autograd.grad(lambda Z: -np.sum(T * np.log(softmax(Z))))(Z), right, 1e-12)
        agree(loss.jacobian(Z, T), column(right).T, 1e-12)
        agree(loss.vjp(1.0, Z, T), right, 1e-12)
        assert off(P - T, right) > 0.1

    def test_by_cross_entropy_behind_softmax_the_same_holds(self):
        t = numpy.array([0.3, -0.2, 1.4, 0.8])
        right = self.o * t.sum() - t
        agree(self.net.jacobian(self.x, t, of="L", wrt="z1"), right[None], 1e-12)
        agree(self.net.deltas(self.x, t)["δ1"], right[:, None], 1e-12)
        assert off(self.o - t, right) > 0.1
        text = " ".join(str(dimension_trace(self.net, wrt="z1")).split())
        assert "δ1 = a1 - y, as long as y sums to 1" in text


class TestBiasOfABatch:
    """A bias that all samples share gets the sum of their errors; the error itself for one sample.

    github.com/mlpack/mlpack/pull/3679, the layer `Add`.
    """

    X, Delta = drawn((4, 6), (4, 6), seed=8)
    (b,) = drawn(4)

    def test_the_pull_back_sums_over_the_samples(self):
        layer = Add(shared=("v",))
        pulled = layer.vjp(self.Delta, self.X, self.b, wrt="v")
        truth = autograd.grad(lambda b: np.sum(self.Delta * (self.X + b[:, None])))(self.b)
        agree(pulled, truth, 1e-14)
        agree(pulled, self.Delta.sum(axis=1), 1e-14)
        J = layer.jacobian(self.X, self.b, wrt="v")
        agree(J, numpy.kron(numpy.ones((6, 1)), numpy.eye(4)), 0)
        agree(numpy.asarray(J).T @ column(self.Delta), column(truth), 1e-14)

    def test_by_the_network_it_is_delta_times_a_column_of_ones(self):
        net = Network.parse("3-4", "tanh", "half_squared_error", seed=8)
        X, Y = net.example(6)
        Delta = net.deltas(X, Y)["δ1"]
        G = net.gradient(X, Y, wrt="b1", layout="denominator")
        agree(G, Delta @ numpy.ones((6, 1)), 1e-14)
        W = net.parameters["W1"]
        truth = autograd.grad(lambda b: np.sum((np.tanh(linear(X, W, b)) - Y) ** 2) / 2)
        agree(G, truth(net.parameters["b1"])[:, None], 1e-13)
        agree(net.jacobian(X, of="z1", wrt="b1"), numpy.tile(numpy.eye(4), (6, 1)), 0)

    def test_the_error_itself_has_another_shape_unless_there_is_one_sample(self):
        net = Network.parse("3-4", "tanh", "half_squared_error", seed=8)
        for samples in (1, 6):
            X, Y = net.example(samples)
            G = net.gradient(X, Y, wrt="b1", layout="denominator")
            Delta = net.deltas(X, Y)["δ1"]
            assert (Delta.shape == G.shape) == (samples == 1)
            if samples == 1:
                agree(Delta, G, 1e-14)

    def test_what_fits_without_the_sum_is_wrong(self):
        right = Add(shared=("v",)).vjp(self.Delta, self.X, self.b, wrt="v")
        for wrong in (self.Delta[:, 0], self.Delta[:, -1], self.Delta.mean(axis=1)):
            assert off(wrong, right) > 0.1

    def test_with_as_many_samples_as_entries_the_update_broadcasts_and_breaks_the_bias(self):
        square = self.Delta[:, :4]
        assert (self.b - square).shape == (4, 4)
        right = Add(shared=("v",)).vjp(square, self.X[:, :4], self.b, wrt="v")
        assert off(square.sum(axis=0), right) > 0.1
        with pytest.raises(ValueError, match="could not be broadcast"):
            self.b - self.Delta


class TestTiedWeightsAddUp:
    """o(c + Wᵀ s(b + W x)): why is the gradient h eᵀ + d_a xᵀ, a sum of two?

    stats.stackexchange.com/questions/239943. W stands in two places, and moving it moves both.
    """

    GRAPH = """
        input x: {n}
        target t: {n}
        parameters W: {m}×{n}, b: {m}, c: {n}
        h = sigmoid(W @ x + b)
        o = sigmoid(W.T @ h + c)
        L = half_squared_error(o, t)
    """

    def at(self, n, m, samples):
        net = Network.graph(self.GRAPH.format(n=n, m=m), seed=9)
        (X,) = drawn((n, samples))
        v = net.values(X, X)
        e = (v["o"] - X) * v["o"] * (1 - v["o"])
        d_a = (v["W"] @ e) * v["h"] * (1 - v["h"])
        return net, X, d_a @ X.T, v["h"] @ e.T

    @staticmethod
    def loss(encoder, decoder, net, X):
        b, c = net.parameters["b"], net.parameters["c"]
        h = sigmoid(linear(X, encoder, b))
        return np.sum((sigmoid(linear(h, decoder.T, c)) - X) ** 2) / 2

    @pytest.mark.parametrize("samples", [1, 5])
    def test_the_gradient_is_the_sum_of_both_places(self, samples):
        net, X, encoder, decoder = self.at(4, 3, samples)
        W = net.parameters["W"]
        truth = autograd.grad(lambda W: self.loss(W, W, net, X))(W)
        G = net.gradient(X, X, wrt="W", layout="denominator")
        agree(G, truth, 1e-12)
        agree(G, decoder + encoder, 1e-13)
        agree(net.jacobian(X, X, of="L", wrt="W"), column(truth).T, 1e-12)

    def test_each_term_is_the_partial_derivative_by_its_own_place(self):
        net, X, encoder, decoder = self.at(4, 3, 5)
        W = net.parameters["W"]
        agree(encoder, autograd.grad(self.loss, 0)(W, W, net, X), 1e-12)
        agree(decoder, autograd.grad(self.loss, 1)(W, W, net, X), 1e-12)
        by_path = [
            numpy.linalg.multi_dot([factor.as_matrix() for factor in path])
            for path in net.paths(X, X, of="L", wrt="W")
        ]
        for term in (encoder, decoder):
            assert any(numpy.allclose(path, column(term).T, rtol=1e-12) for path in by_path)
        assert len(by_path) == 2

    def test_one_use_alone_is_wrong(self):
        net, X, encoder, decoder = self.at(4, 3, 5)
        G = net.gradient(X, X, wrt="W", layout="denominator")
        assert off(decoder, G) > 0.1
        assert off(encoder, G) > 0.1

    def test_where_w_is_square_the_decoders_term_must_still_be_turned_back(self):
        net, X, encoder, decoder = self.at(4, 4, 5)
        W = net.parameters["W"]
        G = net.gradient(X, X, wrt="W", layout="denominator")
        agree(G, autograd.grad(lambda W: self.loss(W, W, net, X))(W), 1e-12)
        assert off(decoder.T + encoder, G) > 0.1
        net, X, encoder, decoder = self.at(4, 3, 5)
        with pytest.raises(ValueError, match="could not be broadcast"):
            decoder.T + encoder


class TestBackThroughBatchNorm:
    """z = γ x̂ + β, a = f(z): dL/dz = dL/da ⊙ f'(z), and below it every sample moves the means.

    community.deeplearning.ai/t/36190 writes f'(z) f(z) (a - y)/m.
    """

    net = Network.graph("""
        input x: 3
        target y: 3
        parameters gamma: 3, beta: 3
        z = batch_norm(x, gamma, beta)
        a = sigmoid(z)
        L = half_squared_error(a, y, reduction="mean")
    """, seed=10)  # fmt: skip
    X, Y = net.example(5)
    v = net.values(X, Y)

    def loss(self, z):
        return np.sum((sigmoid(z) - self.Y) ** 2) / 2 / 5

    def z_of(self, X):
        normalised = references.normalisation(np)["batch norm"]
        return normalised(X, self.net.parameters["gamma"], self.net.parameters["beta"])

    def test_the_activation_enters_by_its_slope_alone(self):
        a, z = self.v["a"], self.v["z"]
        right = (a - self.Y) / 5 * a * (1 - a)
        G = self.net.gradient(self.X, self.Y, wrt="z", layout="denominator")
        agree(G, right, 1e-13)
        agree(G, autograd.grad(self.loss)(z), 1e-12)
        agree(self.net.jacobian(self.X, self.Y, of="L", wrt="z"), column(right).T, 1e-13)

    def test_what_was_written_has_a_factor_too_many_and_fits(self):
        a = self.v["a"]
        G = self.net.gradient(self.X, self.Y, wrt="z", layout="denominator")
        written = a * (1 - a) * a * (a - self.Y) / 5
        assert off(written, G) > 0.1
        names = [J.name for J in self.net.factors(self.X, self.Y, of="L", wrt="z")]
        assert names == ["∂L/∂a", "∂a/∂z"]

    def test_gamma_and_beta_get_sums_over_the_samples(self):
        G = self.net.gradient(self.X, self.Y, wrt="z", layout="denominator")
        xhat = (self.X - self.X.mean(1, keepdims=True)) / numpy.sqrt(
            self.X.var(1, keepdims=True) + 1e-5
        )
        by_gamma, by_beta = (self.net.gradient(self.X, self.Y, wrt=name, layout="denominator")
                             for name in ("gamma", "beta"))  # fmt: skip
        agree(by_gamma, (G * xhat).sum(1, keepdims=True), 1e-13)
        agree(by_beta, G.sum(1, keepdims=True), 1e-13)
        assert off((G * xhat).mean(1, keepdims=True), by_gamma) > 0.1

    def test_by_x_the_total_derivative_is_not_the_one_with_mean_and_spread_held_fixed(self):
        truth = autograd.grad(lambda X: self.loss(self.z_of(X)))(self.X)
        G = self.net.gradient(self.X, self.Y, wrt="x", layout="denominator")
        agree(G, truth, 1e-11)
        J = self.net.jacobian(self.X, self.Y, of="L", wrt="x", layout="denominator")
        agree(J, column(truth), 1e-11)
        above = self.net.gradient(self.X, self.Y, wrt="z", layout="denominator")
        s = numpy.sqrt(self.X.var(1, keepdims=True) + 1e-5)
        held_fixed = self.net.parameters["gamma"][:, None] / s * above
        assert off(held_fixed, G) > 0.1


class TestWhichAxisTheBiasSumsOver:
    """Rows as samples, F = X W + 1 bᵀ: dW = Xᵀ dF and db_k = Σ_n dF[n, k].

    math.stackexchange.com/questions/2202549 writes db = (Σ_i dF[1, i], Σ_i dF[2, i], …).
    """

    GRAPH = """
        input x: {D}
        target y: {K}
        parameters W: {D}×{K}, b: {K}
        f = W.T @ x + b
        L = half_squared_error(f, y)
    """

    def at(self, N, D, K):
        """The same in columns: X and dF are the transposes of what the packages take and give."""
        net = Network.graph(self.GRAPH.format(D=D, K=K), seed=12)
        X, Y = (array.T for array in net.example(N))
        F = X @ net.parameters["W"] + net.parameters["b"]
        return net, X, Y, F - Y

    @staticmethod
    def loss(W, b, X, Y):
        return np.sum((np.dot(X, W) + b - Y) ** 2) / 2

    def test_weights_and_bias_in_rows(self):
        net, X, Y, dF = self.at(N=6, D=3, K=4)
        by_W, by_b = (net.gradient(X.T, Y.T, wrt=name, layout="denominator") for name in ("W", "b"))
        W, b = net.parameters["W"], net.parameters["b"]
        agree(net.gradient(X.T, Y.T, wrt="f", layout="denominator").T, dF, 1e-13)
        agree(by_W, autograd.grad(self.loss, 0)(W, b, X, Y), 1e-12)
        agree(by_b[:, 0], autograd.grad(self.loss, 1)(W, b, X, Y), 1e-12)
        agree(by_W, X.T @ dF, 1e-13)
        agree(by_b[:, 0], dF.sum(axis=0), 1e-13)

    def test_entry_k_is_the_sum_over_the_samples(self):
        net, X, Y, dF = self.at(N=6, D=3, K=4)
        J = net.jacobian(X.T, Y.T, of="f", wrt="b")
        tensor = J.tensor()
        assert tensor.shape == (4, 6, 4)
        for k, n, l in numpy.ndindex(4, 6, 4):
            assert tensor[k, n, l] == (k == l)
        G = net.gradient(X.T, Y.T, wrt="b", layout="denominator")
        for k in range(4):
            agree(G[k, 0], sum(dF[n, k] for n in range(6)), 1e-13)

    def test_the_other_axis_has_an_entry_for_each_sample_and_does_not_fit(self):
        net, _, _, dF = self.at(N=6, D=3, K=4)
        written = dF.sum(axis=1)
        assert (written.shape, net.parameters["b"].shape) == ((6,), (4,))
        with pytest.raises(ValueError, match="could not be broadcast"):
            net.parameters["b"] - written

    def test_with_as_many_samples_as_outputs_it_fits_and_is_wrong(self):
        net, X, Y, dF = self.at(N=4, D=3, K=4)
        G = net.gradient(X.T, Y.T, wrt="b", layout="denominator")
        agree(G[:, 0], autograd.grad(self.loss, 1)(*net.parameters.values(), X, Y), 1e-12)
        assert off(dF.sum(axis=1), G[:, 0]) > 0.1


class TestJacobianOfABatch:
    """∂Z/∂A of a batch is (m, N, n, N): zero between samples, each one's own on the diagonal."""

    A, Delta = drawn((3, 5), (4, 5), seed=13)
    W, b = drawn((4, 3), (4,), seed=14)
    layer = Linear(W, b)

    def test_a_linear_layer_has_w_for_each_sample_and_zeros_between_them(self):
        J = self.layer.jacobian(self.A)
        tensor = J.tensor()
        assert tensor.shape == (4, 5, 3, 5)
        for k, l in numpy.ndindex(5, 5):
            agree(tensor[:, k, :, l], self.W if k == l else numpy.zeros((4, 3)), 0)
        agree(J, numpy.kron(numpy.eye(5), self.W), 0)
        assert str(J.operator) == "I₅ ⊗ W"
        agree(tensor, autograd.jacobian(linear)(self.A, self.W, self.b), 1e-14)
        turned = self.layer.jacobian(self.A, layout="denominator").tensor()
        agree(turned, numpy.transpose(tensor, (2, 3, 0, 1)), 0)
        assert off(numpy.kron(self.W, numpy.eye(5)), J) > 0.1, "rows stacked, not columns"

    def test_pulled_back_to_what_samples_share_their_jacobians_add_up(self):
        by_W, by_b = (self.layer.jacobian(self.A, wrt=name) for name in ("W", "b"))
        agree(by_W, numpy.kron(self.A.T, numpy.eye(4)), 0)
        agree(by_b, numpy.kron(numpy.ones((5, 1)), numpy.eye(4)), 0)
        agree(by_W.as_matrix().T @ column(self.Delta), column(self.Delta @ self.A.T), 1e-14)
        agree(by_b.as_matrix().T @ column(self.Delta), column(self.Delta @ numpy.ones(5)), 1e-14)
        truth = autograd.grad(lambda W: np.sum(self.Delta * linear(self.A, W, self.b)))(self.W)
        agree(self.layer.vjp(self.Delta, self.A, wrt="W"), truth, 1e-13)
        for k in range(5):
            assert off(numpy.outer(self.Delta[:, k], self.A[:, k]), truth) > 0.1

    def test_a_network_has_each_samples_own_jacobian_on_the_diagonal_of_blocks(self):
        net = Network.parse("3-5-2", ["tanh", "softmax"], seed=15)
        (X,) = drawn((3, 6), seed=16)
        tensor = net.jacobian(X).tensor()
        own = per_sample_jacobians(net, X, wrt="x")
        assert (tensor.shape, own.shape) == ((2, 6, 3, 6), (6, 2, 3))
        W1, b1, W2, b2 = net.parameters.values()

        def f(x):
            return softmax(linear(np.tanh(linear(x, W1, b1)), W2, b2))

        agree(tensor, autograd.jacobian(f)(X), 1e-12)
        for k, l in numpy.ndindex(6, 6):
            if k == l:
                agree(tensor[:, k, :, k], own[k], 1e-14)
                agree(own[k], autograd.jacobian(f)(X[:, k]), 1e-12)
            else:
                assert not tensor[:, k, :, l].any()

    def test_each_samples_own_jacobian_by_the_weights_adds_up_to_the_gradient(self):
        net = Network.parse("3-4-2", "tanh", "half_squared_error", seed=17)
        X, Y = net.example(6)
        own = per_sample_jacobians(net, X)
        E = net(X) - Y
        G = numpy.einsum("kmp,mk->p", own, E)
        agree(net.gradient(X, Y, wrt="parameters"), G[None], 1e-12)
        stacked = net.jacobian(X, wrt="parameters")
        agree(stacked, own.reshape(12, -1), 1e-13)
        mean = Network.parse("3-4-2", "tanh", "half_squared_error", seed=17, reduction="mean")
        agree(mean.gradient(X, Y, wrt="parameters"), G[None] / 6, 1e-12)
        assert off(G[None], mean.gradient(X, Y, wrt="parameters")) == pytest.approx(5, rel=1e-9)
        assert off(own.sum(0).T @ E.sum(1), G) > 0.1, "sums do not multiply"

    @pytest.mark.parametrize("kind", ["batch norm", "layer norm"])
    def test_normalisations_fill_other_blocks(self, kind):
        gamma, beta = drawn((3,), (3,), seed=18)
        layer = {"batch norm": BatchNorm, "layer norm": LayerNorm}[kind](gamma, beta)
        tensor = layer.jacobian(self.A).tensor()
        plain = references.normalisation(np)[kind]
        agree(tensor, autograd.jacobian(plain)(self.A, gamma, beta), 1e-11)
        between = [tensor[:, k, :, l] for k, l in numpy.ndindex(5, 5) if k != l]
        own = [tensor[:, k, :, k] for k in range(5)]
        off_diagonal = ~numpy.eye(3, dtype=bool)
        if kind == "batch norm":
            for block in [*between, *own]:
                assert numpy.diag(block).all()
                assert not block[off_diagonal].any()
        else:
            assert not any(block.any() for block in between)
            assert all(block[off_diagonal].all() for block in own)

    def test_the_sum_over_the_output_samples_gives_each_own_one_only_if_nothing_couples_them(self):
        """What `grad(sum(f(X)))` relies on."""
        gamma, beta = drawn((3,), (3,), seed=18)
        for layer, relies in ((LayerNorm(gamma, beta), True), (BatchNorm(gamma, beta), False)):
            tensor = layer.jacobian(self.A).tensor()
            summed = tensor.sum(axis=1)
            own = numpy.stack([tensor[:, k, :, k] for k in range(5)], axis=2)
            assert (off(summed, own) < 1e-12) == relies

    def test_where_samples_are_coupled_none_has_a_jacobian_of_its_own(self):
        net = Network([Linear(self.W, self.b), BatchNorm(numpy.ones(4), numpy.zeros(4))])
        with pytest.raises(LayoutError, match="couples the samples"):
            per_sample_jacobians(net, self.A)

    def test_the_trace_has_the_same_shapes_for_numbers_and_for_a_letter(self):
        net = Network.parse("3-4", "tanh", "half_squared_error")
        for samples, shape, text in ((5, [20, 15], "I₅ ⊗ W1"), ("N", ["4*N", "3*N"], "I_N ⊗ W1")):
            trace = dimension_trace(net, of="z1", wrt="x", samples=samples)
            numerator, denominator = trace.to_dict()["derivatives"]
            assert numerator["shape"] == shape
            assert denominator["shape"] == shape[::-1]
            assert numerator["factors"][0]["text"] == text
