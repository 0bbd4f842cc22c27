r"""What stands above and below the line: indices, transposes, inverses and powers.

    W_{ij}  W^{(2)}  x^{[l+1]}      indices        W^T  {W^l}'  A^{-T}    transposes
    \delta^2  W^{2T}  a^{[l](i)}    indices        A^{-1}  A^+  X^{\odot 2}  x^n

A number above the line is an index in brackets, beside a T, of δ, in a derivative, and where that
name is known; else it is a power. Where delta itself or delta_2 is known, a number above it is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..tree import Call, Name, Negative, Number, Part, Power, Row, Span, Transpose
from .constants import LAYERS, Constants
from .context import Context
from .items import Script
from .names import indices, side_by_side, unturned

__all__ = ["TURN", "Scripts", "Step", "index_step"]


class Step(NamedTuple):
    """What a script above the line does.

    "T" turns, "+" inverts, "^" raises, "**" raises entry by entry; an "index" belongs to the name.
    """

    kind: str
    exponent: Part | None = None
    entries: tuple[str, ...] = ()


TURN, PINV = Step("T"), Step("+")


class Scripts:
    """The rules for scripts, in a context."""

    def __init__(self, context: Context) -> None:
        self.context, self.vocabulary = context, context.vocabulary
        self.constants = Constants(context)

    def scripted(self, part: Part, scripts: Sequence[Script]) -> Part:
        """A part with what its scripts say, indices first."""
        if not scripts:
            return part
        part, below = self.lowered(part, [script for script in scripts if script.sign == "_"])
        name = self.context.name(part)
        above = [script for script in scripts if script.sign != "_"]
        steps = [
            (step, script.at[1]) for script in above for step in self.steps(script, name, below)
        ]
        entries = [text for step, _ in steps for text in step.entries] + below
        if name is not None and entries:
            end = max(script.at[1] for script in scripts)
            part = Name(self.vocabulary.indexed(name, entries), at=(part.at[0], end))
        for step, end in steps:
            part = stepped(part, step, (part.at[0], end))
        return part

    # Below the line.

    def lowered(self, part: Part, scripts: Sequence[Script]) -> tuple[Part, list[str]]:
        """A part with the sizes below it, and its indices."""
        entries: list[str] = []
        for script in scripts:
            if isinstance(part, Call) and part.function == "norm":
                self.refuse_norm(script)
            elif (sized := self.constants.sized(part, script)) is not None:
                part = sized
            else:
                entries += self.below(part, script)
        return part, entries

    def refuse_norm(self, script: Script) -> None:
        """An index says which norm it is: 2 and F are the one that is known."""
        if indices(script.part) not in (["2"], ["F"]):
            message = "of norms only the root of the sum of all squares is known."
            self.context.refuse(script, message)

    def below(self, part: Part, script: Script) -> list[str]:
        """The indices below the line."""
        if self.context.name(part) is None:
            message = "only a name has an index: give what stands before it a name."
            self.context.refuse(script, message)
        entries = indices(script.part)
        if entries is None:
            self.context.refuse(script, "an index is a number, a letter, l+1 or l-1.")
        return entries

    # Above the line.

    def turn(self, scripts: Sequence[Script], *, alone: bool = False) -> bool:
        """Whether these transpose, and do nothing else if that is asked."""
        above = [script for script in scripts if script.sign != "_"]
        steps = [step for script in above for step in self.steps(script, None)]
        return TURN in steps and (not alone or {*steps} == {TURN})

    def steps(self, script: Script, name: str | None, below: Sequence[str] = ()) -> list[Step]:
        """What a script above the line does to a symbol with these indices below it."""
        if script.primes:
            return [TURN] * script.primes
        if script.sign == "⊙":
            return [Step("**", script.part)]
        if self.context.is_turn(script.part):
            return [PINV, TURN] if script.part in self.context.plussed else [TURN]
        if name is not None and self.vocabulary.knows(name, script.part, below):
            return [index_step(script.part)]
        if name == "e" and not self.vocabulary.e_is_known:
            return [Step("^", script.part)]
        if (
            name is not None
            and below
            and self.vocabulary.indexed(name, below) in self.context.names
        ):
            name = self.vocabulary.indexed(name, below)  # a number above delta_2 is a power
        return self.above(script.part, name)

    def above(self, part: Part, name: str | None, *, beside: bool = False) -> list[Step]:
        """The steps of `T`, `-1`, `-T`, `(2)T`, `[3]^{T}`, `l+1`, `n`; beside a T stand indices."""
        part, turns = unturned(part)
        pieces = side_by_side(part)
        if (steps := self.inverse(part)) is not None:
            return steps + [TURN] * turns
        if self.context.is_turn(part):
            steps = [TURN]
        elif any(map(self.context.is_turn, pieces)):
            steps = [step for piece in pieces for step in self.above(piece, name, beside=True)]
        elif name is not None and self.is_index(part, name, beside=beside or turns > 0):
            steps = [index_step(part)]
        else:
            steps = [Step("^", part)]
        return steps + [TURN] * turns

    def inverse(self, part: Part) -> list[Step] | None:
        """The steps of `†`, `-T`, `-1T` and `-1^T`; None of anything else."""
        match part:
            case Name(text="†"):
                return [PINV]
            case Negative(part=inner):
                inner, turns = unturned(inner)
                first, *others = side_by_side(inner)
                one = isinstance(first, Number) and first.text == "1"
                letters = others if one else [first, *others]
                if turns + len(letters) and all(map(self.context.is_turn, letters)):
                    return [Step("^", minus_one(part.at)), *[TURN] * (turns + len(letters))]
        return None

    def is_index(self, part: Part, name: str, *, beside: bool) -> bool:
        """Whether what stands above the line is an index though nobody knows that name."""
        entries = indices(part)
        if entries is None:
            return False
        delta = name == "delta" and name not in self.context.names
        if beside or delta or isinstance(part, Row):
            return True
        if self.context.bracketed.issuperset(side_by_side(part)):
            return True
        first = re.match(r"\w+", entries[0])
        return len(entries) == 1 and first is not None and first[0] in LAYERS


def index_step(part: Part) -> Step:
    """The indices that a part is, one that is no index as "?"."""
    return Step("index", entries=tuple(indices(part) or ("?",)))


def minus_one(at: Span) -> Part:
    return Negative(Number(1.0, "1", at=at), at=at)


def stepped(part: Part, step: Step, at: Span) -> Part:
    """A part turned, inverted, raised to a power, or left alone by what is an index."""
    match step:
        case Step(kind="T"):
            return Transpose(part, at=at)
        case Step(kind="+"):
            return Call("pinv", (part,), at=at)
        case Step(kind="^" | "**" as operator, exponent=Part() as exponent):
            return Power(part, operator, exponent, at=at)
    return part
