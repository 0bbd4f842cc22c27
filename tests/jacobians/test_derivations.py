"""Derivations, line by line: what is confirmed, what is found, and in which words."""

import json
import random
import time

import pytest

from jacobians import Network
from jacobians.derivations import check_derivation
from jacobians.derivations.symbols import as_code
from layouts.errors import InputError

NET = Network.parse(
    "5-3-4-2", activation=["tanh", "softplus", "sigmoid"], loss="half_squared_error"
)
THREAD = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error")
SKIP = Network.graph("""
    input x: 3
    target y: 3
    parameters W1: 4×3, b1: 4, W2: 3×4, b2: 3
    z1 = W1 @ x + b1
    a1 = tanh(z1)
    z2 = W2 @ a1 + b2
    u = z2 + x
    L = half_squared_error(u, y)
""")
BACKWARDS = """
    # δ from the output to the input, columns throughout
    delta3 = (a3 - y) * dsigmoid(z3)
    dL/dW3 = delta3 @ a2.T
    dL/db3 = delta3

    delta2 = (W3.T @ delta3) * dsoftplus(z2)
    s = dtanh(z1)                              # a name of one's own
    delta1 = (W2.T @ delta2) * s
    dL/dW1 = delta1 @ a0.T
           = ((W2.T @ delta2) * s) @ a0.T
"""
FORWARDS = """
    dL/dW1 = dL/da3 · da3/dz3 · dz3/da2 · da2/dz2 · dz2/da1 · da1/dz1 · dz1/dW1
           = dL/dz3 · W3 · da2/dz2 · dz2/dz1 · dz1/dW1
           = delta3.T @ W3 @ diag(dsoftplus(z2)) @ W2 @ diag(dtanh(z1)) · dz1/dW1
           = delta1.T @ kron(a0.T, eye(3))
"""


def marks(lines, net=NET, **how):
    """Of every line whether it is true, and the layout."""
    found = check_derivation(lines, network=net, **how)
    return [(line.verdict, line.layout) for line in found.lines]


def first(lines, net=NET, **how):
    """The first false line."""
    return check_derivation(lines, network=net, **how).first_false


def lost(lines, net=NET, **how):
    """Why the only line that is not understood is not."""
    found = check_derivation(lines, network=net, **how)
    assert (found.verdict, found.status) == ("not understood", 2)
    (line,) = [line for line in found.lines if line.verdict is None]
    assert line.kind == "not understood"
    return line.reason


