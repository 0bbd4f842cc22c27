"""Graphs that cannot be read: one sentence with the line, the thing and the cure, at once."""

import time

import numpy as np
import pytest

from jacobians import Custom, Network
from layouts import LayoutError
from layouts.errors import InputError, ShapeError

DECLARED = """\
inputs x: 3, w: 3, v: 4, X: 3×4
target y: 3
parameters W: 2×3, b: 2, A: 3×4, B: 4×2, c: 3, g: 3
"""
PAIRS = Custom(lambda x: x[:2] * x[1:], name="pairs")


def graph(lines):
    return Network.graph(f"{DECLARED}{lines}\n")


def drawn(samples=()):
    shapes = {"x": (3,), "w": (3,), "v": (4,), "X": (3, 4)}
    generator = np.random.default_rng(2)
    return {name: generator.standard_normal((*shape, *samples)) for name, shape in shapes.items()}


DECLARES = (
    "a line declares (`input x: 2`, `parameters W: 3×2, b: 3`, `target y: 3`) or computes (`z = W"
    " @ x + b`)."
)
EQUAL = "a sum, a quotient and a Hadamard product need equal shapes. For a matrix product write @."
NO_MEANING = "has no meaning here: known are names, @ * / + -, .T, slices and functions."
SHAPE = "The shape of a matrix is written 3×2 or 3 by 2."
CUT = "a slice has a start and an end, x[0:2]; a single entry is x[0:1]."
ALONE = "alone is no value: a number stands beside one, 0.5 * u or 1 - u."
SIGNS = "the only signs are + and -."
POWER = "the only power is u ** 2, entry by entry."
OPERATORS = "the operators are @ * / + - and ** 2."
TAKEN = "is there already: every value has a name of its own, h1, h2, …."
DECLARATION = "is no declaration: a name, a colon and its sizes, W1: 3×2."
CALLED = "a function is called by its name, relu(z)."
OPTION = "the option delta is a number or a word between quotes."

