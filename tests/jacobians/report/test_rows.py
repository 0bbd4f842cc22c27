"""Traces with samples as rows: every printed formula is the column form's, transposed."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from jacobians import BatchNorm, Linear, Network, dimension_trace
from jacobians.command_line import main
from jacobians.layers import Loss, loss_named, losses
from jacobians.rows.formula_reader import parsed
from jacobians.rows.formula_tree import Name, Turned, printed, transposed
from layouts import commutation_matrix
from layouts.errors import InputError, ShapeError
from tests.formulas import FUNCTIONS, LOSSES, evaluated

CASES = [
    ("2-3-4", ["relu", "sigmoid"], "half_squared_error", "sum"),
    ("2-4-3", ["sigmoid", "softmax"], "cross_entropy", "mean"),
    ("4-3-2-5", ["tanh", "softmax", "identity"], "mean_squared_error", "mean"),
    ("3-2-4", ["tanh", "log_softmax"], "squared_error", "mean"),
    ("3-5-2", ["softplus", "identity"], "softmax_cross_entropy", "sum"),
    ("2-3-4", ["tanh", "sigmoid"], "binary_cross_entropy", "mean"),
    ("2-5-3", ["exp", "identity"], "huber", "sum"),
    ("4-2-3", ["tanh", "tanh"], "absolute_error", "mean"),
]
FORMS = ["XW", "XWT", "folded"]
LINE = re.compile(r"\| `([^`]+)` \| = `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|")
MADE = re.compile(r"\| `([az]\d) = ([^`]+)` \| `([^`]+)` \|")


@pytest.fixture(autouse=True)
def functions_of_rows(monkeypatch):
    """What works sample by sample works along rows here; rvec stacks row after row."""
    for name in ("softmax", "log_softmax"):
        by_columns = FUNCTIONS[name]
        monkeypatch.setitem(FUNCTIONS, name, lambda Z, f=by_columns: f(Z.T).T)
    monkeypatch.setitem(FUNCTIONS, "rvec", lambda X: X.reshape(-1, 1))


class Case:
    """A network, its values in rows, and its gradients by the column form's own sweep."""

    def __init__(self, sizes, activations, loss, reduction, samples, form, bias=True):
        self.net = Network.parse(sizes, activations, loss, seed=3, reduction=reduction, bias=bias)
        self.form, self.samples = form, samples or 1
        self.x, self.y = self.net.example(samples)
        columns = self.net.values(self.x, self.y)
        self.values = {name: np.asarray(value).reshape(len(value), -1).T
                       for name, value in columns.items() if np.ndim(value)}  # fmt: skip
        if form == "XWT":
            self.values |= {n: v.T for n, v in self.values.items() if n[0] == "W"}
        for number in range(1, 1 + len(activations)) if form == "folded" and bias else ():
            W, b, A = (self.values[f"{n}{number - (n == 'a')}"] for n in "Wba")
            self.values[f"Θ{number}"] = np.vstack([b, W])
            self.values[f"[1, a{number - 1}]"] = np.hstack([np.ones((len(A), 1)), A])

    def gradient(self, wrt):
        """Shaped as the value stands in rows."""
        if wrt[0] == "Θ":
            return np.vstack([self.gradient("b" + wrt[1:]), self.gradient("W" + wrt[1:])])
        G = self.net.gradient(self.x, self.y, wrt=wrt, layout="denominator")
        return G if self.form == "XWT" and wrt[0] == "W" else G.T

    def trace(self, **asked):
        return dimension_trace(self.net, samples=self.samples, samples_as="rows", form=self.form,
                               **asked)  # fmt: skip

    def sweep(self, wrt):
        part = self.trace(wrt=wrt).to_markdown().split("WITHOUT THE MATRICES")[1].split("\n## ")[0]
        known, lines = dict(self.values), []
        for name, formula, shape, _ in LINE.findall(part):
            known[name] = evaluated(one_factor(formula), known)
            lines.append((name, formula, known[name], shape))
        return lines, known


