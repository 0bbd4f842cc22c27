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
    options: Any, net: Network, wrt: str | None, of: str | None, samples: SizeLike | None
) -> None:
    """The chain of a row of layers; of a graph, which may have several, the paths."""
    if options.plot is None:
        return
    from .pictures import draw_chain, draw_graph

    names: dict[str, Any] = {"input_index": options.input_index, "symbols": options.symbols}
    if net.is_row:
        picture = draw_chain(net, wrt, options.layout, of=of, samples=samples, **names)
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
