"""Each sample's own Jacobian against autograd and complex steps of plain functions."""

from itertools import pairwise

import autograd
import autograd.numpy
import numpy as np
import pytest

from jacobians import (
    Custom,
    Identity,
    Linear,
    Network,
    Sigmoid,
    Tanh,
    per_sample_jacobians,
    singular_values,
)
from jacobians.data_sets.plain_rows import are_rows
from jacobians.layers import Layer
from layouts import DENOMINATOR, InputError, ShapeError, TooLargeError
from tests import references

rng = np.random.default_rng(11)
N = 7
NETWORKS = {
    # a plain row of layers            its own path
    "4-3 identity": True,
    "4-5-3 tanh,tanh": True,
    "4-6-5-3 sin,sigmoid,identity": True,
    "4-5-3 tanh,softmax": False,
    "4-3 log softmax": False,
}  # fmt: skip


class Plain:
    """The network once more, a function of one sample and of all parameters by vec."""

    def __init__(self, written):
        sizes, self.activations = written.split(" ", 1)
        self.sizes = [int(size) for size in sizes.split("-")]
        words = self.activations.replace(" ", "_").split(",")
        self.net = Network.parse(sizes, activation=words, seed=3)
        self.theta = np.concatenate(
            [value.reshape(-1, order="F") for value in self.net.parameters.values()]
        )
        self.X = rng.standard_normal((self.sizes[0], N))

    def __call__(self, module, theta, x):
        functions = {**references.elementwise(module), **references.mixing(module)}
        for (n, m), name in zip(pairwise(self.sizes), self.activations.split(","), strict=True):
            W, b, theta = theta[: m * n], theta[m * n : m * n + m], theta[m * n + m :]
            x = functions[name](module.dot(module.reshape(W, (n, m)).T, x) + b)
        return x

    def by_autograd(self, argument):
        function = autograd.jacobian(lambda *both: self(autograd.numpy, *both), argument)
        return np.stack([function(self.theta, x) for x in self.X.T])

    def by_complex_steps(self):
        steps = 1e-30j * np.eye(self.theta.size)
        return np.stack([
            np.stack([self(np, self.theta + step, x).imag / 1e-30 for step in steps], axis=1)
            for x in self.X.T
        ])  # fmt: skip


@pytest.fixture(params=NETWORKS)
def plain(request):
    return Plain(request.param)


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-13)


def sample_by_sample(net, X, **asked):
    return np.stack([np.asarray(net.jacobian(x, **asked)) for x in X.T])


def test_by_all_parameters_it_is_autograds_and_that_of_complex_steps(plain):
    J = per_sample_jacobians(plain.net, plain.X)
    assert J.shape == (N, plain.sizes[-1], plain.theta.size)
    close(J, plain.by_autograd(0))
    close(J, plain.by_complex_steps())


def test_in_denominator_layout_each_is_transposed(plain):
    J = per_sample_jacobians(plain.net, plain.X, layout="denominator")
    close(J, plain.by_autograd(0).transpose(0, 2, 1))


def test_by_the_input_and_by_one_parameter(plain):
    close(per_sample_jacobians(plain.net, plain.X, wrt="x"), plain.by_autograd(1))
    m, n = plain.net.parameters["W1"].shape
    close(per_sample_jacobians(plain.net, plain.X, wrt="W1"), plain.by_autograd(0)[:, :, : m * n])
    b1 = per_sample_jacobians(plain.net, plain.X, wrt="b1", layout=DENOMINATOR)
    close(b1, plain.by_autograd(0)[:, :, m * n : m * n + m].transpose(0, 2, 1))


def test_weights_stacked_by_rows_would_be_seen():
    plain = Plain("4-5-3 tanh,tanh")
    J, expected = per_sample_jacobians(plain.net, plain.X, wrt="W1"), plain.by_autograd(0)
    by_rows = expected[:, :, :20].reshape(N, 3, 4, 5).transpose(0, 1, 3, 2).reshape(N, 3, 20)
    assert not np.allclose(J, by_rows)


