"""Chains of ∂ symbols, judged link by link.

    ∂L/∂a2 · ∂a2/∂z2 · ∂z2/∂W2      numerator layout: each link ends with what the next begins with
    ∂z2/∂W2 · ∂a2/∂z2 · ∂L/∂a2      denominator layout: the later layer stands on the right

A link says what it is of and what it is by, so that a chain can be judged by its names alone:
which link stands twice, is missing or upside down, and what the product is. Where it is known
what is made from what (`Wires`), the links have to be there, they have shapes, and a sum of chains
has to go every path once. All of it stands in one file, since each question is asked only where
those before it found no fault: links, order, left side, paths, layout, sizes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from itertools import pairwise, product
from typing import NamedTuple, TypeAlias, TypeVar

from layouts import DENOMINATOR, NUMERATOR, Layout
from layouts.errors import FormulaError, InputError, counted, near_names
from layouts.formulas.printing import printed
from layouts.formulas.scope import column_shape, plain_shape
from layouts.formulas.text_style import TEXT
from layouts.formulas.tree import (
    Chain,
    Claim,
    Derivative,
    Name,
    Part,
    Product,
    Sum,
    Transpose,
    walk,
)
from layouts.sizes import Shape, SizeLike, by, size_of

__all__ = [
    "FIXED",
    "Judged",
    "Link",
    "Reason",
    "Wires",
    "arrangement",
    "gradient",
    "judged",
    "judged_row",
    "listed",
    "products_of",
    "refuse_unknown",
    "shape_of",
    "whole",
]

T = TypeVar("T")
MOST_PATHS = 200
MOST_PRODUCTS = 100
FIXED = {"∇": DENOMINATOR, "δ": DENOMINATOR, "J": NUMERATOR}
"""The layout of what is no ∂: ∇ and δ are columns, the rows of J follow what it is of."""
ELEMENTWISE = ("⊙", "∘", r"\odot", r"\circ")
DIGITS = "0123456789"


class Reason(NamedTuple):
    """Why a line is false: the kind of fault, what is wrong, and the cure."""

    kind: str
    text: str
    cure: str = ""


class Link(NamedTuple):
    """One factor of a chain, `∂of/∂wrt`, by the network's own names."""

    of: str
    wrt: str
    kind: str = "∂"
    """∂ in the layout at hand, ∇ or δ a column, J by rows."""
    turned: bool = False
    """Whether it is transposed."""
    claims: tuple[tuple[int, str], ...] = ()
    """The shapes under the braces that begin here, each with how many links it spans."""
    at: int = 0
    hadamard: bool = False
    """Whether a ⊙ stands before it."""
    left_out: bool = False
    """Whether it is an identity matrix that was not written."""

    @property
    def ends(self) -> tuple[str, str]:
        """What it is of, and what it is by."""
        return self.of, self.wrt


Links: TypeAlias = list[Link]
Path: TypeAlias = tuple[str, ...]
"""The values that a path meets, from the last one down."""


class Judged(NamedTuple):
    """What a chain came to."""

    layout: str | None
    """numerator, denominator, both where nothing tells which, or None."""
    reasons: list[Reason]
    note: str = ""
    """What there is to say of a legal chain."""
    gives: tuple[str, str] = ("", "")
    """What the product is of, and by what."""


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


def whole(name: str) -> str:
    """The value that an entry is of: W2 for W2[i,j]; z[l] is a whole value."""
    base, bracket, index = name.partition("[")
    return base if bracket and (base[-1:].isdigit() or "," in index) else name


# From trees to links.


def products_of(
    tree: Part, text: str, own: Mapping[str, str], known: Mapping[str, Link]
) -> list[Links] | None:
    """A formula as a sum of chains; None where it is anything else.

    Args:
        tree: the formula.
        text: what it was read from.
        own: the network's name for a name of the writer's.
        known: the names that are links themselves, δ2.

    Raises:
        FormulaError: more chains than anybody would write.
    """
    if not any(isinstance(part, Derivative) for part in walk(tree)):
        return None
    return Expansion(text, own, known).of(tree)