class TestRightOnes:
    def test_columns_from_the_output_to_the_input(self):
        found = check_derivation(BACKWARDS, network=NET)
        assert (found.verdict, found.status, found.first_false) == ("right", 0, None)
        assert [line.number for line in found.lines] == [3, 4, 5, 7, 8, 9, 10, 11]
        kinds = ["definition", "value", "value", *["definition"] * 3, "value", "value"]
        assert [line.kind for line in found.lines] == kinds
        assert {line.layout for line in found.lines} == {"denominator", None}
        assert found.lines[-1].reason == "Right in denominator layout, 3×5."

    def test_links_replaced_by_their_values_one_after_the_other(self):
        found = check_derivation(FORWARDS, network=NET)
        assert found.verdict == "right"
        assert [line.kind for line in found.lines] == ["chain", "value", "value", "value"]
        assert {line.layout for line in found.lines} == {"numerator"}
        note = "A legal chain in numerator layout: 1×2 · 2×2 · 2×4 · 4×4 · 4×3 · 3×3 · 3×15 = 1×15."
        assert found.lines[0].reason == note
        assert found.lines[1].reason == "Right in numerator layout, 1×15."

    def test_a_list_is_a_text(self):
        lines = FORWARDS.splitlines()[:3]
        found = check_derivation(lines, network=NET)
        assert found == check_derivation("\n".join(lines), network=NET)
        assert [line.number for line in found.lines] == [2, 3]

    def test_a_softmax_by_its_matrix(self):
        net = Network.parse("4-3-2", activation=["tanh", "softmax"], loss="cross_entropy")
        lines = ["dL/dz2 = dL/da2 · da2/dz2", "= dL/da2 @ (diag(a2) - a2 @ a2.T)",
                 "= (a2 - y).T"]  # fmt: skip
        assert marks(lines, net) == [(True, "numerator")] * 3

    def test_a_graph_sums_its_paths(self):
        lines = ["du/dx = du/dz2 · dz2/dx + du/dx", "= dz2/dx + eye(3)",
                 "= W2 @ diag(dtanh(z1)) @ W1 + eye(3)"]  # fmt: skip
        assert marks(lines, SKIP) == [(True, "numerator")] * 3
        wrong = first("du/dx = du/dz2 · dz2/dx", SKIP)
        assert wrong.reasons[0].kind == "missing path"
        false = first("du/dx = dz2/dx - eye(3)", SKIP)
        assert false.check.verdict == "wrong values"
        assert false.reasons[-1].text == (
            "x reaches u by 2 paths, and ∂u/∂x sums them: it is the total derivative.")  # fmt: skip

    def test_of_formulas_instead_of_a_network(self):
        about = {"of": "v.T @ a", "let": {"a": "tanh(z)", "z": "W @ x"},
                 "shapes": {"v": "m", "W": "m×n", "x": "n"}}  # fmt: skip
        lines = ["df/dx = df/da · da/dz · dz/dx", "= df/da · diag(dtanh(z)) · W",
                 "q = dtanh(z)", "df/dx = (v * q).T @ W", "da/dx = diag(q) @ W"]  # fmt: skip
        found = check_derivation(lines, **about)
        assert found.verdict == "right"
        notes = ["A legal chain in numerator layout: 1×m · m×m · m×n = 1×n.",
                 "Right in numerator layout, 1×n.", "A definition, m×1: not judged.",
                 "Right in numerator layout, 1×n.", "Right in numerator layout, m×n."]  # fmt: skip
        assert [line.reason for line in found.lines] == notes
        assert check_derivation(["df/dx = df/da · dz/dx"], **about).verdict == "wrong"
        quadratic = check_derivation("df/dx = 2 * A @ x", of="x.T @ A @ x",
                                     shapes={"x": "n", "A": "n×n"})  # fmt: skip
        assert (
            quadratic.first_false.reasons[-1].cure
            == "Right is (A + A.T) @ x, in denominator layout."
        )

    def test_sizes_in_letters(self):
        net = Network.parse("n-3-2", activation="tanh", loss="half_squared_error")
        lines = ["dL/dW1 = dL/dz2 · dz2/da1 · da1/dW1", "= delta1.T @ kron(a0.T, eye(3))",
                 "z1 = W1 @ a0 + b1"]  # fmt: skip
        assert [verdict for verdict, _ in marks(lines, net)] == [True] * 3

    def test_a_vjp(self):
        about = {"of": "sin(x)", "wrt": "x", "shapes": {"x": "n"}}
        found = check_derivation([r"\text{VJP}(g,x) = g \circ \cos(x)"], **about)
        assert (found.verdict, found.lines[0].kind) == ("right", "value")
        assert check_derivation(["VJP(g, x) = g * sin(x)"], **about).verdict == "wrong"


class TestTheThreads:
    """The four of questions.json, as typed; layers counted from 1, or by a letter."""

    def test_the_repeated_link_and_the_wrong_left_side(self):
        lines = ["∂L/∂W³ = ∂L/∂a³ · ∂a³/∂z³ · ∂z³/∂W³",
                 "∂L/∂W³ = ∂L/∂a³ · ∂a³/∂z³ · ∂z³/∂a² · ∂a²/∂z² · ∂a²/∂z² · ∂z²/∂W²"]  # fmt: skip
        for net in (None, THREAD):
            found = check_derivation(lines, network=net)
            assert (found.verdict, found.status) == ("wrong", 1)
            assert found.lines[0].verdict
            assert found.first_false.reason == (
                "∂a2/∂z2 stands twice, as factors 4 and 5. A chain goes through each link once. "
                "The chain gives ∂L/∂W2, not ∂L/∂W3. The left side should be ∂L/∂W2.")  # fmt: skip
        assert found.remarks == ("Layers counted from 1, as you wrote: the input is number 1.",)

    def test_its_gradients(self):
        right = r"""
            \begin{align*}
            \frac{\partial L}{\partial W^{(3)}} &= (a^{(3)} - y) \odot a^{(3)}
                \odot (1 - a^{(3)}) a^{(2)T} \\
            \delta^{(3)} &= (a^{(3)} - y) \odot a^{(3)} \odot (1 - a^{(3)}) \\
            \frac{\partial L}{\partial W^{(2)}} &= \frac{\partial z^{(2)}}{\partial W^{(2)}}
                \frac{\partial L}{\partial z^{(2)}} \\
              &= ((W^{(3)T} \delta^{(3)}) \odot g'(z^{(2)})) a^{(1)T}.
            \end{align*}
        """
        found = check_derivation(right, network=THREAD)
        assert found.verdict == "right"
        assert [line.number for line in found.lines] == [3, 5, 6, 8]
        assert found.lines[2].shown == "∂L/∂W2 = ∂z2/∂W2 · ∂L/∂z2"
        assert found.lines[3].reason == "Right in denominator layout, 3×2."
        wrong = (r"\frac{\partial L}{\partial W^{(2)}} = (a^{(3)} - y) \odot a^{(3)} \odot"
                 r" (1 - a^{(3)}) W^{(3)} (1,1,1)^T a^{(1)T}")  # fmt: skip
        assert first([wrong], THREAD).check.verdict == "does not conform"

    def test_a_layer_by_its_letter(self):
        lines = [r"\delta^l=((w^{l+1})^T\cdot\delta^{l+1})\odot\sigma'(z^l)",
                 r"\frac{\partial C}{\partial z^l} = \delta^{l+1}\cdot w^l\cdot\sigma'(z^l)",
                 r"\nabla_{z^{l}} J = (W^{(l+1)T} \cdot \nabla_{z^{l+1}} J) \odot g'(z^{l})",
                 r"\nabla_{W^{l}} J = \nabla_{z^{l}} J \cdot a^{(l-1)T}"]  # fmt: skip
        found = check_derivation(lines, network=THREAD)
        assert [line.verdict for line in found.lines] == [True, False, True, True]
        assert found.remarks == ("l is layer 1 here.",)
        kinds = {reason.kind for reason in found.first_false.reasons}
        assert {"does not conform", "layout", "index", "diagonal"} <= kinds

    def test_a_block_row(self):
        row = (r"\left ( J_{x^3}L^3\cdot J_{x^2}L^2\cdot J_{\theta^1}L^1 \middle | "
               r"J_{x^3}L^3 \cdot J_{\theta^2}L^2 \middle | J_{\theta^3}L^3\right )")  # fmt: skip
        (line,) = check_derivation([row]).lines
        assert (line.verdict, line.kind, line.layout) == (True, "chain", "numerator")


