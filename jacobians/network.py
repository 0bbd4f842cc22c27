"""Networks: values by name, and their derivatives.

Derivatives are asked of `chain` (explicit Jacobians) or of `backpropagation` (vjps); this module
only prepares the values. Names and shapes come from `wiring`.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from layouts.errors import InputError, ShapeError
from layouts.layout import DENOMINATOR, NUMERATOR, Layout
from layouts.sizes import Shape, by
from layouts.vectorization import vec

from . import backpropagation, chain
from .given import inputs_given, targets_given
from .graph import Graph
from .jacobian import Jacobian
from .layer_row import row
from .layers import Layer, Linear, Loss
from .operators.operator import numbers
from .parameter_row import ParameterRow, is_plain_row
from .planning import Order, Plan, plan
from .readers import Description, dense_network, small_integer_draw
from .steps import evaluate
from .unknown import Array
from .wiring import Wiring

__all__ = ["Network"]


class Network(Wiring):
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
        self._parameter_shapes = {name: value.shape for name, value in self.parameters.items()}
        self._known_links: dict[tuple[str, str], list[chain.Link]] = {}
        self._known_orders: dict[tuple[str, str, Layout, Any], Order | None] = {}

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

        return cls._described(graph_notation.read(
            text, seed, weights=weights, functions=functions, small_integers=small_integers
        ))  # fmt: skip

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str]) -> Network:
        """A network from a TOML file; see `jacobians.readers.toml_file` for what it may say."""
        from .readers import toml_file

        return cls._described(toml_file.read(path))

    @classmethod
    def from_sklearn(cls, mlp: Any) -> Network:
        """A fitted `MLPClassifier` or `MLPRegressor`; see `jacobians.readers.sklearn_model`."""
        from .readers import sklearn_model

        return cls._described(sklearn_model.read(mlp))

    @classmethod
    def _described(cls, written: Description) -> Network:
        return cls(**written._asdict())

    def __call__(self, x: npt.ArrayLike) -> Any:
        """The prediction, (m,) for one sample (n,), (m, N) for samples as columns."""
        values, shape = self._forward(x, None)
        if self.prediction not in values:
            raise InputError(f"{self.prediction} needs the target: ask for values(x, y).")
        return values[self.prediction].reshape(shape(self.prediction))

    def values(self, x: npt.ArrayLike, y: npt.ArrayLike | None = None) -> dict[str, Any]:
        """Every named value, shaped as for the sample or samples given; with y the loss too."""
        values, shape = self._forward(x, y)
        values |= {alias: values[name] for alias, name in self.aliases.items()}
        ordered = [*self.aliases, *(name for name in self.names if name in values)]
        return {name: np.array(values[name]).reshape(shape(name)) for name in ordered}

    def column_values(self, x: npt.ArrayLike, y: npt.ArrayLike | None = None) -> dict[str, Any]:
        """Every named value with samples as columns, one sample as one column."""
        return self._forward(x, y)[0]

    def jacobian(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike | None = None,
        of: str | None = None,
        wrt: str = "x",
        layout: Layout | str = NUMERATOR,
    ) -> Jacobian:
        """The total derivative `∂of/∂wrt`, by the chain of explicit Jacobians.

        Args:
            x: one sample (n,), or samples as columns (n, N).
            y: the target; needed where `of` is the loss.
            of: any value; None is the prediction.
            wrt: any value or parameter, or "parameters": the block row of them all, in denominator
                layout the block column.
            layout: the layout or its name.

        Raises:
            LayoutError: an unknown name, a wrong shape, or values asked of sizes only.
        """
        layout = Layout.named(layout)
        values, shape = self._forward(x, y)
        asked = of
        of, below = self._ends(of, wrt, values)
        if wrt == "parameters":
            J = self._by_parameters(values, of, layout)
        else:
            links = self._links(of, below, [below])
            order = self._order(links, values, of, below, layout)
            J = chain.along(links, values, of, below, layout, order)
            J.wrt, J.wrt_shape = wrt, shape(below)
        J.of, J.of_shape = asked or of, shape(of)
        return J

    def factors(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike | None = None,
        of: str | None = None,
        wrt: str = "x",
        layout: Layout | str = NUMERATOR,
    ) -> list[Jacobian]:
        """The links of a chain, left to right as the layout's product is written.

        Raises:
            LayoutError: `wrt` reaches `of` by several paths: then no single product is all.

        >>> net = Network.parse("2-3-2", activation="tanh")
        >>> [J.name for J in net.factors([1.0, 2.0], of="z2", wrt="W1", layout="denominator")]
        ['∂z1/∂W1', '∂a1/∂z1', '∂z2/∂a1']
        """
        layout = Layout.named(layout)
        values, shape = self._forward(x, y)
        of, _ = self._ends(of, wrt, values)
        factors = chain.link_jacobians(self._single_path(of, wrt), values, layout)
        for J in factors:
            J.of_shape, J.wrt_shape = shape(J.of), shape(J.wrt)
        return layout.written(factors)

    def paths(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike | None = None,
        of: str | None = None,
        wrt: str = "x",
        layout: Layout | str = NUMERATOR,
        *,
        most: int = 100,
    ) -> list[list[Jacobian]]:
        """The factors along every path, each as `factors` has them; their products add up.

        Raises:
            LayoutError: more than `most` paths.

        >>> net = Network.graph('''
        ...     input x: 3
        ...     parameters W: 3×3
        ...     u = W @ tanh(x) + x
        ... ''')
        >>> for path in net.paths([0.5, -1.0, 2.0]):
        ...     print(" · ".join(J.name for J in path))
        ∂u/∂u_2 · ∂u_2/∂u_1 · ∂u_1/∂x
        ∂u/∂x
        """
        layout = Layout.named(layout)
        values, shape = self._forward(x, y)
        of, below = self._ends(of, wrt, values)
        links = self._links(of, below, [below])
        count = chain.count_paths(links, of, below)
        if count > most:
            raise InputError(f"{below} reaches {of} by {count:,} paths, more than {most:,}: ask "
                             "for `jacobian`, which makes every total once.")  # fmt: skip
        factors = {}
        for link, J in zip(links, chain.link_jacobians(links, values, layout), strict=True):
            J.of_shape, J.wrt_shape = shape(link.above), shape(link.below)
            factors[link.above, link.position] = J
        return [
            layout.written([factors[link.above, link.position] for link in reversed(path)])
            for path in chain.paths(links, of, below)
        ]

    def stacked_factors(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike | None = None,
        of: str | None = None,
        wrt: str | Sequence[str] = "parameters",
        layout: Layout | str = NUMERATOR,
    ) -> list[Jacobian]:
        """The derivative by several values as one product, whatever the graph.

        What is still needed is stacked into one vector; each step's Jacobian is a block matrix that
        makes one value and carries the others along, as identities.

        Args:
            x: the input.
            y: the target, where `of` needs it.
            of: any value; None is the prediction.
            wrt: values by name, or "parameters".
            layout: the layout or its name.

        Raises:
            LayoutError: values that `of` does not depend on, or of which one is made of another.

        >>> net = Network.parse("2-3-1", activation="tanh", bias=False)
        >>> for J in net.stacked_factors([0.5, -1.0], of="z2"):
        ...     print(f"{J.name} = {J.operator}")
        ∂z2/∂(a1, W2) = [[W2, a1ᵀ ⊗ I₁]]
        ∂(a1, W2)/∂(z1, W2) = [[diag(tanh'(z1)), 0], [0, I₃]]
        ∂(z1, W2)/∂(W1, W2) = [[a0ᵀ ⊗ I₃, 0], [0, I₃]]
        """
        layout = Layout.named(layout)
        values, _ = self._forward(x, y)
        names = self._all_parameters() if wrt == "parameters" else (
            [wrt] if isinstance(wrt, str) else list(wrt))  # fmt: skip
        of, *_ = self._ends(of, names[0], values)
        below = [self._ends(of, name, values)[1] for name in names]
        links = chain.links_between(self.steps_to(of), of, below)
        if not links:
            raise InputError(f"{of} depends on none of {', '.join(names)}: no factors to stack.")
        if again := sorted({link.above for link in links} & {*below}):
            raise InputError(f"{again[0]} is computed on the way from the others: what is stacked "
                             "first must not depend on each other.")  # fmt: skip
        return chain.stacked_factors(self.steps_to(of), values, of, below, layout)

    def plan(self, of: str | None = None, wrt: str = "x", layout: Layout | str = NUMERATOR) -> Plan:
        """In which order of association the chain is multiplied, and what the others would cost.

        >>> net = Network.parse("9-2-8", activation="tanh")
        >>> net.plan().written(["∂a2/∂z2", "∂z2/∂a1", "∂a1/∂z1", "∂z1/∂a0"])
        '(∂a2/∂z2 · (∂z2/∂a1 · ∂a1/∂z1)) · ∂z1/∂a0'
        """
        layout = Layout.named(layout)
        of = self.prediction if of is None else self.resolve(of)
        links = self._single_path(of, wrt)
        if not links:
            raise InputError(f"∂{of}/∂{wrt} has no factors to plan.")
        operators = [J.operator for J in chain.link_jacobians(links, self.unknowns(), layout)]
        return plan(layout.written(operators))

    def _ends(self, of: str | None, wrt: str, values: Mapping[str, Any]) -> tuple[str, str]:
        """Both ends of a chain by their own names; the loss and the target need y."""
        above = self.prediction if of is None else self.resolve(of)
        below = wrt if wrt == "parameters" else self.resolve(wrt)
        if above not in values or (below in self.targets and below not in values):
            raise InputError(
                f"∂{above}/∂{wrt} needs the target: give {' and '.join(self.targets)}."
            )
        return above, below

    def _by_parameters(self, values: dict[str, Any], of: str, layout: Layout) -> Jacobian:
        """The chain's block row; that of a plain row of layers comes by the fast path."""
        names, parts = self._all_parameters(), self._parameter_shapes
        if (
            layout is NUMERATOR
            and of == self.prediction
            and self.is_row
            and values[of].shape[1] == 1
            and is_plain_row(self.inner_steps)
        ):
            operator = ParameterRow(self.inner_steps, values, numbers((self.parameter_count,))[0])
            return Jacobian(operator, layout, of, "parameters", parts=parts)
        links = self._links(of, "parameters", names)
        blocks = chain.totals_along(links, values, of, names, layout)
        return chain.block_row(blocks, of, layout)

    def _links(self, of: str, key: str, wrt: Sequence[str]) -> list[chain.Link]:
        """The links from `wrt` to `of`, found once: they depend on the wiring alone."""
        if (of, key) not in self._known_links:
            self._known_links[of, key] = chain.links_between(self.steps, of, wrt)
        return self._known_links[of, key]

    def _order(
        self, links: list[chain.Link], values: dict[str, Any], of: str, wrt: str, layout: Layout
    ) -> Order | None:
        """The planned order of association: it depends on sizes alone, so it is planned once."""
        key = of, wrt, layout, tuple(values[name].shape for name in self.inputs)
        if key not in self._known_orders:
            operators = [J.operator for J in chain.link_jacobians(links, values, layout)]
            row = bool(links) and not chain.branches(links)
            self._known_orders[key] = plan(layout.written(operators)).order if row else None
        return self._known_orders[key]

    def _single_path(self, of: str, wrt: str) -> list[chain.Link]:
        links = chain.links_between(self.steps, of, [self.resolve(wrt)])
        if chain.branches(links):
            raise InputError(f"∂{of}/∂{wrt} is a sum over several paths, not one product.")
        return links

    def _all_parameters(self) -> list[str]:
        if not self.parameters:
            raise InputError(f"the network {self} has no parameters.")
        return list(self.parameters)

    def gradient(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike | None = None,
        wrt: str = "W1",
        layout: Layout | str = NUMERATOR,
    ) -> Array:
        """The gradient of the loss, by the sweep of vjps, as a two-dimensional array.

        In denominator layout it is shaped as `wrt` (a vector as a column), in numerator layout as
        its transpose. By "parameters" it is that of all of them, stacked by vec. Without a loss it
        is the gradient of a prediction of one entry.
        """
        layout = Layout.named(layout)
        names = self._all_parameters() if wrt == "parameters" else [self.resolve(wrt)]
        values, cotangents = self._swept(x, y, names)
        missing = [name for name in names if name not in cotangents]
        columns = {name: np.zeros(values[name].shape) for name in missing} | cotangents
        if wrt == "parameters":
            G = np.concatenate([vec(columns[name]) for name in names])
        else:
            G = np.asarray(columns[names[0]])
            G = G if G.ndim == 2 else np.reshape(G, (-1, 1))
        return G if layout is DENOMINATOR else G.T

    def deltas(self, x: npt.ArrayLike, y: npt.ArrayLike | None = None) -> dict[str, Array]:
        """The columns δ_l = ∂L/∂z_l by name, one column for each sample.

        >>> net = Network.parse("4-3-2", activation="tanh", loss="half_squared_error")
        >>> deltas = net.deltas([1.0, 2.0, 3.0, 4.0], [0.0, 1.0])
        >>> {name: delta.shape for name, delta in deltas.items()}
        {'δ1': (3, 1), 'δ2': (2, 1)}
        """
        linear = [step.name for step in self.inner_steps if isinstance(step.layer, Linear)]
        _, cotangents = self._swept(x, y, linear)
        return {
            f"δ{name.removeprefix('z')}": cotangents[name] for name in linear if name in cotangents
        }

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
        n = self.input_size if input_size is None else input_size
        self.refuse_sizes_only()
        shapes = self.shapes(samples or 1, input_size=n)
        generator = copy.deepcopy(self.generator) or np.random.default_rng(self.seed)
        draw = small_integer_draw if small_integers else np.random.Generator.standard_normal
        X = {name: draw(generator, numbers(shapes[name])) for name in self.inputs}
        Y = {name: self._drawn_target(name, generator, shapes[name], whole=small_integers)
             for name in self.targets}  # fmt: skip
        if samples is None:
            X, Y = ({name: array[..., 0] for name, array in drawn.items()} for drawn in (X, Y))
        return _alone(X), _alone(Y)

    def _drawn_target(
        self, name: str, generator: np.random.Generator, shape: Shape, *, whole: bool
    ) -> Any:
        """A random target that the loss which takes it is meant for."""
        losses = [step.layer for step in self.steps
                  if isinstance(step.layer, Loss) and step.inputs[1] == name]  # fmt: skip
        if not losses or len(shape) != 2:
            return generator.standard_normal(numbers(shape))
        drawn = losses[0].draw_target(generator, numbers(shape))  # type: ignore[arg-type]
        return np.round(drawn) if whole and losses[0].targets == "real" else drawn

    def _forward(self, x: npt.ArrayLike, y: npt.ArrayLike | None) -> tuple[dict[str, Any], Any]:
        """All values with samples as columns, and how each is shaped for the caller."""
        self.refuse_sizes_only()
        columns, single = inputs_given(self, x)
        if self.input_size is None and self.is_row:
            X = next(iter(columns.values()))
            self.shapes(X.shape[1], input_size=len(X))
        values: dict[str, Any] = {**columns, **self.parameters}
        evaluate(self.inner_steps, values)
        if y is not None:
            if not self.targets:
                raise InputError("this network has no loss, so a target y has no use.")
            values |= targets_given(self, y, values, single)
            evaluate([step for step in self.steps if step.name not in values], values)

        def shape(name: str) -> Shape:
            own = self.aliases.get(name, name)
            given: Shape = np.shape(values[own])
            return given[:-1] if single and own in self.of_samples else given

        return values, shape

    def _swept(
        self, x: npt.ArrayLike, y: npt.ArrayLike | None, wanted: Sequence[str]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Values and cotangents of the loss, or of a prediction of one entry."""
        values, _ = self._forward(x, y)
        top = self.top
        if top not in values:
            raise InputError(
                f"a gradient of the loss needs the target: give {' and '.join(self.targets)}."
            )
        if values[top].size != 1:
            raise ShapeError(
                f"a gradient is of a scalar, {top} is {by(values[top].shape)}"
                + (" and the network has no loss: use jacobian."
                   if self.loss_name is None else ": take its sum or mean over the samples.")
            )  # fmt: skip
        seed = np.ones_like(values[top])
        return values, backpropagation.sweep(self.steps_to(top), values, top, seed, wanted)

    def __repr__(self) -> str:
        return f"<Network {self}>"


def _alone(arrays: dict[str, Any]) -> Any:
    """One array as it is, several by name, None of none."""
    return next(iter(arrays.values()), None) if len(arrays) < 2 else arrays