class Expansion:
    """Products multiplied out, the links of each as they stand."""

    def __init__(self, text: str, own: Mapping[str, str], known: Mapping[str, Link]) -> None:
        self.text, self.own, self.known = text, own, known

    def of(self, part: Part) -> list[Links] | None:
        match part:
            case Derivative(of=of, wrt=(wrt,), kind=kind, formula=None):
                return [[Link(self.name(of), self.name(wrt), kind, at=part.at[0])]]
            case Name(text=text) if self.own.get(text, text) in self.known:
                return [[self.known[self.own.get(text, text)]._replace(at=part.at[0])]]
            case Transpose(part=inner):
                return turned(self.of(inner))
            case Claim(part=inner, shape=shape):
                return claimed(self.of(inner), shape)
            case Sum(left=left, sign="+", right=right):
                a, b = self.of(left), self.of(right)
                return None if a is None or b is None else a + b
            case Product(left=left, operator=operator, right=right):
                return self.multiplied([left, right], [operator])
            case Chain(factors=factors, operators=operators):
                return self.multiplied(factors, operators)
        return None

    def name(self, text: str) -> str:
        base = whole(text)
        return self.own.get(text) or self.own.get(base, base) + text[len(base) :]

    def multiplied(self, factors: Sequence[Part], operators: Sequence[str]) -> list[Links] | None:
        total = self.of(factors[0])
        for (before, factor), operator in zip(pairwise(factors), operators, strict=True):
            right = self.of(factor)
            if total is None or right is None or operator not in ("@", " ", "*"):
                return None
            if len(total) * len(right) > MOST_PRODUCTS:
                message = f"more than {MOST_PRODUCTS} chains in a sum are beyond reason."
                raise FormulaError(self.text, factor.at[0], message)
            if any(sign in self.text[before.at[1] : factor.at[0]] for sign in ELEMENTWISE):
                right = [[links[0]._replace(hadamard=True), *links[1:]] for links in right]
            total = [a + b for a, b in product(total, right)]
        return total


def turned(products: list[Links] | None) -> list[Links] | None:
    """Transposed: the order turns round, and so does every link with what is claimed of it."""
    if products is None:
        return None
    found = []
    for links in products:
        found.append([
            link._replace(
                turned=not link.turned,
                claims=tuple((1, "×".join(s.split("×")[::-1])) for n, s in link.claims if n == 1),
            )
            for link in reversed(links)
        ])  # fmt: skip
    return found


def claimed(products: list[Links] | None, shape: str) -> list[Links] | None:
    """With the shape that stands under all of it; of a sum it is not kept."""
    if products is None or len(products) > 1:
        return products
    first, *others = products[0]
    return [[first._replace(claims=(*first.claims, (len(products[0]), shape))), *others]]


# One chain.


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


def joins(upper: Link, lower: Link) -> bool:
    """Whether a link ends where another begins.

    Of layers by themselves, `J_{x3} L3 · J_{x2} L2`, numbers tell: x3 is what L2 makes.
    """
    if upper.wrt == lower.of:
        return True
    f, x, g = (number_of(name) for name in (upper.of, upper.wrt, lower.of))
    if not upper.kind == lower.kind == "J" or -1 in (f, x, g):
        return False
    return x - g == 1 - (f - x) and stem(upper.wrt) != stem(lower.of)


def stem(name: str) -> str:
    """A name without its number or its layer."""
    return whole(name).partition("[")[0].rstrip(DIGITS)


def number_of(name: str) -> int:
    """The number at the end of a name, or -1."""
    digits = name[len(name.rstrip(DIGITS)) :]
    return int(digits) if 0 < len(digits) < 5 else -1


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


# A sum of chains.


def judged(left: Link | None, products: list[Links], wires: Wires, text: str = "") -> Judged:
    """A sum of chains, against what stands on its left side or by itself.

    Args:
        left: what it is said to be.
        products: the links of each chain as they are written.
        wires: what is made from what, or no more than names.
        text: what the links stand in, for errors.

    Raises:
        FormulaError: a value that the network lacks, or one entry of a value inside a chain.
    """
    refuse_unknown([link for links in products for link in links], wires, text)
    forms = [Form(links, left, wires) for links in products]
    gives = forms[0].gives
    reasons = unique(r for form in forms for r in [*form.reasons, *form.against(left)])
    reasons = reasons or different(forms, wires)
    note = ""
    if not reasons and wires.made:
        reasons, note = by_paths(forms, wires)
    layouts = [] if reasons else legal(left, forms, wires)
    if not layouts:
        return Judged(None, reasons or by_layout(left, forms, wires), "", gives)
    named = str(layouts[0]) if len({*layouts}) == 1 else "both"
    spared = unique(link for form in forms for link in form.downwards if link.left_out)
    if spared:
        verb = "is the identity" if len(spared) == 1 else "are identities"
        note += f" {listed(map(wires.spoken, spared))} {verb}, and may be left out."
    return Judged(named, [], legality(layouts[0], named, forms, wires) + note, gives)


