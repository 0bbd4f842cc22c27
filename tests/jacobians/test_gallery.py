"""The ready-made graphs: each derivative against autograd, and what each graph is there to show.

The references are lists of lines, computed one after the other; a line whose value is given is left
out. So the same list gives total derivatives by a value in the middle (give that value alone) and
partial ones (give what is held fixed too). `np` is autograd's NumPy here.
"""

import re
from functools import partial

import autograd
import autograd.numpy as np
import numpy
import pytest

from jacobians import Network, backpropagation, dimension_trace
from jacobians.gallery import GALLERY, exhibit_named, file_text, ready_made
from layouts import LayoutError
from tests import references
from tests.formulas import evaluated
from tests.laws import agree, column

sigmoid = references.elementwise(np)["sigmoid"]
linear = references.linear(np)["linear"]
LOSSES = references.losses(np)
half_squared = references.reduced(LOSSES["half squared error"], "sum")
mean_half_squared = references.reduced(LOSSES["half squared error"], "mean")
cross_entropy = references.reduced(LOSSES["softmax cross entropy"], "mean")


def rnn_lines(steps, recurrence):
    lines = {}
    for t in range(1, steps + 1):
        h, s, z, x = f"h{t - 1}", f"s{t - 1}", f"z{t}", f"x{t}"
        if recurrence == "h":
            lines[s] = lambda v, h=h: sigmoid(v[h])
            lines[f"h{t}"] = lambda v, s=s, x=x: linear(v[s], v["W"]) + linear(v[x], v["U"], v["b"])
        else:
            lines[z] = lambda v, h=h, x=x: linear(v[h], v["W"]) + linear(v[x], v["U"], v["b"])
            lines[f"h{t}"] = lambda v, z=z: sigmoid(v[z])
    return lines


def lstm_lines():
    def gate(v, k, t, activation):
        z = linear(v[f"h{t - 1}"], v[f"W{k}"]) + linear(v[f"x{t}"], v[f"U{k}"], v[f"b{k}"])
        return activation(z)

    lines = {}
    for t in (1, 2):
        for k, activation in {"f": sigmoid, "i": sigmoid, "o": sigmoid, "g": np.tanh}.items():
            lines[f"{k}{t}"] = partial(gate, k=k, t=t, activation=activation)
        f, i, o, g, c, before = f"f{t}", f"i{t}", f"o{t}", f"g{t}", f"c{t}", f"c{t - 1}"
        lines[c] = lambda v, f=f, i=i, g=g, before=before: v[f] * v[before] + v[i] * v[g]
        lines[f"h{t}"] = lambda v, o=o, c=c: v[o] * np.tanh(v[c])
    return lines


RESIDUAL = {
    "z1": lambda v: linear(v["x"], v["W1"], v["b1"]),
    "a1": lambda v: np.tanh(v["z1"]),
    "z2": lambda v: linear(v["a1"], v["W2"], v["b2"]),
    "u": lambda v: v["z2"] + v["x"],
    "L": lambda v: half_squared(v["u"], v["y"]),
}
TIED = {
    "z1": lambda v: linear(v["x"], v["W"], v["b"]),
    "h": lambda v: sigmoid(v["z1"]),
    "V": lambda v: v["W"].T,
    "z2": lambda v: linear(v["h"], v["V"], v["c"]),
    "L": lambda v: half_squared(v["z2"], v["y"]),
}
TWO_LOSSES = {
    "z1": lambda v: linear(v["x"], v["W1"], v["b1"]),
    "a1": lambda v: np.tanh(v["z1"]),
    "z2": lambda v: linear(v["a1"], v["W2"], v["b2"]),
    "z3": lambda v: linear(v["a1"], v["W3"], v["b3"]),
    "L1": lambda v: mean_half_squared(v["z2"], v["y1"]),
    "L2": lambda v: cross_entropy(v["z3"], v["y2"]),
    "L": lambda v: v["L1"] + 0.5 * v["L2"],
}
GRAPHS = [
    # name, options, lines, how many paths lead from its wrt to its of
    ("residual_block", {}, RESIDUAL, 2),
    ("tied_autoencoder", {}, TIED, 2),
    ("rnn", {"steps": 2}, rnn_lines(2, "h"), 1),
    ("rnn", {"steps": 4}, rnn_lines(4, "h"), 1),
    ("rnn", {"steps": 2, "recurrence": "z"}, rnn_lines(2, "z"), 1),
    ("rnn", {"steps": 4, "recurrence": "z"}, rnn_lines(4, "z"), 1),
    ("lstm", {}, lstm_lines(), 4),
    ("two_losses", {}, TWO_LOSSES, 2),
]


def computed(lines, given):
    values = dict(given)
    for name, line in lines.items():
        if name not in values:
            values[name] = line(values)
    return values


