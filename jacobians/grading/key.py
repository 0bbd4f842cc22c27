"""A key: what is asked, and what counts, as a TOML file with a table for each question.

seconds = 5                           # at the head: for every question that does not say it itself

[q1]                                  # the question's name, as the answers have it
kind = "formula"                      # or "code"; a formula unless said
network = "2-3-2"                     # what the derivative is of: a network …
activation = ["relu", "sigmoid"]      #    one for each linear layer, or one for all
loss = "half_squared_error"           #    also reduction, bias, seed, samples
wrt = "W1"
accept_layout = "denominator"         # or "numerator", "either" (unless said)
points = 2                            # 1 unless said

[q2]
kind = "formula"                      # … or a formula
of = "x.T @ A @ x"
wrt = "x"
shapes = { x = "n", A = "n×n" }       # also let, names and assume: tables of names and texts
accept = ["right", "right by accident"]    # verdicts that count; "right" alone unless said

[q3]
kind = "code"
function = "backward"                 # which function of the student's file is called …
network = "n-h-m"                     #    a network as above, or graph = '''…'''; letters are drawn
activation = "tanh"
loss = "half_squared_error"
wrt = "W1"                            #    of = "z2": of another value
arguments = ["x", "y", "W1", "b1", "W2", "b2"]  # … with which values; these unless said
samples = 4                           #    so many, as columns; left out, vectors have one axis
layout = "denominator"                # "numerator" unless said, or "either"
derivative = "gradient"               # or "jacobian": of a loss the gradient unless said

[q4]
kind = "code"
function = "softmax_vjp"
layer = "softmax"                     # an activation, a loss, linear, hadamard, matrix_product, …
derivative = "vjp"                    # called with the cotangent g, then with the layer's inputs
shapes = { x = "n" }                  # these unless said
modules = ["numpy"]                   # what may be imported beside the standard library
seconds = 5                           # for the code, and for each call of it; of a formula 20
memory = 256                          # MB beyond Python and NumPy; of a formula 1024
rtol = 1e-7                           # how far entries may be apart

A network in numbers is tried with those sizes, and with others: code that is right for the first
alone is "right by accident".
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from layouts.errors import InputError, LayoutError

from .question import CODE, FORMULA, TABLES, Question, known_keys, read_question

__all__ = ["Key", "read_key"]


class Key(NamedTuple):
    """All questions, by their names."""

    path: str
    questions: Mapping[str, Question]

    @property
    def points(self) -> float:
        """What a student can have."""
        return sum(question.points for question in self.questions.values())


def read_key(path: str | os.PathLike[str]) -> Key:
    """The key of a file.

    Raises:
        LayoutError: a file that cannot be read, is no TOML, or asks what cannot be asked; the
            message names the file and the question.
    """
    path = Path(path)
    said = parsed(path)
    head = {
        name: value for name, value in said.items() if not isinstance(value, dict) or name in TABLES
    }
    tables = {name: value for name, value in said.items() if name not in head}
    for name in head:
        if name not in known_keys(FORMULA, CODE):
            raise InputError(f"{path}: {name} is no table, and nothing that questions say: a "
                             f"question is a table, [{name}].")  # fmt: skip
    if not tables:
        raise InputError(f"{path} has no questions: each is a table, [q1].")
    questions = {}
    for name, own in tables.items():
        try:
            questions[name] = read_question(name, own, head)
        except LayoutError as problem:
            raise InputError(f"{path}, question {name}: {problem}") from None
    return Key(str(path), questions)


def parsed(path: Path) -> dict[str, Any]:
    """What a TOML file says.

    Raises:
        InputError: it cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise InputError(f"{path} cannot be read: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text.") from None
    except RecursionError:
        raise InputError(f"{path} is nested too deeply.") from None
    except tomllib.TOMLDecodeError as problem:
        raise InputError(f"{path} is not valid TOML: {problem}.") from None
    except ValueError:
        raise InputError(f"{str(path)!r} is no name of a file.") from None
