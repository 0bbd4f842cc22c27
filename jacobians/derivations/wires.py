"""What is made from what, the paths that this makes, and what the writer calls it all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import NamedTuple, TypeAlias

from layouts.errors import InputError
from layouts.formulas.printing import printed
from layouts.formulas.text_style import TEXT
from layouts.formulas.tree import Derivative, Name, Part, mapped
from layouts.sizes import Shape, SizeLike, size_of

from .links import Link, Links, whole

__all__ = ["MOST_PATHS", "Path", "Wires"]

MOST_PATHS = 200
Path: TypeAlias = tuple[str, ...]
"""The values that a path meets, from the last one down."""


class Wires(NamedTuple):
    """What is made from what, as far as anybody said, and what the writer calls it."""

    made: Mapping[str, Sequence[str]] = {}
    """For each value that is computed those that it is computed from; empty if nobody said."""
    shapes: Mapping[str, Shape] = {}
    called: Mapping[str, str] = {}
    """The writer's name for a value, where it is another one."""
    alike: frozenset[tuple[str, str]] = frozenset()
    """The links that are identity matrices, (z1, b1): a chain may leave them out."""

    def name(self, own: str) -> str:
        """A value as the writer calls it, an entry with its indices."""
        base = whole(own)
        return self.called.get(own) or self.called.get(base, base) + own[len(base) :]

    def text(self, own: str) -> str:
        """The same as texts print it."""
        return printed(Name(self.name(own)), TEXT)

    def symbol(self, of: str, wrt: str, kind: str = "∂") -> str:
        """A derivative as texts print it."""
        return printed(Derivative(self.name(of), (self.name(wrt),), kind), TEXT)

    def spoken(self, link: Link) -> str:
        """A link as it was written."""
        if link.kind == "δ":
            text = printed(Name(f"delta{self.name(link.wrt)[1:]}"), TEXT)
            return f"{text}ᵀ" if link.turned else text
        text = self.symbol(link.of, link.wrt, link.kind)
        return f"({text})ᵀ" if link.turned else text

    def product(self, links: Iterable[Link]) -> str:
        """Links as a product."""
        return " · ".join(map(self.spoken, links))

    def renamed(self, tree: Part) -> Part:
        """A formula in the writer's names."""
        if isinstance(tree, Name):
            return Name(self.name(tree.text))
        return mapped(tree, self.renamed)

    def size(self, own: str) -> SizeLike | None:
        """How many entries a value has; None where nobody said."""
        if whole(own) != own:
            return 1
        return size_of(self.shapes[own]) if own in self.shapes else None

    @property
    def names(self) -> list[str]:
        """Every value."""
        each = (name for made, inputs in self.made.items() for name in (*inputs, made))
        return list(dict.fromkeys(each))

    def reaches(self, of: str, wrt: str) -> bool:
        """Whether one value depends on another, or is it."""
        seen, waiting = set(), [whole(of)]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += self.made.get(name, ())
        return whole(wrt) in seen

    def between(self, of: str, wrt: str) -> list[Path]:
        """Every path from one value down to another.

        Raises:
            InputError: there are more than anybody would write.

        >>> Wires({"u": ["z", "x"], "z": ["x"]}).between("u", "x")
        [('u', 'z', 'x'), ('u', 'x')]
        """
        above = {whole(wrt)}
        for name in TopologicalSorter(self.made).static_order():
            if not above.isdisjoint(self.made.get(name, ())):
                above.add(name)
        done: list[Path] = []
        waiting: list[Path] = [(whole(of),)] if whole(of) in above else []
        while waiting:
            path = waiting.pop()
            if path[-1] == whole(wrt):
                done.append(path)
                continue
            inputs = dict.fromkeys(self.made[path[-1]])
            waiting += [(*path, name) for name in reversed(inputs) if name in above]
            if len(done) + len(waiting) > MOST_PATHS:
                ends = f"{self.name(whole(wrt))} reaches {self.name(whole(of))}"
                raise InputError(
                    f"{ends} by more than {MOST_PATHS} paths: they are not told apart."
                )
        return done

    def by_identities(self, of: str, wrt: str) -> Links:
        """The links between two values if all of them are identity matrices; else none."""
        below: list[Links] = [[]]
        for links in below:
            end = links[-1].wrt if links else of
            if end == wrt or len(below) > MOST_PATHS:
                return links if end == wrt else []
            below += [[*links, Link(u, x, left_out=True)] for u, x in self.alike if u == end]
        return []

    def single(self, of: str, wrt: str) -> Path:
        """The only path between two values; its ends where it branches, or where nobody said."""
        try:
            paths = self.between(of, wrt) if self.made else []
        except InputError:
            paths = []
        return paths[0] if len(paths) == 1 else (of, wrt)