def derivative(lines, given, of, wrt):
    """`d of/d wrt` by autograd, the values in `given` held fixed: of.shape + wrt.shape."""
    at = numpy.asarray(computed(lines, given)[wrt], dtype=float)

    def moved(value):
        # Where `of` does not depend on `wrt`, autograd warns unless it is there at all.
        return computed(lines, {**given, wrt: value})[of] + 0.0 * np.sum(value)

    return autograd.jacobian(moved)(at)


def matrix(tensor, rows):
    return numpy.reshape(tensor, (rows, -1), order="F")


class Case:
    """A ready-made graph at a point, beside its plain lines."""

    def __init__(self, name, options, lines, paths, samples):
        self.net, self.exhibit = ready_made(name, 3, **options), exhibit_named(name, **options)
        self.lines, self.path_count, self.samples = lines, paths, samples
        self.x, self.y = self.net.example(samples)
        self.leaves = dict(self.net.parameters)
        for alone, given in ((self.net.inputs, self.x), (self.net.targets, self.y)):
            named = given if isinstance(given, dict) else {next(iter(alone), ""): given}
            self.leaves |= {name: named[name] for name in alone}
        self.names = [*self.leaves, *lines]
        self.values = computed(lines, self.leaves)
        self.ofs = [self.exhibit.of, *(["L"] if self.net.targets else [])]

    def truth(self, of, wrt):
        return derivative(self.lines, self.leaves, of, wrt)


@pytest.fixture(
    params=[(*graph, samples) for graph in GRAPHS for samples in (None, 4)],
    ids=lambda row: f"{row[0]} {' '.join(map(str, row[1].values()))} {row[4] or 1}",
)
def case(request):
    return Case(*request.param)


def test_values_are_those_of_the_plain_lines(case):
    values = case.net.values(case.x, case.y)
    for name in case.names:
        agree(values[name], case.values[name], 1e-14, name)


def test_the_chain_in_both_layouts_agrees_with_autograd_for_every_value(case):
    for of in dict.fromkeys(case.ofs):
        rows = numpy.size(case.values[of])
        for wrt in case.names:
            tensor = case.truth(of, wrt)
            about = f"∂{of}/∂{wrt}"
            J = case.net.jacobian(case.x, case.y, of=of, wrt=wrt)
            agree(J, matrix(tensor, rows), 1e-11, about)
            agree(J.tensor(), tensor, 1e-11, about)
            D = case.net.jacobian(case.x, case.y, of=of, wrt=wrt, layout="denominator")
            agree(D, matrix(tensor, rows).T, 1e-11, about)
            ends = numpy.ndim(case.values[of]), numpy.ndim(case.values[wrt])
            order = [*range(ends[0], sum(ends)), *range(ends[0])]
            agree(D.tensor(), numpy.transpose(tensor, order), 1e-11, about)


def test_the_block_row_of_all_parameters_agrees_with_autograd(case):
    of = case.exhibit.of
    rows = numpy.size(case.values[of])
    row = numpy.hstack([matrix(case.truth(of, name), rows) for name in case.net.parameters])
    J = case.net.jacobian(case.x, case.y, of=of, wrt="parameters")
    agree(J, row, 1e-11)
    for name in case.net.parameters:
        agree(J[name], matrix(case.truth(of, name), rows), 1e-11, name)
    D = case.net.jacobian(case.x, case.y, of=of, wrt="parameters", layout="denominator")
    agree(D, row.T, 1e-11)


def test_the_sweep_pulls_any_cotangent_back_to_every_value(case):
    of = case.exhibit.of
    values = case.net.column_values(case.x, case.y)
    g = numpy.random.default_rng(5).standard_normal(values[of].shape)
    swept = backpropagation.sweep(case.net.steps_to(of), values, of, g, case.names)
    for wrt in case.names:
        pulled = swept.get(wrt, numpy.zeros(values[wrt].shape))
        expected = matrix(case.truth(of, wrt), g.size).T @ column(g)
        agree(column(pulled), expected, 1e-11, f"by {wrt}")


def test_the_gradient_of_a_loss_by_the_sweep_has_the_shape_of_what_it_is_by(case):
    if not case.net.targets:
        with pytest.raises(LayoutError, match="a gradient is of a scalar"):
            case.net.gradient(case.x, wrt=next(iter(case.net.parameters)))
        return
    for wrt in case.names:
        G = case.truth("L", wrt)
        G = G[:, None] if numpy.ndim(G) == 1 else numpy.atleast_2d(G)
        agree(case.net.gradient(case.x, case.y, wrt=wrt, layout="denominator"), G, 1e-11, wrt)
        agree(case.net.gradient(case.x, case.y, wrt=wrt), G.T, 1e-11, wrt)


