"""Ready-made graphs to look at: each shows one thing that a row of layers does not have.

    residual_block      the branch and the skip add: J = I + …
    tied_autoencoder    one matrix in two places, once transposed
    rnn                 the same weights at every step; recurrence="h" or "z", steps=3
    lstm                two steps, where a partial derivative is not the total one
    two_losses          two heads on one trunk

Sizes are keyword arguments, numbers or letters: ready_made("residual_block", n="n", m="m").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from layouts.errors import InputError, counted, near_names
from layouts.shape_text import read_size

from .network import Network
from .readers import graph_notation

__all__ = ["GALLERY", "Exhibit", "exhibit_named", "file_text", "ready_made"]


class Exhibit(NamedTuple):
    """A graph, what it shows, and the derivative that shows it."""

    text: str
    title: str
    note: str
    of: str
    wrt: str


def residual_block(n: str = "3", m: str = "4") -> Exhibit:
    return Exhibit(
        f"""
input x: {n}
target y: {n}
parameters W1: {m}×{n}, b1: {m}, W2: {n}×{m}, b2: {n}
z1 = W1 @ x + b1
a1 = tanh(z1)
z2 = W2 @ a1 + b2              # the branch
u = z2 + x                     # meets the skip
L = half_squared_error(u, y)
""",
        "residual block",
        "`x` enters `u` twice, through the branch and by the skip, and a small change of `x` moves "
        "`u` by the sum of what each passes on: `du/dx = I + W2 diag(tanh'(z1)) W1` in numerator "
        "layout, for each sample. The `I` is why a gradient reaches `x` even where the branch "
        "passes nothing.",
        "u",
        "x",
    )


def tied_autoencoder(n: str = "4", m: str = "3") -> Exhibit:
    return Exhibit(
        f"""
input x: {n}
target y: {n}                  # give x itself
parameters W: {m}×{n}, b: {m}, c: {n}
z1 = W @ x + b
h = sigmoid(z1)
V = W.T
z2 = V @ h + c                 # the decoder has the encoder's weights, transposed
L = half_squared_error(z2, y)
""",
        "tied autoencoder",
        "`W` is used twice, and moving it moves both uses: its gradient is the sum of two outer "
        "products, the encoder's and the decoder's. The decoder's has to be turned back, since `V` "
        "is `W` transposed.",
        "L",
        "W",
    )


def rnn(n: str = "3", d: str = "2", steps: str = "3", recurrence: str = "h") -> Exhibit:
    count = read_size(steps, f"steps={steps!r}")
    if not isinstance(count, int) or count > 1000:
        raise InputError(f"steps is a number up to 1000, not {steps}.")
    if recurrence not in RECURRENCES:
        raise InputError(f"recurrence is 'h', h_t = W σ(h_(t-1)) + …, or 'z', h_t = σ(z_t), not "
                         f"{recurrence!r}.")  # fmt: skip
    inputs = ", ".join([f"h0: {n}", *(f"x{t}: {d}" for t in range(1, count + 1))])
    line, note = RECURRENCES[recurrence]
    lines = "\n".join(line.format(t=t, s=t - 1) for t in range(1, count + 1))
    order = " · ".join(f"∂h{t}/∂h{t - 1}" for t in range(count, 0, -1)) if count < 6 else (
        f"∂h{count}/∂h{count - 1} · … · ∂h1/∂h0")  # fmt: skip
    return Exhibit(
        f"\ninputs {inputs}\nparameters W: {n}×{n}, U: {n}×{d}, b: {n}\n{lines}\n",
        f"plain RNN of {counted(count, 'step')}",
        f"In numerator layout `∂h{count}/∂h0 = {order}`: t descends from left to right; in "
        f"denominator layout it ascends. {note}"
        if count > 1
        else note,
        f"h{count}",
        "h0",
    )


RECURRENCES = {
    "h": (
        "s{s} = sigmoid(h{s})\nh{t} = W @ s{s} + U @ x{t} + b",
        "Here `h_t = W σ(h_(t-1)) + …`, so one step is `W diag(σ'(h_(t-1)))`, in denominator "
        "layout `diag(σ'(h_(t-1))) Wᵀ`. (Where `h_t = σ(z_t)` it is `diag(σ'(z_t)) W` and "
        "`Wᵀ diag(σ'(z_t))`. The published `Wᵀ diag(σ'(h_(t-1)))` is neither.)",
    ),
    "z": (
        "z{t} = W @ h{s} + U @ x{t} + b\nh{t} = sigmoid(z{t})",
        "Here `h_t = σ(z_t)` and `z_t = W h_(t-1) + …`, so one step is `diag(σ'(z_t)) W`, in "
        "denominator layout `Wᵀ diag(σ'(z_t))`. (Where `h_t = W σ(h_(t-1)) + …` it is "
        "`W diag(σ'(h_(t-1)))` and `diag(σ'(h_(t-1))) Wᵀ`. The published `Wᵀ diag(σ'(h_(t-1)))` "
        "is neither.)",
    ),
}


def lstm(n: str = "3", d: str = "2") -> Exhibit:
    gates = {"f": "sigmoid", "i": "sigmoid", "o": "sigmoid", "g": "tanh"}
    declared = ", ".join(f"W{k}: {n}×{n}, U{k}: {n}×{d}, b{k}: {n}" for k in gates)
    lines = [
        f"{k}{t} = {activation}(W{k} @ h{t - 1} + U{k} @ x{t} + b{k})"
        for t in (1, 2)
        for k, activation in gates.items()
    ]
    cells = [f"c{t} = f{t} * c{t - 1} + i{t} * g{t}\nh{t} = o{t} * tanh(c{t})" for t in (1, 2)]
    body = "\n".join([*lines[:4], cells[0], *lines[4:], cells[1]])
    return Exhibit(
        f"\ninputs x1: {d}, x2: {d}, h0: {n}, c0: {n}\nparameters {declared}\n{body}\n",
        "LSTM over two steps",
        "`∂c2/∂c1 = diag(f2)` is a partial derivative: the gates are held fixed. It is not the "
        "total one: `h1 = o1 ⊙ tanh(c1)` feeds the gates of the second step, and so `c1` moves "
        "`c2` through them too.",
        "c2",
        "c1",
    )


def two_losses(n: str = "3", m: str = "4", p: str = "2", q: str = "5") -> Exhibit:
    return Exhibit(
        f"""
