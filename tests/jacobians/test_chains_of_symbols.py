"""Chains of ∂ symbols: judged by their names, and in a network against its numbers."""

import itertools
import random
from functools import reduce

import numpy as np
import pytest

from jacobians import Network
from jacobians.derivations.links import Link
from jacobians.derivations.products import products_of
from jacobians.derivations.sums import judged, judged_row
from jacobians.derivations.wires import Wires
from layouts import Formula
from layouts.errors import FormulaError, InputError
from layouts.formulas.tree import Call

LATEX = {
    "L11": r"\frac {\partial L}{\partial W^{(3)}} = \frac {\partial L}{\partial a^{(3)}}"
           r" \frac {\partial a^{(3)}}{\partial z^{(3)}}"
           r" \frac {\partial z^{(3)}}{\partial W^{(3)}}",
    "L12": r"\frac {\partial L}{\partial W^{(3)}} = \frac {\partial L}{\partial a^{(3)}}"
           r" \frac {\partial a^{(3)}}{\partial z^{(3)}}"
           r" \frac {\partial z^{(3)}}{\partial a^{(2)}}"
           r" \frac {\partial a^{(2)}}{\partial z^{(2)}}"
           r" \frac {\partial a^{(2)}}{\partial z^{(2)}}"
           r" \frac {\partial z^{(2)}}{\partial W^{(2)}}",
    "L13": r"\frac {\partial L}{\partial W_{ij}^{(2)}} ="
           r" \underbrace{\frac {\partial z^{(2)}}{\partial W_{ij}^{(2)}}}_{1\times 3}"
           r" \underbrace{\frac {\partial a^{(2)}}{\partial z^{(2)}}}_{3\times 3}"
           r" \underbrace{\frac {\partial z^{(3)}}{\partial a^{(2)}}}_{3\times 2}"
           r" \underbrace{\frac {\partial L}{\partial z^{(3)}}}_{2\times 1}",
    "L16": r"\frac{\partial L}{\partial \theta_1} = \frac{\partial x_1}{\partial \theta_1}"
           r" \frac{\partial x_2}{\partial x_1} \frac{\partial x_3}{\partial x_2}"
           r"\frac{\partial L}{\partial x_3}",
    "L17": r"\left ( J_{x^3}L^3\cdot J_{x^2}L^2\cdot J_{\theta^1}L^1 \middle |"
           r" J_{x^3}L^3 \cdot J_{\theta^2}L^2 \middle | J_{\theta^3}L^3\right )",
}  # fmt: skip
"""As the threads typed them."""

DENSE = Network.parse("5-3-4-2", activation="tanh", loss="half_squared_error", bias=True)
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
COUNTED = {f"{letter}{n + 1}": f"{letter}{n}" for letter in "Wazb" for n in range(3)} | {"L": "L"}


def wires(net=None, own=None):
    if net is None:
        return Wires()
    called = {value: name for name, value in (own or {}).items()}
    made = {step.name: step.inputs for step in net.steps}
    alike = {("z1", "b1"), ("z2", "b2"), ("z3", "b3"), ("u", "x"), ("u", "z2")}
    return Wires(made, net.shapes(), called, frozenset(alike))


def chain(text, net=None, own=None, known=None):
    """What a chain comes to: in a network, or by its names."""
    formula = Formula.parse(text)
    own, known = own or {}, known or {}
    tree = formula.tree
    if isinstance(tree, Call):
        blocks = [products_of(each, text, own, known) for each in tree.arguments]
        return judged_row(blocks, wires(net, own), text)
    left = None if formula.left is None else products_of(formula.left, text, own, known)[0][0]
    return judged(left, products_of(tree, text, own, known), wires(net, own), text)


def reasons(text, net=None, **how):
    found = chain(text, net, **how)
    assert found.layout is None
    return [(reason.kind, f"{reason.text} {reason.cure}".strip()) for reason in found.reasons]


