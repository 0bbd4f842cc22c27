"""Names as the reader counts: the input as layer 1, numbers above the line, everywhere alike."""

import html
import json
import re
import shlex

import pytest

from jacobians import Network, dimension_trace
from jacobians.command_line import main
from layouts.sizes import letter

NET = Network.parse("4-3-2", activation=["relu", "softmax"], loss="cross_entropy")
FORMATS = ["text", "markdown", "latex", "html", "json", "ascii"]


def written(trace, form):
    if form == "json":
        return json.dumps(trace.to_dict(), ensure_ascii=False)
    if form == "ascii":
        return trace.to_text(ascii_only=True)
    return html.unescape(getattr(trace, f"to_{form}")())


def numbers_of(letters, text):
    """The layer numbers of these letters, in plain, superscript and LaTeX form."""
    text = text.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾", "0123456789()"))
    text = re.sub(r"\b(delta|gamma)", lambda match: {"delta": "δ", "gamma": "γ"}[match[1]], text)
    text = text.replace(r"\δ", "δ").replace(r"\γ", "γ")
    found = re.findall(rf"(?<![A-Za-z]){letters}(?:_\{{|\^?\{{?\(|)([0-9]+)", text)
    return {int(number) for number in found}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("symbols", ["plain", "superscript"])
@pytest.mark.parametrize("samples", [1, 5, letter("N")])
def test_with_the_input_as_layer_1_no_name_counted_from_0_is_left(form, symbols, samples):
    trace = dimension_trace(NET, input_index=1, symbols=symbols, samples=samples)
    text = written(trace, form)
    assert numbers_of("a", text) == {1, 2, 3}
    for letters in ("W", "b", "z", "δ"):
        assert numbers_of(letters, text) - {2, 3} == set(), letters
    assert numbers_of("W", text) == {2, 3}


@pytest.mark.parametrize("form", FORMATS)
def test_counted_from_0_the_weights_are_1_and_2(form):
    text = written(dimension_trace(NET), form)
    assert (numbers_of("a", text), numbers_of("W", text)) == ({0, 1, 2}, {1, 2})


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_superscripts_stand_on_every_name(form):
    text = written(dimension_trace(NET, wrt="W1", symbols="superscript"), form)
    assert re.findall(r"(?<![A-Za-z_])[Wabzδ][0-9]", text) == []
    assert "W⁽²⁾ᵀ δ⁽²⁾" in text
    assert "∂a⁽¹⁾/∂z⁽¹⁾" in text


def test_the_trace_of_a_renumbered_network_is_that_of_the_network_with_other_names():
    zero = str(dimension_trace(NET, wrt="W1"))
    one = str(dimension_trace(NET, wrt="W1", input_index=1))
    up = re.sub(
        r"(?<![A-Za-z_])([Wbazδ])([0-9])", lambda match: f"{match[1]}{int(match[2]) + 1}", zero
    )
    assert up == one


@pytest.mark.parametrize("index", ["0", "1"])
@pytest.mark.parametrize("batch", [[], ["--batch", "3"]])
def test_each_command_that_the_summary_suggests_shows_the_derivative_beside_it(
    index, batch, capsys
):
    assert main(["trace", "4-3-2", "--activation", "relu,tanh", "--loss", "huber",
                 "--input-index", index, *batch, "--format", "markdown"]) == 0  # fmt: skip
    summary = capsys.readouterr().out.split("ALL PARAMETERS")[1]
    rows = re.findall(r"\| `∂L/∂(\w+)` .*?(jacobians trace [^|]*) \|", summary)
    assert len(rows) == 3
    for name, command in rows:
        assert main(shlex.split(command)[1:]) == 0
        assert capsys.readouterr().out.startswith(f"∂L/∂{name} of the network 4-3-2")


@pytest.mark.parametrize("name", ["W2", "b3", "z2", "a1", "x"])
def test_a_name_is_typed_as_it_is_printed(name, capsys):
    printed = {"x": "a1"}.get(name, name)
    assert main(["trace", "4-3-2", "--loss", "huber", "--input-index", "1", "--wrt", name]) == 0
    assert capsys.readouterr().out.startswith(f"∂L/∂{printed} of")


def test_an_entry_is_typed_as_it_is_printed(capsys):
    ask = ["trace", "4-3-2", "--loss", "huber", "--input-index", "1", "--entry", "W3[2,1]"]
    assert main(ask) == 0
    assert capsys.readouterr().out.startswith("∂L/∂W3[2,1] of")


def test_the_two_forms_of_gelu_are_two_functions_in_print():
    exact = str(dimension_trace(Network.parse("3-2", activation="gelu")))
    by_tanh = str(dimension_trace(Network.parse("3-2", activation="gelu_tanh")))
    assert "gelu(z1)" in exact
    assert "gelu_tanh(z1)" in by_tanh
    assert "diag(gelu_tanh'(z1))" in by_tanh
    assert "gelu(z1)" not in by_tanh


def test_the_class_of_a_single_entry_is_drawn_as_a_class():
    net = Network.parse("2-1", loss="softmax_cross_entropy")
    assert net.example()[1] == 1.0