class TestWrongOnes:
    """One slip in a right derivation: that line is named, those before it are confirmed."""

    SLIPS = (
        (BACKWARDS, "dsigmoid(z3)", "dsigmoid(a3)", 3, "does not conform|wrong values"),
        (BACKWARDS, "(a3 - y)", "(y - a3)", 3, "wrong values"),
        (BACKWARDS, "= delta3 @ a2.T", "= a2 @ delta3.T", 4, "right"),  # the other layout
        (BACKWARDS, "delta3 @ a2.T", "delta3 @ a1.T", 4, "wrong shape"),
        (BACKWARDS, "dL/db3 = delta3", "dL/db3 = delta2", 5, "wrong shape"),
        (BACKWARDS, "W3.T @ delta3", "W3 @ delta3", 7, "does not conform"),
        (BACKWARDS, "* dsoftplus(z2)", "@ dsoftplus(z2)", 7, "does not conform"),
        (BACKWARDS, "* dsoftplus(z2)", "* dsoftplus(a2)", 7, "wrong values"),
        (BACKWARDS, "* dsoftplus(z2)", "", 7, "wrong values"),
        (BACKWARDS, "s = dtanh(z1)", "s = tanh(z1)", 9, "wrong values"),
        (FORWARDS, " · da3/dz3", "", 2, ""),
        (FORWARDS, "dz3/da2 · da2/dz2", "da2/dz2 · dz3/da2", 2, ""),
        (FORWARDS, "· dz2/da1 ·", "· da1/dz2 ·", 2, ""),
        (FORWARDS, "dL/dz3 · W3 ·", "dL/dz3 · W3.T ·", 3, "does not conform"),
        (FORWARDS, "diag(dsoftplus(z2))", "diag(dsoftplus(a1))", 4, "does not conform"),
        (FORWARDS, "kron(a0.T, eye(3))", "kron(eye(3), a0.T)", 5, "wrong values"),
    )

    @pytest.mark.parametrize(("text", "old", "new", "number", "verdict"), SLIPS)
    def test_the_first_false_line_is_named(self, text, old, new, number, verdict):
        assert text.count(old) >= 1
        lines = text.replace(old, new, 1).splitlines()[:number]
        found = check_derivation(lines, network=NET)
        if verdict == "right":
            assert found.verdict == "right"
            return
        assert (found.verdict, found.first_false.number) == ("wrong", number)
        before = found.lines[: found.lines.index(found.first_false)]
        assert all(line.verdict for line in before)
        check = found.first_false.check
        assert check is None if verdict == "" else check.verdict in verdict.split("|")

    def test_a_false_definition_is_not_held_against_later_lines(self):
        lines = ["delta3 = (a3 - y) * dsigmoid(z2)", "delta3 = (y - a3) * dsigmoid(z3)",
                 "dL/dW3 = delta3 @ a2.T"]  # fmt: skip
        assert [verdict for verdict, _ in marks(lines)] == [False, False, True]

    def test_what_the_network_computes_is_compared_with_it(self):
        lines = ["z2 = W2 @ a1 + b2", "a2 = g(z2)", "a2 = softplus(z1)", "a2 = sigmoid(z2)",
                 "z2 = a1 @ W2 + b2"]  # fmt: skip
        found = check_derivation(lines, network=NET)
        assert [line.verdict for line in found.lines] == [True, True, False, False, False]
        assert found.lines[0].reason == "As the network has it, 4×1."
        assert found.lines[3].reason == "a2 is something else in this network. It is softplus(z2)."

    def test_a_positive_draw_does_not_hide_a_relu(self):
        assert [verdict for verdict, _ in marks(["a2 = z2"])] == [False]

    def test_the_reasons_and_the_cure_of_a_formula(self):
        line = first("dL/dz1 = delta2 @ W2 @ dtanh(z1)")
        assert [reason.kind for reason in line.reasons] == [
            "does not conform",
            "layout",
            "diagonal",
        ]
        assert line.reasons[1].text == (
            "In numerator layout ∂L/∂z2 is a row, δ2ᵀ. You wrote δ2, the column, which is "
            "denominator layout.")  # fmt: skip
        cure = "Right is delta2.T @ W2 @ diag(dtanh(z1)), in numerator layout."
        assert line.reasons[-1].cure == cure
        assert line.check.repairs