def python(left, links):
    return f"d({', '.join(left)}) = " + " @ ".join(f"d({of}, {wrt})" for of, wrt in links)


class TestTheThreads:
    def test_a_legal_chain_in_numerator_layout(self):
        assert chain(LATEX["L11"]).layout == "numerator"
        net = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error")
        found = chain(LATEX["L11"], net, COUNTED)
        note = "A legal chain in numerator layout: 1×2 · 2×2 · 2×6 = 1×6."
        assert (found.layout, found.note) == ("numerator", note)

    @pytest.mark.parametrize("own", [None, COUNTED])
    def test_a_link_repeated_and_the_left_side_of_another_chain(self, own):
        net = own and Network.parse("2-3-2", activation="relu", loss="half_squared_error")
        assert reasons(LATEX["L12"], net, own=own) == [
            ("repeated link", "∂a2/∂z2 stands twice, as factors 4 and 5. "
                              "A chain goes through each link once."),
            ("left side", "The chain gives ∂L/∂W2, not ∂L/∂W3. "
                          "The left side should be ∂L/∂W2."),
        ]  # fmt: skip

    def test_a_legal_chain_in_denominator_layout_with_the_sizes_as_claimed(self):
        assert chain(LATEX["L13"]).layout == "denominator"
        net = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error")
        found = chain(LATEX["L13"], net, COUNTED)
        assert found.layout == "denominator"
        assert found.note.endswith(": 1×3 · 3×3 · 3×2 · 2×1 = 1×1.")

    def test_other_claims_are_not_the_sizes(self):
        net = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error")
        wrong = LATEX["L13"].replace(r"3\times 2", r"2\times 3")
        text = ("∂z3/∂a2 is 3×2 in denominator layout, not 2×3. "
                "Its rows are those of a2, its columns those of z3.")  # fmt: skip
        assert reasons(wrong, net, own=COUNTED) == [("sizes", text)]
        assert [kind for kind, _ in reasons(wrong)] == ["sizes"]  # they do not fit each other

    def test_a_chain_of_plain_names_in_denominator_layout(self):
        assert chain(LATEX["L16"]).layout == "denominator"

    def test_the_block_row_is_numerator_layout(self):
        found = chain(LATEX["L17"])
        note = ("A block row in numerator layout, with a legal chain for each of "
                "θ1, θ2 and θ3.")  # fmt: skip
        assert (found.layout, found.note) == ("numerator", note)

    @pytest.mark.parametrize(("old", "new", "kind"), [
        (r"J_{x^3}L^3\cdot J_{x^2}L^2\cdot", r"J_{x^3}L^3\cdot", "missing link"),
        (r"J_{x^3}L^3\cdot J_{x^2}L^2", r"J_{x^2}L^2\cdot J_{x^3}L^3", "missing link"),
        (r"\cdot J_{\theta^2}L^2", r"\cdot J_{x^2}L^2 \cdot J_{\theta^1}L^1", "blocks"),
        (r"\middle | J_{\theta^3}L^3", r"\middle | J_{\theta^2}L^2", "blocks"),
    ])  # fmt: skip
    def test_a_block_row_with_a_slip_is_found(self, old, new, kind):
        assert old in LATEX["L17"]
        assert kind in {found for found, _ in reasons(LATEX["L17"].replace(old, new))}