def test_the_product_of_stacked_factors_and_the_sum_over_paths_are_the_derivative(case):
    of, wrt = case.exhibit.of, case.exhibit.wrt
    expected = matrix(case.truth(of, wrt), numpy.size(case.values[of]))
    asked = {"x": case.x, "y": case.y, "of": of, "wrt": wrt}
    for layout, turned in (("numerator", expected), ("denominator", expected.T)):
        agree(product(case.net.stacked_factors(**asked, layout=layout)), turned, 1e-11)
        paths = case.net.paths(**asked, layout=layout)
        assert len(paths) == case.path_count
        agree(sum(numpy.asarray(product(path)) for path in paths), turned, 1e-11)
        if len(paths) > 1:
            fewer = sum(numpy.asarray(product(path)) for path in paths[1:])
            assert distance(fewer, turned) > 1e-3, "one path is forgotten"


def product(factors):
    """The product from left to right."""
    first, *others = factors
    for factor in others:
        first = first @ factor
    return first


def distance(wrong, right):
    """How far a result of the right shape is off, relative to the right one."""
    wrong, right = numpy.asarray(wrong), numpy.asarray(right)
    assert wrong.shape == right.shape
    return numpy.linalg.norm(wrong - right) / numpy.linalg.norm(right)


class TestTraces:
    """The trace of what each graph is there to show."""

    ROW = re.compile(r"\| `([^`]+)` \| = `([^`]+)` \| `([^`]+)` \|")

    @staticmethod
    def flat(text):
        return " ".join(str(text).split())

    def test_prints_the_note_both_layouts_and_the_rule_of_total_and_partial(self, case):
        trace = dimension_trace(
            case.net, wrt=case.exhibit.wrt, of=case.exhibit.of, samples=case.samples
        )
        text = self.flat(trace)
        of, wrt = case.exhibit.of, case.exhibit.wrt
        d = "∂" if case.exhibit.title.startswith("plain RNN") else "d"
        assert text.startswith(f"{d}{of}/{d}{wrt} of the graph {case.exhibit.title}; ")
        assert self.flat(case.exhibit.note.replace("`", "")) in text
        assert "NUMERATOR LAYOUT the later layer stands on the LEFT" in text
        assert "DENOMINATOR LAYOUT the later layer stands on the RIGHT" in text
        assert "chain = sweep of VJPs agree to 1e-12 in both layouts" in text
        assert "chain = central differences agree to 1e-7" in text
        several = case.path_count > 1
        assert ("TOTAL AND PARTIAL where paths part, their products are added" in text) == several
        spoken = f"{case.path_count} paths" if several else "one path"
        assert f"{of} depends on {wrt} by {spoken} here" in text

    @pytest.mark.parametrize("samples", [None, 4, "N"])
    @pytest.mark.parametrize(("name", "options"), [(name, options) for name, options, *_ in GRAPHS])
    def test_fits_80_columns_for_each_value_and_has_an_ascii_form(self, name, options, samples):
        net, exhibit = ready_made(name, **options), exhibit_named(name, **options)
        for wrt in [exhibit.wrt, *net.parameters]:
            trace = dimension_trace(net, of=exhibit.of, wrt=wrt, samples=samples)
            assert max(map(len, str(trace).splitlines())) <= 80
            assert trace.to_text(ascii_only=True).isascii()

    def test_counts_paths_in_json_and_gives_the_factors_of_each(self, case):
        asked = {"of": case.exhibit.of, "wrt": case.exhibit.wrt, "samples": case.samples}
        for found in dimension_trace(case.net, **asked).to_dict()["derivatives"]:
            assert (found["of"], found["wrt"]) == (case.exhibit.of, case.exhibit.wrt)
            assert found["paths"] == case.path_count == 1 + len(found["other_paths"])
            assert found["max_difference"] < 1e-11
            J = case.net.jacobian(
                case.x, case.y, case.exhibit.of, case.exhibit.wrt, found["layout"]
            )
            assert found["shape"] == list(J.shape)
            paths = case.net.paths(
                case.x, case.y, case.exhibit.of, case.exhibit.wrt, found["layout"]
            )
            printed = [
                [f["name"] for f in path] for path in [found["factors"], *found["other_paths"]]
            ]
            assert printed == [[factor.name for factor in path] for path in paths]

    @staticmethod
    def printed_sweep(trace):
        """Name, formula and shape of each line of the part without matrices."""
        part = trace.to_markdown().split("WITHOUT THE MATRICES")[1].split("\n## ")[0]
        rows = TestTraces.ROW.findall(part)
        assert len(rows) == part.count("| = `"), "every line is read"
        assert "more |" not in part, "nothing is left out"
        return rows

    def test_the_sweep_as_printed_evaluates_to_the_truth_in_json_too(self, case):
        of = case.exhibit.of
        values = case.net.column_values(case.x, case.y)
        g = numpy.random.default_rng(7).standard_normal(values[of].shape)
        g = numpy.ones((1, 1)) if of == "L" else g
        columns = {name: numpy.reshape(v, (len(v), -1)) for name, v in values.items() if v.ndim}
        for wrt in [case.exhibit.wrt, *case.net.parameters]:
            trace = dimension_trace(case.net, of=of, wrt=wrt, samples=case.samples)
            known = {**columns, "g": g}
            for name, formula, shape in self.printed_sweep(trace):
                known[name] = evaluated(formula, known)
                assert "×".join(map(str, known[name].shape)) == shape, f"{name} = {formula}"
            pulled = matrix(case.truth(of, wrt), g.size).T @ column(g)
            expected = numpy.reshape(pulled, columns[wrt].shape, order="F")
            agree(known[name], expected, 1e-11, f"{wrt}: {formula}")
            numerator, denominator = trace.to_dict()["derivatives"]
            agree(evaluated(denominator["collapsed"], known), expected, 1e-11, wrt)
            turned = expected.T if of == "L" else expected
            agree(evaluated(numerator["collapsed"], known), turned, 1e-11, wrt)

    @pytest.mark.parametrize("samples", [None, "N"])
    @pytest.mark.parametrize(
        ("name", "letters", "expected"),
        [
            ("residual_block", {"n": "n", "m": "m"}, ["n", "n"]),
            ("tied_autoencoder", {"n": "n", "m": "m"}, [1, "m*n"]),
            ("rnn", {"n": "n", "d": "d"}, ["n", "n"]),
            ("lstm", {"n": "n", "d": "d"}, ["n", "n"]),
            ("two_losses", {"n": "n", "m": "m", "p": "p", "q": "q"}, [1, "m*n"]),
        ],
    )
    def test_sizes_may_be_letters_in_both_layouts(self, name, letters, expected, samples):
        net, exhibit = ready_made(name, **letters), exhibit_named(name, **letters)
        trace = dimension_trace(net, of=exhibit.of, wrt=exhibit.wrt, samples=samples)
        numerator, denominator = trace.to_dict()["derivatives"]
        if samples == "N" and expected[0] != 1:
            expected = ["N*n", "N*n"]
        assert numerator["shape"] == expected
        assert denominator["shape"] == expected[::-1]
        assert max(map(len, str(trace).splitlines())) <= 80
        text = self.flat(trace)
        assert self.flat(exhibit.note.replace("`", "")) in text
        assert "shapes only: nothing was computed" in text
        with pytest.raises(LayoutError, match="knows its sizes only"):
            net.values([1.0, 2.0])


