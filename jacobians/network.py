"""Networks: how one is written down, and all that it answers.

names and shapes      wiring            also of letters
values                forward_pass      values, column_values, the network as a function
Jacobians             by_chain          jacobian, factors, paths, stacked_factors, plan
gradients             by_sweep          gradient, deltas
"""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .by_chain import ByChain
from .by_sweep import BySweep
from .examples import drawn_point
from .graph import Graph
from .layer_row import row
from .layers import Layer, Loss
from .readers import Description, dense_network

__all__ = ["Network"]


class Network(ByChain, BySweep):
    """A row of layers, with a loss or without; or any graph of them (`Network.graph`).

    Args:
        layers: from input to output; or a graph that is wired already.
        loss: a loss, its name, or None: then the derivatives are those of the prediction.
        source: how the network was written, for the commands that reports suggest.
        generator: what drew the weights, for drawing x and y behind them.
        seed: of that generator, or of x and y where the weights are given.
        note: a sentence that reports print under the forward pass.

    Raises:
        LayoutError: no layers, something that is no layer, or sizes that do not chain.

    >>> net = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error")
    >>> print(net)
    2-3-2: relu, sigmoid, half squared error
    >>> list(net.values([1.0, 2.0], [0.0, 1.0]))
    ['x', 'a0', 'y', 'W1', 'b1', 'W2', 'b2', 'z1', 'a1', 'z2', 'a2', 'L']
    >>> J = net.jacobian([1.0, 2.0], [0.0, 1.0], of="z1", wrt="W1")
    >>> print(J)
    ∂z1/∂W1 = a0ᵀ ⊗ I₃   3×6, Kronecker, numerator layout
    >>> net.gradient([1.0, 2.0], [0.0, 1.0], wrt="W1", layout="denominator").shape
    (3, 2)
    """

    def __init__(
        self,
        layers: Sequence[Layer] | Graph,
        loss: Loss | str | None = None,
        *,
        source: str | None = None,
        generator: np.random.Generator | None = None,
        seed: int = 0,
        note: str = "",
    ) -> None:
        super().__init__(layers if isinstance(layers, Graph) else row(layers, loss))
        self.source = source
        self.generator = generator
        self.seed = seed
        self.note = note

    @classmethod
    def parse(
        cls,
        notation: str,
        activation: str | Layer | Sequence[str | Layer] | None = None,
        loss: Loss | str | None = None,
        seed: int | None = 0,
        *,
        reduction: str | None = None,
        bias: bool = True,
        small_integers: bool = False,
        weights: Mapping[str, npt.ArrayLike] | None = None,
    ) -> Network:
        """A dense network from its sizes, as in `"2-3-2"` or `"n-3-2-1"`.

        Args:
            notation: sizes from input to output, numbers or letters.
            activation: one name (or layer) for each linear layer, or one for all; None is the
                identity.
            loss: its name, or None.
            seed: of the generator of W1, b1, W2, b2, …; None, or a letter among the sizes, and the
                network knows its sizes only.
            reduction: "mean" or "sum" over samples; None is the loss's own default.
            bias: whether linear layers have one.
            small_integers: draw whole numbers from -3 to 3 without 0.
            weights: W1, b1, W2, … instead of drawing them; biases may be missing.
        """
        return cls._described(
            dense_network(
                notation,
                activation,
                loss,
                seed,
                reduction=reduction,
                bias=bias,
                small_integers=small_integers,
                weights=weights,
            )
        )

    @classmethod
    def graph(
        cls,
        text: str,
        seed: int | None = 0,
        *,
        weights: Mapping[str, npt.ArrayLike] | None = None,
        functions: Mapping[str, Layer] | None = None,
        small_integers: bool = False,
        title: str = "",
    ) -> Network:
        """A network of any shape: named values, used as often as one likes.

        See `jacobians.readers.graph_notation` for all that a line may say.

        Args:
            text: a line for each declaration and each value.
            seed: of the generator of the parameters, in the order in which they are declared;
                None, or a letter among the sizes, and the network knows its sizes only.
            weights: the parameters, instead of drawing them.
            functions: further layers by the name that the text calls them by.
            small_integers: draw whole numbers from -3 to 3 without 0.
            title: what reports call the network, one printable line.

        Raises:
            LayoutError: what a line says cannot be read, a name that nobody makes, a cycle, or
                sizes that do not fit; the message names the line.

        >>> net = Network.graph('''
        ...     input x: 3
        ...     parameters W1: 2×3, b1: 2, W2: 3×2
        ...     a1 = tanh(W1 @ x + b1)
        ...     u = W2 @ a1 + x
        ... ''')
        >>> print(net.jacobian([0.5, -1.0, 2.0], of="u", wrt="x"))
        ∂u/∂x   3×3, dense, numerator layout
        """
        from .readers import graph_notation

        return cls._described(
            graph_notation.read(
                text,
                seed,
                weights=weights,
                functions=functions,
                small_integers=small_integers,
                title=title,
            )
        )

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str], *, small_integers: bool = False) -> Network:
        """A network from a TOML file; see `jacobians.readers.toml_file` for what it may say.

        With `small_integers`, weights that are not given are whole numbers from -3 to 3 without 0.
        """
        from .readers import toml_file

        return cls._described(toml_file.read(path, small_integers=small_integers))

    @classmethod
    def from_sklearn(cls, mlp: Any) -> Network:
        """A fitted `MLPClassifier` or `MLPRegressor`; see `jacobians.readers.sklearn_model`."""
        from .readers import sklearn_model

        return cls._described(sklearn_model.read(mlp))

    @classmethod
    def _described(cls, written: Description) -> Network:
        return cls(**written._asdict())

    def example(
        self,
        samples: int | None = None,
        *,
        small_integers: bool = False,
        input_size: int | None = None,
    ) -> tuple[Any, Any]:
        """A random x, then y: from the generator that drew the weights, else from `seed`.

        The same at every call, so that reports reproduce. y is None without a loss.
        """
        self.refuse_sizes_only()
        size = self.input_size if input_size is None else input_size
        generator = copy.deepcopy(self.generator) or np.random.default_rng(self.seed)
        return drawn_point(self, generator, samples, small_integers=small_integers, input_size=size)

    def __repr__(self) -> str:
        return f"<Network {self}>"
