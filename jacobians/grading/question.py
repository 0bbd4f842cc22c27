"""One question of a key: what it may say, with which words, and whether it can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from layouts.errors import InputError, near_names

from .mark import RIGHT, VERDICTS

__all__ = ["CODE", "FORMULA", "TABLES", "Question", "known_keys", "read_question"]

FORMULA, CODE = "formula", "code"
LAYOUTS = ("either", "numerator", "denominator")
Types = tuple[type, ...]
NUMBER: Types = (int, float)
BOTH: dict[str, Types] = {
    "kind": (str,), "points": NUMBER, "accept": (list,), "seconds": NUMBER, "memory": (int,),
    "network": (str,), "graph": (str,), "activation": (str, list), "loss": (str,),
    "reduction": (str,), "bias": (bool,), "seed": (int,), "samples": (int,), "wrt": (str,),
    "of": (str,), "shapes": (dict,),
}  # fmt: skip
OWN: dict[str, dict[str, Types]] = {
    FORMULA: {"accept_layout": (str,), "let": (dict,), "names": (dict,), "assume": (dict,)},
    CODE: {"layout": (str,), "function": (str,), "layer": (str,), "derivative": (str,),
           "arguments": (list,), "modules": (list,), "rtol": NUMBER},
}  # fmt: skip
DEFAULTS: dict[str, dict[str, Any]] = {
    FORMULA: {"accept_layout": "either", "seconds": 20.0, "memory": 1024},
    CODE: {"layout": "numerator", "seconds": 5.0, "memory": 256, "modules": ["numpy"]},
}
WORDS = {str: "text", list: "an array", int: "a whole number", float: "a number",
         bool: "true or false", dict: "a table"}  # fmt: skip
SOURCES = ("network", "graph", "layer", "shapes")
"""What a question may differentiate; its own stands instead of what the head says."""
ABOUT_NETWORKS = ("activation", "loss", "reduction", "bias", "samples", "arguments")
TABLES = ("shapes", "let", "names", "assume")
"""Tables that may stand at the head without being questions."""


class Question(NamedTuple):
    """One question; `said` is all that the key says of it, defaults included."""

    id: str
    kind: str
    points: float
    accept: tuple[str, ...]
    layout: str
    seconds: float
    memory: int
    said: Mapping[str, Any]


def read_question(name: str, own: Mapping[str, Any], head: Mapping[str, Any]) -> Question:
    """One question of its table, and of what stands at the head for all.

    Raises:
        LayoutError: what it says is unknown, of a wrong type, or cannot be asked.

    >>> q = read_question("q1", {"of": "x.T @ x", "wrt": "x", "shapes": {"x": "n"}}, {})
    >>> q.points, q.accept, q.layout
    (1.0, ('right',), 'either')
    """
    kind = own.get("kind", head.get("kind", FORMULA))
    if not isinstance(kind, str) or kind not in OWN:
        raise InputError(f"kind is {FORMULA!r} or {CODE!r}, not {kind!r}.")
    known = known_keys(kind)
    left_out = of_other_sources(own)
    general = {k: v for k, v in head.items() if k in known and k not in left_out}
    said = {**DEFAULTS[kind], **general, **own}
    for key, value in said.items():
        if key not in known:
            raise InputError(_unknown(key, kind, known))
        _refuse_type(key, value, known[key])
    layout = said["accept_layout" if kind == FORMULA else "layout"]
    points, accept = float(said.get("points", 1)), tuple(said.get("accept", [RIGHT]))
    made = Question(
        name, kind, points, accept, layout, float(said["seconds"]), said["memory"], said
    )
    _refuse_values(made)
    _refuse_unanswerable(made)
    return made


def known_keys(*kinds: str) -> dict[str, Types]:
    """What questions of these kinds may say, and with which types.

    >>> "rtol" in known_keys("code"), "rtol" in known_keys("formula")
    (True, False)
    """
    known = dict(BOTH)
    for kind in kinds:
        known |= OWN[kind]
    return known


def of_other_sources(own: Mapping[str, Any]) -> set[str]:
    """What of the head is not for a question that says itself what is differentiated."""
    if not own.keys() & set(SOURCES):
        return set()
    return set(SOURCES) if "network" in own else {*SOURCES, *ABOUT_NETWORKS}


def _unknown(key: str, kind: str, known: Mapping[str, Any]) -> str:
    """What is said of a key that questions of this kind do not have."""
    other = CODE if kind == FORMULA else FORMULA
    if key in OWN[other]:
        instead = {"accept_layout": ": say layout", "layout": ": say accept_layout"}.get(key, "")
        return f"{key} is for kind = {other!r}, and this is {kind!r}{instead}."
    return f"unknown key {key!r}: {near_names(key, known)}"


def _refuse_type(key: str, value: Any, types: Types) -> None:
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        wanted = " or ".join(WORDS[each] for each in types if not (each is int and float in types))
        raise InputError(f"{key} takes {wanted}, not {value!r:.60}.")
    inner = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    for each in inner:
        if not isinstance(each, str):
            raise InputError(f"{key} takes {WORDS[type(value)]} of texts, not {each!r:.60} in it.")


def _refuse_values(made: Question) -> None:
    """Refuse numbers and words that have no meaning."""
    for verdict in made.accept:
        if verdict not in VERDICTS:
            raise InputError(
                f"accept names verdicts, not {verdict!r}: {near_names(str(verdict), VERDICTS)}"
            )
    if made.layout not in LAYOUTS:
        raise InputError(
            f"a layout is {', '.join(LAYOUTS[1:])} or {LAYOUTS[0]}, not {made.layout!r}."
        )
    if not 0 <= made.points < 1e6:
        raise InputError(f"points are 0 or more, not {made.points:g}.")
    if not 0 < made.seconds <= 3600:
        raise InputError(f"seconds are more than 0 and at most 3600, not {made.seconds:g}.")
    if not 16 <= made.memory <= 2**20:
        raise InputError(f"memory is 16 MB or more, not {made.memory}.")
    if made.said.get("samples", 1) < 1:
        raise InputError(f"samples are 1 or more, not {made.said['samples']}.")
    if not 0 < made.said.get("rtol", 1e-7) < 1:
        raise InputError(f"rtol is more than 0 and less than 1, not {made.said['rtol']:g}.")
    sources = [name for name in ("network", "graph", "layer") if name in made.said]
    if len(sources) > 1:
        raise InputError(f"{' and '.join(sources)} are two things to differentiate: say one.")


def _refuse_unanswerable(made: Question) -> None:
    """Refuse a question that no answer could be held against: it is asked once, on trial."""
    if made.kind == FORMULA:
        from .formulas import tried

        tried(made)
    else:
        from .points import points_of
        from .sandbox import place_of

        points_of(made)
        for module in made.said["modules"]:
            place_of(module)
