"""The command: its options, and terminals that know only ASCII."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from jacobians.command_line import main

ROOT = Path(__file__).parents[2]
ASK = ["2-3-2", "--activation", "relu,sigmoid", "--loss", "half_squared_error"]


def run(*arguments, **environment):
    """A process of its own, as a shell starts it."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "jacobians", *arguments],
        cwd=ROOT, capture_output=True, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )  # fmt: skip


def test_the_module_and_the_function_print_the_same(capsys):
    for arguments in (["trace", *ASK, "--wrt", "W1"], ["compare", *ASK], ["trace", "nonsense"]):
        status = main(arguments)
        here, there = capsys.readouterr(), run(*arguments)
        assert there.returncode == status
        assert there.stdout.decode() == here.out
        assert there.stderr.decode() == here.err


@pytest.mark.parametrize("arguments", [["--help"], ["trace", "--help"], ["compare", "--help"]])
def test_help_is_given_and_is_no_error(arguments, capsys):
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    assert leaving.value.code == 0
    assert "usage: jacobians" in capsys.readouterr().out


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "utf-8"])
def test_a_terminal_without_our_signs_gets_others_and_no_exception(encoding):
    more = (
        ["--symbols", "superscript"],
        ["--format", "json"],
        ["--format", "html"],
        ["--wrt", "∂"],
    )
    for arguments in (
        ["compare", *ASK],
        ["trace", *ASK],
        *(["trace", *ASK, *each] for each in more),
    ):
        done = run(*arguments, PYTHONIOENCODING=encoding)
        assert done.returncode == (2 if "∂" in arguments else 0), done.stderr
        text = done.stdout.decode(encoding)
        assert b"Traceback" not in done.stderr
        assert encoding == "utf-8" or text.isascii()


def test_json_for_an_ascii_terminal_is_still_the_same_json(capsys):
    main(["trace", *ASK, "--format", "json"])
    here = json.loads(capsys.readouterr().out)
    there = run("trace", *ASK, "--format", "json", PYTHONIOENCODING="ascii").stdout
    assert json.loads(there) == here


def test_ascii_columns_stand_one_below_the_other():
    lines = run("trace", *ASK, "--wrt", "W1", PYTHONIOENCODING="ascii").stdout.decode().splitlines()
    assert max(map(len, lines)) <= 80
    start = next(k for k, line in enumerate(lines) if "THE FIVE LINKS" in line)
    header, *links = lines[start + 1 : start + 8]
    at = [header.index("numerator"), header.index("denominator"), header.index("structure")]
    for line in links[1:]:
        assert all(line[k - 1] == " " and line[k] != " " for k in at), line


def test_a_shapes_only_trace_loads_nothing_heavy():
    code = (
        "import sys; from jacobians.command_line import main; "
        "main(['trace', 'n-3-2-1', '--activation', 'sigmoid']); "
        "main(['trace', '784-300-10', '--loss', 'cross_entropy', '--shapes']); "
        "heavy = {'sympy', 'matplotlib', 'scipy', 'sklearn', 'lark', 'torch', 'jax', 'pandas'}; "
        "sys.exit(', '.join(heavy & sys.modules.keys()) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_weights_x_and_y_are_those_given(tmp_path, capsys):
    arrays = {"W1": [[1.0, -1], [2, 0], [0, 3]], "b1": [0.0, 1, 0], "W2": [[1.0, 2, 0], [0, 1, -1]]}
    np.savez(tmp_path / "w.npz", **{name: np.array(array) for name, array in arrays.items()})
    assert main(["trace", *ASK, "--weights", str(tmp_path / "w.npz"), "--x", "-1,2", "--y", "0,1",
                 "--values"]) == 0  # fmt: skip
    text = " ".join(capsys.readouterr().out.split())
    assert "z1 [-3] [-1] [6]" in text
    assert "a1 [0] [0] [6]" in text
    assert "z2 [0] [-6]" in text
    assert "at the values given" in text


def test_samples_are_separated_by_semicolons(capsys):
    assert main(["trace", *ASK, "--x", "1,-2;3,4;0,0.5", "--y", "0,1;1,0;1,1", "--values"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "3 samples as columns" in text
    assert "a0 [1 3 0] [-2 4 0.5]" in text


def test_small_integers_are_small_whole_and_not_zero(capsys):
    assert main(["trace", "2-3", "--small-integers", "--values"]) == 0
    numbers = capsys.readouterr().out.split("NUMBERS")[1].splitlines()
    for name in ("W1", "b1", "a0"):
        (line,) = [line for line in numbers if line.startswith(f"   {name} ")]
        entries = line.removeprefix(f"   {name} ").translate(str.maketrans("[]", "  ")).split()
        assert set(entries) <= {"-3", "-2", "-1", "1", "2", "3"}


def test_the_weights_of_a_file_are_small_integers_too(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("network.toml").write_text('sizes = "2-3"', encoding="utf-8")
    assert main(["trace", "network.toml", "--small-integers", "--values"]) == 0
    text = capsys.readouterr().out
    (line,) = [line for line in text.splitlines() if line.startswith("   W1 ")]
    entries = line.removeprefix("   W1 ").translate(str.maketrans("[]", "  ")).split()
    assert set(entries) <= {"-3", "-2", "-1", "1", "2", "3"}
    assert "jacobians trace network.toml --small-integers --values --wrt b1" in " ".join(
        text.split()
    )


@pytest.mark.parametrize("seed", range(12))
def test_no_point_drawn_in_small_integers_is_called_wrong(seed, capsys):
    assert main(["trace", *ASK, "--small-integers", "--seed", str(seed)]) == 0
    assert "DISAGREE" not in capsys.readouterr().out


def test_more_than_ten_million_parameters_are_traced_without_values(capsys):
    assert main(["trace", "4000-4000", "--activation", "tanh", "--wrt", "b1"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "No values: the network has 16,004,000 parameters, more than 10,000,000." in text


def test_too_many_samples_of_a_graph_are_traced_without_values(capsys):
    assert main(["trace", "residual_block", "--batch", "100000000"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "No values: 100,000,000 samples make 2,000,000,032 values, more than 50,000,000." in text


@pytest.mark.parametrize(
    "ask",
    [
        "trace 2-3 --activation square --x 1e200,1e200",
        "trace 4-100-3-1-12 --activation exp",
        "compare 2-3 --activation square --x 1e200,1e200",
        "trace 3-4-12-9-1-3-100 --activation gelu_tanh --layout numerator",
        "trace 9-12-1-9-4 --activation exp,identity,exp,softsign --loss mean_squared_error",
        "trace 2-3-2 --activation tanh --loss cross_entropy",
        "trace 12-4 --activation relu --loss binary_cross_entropy --wrt x --no-bias",
    ],
)
def test_a_point_out_of_reach_is_explained_and_not_called_wrong(ask, capsys):
    assert main(ask.split()) == 0
    assert "DISAGREE" not in capsys.readouterr().out
