"""How often the checker is right: formulas whose verdict is known, by misconception.

A file of cases is JSON, `{"cases": [{"formula", "of", "wrt", "shapes", "let", "assume", "verdict",
"layout", "accept", "misconception"}]}`; `accept` lists other verdicts that are defensible.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from time import perf_counter
from typing import Any, NamedTuple

from layouts.errors import InputError

from .check import check_formula

__all__ = ["Score", "Scores", "scored"]


class Score(NamedTuple):
    """One case: whether verdict and layout are right, whether it was repaired, how long it took."""

    id: str
    misconception: str
    verdict: str
    layout: str | None
    is_right: bool
    is_wrong_formula: bool
    is_repaired: bool
    seconds: float


class Scores(NamedTuple):
    """All cases."""

    rows: list[Score]

    @property
    def status(self) -> int:
        """0 where every verdict and every layout is right."""
        return int(not all(row.is_right for row in self.rows))

    def to_text(self, hint: int | None = None) -> str:
        """A line for each misconception, and one for all."""
        names = dict.fromkeys(row.misconception for row in self.rows)
        lines = [f"{'misconception':<26}{'formulas':>9}{'verdict right':>15}{'repaired':>12}"]
        lines += [line(name, [r for r in self.rows if r.misconception == name]) for name in names]
        lines.append(line("all", self.rows))
        missed = [f"{r.id}: {r.verdict}, {r.layout}" for r in self.rows if not r.is_right]
        return "\n".join([*lines, *(["", "Not right:", *missed] if missed else [])]) + "\n"

    def to_dict(self, hint: int | None = None) -> dict[str, Any]:
        """As data, times included."""
        return {"cases": [row._asdict() for row in self.rows]}


def line(name: str, rows: list[Score]) -> str:
    wrong = [row for row in rows if row.is_wrong_formula]
    repaired = f"{sum(row.is_repaired for row in wrong)} of {len(wrong)}" if wrong else "–"
    return f"{name:<26}{len(rows):>9}{sum(row.is_right for row in rows):>15}{repaired:>12}"


def scored(path: str, seconds: float = 1.5) -> Scores:
    """The scores of the cases in a file.

    Raises:
        InputError: the file cannot be read, or a case lacks something.
    """
    try:
        with open(path, encoding="utf-8") as file:
            cases = json.load(file)["cases"]
        return Scores(list(scores(cases, seconds)))
    except OSError as problem:
        raise InputError(f"{path} cannot be read: {problem.strerror}.") from None
    except (KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise InputError(f"{path} is no file of cases: {problem}.") from None


def scores(cases: Iterable[dict[str, Any]], seconds: float) -> Iterable[Score]:
    """Each case, judged."""
    for case in cases:
        start = perf_counter()
        check = check_formula(
            case["formula"], of=case["of"], wrt=case["wrt"], shapes=case["shapes"],
            let=case.get("let"), assume=case.get("assume"), seconds=seconds,
        )  # fmt: skip
        same = check.verdict == case["verdict"]
        is_right = (same and check.layout == case.get("layout")) or check.verdict in case.get(
            "accept", []
        )
        wrong = case["verdict"] != "right"
        yield Score(case["id"], case["misconception"], check.verdict, check.layout, is_right, wrong,
                    bool(check.repairs), perf_counter() - start)  # fmt: skip