def test_of_a_value_on_the_way_by_what_it_does_not_reach():
    net = Network.parse("4-5-3", activation="tanh", seed=2)
    X = rng.standard_normal((4, N))
    slopes = 1 - np.tanh(net.parameters["W1"] @ X + net.parameters["b1"][:, None]) ** 2
    J = per_sample_jacobians(net, X, of="a1", wrt="z1")
    close(J, [np.diag(s) for s in slopes.T])
    np.testing.assert_array_equal(
        per_sample_jacobians(net, X, of="a1", wrt="W2"), np.zeros((N, 5, 15))
    )


def linear(m, n, *, bias=True):
    return Linear(rng.standard_normal((m, n)), rng.standard_normal(m) if bias else None)


ROWS = {
    "a layer without bias": [linear(6, 4), Tanh(), linear(5, 6, bias=False), Tanh(), linear(3, 5)],
    "identities": [linear(5, 4), Identity(), linear(3, 5), Identity()],
    "two activations in a row": [linear(5, 4), Tanh(), Sigmoid(), linear(3, 5), Tanh(), Sigmoid()],
    "an activation before any layer": [Tanh(), linear(3, 4), Tanh()],
    "linear layers alone": [linear(5, 4), linear(6, 5), linear(3, 6)],
    "wide": [linear(150, 4), Tanh(), linear(3, 150), Tanh()],
}


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("samples", [1, 2, 9])
def test_all_samples_at_once_are_the_chain_sample_by_sample(name, samples):
    net, X = Network(ROWS[name]), rng.standard_normal((4, samples))
    assert are_rows(net, net.prediction)
    J = per_sample_jacobians(net, X)
    assert len(J) == samples
    close(J, sample_by_sample(net, X, wrt="parameters"))


@pytest.mark.parametrize("name", NETWORKS)
def test_only_a_plain_row_takes_all_samples_at_once(name):
    net = Plain(name).net
    assert are_rows(net, net.prediction) is NETWORKS[name]
    assert not are_rows(net, "z1") or net.prediction == "z1"


class Doubled(Tanh):
    """A wrong rule that the result must show."""

    def rules(self, Z, *, names):
        rule = super().rules(Z, names=names)["x"]
        return {"x": rule._replace(jacobian=lambda: rule.jacobian().scaled(2.0))}


def test_rules_that_are_not_the_packages_own_are_not_bypassed():
    honest = Network([linear(3, 4), Tanh()])
    X = rng.standard_normal((4, N))
    other = Network([honest.layers[0], Doubled()])
    close(per_sample_jacobians(other, X), 2 * per_sample_jacobians(honest, X))


def test_a_layer_used_twice_has_both_its_paths():
    shared = linear(4, 4)
    net, X = Network([shared, Tanh(), shared]), rng.standard_normal((4, N))
    assert not are_rows(net, net.prediction)
    W, b = shared.W, shared.b

    def function(W, x):
        return W @ np.tanh(W @ x + b) + b

    steps = [1e-30j * unit.reshape(4, 4, order="F") for unit in np.eye(16)]
    expected = [[function(W + step, x).imag / 1e-30 for step in steps] for x in X.T]
    close(per_sample_jacobians(net, X, wrt="W1"), np.transpose(expected, (0, 2, 1)))


GRAPH = """
input x: 4
parameters W: 4×4, b: 4, V: 3×4
h = tanh(W @ x + b)
r = x + W @ h
p = V @ (r * h)
"""