class TestResidualBlock:
    """J = I + W2 diag(tanh'(z1)) W1: the skip is the I."""

    net, x = ready_made("residual_block", 3), numpy.array([0.4, -1.2, 0.7])
    values = net.values(x)
    W1, W2 = values["W1"], values["W2"]
    S = numpy.diag(1 - numpy.tanh(values["z1"]) ** 2)

    def test_the_skip_adds_the_identity_to_the_branch(self):
        J = self.net.jacobian(self.x, of="u", wrt="x")
        agree(J, numpy.eye(3) + self.W2 @ self.S @ self.W1, 1e-14)
        D = self.net.jacobian(self.x, of="u", wrt="x", layout="denominator")
        agree(D, numpy.eye(3) + self.W1.T @ self.S @ self.W2.T, 1e-14)

    def test_neither_path_alone_is_right_nor_is_their_product(self):
        J = self.net.jacobian(self.x, of="u", wrt="x")
        branch = self.W2 @ self.S @ self.W1
        for wrong in (numpy.eye(3), branch, numpy.eye(3) + branch.T):
            assert distance(wrong, J) > 0.1

    def test_where_the_branch_passes_nothing_the_identity_is_left(self):
        weights = {**self.net.parameters, "W2": numpy.zeros((3, 4))}
        net = Network.graph(exhibit_named("residual_block").text, weights=weights)
        agree(net.jacobian(self.x, of="u", wrt="x"), numpy.eye(3), 0)

    def test_samples_do_not_meet(self):
        X = numpy.stack([self.x, -self.x, [0.1, 0.2, 0.9], [1.5, 0.3, -0.6]], axis=1)
        tensor = self.net.jacobian(X, of="u", wrt="x").tensor()
        for k, l in numpy.ndindex(4, 4):
            alone = self.net.jacobian(X[:, k], of="u", wrt="x")
            agree(tensor[:, k, :, l], alone if k == l else numpy.zeros((3, 3)), 1e-14)


