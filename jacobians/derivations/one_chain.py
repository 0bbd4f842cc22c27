"""One chain by itself: its order, its faults, and the derivative that its product is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from layouts import DENOMINATOR, NUMERATOR, Layout
from layouts.errors import counted

from .links import Link, Links, joins, stem, whole
from .reasons import Reason, are, listed, times
from .wires import Wires

__all__ = ["Form"]


class Form:
    """One chain by itself: its faults, its order, and what its product is."""

    def __init__(self, written: Links, left: Link | None, wires: Wires) -> None:
        self.written, self.wires = written, wires
        self.links = list({link.ends: link for link in reversed(written)}.values())[::-1]
        self.order = self.nearest_order(left)
        self.downwards = self.filled(self.order.written(self.links[::-1]), left)
        unreal = [reason for link in self.links for reason in self.unreal(link)]
        self.reasons = [*self.elementwise(), *self.repeated(), *unreal]
        if not unreal and not self.joined:
            self.reasons += self.faults()
        self.gives = self.downwards[0].of, self.downwards[-1].wrt

    def filled(self, downwards: Links, left: Link | None) -> Links:
        """A chain with the identity matrices that it leaves out."""
        top, bottom = left.ends if left else (downwards[0].of, downwards[-1].wrt)
        found = self.wires.by_identities(top, downwards[0].of)
        for link, below in pairwise([*downwards, Link(bottom, bottom)]):
            found += [link, *self.wires.by_identities(link.wrt, below.of)]
        return found

    @property
    def joined(self) -> bool:
        """Whether each link ends with what the next one begins with."""
        return all(joins(*pair) for pair in pairwise(self.downwards))

    def nearest_order(self, left: Link | None) -> Layout:
        """The layout whose order this is, or comes nearest to."""
        pairs = list(pairwise(self.links))
        numerator, denominator = (
            sum(joins(*layout.pair(*pair)) for pair in pairs) for layout in Layout
        )
        if numerator != denominator:
            return NUMERATOR if numerator > denominator else DENOMINATOR
        first, last = self.links[0], self.links[-1]
        if left is not None and first.of != last.of and left.of in (first.of, last.of):
            return NUMERATOR if left.of == first.of else DENOMINATOR
        later = first.of != last.of and self.wires.reaches(last.of, first.of)
        return DENOMINATOR if later else NUMERATOR

    def elementwise(self) -> Iterator[Reason]:
        for before, link in pairwise(self.written):
            if link.hadamard:
                a, b = self.wires.spoken(before), self.wires.spoken(link)
                wrong = (
                    f"Between {a} and {b} stands ⊙: links are matrices, and multiply as matrices."
                )
                cure = f"Write {a} · {b}; ⊙ comes in where a diagonal matrix becomes a vector."
                yield Reason("product", wrong, cure)

    def repeated(self) -> Iterator[Reason]:
        places: dict[tuple[str, str], list[int]] = {}
        for k, link in enumerate(self.written, start=1):
            places.setdefault(link.ends, []).append(k)
        for at in places.values():
            if len(at) > 1:
                symbol = self.wires.spoken(self.written[at[0] - 1])
                wrong = f"{symbol} stands {times(len(at))}, as factors {listed(at)}."
                yield Reason("repeated link", wrong, "A chain goes through each link once.")

    def unreal(self, link: Link) -> Iterator[Reason]:
        """Why a link is none of the network's."""
        wires, (of, wrt) = self.wires, link.ends
        if not wires.made or wires.reaches(of, wrt):
            return
        symbol, u, x = wires.spoken(link), wires.text(of), wires.text(wrt)
        if wires.reaches(wrt, of):
            wrong = f"{symbol} is upside down: {x} is made from {u}, not {u} from {x}."
            yield Reason("upside down", wrong, f"The link is {wires.symbol(wrt, of)}.")
        elif whole(of) not in wires.made:
            yield Reason("no link", f"{symbol} is no link: {u} is given, not made from anything.")
        else:
            inputs = listed(map(wires.text, dict.fromkeys(wires.made[whole(of)])))
            wrong = f"{symbol} is zero: {u} does not depend on {x}."
            yield Reason("no link", wrong, f"{u} is made from {inputs}.")

    def faults(self) -> list[Reason]:
        """Why neighbours do not join: by the order, or by a link missing or upside down."""
        path = rearranged(self.links)
        if path is None:
            pairs = enumerate(pairwise(self.downwards))
            return [self.gap(k) for k, pair in pairs if not joins(*pair)]
        pairs_as_written = list(pairwise(self.links))
        a, b = next(pair for pair in pairs_as_written if not joins(*self.order.pair(*pair)))
        self.order, self.downwards = NUMERATOR, path
        say = self.wires.product
        wrong = "The links are all there, in an order as it is spoken, not multiplied: "
        wrong += f"{say([a])} and {say([b])} stand side by side and share nothing."
        cure = f"In numerator layout it is {say(path)}, in denominator layout {say(path[::-1])}."
        return [Reason("order", wrong, cure)]

    def gap(self, k: int) -> Reason:
        """Why the links k and k + 1, counted downwards, do not join."""
        before, upper, lower, after = [None, *self.downwards, None][k : k + 4]
        assert upper is not None
        assert lower is not None
        if lower.wrt == upper.wrt and (after is None or after.of == lower.of):
            return self.upside_down(lower)
        if upper.of == lower.of and (before is None or before.wrt == upper.wrt):
            return self.upside_down(upper)
        return self.missing(upper, lower)

    def upside_down(self, link: Link) -> Reason:
        symbol, right = self.wires.spoken(link), self.wires.symbol(link.wrt, link.of)
        wrong = f"{symbol} is upside down: its neighbours do not begin and end so."
        return Reason("upside down", wrong, f"The link is {right}.")

    def missing(self, upper: Link, lower: Link) -> Reason:
        wires, (a, b) = self.wires, self.order.pair(upper, lower)
        u, v = wires.text(upper.wrt), wires.text(lower.of)
        between = f"between {wires.spoken(a)} and {wires.spoken(b)}"
        if wires.made and not wires.reaches(upper.wrt, lower.of):
            wrong = f"Nothing leads from {v} to {u}, {between}: {u} does not depend on {v}."
            return Reason("no link", wrong, "Compare the numbers of their layers.")
        lost, size = self.steps(upper.wrt, lower.of), wires.size(upper.wrt)
        wrong = f"{wires.product(lost)} {are(lost)} missing {between}: {u} is not {v}"
        if size is not None and size == wires.size(lower.of):
            wrong += f", though both have {counted(size, 'entry', 'entries')}"
        return Reason("missing link", f"{wrong}.", f"Write {wires.product([a, *lost, b])}.")

    def steps(self, of: str, wrt: str) -> Links:
        """The links between two values, as this order writes them."""
        downwards = [Link(a, b) for a, b in pairwise(self.wires.single(of, wrt))]
        return self.order.written(downwards[::-1])

    def against(self, left: Link | None) -> list[Reason]:
        """Whether the product is what the left side says."""
        if left is None or left.ends == self.gives or not self.joined:
            return []
        (of, wrt), wires = self.gives, self.wires
        told = f"The chain gives {wires.symbol(of, wrt)}, not {wires.symbol(*left.ends)}"
        cure = f"The left side should be {wires.symbol(of, wrt)}."
        if left.wrt == wrt and self.may_lack(left.of, of):
            return [self.cut_short(told, self.steps(left.of, of), at_top=True, otherwise=cure)]
        if left.of == of and self.may_lack(wrt, left.wrt):
            return [self.cut_short(told, self.steps(wrt, left.wrt), at_top=False, otherwise=cure)]
        return [Reason("left side", f"{told}.", cure)]

    def may_lack(self, of: str, wrt: str) -> bool:
        """Whether links between these two may be what a chain lacks at one of its ends.

        Where nobody said what is made from what, W3 and W2 are a slip of numbers.
        """
        if self.wires.made:
            return self.wires.reaches(of, wrt)
        return stem(of) != stem(wrt)

    def cut_short(self, told: str, lost: Links, *, at_top: bool, otherwise: str) -> Reason:
        """A chain that ends before the left side does."""
        first = at_top == (self.order is NUMERATOR)
        parts = [*lost, *self.links] if first else [*self.links, *lost]
        place = "beginning" if first else "end"
        wrong = f"{told}: {self.wires.product(lost)} {are(lost)} missing at its {place}."
        cure = f"Write {self.wires.product(parts)}."
        if not self.wires.made:
            cure = f"{cure[:-1]}; or the left side is meant to be {self.wires.symbol(*self.gives)}."
        return Reason("missing link", wrong, cure)


def rearranged(links: Links) -> Links | None:
    """The links as one path from the last value down, if they are one."""
    below = {link.wrt for link in links}
    by_top = {link.of: link for link in links}
    path = [link for link in links if link.of not in below]
    if len(by_top) < len(links) or len(path) != 1:
        return None
    while path[-1].wrt in by_top:
        path.append(by_top[path[-1].wrt])
    return path if len(path) == len(links) else None
