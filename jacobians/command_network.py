"""Which network the options of a command mean, and what they call its values.

2-3-2                sizes, with --activation, --loss, --weights, …
network.toml         a file, which says all that itself
residual_block       a ready-made graph
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from layouts.errors import InputError, near_names
from layouts.sizes import Size, SizeLike, size_of

if TYPE_CHECKING:
    from .network import Network

__all__ = ["network_of", "own_name", "samples_of", "shown_of", "targets_of"]

MOST_PARAMETERS = 10_000_000
MOST_VALUES = 50_000_000


def network_of(options: Any, samples: SizeLike | None, *, shapes_only: bool) -> tuple[Network, str]:
    """The network, and why it has no values although numbers were given, if so."""
    from .network import Network

    if options.network.lower().endswith(".toml"):
        network = _from_file(options)
        return network, "" if shapes_only else _too_many_values(network, samples)
    if _is_ready_made(options.network):
        network = _ready_made(options, sizes_only=shapes_only)
        return network, "" if shapes_only else _too_many_values(network, samples)
    weights = None
    if options.weights is not None:
        from .readers.toml_file import read_weights

        weights = read_weights(options.weights)
    said: dict[str, Any] = {"reduction": options.reduction, "bias": not options.no_bias}
    words = (options.network, options.activation, options.loss)
    sizes = Network.parse(*words, None, **said)
    count = sizes.parameter_count
    if shapes_only or not isinstance(count, int):
        return sizes, ""
    if count > MOST_PARAMETERS and weights is None:
        return sizes, f"the network has {count:,} parameters, more than {MOST_PARAMETERS:,}"
    if too_many := _too_many_values(sizes, samples):
        return sizes, too_many
    seed = 0 if options.seed is None else options.seed
    said |= {"weights": weights, "small_integers": options.small_integers}
    network = Network.parse(*words, seed, **said)
    if options.weights is not None:
        network.source = f"{network.source} --weights {shlex.quote(options.weights)}"
    return network, ""


def _from_file(options: Any) -> Network:
    """The network of a TOML file."""
    from .network import Network

    if option := _said_elsewhere(options):
        raise InputError(f"--{option} is said in the file {options.network}.")
    network = Network.from_toml(options.network, small_integers=options.small_integers)
    if options.seed is not None:
        raise InputError(f"--seed is not for {options.network}: the file says its own seed "
                         f"({network.seed}).")  # fmt: skip
    network.source = f"{network.source}{' --small-integers' * options.small_integers}"
    return network


def _ready_made(options: Any, *, sizes_only: bool) -> Network:
    """A graph of the gallery; what it consists of is said there."""
    from .gallery import ready_made

    if option := _said_elsewhere(options):
        raise InputError(f"--{option} is said by the graph {options.network}: jacobians graphs "
                         f"{options.network} prints it as a file to change.")  # fmt: skip
    seed = None if sizes_only else options.seed or 0
    network = ready_made(options.network, seed, small_integers=options.small_integers)
    network.source = options.network + (f" --seed {seed}" if seed else "") + (
        " --small-integers" * options.small_integers)  # fmt: skip
    return network


def _said_elsewhere(options: Any) -> str | None:
    """An option that says what a file, or a ready-made graph, says itself."""
    names = ("activation", "loss", "reduction", "weights")
    given = [name for name in names if getattr(options, name) is not None]
    return next(iter([*given, *["no-bias"] * options.no_bias]), None)


def _too_many_values(network: Network, samples: SizeLike | None) -> str:
    """Why so many samples are not computed."""
    if not isinstance(samples, int):
        return ""
    numbers = sum(size_of(shape) for shape in network.shapes(samples).values())
    if isinstance(numbers, Size) or numbers <= MOST_VALUES:
        return ""
    return f"{samples:,} samples make {numbers:,} values, more than {MOST_VALUES:,}"


def _is_ready_made(name: str) -> bool:
    """A word without sizes: they are joined by hyphens, or end in .toml."""
    return "-" not in name and name.replace("_", "").isalpha()


def shown_of(name: str) -> tuple[str | None, str | None]:
    """The derivative that a ready-made graph is there to show."""
    if not _is_ready_made(name):
        return None, None
    from .gallery import exhibit_named

    exhibit = exhibit_named(name)
    return exhibit.of, exhibit.wrt


def own_name(network: Network, name: str | None, shift: int) -> str | None:
    """A name as the reader counts, in the network's own count.

    With the input as layer 1 the first weights are typed W2, as they are printed; a name that
    this count does not have, W1, is taken as the network's own.
    """
    from .typography import renumbered

    if name is None or not shift:
        return name
    printed = {renumbered(own, shift): own for own in network.names}
    if name in ("x", "parameters") or name in printed:
        return printed.get(name, name)
    if name in network.names:
        return name
    raise InputError(
        f"the network has no value {name!r}, counted with the input as layer 1: "
        f"{near_names(name, ['x', *printed])}"
    )


def targets_of(network: Network) -> dict[str, Any]:
    """The shape of each target; in a row that of the prediction."""
    own = network.shapes()[network.prediction][:-1] if None in network.targets.values() else None
    return {name: own if shape is None else shape for name, shape in network.targets.items()}


def samples_of(batch: str | None) -> SizeLike | None:
    """How many samples `--batch` asks for: a number, a letter, or None where it is not given."""
    from layouts.shape_text import read_size

    return None if batch is None else read_size(batch, f"--batch {batch}")