class TestLayouts:
    def test_equal_lines_are_in_one_layout(self):
        lines = [
            "dL/dz2 = dL/dz3 · dz3/dz2",
            "= dL/dz3 · W3 · diag(dsoftplus(z2))",
            "= (W3.T @ delta3) * dsoftplus(z2)",
            "= diag(dsoftplus(z2)) @ W3.T @ delta3",
        ]
        found = check_derivation(lines, network=NET)
        assert [line.verdict for line in found.lines] == [True, True, False, True]
        assert found.first_false.reason == (
            "By itself it is right, but line 3 is the transpose of line 2: from here on it is "
            "denominator layout. Equal lines are in one layout: turn line 2 round, or "
            "transpose line 3.")  # fmt: skip

    def test_a_chain_and_its_value_may_be_in_two_layouts(self):
        lines = ["dL/dW1 = dL/dz1 dz1/dW1", "= delta1 @ x.T", "dL/dz2 = dL/dz3 · dz3/dz2",
                 "delta2 = (W3.T @ delta3) * dsoftplus(z2)"]  # fmt: skip
        found = check_derivation(lines, network=NET)
        assert found.verdict == "right"
        assert found.lines[1].note == (
            "Right in denominator layout, 3×5. Line 1 is in numerator layout: it is laid out "
            "otherwise.")  # fmt: skip
        assert found.lines[3].note == "Right in denominator layout, 4×1."
        again = check_derivation([*lines[:2], "= dL/dz1 dz1/dW1", "= x @ delta1.T"], network=NET)
        assert [line.verdict for line in again.lines] == [True, True, True, False]

    def test_a_symbol_is_in_the_layout_of_its_line(self):
        assert marks(["dL/da1 = dL/dz2 · W2"]) == [(True, "numerator")]
        assert marks(["dL/da1 = W2.T · dL/dz2"]) == [(True, "denominator")]
        assert marks(["dL/da1 = W2 · dL/dz2"])[0][0] is False
        found = first(["dL/da1 = (dL/dz2).T @ W2"])
        assert found.reasons[-1].text == (
            "It is the transpose of ∂L/∂a1: that is in denominator layout here, the formula in "
            "numerator layout.")  # fmt: skip

    def test_nabla_is_a_column_and_j_is_by_rows(self):
        assert marks(["grad(L, a1) = W2.T @ grad(L, z2)"]) == [(True, "denominator")]
        assert marks(["∇_a1 L = W2.T @ ∇_z2 L"]) == [(True, "denominator")]
        assert marks(["grad(L, a1) = delta2.T @ W2"])[0][0] is False
        assert marks(["jac(L, a1) = jac(L, z2) @ W2"]) == [(True, "numerator")]
        assert marks(["jac(z2, a1) = W2.T"])[0][0] is False

    def test_a_delta_as_a_row_is_one_from_its_definition_on(self):
        row = ["delta3 = (a3 - y).T @ diag(dsigmoid(z3))", "dL/da2 = delta3 @ W3"]
        assert marks(row) == [(True, "numerator")] * 2
        assert marks(["delta3 = (a3 - y) * dsigmoid(z3)", row[1]])[1][0] is False
        by_symbol = ["delta3 = dL/da3 · da3/dz3", "dL/da2 = delta3 · dz3/da2"]
        assert marks(by_symbol) == [(True, "numerator")] * 2
        assert marks(by_symbol[1:])[0][0] is False