MISUSED = {
    "u = tahn(x)": "'tahn' is no function: did you mean tanh?",
    "u = tanh(x, w)": "tanh takes 1 value, 2 given.",
    "u = tanh()": "tanh takes 1 value, 0 given.",
    "L = huber(x)": "huber takes 2 values, 1 given.",
    "u = sum(x, w)": "sum takes 1 value, 2 given.",
    "u = concatenate(x)": "concatenate takes two values or more.",
    "u = reshape(x)": "reshape takes a value and its new sizes, reshape(x, 2, 3).",
    "u = layer_norm(x)": "layer_norm takes 3 values, 1 given.",
    "u = bilinear(x, A)": "bilinear takes 3 values, 2 given.",
    "u = transpose()": "transpose takes 1 value, 0 given.",
    "u = x[2]": CUT,
    "u = x[0:3:2]": CUT,
    "u = x[0.5:2]": "0.5 is no whole number.",
    "u = x[0:1, 0:1]": "x is 3×1: a slice of a vector is x[0:2], of a matrix X[0:2, 1:3].",
    "u = X[0:1]": "X is 3×4: a slice of a vector is x[0:2], of a matrix X[0:2, 1:3].",
    "L = huber(c, y)": "huber compares values of the samples, c and y are not both.",
    "u = sum_over_samples(c)": "c belongs to no sample: there is nothing to add up over.",
    "L = huber(x, y, reduction='median')":
        "reduction is 'mean' or 'sum' (over samples), not 'median'.",
    "L = huber(x, y, gain=1)": "Huber takes the options (reduction, delta), not gain.",
    "L = huber(x, y, delta=c)": OPTION,
    "L = huber(x, y, delta=[1])": OPTION,
    "L = huber(x, y, **c)": "options are written name=value.",
    "u = leaky_relu(x, slope=1)": "LeakyReLU takes the options (negative_slope), not 'slope'.",
}  # fmt: skip
WITHOUT_MEANING = {
    "u = 3": f"3 {ALONE}",
    "u = 1j * x": f"1j {ALONE}",
    "u = True * x": f"True {ALONE}",
    "u = 1 + 2": "a sum of numbers is no value.",
    "u = 1 / x": "a number over a value: write the numerator as a value too.",
    "u = x / 0": "a division by 0.",
    "u = 1e400 * x": "a number beyond 1e100.",
    "u = x[0:1e99/1e-300]": "a number beyond 1e100.",
    "u = x[0:(1e99/1e-300)/(1e99/1e-300)]": "a number beyond 1e100.",
    "u = reshape(x, 1e99/1e-9)": "a number beyond 1e100.",
    "u = x / 1e-320": "a number beyond 1e100.",
    "u = 1/1e-101 * x": "a number beyond 1e100.",
    "u = x ** 3": POWER,
    "u = x ** w": POWER,
    "u = x ** 9 ** 9 ** 9": POWER,
    "u = 9**9**9**9 * x": POWER,
    "u = x // w": OPERATORS,
    "u = x % w": OPERATORS,
    "u = not x": SIGNS,
    "u = ~x": SIGNS,
    "u = x and w": f"`x and w` {NO_MEANING}",
    "u = x < w": f"`x < w` {NO_MEANING}",
    "u = x if w else x": f"`x if w else x` {NO_MEANING}",
    "u = x, w": f"`(x, w)` {NO_MEANING}",
    "u = [x, w]": f"`[x, w]` {NO_MEANING}",
    "u = {x: w}": f"`{{x: w}}` {NO_MEANING}",
    "u = tanh(*x)": f"`*x` {NO_MEANING}",
    "u = x.shape": ".shape has no meaning here: .T is the transpose.",
    "u = x.__class__": ".__class__ has no meaning here: .T is the transpose.",
    "u = x.sum()": CALLED,
    "u = __import__('os').system('x')": CALLED,
    "u = lambda: x": f"`lambda: x` {NO_MEANING}",
    "u = (lambda: x)()": CALLED,
    "u = f'{x}'": f"`f'{{x}}'` {NO_MEANING}",
    "u = [x for x in A]": f"`[x for x in A]` {NO_MEANING}",
    "u = sum(x for x in A)": f"`(x for x in A)` {NO_MEANING}",
    "u = (w := x)": f"`(w := x)` {NO_MEANING}",
    "u = await x": f"`await x` {NO_MEANING}",
    "u = (yield x)": f"`(yield x)` {NO_MEANING}",
}  # fmt: skip
NO_LINE = {
    "hello world": DECLARES,
    "u == x": DECLARES,
    "u + r = x": DECLARES,
    "u, r = x": DECLARES,
    "u[0] = x": DECLARES,
    "<b> = tanh(x)": DECLARES,
    "u = W @": "cannot be read: invalid syntax.",
    "u = (W @ x": "cannot be read, at column 5: '(' was never closed.",
    "u = tanh(<b>)": "cannot be read, at column 10: invalid syntax.",
    "u = tanh(\x01x)": "cannot be read, at column 10: invalid non-printable character U+0001.",
    "u = tanh(x) \x1b[31m": "cannot be read, at column 13: invalid non-printable character U+001B.",
    "u = tanh(x) + \u202ex":
        "cannot be read, at column 15: invalid non-printable character U+202E.",
    "long_name   =  Wᵀ @ (bᵀ @": "cannot be read, at column 21: '(' was never closed.",
    "u=Wᵀᵀ @ x ? b": "cannot be read, at column 11: invalid syntax.",
    "u = tanh(if)": "cannot be read, at column 10: invalid syntax.",
}  # fmt: skip
DECLARED_WRONGLY = {
    "x = tanh(w)": f"x {TAKEN}",
    "input W: 3": f"W {TAKEN}",
    "inputs p: 3, p: 2": f"p {TAKEN}",
    "parameters = tanh(w)": "`parameters` means all of them at once: choose another name.",
    "input p": f"'p' {DECLARATION}",
    "input p 3": f"'p 3' {DECLARATION}",
    "input 3p: 3": f"'3p: 3' {DECLARATION}",
    "input <b>: 3": f"'<b>: 3' {DECLARATION}",
    "input p: 3,": f"'' {DECLARATION}",
    "input p: 0": f"a size is at least 1, not 0. {SHAPE}",
    "input p: -3": f"'-3' is no size: a size is a positive number or a letter. {SHAPE}",
    "input p: 2.5": f"'2.5' is no size: a size is a positive number or a letter. {SHAPE}",
    "input p: 2 times 3":
        f"'2 times 3' is no size: a size is a positive number or a letter. {SHAPE}",
    "input p: 3×":
        "3× lacks a size: p is a vector of one, 3, or a matrix of two, 3×2 or 3 by 2.",
    "parameters p: 3, q: × 2":
        "× 2 lacks a size: q is a vector of one, 3, or a matrix of two, 3×2 or 3 by 2.",
    "input p:": f"'p:' {DECLARATION}",
    "input p: 2×3×4": "p is 2×3×4: a value is a vector or a matrix.",
    "output x": "no line computes x: known are last.",
    "loss x": "no line computes x: known are last.",
    "loss last": "last is 3×1 for each sample: a loss is one number that all samples make.",
}  # fmt: skip
UNFIT = {
    "u = W @ x + x": f"u_1 is 2×1, x is 3×1: {EQUAL}",
    "u = v * x": f"v is 4×1, x is 3×1: {EQUAL}",
    "u = X + B": f"X is 3×4, B is 4×2: {EQUAL}",
    "u = W * x": f"W is 2×3, x is 3×1: {EQUAL}",
    "u = x @ w":
        "x is 3×1, a vector: the left factor of @ is a matrix. Vectors are columns; as a row it "
        "is x.T.",
}  # fmt: skip