def one_factor(formula):
    """The evaluator reads brackets behind a space as an index: `δ1ᵀ [1, a0]` as `δ1ᵀ ([1, a0])`."""
    return re.sub(r"(\[1, a\d+\])", r"(\1)", formula)


def cases(*biases):
    return [
        pytest.param(Case(*case, samples, form, bias),
                     id=f"{case[0]} {case[2]} {form} {samples or 1}{'' if bias else ' no bias'}")
        for case in CASES for form in FORMS for samples in (None, 6) for bias in biases
    ]  # fmt: skip


@pytest.mark.parametrize("case", cases(True, False))
def test_every_line_has_the_printed_shape_and_is_the_column_forms_transposed(case):
    wanted = [n for n in case.values if n[0] in "WbΘ" and not (case.form == "folded" and n[0] != "Θ"
              and f"Θ{n[1:]}" in case.values)]  # fmt: skip
    for wrt in wanted:
        lines, _ = case.sweep(wrt)
        for name, formula, value, shape in lines:
            assert "×".join(map(str, value.shape)) == shape, f"{name} = {formula}"
            of = "z" + name[1:] if name[0] == "δ" else name.partition("/∂")[2]
            np.testing.assert_allclose(value, case.gradient(of), rtol=1e-9, atol=1e-12)
        assert lines[-1][0] == f"∂L/∂{wrt}"
        assert len(lines) > 1


@pytest.mark.parametrize("case", cases(True))
def test_the_forward_pass_as_printed_makes_the_values(case):
    part = case.trace().to_markdown().split("FORWARD")[1].split("\n## ")[0]
    made = [line for line in MADE.findall(part) if line[0] != "a0"]
    assert [name for name, _, _ in made] == [step.name for step in case.net.inner_steps]
    for name, formula, shape in made:
        value = evaluated(one_factor(formula.replace("log softmax", "log_softmax")), case.values)
        np.testing.assert_allclose(value, case.values[name], rtol=1e-12, err_msg=formula)
        assert "×".join(map(str, value.shape)) == shape


@pytest.mark.parametrize("case", cases(True))
@pytest.mark.parametrize("wrt", ["first", "a0", "z1", "b1"])
def test_the_collapsed_form_in_json_is_the_gradient_in_its_own_layout(case, wrt):
    if case.form == "folded" and wrt == "b1":
        wrt = "a1"
    wrt = ("Θ1" if case.form == "folded" else "W1") if wrt == "first" else wrt
    _, known = case.sweep(wrt)
    numerator, denominator = case.trace(wrt=wrt).to_dict()["derivatives"]
    gradient = case.gradient(wrt)
    is_vector = wrt[0] == "b" or (case.samples == 1 and wrt[0] in "az")
    turned = gradient.T if is_vector else gradient
    for derivative, expected in ((denominator, turned), (numerator, turned.T)):
        value = evaluated(one_factor(derivative["collapsed"]), known)
        np.testing.assert_allclose(value, expected, rtol=1e-9, atol=1e-12)
        assert list(value.shape) == derivative["gradient_shape"]


def kron_text(text):
    return re.fullmatch(r"(.+) ⊗ (.+)", text)


@pytest.mark.parametrize("form", FORMS)
def test_the_links_as_printed_are_the_column_forms_matrices(form):
    case = Case(*CASES[0], 6, form)
    wrt = "Θ1" if form == "folded" else "W1"
    record = case.trace(wrt=wrt, layout="numerator").to_dict()["derivatives"][0]
    texts = {factor["name"]: factor["text"] for factor in record["factors"]}
    number = {"I₃": np.eye(3), "I₆": np.eye(6), "I₂": np.eye(2)}
    for name in ("∂z2/∂a1", f"∂z1/∂{wrt}"):
        B, C = kron_text(texts[name]).groups()
        B, C = (number[M] if M in number else evaluated(one_factor(M), case.values) for M in (B, C))
        of, _, below = name.replace("∂", "").partition("/")
        own = [f"b{below[1:]}", f"W{below[1:]}"] if below[0] == "Θ" else [below]
        J = [np.asarray(case.net.jacobian(case.x, case.y, of=of, wrt=each)) for each in own]
        np.testing.assert_allclose(np.kron(B, C), np.hstack(J), rtol=1e-12, atol=1e-14)


