"""Worksheets: what is blank, what the key says, and what the wrong choices are.

Shapes and orders of the 2-3-2 network are worked out by hand, as in model_outputs.
"""

import json
import os
import re
import subprocess
import sys
from functools import reduce
from pathlib import Path

import numpy as np
import pytest

import jacobians
from jacobians import Network, check_formula, ready_made, worksheet
from jacobians.command_line import main
from jacobians.worksheets.draws import distinct_sizes, drawn_network, shuffled

HERE = Path(__file__).parents[1]
NET = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error")
WORDS = ["2-3-2", "--activation", "relu,sigmoid", "--loss", "half_squared_error", "--wrt", "W1"]
BY_HAND = {
    "denominator": {"∂z1/∂W1": (1, [6, 3]), "∂a1/∂z1": (2, [3, 3]), "∂z2/∂a1": (3, [3, 2]),
                    "∂a2/∂z2": (4, [2, 2]), "∂L/∂a2": (5, [2, 1])},
    "numerator": {"∂L/∂a2": (1, [1, 2]), "∂a2/∂z2": (2, [2, 2]), "∂z2/∂a1": (3, [2, 3]),
                  "∂a1/∂z1": (4, [3, 3]), "∂z1/∂W1": (5, [3, 6])},
}  # fmt: skip
WHOLE = {"denominator": ([6, 1], [3, 2]), "numerator": ([1, 6], [2, 3])}
ALL = ("shapes", "order", "structure", "choice")


def ran(capsys, *words):
    status = main(["worksheet", *words])
    out = capsys.readouterr()
    return status, out.out, out.err


@pytest.mark.parametrize("layout", BY_HAND)
@pytest.mark.parametrize("seed", [0, 17])
def test_the_key_is_what_was_worked_out_by_hand(layout, seed):
    key = worksheet(NET, "W1", layout, seed=seed).key.to_dict()
    found = {link["name"]: (link["number"], link["shape"]) for link in key["links"]}
    assert found == BY_HAND[layout]
    assert (key["shape"], key["gradient_shape"]) == WHOLE[layout]
    assert key["order"] == sorted(found, key=lambda name: found[name])


def test_the_structures_are_those_of_the_layers():
    links = worksheet(NET, blank="structure").key.to_dict()["links"]
    assert {link["name"]: link["structure"] for link in links} == {
        "∂L/∂a2": "dense", "∂a2/∂z2": "diagonal", "∂z2/∂a1": "dense", "∂a1/∂z1": "diagonal",
        "∂z1/∂W1": "Kronecker",
    }  # fmt: skip


def agrees(net, key, layout, wrt):
    """Whether a key's order multiplies, in its own shapes, and yields the derivative."""
    x, y = net.example()
    known = {
        f"∂{J.of}/∂{J.wrt}": np.asarray(J)
        for J in net.factors(x, y, of="L", wrt=wrt, layout=layout)
    }
    shapes = {link["name"]: tuple(link["shape"]) for link in key["links"]}
    if shapes != {name: J.shape for name, J in known.items()}:
        return False
    try:
        product = reduce(np.matmul, [known[name] for name in key["order"]])
    except ValueError:
        return False
    truth = np.asarray(net.jacobian(x, y, of="L", wrt=wrt, layout=layout))
    return product.shape == tuple(key["shape"]) == truth.shape and np.allclose(product, truth)


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
@pytest.mark.parametrize("wrt", ["W1", "b1", "W2", "z1", "x"])
@pytest.mark.parametrize("sizes", ["4-3-2", "5-2-3-4"])
def test_the_order_of_the_key_multiplies_and_yields_the_derivative(sizes, wrt, layout):
    net = Network.parse(sizes, activation="tanh", loss="half_squared_error", seed=3)
    assert agrees(net, worksheet(net, wrt, layout, seed=5).key.to_dict(), layout, wrt)


def test_a_wrong_key_is_not_accepted():
    net = Network.parse("4-3-2", activation="tanh", loss="half_squared_error", seed=3)
    key = worksheet(net, "W1").key.to_dict()
    assert agrees(net, key, "denominator", "W1")
    assert not agrees(net, {**key, "order": key["order"][::-1]}, "denominator", "W1")
    swapped = [key["order"][k] for k in (0, 2, 1, 3, 4)]
    assert not agrees(net, {**key, "order": swapped}, "denominator", "W1")
    assert not agrees(net, {**key, "shape": key["shape"][::-1]}, "denominator", "W1")
    links = [{**link, "shape": link["shape"][::-1]} for link in key["links"]]
    assert not agrees(net, {**key, "links": links}, "denominator", "W1")