def refusal(text, **options):
    with pytest.raises(LayoutError) as refused:
        Network.graph(text, **options)
    return type(refused.value), str(refused.value)


REFUSED = MISUSED | WITHOUT_MEANING | NO_LINE | DECLARED_WRONGLY | UNFIT


@pytest.mark.parametrize("line", REFUSED)
def test_what_a_line_may_not_say_is_refused_with_its_number(line):
    kind, told = refusal(f"{DECLARED}\n{line}\nlast = tanh(w)  # computes something\n")
    assert kind is (ShapeError if line in UNFIT else InputError)
    assert told == f"graph, line 5, {line!r}: {REFUSED[line]}"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("loss a\nloss a", "the loss is a already."),
        ("loss a\noutput x1\noutput x1", "the output is x1 already."),
        ("loss size", "size is made of no sample: a loss is one number that all samples make."),
        ("loss many", "many is 3×1: a loss is one number that all samples make."),
        ("loss each", "each is 1×1 for each sample: a loss is one number that all samples make."),
        ("loss szie", "no line computes szie: did you mean size?"),
    ],
)
def test_a_line_that_says_no_loss_is_refused(lines, message):
    made = ("a = huber(x, y)\nx1 = tanh(x)\nsize = sum(W * W)\nmany = mean_over_samples(x)\n"
            "each = sum(x)\n")  # fmt: skip
    kind, told = refusal(f"{DECLARED}{made}{lines}")
    assert kind is InputError
    assert (
        told == f"graph, line {8 + lines.count(chr(10)) + 1}, {lines.splitlines()[-1]!r}: {message}"
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("u = W @ v", "the input has 4 entries, W is 2×3: W needs 3."),
        ("u = W @ x + c", "b has shape (3,), W is 2×3: a bias has 2 entries."),
        ("u = A @ W", "A is 3×4, B 2×3: A B needs as many columns of A as rows of B, not 4 and 2."),
        ("u = x[1:5]", "x is 3×1: the slice x[1:5] of it leaves it; entries count from 0."),
        ("u = x[2:2]", "x is 3×1: the slice x[2:2] of it is empty; entries count from 0."),
        ("u = x[2:1]", "x is 3×1: the slice x[2:1] of it is empty; entries count from 0."),
        ("u = X[0:2, 3:7]", "x is 3×4: the slice x[0:2, 3:7] of it leaves it; entries count "
                            "from 0."),
        ("u = reshape(x, 2, 2)", "x is 3×1, 3 entries: 2×2 takes 4."),
        ("u = layer_norm(v, g, c)", "the input has 4 entries, gamma has 3: each entry has its "
                                    "own."),
        ("L = huber(v, y)", "the target has shape (3, samples), the prediction (4, samples): they "
                            "need the same, or class indices, integers of shape () or (N,)."),
    ],
)  # fmt: skip
def test_what_a_layer_refuses_is_told_with_the_line(line, message):
    kind, told = refusal(f"{DECLARED}{line}\n")
    assert kind is ShapeError
    assert told.startswith(f"graph, line 4, {line!r}: ")
    assert told.endswith(message)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("concatenate", "x, v, axis=1"), ("reshape", "x, 3, sorted=1"), ("bilinear", "x, A, v, k=2"),
     ("layer_norm", "x, g, c, axis=0"), ("flatten", "X, axis=0"), ("sum", "X, axis=1")],
)  # fmt: skip
def test_an_option_that_a_function_does_not_have_is_refused(name, arguments):
    line = f"u = {name}({arguments})"
    kind, told = refusal(f"{DECLARED}{line}\n")
    assert kind is InputError
    assert told.startswith(f"graph, line 4, {line!r}: {name} takes other options than ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the graph has no input: a line such as `input x: 2` declares one."),
        ("# x\n\n", "the graph has no input: a line such as `input x: 2` declares one."),
        ("parameters W: 2×3\nu = W @ W.T",
         "the graph has no input: a line such as `input x: 2` declares one."),
        ("input x: 2", "the graph computes nothing: a line such as `z = W @ x + b` does."),
        (3, "a graph is written as text, a line for each value, not 3."),
        (b"input x: 2", "a graph is written as text, a line for each value, not b'input x: 2'."),
        ("#" * 200_001, "a graph of 200,001 characters is beyond reason."),
        ("input x: 2\nu = tanh(x)\nu = exp(x)", "graph, line 3, 'u = exp(x)': u is there already: "
         "every value has a name of its own, h1, h2, …."),
    ],
)  # fmt: skip
def test_a_text_that_is_no_graph_says_what_is_missing(text, message):
    assert refusal(text) == (InputError, message)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("u = tanh(r)\nr = tanh(u) + x", "u → r → u is a cycle: a value cannot wait for itself. "
         "Unroll it: give each step in time a name of its own, h1, h2, …."),
        ("u = tanh(u)", "u → u is a cycle: a value cannot wait for itself. "
         "Unroll it: give each step in time a name of its own, h1, h2, …."),
        ("hidden = tanh(x)\nu = exp(hiden)", "u needs 'hiden', which is neither given nor "
         "computed: did you mean hidden?"),
        ("u = tanh(x) + x[p:q]", "u needs 'p', which is neither given nor computed: known are "),
    ],
)  # fmt: skip
def test_a_cycle_and_a_name_that_nobody_makes_are_told_by_name(lines, message):
    kind, told = refusal(f"{DECLARED}{lines}\n")
    assert kind is InputError
    assert message in told


