"""Layer norm and batch norm: each row a name, points, the layer and its inputs, as in cases.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from jacobians.layers import BatchNorm, Layer, LayerNorm

SAMPLE = np.array([0.3, -1.2, 2.1, -0.7])
BATCH = np.array([[0.3, -1.1, 1.7], [-1.2, 0.6, 0.2], [2.1, -0.4, -2.3], [-0.7, 1.4, -0.2]])
WIDE = np.array([[0.8, -0.3, 1.6, 2.4, -1.5], [-2.2, 0.4, 0.9, -0.6, 1.3]])
GAMMA = np.array([0.8, -1.5, 2.2, 0.4])
BETA = np.array([0.1, 0.7, -0.3, 1.2])

NORMALISATION: list[tuple[str, str, Layer, tuple[Any, ...]]] = [
    (name, points, layer, (x, layer.gamma, layer.beta))
    for name, points, layer, x in [
        ("layer norm", "one sample", LayerNorm(GAMMA, BETA), SAMPLE),
        ("layer norm", "batch", LayerNorm(GAMMA, BETA), BATCH),
        ("layer norm", "size 1 batch", LayerNorm(GAMMA, BETA), BATCH[:, :1]),
        ("layer norm 0.5", "wide batch", LayerNorm(GAMMA[:2], BETA[:2], eps=0.5), WIDE),
        ("batch norm", "batch", BatchNorm(GAMMA, BETA), BATCH),
        ("batch norm", "size 1 input", BatchNorm(GAMMA[1:2], BETA[1:2]), WIDE[1:]),
        ("batch norm 0.5", "wide batch", BatchNorm(GAMMA[:2], BETA[:2], eps=0.5), WIDE),
    ]
]