def test_a_batch_has_the_shapes_of_its_jacobians():
    net = Network.parse("4-3-2", activation="tanh", loss="half_squared_error", seed=3)
    x, y = net.example(5)
    sheet = worksheet(net, "W1", "numerator", seed=2, samples=5)
    shapes = {link["name"]: tuple(link["shape"]) for link in sheet.key.to_dict()["links"]}
    factors = net.factors(x, y, of="L", wrt="W1", layout="numerator")
    assert shapes == {f"∂{J.of}/∂{J.wrt}": J.shape for J in factors}
    assert shapes["∂z1/∂W1"] == (15, 12)


@pytest.mark.parametrize(("blank", "hidden"), [
    (("shapes",), {"shape", "structure"}), (("order",), {"number", "structure"}),
    (("structure",), {"structure"}), (("shapes", "order", "structure"),
                                      {"shape", "number", "structure"}),
])  # fmt: skip
def test_what_is_blank_is_not_on_the_sheet(blank, hidden):
    sheet = worksheet(NET, blank=blank, seed=4)
    for link in sheet.to_dict()["links"]:
        assert {field for field, value in link.items() if value is None} == hidden
    text = str(sheet).partition("2  THE LINKS")[2]
    assert ("___×___" in text) is ("shapes" in blank)
    assert ("no. ___" in text) is ("order" in blank)
    assert bool(re.search(r"_{20}", text)) is ("structure" in blank)
    assert ("6×3" in text) is ("shapes" not in blank)
    assert "Kronecker\n" not in text
    assert ("made of: dense, diagonal, identity or Kronecker." in text) is ("structure" in blank)


def test_the_sheet_never_stands_in_the_order_that_it_asks_for():
    for seed in range(40):
        key = worksheet(NET, seed=seed).key.to_dict()
        assert [link["name"] for link in key["links"]] != key["order"]


def test_a_seed_is_a_sheet():
    sheets = [worksheet(NET, blank=ALL, seed=seed) for seed in range(4)]
    assert str(worksheet(NET, blank=ALL, seed=3)) == str(sheets[3])
    tables = {str(sheet).partition("\n")[2] for sheet in sheets}
    assert len(tables) == len(sheets)
    assert len({sheet.key.to_dict()["right"] for sheet in sheets}) > 1
    assert len({str(worksheet(seed=seed).to_dict()["network"]) for seed in range(12)}) > 8


def test_the_orders_are_those_of_sha256():
    from hashlib import sha256

    digests = {name: sha256(f"17 links {name}".encode()).hexdigest() for name in "abc"}
    assert shuffled("abc", 17, "links") == sorted("abc", key=digests.get)


def test_no_order_of_a_set_gets_into_a_sheet(capsys):
    words = [*WORDS, "--blank", "choice", "--seed", "17"]
    _, here, _ = ran(capsys, *words)
    for hash_seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-m", "jacobians", "worksheet", *words],
            cwd=Path(jacobians.__file__).parents[1], capture_output=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        assert done.stdout.decode().splitlines() == here.splitlines()


def test_a_single_link_is_asked_about_once():
    net = Network.parse("4-3", loss="half_squared_error")
    key = worksheet(net, "a1", "numerator", ("shapes", "order"), seed=3)
    assert str(key).count("∂L/∂a1 ") == 2  # in the title and in the only row
    assert [link["shape"] for link in key.key.to_dict()["links"]] == [[1, 3]]


@pytest.mark.parametrize("seed", range(25))
def test_sizes_that_the_seed_chooses_differ_and_are_no_products(seed):
    sizes = distinct_sizes(5, seed, given=[4])
    everything = [4, *sizes]
    assert len(set(everything)) == 6
    assert 1 not in sizes
    assert not {a * b for a in everything for b in everything if a != b} & set(everything)
    assert drawn_network("W4", seed).parameters.keys() >= {"W4", "b4"}


def test_letters_become_numbers_and_numbers_stay():
    sheet = worksheet(Network.parse("n-3-m", "tanh", "half_squared_error"), seed=8, samples="N")
    sizes = sheet.to_dict()["sizes"]
    n, m, N = (sizes[letter] for letter in ("n", "m", "N"))
    assert len({1, 3, n, m, N}) == 5
    links = {link["name"]: link["shape"] for link in sheet.key.to_dict()["links"]}
    assert links["∂z1/∂W1"] == [3 * n, 3 * N]
    assert links["∂z2/∂a1"] == [3 * N, m * N]
    assert f"network {n}-3-{m} " in str(sheet)
    assert f"{N} samples as columns, " in str(sheet)


