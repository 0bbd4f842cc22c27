"""Pictures that carry a lecture, as figures of matplotlib's, with what they show in words.

draw_chain        the factors to scale        draw_structure     what each Jacobian is made of
draw_product      any factors, in any order   draw_batch         the zero blocks between samples
draw_collapse     diag(σ') beside ⊙           draw_parameters    the block row of all parameters
draw_tensor       ∂z/∂W, and its two faces    draw_graph         a graph with its paths
draw_cost         cost against width

Only this room imports matplotlib; names are resolved when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from layouts.errors import InputError

if TYPE_CHECKING:
    from .batches import draw_batch as draw_batch
    from .chains import draw_chain as draw_chain
    from .chains import draw_product as draw_product
    from .collapses import draw_collapse as draw_collapse
    from .costs import draw_cost as draw_cost
    from .graphs import draw_graph as draw_graph
    from .parameter_rows import draw_parameters as draw_parameters
    from .picture import Picture as Picture
    from .structures import draw_structure as draw_structure
    from .tensors import draw_tensor as draw_tensor

WHERE = {
    "Picture": "picture",
    "draw_batch": "batches",
    "draw_chain": "chains",
    "draw_collapse": "collapses",
    "draw_cost": "costs",
    "draw_graph": "graphs",
    "draw_parameters": "parameter_rows",
    "draw_product": "chains",
    "draw_structure": "structures",
    "draw_tensor": "tensors",
}
"""The module in which each public name lives."""

__all__ = [
    "Picture",
    "draw_batch",
    "draw_chain",
    "draw_collapse",
    "draw_cost",
    "draw_graph",
    "draw_parameters",
    "draw_product",
    "draw_structure",
    "draw_tensor",
]


def __getattr__(name: str) -> Any:
    if name not in WHERE:
        raise AttributeError(f"module 'jacobians.pictures' has no attribute {name!r}")
    try:
        value = getattr(import_module(f".{WHERE[name]}", __name__), name)
    except ModuleNotFoundError as problem:
        if (problem.name or "").partition(".")[0] != "matplotlib":
            raise
        raise InputError(
            "a picture needs matplotlib: install it, or leave the picture out."
        ) from None
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