def test_row_after_row_the_weights_of_xwt_need_the_commutation_matrix():
    case = Case(*CASES[0], 6, "XWT")
    J = np.asarray(case.net.jacobian(case.x, of="z1", wrt="W1"))
    X, W = case.values["a0"], case.values["W1"]
    by_rows = np.stack(
        [(X @ np.eye(W.size)[k].reshape(W.shape).T).ravel() for k in range(W.size)], 1
    )
    np.testing.assert_allclose(J @ commutation_matrix(2, 3), by_rows, atol=1e-14)
    assert np.abs(J - by_rows).max() > 0.1
    text = " ".join(str(case.trace(wrt="W1")).split())
    assert "this matrix times the commutation matrix K(2, 3)." in text
    assert "K(" not in str(Case(*CASES[0], 6, "XW").trace(wrt="W1"))


def test_a_formula_with_a_transpose_at_the_wrong_place_is_found_wrong():
    case = Case("3-3-3", ["tanh", "tanh"], "half_squared_error", "sum", 3, "XW")
    _, known = case.sweep("W1")
    for wrong in ("δ1ᵀ a0", "a0 δ1", "(δ2 W2) ⊙ tanh'(z1)"):
        value = evaluated(wrong, known)
        right = known["δ1"] if "⊙" in wrong else known["∂L/∂W1"]
        assert value.shape == right.shape
        assert np.abs(value - right).max() > 1e-3


ROWS = {name: Turned(Name(name)) for name in ("a1", "y", "z1", "W2", "δ1", "δ2", "b1", "g")}


@pytest.mark.parametrize(
    ("column", "matrix", "value"),
    [
        ("W2ᵀ δ2", "W2 δ2ᵀ", "δ2 W2ᵀ"),
        ("W2 a1 + b1 1ᵀ", "W2ᵀ a1ᵀ + b1ᵀ 1ᵀ", "a1 W2 + 1 b1"),
        ("(2 (a1 - y))/(5·N)", "((2 (a1 - y))/(5·N))ᵀ", "(2 (a1 - y))/(5·N)"),
        ("-y/a1", "(-y/a1)ᵀ", "-y/a1"),
        ("a1 ⊙ g - a1 (a1ᵀ g)", "(a1 ⊙ g)ᵀ - a1ᵀ (a1 gᵀ)", "a1 ⊙ g - (g a1ᵀ) a1"),
        ("blockdiag(diag(a1ₖ) - a1ₖ a1ₖᵀ)", "blockdiag(diag(a1ₖ) - a1ₖᵀ a1ₖ)", None),
        ("diag(vec relu'(z1))", "diag(rvec relu'(z1))", "diag(rvec relu'(z1))"),
        ("vec(δ2)ᵀ (I_N ⊗ W2) · diag(g)", "rvec(δ2)ᵀ (I_N ⊗ W2ᵀ) · diag(g)", None),
        ("clip(a1 - y, ±0.5)", "clip(a1 - y, ±0.5)ᵀ", "clip(a1 - y, ±0.5)"),
        ("log softmax(z1)", "(log softmax(z1))ᵀ", "log softmax(z1)"),
        ("a1 - (y - g)", "(a1 - (y - g))ᵀ", "a1 - (y - g)"),
        ("∂a1/∂z1 · diag(relu'(z1))", "∂a1/∂z1 · diag(relu'(z1))", "diag(relu'(z1)) · (∂a1/∂z1)ᵀ"),
        ("z1 - 1e-05", "(z1 - 1e-05)ᵀ", "z1 - 1e-05"),
    ],
)
def test_formulas_are_transposed_factor_by_factor(column, matrix, value):
    tree = parsed(column, ROWS, by_rows=True)
    assert printed(tree) == matrix
    assert value is None or printed(transposed(tree)) == value
    assert transposed(transposed(tree)) == tree


@pytest.mark.parametrize("text", ["W2 @", "(a1 - y", "a1 ⊙", "clip(a1 - y, ±1", "", "a1)"])
def test_what_is_no_formula_is_refused(text):
    with pytest.raises(InputError, match=r"is not read as a formula|has a bracket that does not"):
        parsed(text, ROWS)