def refuse_unknown(links: Iterable[Link], wires: Wires, text: str) -> None:
    """Refuse what the network does not have, and entries over which a sum would run."""
    for link in links if wires.made else ():
        for name in map(whole, link.ends):
            if name not in wires.names:
                near = near_names(wires.name(name), map(wires.name, wires.names))
                raise FormulaError(text, link.at, f"there is no value {wires.name(name)}: {near}")
        if whole(link.of) != link.of:
            entry = f"{wires.name(link.of)} is one entry, and a chain sums over them"
            raise FormulaError(text, link.at, f"{entry}: write whole values.")


def different(forms: Sequence[Form], wires: Wires) -> list[Reason]:
    """Why chains do not add up to one derivative."""
    for form in forms[1:]:
        if form.gives != forms[0].gives:
            a, b = wires.symbol(*forms[0].gives), wires.symbol(*form.gives)
            return [
                Reason("left side", f"One term is {a}, another one is {b}: they are not added.")
            ]
    return []


def by_paths(forms: Sequence[Form], wires: Wires) -> tuple[list[Reason], str]:
    """Whether the chains together go every path once, and what to say if they do.

    Where a value is made from another both at once and by way of others, ∂u/∂x is the link or the
    total derivative; a sum is right if it is so in one of these readings.
    """
    of, wrt = forms[0].gives
    wanted = Counter(wires.between(of, wrt))
    partial = Counter(path for form in forms for path in walks(form.downwards, wires))
    if partial == wanted:
        return [], ""
    if wanted == Counter(p for form in forms for p in walks(form.downwards, wires, total=True)):
        return [], " Every ∂ in it is a total derivative, over all paths."
    return path_reasons(list(wanted), partial, wires), ""


def path_reasons(wanted: list[Path], walked: Counter[Path], wires: Wires) -> list[Reason]:
    """The paths that are missing, or counted more than once."""
    lost = [in_links(path, wires) for path in wanted if path not in walked]
    again = [path for path in walked if walked[path] > 1]
    reasons = []
    if lost:
        x, y = wires.text(wanted[0][-1]), wires.text(wanted[0][0])
        shown = listed(lost[:2]) + (f" and {len(lost) - 2} more" if len(lost) > 2 else "")
        wrong = f"{x} reaches {y} by {len(wanted)} paths, and {shown} {are(lost)} missing."
        reasons.append(Reason("missing path", wrong, "The paths add up, a term for each."))
    if again:
        wrong = f"The path {in_links(again[0], wires)} is counted {times(walked[again[0]])}."
        reasons.append(Reason("repeated path", wrong, "The paths add up, a term for each."))
    return reasons


def walks(downwards: Links, wires: Wires, *, total: bool = False) -> list[Path]:
    """The paths that a chain goes."""
    found: list[Path] = [()]
    for link in downwards:
        of, wrt = map(whole, link.ends)
        direct = wrt in wires.made.get(of, ()) and (link.left_out or not total)
        paths = [(of, wrt)] if direct else wires.between(of, wrt)
        if len(found) * len(paths) > MOST_PATHS:
            raise InputError(f"more than {MOST_PATHS} paths are not told apart.")
        found = [(*a[:-1], *b) for a, b in product(found, paths)]
    return found


def in_links(path: Path, wires: Wires) -> str:
    return " · ".join(wires.symbol(a, b) for a, b in pairwise(path))


# Layouts.


def arrangement(link: Link, layout: Layout) -> Layout:
    """The layout that a factor is in, where ∂ is read in this one."""
    own = FIXED.get(link.kind, layout)
    return own.other if link.turned else own


def is_number(link: Link, wires: Wires) -> bool:
    """Whether a factor is 1×1, and so the same in both layouts."""
    return wires.size(link.of) == 1 == wires.size(link.wrt)