class TestReading:
    @pytest.mark.parametrize(("text", "code"), [
        ("∂L/∂W³ ∂a²/∂z²", "d(L, W3) @ d(a2, z2)"),
        ("∂L/∂W⁽³⁾·∂a_2/∂z₂", "d(L, W3)@d(a2, z2)"),
        ("dL/da2 * da2/dz2", "d(L, a2) * d(a2, z2)"),
        ("(∂L/∂a2 × ∂a2/∂z2) ∂z2/∂W2", "(d(L, a2) @ d(a2, z2)) @ d(z2, W2)"),
        ("W2.T dL/dz[l+1]", "W2.T @ d(L, z[l+1])"),
        ("2 ∂L/∂z2ᵀ W2", "2 * d(L, z2).T @ W2"),
        ("∇_z1 L @ a0.T", "grad(L, z1) @ a0.T"),
        ("delta2/dz + dsigmoid(z2)/dz2", "delta2/dz + dsigmoid(z2)/dz2"),
        ("a * b · c × 2 · d ∘ e", "a * b @ c @ 2 * d ⊙ e"),
    ])  # fmt: skip
    def test_symbols_as_they_are_typed(self, text, code):
        assert " ".join(as_code(text, [])[0].split()) == code

    def test_every_way_to_write_a_chain_is_the_same_chain(self):
        frac = r"\frac{\partial %s}{\partial %s}"
        ways = [
            "dL/dW3 = dL/da3 · da3/dz3 · dz3/dW3",
            "dL/dW3 = dL/da3 * da3/dz3 * dz3/dW3",
            "∂L/∂W3 = ∂L/∂a3 ∂a3/∂z3 ∂z3/∂W3",
            "∂L/∂W³ = ∂L/∂a³ · ∂a³/∂z³ · ∂z³/∂W³",
            "d(L, W3) = d(L, a3) @ d(a3, z3) @ d(z3, W3)",
            f"{frac % ('L', 'W_3')} &= {frac % ('L', 'a_3')} \\cdot {frac % ('a_3', 'z_3')}"
            f"{frac % ('z_3', 'W_3')} \\\\",
            r"\frac{dL}{dW_3} = \frac{dL}{da_3}\frac{da_3}{dz_3}\frac{dz_3}{dW_3}.",
            "⇒ dL/dW3 := dL/da3 · da3/dz3 · dz3/dW3;",
        ]
        for text in ways:
            (line,) = check_derivation(text, network=NET).lines
            assert (line.verdict, line.kind, line.layout) == (True, "chain", "numerator"), text

    def test_several_equations_in_one_line(self):
        found = check_derivation("\ndL/dz3 = dL/da3 · da3/dz3 = delta3.T = delta3", network=NET)
        assert [line.label for line in found.lines] == ["line 2.1", "line 2.2", "line 2.3"]
        assert [line.text for line in found.lines][1:] == ["= delta3.T", "= delta3"]
        assert [line.verdict for line in found.lines] == [True, True, False]

    def test_rows_of_an_align_without_line_breaks(self):
        text = r"\begin{aligned} a &= b c \\[2pt] &= d \nonumber \\ e &= f \tag{3} \end{aligned}"
        found = check_derivation(text)
        assert [line.text for line in found.lines] == ["a = b c", "= d", "e = f"]

    def test_the_left_side_may_be_what_the_caller_asks_for(self):
        assert marks(["delta2 @ a1.T"], wrt="W2") == [(True, "denominator")]
        lines = ["dL/dz2 · dz2/dW2", "delta2.T @ kron(a1.T, eye(4))"]
        assert marks(lines, wrt="W2") == [(True, "numerator")] * 2
        assert marks(["W2"], of="z2", wrt="a1") == [(True, "numerator")]
        text = r"\delta^{l} {a^{l-1}}^T"
        assert marks([text], THREAD, wrt="W^l") == [(True, "denominator")]

    def test_names_that_a_course_uses(self):
        lines = ["dz3 = (a3 - y) * dsigmoid(z3)", "dW3 = dz3 @ a2.T", "da2 = W3.T @ dz3",
                 "dz2 = da2 * dsoftplus(z2)", "dW1 = dz1 @ x.T", "dW1 = x @ dz2.T"]  # fmt: skip
        assert [verdict for verdict, _ in marks(lines)] == [True] * 5 + [False]
        assert marks(["∂C/∂z3 = ∂C/∂a3 · ∂a3/∂z3"]) == [(True, "numerator")]
        names = {"h": "a2", "v": "z2", "loss": "L"}
        assert marks(["dloss/dv = dloss/dh · dh/dv"], names=names) == [(True, "numerator")]
        assert marks(["a_2 = softplus(z_2)", "dL/dz_3 = (a_3 - y) * dsigmoid(z_3)"]) == [
            (True, None), (True, "denominator")]  # fmt: skip

    def test_names_and_formulas_of_the_caller(self):
        let = {"s": "dsigmoid(z3)"}
        assert marks(["delta3 = (a3 - y) * s"], let=let) == [(True, "denominator")]

    def test_a_network_whose_layers_no_formula_states_has_its_links_all_the_same(self):
        net = Network.graph("input x: 6\nparameters W: 2×3\nu = W @ tanh(x[0:3])")
        found = check_derivation(["du/dx = du/du_2 · du_2/du_1 · du_1/dx", "= W"], network=net)
        assert [line.verdict for line in found.lines] in ([True, None], [True, False])