class TestByNamesAlone:
    FULL = "d(L, W1) = d(L, a2) @ d(a2, z2) @ d(z2, a1) @ d(a1, z1) @ d(z1, W1)"

    def test_both_orders_are_legal(self):
        links = [("L", "a2"), ("a2", "z2"), ("z2", "W2")]
        assert chain(python(("L", "W2"), links)).layout == "numerator"
        assert chain(python(("L", "W2"), links[::-1])).layout == "denominator"
        note = "A legal chain in numerator layout."
        assert chain(python(("L", "W2"), links)).note == note

    def test_a_single_link_is_the_same_in_both(self):
        found = chain("d(L, W1) = d(L, W1)")
        assert (found.layout, found.note) == ("both", "One link, the same in both layouts.")

    @pytest.mark.parametrize(("text", "expected"), [
        (FULL.replace(" @ d(a2, z2)", ""), ("missing link",
         "∂a2/∂z2 is missing between ∂L/∂a2 and ∂z2/∂a1: a2 is not z2. "
         "Write ∂L/∂a2 · ∂a2/∂z2 · ∂z2/∂a1.")),
        (FULL.replace(" @ d(z1, W1)", ""), ("missing link",
         "The chain gives ∂L/∂z1, not ∂L/∂W1: ∂z1/∂W1 is missing at its end. "
         "Write ∂L/∂a2 · ∂a2/∂z2 · ∂z2/∂a1 · ∂a1/∂z1 · ∂z1/∂W1; "
         "or the left side is meant to be ∂L/∂z1.")),
        (FULL.replace("d(L, a2) @ ", ""), ("missing link",
         "The chain gives ∂a2/∂W1, not ∂L/∂W1: ∂L/∂a2 is missing at its beginning. "
         "Write ∂L/∂a2 · ∂a2/∂z2 · ∂z2/∂a1 · ∂a1/∂z1 · ∂z1/∂W1; "
         "or the left side is meant to be ∂a2/∂W1.")),
        ("d(L, z2) = d(z2, a2) @ d(L, a2)", ("upside down",
         "∂z2/∂a2 is upside down: its neighbours do not begin and end so. "
         "The link is ∂a2/∂z2.")),
        ("d(L, W1) = d(z1, W1) @ d(L, a1) @ d(a1, z1)", ("order",
         "The links are all there, in an order as it is spoken, not multiplied: "
         "∂z1/∂W1 and ∂L/∂a1 stand side by side and share nothing. "
         "In numerator layout it is ∂L/∂a1 · ∂a1/∂z1 · ∂z1/∂W1, "
         "in denominator layout ∂z1/∂W1 · ∂a1/∂z1 · ∂L/∂a1.")),
        ("d(L, W2) = d(L, z1) @ d(z1, W1)", ("left side",
         "The chain gives ∂L/∂W1, not ∂L/∂W2. The left side should be ∂L/∂W1.")),
        ("d(L, z) = d(L, a) ⊙ d(a, z)", ("product",
         "Between ∂L/∂a and ∂a/∂z stands ⊙: links are matrices, and multiply as matrices. "
         "Write ∂L/∂a · ∂a/∂z; ⊙ comes in where a diagonal matrix becomes a vector.")),
        ("d(L, z) = d(L, a) @ d(a, z) + d(b, z) @ d(L, b)", ("layout",
         "∂L/∂a · ∂a/∂z is in numerator layout's order, ∂b/∂z · ∂L/∂b in denominator "
         "layout's: they cannot be added. Turn one of them round: ∂L/∂b · ∂b/∂z.")),
        ("d(L, z) + d(L, y)", ("left side",
         "One term is ∂L/∂z, another one is ∂L/∂y: they are not added.")),
    ])  # fmt: skip
    def test_each_fault_is_named_with_its_cause_and_its_cure(self, text, expected):
        assert reasons(text) == [expected]

    def test_several_faults_of_one_chain_are_all_named(self):
        text = self.FULL.replace(" @ d(a2, z2)", " @ d(L, a2)").replace("d(a1, z1)", "d(a1, z3)")
        assert [kind for kind, _ in reasons(text)] == ["repeated link"] + ["missing link"] * 2

    def test_a_bracket_is_multiplied_out(self):
        text = "d(L, x) = d(L, u) @ (d(u, z) @ d(z, x) + d(u, x))"
        found = chain(text)
        assert (found.layout, found.note) == (
            "numerator", "2 chains, each legal in numerator layout.")  # fmt: skip

    def test_beyond_a_hundred_chains_it_is_refused(self):
        text = " @ ".join(["(d(L, a) + d(L, b))"] * 7)
        with pytest.raises(FormulaError, match="more than 100 chains in a sum are beyond reason"):
            chain(text)


