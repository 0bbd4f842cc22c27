"""The command `jacobians derive`: a derivative derived step by step.

Exit status: 0 done, 2 not understood.
"""

from __future__ import annotations

from typing import Any

from ..command_network import network_of, samples_of, shown_of, targets_of
from ..command_values import typed_values
from ..output import terminal_knows, to_json

__all__ = ["WAYS", "add_arguments", "run"]

WAYS = ("components", "jacobians", "vjp")
FORMATS = ("text", "markdown", "latex", "html", "json")


def add_arguments(parser: Any) -> None:
    """What the command takes, beside what says which network."""
    add = parser.add_argument
    add("--wrt", metavar="NAME", help="W1, b1, z1, x, …; the first weights")
    add("--of", metavar="NAME", help="L, a2, z2, …; the loss, or the prediction")
    add("--way", choices=WAYS, default="components",
        help="entry by entry, by matrix calculus, or by vector–Jacobian products")  # fmt: skip
    add("--shapes", action="store_true", help="evaluate nothing")
    add("--format", choices=FORMATS, default="text")


def run(options: Any) -> str:
    """The derivation in the form that is asked for.

    Raises:
        LayoutError: what is asked for cannot be done.
    """
    from .derivation import derive

    samples = samples_of(options.batch)
    network, _ = network_of(options, samples, shapes_only=options.shapes)
    of, wrt = options.of, options.wrt
    if of is None and wrt is None:
        of, wrt = shown_of(options.network)
    derivation = derive(
        network,
        wrt,
        options.way,
        options.layout,
        of=of,
        samples=samples,
        x=typed_values(options.x, "x", network.inputs),
        y=typed_values(options.y, "y", targets_of(network)),
        small_integers=options.small_integers,
        shapes_only=options.shapes,
    )
    if options.format == "json":
        return to_json(derivation.to_dict(), to_terminal=options.output is None)
    if options.format == "text":
        narrow = options.output is None and not terminal_knows("∂σᵀ⊗─")
        return derivation.to_text(ascii_only=narrow)
    text: str = getattr(derivation, f"to_{options.format}")()
    return text