def test_in_a_graph_the_paths_of_each_sample_are_summed():
    net, X = Network.graph(GRAPH, seed=4), rng.standard_normal((4, N))
    sizes = {name: value.size for name, value in net.parameters.items()}
    assert sizes == {"W": 16, "b": 4, "V": 12}
    assert not are_rows(net, net.prediction)

    def function(theta, x):
        W, V = theta[:16].reshape(4, 4, order="F"), theta[20:].reshape(3, 4, order="F")
        h = np.tanh(W @ x + theta[16:20])
        return V @ ((x + W @ h) * h)

    theta = np.concatenate([value.reshape(-1, order="F") for value in net.parameters.values()])
    steps = 1e-30j * np.eye(32)
    expected = [[function(theta + step, x).imag / 1e-30 for step in steps] for x in X.T]
    close(per_sample_jacobians(net, X, layout="denominator"), expected)
    close(per_sample_jacobians(net, X, wrt="V"), np.transpose(expected, (0, 2, 1))[:, :, 20:])


COUPLED = {
    "BatchNorm": "parameters gamma: 4, beta: 4\nz = batch_norm(tanh(x), gamma, beta)",
    "SumOverSamples": "parameters v: 4\nz = tanh(x) - v * sum_over_samples(x)",
}


@pytest.mark.parametrize("layer", COUPLED)
def test_the_packages_own_layers_that_couple_samples_are_refused(layer):
    net = Network.graph("input x: 4\n" + COUPLED[layer])
    with pytest.raises(InputError, match=rf" = {layer}\(.*\) couples the samples: what one"):
        per_sample_jacobians(net, np.ones((4, N)))


@pytest.mark.parametrize(("inputs", "said"), [
    ("x: 4\ninput u: 4\nz = x + u", "x 4 and u 4"), ("X: 4×2\nz = tanh(X)", "X 4×2"),
])  # fmt: skip
def test_samples_of_several_inputs_or_of_a_matrix_are_refused(inputs, said):
    message = (
        f"the network takes {said}: samples stand in the columns of X only where there is one "
        r"input, and that a vector\. For one sample ask net\.jacobian\."
    )
    with pytest.raises(InputError, match=message):
        per_sample_jacobians(Network.graph("input " + inputs), np.ones((4, N)), wrt="z")


def test_functions_given_as_code_are_differentiated():
    layer = Custom(lambda x: x[:2] * x[2:], jacobian=lambda x: np.hstack([np.diag(x[2:]), np.diag(x[:2])]))  # noqa: E501  # fmt: skip
    X = rng.standard_normal((4, N))
    J = per_sample_jacobians(Network([layer]), X, wrt="x")
    close(J[3], [[X[2, 3], 0, X[0, 3], 0], [0, X[3, 3], 0, X[1, 3]]])


def test_summed_with_cotangents_it_is_the_gradient(plain):
    net, X = plain.net, plain.X
    Y = rng.standard_normal((plain.sizes[-1], N))

    def loss(theta):
        return sum(
            ((plain(autograd.numpy, theta, x) - y) ** 2).sum() / 2
            for x, y in zip(X.T, Y.T, strict=True)
        )

    delta = net(X) - Y
    summed = np.einsum("kip,ik->p", per_sample_jacobians(net, X), delta)
    close(summed, autograd.grad(loss)(plain.theta))
    by_columns = np.einsum("kpi,ik->p", per_sample_jacobians(net, X, layout="denominator"), delta)
    close(by_columns, autograd.grad(loss)(plain.theta))
    of_the_mean = per_sample_jacobians(net, X).mean(axis=0).T @ delta.sum(axis=1)
    assert not np.allclose(summed, of_the_mean)


def test_of_a_linear_layer_the_sum_is_delta_times_a_transposed():
    net, X, delta = (
        Network([linear(3, 4)]),
        rng.standard_normal((4, N)),
        rng.standard_normal((3, N)),
    )
    J = per_sample_jacobians(net, X, wrt="W1")
    summed = np.einsum("kip,ik->p", J, delta)
    close(summed.reshape(3, 4, order="F"), delta @ X.T)