class TestNotUnderstood:
    @pytest.mark.parametrize(("lines", "told"), [
        ("delta3 = (a3 - y) *", "line 1, column 20: expected is a name, a number, a bracket or "
         "a function.\n   delta3 = (a3 - y) *\n                      ^"),
        ("\n\n  dL/dW1 = foo(x)", "line 3, column 12: foo is no function that is known here: "),
        ("dL/dz2 = dL/dz3 · dq3/dz2", "line 1, column 19: there is no value q3: "),
        ("dL/dq2 = dL/dz3", "line 1, column 1: there is no value q2: "),
        ("dL/dz2 = W3 @ q", "line 1, column 15: q has no shape: "),
        (r"\frac{\partial L}{\partial z_2} = \foo x", r"line 1, column 35: \foo is no command "),
        ("dL/dW1 =", "line 1, column 9: nothing stands here."),
        ("dL/dW1 + 1 = 3", "line 1, column 1: on the left stands a derivative, ∂L/∂W1, or a name."),
        ("W2 = 3 * W2", "line 1, column 5: W2 is given: it is not defined again."),
        ("delta2 @ a1.T", "line 1, column 1: by what is it differentiated? Give wrt=, or write it: "
         "dL/dW = …."),
        ("dL/dW2[1,2] = delta2", "line 1, column 14: a formula for one entry is not judged: give "
         "the whole derivative."),
        ("dL/dz1 = dy/dz1 @ W1", "line 1, column 10: no formula is known for ∂y/∂z1, a factor of a "
         "formula."),
    ])  # fmt: skip
    def test_the_line_and_the_column_are_named(self, lines, told):
        assert lost(lines).startswith(told)

    def test_lines_that_depend_on_one_that_is_not_understood(self):
        found = check_derivation(["q = foo(z1)", "dL/dz1 = q * 2", "dL/dt = 3", "= 4"], network=NET)
        assert [line.verdict for line in found.lines] == [None] * 4
        assert found.lines[1].reason.startswith("line 2, column 9: q is not known: the line that ")
        told = "line 4, column 2: its left side, that of line 3, is not understood."
        assert found.lines[3].reason.startswith(told)

    def test_a_false_line_counts_for_more(self):
        found = check_derivation(["q +", "dL/dz3 = a3 - y", "dL/dz3 = delta3"], network=NET)
        assert (found.verdict, found.status, found.first_false.number) == ("wrong", 1, 2)
        assert "Not understood before it: line 1." in found.to_text()

    def test_without_a_network_values_are_not_judged(self):
        told = lost("dL/dW1 = delta1 @ a0.T", net=None)
        assert told.startswith("line 1, column 9: a formula is checked in a network, or as ")

    @pytest.mark.parametrize("lines", ["", "\n# nothing\n", []])
    def test_no_line_at_all(self, lines):
        assert lost(lines) == "there is no line to judge."

    def test_what_it_is_about_has_to_be_known(self):
        for how in ({"wrt": "Q"}, {"of": "Q"}):
            with pytest.raises(InputError, match="there is no value Q: known are a0, "):
                check_derivation("delta1 @ a0.T", network=NET, **how)
        with pytest.raises(InputError, match="a derivation is a text, or one string for each line"):
            check_derivation([3])