class TestTransposesAndGradients:
    @pytest.mark.parametrize(("text", "layout"), [
        ("grad(L, x) = d(u, x).T @ grad(L, u)", "denominator"),
        ("grad(L, x) = d(u, x) @ grad(L, u)", "denominator"),
        ("grad(L, x) = jac(u, x).T @ grad(L, u)", "denominator"),
        ("jac(L, x) = jac(L, u) @ jac(u, x)", "numerator"),
        ("d(L, x) = jac(L, u) @ jac(u, x)", "numerator"),
        ("grad(L, x).T = grad(L, u).T @ d(u, x)", "numerator"),
        ("grad(L, x) = (d(L, u) @ d(u, x)).T", "denominator"),
        ("d(L, x).T = d(u, x).T @ d(L, u).T", "denominator"),
    ])  # fmt: skip
    def test_what_is_a_column_and_what_a_row_is_kept_apart(self, text, layout):
        found = chain(text)
        assert (found.layout, found.reasons) == (layout, [])

    @pytest.mark.parametrize(("text", "expected"), [
        ("d(L, x) = d(u, x).T @ d(L, u)",
         "The order is denominator layout's, (∂u/∂x)ᵀ is in numerator layout: "
         "two layouts in one product. In this order it is ∂u/∂x."),
        ("grad(L, x) = grad(L, u) @ d(u, x)",
         "The order is numerator layout's, and ∇_u L is a column: denominator layout. "
         "In this order it is the row (∇_u L)ᵀ."),
        ("grad(L, x) = d(L, u) @ d(u, x)",
         "The product is the transpose of ∇_x L: one is in numerator layout, the other is not. "
         "Turn the chain round: ∂u/∂x · ∂L/∂u."),
        ("jac(L, x) = jac(u, x) @ jac(L, u)",
         "The product is the transpose of J_x L: one is in denominator layout, the other is not. "
         "Turn the chain round: J_u L · J_x u."),
    ])  # fmt: skip
    def test_two_layouts_in_one_line_are_named(self, text, expected):
        assert reasons(text) == [("layout", expected)]

    def test_a_delta_is_a_column_with_its_shape(self):
        known = {"delta3": Link("L", "z3", "δ")}
        text = "d(L, a2) = d(z3, a2) @ delta3"
        assert chain(text, DENSE, known=known).note.endswith(": 4×2 · 2×1 = 4×1.")
        assert chain(text.replace("delta3", "delta3.T"), DENSE, known=known).layout is None
        assert reasons("d(L, a2) = delta3 @ d(z3, a2)", DENSE, known=known) == [
            ("layout", "The order is numerator layout's, and δ3 is a column, 2×1: denominator "
                       "layout. In this order it is the row δ3ᵀ.")]  # fmt: skip
        turned = chain("d(L, a2) = delta3.T @ d(z3, a2)", DENSE, known=known)
        assert turned.note.endswith(": 1×2 · 2×4 = 1×4.")