PLACES = {
    "samples last in memory": lambda a, b: np.full((a, b, N), -1.0).transpose(2, 0, 1),
    "transposed": lambda a, b: np.full((N, b, a), -1.0).transpose(0, 2, 1),
    "every second, backwards": lambda a, b: np.full((2 * N, 3 * a, 2 * b), -1.0)[::-2, ::3, ::-2],
    "in Fortran order": lambda a, b: np.full((N, a, b), -1.0, order="F"),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_out_is_filled_and_returned_whatever_its_strides(plain, place, layout):
    expected = plain.by_autograd(0)
    expected = expected if layout == "numerator" else expected.transpose(0, 2, 1)
    out = PLACES[place](*expected.shape[1:])
    assert per_sample_jacobians(plain.net, plain.X, layout=layout, out=out) is out
    close(out, expected)


def test_what_stands_between_the_strides_of_out_is_left_alone():
    plain = Plain("4-5-3 tanh,tanh")
    around = np.full((2 * N, 6, 86), -1.0)
    per_sample_jacobians(plain.net, plain.X, out=around[::2, ::2, ::2])
    assert (around == -1.0).sum() == around.size - N * 3 * 43


def test_out_may_be_in_a_file(tmp_path):
    plain = Plain("4-5-3 tanh,tanh")
    out = np.memmap(tmp_path / "J", dtype=np.float64, mode="w+", shape=(N, 3, 43))
    per_sample_jacobians(plain.net, plain.X, out=out)
    out.flush()
    close(np.fromfile(tmp_path / "J").reshape(N, 3, 43), plain.by_autograd(0))


def frozen():
    out = np.empty((N, 3, 15))
    out.flags.writeable = False
    return out


WRONG_OUT = {
    "a list": ([], InputError, "out is list: a writable"),
    "another shape": (np.empty((N, 15, 3)), ShapeError, r"out has shape \(7, 15, 3\): a writable"),
    "another type": (
        np.empty((N, 3, 15), np.float32), InputError, "out has entries of type float32: a writable"
    ),
    "read-only": (frozen(), InputError, "out is read-only: a writable"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_OUT)
def test_a_wrong_out_is_refused_with_the_shape_that_is_wanted(name):
    out, kind, message = WRONG_OUT[name]
    wanted = r" float64 array of shape \(7, 3, 15\) is wanted\.$"
    with pytest.raises(kind, match=message + wanted):
        per_sample_jacobians(Network.parse("4-3"), np.ones((4, N)), out=out)


class Centred(Layer):
    """Z less the mean over its samples."""

    couples_samples = True

    def forward(self, Z):
        return Z - Z.mean(axis=1, keepdims=True)


def test_a_layer_that_couples_samples_is_refused_by_name():
    net = Network([linear(3, 4), Centred(), Tanh()])
    message = (
        r"a1 = Centred\(\) couples the samples: what one of them gives depends on the others, so "
        r"a1_2 has no Jacobian of one sample alone\.\n"
        r"net\.jacobian\(X\) is that of all samples together\."
    )
    with pytest.raises(InputError, match=message):
        per_sample_jacobians(net, np.ones((4, N)))


def test_a_coupling_layer_above_the_value_is_no_matter():
    W, X = linear(3, 4), rng.standard_normal((4, N))
    net = Network([W, Tanh(), Centred()])
    slopes = 1 - np.tanh(W(X)) ** 2
    close(per_sample_jacobians(net, X, of="a1", wrt="x"), slopes.T[:, :, None] * W.W)
    with pytest.raises(InputError, match="a1_2 has no Jacobian of one sample alone"):
        per_sample_jacobians(net, X, wrt="x")


class Total(Layer):
    """The sum over all samples; what is made of it belongs to none."""

    keeps_size = False
    reduces_samples = True

    def output_shape(self, *shapes):
        return shapes[0][:-1]

    def forward(self, X):
        return X.sum(axis=-1)


MIXED = Network.graph(
    """
    input x: 4
    parameters W: 3×4
    z = W @ x
    free = tanh(z)                 # each sample's own
    m = mean_over_samples(z)       # of all of them
    spread = free - m
    held = tanh(z - m)
    t = total(x)
    again = x * t
    V = W.T
""",
    functions={"total": Total()},
)
MADE_OF_ALL = {
    ("spread", "x"): "m", ("held", "W"): "m", ("spread", "z"): "m", ("spread", "m"): "m",
    ("again", "x"): "t", ("again", "t"): "t", ("again", "W"): "t",
}  # fmt: skip


@pytest.mark.parametrize("wrt", ["x", "z", "W", "V"])
def test_beside_what_couples_samples_each_still_has_its_own(wrt):
    X = rng.standard_normal((4, N))
    W = MIXED.parameters["W"]
    slopes = (1 - np.tanh(W @ X) ** 2).T
    expected = {
        "x": slopes[:, :, None] * W,
        "z": slopes[:, :, None] * np.eye(3),
        "W": [np.kron(x, np.diag(s)) for x, s in zip(X.T, slopes, strict=True)],
        "V": np.zeros((N, 3, 12)),
    }
    close(per_sample_jacobians(MIXED, X, of="free", wrt=wrt), expected[wrt])


@pytest.mark.parametrize(("of", "wrt"), MADE_OF_ALL)
def test_what_is_made_of_all_samples_is_nobodys_own(of, wrt):
    message = (
        rf"^{MADE_OF_ALL[of, wrt]} = .* couples the samples: .* so {of} has no Jacobian of one"
    )
    with pytest.raises(InputError, match=message):
        per_sample_jacobians(MIXED, np.ones((4, N)), of=of, wrt=wrt)


def test_taken_alone_a_sample_would_have_another_derivative_even_by_the_weights():
    X = rng.standard_normal((4, N))
    together = np.asarray(MIXED.jacobian(X, of="held", wrt="W")).reshape(N, 3, 12)
    alone = sample_by_sample(MIXED, X, of="held", wrt="W")
    assert not np.allclose(together, alone)


@pytest.mark.parametrize("of", ["V", "W", "m", "t"])
def test_a_value_that_belongs_to_no_sample_is_refused_by_name(of):
    message = (
        rf"^{of} belongs to no sample: it has one Jacobian, not one for each\. Ask net\.jacobian\.$"
    )
    with pytest.raises(InputError, match=message):
        per_sample_jacobians(MIXED, np.ones((4, N)), of=of, wrt="W")


NET = Network.parse("4-3", activation="tanh", loss="half_squared_error")
LETTERS = Network.parse("n-3", activation="tanh")
WIDE = Network.parse("300-300")
REFUSED = {
    "samples as rows": (
        NET, np.ones((N, 4)), {}, ShapeError,
        "x has 7 entries, the network takes 4.*\nHere X is 7×4, 4 samples of 7 entries, as "
        "columns; where samples are rows, give X.T.",
    ),
    "one sample": (
        NET, np.ones(4), {}, ShapeError,
        r"X has shape \(4,\): a data set is \(n, N\), samples as columns, one sample is "
        r"X\[:, None\]\.",
    ),
    "three axes": (NET, np.ones((4, 2, 3)), {}, ShapeError, r"\(n, N\), samples as columns\.$"),
    "no sample": (NET, np.ones((4, 0)), {}, ShapeError, "the data set has no samples"),
    "no entry": (NET, np.ones((0, N)), {}, ShapeError, "the data set has no entries"),
    "complex numbers": (NET, np.ones((4, N)) * 1j, {}, InputError, "X has entries of type complex"),
    "of an unknown value": (NET, np.ones((4, N)), {"of": "a7"}, InputError, "no value 'a7'"),
    "by an unknown value": (NET, np.ones((4, N)), {"wrt": "V1"}, InputError, "no value 'V1'"),
    "of the loss": (
        NET, np.ones((4, N)), {"of": "L"}, InputError,
        r"L needs a target, and no targets are taken here: ask net\.jacobian\(x, y, …\)",
    ),
    "by the target": (NET, np.ones((4, N)), {"wrt": "y"}, InputError, "y needs a target"),
    "a layout": (NET, np.ones((4, N)), {"layout": "mixed"}, InputError, "no layout 'mixed'"),
    "no parameters": (
        Network([Tanh()]), np.ones((4, N)), {}, InputError, "the network .* has no parameters"
    ),
    "sizes only": (LETTERS, np.ones((4, N)), {}, InputError, "knows its sizes only"),
    "too large a result": (
        WIDE, np.ones((300, 10)), {}, TooLargeError,
        "the full 10×300×90300 matrix would take 2,167,200,000 bytes, .*\nTake the data set in "
        "pieces, or give out=: an array of your own, perhaps in a file.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_done_is_refused_by_name(name):
    net, X, asked, kind, message = REFUSED[name]
    with pytest.raises(kind, match=message):
        per_sample_jacobians(net, X, **asked)


def test_the_callers_data_are_left_alone_and_may_be_read_only():
    X = rng.standard_normal((4, N))
    before = X.copy()
    X.flags.writeable = False
    expected = per_sample_jacobians(NET, X)
    np.testing.assert_array_equal(X, before)
    whole_numbers = np.arange(4 * N).reshape(4, N)
    close(per_sample_jacobians(NET, whole_numbers), per_sample_jacobians(NET, 1.0 * whole_numbers))
    assert expected.flags.writeable


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("words", ["tanh,relu", "exp,identity", "tanh,softmax"])
@pytest.mark.parametrize("wrt", ["parameters", "x", "W1"])
def test_what_is_not_finite_stays_with_its_sample_and_warns_nobody(bad, words, wrt):
    net, X = Network.parse("4-5-3", words.split(","), seed=2), rng.standard_normal((4, N))
    clean = per_sample_jacobians(net, X, wrt=wrt)
    X[1, [0, 3]] = bad  # the first sample is the one by which sizes are found
    J = per_sample_jacobians(net, X, wrt=wrt)
    others = [k for k in range(N) if k not in (0, 3)]
    np.testing.assert_allclose(J[others], clean[others], rtol=1e-12, atol=1e-14)
    with np.errstate(all="ignore"):
        own = np.asarray(net.jacobian(X[:, 3], wrt=wrt))
    both = np.isfinite(J[3]) & np.isfinite(own)
    np.testing.assert_allclose(J[3][both], own[both], rtol=1e-12, atol=1e-14)
    assert np.isnan(J[3]).any() or np.isinf(bad)


def test_zeros_beside_a_diagonal_are_written_not_computed():
    net, X = Network.parse("4-3", activation="tanh"), np.full((4, 2), np.nan)
    J = per_sample_jacobians(net, X).reshape(2, 3, 5, 3)
    np.testing.assert_array_equal(np.isnan(J[1]), np.eye(3, dtype=bool)[:, None, :].repeat(5, 1))
    assert (J[~np.isnan(J)] == 0).all()
    with np.errstate(all="ignore"):
        by_weights = np.asarray(net.jacobian(X[:, 1], wrt="W1"))
    np.testing.assert_array_equal(J[1].reshape(3, 15)[:, :12], by_weights)


@pytest.mark.parametrize("ask", [per_sample_jacobians, singular_values])
def test_a_notation_is_no_network(ask):
    with pytest.raises(InputError, match=r"^'2-3' is no Network: make one, Network\.parse"):
        ask("2-3", np.ones((2, N)))


def test_many_samples_go_in_chunks_and_agree(monkeypatch):
    net, X = Network.parse("4-5-3", activation="tanh"), rng.standard_normal((4, 23))
    told = []
    monkeypatch.setattr("jacobians.data_sets.per_sample.CHUNK_BYTES", 5 * 8 * 3 * 43)
    J = per_sample_jacobians(net, X, progress=lambda *count: told.append(count))
    assert told == [(5, 23), (10, 23), (15, 23), (20, 23), (23, 23)]
    close(J, sample_by_sample(net, X, wrt="parameters"))