class TestTiedAutoencoder:
    """dL/dW = h eᵀ + δ xᵀ: one term for each place that W stands in."""

    @staticmethod
    def terms(net, X, Y):
        """What the encoder's and the decoder's use give by themselves, in W's shape."""
        v = net.values(X, Y)
        h, E = v["h"], v["z2"] - Y
        delta = (v["W"] @ E) * h * (1 - h)
        return delta @ X.T, h @ E.T

    @pytest.mark.parametrize("samples", [1, 4])
    def test_the_gradient_is_the_sum_of_both_uses_and_neither_alone(self, samples):
        net = ready_made("tied_autoencoder", 3)
        X, Y = net.example(samples)
        encoder, decoder = self.terms(net, X, Y)
        G = net.gradient(X, Y, wrt="W", layout="denominator")
        agree(G, encoder + decoder, 1e-13)
        agree(net.jacobian(X, Y, of="L", wrt="W"), column(encoder + decoder).T, 1e-13)
        for wrong in (encoder, decoder, encoder - decoder):
            assert distance(wrong, G) > 0.1

    def test_held_fixed_in_one_place_each_use_gives_its_own_term(self):
        net = ready_made("tied_autoencoder", 3)
        X, Y = net.example(4)
        leaves = {**net.parameters, "x": X, "y": Y}
        encoder, decoder = self.terms(net, X, Y)
        fixed = {**leaves, "V": leaves["W"].T}
        agree(derivative(TIED, fixed, "L", "W"), encoder, 1e-13)
        agree(derivative(TIED, leaves, "L", "V"), decoder.T, 1e-13)
        agree(net.gradient(X, Y, wrt="V", layout="denominator"), decoder.T, 1e-13)

    def test_the_untransposed_decoder_term_has_another_shape_unless_w_is_square(self):
        net = ready_made("tied_autoencoder", 3)
        X, Y = net.example(2)
        encoder, decoder = self.terms(net, X, Y)
        with pytest.raises(ValueError, match="could not be broadcast"):
            encoder + decoder.T

    def test_where_w_is_square_it_fits_and_is_wrong(self):
        net = ready_made("tied_autoencoder", 3, n=3, m=3)
        X, Y = net.example(4)
        encoder, decoder = self.terms(net, X, Y)
        G = net.gradient(X, Y, wrt="W", layout="denominator")
        agree(G, encoder + decoder, 1e-13)
        truth = derivative(TIED, {**net.parameters, "x": X, "y": Y}, "L", "W")
        agree(G, truth, 1e-12)
        assert distance(encoder + decoder.T, G) > 0.1


class TestRecurrence:
    """∂h_t/∂h_(t-1) is W diag(σ'(h_(t-1))) or diag(σ'(z_t)) W, never Wᵀ diag(σ'(h_(t-1)))."""

    @staticmethod
    def at(recurrence, steps=3):
        net = ready_made("rnn", 3, recurrence=recurrence, steps=steps)
        x, _ = net.example()
        return net, x, net.values(x)

    @staticmethod
    def slope(z):
        return numpy.diag(numpy.exp(-z) / (1 + numpy.exp(-z)) ** 2)

    def steps(self, recurrence, v, count=3):
        """One step's Jacobian in numerator layout, for t = 1, 2, …."""
        if recurrence == "h":
            return [v["W"] @ self.slope(v[f"h{t - 1}"]) for t in range(1, count + 1)]
        return [self.slope(v[f"z{t}"]) @ v["W"] for t in range(1, count + 1)]

    def published(self, v, count=3):
        return [v["W"].T @ self.slope(v[f"h{t - 1}"]) for t in range(1, count + 1)]

    @pytest.mark.parametrize("recurrence", ["h", "z"])
    def test_each_step_is_as_the_note_says(self, recurrence):
        net, x, v = self.at(recurrence)
        for t, step in enumerate(self.steps(recurrence, v), start=1):
            asked = {"of": f"h{t}", "wrt": f"h{t - 1}"}
            for layout, right in (("numerator", step), ("denominator", step.T)):
                agree(net.jacobian(x, **asked, layout=layout), right, 1e-14)
                assert distance(self.published(v)[t - 1], right) > 0.1

    @pytest.mark.parametrize("recurrence", ["h", "z"])
    def test_t_descends_in_numerator_layout_and_ascends_in_denominator_layout(self, recurrence):
        net, x, v = self.at(recurrence)
        first, second, third = self.steps(recurrence, v)
        N = net.jacobian(x, of="h3", wrt="h0")
        D = net.jacobian(x, of="h3", wrt="h0", layout="denominator")
        agree(N, third @ second @ first, 1e-13)
        agree(D, first.T @ second.T @ third.T, 1e-13)
        assert distance(first @ second @ third, N) > 1e-2
        assert distance(third.T @ second.T @ first.T, D) > 1e-2

    @pytest.mark.parametrize("recurrence", ["h", "z"])
    def test_the_published_product_is_wrong_in_either_order_and_layout(self, recurrence):
        net, x, v = self.at(recurrence)
        descending = numpy.linalg.multi_dot(self.published(v)[::-1])
        ascending = numpy.linalg.multi_dot(self.published(v))
        for layout in ("numerator", "denominator"):
            right = net.jacobian(x, of="h3", wrt="h0", layout=layout)
            assert distance(descending, right) > 0.1
            assert distance(ascending, right) > 0.1

    def test_what_is_right_in_one_recurrence_is_wrong_in_the_other(self):
        for recurrence, other in (("h", "z"), ("z", "h")):
            net, x, v = self.at(recurrence)
            v |= {f"z{t}": v[f"h{t}"] for t in (1, 2, 3)} if other == "z" else {}
            right = net.jacobian(x, of="h3", wrt="h0")
            swapped = numpy.linalg.multi_dot(self.steps(other, v)[::-1])
            assert distance(swapped, right) > 1e-2

    @pytest.mark.parametrize("recurrence", ["h", "z"])
    def test_the_weights_get_a_term_from_every_step(self, recurrence):
        net, x, v = self.at(recurrence)
        W, (_, second, third) = v["W"], self.steps(recurrence, v)
        terms = []
        for t, behind in ((1, third @ second), (2, third), (3, numpy.eye(3))):
            if recurrence == "h":
                s = 1 / (1 + numpy.exp(-v[f"h{t - 1}"]))
                terms.append(behind @ numpy.kron(s[None], numpy.eye(3)))
            else:
                made = self.slope(v[f"z{t}"]) @ numpy.kron(v[f"h{t - 1}"][None], numpy.eye(3))
                terms.append(behind @ made)
        J = net.jacobian(x, of="h3", wrt="W")
        agree(J, sum(terms), 1e-13)
        assert J.shape == (3, W.size)
        assert len(net.paths(x, of="h3", wrt="W")) == 3
        for forgotten in range(3):
            fewer = sum(term for k, term in enumerate(terms) if k != forgotten)
            assert distance(fewer, J) > 1e-3