NET = Network.parse("2-3-4", ["relu", "sigmoid"], "half_squared_error", seed=0)


def words(trace):
    return " ".join(str(trace).split())


def test_the_report_says_why_and_who():
    text = words(dimension_trace(NET, "W1", samples=5, samples_as="rows"))
    for said in [
        "5 samples as rows", "z1 = a0 W1 + 1 b1", "δ1 = (δ2 W2ᵀ) ⊙ relu'(z1)", "∂L/∂W1 = a0ᵀ δ1",
        "∂L/∂b1 = 1ᵀ δ1", "(W2ᵀ δ2)ᵀ = δ2ᵀ W2", "number for number", "L = Σₖ ½ Σᵢ (a2ₖᵢ - yₖᵢ)²",
        "W1 ← W1 - η a0ᵀ δ1", "rows = columns, transposed agree to 1e-12: 9 gradients",
        "XW ← X W + 1 b ∂L/∂W = Xᵀ Δ CS231n, Keras, Flax, scikit-learn", "PyTorch's nn.Linear",
        "statsmodels, R", "Machine Learning, 2011",
    ]:  # fmt: skip
        assert said in text, said
    assert "columns of" not in text
    assert "δ1 = (δ2 W2) ⊙ relu'(z1)" in words(
        dimension_trace(NET, "W1", samples=5, samples_as="rows", form="XWT")
    )
    folded = words(dimension_trace(NET, "Theta1", samples=5, samples_as="rows", form="folded"))
    for said in ["z1 = [1, a0] Θ1", "∂L/∂Θ1 = [1, a0]ᵀ δ1", "W2 is Θ2 without its first row",
                 "(δ1 [1; a0]ᵀ)ᵀ = [1; a0] δ1ᵀ", "folded ←"]:  # fmt: skip
        assert said in folded, said


def part_of(trace, title):
    """One part of a trace, in Markdown."""
    return trace.to_markdown().split(title)[1].split("\n## ")[0]


PARAMETERS = {"XW": ["W1", "b1"], "XWT": ["W1", "b1"], "folded": ["Theta1"]}