HUGE = {
    "brackets": f"u = {'(' * 10_000}x{')' * 10_000}",
    "calls": f"u = {'tanh(' * 10_000}x{')' * 10_000}",
    "signs": f"u = {'-' * 10_000}x",
    "transposes": f"u = x{'.T' * 40_000}",
    "terms": f"u = x{' + x' * 25_000}",
    "arguments": f"u = concatenate({'x, ' * 33_000}x)",
    "inverses": f"u = {'~' * 100_000}x",
    "a number": f"u = {'9' * 100_000} * x",
    "a name that is used": f"u = {'x' * 100_000}",
    "a name that is defined": f"{'u' * 100_000} = tanh(x)",
    "a name that is declared": f"input {'u' * 100_000}: 3",
    "a size": f"input p: {'9' * 100_000}",
    "NUL": "u = tanh(x)\0",
    "many cycles": "\n".join(f"u{k} = tanh(u{(k + 1) % 3000})" for k in range(3000)),
}


@pytest.mark.parametrize("name", HUGE)
def test_what_is_beyond_reason_is_refused_within_a_second(name):
    started = time.perf_counter()
    kind, told = refusal(f"{DECLARED}{HUGE[name]}\nlast = tanh(x)\n")
    assert time.perf_counter() - started < 1
    assert issubclass(kind, LayoutError)
    assert told.endswith((".", "?"))


def test_a_long_text_that_says_something_is_read_in_a_second():
    lines = "\n".join(f"h{k} = tanh(W.T @ W @ h{k - 1}) + h{k - 1}" for k in range(1, 1001))
    started = time.perf_counter()
    net = graph(f"h0 = x\n{lines}")
    assert time.perf_counter() - started < 5
    assert np.isfinite(net(drawn())).all()