class TestLongShortTermMemory:
    """∂c2/∂c1 with the gates held fixed is diag(f2); the total derivative is not."""

    net = ready_made("lstm", 3)
    x, _ = net.example()
    leaves = net.parameters | x
    lines = lstm_lines()
    values = net.values(x)

    def test_the_partial_derivative_holds_the_gates_fixed(self):
        held = {**self.leaves, "h1": self.values["h1"]}
        partial_one = derivative(self.lines, held, "c2", "c1")
        agree(partial_one, numpy.diag(self.values["f2"]), 1e-14)
        (link,) = [path for path in self.net.paths(self.x, of="c2", wrt="c1") if len(path) == 2]
        agree(product(link), partial_one, 1e-14)

    def test_the_total_one_has_three_paths_more_through_h1_and_differs(self):
        total = derivative(self.lines, self.leaves, "c2", "c1")
        for layout, right in (("numerator", total), ("denominator", total.T)):
            J = self.net.jacobian(self.x, of="c2", wrt="c1", layout=layout)
            agree(J, right, 1e-13)
            assert distance(numpy.diag(self.values["f2"]), J) > 0.1
        through = [path for path in self.net.paths(self.x, of="c2", wrt="c1") if len(path) > 2]
        assert len(through) == 3
        rest = sum(numpy.asarray(product(path)) for path in through)
        agree(numpy.diag(self.values["f2"]) + rest, total, 1e-13)

    def test_the_total_one_is_written_out_by_hand(self):
        v = self.values
        along = {
            "f": v["c1"] * v["f2"] * (1 - v["f2"]),
            "i": v["g2"] * v["i2"] * (1 - v["i2"]),
            "g": v["i2"] * (1 - v["g2"] ** 2),
        }
        by_h1 = sum(numpy.diag(s) @ v[f"W{k}"] for k, s in along.items())
        h1_by_c1 = numpy.diag(v["o1"] * (1 - numpy.tanh(v["c1"]) ** 2))
        J = self.net.jacobian(self.x, of="c2", wrt="c1")
        agree(J, numpy.diag(v["f2"]) + by_h1 @ h1_by_c1, 1e-13)
        assert numpy.abs(numpy.asarray(J) - numpy.diag(numpy.diag(J))).max() > 0.01, "not diagonal"

    def test_the_trace_says_which_is_which(self):
        trace = dimension_trace(self.net, of="c2", wrt="c1")
        text = " ".join(str(trace).split())
        assert "∂c2/∂c1 = diag(f2) is a partial derivative: the gates are held fixed." in text
        assert "∂c2_1/∂c1 diag(f2) 3×3 the same 3×3 diagonal" in text
        assert "In ∂c2_1/∂c1, for one, f2 (3×1) is held fixed." in text
        assert "From c1 to c2 there are 4 paths" in text
        markdown = trace.to_markdown()
        assert "`dc2/dc1 = dc2/dc2_1 · ∂c2_1/∂c1 + dc2/dh1_1 · ∂h1_1/∂c1` | numerator" in markdown
        assert "`dc2/dc1 = ∂c2_1/∂c1 · dc2/dc2_1 + ∂h1_1/∂c1 · dc2/dh1_1` | denominator" in markdown