@pytest.mark.parametrize(
    ("form", "wrt"), [(form, wrt) for form in FORMS for wrt in (*PARAMETERS[form], "a0", "z1")]
)
def test_the_samples_part_says_zero_blocks_and_sums_in_rows(form, wrt):
    """What it writes for one sample and for the sum is evaluated, beside the gradient."""
    case, wrt = Case(*CASES[1], 6, form), wrt.replace("Theta", "Θ")
    part = part_of(case.trace(wrt=wrt), "THE SAMPLES")
    assert "[:," not in part
    assert "`1/6` stands once, in `∂L/∂a2`" in part
    sums = re.search(r"`Σₖ ([^`]+)` is (?:the matrix product )?`([^`]+)`", part)
    assert (sums is not None) == (wrt[0] in "WbΘ")
    if sums is None:
        return
    _, known = case.sweep(wrt)
    each, product = sums.groups()
    total = 0
    for k in range(6):
        row = {
            name: value[k : k + 1] if len(value) == 6 else value for name, value in known.items()
        }
        text = re.sub(r"\[1, (a\d+)\[k, :\]\]", r"([1, \1])", each).replace("[k, :]", "")
        total = total + evaluated(text, row)
    np.testing.assert_allclose(total, case.gradient(wrt), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(evaluated(one_factor(product), known), case.gradient(wrt), rtol=1e-9)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("layout", ["numerator", "denominator"])
@pytest.mark.parametrize(("of", "wrt", "block"), [
    ("z2", "a1", "W2"), ("a1", "z1", "diag(sigmoid'(z1)[{k}, :])"),
    ("a2", "z2", "diag(a2[{k}, :]) - a2[{k}, :]ᵀ a2[{k}, :]"),
])  # fmt: skip
def test_each_sample_has_its_own_block(form, layout, of, wrt, block):
    case = Case(*CASES[1], 3, form)
    text = block.replace("sigmoid'", "σ'")
    if block == "W2" and (form != "XWT") == (layout == "numerator"):
        text = "W2ᵀ"
    part = part_of(case.trace(of=of, wrt=wrt, layout=layout), "THE SAMPLES")
    rows = [line for line in part.splitlines() if line.startswith("| `")]
    down = of if layout == "numerator" else wrt
    assert [row.split(" | ")[0] for row in rows] == [f"| `{down}[{k}, :]`" for k in (1, 2, 3)]
    for k, row in enumerate(rows, start=1):
        cells = row.strip("| ").split(" | ")[1:]
        assert cells[k - 1].strip("`") in {
            text.format(k=k),
            text.format(k=k).replace("σ", "sigmoid"),
        }
        assert [cell for l, cell in enumerate(cells, start=1) if l != k] == ["0", "0"]


def test_letters_and_no_loss_have_a_samples_part_too():
    text = words(dimension_trace(NET, "W1", of="a2", samples="N", samples_as="rows"))
    assert "∂z2/∂a1 as a tensor, the generalized Jacobian, is (N×4)×(N×3) in numerator" in text
    assert "z2[N, :] 0 0 … W2ᵀ" in text
    assert "The chain adds up what they bring. " in text
    assert "THE SAMPLES" not in words(dimension_trace(NET, "W1", samples_as="rows"))
    of_sum = words(dimension_trace(NET, "a2", samples=3, samples_as="rows"))
    assert "The loss is a sum over samples: no 1/3 comes from their number." in of_sum


ALL_LOSSES = [
    "absolute_error", "binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy",
    "half_squared_error", "huber", "mean_squared_error", "softmax_cross_entropy", "squared_error",
]  # fmt: skip


def test_all_losses_are_listed():
    assert {loss_named(name).__class__ for name in ALL_LOSSES} == {
        each for each in vars(losses).values()
        if isinstance(each, type) and issubclass(each, Loss) and each is not Loss
    }  # fmt: skip


@pytest.mark.parametrize("loss", ALL_LOSSES)
@pytest.mark.parametrize(
    ("form", "wrt"), [(form, wrt) for form in FORMS for wrt in ("x", "y", *PARAMETERS[form])]
)
@pytest.mark.parametrize("samples", [None, 3, "N"])
def test_every_loss_is_readable_in_every_form(loss, form, wrt, samples):
    last = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}.get(loss, "identity")
    net = Network.parse("2-3-4", ["tanh", last], loss, seed=1)
    trace = dimension_trace(net, wrt, samples=samples, samples_as="rows", form=form)
    assert "WITHOUT THE MATRICES" in str(trace)
    record = json.loads(json.dumps(trace.to_dict()))
    (derivative, *_) = record["derivatives"]
    assert derivative["collapsed"]
    assert "columns of it" not in words(trace)
    assert "(I_(" not in words(trace)


def test_what_is_said_of_columns_is_said_of_rows():
    net = Network.parse("2-3-4", "tanh", "softmax_cross_entropy")
    assert "derivatives are written for rows of it that sum to 1" in words(
        dimension_trace(net, samples=3, samples_as="rows")
    )
    assert "derivatives are written for columns of it that sum to 1" in words(
        dimension_trace(net, samples=3)
    )


ADDED = "What adds over a sample's entries stood in front in columns, 1ᵀ; here it stands behind, 1."


@pytest.mark.parametrize(("activation", "samples", "said"), [
    ("softmax", 3, True), ("softmax", 1, False), ("log_softmax", 3, True), ("log_softmax", 1, True),
])  # fmt: skip
def test_where_the_ones_stand_is_said_where_there_are_ones(activation, samples, said):
    net = Network.parse("2-3-4", ["tanh", activation], "squared_error", seed=1)
    trace = dimension_trace(net, samples=samples, samples_as="rows")
    has_ones = re.search(r"(?<!\w)1ᵀ", part_of(trace, "WITHOUT").split("`δ1`")[0])
    assert (ADDED in words(trace)) is said is (has_ones is not None)


