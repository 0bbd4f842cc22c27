"""Layers and lists of steps that the tests wire by hand: values used twice, two inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from jacobians.layers import Layer, Linear, Sigmoid, Tanh
from jacobians.operators import Dense, Diagonal, Identity
from jacobians.rule import Rule
from jacobians.steps import Step, evaluate


class Add(Layer):
    """u + v."""

    arguments = ("u", "v")

    def forward(self, u: Any, v: Any) -> Any:
        return u + v

    def rules(self, u: Any, v: Any, *, names: Any) -> Any:
        one = Rule(lambda: Identity(u.size), lambda t: t, lambda g: g)
        return {"u": one, "v": one}


class Multiply(Layer):
    """u ⊙ v."""

    arguments = ("u", "v")

    def forward(self, u: Any, v: Any) -> Any:
        return u * v

    def rules(self, u: Any, v: Any, *, names: Any) -> Any:
        return {
            "u": Rule(lambda: Diagonal(v, "v"), lambda t: t * v, lambda g: g * v),
            "v": Rule(lambda: Diagonal(u, "u"), lambda t: t * u, lambda g: g * u),
        }


class Total(Layer):
    """The sum of all entries."""

    keeps_size = False

    def output_shape(self, *shapes: Any) -> Any:
        return ()

    def forward(self, x: Any) -> Any:
        return np.sum(x)

    def rules(self, x: Any, *, names: Any) -> Any:
        return {
            "x": Rule(lambda: Dense(np.ones((1, x.size))), np.sum, lambda g: g * np.ones(x.shape))
        }


W1 = np.array([[0.5, -1.0], [1.5, 0.75], [-2.0, 1.25]])
W2 = np.array([[0.2, -0.6, 1.1], [0.9, -1.4, 0.8], [0.35, -2.5, 0.1]])
X = np.array([[0.3], [-0.8]])


def graph() -> tuple[list[Step], dict[str, Any]]:
    """s is used three times, once as both inputs of one step; W2 in two places."""
    linear = Linear(W2)
    steps = [
        Step("z", Linear(W1), ("x", "W1")),
        Step("s", Sigmoid(), ("z",)),
        Step("p", linear, ("s", "W2")),
        Step("q", Multiply(), ("s", "s")),
        Step("r", Add(), ("p", "q")),
        Step("t", Tanh(), ("r",)),
        Step("u", linear, ("t", "W2")),
        Step("v", Add(), ("u", "s")),
        Step("L", Total(), ("v",)),
    ]
    return steps, evaluate(steps, {"x": X, "W1": W1, "W2": W2, "unused": np.ones((4, 1))})


def plain(np: Any) -> Any:
    """The same function of x, W1, W2, out of the module's functions."""

    def function(x: Any, W1: Any, W2: Any) -> Any:
        s = 1 / (1 + np.exp(-np.dot(W1, x)))
        return np.dot(W2, np.tanh(np.dot(W2, s) + s * s)) + s

    return function