class TestTwoLosses:
    """The trunk adds up what both heads send back; a head's parameters are on one path."""

    net = ready_made("two_losses", 3)

    @staticmethod
    def heads(v, Y1, Y2):
        """The δ of each head by itself, with its own loss's weight."""
        softmax = numpy.exp(v["z3"]) / numpy.exp(v["z3"]).sum(0)
        return (v["z2"] - Y1) / Y1.shape[1], 0.5 * (softmax - Y2) / Y2.shape[1]

    @pytest.mark.parametrize("samples", [1, 4])
    def test_the_trunks_gradient_is_the_sum_of_both_heads(self, samples):
        x, y = self.net.example(samples)
        v = self.net.values(x, y)
        first, second = self.heads(v, y["y1"], y["y2"])
        slope = 1 - v["a1"] ** 2
        one, other = (v["W2"].T @ first) * slope @ x.T, (v["W3"].T @ second) * slope @ x.T
        G = self.net.gradient(x, y, wrt="W1", layout="denominator")
        agree(G, one + other, 1e-13)
        for wrong in (one, other, one + 2 * other):
            assert distance(wrong, G) > 1e-2
        by_heads = [self.net.jacobian(x, y, of=loss, wrt="W1") for loss in ("L1", "L2")]
        J = self.net.jacobian(x, y, of="L", wrt="W1")
        agree(J, numpy.asarray(by_heads[0]) + 0.5 * numpy.asarray(by_heads[1]), 1e-13)

    @pytest.mark.parametrize("samples", [1, 4])
    def test_a_heads_gradient_comes_by_one_path_and_from_its_own_loss(self, samples):
        x, y = self.net.example(samples)
        v = self.net.values(x, y)
        for wrt, delta in zip(("W2", "W3"), self.heads(v, y["y1"], y["y2"]), strict=True):
            agree(self.net.gradient(x, y, wrt=wrt, layout="denominator"), delta @ v["a1"].T, 1e-13)
            assert len(self.net.paths(x, y, of="L", wrt=wrt)) == 1
        assert len(self.net.paths(x, y, of="L", wrt="W1")) == 2
        assert not numpy.asarray(self.net.jacobian(x, y, of="L1", wrt="W3")).any()


STACKED = """
∂a3/∂z3                      [[diag(tanh'(z3))]]                                 4×4
∂z3/∂(a2, W3)                [[W3, a2ᵀ ⊗ I₄]]                                    4×25
∂(a2, W3)/∂(z2, W3)          [[diag(tanh'(z2)), 0], [0, I₂₀]]                    25×25
∂(z2, W3)/∂(a1, W2, W3)      [[W2, a1ᵀ ⊗ I₅, 0], [0, 0, I₂₀]]                    25×38
∂(a1, W2, W3)/∂(z1, W2, W3)  [[diag(tanh'(z1)), 0, 0], [0, I₁₅, 0], [0, 0, I₂₀]]  38×38
∂(z1, W2, W3)/∂(W1, W2, W3)  [[a0ᵀ ⊗ I₃, 0, 0], [0, I₁₅, 0], [0, 0, I₂₀]]        38×41
"""
STACKED_ROWS = [tuple(re.split(r"  +", line)) for line in STACKED.strip().splitlines()]