TWO = Network.graph("""
inputs x1: 3, x2: 2
targets y1: 4, y2: 2
parameters W: 4×3, V: 2×2
z1 = W @ x1
z2 = V @ x2
L1 = half_squared_error(z1, y1)
L2 = softmax_cross_entropy(z2, y2)
L = L1 + 0.5 * L2
""")
TWO_X = {"x1": np.array([0.5, -1.0, 2.0]), "x2": np.array([0.3, 0.8])}
ONE = "input x: 3\nparameters W: 2×3, V: 4×2\nz = V @ tanh(W @ x)"
W_, V_ = np.ones((2, 3)), np.ones((4, 2))
X_, T_ = TWO_X["x1"], {"y1": np.ones(4), "y2": 0}
MISFITS = {
    "weights are missing": (
        lambda: Network.graph(ONE, weights={"W": W_}),
        InputError, "V is missing: weights are given for all parameters or for none.",
    ),
    "foreign weights": (
        lambda: Network.graph(ONE, weights={"W": W_, "V": V_, "U": V_}),
        InputError, "U is no parameter of this graph: known are W, V.",
    ),
    "weights without names": (
        lambda: Network.graph(ONE, weights=[W_, V_]),
        InputError, "weights are arrays by name, {'W': …}, not list.",
    ),
    "weights without names of a row": (
        lambda: Network.parse("3-2", weights=[W_]),
        InputError, "weights are arrays by name, {'W': …}, not list.",
    ),
    "a number for a name of weights": (
        lambda: Network.graph(ONE, weights={3: W_}),
        InputError, "a parameter is called by its name, a word, not 3.",
    ),
    "weights of a name that moves the terminal": (
        lambda: Network.graph(ONE, weights={"W": W_, "V": V_, "Q\x1b[31m": V_}),
        InputError, r"'Q\x1b[31m' is no parameter of this graph: known are W, V.",
    ),
    "weights of a row that move the terminal": (
        lambda: Network.parse("3-2", weights={"W1": W_, "Q\x1b[31m": V_}),
        InputError, r"'Q\x1b[31m' is no parameter of this network: they are W1, b1.",
    ),
    "functions without names": (
        lambda: Network.graph(ONE, functions=[PAIRS]),
        InputError, f"functions are layers by name, {{'f': Custom(function)}}, not [{PAIRS!r}].",
    ),
    "a number for a function": (
        lambda: Network.graph(ONE, functions={1: PAIRS}),
        InputError, "a function is called by its name, a word, not 1.",
    ),
    "transposed weights": (
        lambda: Network.graph(ONE, weights={"W": W_, "V": V_.T}),
        ShapeError, "V has shape (2, 4), the graph declares 4×2.",
    ),
    "infinite weights": (
        lambda: Network.graph(ONE, weights={"W": W_, "V": V_ * np.inf}),
        InputError, "V has entries that are not finite numbers.",
    ),
    "complex weights": (
        lambda: Network.graph(ONE, weights={"W": W_, "V": V_ * 1j}),
        InputError,
        "V has entries of type complex128: real numbers are wanted, take the real part first.",
    ),
    "a negative seed": (
        lambda: Network.graph(ONE, seed=-1),
        InputError, "a seed is a whole number from 0 on, or None, not -1.",
    ),
    "values without seed": (
        lambda: Network.graph(ONE, seed=None)(X_),
        InputError, None,
    ),
    "an input is missing": (
        lambda: TWO.values({"x1": X_}),
        InputError, "the input x2 is missing: the network takes x1, x2.",
    ),
    "a foreign input": (
        lambda: TWO.values({**TWO_X, "x3": X_}),
        InputError, "the network has no input 'x3': known are x1, x2.",
    ),
    "no names": (
        lambda: TWO.values(X_),
        InputError, "the network has 2 inputs (x1, x2): give them by name, {'x1': …}.",
    ),
    "different samples": (
        lambda: TWO.values({"x1": np.ones((3, 2)), "x2": np.ones((2, 5))}),
        ShapeError,
        "the inputs have different numbers of samples: x1 (3, 2), x2 (2, 5). Samples are the last"
        " axis, the same for all.",
    ),
    "one with samples": (
        lambda: TWO.values({"x1": np.ones((3, 1)), "x2": np.ones(2)}),
        ShapeError,
        "the inputs have different numbers of samples: x1 (3, 1), x2 (2,). Samples are the last "
        "axis, the same for all.",
    ),
    "no target": (
        lambda: TWO.jacobian(TWO_X, of="L", wrt="W"),
        InputError, "∂L/∂W needs the target: give y1 and y2.",
    ),
    "no target to sweep": (
        lambda: TWO.gradient(TWO_X, wrt="W"),
        InputError, "a gradient of the loss needs the target: give y1 and y2.",
    ),
    "one target": (
        lambda: TWO.jacobian(TWO_X, {"y1": np.ones(4)}, of="L", wrt="W"),
        InputError, "∂L/∂W needs the target: give y2.",
    ),
    "a nameless target": (
        lambda: TWO.values(TWO_X, np.ones(4)),
        InputError, "the network has 2 targets (y1, y2): give them by name, {'y1': …}.",
    ),
    "a class out of range": (
        lambda: TWO.values(TWO_X, {**T_, "y2": 5}),
        InputError,
        "y2: class index 5 is out of range: the prediction has 2 entries, classes count from 0 to "
        "1.",
    ),
    "an unknown value": (
        lambda: TWO.jacobian(TWO_X, wrt="V9"),
        InputError, "the network has no value 'V9': did you mean V?",
    ),
    "a matrix turned": (
        lambda: MATRIX(np.ones((3, 2))),
        ShapeError, "X has shape (3, 2): one sample is 2×3, samples are 2×3×N.",
    ),
    "samples first": (
        lambda: MATRIX(np.ones((5, 2, 3))),
        ShapeError, "X has shape (5, 2, 3): one sample is 2×3, samples are 2×3×N.",
    ),
    "no samples": (
        lambda: MATRIX(np.ones((2, 3, 0))),
        ShapeError, "X has shape (2, 3, 0): one sample is 2×3, samples are 2×3×N.",
    ),
    "one sample to batch norm": (
        lambda: graph("u = batch_norm(x, g, c)")(drawn()),
        ShapeError, None,
    ),
}  # fmt: skip
MATRIX = Network.graph("input X: 2×3\nparameters A: 4×2\nZ = A @ X")