input x: {n}
targets y1: {p}, y2: {q}
parameters W1: {m}×{n}, b1: {m}, W2: {p}×{m}, b2: {p}, W3: {q}×{m}, b3: {q}
z1 = W1 @ x + b1
a1 = tanh(z1)                  # the trunk
z2 = W2 @ a1 + b2              # one head
z3 = W3 @ a1 + b3              # the other
L1 = half_squared_error(z2, y1, reduction="mean")
L2 = softmax_cross_entropy(z3, y2)
half = 0.5 * L2
L = L1 + half
""",
        "two losses on one trunk",
        "The trunk's gradient is the sum of what both heads send back, each with its loss's "
        "weight; a head's own parameters are on one path only.",
        "L",
        "W1",
    )


GALLERY: dict[str, Callable[..., Exhibit]] = {
    "lstm": lstm,
    "residual_block": residual_block,
    "rnn": rnn,
    "tied_autoencoder": tied_autoencoder,
    "two_losses": two_losses,
}


def ready_made(
    name: str, seed: int | None = 0, *, small_integers: bool = False, **options: Any
) -> Network:
    """A graph of the gallery as a network.

    Args:
        name: residual_block, tied_autoencoder, rnn, lstm or two_losses.
        seed: of its parameters; None, or a letter for a size, and it knows its sizes only.
        small_integers: draw whole numbers from -3 to 3 without 0.
        options: sizes, numbers or letters; for an rnn also `steps` and `recurrence`.

    Raises:
        LayoutError: an unknown name or option.

    >>> net = ready_made("residual_block")
    >>> J = net.jacobian([1.0, 2.0, 3.0], of="u", wrt="x")
    >>> z1, W1, W2 = (net.values([1.0, 2.0, 3.0])[name] for name in ("z1", "W1", "W2"))
    >>> import numpy as np
    >>> np.allclose(J, np.eye(3) + W2 @ np.diag(1 - np.tanh(z1) ** 2) @ W1)
    True
    """
    exhibit = exhibit_named(name, **options)
    described = graph_notation.read(
        exhibit.text,
        seed,
        small_integers=small_integers,
        source=None if options else name,
        title=exhibit.title,
    )
    return Network(**described._replace(note=exhibit.note)._asdict())


def exhibit_named(name: str, **options: Any) -> Exhibit:
    """The graph as it is written, and what it shows."""
    if not isinstance(name, str) or name not in GALLERY:
        raise InputError(
            f"no ready-made graph is called {name!r}: {near_names(str(name), GALLERY)}"
        )
    try:
        return GALLERY[name](**{key: str(value) for key, value in options.items()})
    except TypeError:
        raise InputError(f"{name} takes other options than {', '.join(options)}.") from None


def file_text(exhibit: Exhibit) -> str:
    """The graph as a TOML file, to be changed and traced.

    >>> print(file_text(exhibit_named("residual_block")).splitlines()[0])
    title = "residual block"
    """
    return f'title = "{exhibit.title}"\ngraph = """{exhibit.text}"""\n'
