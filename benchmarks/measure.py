"""Rows of work, measured side by side, and the table that they make."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

SAMPLES = 9
SHORTEST = 0.03
"""Seconds that a sample takes at least: faster work is repeated within it, its memory warm."""

Work = Callable[[], Any]
Measure = Callable[[Mapping[str, Work]], dict[str, float]]


class Goal(NamedTuple):
    """Ours may take `binding` times what the best of `against` takes, `stretch` at best."""

    against: tuple[str, ...]
    binding: float
    stretch: float | None = None


def interleaved(works: Mapping[str, Work]) -> dict[str, float]:
    """Medians in milliseconds of nine samples each, taken in turn, after a warm-up."""
    repeats = {name: _repeats(work) for name, work in works.items()}
    samples: dict[str, list[float]] = {name: [] for name in works}
    gc.collect()
    gc.freeze()  # what the peers have imported is nobody's garbage
    for _ in range(SAMPLES):
        for name, work in works.items():
            samples[name].append(1e3 * _seconds(work, repeats[name]))
    gc.unfreeze()
    return {name: median(times) for name, times in samples.items()}


def _repeats(work: Work) -> int:
    work()  # compiles, where there is something to compile
    count = 1
    while (seconds := count * _seconds(work, count)) < SHORTEST:
        count = max(2 * count, int(count * SHORTEST / seconds))
    return count


def _seconds(work: Work, count: int) -> float:
    start = perf_counter()
    for _ in range(count):
        work()
    return (perf_counter() - start) / count


def allocated(works: Mapping[str, Work]) -> dict[str, float]:
    """The most memory that each takes at one time, in kB."""
    peaks = {}
    for name, work in works.items():
        work()
        tracemalloc.start()
        work()
        peaks[name] = tracemalloc.get_traced_memory()[1] / 1e3
        tracemalloc.stop()
    return peaks


class Row(NamedTuple):
    """One piece of work: ours, the peers', the limit that nothing can beat, and the goals."""

    work: str
    ours: Work
    peers: Mapping[str, Work]
    limit: Mapping[str, Work]
    goals: tuple[Goal, ...]
    measure: Measure = interleaved
    unit: str = "ms"


COLUMNS = ("work", "ours", "peers", "limit", "ratio", "binding", "stretch", "binding goal")
HEADER = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"


def measured(row: Row) -> str:
    """One line of the table, and a further one for each further goal."""
    try:
        found = row.measure({"ours": row.ours, **row.peers, **row.limit})
    except NotAvailable as reason:
        return f"| {row.work} | not available: {reason} |" + 6 * " |"
    ours = found["ours"]

    def listed(works: Mapping[str, Work]) -> str:
        return ", ".join(f"{name} {found[name]:.3g}" for name in works) or "–"

    first = [row.work, f"{ours:.3g} {row.unit}", listed(row.peers), listed(row.limit)]
    judged = [_judged(goal, ours, found) for goal in row.goals] or [4 * ["–"]]
    lines = [first + judged[0], *([""] * 4 + further for further in judged[1:])]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _judged(goal: Goal, ours: float, found: Mapping[str, float]) -> list[str]:
    best = min((name for name in goal.against if name in found), key=found.__getitem__, default="")
    binding = f"≤ {goal.binding:g}×"
    stretch = "–" if goal.stretch is None else f"≤ {goal.stretch:g}×"
    if not best:
        return [f"no {goal.against[0]}", binding, stretch, "not judged"]
    ratio = ours / found[best]
    verdict = "met" if ratio <= goal.binding else "**missed**"
    if goal.stretch is not None and ratio <= goal.stretch:
        verdict = "met, stretch too"
    return [f"{ratio:.3g}× {best}", binding, stretch, verdict]


class NotAvailable(Exception):  # noqa: N818 - a state of the checkout, not an error
    """The work cannot be done here, and why."""