class TestStackedForm:
    """f = L3(L2(L1(x, θ1), θ2), θ3) as one product: each layer also carries the later θ along."""

    net = Network.parse("2-3-5-4", activation="tanh", bias=False, seed=3)
    x = numpy.array([0.8, -1.3])

    def layers(self):
        """J by the value and by the weights of L1, L2 and L3, in plain NumPy."""
        a = [self.x]
        found = []
        for W in self.net.parameters.values():
            z = W @ a[-1]
            S = numpy.diag(1 - numpy.tanh(z) ** 2)
            found.append((S @ W, S @ numpy.kron(a[-1][None], numpy.eye(len(z)))))
            a.append(numpy.tanh(z))
        return found

    def expected_row(self):
        (_, J1t), (J2x, J2t), (J3x, J3t) = self.layers()
        return numpy.hstack([J3x @ J2x @ J1t, J3x @ J2t, J3t])

    def test_each_factor_makes_one_value_and_carries_the_others_as_identities(self):
        factors = self.net.stacked_factors(self.x)
        found = [(J.name, str(J.operator), f"{J.shape[0]}×{J.shape[1]}") for J in factors]
        assert found == STACKED_ROWS
        assert {J.structure for J in factors} == {"block matrix"}
        denominator = self.net.stacked_factors(self.x, layout="denominator")
        assert [J.name for J in denominator] == [name for name, *_ in STACKED_ROWS[::-1]]
        for D, N in zip(denominator, factors[::-1], strict=True):
            assert D.shape == N.shape[::-1]
            assert numpy.array_equal(D, numpy.asarray(N).T)
        assert str(denominator[2].operator) == "[[W2ᵀ, 0], [a1 ⊗ I₅, 0], [0, I₂₀]]"

    def test_a_layers_two_steps_together_are_its_row_above_the_identity(self):
        f3, z3, f2, z2, f1, z1 = self.net.stacked_factors(self.x)
        (_, J1t), (J2x, J2t), (J3x, J3t) = self.layers()
        O, I = numpy.zeros, numpy.eye
        agree(f3 @ z3, numpy.hstack([J3x, J3t]), 1e-14)
        agree(f2 @ z2, numpy.block([[J2x, J2t, O((5, 20))], [O((20, 18)), I(20)]]), 1e-14)
        first = numpy.block([[J1t, O((3, 35))], [O((35, 6)), I(35)]])
        agree(f1 @ z1, first, 1e-14)

    def test_their_product_is_the_block_row_in_both_layouts(self):
        row = self.expected_row()
        assert row.shape == (4, 6 + 15 + 20)
        for layout, right in (("numerator", row), ("denominator", row.T)):
            agree(product(self.net.stacked_factors(self.x, layout=layout)), right, 1e-13)
            agree(self.net.jacobian(self.x, wrt="parameters", layout=layout), right, 1e-13)

    def test_the_block_row_is_that_of_the_composition(self):
        def composition(x, *thetas):
            for theta in thetas:
                x = np.tanh(np.dot(theta, x))
            return x

        thetas = list(self.net.parameters.values())
        by_theta = [
            matrix(autograd.jacobian(composition, k)(self.x, *thetas), 4) for k in (1, 2, 3)
        ]
        agree(product(self.net.stacked_factors(self.x)), numpy.hstack(by_theta), 1e-12)

    def test_in_the_other_layouts_order_the_factors_do_not_multiply(self):
        for layout in ("numerator", "denominator"):
            factors = self.net.stacked_factors(self.x, layout=layout)
            with pytest.raises(LayoutError, match="the later layer stands"):
                product(factors[::-1])

    def test_without_the_carried_identity_the_later_weights_are_lost(self):
        *_, z2, f1, z1 = self.net.stacked_factors(self.x)
        M = numpy.asarray(z2).copy()
        M[5:, 18:] = 0
        tail = numpy.asarray(product([f1, z1]))
        wrong = numpy.asarray(product(self.net.stacked_factors(self.x)[:3])) @ M @ tail
        row = self.expected_row()
        agree(wrong[:, :21], row[:, :21], 1e-13)
        assert not wrong[:, 21:].any()
        assert row[:, 21:].any()

    def test_by_chosen_values_of_a_graph_the_paths_add_up_inside_the_product(self):
        net = ready_made("tied_autoencoder", 3)
        x, y = net.example(4)
        leaves = {**net.parameters, "x": x, "y": y}
        chosen = ["W", "x", "c"]
        row = numpy.hstack([matrix(derivative(TIED, leaves, "L", name), 1) for name in chosen])
        for layout, right in (("numerator", row), ("denominator", row.T)):
            factors = net.stacked_factors(x, y, of="L", wrt=chosen, layout=layout)
            agree(product(factors), right, 1e-12)


class TestAsking:
    """Names, options and files."""

    def test_the_gallery_is_sorted_and_each_says_what_it_shows(self):
        assert list(GALLERY) == sorted(GALLERY)
        assert set(GALLERY) == {name for name, *_ in GRAPHS}

    def test_a_graph_written_to_a_file_is_the_same_graph(self, tmp_path):
        for name, options, *_ in GRAPHS:
            file = tmp_path / "graph.toml"
            file.write_text(file_text(exhibit_named(name, **options)), encoding="utf-8")
            read, made = Network.from_toml(file), ready_made(name, **options)
            assert str(read) == str(made)
            x, y = made.example(4)
            of = exhibit_named(name, **options).of
            agree(read.values(x, y)[of], made.values(x, y)[of], 0)

    def test_each_seed_draws_its_own_parameters_and_whole_numbers_on_request(self):
        one, other = (ready_made("lstm", seed).parameters["Wf"] for seed in (1, 2))
        assert not numpy.allclose(one, other)
        whole = ready_made("lstm", small_integers=True).parameters["Wf"]
        assert numpy.array_equal(whole, numpy.round(whole))
        assert whole.all()
        assert numpy.abs(whole).max() <= 3

    def test_what_is_not_there_is_refused(self):
        with pytest.raises(LayoutError, match=r"no ready-made graph is called 'rn': "):
            ready_made("rn")
        with pytest.raises(LayoutError, match=r"residual_block takes other options than q\."):
            ready_made("residual_block", q=3)
        with pytest.raises(LayoutError, match=r"steps is a number up to 1000, not T\."):
            ready_made("rnn", steps="T")
        with pytest.raises(LayoutError, match=r"recurrence is 'h', .* not 'x'\."):
            ready_made("rnn", recurrence="x")