@pytest.mark.parametrize(("asked", "marked"), [
    ({}, ["folded"]), ({"bias": False}, ["XW"]),
])  # fmt: skip
def test_the_arrow_marks_the_form_that_the_trace_has(asked, marked):
    net = Network.parse("2-3-4", "tanh", "huber", **asked)
    part = part_of(dimension_trace(net, samples_as="rows", form="folded"), "WHO USES WHICH")
    assert re.findall(r"\| (\w+) `←`", part) == marked
    mixed = Network([Linear(np.ones((3, 2))), Linear(np.ones((4, 3)), np.ones(4))], "huber")
    part = part_of(dimension_trace(mixed, samples_as="rows", form="folded"), "WHO USES WHICH")
    assert re.findall(r"\| (\w+) `←`", part) == ["XW", "folded"]


def test_an_identity_has_no_brackets():
    net = Network.parse("2-3-4", ["tanh", "identity"], "half_squared_error")
    text = words(dimension_trace(net, of="a2", wrt="z2", samples="N", samples_as="rows"))
    assert "I_(4·N)" in text
    assert "(I_(4·N))" not in text
    assert printed(parsed("y/(2·N)", ROWS)) == "(y/(2·N))ᵀ"


def test_the_weights_of_xwt_are_no_transposes():
    kept = words(dimension_trace(NET, samples_as="rows", form="XWT"))
    assert ("Every value is the transpose of the column form's, the weights apart: as there, W1 is "
            "stored (out, in), 3×2; b1 is a row.") in kept  # fmt: skip
    turned = words(dimension_trace(NET, samples_as="rows"))
    assert "transpose of the column form's. W1 is stored (in, out), 2×3; b1 is a row." in turned


POINT = {"x": [[1.0, -2.0]], "y": [[0.5, 1.0, 0.0, 2.0]]}


@pytest.mark.parametrize("x_shape", [(2,), (1, 2)])
@pytest.mark.parametrize("y_shape", [(4,), (1, 4)])
def test_one_sample_may_be_a_row_or_a_vector(x_shape, y_shape):
    x, y = np.reshape(POINT["x"], x_shape), np.reshape(POINT["y"], y_shape)
    mixed = dimension_trace(NET, x=x, y=y, values=True, samples_as="rows")
    assert str(mixed) == str(dimension_trace(NET, **POINT, values=True, samples_as="rows"))
    assert "y [0.5 1 0 2]" in words(mixed)
    drawn = dimension_trace(NET, y=y, values=True, samples_as="rows")
    assert "y [0.5 1 0 2]" in words(drawn)


@pytest.mark.parametrize("kind", [float, int])
def test_targets_of_one_output_may_be_flat(kind):
    net = Network.parse("2-3-1", "tanh", "half_squared_error", seed=0)
    x, y = np.arange(8.0).reshape(4, 2), np.array([2, 0, 1, 3], kind)
    flat = dimension_trace(net, x=x, y=y, values=True, samples_as="rows")
    assert str(flat) == str(dimension_trace(net, x=x, y=1.0 * y[:, None], values=True,
                                            samples_as="rows"))  # fmt: skip
    assert "y [2] [0] [1] [3]" in words(flat)


def test_one_sample_is_a_row():
    text = words(dimension_trace(NET, "b1", samples_as="rows"))
    assert "one sample as a row" in text
    assert "∂L/∂a1 δ2 · W2ᵀ 1×3" in text
    assert "∂L/∂b1 = δ1 1×3 δ1" in text


