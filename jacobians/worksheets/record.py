"""A sheet and its key as dictionaries: what JSON carries, the answers apart from the questions."""

from __future__ import annotations

from typing import Any

from .choice import Offer
from .task import Task

__all__ = ["key_record", "sheet_record"]


def sheet_record(task: Task, offer: Offer | None) -> dict[str, Any]:
    """The questions; what is blank is None."""
    hidden = {"shapes": "shape", "order": "number", "structure": "structure"}
    blank = [field for name, field in hidden.items() if name in task.blank]
    blank += [] if "structure" in task.blank else ["structure"]  # never said unless asked for
    links = [{**link, **dict.fromkeys(blank)} for link in _links(task)]
    derivative = task.derivative
    return {
        "number": task.seed,
        "derivative": derivative.name,
        "network": str(derivative.network),
        "sizes": task.sizes,
        "samples": task.numbers((derivative.samples,))[0],
        "layout": str(task.layout),
        "blank": list(task.blank),
        "links": links,
        "shape": None if "shapes" in task.blank else list(task.total),
        "choices": [] if offer is None else [
            {"letter": each.letter, "text": each.text, "formula": each.formula}
            for each in offer.choices
        ],
    }  # fmt: skip


def key_record(task: Task, offer: Offer | None) -> dict[str, Any]:
    """The answers; choices with the misconception that each wrong one is of."""
    choices = [] if offer is None else offer.choices
    return {
        "number": task.seed,
        "links": _links(task),
        "order": task.order,
        "shape": list(task.total),
        "gradient_shape": list(task.gradient or task.total),
        "right": next((each.letter for each in choices if each.verdict == "right"), None),
        "choices": [each._asdict() for each in choices],
    }


def _links(task: Task) -> list[dict[str, Any]]:
    return [{**link._asdict(), "shape": list(link.shape)} for link in task.links]