@pytest.mark.parametrize("name", MISFITS)
def test_what_does_not_fit_the_graph_gets_one_clear_sentence(name):
    ask, kind, message = MISFITS[name]
    with pytest.raises(kind) as refused:
        ask()
    assert message is None or str(refused.value) == message


@pytest.mark.parametrize(
    "lines", ["u = tanh(r)\nr = tanh(u) + x", "u = tanh(u)", "hidden = tanh(x)\nu = exp(hiden)"]
)
def test_a_cycle_and_an_unknown_name_are_told_with_a_line(lines):
    assert "graph, line " in refusal(f"{DECLARED}{lines}\n")[1]


@pytest.mark.parametrize("name", ["lambda", "None", "class", "in"])
def test_a_name_that_only_python_knows_is_refused_where_it_is_given(name):
    for lines in (f"{name} = tanh(x)", f"input {name}: 3\nu = tanh(x)"):
        assert "graph, line 4, " in refusal(f"{DECLARED}{lines}\n")[1]


@pytest.mark.parametrize("line", ["u = transpose(X, axis=1)", "u = f(x, k=3)", "u = f(x, w)"])
def test_what_a_function_does_not_take_is_refused(line):
    assert "graph, line 4, " in refusal(f"{DECLARED}{line}\n", functions={"f": PAIRS})[1]


@pytest.mark.parametrize("name", ["brackets", "terms", "a number", "a name that is defined"])
def test_a_line_beyond_reason_is_not_told_whole(name):
    assert len(refusal(f"{DECLARED}{HUGE[name]}\n")[1]) < 1000


def test_letters_that_unicode_writes_in_two_ways_are_one_name():
    inputs = drawn()
    np.testing.assert_allclose(
        graph("ϕ = tanh(x)\nu = ϕ + w")(inputs), np.tanh(inputs["x"]) + inputs["w"]
    )


def test_a_loss_and_a_penalty_add_up():
    net = graph("L1 = half_squared_error(x, y)\nL = L1 + 0.5 * sum(W * W)")
    inputs = drawn()
    expected = ((inputs["x"] - inputs["w"]) ** 2).sum() / 2 + (net.parameters["W"] ** 2).sum() / 2
    np.testing.assert_allclose(net.values(inputs, inputs["w"])["L"], expected)


def test_a_function_that_is_no_layer_is_refused():
    assert "abs" in refusal(f"{DECLARED}u = f(x)\n", functions={"f": abs})[1]