@pytest.mark.parametrize(("net", "wrt", "layout"), [
    (NET, "W1", "denominator"), (NET, "W2", "numerator"),
    (Network.parse("4-3-1", "sigmoid", "binary_cross_entropy"), "b1", "denominator"),
    (Network.parse("4-3-2", ["tanh", "softmax"], "cross_entropy"), "x", "numerator"),
    (Network.parse("4-3-2", "tanh"), "W1", "numerator"),
    (Network.parse("4-3-2", "tanh"), "W1", "denominator"),
    (ready_made("two_losses"), "W1", "denominator"),
    (Network.parse("n-3-m", ["tanh", "sigmoid"], "half_squared_error"), "W1", "numerator"),
])  # fmt: skip
def test_one_choice_is_right_and_three_are_wrong_by_value_each_in_its_own_way(net, wrt, layout):
    sheet = worksheet(net, wrt, layout, "choice", seed=6)
    key = sheet.key.to_dict()
    of = sheet.to_dict()["derivative"].partition("/")[0][1:]
    verdicts = {}
    for choice in key["choices"]:
        check = check_formula(choice["formula"], network=net, wrt=wrt, of=of, seconds=0.0)
        verdicts[choice["letter"]] = check.verdict
        assert check.verdict == choice["verdict"]
        if choice["letter"] == key["right"]:
            assert check.layout in (layout, "both")
            assert choice["why"] == choice["misconception"] == ""
        else:
            assert choice["why"]
            assert choice["misconception"]
    assert [*verdicts] == ["A", "B", "C", "D"]
    assert [v for letter, v in verdicts.items() if letter != key["right"]].count("right") == 0
    assert "right by accident" not in verdicts.values()
    assert len({choice["formula"] for choice in key["choices"]}) == 4


def test_the_gradient_of_a_bias_sums_over_samples():
    net = Network.parse("4-3-2", ["tanh", "sigmoid"], "half_squared_error")
    key = worksheet(net, "b1", blank="choice", seed=3, samples=5).key.to_dict()
    right = next(each for each in key["choices"] if each["letter"] == key["right"])
    assert right["formula"].endswith("@ ones(5, 1)")
    assert check_formula(right["formula"], network=net, wrt="b1", samples=5, seconds=0.0).right


def values_of(formula, net, x, y):
    """A formula of a sheet in plain NumPy, names as the sheet has them."""
    known = {name: np.atleast_1d(value) for name, value in net.values(x, y).items()}
    known = {name: v[:, None] if v.ndim == 1 else v for name, v in known.items()}
    slopes = {
        "dtanh": lambda z: 1 - np.tanh(z) ** 2,
        "dsigmoid": lambda z: sigmoid(z) - sigmoid(z) ** 2,
    }
    known["delta2"] = (known["a2"] - known["y"]) * slopes["dsigmoid"](known["z2"])
    known["delta1"] = (known["W2"].T @ known["delta2"]) * slopes["dtanh"](known["z1"])
    return eval(formula, {**slopes, **known, "sum": np.sum})


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize("seed", range(3))
def test_choices_have_the_values_that_numpy_finds(seed):
    net = Network.parse("4-3-2", ["tanh", "sigmoid"], "half_squared_error", seed=1)
    x, y = net.example()
    truth = net.gradient(x, y, wrt="W1", layout="denominator")
    found = []
    for choice in worksheet(net, blank="choice", seed=seed).key.to_dict()["choices"]:
        value = values_of(choice["formula"], net, x, y)
        assert np.allclose(value, truth) is (choice["verdict"] == "right")
        found.append(value)
    assert all(value.shape == (3, 2 + 2) for value in found)
    assert not any(np.allclose(found[i], found[j]) for i in range(4) for j in range(i))


def test_a_misconception_is_what_the_checker_says_of_the_formula():
    net = Network.parse("4-3-2", ["relu", "sigmoid"], "half_squared_error")
    choices = worksheet(net, blank="choice", seed=2).key.to_dict()["choices"]
    (wrong,) = [each for each in choices if each["misconception"] == "missing factor"]
    check = check_formula(wrong["formula"], network=net, wrt="W1")
    assert "missing factor" in [slip.kind for slip in check.slips]
    right = next(each["formula"] for each in choices if each["verdict"] == "right")
    assert check_formula(check.repairs[0].formula, network=net, wrt="W1").right
    assert check_formula(right, network=net, wrt="W1").right


def test_the_trap_of_equal_ends_is_set_where_ends_are_equal():
    wrong = [
        choice["formula"]
        for seed in (0, 2)
        for choice in worksheet(NET, blank="choice", seed=seed).key.to_dict()["choices"]
        if choice["misconception"] == "index"
    ]
    assert any("a2.T" in formula or "W1 @" in formula for formula in wrong)


GOLDEN = [*WORDS, "--blank", "shapes,order,choice", "--seed", "17", "--key"]


