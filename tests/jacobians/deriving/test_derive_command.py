"""`jacobians derive` and `derive`: the formats, what is refused, and exit statuses."""

import json
import re

import numpy as np
import pytest

from jacobians import Network, derive
from jacobians.command_line import main
from layouts import InputError, LayoutError

ASK = ["derive", "2-3-2", "--activation", "relu,sigmoid", "--loss", "half_squared_error"]
NET = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error")


@pytest.mark.parametrize("way", ["components", "jacobians", "vjp"])
@pytest.mark.parametrize("layout", ["numerator", "denominator"])
@pytest.mark.parametrize("form", ["text", "markdown", "latex", "html"])
def test_the_command_prints_what_the_function_returns(way, layout, form, capsys):
    more = ["--wrt", "W1", "--way", way, "--layout", layout, "--format", form]
    assert main([*ASK, *more]) == 0
    derivation = derive(NET, wrt="W1", way=way, layout=layout)
    assert capsys.readouterr().out == getattr(derivation, f"to_{form}")()


def test_json_has_every_step_with_its_shape_and_its_check(capsys):
    assert main([*ASK, "--wrt", "W1", "--way", "vjp", "--format", "json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["way"] == "vjp"
    assert record["steps"][3] == {
        "part": "THE SWEEP",
        "sentence": "dz2 = W2 da1, and ⟨δ2, W2 da1⟩ = ⟨W2ᵀ δ2, da1⟩: W2 has changed sides, and "
        "that transposes it.",
        "left": "g_a1",
        "right": "W2ᵀ δ2",
        "shape": "3×1",
        "max_difference": record["steps"][3]["max_difference"],
        "agrees": True,
    }
    assert all(0 <= step["max_difference"] <= 1e-12 for step in record["steps"])


@pytest.mark.parametrize(
    ("options", "printed"),
    [
        (["n-3-2-1", "--activation", "sigmoid"], "evaluated  at sizes 5-3-4-2"),
        (["64-32-10", "--activation", "tanh", "--loss", "squared_error"], "at sizes 5-3-4"),
        (["residual_block"], "du/dx of the graph residual block"),
        (["784-100-10", "--loss", "mean_squared_error", "--batch", "500"], "all agree to 1e-12"),
        (["9-8-7", "--loss", "squared_error", "--batch", "32"], "at sizes 5-3-4 and 32 samples"),
        (
            ["3-900", "--loss", "mean_squared_error"],
            "Nothing was evaluated: the sizes are too large.",
        ),
        (["2-3", "--shapes"], "Nothing was evaluated: only shapes were asked for."),
        (["2-3", "--batch", "N", "--way", "vjp"], "g is any cotangent of a1, 3×N."),
        (["2-3", "--x", "1,-2", "--seed", "4"], "weights drawn with seed 4"),
        (["2-3", "--wrt", "x"], "∂a1/∂a0"),
    ],
)
def test_options_are_those_of_trace(options, printed, capsys):
    assert main(["derive", *options]) == 0
    assert printed in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--wrt", "W9"], "the network has no value 'W9': known are x, a0, y, W1, b1, W2, b2, "
         "z1, a1, z2, a2, L."),
        (["--wrt", "W2", "--of", "a1"], "a1 does not depend on W2: the derivative is 0, and there "
         "is nothing to derive."),
        (["--wrt", "L"], "L by itself has the identity for its derivative: name another value as "
         "wrt."),
        (["--way", "magic"], "argument --way: invalid choice: 'magic' (choose from 'components', "
         "'jacobians', 'vjp'); see jacobians derive --help."),
        (["--layout", "both"], "argument --layout: invalid choice: 'both' (choose from "
         "'denominator', 'numerator'); see jacobians derive --help."),
        (["--batch", "0"], None),
    ],
)  # fmt: skip
def test_what_is_not_understood_ends_with_2_and_a_sentence(options, message, capsys):
    assert main([*ASK, *options]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("jacobians: ")
    plain = said.err.replace("components, jacobians, vjp", "'components', 'jacobians', 'vjp'")
    plain = plain.replace("denominator, numerator", "'denominator', 'numerator'")
    assert message is None or plain == f"jacobians: {message}\n"


def test_the_function_refuses_in_words():
    with pytest.raises(InputError) as refused:
        derive(NET, way="vjps")
    assert str(refused.value) == "there is no way 'vjps': did you mean vjp?"
    with pytest.raises(LayoutError, match="W1 has no"):
        derive("W1 has no network")
    with pytest.raises(LayoutError):
        derive(NET, x=np.ones(3))


def test_a_derivation_is_a_sequence_of_steps_and_shows_itself():
    derivation = derive(NET, wrt="W1", way="vjp")
    assert len(derivation) == len(list(derivation)) == len(derivation.steps)
    assert repr(derivation) == (
        "<WrittenDerivation ∂L/∂W1 of the network 2-3-2: relu, sigmoid, half squared error; one "
        "sample; by vector–Jacobian products: 9 steps>"
    )
    assert derivation._repr_html_().count('<table class="lines">') == 2
    assert derivation._repr_latex_() == derivation.to_latex()
    assert "- dz2" not in derivation._repr_markdown_()
    assert "  `g_a1 = W2ᵀ δ2` (`3×1`)" in derivation._repr_markdown_()


@pytest.mark.parametrize("way", ["components", "jacobians", "vjp"])
def test_latex_leaves_no_sign_that_only_text_knows(way):
    net = Network.parse("2-3-2", activation=["relu", "softmax"], loss="cross_entropy")
    latex = derive(net, wrt="W1", way=way, samples=4).to_latex()
    assert latex.count("$$") % 2 == 0
    assert not re.search("[ᵀ⊙⊗Σ∂δσ⟨⟩·×ₖ]", latex)
    assert not re.search(r"(?<!\\)_[a-z]", latex.replace(r"\_", ""))


def test_ascii_terminals_get_a_derivation_too():
    text = derive(NET, wrt="W1", way="vjp").to_text(ascii_only=True)
    assert text.isascii()
    assert "<delta2, W2 da1> = <W2.T delta2, da1>" in text
