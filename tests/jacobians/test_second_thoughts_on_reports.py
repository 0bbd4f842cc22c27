"""Faults of reports and commands that a second reader found; each has its test."""

import os
import re
import stat
import threading
import tracemalloc

import numpy as np
import pytest

from jacobians import (
    Hardtanh,
    Huber,
    Identity,
    LeakyReLU,
    Linear,
    Network,
    ReLU,
    Sigmoid,
    Softmax,
    SoftmaxCrossEntropy,
    Tanh,
    collapse,
    compare,
    dimension_trace,
)
from jacobians.command_line import main
from layouts import (
    DENOMINATOR,
    NUMERATOR,
    InputError,
    Layout,
    LayoutError,
)

rng = np.random.default_rng(11)
X = rng.standard_normal((3, 2))


@pytest.mark.parametrize("layer", [Tanh(), Identity(), Softmax()])
@pytest.mark.parametrize("layout", [NUMERATOR, DENOMINATOR])
def test_with_a_batch_both_sides_of_the_law_are_stacked(layer, layout):
    law = collapse(layer, X, layout=layout).law
    left, right = law.split(" = ")
    assert "vec(g)" in left
    assert right.startswith("vec(")


def test_a_target_that_does_not_sum_to_1_is_provided_for_in_the_stated_delta():
    net = Network.parse("2-3-2", loss="softmax_cross_entropy")
    text = " ".join(str(dimension_trace(net, "W1")).split())
    assert "δ2 = softmax(a2) - y, as long as y sums to 1" in text
    assert "-Σᵢ yᵢ log softmax(a2)ᵢ" in text
    assert SoftmaxCrossEntropy().by_prediction(X, 2 * np.ones((3, 2))).shape == (3, 2)


def test_a_command_is_suggested_only_where_it_says_the_same_network():
    said = Network.parse("2-3-2", activation="relu", loss="huber", seed=3, small_integers=True)
    assert said.source == "2-3-2 --activation relu --loss huber --seed 3 --small-integers"
    assert Network.parse("2-3-2", loss=Huber(delta=0.65)).source is None
    assert Network.parse("2-3", activation=[LeakyReLU(0.2)]).source is None
    text = str(dimension_trace(Network.parse("2-3-2", loss=Huber(delta=0.65))))
    assert 'dimension_trace(net, wrt="b1")' in text


class WrongBias(Linear):
    """The sweep's bias gradient is doubled."""

    def rules(self, A, W, b=None, *, names):
        rules = dict(super().rules(A, W, b, names=names))
        honest = rules["b"].vjp
        rules["b"] = rules["b"]._replace(vjp=lambda g: 2 * honest(g))
        return rules


def test_the_summary_tells_a_disagreement_of_any_parameter():
    net = Network([WrongBias(np.ones((3, 2)), np.zeros(3)), ReLU()], loss="squared_error")
    text = str(dimension_trace(net, x=[1.0, 2.0], y=[0.0, 1.0, 2.0]))
    assert "All of them beside the sweep of vjps: they DISAGREE by" in text


def test_a_device_is_written_to_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    assert main(["trace", "2-3", "--shapes", "--output", str(pipe)]) == 0
    reader.join(timeout=20)
    assert received[0].startswith("∂a1/∂W1")
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Network.parse("2-3-2", activation=[3, 4]),
        lambda: Network.parse("2-3-2", activation=[LeakyReLU(0.3), None]),
        lambda: Network.parse("2-3", loss=3),
        lambda: Network.parse("2-3").jacobian([1.0, 2.0], wrt=None),
        lambda: dimension_trace("2-3-2"),
        lambda: collapse(3, [1.0]),
        lambda: LeakyReLU("a"),
        lambda: Hardtanh(2.0, 1.0),
        lambda: NUMERATOR.shape((), (3, 0)),
        lambda: NUMERATOR.shape(-1, 2),
        lambda: NUMERATOR.shape(2.5, 2),
    ],
)
def test_what_is_of_the_wrong_kind_is_told_in_a_sentence(ask):
    with pytest.raises(LayoutError, match=r"\.$"):
        ask()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('sizes = [2, true]', "line 1: a size is"),
        ('sizes = [-2, 3]', "line 1: a size is"),
        ('sizes = "2-3"\nactivation = [1]', "line 2"),
        ('sizes = [2, 3\n', "line 1"),
        ('sizes = "2-1"\nbias = false\n[weights]\nW1 = [[1, 2]]\nb1 = [1]', "line 2"),
    ],
)  # fmt: skip
def test_a_lax_file_is_refused_with_its_line(tmp_path, text, said, capsys):
    path = tmp_path / "NETWORK.TOML"
    path.write_text(text, encoding="utf-8")
    assert main(["trace", str(path)]) == 2
    assert said in capsys.readouterr().err


def test_no_bias_beside_a_file_is_refused(tmp_path, capsys):
    path = tmp_path / "network.toml"
    path.write_text('sizes = "2-3"', encoding="utf-8")
    assert main(["trace", str(path), "--no-bias"]) == 2
    assert "--no-bias is said in the file" in capsys.readouterr().err