def legal(left: Link | None, forms: Sequence[Form], wires: Wires) -> list[Layout]:
    """The layouts in which every factor, the order, the sizes and the left side agree."""
    found = []
    factors = [link for form in forms for link in form.links if not is_number(link, wires)]
    for read in Layout:
        layout, *others = {arrangement(link, read) for link in factors} or {read}
        ordered = all(len(form.links) == 1 or form.order is layout for form in forms)
        same = left is None or is_number(left, wires) or arrangement(left, read) is layout
        if not others and ordered and same and not misfits(left, forms, layout, wires):
            found.append(layout)
    return found


def by_layout(left: Link | None, forms: Sequence[Form], wires: Wires) -> list[Reason]:
    """Why chains that telescope are legal in neither layout."""
    say = wires.product
    longer = [form for form in forms if len(form.links) > 1] or list(forms)
    order, links = longer[0].order, longer[0].links
    for form in longer[1:]:
        if form.order is not order:
            wrong = f"{say(links)} is in {order} layout's order, {say(form.links)} in "
            wrong += f"{form.order} layout's: they cannot be added."
            return [Reason("layout", wrong, f"Turn one of them round: {say(form.links[::-1])}.")]
    factors = [link for form in forms for link in form.links if not is_number(link, wires)]
    strange = [link for link in factors if arrangement(link, order) is not order]
    if strange and len(strange) < len(factors):
        return unique(mixed(link, order, wires) for link in strange)
    found = [] if strange else misfits(left, forms, order, wires)
    if found and not misfits(left, forms, order, wires, turned=True):
        wrong = f"The order is {order} layout's, the sizes under it are {order.other} layout's: "
        wrong += "that is the chain as it is spoken, not multiplied."
        return [Reason("layout", wrong, f"In {order.other} layout it is {say(links[::-1])}.")]
    side = "the left side" if left is None else wires.spoken(left)
    wrong = f"The product is the transpose of {side}: one is in {order} layout, the other is not."
    return found or [Reason("layout", wrong, f"Turn the chain round: {say(links[::-1])}.")]


def mixed(link: Link, order: Layout, wires: Wires) -> Reason:
    """Why one factor is not in the layout of the order that it stands in."""
    text, told = wires.spoken(link), f"The order is {order} layout's"
    other = wires.spoken(link._replace(turned=not link.turned))
    if link.kind in ("δ", "∇") and order is NUMERATOR and not link.turned:
        shape = shape_of(link, DENOMINATOR, wires)
        wrong = f"{told}, and {text} is a column{shape and ', '}{shape}: denominator layout."
        return Reason("layout", wrong, f"In this order it is the row {other}.")
    wrong = f"{told}, {text} is in {order.other} layout: two layouts in one product."
    return Reason("layout", wrong, f"In this order it is {other}.")


# Sizes.


def misfits(
    left: Link | None, forms: Sequence[Form], layout: Layout, wires: Wires, *, turned: bool = False
) -> list[Reason]:
    """The shapes under braces that are not those of this layout, or do not fit together.

    With `turned`, rows and columns of every claim are taken for each other.
    """
    seen: dict[tuple[str, str], str] = {}
    sides = [form.links for form in forms] + ([[left]] if left else [])
    found = []
    for links in sides:
        for k, link in enumerate(links):
            for n, claim in link.claims:
                group = links[k : k + n]
                words = claim.split("×")[:: -1 if turned else 1]
                outer = n == len(links) and words == gradient(group, layout, wires)
                if not outer and not fits(group, words, layout, seen, wires):
                    found.append(misfit(group, claim, layout, wires))
    return found


def ends_of(group: Links, layout: Layout) -> tuple[str, str]:
    """What the rows of a product follow, and what its columns follow."""
    first, last = layout.pair(group[0], group[-1])
    return layout.pair(first.of, last.wrt)


def fits(
    group: Links, words: list[str], layout: Layout, seen: dict[tuple[str, str], str], wires: Wires
) -> bool:
    """Whether sizes that were claimed may be those of a product, after what was claimed before."""
    told = dict(seen)
    for name, word in zip(ends_of(group, layout), words, strict=True):
        size = wires.size(name)
        if size is None:
            good = told.setdefault(("value", name), word) == word
        else:
            letter = not (word.isdigit() and str(size).isdigit())
            same = word == str(size)
            good = same or (letter and told.setdefault(("size", word), str(size)) == str(size))
        if not good:
            return False
    seen |= told
    return True


