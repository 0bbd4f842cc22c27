"""Structural layers, each with one sample, a batch, and arguments that all samples share.

Rows are a name, points, the layer and its inputs, as in cases.py; a batch has its samples last. The
plain functions that they are compared with stand in references.py, written for one sample.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from jacobians import layers
from jacobians.layers import Layer

GENERATOR = np.random.default_rng(12)


def draw(*shape: int) -> Any:
    """Short decimals from -2 to 2."""
    return np.round(GENERATOR.uniform(-2, 2, shape), 2)


def away(*shape: int) -> Any:
    """Likewise, none nearer to 0 than ½."""
    drawn = draw(*shape)
    return np.round(drawn + np.copysign(0.5, drawn), 2)


Row = tuple[str, str, Layer, tuple[Any, ...]]
u, v, U, V = draw(4), away(4), draw(4, 3), away(4, 3)  # vectors of 4, three samples
P, Q, PS, QS = draw(2, 3), away(2, 3), draw(2, 3, 4), away(2, 3, 4)  # 2×3, four samples
ENTRYWISE = {
    "add": layers.Add,
    "subtract": layers.Subtract,
    "hadamard": layers.Hadamard,
    "divide": layers.Divide,
}


def entrywise() -> list[Row]:
    points: list[tuple[str, tuple[str, ...], Any, Any]] = [
        ("one sample", (), u, v),
        ("batch", (), U, V),
        ("one matrix", (), P, Q),
        ("batch of matrices", (), PS, QS),
        ("batch, u shared", ("u",), u, V),
        ("batch, v shared", ("v",), U, v),
        ("batch of matrices, v shared", ("v",), PS, Q),
        ("all shared", ("u", "v"), u, v),
        ("two numbers", ("u", "v"), np.array(1.25), np.array(-0.75)),
        ("batch of size 1, v shared", ("v",), U[:, :1], v),
    ]
    rows: list[Row] = [
        (name, where, layer(shared=shared), (left, right))
        for name, layer in ENTRYWISE.items()
        for where, shared, left, right in points
    ]
    for where, shared, x in [
        ("one sample", (), u), ("batch", (), U), ("batch of matrices", (), PS),
        ("shared", ("x",), P), ("one number", ("x",), np.array(1.25)),
    ]:  # fmt: skip
        rows.append(("scale -0.4", where, layers.Scale(-0.4, shared=shared), (x,)))
    return rows


def products() -> list[Row]:
    A, B, b, AS, BS, bS = draw(2, 3), draw(3, 5), draw(3), draw(2, 3, 4), draw(3, 5, 4), draw(3, 4)
    product, rows = layers.MatrixProduct, list[Row]()
    for where, shared, left, right in [
        ("one sample", (), A, B),
        ("one sample, a vector", (), A, b),
        ("batch", (), AS, BS),
        ("batch of vectors", (), AS, bS),
        ("batch, A shared", ("A",), A, BS),
        ("batch of vectors, A shared", ("A",), A, bS),
        ("batch, B shared", ("B",), AS, B),
        ("batch, a vector B shared", ("B",), AS, b),
        ("all shared", ("A", "B"), A, B),
        ("size 1 column", (), A, B[:, :1]),
    ]:
        rows.append(("matrix product", where, product(shared=shared), (left, right)))
    x, y, xS, yS = draw(2), draw(3), draw(2, 4), draw(3, 4)
    for where, shared, inputs in [
        ("one sample", "", (x, A, y)),
        ("batch", "", (xS, AS, yS)),
        ("batch, A shared", "A", (xS, A, yS)),
        ("batch, x shared", "x", (x, AS, yS)),
        ("batch, y shared", "y", (xS, AS, y)),
        ("batch, x and y shared", "xy", (x, AS, y)),
        ("batch, A and y shared", "Ay", (xS, A, y)),
        ("all shared", "xAy", (x, A, y)),
    ]:
        rows.append(("x A y", where, layers.BilinearForm(shared=tuple(shared)), inputs))
    return rows


def joined() -> list[Row]:
    w, W, R, RS = draw(2), draw(2, 3), draw(5, 3), draw(5, 3, 4)
    two = layers.Concatenate
    return [
        ("concatenate", "one sample", two(), (u, w)),
        ("concatenate", "batch", two(), (U, W)),
        ("concatenate", "batch, x2 shared", two(shared=("x2",)), (U, w)),
        ("concatenate", "one matrix", two(), (P, R)),
        ("concatenate", "batch of matrices", two(), (PS, RS)),
        ("concatenate", "batch of matrices, x1 shared", two(shared=("x1",)), (P, RS)),
        ("concatenate", "all shared", two(shared=("x1", "x2")), (P, R)),
        ("concatenate", "size 1 entry", two(), (u, w[:1])),
        ("concatenate 3", "one sample", two(3), (u, w, draw(5))),
        ("concatenate 3", "batch, x2 shared", two(3, shared=("x2",)), (U, w, draw(5, 3))),
    ]


def moved() -> list[Row]:
    """One argument, x, as one sample, a batch, and shared."""
    six, sixes, tall, talls = draw(6), draw(6, 5), draw(4, 3), draw(4, 3, 5)
    twelve = draw(2, 6), draw(2, 6, 5)
    each: list[tuple[str, Any, list[tuple[str, Any]]]] = [
        ("slice 1:4", lambda **s: layers.Slice(slice(1, 4), **s),
         [("one sample", six), ("batch", sixes), ("batch of matrices", talls[:, :, :2])]),
        ("slice :-2", lambda **s: layers.Slice(slice(None, -2), **s),
         [("one sample", six), ("batch", sixes)]),
        ("slice 1:3, :2", lambda **s: layers.Slice(slice(1, 3), slice(None, 2), **s),
         [("one sample", tall), ("batch", talls)]),
        ("slice :, 1:", lambda **s: layers.Slice(slice(None), slice(1, None), **s),
         [("one sample", tall), ("batch", talls)]),
        ("transpose", layers.Transpose,
         [("one sample", P), ("batch", PS), ("size 1 row", P[:1])]),
        ("reshape to 2×3", lambda **s: layers.Reshape((2, 3), **s),
         [("one sample", six), ("batch", sixes)]),
        ("reshape to 3×4", lambda **s: layers.Reshape((3, 4), **s),
         [("one sample", twelve[0]), ("batch", twelve[1])]),
        ("reshape to 6", lambda **s: layers.Reshape(6, **s), [("one sample", P), ("batch", PS)]),
        ("reshape to 3×4 by columns", lambda **s: layers.Reshape((3, 4), "column-major", **s),
         [("one sample", twelve[0]), ("batch", twelve[1])]),
        ("flatten", layers.Flatten, [("one sample", P), ("batch", PS)]),
        ("flatten by columns", lambda **s: layers.Flatten("column-major", **s),
         [("one sample", P), ("batch", PS)]),
        ("entry sum", layers.Sum, [("one sample", u), ("batch", U), ("batch of matrices", PS)]),
    ]  # fmt: skip
    rows: list[Row] = []
    for name, make, points in each:
        rows += [(name, where, make(), (x,)) for where, x in points]
        rows.append((name, "shared", make(shared=("x",)), (points[0][1],)))
    return rows


def over_samples() -> list[Row]:
    rows: list[Row] = []
    for name, layer in {
        "sum of samples": layers.SumOverSamples(), "mean of samples": layers.MeanOverSamples(),
    }.items():  # fmt: skip
        rows += [(name, "batch", layer, (U,)), (name, "size 1 batch", layer, (U[:, :1],))]
        rows += [(name, "one sample, size 1 batch", layer, (u,))]
    return rows


STRUCTURAL = [*entrywise(), *products(), *joined(), *moved(), *over_samples()]
