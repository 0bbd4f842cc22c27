"""A network as a TOML file.

sizes = "2-3-2"                       # or [2, 3, 2]; letters are strings: ["n", 3, 2]
activation = ["relu", "sigmoid"]      # one for each linear layer, or one name for all
loss = "half_squared_error"           # optional
reduction = "sum"                     # optional: over samples, "mean" or "sum"
bias = true                           # optional
seed = 0                              # optional, for weights that are not given

[weights]                             # optional
W1 = [[1, -1], [2, 0], [0, 3]]        # (outputs, inputs), inline …
b1 = [0, 1, 0]
W2 = [[1, 2, 0], [0, 1, -1]]
# file = "weights.npz"                # … or all of them in an .npz beside this file

Instead of sizes, activation and loss a file may say a graph (see `graph_notation`):

title = "residual"                    # optional, at the head of reports
graph = '''
input x: 3
parameters W: 3×3
u = W @ tanh(x) + x
'''
"""

from __future__ import annotations

import os
import re
import shlex
import tomllib
import zipfile
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from layouts.errors import InputError, LayoutError, near_names

from . import graph_notation
from .description import Description
from .notation import dense_network

__all__ = ["read", "read_weights"]

WORDS = {str: "string", list: "array", int: "whole number", bool: "true or false", dict: "table"}
KEYS: dict[str, tuple[type, ...]] = {
    "sizes": (str, list),
    "activation": (str, list),
    "loss": (str,),
    "reduction": (str,),
    "bias": (bool,),
    "seed": (int,),
    "weights": (dict,),
    "graph": (str,),
    "title": (str,),
}


def read(path: str | os.PathLike[str], *, small_integers: bool = False) -> Description:
    """The network that the file describes.

    Args:
        path: the file.
        small_integers: draw whole numbers from -3 to 3 without 0, where weights are not given.

    Raises:
        LayoutError: a file that cannot be read, is no TOML, or says something that does not fit;
            the message names the file and, where there is one, the line.
    """
    path = Path(path)
    try:
        text, said = _parsed(path)
        _check_keys(said, path, text)
        return (_graph if "graph" in said else _row)(said, path, text, small_integers)
    except RecursionError:
        raise InputError(f"{path} is nested too deeply.") from None


def _parsed(path: Path) -> tuple[str, dict[str, Any]]:
    """The text of the file, and what it says."""
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except OSError as problem:
        raise InputError(f"{path} cannot be read: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text.") from None
    except tomllib.TOMLDecodeError as problem:
        last = f"at line {max(1, len(text.splitlines()))}, the end of the file"
        told = str(problem).replace("at end of document", last)
        raise InputError(f"{path} is not valid TOML: {told}.") from None
    except ValueError:
        raise InputError(f"{str(path)!r} is no name of a file.") from None


def _row(said: dict[str, Any], path: Path, text: str, small_integers: bool) -> Description:
    """The network of a file that says sizes."""
    if "title" in said:
        _refuse(path, text, "title", "title is for a graph: a row of layers is called by its "
                                     "sizes.")  # fmt: skip
    weights = _weights(said.get("weights"), path, text)
    if said.get("bias") is False and any(name.startswith("b") for name in weights or {}):
        _refuse(path, text, "bias", "bias is false, and the weights have one all the same.")
    sizes = said["sizes"]
    activation = said.get("activation", [])
    if not all(isinstance(name, str) for name in activation):
        _refuse(path, text, "activation", f"activations are names, not {activation!r}.")
    for size in sizes if isinstance(sizes, list) else []:
        if isinstance(size, bool) or not isinstance(size, int | str) or str(size).startswith("-"):
            _refuse(path, text, "sizes", f"a size is a positive number or a letter, not {size!r}.")
    try:
        return dense_network(
            sizes if isinstance(sizes, str) else "-".join(map(str, sizes)),
            said.get("activation"),
            said.get("loss"),
            said.get("seed", 0),
            reduction=said.get("reduction"),
            bias=said.get("bias", True),
            small_integers=small_integers,
            weights=weights,
            source=_source(path),
        )
    except LayoutError as problem:
        _refuse(path, text, _key_at_fault(str(problem), said), str(problem), type(problem))


def _graph(said: dict[str, Any], path: Path, text: str, small_integers: bool) -> Description:
    """The network of a file that says a graph."""
    for key in ("sizes", "activation", "loss", "reduction", "bias"):
        if key in said:
            _refuse(path, text, key, f"{key} is said by the graph itself.")
    try:
        title = graph_notation.checked_title(said.get("title", ""))
    except LayoutError as problem:
        _refuse(path, text, "title", str(problem))
    weights = _weights(said.get("weights"), path, text)
    try:
        return graph_notation.read(
            said["graph"], said.get("seed", 0), weights=weights, source=_source(path),
            small_integers=small_integers, title=title,
        )  # fmt: skip
    except LayoutError as problem:
        raise type(problem)(f"{path}: {problem}") from None


def _source(path: Path) -> str:
    """The file as a word of the command line."""
    return shlex.quote(str(path)).encode("utf-8", "replace").decode()


def read_weights(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The arrays of an .npz file, by name; nothing in it is executed."""
    shown = str(path) if str(path).isprintable() else repr(str(path))
    try:
        loaded = np.load(path, allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            raise InputError(f"{shown} holds one array without a name: weights are an .npz.")
        with loaded as archive:
            return {name: archive[name] for name in archive.files}
    except OSError as problem:
        raise InputError(f"{shown} cannot be read: {problem.strerror or problem}.") from None
    except (ValueError, zipfile.BadZipFile, EOFError) as problem:
        if isinstance(problem, LayoutError):
            raise
        raise InputError(f"{shown} is no .npz file of number arrays.") from None


def _check_keys(said: dict[str, Any], path: Path, text: str) -> None:
    for key, value in said.items():
        if key not in KEYS:
            _refuse(path, text, key, f"unknown key {key!r}: {near_names(key, KEYS)}")
        right_type = isinstance(value, KEYS[key])
        if not right_type or (isinstance(value, bool) and bool not in KEYS[key]):
            wanted = " or ".join(WORDS[kind] for kind in KEYS[key])
            _refuse(path, text, key, f"{key} takes a {wanted}, not {value!r}.")
    if "sizes" not in said and "graph" not in said:
        raise InputError(f'{path}: sizes is missing, as in sizes = "2-3-2"; or say a graph.')


def _weights(said: dict[str, Any] | None, path: Path, text: str) -> dict[str, Any] | None:
    if said is None:
        return None
    if "file" not in said:
        return said
    if len(said) > 1 or not isinstance(said["file"], str):
        _refuse(path, text, "file", 'weights are inline or in one file = "….npz", not both.')
    return read_weights(path.parent / said["file"])


def _key_at_fault(message: str, said: dict[str, Any]) -> str:
    """The key that a message about the network speaks of."""
    weight = re.match(r"[Wb][0-9]+", message)
    if weight:
        return weight.group()
    for word in ("activation", "loss", "reduction", "seed"):
        if word in message.split(":")[0] and word in said:
            return word
    return "sizes"


def _refuse(
    path: Path, text: str, key: str, message: str, kind: type[LayoutError] = InputError
) -> NoReturn:
    """Name the file, and the line that says `key`."""
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(rf"\s*\[?\s*[\"']?{re.escape(key)}[\"']?\s*[\]=]", line):
            raise kind(f"{path}, line {number}: {message}")
    raise kind(f"{path}: {message}")
