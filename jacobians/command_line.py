"""The command `jacobians`: print a dimension trace, or compare each matrix with its collapse.

Exit status: 0 done, 2 not understood; then one sentence on standard error says what and why.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from layouts.errors import InputError, LayoutError, TooLargeError
from layouts.sizes import Size

from .command_check import add_arguments as add_check_arguments
from .command_network import network_of, own_name, samples_of, shown_of, targets_of
from .command_plot import add_arguments as add_plot_argument
from .command_plot import plot_comparison, plot_trace, refuse_no_plot
from .command_values import typed_values
from .deriving.command import add_arguments as add_derive_arguments
from .grading.command import add_arguments as add_grade_arguments
from .output import print_text, replace_file, terminal_knows, to_json
from .worksheets.command import add_arguments as add_worksheet_arguments

__all__ = ["main"]

COMMANDS = (
    "trace", "derive", "compare", "check", "grade", "worksheet", "graphs", "identities"
)  # fmt: skip
EXAMPLES = """examples:
  jacobians trace 2-3-2 --activation relu,sigmoid --loss half_squared_error --wrt W1
  jacobians trace n-3-2-1 --activation sigmoid
  jacobians trace network.toml --layout denominator
  jacobians trace residual_block --plot paths.svg
  jacobians derive 2-3-2 --activation relu,sigmoid --loss half_squared_error --wrt W1
  jacobians derive n-3-2-1 --activation sigmoid --way jacobians --layout numerator
  jacobians compare 2-3-2 --activation relu,softmax
  jacobians graphs lstm
  jacobians check "delta2 @ a1.T" --network 2-3-2 --activation relu,sigmoid \
      --loss half_squared_error --wrt W2
  jacobians check "(A + A.T) @ x" --of "x.T @ A @ x" --wrt x --where "x: n, A: n×n"
  jacobians check --derivation homework.txt --network 2-3-2 --activation relu,sigmoid \
      --loss half_squared_error
  jacobians grade answers --key key.toml --csv grades.csv --picture misconceptions.png
  jacobians worksheet 2-3-2 --activation relu,sigmoid --loss half_squared_error --seed 17 --key
  jacobians identities --search "x.T A x"
