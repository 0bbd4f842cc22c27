"""The command `jacobians check`: a formula, two of them, or a derivation.

Exit status: 0 right, 1 anything else that was understood, 2 not understood.
"""

from __future__ import annotations

import re
from typing import Any

from layouts.errors import InputError

from .command_network import network_of, samples_of
from .output import terminal_knows, to_json
from .typography import to_ascii

__all__ = ["add_arguments", "run"]

FORMATS = ("text", "markdown", "html", "latex", "json")


def add_arguments(parser: Any) -> None:
    """What the command takes, beside what says which network."""
    add = parser.add_argument
    add("formula", nargs="?", help="as you wrote it, in Python's notation or in LaTeX")
    add(
        "--network", metavar="NETWORK", help="sizes, as in 2-3-2, a TOML file or a ready-made graph"
    )
    add(
        "--of",
        metavar="FORMULA",
        help="what is differentiated: a formula, or a value of the network",
    )
    add("--wrt", metavar="NAME", help="by what: W1, z1, x, …")
    add(
        "--where", metavar="SHAPES", default="", help="without a network: 'x: n, A: n×n, c: scalar'"
    )
    add("--let", metavar="FORMULAS", default="", help="'z = W @ x + b; a = tanh(z)'")
    add(
        "--names", metavar="NAMES", default="", help="what your names are called here: 'a3=a2, C=L'"
    )
    add("--assume", metavar="WHAT", default="", help="'x: positive, A: symmetric'")
    add("--notation", choices=("python", "latex"), help="of the formula, if it cannot be told")
    add("--against", metavar="FORMULA", help="another formula for the same derivative")
    add("--derivation", metavar="FILE", help="instead of a formula, a derivation line by line")
    add(
        "--cases",
        metavar="FILE",
        help="instead, formulas whose verdicts are known: how many are right?",
    )
    add("--hint", type=int, choices=(0, 1, 2, 3), help="say less")
    add("--format", choices=FORMATS, default="text")


def run(options: Any) -> tuple[str, int]:
    """The text that answers, and the exit status."""
    if options.cases is not None:
        from .formula_checks.scores import scored

        scores = scored(options.cases)
        return printed(scores, options), scores.status
    question = asked(options)
    if options.derivation is not None:
        found = derivation(options, question)
    elif options.formula is None:
        raise InputError("a formula is missing: jacobians check \"delta2 @ a1.T\" --network 2-3-2 "
                         "--wrt W2; see jacobians check --help.")  # fmt: skip
    elif options.against is not None:
        from .formula_checks import compare_formulas

        found = compare_formulas(options.formula, options.against, **question)
    else:
        from .formula_checks import check_formula

        found = check_formula(options.formula, **question)
    return printed(found, options), found.status


def printed(found: Any, options: Any) -> str:
    """The answer in the form that is asked for."""
    if options.format == "json":
        return to_json(found.to_dict(options.hint), to_terminal=options.output is None)
    write = getattr(found, f"to_{options.format}", None)
    if write is None:
        raise InputError(f"--format {options.format} is not for this: text and json are.")
    text: str = write(options.hint)
    narrow = options.output is None and options.format == "text" and not terminal_knows("∂σᵀ⊗─")
    return to_ascii(text) if narrow else text


def asked(options: Any) -> dict[str, Any]:
    """The question that the options ask."""
    question: dict[str, Any] = {"wrt": options.wrt, "of": options.of, "notation": options.notation}
    question["names"] = dict(pairs(options.names, "=", "--names", "a3=a2"))
    if options.network is not None:
        if options.where:
            raise InputError("--where is for formulas without a network: a network has its shapes.")
        samples = samples_of(options.batch)
        question["network"] = network_of(options, samples, shapes_only=False)[0]
        question["samples"] = samples
        question["assume"] = dict(pairs(options.assume, ":", "--assume", "x: positive"))
        return question
    question["shapes"] = dict(pairs(options.where, ":", "--where", "x: n, A: n×n"))
    question["let"] = dict(pairs(options.let, "=", "--let", "z = W @ x", ";"))
    question["assume"] = dict(pairs(options.assume, ":", "--assume", "x: positive"))
    return question


def pairs(
    text: str, sign: str, option: str, example: str, between: str = ","
) -> list[tuple[str, str]]:
    """`name: value` pairs, with a comma or a semicolon between them."""
    found = []
    for part in filter(str.strip, re.split(between, text)):
        name, found_sign, value = part.partition(sign)
        if not found_sign or not name.strip() or not value.strip():
            raise InputError(f"{option} is written as in '{example}', not {part.strip()!r}.")
        found.append((name.strip(), value.strip()))
    return found


def derivation(options: Any, question: dict[str, Any]) -> Any:
    """A derivation from a file."""
    from .derivations import check_derivation

    if options.formula is not None or options.against is not None:
        raise InputError("--derivation FILE is checked alone, without a formula beside it.")
    if question.get("samples") is not None or question["assume"]:
        raise InputError("--derivation is for one sample, and nothing assumed.")
    try:
        with open(options.derivation, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        why = getattr(problem, "strerror", None) or "it is no text in UTF-8"
        raise InputError(f"{options.derivation} cannot be read: {why}.") from None
    known = ("network", "wrt", "of", "shapes", "let", "names")
    return check_derivation(lines, **{n: v for n, v in question.items() if n in known and v})
