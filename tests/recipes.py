"""Random graphs: drawn once, written twice, as text and as functions of autograd's NumPy.

    linear, transposed, bilinear        the same weights wherever the sizes are the same
    entry by entry                      two values of one size, perhaps one value twice
    concatenated, sliced, summed        sizes change
    normalised, centred                 batch norm and means couple the samples

The functions take arrays with samples as columns, (n, N), and nothing from the packages.
"""

from __future__ import annotations

import re

import autograd.numpy as anp
import numpy as np
from autograd import jacobian
from hypothesis import reject
from hypothesis import strategies as st

from jacobians import Network
from tests import references

LETTERS = ["n2", "n3", "n4", "n5"]
"""Sizes by their letters: n3 is 3 wherever numbers are wanted."""
LARGEST = 300.0
"""Beyond it textbook forms such as log(1 + exp z) are near to overflow."""
ACTIVATIONS = ["tanh", "sigmoid", "relu", "softplus", "sin", "softsign"]
FUNCTIONS = references.elementwise(anp) | references.mixing(anp)
NORMS, LOSSES = references.normalisation(anp), references.losses(anp)


class Recipe:
    """A graph as text and as functions; `sizes` has each value's size as its summands.

    A size is a tuple of letters and ones: below each other n2 and n3 are ("n2", "n3"), two entries
    of anything are ("1", "1"). Only equal tuples meet entry by entry, so that what is drawn holds
    in letters too, unless a matrix has a sum for a size: then `in_letters` is off.
    """

    def __init__(self, samples, letters):
        self.samples, self.in_letters = samples, True
        self.inputs = {f"x{k}": (size,) for k, size in enumerate(letters, start=1)}
        self.sizes = dict(self.inputs)
        self.targets, self.parameters = {}, {}
        self.lines, self.steps = [], {}

    def written(self, size):
        if len(size) > 1 and set(size) != {"1"}:
            self.in_letters = False
            return str(number(size))
        return size[0] if size[0] != "1" else str(len(size))

    def parameter(self, letter, *sizes):
        """One name for each kind and shape: asked for again it is the same parameter."""
        texts = [self.written(size) for size in sizes]
        name = "_".join([letter, *texts])
        self.parameters[name] = tuple(sizes)
        return name

    def add(self, expression, size, function):
        name = f"h{len(self.steps) + 1}"
        self.lines.append(f"{name} = {expression}")
        self.steps[name], self.sizes[name] = function, size

    @property
    def text(self):
        def declared(role, shapes):
            each = [
                f"{name}: {'×'.join(map(self.written, sizes))}" for name, sizes in shapes.items()
            ]
            return [f"{role} {', '.join(each)}"] if each else []

        targets = {name: (size,) for name, size in self.targets.items()}
        inputs = {name: (size,) for name, size in self.inputs.items()}
        return "\n".join([*declared("inputs", inputs), *declared("targets", targets),
                          *declared("parameters", self.parameters), *self.lines])  # fmt: skip

    @property
    def numbers(self):
        """The text with a number for each letter."""
        return re.sub(r"\bn([2-5])\b", r"\1", self.text)

    def values(self, given):
        """Every value, by the functions; a step whose value is given is held at it."""
        found = dict(given)
        for name, function in self.steps.items():
            if name not in found:
                found[name] = function(found)
        return found


def number(size):
    return sum(int(part.removeprefix("n")) for part in size)


def linear(draw, made, x):
    m = (draw(st.sampled_from(LETTERS)),)
    W, b = made.parameter("W", m, made.sizes[x]), made.parameter("b", m)
    made.add(f"{W} @ {x} + {b}", m, lambda v: anp.dot(v[W], v[x]) + v[b][:, None])


def transposed(draw, made, x):
    m = (draw(st.sampled_from(LETTERS)),)
    W = made.parameter("W", made.sizes[x], m)
    made.add(f"{W}.T @ {x}", m, lambda v: anp.dot(v[W].T, v[x]))


def entry_by_entry(text, function):
    """Two values of one size; it may be one value twice."""

    def added(draw, made, u):
        fitting = [name for name, size in made.sizes.items() if size == made.sizes[u]]
        v = draw(st.sampled_from(fitting))
        made.add(text.format(u=u, v=v), made.sizes[u], lambda of: function(of[u], of[v]))

    return added


def with_a_parameter(draw, made, x):
    b = made.parameter("b", made.sizes[x])
    made.add(f"1 - {b} * {x}", made.sizes[x], lambda v: 1 - v[b][:, None] * v[x])


def activation(draw, made, x):
    name = draw(st.sampled_from(ACTIVATIONS))
    made.add(f"{name}({x})", made.sizes[x], lambda v: FUNCTIONS[name](v[x]))


def softmax(draw, made, x):
    made.add(f"softmax({x})", made.sizes[x], lambda v: FUNCTIONS["softmax"](v[x]))


def concatenated(draw, made, x):
    u = draw(st.sampled_from(sorted(made.sizes)))
    size = tuple(sorted(made.sizes[x] + made.sizes[u]))
    made.add(f"concatenate({x}, {u})", size, lambda v: anp.concatenate([v[x], v[u]]))


