"""Whole processes: importing, a first 2-3-2 Jacobian, a trace of shapes.

Each runs once beforehand, so that bytecode is compiled and files are in memory.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from .measure import Goal, NotAvailable, Row

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {
    "PYTHONPATH": str(ROOT),
    "PYTHONIOENCODING": "utf-8",
}

OURS = """
import numpy as np
from jacobians import Network
net = Network.parse("2-3-2", activation=["relu", "sigmoid"])
print(np.asarray(net.jacobian([1.0, 2.0], wrt="parameters")).shape)
"""
JAX = """
import jax
jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
draw = np.random.default_rng(0).standard_normal
pairs = [(draw((3, 2)), draw(3)), (draw((2, 3)), draw(2))]
theta, unravel = ravel_pytree(pairs)
def forward(theta, x):
    (W1, b1), (W2, b2) = unravel(theta)
    return jax.nn.sigmoid(W2 @ jax.nn.relu(W1 @ x + b1) + b2)
print(jax.jacrev(forward)(theta, jnp.array([1.0, 2.0])).shape)
"""


def process(*arguments: str) -> Callable[[], None]:
    """A run of this Python; what it says when it fails is kept to the last line."""

    def run() -> None:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True
        )
        if done.returncode:
            raise NotAvailable((done.stderr.strip().splitlines() or ["it failed"])[-1])

    return run


def rows() -> Iterator[Row]:
    numpy = {"import numpy": process("-c", "import numpy")}
    jax = {"JAX": process("-c", JAX)} if find_spec("jax") else {}
    trace = process("-m", "jacobians", "trace", "2-3-2", "--shapes")

    def against_numpy(binding: float, stretch: float) -> tuple[Goal, ...]:
        return (Goal(tuple(numpy), binding, stretch),)

    # fmt: off
    yield Row("import jacobians", process("-c", "import jacobians"), {}, numpy, against_numpy(1.4, 1.2))  # noqa: E501
    yield Row("from jacobians import Network", process("-c", "from jacobians import Network"), {}, numpy, against_numpy(1.4, 1.2))  # noqa: E501
    yield Row("a first 2-3-2 Jacobian", process("-c", OURS), jax, numpy, (Goal(("JAX",), 0.25, 0.15),))  # noqa: E501
    yield Row("jacobians trace 2-3-2 --shapes", trace, {}, numpy, against_numpy(2, 1.5))
    # fmt: on
