"""The laws that every layer obeys, each stated once; a law that fails raises AssertionError.

A law takes a layer, its inputs and the argument to differentiate by. Stacking is written out here:
the columns of an array, one below the other.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from jacobians.layers import Joint, Layer
from jacobians.operators import Operator
from jacobians.rule import Names
from jacobians.unknown import Unknown
from tests.structures import structures


def column(array: Any) -> Any:
    return np.reshape(array, (-1, 1), order="F")


def agree(actual: Any, expected: Any, tolerance: float, about: str = "") -> None:
    """Equal shapes, and entries that differ by at most `tolerance` times the largest."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape, f"{about}: {actual.shape} is not {expected.shape}"
    scale = max(np.abs(actual).max(initial=0.0), np.abs(expected).max(initial=0.0))
    difference = np.abs(actual - expected).max(initial=0.0)
    assert difference <= tolerance * scale, f"{about}: {difference} apart\n{actual}\n{expected}"


def tolerance(layer: Layer) -> float:
    """Round-off; rules by central differences lose five digits more."""
    return 1e-9 if layer.by_differences else 1e-13


def probes(shape: tuple[int, ...], seed: int) -> list[Any]:
    generator = np.random.default_rng(seed)
    return [generator.standard_normal(shape) for _ in range(3)]


def argument(layer: Layer, inputs: tuple[Any, ...], wrt: str) -> Any:
    return inputs[layer.arguments.index(wrt)]


def push_forward_is_jacobian_times_tangent(layer: Layer, inputs: Any, wrt: str) -> None:
    """Law 1: vec jvp(t) = J vec t, and jvp(t) is shaped as the output."""
    J = np.asarray(layer.jacobian(*inputs, wrt=wrt))
    for t in probes(argument(layer, inputs, wrt).shape, 1):
        pushed = layer.jvp(t, *inputs, wrt=wrt)
        assert np.shape(pushed) == np.shape(layer(*inputs))
        agree(column(pushed), J @ column(t), tolerance(layer), "J t")


def pull_back_is_transposed_jacobian_times_cotangent(layer: Layer, inputs: Any, wrt: str) -> None:
    """Law 2: vec vjp(g) = Jᵀ vec g, and vjp(g) is shaped as the argument."""
    J = np.asarray(layer.jacobian(*inputs, wrt=wrt))
    for g in probes(np.shape(layer(*inputs)), 2):
        pulled = layer.vjp(g, *inputs, wrt=wrt)
        assert np.shape(pulled) == argument(layer, inputs, wrt).shape
        agree(column(pulled), J.T @ column(g), tolerance(layer), "Jᵀ g")


def push_forward_and_pull_back_are_adjoint(layer: Layer, inputs: Any, wrt: str) -> None:
    """Law 3: ⟨g, jvp t⟩ = ⟨vjp g, t⟩."""
    tangents = probes(argument(layer, inputs, wrt).shape, 1)
    cotangents = probes(np.shape(layer(*inputs)), 2)
    for t, g in zip(tangents, cotangents, strict=True):
        pushed = layer.jvp(t, *inputs, wrt=wrt)
        pulled = layer.vjp(g, *inputs, wrt=wrt)
        scale = np.linalg.norm(g) * np.linalg.norm(pushed)
        assert abs(np.vdot(g, pushed) - np.vdot(pulled, t)) <= tolerance(layer) * scale


def jacobian_is_the_limit_of_differences(layer: Layer, inputs: Any, wrt: str) -> None:
    """Law 4: column k of J is (f(x + h eₖ) - f(x - h eₖ)) / 2h for small h."""
    position, h = layer.arguments.index(wrt), 1e-5
    x = inputs[position]

    def at(shifted: Any) -> Any:
        return column(layer(*inputs[:position], shifted, *inputs[position + 1 :]))

    units = [np.reshape(unit, x.shape, order="F") for unit in h * np.eye(x.size)]
    differences = np.hstack([(at(x + unit) - at(x - unit)) / (2 * h) for unit in units])
    agree(layer.jacobian(*inputs, wrt=wrt), differences, 1e-8, "differences")


