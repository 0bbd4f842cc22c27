"""Networks from TOML files: what they may say, and refusals that name the file and the line."""

import numpy as np
import pytest

from jacobians import Network
from jacobians.readers.toml_file import read
from layouts import LayoutError

WHOLE = """\
sizes = "2-3-2"
activation = ["relu", "sigmoid"]
loss = "half_squared_error"
reduction = "mean"

[weights]
W1 = [[1, -1], [2, 0], [0, 3]]
b1 = [0, 1, 0]
W2 = [[1, 2, 0], [0, 1, -1]]
"""


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "network.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def refusal(path):
    with pytest.raises(LayoutError) as refused:
        read(path)
    return str(refused.value)


def test_a_whole_network_with_inline_weights_is_read(write):
    net = Network.from_toml(write(WHOLE))
    assert str(net) == "2-3-2: relu, sigmoid, half squared error"
    assert {name: value.shape for name, value in net.parameters.items()} == {
        "W1": (3, 2), "b1": (3,), "W2": (2, 3),
    }  # fmt: skip
    assert net.loss.reduction == "mean"
    a1 = np.maximum([1 - 2 + 0, 2 + 1, 6], 0)
    expected = 1 / (1 + np.exp(-np.array([[1, 2, 0], [0, 1, -1]]) @ a1))
    assert np.allclose(net([1.0, 2.0]), expected, rtol=1e-14)


def test_the_examples_in_the_documentation_are_read(write):
    from jacobians.readers import toml_file

    row, graph = toml_file.__doc__.split("\n\n", 1)[1].split("Instead of sizes")
    assert str(Network.from_toml(write(row))) == "2-3-2: relu, sigmoid, half squared error"
    net = Network.from_toml(write(graph.split("\n\n", 1)[1]))
    W, x = net.parameters["W"], np.array([0.5, -1.0, 2.0])
    assert str(net) == "residual"
    np.testing.assert_allclose(net(x), W @ np.tanh(x) + x, rtol=1e-14)


def test_weights_may_stand_in_an_npz_beside_the_file(write, tmp_path):
    W1, W2 = np.arange(6.0).reshape(3, 2), np.arange(6.0).reshape(2, 3)
    np.savez(tmp_path / "weights.npz", W1=W1, W2=W2)
    net = Network.from_toml(write('sizes = "2-3-2"\n[weights]\nfile = "weights.npz"\n'))
    assert np.array_equal(net([1.0, 2.0]), W2 @ W1 @ [1.0, 2.0])


def test_without_weights_they_are_drawn_with_the_seed(write):
    drawn = Network.from_toml(write("sizes = [2, 3]\nseed = 5\nbias = false\n"))
    assert list(drawn.parameters) == ["W1"]
    expected = np.random.default_rng(5).standard_normal((3, 2))
    assert np.array_equal(drawn.parameters["W1"], expected)


def test_sizes_may_be_letters(write):
    net = Network.from_toml(write('sizes = ["n", 3, 2]\nactivation = "sigmoid"\n'))
    assert str(net) == "n-3-2: sigmoid, sigmoid"
    assert net.sizes_only