class TestClaims:
    NUMERATOR = (r"\frac{\partial L}{\partial x} = \underbrace{\frac{\partial L}{\partial u}}_{%s}"
                 r" \underbrace{\frac{\partial u}{\partial x}}_{%s}")  # fmt: skip

    @pytest.mark.parametrize(("one", "other", "kinds"), [
        (r"1\times m", r"m\times n", []),
        (r"1\times 4", r"4\times 7", []),
        (r"m\times 1", r"n\times m", ["layout"]),
        (r"1\times m", r"n\times m", ["sizes"]),
        (r"1\times 4", r"5\times 7", ["sizes"]),
    ])  # fmt: skip
    def test_without_a_network_they_have_to_fit_each_other(self, one, other, kinds):
        assert [reason.kind for reason in chain(self.NUMERATOR % (one, other)).reasons] == kinds

    def test_a_chain_as_it_is_spoken(self):
        assert reasons(self.NUMERATOR % (r"m\times 1", r"n\times m")) == [
            ("layout", "The order is numerator layout's, the sizes under it are denominator "
                       "layout's: that is the chain as it is spoken, not multiplied. "
                       "In denominator layout it is ∂u/∂x · ∂L/∂u.")]  # fmt: skip

    def test_letters_stand_for_one_size_each(self):
        text = (r"\frac{\partial L}{\partial a_1} = "
                r"\underbrace{\frac{\partial z_2}{\partial a_1}}_{%s}"
                r"\underbrace{\frac{\partial L}{\partial z_2}}_{%s}")  # fmt: skip
        assert chain(text % (r"n_1\times n_2", r"n_2\times 1"), DENSE).layout == "denominator"
        assert chain(text % (r"n_2\times n_2", r"n_2\times 1"), DENSE).layout is None
        assert chain(text % (r"3\times 4", r"4\times 1"), DENSE).layout == "denominator"
        assert chain(text % (r"4\times 3", r"4\times 1"), DENSE).layout is None

    def test_a_gradient_by_a_matrix_may_be_claimed_with_either_face(self):
        text = r"\underbrace{\frac{\partial L}{\partial W_1}}_{%s} = "
        text += r"\frac{\partial L}{\partial z_1} \frac{\partial z_1}{\partial W_1}"
        for shape in (r"1\times 15", r"5\times 3"):
            assert chain(text % shape, DENSE).layout == "numerator"
        assert chain(text % r"3\times 5", DENSE).layout is None

    def test_one_link_is_in_the_layout_of_its_claim(self):
        text = r"\frac{\partial z_2}{\partial a_1} = \underbrace{\frac{\partial z_2}{\partial a_1}}"
        assert chain(text + r"_{4\times 3}", DENSE).layout == "numerator"
        assert chain(text + r"_{3\times 4}", DENSE).layout == "denominator"

    def test_a_brace_under_several_links(self):
        text = (r"\frac{\partial L}{\partial a_1} = \underbrace{\frac{\partial L}{\partial a_2}"
                r"\frac{\partial a_2}{\partial z_2}}_{1\times %d} "
                r"\frac{\partial z_2}{\partial a_1}")  # fmt: skip
        assert chain(text % 4, DENSE).layout == "numerator"
        assert reasons(text % 3, DENSE) == [
            ("sizes", "∂L/∂a2 · ∂a2/∂z2 is 1×4 in numerator layout, not 1×3. "
                      "Its rows are those of L, its columns those of z2.")]  # fmt: skip


