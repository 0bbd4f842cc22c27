"""What `--plot FILE` draws: of a trace its factors or its paths, of a comparison its links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layouts.errors import InputError
from layouts.layout import Layout
from layouts.sizes import SizeLike

from .output import refuse_no_picture, replace_picture

if TYPE_CHECKING:
    from .comparison import Comparison
    from .network import Network

__all__ = ["add_arguments", "plot_comparison", "plot_trace", "refuse_no_plot"]


def add_arguments(parser: Any, what: str) -> None:
    """The option."""
    parser.add_argument("--plot", metavar="FILE", help=f"draw {what}, .png, .svg or .pdf")


def refuse_no_plot(options: Any) -> None:
    """Refuse what cannot be drawn, before anything is computed."""
    if options.plot is None:
        return
    refuse_no_picture("--plot", options.plot)
    if options.plot == options.output:
        raise InputError(f"--plot and --output are both {options.plot}: name two files.")
    if getattr(options, "entry", None) is not None:
        raise InputError("--plot draws whole matrices: leave out --entry.")
    if getattr(options, "samples", "columns") != "columns":
        raise InputError("--plot draws samples as columns: leave out --samples rows.")


def plot_trace(
    options: Any,
    net: Network,
    wrt: str | None,
    of: str | None,
    samples: SizeLike | None,
    x: Any,
) -> None:
    """The factors of a chain; where several paths lead from one value to the other, those."""
    if options.plot is None:
        return
    from .pictures import draw_chain, draw_graph
    from .pictures.chains import first_wrt
    from .report.facts import Derivative
    from .report.points import given_point

    _, _, count = given_point(net, x, None, samples)
    names: dict[str, Any] = {"input_index": options.input_index, "symbols": options.symbols}
    if not Derivative(net, of or net.top, first_wrt(net, wrt)).branches:
        picture = draw_chain(net, wrt, options.layout, of=of, samples=count, **names)
    else:
        first = Layout.one_or_both(options.layout)[0]
        picture = draw_graph(net, wrt, first, of=of, **names)
    replace_picture(options.plot, picture)


def plot_comparison(options: Any, comparison: Comparison) -> None:
    """What each link is made of."""
    if options.plot is None:
        return
    from .pictures import draw_structure

    replace_picture(options.plot, draw_structure(comparison))