"""


class Parser(argparse.ArgumentParser):
    """One sentence for what is not understood, and no usage above it."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}; see {self.prog} --help.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is returned."""
    try:
        options = _parser().parse_args(
            _with_negatives(sys.argv[1:] if arguments is None else arguments)
        )
        answer: str | tuple[str, int] = options.run(options)
        text, status = (answer, 0) if isinstance(answer, str) else answer
        if options.output is None:
            print_text(text, sys.stdout)
        else:
            replace_file(options.output, text)
    except TooLargeError as problem:
        first_line = str(problem).splitlines()[0]
        print_text(f"jacobians: {first_line} {_smaller(options)}\n", sys.stderr)
        return 2
    except LayoutError as problem:
        print_text(f"jacobians: {problem}\n", sys.stderr)
        return 2
    except MemoryError:
        print_text(f"jacobians: this takes more memory than there is. {_smaller(options)}\n",
                   sys.stderr)  # fmt: skip
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as problem:
        print_text(f"jacobians: the output cannot be written: {problem.strerror}.\n", sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    return status


def _smaller(options: Any) -> str:
    """What to do where something is too large; only a trace can do without values."""
    return f"Choose smaller sizes{', or --shapes' * hasattr(options, 'shapes')}."


def _with_negatives(arguments: Sequence[str]) -> list[str]:
    """`--x -1,2` as `--x=-1,2`: a word that begins like a negative number is never an option."""
    words: list[str] = []
    for word in arguments:
        negative = len(word) > 1 and word[0] == "-" and word[1] in ".0123456789"
        option = words and words[-1].startswith("--") and words[-1] != "--" and "=" not in words[-1]
        if negative and option:
            words[-1] += f"={word}"
        elif negative:
            raise InputError(f"{word!r} begins with a minus: a size is at least 1.")
        else:
            words.append(word)
    return words


def _parser() -> Parser:
    parser = Parser(
        prog="jacobians",
        description="Backpropagation with every Jacobian in sight, in either layout.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar=" | ".join(COMMANDS))
    trace = commands.add_parser("trace", help="print every factor's shape in a chain, and why")
    trace.set_defaults(run=_trace)
    _add_network(trace)
    trace.add_argument("--wrt", metavar="NAME", help="W1, b1, z1, x, …; the first weights")
    trace.add_argument("--of", metavar="NAME", help="L, a2, z2, …; the loss, or the prediction")
    trace.add_argument("--entry", metavar="W1[3,2]", help="by one entry, counted from 1")
    trace.add_argument("--input-index", type=int, choices=(0, 1), default=0,
                       help="the number of the input; with 1 the first weights are W2")  # fmt: skip
    trace.add_argument("--symbols", choices=("plain", "superscript"), default="plain")
    trace.add_argument("--samples", choices=("columns", "rows"), default="columns",
                       help="how samples stand in all that is printed")  # fmt: skip
    trace.add_argument("--form", choices=("XW", "XWT", "folded"),
                       help="how rows store weights: X W, X Wᵀ, [1, X] Θ (XW)")  # fmt: skip
    trace.add_argument("--values", action="store_true", help="print the numbers too")
    trace.add_argument("--shapes", action="store_true", help="shapes only, no values")
    trace.add_argument("--format", choices=("text", "markdown", "latex", "html", "json"),
                       default="text")  # fmt: skip
    add_plot_argument(trace, "the factors to scale, or a graph's paths")
    derive = commands.add_parser("derive", help="a derivative, step by step, in one of three ways")
    derive.set_defaults(run=_derive)
    _add_network(derive, ("denominator", "numerator"))
    add_derive_arguments(derive)
    compare = commands.add_parser("compare", help="each matrix beside its collapse and its vjp")
    compare.set_defaults(run=_compare)
    _add_network(compare)
    compare.add_argument("--measure", action="store_true", help="bytes and times of this machine")
    compare.add_argument("--format", choices=("text", "json"), default="text")
    add_plot_argument(compare, "what each matrix is made of")
    graphs = commands.add_parser("graphs", help="the ready-made graphs, or one of them as TOML")
    graphs.set_defaults(run=_graphs)
    graphs.add_argument("name", nargs="?", help="residual_block, rnn, …")
    graphs.add_argument("--output", metavar="FILE", help="write there instead")
    check = commands.add_parser(
        "check", help="is this formula the derivative, and if not, why not?"
    )
    check.set_defaults(run=_check)
    add_check_arguments(check)
    _describe_network(check)
    grade = commands.add_parser("grade", help="a folder of answers to a table and a histogram")
    grade.set_defaults(run=_grade)
    add_grade_arguments(grade)
    sheet = commands.add_parser("worksheet", help="questions about one derivative, and their key")
    sheet.set_defaults(run=_worksheet)
    add_worksheet_arguments(sheet)
    identities = commands.add_parser("identities", help="the table of matrix-calculus identities")
    identities.set_defaults(run=_identities)
    add = identities.add_argument
    add("--all", action="store_true", help="all of them, not the twenty that everyone needs")
    add("--category", metavar="NAME", help="scalar-by-vector, dense layer, …")
    add("--search", metavar="TEXT", help="a formula, as in x.T A x, or words")
    add("--layout", choices=("both", "numerator", "denominator"), default="both")
    add("--format", choices=("text", "markdown", "latex", "html", "json"), default="text")
    add("--output", metavar="FILE", help="write there instead, whole or not at all")
    return parser


def _add_network(
    parser: argparse.ArgumentParser,
    layouts: Sequence[str] = ("both", "numerator", "denominator"),
) -> None:
    """What a command needs to know about a network and its point; the first layout is usual."""
    add = parser.add_argument
    add("network", help="sizes, as in 2-3-2 or n-3-2-1, a TOML file, or a ready-made graph (see "
        "jacobians graphs)")  # fmt: skip
    add("--layout", choices=layouts, default=layouts[0])
    add("--x", metavar="1,-2", action="append",
        help="the input; samples are separated by semicolons; of several inputs each by its name, "
        "--x h0=1,-2")  # fmt: skip
    add("--y", metavar="0,1", action="append",
        help="the target, likewise, or a class for each sample: 2 or 2;0")  # fmt: skip
    _describe_network(parser)


def _describe_network(parser: argparse.ArgumentParser) -> None:
    """What a network's sizes leave open, and where the output goes."""
    add = parser.add_argument
    add("--activation", metavar="NAMES", help="one for all linear layers, or one for each: a,b")
    add("--loss", metavar="NAME")
    add("--reduction", metavar="mean|sum", help="of the loss over samples")
    add("--no-bias", action="store_true", help="linear layers without bias")
    add("--batch", metavar="N", help="so many samples as columns, a number or a letter")
    add("--seed", type=int, help="of weights, x and y (0)")
    add("--weights", metavar="FILE", help="an .npz with W1, b1, W2, …")
    add("--small-integers", action="store_true", help="draw whole numbers from -3 to 3 without 0")
    add("--output", metavar="FILE", help="write there instead, whole or not at all")


def _trace(options: Any) -> str:
    from .report import dimension_trace

    refuse_no_plot(options)
    samples = samples_of(options.batch)
    network, skipped = network_of(options, samples, shapes_only=options.shapes)
    entry, wrt = None, options.wrt
    of, rows = options.of, options.samples == "rows"
    if rows and options.form == "folded":
        from .rows.forms import folded

        network, wrt = folded(network), wrt and wrt.replace("Theta", "Θ")
    if wrt is None and of is None and options.entry is None:
        of, wrt = shown_of(options.network)
    if options.entry is not None:
        from .report.facts import entry_of

        wrt, entry = entry_of(options.entry)
        if options.wrt not in (None, wrt):
            raise InputError(f"--wrt {options.wrt} and --entry {options.entry} are of two values.")
    if options.values and (options.shapes or skipped):
        why = "--shapes computes none" if options.shapes else skipped
        raise InputError(f"--values asks for numbers: {why}.")
    shift = options.input_index
    wrt, of = (own_name(network, name, shift) for name in (wrt, of))
    x = _turned(typed_values(options.x, "x", network.inputs), rows=rows)
    trace = dimension_trace(
        network,
        wrt,
        options.layout,
        of=of,
        entry=entry,
        samples=samples,
        x=x,
        y=_turned(typed_values(options.y, "y", targets_of(network)), rows=rows),
        values=options.values,
        shapes_only=options.shapes or bool(skipped),
        input_index=shift,
        symbols=options.symbols,
        small_integers=options.small_integers,
        note=f"No values: {skipped}." if skipped else "",
        options=_carried(options),
        samples_as=options.samples,
        form=options.form,
    )
    plot_trace(options, network, wrt, of, samples, x)
    if options.format == "json":
        return to_json(trace.to_dict(), to_terminal=options.output is None)
    if options.format == "text":
        return trace.to_text(ascii_only=options.output is None and not terminal_knows("∂σᵀ⊗─"))
    text: str = getattr(trace, f"to_{options.format}")()
    return text


def _turned(given: Any, *, rows: bool) -> Any:
    """What was typed, sample after sample, with a sample in each row."""
    return given.T if rows and hasattr(given, "T") else given


def _carried(options: Any) -> str:
    """The options that commands for other derivatives of the same network keep."""
    words = []
    for name in ("x", "y"):
        words += [f"--{name}={given}" for given in getattr(options, name) or []]
    words += ["--layout", options.layout] if options.layout != "both" else []
    words += ["--symbols", options.symbols] if options.symbols != "plain" else []
    words += ["--values"] if options.values else []
    words += ["--shapes"] if options.shapes else []
    return "".join(" " + shlex.quote(word) for word in words)


def _compare(options: Any) -> str:
    from .comparison import compare

    refuse_no_plot(options)
    samples = samples_of(options.batch)
    network, skipped = network_of(options, samples, shapes_only=False)
    if isinstance(samples, Size) or skipped:
        why = skipped or f"{samples} samples is a letter"
        raise InputError(f"a comparison needs numbers: {why}.")
    comparison = compare(
        network,
        typed_values(options.x, "x", network.inputs),
        typed_values(options.y, "y", targets_of(network)),
        layout=options.layout,
        samples=samples,
        small_integers=options.small_integers,
    )
    plot_comparison(options, comparison)
    if options.format == "json":
        return to_json(comparison.to_dict(), to_terminal=options.output is None)
    return comparison.report(measured=options.measure)


def _derive(options: Any) -> str:
    """A derivation."""
    from .deriving.command import run

    return run(options)


def _graphs(options: Any) -> str:
    """The names of the ready-made graphs, or one as a file that can be changed."""
    from .gallery import GALLERY, exhibit_named, file_text

    if options.name is None:
        width = max(map(len, GALLERY))
        lines = [f"{name:<{width}}  {exhibit_named(name).title}" for name in GALLERY]
        return (
            "\n".join([*lines, "", "jacobians trace NAME; jacobians graphs NAME prints it."]) + "\n"
        )
    return file_text(exhibit_named(options.name))


def _check(options: Any) -> tuple[str, int]:
    """A formula, two of them, or a derivation."""
    from .command_check import run

    return run(options)


def _grade(options: Any) -> str:
    """A folder of answers."""
    from .grading.command import run

    return run(options)


def _worksheet(options: Any) -> str:
    """A sheet of questions."""
    from .worksheets.command import run

    return run(options)


def _identities(options: Any) -> str:
    """The identities that are asked for."""
    from .identities import selected, sheet
    from .identities.sheets import record

    rows = selected(options.category, options.search, everything=options.all)
    if options.format == "json":
        return to_json(record(rows), to_terminal=options.output is None)
    return sheet(rows, options.format, options.layout)