class TestHostileText:
    NESTED = "dL/dz1 = " + "(" * 80 + "delta1" + ")" * 80
    TEXTS = (
        "dL/dW1 = dL/da3\n" * 1000,
        "x" * 4001,
        "dL/dW1 = " + "(" * 3000 + "a" + ")" * 900,
        "dL/dW1 = " + " + ".join(["dL/dW1"] * 400),
        "dL/dW1 = " + " · ".join(["(dL/da2 + dL/da1)"] * 20),
        r"\frac{\partial L}{\partial W_1} = " + r"\frac{" * 500,
        "\\begin{align}" * 100,
        "=\n= =\n",
        "\x00\x07\u202e",
        "∂∂∂ = ∂/∂",
        "\\\\\\\\\\",
        "\n".join(["q0 = x @ x.T"] + [f"q{k + 1} = q{k} + q{k}" for k in range(90)]),
        "\n".join(["q0 = x"] + [f"q{k + 1} = relu(relu(q{k}))" for k in range(90)]),
    )

    @pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
    @pytest.mark.parametrize("net", [None, NET], ids=["symbols", "network"])
    def test_is_not_understood_and_soon(self, text, net):
        begin = time.perf_counter()
        found = check_derivation(text, network=net)
        assert time.perf_counter() - begin < 20
        if net is not None or "q0" not in text:
            assert found.verdict == "not understood"
        assert max(map(len, found.to_text().splitlines())) <= 80
        assert "\x07" not in found.to_text() + found.to_html() + found.to_markdown()

    def test_what_is_deep_but_readable_is_judged(self):
        assert marks([self.NESTED]) == [(True, "denominator")]

    def test_beyond_reason_is_said(self):
        told = "more than 100 lines or 40,000 characters are beyond reason."
        assert lost("dL/dW1 = dL/da3\n" * 101) == told
        assert lost("#" + "x" * 40_000) == told

    def test_scraps_put_together_never_crash(self):
        draw = random.Random(3)
        scraps = ["dL/dW1", "∂L/∂a2", "=", "+", "·", " ", "(", ")", "W2", ".T", "{", "}", "^", "_",
                  r"\frac{\partial L}{\partial W}", "\n", "\\\\", "&", "delta2", "@", "*", "'", "|",
                  "diag(", "[", "]", "l", "1", r"\odot", "∇", r"\left", r"\right", "#", "-", "ᵀ",
                  r"\underbrace{", r"_{2\times 3}", "grad(L, W1)",
                  "hstack(", "VJP(g,x)"]  # fmt: skip
        for _ in range(300):
            text = "".join(draw.choice(scraps) for _ in range(draw.randint(1, 20)))
            found = check_derivation(text, network=draw.choice([None, NET]))
            for hint in (None, 0, 1, 2, 3):
                found.to_text(hint), found.to_markdown(hint), found.to_html(hint)
                json.dumps(found.to_dict(hint))


REPORT = """\
WRONG: line 3 is the first false line
   2-3-2, relu, sigmoid, half squared error
   True before it: lines 1 and 2.

   1   true   dL/dW2 = dL/da2 · da2/dz2 · dz2/dW2
              A legal chain in numerator layout: 1×2 · 2×2 · 2×6 = 1×6.

   2   true   delta2 = (a2 - y) * dsigmoid(z2)
              Right in denominator layout, 2×1.

   3   FALSE  dL/dW1 = dL/dz2 · dz2/da1 · da1/dz1 · da1/dz1 · dz1/dW1
              Repeated link: ∂a1/∂z1 stands twice, as factors 3 and 4. A chain
              goes through each link once.

   4   FALSE  dL/dW1 = ((W2 @ delta2) * drelu(z1)) @ a0.T
              ((W2 @ delta2) * drelu(z1)) @ a0.T
               2×3    2×1         3×1       1×2
                   ^ 2×3 by 2×1: inner sizes 3 and 2 differ
"""