class TestInANetwork:
    def test_a_missing_link_that_sizes_do_not_show(self):
        text = "d(L, z2) = d(L, a3) @ d(z3, a2) @ d(a2, z2)"
        assert reasons(text, DENSE) == [
            ("missing link", "∂a3/∂z3 is missing between ∂L/∂a3 and ∂z3/∂a2: a3 is not z3, "
                             "though both have 2 entries. "
                             "Write ∂L/∂a3 · ∂a3/∂z3 · ∂z3/∂a2.")]  # fmt: skip

    def test_several_missing_links_are_all_named_in_the_order_of_the_chain(self):
        lost = "∂a1/∂z1 · ∂z2/∂a1 · ∂a2/∂z2 are missing between ∂z1/∂W1 and ∂z3/∂a2: a2 is not z1."
        cure = " Write ∂z1/∂W1 · ∂a1/∂z1 · ∂z2/∂a1 · ∂a2/∂z2 · ∂z3/∂a2."
        text = "d(L, W1) = d(z1, W1) @ d(z3, a2) @ d(L, z3)"
        assert reasons(text, DENSE) == [("missing link", f"{lost}{cure}")]

    @pytest.mark.parametrize(("link", "text"), [
        ("d(z2, a2)", "∂z2/∂a2 is upside down: a2 is made from z2, not z2 from a2. "
                      "The link is ∂a2/∂z2."),
        ("d(z1, W2)", "∂z1/∂W2 is zero: z1 does not depend on W2. "
                      "z1 is made from a0, W1 and b1."),
        ("d(W2, b1)", "∂W2/∂b1 is no link: W2 is given, not made from anything."),
    ])  # fmt: skip
    def test_what_is_no_link_of_the_network(self, link, text):
        assert text in [told for _, told in reasons(f"d(L, a3) @ {link}", DENSE)]

    def test_links_may_be_taken_together(self):
        found = chain("d(L, W1) = d(L, z3) @ d(z3, z1) @ d(z1, W1)", DENSE)
        assert found.note == "A legal chain in numerator layout: 1×2 · 2×3 · 3×15 = 1×15."

    def test_a_name_that_it_lacks_is_pointed_at(self):
        with pytest.raises(FormulaError, match=r"column 12 of the formula: there is no value q3: "):
            chain("d(L, z3) @ d(q3, W1)", DENSE)

    def test_an_entry_inside_a_chain_is_refused(self):
        with pytest.raises(FormulaError, match=r"a2\[i\] is one entry, and a chain sums over them"):
            chain("d(L, a2[i]) @ d(a2[i], z2)", DENSE)

    def test_sizes_may_be_letters(self):
        net = Network.parse("n-3-2", activation="tanh", loss="half_squared_error")
        found = chain("d(L, W1) = d(L, z1) @ d(z1, W1)", net)
        assert found.note.endswith(": 1×3 · 3×3·n = 1×3·n.")


def true_in_numbers(net, left, products):
    """In which layouts a sum of chains has the value of its left side.

    The network's own Jacobians, value by value; nothing of them knows what a symbol is.
    """
    x, y = net.example()
    found = set()
    for layout in ("numerator", "denominator"):

        def jacobian(link, layout=layout):
            return np.asarray(net.jacobian(x, y, of=link[0], wrt=link[1], layout=layout))

        try:
            total = sum(reduce(np.matmul, map(jacobian, links)) for links in products)
        except ValueError:  # it does not conform
            continue
        truth = jacobian(left)
        if total.shape == truth.shape and np.allclose(total, truth, rtol=1e-9, atol=1e-12):
            found.add(layout)
    return found


def mutants(links, draw):
    """A chain with one slip of each kind, and with two."""
    for k in range(len(links)):
        yield links[:k] + links[k + 1 :]
        yield links[: k + 1] + links[k:]
        yield [*links[:k], links[k][::-1], *links[k + 1 :]]
    for i, j in itertools.combinations(range(len(links)), 2):
        swapped = list(links)
        swapped[i], swapped[j] = links[j], links[i]
        yield swapped
    for _ in range(30):
        yield draw.sample(links, draw.randint(1, len(links)))


