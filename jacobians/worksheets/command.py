"""The command `jacobians worksheet`: a sheet of questions, and with --key what is right.

Exit status: 0 done, 2 not understood.
"""

from __future__ import annotations

import argparse
from typing import Any

from layouts.errors import InputError

from ..command_network import network_of, samples_of, shown_of
from ..output import terminal_knows, to_json

__all__ = ["add_arguments", "run"]

FORMATS = ("text", "markdown", "latex", "html", "json")
OF_A_NETWORK = ("activation", "loss", "reduction", "no_bias")


def add_arguments(parser: Any) -> None:
    """What the command takes."""
    add = parser.add_argument
    add("network", nargs="?", help="sizes, as in 2-3-2 or n-3-2 (letters become numbers), a TOML "
        "file or a ready-made graph; the seed's own")  # fmt: skip
    add("--wrt", metavar="NAME", help="W1, b1, z1, x, …; W1")
    add("--of", metavar="NAME", help="L, a2, z2, …; the loss, or the prediction")
    add("--layout", choices=("numerator", "denominator"), default="denominator")
    add("--blank", metavar="WHAT", default="shapes,order",
        help="any of shapes,order,structure,choice (shapes,order)")  # fmt: skip
    add("--activation", metavar="NAMES", help="one for all linear layers, or one for each: a,b")
    add("--loss", metavar="NAME")
    add("--reduction", metavar="mean|sum", help="of the loss over samples")
    add("--no-bias", action="store_true", help="linear layers without bias")
    add("--batch", metavar="N", help="so many samples as columns, a number or a letter")
    add("--seed", metavar="N", type=int, default=0, help="the number of the sheet (0)")
    add("--key", action="store_true", help="the answers too")
    add("--format", choices=FORMATS, default="text")
    add("--output", metavar="FILE", help="write there instead, whole or not at all")
    parser.set_defaults(weights=None, small_integers=False)


def run(options: Any) -> str:
    """The sheet in the format that is asked for.

    Raises:
        LayoutError: what is asked for cannot be done.
    """
    from ..latex_displays import as_document
    from ..report.writers import as_page
    from .sheet import worksheet

    samples = samples_of(options.batch)
    net, of, wrt = None, options.of, options.wrt
    if options.network is None:
        _refuse_no_network(options)
        wrt = wrt or "W1"
    else:
        unseeded = argparse.Namespace(**{**vars(options), "seed": None})
        net, _ = network_of(unseeded, samples, shapes_only=True)
        if of is None and wrt is None:
            of, wrt = shown_of(options.network)
    sheet = worksheet(net, wrt, options.layout, options.blank, options.seed, of=of, samples=samples)
    written = [sheet, sheet.key] if options.key else [sheet]
    if options.format == "json":
        names = ("sheet", "key")
        record = dict(zip(names, (each.to_dict() for each in written), strict=False))
        return to_json(record, to_terminal=options.output is None)
    if options.format == "html":
        return as_page(sheet.title, [part for each in written for part in each.sections])
    if options.format == "latex":
        return as_document([each.to_latex() for each in written])
    if options.format == "markdown":
        return "\n".join(each.to_markdown() for each in written)
    narrow = options.output is None and not terminal_knows("∂σᵀ⊗─")
    return "\n".join(each.to_text(ascii_only=narrow) for each in written)


def _refuse_no_network(options: Any) -> None:
    """What is said of a network that is not given."""
    for option in OF_A_NETWORK:
        if getattr(options, option):
            said = option.replace("_", "-")
            raise InputError(f"--{said} is said of a network: jacobians worksheet 2-3-2 --{said} "
                             "…; without one the seed chooses all of it.")  # fmt: skip