class TestTelling:
    LINES = ("dL/dW2 = dL/da2 · da2/dz2 · dz2/dW2", "delta2 = (a2 - y) * dsigmoid(z2)",
             "dL/dW1 = dL/dz2 · dz2/da1 · da1/dz1 · da1/dz1 · dz1/dW1",
             "dL/dW1 = ((W2 @ delta2) * drelu(z1)) @ a0.T")  # fmt: skip
    FOUND = check_derivation(LINES, network=THREAD)

    def test_all_of_it(self):
        assert self.FOUND.to_text().startswith(REPORT)
        assert str(self.FOUND) == self.FOUND.to_text()
        assert max(map(len, self.FOUND.to_text().splitlines())) <= 80

    def test_hints_say_less(self):
        told = [self.FOUND.to_text(hint) for hint in range(4)]
        assert told[0] == "WRONG\n"
        lead = REPORT[: REPORT.index("\n\n") + 1]
        assert told[1] == lead
        question = "   Through which link does the chain go more than once?\n"
        assert told[2] == lead + question
        assert told[3] == lead + (
            "\n   3   FALSE  dL/dW1 = dL/dz2 · dz2/da1 · da1/dz1 · da1/dz1 · dz1/dW1\n"
            "              Repeated link: ∂a1/∂z1 stands twice, as factors 3 and 4.\n")  # fmt: skip
        with pytest.raises(InputError, match=r"a hint is 0, 1, 2 or 3, not 4\."):
            self.FOUND.to_text(4)

    def test_a_hint_does_not_give_the_repair_away(self):
        found = check_derivation(["dL/dz1 = delta2 @ W2 @ drelu(z1)"], network=THREAD)
        assert "Right is delta2.T @ W2 @ diag(drelu(z1))" in " ".join(found.to_text().split())
        for hint in range(4):
            for told in (found.to_text(hint), found.to_markdown(hint), found.to_html(hint),
                         json.dumps(found.to_dict(hint))):  # fmt: skip
                assert "Right is" not in told
                assert "diag(drelu(z1))" not in told

    def test_data(self):
        data = self.FOUND.to_dict()
        assert json.loads(json.dumps(data)) == data
        assert (data["verdict"], data["status"]) == ("wrong", 1)
        assert data["first_false"] == {"number": 3, "part": 0}
        assert [line["verdict"] for line in data["lines"]] == [True, True, False, False]
        assert data["lines"][0] == {
            "number": 1, "part": 0, "text": self.LINES[0], "kind": "chain", "verdict": True,
            "layout": "numerator", "reasons": [], "check": None,
            "note": "A legal chain in numerator layout: 1×2 · 2×2 · 2×6 = 1×6."}  # fmt: skip
        assert data["lines"][2]["reasons"] == [{
            "kind": "repeated link", "text": "∂a1/∂z1 stands twice, as factors 3 and 4.",
            "cure": "A chain goes through each link once."}]  # fmt: skip
        assert data["lines"][3]["check"]["verdict"] == "does not conform"
        assert self.FOUND.to_dict(0) == {"verdict": "wrong", "status": 1}
        assert self.FOUND.to_dict(2)["lines"] == []

    def test_markdown(self):
        text = self.FOUND.to_markdown()
        assert text.startswith("**WRONG: line 3 is the first false line**\n\n2-3-2, relu, ")
        assert "**line 1, true** `dL/dW2 = dL/da2 · da2/dz2 · dz2/dW2`\n\n- A legal chain" in text
        assert "- *repeated link*: ∂a1/∂z1 stands twice, as factors 3 and 4." in text

    def test_html_is_escaped(self):
        found = check_derivation("a < b & <script>")
        assert "<script>" not in found.to_html()
        assert found._repr_html_() == found.to_html()
        assert self.FOUND.to_html().startswith(
            '<div class="derivation">\n<p><strong>WRONG: line 3 '
        )
        assert "<dt>line 3, false</dt><dd><code>dL/dW1 = " in self.FOUND.to_html()

    def test_latex_is_escaped(self):
        found = check_derivation("dL/dW_3 = delta3 @ a2.T\nx & 50% # {\n= ∇_z3 L ᵀ", network=NET)
        lines = found.to_latex().splitlines()
        assert lines[:2] == ["$$", r"\begin{aligned}"]
        assert lines[2] == r"&\textbf{NOT UNDERSTOOD: lines 2 and 3} \\"
        assert r"&\texttt{dL/dW\_3 = delta3 @ a2.T} \\" in lines
        assert lines[-2:] == [r"\end{aligned}", "$$"]

    def test_latex_says_less_with_a_hint(self):
        (verdict,) = self.FOUND.to_latex(0).splitlines()[2:-2]
        assert verdict == r"&\textbf{WRONG}"
        assert r"&\textbf{WRONG: line 3 is the first false line}" in self.FOUND.to_latex(1)
        assert r"&\texttt{" not in self.FOUND.to_latex(2)
        assert r"\textbf{line 3, false}" in self.FOUND.to_latex(3)
        assert "A chain goes through each link once." not in self.FOUND.to_latex(3)

    def test_right_and_not_understood(self):
        right = check_derivation(self.LINES[:2], network=THREAD).to_text()
        assert right.startswith("RIGHT: all 2 lines are true\n   2-3-2, relu, ")
        one = check_derivation(self.LINES[:1], network=THREAD).to_text()
        assert one.startswith("RIGHT: the line is true\n")
        lost_one = check_derivation(["q +", "z2 = W2 @ a1 + b2"], network=THREAD).to_text(1)
        assert lost_one.startswith("NOT UNDERSTOOD: line 1\n")
        assert "      q +\n         ^\n" in lost_one