def sliced(draw, made, x):
    n = number(made.sizes[x])
    first = draw(st.integers(0, n - 1))
    last = draw(st.integers(first + 1, n))
    made.add(f"{x}[{first}:{last}]", ("1",) * (last - first), lambda v: v[x][first:last])


def bilinear(draw, made, x):
    u = draw(st.sampled_from(sorted(made.sizes)))
    A = made.parameter("W", made.sizes[x], made.sizes[u])
    made.add(f"{x}.T @ {A} @ {u}", ("1",),
             lambda v: anp.sum(v[x] * anp.dot(v[A], v[u]), axis=0, keepdims=True))  # fmt: skip


def summed(draw, made, x):
    made.add(f"sum({x})", ("1",), lambda v: anp.sum(v[x], axis=0, keepdims=True))


def normalised(kind):
    function = NORMS[f"{kind.replace('_', ' ')} 0.5"]

    def added(draw, made, x):
        gamma, beta = (made.parameter(letter, made.sizes[x]) for letter in ("gamma", "b"))
        made.add(f"{kind}({x}, {gamma}, {beta}, eps=0.5)", made.sizes[x],
                 lambda v: function(v[x], v[gamma], v[beta]))  # fmt: skip

    return added


def centred(draw, made, x):
    made.add(f"{x} - mean_over_samples({x})", made.sizes[x],
             lambda v: v[x] - anp.mean(v[x], axis=1, keepdims=True))  # fmt: skip


OF_A_SAMPLE = [
    linear, linear, transposed, transposed, bilinear,
    entry_by_entry("{u} + {v}", lambda u, v: u + v),
    entry_by_entry("{u} - 0.5 * {v}", lambda u, v: u - v / 2),
    entry_by_entry("{u} * {v}", lambda u, v: u * v),
    entry_by_entry("{u} / exp(tanh({v}))", lambda u, v: u / anp.exp(anp.tanh(v))),
    with_a_parameter, activation, activation, softmax, concatenated, sliced, summed,
    normalised("layer_norm"),
]  # fmt: skip
COUPLING = [normalised("batch_norm"), centred]


@st.composite
def recipes(draw, coupling=True, losses=None):
    """A graph of 3 to 12 lines, for one sample or three, with two losses or without."""
    samples = draw(st.sampled_from([1, 3]))
    letters = draw(st.lists(st.sampled_from(LETTERS), min_size=1, max_size=2, unique=True))
    made = Recipe(samples, letters)
    kinds = OF_A_SAMPLE + COUPLING * (coupling and samples > 1)
    for _ in range(draw(st.integers(3, 9))):
        x = draw(st.sampled_from([*made.sizes, *list(made.sizes)[-2:] * 2]))
        draw(st.sampled_from(kinds))(draw, made, x)
    if draw(st.booleans()) if losses is None else losses:
        add_losses(draw, made)
    return made


def add_losses(draw, made):
    """Two heads anywhere, and L = L1 + 0.5 L2; the first is summed over samples."""
    heads = draw(st.lists(st.sampled_from(sorted(made.steps)), min_size=2, max_size=2))
    kinds = ["half_squared_error", "softmax_cross_entropy"]
    for k, (head, kind) in enumerate(zip(heads, kinds, strict=True), start=1):
        made.targets[f"y{k}"] = made.sizes[head]
        made.lines.append(f"L{k} = {kind}({head}, y{k})")
        made.steps[f"L{k}"] = loss(kind, head, f"y{k}", 1 if k == 1 else made.samples)
    made.lines.append("L = L1 + 0.5 * L2")
    made.steps["L"] = lambda v: v["L1"] + v["L2"] / 2


def loss(kind, head, target, samples):
    return lambda v: LOSSES[kind.replace("_", " ")](v[head], v[target]) / samples


def drawn(made, seed=0):
    """The graph as a network, x and y as it takes them, and the same arrays as columns."""
    generator = np.random.default_rng(seed)
    columns = {name: generator.standard_normal((number(size), made.samples))
               for name, size in (made.inputs | made.targets).items()}  # fmt: skip
    weights = {name: generator.standard_normal(tuple(map(number, sizes)))
               for name, sizes in made.parameters.items()}  # fmt: skip
    with np.errstate(all="ignore"):
        values = made.values(columns | weights).values()
        if not all(np.abs(value).max() < LARGEST for value in values):
            reject()
    net = Network.graph(made.numbers, weights=weights)
    shaped = {name: X[:, 0] if made.samples == 1 else X for name, X in columns.items()}
    x = {name: shaped[name] for name in made.inputs}
    y = {name: shaped[name] for name in made.targets} or None
    return net, x, y, columns | weights


def by_autograd(made, held, of, wrt):
    """`∂ vec(of) / ∂ vec(wrt)` by the functions, columns stacked."""
    start = np.asarray(made.values(held)[wrt])

    def flat(z):
        moved = {**held, wrt: anp.reshape(z, start.shape, order="F")}
        return anp.reshape(made.values(moved)[of], (-1,), order="F") + 0.0 * anp.sum(z)

    return jacobian(flat)(start.ravel(order="F"))