def test_the_sheet_is_the_one_that_was_read(capsys):
    status, text, _ = ran(capsys, *GOLDEN)
    assert status == 0
    assert max(map(len, text.splitlines())) <= 80
    assert text == (HERE / "golden" / "worksheet_17.txt").read_text(encoding="utf-8")


def test_the_key_is_printed_only_when_it_is_asked_for(capsys):
    for form in ("markdown", "html", "json"):
        words = [*WORDS, "--blank", "structure,choice", "--seed", "17", "--format", form]
        _, sheet, _ = ran(capsys, *words)
        _, both, _ = ran(capsys, *words, "--key")
        assert len(both) > len(sheet)
        assert "missing factor" in both
        assert "missing factor" not in sheet
        assert "Kronecker</td>" not in sheet
    record = json.loads(both)
    assert [*record] == ["sheet", "key"]
    assert [*json.loads(sheet)] == ["sheet"]
    assert record["key"]["right"] in "ABCD"
    assert not {"verdict", "why"} & set(record["sheet"]["choices"][0])


def test_latex_is_a_document_of_displays(capsys):
    _, text, _ = ran(capsys, *WORDS, "--blank", ",".join(ALL), "--format", "latex", "--key")
    assert text.startswith("\\documentclass")
    assert text.endswith("\\end{document}\n")
    assert text.count("$$") % 2 == 0
    assert text.count("\\newpage") == 1
    assert text.count("{") == text.count("}")
    body = text.partition("\\begin{document}")[2]
    assert set(body) - set(map(chr, range(128))) <= {"½"}


def test_without_a_network_the_seed_chooses_one(capsys):
    status, text, _ = ran(capsys, "--seed", "5", "--wrt", "W3")
    assert status == 0
    assert text.startswith("∂L/∂W3 in the network ")
    (sizes,) = re.findall(r"network ([0-9-]+) ", text)
    assert len(set(sizes.split("-"))) == 4


def test_a_graph_says_its_shapes_and_the_network_of_a_file_is_asked_about(capsys, tmp_path):
    status, text, _ = ran(capsys, "residual_block", "--blank", "structure", "--key")
    assert status == 0
    assert text.startswith("du/dx in the graph residual block")
    assert "x is 3×1, y is 3×1, W1 is 4×3" in text
    file = tmp_path / "net.toml"
    file.write_text('sizes = "5-3-2"\nactivation = "tanh"\nloss = "half_squared_error"\n')
    status, text, err = ran(capsys, str(file), "--seed", "9")
    assert (status, err) == (0, "")
    assert "5-3-2" in text
    assert "sheet 009" in text


@pytest.mark.parametrize(("words", "message"), [
    (["2-3-2", "--blank", "shape"], "'shape' cannot be blank: did you mean shapes?"),
    (["2-3-2", "--blank", ""], "'' cannot be blank: known are shapes, order, structure, choice."),
    (["2-3-2", "--wrt", "W7"],
     "the network has no value 'W7': known are x, a0, W1, b1, W2, b2, z1, a1, z2, a2."),
    (["2-3-2", "--of", "a1", "--wrt", "W2"],
     "there are no links from a1 back to W2, so there is nothing to ask: name values on one way."),
    (["2-3-2", "--of", "a2", "--wrt", "a2"],
     "there are no links from a2 back to a2, so there is nothing to ask: name values on one way."),
    (["residual_block"],
     "du/dx is a sum over 2 paths, so its links have no one order: leave order out of what is "
     "blank, or ask for a derivative along one path."),
    (["4-3-2", "--loss", "huber", "--wrt", "a2", "--blank", "choice"],
     "no formula of the notation states ∂L/∂a2 here: leave choice out of what is blank."),
    (["4-3-2", "--wrt", "z2", "--of", "a2", "--blank", "choice"],
     "∂a2/∂z2 has too few formulas that are wrong in a way of their own: leave choice out of what "
     "is blank."),
    (["--loss", "cross_entropy"],
     "--loss is said of a network: jacobians worksheet 2-3-2 --loss …; without one the seed "
     "chooses all of it."),
    (["2-3-2", "--seed=-1"], "a seed is a whole number from 0 on, or None, not -1."),
    (["2-3-2", "--layout", "both"], "argument --layout: invalid choice: 'both' (choose from "
     "numerator, denominator); see jacobians worksheet --help."),
])  # fmt: skip
def test_what_is_not_understood_is_one_sentence_and_status_2(capsys, words, message):
    status, text, err = ran(capsys, *words)
    assert (status, text) == (2, "")
    assert err.replace("'numerator', 'denominator'", "numerator, denominator") == (
        f"jacobians: {message}\n"
    )
