"""The law of samples as columns: a batch gives what each of its samples gives alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .answers import agree, shaped, where
from .layer_protocol import NotRun, Subject

__all__ = ["samples_are_columns"]

RTOL, EXACT = 1e-6, 1e-12
SAMPLES = np.array([1.0, 0.75, 0.9])
"""What one sample is multiplied by to make a batch of three."""


def samples_are_columns(subject: Subject, wrt: str) -> None:
    """A batch (n, N) gives the values, and the blocks of the Jacobian, of each sample alone."""
    if getattr(subject.layer, "couples_samples", False):
        raise NotRun("it says that it couples the samples.")
    batch = _batch(subject)
    y, N = _tried(subject, batch), batch[0].shape[-1]
    if y.ndim == 0 or y.shape[-1] != N:
        raise NotRun("it does not make a column of each sample.")
    alone = [tuple(_sample(subject, batch, k)) for k in range(N)]
    for k, inputs in enumerate(alone):
        if not agree(y[..., k], _tried(subject, inputs), EXACT):
            raise AssertionError(f"sample {k + 1} of a batch of {N} does not have the value that "
                                 "it has alone: samples are columns (n, N).")  # fmt: skip
    _blocks_are_those_of_samples(subject, wrt, batch, alone)


def _blocks_are_those_of_samples(
    subject: Subject, wrt: str, batch: tuple[Any, ...], alone: list[tuple[Any, ...]]
) -> None:
    """The Jacobian of a batch is made of the samples' own."""
    J, shared = subject.jacobian(wrt, *batch), subject.shared(wrt)
    blocks = [subject.jacobian(wrt, *inputs) for inputs in alone]
    if any(block.ndim != 2 for block in blocks):
        raise NotRun("its Jacobian of one sample has not two axes.")
    right = np.concatenate(blocks) if shared else _block_diagonal(blocks)
    form = "one below the other" if shared else "along the diagonal"
    if J.shape != right.shape:
        raise AssertionError(f"the Jacobian of {len(alone)} samples is {shaped(J.shape)}; those of "
                             f"each alone, {form}, are {shaped(right.shape)}.")  # fmt: skip
    if not agree(J, right, RTOL):
        raise AssertionError(f"the Jacobian of {len(alone)} samples is not made of those of each "
                             f"alone, {form}: {where(J, right, RTOL)}.")  # fmt: skip


def _batch(subject: Subject) -> tuple[Any, ...]:
    """The inputs with samples as their last axis: as they are, or made of one sample."""
    axes = subject.inputs[0].ndim
    if axes not in (1, 2):
        raise NotRun("neither one sample (n,) nor samples as columns (n, N) are given.")
    if subject.shared(subject.arguments[0]):
        raise NotRun("its first argument has no samples as columns: all samples share it.")
    if axes == 2:
        return subject.inputs
    named = zip(subject.arguments, subject.inputs, strict=False)
    return tuple(value if subject.shared(name) else _repeated(value) for name, value in named)


def _repeated(value: Any) -> Any:
    """Three samples of one; class indices are all the same."""
    if value.dtype.kind != "f":
        return np.repeat(value[..., None], len(SAMPLES), axis=-1)
    return value[..., None] * SAMPLES


def _sample(subject: Subject, batch: tuple[Any, ...], k: int) -> Iterator[Any]:
    """The inputs of one sample; what samples share is given to each."""
    for name, value in zip(subject.arguments, batch, strict=False):
        yield value if subject.shared(name) else value[..., k]


def _tried(subject: Subject, inputs: tuple[Any, ...]) -> Any:
    """The value, where the layer takes such inputs."""
    try:
        return subject.value(*inputs)
    except AssertionError as problem:
        raise NotRun(str(problem)) from None


def _block_diagonal(blocks: list[Any]) -> Any:
    rows, columns = np.cumsum([(0, 0), *(block.shape for block in blocks)], axis=0).T
    whole = np.zeros((rows[-1], columns[-1]))
    for k, block in enumerate(blocks):
        whole[rows[k] : rows[k + 1], columns[k] : columns[k + 1]] = block
    return whole
