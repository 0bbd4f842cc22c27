"""`worksheet`: a sheet of questions about one derivative, and its key.

THE NETWORK · THE LINKS, with blanks · WHICH FORMULA, of four; the key has the same parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from layouts.layout import Layout
from layouts.shape_text import read_size
from layouts.sizes import SizeLike

from ..layers.base import written
from ..network import Network
from ..readers.notation import checked_seed
from ..report.facts import Derivative, spoken
from ..report.model import Block, Paragraph, Section, Table
from ..report.parts import forward_part
from ..report.trace import Trace
from ..rows.forms import refuse_no_network
from ..typography import without_marks
from .choice import Offer
from .draws import drawn_network
from .links import links_key, links_part
from .record import key_record, sheet_record
from .task import Task, blanks_of

__all__ = ["Worksheet", "worksheet"]

WIDTH, GAP, NARROW_GAP = 80, 8, 3
LONGEST_LINE, SHORTEST_LINE = 20, 8
"""What a title has room for: spaces, and a line for the student's name."""


class Worksheet(Trace):
    """A dimension trace with blanks, written as traces are; `key` has what belongs there."""

    def __init__(
        self, title: str, written: list[Section], record: dict[str, Any], key: Trace
    ) -> None:
        super().__init__(title, written, record)
        self.key = key

    def __repr__(self) -> str:
        return f"<Worksheet {self.record['number']}: {self.record['derivative']}>"


def worksheet(
    net: Network | None = None,
    wrt: str | None = "W1",
    layout: Layout | str = "denominator",
    blank: str | Iterable[str] = ("shapes", "order"),
    seed: int = 0,
    *,
    of: str | None = None,
    samples: SizeLike | str | None = None,
) -> Worksheet:
    """A sheet about `∂of/∂wrt`, the same for a seed on every machine, another for another seed.

    Args:
        net: the network; None, and the seed chooses one. Letters among its sizes become numbers
            that all differ; numbers stay.
        wrt: a value or parameter; None is the first parameter.
        layout: in which all answers are, or its name.
        blank: what is left out: "shapes", "order", "structure" of the links; "choice" asks which of
            four formulas is the derivative.
        seed: of all that is not given, and of every order.
        of: what is differentiated; None is the loss, without one the prediction.
        samples: how many samples there are, a number or a letter.

    Raises:
        LayoutError: an unknown name, layout or blank; an order where several paths are summed; a
            choice where no formula, or too few wrong ones, can be had.

    >>> net = Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error")
    >>> sheet = worksheet(net, seed=17)
    >>> [(link["name"], link["shape"]) for link in sheet.to_dict()["links"]][:1]
    [('∂a2/∂z2', None)]
    >>> sheet.key.to_dict()["links"][0]
    {'name': '∂a2/∂z2', 'shape': [2, 2], 'number': 4, 'structure': 'diagonal'}
    """
    number = checked_seed(seed) or 0
    net = drawn_network(wrt or "W1", number) if net is None else net
    refuse_no_network(net)
    count = read_size(samples, f"samples={samples!r}") if isinstance(samples, str) else samples
    first = next(iter([*net.parameters, *net.inputs]))
    derivative = Derivative(net, of or net.top, wrt or first, 1 if count is None else count)
    task = Task(derivative, Layout.named(layout), blanks_of(blank), number)
    offer = Offer(task) if "choice" in task.blank else None
    asked: list[tuple[Section, list[Block]]] = []
    if task.blank != ("choice",):
        asked.append((links_part(task), links_key(task)))
    if offer is not None:
        asked.append((offer.part(), offer.key()))
    parts = [_network_part(task), *(part for part, _ in asked)]
    answers = [Section(f"KEY TO PART {k}", f"{task.layout} layout", blocks)
               for k, (_, blocks) in enumerate(asked, start=2)]  # fmt: skip
    name = f"`{derivative.name}` in the {_network(task)}"
    sheet = _numbered(number)
    key = Trace(f"Key, {sheet}: {name}", answers, key_record(task, offer))
    return Worksheet(_title(name, sheet), parts, sheet_record(task, offer), key)


def _title(name: str, sheet: str) -> str:
    """What the sheet is about, room for a name, and its number, in one line where they fit."""
    room = WIDTH - len(without_marks(name)) - len("Name ") - len(sheet)
    gap = " " * (GAP if room >= LONGEST_LINE + 2 * GAP else NARROW_GAP)
    line = "_" * max(SHORTEST_LINE, min(LONGEST_LINE, room - 2 * len(gap)))
    return f"{name}{gap}Name {line}{gap}{sheet}"


def _numbered(seed: int) -> str:
    return f"sheet {seed:03d}"


def _network(task: Task) -> str:
    """What the network is called, with numbers for its letters."""
    net, sizes = task.derivative.network, task.sizes
    name, _, _ = str(net).partition(":") if net.is_row else (str(net), "", "")
    words = name.split("-")
    if net.is_row and all(word.isdecimal() or word in sizes for word in words):
        return "network " + "-".join(str(sizes.get(word, word)) for word in words)
    return f"{'network' if net.is_row else 'graph'} {name}"


def _network_part(task: Task) -> Section:
    """The forward pass without its shapes; of a graph those of what is given."""
    derivative = task.derivative
    net = derivative.network
    table = forward_part(derivative).blocks[0]
    lines = [(formula, "" if "×" in remark else remark) for formula, _, remark in table.rows]
    blocks: list[Block] = [Table((), lines, "ll")]
    if not net.is_row:
        given = [*net.inputs, *net.targets, *net.parameters]
        shapes = {name: written(task.numbers(derivative.shapes[name])) for name in given}
        listed = ", ".join(f"`{name}` is `{shape}`" for name, shape in shapes.items())
        blocks.append(Paragraph(f"{listed}."))
    (count,) = task.numbers((derivative.samples,))
    letters = "".join(f", `{letter} = {n}`" for letter, n in task.sizes.items())
    title = "THE NETWORK" if net.is_row else "THE GRAPH"
    return Section(title, spoken(count) + letters, blocks)