BROKEN = {
    "an unknown activation": (
        'sizes = "2-3"\n\nactivation = "rleu"\n', 3,
        "unknown activation 'rleu': did you mean relu?"
    ),
    "an unknown loss": (
        'sizes = "2-3"\nloss = "hubert"\n', 2, "unknown loss 'hubert': did you mean huber?",
    ),
    "an unknown key": (
        'sizes = "2-3"\nactivations = "relu"\n', 2,
        "unknown key 'activations': did you mean activation?",
    ),
    "a list of wrong length": (
        'sizes = "2-3-4-5"\nactivation = ["relu", "tanh"]\n', 2,
        "2 activations (relu, tanh) for 3 linear layers: give one for each, or one for all.",
    ),
    "a size of zero": ('sizes = "2-0"\n', 1, "'2-0': a size is at least 1, not 0."),
    "a weight of the wrong shape": (
        'sizes = "2-3"\n[weights]\nW1 = [[1, 2], [3, 4]]\n', 3,
        "W1 is 2×2, the sizes say 3×2: weights are (outputs, inputs).",
    ),
    "a bias of the wrong shape": (
        'sizes = "2-1"\n[weights]\nW1 = [[1, 2]]\nb1 = [1, 2]\n', 4, None,
    ),
    "ragged weights": (
        'sizes = "2-2"\n[weights]\nW1 = [[1, 2], [3]]\n', 3,
        "W1 is not an array: its rows have different lengths.",
    ),
    "NaN among the weights": (
        'sizes = "2-1"\n[weights]\nW1 = [[1, nan]]\n', 3,
        "W1 has entries that are not finite numbers.",
    ),
    "text among the weights": (
        'sizes = "2-1"\n[weights]\nW1 = [["a", "b"]]\n', 3,
        "W1 has entries of type <U1: real numbers are wanted.",
    ),
    "a foreign weight": (
        'sizes = "2-1"\n[weights]\nW1 = [[1, 2]]\nW7 = [[1]]\n', 4,
        "W7 is no parameter of this network: they are W1, b1.",
    ),
    "a number for a name": ('sizes = "2-3"\nloss = 3\n', 2, "loss takes a string, not 3."),
    "a truth value for a seed": (
        'sizes = "2-3"\nseed = true\n', 2, "seed takes a whole number, not True.",
    ),
    "a negative seed": (
        'sizes = "2-3"\nseed = -1\n', 2, "a seed is a whole number from 0 on, or None, not -1.",
    ),
    "a wrong reduction": (
        'sizes = "2-3"\nloss = "huber"\nreduction = "max"\n', 3,
        "reduction is 'mean' or 'sum' (over samples), not 'max'.",
    ),
    "a title beside sizes": (
        'sizes = "2-3"\ntitle = "two layers"\n', 2,
        "title is for a graph: a row of layers is called by its sizes.",
    ),
    "two sources of weights": (
        'sizes = "2-1"\n[weights]\nW1 = [[1, 2]]\nfile = "w.npz"\n', 4,
        'weights are inline or in one file = "….npz", not both.',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_does_not_fit_is_told_with_file_and_line(write, name):
    text, line, message = BROKEN[name]
    path = write(text)
    said = refusal(path)
    assert said.startswith(f"{path}, line {line}: ")
    assert message is None or said == f"{path}, line {line}: {message}"


def test_broken_toml_is_told_with_its_line(write):
    path = write('sizes = "2-3"\nactivation = [\n')
    said = refusal(path)
    assert said.startswith(f"{path} is not valid TOML: ")
    assert "line" in said or "end of document" in said
    assert "line 2, column 8" in refusal(write('sizes = "2-3"\nloss = huber\n'))


def test_missing_sizes_and_missing_files_are_told(write, tmp_path):
    path = write('loss = "huber"\n')
    assert refusal(path) == f'{path}: sizes is missing, as in sizes = "2-3-2"; or say a graph.'
    absent = tmp_path / "absent.toml"
    assert refusal(absent) == f"{absent} cannot be read: No such file or directory."
    said = refusal(write('sizes = "2-1"\n[weights]\nfile = "absent.npz"\n'))
    assert "absent.npz cannot be read: No such file or directory." in said
    assert refusal(tmp_path).startswith(f"{tmp_path} cannot be read: ")


def test_a_file_that_is_no_text_is_told(tmp_path):
    path = tmp_path / "network.toml"
    path.write_bytes(b"\xff\xfe\x00")
    assert refusal(path) == f"{path} is not UTF-8 text."


def test_an_npz_that_is_none_is_told_and_nothing_in_it_is_executed(write, tmp_path):
    toml = write('sizes = "2-1"\n[weights]\nfile = "w.npz"\n')
    weights = tmp_path / "w.npz"
    weights.write_bytes(b"no archive")
    assert refusal(toml) == f"{weights} is no .npz file of number arrays."
    np.savez(weights, W1=np.array([[None, 2.0]], dtype=object))
    assert refusal(toml) == f"{weights} is no .npz file of number arrays."
    weights.write_bytes(b"")
    assert refusal(toml) == f"{weights} is no .npz file of number arrays."


@pytest.mark.parametrize(
    "text", ["sizes = " + "[" * 5000, "seed" + ".a" * 5000 + ' = 1\nsizes = "2-3"'],
    ids=["arrays", "tables"],
)  # fmt: skip
def test_what_is_nested_too_deeply_is_told(write, text):
    path = write(text)
    assert refusal(path) == f"{path} is nested too deeply."


@pytest.mark.parametrize(
    "text", ['sizes = "2-3"\n', 'graph = """\ninput x: 2\nparameters W1: 3×2\nu = W1 @ x\n"""\n']
)
def test_weights_that_are_not_given_may_be_small_integers(write, text):
    drawn = Network.from_toml(write(text), small_integers=True)
    assert set(drawn.parameters["W1"].ravel()) <= {-3.0, -2.0, -1.0, 1.0, 2.0, 3.0}
    ones = Network.from_toml(write(f"{text}[weights]\nW1 = [[9, 9], [9, 9], [9, 9]]\n"),
                             small_integers=True)  # fmt: skip
    assert np.array_equal(ones.parameters["W1"], np.full((3, 2), 9.0))


def test_a_name_in_a_file_cannot_move_the_terminal(write, tmp_path):
    said = refusal(write('sizes = "2-1"\n[weights]\n"W\\u001b[31m" = [[1, 2]]\n'))
    assert r"'W\x1b[31m' is no parameter of this network" in said
    said = refusal(write('sizes = "2-1"\n[weights]\nfile = "w\\u001b.npz"\n'))
    assert said == rf"'{tmp_path}/w\x1b.npz' cannot be read: No such file or directory."


def test_missing_weights_are_told(write):
    said = refusal(write('sizes = "2-3-1"\n[weights]\nW1 = [[1, 2], [1, 2], [1, 2]]\n'))
    assert said.endswith("W2 is missing: weights are given for all layers or for none.")
