"""Bad input on the command line: one clear sentence, exit status 2, never a traceback."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jacobians.command_line import main

TARGET = (
    "the target has shape (2,), the prediction (3,): they need the same, or class indices, "
    "integers of shape () or (N,)."
)
LETTERS = (
    "the network n-3 knows its sizes only (n is a letter), so there are no values: give numbers "
    "for every size, and a seed or weights."
)
NAMES = "known are x, a0, W1, b1, W2, b2, z1, a1, z2, a2."
MANY = "the network has 16,004,000 parameters, more than 10,000,000."
TABLE = {
    "trace 2-3-2 --activation rleu":
        "unknown activation 'rleu': did you mean relu?",
    "trace 2-3-2 --loss half_sqared":
        "unknown loss 'half_sqared': did you mean half_squared_error?",
    "trace 2-3-2 --wrt W3": f"the network has no value 'W3': {NAMES}",
    "trace 2-3-2 --of q": f"the network has no value 'q': {NAMES}",
    "trace 2-3-2 --of L": "this network has no loss: give one, or ask for the prediction, a2.",
    "trace 2-3-2 --activation relu,tanh,sin":
        "3 activations (relu, tanh, sin) for 2 linear layers: give one for each, or one for all.",
    "trace 2--2": "'2--2' has an empty size: sizes are joined by single hyphens, 2-3-2.",
    "trace 2-0-3": "'2-0-3': a size is at least 1, not 0.",
    "trace -2-3": "'-2-3' begins with a minus: a size is at least 1.",
    "trace 2-3.5": "'2-3.5': '3.5' is no size: a size is a positive number or a letter.",
    "trace 5": "'5' has one size: a network needs an input and an output, 2-3.",
    "trace 2-3 --x nan,1": "--x has entries that are not finite numbers: 'nan,1'.",
    "trace 2-3 --x 1e400,1": "--x has entries that are not finite numbers: '1e400,1'.",
    "trace 2-3 --x a,b": "--x is numbers joined by commas, not 'a,b'.",
    "trace 2-3 --x 1,2;3": "--x has samples of different lengths: '1,2;3'.",
    "trace 2-3 --x 1,2,3": "x has 3 entries, the network takes 2: 2-3: identity.",
    "trace 2-3 --loss huber --y inf,1,1": "--y has entries that are not finite numbers: 'inf,1,1'.",
    "trace 2-3 --loss huber --y 1,2": TARGET,
    "compare 2-3 --loss huber --y 1,2": TARGET,
    "trace 2-3 --loss cross_entropy --y 5": "class index 5 is out of range: the prediction has 3 "
        "entries, classes count from 0 to 2.",
    "trace 2-3 --y 1,2,3": "this network has no loss, so a target y has no use.",
    "compare 2-3 --y 1,2,3": "this network has no loss, so a target y has no use.",
    "trace n-3 --values": LETTERS,
    "compare n-3": LETTERS,
    "trace 4000-4000 --values": f"--values asks for numbers: {MANY}",
    "compare 4000-4000": f"a comparison needs numbers: {MANY}",
    "trace 2-3 --values --shapes": "--values asks for numbers: --shapes computes none.",
    "trace 2-3 --batch N --values": "with N samples, a letter, there are no values to print.",
    "compare 2-3 --batch N": "a comparison needs numbers: N samples is a letter.",
    "trace 2-3 --output /no/such/folder/report":
        "/no/such/folder/report cannot be written: No such file or directory.",
    "trace 2-3 --entry W1": "an entry is written W1[3,2], counted from 1, not 'W1'.",
    "trace 2-3 --entry W1[0,1]": "an entry is written W1[3,2], counted from 1, not 'W1[0,1]'.",
    "trace 2-3 --entry W1[9,1]": "W1 is 3×2 and has no entry W1[9,1] (counted from 1).",
    "trace 2-3 --entry W1[²,1]": "an entry is written W1[3,2], counted from 1, not 'W1[²,1]'.",
    "trace 2-3 --entry b1[1] --wrt W1": "--wrt W1 and --entry b1[1] are of two values.",
    "trace 2-3 --reduction sum":
        "reduction says how a loss is taken over samples; this network has none.",
    "trace rnn --no-bias": "--no-bias is said by the graph rnn: jacobians graphs rnn prints it as "
        "a file to change.",
    "trace two_losses --y 1,2": "the network has 2 targets (y1, y2): each is given by its name, "
        "--y y1=1,-2 and so on.",
    "compare rnn --x 1,2": "the network has 4 inputs (h0, x1, x2, x3): each is given by its name, "
        "--x h0=1,-2 and so on.",
    "trace residual_block --batch 20000": "the full 60000×60000 matrix would take 28,800,000,000 "
        "bytes, the limit is 2,147,483,648. Choose smaller sizes, or --shapes.",
    "compare residual_block --batch 20000": "the full 60000×60000 matrix would take 28,800,000,000 "
        "bytes, the limit is 2,147,483,648. Choose smaller sizes.",
    "compare residual_block --batch 100000000": "a comparison needs numbers: 100,000,000 samples "
        "make 2,000,000,032 values, more than 50,000,000.",
    "trace none.toml": "none.toml cannot be read: No such file or directory.",
    "trace 2-3 --weights none.npz": "none.npz cannot be read: No such file or directory.",
    "trace 2-3 --foo": "unrecognized arguments: --foo; see jacobians --help.",
    "trace": "the following arguments are required: network; see jacobians trace --help.",
}  # fmt: skip


def refused(arguments, capsys):
    """The sentence on standard error; nothing else was said anywhere."""
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("jacobians: ")
    assert said.err.endswith("\n")
    return said.err.removeprefix("jacobians: ").rstrip("\n")


@pytest.mark.parametrize("command", TABLE)
def test_one_sentence_names_the_thing_and_the_cure(command, capsys):
    assert refused(command.split(), capsys) == TABLE[command]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('sizes = "2-3-2\n', "line 1"),
        ('sizes = "2-3"\nactivation = "rleu"\n', ", line 2: unknown activation 'rleu': did you "
                                                 "mean relu?"),
        ('sizes = "2-3"\n\nfoo = 1\n', ", line 3: unknown key 'foo': known are sizes"),
        ('sizes = "2-3"\n[weights]\nW1 = [[1, 2], [3, nan], [1, 1]]\n',
         ", line 3: W1 has entries that are not finite numbers."),
        ("sizes = [2, -3]\n", ", line 1: "),
        ('loss = "huber"\n', ': sizes is missing, as in sizes = "2-3-2"; or say a graph.'),
    ],
)  # fmt: skip
def test_a_broken_toml_is_named_with_its_line(text, sentence, tmp_path, capsys):
    path = tmp_path / "network.toml"
    path.write_text(text)
    for command in ("trace", "compare"):
        said = refused([command, str(path)], capsys)
        assert said.startswith(str(path))
        assert sentence in said
        assert "\n" not in said


@pytest.mark.parametrize(("text", "seed"), [("", 0), ("seed = 5\n", 5)])
def test_a_seed_beside_a_file_is_refused_with_the_seed_of_the_file(text, seed, tmp_path, capsys):
    path = tmp_path / "network.toml"
    path.write_text(f'sizes = "2-3"\n{text}')
    assert refused(["trace", str(path), "--seed", "3"], capsys) == (
        f"--seed is not for {path}: the file says its own seed ({seed})."
    )


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"W1": np.full((3, 2), np.nan)}, "W1 has entries that are not finite numbers."),
        ({"W1": np.ones((2, 3))}, "W1 is 2×3, the sizes say 3×2: weights are (outputs, inputs)."),
        ({"b1": np.ones(3)}, "W1 is missing: weights are given for all layers or for none."),
        ({"W1": np.ones((3, 2)) * 1j}, "W1 has entries of type complex128: real numbers are "
                                       "wanted, take the real part first."),
        ({"w1": np.ones((3, 2))}, "w1 is no parameter of this network: they are W1, b1."),
    ],
)  # fmt: skip
def test_weights_that_do_not_fit_are_named(arrays, sentence, tmp_path, capsys):
    np.savez(tmp_path / "w.npz", **arrays)
    assert refused(["trace", "2-3", "--weights", str(tmp_path / "w.npz")], capsys) == sentence


def test_a_file_that_is_no_npz_is_refused_whatever_it_is(tmp_path, capsys):
    np.save(tmp_path / "one.npy", np.ones(3))
    (tmp_path / "junk.npz").write_text("hello")
    (tmp_path / "empty.npz").touch()
    np.savez(tmp_path / "objects.npz", W1=np.array([None, 1], dtype=object))
    for name in ("one.npy", "junk.npz", "empty.npz", "objects.npz", ""):
        said = refused(["trace", "2-3", "--weights", str(tmp_path / name)], capsys)
        assert str(tmp_path / name) in said or str(tmp_path) in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["trace", "2-" + "9" * 5000],
        ["trace", "2-3", "--batch", "9" * 25],
        ["trace", "2-3", "--batch", "1" + "0" * 15],
        ["compare", "2-3", "--batch", "1" + "0" * 15],
        ["trace", "2-3", "--batch", "-1"],
        ["trace", "2-3", "--output", ""],
        ["trace", "2-3", "--x", ""],
        ["trace", "--", "-2-3"],
        ["trace", "2-3\x00.toml"],
        ["trace", "2-3", "--weights", "a\x00b"],
        ["trace", "2-3", "--output", "a\x00b"],
    ],
)
def test_sizes_and_names_beyond_reason_are_refused_too(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = refused(arguments, capsys)
    assert "ambiguous option" not in said
    assert len(said) < 1000
    assert list(tmp_path.iterdir()) == []


def test_a_matrix_too_large_to_print_is_refused_with_a_cure_for_the_command(capsys):
    said = refused(["compare", "3000-3000"], capsys)
    assert "full 3000×9000000 matrix would take 216,000,000,000 bytes" in said
    assert "as_matrix" not in said
    assert "\n" not in said


def test_of_a_count_of_one_the_sentence_is_in_the_singular(capsys):
    assert "1 entries" not in refused(["trace", "2-3", "--x", "1"], capsys)
    assert "1 samples" not in refused(["trace", "2-3", "--x", "1,2", "--batch", "2"], capsys)


COMMON = """trace compare 2-3-2 n-2 3-3 1-1 2-3 relu,tanh softmax identity --activation --loss huber
cross_entropy --wrt W1 b1 z1 x y L --of a1 --entry W1[1,1] z1[1] --batch 2 N --layout both numerator
--input-index 0 1 --symbols superscript --values --shapes --format json html latex markdown --seed 5
--x 1,2 -1,2 --y 1 0,1 --small-integers --no-bias --reduction mean --measure nan inf -- - --help"""
WORDS = st.one_of(st.sampled_from(COMMON.split()), st.text(max_size=6))


def status(arguments):
    """What the process would leave with."""
    try:
        return main(arguments)
    except SystemExit as leaving:
        return ("help", leaving.code)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["trace", "compare", None]), st.lists(WORDS, max_size=7))
@pytest.mark.filterwarnings("error")
def test_no_list_of_words_gets_a_traceback(command, words):
    arguments = [word for word in words if not re.fullmatch(r"--o\w*|.*\.toml", word)]
    assert status([*([command] if command else []), *arguments]) in (0, 2, ("help", 0))