class TestAgainstNumbers:
    """Every verdict is that of the product of the network's Jacobians; all sizes differ."""

    STEPS = (("L", "a3"), ("a3", "z3"), ("z3", "a2"), ("a2", "z2"), ("z2", "a1"), ("a1", "z1"))

    @pytest.mark.parametrize("last", [("z1", "W1"), ("z1", "a0")])
    @pytest.mark.parametrize("turn", [1, -1])
    def test_of_a_row_of_layers(self, last, turn):
        draw = random.Random(0)
        full = [*self.STEPS, last]
        tried = {True: 0, False: 0}
        for links in [full, full[2:], full[:4], *mutants(full, draw), *mutants(full[2:5], draw)]:
            if not links:
                continue
            for left in {(links[0][0], links[-1][1]), ("L", last[1])}:
                if left[0] == left[1]:
                    continue
                truth = true_in_numbers(DENSE, left, [links[::turn]])
                found = chain(python(left, links[::turn]), DENSE)
                expected = {"both": {"numerator", "denominator"}, None: set()}
                verdict = expected.get(found.layout, {found.layout})
                assert verdict == truth, (left, links[::turn], found)
                tried[bool(truth)] += 1
        assert tried[True] > 20
        assert tried[False] > 100

    @pytest.mark.parametrize(("left", "links"), [
        (("L", "b1"), [("L", "z1")]),
        (("L", "b1"), [("L", "a1"), ("a1", "z1")]),
        (("L", "b1"), [("L", "z1"), ("z1", "b1")]),
        (("L", "b1"), [("L", "a1")]),
        (("L", "b2"), [("L", "z1")]),
        (("z3", "b1"), [("z3", "a2"), ("a2", "z2"), ("z2", "z1")]),
    ])  # fmt: skip
    def test_of_links_that_are_identities_and_left_out(self, left, links):
        truth = true_in_numbers(DENSE, left, [links])
        found = chain(python(left, links), DENSE)
        expected = {"both": {"numerator", "denominator"}, None: set()}
        assert expected.get(found.layout, {found.layout}) == truth
        if truth and ("z1", "b1") not in links:
            assert found.note.endswith(" ∂z1/∂b1 is the identity, and may be left out.")

    def test_of_sums_over_paths(self):
        """u = z2 + x: the sum of the right paths is ∂u/∂x, another sum is not."""
        through, direct = [("u", "z2"), ("z2", "a1"), ("a1", "z1"), ("z1", "x")], [("u", "x")]
        truth = np.asarray(SKIP.jacobian(*SKIP.example(), of="u", wrt="x"))
        for products in ([through], [through, direct], [direct, direct, through],
                         [[*through[:2], ("a1", "x")], direct], [through, through],
                         [through[1:], direct]):  # fmt: skip
            total = sum(reduce(np.matmul, map(self.partial, links)) for links in products)
            right = total.shape == truth.shape and np.allclose(total, truth)
            terms = (python(("u", "x"), links).partition("= ")[2] for links in products)
            text = "d(u, x) = " + " + ".join(terms)
            assert (chain(text, SKIP).layout is not None) == right, text

    @staticmethod
    def partial(link):
        """A link's matrix; ∂u/∂x as a link is the identity, as a total derivative it is more."""
        x, y = SKIP.example()
        if link == ("u", "x"):
            return np.eye(3)
        return np.asarray(SKIP.jacobian(x, y, of=link[0], wrt=link[1]))

    def test_a_missing_path_is_named(self):
        assert reasons("d(L, x) = d(L, u) @ d(u, z2) @ d(z2, x)", SKIP) == [
            ("missing path", "x reaches L by 2 paths, and ∂L/∂u · ∂u/∂x is missing. "
                             "The paths add up, a term for each.")]  # fmt: skip
        twice = "d(L, x) = d(L, u) @ d(u, x) + d(L, u) @ d(u, x) + d(L, z2) @ d(z2, x)"
        assert reasons(twice, SKIP) == [
            ("repeated path", "The path ∂L/∂u · ∂u/∂x is counted twice. "
                              "The paths add up, a term for each.")]  # fmt: skip

    def test_total_derivatives_are_right_too_and_it_is_said(self):
        found = chain("d(L, x) = d(L, u) @ d(u, x)", SKIP)
        assert found.layout == "numerator"
        assert found.note.endswith(" Every ∂ in it is a total derivative, over all paths.")

    def test_too_many_paths_are_not_counted(self):
        lines = ["x1 = x + tanh(x)"] + [f"x{k} = x{k - 1} + tanh(x{k - 1})" for k in range(2, 12)]
        net = Network.graph("input x: 3\n" + "\n".join(lines))
        with pytest.raises(InputError, match="x reaches x11 by more than 200 paths"):
            chain("d(x11, x) = d(x11, x5) @ d(x5, x)", net)
        assert chain("d(x3, x) = d(x3, x2) @ d(x2, x)", net).layout == "numerator"