def gradient(group: Links, layout: Layout, wires: Wires) -> list[str]:
    """The shape that the table has: of a number by a matrix that of the gradient."""
    of, wrt = layout.pair(*ends_of(group, layout))
    if not {of, wrt} <= {*wires.shapes}:
        return []
    y, x = (plain_shape(column_shape(wires.shapes[name])) for name in (of, wrt))
    return [str(size) for size in layout.shape(y, x)]


def misfit(group: Links, claim: str, layout: Layout, wires: Wires) -> Reason:
    """What is wrong with one claim."""
    symbol, (rows, columns) = wires.product(group), ends_of(group, layout)
    shape = shape_of(Link(*layout.pair(rows, columns)), layout, wires)
    if not shape:
        wrong = f"{symbol} is said to be {claim}: in {layout} layout the other sizes differ."
        return Reason("sizes", wrong, "Give every value one size.")
    wrong = f"{symbol} is {shape} in {layout} layout, not {claim}."
    cure = f"Its rows are those of {wires.text(rows)}, its columns those of {wires.text(columns)}."
    return Reason("sizes", wrong, cure)


def shape_of(link: Link, layout: Layout, wires: Wires) -> str:
    """The shape of a factor; nothing where nobody knows it."""
    of, wrt = wires.size(link.of), wires.size(link.wrt)
    return "" if of is None or wrt is None else by(layout.pair(of, wrt))


# What is said of legal chains.


def legality(layout: Layout, named: str, forms: Sequence[Form], wires: Wires) -> str:
    """One sentence: how chains are legal."""
    chains = [[shape_of(link, layout, wires) for link in form.links] for form in forms]
    known = named != "both" and all(shape for shapes in chains for shape in shapes)
    told = ": " + " + ".join(" · ".join(shapes) for shapes in chains) if known else ""
    if len(chains) == len(chains[0]) == 1:
        where = "the same in both layouts" if named == "both" else f"in {named} layout"
        return f"One link, {where}{told}."
    told += f" = {shape_of(Link(*forms[0].gives), layout, wires)}" if known else ""
    what = f"{len(forms)} chains, each legal" if len(forms) > 1 else "A legal chain"
    where = "both layouts" if named == "both" else f"{named} layout"
    return f"{what} in {where}{told}."


def judged_row(blocks: Sequence[list[Links]], wires: Wires, text: str = "") -> Judged:
    """Blocks beside each other, `( ∂f/∂θ1 | ∂f/∂θ2 )`: the derivative by several values.

    Raises:
        FormulaError: as `judged` does.
    """
    found = [judged(None, block, wires, text) for block in blocks]
    reasons = unique(reason for each in found for reason in each.reasons)
    reasons = reasons or block_reasons(found, wires)
    if reasons:
        return Judged(None, reasons)
    names = listed(wires.text(each.gives[1]) for each in found)
    note = f"A block row in numerator layout, with a legal chain for each of {names}."
    return Judged("numerator", [], note, (found[0].gives[0], ""))


def block_reasons(found: Sequence[Judged], wires: Wires) -> list[Reason]:
    """Why legal chains beside each other are no block row."""
    tops = dict.fromkeys(each.gives[0] for each in found)
    bottoms = [each.gives[1] for each in found]
    if len(tops) > 1:
        wrong = f"The blocks are derivatives of {listed(map(wires.text, tops))}, not of one value."
        return [Reason("blocks", wrong)]
    if again := [name for name in bottoms if bottoms.count(name) > 1]:
        return [Reason("blocks", f"Two blocks are by {wires.text(again[0])}.", "Strike out one.")]
    if any(each.layout == "denominator" for each in found):
        wrong = "Blocks beside each other are numerator layout, the order in them is not."
        return [
            Reason("layout", wrong, "Turn every chain round, or put the blocks below each other.")
        ]
    return []


def unique(things: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(things))


def are(things: Sequence[object]) -> str:
    return "are" if len(things) > 1 else "is"


def times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def listed(words: Iterable[object]) -> str:
    """Words with commas, and before the last one an "and".

    >>> listed([4, 5]), listed("abc"), listed("a")
    ('4 and 5', 'a, b and c', 'a')
    """
    each = [str(word) for word in words]
    return " and ".join([", ".join(each[:-1]), each[-1]] if len(each) > 1 else each)