def test_suggested_commands_ask_for_the_same_derivative_of_the_same_network(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    weights = "w.npz"
    np.savez(weights, W1=np.ones((3, 2)), b1=np.ones(3), W2=np.ones((2, 3)))
    words = ["trace", "2-3-2", "--of", "z2", "--weights", str(weights)]
    assert main(words) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert f"jacobians trace 2-3-2 --weights {weights} --of z2 --wrt b1" in text
    assert "∂z2/∂b2" not in text


def test_a_diagonal_by_chance_is_not_called_undiagonal():
    text = str(collapse(Linear(np.diag([1.0, 2.0, 3.0])), [2.0, 1.0, 1.0]))
    assert "happen to be 0 here" in text
    assert "is not diagonal" not in text


def test_each_of_several_paths_is_called_a_term():
    shared = Linear(rng.standard_normal((3, 3)), np.zeros(3))
    net = Network([shared, Tanh(), shared, Sigmoid()], loss="half_squared_error")
    text = " ".join(str(dimension_trace(net, "W1", "denominator")).split())
    assert "path 1 = " in text
    assert "path 2 = " in text
    assert "Why a0ᵀ?" in text
    assert "Why a1ᵀ?" in text
    assert "its term of entry [i,j] is δ1[i] a0[j]" in text
    assert "dL/dW1 = δ1 a0ᵀ + δ2 a1ᵀ" in text or "dL/dW1 = δ2 a1ᵀ + δ1 a0ᵀ" in text


def test_an_entry_is_one_column_in_its_numbers_too():
    net = Network.parse("2-3-2", activation="tanh", loss="huber")
    text = str(dimension_trace(net, "W1", "numerator", entry=(2, 1), values=True))
    numbers = text[text.index("NUMBERS") :]
    assert re.search(r"∂z1/∂W1\[3,2\] +\[0\] \[0\] \[[-0-9.]+\]", numbers)
    bias = str(dimension_trace(net, "b1", entry=(0,)))
    assert "is the identity" not in bias


def test_the_input_is_called_as_it_was_asked_for():
    net = Network.parse("2-3-2", activation="tanh", loss="huber")
    x, _ = net.example()
    assert dimension_trace(net, "x").to_dict()["derivatives"][0]["wrt"] == "x"
    assert net.jacobian(x, of="x", wrt="x").of == "x"
    product = net.jacobian(x, of="z1", wrt="x") @ net.jacobian(x, of="x", wrt="x")
    assert (product.of, product.wrt, product.shape) == ("z1", "x", (3, 2))


def test_without_a_loss_the_report_speaks_of_what_was_asked():
    text = str(dimension_trace(Network.parse("2-3-2"), "W1", of="z2"))
    assert "There is no loss here: the derivatives are those of z2." in text


def test_sizes_alone_allocate_nothing_with_many_samples_either():
    net = Network.parse("2-3-2", activation="tanh", loss="huber", seed=None)
    tracemalloc.start()
    dimension_trace(net, samples=10**9)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10**7


@pytest.mark.parametrize("broken", [NUMERATOR, DENOMINATOR])
def test_the_check_names_the_layout_whose_factors_are_wrong(monkeypatch, broken):
    honest = Layout.arrange

    def tripled(layout, J):
        arranged = honest(layout, J)
        return arranged.scaled(3.0) if layout is broken else arranged

    net = Network.parse("4-3-5-2", activation="tanh", loss="huber")
    monkeypatch.setattr(Layout, "arrange", tripled)
    text = " ".join(str(dimension_trace(net, "W1")).split())
    assert re.search(f"DISAGREE by [-+0-9.e]+ in {broken} layout", text)
    assert f"agree to 1e-12 in {broken.other} layout" in text
    assert "chain = central differences DISAGREE" in text
    x, y = net.example()
    right, wrong = (net.jacobian(x, y, "L", "W1", each) for each in (broken.other, broken))
    np.testing.assert_allclose(np.asarray(wrong), 3**7 * np.asarray(right).T, rtol=1e-12)


def test_a_cotangent_of_a_batch_is_stacked_beside_the_matrix():
    net = Network.parse("3-2", activation="softmax")
    text = " ".join(str(dimension_trace(net, "b1", "denominator", samples=2)).split())
    assert "∂a1/∂b1 · vec(g) in denominator layout, put back" in text
    assert "numerator" not in text.split("WITHOUT THE MATRICES")[1].split("CHECKED")[0]


def test_an_entry_of_lettered_weights_is_traced_and_of_too_high_a_row_refused():
    net = Network.parse("n-3-2")
    assert "∂a2/∂W1[1,1]" in str(dimension_trace(net, "W1", entry=(0, 0)))
    with pytest.raises(InputError, match="no entry"):
        dimension_trace(net, "W1", entry=(3, 8))


def test_without_a_loss_no_cotangent_is_called_delta():
    text = str(compare(Network.parse("2-3-2", activation="relu")))
    assert "δ" not in text
    assert "γ2" in text


@pytest.mark.parametrize("samples", [0, -1, 2.5, True, "0"])
def test_a_senseless_count_of_samples_is_told_in_a_sentence(samples):
    net = Network.parse("2-3-2", loss="huber")
    with pytest.raises(InputError, match=r"sample|size"):
        dimension_trace(net, samples=samples)
    assert "N samples as columns" in str(dimension_trace(net, samples="N"))


def test_suggested_commands_keep_the_point_and_the_layout(capsys):
    network, point = ["2-3-2", "--loss", "huber"], ["--x", "-1,2", "--y", "0,-1"]
    assert main(["trace", *network, *point, "--layout", "denominator"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "2-3-2 --loss huber --x=-1,2 --y=0,-1 --layout denominator --wrt b1" in text


def test_names_in_errors_are_counted_as_the_reader_counts(capsys):
    assert main(["trace", "2-3-2", "--input-index", "1", "--wrt", "Q4"]) == 2
    said = capsys.readouterr().err
    assert "counted with the input as layer 1" in said
    assert "W3" in said
    assert "W1" not in said


@pytest.mark.parametrize(
    "words", ["5-2 --activation log_softmax", "3-1-4-2 --activation gelu_tanh"]
)
def test_large_percentages_and_long_names_stay_within_the_line(words, capsys):
    assert main(["compare", *words.split(), "--loss", "half_squared_error"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "approximate" not in lines[0]