def denominator_layout_is_the_transpose(layer: Layer, inputs: Any, wrt: str) -> None:
    """Law 5: entry (j, i) in denominator layout is entry (i, j) in numerator layout, exactly."""
    numerator = np.asarray(layer.jacobian(*inputs, wrt=wrt, layout="numerator"))
    denominator = np.asarray(layer.jacobian(*inputs, wrt=wrt, layout="denominator"))
    assert numerator.shape == (np.size(layer(*inputs)), np.size(argument(layer, inputs, wrt)))
    assert denominator.shape == numerator.shape[::-1]
    for (i, j), entry in np.ndenumerate(numerator):
        assert denominator[j, i] == entry, f"entries ({j}, {i}) and ({i}, {j}) differ"


def structure_is_its_full_matrix(layer: Layer, inputs: Any, wrt: str) -> None:
    """Law 7, for the operator of a layer's Jacobian."""
    operator = layer.jacobian(*inputs, wrt=wrt).operator
    operator_is_matrix(operator, operator.as_matrix())


def operator_is_matrix(operator: Operator, M: Any) -> None:
    """Law 7: alone, transposed, applied to columns and to rows, beside every other structure."""
    rows, columns = M.shape
    agree(operator.as_matrix(), M, 1e-14, "alone")
    agree(operator.T.as_matrix(), M.T, 1e-14, "transposed")
    X, Y = probes((columns, 3), 3)[0], probes((2, rows), 4)[0]
    agree(operator @ X, M @ X, 1e-13, "operator by columns")
    agree(operator @ X[:, 0], M @ X[:, 0], 1e-13, "operator by a vector")
    agree(operator.T @ Y.T, M.T @ Y.T, 1e-13, "transposed operator by columns")
    agree(Y @ operator, Y @ M, 1e-13, "rows by operator")
    for right in [*structures(columns, 6), *structures(columns, columns), *structures(columns, 1)]:
        product_is(operator @ right.operator, M @ right.matrix, f"times {right.label}")
    for left in [*structures(6, rows), *structures(rows, rows), *structures(1, rows)]:
        product_is(left.operator @ operator, left.matrix @ M, f"{left.label} times")


def product_is(product: Operator, M: Any, about: str) -> None:
    assert product.shape == M.shape, about
    scale = 1e-12 * (1 + np.abs(M).max())
    assert np.abs(product.as_matrix() - M).max() <= scale, about
    assert np.abs(product.T.as_matrix() - M.T).max() <= scale, f"{about}, transposed"


def shapes_alone_tell_the_structure(layer: Layer, inputs: Any, wrt: str) -> None:
    """A rule that is handed shapes for values says of its Jacobian what the numeric one says."""
    names = Names(layer.arguments)
    full = full_arrays(layer, inputs)
    value, shape = layer.forward(*full), layer.output_shape(*(each.shape for each in full))
    assert np.shape(value) == shape, f"the value is {np.shape(value)}, not {shape}"
    numeric = layer.rules(*full, names=names)[wrt].jacobian()
    shapes_only = layer.rules(*(Unknown(value.shape) for value in full), names=names)[
        wrt
    ].jacobian()
    for what in ("shape", "structure", "text", "stored", "full", "work"):
        ours, theirs = getattr(shapes_only, what), getattr(numeric, what)
        assert ours == theirs, f"{what}: {ours} from shapes, {theirs} from numbers"


def full_arrays(layer: Layer, inputs: Any) -> list[Any]:
    """What rules see: samples as columns, class indices as columns of the identity.

    A structural layer tells by itself which of its inputs lack the axis of samples.
    """
    if isinstance(layer, Joint):
        return list(layer._bind(inputs)[0])
    held = layer.parameters()
    return [
        np.asarray(value, dtype=float)
        if name in held
        else np.reshape(value, (len(inputs[0]), -1))
        if np.ndim(value) == np.ndim(inputs[0])
        else np.eye(len(inputs[0]))[:, np.reshape(value, -1)]
        for name, value in zip(layer.arguments, inputs, strict=True)
    ]


LAWS = {
    "jvp": push_forward_is_jacobian_times_tangent,
    "vjp": pull_back_is_transposed_jacobian_times_cotangent,
    "adjoint": push_forward_and_pull_back_are_adjoint,
    "differences": jacobian_is_the_limit_of_differences,
    "layouts": denominator_layout_is_the_transpose,
    "structure": structure_is_its_full_matrix,
    "shapes": shapes_alone_tell_the_structure,
}