def test_the_column_trace_is_the_same_to_the_letter():
    for asked in ({}, {"samples": 4, "values": True}, {"wrt": "x", "input_index": 1}):
        column = dimension_trace(NET, **asked)
        assert str(column) == str(dimension_trace(NET, samples_as="columns", **asked))
        assert "samples_as" not in column.to_dict()
    golden = Path(__file__).parents[2] / "golden" / "trace_2-3-2_W1.txt"
    net = Network.parse("2-3-2", ["relu", "sigmoid"], "half_squared_error")
    assert str(dimension_trace(net, "W1")).strip() == golden.read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("asked", [
    {"samples": "N"}, {"input_index": 1, "symbols": "superscript", "samples": 4},
    {"values": True, "samples": 3}, {"of": "z2", "wrt": "a0"}, {"of": "a2", "samples": 3},
    {"shapes_only": True}, {"wrt": "y", "samples": 3}, {"of": "z1", "wrt": "a2"},
])  # fmt: skip
def test_every_format_is_written_within_its_width(form, asked):
    trace = dimension_trace(NET, samples_as="rows", form=form, **asked)
    assert max(map(len, str(trace).splitlines())) <= 80
    assert "?" not in re.sub(r"Why[^?]*\?", "", trace.to_text(ascii_only=True))
    for text in (trace.to_markdown(), trace.to_latex(), trace.to_html()):
        assert "WHO USES WHICH" in text
    assert trace.to_latex().count("{") == trace.to_latex().count("}")
    record = json.loads(json.dumps(trace.to_dict()))
    assert (record["samples_as"], record["form"]) == ("rows", form)


def test_letters_and_another_numbering_are_rewritten_too():
    net = Network.parse("n-3-2", "softmax", "cross_entropy")
    text = words(dimension_trace(net, samples="N", samples_as="rows", form="folded"))
    assert "z1 = [1, a0] Θ1 N×3 N×(n + 1) · (n + 1)×3" in text
    raised = dimension_trace(NET, "Θ1", samples_as="rows", form="folded", input_index=1,
                             symbols="superscript")  # fmt: skip
    assert "∂L/∂Θ⁽²⁾ = [1, a⁽¹⁾]ᵀ δ⁽²⁾" in words(raised)
    assert r"\Theta^{(2)}" in raised.to_latex()
    assert "Theta1" in dimension_trace(NET, samples_as="rows", form="folded").to_text(
        ascii_only=True
    )


def test_numbers_stand_in_rows():
    x, y = [[1.0, -2.0], [0.5, 3.0], [2.0, 1.0]], np.zeros((3, 4))
    trace = dimension_trace(NET, "W1", x=x, y=y, values=True, samples_as="rows")
    assert "a0 [1 -2] [0.5 3] [2 1]" in words(trace)
    values = {entry["name"]: entry["shape"] for entry in trace.to_dict()["values"]}
    assert (values["W1"], values["b1"], values["a1"]) == ([2, 3], [1, 3], [3, 3])
    kept = dimension_trace(NET, "W1", x=x, y=y, samples_as="rows", form="XWT").to_dict()["values"]
    assert {entry["name"]: entry["shape"] for entry in kept}["W1"] == [3, 2]


def test_values_that_are_not_finite_are_said_not_compared():
    net = Network.parse("2-3-4", "exp", "half_squared_error", seed=0)
    text = words(dimension_trace(net, "W1", x=[900.0, -900.0], y=[0.0] * 4, samples_as="rows"))
    assert "rows = columns, transposed are not finite here: nothing to compare" in text


def test_the_command_suggests_itself_with_its_own_options(capsys):
    assert main(["trace", "2-3-4", "--activation", "relu", "--loss", "huber", "--samples", "rows",
                 "--form", "folded", "--batch", "3"]) == 0  # fmt: skip
    text = " ".join(capsys.readouterr().out.split())
    command = re.search(r"jacobians (trace 2-3-4 .*?--wrt Theta2)", text)
    assert command is not None
    assert main(command[1].split()) == 0
    assert "∂L/∂Θ2 of the network" in capsys.readouterr().out
    assert main(["trace", "2-3-4", "--samples", "rows", "--form", "folded", "--input-index", "1",
                 "--wrt", "Theta3", "--x", "1,2;3,4"]) == 0  # fmt: skip
    assert (
        "∂a3/∂Θ3 of the network 2-3-4: identity, identity; 2 samples as rows"
        in capsys.readouterr().out
    )
    loose = Network([Linear(np.ones((3, 2)), np.ones(3))], loss="huber")
    assert 'dimension_trace(net, wrt="b1", samples_as="rows", form="XWT")' in words(
        dimension_trace(loose, samples_as="rows", form="XWT")
    )


