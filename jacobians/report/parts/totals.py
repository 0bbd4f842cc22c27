"""TOTAL AND PARTIAL: what each link holds fixed, what a total adds up, and by which paths."""

from __future__ import annotations

from layouts.layout import NUMERATOR, Layout

from ...layers.base import written
from ..facts import LISTED, Derivative, Factor, place_of
from ..model import Block, Paragraph, Section, Table
from ..sweep_in_words import ends_of, summed

__all__ = ["totals_part"]

MOST_FORKS = 4
"""More values that feed several others are not written out."""


def totals_part(derivative: Derivative, layouts: list[Layout]) -> Section:
    """The rule, the values where it adds something up, and the paths."""
    of = derivative.of
    u, v = _two_letters(derivative)
    total, partial = f"d{of}/d{u}", f"∂{u}/∂{v}"
    forms = " and ".join(
        f"`{' · '.join(layout.written([partial, total]))}` in {layout} layout" for layout in layouts
    )
    blocks: list[Block] = [
        Paragraph(
            f"`d{of}/d{v}` is total: everything behind `{v}` moves with it. A link `{partial}` is "
            f"partial: the other arguments of `{u}` are held fixed, at the values of the forward "
            f"pass. Over all values `{u}` that `{v}` feeds, `d{of}/d{v} = Σ` {forms}."
        ),
        Table(("", "feeds", "total derivative", "layout"), _forks(derivative, layouts), "llll"),
    ]
    blocks += [Paragraph(text) for text in [_held_fixed(derivative), _direct(derivative),
                                            _listed(derivative)] if text]  # fmt: skip
    return Section("TOTAL AND PARTIAL", "where paths part, their products are added", blocks)


PAIRS = [("u", "v"), ("s", "t"), ("p", "q"), ("value", "another")]


def _two_letters(derivative: Derivative) -> tuple[str, str]:
    """Letters for any two values, that no value of the graph is called by."""
    return next((pair for pair in PAIRS if not {*pair} & derivative.unknowns.keys()), PAIRS[0])


def _forks(derivative: Derivative, layouts: list[Layout]) -> list[tuple[str, str, str, str]]:
    """The values that feed several others on the way, each total as the sum over them."""
    feeds: dict[str, list[Factor]] = {}
    for factor in derivative.factors:
        feeds.setdefault(factor.link.below, []).append(factor)
    forks = {value: factors for value, factors in feeds.items() if len(factors) > 1}
    rows = []
    for value, factors in list(forks.items())[:MOST_FORKS]:
        children = ", ".join(
            ends_of([f"`{f.link.above}{place_of(f.link)}`" for f in factors], 6, 2)
        )
        for layout in layouts:
            each = [_term(derivative.of, factor, layout) for factor in factors]
            terms = summed(ends_of(each, 6, 2))
            total = f"`d{derivative.of}/d{value} = {terms}`"
            first = layout is layouts[0]
            rows.append((f"`{value}`" if first else "", children if first else "", total,
                         layout.value))  # fmt: skip
    if len(forks) > MOST_FORKS:
        rows.append(("…", f"{len(forks) - MOST_FORKS} more feed several", "", ""))
    return rows


def _term(of: str, factor: Factor, layout: Layout) -> str:
    above, below = factor.link.above, factor.link.below
    parts = [f"d{of}/d{above}", f"∂{above}/∂{below}{place_of(factor.link)}"]
    if above == of:
        return parts[1]
    return " · ".join(parts if layout is NUMERATOR else reversed(parts))


def _held_fixed(derivative: Derivative) -> str:
    """One link's other arguments, by name: if it can be, of a value that feeds several."""
    for factor in sorted(derivative.factors, key=lambda f: derivative.feeds[f.link.below] < 2):
        step, position = factor.link.step, factor.link.position
        others = [name for k, name in enumerate(step.inputs) if k != position]
        if others and not derivative.network.targets.keys() & set(others):
            fixed = " and ".join(
                f"{'the other ' * (name == factor.link.below)}`{name}` "
                f"(`{written(derivative.shape_of(name))}`)"
                for name in others
            )
            verb = "is" if len(others) == 1 else "are"
            return f"In `{factor.name}`, for one, {fixed} {verb} held fixed."
    return ""


def _direct(derivative: Derivative) -> str:
    """Where one link leads straight from `wrt` to `of`: the partial derivative, not the total."""
    direct = [f for f in derivative.factors
              if (f.link.above, f.link.below) == (derivative.of, derivative.wrt)]  # fmt: skip
    if len(direct) != 1 or derivative.count < 2:
        return ""
    (factor,) = direct
    more = derivative.count - 1
    return (
        f"The link straight from `{derivative.wrt}` is the partial derivative, `{factor.name} = "
        f"{factor.text(NUMERATOR)}` in numerator layout. The total one, "
        f"`d{derivative.of}/d{derivative.wrt}`, adds {more} more path{'s' * (more != 1)}: "
        f"`{derivative.of}` also depends on `{derivative.wrt}` through other arguments of its step."
    )


def _listed(derivative: Derivative) -> str:
    """The paths by the values that they pass, or how many there are."""
    start = f"From `{derivative.wrt}` to `{derivative.of}` there are"
    if derivative.count > LISTED:
        return f"{start} {derivative.count:,} paths: more than {LISTED} are counted, not listed."
    routes = [
        " → ".join(_shortened([derivative.wrt, *(factor.link.above for factor in reversed(path))]))
        for path in derivative.paths
    ]
    return f"{start} {derivative.count} paths: {'; '.join(f'`{route}`' for route in routes)}."


def _shortened(names: list[str]) -> list[str]:
    """Both ends of a long route."""
    return names if len(names) <= 14 else [*names[:6], "…", *names[-6:]]
