"""The links of a sheet, with blanks, and of its key, with what is right."""

from __future__ import annotations

from itertools import zip_longest

from layouts.layout import NUMERATOR
from layouts.sizes import by

from ..report.model import Block, Factors, Paragraph, Section, Table
from .task import Answer, Task

__all__ = ["ASKS", "links_key", "links_part"]

ASKS = {
    "shapes": "Write each link's shape, rows×columns, and that of the whole derivative; of a "
    "matrix they count its entries, column after column (vec).",
    "order": "Number the links from left to right, as this layout multiplies them.",
    "structure": "Write what each link is made of: {}.",
}
"""What is to be done, by what is blank."""
USUAL = ("dense", "diagonal", "identity", "Kronecker")
"""Structures that a sheet offers, whether they occur or not."""
EMPTY = {"shapes": "___×___", "order": "no. ___", "structure": "_" * 20}


def links_part(task: Task) -> Section:
    """The links with what is blank left out; what is not is given."""
    asks = [ASKS[blank] for blank in task.blank if blank in ASKS]
    words = dict.fromkeys([*USUAL, *(link.structure for link in task.links)])
    structures = " or ".join([", ".join([*words][:-1]), [*words][-1]])
    rows = [_cells(task, link, task.blank) for link in task.links]
    rows += _total(task, hidden="shapes" in task.blank)
    blocks: list[Block] = [Paragraph(text.format(structures)) for text in asks]
    title = f"THE LINKS FROM `{task.derivative.of}` BACK TO `{task.derivative.wrt}`"
    follows = "top" if task.layout is NUMERATOR else "bottom"
    remark = f"{task.layout} layout: rows follow the {follows}"
    return Section(title, remark, [*blocks, _table(task, rows)])


def links_key(task: Task) -> list[Block]:
    """The same links with all that was blank, and the product that they make."""
    rows = [_cells(task, link, (), "structure" in task.blank) for link in task.links]
    blocks: list[Block] = [_table(task, [*rows, *_total(task)])]
    if len(task.order) > 1:
        blocks.append(_product(task))
    return blocks


def _product(task: Task) -> Factors:
    """The links from left to right, each with its shape, and the sizes at which they meet."""
    shapes = {link.name: link.shape for link in task.links}
    factors = [(f"`{name}`", by(shapes[name])) for name in task.order]
    inner = [str(shapes[name][1]) for name in task.order[:-1]]
    return Factors((f"`{task.derivative.name}`", by(task.total)), factors, inner)


def _cells(
    task: Task, link: Answer, blank: tuple[str, ...], structure: bool = True
) -> tuple[str, ...]:
    """One link: its name, shape, number and structure, or room for them."""
    shown = {"shapes": f"`{by(link.shape)}`"}
    if task.order:
        shown["order"] = f"no. {link.number}"
    if structure and "structure" in task.blank:
        shown["structure"] = link.structure
    return (f"`{link.name}`", *(EMPTY[each] if each in blank else shown[each] for each in shown))


def _total(task: Task, *, hidden: bool = False) -> list[tuple[str, ...]]:
    """The whole derivative, which has no number; nothing where it is the only link."""
    if len(task.links) == 1:
        return []
    matrix = f" (as a matrix `{by(task.gradient)}`)" if task.gradient else ""
    shape = EMPTY["shapes"] if hidden else f"`{by(task.total)}`{matrix}"
    return [(f"`{task.derivative.name}`", shape)]


def _table(task: Task, cells: list[tuple[str, ...]]) -> Table:
    """Two links in a line, where their structure takes no room."""
    width = max(map(len, cells))
    cells = [(*row, *[""] * (width - len(row))) for row in cells]
    if "structure" in task.blank:
        return Table((), cells, "l" * width)
    pairs = zip_longest(cells[::2], cells[1::2], fillvalue=("",) * width)
    return Table((), [(*one, "", *other) for one, other in pairs], "l" * (2 * width + 1))