GRAPH = Network.graph("input x: 3\nparameters W: 3×3\nu = W @ tanh(x) + x")


@pytest.mark.parametrize(
    ("net", "asked", "message"),
    [
        (GRAPH, {}, "samples stand as rows only in rows of layers: the graph with the output u "
         "keeps them as columns."),
        (NET, {"wrt": "W1", "entry": (0, 1)},
         "one entry is shown with samples as columns: in rows ask for the whole matrix."),
        (NET, {"form": "WX"},
         "there is no form 'WX' of a linear layer in rows: known are XW, XWT, folded."),
        (NET, {"samples_as": "diagonals"},
         "samples stand as 'columns' or as 'rows', not as 'diagonals'."),
        (NET, {"samples_as": "columns", "form": "XWT"},
         "the form XWT says how rows store the weights: it needs samples as rows."),
        (Network([Linear(np.ones((3, 2))), BatchNorm(np.ones(3), np.ones(3))]), {},
         "has no row form: linear layers, elementwise functions, softmax and log-softmax do."),
        (NET, {"wrt": "W1", "form": "folded"}, "W1 is folded into Θ1: ask for Theta1, or take form "
         "XW (--form XW), where W1 stands apart."),
        (NET, {"wrt": "b2", "form": "folded"}, "b2 is folded into Θ2: ask for Theta2, or take"),
        (NET, {"of": "W1", "form": "folded"}, "W1 is folded into Θ1: ask for Theta1, or take"),
        (NET, {"wrt": "W3", "form": "folded"}, "the network has no value 'W3'"),
        (Network.parse("n-3-2"), {"form": "folded", "values": True},
         "the network n-3-2 knows its sizes only (n is a letter)"),
        (Network.parse("2-3-n"), {"form": "folded", "values": True}, "(n is a letter)"),
        (NET, {"x": np.ones((5, 2)), "samples": 3}, "x has 5 samples as rows, 3 were asked for."),
        (NET, {"x": [[1, 2], [3]]}, "x is not an array: its rows have different lengths."),
        (NET, {"y": [[1, 2], [3]]}, "y is not an array: its rows have different lengths."),
        (NET, {"x": {"x": [1, 2]}}, "x is given by name: with samples as rows it is the array"),
        ("2-3", {}, "'2-3' is no Network: make one, Network.parse('2-3-2')."),
    ],
)  # fmt: skip
def test_what_has_no_row_form_is_said(net, asked, message):
    with pytest.raises(InputError, match=re.escape(message)):
        dimension_trace(net, **{"samples_as": "rows", **asked})


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"x": np.ones((2, 5))}, "x has shape (2, 5): samples are rows here, so each row of it has "
         "2 entries. Its transpose fits: samples stand there as columns."),
        ({"x": np.ones((5, 2)), "y": np.ones((4, 5))}, "y has shape (4, 5): samples are rows here, "
         "so with 5 samples it is (5, 4), or a class for each, integers of shape (5,). Its "
         "transpose fits: samples stand there as columns."),
        ({"y": np.ones((3, 4))}, "y has shape (3, 4): samples are rows here, so with 1 sample it "
         "is (1, 4)"),
        ({"x": 1.0}, "x has shape (): samples are rows here, (N, 2); one sample may be (2,)."),
        ({"x": [1.0]}, "x has shape (1,): samples are rows here, so each row of it has 2 entries."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_in_rows(asked, message):
    with pytest.raises(ShapeError, match=re.escape(message)):
        dimension_trace(NET, samples_as="rows", **asked)


def test_the_command_line_says_what_is_folded_and_which_letter(capsys):
    start = ["trace", "n-3-2", "--samples", "rows", "--form", "folded"]
    assert main([*start, "--wrt", "W1"]) == 2
    assert "W1 is folded into Θ1: ask for Theta1" in capsys.readouterr().err
    assert main([*start, "--values"]) == 2
    assert "knows its sizes only (n is a letter)" in capsys.readouterr().err


def test_the_losses_of_the_cases_are_known_to_the_evaluator():
    assert {loss for _, _, loss, _ in CASES} <= LOSSES.keys()
